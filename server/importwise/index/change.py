"""What may happen to a project."""

from __future__ import annotations

from typing import NamedTuple


class Edited(NamedTuple):
    """A file is open in an editor, and has this text there, whatever the disk says."""

    path: str
    text: str


class Closed(NamedTuple):
    """A file is no longer open: what is on the disk counts again."""

    path: str


class Touched(NamedTuple):
    """Something may have happened to a file or a folder, or below it: it may be new, changed, or gone.

    A hint, no more: what is on the disk counts.
    """

    path: str


Change = Edited | Closed | Touched
