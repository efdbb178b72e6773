"""Settings files: which one counts, what it means, and what is said of its mistakes."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importwise.checks.finding import Finding
from importwise.settings import Settings
from importwise.workspace.config import Config, load_config
from importwise.workspace.toml_places import places


def load(folder: Path, **files: str) -> Config:
    """The configuration of a folder with these files; ``__`` stands for a dot in their names."""
    for name, text in files.items():
        path = folder / name.replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_config(folder.as_posix())


def said(problem: Finding) -> str:
    """A finding on one line, lines and columns from 1."""
    name = problem.path.rpartition("/")[2]
    line, column = problem.span.start
    return f"{name}:{line + 1}:{column + 1} {problem.message}{''.join(f' [{line}]' for line in problem.help)}"


def problems(folder: Path, settings: str) -> list[str]:
    return [said(problem) for problem in load(folder, importwise__toml=settings).problems]


def test_no_file(tmp_path: Path) -> None:
    assert load(tmp_path) == Config(tmp_path.as_posix(), None, Settings(), (), None, ())


def test_the_nearest_file_upwards(tmp_path: Path) -> None:
    load(tmp_path, importwise__toml='exclude = ["top"]')
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    config = load_config(inner.as_posix())
    assert (config.directory, config.file) == (tmp_path.as_posix(), f"{tmp_path.as_posix()}/importwise.toml")
    assert config.settings.exclude == ("top",)


def test_a_project_file_without_settings_marks_the_directory(tmp_path: Path) -> None:
    load(tmp_path, importwise__toml='exclude = ["top"]')
    inner = tmp_path / "inner"
    inner.mkdir()
    config = load(inner, pyproject__toml='[project]\nrequires-python = ">=3.11"\n')
    assert (config.directory, config.requires_python) == (inner.as_posix(), ">=3.11")
    assert config.settings == Settings()


def test_importwise_toml_beats_pyproject_toml(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        importwise__toml='platform = "win32"',
        pyproject__toml='[project]\nrequires-python = ">=3.11"\n[tool.importwise]\nplatform = "linux"\n',
    )
    assert config.settings.platform == "win32"
    assert config.requires_python == ">=3.11"
    assert [said(problem) for problem in config.problems] == [
        "pyproject.toml:3:7 `[tool.importwise]` has no effect: importwise.toml is the settings file"
    ]
    assert config.problems[0].severity == "warning"


def test_a_file_that_was_asked_for(tmp_path: Path) -> None:
    load(tmp_path, importwise__toml='platform = "win32"')
    other = tmp_path / "ci" / "strict.toml"
    other.parent.mkdir()
    other.write_text('platform = "darwin"')
    config = load_config(tmp_path.as_posix(), str(other))
    assert (config.directory, config.settings.platform) == (other.parent.as_posix(), "darwin")
    missing = load_config(tmp_path.as_posix(), str(tmp_path / "missing.toml"))
    assert [problem.message for problem in missing.problems] == ["there is no such file"]


def test_every_setting(tmp_path: Path) -> None:
    (tmp_path / "vendor").mkdir()
    config = load(
        tmp_path,
        importwise__toml="""
            roots = ["."]
            extra-paths = ["vendor"]
            exclude = ["*_pb2.py"]
            python = ".venv"
            python-version = "3.12"
            platform = "darwin"
            targets = ["shop.main"]
            rules = { unused-allow = "error", invalid-all = "off" }
            respect-foreign-ignores = false

            [[allow]]
            module = "shop._speed.**"
            kind = "extension"
            reason = "built"
            evidence = "setup.py"
            expires = 2027-01-31
        """,
    )
    assert config.problems == ()
    settings = config.settings
    assert settings.python == f"{tmp_path.as_posix()}/.venv"
    assert settings.rules == {"unused-allow": "error", "invalid-all": "off"}
    assert settings.respect_foreign_ignores is False
    [entry] = settings.allow
    assert (entry.module, entry.expires, entry.line) == ("shop._speed.**", date(2027, 1, 31), 11)


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    text = """\
extra_path = ["x"]
exclude = "x"
python-version = 3.12
platform = "linus"
respect-foreign-ignores = "true"
targets = ["a..b", 3]
rules = { unused-alow = "error", invalid-all = "fatal" }

[[allow]]
module = "a.*b"
kind = "extention"
expires = "2027-01-31"

