"""The blocks that enclose a statement, and the conditions they put on it (see `summary.Condition`).

While a file is read, conditions refer to places in its text: ``("if", position, truth)``, ``("try", Try, part, number)``.
`Conditions` turns them into what a summary holds. Handlers come after the body they guard, so that can only be done at
the end; and most conditions are never asked for.
"""

from __future__ import annotations

import ast
import re

from importwise.syntax.bindings import header_source, parse_piece
from importwise.syntax.lexing import hidden, logical_line
from importwise.syntax.summary import MODULE, NAME, Condition, Guard

MOST = 64
"""At most so many conditions come from the statements before in one block, and from the arms before in one ``if``:
else the guards of a long list of ``if`` statements would be quadratic in its length."""

_CATCHES = {
    "ImportError": MODULE | NAME,
    "ModuleNotFoundError": MODULE,
    "Exception": MODULE | NAME,
    "BaseException": MODULE | NAME,
}
_NEVER = ("never",)

_HANDLED = re.compile(r"except\b[ \t]*\*?[ \t]*\(?([\w., \t]*?),?[ \t]*\)?[ \t]*(?:\bas[ \t]+\w+[ \t]*)?:\Z")
_SUPPRESS = re.compile(r"\b(?:suppress|raises|assertRaises|assertRaisesRegex)\b")
_EXPECTS = frozenset({"raises", "assertRaises", "assertRaisesRegex"})


class Try:
    """A ``try`` statement; its handlers are added as they are read."""

    __slots__ = ("position", "handlers", "after")

    def __init__(self, position: int) -> None:
        self.position = position
        self.handlers: list[list[int]] = []
        """For each ``except``: what its types match, and whether it raises again."""
        self.after: list[Condition] = []
        """What the body leaves behind for what follows in it, and so for the ``else``."""

    def caught(self) -> list[int]:
        """What each handler is the first to catch."""
        left = MODULE | NAME
        found: list[int] = []
        for matches, _ in self.handlers:
            found.append(matches & left)
            left &= ~matches
        return found

    def kept(self) -> int:
        """What the handlers together catch and do not raise again."""
        kept = 0
        for caught, (_, raises) in zip(self.caught(), self.handlers):
            if not raises:
                kept |= caught
        return kept


class Chain:
    """An ``if`` with its ``elif`` and ``else`` arms."""

    __slots__ = ("tests", "exits", "otherwise")

    def __init__(self) -> None:
        self.tests: list[int] = []
        """Where the arms' keywords stand."""
        self.exits: list[bool] = []
        """Whether the arms leave the block around them."""
        self.otherwise = False
        """Whether there is an ``else`` arm that leaves it."""

    def aftermath(self) -> list[Condition]:
        """The conditions for the statements that follow in the same block."""
        found: list[Condition] = []
        last = len(self.tests) - 1
        for number, (test, leaves) in enumerate(zip(self.tests, self.exits)):
            if leaves:
                found.append(("if", test, False))
            if number == last and self.otherwise:
                found.append(("if", test, True))
            if not leaves or number >= MOST:
                break
        return found


class Block:
    """A suite: the statements of one arm of a compound statement, of a function or of a class."""

    # Most blocks have none of these: as defaults of the class they cost nothing.
    chain: Chain | None = None
    attempt: Try | None = None
    handler = -1
    """Index of the handler in ``attempt``, if this is one."""
    _known = -1
    _guard: Guard = ()

    def __init__(self, indent: int, keyword: str, outer: Block | None) -> None:
        self.indent = indent
        """Of the header; -1 for the module's block."""
        self.keyword = keyword
        self.conditions: list[Condition] = []
        """Of the block as a whole."""
        self.after: list[Condition] = []
        """Made by the statements read so far in it, for those that follow."""
        self.scope: str = outer.scope if outer else "module"
        """As in `Import.scope`."""
        self.globals: set[str] | None = outer.globals if outer else None
        """Names that the function or class around the statements has declared ``global``; None at module level."""
        if keyword == "def":
            self.scope = "function"
            self.globals = set()
        elif keyword == "class":
            self.globals = set()
            if self.scope == "module":
                self.scope = "class"

    def add(self, condition: Condition) -> None:
        """One more condition for the statements that follow; none follow an exit."""
        after = self.after
        if len(after) < MOST and (not after or after[-1] is not _NEVER):
            after.append(condition)

    def leave(self) -> None:
        """The block has an exit among its own statements."""
        if len(self.after) >= MOST:
            self.after.pop()
        self.add(_NEVER)
        if self.chain:
            if self.keyword == "else":
                self.chain.otherwise = True
            else:
                self.chain.exits[-1] = True

    def fail(self) -> None:
        """The block has a ``raise`` among its own statements."""
        if self.handler >= 0 and self.attempt:
            self.attempt.handlers[self.handler][1] = 1
        self.leave()


