"""Edits that import some names of a ``from`` statement from other modules than it does."""

from __future__ import annotations

import re
from collections.abc import Mapping

from importwise.refactoring.edit import Edit, end_of_line, line_starts
from importwise.spans import Span
from importwise.syntax.imports import Alias, position_in, read_import
from importwise.syntax.summary import Import
from importwise.syntax.written import written_span

_BLANK = r"(?:\s|\\\n|#[^\n]*)*"
_ASNAME = re.compile(rf"{_BLANK}as\b{_BLANK}\w+")


def move_names(path: str, text: str, item: Import, moved: Mapping[int, str]) -> list[Edit]:
    """The edits after which the names of ``item`` come from the modules that ``moved`` has for their indexes, as written.

    What stays in the statement stays as it is written there; the others get statements of their own behind it, one for each
    module. If all move to one module, just that is written anew.
    """
    aliases = read_import(item.text, 0).aliases
    modules = list(dict.fromkeys(moved[index] for index in sorted(moved)))
    if len(moved) == len(aliases) and len(modules) == 1:
        return [Edit(path, written_span(item), modules[0])]
    statements = [
        _statement(item, module, [index for index in sorted(moved) if moved[index] == module]) for module in modules
    ]
    between, at_end_of_line = _between(text, item)
    if len(moved) == len(aliases):
        return [Edit(path, Span(position_in(item, 0), position_in(item, len(item.text))), between.join(statements))]
    end = position_in(item, len(item.text))
    if at_end_of_line:
        end = end._replace(column=end.column + at_end_of_line)
    added = Edit(path, Span(end, end), "".join(f"{between}{statement}" for statement in statements))
    return [*_taken_out(path, item, aliases, moved), added]


def _statement(item: Import, module: str, indexes: list[int]) -> str:
    names = [item.aliases[index] for index in indexes]
    listed = ", ".join(name if asname is None else f"{name} as {asname}" for name, asname in names)
    return f"{'lazy ' if item.lazy else ''}from {module} import {listed}"


def _between(text: str, item: Import) -> tuple[str, int]:
    """What stands between ``item`` and a statement behind it, and how far behind its last token: after a comment on its line.

    A statement that shares its line with others gets the next one on the same line.
    """
    starts = line_starts(text)
    last = position_in(item, len(item.text))
    mark = int(item.line == 0 and text.startswith("\ufeff"))
    indent = text[starts[item.line] + mark : starts[item.line] + mark + item.column]
    mark = int(last.line == 0 and text.startswith("\ufeff"))
    end = starts[last.line + 1] if last.line + 1 < len(starts) else len(text)
    rest = text[starts[last.line] + mark + last.column : end].rstrip()
    if indent.strip() or (rest.strip() and not rest.lstrip().startswith("#")):
        return "; ", 0
    return f"{end_of_line(text)}{indent}", len(rest)


def _taken_out(path: str, item: Import, aliases: tuple[Alias, ...], moved: Mapping[int, str]) -> list[Edit]:
    """The edits that take names out of the list, with the comma before or behind them."""
    text = item.text
    edits: list[Edit] = []
    index = 0
    while index < len(aliases):
        first = index
        while index < len(aliases) and index in moved:
            index += 1
        if index == first:
            index += 1
            continue
        start = aliases[first].start
        if index < len(aliases):
            end = aliases[index].start
        else:
            end = _end(text, aliases[-1])
            before = _end(text, aliases[first - 1])
            if "#" in text[before:start]:
                # A comment on what stays: only the lines of what goes are taken out, with the comma behind them.
                start = len(text[:start].rstrip())
                comma = re.compile(rf"{_BLANK},").match(text, end)
                end = comma.end() if comma else end
            else:
                start = before
        edits.append(Edit(path, Span(position_in(item, start), position_in(item, end)), ""))
    return edits


def _end(text: str, alias: Alias) -> int:
    """Where a name ends, its ``as`` part included."""
    match = _ASNAME.match(text, alias.end) if alias.asname is not None else None
    return match.end() if match else alias.end
