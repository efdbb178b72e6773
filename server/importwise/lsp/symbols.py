"""The workspace's modules by name (LSP 3.17 "Workspace Symbols")."""

from __future__ import annotations

from lsprotocol import types

from importwise.lsp.server import ImportwiseServer
from importwise.queries.symbols import MOST, module_symbols

START = types.Range(types.Position(0, 0), types.Position(0, 0))


def register(server: ImportwiseServer) -> None:
    """Add the handler."""

    @server.feature(types.WORKSPACE_SYMBOL)
    def symbols(params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
        found = {
            symbol.path: symbol for project in server.projects.all() for symbol in module_symbols(project, params.query)
        }
        return [
            types.WorkspaceSymbol(
                types.Location(server.uri_of(symbol.path), START),
                symbol.name,
                types.SymbolKind.Package if symbol.is_package else types.SymbolKind.Module,
            )
            for symbol in list(found.values())[:MOST]
        ]
