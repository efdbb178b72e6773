"""A report as text: one function for each form, in `FORMATS`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from importwise.checks.finding import Finding, Report, Verdict
from importwise.cli.console import Paint, plain
from importwise.cli.excerpt import brief, excerpt, safe
from importwise.settings import Severity
from importwise.spans import Position, Span
from importwise.workspace.notebook import Joined, is_notebook

SUMMARIZED: tuple[tuple[Verdict, bool], ...] = (
    ("resolved", True),
    ("open", True),
    ("optional", True),
    ("allowed", True),
    ("ignored", False),
    ("unreachable", False),
    ("unresolved", True),
)
"""Verdicts in the order of the summary line, and whether none of a kind is worth saying."""

SEVERITY_STYLES: dict[Severity, str] = {
    "error": "bold red",
    "warning": "bold yellow",
    "info": "bold blue",
    "off": "dim",
}

MOST_MODULES = 20
"""Lines of the statistics by module."""


class Statistics(NamedTuple):
    """What ``--statistics`` adds."""

    seconds: Mapping[str, float]
    """Time that each step took."""
    peak_memory: int | None
    """Bytes, of this process and of the largest it started; None where the system does not tell."""


class Presentation(NamedTuple):
    """What a form needs besides the report."""

    directory: str
    """To which JSON's paths are relative. Absolute, with forward slashes, as are all paths here."""
    current: str
    """To which the text's paths are relative, so that a terminal can open them."""
    read_text: Callable[[str], str | None]
    """The text of a file, or None if it can't be read."""
    seconds: float
    """Time that the check took."""
    read_notebook: Callable[[str], Joined | None] = lambda _: None
    """The cells of a notebook, or None if it can't be read."""
    paint: Paint = plain
    encoding: str = "utf-8"
    """In which the text is written, with escapes for what it lacks."""
    quiet: bool = False
    """For the text: without the summary, and without findings that are information only."""
    show_open: bool = False
    statistics: Statistics | None = None


def render_text(report: Report, presentation: Presentation) -> str:
    """The report for people: a block for each finding, then the summary line."""
    parts: list[str] = []
    findings = [finding for finding in report.findings if not (presentation.quiet and finding.severity == "info")]
    notebooks = _notebooks(report, presentation)
    for path, group in groupby(findings, key=lambda finding: finding.path):
        blocks = list(group)
        notebook = notebooks.get(path)
        text = presentation.read_text(path) if notebook is None else notebook.text if notebook.starts else None
        lines = _lines(text, 1 + max(finding.span.start.line for finding in blocks))
        shown = safe(_relative(path, presentation.current))
        parts += [_block(finding, shown, lines, notebook, presentation) for finding in blocks]
    if presentation.show_open and report.open:
        parts.append(_open_imports(report, notebooks, presentation))
    if presentation.statistics is not None:
        parts.append(_statistics(report, presentation.statistics, presentation))
    if not presentation.quiet:
        parts.append(_summary(report, presentation.paint))
    return "\n".join(parts)


def render_json(report: Report, presentation: Presentation) -> str:
    """The report for programs. Lines and columns count from 1, columns in code points. Keys are added, never renamed."""
    severities = Counter(finding.severity for finding in report.findings)
    summary: dict[str, Any] = {
        "files": report.files,
        "imports": report.imports,
        "errors": severities["error"],
        "warnings": severities["warning"],
        "infos": severities["info"],
        "seconds": round(presentation.seconds, 3),
        **{verdict: report.verdicts.get(verdict, 0) for verdict, _ in SUMMARIZED},
        "allow": [
            {"module": entry.module, "kind": entry.kind, "reason": entry.reason, "imports": count}
            for entry, count in report.allowed
        ],
    }
    notebooks = _notebooks(report, presentation)
    document: dict[str, Any] = {
        "schema": 1,
        "summary": summary,
        "findings": [
            _finding_value(finding, notebooks.get(finding.path), presentation.directory) for finding in report.findings
        ],
    }
    if presentation.show_open:
        document["open"] = [
            {
                "path": _relative(item.path, presentation.directory),
                **_place_value(item.span, notebooks.get(item.path)),
                "module": item.module,
                "name": item.name,
                "reason": item.reason,
            }
            for item in report.open
        ]
    if presentation.statistics is not None:
        document["statistics"] = {
            "rules": dict(_by_rule(report)),
            "modules": dict(_by_module(report)),
        }
    import json

    # ASCII alone: it survives every encoding of stdout, and bytes of file names that are no text keep their escapes.
    return json.dumps(document, indent=2) + "\n"


FORMATS: dict[str, Callable[[Report, Presentation], str]] = {"text": render_text, "json": render_json}
"""Every form of the report, by the name that `--output-format` knows."""


def _notebooks(report: Report, presentation: Presentation) -> dict[str, Joined]:
    """The notebooks among the files that the report names, with their cells."""
    paths = {finding.path for finding in report.findings} | {item.path for item in report.open}
    return {path: notebook for path in paths if is_notebook(path) and (notebook := presentation.read_notebook(path))}


def _in_cell(position: Position, notebook: Joined | None) -> tuple[int | None, Position]:
    """The number of the cell that a position is in, and the position in it; None and the position itself elsewhere."""
    place = notebook.place(position.line) if notebook is not None else None
    if notebook is None or place is None:
        return None, position
    index, line = place
    return notebook.numbers[index], Position(line, position.column)


def _place(path: str, position: Position, notebook: Joined | None) -> str:
    """For people: ``shop/cart.py:2:8``, ``book.ipynb:cell 3:2:8``. The path as it is shown."""
    cell, (line, column) = _in_cell(position, notebook)
    return f"{path}:{f'cell {cell}:' if cell is not None else ''}{line + 1}:{column + 1}"


