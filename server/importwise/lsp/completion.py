"""What may be typed next inside an import (LSP 3.17 "Completion")."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from importwise.lsp.abilities import ability
from importwise.lsp.protocol import Plain
from importwise.lsp.questions import asked
from importwise.lsp.server import ImportwiseServer
from importwise.queries.completion import complete
from importwise.queries.offers import Offer

KINDS = {
    "module": types.CompletionItemKind.Module,
    "class": types.CompletionItemKind.Class,
    "function": types.CompletionItemKind.Function,
    "constant": types.CompletionItemKind.Constant,
    "variable": types.CompletionItemKind.Variable,
    "keyword": types.CompletionItemKind.Keyword,
}
TRIGGERS = [".", " ", "("]


def register(server: ImportwiseServer) -> None:
    """Add the handler. There are up to thousands of items: they are made as plain JSON values."""

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=TRIGGERS))
    def completion(params: types.CompletionParams) -> Plain | None:
        about = asked(server, params.text_document.uri)
        found = complete(about.project, about.path, about.position(params.position)) if about is not None else None
        if about is None or found is None:
            return None
        where = about.range(found.span)
        start = {"line": where.start.line, "character": where.start.character}
        span = {"start": start, "end": {"line": where.end.line, "character": where.end.character}}
        items = [_item(offer) for offer in found.offers]
        defaults = ability(server, "text_document.completion.completion_list.item_defaults") or ()
        if "editRange" in defaults:
            return Plain(isIncomplete=False, itemDefaults={"editRange": span}, items=items)
        for item in items:
            item["textEdit"] = {"range": span, "newText": item["label"]}
        return Plain(isIncomplete=False, items=items)


def _item(offer: Offer) -> dict[str, Any]:
    name = offer.name
    # Neovim takes items with a range for filtered already, unless they say by what to filter them.
    return {"label": name, "kind": KINDS[offer.kind].value, "sortText": f"{offer.rank:02}{name}", "filterText": name}
