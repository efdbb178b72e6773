"""The import statement at a place of a text, complete or half-typed, with the place of each of its parts.

The reader of `syntax/` knows the statements that are complete. What a person is typing is not: here a statement counts as
far as it goes, and what would come next at the cursor is part of the answer.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple
from unicodedata import normalize

from importwise.spans import Position, Span
from importwise.syntax.imports import KEYWORDS, WORD
from importwise.syntax.lexing import triple_strings

MOST_LINES = 2000
"""Lines of the longest statement that is read."""
MOST_COLUMNS = 20_000
"""Code points of the longest line that is looked at: nobody types in such a one."""

_OPENING = re.compile(r"(?:^|[;:])[ \t\f]*((?:lazy[ \t]+)?(?:import|from)(?![^\s.(*\\#]))")
_NO_STRING = re.compile(r"(?:[^\"'#]|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')*")
_CONTINUED = re.compile(rf"(?:{WORD}|[\s,.*()])*(?:\\|\#.*)?")
"""A line that may lie within an import statement."""

_TOKEN = re.compile(
    rf"""(?P<comment>\#[^\n]*)|(?P<skip>[ \t\f\r]+|\\\n)|(?P<name>(?![0-9]){WORD}+)|(?P<dots>\.)|(?P<comma>,)
    |(?P<open>\()|(?P<close>\))|(?P<star>\*)|(?P<newline>\n)|(?P<other>[\s\S])""",
    re.VERBOSE,
)


class Part(NamedTuple):
    """One identifier of a statement."""

    word: str
    """NFKC-normalised (PEP 3131)."""
    span: Span


class TypedAlias(NamedTuple):
    """One imported module (of ``import``) or name (of ``from``)."""

    parts: tuple[Part, ...]
    """Of a name one part, also of ``*``; of a module one for each part of its dotted name."""
    asname: Part | None


class Typed(NamedTuple):
    """An import statement as far as it is typed."""

    kind: Literal["import", "from"]
    span: Span
    """From its first keyword to where it ends, or where what can't belong to it begins."""
    level: int
    dots: Span
    """Where the leading dots stand; empty without any."""
    module: tuple[Part, ...]
    """After ``from``."""
    aliases: tuple[TypedAlias, ...]
    slot: Slot
    """What would come next at its end."""


class Slot(NamedTuple):
    """What may be typed at one place."""

    expects: Literal["module", "import", "name", "nothing"]
    """"import" is the keyword; after ``from .`` and a space it may be a module as well: then "module", with ``gap``."""
    gap: bool
    """Whether white space stands before the place, and after the last token."""
    before: tuple[str, ...]
    """The parts of the dotted name that stand before."""
    word: Part
    """What is typed of the word at the place so far; empty if nothing is."""


def normal_lines(text: str) -> list[str]:
    """The lines of a text as positions count them (see `Position`), without a byte order mark."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.removeprefix("\ufeff").split("\n")


def statement_at(text: str, position: Position) -> Typed | None:
    """The import statement that ``position`` lies in or at the end of; None if there is none, or it is in a string."""
    return _statement(text, position, cut=False)


def slot_at(text: str, position: Position) -> tuple[Typed, Slot] | None:
    """The import statement at ``position``, and what may be typed there: read as if the text ended there."""
    typed = _statement(text, position, cut=True)
    if typed is None:
        return None
    return _statement(text, position, cut=False) or typed, typed.slot


def _statement(text: str, position: Position, cut: bool) -> Typed | None:
    lines = normal_lines(text)
    line, column = position
    if not 0 <= line < len(lines):
        return None
    column = min(column, len(lines[line]))
    for first in range(line, max(-1, line - MOST_LINES), -1):
        if len(lines[first]) > MOST_COLUMNS:
            return None
        content = lines[first] if first < line else lines[first][:column] if cut else lines[first]
        for match in reversed(list(_OPENING.finditer(content))):
            start = match.start(1)
            if (first == line and start > column) or not _NO_STRING.fullmatch(content, 0, start):
                continue
            if first and not match.start() and lines[first - 1].endswith("\\"):
                continue  # `raise X \` and then `from y`
            typed = read(_piece(lines, first, start, line, column if cut else -1), Position(first, start))
            if typed is None or (line, column) > typed.span.end:
                continue
            return None if _in_string(lines, first, start) else typed
        if not _CONTINUED.fullmatch(content):
            return None
    return None


def _piece(lines: list[str], first: int, start: int, last: int, column: int) -> str:
    """The text from a statement's start: up to a column of the line ``last``, or -1 for as far as a statement may reach."""
    if column < 0:
        return "\n".join([lines[first][start:], *lines[first + 1 : first + MOST_LINES]])
    if first == last:
        return lines[first][start:column]
    return "\n".join([lines[first][start:], *lines[first + 1 : last], lines[last][:column]])


def _in_string(lines: list[str], line: int, column: int) -> bool:
    text = "\n".join(lines[: line + 1])
    if '"""' not in text and "'''" not in text:
        return False
    text = "\n" + "\n".join(lines) + "\n"
    strings = triple_strings(text)
    at = 1 + sum(len(before) + 1 for before in lines[:line]) + column
    return strings.holds(at)


def read(text: str, at: Position) -> Typed | None:
    """Reads the statement with which ``text`` begins; ``at`` is where that stands in its file. None if it begins with none."""
    reader = _Reading(text, at)
    if reader.word == "lazy":
        reader.advance()
    if reader.word not in ("import", "from"):
        return None
    kind: Literal["import", "from"] = "import" if reader.word == "import" else "from"
    keyword_end = reader.end
    reader.advance()
    level, dots = 0, Span(at, at)
    module: tuple[Part, ...] = ()
    if kind == "from":
        level, dots, module = reader.module()
    aliases = reader.names() if kind == "from" else reader.modules()
    slot = reader.slot
    if slot.expects == "module" and not slot.gap and not level and reader.stop <= keyword_end:
        slot = slot._replace(expects="nothing")  # `import`, without a space behind
    return Typed(kind, Span(at, reader.position(reader.stop)), level, dots, module, aliases, slot)


class _Reading:
    """The tokens of a statement one by one, and what the last ones make the next one to be."""

    def __init__(self, text: str, at: Position) -> None:
        self.text = text
        self.at = at
        self.brackets = False
        self.kind = ""
        """Of the token at hand; "" where the statement ends."""
        self.word = ""
        self.start = self.end = 0
        self.last = 0
        """Where the token before ends."""
        self.in_comment = False
        self.stop = 0
        """Where the statement ends, so far."""
        self._expects: Literal["module", "import", "name", "nothing"] = "nothing"
        self._before: tuple[str, ...] = ()
        self._touched: tuple[str, tuple[str, ...], Part] | None = None
        self._next()

    def _next(self) -> None:
        position = self.end
        self.last = position
        self.in_comment = False
        while match := _TOKEN.match(self.text, position):
            kind = match.lastgroup or ""
            if kind == "skip" or kind == "comment" or (kind == "newline" and self.brackets):
                self.in_comment = kind == "comment"
                position = match.end()
                continue
            if kind in ("newline", "other"):
                break
            self.kind, self.word, self.start, self.end = kind, match[0], match.start(), match.end()
            return
        self.kind, self.word = "", ""
        self.start = position
        self.stop = position

    def advance(self) -> None:
        """To the next token."""
        self._touched = None
        self._next()

    def take(self, expects: Literal["module", "import", "name", "nothing"], before: tuple[str, ...] = ()) -> Part:
        """The identifier at hand, which stands where ``expects`` was expected."""
        word = self.word if self.word.isascii() else normalize("NFKC", self.word)
        part = Part(word, self.span(self.start, self.end))
        self._next()
        self._touched = (expects, before, part)
        return part

    def expect(self, expects: Literal["module", "import", "name", "nothing"], before: tuple[str, ...] = ()) -> None:
        """Say what belongs in the place of the token at hand."""
        self._expects, self._before = expects, before

    def end_here(self) -> None:
        """The token at hand can't belong to the statement."""
        if self.kind:
            between = self.text[self.last : self.start]
            self.stop = self.last + between.rindex("\n") if "\n" in between else self.start
        self.kind, self.word = "", ""

    @property
    def slot(self) -> Slot:
        """What may be typed where the statement ends."""
        here = Part("", self.span(self.stop, self.stop))
        if self.in_comment or self.text.endswith("\\", 0, self.stop):
            return Slot("nothing", False, (), here)
        if self._touched is not None and self.last == self.stop:
            expects, before, part = self._touched
            return Slot(expects, False, before, part)  # type: ignore[arg-type]
        return Slot(self._expects, self.last < self.stop, self._before, here)

    def module(self) -> tuple[int, Span, tuple[Part, ...]]:
        """What stands between ``from`` and ``import``."""
        start, level = self.start, 0
        end = start
        while self.kind == "dots":
            level, end = level + 1, self.end
            self.advance()
        dots = self.span(start, end)
        self.expect("module")
        if self.word == "import" and level:
            return level, dots, ()
        return level, dots, self.dotted()

    def dotted(self) -> tuple[Part, ...]:
        """A dotted name, of which the last part may be missing."""
        parts: list[Part] = []
        while True:
            before = tuple(part.word for part in parts)
            self.expect("module", before)
            if self.kind != "name" or self.word == "import" or self._foreign():
                return tuple(parts)
            parts.append(self.take("module", before))
            self.expect("nothing")
            if self.kind != "dots":
                return tuple(parts)
            self.advance()

    def modules(self) -> tuple[TypedAlias, ...]:
        """What stands after ``import``."""
        aliases: list[TypedAlias] = []
        while True:
            parts = self.dotted()
            asname = self._asname() if parts else None
            if parts:
                aliases.append(TypedAlias(parts, asname))
            if self.kind != "comma":
                self.end_here()
                return tuple(aliases)
            self.advance()

    def names(self) -> tuple[TypedAlias, ...]:
        """What stands after the module of a ``from`` import."""
        if self.word != "import":
            if self._expects == "nothing":
                self.expect("import")
            if self.kind == "name" and not self._foreign():
                self.take("import")
                self.expect("nothing")
            self.end_here()
            return ()
        self.take("nothing")
        self.expect("name")
        aliases: list[TypedAlias] = []
        if self.kind == "open":
            self.brackets = True
            self.advance()
        while True:
            self.expect("name")
            if self.kind == "star":
                aliases.append(TypedAlias((Part("*", self.span(self.start, self.end)),), None))
                self.advance()
                self.expect("nothing")
            elif self.kind == "name" and not self._foreign():
                part = self.take("name")
                self.expect("nothing")
                aliases.append(TypedAlias((part,), self._asname()))
            if self.kind == "comma":
                self.advance()
                continue
            if self.kind == "close" and self.brackets:
                self.brackets = False
                self.expect("nothing")
                self.advance()
            self.end_here()
            return tuple(aliases)

    def _asname(self) -> Part | None:
        if self.word != "as":
            return None
        self.take("nothing")
        self.expect("nothing")
        if self.kind != "name" or self._foreign():
            return None
        return self.take("nothing")

    def _foreign(self) -> bool:
        """Whether the word at hand is a keyword, with which other code begins.

        Right at the end it may be an identifier that is not complete: ``import i``, ``import is``, ``import isort``.
        """
        return self.word in KEYWORDS and self.end < len(self.text.rstrip("\n"))

    def span(self, start: int, end: int) -> Span:
        return Span(self.position(start), self.position(end))

    def position(self, offset: int) -> Position:
        """The place in the file of an offset into the text."""
        lines = self.text.count("\n", 0, offset)
        if not lines:
            return Position(self.at.line, self.at.column + offset)
        return Position(self.at.line + lines, offset - self.text.rfind("\n", 0, offset) - 1)
