"""Diagnostics of open and closed files, as three editors get them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conversation import EDITORS, ServerError, Talk, edit, events, write

from importwise.checks.finding import Finding
from importwise.lsp.half_typed import without_half_typed
from importwise.lsp.positions import split_lines
from importwise.spans import Position, Span


def codes(items: list[dict[str, Any]]) -> list[str]:
    return [item["code"] for item in items]


def at(item: dict[str, Any]) -> tuple[int, int, int]:
    start, end = item["range"]["start"], item["range"]["end"]
    assert start["line"] == end["line"]
    return start["line"], start["character"], end["character"]


@pytest.mark.parametrize("editor", EDITORS)
def test_a_working_day(talk: Talk, workspace: Path, editor: str) -> None:
    """Open, break, mend, break elsewhere, close: each editor shows the same."""
    write(
        workspace,
        {
            "pyproject.toml": "",
            "shop/__init__.py": "",
            "shop/prices.py": "RATE = 1\n",
            "shop/cart.py": "from shop.prices import RATE\n",
            "broken.py": "import shop.taxes\n",
        },
    )
    cart, prices, broken = ((workspace / name).as_uri() for name in ("shop/cart.py", "shop/prices.py", "broken.py"))
    client = talk()
    client.introduce(editor, workspace)
    client.open(cart, "from shop.prices import RATE\n")
    [item] = client.shown(broken)
    assert (item["code"], item["severity"], at(item)) == ("unresolved-import", 1, (0, 7, 17))

    client.change(cart, 2, edit(0, 24, 28, "RAT"))
    [item] = client.shown(cart)
    assert (item["code"], at(item)) == ("unresolved-name", (0, 24, 27))
    client.change(cart, 3, edit(0, 24, 27, "RATE"))
    assert client.shown(cart, lambda texts: not texts) == []

    # What another file no longer defines is missing here.
    client.open(prices, "RATE = 1\n")
    client.change(prices, 2, edit(0, 0, 4, "RATIO"))
    [item] = client.shown(cart)
    assert item["code"] == "unresolved-name"
    # It was never saved: with the buffer goes what was in it.
    client.close(prices)
    assert client.shown(cart, lambda texts: not texts) == []

    write(workspace, {"shop/taxes.py": ""})
    client.notify("workspace/didChangeWatchedFiles", events(workspace / "shop/taxes.py", kind=1))
    assert client.shown(broken, lambda texts: not texts) == []
    assert client.end() == 0


@pytest.mark.parametrize("editor", EDITORS)
def test_never_pushed_and_pulled(talk: Talk, workspace: Path, editor: str) -> None:
    write(workspace, {"app.py": "import nope\n"})
    client = talk()
    offered = client.introduce(editor, workspace)
    uri = (workspace / "app.py").as_uri()
    client.open(uri, "import nope\n")
    client.shown(uri)
    client.end()
    pushed = any(message.get("method") == "textDocument/publishDiagnostics" for message in client.said)
    assert pushed != ("diagnosticProvider" in offered)
    assert pushed == (editor != "vscode")


def test_what_a_diagnostic_holds(talk: Talk, workspace: Path) -> None:
    write(
        workspace,
        {
            "shop/__init__.py": "",
            "app.py": "import shop.taxes\nimport shop  # importwise: ignore\n",
            "importwise.toml": "",
        },
    )
    client = talk()
    client.introduce("vscode", workspace)
    uri = (workspace / "app.py").as_uri()
    client.open(uri, (workspace / "app.py").read_text())
    missing, unused = client.shown(uri)
    assert missing["source"] == "importwise"
    assert missing["message"].startswith("Cannot find module `shop.taxes`: `shop` exists (shop/__init__.py)")
    documentation = missing["codeDescription"]["href"]
    assert Path(documentation.removeprefix("file://")).read_text().startswith("# unresolved-import\n")
    [related] = missing["relatedInformation"]
    assert related["location"]["uri"] == (workspace / "shop/__init__.py").as_uri()
    assert (unused["code"], unused["tags"]) == ("unused-ignore", [1])


def test_versions_are_those_of_the_text(talk: Talk, workspace: Path) -> None:
    client = talk()
    client.introduce("eglot", workspace)
    uri = (workspace / "app.py").as_uri()
    client.open(uri, "import nope\n", version=7)
    client.change(uri, 8, edit(0, 7, 11, "os"))
    client.change(uri, 9, edit(0, 7, 9, "nope_at_all"))
    client.published(uri, lambda texts: any("nope_at_all" in text for text in texts))
    seen = [
        (message["params"]["version"], [item["range"]["end"]["character"] for item in message["params"]["diagnostics"]])
        for message in client.said
        if message.get("method") == "textDocument/publishDiagnostics"
    ]
    assert seen in ([(7, [11]), (8, []), (9, [18])], [(9, [18])])


class TestPulling:
    """What only a client does that asks."""

    def test_unchanged_is_said_by_its_id(self, talk: Talk, workspace: Path) -> None:
        client = talk()
        client.introduce("vscode", workspace)
        uri = (workspace / "app.py").as_uri()
        client.open(uri, "import nope\n")
        first = client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
        assert first["kind"] == "full"
        again = {"textDocument": {"uri": uri}, "previousResultId": first["resultId"]}
        assert client.request("textDocument/diagnostic", again) == {"kind": "unchanged", "resultId": first["resultId"]}
        client.change(uri, 2, edit(0, 7, 11, "os"))
        assert client.request("textDocument/diagnostic", again)["items"] == []

    def test_related_documents(self, talk: Talk, workspace: Path) -> None:
        write(workspace, {"a.py": "X = 1\n", "b.py": "from a import X\n"})
        client = talk()
        has = {
            "textDocument": {"diagnostic": {"relatedDocumentSupport": True}},
            "workspace": {"diagnostics": {"refreshSupport": True}},
        }
        client.initialize(has, [workspace])
        a, b = (workspace / "a.py").as_uri(), (workspace / "b.py").as_uri()
        client.open(a, "X = 1\n")
        client.open(b, "from a import X\n")
        assert client.pulled(b) == []
        client.change(a, 2, edit(0, 0, 1, "Y"))
        report = client.request("textDocument/diagnostic", {"textDocument": {"uri": a}})
        assert report["items"] == []
        assert codes(report["relatedDocuments"][b]["items"]) == ["unresolved-name"]

    def test_the_workspace_is_held_until_something_changes(self, talk: Talk, workspace: Path) -> None:
        write(workspace, {"app.py": "import nope\n", "good.py": "import os\n"})
        client = talk()
        client.introduce("vscode", workspace)
        uri = (workspace / "app.py").as_uri()
        assert set(client.pull_workspace()) == {uri}
        known = [{"uri": uri, "value": value} for uri, value in client.workspace_ids.items()]
        held = client.ask("workspace/diagnostic", {"previousResultIds": known})
        # Whatever else is asked is answered meanwhile, and nothing is said of the workspace.
        client.request("importwise/status")
        assert not any(message.get("id") == held for message in client.kept)
        (workspace / "app.py").unlink()
        client.notify("workspace/didChangeWatchedFiles", events(workspace / "app.py", kind=3))
        [item] = client.answer(held)["items"]
        assert (item["uri"], item["items"]) == (uri, [])

    def test_parts_come_as_they_are_known(self, talk: Talk, workspace: Path) -> None:
        write(workspace, {"app.py": "import nope\n"})
        client = talk()
        client.introduce("vscode", workspace)
        number = client.ask("workspace/diagnostic", {"previousResultIds": [], "partialResultToken": "part"})
        uri = (workspace / "app.py").as_uri()

        def part() -> list[tuple[str, list[str]]]:
            value = client.notification("$/progress", lambda params: params["token"] == "part")["value"]
            return [(item["uri"], codes(item["items"])) for item in value["items"]]

        assert part() == [(uri, ["unresolved-import"])]
        # Everything is known by now; what comes later is told at once too, though the client has not asked again.
        client.request("importwise/status", {"settled": True})
        (workspace / "app.py").unlink()
        client.notify("workspace/didChangeWatchedFiles", events(workspace / "app.py", kind=3))
        assert part() == [(uri, [])]
        assert not any(message.get("id") == number for message in client.kept)

    def test_a_held_request_can_be_cancelled(self, talk: Talk, workspace: Path) -> None:
        client = talk()
        client.introduce("vscode", workspace)
        number = client.ask("workspace/diagnostic", {"previousResultIds": []})
        client.notify("$/cancelRequest", {"id": number})
        message = client.wait(lambda message: message.get("id") == number and "method" not in message)
        assert message["error"]["code"] == -32800

    def test_files_that_open_documents_depend_on(self, talk: Talk, workspace: Path) -> None:
        """An edit elsewhere makes the client ask again."""
        write(workspace, {"a.py": "X = 1\n"})
        client = talk()
        client.introduce("vscode", workspace)
        b = (workspace / "b.py").as_uri()
        client.open(b, "from a import X\n")
        assert client.pulled(b) == []
        write(workspace, {"a.py": "Y = 1\n"})
        client.notify("workspace/didChangeWatchedFiles", events(workspace / "a.py"))
        client.notification("workspace/diagnostic/refresh")
        assert codes(client.pulled(b)) == ["unresolved-name"]

    def test_a_client_that_refuses_to_ask_again(self, talk: Talk, workspace: Path) -> None:
        """It is told once for each state of what it has open, and told again when that is another."""
        write(workspace, {"a.py": "X = Y = 1\n"})

        def refuse(_: Any) -> None:
            raise ServerError({"code": -32601, "message": "no"})

        client = talk()
        client.answers["workspace/diagnostic/refresh"] = refuse
        client.introduce("vscode", workspace)
        b = (workspace / "b.py").as_uri()
        client.open(b, "from a import X, Y\n")
        assert client.pulled(b) == []
        for text in ("X = 1\n", "Y = 1\n"):
            write(workspace, {"a.py": text})
            client.notify("workspace/didChangeWatchedFiles", events(workspace / "a.py"))
            client.notification("workspace/diagnostic/refresh")
        client.request("importwise/status", {"settled": True})
        client.end()
        assert sum(message.get("method") == "workspace/diagnostic/refresh" for message in client.said) == 2


ENCODINGS = {"utf-8": (11, 15), "utf-16": (8, 12), "utf-32": (7, 11)}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_positions(talk: Talk, workspace: Path, encoding: str, end: str) -> None:
    """Emoji, combining marks and tabs before an import, and lines that only Python's `splitlines` would cut."""
    has = {"general": {"positionEncodings": [encoding]}}
    client = talk()
    assert client.initialize(has, [workspace])["positionEncoding"] == encoding
    uri = (workspace / "app.py").as_uri()
    first = "# form\ffeed, \x0b, \x1c, \x85, \u2028 and \u2029"
    client.open(uri, f"\ufeff{first}{end}'\U0001f40d';\timport nope{end}")
    [item] = client.published(uri)
    start = {"utf-8": 15, "utf-16": 13, "utf-32": 12}[encoding] - 0
    assert at(item) == (1, start, start + 4)
    # An edit on that line, in the client's own units.
    client.change(uri, 2, edit(1, start, start + 4, "os"))
    assert client.published(uri) == []
    client.change(uri, 3, edit(1, start, start + 2, "e\u0301cole"))
    [item] = client.published(uri)
    assert at(item) == (1, start, start + {"utf-8": 7, "utf-16": 6, "utf-32": 6}[encoding])


