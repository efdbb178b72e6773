"""gitignore patterns: against git itself, on made trees."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importwise.workspace.ignore import ignore_at, parse_rules, pattern_problem
from importwise.workspace.walk import walk

ENDINGS = (".py", ".pyi", ".so", "pyproject.toml", "setup.py")


def make(folder: Path, *files: str, **texts: str) -> Path:
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).touch()
    return folder


def checked(folder: Path, *exclude: str) -> list[str]:
    """All files that a walk of ``folder`` would check, relative to it."""
    top = folder.as_posix()
    return sorted(
        f"{found.path}/{name}"[len(top) + 1 :] for found in walk(top, exclude, ENDINGS) for name in found.checked
    )


def verdict(patterns: list[str], path: str) -> bool | None:
    """What a gitignore file in the top folder says of ``path`` (a folder if it ends with a slash)."""
    rules = parse_rules(patterns, "/top")
    if rules is None:
        return None
    above, _, name = path.rstrip("/").rpartition("/")
    folder = f"/top/{above}".rstrip("/")
    return rules.verdict(rules.of_folder(folder), name, path.endswith("/"))


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("a.py", "a.py", True),
        ("a.py", "x/a.py", True),
        ("/a.py", "x/a.py", None),
        ("/a.py", "a.py", True),
        ("x/a.py", "x/a.py", True),
        ("x/a.py", "y/x/a.py", None),
        ("**/x/a.py", "y/x/a.py", True),
        ("x/**/a.py", "x/a.py", True),
        ("x/**/a.py", "x/y/z/a.py", True),
        ("x/**", "x/", None),
        ("x/**", "x/y/a.py", True),
        ("x/*", "x/y/a.py", None),
        ("build/", "build/", True),
        ("build/", "build", None),
        ("*.py[co]", "a.pyc", True),
        ("*.py[co]", "a.py", None),
        ("a?.py", "ab.py", True),
        ("a?.py", "a/.py", None),
        ("[!a]*.py", "b.py", True),
        ("[!a]*.py", "a.py", None),
        ("*mid*", "amidst.py", True),
        ("a*z.py", "abcz.py", True),
        ("#a.py", "#a.py", None),
        (r"\#a.py", "#a.py", True),
        (r"\!a.py", "!a.py", True),
        ("a.py ", "a.py", True),
        ("a.py\\ ", "a.py ", True),
        ("a.py\r", "a.py", True),
        ("/", "a.py", None),
        ("", "a.py", None),
        ("**", "x/a.py", True),
        ("*", "x/a.py", True),
        ("/*", "x/a.py", None),
        ("/*", "a.py", True),
        ("[a", "[a", None),
    ],
)
def test_one_pattern(pattern: str, path: str, expected: bool | None) -> None:
    assert verdict([pattern], path) is expected


def test_the_last_pattern_decides() -> None:
    assert verdict(["*.py", "!a.py"], "a.py") is False
    assert verdict(["!a.py", "*.py"], "a.py") is True


def test_folders_of_tools_and_environments_are_left_out(tmp_path: Path) -> None:
    make(
        tmp_path,
        "a.py",
        ".git/hooks/a.py",
        "node_modules/x/a.py",
        "env/pyvenv.cfg",
        "env/lib/a.py",
        "conda/conda-meta/history",
        "conda/a.py",
        "venv/a.py",
        "lib/site-packages/a.py",
        ".github/scripts/a.py",
    )
    assert checked(tmp_path) == [".github/scripts/a.py", "a.py", "venv/a.py"]


def test_build_folders_are_left_out_where_build_tools_put_them(tmp_path: Path) -> None:
    make(
        tmp_path,
        "build/lib/a.py",
        "dist/a.py",
        "packages/one/pyproject.toml",
        "packages/one/build/lib/a.py",
        "tool/__init__.py",
        "tool/build/steps.py",
        "tool/dist/__init__.py",
    )
    assert checked(tmp_path) == ["tool/__init__.py", "tool/build/steps.py", "tool/dist/__init__.py"]


def test_a_package_called_build_is_checked(tmp_path: Path) -> None:
    make(tmp_path, "pyproject.toml", "build/__init__.py", "build/main.py")
    assert checked(tmp_path) == ["build/__init__.py", "build/main.py"]


def test_exclude_has_the_last_word(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "b.py", "build/a.py", "generated/a.py")
    (tmp_path / ".gitignore").write_text("generated/\n!b.py\n")
    assert checked(tmp_path, "b.py", "!/build/", "!generated/") == ["a.py", "build/a.py", "generated/a.py"]


def test_gitignore_files_from_the_repository_downwards(tmp_path: Path) -> None:
    make(
        tmp_path, ".git/HEAD", "sub/project/a.py", "sub/project/b.py", "sub/project/deep/c.py", "sub/project/deep/d.py"
    )
    (tmp_path / ".git/info").mkdir()
    (tmp_path / ".git/info/exclude").write_text("b.py\n")
    (tmp_path / ".gitignore").write_text("/sub/project/deep/c.py\nd.py\n")
    (tmp_path / "sub/project/deep/.gitignore").write_text("!d.py\n")
    assert checked(tmp_path / "sub/project") == ["a.py", "deep/d.py"]


def test_a_directory_that_is_itself_ignored_is_checked_when_asked_for(tmp_path: Path) -> None:
    make(tmp_path, ".git/HEAD", "scratch/a.py", "scratch/b.py")
    (tmp_path / ".gitignore").write_text("*\n")
    (tmp_path / "scratch/.gitignore").write_text("b.py\n")
    assert checked(tmp_path / "scratch") == ["a.py"]


def test_patterns_do_not_reach_into_another_repository(tmp_path: Path) -> None:
    make(tmp_path, ".git/HEAD", "a.py", "vendored/.git/HEAD", "vendored/a.py", "vendored/b.py")
    (tmp_path / ".gitignore").write_text("a.py\n")
    (tmp_path / "vendored/.gitignore").write_text("b.py\n")
    assert checked(tmp_path) == ["vendored/a.py"]


def test_a_worktree_has_the_excludes_of_its_repository(tmp_path: Path) -> None:
    make(tmp_path, "main/.git/worktrees/w/HEAD", "w/a.py", "w/b.py")
    (tmp_path / "main/.git/info").mkdir()
    (tmp_path / "main/.git/info/exclude").write_text("a.py\n")
    (tmp_path / "main/.git/worktrees/w/commondir").write_text("../..\n")
    (tmp_path / "w/.git").write_text(f"gitdir: {tmp_path}/main/.git/worktrees/w\n")
    assert checked(tmp_path / "w") == ["b.py"]


def test_no_pathspec_without_patterns_that_need_it(tmp_path: Path) -> None:
    make(tmp_path, "a.py")
    (tmp_path / ".gitignore").write_text("__pycache__/\n*.py[cod]\n/docs/_build/\n.env*\n**/tmp/\n*mid*\na/**\n")
    program = (
        "import sys; from importwise.workspace.walk import walk; "
        f"list(walk({tmp_path.as_posix()!r}, (), ('.py',))); sys.exit('pathspec' in sys.modules)"
    )
    import sys

    subprocess.run([sys.executable, "-c", program], check=True, env=_environment())


def _environment() -> dict[str, str]:
    import os

    server = Path(__file__).parents[2] / "server"
    return {**os.environ, "PYTHONPATH": str(server)}


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("[[:upper:]]x", ["Ax"]),
        ("x[[:digit:]_]", ["x1", "x_"]),
        ("[[:punct:]]", ["-", "[", "]"]),
        ("[[x]", ["["]),
        ("x[[:what:]]", []),
        ("[z-a]", []),
        ("x[", []),
    ],
)
def test_classes_of_characters(pattern: str, names: list[str], recwarn: pytest.WarningsRecorder) -> None:
    rules = parse_rules([pattern], "/p")
    seen = ["Ax", "ax", "x1", "x_", "xA", "-", "[", "]", "a", "b", "x["]
    assert [name for name in seen if rules is not None and rules.verdict((), name, False)] == names
    assert not recwarn.list


@pytest.mark.parametrize("pattern", ["*.py", "/a", "a/", "**", "!a", "[]a]", r"\#a", "a b", "**/a[bc]*/d"])
def test_sound_patterns(pattern: str) -> None:
    assert pattern_problem(pattern) is None


@pytest.mark.parametrize("pattern", ["", " ", "/", "!", "#", "a[", "a\\", "./a", "!./a", "../a"])
def test_patterns_that_can_match_nothing(pattern: str) -> None:
    problem = pattern_problem(pattern)
    assert problem is not None
    assert problem.startswith(f"`{pattern}` matches nothing: ")


def test_unreadable_gitignore_files_hold_no_patterns(tmp_path: Path) -> None:
    make(tmp_path, "a.py")
    (tmp_path / ".gitignore").mkdir()
    assert checked(tmp_path) == ["a.py"]


def test_ignore_at_the_top_of_no_repository(tmp_path: Path) -> None:
    assert ignore_at(tmp_path.as_posix(), ()).inherited == ()


names = st.sampled_from(["a", "b", "ab", "a.py", "b.py", "ab.py", "A", "a b", "!a", "#a", "a.b.py"])
globs = st.one_of(
    names,
    st.sampled_from(["*", "**", "*.py", "a*", "*b*", "?", "a?", "[ab]", "[!a]*", "[a-b].py", r"\a", "*.*", "a**b"]),
)
patterns = st.builds(
    lambda negated, start, parts, end: negated + start + "/".join(parts) + end,
    st.sampled_from(["", "", "!"]),
    st.sampled_from(["", "", "/", "**/"]),
    st.lists(globs, min_size=1, max_size=3),
    st.sampled_from(["", "", "/", "/**", "/*", " "]),
)
paths = st.lists(names, min_size=1, max_size=4).map("/".join)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not here to be asked")
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(paths, min_size=3, max_size=12),
    st.lists(patterns, max_size=6),
    st.lists(patterns, max_size=3),
)
def test_agrees_with_git(
    tmp_path_factory: pytest.TempPathFactory, files: list[str], top: list[str], deep: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", folder], check=True)
    for file in files:
        path = folder / file
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        except OSError:
            continue  # One name is both a file and a folder here.
    (folder / ".gitignore").write_text("\n".join(top))
    if (folder / "a").is_dir():
        (folder / "a/.gitignore").write_text("\n".join(deep))
    command = ["git", "-c", "core.excludesFile=", "ls-files", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.split("\0")
    assert checked(folder) == sorted(path for path in listed if path.endswith(".py"))
