"""Environments of every kind, made of empty files: what is read off the folders."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from importwise.environment import discover as discover_module
from importwise.environment.discover import discover
from importwise.environment.layout import Layout, layout_of_folder
from importwise.searchpath import Environment, Platform, Version

if os.name == "nt":
    pytest.skip("links and names of POSIX", allow_module_level=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path.resolve()


def grow(root: Path, tree: str) -> None:
    """Make what the lines name: ``a/b/`` a folder, ``a -> b`` a link, ``a = text`` a file with a line, ``a`` an empty file."""
    for line in tree.strip().splitlines():
        line = line.strip()
        name, arrow, target = line.partition(" -> ")
        name, equals, text = name.partition(" = ")
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if arrow:
            path.symlink_to(target)
        elif name.endswith("/"):
            path.mkdir(exist_ok=True)
        else:
            path.write_text(text.replace("@", str(root)).replace("; ", "\n") + "\n" if equals else "")
            path.chmod(0o755)


def look(root: Path, python: str | None = None, **options: object) -> Environment:
    options.setdefault("variables", {"HOME": str(root / "home"), "PATH": ""})
    project = root / "project"
    project.mkdir(exist_ok=True)
    return discover(str(project), python=None if python is None else str(root / python), **options)  # type: ignore[arg-type]


def places(environment: Environment, root: Path) -> tuple[list[str], list[str]]:
    """The standard library's folders, without typeshed, and the site-packages, relative to ``root``."""
    library = [entry.path for entry in environment.standard_library if entry.kind != "typeshed"]
    return tuple(
        [os.path.relpath(path, root) for path in paths]
        for paths in (library, [entry.path for entry in environment.site_packages])
    )  # type: ignore[return-value]


INSTALLED = """
usr/bin/python3 -> python3.11
usr/bin/python3.11
usr/lib/python3.11/os.py
usr/lib/python3.11/lib-dynload/_ssl.cpython-311-x86_64-linux-gnu.so
usr/lib/python3.11/lib-dynload/_bz2.cpython-311-x86_64-linux-gnu.so
usr/lib/python3.11/lib-dynload/math.cpython-311-x86_64-linux-gnu.so
usr/lib/python3.11/site-packages/
"""

VENV = """
project/.venv/bin/python -> @@/usr/bin/python3
project/.venv/lib/python3.11/site-packages/
"""


def venv(root: Path, config: str = "home = @/usr/bin; include-system-site-packages = false; version = 3.11.2") -> None:
    grow(root, VENV.replace("@@", str(root)))
    grow(root, f"project/.venv/pyvenv.cfg = {config}")


def test_installed(root: Path) -> None:
    grow(root, INSTALLED)
    for python in ("usr", "usr/bin", "usr/bin/python3", "usr/bin/python3.11"):
        environment = look(root, python)
        assert environment.found
        assert environment.version == (3, 11)
        assert environment.platform == "linux"
        assert environment.suffixes == (".cpython-311-x86_64-linux-gnu.so", ".abi3.so", ".so")
        assert places(environment, root) == (
            ["usr/lib/python3.11", "usr/lib/python3.11/lib-dynload"],
            ["usr/lib/python3.11/site-packages"],
        )
        assert environment.origin.startswith("given as ")
        assert not environment.notices
        assert "math" not in environment.builtins
        assert {"sys", "array", "posix"} <= environment.builtins
        assert "_sqlite3" not in environment.builtins
    assert [entry.kind for entry in environment.standard_library] == [
        "standard library",
        "standard library",
        "typeshed",
    ]


def test_virtual_environment(root: Path) -> None:
    grow(root, INSTALLED)
    venv(root)
    environment = look(root)
    assert environment.origin == "`.venv` in the project"
    assert places(environment, root)[1] == ["project/.venv/lib/python3.11/site-packages"]
    assert places(environment, root)[0] == ["usr/lib/python3.11", "usr/lib/python3.11/lib-dynload"]


