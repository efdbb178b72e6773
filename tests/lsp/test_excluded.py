"""Files that are not checked, opened in the editor."""

from __future__ import annotations

from pathlib import Path

import pytest
from conversation import EDITORS, Talk, events, write
from hypothesis import given
from hypothesis import strategies as st

from importwise.workspace.ignore import is_excluded
from importwise.workspace.walk import walk

TEXT = "import nope\nimport shop.prices\n"
FILES = {"shop/__init__.py": "", "shop/prices.py": "RATE = 1\n", "generated/api.py": TEXT, "app.py": "import nope\n"}


def nothing(texts: list[str]) -> bool:
    return not texts


@pytest.mark.parametrize("editor", EDITORS)
def test_excluded(talk: Talk, workspace: Path, editor: str) -> None:
    """Nothing is said of what is in it, and nothing offered; but one finds one's way."""
    write(workspace, {**FILES, "importwise.toml": 'exclude = ["generated/"]\n'})
    client = talk()
    client.introduce(editor, workspace)
    uri = (workspace / "generated/api.py").as_uri()
    client.open(uri, TEXT)
    client.shown((workspace / "app.py").as_uri())
    client.request("importwise/status", {"settled": True})
    if client.pulls:
        assert client.pulled(uri) == []
    assert not any(uri in str(message) and "Cannot find" in str(message) for message in client.said)
    document = {"textDocument": {"uri": uri}}
    where = {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 18}}
    assert not client.request("textDocument/codeAction", {**document, "range": where, "context": {"diagnostics": []}})
    at = {**document, "position": {"line": 1, "character": 14}}
    assert "prices" in str(client.request("textDocument/hover", at))
    assert "prices.py" in str(client.request("textDocument/definition", at))

    # The settings change while it is open.
    for patterns, finds in (
        ([], bool),
        (["/*", "!/shop/"], nothing),
        (["*.py", "!api.*"], bool),
        (["api.py"], nothing),
    ):
        write(workspace, {"importwise.toml": f"exclude = {patterns}\n"})
        client.notify("workspace/didChangeWatchedFiles", events(workspace / "importwise.toml"))
        client.shown(uri, finds)
    assert client.end() == 0


def test_excluded_and_ignored(talk: Talk, workspace: Path) -> None:
    """What git ignores is checked as long as it is open; `exclude` is the stronger word, and may be taken back."""
    write(
        workspace, {**FILES, "importwise.toml": 'exclude = ["generated/"]\n', ".git/HEAD": "", ".gitignore": "api.py"}
    )
    client = talk()
    client.introduce("eglot", workspace)
    uri = (workspace / "generated/api.py").as_uri()
    client.open(uri, TEXT)
    client.published((workspace / "app.py").as_uri())
    client.request("importwise/status", {"settled": True})
    write(workspace, {"importwise.toml": ""})
    client.notify("workspace/didChangeWatchedFiles", events(workspace / "importwise.toml"))
    assert client.published(uri)
    client.close(uri)
    assert client.published(uri) == []
    client.end()


def test_what_is_no_file_can_not_be_excluded(talk: Talk, workspace: Path) -> None:
    write(workspace, {"importwise.toml": 'exclude = ["*", "!*/"]\n'})
    client = talk()
    client.introduce("eglot", workspace)
    client.open("untitled:Untitled-1", "import nope\n")
    assert client.published("untitled:Untitled-1")
    client.end()


NAMES = ("a", "b", "cc")
PATTERNS = (
    "a",
    "/a",
    "a/",
    "b/",
    "/b/a",
    "**/b",
    "*.py",
    "!*.py",
    "!a",
    "!b/",
    "a.py",
    "!a.py",
    "b/**",
    "*",
    "!/b/",
    "c*",
)


@given(st.lists(st.sampled_from(PATTERNS), max_size=4))
def test_excluded_is_what_is_not_walked(tmp_path_factory: pytest.TempPathFactory, exclude: list[str]) -> None:
    folder = tmp_path_factory.getbasetemp() / "walked"
    files = {
        f"{above}{name}.py": ""
        for above in ("", *(f"{a}/{b}" for a in NAMES for b in ("", "a/", "b/")))
        for name in NAMES
    }
    if not folder.exists():
        write(folder, files)
    top = str(folder)
    walked = {f"{found.path}/{name}" for found in walk(top, exclude, (".py",)) for name in found.checked}
    assert {path for name in files if not is_excluded(path := f"{top}/{name}", top, exclude)} == walked
