"""Parses files in full with the running Python's own parser, for ``--syntax``. Nothing is run."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from importwise.syntax.decode import decode
from importwise.syntax.full import full_problems
from importwise.syntax.summary import Problem

CHUNK = 64
"""Files that a process is given at a time."""

Problems = dict[str, tuple[Problem, ...]]


def parse_all(
    paths: Sequence[str],
    read_file: Callable[[str], bytes],
    jobs: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Problems:
    """Why importing each of ``paths`` would fail, as the parser says; files without a problem, and stubs, are left out."""
    sources = [path for path in paths if path.endswith(".py")]
    chunks = [sources[start : start + CHUNK] for start in range(0, len(sources), CHUNK)]
    found: Problems = {}
    done = 0
    for chunk, problems in zip(chunks, _parsed(chunks, read_file, jobs), strict=True):
        found.update(problems)
        done += len(chunk)
        if progress is not None:
            progress(done, len(sources))
    return found


def _parsed(chunks: list[list[str]], read_file: Callable[[str], bytes], jobs: int) -> Iterator[Problems]:
    begun = 0
    if jobs > 1 and len(chunks) > 1:
        method = "fork" if os.name == "posix" and "fork" in multiprocessing.get_all_start_methods() else "spawn"
        try:
            with ProcessPoolExecutor(min(jobs, len(chunks)), multiprocessing.get_context(method)) as pool:
                for problems in pool.map(_parse_chunk, chunks, [read_file] * len(chunks)):
                    begun += 1
                    yield problems
        except (BrokenProcessPool, OSError):
            pass  # What did not come back is parsed here.
    for chunk in chunks[begun:]:
        yield _parse_chunk(chunk, read_file)


def _parse_chunk(paths: Sequence[str], read_file: Callable[[str], bytes]) -> Problems:
    found: Problems = {}
    for path in paths:
        try:
            problems = parse(read_file(path))
        except OSError:
            continue  # Reading the project has said so.
        if problems:
            found[path] = problems
    return found


def parse(data: bytes) -> tuple[Problem, ...]:
    """Why a file with this content can't be parsed; nothing if it can."""
    text, problem = decode(data)
    return full_problems(text) if problem is None else (problem,)
