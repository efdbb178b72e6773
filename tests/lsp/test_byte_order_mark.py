"""A byte order mark that the client sends with a document: a character in its columns, and nothing at all to Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conversation import Conversation, Talk, edit, write

MARK = "\ufeff"
UNITS = {"utf-8": 3, "utf-16": 1, "utf-32": 1}
"""Units of the mark in each encoding."""

TEXT = "import shop.taxs\nimport shop.taxs\n"


@pytest.fixture(params=UNITS)
def encoding(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def client(talk: Talk, workspace: Path, encoding: str) -> Conversation:
    write(workspace, {"pyproject.toml": "", "shop/__init__.py": "", "shop/taxes.py": "RATE = 1\n"})
    begun = talk()
    begun.initialize({"general": {"positionEncodings": [encoding]}}, [workspace])
    return begun


def columns(where: dict[str, Any]) -> tuple[int, int, int]:
    assert where["start"]["line"] == where["end"]["line"]
    return where["start"]["line"], where["start"]["character"], where["end"]["character"]


def told(items: list[dict[str, Any]]) -> list[tuple[int, int, int]]:
    return [columns(item["range"]) for item in items]


def without_columns(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in item.items() if key != "range"} for item in items]


def test_diagnostics(client: Conversation, workspace: Path, encoding: str) -> None:
    """Where they are shown follows the mark as it comes and goes; what they say does not."""
    uri, size = (workspace / "app.py").as_uri(), UNITS[encoding]
    marked, bare = [(0, 7 + size, 16 + size), (1, 7, 16)], [(0, 7, 16), (1, 7, 16)]
    client.open(uri, MARK + TEXT)
    first = client.published(uri)
    assert told(first) == marked
    client.change(uri, 2, edit(0, 0, size, ""))
    second = client.published(uri)
    assert told(second) == bare
    assert without_columns(second) == without_columns(first)
    client.change(uri, 3, edit(0, 0, 0, MARK))
    assert told(client.published(uri)) == marked
    # Edits count in the client's units, too.
    client.change(uri, 4, edit(0, 12 + size, 16 + size, "gone_too"))
    assert told(client.published(uri)) == [(0, 7 + size, 20 + size), (1, 7, 16)]
    client.change(uri, 5, edit(0, 0, 0, "import os\n", last=1))
    assert told(client.published(uri)) == [(1, 7, 16)]
    client.change(uri, 6, {"text": MARK + TEXT})
    assert told(client.published(uri)) == marked
    client.end()


def test_half_a_try(client: Conversation, workspace: Path) -> None:
    """What is being typed on the first line is known for it behind the mark."""
    uri = (workspace / "app.py").as_uri()
    client.open(uri, f"{MARK}import nope\n")
    assert client.published(uri)
    client.change(uri, 2, {"text": f"{MARK}try:\n    import nope\n"})
    assert client.published(uri) == []
    client.end()


def test_questions(client: Conversation, workspace: Path, encoding: str) -> None:
    uri, size = (workspace / "app.py").as_uri(), UNITS[encoding]
    client.open(uri, f"{MARK}import shop.taxes\n")
    client.request("importwise/status", {"settled": True})
    document = {"uri": uri}

    def at(column: int) -> dict[str, Any]:
        return {"textDocument": document, "position": {"line": 0, "character": column + size}}

    whole = (0, 7 + size, 17 + size)
    assert columns(client.request("textDocument/hover", at(12))["range"]) == (0, 12 + size, 17 + size)
    assert client.request("textDocument/hover", {**at(0), "position": {"line": 0, "character": 0}}) is None
    [link, *_] = client.request("textDocument/documentLink", {"textDocument": document})
    assert columns(link["range"]) in (whole, (0, 7 + size, 11 + size))
    assert client.request("documentLink/resolve", link)["target"].startswith((workspace / "shop").as_uri())
    references = client.request("textDocument/references", {**at(13), "context": {"includeDeclaration": False}})
    assert [columns(one["range"]) for one in references if one["uri"] == uri] == [(0, 12 + size, 17 + size)]
    # Half a name: what is put in place of it is all of it and nothing else.
    client.change(uri, 2, edit(0, 14 + size, 17 + size, ""))
    answer = client.request("textDocument/completion", at(14))
    [item] = [item for item in answer["items"] if item["label"] == "taxes"]
    assert columns(item["textEdit"]["range"]) == (0, 12 + size, 14 + size)
    client.end()


def test_fixes(client: Conversation, workspace: Path, encoding: str) -> None:
    """Applied to what the client has, they give what is meant, with the mark still before it."""
    uri = (workspace / "app.py").as_uri()
    client.open(uri, MARK + TEXT)
    found = client.published(uri)
    params = {"textDocument": {"uri": uri}, "range": found[0]["range"], "context": {"diagnostics": found}}
    actions = client.request("textDocument/codeAction", params)
    assert actions[0]["diagnostics"] == [found[0]]
    after = {action["title"]: applied(MARK + TEXT, action["edit"]["changes"][uri], encoding) for action in actions[:3]}
    assert after.pop("Ignore unresolved-import on this line") == (
        f"{MARK}import shop.taxs  # importwise: ignore[unresolved-import]\nimport shop.taxs\n"
    )
    assert after.pop("Change to `shop.taxes`") == f"{MARK}import shop.taxes\nimport shop.taxs\n"
    assert set(after.values()) <= {f"{MARK}import shop.taxes\nimport shop.taxes\n"}
    client.end()


def applied(text: str, edits: list[dict[str, Any]], encoding: str) -> str:
    """The text after edits, as a client makes them: in the units of the encoding."""
    codec, unit = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}[encoding]
    lines = [line.encode(codec) for line in text.splitlines(keepends=True)]

    def offset(position: dict[str, int]) -> int:
        return sum(map(len, lines[: position["line"]])) + unit * position["character"]

    data = b"".join(lines)
    for one in sorted(edits, key=lambda one: offset(one["range"]["start"]), reverse=True):
        start, end = offset(one["range"]["start"]), offset(one["range"]["end"])
        data = data[:start] + one["newText"].encode(codec) + data[end:]
    return data.decode(codec)