[[allow]]
module = "a.**"
kind = "extension"
reason = " "
"""
    assert problems(tmp_path, text) == [
        "importwise.toml:1:1 unknown key `extra_path` [did you mean `extra-paths`?]",
        'importwise.toml:2:11 `exclude` must be an array of strings, not "x" [write ["x"]]',
        'importwise.toml:3:18 `python-version` must be a string, not the number 3.12 [write "3.12", with quotes]',
        'importwise.toml:4:12 `platform` must be one of `linux`, `darwin`, `win32`, not "linus" [did you mean `linux`?]',
        'importwise.toml:5:27 `respect-foreign-ignores` must be true or false, not "true" [write true, without quotes]',
        'importwise.toml:6:12 an item of `targets` must be an absolute dotted module name, not "a..b"',
        'importwise.toml:6:20 an item of `targets` must be a string, not the number 3 [write "3", with quotes]',
        "importwise.toml:7:11 unknown key `unused-alow` [did you mean `unused-allow`?]",
        'importwise.toml:7:48 `invalid-all` must be one of `error`, `warning`, `info`, `off`, not "fatal"',
        (
            'importwise.toml:9:3 an item of `allow` has no `reason` [add reason = "built by setup.py from torch/csrc" or the '
            "like: Why it is absent, for people.]"
        ),
        (
            "importwise.toml:10:10 `module` must be a dotted name whose parts are names, `*` (any part) or `**` (any parts), "
            'not "a.*b"'
        ),
        (
            'importwise.toml:11:8 `kind` must be one of `extension`, `generated`, `internal`, `optional`, not "extention" '
            "[did you mean `extension`?]"
        ),
        'importwise.toml:12:11 `expires` must be a date, such as 2027-01-31, not "2027-01-31" [dates have no quotes in TOML]',
        'importwise.toml:17:10 `reason` must be more than white space, not " "',
    ]


def test_an_empty_path_of_python(tmp_path: Path) -> None:
    """It is not taken for the project's directory, in which there would be no packages."""
    config = load(tmp_path, importwise__toml='exclude = ["top"]\npython = ""\n')
    assert [said(problem) for problem in config.problems] == [
        'importwise.toml:2:10 `python` must be a path, not "" [leave it out to have the default]'
    ]
    assert (config.settings.python, config.settings.exclude) == (None, ("top",))


def test_what_is_sound_counts_beside_what_is_not(tmp_path: Path) -> None:
    config = load(tmp_path, importwise__toml='targets = ["a.b", "a..b"]\nplatform = 3\nexclude = ["x"]\n')
    assert (config.settings.targets, config.settings.platform, config.settings.exclude) == (("a.b",), None, ("x",))


def test_a_table_where_an_array_of_tables_is_wanted(tmp_path: Path) -> None:
    assert problems(tmp_path, '[allow]\nmodule = "a"\n') == [
        "importwise.toml:1:2 `allow` must be an array of tables, not a table [write `[[allow]]`, with two brackets]"
    ]


def test_patterns_that_can_match_nothing(tmp_path: Path) -> None:
    text = 'exclude = ["*.py", "a[", "./a",\n"x\\\\", "# x", "../b", "[z-a]"]\n'
    assert problems(tmp_path, text) == [
        "importwise.toml:1:20 `exclude`: `a[` matches nothing: after its `[` there is no `]`, or a range runs backwards",
        "importwise.toml:1:26 `exclude`: `./a` matches nothing: write `/` in place of `./`",
        "importwise.toml:2:1 `exclude`: `x\\` matches nothing: a backslash must stand before something",
        "importwise.toml:2:8 `exclude`: `# x` matches nothing: a `#` begins a comment, `\\#` a name",
        "importwise.toml:2:15 `exclude`: `../b` matches nothing: patterns can't lead out of the project",
        "importwise.toml:2:23 `exclude`: `[z-a]` matches nothing: after its `[` there is no `]`, or a range runs backwards",
    ]


def test_an_extra_path_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "lib.zip").touch()
    config = load(tmp_path, importwise__toml='extra-paths = ["lib.zip", "vendr"]\n')
    assert [(said(problem), problem.severity) for problem in config.problems] == [
        ("importwise.toml:1:27 `extra-paths`: there is no folder vendr", "warning")
    ]


def test_where_values_stand(tmp_path: Path) -> None:
    text = '[tool.importwise]\ntargets = ["a", 3,\n "b"]\n[[tool.importwise.allow]]\nmodule = "x"\n'
    config = load(tmp_path, pyproject__toml=text)
    file = f"{tmp_path.as_posix()}/pyproject.toml"
    assert config.place("targets", "b") == config.place("targets", 2) == f"{file}:3:2"
    assert config.place("allow", 0, "module") == f"{file}:5:10"
    assert config.place("python") == file
    more = config.with_problem(("targets", "b"), "`targets`: no", ("look",))
    assert "pyproject.toml:3:2 `targets`: no [look]" in map(said, more.problems)


def test_a_root_that_is_not_there(tmp_path: Path) -> None:
    config = load(tmp_path, importwise__toml='roots = [".", "srcc"]\n')
    assert [(said(problem), problem.severity) for problem in config.problems] == [
        ("importwise.toml:1:15 `roots`: there is no folder srcc", "warning")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"[tool.importwise\n", "pyproject.toml:1:17 not TOML: "),
        (b'[tool]\nx = "\n', "pyproject.toml:2:6 not TOML: "),
        (b"x = [1,\n", "pyproject.toml:1:8 not TOML: "),
        (b"x = 1\nx = 2\n", "pyproject.toml:2:"),
        (b"ok = 1\nname = '\xff'\n", "pyproject.toml:2:9 not UTF-8: "),
        (b"x = " + b"[" * 100_000, "pyproject.toml:1:"),
        (b"\x00", "pyproject.toml:1:1 not TOML: "),
    ],
)
def test_broken_files(tmp_path: Path, text: bytes, expected: str) -> None:
    (tmp_path / "pyproject.toml").write_bytes(text)
    config = load_config(tmp_path.as_posix())
    [problem] = config.problems
    assert said(problem).startswith(expected)
    assert (problem.severity, config.settings) == ("error", Settings())


