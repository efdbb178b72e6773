"""A file or folder that can't be read, so that nothing can be said of it.

Its permissions may forbid it, a link may lead nowhere, or it vanished while the tree was being read. The rest of the tree
is checked.

To mend it: make it readable, or leave it out with `exclude`.
"""

from __future__ import annotations

from importwise.checks.finding import Finding
from importwise.checks.rule import Rule
from importwise.spans import Position, Span

RULE = "unreadable-file"


def finding(path: str, reason: str, is_file: bool) -> Finding:
    """The finding for a file or folder that can't be read for that reason."""
    message = f"This {'file' if is_file else 'folder'} can't be read: {reason}"
    start = Span(Position(0, 0), Position(0, 0))
    return Finding(path, RULE, "error", start, message, ("make it readable, or `exclude` it",))


rule = Rule(RULE, "error", __doc__ or "")
