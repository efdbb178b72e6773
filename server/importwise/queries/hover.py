"""What there is to say of the part of an import under the cursor: what it resolves to, or how the search for it failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from importwise.environment.distributions import distribution_of
from importwise.index.module import Module
from importwise.queries.definition import origins
from importwise.queries.explanation import search_for
from importwise.queries.meaning import Meaning, find_module, meaning_of, pointed_at
from importwise.queries.origin import span_of
from importwise.queries.parts import Pointed
from importwise.queries.references import files_importing
from importwise.queries.typed import normal_lines
from importwise.resolver.judge import Judgement
from importwise.resolver.resolution import Missing, Partial, Unknown
from importwise.searchpath import SearchPath
from importwise.spans import Position, Span
from importwise.syntax.summary import Import
from importwise.workspace.project import Project

KINDS = {
    "built-in": "built-in module",
    "bytecode": "compiled module",
    "extension": "extension module",
    "namespace": "namespace package",
    "registered": "module put into `sys.modules` by code",
    "stub": "stub only",
}
VERDICTS = {
    "optional": "It may be missing: this import is optional.",
    "unreachable": "This import never runs for the target.",
}
MOST_PLACES = 8
"""Lines of a failed search that are shown."""

MOST_OF_A_LINE = 120
"""Code points of a definition's line that are shown."""

OWN = "this project"

Link = Callable[[str, int, str], str]
"""From path, line (from 0) and text to a link in Markdown."""


class Hover(NamedTuple):
    """A text in Markdown, and what it is about."""

    span: Span
    markdown: str


def hover(project: Project, path: str, position: Position, link: Link) -> Hover | None:
    """What to show for the part of an import at ``position``; None elsewhere."""
    pointed = pointed_at(project, path, position)
    if pointed is None or not (pointed.module or pointed.level):
        return None
    meaning = meaning_of(project, path, pointed)
    verdict = _verdict(project, path, pointed)
    stub = meaning.module if meaning.name is None and not path.endswith(".pyi") else None
    if meaning.module is None:
        lines = list(_failed(project, path, pointed, meaning))
    elif stub is not None and stub.kind == "stub" and verdict != "resolved":
        failure = find_module(project.judge, path, pointed.level, pointed.module, stubs=False)
        lines = list(_failed(project, path, pointed, meaning._replace(failure=failure)))
        lines.append(
            f"There is only a stub, which does not exist when the program runs: {_linked(project, stub, link)}"
        )
    elif meaning.name is None or (meaning.member is not None and meaning.member.module is not None):
        module = meaning.member.module if meaning.member is not None and meaning.member.module else meaning.module
        lines = list(_module(project, module, link))
    else:
        lines = list(_name(project, meaning, link))
    if verdict in VERDICTS:
        lines.append(VERDICTS[verdict])
    return Hover(pointed.span, "\n\n".join(lines))


def _module(project: Project, module: Module, link: Link) -> Iterator[str]:
    yield f"**`{module.name}`** · {KINDS.get(module.kind, module.kind)}"
    place = module.path or (module.portions[0] if module.portions else "")
    if module.path:
        yield _linked(project, module, link)
    elif module.portions:
        yield "  \n".join(f"`{show(project, portion)}/`" for portion in module.portions)
    facts = [_whence(project, module, place)]
    if is_own(project, module) and not project.snapshot.incomplete:
        count = files_importing(project, module)
        facts.append("imported by no file" if not count else f"imported by {count:,} file{'s' if count > 1 else ''}")
    if any(facts):
        yield " · ".join(fact for fact in facts if fact)


def _linked(project: Project, module: Module, link: Link) -> str:
    return link(module.path, 0, f"`{show(project, module.path)}`")


def _name(project: Project, meaning: Meaning, link: Link) -> Iterator[str]:
    module, member = meaning.module, meaning.member
    assert module is not None
    assert member is not None
    origin = next(origins(project, meaning), None)
    if member.state == "absent":
        yield from _absent(project, meaning)
        return
    if member.state == "open":
        yield f"**`{meaning.name}`** · from `{module.name}`, which may have it"
        yield _sentence(member.reason)
        if origin is not None:
            yield link(origin.path, origin.line, f"`{show(project, origin.path)}:{origin.line + 1}`")
        return
    if origin is not None and origin.name is None and not origin.line:
        yield from _module(project, origin.module, link)
        return
    yield f"**`{meaning.name}`** · from `{module.name}`"
    if member.state == "typing":
        yield "It exists only for type checkers."
    if origin is not None:
        # The name may stand below the line that is known: under decorators, or in brackets.
        number = span_of(project, origin).start.line
        line = _line_of(project, origin.path, number)
        if line:
            yield f"```python\n{line}\n```"
        yield link(origin.path, number, f"`{show(project, origin.path)}:{number + 1}`")
    whence = _whence(
        project, origin.module if origin is not None else module, origin.path if origin is not None else module.path
    )
    if whence and whence != OWN:
        yield whence


