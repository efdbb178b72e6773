"""What the client has been told of each file, and what it is to be told next.

Three numbers of files count: those that are *dirty* (their findings may differ from the report made last), those whose
report is known, and those of which the client knows something else than the report says.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

UNRESOLVED = frozenset(("unresolved-import", "unresolved-name", "relative-import-beyond-top-level"))
"""The rules about imports: the figure in the editor's status line is the number of their findings, as they are underlined.

The verdict "unresolved" of `importwise check` counts what is imported: a missing module takes along all names that one
statement imports from it.
"""


class Report(NamedTuple):
    """What there is to say of one file or notebook cell, as plain JSON values."""

    items: tuple[dict[str, Any], ...]
    id: str
    """Equal items have equal ids, in every session: a client that was told the same needs not be told again."""
    unresolved: int
    """How many of the items are of the rules `UNRESOLVED`."""


def report_of(items: Iterable[dict[str, Any]]) -> Report:
    """The report with the diagnostics ``items``."""
    items = tuple(items)
    if not items:
        return CLEAN
    # The order of the keys is that in which `convert` puts them, always the same.
    content = repr(items).encode("utf-8", "surrogatepass")
    identity = hashlib.sha256(content, usedforsecurity=False).hexdigest()[:16]
    return Report(items, identity, sum(item.get("code") in UNRESOLVED for item in items))


CLEAN = Report((), "clean", 0)


class Publisher:
    """Keeps the reports of all files. Touched on the event loop only."""

    def __init__(
        self,
        make: Callable[[str], dict[str, Report] | None],
        tell: Callable[[str, Report], None],
        sliced: Callable[[], None],
        drained: Callable[[], None],
        clock: Callable[[], float],
        slice_seconds: float = 0.004,
    ) -> None:
        """``make`` checks a file and gives its reports by URI (several for a notebook, empty for what is not shown).

        It gives None for what is better checked later, and will be marked again then.

        ``tell`` is called with each report that differs from the one before, ``sliced`` after each slice,
        ``drained`` whenever nothing is dirty any more.
        A slice of checking takes ``slice_seconds`` of ``clock`` at most, unless one file alone takes longer; between the
        slices the event loop does whatever waits.
        """
        self.reports: dict[str, Report] = {}
        """By URI. What is clean is there too, once it has been checked."""
        self.unresolved = 0
        self.rechecked = 0
        """Files checked since the start."""
        self._make = make
        self._tell = tell
        self._sliced = sliced
        self._drained = drained
        self._clock = clock
        self._slice = slice_seconds
        self._dirty: dict[str, None] = {}
        self._held = 0
        """How many hold back the checking."""
        self._free = asyncio.Event()
        self._free.set()
        self._news = False
        """Whether something was checked since `drained` was called."""
        self._uris: dict[str, tuple[str, ...]] = {}
        self._owners: dict[str, str] = {}
        """Under which key there was something to say last, by URI."""
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def settled(self) -> bool:
        """Whether nothing is dirty, and whoever waits for that was told."""
        return not self._dirty and not self._news and not self._held

    @property
    def held(self) -> bool:
        """Whether nothing is checked for the time being."""
        return self._held > 0

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Check nothing meanwhile: what would be found is true neither of what was before nor of what comes."""
        self._held += 1
        self._free.clear()
        try:
            yield
        finally:
            self._held -= 1
            if not self._held:
                self._free.set()
                self._news = True  # Whoever waits is told, even if nothing is dirty.
                self.drain_soon(0, asyncio.get_running_loop())

    async def until_free(self) -> None:
        """Wait until nobody holds back the checking."""
        while self._held:
            await self._free.wait()

    def mark(self, paths: Iterable[str], first: Iterable[str] = ()) -> None:
        """Note that the findings of ``paths`` may differ; those in ``first`` will be checked before the others."""
        paths = set(paths)
        urgent = [path for path in first if path in paths]
        if urgent:
            self._dirty = {**dict.fromkeys(urgent), **self._dirty}
        self._dirty.update(dict.fromkeys(sorted(paths)))

    def check(self, path: str) -> dict[str, Report]:
        """Check one file now, and tell what differs."""
        self._dirty.pop(path, None)
        self._news = True
        reports = self._make(path)
        if reports is None:
            return {}
        self.rechecked += 1
        self.put(path, reports)
        return reports

    def is_stale(self, path: str) -> bool:
        """Whether a file has to be checked: its findings may differ, or their places, in the units in which the client counts."""
        uris = self._uris.get(path)
        return uris is None or path in self._dirty or any(self.reports[uri].items for uri in uris)

    def put(self, key: str, reports: dict[str, Report]) -> None:
        """Take in what there is to say under ``key``, a file or what else may have something to say, and tell what differs."""
        for uri in self._uris.get(key, ()):
            # A file that could not be read may be open by now, and have a report of its own.
            if uri not in reports and self._owners.get(uri) == key:
                self._keep(uri, CLEAN)
                self.reports.pop(uri, None)
                del self._owners[uri]
        for uri, report in reports.items():
            self._keep(uri, report)
            self._owners[uri] = key
        if reports:
            self._uris[key] = tuple(reports)
        else:
            self._uris.pop(key, None)

    def known(self) -> set[str]:
        """The files, and what else there is, that have reports."""
        return set(self._uris)

    def current(self, path: str) -> dict[str, Report]:
        """The reports of a file, checked now if that is needed."""
        if path in self._dirty or path not in self._uris:
            reports = self.check(path)
            self.drain_soon(0, asyncio.get_running_loop())
            return reports
        return {uri: self.reports[uri] for uri in self._uris[path]}

    def drain_soon(self, seconds: float, loop: asyncio.AbstractEventLoop) -> None:
        """Check what is dirty, after a pause in which more may come together; a pause that runs is not made longer."""
        if self._held:
            return
        if self._task is None and self._timer is None and (self._dirty or self._news):
            if seconds:
                self._timer = loop.call_later(seconds, self._start, loop)
            else:
                self._start(loop)
        elif self._timer is not None and not seconds:
            self._timer.cancel()
            self._start(loop)

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        if self._task is None and not self._held:
            self._task = loop.create_task(self._drain())

    async def _drain(self) -> None:
        try:
            while self._dirty and not self._held:
                end = self._clock() + self._slice
                while self._dirty and self._clock() < end:
                    self.check(next(iter(self._dirty)))
                self._sliced()
                await asyncio.sleep(0)
        finally:
            self._task = None
        if self._held:
            return  # Who holds it begins it again.
        self._news = False
        self._drained()

    def _keep(self, uri: str, report: Report) -> None:
        before = self.reports.get(uri, CLEAN)
        self.reports[uri] = report
        if report.id != before.id:
            self.unresolved += report.unresolved - before.unresolved
            self._tell(uri, report)
