"""A progress bar on stderr for work that takes longer than a moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from importwise.cli.console import Console

PATIENCE = 0.5
"""Seconds without a bar: most checks are done by then, and `rich` need not be imported."""


class Progress:
    """Called with how many files are done and how many there are. Shows nothing unless stderr is a terminal."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._begin = clock()
        self._wanted = console.err.isatty() and not console.quiet
        self._stream = console.err
        self._bar: Any = None
        self._task: Any = None

    def __call__(self, done: int, total: int) -> None:
        if not self._wanted or self._clock() - self._begin < PATIENCE:
            return
        if self._bar is None:
            self._start(total)
        self._bar.update(self._task, completed=done, total=total, refresh=True)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
        self._wanted = False

    def _start(self, total: int) -> None:
        from rich.console import Console as RichConsole
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn("reading"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("files"),
            console=RichConsole(file=self._stream),
            transient=True,
            # Without its own thread: it would slow the very work it shows, and no process could be forked safely.
            auto_refresh=False,
        )
        self._bar.start()
        self._task = self._bar.add_task("", total=total)
