"""The state of the world at one moment, from which everything else is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, NamedTuple, TypeVar

from importwise.index.tree import Listing
from importwise.searchpath import Environment, SearchPath
from importwise.syntax.summary import Summary
from importwise.syntax.traits import Traits

Value = TypeVar("Value")


class Filled(dict[str, Value], Generic[Value]):
    """A dictionary that asks ``fill`` for a missing value, once, and keeps it.

    The resolver knows best which folder or file outside the project it needs; to list them all beforehand would cost
    another resolver. What was asked for in vain is kept too, so that its appearance can be noticed.
    """

    def __init__(self, fill: Callable[[str], Value], known: Mapping[str, Value] | None = None) -> None:
        super().__init__(known or {})
        self.fill = fill

    def __missing__(self, key: str) -> Value:
        value = self[key] = self.fill(key)
        return value


class Snapshot(NamedTuple):
    """Nothing in it changes once it is made, but that folders and files outside the project are filled in when first asked for."""

    revision: int
    environment: Environment
    roots: tuple[SearchPath, ...]
    """The project's roots, in order."""
    naming: tuple[str, ...]
    """The folders of the roots in the order in which they give a file its name."""
    guessed: frozenset[str]
    """Roots that were found below the project, of whose presence on the path a file outside of them can't be sure."""
    extra_paths: tuple[SearchPath, ...]
    files: tuple[str, ...]
    """The project's files that are checked, sorted."""
    tree: Filled[Listing]
    """By folder."""
    summaries: Filled[Summary | None]
    """By file; None for a file that can't be read."""
    traits: Filled[Traits]
    """By file. Read only where a verdict depends on them."""
    constants: Filled[dict[str, str]]
    """By file: its module-level constants with their source. Read only where a guard elsewhere depends on one."""
