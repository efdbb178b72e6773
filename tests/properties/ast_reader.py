"""The oracle of the reader: the same facts, from a tree of the whole file. Slow, plain, and written apart from it.

`read` gives a `Summary` for a text that ``ast`` accepts. Tests in guards are the output of ``ast.unparse``.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from functools import cache
from typing import Any

from importwise.syntax.summary import Exports, Ignore, Import, Summary

MOST = 64
EXITS = {"sys.exit", "exit", "quit", "os._exit"}
BOTH = 3
CAUGHT = {"ImportError": 3, "ModuleNotFoundError": 1, "Exception": 3, "BaseException": 3}
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
TRIES = (ast.Try, getattr(ast, "TryStar", ast.Try))


def parse(text: str) -> ast.Module:
    """The tree of a text, without warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def read(text: str, stub: bool = False) -> Summary:
    """The summary of a text, as the reader should give it, but for its problems."""
    return Oracle(text, stub).summary()


class Oracle:
    """Walks over a tree once, in the order of execution of its blocks."""

    def __init__(self, text: str, stub: bool) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.has_walruses = ":=" in text
        self.stub = stub
        self.tree = parse(text)
        self.imports: list[tuple[Import, list]] = []
        self.unsure = 0
        """In how many handlers, loops and cases the statement stands."""
        self.altered: list[int] = []
        self.events: list[tuple[str, str, int, list, ast.expr | None]] = []
        self.local_events: list[tuple[str, list]] = []
        self.all_operations: list[tuple] = []
        self.reasons: list[tuple[str, int]] = []
        self.registered: list[str] = []
        self.path: set[str] = set()
        self.structure: list[tuple[str, int]] = []
        self.attached: list[tuple[str, int]] = []
        self.sys_names, self.modules_names = {"sys"}, set()
        everything = nodes(self.tree)
        for node, _ in everything:
            if isinstance(node, ast.Import):
                self.sys_names |= {a.asname for a in node.names if a.name == "sys" and a.asname}
            elif isinstance(node, ast.ImportFrom) and node.module == "sys" and not node.level:
                self.modules_names |= {a.asname or a.name for a in node.names if a.name == "modules"}
        self.itself: set[str] = set()
        self.find_itself([node for node, _ in everything])
        self.block(self.tree.body, [], [], "module")

    # Places

    def column(self, lineno: int, offset: int) -> int:
        return len(self.lines[lineno - 1].encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "surrogatepass"))

    def segment(self, node: Any) -> str:
        first, last = node.lineno - 1, node.end_lineno - 1
        start, end = self.column(node.lineno, node.col_offset), self.column(node.end_lineno, node.end_col_offset)
        if first == last:
            return self.lines[first][start:end]
        return "\n".join([self.lines[first][start:], *self.lines[first + 1 : last], self.lines[last][:end]])

    # Blocks. ``scopes`` holds a tuple (node, names declared global, guard at the outermost definition) for each def and class.

    def block(self, statements: list[ast.stmt], guard: list, scopes: list, scope: str) -> list:
        """Reads the statements of one block; returns the conditions it leaves behind."""
        after: list = []
        for statement in statements:
            self.statement(statement, guard + after, scopes, scope)
            for condition in self.aftermath(statement):
                if condition == ("never",):
                    if len(after) >= MOST:
                        after.pop()
                    if not after or after[-1] != ("never",):
                        after.append(condition)
                elif len(after) < MOST and (not after or after[-1] != ("never",)):
                    after.append(condition)
        return after

    def aftermath(self, statement: ast.stmt) -> list:
        if leaves(statement):
            return [("never",)]
        if isinstance(statement, ast.Assert):
            return [("if", ast.unparse(statement.test), True)]
        if isinstance(statement, ast.If):
            found: list = []
            node = statement
            count = 0
            while True:
                test = ast.unparse(node.test)
                out = any(leaves(one) for one in node.body)
                if out:
                    found.append(("if", test, False))
                chained = self.is_elif(node)
                if not chained and node.orelse and any(leaves(one) for one in node.orelse):
                    found.append(("if", test, True))
                if not out or not chained or count >= MOST:
                    return found
                node = node.orelse[0]  # type: ignore
                count += 1
        value = getattr(statement, "value", None)
        if isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign)) and isinstance(value, ast.Call):
            name = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
            if name == "importorskip" and value.args and isinstance(value.args[0], ast.Constant):
                if isinstance(value.args[0].value, str):
                    return [("skip", value.args[0].value)]
        return []

    def is_elif(self, node: ast.If) -> bool:
        if len(node.orelse) != 1 or not isinstance(node.orelse[0], ast.If):
            return False
        inner = node.orelse[0]
        return self.lines[inner.lineno - 1].encode("utf-8", "surrogatepass")[inner.col_offset :].startswith(b"elif")

    def statement(self, node: ast.stmt, guard: list, scopes: list, scope: str) -> None:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self.an_import(node, guard, scopes, scope)
        elif isinstance(node, SCOPES):
            self.definition(node, guard, scopes, scope)
        elif isinstance(node, ast.If):
            self.an_if(node, guard, scopes, scope)
        elif isinstance(node, ast.While):
            self.header(node.test, node.lineno, guard, scopes, scope)
            test = ast.unparse(node.test)
            self.unsure += 1
            self.block(node.body, [*guard, ("if", test, True)], scopes, scope)
            self.block(node.orelse, [*guard, ("if", test, False)], scopes, scope)
            self.unsure -= 1
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self.names(stored(node.target), node.lineno, guard, scopes)
            self.header(node.target, node.lineno, guard, scopes, scope)
            self.header(node.iter, node.lineno, guard, scopes, scope)
            self.unsure += 1
            self.block(node.body, guard, scopes, scope)
            self.block(node.orelse, guard, scopes, scope)
            self.unsure -= 1
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            inner = guard
            mask = 0
            for item in node.items:
                self.header(item.context_expr, node.lineno, guard, scopes, scope)
                if item.optional_vars:
                    self.names(stored(item.optional_vars), node.lineno, guard, scopes)
                    self.header(item.optional_vars, node.lineno, guard, scopes, scope)
                call = item.context_expr
                if isinstance(call, ast.Call) and ast.unparse(call.func) in ("suppress", "contextlib.suppress"):
                    for argument in call.args:
                        mask |= caught_by(argument)
                elif isinstance(call, ast.Call) and call.args:
                    name = ast.unparse(call.func).rpartition(".")[2]
                    if name in ("raises", "assertRaises", "assertRaisesRegex"):
                        mask |= caught_by(call.args[0])
            if mask:
                inner = [*guard, ("suppress", mask)]
            self.block(node.body, inner, scopes, scope)
        elif isinstance(node, TRIES):
            self.a_try(node, guard, scopes, scope)
        elif isinstance(node, ast.Match):
            self.header(node.subject, node.lineno, guard, scopes, scope)
            for case in node.cases:
                line = case.pattern.lineno
                while not self.lines[line - 1].lstrip(" \t\f\\").startswith("case"):
                    line -= 1
                self.names(captured(case.pattern), line, guard, scopes)
                self.header(case.pattern, line, guard, scopes, scope)
                if case.guard:
                    self.header(case.guard, line, guard, scopes, scope)
                self.unsure += 1
                self.block(case.body, guard, scopes, scope)
                self.unsure -= 1
        elif isinstance(node, ast.Global):
            pass
        else:
            self.simple(node, guard, scopes, scope)

    def an_if(self, node: ast.If, guard: list, scopes: list, scope: str) -> None:
        before: list = []
        while True:
            test = ast.unparse(node.test)
            self.header(node.test, node.lineno, guard + before[:MOST], scopes, scope)
            self.block(node.body, [*guard, *before[:MOST], ("if", test, True)], scopes, scope)
            before.append(("if", test, False))
            if not self.is_elif(node):
                self.block(node.orelse, guard + before[:MOST], scopes, scope)
                return
            node = node.orelse[0]  # type: ignore

    def a_try(self, node: Any, guard: list, scopes: list, scope: str) -> None:
        left = BOTH
        kept = 0
        own: list[int] = []
        for handler in node.handlers:
            mask = BOTH if handler.type is None else caught_by(handler.type)
            own.append(mask & left)
            left &= ~mask
            if not any(isinstance(one, ast.Raise) for one in handler.body):
                kept |= own[-1]
        counts = any(own)
        after = self.block(node.body, [*guard, ("try", node, "body", kept)] if counts else guard, scopes, scope)
        for handler, mask in zip(node.handlers, own):
            if handler.type:
                self.header(handler.type, handler.lineno, guard, scopes, scope)
            self.unsure += 1
            self.block(handler.body, [*guard, ("try", node, "handler", mask)] if mask else guard, scopes, scope)
            self.unsure -= 1
        self.unsure += 1
        # The else runs only where the body came to its end: it has what the body leaves behind.
        otherwise = [*guard, ("try", node, "else", kept)] if counts else [*guard]
        self.block(node.orelse, otherwise + (after if node.handlers else []), scopes, scope)
        self.unsure -= 1
        self.block(node.finalbody, guard, scopes, scope)

    def definition(self, node: Any, guard: list, scopes: list, scope: str) -> None:
        for decorator in node.decorator_list:
            self.header(decorator, decorator.lineno, guard, scopes, scope)
        parts: list = []
        if isinstance(node, ast.ClassDef):
            parts = [*node.bases, *node.keywords]
        else:
            parts = [node.args, *([node.returns] if node.returns else [])]
        parts += getattr(node, "type_params", [])
        for part in parts:
            self.header(part, node.lineno, guard, scopes, scope, definition=True)
        self.names([node.name], node.lineno, guard, scopes)
        names: set[str] = set()
        for inner in own_statements(node):
            if isinstance(inner, ast.Global):
                names |= set(inner.names)
        outer = scopes[0][2] if scopes else guard
        is_class = isinstance(node, ast.ClassDef)
        if is_class:
            self.block(node.body, guard, [*scopes, (node, names, outer)], scope if scope == "function" else "class")
        else:
            lasting = [one for one in guard if one[0] not in ("try", "suppress")]
            self.block(node.body, lasting, [*scopes, (node, names, outer)], "function")

    def an_import(self, node: Any, guard: list, scopes: list, scope: str) -> None:
        aliases = tuple((alias.name, alias.asname) for alias in node.names)
        line, column = node.lineno - 1, self.column(node.lineno, node.col_offset)
        if isinstance(node, ast.Import):
            imp = Import("import", 0, "", aliases, line, column, self.segment(node), scope, (), False)
            names = [asname or name.partition(".")[0] for name, asname in aliases]
        else:
            module = node.module or ""
            imp = Import("from", node.level, module, aliases, line, column, self.segment(node), scope, (), False)
            names = [asname or name for name, asname in aliases if name != "*"]
        self.imports.append((imp, guard))
        self.names(names, node.lineno, guard, scopes, unseen=True)

    # Bindings

    def names(
        self,
        names: list[str],
        lineno: int,
        guard: list,
        scopes: list,
        value: ast.expr | None = None,
        unseen: bool = True,
    ) -> None:
        for name in dict.fromkeys(names):
            at = guard
            if scopes:
                self.local_events.append((name, guard))
                _, declared, at = scopes[-1]
                if name not in declared:
                    continue
                value, unseen = None, True
                if name == "__all__":
                    self.altered.append(lineno - 1)
            self.events.append(("bind", name, lineno - 1, at, value))
            if name == "__getattr__":
                self.reasons.append((name, lineno - 1))
            if unseen:
                if name == "__all__":
                    self.all_operations.append(("open", "", at, lineno - 1))
                elif name == "__path__":
                    self.path.add("open")

    def header(
        self, node: ast.AST, lineno: int, guard: list, scopes: list, scope: str, definition: bool = False
    ) -> None:
        self.names(walruses(node) if self.has_walruses else [], lineno, guard, scopes)
        self.expressions(node, guard, scope, scope == "module" and not definition)

    def simple(self, node: ast.stmt, guard: list, scopes: list, scope: str) -> None:
        bound = walruses(node) if self.has_walruses else []
        deleted: list[str] = []
        value = None
        if isinstance(node, ast.Assign):
            bound += [name for target in node.targets for name in stored(target)]
            if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name) and len(bound) == 1:
                value = node.value
        elif isinstance(node, ast.AnnAssign):
            if isinstance(node.target, ast.Name) and (node.value or self.stub):
                bound.append(node.target.id)
                if node.simple and len(bound) == 1:
                    value = node.value
        elif isinstance(node, ast.AugAssign):
            bound += stored(node.target)
        elif isinstance(node, ast.Delete):
            deleted = [one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Del)]
        elif type(node).__name__ == "TypeAlias":
            bound.append(node.name.id)  # type: ignore
        at_module = scope == "module"
        self.names(bound, node.lineno, guard, scopes, value, unseen=not at_module)
        if not scopes and not self.unsure:
            for name in dict.fromkeys(deleted):
                self.events.append(("del", name, node.lineno - 1, guard, None))
        self.expressions(node, guard, scope, at_module)
        if scope == "function" and self.alters(node):
            self.altered.append(node.lineno - 1)
        if at_module:
            for operation, what in self.operations(node):
                self.all_operations.append((operation, what, guard, node.lineno - 1))
            self.change_of_path(node)
            self.lazily(node)

    # __all__

    def operations(self, node: ast.stmt) -> list[tuple]:
        def is_all(one: ast.AST) -> bool:
            return isinstance(one, ast.Name) and one.id == "__all__"

        mentioned = any(is_all(one) for one in ast.walk(node))
        if not mentioned:
            return []
        if isinstance(node, ast.Assign) and any(map(is_all, node.targets)):
            return self.elements(node.value, "extend" if any(map(is_all, ast.walk(node.value))) else "set")
        if isinstance(node, ast.AnnAssign) and is_all(node.target):
            if not node.value:
                return []
            return self.elements(node.value, "extend" if any(map(is_all, ast.walk(node.value))) else "set")
        if isinstance(node, ast.AugAssign) and is_all(node.target):
            return self.elements(node.value, "extend") if isinstance(node.op, ast.Add) else [("open", "")]
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            call = node.value
            if isinstance(call.func, ast.Attribute) and is_all(call.func.value):
                name, args = call.func.attr, call.args
                if name in ("sort", "reverse", "index", "count", "copy", "__len__", "__contains__", "__iter__"):
                    return []
                if call.keywords:
                    return [("open", "")]
                if name == "extend" and len(args) == 1:
                    return self.elements(args[0], "extend")
                if name in ("append", "remove") and len(args) == 1 and is_string(args[0]):
                    return [({"append": "extend"}.get(name, name), (self.item(args[0]),))]
                if name == "insert" and len(args) == 2 and is_string(args[1]):
                    return [("extend", (self.item(args[1]),))]
                if name == "clear" and not args:
                    return [("set", ())]
                return [("open", "")]
        for one in ast.walk(node):
            if is_all(one) and not isinstance(one.ctx, ast.Load):  # type: ignore
                return [("open", "")]
            if isinstance(one, ast.Subscript) and is_all(one.value) and not isinstance(one.ctx, ast.Load):
                return [("open", "")]
        return []

    def alters(self, node: ast.stmt) -> bool:
        """Whether a statement that begins with ``__all__`` alters it, in a function."""
        if "__all__" not in self.lines[node.lineno - 1] or not self.segment(node).startswith("__all__"):
            return False
        if isinstance(node, ast.Expr):
            return bool(self.operations(node))
        stored = [one for one in ast.walk(node) if isinstance(one, ast.Subscript) and not isinstance(one.ctx, ast.Load)]
        return any(isinstance(one.value, ast.Name) and one.value.id == "__all__" for one in stored)

    def elements(self, value: ast.expr, how: str) -> list[tuple]:
        if isinstance(value, (ast.List, ast.Tuple)):
            done: list[tuple] = [(how, ())]
            for one in value.elts:
                if is_string(one):
                    if done[-1][0] in ("set", "extend"):
                        done[-1] = (done[-1][0], (*done[-1][1], self.item(one)))
                    else:
                        done.append(("extend", (self.item(one),)))
                elif isinstance(one, ast.Starred):
                    more = self.elements(one.value, "extend")
                    done += more + [("extend", ())]
                else:
                    done += [("open", ""), ("extend", ())]
            return [one for one in done if one != ("extend", ())]
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
            return self.elements(value.left, how) + self.elements(value.right, "extend")
        if isinstance(value, ast.Attribute) and value.attr == "__all__":
            dotted = ast.unparse(value.value)
            return [(how + " from", dotted)] if re.fullmatch(r"\w+(\.\w+)*", dotted) else [("open", "")]
        if isinstance(value, ast.Name) and value.id == "__all__":
            return []
        if isinstance(value, ast.Call) and not value.keywords:
            name = value.func.id if isinstance(value.func, ast.Name) else ""
            if name in ("list", "tuple", "sorted", "set", "frozenset") and len(value.args) == 1:
                return self.elements(value.args[0], how)
            if name in ("list", "tuple") and not value.args:
                return [("set", ())] if how == "set" else []
            if isinstance(value.func, ast.Attribute) and value.func.attr == "copy" and not value.args:
                return self.elements(value.func.value, how)
        return [("open", "")]

    def item(self, node: Any) -> tuple[str, int, int]:
        return node.value, node.lineno - 1, self.column(node.lineno, node.col_offset)

    # __path__, lazy modules

    def change_of_path(self, node: ast.stmt) -> None:
        value = getattr(node, "value", None)
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and value is not None:
            if any(isinstance(one, ast.Name) and one.id == "__path__" for one in targets):
                extends = isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] == "extend_path"
                self.path.add("extend" if extends else "open")
                return
        for one in ast.walk(node):
            if isinstance(one, ast.Name) and one.id == "__path__" and not isinstance(one.ctx, ast.Load):
                self.path.add("open")
            elif isinstance(one, ast.Subscript) and not isinstance(one.ctx, ast.Load):
                if isinstance(one.value, ast.Name) and one.value.id == "__path__":
                    self.path.add("open")
            elif isinstance(one, ast.Call):
                if isinstance(one.func, ast.Attribute) and isinstance(one.func.value, ast.Name):
                    if one.func.value.id == "__path__" and one.func.attr in (
                        "append extend insert remove pop clear sort reverse __setitem__ __delitem__ __iadd__ _recalculate".split()
                    ):
                        self.path.add("open")
                if ast.unparse(one.func).rpartition(".")[2] == "declare_namespace":
                    self.path.add("extend")

    def lazily(self, node: ast.stmt) -> None:
        value = getattr(node, "value", None)
        if isinstance(node, ast.Assign) and isinstance(value, ast.Call) and value.args:
            name = ast.unparse(value.func).rpartition(".")[2]
            if name in ("attach", "attach_stub") and ast.unparse(value.args[0]) == "__name__":
                self.reasons.append(("lazy_loader", node.lineno - 1))
                if name == "attach":
                    given = dict(zip(("submodules", "submod_attrs"), value.args[1:]))
                    given.update({one.arg: one.value for one in value.keywords if one.arg})
                    names = literal_strings(given.get("submodules"))
                    if isinstance(given.get("submod_attrs"), ast.Dict):
                        names += [name for one in given["submod_attrs"].values for name in literal_strings(one)]
                    self.attached += [(name, node.lineno - 1) for name in names]
        if "_import_structure" in ast.unparse(node):
            self.structure += [(name, node.lineno - 1) for name in self.structured(node)]

    def structured(self, node: ast.stmt) -> list[str]:
        def part(one: ast.AST) -> bool:
            return (
                isinstance(one, ast.Subscript)
                and isinstance(one.value, ast.Name)
                and one.value.id == "_import_structure"
            )

        found: list[str] = []
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if (
                    isinstance(target, ast.Name)
                    and target.id == "_import_structure"
                    and isinstance(node.value, ast.Dict)
                ):
                    for key, value in zip(node.value.keys, node.value.values):
                        found += literal_strings(key) + literal_strings(value)
                elif part(target):
                    found += literal_strings(target.slice) + literal_strings(node.value)  # type: ignore
        elif isinstance(node, ast.AugAssign) and part(node.target):
            found += literal_strings(node.value)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            func = node.value.func
            if isinstance(func, ast.Attribute) and func.attr in ("append", "extend") and part(func.value):
                for argument in node.value.args:
                    found += literal_strings(argument)
        return found

    # The namespace and sys.modules

    def is_modules(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Attribute) and node.attr == "modules" and isinstance(node.value, ast.Name):
            return node.value.id in self.sys_names
        return isinstance(node, ast.Name) and node.id in self.modules_names

    def is_itself(self, node: ast.AST | None) -> bool:
        if isinstance(node, ast.Subscript) and self.is_modules(node.value):
            return ast.unparse(node.slice) == "__name__"
        return isinstance(node, ast.Name) and node.id in self.itself

    def find_itself(self, everything: list[ast.AST]) -> None:
        found: set[str] = set()
        for node in everything:
            if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and self.is_itself(node.value):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found |= {target.id for target in targets if isinstance(target, ast.Name)}
        self.itself = found

    def expressions(self, tree: ast.AST, guard: list, scope: str, at_module: bool) -> None:
        walked = nodes(tree)
        parents = dict(walked)
        in_format = {
            one for node, _ in walked if type(node).__name__ in ("JoinedStr", "TemplateStr") for one, _ in nodes(node)
        }
        mark = "?" if scope == "function" else ""
        for node, parent in walked:
            if not isinstance(node, (ast.Call, ast.Name, ast.Attribute, ast.Subscript, ast.AugAssign)):
                continue
            line = getattr(node, "lineno", 1) - 1
            if isinstance(node, ast.Call):
                if node not in in_format:
                    self.call_import(node, guard, scope)
                self.call(node, line, at_module, mark)
            if at_module and isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
                if (node.id if isinstance(node, ast.Name) else node.attr) == "global_enum":
                    self.reasons.append(("enum", line))
            namespace = ""
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                name = node.func.id
                plain = not node.args and not node.keywords
                if plain and (name == "globals" or (at_module and name in ("vars", "locals"))):
                    namespace = name + "()"
                elif name == "vars" and len(node.args) == 1 and self.is_itself(node.args[0]):
                    namespace = "vars()"
            elif isinstance(node, ast.Attribute) and node.attr == "__dict__" and self.is_itself(node.value):
                namespace = "sys.modules[__name__]"
            if namespace:
                reason = leaks(node, parent, parents, namespace)
                if reason:
                    self.reasons.append((reason, line))
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and self.is_modules(node.value):
                if ast.unparse(node.slice) == "__name__":
                    value = getattr(parent, "value", None)
                    lazy = isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] == "_LazyModule"
                    self.reasons.append(("_LazyModule" if lazy else "sys.modules[__name__]", line))
                elif not (isinstance(parent, (ast.Assign, ast.AnnAssign)) and is_none(parent.value)):
                    self.registered.append(marked(registered_key(node.slice), mark))
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and self.is_itself(node.value):
                self.reasons.append(("sys.modules[__name__]" if node.attr == "__class__" else "setattr", line))
            elif isinstance(node, ast.AugAssign) and self.is_modules(node.target):
                self.update(node.value, line, mark)

    def call(self, node: ast.Call, line: int, at_module: bool, mark: str) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        last = ast.unparse(node.func).rpartition(".")[2]
        given = [ast.unparse(one) for one in node.args]
        if at_module and last in ("_convert_", "_convert") and "__name__" in given:
            self.reasons.append(("enum", line))
        if at_module and last == "recreate_module" and given[:1] == ["__name__"]:
            self.reasons.append(("sys.modules[__name__]", line))
        if at_module and isinstance(node.func, ast.Attribute) and last in ("append", "insert", "extend"):
            if ast.unparse(node.func.value) in {f"{one}.meta_path" for one in self.sys_names}:
                self.registered.append("!")
        if name == "setattr" and node.args and self.is_itself(node.args[0]):
            self.reasons.append(("setattr", line))
        if name == "exec" and at_module and len(node.args) == 1 and not node.keywords:
            self.reasons.append(("exec", line))
        if isinstance(node.func, ast.Attribute) and self.is_modules(node.func.value):
            if node.func.attr in ("setdefault", "__setitem__") and node.args:
                if not is_none(node.args[-1]):
                    self.register(node.args[0], line, mark)
            elif node.func.attr == "update":
                for argument in node.args:
                    self.update(argument, line, mark)
                given = [keyword.arg or "*" for keyword in node.keywords if not is_none(keyword.value)]
                self.registered += [marked(name, mark) for name in given]

    def update(self, value: ast.expr, line: int, mark: str) -> None:
        if isinstance(value, ast.Dict):
            for key, module in zip(value.keys, value.values, strict=True):
                if key is None:
                    self.registered.append(marked("*", mark))
                elif not is_none(module):
                    self.register(key, line, mark)
        else:
            self.registered.append(marked("*", mark))

    def register(self, key: ast.expr, line: int, mark: str) -> None:
        if ast.unparse(key) == "__name__":
            self.reasons.append(("sys.modules[__name__]", line))
        else:
            self.registered.append(marked(registered_key(key), mark))

    def call_import(self, node: ast.Call, guard: list, scope: str) -> None:
        function = ast.unparse(node.func)
        if function not in ("importlib.import_module", "import_module", "__import__") or not node.args:
            return
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        first = node.args[0]
        if not is_string(first) or None in given or any(isinstance(one, ast.Starred) for one in node.args):
            return
        name = first.value.lstrip(".")  # type: ignore
        level = len(first.value) - len(name)  # type: ignore
        if not name or not all(part.isidentifier() for part in name.split(".")):
            return
        if function == "__import__":
            number = node.args[4] if len(node.args) > 4 else given.get("level", ast.Constant(0))
            if level or not isinstance(number, ast.Constant) or type(number.value) is not int or number.value < 0:
                return
            level = number.value
        elif level:
            package = node.args[1] if len(node.args) > 1 else given.get("package")
            if isinstance(package, ast.Name) and package.id in ("__name__", "__package__"):
                pass
            elif isinstance(package, ast.Constant) and isinstance(package.value, str):
                parts = package.value.split(".")
                if level > len(parts) or not all(part.isidentifier() for part in parts):
                    return
                name = ".".join(parts[: len(parts) + 1 - level] + [name])
                level = 0
            else:
                return
        line, column = first.lineno - 1, self.column(first.lineno, first.col_offset)
        imp = Import("call", level, name, ((name, None),), line, column, self.segment(first), scope, (), False)
        self.imports.append((imp, guard))

    # The whole

    def summary(self) -> Summary:
        attempts = {one[1] for _, guard in self.imports for one in guard if one[0] == "try"}
        order = {
            node: number
            for number, node in enumerate(sorted(attempts, key=lambda node: (node.lineno, node.col_offset)))
        }
        imports = [
            imp._replace(guard=tuple(("try", order[one[1]], *one[2:]) if one[0] == "try" else one for one in guard))
            for imp, guard in self.imports
        ]
        imports.sort(key=lambda imp: (imp.line, imp.column))
        names, conditional = self.final_names()
        operations = tuple((how, what, decided(guard), line) for how, what, guard, line in self.all_operations) or None
        if operations and self.altered:
            operations = (*operations, ("open", "", (), min(self.altered)))
            self.reasons.append(("__all__", min(self.altered)))
        path = "open" if "open" in self.path else "extend" if self.path else ""
        reasons = tuple(dict.fromkeys(sorted(self.reasons, key=lambda one: one[1])))
        exports = Exports(names, conditional, operations, reasons, path, tuple(dict.fromkeys(self.registered)))
        tests = {one[1] for imp in imports for one in imp.guard if one[0] == "if"}
        tests |= {one[1] for told in conditional.values() for event in told for one in event[1] if one[0] == "if"}
        tests |= {one[1] for operation in operations or () for one in operation[2] if one[0] == "if"}
        constants, mentioned = self.constants(tests)
        flags = {event[1] for event in self.events if any(one[0] == "try" for one in event[3])}
        local = {name for name, guard in self.local_events if any(one[0] == "try" for one in guard)}
        # Nobody binds these in a function to remember whether an import failed.
        flags |= local - {"TYPE_CHECKING", "os", "platform", "sys", "typing"}
        return Summary(tuple(imports), exports, self.ignores(imports), (), constants, frozenset(flags & mentioned))

    def final_names(self) -> tuple[dict, dict]:
        unsure = {name for _, name, _, guard, _ in self.events if decided(guard)}
        names: dict[str, int] = {}
        conditional: dict[str, tuple] = {}
        for kind, name, line, guard, _ in self.events:
            if name in unsure:
                told = conditional.get(name, ())
                if told[-1:] != ((kind, decided(guard), line),):
                    conditional[name] = (*told, (kind, decided(guard), line))
            elif kind == "bind":
                names[name] = line
            else:
                names.pop(name, None)
        lazy = self.attached + (self.structure if any(one[0] == "_LazyModule" for one in self.reasons) else [])
        for name, line in lazy:
            if name.isidentifier() and name not in conditional:
                names.setdefault(name, line)
        return names, conditional

    def constants(self, tests: set[str]) -> tuple[dict[str, str], set[str]]:
        mentioned = {name for test in tests for name in names_of(test)}
        constants: dict[str, str] = {}
        pending = list(mentioned)
        while pending:
            name = pending.pop()
            bound = [event for event in self.events if event[0] == "bind" and event[1] == name]
            if len(bound) == 1 and bound[0][4] is not None and not bound[0][3]:
                constants[name] = ast.unparse(bound[0][4])
                new = names_of(constants[name]) - mentioned
                mentioned |= new
                pending += new
        return constants, mentioned

    def ignores(self, imports: list[Import]) -> tuple[Ignore, ...]:
        covered = {line for imp in imports for line in range(imp.line, imp.line + imp.text.count("\n") + 1)}
        if not any("#" in self.lines[line] for line in covered) and "importwise" not in self.text:
            return ()
        found: set[Ignore] = set()
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type != tokenize.COMMENT:
                continue
            line, column = token.start[0] - 1, token.start[1]
            for part in re.finditer("#[^#]*", token.string):
                ignore = silences(part[0], line, column + part.start())
                if ignore and (line in covered or ignore.tool == "importwise"):
                    found.add(ignore)
        return tuple(sorted(found))


