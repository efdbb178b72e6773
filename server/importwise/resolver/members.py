"""Which names a module has at the end of its execution.

1. A name bound in the module itself, or brought by its star imports (`attribute`).
2. Otherwise a submodule, found on the module's ``__path__`` (``importlib._bootstrap._handle_fromlist``).

Star imports take the names in ``__all__`` if there is one, else the public ones (reference 7.11), through any number of
modules and cycles.
"""

from __future__ import annotations

from collections.abc import Set
from functools import partial
from sys import intern
from types import ModuleType

from importwise.index.module import Module
from importwise.index.recording import table
from importwise.resolver.conditions import truth_of
from importwise.resolver.dunder_all import DunderAll
from importwise.resolver.guards import Guards
from importwise.resolver.resolution import ABSENT, BOUND, Found, Member, Unknown
from importwise.resolver.resolve import Answers, Resolver
from importwise.resolver.targets import target
from importwise.resolver.writers import Writers, is_in, standard_folders
from importwise.syntax.summary import Import, Summary

MODULE_ATTRIBUTES = (
    frozenset(dir(ModuleType("m")))
    | frozenset(dir(object()))
    | frozenset(("__builtins__", "__cached__", "__file__", "__annotations__", "__dict__"))
)
"""What every module has (reference 3.2, "Modules")."""

TYPING = Member("typing")
VERSIONS = range(9, 16)
"""Minor versions of Python 3 that typeshed tells apart."""