def test_what_stands_before_an_import_on_its_line(talk: Talk, workspace: Path) -> None:
    """To Python nothing moves, but in the units of the editor it does."""
    client = talk()
    client.introduce("eglot", workspace)
    uri = (workspace / "app.py").as_uri()
    client.open(uri, "'e'; import nope\n")
    [item] = client.published(uri)
    assert at(item) == (0, 12, 16)
    client.change(uri, 2, edit(0, 1, 2, "\U0001f40d"))
    [item] = client.published(uri)
    assert at(item) == (0, 13, 17)


SYNTAX = {"syntaxErrors": True, "pythonVersion": "3.10"}
"""(What is newer than the running Python may be written in another grammar.)"""


def test_syntax_errors_are_left_to_others(talk: Talk, workspace: Path) -> None:
    text = "def f(:\n    import nope\n"
    client = talk()
    client.introduce("eglot", workspace)
    uri = (workspace / "app.py").as_uri()
    client.open(uri, text)
    assert codes(client.published(uri)) == ["unresolved-import"]
    client.request("importwise/status", {"settled": True})
    client.answers["workspace/configuration"] = lambda params: [SYNTAX for _ in params["items"]]
    client.notify("workspace/didChangeConfiguration", {"settings": {"importwise": SYNTAX}})
    assert codes(client.published(uri)) == ["syntax-error", "unresolved-import"]


