"""What VS Code goes on showing of a document that was closed, by the bookkeeping of vscode-languageclient 11."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conversation import Conversation, Talk, edit, write

ORDERS = ["asked, then closed", "closed, then asked"]
"""The tab goes first, or the document: one leads to the last question, the other is what the server hears."""


class Panel:
    """The Problems panel: a pull for each document that is opened, and one that is held for the workspace."""

    def __init__(self, client: Conversation) -> None:
        self.client = client
        self.shown: dict[str, list[str]] = {}
        """The codes of the findings of each file, as far as there are any."""
        self.told: list[str] = []
        """The URIs of all that workspace reports have told."""
        self._visible: set[str] = set()
        self._documents: dict[str, str | None] = {}
        self._workspace: dict[str, str] = {}
        self._pulls: dict[int, str] = {}
        self._heard = len(client.said)
        self._round = 0
        self._ask()

    def _ask(self) -> None:
        known = {uri: self._documents.get(uri, value) for uri, value in self._workspace.items()}
        ids = [{"uri": uri, "value": value} for uri, value in known.items() if value is not None]
        self._round += 1
        params = {"previousResultIds": ids, "partialResultToken": f"round {self._round}"}
        self._held = self.client.ask("workspace/diagnostic", params)

    def pull(self, uri: str) -> None:
        """Ask about a document that is seen."""
        self._visible.add(uri)
        self._ask_about(uri)

    def _ask_about(self, uri: str) -> None:
        previous = self._documents.setdefault(uri, None)
        params = {"textDocument": {"uri": uri}, "previousResultId": previous}
        self._pulls[self.client.ask("textDocument/diagnostic", params)] = uri

    def leave(self, uri: str) -> None:
        """Nobody sees the document any more: ask a last time, unless there is no answer yet, and rely on the workspace report."""
        self._visible.discard(uri)
        if uri not in self._pulls.values():
            self._ask_about(uri)
        self._workspace.pop(uri, None)

    def settle(self) -> None:
        """Hear all that there is to hear."""
        while True:
            for number in self._pulls:
                self.client.answer(number)
            self.client.request("importwise/status", {"settled": True})
            heard, self._heard = self._heard, len(self.client.said)
            for message in self.client.said[heard : self._heard]:
                self._hear(message)
            if not self._pulls:
                return

    def _hear(self, message: dict[str, Any]) -> None:
        if message.get("method") == "$/progress" and str(message["params"]["token"]).startswith("round"):
            self._take(message["params"]["value"]["items"])
        elif "method" not in message and message.get("id") == self._held:
            self._take(message["result"]["items"])
            self._ask()
        elif message.get("method") == "workspace/diagnostic/refresh":
            for seen in sorted(self._visible):
                self._ask_about(seen)
        elif "method" not in message and (uri := self._pulls.pop(message.get("id", -1), None)) is not None:
            report = message["result"]
            if uri not in self._visible:
                del self._documents[uri]
                return
            self._documents[uri] = report["resultId"]
            if report["kind"] == "full":
                self._show(uri, report["items"])

    def _take(self, items: list[dict[str, Any]]) -> None:
        for item in items:
            uri = item["uri"]
            self.told.append(uri)
            self._workspace[uri] = item["resultId"]
            if uri not in self._documents:
                self._show(uri, item["items"])

    def _show(self, uri: str, items: list[dict[str, Any]]) -> None:
        self.shown.pop(uri, None)
        if items:
            self.shown[uri] = [item["code"] for item in items]


def opened(client: Conversation, panel: Panel, uri: str, text: str) -> None:
    client.open(uri, text)
    panel.pull(uri)
    panel.settle()


def closed(client: Conversation, panel: Panel, uri: str, order: str) -> None:
    first, second = (panel.leave, client.close) if order == ORDERS[0] else (client.close, panel.leave)
    first(uri)
    second(uri)
    panel.settle()


def panel_of(client: Conversation, workspace: Path, **settings: str) -> Panel:
    client.introduce("vscode", workspace, initializationOptions={"settings": settings})
    client.answers["workspace/configuration"] = lambda params: [settings for _ in params["items"]]
    return Panel(client)


@pytest.mark.parametrize("order", ORDERS)
def test_of_open_files_only(talk: Talk, workspace: Path, order: str) -> None:
    write(workspace, {"app.py": "import nope\n", "good.py": ""})
    app, good = ((workspace / name).as_uri() for name in ("app.py", "good.py"))
    client = talk()
    panel = panel_of(client, workspace, diagnosticMode="open-files")
    opened(client, panel, app, "import nope\n")
    opened(client, panel, good, "")
    assert panel.shown == {app: ["unresolved-import"]}
    closed(client, panel, app, order)
    assert panel.shown == {}
    # Once is enough, and where there never was anything to say there is nothing to take back.
    told = panel.told.count(app)
    closed(client, panel, good, order)
    assert panel.told.count(app) == told
    assert good not in panel.told
    # It may come and go again.
    opened(client, panel, app, "import nope\n")
    assert panel.shown == {app: ["unresolved-import"]}
    closed(client, panel, app, order)
    assert panel.shown == {}


@pytest.mark.parametrize("order", ORDERS)
def test_of_files_outside_of_every_folder(talk: Talk, workspace: Path, tmp_path: Path, order: str) -> None:
    write(tmp_path, {"elsewhere/app.py": "import nope\n"})
    uri = (tmp_path / "elsewhere/app.py").as_uri()
    client = talk()
    panel = panel_of(client, workspace)
    opened(client, panel, uri, "import nope\n")
    assert panel.shown == {uri: ["unresolved-import"]}
    closed(client, panel, uri, order)
    assert panel.shown == {}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("saved", "typed"), [("import nope\n", "import os\n"), ("import os\n", "import nope\n")])
def test_what_was_typed_and_never_saved(talk: Talk, workspace: Path, saved: str, typed: str, order: str) -> None:
    """With the buffer goes what was in it; what the file says is shown again."""
    write(workspace, {"app.py": saved})
    uri = (workspace / "app.py").as_uri()
    client = talk()
    panel = panel_of(client, workspace)
    panel.settle()
    before = dict(panel.shown)
    opened(client, panel, uri, saved)
    assert panel.shown == before
    client.change(uri, 2, edit(0, 0, 0, typed, last=1))
    panel.pull(uri)
    panel.settle()
    assert panel.shown != before
    closed(client, panel, uri, order)
    assert panel.shown == before


def test_of_what_was_closed_before_there_was_an_answer(talk: Talk, workspace: Path) -> None:
    write(workspace, {"app.py": "import nope\n"})
    uri = (workspace / "app.py").as_uri()
    client = talk()
    panel = panel_of(client, workspace)
    client.open(uri, "import nope\n")
    panel.pull(uri)
    closed(client, panel, uri, ORDERS[0])
    assert panel.shown == {uri: ["unresolved-import"]}


@pytest.mark.parametrize("order", ORDERS)
def test_of_a_notebook(talk: Talk, workspace: Path, order: str) -> None:
    """The cells' findings go, those of the file come."""
    path = workspace / "notes.ipynb"
    content = {"cells": [{"cell_type": "code", "source": "import nope"}], "metadata": {}, "nbformat": 4}
    path.write_text(json.dumps(content), encoding="utf-8")
    cell = path.as_uri().replace("file:", "vscode-notebook-cell:") + "#W0"
    client = talk()
    panel = panel_of(client, workspace)
    panel.settle()
    assert panel.shown == {path.as_uri(): ["unresolved-import"]}
    notebook = {"uri": path.as_uri(), "notebookType": "jupyter-notebook", "version": 1}
    document = {"uri": cell, "languageId": "python", "version": 1, "text": "import nope"}
    client.notify(
        "notebookDocument/didOpen",
        {"notebookDocument": {**notebook, "cells": [{"kind": 2, "document": cell}]}, "cellTextDocuments": [document]},
    )
    panel.pull(cell)
    panel.settle()
    assert panel.shown == {cell: ["unresolved-import"]}
    closing = {"notebookDocument": {"uri": path.as_uri()}, "cellTextDocuments": [{"uri": cell}]}
    if order == ORDERS[0]:
        panel.leave(cell)
        client.notify("notebookDocument/didClose", closing)
    else:
        client.notify("notebookDocument/didClose", closing)
        panel.leave(cell)
    panel.settle()
    assert panel.shown == {path.as_uri(): ["unresolved-import"]}
