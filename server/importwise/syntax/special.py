"""Words that make a closer look at a statement worthwhile: it may change its module's namespace or ``sys.modules``."""

from __future__ import annotations

import re
from bisect import bisect_left

_NAMESPACE = (
    r"(?:globals|locals|vars|exec|attach(?:_stub)?|_convert_?|recreate_module)\s*\(|_import_structure|global_enum"
    r"|modules(?:\s|\\\n)*(?:\[|\||\.(?:\s|\\\n)*(?:update|setdefault|__setitem__))|sys\.path|meta_path"
)
_OWN = r"|setattr\s*\(|__class__|__dict__"
"""Only of interest if the file has a name for itself."""

NAMESPACE = re.compile(_NAMESPACE)
NAMESPACE_OWN = re.compile(_NAMESPACE + _OWN)
SPECIAL = re.compile(_NAMESPACE + "|__path__|__all__|declare_namespace")
SPECIAL_OWN = re.compile(_NAMESPACE + _OWN + "|__path__|__all__|declare_namespace")
"""A word that makes a closer look at a statement at module level worthwhile."""

NEEDLES = ("globals(", "sys.modules", "sys.meta_path", "sys.path")
"""Words of which every occurrence deserves a look, in functions too."""

_CALLED = tuple("globals locals vars exec attach attach_stub _convert _convert_ recreate_module setattr".split())
_CALLS = "|".join([rf"(?<={name}\()" for name in [*_CALLED, "declare_namespace"]])
# The same as `SPECIAL_OWN`, but several times faster: each alternative begins with a character that is rare.
# Group: a bracket after white space, before which one of the names may stand.
_CALL = rf"\((?:(?<=[scrhtbe_]\()(?:{_CALLS})|(?<=[\s\\]\()())"
HINT = re.compile(
    rf"{_CALL}|\.(?<=sys\.)(?:modules|meta|path)"
    r"|_(?:_(?:class|dict|path|all)__|import_structure|enum(?<=global_enum)|path(?<=meta_path))"
    r"|u(?<=modu)les(?:\s|\\\n)*[\[|.]"
)
_HINT_OF_CALL = re.compile(_CALL)
_NO_CALLS = ("sys.", "__", "_import_structure", "global_enum", "meta_path", "modules")
"""Without any of these there is nothing in a text but a call for which `HINT` looks."""
_LONG = 300

_STATEMENT = re.compile(r"(?:[\n;:][ \t\f]*|\\\n[ \t\f]*|[ \t\f]{40})\Z")
# Where the module's dictionary, or the table of modules, is not just read.
_GLOBALS = re.compile(r"globals\(\s*\)(?!\s*\.\s*(?:get|keys|values|items|copy)\b)")
_SYS = re.compile(
    r"sys\.(?:modules(?:\s|\\\n)*(?:\[|\||\.(?:\s|\\\n)*(?:update|setdefault|__setitem__)\b)|(?:meta_)?path(?:\s|\\\n)*(?:\[|\+?=|,|\.(?:\s|\\\n)*(?:append|insert|extend)\b))"
)


def hints(text: str, start: int, end: int, words: tuple[str, ...]) -> bool:
    """Whether ``text[start:end]`` may hold anything special, or one of the file's own words; true too often, never too seldom."""
    pattern = HINT
    if end - start > _LONG and not any([text.find(word, start, end) >= 0 for word in _NO_CALLS]):
        # To look for each of the words is quicker than to look for all at once.
        pattern = _HINT_OF_CALL
    match = pattern.search(text, start, end)
    while match:
        if match.lastindex is None:
            return True
        before = text[max(start, match.start() - 40) : match.start()].rstrip(" \t\n\f\\")
        if not before or before.endswith(_CALLED):
            return True
        match = pattern.search(text, match.end(), end)
    return bool(words) and any([text.find(word, start, end) >= 0 for word in words])


def marks_in(text: str, words: tuple[str, ...]) -> list[int]:
    """The positions of all needles, of the file's own ``words`` of that kind, and of ``global`` statements."""
    marks: list[int] = []
    at = text.find("global")
    while at >= 0:
        if text[at + 6] in " \t\f\\":
            if _STATEMENT.search(text, max(at - 40, 0), at):
                marks.append(at)
        elif _GLOBALS.match(text, at):
            marks.append(at)
        at = text.find("global", at + 6)
    at = text.find("sys.")
    while at >= 0:
        if _SYS.match(text, at):
            marks.append(at)
        at = text.find("sys.", at + 4)
    for word in words:
        at = text.find(word)
        while at >= 0:
            if not (text[at - 1].isalnum() or text[at - 1] in "_."):
                marks.append(at)
            at = text.find(word, at + 1)
    marks.sort()
    return marks


def imports_in(text: str) -> list[int]:
    """The positions of the word "import", wherever it stands."""
    found: list[int] = []
    at = text.find("import")
    while at >= 0:
        found.append(at)
        at = text.find("import", at + 6)
    return found


def between(positions: list[int], start: int, end: int) -> list[int]:
    """Those of the sorted positions from ``start`` to before ``end``."""
    return positions[bisect_left(positions, start) : bisect_left(positions, end)]