@pytest.mark.parametrize(
    "config",
    ["home = @/usr/bin; include-system-site-packages = True", "HOME = @/usr/bin", "home=@/usr/bin; junk; version = x"],
)
def test_system_site_packages(root: Path, config: str) -> None:
    """Without the key, ``site.py`` takes it as true."""
    grow(root, INSTALLED + "home/.local/lib/python3.11/site-packages/")
    venv(root, config)
    environment = look(root)
    expected = [
        "project/.venv/lib/python3.11/site-packages",
        "home/.local/lib/python3.11/site-packages",
        "usr/lib/python3.11/site-packages",
    ]
    assert places(environment, root)[1] == expected
    assert "include-system-site-packages" in environment.site_packages[2].origin
    without = look(root, variables={"HOME": str(root / "home"), "PYTHONNOUSERSITE": "1"})
    assert places(without, root)[1] == [expected[0], expected[2]]


def test_user_site(root: Path) -> None:
    grow(root, INSTALLED + "home/.local/lib/python3.11/site-packages/\nelsewhere/lib/python3.11/site-packages/")
    assert places(look(root, "usr"), root)[1] == [
        "home/.local/lib/python3.11/site-packages",
        "usr/lib/python3.11/site-packages",
    ]
    moved = look(root, "usr", variables={"HOME": str(root / "home"), "PYTHONUSERBASE": str(root / "elsewhere")})
    assert places(moved, root)[1] == ["elsewhere/lib/python3.11/site-packages", "usr/lib/python3.11/site-packages"]
    given = discover(str(root), python=str(root / "usr"), variables={}, home=str(root / "home"))
    assert places(given, root)[1][0] == "home/.local/lib/python3.11/site-packages"
    venv(root)
    assert len(look(root).site_packages) == 1


def test_debian(root: Path) -> None:
    debian = (
        "usr/lib/python3/dist-packages/\nusr/local/lib/python3.11/dist-packages/\nusr/lib/python3.11/dist-packages/"
    )
    grow(root, INSTALLED.replace("usr/lib/python3.11/site-packages/", debian))
    system = [
        "usr/local/lib/python3.11/dist-packages",
        "usr/lib/python3/dist-packages",
        "usr/lib/python3.11/dist-packages",
    ]
    assert places(look(root, "usr"), root)[1] == system
    venv(root, "home = @/usr/bin; include-system-site-packages = true")
    assert places(look(root), root)[1] == ["project/.venv/lib/python3.11/site-packages", *system]


def test_fedora(root: Path) -> None:
    fedora = INSTALLED.replace("usr/lib/", "usr/lib64/") + (
        "usr/lib/python3.11/site-packages/\nusr/local/lib64/python3.11/site-packages/\nusr/local/lib/python3.11/site-packages/"
    )
    grow(root, fedora)
    library, sites = places(look(root, "usr/bin/python3"), root)
    assert library == ["usr/lib64/python3.11", "usr/lib64/python3.11/lib-dynload"]
    assert sites == [f"usr/{place}/python3.11/site-packages" for place in ("local/lib64", "local/lib", "lib64", "lib")]
    venv(root)
    (root / "project/.venv/lib64").symlink_to("lib")
    assert places(look(root), root)[1] == ["project/.venv/lib/python3.11/site-packages"]


def test_conda(root: Path) -> None:
    grow(
        root,
        INSTALLED.replace("usr/", "conda/envs/work/")
        + "conda/envs/work/lib/python3.1 -> python3.11\nconda/envs/work/conda-meta/history",
    )
    environment = look(root, variables={"CONDA_PREFIX": str(root / "conda/envs/work")})
    assert environment.origin == f"`CONDA_PREFIX` ({root}/conda/envs/work)"
    assert places(environment, root)[1] == ["conda/envs/work/lib/python3.11/site-packages"]
    (root / "conda/envs/work/bin/python3").unlink()
    (root / "conda/envs/work/bin/python3.11").unlink()
    assert look(root, "conda/envs/work").version == (3, 11)


