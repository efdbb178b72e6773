"""Finds the settings file of a project, reads it, and says what is wrong with it. Never raises for what a file holds."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from importwise.checks.finding import Finding
from importwise.settings import Settings, Severity
from importwise.spans import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importwise.workspace.toml_places import Path, Place

SETTINGS_FILE = "importwise.toml"
PROJECT_FILE = "pyproject.toml"
RULE = "invalid-configuration"


class Config(NamedTuple):
    """A project's directory and settings."""

    directory: str
    """The project's directory: that of the settings file, else where the search began. Absolute, with forward slashes."""
    file: str | None
    """The settings file: ``importwise.toml`` or ``pyproject.toml``, also one without ``[tool.importwise]``."""
    settings: Settings
    """``python`` is absolute here; ``roots``, ``extra_paths`` and ``evidence`` stay as the file has them."""
    problems: tuple[Finding, ...]
    """What is wrong with the files that were read, by file and place. What is wrong is left at its default."""
    requires_python: str | None
    """``requires-python`` of the pyproject.toml beside, else ``python_requires`` of setup.cfg."""
    pytest_paths: tuple[str, ...]
    """pytest's ``pythonpath``, absolute."""
    spans: Mapping[Path, Span] = {}
    """Where values stand in ``file``, by the way to them below the settings' table: ``("allow", 2, "module")``.

    A string in an array stands under itself too, ``("targets", "shop.main")``: of an array only the sound items are kept, so
    that the index in the settings may be another.
    """
    wished: frozenset[str] = frozenset()
    """The fields of ``settings`` in which an editor has a say: what is wrong with those is not the file's fault."""

    def place(self, *path: str | int) -> str:
        """Where the value at ``path`` stands, for people: "/srv/shop/pyproject.toml:7:10"."""
        span = self.spans.get(path)
        return f"{self.file}:{span.start.line + 1}:{span.start.column + 1}" if span else f"{self.file}"

    def with_problem(self, path: Path, message: str, help_lines: tuple[str, ...] = ()) -> Config:
        """The same with one more thing wrong: what only shows once the project is known, at the value at ``path``."""
        problem = _problem(self.file or self.directory, message, self.spans.get(path), help_lines)
        return self._replace(problems=_with_severity([*self.problems, problem], self.settings))


def load_config(folder: str, file: str | None = None) -> Config:
    """The settings for ``folder``: of ``file``, else of the nearest importwise.toml or pyproject.toml upwards.

    In one folder importwise.toml beats pyproject.toml. The nearest pyproject.toml marks the project's directory even
    if it has no ``[tool.importwise]``.
    """
    folder = _absolute(folder)
    problems: list[Finding] = []
    name: str | None
    if file is not None:
        file = _absolute(file)
        directory, name = file.rpartition("/")[0] or "/", file.rpartition("/")[2]
        if not os.path.isfile(file):
            problems.append(_problem(file, "there is no such file"))
            return Config(directory, file, Settings(), tuple(problems), None, ())
    else:
        directory, name = _nearest(folder)
        file = _join(directory, name) if name else None

    project_file = _join(directory, PROJECT_FILE)
    project = _read(project_file, problems) if os.path.isfile(project_file) else None
    settings = Settings()
    spans: Mapping[Path, Span] = {}
    if file is not None and name != PROJECT_FILE:
        if own := _read(file, problems):
            settings, spans = _settings(own, (), directory, problems)
        if project is not None and _table(project.document, "tool", "importwise") is not None:
            from importwise.workspace.toml_places import places

            place = places(project.text).get(("tool", "importwise"))
            message = f"`[tool.importwise]` has no effect: {name} is the settings file"
            problems.append(_problem(project_file, message, place.key if place else None, severity="warning"))
    elif project is not None and _table(project.document, "tool", "importwise") is not None:
        settings, spans = _settings(project, ("tool", "importwise"), directory, problems)

    requires_python = _table(project.document, "project", "requires-python") if project else None
    if not isinstance(requires_python, str):
        requires_python = _setup_cfg_requires(directory)
    return Config(
        directory,
        file,
        settings,
        _with_severity(problems, settings),
        requires_python,
        _pytest_paths(directory, project.document if project else {}),
        spans,
    )


