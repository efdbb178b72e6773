"""What the functions of a file do, as only its tree tells. Read only where a verdict depends on it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from importwise.syntax.bindings import parse_piece
from importwise.syntax.supplied import supplied_names

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

ANYTHING = frozenset(("globals", "locals", "vars", "eval", "exec"))
"""Who uses these may do what no name says."""


class Conduct(NamedTuple):
    """What the functions of a file do."""

    supplied: frozenset[str]
    """Names that its ``__getattr__`` gives."""
    harmless: frozenset[str]
    """Those of its functions and classes that touch neither a frame nor ``sys.modules``, as far as its own text says."""


NOTHING_KNOWN = Conduct(frozenset(), frozenset())


def conduct_of(text: str) -> Conduct:
    """What the functions of a module with that text do; nothing is known of what can't be parsed."""
    tree = parse_piece(text)
    if isinstance(tree, SyntaxError):
        return NOTHING_KNOWN
    try:
        return Conduct(
            supplied_names(tree) if "__getattr__" in text else frozenset(),
            _harmless(tree) if "f_globals" in text or "modules" in text else frozenset(),
        )
    except RecursionError:
        return NOTHING_KNOWN


def _harmless(tree: ast.Module) -> frozenset[str]:
    """The functions and classes at module level that do not lead out, nor does anything of the file's own that they mention.

    What is imported from elsewhere is not followed.
    """
    of_sys, of_modules = _names_of_sys(tree)
    uses: dict[str, set[str]] = {}
    defined: set[str] = set()
    suspects = ANYTHING | of_modules
    for node in _statements(tree.body):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        if isinstance(node, Definition):
            parts: Iterable[ast.AST] = list(ast.walk(node))
            bound = {node.name}
            defined.add(node.name)
        else:
            parts = list(_header(node))
            bound = set(_altered(parts))
        names = {part.id for part in parts if isinstance(part, ast.Name)}
        for name in bound:
            uses.setdefault(name, set()).update(names)
        if any(_leads_out(part, of_sys) for part in parts):
            suspects |= bound
    # Which of two is meant, the imported or the defined one, is not known.
    suspects |= defined & _imported(tree)
    users: dict[str, set[str]] = {}
    for name, used in uses.items():
        for other in used:
            users.setdefault(other, set()).add(name)
    waiting = list(suspects)
    while waiting:
        more = users.get(waiting.pop(), set()) - suspects
        suspects |= more
        waiting += more
    return frozenset(defined - suspects)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements that are executed with the module, those below others after them; not those in definitions."""
    waiting: list[ast.AST] = [*reversed(body)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, Definition):
            inner = (ast.stmt, ast.excepthandler, ast.match_case)
            waiting += [child for child in ast.iter_child_nodes(node) if isinstance(child, inner)]


def _header(node: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement without those of the statements below it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.stmt, ast.excepthandler, ast.match_case)):
            yield from ast.walk(child)


def _altered(parts: Iterable[ast.AST]) -> Iterator[str]:
    """The names that a statement binds, or of which something is set or called: ``a = …``, ``a[0] = …``, ``a.append(…)``."""
    for part in parts:
        if isinstance(part, (ast.Attribute, ast.Subscript)):
            part = part.value
        elif not isinstance(part, ast.Name) or isinstance(part.ctx, ast.Load):
            continue
        if isinstance(part, ast.Name):
            yield part.id


def _imported(tree: ast.Module) -> set[str]:
    return {
        (alias.asname or alias.name).partition(".")[0]
        for node in _statements(tree.body)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }


def _names_of_sys(tree: ast.Module) -> tuple[set[str], frozenset[str]]:
    """What the file calls ``sys``, and what ``sys.modules`` where it imports that by itself."""
    of_sys: set[str] = set()
    of_modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            of_sys.update(alias.asname or alias.name for alias in node.names if alias.name == "sys")
        elif isinstance(node, ast.ImportFrom) and node.module == "sys":
            of_modules.update(alias.asname or alias.name for alias in node.names if alias.name == "modules")
    return of_sys, frozenset(of_modules)


def _leads_out(node: ast.AST, of_sys: set[str]) -> bool:
    """Whether it speaks of the names of a frame, or of ``sys.modules``."""
    if not isinstance(node, ast.Attribute):
        return False
    of_modules = node.attr == "modules" and isinstance(node.value, ast.Name) and node.value.id in of_sys
    return of_modules or node.attr in ("f_globals", "f_locals")
