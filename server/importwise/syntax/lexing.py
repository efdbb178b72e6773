"""Where strings, brackets and logical lines end (Python reference 2.1, PEP 701).

Every function takes a text that begins and ends with ``\\n`` and works on positions in it. All are linear in what
they pass over, and none keeps more than a few words for each level of nesting.

The regular expressions share a rule that makes them fast: each alternative begins with one literal character, so that
``re`` skips to the next candidate with a character set. Alternatives without a group (whole strings, comments, brackets
with nothing special in them) need no attention; the others have an empty group each, and ``lastindex`` tells which it is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

HARD = "import|def|class|return|raise|try|except|finally|while|with|elif|assert|del|global|nonlocal|pass|break|continue"
"""Keywords that begin a statement or clause and can stand nowhere else: even after an unclosed bracket they begin one."""

# Repetitions with a group are bounded, since ``re`` remembers each round: a string with more escapes goes to `string_end`.
_STRINGS = r"""
    |"(?:""()|(?<=[fFtT]")(?=[^"{\n]*[{\\])()|[^"\\\n]*(?:\\[\s\S][^"\\\n]*){0,30}"|())
    |'(?:''()|(?<=[fFtT]')(?=[^'{\n]*[{\\])()|[^'\\\n]*(?:\\[\s\S][^'\\\n]*){0,30}'|())
"""
_PLAIN = r"""[^()\[\]{}"'#\n\\]*"""
_BRACKETS = rf"""\((?:{_PLAIN}\)|())|\[(?:{_PLAIN}\]|())|{{(?:{_PLAIN}}}|())|\)()|\]()|}}()"""

# Groups 1-3: opening, 4-6: closing, 7: a hard keyword begins the line, 8-: strings that need a look.
_INSIDE = re.compile(rf"{_BRACKETS}|\n[ \t\f]*(?:{HARD})\b()|\\\n|\#[^\n]*{_STRINGS}", re.VERBOSE)

# Groups 1-3: opening, 4-6: closing, 7: end of line, 8: semicolon, 9: colon, 10-: strings that need a look.
_OUTSIDE = re.compile(rf"{_BRACKETS}|\n()|;()|:(?!=)()|\\\n|\#[^\n]*{_STRINGS}", re.VERBOSE)

# Only what can hide a quote. Group 1-: strings that need a look.
_QUOTES = re.compile(rf"\#[^\n]*{_STRINGS}", re.VERBOSE)

MOST_NESTED = 20
"""f-strings within f-strings. CPython allows 150 (``MAXFSTRINGLEVEL``), but each level is time lost on what is no Python."""

# Each finds quotes several times faster than `str.find` does.
_DOUBLE = re.compile(r'"(?="")')
_SINGLE = re.compile(r"'(?='')")
_LAMBDA = re.compile(r"\blambda\b")
_QUOTE_OR_ESCAPE = {'"': re.compile(r'["\\\n]'), "'": re.compile(r"['\\\n]")}
_SIMPLE_F = {
    '"': re.compile(r"""[^"\\{}\n]*(?:(?:\{\{|\}\}|\{[^"'\\{}\n#]*\})[^"\\{}\n]*){0,30}\""""),
    "'": re.compile(r"""[^'\\{}\n]*(?:(?:\{\{|\}\}|\{[^"'\\{}\n#]*\})[^'\\{}\n]*){0,30}'"""),
}
_LITERAL_PART = {
    '"': re.compile(r'["\\{}\n]'),
    "'": re.compile(r"['\\{}\n]"),
}
_FIELD_PART = re.compile(r"""[()\[\]{}:#"']""")


def string_end(text: str, start: int) -> int:
    """The position after the string literal whose opening quote stands at ``start``, or -1 if it does not end.

    f-strings and t-strings are read as Python 3.12 does, where quotes may be nested; if that leads nowhere, as before.
    """
    quote = text[start]
    opening = quote * 3 if text.startswith(quote * 3, start) else quote
    kind = _prefix(text, start)
    if kind:
        end = _format_end(text, start + len(opening), opening, kind == "raw")
        if end >= 0:
            return end
    return _plain_end(text, start + len(opening), opening)


def _plain_end(text: str, position: int, opening: str) -> int:
    if len(opening) == 3:
        end = text.find(opening, position)
        while end >= 0:
            before = end
            while before > position and text[before - 1] == "\\":
                before -= 1
            if not (end - before) % 2:
                return end + 3
            end = text.find(opening, end + 1)
        return -1
    pattern = _QUOTE_OR_ESCAPE[opening]
    while match := pattern.search(text, position):
        found = match[0]
        if found == opening:
            return match.end()
        if found == "\n":
            return -1
        position = match.end() + 1
    return -1


def _prefix(text: str, start: int) -> str:
    """ "f" or "raw" if the letters before a quote make it an f-string or t-string, else "" (also in ``if"x"``)."""
    last = text[start - 1] if start else "\n"
    if last in "fFtT":
        raw = start > 1 and text[start - 2] in "rR"
    elif last in "rR" and start > 1 and text[start - 2] in "fFtT":
        raw = True
    else:
        return ""
    before = text[start - 3 if raw else start - 2] if start > 2 else "\n"
    if before == "_" or before.isalnum() or before > "\x7f":
        return ""
    return "raw" if raw else "f"


def _format_end(text: str, position: int, opening: str, raw: bool) -> int:
    """The end of an f-string or t-string after its opening quote, or -1 (``tok_get_fstring_mode`` of CPython 3.12).

    ``stack`` holds, for each string that is open, its opening quote, whether it is raw, and for the fields open in it the
    number of brackets open in the field, or -1 in the format part after the field's colon.
    """
    if len(opening) == 1:
        simple = _SIMPLE_F[opening].match(text, position)
        if simple:
            return simple.end()
    stack: list[tuple[str, bool, list[int]]] = [(opening, raw, [])]
    length = len(text)
    while position < length:
        opening, raw, fields = stack[-1]
        if not fields or fields[-1] < 0:
            match = _LITERAL_PART[opening[0]].search(text, position)
            if not match:
                return -1
            at, found = match.start(), match[0]
            position = at + 1
            if found == "\\":
                after = text[position] if position < length else ""
                if after == "N" and not raw and text.startswith("{", position + 1):
                    close = text.find("}", position)
                    if close < 0:
                        return -1
                    position = close + 1
                elif after not in "{}":
                    position += 1
            elif found == "{":
                if text.startswith("{", position) and not fields:
                    position += 1
                else:
                    fields.append(0)
            elif found == "}":
                if fields:
                    fields.pop()
                # A single closing brace outside of a field is an error, a double one stands for itself: both go on.
            elif found == "\n":
                if len(opening) == 1:
                    return -1
            elif len(opening) == 1 or text.startswith(opening, at):
                stack.pop()
                position = at + len(opening)
                if not stack:
                    return position
            continue
        match = _FIELD_PART.search(text, position)
        if not match:
            return -1
        at, found = match.start(), match[0]
        position = at + 1
        if found in "([{":
            fields[-1] += 1
        elif found in ")]}":
            if fields[-1]:
                fields[-1] -= 1
            elif found == "}":
                fields.pop()
            else:
                return -1
        elif found == ":":
            if not fields[-1]:
                fields[-1] = -1
        elif found == "#":
            end = text.find("\n", position)
            position = end if end >= 0 else length
        else:
            nested = found * 3 if text.startswith(found * 3, at) else found
            kind = _prefix(text, at)
            if kind and len(stack) >= MOST_NESTED:
                return -1
            if kind:
                stack.append((nested, kind == "raw", []))
                position = at + len(nested)
            else:
                position = _plain_end(text, at + len(nested), nested)
                if position < 0:
                    return -1
    return -1


def bracket_end(text: str, start: int) -> int:
    """The position after the bracket that closes the one at ``start``.

    If it is never closed: minus the position of the line end before the next hard keyword, or of the text's end.
    """
    depth = 1
    position = start + 1
    while True:
        for match in _INSIDE.finditer(text, position):
            group = match.lastindex
            if group is None:
                continue
            if group <= 3:
                depth += 1
            elif group <= 6:
                depth -= 1
                if not depth:
                    return match.end()
            elif group == 7:
                return -match.start()
            else:
                position = string_end(text, match.start())
                if position < 0:
                    position = text.find("\n", match.start())
                break
        else:
            return 1 - len(text)


class Line(NamedTuple):
    """A logical line."""

    end: int
    """Position of the ``\\n`` that ends it."""
    colon: int
    """Position of the first colon outside of brackets, or -1. In a compound statement it ends the header."""
    semicolons: list[int]
    """Positions of the semicolons outside of brackets."""
    unclosed: int
    """Position of a bracket or quote in it that is never closed, or -1."""


def logical_line(text: str, start: int) -> Line:
    """The logical line (Python reference 2.1.5) on which ``start`` stands outside of strings and brackets."""
    colon = -1
    semicolons: list[int] = []
    position = start
    unclosed = -1
    lambdas = 0
    counted = start
    while True:
        for match in _OUTSIDE.finditer(text, position):
            group = match.lastindex
            if group is None or 4 <= group <= 6:
                continue
            if group == 7:
                return Line(match.start(), colon, semicolons, unclosed)
            if group == 8:
                semicolons.append(match.start())
            elif group == 9:
                if colon < 0:
                    # A lambda's colon comes before the header's own.
                    at = match.start()
                    if "lambda" in text[counted:at]:
                        lambdas += len(_LAMBDA.findall(skeleton(text, counted, at)))
                    counted = at
                    if lambdas:
                        lambdas -= 1
                    else:
                        colon = at
            elif group <= 3:
                position = bracket_end(text, match.start())
                if position < 0:
                    return Line(-position, colon, semicolons, match.start())
                break
            else:
                position = string_end(text, match.start())
                if position < 0:
                    if unclosed < 0:
                        unclosed = match.start()
                    position = text.find("\n", match.start())
                break
        else:
            return Line(len(text) - 1, colon, semicolons, unclosed)


def skeleton(text: str, start: int, end: int) -> str:
    """A piece of one logical line with nothing in its brackets and strings, and no comments.

    ``a[1], b = f(x)  # c`` becomes ``a[], b = f()``.
    """
    parts: list[str] = []
    position = start
    while True:
        last = position
        for match in _OUTSIDE.finditer(text, position, end):
            group = match.lastindex
            at = match.start()
            if group is None:
                parts.append(text[last:at])
                found = text[at]
                last = match.end()
                if found in "([{":
                    parts.append({"(": "()", "[": "[]", "{": "{}"}[found])
                elif found in "\"'":
                    parts.append('""')
                else:
                    parts.append(" ")
                continue
            if 4 <= group <= 9:
                continue
            parts.append(text[last:at])
            if group <= 3:
                position = bracket_end(text, at)
                parts.append({"(": "()", "[": "[]", "{": "{}"}[text[at]])
                if position < 0:
                    return "".join(parts)
            else:
                position = string_end(text, at)
                parts.append('""')
                if position < 0:
                    position = text.find("\n", at)
            if position >= end:
                return "".join(parts)
            break
        else:
            parts.append(text[last:end])
            return "".join(parts)


class Strings(NamedTuple):
    """The triple-quoted strings of a text: positions of their opening quotes, and positions after their end."""

    starts: list[int]
    ends: list[int]
    unclosed: int
    """Position of the quotes of a string that never ends, or -1. It is read as if it ended with its line."""

    def holds(self, position: int) -> bool:
        """Whether a position lies within one of the strings."""
        return self.end_at(position) > position

    def end_at(self, position: int) -> int:
        """Where the string ends that holds a position; the position itself if none does."""
        index = bisect_right(self.starts, position) - 1
        return max(position, self.ends[index]) if index >= 0 else position


def triple_strings(text: str) -> Strings:
    """All triple-quoted strings.

    Nothing else can hide the beginning of a line from a reader, but for a backslash at the end of the line before. So
    lines without triple quotes need not be looked at, and of a line with some only what stands before them.
    """
    starts: list[int] = []
    ends: list[int] = []
    unclosed = -1
    length = len(text)
    rfind = text.rfind
    double = single = 0
    doubles = [match.start() for match in _DOUBLE.finditer(text)]
    singles = [match.start() for match in _SINGLE.finditer(text)]
    doubles.append(length)
    singles.append(length)
    position = 0
    while True:
        while doubles[double] < position:
            double += 1
        while singles[single] < position:
            single += 1
        at = doubles[double]
        if at > singles[single]:
            at = singles[single]
            closing = single + 1
            quotes = singles
        elif at < length:
            closing = double + 1
            quotes = doubles
        else:
            return Strings(starts, ends, unclosed)
        line = rfind("\n", position, at) + 1 or position
        before = text[line:at]
        if (not before or before.isspace()) and text[line - 2] != "\\":
            # A docstring, as a rule.
            while quotes[closing] < at + 3:
                closing += 1
            position = quotes[closing] + 3
            if position > length or text[position - 4] == "\\":
                position = string_end(text, at)
        else:
            end = _hidden_before(text, line, position, at)
            if end:
                position = end
                continue
            position = string_end(text, at)
        if position < 0:
            if unclosed < 0:
                unclosed = at
            position = text.find("\n", at)
        starts.append(at)
        ends.append(position)


def _hidden_before(text: str, line: int, position: int, at: int) -> int:
    """The end of the comment or string that holds the triple quotes at ``at``, on the line that begins at ``line``; 0 if they
    open a string. What stands before ``position`` has been read."""
    escaped = line > 1 and text[line - 2] == "\\"
    if escaped:
        line = _unescaped_line(text, line, position)
    before = text[line:at]
    if "}" in before and before.count("}") > before.count("{"):
        # The line may begin in a field of an f-string with single quotes: look from where no string is open.
        return _hidden_until(text, position, at)
    if escaped or '"' in before or "'" in before or "#" in before:
        return _hidden_until(text, line, at)
    return 0


def _unescaped_line(text: str, line: int, limit: int) -> int:
    """The start of the first of the lines that backslashes join to the one that starts at ``line``."""
    while line - 2 > limit and text[line - 2] == "\\":
        line = text.rfind("\n", limit, line - 1) + 1 or limit
    return line


def _hidden_until(text: str, start: int, at: int) -> int:
    """The end of the comment or string that holds the triple quotes at ``at``; 0 if they open a string.

    No string is open at ``start``, before them.
    """
    position = start
    while True:
        for match in _QUOTES.finditer(text, position):
            found = match.start()
            if found >= at:
                return 0
            if match.lastindex is None:
                if match.end() > at:
                    return match.end()
                continue
            position = string_end(text, found)
            if position < 0:
                position = text.find("\n", found)
            if position > at:
                return position
            break
        else:
            return 0


def hidden(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the strings and comments in ``text[start:end]`` begin and end; no string is open at ``start``."""
    found: list[tuple[int, int]] = []
    position = start
    while True:
        for match in _QUOTES.finditer(text, position, end):
            at = match.start()
            if match.lastindex is None:
                found.append((at, match.end()))
                continue
            position = string_end(text, at)
            if position < 0:
                position = text.find("\n", at)
            found.append((at, position))
            break
        else:
            return found


def comments(text: str, start: int, end: int) -> list[int]:
    """The positions of the comments in ``text[start:end]``, where no string is open at ``start``."""
    return [at for at, _ in hidden(text, start, end) if text[at] == "#"]
