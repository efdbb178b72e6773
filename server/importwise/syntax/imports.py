"""One import statement: what it imports, and where its parts stand (Python reference 7.11, PEP 810)."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import repeat
from keyword import kwlist
from typing import NamedTuple
from unicodedata import normalize

from importwise.spans import Position, Span
from importwise.syntax.summary import Import

KEYWORDS = frozenset(kwlist)
WORD = r"[^\x00-/:-@\[-^`{-\x7f]"
"""A character of an identifier: an ASCII letter, digit or underscore, or anything beyond ASCII (checked afterwards)."""

_TOKEN = re.compile(
    rf"""(?P<skip>[ \t\f]+|\\\n)|(?P<name>(?![0-9]){WORD}+)|(?P<dots>\.+)|(?P<comma>,)|(?P<open>\()|(?P<close>\))
    |(?P<star>\*)|(?P<comment>\#[^\n]*)|(?P<newline>\n)|(?P<semicolon>;)|(?P<other>[\s\S])""",
    re.VERBOSE,
)
_STRING_OPENING = re.compile(r"[A-Za-z]*(\"\"\"|'''|\"|')")


def letters(more: str, wide: bool) -> str:
    """A set for a regular expression: the characters of identifiers, ASCII or (``wide``) any, and ``more``.

    What is beyond ASCII is told by what is excluded: a range up to the last character takes ``re`` long to compile.
    """
    if not wide:
        return f"[A-Za-z0-9_{re.escape(more)}]"
    ascii_ = map(chr, range(128))
    return f"[^{re.escape(''.join([one for one in ascii_ if not (one.isalnum() or one == '_' or one in more)]))}]"


_ASCII = letters("", False)
_DOTTED = rf"(?![0-9]){_ASCII}+(?:\.(?![0-9]){_ASCII}+){{0,50}}"
_LINES = letters(", \t\n", False)
# How nearly all import statements are written.
# Groups: 1 dots, 2 module, 3 names, 4 names in brackets, 5 comment; 6 modules, 7 comment.
_PLAIN = re.compile(
    rf"""from[ ]+(\.*)({_DOTTED})?[ ]+import[ ]+(?:({letters(", ", False)}+|\*[ ]*)
            |\(({_LINES}*(?:\#[^\n]*\n{_LINES}*){{0,99}})\)[ ]*)(\#[^\n]*)?(?=\n)
        |import[ ]+({letters("., ", False)}+)(\#[^\n]*)?(?=\n)""",
    re.VERBOSE,
)

_FROM = re.compile(r"from[ ]+\.*([\w.]+)[ ]+import\b")

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
    plain = _FROM.match(imp.text)
    if plain and plain[1] == imp.module:
        return _span(imp, plain.start(1), plain.end(1))
    statement = _statement(imp.text)
    if imp.kind == "import" and statement.aliases:
        return _span(imp, statement.aliases[0].start, statement.aliases[0].end)
    return _span(imp, statement.module_start, statement.module_end)


def alias_spans(imp: Import) -> tuple[Span, ...]:
    """For each alias where the imported name stands, without its ``as`` part: the dotted module for kind "import"."""
    if imp.kind == "call":
        return (module_span(imp),)
    return tuple(_span(imp, alias.start, alias.end) for alias in _statement(imp.text).aliases)


@lru_cache(maxsize=1024)
def _statement(text: str) -> Statement:
    """A statement by itself; some are written over and over in a repository."""
    return read_import(text, 0)


def _span(imp: Import, start: int, end: int) -> Span:
    return Span(position_in(imp, start), position_in(imp, end))


def position_in(imp: Import, offset: int) -> Position:
    """Where the character ``offset`` of an import's text stands in the file."""
    newlines = imp.text.count("\n", 0, offset)
    if not newlines:
        return Position(imp.line, imp.column + offset)
    return Position(imp.line + newlines, offset - imp.text.rfind("\n", 0, offset) - 1)


class Plain(NamedTuple):
    """A statement that is written plainly."""

    kind: str
    level: int
    module: str
    aliases: tuple[tuple[str, str | None], ...]
    text: str
    """Up to here as in `Import`."""
    bound: tuple[str, ...]
    """The names that it binds, each once."""
    dunder: bool
    """Whether there are two underscores in one of those."""
    comment: int
    """Where a comment begins in the source or after it, or -1."""


def plain_import(source: str) -> Plain | None:
    """The statement of a source that holds nothing else but a comment after it; None if it is not written plainly."""
    return _common(source) if len(source) < 200 else _plain(source)


def _plain(source: str) -> Plain | None:
    """The statement by string methods alone if there is no comment and no other name in it, as mostly, else by `_PLAIN`."""
    before, between, after = source.partition(" import ")
    if not between or before[:5] != "from " or "#" in after or " as " in after or not source.isascii():
        return _matched(source)
    dotted = before[5:].strip(" ")
    module = dotted.lstrip(".")
    listed = after.strip(" ")
    if listed[:1] == "(":
        # One space for all between the names: what is still odd then is no identifier.
        listed = " ".join(listed[1:-1].split()) if listed[-1] == ")" else ""
        names = listed.removesuffix(",").split(", ")
    else:
        names = listed.split(", ")
    words = [*module.split("."), *names] if module else names
    if not dotted or not all(map(str.isidentifier, words)) or not KEYWORDS.isdisjoint(words):
        return _matched(source)
    level = len(dotted) - len(module)
    bound = tuple(dict.fromkeys(names))
    # Several times faster than calling the class.
    new = ("from", level, module, tuple(zip(names, repeat(None))), source.rstrip(), bound, "__" in listed, -1)
    return tuple.__new__(Plain, new)


def _matched(source: str) -> Plain | None:
    match = _PLAIN.match(source + "\n")
    if not match or match.end() != len(source):
        return None
    dots, module, listed, bracketed, comment, modules, last = match.groups()
    text = source if comment is None and last is None else source[: match.start(5 if last is None else 7)]
    text = text.rstrip(" ")
    if modules is not None:
        names = list(map(str.strip, modules.split(",")))
        renamed = _renamed(names, True)
        if renamed is None:
            return None
        bound = [asname or name.partition(".")[0] for name, asname in renamed]
    else:
        if (not module and not dots) or (module and not KEYWORDS.isdisjoint(module.split("."))):
            return None
        names = list(map(str.strip, (listed or _COMMENT.sub("", bracketed)).split(",")))
        if listed is None and names[-1] == "" and len(names) > 1:
            names.pop()
        if all(map(str.isidentifier, names)) and KEYWORDS.isdisjoint(names):
            renamed = tuple(zip(names, repeat(None)))
            bound = names
        elif names == ["*"]:
            renamed = (("*", None),)
            bound = []
        else:
            renamed = _renamed(names, False)
            if renamed is None:
                return None
            bound = [asname or name for name, asname in renamed]
    start = len(text) if comment or last else match.start(4) if bracketed and "#" in bracketed else -1
    return Plain(
        "import" if modules else "from",
        len(dots or ""),
        module or "",
        renamed,
        text,
        tuple(dict.fromkeys(bound)),
        "__" in "".join(bound),
        start,
    )


_common = lru_cache(maxsize=4096)(_plain)
"""Some statements are written over and over in a repository."""


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
