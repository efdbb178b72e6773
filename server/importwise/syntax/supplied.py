"""Which names a module's ``__getattr__`` gives, where it has them from literals: ``if name in _PLACES: return …``."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

Names = frozenset[str]
Limits = Names | None
"""The names for which a statement is reached; None for any."""

NONE: Names = frozenset()
COLLECTIONS = frozenset(("set", "frozenset", "tuple", "list", "sorted"))
SHRINKING = frozenset(("clear", "discard", "pop", "popitem", "remove"))
"""Methods after which a table has no longer what it was made with."""
MOST_STEPS = 40
"""From a name to the literals that it stands for."""


def supplied_names(tree: ast.Module) -> Names:
    """The names that the module's own ``__getattr__`` gives, as far as literal tests and tables tell. There may be more."""
    functions = [
        node for node in _at_module_level(tree.body) if isinstance(node, ast.FunctionDef) and node.name == "__getattr__"
    ]
    for function in functions[-1:]:
        arguments = [*function.args.posonlyargs, *function.args.args]
        name = arguments[0].arg if len(arguments) == 1 else ""
        if name and not _binds(function, name):
            reader = _Reader(name, _Literals(_bound_once(tree), {}, {}), {}, [], [])
            reader.through(function.body, None)
            return NONE.union(*reader.given).difference(*reader.refused)
    return NONE


def _binds(function: ast.FunctionDef, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
        for node in ast.walk(function)
    )


