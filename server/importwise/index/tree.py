"""Which folders hold which entries."""

from __future__ import annotations

from typing import NamedTuple


class Listing(NamedTuple):
    """What a folder holds, links followed. Special files (FIFOs, sockets, devices) are in neither set."""

    files: frozenset[str]
    folders: frozenset[str]


NOTHING = Listing(frozenset(), frozenset())
"""The listing of a folder that is not there, or can't be read."""
