"""A change re-checks the files whose verdict it could change, however large the project is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from test_stateful import Editor

from amounts import amount
from changing_world import ChangingWorld
from importwise.index.change import Touched

sys.path.append(str(Path(__file__).parents[1] / "bench"))
from made_trees import make_tree, module_name


@pytest.mark.parametrize("modules", [400, pytest.param(amount(5000), marks=pytest.mark.slow)])
def test_a_new_file(tmp_path: Path, modules: int) -> None:
    """It re-checks those that asked for it, and itself."""
    world = ChangingWorld(tmp_path)
    project = Path(world.project)
    make_tree(project, modules)
    package = module_name(5).rpartition(".")[0]
    folder = project.joinpath(*package.split("."))
    asking = {
        folder / "asks.py": f"import {package}.fresh\n",
        folder / "asks_too.py": "from .fresh import value\n",
        project / "asks_from_afar.py": f"from {package} import fresh\n",
    }
    for path, text in asking.items():
        path.write_text(text, encoding="utf-8")
    editor = Editor(world, pulls=False)
    try:
        assert editor.shown().keys() == set(map(str, asking))
        editor.rechecked()
        new = folder / "fresh.py"
        for text, expected in (("value = 1\n", {}), ("other = 1\n", {str(folder / "asks_too.py")})):
            appears = not new.exists()
            new.write_text(text, encoding="utf-8")
            editor.tell([Touched(str(new))])
            editor.settle()
            assert editor.shown().keys() == set(expected)
            # Of a name that is gone only those need know who took names.
            assert editor.rechecked() == (len(asking) if appears else 1) + 1
        new.unlink()
        editor.tell([Touched(str(new))])
        editor.settle()
        assert editor.shown().keys() == set(map(str, asking))
        assert editor.rechecked() <= len(asking) + 1
    finally:
        editor.client.kill()
    assert b"Traceback" not in editor.client.stderr, editor.client.stderr.decode()
