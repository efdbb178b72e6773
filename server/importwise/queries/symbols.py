"""The project's modules by name, as one types it."""

from __future__ import annotations

import re
from typing import NamedTuple

from importwise.workspace.project import Project

MOST = 200
"""How many modules are given at most."""


class ModuleSymbol(NamedTuple):
    """One of the project's modules."""

    name: str
    path: str
    is_package: bool


def module_symbols(project: Project, query: str, most: int = MOST) -> list[ModuleSymbol]:
    """The modules whose names hold the characters of ``query`` in that order, whatever their case.

    Those named exactly so come first, then those whose last part, or whole name, begins so, then those that hold it as it
    is, then the rest; shorter names before longer ones.
    """
    wanted = re.sub(r"\s", "", query).lower()
    pattern = re.compile("".join(f"[^{re.escape(one)}]*{re.escape(one)}" for one in wanted))
    directory = f"{project.config.directory}/"
    found: list[tuple[int, int, str, str]] = []
    for path in project.checked:
        if path.endswith(".py"):
            # Nearly always this is the name; the sure one, which depends on the roots, is made for the best only.
            guess = path.removeprefix(directory)[:-3].removesuffix("/__init__").replace("/", ".").lower()
            if pattern.match(guess):
                found.append((_score(guess, wanted), len(guess), guess, path))
    found.sort()
    symbols: list[ModuleSymbol] = []
    for _, _, _, path in found:
        names = project.judge.resolver.names_of(path)
        if names and pattern.match(names[0].lower()):
            symbols.append(ModuleSymbol(names[0], path, path.endswith("/__init__.py")))
            if len(symbols) == most:
                break
    return symbols


def _score(name: str, wanted: str) -> int:
    """How well a name that holds the characters of ``wanted`` fits: 0 is best."""
    tail = name.rpartition(".")[2]
    if wanted in (name, tail):
        return 0
    if tail.startswith(wanted) or name.startswith(wanted):
        return 1
    if f".{wanted}" in name:
        return 2
    return 3 if wanted in name else 4
