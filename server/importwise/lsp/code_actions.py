"""Quick fixes, and the correction of all that is sure (LSP 3.17 "Code Action")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lsprotocol import types

from importwise.checks.finding import Finding
from importwise.lsp.abilities import ability
from importwise.lsp.convert import SOURCE, to_range
from importwise.lsp.positions import split_lines
from importwise.lsp.protocol import Plain
from importwise.lsp.questions import Asked, asked, asked_of_all, located, position_in
from importwise.lsp.server import ImportwiseServer
from importwise.queries.allowing import Allow, allow
from importwise.queries.fixes import Everywhere, everywhere, findings_at, fix_all, fixes, mended_everywhere
from importwise.refactoring.edit import Changes, applied
from importwise.spans import Span
from importwise.workspace.project import Project

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.importwise"
SHOW = "importwise.showReason"
"""The command that shows where a person has to write the reason of a new entry of the allowlist: URI and range."""

OPTIONS = types.CodeActionOptions(
    code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL],
    resolve_provider=True,
)


def register(server: ImportwiseServer) -> None:
    """Add the handlers."""

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, OPTIONS)
    def code_action(params: types.CodeActionParams) -> list[types.CodeAction] | None:
        about = asked(server, params.text_document.uri)
        if about is None or not server.is_shown(about.project, about.path):
            return None
        actions = _Actions(server, about)
        found: list[types.CodeAction] = []
        if _wanted(types.CodeActionKind.QuickFix.value, params.context.only):
            for finding in findings_at(about.project, about.path, about.span(params.range)):
                found += actions.quick_fixes(finding, params.context.diagnostics)
        if _wanted(FIX_ALL, params.context.only):
            found += actions.fix_all()
        # What is preferred comes first, and of each finding what was said first.
        return sorted(found, key=lambda action: not action.is_preferred)

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def resolve(action: types.CodeAction) -> types.CodeAction:
        data: Any = action.data
        about = await asked_of_all(server, data["uri"]) if isinstance(data, dict) and "uri" in data else None
        position = position_in(data, about) if about is not None else None
        if about is not None and position is not None:
            for finding in findings_at(about.project, about.path, Span(position, position)):
                offer = everywhere(about.project, finding) if finding.rule == data.get("rule") else None
                if offer is not None:
                    changes = mended_everywhere(about.project, offer)
                    action.edit = workspace_edit(server, about.project, changes)
                    break
        return action

    @server.command(SHOW)
    def show(uri: str = "", selection: types.Range | None = None) -> None:
        if not isinstance(uri, str) or not uri:
            return
        params = types.ShowDocumentParams(uri, take_focus=True, selection=selection)
        server.protocol.send_request(types.WINDOW_SHOW_DOCUMENT, params)


class _Actions:
    """The code actions of one open document."""

    def __init__(self, server: ImportwiseServer, about: Asked) -> None:
        self.server = server
        self.about = about
        self.project = about.project

    def quick_fixes(self, finding: Finding, shown: Sequence[types.Diagnostic]) -> Iterator[types.CodeAction]:
        """What can be done about one finding; ``shown`` are the diagnostics that the client has there."""
        diagnostics = [self._diagnostic(finding, shown)]
        offered = list(fixes(self.project, finding))
        for fix in offered:
            if fix.kind == "ignore":
                yield from self._everywhere(finding, diagnostics)
            yield self._action(fix.title, diagnostics, fix.changes, preferred=fix.preferred)
        allowance = allow(self.project, finding)
        if allowance is not None:
            yield self._allow(allowance, diagnostics)

    def fix_all(self) -> Iterator[types.CodeAction]:
        """All sure corrections of the document at once."""
        changes = fix_all(self.project, self.about.path)
        if changes is not None:
            edit = workspace_edit(self.server, self.project, changes)
            yield types.CodeAction("Fix all imports that can be fixed for sure", FIX_ALL, edit=edit)

    def _action(
        self, title: str, diagnostics: list[types.Diagnostic], changes: Changes, preferred: bool = False
    ) -> types.CodeAction:
        edit = workspace_edit(self.server, self.project, changes)
        return types.CodeAction(
            title, types.CodeActionKind.QuickFix, diagnostics, is_preferred=preferred or None, edit=edit
        )

    def _everywhere(self, finding: Finding, diagnostics: list[types.Diagnostic]) -> Iterator[types.CodeAction]:
        offer: Everywhere | None = everywhere(self.project, finding)
        if offer is None:
            return
        lazy = ability(self.server, "text_document.code_action.resolve_support.properties") or ()
        if "edit" not in lazy:
            yield self._action(offer.title, diagnostics, mended_everywhere(self.project, offer))
            return
        start = finding.span.start
        data = Plain(uri=self.about.uri, rule=finding.rule, line=start.line - self.about.first, column=start.column)
        yield types.CodeAction(offer.title, types.CodeActionKind.QuickFix, diagnostics, data=data)

    def _allow(self, allowance: Allow, diagnostics: list[types.Diagnostic]) -> types.CodeAction:
        action = self._action(allowance.title, diagnostics, allowance.changes)
        if ability(self.server, "window.show_document.support"):
            (edit,) = allowance.changes.edits
            after = applied(self.project.text(edit.path) or "", [edit])
            selection = to_range(allowance.reason, split_lines(after), self.server.client.encoding)
            arguments = [self.server.uri_of(allowance.path), selection]
            action.command = types.Command("Write the reason", SHOW, arguments=arguments)
        return action

    def _diagnostic(self, finding: Finding, shown: Sequence[types.Diagnostic]) -> types.Diagnostic:
        made = types.Diagnostic(
            self.about.range(finding.span),
            finding.message,
            code=finding.rule,
            source=SOURCE,
        )
        return next((one for one in shown if one.range == made.range and one.code == made.code), made)


def _wanted(kind: str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether the client asks for actions of ``kind``: of all kinds, of this one, or of one that it belongs to."""
    if only is None:
        return True
    asked = [str(getattr(one, "value", one)) for one in only]
    return any(one in ("", kind) or kind.startswith(f"{one}.") for one in asked)


def workspace_edit(server: ImportwiseServer, project: Project, changes: Changes) -> types.WorkspaceEdit:
    """``changes`` as the client can take them: with the versions of open documents, if it knows of versions."""
    edits: dict[str, list[types.TextEdit]] = {}
    for edit in changes.edits:
        at = located(server, project, edit.path, edit.span)
        text = edit.text
        if "\n" in text:
            text = text.replace("\r\n", "\n").replace("\n", project.contents.line_end(edit.path))
        edits.setdefault(at.uri, []).append(types.TextEdit(at.range, text))
    operations = ability(server, "workspace.workspace_edit.resource_operations") or ()
    creates = [server.uri_of(path) for path in changes.creates if types.ResourceOperationKind.Create in operations]
    if not creates and not ability(server, "workspace.workspace_edit.document_changes"):
        return types.WorkspaceEdit(changes=edits)
    created = [types.CreateFile(uri, options=types.CreateFileOptions(ignore_if_exists=True)) for uri in creates]
    return types.WorkspaceEdit(document_changes=[*created, *(_document_edit(server, *own) for own in edits.items())])


def _document_edit(server: ImportwiseServer, uri: str, edits: list[types.TextEdit]) -> types.TextDocumentEdit:
    document = server.documents.get(uri)
    version = document.version if document is not None else None
    return types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, version), edits)
