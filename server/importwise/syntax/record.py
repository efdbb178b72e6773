"""What is known of a file while it is read."""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

from importwise.syntax.bindings import Bindings
from importwise.syntax.blocks import Block
from importwise.syntax.calls import calls_in
from importwise.syntax.comments import ignores_in
from importwise.syntax.dunder_all import operations
from importwise.syntax.imports import Plain, plain_import, read_import
from importwise.syntax.lexing import Strings, comments
from importwise.syntax.namespace import path_change
from importwise.syntax.special import NAMESPACE, NAMESPACE_OWN, NEEDLES, SPECIAL, SPECIAL_OWN, between
from importwise.syntax.summary import Guard, Ignore, Import, Problem

MOST_PROBLEMS = 100
"""More problems than this in one file tell nobody anything."""

BOUND = -1
DELETED = -2


class Candidate(NamedTuple):
    """A statement that may change the module's namespace behind the reader's back."""

    source: str
    line: int
    at_module_level: bool
    in_function: bool


class Record:
    """The facts found so far. ``text`` begins and ends with ``\\n``; positions are positions in it.

    ``words`` are the file's own that deserve a look; see `itself.words_of`.
    """

    def __init__(
        self,
        text: str,
        strings: Strings,
        importing: list[int],
        stub: bool,
        words: tuple[str, ...] = (),
        known: Container[str] | None = None,
    ) -> None:
        self.text = text
        self.strings = strings
        """Its triple-quoted strings."""
        self.importing = importing
        """Where the word "import" stands."""
        self.stub = stub
        self.known = known
        """Of imports of these modules in functions it is of no interest what they depend on; None if it is of interest of all."""
        self.words = words
        self.needles = (*NEEDLES, *words)
        self.special = SPECIAL_OWN if words else SPECIAL
        self.namespace = NAMESPACE_OWN if words else NAMESPACE
        self.module = Block(-1, "module", None)
        self.imports: list[Import] = []
        """Their guards refer to the text until the end."""
        self.events: list[tuple[str, int, int, Guard]] = []
        """For each binding: name, line, where the statement begins if it is ``name = value`` or else `BOUND`, guard. For
        each deletion `DELETED` as third."""
        self.decided = False
        """Whether there are deletions among the events, or bindings with a guard."""
        self.operations: list[tuple[tuple, Guard, int]] = []
        self.altered: list[int] = []
        """Lines on which functions alter ``__all__``."""
        self.candidates: list[Candidate] = []
        self.reasons: list[tuple[str, int]] = []
        self.path = ""
        self.problems: list[Problem] = []
        self.ignores: list[Ignore] = []
        self.locals: list[tuple[str, Guard]] = []
        """Names bound in functions and classes, with their guards, as far as anybody wants to know."""
        self.has_calls = False
        """Whether there are imports of kind "call", which may not be in order."""
        self._at = 0
        self._line = -1
        self._line_start = 0
        self._no_newline = (0, -1)
        """From where to where there is none; the second is the newline's own place."""
        self._silenced = (0, -1)
        """From where to where the silencing comments are noted."""

    def apart(self) -> Record:
        """An empty record of the same text."""
        return Record(self.text, self.strings, self.importing, self.stub)

    def skips(self, start: int, end: int) -> bool:
        """Whether the word ``importorskip`` is in ``text[start:end]``."""
        return any([self.text.startswith("orskip", at + 6) for at in between(self.importing, start, end)])

    def names_itself(self) -> bool:
        """Whether the word "importwise" is in the text, and so perhaps comments for it."""
        text = self.text
        return "w" in [text[at + 6] for at in self.importing] and "importwise" in text

    def seek(self, position: int, line: int) -> None:
        """Tells the line of a position, so that it need not be counted."""
        if position > self._at:
            self._at = position
            self._line = line
            self._line_start = -1

    def line(self, position: int) -> int:
        """The line of a position, from 0. Cheap if positions come nearly in order."""
        at = self._at
        if position >= at:
            newlines = self.text.count("\n", at, position)
            if newlines:
                self._line += newlines
                self._line_start = -1
        else:
            self._line -= self.text.count("\n", position, at)
            self._line_start = -1
        self._at = position
        return self._line

    def column(self, position: int) -> int:
        """The column of the position that was last asked for its line."""
        if self._line_start < 0:
            self._line_start = self.text.rfind("\n", 0, position) + 1
        return position - self._line_start

    def line_end(self, position: int) -> int:
        """Where the line of a position ends. A line that goes on for ever is not searched again for each thing on it."""
        start, end = self._no_newline
        if not start <= position <= end:
            end = self.text.find("\n", position)
            self._no_newline = position, end
        return end

    def problem(self, position: int, message: str) -> None:
        """Notes why the file could not be imported."""
        if len(self.problems) < MOST_PROBLEMS:
            line = self.line(position)
            column = self.column(position)
            problem = Problem(line, column, column + 1, message, False)
            if problem not in self.problems:
                self.problems.append(problem)

    def refused(self, start: int, error: SyntaxError) -> None:
        """Notes that the running Python's parser refused the statement that begins at ``start``."""
        line = self.line(start)
        self.reasons.append(("syntax", line))
        if len(self.problems) < MOST_PROBLEMS:
            down = max((error.lineno or 1) - 1, 0)
            column = max((error.offset or 1) - 1, 0) + (0 if down else self.column(start))
            self.problems.append(Problem(line + down, column, column + 1, error.msg or "invalid syntax", True))

    def bind(self, name: str, line: int, place: int, guard: Guard) -> None:
        """A name of the module is bound."""
        self.events.append((name, line, place, guard))
        if guard:
            self.decided = True
        if name == "__getattr__":
            self.reasons.append((name, line))

    def bind_special(self, name: str, line: int, guard: Guard) -> None:
        """Notes what it means that a name of the module is bound to a value that is not in the text, if it is a special name."""
        if name == "__getattr__":
            self.reasons.append((name, line))
        else:
            self.bind_unseen(name, line, guard)

    def bind_unseen(self, name: str, line: int, guard: Guard) -> None:
        """A name of the module is bound to a value that is not in the text: what that means for special names."""
        if name == "__all__":
            self.operations.append((("open", ""), guard, line))
        elif name == "__path__":
            self.change_path("open")

    def apply(self, found: Bindings, start: int, guard: Guard) -> None:
        """Notes the module's names that the statement at ``start`` binds and deletes."""
        if found.refused:
            self.refused(start, found.refused)
        if found.bound or found.deleted:
            line = self.line(start)
            for name in found.bound:
                self.bind(name, line, start if found.plain else BOUND, guard)
            for name in found.deleted:
                self.events.append((name, line, DELETED, guard))
                self.decided = True

    def add_plain_import(self, start: int, scope: str, guard: Guard) -> int:
        """Reads the import statement at ``start`` if it is written plainly; returns where its line ends, else 0."""
        text = self.text
        end = self.line_end(start)
        semicolon = text.find(";", start, end)
        if semicolon >= 0 and text.find("#", start, semicolon) < 0:
            return 0
        if text.find("(", start, end) >= 0:
            closing = text.find(")", start, start + 20_000)
            end = text.find("\n", closing) if closing >= 0 else end
        plain = plain_import(text[start:end])
        if not plain:
            return 0
        line = self.line(start)
        self.add_plain(plain, start, line, self.column(start), scope, guard)
        return end

    def add_import(self, start: int, scope: str, guard: Guard) -> int:
        """Reads the import statement at ``start``; returns the position after it."""
        end = self.add_plain_import(start, scope, guard)
        if end:
            return end
        statement = read_import(self.text, start)
        if statement.error:
            self.problem(statement.error_at, statement.error)
            if not statement.aliases:
                return statement.end
        line = self.line(start)
        column = self.column(start)
        aliases = tuple([(alias.name, alias.asname) for alias in statement.aliases])
        source = self.text[start : statement.end]
        imp = Import(
            statement.kind,
            statement.level,
            statement.module,
            aliases,
            line,
            column,
            source,
            scope,
            guard,
            statement.lazy,
        )
        self.silence(start, statement.end)
        self.imports.append(imp)
        if scope == "module":
            for name in bound_by(imp):
                self.bind(name, line, BOUND, imp.guard)
                self.bind_unseen(name, line, imp.guard)
        return statement.end

    def add_plain(self, plain: Plain, start: int, line: int, column: int, scope: str, guard: Guard) -> None:
        """Notes an import that begins at ``start``."""
        kind, level, module, aliases, text, bound, dunder, comment = plain
        # Several times faster than calling the class.
        new = (kind, level, module, aliases, line, column, text, scope, guard, False)
        self.imports.append(tuple.__new__(Import, new))
        if scope == "module":
            for name in bound:
                self.events.append((name, line, BOUND, guard))
            if guard:
                self.decided = True
            if dunder:
                for name in bound:
                    self.bind_special(name, line, guard)
        if comment >= 0:
            self.silence(start + comment, start + len(text))

    def silence(self, start: int, end: int) -> None:
        """Notes the silencing comments on the lines of an import."""
        text = self.text
        stop = self.line_end(end)
        first, last = self._silenced
        if stop == last and start >= first:
            return
        self._silenced = start, stop
        if text.find("#", start, stop) >= 0:
            for at in comments(text, start, stop):
                line = self.line(at)
                self.ignores += ignores_in(text[at : text.find("\n", at)], line, self.column(at))

    def add_calls(self, start: int, end: int, guard: Guard, scope: str) -> None:
        """Notes the calls in a statement, or in a header, that import a module by a literal name."""
        for call in calls_in(self.text, start, end):
            line = self.line(call.start)
            aliases = ((call.module, None),)
            literal = self.text[call.start : call.end]
            column = self.column(call.start)
            self.imports.append(
                Import("call", call.level, call.module, aliases, line, column, literal, scope, guard, False)
            )
            self.silence(call.start, call.end)
            self.has_calls = True

    def look_closer(self, start: int, source: str, guard: Guard) -> None:
        """Takes in a statement at module level that has one of the words in it which make a closer look worthwhile."""
        line = self.line(start)
        column = self.column(start)
        if "__all__" in source:
            self.operations += [(operation, guard, line) for operation in operations(source, line, column)]
        if "__path__" in source or "declare_namespace" in source:
            self.change_path(path_change(source))

    def change_path(self, change: str) -> None:
        """``__path__`` is changed: "extend", "open", or "" if it is not."""
        if change == "open" or (change == "extend" and not self.path):
            self.path = change


def bound_by(imp: Import) -> list[str]:
    """The names that an import statement binds."""
    if imp.kind == "import":
        return list(dict.fromkeys([asname or name.partition(".")[0] for name, asname in imp.aliases]))
    if imp.kind == "from":
        return list(dict.fromkeys([asname or name for name, asname in imp.aliases if name != "*"]))
    return []
