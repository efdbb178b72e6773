"""The search path equals ``sys.path`` of every Python on this machine, with and without virtual environments."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from glob import glob
from pathlib import Path

import pytest

from importwise.environment.discover import discover
from importwise.searchpath import Environment

PYTHONS = sorted(
    {
        os.path.realpath(path): path
        for path in [
            sys.executable,
            "/usr/bin/python3",
            *glob(os.path.expanduser("~/.pyenv/versions/3.1*/bin/python3")),
        ]
    }.values()
)


def outside(path: str) -> dict[str, str]:
    """The process's variables without those that choose an environment; the user's site folder is below ``path``."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "SYSTEMROOT", "LANG", "LC_ALL")}
    return {**kept, "PYTHONUSERBASE": path, "HOME": path}


def sys_path(python: str, variables: dict[str, str]) -> list[str]:
    """``sys.path`` of ``python`` without the first entry, that of the program, and without what doesn't exist."""
    program = "import sys, json; print(json.dumps([sys.version_info[:2], sys.path[1:]]))"
    done = subprocess.run([python, "-c", program], env=variables, capture_output=True, text=True, check=True)
    return [path for path in json.loads(done.stdout)[1] if os.path.exists(path)]


def ours(environment: Environment) -> list[str]:
    """All that is searched apart from typeshed."""
    return [
        entry.path for entry in (*environment.standard_library, *environment.site_packages) if entry.kind != "typeshed"
    ]


def make(python: str, folder: Path, *options: str) -> str:
    """A virtual environment; its interpreter. Debian's Python may lack `ensurepip`, so pip is never put in."""
    subprocess.run([python, "-m", "venv", "--without-pip", *options, str(folder)], check=True, capture_output=True)
    return str(folder / "bin" / "python")


def site_folder(python: str, variables: dict[str, str]) -> Path:
    """Where pip would install."""
    program = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(
        subprocess.run(
            [python, "-c", program], env=variables, capture_output=True, text=True, check=True
        ).stdout.strip()
    )


def user_site(python: str, variables: dict[str, str]) -> Path:
    program = "import site; print(site.getusersitepackages())"
    return Path(
        subprocess.run(
            [python, "-c", program], env=variables, capture_output=True, text=True, check=True
        ).stdout.strip()
    )


pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="runs interpreters of a POSIX layout")]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("user", [False, True])
def test_installed_python(python: str, user: bool, tmp_path: Path) -> None:
    variables = outside(str(tmp_path))
    if user:
        user_site(python, variables).mkdir(parents=True)
    environment = discover(str(tmp_path), python=python, variables=variables)
    # Running from a virtual environment, sys.executable is one too.
    assert ours(environment) == sys_path(python, variables)
    assert environment.found


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(
    "options", [(), ("--system-site-packages",), ("--copies",), ("--symlinks", "--system-site-packages")]
)
@pytest.mark.parametrize("user", [False, True])
def test_virtual_environment(python: str, options: tuple[str, ...], user: bool, tmp_path: Path) -> None:
    variables = outside(str(tmp_path))
    made = make(python, tmp_path / "venv", *options)
    if user:
        user_site(python, variables).mkdir(parents=True)
    expected = sys_path(made, variables)
    assert ours(discover(str(tmp_path), python=made, variables=variables)) == expected
    assert ours(discover(str(tmp_path), python=str(tmp_path / "venv"), variables=variables)) == expected
    assert ours(discover(str(tmp_path), variables={**variables, "VIRTUAL_ENV": str(tmp_path / "venv")})) == expected


@pytest.mark.parametrize("python", PYTHONS)
def test_virtual_environment_of_a_virtual_environment(python: str, tmp_path: Path) -> None:
    variables = outside(str(tmp_path))
    first = make(python, tmp_path / "first")
    second = make(first, tmp_path / "second", "--system-site-packages")
    assert ours(discover(str(tmp_path), python=second, variables=variables)) == sys_path(second, variables)


