"""Who imports a module, or a name of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from importwise.index.module import Module
from importwise.queries.meaning import find_module, meaning_of, pointed_at, word_at
from importwise.queries.origin import Origin, binding_line, brings, module_origin, origin_of, span_of
from importwise.queries.parts import Pointed, parts_of_import
from importwise.resolver.resolution import Found
from importwise.resolver.resolve import Resolver
from importwise.spans import Position, Span
from importwise.syntax.summary import Import, Summary
from importwise.workspace.project import Project


class Reference(NamedTuple):
    """A place that imports what was asked for."""

    path: str
    span: Span
    """The last part of the module's name, or the name; of ``from . import x`` for the package, the dots."""
    is_plain: bool = False
    """Whether nothing but ASCII stands before it on its line, so that every way of counting columns agrees."""


class Subject(NamedTuple):
    """What references are asked for."""

    module: Module
    name: str | None
    """A name that the module binds; None for the module itself."""


def subject_at(project: Project, path: str, position: Position) -> Subject | None:
    """What the place means: the part of an import, a name that the file binds there at module level, or on its first line the file's own module."""
    pointed = pointed_at(project, path, position)
    if pointed is not None:
        meaning = meaning_of(project, path, pointed)
        if meaning.module is None or meaning.name is None:
            return Subject(meaning.module, None) if meaning.module is not None else None
        origin = origin_of(project, meaning.module, meaning.name)
        if origin is None:
            return Subject(meaning.module, meaning.name)
        return Subject(origin.module, origin.name)
    text = project.text(path)
    summary = project.judge.snapshot.summaries[path]
    word = word_at(text, position) if text is not None else None
    own = project.judge.own_module(path)
    if word is not None and summary is not None and binding_line(project, summary, word[0]) is not None:
        origin = Origin(path, binding_line(project, summary, word[0]) or 0, word[0], own)
        if span_of(project, origin) == word[1]:
            return Subject(own, word[0])
    return Subject(own, None) if position.line == 0 else None


def declaration_of(project: Project, subject: Subject) -> Reference | None:
    """Where the subject itself stands."""
    if subject.name is None:
        origin = module_origin(subject.module)
    else:
        origin = origin_of(project, subject.module, subject.name)
    return Reference(origin.path, span_of(project, origin)) if origin is not None else None


def references(project: Project, subject: Subject) -> tuple[Reference, ...]:
    """All places in the project that import ``subject``, through re-exports too, in order.

    Files that were not read yet are left out: see `Snapshot.incomplete`.
    """
    found: set[Reference] = set()
    waiting: list[tuple[str, str]] = []
    if subject.name is None:
        for path, item, pointed in mentions(project, subject.module):
            found.add(_reference(path, item, pointed))
            waiting += _bindings(path, item, pointed)
    else:
        waiting.append((subject.module.path, subject.name))
    takers: dict[str, dict[str, list[tuple[str, Import]]]] = {}
    seen: set[tuple[str, str]] = set()
    while waiting:
        holder = waiting.pop()
        if holder in seen:
            continue
        seen.add(holder)
        path, name = holder
        if name not in takers:
            takers[name] = _takers(project, name)
        for importer, item in takers[name].get(path, ()):
            for pointed in _takes(project, importer, item, name):
                if pointed.name == "*":
                    waiting.append((importer, name))
                else:
                    found.add(_reference(importer, item, pointed))
                    waiting += _bindings(importer, item, pointed)
    return tuple(sorted(found))


def _reference(path: str, item: Import, pointed: Pointed) -> Reference:
    is_whole = not item.column and item.kind != "call"
    return Reference(path, pointed.span, is_whole and item.text.isascii())


def files_importing(project: Project, module: Module) -> int:
    """How many other files of the project import ``module``, or something below it.

    By their imports' names alone: quick enough for whoever only looks at something.
    """
    resolver = project.judge.resolver
    same: dict[str, bool] = {}
    count = 0
    for path, items in _speaking_of(project, module):
        if path != module.path and any([names_module(resolver, path, item, module.name) for item in items]):
            base = resolver.foreign_base(path)
            if base not in same:
                found = resolver.find(module.name, base)
                same[base] = isinstance(found, Found) and _same(found.module, module)
            count += same[base]
    return count


