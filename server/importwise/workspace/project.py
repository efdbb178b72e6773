"""One project: its settings, its environment and the current snapshot. The only way to change it is `Project.apply`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date

from importwise.checks import syntax_error, unreadable_file
from importwise.checks.allowlist import entry_for
from importwise.checks.finding import Finding, Report
from importwise.checks.rule import View
from importwise.checks.run import Scope, check_files
from importwise.checks.suggestions import Definitions
from importwise.checks.unresolved_import import by_version
from importwise.index.snapshot import Filled, Snapshot
from importwise.index.tree import Listing
from importwise.index.update import Change, Layout, Written, next_snapshot
from importwise.resolver.explain import Step, explain
from importwise.resolver.judge import Judge, Judgement
from importwise.resolver.resolution import Found
from importwise.searchpath import Environment, SearchPath
from importwise.spans import Position, Span
from importwise.syntax.decode import decode
from importwise.syntax.summary import Problem, Summary
from importwise.syntax.traits import NO_TRAITS, Traits, constants_of_text, traits_of
from importwise.workspace.cache import Cache
from importwise.workspace.config import Config
from importwise.workspace.disk import Disk
from importwise.workspace.load import load_files, summarize_bytes
from importwise.workspace.toml_places import places
from importwise.workspace.walk import Folder

MARKS = ("pyproject.toml", "setup.py", "setup.cfg")
"""Files that make their folder a root."""

START = Span(Position(0, 0), Position(0, 0))


class Project:
    """A project of which importwise knows every file."""

    def __init__(self, config: Config, environment: Environment, disk: Disk, tops: Sequence[str] = ()) -> None:
        """``tops`` are the folders and files that make up the project, absolute; by default its directory."""
        self.config = config
        self.tops = tuple(tops) or (config.directory,)
        self.environment = environment
        self.disk = disk
        self.checked: set[str] = set()
        """The project's Python files that are not ignored."""
        self.folders: set[str] = set()
        """The project's folders that are not ignored."""
        self.problems: dict[str, str] = {}
        """Why files and folders can't be read."""
        self.snapshot = Snapshot(
            0,
            environment,
            (),
            (),
            frozenset(),
            self._extra_paths(),
            (),
            Filled(disk.list_folder),
            Filled(self._read),
            Filled(self._traits),
            Filled(self._constants),
        )
        self.cache: Cache | None = None
        """Summaries of earlier runs, if they are kept."""
        self._judge: Judge | None = None

    # Loading and changing

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
        self.cache = cache
        tree: Filled = Filled(self.disk.list_folder)
        self.checked, self.folders, self.problems = set(), set(), {}
        for folder in self._walk() if walk else ():
            tree[folder.path] = folder.listing
            self.folders.add(folder.path)
            self.checked.update(f"{folder.path}/{name}" for name in folder.checked)
            if folder.problem is not None:
                self.problems[folder.path] = folder.problem
            self.problems.update((f"{folder.path}/{name}", reason) for name, reason in folder.unreadable)
        paths = sorted(self.checked)
        report = (lambda done: progress(done, len(paths))) if progress is not None else None
        loaded = load_files(paths if read else [], self.disk.read_file, jobs, report, cache)
        self.problems.update(loaded.problems)
        layout = self._layout(tree)
        self.snapshot = self.snapshot._replace(
            revision=self.snapshot.revision + 1,
            tree=tree,
            summaries=Filled(self._read, loaded.summaries),
            traits=Filled(self._traits),
            constants=Filled(self._constants),
            roots=layout.roots,
            naming=layout.naming,
            guessed=layout.guessed,
            files=layout.files,
        )
        self._judge = None

    def apply(self, changes: Iterable[Change]) -> None:
        """Take changes of files in. What is in a folder is read anew from the disk; what is written in ``changes`` counts more."""
        listings: dict[str, Listing] = {}
        summaries: dict[str, Summary | None] = {}
        gone: list[str] = []
        for change in changes:
            path = change.path
            self._list_upwards(path.rpartition("/")[0], listings)
            folder, _, name = path.rpartition("/")
            listing = listings.get(folder) or self.disk.list_folder(folder)
            if isinstance(change, Written):
                listings[folder] = listing._replace(files=listing.files | {name})
                if path.endswith((".py", ".pyi")):
                    summaries[path] = summarize_bytes(change.data, path)
                    if self._belongs(folder):
                        self.checked.add(path)
            else:
                listings[folder] = listing._replace(files=listing.files - {name})
                self.checked.discard(path)
                gone.append(path)
            self.problems.pop(path, None)
        tree = Filled(self.disk.list_folder, {**self.snapshot.tree, **listings})
        self.snapshot = next_snapshot(self.snapshot, listings, summaries, gone, self._layout(tree))
        self._judge = None

    def _belongs(self, folder: str) -> bool:
        """Whether a folder in which something was written belongs to the project; new folders join it with their parent."""
        new: list[str] = []
        while folder not in self.folders:
            if folder.endswith("/site-packages") or "/" not in folder.rstrip("/"):
                return False
            new.append(folder)
            folder = folder.rpartition("/")[0]
        self.folders.update(new)
        return True

    def _list_upwards(self, folder: str, listings: dict[str, Listing]) -> None:
        """Read anew what lies in ``folder`` and in the folders above, up to the project's."""
        while folder not in listings:
            listings[folder] = self.disk.list_folder(folder)
            if folder == self.config.directory or "/" not in folder.rstrip("/"):
                return
            folder = folder.rpartition("/")[0]

    def _read(self, path: str) -> Summary | None:
        return load_files([path], self.disk.read_file, cache=self.cache).summaries[path]

    def _is_file(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        return name in self.disk.list_folder(folder or "/").files

    def _traits(self, path: str) -> Traits:
        try:
            return traits_of(decode(self.disk.read_file(path))[0])
        except OSError:
            return NO_TRAITS

    def _constants(self, path: str) -> dict[str, str]:
        try:
            return constants_of_text(decode(self.disk.read_file(path))[0])
        except OSError:
            return {}

    def _walk(self) -> Iterable[Folder]:
        endings = (
            ".py",
            ".pyi",
            ".pyc",
            *dict.fromkeys(f".{suffix.rpartition('.')[2]}" for suffix in self.environment.suffixes),
            *MARKS,
        )
        for top in self.tops:
            if self._is_file(top):
                self.checked.add(top)
            elif self.disk.walk is not None:
                yield from self.disk.walk(top, self.config.settings.exclude, endings)
            else:
                yield from self._walk_listings(top)

    def _walk_listings(self, folder: str) -> Iterator[Folder]:
        listing = self.disk.list_folder(folder)
        yield Folder(folder, listing, tuple(sorted(name for name in listing.files if name.endswith((".py", ".pyi")))))
        for name in sorted(listing.folders - {"site-packages"}):
            yield from self._walk_listings(f"{folder}/{name}")

    def _extra_paths(self) -> tuple[SearchPath, ...]:
        return tuple(
            SearchPath(self._absolute(path), "extra", "`extra-paths` in the settings")
            for path in self.config.settings.extra_paths
        )

    def _absolute(self, path: str) -> str:
        if path.startswith("/") or path[1:3] == ":/":
            return path.rstrip("/")
        parts: list[str] = self.config.directory.split("/")
        for part in path.replace("\\", "/").split("/"):
            if part == "..":
                parts.pop()
            elif part not in ("", "."):
                parts.append(part)
        return "/".join(parts)

    def _layout(self, tree: Filled) -> Layout:
        directory = self.config.directory
        files = tuple(sorted(self.checked))
        if self.config.settings.roots is not None:
            folders = [self._absolute(path) for path in self.config.settings.roots]
            roots = tuple(SearchPath(folder, "project", "`roots` in the settings") for folder in dict.fromkeys(folders))
            return Layout(roots, tuple(dict.fromkeys(folders)), frozenset(), files)
        origins: dict[str, str] = {}
        for top in self.tops:
            root = top if top not in self.checked else top.rpartition("/")[0]
            while "__init__.py" in tree[root].files and "/" in root.rstrip("/"):
                root = root.rpartition("/")[0]
            origins.setdefault(root, "the project's directory" if top == directory else "holds what is checked")
        for root in tuple(origins):
            if "src" in tree[root].folders and "__init__.py" not in tree[f"{root}/src"].files:
                origins.setdefault(f"{root}/src", "`src` in the project")
        sure = set(origins)
        for folder in self.config.pytest_paths:
            origins.setdefault(folder, "pytest's `pythonpath`")
            sure.add(folder)
        for folder in sorted(self.folders):
            listing = tree[folder]
            mark = next((mark for mark in MARKS if mark in listing.files), None)
            if mark is None or folder in origins or "__init__.py" in listing.files:
                continue
            origins.setdefault(folder, f"has a {mark}")
            if "src" in listing.folders and "__init__.py" not in tree[f"{folder}/src"].files:
                origins.setdefault(f"{folder}/src", f"`src` beside a {mark}")
        roots = tuple(SearchPath(folder, "project", origin) for folder, origin in origins.items())
        naming = tuple(sorted(origins, key=lambda folder: (-folder.count("/"), folder)))
        return Layout(roots, naming, frozenset(origins) - sure, files)

    # Asking

    @property
    def judge(self) -> Judge:
        """The judge of the current snapshot."""
        if self._judge is None:
            self._judge = Judge(self.snapshot)
        return self._judge

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

        The open imports are only counted without ``list_open``. ``syntax_problems`` are what a full parse found, by file: they take the place of those that the reader saw.
        """
        judge = self.judge
        view = View(judge, self.config.directory, Definitions(judge))
        files: Collection[str] = self.snapshot.files
        if paths is not None:
            chosen = {path for path in paths if path not in self.checked and self._is_file(path)}
            folders = tuple(f"{path.rstrip('/')}/" for path in paths)
            files = chosen | {path for path in files if path in paths or path.startswith(folders)}
        if targets:
            files = set(files) & self.imported_by(targets)
        others = [self._unreadable(path, reason) for path, reason in self.problems.items()]
        if syntax_problems is not None:
            for path, problems in syntax_problems.items():
                others += syntax_error.findings(view, path, problems)
        whole = paths is None and not targets
        if not whole:
            others = [
                finding for finding in others if finding.path in files or any(finding.path.startswith(f) for f in files)
            ]
        return check_files(view, files, self._scope()._replace(list_open=list_open), others, whole)

    def imported_by(self, targets: Sequence[str]) -> set[str]:
        """The project's files of the modules ``targets``, of their packages, and of all they import, transitively."""
        judge = self.judge
        waiting = [path for target in targets for path in self._files_of(target)]
        reached: set[str] = set()
        while waiting:
            path = waiting.pop()
            if path in reached or path not in self.checked:
                continue
            reached.add(path)
            for judgement in judge.judge(path):
                if judgement.verdict == "unreachable":
                    continue
                name = f"{judgement.module}.{judgement.name}" if judgement.name not in (None, "*") else judgement.module
                waiting += self._files_of(name, judge.resolver.foreign_base(path))
        return reached

    def _files_of(self, name: str, base: str = "") -> Iterator[str]:
        """The files that are executed when ``name`` is imported: its packages' and its own."""
        parts = name.split(".")
        for size in range(1, len(parts) + 1):
            found = self.judge.resolver.find(".".join(parts[:size]), base)
            if type(found) is not Found:
                return
            if found.module.path.endswith(".py"):
                yield found.module.path

    def why(self, name: str, from_file: str | None = None) -> tuple[Step, ...]:
        """The search for ``name``, step by step, as the file ``from_file`` would make it."""
        steps = explain(self.judge, name, from_file, self.config.directory)
        if steps[-1].kind == "missing":
            steps = (*steps, *(Step(line, "note") for line in by_version(self.environment, name)))
        entry = entry_for(name, self.config.settings.allow)
        if entry is None:
            return steps
        return (
            *steps,
            Step(
                f"the allowlist has `{entry.module}` ({entry.kind}: {entry.reason}): while it is missing, it is no finding",
                "allowed",
            ),
        )

    def _unreadable(self, path: str, reason: str) -> Finding:
        what = "file" if path.endswith((".py", ".pyi")) else "folder"
        return Finding(
            path,
            unreadable_file.RULE,
            "error",
            START,
            f"This {what} can't be read: {reason}",
            ("make it readable, or `exclude` it",),
        )

    def _scope(self) -> Scope:
        allow = self.config.settings.allow
        gone: set[str] = set()
        spans: dict[int, Span] = {}
        for entry in allow:
            if entry.evidence is not None:
                folder, _, name = self._absolute(entry.evidence).rpartition("/")
                listing = self.disk.list_folder(folder)
                if name not in listing.files and name not in listing.folders:
                    gone.add(entry.evidence)
        if allow and self.config.file is not None:
            try:
                found = places(self.disk.read_file(self.config.file).decode("utf-8", "replace"))
            except OSError:
                found = {}
            above = () if self.config.file.endswith("/importwise.toml") else ("tool", "importwise")
            for index in range(len(allow)):
                place = found.get((*above, "allow", index, "module"))
                if place is not None:
                    spans[index] = place.value
        return Scope(
            self.config.settings, self.config.directory, self.config.file, date.today(), frozenset(gone), spans
        )
