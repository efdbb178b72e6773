"""Documents, positions and addresses: values in, values out."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from importwise.lsp.client_settings import read_settings
from importwise.lsp.convert import from_position, to_path, to_position, to_uri
from importwise.lsp.documents import Document, changed
from importwise.lsp.own_watching import differing, young
from importwise.lsp.positions import Encoding, first_lines, from_units, split_lines, to_units
from importwise.lsp.streams import without_lone_surrogates
from importwise.settings import NO_LINE, Allow
from importwise.spans import Position

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
UNITS = {"utf-8": 1, "utf-16": 2, "utf-32": 4}

TEXTS = st.text(st.sampled_from("ab \t\r\n\f\x0b\x1c\x85\u2028\ufeffé\u0301\U0001f40d\ud800"), max_size=40)


def document(text: str) -> Document:
    return Document("file:///a.py", "python", 1, text, split_lines(text))


def units(text: str, encoding: Encoding) -> int:
    """The length of a text by the definition of its encoding."""
    codec = encoding if encoding == "utf-8" else f"{encoding}-le"
    return len(text.encode(codec, "surrogatepass")) // UNITS[encoding]


@given(TEXTS)
def test_lines(text: str) -> None:
    lines = split_lines(text)
    assert "".join(lines) == text
    # Another way to say where lines end.
    assert [line.rstrip("\r\n") for line in lines] == text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@given(TEXTS, st.integers(0, 9))
def test_first_lines(text: str, most: int) -> None:
    assert first_lines(text, most) == split_lines(text)[:most]


@given(TEXTS, st.sampled_from(ENCODINGS))
def test_columns_there_and_back(text: str, encoding: Encoding) -> None:
    line = split_lines(text)[0]
    content = line.rstrip("\r\n")
    for column in range(len(content) + 1):
        there = to_units(line, column, encoding)
        assert there == units(line[:column], encoding)
        assert from_units(line, there, encoding) == column
    assert from_units(line, there + 100, encoding) == len(content)


def test_columns_within_a_character() -> None:
    assert from_units("a\U0001f40db", 2, "utf-16") == 1
    assert [from_units("a\U0001f40db", column, "utf-8") for column in range(7)] == [0, 1, 1, 1, 1, 2, 3]


@given(
    TEXTS,
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9), st.integers(0, 6), st.integers(0, 9), TEXTS)),
    st.sampled_from(ENCODINGS),
)
def test_edits(text: str, edits: list[tuple[int, int, int, int, str]], encoding: Encoding) -> None:
    """Edit by edit the text is what cutting it at offsets gives, and the lines are those of the text."""
    now = document(text)
    for version, (line, start, last, end, inserted) in enumerate(edits, 2):
        if (last, end) < (line, start):
            line, start, last, end = last, end, line, start
        before = now.text
        where = types.Range(types.Position(line, start), types.Position(last, end))
        now = changed(now, version, [types.TextDocumentContentChangePartial(where, inserted)], encoding)
        assert (
            now.text
            == before[: offset(before, line, start, encoding)]
            + inserted
            + before[offset(before, last, end, encoding) :]
        )
        assert now.lines == split_lines(now.text)
        assert now.version == version


def offset(text: str, line: int, column: int, encoding: Encoding) -> int:
    """The offset of a position in code points, counted from the text's beginning."""
    lines = split_lines(text)
    if line >= len(lines):
        return len(text)
    content = lines[line].rstrip("\r\n")
    sizes = [units(content[:size], encoding) for size in range(len(content) + 1)]
    return sum(map(len, lines[:line])) + max(size for size, length in enumerate(sizes) if length <= column)


def test_many_edits_in_one_change() -> None:
    """Each applies to what the one before left behind."""
    first = types.TextDocumentContentChangePartial(
        types.Range(types.Position(0, 0), types.Position(0, 0)), "one\ntwo\n"
    )
    second = types.TextDocumentContentChangePartial(types.Range(types.Position(1, 0), types.Position(1, 3)), "2")
    whole = types.TextDocumentContentChangeWholeDocument("all")
    assert changed(document(""), 2, [first, second], "utf-16").text == "one\n2\n"
    assert changed(document(""), 2, [first, whole], "utf-16").text == "all"


