"""Every case of `tests/cases`: each finding is marked, each mark is found; after each step, and for each file alone, the same.

``pytest tests/test_cases.py -k relative`` runs some, ``--accept`` rewrites the case files (read the difference!).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from casefile import Case, Expected, Step, finding_line, read_cases, rewrite
from importwise.checks.finding import Finding, Report
from importwise.index.change import Change, Touched
from importwise.queries.explanation import search_for
from importwise.resolver.judge import Judgement
from importwise.settings import Settings
from importwise.spans import Span
from importwise.workspace.config import Config, load_config
from importwise.workspace.project import Project
from world import PLATFORM, PROJECT, VERSION, MemoryDisk, absolute, environment, shown, standard_library

CASES = [case for file in sorted((Path(__file__).parent / "cases").glob("*.md")) for case in read_cases(file)]

Accepted = dict[Path, dict[tuple[int, int], tuple[list[Expected], list[Expected]]]]


@pytest.fixture(scope="module")
def accepted(request: pytest.FixtureRequest) -> Iterator[Accepted | None]:
    """Where ``--accept`` gathers what was found; the files are written at the end."""
    gathered: Accepted = {}
    yield gathered if request.config.getoption("--accept") else None
    for file, steps in gathered.items():
        rewrite(file, steps)


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_case(case: Case, accepted: Accepted | None, tmp_path: Path) -> None:
    """One case, step by step."""
    disk = MemoryDisk()
    project: Project | None = None
    findings: dict[str, tuple[Finding, ...]] = {}
    config: Config | None = None
    world: str | None = None
    wrong: list[str] = []
    for number, step in enumerate(case.steps):
        changes = advance(disk, step)
        world = step.environment if step.environment is not None else world
        old_config, config = config, configuration(disk, tmp_path / str(number))
        fresh = start(config, world, disk)
        if project is None or config.settings != old_config.settings or step.environment is not None:
            project = start(config, world, disk, live=True)
            findings = {path: project.findings(path) for path in project.checked}
        else:
            for path in project.apply(changes):
                findings.pop(path, None)
                if path in project.checked:
                    findings[path] = project.findings(path)
        report = check(fresh, config)
        if accepted is not None:
            place = accepted.setdefault(case.file, {})
            place[case.line, number] = found_in(report, disk), opens_in(report)
            continue
        differences = [*compare(step, report, disk)]
        if check(project, config) != report:
            differences.append("the incremental result is another than that from scratch:")
            differences += [f"  {line}" for line in unlike(check(project, config), report, disk)]
        for path in sorted({*findings, *fresh.checked}):
            if findings.get(path) != fresh.findings(path):
                differences.append(f"nobody was told that {shown(path)} is another now")
        differences += alone(fresh, report, config)
        differences += quickly(fresh)
        for question in step.why:
            differences += explained(fresh, question)
        wrong += [f"{step.heading}: {difference}" for difference in differences]
    if wrong:
        pytest.fail(f"{case.file.name}:{case.line + 1}\n" + "\n".join(wrong), pytrace=False)


def advance(disk: MemoryDisk, step: Step) -> list[Change]:
    """Bring the disk to the next revision; the changes that lead there."""
    changes: list[Change] = []
    for path in map(absolute, step.gone):
        gone = [old for old in disk.files if old == path or old.startswith(path.rstrip("/") + "/")]
        assert gone, f"{path} is not there"
        for old in gone:
            del disk.files[old]
            changes.append(Touched(old))
        disk.folders.discard(path.rstrip("/"))
    for path, data in step.written.items():
        disk.files[absolute(path)] = data
        changes.append(Touched(absolute(path)))
    disk.folders.update(map(absolute, step.folders))
    disk.unreadable.update(map(absolute, step.unreadable))
    disk.refresh()
    return changes


def configuration(disk: MemoryDisk, folder: Path) -> Config:
    """The project's settings, read from the files that a case shows."""
    names = [name for name in ("importwise.toml", "pyproject.toml") if f"{PROJECT}/{name}" in disk.files]
    if not names:
        return Config(PROJECT, None, Settings(), (), None, ())
    folder.mkdir()
    for path in disk.listings:
        if path.startswith(f"{PROJECT}/"):
            (folder / path[len(PROJECT) + 1 :]).mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(disk.files[f"{PROJECT}/{name}"])
    config = load_config(str(folder))

    def moved(path: str) -> str:
        return PROJECT + path.removeprefix(config.directory)

    return config._replace(
        directory=PROJECT,
        file=moved(config.file) if config.file else None,
        problems=tuple(problem._replace(path=moved(problem.path)) for problem in config.problems),
        pytest_paths=tuple(map(moved, config.pytest_paths)),
    )


def start(config: Config, world: str | None, disk: MemoryDisk, live: bool = False) -> Project:
    """The project, loaded from nothing."""
    version = tuple(map(int, config.settings.python_version.split("."))) if config.settings.python_version else VERSION
    platform = config.settings.platform or PLATFORM
    disk.library = standard_library(version, platform)  # type: ignore[arg-type]
    disk.refresh()
    project = Project(config, environment(version, platform, world), disk.disk(), live=live)  # type: ignore[arg-type]
    project.load()
    return project


def check(project: Project, config: Config) -> Report:
    """What importwise says of the whole project."""
    report = project.check(targets=config.settings.targets)
    return report._replace(findings=tuple(sorted((*report.findings, *config.problems), key=in_order)))


def in_order(finding: Finding) -> tuple[str, Span, str, str]:
    """The order of a report's findings."""
    return finding.path, finding.span, finding.rule, finding.message