@pytest.mark.parametrize("editor", EDITORS)
def test_syntax_errors_of_open_files(talk: Talk, workspace: Path, editor: str) -> None:
    """All that the parser finds, also in the heads of functions and in their bodies, but not in the midst of typing."""
    write(workspace, {"closed.py": "def f(:\n    pass\n", "app.py": ""})
    uri = (workspace / "app.py").as_uri()
    client = talk()
    client.introduce(editor, workspace, initializationOptions={"settings": SYNTAX})
    client.answers["workspace/configuration"] = lambda params: [SYNTAX for _ in params["items"]]
    texts = {"class A(": 0, "if x\n    y\n": 0, "import os\ndef f():\n    x = = 1\n": 2, "def f(:\n    pass\n": 0}
    client.open(uri, "import os\n")
    for number, (text, line) in enumerate(texts.items()):
        client.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": 2 + number}, "contentChanges": [{"text": text}]},
        )
        client.request("importwise/status", {"settled": True})
        if client.pulls:
            items = client.pulled(uri)
        else:
            items = [
                message["params"]["diagnostics"]
                for message in client.said
                if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri
            ][-1]
        assert [(item["code"], item["range"]["start"]["line"]) for item in items] == [("syntax-error", line)], text


def test_open_files_only(talk: Talk, workspace: Path) -> None:
    write(workspace, {"app.py": "import nope\n", "other.py": "import nope\n"})
    client = talk()
    client.introduce("eglot", workspace, initializationOptions={"settings": {"diagnosticMode": "open-files"}})
    uri = (workspace / "app.py").as_uri()
    client.open(uri, "import nope\n")
    client.published(uri)
    client.close(uri)
    assert client.published(uri, lambda texts: not texts) == []
    client.end()
    told = {m["params"]["uri"] for m in client.said if m.get("method") == "textDocument/publishDiagnostics"}
    assert told == {uri}


