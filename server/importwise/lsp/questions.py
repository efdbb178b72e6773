"""Places in documents and in the project's texts, from the one to the other: for whoever asks about a place, or answers with one.

They are the same but for notebooks: to the editor each cell is a document, to its project a notebook is one text.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from lsprotocol import types

from importwise.lsp.convert import from_position, to_range
from importwise.lsp.positions import Encoding, split_lines
from importwise.lsp.server import ImportwiseServer
from importwise.spans import Position, Span
from importwise.workspace.notebook import is_notebook
from importwise.workspace.notebook_places import NotebookFile, notebook_file
from importwise.workspace.project import Project

START = Span(Position(0, 0), Position(0, 0))


class Asked(NamedTuple):
    """An open document that something is asked about."""

    project: Project
    path: str
    """Of the file, or of the notebook that the document is a cell of."""
    uri: str
    lines: list[str]
    first: int
    """The line of the project's text on which the document begins."""
    encoding: Encoding

    def position(self, position: types.Position) -> Position:
        """A position of the client in the project's text."""
        return _moved(from_position(position, self.lines, self.encoding), self.first)

    def span(self, where: types.Range) -> Span:
        """A range of the client in the project's text."""
        return Span(self.position(where.start), self.position(where.end))

    def range(self, span: Span) -> types.Range:
        """A span of the project's text in the document."""
        return to_range(_span_moved(span, -self.first), self.lines, self.encoding)


def asked(server: ImportwiseServer, uri: Any) -> Asked | None:
    """The document ``uri``; None if it is not open, or no project answers for it."""
    if not isinstance(uri, str):
        return None  # Arguments of commands, and what comes back to be resolved, may be anything.
    encoding = server.client.encoding
    place = server.place(uri)
    if place is not None:
        return Asked(place.project, place.path, uri, place.document.lines, 0, encoding)
    path, document = server.cells.get(uri), server.documents.get(uri)
    notebook = server.notebooks.get(path) if path is not None else None
    if path is None or document is None or notebook is None or not server.ready or uri not in notebook.cells:
        return None
    project = server.projects.of(path)
    first = notebook.joined.starts[notebook.cells.index(uri)]
    return None if project is None else Asked(project, path, uri, document.lines, first, encoding)


def position_in(data: Any, about: Asked) -> Position | None:
    """The place in the project's text that ``data`` names by line and column in its document, as it once was sent."""
    line, column = (data.get(key) for key in ("line", "column"))
    if not isinstance(line, int) or not isinstance(column, int):
        return None
    return Position(about.first + line, column)


async def asked_of_all(server: ImportwiseServer, uri: str) -> Asked | None:
    """The same for a question that all files of the project have to answer: once they are read."""
    about = asked(server, uri)
    if about is None or not about.project.snapshot.incomplete:
        return about
    await server.until_settled()
    return asked(server, uri)


def located(
    server: ImportwiseServer, project: Project, path: str, span: Span, closed: dict[str, NotebookFile] | None = None
) -> types.Location:
    """A span of a file as the client knows it; in a notebook that is not open, the place in the file's own text.

    ``closed`` keeps the notebooks that were read for it, for whoever has many questions.
    """
    if is_notebook(path):
        cell = _cell_at(server, path, span.start.line)
        if cell is None:
            return _in_file(server, project, path, span, closed if closed is not None else {})
        uri, first = cell
        lines = server.documents[uri].lines
        return types.Location(uri, to_range(_span_moved(span, -first), lines, server.client.encoding))
    return types.Location(server.uri_of(path), to_range(span, server.lines_of(project, path), server.client.encoding))


def _in_file(
    server: ImportwiseServer, project: Project, path: str, span: Span, closed: dict[str, NotebookFile]
) -> types.Location:
    if path not in closed and path not in server.notebooks:
        try:
            closed[path] = notebook_file(project.disk.read_file(path))
        except OSError:
            pass  # It is gone, and the hint that says so is on its way.
    file = closed.get(path)
    place = file.place(span) if file is not None else None
    lines = split_lines(file.text) if file is not None and place is not None else ()
    return types.Location(server.uri_of(path), to_range(place or START, lines, server.client.encoding))


def _cell_at(server: ImportwiseServer, path: str, line: int) -> tuple[str, int] | None:
    """The cell of an open notebook that a line of its text belongs to, with the line on which the cell begins."""
    notebook = server.notebooks.get(path)
    place = notebook.joined.place(line) if notebook is not None else None
    if notebook is None or place is None or place[0] >= len(notebook.cells):
        return None
    return notebook.cells[place[0]], line - place[1]


def _moved(position: Position, lines: int) -> Position:
    return position._replace(line=position.line + lines)


def _span_moved(span: Span, lines: int) -> Span:
    return Span(_moved(span.start, lines), _moved(span.end, lines))
