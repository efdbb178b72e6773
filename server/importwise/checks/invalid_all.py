"""A name in `__all__` that the module does not have.

`from m import *` takes every name in `m.__all__`, and raises `AttributeError` if the module lacks one, unless a submodule
of that name exists.

```python
__all__ = ["Cart", "Basket"]
#                  ^^^^^^^^ invalid-all

class Cart: ...
```

It is reported at the name, and at each star import in the project that would fail on it.

To mend it: correct the name, define it, or take it out of `__all__`.
"""

from __future__ import annotations

from collections.abc import Iterator

from importwise.checks.finding import Finding, Suggestion
from importwise.checks.rule import Rule, View
from importwise.index.module import Module
from importwise.resolver.judge import Judgement
from importwise.spans import Span
from importwise.syntax.imports import alias_spans

RULE = "invalid-all"


def check(view: View, path: str) -> Iterator[Finding]:
    """The names in the file's own ``__all__`` that it lacks."""
    summary = view.judge.snapshot.summaries[path]
    if summary is None or summary.exports.dunder_all is None or path.endswith((".pyi", ".ipynb")):
        return
    module = view.judge.own_module(path)
    names = view.judge.members.dunder_all.of(module)
    for name, member in view.judge.members.missing_in_all(module):
        line, column = names.certain[name] if names is not None else (0, 0)
        why = "exists only for type checkers" if member.state == "typing" else "has no such name"
        subject = "it" if member.state == "typing" else f"`{module.name}`"
        message = f"`__all__` lists `{name}`, but {subject} {why}: `from {module.name} import *` fails"
        span = Span.on_line(line, column, len(name) + 2)
        guess = view.definitions.nearest_name(module, name)
        helps = [f"did you mean `{guess}`?"] if guess else []
        suggestions = (Suggestion(f"Change to `{guess}`", span, f'"{guess}"'),) if guess else ()
        helps += [
            f"`{name}` is defined in `{place}`" for place in view.definitions.of_name(name)[:1] if place != module.name
        ]
        yield Finding(
            path,
            RULE,
            "error",
            span,
            message,
            tuple(helps or [f"define `{name}` or take it out of `__all__`"]),
            module.name,
            name,
            suggestions,
        )


def judge(view: View, path: str, judgement: Judgement) -> Finding | None:
    """The finding for a star import that fails."""
    outcome = judgement.outcome
    if judgement.name != "*" or type(outcome) is not Module or judgement.alias is None:
        return None
    missing = [name for name, _ in view.judge.members.missing_in_all(outcome)]
    listed = ", ".join(f"`{name}`" for name in missing[:3]) + (
        f" and {len(missing) - 3} more" if len(missing) > 3 else ""
    )
    message = f"Star import of `{outcome.name}` fails: its `__all__` lists {listed}, which it does not have"
    help_line = f"correct `__all__` in {view.show(outcome.path)}"
    return Finding(path, RULE, "error", alias_spans(judgement.item)[0], message, (help_line,), outcome.name, missing[0])


rule = Rule(RULE, "error", __doc__ or "", judge=judge, check=check)
