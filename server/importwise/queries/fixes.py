"""What can be done about a finding: corrections, comments, entries of the allowlist.

This is here and not in `refactoring/`, which knows nothing of findings: that makes the edits, this chooses them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from importwise.checks import suppress
from importwise.checks.finding import Certainty, Finding, Suggestion
from importwise.index.module import Module
from importwise.queries.meaning import find_module
from importwise.queries.origin import brings
from importwise.queries.references import known_summaries, names_module
from importwise.queries.typed import read
from importwise.queries.uses import Uses, is_used, uses_of
from importwise.refactoring.edit import Changes, Edit, applied
from importwise.refactoring.ignoring import ignore, take_out
from importwise.refactoring.moving_names import move_names
from importwise.resolver.resolution import Found
from importwise.spans import Position, Span
from importwise.syntax.imports import alias_spans
from importwise.syntax.summary import Import
from importwise.workspace.notebook import is_notebook
from importwise.workspace.project import Project

SILENCED = (*suppress.IMPORT_RULES, *suppress.NAME_RULES, "syntax-error")
"""Rules of which a comment on the line makes sense."""

CLEAR: tuple[Certainty, ...] = ("sure", "fits")
"""Suggestions that a person may choose for all places at once."""

MOST_FILES = 2000
"""Files that one fix alters at most."""
MOST_COUNTED = 50
"""Files that are checked again to say how many places there are; more are not counted before the fix is chosen."""


class Fix(NamedTuple):
    """One way to mend a finding."""

    title: str
    kind: Literal["suggestion", "take out", "ignore"]
    finding: Finding
    preferred: bool
    changes: Changes


class Everywhere(NamedTuple):
    """The same mistake, mended wherever it is made."""

    title: str
    finding: Finding
    suggestion: Suggestion


def findings_at(project: Project, path: str, span: Span) -> tuple[Finding, ...]:
    """The file's findings that ``span`` touches."""
    return tuple(
        finding
        for finding in project.findings(path)
        if finding.span.start <= span.end and span.start <= finding.span.end
    )


def fixes(project: Project, finding: Finding) -> Iterator[Fix]:
    """The fixes within the finding's own file, the best first."""
    text = project.text(finding.path)
    if text is None:
        return
    mending = _mending(project, finding)
    for suggestion in mending:
        changes = Changes(_apart([_edits(project, text, finding, suggestion)]))
        yield Fix(suggestion.title, "suggestion", finding, _only(mending, ("sure",)) is not None, changes)
    if finding.rule == "unused-ignore":
        changes = Changes((take_out(finding.path, text, finding.span),))
        yield Fix("Take the comment out", "take out", finding, True, changes)
    if finding.rule in SILENCED:
        edit = _ignored(project, text, finding)
        if edit is not None:
            yield Fix(f"Ignore {finding.rule} on this line", "ignore", finding, False, Changes((edit,)))


def fix_all(project: Project, path: str) -> Changes | None:
    """The corrections of one file of which there is no doubt: those of findings with just one suggestion."""
    text = project.text(path)
    if text is None:
        return None
    sure = list(_sure(project, path))
    # What `__all__` lists in vain, an import that is corrected may bring: that is for the next time.
    imports = [pair for pair in sure if pair[0].rule != "invalid-all"]
    edits = _apart(_edits_of_all(project, text, path, imports or sure))
    return Changes(edits) if edits else None


def everywhere(project: Project, finding: Finding) -> Everywhere | None:
    """The offer to mend the finding's mistake in the whole project; None if the way is not clear, or nobody else makes it."""
    clear = _only(_mending(project, finding), CLEAR)
    if clear is None or finding.module is None:
        return None
    suspects = _suspects(project, finding)
    count = sum(1 for _ in _alike(project, finding, clear, suspects[:MOST_COUNTED]))
    if count < 2:
        return None
    wrong = finding.module if finding.name is None else finding.name
    places = f"all {count} places" if len(suspects) <= MOST_COUNTED else "all places"
    return Everywhere(f"{clear.title} in {places} that have `{wrong}`", finding, clear)


