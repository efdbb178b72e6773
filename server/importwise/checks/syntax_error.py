"""A file whose import would fail because it is no valid Python.

Reported as far as it is seen at no extra cost: text that can't be decoded, NUL bytes, an import or a module-level
statement that does not parse, a string or bracket that is never closed. With `--syntax` every file is parsed in full; in
editors, with the setting `syntax-errors`, every file that is open.
The imports of such a file are checked all the same. A notebook is reported if it is none: what is wrong in its cells is not.

```python
from shop import (cart
# syntax-error
```

It is never claimed where the Python that runs importwise is older than the target, and its grammar may be the cause.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from importwise.checks.finding import Finding
from importwise.checks.rule import Rule, View
from importwise.spans import Span
from importwise.syntax.summary import Problem

RULE = "syntax-error"


def check(view: View, path: str) -> Iterator[Finding]:
    """The problems that the reader saw in the file, and those that a full parse found, if there was one.

    Without those for which the running Python may be too old. Where both complain of one place, the parser has the word.
    """
    summary = view.judge.snapshot.summaries[path]
    if path.endswith(".pyi"):
        return
    too_old = sys.version_info[:2] < view.judge.environment.version
    problems: dict[tuple[int, int], Problem] = {}
    for problem in (*(summary.problems if summary is not None else ()), *view.parsed.get(path, ())):
        if not (problem.newer_grammar and too_old):
            problems[problem.line, problem.column] = problem
    for problem in problems.values():
        span = Span.on_line(problem.line, problem.column, max(problem.end_column - problem.column, 1))
        message, advice = f"Importing this file would fail: {problem.message}", "correct the text"
        if path.endswith(".ipynb"):
            message, advice = f"{problem.message[:1].upper()}{problem.message[1:]}", "mend it, or `exclude` it"
        yield Finding(path, RULE, "error", span, message, (advice,))


rule = Rule(RULE, "error", __doc__ or "", check=check)
