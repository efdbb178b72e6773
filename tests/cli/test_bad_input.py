"""What no project should hold, and some do: no traceback, no hang, each affected file named, the rest checked."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from importwise.cli.excerpt import safe

Make = Callable[[dict[str, "str | bytes"]], Path]
Run = Callable[..., "subprocess.CompletedProcess[bytes]"]

posix = pytest.mark.skipif(os.name != "posix", reason="needs what POSIX has")

GOOD = "import os\nimport gone_from_good\n"
"""A file beside the bad one, to see that the rest is checked."""


def check(importwise: Run, project: Path, *words: str, **more: object) -> dict[str, list[tuple[str, int, int]]]:
    """Rule, line and column of the findings by path. The text form is made too, since that is what reads the source again."""
    text = importwise("check", *words, folder=project, **more)
    completed = importwise("check", "--output-format", "json", *words, folder=project, **more)
    for each in (text, completed):
        assert b"Traceback" not in each.stderr, each.stderr.decode()
        assert each.returncode in (0, 1, 2)
    found: dict[str, list[tuple[str, int, int]]] = {}
    for finding in json.loads(completed.stdout)["findings"]:
        start = finding["range"]["start"]
        found.setdefault(finding["path"], []).append((finding["code"], start["line"], start["column"]))
        assert safe(finding["path"]) in text.stdout.decode()
    return found


def the_good_one(found: dict[str, list[tuple[str, int, int]]]) -> None:
    assert found.pop("good.py") == [("unresolved-import", 2, 8)]


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        pytest.param(b"", [], id="empty"),
        pytest.param(b"\n\n# nothing\n", [], id="comments alone"),
        pytest.param(b"import gone_a\n\x00\n", ["syntax-error", "unresolved-import"], id="NUL byte"),
        pytest.param(b"\x00" * 1000, ["syntax-error"], id="NUL bytes alone"),
        pytest.param(b"x = '\xe9'\nimport gone_a\n", ["syntax-error", "unresolved-import"], id="invalid UTF-8"),
        pytest.param(b"\xff\xfei\x00m\x00p\x00", ["syntax-error"], id="UTF-16"),
        pytest.param(
            b"# coding: no-such-codec\nimport gone_a\n", ["syntax-error", "unresolved-import"], id="bogus cookie"
        ),
        pytest.param(
            b"# coding: rot13\nimport gone_a\n", ["syntax-error", "unresolved-import"], id="cookie of no text encoding"
        ),
        pytest.param(
            b"# coding: ascii\nx = '\xe9'\nimport gone_a\n", ["syntax-error", "unresolved-import"], id="wrong cookie"
        ),
        pytest.param(b"# coding: latin-1\nx = '\xe9'\nimport gone_a\n", ["unresolved-import"], id="right cookie"),
        pytest.param(b"\xef\xbb\xbfimport gone_a\n", ["unresolved-import"], id="BOM"),
        pytest.param(
            b"\xef\xbb\xbf# coding: latin-1\nimport gone_a\n",
            ["syntax-error", "unresolved-import"],
            id="BOM against cookie",
        ),
        pytest.param(b"import os\rimport gone_a\r", ["unresolved-import"], id="CR"),
        pytest.param(b"\x0cimport os\n\x0cimport gone_a\n", ["unresolved-import"], id="form feeds"),
        pytest.param(b"import gone_a", ["unresolved-import"], id="no end of the last line"),
        pytest.param(b"import gone_a \\\n", None, id="backslash at the end"),
        pytest.param(b"x = (\nimport gone_a\n", None, id="open bracket"),
        pytest.param(b"x = '''\nimport gone_a\n", ["syntax-error", "unresolved-import"], id="open string"),
        pytest.param(b"print 'x'\nimport gone_a\nexec 'x'\nraise E, 'x'\n", None, id="Python 2"),
        pytest.param(b"(" * 100_000, None, id="100,000 open brackets"),
        pytest.param(b"(" * 100_000 + b")" * 100_000, None, id="100,000 nested brackets"),
        pytest.param(b"x = " + b"-" * 100_000 + b"1\n", None, id="100,000 signs"),
        pytest.param(b"x = " + b"a." * 100_000 + b"b\n", None, id="100,000 attributes"),
        pytest.param(b"".join(b" " * level + b"if x:\n" for level in range(2_000)), None, id="2,000 levels"),
        pytest.param(b"x = '" + b"a" * 50_000_000 + b"'\nimport gone_a\n", ["unresolved-import"], id="a line of 50 MB"),
        pytest.param(
            b"x = [" + b"1," * 5_000_000 + b"]; import gone_a\n",
            ["unresolved-import"],
            id="a line of 10 MB of numbers",
            marks=pytest.mark.slow,
        ),
        pytest.param(b"import os\n" * 100_000, [], id="100,000 imports"),
        pytest.param(b"from os import (" + b"path," * 100_000 + b")\n", [], id="100,000 names"),
        pytest.param(b"import " + b"a." * 50_000 + b"b\n", ["unresolved-import"], id="a name of 50,000 parts"),
        pytest.param(b"try:\n    import a\nexcept ImportError:\n    pass\n" * 5_000, None, id="5,000 guards"),
        pytest.param("import ﬁle_gone\n".encode(), ["unresolved-import"], id="a name that is normalised"),
    ],
)
def test_content(content: bytes, rules: list[str] | None, make: Make, importwise: Run) -> None:
    project = make({"good.py": GOOD, "bad.py": content})
    found = check(importwise, project)
    the_good_one(found)
    if rules is not None:
        assert sorted({rule for rule, _, _ in found.pop("bad.py", [])}) == rules
        assert not found


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"\xef\xbb\xbfimport gone_a\n", (1, 8)),
        (b"import os\rimport gone_a\r", (2, 8)),
        (b"x = 1\x0c\nimport gone_a\n", (2, 8)),
        ("x = '\U0001f40d'; import gone_a\n".encode(), (1, 17)),
        ("x = '\u2028'; import gone_a\n".encode(), (1, 17)),
    ],
)
def test_places_count_code_points(content: bytes, place: tuple[int, int], make: Make, importwise: Run) -> None:
    found = check(importwise, make({"bad.py": content}))
    assert found == {"bad.py": [("unresolved-import", *place)]}


def test_syntax_of_all_of_it(make: Make, importwise: Run) -> None:
    project = make(
        {
            "good.py": GOOD,
            "brackets.py": "(" * 100_000,
            "nul.py": b"\x00",
            "python2.py": "print 'x'\n",
            "signs.py": "x = " + "-" * 100_000 + "1\n",
            "latin.py": b"\xe9",
        }
    )
    version = "{}.{}".format(*sys.version_info)
    found = check(importwise, project, "--syntax", "--jobs", "2", "--python-version", version)
    the_good_one(found)
    for name in ("brackets.py", "nul.py", "python2.py", "latin.py"):
        assert {rule for rule, _, _ in found[name]} == {"syntax-error"}


@posix
def test_links_and_special_files(make: Make, importwise: Run, tmp_path: Path) -> None:
    project = make({"good.py": GOOD, "real/__init__.py": "import gone_b\n"})
    (project / "circle").symlink_to(project)
    (project / "deeper").symlink_to(project / "real")
    (project / "self").symlink_to("self")
    (project / "nowhere.py").symlink_to("missing.py")
    (project / "circle.py").symlink_to("circle.py")
    os.mkfifo(project / "fifo.py")
    here = Path.cwd()
    os.chdir(project)  # The path of a socket has to be short.
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("socket.py")
            found = check(importwise, project)
    finally:
        os.chdir(here)
    the_good_one(found)
    assert found.pop("real/__init__.py") == [("unresolved-import", 1, 8)]
    assert {path: rules[0][0] for path, rules in found.items()} == {
        "nowhere.py": "unreadable-file",
        "circle.py": "unreadable-file",
        "fifo.py": "unreadable-file",
        "socket.py": "unreadable-file",
    }


@posix
def test_special_files_in_a_folder_that_is_asked_for(make: Make, importwise: Run) -> None:
    project = make({"good.py": GOOD, "sub/inner/fine.py": "import os\n"})
    for path in ("fifo.py", "sub/fifo.py", "sub/inner/fifo.py"):
        os.mkfifo(project / path)
    found = check(importwise, project, "sub")
    assert {path: rules[0][0] for path, rules in found.items()} == {
        "sub/fifo.py": "unreadable-file",
        "sub/inner/fifo.py": "unreadable-file",
    }


@posix
def test_a_fifo_that_is_asked_for(make: Make, importwise: Run) -> None:
    project = make({"good.py": GOOD})
    os.mkfifo(project / "fifo.py")
    completed = importwise("check", "fifo.py", folder=project)
    assert completed.returncode == 2
    assert completed.stderr.decode() == "importwise: error: fifo.py is neither a file nor a folder\n"


@posix
def test_what_may_not_be_read(make: Make, importwise: Run) -> None:
    project = make({"good.py": GOOD, "closed.py": "import gone_a\n", "locked/inner.py": "import gone_a\n"})
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        # Nothing is closed to root, unless it gives that right away.
        prefix = (
            "setpriv",
            "--bounding-set=-dac_override,-dac_read_search",
            "--inh-caps=-dac_override,-dac_read_search",
        )
        if shutil.which("setpriv") is None:
            pytest.skip("runs as root")
    (project / "closed.py").chmod(0)
    (project / "locked").chmod(0)
    try:
        found = check(importwise, project, prefix=prefix)
    finally:
        (project / "locked").chmod(0o700)
    the_good_one(found)
    assert found == {"closed.py": [("unreadable-file", 1, 1)], "locked": [("unreadable-file", 1, 1)]}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems want their file names to be text")
def test_names_that_are_no_text(make: Make, importwise: Run) -> None:
    project = make({"good.py": GOOD})
    with open(os.path.join(os.fsencode(project), b"bad\xff.py"), "w") as file:
        file.write("import gone_a\n")
    folder = os.path.join(os.fsencode(project), b"f\xfe")
    os.mkdir(folder)
    with open(os.path.join(folder, b"inner.py"), "w") as file:
        file.write("import gone_a\n")
    found = check(importwise, project)
    the_good_one(found)
    assert found == {
        "bad\udcff.py": [("unresolved-import", 1, 8)],
        "f\udcfe/inner.py": [("unresolved-import", 1, 8)],
    }


@pytest.mark.parametrize(
    "name", ["new\nline.py", "tab\t.py", "esc\x1b[31m.py", "-dash.py", "sp ace.py", "q'uote.py", "ünï.py"]
)
@posix
def test_strange_names(name: str, make: Make, importwise: Run) -> None:
    project = make({"good.py": GOOD, name: "import gone_a\n"})
    found = check(importwise, project)
    the_good_one(found)
    assert found == {name: [("unresolved-import", 1, 8)]}
    assert b"\x1b" not in importwise("check", folder=project).stdout


VANISHING = """
import os, sys
real = os.open
def vanish(path, *more, **options):
    if str(path).endswith("vanishing.py"):
        os.path.exists(path) and os.unlink(path)
    return real(path, *more, **options)
