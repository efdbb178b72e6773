"""From a text to its `Summary`, fast, for any text at all.

The fast way sees only what begins in column 0, which ``re`` finds at hundreds of megabytes a second: plain imports,
``def``, ``class`` and assignments on one line need no more. It knows where triple-quoted strings lie, which alone can
hide the beginning of a line. Functions and classes are passed over unless a word in them tells that they hold an import,
or something else of interest; then `bodies` reads them, from the method that holds it. `Statements` reads every other
statement at module level, unless `quick` sees that there is nothing in it.
"""

from __future__ import annotations

import re
from collections.abc import Container
from operator import itemgetter

from importwise.syntax.apart import UNREAD_ALONE
from importwise.syntax.bindings import header, normal
from importwise.syntax.blocks import Conditions, guard_of
from importwise.syntax.bodies import Bodies, alterations, bound_in_attempts
from importwise.syntax.boundaries import continues, separate
from importwise.syntax.comments import ignores_in
from importwise.syntax.constants import NO_FLAGS, constants_of, flags_of
from importwise.syntax.exports import exports_of
from importwise.syntax.imports import KEYWORDS, letters, plain_import
from importwise.syntax.itself import speaks_of_itself, words_of
from importwise.syntax.lexing import comments, logical_line, triple_strings
from importwise.syntax.namespace import Self
from importwise.syntax.quick import inside, is_separate, quick_statement
from importwise.syntax.record import BOUND, Record
from importwise.syntax.special import HINT, hints, imports_in
from importwise.syntax.summary import Guard, Ignore, Import, Summary


def _top(wide: bool) -> re.Pattern[str]:
    """What begins in column 0, for texts of ASCII or (``wide``) of any characters.

    Groups: 1 import; 2 function; 3 class; 4 name, 5 value on one line. No group: anything else but a comment or a
    closing bracket.
    """
    # Of an import statement only where it ends: `plain_import` tells what it is.
    dotted, names, lines = [letters(more, wide) for more in (".", ", ", ", \t\n")]
    name = f"(?![0-9]){letters('', wide)}+"
    annotation = letters(".,| []\"'", wide)
    plain = r"""[^\n()\[\]{}"'\\#;=:]*"""
    within = r"""[^\n()\[\]{}"'\\#;]*"""
    # Not of three quotes; in the fields of an f-string only names.
    field = r"\{[A-Za-z0-9_.]*\}"
    string = "|".join(
        [
            rf"""(?<![fFtT])(?<![fFtT][rR]){quote}[^{quote}\\\n]*(?:\\.[^{quote}\\\n]*){{0,8}}{quote}(?!{quote})
            |(?<=[fF]){quote}[^{quote}\\\n{{}}]*(?:{field}[^{quote}\\\n{{}}]*){{0,8}}{quote}(?!{quote})"""
            for quote in "\"'"
        ]
    )
    inner = rf"{within}(?:(?:{string}){within}){{0,8}}"
    inmost = rf"\({inner}\)|\[{inner}\]|\{{{inner}\}}|{string}"
    outer = rf"{within}(?:(?:{inmost}){within}){{0,20}}"
    return re.compile(
        rf"""\n(?=[^\s\#)\]}}])(?:
        (?:from[ ]+{dotted}+[ ]+import[ ]+(?:{names}+|\({lines}*(?:\#[^\n]*\n{lines}*){{0,99}}\)[ ]*|\*[ ]*)
            |import[ ]+{letters("., ", wide)}+)(?:\#[^\n]*)?(?=\n)()
        |(?:def|async[ ]+def)[ ]+({name})
        |class[ ]+({name})
        |({name})[ ]*(?::[ ]?{annotation}+)?=[ ]*({plain}(?:(?:\({outer}\)|\[{outer}\]|\{{{inner}\}}|{string}|[=!<>]=){plain}){{0,8}})(?:\#[^\n]*)?(?=\n)
        |)""",
        re.VERBOSE,
    )


_TOP = _top(False)
_TOP_WIDE = _top(True)

FAR = 400
"""Code points of a string for which it is quicker to begin anew after it than to pass over all lines that look like statements."""

MOST_OF_HEADER = 2000
"""Code points in which the end of the header of a function or class is looked for in the quick way."""

_FORM_FEED = re.compile(r"\n[ \t\f]*\f[ \t]*(?=[^ \t\f\n#])")


