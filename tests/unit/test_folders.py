"""What is looked at again when something may have happened: no more than need be."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from importwise.workspace.disk import DISK
from importwise.workspace.folders import Folders

posix = pytest.mark.skipif(os.name != "posix", reason="needs links")


class Walked(Folders):
    """The folders below one, counting the walks."""

    def __init__(self, top: Path) -> None:
        self.walks = 0

        def walk(*arguments: Any) -> Iterable[Any]:
            self.walks += 1
            assert DISK.walk is not None
            return DISK.walk(*arguments)

        super().__init__([str(top)], (), (".py",), DISK._replace(walk=walk))
        self.walk()
        self.top = top

    def touched(self, *paths: str) -> tuple[set[str], int]:
        """What is new or gone with a change of ``paths``, and how often all was walked for it."""
        before = self.walks
        moved = self.touch([f"{self.top}/{path}" for path in paths])
        return {path.removeprefix(f"{self.top}/") for path in moved.new | moved.gone}, self.walks - before


def make(folder: Path, *files: str) -> None:
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).touch()


@posix
def test_links_cost_a_walk_only_if_they_lead_elsewhere(tmp_path: Path) -> None:
    make(tmp_path, "outside/far.py", "other/near.py", "project/pkg/a.py", "project/more/b.py")
    top = tmp_path / "project"
    (top / "linked").symlink_to(tmp_path / "outside")
    (top / "again").symlink_to(top / "pkg")
    (top / "nowhere").symlink_to(tmp_path / "later")
    os.mkfifo(top / "pipe.py")
    folders = Walked(top)
    assert {path.removeprefix(f"{top}/") for path in folders.checked} == {"pkg/a.py", "more/b.py", "linked/far.py"}
    make(top, "pkg/new.py", "pkg/deep/new.py")
    assert folders.touched("pkg/new.py", "pkg/deep") == ({"pkg/new.py", "pkg/deep/new.py"}, 0)
    # What they lead to may change where nobody looks.
    make(tmp_path, "outside/farther.py", "outside/deep/far.py")
    assert folders.touched("pkg/a.py") == ({"linked/farther.py", "linked/deep/far.py"}, 0)
    (top / "linked").unlink()
    (top / "linked").symlink_to(tmp_path / "other")
    assert folders.touched("pkg/a.py") == (
        {"linked/far.py", "linked/farther.py", "linked/deep/far.py", "linked/near.py"},
        1,
    )
    make(tmp_path, "later/late.py")
    assert folders.touched("pkg/a.py") == ({"nowhere/late.py"}, 1)
    (top / "added").symlink_to(tmp_path / "outside")
    assert folders.touched("added") == ({"added/far.py", "added/farther.py", "added/deep/far.py"}, 1)
    assert folders.touched("pkg/a.py") == (set(), 0)


@posix
def test_the_same_set_after_a_walk(tmp_path: Path) -> None:
    """Whoever holds it sees what belongs to the project now."""
    make(tmp_path, "a.py")
    folders = Walked(tmp_path)
    checked = folders.checked
    (tmp_path / ".gitignore").write_text("b.py\n")
    make(tmp_path, "b.py", "c.py")
    assert folders.touched(".gitignore", "b.py", "c.py") == ({"c.py"}, 1)
    assert checked is folders.checked


def test_folders_that_somebody_saw_before_they_were_told_of(tmp_path: Path) -> None:
    """What they hold was listed for an answer: that they have come is news all the same."""
    make(tmp_path, "a.py", "old/b.py")
    folders = Walked(tmp_path)
    make(tmp_path, "new/deep/c.py", "new/d.py")
    assert folders.tree[f"{tmp_path}/new"].files
    assert folders.tree[f"{tmp_path}/new/deep"].files
    assert folders.touched("new/deep/c.py", "new/d.py") == ({"new/deep/c.py", "new/d.py"}, 0)
    assert folders.touched("new/deep/c.py") == (set(), 0)
