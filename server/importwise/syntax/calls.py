"""Calls that import a module by a literal name."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from typing import NamedTuple

from importwise.syntax.bindings import parse_piece
from importwise.syntax.lexing import bracket_end, hidden

_CALL = re.compile(r"(?:importlib[ \t]*\.[ \t]*import_module|import_module|__import__)[ \t]*\(")
_BEFORE = re.compile(r"(?:[\w.]|\.[ \t]*|\bdef[ \t]+)\Z")
_MODULE = re.compile(r"(\.*)((?:[^\W\d]\w*(?:\.[^\W\d]\w*)*)?)\Z")


class Call(NamedTuple):
    """A call that imports a module."""

    start: int
    """Where the string literal begins."""
    end: int
    level: int
    module: str


def calls_in(text: str, start: int, end: int) -> list[Call]:
    """The calls in ``text[start:end]``, a statement or the header of one. Calls within f-strings are not seen."""
    found: list[Call] = []
    strings: list[tuple[int, int]] | None = None
    for match in _CALL.finditer(text, start, end):
        if _BEFORE.search(text, max(start, match.start() - 12), match.start()):
            continue
        if strings is None:
            strings = hidden(text, start, end)
        index = bisect_right(strings, (match.start(), len(text))) - 1
        if index >= 0 and match.start() < strings[index][1]:
            continue
        call = _read(text, match.end() - 1, match[0].startswith("__"))
        if call:
            found.append(call)
    return found


def _read(text: str, opening: int, dunder: bool) -> Call | None:
    closing = bracket_end(text, opening)
    if closing < 0:
        return None
    source = "f" + text[opening:closing]
    tree = parse_piece(source)
    if isinstance(tree, SyntaxError) or not tree.body or not isinstance(tree.body[0], ast.Expr):
        return None
    call = tree.body[0].value
    if not isinstance(call, ast.Call):
        return None
    literal = literal_import(call, dunder)
    if not literal:
        return None
    node, level, module = literal
    start = opening - 1 + offset_of(source, node.lineno, node.col_offset)
    end = opening - 1 + offset_of(source, node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
    return Call(start, end, level, module)


def literal_import(call: ast.Call, dunder: bool) -> tuple[ast.Constant, int, str] | None:
    """The literal, the level and the module of ``import_module(…)`` or, if ``dunder``, ``__import__(…)``."""
    if not call.args or not isinstance(call.args[0], ast.Constant) or not isinstance(call.args[0].value, str):
        return None
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    node = call.args[0]
    match = _MODULE.match(str(node.value))
    if not match or not match[2] or None in keywords or any(isinstance(one, ast.Starred) for one in call.args):
        return None
    level = len(match[1])
    if dunder:
        given = call.args[4] if len(call.args) > 4 else keywords.get("level")
        if level:
            return None
        if given is None:
            return node, 0, match[2]
        if isinstance(given, ast.Constant) and type(given.value) is int and given.value >= 0:
            return node, given.value, match[2]
        return None
    if not level:
        return node, 0, match[2]
    package = call.args[1] if len(call.args) > 1 else keywords.get("package")
    if isinstance(package, ast.Name) and package.id in ("__name__", "__package__"):
        return node, level, match[2]
    if isinstance(package, ast.Constant) and isinstance(package.value, str):
        # The package is known: an absolute import under another spelling.
        parts = package.value.split(".")
        if level <= len(parts) and all(part.isidentifier() for part in parts):
            return node, 0, ".".join([*parts[: len(parts) - level + 1], match[2]])
    return None


def offset_of(source: str, lineno: int, col_offset: int) -> int:
    """The position in a source of one of ``ast``'s places (lines from 1, columns in bytes of UTF-8)."""
    start = 0
    for _ in range(lineno - 1):
        start = source.index("\n", start) + 1
    if source.isascii():
        return start + col_offset
    end = source.find("\n", start)
    line = source[start : end if end >= 0 else len(source)]
    return start + len(line.encode("utf-8", "surrogatepass")[:col_offset].decode("utf-8", "surrogatepass"))
