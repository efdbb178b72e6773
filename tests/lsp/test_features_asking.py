"""Hover, definitions, references, links, completion and symbols in conversations, as three editors have them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conversation import EDITORS, Conversation, edit, write

if TYPE_CHECKING:
    from conversation import Talk

FILES = {
    "pyproject.toml": "",
    "shop/__init__.py": "from .cart import Cart\n",
    "shop/cart.py": "import json\n\n\nclass Cart:\n    pass\n",
    "shop/prices.py": "'\N{PILE OF POO}'; from shop.cart import Cart\n",
    "broken.py": "import shop.taxes\n",
    ".venv/lib/python3.11/site-packages/requests/__init__.py": "def get(url):\n    ...\n",
    ".venv/lib/python3.11/site-packages/requests-2.31.0.dist-info/METADATA": "Name: requests\nVersion: 2.31.0\n",
    ".venv/lib/python3.11/site-packages/requests-2.31.0.dist-info/RECORD": "requests/__init__.py,,\n",
}
MAIN = "'\N{PILE OF POO}é'; from shop import Cart as C, cart\nimport requests, nowhere\n"


ONE = pytest.mark.parametrize("client", ["vscode"], indirect=True)
"""For what does not depend on the editor."""


class Client:
    """An editor with a file open."""

    def __init__(self, talk: Talk, workspace: Path, editor: str, text: str = MAIN) -> None:
        write(workspace, FILES)
        self.folder = workspace
        self.uri = (workspace / "main.py").as_uri()
        self.conversation: Conversation = talk()
        self.capabilities = self.conversation.introduce(editor, workspace)
        self.units = self.capabilities["positionEncoding"]
        self.conversation.open(self.uri, text)
        self.text = text
        self.version = 1
        # A closed file's finding is there: everything is read.
        assert self.conversation.shown((workspace / "broken.py").as_uri())

    def place(self, line: int, column: int) -> dict[str, int]:
        """A position in the client's units; the column counts code points."""
        before = self.text.split("\n")[line][:column]
        units = {"utf-8": len(before.encode()), "utf-16": len(before.encode("utf-16-le")) // 2, "utf-32": column}
        return {"line": line, "character": units[self.units]}

    def ask(self, method: str, line: int, column: int, **others: Any) -> Any:
        """The answer to a question about a place."""
        params = {"textDocument": {"uri": self.uri}, "position": self.place(line, column), **others}
        return self.conversation.request(f"textDocument/{method}", params)

    def set(self, text: str) -> None:
        """Replace all of the text."""
        self.version += 1
        self.text = text
        self.conversation.change(self.uri, self.version, {"text": text})

    def at(self, name: str) -> str:
        """The URI of a file."""
        return (self.folder / name).as_uri()


@pytest.fixture(params=EDITORS)
def client(talk: Talk, workspace: Path, request: pytest.FixtureRequest) -> Client:
    return Client(talk, workspace, request.param)


def test_hover(client: Client) -> None:
    shown = client.ask("hover", 0, 11)
    is_plain = shown["contents"]["kind"] == "plaintext"
    first = shown["contents"]["value"].split("\n")[0]
    assert first == ("shop · package" if is_plain else "**`shop`** · package")
    assert shown["range"] == {"start": client.place(0, 11), "end": client.place(0, 15)}
    shown = client.ask("hover", 0, 24)
    assert "class Cart:" in shown["contents"]["value"]
    assert ("](file:" in shown["contents"]["value"]) is not is_plain
    assert "requests 2.31.0" in client.ask("hover", 1, 9)["contents"]["value"]
    assert "Searched in vain" in client.ask("hover", 1, 18)["contents"]["value"]
    assert client.ask("hover", 0, 1) is None


def test_definition_and_declaration(client: Client) -> None:
    for method in ("definition", "declaration"):
        [found] = client.ask(method, 0, 24)
        assert found["targetUri"] == client.at("shop/cart.py")
        assert found["targetRange"]["start"] == {"line": 3, "character": 6}
        assert found["originSelectionRange"] == {"start": client.place(0, 23), "end": client.place(0, 27)}
        assert client.ask(method, 1, 18) is None
    client.set("import shop.ca.")
    assert client.ask("definition", 0, 14) is None
    [found] = client.ask("definition", 0, 8)
    assert found["targetUri"] == client.at("shop/__init__.py")


def test_references(client: Client) -> None:
    found = client.ask("references", 0, 23, context={"includeDeclaration": False})
    places = [(one["uri"], one["range"]["start"]["line"]) for one in found]
    assert places == [(client.at("main.py"), 0), (client.at("shop/__init__.py"), 0), (client.at("shop/prices.py"), 0)]
    columns = {"utf-8": 8 + 22, "utf-16": 6 + 22, "utf-32": 5 + 22}
    assert found[2]["range"]["start"]["character"] == columns[client.units]
    with_declaration = client.ask("references", 0, 23, context={"includeDeclaration": True})
    assert next(one for one in with_declaration if one not in found)["uri"] == client.at("shop/cart.py")
    assert client.ask("references", 1, 18, context={"includeDeclaration": True}) is None


@ONE
def test_links(client: Client) -> None:
    request = client.conversation.request
    links = request("textDocument/documentLink", {"textDocument": {"uri": client.uri}})
    assert len(links) == 5
    assert all("target" not in link for link in links)
    resolved = [request("documentLink/resolve", link)["target"] for link in links]
    assert resolved[:4] == [
        client.at("shop/__init__.py") + "#L1",
        client.at("shop/cart.py") + "#L4",
        client.at("shop/cart.py") + "#L4",
        client.at("shop/cart.py") + "#L1",
    ]


def labels(answer: Any) -> list[str]:
    return [item["label"] for item in sorted(answer["items"], key=lambda item: item["sortText"])]


def test_completion(client: Client) -> None:
    client.set("'é\N{PILE OF POO}'; import shop.c")
    found = client.ask("completion", 0, 20)
    assert labels(found) == ["cart", "prices"]
    start = client.place(0, 18)
    span = found.get("itemDefaults", {}).get("editRange") or found["items"][0]["textEdit"]["range"]
    assert span == {"start": start, "end": client.place(0, 19)}
    assert {item["kind"] for item in found["items"]} == {9}
    client.set("from shop.cart import (\n    ")
    found = client.ask("completion", 1, 4)
    assert [(item["label"], item["kind"]) for item in found["items"]][:1] == [("json", 3)] or labels(found) == [
        "Cart",
        "json",
    ]
    client.set("x = shop.")
    assert client.ask("completion", 0, 9) is None


@ONE
def test_completion_follows_each_keystroke(client: Client) -> None:
    """What is typed is known when the next question comes."""
    client.set("\n")
    text = "from shop import Cart"
    for column, letter in enumerate(text):
        client.conversation.change(client.uri, client.version + 1, edit(0, column, column, letter))
        client.version += 1
    client.text = f"{text}\n"
    assert labels(client.ask("completion", 0, 19)) == ["Cart", "cart", "prices"]


@ONE
def test_symbols(client: Client) -> None:
    def names(query: str) -> list[tuple[str, int]]:
        return [(one["name"], one["kind"]) for one in client.conversation.request("workspace/symbol", {"query": query})]

    assert names("shop") == [("shop", 4), ("shop.cart", 2), ("shop.prices", 2)]
    assert names("crt")[0] == ("shop.cart", 2)
    assert names("nothing at all") == []


@ONE
def test_questions_about_documents_that_are_not_ours(client: Client) -> None:
    """Not open, of another language, of no file: no answer, and no error."""
    for uri in (client.at("shop/cart.py"), "git:/main.py", "nonsense", client.at("pyproject.toml")):
        client.uri = uri
        assert client.ask("hover", 0, 0) is None
        assert client.ask("completion", 0, 0) is None
        assert client.ask("definition", 0, 0) is None
        assert client.ask("references", 0, 0, context={"includeDeclaration": True}) is None
    client.uri = client.at("main.py")
    for line, column in ((0, 0), (1, 0)):
        client.ask("hover", line, column)
    far = {"textDocument": {"uri": client.uri}, "position": {"line": 999, "character": 999}}
    assert client.conversation.request("textDocument/hover", far) is None
    assert client.conversation.request("textDocument/completion", far) is None


@ONE
def test_in_the_cells_of_a_notebook(client: Client) -> None:
    """Each cell is a document of its own; to the project the notebook is one text."""
    conversation, notebook = client.conversation, client.at("book.ipynb")
    cells = {f"vscode-notebook-cell:{notebook.removeprefix('file:')}#{name}": text for name, text in CELLS.items()}
    conversation.notify(
        "notebookDocument/didOpen",
        {
            "notebookDocument": {
                "uri": notebook,
                "notebookType": "jupyter-notebook",
                "version": 1,
                "cells": [{"kind": 2, "document": uri} for uri in cells],
            },
            "cellTextDocuments": [
                {"uri": uri, "languageId": "python", "version": 1, "text": text} for uri, text in cells.items()
            ],
        },
    )
    first, second = cells
    client.uri, client.text = second, CELLS["b"]
    shown = client.ask("hover", 1, 13)
    assert "shop.cart" in shown["contents"]["value"]
    assert shown["range"]["start"]["line"] == 1
    [found] = client.ask("definition", 2, 18)
    assert found["targetUri"] == client.at("shop/cart.py")
    assert found["originSelectionRange"]["start"] == {"line": 2, "character": 17}
    assert "cart" in labels(client.ask("completion", 3, 12))
    references = client.ask("references", 2, 18, context={"includeDeclaration": False})
    places = {(one["uri"], one["range"]["start"]["line"]) for one in references}
    assert {(first, 1), (second, 2)} <= places
    start = {"line": 4, "character": 13}
    params = {"textDocument": {"uri": second}, "range": {"start": start, "end": start}, "context": {"diagnostics": []}}
    actions = conversation.request("textDocument/codeAction", params)
    edit = actions[0]["edit"]
    changed = edit.get("changes") or {one["textDocument"]["uri"]: one["edits"] for one in edit["documentChanges"]}
    assert [(uri, edits[0]["range"]["start"]["line"]) for uri, edits in changed.items()] == [(second, 4)]
    links = conversation.request("textDocument/documentLink", {"textDocument": {"uri": first}})
    assert [link["range"]["start"] for link in links] == [{"line": 1, "character": 5}, {"line": 1, "character": 17}]
    assert conversation.request("documentLink/resolve", links[1])["target"] == client.at("shop/cart.py") + "#L4"


CELLS = {
    "a": "%matplotlib inline\nfrom shop import Cart\n",
    "b": "# %%\nimport shop.cart\nfrom shop import Cart as C\nfrom shop.c\nimport shop.prces\n",
}


def test_references_wait_until_everything_is_read(talk: Talk, workspace: Path) -> None:
    """Asked at once after the start, the answer is complete all the same."""
    importers = {f"part{number}/module{number}.py": "from shop.cart import Cart\n" for number in range(300)}
    write(workspace, {**FILES, **importers})
    conversation, uri = talk(), (workspace / "shop/cart.py").as_uri()
    conversation.introduce("vscode", workspace)
    conversation.open(uri, FILES["shop/cart.py"])
    params = {
        "textDocument": {"uri": uri},
        "position": {"line": 3, "character": 8},
        "context": {"includeDeclaration": False},
    }
    found = None
    while found is None:  # as long as the folder is looked at, no document is known
        found = conversation.request("textDocument/references", params)
    assert len(found) == 302
