"""Statements in column 0 that need no parser, and where a function or class ends; see `reader`.

All functions take the text's `Record`; ``start`` is the position of the ``\\n`` before a line.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from importwise.syntax.bindings import normal
from importwise.syntax.boundaries import is_sure, separate
from importwise.syntax.dunder_all import literal
from importwise.syntax.imports import KEYWORDS, WORD, Plain, plain_import
from importwise.syntax.lexing import logical_line, string_end
from importwise.syntax.record import BOUND, Record
from importwise.syntax.special import between, hints
from importwise.syntax.summary import Guard

_SURE_HEADER = re.compile(
    r"""(?:if|for)\b(?![^\n]*\b(?:else|lambda)\b)[^\n"'#\\()\[\]{}:;]*
    (?:(?:\([^\n"'#\\()\[\]{}:;]*\)|"[^"\\\n{]*"|'[^'\\\n{]*')[^\n"'#\\()\[\]{}:;]*){0,8}:[ \t]*(?=\n)""",
    re.VERBOSE,
)
_IMPORT = re.compile(r"import(?:[\s(.*\\]|_module|__|orskip)")
_DECORATOR = re.compile(r"@[\w.]+(?:\([^\n]*)?\n(?:@|def\b|class\b|async\b)")
_THEN_DEFINED = re.compile(r"[)\]}]+[^\n]*\n(?:@|def\b|class\b|async\b)")
_TYPING = re.compile(r"if (?:typing\.)?TYPE_CHECKING:[ ]*\n")
_INDENTED = re.compile(r"(?:\n[ ]*)*\n    (?=from |import )")
_COLUMN_0 = re.compile(r"\n(?=[^ \t\f\n#])")
_CODE = re.compile(r"\n[ \t\f]*(?=[^ \t\f\n#])")
_BLANK = re.compile(r"[ \t]*(?:#[^\n]*)?(?=\n)")

_STRING = re.compile(rf"""(?:((?![0-9]){WORD}+)[ ]*=[ ]*)?[rRbBuU]?(?=\"\"\"|''')|(?=["'])""")
_WITHIN = r"""[^\n()\[\]{}"'\\#;:]*"""
_QUOTED = r"""(?<![fFtTrR])"[^"\\\n]*"(?!")|(?<![fFtTrR])'[^'\\\n]*'(?!')"""
_INNER = rf"{_WITHIN}(?:(?:{_QUOTED}){_WITHIN}){{0,8}}"
_CALL = re.compile(
    rf"((?![0-9])[\w.]+)\({_WITHIN}(?:(?:\({_INNER}\)|\[{_INNER}\]|{_QUOTED}){_WITHIN}){{0,20}}\)[ \t]*(?:#[^\n]*)?(?=\n)"
)
_OPENED = re.compile(
    rf"(?:((?![0-9]){WORD}+)[ ]*(?::[ ]?[\w.,| \[\]]+)?=[ ]*[\w.]*|@?((?![0-9])[\w.]+))[(\[{{][ \t]*(?:#[^\n]*)?(?=\n)"
)
# Group: the name. The brackets in the values need to be counted.
_NESTED = re.compile(rf"((?![0-9]){WORD}+)[ ]*(?::[ ]?[\w.,| \[\]]+)?=[ ]*([^\n=\"'#\\;]*)(?=\n)")
_TYPE = re.compile(r"type[ ]+((?![0-9])\w+)[ ]*=[ ]*[\w., |\[\]]*(?=\n)")
_BARE = re.compile(
    r"""\"[^"\\\n]*(?:\\[\s\S][^"\\\n]*){0,50}\"|'[^'\\\n]*(?:\\[\s\S][^'\\\n]*){0,50}'|\#[^\n]*""",
)
_ENDING = frozenset({"sys", "os", "exit", "quit"})
"""With these begin the calls that end a program."""


def worth(record: Record, start: int, end: int) -> bool:
    """Whether ``text[start:end]``, of a statement at module level, may hold what makes a closer look worthwhile."""
    text = record.text
    return (
        any([_IMPORT.match(text, at) for at in between(record.importing, start, end)])
        or text.find(":=", start, end) >= 0
        or hints(text, start, end, record.words)
    )


def quick_statement(record: Record, start: int, guard: Guard) -> int:
    """Reads the statement after ``start`` if it is a string, a call or an assignment on one line, a literal ``__all__``, or
    if its first line ends with an opening bracket that a line in column 0 closes (a table, a call over several lines), and
    nothing in it is of interest.

    Returns the position of the ``\\n`` that ends it, or 0.
    """
    text = record.text
    if text.startswith("if ", start + 1):
        return _imports_for_typing(record, start, guard) if _TYPING.match(text, start + 1) else 0
    opened = _OPENED.match(text, start + 1)
    if opened:
        if opened[1] == "__all__":
            return _literal_all(record, start, guard)
        end = _closed(record, start, opened)
        if not end:
            return 0
        word = opened[1] or opened[2].partition(".")[0]
        if word in KEYWORDS or word in _ENDING:
            return 0
        if opened[1]:
            record.bind(normal(word), record.line(start + 1), start + 1, guard)
        return end
    call = _CALL.match(text, start + 1)
    if call:
        word = call[1].partition(".")[0]
        if word in KEYWORDS or word in _ENDING or worth(record, start, call.end()):
            return 0
        return text.find("\n", call.end())
    string = _STRING.match(text, start + 1)
    if string:
        end = string_end(text, string.end())
        if end < 0 or text[end] != "\n" or string[1] in KEYWORDS:
            return 0
        if string[1]:
            if string[1] in ("__all__", "__path__"):
                return 0
            record.bind(normal(string[1]), record.line(start + 1), start + 1, guard)
        return end
    if text.startswith("__all__", start + 1):
        return _literal_all(record, start, guard)
    return _nested(record, start, guard)


def _nested(record: Record, start: int, guard: Guard) -> int:
    """Reads an assignment on one line without strings, or a ``type`` statement, whose brackets are nested."""
    text = record.text
    found = _NESTED.match(text, start + 1) or _TYPE.match(text, start + 1)
    if not found:
        return 0
    name = found[1]
    count = text.count
    end = found.end()
    for opening, closing in ("()", "[]", "{}"):
        if count(opening, start, end) != count(closing, start, end):
            return 0
    if name in KEYWORDS or name[:2] == "__" or worth(record, start, end):
        return 0
    place = start + 1 if found.re is _NESTED else BOUND
    record.bind(normal(name), record.line(start + 1), place, guard)
    return end


def _imports_for_typing(record: Record, start: int, guard: Guard) -> int:
    """Reads ``if TYPE_CHECKING:`` with nothing but imports in it."""
    text = record.text
    found: list[tuple[Plain, int]] = []
    end = text.find("\n", start + 1)
    while (line := _INDENTED.match(text, end)) is not None:
        at = line.end()
        stop = text.find("\n", at)
        if text.find("(", at, stop) >= 0:
            closing = text.find(")", at, at + 20_000)
            stop = text.find("\n", closing) if closing >= 0 else stop
        plain = plain_import(text[at:stop])
        if plain is None:
            return 0
        found.append((plain, at))
        end = stop
    after = _CODE.search(text, end)
    if after and (after.end() > after.start() + 1 or text.startswith("el", after.end())):
        return 0
    guard = (*guard, ("if", start + 1, True))
    for plain, at in found:
        line_number = record.line(at)
        record.add_plain(plain, at, line_number, record.column(at), "module", guard)
    return end if found else 0


def _literal_all(record: Record, start: int, guard: Guard) -> int:
    """Reads ``__all__ = ["a", "b"]``."""
    text = record.text
    end = text.find("\n", start + 1)
    if text[end - 1] in "[(":
        closed = _COLUMN_0.search(text, end)
        end = text.find("\n", closed.end()) if closed else end
    line = record.line(start + 1)
    operation = literal(text[start + 1 : end], line, 0)
    if operation is None:
        return 0
    record.bind("__all__", line, start + 1 if operation[0][0] == "set" else BOUND, guard)
    record.operations.append((operation[0], guard, line))
    return end


def _closed(record: Record, start: int, opened: re.Match[str]) -> int:
    """The end of a statement of which the first line ends with an opening bracket; 0 if that is not easily seen, or if
    something in it may be of interest."""
    text = record.text
    starts, ends, _ = record.strings
    closed = _COLUMN_0.search(text, opened.end())
    index = number = bisect_left(starts, start)
    while closed and index < len(starts) and starts[index] < closed.start():
        if closed.start() < ends[index]:
            closed = _COLUMN_0.search(text, ends[index])
        index += 1
    if not closed or text[closed.end()] not in ")]}":
        return 0
    at = closed.end() + 1
    end = text.find("\n", at)
    if at != end and not _BLANK.match(text, at):
        return 0
    following = _CODE.search(text, end)
    if (
        (not following or is_separate(text, following.start(), following.end()))
        and not _separated(text, start, at)
        and not worth(record, start, at)
    ):
        return end
    bare = text[start:at]
    if number < index:
        pieces: list[str] = []
        position = start
        for hidden in range(number, index):
            pieces.append(text[position : starts[hidden]])
            position = ends[hidden]
        pieces.append(text[position:at])
        bare = "".join(pieces)
    # Without its strings and comments the statement is small, and its brackets can be counted.
    bare = _BARE.sub("", bare)
    count = bare.count
    if (
        count("(") != count(")")
        or count("[") != count("]")
        or count("{") != count("}")
        or '"' in bare
        or "'" in bare
        or "\\" in bare
        or ";" in bare
        or ":=" in bare
        or "import" in bare
        or record.special.search(bare)
        or any(needle in bare for needle in record.needles)
    ):
        return 0
    return end


def _separated(text: str, start: int, end: int) -> bool:
    """Whether there may be a semicolon in ``text[start:end]``, before the statement that the bracket at the end closes: that
    one must be open at the end of the line."""
    at = text.find(";", start, end)
    while at >= 0:
        line = text.find("\n", at)
        if text.find("(", at, line) >= 0 or text.find("[", at, line) >= 0 or text.find("{", at, line) >= 0:
            return True
        if text[line - 1] == "\\":
            return True
        at = text.find(";", line, end)
    return False


def is_separate(text: str, newline: int, at: int) -> bool:
    """Whether what begins at ``at``, after the line end ``newline``, surely is no part of what stands before it."""
    if is_sure(text, at):
        return True
    first = text[at]
    if first == "@":
        if _DECORATOR.match(text, at):
            return True
        closed = _COLUMN_0.search(text, at)
        return (
            closed is not None and text[closed.end()] in ")]}" and _THEN_DEFINED.match(text, closed.end()) is not None
        )
    return (first in "if" and _SURE_HEADER.match(text, at) is not None) or separate(text, newline, at)


def inside(record: Record, followed: int, newline: int) -> int:
    """Whether the line after ``newline`` continues brackets in the function or class before it, where `is_separate` can't tell.

    Returns the position after which statements begin again, or 0 if one begins here. The brackets are followed from
    ``followed`` on, where none is open.
    """
    text = record.text
    position = _last_statement(record, followed, newline)
    while position < newline:
        match = _CODE.search(text, position)
        if not match or match.start() >= newline:
            break
        position = logical_line(text, match.end()).end
    return position if position > newline else 0


def _last_statement(record: Record, followed: int, newline: int) -> int:
    """Where the last statement before ``newline`` begins that is easily found: with ``return``; or ``followed``."""
    text = record.text
    at = text.rfind("return", followed, newline)
    if at > followed:
        line = text.rfind("\n", followed, at)
        if line > followed and text[line:at].isspace() and text[line - 1] != "\\" and not text[at + 6].isalnum():
            if text[at + 6] != "_" and not record.strings.holds(at):
                return line
    return followed
