"""The real command, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SERVER = Path(__file__).parents[2] / "server"

Command = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    """Writes files, given as path and content, into a new folder that is a project with an environment of its own."""
    project = tmp_path / "project"
    project.mkdir()

    def write(files: dict[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return project

    return write


@pytest.fixture
def importwise(tmp_path: Path) -> Command:
    """Runs the command line in a folder. Neither the user's cache nor the variables of this process reach it."""
    kept = ("PATH", "HOME", "SYSTEMROOT", "TEMP", "TMP", "LANG", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
    variables = {name: value for name, value in os.environ.items() if name in kept}
    variables |= {
        "PYTHONPATH": str(SERVER),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "LOCALAPPDATA": str(tmp_path / "cache"),
    }

    def run(
        *words: str,
        folder: Path = tmp_path,
        prefix: tuple[str, ...] = (),
        program: tuple[str, ...] = ("-m", "importwise"),
        **more: str,
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*prefix, sys.executable, *program, *words],
            cwd=folder,
            env=variables | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=600,
        )

    return run
