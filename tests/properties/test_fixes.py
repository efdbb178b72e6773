"""After any fix that is offered, what it mends is mended, and nothing is found that was not before."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from importwise.checks.finding import Finding
from importwise.index.change import Closed, Edited
from importwise.queries.fixes import everywhere, fix_all, fixes, mended_everywhere
from importwise.refactoring.edit import Changes, applied
from importwise.settings import Settings
from importwise.workspace.config import Config
from importwise.workspace.project import Project
from test_cases import start
from world import PROJECT, MemoryDisk, absolute

sys.path.append(str(Path(__file__).parent.parent / "oracle"))
from random_projects import make_project

NO_SETTINGS = Config(PROJECT, None, Settings(), (), None, ())

TIDY = {
    "shop/__init__.py": "from shop.cart import Cart\nfrom .prices import price, Money\n__all__ = ['Cart', 'price', 'Money']\n",
    "shop/cart.py": "import json, shop.prices\nfrom .prices import Money\nfrom . import taxes\nclass Cart: ...\ndef total(): return price()\n",
    "shop/prices.py": "from shop.inner.currency import Currency\nclass Money: ...\ndef price(): ...\n",
    "shop/taxes.py": "from .inner import currency\nfrom .inner.currency import Currency as C, exchange\nRATE = 3\n",
    "shop/inner/__init__.py": "",
    "shop/inner/currency.py": "from ..prices import *\nclass Currency: ...\ndef exchange(): ...\n",
    "shop/inner/reports.py": "import shop.cart as cart, shop.taxes\nfrom shop import (\n    Cart,  # the class\n    prices,\n)\n",
    "tests/test_cart.py": "from shop.cart import Cart, total\nimport shop.inner.reports\nif True:\n    from shop.taxes import RATE; x = 1\n",
    "tests/test_taxes.py": "try:\n    from shop.taxes import RATE\nexcept ImportError:\n    RATE = None\nelse:\n    import shop.prices\n",
    "main.py": "from importlib import import_module\nimport_module('shop.cart')\nfrom shop.inner.reports import cart, Cart\nprint(cart)\n",
}
"""A project without any finding."""


KEPT = ("import", "from", "except", "else", "importlib", "import_module")
"""Words that are not misspelled. Once `importlib` is right again, its calls are seen, and may be wrong: that is no new mistake."""


def misspelled(random: Random, word: str) -> str:
    """``word`` as one types it in a hurry."""
    at = random.randrange(len(word))
    kind = random.randrange(4)
    if kind == 0 and len(word) > 2:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at] + word[at:]
    if kind == 2:
        return word.upper() if random.random() < 0.3 else word.capitalize()
    return word[:at] + random.choice("aeinrst") + word[at + 1 :]


def broken(random: Random, files: dict[str, str]) -> dict[str, str]:
    """``files`` after something has been moved, renamed or misspelled in some of them."""
    files = dict(files)
    for _ in range(random.randrange(1, 4)):
        path = random.choice(sorted(files))
        kind = random.randrange(6)
        folder, _, name = path.rpartition("/")
        if kind == 0 and name != "__init__.py":
            files[f"{folder}/{misspelled(random, name[:-3])}.py".lstrip("/")] = files.pop(path)
        elif kind == 1 and name != "__init__.py":
            folders = sorted({other.rpartition("/")[0] for other in files} | {"shop/new"})
            files[f"{random.choice(folders)}/{name}".lstrip("/")] = files.pop(path)
        elif kind == 2:
            files = {
                f"store/{other[5:]}" if other.startswith("shop/") else other: text for other, text in files.items()
            }
        elif kind == 3:
            # A definition goes to another module.
            lines = files[path].splitlines(keepends=True)
            defined = [line for line in lines if line.startswith(("class ", "def ", "RATE"))]
            if defined:
                line = random.choice(defined)
                files[path] = files[path].replace(line, "")
                other = random.choice(sorted(files))
                files[other] += line
        else:
            words = [word for word in files[path].replace(".", " ").replace(",", " ").split() if word.isidentifier()]
            longer = sorted({word for word in words if len(word) > 3 and word not in KEPT})
            if longer:
                word = random.choice(longer)
                files[path] = files[path].replace(word, misspelled(random, word), random.choice((1, 1, 9)))
    return files


def begun(files: dict[str, bytes]) -> Project:
    """The project with ``files``."""
    disk = MemoryDisk()
    disk.files = {absolute(path): data for path, data in files.items()}
    return start(NO_SETTINGS, None, disk, live=True)


def offered(project: Project, finding: Finding) -> Iterator[tuple[str, Changes]]:
    """All ways to mend one finding, with what each is called."""
    for fix in fixes(project, finding):
        yield fix.title, fix.changes
    offer = everywhere(project, finding)
    if offer is not None:
        yield offer.title, mended_everywhere(project, offer)


def found(project: Project, path: str) -> set[tuple[str, str]]:
    """The rules and messages of a file's findings."""
    return {(finding.rule, finding.message) for finding in project.findings(path)}


def parses(text: str) -> bool:
    """Whether it is Python that the running one knows."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def check(project: Project) -> int:
    """Try every fix in every file, one at a time; returns how many there were."""
    count = 0
    for path in sorted(project.checked):
        findings = project.findings(path)
        tries = [
            (f"{finding.message} - {title}", finding, changes)
            for finding in findings
            for title, changes in offered(project, finding)
        ]
        sure = fix_all(project, path)
        if sure is not None:
            tries.append(("all", findings[0], sure))
        for title, finding, changes in tries:
            count += 1
            paths = {edit.path for edit in changes.edits}
            before = {one: found(project, one) for one in paths}
            texts = {one: project.text(one) or "" for one in paths}
            new = {one: applied(texts[one], [edit for edit in changes.edits if edit.path == one]) for one in paths}
            assert all(parses(new[one]) for one in paths if parses(texts[one])), f"{title}\n{texts}\n---\n{new}"
            project.apply([Edited(one, text) for one, text in new.items()])
            for one in paths:
                new_ones = found(project, one) - before[one]
                if any(rule == "unresolved-import" for rule, _ in before[one]):
                    # As long as an import fails, no one can be sure that a name in `__all__` is missing.
                    new_ones = {(rule, message) for rule, message in new_ones if rule != "invalid-all"}
                assert not new_ones, f"{title}\n{texts[one]}\n---\n{new[one]}"
                if title != "all" and one == path:
                    same = sum((other.rule, other.message) == (finding.rule, finding.message) for other in findings)
                    gone = (finding.rule, finding.message) not in found(project, one)
                    assert gone or same > 1, f"{title}\n{texts[one]}\n---\n{new[one]}"
            project.apply([Closed(one) for one in paths])
    return count


@pytest.mark.parametrize("seed", range(60))
def test_fixes_of_what_was_moved_renamed_or_misspelled(seed: int) -> None:
    """In a project that was sound before."""
    project = begun({path: text.encode() for path, text in TIDY.items()})
    assert not any(project.findings(path) for path in project.checked)
    files = broken(Random(seed), TIDY)
    check(begun({path: text.encode() for path, text in files.items()}))


def test_there_are_fixes() -> None:
    """The test above is about something."""
    counts = [
        check(begun({path: text.encode() for path, text in broken(Random(seed), TIDY).items()})) for seed in range(20)
    ]
    assert sum(counts) > 80


@pytest.mark.parametrize("seed", range(15))
def test_fixes_in_random_projects(seed: int) -> None:
    """In projects with many findings of all kinds."""
    project = begun(make_project(seed))
    check(project)
