"""What `check` does unless nothing has changed: walk, read, judge."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence

from importwise.cli.clock import Clock
from importwise.cli.console import Console
from importwise.cli.failure import UsageError, during
from importwise.cli.progress import Progress
from importwise.resolver.resolution import Found
from importwise.workspace.cache import Cache
from importwise.workspace.disk import DISK
from importwise.workspace.project import Project
from importwise.workspace.reach import with_missing_targets
from importwise.workspace.remembered import Answer, Question, remember


def answer_to(question: Question, arguments: Namespace, folder: str | None, clock: Clock, console: Console) -> Answer:
    """The answer, worked out with the help of the caches in ``folder`` if there is one, and kept there."""
    config, paths, targets = question.config, question.paths, question.targets
    jobs = arguments.jobs or _cores()
    project = Project(config, question.environment, DISK, question.tops)
    progress = Progress(console)
    try:
        with clock.step("reading", f"reading the files of {config.directory}"):
            cache = Cache(folder, config.directory) if folder is not None else None
            project.load(jobs, cache, progress)
        syntax_problems = None
        if arguments.syntax:
            from importwise.workspace.parse import parse_all

            with clock.step("parsing", f"parsing the files of {config.directory}"):
                syntax_problems = parse_all(_chosen(project, paths), DISK.read_file, jobs, progress)
    finally:
        progress.close()
    for target in arguments.targets:
        if not isinstance(project.judge.resolver.find(target), Found):
            raise UsageError(f"--target: there is no module `{target}` (`importwise why {target}` shows the search)")
    config = with_missing_targets(config, project.judge, targets)
    with clock.step("checking", f"checking {config.directory}"):
        report = project.check(paths or None, targets, syntax_problems, question.list_open)
    answer = Answer(report, config.problems, len(_chosen(project, paths)))
    if folder is not None and cache is not None:
        with during("saving the cache"):
            cache.save()
            if not arguments.syntax:
                remember(question, folder, project, cache, answer)
    return answer


def _chosen(project: Project, paths: Sequence[str]) -> list[str]:
    if not paths:
        return sorted(project.checked)
    folders = tuple(f"{path.rstrip('/')}/" for path in paths)
    return sorted(path for path in project.checked if path in paths or path.startswith(folders))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
