"""What the client sets: where it goes beside the settings file, and how its user learns what is wrong with it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from conversation import EDITORS, Conversation, Talk, write

from importwise.lsp.client_settings import Read, read_settings

ALLOW = {"kind": "optional", "reason": "only on the build machine"}


class Client:
    """A client of which is asked what it sets."""

    def __init__(self, talk: Talk, workspace: Path, settings: dict[str, Any], editor: str = "eglot") -> None:
        self.settings = settings
        self.conversation: Conversation = talk()
        self.conversation.answers["workspace/configuration"] = lambda params: [self.settings] * len(params["items"])
        self.conversation.introduce(editor, workspace)
        self.settle()

    def settle(self) -> None:
        self.conversation.request("importwise/status", {"settled": True})

    def set(self, settings: dict[str, Any]) -> list[str]:
        """Set other things; returns the warnings that come of it."""
        before = len(self.warnings)
        self.settings = settings
        asked = self.asked
        self.conversation.notify("workspace/didChangeConfiguration", {"settings": None})
        while self.asked == asked:
            self.conversation.kept.append(self.conversation.next("workspace/configuration"))
        # Each answer comes at least one step of the server later than the one before.
        for _ in range(5):
            self.settle()
        return self.warnings[before:]

    @property
    def asked(self) -> int:
        """How often the server has asked for settings."""
        return sum(message.get("method") == "workspace/configuration" for message in self.conversation.said)

    @property
    def warnings(self) -> list[str]:
        """All that was shown to the user."""
        shown = [message["params"] for message in self.conversation.said if message.get("method") == SHOW]
        assert all(one["type"] == 2 for one in shown)
        return [one["message"].removesuffix(". Correct it in the editor's settings, or take it out.") for one in shown]


SHOW = "window/showMessage"


def test_allowed_by_both(talk: Talk, workspace: Path) -> None:
    """The editor's entries and the file's hold together, and of the editor's no line of the file is blamed."""
    entry = '[[allow]]\nmodule = "{}"\nkind = "optional"\nreason = "why not"\n'
    write(
        workspace,
        {
            "importwise.toml": entry.format("in_file") + entry.format("unused_in_file"),
            "app.py": "import in_file\nimport in_editor\nimport nope\n",
        },
    )
    allow = [{**ALLOW, "module": name} for name in ("in_editor", "unused_in_editor")]
    client = Client(talk, workspace, {"allow": allow})
    conversation = client.conversation
    [item] = conversation.published((workspace / "app.py").as_uri())
    assert "`nope`" in item["message"]
    [item] = conversation.published((workspace / "importwise.toml").as_uri())
    assert (item["code"], item["range"]["start"]["line"]) == ("unused-allow", 5)
    assert client.warnings == []
    # While the file is broken, what was in it stays, and what the editor takes back goes.
    client.settings = {}
    write(workspace, {"importwise.toml": "roots = 7\n"})
    conversation.notify("workspace/didChangeConfiguration", {"settings": None})
    messages = conversation.published((workspace / "app.py").as_uri())
    assert ["`in_editor`" in item["message"] for item in messages] == [True, False]
    conversation.end()


def test_entries_that_hold_no_more(talk: Talk, workspace: Path) -> None:
    write(workspace, {"app.py": "import expired\n", "pyproject.toml": ""})
    allow = [
        {**ALLOW, "module": "expired", "expires": "2020-01-31"},
        {**ALLOW, "module": "groundless", "evidence": "setup.py"},
    ]
    client = Client(talk, workspace, {"allow": allow})
    assert [item["code"] for item in client.conversation.published((workspace / "app.py").as_uri())] == [
        "unresolved-import"
    ]
    assert client.warnings == [
        f"`importwise.allow`: The allowance of `expired` expired after 2020-01-31 ({workspace})",
        f"`importwise.allow`: The evidence for allowing `groundless` is gone: there is no setup.py ({workspace})",
    ]
    client.conversation.end()


@pytest.mark.parametrize("editor", EDITORS)
def test_each_trouble_is_told_once(talk: Talk, workspace: Path, editor: str) -> None:
    """Not again while it stays, but again when it comes back; what is sound beside it holds."""
    write(workspace, {"app.py": "import nope\n"})
    wrong = {"pythonVersion": "2.7", "roots": ["srcc"], "rules": {"unresolved-import": "info"}}
    version = '`importwise.pythonVersion` must be a version, such as `3.12`, not "2.7"'
    roots = f"`importwise.roots`: there is no folder srcc ({workspace})"
    client = Client(talk, workspace, wrong, editor)
    assert client.warnings == [version, roots]
    [item] = client.conversation.shown((workspace / "app.py").as_uri())
    assert item["severity"] == 3
    assert client.set({**wrong, "syntaxErrors": True}) == []
    assert client.set({"roots": ["srcc"]}) == []
    assert client.set({"roots": ["."]}) == []
    assert client.set(wrong) == [version, roots]
    assert client.conversation.end() == 0
    assert client.conversation.stderr.count(version.encode()) == 2
    assert client.conversation.stderr.count(roots.encode()) == 2


