"""Where an installed Python keeps its modules, read off ``pyvenv.cfg`` and the folders; no interpreter is started.

The rules are CPython's ``Modules/getpath.py`` and ``Lib/site.py``, and the patches of the distributors: Debian's
dist-packages, Fedora's lib64 and /usr/local, Apple's /Library/Python.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from importwise.environment.files import names_in, text_of
from importwise.environment.versions import parse_version
from importwise.searchpath import Platform, Version

_EXECUTABLE = re.compile(r"(python|pypy)(3\.\d+)d?(t?)d?(?:\.exe)?", re.IGNORECASE)
_TAG = re.compile(r"(?:python|pypy)(3)\.(\d+)t?")
_INTERPRETER = re.compile(r"(?:python|pypy|graalpy)[\d.]*t?d?w?(?:-\w+)?(?:\.exe)?", re.IGNORECASE)
_WINDOWS_LIBRARY = re.compile(r"python(3)(\d+)(t?)\.(?:dll|zip)", re.IGNORECASE)
_CONDA_RECORD = re.compile(r"python-(3)\.(\d+)\.[^-]*-[^-]*\.json")


class Base(NamedTuple):
    """An installation: where its standard library is."""

    prefix: str
    library: str
    """The folder of the prefix that holds the libraries: "lib", "lib64", or "Lib" on Windows."""
    tag: str
    """The folder of that: "python3.11", "python3.13t", "pypy3.10"; empty on Windows."""


class Layout(NamedTuple):
    """An environment. All paths are the system's own, absolute; none is promised to exist but those of ``library`` and ``sites``."""

    prefix: str
    base: Base | None
    """The installation that a virtual environment belongs to, or the environment itself; None if it is gone."""
    version: Version | None
    tag: str
    windows: bool
    virtual: bool
    library: tuple[str, ...]
    """The standard library's folders (and zip file), in the order of ``sys.path``."""
    sites: tuple[str, ...]
    """Folders whose ``.pth`` files count, in the order of ``sys.path``; the user's before the installation's."""


def layout_of_folder(folder: str, variables: Mapping[str, str], home: str) -> Layout | None:
    """The environment whose directory is ``folder`` (its ``bin`` or ``Scripts`` does as well), or None if it is none."""
    folder = os.path.abspath(folder)
    interpreter = interpreter_in(folder)
    if interpreter is not None:
        return layout_of_interpreter(interpreter, variables, home)
    if os.path.isfile(os.path.join(folder, "pyvenv.cfg")):
        # A virtual environment without its interpreter: unpacked from an archive, or its link leads nowhere here.
        return _virtual(folder, os.path.join(folder, "bin", "python"), variables, home)
    base = _base_at(folder, None)
    return _installed(base, variables, home) if base else None


def layout_of_interpreter(executable: str, variables: Mapping[str, str], home: str) -> Layout | None:
    """The environment that the interpreter at ``executable`` would have, or None if it has no standard library near it.

    Links are followed as ``getpath`` does: a ``pyvenv.cfg`` counts beside the name as given or one folder above it, the
    standard library is sought from where the links lead upwards. A script (a shim) is no interpreter.
    """
    executable = os.path.abspath(executable)
    folder = os.path.dirname(executable)
    if os.path.isfile(os.path.join(folder, "pyvenv.cfg")) or os.path.isfile(
        os.path.join(os.path.dirname(folder), "pyvenv.cfg")
    ):
        return _virtual(os.path.dirname(folder), executable, variables, home)
    real = os.path.realpath(executable)
    if not _INTERPRETER.fullmatch(os.path.basename(real)) or is_script(real):
        return None
    base = _base_above(os.path.dirname(real), _tag_of(real) or _tag_of(executable))
    return _installed(base, variables, home) if base else None


def interpreter_in(folder: str) -> str | None:
    """The interpreter of an environment's directory (or of its ``bin``), or None."""
    for path in ("bin/python3", "bin/python", "Scripts/python.exe", "python.exe", "python3", "python", "bin/pypy3"):
        candidate = os.path.join(folder, *path.split("/"))
        if os.path.isfile(candidate) and not is_script(candidate):
            return candidate
    return None


def is_script(path: str) -> bool:
    """Whether a file begins with ``#!``, as the shims of pyenv, asdf and their like do. False if it can't be read."""
    try:
        with open(path, "rb") as file:
            return file.read(2) == b"#!"
    except OSError:
        return False


