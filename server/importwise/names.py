"""Absolute dotted names of modules."""

from __future__ import annotations

import unicodedata
from keyword import iskeyword

UNTITLED = "untitled:"
"""Begins the file name of a document that was never saved: it is said to lie in some folder, but is no file, and no module."""


class ModuleName(str):
    """An absolute dotted module name, such as ``"torch.utils.data"``; never relative, never empty."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> ModuleName | None:
        """The name that ``text`` spells, NFKC-normalised as the tokenizer does (PEP 3131), or None if it spells none.

        Keywords count as names here: ``importlib.import_module("pkg.class")`` is a legal import.
        """
        text = unicodedata.normalize("NFKC", text)
        if text and all(part.isidentifier() for part in text.split(".")):
            return cls(text)
        return None

    @property
    def parts(self) -> tuple[str, ...]:
        """``("torch", "utils", "data")``"""
        return tuple(self.split("."))

    @property
    def head(self) -> str:
        """The first part: ``"torch"``."""
        return self.partition(".")[0]

    @property
    def tail(self) -> str:
        """The last part: ``"data"``."""
        return self.rpartition(".")[2]

    @property
    def parent(self) -> ModuleName | None:
        """``"torch.utils"``, or None for a top-level name."""
        parent = self.rpartition(".")[0]
        return ModuleName(parent) if parent else None

    @property
    def is_importable(self) -> bool:
        """Whether an ``import`` statement can spell the name: no part of it is a keyword."""
        return not any(iskeyword(part) for part in self.split("."))