def test_untitled_documents(talk: Talk, workspace: Path) -> None:
    write(workspace, {"shop.py": "X = 1\n"})
    client = talk()
    client.introduce("eglot", workspace)
    client.open("untitled:Untitled-1", "import shop, nope\n")
    [item] = client.published("untitled:Untitled-1")
    assert at(item) == (0, 13, 17)
    # The folder leaves, the document stays.
    folder = {"uri": workspace.as_uri(), "name": "workspace"}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [folder]}})
    client.request("importwise/status", {"settled": True})
    client.close("untitled:Untitled-1")
    assert client.published("untitled:Untitled-1", lambda texts: not texts) == []
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [folder], "removed": []}})
    assert client.request("importwise/status", {"settled": True})["unresolved"] == 0


def test_relative_imports_of_untitled_documents(talk: Talk, workspace: Path) -> None:
    """They lie nowhere, so that nothing is said of where they lie."""
    write(workspace, {"shop.py": "X = 1\n"})
    client = talk()
    client.introduce("eglot", workspace)
    client.open("untitled:Untitled-1", "from . import shop\n")
    [item] = client.published("untitled:Untitled-1")
    assert item["message"].splitlines() == [
        "Relative import `.` has no known parent package: a document that was never saved is in no package",
        "save it in a package, or use an absolute import",
    ]
    client.end()


def test_files_outside_of_every_folder(talk: Talk, workspace: Path, tmp_path: Path) -> None:
    """They have the nearest project's settings; without any, their own folder."""
    elsewhere = tmp_path / "elsewhere"
    write(
        elsewhere,
        {
            "importwise.toml": '[rules]\nunresolved-import = "warning"\n',
            "pkg/__init__.py": "",
            "pkg/app.py": "import pkg, nope\n",
            "alone/app.py": "",
        },
    )
    write(workspace, {"shop.py": ""})
    client = talk()
    client.introduce("eglot", workspace)
    uri = (elsewhere / "pkg/app.py").as_uri()
    client.open(uri, "import pkg, nope\n")
    [item] = client.published(uri)
    assert (item["severity"], at(item)) == (2, (0, 12, 16))
    write(tmp_path, {"lonely.py": ""})
    lonely = (tmp_path / "lonely.py").as_uri()
    client.open(lonely, "import lonely, nope2\n")
    [item] = client.published(lonely)
    assert (item["severity"], at(item)) == (1, (0, 15, 20))
    client.close(lonely)
    assert client.published(lonely) == []


