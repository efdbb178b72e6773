"""The import statement at a place of a text, complete or not."""

from __future__ import annotations

from random import Random

import pytest
from query_world import project_of

from importwise.index.change import Edited
from importwise.queries.completion import complete
from importwise.queries.definition import definition, links
from importwise.queries.fixes import findings_at, fix_all, fixes
from importwise.queries.hover import hover
from importwise.queries.parts import parts_of, parts_of_import
from importwise.queries.references import references, subject_at
from importwise.queries.typed import normal_lines, slot_at, statement_at
from importwise.spans import Position, Span
from importwise.syntax.reader import summarize
from world import absolute

STATEMENTS = """\
import a
import a.b.c as d, e.f , g
from a import b
from a.b import (c, d as e,  # one
    f,)
from . import b
from .. a . b import c, \\
    d
from ...a.b.c import *
if x: import a.b; from c import d
lazy import a.b
    import é.b, ﬁ
from.a import(b)
import_module("..a.b.c", __name__)
importlib.import_module('a.b')
x = __import__("a")
"""


def test_parts_agree_with_the_reader() -> None:
    """What `syntax/` reads as a whole is the same in parts, and each part stands where it says."""
    summary = summarize(STATEMENTS)
    assert len(summary.imports) == 15
    lines = normal_lines(STATEMENTS)
    for item in summary.imports:
        parts = parts_of_import(item)
        for part in parts:
            written = lines[part.span.start.line][part.span.start.column : part.span.end.column]
            if not part.module and part.name is None:
                assert written == "." * part.level
        if item.kind == "from":
            assert {(part.level, part.module) for part in parts if part.name is not None} == {(item.level, item.module)}
            assert [part.name for part in parts if part.name is not None][:1] == [item.aliases[0][0]]
        else:
            assert {name for name, _ in item.aliases} <= {part.module for part in parts}
        if item.kind != "call":
            typed = statement_at(STATEMENTS, parts[-1].span.start)
            assert typed is not None
            assert tuple(parts_of(typed)) == parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import a.|", ("module", ("a",), "")),
        ("from a.b|", ("module", ("a",), "b")),
        ("from . |", ("module", (), "")),
        ("from a |", ("import", (), "")),
        ("from a import b|", ("name", (), "b")),
        ("from a import (b,\n|", ("name", (), "")),
        ("import is|", ("module", (), "is")),
        ("from .import|", ("nothing", (), "import")),
        ("import a as|", ("nothing", (), "as")),
        ("import a, b|", ("module", (), "b")),
        ("import é|", ("module", (), "é")),
    ],
)
def test_what_comes_next(text: str, expected: tuple[str, tuple[str, ...], str]) -> None:
    before = text.partition("|")[0]
    position = Position(before.count("\n"), len(before) - (before.rfind("\n") + 1))
    found = slot_at(text.replace("|", ""), position)
    assert found is not None
    slot = found[1]
    assert (slot.expects, slot.before, slot.word.word) == expected
    assert slot.word.span.end == position


FILES = {
    "shop/__init__.py": "from .cart import Cart\n",
    "shop/cart.py": "class Cart: ...\n",
    "site-packages/requests/__init__.py": "",
}
PIECES = (
    ["import ", "from ", " import ", "shop", ".", "..", "cart", "Cart", "(", ")", ",", " as ", "\n", "\r\n", "\\\n", "#", " "]
    + ["'", '"""', "*", ";", ":", "é", "\x0c", "\N{PILE OF POO}", "lazy ", "if x:", "\t", "def f(): ", "nowhere", "crat", "__all__"]
    + [" = ", "['Cart', 'crat']", "# importwise: ignore", "[unresolved-import]", "import_module('shop.crat')", "\ufeff"]
)  # fmt: skip


@pytest.mark.parametrize("seed", range(150))
def test_no_text_is_too_strange(seed: int) -> None:
    """Every question has an answer for any text at any place, and what it says lies within the text."""
    random = Random(seed)
    text = "".join(random.choice(PIECES) for _ in range(random.randrange(1, 25)))
    project = project_of(FILES)
    path = absolute("shop/main.py")
    project.apply([Edited(path, text)])
    lines = normal_lines(text)
    whole = Span(Position(0, 0), Position(len(lines), 0))

    def within(span: Span) -> None:
        assert span.start <= span.end
        for position in span:
            assert position.line < len(lines)
            assert position.column <= len(lines[position.line])

    for _ in range(12):
        line = random.randrange(len(lines) + 1)
        position = Position(line, random.randrange(len(lines[line]) + 3) if line < len(lines) else 0)
        if (offered := complete(project, path, position)) is not None:
            within(offered.span)
            assert offered.span.end.column <= position.column
        if (shown := hover(project, path, position, lambda path, line, text: text)) is not None:
            within(shown.span)
        if (found := definition(project, path, position)) is not None:
            within(found.span)
        if (subject := subject_at(project, path, position)) is not None:
            references(project, subject)
    for span in links(project, path):
        within(span)
    for finding in findings_at(project, path, whole):
        for fix in fixes(project, finding):
            for edit in fix.changes.edits:
                within(edit.span)
    fix_all(project, path)


def test_long_lines_and_long_texts() -> None:
    """Nobody waits for a line of a megabyte, or for what looks like the middle of an import without end."""
    assert slot_at("x = '" + "a, " * 500_000 + "'; import a.", Position(0, 1_500_014)) is None
    assert statement_at("a,\n" * 100_000, Position(99_999, 1)) is None
    names = ",\n".join(f"    name{number}" for number in range(1500))
    found = slot_at(f"from a import (\n{names},\n    ", Position(1501, 4))
    assert found is not None
    assert (found[1].expects, len(found[0].aliases)) == ("name", 1500)
