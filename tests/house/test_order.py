"""The house's own order: lint, format, types, floors, names of files."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.house

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "server" / "importwise"
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "types", "misc", "tools"}


def tool(name: str, *arguments: str) -> None:
    """Run a tool of the test environment in the repository; fail with what it says."""
    pytest.importorskip({"import-linter": "importlinter"}.get(name, name), reason=f"{name} is not installed")
    module = [sys.executable, "-m", name]
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    completed = subprocess.run(
        [*(command if name == "import-linter" else module), *arguments],
        cwd=ROOT,
        env={**_variables(), "PYTHONPATH": str(ROOT / "server"), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    if completed.returncode:
        pytest.fail(f"{name} {' '.join(arguments)}\n{completed.stdout}{completed.stderr}", pytrace=False)


def _variables() -> dict[str, str]:
    import os

    return dict(os.environ)


def test_lint() -> None:
    tool("ruff", "check", ".")


def test_format() -> None:
    tool("ruff", "format", "--check", ".")


@pytest.mark.slow
def test_types() -> None:
    tool("mypy")


def test_floors() -> None:
    """`[tool.importlinter]` of pyproject.toml: the floors, and what the pure ones may not touch."""
    tool("import-linter", "--no-cache")


def test_names_of_files() -> None:
    names = {path.stem for path in [*SOURCE.rglob("*.py"), *SOURCE.rglob("*/")]}
    assert not names & BANNED_NAMES, "name the thing that is in it instead"


def test_every_file_says_what_it_is() -> None:
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not text.strip() or text.startswith('"""'), f"{path} has no docstring"


def test_nothing_of_anybodys_machine() -> None:
    """Paths of one machine do not belong in a repository."""
    files = [
        path
        for folder in ("server", "tests")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".md", ".toml")
    ]
    for path in [*files, *ROOT.glob("*.md"), ROOT / "pyproject.toml"]:
        found = re.search(
            r"(?<![\w.])/(?:work|home/\w+|Users/\w+|root)/", path.read_text(encoding="utf-8", errors="replace")
        )
        # Made-up homes in tests are nobody's.
        assert found is None or "tests" in path.parts, f"{path}: {found and found[0]}"


def test_versions_agree() -> None:
    """The classifiers of pyproject.toml name each Python from the lowest that is required."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lowest = re.search(r'requires-python = ">=3\.(\d+)"', text)
    listed = [int(minor) for minor in re.findall(r"Python :: 3\.(\d+)", text)]
    assert lowest
    assert listed == list(range(int(lowest[1]), max(listed) + 1))