def silences(comment: str, line: int, column: int) -> Ignore | None:
    body = comment[1:].strip()
    tool = codes = ""
    found = re.match(r"(importwise|type|pyright|ty|pyrefly|mypy)\s*:\s*ignore(?![-\w])\s*(\[[^\]]*\])?", body)
    if found:
        tool, codes = found[1], (found[2] or "")[1:-1]
    else:
        found = re.match(r"noqa(?![-\w])(?:\s*:\s*([A-Za-z]+\d+(?:[,\s]+[A-Za-z]+\d+)*))?", body, re.IGNORECASE)
        if found:
            tool, codes = "noqa", found[1] or ""
        found = re.match(r"pylint\s*:\s*disable\s*=\s*([-\w]+(?:\s*,\s*[-\w]+)*)", body)
        if found:
            tool, codes = "pylint", found[1]
    written = tuple(codes.replace(",", " ").split())
    if tool == "importwise" and not written and re.match(r"importwise\s*:\s*ignore\s*\[[^\]]*\]", body):
        written = ("",)
    return Ignore(line, column, len(comment), tool, written) if tool else None


def decided(guard: Any) -> tuple:
    return tuple(one for one in guard if one[0] in ("if", "never"))


def leaves(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return ast.unparse(statement.value.func) in EXITS
    return isinstance(statement, (ast.Return, ast.Raise, ast.Continue, ast.Break))


def caught_by(node: ast.expr) -> int:
    if isinstance(node, ast.Tuple):
        mask = 0
        for one in node.elts:
            mask |= caught_by(one) if isinstance(one, (ast.Name, ast.Attribute)) else 0
        return mask
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return CAUGHT.get(name, 0)


NO_NODES = {"ctx", "op", "ops", "id", "attr", "arg", "kind", "type_comment", "conversion"}
"""Fields in which there is nothing to look for: no nodes, or only such as stand for a sign."""


@cache
def fields(kind: type[ast.AST]) -> tuple[str, ...]:
    return () if kind is ast.Constant else tuple(name for name in kind._fields if name not in NO_NODES)


def children(node: ast.AST) -> list[ast.AST]:
    """Those of `ast.iter_child_nodes` that matter, in the same order, several times as quickly."""
    found: list[ast.AST] = []
    for name in fields(type(node)):
        value = getattr(node, name, None)
        if value.__class__ is list:
            found += [one for one in value if isinstance(one, ast.AST)]
        elif value is not None and isinstance(value, ast.AST):
            found.append(value)
    return found


def nodes(tree: ast.AST) -> list[tuple[ast.AST, ast.AST | None]]:
    """All nodes with their parents, in the order of `ast.walk`."""
    found: list[tuple[ast.AST, ast.AST | None]] = [(tree, None)]
    for node, _ in found:
        found += [(child, node) for child in children(node)]
    return found


def own_statements(definition: ast.AST) -> Any:
    """All statements in the body of a function or class, and what holds some, without those of definitions in it."""
    pending = list(definition.body)  # type: ignore
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, SCOPES):
            pending += [child for child in children(node) if not isinstance(child, ast.expr)]


