"""Summaries as bytes, for the cache and between processes. ``marshal`` knows tuples, but not named ones."""

from __future__ import annotations

import marshal

from importwise.syntax.summary import Exports, Ignore, Import, Problem, Summary


def pack(summary: Summary) -> bytes:
    """The summary as bytes that the same version of Python can `unpack`."""
    imports, exports, ignores, problems, constants, flags = summary
    return marshal.dumps(
        (
            [tuple(item) for item in imports],
            tuple(exports),
            [tuple(ignore) for ignore in ignores],
            [tuple(problem) for problem in problems],
            dict(constants),
            frozenset(flags),
        )
    )


def unpack(data: bytes) -> Summary:
    """What `pack` made; raises ValueError, EOFError or TypeError for other bytes."""
    imports, exports, ignores, problems, constants, flags = marshal.loads(data)
    return Summary(
        tuple(map(Import._make, imports)),
        Exports._make(exports),
        tuple(map(Ignore._make, ignores)),
        tuple(map(Problem._make, problems)),
        constants,
        flags,
    )
