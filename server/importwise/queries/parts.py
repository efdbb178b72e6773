"""The parts of an import that one may point at, and what each of them names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from importwise.queries.typed import Part, Typed, read
from importwise.spans import Position, Span
from importwise.syntax.imports import module_span
from importwise.syntax.summary import Import


class Pointed(NamedTuple):
    """One part of an import, and what it names together with the parts before it."""

    span: Span
    """Of the part alone."""
    level: int
    module: str
    """The dotted module, up to the part if it belongs to the module; "" for the dots of a relative import."""
    name: str | None
    """The imported name, if the part is one; may be ``*``."""
    start: Position
    """Where the statement begins."""


def parts_of(typed: Typed) -> Iterator[Pointed]:
    """All parts of a statement in order; names after ``as`` count for what they stand for."""
    start = typed.span.start
    if typed.level:
        yield Pointed(typed.dots, typed.level, "", None, start)
    yield from _dotted(typed.module, typed.level, start)
    module = ".".join(part.word for part in typed.module)
    for alias in typed.aliases:
        if typed.kind == "import":
            pieces = tuple(_dotted(alias.parts, 0, start))
        else:
            part = alias.parts[0]
            pieces = (Pointed(part.span, typed.level, module, part.word, start),)
        yield from pieces
        if alias.asname is not None:
            yield pieces[-1]._replace(span=alias.asname.span)


def _dotted(parts: tuple[Part, ...], level: int, start: Position) -> Iterator[Pointed]:
    for size, part in enumerate(parts, 1):
        yield Pointed(part.span, level, ".".join(one.word for one in parts[:size]), None, start)


def parts_of_import(item: Import) -> tuple[Pointed, ...]:
    """All parts of an import that the reader of `syntax/` found, calls included."""
    start = Position(item.line, item.column)
    if item.kind != "call":
        typed = read(item.text, start)
        return tuple(parts_of(typed)) if typed is not None else ()
    span = module_span(item)
    dots, name = "." * item.level, item.aliases[0][0]
    if span.end.line != span.start.line or span.end.column - span.start.column != len(dots) + len(name):
        return (Pointed(span, item.level, name, None, start),)  # written with escapes, or in pieces
    found: list[Pointed] = []
    line, column = span.start
    if dots:
        found.append(Pointed(Span.on_line(line, column, len(dots)), item.level, "", None, start))
        column += len(dots)
    size = 0
    for part in name.split("."):
        found.append(
            Pointed(Span.on_line(line, column + size, len(part)), item.level, name[: size + len(part)], None, start)
        )
        size += len(part) + 1
    return tuple(found)
