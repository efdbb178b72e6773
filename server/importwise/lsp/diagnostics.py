"""Diagnostics on their way to the client: pushed, or pulled by it (LSP 3.17 "Pull Diagnostics"); one of the two for all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import Future
from typing import Any

from lsprotocol import types

from importwise.lsp.protocol import Plain
from importwise.lsp.publisher import CLEAN, Report
from importwise.lsp.server import ImportwiseServer

BATCH = 200
"""Reports in one partial result."""


def push(server: ImportwiseServer) -> None:
    """Send what changes, as it changes."""

    def told(uri: str, report: Report) -> None:
        params: dict[str, Any] = {"uri": uri, "diagnostics": report.items}
        document = server.documents.get(uri)
        if document is not None:
            params["version"] = document.version
        server.protocol.send_raw("textDocument/publishDiagnostics", params)

    server.on_told.append(told)


class Held:
    """A `workspace/diagnostic` request that waits until there is something to say.

    With a token, what there is to say is said in partial results, and the request stays: after an answer VS Code takes two
    seconds before it asks again, and closed files would light up that much later.
    """

    def __init__(self, known: dict[str, str], token: int | str | None, reported: Iterable[str]) -> None:
        self.known = known
        """The result ids of what the client has, by URI."""
        self.token = token
        self.unseen = dict.fromkeys((*reported, *known))
        """The URIs of which there may be something to say."""
        self.ending: asyncio.TimerHandle | None = None
        """Ends the request, once something has been told."""
        self.answer: asyncio.Future[Plain] = asyncio.get_running_loop().create_future()

    def end(self, items: list[dict[str, Any]]) -> None:
        """Answer, unless the client has lost its interest."""
        if not self.answer.done():
            self.answer.set_result(Plain(items=items))


class Puller:
    """The diagnostics of a client that asks for them."""

    def __init__(self, server: ImportwiseServer) -> None:
        server.on_told.append(self.heard)
        server.on_slice.append(self.partly)
        server.on_drained.append(self.drained)
        self.server = server
        self.told: dict[str, str] = {}
        """The result id of each open document that the client was told last."""
        self.faulty: set[str] = set()
        """The open documents that the client was told findings of: it may show them still when there are none any more."""
        self.left: dict[str, None] = {}
        """The closed documents that the next workspace report has to speak of, whatever the client seems to know.

        VS Code asks once more about what it closes, throws the answer away, and goes on showing what it was told of the open
        document until a workspace report says something else; one that comes before that answer it throws away too.
        """
        self.closing: set[str] = set()
        """The closed documents that the client may ask about for the last time yet."""
        self.held: list[Held] = []
        self._refreshing = False
        self._called: dict[str, str] = {}
        """The states of open documents, by their result ids, to which the client's attention was called."""

    async def document(self, params: types.DocumentDiagnosticParams) -> Plain:
        """The report of one open document, and of others that its last edit changed."""
        server = self.server
        await server.until_ready()
        await server.publisher.until_free()
        uri = params.text_document.uri
        report = self._current(uri)
        result = Plain(_full(report) if report.id != params.previous_result_id else _unchanged(report))
        if uri in server.documents:
            self._has(uri, report)
        elif uri in self.closing:
            self.closing.discard(uri)
            self.left[uri] = None
            asyncio.get_running_loop().call_soon(self.drained)  # Not before the answer has gone out.
        if server.client.related_documents:
            related = {}
            for other, told in self.told.items():
                if other != uri and other in server.documents and (report := self._current(other)).id != told:
                    related[other] = _full(report)
                    self._has(other, report)
            if related:
                result["relatedDocuments"] = related
        return result

    def _has(self, uri: str, report: Report) -> None:
        """The client is told this of an open document."""
        self.told[uri] = report.id
        self.closing.discard(uri)
        if report.items:
            self.faulty.add(uri)

    def _take_leave(self) -> None:
        """Note what was closed; where there was never anything to say, there is nothing to add."""
        for uri in self.told.keys() - self.server.documents.keys():
            del self.told[uri]
            if uri in self.faulty or self._known(uri).items:
                self.faulty.discard(uri)
                self.closing.add(uri)
                self.left[uri] = None

    def _current(self, uri: str) -> Report:
        path = self.server.path_of(uri)
        if path in self.server.sources:
            return self.server.publisher.current(path).get(uri, CLEAN)
        return self._known(uri)

    async def workspace(self, params: types.WorkspaceDiagnosticParams) -> Plain:
        """The reports that differ from what the client has; held until there is one, or until no more have come for a while."""
        known = {item.uri: item.value for item in params.previous_result_ids}
        held = Held(known, params.partial_result_token, self.server.publisher.reports)
        self.held.append(held)
        try:
            self.drained()
            return await held.answer
        finally:
            self.held.remove(held)
            if held.ending is not None:
                held.ending.cancel()

    def heard(self, uri: str, _: Report) -> None:
        """A report is another than before."""
        for held in self.held:
            held.unseen[uri] = None

    def partly(self) -> None:
        """Hand what is known so far to those who take partial results."""
        for held in self.held:
            if held.token is not None:
                self._send_parts(held, self._news(held))

    def drained(self) -> None:
        """Everything is checked: answer whoever waits, if there is anything to say, and call open documents to mind."""
        if not self.server.settled:
            return
        self._take_leave()
        for held in self.held:
            items = self._news(held)
            if held.token is not None:
                self._send_parts(held, items)
            elif items:
                held.end(items)
        stale = {uri: known for uri, told in self.told.items() if (known := self._known(uri).id) != told}
        # Documents that nobody looks at are not asked about again: once for each state is enough.
        if stale and stale != self._called and not self._refreshing:
            self._refreshing = True
            self._called = stale
            self.server.protocol.ask(types.WORKSPACE_DIAGNOSTIC_REFRESH, None).add_done_callback(self._refreshed)

    def _refreshed(self, _: Future[Any]) -> None:
        self._refreshing = False
        self.drained()

    def _known(self, uri: str) -> Report:
        return self.server.publisher.reports.get(uri, CLEAN)

    def _news(self, held: Held) -> list[dict[str, Any]]:
        """The reports that ``held`` does not know, which it then does."""
        news: list[dict[str, Any]] = []
        left = self.left.keys() - self.server.documents.keys()  # What is open again is asked about.
        self.left.clear()
        for uri in {**held.unseen, **dict.fromkeys(sorted(left))}:
            report = self._known(uri)
            if uri in left or report.id != held.known.get(uri, CLEAN.id):
                held.known[uri] = report.id
                news.append(self._item(uri, report))
        held.unseen.clear()
        return news

    def _item(self, uri: str, report: Report) -> dict[str, Any]:
        document = self.server.documents.get(uri)
        return {**_full(report), "uri": uri, "version": None if document is None else document.version}

    def _send_parts(self, held: Held, items: list[dict[str, Any]]) -> None:
        if items:
            # Sooner or later the client tells what it has made of them: it may have forgotten what it was told of a document
            # that it closed meanwhile.
            if held.ending is not None:
                held.ending.cancel()
            held.ending = asyncio.get_running_loop().call_later(self.server.quiet, held.end, [])
        for start in range(0, len(items), BATCH):
            value = {"items": items[start : start + BATCH]}
            self.server.protocol.send_raw("$/progress", {"token": held.token, "value": value})


def _full(report: Report) -> dict[str, Any]:
    return {"kind": "full", "resultId": report.id, "items": report.items}


def _unchanged(report: Report) -> dict[str, Any]:
    return {"kind": "unchanged", "resultId": report.id}


def register(server: ImportwiseServer) -> None:
    """Serve the client's way of getting diagnostics; it is known by now."""
    if not server.client.pulls:
        push(server)
        return
    puller = Puller(server)
    options = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="importwise")

    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)
    async def document_diagnostic(params: types.DocumentDiagnosticParams) -> Plain:
        return await puller.document(params)

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def workspace_diagnostic(params: types.WorkspaceDiagnosticParams) -> Plain:
        return await puller.workspace(params)
