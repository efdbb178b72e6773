"""What a statement does to ``__all__``."""

from __future__ import annotations

import ast
import re

from importwise.syntax.bindings import parse_piece

Operation = tuple
"""``(operation, value)``, see `Exports.dunder_all`."""

_OPENING = re.compile(r"__all__[ \t]*(?::[^=\n]*)?(\+?=)[ \t]*[\[(]")
_ITEM = re.compile(r"""\s*(?:#[^\n]*\n\s*)*(?:"(\w+)"|'(\w+)')\s*(?:#[^\n]*\n\s*)*(,|[\])])""")
_CLOSING = re.compile(r"\s*(?:#[^\n]*\n\s*)*[\])]")
_REST = re.compile(r"[ \t]*(?:#[^\n]*)?\Z")
_COPIES = frozenset({"list", "tuple", "sorted", "set", "frozenset"})
_READS = frozenset({"sort", "reverse", "index", "count", "copy", "__len__", "__contains__", "__iter__"})


def operations(source: str, line: int, column: int) -> list[Operation]:
    """The operations on ``__all__`` of a simple statement at module level that mentions it.

    ``line`` and ``column`` are those of the statement's first character. Nothing if the statement only reads it.
    """
    quick = literal(source, line, column)
    if quick is not None:
        return quick
    tree = parse_piece(source)
    if isinstance(tree, SyntaxError):
        return [("open", "")]
    place = _Place(source, line, column)
    found: list[Operation] = []
    for statement in tree.body:
        found += _of_statement(statement, place)
    return found


def alters(source: str) -> bool:
    """Whether a statement in a function, where ``__all__`` is not declared ``global``, alters the module's ``__all__``."""
    tree = parse_piece(source)
    if isinstance(tree, SyntaxError) or not tree.body:
        return False
    statement = tree.body[0]
    if isinstance(statement, ast.Expr):
        return bool(_of_statement(statement, _Place(source, 0, 0)))
    return any(
        isinstance(node, ast.Subscript) and _is_all(node.value) and not isinstance(node.ctx, ast.Load)
        for node in ast.walk(statement)
    )


def literal(source: str, line: int, column: int) -> list[Operation] | None:
    """The operation of ``__all__ = ["a", "b"]`` without a parser, by far the most common form; None if it is another.

    If not None, ``source`` is that statement as a whole, with at most a comment after it.
    """
    opening = _OPENING.match(source)
    if not opening:
        return None
    items: list[tuple[str, int, int]] = []
    position = opening.end()
    start_of_line = -column
    counted = 0
    bracket = source[position - 1]
    while match := _ITEM.match(source, position):
        group = 1 if match[1] is not None else 2
        at = match.start(group) - 1
        newlines = source.count("\n", counted, at)
        if newlines:
            line += newlines
            start_of_line = source.rfind("\n", counted, at) + 1
        counted = at
        items.append((match[group], line, at - start_of_line))
        position = match.end()
        if match[3] != ",":
            break
    else:
        closing = _CLOSING.match(source, position)
        if not closing:
            return None
        position = closing.end()
    if bracket + source[position - 1] not in ("[]", "()") or not _REST.match(source, position):
        return None
    if bracket == "(" and len(items) == 1 and "," not in source[opening.end() :]:
        return None
    return [("extend" if opening[1] == "+=" else "set", tuple(items))]


class _Place:
    """Turns places in a statement's tree into places in the file."""

    def __init__(self, source: str, line: int, column: int) -> None:
        self._lines = source.split("\n")
        self._line = line
        self._column = column

    def of(self, node: ast.expr) -> tuple[int, int]:
        row = node.lineno - 1
        text = self._lines[row]
        # ``ast`` counts columns in bytes of UTF-8.
        column = (
            node.col_offset
            if text.isascii()
            else len(text.encode("utf-8", "surrogatepass")[: node.col_offset].decode("utf-8", "surrogatepass"))
        )
        return self._line + row, column if row else column + self._column