def mended_everywhere(project: Project, offer: Everywhere) -> Changes:
    """The edits of `everywhere`."""
    groups: list[list[Edit]] = []
    for path, pairs in groupby(
        _alike(project, offer.finding, offer.suggestion, _suspects(project, offer.finding)), lambda pair: pair[0].path
    ):
        text = project.text(path)
        if text is not None:
            groups += _edits_of_all(project, text, path, list(pairs))
    return Changes(_apart(groups))


def _suspects(project: Project, finding: Finding) -> list[str]:
    """Files that may hold the same mistake, since they ask for the missing module or name, in order.

    What was not read yet is left out (see `Snapshot.incomplete`), and so are notebooks that are not open: their texts are
    not what their files hold.
    """
    module, name = finding.module or "", finding.name
    tail = module.rpartition(".")[2] if name is None else name
    resolver = project.judge.resolver
    suspects: list[str] = []
    for path, summary in known_summaries(project):
        items = [item for item in summary.imports if tail in item.text]
        if (
            any([names_module(resolver, path, item, module) for item in items])
            and (path in project.buffers or not is_notebook(path))
            and len(suspects) < MOST_FILES
        ):
            suspects.append(path)
    return suspects


def _alike(
    project: Project, finding: Finding, suggestion: Suggestion, paths: Iterable[str]
) -> Iterator[tuple[Finding, Suggestion]]:
    """The findings of the same mistake in the files ``paths``, with the same suggestion as theirs."""
    mistake = (finding.rule, finding.module, finding.name)
    meant = _meant(project, finding, suggestion)
    for path in paths:
        for other in project.findings(path):
            if (other.rule, other.module, other.name) == mistake:
                mending = _only(_mending(project, other), CLEAR)
                if mending is not None and _meant(project, other, mending) == meant:
                    yield other, mending


def _meant(project: Project, finding: Finding, suggestion: Suggestion) -> str:
    """The full name of what a suggestion puts in the place of what is wrong, however it is spelled there."""
    written = suggestion.replacement
    item = _item_at(project, finding.path, suggestion.span)
    if item is None or not item.level or finding.name is not None and "." not in written:
        return written
    dots = len(written) - len(written.lstrip("."))
    anchor = project.judge.resolver.anchor(finding.path, dots or item.level)
    inner = written[dots:]
    return f"{anchor.name}.{inner}" if anchor is not None and inner else anchor.name if anchor is not None else written


def _sure(project: Project, path: str) -> Iterator[tuple[Finding, Suggestion]]:
    for finding in project.findings(path):
        mending = _only(_mending(project, finding), ("sure",))
        if mending is not None:
            yield finding, mending


def _mending(project: Project, finding: Finding) -> list[Suggestion]:
    """The finding's suggestions that mend it, as certain as what the file makes of the import allows."""
    mending = [suggestion for suggestion in finding.suggestions if _mends(project, finding, suggestion)]
    return [_weighed(project, finding, suggestion) for suggestion in mending]


def _weighed(project: Project, finding: Finding, suggestion: Suggestion) -> Suggestion:
    item = _item_at(project, finding.path, suggestion.span)
    text = project.text(finding.path)
    if item is None or text is None or suggestion.moves or suggestion.certainty == "alike":
        return suggestion
    module = _module_after(project, finding, item, suggestion)
    if module is not None and not _has_what_is_used(project, finding, item, module):
        return suggestion._replace(certainty="alike")
    name = _bound(item, suggestion.span)
    if (
        name is not None
        and "." in name
        and not _uses(project, finding.path, text, item, name, suggestion.replacement).sure
    ):
        return suggestion._replace(certainty="fits")
    return suggestion


def _module_after(project: Project, finding: Finding, item: Import, suggestion: Suggestion) -> Module | None:
    """The module that the file calls by the name at the suggestion's place, once it is followed; None if that is none."""
    if item.kind == "import":
        found = find_module(project.judge, finding.path, 0, suggestion.replacement, _with_stubs(finding))
    elif finding.name is not None and suggestion.span in alias_spans(item):
        found = find_module(
            project.judge, finding.path, item.level, f"{item.module}.{suggestion.replacement}".lstrip("."), False
        )
    else:
        return None
    return found.module if isinstance(found, Found) else None


