"""What lies between the statements in column 0: the bodies of functions and classes. Of these only what holds an import, or
something else of interest, is read."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from importwise.syntax.apart import read_apart
from importwise.syntax.bindings import unusual
from importwise.syntax.blocks import Block, guard_of
from importwise.syntax.boundaries import continues, is_sure, separate
from importwise.syntax.constants import binding_places
from importwise.syntax.keywords import walk_keywords
from importwise.syntax.lexing import Strings, logical_line
from importwise.syntax.record import Record
from importwise.syntax.special import between, marks_in
from importwise.syntax.statements import CLAUSES, CONTINUED, LINE, Statements, width

_CODE = re.compile(r"\n[ \t\f]*(?=[^ \t\f\n#])")
_BACKSLASH_FIRST = re.compile(r"\n[ \t\f]*\\\n")
_FORM_FEED = re.compile(r"\f[ \t]*(?=[^ \t\f\n#])")
_SEMICOLON = re.compile(r";(?:[ \t\f]|\\\n)*(?:import|from|lazy|return|raise|continue|break|assert|sys|exit|quit|os)\b")
_METHOD = re.compile(r"\n    (?:(def|class|async[ ]+def)[ ]|(?:if|raise|assert|sys|os|exit|quit)\b)")
_CLAUSE = re.compile(r"(?:except|else|finally)\b")
_WORDS = re.compile(r"\w+")
_DECLARED = re.compile(r"global\b((?:[^\\\n#;]|\\\n){0,2000})")
_EXCEPT = re.compile(r"x(?<=ex)cept")
_CATCHES = re.compile(r"except\b(?:[ \t]*:|[^\n]*(?:ImportError|ModuleNotFoundError|Exception|\\|\([^)\n]*\n))")

_AFTER = " (\n_.*\t\f\\"
"""What may stand after the word "import" where it is of interest; most often it only begins a longer name."""

_ALTERED = re.compile(r"__all__(?:\s|\\\n)*(?:\[|\.(?:\s|\\\n)*(?!__len__|__contains__|index|count|copy)\w)")
"""Where ``__all__`` may be altered."""


class Bodies:
    """Passes over a text from its beginning to its end; what it finds goes into the `Record`."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._text = record.text
        self.imports = [*record.importing, len(record.text)]
        """Where the word "import" stands; finally the length of the text."""
        self.marks = marks_in(record.text, record.words)
        self.found: list[tuple[int, int]] = []
        """Where functions and classes at module level begin and end."""

    def next_mark(self, at: int) -> int:
        """Where the next mark is, likewise."""
        index = bisect_left(self.marks, at)
        return self.marks[index] if index < len(self.marks) else len(self._text)

    def pass_over(self, start: int, end: int, body: bool, number: int) -> int:
        """Passes over what lies between two statements at module level, or over the ``body`` of a function or class.

        ``number`` is the index in `imports` of the first in it. Returns that of the first one after it.
        """
        text = self._text
        imports = self.imports
        wanted: list[int] = []
        stops: list[int] = []
        while (at := imports[number]) < end:
            if text[at + 6] in _AFTER:
                held = _holds(text, self._record.strings, at, start)
                if held:
                    wanted.append(at)
                    if held > 1:
                        stops.append(at)
            number += 1
        for mark in between(self.marks, start, end) if self.marks else ():
            if not self._record.strings.holds(mark):
                wanted.append(mark)
                stops.append(mark)
        if wanted:
            wanted.sort()
            stops.sort()
            _dig(Statements(self._record), start, end, wanted, stops, body)
        return number

    def read_statement(self, start: int) -> int:
        """Reads the statement at module level whose line begins after the ``\n`` at ``start``.

        Returns the position of the ``\n`` that ends it.
        """
        statements = Statements(self._record)
        text = self._text
        position = start
        first = True
        while match := LINE.search(text, position):
            indent = width(match[1])
            at = match.end()
            if text[at] == "\\":
                continued = CONTINUED.match(text, at)
                at = continued.end() if continued else at
            word = statements.word(at)
            if not first and indent <= 0 and word not in CLAUSES:
                statements.pop(0, "")
                return match.start()
            if word == "import" or word == "from":
                statements.pop(indent, word)
                if statements.blocks[-1].globals is None and not first:
                    blocks = statements.blocks
                    position = self._record.add_plain_import(at, blocks[-1].scope, guard_of(blocks))
                    if position:
                        continue
            position = statements.statement(at, indent, word)
            innermost = statements.blocks[-1]
            if first and innermost is self._record.module:
                return position
            first = False
            if innermost.keyword in ("def", "class") and innermost.indent == indent:
                position = self._leave(statements, position, match[1])
        statements.pop(0, "")
        return len(text) - 1

    def _leave(self, statements: Statements, start: int, indentation: str) -> int:
        """Passes over the body of a function or class in a compound statement; its header ends at ``start``.

        Returns where the body ends, or ``start`` if that is not easily seen: then it is to be read.
        """
        record = self._record
        text = self._text
        if indentation.strip(" "):
            return start
        for match in re.compile(rf"\n {{0,{len(indentation)}}}(?=[^ \t\f\n#)\]}}])").finditer(text, start):
            end = match.start()
            if not record.strings.holds(end):
                if not (is_sure(text, match.end()) or separate(text, end, match.end())) or text[end - 1] == "\\":
                    return start
                break
        else:
            end = len(text) - 1
        if any([text.find(odd, start, end) >= 0 for odd in ("\t", "\f", "__all__")]):
            return start
        stops = [at for at in between(self.marks, start, end) if not record.strings.holds(at)]
        wanted = stops[:]
        for at in between(self.imports, start, end):
            held = _holds(text, record.strings, at, start) if text[at + 6] in _AFTER else 0
            if held:
                wanted.append(at)
                if held > 1:
                    stops.append(at)
        blocks = statements.blocks
        wanted.sort()
        stops.sort()
        apart = wanted and blocks[-1].keyword == "def"
        if wanted and not (apart and read_apart(record, start, end, wanted, stops, guard_of(blocks), True)):
            _walk(statements, start, end, wanted[-1], stops)
        return end


