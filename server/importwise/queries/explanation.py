"""The whole search for what an import names: step by step, and as a document for people."""

from __future__ import annotations

import re

from importwise.checks.allowlist import entry_for
from importwise.checks.unresolved_import import by_version
from importwise.queries.meaning import meaning_of, pointed_at
from importwise.queries.parts import Pointed, parts_of
from importwise.queries.typed import statement_at
from importwise.resolver.explain import Step, explain
from importwise.spans import Position
from importwise.workspace.project import Project

SIGNS = {"found": "**found** · ", "missing": "**missing** · ", "allowed": "**allowed** · ", "shadowed": "shadowed · "}

_PATH = re.compile(r"(?<![`\w])(?:[A-Za-z]:)?[\w.@+-]*/[\w./@+-]*[\w/]")
"""What looks like a path, and could be taken for marks of Markdown."""


def search_for(project: Project, name: str, from_file: str | None = None) -> tuple[Step, ...]:
    """The search for ``name``, step by step, as the file ``from_file`` would make it."""
    steps = explain(project.judge, name, from_file, project.config.directory)
    if steps[-1].kind == "missing":
        steps = (*steps, *(Step(line, "note") for line in by_version(project.environment, name)))
    entry = entry_for(name, project.config.settings.allow)
    if entry is None:
        return steps
    return (
        *steps,
        Step(
            f"the allowlist has `{entry.module}` ({entry.kind}: {entry.reason}): while it is missing, it is no finding",
            "allowed",
        ),
    )


def explanation(project: Project, path: str, position: Position) -> str | None:
    """The search for what the part of an import at ``position`` names, step by step, in Markdown; None elsewhere.

    In an import, but on none of its parts (on `from`, say), the module or name that comes next is meant.
    """
    pointed = pointed_at(project, path, position) or _next_part(project, path, position)
    if pointed is None:
        return None
    meaning = meaning_of(project, path, pointed)
    # Of a relative name the dots are what matters.
    written = f"{'.' * pointed.level}{pointed.module}" if pointed.level and meaning.module is None else meaning.target
    steps = search_for(project, written, path)
    title = f"# The search for `{meaning.target}`"
    lines = [f"{number}. {SIGNS.get(step.kind, '')}{_coded(step.text)}" for number, step in enumerate(steps, 1)]
    return "\n".join([title, "", *lines, ""])


def _next_part(project: Project, path: str, position: Position) -> Pointed | None:
    """The whole of what follows ``position`` in the import statement around it; at its end, the last part."""
    text = project.text(path)
    typed = statement_at(text, position) if text is not None else None
    parts = tuple(parts_of(typed)) if typed is not None else ()
    following = [part for part in parts if part.span.start >= position] or list(parts[-1:])
    if not following:
        return None
    whole = following[0]
    for part in following[1:]:
        if part.name is not None or not part.module.startswith(f"{whole.module}." if whole.module else ""):
            break
        whole = part
    return whole


def _coded(text: str) -> str:
    """``text`` with its paths as code; what is code already stays."""
    pieces = text.split("`")
    return "`".join(piece if number % 2 else _PATH.sub(r"`\g<0>`", piece) for number, piece in enumerate(pieces))
