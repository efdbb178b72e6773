"""Where imports lead, and where they come from (LSP 3.17 "Goto Definition", "Goto Declaration", "Find References", "Document Link")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lsprotocol import types

from importwise.lsp.abilities import ability
from importwise.lsp.convert import to_range
from importwise.lsp.protocol import Plain
from importwise.lsp.questions import Asked, asked, asked_of_all, located, position_in
from importwise.lsp.server import ImportwiseServer
from importwise.queries import definition as leads
from importwise.queries.references import Reference, declaration_of, references, subject_at
from importwise.spans import Position
from importwise.workspace.notebook import is_notebook
from importwise.workspace.notebook_places import NotebookFile
from importwise.workspace.project import Project

Places = list[types.LocationLink] | list[types.Location] | None


def register(server: ImportwiseServer) -> None:
    """Add the handlers."""

    def places(
        find: Callable[[Project, str, Position], leads.Definition | None],
        params: types.DefinitionParams | types.DeclarationParams,
        links: bool,
    ) -> Places:
        about = asked(server, params.text_document.uri)
        found = find(about.project, about.path, about.position(params.position)) if about is not None else None
        if about is None or found is None:
            return None
        locations = [located(server, about.project, target.path, target.span) for target in found.targets]
        if not links:
            return locations
        origin = about.range(found.span)
        return [types.LocationLink(at.uri, at.range, at.range, origin) for at in locations]

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def definition(params: types.DefinitionParams) -> Places:
        return places(leads.definition, params, bool(ability(server, "text_document.definition.link_support")))

    @server.feature(types.TEXT_DOCUMENT_DECLARATION)
    def declaration(params: types.DeclarationParams) -> Places:
        return places(leads.declaration, params, bool(ability(server, "text_document.declaration.link_support")))

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def find_references(params: types.ReferenceParams) -> list[types.Location] | None:
        about = await asked_of_all(server, params.text_document.uri)
        if about is None:
            return None
        subject = subject_at(about.project, about.path, about.position(params.position))
        if subject is None:
            return None
        found = list(references(about.project, subject))
        declared = declaration_of(about.project, subject) if params.context.include_declaration else None
        if declared is not None and all(one[:2] != declared[:2] for one in found):
            found.insert(0, declared)
        closed: dict[str, NotebookFile] = {}
        return [_location(server, about.project, reference, closed) for reference in found]

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK, types.DocumentLinkOptions(resolve_provider=True))
    def document_link(params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
        about = asked(server, params.text_document.uri)
        if about is None:
            return None
        return [
            types.DocumentLink(about.range(span), data=_data(about, span.start))
            for span in leads.links(about.project, about.path)
            if 0 <= span.start.line - about.first < len(about.lines)
        ]

    @server.feature(types.DOCUMENT_LINK_RESOLVE)
    def resolve(link: types.DocumentLink) -> types.DocumentLink:
        data: Any = link.data
        about = asked(server, data["uri"]) if isinstance(data, dict) and "uri" in data else None
        position = position_in(data, about) if about is not None else None
        if about is None or position is None:
            return link
        found = leads.definition(about.project, about.path, position)
        if found is not None:
            target = found.targets[0]
            link.target = f"{server.uri_of(target.path)}#L{target.span.start.line + 1}"
        return link


def _data(about: Asked, position: Position) -> Plain:
    """What is needed to find the link's target when somebody asks for it."""
    return Plain(uri=about.uri, line=position.line - about.first, column=position.column)


def _location(
    server: ImportwiseServer, project: Project, reference: Reference, closed: dict[str, NotebookFile]
) -> types.Location:
    if reference.is_plain and not is_notebook(reference.path) and reference.path not in server.uris:
        # No need to read the file for it.
        where = to_range(reference.span, (), server.client.encoding)
        return types.Location(server.uri_of(reference.path), where)
    return located(server, project, reference.path, reference.span, closed)