def test_framework_of_macos(root: Path) -> None:
    grow(
        root,
        """
        Library/Frameworks/Python.framework/Versions/3.12/bin/python3.12
        Library/Frameworks/Python.framework/Versions/3.12/bin/python3 -> python3.12
        Library/Frameworks/Python.framework/Versions/3.12/lib/python3.12/os.py
        Library/Frameworks/Python.framework/Versions/3.12/lib/python3.12/lib-dynload/math.cpython-312-darwin.so
        Library/Frameworks/Python.framework/Versions/3.12/lib/python3.12/site-packages/
        Library/Frameworks/Python.framework/Versions/3.12/Resources/Python.app/Contents/MacOS/Python
        usr/local/bin/python3 -> ../../../Library/Frameworks/Python.framework/Versions/3.12/bin/python3.12
        home/Library/Python/3.12/lib/python/site-packages/
        """,
    )
    framework = "Library/Frameworks/Python.framework/Versions/3.12"
    for python in (
        "usr/local/bin/python3",
        f"{framework}/bin/python3",
        framework,
        f"{framework}/Resources/Python.app/Contents/MacOS/Python",
    ):
        environment = look(root, python)
        assert environment.version == (3, 12)
        assert environment.platform == "darwin"
        assert environment.suffixes == (".cpython-312-darwin.so", ".abi3.so", ".so")
        assert places(environment, root)[1] == [
            "home/Library/Python/3.12/lib/python/site-packages",
            f"{framework}/lib/python3.12/site-packages",
        ]
        assert {"_scproxy", "pwd"} <= environment.builtins
        assert "winreg" not in environment.builtins


def test_homebrew(root: Path) -> None:
    """The interpreter of ``home`` is a link into a framework, whose site-packages is a link back."""
    cellar = "homebrew/Cellar/python@3.11/3.11.9/Frameworks/Python.framework/Versions/3.11"
    grow(
        root,
        f"""
        {cellar}/bin/python3.11
        {cellar}/lib/python3.11/os.py
        {cellar}/lib/python3.11/_sysconfigdata__darwin_darwin.py
        homebrew/lib/python3.11/site-packages/
        {cellar}/lib/python3.11/site-packages -> {root}/homebrew/lib/python3.11/site-packages
        homebrew/opt/python@3.11/bin/python3.11 -> {root}/{cellar}/bin/python3.11
        project/.venv/bin/python3.11 -> {root}/homebrew/opt/python@3.11/bin/python3.11
        project/.venv/bin/python3 -> python3.11
        project/.venv/lib/python3.11/site-packages/
        project/.venv/pyvenv.cfg = home = @/homebrew/opt/python@3.11/bin; include-system-site-packages = true; version = 3.11.9
        """,
    )
    environment = look(root)
    assert environment.platform == "darwin"
    assert environment.suffixes[0] == ".cpython-311-darwin.so"
    assert places(environment, root) == (
        [f"{cellar}/lib/python3.11"],
        ["project/.venv/lib/python3.11/site-packages", f"{cellar}/lib/python3.11/site-packages"],
    )


WINDOWS = """
Python311/python.exe
Python311/python311.dll
Python311/DLLs/_ssl.pyd
Python311/DLLs/_bz2.pyd
Python311/Lib/os.py
Python311/Lib/site-packages/
"""


def test_windows(root: Path) -> None:
    grow(root, WINDOWS + "AppData/Python/Python311/site-packages/")
    variables = {"USERPROFILE": str(root / "home"), "APPDATA": str(root / "AppData")}
    for python in ("Python311", "Python311/python.exe"):
        environment = look(root, python, variables=variables)
        assert environment.version == (3, 11)
        assert environment.platform == "win32"
        assert environment.suffixes == (".cp311-win_amd64.pyd", ".cp311-win32.pyd", ".cp311-win_arm64.pyd", ".pyd")
        library, sites = places(environment, root)
        assert library == ["Python311/DLLs", "Python311/Lib", "Python311"]
        # The installation's own folder is a site folder too, but stands among the standard library's already.
        assert sites == ["AppData/Python/Python311/site-packages", "Python311/Lib/site-packages"]
        assert {"winreg", "nt", "msvcrt", "_winapi", "array"} <= environment.builtins
        assert not environment.builtins & {"posix", "fcntl", "pwd", "termios", "_ssl", "_sqlite3"}


