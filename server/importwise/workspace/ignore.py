"""Which files and folders of a project are not checked: gitignore patterns, and folders that no one writes code in.

The semantics are git's (gitignore(5)): of all patterns that match an entry the last decides, files of deeper folders
come after those of higher ones, and nothing below an ignored folder is looked at. Because a walk asks from the top
down, a pattern need only match the entry itself. The person's global ignore file is left out: a check must say the
same on every machine; and so is git's index: a tracked file that a pattern covers counts as ignored.

Most patterns are plain: a name, ``*.ext``, ``prefix*``. They need set and suffix look-ups alone. The few others are
translated by `pathspec`, which is imported only then. A pattern with a slash is split: the part before the last slash
is asked about folders, once each, and the rest about names.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Container, Iterable, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

SKIPPED_FOLDERS = frozenset(
    {
        ".bzr",
        ".direnv",
        ".eggs",
        ".git",
        ".hg",
        ".hypothesis",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nox",
        ".pants.d",
        ".pixi",
        ".pyenv",
        ".pytest_cache",
        ".pytype",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        "__pycache__",
        "__pypackages__",
        "node_modules",
        "site-packages",
    }
)
"""Folders of tools: whatever Python lies there is nobody's source."""

BUILD_FOLDERS = frozenset({"build", "dist"})
"""Folders of build tools, if they lie where those put them, and are no packages."""

ROOT_FILES = frozenset({"pyproject.toml", "setup.cfg", "setup.py"})
"""A folder with one of these is the top of a distribution."""

ENVIRONMENT_MARKS = ("pyvenv.cfg", "conda-meta")
"""Entries by which a folder is known to be a Python environment: PEP 405, conda."""


class Rule(NamedTuple):
    """One pattern, or what a pattern says of names within one folder."""

    order: int
    """Its place in the file: of all that match the last decides."""
    ignores: bool
    """False for ``!pattern``."""
    folders_only: bool
    """For ``pattern/``."""
    matches: Callable[[str], bool]
    """Whether it matches an entry of that name."""


class Rules(NamedTuple):
    """The patterns of one gitignore file, or of the setting ``exclude``, sorted by how an entry shows that they may match."""

    folder: str
    """To which the patterns are relative. Absolute, without a slash at the end."""
    by_name: dict[str, tuple[Rule, ...]]
    """Patterns for entries of any folder, by the name that they spell."""
    by_tail: tuple[tuple[str, Rule], ...]
    """Those that spell only how a name ends, and the next only how it begins."""
    tails: tuple[str, ...]
    by_head: tuple[tuple[str, Rule], ...]
    heads: tuple[str, ...]
    others: tuple[Rule, ...]
    by_folder: dict[str, tuple[Rule, ...]]
    """Patterns with a slash, by the folder that they spell, relative to ``folder``."""
    by_folder_pattern: tuple[tuple[Callable[[str], bool], Rule], ...]
    """Patterns with a slash that spell no one folder."""

    def of_folder(self, folder: str) -> tuple[Rule, ...]:
        """The patterns with a slash that may match entries of ``folder``."""
        relative = folder[len(self.folder) + 1 :]
        found = self.by_folder.get(relative, ())
        if self.by_folder_pattern:
            found += tuple([rule for matches, rule in self.by_folder_pattern if matches(relative)])
        return found

    def verdict(self, of_folder: tuple[Rule, ...], name: str, is_folder: bool) -> bool | None:
        """Whether an entry is ignored; None if no pattern speaks of it. ``of_folder`` as the method of that name says."""
        candidates = of_folder + self.others + self.by_name.get(name, ())
        if self.tails and name.endswith(self.tails):
            candidates += tuple([rule for tail, rule in self.by_tail if name.endswith(tail)])
        if self.heads and name.startswith(self.heads):
            candidates += tuple([rule for head, rule in self.by_head if name.startswith(head)])
        last, verdict = -1, None
        for order, ignores, folders_only, matches in candidates:
            if order > last and (is_folder or not folders_only) and matches(name):
                last, verdict = order, ignores
        return verdict


