"""A server in the test's own process: what conversations can't reach."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from pathlib import Path

from conversation import PATIENCE
from lsprotocol import types

from importwise.lsp.publisher import Report
from importwise.lsp.server import ImportwiseServer


def within(work: Awaitable[None]) -> None:
    """Let ``work`` go on in an event loop."""

    async def act() -> None:
        await asyncio.wait_for(work, PATIENCE)

    asyncio.run(act())


class Sink:
    """In the place of the client: keeps what it is told."""

    def __init__(self, server: ImportwiseServer) -> None:
        self.told: dict[str, list[str]] = {}
        server.on_told.append(self._hear)

    def _hear(self, uri: str, report: Report) -> None:
        self.told[uri.rpartition("/")[2]] = [item["code"] for item in report.items]


class Hands:
    """In the place of the person: what they do in the editor reaches the server's own handlers."""

    def __init__(self, server: ImportwiseServer) -> None:
        self._features = server.protocol.fm.features

    def open(self, path: Path, text: str) -> None:
        item = types.TextDocumentItem(path.as_uri(), "python", 1, text)
        self._features[types.TEXT_DOCUMENT_DID_OPEN](types.DidOpenTextDocumentParams(item))

    def change(self, path: Path, text: str) -> None:
        document = types.VersionedTextDocumentIdentifier(version=2, uri=path.as_uri())
        whole = types.TextDocumentContentChangeWholeDocument(text)
        self._features[types.TEXT_DOCUMENT_DID_CHANGE](types.DidChangeTextDocumentParams(document, [whole]))

    def type(self, path: Path, line: int, column: int, text: str, instead: int = 0) -> None:
        """Write ``text`` in the place of ``instead`` characters."""
        document = types.VersionedTextDocumentIdentifier(version=3, uri=path.as_uri())
        place = types.Range(types.Position(line, column), types.Position(line, column + instead))
        change = types.TextDocumentContentChangePartial(place, text)
        self._features[types.TEXT_DOCUMENT_DID_CHANGE](types.DidChangeTextDocumentParams(document, [change]))

    def open_notebook(self, path: Path, cells: Mapping[str, str]) -> None:
        """Open a notebook with the Python ``cells``, texts by URI."""
        kinds = [types.NotebookCell(types.NotebookCellKind.Code, uri) for uri in cells]
        notebook = types.NotebookDocument(path.as_uri(), "jupyter-notebook", 1, kinds)
        items = [types.TextDocumentItem(uri, "python", 1, text) for uri, text in cells.items()]
        self._features[types.NOTEBOOK_DOCUMENT_DID_OPEN](types.DidOpenNotebookDocumentParams(notebook, items))

    def type_in_cell(self, path: Path, cell: str, line: int, column: int, text: str) -> None:
        """Write ``text`` into a cell of a notebook."""
        place = types.Position(line, column)
        change = types.TextDocumentContentChangePartial(types.Range(place, place), text)
        document = types.VersionedTextDocumentIdentifier(version=3, uri=cell)
        content = types.NotebookDocumentCellContentChanges(document, [change])
        self._change_cells(path, types.NotebookDocumentCellChanges(text_content=[content]))

    def delete_cell(self, path: Path, number: int, cell: str) -> None:
        """Delete the cell at the place ``number``, from 0."""
        array = types.NotebookCellArrayChange(number, 1)
        structure = types.NotebookDocumentCellChangeStructure(array, did_close=[types.TextDocumentIdentifier(cell)])
        self._change_cells(path, types.NotebookDocumentCellChanges(structure))

    def _change_cells(self, path: Path, cells: types.NotebookDocumentCellChanges) -> None:
        notebook = types.VersionedNotebookDocumentIdentifier(version=2, uri=path.as_uri())
        params = types.DidChangeNotebookDocumentParams(notebook, types.NotebookDocumentChangeEvent(cells=cells))
        self._features[types.NOTEBOOK_DOCUMENT_DID_CHANGE](params)

    def save_notebook(self, path: Path) -> None:
        notebook = types.NotebookDocumentIdentifier(path.as_uri())
        self._features[types.NOTEBOOK_DOCUMENT_DID_SAVE](types.DidSaveNotebookDocumentParams(notebook))

    def close_notebook(self, path: Path, cells: Iterable[str]) -> None:
        notebook = types.NotebookDocumentIdentifier(path.as_uri())
        closed = [types.TextDocumentIdentifier(cell) for cell in cells]
        self._features[types.NOTEBOOK_DOCUMENT_DID_CLOSE](types.DidCloseNotebookDocumentParams(notebook, closed))

    def close(self, path: Path) -> None:
        document = types.TextDocumentIdentifier(path.as_uri())
        self._features[types.TEXT_DOCUMENT_DID_CLOSE](types.DidCloseTextDocumentParams(document))
