"""What is to be altered in files: values, not yet done. Whoever asked decides whether to apply them.

Moves and renames of files will stand beside `Edit` here, as further kinds of what a `Changes` holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from importwise.spans import Position, Span

_LINE_END = re.compile(r"\r\n|\r|\n")


class Edit(NamedTuple):
    """Put ``text`` in the place of ``span`` in the file ``path``."""

    path: str
    span: Span
    text: str


class Changes(NamedTuple):
    """What belongs together: all of it is done, or nothing. No two edits of a file overlap."""

    edits: tuple[Edit, ...]
    creates: tuple[str, ...] = ()
    """Files that have to be made, empty, before the edits."""


def applied(text: str, edits: Iterable[Edit]) -> str:
    """``text`` after ``edits`` of its file; spans are those of the text before. Line ends stay as they are."""
    starts = line_starts(text)

    def offset(position: Position) -> int:
        return starts[position.line] + position.column if position.line < len(starts) else len(text)

    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        text = text[: offset(edit.span.start)] + edit.text + text[offset(edit.span.end) :]
    return text


def line_starts(text: str) -> list[int]:
    """Where the lines of ``text`` begin, as `Position` counts them."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def end_of_line(text: str) -> str:
    """The line end that ``text`` uses: that of its first line."""
    match = _LINE_END.search(text)
    return match[0] if match else "\n"
