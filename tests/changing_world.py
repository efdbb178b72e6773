"""A small world on the real disk that changes at random: a project, what is installed, and folders beside.

Whatever happens is an `Action`, a value: a list of them can be played again, and made shorter until it is a minimal example.
Everything is drawn from a `Random` that is given, hypothesis's own included.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import NamedTuple

from changing_texts import gitignore_text, python_text, settings_text
from importwise.index.change import Change, Closed, Edited, Touched
from world import STANDARD_LIBRARY

FOLDERS = (
    "",
    "alpha",
    "alpha",
    "alpha/inner",
    "beta",
    "beta/inner",
    "beta/inner/deep",
    "gamma",
    "src",
    "src/alpha",
    "src/gamma",
    "lib/part",
    "lib/part/gamma",
    "scripts",
    "Alpha",
)
NAMES = ("one", "two", "three", "inner", "gamma", "main")
ENDINGS = (
    ".py",
    ".py",
    ".py",
    ".py",
    ".py",
    ".pyi",
    ".so",
    ".cpython-312-x86_64-linux-gnu.so",
    ".pyc",
    ".ipynb",
    ".txt",
)
INSTALLED = (
    "dist.py",
    "dist/__init__.py",
    "dist/one.py",
    "dist/inner/two.py",
    "dist.pyi",
    "alpha/__init__.py",
    "alpha/three.py",
    "gamma/one.py",
    "gamma/installed.py",
    "lazy_loader.py",
    "one.py",
    "dist-stubs/__init__.pyi",
    "dist-1.0.dist-info/METADATA",
    "dist-1.0.dist-info/top_level.txt",
)
LINES_OF_PTH = ("{elsewhere}", "{project}/src", "{project}/lib/part", "{elsewhere}/nowhere", "import site", "# nothing")


WORLD = "{world}"


class Action(NamedTuple):
    """One thing that happens. The world's own folder is written ``{world}``."""

    kind: str
    path: str
    more: str | bytes = ""
    """A text, or the path where something comes to lie."""


