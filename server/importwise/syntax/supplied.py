"""Which names a module's ``__getattr__`` gives, where it has them from literals: ``if name in _PLACES: return …``."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

Names = frozenset[str]
Limits = Names | None
"""The names for which a statement is reached; None for any."""

NONE: Names = frozenset()
COLLECTIONS = frozenset(("set", "frozenset", "tuple", "list", "sorted", "dict"))
MOST_STEPS = 20
"""From a name to the literal that it stands for."""


def supplied_names(tree: ast.Module) -> Names:
    """The names that the module's own ``__getattr__`` surely gives. There may be more."""
    literals = _Literals(_bound_once(tree.body), {})
    found: Names = NONE
    for node in at_module_level(tree.body):
        if isinstance(node, ast.FunctionDef) and node.name == "__getattr__":
            arguments = [*node.args.posonlyargs, *node.args.args]
            if len(arguments) == 1:
                reader = _Reader(arguments[0].arg, literals, {}, [])
                reader.through(node.body, None)
                found = found.union(*reader.given)
    return found


def at_module_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of ``body``, and those below its conditions and attempts."""
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.Try)):
            yield from at_module_level([*node.body, *node.orelse])
        if isinstance(node, ast.Try):
            yield from at_module_level([part for handler in node.handlers for part in handler.body])


def _bound_once(body: Iterable[ast.stmt]) -> dict[str, ast.expr]:
    """What module-level names stand for that one assignment binds."""
    found: dict[str, ast.expr] = {}
    twice: set[str] = set()
    for node in at_module_level(body):
        if isinstance(node, ast.Assign):
            pairs = [(target.id, node.value) for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            pairs = [(node.target.id, node.value)]
        else:
            continue
        for name, value in pairs:
            twice |= {name} & found.keys()
            found[name] = value
    return {name: value for name, value in found.items() if name not in twice}


class _Literals(NamedTuple):
    """What expressions hold: the elements of a list, the keys of a dictionary, as far as they are literal strings."""

    bound: Mapping[str, ast.expr]
    local: dict[str, Names]
    """What names within comprehensions stand for, or hold."""

    def names(self, node: ast.expr, steps: int = MOST_STEPS) -> Names:
        """The strings in ``node``; none if they are not known."""
        if not steps:
            return NONE
        if isinstance(node, ast.Name):
            if node.id in self.local:
                return self.local[node.id]
            value = self.bound.get(node.id)
            return self.names(value, steps - 1) if value is not None else NONE
        if isinstance(node, ast.Constant):
            return frozenset((node.value,)) if isinstance(node.value, str) else NONE
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return self._all(node.elts, steps)
        if isinstance(node, ast.Starred):
            return self.names(node.value, steps - 1)
        if isinstance(node, ast.Dict):
            return self._all([key or value for key, value in zip(node.keys, node.values)], steps)
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.BitOr)):
            return self.names(node.left, steps - 1) | self.names(node.right, steps - 1)
        if isinstance(node, ast.Call):
            return self._of_call(node, steps)
        if isinstance(node, (ast.DictComp, ast.SetComp, ast.ListComp, ast.GeneratorExp)):
            return self._of_comprehension(node, steps)
        return NONE

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
        if isinstance(function, ast.Name) and function.id in COLLECTIONS:
            words = [keyword.arg for keyword in node.keywords if keyword.arg is not None]
            return self._all(node.args, steps) | frozenset(words)
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
        return _Literals(self.bound, local)


class _Reader(NamedTuple):
    """Follows the statements of a ``__getattr__``, and for which names they are reached."""

    name: str
    """What it calls the name that is asked for."""
    literals: _Literals
    looked_up: dict[str, Names]
    """Variables that hold what a table has under the name, with the keys of the table: false for all other names."""
    given: list[Names]
    """The names for which a value is returned, where they are known."""

    def through(self, body: Iterable[ast.stmt], limits: Limits) -> tuple[Limits] | None:
        """The names for which the end of ``body`` is reached, in a tuple of one; None if there are none."""
        for node in body:
            after = self._statement(node, limits)
            if after is None:
                return None
            (limits,) = after
        return (limits,)

    def _statement(self, node: ast.stmt, limits: Limits) -> tuple[Limits] | None:
        if isinstance(node, ast.Return):
            known = self._asked(node.value, limits) if node.value is not None else limits
            if known is not None:
                self.given.append(known)
            return None
        if isinstance(node, (ast.Raise, ast.Continue, ast.Break)):
            return None
        if isinstance(node, ast.If):
            then, otherwise = self._split(node.test, limits)
            return _either(self.through(node.body, then), self.through(node.orelse, otherwise))
        if isinstance(node, ast.Try):
            after = self.through([*node.body, *node.orelse], limits)
            for handler in node.handlers:
                after = _either(after, self.through(handler.body, limits))
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

    def _match(self, node: ast.Match, limits: Limits) -> tuple[Limits] | None:
        after: tuple[Limits] | None = (limits,)
        for case in node.cases:
            patterns = case.pattern.patterns if isinstance(case.pattern, ast.MatchOr) else [case.pattern]
            values = [pattern.value for pattern in patterns if isinstance(pattern, ast.MatchValue)]
            every = len(values) == len(patterns)
            limits_here = _both(limits, self.literals.names(ast.Tuple(values))) if every else limits
            after = _either(after, self.through(case.body, limits_here))
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
            and node.args
            and self._is_name(node.args[0])
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


def _both(one: Limits, other: Names) -> Names:
    return other if one is None else one & other


def _either(one: tuple[Limits] | None, other: tuple[Limits] | None) -> tuple[Limits] | None:
    if one is None or other is None:
        return one or other
    return (None,) if one[0] is None or other[0] is None else (one[0] | other[0],)