def _only(mending: list[Suggestion], certain: tuple[Certainty, ...]) -> Suggestion | None:
    """The suggestion that leaves no choice: it is the only one, and as certain as asked."""
    return mending[0] if len(mending) == 1 and mending[0].certainty in certain else None


def _apart(groups: Iterable[Sequence[Edit]]) -> tuple[Edit, ...]:
    """The edits of ``groups`` in order, each once, without the groups of which one overlaps another's before."""
    chosen: dict[str, list[Edit]] = {}
    for group in sorted(map(tuple, groups)):
        if not any(_overlap(edit, other) for edit in group for other in chosen.get(edit.path, ())):
            for edit in group:
                chosen.setdefault(edit.path, []).append(edit)
    return tuple(sorted({edit for edits in chosen.values() for edit in edits}))


def _overlap(one: Edit, other: Edit) -> bool:
    """Whether not both of two edits of a file can be made; the same edit twice can."""
    return one != other and one.span.start < other.span.end and other.span.start < one.span.end


def _edits_of_all(
    project: Project, text: str, path: str, pairs: Iterable[tuple[Finding, Suggestion]]
) -> list[list[Edit]]:
    """The edits of several suggestions in one file; what moves out of one statement moves at once."""
    groups: list[list[Edit]] = []
    moving: dict[Import, dict[int, str]] = {}
    for finding, suggestion in pairs:
        item = _item_at(project, path, suggestion.span) if suggestion.moves else None
        if item is None:
            groups.append(_edits(project, text, finding, suggestion))
        else:
            moving.setdefault(item, {})[alias_spans(item).index(suggestion.span)] = suggestion.replacement
    return groups + [move_names(path, text, item, moved) for item, moved in moving.items()]


def _edits(project: Project, text: str, finding: Finding, suggestion: Suggestion) -> list[Edit]:
    """The edits of a suggestion. What the file calls something by the old name goes on to do so, or is written anew."""
    replacement = suggestion.replacement
    item = _item_at(project, finding.path, suggestion.span)
    if suggestion.moves and item is not None:
        return move_names(finding.path, text, item, {alias_spans(item).index(suggestion.span): replacement})
    name = _bound(item, suggestion.span) if item is not None else None
    uses: list[Edit] = []
    if item is not None and name is not None:
        if "." in name:
            found = _uses(project, finding.path, text, item, name, replacement)
            uses = [Edit(finding.path, span, replacement) for span in found.spans]
        elif (replacement.isidentifier() or item.kind == "import") and is_used(text, item, name):
            replacement = f"{replacement} as {name}"
    return [Edit(finding.path, suggestion.span, replacement), *uses]


def _uses(project: Project, path: str, text: str, item: Import, name: str, replacement: str) -> Uses:
    summary = project.judge.snapshot.summaries[path]
    return uses_of(text, summary.imports if summary is not None else (), item, name, replacement)


def _item_at(project: Project, path: str, span: Span) -> Import | None:
    """The import that ``span`` lies in."""
    summary = project.judge.snapshot.summaries[path]
    for item in summary.imports if summary is not None else ():
        if (item.line, item.column) <= tuple(span.start) and span.end <= _end(item):
            return item
    return None


def _end(item: Import) -> Position:
    lines = item.text.split("\n")
    return Position(item.line + len(lines) - 1, len(lines[-1]) + (item.column if len(lines) == 1 else 0))


def _bound(item: Import, span: Span) -> str | None:
    """What the file calls the part at ``span``, by its own name; None if it is renamed or no such part."""
    if item.kind == "call":
        return None
    for (name, asname), place in zip(item.aliases, alias_spans(item)):
        if place == span and asname is None and name != "*":
            return name
    return None