def walruses(tree: ast.AST) -> list[str]:
    """The names that ``:=`` binds."""
    found: list[str] = []
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.NamedExpr):
            found.append(node.target.id)
        if isinstance(node, ast.Lambda):
            pending += [one for one in (*node.args.defaults, *node.args.kw_defaults) if one]
        else:
            pending += children(node)
    return found


def stored(target: ast.expr) -> list[str]:
    if isinstance(target, ast.Name):
        return [target.id]
    if isinstance(target, ast.Starred):
        return stored(target.value)
    if isinstance(target, (ast.Tuple, ast.List)):
        return [name for one in target.elts for name in stored(one)]
    return []


def captured(pattern: ast.AST) -> list[str]:
    found: list[str] = []
    for node in ast.walk(pattern):
        name = getattr(node, "rest", None) if isinstance(node, ast.MatchMapping) else getattr(node, "name", None)
        if name:
            found.append(name)
    return found


def is_string(node: Any) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def literal_strings(node: ast.AST | None) -> list[str]:
    if is_string(node):
        return [node.value]  # type: ignore
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return [name for one in node.elts for name in literal_strings(one)]
    return []


def names_of(expression: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(expression, mode="eval")) if isinstance(node, ast.Name)}


def leaks(node: ast.AST, parent: ast.AST | None, parents: dict, namespace: str) -> str:
    """The reason if a module's dictionary is written to or given away by the node's parent."""
    if isinstance(parent, ast.Subscript):
        stores = isinstance(parent.ctx, ast.Store) and not (
            isinstance(parents.get(parent), ast.AugAssign) and ast.unparse(parent.slice) != "'__all__'"
        )
        return namespace if parent.value is node and stores else ""
    if isinstance(parent, ast.Attribute):
        return namespace if parent.attr in ("update", "setdefault", "__setitem__", "__ior__") else ""
    if isinstance(parent, ast.keyword):
        if parent.arg is None:
            return ""
        parent = parents[parent]
    if isinstance(parent, ast.Call):
        name = parent.func.id if isinstance(parent.func, ast.Name) else ""
        if name == "exec":
            return "exec"
        harmless = "eval dict list tuple set frozenset sorted len iter bool str repr print id type isinstance any all enumerate"
        harmless += " __import__ get_type_hints copy.copy runpy.run_module runpy.run_path typing.get_type_hints"
        return "" if ast.unparse(parent.func) in harmless.split() else namespace
    if isinstance(parent, ast.AugAssign):
        return namespace if parent.target is node else ""
    if isinstance(parent, (ast.For, ast.AsyncFor)):
        return "" if parent.iter is node else namespace
    if isinstance(parent, ast.Dict):
        for key, value in zip(parent.keys, parent.values):
            if value is node:
                return "" if key is None else namespace
        return ""
    if parent is None:
        # The expression is the whole of a header, such as what a loop runs over, or a decorator.
        return ""
    reading = (ast.If, ast.While, ast.Assert, ast.Expr, ast.UnaryOp, ast.BinOp, ast.Compare)
    return "" if isinstance(parent, (*reading, ast.comprehension, ast.Starred, ast.FormattedValue)) else namespace


