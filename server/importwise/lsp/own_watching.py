"""Watching in the client's place: with the package `watchfiles`, or by looking now and then."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importwise.lsp.server import ImportwiseServer

logger = logging.getLogger(__name__)

LOOK_EVERY = 30.0
"""Seconds between two looks at everything, where nothing better is at hand."""
STEP, DEBOUNCE = 20, 50
"""Milliseconds that `watchfiles` waits for more."""

COARSEST = 2_000_000_000
"""Nanoseconds between two times that a file system may not be able to tell apart."""

LOOKING = "the server, by looking on save and every half minute"

Stamps = dict[str, tuple[int, int]]
"""Time of change in nanoseconds and size of some folders and of the entries in them; `FOLDER` is the size of folders."""

FOLDER = -1


class OwnWatching:
    """Watches folders, and calls ``hint`` with what may have changed."""

    def __init__(self, server: ImportwiseServer, hint: Callable[[Iterable[str]], None]) -> None:
        self.sees_all = _has_watchfiles()
        """Whether everything is seen as it happens; else by looking now and then."""
        self.kind = "the server, with watchfiles" if self.sees_all else LOOKING
        self._server = server
        self._hint = hint
        self._stamps: Stamps | None = None
        self._looking = self._wanted = False
        self._started = time.time_ns() - COARSEST
        self._stop: asyncio.Event | None = None
        self._watched: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    def start(self) -> None:
        """Begin."""
        if not self.sees_all:
            self._server.spawn(self._look_for_ever())

    def watch(self, folders: tuple[str, ...], environments: tuple[str, ...]) -> None:
        """Watch all below ``folders``, and the entries of ``environments``."""
        if (folders, environments) == self._watched:
            return
        self._watched = folders, environments
        if self.sees_all:
            if self._stop is not None:
                self._stop.set()
            self._stop = asyncio.Event()
            for paths, below in ((folders, True), (environments, False)):
                existing = [path for path in paths if os.path.isdir(path)]
                if existing:
                    self._server.spawn(self._follow(existing, below, self._stop))

    async def _follow(self, paths: list[str], below: bool, stop: asyncio.Event) -> None:
        from watchfiles import awatch

        watching = awatch(
            *paths, watch_filter=None, recursive=below, stop_event=stop, step=STEP, debounce=DEBOUNCE, rust_timeout=1000
        )
        try:
            async for changes in watching:
                self._hint([path.replace(os.sep, "/") for _, path in changes])
        except OSError as error:  # The system allows so many watches only.
            if self.sees_all:
                self.sees_all = False
                self.kind = LOOKING
                logger.warning("watchfiles can't watch (%s): files are watched by %s", error, LOOKING)
                self._server.spawn(self._look_for_ever())

    def look_soon(self) -> None:
        """A good moment to look: a file was saved."""
        if not self.sees_all:
            self._server.spawn(self._look())

    async def _look_for_ever(self) -> None:
        while True:
            await self._look()
            await asyncio.sleep(LOOK_EVERY)

    async def _look(self) -> None:
        server = self._server
        await server.until_ready()
        self._wanted = True
        if self._looking:
            return  # It will look once more.
        self._looking = True
        try:
            while self._wanted:
                self._wanted = False
                folders = sorted({folder for project in server.projects.all() for folder in project.folders})
                folders += self._watched[1]
                stamps = await asyncio.get_running_loop().run_in_executor(server.worker, stamps_of, folders)
                if self._stamps is None:
                    # The projects have looked at the disk some time before.
                    self._hint(young(stamps, self._started))
                else:
                    self._hint(differing(self._stamps, stamps))
                self._stamps = stamps
        finally:
            self._looking = False


def stamps_of(folders: Iterable[str]) -> Stamps:
    """The stamps of ``folders`` and of their entries; what can't be read has none."""
    stamps: Stamps = {}
    for folder in folders:
        try:
            stamps[folder] = os.stat(folder).st_mtime_ns, FOLDER
            with os.scandir(folder) as entries:
                for entry in entries:
                    path = f"{folder}/{entry.name}"
                    try:
                        if entry.is_dir():
                            stamps.setdefault(path, (0, FOLDER))
                        else:
                            status = entry.stat()
                            stamps[path] = status.st_mtime_ns, status.st_size
                    except OSError:
                        continue
        except OSError:
            continue
    return stamps


def young(stamps: Stamps, started: int) -> list[str]:
    """The paths that changed after the time ``started``, in nanoseconds; of a folder it is enough to be looked at itself."""
    return sorted(path for path, (changed, _) in stamps.items() if changed >= started)


def differing(before: Stamps, after: Stamps) -> list[str]:
    """The files that changed, and the files and folders that came or went."""
    came_or_went = before.keys() ^ after.keys()
    changed = {path for path, stamp in after.items() if stamp[1] != FOLDER and before.get(path) != stamp}
    return sorted(came_or_went | changed)


def _has_watchfiles() -> bool:
    from importlib.util import find_spec

    try:
        return find_spec("watchfiles") is not None
    except ImportError:
        return False
