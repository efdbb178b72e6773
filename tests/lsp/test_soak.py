"""After very many edits the server takes up hardly more memory than after few.

``IMPORTWISE_SOAK`` is a folder with a real tree, which is copied and taken in place of a made one.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from random import Random

import pytest
from test_stateful import Editor

from amounts import amount
from changing_texts import python_text
from changing_world import ChangingWorld
from importwise.index.change import Closed, Edited, Touched

sys.path.append(str(Path(__file__).parents[1] / "bench"))
from made_trees import make_tree

TREE = os.environ.get("IMPORTWISE_SOAK")
EDITS = amount(1000)


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_soak(tmp_path: Path) -> None:
    """Random edits of random files, in the editor and on the disk; at last all is true."""
    world = ChangingWorld(tmp_path)
    project = Path(world.project)
    if TREE:
        shutil.copytree(TREE, project, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.so*", "*.h", "__pycache__"))
    else:
        make_tree(project, 100)
    paths = sorted(map(str, project.rglob("*.py")))
    texts = {path: Path(path).read_text("utf-8", "replace") for path in paths}
    random = Random(1)
    for number, path in enumerate(paths):
        # From the beginning on there is as much to say as later.
        Path(path).write_text(f"{python_text(random)}import nothere{number}\n{texts[path]}", encoding="utf-8")
    editor = Editor(world, pulls=False)
    early = 0
    try:
        for number in range(EDITS):
            path = random.choice(paths)
            text = f"{python_text(random)}import nowhere{number}\n{texts[path]}"
            if random.random() < 0.8:
                world.buffers[path] = text
                editor.tell([Edited(path, text)])
            else:
                Path(path).write_text(text, encoding="utf-8")
                editor.tell([Touched(path)])
            if len(world.buffers) > 8:
                closed = random.choice(sorted(world.buffers))
                del world.buffers[closed]
                editor.tell([Closed(closed)])
            if number % 20 == 0:
                editor.settle()
            if number == EDITS // 5:
                early = _memory(editor.client.process.pid)
        editor.settle()
        late = _memory(editor.client.process.pid)
        assert editor.shown() == editor.wanted()
    finally:
        editor.client.kill()
    assert b"Traceback" not in editor.client.stderr, editor.client.stderr.decode()
    assert late < early * 1.1, f"{early >> 20} MB after a fifth, {late >> 20} MB at the end"


def _memory(process: int) -> int:
    """Bytes of a process's own memory."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
