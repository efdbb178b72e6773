"""Roots that are not there are named as what may be the cause of an import that can't be resolved."""

from __future__ import annotations

from pathlib import Path

import pytest
from conversation import Talk, events, write

STANDARD = "the standard library of Python 3.11 or site-packages"


@pytest.mark.parametrize("option", ["roots", "extra-paths"])
def test_a_root_that_comes_and_goes(talk: Talk, workspace: Path, option: str) -> None:
    other = f"roots = [{str(workspace / 'pkg')!r}]\n" if option != "roots" else ""
    write(workspace, {"importwise.toml": f"{other}{option} = ['lib/sub']\n", "app.py": "import v\n", "pkg/b.py": ""})
    cause = f"`{option}` in the settings names lib/sub, which does not exist"
    client = talk()
    client.introduce("eglot", workspace)
    uri = (workspace / "app.py").as_uri()
    [item] = client.published(uri)
    message, *helps = item["message"].splitlines()
    searched = STANDARD.replace(" or", ", `extra-paths` or") if option != "roots" else STANDARD
    assert message == f"Cannot find module `v`: no `v` in the project, the file's own folder, {searched}"
    assert helps[0] == cause
    assert helps[1].startswith("install what provides `v`")
    # Now the folder comes, with nothing in it, and goes again.
    (workspace / "lib/sub").mkdir(parents=True)
    client.notify("workspace/didChangeWatchedFiles", events(workspace / "lib", kind=1))
    [item] = client.published(uri)
    assert cause not in item["message"]
    (workspace / "lib/sub").rmdir()
    client.notify("workspace/didChangeWatchedFiles", events(workspace / "lib/sub", kind=3))
    [item] = client.published(uri)
    assert cause in item["message"]
    write(workspace, {"lib/sub/v.py": ""})
    client.notify("workspace/didChangeWatchedFiles", events(workspace / "lib/sub", kind=1))
    assert client.published(uri) == []
    client.end()
