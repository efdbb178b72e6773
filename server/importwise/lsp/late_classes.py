"""Imports lsprotocol so that each of its six hundred classes is finished when it is first used.

To finish one, attrs writes source code and has it compiled. For all of them that takes longer than everything else that a
server does before it shows its first diagnostics, and a conversation uses one in ten.
"""

from __future__ import annotations

import sys
from typing import Any, TypeVar

import attrs

Class = TypeVar("Class", bound=type)

FIELDS = "__attrs_attrs__"
"""Where attrs keeps what it knows of a class, and where everybody looks who wants to know whether a class is one of attrs'."""


class _FieldsToCome:
    """Stands in the place of a class's fields: finishes the class when somebody asks for them."""

    def __init__(self, cls: type) -> None:
        self.cls = cls

    def __get__(self, instance: object, owner: type) -> Any:
        _finish(self.cls)
        return getattr(owner, FIELDS)


def _define_later(cls: Class) -> Class:
    """As ``attrs.define``, but later: when there is to be an instance, or somebody asks for the fields."""

    def first_init(self: Any, *arguments: Any, **named: Any) -> None:
        _finish(cls)
        self.__init__(*arguments, **named)

    setattr(cls, FIELDS, _FieldsToCome(cls))
    cls.__init__ = first_init  # type: ignore[misc]
    return cls


def _finish(cls: type) -> None:
    from lsprotocol.types import ALL_TYPES_MAP

    delattr(cls, FIELDS)
    del cls.__init__  # type: ignore[misc]
    # With slots it would be another class, and the one that everybody knows would stay as it is.
    attrs.define(cls, slots=False)
    attrs.resolve_types(cls, ALL_TYPES_MAP, {})


def import_protocol() -> None:
    """Import `lsprotocol.types`, unless that has been done already."""
    if "lsprotocol.types" in sys.modules:
        return
    define = attrs.define
    attrs.define = _define_later  # type: ignore[assignment]
    try:
        import lsprotocol.types  # noqa: F401
    finally:
        attrs.define = define
    from lsprotocol import _hooks

    # Its converter would begin with what `_finish` does for one class: for all of them.
    _hooks._resolved_forward_references = True
