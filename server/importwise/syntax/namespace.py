"""How a module changes its own namespace behind the reader's back: `Exports.open`, ``path`` and ``registered``.

Works on the trees of single statements. Few statements mention ``globals``, ``sys.modules`` and their like, so those
that do may go through a parser.
"""

from __future__ import annotations

import ast
from typing import NamedTuple

from importwise.syntax.bindings import parse_piece

WRITERS = frozenset({"update", "setdefault", "__setitem__", "__ior__"})
HARMLESS = frozenset(
    "eval dict list tuple set frozenset sorted len iter bool str repr print id type isinstance any all enumerate"
    " __import__ get_type_hints copy.copy runpy.run_module runpy.run_path typing.get_type_hints".split()
)
"""Functions that only read a dictionary they are given."""


class Self(NamedTuple):
    """The names by which a file speaks of itself."""

    sys: frozenset[str]
    """Names of the module ``sys``."""
    modules: frozenset[str]
    """Names of ``sys.modules``."""
    itself: frozenset[str]
    """Names bound to ``sys.modules[__name__]``."""


NOBODY = Self(frozenset({"sys"}), frozenset(), frozenset())
"""If there are no names but the usual one."""


class Changes(NamedTuple):
    """What a statement does."""

    open: list[tuple[str, int]]
    """Reasons with their lines, counted from the statement's."""
    registered: list[str]
    itself: list[str]
    """Names that it binds to ``sys.modules[__name__]``."""


def changes(tree: ast.AST, at_module_level: bool, names: Self) -> Changes:
    """What a statement, or the header of a compound statement, does to its module's namespace and to ``sys.modules``."""
    reader = _Reader(at_module_level, names, {})
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            reader.parents[child] = node
    found = Changes([], [], [])
    for node in ast.walk(tree):
        reader.look(node, found)
    found.open.sort(key=lambda reason: reason[1])
    return found