def test_installed_files_are_read_not_checked(talk: Talk, workspace: Path) -> None:
    installed = workspace / ".venv/lib/python3.11/site-packages/thing.py"
    write(workspace, {".venv/lib/python3.11/site-packages/thing.py": "import nope\n", "app.py": "import nope\n"})
    client = talk()
    client.introduce("eglot", workspace)
    client.open(installed.as_uri(), "import nope\n")
    client.open((workspace / "app.py").as_uri(), "import nope, thing\n")
    client.published((workspace / "app.py").as_uri())
    client.end()
    assert not any(m.get("params", {}).get("uri") == installed.as_uri() for m in client.said if "params" in m)


HALF_TYPED = (
    *("import shop.", "from nope", "from nope import ", "from shop import (X, Y", "import nope as"),
    *(
        "try: import nope",
        "try:\n    import nope\nexcept Impor",
        "try:\n    if 1:\n        import nope\n# why\n\nx = 1",
    ),
)


def test_half_typed_imports(talk: Talk, workspace: Path) -> None:
    """What is not complete enough to be meant is not wrong yet."""
    write(workspace, {"shop/__init__.py": "X = 1\n"})
    client = talk()
    client.introduce("eglot", workspace)
    for number, text in enumerate(HALF_TYPED):
        uri = (workspace / f"app{number}.py").as_uri()
        client.open(uri, f"import nowhere\n{text}")
        [item] = client.published(uri)
        assert at(item) == (0, 7, 14), text


@pytest.mark.parametrize("editor", EDITORS)
def test_a_name_that_is_being_typed(talk: Talk, workspace: Path, editor: str) -> None:
    """What begins like something that exists is not wrong yet; what nothing begins like is wrong at once."""
    write(workspace, {"shop/__init__.py": "", "shop/cart.py": "class Cart: ...\n", "app.py": ""})
    app, other = (workspace / "app.py").as_uri(), (workspace / "other.py").as_uri()
    client = talk()
    able = client.introduce(editor, workspace)
    client.open(app, "\n'\U0001f40d'; \n")
    client.open(other, "")
    client.request("importwise/status", {"settled": True})
    versions = iter(range(2, 1000))

    def now(text: str) -> list[int]:
        """Where findings end, once ``text`` is typed behind what is there, key by key."""
        nonlocal column
        for key in text:
            client.change(app, next(versions), edit(1, column, column, key))
            column += 1
        client.request("importwise/status")
        if client.pulls:
            return [item["range"]["end"]["character"] for item in client.pulled(app)]
        shown = [
            message["params"]["diagnostics"]
            for message in client.said
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == app
        ]
        return [item["range"]["end"]["character"] for item in shown[-1]] if shown else []

    column = start = {"utf-8": 8, "utf-16": 6, "utf-32": 5}[able.get("positionEncoding", "utf-16")]
    assert now("import sho") == []
    assert now("z") == [start + len("import shoz")]
    client.change(app, next(versions), edit(1, column - 1, column, ""))
    column -= 1
    assert now("p.car") == []
    # Elsewhere in the line, in another file, on the disk: the name is left.
    assert now(" ") == [start + len("import shop.car")]
    client.change(app, next(versions), edit(1, start, column, ""))
    column = start
    assert now("from shop.cart import C") == []
    client.change(other, 2, edit(0, 0, 0, "x"))
    assert client.request("importwise/status", {"settled": True})["unresolved"] == 1
    assert now("a") == []
    client.notify("textDocument/didSave", {"textDocument": {"uri": app}})
    assert client.request("importwise/status", {"settled": True})["unresolved"] == 1
    assert now("") == [column]
    assert now("rt") == []


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    import nope\nexcept ValueError:\n    pass",
        "try:\n    import nope\n# why\n\nfinally: pass",
        "try:\n    import nope\nexcept (\n    ValueError\n): pass",
        "def f():\n    try:\n        pass\n    except E:\n        import nope",
        "try_ : int\nif 1:\n    import nope",
    ],
)
def test_what_is_complete_is_meant(text: str) -> None:
    line = next(number for number, line in enumerate(text.split("\n")) if "import" in line)
    finding = Finding("a.py", "unresolved-import", "error", Span(Position(line, 0), Position(line, 4)), "")
    assert without_half_typed(None, split_lines(text), [finding]) == [finding]
    assert without_half_typed(None, [], [finding]) == [finding]
