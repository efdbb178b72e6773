"""Jupyter notebooks as Python text: the code cells one below the other, without what only IPython understands.

Sources: nbformat's documentation ("The Notebook file format", versions 3 and 4); IPython's ``core/inputtransformer2.py``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, NamedTuple

from importwise.syntax.decode import decode
from importwise.syntax.summary import Problem

ENDING = ".ipynb"

PYTHON_CELL_MAGICS = frozenset(
    {
        "capture",
        "debug",
        "heat",
        "lprun",
        "memit",
        "mprun",
        "prun",
        "pyinstrument",
        "scalene",
        "snakeviz",
        "time",
        "timeit",
    }
)
"""Cell magics that run the rest of their cell as Python, in the kernel. All others mean another language, a file, another process."""


class Notebook(NamedTuple):
    """The code cells of a notebook."""

    sources: tuple[str, ...]
    """The text of each code cell in Python; none if the notebook's kernel speaks another language."""
    numbers: tuple[int, ...]
    """Which cell each is, counted from 1 over cells of all kinds."""
    problem: str | None = None
    """Why this is no notebook, if so."""


class Joined(NamedTuple):
    """Cells as one Python text. Columns are those of the cells."""

    text: str
    starts: tuple[int, ...]
    """The line of the text, from 0, on which each cell begins: line n of cell i is line ``starts[i] + n``."""
    numbers: tuple[int, ...]
    """What people call each cell: `Notebook.numbers`."""

    def place(self, line: int) -> tuple[int, int] | None:
        """The cell, by its index, and the line in it that a line of the text is, all from 0; None if there is no cell."""
        index = bisect_right(self.starts, line) - 1
        if index < 0:
            return (0, 0) if self.starts else None
        return index, line - self.starts[index]


def is_notebook(path: str) -> bool:
    """Whether a file is one by its name."""
    return path.endswith(ENDING)


def source_text(data: bytes, path: str) -> tuple[str, Problem | None]:
    """The Python text of a file's content, that of a notebook joined, and why Python would refuse to read it, if so."""
    if not is_notebook(path):
        return decode(data)
    notebook = cells_of(data)
    problem = None if notebook.problem is None else Problem(0, 0, 0, notebook.problem, False)
    return python_of(notebook.sources).text, problem


def joined_notebook(data: bytes) -> Joined:
    """The text of a notebook file with the content ``data``, with the way back to its cells."""
    notebook = cells_of(data)
    return python_of(notebook.sources, notebook.numbers)


def cells_of(data: bytes) -> Notebook:
    """The code cells of a notebook file with the content ``data``. Never raises: what is no notebook has a problem."""
    import json

    if not data.strip():
        return Notebook((), ())  # Jupyter makes such files, and opens them as notebooks without cells.
    try:
        document = json.loads(data)
    except UnicodeDecodeError as error:
        return Notebook((), (), f"this is no notebook: not UTF-8: {error.reason}")
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        return Notebook((), (), f"this is no notebook: not JSON: {error.msg.lower()} ({place} of the file)")
    except RecursionError:
        return Notebook((), (), "this is no notebook: nested too deeply")
    cells = _cells(document)
    if cells is None:
        return Notebook((), (), "this is no notebook: it has no list of cells")
    if not _speaks_python(document):
        return Notebook((), ())
    sources = [(_source(cell), number) for number, cell in enumerate(cells, 1) if _is_python(cell)]
    return Notebook(tuple([source for source, _ in sources]), tuple([number for _, number in sources]))


def python_of(sources: Sequence[str], numbers: Sequence[int] = ()) -> Joined:
    """Code cells as one text in which the parser finds nothing that IPython alone understands. Total.

    Each cell comes after a line of the joint's own, and what a cell leaves open (a bracket, a string) ends with it.
    ``numbers`` are those of the cells, by default from 1 on.
    """
    lines: list[str] = []
    starts: list[int] = []
    for source in sources:
        cell, closing = _python_lines(source)
        first = next((line for line in cell if line.strip()), "")
        # IPython takes the indentation of a cell's first line off all its lines. Here the columns shall stay.
        lines.append("if True:" if first[:1] in (" ", "\t") else "")
        starts.append(len(lines))
        lines += cell
        if closing is not None:
            lines.append(closing)
    return Joined("\n".join([*lines, ""]), tuple(starts), tuple(numbers or range(1, len(starts) + 1)))


