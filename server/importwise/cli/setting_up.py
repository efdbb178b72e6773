"""What `check` and `why` begin with: the settings and the environment, with the command line's own wishes on top."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence

from importwise.cli.console import Console
from importwise.cli.failure import UsageError, during
from importwise.environment.discover import PythonNotFound, discover
from importwise.searchpath import Environment
from importwise.workspace.config import Config, load_config


def set_up(arguments: Namespace, paths: Sequence[str], console: Console) -> tuple[Config, Environment]:
    """The settings and the environment for ``paths`` (absolute), or for the current directory if there are none."""
    if arguments.config is not None and not os.path.isfile(arguments.config):
        what = "is a folder, name the file in it" if os.path.isdir(arguments.config) else "does not exist"
        raise UsageError(f"--config: {arguments.config} {what}")
    if arguments.python is not None and not os.path.exists(arguments.python):
        raise UsageError(f"--python: there is no file or folder {arguments.python}")
    with during("reading the settings"):
        config = _config(paths, absolute(os.curdir), arguments.config)
    wishes = {
        "python": arguments.python and absolute(arguments.python),
        "python_version": arguments.python_version and "{}.{}".format(*arguments.python_version),
        "platform": arguments.platform,
    }
    settings = config.settings._replace(**{key: value for key, value in wishes.items() if value})
    config = config._replace(settings=settings)
    with during("looking for the Python environment"):
        try:
            environment = discover(
                _nearest_folder(paths) if config.file is None and paths else config.directory,
                python=settings.python,
                version=_version(settings.python_version),
                platform=settings.platform,
                requires_python=config.requires_python,
                variables=os.environ,
            )
        except PythonNotFound as error:
            where = "--python" if arguments.python else f"{config.place('python')}: `python`"
            raise UsageError(f"{where}: {error}") from error
    for notice in environment.notices:
        console.notice(notice)
    console.detail(f"project: {config.directory} ({config.file or 'no settings file'})")
    version = ".".join(map(str, environment.version))
    console.detail(f"environment: Python {version} on {environment.platform}: {environment.origin}")
    for search_path in environment.site_packages:
        console.detail(f"packages: {search_path.path}{f' ({search_path.origin})' if search_path.origin else ''}")
    return config, environment


def _config(paths: Sequence[str], current: str, file: str | None) -> Config:
    """The settings that count: of ``file``; else for the current directory; else for the folder that holds all ``paths``.

    Files elsewhere than in the current directory have nothing to do with its settings.
    """
    inside = all(path == current or path.startswith(f"{current.rstrip('/')}/") for path in paths)
    config = load_config(current, file)
    if not paths or file is not None or (inside and config.file is not None):
        return config
    theirs = load_config(_nearest_folder(paths))
    return config if inside and theirs.file is None else theirs


def _nearest_folder(paths: Sequence[str]) -> str:
    """The folder that holds all ``paths``; on Windows, where they may lie on several drives, that of the first."""
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in paths]
    try:
        return absolute(os.path.commonpath(folders))
    except ValueError:
        return absolute(folders[0])


def absolute(path: str) -> str:
    """The path with forward slashes, from the root on."""
    path = os.path.abspath(path)
    return path.replace(os.sep, "/") if os.sep != "/" else path


def _version(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    major, _, minor = text.partition(".")
    return int(major), int(minor)
