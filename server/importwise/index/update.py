"""From one snapshot to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from importwise.index.snapshot import Filled, Snapshot
from importwise.index.tree import Listing
from importwise.searchpath import SearchPath
from importwise.syntax.summary import Summary


class Written(NamedTuple):
    """A file has this content now."""

    path: str
    data: bytes


class Removed(NamedTuple):
    """A file is gone."""

    path: str


Change = Written | Removed


class Layout(NamedTuple):
    """The parts of a snapshot that follow from which files there are."""

    roots: tuple[SearchPath, ...]
    naming: tuple[str, ...]
    guessed: frozenset[str]
    files: tuple[str, ...]


def next_snapshot(
    snapshot: Snapshot,
    listings: Mapping[str, Listing],
    summaries: Mapping[str, Summary | None],
    gone: Iterable[str],
    layout: Layout,
) -> Snapshot:
    """The snapshot in which ``listings`` and ``summaries`` have replaced what was there, and ``gone`` is forgotten.

    The old snapshot stays valid: dictionaries that change are copied.
    """
    new_tree = Filled(snapshot.tree.fill, snapshot.tree)
    new_known = Filled(snapshot.summaries.fill, snapshot.summaries)
    new_tree.update(listings)
    for path in gone:
        new_tree.pop(path, None)
        new_known.pop(path, None)
    new_known.update(summaries)
    return snapshot._replace(
        revision=snapshot.revision + 1,
        tree=new_tree,
        summaries=new_known,
        traits=Filled(snapshot.traits.fill),
        constants=Filled(snapshot.constants.fill),
        roots=layout.roots,
        naming=layout.naming,
        guessed=layout.guessed,
        files=layout.files,
    )
