"""What the client is to be told of a file: its findings, without what an editor has from elsewhere, in the client's own terms."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from importwise.checks.finding import Finding
from importwise.checks.syntax_error import RULE as SYNTAX_RULE
from importwise.checks.unreadable_file import RULE as UNREADABLE
from importwise.lsp.client_settings import setting
from importwise.lsp.convert import to_diagnostic
from importwise.lsp.half_typed import without_half_typed
from importwise.lsp.notebook_cells import by_cell, by_number
from importwise.lsp.positions import split_lines, without_mark
from importwise.lsp.publisher import CLEAN, UNRESOLVED, Report, report_of
from importwise.syntax.summary import Problem
from importwise.workspace.notebook import is_notebook
from importwise.workspace.notebook_places import notebook_file
from importwise.workspace.project import Project
from importwise.workspace.reach import missing_targets

if TYPE_CHECKING:
    from importwise.lsp.server import ImportwiseServer


def reports_of(server: ImportwiseServer, project: Project, path: str) -> dict[str, Report]:
    """The report on a file by its URI; of an open notebook those on its cells."""
    findings: Sequence[Finding] = project.findings(path, _parsed(server, project, path))
    if path not in server.sources and any(finding.rule == UNREADABLE for finding in findings):
        if not os.path.lexists(path):
            # It was closed and deleted, or deleted just now: nobody has said so yet.
            for listener in server.on_gone:
                listener(path)
            return {server.uri_of(path): CLEAN}
    if path in server.sources and findings:
        findings = without_half_typed(
            project.snapshot.summaries[path], without_mark(server.lines_of(project, path)), findings
        )
    findings = server.being_typed.without(project, path, findings)
    notebook = server.notebooks.get(path)
    if notebook is not None:
        return {
            uri: _report(server, project, found, path, server.documents[uri].lines)
            for uri, found in by_cell(notebook, findings).items()
            if uri in server.documents
        }
    if is_notebook(path) and any(finding.rule != UNREADABLE for finding in findings):
        try:
            file = notebook_file(project.disk.read_file(path))
        except OSError:
            return {server.uri_of(path): CLEAN}  # It is gone, and the hint that says so is on its way.
        return {server.uri_of(path): _report(server, project, by_number(file, findings), path, split_lines(file.text))}
    return {server.uri_of(path): _report(server, project, findings)}


def _parsed(server: ImportwiseServer, project: Project, path: str) -> tuple[Problem, ...]:
    """What a full parse finds in a file, if it is open; a notebook's cells are not quite Python."""
    document = server.documents.get(server.uris.get(path, ""))
    if document is None or path not in server.sources or path in server.notebooks:
        return ()
    return server.parsing.problems(project, path, document)


def is_whole(project: Project) -> bool:
    """Whether all files of a project are checked, so that together they can tell of an entry of the allowlist that it matches nothing."""
    settings = project.config.settings
    return settings.diagnostic_mode == "workspace" and not settings.targets and not project.snapshot.incomplete


def settings_reports(server: ImportwiseServer, project: Project, findings: Iterable[Finding]) -> dict[str, Report]:
    """The reports on the project's settings file, and on folders that can't be read."""
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        by_path.setdefault(finding.path, []).append(finding)
    return {server.uri_of(path): _report(server, project, found) for path, found in by_path.items()}


def targets_in_doubt(projects: Iterable[Project]) -> dict[str, list[str]]:
    """What `targets` of the editor's settings are no modules, with the directories of the projects in which they are none."""
    found: dict[str, list[str]] = {}
    for project in projects:
        if "targets" in project.config.wished:
            for target in missing_targets(project.judge, project.config.settings.targets):
                text = f"`{setting('targets')}`: there is no module `{target}`"
                found.setdefault(text, []).append(project.config.directory)
    return found


def _report(
    server: ImportwiseServer,
    project: Project,
    findings: Iterable[Finding],
    notebook: str | None = None,
    lines: list[str] | None = None,
) -> Report:
    """The report with ``findings``; of those in a ``notebook`` the places are in ``lines``, those of a cell or of the file."""
    if not project.config.settings.syntax_errors:
        findings = [finding for finding in findings if finding.rule != SYNTAX_RULE]
    findings = tuple(findings)
    read: dict[str, Sequence[str]] = {notebook: lines} if notebook is not None and lines is not None else {}
    # What is said of imports never reaches beyond its line; what a parser complains of may.
    are_plain = all(one.rule in UNRESOLVED for one in findings)
    ends = [span.end for one in findings for span in (one.span, *[related.span for related in one.related])]
    most = 1 + max([end.line for end in ends], default=0)

    def lines_of(path: str) -> Sequence[str]:
        if path not in read:
            read[path] = server.lines_to_count(project, path, most) if are_plain else server.lines_of(project, path)
        return read[path]

    return report_of(to_diagnostic(finding, server.client, lines_of) for finding in findings)
