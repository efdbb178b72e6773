"""Reads statements with the blocks around them: what is not simple enough for `reader`'s fast way."""

from __future__ import annotations

import ast
import re

from importwise.syntax.bindings import Bindings, header, header_source, normal, parse_piece, simple_statement
from importwise.syntax.blocks import MOST, Block, Chain, Try, guard_of, matches, suppressed
from importwise.syntax.dunder_all import alters
from importwise.syntax.imports import WORD
from importwise.syntax.lexing import Line, bracket_end, logical_line
from importwise.syntax.record import BOUND, Candidate, Record, bound_by
from importwise.syntax.special import hints
from importwise.syntax.summary import Guard

LINE = re.compile(r"\n([ \t\f]*)(?=[^ \t\f\n#])")
CONTINUED = re.compile(r"(?:\\\n[ \t\f]*)+")
_WORD = re.compile(rf"(?![0-9]){WORD}+")
_NEXT_WORD = re.compile(rf"\w+(?:[ \t\f]|\\\n)+((?![0-9]){WORD}+)")
_DEFINED = re.compile(rf"(?:async(?:[ \t\f]|\\\n)+)?(?:def|class)(?:[ \t\f]|\\\n)+((?![0-9]){WORD}+)")
_SPACE = r"(?:[ \t\f]|\\\n)*"
_EXIT = re.compile(rf"(?:sys{_SPACE}\.{_SPACE}exit|exit|quit|os{_SPACE}\.{_SPACE}_exit){_SPACE}\(")
_BLANK = re.compile(r"(?:[ \t\f]|\\\n)*(?:#[^\n]*)?(?=\n)")
_NO_SUBJECT = re.compile(r"(?:match|case)\b(?:[ \t\f]|\\\n)*:")

HEADERS = frozenset("if elif else for while with try except finally def class".split())
SOFT_HEADERS = frozenset({"async", "match", "case"})
CLAUSES = frozenset({"elif", "else", "except", "finally"})

_WITHIN = r"""[^()\[\]{}"'#\n\\]*"""
_OUTSIDE = r"""[^()\[\]{}"'#\n\\:]*"""
_STRING = r"""\"[^"\\\n{]*"(?!")|'[^'\\\n{]*'(?!')"""
PLAIN_HEADER = re.compile(
    rf"""\w+{_OUTSIDE}(?:(?:\({_WITHIN}(?:(?:\({_WITHIN}\)|\[{_WITHIN}\]|{_STRING}){_WITHIN}){{0,8}}\)
    |\[{_WITHIN}\]|{_STRING}){_OUTSIDE}){{0,8}}:(?=[ \t]*(?:\#[^\n]*)?\n)""",
    re.VERBOSE,
)
"""A header on one line, with its suite on the next."""
_OUTSIDE = _OUTSIDE.replace(":", ";")
PLAIN_STATEMENT = re.compile(
    rf"""{_OUTSIDE}(?:(?:\({_WITHIN}(?:(?:\({_WITHIN}\)|\[{_WITHIN}\]|{_STRING}){_WITHIN}){{0,8}}\)
    |\[{_WITHIN}\]|{_STRING}){_OUTSIDE}){{0,8}}(?=\n)""",
    re.VERBOSE,
)
"""A simple statement that ends with its line."""


