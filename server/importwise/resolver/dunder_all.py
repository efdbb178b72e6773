"""The value of a module's ``__all__``, as its operations and those of other modules make it."""

from __future__ import annotations

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


class Own(NamedTuple):
    """What a module's own text says of its ``__all__``."""

    names: AllNames
    """Without those of other modules."""
    others: tuple[tuple[str, frozenset[str]], ...] = ()
    """The files from whose ``__all__`` it takes names, each with the names that it takes out afterwards."""


class DunderAll:
    """Answers questions about ``__all__``. It holds nothing but the resolver, the guards and the answers given so far."""

    def __init__(self, resolver: Resolver, guards: Guards) -> None:
        self.resolver = resolver
        self.summaries = resolver.summaries
        self.guards = guards
        self._own = table(self._own_names, resolver.recorder)
        self._all = table(self._all_names, resolver.recorder)

    def of(self, module: Module) -> AllNames | None:
        """The value of the module's ``__all__``; None if it has none."""
        return self._all[module.path]

    def _all_names(self, path: str) -> AllNames | None:
        """The module's own names, and those which others give it: any number of modules, in circles too.

        No answer on the way is kept but what a file's own text says: within a circle, others would depend on who asked first.
        """
        own = self._own_names(path)
        if own is None or not own.others:
            return own and own.names
        possible = own.names.possible
        is_open = own.names.open
        # The names of a file that are taken out on every way from there.
        refused: dict[str, frozenset[str]] = {path: frozenset()}
        waiting = [(own, path)]
        for source, source_path in waiting:
            for other_path, removed in source.others:
                known = refused.get(other_path)
                through = refused[source_path] | removed
                refused[other_path] = through if known is None else known & through
                other = self._own[other_path]
                if other is not None and refused[other_path] != known:
                    possible |= other.names.possible - through
                    waiting.append((other, other_path))
                is_open = is_open or other is None or other.names.open
        return AllNames(own.names.certain, possible, is_open)

    def _own_names(self, path: str) -> Own | None:
        summary = self.summaries[path]
        if summary is None:
            return None
        operations = summary.exports.dunder_all
        if operations is None:
            bound = "__all__" in summary.exports.names or "__all__" in summary.exports.conditional
            return Own(AllNames({}, frozenset(), True)) if bound else None
        certain: dict[str, tuple[int, int]] = {}
        possible: set[str] = set()
        others: list[tuple[str, frozenset[str]]] = []
        is_open = False
        for operation, value, guard, _ in operations:
            truth = self.guards.guard_truth(guard, summary, type_checking=path.endswith(".pyi"))
            if truth is False:
                continue
            if operation in ("set", "set from"):
                if truth:
                    possible, others, is_open = set(), [], False
                certain = {}
            if operation in ("set", "extend"):
                for name, line, column in value:
                    possible.add(name)
                    if truth:
                        certain[name] = (line, column)
            elif operation == "remove":
                names = frozenset(name for name, _, _ in value)
                certain = {name: place for name, place in certain.items() if name not in names}
                if truth:
                    possible -= names
                    others = [(other, removed | names) for other, removed in others]
            elif operation in ("set from", "extend from"):
                module = self._module_called(path, summary, value)
                if module is not None and module.path.endswith((".py", ".pyi")):
                    others.append((module.path, frozenset()))
                else:
                    is_open = True
            else:
                is_open = True
        return Own(AllNames(certain, frozenset(possible), is_open), tuple(others))

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
