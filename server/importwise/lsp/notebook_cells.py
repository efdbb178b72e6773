"""Notebooks that are open in the editor, and the way from findings in their joined text back to the cells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lsprotocol import types

from importwise.checks.finding import Finding
from importwise.spans import Position, Span
from importwise.workspace.notebook import Joined
from importwise.workspace.notebook_places import NotebookFile

START = Span(Position(0, 0), Position(0, 0))

SYNCHRONIZATION = types.NotebookDocumentSyncOptions(
    [
        types.NotebookDocumentFilterWithNotebook(
            types.NotebookDocumentFilterNotebookType("jupyter-notebook"), [types.NotebookCellLanguage("python")]
        )
    ],
    save=True,
)


class Notebook(NamedTuple):
    """One version of an open notebook."""

    path: str
    cells: tuple[str, ...]
    """The URIs of its Python cells, in order."""
    joined: Joined


def by_cell(notebook: Notebook, findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """The findings of each cell by its URI, at their places in the cell. What is about no place in a cell is with the first."""
    cells: dict[str, list[Finding]] = {cell: [] for cell in notebook.cells}
    for finding in findings:
        place = notebook.joined.place(finding.span.start.line)
        if place is None or place[0] >= len(notebook.cells):
            continue
        index, line = place
        cells[notebook.cells[index]].append(finding._replace(span=_moved(finding.span, line)))
    return cells


def by_number(file: NotebookFile, findings: Iterable[Finding]) -> list[Finding]:
    """The findings of a notebook that is not open, at their places in the file; an editor may not show those: it is said in words."""
    joined = file.joined
    told: list[Finding] = []
    for finding in findings:
        place = joined.place(finding.span.start.line)
        message = finding.message
        if place is not None:
            message = f"cell {joined.numbers[place[0]]}, line {place[1] + 1}: {message}"
        told.append(finding._replace(span=file.place(finding.span) or START, message=message))
    return told


def _moved(span: Span, line: int) -> Span:
    """The span with its first line at ``line``."""
    lines = line - span.start.line
    return Span(span.start._replace(line=line), span.end._replace(line=span.end.line + lines))
