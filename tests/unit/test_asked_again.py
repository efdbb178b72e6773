"""How much is asked again after an edit: work is counted, not time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from importwise.index.change import Edited
from importwise.settings import Settings
from importwise.workspace.config import Config
from test_cases import start
from world import PROJECT, MemoryDisk

FILES = {
    "shop/__init__.py": "from shop import prices, taxes, till\n",
    "shop/prices.py": "",
    "shop/taxes.py": "from shop import prices\n\nprices.rate = 1\n",
    "shop/till.py": "from shop import prices\n",
    "main.py": "from shop.prices import rate, none\n",
}


def test_what_files_beside_set() -> None:
    """Whoever depends on what a file sets on others is not asked again for another import in it."""
    disk = MemoryDisk()
    disk.files = {f"{PROJECT}/{path}": text.encode() for path, text in FILES.items()}
    disk.refresh()
    project = start(Config(PROJECT, None, Settings(), (), None, ()), None, disk, live=True)
    for path in sorted(project.checked):
        project.findings(path)
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