def test_what_is_not_there(talk: Talk, workspace: Path) -> None:
    """It is told of the editor's settings, and of no file."""
    write(workspace, {"pyproject.toml": "", "app.py": "import nope\n"})
    client = Client(
        talk,
        workspace,
        {"python": "nowhere", "extraPaths": ["vendr"], "targets": ["app", "gone"], "exclude": ["a/**b["]},
    )
    assert client.warnings[:-1] == [
        f"`importwise.extraPaths`: there is no folder vendr ({workspace})",
        (
            "`importwise.exclude`: `a/**b[` matches nothing: after its `[` there is no `]`, or a range runs backwards"
            f" ({workspace})"
        ),
        (
            f"`importwise.python`: There is no interpreter or environment `{workspace}/nowhere`"
            f" ({workspace}/nowhere does not exist) ({workspace})"
        ),
    ]
    assert client.warnings[-1] == f"`importwise.targets`: there is no module `gone` ({workspace})"
    write(workspace, {"gone.py": ""})
    assert client.set({"targets": ["gone"]}) == []
    published = [
        message["params"]["uri"]
        for message in client.conversation.said
        if message.get("method") == "textDocument/publishDiagnostics"
    ]
    assert set(published) == {(workspace / "app.py").as_uri()}
    client.conversation.end()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of files are text")
def test_a_path_that_is_no_text(talk: Talk, workspace: Path) -> None:
    """It is shown with a sign in the place of the byte: strict readers of JSON would refuse half a pair of surrogates."""
    folder = workspace / os.fsdecode(b"\xff")
    write(folder, {"importwise.toml": 'python = "nowhere"\n'})
    client = talk()
    client.introduce("eglot", folder)
    [item] = client.published((folder / "importwise.toml").as_uri())
    assert f"`{workspace}/\ufffd/nowhere`" in item["message"]
    client.end()


@pytest.mark.parametrize(
    ("value", "troubles"),
    [
        ({"extraPath": []}, ["there is no setting `importwise.extraPath`; did you mean `extraPaths`?"]),
        ({"extra-paths": "a"}, ['`importwise.extraPaths` must be an array of strings, not "a"; write ["a"]']),
        (
            {"roots": ["a", 1]},
            ['an item of `importwise.roots` must be a string, not the number 1; write "1", with quotes'],
        ),
        (
            {"rules": {"unused-alow": "off"}},
            ["`importwise.rules`: unknown key `unused-alow`; did you mean `unused-allow`?"],
        ),
        (
            {"allow": [{**ALLOW, "module": "a"}, {**ALLOW, "module": "b", "kind": "optionall"}]},
            [
                (
                    "`importwise.allow`, entry 2: `kind` must be one of `extension`, `generated`, `internal`, `optional`,"
                    ' not "optionall"; did you mean `optional`?'
                )
            ],
        ),
        ({"allow": {"module": "a"}}, ["`importwise.allow` must be an array of tables, not a table"]),
        ({"interpreter": [], "importStrategy": "fromEnvironment", "logLevel": "x", "trace": {}}, []),
    ],
)
def test_troubles(value: dict[str, Any], troubles: list[str]) -> None:
    assert list(read_settings(value, "/ws").troubles) == troubles


def test_an_empty_string_sets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_THING", raising=False)
    for unset in ("", "${env:NO_SUCH_THING}"):
        assert read_settings({"python": unset, "pythonVersion": unset, "platform": unset}, "/ws") == Read({})
    [trouble] = read_settings({"python": " "}, "/ws").troubles
    assert trouble == '`importwise.python` must be a path, not " "; leave it out to have the default'
    assert read_settings({"roots": [""], "diagnosticMode": ""}, "/ws").wishes == {"roots": ("",)}


def test_the_settings_of_everything() -> None:
    """Of what is perhaps meant for others too, nothing is told but what is surely ours."""
    everything = {"python": {"analysis": {}}, "editor": {}, "roots": "a"}
    assert [text[:18] for text in read_settings(everything, "/ws", ours=False).troubles] == ["`importwise.roots`"]
    assert len(read_settings({"importwise": everything}, "/ws", ours=False).troubles) == 3
