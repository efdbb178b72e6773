"""A dictionary that finds out what it does not know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


class Filled(dict[Any, Value], Generic[Value]):
    """A dictionary that asks ``fill`` for a missing value, once, and keeps it.

    The resolver knows best which folder or file outside the project it needs; to list them all beforehand would cost
    another resolver. What was asked for in vain is kept too, so that its appearance can be noticed.
    """

    def __init__(self, fill: Callable[[Any], Value], known: Mapping[Any, Value] | None = None) -> None:
        super().__init__(known or {})
        self.fill = fill

    def __missing__(self, key: Any) -> Value:
        value = self[key] = self.fill(key)
        return value

    def renew(self, key: Any) -> bool:
        """Ask again for a value; returns whether it is another now. A value that nobody asked for is not asked for here."""
        if key not in self:
            return False
        last = dict.get(self, key)
        value = self[key] = self.fill(key)
        return value != last