def _mends(project: Project, finding: Finding, suggestion: Suggestion) -> bool:
    """Whether the statement is right when the suggestion is followed: a fix that leads to the next finding is none."""
    item = _item_at(project, finding.path, suggestion.span)
    if item is None:
        return True
    if item.kind == "call":
        return isinstance(find_module(project.judge, finding.path, 0, suggestion.replacement, stubs=False), Found)
    if suggestion.moves:
        module = suggestion.replacement.lstrip(".")
        name = item.aliases[alias_spans(item).index(suggestion.span)][0]
        return _has_names(project, finding, len(suggestion.replacement) - len(module), module, [name])
    at = Position(item.line, item.column)
    # The statement begins in column 0 of its own text, and so do the places in it.
    place = Span(_within(suggestion.span.start, at), _within(suggestion.span.end, at))
    typed = read(applied(item.text, [Edit("", place, suggestion.replacement)]), at)
    if typed is None:
        return False
    judge, stubs = project.judge, _with_stubs(finding)
    if typed.kind == "import":
        names = (
            ".".join(part.word for part in alias.parts)
            for alias in typed.aliases
            if alias.parts[0].span.start <= suggestion.span.start
        )
        (meant,) = list(names)[-1:] or [""]
        found = find_module(judge, finding.path, 0, meant, stubs)
        return isinstance(found, Found) and (
            suggestion.certainty != "alike" or _has_what_is_used(project, finding, item, found.module)
        )
    module = ".".join(part.word for part in typed.module)
    whole = finding.name is None or suggestion.span.start < typed.aliases[0].parts[0].span.start
    wanted = [alias.parts[0] for alias in typed.aliases if whole or alias.parts[0].span.start == suggestion.span.start]
    return _has_names(project, finding, typed.level, module, [part.word for part in wanted])


def _has_what_is_used(project: Project, finding: Finding, item: Import, module: Module) -> bool:
    """Whether ``module`` has all that the file uses of what it is to replace."""
    missing = finding.module if finding.name is None else finding.name
    name = next((asname or name for name, asname in item.aliases if name == missing), None)
    if name is None:
        return True
    uses = re.findall(rf"(?<![\w.]){re.escape(name)}\.(?!_)([^\W\d]\w*)", project.text(finding.path) or "")
    return all(project.judge.members.member(module, use).state != "absent" for use in set(uses))


def _has_names(project: Project, finding: Finding, level: int, module: str, names: list[str]) -> bool:
    """Whether ``names`` can be imported from ``module`` after ``level`` dots, in the finding's file."""
    stubs = _with_stubs(finding)
    found = find_module(project.judge, finding.path, level, module, stubs)
    if not isinstance(found, Found):
        return False
    if "*" in names:
        return _brings_all(project, finding.path, found.module)
    states = [project.judge.members.member(found.module, name).state for name in names]
    return all(state in ("bound", "submodule", "open") or (stubs and state == "typing") for state in states)


def _with_stubs(finding: Finding) -> bool:
    """Whether what exists only as a stub mends the finding: in stubs, and in imports for type checkers."""
    return finding.path.endswith(".pyi") or finding.severity == "warning"


def _brings_all(project: Project, path: str, module: Module) -> bool:
    """Whether a star import of ``module`` works, and brings what the file's own ``__all__`` expects of it."""
    members = project.judge.members
    own = project.judge.own_module(path)
    listed = members.dunder_all.of(own)
    if members.missing_in_all(module):
        return False
    expected = [
        name for name in (listed.certain if listed is not None else ()) if members.member(own, name).state == "open"
    ]
    return all(members.member(module, name).state == "bound" and brings(project, module, name) for name in expected)


def _within(position: Position, start: Position) -> Position:
    line = position.line - start.line
    return Position(line, position.column - (start.column if not line else 0))


def _ignored(project: Project, text: str, finding: Finding) -> Edit | None:
    summary = project.judge.snapshot.summaries[finding.path]
    if summary is None:
        return None
    is_import = finding.rule in (*suppress.IMPORT_RULES, *suppress.NAME_RULES)
    item = _item_at(project, finding.path, finding.span) if is_import else None
    return ignore(finding.path, text, summary, finding.rule, finding.span.start.line, item)
