"""Whatever happens on the disk and in the editor, what a live project says equals what one made from nothing says.

Findings are asked for again only of the files that `Project.apply` names, as an editor would. ``IMPORTWISE_SEED`` begins elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

import pytest

from amounts import amount
from casefile import Case
from changing_world import Action, ChangingWorld, storm
from importwise.checks.finding import Finding
from importwise.index.change import Change, Edited, Touched
from importwise.workspace.disk import DISK, Disk
from importwise.workspace.load import Loaded, load_files
from importwise.workspace.project import Project
from importwise.workspace.projects import SetUp, set_up
from test_cases import CASES, advance, configuration, start
from world import PROJECT, MemoryDisk

STEPS = amount(40)
SEED = int(os.environ.get("IMPORTWISE_SEED", "0"))


class Followed:
    """A live project, and what was last heard of each file."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.shown: dict[str, tuple[Finding, ...]] = {}
        self.ask(self.asked())

    def asked(self) -> set[str]:
        """The files of which there is something to say."""
        return self.project.checked | self.project.buffers.keys()

    def ask(self, paths: Iterable[str]) -> None:
        """Ask again what there is to say of ``paths``."""
        for path in sorted(paths):
            self.shown.pop(path, None)
            if path in self.asked():
                self.shown[path] = self.project.findings(path)

    def unlike(self, fresh: Project) -> Iterator[str]:
        """How that differs from what ``fresh`` says."""
        wanted = {path: fresh.findings(path) for path in fresh.checked | fresh.buffers.keys()}
        for path in sorted({*self.shown, *wanted}):
            mine, its = self.shown.get(path), wanted.get(path)
            if mine == its:
                continue
            yield f"{path}: {'not asked for' if mine is None else 'should be gone' if its is None else ''}"
            yield from (f"  still: {_said(finding)}" for finding in mine or () if finding not in (its or ()))
            yield from (f"  missed: {_said(finding)}" for finding in its or () if finding not in (mine or ()))
            if its is not None:
                yield f"  asked now it says {'the same as' if self.project.findings(path) == its else 'something else than'} a fresh one"
        mine, its = set(self.project.settings_findings()), set(fresh.settings_findings())
        yield from (f"settings, still: {_said(finding)}" for finding in mine - its)
        yield from (f"settings, missed: {_said(finding)}" for finding in its - mine)
        one, other = self.project.check(), fresh.check()
        if one != other:
            fields = [field for field, a, b in zip(one._fields, one, other) if a != b]
            yield f"check: {', '.join(fields)}"
            yield from (f"  still: {_said(finding)}" for finding in one.findings if finding not in other.findings)
            yield from (f"  missed: {_said(finding)}" for finding in other.findings if finding not in one.findings)
            yield from (f"  open, still: {item}" for item in one.open if item not in other.open)
            yield from (f"  open, missed: {item}" for item in other.open if item not in one.open)


def _said(finding: Finding) -> str:
    line, column = finding.span.start
    return f"{finding.path}:{line + 1}:{column + 1} {finding.rule} ({finding.severity}): {finding.message} {finding.help} {finding.suggestions} {finding.related}"


# On the real disk


class Life:
    """A world, and a live project in it that is told what happens."""

    def __init__(self, world: ChangingWorld, lazy: bool = False) -> None:
        self.world = world
        self.begin = self.set_up(None)
        project = Project(self.begin.config, self.begin.environment, disk_of(world), live=True)
        if lazy:
            project.load(read=False)
            self.late: Loaded | None = load_files(project.unread(), project.disk.read_file)
        else:
            project.load()
            self.late = None
        self.followed = Followed(project)

    def set_up(self, before: SetUp | None) -> SetUp:
        """Settings and environment, as the server finds them."""
        return set_up(self.world.project, {}, self.world.variables, before and before.config.settings)

    def go_on(self, changes: list[Change], loaded: Loaded | None = None) -> None:
        """Take ``changes`` in, as the server does."""
        project = self.followed.project
        self.followed.ask(project.apply(changes, loaded))
        begin = self.set_up(self.begin)
        if (begin.config, begin.environment) != (self.begin.config, self.begin.environment):
            self.followed.ask(project.reconfigure(begin.config, begin.environment))
        self.begin = begin

    def complete(self) -> None:
        """The rest of the files is read by now."""
        if self.late is not None:
            project = self.followed.project
            project.take_in(self.late)
            self.late = None
            self.followed.ask(project.complete())

    def unlike(self) -> list[str]:
        """How what was heard differs from the truth."""
        fresh = Project(self.begin.config, self.begin.environment, disk_of(self.world))
        fresh.load()
        fresh.apply([Edited(path, text) for path, text in self.world.buffers.items()])
        return list(self.followed.unlike(fresh))


