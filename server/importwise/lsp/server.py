"""The server: what it holds, and the one way in which changes reach the projects."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple
from urllib.parse import unquote

from pygls.lsp.server import LanguageServer

from importwise import __version__
from importwise.checks import unused_allow
from importwise.checks.finding import Finding
from importwise.index.change import Change, Closed, Edited
from importwise.lsp.being_typed import PATIENCE, BeingTyped
from importwise.lsp.client import Client
from importwise.lsp.convert import to_path, to_uri
from importwise.lsp.documents import Document
from importwise.lsp.doubts import Doubts
from importwise.lsp.notebook_cells import SYNCHRONIZATION, Notebook
from importwise.lsp.parsing import REST, Parsing
from importwise.lsp.positions import first_lines, split_lines
from importwise.lsp.progress import Progress
from importwise.lsp.protocol import Protocol, quick_converter
from importwise.lsp.publisher import Publisher, Report
from importwise.lsp.reports import is_whole, reports_of, settings_reports, targets_in_doubt
from importwise.names import UNTITLED
from importwise.workspace.ignore import is_excluded
from importwise.workspace.load import Loaded
from importwise.workspace.project import Project
from importwise.workspace.projects import Projects

logger = logging.getLogger(__name__)

PAUSE = 0.03
"""Seconds after an edit in which further ones may come before the files that depend on it are checked."""

QUIET = 5.0
"""Seconds without news after which a client that gets them bit by bit is to ask for them again."""

WARNING = 2
"""LSP 3.17 "MessageType"."""
OPEN_FILES = "open-files"
SETTINGS_OF = "settings of "
"""Begins the publisher's key for what is wrong with the settings of a project; those of files are their paths."""


class Place(NamedTuple):
    """An open document in the eyes of a project; cells of notebooks are none."""

    project: Project
    path: str
    document: Document