@pytest.mark.parametrize("system", [True, False])
def test_virtual_environment_of_windows(root: Path, system: bool) -> None:
    config = f"home = @/Python311; include-system-site-packages = {str(system).lower()}; version = 3.11.7"
    grow(root, WINDOWS)
    grow(
        root,
        f"""
        project/venv/Scripts/python.exe
        project/venv/Lib/site-packages/_cffi_backend.cp311-win_amd64.pyd
        project/venv/pyvenv.cfg = {config}
        """,
    )
    environment = look(root)
    assert environment.origin == "`venv` in the project"
    assert (environment.version, environment.platform) == ((3, 11), "win32")
    assert environment.suffixes == (".cp311-win_amd64.pyd", ".pyd")
    assert places(environment, root)[0] == ["Python311/DLLs", "Python311/Lib", "Python311"]
    own = ["project/venv", "project/venv/Lib/site-packages"]
    assert places(environment, root)[1] == (own + ["Python311/Lib/site-packages"] if system else own)


def test_conda_of_windows(root: Path) -> None:
    grow(
        root,
        WINDOWS.replace("python311.dll", "conda-meta/python-3.10.4-h9a09f29_0_cpython.json").replace(
            "Python311", "conda"
        ),
    )
    assert look(root, "conda").version == (3, 10)


def test_windows_of_unknown_version(root: Path) -> None:
    grow(root, WINDOWS.replace("Python311/python311.dll", "Python311/LICENSE.txt"))
    assert look(root, "Python311", requires_python=">=3.12").version == (3, 12)
    assert look(root, "Python311").version == sys.version_info[:2]


def test_embedded_python_of_windows(root: Path) -> None:
    """Its standard library is a zip file, of whose content nothing is said here."""
    grow(root, "embedded/python.exe\nembedded/python312.dll\nembedded/python312.zip")
    environment = look(root, "embedded")
    assert environment.version == (3, 12)
    assert places(environment, root) == (["embedded/python312.zip", "embedded"], [])


def test_standalone_build(root: Path) -> None:
    """python-build-standalone, as uv installs it: nearly no extension module is a file."""
    name = "uv/python/cpython-3.13.1-linux-aarch64-gnu"
    grow(
        root,
        f"""
        {name}/bin/python3.13
        {name}/bin/python -> python3.13
        {name}/lib/python3.13/os.py
        {name}/lib/python3.13/_sysconfigdata__linux_aarch64-linux-gnu.py
        {name}/lib/python3.13/lib-dynload/
        {name}/lib/python3.13/site-packages/
        project/.venv/bin/python -> {root}/{name}/bin/python3.13
        project/.venv/lib/python3.13/site-packages/
        project/.venv/pyvenv.cfg = home = @/{name}/bin; implementation = CPython; uv = 0.5.1; version_info = 3.13.1; include-system-site-packages = false
        """,
    )
    environment = look(root)
    assert environment.version == (3, 13)
    assert environment.suffixes == (".cpython-313-aarch64-linux-gnu.so", ".abi3.so", ".so")
    assert {"_ssl", "_sqlite3", "math", "_tkinter"} <= environment.builtins
    assert places(environment, root)[1] == ["project/.venv/lib/python3.13/site-packages"]


