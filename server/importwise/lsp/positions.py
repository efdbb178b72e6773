"""Lines as LSP counts them, and columns in the unit that the client counts.

LSP 3.17, "Text Documents" and "Position": lines end at ``\\n``, ``\\r\\n`` and ``\\r`` and nowhere else; columns count
code units of the encoding agreed upon in `initialize`. Everywhere else in importwise columns count code points.

VS Code and Neovim keep a byte order mark to themselves, other clients send it, and count it as a character of the first line.
Here it is one too: what knows of it is `convert`, where it is taken off, and everywhere else there is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Encoding = Literal["utf-8", "utf-16", "utf-32"]

MARK = "\ufeff"
"""The byte order mark."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def split_lines(text: str) -> list[str]:
    """The lines with their ends. There is always a last one without an end, though it may be empty.

    `str.splitlines` would not do: it cuts at form feeds and seven other characters too.
    """
    if "\r" not in text:
        lines = [f"{line}\n" for line in text.split("\n")]
        lines[-1] = lines[-1][:-1]
        return lines
    ends = [match.end() for match in _LINE_END.finditer(text)]
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)])]


def first_lines(text: str, most: int) -> list[str]:
    """The first ``most`` lines of `split_lines`, or all."""
    if "\r" in text or text.count("\n") < most:
        return split_lines(text)[:most]
    return [f"{line}\n" for line in text.split("\n", most)[:most]]


def without_mark(lines: Sequence[str]) -> Sequence[str]:
    """The lines without a byte order mark before them."""
    return [lines[0][1:], *lines[1:]] if mark_size(lines, 0) else lines


def mark_size(lines: Sequence[str], line: int) -> int:
    """Code points of a byte order mark at the beginning of a line: there may be one on the first."""
    return int(line == 0 and bool(lines) and lines[0].startswith(MARK))


def without_end(line: str) -> str:
    """A line of `split_lines` without its end."""
    return line.rstrip("\r\n")


def to_units(line: str, column: int, encoding: Encoding) -> int:
    """The column after ``column`` code points of ``line``, in the client's units."""
    if encoding == "utf-32" or line.isascii():
        return column
    before = line[:column]
    return column - len(before) + _length(before, encoding)


def from_units(line: str, units: int, encoding: Encoding) -> int:
    """The column in code points; within a character, that of the character; beyond the line's end, the end."""
    line = without_end(line)
    if encoding == "utf-32" or line.isascii():
        return min(units, len(line))
    size = _utf8_size if encoding == "utf-8" else _utf16_size
    for column, character in enumerate(line):
        units -= size(character)
        if units < 0:
            return column
    return len(line)


def _length(text: str, encoding: Encoding) -> int:
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + len(_ASTRAL.findall(text))


def _utf8_size(character: str) -> int:
    code = ord(character)
    return 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4


def _utf16_size(character: str) -> int:
    return 1 if character <= "\uffff" else 2
