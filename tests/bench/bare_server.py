"""A server on pygls that does nothing: for every open or changed document it publishes its first line as a diagnostic.

What it takes is what the machine and the library take: the bars for importwise were set beside it.
"""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("bare", "0")
NOWHERE = types.Range(types.Position(0, 0), types.Position(0, 0))


@server.feature(types.TEXT_DOCUMENT_DID_OPEN)
def opened(client: LanguageServer, params: types.DidOpenTextDocumentParams) -> None:
    """Echo the document."""
    _publish(client, params.text_document.uri, params.text_document.version)


@server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
def changed(client: LanguageServer, params: types.DidChangeTextDocumentParams) -> None:
    """Echo the document."""
    _publish(client, params.text_document.uri, params.text_document.version)


def _publish(client: LanguageServer, uri: str, version: int) -> None:
    first = client.workspace.get_text_document(uri).source.partition("\n")[0]
    items = [types.Diagnostic(NOWHERE, first)]
    client.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, items, version))


if __name__ == "__main__":
    server.start_io()
