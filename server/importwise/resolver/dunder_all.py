"""The value of a module's ``__all__``, as its operations and those of other modules make it."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from importwise.index.module import Module
from importwise.index.recording import table
from importwise.resolver.guards import Guards
from importwise.resolver.resolution import Found
from importwise.resolver.resolve import Resolver
from importwise.resolver.targets import target
from importwise.syntax.summary import Summary


class AllNames(NamedTuple):
    """The value of a module's ``__all__``."""

    certain: dict[str, tuple[int, int]]
    """Names that are in it for sure, with line and column of the string."""
    possible: frozenset[str]
    """Names that may be in it, the certain ones included."""
    open: bool
    """Whether it may have any other name."""


class DunderAll:
    """Answers questions about ``__all__``. It holds nothing but the resolver, the guards and the answers given so far."""

    def __init__(self, resolver: Resolver, guards: Guards) -> None:
        self.resolver = resolver
        self.summaries = resolver.summaries
        self.guards = guards
        self._all = table(partial(self._all_names, pending=frozenset()), resolver.recorder)

    def of(self, module: Module) -> AllNames | None:
        """The value of the module's ``__all__``; None if it has none."""
        return self._all[module.path]

    def _all_names(self, path: str, pending: frozenset[str]) -> AllNames | None:
        if pending and path in self._all:
            return self._all[path]
        summary = self.summaries[path]
        if summary is None:
            return None
        operations = summary.exports.dunder_all
        if operations is None:
            bound = "__all__" in summary.exports.names or "__all__" in summary.exports.conditional
            return AllNames({}, frozenset(), True) if bound else None
        if path in pending or len(pending) > 200:
            return AllNames({}, frozenset(), True)
        certain: dict[str, tuple[int, int]] = {}
        possible: set[str] = set()
        is_open = False
        for operation, value, guard, _ in operations:
            truth = self.guards.guard_truth(guard, summary, type_checking=path.endswith(".pyi"))
            if truth is False:
                continue
            if operation in ("set", "set from"):
                if truth:
                    possible, is_open = set(), False
                certain = {}
            if operation in ("set", "extend"):
                for name, line, column in value:
                    possible.add(name)
                    if truth:
                        certain[name] = (line, column)
            elif operation == "remove":
                for name, _, _ in value:
                    certain.pop(name, None)
                    if truth:
                        possible.discard(name)
            elif operation in ("set from", "extend from"):
                other = self._module_called(path, summary, value)
                names = (
                    self._all_names(other.path, pending | {path})
                    if other is not None and other.path.endswith((".py", ".pyi"))
                    else None
                )
                if names is None:
                    is_open = True
                else:
                    possible |= names.possible
                    is_open = is_open or names.open
            else:
                is_open = True
        return AllNames(certain, frozenset(possible), is_open)

    def _module_called(self, path: str, summary: Summary, expression: str) -> Module | None:
        """The module that ``expression`` (``other``, ``package.other``) names in the file ``path``, as its imports bind it."""
        base = self.resolver.foreign_base(path)
        for item in summary.imports:
            if item.scope != "module":
                continue
            for imported, alias in item.aliases:
                if item.kind == "import":
                    local, whole = (alias, imported) if alias else (imported, imported)
                    if expression == local or (not alias and imported.startswith(f"{expression}.")):
                        found = self.resolver.find(whole if alias else expression, base)
                        return found.module if isinstance(found, Found) else None
                elif item.kind == "from" and (alias or imported) == expression:
                    found = target(self.resolver, path, item)
                    if isinstance(found, Found):
                        child = self.resolver.child(found.module, imported)
                        if isinstance(child, Module):
                            return child
        return self._submodule_called(path, expression)

    def _submodule_called(self, path: str, expression: str) -> Module | None:
        """In a package's ``__init__``, ``from .other import *`` makes ``other`` a name of the package."""
        if path.endswith("/__init__.py") and expression.isidentifier():
            anchor = self.resolver.anchor(path, 1)
            child = self.resolver.child(anchor, expression) if anchor is not None else None
            return child if isinstance(child, Module) else None
        return None
