"""Decoding as CPython's tokenizer does it: what it accepts and rejects is asked of ``compile``."""

from __future__ import annotations

import pytest

from importwise.syntax.decode import decode

ACCEPTED = {
    "plain": b"x = 1\n",
    "empty": b"",
    "utf-8": "x = 'é'\n".encode(),
    "bom": b"\xef\xbb\xbfx = 1\n",
    "bom and cookie": b"\xef\xbb\xbf# coding: utf-8\nx = 1\n",
    "bom and another spelling": b"\xef\xbb\xbf# coding: UTF_8\n",
    "latin-1": b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
    "second line": b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\x80'\n",
    "blank first line": b"\n# coding: latin-1\nx = '\xe9'\n",
    "form feed before": b"\f# coding: latin-1\nx = '\xe9'\n",
    "carriage returns": b"# coding: latin-1\rx = '\xe9'\r",
    "suffix": b"# coding: latin-1-unix\nx = '\xe9'\n",
    "not in line three": b"#\n#\n# coding: bogus\n",
    "invalid byte in a comment": b"# caf\xe9\nx = 1 # \xff",
    "not after code": b"x = 1\n# coding: bogus\n",
}
REJECTED = {
    "invalid byte": (b"import a\nx = '\xff'\n", 1),
    "unknown codec": (b"# coding: bogus\nx = 1\n", 0),
    "unknown codec in line two": (b"#\n# coding: bogus\nx = 1\n", 1),
    "no text codec": (b"# coding: hex\nx = 1\n", 0),
    "bom against cookie": (b"\xef\xbb\xbf# coding: latin-1\n", 0),
    "null": (b"x = 1\ny = '\0'\n", 1),
    "truncated": (b"x = 1\ny = '\xe2\x82'", 1),
    "wrong cookie": (b"# coding: ascii\n\nx = '\xe9'\n", 2),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name: str) -> None:
    """No problem, and the text that ``compile`` sees."""
    text, problem = decode(ACCEPTED[name])
    compile(ACCEPTED[name], "x", "exec")
    assert problem is None
    assert "\r" not in text
    assert not text.startswith("\ufeff")


@pytest.mark.parametrize("name", REJECTED)
def test_rejected(name: str) -> None:
    """A problem on the line it is about; the rest is decoded all the same."""
    data, line = REJECTED[name]
    with pytest.raises((SyntaxError, ValueError)):
        compile(data, "x", "exec")
    text, problem = decode(data)
    assert problem is not None
    assert problem.line == line
    assert not problem.newer_grammar
    assert text.count("\n") == data.count(b"\n")


def test_line_ends() -> None:
    """All three kinds, and no others."""
    assert decode("a\r\nb\rc\nd\x0be\x0cf\u2028g".encode()) == ("a\nb\nc\nd\x0be\x0cf\u2028g", None)
