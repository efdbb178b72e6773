"""The place at which somebody types, and what is wrong there but may be right after the next key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from lsprotocol import types

from importwise.checks.finding import Finding
from importwise.lsp.positions import MARK, Encoding, from_units
from importwise.queries.begun import is_begun
from importwise.spans import Position
from importwise.workspace.project import Project

PATIENCE = 1.0
"""Seconds without a key after which a name is taken for complete."""


class BeingTyped:
    """Holds a finding back as long as somebody types the name that it is about, if something that exists begins like it.

    That ends with an edit elsewhere, when the file is saved or closed, and when nothing has been typed for a while: from
    then on there is to be seen what a check from nothing says.
    """

    def __init__(
        self, mark: Callable[[Iterable[str]], None], check: Callable[[Iterable[str]], None], patience: float
    ) -> None:
        """``mark`` notes that there is more to be said of a file, ``check`` sees to it that it is said; ``patience`` is in seconds."""
        self.holds = False
        """Whether something is held back."""
        self.patience = patience
        self._mark = mark
        self._check = check
        self._place: tuple[str, Position] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def edited(
        self,
        path: str,
        lines: Sequence[str],
        changes: Sequence[types.TextDocumentContentChangeEvent],
        encoding: Encoding,
        first: int = 0,
    ) -> None:
        """The file ``path`` is edited, and has these ``lines`` now, from its line ``first`` on. What is marked is checked with it."""
        self._end(self._mark)
        if len(changes) == 1 and isinstance(change := changes[0], types.TextDocumentContentChangePartial):
            start = change.range.start
            # Who deletes is not on the way to a longer name: what is left is to be judged at once.
            grows = start == change.range.end and "\n" not in change.text and "\r" not in change.text
            if grows and start.line < len(lines):
                line = lines[start.line]
                column = from_units(line, start.character, encoding) + len(change.text)
                column -= start.line == 0 and line.startswith(MARK)
                self._place = path, Position(first + start.line, column)

    def over(self) -> None:
        """Nobody types there any more."""
        self._end(self._check)

    def without(self, project: Project, path: str, findings: Sequence[Finding]) -> Sequence[Finding]:
        """The findings of ``path`` but for what is being typed."""
        if self._place is None or self._place[0] != path:
            return findings
        end = self._place[1]
        kept = [finding for finding in findings if finding.span.end != end or not is_begun(project, finding)]
        if len(kept) == len(findings):
            self._let_go()
        elif not self.holds:
            self.holds = True
            self._timer = asyncio.get_running_loop().call_later(self.patience, self.over)
        return kept

    def _end(self, tell: Callable[[Iterable[str]], None]) -> None:
        held = [self._place[0]] if self._place is not None and self.holds else []
        self._place = None
        self._let_go()
        if held:
            tell(held)

    def _let_go(self) -> None:
        self.holds = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
