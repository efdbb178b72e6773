"""What may be typed next inside an import statement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from importwise.index.module import Module
from importwise.queries.meaning import find_module
from importwise.queries.offers import Offer, names_in, submodules, top_level, without
from importwise.queries.typed import Slot, Typed, slot_at
from importwise.resolver.resolution import Found
from importwise.spans import Position, Span
from importwise.workspace.project import Project

IMPORT = Offer("import", "keyword", 0)


class Completion(NamedTuple):
    """What may stand at a place."""

    span: Span
    """What is typed of the word so far."""
    offers: tuple[Offer, ...]
    """All that fit there, whatever is typed of the word: editors filter while one types on. Without order; see `Offer.rank`."""


def complete(project: Project, path: str, position: Position) -> Completion | None:
    """What may be typed at ``position`` of the file ``path``; None outside of import statements, and in strings and comments."""
    text = project.text(path)
    found = slot_at(text, position) if text is not None else None
    if found is None:
        return None
    typed, slot = found
    if slot.expects == "nothing":
        return None
    return Completion(slot.word.span, tuple(_offers(project, path, typed, slot)))


def _offers(project: Project, path: str, typed: Typed, slot: Slot) -> Iterator[Offer]:
    if slot.expects == "import":
        yield IMPORT
        return
    level = typed.level if typed.kind == "from" else 0
    if slot.expects == "module":
        if level and slot.gap and not slot.before:
            yield IMPORT
        if not level and not slot.before:
            others = (
                ".".join(part.word for part in alias.parts)
                for alias in typed.aliases
                if not _holds(alias.parts[0].span, slot.word.span)
            )
            yield from without(top_level(project, path), others)
            return
        package = _module(project, path, level, ".".join(slot.before))
        if package is not None:
            yield from without(submodules(project, package), _itself(path, package))
        return
    source = _module(project, path, level, ".".join(part.word for part in typed.module))
    if source is None:
        return
    taken = {alias.parts[0].word for alias in typed.aliases if not _holds(alias.parts[0].span, slot.word.span)}
    names = {offer.name: offer for offer in submodules(project, source)}
    # A name of the module hides a submodule of the same name; mostly they are the same thing.
    names = {offer.name: offer for offer in names_in(project, source)} | names
    yield from without(names.values(), {*taken, *_itself(path, source)})


def _holds(whole: Span, part: Span) -> bool:
    return whole.start <= part.start <= part.end <= whole.end


def _itself(path: str, package: Module) -> list[str]:
    """The name of the file ``path`` in ``package``: nobody imports a module from itself."""
    own = path.rpartition("/")[2].partition(".")[0]
    return [own] if path.rpartition("/")[0] in package.portions else []


def _module(project: Project, path: str, level: int, dotted: str) -> Module | None:
    for stubs in (False, True):
        found = find_module(project.judge, path, level, dotted, stubs)
        if isinstance(found, Found):
            return found.module
    return None
