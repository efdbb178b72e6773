"""Which files of a project certain modules need."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from importwise.checks.finding import SEARCH_SHOWN
from importwise.resolver.judge import Judge
from importwise.resolver.resolution import Found
from importwise.workspace.config import Config


def imported_by(judge: Judge, checked: Collection[str], targets: Sequence[str]) -> set[str]:
    """Those of the ``checked`` files that are the modules ``targets``, their packages, or what they import, transitively."""
    waiting = [path for target in targets for path in _files_of(judge, target)]
    reached: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path in reached or path not in checked:
            continue
        reached.add(path)
        for judgement in judge.judge(path):
            if judgement.verdict == "unreachable":
                continue
            name = f"{judgement.module}.{judgement.name}" if judgement.name not in (None, "*") else judgement.module
            waiting += _files_of(judge, name, judge.resolver.foreign_base(path))
    return reached


def with_missing_targets(config: Config, judge: Judge, targets: Sequence[str]) -> Config:
    """The settings with a problem more for each of ``targets`` that is no module, unless an editor has set them."""
    for target in missing_targets(judge, targets) if "targets" not in config.wished else ():
        help_lines = (SEARCH_SHOWN.format(target),)
        config = config.with_problem(("targets", target), f"`targets`: there is no module `{target}`", help_lines)
    return config


def missing_targets(judge: Judge, targets: Sequence[str]) -> list[str]:
    """Those of ``targets`` that are no modules."""
    return [target for target in targets if not isinstance(judge.resolver.find(target), Found)]


def _files_of(judge: Judge, name: str, base: str = "") -> Iterator[str]:
    """The files that are executed when ``name`` is imported: its packages' and its own."""
    parts = name.split(".")
    for size in range(1, len(parts) + 1):
        found = judge.resolver.find(".".join(parts[:size]), base)
        if type(found) is not Found:
            return
        if found.module.path.endswith(".py"):
            yield found.module.path