class Members:
    """Answers questions about the names of modules. It holds nothing but the resolver and the answers given so far."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.environment = resolver.environment
        self.summaries = resolver.summaries
        self.recorder = resolver.recorder
        self.guards = Guards(resolver)
        self.dunder_all = DunderAll(resolver, self.guards)
        self._answers: dict[Module, Answers[Member]] = {}
        self._standard = standard_folders(self.environment)
        self.writers = Writers(resolver)
        self._missing_in_all = table(self._missing, self.recorder)
        self._stub_imports = table(self._imported_by_stub, self.recorder)
        self._self_imports = table(self._imported_from_itself, self.recorder)
        self._stars = table(self._running_stars, self.recorder)
        self._plain: dict[str, dict[str, Set[str]]] = {}
        """By file, and by the name it is imported under."""

    def answers(self, module: Module) -> Answers[Member]:
        """The answers of `member` for ``module``, by name."""
        answers = self._answers.get(module)
        if answers is None:
            answers = self._answers[module] = table(partial(self._member, module), self.recorder)
        return answers

    def plain_names(self, module: Module) -> Set[str]:
        """Names of ``module`` that are surely `bound`, as its own text says: not all, but found at once.

        Whoever relies on one looks at its `plain_place`.
        """
        # One file may have several names, and `from own.name import x` means itself under one of them only.
        known = self._plain.setdefault(module.path, {})
        names = known.get(module.name)
        if names is None:
            summary = self.summaries[module.path] if module.kind in ("package", "module") else None
            names = summary.exports.names.keys() if summary is not None else frozenset()
            if module.kind == "package" and (own := self._self_imports[module]):
                names = names - own
            known[module.name] = names
        return names

    def forget_plain(self, path: str, old: Summary | None, new: Summary | None) -> set[str]:
        """The summary of a file is another now; returns the plain places that this changes."""
        self._plain.pop(path, None)
        before, after = _plainly_bound(path, old), _plainly_bound(path, new)
        return {plain_place(path, name) for name in before.keys() | after if before.get(name) != after.get(name)}

    def member(self, module: Module, name: str) -> Member:
        """What ``name`` is for ``from module import name``."""
        return self.answers(module)[name]

    def _member(self, module: Module, name: str) -> Member:
        own = self.attribute(module, name)
        if own.state == "bound":
            return own
        child = self.resolver.child(module, name) if module.portions else None
        if isinstance(child, Module):
            return Member("submodule", module=child)
        if own.state == "open" and name in self.supplied(module):
            return BOUND
        if own.state in ("absent", "typing") and module.kind in ("package", "module") and not self.is_standard(module):
            own = self._from_outside(module, name) or own
        if own.state == "open":
            return own
        if isinstance(child, Unknown):
            return Member("open", child.reason)
        registered = self.resolver.registered(f"{module.name}.{name}")
        if registered is not None and self._has_no_submodules(module):
            registered = self.resolver.registered(f"{module.name}.{name}", only_below=True)
        if isinstance(registered, Unknown):
            return Member("open", registered.reason)
        return own if registered is None else Member("open", f"`{registered.name}` is put into sys.modules by code")

    def _has_no_submodules(self, module: Module) -> bool:
        """Whether ``from`` can't ask for submodules, since there is no ``__path__``, nor does the module's text make any up."""
        if module.kind != "module" or module.portions or not module.path.endswith(".py"):
            return False
        summary = self.summaries[module.path]
        has_path = summary is None or bool(summary.exports.path)
        return not has_path and not self.resolver.snapshot.traits[module.path].makes_names

    def _from_outside(self, module: Module, name: str) -> Member | None:
        """Whether another module may bind ``name`` in ``module``: one whose decorators it uses, or one beside it."""
        writer = self.writers.of(module)
        if writer is not None:
            return Member("open", f"`{writer}` binds names in the modules that use it")
        registrar = self.resolver.outside.registrar(module)
        if registrar is not None:
            return Member("open", f"`{registrar}`, which is handed its `__name__`, may bind names in it")
        snapshot = self.resolver.snapshot
        if module.name in snapshot.sets[module.path].fills or snapshot.traits[module.path].asks_for_itself:
            return Member("open", f"`{module.name}`: {OPEN_REASONS['setattr']}")
        typing = self.attribute(module, name).state == "typing"
        beside = self.resolver.outside.set_beside(module, self.resolver.beside if typing else None)
        wanted = f"{module.name.rpartition('.')[2]}.{name}"
        said = beside.get(wanted) or beside.get(f"{module.name}.*")
        return Member("open", f"{said} `{wanted}`") if said else None

    def attribute(self, module: Module, name: str) -> Member:
        """What ``getattr(module, name)`` finds after the module's execution, submodules left aside."""
        if name in MODULE_ATTRIBUTES or (name == "__path__" and module.portions):
            return BOUND
        kind = module.kind
        if kind in ("package", "module"):
            own = self._source_attribute(module, name)
            if own.state != "bound" and self.is_standard(module):
                stub = self._stub_attribute(module.name, name)
                # Where the source writes names through `globals()` or star-imports C, the stub knows them.
                return stub if stub.state == "bound" or (own.state == "open" and stub.state == "absent") else own
            return own
        if kind == "namespace":
            return ABSENT
        if kind == "built-in" or (kind == "extension" and self.is_standard(module)):
            return self._stub_attribute(module.name, name)
        if kind == "stub":
            if self.is_standard(module):
                return self._stub_attribute(module.name, name)
            return self._source_attribute(module, name)
        words = {
            "extension": "is an extension module",
            "bytecode": "has only bytecode",
            "registered": "is put into sys.modules by code",
        }
        return Member("open", f"`{module.name}` {words[kind]}")

    def _stub_attribute(self, module_name: str, name: str) -> Member:
        """What typeshed says of a module of the standard library whose source can't tell."""
        unknown = Member("open", f"`{module_name}` is written in C")
        path = self._stub_path(module_name)
        if path is None:
            return unknown
        own = self._source_attribute(Module(module_name, "stub", path, (), None), name)
        if own.state not in ("absent", "typing"):
            return own
        # Of private modules typeshed has what others need, not all there is.
        if name.startswith("_") or module_name.startswith("_") or "._" in module_name:
            return unknown
        return self._neighbour_attribute(module_name, name) or own

    def versions_with(self, module_name: str, name: str) -> str:
        """The other versions of Python in which typeshed's stub of the module has ``name``: "3.12 and later"; "" if none is known."""
        path = self._stub_path(module_name)
        summary = self.summaries[path] if path is not None else None
        if summary is None:
            return ""
        having: list[int] = []
        for minor in VERSIONS:
            environment = self.environment._replace(version=(3, minor))
            facts = self.guards.facts(summary, True)._replace(environment=environment)
            for event, guard, _ in summary.exports.conditional.get(name, ()):
                holds = all(c[0] == "if" and truth_of(c[1], facts) is c[2] for c in guard)
                if event == "bind" and holds:
                    having.append(minor)
                    break
        if not having or self.environment.version[1] in having:
            return ""
        return f"3.{having[0]} and later" if having[0] > self.environment.version[1] else f"3.{having[-1]} and before"

    def _neighbour_attribute(self, module_name: str, name: str) -> Member | None:
        """Whether the source of another version of the standard library has a name that typeshed lacks for the target's."""
        for folder in self.environment.neighbours:
            parent, _, part = f"{folder}/{module_name.replace('.', '/')}".rpartition("/")
            found = self.resolver.look_in(parent, part, module_name, None)
            if found is not None and found.path.endswith(".py"):
                if self._source_attribute(found, name).state in ("bound", "open"):
                    return Member(
                        "open", f"`{module_name}` is known from its stub only, and another Python's has `{name}`"
                    )
        return None

    def is_standard(self, module: Module) -> bool:
        """Whether the module belongs to the standard library, also where that is the project that is checked."""
        return module.kind == "built-in" or is_in(module.path, self._standard)

    def stub_of(self, module_name: str) -> Module | None:
        """Typeshed's stub of a module of the standard library."""
        path = self._stub_path(module_name)
        return None if path is None else Module(module_name, "stub", path, (), None)

    def star_targets(self, module: Module) -> list[Module]:
        """The modules whose names the module's star imports bring."""
        targets = [target(self.resolver, module.path, star) for star, typing in self._stars[module.path] if not typing]
        return [found.module for found in targets if isinstance(found, Found)]

    def _stub_path(self, module_name: str) -> str | None:
        """The file of typeshed's stub of a module of the standard library."""
        if self.resolver.typeshed is None:
            return None
        folder, _, last = f"{self.resolver.typeshed}/{module_name.replace('.', '/')}".rpartition("/")
        tree = self.resolver.tree
        if f"{last}.pyi" in tree[folder].files:
            return f"{folder}/{last}.pyi"
        if last in tree[folder].folders and "__init__.pyi" in tree[f"{folder}/{last}"].files:
            return f"{folder}/{last}/__init__.pyi"
        return None

    def _source_attribute(self, module: Module, name: str) -> Member:
        """Breadth first through the module and its star imports."""
        queue = [(module, False)]
        seen = {module.path}
        weaker = ABSENT
        for source, typing in queue:
            summary = self.summaries[source.path]
            if summary is None:
                weaker = Member("open", f"`{source.name}` can't be read")
                continue
            own = self._in_text(source, summary, name)
            if own.state == "bound":
                if not typing:
                    return own
                own = TYPING
            weaker = _stronger(weaker, own)
            for star, star_typing in self._stars[source.path]:
                outcome = self._through_star(source, star, name)
                if isinstance(outcome, Member):
                    if outcome.state == "bound" and not (typing or star_typing):
                        return outcome
                    weaker = _stronger(weaker, TYPING if outcome.state == "bound" else outcome)
                elif isinstance(outcome, Module) and outcome.path not in seen:
                    seen.add(outcome.path)
                    queue.append((outcome, typing or star_typing))
        for source, _ in queue[1:] if weaker is ABSENT else ():
            if (writer := self.writers.of(source)) is not None:
                return Member("open", f"`{writer}` binds names in the modules that use it")
        return weaker

    def supplied(self, module: Module) -> Set[str]:
        """The names that the module's own ``__getattr__`` surely gives: those of literal tables."""
        summary = self.summaries[module.path]
        if summary is None or not any(reason == "__getattr__" for reason, _ in summary.exports.open):
            return frozenset()
        return self.resolver.snapshot.conducts[module.path].supplied

    def _in_text(self, module: Module, summary: Summary, name: str) -> Member:
        """The name in the module's own text."""
        exports = summary.exports
        if module.path.endswith(".pyi") and self._not_exported(module, name):
            return ABSENT
        if name in exports.names and not (module.kind == "package" and name in self._self_imports[module]):
            return BOUND
        state = ABSENT
        for event, guard, _ in exports.conditional.get(name, ()):
            truth = self.guards.guard_truth(guard, summary, type_checking=False)
            if event == "del":
                state = ABSENT if truth else state
            elif truth is not False:
                state = BOUND
            elif state is ABSENT and self.guards.guard_truth(guard, summary, type_checking=True) is not False:
                state = TYPING
        if state is not BOUND and exports.open:
            if self._stub_lists(module, name):
                return BOUND
            # A lazy loader makes a `__getattr__`, and says more.
            reason, line = max(exports.open, key=lambda item: item[0] != "__getattr__")
            return Member("open", f"`{module.name}` line {line + 1}: {OPEN_REASONS.get(reason, reason)}")
        if state is not BOUND and not {module.name, f"{module.name}?"}.isdisjoint(exports.registered):
            return Member("open", f"`{module.name}`: {OPEN_REASONS['sys.modules[__name__]']}")
        if state is not BOUND and summary.problems:
            return Member("open", f"`{module.name}` line {summary.problems[0].line + 1}: {OPEN_REASONS['syntax']}")
        return state

    def _not_exported(self, stub: Module, name: str) -> bool:
        """Whether a stub imports ``name`` for itself only: without ``as`` of the same name, and not in ``__all__`` (PEP 484)."""
        own = self._stub_imports[stub.path]
        if name not in own:
            return False
        names = self.dunder_all.of(stub)
        return names is None or (name not in names.possible and not names.open)

    def _imported_by_stub(self, path: str) -> frozenset[str]:
        summary = self.summaries[path]
        return frozenset(
            imported.partition(".")[0]
            for item in (summary.imports if summary is not None else ())
            for imported, alias in item.aliases
            if alias is None and imported != "*" and not (item.kind == "from" and item.level and not item.module)
        )

    def _stub_lists(self, module: Module, name: str) -> bool:
        """Whether the stub beside a module that loads its names lazily by it (``lazy_loader.attach_stub``) has the name."""
        summary = self.summaries[module.path]
        if summary is None or not any(reason == "lazy_loader" for reason, _ in summary.exports.open):
            return False
        folder, _, file = module.path.rpartition("/")
        if not self.resolver.holds(folder, file.removesuffix(".py"), ".pyi"):
            return False
        listed = self.summaries[f"{folder}/{file}i"]
        return listed is not None and name in listed.exports.names

    def _imported_from_itself(self, module: Module) -> frozenset[str]:
        """Names that a package's ``__init__`` binds only by importing them from the package itself (``from . import name``).

        That needs a submodule: the import does not make true what it asks for.
        """
        summary = self.summaries[module.path]
        if summary is None:
            return frozenset()
        own: set[str] = set()
        others: set[str] = set()
        for item in summary.imports:
            if item.scope != "module":
                continue
            if item.kind == "from" and item.module == ("" if item.level == 1 else module.name) and item.level < 2:
                lines = _lines(item)
                own.update(
                    name
                    for name, alias in item.aliases
                    if alias in (None, name) and summary.exports.names.get(name) in lines
                )
                others.update(alias for name, alias in item.aliases if alias not in (None, name))
            else:
                others.update(alias or name.partition(".")[0] for name, alias in item.aliases)
        return frozenset(own - others)

    def _running_stars(self, path: str) -> tuple[tuple[Import, bool], ...]:
        """The file's star imports that run, each with whether they run for type checkers only."""
        summary = self.summaries[path]
        found: list[tuple[Import, bool]] = []
        for item in summary.imports if summary is not None else ():
            if item.aliases and item.aliases[0][0] == "*" and item.scope == "module" and summary is not None:
                if self.guards.guard_truth(item.guard, summary, type_checking=False) is not False:
                    found.append((item, False))
                elif self.guards.guard_truth(item.guard, summary, type_checking=True) is not False:
                    found.append((item, True))
        return tuple(found)

    def _through_star(self, importer: Module, star: Import, name: str) -> Member | Module | None:
        """What ``name`` is through one star import: an answer, the module to look in further, or None."""
        found = target(self.resolver, importer.path, star)
        if not isinstance(found, Found):
            reason = (
                found.reason
                if isinstance(found, Unknown)
                else f"`from {'.' * star.level}{star.module} import *` finds no module"
            )
            return Member("open", f"`{importer.name}`: {reason}")
        module = found.module
        if module.kind not in ("package", "module", "stub"):
            if name.startswith("_") or module.kind == "namespace":
                return None
            return self.attribute(module, name)
        names = self.dunder_all.of(module)
        if names is not None:
            if name in names.possible:
                return BOUND
            return Member("open", f"the `__all__` of `{module.name}` can't be known") if names.open else None
        if name.startswith("_"):
            return None
        if module.portions and isinstance(self.resolver.child(module, name), Module):
            if self._imports_submodule(module, name):
                return BOUND
            # Whoever imported the submodule before made it an attribute of the package.
            return Member("open", f"`{name}` may be a submodule of `{module.name}` that was imported before")
        if (
            self.is_standard(module)
            and module.kind != "stub"
            and self._stub_attribute(module.name, name).state == "bound"
        ):
            return BOUND
        return module

    def _imports_submodule(self, package: Module, name: str) -> bool:
        """Whether the package's ``__init__`` imports its submodule ``name`` or something below, which binds it."""
        summary = self.summaries[package.path] if package.kind == "package" else None
        full_name = f"{package.name}.{name}"
        for item in summary.imports if summary is not None else ():
            if item.scope != "module" or item.level > 1:
                continue
            modules = [item.module] if item.kind == "from" else [imported for imported, _ in item.aliases]
            for module in modules:
                whole = f"{package.name}.{module}" if item.level else module
                if whole == full_name or whole.startswith(f"{full_name}."):
                    return True
        return False

    def missing_in_all(self, module: Module) -> tuple[tuple[str, Member], ...]:
        """The names that are in ``__all__`` for sure and that ``from module import *`` does not find, in order."""
        return self._missing_in_all[module]

    def _missing(self, module: Module) -> tuple[tuple[str, Member], ...]:
        names = self.dunder_all.of(module)
        if names is None:
            return ()
        plain = self.plain_names(module)
        if self.recorder is not None:
            for name in names.certain.keys() & plain:
                self.recorder.note(plain_place(module.path, name))
        found = ((name, self.member(module, name)) for name in names.certain if name not in plain)
        missing = tuple((name, member) for name, member in found if member.state in ("absent", "typing"))
        return () if missing and self._imports_extension(module) else missing

    def _imports_extension(self, module: Module) -> bool:
        """Whether the module imports an extension module, or one that is not built: it may put the names there that the module lists."""
        summary = self.summaries[module.path]
        for item in summary.imports if summary is not None else ():
            if item.scope != "module":
                continue
            names = [item.module] if item.kind == "from" else [name for name, _ in item.aliases]
            for name in names:
                found = target(self.resolver, module.path, item) if item.level else self.resolver.find(name)
                if not isinstance(found, Found) or (
                    found.module.kind == "extension" and not self.is_standard(found.module)
                ):
                    return True
                if item.kind == "from" and found.module.portions:
                    children = [self.resolver.child(found.module, imported) for imported, _ in item.aliases]
                    if any(isinstance(child, Module) and child.kind == "extension" for child in children):
                        return True
        return False


