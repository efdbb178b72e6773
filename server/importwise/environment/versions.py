"""Versions of Python as files spell them: numbers in configurations, and PEP 440 specifiers."""

from __future__ import annotations

import re

from importwise.searchpath import Version

_CLAUSE = re.compile(r"\s*(===|==|~=|!=|>=|<=|>|<|\^|~)?\s*v?3(?:\.(\d+))?((?:\.\d+)*)(\.\*)?\w*\s*")


def lowest_version(requires_python: str) -> Version | None:
    """``(3, 10)`` for ">=3.10,<4" and its like, None if there is no lower bound within Python 3 or the text is none.

    Poetry's ``^3.10`` and ``~3.10`` are understood. ``>3.9`` allows 3.9.1, so its bound is 3.9.
    """
    lowest: int | None = None
    excluded: set[int] = set()
    for clause in requires_python.split("||", maxsplit=1)[0].split(","):
        match = _CLAUSE.fullmatch(clause)
        if match is None:
            continue
        operator, minor, rest, star = match[1] or "==", int(match[2] or 0), match[3], match[4]
        if operator in (">=", ">", "==", "===", "~=", "^", "~"):
            lowest = minor if lowest is None else max(lowest, minor)
        elif operator == "!=" and star and not rest and match[2]:
            excluded.add(minor)
    while lowest in excluded:
        lowest += 1
    return None if lowest is None else (3, lowest)


def parse_version(text: str) -> Version | None:
    """``(3, 12)`` for "3.12", "3.12.1", " 3.12rc1 "; None for what doesn't begin with two numbers."""
    parts = text.strip().split(".")
    if len(parts) < 2:
        return None
    minor = parts[1]
    end = 0
    while end < len(minor) and minor[end].isdecimal():
        end += 1
    if not (parts[0].isdecimal() and end):
        return None
    return int(parts[0]), int(minor[:end])