def _holds(text: str, strings: Strings, at: int, start: int) -> int:
    """What the word "import" at a position is: 1 the keyword at the start of a line, or after ``from``; 2 perhaps a
    keyword elsewhere, or a call; 0 nothing of interest."""
    line = text.rfind("\n", start, at) + 1 or start
    before = text[line:at]
    word = before.strip()
    if word[:1] == "#":
        if not strings.holds(line):
            return 0
        # The line begins in a string of several lines.
        word = "=" + word
    after = text[at + 6]
    if after == "_":
        if not text.startswith("import_module", at) and not (before[-2:] == "__" and text.startswith("import__", at)):
            return 0
        held = 2
    elif not word or (word.startswith("from") and word[4:5] in (" ", "\t", ".", "\f", "\\", "") and ";" not in word):
        held = 1
    elif before[-1].isalnum() or before[-1] == "_":
        return 0
    else:
        held = 2 if ";" in word or ":" in word or "lazy" in word or "\\" in text[line - 2 : at] else 0
    return held if held and not strings.holds(at) else 0


def _dig(statements: Statements, start: int, end: int, wanted: list[int], stops: list[int], body: bool) -> None:
    """Reads what encloses the wanted positions in a body: in a class only the methods that hold them.

    ``stops`` are those of them that need a look at the whole statement.
    """
    record = statements.record
    text = record.text
    if not body:
        statements.walk(start, end, wanted[-1])
        return
    outside = guard_of(statements.blocks)
    if read_apart(record, start, end, wanted, stops, outside):
        return
    cuts = _methods(record, start, end, wanted[-1]) if text.startswith("\nclass", start) else [start]
    first = 0
    while first < len(wanted):
        number = bisect_right(cuts, wanted[first])
        cut = cuts[number - 1]
        stop = cuts[number] if number < len(cuts) else end
        after = bisect_left(wanted, stop)
        last = wanted[after - 1]
        within = [at for at in stops if cut <= at <= last] if stops else stops
        if number == 1:
            _walk(statements, statements.enter(start, wanted[first]), stop, last, within)
        elif not read_apart(record, cut, stop, wanted[first:after], within, outside):
            statements.blocks[1:] = [Block(0, "class", record.module)]
            _walk(statements, cut, stop, last, within)
        del statements.blocks[1:]
        first = after


def _walk(statements: Statements, start: int, end: int, last: int, stops: list[int]) -> None:
    """Reads the body of a function or class up to ``last``, where none of it has been read; see `_dig`."""
    record = statements.record
    text = record.text
    if _needs_every(record, start, end) or (stops and not text.isascii() and unusual(text[start:end])):
        statements.walk(start, end, last)
    elif stops:
        stops = sorted({*stops, *_globals(text, stops, end)})
        walk_keywords(statements, start, end, max(last, stops[-1]), stops)
    else:
        walk_keywords(statements, start, end, last, stops)


