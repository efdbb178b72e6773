"""Where a name of a module is defined: through re-exports and star imports to the line that binds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from importwise.index.module import Module
from importwise.queries.meaning import find_module
from importwise.queries.typed import normal_lines
from importwise.resolver.resolution import Found
from importwise.spans import Position, Span
from importwise.syntax.summary import Import, Summary
from importwise.workspace.project import Project

START = Span(Position(0, 0), Position(0, 0))

LINES_OF_A_BINDING = 100
"""How many lines from the one that the summary gives are searched for a name: a statement may be long, and so may decorators."""


class Origin(NamedTuple):
    """Where something is defined."""

    path: str
    """The file."""
    line: int
    """From 0; 0 for a module as a whole."""
    name: str | None
    """The name that is bound there; None for a module as a whole."""
    module: Module
    """The module that is meant, or that holds the name."""


def origin_of(project: Project, module: Module, name: str) -> Origin | None:
    """Where ``from module import name`` leads to; None if there is nothing to show: absent, or without a file."""
    return _origin(project, module, name, set())


def module_origin(module: Module) -> Origin | None:
    """The beginning of a module's file; None for namespace packages, built-in and compiled modules."""
    return Origin(module.path, 0, None, module) if module.path.endswith((".py", ".pyi")) else None


def _origin(project: Project, module: Module, name: str, seen: set[tuple[str, str]]) -> Origin | None:
    """Attribute first, then submodule, as `resolver.members` has it; ``seen`` ends cycles of imports."""
    if (module.path, name) in seen or len(seen) > 200:
        return None
    seen.add((module.path, name))
    members = project.judge.members
    if module.path.endswith((".py", ".pyi")):
        summary = project.judge.snapshot.summaries[module.path]
        if summary is not None:
            found = _in_text(project, module, summary, name, seen) or _through_stars(
                project, module, summary, name, seen
            )
            if found is not None:
                return found
    member = members.member(module, name)
    if member.module is not None:
        return module_origin(member.module)
    stub = stub_of(project, module)
    if stub is not None and stub.path != module.path and (found := _origin(project, stub, name, seen)) is not None:
        return found
    if module.path.endswith(".py") and (member.state == "open" or name in members.supplied(module)):
        # Whoever supplies its names is the next best place.
        summary = project.judge.snapshot.summaries[module.path]
        lines = (
            [line for reason, line in summary.exports.open if reason == "__getattr__"] if summary is not None else []
        )
        return Origin(module.path, lines[0], None, module) if lines else None
    return None


def _in_text(
    project: Project, module: Module, summary: Summary, name: str, seen: set[tuple[str, str]]
) -> Origin | None:
    line = binding_line(project, summary, name)
    if line is None:
        return None
    imports = list(imports_binding(summary, name))
    # Of a `try` that imports the name and an `except` that makes do without, the first is what is wanted.
    for item, imported in sorted(imports, key=lambda pair: not _covers(pair[0], line)):
        if _covers(item, line) or any(condition[0] == "try" for condition in item.guard):
            found = _followed(project, module, item, imported, seen)
            if found is not None:
                return found
    return Origin(module.path, line, name, module)


def binding_line(project: Project, summary: Summary, name: str) -> int | None:
    """The line of the last binding of ``name`` that may run; None if the text does not bind it."""
    if name in summary.exports.names:
        return summary.exports.names[name]
    events = [event for event in summary.exports.conditional.get(name, ()) if event[0] == "bind"]
    members = project.judge.members
    likely = [
        event for event in events if members.guards.guard_truth(event[1], summary, type_checking=False) is not False
    ]
    return (likely or events)[-1][2] if events else None


def imports_binding(summary: Summary, name: str) -> Iterator[tuple[Import, str]]:
    """The imports at module level that bind ``name``, each with what they import: a name, or a module for ``import``."""
    for item in summary.imports:
        if item.scope != "module" or item.kind == "call":
            continue
        for imported, asname in item.aliases:
            local = asname or (imported.partition(".")[0] if item.kind == "import" else imported)
            if local == name and imported != "*":
                yield item, imported if asname or item.kind == "from" else local


