"""Work that several processes share."""

from __future__ import annotations

import os
import sys
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

FORKS = sys.platform == "linux"
"""Elsewhere a forked process may not be able to use the system's own libraries, or can't be made at all."""


def shared(
    items: Sequence[Item], here: Callable[[Item], Result], away: Callable[[Item], Result], jobs: int
) -> Iterator[tuple[int, Result]]:
    """What becomes of each of the items, with its index; in the order in which they are done.

    At most ``jobs`` processes work: this one, by ``here``, and others, by ``away``, both of which stand in a module, and the
    results of which can be pickled. What another process fails to bring back is done here, and its exceptions are raised here.
    """
    jobs = min(jobs, len(items))
    done: set[int] = set()
    if jobs > 1:
        for index, result in _forked(items, here, away, jobs) if FORKS else _spawned(items, away, jobs):
            done.add(index)
            yield index, result
    for index, item in enumerate(items):
        if index not in done:
            yield index, here(item)


def _forked(
    items: Sequence[Item], here: Callable[[Item], Result], away: Callable[[Item], Result], jobs: int
) -> Iterator[tuple[int, Result]]:
    """Copies of this process take their share from one queue, and send what they have done when the queue is empty."""
    import pickle
    import signal

    with ExitStack() as stack:
        indices = array("I", range(len(items)))
        queue, entrance = os.pipe()
        stack.callback(os.close, queue)
        try:
            # What has no room in the queue is done by the caller.
            os.set_blocking(entrance, False)
            os.write(entrance, indices)
        finally:
            os.close(entrance)
        mine = _taken(queue, indices.itemsize)
        outlets = []
        for _ in range(jobs - 1):
            outlet, writing = os.pipe()
            results = stack.enter_context(open(outlet, "rb"))
            with open(writing, "wb") as inlet:
                try:
                    process = os.fork()
                except OSError:
                    break
                if process == 0:
                    try:
                        pickle.dump([(index, away(items[index])) for index in mine], inlet)
                        inlet.flush()
                    finally:
                        # Whatever went wrong is done again, and told, by the caller.
                        os._exit(0)
            stack.callback(os.waitpid, process, 0)
            stack.callback(os.kill, process, signal.SIGKILL)
            outlets.append(results)
        for index in mine:
            yield index, here(items[index])
        for results in outlets:
            try:
                yield from pickle.load(results)
            except (EOFError, pickle.UnpicklingError):
                pass


def _taken(queue: int, size: int) -> Iterator[int]:
    """Indices from the queue, each of which one process gets."""
    while record := os.read(queue, size):
        yield int.from_bytes(record, sys.byteorder)


def _spawned(items: Sequence[Item], away: Callable[[Item], Result], jobs: int) -> Iterator[tuple[int, Result]]:
    """New processes, to which the work is sent; this one waits."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(jobs, context, initializer=_expect, initargs=(away,)) as pool:
            yield from enumerate(pool.map(_do, items))
    except (BrokenProcessPool, OSError):
        pass


_works: list[Callable[[Any], Any]] = []
"""In a new process: what it was made for."""


def _expect(work: Callable[[Any], Any]) -> None:
    _works.append(work)


def _do(item: Any) -> Any:
    return _works[0](item)