@pytest.mark.parametrize("python", PYTHONS)
def test_linked_interpreter(python: str, tmp_path: Path) -> None:
    """A link outside to the interpreter: ``pyvenv.cfg`` is sought beside the link alone, as ``getpath`` does."""
    variables = outside(str(tmp_path))
    made = make(python, tmp_path / "venv")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3").symlink_to(made)
    link = str(tmp_path / "bin" / "python3")
    assert ours(discover(str(tmp_path), python=link, variables=variables)) == sys_path(link, variables)


PTH_FILES: dict[str, bytes] = {
    "a.pth": b"# a comment\n\n   \n./first\nfirst\nfirst/../first\n  # not a comment: a path\nmissing\nsecond   \n",
    "B.pth": b"upper",
    "b.pth": b"import sys\nimport\tsys\nimportant\nimport-not\r\nthird\r\n\rfourth\r",
    "bom.pth": b"\xef\xbb\xbfmarked\nunmarked\n",
    "c.pth": b"zipped.zip\nwheel.egg\nplain.txt\n",
    "d.pth": "caf\u00e9\n".encode(),
    "e.pth": b" led\nspaced out\n",
    "f.pth": b"form\x0cfeed\nline\x1cseparator\nnext\xc2\x85line\n",
    "g.pth": b"nested\n",
    "nested/h.pth": b"../reached-by-recursion\n",
    "z.pth": b"first\nlast",
    ".hidden.pth": b"from-hidden\n",
    "empty.pth": b"",
    "not-a-pth.txt": b"no\n",
    "foo.egg-link": b"linked\n.\n",
    "easy-install.pth": b"./foo-1.0-py3.egg\n",
    "tab.pth": b"\ttabbed\nfirst\t\n",
    "import.pth": b"import sys; sys.path.append('/nowhere/at/all')\n",
    "absolute.pth": b"/\n/usr/..\n//\n",
    "double.pth": b"second//\n./second/.\n",
}
PTH_FOLDERS = (
    *(
        "first",
        "second",
        "third",
        "fourth",
        "upper",
        "important",
        "import-not",
        "marked",
        "unmarked",
        "caf\u00e9",
        " led",
        "led",
    ),
    *(
        "spaced out",
        "form",
        "feed",
        "form\x0cfeed",
        "line",
        "separator",
        "line\x1cseparator",
        "next\x85line",
        "next",
        "nested",
        "last",
    ),
    *("reached-by-recursion", "from-hidden", "no", "linked", "foo-1.0-py3.egg", "tabbed", "\ttabbed", "\ufeffmarked"),
)


@pytest.mark.parametrize("python", PYTHONS)
def test_pth_files(python: str, tmp_path: Path) -> None:
    variables = {**outside(str(tmp_path)), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    made = make(python, tmp_path / "venv")
    site = site_folder(made, variables)
    for name in PTH_FOLDERS:
        (site / name).mkdir(parents=True, exist_ok=True)
    for name in ("zipped.zip", "wheel.egg", "plain.txt"):
        (site / name).write_bytes(b"")
    for name, data in PTH_FILES.items():
        (site / name).write_bytes(data)
    expected = [path for path in sys_path(made, variables) if path != "/nowhere/at/all"]
    environment = discover(str(tmp_path), python=made, variables=variables)
    assert ours(environment) == expected
    assert {entry.kind for entry in environment.site_packages} == {"site-packages", "pth"}
    origins = {os.path.basename(entry.path): entry.origin for entry in environment.site_packages}
    assert origins["second"] == "a.pth, line 9"
    assert not environment.notices


@pytest.mark.parametrize("python", PYTHONS)
def test_pth_files_of_user_and_system(python: str, tmp_path: Path) -> None:
    """The user's ``.pth`` entries come before the system's folders."""
    variables = outside(str(tmp_path))
    made = make(python, tmp_path / "venv", "--system-site-packages")
    for number, folder in enumerate((user_site(python, variables), site_folder(made, variables))):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "x.pth").write_text(f"{tmp_path}/added{number}\n{tmp_path}/both\n")
        (tmp_path / f"added{number}").mkdir()
    (tmp_path / "both").mkdir()
    assert ours(discover(str(tmp_path), python=made, variables=variables)) == sys_path(made, variables)
