"""Small projects made at random, in which every import has a meaning that CPython can be asked for.

Modules import only from packages that come before their own in the alphabet, and an ``__init__`` from modules of its own
package: so no import is circular, and what a module has does not depend on the order in which modules are executed.
"""

from __future__ import annotations

from random import Random

PACKAGES = ("alpha", "beta", "gamma")
MODULES = ("one", "two", "three")
NAMES = ("a", "b", "c", "d", "_e")
SUFFIXES = (".py", ".py", ".py", ".py", ".pyi", ".so", ".pyc")


def make_project(seed: int) -> dict[str, bytes]:
    """The files of a project, by path."""
    random = Random(seed)
    files: dict[str, str] = {}
    for package in PACKAGES:
        place = random.choice(("", "", "site-packages/"))
        regular = random.random() < 0.7
        for folder in (package, f"{package}/inner"):
            if random.random() < 0.25:
                continue
            if regular or (folder != package and random.random() < 0.5):
                files[f"{place}{folder}/__init__.py"] = ""
            for module in MODULES:
                if random.random() < 0.55:
                    files[f"{place}{folder}/{module}{random.choice(SUFFIXES)}"] = ""
        if not regular and random.random() < 0.5:
            other = "" if place else "site-packages/"
            files[f"{other}{package}/{random.choice(MODULES)}.py"] = ""
    files["main.py"] = ""
    files["scripts/run.py"] = ""
    files["scripts/one.py"] = ""
    return {path: body(random, path).encode() if path.endswith((".py", ".pyi")) else b"" for path in files}


def body(random: Random, path: str) -> str:
    """The text of one file."""
    parts = path.removeprefix("site-packages/").rpartition(".")[0].split("/")
    rank = PACKAGES.index(parts[0]) if parts[0] in PACKAGES else len(PACKAGES)
    lines = ["import sys"]
    for number in range(random.randrange(2, 9)):
        lines += statement(random, rank, parts, number)
    if random.random() < 0.25:
        lines += exported(random)
    return "\n".join(lines) + "\n"


def statement(random: Random, rank: int, parts: list[str], number: int) -> list[str]:
    """One statement, perhaps in a block."""
    if random.random() < 0.45:
        return [bound(random)]
    made = imported(random, rank, parts)
    kind = random.randrange(12)
    if kind == 0:
        error = random.choice(
            ("ImportError", "ModuleNotFoundError", "Exception", "(ValueError, ImportError)", "KeyError")
        )
        rescue = "pass" if error == "KeyError" else random.choice(("pass", imported(random, rank, parts), "raise"))
        if made.startswith("from") and "*" not in made:
            made = f"{made.partition(',')[0].partition(' as ')[0]} as _made{number}"  # whether it is bound depends on the import
        return ["try:", f"    {made}", f"except {error}:", f"    {rescue}"]
    if kind == 1:
        test = random.choice(
            (
                "sys.version_info >= (3, 8)",
                "sys.version_info < (3,)",
                "sys.platform == 'win32'",
                "sys.platform != 'win32'",
                "False",
                "True",
            )
        )
        return [f"if {test}:", f"    {made}", "else:", f"    {bound(random)}"]
    if kind == 2 and "*" not in made:
        return [f"def _f{number}():", f"    {made}"]
    if kind == 3 and "*" not in made:
        return [f"class _C{number}:", f"    {made}"]
    return [made]


def bound(random: Random) -> str:
    """A statement that binds a name."""
    name, other = random.choice(NAMES), random.choice(NAMES)
    return random.choice(
        (
            f"{name} = 1",
            f"{name}, {other} = 1, 2",
            f"def {name}(): ...",
            f"class {name}: ...",
            f"for {name} in (1, 2): pass",
            f"{name}: int",
            f"if ({name} := 1): pass",
            f"{name} = 1; del {name}",
            f"import json as {name}",
        )
    )


def imported(random: Random, rank: int, parts: list[str]) -> str:
    """A statement that imports, perhaps something that there is not."""
    names = ", ".join(random.sample((*NAMES, *MODULES), random.randrange(1, 3)))
    if random.random() < 0.2:
        names = "*"
    own = rank < len(PACKAGES)
    if own and random.random() < 0.4:
        if parts[-1] != "__init__":  # only of lower packages: what is in its own may import it
            level = random.randrange(1, 4)
            return (
                f"from {'.' * level}nowhere import {names}"
                if random.random() < 0.3
                else f"from {'.' * level} import nowhere as _nowhere"
            )
        return f"from .{random.choice(MODULES)} import {names}"
    if rank == 0:
        return f"import {random.choice(('json', 'jsn', 'json.decoder', 'json.nothing', 'os.path'))}"
    package = random.choice(PACKAGES[:rank])
    target = ".".join(
        [package, *random.choice(((), ("inner",), (random.choice(MODULES),), ("inner", random.choice(MODULES))))]
    )
    if random.random() < 0.35:
        return f"import {target}" + random.choice(("", f" as {random.choice(NAMES)}"))
    return f"from {target} import {names}"


def exported(random: Random) -> list[str]:
    """An ``__all__``."""
    names = random.sample((*NAMES, *MODULES), random.randrange(0, 3))
    listed = ", ".join(f'"{name}"' for name in names)
    return random.choice(
        ([f"__all__ = [{listed}]"], [f"__all__ = [{listed}]", f'__all__ += ["{random.choice(NAMES)}"]'])
    )