def parse_rules(lines: Iterable[str], folder: str) -> Rules | None:
    """The patterns of a gitignore file that lies in ``folder``; None if it has none. Malformed ones match nothing, as with git."""
    by_name: dict[str, tuple[Rule, ...]] = {}
    by_tail: list[tuple[str, Rule]] = []
    by_head: list[tuple[str, Rule]] = []
    others: list[Rule] = []
    by_folder: dict[str, tuple[Rule, ...]] = {}
    by_folder_pattern: list[tuple[Callable[[str], bool], Rule]] = []
    for order, line in enumerate(lines):
        line = _trimmed(line)
        if not line or line.startswith("#"):
            continue
        ignores = not line.startswith("!")
        if not ignores:
            line = line[1:]
        folders_only = line.endswith("/")
        if folders_only:
            line = line[:-1]
        for pattern in _spelled_out(line):
            above, slash, last = pattern.rpartition("/")
            matches = _name_matcher(last)
            if not last or matches is None:
                continue
            rule = Rule(order, ignores, folders_only, matches)
            above = above.removeprefix("/")
            below = last == "**" or above.endswith("/**")
            while above.endswith("/**"):
                above = above.removesuffix("/**")
            if slash and above != "**":
                if below or _WILD.search(above):
                    if folder_matches := _folder_matcher(above, below):
                        by_folder_pattern.append((folder_matches, rule))
                else:
                    by_folder[above] = (*by_folder.get(above, ()), rule)
            elif not _WILD.search(last):
                by_name[last] = (*by_name.get(last, ()), rule)
            elif tail := _literal_end(last):
                by_tail.append((tail, rule))
            elif head := _literal_start(last):
                by_head.append((head, rule))
            else:
                others.append(rule)
    if not (by_name or by_tail or by_head or others or by_folder or by_folder_pattern):
        return None
    return Rules(
        folder.rstrip("/"),
        by_name,
        tuple(by_tail),
        tuple({tail for tail, _ in by_tail}),
        tuple(by_head),
        tuple({head for head, _ in by_head}),
        tuple(others),
        by_folder,
        tuple(by_folder_pattern),
    )


def pattern_problem(pattern: str) -> str | None:
    """Why a pattern can match nothing, for whoever wrote it into the setting ``exclude``; None for a sound one."""
    inner = _trimmed(pattern).removeprefix("!")
    if inner.startswith(("./", "../")):
        outside = "patterns can't lead out of the project" if inner.startswith("../") else "write `/` in place of `./`"
        return f"`{pattern}` matches nothing: {outside}"
    if parse_rules([pattern], "/") is not None:
        return None
    if pattern.startswith("#"):
        reason = "a `#` begins a comment, `\\#` a name"
    elif inner.endswith("\\"):
        reason = "a backslash must stand before something"
    elif "[" in inner:
        reason = "after its `[` there is no `]`, or a range runs backwards"
    else:
        reason = "it names no file or folder"
    return f"`{pattern}` matches nothing: {reason}"


_WILD = re.compile(r"[*?\[\\]")
_CLASS = re.compile(r"\[([A-Za-z0-9_]+)\]")
_NAMED_CLASS = re.compile(r"\[:([a-z]+):\]")
_NAMED_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": " \t",
    "digit": "0-9",
    "lower": "a-z",
    "punct": ":-@[-`{-~!-.",
    "space": " \t-\r",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
"""The classes of characters that git's ``wildmatch.c`` knows by name, as far as file names have them."""


def _trimmed(line: str) -> str:
    """Without the line's end, and without spaces there that are not escaped."""
    line = line.rstrip("\r\n")
    while line.endswith(" ") and not line.endswith("\\ "):
        line = line[:-1]
    return line


def _spelled_out(pattern: str) -> list[str]:
    """``*.py[co]`` as ``*.pyc`` and ``*.pyo``, as long as these are few."""
    pieces = _CLASS.split(pattern)
    if not 1 < len(pieces) <= 7 or "\\" in pattern or any("[" in literal for literal in pieces[::2]):
        return [pattern]
    choices = [list(piece) if number % 2 else [piece] for number, piece in enumerate(pieces)]
    spelled = ["".join(choice) for choice in product(*choices)]
    return spelled if len(spelled) <= 64 else [pattern]


