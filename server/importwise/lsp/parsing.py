"""Open files through Python's own parser, for the setting `syntax-errors`: not with each key, but when one pauses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from importwise.lsp.documents import Document
from importwise.syntax.full import full_problems
from importwise.syntax.summary import Problem
from importwise.workspace.project import Project

REST = 0.3
"""Seconds without an edit after which what was edited is parsed: for 3,000 lines that takes 30 ms."""
LONGEST = 500_000
"""Characters of the longest text that is parsed; of a longer one the reader's own findings have to do."""


class Parsed(NamedTuple):
    """What the parser says against a text."""

    text: str
    lines: Sequence[str]
    problems: tuple[Problem, ...]


class Parsing:
    """What the parser says against the files that are open.

    While one types, what was said before stays, where its line is the same as then.
    """

    def __init__(self, check: Callable[[Iterable[str]], None], rest: float) -> None:
        """``check`` is told the files of which there may be something else to say; ``rest`` is in seconds."""
        self.rest = rest
        self._check = check
        self._parsed: dict[str, Parsed] = {}
        self._edited: set[str] = set()
        """What is to be parsed when nobody types any more."""
        self._timer: asyncio.TimerHandle | None = None

    @property
    def waits(self) -> bool:
        """Whether something is to be parsed yet."""
        return self._timer is not None

    def edited(self, project: Project | None, path: str) -> None:
        """The open file ``path`` has another text."""
        if project is None or not project.config.settings.syntax_errors:
            return
        self._edited.add(path)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(self.rest, self._rested)

    def closed(self, path: str) -> None:
        """Nobody types in ``path`` any more."""
        self._edited.discard(path)
        self._parsed.pop(path, None)

    def problems(self, project: Project, path: str, document: Document) -> tuple[Problem, ...]:
        """What there is to say against the text of an open file; nothing if the settings don't want it."""
        if not (project.config.settings.syntax_errors and path.endswith(".py")):
            return ()
        known = self._parsed.get(path)
        if known is not None and path in self._edited:
            return moved(known, document.lines)
        if known is None or known.text != document.text:
            found = problems_of(document.text)
            known = self._parsed[path] = Parsed(document.text, document.lines, found)
        return known.problems

    def _rested(self) -> None:
        self._timer = None
        edited = sorted(self._edited)
        self._edited.clear()
        self._check(edited)


def problems_of(text: str) -> tuple[Problem, ...]:
    """What the parser says against the text of an open file."""
    return full_problems(text.removeprefix("\ufeff")) if len(text) <= LONGEST else ()


def moved(parsed: Parsed, lines: Sequence[str]) -> tuple[Problem, ...]:
    """The problems in lines that are still there, at their new places."""
    old = parsed.lines
    shortest = min(len(old), len(lines))
    same = next((number for number in range(shortest) if old[number] != lines[number]), shortest)
    below = next(
        (number for number in range(shortest - same) if old[-1 - number] != lines[-1 - number]), shortest - same
    )
    return tuple(
        problem._replace(line=problem.line + (len(lines) - len(old) if problem.line >= same else 0))
        for problem in parsed.problems
        if problem.line < same or problem.line >= len(old) - below
    )