os.open = vanish
from importwise.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def test_a_file_that_vanishes(make: Make, importwise: Run) -> None:
    project = make({"good.py": GOOD, "vanishing.py": "import gone_a\n"})
    words = ("check", "--jobs", "1", "--no-cache", "--output-format", "json")
    completed = importwise(*words, folder=project, program=("-c", VANISHING))
    assert not (project / "vanishing.py").exists()
    assert b"Traceback" not in completed.stderr
    paths = {finding["path"]: finding["code"] for finding in json.loads(completed.stdout)["findings"]}
    assert paths["good.py"] == "unresolved-import"
    assert paths.get("vanishing.py", "unreadable-file") == "unreadable-file"


@pytest.mark.parametrize(
    "content",
    [
        b"[tool.importwise",
        b"\xff\xfe",
        b"\x00",
        b"x = " + b"[" * 100_000,
        b"[tool]\nimportwise = 3\n",
        b"a = 1\na = 2\n",
    ],
)
def test_a_project_file_that_is_broken(content: bytes, make: Make, importwise: Run) -> None:
    project = make({"good.py": GOOD, "pyproject.toml": content})
    found = check(importwise, project)
    the_good_one(found)
    [(rule, _, _)] = found.pop("pyproject.toml")
    assert rule == "invalid-configuration"
    assert importwise("check", folder=project).returncode == 2


def test_a_damaged_cache(make: Make, importwise: Run, tmp_path: Path) -> None:
    project = make({"good.py": GOOD})
    first = importwise("check", folder=project)
    caches = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    for path in caches:
        path.write_bytes(path.read_bytes()[:-20] + b"\xff" * 40)
    second = importwise("check", folder=project)
    assert (second.stdout, second.stderr, second.returncode) == (first.stdout, first.stderr, first.returncode)


@posix
def test_a_cache_folder_that_is_a_file(make: Make, importwise: Run, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    completed = importwise("check", folder=make({"good.py": GOOD}))
    assert completed.returncode == 1
    assert b"Traceback" not in completed.stderr
