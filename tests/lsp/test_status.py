"""The figure that the editor shows beside the language."""

from __future__ import annotations

from pathlib import Path

from conversation import Talk, write


def test_what_is_underlined_is_what_is_counted(talk: Talk, workspace: Path) -> None:
    """Each finding about an import, of whatever severity; not what is wrong with anything else."""
    write(
        workspace,
        {
            "importwise.toml": '[rules]\nunresolved-name = "warning"\n',
            "shop/__init__.py": "",
            "app.py": "from nope import a, b\nfrom shop import nowhere\nfrom .. import shop\nimport os  # importwise: ignore\n",
        },
    )
    client = talk()
    client.introduce("eglot", workspace)
    items = client.published((workspace / "app.py").as_uri())
    assert [item["code"] for item in items] == [
        "unresolved-import",
        "unresolved-name",
        "relative-import-beyond-top-level",
        "unused-ignore",
    ]
    assert client.request("importwise/status", {"settled": True})["unresolved"] == 3
    text = client.request("workspace/executeCommand", {"command": "importwise.debugInformation"})
    assert "- 3 unresolved imports, as underlined; " in text