class ChangingWorld:
    """The folder ``folder`` and what lies in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.as_posix()
        self.project = f"{self.folder}/work"
        self.elsewhere = f"{self.folder}/elsewhere"
        self.environment = f"{self.folder}/env"
        self.site = f"{self.environment}/lib/python3.12/site-packages"
        self.buffers: dict[str, str] = {}
        """What is open in the editor."""
        self.unreadable: set[str] = set()
        """Files for which reading shall fail."""
        library = f"{self.folder}/python/lib/python3.12"
        for path, text in STANDARD_LIBRARY.items():
            _write(f"{library}/{path}", text)
        for path in (
            f"{library}/lib-dynload/math.cpython-312-x86_64-linux-gnu.so",
            f"{self.folder}/python/bin/python3.12",
        ):
            _write(path, "")
        os.makedirs(self.site)
        os.makedirs(f"{self.environment}/bin")
        os.makedirs(self.project)
        os.makedirs(self.elsewhere)
        _write(
            f"{self.environment}/pyvenv.cfg",
            f"home = {self.folder}/python/bin\nversion = 3.12.1\ninclude-system-site-packages = false\n",
        )

    @property
    def variables(self) -> dict[str, str]:
        """The process's environment variables that lead to the Python environment."""
        return {"VIRTUAL_ENV": self.environment, "HOME": self.folder}

    # What happens

    def begin(self, random: Random, files: int = 14) -> None:
        """Write some files at random."""
        for _ in range(files):
            path = self.some_path(random)
            self.perform(Action("write", path, python_text(random, path)))
        for _ in range(4):
            self.perform(Action("write", f"{self.site}/{random.choice(INSTALLED)}", python_text(random)))

    def some_path(self, random: Random) -> str:
        """The path of a Python file, of one that is there or of any."""
        if random.random() < 0.4:
            paths = self.files()
            if paths:
                return random.choice(paths)
        folder = random.choice(FOLDERS)
        name = "__init__.py" if random.random() < 0.25 else random.choice(NAMES) + random.choice(ENDINGS)
        return f"{self.project}/{folder}/{name}".replace("//", "/")

    def files(self) -> list[str]:
        """The files of the project that are there, in order."""
        return sorted(_files(self.project))

    def folders(self) -> list[str]:
        """The folders of the project, in order."""
        return sorted(_folders(self.project))

    def draw(self, random: Random, unreadable: bool = True) -> Action:
        """Something that may happen next; files become ``unreadable`` only for who reads as the test tells him."""
        kind, path, more = self._draw(random, unreadable)
        more = more.replace(self.folder, WORLD) if isinstance(more, str) else more
        return Action(kind, path.replace(self.folder, WORLD), more)

    def _draw(self, random: Random, unreadable: bool) -> Action:
        kind = random.choice(KINDS)
        if kind == "unreadable" and not unreadable:
            kind = "write"
        path = self.some_path(random)
        if kind in ("write", "edit"):
            return Action(kind, path, python_text(random, path))
        if kind == "open":
            more = random.choice(("", "\n", "\nimport alpha.one\n", "\nfrom ", "\ndef f(:\n    pass\n"))
            return Action("edit", path, _text(path) + more)
        if kind in ("close", "save"):
            return Action(kind, random.choice(sorted(self.buffers)) if self.buffers else path)
        if kind == "bytes":
            return Action(
                "write", path, random.choice((b"\xff\xfe", b"# coding: nonsense\n", b"import alpha\x00\n", b""))
            )
        if kind == "outside":
            name = random.choice(("one.py", "gamma/one.py", "gamma/__init__.py", "other/two.py", "alpha/far.py"))
            return Action(random.choice(("write", "delete")), f"{self.elsewhere}/{name}", python_text(random))
        if kind == "installed":
            return Action("write", f"{self.site}/{random.choice(INSTALLED)}", python_text(random))
        if kind == "uninstalled":
            name = random.choice(INSTALLED)
            return Action("delete", f"{self.site}/{random.choice((name, name.partition('/')[0]))}")
        if kind == "pth":
            line = random.choice(LINES_OF_PTH).format(elsewhere=self.elsewhere, project=self.project)
            return Action(random.choice(("write", "write", "delete")), f"{self.site}/some.pth", f"{line}\n")
        if kind == "gitignore":
            folder = random.choice((self.project, random.choice(self.folders())))
            return Action(random.choice(("write", "write", "delete")), f"{folder}/.gitignore", gitignore_text(random))
        if kind == "settings":
            return Action(
                random.choice(("write", "write", "delete")), f"{self.project}/importwise.toml", settings_text(random)
            )
        if kind == "mark":
            folder = random.choice((self.project, f"{self.project}/lib/part", random.choice(self.folders())))
            name = random.choice(("setup.py", "setup.cfg", "pyproject.toml", "conftest.py"))
            return Action(random.choice(("write", "write", "delete")), f"{folder}/{name}", random.choice(MARK_TEXTS))
        if kind == "init":
            path = f"{random.choice(self.folders())}/__init__.py"
            return Action("delete" if os.path.lexists(path) else "write", path, python_text(random))
        folder = random.choice(self.folders())
        if kind == "rename folder" or kind == "copy folder":
            return Action(kind, folder, f"{self.project}/{random.choice(FOLDERS[1:])}")
        if kind == "delete folder":
            return Action("delete", folder if random.random() < 0.5 else f"{self.project}/{random.choice(FOLDERS[1:])}")
        if kind == "new folder":
            return Action(kind, f"{folder}/{random.choice((*NAMES, 'alpha', 'beta'))}")
        if kind == "link":
            target = random.choice(
                (
                    folder,
                    folder,
                    f"{self.elsewhere}/gamma",
                    self.elsewhere,
                    path,
                    path,
                    f"{self.project}/nowhere",
                    self.project,
                )
            )
            name = random.choice(("one", "linked", "alpha", "one.py", "linked.py", "two.py"))
            return Action(kind, f"{random.choice(self.folders())}/{name}", target)
        if kind == "rename":
            return Action(kind, path, self.some_path(random))
        return Action(kind, path)

    def perform(self, action: Action) -> list[Change]:
        """Let it happen, if it can; returns what somebody who watches would tell."""
        kind, path, more = action.kind, action.path.replace(WORLD, self.folder), action.more
        more = more.replace(WORLD, self.folder) if isinstance(more, str) else more
        told: list[str] = [path]
        try:
            if kind == "write":
                _write(path, more)
            elif kind == "delete":
                self._delete(path)
            elif kind in ("rename", "rename folder", "copy folder"):
                assert isinstance(more, str)
                told.append(more)
                real, there = os.path.realpath(path), os.path.realpath(more)
                if path == self.project or f"{real}/".startswith(f"{there}/") or f"{there}/".startswith(f"{real}/"):
                    return []
                if kind == "rename" and os.path.isdir(more):
                    return []
                os.makedirs(os.path.dirname(more), exist_ok=True)
                if kind == "copy folder":
                    shutil.copytree(path, more, symlinks=True, dirs_exist_ok=True)
                else:
                    if kind == "rename folder":
                        self._delete(more)
                    os.rename(path, more)
            elif kind == "new folder":
                os.makedirs(path, exist_ok=True)
            elif kind == "link":
                self._delete(path)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                os.symlink(more, path)
            elif kind == "pipe":
                self._delete(path)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                os.mkfifo(path)
            elif kind == "unreadable":
                self.unreadable ^= {path}
            elif kind == "edit":
                assert isinstance(more, str)
                self.buffers[path] = more
                return [Edited(path, more)]
            elif kind == "close":
                if self.buffers.pop(path, None) is None:
                    return []
                return [Closed(path)]
            elif kind == "save":
                if path not in self.buffers:
                    return []
                _write(path, self.buffers[path])
            elif kind == "nothing":
                pass
            else:
                raise AssertionError(kind)
        except (OSError, shutil.Error):
            # It can't be done here: a file where a folder should be, a circle of links. Something may have happened all the same.
            pass
        # Whoever watches sees the file to which something was written, not the link that led there.
        return [Touched(path) for path in dict.fromkeys([*told, *map(os.path.realpath, told)])]

    def _delete(self, path: str) -> None:
        if path == self.project or not os.path.lexists(path):
            return
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.unlink(path)


