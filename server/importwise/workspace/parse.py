"""Parses files in full with the running Python's own parser, for ``--syntax``. Nothing is run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from importwise.syntax.decode import decode
from importwise.syntax.full import full_problems
from importwise.syntax.summary import Problem
from importwise.workspace.processes import shared

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
    work = partial(_parse_chunk, read_file=read_file)
    for index, problems in shared(chunks, work, work, jobs):
        found.update(problems)
        done += len(chunks[index])
        if progress is not None:
            progress(done, len(sources))
    return found


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
