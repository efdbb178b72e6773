"""The language server: translates between LSP and `workspace.project.Project`, and schedules. No logic about imports."""
