"""A rule, and what a rule may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from importwise.checks.finding import Finding
from importwise.checks.suggestions import Definitions
from importwise.resolver.judge import Judge, Judgement
from importwise.settings import Severity
from importwise.syntax.summary import Problem


class View(NamedTuple):
    """What a rule may look at."""

    judge: Judge
    directory: str
    """The project's directory, absolute."""
    definitions: Definitions
    parsed: Mapping[str, tuple[Problem, ...]] = {}
    """What a full parse has found, by file; of files that are not in it nothing is known but what the reader saw."""

    def show(self, path: str) -> str:
        """``path`` as a message gives it: relative to the project if it lies there."""
        return path[len(self.directory) + 1 :] if path.startswith(f"{self.directory}/") else path


class Rule(NamedTuple):
    """One rule."""

    id: str
    severity: Severity
    """The severity if the settings say nothing."""
    documentation: str
    """What `importwise explain` prints, in Markdown: the docstring of the rule's file."""
    judge: Callable[[View, str, Judgement], Finding | None] | None = None
    """What the rule has to say of an unresolved import; None if that is not the rule's business."""
    check: Callable[[View, str], Iterator[Finding]] | None = None
    """What the rule has to say of a file as a whole."""
