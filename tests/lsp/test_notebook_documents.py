"""Notebooks, open cell by cell in an editor, and closed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from conversation import Conversation, Talk, edit, events, write


def cell_uri(path: Path, number: int) -> str:
    return path.as_uri().replace("file:", "vscode-notebook-cell:") + f"#W{number}"


def open_notebook(client: Conversation, path: Path, *texts: str) -> list[str]:
    """Open a notebook with these Python cells; returns their URIs."""
    uris = [cell_uri(path, number) for number in range(len(texts))]
    cells = [{"kind": 2, "document": uri} for uri in uris]
    documents = [item(uri, text) for uri, text in zip(uris, texts)]
    notebook = {"uri": path.as_uri(), "notebookType": "jupyter-notebook", "version": 1, "cells": cells}
    client.opened.update(uris)
    client.notify("notebookDocument/didOpen", {"notebookDocument": notebook, "cellTextDocuments": documents})
    return uris


def item(uri: str, text: str) -> dict[str, Any]:
    return {"uri": uri, "languageId": "python", "version": 1, "text": text}


def change(client: Conversation, path: Path, cells: dict[str, Any]) -> None:
    notebook = {"uri": path.as_uri(), "version": 2}
    client.notify("notebookDocument/didChange", {"notebookDocument": notebook, "change": {"cells": cells}})


def found(items: list[dict[str, Any]]) -> list[tuple[int, int]]:
    return [(one["range"]["start"]["line"], one["range"]["start"]["character"]) for one in items]


def test_an_open_notebook(talk: Talk, workspace: Path) -> None:
    path = workspace / "lab" / "notes.ipynb"
    write(workspace, {"lab/beside.py": "X = 1\n"})
    client = talk()
    offered = client.introduce("vscode", workspace)
    assert offered["notebookDocumentSync"]["notebookSelector"]
    first, second = open_notebook(
        client, path, "%pip install things\n!ls\nimport beside, nope\n", "from beside import X, Y\n"
    )
    assert found(client.pulled(first)) == [(2, 15)]
    assert found(client.pulled(second)) == [(0, 22)]

    # Typing in the first cell leaves the second where it is.
    content = {"document": {"uri": first, "version": 2}, "changes": [edit(0, 0, 0, "\n\n")]}
    change(client, path, {"textContent": [content]})
    assert found(client.pulled(first)) == [(4, 15)]
    assert found(client.pulled(second)) == [(0, 22)]

    # A cell in between, and the first one gone.
    third = cell_uri(path, 7)
    structure = {
        "array": {"start": 0, "deleteCount": 1, "cells": [{"kind": 2, "document": third}]},
        "didOpen": [item(third, "import nope2")],
        "didClose": [{"uri": first}],
    }
    change(client, path, {"structure": structure})
    assert found(client.pulled(third)) == [(0, 7)]
    assert found(client.pulled(second)) == [(0, 22)]
    news = client.pull_workspace()
    assert {uri: found(items) for uri, items in news.items()} == {first: [], third: [(0, 7)], second: [(0, 22)]}

    client.notify(
        "notebookDocument/didClose",
        {"notebookDocument": {"uri": path.as_uri()}, "cellTextDocuments": [{"uri": second}, {"uri": third}]},
    )
    client.opened.clear()
    news = client.pull_workspace()
    assert news == {third: [], second: []}
    assert client.end() == 0


def test_a_closed_notebook(talk: Talk, workspace: Path) -> None:
    """What is said of it is at its place in the file, for editors that show that; the message names the cell."""
    path = workspace / "notes.ipynb"
    cells = [
        {"cell_type": "markdown", "source": "# Notes"},
        {"cell_type": "code", "source": ["%matplotlib inline\n", '"😀"; import nope, shop']},
    ]
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
    write(workspace, {"shop.py": ""})
    client = talk()
    client.introduce("eglot", workspace)
    [one] = client.published(path.as_uri())
    assert one["message"].startswith("cell 2, line 2: Cannot find module `nope`")
    [line] = [line for line in path.read_text(encoding="utf-8").split("\n") if "nope" in line]
    number = path.read_text(encoding="utf-8").split("\n").index(line)
    assert found([one]) == [(number, line.index("nope") + 1)]  # The sign before it is two units of UTF-16.
    assert one["range"]["end"]["character"] == line.index("nope") + 5
    client.open((workspace / "shop.py").as_uri(), "")
    place = {"textDocument": {"uri": (workspace / "shop.py").as_uri()}, "position": {"line": 0, "character": 0}}
    [reference] = client.request("textDocument/references", {**place, "context": {"includeDeclaration": False}})
    assert reference["uri"] == path.as_uri()
    assert found([reference]) == [(number, line.index("shop") + 1)]
    path.unlink()
    client.notify("workspace/didChangeWatchedFiles", events(path, kind=3))
    assert client.published(path.as_uri()) == []


def test_an_untitled_notebook(talk: Talk, workspace: Path) -> None:
    write(workspace, {"shop.py": ""})
    client = talk()
    client.introduce("vscode", workspace)
    uri, cell = "untitled:Untitled-1.ipynb", "vscode-notebook-cell:Untitled-1.ipynb#W0"
    notebook = {
        "uri": uri,
        "notebookType": "jupyter-notebook",
        "version": 1,
        "cells": [{"kind": 2, "document": cell}],
    }
    client.notify(
        "notebookDocument/didOpen",
        {"notebookDocument": notebook, "cellTextDocuments": [item(cell, "import shop, nope")]},
    )
    assert found(client.pulled(cell)) == [(0, 13)]


def test_notebooks_that_nobody_opened(talk: Talk, workspace: Path) -> None:
    client = talk()
    client.introduce("vscode", workspace)
    path = workspace / "notes.ipynb"
    content = {"document": {"uri": cell_uri(path, 0), "version": 2}, "changes": [{"text": "import nope"}]}
    change(client, path, {"textContent": [content]})
    change(client, path, {"structure": {"array": {"start": 7, "deleteCount": 7}}})
    client.notify("notebookDocument/didSave", {"notebookDocument": {"uri": path.as_uri()}})
    client.notify("notebookDocument/didClose", {"notebookDocument": {"uri": path.as_uri()}, "cellTextDocuments": []})
    assert client.pulled(cell_uri(path, 0)) == []


def test_a_notebook_that_is_open_as_text_too(talk: Talk, workspace: Path) -> None:
    """The cells count; what happens to the text is nothing to them."""
    path = workspace / "notes.ipynb"
    client = talk()
    client.introduce("vscode", workspace)
    [cell] = open_notebook(client, path, "import nope")
    for language in ("json", "python"):
        client.open(path.as_uri(), "{}", language=language)
        client.change(path.as_uri(), 2, {"text": "{ }"})
        assert found(client.pulled(cell)) == [(0, 7)]
        client.close(path.as_uri())
        assert found(client.pulled(cell)) == [(0, 7)]
    # A cell that is none.
    other = workspace / "other.py"
    client.open(other.as_uri(), "import nope")
    closed = {"notebookDocument": {"uri": path.as_uri()}, "cellTextDocuments": [{"uri": cell}, {"uri": other.as_uri()}]}
    client.notify("notebookDocument/didClose", closed)
    assert found(client.pulled(other.as_uri())) == [(0, 7)]
    assert client.pulled(cell) == []
    # A text that is open as a notebook for a while.
    [cell] = open_notebook(client, other, "import os")
    assert client.pulled(cell) == []
    closed = {"notebookDocument": {"uri": other.as_uri()}, "cellTextDocuments": [{"uri": cell}]}
    client.notify("notebookDocument/didClose", closed)
    assert found(client.pulled(other.as_uri())) == [(0, 7)]
    client.close(other.as_uri())
    assert client.end() == 0


def test_a_cell_of_two_notebooks(talk: Talk, workspace: Path) -> None:
    """No client should have such a cell: where it is closed, nothing else is lost."""
    write(workspace, {"app.py": "import nope\n"})
    client = talk()
    client.introduce("vscode", workspace)
    path, other = workspace / "one.ipynb", workspace / "two.ipynb"
    [cell] = open_notebook(client, path, "import nope")
    again = {"uri": other.as_uri(), "notebookType": "jupyter-notebook", "version": 1}
    notebook = {**again, "cells": [{"kind": 2, "document": cell}]}
    client.notify(
        "notebookDocument/didOpen", {"notebookDocument": notebook, "cellTextDocuments": [item(cell, "import nope")]}
    )
    closed = {"notebookDocument": {"uri": other.as_uri()}, "cellTextDocuments": [{"uri": cell}]}
    client.notify("notebookDocument/didClose", closed)
    write(workspace, {"nope.py": ""})
    client.notify("workspace/didChangeWatchedFiles", events(workspace / "nope.py"))
    assert client.request("importwise/status", {"settled": True})["unresolved"] == 0
    assert client.end() == 0
