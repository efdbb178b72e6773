"""Literal values in Python text, read from the parser's tree without importing ``ast`` (5 ms at every start)."""

from __future__ import annotations

import _ast
from typing import Any


class NotLiteral(Exception):
    """The expression is not made of literals alone."""


def expression(text: str) -> Any:
    """The value of a literal expression. Raises `NotLiteral` for any other text."""
    tree = _parse(text.strip(), "eval")
    assert isinstance(tree, _ast.Expression)
    return value(tree.body)


def module(text: str) -> list[_ast.stmt]:
    """The statements of a module; none if the text can't be parsed."""
    try:
        tree = _parse(text, "exec")
    except NotLiteral:
        return []
    assert isinstance(tree, _ast.Module)
    return tree.body


def value(node: _ast.AST | None) -> Any:
    """The value of a literal, as ``ast.literal_eval`` gives it. Raises `NotLiteral`."""
    if isinstance(node, _ast.Constant):
        return node.value
    if isinstance(node, _ast.Dict):
        return {value(key): value(item) for key, item in zip(node.keys, node.values, strict=True)}
    if isinstance(node, _ast.List):
        return [value(item) for item in node.elts]
    if isinstance(node, _ast.Tuple):
        return tuple(value(item) for item in node.elts)
    if isinstance(node, _ast.Set):
        return {value(item) for item in node.elts}
    if (
        isinstance(node, _ast.Call)
        and isinstance(node.func, _ast.Name)
        and node.func.id in ("set", "dict")
        and not node.args
    ):
        return set() if node.func.id == "set" else {}
    raise NotLiteral


def _parse(text: str, mode: str) -> _ast.AST:
    # ast.PyCF_ONLY_AST; RecursionError and MemoryError come from text that is nested too deeply.
    try:
        return compile(text, "<text>", mode, 0x400, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotLiteral from error
