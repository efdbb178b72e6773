"""Another branch is checked out while a file is open and being typed in."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from test_stateful import Editor

from changing_world import ChangingWorld
from importwise.index.change import Edited, Touched

FILES = 3000
PER_PACKAGE = 50


def branch(number: int) -> dict[str, str]:
    """The files of a branch, by path: on each some modules have other names, some names are gone, and all texts differ."""
    random = Random(number)
    files: dict[str, str] = {}
    for index in range(FILES):
        package = f"package{index // PER_PACKAGE}"
        moved = "renamed" if number and index % 11 == 0 else "module"
        other = random.randrange(FILES)
        files[f"app/{package}/{moved}{index}.py"] = (
            f"# branch {number}\n"
            f"from app.package{other // PER_PACKAGE}.module{other} import value{other}\n"
            f"from .{moved}{index} import fresh{index} as own\n"
            f"{'gone' if (index + number) % 13 == 0 else 'value'}{index} = fresh{index} = {number}\n"
        )
        files[f"app/{package}/__init__.py"] = f"# branch {number}\n"
    files["app/__init__.py"] = ""
    return files


@pytest.mark.slow
@pytest.mark.parametrize("pulls", [False, True])
def test_switch(tmp_path: Path, pulls: bool) -> None:
    """What is shown in the end is true, and each keystroke on the way is answered."""
    world = ChangingWorld(tmp_path)
    trees = branch(0), branch(1)
    _write(world, trees[0])
    editor = Editor(world, pulls)
    try:
        assert editor.shown() == editor.wanted()
        typed = f"{world.project}/app/package3/module151.py"
        random = Random(2)
        for old, new in (trees, trees[::-1]):
            gone, changed = sorted(old.keys() - new.keys()), sorted(new)
            paths = [*gone, *changed]
            random.shuffle(paths)
            for start in range(0, len(paths), 500):
                # The text in the editor has nothing to do with the one that is written.
                text = f"import nowhere{start}\nfrom app.package0 import module1\n"
                world.buffers[typed] = text
                editor.tell([Edited(typed, text)])
                editor.heard(typed, f"nowhere{start}")
                chunk = paths[start : start + 500]
                _write(world, {path: new[path] for path in chunk if path in new})
                for path in chunk:
                    if path not in new:
                        Path(world.project, path).unlink()
                told = [path.rpartition("/")[0] if random.random() < 0.1 else path for path in chunk]
                editor.tell([Touched(f"{world.project}/{path}") for path in told])
            editor.settle()
            shown, wanted = editor.shown(), editor.wanted()
            assert sum(map(len, wanted.values())) > 100
            assert shown == wanted
    finally:
        editor.client.kill()
    assert b"Traceback" not in editor.client.stderr, editor.client.stderr.decode()


def _write(world: ChangingWorld, files: dict[str, str]) -> None:
    for path, text in files.items():
        file = Path(world.project, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
