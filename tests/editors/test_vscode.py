"""The extension in a real VS Code: `npm run e2e` in `vscode-client/`, which packages the .vsix and drives the editor with it.

Each of its tests is a line of what it prints; here they are one. Pictures and logs are left in `vscode-client/e2e/artefacts/`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CLIENT = Path(__file__).parents[2] / "vscode-client"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SECONDS = 900


def missing() -> str | None:
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
    lacking = missing()
    if lacking and os.environ.get("IMPORTWISE_REQUIRE_EDITORS") != "1":
        pytest.skip(lacking)
    assert lacking is None
    command = ["npm", "run", "--silent", "e2e"]
    done = subprocess.run(command, cwd=CLIENT, capture_output=True, text=True, timeout=SECONDS, check=False)
    print(done.stdout)
    last = done.stdout.strip().rpartition("\n")[2]
    assert re.fullmatch(r"[1-9]\d* passed, 0 failed", last), f"{done.stdout}\n{done.stderr}"
    assert done.returncode == 0
