"""The bar: on a terminal, after a moment, on stderr."""

from __future__ import annotations

import io

from importwise.cli.console import Console, plain
from importwise.cli.progress import PATIENCE, Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO, *times: float, quiet: bool = False) -> str:
    """What a bar that is called at these times writes."""
    moments = iter([0.0, *times])
    console = Console(io.StringIO(), stream, plain, plain, quiet, False)
    progress = Progress(console, lambda: next(moments))
    for number, _ in enumerate(times):
        progress(number, 100)
    written = stream.getvalue()
    progress.close()
    assert console.out.getvalue() == ""  # type: ignore[attr-defined]
    return written


def test_short_work_shows_nothing() -> None:
    assert shown(Terminal(), PATIENCE / 2, PATIENCE * 0.9) == ""


def test_long_work_shows_how_far_it_is() -> None:
    assert "1/100" in shown(Terminal(), PATIENCE / 2, PATIENCE * 2)


def test_nothing_where_no_one_looks() -> None:
    assert shown(io.StringIO(), PATIENCE * 2, PATIENCE * 3) == ""
    assert shown(Terminal(), PATIENCE * 2, PATIENCE * 3, quiet=True) == ""
