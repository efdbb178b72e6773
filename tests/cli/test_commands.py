"""The commands from outside: exit statuses, what goes to stdout and what to stderr, order and repetition."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from importwise import __version__

Make = Callable[[dict[str, str]], Path]
Run = Callable[..., "subprocess.CompletedProcess[bytes]"]

CLEAN = {
    "pyproject.toml": "",
    "shop/__init__.py": "",
    "shop/cart.py": "import os\nfrom . import prices\n",
    "shop/prices.py": "",
}
BROKEN = {**CLEAN, "shop/broken.py": "import os\nfrom shop import taxes\nimport shop.gone\n"}


def findings(completed: subprocess.CompletedProcess[bytes]) -> list[tuple[Any, ...]]:
    """Path, line, column and rule of each finding of a JSON report."""
    return [
        (each["path"], each["range"]["start"]["line"], each["range"]["start"]["column"], each["code"])
        for each in json.loads(completed.stdout)["findings"]
    ]


def test_a_clean_project(make: Make, importwise: Run) -> None:
    completed = importwise("check", folder=make(CLEAN))
    assert completed.stdout.decode() == (
        "No problems in 3 files, 2 imports: 2 resolved, 0 open, 0 optional, 0 allowed, 0 unresolved\n"
    )
    assert completed.returncode == 0


def test_findings(make: Make, importwise: Run) -> None:
    completed = importwise("check", folder=make(BROKEN))
    text = completed.stdout.decode()
    assert "error[unresolved-name]" in text
    assert " --> shop/broken.py:2:18\n" in text
    assert "2 | from shop import taxes\n  |                  ^^^^^\n" in text
    assert "3 | import shop.gone\n  |        ^^^^^^^^^\n" in text
    assert text.splitlines()[-1].startswith("2 errors in 4 files, 5 imports: 3 resolved, ")
    assert b"Traceback" not in completed.stderr
    assert completed.returncode == 1


def test_json(make: Make, importwise: Run) -> None:
    completed = importwise("check", "--output-format", "json", folder=make(BROKEN))
    value = json.loads(completed.stdout)
    assert value["schema"] == 1
    assert (value["summary"]["files"], value["summary"]["imports"], value["summary"]["errors"]) == (4, 5, 2)
    assert value["summary"]["seconds"] > 0
    assert findings(completed) == [
        ("shop/broken.py", 2, 18, "unresolved-name"),
        ("shop/broken.py", 3, 8, "unresolved-import"),
    ]
    assert value["findings"][1]["module"] == "shop.gone"
    assert completed.returncode == 1


def test_some_files_only(make: Make, importwise: Run) -> None:
    project = make({**BROKEN, "other.py": "import gone\n"})
    assert findings(importwise("check", "other.py", "--output-format", "json", folder=project)) == [
        ("other.py", 1, 8, "unresolved-import")
    ]
    assert len(findings(importwise("check", "shop", "--output-format", "json", folder=project))) == 2
    assert importwise("check", "shop/cart.py", folder=project).returncode == 0


def test_whose_project_it_is(make: Make, importwise: Run, tmp_path: Path) -> None:
    project = make({"pyproject.toml": "", "other.py": "import gone\n"})
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "a.py").write_text("import gone\n")

    def paths(path: Path, folder: Path) -> list[str]:
        return [
            found[0] for found in findings(importwise("check", str(path), "--output-format", "json", folder=folder))
        ]

    # A settings file above the files counts where there is none above the current directory, and for files elsewhere.
    assert paths(project / "other.py", tmp_path) == ["other.py"]
    assert paths(project / "other.py", bare) == ["other.py"]
    # Without one paths are relative to the current directory, and absolute elsewhere.
    assert paths(bare, tmp_path) == ["bare/a.py"]
    assert paths(bare, bare) == ["a.py"]
    assert paths(bare, project) == [(bare / "a.py").as_posix()]


def test_targets(make: Make, importwise: Run) -> None:
    project = make({**BROKEN, "main.py": "import shop.cart\n"})
    assert importwise("check", "--target", "main", folder=project).returncode == 0
    assert importwise("check", "--target", "shop.broken", folder=project).returncode == 1
    assert importwise("check", "--target", "not a module", folder=project).returncode == 2
    missing = importwise("check", "--target", "shop.brokn", folder=project)
    assert missing.returncode == 2
    assert "there is no module `shop.brokn`" in missing.stderr.decode()


def test_targets_and_python_of_the_settings_that_are_not_there(make: Make, importwise: Run) -> None:
    project = make({**BROKEN, "pyproject.toml": '[tool.importwise]\ntargets = ["shop.cart", "shop.brokn"]\n'})
    completed = importwise("check", "--output-format", "json", folder=project)
    [finding] = json.loads(completed.stdout)["findings"]
    assert (finding["path"], finding["code"]) == ("pyproject.toml", "invalid-configuration")
    assert finding["range"]["start"] == {"line": 2, "column": 25}
    assert finding["message"] == "`targets`: there is no module `shop.brokn`"
    assert completed.returncode == 2

    (project / "pyproject.toml").write_text('[tool.importwise]\nplatform = "linux"\npython = "nowhere"\n')
    completed = importwise("check", folder=project)
    assert f"{project.as_posix()}/pyproject.toml:3:10: `python`: " in completed.stderr.decode()
    assert (completed.returncode, completed.stdout) == (2, b"")


def test_what_targets_leave_out_is_said(make: Make, importwise: Run) -> None:
    project = make({**BROKEN, "pyproject.toml": '[tool.importwise]\ntargets = ["shop.cart"]\n'})

    def said(*words: str) -> str:
        return importwise("check", *words, folder=project).stderr.decode()

    assert said("shop/cart.py") == said() == ""
    assert said("shop/broken.py") == (
        "importwise: note: shop/broken.py is left out: no target imports it "
        f"({project.as_posix()}/pyproject.toml:2:11: `targets`)\n"
    )
    assert "1 of 4 files in shop are left out: no target imports them (--target)" in said(
        "shop", "--target", "shop.cart"
    )


def test_severities_of_the_settings(make: Make, importwise: Run) -> None:
    rules = '[tool.importwise.rules]\nunresolved-import = "warning"\nunresolved-name = "off"\n'
    completed = importwise("check", folder=make({**BROKEN, "pyproject.toml": rules}))
    assert completed.returncode == 0
    assert "1 warning in 4 files" in completed.stdout.decode()


def test_bad_settings_end_with_2_and_the_rest_is_checked(make: Make, importwise: Run) -> None:
    project = make({**BROKEN, "pyproject.toml": "[tool.importwise]\nroot = ['.']\n"})
    completed = importwise("check", "--output-format", "json", folder=project)
    assert completed.returncode == 2
    assert findings(completed)[0] == ("pyproject.toml", 2, 1, "invalid-configuration")
    assert len(findings(completed)) == 3
    text = importwise("check", folder=project).stdout.decode()
    assert "2 | root = ['.']\n  | ^^^^\n  = help: did you mean `roots`?\n" in text


@pytest.mark.parametrize(
    "words",
    [
        ["check", "missing.py"],
        ["check", "--config", "missing.toml"],
        ["check", "--python", "missing"],
        ["check", "--python-version", "three"],
        ["check", "--jobs", "0"],
        ["check", "--output-format", "xml"],
        ["why"],
        ["why", "a..b"],
        ["why", "os", "--from", "missing.py"],
        ["explain", "unresolved-imports"],
        ["frobnicate"],
        [],
    ],
    ids=" ".join,
)
def test_bad_usage(words: list[str], importwise: Run) -> None:
    completed = importwise(*words)
    assert completed.returncode == 2
    assert completed.stdout == b""
    assert completed.stderr
    assert b"Traceback" not in completed.stderr


def test_the_message_names_what_is_missing(importwise: Run) -> None:
    assert (
        importwise("check", "missing.py").stderr.decode()
        == "importwise: error: there is no file or folder missing.py\n"
    )
    assert "did you mean `unresolved-import`?" in importwise("explain", "unresolved-imports").stderr.decode()


def test_why(make: Make, importwise: Run) -> None:
    project = make(BROKEN)
    found = importwise("why", "shop.cart", folder=project)
    assert found.returncode == 0
    assert "shop/cart.py" in found.stdout.decode()
    missing = importwise("why", "shop.gone", "--from", "shop/cart.py", folder=project)
    assert missing.returncode == 1
    assert missing.stdout


def test_explain(importwise: Run) -> None:
    listed = importwise("explain").stdout.decode()
    assert len(listed.splitlines()) == 9
    one = importwise("explain", "unresolved-import")
    assert one.returncode == 0
    assert one.stdout.decode().startswith("unresolved-import (severity: error)\n\n")


def test_help(importwise: Run) -> None:
    for words in ([], ["check"], ["why"], ["explain"]):
        completed = importwise(*words, "--help")
        assert completed.returncode == 0
        assert b"importwise" in completed.stdout
    assert b"examples:" in importwise("check", "--help").stdout


def test_version(importwise: Run) -> None:
    assert importwise("--version").stdout.decode() == f"importwise {__version__}\n"


def seconds_of_children() -> float:
    """CPU seconds of the processes that were started and have ended; on systems that don't tell, the time."""
    if sys.platform == "win32":
        return time.perf_counter()
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_the_version_takes_next_to_nothing(importwise: Run) -> None:
    def seconds(*words: str, program: tuple[str, ...]) -> float:
        begin = seconds_of_children()
        importwise(*words, program=program)
        return seconds_of_children() - begin

    version = nothing = float("inf")
    # The machine has other things to do: what is too slow is measured again before that is believed.
    for _ in range(20):
        version = min(version, seconds("--version", program=("-m", "importwise")))
        nothing = min(nothing, seconds(program=("-c", "pass")))
        if version < 3 * nothing:
            break
    assert version < 3 * nothing
    program = (
        "import sys; before = set(sys.modules); from importwise.__main__ import main; main(['--version']); "
        "print(*set(sys.modules) - before)"
    )
    imported = importwise(program=("-c", program)).stdout.decode()
    for name in ("argparse", "dataclasses", "rich", "pygls", "typeshed_client", "pathspec"):
        assert name not in imported.split()


