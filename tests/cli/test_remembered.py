"""The last report is given again exactly where a check from nothing would say the same: after each kind of change it must not be."""

from __future__ import annotations

import gc
import io
import os
import random
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from importwise.__main__ import main
from importwise.workspace import cache, remembered, scope

pytestmark = pytest.mark.skipif(os.name != "posix", reason="elsewhere a file is known by its content alone")

STEPS = 25

SETTINGS = """\
[tool.importwise]
[[tool.importwise.allow]]
module = "built"
kind = "generated"
reason = "made by the build"
evidence = "build/make.txt"
expires = 2030-06-30
"""


class World:
    """A project with an environment, and a calendar; and the command, run in this process."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.project = folder / "project"
        self.environment = folder / "environment"
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        self.site = self.environment / "lib" / f"python{version}" / "site-packages"
        self.today = date(2030, 6, 1)
        self.worked_out = 0
        self._monkeypatch = monkeypatch
        home = Path(sys.base_prefix, "bin").as_posix()
        self.write("environment/pyvenv.cfg", f"home = {home}\nversion = {version}\n", folder)
        self.write("environment/bin/python", "", folder)
        for name, text in {
            "pyproject.toml": SETTINGS,
            "build/make.txt": "",
            "a.py": "import b, dep, gone, built\nfrom dep import x\nimport added_by_pth\n",
            "b.py": "",
            "lazy.py": "def __getattr__(name): ...\n",
            "user.py": "from lazy import anything\nimport hidden_in_gitignore\n",
            "book.ipynb": '{"cells": [{"cell_type": "code", "source": "import gone_too"}]}',
        }.items():
            self.write(name, text)
        self.write("dep.py", "x = 1\n", self.site)

        class Calendar(date):
            @classmethod
            def today(cls) -> date:  # type: ignore[override]
                return self.today

        for module in (remembered, scope):
            monkeypatch.setattr(module, "date", Calendar)
        # Nobody's work on importwise meanwhile shall count.
        for module in (remembered, cache):
            monkeypatch.setattr(module, "sources_version", lambda _: 1)
        # Files of this very moment count as old.
        monkeypatch.setattr(cache, "RACY", -3600 * 10**9)
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "caches"))
        monkeypatch.chdir(self.project)
        from importwise.cli import judging

        answer_to = judging.answer_to

        def counted(*arguments: object) -> object:
            self.worked_out += 1
            return answer_to(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(judging, "answer_to", counted)

    def write(self, name: str, text: str, folder: Path | None = None) -> None:
        path = (folder or self.project) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def check(self, *words: str) -> str:
        """What the command prints, and its exit status."""
        stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        with self._monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", stdout)
            status = main(["check", "--python", str(self.environment), *words])
        stdout.seek(0)
        return f"{stdout.read()}exit {status}"

    def is_recalled(self, *words: str) -> bool:
        """Whether the command gives the last report again; what it prints must be what a check from nothing says."""
        before = self.worked_out
        said = self.check(*words)
        recalled = self.worked_out == before
        assert said == self.check("--no-cache", *words)
        return recalled


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    was_enabled = gc.isenabled()
    yield World(tmp_path, monkeypatch)
    if was_enabled:
        gc.enable()


CHANGES: dict[str, Callable[[World], None]] = {
    "a file's text": lambda world: world.write("a.py", "import b, dep, gone, built\nimport gone_as_well\n"),
    "a text of the same length": lambda world: world.write("b.py", "") or world.write("user.py", "import gone\n"),
    "a notebook": lambda world: world.write("book.ipynb", '{"cells": []}'),
    "a new module": lambda world: world.write("gone.py", ""),
    "a new package": lambda world: world.write("gone/__init__.py", ""),
    "a namespace": lambda world: world.write("gone/inner/x.py", ""),
    "a module that is gone": lambda world: (world.project / "b.py").unlink(),
    "a module that moved": lambda world: (world.project / "b.py").rename(world.project / "gone.py"),
    "an installed package": lambda world: world.write("gone/__init__.py", "", world.site),
    "an installed module's text": lambda world: world.write("dep.py", "y = 1\n", world.site),
    "an installed module that is gone": lambda world: (world.site / "dep.py").unlink(),
    "a .pth file": lambda world: (
        world.write("more/added_by_pth.py", "", world.environment)
        or world.write("more.pth", str(world.environment / "more"), world.site)
    ),
    "the settings": lambda world: world.write("pyproject.toml", SETTINGS + 'rules = { unresolved-import = "info" }\n'),
    "other settings": lambda world: world.write(
        "pyproject.toml", SETTINGS.replace("\n", '\nrules = { unresolved-import = "info" }\n', 1)
    ),
    "another settings file": lambda world: world.write("importwise.toml", ""),
    "a gitignore file": lambda world: world.write(".gitignore", "user.py\n"),
    "the evidence": lambda world: (world.project / "build/make.txt").unlink(),
    "the day": lambda world: setattr(world, "today", date(2030, 7, 1)),
    "what is allowed": lambda world: world.write("built.py", ""),
    "a folder above": lambda world: world.write("__init__.py", ""),
    "a conftest of pytest's": lambda world: world.write("pytest.ini", "[pytest]\npythonpath = build\n"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen(change: str, world: World) -> None:
    assert not world.is_recalled()
    assert world.is_recalled()
    CHANGES[change](world)
    assert not world.is_recalled()
    assert world.is_recalled()


def test_random_changes(world: World) -> None:
    """Whatever came before: after any change the report is that of a check from nothing, and once more it is recalled."""
    choose = random.Random(7)
    names = ["a", "b", "gone", "dep", "built", "lazy"]
    texts = [
        "",
        "import gone\n",
        "from dep import x\n",
        "from lazy import y\nfrom . import b\n",
        "x = 1\n",
        "import built, a.b\n",
    ]

    def change() -> None:
        folder = choose.choice([world.project, world.project, world.project / "a", world.site, world.site / "gone"])
        path = folder / choose.choice([*(f"{name}.py" for name in names), "__init__.py", "b.pyi", ".gitignore"])
        if path.is_file() and choose.random() < 0.4:
            path.unlink()
        elif path.is_file() and choose.random() < 0.2:
            path.rename(path.with_name(choose.choice(names) + ".py"))
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(choose.choice(names) + ".py\n" if path.name == ".gitignore" else choose.choice(texts))

    world.check()
    for _ in range(STEPS):
        for _ in range(choose.choice([0, 1, 1, 2, 3])):
            change()
        world.is_recalled()
        assert world.is_recalled()


@pytest.mark.parametrize(
    "words",
    [["--show-open"], ["a.py"], ["--target", "user"], ["--python-version", "3.10"], ["--platform", "win32"]],
    ids=" ".join,
)
def test_another_question_is_another_report(words: list[str], world: World) -> None:
    assert not world.is_recalled()
    assert not world.is_recalled(*words)
    assert world.is_recalled(*words)
    assert not world.is_recalled()


def test_what_makes_no_difference(world: World) -> None:
    assert not world.is_recalled()
    assert world.is_recalled("--color", "always")
    assert world.is_recalled("--quiet")
    assert world.check("--output-format", "json").startswith('{\n  "schema": 1')
    assert world.worked_out == 4, "the first, and three from nothing"
    world.write("notes.txt", "import gone")
    assert world.is_recalled()


def test_importwise_itself_changes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not world.is_recalled()
    monkeypatch.setattr(remembered, "sources_version", lambda _: 7)
    assert not world.is_recalled()
    assert world.is_recalled()


def test_what_is_not_remembered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not world.is_recalled("--syntax")
    assert not world.is_recalled("--syntax")
    os.symlink("nowhere", world.project / "dangling.py")
    assert not world.is_recalled()
    assert not world.is_recalled()
    (world.project / "dangling.py").unlink()
    monkeypatch.setattr(cache, "RACY", 3600 * 10**9)
    assert not world.is_recalled()
    assert not world.is_recalled()


def test_a_target_of_the_settings_that_is_not_there(world: World) -> None:
    world.write("pyproject.toml", '[tool.importwise]\ntargets = ["user", "gone"]\n')
    assert not world.is_recalled()
    assert not world.is_recalled()
    world.write("gone.py", "")
    assert not world.is_recalled()
    assert world.is_recalled()


def test_a_file_without_settings(world: World) -> None:
    (world.project / "pyproject.toml").unlink()
    assert not world.is_recalled("a.py")
    assert world.is_recalled("a.py")
    world.write("gone.py", "")
    assert not world.is_recalled("a.py")
    assert not world.is_recalled("user.py", "a.py")
    assert world.is_recalled("user.py", "a.py")


def test_damage(world: World) -> None:
    assert not world.is_recalled()
    [file] = Path(os.environ["XDG_CACHE_HOME"]).rglob("*.report")
    file.write_bytes(file.read_bytes()[:-9] + b"\xff" * 9)
    assert not world.is_recalled()
    assert world.is_recalled()