def found_in(report: Report, disk: MemoryDisk) -> list[Expected]:
    """The findings in the words of case files."""
    found: list[Expected] = []
    for finding in report.findings:
        start, end = finding.span
        width = end.column - start.column
        if end.line > start.line:
            lines = disk.files.get(finding.path, b"").decode("utf-8", "replace").splitlines()
            width = len(lines[start.line]) - start.column if start.line < len(lines) else 1
        found.append(
            Expected(shown(finding.path), start.line + 1, start.column + 1, width, finding.rule, finding.severity, "")
        )
    return found


def opens_in(report: Report) -> list[Expected]:
    """The open imports in the words of case files."""
    return [
        Expected(shown(item.path), item.span.start.line + 1, item.span.start.column + 1, None, "open", "error", "")
        for item in report.open
    ]


def compare(step: Step, report: Report, disk: MemoryDisk) -> Iterator[str]:
    """Where a step and a report differ."""
    expected = list(step.findings)
    for found, finding in zip(found_in(report, disk), report.findings):
        key = found[:3] + found[4:6]
        match = next((e for e in expected if e[:3] + e[4:6] == key and e.width in (None, found.width)), None)
        said = f"{finding_line(found)} [{found.width}]: {finding.message} {' '.join(finding.help)}".strip()
        if match is None:
            yield f"not marked: {said}"
            continue
        expected.remove(match)
        text = said.casefold()
        for fragment in match.fragments:
            _before, word, text = text.partition(fragment.casefold())
            if not word:
                yield f"does not say {fragment!r}: {said}"
                break
    yield from (f"not found: {finding_line(e)} [{e.width}]" for e in expected)
    expected = list(step.open)
    for found, item in zip(opens_in(report), report.open):
        match = next((e for e in expected if e[:3] == found[:3]), None)
        if match is None:
            yield f"open, not listed: {finding_line(found)} {item.module} {item.name or ''}: {item.reason}"
            continue
        expected.remove(match)
        for fragment in match.fragments:
            if fragment.casefold() not in item.reason.casefold():
                yield f"does not say {fragment!r}: {finding_line(found)}: {item.reason}"
    yield from (f"not open: {finding_line(e)}" for e in expected)
    verdicts = {verdict: number for verdict, number in report.verdicts.items() if number}
    if step.verdicts is not None and verdicts != step.verdicts:
        yield f"verdicts: {verdicts}, not {step.verdicts}"
    allowed = {entry.module: number for entry, number in report.allowed}
    if step.allowed is not None and allowed != step.allowed:
        yield f"allowed: {allowed}, not {step.allowed}"
    if sum(report.verdicts.values()) != report.imports:
        yield f"{report.imports} imports, and {sum(report.verdicts.values())} verdicts"


def explained(project: Project, question: tuple[str, ...]) -> Iterator[str]:
    """What the answer to a ``why`` block lacks."""
    name, _, file = question[0].partition(" --from ")
    steps = search_for(project, name, absolute(file) if file else None)
    remaining = iter(steps)
    for line in question[1:]:
        kind, _, words = line.partition(" ")
        if not any(step.kind == kind and words.casefold() in step.text.casefold() for step in remaining):
            yield f"why {question[0]}: no step {line!r} (in that place) in:"
            yield from (f"  {step.kind} {step.text}" for step in steps)
            return


def unlike(one: Report, other: Report, disk: MemoryDisk) -> Iterator[str]:
    """How the incremental report ``one`` differs from ``other``."""
    mine, its = found_in(one, disk), found_in(other, disk)
    yield from (f"only then: {finding_line(e)}" for e in mine if e not in its)
    yield from (f"missed: {finding_line(e)}" for e in its if e not in mine)
    for field in Report._fields:
        values: list[Any] = [getattr(report, field) for report in (one, other)]
        if values[0] != values[1]:
            yield f"{field}: {values[0]!r}, not {values[1]!r}"


def quickly(project: Project) -> Iterator[str]:
    """The short way to the doubtful verdicts leads where the long one does, but for imports that never run and could."""
    for path in sorted(project.checked):
        known = {_told(judgement) for judgement in project.judgements(path)}
        number, doubts = project.judge.doubts(path)
        found = {_told(judgement) for judgement in doubts}
        missed = {told for told in known - found if told[-1] not in ("resolved", "unreachable")}
        if missed or not found <= known:
            yield f"{shown(path)}: in short {sorted(found - known)}, in all {sorted(missed)}"
        summary = project.snapshot.summaries[path]
        imports = sum(len(item.aliases) for item in summary.imports) if summary is not None else 0
        if number + sum(judgement.weight for judgement in doubts) != imports:
            yield f"{shown(path)}: {number} resolved and {len(doubts)} doubtful verdicts on {imports} imports"


def _told(judgement: Judgement) -> tuple[int, int, str, str, str]:
    item = judgement.item
    return item.line, item.column, judgement.module, judgement.name or "", judgement.verdict


def alone(project: Project, report: Report, config: Config) -> Iterator[str]:
    """A file's verdicts do not depend on which other files are in the run."""
    if config.settings.targets:
        return
    for path in sorted({f.path for f in report.findings} | {item.path for item in report.open}):
        if not path.endswith((".py", ".pyi")):
            continue
        one = project.check([path])
        mine = [f for f in one.findings if f.path == path], [item for item in one.open if item.path == path]
        its = [f for f in report.findings if f.path == path], [item for item in report.open if item.path == path]
        if mine != its:
            yield f"{shown(path)} checked alone: {mine}, with all others: {its}"
