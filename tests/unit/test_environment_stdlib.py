"""The tables of the standard library, held against typeshed's stubs and against every Python on this machine."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_environment_sys_path import PYTHONS, make, outside

from importwise.environment.discover import discover
from importwise.environment.stdlib import PLATFORMS, STUB_ONLY, builtin_modules, platforms_of, unlisted_modules
from importwise.environment.typeshed import find_typeshed, stdlib_versions
from importwise.environment.versions import lowest_version, parse_version
from importwise.searchpath import Platform, Version

TYPESHED = find_typeshed() or ""
MODULES = sorted(name for name in stdlib_versions(TYPESHED) if "." not in name and name not in STUB_ONLY)
PRIVATE = "_abc _datetime _elementtree _overlapped _posixshmem _pydatetime _pyio _scproxy _sha2 _sha256 _strptime _wmi _uuid".split()


def test_versions() -> None:
    versions = stdlib_versions(TYPESHED)
    assert len(versions) > 300
    assert versions["tomllib"] == ((3, 11), None)
    assert versions["distutils"] == ((3, 0), (3, 11))
    assert versions["distutils.command.bdist_msi"] == ((3, 0), (3, 10))
    assert versions["_socket"] == ((3, 0), None)


def test_versions_that_are_not_there(tmp_path: Path) -> None:
    assert stdlib_versions(str(tmp_path)) == {}
    (tmp_path / "VERSIONS").write_bytes(b"\xff\xfe\nasyncio: 3.4-  # x\nbroken\nworse: x-\nold: 2.7-3.9\n\n#c: 3.1-\n")
    assert stdlib_versions(str(tmp_path)) == {"asyncio": ((3, 4), None), "old": ((2, 7), (3, 9))}


def test_typeshed_is_found_without_importing_it() -> None:
    program = "import sys; from importwise.environment.typeshed import find_typeshed as f; print(f(), 'typeshed_client' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == [TYPESHED, "False"], done.stderr


def test_typeshed_behind_an_import_hook(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    spec = importlib.util.find_spec("typeshed_client")
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    assert find_typeshed() == TYPESHED
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert find_typeshed() is None


def test_platforms_agree_with_typeshed() -> None:
    """A stub whose whole body is under a test of ``sys.platform`` is a module of those platforms."""
    seen: dict[str, tuple[str, ...]] = {}
    for module in MODULES:
        path = os.path.join(TYPESHED, module)
        path = os.path.join(path, "__init__.pyi") if os.path.isdir(path) else path + ".pyi"
        with open(path, encoding="utf-8") as file:
            body = ast.parse(file.read()).body
        rest = [statement for statement in body if not isinstance(statement, (ast.Import, ast.ImportFrom))]
        tests = [
            ast.unparse(statement.test) for statement in rest if isinstance(statement, ast.If) and not statement.orelse
        ]
        if len(tests) == len(rest) and tests and all("sys.platform" in test for test in tests):
            seen[module] = tuple(
                name
                for name in PLATFORMS
                if any(eval(test, {"sys": type("", (), {"platform": name})}) for test in tests)
            )
    assert len(seen) > 15
    # The stub of spwd says that macOS has it; no Python does (configure.ac: getspnam).
    assert {name: platforms_of(name) for name in seen} == seen


def test_platforms_of_private_modules_and_submodules() -> None:
    assert platforms_of("_overlapped") == platforms_of("msilib.schema") == ("win32",)
    assert platforms_of("_scproxy") == ("darwin",)
    assert platforms_of("termios") == platforms_of("_curses") == ("linux", "darwin")
    assert platforms_of("json.decoder") == platforms_of("no_such_module") == PLATFORMS


@pytest.mark.skipif(os.name == "nt", reason="runs interpreters of a POSIX layout")
@pytest.mark.parametrize("python", PYTHONS)
def test_modules_of_a_python(python: str, tmp_path: Path) -> None:
    """A module has a file, or is built in, if and only if this Python finds it; and in which way."""
    environment = discover(str(tmp_path), python=python, variables=outside(str(tmp_path)))
    folders = [entry.path for entry in environment.standard_library if entry.kind == "standard library"]
    files = {entry.partition(".")[0] for folder in folders for entry in os.listdir(folder)}
    names = [*MODULES, *PRIVATE]
    builtin, suffixes, there = ask(python, names, tmp_path)
    assert list(environment.suffixes) == suffixes
    assert builtin <= environment.builtins
    assert {name for name in names if name in environment.builtins or name in files} == there
    # From the tables alone, as for a Python that importwise doesn't run on.
    deduced = builtin_modules(environment.version, environment.platform, files)
    assert builtin <= deduced
    assert {name for name in names if name in deduced or name in files} == there


@pytest.mark.skipif(os.name == "nt", reason="runs interpreters of a POSIX layout")
@pytest.mark.parametrize("python", PYTHONS)
def test_nothing_shadows_what_is_built_in(python: str, tmp_path: Path) -> None:
    """``environment.builtins`` are the modules that a file in the program's folder can't replace."""
    environment = discover(str(tmp_path), python=python, variables=outside(str(tmp_path)))
    names = [name for name in sorted({*MODULES, *environment.builtins}) if "." not in name and name != "__main__"]
    for name in names:
        (tmp_path / f"{name}.py").touch()
    program = (
        "import sys; loaded = set(sys.modules); sys.path.insert(0, sys.argv[1])\n"
        "def beaten(name):\n"
        "    if name in loaded: return True\n"
        "    specs = [finder.find_spec(name) for finder in sys.meta_path]\n"
        "    found = [spec for spec in specs if spec]\n"
        "    return bool(found) and not (found[0].origin or '').startswith(sys.argv[1])\n"
        "print([name for name in sys.argv[2:] if beaten(name)])"
    )
    # A fresh virtual environment, so that no .pth file has imported anything.
    fresh = make(python, tmp_path / "venv")
    command = [fresh, "-c", program, str(tmp_path), *names]
    done = subprocess.run(command, cwd="/", env=outside(str(tmp_path)), capture_output=True, text=True)
    solid = set(ast.literal_eval(done.stdout or repr(done.stderr)))
    assert set(names) & environment.builtins <= solid
    # What is left over was imported by `site`, whose imports differ from start to start.
    assert solid - environment.builtins <= {"encodings", "_bootlocale", "types", "warnings", "importlib", "linecache"}


def ask(python: str, names: list[str], folder: Path) -> tuple[set[str], list[str], set[str]]:
    """Built-in modules, endings of extension modules, and those of ``names`` that ``python`` finds."""
    program = (
        "import sys, json, importlib.util as u, importlib.machinery as m\n"
        "names = json.load(sys.stdin)\n"
        "there = [n for n in names if n in sys.modules or u.find_spec(n) is not None]\n"
        "print(json.dumps([sys.builtin_module_names, m.EXTENSION_SUFFIXES, there]))"
    )
    done = subprocess.run(
        [python, "-S", "-c", program],
        input=json.dumps(names),
        cwd=folder,
        env=outside(str(folder)),
        capture_output=True,
        text=True,
        check=True,
    )
    builtin, suffixes, there = json.loads(done.stdout)
    return set(builtin), suffixes, set(there)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("version", [(3, 10), (3, 12), (3, 14), (3, 15)])
def test_tables_by_platform_and_version(platform: Platform, version: Version) -> None:
    names = builtin_modules(version, platform, None)
    assert {"sys", "builtins", "_thread", "_io", "math", "__main__", "os", "_ssl"} <= names
    assert ("winreg" in names) == ("fcntl" not in names) == (platform == "win32")
    assert ("audioop" in names) == (version <= (3, 12))
    assert ("_zstd" in names) == (version >= (3, 14))
    assert ("_scproxy" in names) == (platform == "darwin")
    assert not {name for name in names if platform not in platforms_of(name)}
    assert ("_bootsubprocess" in unlisted_modules(version)) == (version <= (3, 11))


def test_static_builds_have_what_is_no_file() -> None:
    """python-build-standalone links the extension modules into the binary; elsewhere a missing file is a missing module."""
    assert "_tkinter" in builtin_modules((3, 12), "linux", {"os", "_tkinter_library"})
    assert "_tkinter" not in builtin_modules((3, 12), "linux", {"os", "_ssl", "_bz2", "_ctypes"})
    assert "math" in builtin_modules((3, 12), "linux", {"os", "_ssl", "_bz2", "_ctypes"})
    assert "math" not in builtin_modules((3, 12), "linux", {"os", "_ssl", "_bz2", "_ctypes", "math"})


@pytest.mark.parametrize(
    ("text", "lowest"),
    [
        (">=3.10", (3, 10)),
        (" >= 3.9.2 , <4", (3, 9)),
        ("~=3.11", (3, 11)),
        ("~=3.8.1", (3, 8)),
        (">3.9", (3, 9)),
        ("==3.12.*", (3, 12)),
        ("==3.12.1", (3, 12)),
        (">=3.7,>=3.9", (3, 9)),
        (">=3.8,!=3.8.*,!=3.9.*", (3, 10)),
        (">=3.8,!=3.8.1", (3, 8)),
        ("^3.10", (3, 10)),
        ("~3.10", (3, 10)),
        (">=3.10rc1", (3, 10)),
        (">=3", (3, 0)),
        ("3.11", (3, 11)),
        ("<3.12", None),
        (">=2.7", None),
        ("", None),
        ("nonsense", None),
    ],
)
def test_lowest_version(text: str, lowest: Version | None) -> None:
    assert lowest_version(text) == lowest


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("3.12", (3, 12)),
        (" 3.12.1 ", (3, 12)),
        ("3.13rc1", (3, 13)),
        ("3.11.7.final.0", (3, 11)),
        ("3", None),
        ("x.y", None),
        ("3.", None),
        ("", None),
    ],
)
def test_parse_version(text: str, version: Version | None) -> None:
    assert parse_version(text) == version
