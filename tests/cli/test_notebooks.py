"""Notebooks on the disk: what is found in them, and where it is said to be."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

Make = Callable[[dict[str, str]], Path]
Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


def notebook(*cells: str | tuple[str, str]) -> str:
    """A notebook with these cells: code, or kind and text."""
    pairs = [("code", cell) if isinstance(cell, str) else cell for cell in cells]
    values = [{"cell_type": kind, "source": text.splitlines(True), "metadata": {}} for kind, text in pairs]
    return json.dumps({"cells": values, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


PROJECT = {
    "pyproject.toml": "",
    "shop/__init__.py": "",
    "shop/prices.py": "",
    "shop/book.ipynb": notebook(
        ("markdown", "# Prices"),
        "%matplotlib inline\nimport prices\nimport shop.prices",
        "%%bash\nimport nothing",
        "files = !ls\n\nimport shop.gone\nfrom . import prices\nimport other  # importwise: ignore",
    ),
}


def test_findings_are_placed_by_cell(make: Make, importwise: Run) -> None:
    completed = importwise("check", folder=make(PROJECT))
    text = completed.stdout.decode()
    assert " --> shop/book.ipynb:cell 4:3:8\n  |\n3 | import shop.gone\n  |        ^^^^^^^^^\n" in text
    assert " --> shop/book.ipynb:cell 4:4:6\n" in text
    assert text.splitlines()[-1].startswith("2 errors in 3 files, 5 imports: 2 resolved, ")
    assert completed.returncode == 1


def test_json_and_open_imports(make: Make, importwise: Run) -> None:
    files = {**PROJECT, "lazy.py": "def __getattr__(name): ...\n", "x.ipynb": notebook("", "from lazy import what")}
    completed = importwise("check", "--output-format", "json", "--show-open", folder=make(files))
    value = json.loads(completed.stdout)
    first = value["findings"][0]
    assert (first["path"], first["cell"], first["code"]) == ("shop/book.ipynb", 4, "unresolved-import")
    assert first["range"] == {"start": {"line": 3, "column": 8}, "end": {"line": 3, "column": 17}}
    [opened] = value["open"]
    assert (opened["path"], opened["cell"], opened["range"]["start"]) == ("x.ipynb", 2, {"line": 1, "column": 18})
    text = importwise("check", "--show-open", folder=make({})).stdout.decode()
    assert "x.ipynb:cell 2:1:18: lazy.what: " in text


def test_one_notebook_only(make: Make, importwise: Run) -> None:
    project = make({**PROJECT, "another.py": "import gone\n"})
    text = importwise("check", "shop/book.ipynb", folder=project).stdout.decode()
    assert "2 errors in 1 file, 5 imports" in text


def test_the_same_from_the_cache_and_for_all_jobs(make: Make, importwise: Run) -> None:
    # A module with the very bytes of a notebook is another matter.
    project = make({**PROJECT, "same.py": PROJECT["shop/book.ipynb"]})
    runs = [
        importwise("check", *words, folder=project).stdout
        for words in ([], [], ["--jobs", "1"], ["--no-cache"], ["--syntax"])
    ]
    assert len(set(runs)) == 1
    assert runs[0].count(b"error[") == 2


def test_what_is_no_notebook(make: Make, importwise: Run) -> None:
    project = make({"broken.ipynb": '{"cells": [', "empty.ipynb": "", "r.ipynb": '{"cells": [], "metadata": []}'})
    completed = importwise("check", folder=project)
    text = completed.stdout.decode()
    assert text.count("error[") == 1
    assert (
        "error[syntax-error]: This is no notebook: not JSON: expecting value (line 1 column 12 of the file)\n" in text
    )
    assert " --> broken.ipynb:1:1\n  = help: " in text
    assert completed.returncode == 1


def test_nobody_imports_a_notebook(make: Make, importwise: Run) -> None:
    project = make({"book.ipynb": notebook("import os"), "a.py": "import book\n"})
    assert b"Cannot find module `book`" in importwise("check", folder=project).stdout


def test_copies_that_jupyter_keeps_are_left_out(make: Make, importwise: Run) -> None:
    project = make({".ipynb_checkpoints/a-checkpoint.ipynb": notebook("import gone"), "a.ipynb": notebook("import os")})
    assert b" in 1 file, 1 import: " in importwise("check", folder=project).stdout
