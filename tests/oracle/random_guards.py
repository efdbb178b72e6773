"""Modules made at random in which imports stand under all kinds of conditions that CPython can be asked for.

Conditions are decidable, and handlers for other errors than those of imports are empty: so what importwise finds must fail.
"""

from __future__ import annotations

from random import Random

TESTS = (
    "sys.version_info >= (3, 8)",
    "sys.version_info < (3, 8)",
    "sys.version_info[0] == 2",
    "sys.version_info[:2] > (3, 6)",
    "(3, 0) > sys.version_info",
    "not sys.version_info >= (3,)",
    "sys.version_info.major >= 3",
    "sys.platform == 'win32'",
    "sys.platform.startswith('win')",
    "sys.platform != 'win32'",
    "sys.platform in ('win32', 'cygwin')",
    "os.name == 'nt'",
    "os.name == 'posix'",
    "sys.implementation.name == 'cpython'",
    "platform.system() == 'Windows'",
    "False",
    "True",
    "0",
    "PY2",
    "not PY2",
    "WINDOWS or PY2",
    "not WINDOWS and sys.version_info > (3,)",
    "HAS_NOTHING",
    "HAS_JSON",
    "nothing is not None",
    "nothing is None",
    "not HAS_NOTHING",
    "find_spec('nowhere') is not None",
    "TYPE_CHECKING",
    "not TYPE_CHECKING",
)
ERRORS = (
    "ImportError",
    "ImportError as error",
    "ModuleNotFoundError",
    "Exception",
    "BaseException",
    "(ImportError, ValueError)",
    "(KeyError, ModuleNotFoundError)",
    "builtins.ImportError",
    "",
)
HEAD = """\
import builtins
import contextlib
import os
import platform
import sys
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING

PY2 = sys.version_info[0] == 2
WINDOWS = sys.platform.startswith("win")

try:
    import nowhere as nothing
    HAS_NOTHING = True
except ImportError:
    nothing = None
    HAS_NOTHING = False
try:
    import json
except ImportError:
    HAS_JSON = False
else:
    HAS_JSON = True
"""


class Writer:
    """Writes one module."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.number = 0

    def module(self) -> str:
        """The text of the module."""
        return HEAD + "\n".join(line for _ in range(4) for line in self.statement(3, "module")) + "\n"

    def block(self, depth: int, scope: str) -> list[str]:
        """One to three statements, indented."""
        lines = [line for _ in range(self.random.randrange(1, 4)) for line in self.statement(depth - 1, scope)]
        return [f"    {line}" for line in lines]

    def statement(self, depth: int, scope: str) -> list[str]:
        """One statement."""
        random = self.random
        self.number += 1
        kind = random.randrange(11) if depth else 0
        inner = "block" if scope == "module" else scope
        if kind <= 3:
            return [self.simple()]
        if kind == 4:
            return self.branches(depth, inner)
        if kind in (5, 6):
            return self.trial(depth, inner)
        if kind == 7:
            errors = ("ImportError", "ModuleNotFoundError", "Exception", "KeyError", "ValueError, ImportError")
            return [
                f"with {random.choice(('', 'contextlib.'))}suppress({random.choice(errors)}):",
                *self.block(depth, inner),
            ]
        if kind == 8:
            head = random.choice(("for _ in (1,):", "while True:", "with contextlib.nullcontext():"))
            return [head, *self.block(depth, inner), *(["    break"] if head.startswith("while") else [])]
        if kind == 9 and scope == "module":
            return [f"def _f{self.number}():", *self.block(depth, "block")]
        if kind == 10 and scope == "module":
            return [f"class _C{self.number}:", *self.block(depth, "block")]
        return [self.simple()]

    def branches(self, depth: int, scope: str) -> list[str]:
        """An ``if``."""
        random = self.random
        lines = [f"if {random.choice(TESTS)}:", *self.block(depth, scope)]
        if random.random() < 0.3:
            lines += [f"elif {random.choice(TESTS)}:", *self.block(depth, scope)]
        if random.random() < 0.5:
            lines += ["else:", *self.block(depth, scope)]
        return lines

    def trial(self, depth: int, scope: str) -> list[str]:
        """A ``try``."""
        random = self.random
        lines = ["try:", *self.block(depth, scope)]
        handlers = [random.choice(ERRORS)]
        if handlers[0] and "ModuleNotFoundError" in handlers[0]:
            handlers += random.choice(([], ["ImportError"], ["Exception"]))
        if random.random() < 0.2:
            handlers.insert(0, "KeyError")
        for error in handlers:
            lines.append(f"except {error}:".replace(" :", ":"))
            if error == "KeyError":
                lines.append("    pass")
            else:
                lines += random.choice(
                    (["    pass"], self.block(depth, scope), ["    raise"], ['    raise ImportError("no")'])
                )
        if random.random() < 0.3:
            lines += ["else:", *self.block(depth, scope)]
        if random.random() < 0.15:
            lines += ["finally:", *self.block(depth, scope)]
        return lines

    def simple(self) -> str:
        """A statement in one line."""
        random = self.random
        number = self.number
        made = [
            f"import nowhere_{number}",
            f"import nowhere_{number}",
            f"from nowhere_{number} import thing",
            "from json import lods",
            "from json import loads",
            "import json",
            "import json.decoder",
            f"x{number} = 1",
            f"__import__('nowhere_{number}')",
            "pass",
        ]
        return random.choice(made)


def make_module(seed: int) -> str:
    """The text of a module."""
    return Writer(seed).module()
