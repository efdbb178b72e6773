"""Where the project's top-level modules lie, if the settings do not say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from importwise.index.tree import Listing
from importwise.searchpath import PYTEST_PATHS, ROOTS, Environment, SearchPath
from importwise.workspace.config import Config
from importwise.workspace.folders import Folders

MARKS = ("pyproject.toml", "setup.py", "setup.cfg")
"""Files that make their folder a root."""


class Layout(NamedTuple):
    """The parts of a snapshot that follow from which folders there are."""

    roots: tuple[SearchPath, ...]
    naming: tuple[str, ...]
    guessed: frozenset[str]


def absolute(directory: str, path: str) -> str:
    """A path of the settings, which is relative to the project's ``directory``."""
    if path.startswith("/") or path[1:3] == ":/":
        return path.rstrip("/")
    parts: list[str] = directory.split("/")
    for part in path.replace("\\", "/").split("/"):
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def heads_of(environment: Environment, roots: Iterable[SearchPath], tree: Mapping[str, Listing]) -> frozenset[str]:
    """The first parts of names of modules that most likely exist, as far as folders tell at a glance."""
    named = (environment.builtins, environment.mapping, environment.namespaces)
    heads = {name.partition(".")[0] for names in named for name in names}
    for path in (*roots, *environment.standard_library, *environment.site_packages):
        if path.kind != "typeshed":
            listing = tree[path.path]
            heads |= listing.folders
            heads.update([name.partition(".")[0] for name in listing.files])
    return frozenset(heads)


def layout_of(config: Config, tops: Sequence[str], folders: Folders) -> Layout:
    """The roots in order, the order in which they give names, and which of them are guessed: see `Snapshot`."""
    directory = config.directory
    tree = folders.tree
    if config.settings.roots is not None:
        named = dict.fromkeys(absolute(directory, path) for path in config.settings.roots)
        return Layout(
            tuple(SearchPath(folder, "project", ROOTS) for folder in named),
            tuple(named),
            frozenset(),
        )
    origins: dict[str, str] = {}
    for top in tops:
        root = top if top not in folders.checked else top.rpartition("/")[0]
        while "__init__.py" in tree[root].files and "/" in root.rstrip("/"):
            root = root.rpartition("/")[0]
        origins.setdefault(root, "the project's directory" if top == directory else "holds what is checked")
    for root in tuple(origins):
        if "src" in tree[root].folders and "__init__.py" not in tree[f"{root}/src"].files:
            origins.setdefault(f"{root}/src", "`src` in the project")
    sure = set(origins)
    for folder in config.pytest_paths:
        origins.setdefault(folder, PYTEST_PATHS)
        sure.add(folder)
    for folder in sorted(folders.folders):
        listing = tree[folder]
        mark = next((mark for mark in MARKS if mark in listing.files), None)
        if mark is None or folder in origins or "__init__.py" in listing.files:
            continue
        origins.setdefault(folder, f"has a {mark}")
        if "src" in listing.folders and "__init__.py" not in tree[f"{folder}/src"].files:
            origins.setdefault(f"{folder}/src", f"`src` beside a {mark}")
    roots = tuple(SearchPath(folder, "project", origin) for folder, origin in origins.items())
    naming = tuple(sorted(origins, key=lambda folder: (-folder.count("/"), folder)))
    return Layout(roots, naming, frozenset(origins) - sure)
