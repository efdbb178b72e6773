"""What there is to import: the modules at the top and below a package, and the names of a module."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from importwise.environment.stdlib import STUB_ONLY, platforms_of
from importwise.index.module import Module
from importwise.index.tree import Listing
from importwise.queries.meaning import find_module
from importwise.queries.origin import brings, stub_of
from importwise.queries.typed import normal_lines
from importwise.resolver.resolution import Found
from importwise.searchpath import SearchPath
from importwise.syntax.summary import Summary
from importwise.workspace.project import Project

OfferKind = Literal["module", "class", "function", "constant", "variable", "keyword"]

_DEFINITION = re.compile(r"[ \t]*(?:(?:async[ \t]+)?(def)|(class))\b")
_CONSTANT = re.compile(r"[A-Z][A-Z0-9_]*\Z")
_CLASS = re.compile(r"_*[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*\Z")
NO_MODULE = frozenset(("__pycache__", "__init__", "__main__"))


class Offer(NamedTuple):
    """One thing that may be imported."""

    name: str
    kind: OfferKind
    rank: int
    """0 for what is most likely meant; private names are last."""


def top_level(project: Project, path: str) -> Iterator[Offer]:
    """The modules that a plain ``import`` in the file ``path`` can find, each once: the project's own come first."""
    judge = project.judge
    environment = project.environment
    folder, _, file = path.rpartition("/")
    seen: set[str] = set()
    for search_path in judge.resolver.paths(judge.resolver.foreign_base(path)):
        rank = 0 if search_path.kind in ("project", "extra") else 1
        own = file.partition(".")[0] if search_path.path == folder else ""
        for name in sorted(_in_folder(project, search_path)):
            if name not in seen and name != own:
                seen.add(name)
                yield Offer(name, "module", _rank(name, rank))
    others = (*environment.builtins, *environment.mapping, *environment.namespaces)
    for name in sorted({name.partition(".")[0] for name in others} - seen):
        if name.isidentifier():
            yield Offer(name, "module", _rank(name, 1))


def submodules(project: Project, module: Module) -> Iterator[Offer]:
    """The modules below ``module``, each once."""
    names: set[str] = set()
    for folder in module.portions:
        names |= _in_folder(project, SearchPath(folder, _kind_of(project, folder)), module.kind == "stub")
    prefix = f"{module.name}."
    for full_name in (*project.environment.mapping, *project.environment.builtins):
        if full_name.startswith(prefix):
            names.add(full_name[len(prefix) :].partition(".")[0])
    for name in sorted(names):
        yield Offer(name, "module", _rank(name, 1))


def _kind_of(project: Project, folder: str) -> Literal["typeshed", "project"]:
    typeshed = project.judge.resolver.typeshed
    return "typeshed" if typeshed is not None and folder.startswith(typeshed) else "project"


def _in_folder(project: Project, search_path: SearchPath, stubs: bool = False) -> set[str]:
    """The names of the modules that lie in a folder; of typeshed those that the target has."""
    resolver = project.judge.resolver
    listing: Listing = resolver.tree[search_path.path]
    suffixes = ("py", "pyc", *(suffix[1:] for suffix in resolver.environment.suffixes))
    typeshed = search_path.kind == "typeshed"
    names: set[str] = set()
    for file in listing.files:
        stem, _, suffix = file.partition(".")
        if suffix in suffixes or (suffix == "pyi" and (typeshed or stubs)):
            names.add(stem)
    for folder in listing.folders:
        if folder.isidentifier() and (typeshed or _holds_modules(project, f"{search_path.path}/{folder}")):
            names.add(folder)
    if typeshed:
        names = {name for name in names if _in_target(project, name)}
    return {name for name in names if name.isidentifier()} - NO_MODULE


def _in_target(project: Project, name: str) -> bool:
    first, last = project.environment.stdlib_versions.get(name, ((0, 0), None))
    version = project.environment.version
    known = first <= version and (last is None or version <= last) and name not in STUB_ONLY
    return known and project.environment.platform in platforms_of(name)


def _holds_modules(project: Project, folder: str) -> bool:
    """Whether a folder is worth being offered: not if it is known to have nothing in it that can be imported.

    A folder that nobody has looked into yet is not looked into for this: it is taken for what its name says.
    """
    tree = project.judge.resolver.tree
    listing = tree.get(folder)
    if listing is None:
        return not folder.endswith("/__pycache__")
    if listing.files and any(file.endswith((".py", ".so", ".pyd", ".pyc")) for file in listing.files):
        return True
    below = (tree.get(f"{folder}/{name}") for name in listing.folders if name.isidentifier() and name != "__pycache__")
    return any(inner is None or any(file.endswith(".py") for file in inner.files) for inner in below)