def platform_of(layout: Layout, library_names: Iterable[str], running: Platform) -> Platform:
    """The platform that an environment is made for, from the names of its libraries; ``running`` if they tell nothing."""
    if layout.windows:
        return "win32"
    for name in library_names:
        if name.endswith("-darwin.so") or (name.startswith("_sysconfigdata_") and "_darwin_" in name):
            return "darwin"
        if (name.endswith(".so") and "-linux-" in name) or (name.startswith("_sysconfigdata_") and "_linux_" in name):
            return "linux"
    if layout.base is not None and ".framework/" in layout.base.prefix:
        return "darwin"
    # It is not Windows, whatever importwise runs on.
    return "linux" if running == "win32" else running


def _virtual(prefix: str, executable: str, variables: Mapping[str, str], home: str) -> Layout:
    config = _config(os.path.join(os.path.dirname(executable), "pyvenv.cfg")) or _config(
        os.path.join(prefix, "pyvenv.cfg")
    )
    windows = executable.endswith(".exe") or os.path.isdir(os.path.join(prefix, "Lib", "site-packages"))
    real = os.path.realpath(executable)
    version = parse_version(config.get("version", "") or config.get("version_info", ""))
    tag = "" if windows else _tag_of(real) or _tag_of_config(config, version)
    if not windows and not os.path.isdir(os.path.join(prefix, "lib", tag, "site-packages")):
        # The name of the interpreter and the version written down are less sure than what is there.
        there = [
            name
            for name in _tags_in(os.path.join(prefix, "lib"))
            if os.path.isdir(os.path.join(prefix, "lib", name, "site-packages"))
        ]
        tag = there[0] if len(there) == 1 else tag
    base = None
    if config.get("home"):
        base = _base_above(config["home"], tag or None) or _base_above(
            os.path.dirname(os.path.realpath(os.path.join(config["home"], os.path.basename(executable)))), tag or None
        )
    if base is None and os.path.isfile(real):
        base = _base_above(os.path.dirname(real), tag or None)
    version = _version_of_tag(tag) or version or (_windows_version(base.prefix) if base else None)
    # site.py: what is not written there is "true".
    system = config.get("include-system-site-packages", "true").lower() == "true"
    prefixes = [prefix, base.prefix] if system and base is not None else [prefix]
    sites = _site_folders(prefixes, base, tag, windows, virtual=True)
    if system:
        # The environment's own folders come first, then the user's, then the installation's.
        own = len(_site_folders([prefix], base, tag, windows, virtual=True))
        sites[own:own] = _user_site(base, tag, version, windows, variables, home)
    return Layout(prefix, base, version, tag, windows, True, _library(base, version), _existing(sites))


def _installed(base: Base, variables: Mapping[str, str], home: str) -> Layout:
    windows = base.library == "Lib"
    version = _version_of_tag(base.tag) or _windows_version(base.prefix)
    sites = _user_site(base, base.tag, version, windows, variables, home)
    sites += _site_folders([base.prefix], base, base.tag, windows, virtual=False)
    return Layout(base.prefix, base, version, base.tag, windows, False, _library(base, version), _existing(sites))


def _library(base: Base | None, version: Version | None) -> tuple[str, ...]:
    """``sys.path`` as ``Modules/getpath.py`` makes it, without what doesn't exist."""
    if base is None:
        return ()
    folder = os.path.join(base.prefix, base.library)
    archive = f"python{version[0]}{version[1]}.zip" if version else "python3.zip"
    if base.library == "Lib":
        places = [os.path.join(base.prefix, archive), os.path.join(base.prefix, "DLLs"), folder, base.prefix]
    else:
        folder = os.path.join(folder, base.tag)
        places = [os.path.join(base.prefix, base.library, archive), folder, os.path.join(folder, "lib-dynload")]
    return tuple(place for place in places if os.path.exists(place))


def _site_folders(prefixes: list[str], base: Base | None, tag: str, windows: bool, virtual: bool) -> list[str]:
    """``site.getsitepackages(prefixes)``."""
    folders: list[str] = []
    debian = (
        base is not None and not windows and os.path.isdir(os.path.join(base.prefix, "lib", "python3", "dist-packages"))
    )
    libraries = ["lib64", "lib"] if base is not None and base.library == "lib64" else ["lib"]
    for prefix in prefixes:
        if windows:
            folders += [prefix, os.path.join(prefix, "Lib", "site-packages")]
        elif debian:
            if virtual:
                folders.append(os.path.join(prefix, "lib", tag, "site-packages"))
            folders.append(os.path.join(prefix, "local", "lib", tag, "dist-packages"))
            folders.append(os.path.join(prefix, "lib", "python3", "dist-packages"))
            folders += [os.path.join(prefix, library, tag, "dist-packages") for library in libraries]
        else:
            if len(libraries) == 2 and not virtual:
                folders += [os.path.join(prefix, "local", library, tag, "site-packages") for library in libraries]
            folders += [os.path.join(prefix, library, tag, "site-packages") for library in libraries]
            if prefix.startswith(("/Applications/Xcode", "/Library/Developer/CommandLineTools")):
                folders.append("/Library/Python/" + tag.removeprefix("python") + "/site-packages")
    return folders


