"""Comments that silence findings."""

from __future__ import annotations

import re

from importwise.syntax.summary import Ignore

_PART = re.compile(r"#[^#]*")
_IGNORE = re.compile(
    r"#\s*(?:(importwise|type|pyright|ty|pyrefly|mypy)\s*:\s*ignore(?![-\w])(?:\s*\[([^\]]*)\])?"
    r"|((?i:noqa))(?![-\w])(?:\s*:\s*([A-Za-z]+[0-9]+(?:[,\s]+[A-Za-z]+[0-9]+)*))?"
    r"|(pylint)\s*:\s*disable\s*=\s*([-\w]+(?:\s*,\s*[-\w]+)*))"
)
_SEPARATOR = re.compile(r"[,\s]+")


def ignores_in(comment: str, line: int, column: int) -> list[Ignore]:
    """The silencing comments in one comment (``# type: ignore[import]  # noqa`` has two), which starts at ``column``."""
    found: list[Ignore] = []
    for part in _PART.finditer(comment):
        match = _IGNORE.match(part[0])
        if match:
            tool = match[1] or match[3] or match[5]
            written = _SEPARATOR.split((match[2] or match[4] or match[6] or "").strip())
            codes = tuple(code for code in written if code)
            if tool == "importwise" and match[2] is not None and not codes:
                codes = ("",)
            found.append(Ignore(line, column + part.start(), len(part[0]), tool.lower(), codes))
    return found
