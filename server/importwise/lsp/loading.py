"""From the workspace folders to an index of everything: opened files first, then the rest."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from importwise.lsp.client_settings import setting
from importwise.lsp.progress import Cancelled, Progress
from importwise.lsp.server import ImportwiseServer
from importwise.settings import Settings
from importwise.workspace.cache import Cache, cache_folder
from importwise.workspace.disk import DISK
from importwise.workspace.load import load_files
from importwise.workspace.project import Project
from importwise.workspace.projects import SetUp, load_project, nested_in, set_up

logger = logging.getLogger(__name__)


class Loader:
    """Makes the projects, and makes them anew when folders or settings change. Does one thing after the other."""

    def __init__(self, server: ImportwiseServer, jobs: int) -> None:
        """``jobs`` is how many processes may read files."""
        self.server = server
        self.jobs = jobs
        self.busy = asyncio.Lock()
        self.folder_of: dict[str, str] = {}
        """The workspace folder for which each project was made, by the project's directory."""
        self._begins: dict[str, SetUp] = {}
        server.others_busy.append(self.busy.locked)

    # Folders

    async def start(self) -> None:
        """Load the projects of all folders, check what is open, and begin to index the rest."""
        async with self.busy:
            for folder in self.server.folders:
                await self._add(folder)
            await self._adopt_strays()
        # Until now nobody told the projects what is typed; from here on every handler does.
        for project in self.server.projects.all():
            self.server.hand_over_open(project)
        self.server.now_ready()
        self.server.check_now(self.server.sources)
        self._index(self.server.projects.all())
        if not self.server.reading:
            _tidy_up()

    async def change_folders(self, added: Iterable[str], removed: Iterable[str]) -> None:
        """Folders were added to the workspace, or removed from it."""
        server = self.server
        async with self.busy:
            with server.publisher.hold():
                gone, new = set(removed), [folder for folder in added if folder not in server.folders]
                server.folders = tuple(folder for folder in server.folders if folder not in gone) + tuple(new)
                for directory, folder in list(self.folder_of.items()):
                    if folder in gone:
                        del self.folder_of[directory], server.projects.by_directory[directory]
                # A project that two folders share was made for the one that is gone, perhaps.
                for folder in server.folders:
                    if folder in new or folder not in self.folder_of.values():
                        await self._add(folder)
                await self._adopt_strays()
                for project in server.projects.all():
                    server.hand_over_open(project)
                server.mark_all()
                self._index(server.projects.all())

    async def _add(self, folder: str) -> None:
        begin = await self._work(_set_up, folder, self._wishes(folder), None)
        if begin is None or begin.config.directory in self.server.projects.by_directory:
            return
        project = await self._load(begin)
        if project is None:
            return
        self._install(project, begin, folder)
        for inner in await self._work(nested_in, project) or ():
            if inner not in self.server.projects.by_directory:
                inner_begin = await self._work(_set_up, inner, self._wishes(folder), None)
                inner_project = await self._load(inner_begin) if inner_begin is not None else None
                if inner_begin is not None and inner_project is not None:
                    self._install(inner_project, inner_begin, folder)

    async def _load(self, begin: SetUp, tops: tuple[str, ...] = (), walk: bool = True) -> Project | None:
        project: Project | None = await self._work(load_project, begin, DISK, tops, walk)
        return project

    def _install(self, project: Project, begin: SetUp, folder: str) -> None:
        server = self.server
        directory = project.config.directory
        self._note(begin)
        self._begins[directory] = begin
        self.folder_of[directory] = folder
        server.projects.by_directory[directory] = project
        project.contents.cache = Cache(cache_folder(), directory)
        server.hand_over_open(project)

    def _note(self, begin: SetUp) -> None:
        environment = begin.environment
        version = ".".join(map(str, environment.version))
        logger.info("project %s (%s)", begin.config.directory, begin.config.file or "no settings file")
        logger.info("environment: Python %s on %s: %s", version, environment.platform, environment.origin)
        for notice in begin.notices:
            logger.warning("%s: %s", begin.config.directory, notice)

    def _wishes(self, folder: str) -> Mapping[str, Any]:
        return self.server.wishes_for(folder)

    async def _work(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What ``function`` gives, made by the worker; None if it fails."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self.server.worker, function, *arguments)
        except Exception as error:  # noqa: BLE001 - one folder's trouble stays that folder's
            self.server.failed(f"making a project ({function.__name__})", error)
            return None

    # Files outside of every folder

    def adopt(self, path: str) -> None:
        """A file was opened: find a project for it, if none answers for it yet."""
        if self.server.ready and self.server.projects.of(path) is None:
            self.server.spawn(self._adopt(path))

    async def _adopt(self, path: str) -> None:
        async with self.busy:
            await self._adopt_strays()
        if path in self.server.sources:
            self.server.check_now([path])

    async def _adopt_strays(self) -> None:
        seen: set[str] = set()
        # While one is looked after, others may be opened.
        while new := [path for path in self.server.sources if path not in seen]:
            seen.update(new)
            for path in new:
                await self._adopt_stray(path)
        self.release()

    async def _adopt_stray(self, path: str) -> None:
        projects = self.server.projects
        if path not in self.server.sources or projects.of(path) is not None or projects.installed(path):
            return
        folder = path.rpartition("/")[0] or "/"
        begin = await self._work(_set_up, folder, self._wishes(folder), None)
        if begin is None:
            return
        # Without settings nothing says how far a project reaches: nothing but the file itself is looked at.
        alone = begin.config.file is None
        project = await self._load(begin, (path,) if alone else (), not alone)
        if project is not None:
            self._note(begin)
            self._begins[begin.config.directory] = begin
            projects.loose[folder if alone else begin.config.directory] = project
            self.server.hand_over_open(project)

    def release(self) -> None:
        """A file was closed: drop the loose projects in which nothing is open any more.

        Whichever projects there are by now, tell what is wrong with what the editor sets for them.
        """
        projects = self.server.projects
        used = {id(projects.of(path)) for path in self.server.sources}
        projects.loose = {key: project for key, project in projects.loose.items() if id(project) in used}
        doubts: dict[str, list[str]] = {}
        for project in projects.all():
            directory = project.config.directory
            begin = self._begins.get(directory)
            for option, message in begin.doubts if begin is not None else ():
                doubts.setdefault(f"`{setting(option)}`: {message.rstrip('.')}", []).append(directory)
        self.server.doubts.note("projects", doubts)

    # Settings and environment

    async def look_again(self, projects: Iterable[Project]) -> None:
        """Settings files, the editor's settings or environments may have changed: go on with what counts now."""
        async with self.busy:
            with self.server.publisher.hold():
                await self.go_on(projects)

    async def go_on(self, projects: Iterable[Project]) -> None:
        """The same for whoever has `busy`, and holds the publisher."""
        await self._find_nested()
        for project in projects:
            await self._set_up_anew(project)
        await self._adopt_strays()
        self._index(self.server.projects.all())

    async def _set_up_anew(self, project: Project) -> None:
        server = self.server
        directory = project.config.directory
        if server.projects.by_directory.get(directory) is not project:
            return
        folder = self.folder_of.get(directory, directory)
        before = self._begins[directory]
        begin = await self._work(_set_up, directory, self._wishes(folder), before.config.settings)
        if begin is None or begin == before:
            return
        if begin.config.directory != directory:
            # Its settings file is gone, and another one answers for the folder.
            del server.projects.by_directory[directory], self.folder_of[directory]
            await self._add(folder)
            # The other may have been there before, and have heard nothing of what is open here.
            for there in server.projects.all():
                server.hand_over_open(there)
            server.mark_all()
            return
        self._note(begin)
        self._begins[directory] = begin
        if (begin.config, begin.environment) != (before.config, before.environment):
            affected = project.reconfigure(begin.config, begin.environment, read=False)
            server.mark(affected.union(server.sources))  # What is open may have been excluded, and never asked for.
        if begin.config.problems != before.config.problems:
            one, other = begin.config, before.config
            server.settings_changed(project, (one.settings.allow, one.spans) == (other.settings.allow, other.spans))

    async def _find_nested(self) -> None:
        """Make projects of the folders that have settings of their own by now, and of those no more that have lost them."""
        server = self.server
        projects = server.projects.by_directory
        for directory, project in list(projects.items()):
            if projects.get(directory) is not project:
                continue
            nested = await self._work(nested_in, project) or ()
            for inner in nested:
                if inner not in projects:
                    folder = self.folder_of[directory]
                    begin = await self._work(_set_up, inner, self._wishes(folder), None)
                    made = await self._load(begin) if begin is not None else None
                    if begin is not None and made is not None:
                        self._install(made, begin, folder)
                        server.mark_all()
            for inner in list(projects):
                found_here = inner.startswith(f"{directory}/") and self.folder_of[inner] == self.folder_of[directory]
                if found_here and inner not in nested:
                    del projects[inner], self.folder_of[inner]
                    server.hand_over_open(project)
                    server.mark_all()

    # The index

    def _index(self, projects: Iterable[Project]) -> None:
        """Read the files that were not read yet, and check those that were not checked."""
        todo: list[Project] = []
        for project in projects:
            if project in self.server.reading:
                continue
            if project.snapshot.incomplete:
                todo.append(project)
            else:
                self.server.mark_unchecked(project)
        if todo:
            self.server.reading.update(todo)
            self.server.spawn(self._read_all(todo))
        elif self.server.publisher.settled:
            self.server.drained()

    async def _read_all(self, projects: list[Project]) -> None:
        server = self.server
        try:
            for project in projects:
                if await self._read(project):
                    server.mark(project.complete())
                server.reading.discard(project)
                server.mark_unchecked(project)
                await server.until_drained()
        finally:
            server.reading.difference_update(projects)
            server.drained()
        _tidy_up()
        for project in projects:
            if project.cache is not None:
                project.cache.save()

    async def _read(self, project: Project) -> bool:
        """Read what was not read yet; returns whether that was done to the end."""
        unread = project.unread()
        if not unread:
            return True
        async with Progress(self.server, "importwise", f"reading {project.config.directory}", len(unread)) as progress:
            try:
                more = (project.heads, self.jobs, progress.done, project.cache)
                loaded = await asyncio.get_running_loop().run_in_executor(
                    self.server.worker, load_files, unread, DISK.read_file, *more
                )
            except Cancelled:
                logger.warning("reading %s was cancelled: closed files are not checked", project.config.directory)
                return False
            except Exception as error:  # noqa: BLE001 - what the worker could not read is read when it is asked for
                self.server.failed("reading files", error)
                return True
        project.take_in(loaded)
        return True


def _set_up(folder: str, wishes: Mapping[str, Any], good: Settings | None) -> SetUp:
    return set_up(folder, wishes, os.environ, good)


def _tidy_up() -> None:
    """What the index is made of stays: from now on the collector looks at what is new only.

    A collection before that takes a quarter of a second on a large tree, and finds nothing worth it.
    """
    gc.freeze()
    gc.enable()
