"""Modules made at random that bind and unbind names in all ways, and one that imports every name from them."""

from __future__ import annotations

from random import Random

NAMES = ("a", "b", "c", "d", "e", "f", "_g", "h")
TRUE = (
    "sys.version_info >= (3, 8)",
    "sys.platform != 'win32'",
    "True",
    "1",
    "not PY2",
    "len(sys.argv) >= 0",
    "os.environ is not None",
)
FALSE = (
    "sys.version_info < (3,)",
    "PY2",
    "False",
    "sys.platform == 'win32'",
    "len(sys.argv) > 1000",
    "os.environ is None",
)
HEAD = "import contextlib\nimport os\nimport sys\n\nPY2 = sys.version_info[0] == 2\n"


class Writer:
    """Writes one module."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.number = 0

    def module(self) -> str:
        """The text of the module."""
        lines = [line for _ in range(8) for line in self.statement(2)]
        if self.random.random() < 0.2:
            lines.append(f"__all__ = [{', '.join(repr(name) for name in self.random.sample(NAMES, 2))}]")
        return HEAD + "\n".join(lines) + "\n"

    def block(self, depth: int) -> list[str]:
        """One or two statements, indented."""
        return [f"    {line}" for _ in range(self.random.randrange(1, 3)) for line in self.statement(depth - 1)]

    def statement(self, depth: int) -> list[str]:
        """One statement."""
        random = self.random
        self.number += 1
        kind = random.randrange(10) if depth else 9
        if kind == 0:
            lines = [f"if {random.choice(TRUE + FALSE)}:", *self.block(depth)]
            if random.random() < 0.3:
                lines += [f"elif {random.choice(TRUE + FALSE)}:", *self.block(depth)]
            return lines + (["else:", *self.block(depth)] if random.random() < 0.5 else [])
        if kind == 1:
            return [
                "try:",
                *self.block(depth),
                "except ValueError as _error:",
                *self.block(depth),
                "else:",
                *self.block(depth),
            ]
        if kind == 2:
            return [f"for {random.choice(NAMES)} in (1, 2):", *self.block(depth)]
        if kind == 3:
            return [f"with contextlib.nullcontext(1) as {random.choice(NAMES)}:", *self.block(depth)]
        if kind == 4:
            return ["while True:", *self.block(depth), "    break"]
        if kind == 5:
            name = random.choice(NAMES)
            return [
                f"def _function{self.number}():",
                f"    global {name}",
                f"    {name} = 1",
                f"_function{self.number}()",
            ]
        return [self.simple()]

    def simple(self) -> str:
        """A statement in one line."""
        random = self.random
        one, two = random.sample(NAMES, 2)
        return random.choice(
            (
                f"{one} = 1",
                f"{one} = {two} = 1",
                f"{one}, *{two} = 1, 2, 3",
                f"({one}, [{two}]) = 1, [2]",
                f"{one}: int = 1",
                f"{one}: int",
                f"def {one}({two}=1): {two} = 2",
                f"class {one}: {two} = 1",
                f"import json as {one}",
                f"from json import loads as {one}, dumps",
                f"print({one} := 1)",
                f"_ = [{two} for {two} in (1,)]",
                f"_ = [({one} := {two}) for {two} in (1,)]",
                f"_ = lambda {one}: {one}",
                f"{one} = 1; del {one}",
                f"{one} = {two} = 1; del ({one}, {two})",
                f"for {one} in (1,): {two} = {one}",
                f"if (n := 1): {one} = n",
                f"{one} = 1; {one} += 1",
                f"os.environ.get('{one}'); {two} = os",
                f'_text = "{one} = 1; del {two}"',
                f"pass  # {one} = 1",
                f"sys.{one} = 1",
                f"_table = {{}}; _table['{one}'] = 1",
            )
        )


def make_importer(seed: int) -> dict[str, bytes]:
    """A module, one that takes all of it by a star, and one that imports each name from both."""
    random = Random(seed)
    lines = [f"from {module} import {name}" for module in ("shop", "stars") for name in (*NAMES, "dumps", "n")]
    return {
        "shop.py": Writer(random).module().encode(),
        "stars.py": b"from shop import *\n",
        "main.py": "\n".join(lines).encode(),
    }
