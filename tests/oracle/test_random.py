"""importwise and CPython say the same of projects made at random. A seed in a failure makes the same project again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from random_guards import make_module
from random_names import make_importer
from random_projects import make_project
from test_cpython import RUNNER, disagreements, job, pythons

from amounts import amount
from casefile import Step
from importwise.settings import Settings
from importwise.workspace.config import Config
from test_cases import found_in, opens_in, start
from world import PROJECT, MemoryDisk, absolute

SEEDS = range(amount(15))


def differences(projects: list[dict[str, bytes]], folder: Path) -> tuple[list[str], int]:
    """Where importwise and CPython differ, with the number of the project; and how much importwise finds in all."""
    steps: list[Step] = []
    jobs = []
    for number, files in enumerate(projects):
        disk = MemoryDisk()
        disk.files = {absolute(path): data for path, data in files.items()}
        report = start(Config(PROJECT, None, Settings(), (), None, ()), None, disk).check()
        findings, opens = tuple(found_in(report, disk)), tuple(opens_in(report))
        step = Step("", (), files, (), (), (), findings, opens, None, None, (), None, 0)
        steps.append(step)
        jobs.append(job(folder / str(number), step, files, set()))
    python = pythons().get("3.12") or next(iter(pythons().values()))
    ran = subprocess.run(
        [python, "-S", "-I", str(RUNNER)], input=json.dumps(jobs), capture_output=True, text=True, check=True
    )
    wrong: list[str] = []
    for number, (files, step, made, answers) in enumerate(zip(projects, steps, jobs, json.loads(ran.stdout))):
        for path, answer in answers.items():
            relative = path.removeprefix(f"{made['folder']}project/")
            wrong += [f"seed {number}: {line}" for line in disagreements(step, files, relative, answer)]
    return wrong, sum(len(step.findings) for step in steps)


def judge(projects: list[dict[str, bytes]], folder: Path, tolerated: float) -> None:
    """Fails on a false alarm; and on too many misses, or findings where CPython never came because something else failed before.

    ``tolerated`` is how many of these there may be, as a part of all findings.
    """
    wrong, found = differences(projects, folder)
    alarms = [line for line in wrong if "works, and is marked" in line]
    if alarms:
        pytest.fail("\n".join(alarms), pytrace=False)
    assert len(wrong) <= found * tolerated, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork") or sys.platform != "linux", reason="needs os.fork and Linux")
def test_projects(tmp_path: Path) -> None:
    """No false alarm, and few misses: of names that come from a star import that fails, or that fails elsewhere, nothing is said."""
    judge([make_project(seed) for seed in SEEDS], tmp_path, 0.05)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork") or sys.platform != "linux", reason="needs os.fork and Linux")
def test_guards(tmp_path: Path) -> None:
    """No false alarm, and few misses: what a handler of a partly failed body does is not followed to the end."""
    judge([{"main.py": make_module(seed).encode()} for seed in SEEDS], tmp_path, 0.15)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork") or sys.platform != "linux", reason="needs os.fork and Linux")
def test_names(tmp_path: Path) -> None:
    """No false alarm, and few misses: a name counts as bound where only a run shows that it is not."""
    judge([make_importer(seed) for seed in SEEDS], tmp_path, 0.5)
