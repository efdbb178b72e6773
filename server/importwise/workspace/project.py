"""One project: its settings, its environment and the current snapshot. The only way to change it is `Project.apply`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from types import MappingProxyType
from typing import TypeVar

from importwise.checks import unreadable_file
from importwise.checks.finding import Finding, Report
from importwise.checks.rule import View
from importwise.checks.run import Scope, Use, check_file, check_files, unused_allows, with_severity
from importwise.checks.suggestions import Definitions
from importwise.index.change import Change, Edited, Touched
from importwise.index.filled import Filled
from importwise.index.recording import Asked, RecordedFiles, Recorder
from importwise.index.snapshot import Snapshot
from importwise.resolver.judge import Judge, Judgement
from importwise.resolver.resolution import Found, Member
from importwise.searchpath import EXTRA_PATHS, Environment, SearchPath
from importwise.syntax.summary import Problem, Summary
from importwise.workspace.cache import Cache
from importwise.workspace.config import Config
from importwise.workspace.contents import Contents
from importwise.workspace.disk import Disk
from importwise.workspace.folders import Folders, Moved
from importwise.workspace.layout import MARKS, Layout, absolute, heads_of, layout_of
from importwise.workspace.load import Loaded, load_files
from importwise.workspace.reach import imported_by, with_missing_targets
from importwise.workspace.scope import scope_of
from importwise.workspace.walk import CHECKED_ENDINGS

Value = TypeVar("Value")


WHOLE = ("name:", "module:", "registered:")
"""Places that stand for what all files of the project say together."""

DETAILS = "?details"
"""What tells the place of a file's details from that of its summary."""

NOTHING_KNOWN: Mapping[str, Summary | None] = MappingProxyType({})


