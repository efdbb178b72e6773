"""Where a module or a name that is missing may be now: it was moved or renamed, or its package was."""

from __future__ import annotations

from typing import NamedTuple

from importwise.checks.finding import Certainty, Suggestion
from importwise.checks.rule import View
from importwise.checks.suggestions import MOST
from importwise.index.module import Module
from importwise.resolver.judge import Judgement
from importwise.resolver.resolution import Found, Missing, Partial
from importwise.syntax.imports import alias_spans
from importwise.syntax.summary import Import
from importwise.syntax.written import written_span

APART = frozenset(
    ("tests", "test", "testing", "conftest", "setup", "noxfile", "examples", "docs", "benchmarks", "scripts")
)
"""Parts of the names of modules that tests, examples and the build have."""
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
    best: Certainty = "fits" if not own or star or item.kind == "call" else "sure"
    found: list[tuple[str, Certainty]] = [(place, best) for place in likes.near if has(view, place, judgement)]
    if names and len(far) <= MOST_ALIKE:
        found += [(place, best) for place in far if has(view, place, judgement)]
    elif not names and not star and not found and len(far) == 1:
        found.append((far[0], "alike"))
    if found or star or not names:
        now = " now" if own else ""
        return [Place(place, f"a module of that name is at `{place}`{now}", how) for place, how in found[:MOST]]
    are = "is" if len(names) == 1 else "are"
    return [
        Place(place, f"{_listed(names)} {are} defined in `{place}`", "fits" if is_apart(place, self_name) else best)
        for place in _defining(view, judgement.module, names, own)
        if place != self_name
    ]


def is_apart(place: str, own_name: str) -> bool:
    """Whether ``place`` is a test, an example or a script of the build, and the file ``own_name`` is none: nobody moves things there."""

    def apart(name: str) -> bool:
        return any(part in APART or part.startswith("test_") for part in name.split("."))

    return apart(place) and not apart(own_name)


def names_of(judgement: Judgement) -> list[str]:
    """The names that are imported from the missing module."""
    item = judgement.item
    whole = item.kind == "from" and judgement.alias is None
    return [name for name, _ in item.aliases if name != "*"] if whole else []


def has(view: View, place: str, judgement: Judgement) -> bool:
    """Whether there is a module ``place``, and it has all names that are imported from the missing one, but not from that itself."""
    found = view.judge.resolver.find(place)
    if not isinstance(found, Found):
        return False
    names = names_of(judgement)
    return all(view.judge.members.member(found.module, name).state != "absent" for name in names) and (
        not names or not _takes(view, found.module, names, judgement)
    )


def _takes(view: View, module: Module, names: list[str], judgement: Judgement) -> bool:
    """Whether ``module`` itself imports one of ``names`` from what is missing."""
    outcome = judgement.outcome
    missing = outcome.head if isinstance(outcome, Missing) else judgement.module
    summary = view.judge.snapshot.summaries[module.path] if module.path.endswith(".py") else None
    for item in summary.imports if summary is not None else ():
        source = item.module
        if item.level:
            anchor = view.judge.resolver.anchor(module.path, item.level)
            source = f"{anchor.name}.{source}" if anchor is not None else source
        if item.kind == "from" and f"{source}.".startswith(f"{missing}."):
            if any((asname or name) in names for name, asname in item.aliases):
                return True
    return False


def _defining(view: View, module: str, names: list[str], own: bool) -> list[str]:
    """The modules that define all of ``names``; none if so many do that it says nothing."""
    places = _holding(view, names[0])
    for name in names[1:]:
        others = frozenset(_holding(view, name))
        places = [place for place in places if place in others]
    if not own:
        # Of what is not installed one name is no evidence: every library has a `get`.
        return places if len(places) == 1 and len(names) > 1 else []
    head = module.partition(".")[0]
    beside = [place for place in places if place.partition(".")[0] == head]
    places = beside or places
    return places if len(places) <= MOST else []


def _holding(view: View, name: str) -> list[str]:
    """The modules that define ``name``, and the packages in which a module is called so."""
    packages = [place.rpartition(".")[0] for place in view.definitions.of_module(name)]
    return [*view.definitions.of_name(name), *filter(None, packages)]


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