def _followed(
    project: Project, module: Module, item: Import, imported: str, seen: set[tuple[str, str]]
) -> Origin | None:
    judge = project.judge
    stubs = module.path.endswith(".pyi")
    if item.kind == "import":
        found = find_module(judge, module.path, 0, imported, stubs)
        return module_origin(found.module) if isinstance(found, Found) else None
    found = find_module(judge, module.path, item.level, item.module, stubs)
    if not isinstance(found, Found):
        return None
    origin = _origin(project, found.module, imported, seen)
    if origin is None and found.module.portions:
        # `from . import x` in the package itself: what it asks for is the submodule.
        child = judge.resolver.child(found.module, imported)
        return module_origin(child) if isinstance(child, Module) else None
    return origin


def _through_stars(
    project: Project, module: Module, summary: Summary, name: str, seen: set[tuple[str, str]]
) -> Origin | None:
    members = project.judge.members
    for item in reversed(summary.imports):
        if item.scope != "module" or not item.aliases or item.aliases[0][0] != "*":
            continue
        if members.guards.guard_truth(item.guard, summary, type_checking=module.path.endswith(".pyi")) is False:
            continue
        found = find_module(project.judge, module.path, item.level, item.module, module.path.endswith(".pyi"))
        if isinstance(found, Found) and brings(project, found.module, name):
            origin = _origin(project, found.module, name, seen)
            if origin is not None:
                return origin
    return None


def brings(project: Project, module: Module, name: str) -> bool:
    """Whether ``from module import *`` may bring ``name``: by its ``__all__``, else if it is public (reference 7.11)."""
    everything = project.judge.members.dunder_all.of(module) if module.path.endswith((".py", ".pyi")) else None
    if everything is None:
        return not name.startswith("_")
    return name in everything.possible or everything.open


def stub_of(project: Project, module: Module) -> Module | None:
    """The stub that describes ``module``: beside it, in a ``-stubs`` package, or in typeshed; None without one."""
    if module.kind == "stub":
        return module
    resolver = project.judge.resolver
    tail = module.name.rpartition(".")[2]
    folder = module.path.rpartition("/")[0]
    if module.portions and module.path:
        beside = folder if "__init__.pyi" in resolver.tree[folder].files else ""
        if beside:
            return Module(module.name, "stub", f"{folder}/__init__.pyi", module.portions, module.search_path)
    elif module.path and f"{tail}.pyi" in resolver.tree[folder].files:
        return Module(module.name, "stub", f"{folder}/{tail}.pyi", (), module.search_path)
    elif module.path and tail in resolver.tree[folder].folders:
        # `_C.so` with its stub as a package, `_C/__init__.pyi`
        inside = f"{folder}/{tail}"
        if "__init__.pyi" in resolver.tree[inside].files:
            return Module(module.name, "stub", f"{inside}/__init__.pyi", (inside,), module.search_path)
    if resolver.typeshed is not None and project.judge.members.is_standard(module):
        parent, _, part = f"{resolver.typeshed}/{module.name.replace('.', '/')}".rpartition("/")
        found = resolver.look_in(parent, part, module.name, None, stubs=True)
        return found if found is not None and found.kind == "stub" else None
    head, _, rest = module.name.partition(".")
    for search_path in resolver.environment.site_packages:
        if f"{head}-stubs" in resolver.tree[search_path.path].folders:
            parent, _, part = f"{search_path.path}/{head}-stubs/{rest.replace('.', '/')}".rstrip("/").rpartition("/")
            found = resolver.look_in(parent, part, module.name, None, stubs=True)
            return found if found is not None and found.kind == "stub" else None
    return None


def _covers(item: Import, line: int) -> bool:
    return item.line <= line <= item.line + item.text.count("\n")


def span_of(project: Project, origin: Origin) -> Span:
    """Where exactly the name stands; the beginning of the file for a module, of the line if the name is not found."""
    if origin.name is None and not origin.line:
        return START
    text = project.text(origin.path)
    lines = normal_lines(text) if text is not None else []
    if origin.name is not None:
        pattern = re.compile(rf"(?<!\w){re.escape(origin.name)}(?!\w)")
        for line in range(origin.line, min(len(lines), origin.line + LINES_OF_A_BINDING)):
            match = pattern.search(lines[line])
            if match:
                return Span.on_line(line, match.start(), len(origin.name))
    return Span(Position(origin.line, 0), Position(origin.line, 0))