KINDS = (
    *("write",) * 10,
    *("delete",) * 4,
    *("edit",) * 6,
    *("close",) * 3,
    *("open", "save", "rename", "rename folder", "delete folder", "init", "installed", "link") * 2,
    *("bytes", "outside", "uninstalled", "pth", "gitignore", "settings", "mark", "copy folder", "new folder", "pipe"),
    *("unreadable", "nothing"),
)
"""The kinds of things that happen, the more often the more."""

MARK_TEXTS = ("", "", "[project]\nname = 'part'\n", "[tool.pytest.ini_options]\npythonpath = ['scripts', 'src']\n")


def storm(random: Random, changes: Iterable[Change], inside: str) -> list[Change]:
    """The same changes as a bad watcher tells them: twice, in another order, of a folder above (in ``inside``) only."""
    told: list[Change] = []
    edits: list[Change] = []
    for change in changes:
        if not isinstance(change, Touched):
            edits.append(change)  # the editor's own changes are in order
            continue
        path = change.path
        while path.startswith(f"{inside}/") and random.random() < 0.15:
            path = path.rpartition("/")[0]
        told += [Touched(path)] * (2 if random.random() < 0.2 else 1)
    random.shuffle(told)
    if random.random() < 0.1:
        told.append(Touched(inside))
    return [*told, *edits] if random.random() < 0.5 else [*edits, *told]


def _write(path: str, text: str | bytes) -> None:
    if os.path.isdir(path):
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.lexists(path) and not os.path.isfile(path):
        os.unlink(path)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))


def _text(path: str) -> str:
    try:
        if not os.path.isfile(path):
            return ""
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            return file.read()
    except OSError:
        return ""


def _files(folder: str) -> list[str]:
    return [f"{above}/{name}" for above, _, names in os.walk(folder) for name in names]


def _folders(folder: str) -> list[str]:
    return [folder, *(f"{above}/{name}" for above, names, _ in os.walk(folder) for name in names)]
