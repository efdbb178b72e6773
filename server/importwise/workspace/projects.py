"""Which project answers for which file, where several folders are open and projects lie within projects."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from importwise.environment.discover import PythonNotFound, discover
from importwise.searchpath import Environment
from importwise.settings import Settings
from importwise.workspace.config import PROJECT_FILE, SETTINGS_FILE, Config, load_config
from importwise.workspace.disk import Disk
from importwise.workspace.project import Project
from importwise.workspace.wishes import Doubt, doubts_about, with_wishes

OWN_TABLE = re.compile(rb"^(?:\xef\xbb\xbf)?[ \t]*\[\[?[ \t]*tool[ \t]*\.[ \t]*importwise\b", re.MULTILINE)


class SetUp(NamedTuple):
    """What a project begins with, and what a person should know of it."""

    config: Config
    environment: Environment
    notices: tuple[str, ...]
    doubts: tuple[Doubt, ...] = ()
    """What is wrong with what the editor sets."""


def set_up(folder: str, wishes: Mapping[str, Any], variables: Mapping[str, str], good: Settings | None = None) -> SetUp:
    """The settings and the environment for ``folder``.

    ``wishes`` are the editor's, by the names of `Settings`' fields: see `with_wishes`. ``good`` are the settings that were
    in force before: they stay while the file is broken.
    """
    config = load_config(folder)
    notices: list[str] = []
    if good is not None and any(problem.severity == "error" for problem in config.problems):
        notices.append(f"{config.file or config.directory}: broken, the settings of before stay in force")
        config = config._replace(settings=good)
    in_file = config.settings.python
    config = with_wishes(config, wishes)
    settings = config.settings
    doubts = [*doubts_about(config, wishes)]
    try:
        environment = _discover(config, variables)
    except PythonNotFound as error:
        if "python" in config.wished:
            doubts.append(Doubt("python", str(error)))
        else:
            notices.append(f"`python`: {error}")
            config = config.with_problem(("python",), f"`python`: {error}")
        python = in_file if in_file != settings.python else None
        try:
            environment = _discover(config._replace(settings=settings._replace(python=python)), variables)
        except PythonNotFound:
            environment = _discover(config._replace(settings=settings._replace(python=None)), variables)
    return SetUp(config, environment, (*notices, *environment.notices), tuple(doubts))


def _discover(config: Config, variables: Mapping[str, str]) -> Environment:
    settings = config.settings
    version = None
    if settings.python_version is not None:
        major, _, minor = settings.python_version.partition(".")
        version = int(major), int(minor)
    return discover(
        config.directory,
        python=settings.python,
        version=version,
        platform=settings.platform,
        requires_python=config.requires_python,
        variables=variables,
    )


def load_project(begin: SetUp, disk: Disk, tops: Iterable[str] = (), walk: bool = True) -> Project:
    """A project whose folders are known, and of whose files none is read yet."""
    project = Project(begin.config, begin.environment, disk, tuple(tops), live=True)
    project.load(walk=walk, read=False)
    return project


def nested_in(project: Project) -> list[str]:
    """The folders within a project that are projects of their own.

    Those are folders with settings (an importwise.toml, or a pyproject.toml with ``[tool.importwise]``), or with a
    pyproject.toml and an environment beside it. Any other pyproject.toml is that of a part: it makes a root, no project.
    """
    return sorted(folder for folder in project.folders if folder != project.config.directory and _is_project(folder))


def _is_project(folder: str) -> bool:
    if os.path.isfile(f"{folder}/{SETTINGS_FILE}"):
        return True
    try:
        with open(f"{folder}/{PROJECT_FILE}", "rb") as file:
            content = file.read()
    except OSError:
        return False
    if OWN_TABLE.search(content):
        return True
    return any(os.path.isfile(f"{folder}/{name}/pyvenv.cfg") for name in (".venv", "venv"))


class Projects:
    """The projects by their directories."""

    def __init__(self) -> None:
        self.by_directory: dict[str, Project] = {}
        self.loose: dict[str, Project] = {}
        """Projects of open files outside of every workspace folder, by the directory of their settings file or their own."""

    def all(self) -> list[Project]:
        """Every project, the loose ones last."""
        return [*self.by_directory.values(), *self.loose.values()]

    def of(self, path: str) -> Project | None:
        """The project that answers for the file ``path``: the innermost."""
        for projects in (self.by_directory, self.loose):
            if projects:
                folder = path
                while (above := folder.rpartition("/")[0] or "/") != folder:
                    folder = above
                    if folder in projects:
                        return projects[folder]
        return None

    def installed(self, path: str) -> bool:
        """Whether the file belongs to the standard library or to site-packages: it is read in an editor, but not worked on."""
        return any(
            path.startswith(f"{place.path}/")
            for project in self.all()
            for place in (*project.environment.standard_library, *project.environment.site_packages)
            if place.kind in ("standard library", "typeshed", "site-packages")
        )
