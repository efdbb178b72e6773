"""One import statement: what it imports, and where its parts stand (Python reference 7.11, PEP 810)."""

from __future__ import annotations

import re
from keyword import kwlist
from typing import NamedTuple
from unicodedata import normalize

from importwise.spans import Position, Span
from importwise.syntax.summary import Guard, Import

KEYWORDS = frozenset(kwlist)
WORD = r"[^\x00-/:-@\[-^`{-\x7f]"
"""A character of an identifier: an ASCII letter, digit or underscore, or anything beyond ASCII (checked afterwards)."""

_TOKEN = re.compile(
    rf"""(?P<skip>[ \t\f]+|\\\n)|(?P<name>(?![0-9]){WORD}+)|(?P<dots>\.+)|(?P<comma>,)|(?P<open>\()|(?P<close>\))
    |(?P<star>\*)|(?P<comment>\#[^\n]*)|(?P<newline>\n)|(?P<semicolon>;)|(?P<other>[\s\S])""",
    re.VERBOSE,
)
_STRING_OPENING = re.compile(r"[A-Za-z]*(\"\"\"|'''|\"|')")


PLAIN_IMPORT = r"""
    from[ ]+(\.*)({name}(?:\.{name}){{0,50}})?[ ]+import[ ]+(?:([{word}, ]+|\*[ ]*)|\(([{word}, \t\n]*(?:\#[^\n]*\n[{word}, \t\n]*){{0,99}})\)[ ]*)(\#[^\n]*)?(?=\n)
    |import[ ]+([{word}., ]+)(\#[^\n]*)?(?=\n)"""
"""How nearly all import statements are written, to be filled in and compiled as re.VERBOSE. Groups: 1 dots, 2 module,
3 names, 4 names in brackets, 5 comment; 6 modules, 7 comment."""

_PLAIN = re.compile(PLAIN_IMPORT.format(name=r"(?![0-9])[A-Za-z0-9_]+", word="A-Za-z0-9_"), re.VERBOSE)


_COMMENT = re.compile(r"#[^\n]*")


class Alias(NamedTuple):
    """One imported name and where it stands: positions in the text, without the ``as`` part."""

    name: str
    asname: str | None
    start: int
    end: int


class Statement(NamedTuple):
    """An import statement as it stands in a text."""

    kind: str
    level: int
    module: str
    module_start: int
    module_end: int
    """Where the dotted module stands; of ``from . import x``, the dots."""
    aliases: tuple[Alias, ...]
    lazy: bool
    end: int
    """The position after its last token."""
    error: str
    """Why it does not parse, or "". Then ``aliases`` are those before the error, and ``end`` is where reading goes on."""
    error_at: int


