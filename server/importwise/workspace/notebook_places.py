"""Where the text of a notebook's cells stands in its file: for editors that show the file as it is."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from importwise.spans import Position, Span
from importwise.workspace.notebook import Joined, cells_of, python_of

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]')
_CHARACTER = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]")
"""What stands for one character in a JSON string (RFC 8259, section 7)."""
_LINE_END = re.compile(r"\r\n|\r|\n")


class NotebookFile(NamedTuple):
    """A notebook's file, as text."""

    text: str
    joined: Joined
    parts: tuple[tuple[tuple[int, int], ...], ...]
    """For each code cell where the strings of its source begin and end in the file, without the quotes; none if that is not known."""
    sources: tuple[str, ...]
    begins: tuple[int, ...]
    """Where the lines of the file begin."""

    def place(self, span: Span) -> Span | None:
        """Where a span of the joined text stands in the file; None if that is not known."""
        found = self.joined.place(span.start.line)
        if found is None or not self.parts[found[0]]:
            return None
        index, line = found
        source = self.sources[index]
        begins = _line_begins(source)
        start, end = (
            min(begins[min(at, len(begins) - 1)] + column, len(source))
            for at, column in ((line, span.start.column), (line + span.end.line - span.start.line, span.end.column))
        )
        first = self._offset(index, start)[0]
        last = self._offset(index, end - 1)[1] if end > start else first
        return Span(self._position(first), self._position(last))

    def _offset(self, index: int, character: int) -> tuple[int, int]:
        """Where the character of a cell's source begins and ends in the file."""
        at = end = 0
        for begin, end in self.parts[index]:
            for match in _CHARACTER.finditer(self.text, begin, end):
                if at == character:
                    return match.span()
                at += 1
        return end, end

    def _position(self, offset: int) -> Position:
        line = bisect_right(self.begins, offset) - 1
        return Position(line, offset - self.begins[line])


def notebook_file(data: bytes) -> NotebookFile:
    """The notebook file with the content ``data``. Never raises."""
    notebook = cells_of(data)
    text = data.decode("utf-8-sig", "replace")
    written = _sources(text) if notebook.sources else {}
    parts: list[tuple[tuple[int, int], ...]] = []
    for number, source in zip(notebook.numbers, notebook.sources):
        own = written.get(number - 1, ())
        parts.append(own if _decoded(text, own) == source else ())
    joined = python_of(notebook.sources, notebook.numbers)
    return NotebookFile(text, joined, tuple(parts), notebook.sources, _line_begins(text))


def _decoded(text: str, parts: Sequence[tuple[int, int]]) -> str | None:
    try:
        return "".join([json.loads(f'"{text[begin:end]}"') for begin, end in parts])
    except ValueError:
        return None


def _line_begins(text: str) -> tuple[int, ...]:
    return (0, *[end.end() for end in _LINE_END.finditer(text)])


def _sources(text: str) -> dict[int, tuple[tuple[int, int], ...]]:
    """Where the strings of each cell's source stand, by the cell's index; of notebooks in nbformat 4."""
    found: dict[int, list[tuple[int, int]]] = {}
    path: list[str | int] = []
    is_key = False
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token == "{":
            path.append("")
            is_key = True
        elif token == "[":
            path.append(0)
        elif token in ("}", "]"):
            del path[-1:]
            is_key = False
        elif token == ",":
            last = path[-1] if path else ""
            if isinstance(last, int):
                path[-1] = last + 1
            else:
                is_key = True
        elif token == ":":
            is_key = False
        elif is_key:
            path[-1:] = [token[1:-1]]
        elif len(path) in (3, 4) and path[0] == "cells" and path[2] == "source" and isinstance(path[1], int):
            found.setdefault(path[1], []).append((match.start() + 1, match.end() - 1))
    return {index: tuple(parts) for index, parts in found.items()}
