"""The texts that are open in the editor, kept by ourselves.

pygls cuts lines with `str.splitlines`, so that one edit below a form feed would corrupt its copy of the document.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lsprotocol import types

from importwise.lsp.positions import MARK, Encoding, from_units, split_lines


class Document(NamedTuple):
    """One version of an open text document."""

    uri: str
    """As the client spells it."""
    language: str
    version: int
    text: str
    """As the client has it."""
    lines: list[str]
    """With their ends; never altered in place."""

    @property
    def source(self) -> str:
        """The text as its project has it: without a byte order mark, as if it had been read from the disk."""
        return self.text.removeprefix(MARK)


def opened(item: types.TextDocumentItem) -> Document:
    """The document as `textDocument/didOpen` gives it."""
    text = item.text
    return Document(item.uri, item.language_id, item.version, text, split_lines(text))


def changed(
    document: Document, version: int, changes: Sequence[types.TextDocumentContentChangeEvent], encoding: Encoding
) -> Document:
    """The next version. The changes apply one after the other, each to what the one before left behind (LSP 3.17, "didChange")."""
    lines = document.lines
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            lines = _replaced(lines, change.range, change.text, encoding)
        else:
            lines = split_lines(change.text)
    return document._replace(version=version, text="".join(lines), lines=lines)


def _replaced(lines: list[str], where: types.Range, text: str, encoding: Encoding) -> list[str]:
    first, start = _place(lines, where.start, encoding)
    last, end = _place(lines, where.end, encoding)
    if (last, end) < (first, start):
        last, end = first, start
    before, after = lines[first][:start], lines[last][end:]
    # What is put in may begin with the `\n` of a `\r\n`.
    if not before and first and lines[first - 1].endswith("\r"):
        first -= 1
        before = lines[first]
    inserted = split_lines(before + text + after)
    if last + 1 < len(lines):
        inserted.pop()  # The last piece ends its line: nothing stands after it.
    return [*lines[:first], *inserted, *lines[last + 1 :]]


def _place(lines: list[str], position: types.Position, encoding: Encoding) -> tuple[int, int]:
    """Line and column in code points. Beyond the end of a line counts as its end, beyond the text as the end of the text."""
    if position.line >= len(lines):
        return len(lines) - 1, len(lines[-1])
    return position.line, from_units(lines[position.line], position.character, encoding)
