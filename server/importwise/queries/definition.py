"""Where the parts of an import lead: definitions, declarations and links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from importwise.queries.meaning import Meaning, find_module, meaning_of, pointed_at
from importwise.queries.origin import Origin, module_origin, origin_of, span_of, stub_of
from importwise.queries.parts import parts_of_import
from importwise.resolver.resolution import Found
from importwise.spans import Position, Span
from importwise.workspace.project import Project


class Target(NamedTuple):
    """A place in a file."""

    path: str
    span: Span


class Definition(NamedTuple):
    """Where one part of an import leads."""

    span: Span
    """The part."""
    targets: tuple[Target, ...]
    """The source first, then the stub."""


def definition(project: Project, path: str, position: Position) -> Definition | None:
    """Where the part of an import at ``position`` leads; None where there is none, or it leads nowhere."""
    pointed = pointed_at(project, path, position)
    if pointed is None:
        return None
    targets = [
        Target(origin.path, span_of(project, origin)) for origin in origins(project, meaning_of(project, path, pointed))
    ]
    return Definition(pointed.span, tuple(dict.fromkeys(targets))) if targets else None


def declaration(project: Project, path: str, position: Position) -> Definition | None:
    """The same with stubs first: a stub declares what the source defines."""
    found = definition(project, path, position)
    if found is None:
        return None
    return found._replace(targets=tuple(sorted(found.targets, key=lambda target: not target.path.endswith(".pyi"))))


def origins(project: Project, meaning: Meaning) -> Iterator[Origin]:
    """The places of what is meant, the source first, then the stub."""
    module = meaning.module
    if module is None:
        return
    if meaning.name is None:
        source = module_origin(module)
    else:
        source = origin_of(project, module, meaning.name)
    if source is not None:
        yield source
    if source is not None and source.path.endswith(".pyi"):
        return
    whole = source.module if source is not None and (source.name is None or meaning.name is None) else module
    stub = stub_of(project, source.module if source is not None else whole)
    if stub is None:
        return
    name = source.name if source is not None else meaning.name
    declared = module_origin(stub) if name is None else origin_of(project, stub, name)
    if declared is not None and declared != source:
        yield declared


def links(project: Project, path: str) -> Iterator[Span]:
    """The parts of the file's imports that lead somewhere, in the order of the text; `definition` says where.

    Only what was found when the imports were judged is looked at: a link is followed far less often than it is drawn.
    """
    judge = project.judge
    summary = judge.snapshot.summaries[path]
    for item in summary.imports if summary is not None else ():
        for pointed in parts_of_import(item):
            found = find_module(judge, path, pointed.level, pointed.module, path.endswith(".pyi"))
            if not isinstance(found, Found) or pointed.name == "*":
                continue
            module = found.module
            if pointed.name is not None:
                member = judge.members.member(module, pointed.name)
                if member.state not in ("bound", "submodule"):
                    continue
                module = member.module or module
            if module.path.endswith((".py", ".pyi")) or stub_of(project, module) is not None:
                yield pointed.span
