"""Edits that add an entry to the allowlist in a settings file, and leave all else in it as it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from importwise.refactoring.edit import Edit, applied, end_of_line, line_starts
from importwise.spans import Position, Span

REASON = "TODO: why it can't be in a checkout"
"""What stands for the reason until a person writes one: an entry without any would be no valid setting."""

_COMMA = re.compile(r"(?:[ \t\r\n]|#[^\n]*\n)*,")


class Allowance(NamedTuple):
    """An entry that is to be added."""

    edit: Edit
    reason: Span
    """Where the reason stands after the edit, within its quotes."""


def allow_table(path: str, text: str, module: str, kind: str, header: str, after: int | None) -> Allowance:
    """The entry for ``module`` as a table of its own, under ``[[header]]``.

    ``after`` is the last line that belongs to the entries, or to the settings, which are there; None if there are none:
    then the entry goes to the end of the file.
    """
    newline = end_of_line(text)
    body = newline.join([f"[[{header}]]", f'module = "{module}"', f'kind = "{kind}"', f'reason = "{REASON}"', ""])
    starts = line_starts(text)
    if after is None or after + 1 >= len(starts):
        at = Position(len(starts) - 1, len(text) - starts[-1])
        lead = (newline if at.column else "") + (newline if text.strip() else "")
        new = lead + body
    else:
        at = Position(after + 1, 0)
        rest = text[starts[after + 1] :]
        new = newline + body + (newline if rest.strip() and not rest.startswith(("\n", "\r")) else "")
    return _allowance(Edit(path, Span(at, at), new), text)


def allow_item(path: str, text: str, module: str, kind: str, value: Span, items: Sequence[Span]) -> Allowance:
    """The entry as one more item of an array ``allow = […]`` at ``value``; ``items`` are the places of those it has."""
    item = f'{{ module = "{module}", kind = "{kind}", reason = "{REASON}" }}'
    starts = line_starts(text)
    if not items:
        inside = Span(
            Position(value.start.line, value.start.column + 1), Position(value.end.line, value.end.column - 1)
        )
        return _allowance(Edit(path, inside, item), text)
    last = items[-1]
    indent = text[starts[last.start.line] :][: last.start.column]
    lead = f"{end_of_line(text)}{indent}" if last.start.line > value.start.line and not indent.strip() else " "
    end = starts[last.end.line] + last.end.column
    comma = _COMMA.match(text, end)
    if comma is None:
        return _allowance(Edit(path, Span(last.end, last.end), f",{lead}{item}"), text)
    line = sum(start <= comma.end() - 1 for start in starts) - 1
    at = Position(line, comma.end() - starts[line])
    return _allowance(Edit(path, Span(at, at), f"{lead}{item},"), text)


def _allowance(edit: Edit, text: str) -> Allowance:
    new = applied(text, [edit])
    begin = line_starts(text)[edit.span.start.line] + edit.span.start.column
    at = new.index(f'"{REASON}"', begin) + 1
    starts = line_starts(new)
    line = sum(start <= at for start in starts) - 1
    return Allowance(edit, Span.on_line(line, at - starts[line], len(REASON)))
