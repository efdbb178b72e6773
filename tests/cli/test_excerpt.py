"""Carets stand under what they mean, whatever the line holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importwise.cli.excerpt import CUT, WIDTH, brief, excerpt, safe


def shown(line: str, part: str) -> tuple[str, str]:
    start = line.index(part)
    return excerpt(line, start, start + len(part))


@pytest.mark.parametrize(
    ("line", "part", "source", "carets"),
    [
        ("import a.b", "a.b", "import a.b", "       ^^^"),
        ("\timport a.b", "a.b", "    import a.b", "           ^^^"),
        ("if x:\timport a.b", "a.b", "if x:   import a.b", "               ^^^"),
        ("import 漢字", "漢字", "import 漢字", "       ^^^^"),
        ("'漢'; import a", "a", "'漢'; import a", "             ^"),
        ("'e\u0301'; import a", "a", "'e\u0301'; import a", "            ^"),
        ("'\x1b[31m'; import a", " a", "'\\x1b[31m'; import a", "                  ^^"),
        ("'\u202e'; import a", " a", "'\\u202e'; import a", "                ^^"),
        ("\x0cimport a", "a", "\\x0cimport a", "           ^"),
        ("'\udcff'; import a", " a", "'\\udcff'; import a", "                ^^"),
        ("import a  ", "a", "import a", "       ^"),
    ],
)
def test_carets(line: str, part: str, source: str, carets: str) -> None:
    assert shown(line, part) == (source, carets)


def test_a_place_at_the_end_of_the_line() -> None:
    assert excerpt("import", 6, 6) == ("import", "      ^")
    assert excerpt("", 0, 0) == ("", "^")
    assert excerpt("import", 90, 95) == ("import", "      ^")


def test_long_lines_are_cut_around_the_part() -> None:
    line = "x = 1; " * 50 + "import here" + "; y = 2" * 50
    source, carets = shown(line, "here")
    assert source.startswith(CUT)
    assert source.endswith(CUT)
    assert len(source) <= WIDTH + 2 * len(CUT)
    assert source[carets.index("^") :].startswith("here")
    assert carets.count("^") == 4


def test_the_beginning_of_a_long_line_is_kept() -> None:
    source, carets = shown("import here; " + "x = 1; " * 50, "here")
    assert source.startswith("import here; x = 1")
    assert source.endswith(CUT)
    assert carets == "       ^^^^"


def test_a_line_of_fifty_megabytes_is_not_looked_through() -> None:
    line = "x" * 50_000_000
    source, carets = excerpt(line, 25_000_000, 50_000_000)
    assert len(source) < 2 * WIDTH
    assert len(carets) < 2 * WIDTH


@given(st.text(max_size=300), st.integers(0, 300), st.integers(0, 300))
def test_never_raises_and_fits(line: str, start: int, end: int) -> None:
    source, carets = excerpt(line, start, end)
    assert "^" in carets
    assert not any(character < " " or character == "\x7f" for character in source)
    assert len(carets) <= 2 * WIDTH + 12


@pytest.mark.parametrize(
    ("line", "encoding", "source", "before", "width"),
    [
        ("import 漢字", "ascii", "import \\u6f22\\u5b57", 7, 12),
        ("'漢'; import 字", "shift_jis", "'漢'; import 字", 13, 2),
        ("'漢'; import a", "ascii", "'\\u6f22'; import a", 17, 1),
        ("'é漢'; import a", "latin-1", "'é\\u6f22'; import a", 18, 1),
        ("'e\u0301'; import a", "ascii", "'e\\u0301'; import a", 18, 1),
        ("'\U0001f40d'; import a", "cp1252", "'\\U0001f40d'; import a", 21, 1),
    ],
)
def test_carets_where_the_output_lacks_characters(
    line: str, encoding: str, source: str, before: int, width: int
) -> None:
    found = excerpt(line, line.index("import ") + 7, len(line), encoding)
    assert found == (source, " " * before + "^" * width)
    assert found.source.encode(encoding, "backslashreplace").decode(encoding) == source


def test_brief() -> None:
    name = "a" * 10_000
    assert brief(f"Cannot find module `{name}`: no") == f"Cannot find module `{'a' * 99}{CUT}{'a' * 38}`:{' no'}"
    assert brief("a" * 160) == "a" * 160
    assert brief("a b " * 100) == "a b " * 100


def test_safe() -> None:
    assert safe("plain") == "plain"
    assert safe("a\nb\x1b[0m") == "a\\x0ab\\x1b[0m"