def _line_of(project: Project, path: str, number: int) -> str:
    """One line of a file, without what would spoil its display."""
    text = project.text(path)
    lines = normal_lines(text) if text is not None else []
    line = lines[number].strip() if number < len(lines) else ""
    return line if len(line) <= MOST_OF_A_LINE else f"{line[: MOST_OF_A_LINE - 1]}…"


def _failed(project: Project, path: str, pointed: Pointed, meaning: Meaning) -> Iterator[str]:
    failure = meaning.failure
    if isinstance(failure, Unknown):
        yield f"**`{meaning.target}`** · it can't be known whether it exists"
        yield _sentence(failure.reason)
        return
    yield f"**`{meaning.target}`** · not found"
    if failure is None:
        yield f"`{'.' * pointed.level}` leads out of the packages that `{show(project, path)}` lies in."
        return
    if isinstance(failure, Partial):
        yield "\n".join(f"- {line}" for line in _existing(project, failure))
    elif isinstance(failure, Missing):
        places = [f"`{place.path}` · {place.kind}" for place in _searched(project, path)]
        if len(places) > MOST_PLACES:
            places[MOST_PLACES - 1 :] = [f"… and {len(places) - MOST_PLACES + 1} more places"]
        yield "Searched in vain:"
        yield "\n".join(f"- {place}" for place in places)
    # What else there is to know: another version's module, an entry of the allowlist.
    for step in search_for(project, f"{'.' * pointed.level}{pointed.module}", path):
        if step.kind == "allowed" or (step.kind == "note" and step.text.startswith(f"`{meaning.target}")):
            yield _sentence(step.text)


def _existing(project: Project, failure: Partial) -> Iterator[str]:
    existing = failure.existing
    kind = KINDS.get(existing.kind, existing.kind)
    if not existing.portions:
        place = f" (`{show(project, existing.path)}`)" if existing.path else ""
        yield f"`{existing.name}` is a {kind}{place}: it has no modules below it"
    for portion in existing.portions:
        yield f"`{show(project, portion)}/` has no `{failure.missing}`"


def _searched(project: Project, path: str) -> tuple[SearchPath, ...]:
    resolver = project.judge.resolver
    return resolver.paths(resolver.foreign_base(path))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def _absent(project: Project, meaning: Meaning) -> Iterator[str]:
    module = meaning.module
    assert module is not None
    place = module.path or (module.portions[0] if module.portions else "")
    yield f"**`{meaning.name}`** · not found in `{module.name}`"
    if place:
        what = "neither the name nor a submodule" if module.portions else "no such name"
        yield f"- `{show(project, place)}`: {what}"


def _whence(project: Project, module: Module, place: str) -> str:
    """The distribution with its version, or what else the module belongs to."""
    members = project.judge.members
    if members.is_standard(module):
        return f"standard library of Python {'.'.join(map(str, project.environment.version))}"
    if is_own(project, module):
        return OWN
    folders = [
        search_path.path for search_path in project.environment.site_packages if search_path.kind == "site-packages"
    ]
    found = distribution_of(place, folders) if place else None
    if found is not None:
        return f"{found[0]} {found[1]}".rstrip()
    search_path = module.search_path
    return (
        f"{search_path.kind}{f': {search_path.origin}' if search_path.origin else ''}"
        if search_path is not None
        else ""
    )


def is_own(project: Project, module: Module) -> bool:
    """Whether the module is one of the project's."""
    if module.path:
        directory = module.path.rpartition("/")[0]
        return module.path in project.checked or directory in project.folders
    return any(portion in project.folders for portion in module.portions)


def _verdict(project: Project, path: str, pointed: Pointed) -> str | None:
    """The verdict on the import that the part belongs to."""
    for judgement in project.judgements(path):
        if (judgement.item.line, judgement.item.column) == tuple(pointed.start) and _is_about(judgement, pointed):
            return judgement.verdict
    return None


def _is_about(judgement: Judgement, pointed: Pointed) -> bool:
    item: Import = judgement.item
    if judgement.alias is None or pointed.name is None:
        return judgement.alias is None or item.kind != "from"
    return item.aliases[judgement.alias][0] == pointed.name


def show(project: Project, path: str) -> str:
    """``path`` as people read it: relative to the project, or to the site-packages or standard library it lies in."""
    directory = project.config.directory
    if path.startswith(f"{directory}/"):
        return path[len(directory) + 1 :]
    environment = project.environment
    for search_path in (*environment.site_packages, *environment.standard_library):
        if path.startswith(f"{search_path.path}/"):
            return f"{search_path.path.rpartition('/')[2]}/{path[len(search_path.path) + 1 :]}"
    return path
