"""An import of a name that its module does not have.

`from m import x` works if `x` is bound at module level of `m` when `m` has been executed, or is a submodule of `m`.
Otherwise it raises `ImportError: cannot import name`.

```python
from collections import OrderedDictionary
#                       ^^^^^^^^^^^^^^^^^ unresolved-name
```

A name that exists only for type checkers (bound under `if TYPE_CHECKING:`, or only in a stub) is missing when the program
runs. Modules whose names can't be known without running them (`__getattr__`, `globals()`, extension modules) are never
said to lack one; `--show-open` lists them.

To mend it: correct the name, import it from where it is defined now, or define it.
"""

from __future__ import annotations

from importwise.checks import unresolved_import
from importwise.checks.finding import Finding, Suggestion
from importwise.checks.moved import import_from, is_apart
from importwise.checks.rule import Rule, View
from importwise.checks.suggestions import MOST, place_of
from importwise.index.module import Module
from importwise.resolver.judge import Judgement
from importwise.resolver.resolution import Member, Partial
from importwise.spans import Span
from importwise.syntax.imports import alias_spans

RULE = "unresolved-name"


def judge(view: View, path: str, judgement: Judgement) -> Finding | None:
    """The finding for a missing name; None if something else is wrong."""
    member = judgement.outcome
    if type(member) is not Member or judgement.alias is None or judgement.name is None:
        return None
    module, name = judgement.module, judgement.name
    found = view.judge.module_of(path, judgement.item, judgement.typing)
    if found is None or judgement.name == "*":
        return None
    place = found.path or ", ".join(found.portions)
    span = alias_spans(judgement.item)[judgement.alias]
    helps: list[str] = []
    suggestions: list[Suggestion] = []
    if judgement.item.level and not judgement.item.module and _has_no_names(view, found):
        return _missing_submodule(view, path, judgement, found, span)
    shown = f" ({view.show(place)})" if place else ""
    if member.state == "typing" or view.judge.in_stub(found, name):
        message = f"Cannot import name `{name}` from `{module}`{shown}: it exists only for type checkers"
        helps.append("import it under `if TYPE_CHECKING:`, or bind it where the program runs too")
    elif found.kind == "namespace":
        message = (
            f"Cannot import name `{name}` from `{module}`: it is a namespace package{shown} and has no module `{name}`"
        )
    else:
        message = f"Cannot import name `{name}` from `{module}`{shown}: it has no such name" + (
            " and no such submodule" if found.portions else ""
        )
        if any(view.judge.resolver.holds(folder, name, ".pyi") for folder in found.portions):
            helps.append(f"there is only a stub, {name}.pyi, which does not exist when the program runs")
    guess = view.definitions.nearest_name(found, name)
    if guess is not None and "type checkers" not in message:
        helps.append(f"did you mean `{guess}`?")
        suggestions.append(Suggestion(f"Change to `{guess}`", span, guess))
    _elsewhere(view, path, judgement, name, helps, suggestions)
    if not helps:
        helps.append(_last_resort(view, found, name))
    related = place_of(view.judge, found, None, f"`{module}` is here")
    for place in [place for place in view.definitions.of_name(name) if place != module][:MOST]:
        related += place_of(view.judge, place, name, f"`{name}` is defined here")
    return Finding(path, RULE, "error", span, message, tuple(helps), module, name, tuple(suggestions), related)


def _last_resort(view: View, module: Module, name: str) -> str:
    """What to do where nothing like the name is known: the standard library and installed packages are not the user's to change."""
    if view.judge.members.is_standard(module):
        versions = view.judge.members.versions_with(module.name, name)
        if versions:
            target = ".".join(map(str, view.judge.environment.version))
            return f"`{name}` is there in Python {versions}; the target is {target}"
        return f"correct the name; `{module.name}` belongs to the standard library"
    place = module.path or (module.portions[0] if module.portions else "")
    if place.startswith(f"{view.directory}/"):
        return f"define `{name}` in {view.show(place)}, or allow `{module.name}.{name}` with a reason if it can't exist in a checkout"
    return f"another version of what provides `{module.name}` may have it: look at {place}"


def _has_no_names(view: View, module: Module) -> bool:
    """Whether only a submodule can be meant: a namespace package, or an empty ``__init__``."""
    summary = view.judge.snapshot.summaries[module.path] if module.kind == "package" else None
    return module.kind == "namespace" or (summary is not None and not summary.imports and not summary.exports.names)


def _missing_submodule(view: View, path: str, judgement: Judgement, package: Module, span: Span) -> Finding:
    """``from . import x`` in a package without names of its own asks for a module."""
    missing = judgement._replace(
        module=f"{package.name}.{judgement.name}", outcome=Partial(package, judgement.name or "")
    )
    finding = unresolved_import.judge(view, path, missing)
    assert finding is not None
    helps: list[str] = []
    suggestions: list[Suggestion] = []
    if not finding.suggestions and judgement.name is not None:
        # Or a name was meant that the package does not have any more.
        _elsewhere(view, path, judgement, judgement.name, helps, suggestions)
    return finding._replace(
        span=span, help=tuple(helps) or finding.help, suggestions=(*finding.suggestions, *suggestions)
    )


def _elsewhere(
    view: View, path: str, judgement: Judgement, name: str, helps: list[str], suggestions: list[Suggestion]
) -> None:
    """Where the project defines the name now."""
    places = [module for module in view.definitions.of_name(name) if module != judgement.module]
    for place in places[:MOST]:
        helps.append(f"`{name}` is defined in `{place}`")
    if len(places) > MOST:
        helps.append(f"… and in {len(places) - MOST} more modules")
    if not places:
        here = (judgement.module, f"{judgement.module}.{name}")
        for place in [module for module in view.definitions.of_module(name) if module not in here][:MOST]:
            at_the_top = "." not in place
            helps.append(
                f"a module `{name}` is at the top: `import {name}`"
                if at_the_top
                else f"a module `{name}` is at `{place}`"
            )
            places += [] if at_the_top else [place.rpartition(".")[0]]
    if len(places) == 1:
        doubtful = is_apart(places[0], view.judge.resolver.name_of(path)) or not _is_own(view, judgement, path)
        moved = import_from(view, path, judgement, places[0], "fits" if doubtful else "sure")
        suggestions += [] if moved is None else [moved]


def _is_own(view: View, judgement: Judgement, path: str) -> bool:
    """Whether the module that lacks the name is the project's: then the name was most likely moved within the project."""
    module = view.judge.module_of(path, judgement.item, judgement.typing)
    return module is not None and module.search_path is not None and module.search_path.kind == "project"


rule = Rule(RULE, "error", __doc__ or "", judge=judge)
