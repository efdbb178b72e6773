"""Places in notebooks' files."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importwise.spans import Position, Span
from importwise.workspace.notebook_places import notebook_file

sources = st.text(st.sampled_from('ab "\\\t\fé\u2028\U0001f600/{}[],:\r\n'), max_size=20)


def split(source: str, at: int, as_list: bool) -> Any:
    """A cell's source as editors write it: a string, or several, cut anywhere."""
    return [source[:at], source[at:]] if as_list else source


@given(
    st.lists(st.tuples(sources, st.booleans(), st.booleans()), max_size=4),
    st.sampled_from([None, 1, "\t"]),
    st.booleans(),
    st.data(),
)
def test_each_character_is_found(
    cells: list[tuple[str, bool, bool]], indent: Any, ascii_only: bool, data: st.DataObject
) -> None:
    written = []
    for source, is_code, as_list in cells:
        cut = data.draw(st.integers(0, len(source)))
        kind = "code" if is_code else "markdown"
        more = {"outputs": [{"source": "a", "cells": [{"source": "b"}]}], "metadata": {"source": ["c"]}}
        written.append({"cell_type": kind, **more, "source": split(source, cut, as_list)})
    document = {"metadata": {"cells": ["d"]}, "cells": written, "nbformat": 4}
    file = notebook_file(json.dumps(document, indent=indent, ensure_ascii=ascii_only).encode())
    raw = file.text.split("\n")
    at = 0
    for source, is_code, _ in cells:
        if not is_code:
            continue
        for number, line in enumerate(re.split("\r\n|\r|\n", source)):
            for column, character in enumerate(line):
                first = Position(file.joined.starts[at] + number, column)
                place = file.place(Span(first, first._replace(column=column + 1)))
                assert place is not None
                assert place.start.line == place.end.line
                assert json.loads(f'"{raw[place.start.line][place.start.column : place.end.column]}"') == character
        at += 1


@pytest.mark.parametrize(
    "data",
    [
        b'{"cells": [{"cell_type": "code", "source": "import a", "source": "import b"}]}',
        json.dumps({"cells": [{"cell_type": "code", "source": "import a"}]}).encode("utf-16"),
        json.dumps({"worksheets": [{"cells": [{"cell_type": "code", "input": "import a"}]}]}).encode(),
    ],
)
def test_what_is_not_known(data: bytes) -> None:
    file = notebook_file(data)
    assert "import" in file.joined.text
    assert file.place(Span(Position(1, 7), Position(1, 8))) is None


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'"cells"', b"\xff", b'{"cells": {"a": "source"}}', b'{"cells": []}']
)
def test_what_is_no_notebook(data: bytes) -> None:
    file = notebook_file(data)
    assert file.place(Span(Position(0, 0), Position(0, 1))) is None
    assert file.place(Span(Position(7, 0), Position(7, 1))) is None
