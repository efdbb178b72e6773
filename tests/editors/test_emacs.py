"""The server in Emacs with Eglot, set up as the README says."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest
from desk import EDITORS, PATIENCE, Desk, editor, missing

pytestmark = pytest.mark.slow

ADVICE = "with Eglot; on Debian: `apt-get install emacs-nox elpa-eglot`"

SETTINGS = '(setq-default eglot-workspace-configuration \'(:importwise (:extraPaths ["vendor"])))'

Play = Callable[..., None]


@pytest.fixture
def play(desk: Desk) -> Play:
    """Plays a scenario, `emacs/NAME.el`, in an Emacs set up with `importwise.el`, and fails with what it says."""
    program = editor("emacs", ADVICE)
    # Without version control, Eglot takes the file's own folder for the project.
    subprocess.run([editor("git", "Git"), "init", "-q", desk.project], env=desk.variables, check=True)
    initialize = ["--batch", "--directory", str(EDITORS / "emacs"), "--load", "steps"]

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, *initialize, *arguments],
            cwd=desk.project,
            env=desk.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    there = run()
    if there.returncode:
        missing(f"Emacs can't load Eglot ({ADVICE}): {there.stderr.strip()}")

    def play(name: str, further: str = "nil") -> None:
        setting_up = ["--eval", f'(steps-set-up "{EDITORS / "emacs" / "importwise.el"}")', "--eval", further]
        done = run(*setting_up, "--load", name)
        assert done.returncode == 0, done.stderr
        assert "rror" not in done.stderr, done.stderr

    return play


def test_diagnostics_follow_what_is_typed(play: Play) -> None:
    play("typing")


def test_quick_fix_is_applied_and_saved(play: Play, desk: Desk) -> None:
    play("quick-fix")
    text = (desk.project / "shop" / "till.py").read_text(encoding="utf-8")
    assert text.splitlines()[2] == "from shop.pricing.taxes import RATE"


def test_changes_on_the_disk(play: Play) -> None:
    play("on-disk")


def test_settings_of_the_editor_count(play: Play, desk: Desk) -> None:
    (desk.project / "vendor").mkdir()
    (desk.project / "vendor" / "taxlib.py").touch()
    play("settings", SETTINGS)


def test_server_ends_when_it_is_stopped_and_comes_again(play: Play) -> None:
    play("stopping")