def _nearest(folder: str) -> tuple[str, str | None]:
    """The nearest folder upwards that holds a settings file, and that file's name; ``(folder, None)`` if none does."""
    at = folder
    while True:
        for name in (SETTINGS_FILE, PROJECT_FILE):
            if os.path.isfile(_join(at, name)):
                return at, name
        above = os.path.dirname(at)
        if above == at:
            return folder, None
        at = above


class _Document(NamedTuple):
    """A TOML file that could be read."""

    path: str
    text: str
    document: dict[str, Any]


def _read(path: str, problems: list[Finding]) -> _Document | None:
    data = _bytes(path, problems)
    if data is None:
        return None
    # Tools on Windows put a byte order mark there, which tomllib takes for a mistake. Columns count without it, as everywhere.
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8").replace("\r\n", "\n")
        line, column = before.count("\n"), len(before) - (before.rfind("\n") + 1)
        problems.append(_problem(path, f"not UTF-8: {error.reason}", Span.on_line(line, column, 1)))
        return None
    try:
        return _Document(path, text, _parsed(text))
    except RecursionError:
        problems.append(_problem(path, "not TOML: nested too deeply"))
    except ValueError as error:
        problems.append(_toml_problem(path, text, str(error)))
    return None


_TOML_ERROR_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def _toml_problem(path: str, text: str, message: str) -> Finding:
    # The place is an attribute of the error only from 3.14 on; in its text it has always been.
    match = _TOML_ERROR_PLACE.search(message)
    lines = text.split("\n")
    line, column = len(lines) - 1, len(lines[-1])
    if match and match[1]:
        line, column = int(match[1]) - 1, int(match[2]) - 1
    elif len(lines) > 1 and not lines[-1]:
        line, column = len(lines) - 2, len(lines[-2].rstrip("\r"))
    if match:
        message = message[: match.start()]
    return _problem(path, f"not TOML: {message[:1].lower()}{message[1:]}", Span.on_line(line, column, 1))


def _bytes(path: str, problems: list[Finding]) -> bytes | None:
    try:
        # Opening a FIFO would wait for somebody to write to it.
        if not stat.S_ISREG(os.stat(path).st_mode):
            return None
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        problems.append(_problem(path, f"cannot be read: {error.strerror}"))
        return None


def _parsed(text: str) -> dict[str, Any]:
    """The document that ``text`` is. Raises ValueError or RecursionError."""
    # Imported here, as all that deals with settings files: a project without one need not wait for it.
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    document: dict[str, Any] = tomllib.loads(text)
    return document


def _settings(
    file: _Document, path: Path, directory: str, problems: list[Finding]
) -> tuple[Settings, Mapping[Path, Span]]:
    """The settings in the table at ``path`` of ``file``, paths of programs made absolute; and where their values stand."""
    from importwise.workspace.conform import INVALID, conform
    from importwise.workspace.toml_places import places

    where = places(file.text)

    def place(of: Path) -> Place | None:
        while of and of not in where:
            of = of[:-1]
        return where.get(of)

    def line_of(of: Path) -> int:
        found = place(of)
        return found.key.start.line if found else 0

    settings: Settings
    settings, troubles = conform(Settings, _table(file.document, *path), path, line_of)
    if settings is INVALID:
        settings = Settings()
    for trouble in troubles:
        at = place(trouble.path)
        span = None if at is None else at.key if trouble.at == "key" else at.value
        problems.append(_problem(file.path, trouble.message, span, (*trouble.help, *trouble.toml_help)))
    for item, severity, message in doubtful(_table(file.document, *path), directory):
        at = place((*path, *item))
        problems.append(_problem(file.path, f"`{item[0]}`: {message}", at and at.value, severity=severity))
    if settings.python is not None:
        settings = settings._replace(python=_join(directory, os.path.expanduser(settings.python)))
    spans = {of[len(path) :]: found.value for of, found in where.items() if of[: len(path)] == path}
    for key in ("roots", "extra-paths", "exclude", "targets"):
        for index, text in _strings(_table(file.document, *path), key):
            if (key, index) in spans:
                spans.setdefault((key, text), spans[key, index])
    return settings, spans


