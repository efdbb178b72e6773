"""Notebooks as Python text: which lines stay, which become ``pass``, and the way back to the cells."""

from __future__ import annotations

import ast
import json
import re
import sysconfig
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importwise.syntax.decode import decode
from importwise.workspace.notebook import Notebook, cells_of, joined_notebook, python_of, source_text


def cell(source: Any, kind: str = "code", **more: Any) -> dict[str, Any]:
    return {"cell_type": kind, "source": source, "metadata": {}, **more}


def notebook(*cells: Any, **metadata: Any) -> bytes:
    return json.dumps({"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}).encode()


def kept(source: str) -> str:
    """The one cell, without the line before it."""
    joined = python_of([source])
    count = len(re.split("\r\n|\r|\n", source))
    return "\n".join(joined.text.split("\n")[joined.starts[0] :][:count])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a\nimport b", "import a\nimport b"),
        ("%matplotlib inline\nimport a", "pass\nimport a"),
        ("if x:\n    %cd y\n    !ls", "if x:\n    pass\n    pass"),
        ("!pip install \\\n  a \\\n  b\nimport c", "pass\n\n\nimport c"),
        ("files = !ls\nhere = %pwd\nd['x'] = !ls\na, b = %x y", "pass\npass\npass\npass"),
        ("x != 3\nx %= 2\nx = y % 3\nx = '= %s' % 3", "x != 3\nx %= 2\nx = y % 3\nx = '= %s' % 3"),
        ("os.path?\n?os\nos??\nfoo.* ?", "pass\npass\npass\npass"),
        ("x = 1  # why?\n'why?'", "x = 1  # why?\n'why?'"),
        ("x = (1\n  % 2)\n'''\n!ls\n%cd\nx?\n'''\n!ls", "x = (1\n  % 2)\n'''\n!ls\n%cd\nx?\n'''\npass"),
        ("x = 'a \\\n!b'\ny = 1 + \\\n%2", "x = 'a \\\n!b'\ny = 1 + \\\n%2"),
        ("s = 'it\\'s (' # (\n!ls", "s = 'it\\'s (' # (\npass"),
        ("s = f'{x['a']}'\n!ls", "s = f'{x['a']}'\npass"),
        ("%%time\nimport a", "\nimport a"),
        ("\n%%capture out\n%%timeit -n 3\n!ls\nimport a", "\n\n\npass\nimport a"),
        ("%%bash\nimport a", "\n"),
        ("%%time\n%%writefile x.py\nimport a", "\n\n"),
        ("# first\n%%html\n<b>import a</b>", "\n\n"),
        ("import a\n%%time", "import a\npass"),
        ("import a\r\n!ls\rimport b", "import a\npass\nimport b"),
        (",f a b\n;f a\n/f a", "pass\npass\npass"),
        ("", ""),
    ],
)
def test_cells(source: str, expected: str) -> None:
    assert kept(source) == expected


def test_joined() -> None:
    joined = python_of(["import a\n", "  import b\n  !ls", "import c"], (2, 5, 6))
    assert joined.text == "\nimport a\n\nif True:\n  import b\n  pass\n\nimport c\n"
    assert joined.starts == (1, 4, 7)
    assert joined.numbers == (2, 5, 6)
    assert [joined.place(line) for line in (0, 1, 2, 4, 5, 7, 8)] == [
        (0, 0),
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
        (2, 0),
        (2, 1),
    ]
    assert python_of(["x"]).numbers == (1,)
    assert python_of([]).place(0) is None


@pytest.mark.parametrize(
    ("left_open", "closing"),
    [
        ("f(", ")"),
        ("x = [{(", ")}]"),
        ("'''abc", "'''"),
        ('x = """', '"""'),
        ("x = 1 + \\", ""),
        ("x = 'a\\", "'"),
        ("f('''", "''')"),
    ],
)
def test_what_a_cell_leaves_open_ends_with_it(left_open: str, closing: str) -> None:
    joined = python_of([f"import a\n{left_open}", "import b"])
    assert joined.text == f"\nimport a\n{left_open}\n{closing}\n\nimport b\n"
    assert joined.starts == (1, 5)


