"""The environment of a project: which Python it is meant for, and where that looks for modules.

Everything is read off the disk; no interpreter is ever started. `discover` is meant to take some milliseconds: each site folder
is listed once, and what belongs to a distribution is read only where a ``.pth`` file runs code that is not known.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import NamedTuple

from importwise.environment import stdlib
from importwise.environment.distributions import editable_source, owner_of, top_level_names
from importwise.environment.editable import Hook, read_hook
from importwise.environment.files import names_in, posix, text_of
from importwise.environment.layout import Layout, layout_of_folder, platform_of
from importwise.environment.locate import PythonNotFound, locate
from importwise.environment.pth import PthLine, pth_files, pth_lines
from importwise.environment.suffixes import extension_suffixes
from importwise.environment.typeshed import find_typeshed, stdlib_versions
from importwise.environment.versions import lowest_version
from importwise.searchpath import Environment, Platform, SearchPath, SearchPathKind, Version

__all__ = ["PythonNotFound", "discover"]


def discover(
    project: str,
    *,
    python: str | None = None,
    version: Version | None = None,
    platform: Platform | None = None,
    requires_python: str | None = None,
    variables: Mapping[str, str] | None = None,
    home: str | None = None,
) -> Environment:
    """The environment of the project in the folder ``project`` (see locate.py for the order of places).

    ``python``, ``version`` and ``platform`` are what a person has set; ``requires_python`` is the project's own. ``variables`` is the
    process's environment by default, ``home`` the user's home. The version is the one set, else the environment's, else the lower
    bound of ``requires_python``, else that of the running Python. With another version than the environment's, typeshed stands in
    for the standard library's source, and the site-packages stay.

    Raises `PythonNotFound` if ``python`` does not exist, and nothing else: what can't be read is a notice.
    """
    variables = os.environ if variables is None else variables
    home = home or variables.get("HOME") or variables.get("USERPROFILE") or os.path.expanduser("~")
    project = os.path.abspath(project)
    notices: list[str] = []
    located = locate(project, python, variables, home)
    layout = located.layout
    notices += located.notices
    if layout is None:
        notices.append(
            "No Python environment found: imports of third-party packages are not judged. Create `.venv`, activate an environment,"
            " or set `python`."
        )
    own = layout.version if layout else None
    target = version or own or (lowest_version(requires_python) if requires_python else None) or sys.version_info[:2]
    # Without an environment the running Python stands in, for its standard library alone.
    source = layout or layout_of_folder(sys.base_prefix, variables, home)
    library = _library(source, target, notices)
    library_names = [name for names in library.values() for name in names]
    running = _running_platform()
    made_for = platform_of(source, library_names, running) if source else running
    system = platform or made_for
    if system != made_for:
        # The extension modules of another platform are not those of the target; the rest of the library is the same.
        library = {
            folder: names
            for folder, names in library.items()
            if os.path.basename(folder) not in ("lib-dynload", "DLLs")
        }
        library_names = [name for names in library.values() for name in names]
    sites = [(folder, names_in(folder, notices)) for folder in layout.sites] if layout else []
    abi = "t" if source and source.tag.endswith("t") else ""
    seen = [name for names in (*library.values(), *(names for _, names in sites)) for name in names]
    suffixes = extension_suffixes(target, system, seen, abi)
    if own is not None and (own, made_for) != (target, system):
        # What is installed is taken as it is, although the target couldn't load it: the question was about the code.
        suffixes = tuple(dict.fromkeys((*suffixes, *extension_suffixes(own, made_for, seen, abi))))

    present = frozenset(name.partition(".")[0] for name in library_names) if library else None
    whole = present is not None and "os" in present and system == made_for
    builtins = _builtins(source, target, system, present if whole else None)
    typeshed = find_typeshed()
    if typeshed is None:
        notices.append(
            "typeshed is missing (install `typeshed-client`): modules of the standard library can't be checked."
        )
    searched = _site_packages(sites, layout, target, suffixes, variables, library, notices)
    return Environment(
        version=target,
        platform=system,
        builtins=builtins,
        suffixes=suffixes,
        standard_library=tuple(
            [SearchPath(posix(folder), "standard library") for folder in library]
            + ([SearchPath(typeshed, "typeshed", "typeshed-client")] if typeshed else [])
        ),
        site_packages=tuple(searched.paths.values()),
        mapping=searched.mapping,
        namespaces=searched.namespaces,
        unknown=searched.unknown | ({} if whole else _private_modules(target, present or frozenset())),
        stdlib_versions=stdlib_versions(typeshed) if typeshed else {},
        found=layout is not None,
        neighbours=() if library or source is None else tuple(map(posix, source.library)),
        origin=located.origin,
        notices=tuple(dict.fromkeys(notices)),
    )


class _Searched(NamedTuple):
    """What is gathered, in the order of ``sys.path`` and of ``sys.meta_path``, from the site folders."""

    paths: dict[str, SearchPath]
    """By the path in the spelling in which ``site`` compares them."""
    mapping: dict[str, str]
    namespaces: dict[str, tuple[str, ...]]
    unknown: dict[str, str]


def _site_packages(
    sites: list[tuple[str, list[str]]],
    layout: Layout | None,
    target: Version,
    suffixes: tuple[str, ...],
    variables: Mapping[str, str],
    library: Mapping[str, list[str]],
    notices: list[str],
) -> _Searched:
    """The site folders with what their ``.pth`` files add, as ``site.addsitedir`` goes through them."""
    searched = _Searched({}, {}, {}, {})
    known = {os.path.normcase(folder) for folder in library}
    own = layout.version if layout and layout.version else target
    distutils = variables.get("SETUPTOOLS_USE_DISTUTILS", "local")
    for folder, names in sites:
        _add_path(searched, known, folder, SearchPath(posix(folder), "site-packages", _kind_of_site(folder, layout)))
        # The text is wanted for hidden files before 3.13 alone.
        site = ""
        if own < (3, 13) and any(name.startswith(".") and name.endswith(".pth") for name in names):
            site = "".join(text_of(os.path.join(place, "site.py")) or "" for place in library)
        for file in pth_files(folder, names, own, site):
            for line in pth_lines(folder, file, own, notices):
                if line.runs:
                    hook = read_hook(folder, names, line.text, suffixes, distutils)
                    _add_hook(searched, known, hook, line, folder, names, [place for place, _ in sites])
                else:
                    kind: SearchPathKind = "editable" if _is_editable(folder, names, file) else "pth"
                    _add_path(
                        searched, known, line.text, SearchPath(posix(line.text), kind, f"{file}, line {line.number}")
                    )
    return searched


def _add_path(searched: _Searched, known: set[str], path: str, entry: SearchPath) -> None:
    case = os.path.normcase(path)
    if case not in known:
        known.add(case)
        searched.paths[case] = entry


def _add_hook(
    searched: _Searched, known: set[str], hook: Hook, line: PthLine, folder: str, names: list[str], sites: list[str]
) -> None:
    origin = f"{line.file}, line {line.number}"
    for path in hook.paths:
        _add_path(searched, known, path, SearchPath(path, "pth", origin))
    for name, place in hook.mapping.items():
        # A hook at the end of sys.meta_path is asked for what the folders don't have.
        if name not in searched.mapping and (hook.before or not _is_installed(name, sites)):
            searched.mapping[name] = place
    for name, portions in hook.namespaces.items():
        searched.namespaces[name] = tuple(dict.fromkeys((*searched.namespaces.get(name, ()), *portions)))
    if hook.read:
        return
    heads = hook.names
    owner = owner_of(line.file, folder, names)
    if owner is not None and not heads:
        editable = editable_source(owner) is not None
        heads = tuple(name for name in top_level_names(owner) if editable or not _is_installed(name, sites))
    who = owner.entry.partition("-")[0] if owner else "an unknown distribution"
    for head in heads:
        searched.unknown.setdefault(head, f"import hook of {who} in {origin}")


def _is_installed(name: str, sites: list[str]) -> bool:
    """Whether a folder or a Python file in a site folder bears the name (dotted: below it)."""
    relative = name.replace(".", os.sep)
    return any(
        os.path.isdir(os.path.join(folder, relative)) or os.path.isfile(os.path.join(folder, relative + ".py"))
        for folder in sites
    )


def _is_editable(folder: str, names: list[str], file: str) -> bool:
    """Whether the ``.pth`` file is an editable install's: by its name, or by ``direct_url.json`` of the distribution named alike."""
    if file.startswith(("__editable__", "_editable_")):
        return True
    stem = file[: -len(".pth")].lstrip("_").replace("-", "_").lower()
    likely = [
        name for name in names if name.endswith(".dist-info") and name.lower().replace("-", "_").startswith(stem + "_")
    ]
    return any(os.path.isfile(os.path.join(folder, name, "direct_url.json")) for name in likely)


