"""Where a statement begins, told from a line and the one before, without following brackets from the last statement.

Positions are those of `lexing`: in a text that begins and ends with ``\\n``.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from importwise.syntax.lexing import HARD, Strings, comments

_SURE = re.compile(rf"(?:{HARD}|from\s+[\w.\s]+\bimport\b|async\s+(?:def|with))\b")
_MAY_CONTINUE = re.compile(r"(?:if|for|async|else|in|is|and|or|not|from|as)\b|[rRbBuUfFtT]{1,2}[\"']")
_OPERATOR_LAST = re.compile(
    r"(?:^|[^\w.])(?:and|or|not|in|is|if|else|lambda|for|await|yield|from|async|del|import|as|assert|return|raise|print)\Z"
)


def continues(text: str, strings: Strings, newline: int) -> bool:
    """Whether the line end at ``newline``, which has a backslash before it, does not end a statement."""
    line = text.rfind("\n", 0, newline) + 1
    # The line may begin in a string of several lines.
    string = bisect_right(strings.starts, newline) - 1
    if string >= 0:
        line = max(line, strings.ends[string])
    return not comments(text, line, newline)


def is_sure(text: str, at: int) -> bool:
    """Whether what begins at ``at`` can only be a statement: it begins with a keyword that can stand nowhere else."""
    return _SURE.match(text, at) is not None


def separate(text: str, newline: int, at: int) -> bool:
    """Whether what ends before ``newline`` and what begins at ``at`` can't be parts of one expression."""
    last = newline
    while True:
        while text[last] in " \t\n\f":
            last -= 1
        line = text.rfind("\n", 0, last) + 1
        before = text[line : last + 1]
        if "#" not in before:
            break
        if before.lstrip()[0] != "#" or '"' in before or "'" in before:
            return False
        last = line - 1
    character = text[last]
    if character.isalnum() or character == "_":
        if _OPERATOR_LAST.search(before):
            return False
    elif character not in ")]}\"'":
        return False
    first = text[at]
    if first in "\"'":
        return character not in "\"'"
    return (first.isalnum() or first == "_") and not _MAY_CONTINUE.match(text, at)
