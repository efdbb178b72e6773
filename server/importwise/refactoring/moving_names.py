"""Edits that import some names of a ``from`` statement from other modules than it does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from importwise.refactoring.edit import Edit, end_of_line, line_starts
from importwise.spans import Span
from importwise.syntax.imports import Alias, position_in, read_import
from importwise.syntax.summary import Import
from importwise.syntax.written import written_span

_BLANK = r"(?:\s|\\\n|#[^\n]*)*"
_ASNAME = re.compile(rf"{_BLANK}as\b{_BLANK}\w+")
_COMMA = re.compile(r"[ \t]*,[ \t]*")
_FAR_COMMA = re.compile(rf"{_BLANK},")
_REST_OF_LINE = re.compile(r"[ \t]*,?[ \t]*(?:#[^\n]*)?(?=\n)")
"""What may stand behind a name that has its line to itself."""


def move_names(path: str, text: str, item: Import, moved: Mapping[int, str]) -> list[Edit]:
    """The edits after which the names of ``item`` come from the modules that ``moved`` has for their indexes, as written.

    What stays in the statement stays as it is written there, with its comments; the others get statements of their own
    behind it, one for each module. If all move to one module, just that is written anew.
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
    end = end._replace(column=end.column + at_end_of_line)
    added = Edit(path, Span(end, end), "".join(f"{between}{statement}" for statement in statements))
    names = [(alias.start, _end(item.text, alias)) for alias in aliases]
    if _is_odd(item.text, names):
        kept = [item.aliases[index] for index in range(len(aliases)) if index not in moved]
        list_span = Span(position_in(item, names[0][0]), position_in(item, len(item.text) - 1))
        return [Edit(path, list_span, _listed(kept)), added]
    taken_out = _taken_out(item.text, names, moved)
    return [
        *(Edit(path, Span(position_in(item, start), position_in(item, last)), "") for start, last in taken_out),
        added,
    ]


def _statement(item: Import, module: str, indexes: list[int]) -> str:
    return f"{'lazy ' if item.lazy else ''}from {module} import {_listed([item.aliases[index] for index in indexes])}"


def _listed(names: Sequence[tuple[str, str | None]]) -> str:
    return ", ".join(name if asname is None else f"{name} as {asname}" for name, asname in names)


def _is_odd(text: str, names: list[tuple[int, int]]) -> bool:
    """Whether a list in brackets has commas on other lines than its names, or backslashes: then it is written anew."""
    if not text.endswith(")"):
        return False
    far = any(_COMMA.match(text, end) is None for _, end in names[:-1])
    last = names[-1][1]
    return far or "\\" in text or (_FAR_COMMA.match(text, last) is not None and _COMMA.match(text, last) is None)


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
    goes_on = item.line > 0 and text[: starts[item.line]].rstrip("\r\n").endswith("\\")
    if goes_on or indent.strip() or (rest.strip() and not rest.lstrip().startswith("#")):
        return "; ", 0
    return f"{end_of_line(text)}{indent}", len(rest)


def _taken_out(text: str, names: list[tuple[int, int]], moved: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    """What to take out of a statement, as offsets: the ``moved`` of its ``names``, each with the comma before or behind it."""
    in_brackets = text.endswith(")")
    index = 0
    while index < len(names):
        first = index
        while index < len(names) and index in moved:
            index += 1
        if index == first:
            index += 1
            continue
        run = names[first:index]
        own_lines = [_own_line(text, *name) for name in run] if in_brackets else []
        behind = text[run[0][0] : names[index][0]] if index < len(names) else "#"
        before = text[names[first - 1][1] : run[-1][1]] if first and index == len(names) else "#"
        if own_lines and all(own_lines):
            yield from filter(None, own_lines)
        elif "#" not in behind:
            yield run[0][0], names[index][0]
        elif "#" not in before:
            yield names[first - 1][1], run[-1][1]
        else:
            # Comments between: they stay, and so do the line ends behind them.
            for start, end in run:
                comma = _COMMA.match(text, end)
                yield start, comma.end() if comma is not None else end


def _own_line(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The line of a name that has it to itself, but for a comma and a comment, with the line end before it."""
    begin = text.rfind("\n", 0, start)
    rest = _REST_OF_LINE.match(text, end)
    if begin < 0 or rest is None or text[begin:start].strip():
        return None
    return begin, rest.end()


def _end(text: str, alias: Alias) -> int:
    """Where a name ends, its ``as`` part included."""
    match = _ASNAME.match(text, alias.end) if alias.asname is not None else None
    return match.end() if match else alias.end
