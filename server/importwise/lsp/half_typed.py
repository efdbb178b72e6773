"""Statements that are still being typed: what is wrong with them may be mended by the next key."""

from __future__ import annotations

from collections.abc import Iterable

from importwise.checks.finding import Finding
from importwise.syntax.summary import Summary


def without_half_typed(summary: Summary | None, findings: Iterable[Finding]) -> list[Finding]:
    """The findings but for those on imports whose bracket is not closed yet.

    All else that is incomplete (``import a.``, ``from a``) the reader does not take for an import in the first place.
    """
    open_lines: set[int] = set()
    for item in summary.imports if summary is not None else ():
        if item.kind == "from" and "(" in item.text and not item.text.rstrip().endswith(")"):
            open_lines.update(range(item.line, item.line + item.text.count("\n") + 1))
    return [finding for finding in findings if finding.span.start.line not in open_lines]
