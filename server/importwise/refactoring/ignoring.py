"""Edits of the comments that silence findings: `# importwise: ignore[rule]`."""

from __future__ import annotations

import re

from importwise.refactoring.edit import Edit, line_starts
from importwise.spans import Position, Span
from importwise.syntax.lexing import triple_strings
from importwise.syntax.summary import Ignore, Import, Summary

_CODES = re.compile(r"#\s*importwise\s*:\s*ignore\s*\[[^\]]*()\]")


def ignore(path: str, text: str, summary: Summary, rule: str, line: int, item: Import | None) -> Edit | None:
    """The edit after which a finding of ``rule`` on ``line`` (from 0) is silent; None where no comment can stand.

    ``item`` is the import that the finding is about: a comment on its first and on its last line counts too
    (`checks/suppress.py`). A comment of ours that is there already gets the rule added.
    """
    lines = [line]
    if item is not None:
        lines += [item.line, item.line + item.text.count("\n")]
    for comment in summary.ignores:
        if comment.tool == "importwise" and comment.line in lines and comment.codes:
            return _joined(path, text, comment, rule)
    for candidate in dict.fromkeys(lines):
        edit = _appended(path, text, candidate, rule)
        if edit is not None:
            return edit
    return None


def _joined(path: str, text: str, comment: Ignore, rule: str) -> Edit | None:
    """The rule added to the others in the brackets."""
    start = line_starts(text)[comment.line] + comment.column + _mark(text, comment.line)
    match = _CODES.match(text, start)
    if match is None:
        return None
    column = comment.column + match.start(1) - start
    before = text[: match.start(1)].rstrip()
    place = Position(comment.line, column - (match.start(1) - len(before)))
    lead = "" if before.endswith("[") else " " if before.endswith(",") else ", "
    return Edit(path, Span(place, place), f"{lead}{rule}")


def _appended(path: str, text: str, line: int, rule: str) -> Edit | None:
    """A comment at the end of ``line``, behind other comments; None if the line ends in a string or a backslash."""
    content = _line(text, line)
    code = content.rstrip()
    if code.endswith("\\") or _ends_in_string(text, line):
        return None
    column = len(code) - _mark(text, line)
    span = Span(Position(line, column), Position(line, len(content) - _mark(text, line)))
    return Edit(path, span, f"  # importwise: ignore[{rule}]")


def _mark(text: str, line: int) -> int:
    """Characters of a byte order mark on the line: positions do not count it."""
    return int(line == 0 and text.startswith("\ufeff"))


def _line(text: str, line: int) -> str:
    starts = line_starts(text)
    end = starts[line + 1] if line + 1 < len(starts) else len(text)
    return text[starts[line] : end].rstrip("\r\n")


def _ends_in_string(text: str, line: int) -> bool:
    if '"""' not in text and "'''" not in text:
        return False
    normal = "\n" + text.replace("\r\n", "\n").replace("\r", "\n") + "\n"
    return triple_strings(normal).holds(line_starts(normal)[line + 2] - 1)


def take_out(path: str, text: str, span: Span) -> Edit:
    """The edit that takes out the comment at ``span``, which ends its line or stands before another comment.

    A line that holds nothing else goes as a whole.
    """
    content = _line(text, span.start.line)
    mark = _mark(text, span.start.line)
    before, after = content[: span.start.column + mark], content[span.end.column + mark :]
    line = span.start.line
    if after.strip():
        return Edit(path, span, "")
    if not before.strip() and line + 1 < len(line_starts(text)):
        return Edit(path, Span(Position(line, 0), Position(line + 1, 0)), "")
    start = Position(line, len(before.rstrip()) - mark)
    return Edit(path, Span(start, Position(line, len(content) - mark)), "")
