"""What the tests in guards speak of: constants and flags of the module."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from importwise.syntax.bindings import parse_piece
from importwise.syntax.blocks import attempted, fold, in_force
from importwise.syntax.calls import offset_of
from importwise.syntax.imports import KEYWORDS
from importwise.syntax.lexing import logical_line
from importwise.syntax.record import DELETED, Record, bound_by
from importwise.syntax.summary import Import

NO_FLAGS = frozenset({"TYPE_CHECKING", "os", "platform", "sys", "typing"})
"""Names that tests mention all the time, and that nobody binds in a function to remember whether an import failed."""

_IDENTIFIER = re.compile(r"(?<![\w.])(?![0-9])\w+")
_STRING = re.compile(r"(?<!\w)[rRbBuU]{0,2}(?:\"[^\"\\\n]*\"|'[^'\\\n]*')")
# Where names may stand in strings, or be no names: keyword arguments, lambdas, attributes after white space.
_NOT_PLAIN = re.compile(r"""[^=!<>]=(?!=)|lambda|[\\{]|\"\"\"|'''|[fFtT][rR]?["']|\s\.|\.\s""")


@lru_cache(maxsize=1024)
def names_in(expression: str) -> frozenset[str]:
    """The names that an expression mentions. Many tests are written over and over."""
    if expression.isascii() and not _NOT_PLAIN.search(expression):
        bare = _STRING.sub(" ", expression)
        if '"' not in bare and "'" not in bare:
            return frozenset(_IDENTIFIER.findall(bare)) - KEYWORDS
    tree = parse_piece("(" + expression + "\n)")
    if isinstance(tree, SyntaxError):
        return frozenset(_IDENTIFIER.findall(expression)) - KEYWORDS
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def constants_of(record: Record, tests: set[str]) -> tuple[dict[str, str], set[str]]:
    """The constants that tests mention, and all names that tests and constants mention."""
    mentioned: set[str] = set()
    for test in tests:
        mentioned |= names_in(test)
    constants: dict[str, str] = {}
    if not mentioned:
        return constants, mentioned
    bound = _events_of(record, mentioned)
    everything = False
    pending = sorted(mentioned)
    while pending:
        name = pending.pop()
        events = bound.get(name, [])
        if len(events) == 1 and events[0][2] >= 0 and not in_force(events[0][3]):
            value = _value(record.text, events[0][2])
            if value is not None:
                constants[name] = value
                more = names_in(value) - mentioned
                if more:
                    if not everything:
                        bound = _events_of(record, None)
                        everything = True
                    mentioned |= more
                    pending += sorted(more)
    return constants, mentioned


def _events_of(record: Record, names: set[str] | None) -> dict[str, list[tuple[str, int, int, tuple]]]:
    """The bindings of the names, or of all names for None."""
    bound: dict[str, list[tuple[str, int, int, tuple]]] = {}
    for event in [event for event in record.events if names is None or event[0] in names]:
        if event[2] != DELETED:
            bound.setdefault(event[0], []).append(event)
    return bound


def _value(text: str, start: int) -> str | None:
    """The source of the value of the ``name = value`` at a position, white space folded."""
    line = logical_line(text, start)
    source = text[start : line.semicolons[0] if line.semicolons else line.end]
    tree = parse_piece(source)
    if isinstance(tree, SyntaxError) or not tree.body or not isinstance(tree.body[0], (ast.Assign, ast.AnnAssign)):
        return None
    value = tree.body[0].value
    if value is None:
        return None
    begin = offset_of(source, value.lineno, value.col_offset)
    end = offset_of(source, value.end_lineno or value.lineno, value.end_col_offset or value.col_offset)
    return fold(source[begin:end])


def flags_of(record: Record, imports: list[Import], mentioned: set[str]) -> set[str]:
    """Those of the names mentioned that a ``try`` for import errors binds: at module level, by imports, and in `Record.locals`.

    ``imports`` have guards that refer to the text.
    """
    found = {event[0] for event in record.events if event[3] and event[0] in mentioned and attempted(event[3])}
    inner = mentioned - NO_FLAGS
    found |= {name for name, guard in record.locals if name in inner and attempted(guard)}
    for imp in imports:
        if imp.guard and attempted(imp.guard):
            found.update((mentioned if imp.scope == "module" else inner).intersection(bound_by(imp)))
    return found


_BINDS_BEFORE = re.compile(r"\b(?:as|def|class|import)[ \t]+\Z")
_BINDS_AFTER = re.compile(r"(?:\s|\\\n|#[^\n]*\n)*(?:[-+*/%&|^@<>:]{0,3}=(?!=)|:|in\b|if\b)")
_LISTED = re.compile(r"(?:\s|\\\n|#[^\n]*\n)*[,)\]]")
_TARGETS = re.compile(
    r"[^\n]*=|\s*(?:async|for|with|case|import|from)\b|[^\n]*\b(?:as|in)\b|\s*[\w\[(*][\w,\s]*[,)\]]?[ \t]*\n"
)


def binding_places(text: str, name: str, start: int, end: int) -> Iterator[int]:
    """Where in ``text[start:end]`` a name looks as if it was bound: too often rather than too seldom."""
    at = text.find(name, start, end)
    while at >= 0:
        after = at + len(name)
        if not _word(text[at - 1]) and text[at - 1] != "." and not _word(text[after]):
            if _BINDS_AFTER.match(text, after) or _BINDS_BEFORE.search(text, max(at - 20, 0), at):
                yield at
            elif _LISTED.match(text, after) or text[max(at - 20, 0) : at].rstrip()[-1:] in (",", "*"):
                if _TARGETS.match(text, text.rfind("\n", 0, at) + 1):
                    yield at
        at = text.find(name, after, end)


def _word(character: str) -> bool:
    return character.isalnum() or character == "_"
