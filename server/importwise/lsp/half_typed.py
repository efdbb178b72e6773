"""Statements that are still being typed: what is wrong with them may be mended by the next key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from importwise.checks.finding import Finding
from importwise.checks.syntax_error import RULE as SYNTAX_RULE
from importwise.syntax.summary import Summary

_TRY = re.compile(r"try\s*:")
_HANDLER = re.compile(r"(?:except|finally)\b.*[:(,\\]")
"""The first line of what has to follow: complete, or going on in the next line."""


def without_half_typed(summary: Summary | None, lines: Sequence[str], findings: Iterable[Finding]) -> list[Finding]:
    """The findings on imports but for those whose bracket is not closed yet, or in a `try` that has no handler yet; and all others.

    All else that is incomplete (``import a.``, ``from a``) the reader does not take for an import in the first place.
    """
    open_lines: set[int] = set()
    for item in summary.imports if summary is not None else ():
        if item.kind == "from" and "(" in item.text and not item.text.rstrip().endswith(")"):
            open_lines.update(range(item.line, item.line + item.text.count("\n") + 1))
    return [
        finding
        for finding in findings
        if finding.rule == SYNTAX_RULE
        or (finding.span.start.line not in open_lines and not _in_half_a_try(lines, finding.span.start.line))
    ]


def _in_half_a_try(lines: Sequence[str], line: int) -> bool:
    if line >= len(lines):
        return False
    depth = _indentation(lines[line])
    if depth is None:
        return False
    if _TRY.match(lines[line].lstrip()) and not _is_handled(lines, line + 1, depth):
        return True
    for above in range(line - 1, -1, -1):
        if depth == 0:
            return False
        indentation = _indentation(lines[above])
        if indentation is not None and indentation < depth:
            depth = indentation
            if _TRY.match(lines[above].lstrip()) and not _is_handled(lines, line + 1, depth):
                return True
    return False


def _is_handled(lines: Sequence[str], first: int, depth: int) -> bool:
    """Whether what comes next at ``depth``, from the line ``first`` on, is a handler."""
    for line in range(first, len(lines)):
        indentation = _indentation(lines[line])
        if indentation is not None and indentation <= depth:
            return indentation == depth and _HANDLER.match(lines[line].lstrip()) is not None
    return False


def _indentation(line: str) -> int | None:
    """How far a line is indented; None if there is nothing on it but a comment."""
    text = line.lstrip()
    return None if not text or text.startswith("#") else len(line) - len(text)