class ImportwiseServer(LanguageServer):
    """The server of one editor. All it holds is touched on the event loop only."""

    protocol: Protocol

    def __init__(
        self,
        clock: Callable[[], float] = time.perf_counter,
        pause: float = PAUSE,
        quiet: float = QUIET,
        patience: float = PATIENCE,
        rest: float = REST,
    ) -> None:
        """``clock``, ``pause``, ``quiet``, ``patience`` and ``rest`` (seconds) are what time means to it."""
        super().__init__(
            "importwise",
            __version__,
            protocol_cls=Protocol,
            notebook_document_sync=SYNCHRONIZATION,
            converter_factory=quick_converter,
        )
        self.pause = pause
        self.quiet = quiet
        self.client = Client()
        self.wishes: dict[str, dict[str, Any]] = {}
        """The client's settings for each workspace folder; under "" for all else."""
        self.doubts = Doubts(self._warn)
        """What is wrong with those."""
        self.folders: tuple[str, ...] = ()
        """The workspace folders."""
        self.documents: dict[str, Document] = {}
        """What is open, by URI."""
        self.uris: dict[str, str] = {}
        """The URI of each open document that has a path, by that path."""
        self.untitled: dict[str, str] = {}
        """The paths of open documents that are no files, by URI: they stay where they were opened when folders come and go."""
        self.sources: dict[str, None] = {}
        """The paths of those open documents that are checked, in the order of opening."""
        self.notebooks: dict[str, Notebook] = {}
        """The open notebooks, by path."""
        self.cells: dict[str, str] = {}
        """The path of the notebook that each open cell belongs to, by the cell's URI."""
        self.projects = Projects()
        self.publisher = Publisher(self._reports, self._told, self._sliced, self.drained, clock)
        self.being_typed = BeingTyped(self.publisher.mark, self.mark, patience)
        self.parsing = Parsing(self.mark, rest)
        self.worker = ThreadPoolExecutor(1, "worker")
        """For what takes long: it is given values and gives values."""
        self.progresses: dict[int | str, Progress] = {}
        self.ready = False
        """Whether the projects are known: until then only documents are kept."""
        self.reading: set[Project] = set()
        """The projects whose files are being read: what is closed is checked when all is known."""
        self.others_busy: list[Callable[[], bool]] = []
        """Tell whether anything else goes on that may change what is to be said."""
        self.on_told: list[Callable[[str, Report], None]] = []
        self.on_gone: list[Callable[[str], None]] = []
        """Called with a file that is not there any more, though nobody has said so."""
        self.on_slice: list[Callable[[], None]] = []
        self.on_drained: list[Callable[[], None]] = []
        self.ended: asyncio.Future[int] | None = None
        self._ready_waiters: list[asyncio.Future[None]] = []
        self._drain_waiters: list[asyncio.Future[None]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._postponed: set[str] = set()
        """Closed files that are to be checked when their project has been read."""
        self._told_of_settings: dict[str, tuple[Finding, ...]] = {}
        """What was reported on the settings of each project, by its directory."""
        self._targeted: dict[str, frozenset[str]] = {}
        """The files that the targets of a project reach, by its directory."""
        self._failures: set[str] = set()

    # Documents and places

    def path_of(self, uri: str) -> str | None:
        """The path under which a document is known to the projects; None if it is none of ours.

        An untitled document lies in the first folder, under a name that no module can have.
        """
        if uri in self.cells:
            return self.cells[uri]
        if uri in self.untitled:
            return self.untitled[uri]
        path = to_path(uri)
        if path is not None:
            return path
        scheme, _, name = uri.partition(":")
        if scheme != UNTITLED[:-1]:
            return None
        name = unquote(name)
        if name.startswith("/"):
            return to_path(f"file://{name}")
        folder = self.folders[0] if self.folders else os.getcwd().replace(os.sep, "/")
        ending = "" if name.endswith((".py", ".pyi", ".ipynb")) else ".py"
        return f"{folder}/{UNTITLED}{name.replace('/', '_')}{ending}"

    def place(self, uri: str) -> Place | None:
        """Where a document stands; None if it is not open, or no project answers for it."""
        document = self.documents.get(uri)
        path = self.path_of(uri)
        if document is None or path is None or path not in self.sources or path in self.notebooks or not self.ready:
            return None
        project = self.projects.of(path)
        return None if project is None else Place(project, path, document)

    def lines_of(self, project: Project, path: str) -> list[str]:
        """The lines of a file: those in the editor, if it is open there."""
        uri = self.uris.get(path)
        if uri is not None and uri in self.documents:
            return self.documents[uri].lines
        return split_lines(project.text(path) or "")

    def lines_to_count(self, project: Project, path: str, most: int) -> Sequence[str]:
        """The first ``most`` lines of a file, as far as columns in them may count otherwise for the client: nearly always none."""
        if path in self.uris:
            return self.lines_of(project, path)
        text = project.text(path)
        return first_lines(text, most) if text is not None and not text.isascii() else ()

    def uri_of(self, path: str) -> str:
        """The URI of a file; as the client spells it, if it is open."""
        return self.uris.get(path) or to_uri(path)

    def wishes_for(self, path: str) -> dict[str, Any]:
        """What the client has set for the workspace folder in which ``path`` lies."""
        inside = [folder for folder in self.wishes if f"{path}/".startswith(f"{folder}/")]
        return self.wishes.get(max(inside, key=len, default=""), {})

    # Changes

    def apply(
        self, changes: Iterable[Change], now: Iterable[str] = (), pause: float = 0, loaded: Loaded | None = None
    ) -> None:
        """Hand changes to the projects. The files ``now`` are checked at once, all others that may differ after a pause.

        ``loaded`` is what the worker has read of the changed files.
        """
        changes = list(changes)
        for project in self.projects.all():
            own = [change for change in changes if self._concerns(project, change)]
            if not own:
                continue
            try:
                affected = project.apply(own, loaded)
            except Exception as error:  # noqa: BLE001 - the next change must find the server alive
                self.failed("taking in changes", error)
                self._read_anew(project)
                continue
            self.publisher.mark(affected, self.sources)
        self.check_now(now, pause)

    def _concerns(self, project: Project, change: Change) -> bool:
        if not isinstance(change, Edited):
            return True
        return (
            change.path in project.buffers or change.path in project.checked or self.projects.of(change.path) is project
        )

    def hand_over_open(self, project: Project) -> None:
        """Tell a project what is open by now, and what is not any more: it is new, or answers for other files than before."""
        project.apply([Closed(path) for path in project.buffers if path not in self.sources])
        for path in self.sources:
            notebook, document = self.notebooks.get(path), self.documents.get(self.uris.get(path, ""))
            if notebook is not None:
                change = Edited(path, notebook.joined.text)
            elif document is not None:
                change = Edited(path, document.source)
            else:
                continue  # A client that opened it twice has closed it once.
            if self._concerns(project, change):
                project.apply([change])

    def _read_anew(self, project: Project) -> None:
        """What is known of a project may be wrong: begin again with what is on the disk."""
        try:
            project.load(cache=None, read=False)
            project.complete()
            self.hand_over_open(project)
        except Exception as error:  # noqa: BLE001 - as above
            self.failed("reading a project anew", error)
        self.mark_all()

    # Checking

    def check_now(self, paths: Iterable[str], pause: float = 0) -> None:
        """Check these files now, and what else is dirty after a pause."""
        for path in [path for path in paths if self.publisher.is_stale(path)]:
            if self.publisher.held:
                self.publisher.mark([path], [path])
            else:
                self.publisher.check(path)
        self.publisher.drain_soon(pause, asyncio.get_running_loop())

    def mark(self, paths: Iterable[str]) -> None:
        """The findings of ``paths`` may differ: check them soon."""
        self.publisher.mark(paths, self.sources)
        self.publisher.drain_soon(0, asyncio.get_running_loop())

    def mark_all(self) -> None:
        """Everything may differ."""
        known = {key for key in self.publisher.known() if not key.startswith(SETTINGS_OF)}
        self.mark(known.union(self.sources, *(project.checked for project in self.projects.all())))

    def mark_unchecked(self, project: Project) -> None:
        """Check what was never checked in a project, or waited for it to be read."""
        postponed = self._postponed & project.checked
        self._postponed -= postponed
        if project.snapshot.incomplete:  # Reading was cancelled: of what was never checked nothing is said.
            self.mark(postponed & self.publisher.known())
        else:
            self.mark(postponed | (project.checked - self.publisher.known()))

    @property
    def settled(self) -> bool:
        """Whether every file is read, and all that is to be said is known."""
        return (
            self.ready and not self.reading and self.publisher.settled and not any(busy() for busy in self.others_busy)
        )

    async def until_ready(self) -> None:
        """Wait until the projects are known."""
        if not self.ready:
            await self._wait(self._ready_waiters)

    async def until_settled(self) -> None:
        """Wait until there is nothing left to do, and nothing held back."""
        while not self.settled or self.being_typed.holds or self.parsing.waits:
            await self._wait(self._drain_waiters)

    async def until_drained(self) -> None:
        """Wait until nothing is to be checked."""
        if not self.publisher.settled:
            await self._wait(self._drain_waiters)

    async def _wait(self, waiters: list[asyncio.Future[None]]) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiters.append(waiter)
        await waiter

    def now_ready(self) -> None:
        """The projects are known."""
        self.ready = True
        _wake(self._ready_waiters)

    def _reports(self, path: str) -> dict[str, Report] | None:
        project = self.projects.of(path)
        if project is None or not self.is_shown(project, path):
            return {}
        if project in self.reading and path not in self.sources:
            self._postponed.add(path)
            return None
        try:
            return reports_of(self, project, path)
        except Exception as error:  # noqa: BLE001 - one file's trouble stays that file's
            self.failed(f"checking {path}", error)
            return {}

    def is_shown(self, project: Project, path: str) -> bool:
        """Whether the client is told what there is to say of a file."""
        settings = project.config.settings
        if path in self.sources:
            if self.projects.installed(path):
                return False
            # What is no file yet lies nowhere that a pattern could speak of.
            unsaved = path in self.untitled.values()
            return unsaved or not is_excluded(path, project.config.directory, settings.exclude)
        if path not in project.checked or settings.diagnostic_mode == OPEN_FILES:
            return False
        if settings.targets and path not in self._targeted.get(project.config.directory, ()):
            return False
        return any(path.startswith(f"{folder}/") for folder in self.folders)

    def _target_anew(self) -> bool:
        """Of projects with `targets`, find out which files those reach by now; returns whether others than before are to be checked."""
        for project in self.projects.all():
            directory, targets = project.config.directory, project.config.settings.targets
            before = self._targeted.pop(directory, frozenset())
            if targets:
                self._targeted[directory] = after = frozenset(project.imported_by(targets))
                self.mark(before ^ after)
        return not self.publisher.settled

    def settings_changed(self, project: Project, same_allowances: bool) -> None:
        """Report at once what is wrong with the settings of a project.

        What only all files together can tell, as that an entry of the allowlist matches nothing, is told when they are
        checked; with the ``same_allowances`` what was told stays until then.
        """
        told = self._told_of_settings.get(project.config.directory, ()) if same_allowances else ()
        findings = (*project.settings_findings(whole=False), *(one for one in told if one.rule == unused_allow.RULE))
        self._report_settings(project, findings)

    def _all_checked(self) -> None:
        """Report what is wrong with all settings; of projects that are gone, nothing any more."""
        known = {project.config.directory: project for project in self.projects.all()}
        for project in known.values():
            self._report_settings(project, project.settings_findings(is_whole(project)))
        self.doubts.note("targets", targets_in_doubt(known.values()))
        for directory in self._told_of_settings.keys() - known.keys():
            del self._told_of_settings[directory]
            self.publisher.put(f"{SETTINGS_OF}{directory}", {})

    def _report_settings(self, project: Project, findings: tuple[Finding, ...]) -> None:
        directory = project.config.directory
        # The file may be another by now: what was told of it is not told at other places before that is taken in.
        if self._told_of_settings.get(directory) != findings:
            self._told_of_settings[directory] = findings
            self.publisher.put(f"{SETTINGS_OF}{directory}", settings_reports(self, project, findings))

    def _told(self, uri: str, report: Report) -> None:
        for listener in self.on_told:
            listener(uri, report)

    def _sliced(self) -> None:
        for listener in self.on_slice:
            listener()

    def drained(self) -> None:
        """Nothing is to be checked any more, or nothing to be read: say so to whoever waits for it."""
        if self.settled:
            if self._target_anew():
                return
            self._all_checked()
        _wake(self._drain_waiters)
        for listener in self.on_drained:
            listener()

    # The client

    def ask(self, method: str, params: Any, answered: Callable[[Any], None] = lambda _: None) -> None:
        """Send a request of plain JSON values; ``answered`` gets the result. That the client refuses is logged."""

        def done(answer: Future[Any]) -> None:
            if answer.cancelled():
                return
            if (error := answer.exception()) is not None:
                logger.warning("the client refused %s: %s", method, error)
                return
            answered(answer.result())

        self.protocol.ask(method, params).add_done_callback(done)

    def _warn(self, text: str) -> None:
        self.protocol.send_raw("window/showMessage", {"type": WARNING, "message": text})

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Let ``work`` go on by itself; if it fails, that is logged."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._task_done)

    def _task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.failed("working in the background", error)

    # Failures and the end

    def failed(self, doing: str, error: BaseException) -> None:
        """Log an internal error with its cause, the first time in full. The person who types is not told."""
        known = f"{type(error).__name__}: {error}"
        if known in self._failures:
            logger.error("failed while %s: %s (as before)", doing, known)
            return
        self._failures.add(known)
        logger.error("failed while %s", doing, exc_info=error)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """(2) Log only. pygls would send a message, and if that fails one more, and so on without end."""
        self.failed(f"handling a message ({getattr(source, '__name__', source)})", error)

    def end(self, status: int) -> None:
        """End the conversation; ``status`` is the process's exit status."""
        if self.ended is not None and not self.ended.done():
            self.ended.set_result(status)


def _wake(waiters: list[asyncio.Future[None]]) -> None:
    for waiter in waiters:
        if not waiter.done():
            waiter.set_result(None)
    waiters.clear()
