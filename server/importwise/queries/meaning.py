"""What the part of an import under the cursor means to the file that it stands in."""

from __future__ import annotations

from typing import NamedTuple

from importwise.index.module import Module
from importwise.queries.parts import Pointed, parts_of, parts_of_import
from importwise.queries.typed import normal_lines, statement_at
from importwise.resolver.judge import Judge
from importwise.resolver.resolution import Found, Member, Resolution
from importwise.resolver.targets import below
from importwise.spans import Position, Span
from importwise.workspace.project import Project


class Meaning(NamedTuple):
    """What a part of an import stands for."""

    target: str
    """Absolute, as far as that can be known: "shop.cart", "shop.cart.Cart"; relative for dots that lead out of the packages."""
    module: Module | None
    """The module itself, or, of a name, the module that it is taken from; None if there is none."""
    name: str | None
    """The imported name."""
    member: Member | None
    """What the name is in the module."""
    failure: Resolution | None
    """Where the search for the module ended, if it failed; also None where the dots lead out of the packages."""


def pointed_at(project: Project, path: str, position: Position) -> Pointed | None:
    """The part of an import at ``position`` of the file ``path``; None elsewhere. Its end counts as inside, as for a cursor."""
    text = project.text(path)
    typed = statement_at(text, position) if text is not None else None
    candidates = tuple(parts_of(typed)) if typed is not None else _called_at(project, path, position)
    inside = (part for part in candidates if part.span.start <= position <= part.span.end)
    return max(inside, key=lambda part: part.span.start, default=None)


def _called_at(project: Project, path: str, position: Position) -> tuple[Pointed, ...]:
    """The parts of the calls that import a module by name, on the line of ``position``."""
    summary = project.judge.snapshot.summaries[path]
    for item in summary.imports if summary is not None else ():
        if item.kind == "call" and item.line <= position.line <= item.line + item.text.count("\n"):
            parts = parts_of_import(item)
            if parts and parts[0].span.start <= position <= parts[-1].span.end:
                return parts
    return ()


def meaning_of(project: Project, path: str, pointed: Pointed) -> Meaning:
    """What ``pointed`` stands for in the file ``path``. What exists only as a stub counts if nothing else does."""
    judge = project.judge
    found = find_module(judge, path, pointed.level, pointed.module, stubs=False)
    if not isinstance(found, Found):
        stub = find_module(judge, path, pointed.level, pointed.module, stubs=True)
        found = stub if isinstance(stub, Found) else found
    if isinstance(found, Found):
        module = found.module
        if pointed.name in (None, "*"):
            return Meaning(module.name, module, None, None, None)
        assert pointed.name is not None
        member = judge.members.member(module, pointed.name)
        return Meaning(f"{module.name}.{pointed.name}", module, pointed.name, member, None)
    name = None if pointed.name == "*" else pointed.name
    target = f"{'.' * pointed.level}{pointed.module}"
    anchor = judge.resolver.anchor(path, pointed.level) if pointed.level else None
    if anchor is not None:
        target = f"{anchor.name}.{pointed.module}"
    return Meaning(target, None, name, None, found)


def find_module(judge: Judge, path: str, level: int, module: str, stubs: bool) -> Resolution | None:
    """What the dotted ``module`` after ``level`` dots finds for the file ``path``; None if the dots lead out of its packages."""
    resolver = judge.resolver
    base = resolver.foreign_base(path)
    if not level:
        return resolver.find(module, base, stubs)
    anchor = resolver.anchor(path, level)
    if anchor is None:
        return None
    if anchor.search_path is not None:
        return resolver.find(f"{anchor.name}.{module}" if module else anchor.name, base, stubs)
    return below(judge.resolver, anchor, module, stubs)


def word_at(text: str, position: Position) -> tuple[str, Span] | None:
    """The identifier at ``position``, or None."""
    lines = normal_lines(text)
    if not 0 <= position.line < len(lines):
        return None
    content = lines[position.line]
    start = end = min(position.column, len(content))
    while start > 0 and (content[start - 1].isalnum() or content[start - 1] == "_"):
        start -= 1
    while end < len(content) and (content[end].isalnum() or content[end] == "_"):
        end += 1
    word = content[start:end]
    return (word, Span.on_line(position.line, start, end - start)) if word.isidentifier() else None
