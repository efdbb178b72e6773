"""What is said only when one stops typing for a while."""

from __future__ import annotations

from pathlib import Path

import pytest
from conversation import PATIENCE, write
from inside import Hands, Sink, within

from importwise.index.change import Touched
from importwise.lsp.loading import Loader
from importwise.lsp.parsing import Parsed, moved
from importwise.lsp.positions import split_lines
from importwise.lsp.serve import build
from importwise.syntax.summary import Problem


@pytest.mark.parametrize("patience", [0, PATIENCE])
def test_who_stops_typing_is_taken_at_their_word(
    patience: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that begins like something that exists: it is held back until nothing has been typed for a while."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "workspace"
    write(folder, {"shop.py": "", "app.py": "import os\n"})

    async def script() -> None:
        server = build()
        server.being_typed.patience = patience
        sink, hands = Sink(server), Hands(server)
        server.folders = (str(folder),)
        await Loader(server, 1).start()
        hands.open(folder / "app.py", "import os\n")
        hands.type(folder / "app.py", 0, 9, ", sho")
        assert (sink.told, server.being_typed.holds) == ({}, True)
        if not patience:
            await server.until_settled()
            assert sink.told == {"app.py": ["unresolved-import"]}
            assert not server.being_typed.holds
        # Who deletes is not on the way to a longer name.
        hands.type(folder / "app.py", 0, 13, "", instead=1)
        assert (sink.told, server.being_typed.holds) == ({"app.py": ["unresolved-import"]}, False)
        hands.type(folder / "app.py", 0, 13, "o")
        # What is missing comes to be, while its name is being typed: nothing waits any more.
        hands.type(folder / "app.py", 0, 14, "e")
        write(folder, {"shoe.py": "", "shoes.py": ""})
        server.apply([Touched(f"{folder}/shoe.py"), Touched(f"{folder}/shoes.py")])
        await server.until_settled()
        assert sink.told.get("app.py", []) == []
        assert not server.being_typed.holds

    within(script())


@pytest.mark.parametrize("end", ["save", "delete the cell above", "close"])
def test_a_name_that_is_being_typed_in_a_notebook(end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is held back in its cell alone, wherever that is in the notebook."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "workspace"
    write(folder, {"pkg/__init__.py": "", "pkg/core.py": ""})
    notes = folder / "notes.ipynb"
    above, cell, below = (f"vscode-notebook-cell:{notes}#W{number}" for number in range(3))

    async def script() -> None:
        server = build()
        server.being_typed.patience = PATIENCE
        sink, hands = Sink(server), Hands(server)
        server.folders = (str(folder),)
        await Loader(server, 1).start()
        hands.open_notebook(notes, {above: "%%time\nx = (\n", cell: "\n'\U0001f40d'; import", below: "import pkg.cor"})
        before = {"notes.ipynb#W2": ["unresolved-import"]}
        assert sink.told == before
        for number, key in enumerate(" pkg.cor"):
            hands.type_in_cell(notes, cell, 1, 12 + number, key)  # The snake is two units of UTF-16.
            await server.until_drained()
            assert sink.told.get("notes.ipynb#W1", []) == []
        assert (sink.told, server.being_typed.holds) == (before, True)
        if end == "save":
            hands.save_notebook(notes)
        elif end == "delete the cell above":
            hands.delete_cell(notes, 0, above)
        else:
            hands.close_notebook(notes, [above, cell, below])
        await server.until_drained()
        found = [] if end == "close" else ["unresolved-import"]
        assert sink.told.get("notes.ipynb#W1", []) == sink.told["notes.ipynb#W2"] == found
        assert not server.being_typed.holds

    within(script())


@pytest.mark.parametrize("rest", [0, PATIENCE])
def test_open_files_are_parsed_when_one_pauses(rest: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until then, what was said of a line stays with it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "workspace"
    write(folder, {"app.py": ""})

    async def script() -> None:
        server = build()
        server.parsing.rest = rest
        sink, hands = Sink(server), Hands(server)
        server.folders = (str(folder),)
        server.wishes = {"": {"syntax_errors": True, "python_version": "3.10"}}
        await Loader(server, 1).start()
        hands.open(folder / "app.py", "import os\n\nif x\n    pass\n")
        assert sink.told == {"app.py": ["syntax-error"]}
        hands.type(folder / "app.py", 0, 0, "import gone\n")
        assert sink.told == {"app.py": ["unresolved-import", "syntax-error"]}
        hands.type(folder / "app.py", 3, 4, ":")
        assert server.parsing.waits
        if rest:
            # What was said of that line is not known to be true any more.
            assert sink.told == {"app.py": ["unresolved-import"]}
        hands.type(folder / "app.py", 0, 0, "def f(:\n    pass\n")
        assert sink.told == {"app.py": ["unresolved-import"]}
        if not rest:
            await server.until_settled()
            assert sink.told == {"app.py": ["syntax-error", "unresolved-import"]}
        hands.close(folder / "app.py")
        await server.until_drained()
        assert sink.told == {"app.py": []}

    within(script())


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("a\nb\nc", "a\nb\nc", [0, 1, 2]),
        ("a\nb\nc", "x\na\nb\nc", [1, 2, 3]),
        ("a\nb\nc", "a\nc", [0, 1]),
        ("a\nb\nc", "a\nB\nc", [0, 2]),
        ("a\na\na", "a\na", [0, 1]),
        ("a\nb\nc", "", []),
    ],
)
def test_problems_move_with_their_lines(old: str, new: str, lines: list[int]) -> None:
    before = split_lines(old)
    problems = tuple(Problem(line, 0, 1, "", True) for line in range(len(before)))
    assert [problem.line for problem in moved(Parsed(old, before, problems), split_lines(new))] == lines
