"""How long each step of a command takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from importwise.cli.failure import during


class Clock:
    """Times the steps of a check."""

    def __init__(self) -> None:
        self.begin = time.perf_counter()
        self.steps: dict[str, float] = {}

    @contextmanager
    def step(self, name: str, doing: str) -> Iterator[None]:
        """Time a step, and know what was being done should it fail."""
        begin = time.perf_counter()
        with during(doing):
            yield
        self.steps[name] = time.perf_counter() - begin

    @property
    def seconds(self) -> float:
        """Time since the clock was made."""
        return time.perf_counter() - self.begin