def summarize(text: str, stub: bool = False, known: Container[str] | None = None) -> Summary:
    """Everything importwise wants to know of a file; never raises, in time and memory linear in the text.

    ``stub``: the text is a ``.pyi``, where an annotation without a value is a name. ``known`` are the
    first parts of names of modules that most likely exist. What imports of those in functions depend on is not read, since
    hardly anybody will ask: their guards end with `UNREAD`.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.startswith("\ufeff"):
        text = " " + text[1:] if text[1:2] in " \t" else text[1:]
    text = f"\n{text}\n"
    strings = triple_strings(text)
    importing = imports_in(text)
    reader = _Reader(Record(text, strings, importing, stub, (), known))
    reader.read()
    itself = speaks_of_itself(reader.record)
    words = words_of(itself)
    if words:
        # The file speaks of `sys.modules` by a name of its own: only now it is known what to look for.
        reader = _Reader(Record(text, strings, importing, stub, words, known))
        reader.read()
        itself = speaks_of_itself(reader.record)
    return reader.summary(itself)


class _Reader:
    def __init__(self, record: Record) -> None:
        self.record = record
        self.text = record.text
        self.bodies = Bodies(record)

    def read(self) -> None:
        """Reads the whole text."""
        text = self.text
        record = self.record
        if record.strings.unclosed >= 0:
            record.problem(record.strings.unclosed, "unterminated triple-quoted string literal")
        if "\f" in text and _FORM_FEED.search(text):
            self._read_slowly()
            return
        length = len(text)
        find = text.find
        count = text.count
        bodies = self.bodies
        found = bodies.found
        statements = record.imports
        new_tuple = tuple.__new__
        events = record.events
        hint = HINT.search
        module = record.module
        only_module = [module]
        pattern = _TOP if text.isascii() else _TOP_WIDE
        wide = pattern is _TOP_WIDE
        words = record.words
        imports = bodies.imports
        number = 0
        next_mark = bodies.next_mark(0)
        starts, ends, _ = record.strings
        strings = iter(zip([*starts, length], [*ends, length + 1]))
        string_start, string_end = next(strings)
        # Where what follows the last statement begins, and whether that is the body of a function or class.
        gap = 0
        body = False
        # The line of a place that has been reached, and what has been read.
        line = -1
        counted = 0
        position = skip = 0
        while position >= 0:
            matches = pattern.finditer(text, position)
            position = -1
            for match in matches:
                start = match.start()
                if string_start < start:
                    while string_end <= start:
                        string_start, string_end = next(strings)
                    if string_start < start and string_end > skip:
                        skip = string_end
                if start < skip:
                    if match.end() > skip or skip - start > FAR:
                        # It begins in a string, and may have swallowed a statement after it; or there is more of the string.
                        position = skip
                        break
                    continue
                if text[start - 1] == "\\" and start and continues(text, record.strings, start):
                    continue
                group = match.lastindex
                if body:
                    if (group is None or group == 5) and not (
                        separate(text, start, start + 1) if group else is_separate(text, start, start + 1)
                    ):
                        skip = inside(record, gap, start)
                        if skip:
                            if match.end() > skip:
                                position = skip
                                break
                            continue
                    found.append((gap, start))
                if imports[number] < start or next_mark < start:
                    record.seek(counted, line)
                    number = bodies.pass_over(gap, start, body, number)
                    next_mark = bodies.next_mark(start)
                line += count("\n", counted, start + 1)
                counted = start + 1
                guard = guard_of(only_module) if module.after else ()
                gap = match.end()
                if group is None:
                    if counted == string_start and text[string_end] == "\n":
                        # Nothing but a string, as a rule the docstring.
                        gap = skip = string_end
                        while imports[number] < gap:
                            number += 1
                        if next_mark < gap:
                            next_mark = bodies.next_mark(gap)
                        body = False
                        continue
                    if text[counted] == "@":
                        # A decorator is passed over together with what it decorates, if there's nothing in it.
                        stop = find("\n", counted)
                        if (
                            text[stop - 1] not in "(,[{\\"
                            and imports[number] >= stop
                            and find(":=", start, stop) < 0
                            and not hints(text, start, stop, words)
                        ):
                            body = True
                            gap = start
                            continue
                elif group >= 4:
                    name = match[4]
                    if wide:
                        name = normal(name)
                    if (
                        imports[number] >= gap
                        and find(":=", counted, gap) < 0
                        and name not in KEYWORDS
                        and (name[:2] != "__" or name not in _DUNDER)
                        and (
                            gap - match.start(5) < 7
                            or not (words or hint(text, start, gap))
                            or not hints(text, start, gap, words)
                        )
                    ):
                        events.append((name, line, counted, guard))
                        body = False
                        continue
                elif group >= 2:
                    name = match[group]
                    if wide:
                        name = normal(name)
                    events.append((name, line, BOUND, guard))
                    if name[:2] == "__":
                        record.bind_special(name, line, guard)
                    stop = find("\n", gap)
                    if (
                        count("(", gap, stop) != count(")", gap, stop)
                        or find(":=", gap, stop) >= 0
                        or text[stop - 1] == "\\"
                        or text[gap] == "["
                    ):
                        self._header(start, gap, guard)
                    body = True
                    gap = start
                    continue
                else:
                    plain = plain_import(text[counted:gap])
                    if plain:
                        kind, level, source_module, aliases, source, bound, dunder, comment = plain
                        # Several times faster than calling the class.
                        new = (kind, level, source_module, aliases, line, 0, source, "module", guard, False)
                        statements.append(new_tuple(Import, new))
                        for name in bound:
                            events.append((name, line, BOUND, guard))
                            if dunder:
                                record.bind_special(name, line, guard)
                        if comment >= 0:
                            record.silence(counted + comment, counted + len(source))
                        number += 1
                        while imports[number] < gap:
                            number += 1
                        body = False
                        continue
                body = False
                record.seek(counted, line)
                gap = skip = quick_statement(record, start, guard) or bodies.read_statement(start)
                while imports[number] < gap:
                    number += 1
                if next_mark < gap:
                    next_mark = bodies.next_mark(gap)
                if match.end() > skip:
                    position = skip
                    break
        if module.after:
            record.decided = True
        if body:
            found.append((gap, length))
        bodies.pass_over(gap, length, body, number)

    def _read_slowly(self) -> None:
        """Reads the whole text statement by statement, where column 0 does not tell which are at module level."""
        position = 0
        while position < len(self.text) - 1:
            position = max(self.bodies.read_statement(position), position + 1)

    def _header(self, start: int, gap: int, guard: Guard) -> None:
        """Notes what the defaults of a function or the bases of a class bind; ``gap`` is where its name ends."""
        text = self.text
        # A header of several lines nearly always ends with the first line that ends with a colon.
        stop = text.find(":\n", gap, gap + MOST_OF_HEADER)
        if (
            stop >= 0
            and text.find(":=", gap, stop) < 0
            and text.count("(", gap, stop) == text.count(")", gap, stop)
            and text[gap] != "["
        ):
            return
        line = logical_line(text, start + 1)
        if line.colon >= 0 and ":=" in text[start : line.colon]:
            keyword = "class" if text.startswith("class", start + 1) else "def"
            self.record.apply(header(text, start + 1, line.colon + 1, keyword), start + 1, guard)

    def summary(self, itself: Self) -> Summary:
        """What was read."""
        record = self.record
        conditions = Conditions(self.text)
        raw = record.imports
        imports = raw
        guarded = [imp.guard for imp in raw if imp.guard and imp.guard is not UNREAD_ALONE]
        if guarded:
            conditions.number(guarded)
            imports = [
                _under(imp, conditions.resolve(imp.guard)) if imp.guard and imp.guard is not UNREAD_ALONE else imp
                for imp in raw
            ]
        if record.has_calls:
            imports = sorted(imports, key=_PLACE)
        if record.operations:
            record.altered += alterations(record, self.bodies.found)
        exports = exports_of(record, conditions, itself)
        constants: dict[str, str] = {}
        flags: frozenset[str] = frozenset()
        tests = conditions.tests()
        if tests:
            constants, mentioned = constants_of(record, tests)
            unsure = mentioned - NO_FLAGS
            if unsure:
                record.locals += bound_in_attempts(record, unsure).locals
            flags = frozenset(flags_of(record, raw, mentioned))
        problems = tuple(sorted(set(record.problems))) if record.problems else ()
        return Summary(tuple(imports), exports, self._ignores(), problems, constants, flags)

    def _ignores(self) -> tuple[Ignore, ...]:
        """The silencing comments on imports' lines, and all that are for importwise itself."""
        record = self.record
        if not record.names_itself() and not record.ignores:
            return ()
        found = set(record.ignores)
        if record.names_itself():
            for at in self._comments_with("importwise"):
                line = record.line(at)
                for ignore in ignores_in(self.text[at : self.text.find("\n", at)], line, record.column(at)):
                    if ignore.tool == "importwise":
                        found.add(ignore)
        return tuple(sorted(found))

    def _comments_with(self, word: str) -> list[int]:
        """The positions of comments, among them all that hold ``word``: few lines have both, and only those are looked at."""
        text = self.text
        found: list[int] = []
        at = text.find(word)
        while at >= 0:
            line, end = text.rfind("\n", 0, at), text.find("\n", at)
            if text.find("#", line, end) >= 0:
                if text[line - 1] == "\\":
                    # A string may have begun lines before.
                    return comments(text, 0, len(text))
                found += comments(text, self.record.strings.end_at(line + 1), end)
            at = text.find(word, end)
        return found


_PLACE = itemgetter(Import._fields.index("line"), Import._fields.index("column"))
_DUNDER = frozenset({"__all__", "__path__", "__getattr__"})


def _under(imp: Import, guard: Guard) -> Import:
    """The same import under another guard; several times faster than ``_replace``."""
    return tuple.__new__(Import, (*imp[:8], guard, imp[9]))
