"""Abilities of the client for which only one feature asks; `client.Client` has the others."""

from __future__ import annotations

from typing import Any

from importwise.lsp.server import ImportwiseServer


def ability(server: ImportwiseServer, path: str) -> Any:
    """The value at a dotted path of attributes of the client's capabilities; None if the client says nothing of it."""
    value: Any = server.client_capabilities
    for name in path.split("."):
        value = getattr(value, name, None)
        if value is None:
            return None
    return value
