"""What is shown is true of a state that lasts: nothing is said of those on the way there."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

from conversation import Conversation, Talk, events, write

from importwise.lsp.publisher import Publisher, report_of

ALLOWED = '[[allow]]\nmodule = "nope"\nkind = "optional"\nreason = "comes later"\n'


def news(client: Conversation, folder: Path, *paths: str) -> list[tuple[str, list[str]]]:
    """What is said of which file after ``paths`` have changed, until all is quiet.

    Of an open file it may be said twice: with more advice when everything has been read.
    """
    before = len(client.said)
    client.notify("workspace/didChangeWatchedFiles", events(*(folder / path for path in paths)))
    client.request("importwise/status", {"settled": True})
    said = []
    for message in client.said[before:]:
        if message.get("method") == "textDocument/publishDiagnostics":
            uri = message["params"]["uri"]
            one = uri.removeprefix(f"{folder.as_uri()}/"), _names(message["params"]["diagnostics"])
            if uri not in client.opened or one not in said:
                said.append(one)
    return sorted(said)


def _names(diagnostics: list[dict[str, Any]]) -> list[str]:
    """What is named first in each, or how it begins."""
    return [(item["message"].split("`")[1:2] or [item["message"].partition(":")[0]])[0] for item in diagnostics]


def test_settings_come_and_go(talk: Talk, workspace: Path) -> None:
    """Of each file whose findings differ in the end it is said once, and not before all is known: closed or open."""
    write(
        workspace,
        {
            "pyproject.toml": "",
            "inner/app.py": "import vend, taxes\n",
            "inner/two.py": "from deep import taxes\n",
            "inner/vendor/vend.py": "",
            "inner/deep/place/taxes.py": "",
            ".venv/lib/python3.11/site-packages/installed.py": "",
            "uses.py": "import installed\n",
        },
    )
    app = workspace / "inner/app.py"
    client = talk()
    client.introduce("eglot", workspace)
    client.open(app.as_uri(), app.read_text())
    client.request("importwise/status", {"settled": True})

    write(workspace, {"inner/pyproject.toml": '[tool.importwise]\nextra-paths = ["vendor"]\n'})
    assert news(client, workspace, "inner/pyproject.toml") == [("inner/app.py", ["taxes"]), ("inner/two.py", ["taxes"])]
    write(workspace, {"inner/pyproject.toml": ""})
    assert news(client, workspace, "inner/pyproject.toml") == [
        ("inner/app.py", ["vend", "taxes"]),
        ("inner/two.py", ["taxes"]),
    ]
    shutil.move(workspace / ".venv", workspace.parent / "hidden")
    assert ("uses.py", ["installed"]) in (said := news(client, workspace, ".venv"))
    assert len({path for path, _ in said}) == len(said)


def test_an_allowance_is_unused_only_if_all_files_say_so(talk: Talk, workspace: Path) -> None:
    write(workspace, {"importwise.toml": ALLOWED, "a.py": "import nope\n", "b.py": "", "more/c.py": ""})
    client = talk()
    client.introduce("eglot", workspace)
    client.request("importwise/status", {"settled": True})
    for settings in ('extra-paths = ["more"]\n', 'diagnostic-mode = "open-files"\n', 'targets = ["b"]\n'):
        write(workspace, {"importwise.toml": settings + ALLOWED})
        assert news(client, workspace, "importwise.toml") == []
    write(workspace, {"importwise.toml": ALLOWED, "a.py": ""})
    assert news(client, workspace, "importwise.toml", "a.py") == [("importwise.toml", ["nope"])]
    # While the file is broken nobody knows whether the entry is still in it.
    write(workspace, {"importwise.toml": "[[allow"})
    assert news(client, workspace, "importwise.toml") == [("importwise.toml", ["not TOML"])]


def test_a_file_is_deleted_and_closed(talk: Talk, workspace: Path) -> None:
    """Whether the editor says first that it is closed, or that it is gone; or does not say the latter at all."""
    write(workspace, {"gone.py": "import nope\n", "uses.py": "import gone\n"})
    gone = workspace / "gone.py"
    client = talk()
    client.introduce("eglot", workspace)
    client.open(gone.as_uri(), "import nope\n")
    client.request("importwise/status", {"settled": True})
    gone.unlink()
    client.close(gone.as_uri())
    assert news(client, workspace) == [("gone.py", []), ("uses.py", ["gone"])]
    assert news(client, workspace, "gone.py") == []


def test_holding_back() -> None:
    """What becomes dirty meanwhile is checked at the end; whoever waits for quiet waits so long."""
    events: list[str] = []

    async def script() -> None:
        drained = asyncio.Event()
        keeper = Publisher(
            lambda path: {path: report_of([{"message": path}])},
            lambda uri, _: events.append(uri),
            lambda: None,
            drained.set,
            lambda: 0.0,
        )
        loop = asyncio.get_running_loop()
        with keeper.hold():
            keeper.mark(["a"])
            keeper.drain_soon(0, loop)
            with keeper.hold():
                await asyncio.sleep(0)
            assert keeper.held
            assert not keeper.settled
        assert events == []
        await keeper.until_free()
        await drained.wait()
        assert events == ["a"]
        # A drain that goes on stops, and begins again.
        drained.clear()
        keeper.mark(["b"])
        keeper.drain_soon(0, loop)
        with keeper.hold():
            await asyncio.sleep(0)
            assert events == ["a"]
        await drained.wait()
        assert events == ["a", "b"]
        # Also if there was nothing to check.
        drained.clear()
        with keeper.hold():
            pass
        await drained.wait()
        assert keeper.settled

    asyncio.run(script())