def guard_of(blocks: list[Block]) -> Guard:
    """The conditions on the next statement in the innermost of the blocks (the module's is the first)."""
    innermost = blocks[-1]
    if innermost._known == len(innermost.after):  # pyright: ignore[reportPrivateUsage]
        return innermost._guard  # pyright: ignore[reportPrivateUsage]
    found: list[Condition] = []
    for block in blocks:
        if block.keyword == "def":
            # A function runs later: what is caught around its definition is not caught then.
            found = [condition for condition in found if condition[0] not in ("try", "suppress")]
        found += block.conditions
        found += block.after
    innermost._known = len(innermost.after)  # pyright: ignore[reportPrivateUsage]
    innermost._guard = tuple(found)  # pyright: ignore[reportPrivateUsage]
    return innermost._guard  # pyright: ignore[reportPrivateUsage]


def matches(header: str) -> int:
    """Which kinds of import error an ``except`` clause names: a bit mask."""
    simple = _HANDLED.match(header)
    if simple:
        listed = simple[1].strip()
        if not listed:
            return (MODULE | NAME) if "(" not in header else 0
        mask = 0
        for name in listed.split(","):
            mask |= _CATCHES.get(name.rpartition(".")[2].strip(), 0)
        return mask
    tree = parse_piece(header_source(header, "except"))
    if isinstance(tree, SyntaxError) or not isinstance(tree.body[0], ast.Try | getattr(ast, "TryStar", ast.Try)):
        # A newer or older spelling (`except A, B:`): whatever names it has.
        return sum({_CATCHES[name] for name in re.findall(r"\w+", header) if name in _CATCHES})
    return _mask(tree.body[0].handlers[0].type)


def suppressed(header: str) -> int:
    """What a ``with`` statement's ``suppress(…)`` catches: a bit mask."""
    if not _SUPPRESS.search(header):
        return 0
    tree = parse_piece(header_source(header, "with"))
    mask = 0
    if not isinstance(tree, SyntaxError) and isinstance(tree.body[0], (ast.With, ast.AsyncWith)):
        for item in tree.body[0].items:
            call = item.context_expr
            if not isinstance(call, ast.Call):
                continue
            name = ast.unparse(call.func)
            if name in ("suppress", "contextlib.suppress"):
                for argument in call.args:
                    mask |= _mask(argument)
            elif name.rpartition(".")[2] in _EXPECTS and call.args:
                # A test that expects the failure.
                mask |= _mask(call.args[0])
    return mask


def _mask(types: ast.expr | None) -> int:
    if types is None:
        return MODULE | NAME
    if isinstance(types, ast.Name):
        return _CATCHES.get(types.id, 0)
    if isinstance(types, ast.Attribute):
        return _CATCHES.get(types.attr, 0)
    mask = 0
    if isinstance(types, ast.Tuple):
        for element in types.elts:
            if isinstance(element, (ast.Name, ast.Attribute)):
                mask |= _mask(element)
    return mask