def test_the_same_from_run_to_run(make: Make, importwise: Run) -> None:
    project = make({**BROKEN, **{f"many/m{number}.py": f"import gone{number}\nimport os\n" for number in range(150)}})
    runs = [
        importwise("check", *words, folder=project).stdout
        for words in ([], ["--jobs", "1"], ["--jobs", "3"], ["--no-cache"], ["--no-cache", "--jobs", "2"], [])
    ]
    assert len(set(runs)) == 1
    assert runs[0].count(b"error[") == 152


def test_syntax(make: Make, importwise: Run) -> None:
    project = make({**CLEAN, "bad.py": "def f():\n    x = 1 +\n"})
    assert importwise("check", folder=project).returncode == 0
    # Nothing is claimed about a newer grammar than the running Python's.
    version = "{}.{}".format(*sys.version_info)
    words = ("--syntax", "--python-version", version, "--output-format", "json")
    completed = importwise("check", *words, folder=project)
    assert findings(completed) == [("bad.py", 2, 12, "syntax-error")]
    assert completed.returncode == 1


def test_syntax_says_a_thing_once(make: Make, importwise: Run) -> None:
    """What the reader saw too, in other words; and each of several errors that the reader sees, where the parser stops at one."""
    project = make({"a.py": "x = 'abc\n", "b.py": "x = = 1\ny = (\n", "c.py": "def f(:\n    pass\n"})
    version = "{}.{}".format(*sys.version_info)
    completed = importwise("check", "--syntax", "--python-version", version, "--output-format", "json", folder=project)
    assert [place for *place, _ in findings(completed)] == [
        ["a.py", 1, 5],
        ["b.py", 1, 5],
        ["b.py", 2, 5],
        ["c.py", 1, 7],
    ]