class _Error(Exception):
    """Ends the reading of a statement; never leaves this module."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


class _Tokens:
    """The tokens of a statement, one at a time; line ends count only outside of brackets."""

    def __init__(self, text: str, position: int) -> None:
        self.text = text
        self.end = position
        """After the last token taken."""
        self.brackets = False
        self.kind = ""
        self.word = ""
        self.start = position
        self._next = position
        self.advance()

    def advance(self) -> None:
        """Takes the next token; ``kind`` is "" at the end of the text."""
        self.end = self._next
        position = self._next
        while match := _TOKEN.match(self.text, position):
            kind = match.lastgroup or ""
            position = match.end()
            if kind in ("skip", "comment") or (kind == "newline" and self.brackets):
                continue
            self.kind, self.word, self.start, self._next = kind, match[0], match.start(), position
            return
        self.kind, self.word, self.start = "", "", position


def read_import(text: str, start: int) -> Statement:
    """Reads the statement whose first keyword (``import``, ``from`` or a ``lazy`` before it) stands at ``start``."""
    tokens = _Tokens(text, start)
    aliases: list[Alias] = []
    level, module, module_start, module_end = 0, "", start, start
    lazy = tokens.word == "lazy"
    if lazy:
        tokens.advance()
    kind = "from" if tokens.word == "from" else "import"
    error, error_at = "", start
    tokens.advance()
    try:
        if kind == "import":
            _imported_modules(tokens, aliases)
        else:
            module_start = tokens.start
            while tokens.kind == "dots":
                level += len(tokens.word)
                module_end = tokens.start + len(tokens.word)
                tokens.advance()
            if not level or tokens.word != "import":
                module, module_start, module_end = _dotted(tokens)
            if tokens.word != "import":
                raise _Error("invalid syntax", tokens.start)
            tokens.advance()
            _imported_names(tokens, aliases)
        if tokens.kind not in ("newline", "semicolon", ""):
            raise _Error("invalid syntax", tokens.start)
        end = tokens.end
    except _Error as broken:
        error, error_at = broken.message, broken.at
        end = text.find("\n", tokens.end)
        end = end if end >= 0 else len(text)
    return Statement(kind, level, module, module_start, module_end, tuple(aliases), lazy, end, error, error_at)


def _imported_modules(tokens: _Tokens, aliases: list[Alias]) -> None:
    while True:
        name, start, end = _dotted(tokens)
        aliases.append(Alias(name, _asname(tokens), start, end))
        if tokens.kind != "comma":
            return
        tokens.advance()


def _imported_names(tokens: _Tokens, aliases: list[Alias]) -> None:
    if tokens.kind == "star":
        aliases.append(Alias("*", None, tokens.start, tokens.start + 1))
        tokens.advance()
        return
    opening = -1
    if tokens.kind == "open":
        opening = tokens.start
        tokens.brackets = True
        tokens.advance()
    while True:
        if tokens.kind in ("newline", "") and not aliases:
            raise _Error("Expected one or more names after 'import'", tokens.start)
        if tokens.kind != "name" or tokens.word in KEYWORDS:
            if opening >= 0 and (tokens.kind == "" or tokens.word in KEYWORDS):
                raise _Error("'(' was never closed", opening)
            if opening < 0 and aliases and tokens.kind in ("newline", "semicolon", ""):
                raise _Error("trailing comma not allowed without surrounding parentheses", tokens.start - 1)
            raise _Error("invalid syntax", tokens.start)
        start = tokens.start
        name = _name(tokens)
        end = start + len(tokens.word)
        tokens.advance()
        aliases.append(Alias(name, _asname(tokens), start, end))
        if tokens.kind == "comma":
            tokens.advance()
            if opening < 0 or tokens.kind != "close":
                continue
        if opening >= 0:
            if tokens.kind != "close":
                never = tokens.kind == "" or tokens.word in KEYWORDS
                raise _Error("'(' was never closed" if never else "invalid syntax", opening if never else tokens.start)
            tokens.brackets = False
            tokens.advance()
        return


def _dotted(tokens: _Tokens) -> tuple[str, int, int]:
    """A dotted name (there may be white space around the dots), and where it begins and ends."""
    start = tokens.start
    parts: list[str] = []
    while True:
        parts.append(_name(tokens))
        end = tokens.start + len(tokens.word)
        tokens.advance()
        if tokens.word != ".":
            return ".".join(parts), start, end
        tokens.advance()


def _asname(tokens: _Tokens) -> str | None:
    if tokens.word != "as":
        return None
    tokens.advance()
    name = _name(tokens)
    tokens.advance()
    return name


def _name(tokens: _Tokens) -> str:
    """The identifier at hand, NFKC-normalised (PEP 3131)."""
    if tokens.kind != "name" or tokens.word in KEYWORDS:
        raise _Error("invalid syntax", tokens.start)
    if tokens.word.isascii():
        return tokens.word
    name = normalize("NFKC", tokens.word)
    if not name.isidentifier():
        raise _Error("invalid character in identifier", tokens.start)
    return name


def module_span(imp: Import) -> Span:
    """Where the dotted module of an import stands, without leading dots.

    Of ``from . import x`` the dots; of kind "call" the inside of the string literal; of kind "import" its first module.
    """
    if imp.kind == "call":
        match = _STRING_OPENING.match(imp.text)
        if not match or not imp.text.endswith(match[1]):
            return _span(imp, 0, len(imp.text))
        return _span(imp, match.end(), len(imp.text) - len(match[1]))
    statement = read_import(imp.text, 0)
    if imp.kind == "import" and statement.aliases:
        return _span(imp, statement.aliases[0].start, statement.aliases[0].end)
    return _span(imp, statement.module_start, statement.module_end)


def alias_spans(imp: Import) -> tuple[Span, ...]:
    """For each alias where the imported name stands, without its ``as`` part: the dotted module for kind "import"."""
    if imp.kind == "call":
        return (module_span(imp),)
    return tuple(_span(imp, alias.start, alias.end) for alias in read_import(imp.text, 0).aliases)


def _span(imp: Import, start: int, end: int) -> Span:
    return Span(_position(imp, start), _position(imp, end))


def _position(imp: Import, offset: int) -> Position:
    newlines = imp.text.count("\n", 0, offset)
    if not newlines:
        return Position(imp.line, imp.column + offset)
    return Position(imp.line + newlines, offset - imp.text.rfind("\n", 0, offset) - 1)


def plain_import(text: str, start: int, line: int, column: int, scope: str, guard: Guard) -> tuple[Import, int] | None:
    """The statement at ``start``, and where its comments begin (or -1), if it is written plainly; else None."""
    match = _PLAIN.match(text, start)
    if not match:
        return None
    imp = import_of(match, start, line, column, scope, guard)
    return (imp, comment_of(match, imp)) if imp else None


def comment_of(match: re.Match[str], imp: Import) -> int:
    """Where the comments of an import that `PLAIN_IMPORT` found begin, or -1: a position before them in the statement."""
    if match[4] is not None and "#" in imp.text:
        return match.start(4)
    return match.start(5) if match[5] is not None else match.start(7) if match[7] is not None else -1


def import_of(match: re.Match[str], start: int, line: int, column: int, scope: str, guard: Guard) -> Import | None:
    """The import that `PLAIN_IMPORT` found; None if it is not as plain as it seems."""
    text = match.string
    dots, module, listed, bracketed, _, modules = match.group(1, 2, 3, 4, 5, 6)
    if modules is not None:
        end = match.end(6)
        while text[end - 1] == " ":
            end -= 1
        renamed = _renamed([name.strip() for name in modules.split(",")], True)
        if renamed is None:
            return None
        return _new(Import, ("import", 0, "", renamed, line, column, text[start:end], scope, guard, False))
    if module is None:
        if not dots:
            return None
        module = ""
    if listed is not None:
        end = match.end(3)
        while text[end - 1] == " ":
            end -= 1
    else:
        listed = bracketed
        end = match.end(4) + 1
        if "#" in listed:
            listed = _COMMENT.sub("", listed)
    names = [name.strip() for name in listed.split(",")]
    if names[-1] == "" and bracketed is not None and len(names) > 1:
        names.pop()
    if all([name.isidentifier() for name in names]) and KEYWORDS.isdisjoint(names):
        aliases: tuple[tuple[str, str | None], ...] = tuple([(name, None) for name in names])
    elif names == ["*"]:
        aliases = (("*", None),)
    else:
        renamed = _renamed(names, False)
        if renamed is None:
            return None
        aliases = renamed
    if module in KEYWORDS or ("." in module and not KEYWORDS.isdisjoint(module.split("."))):
        return None
    return _new(Import, ("from", len(dots), module, aliases, line, column, text[start:end], scope, guard, False))


_new = tuple.__new__


def _renamed(listed: list[str], dotted: bool) -> tuple[tuple[str, str | None], ...] | None:
    """Pairs of name and other name from pieces like ``a as b``; None if one is not like that."""
    found: list[tuple[str, str | None]] = []
    for one in listed:
        words = one.split()
        if len(words) == 3 and words[1] == "as" and words[2].isidentifier() and words[2] not in KEYWORDS:
            asname = words[2]
        elif len(words) == 1:
            asname = None
        else:
            return None
        name = words[0]
        if dotted and "." in name:
            parts = name.split(".")
            if not all([part.isidentifier() for part in parts]) or not KEYWORDS.isdisjoint(parts):
                return None
        elif not name.isidentifier() or name in KEYWORDS:
            return None
        found.append((name, asname))
    return tuple(found)