class _Reader(NamedTuple):
    at_module_level: bool
    names: Self
    parents: dict[ast.AST, ast.AST]

    def look(self, node: ast.AST, found: Changes) -> None:
        line = getattr(node, "lineno", 1) - 1
        namespace = self.namespace(node)
        if namespace:
            reason = self.escapes(node, namespace)
            if reason:
                found.open.append((reason, line))
        if self.is_meta_path(node) and isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.registered.append("!" if node.attr == "meta_path" else "~")
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and self.is_meta_path(node.value):
            found.registered.append("~")
        elif isinstance(node, (ast.Name, ast.Attribute)) and _last(node) == "global_enum":
            if isinstance(node.ctx, ast.Load) and self.at_module_level:
                found.open.append(("enum", line))
        elif isinstance(node, ast.Call):
            self.call(node, line, found)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and self.is_modules(node.value):
            if _is_name(node.slice, "__name__"):
                found.open.append((self.replaced_by(node), line))
            elif not _is_none(getattr(self.parents.get(node), "value", None)):
                found.registered.append(key(node.slice))
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and self.is_itself(node.value):
            found.open.append(("sys.modules[__name__]" if node.attr == "__class__" else "setattr", line))
        elif isinstance(node, ast.AugAssign) and self.is_modules(node.target):
            self.registered(node.value, line, found)
        elif isinstance(node, ast.Assign) and self.is_itself(node.value):
            found.itself.extend(target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value and self.is_itself(node.value):
            if isinstance(node.target, ast.Name):
                found.itself.append(node.target.id)

    def namespace(self, node: ast.AST) -> str:
        """What to call an expression that is the module's dictionary, or ""."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            if not node.args and not node.keywords:
                if name == "globals" or (name in ("vars", "locals") and self.at_module_level):
                    return name + "()"
            elif name == "vars" and len(node.args) == 1 and self.is_itself(node.args[0]):
                return "vars()"
        elif isinstance(node, ast.Attribute) and node.attr == "__dict__" and self.is_itself(node.value):
            return "sys.modules[__name__]"
        return ""

    def escapes(self, node: ast.AST, namespace: str) -> str:
        """The reason if the module's dictionary is written to, or goes where it may be; "" if it is only read."""
        parent = self.parents.get(node)
        if isinstance(parent, ast.Subscript):
            # `globals()[name] += 1` alters what is there; of `__all__` that says more.
            alters = isinstance(self.parents.get(parent), ast.AugAssign) and not _says_all(parent.slice)
            return namespace if node is parent.value and isinstance(parent.ctx, ast.Store) and not alters else ""
        if isinstance(parent, ast.Attribute):
            return namespace if parent.attr in WRITERS else ""
        if isinstance(parent, ast.keyword):
            if parent.arg is None:
                return ""
            parent = self.parents[parent]
        if isinstance(parent, ast.Call):
            called = _dotted(parent.func)
            return "exec" if called == "exec" else "" if called in HARMLESS else namespace
        if isinstance(parent, ast.AugAssign):
            return namespace if node is parent.target else ""
        if isinstance(parent, (ast.For, ast.AsyncFor)):
            return namespace if node is not parent.iter else ""
        if isinstance(parent, ast.Dict):
            return (
                namespace
                if any(value is node and name is not None for name, value in zip(parent.keys, parent.values))
                else ""
            )
        if isinstance(parent, (ast.If, ast.While, ast.Assert, ast.Expr, ast.UnaryOp, ast.BinOp, ast.Compare)):
            return ""
        if isinstance(parent, (ast.comprehension, ast.Starred, ast.FormattedValue)):
            return ""
        return namespace

    def call(self, node: ast.Call, line: int, found: Changes) -> None:
        if _last(node.func) in ("_convert_", "_convert") and any(_is_name(item, "__name__") for item in node.args):
            # ``IntEnum._convert_("Family", __name__, …)`` binds the members in the module.
            found.open.append(("enum", line))
        elif _last(node.func) == "recreate_module" and node.args and _is_name(node.args[0], "__name__"):
            found.open.append(("sys.modules[__name__]", line))
        elif (
            isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Attribute)
            and self.is_meta_path(node.func.value)
        ):
            if node.func.attr in ("append", "insert", "extend"):
                found.registered.append("!" if node.func.value.attr == "meta_path" else "~")
        elif isinstance(node.func, ast.Name):
            if node.func.id == "setattr" and node.args and self.is_itself(node.args[0]):
                found.open.append(("setattr", line))
            elif node.func.id == "exec" and self.at_module_level and len(node.args) == 1 and not node.keywords:
                found.open.append(("exec", line))
        elif isinstance(node.func, ast.Attribute) and self.is_modules(node.func.value):
            if node.func.attr in ("setdefault", "__setitem__") and node.args:
                if not _is_none(node.args[-1]):
                    self.register(node.args[0], line, found)
            elif node.func.attr == "update":
                for argument in node.args:
                    self.registered(argument, line, found)
                found.registered.extend(keyword.arg or "*" for keyword in node.keywords if not _is_none(keyword.value))

    def registered(self, node: ast.expr, line: int, found: Changes) -> None:
        """The keys of a dictionary that is merged into ``sys.modules``."""
        if not isinstance(node, ast.Dict):
            found.registered.append("*")
            return
        for name, value in zip(node.keys, node.values):
            if name is None:
                found.registered.append("*")
            elif not _is_none(value):
                self.register(name, line, found)

    def register(self, name: ast.expr, line: int, found: Changes) -> None:
        if _is_name(name, "__name__"):
            found.open.append(("sys.modules[__name__]", line))
        else:
            found.registered.append(key(name))

    def is_modules(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Attribute):
            return node.attr == "modules" and isinstance(node.value, ast.Name) and node.value.id in self.names.sys
        return isinstance(node, ast.Name) and node.id in self.names.modules

    def is_meta_path(self, node: ast.AST) -> bool:
        return (
            isinstance(node, ast.Attribute)
            and node.attr in ("meta_path", "path")
            and isinstance(node.value, ast.Name)
            and node.value.id in self.names.sys
        )

    def is_itself(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Subscript):
            return self.is_modules(node.value) and _is_name(node.slice, "__name__")
        return isinstance(node, ast.Name) and node.id in self.names.itself

    def replaced_by(self, node: ast.AST) -> str:
        """The reason for ``sys.modules[__name__] = …``: transformers' lazy modules have one of their own."""
        parent = self.parents.get(node)
        value = getattr(parent, "value", None)
        if isinstance(value, ast.Call) and _last(value.func) == "_LazyModule":
            return "_LazyModule"
        return "sys.modules[__name__]"


def _is_none(node: ast.AST | None) -> bool:
    """Whether it is ``None``: under that key of ``sys.modules`` nothing can be imported (``_find_and_load`` of CPython's
    importlib/_bootstrap.py)."""
    return isinstance(node, ast.Constant) and node.value is None


def key(node: ast.expr) -> str:
    """A key of ``sys.modules`` as `Exports.registered` writes it: what is unknown becomes a final ``*``."""
    written = ""
    for number, piece in enumerate(_pieces(node)):
        if piece is None:
            return written + "*" if written != "\0" else ".*"
        if piece == "\0":
            # The module's own name: known to the index, but only at the start.
            if number:
                return written.replace("\0", "") + "*"
            written = "\0"
        elif written == "\0":
            if piece[0] != ".":
                return "*"
            written = piece
        else:
            written += piece
    return written if written != "\0" else "*"