class Project:
    """A project of which importwise knows every file."""

    def __init__(
        self, config: Config, environment: Environment, disk: Disk, tops: Sequence[str] = (), live: bool = False
    ) -> None:
        """``tops`` are the folders and files that make up the project, absolute; by default its directory.

        A ``live`` project records what each verdict depends on, so that `apply` can tell which files a change concerns.
        """
        self.config = config
        self.environment = environment
        self.disk = disk
        self.tops = tuple(tops) or (config.directory,)
        self.live = live
        self.contents = Contents(disk, live)
        self.rechecked = 0
        """How often `findings` judged a file."""
        self._uses: dict[str, Use] = {}
        self._scope: Scope | None = None
        self._begin(self._enter(Folders(self.tops, config.settings.exclude, self._endings(), disk)), NOTHING_KNOWN)

    def _enter(self, folders: Folders) -> Layout:
        """Look at ``folders`` from now on."""
        self.territory = folders
        layout = layout_of(self.config, self.tops, folders)
        self.contents.checked = folders.checked
        self.contents.heads = heads_of(self.environment, layout.roots, folders.tree)
        return layout

    def _begin(self, layout: Layout, known: Mapping[str, Summary | None]) -> None:
        """Forget all answers."""
        recorder = Recorder() if self.live else None
        folders = self.territory
        self.snapshot = Snapshot(
            0,
            self.environment,
            layout.roots,
            layout.naming,
            layout.guessed,
            self._extra_paths(),
            tuple(sorted(folders.checked)),
            folders.tree,
            _files(self.contents.summary, recorder, known),
            _files(self.contents.details, recorder, word=DETAILS),
            _files(self.contents.functions, recorder, word="?functions"),
            _files(self.contents.traits, recorder, word="?traits"),
            _files(self.contents.sets, recorder, word="?sets"),
            _files(self.contents.conduct, recorder, word="?conduct"),
            _files(self.contents.constants, recorder, word="?constants"),
            recorder,
        )
        self.judge = Judge(self.snapshot)
        self.view = View(self.judge, self.config.directory, Definitions(self.judge))
        self._uses.clear()
        self._scope = None

    @property
    def folders(self) -> Set[str]:
        """The project's folders that are not ignored."""
        return self.territory.folders.keys()

    @property
    def checked(self) -> set[str]:
        """The project's Python files that are not ignored."""
        return self.territory.checked

    @property
    def buffers(self) -> Mapping[str, str]:
        """The text of files that are open in an editor."""
        return self.contents.buffers

    @property
    def heads(self) -> frozenset[str]:
        """The first parts of names of modules that most likely exist; see `reader.summarize`."""
        return self.contents.heads

    @property
    def cache(self) -> Cache | None:
        """Summaries of earlier runs, if they are kept."""
        return self.contents.cache

    @property
    def _unreadable(self) -> dict[str, str]:
        return self.contents.unreadable

    @property
    def _asked(self) -> Mapping[str, Asked]:
        """What the verdicts on each file depend on, of all files that were asked for."""
        recorder = self.snapshot.recorder
        return recorder.asked if recorder is not None else {}

    # Loading

    def load(
        self,
        jobs: int = 1,
        cache: Cache | None = None,
        progress: Callable[[int, int], None] | None = None,
        walk: bool = True,
        read: bool = True,
    ) -> None:
        """Walk the project and read its files.

        Without ``read`` a file is read only when a question leads to it; without ``walk`` not even the folders below the
        project are looked at, so that it has no roots but its own and `src`.
        ``progress`` is told the number of files that are done and of all files. What ``cache`` knows is not read; it
        learns what it does not, and is not saved here.
        """
        self.contents.cache = cache
        folders = Folders(self.tops, self.config.settings.exclude, self._endings(), self.disk)
        if walk:
            folders.walk()
        self._unreadable.clear()
        layout = self._enter(folders)
        paths = sorted(folders.checked - self.buffers.keys())
        report = (lambda done: progress(done, len(paths))) if progress is not None else None
        loaded = load_files(paths if read else [], self.disk.read_file, self.heads, jobs, report, cache)
        self._unreadable.update(loaded.problems)
        self._begin(layout, loaded.summaries)
        if walk and not read:
            self.snapshot = self.snapshot._replace(incomplete=True)
            self.judge.move_to(self.snapshot)

    def unread(self) -> list[str]:
        """The project's files that were not read yet, in order."""
        known = self.snapshot.summaries.keys() | self.buffers.keys()
        unread = [path for path in self.snapshot.files if path not in known]
        for path in unread:
            self.contents.will_be_read(path)
        return unread

    def take_in(self, loaded: Loaded) -> None:
        """Take in what another process read. What is known already is newer."""
        for path, summary in loaded.summaries.items():
            if path not in self.snapshot.summaries and path in self.checked:
                self.snapshot.summaries[path] = summary
                if path in loaded.problems:
                    self._unreadable[path] = loaded.problems[path]

    def complete(self) -> frozenset[str]:
        """All files are read, or shall be now; returns those of which `findings` may say something else since.

        Until then nothing was known of what all files say together: where a name is defined, what is put into
        ``sys.modules``.
        """
        if not self.snapshot.incomplete:
            return frozenset()
        self.snapshot = self.snapshot._replace(incomplete=False)
        self.judge.move_to(self.snapshot)
        self.judge.resolver.forget_registered()
        recorder = self.snapshot.recorder
        if recorder is None:
            return frozenset(self._asked)
        return self._affected(recorder.places(WHOLE), set())

    # Changing

    def reconfigure(self, config: Config, environment: Environment, read: bool = True) -> frozenset[str]:
        """Go on with other settings or another environment. What is open stays open, what was read need not be read again.

        Without ``read`` what was not read yet is left to `unread`, `take_in` and `complete`, as with `load`.
        """
        before = frozenset(self._asked) | self.checked
        self.config, self.environment = config, environment
        folders = Folders(self.tops, config.settings.exclude, self._endings(), self.disk)
        folders.walk()
        known = self._still_known(folders)
        self._begin(self._enter(folders), known)
        if not read and self.unread():
            self.snapshot = self.snapshot._replace(incomplete=True)
            self.judge.move_to(self.snapshot)
        return before | self.checked

    def _still_known(self, folders: Folders) -> dict[str, Summary | None]:
        """What was read, without what lies in the project and was none of its files, or is none now: nobody looked after that."""
        ours = self.checked & folders.checked | self.buffers.keys()
        inside = tuple(f"{top}/" for top in self.tops)
        for path in self._unreadable.keys() - ours:
            del self._unreadable[path]
        return {
            path: summary
            for path, summary in self.snapshot.summaries.items()
            if path in ours or not path.startswith(inside)
        }

    def apply(self, changes: Iterable[Change], loaded: Loaded | None = None) -> frozenset[str]:
        """Take changes in: the only way from one revision to the next.

        ``loaded`` holds what another process read of the changed files; the rest is read here. Returns the files, those
        that are gone included, of which `findings` may say something else than before.
        """
        touched: list[str] = []
        texts: set[str] = set()
        were_open = frozenset(self.buffers)
        for change in changes:
            if isinstance(change, Touched):
                touched.append(change.path)
            elif isinstance(change, Edited):
                if self.contents.edit(change.path, change.text):
                    texts.add(change.path)
            elif self.contents.close(change.path):
                texts.add(change.path)
        problems = dict(self.territory.problems)
        moved = self.territory.touch(touched) if touched else Moved()
        texts |= {path for path in moved.contents if not self._is_as_read(path)} | moved.new | moved.gone
        altered = {
            path
            for path in {*problems, *self.territory.problems}
            if problems.get(path) != self.territory.problems.get(path)
        }
        # What is no file of the project has findings as long as it is open.
        altered |= (were_open ^ self.buffers.keys()) - self.checked
        if not texts and not moved.places and not altered:
            return frozenset()
        if moved.places and self._lies_otherwise():
            return self._start_anew(texts, moved)
        files = tuple(sorted(self.checked)) if moved.new or moved.gone else self.snapshot.files
        self.snapshot = self.snapshot._replace(revision=self.snapshot.revision + 1, files=files)
        places = set(moved.places)
        for path in sorted(texts):
            if self._renew(path, loaded, moved, places):
                altered.add(path)
        self.judge.move_to(self.snapshot)
        if moved.places and self._evidence_moved():
            altered.update(self._asked)
        affected = self._affected(places, altered | moved.new | moved.gone)
        for path in texts - self.checked - self.buffers.keys():
            self._uses.pop(path, None)
            if self.snapshot.recorder is not None:
                self.snapshot.recorder.drop(path)
        return affected

    def _is_as_read(self, path: str) -> bool:
        """Whether the file on the disk is still what was read."""
        return path in self.buffers or (path in self.snapshot.summaries and self.contents.is_as_read(path))

    def _renew(self, path: str, loaded: Loaded | None, moved: Moved, places: set[str]) -> bool:
        """Look at a file's content again; adds to ``places`` what it changes. Returns whether its findings may be others."""
        summaries = self.snapshot.summaries
        known = path in summaries
        now = self.snapshot
        more = now.facts
        old = dict.get(summaries, path)
        problem = self._unreadable.pop(path, None)
        if not known and not any(path in table for table in (self.buffers, self.checked, *more)):
            return False
        if path not in self.buffers and not self._exists(path):
            summaries.pop(path, None)
            new = None
        elif loaded is not None and path in loaded.summaries and path not in self.buffers:
            new = summaries[path] = self.contents.take(path, loaded)
        else:
            new = summaries[path] = self.contents.summary(path)
        changed = not known or old != new or path in moved.gone or path in moved.new
        if changed:
            # Also of what is not known somebody may hold that it could not be read.
            places.add(path)
            places |= self.judge.members.forget_plain(path, old, new)
        for table in more:
            if table.renew(path):
                places.add(path + table.word if isinstance(table, RecordedFiles) else path)
        if changed:
            # What the project's files say together: of a file that is none of them now, or was none before, half of it counts.
            before = old if path in moved.gone or (path in self.checked and path not in moved.new) else None
            after = new if path in self.checked else None
            places |= self.view.definitions.replace(path, before, after)
            if _registered(before) != _registered(after):
                places.add("registered:")
        return changed or problem != self._unreadable.get(path)

    def _affected(self, places: set[str], paths: set[str]) -> frozenset[str]:
        """The files on which a change of ``places`` has an effect, and ``paths``."""
        recorder = self.snapshot.recorder
        if any(place.endswith("/__init__") for place in places) and self.judge.resolver.registered_keys():
            # What a file puts below its own name goes with that.
            places.add("registered:")
        if "registered:" in places:
            self.judge.resolver.forget_registered()
        if recorder is None:
            # Nobody knows what depends on what.
            summaries = dict(self.snapshot.summaries)
            self._begin(self._enter(self.territory), summaries)
            return frozenset(self.checked | paths)
        return frozenset(paths | recorder.concerned(places, recorder.alter(places)))

    def _lies_otherwise(self) -> bool:
        """Whether the project's roots are others now."""
        layout = layout_of(self.config, self.tops, self.territory)
        return layout != Layout(self.snapshot.roots, self.snapshot.naming, self.snapshot.guessed)

    def _start_anew(self, contents: set[str], moved: Moved) -> frozenset[str]:
        """The roots are others now: of the answers none may hold."""
        before = frozenset(self._asked)
        incomplete = self.snapshot.incomplete
        known = {path: summary for path, summary in self.snapshot.summaries.items() if path not in contents}
        for path in contents:
            self._unreadable.pop(path, None)
        self._begin(self._enter(self.territory), known)
        self.snapshot = self.snapshot._replace(incomplete=incomplete)
        self.judge.move_to(self.snapshot)
        return before | self.checked | moved.gone | contents

    def _evidence_moved(self) -> bool:
        before, self._scope = self._scope, None
        return before is not None and before.gone != self._current_scope().gone

    def _exists(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        return name in self.snapshot.tree[folder].files

    def text(self, path: str) -> str | None:
        """The text of a file: that in the editor if it is open there, else that on the disk; None if it can't be read.

        Of a notebook the joined cells.
        """
        return self.contents.text(path)

    def _endings(self) -> tuple[str, ...]:
        """Those of files that Python can import, and the names of those that make roots."""
        suffixes = dict.fromkeys(f".{suffix.rpartition('.')[2]}" for suffix in self.environment.suffixes)
        return (".py", ".pyi", ".ipynb", ".pyc", *suffixes, *MARKS)

    def _extra_paths(self) -> tuple[SearchPath, ...]:
        return tuple(
            SearchPath(absolute(self.config.directory, path), "extra", EXTRA_PATHS)
            for path in self.config.settings.extra_paths
        )

    # Asking

    def judgements(self, path: str) -> list[Judgement]:
        """The verdicts on all imports of the file ``path``, comments and allowlist left aside."""
        return self.judge.judge(path)

    def check(
        self,
        paths: Collection[str] | None = None,
        targets: Sequence[str] = (),
        syntax_problems: dict[str, tuple[Problem, ...]] | None = None,
        list_open: bool = True,
    ) -> Report:
        """The report on the whole project, on ``paths`` (files and folders), or on what ``targets`` import.

        The open imports are only counted without ``list_open``. ``syntax_problems`` are what a full parse found, by file.
        """
        view = self.view._replace(parsed=syntax_problems or {})
        files: Collection[str] = self.snapshot.files
        if paths is not None:
            chosen = {path for path in paths if path not in self.checked and self._exists(path)}
            folders = tuple(f"{path.rstrip('/')}/" for path in paths)
            files = chosen | {path for path in files if path in paths or path.startswith(folders)}
        if targets:
            files = set(files) & self.imported_by(targets)
        unreadable = {path: reason for path, reason in self._unreadable.items() if path in self.checked}
        others = [
            unreadable_file.finding(path, reason, path.endswith(CHECKED_ENDINGS))
            for path, reason in {**self.territory.problems, **unreadable}.items()
        ]
        whole = paths is None and not targets
        if targets:
            others = [finding for finding in others if finding.path in files]
        elif paths is not None:
            others = [finding for finding in others if f"{finding.path}/".startswith(folders)]
        return check_files(view, files, self._current_scope()._replace(list_open=list_open), others, whole)

    def findings(self, path: str, parsed: tuple[Problem, ...] = ()) -> tuple[Finding, ...]:
        """What there is to say of one file, in the order of the text; ``parsed`` is what a full parse found, if there was one."""
        view = self.view._replace(parsed={path: parsed}) if parsed else self.view
        reason = self.territory.problems.get(path) or self._unreadable.get(path)
        others = [unreadable_file.finding(path, reason, path.endswith(CHECKED_ENDINGS))] if reason is not None else []
        self.rechecked += 1
        recorder = self.snapshot.recorder
        if recorder is None:
            result = check_file(view, path, self._current_scope(), others)
        else:
            with recorder.collect() as frame:
                result = check_file(view, path, self._current_scope(), others)
            recorder.keep(path, frame)
            if path + DETAILS not in frame:
                dict.pop(self.snapshot.details, path, None)  # They were needed once.
        if path in self._unreadable and not others:
            return self.findings(path, parsed)  # only now somebody tried to read it
        self._uses[path] = result.use
        return tuple(sorted(result.findings, key=lambda finding: (finding.span, finding.rule, finding.message)))

    def _uses_that_count(self) -> Iterator[Use]:
        """Those of the project's files and of what is open: others may have been asked for, too."""
        return (use for path, use in self._uses.items() if path in self.checked or path in self.buffers)

    def settings_findings(self, whole: bool = True) -> tuple[Finding, ...]:
        """What is wrong with the settings, and with folders.

        If `findings` was asked for the ``whole`` project, also which entries of the allowlist do not hold; not while the
        file is broken, and has perhaps no such entries any more.
        """
        found = [*with_missing_targets(self.config, self.judge, self.config.settings.targets).problems]
        if whole and not any(problem.severity == "error" for problem in found):
            found += unused_allows(self._current_scope(), self._uses_that_count())
        others = [
            unreadable_file.finding(path, reason, path.endswith(CHECKED_ENDINGS))
            for path, reason in self.territory.problems.items()
            if path not in self.checked and path not in self.buffers
        ]
        return (*found, *with_severity(others, self.config.settings))

    def importers(self, path: str) -> tuple[str, ...]:
        """The project's files that ask for the module that the file ``path`` is, or for one below it; in order.

        Which of their imports that are, their judgements tell.
        """
        for other in self.snapshot.files:
            if other not in self._asked:
                self.findings(other)
        below = path.removesuffix("__init__.py") if path.endswith("/__init__.py") else None
        return tuple(
            sorted(
                other
                for other, depends in self._asked.items()
                if any(_leads_to(question.value, path, below) for question in depends.questions)
            )
        )

    def imported_by(self, targets: Sequence[str]) -> set[str]:
        """The project's files of the modules ``targets``, of their packages, and of all they import, transitively."""
        return imported_by(self.judge, self.checked, targets)

    def _current_scope(self) -> Scope:
        if self._scope is None:
            self._scope = scope_of(self.config, self.disk)
        return self._scope


def _files(
    fill: Callable[[str], Value],
    recorder: Recorder | None,
    known: Mapping[str, Value] = NOTHING_KNOWN,  # type: ignore[assignment]
    word: str = "",
) -> Filled[Value]:
    return Filled(fill, known) if recorder is None else RecordedFiles(fill, recorder, known, word)


def _registered(summary: Summary | None) -> tuple[str, ...]:
    return summary.exports.registered if summary is not None else ()


def _leads_to(value: object, path: str, below: str | None) -> bool:
    """Whether an answer is the module of the file ``path``, or one in the folder ``below``."""
    if not isinstance(value, (Found, Member)) or value.module is None:
        return False
    found = value.module.path
    return found == path or (below is not None and found.startswith(below))