def test_an_edit_does_not_touch_the_version_before() -> None:
    before = document("a\nb\n")
    edit = types.TextDocumentContentChangePartial(types.Range(types.Position(0, 0), types.Position(1, 1)), "")
    assert changed(before, 2, [edit], "utf-16").text == "\n"
    assert (before.text, before.lines) == ("a\nb\n", ["a\n", "b\n", ""])


@pytest.mark.parametrize(
    "path", ["/a/b.py", "/a b/ü.py", "/a/%20#?.py", "/c:/x.py", "//host/share/a.py", "/a/\udcff.py"]
)
def test_addresses_there_and_back(path: str) -> None:
    assert to_path(to_uri(path)) == path


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///a/../b/./c//d.py", "/b/c/d.py"),
        ("file:///a/b/", "/a/b"),
        ("file:///../../a", "/a"),
        ("FILE:///a", "/a"),
        ("file:/a", "/a"),
        ("file://localhost/a", "/a"),
        ("file:///a#b?c", "/a"),
        ("file:///a%2Fb", "/a/b"),
        ("untitled:a", None),
        ("file:a", None),
        ("file:///a%00", None),
        ("", None),
    ],
)
def test_addresses(uri: str, path: str | None) -> None:
    assert to_path(uri) == path


def test_positions_beyond_the_text() -> None:
    lines = split_lines("a\nbc")
    assert from_position(types.Position(7, 7), lines, "utf-16") == Position(1, 2)
    assert to_position(Position(7, 7), lines, "utf-16") == types.Position(7, 7)


@pytest.mark.parametrize(
    ("value", "wishes"),
    [
        (None, {}),
        ([], {}),
        ({"importwise": {"extraPaths": ["a"]}}, {"extra_paths": ("a",)}),
        ({"extra-paths": ["a"]}, {"extra_paths": ("a",)}),
        ({"extraPaths": None, "exclude": []}, {"exclude": ()}),
        ({"python": ".venv"}, {"python": "/ws/.venv"}),
        (
            {"python": "${workspaceFolder}/env", "roots": ["${workspaceFolder}/src"]},
            {"python": "/ws/env", "roots": ("/ws/src",)},
        ),
        (
            {"allow": [{"module": "a", "kind": "optional", "reason": "b", "expires": "2020-01-31"}]},
            {"allow": (Allow("a", "optional", "b", expires=date(2020, 1, 31), line=NO_LINE),)},
        ),
        ({"pythonVersion": "2.7", "platform": "linux"}, {"platform": "linux"}),
        ({"trace": {"server": "off"}, 7: 7}, {}),
        (
            {"diagnosticMode": "open-files", "syntaxErrors": True},
            {"diagnostic_mode": "open-files", "syntax_errors": True},
        ),
    ],
)
def test_settings_of_the_client(value: object, wishes: dict[str, object]) -> None:
    assert read_settings(value, "/ws").wishes == wishes


def test_what_looking_now_and_then_sees() -> None:
    before = {"/a": (5, -1), "/a/x.py": (5, 0), "/a/y.py": (5, 1), "/a/b": (0, -1)}
    after = {"/a": (9, -1), "/a/x.py": (9, 0), "/a/z.py": (5, 1), "/a/b": (0, -1)}
    assert differing(before, after) == ["/a/x.py", "/a/y.py", "/a/z.py"]
    assert differing(before, before) == []
    assert young(after, 6) == ["/a", "/a/x.py"]


@given(st.text(st.sampled_from('a\\ud"\n\u00e9\U0001f40d\ud83d\udc0d\udcff'), max_size=20))
def test_messages_are_text(text: str) -> None:
    """Halves of pairs of surrogates that are alone are replaced, and nothing else."""
    message = json.dumps(text).encode("ascii")
    sent = without_lone_surrogates(message)
    assert len(sent) == len(message)  # as the header before it says
    assert json.loads(sent) == text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