def _pieces(node: ast.expr) -> list[str | None]:
    """A string expression as literal pieces, ``\\0`` for ``__name__``, None for what is unknown."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value] if node.value else []
    if _is_name(node, "__name__"):
        return ["\0"]
    pieces: list[str | None] = []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        # Not by recursion on the left: sums may be long.
        summands = [node.right]
        node = node.left
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            summands.append(node.right)
            node = node.left
        for summand in (node, *reversed(summands)):
            pieces += _pieces(summand)
        return pieces
    if isinstance(node, ast.JoinedStr):
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                plain = value.conversion in (-1, 115) and value.format_spec is None
                pieces += _pieces(value.value) if plain else [None]
            else:
                pieces += _pieces(value)
        return pieces
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
        if isinstance(node.left.value, str):
            return _formatted(node.left.value, node.right)
    return [None]


def _formatted(template: str, right: ast.expr) -> list[str | None]:
    """``"%s.x" % __name__``, with one or more ``%s``."""
    values = list(right.elts) if isinstance(right, ast.Tuple) else [right]
    parts = template.split("%s")
    if len(parts) != len(values) + 1 or any("%" in part for part in parts):
        before = template.partition("%")[0]
        return [before, None] if before else [None]
    pieces: list[str | None] = [parts[0]] if parts[0] else []
    for value, part in zip(values, parts[1:]):
        pieces += _pieces(value)
        if part:
            pieces.append(part)
    return pieces


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


_PATH_READS = frozenset({"index", "count", "copy", "__iter__", "__len__", "__contains__", "__getitem__"})


def path_change(source: str) -> str:
    """What a simple statement at module level does to ``__path__``: "extend", "open" or ""; see `Exports.path`."""
    tree = parse_piece(source)
    if isinstance(tree, SyntaxError):
        return "open"
    change = ""
    for statement in tree.body:
        value = getattr(statement, "value", None)
        if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if any(_is_name(target, "__path__") for target in targets):
                if not (isinstance(value, ast.Call) and _last(value.func) == "extend_path"):
                    return "open"
                change = "extend"
                continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and node.id == "__path__" and not isinstance(node.ctx, ast.Load):
                return "open"
            if (
                isinstance(node, ast.Subscript)
                and _is_name(node.value, "__path__")
                and not isinstance(node.ctx, ast.Load)
            ):
                return "open"
            if isinstance(node, ast.Call):
                if isinstance(node.func, ast.Attribute) and _is_name(node.func.value, "__path__"):
                    if node.func.attr not in _PATH_READS:
                        return "open"
                elif _last(node.func) == "declare_namespace":
                    change = "extend"
    return change


def _dotted(function: ast.expr) -> str:
    """A name, or one in a module: "exec", "copy.copy"; "" for anything else."""
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return f"{function.value.id}.{function.attr}"
    return function.id if isinstance(function, ast.Name) else ""


def _says_all(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == "__all__"


def _last(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def lazy_names(tree: ast.Module) -> list[str] | None:
    """The names of a literal ``__getattr__, … = lazy_loader.attach(__name__, submodules, attributes)``; None if it is none.

    ``attach_stub`` reads the names from a file: it gives an empty list.
    """
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
            call = statement.value
            name = _last(call.func)
            if name not in ("attach", "attach_stub") or not call.args or not _is_name(call.args[0], "__name__"):
                continue
            if name == "attach_stub":
                return []
            found: list[str] = []
            arguments = dict(zip(("submodules", "submod_attrs"), call.args[1:3]))
            arguments.update((keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg)
            if submodules := arguments.get("submodules"):
                found += strings_in(submodules)
            if isinstance(attributes := arguments.get("submod_attrs"), ast.Dict):
                for value in attributes.values:
                    found += strings_in(value)
            return found
    return None


def structure_names(tree: ast.Module) -> list[str]:
    """The names that a statement puts into transformers' ``_import_structure``, as far as they are literal."""
    found: list[str] = []
    for statement in tree.body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for target in targets:
                if _is_name(target, "_import_structure") and isinstance(statement.value, ast.Dict):
                    for name, value in zip(statement.value.keys, statement.value.values):
                        found += strings_in(name) + strings_in(value)
                elif (
                    isinstance(target, ast.Subscript)
                    and _is_name(target.value, "_import_structure")
                    and statement.value
                ):
                    found += strings_in(target.slice) + strings_in(statement.value)
        elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Subscript):
            if _is_name(statement.target.value, "_import_structure"):
                found += strings_in(statement.value)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            function = statement.value.func
            if isinstance(function, ast.Attribute) and function.attr in ("append", "extend"):
                if isinstance(function.value, ast.Subscript) and _is_name(function.value.value, "_import_structure"):
                    for argument in statement.value.args:
                        found += strings_in(argument)
    return [name for name in found if name.isidentifier()]


def table_names(tree: ast.Module) -> dict[str, list[str]]:
    """The keys of the literal dictionaries that a statement binds to names, by these names."""
    found: dict[str, list[str]] = {}
    for statement in tree.body:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and isinstance(statement.value, ast.Dict):
            keys = [name for node in statement.value.keys for name in strings_in(node)]
            for target in statement.targets if isinstance(statement, ast.Assign) else [statement.target]:
                if isinstance(target, ast.Name):
                    found[target.id] = keys
    return found


def strings_in(node: ast.expr | None) -> list[str]:
    """A literal string, or those of a literal list, tuple or set."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return [name for element in node.elts for name in strings_in(element)]
    return []