def width(indentation: str) -> int:
    """The column that indentation leads to: tabs go to multiples of eight, a form feed starts anew (reference 2.1.8)."""
    if "\t" not in indentation and "\f" not in indentation:
        return len(indentation)
    column = 0
    for character in indentation:
        column = column + 1 if character == " " else (column // 8 + 1) * 8 if character == "\t" else 0
    return column


class Statements:
    """Walks over statements of one text and tells a `Record` what they do."""

    def __init__(self, record: Record, locals_wanted: frozenset[str] = frozenset()) -> None:
        self.record = record
        self._text = record.text
        self._wanted = locals_wanted
        """Names whose bindings in functions and classes are to be noted."""
        self.blocks: list[Block] = [record.module]

    def enter(self, start: int, wanted: int) -> int:
        """Enters the function or class at module level whose header begins after the ``\n`` at ``start``.

        Its name is not bound anew, and the header is only looked into if ``wanted`` lies there. Returns where the body is.
        """
        text = self._text
        at = start + 1
        plain = PLAIN_HEADER.match(text, at)
        end = plain.end() if plain else logical_line(text, at).end
        if end > wanted:
            return self._compound(at, 0, self.word(at), logical_line(text, at), None, known=True)
        keyword = "class" if text.startswith("class", at) else "def"
        self.blocks[1:] = [Block(0, keyword, self.record.module)]
        return end

    def walk(self, start: int, end: int, last: int) -> None:
        """Reads all statements of ``text[start:end]``, which begins with a ``\n``, until it is past ``last``."""
        text = self._text
        position = start
        while match := LINE.search(text, position, end):
            at = match.end()
            if text[at] == "\\":
                continued = CONTINUED.match(text, at)
                at = continued.end() if continued else at
            indent = width(match[1])
            word = self.word(at)
            if at > last and self.done(indent, word):
                return
            position = self.statement(at, indent, word)

    def done(self, indent: int, word: str) -> bool:
        """Whether a statement has no bearing on those before it: no ``try`` waits for its handlers, no ``global`` is in force."""
        if word in CLAUSES:
            return False
        return not any((block.attempt or block.globals) and block.indent < indent for block in self.blocks)

    def word(self, at: int) -> str:
        match = _WORD.match(self._text, at)
        return match[0] if match else ""

    def pop(self, indent: int, word: str) -> Block | None:
        """Leaves the blocks that a statement with this indentation ends.

        Returns the block that is continued by a clause: the last one whose header has the same indentation.
        """
        blocks = self.blocks
        clause = word in CLAUSES
        previous: Block | None = None
        while len(blocks) > 1 and blocks[-1].indent >= indent:
            previous = blocks.pop()
            if previous.chain and not (clause and previous.indent == indent):
                for condition in previous.chain.aftermath():
                    blocks[-1].add(condition)
        return previous if previous and previous.indent == indent else None

    def keyword(self, at: int, indent: int, word: str, plain: re.Match[str] | None) -> int:
        """Reads the beginning of a statement in a region without semicolons and continued lines; ``plain`` is how
        `PLAIN_HEADER` matches it.

        Returns where to go on, or -1: just after the keyword.
        """
        previous = self.pop(indent, word)
        blocks = self.blocks
        if word in HEADERS:
            if not plain:
                return self._compound(at, indent, word, logical_line(self._text, at), previous)
            block = Block(indent, word, blocks[-1])
            if word != "def" and word != "class":
                self._header_conditions(block, at, plain.end(), word, previous)
            blocks.append(block)
            return plain.end()
        if word in ("import", "from"):
            return self.add_import(at)
        if word == "raise":
            blocks[-1].fail()
        elif word == "assert":
            blocks[-1].add(("if", at, True))
        elif word in SOFT_HEADERS or word == "lazy":
            return self.statement(at, indent, word)
        elif word in ("return", "continue", "break"):
            blocks[-1].leave()
        else:
            line = logical_line(self._text, at)
            if self._is_exit(at, line.semicolons[0] if line.semicolons else line.end):
                blocks[-1].leave()
        return -1

    def statement(self, at: int, indent: int, word: str) -> int:
        """Reads the whole logical line at ``at``; returns the position of the ``\\n`` that ends it."""
        previous = self.pop(indent, word)
        text = self._text
        if word in HEADERS:
            plain = PLAIN_HEADER.match(text, at)
            if plain:
                end = plain.end()
                self._enter(at, at, end, indent, word, previous)
                return end if text[end] == "\n" else text.find("\n", end)
        elif word not in SOFT_HEADERS:
            plain = PLAIN_STATEMENT.match(text, at)
            if plain:
                self._simple(at, plain.end())
                return plain.end()
        line = logical_line(text, at)
        if line.unclosed >= 0:
            self._unclosed(line.unclosed)
        if word in HEADERS or (word in SOFT_HEADERS and self._is_soft_header(at, word, line)):
            return self._compound(at, indent, word, line, previous)
        self._simple_statements(at, line)
        return line.end

    def _unclosed(self, at: int) -> None:
        if self._text[at] in "([{":
            self.record.problem(at, f"'{self._text[at]}' was never closed")
        else:
            self.record.problem(at, "unterminated string literal")

    def _is_soft_header(self, at: int, word: str, line: Line) -> bool:
        if line.colon < 0:
            return False
        if word == "async":
            following = _NEXT_WORD.match(self._text, at)
            return following is not None and following[1] in ("def", "for", "with")
        if _NO_SUBJECT.match(self._text, at):
            return False
        if word == "match":
            return bool(_BLANK.match(self._text, line.colon + 1))
        return self.blocks[-1].keyword == "match"

    def _compound(
        self, at: int, indent: int, word: str, line: Line, previous: Block | None, known: bool = False
    ) -> int:
        """Enters the block of the header at ``at``; returns where the line ends, or the statements in it."""
        text = self._text
        colon = line.colon
        stop = colon + 1 if colon >= 0 else line.end
        keyword = word
        start = at
        if word == "async":
            following = _NEXT_WORD.match(text, at)
            if following:
                keyword = following[1]
                start = following.start(1)
        self._enter(at, start, stop, indent, keyword, previous, known)
        if colon >= 0 and not _BLANK.match(text, colon + 1):
            self._simple_statements(colon + 1, line)
        return line.end

    def _enter(
        self, at: int, start: int, stop: int, indent: int, keyword: str, previous: Block | None, known: bool = False
    ) -> None:
        """Enters the block of the header ``text[at:stop]``, whose ``keyword`` stands at ``start``."""
        block = Block(indent, keyword, self.blocks[-1])
        guard = guard_of(self.blocks) + self._header_conditions(block, at, stop, keyword, previous)
        if self._binds() and not known or ":=" in self._text[at:stop]:
            self._bind_header(at, start, stop, keyword, guard, known)
        self._look(at, stop, self._text[at:stop], guard, keyword)
        self.blocks.append(block)

    def _header_conditions(self, block: Block, at: int, stop: int, keyword: str, previous: Block | None) -> Guard:
        """Fills in the conditions of a block; returns those on its header that it does not share with the block around it."""
        conditions = block.conditions
        if keyword == "if":
            block.chain = Chain()
            block.chain.tests.append(at)
            block.chain.exits.append(False)
            conditions.append(("if", at, True))
        elif keyword in ("elif", "else") and previous and previous.chain:
            chain = block.chain = previous.chain
            conditions += [("if", test, False) for test in chain.tests[:MOST]]
            if keyword == "elif":
                own = tuple(conditions)
                conditions.append(("if", at, True))
                chain.tests.append(at)
                chain.exits.append(False)
                return own
        elif keyword == "while":
            conditions.append(("if", at, True))
        elif keyword == "else" and previous and previous.keyword == "while":
            conditions.append(("if", previous.conditions[0][1], False))
        elif keyword == "try":
            block.attempt = Try(at)
            conditions.append(("try", block.attempt, "body", -1))
        elif keyword in ("except", "else") and previous and previous.attempt:
            attempt = block.attempt = previous.attempt
            if not attempt.handlers:
                attempt.after = previous.after
            if keyword == "except":
                block.handler = len(attempt.handlers)
                attempt.handlers.append([matches(self._text[at:stop]), 0])
                conditions.append(("try", attempt, "handler", block.handler))
            else:
                conditions.append(("try", attempt, "else", -1))
                conditions += attempt.after
        elif keyword == "with":
            caught = suppressed(self._text[at:stop])
            if caught:
                conditions.append(("suppress", caught))
        return ()

    def _binds(self) -> bool:
        """Whether what the next statement binds is of interest to anybody."""
        declared = self.blocks[-1].globals
        return declared is None or bool(declared) or bool(self._wanted)

    def _bind_header(self, at: int, start: int, stop: int, keyword: str, guard: Guard, known: bool) -> None:
        """Notes what a header itself binds."""
        text = self._text
        if keyword in ("def", "class"):
            name = None if known else _DEFINED.match(text, at)
            found = Bindings((normal(name[1]),)) if name else Bindings()
            if ":=" in text[at:stop] and not known:
                more = header(text, start, stop, keyword)
                found = Bindings((*more.bound, *found.bound), (), False, more.refused)
        else:
            found = header(text, start, stop, keyword)
        self._bound(found, at, guard)
        if found.bound and self.blocks[-1].scope == "module":
            line = self.record.line(at)
            for bound in found.bound:
                self.record.bind_unseen(bound, line, guard)

    def _bound(self, found: Bindings, at: int, guard: Guard) -> None:
        """Hands bindings to the module, or to what wants to know of them."""
        if not found.bound and not found.deleted and not found.refused:
            return
        record = self.record
        declared = self.blocks[-1].globals
        if declared is None:
            record.apply(found, at, guard)
            return
        if declared and not declared.isdisjoint(found.bound):
            outermost = next(n for n, block in enumerate(self.blocks) if block.globals is not None)
            at_definition = guard_of(self.blocks[:outermost])
            line = record.line(at)
            for name in found.bound:
                if name in declared:
                    if name == "__all__":
                        record.altered.append(line)
                    record.bind(name, line, BOUND, at_definition)
                    record.bind_unseen(name, line, at_definition)
        if self._wanted:
            record.locals += [(name, guard) for name in found.bound if name in self._wanted]

    def _look(self, at: int, stop: int, piece: str, guard: Guard, keyword: str = "") -> None:
        """Looks for calls that import, and for statements that deserve a closer look."""
        scope = self.blocks[-1].scope
        record = self.record
        if "import" in piece:
            record.add_calls(at, stop, guard, scope)
        if scope == "module":
            if "(" not in piece and "[" not in piece and "_" not in piece and "." not in piece:
                return
            if not hints(self._text, at, stop, record.words):
                return
            if not record.special.search(piece) and not any([needle in piece for needle in record.needles]):
                return
            if not keyword:
                record.look_closer(at, piece, guard)
                if not record.namespace.search(piece) and not any(needle in piece for needle in record.needles):
                    return
        else:
            if scope == "function" and not keyword and piece.startswith("__all__") and alters(piece):
                record.altered.append(record.line(at))
            if not any([needle in piece for needle in record.needles]):
                return
        line = record.line(at)
        if keyword:
            piece = header_source(piece, keyword)
            line -= keyword in ("except", "case")
        at_module_level = scope == "module" and keyword not in ("def", "class")
        record.candidates.append(Candidate(piece, line, at_module_level, scope == "function"))

    def _simple_statements(self, at: int, line: Line) -> None:
        for semicolon in line.semicolons:
            if semicolon >= at:
                self._simple(at, semicolon)
                at = semicolon + 1
        self._simple(at, line.end)

    def _simple(self, start: int, end: int) -> None:
        """Reads one simple statement: ``text[start:end]`` without its semicolon."""
        if start >= end:
            return
        text = self._text
        if text[start] in " \t\f\\#\n;":
            blank = _BLANK_START.match(text, start, end)
            start = blank.end() if blank else start
            if start >= end:
                return
        blocks = self.blocks
        word = self.word(start)
        record = self.record
        guard = guard_of(blocks)
        if word == "lazy":
            following = _NEXT_WORD.match(text, start)
            if following and following[1] in ("import", "from"):
                word = "import"
        if word in ("import", "from"):
            self.add_import(start)
            return
        if word == "global":
            self._declare(start, end)
            return
        at = start + 1 if text[start] == "@" else start
        piece = text[at:end]
        declared = blocks[-1].globals
        if (
            declared is None
            or self._wanted
            or (declared and (any([name in piece for name in declared]) or not piece.isascii()))
        ):
            found = simple_statement(text, at, end, record.stub)
            if found.deleted and self._may_not_run():
                found = found._replace(deleted=())
            self._bound(found, start, guard)
        self._look(at, end, piece, guard)
        if word == "raise":
            blocks[-1].fail()
        elif word in ("return", "continue", "break"):
            blocks[-1].leave()
        elif word == "assert":
            blocks[-1].add(("if", start, True))
        elif word in ("sys", "exit", "quit", "os"):
            if self._is_exit(start, end):
                blocks[-1].leave()
        if "importorskip" in piece:
            module = skipped(piece)
            if module:
                blocks[-1].add(("skip", module))

    def _may_not_run(self) -> bool:
        """Whether the statement stands in a block that runs under no condition a guard knows: a handler, a loop, a ``case``."""
        return any(
            block.keyword in ("except", "for", "while", "case") or (block.keyword == "else" and not block.chain)
            for block in self.blocks
        )

    def add_import(self, start: int) -> int:
        """Reads the import statement at ``start``; returns the position after it."""
        record = self.record
        before = len(record.imports)
        end = record.add_import(start, self.blocks[-1].scope, guard_of(self.blocks))
        if len(record.imports) > before and self.blocks[-1].scope != "module" and self._binds():
            found = record.imports[-1]
            self._bound(Bindings(tuple(bound_by(found))), start, found.guard)
        return end

    def _is_exit(self, start: int, end: int) -> bool:
        call = _EXIT.match(self._text, start, end)
        if not call:
            return False
        closing = bracket_end(self._text, call.end() - 1)
        return closing > 0 and bool(_BLANK_REST.match(self._text, closing, end))

    def _declare(self, start: int, end: int) -> None:
        """``global a, b``."""
        declared = self.blocks[-1].globals
        if declared is not None:
            names = re.findall(rf"{WORD}+", re.sub(r"#[^\n]*", "", self._text[start:end]))[1:]
            declared.update([normal(name) for name in names])


_BLANK_START = re.compile(r"(?:[ \t\f]|\\\n)*(?:#[^\n]*\Z)?")
_BLANK_REST = re.compile(r"(?:[ \t\f]|\\\n)*(?:#[^\n]*)?\Z")


def skipped(source: str) -> str:
    """The module of ``importorskip("module")``, if that is what the statement is, or what it assigns; else ""."""
    tree = parse_piece(source)
    if isinstance(tree, SyntaxError) or len(tree.body) != 1:
        return ""
    statement = tree.body[0]
    if not isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign)) or not isinstance(statement.value, ast.Call):
        return ""
    call = statement.value
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name != "importorskip" or not call.args or not isinstance(call.args[0], ast.Constant):
        return ""
    return call.args[0].value if isinstance(call.args[0].value, str) else ""
