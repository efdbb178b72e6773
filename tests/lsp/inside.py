"""A server in the test's own process: what conversations can't reach."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
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

    def close(self, path: Path) -> None:
        document = types.TextDocumentIdentifier(path.as_uri())
        self._features[types.TEXT_DOCUMENT_DID_CLOSE](types.DidCloseTextDocumentParams(document))
