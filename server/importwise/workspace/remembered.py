"""The report of the last check, given again if nothing that it was made from has changed.

What a check says follows from what it is asked (settings, environment, what of the project) and from what it sees of the
world: and that is through the tables of its snapshot alone, which fill themselves when somebody asks (`index.filled`). So the
folders in ``tree``, the files in ``summaries`` and the tables beside it, and the project's own folders with what is ignored
in them, are all there is to compare: folders by what lies in them, files by their signatures, as with `cache`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import importwise
from importwise.checks.finding import Finding, OpenImport, Related, Report, Suggestion
from importwise.index.tree import Listing
from importwise.searchpath import Environment
from importwise.settings import Allow
from importwise.spans import Position, Span
from importwise.workspace.cache import (
    Cache,
    cache_file,
    read_values,
    signature_of,
    sources_version,
    write_values,
)
from importwise.workspace.config import Config
from importwise.workspace.disk import Disk
from importwise.workspace.folders import Folders
from importwise.workspace.layout import absolute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importwise.workspace.project import Project


class Question(NamedTuple):
    """All that a check is told."""

    config: Config
    environment: Environment
    tops: tuple[str, ...]
    """Folders and files that make up the project; none for its directory."""
    paths: tuple[str, ...]
    """Of which files and folders the report is to be; none for all."""
    targets: tuple[str, ...]
    list_open: bool


class Answer(NamedTuple):
    """What comes of it."""

    report: Report
    """Without what is wrong with the settings."""
    problems: tuple[Finding, ...]
    """What is wrong with the settings."""
    named: int
    """How many files ``paths`` are, those included that the targets don't need."""


def recall(question: Question, folder: str, disk: Disk) -> Answer | None:
    """What `remember` was told of the same question, if the world is still as it was then. ``folder`` holds the caches."""
    known = read_values(cache_file(folder, question.config.directory, "report"))
    if known is None or known[0] != _known_by(question, disk):
        return None
    _, endings, checked, tree, files, named, report = known
    if any(signature_of(path) != signature for path, signature in files.items()):
        return None
    folders = Folders(_tops(question), question.config.settings.exclude, endings, disk)
    folders.walk()
    if folders.problems or sorted(folders.checked) != checked:
        return None
    # What is not among the walked folders is listed now.
    if any(_entries(folders.tree[path]) != entries for path, entries in tree.items()):
        return None
    return Answer(_report(report, question.config.settings.allow), question.config.problems, named)


def remember(question: Question, folder: str, project: Project, cache: Cache, answer: Answer) -> None:
    """Keep an answer, with all that it was made from. Nothing is kept if files can't be read, or are too young."""
    snapshot = project.snapshot
    if answer.problems != question.config.problems:
        return  # A target was not found: that is said of the settings anew each time.
    if project.territory.problems or any(summary is None for summary in snapshot.summaries.values()):
        return
    files = cache.signatures(set().union(snapshot.summaries, project.checked, *snapshot.facts))
    if files is None:
        return
    tree = {path: _entries(listing) for path, listing in snapshot.tree.items()}
    report = answer.report
    values = (
        [tuple(finding) for finding in report.findings],
        [tuple(item) for item in report.open],
        *report[2:5],
        [count for _, count in report.allowed],
    )
    known = (
        _known_by(question, project.disk),
        project.territory.endings,
        sorted(project.checked),
        tree,
        files,
        answer.named,
        _plain(values),
    )
    write_values(cache_file(folder, question.config.directory, "report"), known)


def _tops(question: Question) -> tuple[str, ...]:
    return question.tops or (question.config.directory,)


def _entries(listing: Listing) -> tuple[frozenset[str], frozenset[str]]:
    return listing.files, listing.folders


def _known_by(question: Question, disk: Disk) -> str:
    """The question as text, and with it importwise's own version, and what else an answer depends on."""
    home = os.path.dirname(importwise.__file__)
    folders = [home, *(entry.path for entry in os.scandir(home) if entry.is_dir() and entry.name != "__pycache__")]
    allow = question.config.settings.allow
    today = date.today() if any(entry.expires for entry in allow) else None
    evidence = [_exists(absolute(question.config.directory, entry.evidence), disk) for entry in allow if entry.evidence]
    return repr((importwise.__version__, sources_version(folders), today, evidence, _sorted(question)))


def _exists(path: str, disk: Disk) -> bool:
    folder, _, name = path.rpartition("/")
    return any(name in entries for entries in disk.list_folder(folder))


def _sorted(value: Any) -> Any:
    """The value with its sets in order: that in which Python keeps them is another in each process."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_sorted(item) for item in value]
    return [(key, _sorted(item)) for key, item in value.items()] if hasattr(value, "items") else value


def _plain(value: Any) -> Any:
    """The value made of plain tuples, which alone ``marshal`` knows."""
    return tuple([_plain(item) for item in value]) if isinstance(value, (tuple, list)) else value


def _report(values: Any, allow: Sequence[Allow]) -> Report:
    findings, opened, files, imports, verdicts, counts = values
    return Report(
        tuple([_finding(*finding) for finding in findings]),
        tuple([OpenImport(path, _span(span), *rest) for path, span, *rest in opened]),
        files,
        imports,
        verdicts,
        tuple(zip(allow, counts, strict=True)),
    )


def _finding(
    path: str, rule: str, severity: Any, span: Any, message: str, help_lines: Any, module: Any, name: Any, *more: Any
) -> Finding:
    suggestions, related = more
    return Finding(
        path,
        rule,
        severity,
        _span(span),
        message,
        help_lines,
        module,
        name,
        tuple([Suggestion(title, _span(place), *more) for title, place, *more in suggestions]),
        tuple([Related(file, _span(place), text) for file, place, text in related]),
    )


def _span(span: tuple[tuple[int, int], tuple[int, int]]) -> Span:
    return Span(Position(*span[0]), Position(*span[1]))
