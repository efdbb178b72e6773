"""The extension in a real VS Code: `npm run e2e` in `vscode-client/`, which packages the .vsix and drives the editor with it.

Each of its tests is a line of what it prints; here they are one. Pictures and logs are left in `vscode-client/e2e/artefacts/`.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest
from desk import PATIENCE, missing

SECONDS = 1200
"""After so many it hangs."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(SECONDS + 300)]

CLIENT = Path(__file__).parents[2] / "vscode-client"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def lacking() -> str | None:
    """What is needed and not there, if anything."""
    if shutil.which("npm") is None:
        return "npm is not installed"
    if not Path(CHROMIUM).exists():
        return f"{CHROMIUM} is not installed"
    if not (CLIENT / "node_modules").is_dir():
        return "the extension's packages are not installed: `npm ci` in vscode-client"
    if not (CLIENT / "e2e" / "node_modules" / "code-server").is_dir():
        return "VS Code is not installed: vscode-client/e2e/setup.sh"
    return None


def test_vscode() -> None:
    if (what := lacking()) is not None:
        missing(what)
    output, status = run(["npm", "run", "--silent", "e2e"])
    print(output)
    last = output.strip().rpartition("\n")[2]
    if not re.fullmatch(r"[1-9]\d* passed, 0 failed", last) or status:
        pytest.fail(
            f"{output}\nexit status {status}; pictures and logs are in {CLIENT / 'e2e' / 'artefacts'}", pytrace=False
        )


def run(command: list[str]) -> tuple[str, int]:
    """What a command in the extension's folder prints, and its exit status; nothing that it started is left."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            command,
            cwd=CLIENT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            # Also when somebody presses Control-C.
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            status = process.wait(PATIENCE)
        output.seek(0)
        return output.read(), status
