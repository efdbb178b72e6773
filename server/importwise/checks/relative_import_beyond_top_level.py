"""A relative import that leads out of its package.

Each dot but the first goes up one package. With more dots than packages, or in a module that lies directly in a root and
so has no package at all, Python raises `ImportError: attempted relative import beyond top-level package` or `attempted
relative import with no known parent package`.

```python
# shop/cart.py, with the project's directory as root
from .. import prices
#    ^^ relative-import-beyond-top-level
```

To mend it: use fewer dots, or an absolute import.
"""

from __future__ import annotations

from importwise.checks.finding import Finding, Suggestion
from importwise.checks.rule import Rule, View
from importwise.names import UNTITLED
from importwise.resolver.judge import Beyond, Judgement
from importwise.resolver.resolution import Found
from importwise.resolver.targets import below
from importwise.syntax.written import written_span

RULE = "relative-import-beyond-top-level"


def judge(view: View, path: str, judgement: Judgement) -> Finding | None:
    """The finding for too many dots; None if something else is wrong."""
    outcome = judgement.outcome
    if type(outcome) is not Beyond:
        return None
    item = judgement.item
    span = written_span(item)
    dots = "." * item.level
    written = f"{dots}{judgement.module}"
    is_untitled = path.rpartition("/")[2].startswith(UNTITLED)
    if path.endswith(".ipynb"):
        message = f"Relative import `{written}` has no known parent package: a notebook is in no package"
    elif is_untitled:
        message = (
            f"Relative import `{written}` has no known parent package: a document that was never saved is in no package"
        )
    elif outcome.packages == 0:
        message = f"Relative import `{written}` has no known parent package: {view.show(path)} lies directly in a root"
    else:
        packages = "one package" if outcome.packages == 1 else f"{outcome.packages} packages"
        message = f"Relative import `{written}` leads beyond the top-level package: {item.level} dots, but {view.show(path)} lies in {packages}"
    helps: list[str] = []
    suggestions: list[Suggestion] = []
    for level in range(min(item.level - 1, outcome.packages), 0, -1):
        anchor = view.judge.resolver.anchor(path, level)
        if anchor is not None and item.module and type(below(view.judge.resolver, anchor, item.module)) is Found:
            fewer = f"{'.' * level}{item.module}"
            helps.append(f"with fewer dots, `{fewer}` exists")
            suggestions.append(Suggestion(f"Change to `{fewer}`", span, fewer))
            break
    if item.module and type(view.judge.resolver.find(item.module, view.judge.resolver.foreign_base(path))) is Found:
        helps.append(f"`{item.module}` exists as an absolute import")
        if item.kind == "from":
            suggestions.append(Suggestion(f"Change to `{item.module}`", span, item.module))
    if not helps:
        helps.append(
            "save it in a package, or use an absolute import"
            if is_untitled
            else "use fewer dots, or an absolute import"
        )
    return Finding(path, RULE, "error", span, message, tuple(helps), written, None, tuple(suggestions))


rule = Rule(RULE, "error", __doc__ or "", judge=judge)