class Conditions:
    """Turns guards that refer to a text into guards for a summary."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tests: dict[int, str] = {}
        self._numbers: dict[Try, int] = {}
        self._last: tuple[Guard, Guard] = ((), ())

    def number(self, guards: list[Guard]) -> None:
        """Numbers the ``try`` statements that guard something, in the order of the text."""
        met = {condition[1] for guard in guards for condition in guard if condition[0] == "try" and _catches(condition)}
        for attempt in sorted(met, key=lambda attempt: attempt.position):
            self._numbers[attempt] = len(self._numbers)

    def resolve(self, guard: Guard) -> Guard:
        """The guard with the tests' source in place of positions."""
        if guard is self._last[0]:
            return self._last[1]
        found: list[Condition] = []
        for condition in guard:
            kind = condition[0]
            if kind == "if":
                found.append(("if", self.test(condition[1]), condition[2]))
            elif kind == "try":
                _, attempt, part, handler = condition
                if _catches(condition):
                    catches = attempt.caught()[handler] if part == "handler" else attempt.kept()
                    found.append(("try", self._numbers[attempt], part, catches))
            else:
                found.append(condition)
        self._last = (guard, tuple(found))
        return self._last[1]

    def without_attempts(self, guard: Guard) -> Guard:
        """The same for an event of a name: only what is decided by a test or an exit."""
        return tuple(
            ("if", self.test(condition[1]), condition[2]) if condition[0] == "if" else condition
            for condition in guard
            if condition[0] in ("if", "never")
        )

    def tests(self) -> set[str]:
        """The tests of all guards resolved so far."""
        return set(self._tests.values())

    def test(self, position: int) -> str:
        """The source of the test after the keyword at a position, white space folded, without comments."""
        known = self._tests.get(position)
        if known is None:
            known = self._tests[position] = read_test(self._text, position)
        return known


_KEYWORD = re.compile(r"(?:if|elif|while|assert)\b[ \t]*")
_PLAIN_TEST = re.compile(r"""[^\n"'#\\()\[\]{}:,;]*(?:\([^\n"'#\\()\[\]{}:;]*\)[^\n"'#\\()\[\]{}:,;]*)?(?=:[ \t]*\n)""")


def read_test(text: str, position: int) -> str:
    """The test of the ``if``, ``elif``, ``while`` or ``assert`` at a position."""
    keyword = _KEYWORD.match(text, position)
    start = keyword.end() if keyword else position
    plain = _PLAIN_TEST.match(text, start)
    if plain and "lambda" not in plain[0]:
        return fold(plain[0])
    line = logical_line(text, start)
    if text.startswith("assert", position):
        end = line.semicolons[0] if line.semicolons else line.end
        return fold(_before_comma(text[start:end]))
    return fold(text[start : line.colon if line.colon >= 0 else line.end])


_WHITE_SPACE = re.compile(r"(?:[ \t\f\n]|\\\n)+")


def fold(source: str) -> str:
    """An expression on one line: each run of white space and comments outside of strings becomes one space."""
    if "#" not in source and "\\" not in source and '"' not in source and "'" not in source:
        return " ".join(source.split())
    text = f"\n{source}\n"
    parts: list[str] = []
    position = 0
    for start, end in [*hidden(text, 0, len(text)), (len(text), len(text))]:
        # A string's prefix belongs to it, a comment is as good as a space.
        parts.append(_WHITE_SPACE.sub(" ", text[position:start]))
        if text[start:end]:
            parts.append(" " if text[start] == "#" else text[start:end])
        position = end
    folded = "".join(parts).strip()
    return folded if "#" not in source else _tidy(folded)


def _tidy(folded: str) -> str:
    """One space where a comment has left several."""
    text = f"\n{folded}\n"
    parts: list[str] = []
    position = 0
    for start, end in [*hidden(text, 0, len(text)), (len(text), len(text))]:
        parts.append(_WHITE_SPACE.sub(" ", text[position:start]))
        parts.append(text[start:end])
        position = end
    return "".join(parts).strip()


def _before_comma(source: str) -> str:
    """The test of ``test, message``."""
    if "," not in source:
        return source
    whole = parse_piece("assert " + source)
    if isinstance(whole, SyntaxError) or not isinstance(whole.body[0], ast.Assert):
        return source.partition(",")[0]
    if whole.body[0].msg is None:
        return source
    return ast.get_source_segment("assert " + source, whole.body[0].test) or source


def in_force(guard: Guard) -> list[Condition]:
    """The conditions of a guard that refers to the text, without those of a ``try`` that catches no import error."""
    return [condition for condition in guard if condition[0] != "try" or _catches(condition)]


def attempted(guard: Guard) -> bool:
    """Whether a guard that refers to the text has a ``try`` that catches an import error."""
    return any(condition[0] == "try" and _catches(condition) for condition in guard)


def _catches(condition: Condition) -> bool:
    _, attempt, part, handler = condition
    caught = attempt.caught()
    return any(caught) and (part != "handler" or caught[handler] > 0)
