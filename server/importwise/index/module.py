"""A module: what an import finds."""

from __future__ import annotations

from typing import Literal, NamedTuple

from importwise.searchpath import SearchPath

ModuleKind = Literal["module", "package", "namespace", "extension", "bytecode", "built-in", "registered", "stub"]


class Module(NamedTuple):
    """A module that exists."""

    name: str
    kind: ModuleKind
    """"package" is a folder with ``__init__``; "extension" and "bytecode" are modules or packages without source; "registered": some code puts it into ``sys.modules``; "stub" has only a ``.pyi``."""
    path: str
    """The file, absolute; "" for namespaces and built-in modules."""
    portions: tuple[str, ...]
    """The folders of ``__path__``, in which submodules are looked for; empty if the module is not a package."""
    search_path: SearchPath | None
    """Where it was found first; None for built-in modules."""

    def describe(self) -> str:
        """Kind and place, for a message: "package (/src/torch/__init__.py)"."""
        place = self.path or ", ".join(self.portions)
        return f"{self.kind} ({place})" if place else self.kind
