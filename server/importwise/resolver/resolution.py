"""What a search for a module, or for a name in one, came to."""

from __future__ import annotations

from typing import Literal, NamedTuple

from importwise.index.module import Module


class Found(NamedTuple):
    """The module exists."""

    module: Module


class Partial(NamedTuple):
    """The module's parent exists, the module does not."""

    existing: Module
    """The longest prefix that exists."""
    missing: str
    """The first part that does not."""


class Missing(NamedTuple):
    """Not even the first part exists."""

    head: str


class Unknown(NamedTuple):
    """It can't be known without running code."""

    reason: str


Resolution = Found | Partial | Missing | Unknown


class Member(NamedTuple):
    """What a name is in a module."""

    state: Literal["bound", "submodule", "open", "typing", "absent"]
    """"typing": bound for type checkers only. "open": can't be known."""
    reason: str = ""
    """Why it is open."""
    module: Module | None = None
    """The submodule."""


BOUND = Member("bound")
ABSENT = Member("absent")
