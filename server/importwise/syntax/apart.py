"""Imports in functions, without what they depend on: that is read only where a verdict depends on it (`summary.UNREAD`)."""

from __future__ import annotations

import re
from functools import lru_cache

from importwise.syntax.record import Record
from importwise.syntax.summary import UNREAD, Guard

_CLASS = re.compile(r"\n *class\b")

_HEAD = re.compile(r"(?:from|import)[ \t]+([^\W\d]\w*)")

UNREAD_ALONE: Guard = (UNREAD,)

MOST_OUTWARD = 40
"""Functions that are looked at, from an import outwards."""


def read_apart(record: Record, start: int, wanted: list[int], outside: Guard, function: bool = False) -> bool:
    """Notes the imports of the function, method or class that begins after the ``\n`` at ``start``, or of a ``function``'s body.

    ``wanted`` is where the word "import" stands in them, ``outside`` the guard of the whole. Returns False, and has noted
    nothing, if their own guards are of interest, or where it takes a closer look to see that they are statements of a
    function.
    """
    known = record.known
    if known is None:
        return False
    text = record.text
    function = function or not _CLASS.match(text, start)
    places: list[int] = []
    for at in wanted:
        line = text.rfind("\n", start, at)
        before = text[line + 1 : at]
        column = len(before) - len(before.lstrip())
        if not (column or before == "") or line <= start or text[line - 1] == "\\":
            return False
        if not column or not (function or _in_function(text, start, line + 1, column)):
            return False
        head = _HEAD.match(text, line + 1 + column)
        if head and head[1] not in known:
            return False
        places.append(line + 1 + column)
    guard = (*outside, UNREAD) if outside else UNREAD_ALONE
    for place in places:
        record.add_import(place, "function", guard)
    return True


def _in_function(text: str, start: int, line: int, column: int) -> bool:
    """Whether the line that begins at ``line``, indented by ``column``, surely is in a function of the class at ``start``."""
    at = line
    for _ in range(MOST_OUTWARD):
        at = text.rfind("def ", start, at)
        if at < 0:
            return False
        before = text[text.rfind("\n", start, at) + 1 : at]
        header = before.lstrip(" ")
        indent = len(before) - len(header)
        if header in ("", "async ") and indent < column and not _outside(indent).search(text, at, line):
            return True
    return False


@lru_cache(maxsize=32)
def _outside(indent: int) -> re.Pattern[str]:
    """Lines that end a function whose header is indented by so many spaces."""
    return re.compile(rf"\n(?: {{0,{indent}}}(?=[^ \n#)\]}}])| *[\t\f])")