@pytest.mark.parametrize("name", ["importwise.toml", "pyproject.toml"])
def test_a_byte_order_mark(tmp_path: Path, name: str) -> None:
    """It is no part of the text, and no column."""
    header = "" if name == "importwise.toml" else "[tool.importwise]\r\n"
    file = tmp_path / name
    file.write_bytes(f'\ufeff{header}exclude = ["top"]\r\nroot = 7\r\n'.encode())
    config = load_config(tmp_path.as_posix())
    line = 2 if header else 1
    assert [said(problem).partition(" ")[0] for problem in config.problems] == [f"{name}:{line + 1}:1"]
    assert config.settings.exclude == ("top",)
    assert config.place("exclude", 0) == f"{file.as_posix()}:{line}:12"
    file.write_bytes("\ufeffé = 1\r\n".encode())
    assert said(load_config(tmp_path.as_posix()).problems[0]).startswith(f"{name}:1:1 not TOML: ")
    file.write_bytes(b"\xef\xbb\xbfx = '\xff'\n")
    assert said(load_config(tmp_path.as_posix()).problems[0]).startswith(f"{name}:1:6 not UTF-8: ")


def test_the_rule_has_a_severity_too(tmp_path: Path) -> None:
    text = 'rules = {{ invalid-configuration = "{}" }}\nroot = []\n'
    assert [problem.severity for problem in load(tmp_path, importwise__toml=text.format("info")).problems] == ["info"]
    assert load(tmp_path, importwise__toml=text.format("off")).problems == ()


@pytest.mark.skipif(os.name != "posix", reason="needs a FIFO")
def test_a_fifo_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pyproject.toml")
    os.mkfifo(tmp_path / "setup.cfg")
    assert load(tmp_path).file is None


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("pytest.ini", "[pytest]\npythonpath = src lib\n", ["src", "lib"]),
        (".pytest.ini", "[pytest]\npythonpath = src\n", ["src"]),
        ("tox.ini", "[pytest]\npythonpath =\n    src\n    lib\n", ["src", "lib"]),
        ("setup.cfg", "[tool:pytest]\npythonpath = 'my src'\n", ["my src"]),
        ("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["src", "."]\n', ["src", ""]),
        ("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = "src lib"\n', ["src", "lib"]),
        ("pyproject.toml", '[tool.pytest]\npythonpath = ["src"]\n', ["src"]),
        ("pytest.toml", '[pytest]\npythonpath = ["src"]\n', ["src"]),
        ("setup.cfg", "[pytest\npythonpath = src\n", []),
        ("tox.ini", "[tox]\n", []),
    ],
)
def test_paths_of_pytest(tmp_path: Path, name: str, text: str, expected: list[str]) -> None:
    (tmp_path / name).write_text(text)
    assert load(tmp_path).pytest_paths == tuple(f"{tmp_path.as_posix()}/{path}".rstrip("/") for path in expected)


def test_the_first_file_that_configures_pytest_counts(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        pytest__ini="",
        pyproject__toml='[tool.pytest.ini_options]\npythonpath = ["src"]\n',
    )
    assert config.pytest_paths == ()


def test_required_python_of_setup_cfg(tmp_path: Path) -> None:
    assert load(tmp_path, setup__cfg="[options]\npython_requires = >=3.10\n").requires_python == ">=3.10"


def test_places() -> None:
    text = """\
top = 1  # a comment = 2
"quoted key" = 'x'
a.b.c = [
    1,
    { x = "]", y = 2 },  # ]
]
[table."x.y"]
text = \"\"\"
[[not.a.table]]
key = 1
\"\"\"
[[list]]
[[list]]
name = 2027-01-31T10:00:00Z
[list.inner]
deep = '''
'''
"""
    found = places(text)
    lines = text.split("\n")

    def shown(*path: str | int) -> tuple[str, str]:
        place = found[path]
        return tuple(lines[span.start.line][span.start.column :][:6] for span in place)  # type: ignore[return-value]

    assert shown("top") == ("top = ", "1  # a")
    assert shown("quoted key") == ('"quote', "'x'")
    assert shown("a", "b", "c", 1, "y") == ("y = 2 ", "2 },  ")
    assert shown("table", "x.y", "text") == ("text =", '"""')
    assert shown("list", 1, "name") == ("name =", "2027-0")
    assert shown("list", 1, "inner", "deep") == ("deep =", "'''")
    assert not any("key" in path for path in found)


@given(st.text(alphabet="ab=.[]{}\"'#\\\n ,1-", max_size=40))
def test_places_never_raise(text: str) -> None:
    places(text)


@given(st.binary(max_size=60))
def test_loading_never_raises(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.getbasetemp() / "raises"
    folder.mkdir(exist_ok=True)
    (folder / "importwise.toml").write_bytes(data)
    load_config(folder.as_posix())