def test_free_threaded(root: Path) -> None:
    tree = (
        INSTALLED.replace("lib/python3.11", "lib/python3.13t")
        .replace("python3.11", "python3.13t")
        .replace("cpython-311", "cpython-313t")
    )
    grow(root, tree + "home/.local/lib/python3.13t/site-packages/")
    environment = look(root, "usr")
    assert environment.version == (3, 13)
    assert environment.suffixes[0] == ".cpython-313t-x86_64-linux-gnu.so"
    assert places(environment, root)[1] == [
        "home/.local/lib/python3.13t/site-packages",
        "usr/lib/python3.13t/site-packages",
    ]


def test_pypy(root: Path) -> None:
    grow(
        root,
        """
        pypy/bin/pypy3.10
        pypy/bin/pypy3 -> pypy3.10
        pypy/lib/pypy3.10/os.py
        pypy/lib/pypy3.10/_sqlite3_cffi.pypy310-pp73-x86_64-linux-gnu.so
        pypy/lib/pypy3.10/site-packages/
        project/.venv/bin/python -> pypy3.10
        project/.venv/bin/pypy3.10 -> @@/pypy/bin/pypy3.10
        project/.venv/lib/pypy3.10/site-packages/
        project/.venv/pyvenv.cfg = home = @/pypy/bin; implementation = PyPy; version_info = 3.10.14.final.0
        """.replace("@@", str(root)),
    )
    for environment in (look(root), look(root, "pypy"), look(root, "pypy/bin/pypy3")):
        assert environment.version == (3, 10)
        assert environment.suffixes == (".pypy310-pp73-x86_64-linux-gnu.so", ".so")
        assert places(environment, root)[1][-1] == "pypy/lib/pypy3.10/site-packages"
    (root / "project/.venv/bin/pypy3.10").unlink()
    assert places(look(root), root)[1][0] == "project/.venv/lib/pypy3.10/site-packages"


def test_musl(root: Path) -> None:
    grow(root, INSTALLED.replace("linux-gnu", "linux-musl"))
    assert look(root, "usr").suffixes[0] == ".cpython-311-x86_64-linux-musl.so"


def test_machine_unknown(root: Path) -> None:
    """The extension modules of the site-packages tell the machine; if there are none either, every machine's tag does."""
    grow(root, "usr/bin/python3.11\nusr/lib/python3.11/os.py\nusr/lib/python3.11/site-packages/")
    suffixes = look(root, "usr", platform="linux").suffixes
    assert {".cpython-311-x86_64-linux-gnu.so", ".cpython-311-aarch64-linux-musl.so", ".abi3.so", ".so"} <= set(
        suffixes
    )
    assert look(root, "usr", platform="darwin").suffixes[0] == ".cpython-311-darwin.so"
    grow(
        root,
        "usr/lib/python3.11/site-packages/_x.cpython-310-x86_64-linux-gnu.so\nusr/lib/python3.11/site-packages/_y.cpython-311-s390x-linux-gnu.so",
    )
    assert look(root, "usr", platform="linux").suffixes == (".cpython-311-s390x-linux-gnu.so", ".abi3.so", ".so")


@pytest.mark.parametrize(("version", "platform"), [((3, 12), None), (None, "win32"), ((3, 14), "darwin")])
def test_other_target_than_the_environment(root: Path, version: Version | None, platform: Platform | None) -> None:
    grow(root, INSTALLED)
    environment = look(root, "usr", version=version, platform=platform)
    assert environment.version == (version or (3, 11))
    assert environment.platform == (platform or "linux")
    # With another version typeshed stands in; of another platform the Python source is the same, the extension modules are not.
    assert places(environment, root)[0] == ([] if version else ["usr/lib/python3.11"])
    assert places(environment, root)[1] == ["usr/lib/python3.11/site-packages"]
    # What is installed was built for the environment, and still counts.
    assert ".cpython-311-x86_64-linux-gnu.so" in environment.suffixes
    assert environment.suffixes[0].startswith(
        ".cp311-win" if platform == "win32" else f".cpython-3{environment.version[1]}-"
    )
    assert "math" in environment.builtins
    assert ("winreg" in environment.builtins) == (platform == "win32")
    assert "idlelib" in environment.unknown
    assert ("_strptime" in environment.unknown) is True


