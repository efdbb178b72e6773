"""Imports in functions, without what they depend on: that is read only where a verdict depends on it (`summary.UNREAD`)."""

from __future__ import annotations

import re
from functools import lru_cache

from importwise.syntax.bindings import unusual
from importwise.syntax.boundaries import separate
from importwise.syntax.constants import binding_places
from importwise.syntax.imports import KEYWORDS
from importwise.syntax.record import BOUND, Record
from importwise.syntax.summary import UNREAD, Guard

_FUNCTION = re.compile(r"\n(?:async[ ]+)?def\b")
_NESTED = re.compile(r"\n[ \t]+(?:def|class|async|global[^\n]*;)\b")
_GLOBAL = re.compile(r"global[ ]+(\w+(?:[ ]*,[ ]*\w+)*)[ ]*(?:#[^\n]*)?\n")
_ASSIGNED = re.compile(r"[ ]*(?:[-+*/%&|^@]|//|\*\*|<<|>>)?=(?!=)")
_READS = re.compile(r"\n[ \t]+(?:if|elif|while|return)\b")
_WALRUS = re.compile(r"(?:\s|\\\n|#[^\n]*\n)*:?=(?!=)")

_HEAD = re.compile(r"(?:from|import)[ \t]+([^\W\d]\w*)")

UNREAD_ALONE: Guard = (UNREAD,)

MOST_OUTWARD = 40
"""Functions that are looked at, from an import outwards."""


def read_apart(
    record: Record, start: int, end: int, wanted: list[int], stops: list[int], outside: Guard, function: bool = False
) -> bool:
    """Notes the imports, and the names that are bound as ``global``, of the function, method or class that begins after the
    ``\n`` at ``start``, or of a ``function``'s body.

    ``wanted`` is where the words "import" and "global" stand in them, ``stops`` those of them that are no plain imports,
    ``outside`` the guard of the whole. Returns False, and has noted nothing, if the imports' own guards are of interest, or
    where it takes a closer look to see what is what.
    """
    if record.known is None:
        return False
    function = function or _FUNCTION.match(record.text, start) is not None
    names = _global_names(record, start, end, stops, function) if stops else []
    if names is None:
        return False
    places = _import_places(record, start, [at for at in wanted if at not in stops] if stops else wanted, function)
    if places is None:
        return False
    guard = (*outside, UNREAD) if outside else UNREAD_ALONE
    for place in places:
        record.add_import(place, "function", guard)
    for place, name in names:
        record.bind(name, record.line(place), BOUND, outside)
    return True


def _import_places(record: Record, start: int, wanted: list[int], function: bool) -> list[int] | None:
    """Where the import statements begin; None if one of them is not surely a statement of a function, or if it is of interest."""
    text = record.text
    places: list[int] = []
    for at in wanted:
        line = text.rfind("\n", start, at)
        before = text[line + 1 : at]
        column = len(before) - len(before.lstrip())
        if not column or line <= start or text[line - 1] == "\\":
            return None
        if not (function or _in_function(text, start, line + 1, column)):
            return None
        head = _HEAD.match(text, line + 1 + column)
        if head and record.known is not None and head[1] not in record.known:
            return None
        place = line + 1 + column
        if not places or place > places[-1]:
            places.append(place)
    return places


def _global_names(
    record: Record, start: int, end: int, stops: list[int], function: bool
) -> list[tuple[int, str]] | None:
    """Where the function binds the names that it declares ``global``, if it does so by plain assignments alone, else None."""
    text = record.text
    if _NESTED.search(text, start + 1, end) or (not text.isascii() and unusual(text[start:end])):
        return None
    found: list[tuple[int, str]] = []
    for at in stops:
        declared = _GLOBAL.match(text, at)
        if not declared:
            return None
        for name in declared[1].replace(" ", "").split(","):
            if name in KEYWORDS or name[:2] == "__":
                return None
            for place in binding_places(text, name, declared.end(), end):
                line = text.rfind("\n", start, place)
                if _READS.match(text, line) and not _WALRUS.match(text, place + len(name)):
                    continue
                if (
                    not text[line:place].isspace()
                    or not (function or _in_function(text, start, line + 1, place - line - 1))
                    or not _ASSIGNED.match(text, place + len(name))
                    or not (text[line - 1] == ":" or separate(text, line, place))
                    or record.strings.holds(place)
                ):
                    return None
                found.append((place, name))
    found.sort()
    return found


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