def test_open_imports_and_statistics(make: Make, importwise: Run) -> None:
    project = make({"a.py": "def __getattr__(name): ...\n", "b.py": "from a import anything\n"})
    completed = importwise("check", "--show-open", "--statistics", folder=project)
    text = completed.stdout.decode()
    assert "b.py:1:15: a.anything: " in text
    assert "s in all" in text
    value = json.loads(importwise("check", "--show-open", "--output-format", "json", folder=project).stdout)
    assert [(each["module"], each["name"]) for each in value["open"]] == [("a", "anything")]


def test_quiet(make: Make, importwise: Run) -> None:
    completed = importwise("check", "--quiet", folder=make(CLEAN))
    assert (completed.stdout, completed.stderr) == (b"", b"")


def test_quiet_shows_errors_and_warnings(make: Make, importwise: Run) -> None:
    rules = '[tool.importwise.rules]\nunresolved-import = "info"\nunresolved-name = "warning"\n'
    project = make({**BROKEN, "pyproject.toml": rules})
    text = importwise("check", "-q", folder=project).stdout.decode()
    assert "warning[unresolved-name]" in text
    assert "info[" not in text
    assert "info[unresolved-import]" in importwise("check", folder=project).stdout.decode()
    assert len(findings(importwise("check", "-q", "--output-format", "json", folder=project))) == 2


