"""Where a module or a name that is missing may be now: it was moved or renamed, or its package was."""

from __future__ import annotations

from typing import NamedTuple

from importwise.checks.finding import Certainty, Suggestion
from importwise.checks.rule import View
from importwise.checks.suggestions import MOST
from importwise.resolver.judge import Judgement
from importwise.resolver.resolution import Found, Partial
from importwise.syntax.imports import alias_spans
from importwise.syntax.summary import Import
from importwise.syntax.written import written_span

MOST_ALIKE = 10
"""Modules of the same last part that are looked into: a name that more have, such as `utils`, says nothing."""


class Place(NamedTuple):
    """A module that may be what was meant."""

    module: str
    reason: str
    """Why, as a help line says it."""
    certainty: Certainty


def places_of_module(view: View, path: str, judgement: Judgement) -> list[Place]:
    """Modules of the project that may be what a missing module was meant to be, the likest first, at most `MOST`.

    They have the same last part, or define the names that are imported. A missing top-level module is most likely one that
    is not installed: then more has to speak for them, and they are never sure.
    """
    item = judgement.item
    names = names_of(judgement)
    star = item.aliases[0][0] == "*"
    outcome = judgement.outcome
    existing = outcome.existing if isinstance(outcome, Partial) else None
    own = existing is not None and existing.search_path is not None and existing.search_path.kind == "project"
    likes = view.definitions.like(judgement.module)
    self_name = view.judge.resolver.name_of(path)
    far = likes.far
    if not own:
        # Of what is not installed a namesake means little: only another first part, or one that is new, is taken for a move.
        # What has the name of a package that the file lies in is another library.
        rest = judgement.module.partition(".")[2]
        far = [
            place
            for place in far
            if (place.partition(".")[2] == rest if rest else not f"{self_name}.".startswith(f"{place}."))
        ]
    far = [place for place in far if place != self_name]
    found: list[tuple[str, Certainty]] = [
        (place, "sure" if own else "fits") for place in likes.near if has(view, place, names)
    ]
    if names and len(far) <= MOST_ALIKE:
        found += [(place, "sure" if own else "fits") for place in far if has(view, place, names)]
    elif not names and not star and not found and len(far) == 1 and (own or "." not in judgement.module):
        found.append((far[0], "alike"))
    if found or star or not names:
        now = " now" if own else ""
        return [Place(place, f"a module of that name is at `{place}`{now}", how) for place, how in found[:MOST]]
    return [
        Place(
            place,
            f"{_listed(names)} {'is' if len(names) == 1 else 'are'} defined in `{place}`",
            "sure" if own else "fits",
        )
        for place in _defining(view, judgement.module, names, own)
        if place != self_name
    ]


def names_of(judgement: Judgement) -> list[str]:
    """The names that are imported from the missing module."""
    item = judgement.item
    whole = item.kind == "from" and judgement.alias is None
    return [name for name, _ in item.aliases if name != "*"] if whole else []


def has(view: View, module: str, names: list[str]) -> bool:
    """Whether there is such a module, and all ``names`` can be imported from it."""
    found = view.judge.resolver.find(module)
    return isinstance(found, Found) and all(
        view.judge.members.member(found.module, name).state != "absent" for name in names
    )


def _defining(view: View, module: str, names: list[str], own: bool) -> list[str]:
    """The modules that define all of ``names``; none if so many do that it says nothing."""
    places = view.definitions.of_name(names[0])
    for name in names[1:]:
        others = frozenset(view.definitions.of_name(name))
        places = [place for place in places if place in others]
    if not own:
        # Of what is not installed one name is no evidence: every library has a `get`.
        return places if len(places) == 1 and len(names) > 1 else []
    head = module.partition(".")[0]
    beside = [place for place in places if place.partition(".")[0] == head]
    places = beside or places
    return places if len(places) <= MOST else []


def _listed(names: list[str]) -> str:
    shown = [f"`{name}`" for name in names[: MOST + 1]]
    if len(names) > len(shown):
        shown[MOST:] = [f"{len(names) - MOST} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def spelled(view: View, path: str, item: Import, module: str) -> str:
    """How the ``from`` import ``item`` is to write ``module``: with dots where it has dots and they reach it."""
    if item.level:
        for level in range(item.level, module.count(".") + item.level + 1):
            anchor = view.judge.resolver.anchor(path, level)
            if anchor is None:
                break
            if f"{module}.".startswith(f"{anchor.name}."):
                return f"{'.' * level}{module[len(anchor.name) + 1 :]}"
    return module


def import_from(
    view: View, path: str, judgement: Judgement, module: str, certainty: Certainty = "sure"
) -> Suggestion | None:
    """Import the name that ``judgement`` is about from ``module``; None where that would be the file itself."""
    item = judgement.item
    if judgement.alias is None or module == view.judge.resolver.name_of(path):
        return None
    written = spelled(view, path, item, module)
    title = f"Import it from `{written}`"
    if len(item.aliases) == 1:
        return Suggestion(title, written_span(item), written, certainty)
    return Suggestion(title, alias_spans(item)[judgement.alias], written, certainty, moves=True)
