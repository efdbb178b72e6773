"""In whatever order files are asked about, the answers are the same; packages that need one another may not matter.

The answers that a resolver keeps may depend on no other question that was being answered meanwhile.
"""

from __future__ import annotations

from random import Random

import pytest

from amounts import amount
from importwise.checks.finding import Finding
from importwise.index.change import Change, Touched
from importwise.resolver.judge import Judgement
from importwise.settings import Settings
from importwise.workspace.config import Config
from importwise.workspace.project import Project
from test_cases import start
from world import PROJECT, MemoryDisk

NO_SETTINGS = Config(PROJECT, None, Settings(), (), None, ())
PACKAGES = ("shop", "cart", "till")
FILES = (
    *(f"{package}/{file}.py" for package in PACKAGES for file in ("__init__", "one", "two")),
    "shop/deep/__init__.py",
    "shop/deep/one.py",
    "flag.py",
    "main.py",
)
MODULES = (
    *PACKAGES,
    *(f"{package}.{part}" for package in PACKAGES for part in ("one", "two", "made")),
    *("shop.deep", "shop.deep.one", "shop.deep.made", "flag"),
)
NAMES = ("move", "fill", "put", "one", "two", "made", "FLAG")

Said = tuple[tuple[Finding, ...], list[Judgement]]


def text_at_random(random: Random) -> str:
    """What a module may say that hands its name to others, binds names in them, or takes theirs."""
    lines = ["import sys"]
    for _ in range(random.choice((1, 2, 3, 5))):
        module, other, name = random.choice(MODULES), random.choice(MODULES), random.choice(NAMES)
        lines.append(
            random.choice(
                (
                    f"from {module} import {name}",
                    f"from {module} import {name}\n{name}(__name__)",
                    f"from {module} import {name}\n{name}(__name__)",
                    f"import {module}\n{module}.{name}(__name__)",
                    f"import {module} as it\nit.{name}(__name__)",
                    f"from . import {name}\n{name}.move(__name__)",
                    f"from .{name} import move\nmove(__name__)",
                    f"def {name}(package):\n    sys.modules[package + '.made'] = sys",
                    f"def {name}(package):\n    sys.modules[package] = sys",
                    f"def {name}():\n    sys._getframe(1).f_globals['put'] = 1",
                    f"from {module} import {name}\n{name}()",
                    f"from {module} import {name}\n{name}.FLAG = 1",
                    f"import {module} as it\nfor what in dir(it):\n    setattr(it, what, 1)",
                    f"from {module} import *",
                    f"__all__ = ['{name}']",
                    f"from {module} import *\nimport {other} as it\n__all__ = ['{name}']\n__all__ += it.__all__",
                    f"import {module} as it\n__all__ = it.__all__ + ['{name}']\n__all__.remove('{random.choice(NAMES)}')",
                    f"from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\nimport {module}",
                    f"from {module} import {name}\nif {name}:\n    from {other} import {random.choice(NAMES)}",
                    f"from {module} import FLAG\nPY2 = FLAG\nif not PY2:\n    {name} = 1",
                    "FLAG = sys.version_info[0] == 2",
                    f"{name} = 1",
                    f"try:\n    from {module} import {name}\nexcept ImportError:\n    from {other} import {name}",
                    f"def __getattr__(name):\n    import {module}\n    return getattr({module}, name)",
                )
            )
        )
    return "\n".join([*lines, ""])


def asked(project: Project, random: Random) -> dict[str, Said]:
    """What a project says when its files are asked about in some order."""
    paths = sorted(project.checked)
    random.shuffle(paths)
    return {path: (project.findings(path), project.judgements(path)) for path in paths}


@pytest.mark.parametrize("seed", range(amount(20)))
def test_orders(seed: int) -> None:
    """Three orders from nothing, and one after each edit."""
    random = Random(seed)
    disk = MemoryDisk()
    for file in FILES:
        if random.random() < 0.8:
            disk.files[f"{PROJECT}/{file}"] = text_at_random(random).encode()
    disk.refresh()
    live = start(NO_SETTINGS, None, disk, live=True)
    shown = asked(live, random)
    for step in range(8):
        wanted = asked(start(NO_SETTINGS, None, disk), random)
        for _ in range(2):
            assert asked(start(NO_SETTINGS, None, disk), random) == wanted, f"step {step}: {disk.files}"
        assert {path: said for path, (said, _) in shown.items()} == {path: said for path, (said, _) in wanted.items()}
        assert asked(live, random) == wanted, f"step {step}: {disk.files}"
        assert live.check() == start(NO_SETTINGS, None, disk).check(), f"step {step}: {disk.files}"
        changes: list[Change] = []
        for file in random.sample(FILES, random.choice((1, 1, 2))):
            path = f"{PROJECT}/{file}"
            if path in disk.files and random.random() < 0.2:
                del disk.files[path]
            else:
                disk.files[path] = text_at_random(random).encode()
            changes.append(Touched(path))
        disk.refresh()
        for path in live.apply(changes):
            shown.pop(path, None)
            if path in live.checked:
                shown[path] = (live.findings(path), live.judgements(path))


def test_all_of_a_long_row() -> None:
    """A module's ``__all__`` takes in that of the next, and so on; who asks in the middle first gets the same answer."""
    disk = MemoryDisk()
    for number in range(300):
        text = f"from m{number + 1} import *\nimport m{number + 1}\n__all__ = []\n__all__ += m{number + 1}.__all__\n"
        disk.files[f"{PROJECT}/m{number}.py"] = text.encode()
    disk.files[f"{PROJECT}/m300.py"] = b"__all__ = ['last']\nlast = 1\n"
    for number in (0, 150):
        disk.files[f"{PROJECT}/all{number}.py"] = f"from m{number} import *\n".encode()
        disk.files[f"{PROJECT}/main{number}.py"] = f"from all{number} import last, none\n".encode()
    disk.refresh()
    mains = [f"{PROJECT}/main0.py", f"{PROJECT}/main150.py"]
    for paths in (mains, mains[::-1]):
        project = start(NO_SETTINGS, None, disk)
        assert [[judgement.verdict for judgement in project.judgements(path)] for path in paths] == [
            ["resolved", "unresolved"]
        ] * 2


def test_all_of_everybody() -> None:
    """Each of many modules takes in the ``__all__`` of all others: of the ways through them there are too many to go."""
    disk = MemoryDisk()
    everybody = range(40)
    for number in everybody:
        lines = [f"import m{other}\n__all__ += m{other}.__all__\n" for other in everybody if other != number]
        disk.files[f"{PROJECT}/m{number}.py"] = f"__all__ = ['n{number}']\n{''.join(lines)}".encode()
    disk.files[f"{PROJECT}/everything.py"] = b"from m0 import *\n"
    disk.files[f"{PROJECT}/main.py"] = b"from everything import n0, n39, n40\n"
    disk.refresh()
    project = start(NO_SETTINGS, None, disk)
    assert [judgement.verdict for judgement in project.judgements(f"{PROJECT}/main.py")] == [
        "resolved",
        "resolved",
        "unresolved",
    ]
