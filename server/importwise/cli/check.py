"""``importwise check``: settings, environment, walk, read, check, report."""

from __future__ import annotations

import gc
import os
import sys
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from importwise.checks.finding import Finding, Report
from importwise.cli.console import Console
from importwise.cli.failure import UsageError, during
from importwise.cli.report import FORMATS, Presentation, Statistics
from importwise.cli.setting_up import absolute, set_up
from importwise.names import ModuleName
from importwise.resolver.resolution import Found
from importwise.syntax.decode import decode
from importwise.workspace.cache import Cache, cache_folder
from importwise.workspace.config import RULE, Config
from importwise.workspace.disk import DISK
from importwise.workspace.project import Project


class Clock:
    """Times the steps of a check."""

    def __init__(self) -> None:
        self.begin = time.perf_counter()
        self.steps: dict[str, float] = {}

    @contextmanager
    def step(self, name: str, doing: str) -> Iterator[None]:
        """Time a step, and know what was being done should it fail."""
        begin = time.perf_counter()
        with during(doing):
            yield
        self.steps[name] = time.perf_counter() - begin

    @property
    def seconds(self) -> float:
        """Time since the clock was made."""
        return time.perf_counter() - self.begin


def check(arguments: Namespace, console: Console) -> int:
    """Check a project, write the report to stdout, and return the exit status."""
    clock = Clock()
    # What a check makes has no cycles to speak of: looking for them takes a seventh of the time and frees nothing.
    gc.disable()
    paths = [_existing(path) for path in arguments.paths]
    config, environment = set_up(arguments, paths, console)
    targets = _targets(arguments.targets) or config.settings.targets
    if paths == [config.directory]:
        paths = []
    jobs = arguments.jobs or _cores()
    clock.steps["setting up"] = clock.seconds

    from importwise.cli.progress import Progress

    # Without a settings file, and outside of its folder, what is named on the command line is the whole project.
    outside = any(not f"{path}/".startswith(f"{config.directory.rstrip('/')}/") for path in paths)
    tops = paths if config.file is None or outside else []
    paths = [] if tops else paths
    project = Project(config, environment, DISK, tops)
    progress = Progress(console)
    try:
        with clock.step("reading", f"reading the files of {config.directory}"):
            cache = _cache(arguments, config)
            project.load(jobs, cache, progress)
        problems = None
        if arguments.syntax:
            from importwise.workspace.parse import parse_all

            with clock.step("parsing", f"parsing the files of {config.directory}"):
                problems = parse_all(_chosen(project, paths), DISK.read_file, jobs, progress)
    finally:
        progress.close()
    for target in targets:
        if not isinstance(project.judge.resolver.find(target, ""), Found):
            where = "--target" if target in arguments.targets else f"`targets` in {config.file}"
            raise UsageError(f"{where}: there is no module `{target}` (`importwise why {target}` shows the search)")
    with clock.step("checking", f"checking {config.directory}"):
        report = _with_problems(project.check(paths or None, targets, problems, arguments.show_open), config)
    if cache is not None:
        with during("saving the cache"):
            cache.save()
    if arguments.paths and not report.files:
        console.notice(f"there are no Python files to check in {', '.join(arguments.paths)}")

    statistics = Statistics(clock.steps, _peak_memory()) if arguments.statistics else None
    presentation = Presentation(
        directory=config.directory if config.file is not None else absolute(os.curdir),
        current=absolute(os.curdir),
        read_text=_read_text,
        seconds=clock.seconds,
        paint=console.paint,
        quiet=console.quiet,
        show_open=arguments.show_open,
        statistics=statistics,
    )
    with during("writing the report"):
        console.out.write(FORMATS[arguments.output_format](report, presentation))
        console.out.flush()
    return exit_status(report)


def exit_status(report: Report) -> int:
    """0 without errors, 2 if the settings have some, else 1."""
    errors = {finding.rule for finding in report.findings if finding.severity == "error"}
    return 2 if RULE in errors else 1 if errors else 0


def _with_problems(report: Report, config: Config) -> Report:
    """The report with what is wrong with the settings."""
    findings = {*report.findings, *config.problems}
    return report._replace(findings=tuple(sorted(findings, key=_order)))


def _order(finding: Finding) -> tuple[object, ...]:
    # What is wrong with the settings comes first: it may explain all the rest.
    return finding.rule != RULE, finding.path, finding.span, finding.rule, finding.message


def _existing(path: str) -> str:
    if os.path.isdir(path) or os.path.isfile(path):
        return absolute(path)
    if os.path.lexists(path):
        raise UsageError(f"{path} is neither a file nor a folder")
    raise UsageError(f"there is no file or folder {path}")


def _targets(names: Sequence[str]) -> tuple[str, ...]:
    for name in names:
        if ModuleName.parse(name) is None:
            raise UsageError(f"--target: `{name}` is no absolute dotted module name")
    return tuple(names)


def _chosen(project: Project, paths: Sequence[str]) -> list[str]:
    if not paths:
        return sorted(project.checked)
    folders = tuple(f"{path.rstrip('/')}/" for path in paths)
    return sorted(path for path in project.checked if path in paths or path.startswith(folders))


def _cache(arguments: Namespace, config: Config) -> Cache | None:
    return None if arguments.no_cache else Cache(cache_folder(), config.directory)


def _read_text(path: str) -> str | None:
    try:
        text: str = decode(DISK.read_file(path))[0]
    except OSError:
        return None
    return text


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _peak_memory() -> int | None:
    """Bytes at the peak: of this process, and of the largest that it started."""
    if sys.platform == "win32":
        return None
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return unit * sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
