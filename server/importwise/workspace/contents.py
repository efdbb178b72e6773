"""What the files of one project contain: read from the disk, or from an editor's buffer, which beats the disk."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container
from typing import TypeVar

from importwise.syntax.conduct import NOTHING_KNOWN, Conduct, conduct_of
from importwise.syntax.summary import Summary
from importwise.syntax.traits import (
    NO_FUNCTIONS,
    NO_TRAITS,
    SETS_NOTHING,
    Functions,
    Sets,
    Traits,
    constants_of_text,
    functions_of,
    sets_of,
    traits_of,
)
from importwise.workspace.cache import Cache
from importwise.workspace.disk import Disk
from importwise.workspace.load import Loaded, load_files, plain_lines, summarize_text
from importwise.workspace.notebook import source_text
from importwise.workspace.packing import pack, unpack

Value = TypeVar("Value")

_LINE_END = re.compile(r"\r\n|\r|\n")


class _Everything:
    def __contains__(self, _: object) -> bool:
        return True


EVERYTHING = _Everything()


class Contents:
    """Reads files for one project. An open buffer beats the disk: that rule is applied here and nowhere else."""

    def __init__(self, disk: Disk, live: bool) -> None:
        self.disk = disk
        self.live = live
        self.cache: Cache | None = None
        """Summaries of earlier runs, if they are kept."""
        self.buffers: dict[str, str] = {}
        """The text of files that are open in an editor."""
        self.unreadable: dict[str, str] = {}
        """Why files can't be read."""
        self.checked: Collection[str] = ()
        """The project's own files."""
        self.heads: frozenset[str] = frozenset()
        """The first parts of names of modules that most likely exist; see `reader.summarize`."""
        self._signatures: dict[str, int | None] = {}
        """Of files when they were last read, for a live project."""

    def edit(self, path: str, text: str) -> bool:
        """An editor holds the file, with that text; returns whether that is news."""
        if self.buffers.get(path) == text:
            return False
        self.buffers[path] = text
        return True

    def close(self, path: str) -> bool:
        """An editor does not hold the file any more; returns whether one did."""
        if path not in self.buffers:
            return False
        del self.buffers[path]
        self._signatures.pop(path, None)
        return True

    def will_be_read(self, path: str) -> None:
        """Somebody reads the file from now on: what is read is at least as young as what lies there now."""
        self._signatures[path] = self.disk.signature(path)

    def is_as_read(self, path: str) -> bool:
        """Whether the file on the disk is still what was read."""
        known = self._signatures.get(path)
        return known is not None and known == self.disk.signature(path)

    def take(self, path: str, loaded: Loaded) -> Summary | None:
        """The summary that another process made."""
        self._signatures.pop(path, None)
        if path in loaded.problems:
            self.unreadable[path] = loaded.problems[path]
        return loaded.summaries[path]

    def text(self, path: str) -> str | None:
        """The text of a file: that in the editor if it is open there, else that on the disk; None if it can't be read.

        Of a notebook the joined cells.
        """
        if path in self.buffers:
            return self.buffers[path]
        try:
            return source_text(self.disk.read_file(path), path)[0]
        except OSError:
            return None

    def line_end(self, path: str) -> str:
        """How the lines of a file end in the editor, if it is open there, else on the disk: `text` does not always say.

        Of a file in which they differ the first counts.
        """
        if path in self.buffers:
            text = self.buffers[path]
        else:
            try:
                text = self.disk.read_file(path).decode("latin-1")
            except OSError:
                text = ""
        found = _LINE_END.search(text)
        return found[0] if found is not None else "\n"

    def summary(self, path: str) -> Summary | None:
        """The summary of a file; None if it can't be read."""
        # Of others than the project's files nobody asks what imports in their functions depend on.
        known: Container[str] = self.heads if path in self.checked else EVERYTHING
        if path in self.buffers:
            return summarize_text(plain_lines(self.buffers[path]), path, known)
        if self.live:
            self.will_be_read(path)
        loaded = load_files([path], self.disk.read_file, known, cache=self.cache)
        if path in self.checked:
            self.unreadable.update(loaded.problems)
        return loaded.summaries[path]

    def details(self, path: str) -> Summary | None:
        """The summary with all guards."""
        packed = self._fact("details", path, lambda text: pack(summarize_text(text, path)), b"")
        return unpack(packed) if packed else None

    def functions(self, path: str) -> Functions:
        """What the functions of a module may do."""
        return Functions._make(
            self._fact("functions", path, lambda text: tuple(functions_of(text)), tuple(NO_FUNCTIONS))
        )

    def traits(self, path: str) -> Traits:
        """How a module acts on others."""
        return Traits._make(self._fact("traits", path, lambda text: tuple(traits_of(text)), tuple(NO_TRAITS)))

    def sets(self, path: str) -> Sets:
        """What a module sets on others."""
        return Sets._make(self._fact("sets", path, lambda text: tuple(sets_of(text)), tuple(SETS_NOTHING)))

    def conduct(self, path: str) -> Conduct:
        """What the functions of a module do, as its tree tells."""
        return Conduct._make(self._fact("conduct", path, lambda text: tuple(conduct_of(text)), tuple(NOTHING_KNOWN)))

    def constants(self, path: str) -> dict[str, str]:
        """The module-level constants of a file, with their source."""
        constants: dict[str, str] = self._fact("constants", path, constants_of_text, {})
        return constants

    def _fact(self, kind: str, path: str, find: Callable[[str], Value], without: Value) -> Value:
        """What ``find`` says of a file's text, ``without`` if it can't be read; remembered from one run to the next."""
        if path in self.buffers:
            return find(plain_lines(self.buffers[path]))
        if self.cache is None:
            text = self.text(path)
            return without if text is None else find(text)
        try:
            found: Value = self.cache.fact(
                kind, path, self.disk.read_file, lambda data: find(source_text(data, path)[0])
            )
        except OSError:
            return without
        return found
