"""How much is asked again after an edit, and how much of it is kept: work is counted, not time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from importwise.index.change import Edited
from importwise.resolver.guards import MOST_KNOWN
from importwise.settings import Settings
from importwise.workspace.config import Config
from importwise.workspace.project import Project
from test_cases import start
from world import PROJECT, MemoryDisk

FILES = {
    "shop/__init__.py": "from shop import prices, taxes, till\n",
    "shop/prices.py": "",
    "shop/taxes.py": "from shop import prices\n\nprices.rate = 1\n",
    "shop/till.py": "from shop import prices\n",
    "main.py": "from shop.prices import rate, none\n",
}


def live_project(files: dict[str, str]) -> Project:
    """A project of which all files have been checked."""
    disk = MemoryDisk()
    disk.files = {f"{PROJECT}/{path}": text.encode() for path, text in files.items()}
    disk.refresh()
    project = start(Config(PROJECT, None, Settings(), (), None, ()), None, disk, live=True)
    for path in sorted(project.checked):
        project.findings(path)
    return project


def test_what_files_beside_set() -> None:
    """Whoever depends on what a file sets on others is not asked again for another import in it."""
    project = live_project(FILES)
    asked: list[str] = []
    find: Callable[[str], Any] = project.snapshot.sets.fill

    def counted(path: str) -> Any:
        asked.append(path)
        return find(path)

    project.snapshot.sets.fill = counted
    taxes, main = f"{PROJECT}/shop/taxes.py", f"{PROJECT}/main.py"
    assert project.apply([Edited(taxes, FILES["shop/taxes.py"] + "import json\n")]) == {taxes}
    assert project.apply([Edited(taxes, FILES["shop/taxes.py"] + "import jso\n")]) == {taxes}
    assert asked == [taxes, taxes]
    assert [finding.name for finding in project.findings(main)] == ["none"]
    assert main in project.apply([Edited(taxes, "from shop import prices\n\nprices.none = 1\n")])
    assert asked == [taxes] * 3
    assert [finding.name for finding in project.findings(main)] == ["rate"]


def test_details_that_are_needed_no_more() -> None:
    """Summaries with all guards are kept for files with an import in a function that is not resolved, and only for those."""
    importers = {
        f"main{number}.py": "import sys\n\ndef f():\n    if sys.flags.utf8_mode:\n        from prices import rat\n"
        for number in range(20)
    }
    project = live_project({"prices.py": "rat = 1\n", **importers})
    prices = f"{PROJECT}/prices.py"
    for _ in range(30):
        for text, kept in (("rate = 1\n", 20), ("rat = 1\n", 0)):
            for path in project.apply([Edited(prices, text)]):
                project.findings(path)
            assert len(project.snapshot.details) == kept
    assert len(project.judge.members.guards._known_origins) <= MOST_KNOWN