def _user_site(
    base: Base | None, tag: str, version: Version | None, windows: bool, variables: Mapping[str, str], home: str
) -> list[str]:
    """``site.getusersitepackages()``; none with ``PYTHONNOUSERSITE``."""
    if variables.get("PYTHONNOUSERSITE") or version is None:
        return []
    user = variables.get("PYTHONUSERBASE")
    if windows:
        user = user or os.path.join(variables.get("APPDATA") or home, "Python")
        return [os.path.join(user, f"Python{version[0]}{version[1]}", "site-packages")]
    if base is not None and ".framework/" in base.prefix + "/":
        user = user or os.path.join(home, "Library", "Python", f"{version[0]}.{version[1]}")
        return [os.path.join(user, "lib", "python", "site-packages")]
    return [os.path.join(user or os.path.join(home, ".local"), "lib", tag, "site-packages")]


def _existing(folders: list[str]) -> tuple[str, ...]:
    """The folders that exist, each once; ``lib64`` is left out where it is a link to ``lib``."""
    found: dict[str, None] = {}
    for folder in folders:
        if os.sep + "lib64" + os.sep in folder and os.path.realpath(folder) == os.path.realpath(
            folder.replace("lib64", "lib")
        ):
            continue
        if os.path.isdir(folder):
            found[os.path.normpath(folder)] = None
    return tuple(found)


def _base_above(folder: str, tag: str | None) -> Base | None:
    """The installation to which ``folder``, that of an interpreter, belongs: the nearest folder upwards with a standard library.

    The root doesn't count: a stray file would become the interpreter of /lib/python3.11.
    """
    folder = os.path.abspath(folder)
    while os.path.dirname(folder) != folder:
        base = _base_at(folder, tag)
        if base is not None:
            return base
        folder = os.path.dirname(folder)
    return None


def _base_at(prefix: str, tag: str | None) -> Base | None:
    for library in ("lib", "lib64"):
        folder = os.path.join(prefix, library)
        for name in (tag,) if tag else _tags_in(folder):
            landmark = os.path.join(folder, name, "os.py")
            if os.path.isfile(landmark) or os.path.isfile(landmark + "c"):
                return Base(prefix, library, name)
    if os.path.isfile(os.path.join(prefix, "Lib", "os.py")) or (
        _windows_version(prefix) and os.path.isfile(os.path.join(prefix, "python.exe"))
    ):
        return Base(prefix, "Lib", "")
    return None


def _tags_in(folder: str) -> list[str]:
    """Names such as "python3.11" in a ``lib`` folder, the newest first. (conda has a link python3.1: it comes last.)"""
    found = [(int(match[1]), int(match[2]), name) for name in names_in(folder) if (match := _TAG.fullmatch(name))]
    return [name for _, _, name in sorted(found, reverse=True)]


def _tag_of(executable: str) -> str | None:
    match = _EXECUTABLE.fullmatch(os.path.basename(executable))
    return match[1].lower() + match[2] + match[3] if match else None


def _tag_of_config(config: Mapping[str, str], version: Version | None) -> str:
    name = "pypy" if config.get("implementation", "").lower() == "pypy" else "python"
    return f"{name}{version[0]}.{version[1]}" if version else ""


def _version_of_tag(tag: str) -> Version | None:
    match = _TAG.fullmatch(tag)
    return (int(match[1]), int(match[2])) if match else None


def _windows_version(prefix: str) -> Version | None:
    """The version of an installation on Windows: from ``python311.dll``, or from conda's records."""
    for pattern, folder in (_WINDOWS_LIBRARY, prefix), (_CONDA_RECORD, os.path.join(prefix, "conda-meta")):
        for name in sorted(names_in(folder)):
            match = pattern.fullmatch(name)
            if match:
                return int(match[1]), int(match[2])
    return None


def _config(path: str) -> dict[str, str]:
    """The keys, in lower case, and values of a ``pyvenv.cfg``, as ``site.venv`` reads it; empty if there is none."""
    values: dict[str, str] = {}
    for line in (text_of(path) or "").splitlines():
        key, equals, value = line.partition("=")
        if equals:
            values[key.strip().lower()] = value.strip()
    return values
