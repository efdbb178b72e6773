"""An import of a module that Python would not find.

importwise looks where the target's Python looks: built-in modules, the project's roots, the importing file's own folder,
the standard library of the target version, `extra-paths`, site-packages with its `.pth` files, and editable installs.
If nothing is found, running the import raises `ModuleNotFoundError`.

```python
import torch.utils.dta
#      ^^^^^^^^^^^^^^^ unresolved-import
```

Not reported, though missing: imports in a `try` that catches `ImportError`, under a test of availability
(`if HAS_NUMPY:`), under a condition that is false for the target's version or platform, and what the allowlist allows.
Imports under `if TYPE_CHECKING:` are warnings: a type checker would fail, the program would not.

To mend it: correct the name, install what is missing into the environment that importwise reads (`importwise why MODULE`
shows which, in VS Code the command "Explain This Import"), add the folder to `roots` or `extra-paths`, or, for a module that
can't exist in a checkout, add an entry to the allowlist.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from importwise.checks.finding import SEARCH_SHOWN, Certainty, Finding, Suggestion
from importwise.checks.moved import has, import_from, places_of_module, spelled
from importwise.checks.rule import Rule, View
from importwise.checks.suggestions import is_slip, place_of
from importwise.environment.stdlib import platforms_of
from importwise.index.module import Module
from importwise.resolver.judge import Judgement
from importwise.resolver.resolution import Found, Missing, Partial
from importwise.resolver.targets import below
from importwise.searchpath import NAMED, ROOTS, Environment
from importwise.spans import Span
from importwise.syntax.imports import alias_spans, module_span
from importwise.syntax.written import written_span

RULE = "unresolved-import"
PLATFORM_NAMES = {"linux": "Linux", "darwin": "macOS", "win32": "Windows"}


def judge(view: View, path: str, judgement: Judgement) -> Finding | None:
    """The finding for a missing module; None if something else is wrong."""
    outcome = judgement.outcome
    if not isinstance(outcome, (Missing, Partial)):
        return None
    item = judgement.item
    span = (
        alias_spans(item)[judgement.alias]
        if item.kind == "import" and judgement.alias is not None
        else module_span(item)
    )
    helps: list[str] = []
    suggestions: list[Suggestion] = []
    if isinstance(outcome, Partial):
        message = f"Cannot find module `{judgement.module}`: {_what_exists(view, outcome)}"
        guess = view.definitions.nearest_submodule(outcome.existing, outcome.missing)
        prefix = f"{outcome.existing.name}."
    else:
        message = f"Cannot find module `{judgement.module}`: {_where_not(view, path, outcome.head)}"
        guess = view.definitions.nearest_head(outcome.head, view.judge.resolver.foreign_base(path))
        prefix = ""
    only_stub = _only_a_stub(view, judgement.module)
    if only_stub:
        helps.append(f"there is only a stub, {view.show(only_stub)}, which does not exist when the program runs")
    standard = by_version(view.judge.environment, judgement.module)
    helps += standard
    sibling = _beside(view, path, judgement, span, helps, suggestions) if isinstance(outcome, Missing) else ""
    if helps:
        guess = None
    is_it = False
    if guess is not None:
        missing = outcome.missing if isinstance(outcome, Partial) else outcome.head
        meant = f"{prefix}{guess}{judgement.module[len(prefix) + len(missing) :]}"
        if type(view.judge.resolver.find(meant, view.judge.resolver.foreign_base(path))) is Found:
            certainty: Certainty = "sure" if isinstance(outcome, Partial) or is_slip(missing, guess) else "alike"
            # What lies below it, or two swapped letters, say more than a namesake elsewhere.
            says_more = len(prefix) + len(missing) < len(judgement.module) or is_slip(missing, guess)
            is_it = certainty == "sure" and says_more and has(view, meant, judgement)
            _propose(view, path, judgement, f"did you mean `{meant}`?", meant, span, helps, suggestions, certainty)
    if item.level and item.module:
        sibling = _other_dots(view, path, judgement, helps, suggestions)
    for folder in view.definitions.folders_above(judgement.module):
        helps.append(f"`{judgement.module}` lies in {view.show(folder)}: add that folder to `roots`")
    if not standard:
        _name_of_module(view, judgement, outcome, helps)
    related = (
        place_of(view.judge, outcome.existing, None, f"`{outcome.existing.name}` is here")
        if isinstance(outcome, Partial)
        else ()
    )
    if _most_likely_not_installed(judgement, bool(standard or only_stub), suggestions):
        helps.append(_last_resort(view, judgement.module, False))
    for place, reason, certainty in places_of_module(view, path, judgement) if not (standard or is_it) else ():
        related += place_of(view.judge, place, None, f"`{place}` is here")
        if place != sibling and not any(f"`{place}`" in line for line in helps):
            _propose(view, path, judgement, reason, place, span, helps, suggestions, certainty)
    if not helps:
        helps.append(_last_resort(view, judgement.module, isinstance(outcome, Partial)))
    if isinstance(outcome, Missing):
        helps[:0] = _missing_places(view)
    return Finding(
        path, RULE, "error", span, message, tuple(helps), judgement.module, None, tuple(suggestions), related
    )


def _most_likely_not_installed(judgement: Judgement, explained: bool, suggestions: list[Suggestion]) -> bool:
    """Whether nothing of the module is there, and nothing that was found so far is surely what was meant."""
    sure = any(suggestion.certainty == "sure" for suggestion in suggestions)
    return isinstance(judgement.outcome, Missing) and not explained and not sure and not judgement.item.level


def _name_of_module(view: View, judgement: Judgement, outcome: Missing | Partial, helps: list[str]) -> None:
    """``import shop.cart.Cart``: a name is no module."""
    if isinstance(outcome, Partial) and judgement.item.kind == "import":
        module, name = outcome.existing, outcome.missing
        if view.judge.members.attribute(module, name).state == "bound":
            helps.append(f"`{name}` is a name in `{module.name}`, no module: write `from {module.name} import {name}`")


def _other_dots(view: View, path: str, judgement: Judgement, helps: list[str], suggestions: list[Suggestion]) -> str:
    """What the relative import would find with more or fewer dots, by its full name, or ""."""
    item = judgement.item
    for level in (item.level - 1, item.level + 1, item.level + 2):
        anchor = view.judge.resolver.anchor(path, level) if level > 0 else None
        found = below(view.judge.resolver, anchor, item.module) if anchor is not None else None
        if isinstance(found, Found) and found.module.path != path:
            meant = f"{'.' * level}{item.module}"
            helps.append(f"with {'more' if level > item.level else 'fewer'} dots, `{meant}` exists")
            suggestions.append(Suggestion(f"Change to `{meant}`", written_span(item), meant))
            return found.module.name
    return ""


def _propose(
    view: View,
    path: str,
    judgement: Judgement,
    line: str,
    module: str,
    span: Span,
    helps: list[str],
    suggestions: list[Suggestion],
    certainty: Certainty,
) -> None:
    """Say ``line``, and offer to write ``module`` in the place of ``span`` where it can stand there."""
    helps.append(line)
    item = judgement.item
    if item.kind == "call":
        # A literal with escapes or in several pieces is not touched.
        if item.level or item.text.strip("\"'") != item.module:
            return
    elif item.level and not item.module:
        # `from . import x` in a package without names of its own: the name is the module.
        parent, _, name = module.rpartition(".")
        if parent != judgement.module.rpartition(".")[0]:
            moved = import_from(view, path, judgement, parent, certainty) if name == judgement.name and parent else None
            suggestions += [] if moved is None else [moved]
            return
        module = name
    elif item.level:
        module, span = spelled(view, path, item, module), written_span(item)
    suggestions.append(Suggestion(f"Change to `{module}`", span, module, certainty))


def _what_exists(view: View, outcome: Partial) -> str:
    existing = outcome.existing
    if existing.portions:
        place = existing.path or ", ".join(existing.portions)
        return f"`{existing.name}` exists ({view.show(place)}), it has no `{outcome.missing}`"
    return f"`{existing.name}` is {_a_kind(existing)}{f' ({view.show(existing.path)})' if existing.path else ''}, not a package"


def _a_kind(module: Module) -> str:
    return {"built-in": "a built-in module", "bytecode": "a module"}.get(module.kind, f"a {module.kind}")


def _where_not(view: View, path: str, head: str) -> str:
    environment = view.judge.environment
    base = view.judge.resolver.foreign_base(path)
    shown = "the file's own folder" if base == view.directory else f"{view.show(base)}/" if base else ""
    extra = bool(view.judge.snapshot.extra_paths)
    return f"no `{head}` in {_places_searched(shown, environment.version, extra, environment.found)}"


@lru_cache(maxsize=256)
def _places_searched(base: str, version: tuple[int, int], extra: bool, found: bool) -> str:
    places = ["the project"]
    if base:
        places.append(base)
    places.append(f"the standard library of Python {'.'.join(map(str, version))}")
    if extra:
        places.append("`extra-paths`")
    if found:
        places.append("site-packages")
    return f"{', '.join(places[:-1])} or {places[-1]}"


def _missing_places(view: View) -> Iterator[str]:
    """Which of the places that the settings name are not there: that may be the cause."""
    resolver = view.judge.resolver
    for place in (*view.judge.snapshot.roots, *view.judge.snapshot.extra_paths):
        folder, _, name = place.path.rpartition("/")
        if place.origin not in NAMED or place.path == view.directory or not folder:
            continue
        if place.origin != ROOTS and "." in name:
            continue  # Perhaps an archive: listings have none of those.
        resolver.look_at(folder, name.partition(".")[0])
        if not resolver.tree[place.path].folders and not resolver.tree[place.path].files:
            listing = resolver.tree[folder]
            if name not in listing.folders and name not in listing.files:
                yield f"{place.origin} names {view.show(place.path)}, which does not exist"


def _only_a_stub(view: View, module: str) -> str | None:
    found = view.judge.resolver.find(module, "", stubs=True)
    stub = found.module if isinstance(found, Found) else None
    if stub is None or not stub.path.endswith(".pyi") or (stub.search_path and stub.search_path.kind == "typeshed"):
        return None
    return stub.path


def by_version(environment: Environment, module: str) -> list[str]:
    """Whether another version or platform has the module."""
    parts = module.split(".", 4)
    for size in range(len(parts), 0, -1):
        name = ".".join(parts[:size])
        if name not in environment.stdlib_versions:
            continue
        first, last = environment.stdlib_versions[name]
        if first > environment.version:
            return [
                f"`{name}` was added in {first[0]}.{first[1]} to the standard library; the target is {'.'.join(map(str, environment.version))}"
            ]
        if last is not None and last < environment.version:
            return [f"`{name}` was removed in {last[0]}.{last[1] + 1} from the standard library"]
        if size == len(parts):
            platforms = platforms_of(name)
            if environment.platform not in platforms:
                return [
                    f"`{name}` exists only on {' and '.join(PLATFORM_NAMES[platform] for platform in platforms)}; the target is {PLATFORM_NAMES[environment.platform]}"
                ]
            return (
                [f"`{name}` belongs to the standard library, but the Python at hand was built without it"]
                if size == 1
                else []
            )
    return []


def _beside(
    view: View, path: str, judgement: Judgement, span: Span, helps: list[str], suggestions: list[Suggestion]
) -> str:
    """Inside a package, a sibling is not found by its bare name (Python 2 did); returns its full name, or ""."""
    resolver = view.judge.resolver
    item = judgement.item
    if item.level or item.kind == "call":
        return ""
    for level in range(1, path.count("/")):
        anchor = resolver.anchor(path, level)
        if anchor is None:
            break
        head = below(resolver, anchor, judgement.module.partition(".")[0])
        if not isinstance(head, Found) or any(path.startswith(f"{folder}/") for folder in head.module.portions):
            continue  # What has the name of the package that the file lies in is another library.
        found = below(resolver, anchor, judgement.module)
        if not isinstance(found, Found) or found.module.kind == "namespace" or found.module.path == path:
            continue
        dots = "." * level
        written = _import_of(judgement, dots) if item.kind == "import" else f"from {dots}{judgement.module} import …"
        helps.append(
            f"`{judgement.module}` lies {'beside this file' if level == 1 else 'further up in the package'}: write `{written}`"
        )
        has_all = item.kind == "from" and has(view, found.module.name, judgement)
        suggestions += _from_beside(judgement, dots, span, "sure" if has_all and level == 1 else "fits")
        return found.module.name
    return ""


def _import_of(judgement: Judgement, dots: str) -> str:
    """``from ..parts import drawer as d`` for the module ``parts.drawer`` of an ``import`` statement."""
    assert judgement.alias is not None
    parent, _, name = judgement.module.rpartition(".")
    asname = judgement.item.aliases[judgement.alias][1]
    return f"from {dots}{parent} import {name}{f' as {asname}' if asname is not None else ''}"


def _from_beside(judgement: Judgement, dots: str, span: Span, certainty: Certainty) -> list[Suggestion]:
    """The import of a sibling by its bare name, written with dots; none where the code would have to call it something else."""
    item = judgement.item
    if item.kind == "from":
        return [Suggestion(f"Change to `{dots}{judgement.module}`", span, f"{dots}{judgement.module}", certainty)]
    ((module, asname), *others) = item.aliases
    if others or "\n" in item.text or ("." in module and asname is None):
        return []
    written = f"{'lazy ' if item.lazy else ''}{_import_of(judgement, dots)}"
    statement = Span.on_line(item.line, item.column, len(item.text))
    return [Suggestion(f"Change to `{written}`", statement, written, "alike")]


def _last_resort(view: View, module: str, exists_in_part: bool) -> str:
    head = module.partition(".")[0]
    if exists_in_part:
        return f"if `{module}` can't exist in a checkout, allow it with a reason"
    if not view.judge.environment.found:
        return "no Python environment was found: name one with `--python` or the setting `python`"
    site = next((search_path.path for search_path in view.judge.environment.site_packages), "the environment")
    return (
        f"install what provides `{head}` into {view.show(site)}, or allow it with a reason; {SEARCH_SHOWN.format(head)}"
    )


rule = Rule(RULE, "error", __doc__ or "", judge=judge)
