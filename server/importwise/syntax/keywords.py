"""Reads the imports in a function or class, and what decides whether they run; passes over all else.

Only lines that begin with a keyword are looked at. Nearly all of those keywords can't stand inside of an expression, so
brackets need no counting; where one can (``if`` and ``for`` in a comprehension), logical lines are followed from the last
statement that is sure.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from importwise.syntax.boundaries import continues, separate
from importwise.syntax.lexing import HARD, logical_line
from importwise.syntax.statements import HEADERS, LINE, PLAIN_HEADER, PLAIN_STATEMENT, Statements, width

_SPACE = r"(?:[ \t\f]|\\\n)*"
# No statement outside of these can end or guard a block. Groups: indentation, keyword.
_KEYWORD = re.compile(
    rf"\n([ \t\f]*)(i(?:mport|f)|f(?:rom|or|inally)|e(?:l(?:if|se)|x(?:cept|it\b(?={_SPACE}\()))|w(?:hile|ith)|try|def"
    r"|c(?:lass|ase|ontinue)|a(?:ssert|sync)|match|r(?:eturn|aise)|break|lazy"
    rf"|(?:sys{_SPACE}\.{_SPACE}exit|quit|os{_SPACE}\.{_SPACE}_exit)\b(?={_SPACE}\())\b"
)
_SURE = frozenset("import def class return raise try except finally while with elif assert continue break".split())
_FROM = re.compile(r"from\s+[\w.\s]+\bimport\b")
_ELSE = re.compile(r"else[ \t]*:")
_ASYNC = re.compile(r"async[ \t]+(?:def|with)\b")
_NEXT_LINE = re.compile(r":(?=\n)")
_HARD = re.compile(rf"(?:{HARD})\b")
_CODE = re.compile(r"\n[ \t\f]*(?=[^ \t\f\n#])")


def walk_keywords(statements: Statements, start: int, end: int, last: int, stops: list[int]) -> None:
    """Reads ``text[start:end]`` until it is past ``last``: imports, what decides whether they run, and the whole
    statements in which the positions ``stops`` lie.

    There must be no lines that begin with a backslash, and no semicolons before statements of interest.
    """
    text = statements.record.text
    strings = statements.record.strings
    starts, ends, _ = strings
    blocks = statements.blocks
    number = bisect_left(starts, start)
    upcoming = starts[number] if number < len(starts) else end
    # Where no bracket and no string is open; and what has been read.
    boundary = skip = start
    pending = iter(stops)
    stop = next(pending, end)
    for match in _KEYWORD.finditer(text, start, end):
        line = match.start()
        while upcoming < line:
            if ends[number] > skip:
                skip = ends[number]
            number += 1
            upcoming = starts[number] if number < len(starts) else end
        if line < skip or (text[line - 1] == "\\" and continues(text, strings, line)):
            continue
        while stop < line:
            boundary = skip = _whole(statements, boundary, stop, end)
            if boundary >= end:
                return
            while stop < boundary:
                stop = next(pending, end)
        if line < skip:
            continue
        indentation, word = match.group(1, 2)
        at = match.start(2)
        plain = _NEXT_LINE.match(text, at + len(word)) or PLAIN_HEADER.match(text, at) if word in HEADERS else None
        if word not in _SURE and not _is_sure(text, at, word, plain):
            follow = _follow(text, boundary, line)
            if follow > line:
                # The line is part of a statement that began before it, and so is a stop on it.
                boundary = skip = _whole(statements, boundary, stop, end) if stop < follow else follow
                while stop < boundary:
                    stop = next(pending, end)
                continue
            boundary = follow
        indent = len(indentation) if "\t" not in indentation and "\f" not in indentation else width(indentation)
        if at > last and statements.done(indent, word):
            return
        boundary = line
        if stop < end and _reaches(text, at, plain, stop):
            boundary = skip = statements.statement(at, indent, word)
            while stop < boundary:
                stop = next(pending, end)
        elif (word == "from" or word == "import") and blocks[-1].indent < indent:
            boundary = skip = statements.add_import(at)
        else:
            moved = statements.keyword(at, indent, word, plain)
            if moved >= 0:
                boundary = skip = moved
    while stop < end and boundary < end:
        boundary = _whole(statements, boundary, stop, end)
        while stop < boundary:
            stop = next(pending, end)


def _reaches(text: str, at: int, plain: re.Match[str] | None, stop: int) -> bool:
    """Whether a stop lies in the statement at ``at``; ``plain`` is how `PLAIN_HEADER` matches it."""
    line = plain or PLAIN_STATEMENT.match(text, at)
    return (line.end() if line else logical_line(text, at).end) > stop


def _is_sure(text: str, at: int, word: str, plain: re.Match[str] | None) -> bool:
    """Whether a word that may stand in an expression, too, surely begins a statement."""
    if word == "if" or word == "for":
        return plain is not None and "else" not in plain[0] and "lambda" not in plain[0]
    if word == "else":
        return text.startswith(":", at + 4) or _ELSE.match(text, at) is not None
    if word == "from":
        return _FROM.match(text, at) is not None
    return word == "async" and _ASYNC.match(text, at) is not None


def _follow(text: str, boundary: int, line: int) -> int:
    """``line``, if a statement begins after that ``\\n``; else the end of the logical line that it is part of."""
    position = boundary if text[boundary] == "\n" else logical_line(text, boundary).end
    while position < line:
        code = _CODE.search(text, position, line + 1)
        if not code or code.start() >= line:
            return line
        position = logical_line(text, code.end()).end
    return position


def _whole(statements: Statements, boundary: int, stop: int, end: int) -> int:
    """Reads the statement in which ``stop`` lies; returns where it ends, or ``end`` if it has no bearing on what is wanted."""
    text = statements.record.text
    position = boundary if text[boundary] == "\n" else logical_line(text, boundary).end
    line = text.rfind("\n", position, stop)
    if line > position and not statements.record.strings.holds(line):
        code = LINE.match(text, line)
        if code and (_HARD.match(text, code.end()) or separate(text, line, code.end())):
            position = line
    while match := LINE.search(text, position, end):
        at = match.end()
        plain = PLAIN_STATEMENT.match(text, at)
        position = plain.end() if plain else logical_line(text, at).end
        if position > stop:
            return max(position, statements.statement(at, width(match[1]), statements.word(at)))
    return end
