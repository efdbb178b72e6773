"""Which Python a project is meant for: the places that are looked in, in order."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import NamedTuple

from importwise.environment.files import names_in, posix, text_of
from importwise.environment.layout import Layout, is_script, layout_of_folder, layout_of_interpreter


class PythonNotFound(Exception):
    """The interpreter or environment that a person named does not exist."""


class Located(NamedTuple):
    """The environment that was found, None if none was, and how, in words for people."""

    layout: Layout | None
    origin: str
    notices: tuple[str, ...] = ()


def locate(project: str, python: str | None, variables: Mapping[str, str], home: str) -> Located:
    """The environment of the project in the folder ``project``. Raises `PythonNotFound` only for a ``python`` that does not exist.

    1. ``python``: an interpreter or an environment's directory, relative to the project; a bare name is sought on PATH;
    2. ``VIRTUAL_ENV``, 3. ``CONDA_PREFIX``;
    4. ``.venv`` or ``venv`` in the project, or in its parents up to the repository's root (the folder with ``.git``);
    5. pyenv's choice for the project: ``PYENV_VERSION`` or ``.python-version``;
    6. the first ``python3`` or ``python`` on PATH, pyenv's shims looked through.
    """
    notices: list[str] = []
    if python is not None:
        return _given(project, python, variables, home)
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        folder = variables.get(variable)
        if folder:
            layout = layout_of_folder(folder, variables, home)
            if layout is not None:
                return Located(layout, f"`{variable}` ({posix(folder)})")
            notices.append(f"`{variable}` names {posix(folder)}, which is not a Python environment.")
    for folder in _up_to_repository(project):
        for name in (".venv", "venv"):
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                # pipenv and others allow a file that names the folder, on its first line.
                lines = (text_of(path) or "").split("\n", 1)
                path = os.path.join(folder, lines[0].strip()) if lines[0].strip() else path
            layout = layout_of_folder(path, variables, home) if os.path.isdir(path) else None
            if layout is not None:
                where = "the project" if folder == project else posix(folder)
                return Located(layout, f"`{name}` in {where}", tuple(notices))
    pyenv = _pyenv_root(variables, home)
    if pyenv is not None:
        layout, origin = _pyenv_choice(project, pyenv, variables, home, notices)
        if layout is not None:
            return Located(layout, origin, tuple(notices))
    layout, origin = _on_path(("python3", "python"), pyenv, variables, home)
    return Located(layout, origin, tuple(notices))


def _given(project: str, python: str, variables: Mapping[str, str], home: str) -> Located:
    spelled = python
    python = os.path.join(home, python[2:]) if python.startswith(("~/", "~\\")) else python
    path = os.path.join(project, python)
    if not os.path.exists(path) and not os.path.dirname(python):
        pyenv = _pyenv_root(variables, home)
        layout, origin = _on_path((python,), None, variables, home)
        if layout is None and pyenv is not None:
            # "python3.12", for which there is only a shim.
            layout, origin = _pyenv_version(python, pyenv, variables, home), f"pyenv ({python})"
        if layout is not None:
            return Located(layout, origin)
    if not os.path.exists(path):
        raise PythonNotFound(
            f"There is no interpreter or environment `{spelled}` ({posix(os.path.abspath(path))} does not exist)."
        )
    layout = (layout_of_folder if os.path.isdir(path) else layout_of_interpreter)(path, variables, home)
    if layout is None and is_script(path) and os.path.isfile(path):
        # A shim: the choice is pyenv's.
        pyenv = _pyenv_root(variables, home)
        layout = _shim(os.path.basename(path), project, pyenv, variables, home) if pyenv else None
    if layout is None:
        return Located(
            None, "", (f"{posix(os.path.abspath(path))} is neither a Python interpreter nor an environment's folder.",)
        )
    return Located(layout, f"given as {spelled}")


def _up_to_repository(project: str) -> list[str]:
    """The project's folder and its parents up to the one with ``.git``; without a repository the project's alone."""
    folders = [project]
    while not os.path.exists(os.path.join(folders[-1], ".git")):
        parent = os.path.dirname(folders[-1])
        if parent == folders[-1]:
            return [project]
        folders.append(parent)
    return folders


def _pyenv_root(variables: Mapping[str, str], home: str) -> str | None:
    for root in (variables.get("PYENV_ROOT"), os.path.join(home, ".pyenv"), os.path.join(home, ".pyenv", "pyenv-win")):
        if root and os.path.isdir(os.path.join(root, "versions")):
            return root
    return None


def _pyenv_choice(
    project: str, pyenv: str, variables: Mapping[str, str], home: str, notices: list[str]
) -> tuple[Layout | None, str]:
    """pyenv's choice for the project, apart from the global one (``pyenv help version``)."""
    wanted, where = (variables.get("PYENV_VERSION") or "").split(":"), "`PYENV_VERSION`"
    if wanted == [""]:
        wanted, where = _python_version_file(project), "`.python-version`"
    for name in wanted:
        if name == "system":
            return None, ""
        layout = _pyenv_version(name, pyenv, variables, home)
        if layout is not None:
            return layout, f"{where} of pyenv ({name})"
    if wanted:
        notices.append(f"{where} names {', '.join(wanted)}, which pyenv has not installed.")
    return None, ""