def _cells(document: Any) -> list[Any] | None:
    if not isinstance(document, dict):
        return None
    cells = document.get("cells")
    if cells is None and isinstance(document.get("worksheets"), list):  # nbformat 3
        sheets = [sheet.get("cells") for sheet in document["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets if isinstance(sheet, list) for cell in sheet]
    return cells if isinstance(cells, list) else None


def _speaks_python(document: dict[str, Any]) -> bool:
    """Whether the kernel does, as far as the notebook says: a new one may not say anything."""
    metadata = document.get("metadata")
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        entry = metadata.get(key) if isinstance(metadata, dict) else None
        language = entry.get(name) if isinstance(entry, dict) else None
        if isinstance(language, str):
            return language.lower() in ("python", "python3", "ipython")
    return True


def _is_python(cell: Any) -> bool:
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return False
    metadata = cell.get("metadata")
    editor = metadata.get("vscode") if isinstance(metadata, dict) else None
    language = editor.get("languageId") if isinstance(editor, dict) else cell.get("language")
    return not isinstance(language, str) or language.lower() == "python"


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))  # "input" is nbformat 3's.
    if isinstance(source, list):
        source = "".join([part for part in source if isinstance(part, str)])
    return source if isinstance(source, str) else ""


_CELL_MAGIC = re.compile(r"[ \t]*%%(\w*)")
_BLANK = re.compile(r"[ \t\f]*(?:#.*)?$")
"""What may stand before a cell magic. (With a comment before it IPython would not take it for one: no Python comes of it either way.)"""
_ESCAPED = re.compile(
    r"[ \t]*[%!?,;/]"
    r"|[^#'\"\n]*\?[ \t]*$"
    r"|(?:[^#'\"=!<>()\n]|'[^'\n]*'|\"[^\"\n]*\")+=[ \t]*[%!](?!=)"
)
"""A line magic, a shell command, a call without brackets; a question; what a magic or a command returns, assigned."""
_TOKEN = re.compile(
    r"#.*"
    r"|(?P<open>\"\"\"|''')"
    r"|(?P<cut>[\"'])(?:(?!(?P=cut))[^\\]|\\.)*\\$"
    r"|\"(?:[^\"\\]|\\.)*\"?|'(?:[^'\\]|\\.)*'?"
    r"|(?P<bracket>[()\[\]{}])"
    r"|(?P<continued>\\$)"
)
_STRING_END = {
    '"""': re.compile(r'(?:[^"\\]|\\.|\\$|"(?!""))*"""'),
    "'''": re.compile(r"(?:[^'\\]|\\.|\\$|'(?!''))*'''"),
    # Only a backslash carries these over to the next line.
    '"': re.compile(r'(?:[^"\\]|\\.)*(?:"|(?<!\\)$)'),
    "'": re.compile(r"(?:[^'\\]|\\.)*(?:'|(?<!\\)$)"),
}
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def _python_lines(source: str) -> tuple[list[str], str | None]:
    """The lines of a cell, with ``pass`` for what only IPython understands, and a line that closes what it leaves open."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    begin = 0
    while begin < len(lines):
        if match := _CELL_MAGIC.match(lines[begin]):
            if match[1] not in PYTHON_CELL_MAGICS:
                return [""] * len(lines), None
            lines[begin] = ""
        elif not _BLANK.match(lines[begin]):
            break
        begin += 1
    string = ""
    brackets: list[str] = []
    continued = magic = False
    for index in range(begin, len(lines)):
        line = lines[index]
        if magic or not (string or brackets or continued):
            if magic or _ESCAPED.match(line):
                # A command goes on where its line ends with a backslash; the lines that follow are no Python either.
                indentation = line[: len(line) - len(line.lstrip())]
                lines[index] = "" if magic or not line.strip() else f"{indentation}pass"
                magic = line.endswith("\\")
                continue
        string, continued = _scan(line, string, brackets)
    if string or brackets or continued:
        return lines, string + "".join([_CLOSING[bracket] for bracket in reversed(brackets)])
    return lines, None


def _scan(line: str, string: str, brackets: list[str]) -> tuple[str, bool]:
    """Follow a line of Python, in a string that began with the quotes ``string`` or in none; ``brackets`` are those that are open.

    Returns the string that is open at the end of the line, and whether the line is continued by a backslash.
    """
    at = 0
    while True:
        if string:
            end = _STRING_END[string].match(line, at)
            if end is None:
                return string, False
            string, at = "", end.end()
        token = _TOKEN.search(line, at)
        if token is None:
            return "", False
        at = token.end()
        if token["cut"]:
            return token["cut"], False
        if token["open"]:
            string = token["open"]
        elif token["continued"] is not None:
            return "", True
        elif bracket := token["bracket"]:
            if bracket in _CLOSING:
                brackets.append(bracket)
            elif brackets:
                brackets.pop()
