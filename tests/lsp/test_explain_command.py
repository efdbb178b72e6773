"""What a message names to show the search: the command line's command, or that of an extension, which may come without one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conversation import Talk, write

SETTINGS = {"explainCommand": "Explain This Import", "settings": {}}


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (SETTINGS, "the command `Explain This Import` shows the search"),
        ({"settings": {}}, "`importwise why nope` shows the search"),
        (None, "`importwise why nope` shows the search"),
    ],
)
def test_an_import_names_what_its_reader_has(talk: Talk, workspace: Path, options: Any, shown: str) -> None:
    (workspace / "app.py").write_text("import nope\n")
    client = talk()
    client.introduce("eglot", workspace, initializationOptions=options)
    [item] = client.published((workspace / "app.py").as_uri())
    assert item["message"].splitlines()[-1].endswith(f", or allow it with a reason; {shown}")


@pytest.mark.parametrize("options", [SETTINGS, None])
def test_settings_have_no_import_to_explain(talk: Talk, workspace: Path, options: Any) -> None:
    write(workspace, {"importwise.toml": 'targets = ["main"]\n', "app.py": ""})
    client = talk()
    client.introduce("eglot", workspace, initializationOptions=options)
    [item] = client.published((workspace / "importwise.toml").as_uri())
    helps = [] if options else ["`importwise why main` shows the search"]
    assert item["message"].splitlines() == ["`targets`: there is no module `main`", *helps]
