"""Run a command and say what it cost."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

POLL_SECONDS = 0.005


class Cost(NamedTuple):
    """What one run, or the median of several, took."""

    cpu: float
    """Seconds of CPU, user and system, of the process and all its children."""
    wall: float
    """Seconds."""
    memory: int
    """Peak bytes of the whole process tree; 0 where it wasn't asked for."""
    status: int
    """Exit status of the last run."""


def run(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> Cost:
    """Run a command with its output thrown away, and time it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    status = subprocess.run(
        command,
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ).returncode
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, wall, 0, status)


def peak_memory(command: Sequence[str], folder: Path, variables: Mapping[str, str]) -> int:
    """Run a command once more, and watch its memory: in a run of its own, because watching costs time too.

    On Linux memory shared between the processes counts once (the sum of their proportional set sizes). Elsewhere, and where
    the process is quicker than the eye, it is the largest of them.
    """
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peak = 0
    while process.poll() is None:
        peak = max(peak, proportional_set_size(process.pid))
        time.sleep(POLL_SECONDS)
    return peak or resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def proportional_set_size(pid: int) -> int:
    """Bytes that a process and its descendants take up now. 0 where the system doesn't say."""
    total = 0
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
        for thread in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{thread}/children").read_text().split():
                total += proportional_set_size(int(child))
    except OSError:
        pass  # It has ended meanwhile, or this isn't Linux.
    return total


def middle(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(
        median(cost.cpu for cost in costs),
        median(cost.wall for cost in costs),
        max(cost.memory for cost in costs),
        costs[-1].status,
    )
