"""Made-up projects of any size, to see how time grows with the number of modules."""

from __future__ import annotations

from pathlib import Path

MODULES_PER_PACKAGE = 20

MODULE = '''"""Module {number} of {package}, part of a made-up project."""

from __future__ import annotations

import json
import os.path
from collections.abc import Iterable
from typing import TYPE_CHECKING

from {first} import Item{a}, load_{a}
from . import {sibling}
from {second} import Item{b} as Other
import {second}

try:
    import ujson
except ImportError:
    ujson = None

if TYPE_CHECKING:
    from {first} import LIMIT

__all__ = ["Item{number}", "load_{number}", "LIMIT"]

LIMIT = {number}


class Item{number}(Item{a}):
    """Keeps a name and some values; it stands for the classes that real modules are made of."""

    kinds = ("small", "large")

    def __init__(self, name: str, values: Iterable[float] = ()) -> None:
        self.name = name
        self.values = [value * LIMIT for value in values]

    def total(self) -> float:
        # A sum of what was given, "rounded" as people expect it.
        return round(sum(self.values), 2)

    def describe(self) -> str:
        from {first} import load_{a} as local

        text = f"{{self.name!r}}: {{self.total()}} of {{len(self.values)}} values"
        if not self.values:
            return "nothing, 'yet' " + text
        return text + os.path.sep + json.dumps({{"name": self.name, "all": [str(value) for value in self.values]}})


def load_{number}(path: str, *, strict: bool = False) -> list[Item{number}]:
    """Read items from a file.

    Lines that begin with ``#`` are left out. An import in a text like this one is none:

        import nothing.at.all
    """
    found = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#"):
                continue
            name, _, rest = line.partition(":")
            if strict and not rest:
                raise ValueError(f"no values in {{line!r}}")
            found.append(Item{number}(name.strip(), map(float, rest.split())))
    return found
'''


def module_name(number: int) -> str:
    """The dotted name of a module: modules in packages, packages in groups."""
    package = number // MODULES_PER_PACKAGE
    return f"made.group{package // MODULES_PER_PACKAGE}.package{package}.module{number}"


def make_tree(folder: Path, modules: int) -> None:
    """Write a project of so many modules. Each imports two others by name, one of its package, and the standard library."""
    packages = {folder / "made"}
    for number in range(modules):
        name = module_name(number)
        path = folder.joinpath(*name.split(".")).with_suffix(".py")
        if path.parent not in packages:
            path.parent.mkdir(parents=True)
            packages |= {path.parent, path.parent.parent}
        a = number * 7 % modules
        b = (number * 13 + 5) % modules
        start = number - number % MODULES_PER_PACKAGE
        sibling = start + (number + 1 - start) % min(MODULES_PER_PACKAGE, modules - start)
        text = MODULE.format(
            number=number,
            package=name.rpartition(".")[0],
            first=module_name(a),
            second=module_name(b),
            sibling=f"module{sibling}",
            a=a,
            b=b,
        )
        path.write_text(text, encoding="utf-8")
    for package in packages:
        (package / "__init__.py").write_text('"""A package."""\n', encoding="utf-8")
