"""What happens on the disk: hints gathered into one change. What is on the disk counts, not what an event says of it."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterable

from lsprotocol import types

from importwise.index.change import Touched
from importwise.lsp.convert import to_path, to_uri
from importwise.lsp.loading import Loader
from importwise.lsp.own_watching import OwnWatching
from importwise.lsp.server import ImportwiseServer
from importwise.workspace.config import PROJECT_FILE, SETTINGS_FILE
from importwise.workspace.disk import DISK
from importwise.workspace.load import Loaded, load_files
from importwise.workspace.project import Project

logger = logging.getLogger(__name__)

GATHER = 0.01
"""Seconds of quiet that end a burst."""
LONGEST = 0.1
"""Seconds after which what has come is taken in, quiet or not."""
AGAIN = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""Seconds after which an environment is looked at again: an installation takes its time, and only its beginning is seen."""
MANY = 32
"""Files that are better read by the worker."""

SETTINGS_NAMES = frozenset(
    (SETTINGS_FILE, PROJECT_FILE, "setup.cfg", "tox.ini", "pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml")
)
ENVIRONMENT_NAMES = frozenset(("pyvenv.cfg", ".venv", "venv", ".python-version", "conda-meta"))
ENDINGS = (".py", ".pyi", ".pyc", ".ipynb", ".so", ".pyd", ".dll", ".dylib", ".pth", ".zip", ".egg")
PATTERN = "**/*.{py,pyi,ipynb,so,pyd,pth,toml,cfg,ini}"
"""Files whose content matters. Of everything else it matters only that it is there: a folder, above all."""
IGNORED = ("/__pycache__/", "/node_modules/", "/.git/")

CHANGED, CAME_OR_WENT = 2, 1 | 4
"""LSP 3.17 "WatchKind"."""
FOLDERS_ID, ENVIRONMENT_ID = "importwise-folders", "importwise-environment"


