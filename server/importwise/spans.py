"""Places in a text."""

from __future__ import annotations

from typing import NamedTuple


class Position(NamedTuple):
    """A line and a column, both from 0; columns count code points.

    Lines end at ``\\n``, ``\\r\\n`` or ``\\r`` and nowhere else (Python reference 2.1.2, LSP 3.17 "Text Documents").
    """

    line: int
    column: int


class Span(NamedTuple):
    """From ``start`` up to, but without, ``end``."""

    start: Position
    end: Position

    @classmethod
    def on_line(cls, line: int, column: int, length: int) -> Span:
        """The span of ``length`` code points that begins at ``line`` and ``column``."""
        return cls(Position(line, column), Position(line, column + length))
