"""``importwise check``: settings, environment, walk, read, check, report."""

from __future__ import annotations

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Sequence

from importwise.checks.finding import Finding, Report
from importwise.cli.clock import Clock
from importwise.cli.console import Console
from importwise.cli.failure import UsageError, during
from importwise.cli.report import FORMATS, Presentation, Statistics
from importwise.cli.setting_up import absolute, set_up
from importwise.names import ModuleName
from importwise.workspace.cache import cache_folder
from importwise.workspace.config import RULE, Config
from importwise.workspace.disk import DISK
from importwise.workspace.notebook import Joined, joined_notebook, source_text
from importwise.workspace.remembered import Question, recall


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
    # Without a settings file, and outside of its folder, what is named on the command line is the whole project.
    outside = any(not f"{path}/".startswith(f"{config.directory.rstrip('/')}/") for path in paths)
    tops = paths if config.file is None or outside else []
    paths = [] if tops else paths
    question = Question(config, environment, tuple(tops), tuple(paths), targets, arguments.show_open)
    clock.steps["setting up"] = clock.seconds

    answer = None
    folder = None if arguments.no_cache else cache_folder()
    if folder is not None and not arguments.syntax:
        with clock.step("comparing", f"looking for changes in {config.directory}"):
            answer = recall(question, folder, DISK)
    if answer is None:
        from importwise.cli.judging import answer_to

        answer = answer_to(question, arguments, folder, clock, console)
    report = _with_problems(answer.report, answer.problems)
    if arguments.paths:
        _say_what_is_left_out(arguments, config, targets, answer.named, report.files, console)
    statistics = Statistics(clock.steps, _peak_memory()) if arguments.statistics else None
    presentation = Presentation(
        directory=config.directory if config.file is not None else absolute(os.curdir),
        current=absolute(os.curdir),
        read_text=_read_text,
        read_notebook=_read_notebook,
        seconds=clock.seconds,
        paint=console.paint,
        encoding=console.out.encoding or "utf-8",
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


def _with_problems(report: Report, problems: Sequence[Finding]) -> Report:
    """The report with what is wrong with the settings."""
    findings = {*report.findings, *problems}
    return report._replace(findings=tuple(sorted(findings, key=_order)))


def _order(finding: Finding) -> tuple[object, ...]:
    # What is wrong with the settings comes first: it may explain all the rest.
    return finding.rule != RULE, finding.path, finding.span, finding.rule, finding.message


def _say_what_is_left_out(
    arguments: Namespace, config: Config, targets: Sequence[str], named: int, checked: int, console: Console
) -> None:
    """Tell whoever named paths that there is nothing to check in them, or that not all of it is what ``targets`` need."""
    where = ", ".join(arguments.paths)
    if targets and checked < named:
        what = f"{where} is" if named == 1 else f"{named - checked} of {named} files in {where} are"
        why = "--target" if arguments.targets else f"{config.place('targets')}: `targets`"
        console.notice(f"{what} left out: no target imports {'it' if named == 1 else 'them'} ({why})")
    elif not checked:
        console.notice(f"there are no Python files to check in {where}")


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


def _read_text(path: str) -> str | None:
    try:
        return source_text(DISK.read_file(path), path)[0]
    except OSError:
        return None


def _read_notebook(path: str) -> Joined | None:
    try:
        return joined_notebook(DISK.read_file(path))
    except OSError:
        return None


def _peak_memory() -> int | None:
    """Bytes at the peak: of this process, and of the largest that it started."""
    if sys.platform == "win32":
        return None
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return unit * sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
