"""What a module does while it is executed, as far as only its tree tells. Read only where a verdict depends on it."""

from __future__ import annotations

import ast
from typing import NamedTuple

from importwise.syntax.bindings import parse_piece
from importwise.syntax.supplied import supplied_names

Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Execution(NamedTuple):
    """What only the tree of a file tells."""

    in_use: frozenset[str] | None
    """The names that are looked up while it is executed; None if that can't be known."""
    supplied: frozenset[str]
    """Names that its ``__getattr__`` surely gives."""


NOTHING_KNOWN = Execution(None, frozenset())


def execution_of(text: str) -> Execution:
    """What a module with that text does."""
    tree = parse_piece(text)
    if isinstance(tree, SyntaxError):
        return NOTHING_KNOWN
    return Execution(_in_use(tree), supplied_names(tree) if "__getattr__" in text else frozenset())


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
