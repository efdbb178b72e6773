"""The text documents that the editor opens, changes, saves and closes (LSP 3.17 "Text Document Synchronization")."""

from __future__ import annotations

import logging

from lsprotocol import types

from importwise.index.change import Closed, Edited
from importwise.lsp.convert import to_path
from importwise.lsp.documents import Document, changed, opened
from importwise.lsp.loading import Loader
from importwise.lsp.server import ImportwiseServer
from importwise.lsp.watching import Watcher
from importwise.workspace.notebook import is_notebook

logger = logging.getLogger(__name__)

PYTHON_ENDINGS = (".py", ".pyi")


def register(server: ImportwiseServer, loader: Loader, watcher: Watcher) -> None:
    """Add the handlers. They are plain functions, so that they run in the order in which the messages arrive."""

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        document = opened(params.text_document)
        server.documents[document.uri] = document
        path = server.path_of(document.uri)
        if path is None:
            return
        server.uris[path] = document.uri
        if to_path(document.uri) is None:
            server.untitled[document.uri] = path
        if not is_python(document) or path in server.notebooks:
            return  # Of what is open as a notebook, the cells count.
        server.sources[path] = None
        server.publisher.mark([path])
        if server.ready:
            server.apply([Edited(path, document.source)], now=[path])
            loader.adopt(path)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        uri, version = params.text_document.uri, params.text_document.version
        document = server.documents.get(uri)
        if document is None:
            logger.warning("a change of a document that is not open: %s", uri)
            return
        document = changed(document, version, params.content_changes, server.client.encoding)
        server.documents[uri] = document
        path = server.path_of(uri)
        if path in server.sources and path not in server.notebooks and server.uris[path] == uri and server.ready:
            server.being_typed.edited(path, document.lines, params.content_changes, server.client.encoding)
            server.parsing.edited(server.projects.of(path), path)
            server.apply([Edited(path, document.source)], now=[path], pause=server.pause)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        if server.documents.pop(uri, None) is None:
            logger.warning("a document is closed that is not open: %s", uri)
            return
        path = server.path_of(uri)
        server.untitled.pop(uri, None)
        if path is None or server.uris.get(path) != uri:
            return
        del server.uris[path]
        server.being_typed.over()
        server.parsing.closed(path)
        if path in server.sources and path not in server.notebooks:
            del server.sources[path]
            server.publisher.mark([path])
            if server.ready:
                server.apply([Closed(path)], now=[path])
                loader.release()

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        server.being_typed.over()
        watcher.saved(server.path_of(params.text_document.uri))


def is_python(document: Document) -> bool:
    """Whether a document is to be checked. The text of a notebook's file is JSON, whatever the editor takes it for."""
    return document.uri.endswith(PYTHON_ENDINGS) or (document.language == "python" and not is_notebook(document.uri))
