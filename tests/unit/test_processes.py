"""Work that several processes share."""

from __future__ import annotations

import os
from functools import partial

import pytest

from importwise.workspace import processes

ITEMS = range(40)
EXPECTED = [(index, 2 * index) for index in ITEMS]
forked = pytest.mark.skipif(not processes.FORKS, reason="processes are not forked here")


def double(number: int, only_in: int = 0, fail_at: int = -1) -> int:
    if only_in and os.getpid() != only_in:
        os._exit(1)
    if number == fail_at:
        raise ValueError(f"no {number}")
    return 2 * number


def test_alone() -> None:
    assert list(processes.shared(ITEMS, double, double, 1)) == EXPECTED


@pytest.mark.parametrize("forks", [False, pytest.param(True, marks=forked)])
def test_each_is_done_once(forks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "FORKS", forks)
    assert sorted(processes.shared(ITEMS, double, double, 3)) == EXPECTED


@pytest.mark.parametrize("forks", [False, pytest.param(True, marks=forked)])
def test_a_process_that_dies(forks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it had is done here."""
    monkeypatch.setattr(processes, "FORKS", forks)
    assert sorted(processes.shared(ITEMS, double, partial(double, only_in=os.getpid()), 2)) == EXPECTED


def test_exceptions_are_raised_here() -> None:
    work = partial(double, fail_at=17)
    with pytest.raises(ValueError, match="no 17"):
        list(processes.shared(ITEMS, work, work, 2))


@forked
def test_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process stays when nobody wants the rest."""
    made = []
    fork = os.fork

    def noted() -> int:
        made.append(fork())
        return made[-1]

    monkeypatch.setattr(os, "fork", noted)
    results = processes.shared(ITEMS, double, double, 3)
    next(results)
    results.close()
    assert len(made) == 2
    for process in made:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


@forked
def test_more_than_the_queue_holds() -> None:
    items = range(40_000)
    assert sorted(processes.shared(items, double, double, 2)) == [(index, 2 * index) for index in items]