def names_module(resolver: Resolver, path: str, item: Import, name: str) -> bool:
    """Whether the import names the module ``name``, or one below it."""
    names = [imported for imported, _ in item.aliases]
    if item.kind == "from" or item.level:
        anchor = resolver.anchor(path, item.level) if item.level else None
        if item.level and anchor is None:
            return False
        parts = [part for part in (anchor.name if anchor is not None else "", item.module) if part]
        whole = ".".join(parts)
        names = [whole, *[f"{whole}.{imported}" for imported in names]]
    below = f"{name}."
    return any([one == name or one.startswith(below) for one in names])


def _speaking_of(project: Project, module: Module) -> Iterator[tuple[str, list[Import]]]:
    """The files with imports that may mean ``module``, with these: they have its last part, or dots that may lead to it."""
    tail = module.name.rpartition(".")[2]
    inside = tuple(f"{folder}/" for folder in module.portions)
    for path, summary in known_summaries(project):
        # Only files below a package can mean it by dots alone.
        below = bool(inside) and path.startswith(inside)
        items = [item for item in summary.imports if tail in item.text or (below and item.level)]
        if items:
            yield path, items


def known_summaries(project: Project) -> Iterator[tuple[str, Summary]]:
    """The files that were read, and those that are open though nobody saved them yet, with their summaries."""
    summaries = project.snapshot.summaries
    for path in dict.fromkeys((*project.snapshot.files, *sorted(project.buffers))):
        summary = summaries.get(path)
        if summary is not None:
            yield path, summary


def mentions(project: Project, module: Module) -> Iterator[tuple[str, Import, Pointed]]:
    """The parts of imports that mean ``module`` itself, with their files."""
    tail = module.name.rpartition(".")[2]
    for path, items in _speaking_of(project, module):
        for item in items:
            for pointed in _parts_meaning(project, path, item, module, tail):
                yield path, item, pointed


def _parts_meaning(project: Project, path: str, item: Import, module: Module, tail: str) -> Iterator[Pointed]:
    found: Pointed | None = None
    for pointed in parts_of_import(item):
        if pointed.name == "*" or (pointed.name or pointed.module.rpartition(".")[2] or tail) != tail:
            continue
        if found is not None and pointed.name == found.name and pointed.module == found.module:
            continue  # the name after `as`
        if _means(project, path, pointed, module):
            found = pointed
            yield pointed


def _means(project: Project, path: str, pointed: Pointed, module: Module) -> bool:
    judge = project.judge
    found = find_module(judge, path, pointed.level, pointed.module, path.endswith(".pyi"))
    if not isinstance(found, Found):
        return False
    if pointed.name is None:
        return _same(found.module, module)
    member = judge.members.member(found.module, pointed.name)
    child = member.module
    if child is None and member.state == "bound":
        # Bound, perhaps by an import of the submodule in the package itself.
        origin = origin_of(project, found.module, pointed.name)
        child = origin.module if origin is not None and origin.name is None else None
    return child is not None and _same(child, module)


def _same(one: Module, other: Module) -> bool:
    return one.path == other.path if one.path or other.path else one.name == other.name


def _takers(project: Project, name: str) -> dict[str, list[tuple[str, Import]]]:
    """The imports that take ``name``, or everything, from some module: by the module's file."""
    takers: dict[str, list[tuple[str, Import]]] = {}
    for path, summary in known_summaries(project):
        for item in summary.imports:
            if item.kind == "from" and any([imported == name or imported == "*" for imported, _ in item.aliases]):
                found = find_module(project.judge, path, item.level, item.module, path.endswith(".pyi"))
                if isinstance(found, Found):
                    takers.setdefault(found.module.path, []).append((path, item))
    return takers


def _takes(project: Project, path: str, item: Import, name: str) -> Iterator[Pointed]:
    """The parts of the import that take ``name`` from its module, or everything that it offers."""
    for pointed in parts_of_import(item):
        if pointed.name == name:
            yield pointed
            return  # what follows is its name after `as`
        if pointed.name == "*":
            found = find_module(project.judge, path, item.level, item.module, path.endswith(".pyi"))
            if isinstance(found, Found) and brings(project, found.module, name):
                yield pointed


def _bindings(path: str, item: Import, pointed: Pointed) -> Iterator[tuple[str, str]]:
    """The name that the import binds in its own module for ``pointed``, from where others may import it."""
    if item.scope != "module" or item.kind == "call":
        return
    for imported, asname in item.aliases:
        if item.kind == "from" and imported == pointed.name:
            yield path, asname or imported
        elif item.kind == "import" and imported == pointed.module and (asname or "." not in imported):
            yield path, asname or imported