def doubtful(table: Any, directory: str) -> Iterator[tuple[Path, Severity, str]]:
    """Values of the right type that can't be meant, with the severity of that: folders that are not there, bad patterns."""
    for index, root in _strings(table, "roots"):
        if not os.path.isdir(_join(directory, root)):
            yield ("roots", index), "warning", f"there is no folder {root}"
    for index, extra in _strings(table, "extra-paths"):
        if not os.path.exists(_join(directory, extra)):  # Python imports from zip files too.
            yield ("extra-paths", index), "warning", f"there is no folder {extra}"
    patterns = list(_strings(table, "exclude"))
    if patterns:
        from importwise.workspace.ignore import pattern_problem

        for index, pattern in patterns:
            if problem := pattern_problem(pattern):
                yield ("exclude", index), "error", problem


def _strings(table: Any, key: str) -> Iterator[tuple[int, str]]:
    """The strings in the array at ``key``, with their indexes in the file."""
    array = _table(table, key)
    for index, item in enumerate(array if isinstance(array, list) else ()):
        if isinstance(item, str):
            yield index, item


def _with_severity(problems: list[Finding], settings: Settings) -> tuple[Finding, ...]:
    """The problems in order, with the severity that the settings, as far as they are sound, give their rule."""
    wanted = settings.rules.get(RULE)
    if wanted == "off":
        return ()
    if wanted is not None:
        problems = [problem._replace(severity=wanted) for problem in problems]
    return tuple(sorted(problems, key=lambda problem: (problem.path, problem.span, problem.message)))


def _problem(
    path: str, message: str, span: Span | None = None, help_lines: tuple[str, ...] = (), severity: Severity = "error"
) -> Finding:
    return Finding(path, RULE, severity, span or Span.on_line(0, 0, 0), message, help_lines)


def _table(document: Any, *keys: str | int) -> Any:
    """The value at ``keys``, or None if there is none."""
    for key in keys:
        if not isinstance(document, dict) or key not in document:
            return None
        document = document[key]
    return document


def _pytest_paths(directory: str, project: dict[str, Any]) -> tuple[str, ...]:
    """pytest's ``pythonpath``: the first file that configures pytest counts ("Configuration file formats" of its manual)."""
    native = _table(project, "tool", "pytest")
    candidates: list[tuple[str, str]] = [
        ("pytest.toml", ""),
        (".pytest.toml", ""),
        ("pytest.ini", "pytest"),
        (".pytest.ini", "pytest"),
        (PROJECT_FILE, ""),
        ("tox.ini", "pytest"),
        ("setup.cfg", "tool:pytest"),
    ]
    for name, section in candidates:
        value: Any = None
        if name == PROJECT_FILE:
            if native is None:
                continue
            value = _table(native, "ini_options", "pythonpath") or _table(native, "pythonpath")
        else:
            data = _bytes(_join(directory, name), []) if os.path.isfile(_join(directory, name)) else None
            if data is None:
                continue
            if section:
                present, value = _ini_value(data, section, "pythonpath")
                if not present and name not in ("pytest.ini", ".pytest.ini"):
                    continue
            else:
                value = _toml_value(data, "pytest", "pythonpath")
        if isinstance(value, str):
            value = _shell_words(value)
        if not isinstance(value, list):
            return ()
        return tuple(_join(directory, path) for path in value if isinstance(path, str))
    return ()


def _setup_cfg_requires(directory: str) -> str | None:
    path = _join(directory, "setup.cfg")
    data = _bytes(path, []) if os.path.isfile(path) else None
    return _ini_value(data, "options", "python_requires")[1] if data else None


def _ini_value(data: bytes, section: str, key: str) -> tuple[bool, str | None]:
    """Whether an ini file has the section, and the key's value in it."""
    if section.encode() not in data:
        return False, None
    import configparser

    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string(data.decode("utf-8", "replace"))
    except configparser.Error:
        return False, None
    return parser.has_section(section), parser.get(section, key, fallback=None)


def _toml_value(data: bytes, *keys: str) -> Any:
    try:
        return _table(_parsed(data.decode("utf-8")), *keys)
    except (ValueError, RecursionError):
        return None


def _shell_words(text: str) -> list[str]:
    import shlex

    try:
        return shlex.split(text, comments=True)
    except ValueError:
        return text.split()


def _join(directory: str, path: str) -> str:
    """``path``, relative to ``directory``, as an absolute path with forward slashes."""
    return _absolute(os.path.join(directory, path))


def _absolute(path: str) -> str:
    path = os.path.abspath(path)
    return path.replace(os.sep, "/") if os.sep != "/" else path
