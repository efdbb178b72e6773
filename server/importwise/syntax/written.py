"""The span of a module as an import statement writes it, leading dots included."""

from __future__ import annotations

from importwise.spans import Position, Span
from importwise.syntax.imports import module_span
from importwise.syntax.summary import Import


def written_span(item: Import) -> Span:
    """``..shop.cart`` in ``from ..shop.cart import x``; for absolute imports and calls the same as `module_span`."""
    span = module_span(item)
    if not item.level or item.kind != "from":
        return span
    before = item.text[: item.text.index(".")]
    line = item.line + before.count("\n")
    column = item.column + len(before) if "\n" not in before else len(before) - before.rindex("\n") - 1
    return Span(Position(line, column), span.end)