def _literal_start(glob: str) -> str:
    return re.split(r"[*?\[\\]", glob)[0]


def _literal_end(glob: str) -> str:
    return "" if "[" in glob or "\\" in glob else re.split(r"[*?]", glob)[-1]


def _name_matcher(glob: str) -> Callable[[str], bool] | None:
    """Whether a name is as ``glob``, a pattern without a slash, wants it; None for one that git refuses."""
    if not _WILD.search(glob):
        return glob.__eq__
    inner = glob.strip("*")
    if not inner:
        return lambda _: True
    if not _WILD.search(inner):
        if not glob.endswith("*"):
            return lambda name: name.endswith(inner)
        if not glob.startswith("*"):
            return lambda name: name.startswith(inner)
        return lambda name: inner in name
    return _translated(glob)


def _folder_matcher(glob: str, below: bool) -> Callable[[str], bool] | None:
    """Whether a folder, relative to that of the file, is as ``glob`` wants it, or, for ``below``, lies below such a one."""
    if not glob or glob == "**":
        return lambda _: True
    if below and not _WILD.search(glob):
        start = glob + "/"
        return lambda folder: folder == glob or folder.startswith(start)
    if not below:
        return _translated(glob)
    itself, descendant = _translated(glob), _translated(glob + "/**/*")
    return lambda folder: bool((itself and itself(folder)) or (descendant and descendant(folder)))


def _translated(glob: str) -> Callable[[str], bool] | None:
    """The same by a regular expression."""
    if any(name not in _NAMED_CLASSES for name in _NAMED_CLASS.findall(glob)):
        return None
    glob = _NAMED_CLASS.sub(lambda match: _NAMED_CLASSES[match[1]], glob)
    import warnings

    from pathspec.patterns.gitignore import GitIgnorePatternError
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # Of `[[x]`, which may mean something else some day.
            # The slash in front also keeps `!` and `#`, which mean themselves here, from meaning something.
            regex = GitIgnoreSpecPattern("/" + glob).regex
    except (GitIgnorePatternError, re.error):  # The latter for a range that runs backwards.
        return None
    # In full: pathspec's own match would do for what lies below too, but about that the walk has asked before.
    return None if regex is None else lambda text: regex.fullmatch(text) is not None


class Ignore(NamedTuple):
    """What is ignored in one folder of a walk."""

    directory: str
    """The project's directory, without a slash at its end."""
    excluded: Rules | None
    """The setting ``exclude``: it has the last word."""
    inherited: tuple[Rules, ...]
    """Of gitignore files that reach into the folder, the deepest first."""

    def enter(self, folder: str, names: Container[str]) -> Ignore:
        """What is ignored in ``folder``, which has the entries ``names``. Call it from the top down."""
        inherited = self.inherited
        if ".git" in names and folder != self.directory:
            # Another repository, or a submodule: patterns of the outer one do not reach into it.
            inherited = _of_repository(folder)
        if ".gitignore" in names and (rules := _read_rules(folder + "/.gitignore", folder)):
            inherited = (rules, *inherited)
        return self if inherited is self.inherited else self._replace(inherited=inherited)

    def kept_files(self, folder: str, names: Sequence[str]) -> Sequence[str]:
        """Those files of ``folder`` that are checked."""
        asked = self._asked(folder)
        return [name for name in names if not _first_verdict(asked, name, False)] if asked else names

    def kept_folders(self, folder: str, names: Sequence[str], siblings: Container[str]) -> Sequence[str]:
        """Those folders of ``folder`` that are walked. ``siblings`` are all entries of ``folder``."""
        asked = self._asked(folder)
        kept = []
        for name in names:
            verdict = _first_verdict(asked[:1], name, True) if self.excluded else None
            if verdict is None:
                verdict = self._is_no_source(folder, name, siblings) or _first_verdict(asked, name, True)
            if not verdict:
                kept.append(name)
        return kept

    def _asked(self, folder: str) -> list[tuple[Rules, tuple[Rule, ...]]]:
        """Who is asked about entries of ``folder``, in order."""
        rules = self.inherited if self.excluded is None else (self.excluded, *self.inherited)
        return [(each, each.of_folder(folder)) for each in rules]

    def _is_no_source(self, folder: str, name: str, siblings: Container[str]) -> bool:
        if name in SKIPPED_FOLDERS:
            return True
        if name in BUILD_FOLDERS and (folder == self.directory or any(file in siblings for file in ROOT_FILES)):
            return "__init__.py" not in siblings and not os.path.isfile(f"{folder}/{name}/__init__.py")
        return False


