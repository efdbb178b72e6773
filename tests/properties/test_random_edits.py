"""After any edit the incremental result equals one computed from nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import pytest

from importwise.index.change import Change, Touched
from importwise.settings import Settings
from importwise.workspace.config import Config
from test_cases import start
from world import PROJECT, MemoryDisk, absolute

sys.path.append(str(Path(__file__).parent.parent / "oracle"))
from random_projects import make_project

NO_SETTINGS = Config(PROJECT, None, Settings(), (), None, ())


@pytest.mark.parametrize("seed", range(12))
def test_random_edits(seed: int) -> None:
    """From one project made at random to another, a few files at a time."""
    random = Random(seed)
    disk = MemoryDisk()
    disk.files = {absolute(path): data for path, data in make_project(seed).items()}
    project = start(NO_SETTINGS, None, disk, live=True)
    shown = {path: project.findings(path) for path in project.checked}
    for step in range(20):
        wanted = {absolute(path): data for path, data in make_project(random.randrange(1000)).items()}
        paths = sorted({*wanted, *disk.files})
        changes: list[Change] = []
        for path in random.sample(paths, min(len(paths), random.choice((1, 1, 2, 5)))):
            if path in wanted:
                disk.files[path] = wanted[path]
                changes.append(Touched(path))
            else:
                del disk.files[path]
                changes.append(Touched(path))
        disk.refresh()
        for path in project.apply(changes):
            shown.pop(path, None)
            if path in project.checked:
                shown[path] = project.findings(path)
        fresh = start(NO_SETTINGS, None, disk)
        assert shown == {path: fresh.findings(path) for path in fresh.checked}, f"step {step}: {changes}"
        assert project.check() == start(NO_SETTINGS, None, disk).check(), f"step {step}: {changes}"