def disk_of(world: ChangingWorld) -> Disk:
    """The real disk, on which some files can't be read; signatures are as good as they may be, or are not given."""

    def read_file(path: str) -> bytes:
        if path in world.unreadable:
            raise PermissionError(13, "Permission denied", path)
        return DISK.read_file(path)

    def signature(path: str) -> int | None:
        try:
            content = read_file(path)
        except OSError:
            return None
        return None if len(content) % 3 == 0 else hash(content)

    return Disk(DISK.list_folder, read_file, DISK.walk, signature)


Burst = tuple[int, list[Action]]


def play(folder: Path, seed: int, bursts: Iterable[Burst]) -> str:
    """Let it all happen in a new world; returns what went wrong, with the burst at which it did."""
    random = Random(seed)
    world = ChangingWorld(folder)
    world.begin(random)
    life = Life(world, lazy=seed % 4 == 3)
    for number, (mood, actions) in enumerate(bursts):
        changes = [change for action in actions for change in world.perform(action)]
        random = Random(mood)
        told = storm(random, changes, world.project)
        files = [change.path for change in told if isinstance(change, Touched) and os.path.isfile(change.path)]
        loaded = load_files(files, life.followed.project.disk.read_file) if random.random() < 0.2 else None
        life.go_on(told, loaded)
        if life.late is not None and random.random() < 0.7:
            continue
        life.complete()
        if unlike := life.unlike():
            return "\n".join([f"seed {seed}, burst {number}: {actions}, told: {told}", *unlike])
    return ""


def drawn(folder: Path, seed: int, steps: int) -> list[Burst]:
    """Bursts of things that may happen one after the other in the world of ``seed``."""
    random = Random(seed)
    world = ChangingWorld(folder)
    world.begin(random)
    bursts: list[Burst] = []
    for _ in range(steps):
        actions: list[Action] = []
        for _ in range(random.choice((1, 1, 1, 2, 4))):
            action = world.draw(random)
            world.perform(action)
            actions.append(action)
        bursts.append((random.randrange(1 << 30), actions))
    return bursts


@pytest.mark.parametrize("seed", range(SEED, SEED + 8))
def test_on_the_real_disk(seed: int, tmp_path: Path) -> None:
    """Everything that may happen, in bursts."""
    bursts = drawn(tmp_path / "drawn", seed, STEPS)
    assert not (unlike := play(tmp_path / "played", seed, bursts)), unlike


# On a disk made of a dictionary: the idioms of all cases


def test_cases_at_random() -> None:
    """From one case of tests/cases to the next, file by file, with what the one leaves to the other."""
    assert not (unlike := wander(SEED, STEPS * 8)), unlike


def wander(seed: int, steps: int) -> str:
    """Bring files of cases together at random; returns what went wrong."""
    random = Random(seed)
    disk = MemoryDisk()
    plain = [case for case in CASES if _is_plain(case)]
    config = configuration(disk, Path())
    project = start(config, None, disk, live=True)
    followed = Followed(project)
    for number in range(steps):
        case = random.choice(plain)
        changes: list[Change] = []
        if random.random() < 0.3:
            changes = [Touched(path) for path in [*disk.files, *disk.folders]]
            disk.files = {}
            disk.folders.clear()
        for step in case.steps:
            if all(_is_there(disk, path) for path in step.gone):
                changes += advance(disk, step)
        for path in random.sample(sorted(disk.files), min(len(disk.files), random.choice((0, 0, 1, 2)))):
            data = disk.files.pop(path)
            changes.append(Touched(path))
            if random.random() < 0.4:
                other = random.choice(sorted(disk.files) or [path])
                disk.files[other] = data
                changes.append(Touched(other))
        disk.refresh()
        followed.ask(project.apply(changes))
        unlike = list(followed.unlike(start(config, None, disk)))
        if unlike:
            return "\n".join([f"seed {seed}, step {number}, {case.id}: {changes}", *unlike])
    return ""


def _is_plain(case: Case) -> bool:
    settings = (f"{PROJECT}/importwise.toml", f"{PROJECT}/pyproject.toml", "importwise.toml", "pyproject.toml")
    return not any(step.environment or step.unreadable or set(settings) & step.written.keys() for step in case.steps)


def _is_there(disk: MemoryDisk, path: str) -> bool:
    full = f"{PROJECT}/{path}".rstrip("/")
    return any(old == full or old.startswith(f"{full}/") for old in disk.files)