def _at_module_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of ``body``, and those below its conditions and attempts."""
    waiting = [*reversed([*body])]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, (ast.If, ast.Try)):
            waiting += reversed([*node.body, *node.orelse])
        if isinstance(node, ast.Try):
            waiting += reversed([part for handler in node.handlers for part in handler.body])


def _bound_once(tree: ast.Module) -> dict[str, ast.expr]:
    """What module-level names stand for that one assignment binds, and that nothing takes anything out of."""
    found: dict[str, ast.expr] = {}
    times: Counter[str] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            times[node.id] += 1
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            times[node.name] += 1
        elif isinstance(node, ast.alias):
            times[(node.asname or node.name).partition(".")[0]] += 1
        elif isinstance(node, ast.Attribute) and node.attr in SHRINKING and isinstance(node.value, ast.Name):
            times[node.value.id] += 2
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Del) and isinstance(node.value, ast.Name):
            times[node.value.id] += 2
    for statement in _at_module_level(tree.body):
        if isinstance(statement, ast.Assign):
            found.update({target.id: statement.value for target in statement.targets if isinstance(target, ast.Name)})
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            found[statement.target.id] = statement.value
    return {name: value for name, value in found.items() if times[name] == 1}


class _Literals(NamedTuple):
    """What expressions hold: the elements of a list, the keys of a dictionary, as far as they are literal strings."""

    bound: Mapping[str, ast.expr]
    known: dict[str, Names]
    """What module-level names hold, as far as it was asked."""
    local: dict[str, Names]
    """What names within comprehensions and loops stand for, or hold."""

    def names(self, node: ast.expr, steps: int = MOST_STEPS) -> Names:
        """The strings in ``node``; none if they are not known."""
        if not steps:
            return NONE
        if isinstance(node, ast.Name):
            return self._of_name(node.id, steps)
        if isinstance(node, ast.Constant):
            return frozenset((node.value,)) if isinstance(node.value, str) else NONE
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return self._all(node.elts, steps)
        if isinstance(node, ast.Starred):
            return self.names(node.value, steps - 1)
        if isinstance(node, ast.Dict):
            # What is looked up and found to be None is most likely not given.
            pairs = [pair for pair in zip(node.keys, node.values) if not _is_none(pair[1])]
            return self._all([key or value for key, value in pairs], steps)
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.BitOr)):
            return self.names(node.left, steps - 1) | self.names(node.right, steps - 1)
        if isinstance(node, ast.Call):
            return self._of_call(node, steps)
        if isinstance(node, (ast.DictComp, ast.SetComp, ast.ListComp, ast.GeneratorExp)):
            return self._of_comprehension(node, steps)
        return NONE

    def _of_name(self, name: str, steps: int) -> Names:
        if name in self.local:
            return self.local[name]
        if name not in self.known:
            self.known[name] = NONE  # If it is asked for on the way.
            value = self.bound.get(name)
            self.known[name] = self.names(value, steps - 1) if value is not None else NONE
        return self.known[name]

    def _all(self, nodes: Iterable[ast.expr], steps: int) -> Names:
        return NONE.union(*(self.names(node, steps - 1) for node in nodes))

    def values(self, node: ast.expr, steps: int = MOST_STEPS) -> Names:
        """The strings in the values of a dictionary."""
        if isinstance(node, ast.Name) and steps:
            value = self.bound.get(node.id)
            return self.values(value, steps - 1) if value is not None else NONE
        return self._all(node.values, steps) if isinstance(node, ast.Dict) and steps else NONE

    def _of_call(self, node: ast.Call, steps: int) -> Names:
        function = node.func
        if isinstance(function, ast.Name) and function.id == "dict":
            tables = [argument for argument in node.args if isinstance(argument, (ast.Dict, ast.Name))]
            words = [keyword.arg for keyword in node.keywords if keyword.arg is not None]
            others = [keyword.value for keyword in node.keywords if keyword.arg is None]
            return self._all([*tables, *others], steps) | frozenset(words)
        if isinstance(function, ast.Name) and function.id in COLLECTIONS:
            return self._all([one for one in node.args if not isinstance(one, ast.Constant)], steps)
        if isinstance(function, ast.Attribute) and not node.args:
            if function.attr == "keys":
                return self.names(function.value, steps - 1)
            if function.attr == "values":
                return self.values(function.value, steps - 1)
        return NONE

    def _of_comprehension(
        self, node: ast.DictComp | ast.SetComp | ast.ListComp | ast.GeneratorExp, steps: int
    ) -> Names:
        inner = self
        for generator in node.generators:
            if generator.ifs:
                return NONE
            inner = inner.within(generator.target, generator.iter, steps - 1)
        return inner.names(node.key if isinstance(node, ast.DictComp) else node.elt, steps - 1)

    def within(self, target: ast.expr, source: ast.expr, steps: int = MOST_STEPS) -> _Literals:
        """What is known in a loop of ``target`` over ``source``."""
        local = dict(self.local)
        if isinstance(target, ast.Name):
            local[target.id] = self.names(source, steps)
        elif (
            isinstance(target, ast.Tuple)
            and len(target.elts) == 2
            and isinstance(source, ast.Call)
            and isinstance(source.func, ast.Attribute)
            and source.func.attr == "items"
        ):
            for element, held in zip(
                target.elts, (self.names(source.func.value, steps), self.values(source.func.value, steps))
            ):
                if isinstance(element, ast.Name):
                    local[element.id] = held
        return self._replace(local=local)


class _Reader(NamedTuple):
    """Follows the statements of a ``__getattr__``, and for which names they are reached."""

    name: str
    """What it calls the name that is asked for."""
    literals: _Literals
    looked_up: dict[str, Names]
    """Variables that hold what a table has under the name, or None, with the keys of the table."""
    given: list[Names]
    """The names for which a value is returned, where they are known."""
    refused: list[Names]
    """Those for which an error is raised."""

    def through(self, body: Iterable[ast.stmt], limits: Limits) -> tuple[Limits] | None:
        """The names for which the end of ``body`` is reached, in a tuple of one; None if there are none."""
        for node in body:
            after = self._statement(node, limits)
            if after is None:
                return None
            (limits,) = after
        return (limits,)

    def _perhaps(self) -> _Reader:
        """Follows what depends on something else: what is given there is not known."""
        return self._replace(given=[])

    def _statement(self, node: ast.stmt, limits: Limits) -> tuple[Limits] | None:
        if isinstance(node, ast.Return):
            known = self._asked(node.value, limits) if node.value is not None else limits
            if known is not None:
                self.given.append(known)
            return None
        if isinstance(node, ast.Raise):
            if limits is not None:
                self.refused.append(limits)
            return None
        if isinstance(node, (ast.Continue, ast.Break)):
            return None
        if isinstance(node, ast.If):
            then, otherwise = self._split(node.test, limits)
            follow = self if self._decides(node.test) else self._perhaps()
            return _either(follow.through(node.body, then), follow.through(node.orelse, otherwise))
        if isinstance(node, ast.Try):
            after = self.through([*node.body, *node.orelse], limits)
            for handler in node.handlers:
                after = _either(after, self._perhaps().through(handler.body, limits))
            return after if after is None else self.through(node.finalbody, after[0])
        if isinstance(node, ast.With):
            return self.through(node.body, limits)
        if isinstance(node, ast.For):
            inner = self._replace(literals=self.literals.within(node.target, node.iter))
            inner.through(node.body, limits)
            return (limits,)
        if isinstance(node, ast.Match) and self._is_name(node.subject):
            return self._match(node, limits)
        if isinstance(node, ast.Assign):
            keys = self._table(node.value)
            for target in node.targets:
                if isinstance(target, ast.Name) and keys is not None:
                    self.looked_up[target.id] = keys
            return (self._asked(node.value, limits),)
        return (limits,)

    def _decides(self, test: ast.expr) -> bool:
        """Whether ``test`` is about the name that is asked for, and nothing else."""
        if isinstance(test, ast.BoolOp):
            return all(self._decides(value) for value in test.values)
        if isinstance(test, ast.UnaryOp):
            return self._decides(test.operand)
        if self._held(test) is not None:
            return True
        if isinstance(test, ast.Compare):
            return self._held(test.left) is not None or self._is_name(test.left)
        # `name.startswith("_")`
        return isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute) and self._is_name(test.func.value)

    def _match(self, node: ast.Match, limits: Limits) -> tuple[Limits] | None:
        after: tuple[Limits] | None = (limits,)
        for case in node.cases:
            patterns = case.pattern.patterns if isinstance(case.pattern, ast.MatchOr) else [case.pattern]
            values = [pattern.value for pattern in patterns if isinstance(pattern, ast.MatchValue)]
            every = len(values) == len(patterns)
            limits_here = _both(limits, self.literals.names(ast.Tuple(values))) if every else limits
            follow = self if case.guard is None else self._perhaps()
            after = _either(after, follow.through(case.body, limits_here))
        return after

    def _split(self, test: ast.expr, limits: Limits) -> tuple[Limits, Limits]:
        """For which names ``test`` may be true, and for which false."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            true, false = self._split(test.operand, limits)
            return false, true
        if isinstance(test, ast.BoolOp):
            return self._of_several(test, limits)
        held = self._held(test)
        if held is not None:
            return _both(limits, held), limits
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            (operator,), (right,) = test.ops, test.comparators
            held = self._held(test.left)
            if held is not None and isinstance(right, ast.Constant) and right.value is None:
                if isinstance(operator, ast.Is):
                    return limits, _both(limits, held)
                if isinstance(operator, ast.IsNot):
                    return _both(limits, held), limits
            if self._is_name(test.left):
                equal = isinstance(right, ast.Constant) and isinstance(operator, (ast.Eq, ast.NotEq))
                if equal or isinstance(operator, (ast.In, ast.NotIn)):
                    inside = _both(limits, self.literals.names(right)) if self._is_known(right) else limits
                    return (inside, limits) if isinstance(operator, (ast.Eq, ast.In)) else (limits, inside)
        return limits, limits

    def _of_several(self, test: ast.BoolOp, limits: Limits) -> tuple[Limits, Limits]:
        conjunction = isinstance(test.op, ast.And)
        on = limits
        left: list[Limits] = []
        for value in test.values:
            true, false = self._split(value, on)
            on, out = (true, false) if conjunction else (false, true)
            left.append(out)
        together = None if None in left else NONE.union(*(one for one in left if one is not None))
        return (on, together) if conjunction else (together, on)

    def _is_known(self, node: ast.expr) -> bool:
        return bool(self.literals.names(node))

    def _is_name(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id == self.name

    def _held(self, node: ast.expr) -> Limits:
        """The keys of the table that ``node`` was looked up in; None if it was not."""
        if isinstance(node, ast.NamedExpr):
            keys = self._table(node.value)
            if keys is not None:
                self.looked_up[node.target.id] = keys
            return keys
        return self.looked_up.get(node.id) if isinstance(node, ast.Name) else self._table(node)

    def _table(self, node: ast.expr) -> Limits:
        """The keys of the table of which ``node`` is ``table.get(name)``; None if it is something else, or they are not known."""
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and self._is_name(node.args[0] if node.args else node)
            and (len(node.args) == 1 or _is_none(node.args[1]))
        ):
            return self.literals.names(node.func.value) or None
        return None

    def _asked(self, node: ast.expr, limits: Limits) -> Limits:
        """The names for which ``node`` has a value: those in the table, where it holds ``table[name]``."""
        for part in ast.walk(node):
            if isinstance(part, ast.Subscript) and self._is_name(part.slice):
                keys = self.literals.names(part.value)
                limits = _both(limits, keys) if keys else limits
        return limits


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _both(one: Limits, other: Names) -> Names:
    return other if one is None else one & other


def _either(one: tuple[Limits] | None, other: tuple[Limits] | None) -> tuple[Limits] | None:
    if one is None or other is None:
        return one or other
    return (None,) if one[0] is None or other[0] is None else (one[0] | other[0],)