class Watcher:
    """Gathers hints, and sees to it that they come."""

    def __init__(self, server: ImportwiseServer, loader: Loader) -> None:
        self.server = server
        self.loader = loader
        self.own: OwnWatching | None = None
        """In place of the client, or beside it, if that does not watch well."""
        self._asks = True
        """Whether the client is asked to watch."""
        self.kind = "nobody yet"
        """Who watches, for people."""
        self._pending: dict[str, None] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._since: float | None = None
        self._flushing = False
        self._registered: dict[str, tuple[str, ...]] = {}
        self._installing: dict[str, None] = {}
        """What is new in environments, perhaps not completely."""
        self._again: asyncio.TimerHandle | None = None
        server.on_gone.append(lambda path: self.hint([path]))
        server.others_busy.append(lambda: self._flushing or bool(self._pending))

    # Who watches

    def start(self) -> None:
        """Have the workspace folders watched: by the editor if it does so well, else by the server, else by both."""
        client = self.server.client
        self.kind = "the editor"
        if not (client.watches and client.watches_well):
            self.own = OwnWatching(self.server, self.hint)
            self.own.start()
            self._asks = client.watches and not self.own.sees_all
            self.kind = f"the editor and {self.own.kind}" if self._asks else self.own.kind
        logger.info("files are watched by %s", self.kind)
        self.watch()

    def watch(self) -> None:
        """Watch what is to be watched by now: projects come and go, and so do environments."""
        server = self.server
        folders = tuple(dict.fromkeys((*server.folders, *server.projects.by_directory)))
        folders = tuple(f for f in folders if not any(f != g and f.startswith(f"{g}/") for g in folders))
        environments = tuple(
            dict.fromkeys(
                place.path
                for project in server.projects.all()
                for place in (*project.environment.site_packages, *project.snapshot.extra_paths)
                if not any(f"{place.path}/".startswith(f"{folder}/") for folder in folders)
            )
        )
        if self.own is not None:
            self.own.watch(folders, environments)
        if not self._asks:
            return
        everything = [(PATTERN, CHANGED), ("**/.gitignore", CHANGED), ("**/*", CAME_OR_WENT)]
        self._register(FOLDERS_ID, folders, everything)
        self._register(ENVIRONMENT_ID, environments, [("*", CAME_OR_WENT), ("*.pth", CHANGED)])

    def _register(self, number: str, folders: tuple[str, ...], patterns: list[tuple[str, int]]) -> None:
        """Have ``patterns`` below ``folders`` watched under the registration ``number`` (LSP 3.17 "DidChangeWatchedFiles")."""
        if self._registered.get(number, ()) == folders:
            return
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        if number in self._registered:
            self.server.ask(
                types.CLIENT_UNREGISTER_CAPABILITY, {"unregisterations": [{"id": number, "method": method}]}
            )
            del self._registered[number]
        if not folders:
            return
        self._registered[number] = folders
        watchers = [
            {"globPattern": self._pattern(folder, pattern), "kind": kind}
            for folder in folders
            for pattern, kind in patterns
        ]
        registration = {"id": number, "method": method, "registerOptions": {"watchers": watchers}}
        self.server.ask(types.CLIENT_REGISTER_CAPABILITY, {"registrations": [registration]})

    def _pattern(self, folder: str, pattern: str) -> dict[str, str] | str:
        if self.server.client.relative_patterns:
            return {"baseUri": to_uri(folder), "pattern": pattern}
        return f"{folder}/{pattern}"

    # Hints

    def events(self, params: types.DidChangeWatchedFilesParams) -> None:
        """The client has seen something."""
        self.hint(path for event in params.changes if (path := to_path(event.uri)) is not None)

    def saved(self, path: str | None) -> None:
        """A document was saved."""
        if path is not None and path in self.server.uris:
            self.hint([path])
        if self.own is not None:
            self.own.look_soon()

    def hint(self, paths: Iterable[str]) -> None:
        """Something may have happened to ``paths``: take that in when the burst ends."""
        self._pending.update((path, None) for path in paths if self._matters(path))
        if not self._pending:
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        if self._since is None:
            self._since = now
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_at(min(now + GATHER, self._since + LONGEST), self._flush)

    def _matters(self, path: str) -> bool:
        if path.endswith("/.git/info/exclude"):
            return True
        if any(part in path for part in IGNORED):
            return False
        name = path.rpartition("/")[2]
        return (
            name.endswith(ENDINGS)
            or name in SETTINGS_NAMES
            or name in ENVIRONMENT_NAMES
            or name == ".gitignore"
            or "." not in name[1:]
            or any(path in project.snapshot.tree for project in self.server.projects.all())
            or os.path.isdir(path)
        )

    def _flush(self) -> None:
        self._timer = self._since = None
        if not self._flushing:
            self._flushing = True
            self.server.spawn(self._take_in())

    async def _take_in(self) -> None:
        server = self.server
        try:
            await server.until_ready()
            while self._pending:
                paths, self._pending = list(self._pending), {}
                # A project that is being made has looked at the disk already, perhaps before this happened.
                async with self.loader.busy:
                    loaded = await self._read(paths)
                    # With the settings of before nobody shall see what becomes of the files.
                    with server.publisher.hold():
                        server.apply([Touched(path) for path in paths], loaded=loaded)
                        concerned = [
                            project for project in server.projects.all() if self._concerns_settings(project, paths)
                        ]
                        if concerned:
                            await self.loader.go_on(concerned)
                if self._installing and self._again is None:
                    self._look_again_later()
                if concerned:
                    self.watch()
        finally:
            self._flushing = False
            if server.publisher.settled:
                server.drained()

    async def _read(self, paths: list[str]) -> Loaded | None:
        """What is in the files of a great burst, read by the worker."""
        files = [path for path in paths if path.endswith((".py", ".pyi")) and path not in self.server.sources]
        if len(files) < MANY:
            return None
        run = asyncio.get_running_loop().run_in_executor
        heads = frozenset().union(*(project.heads for project in self.server.projects.all()))
        return await run(self.server.worker, load_files, files, DISK.read_file, heads, self.loader.jobs)

    def _concerns_settings(self, project: Project, paths: list[str]) -> bool:
        environment = {place.path for place in project.environment.site_packages}
        inside = f"{project.config.directory}/"
        concerns = False
        for path in paths:
            folder, _, name = path.rpartition("/")
            if folder in environment:
                self._installing[path] = None
                concerns = True
            elif name in SETTINGS_NAMES or name in ENVIRONMENT_NAMES or name.endswith(".pth"):
                concerns = concerns or path.startswith(inside) or inside.startswith(f"{folder}/")
            else:
                # In a folder that came or went there may be settings.
                concerns = (
                    concerns or inside.startswith(f"{path}/") or (path.startswith(inside) and os.path.isdir(path))
                )
        return concerns

    def _look_again_later(self, pauses: tuple[float, ...] = AGAIN) -> None:
        if not pauses:
            self._installing.clear()
            self._again = None
            return

        def look() -> None:
            self._pending.update(self._installing)
            self._flush()
            self._look_again_later(pauses[1:])

        self._again = asyncio.get_running_loop().call_later(pauses[0], look)