def names_in(project: Project, module: Module) -> Iterator[Offer]:
    """The names that ``from module import …`` finds, submodules left aside, each once."""
    source = _source(project, module)
    if source is None:
        return
    sources = [source]
    stub = stub_of(project, source) if project.judge.members.is_standard(source) else None
    if stub is not None and stub.path != source.path:
        sources.append(stub)  # Some modules of the standard library bind their names in loops.
    seen: set[str] = set()
    for one in sources:
        for offer in _names(project, one, {one.path}):
            if offer.name not in seen:
                seen.add(offer.name)
                yield offer


def _source(project: Project, module: Module) -> Module | None:
    """The module whose text tells the names: itself, or its stub if it has none."""
    return module if module.path.endswith((".py", ".pyi")) else stub_of(project, module)


def _names(project: Project, module: Module, seen: set[str]) -> Iterator[Offer]:
    summary = project.judge.snapshot.summaries[module.path]
    if summary is None:
        return
    exports = summary.exports
    everything = project.judge.members.dunder_all.of(module)
    listed = everything.possible if everything is not None else frozenset()
    imported = _imported(summary, module)
    text = project.text(module.path)
    lines = normal_lines(text) if text is not None else []
    bound: dict[str, int] = dict(exports.names)
    for name, events in exports.conditional.items():
        bound.setdefault(name, events[-1][2])
    is_stub = module.path.endswith(".pyi")
    for name, line in bound.items():
        if name == "__all__":
            continue
        foreign = imported.get(name, False) and name not in listed
        if is_stub and name in imported and name not in listed and not name_is_exported(summary, name):
            continue
        kind = _kind_by_name(name) if name in imported else _kind_at(lines, line, name)
        yield Offer(name, kind, _rank(name, 2 if foreign else 0))
    lazy = project.judge.members.supplied(module)
    for name in (listed | lazy) - bound.keys():
        yield Offer(name, _kind_by_name(name), _rank(name, 0))
    for item in summary.imports:
        if item.scope != "module" or not item.aliases or item.aliases[0][0] != "*":
            continue
        found = find_module(project.judge, module.path, item.level, item.module, is_stub)
        source = _source(project, found.module) if isinstance(found, Found) else None
        if source is None or source.path in seen:
            continue
        seen.add(source.path)
        for offer in _names(project, source, seen):
            if brings(project, source, offer.name):
                yield offer


def _imported(summary: Summary, module: Module) -> dict[str, bool]:
    """The names that imports bind, and whether they come from elsewhere: a package's ``__init__`` offers what it imports from below."""
    package = module.name.partition(".")[0]
    found: dict[str, bool] = {}
    for item in summary.imports:
        if item.scope != "module":
            continue
        own = bool(item.level) or item.module.partition(".")[0] == package
        offered = module.kind == "package" and own
        for name, asname in item.aliases:
            found[asname or name.partition(".")[0]] = not offered
    return found


def name_is_exported(stub: Summary, name: str) -> bool:
    """Whether a stub imports ``name`` for others too: ``import x as x`` (PEP 484)."""
    return any(asname == name for item in stub.imports for _, asname in item.aliases)


def _kind_at(lines: list[str], line: int, name: str) -> OfferKind:
    match = _DEFINITION.match(lines[line]) if line < len(lines) else None
    if match is None:
        return "constant" if _CONSTANT.match(name) else "variable"
    return "function" if match[1] else "class"


def _kind_by_name(name: str) -> OfferKind:
    """By the way names are usually written (PEP 8): cheaper than to look where each is defined."""
    if _CONSTANT.match(name):
        return "constant" if len(name) > 1 else "class"
    return "class" if _CLASS.match(name) else "function"


def _rank(name: str, rank: int) -> int:
    """Private names come after all others, those with two underscores last."""
    return rank + (20 if name.startswith("__") else 10 if name.startswith("_") else 0)


def without(offers: Iterable[Offer], names: Iterable[str]) -> Iterator[Offer]:
    """``offers`` but for those called ``names``."""
    left_out = set(names)
    return (offer for offer in offers if offer.name not in left_out)