def test_other_version_free_threaded_of_the_future(root: Path) -> None:
    grow(root, INSTALLED)
    assert ".abi3t.so" in look(root, "usr", version=(3, 15)).suffixes


def test_version_is_the_environments_before_the_projects(root: Path) -> None:
    grow(root, INSTALLED)
    assert look(root, "usr", requires_python=">=3.10").version == (3, 11)
    assert look(root, requires_python=">=3.10").version == (3, 10)
    assert look(root, requires_python="<4").version == sys.version_info[:2]
    assert look(root).version == sys.version_info[:2]
    assert look(root, version=(3, 9), requires_python=">=3.10").version == (3, 9)


def test_no_environment(root: Path) -> None:
    environment = look(root)
    assert not environment.found
    assert environment.site_packages == ()
    assert len(environment.notices) == 1
    assert environment.notices[0].startswith("No Python environment found")
    # The running Python's standard library stands in.
    assert [entry.kind for entry in environment.standard_library][-1] == "typeshed"
    assert frozenset(sys.builtin_module_names) <= environment.builtins
    assert [entry.kind for entry in look(root, version=(3, 9)).standard_library] == ["typeshed"]


def test_the_base_is_gone(root: Path) -> None:
    venv(root, "home = @/usr/bin; version = 3.9.1")
    (root / "project/.venv/lib/python3.11").rename(root / "project/.venv/lib/python3.9")
    environment = look(root)
    assert environment.found
    assert environment.version == (3, 9)
    assert places(environment, root) == ([], ["project/.venv/lib/python3.9/site-packages"])
    assert "typeshed stands in" in environment.notices[0]
    assert "test" in environment.unknown


def test_version_written_down_is_wrong(root: Path) -> None:
    """After an upgrade in place, the folder and the interpreter's name are right, ``pyvenv.cfg`` may not be."""
    grow(root, INSTALLED)
    venv(root, "home = @/usr/bin; version = 3.8.1; include-system-site-packages = false")
    assert look(root).version == (3, 11)
    (root / "project/.venv/bin/python").unlink()
    environment = look(root)
    assert environment.version == (3, 11)
    assert len(environment.site_packages) == 1


@pytest.mark.parametrize("config", ["", "home", "home = ", "home = /nowhere", "= = =", "version = 3"])
def test_broken_configuration(root: Path, config: str) -> None:
    grow(root, INSTALLED)
    venv(root)
    (root / "project/.venv/pyvenv.cfg").write_text(config)
    environment = look(root)
    assert environment.found
    assert environment.version == (3, 11)
    assert places(environment, root)[1][0] == "project/.venv/lib/python3.11/site-packages"


def test_configuration_that_is_not_utf8(root: Path) -> None:
    grow(root, INSTALLED)
    venv(root)
    (root / "project/.venv/pyvenv.cfg").write_bytes(b"\xff\xfe\x00home = \x80\nversion = 3.11.1\n")
    assert look(root).version == (3, 11)


def test_environment_without_anything(root: Path) -> None:
    """A ``pyvenv.cfg`` alone, as version control may have kept it."""
    grow(root, "project/.venv/pyvenv.cfg = version = 3.10.4")
    environment = look(root)
    assert environment.found
    assert environment.version == (3, 10)
    assert environment.site_packages == ()


def test_link_loops(root: Path) -> None:
    grow(root, INSTALLED)
    venv(root)
    site = root / "project/.venv/lib/python3.11/site-packages"
    (site / "loop").symlink_to("loop")
    (site / "loop.pth").symlink_to("loop.pth")
    (site / "x.pth").write_text("loop\nloop/inside\n.\n")
    assert places(look(root), root)[1] == ["project/.venv/lib/python3.11/site-packages"]
    (root / "project/.venv/bin/python").unlink()
    (root / "project/.venv/bin/python").symlink_to("python")
    assert look(root).version == (3, 11)
    (root / "project/.venv/pyvenv.cfg").unlink()
    (root / "project/.venv/pyvenv.cfg").symlink_to("pyvenv.cfg")
    assert not look(root).found