NOTHING_IGNORED = Ignore("", None, ())


def _first_verdict(asked: list[tuple[Rules, tuple[Rule, ...]]], name: str, is_folder: bool) -> bool | None:
    for rules, of_folder in asked:
        verdict = rules.verdict(of_folder, name, is_folder)
        if verdict is not None:
            return verdict
    return None


def is_excluded(path: str, directory: str, exclude: Sequence[str]) -> bool:
    """Whether the setting ``exclude`` covers the file ``path``, or a folder that it lies in, in the project ``directory``."""
    directory = directory.rstrip("/")
    excluded = _excluding(tuple(exclude), directory)
    if excluded is None or not path.startswith(f"{directory}/"):
        return False
    *folders, name = path[len(directory) + 1 :].split("/")
    at = directory
    for folder in folders:
        if excluded.verdict(excluded.of_folder(at), folder, True):
            return True
        at = f"{at}/{folder}"
    return bool(excluded.verdict(excluded.of_folder(at), name, False))


@lru_cache(maxsize=64)
def _excluding(exclude: tuple[str, ...], directory: str) -> Rules | None:
    return parse_rules(exclude, directory) if exclude else None


def is_environment(names: Container[str]) -> bool:
    """Whether a folder with these entries is a Python environment."""
    return any(mark in names for mark in ENVIRONMENT_MARKS)


def ignore_at(directory: str, exclude: Sequence[str]) -> Ignore:
    """What is ignored at the top of a project: by ``exclude``, and by gitignore files of folders above, up to the repository's root.

    If those ignore the very directory that is to be checked, they are not asked further: it is wanted.
    """
    directory = directory.rstrip("/") or "/"
    excluded = parse_rules(exclude, directory) if exclude else None
    repository = directory
    while not os.path.exists(repository + "/.git"):
        above = os.path.dirname(repository)
        if above == repository:
            return Ignore(directory, excluded, ())
        repository = above
    inherited = _of_repository(repository)
    at = repository
    for part in directory[len(repository) :].split("/"):
        if not part:
            continue
        if rules := _read_rules(at + "/.gitignore", at):
            inherited = (rules, *inherited)
        if not Ignore(directory, None, inherited).kept_folders(at, [part], ()):
            return Ignore(directory, excluded, ())
        at = f"{at}/{part}"
    return Ignore(directory, excluded, inherited)


def _of_repository(root: str) -> tuple[Rules, ...]:
    """The patterns of a repository's ``.git/info/exclude``."""
    git = root + "/.git"
    if os.path.isfile(git):
        # A worktree or a submodule: gitrepository-layout(5), "gitdir" and "commondir".
        first = _lines(git)[:1]
        git = os.path.join(root, first[0].removeprefix("gitdir:").strip()) if first else git
        common = _lines(git + "/commondir")[:1]
        git = os.path.join(git, common[0].strip()) if common else git
    rules = _read_rules(git + "/info/exclude", root)
    return (rules,) if rules else ()


def _read_rules(path: str, folder: str) -> Rules | None:
    lines = _lines(path)
    return parse_rules(lines, folder) if lines else None


def _lines(path: str) -> list[str]:
    """The lines of a file; none if it is no regular file or can't be read, as with git."""
    if not os.path.isfile(path):
        return []
    try:
        with open(path, encoding="utf-8-sig", errors="surrogateescape", newline="\n") as stream:
            return stream.read().split("\n")
    except OSError:
        return []
