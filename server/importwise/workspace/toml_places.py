"""Where the keys and values of a TOML document stand: ``tomllib`` says what they are, not where.

Made for documents that ``tomllib`` has accepted (TOML 1.0.0); of others it finds what it can and never raises.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from importwise.spans import Position, Span

Path = tuple[str | int, ...]
"""The way from the document's top: keys, and indexes into arrays and arrays of tables."""


class Place(NamedTuple):
    """Where one key and its value stand."""

    key: Span
    """Of an item of an array: the same as ``value``."""
    value: Span
    """Of a table with a header: that of the header's last key."""


def places(text: str) -> dict[Path, Place]:
    """The place of each key, table and item in ``text``. The first place counts where a table is named more than once."""
    found: dict[Path, Place] = {}
    try:
        _document(_Reader(text), found)
    except (_Unfinished, RecursionError):
        pass
    return found


class _Unfinished(Exception):
    """The text is no TOML from here on."""


_STRING = (
    r'"""(?:[^\\]|\\.)*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
)
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SAME_LINE = re.compile(r"[ \t]*")
_KEY = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+')
_SCALAR = re.compile(rf"(?s:{_STRING})|[^,\]}}#\r\n]+")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}


class _Reader:
    """A text and how far it is read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line_starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def skip(self, pattern: re.Pattern[str]) -> None:
        if match := pattern.match(self.text, self.at):
            self.at = match.end()

    def sees(self, literal: str) -> bool:
        return self.text.startswith(literal, self.at)

    def take(self, literal: str) -> None:
        if not self.sees(literal):
            raise _Unfinished
        self.at += len(literal)

    def match(self, pattern: re.Pattern[str]) -> tuple[str, Span]:
        match = pattern.match(self.text, self.at)
        if match is None or not match[0]:
            raise _Unfinished
        self.at = match.end()
        return match[0], self.span(match.start(), match.start() + len(match[0].rstrip()))

    def span(self, start: int, end: int) -> Span:
        return Span(self.position(start), self.position(end))

    def position(self, offset: int) -> Position:
        line = bisect_right(self.line_starts, offset) - 1
        return Position(line, offset - self.line_starts[line])


def _document(reader: _Reader, found: dict[Path, Place]) -> None:
    table: Path = ()
    counts: dict[Path, int] = {}
    while True:
        reader.skip(_BLANK)
        if reader.at >= len(reader.text):
            return
        if reader.sees("["):
            is_array = reader.sees("[[")
            reader.take("[[" if is_array else "[")
            keys = _dotted(reader)
            reader.take("]]" if is_array else "]")
            table = ()
            for index, (key, span) in enumerate(keys):
                table = (*table, key)
                found.setdefault(table, Place(span, span))
                if is_array and index == len(keys) - 1:
                    counts[table] = counts.get(table, -1) + 1
                if table in counts:
                    table = (*table, counts[table])
                    found.setdefault(table, Place(span, span))
        else:
            _assignment(reader, table, found)


def _assignment(reader: _Reader, table: Path, found: dict[Path, Place]) -> None:
    keys = _dotted(reader)
    reader.take("=")
    reader.skip(_SAME_LINE)
    path = table
    for key, span in keys[:-1]:
        path = (*path, key)
        found.setdefault(path, Place(span, span))
    key, span = keys[-1]
    path = (*path, key)
    found.setdefault(path, Place(span, _value(reader, path, found)))


def _dotted(reader: _Reader) -> list[tuple[str, Span]]:
    keys = []
    while True:
        reader.skip(_SAME_LINE)
        key, span = reader.match(_KEY)
        keys.append((_unquoted(key), span))
        reader.skip(_SAME_LINE)
        if not reader.sees("."):
            return keys
        reader.take(".")


def _value(reader: _Reader, path: Path, found: dict[Path, Place]) -> Span:
    start = reader.at
    if reader.sees("["):
        reader.take("[")
        index = 0
        while True:
            reader.skip(_BLANK)
            if reader.sees("]"):
                break
            item = (*path, index)
            span = _value(reader, item, found)
            found.setdefault(item, Place(span, span))
            index += 1
            reader.skip(_BLANK)
            if not reader.sees("]"):
                reader.take(",")
        reader.take("]")
    elif reader.sees("{"):
        reader.take("{")
        while True:
            reader.skip(_BLANK)
            if reader.sees("}"):
                break
            _assignment(reader, path, found)
            reader.skip(_BLANK)
            if not reader.sees("}"):
                reader.take(",")
        reader.take("}")
    else:
        return reader.match(_SCALAR)[1]
    return reader.span(start, reader.at)


def _unquoted(key: str) -> str:
    if key.startswith("'"):
        return key[1:-1]
    if key.startswith('"'):
        return _ESCAPE.sub(_escaped, key[1:-1])
    return key


def _escaped(match: re.Match[str]) -> str:
    short, long, letter = match.groups()
    if letter is not None:
        return _ESCAPES.get(letter, letter)
    code = int(short or long, 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"
