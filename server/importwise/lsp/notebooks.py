"""Notebooks that are open in the editor, cell by cell (LSP 3.17 "Notebook Document Synchronization").

To its project a notebook is one text, its cells joined; `Joined` knows the way back.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from lsprotocol import types

from importwise.index.change import Closed, Edited
from importwise.lsp.documents import changed, opened
from importwise.lsp.loading import Loader
from importwise.lsp.notebook_cells import Notebook
from importwise.lsp.server import ImportwiseServer
from importwise.lsp.synchronization import is_python
from importwise.lsp.watching import Watcher
from importwise.workspace.notebook import python_of

logger = logging.getLogger(__name__)


def register(server: ImportwiseServer, loader: Loader, watcher: Watcher) -> None:
    """Add the handlers: plain functions, so that they run in the order in which the messages arrive."""
    open_notebooks: dict[str, Notebook] = {}

    def take_in(
        uri: str, path: str, cells: Iterable[str], typed: types.NotebookDocumentCellContentChanges | None, *, new: bool
    ) -> None:
        cells = tuple(cell for cell in cells if cell in server.documents)
        joined = python_of([server.documents[cell].source for cell in cells])
        open_notebooks[uri] = server.notebooks[path] = Notebook(path, cells, joined)
        server.cells.update((cell, path) for cell in cells)
        server.publisher.mark([path])
        if server.ready:
            if typed is not None and typed.document.uri in cells:
                lines = server.documents[typed.document.uri].lines
                first = joined.starts[cells.index(typed.document.uri)]
                server.being_typed.edited(path, lines, typed.changes, server.client.encoding, first)
            else:
                server.being_typed.over()
            server.apply([Edited(path, joined.text)], now=[path], pause=server.pause)
            if new:
                loader.adopt(path)

    def close_cell(uri: str) -> None:
        server.cells.pop(uri, None)
        if server.uris.get(server.path_of(uri) or "") != uri:  # Whatever is said of it, a text document stays open.
            server.documents.pop(uri, None)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenNotebookDocumentParams) -> None:
        uri = params.notebook_document.uri
        path = server.path_of(uri)
        for item in params.cell_text_documents:
            server.documents[item.uri] = opened(item)
        if path is None:
            return
        server.sources[path] = None
        take_in(uri, path, [cell.document for cell in params.notebook_document.cells], None, new=True)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeNotebookDocumentParams) -> None:
        uri = params.notebook_document.uri
        changes = params.change.cells
        if changes is None:
            return
        notebook = open_notebooks.get(uri)
        cells = list(notebook.cells) if notebook is not None else []
        if (structure := changes.structure) is not None:
            for item in structure.did_open or ():
                server.documents[item.uri] = opened(item)
            array = structure.array
            cells[array.start : array.start + array.delete_count] = [cell.document for cell in array.cells or ()]
            for closed in structure.did_close or ():
                close_cell(closed.uri)
        for content in changes.text_content or ():
            document = server.documents.get(content.document.uri)
            if document is None:
                logger.warning("a change of a cell that is not open: %s", content.document.uri)
                continue
            server.documents[document.uri] = changed(
                document, content.document.version, content.changes, server.client.encoding
            )
        if notebook is not None:
            contents = changes.text_content or ()
            typed = contents[0] if structure is None and len(contents) == 1 else None
            take_in(uri, notebook.path, cells, typed, new=False)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseNotebookDocumentParams) -> None:
        for cell in params.cell_text_documents:
            close_cell(cell.uri)
        notebook = open_notebooks.pop(params.notebook_document.uri, None)
        if notebook is None:
            return
        path = notebook.path
        server.being_typed.over()
        del server.notebooks[path]
        text = server.documents.get(server.uris.get(path, ""))
        still_open = text is not None and is_python(text)
        if not still_open:
            del server.sources[path]
        server.publisher.mark([path])
        if server.ready:
            server.apply([Edited(path, text.source) if text is not None and still_open else Closed(path)], now=[path])
            loader.release()

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveNotebookDocumentParams) -> None:
        server.being_typed.over()
        watcher.saved(server.path_of(params.notebook_document.uri))
