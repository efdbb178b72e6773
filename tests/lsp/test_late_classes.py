"""lsprotocol's classes, finished late, are what they would have been at once."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

FIELDS_OF_ALL = """
import attrs, json
from lsprotocol.converters import get_converter
from lsprotocol.types import ALL_TYPES_MAP
get_converter()
print(json.dumps({
    name: [(field.name, str(field.type), repr(field.default), field.kw_only, field.init) for field in attrs.fields(value)]
    for name, value in ALL_TYPES_MAP.items() if attrs.has(value)
}))
"""
FINISHED = """
from importwise.lsp.serve import build
build()
from lsprotocol import types
everything = [value for value in vars(types).values() if isinstance(value, type)]
print(len([value for value in everything if isinstance(vars(value).get("__attrs_attrs__"), tuple)]))
"""


def said(program: str) -> Any:
    return json.loads(subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.PIPE).stdout)


def test_they_have_the_same_fields() -> None:
    assert said(f"import importwise.lsp\n{FIELDS_OF_ALL}") == said(FIELDS_OF_ALL)


def test_few_are_finished_when_the_server_starts() -> None:
    """Of six hundred. If this fails, something asks all of them for their fields, and the server starts twice as slowly."""
    assert said(FINISHED) < 60
