"""Projects for the tests of queries: a dictionary of files, with a ``|`` where the cursor is."""

from __future__ import annotations

from typing import NamedTuple

from importwise.queries.definition import Definition
from importwise.refactoring.edit import Changes, applied
from importwise.settings import Settings
from importwise.spans import Position, Span
from importwise.workspace.config import Config
from importwise.workspace.project import Project
from test_cases import start
from world import PROJECT, MemoryDisk, absolute, shown


class Asked(NamedTuple):
    """A project, and where in it the cursor is."""

    project: Project
    path: str
    position: Position


def project_of(files: dict[str, str], settings_file: str | None = None) -> Project:
    """The project with ``files``, by the paths that cases have."""
    disk = MemoryDisk()
    disk.files = {absolute(path): text.encode() for path, text in files.items()}
    file = f"{PROJECT}/{settings_file}" if settings_file else None
    return start(Config(PROJECT, file, Settings(), (), None, ()), None, disk)


def ask(files: dict[str, str], settings_file: str | None = None) -> Asked:
    """The same, where one file has a ``|``, which is taken out."""
    marked = next(path for path, text in files.items() if "|" in text)
    text = files[marked]
    offset = text.index("|")
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    position = Position(before.count("\n"), len(before) - (before.rfind("\n") + 1))
    project = project_of({**files, marked: text[:offset] + text[offset + 1 :]}, settings_file)
    return Asked(project, absolute(marked), position)


def place(path: str, span: Span) -> str:
    """``shop/cart.py:3:5-9``: from 1, as reports count."""
    (line, start), (last, end) = span
    return f"{shown(path)}:{line + 1}:{start + 1}-{'' if line == last else f'{last + 1}:'}{end + 1}"


def targets(found: Definition | None) -> list[str]:
    """The targets of a definition as `place` writes them."""
    return [place(target.path, target.span) for target in found.targets] if found is not None else []


def after(project: Project, changes: Changes) -> dict[str, str]:
    """The texts of the files that ``changes`` alter, as they are then, by the paths that cases have."""
    texts: dict[str, str] = {}
    for path in dict.fromkeys(edit.path for edit in changes.edits):
        text = raw_text(project, path)
        texts[shown(path)] = applied(text, [edit for edit in changes.edits if edit.path == path])
    return texts


def raw_text(project: Project, path: str) -> str:
    """The text of a file with its own line ends; "" if there is none."""
    if path in project.buffers:
        return project.buffers[path]
    try:
        return project.disk.read_file(path).decode()
    except OSError:
        return ""
