"""Which names a module has at the end of its execution.

1. A name bound in the module itself, or brought by its star imports (`attribute`).
2. Otherwise a submodule, found on the module's ``__path__`` (``importlib._bootstrap._handle_fromlist``).

Star imports take the names in ``__all__`` if there is one, else the public ones (reference 7.11), through any number of
modules and cycles.
"""

from __future__ import annotations

from types import ModuleType
from typing import NamedTuple

from importwise.index.module import Module
from importwise.resolver.conditions import Facts, asks_for_availability, truth_of
from importwise.resolver.resolution import ABSENT, BOUND, Found, Member, Partial, Resolution, Unknown
from importwise.resolver.resolve import Resolver
from importwise.syntax.summary import Guard, Import, Summary

MODULE_ATTRIBUTES = (
    frozenset(dir(ModuleType("m")))
    | frozenset(dir(object()))
    | frozenset(("__builtins__", "__cached__", "__file__", "__annotations__", "__dict__"))
)
"""What every module has (reference 3.2, "Modules")."""

TYPING = Member("typing")
VERSIONS = range(9, 16)
"""Minor versions of Python 3 that typeshed tells apart."""


class AllNames(NamedTuple):
    """The value of a module's ``__all__``."""

    certain: dict[str, tuple[int, int]]
    """Names that are in it for sure, with line and column of the string."""
    possible: frozenset[str]
    """Names that may be in it, the certain ones included."""
    open: bool
    """Whether it may have any other name."""


