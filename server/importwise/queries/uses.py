"""Where the code of a file speaks of what an import binds: what a correction of the import has to write anew."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from importwise.queries.typed import normal_lines
from importwise.refactoring.edit import line_starts
from importwise.spans import Position, Span
from importwise.syntax.lexing import hidden
from importwise.syntax.summary import Import

_F_PREFIX = re.compile(r"(?<!\w)(?:[fFtT][rR]?|[rR][fFtT])\Z")

_DOT = re.compile(r"\s*\.")

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = (*FUNCTIONS, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Uses(NamedTuple):
    """Where a file speaks of a dotted module."""

    spans: tuple[Span, ...]
    sure: bool
    """Whether these are all, and no others: not so where the text does not parse, or its first part stands for something else too."""


def uses_of(text: str, imports: Iterable[Import], item: Import, name: str, replacement: str) -> Uses:
    """Where the code of ``text``, whose imports are ``imports``, speaks of the dotted ``name`` that ``item`` imports.

    It is to import ``replacement`` instead: if that has another first part, nothing else may speak of the old one.

    Imports are left aside, and so are what is imported of it by a longer name of its own, strings and comments. The fields of
    f-strings are code. An import in a function is of use there alone, and where a parameter has the name of the first part,
    that is meant.
    """
    text = "\n".join(normal_lines(text))
    imports = tuple(imports)
    code = _Code(text, imports)
    head = name.partition(".")[0]
    longer = {module[len(name) :] for other in imports for module, _ in other.aliases if module.startswith(f"{name}.")}
    rest = "|".join(["\0", *(_spaced(f"x{part}")[1:] for part in sorted(longer))])
    pattern = rf"(?<![\w.]){_spaced(name)}(?!\w|(?:{rest})(?!\w))"
    matches = [match for match in re.finditer(pattern, text) if code.holds(match.start())]
    others = [match for match in re.finditer(rf"(?<![\w.]){re.escape(head)}(?!\w)", text) if code.holds(match.start())]
    # What binds the first part does not go on with a dot: without any such place the text need not be parsed.
    binds = item.scope == "function" or any(not _DOT.match(text, match.end()) for match in others)
    scopes = _scopes(text, head, item) if binds else ((0, len(text)), [], False)
    if scopes is None:
        return Uses(tuple(_span(text, *match.span()) for match in matches), not matches)
    inside, shadowed, rebound = scopes
    start, end = inside
    spans = [
        match.span()
        for match in matches
        if start <= match.start() < end and not any(first <= match.start() < last for first, last in shadowed)
    ]
    bound_by_others = any(
        (asname or module).partition(".")[0] == head
        for other in imports
        if other is not item and other.kind == "import"
        for module, asname in other.aliases
    )
    taken = {begin for begin, _ in spans}
    rebound = rebound or any(
        (asname or module) == head
        for other in imports
        for module, asname in other.aliases
        if other.kind == "from" or asname is not None
    )
    keeps_head = f"{replacement}.".startswith(f"{head}.")
    lost = not (bound_by_others or keeps_head) and any(
        match.start() not in taken
        and start <= match.start() < end
        and not any(first <= match.start() < last for first, last in shadowed)
        for match in others
    )
    return Uses(tuple(_span(text, *span) for span in spans), not rebound and not lost)


def is_used(text: str, item: Import, name: str) -> bool:
    """Whether the file speaks of ``name`` anywhere but in the import itself."""
    text = "\n".join(normal_lines(text))
    start, end = _offsets(text, item)
    return any(not start <= match.start() < end for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text))


def _spaced(name: str) -> str:
    """A pattern for a dotted name, which may have white space around its dots."""
    return r"\s*\.\s*".join(map(re.escape, name.split(".")))


def _span(text: str, start: int, end: int) -> Span:
    return Span(_position(text, start), _position(text, end))


def _position(text: str, offset: int) -> Position:
    return Position(text.count("\n", 0, offset), offset - (text.rfind("\n", 0, offset) + 1))


def _offsets(text: str, item: Import) -> tuple[int, int]:
    starts = line_starts(text)
    start = (starts[item.line] if item.line < len(starts) else len(text)) + item.column
    return start, start + len(item.text)


class _Code:
    """What of a text is code, and no import."""

    def __init__(self, text: str, imports: Iterable[Import]) -> None:
        self._text = text
        self._imports = [_offsets(text, item) for item in imports]
        self._hidden = list(hidden(text, 0, len(text)))

    def holds(self, at: int) -> bool:
        """Whether ``at`` lies neither in an import, nor in a comment or in the text of a string."""
        if any(start <= at < end for start, end in self._imports):
            return False
        for start, end in self._hidden:
            if start <= at < end:
                is_f_string = _F_PREFIX.search(self._text, max(0, start - 3), start) is not None
                return is_f_string and _in_field(self._text, start, at)
        return True


def _in_field(text: str, start: int, at: int) -> bool:
    """Whether ``at`` lies in a field of the f-string that begins at ``start`` (PEP 498)."""
    depth, place = 0, start
    while place < at:
        if not depth and text[place : place + 2] in ("{{", "}}"):
            place += 2
            continue
        depth += (text[place] == "{") - (text[place] == "}")
        place += 1
    return depth > 0


def _scopes(text: str, head: str, item: Import) -> tuple[tuple[int, int], list[tuple[int, int]], bool] | None:
    """Where ``item`` holds, where ``head`` is a variable of its own, and whether it is bound otherwise too; None if the text does not parse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    starts = line_starts(text)
    lines = text.split("\n")

    def offset(line: int, column: int) -> int:
        content = lines[line - 1]
        return starts[line - 1] + (
            column if content.isascii() else len(content.encode()[:column].decode(errors="replace"))
        )

    def extent(node: ast.AST) -> tuple[int, int]:
        place: ast.expr | ast.stmt = node  # type: ignore[assignment]
        return offset(place.lineno, place.col_offset), offset(
            place.end_lineno or place.lineno, place.end_col_offset or 0
        )

    inside = (0, len(text))
    at, _ = _offsets(text, item)
    shadowed: list[tuple[int, int]] = []
    rebound = False
    pending: list[tuple[ast.AST, bool]] = [(tree, False)]
    while pending:
        node, is_local = pending.pop()
        rebound = rebound or (not is_local and _binds(node, head))
        if isinstance(node, SCOPES):
            where = extent(node)
            if head in _bound_in(node):
                shadowed.append(where)
                is_local = True
            elif isinstance(node, FUNCTIONS) and where[0] <= at < where[1]:
                inside = where if where[0] >= inside[0] else inside
        pending += [(child, is_local) for child in ast.iter_child_nodes(node)]
    return inside, shadowed, rebound


def _bound_in(node: ast.AST) -> set[str]:
    """The parameters of a function, and the variables of a comprehension; what a function assigns to."""
    names: set[str] = set()
    if isinstance(node, (*FUNCTIONS, ast.Lambda)):
        args = node.args
        named = (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg)
        names = {arg.arg for arg in named if arg is not None}
    inner: Iterator[ast.AST] = (
        part for generator in getattr(node, "generators", ()) for part in ast.walk(generator.target)
    )
    if isinstance(node, FUNCTIONS):
        inner = ast.walk(node)
    return names | {part.id for part in inner if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load)}


def _binds(node: ast.AST, head: str) -> bool:
    """Whether a node that is no import binds ``head``."""
    if isinstance(node, ast.Name):
        return node.id == head and not isinstance(node.ctx, ast.Load)
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        return node.name == head
    return isinstance(node, ast.ExceptHandler) and node.name == head