def test_colour(make: Make, importwise: Run) -> None:
    project = make(BROKEN)
    assert b"\x1b[" not in importwise("check", folder=project).stdout
    assert b"\x1b[1;31merror[" in importwise("check", "--color", "always", folder=project).stdout
    assert b"\x1b[1;31merror[" in importwise("check", folder=project, FORCE_COLOR="1").stdout


def test_an_output_that_is_not_utf_8(make: Make, importwise: Run) -> None:
    project = make({"a.py": "import 漢字\n"})
    completed = importwise("check", folder=project, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert b"1 | import \\u6f22\\u5b57\n  |        ^^^^^^^^^^^^\n" in completed.stdout
    assert completed.returncode == 1
    assert b"Traceback" not in completed.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise there")
def test_a_reader_that_goes_away(make: Make, importwise: Run) -> None:
    project = make({f"m{number}.py": "import gone\n" * 50 for number in range(60)})
    program = (
        "import os, subprocess, sys\n"
        "read, write = os.pipe()\n"
        "os.close(read)\n"
        "done = subprocess.run([sys.executable, '-m', 'importwise', 'check'], stdout=write, stderr=subprocess.PIPE)\n"
        "sys.stdout.buffer.write(done.stderr)\n"
        "sys.exit(done.returncode)\n"
    )
    completed = importwise(folder=project, program=("-c", program))
    assert b"Traceback" not in completed.stdout
    assert b"BrokenPipe" not in completed.stdout


def test_a_failure_says_what_was_done_to_which_file(make: Make, importwise: Run) -> None:
    program = (
        "import sys\n"
        "import importwise.workspace.load as load\n"
        "def summarize_bytes(data, path):\n"
        "    raise ZeroDivisionError('by zero')\n"
        "load.summarize_bytes = load.summarize = summarize_bytes\n"
        "from importwise.__main__ import main\n"
        "sys.exit(main(['check', '--jobs', '1', *sys.argv[1:]]))\n"
    )
    project = make(CLEAN)
    completed = importwise(folder=project, program=("-c", program))
    text = completed.stderr.decode()
    assert completed.returncode == 2
    assert "importwise: error: failed while reading the files of " in text
    assert "/shop/" in text
    assert "Traceback" not in text
    assert "Traceback" in importwise("-v", folder=project, program=("-c", program)).stderr.decode()


def test_an_interruption(make: Make, importwise: Run) -> None:
    program = (
        "import sys\n"
        "import importwise.workspace.project as project\n"
        "def interrupted(*_):\n"
        "    raise KeyboardInterrupt\n"
        "project.load_files = interrupted\n"
        "from importwise.__main__ import main\n"
        "sys.argv[1:] = ['check']\n"
        "main()\n"
    )
    completed = importwise(folder=make(CLEAN), program=("-c", program))
    assert (completed.returncode, completed.stdout, completed.stderr) == (130, b"", b"importwise: interrupted\n")


def test_nothing_of_the_current_directory_is_run(importwise: Run, tmp_path: Path) -> None:
    """`python -m importwise`: Python itself puts that directory first on the path."""
    project = tmp_path / "project"
    project.mkdir()
    for name in ("argparse", "json", "tokenize", "rich", "pygls", "lsprotocol", "platformdirs"):
        (project / f"{name}.py").write_text('raise SystemExit("it was run")\n')
    for words in (["check"], ["check", "--output-format", "json"], ["why", "os"], ["server"]):
        completed = importwise(*words, folder=project)
        assert b"it was run" not in completed.stdout + completed.stderr
        assert (completed.returncode, completed.stderr) == (words == ["server"], b"")