def _of_statement(statement: ast.stmt, place: _Place) -> list[Operation]:
    if isinstance(statement, ast.Assign):
        names = [target for target in statement.targets if _is_all(target)]
        if names:
            return _value(statement.value, _operation(statement.value), place)
        if any(_stores(target) for target in statement.targets):
            return [("open", "")]
    elif isinstance(statement, ast.AnnAssign) and _is_all(statement.target):
        return _value(statement.value, _operation(statement.value), place) if statement.value else []
    elif isinstance(statement, ast.AugAssign) and _is_all(statement.target):
        return _value(statement.value, "extend", place) if isinstance(statement.op, ast.Add) else [("open", "")]
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        if isinstance(call.func, ast.Attribute) and _is_all(call.func.value):
            return _method(call.func.attr, call, place)
    return [("open", "")] if _stores(statement) else []


def _method(name: str, call: ast.Call, place: _Place) -> list[Operation]:
    """``__all__.name(…)``."""
    if name in _READS:
        return []
    if not call.keywords:
        if name == "extend" and len(call.args) == 1:
            return _value(call.args[0], "extend", place)
        if name in ("append", "remove") and len(call.args) == 1 and _is_string(call.args[0]):
            return [("remove" if name == "remove" else "extend", (_item(call.args[0], place),))]
        if name == "insert" and len(call.args) == 2 and _is_string(call.args[1]):
            return [("extend", (_item(call.args[1], place),))]
        if name == "clear" and not call.args:
            return [("set", ())]
    return [("open", "")]


def _value(node: ast.expr, operation: str, place: _Place) -> list[Operation]:
    """The operations that give ``__all__`` a value, or add it: ``operation`` is "set" or "extend"."""
    if isinstance(node, (ast.List, ast.Tuple)):
        found: list[Operation] = []
        items: list[tuple[str, int, int]] = []
        for element in node.elts:
            if _is_string(element):
                items.append(_item(element, place))
                continue
            found.append((operation, tuple(items)))
            operation, items = "extend", []
            if isinstance(element, ast.Starred):
                found += _value(element.value, "extend", place)
            else:
                found.append(("open", ""))
        if items or not found:
            found.append((operation, tuple(items)))
        return [one for one in found if one != ("extend", ())]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        # The left side first, and not by recursion: sums may be long.
        summands = [node.right]
        left = node.left
        while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
            summands.append(left.right)
            left = left.left
        found = _value(left, operation, place)
        for summand in reversed(summands):
            found += _value(summand, "extend", place)
        return found
    if isinstance(node, ast.Attribute) and node.attr == "__all__":
        dotted = _dotted(node.value)
        return [(operation + " from", dotted)] if dotted else [("open", "")]
    if isinstance(node, ast.Name) and node.id == "__all__":
        # Its own former value: nothing changes by it.
        return []
    if isinstance(node, ast.Call) and not node.keywords:
        if isinstance(node.func, ast.Name) and node.func.id in _COPIES and len(node.args) == 1:
            return _value(node.args[0], operation, place)
        if isinstance(node.func, ast.Name) and node.func.id in ("list", "tuple") and not node.args:
            return [("set", ())] if operation == "set" else []
        if isinstance(node.func, ast.Attribute) and node.func.attr == "copy" and not node.args:
            return _value(node.func.value, operation, place)
    return [("open", "")]


def _operation(value: ast.expr) -> str:
    """What an assignment of ``value`` is: with its own former value in it, ``__all__`` is extended."""
    return "extend" if any(isinstance(node, ast.Name) and node.id == "__all__" for node in ast.walk(value)) else "set"


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def _is_all(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "__all__"


def _is_string(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _item(node: ast.expr, place: _Place) -> tuple[str, int, int]:
    assert isinstance(node, ast.Constant)
    return (str(node.value), *place.of(node))


def _stores(tree: ast.AST) -> bool:
    """Whether ``__all__``, or an item of it, is bound or deleted somewhere in a tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "__all__" and not isinstance(node.ctx, ast.Load):
            return True
        if isinstance(node, ast.Subscript) and _is_all(node.value) and not isinstance(node.ctx, ast.Load):
            return True
    return False