class Members:
    """Answers questions about the names of modules. It holds nothing but the resolver and the answers given so far."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.environment = resolver.environment
        self.summaries = resolver.summaries
        self._answers: dict[str, dict[str, Member]] = {}
        self._standard = tuple(f"{path.path}/" for path in self.environment.standard_library)
        self._all: dict[str, AllNames | None] = {}
        self._missing_in_all: dict[str, tuple[tuple[str, Member], ...]] = {}
        self._truths: dict[tuple[int, str, bool], bool | None] = {}
        self._stub_imports: dict[str, frozenset[str]] = {}
        self._known_origins: dict[int, tuple[Summary, dict[str, str]]] = {}
        self._writers: dict[str, str | None] = {}
        self._self_imports: dict[str, frozenset[str]] = {}
        self._stars: dict[str, tuple[tuple[Import, bool], ...]] = {}

    def answers(self, module: Module) -> dict[str, Member]:
        """The answers already given for ``module``, by name."""
        key = module.path or module.name
        answers = self._answers.get(key)
        if answers is None:
            answers = self._answers[key] = {}
        return answers

    def member(self, module: Module, name: str) -> Member:
        """What ``name`` is for ``from module import name``."""
        answers = self.answers(module)
        answer = answers.get(name)
        if answer is None:
            answer = answers[name] = self._member(module, name)
        return answer

    def _member(self, module: Module, name: str) -> Member:
        own = self.attribute(module, name)
        if own.state == "bound":
            return own
        child = self.resolver.child(module, name) if module.portions else None
        if isinstance(child, Module):
            return Member("submodule", module=child)
        if own.state in ("absent", "typing") and module.kind in ("package", "module") and not self.is_standard(module):
            own = self._from_outside(module, name) or own
        if own.state == "open":
            return own
        if isinstance(child, Unknown):
            return Member("open", child.reason)
        registered = self.resolver.registered(f"{module.name}.{name}")
        if registered is not None:
            return Member(
                "open",
                registered.reason
                if isinstance(registered, Unknown)
                else f"`{registered.name}` is put into sys.modules by code",
            )
        return own

    def _writer(self, module: Module) -> str | None:
        """The module among those which ``module`` takes names from that may bind names in its callers' modules."""
        summary = self.summaries[module.path]
        for item in summary.imports if summary is not None else ():
            if item.scope != "module" or item.kind != "from":
                continue
            target = self.target(module.path, item)
            if isinstance(target, Found) and target.module.kind in ("package", "module"):
                source = target.module
                if not self.is_standard(source) and self.resolver.snapshot.traits[source.path].writes_to_callers:
                    return source.name
        return None

    def _from_outside(self, module: Module, name: str) -> Member | None:
        """Whether another module may bind ``name`` in ``module``: one whose decorators it uses, or one beside it."""
        if module.path not in self._writers:
            self._writers[module.path] = self._writer(module)
        writer = self._writers[module.path]
        if writer is not None:
            return Member("open", f"`{writer}` binds names in the modules that use it")
        folder = module.path.rpartition("/")[0]
        if self.attribute(module, name).state == "typing":
            wanted = f"{module.name.rpartition('.')[2]}.{name}"
            for file in sorted(self.resolver.tree[folder].files):
                if file.endswith(".py") and wanted in self.resolver.snapshot.traits[f"{folder}/{file}"].sets:
                    return Member("open", f"{file} sets `{wanted}`")
        return None

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
            facts = self.facts(summary, True)._replace(environment=environment)
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
        if module.kind == "built-in":
            return True
        path = module.path
        return path.startswith(self._standard) and "/site-packages/" not in path and "/dist-packages/" not in path

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
            for star, star_typing in self._star_imports(source.path, summary):
                outcome = self._through_star(source, star, name)
                if isinstance(outcome, Member):
                    if outcome.state == "bound" and not (typing or star_typing):
                        return outcome
                    weaker = _stronger(weaker, TYPING if outcome.state == "bound" else outcome)
                elif isinstance(outcome, Module) and outcome.path not in seen:
                    seen.add(outcome.path)
                    queue.append((outcome, typing or star_typing))
        return weaker

    def _in_text(self, module: Module, summary: Summary, name: str) -> Member:
        """The name in the module's own text."""
        exports = summary.exports
        if module.path.endswith(".pyi") and self._not_exported(module, summary, name):
            return ABSENT
        if name in exports.names:
            return ABSENT if name in self._from_itself(module, summary) else BOUND
        state = ABSENT
        for event, guard, _ in exports.conditional.get(name, ()):
            truth = self.guard_truth(guard, summary, type_checking=False)
            if event == "del":
                state = ABSENT if truth else state
            elif truth is not False:
                state = BOUND
            elif state is ABSENT and self.guard_truth(guard, summary, type_checking=True) is not False:
                state = TYPING
        if state is not BOUND and exports.open:
            if self._stub_lists(module, name):
                return BOUND
            # A lazy loader makes a `__getattr__`, and says more.
            reason, line = max(exports.open, key=lambda item: item[0] != "__getattr__")
            return Member("open", f"`{module.name}` line {line + 1}: {OPEN_REASONS.get(reason, reason)}")
        if state is not BOUND and summary.problems:
            return Member("open", f"`{module.name}` line {summary.problems[0].line + 1}: {OPEN_REASONS['syntax']}")
        return state

    def _not_exported(self, stub: Module, summary: Summary, name: str) -> bool:
        """Whether a stub imports ``name`` for itself only: without ``as`` of the same name, and not in ``__all__`` (PEP 484)."""
        own = self._stub_imports.get(stub.path)
        if own is None:
            own = self._stub_imports[stub.path] = frozenset(
                imported.partition(".")[0]
                for item in summary.imports
                for imported, alias in item.aliases
                if alias is None and imported != "*" and not (item.kind == "from" and item.level and not item.module)
            )
        if name not in own:
            return False
        names = self.all_names(stub)
        return names is None or (name not in names.possible and not names.open)

    def _stub_lists(self, module: Module, name: str) -> bool:
        """Whether the stub beside a module that loads its names lazily by it (``lazy_loader.attach_stub``) has the name."""
        summary = self.summaries[module.path]
        if summary is None or not any(reason == "lazy_loader" for reason, _ in summary.exports.open):
            return False
        folder, _, file = module.path.rpartition("/")
        stub = f"{file}i"
        if stub not in self.resolver.tree[folder].files:
            return False
        listed = self.summaries[f"{folder}/{stub}"]
        return listed is not None and name in listed.exports.names

    def _from_itself(self, module: Module, summary: Summary) -> frozenset[str]:
        """Names that a package's ``__init__`` binds only by importing them from the package itself (``from . import name``).

        That needs a submodule: the import does not make true what it asks for.
        """
        names = self._self_imports.get(module.path)
        if names is None:
            own: set[str] = set()
            others: set[str] = set()
            for item in summary.imports if module.kind == "package" else ():
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
            names = self._self_imports[module.path] = frozenset(own - others)
        return names

    def _star_imports(self, path: str, summary: Summary) -> tuple[tuple[Import, bool], ...]:
        """The module's star imports that run, each with whether they run for type checkers only."""
        stars = self._stars.get(path)
        if stars is None:
            found: list[tuple[Import, bool]] = []
            for item in summary.imports:
                if item.aliases and item.aliases[0][0] == "*" and item.scope == "module":
                    if self.guard_truth(item.guard, summary, type_checking=False) is not False:
                        found.append((item, False))
                    elif self.guard_truth(item.guard, summary, type_checking=True) is not False:
                        found.append((item, True))
            stars = self._stars[path] = tuple(found)
        return stars

    def _through_star(self, importer: Module, star: Import, name: str) -> Member | Module | None:
        """What ``name`` is through one star import: an answer, the module to look in further, or None."""
        target = self.target(importer.path, star)
        if not isinstance(target, Found):
            reason = (
                target.reason
                if isinstance(target, Unknown)
                else f"`from {'.' * star.level}{star.module} import *` finds no module"
            )
            return Member("open", f"`{importer.name}`: {reason}")
        module = target.module
        if module.kind not in ("package", "module", "stub"):
            if name.startswith("_") or module.kind == "namespace":
                return None
            return self.attribute(module, name)
        names = self.all_names(module)
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

    def target(self, path: str, item: Import) -> Resolution:
        """The module that a ``from`` import in the file ``path`` takes names from."""
        base = self.resolver.foreign_base(path)
        if not item.level:
            return self.resolver.find(item.module, base, stubs=path.endswith(".pyi"))
        anchor = self.resolver.anchor(path, item.level)
        if anchor is None:
            return Unknown("the relative import leads out of its package")
        return self.below(anchor, item.module, stubs=path.endswith(".pyi"))

    def below(self, anchor: Module, dotted: str, stubs: bool = False) -> Resolution:
        """The module ``dotted`` below ``anchor``; ``anchor`` itself for ""."""
        module = anchor
        for part in dotted.split(".") if dotted else ():
            child = self.resolver.child(module, part, stubs)
            if not isinstance(child, Module):
                child = child or self.resolver.registered(f"{module.name}.{part}")
                if not isinstance(child, Module):
                    return child or Partial(module, part)
            module = child
        return Found(module)

    def all_names(self, module: Module) -> AllNames | None:
        """The value of the module's ``__all__``; None if it has none."""
        return self._all_names(module.path, frozenset())

    def _all_names(self, path: str, pending: frozenset[str]) -> AllNames | None:
        if path in self._all:
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
            truth = self.guard_truth(guard, summary, type_checking=path.endswith(".pyi"))
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
        names = AllNames(certain, frozenset(possible), is_open)
        if not pending:
            self._all[path] = names
        return names

    def missing_in_all(self, module: Module) -> tuple[tuple[str, Member], ...]:
        """The names that are in ``__all__`` for sure and that ``from module import *`` does not find, in order."""
        missing = self._missing_in_all.get(module.path)
        if missing is None:
            names = self.all_names(module)
            found = ((name, self.member(module, name)) for name in names.certain) if names is not None else ()
            missing = tuple((name, member) for name, member in found if member.state in ("absent", "typing"))
            if missing and self._imports_extension(module):
                missing = ()
            self._missing_in_all[module.path] = missing
        return missing

    def _imports_extension(self, module: Module) -> bool:
        """Whether the module imports an extension module, or one that is not built: it may put the names there that the module lists."""
        summary = self.summaries[module.path]
        for item in summary.imports if summary is not None else ():
            if item.scope != "module":
                continue
            names = [item.module] if item.kind == "from" else [name for name, _ in item.aliases]
            for name in names:
                found = self.target(module.path, item) if item.level else self.resolver.find(name)
                if not isinstance(found, Found) or (
                    found.module.kind == "extension" and not self.is_standard(found.module)
                ):
                    return True
                if item.kind == "from" and found.module.portions:
                    children = [self.resolver.child(found.module, imported) for imported, _ in item.aliases]
                    if any(isinstance(child, Module) and child.kind == "extension" for child in children):
                        return True
        return False

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
                    target = self.target(path, item)
                    if isinstance(target, Found):
                        child = self.resolver.child(target.module, imported)
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

    def facts(self, summary: Summary, type_checking: bool) -> Facts:
        """What the tests of the file with that summary may depend on."""
        return Facts(
            self.environment, summary.constants, summary.flags, type_checking, self._origins(summary), self._elsewhere
        )

    def _origins(self, summary: Summary) -> dict[str, str]:
        """What the names stand for that absolute imports bind in the file, whatever they are called there."""
        known = self._known_origins.get(id(summary))
        if known is None or known[0] is not summary:
            origins: dict[str, str] = {}
            for item in summary.imports:
                if item.level or item.kind == "call":
                    continue
                for name, alias in item.aliases:
                    if item.kind == "from" and name != "*":
                        origins[alias or name] = f"{item.module}.{name}"
                    elif item.kind == "import":
                        origins[alias or name.partition(".")[0]] = name if alias else name.partition(".")[0]
            known = self._known_origins[id(summary)] = (summary, origins)
        return known[1]

    def _elsewhere(self, name: str) -> tuple[str, Facts] | None:
        """The source of a constant of another module, with what it may depend on in its turn."""
        module_name, _, constant = name.rpartition(".")
        found = self.resolver.find(module_name) if module_name else None
        if not isinstance(found, Found) or found.module.kind not in ("package", "module"):
            return None
        path = found.module.path
        summary = self.summaries[path]
        if summary is None or constant not in summary.exports.names:
            return None
        constants = self.resolver.snapshot.constants[path]
        if constant not in constants:
            return None
        facts = self.facts(summary, type_checking=False)
        return constants[constant], facts._replace(constants={**constants, **summary.constants})

    def guard_truth(self, guard: Guard, summary: Summary, type_checking: bool) -> bool | None:
        """Whether the "if" and "never" conditions of ``guard`` hold: True if all do, False if one doesn't, else None."""
        known = True
        for condition in guard:
            if condition[0] == "if":
                truth = self.test_truth(condition[1], summary, type_checking)
                if truth is None:
                    known = False
                elif truth is not condition[2]:
                    return False
            elif condition[0] == "never":
                return False
        return True if known else None

    def test_truth(self, test: str, summary: Summary, type_checking: bool) -> bool | None:
        """Whether ``test`` is true in the file of ``summary``."""
        key = (id(summary), test, type_checking)
        if key not in self._truths:
            self._truths[key] = truth_of(test, self.facts(summary, type_checking))
        return self._truths[key]

    def availability(self, test: str, truth: bool, summary: Summary) -> bool:
        """Whether ``test`` being ``truth`` says that something can be imported."""
        return asks_for_availability(test, truth, self.facts(summary, False))


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


def _lines(item: Import) -> range:
    return range(item.line, item.line + item.text.count("\n") + 1)


STRENGTH = {"absent": 0, "typing": 1, "open": 2, "submodule": 3, "bound": 4}


def _stronger(one: Member, other: Member) -> Member:
    return other if STRENGTH[other.state] > STRENGTH[one.state] else one
