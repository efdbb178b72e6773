"""By way of which modules the functions come that a module calls while it is executed: they may do something to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from importwise.index.module import Module
from importwise.index.recording import table
from importwise.index.snapshot import Snapshot
from importwise.resolver.resolution import Found, Resolution, Unknown
from importwise.syntax.summary import Import

MOST_STEPS = 8
"""From where a function is called to where it is defined."""


class Outside:
    """It holds nothing but the snapshot, the way to find a module, and the answers given so far."""

    def __init__(self, snapshot: Snapshot, find: Callable[[str], Resolution]) -> None:
        """``find`` asks nothing here in its turn: what was kept of answers within a circle would depend on who asked first."""
        self._summaries = snapshot.summaries
        self._functions = snapshot.functions
        self._traits = snapshot.traits
        self._sets = snapshot.sets
        self._find = find
        self._registrars = table(self._registrar, snapshot.recorder)
        self._makers = table(self._made, snapshot.recorder)
        self._beside = table(self._imported_beside, snapshot.recorder)
        self._set_beside = table(lambda module: self._set_by(self._beside[module]), snapshot.recorder)

    def registrar(self, module: Module) -> str | None:
        """The module that is handed the ``__name__`` of ``module`` and puts things into ``sys.modules``, if there is one."""
        return self._registrars[module] if module.kind in ("package", "module") else None

    def put_there(self, package: Module, name: str) -> Unknown | None:
        """Unknown if somebody who is handed the name of ``package``, or ``name``, may put the module ``name`` into it."""
        registrar, handed = self.registrar(package), "`__name__`"
        if registrar is None and package.kind in ("package", "module"):
            registrar, handed = self._makers[package].get(name), "name"
        if registrar is None:
            return None
        return Unknown(f"`{registrar}`, which is handed its {handed}, puts modules into sys.modules")

    def called(self, module: Module) -> Iterator[Module]:
        """The modules of the functions that ``module`` calls in statements of their own."""
        return self._origins_of(module, self._traits[module.path].calls)

    def set_beside(self, module: Module, files: Callable[[Module], Sequence[str]] | None = None) -> dict[str, str]:
        """What the files beside that of ``module`` set, with words for how: "prices.rate" for an attribute of an object there,
        "shop.prices.*" for attributes of "shop.prices" whose names are not known.

        Asked are those which the package imports while it is executed; with ``files`` those it gives.
        """
        return self._set_beside[module] if files is None else self._set_by(files(module))

    def _set_by(self, files: Iterable[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for path in files:
            if path.endswith(".py"):
                file = path.rpartition("/")[2]
                sets = self._sets[path]
                found.update({name: f"{file} sets" for name in sets.names if name not in found})
                found.update({f"{name}.*": f"{file} may set" for name in sets.fills if f"{name}.*" not in found})
        return found

    def _imported_beside(self, module: Module) -> list[str]:
        """The files beside that of ``module`` which the package imports while it is executed, in order."""
        folder, _, _ = module.path.rpartition("/")
        found = self._find(module.name.rpartition(".")[0]) if module.kind == "module" and "." in module.name else None
        if not isinstance(found, Found) or found.module.path != f"{folder}/__init__.py":
            return []
        package = found.module
        summary = self._summaries[package.path]
        names: set[str] = set()
        for item in summary.imports if summary is not None else ():
            if item.scope == "module" and item.kind == "from":
                source = _absolute(package, item)
                names |= {f"{source}.{name}" for name, _ in item.aliases} if source == package.name else {source}
            elif item.scope == "module" and item.kind == "import":
                names |= {name for name, _ in item.aliases}
        prefix = f"{package.name}."
        beside = [self._find(name) for name in sorted(names) if name.startswith(prefix)]
        paths = [one.module.path for one in beside if isinstance(one, Found)]
        return [path for path in paths if path.rpartition("/")[0] == folder]

    def _registrar(self, module: Module) -> str | None:
        calls = self._traits[module.path].hands_over
        if calls and self._functions[module.path].register and self._defines(module, calls):
            return module.name
        for other in self._origins_of(module, calls):
            if any(self._functions[one.path].register for one in (other, *self._helpers(other))):
                return other.name
        return None

    def _helpers(self, module: Module) -> Iterator[Module]:
        """The modules of its own package that ``module`` takes names from: its functions may leave the work to theirs."""
        summary = self._summaries[module.path]
        for item in summary.imports if summary is not None else ():
            found = self._find(_absolute(module, item)) if item.scope == "module" and item.kind == "from" else None
            if isinstance(found, Found) and found.module.kind in ("package", "module"):
                if found.module.name.partition(".")[0] == module.name.partition(".")[0]:
                    yield found.module

    def _defines(self, module: Module, calls: Iterable[str]) -> bool:
        """Whether one of the functions that ``module`` calls is its own."""
        summary = self._summaries[module.path]
        imports = summary.imports if summary is not None else ()
        imported = {alias or name.partition(".")[0] for item in imports for name, alias in item.aliases}
        return any(call.partition(".")[0] not in imported for call in calls)

    def _made(self, package: Module) -> dict[str, str]:
        """Names of modules that ``package`` hands to functions which may make these, with the functions' modules."""
        calls = self._traits[package.path].hands_names
        return {
            name: other.name
            for call, name in sorted(calls)
            if name.startswith(f"{package.name}.")
            for other in self._origins_of(package, [call])
            if self._functions[other.path].register
        }

    def _origins_of(self, module: Module, calls: Iterable[str]) -> Iterator[Module]:
        for call in sorted(calls):
            yield from self._origins(module, call.split("."), MOST_STEPS)

    def _origins(self, module: Module, names: Sequence[str], steps: int) -> Iterator[Module]:
        """The modules by way of which the dotted ``names``, the first of which ``module`` binds by an import, come."""
        summary = self._summaries[module.path] if steps and module.kind in ("package", "module") else None
        for item in summary.imports if summary is not None else ():
            if item.scope != "module" or item.kind == "call":
                continue
            for name, alias in item.aliases:
                if item.kind == "import":
                    if (alias or name.partition(".")[0]) == names[0]:
                        yield from self._below(name if alias else names[0], names[1:], steps)
                elif (alias or name) == names[0]:
                    yield from self._below(_absolute(module, item), (name, *names[1:]), steps)

    def _below(self, source: str, names: Sequence[str], steps: int) -> Iterator[Module]:
        found = self._find(source)
        while isinstance(found, Found) and names:
            module = found.module
            child = self._find(f"{module.name}.{names[0]}") if module.portions else None
            if not isinstance(child, Found):
                if module.path.endswith(".py"):
                    yield module
                    yield from self._origins(module, names, steps - 1)
                return
            found, names = child, names[1:]


def _absolute(module: Module, item: Import) -> str:
    """The name of the module that a ``from`` import takes names from."""
    if not item.level:
        return item.module
    package = module.name.split(".")
    up = item.level - (module.kind == "package")
    return ".".join([*package[: len(package) - up], *([item.module] if item.module else [])])