OPEN_REASONS = {
    "__getattr__": "a module-level `__getattr__` may supply any name",
    "globals()": "names are written through `globals()`",
    "vars()": "names are written through `vars()`",
    "locals()": "names are written through `locals()`",
    "exec": "`exec` may bind any name",
    "setattr": "`setattr` may bind any name",
    "sys.modules[__name__]": "the module replaces itself in `sys.modules`",
    "syntax": "the text can't be parsed",
    "enum": "an enumeration binds its members in the module",
    "__all__": "a function adds to its `__all__`",
    "lazy_loader": "its names are loaded lazily (`lazy_loader`)",
    "_LazyModule": "its names are loaded lazily (`_LazyModule`)",
}


def plain_place(path: str, name: str) -> str:
    """The place (`index.recording`) of a name that the text of a file binds, whatever else is in it."""
    return intern(f"{path}::{name}")


def _plainly_bound(path: str, summary: Summary | None) -> dict[str, str]:
    """The names that `Members.plain_names` may have; in an ``__init__`` with the modules they are imported from, which may be itself."""
    if summary is None:
        return {}
    bound = dict.fromkeys(summary.exports.names, "")
    if path.endswith("/__init__.py"):
        for item in summary.imports:
            if item.scope == "module":
                for name, alias in item.aliases:
                    local = alias or name.partition(".")[0]
                    if local in bound:
                        last = summary.exports.names[local] in _lines(item)
                        bound[local] += f" {'.' * item.level}{item.module}{' at last' if last else ''}"
    return bound


def _lines(item: Import) -> range:
    return range(item.line, item.line + item.text.count("\n") + 1)


STRENGTH = {"absent": 0, "typing": 1, "open": 2, "submodule": 3, "bound": 4}


def _stronger(one: Member, other: Member) -> Member:
    return other if STRENGTH[other.state] > STRENGTH[one.state] else one