def _globals(text: str, stops: list[int], end: int) -> list[int]:
    """Where names may be bound that the ``global`` statements among the stops declare."""
    found: list[int] = []
    for at in stops:
        declared = _DECLARED.match(text, at)
        if declared:
            for name in set(_WORDS.findall(declared[1])):
                found += binding_places(text, name, at + 6, end)
    return found


def _needs_every(record: Record, start: int, end: int) -> bool:
    """Whether a region has something for which each of its statements must be looked at."""
    text = record.text
    if record.skips(start, end):
        return True
    if text.find("\\", start, end) >= 0 and text.find("\\\n", start, end) >= 0:
        for match in _BACKSLASH_FIRST.finditer(text, start, end):
            if not record.strings.holds(match.start()):
                return True
    if text.find(";", start, end) >= 0:
        for match in _SEMICOLON.finditer(text, start, end):
            if not record.strings.holds(match.start()):
                return True
    return False


def _methods(record: Record, start: int, end: int, last: int) -> list[int]:
    """Where the class at ``start`` begins, and its methods and classes until one begins after ``last``.

    Only the start if they can't be read apart: among the class's own statements are tests and exits.
    """
    text = record.text
    header = _CODE.search(text, logical_line(text, start + 1).end)
    found = [start]
    if not header or header[0] != "\n    ":
        return found
    for match in _METHOD.finditer(text, header.start(), end):
        at = match.start()
        if record.strings.holds(at) or text[at - 1] == "\\":
            continue
        if match[1] is None:
            return [start]
        found.append(at)
        if at > last:
            break
    if text.find(";", start, found[-1]) >= 0 and _needs_every(record, start, found[-1]):
        return [start]
    return found


def alterations(record: Record, bodies: list[tuple[int, int]]) -> list[int]:
    """The lines on which functions and classes have statements that alter ``__all__``."""
    places: dict[int, list[int]] = {}
    text = record.text
    at = text.find("__all__")
    while at >= 0:
        if _ALTERED.match(text, at) and not record.strings.holds(at):
            body = bisect_right(bodies, (at, at)) - 1
            if body >= 0 and at < bodies[body][1]:
                places.setdefault(body, []).append(at)
        at = text.find("__all__", at + 7)
    if not places:
        return []
    apart = record.apart()
    for body, wanted in places.items():
        _dig(Statements(apart), *bodies[body], wanted, wanted, True)
    return apart.altered


def bound_in_attempts(record: Record, names: set[str]) -> Record:
    """Those of the names that functions bind in a ``try`` that catches import errors, and other bindings of them: in the
    ``locals`` of a record of its own. They may be flags."""
    text = record.text
    apart = record.apart()
    statements = Statements(apart, frozenset(names))
    first = True
    for found in _EXCEPT.finditer(text) if names else ():
        at = found.start() - 1
        if _CATCHES.match(text, at):
            if first and (
                ("\f" in text and _FORM_FEED.search(text)) or ("\\\n" in text and _BACKSLASH_FIRST.search(text))
            ):
                # A line may have its indentation on the line before, or one that is none: no way to find the `try` quickly.
                statements.walk(0, len(text), len(text))
                return apart
            first = False
            line = text.rfind("\n", 0, at) + 1
            indent = text[line:at]
            if (not indent or indent.isspace()) and not record.strings.holds(at):
                start, end = _attempt(record, line, indent)
                # Of many names first those that are there at all: else the time would be in proportion to their number.
                here = names if len(names) < 10 else names.intersection(_WORDS.findall(text, start, end))
                places = [place for name in here for place in binding_places(text, name, start, end)]
                odd = not text.isascii() and unusual(text[start:end])
                if places or odd:
                    statements.blocks[1:] = [Block(-1, "def", record.module)]
                    if odd or _needs_every(record, start, end):
                        statements.walk(start, end, end)
                    else:
                        walk_keywords(statements, start, end, end, sorted(set(places)))
    return apart


def _attempt(record: Record, line: int, indent: str) -> tuple[int, int]:
    """Where the ``try`` statement begins and ends of which an indented ``except`` line begins at ``line``."""
    text = record.text
    start = line
    while True:
        start = text.rfind(f"\n{indent}try", 0, start)
        if start < 0:
            return line - 1, line - 1
        if not record.strings.holds(start) and not (text[start - 1] == "\\" and continues(text, record.strings, start)):
            break
    end = logical_line(text, line + len(indent)).end
    while code := _CODE.search(text, end):
        if len(code[0]) <= len(indent) + 1 and not (code[0].startswith(indent, 1) and _CLAUSE.match(text, code.end())):
            return start, code.start()
        end = logical_line(text, code.end()).end
    return start, len(text)
