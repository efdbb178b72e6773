"""What a check says: findings, and the report that gathers them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from importwise.settings import Allow, Severity
from importwise.spans import Span

Verdict = Literal["resolved", "open", "optional", "allowed", "unreachable", "ignored", "unresolved"]
"""What became of one imported module or name. "ignored": a comment on the line silenced the finding."""


Certainty = Literal["sure", "fits", "alike"]
"""How likely a suggestion is what was meant. "sure": it may be applied unasked. "fits": it has all that is imported, but may
be the namesake of a library that is not installed. "alike": nothing but the name speaks for it."""


SEARCH_SHOWN = "`importwise why {}` shows the search"
"""How a help line names the command that shows the search for a module."""


class Suggestion(NamedTuple):
    """A way to mend a finding: put ``replacement`` in the place of ``span``."""

    title: str
    span: Span
    replacement: str
    certainty: Certainty = "sure"
    moves: bool = False
    """Whether ``replacement`` is no text to put there, but the module from which the name at ``span`` is to be imported: its
    statement imports others too, which stay."""


class Related(NamedTuple):
    """A place elsewhere that explains a finding."""

    path: str
    span: Span
    message: str


class Finding(NamedTuple):
    """One thing that is wrong."""

    path: str
    """Absolute, with forward slashes."""
    rule: str
    severity: Severity
    span: Span
    """Exactly the dotted module, the name, or what else is meant."""
    message: str
    """One line: what was looked for and where the search ended."""
    help: tuple[str, ...] = ()
    """What to do about it, one sentence each."""
    module: str | None = None
    """The absolute module that was looked for."""
    name: str | None = None
    """The imported name, for rules about names."""
    suggestions: tuple[Suggestion, ...] = ()
    related: tuple[Related, ...] = ()
    """The nearest thing that exists, and where what was meant lives now."""


class OpenImport(NamedTuple):
    """An import that can't be judged without running code."""

    path: str
    span: Span
    module: str
    name: str | None
    reason: str
    """"`torch._C` is an extension module"."""


class Report(NamedTuple):
    """All that a check found out."""

    findings: tuple[Finding, ...]
    """Sorted by path, span, rule, message; without those of severity "off"."""
    open: tuple[OpenImport, ...]
    """Sorted likewise."""
    files: int
    imports: int
    """Imported modules and names: ``import a, b`` counts two, ``from m import a, b`` two, ``from m import *`` one."""
    verdicts: dict[Verdict, int]
    """How many of `imports` got which verdict."""
    allowed: tuple[tuple[Allow, int], ...]
    """For each entry of the allowlist how many imports it allowed."""