def test_special_files_and_bad_text(root: Path) -> None:
    grow(root, INSTALLED)
    venv(root)
    site = root / "project/.venv/lib/python3.11/site-packages"
    os.mkfifo(site / "fifo.pth")
    (site / "folder.pth").mkdir()
    (site / "nul.pth").write_bytes(b"a\x00b\n.\n")
    (site / "latin.pth").write_bytes(b"caf\xe9\nplain\n")
    (site / "plain").mkdir()
    environment = look(root)
    assert places(environment, root)[1] == [
        f"project/.venv/lib/python3.11/site-packages{name}" for name in ("", "/plain")
    ]
    assert environment.notices == (f"{site}/latin.pth is not UTF-8.",)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable(root: Path) -> None:
    grow(root, INSTALLED)
    venv(root)
    site = root / "project/.venv/lib/python3.11/site-packages"
    (site / "x.pth").write_text(".")
    (site / "x.pth").chmod(0)
    assert "Can't read" in look(root).notices[0]
    site.chmod(0)
    assert "Can't list" in look(root).notices[0]
    site.chmod(0o755)


def test_errors_of_the_disk_are_notices(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(root, INSTALLED)
    venv(root)
    site = root / "project/.venv/lib/python3.11/site-packages"
    (site / "x.pth").write_text(".")
    real_open, real_list = open, os.listdir

    def broken_open(path: str, *rest: object) -> object:
        if str(path).endswith("x.pth"):
            raise PermissionError(13, "Permission denied")
        return real_open(path, *rest)  # type: ignore[call-overload]

    monkeypatch.setattr("builtins.open", broken_open)
    assert look(root).notices == (f"Can't read {site}/x.pth: permission denied.",)

    def broken_list(path: str) -> list[str]:
        if path == str(site):
            raise PermissionError(13, "Permission denied")
        return real_list(path)

    monkeypatch.setattr(os, "listdir", broken_list)
    assert look(root).notices == (f"Can't list the folder {site}: permission denied.",)


def test_zip_file_of_the_standard_library(root: Path) -> None:
    grow(root, INSTALLED + "usr/lib/python311.zip")
    assert places(look(root, "usr"), root)[0][0] == "usr/lib/python311.zip"


def test_typeshed_is_missing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(root, INSTALLED)
    monkeypatch.setattr(discover_module, "find_typeshed", lambda: None)
    environment = look(root, "usr")
    assert environment.stdlib_versions == {}
    assert "typeshed is missing" in environment.notices[0]


def test_apples_python(root: Path) -> None:
    """Apple's own builds have one site folder more, at a fixed place."""
    from importwise.environment.layout import Base, _site_folders

    prefix = "/Library/Developer/CommandLineTools/Library/Frameworks/Python3.framework/Versions/3.9"
    assert _site_folders([prefix], Base(prefix, "lib", "python3.9"), "python3.9", windows=False, virtual=False) == [
        f"{prefix}/lib/python3.9/site-packages",
        "/Library/Python/3.9/site-packages",
    ]


def test_layout_of_what_is_none(root: Path) -> None:
    (root / "empty").mkdir()
    assert layout_of_folder(str(root / "empty"), {}, "") is None
    assert layout_of_folder(str(root / "absent"), {}, "") is None
    grow(root, "bin/python3")
    assert layout_of_folder(str(root), {}, "") is None


def test_layout_is_a_value(root: Path) -> None:
    grow(root, INSTALLED)
    assert isinstance(layout_of_folder(str(root / "usr"), {}, ""), Layout)
    assert layout_of_folder(str(root / "usr"), {}, "") == layout_of_folder(str(root / "usr"), {}, "")
