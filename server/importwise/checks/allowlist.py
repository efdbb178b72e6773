"""The allowlist: which missing modules and names an entry allows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from importwise.settings import Allow


@lru_cache(maxsize=1024)
def pattern_of(module: str) -> re.Pattern[str]:
    """The pattern of an entry: ``*`` is one part, ``**`` any number of parts, none included; all else is literal."""
    expression = ""
    for index, part in enumerate(module.split(".")):
        if part == "**":
            expression += r"(?:\.[^.]+)*" if index else r"[^.]+(?:\.[^.]+)*"
        else:
            expression += (r"\." if index else "") + re.escape(part).replace(r"\*", "[^.]*" if part != "*" else "[^.]+")
    return re.compile(expression)


def matches(entry: Allow, target: str) -> bool:
    """Whether ``entry`` covers ``target``, a dotted module or a module with a name in it."""
    return pattern_of(entry.module).fullmatch(target) is not None


def watched(entries: Iterable[Allow]) -> Callable[[str], bool] | None:
    """Whether an entry may cover the module of a name, or a name in it; None without entries."""
    exact: set[str] = set()
    prefixes: list[str] = []
    for entry in entries:
        literal = entry.module.partition("*")[0]
        start = literal.rpartition(".")[0] if literal != entry.module else literal
        exact |= {start, start.rpartition(".")[0]}
        if literal != entry.module:
            prefixes.append(f"{start}." if start else "")
    if not exact:
        return None
    below = tuple(prefixes)
    return lambda module: module in exact or module.startswith(below)


def entry_for(target: str, entries: Iterable[Allow]) -> Allow | None:
    """The first entry that covers ``target``, or None."""
    return next((entry for entry in entries if matches(entry, target)), None)
