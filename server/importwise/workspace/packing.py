"""Summaries as bytes, for the cache and between processes. ``marshal`` knows tuples, but not named ones."""

from __future__ import annotations

import marshal
from functools import partial

from importwise.syntax.summary import Exports, Ignore, Import, Problem, Summary

_import = partial(tuple.__new__, Import)
_ignore = partial(tuple.__new__, Ignore)
_problem = partial(tuple.__new__, Problem)
# `_make` does the same in Python: for the twenty thousand imports of a large tree that is felt.


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
        tuple(map(_import, imports)),
        Exports._make(exports),
        tuple(map(_ignore, ignores)),
        tuple(map(_problem, problems)),
        constants,
        flags,
    )
