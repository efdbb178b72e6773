"""What the README says of editors is what the tests do in them."""

from __future__ import annotations

import json
import re
import sys

from desk import EDITORS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

README = EDITORS.parents[1] / "README.md"
COMMAND = ["importwise", "server"]


def blocks(language: str) -> list[str]:
    """The code blocks in ``language`` of the README's section about editors."""
    section = README.read_text(encoding="utf-8").partition("<!-- editors -->")[2].partition("<!-- /editors -->")[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def test_neovim() -> None:
    """The snippet is the file in nvim-lspconfig's form, the tests' own."""
    (snippet,) = blocks("lua")
    table = (EDITORS / "nvim" / "importwise.lua").read_text(encoding="utf-8").partition("\nreturn ")[2].strip()
    assert snippet == f"vim.lsp.config('importwise', {table})\nvim.lsp.enable('importwise')\n"


def test_emacs() -> None:
    (snippet,) = blocks("elisp")
    assert (EDITORS / "emacs" / "importwise.el").read_text(encoding="utf-8").endswith(f";;; Code:\n\n{snippet}")


def test_helix() -> None:
    (text,) = blocks("toml")
    settings = tomllib.loads(text)
    server = settings["language-server"]["importwise"]
    assert [server["command"], *server["args"]] == COMMAND
    assert "importwise" in settings["language"][0]["language-servers"]


def test_sublime_text_and_zed() -> None:
    sublime, zed = map(json.loads, blocks("json"))
    assert sublime["clients"]["importwise"]["command"] == COMMAND
    (name,) = zed["lsp"]
    binary = zed["lsp"][name]["binary"]
    assert [binary["path"].rpartition("/")[2], *binary["arguments"]] == COMMAND
    assert name in zed["languages"]["Python"]["language_servers"]


def test_kakoune() -> None:
    (text,) = blocks("kak")
    servers = tomllib.loads(text.partition("lsp_servers %{")[2].partition("    }\n")[0])
    assert ["importwise", *servers["importwise"]["args"]] == COMMAND