def _python_version_file(project: str) -> list[str]:
    """The versions that the nearest ``.python-version`` upwards names."""
    folder = project
    while True:
        text = text_of(os.path.join(folder, ".python-version"))
        if text is not None:
            return [word for line in text.splitlines() for word in line.partition("#")[0].split()]
        parent = os.path.dirname(folder)
        if parent == folder:
            return []
        folder = parent


def _pyenv_version(name: str, pyenv: str, variables: Mapping[str, str], home: str) -> Layout | None:
    """The version or virtual environment that pyenv knows as ``name``; "3.11" is the newest 3.11."""
    versions = os.path.join(pyenv, "versions")
    name = os.path.basename(name).removeprefix("python").removeprefix("-")
    if not os.path.isdir(os.path.join(versions, name)):
        fitting = [entry for entry in names_in(versions) if entry.startswith(name + ".")]
        numbered = sorted(
            ((int(entry[len(name) + 1 :]), entry) for entry in fitting if entry[len(name) + 1 :].isdecimal()),
            reverse=True,
        )
        if not numbered:
            return None
        name = numbered[0][1]
    return layout_of_folder(os.path.join(versions, name), variables, home)


def _shim(program: str, project: str, pyenv: str, variables: Mapping[str, str], home: str) -> Layout | None:
    """What pyenv's shim would start: the project's choice, else the global one, else what comes later on PATH."""
    wanted = (variables.get("PYENV_VERSION") or "").split(":")
    if wanted == [""]:
        wanted = _python_version_file(project) or (text_of(os.path.join(pyenv, "version")) or "system").split()
    for name in wanted:
        layout = None if name == "system" else _pyenv_version(name, pyenv, variables, home)
        if layout is not None:
            return layout
    return _on_path((program,), None, variables, home)[0]


def _on_path(
    programs: tuple[str, ...], pyenv: str | None, variables: Mapping[str, str], home: str
) -> tuple[Layout | None, str]:
    """The first of the programs on PATH that is an interpreter. Without ``pyenv`` scripts are passed over."""
    separator = ";" if sys.platform == "win32" else ":"
    for folder in variables.get("PATH", "").split(separator):
        # The python.exe of this folder opens the Windows Store.
        if not folder or folder.replace("\\", "/").rstrip("/").endswith("Microsoft/WindowsApps"):
            continue
        for program in programs:
            for name in (program, program + ".exe") if sys.platform == "win32" else (program,):
                path = os.path.join(folder, name)
                if not os.path.isfile(path) or not os.access(path, os.X_OK):
                    continue
                if not is_script(path):
                    layout = layout_of_interpreter(path, variables, home)
                    if layout is not None:
                        return layout, f"`{program}` on PATH ({posix(path)})"
                elif pyenv is not None and "pyenv" in (text_of(path) or ""):
                    # _pyenv_choice has had its turn: what is left is the global version.
                    for name in (text_of(os.path.join(pyenv, "version")) or "").split():
                        layout = None if name == "system" else _pyenv_version(name, pyenv, variables, home)
                        if layout is not None:
                            return layout, f"`{program}` on PATH, by pyenv ({name})"
    return None, ""
