"""Which modules may bind names in those that use them: in the frame that calls a function, or where a class is made."""

from __future__ import annotations

from importwise.index.module import Module
from importwise.index.recording import table
from importwise.resolver.resolution import Found
from importwise.resolver.resolve import Resolver
from importwise.resolver.targets import target
from importwise.searchpath import Environment

FOR_TYPE_CHECKERS = frozenset((("if", "TYPE_CHECKING", True), ("if", "typing.TYPE_CHECKING", True)))
"""Guards of imports that never run."""


class Writers:
    """It holds nothing but the resolver and the answers given so far."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._standard = standard_folders(resolver.environment)
        self._writers = table(self._writer, resolver.recorder)

    def of(self, module: Module) -> str | None:
        """The module of which ``module`` takes, or calls, a function that may bind names in it."""
        return self._writers[module] if module.kind in ("package", "module") else None

    def _writer(self, module: Module) -> str | None:
        for other in self.resolver.outside.called(module):
            if self._writes_to_callers(other):
                return other.name
        conducts = self.resolver.snapshot.conducts
        summary = self.resolver.summaries[module.path]
        for item in summary.imports if summary is not None else ():
            if item.scope != "module" or item.kind != "from" or not FOR_TYPE_CHECKERS.isdisjoint(item.guard):
                continue
            found = target(self.resolver, module.path, item)
            if isinstance(found, Found) and self._writes_to_callers(found.module):
                harmless = conducts[found.module.path].harmless
                if any(name not in harmless for name, _ in item.aliases):
                    return found.module.name
        return None

    def _writes_to_callers(self, module: Module) -> bool:
        if module.kind not in ("package", "module") or is_in(module.path, self._standard):
            return False
        return self.resolver.snapshot.functions[module.path].write_to_callers


def standard_folders(environment: Environment) -> tuple[str, ...]:
    """The folders of the standard library, typeshed's too, each with a slash behind."""
    return tuple(f"{path.path}/" for path in environment.standard_library)


def is_in(path: str, standard: tuple[str, ...]) -> bool:
    """Whether a file belongs to the standard library in these folders, and not to what is installed below them."""
    return path.startswith(standard) and "/site-packages/" not in path and "/dist-packages/" not in path
