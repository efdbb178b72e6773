"""From a text to its `Summary`, fast, for any text at all.

The fast way sees only what begins in column 0, which ``re`` finds at hundreds of megabytes a second: plain imports,
``def``, ``class`` and assignments on one line need no more. It knows where triple-quoted strings lie, which alone can
hide the beginning of a line. Functions and classes are passed over unless a word in them tells that they hold an import,
or something else of interest; then `Statements` reads them, from the method that holds it. It also reads every other
statement at module level.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from importwise.syntax.bindings import header, parse_piece
from importwise.syntax.blocks import Block, Conditions, guard_of
from importwise.syntax.comments import ignores_in
from importwise.syntax.constants import binding_places, constants_of, flags_of
from importwise.syntax.dunder_all import literal
from importwise.syntax.exports import exports_of
from importwise.syntax.imports import KEYWORDS, PLAIN_IMPORT, WORD, comment_of, import_of
from importwise.syntax.lexing import HARD, comments, logical_line, string_end, triple_strings
from importwise.syntax.namespace import Self, changes
from importwise.syntax.record import BOUND, Record, bound_by
from importwise.syntax.statements import SPECIAL, Statements, normal, unusual
from importwise.syntax.summary import Guard, Ignore, Summary


def bracket_on_line(excluded: str) -> str:
    """A regular expression for a bracket and its contents on one line, with no other of the excluded characters in it."""
    within = rf"""[^\n()\[\]{{}}"'\\#;{excluded}]*"""
    string = r"""(?<![fFtTrR])"[^"\\\n]*"(?!")|(?<![fFtTrR])'[^'\\\n]*'(?!')"""
    inner = rf"{within}(?:(?:{string}){within}){{0,8}}"
    return rf"\({within}(?:(?:\({inner}\)|\[{inner}\]|{string}){within}){{0,20}}\)"


def _top(word: str) -> re.Pattern[str]:
    """What begins in column 0, for texts whose identifiers consist of the characters ``word`` (a set without its brackets).

    Groups: 1 dots, 2 module, 3 names, 4 names in brackets, 5 comment; 6 modules, 7 comment; 8 function; 9 class;
    10 name, 11 value on one line. No group: anything else but a comment or a closing bracket.
    """
    name = rf"(?![0-9])[{word}]+"
    plain = r"""[^\n()\[\]{}"'\\#;=:]*"""
    within = r"""[^\n()\[\]{}"'\\#;:]*"""
    string = r"""(?<![fFtTrR])"[^"\\\n]*"(?!")|(?<![fFtTrR])'[^'\\\n]*'(?!')"""
    inner = rf"{within}(?:(?:{string}){within}){{0,8}}"
    bracket = rf"\({within}(?:(?:\({inner}\)|\[{inner}\]|{string}){within}){{0,20}}\)"
    return re.compile(
        rf"""\n(?=[^\s\#)\]}}])(?:{PLAIN_IMPORT.format(name=name, word=word)}
        |(?:async[ ]+)?def[ ]+({name})
        |class[ ]+({name})
        |({name})[ ]*(?::[ ]?[{word}.,|\ \[\]]+)?=[ ]*({plain}(?:(?:{bracket}|\[{inner}\]|\{{\}}|{string}){plain}){{0,8}})(?=\n)
        |)""",
        re.VERBOSE,
    )


_TOP = _top("A-Za-z0-9_")
_TOP_WIDE = _top(r"A-Za-z0-9_\x80-\U0010ffff")

_STATEMENT = re.compile(r"(?:[\n;:][ \t\f]*|\\\n[ \t\f]*|[ \t\f]{40})\Z")
# Where the module's dictionary, or the table of modules, is not just read.
_GLOBALS = re.compile(r"globals\(\s*\)(?!\s*\.\s*(?:get|keys|values|items|copy)\b)")
_SYS = re.compile(
    r"sys\.(?:modules(?:\s|\\\n)*(?:\[|\||\.(?:\s|\\\n)*(?:update|setdefault|__setitem__)\b)|(?:meta_)?path(?:\s|\\\n)*(?:\[|\+?=|,|\.(?:\s|\\\n)*(?:append|insert|extend)\b))"
)

_FORM_FEED = re.compile(r"\n[ \t\f]*\f[ \t]*(?=[^ \t\f\n#])")
_BACKSLASH_FIRST = re.compile(r"\n[ \t\f]*\\\n")
_SEMICOLON = re.compile(r";(?:[ \t\f]|\\\n)*(?:import|from|lazy|return|raise|continue|break|assert|sys|exit|quit|os)\b")
_SURE = re.compile(rf"(?:{HARD}|from\s+[\w.\s]+\bimport\b|async\s+(?:def|with))\b")
_SURE_HEADER = re.compile(
    r"""(?:if|for)\b(?![^\n]*\b(?:else|lambda)\b)[^\n"'#\\()\[\]{}:;]*
    (?:(?:\([^\n"'#\\()\[\]{}:;]*\)|"[^"\\\n{]*"|'[^'\\\n{]*')[^\n"'#\\()\[\]{}:;]*){0,8}:[ \t]*(?=\n)""",
    re.VERBOSE,
)
_MAY_CONTINUE = re.compile(r"(?:if|for|async|else|in|is|and|or|not|from|as)\b|[rRbBuUfFtT]{1,2}[\"']")
_DECORATOR = re.compile(r"@[\w.]+(?:\([^\n]*)?\n(?:@|def\b|class\b|async\b)")
_THEN_DEFINED = re.compile(r"[)\]}]+[^\n]*\n(?:@|def\b|class\b|async\b)")
_OPERATOR_LAST = re.compile(
    r"(?:^|[^\w.])(?:and|or|not|in|is|if|else|lambda|for|await|yield|from|async|del|import|as|assert|return|raise|print)\Z"
)
_METHOD = re.compile(r"\n    (?:(def|class|async[ ]+def)[ ]|(?:if|raise|assert|sys|os|exit|quit)\b)")
_STRING = re.compile(rf"""(?:((?![0-9]){WORD}+)[ ]*=[ ]*)?[rRbBuU]?(?=\"\"\"|''')|(?=["'])""")
_CALL = re.compile(rf"((?![0-9])[\w.]+){bracket_on_line(':')}[ \t]*(?:#[^\n]*)?(?=\n)")
_OPENED = re.compile(
    rf"(?:((?![0-9]){WORD}+)[ ]*(?::[ ]?[\w.,| \[\]]+)?=[ ]*[\w.]*|@?((?![0-9])[\w.]+))[(\[{{][ \t]*(?:#[^\n]*)?(?=\n)"
)
_COLUMN_0 = re.compile(r"\n(?=[^ \t\f\n#])")
_BLANK = re.compile(r"[ \t]*(?:#[^\n]*)?(?=\n)")
_BARE = re.compile(
    r"""\"[^"\\\n]*(?:\\[\s\S][^"\\\n]*){0,50}\"|'[^'\\\n]*(?:\\[\s\S][^'\\\n]*){0,50}'|\#[^\n]*""",
)
_CODE = re.compile(r"\n[ \t\f]*(?=[^ \t\f\n#])")
_WORDS = re.compile(r"\w+")
_CLAUSE = re.compile(r"(?:except|else|finally)\b")
_CATCHES = re.compile(r"except\b(?:[ \t]*:|[^\n]*(?:ImportError|ModuleNotFoundError|Exception|\\|\([^)\n]*\n))")

_ALTERED = re.compile(r"__all__(?:\s|\\\n)*(?:\[|\.(?:\s|\\\n)*(?!__len__|__contains__|index|count|copy)\w)")
"""Where ``__all__`` may be altered."""


NEEDLES = ("globals(", "sys.modules", "sys.meta_path", "sys.path")
"""Words of which every occurrence deserves a look."""


def summarize(text: str, stub: bool = False) -> Summary:
    """Everything importwise wants to know of a file; never raises, in time and memory linear in the text.

    ``stub``: the text is a ``.pyi``, where an annotation without a value is a name.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.startswith("\ufeff"):
        text = " " + text[1:] if text[1:2] in " \t" else text[1:]
    text = f"\n{text}\n"
    reader = _Reader(text, stub, ())
    reader.read()
    needles = reader.more_needles()
    if needles:
        # The file speaks of `sys.modules` by a name of its own: only now it is known what to look for.
        reader = _Reader(text, stub, needles)
        reader.read()
    return reader.summary()


class _Reader:
    def __init__(self, text: str, stub: bool, needles: tuple[str, ...]) -> None:
        self.text = text
        self.record = Record(text, stub)
        self.strings = triple_strings(text)
        if self.strings.unclosed >= 0:
            self.record.problem(self.strings.unclosed, "unterminated triple-quoted string literal")
        self.needles = (*NEEDLES, *needles)
        """Words of which every occurrence is looked at, in functions too."""
        self.marks = self._marks()
        self.skips: bool | None = None
        """Whether there is an ``importorskip``; None as long as nobody has asked."""
        self.itself = Self(frozenset({"sys"}), frozenset(), frozenset())
        self.bodies: list[int] = []
        """Where functions and classes at module level begin."""
        self.body_ends: list[int] = []
        self._followed = 0
        """How far `_inside` has followed brackets."""

    def _marks(self) -> list[int]:
        """The positions of the needles, and of ``global`` statements."""
        text = self.text
        marks: list[int] = []
        at = text.find("global")
        while at >= 0:
            if text[at + 6] in " \t\f\\":
                if _STATEMENT.search(text, max(at - 40, 0), at):
                    marks.append(at)
            elif _GLOBALS.match(text, at):
                marks.append(at)
            at = text.find("global", at + 6)
        at = text.find("sys.")
        while at >= 0:
            if _SYS.match(text, at):
                marks.append(at)
            at = text.find("sys.", at + 4)
        for needle in self.needles[len(NEEDLES) :]:
            at = text.find(needle)
            while at >= 0:
                if not (text[at - 1].isalnum() or text[at - 1] in "_."):
                    marks.append(at)
                at = text.find(needle, at + 1)
        marks.sort()
        return marks

    def read(self) -> None:
        """Reads the whole text."""
        text = self.text
        if "\f" in text and _FORM_FEED.search(text):
            self._read_slowly()
            return
        record = self.record
        events = record.events
        imports = record.imports
        module = record.module
        only_module = [module]
        statements = Statements(record, self.needles)
        starts, ends, _ = self.strings
        pattern = _TOP if text.isascii() else _TOP_WIDE
        wide = pattern is _TOP_WIDE
        upcoming = 0
        string_start = starts[0] if starts else len(text)
        string_end = ends[0] if ends else len(text)
        last_string = len(starts) - 1
        # Where what follows the last statement begins, and whether that is the body of a function or class.
        gap = 0
        body = False
        line = -1
        counted = 0
        count = text.count
        find = text.find
        marks = self.marks
        position = 0
        special = SPECIAL.search
        while True:
            for match in pattern.finditer(text, position):
                start = match.start()
                while string_end <= start and upcoming < last_string:
                    upcoming += 1
                    string_start = starts[upcoming]
                    string_end = ends[upcoming]
                if string_start < start < string_end:
                    continue
                group = match.lastindex
                if text[start - 1] == "\\" and start and self._continued(start):
                    continue
                if body and (group is None or group == 11):
                    inside = self._inside(gap, start) if not _SURE.match(text, start + 1) else 0
                    if inside:
                        position = inside
                        break
                if body:
                    self.bodies.append(gap)
                    self.body_ends.append(start)
                if start - gap > 8 and (marks or find("import", gap, start) >= 0):
                    self._pass_over(gap, start, body)
                body = False
                gap = match.end() if group else start + 2
                if group is not None:
                    guard = guard_of(only_module) if module.after else ()
                    line += count("\n", counted, start + 1)
                    counted = start + 1
                    if group >= 8:
                        name = match[group] if group < 10 else match[10]
                        if wide:
                            name = normal(name)
                        if group < 10:
                            events.append((name, line, BOUND, guard))
                            if name[:2] == "__":
                                self._special_name(name, line, guard)
                            body = True
                            stop = find("\n", gap)
                            if text[stop - 1] != ":" or find(":=", gap, stop) >= 0:
                                self._header(start, stop, guard)
                            gap = start
                            continue
                        if name not in KEYWORDS and not (
                            match.end(11) - match.start(11) > 6 and special(text, start, gap)
                        ):
                            if name[:2] != "__" or name not in ("__all__", "__path__", "__getattr__"):
                                if text.find("import", match.start(11), gap) < 0:
                                    events.append((name, line, start + 1, guard))
                                    continue
                    else:
                        imp = import_of(match, start + 1, line, 0, "module", guard)
                        if imp and not (wide and not imp.text.isascii()):
                            imports.append(imp)
                            if imp.kind == "from":
                                for name, asname in imp.aliases:
                                    events.append((asname or name, line, BOUND, guard))
                                name = imp.aliases[0][0]
                                if name == "*":
                                    events.pop()
                            else:
                                for name, asname in imp.aliases:
                                    events.append((asname or name.partition(".")[0], line, BOUND, guard))
                            if "__" in imp.text and imp.module != "__future__":
                                for name in bound_by(imp):
                                    self._special_name(name, line, guard)
                            if group == 5 or group == 7 or (group == 4 and "#" in imp.text):
                                record.silence(comment_of(match, imp), start + 1 + len(imp.text))
                            continue
                elif text[start + 1] == "@":
                    # A decorator is passed over together with what it decorates, if there's nothing in it.
                    stop = text.find("\n", gap)
                    if text[stop - 1] not in "(,[{\\" and not self._worth(start, stop):
                        body = True
                        gap = start
                        continue
                guard = guard_of(only_module) if module.after else ()
                position = gap = self._quick_statement(start, guard) or statements.one(start)
                break
            else:
                break
        end = len(text)
        if body:
            self.bodies.append(gap)
            self.body_ends.append(end)
        self._pass_over(gap, end, body)

    def _read_slowly(self) -> None:
        """Reads the whole text statement by statement, where column 0 does not tell which are at module level."""
        statements = Statements(self.record, self.needles)
        position = 0
        while position < len(self.text) - 1:
            position = max(statements.one(position), position + 1)

    def _quick_statement(self, start: int, guard: Guard) -> int:
        """Reads the statement after the ``\n`` at ``start`` if it is a string, or if its first line ends with an opening
        bracket that a line in column 0 closes (a table, a call over several lines) and nothing in it is of interest.

        Returns the position of the ``\n`` that ends it, or 0.
        """
        text = self.text
        record = self.record
        string = _STRING.match(text, start + 1)
        if string:
            end = string_end(text, string.end())
            if end < 0 or text[end] != "\n" or string[1] in KEYWORDS:
                return 0
            if string[1] and not SPECIAL.match(string[1]):
                record.bind(normal(string[1]), record.line(start + 1), start + 1, guard)
            return end if not string[1] or not SPECIAL.match(string[1]) else 0
        if text.startswith("__all__", start + 1):
            end = text.find("\n", start + 1)
            if text[end - 1] in "[(":
                closed = _COLUMN_0.search(text, end)
                end = text.find("\n", closed.end()) if closed else end
            operation = literal(text[start + 1 : end], record.line(start + 1), 0)
            if operation is None:
                return 0
            line = record.line(start + 1)
            record.bind("__all__", line, start + 1 if operation[0][0] == "set" else BOUND, guard)
            record.operations.append((operation[0], guard, line))
            return end
        call = _CALL.match(text, start + 1)
        if call:
            word = call[1].partition(".")[0]
            if word in KEYWORDS or word in ("sys", "os", "exit", "quit"):
                return 0
            return 0 if self._worth(start, call.end()) else text.find("\n", call.end())
        opened = _OPENED.match(text, start + 1)
        if not opened:
            return 0
        closed = _COLUMN_0.search(text, opened.end())
        starts, ends, _ = self.strings
        index = number = bisect_left(starts, start)
        while closed and index < len(starts) and starts[index] < closed.start():
            if closed.start() < ends[index]:
                closed = _COLUMN_0.search(text, ends[index])
            index += 1
        if not closed or text[closed.end()] not in ")]}":
            return 0
        at = closed.end() + 1
        end = text.find("\n", at)
        if at != end and not _BLANK.match(text, at):
            return 0
        word = opened[1] or opened[2].partition(".")[0]
        if word in KEYWORDS or word in ("sys", "os", "exit", "quit"):
            return 0
        bare = text[start:at]
        if number < index:
            pieces: list[str] = []
            position = start
            for hidden in range(number, index):
                pieces.append(text[position : starts[hidden]])
                position = ends[hidden]
            pieces.append(text[position:at])
            bare = "".join(pieces)
        # Without its strings and comments the statement is small, and its brackets can be counted.
        bare = _BARE.sub("", bare)
        count = bare.count
        if (
            count("(") != count(")")
            or count("[") != count("]")
            or count("{") != count("}")
            or '"' in bare
            or "'" in bare
            or "\\" in bare
            or ":=" in bare
            or "import" in bare
            or SPECIAL.search(bare)
            or any(needle in bare for needle in self.needles)
        ):
            return 0
        if opened[1]:
            name = normal(word)
            self.record.bind(name, self.record.line(start + 1), start + 1, guard)
        return end

    def _special_name(self, name: str, line: int, guard: Guard) -> None:
        if name == "__getattr__":
            self.record.reasons.append((name, line))
        else:
            self.record.bind_unseen(name, line, guard)

    def _worth(self, start: int, stop: int) -> bool:
        """Whether a piece of a statement at module level has a word that makes a closer look worthwhile."""
        piece = self.text[start:stop]
        return bool(
            ":=" in piece
            or "import" in piece
            or SPECIAL.search(piece)
            or any(needle in piece for needle in self.needles)
        )

    def _header(self, start: int, stop: int, guard: Guard) -> None:
        """Notes what the defaults of a function or the bases of a class bind; ``stop`` is the end of its first line."""
        text = self.text
        if ":=" not in text[start:stop]:
            # A header of several lines nearly always ends with the first line that ends with a colon.
            stop = text.find(":\n", start)
            if (
                stop >= 0
                and ":=" not in text[start:stop]
                and text.count("(", start, stop) == text.count(")", start, stop)
            ):
                return
        line = logical_line(text, start + 1)
        if line.colon >= 0 and ":=" in text[start : line.colon]:
            keyword = "class" if text.startswith("class", start + 1) else "def"
            self.record.apply(header(text, start + 1, line.colon + 1, keyword), start + 1, guard)

    def _continued(self, newline: int) -> bool:
        """Whether the line end at ``newline``, which has a backslash before it, does not end a statement."""
        line = self.text.rfind("\n", 0, newline) + 1
        # The line may begin in a string of several lines.
        string = bisect_right(self.strings.starts, newline) - 1
        if string >= 0:
            line = max(line, self.strings.ends[string])
        return not comments(self.text, line, newline)

    def _inside(self, body: int, newline: int) -> int:
        """Whether the line after ``newline`` continues brackets in the function or class that begins at ``body``.

        Returns the position after which statements begin again, or 0 if one begins here. Mostly the last character
        before and the first one after tell; else the brackets must be followed from the start.
        """
        text = self.text
        at = newline + 1
        first = text[at]
        if first == "@":
            if _DECORATOR.match(text, at):
                return 0
            closed = _COLUMN_0.search(text, at)
            if closed and text[closed.end()] in ")]}" and _THEN_DEFINED.match(text, closed.end()):
                return 0
        elif (first in "if" and _SURE_HEADER.match(text, at)) or self._separate(newline, at):
            return 0
        position = max(self._followed, body)
        while position < newline:
            match = _CODE.search(text, position)
            if not match or match.start() >= newline:
                break
            position = logical_line(text, match.end()).end
        self._followed = position
        return position if position > newline else 0

    def _separate(self, newline: int, at: int) -> bool:
        """Whether what ends before ``newline`` and what begins at ``at`` can't be parts of one expression."""
        text = self.text
        last = newline
        while True:
            while text[last] in " \t\n\f":
                last -= 1
            line = text.rfind("\n", 0, last) + 1
            before = text[line : last + 1]
            if "#" not in before:
                break
            if before.lstrip()[0] != "#" or '"' in before or "'" in before:
                return False
            last = line - 1
        character = text[last]
        if character.isalnum() or character == "_":
            if _OPERATOR_LAST.search(before):
                return False
        elif character not in ")]}\"'":
            return False
        first = text[at]
        if first in "\"'":
            return character not in "\"'"
        return (first.isalnum() or first == "_") and not _MAY_CONTINUE.match(text, at)

    def _pass_over(self, start: int, end: int, body: bool) -> None:
        """Passes over what lies between two statements at module level, or over the body of a function or class.

        Looks closer at the places that hold something of interest.
        """
        text = self.text
        at = text.find("import", start, end)
        marks = self.marks
        wanted: list[int] = []
        stops: list[int] = []
        while at >= 0:
            held = self._holds(at, start)
            if held:
                wanted.append(at)
                if held > 1:
                    stops.append(at)
            at = text.find("import", at + 6, end)
        if marks:
            for mark in marks[bisect_left(marks, start) : bisect_left(marks, end)]:
                if not self.strings.holds(mark):
                    wanted.append(mark)
                    stops.append(mark)
            wanted.sort()
            stops.sort()
        if wanted:
            self._dig(Statements(self.record, self.needles), start, end, wanted, stops, body)

    def _holds(self, at: int, start: int) -> int:
        """What the word "import" at a position is: 1 the keyword at the start of a line, or after ``from``; 2 perhaps a
        keyword elsewhere, or a call; 0 nothing of interest."""
        text = self.text
        after = text[at + 6]
        if after not in " \t\f\\\n(*_" or self.strings.holds(at):
            return 0
        line = text.rfind("\n", start, at) + 1 or start
        before = text[line:at]
        word = before.strip()
        if word[:1] == "#":
            return 0
        if after == "_":
            if text.startswith("import_module", at) or (before[-2:] == "__" and text.startswith("import__", at)):
                return 2
            return 0
        if not word:
            return 1
        if word.startswith("from") and word[4:5] in (" ", "\t", ".", "\f", "\\", ""):
            return 1
        if before[-1].isalnum() or before[-1] == "_":
            return 0
        return 2 if ";" in word or ":" in word or "lazy" in word or "\\" in text[line - 2 : at] else 0

    def _dig(
        self, statements: Statements, start: int, end: int, wanted: list[int], stops: list[int], body: bool
    ) -> None:
        """Reads what encloses the wanted positions in a body: in a class only the methods that hold them.

        ``stops`` are those of them that need a look at the whole statement.
        """
        text = self.text
        if not body:
            statements.walk(start, end, wanted[-1])
            return
        cuts = self._methods(start, end, wanted[-1]) if text.startswith("\nclass", start) else [start]
        first = 0
        while first < len(wanted):
            number = bisect_right(cuts, wanted[first])
            cut = cuts[number - 1]
            stop = cuts[number] if number < len(cuts) else end
            after = bisect_left(wanted, stop)
            last = wanted[after - 1]
            if number == 1:
                entered = statements.enter(start)
            else:
                statements.blocks[1:] = [Block(0, "class", self.record.module)]
                entered = cut
            here = [at for at in stops if cut <= at <= last]
            if self._needs_every(cut, stop) or (here and not text.isascii() and unusual(text[cut:stop])):
                statements.walk(entered, stop, last)
            else:
                here += self._globals(here, stop)
                statements.walk_keys(entered, stop, max(last, *here) if here else last, sorted(set(here)))
            del statements.blocks[1:]
            first = after

    def _globals(self, stops: list[int], end: int) -> list[int]:
        """Where names may be bound that the ``global`` statements among the stops declare."""
        text = self.text
        found: list[int] = []
        for at in stops:
            if text.startswith("global", at) and text[at + 6] in " \t":
                for name in text[at + 6 : text.find("\n", at)].partition("#")[0].split(","):
                    found += binding_places(text, name.strip(), at + 6, end)
        return found

    def _needs_every(self, start: int, end: int) -> bool:
        """Whether a region has something for which each of its statements must be looked at."""
        text = self.text
        if self.skips is None:
            self.skips = "importorskip" in text
        if self.skips and text.find("importorskip", start, end) >= 0:
            return True
        if text.find("\\\n", start, end) >= 0:
            for match in _BACKSLASH_FIRST.finditer(text, start, end):
                if not self.strings.holds(match.start()):
                    return True
        if text.find(";", start, end) >= 0:
            for match in _SEMICOLON.finditer(text, start, end):
                if not self.strings.holds(match.start()):
                    return True
        return False

    def _methods(self, start: int, end: int, last: int) -> list[int]:
        """Where the class at ``start`` begins, and its methods and classes until one begins after ``last``.

        Only the start if they can't be read apart: among the class's own statements are tests and exits.
        """
        text = self.text
        header = _CODE.search(text, logical_line(text, start + 1).end)
        found = [start]
        if not header or header[0] != "\n    ":
            return found
        for match in _METHOD.finditer(text, header.start(), end):
            at = match.start()
            if self.strings.holds(at) or text[at - 1] == "\\":
                continue
            if match[1] is None:
                return [start]
            found.append(at)
            if at > last:
                break
        if text.find(";", start, found[-1]) >= 0 and self._needs_every(start, found[-1]):
            return [start]
        return found

    def speaks_of_itself(self) -> Self:
        """The names by which the file speaks of ``sys.modules`` and of itself."""
        of_sys = {"sys"}
        of_modules: set[str] = set()
        for imp in self.record.imports:
            if imp.kind == "import":
                of_sys.update(asname for name, asname in imp.aliases if name == "sys" and asname)
            elif imp.kind == "from" and imp.module == "sys" and not imp.level:
                of_modules.update(asname or name for name, asname in imp.aliases if name == "modules")
        names = Self(frozenset(of_sys), frozenset(of_modules), frozenset())
        itself: set[str] = set()
        for candidate in self.record.candidates:
            if "__name__" in candidate.source:
                tree = parse_piece(candidate.source)
                if not isinstance(tree, SyntaxError):
                    itself.update(changes(tree, candidate.at_module_level, names).itself)
        return names._replace(itself=frozenset(itself))

    def more_needles(self) -> tuple[str, ...]:
        """Words to look for that are known only when the file has been read once."""
        names = self.itself = self.speaks_of_itself()
        found = [f"{name}.modules" for name in sorted(names.sys) if not name.endswith("sys")]
        found += sorted(names.modules)
        for name in sorted(names.itself):
            found += [f"{name}.", f"setattr({name}", f"vars({name}"]
        return tuple(found)

    def summary(self) -> Summary:
        """What was read."""
        record = self.record
        if record.candidates:
            self.itself = self.speaks_of_itself()
        conditions = Conditions(self.text)
        raw = record.imports
        imports = raw
        if any([imp.guard for imp in raw]):
            conditions.number([imp.guard for imp in raw if imp.guard])
            imports = [imp._replace(guard=conditions.resolve(imp.guard)) if imp.guard else imp for imp in raw]
        if any([imp.kind == "call" for imp in imports]):
            imports = sorted(imports, key=lambda imp: (imp.line, imp.column))
        if record.operations:
            self._find_alterations()
        exports = exports_of(record, conditions, self.itself)
        constants: dict[str, str] = {}
        flags: frozenset[str] = frozenset()
        tests = conditions.tests()
        if tests:
            constants, mentioned = constants_of(record, tests)
            self._find_locals(mentioned)
            flags = frozenset(flags_of(record, raw, mentioned))
        return Summary(tuple(imports), exports, self._ignores(), tuple(sorted(set(record.problems))), constants, flags)

    def _find_alterations(self) -> None:
        """Looks in functions for statements that alter ``__all__``."""
        statements: Statements | None = None
        places: dict[int, list[int]] = {}
        text = self.text
        at = text.find("__all__")
        while at >= 0:
            body = bisect_right(self.bodies, at) - 1
            if body >= 0 and at < self.body_ends[body] and _ALTERED.match(text, at) and not self.strings.holds(at):
                places.setdefault(body, []).append(at)
            at = text.find("__all__", at + 7)
        for body, wanted in places.items():
            statements = statements or Statements(Record(self.text, False), ())
            self._dig(statements, self.bodies[body], self.body_ends[body], wanted, list(wanted), True)
        if statements:
            self.record.altered += statements.record.altered

    def _find_locals(self, names: set[str]) -> None:
        """Looks in functions for names bound in a ``try`` that catches import errors: they may be flags."""
        text = self.text
        at = text.find("except") if names else -1
        statements: Statements | None = None
        while at >= 0:
            if _CATCHES.match(text, at):
                line = text.rfind("\n", 0, at) + 1
                indent = text[line:at]
                if (not indent or indent.isspace()) and not self.strings.holds(at):
                    start, end = self._attempt(line, indent)
                    here = names.intersection(_WORDS.findall(text, start, end))
                    places = [place for name in here for place in binding_places(text, name, start, end)]
                    odd = not text.isascii() and unusual(text[start:end])
                    if places or odd:
                        if statements is None:
                            statements = Statements(Record(text, self.record.stub), (), frozenset(names))
                        statements.blocks[1:] = [Block(-1, "def", self.record.module)]
                        if odd or self._needs_every(start, end):
                            statements.walk(start, end, end)
                        else:
                            statements.walk_keys(start, end, end, sorted(set(places)))
            at = text.find("except", at + 6)
        if statements:
            self.record.locals += statements.record.locals

    def _attempt(self, line: int, indent: str) -> tuple[int, int]:
        """Where the ``try`` statement begins and ends of which an indented ``except`` line begins at ``line``."""
        text = self.text
        start = line
        while True:
            start = text.rfind(f"\n{indent}try", 0, start)
            if start < 0:
                return line - 1, line - 1
            if not self.strings.holds(start) and not (text[start - 1] == "\\" and self._continued(start)):
                break
        end = logical_line(text, line + len(indent)).end
        while code := _CODE.search(text, end):
            if len(code[0]) <= len(indent) + 1 and not (
                code[0].startswith(indent, 1) and _CLAUSE.match(text, code.end())
            ):
                return start, code.start()
            end = logical_line(text, code.end()).end
        return start, len(text)

    def _ignores(self) -> tuple[Ignore, ...]:
        """The silencing comments on imports' lines, and all that are for importwise itself."""
        record = self.record
        found = set(record.ignores)
        if "importwise" in self.text:
            for at in comments(self.text, 0, len(self.text)):
                comment = self.text[at : self.text.find("\n", at)]
                if "importwise" in comment:
                    line = record.line(at)
                    for ignore in ignores_in(comment, line, record.column(at)):
                        if ignore.tool == "importwise":
                            found.add(ignore)
        return tuple(sorted(found))
