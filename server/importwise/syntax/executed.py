"""What a module does while it is executed, as far as only its tree tells. Read only where a verdict depends on it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from importwise.syntax.bindings import parse_piece
from importwise.syntax.supplied import at_module_level, supplied_names

Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Execution(NamedTuple):
    """What only the tree of a file tells."""

    in_use: frozenset[str] | None
    """The names that are looked up while it is executed; None if that can't be known."""
    supplied: frozenset[str]
    """Names that its ``__getattr__`` surely gives."""
    harmless: frozenset[str]
    """Those of its functions and classes that surely touch neither the globals of a frame nor ``sys.modules``."""


NOTHING_KNOWN = Execution(None, frozenset(), frozenset())


def execution_of(text: str) -> Execution:
    """What a module with that text does."""
    tree = parse_piece(text)
    if isinstance(tree, SyntaxError):
        return NOTHING_KNOWN
    return Execution(
        _in_use(tree),
        supplied_names(tree) if "__getattr__" in text else frozenset(),
        _harmless(tree) if "f_globals" in text or "modules" in text else frozenset(),
    )


def _in_use(tree: ast.Module) -> frozenset[str]:
    """The names that are looked up while the module is executed.

    Those of its own functions and classes only if these are mentioned there in their turn, by whatever is executed: then
    all that they hold counts, for they may be called.
    """
    bodies: dict[str, list[ast.AST]] = {}
    waiting: list[ast.AST] = list(tree.body)
    found: set[str] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, Scope):
            arguments = node.args
            waiting += [*arguments.defaults, *(default for default in arguments.kw_defaults if default is not None)]
            if isinstance(node, ast.Lambda):
                waiting.append(node.body)  # Who writes one mostly hands it to somebody.
                continue
            waiting += [*node.decorator_list, *_annotations(node)]
            _keep(node.name, node.body, bodies, found, waiting)
        elif isinstance(node, ast.ClassDef):
            # Its body is executed, but for the functions; whoever mentions the class may call these.
            waiting += [*node.decorator_list, *node.bases, *node.keywords, *node.body]
            methods = [part for part in ast.walk(node) if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))]
            _keep(node.name, [part for method in methods for part in method.body], bodies, found, waiting)
        else:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in found:
                found.add(node.id)
                waiting += bodies.pop(node.id, ())
            waiting += ast.iter_child_nodes(node)
    return frozenset(found)


def _harmless(tree: ast.Module) -> frozenset[str]:
    """The functions and classes at module level that do not lead out, nor does anything of the file's own that they mention."""
    of_sys, of_modules = _names_of_sys(tree)
    uses: dict[str, set[str]] = {}
    suspects: set[str] = set()
    for node in at_module_level(tree.body):
        leads_out = any(_leads_out(part, of_sys) for part in ast.walk(node))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names = uses.setdefault(node.name, set())
            names.update(part.id for part in ast.walk(node) if isinstance(part, ast.Name))
            suspects |= {node.name} if leads_out else set()
        else:
            # What else binds a name may give it anything.
            bound = set(_bound_by(node))
            suspects |= bound
            of_modules |= bound if leads_out else set()
    suspects |= {name for name, used in uses.items() if not used.isdisjoint(of_modules)}
    suspects &= uses.keys()
    users: dict[str, set[str]] = {}
    for name, used in uses.items():
        for other in used & uses.keys():
            users.setdefault(other, set()).add(name)
    waiting = list(suspects)
    while waiting:
        more = users.get(waiting.pop(), set()) - suspects
        suspects |= more
        waiting += more
    return frozenset(uses.keys() - suspects)


def _bound_by(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (alias.asname or alias.name for alias in node.names)
    elif not isinstance(node, (ast.If, ast.Try)):  # Of these the statements come one by one.
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
                yield part.id


def _names_of_sys(tree: ast.Module) -> tuple[set[str], set[str]]:
    """What the file calls ``sys``, and what ``sys.modules`` where it imports that by itself."""
    of_sys: set[str] = set()
    of_modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            of_sys.update(alias.asname or alias.name for alias in node.names if alias.name == "sys")
        elif isinstance(node, ast.ImportFrom) and node.module == "sys":
            of_modules.update(alias.asname or alias.name for alias in node.names if alias.name == "modules")
    return of_sys, of_modules


def _leads_out(node: ast.AST, of_sys: set[str]) -> bool:
    """Whether it speaks of the globals of a frame, or of ``sys.modules``."""
    if isinstance(node, ast.Attribute):
        of_modules = node.attr == "modules" and isinstance(node.value, ast.Name) and node.value.id in of_sys
        return of_modules or node.attr == "f_globals"
    return False


def _annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.AST]:
    arguments = node.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
    found = [argument.annotation for argument in every if argument is not None]
    return [annotation for annotation in (*found, node.returns) if annotation is not None]


def _keep(
    name: str, body: list[ast.stmt], bodies: dict[str, list[ast.AST]], found: set[str], waiting: list[ast.AST]
) -> None:
    """The body waits until ``name`` is looked up."""
    if name in found:
        waiting += body
    else:
        bodies.setdefault(name, []).extend(body)