def test_python_stays_as_it_is() -> None:
    """What `ast` can parse is Python, wherever a line may begin with ``%`` or end with ``?``: the standard library's tests have it all."""
    library = Path(sysconfig.get_path("stdlib"))
    files = sorted(library.glob("*.py")) + sorted(library.glob("test/test_[c-f]*.py"))
    assert len(files) > 150
    for file in files:
        text = decode(file.read_bytes())[0]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        assert python_of([text]).text == f"\n{text}\n", file


@given(st.lists(st.text(alphabet=st.sampled_from("ab=!%?'\"\\()[]#\n \t,;/{}"), max_size=40), max_size=5))
def test_never_raises_and_keeps_the_lines(sources: list[str]) -> None:
    joined = python_of(sources)
    lines = joined.text.split("\n")
    for index, (source, start) in enumerate(zip(sources, joined.starts, strict=True)):
        written = source.split("\n")
        assert joined.place(start) == (index, 0)
        for number, line in enumerate(written):
            shown = lines[start + number]
            assert shown == line or shown.strip() in ("", "pass"), (line, shown)


def test_code_cells_are_counted_among_all() -> None:
    data = notebook(
        cell("# Title", "markdown"), cell(["import a\n", "import b"]), cell("text", "raw"), cell("import c")
    )
    assert cells_of(data) == Notebook(("import a\nimport b", "import c"), (2, 4))
    assert joined_notebook(data).text == "\nimport a\nimport b\n\nimport c\n"


def test_version_3() -> None:
    cells = [
        {"cell_type": "code", "input": ["import a"], "language": "python"},
        {"cell_type": "heading", "source": "x"},
    ]
    data = json.dumps({"worksheets": [{"cells": cells}], "metadata": {"name": ""}, "nbformat": 3}).encode()
    assert cells_of(data) == Notebook(("import a",), (1,))


def test_other_languages() -> None:
    assert cells_of(notebook(cell("import a"), language_info={"name": "R"})).sources == ()
    assert cells_of(notebook(cell("import a"), kernelspec={"language": "julia"})).sources == ()
    assert cells_of(notebook(cell("import a"), language_info={"name": "python"})).sources == ("import a",)
    shell = {**cell("import a"), "metadata": {"vscode": {"languageId": "shellscript"}}}
    assert cells_of(notebook(shell, cell("import b"))) == Notebook(("import b",), (2,))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"{", "not JSON: "),
        (b"{\n  3", "(line 2 column 3 of the file)"),
        (b"\xff\xfe\x00", "not "),
        (b'"\xff"', "not UTF-8: "),
        (b"[" * 100_000, "nested too deeply"),
        (b"3", "no list of cells"),
        (b"{}", "no list of cells"),
        (b'{"cells": 3}', "no list of cells"),
    ],
)
def test_what_is_no_notebook(data: bytes, reason: str) -> None:
    found = cells_of(data)
    assert found.sources == ()
    assert found.problem is not None
    assert reason in found.problem
    text, problem = source_text(data, "/x/book.ipynb")
    assert text == ""
    assert problem is not None
    assert problem.message == found.problem


def test_odd_parts_are_passed_over() -> None:
    data = notebook(3, None, cell(7), cell(["import a", 3]), {"cell_type": "code"}, cell("import b", metadata=3))
    assert cells_of(data).sources == ("", "import a", "", "import b")
    assert cells_of(b" \n") == Notebook((), ())


def test_other_files_are_decoded() -> None:
    assert source_text(b"# coding: latin-1\nx = '\xe9'\n", "/x/a.py") == ("# coding: latin-1\nx = 'é'\n", None)
