"""The language server: translates between LSP and `workspace.project.Project`, and schedules. No logic about imports."""

from importwise.lsp.late_classes import import_protocol

# Before any module of this package, or pygls, imports it in the ordinary way.
import_protocol()
