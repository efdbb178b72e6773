"""The fix that allows a missing module: an entry in the settings file."""

from __future__ import annotations

import sys
from typing import NamedTuple

from importwise.checks.finding import Finding
from importwise.refactoring.allowing import Allowance, allow_item, allow_table
from importwise.refactoring.edit import Changes, applied
from importwise.spans import Span
from importwise.workspace.config import PROJECT_FILE, SETTINGS_FILE
from importwise.workspace.project import Project
from importwise.workspace.toml_places import Path, Place, places

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ALLOWED_RULES = ("unresolved-import", "unresolved-name")


class Allow(NamedTuple):
    """An entry for the allowlist that is to be written."""

    title: str
    finding: Finding
    changes: Changes
    path: str
    """The settings file."""
    reason: Span
    """Where the reason stands after the edit, within its quotes: a person has to write it."""


def allow(project: Project, finding: Finding) -> Allow | None:
    """The entry that allows what the finding misses; None if that is nothing to be allowed, or the settings file is broken."""
    if finding.rule not in ALLOWED_RULES or finding.module is None:
        return None
    target = finding.module if finding.name is None else f"{finding.module}.{finding.name}"
    path = project.config.file or f"{project.config.directory}/{SETTINGS_FILE}"
    text = _text(project, path)
    kind = "extension" if target.rpartition(".")[2].startswith("_") else "generated"
    above: Path = ("tool", "importwise") if path.endswith(f"/{PROJECT_FILE}") else ()
    allowance = _allowance(path, text or "", target, kind, above)
    if allowance is None:
        return None
    title = f"Allow `{target}` in {path.rpartition('/')[2]}"
    changes = Changes((allowance.edit,), (path,) if text is None else ())
    return Allow(title, finding, changes, path, allowance.reason)


def _text(project: Project, path: str) -> str | None:
    """The text of the settings file with its own line ends; None if there is none."""
    if path in project.buffers:
        return project.buffers[path]
    try:
        return project.disk.read_file(path).decode("utf-8-sig", "replace")
    except OSError:
        return None


def _allowance(path: str, text: str, target: str, kind: str, above: Path) -> Allowance | None:
    where = places(text)
    key: Path = (*above, "allow")
    if key in where and _at(text, where[key].value) == "[" and where[key].key != where[key].value:
        allowance = allow_item(path, text, target, kind, where[key].value, _items(where, key))
    else:
        allowance = allow_table(path, text, target, kind, ".".join(map(str, key)), _last_line(where, key, above))
    return allowance if _is_last(applied(text, [allowance.edit]), key, target) else None


def _items(where: dict[Path, Place], key: Path) -> list[Span]:
    items: list[Span] = []
    while (place := where.get((*key, len(items)))) is not None:
        items.append(place.value)
    return items


def _last_line(where: dict[Path, Place], key: Path, above: Path) -> int | None:
    """The last line of the entries that are there; without any, of the settings in pyproject.toml; else None."""
    for prefix in (key, above) if above else (key,):
        ends = [place.value.end.line for path, place in where.items() if path[: len(prefix)] == prefix]
        if ends:
            return max(ends)
    return None


def _at(text: str, span: Span) -> str:
    lines = text.split("\n")
    return lines[span.start.line][span.start.column : span.start.column + 1]


def _is_last(text: str, key: Path, target: str) -> bool:
    """Whether the settings file is sound, and its last entry is the new one."""
    try:
        table: object = tomllib.loads(text)
    except ValueError:
        return False
    for part in key:
        table = table.get(part) if isinstance(table, dict) else None
    return isinstance(table, list) and isinstance(table[-1], dict) and table[-1].get("module") == target