def marked(key: str, mark: str) -> str:
    """A key with the mark of one that is set in a function."""
    return key if key == "!" else key + mark


def is_none(node: ast.expr | None) -> bool:
    return node is not None and ast.unparse(node) == "None"


def registered_key(node: ast.expr) -> str:
    parts = key_parts(node)
    text = ""
    for index, part in enumerate(parts):
        if part == "?":
            return text + "*"
        if part == "@":
            if index:
                return text + "*"
            if parts[1:2] in ([], ["?"]):
                return ".*" if parts[1:] else "*"
            if not parts[1][1:].startswith("."):
                return "*"
        else:
            text += part[1:]
    return text


def key_parts(node: ast.expr) -> list[str]:
    """The pieces of a key: "'literal", "@" for the module's own name, "?" for anything else."""
    if is_string(node):
        return ["'" + node.value] if node.value else []  # type: ignore
    if isinstance(node, ast.Name) and node.id == "__name__":
        return ["@"]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return key_parts(node.left) + key_parts(node.right)
    if isinstance(node, ast.JoinedStr):
        found: list[str] = []
        for one in node.values:
            if isinstance(one, ast.FormattedValue):
                plain = one.conversion in (-1, ord("s")) and not one.format_spec
                found += key_parts(one.value) if plain else ["?"]
            else:
                found += key_parts(one)
        return found
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and is_string(node.left):
        template = node.left.value  # type: ignore
        values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
        literals = template.split("%s")
        if len(literals) == len(values) + 1 and "%" not in "".join(literals):
            found = ["'" + literals[0]] if literals[0] else []
            for value, literal in zip(values, literals[1:]):
                found += key_parts(value) + (["'" + literal] if literal else [])
            return found
        start = template.partition("%")[0]
        return ["'" + start, "?"] if start else ["?"]
    return ["?"]
