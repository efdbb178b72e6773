"""A line of source with carets under a part of it."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

WIDTH = 100
"""Columns of source that are shown at most."""

TAB = 4
"""Columns that a tab fills at most: enough to see it, and the same in every terminal."""

CUT = "..."

_BEFORE = 40
"""Columns that are kept before the marked part where a line is cut."""


class Excerpt(NamedTuple):
    """A line as it is shown, and the line of carets for below it."""

    source: str
    carets: str


def excerpt(line: str, start: int, end: int, encoding: str = "utf-8") -> Excerpt:
    """The ``line`` with carets under the code points from ``start`` up to ``end``, at least one.

    Tabs become spaces, what a terminal would obey or hide (control characters, directions of writing, lone surrogates)
    becomes an escape, as does what ``encoding`` lacks; wide characters count two columns, combining ones none. Long lines are
    cut around the marked part.
    """
    start = min(start, len(line))
    end = min(max(end, start + 1), max(len(line), start + 1))
    if len(line) <= WIDTH and line.isascii() and line.isprintable():
        return Excerpt(line.rstrip(), " " * start + "^" * (end - start))
    # Only what can be seen is looked at: a line may have 50 MB.
    first = max(0, start - WIDTH)
    last = min(len(line), start + 2 * WIDTH)
    cells = _cells(line[first:last], encoding)
    start, end = start - first, min(end, last) - first

    begin = 0
    stop = len(cells)
    if first or last < len(line) or sum(width for _, width in cells) > WIDTH:
        begin = start
        room = _BEFORE
        while begin and room > 0:
            begin -= 1
            room -= cells[begin][1]
        stop, room = begin, WIDTH
        while stop < len(cells) and room > 0:
            room -= cells[stop][1]
            stop += 1
    head = CUT if first + begin > 0 else ""
    tail = CUT if first + stop < len(line) else ""
    source = head + "".join(text for text, _ in cells[begin:stop]) + tail
    before = len(head) + sum(width for _, width in cells[begin:start])
    marked = sum(width for _, width in cells[start : min(end, stop)])
    return Excerpt(source.rstrip(), " " * before + "^" * max(marked, 1))


def _cells(text: str, encoding: str) -> list[tuple[str, int]]:
    """How each character is shown, and on how many columns."""
    cells: list[tuple[str, int]] = []
    column = 0
    for character in text:
        if " " <= character < "\x7f":
            cell = (character, 1)
        elif character == "\t":
            width = TAB - column % TAB
            cell = (" " * width, width)
        else:
            cell = _unusual(character, encoding)
        cells.append(cell)
        column += cell[1]
    return cells


def _unusual(character: str, encoding: str) -> tuple[str, int]:
    category = unicodedata.category(character)
    if category in ("Cc", "Cs", "Cn", "Zl", "Zp") or (
        category == "Cf" and unicodedata.bidirectional(character) != "BN"
    ):
        return _escaped(character)
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return _escaped(character)
    if category in ("Mn", "Me", "Cf"):
        return character, 0
    return character, 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _escaped(character: str) -> tuple[str, int]:
    """As the error handler "backslashreplace" writes it."""
    code = ord(character)
    escape = f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return escape, len(escape)


def safe(text: str) -> str:
    """``text`` on one line, with escapes for what a terminal would obey or hide."""
    if text.isascii() and text.isprintable():
        return text
    return "".join([shown for shown, _ in _cells(text.replace("\t", " "), "utf-8")])


def brief(text: str) -> str:
    """The same, with words cut in the middle that are longer than any name people give: a name may have 10,000 characters."""
    shown = safe(text)
    if len(shown) <= _LONG:
        return shown
    return _LONG_WORD.sub(lambda word: f"{word[0][:100]}{CUT}{word[0][-40:]}", shown)


_LONG = 160
_LONG_WORD = re.compile(rf"[^ ]{{{_LONG + 1},}}")
