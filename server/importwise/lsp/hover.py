"""What is shown for the part of an import under the mouse (LSP 3.17 "Hover")."""

from __future__ import annotations

import re

from lsprotocol import types

from importwise.lsp.abilities import ability
from importwise.lsp.questions import asked
from importwise.lsp.server import ImportwiseServer
from importwise.queries.hover import hover

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"\*\*|`|[ \t]+$", re.MULTILINE)
_FENCE = re.compile(r"^```\w*(?:\n|\Z)", re.MULTILINE)


def register(server: ImportwiseServer) -> None:
    """Add the handler."""

    def link(path: str, line: int, text: str) -> str:
        return f"[{text}]({server.uri_of(path)}#L{line + 1})"

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def text_document_hover(params: types.HoverParams) -> types.Hover | None:
        about = asked(server, params.text_document.uri)
        if about is None:
            return None
        found = hover(about.project, about.path, about.position(params.position), link)
        if found is None:
            return None
        kinds = ability(server, "text_document.hover.content_format") or [types.MarkupKind.PlainText]
        if types.MarkupKind.Markdown in kinds:
            content = types.MarkupContent(types.MarkupKind.Markdown, found.markdown)
        else:
            content = types.MarkupContent(types.MarkupKind.PlainText, plain(found.markdown))
        return types.Hover(content, about.range(found.span))


def plain(markdown: str) -> str:
    """The text without marks, for clients that show it as it is."""
    return _MARKS.sub("", _LINK.sub(r"\1", _FENCE.sub("", markdown)))
