"""Code actions in conversations, as three editors have them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conversation import EDITORS, Conversation, write

if TYPE_CHECKING:
    from conversation import Talk

FILES = {
    "shop/__init__.py": "",
    "shop/prices.py": "def price(): ...\n",
    "other.py": "'\N{PILE OF POO}'; import shop.prcies\n",
    "more.py": "import shop.prcies as p\n",
}
MAIN = "import shop.prcies\nfrom shop.prices import pric  # a comment\n"


ONE = pytest.mark.parametrize("client", ["vscode"], indirect=True)
"""For what does not depend on the editor."""


class Client:
    """An editor with a file open whose findings it shows."""

    def __init__(self, talk: Talk, workspace: Path, editor: str, files: dict[str, str] | None = None) -> None:
        write(workspace, {**FILES, **({"pyproject.toml": ""} if files is None else files)})
        self.folder = workspace
        self.editor = editor
        self.uri = (workspace / "main.py").as_uri()
        self.conversation: Conversation = talk()
        self.capabilities = self.conversation.introduce(editor, workspace)
        assert self.conversation.shown((workspace / "more.py").as_uri())
        self.conversation.open(self.uri, MAIN, version=7)
        self.shown = self.conversation.shown(self.uri, lambda texts: len(texts) == 2)

    def actions(self, line: int, **context: Any) -> list[dict[str, Any]]:
        """The code actions for the finding on a line."""
        [diagnostic] = [item for item in self.shown if item["range"]["start"]["line"] == line]
        params = {
            "textDocument": {"uri": self.uri},
            "range": diagnostic["range"],
            "context": {"diagnostics": [diagnostic], **context},
        }
        answer: list[dict[str, Any]] = self.conversation.request("textDocument/codeAction", params)
        return answer

    def action(self, line: int, title: str) -> dict[str, Any]:
        """The one action with that beginning of its title, complete."""
        [action] = [action for action in self.actions(line) if action["title"].startswith(title)]
        if "edit" not in action:
            action = self.conversation.request("codeAction/resolve", action)
        return action

    def edits(self, action: dict[str, Any]) -> dict[str, list[tuple[int, int, int, str]]]:
        """The edits by file: line, start, end and text."""
        edit = action["edit"]
        by_uri = edit.get("changes") or {
            change["textDocument"]["uri"]: change["edits"] for change in edit["documentChanges"] if "edits" in change
        }
        return {
            uri.removeprefix(f"{self.folder.as_uri()}/"): [
                (
                    one["range"]["start"]["line"],
                    one["range"]["start"]["character"],
                    one["range"]["end"]["character"],
                    one["newText"],
                )
                for one in edits
            ]
            for uri, edits in by_uri.items()
        }


@pytest.fixture(params=EDITORS)
def client(talk: Talk, workspace: Path, request: pytest.FixtureRequest) -> Client:
    return Client(talk, workspace, request.param)


def test_what_is_offered(client: Client) -> None:
    actions = client.actions(0)
    assert [action["title"] for action in actions] == [
        "Change to `shop.prices`",
        "Change to `shop.prices` in all 3 places that have `shop.prcies`",
        "Ignore unresolved-import on this line",
        "Allow `shop.prcies` in pyproject.toml",
        "Fix all imports that can be fixed for sure",
    ]
    assert [action.get("isPreferred", False) for action in actions] == [True, False, False, False, False]
    quick = [action for action in actions if action["kind"] == "quickfix"]
    assert all(action["diagnostics"] == [client.shown[0]] for action in quick)
    assert client.edits(actions[0]) == {"main.py": [(0, 7, 18, "shop.prices")]}
    assert client.edits(client.action(1, "Change to")) == {"main.py": [(1, 24, 28, "price")]}
    ignored = client.action(1, "Ignore")
    assert client.edits(ignored) == {"main.py": [(1, 41, 41, "  # importwise: ignore[unresolved-name]")]}


def test_versions_are_sent_to_those_who_know_them(client: Client) -> None:
    edit = client.action(0, "Change to `shop.prices` in all")["edit"]
    if client.editor == "nvim":
        assert set(edit) == {"changes"}
    else:
        versions = {
            change["textDocument"]["uri"]: change["textDocument"]["version"] for change in edit["documentChanges"]
        }
        assert versions[client.uri] == 7
        assert [version for uri, version in versions.items() if uri != client.uri] == [None, None]


def test_the_same_mistake_in_all_files(client: Client) -> None:
    """Made when it is chosen, where the client can ask for it then."""
    [listed] = [action for action in client.actions(0) if "in all" in action["title"]]
    assert ("edit" in listed) is (client.editor == "eglot")
    column = 13 if client.capabilities["positionEncoding"] == "utf-8" else 13 - 2
    edits = client.edits(client.action(0, "Change to `shop.prices` in all"))
    assert edits["main.py"] == [(0, 7, 18, "shop.prices")]
    assert edits["more.py"] == [(0, 7, 18, "shop.prices")]
    ((line, start, end, text),) = edits["other.py"]
    assert (line, end - start, text) == (0, 11, "shop.prices")
    assert start == {"utf-8": 6 + 9, "utf-16": 4 + 9, "utf-32": 3 + 9}[client.capabilities["positionEncoding"]], column


@ONE
def test_only_what_is_asked_for(client: Client) -> None:
    def kinds(*only: str) -> set[str]:
        return {action["kind"] for action in client.actions(0, only=list(only))}

    assert kinds("quickfix") == {"quickfix"}
    assert (
        kinds("source.fixAll") == kinds("source") == kinds("source.fixAll.importwise") == {"source.fixAll.importwise"}
    )
    assert kinds("source.organizeImports", "refactor") == kinds("source.fixAll.other") == set()
    assert kinds("") == {"quickfix", "source.fixAll.importwise"}
    [action] = client.actions(0, only=["source.fixAll.importwise"])
    assert client.edits(action) == {"main.py": [(0, 7, 18, "shop.prices"), (1, 24, 28, "price")]}


def test_allowing(client: Client) -> None:
    """The entry is written, and the cursor is taken to its reason, where the client can show a document."""
    action = client.action(0, "Allow")
    [(line, start, end, text)] = client.edits(action)["pyproject.toml"]
    assert (line, start, end) == (0, 0, 0)
    assert text.split("\n")[:2] == ["[[tool.importwise.allow]]", 'module = "shop.prcies"']
    if client.editor == "eglot":
        assert "command" not in action
        return
    command = action["command"]
    assert command["command"] in client.capabilities["executeCommandProvider"]["commands"]
    client.conversation.ask(
        "workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]}
    )
    shown = client.conversation.notification("window/showDocument")
    assert shown["uri"] == (client.folder / "pyproject.toml").as_uri()
    assert shown["takeFocus"] is True
    selection = shown["selection"]
    reason = text.split("\n")[selection["start"]["line"]]
    assert reason[: selection["start"]["character"]] == 'reason = "'
    assert reason[selection["end"]["character"] :] == '"'


@pytest.mark.parametrize("editor", EDITORS)
def test_a_settings_file_is_made(talk: Talk, workspace: Path, editor: str) -> None:
    client = Client(talk, workspace, editor, {})
    edit = client.action(0, "Allow `shop.prcies` in importwise.toml")["edit"]
    uri = (workspace / "importwise.toml").as_uri()
    if editor == "eglot":  # it can't make files: an edit of a file that is not there does so too
        [change] = edit["documentChanges"]
        assert change["textDocument"] == {"uri": uri, "version": None}
    else:
        create, change = edit["documentChanges"]
        assert (create["kind"], create["uri"]) == ("create", uri)
    assert change["edits"][0]["newText"].startswith('[[allow]]\nmodule = "shop.prcies"\n')


@ONE
def test_no_actions_without_findings(client: Client) -> None:
    start = {"line": 2, "character": 0}
    params = {
        "textDocument": {"uri": client.uri},
        "range": {"start": start, "end": start},
        "context": {"diagnostics": []},
    }
    titles = [action["title"] for action in client.conversation.request("textDocument/codeAction", params)]
    assert titles == ["Fix all imports that can be fixed for sure"]
    params["textDocument"] = {"uri": (client.folder / "more.py").as_uri()}
    assert client.conversation.request("textDocument/codeAction", params) is None
    stale = {"title": "x", "data": {"uri": client.uri, "rule": "unresolved-import", "line": 1, "column": 0}}
    assert "edit" not in client.conversation.request("codeAction/resolve", stale)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_new_lines_end_as_the_others_do(talk: Talk, workspace: Path, end: str) -> None:
    """Also in files that are not open, of which the index knows only the lines."""
    client = Client(talk, workspace, "eglot", {"pyproject.toml": end.join(("[project]", 'name = "shop"', ""))})
    [(_, _, _, text)] = client.edits(client.action(0, "Allow"))["pyproject.toml"]
    assert text.count(end) > 2
    assert text.replace(end, "").isprintable()