def _kind_of_site(folder: str, layout: Layout | None) -> str:
    if layout is None or not layout.virtual or folder.startswith(layout.prefix + os.sep) or folder == layout.prefix:
        return ""
    return "the system's, by `include-system-site-packages`"


def _library(source: Layout | None, target: Version, notices: list[str]) -> dict[str, list[str]]:
    """The folders of the standard library with the names in them; none if its version is not the target's."""
    if source is None or source.version not in (target, None):
        return {}
    if not source.library:
        notices.append(
            f"The Python that {posix(source.prefix)} was made from is not there: typeshed stands in for its standard library."
        )
    return {folder: [] if folder.endswith(".zip") else names_in(folder, notices) for folder in source.library}


def _builtins(
    source: Layout | None, target: Version, platform: Platform, present: frozenset[str] | None
) -> frozenset[str]:
    if source and source.base and target == sys.version_info[:2] and platform == _running_platform():
        if (
            os.path.realpath(source.base.prefix) == os.path.realpath(sys.base_prefix)
            and sys.implementation.name == "cpython"
        ):
            return frozenset(sys.builtin_module_names) | stdlib.frozen_modules(target, platform)
    return stdlib.builtin_modules(target, platform, present)


def _private_modules(target: Version, present: frozenset[str]) -> dict[str, str]:
    """Where typeshed stands in: modules of the standard library of which it says nothing."""
    reason = "part of the standard library that typeshed doesn't describe"
    return {name: reason for name in stdlib.unlisted_modules(target) if name not in present}


def _running_platform() -> Platform:
    if sys.platform == "win32":
        return "win32"
    return "darwin" if sys.platform == "darwin" else "linux"