def _block(finding: Finding, path: str, lines: list[str], notebook: Joined | None, presentation: Presentation) -> str:
    paint = presentation.paint
    style = SEVERITY_STYLES[finding.severity]
    start, end = finding.span
    number = str(_in_cell(start, notebook)[1].line + 1)
    margin = " " * len(number)
    bar = paint("|", "blue")
    place = _place(path, start, notebook)
    parts = [
        f"{paint(f'{finding.severity}[{finding.rule}]', style)}: {paint(brief(finding.message), 'bold')}",
        f"{margin}{paint('-->', 'blue')} {place}",
    ]
    if start.line < len(lines) and (lines[start.line] or end > start):
        line = lines[start.line]
        stop = end.column if end.line == start.line else len(line)
        shown = excerpt(line, start.column, stop, presentation.encoding)
        indent = " " * (len(shown.carets) - len(shown.carets.lstrip()))
        parts += [
            f"{margin} {bar}",
            f"{paint(number, 'blue')} {bar} {shown.source}".rstrip(),
            f"{margin} {bar} {indent}{paint(shown.carets.strip(), style)}",
        ]
    parts += [f"{margin} {paint('=', 'blue')} help: {brief(line)}" for line in finding.help]
    return "".join(f"{part}\n" for part in parts)


def _open_imports(report: Report, notebooks: Mapping[str, Joined], presentation: Presentation) -> str:
    parts = [presentation.paint("Imports that can't be judged without running code:", "bold")]
    for item in report.open:
        path = safe(_relative(item.path, presentation.current))
        place = _place(path, item.span.start, notebooks.get(item.path))
        target = item.module if item.name is None else f"{item.module}.{item.name}"
        parts.append(f"  {place}: {brief(target)}: {brief(item.reason)}")
    return "".join(f"{part}\n" for part in parts)


def _statistics(report: Report, statistics: Statistics, presentation: Presentation) -> str:
    paint = presentation.paint
    parts = []
    for title, counts in (("Findings by rule", _by_rule(report)), ("Findings by module", _by_module(report))):
        if counts:
            parts.append(paint(title, "bold"))
            parts += [f"{count:>9,}  {brief(name)}" for name, count in counts[:MOST_MODULES]]
            if len(counts) > MOST_MODULES:
                rest = sum(count for _, count in counts[MOST_MODULES:])
                parts.append(f"{rest:>9,}  in {len(counts) - MOST_MODULES} more")
    parts.append(paint("Time", "bold"))
    parts += [f"{seconds:>9.3f}  s {step}" for step, seconds in statistics.seconds.items()]
    parts.append(f"{presentation.seconds:>9.3f}  s in all")
    if statistics.peak_memory is not None:
        parts += [paint("Memory", "bold"), f"{statistics.peak_memory / 1_000_000:>9,.0f}  MB at the peak"]
    return "".join(f"{part}\n" for part in parts)


def _summary(report: Report, paint: Paint) -> str:
    severities = Counter(finding.severity for finding in report.findings)
    found = [
        paint(_count(severities[severity], severity), style)
        for severity, style in SEVERITY_STYLES.items()
        if severities[severity]
    ]
    verdicts = [
        f"{report.verdicts.get(verdict, 0):,} {verdict}"
        for verdict, always in SUMMARIZED
        if always or report.verdicts.get(verdict)
    ]
    line = (
        f"{', '.join(found) or paint('No problems', 'bold green')} in {_count(report.files, 'file')}, "
        f"{_count(report.imports, 'import')}: {', '.join(verdicts)}\n"
    )
    used = [f"  {count:>7,}  `{safe(entry.module)}` ({entry.kind})\n" for entry, count in report.allowed if count]
    return line + ("Allowed:\n" + "".join(used) if used else "")


def _by_rule(report: Report) -> list[tuple[str, int]]:
    return _ranked(Counter(finding.rule for finding in report.findings))


def _by_module(report: Report) -> list[tuple[str, int]]:
    return _ranked(Counter(finding.module for finding in report.findings if finding.module is not None))


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _finding_value(finding: Finding, notebook: Joined | None, directory: str) -> dict[str, Any]:
    return {
        "path": _relative(finding.path, directory),
        "code": finding.rule,
        "severity": finding.severity,
        **_place_value(finding.span, notebook),
        "module": finding.module,
        "name": finding.name,
        "message": finding.message,
        "help": list(finding.help),
        "suggestions": [
            {"title": each.title, **_place_value(each.span, notebook), "replacement": each.replacement}
            for each in finding.suggestions
            if not each.moves
        ],
    }


def _place_value(span: Span, notebook: Joined | None) -> dict[str, Any]:
    """The range, and in a notebook the number of the cell: then the range is in that cell."""
    cell, start = _in_cell(span.start, notebook)
    _, end = _in_cell(span.end, notebook)
    place: dict[str, Any] = {
        "range": {
            name: {"line": position.line + 1, "column": position.column + 1}
            for name, position in (("start", start), ("end", end))
        }
    }
    return place if cell is None else {"cell": cell, **place}


def _relative(path: str, folder: str) -> str:
    """``path`` relative to ``folder`` if it lies in it, else as it is."""
    prefix = folder.rstrip("/") + "/"
    return path.removeprefix(prefix)


def _lines(text: str | None, wanted: int) -> list[str]:
    """The first lines of a text, ``wanted`` of them or all, as `spans.Position` counts them: `str.splitlines` knows form feeds too."""
    if text is None:
        return []
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n", wanted)[:wanted]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
