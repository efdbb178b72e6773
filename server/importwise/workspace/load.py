"""Reads files into summaries, one or many at a time."""

from __future__ import annotations

import gc
from collections.abc import Callable, Container, Sequence
from functools import partial
from typing import NamedTuple

from importwise.syntax.summary import Summary
from importwise.workspace.cache import Cache, Signature, digest_of, signature_of
from importwise.workspace.notebook import is_notebook, source_text
from importwise.workspace.packing import pack, unpack
from importwise.workspace.processes import shared

CHUNK = 64
"""Files that a worker process is given at a time."""

WORTH_PROCESSES = 1500
"""Files to read for which starting processes takes less time than it saves; measured, see `tests/bench`."""


class Loaded(NamedTuple):
    """Summaries by path, and why files could not be read."""

    summaries: dict[str, Summary | None]
    problems: dict[str, str]


def plain_lines(text: str) -> str:
    """The text of an open document with ``\\n`` for every line end, as `decode` gives that of a file."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def summarize_text(text: str, path: str, known: Container[str] | None = None) -> Summary:
    """The summary of a Python text; ``path`` tells whether it is that of a stub, or of a notebook's joined cells.

    For ``known`` see `reader.summarize`.
    """
    # The reader's patterns take a while to compile: not where the cache knows every file.
    from importwise.syntax.reader import summarize

    summary = summarize(text, stub=path.endswith(".pyi"), known=known)
    # IPython may have ways that importwise does not know: nothing is said of the syntax in cells.
    return summary._replace(problems=()) if is_notebook(path) else summary


def summarize_bytes(data: bytes, path: str, known: Container[str] | None = None) -> Summary:
    """The summary of a file's content; ``path`` tells what kind of file it is. For ``known`` see `reader.summarize`."""
    text, problem = source_text(data, path)
    summary = summarize_text(text, path, known)
    if problem is not None:
        summary = summary._replace(problems=(problem, *summary.problems))
    return summary


def load_files(
    paths: Sequence[str],
    read_file: Callable[[str], bytes],
    known: Container[str] | None = None,
    jobs: int = 1,
    progress: Callable[[int], None] | None = None,
    cache: Cache | None = None,
) -> Loaded:
    """The summaries of many files; for ``known`` see `reader.summarize`.

    ``jobs`` processes are used at most. ``progress`` is told how many files are done. What ``cache`` knows is not read.
    """
    loaded = Loaded({}, {})
    was_enabled = gc.isenabled()
    gc.disable()  # a summary is a tree of tuples: looking for cycles in them takes longer than making them
    try:
        rest = _from_cache(paths, read_file, cache, loaded) if cache is not None else paths
        chunks = [rest[start : start + CHUNK] for start in range(0, len(rest), CHUNK)]
        work = partial(_read_chunk, read_file=read_file, known=known, keyed=cache is not None)
        if len(rest) < WORTH_PROCESSES:
            jobs = 1
        elif jobs > 1:
            # Compiled once here, and not once in each process.
            import importwise.syntax.reader  # noqa: F401
        done = len(paths) - len(rest)
        for index, results in shared(chunks, work, partial(work, away=True), jobs):
            for path, result in zip(chunks[index], results):
                _keep(path, result, cache, loaded)
            done += len(chunks[index])
            if progress is not None:
                progress(done)
    finally:
        if was_enabled:
            gc.enable()
    return loaded


class Packed(NamedTuple):
    """A summary on its way into the cache, or from another process."""

    data: bytes
    signature: Signature | None
    digest: bytes
    """Empty if there is no cache."""
    summary: Summary | None


def _from_cache(paths: Sequence[str], read_file: Callable[[str], bytes], cache: Cache, loaded: Loaded) -> list[str]:
    """Take from the cache what it knows; returns the rest."""
    if not cache.files and not cache.summaries:
        return list(paths)
    rest: list[str] = []
    for path in paths:
        signature = signature_of(path)
        summary = cache.by_signature(path, signature)
        if summary is None and cache.summaries:
            try:
                summary = cache.by_content(path, signature, read_file(path))
            except OSError:
                summary = None
        if summary is None:
            rest.append(path)
        else:
            loaded.summaries[path] = summary
    return rest


def _keep(path: str, result: Packed | Summary | str, cache: Cache | None, loaded: Loaded) -> None:
    if isinstance(result, str):
        loaded.problems[path] = result
        loaded.summaries[path] = None
    elif isinstance(result, Packed):
        loaded.summaries[path] = unpack(result.data) if result.summary is None else result.summary
        if cache is not None:
            cache.keep(path, result.signature, result.digest, result.data)
    else:
        loaded.summaries[path] = result


def _read_chunk(
    paths: Sequence[str],
    read_file: Callable[[str], bytes],
    known: Container[str] | None,
    keyed: bool,
    away: bool = False,
) -> list[Packed | Summary | str]:
    """Summaries of a few files, or why they can't be read. With ``keyed`` ready for the cache; ``away``: in another process,
    where no cycles of references are looked for."""
    if away:
        gc.disable()
    results: list[Packed | Summary | str] = []
    for path in paths:
        # What is stored must never be newer than what was read: the signature is taken first.
        signature = signature_of(path) if keyed else None
        try:
            data = read_file(path)
        except OSError as error:
            results.append(error.strerror or str(error))
            continue
        summary = summarize_bytes(data, path, known)
        if keyed or away:
            digest = digest_of(data) if keyed else b""
            results.append(Packed(pack(summary), signature, digest, None if away else summary))
        else:
            results.append(summary)
    return results
