"""Walks the folders of a project from the top down."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from importwise.index.tree import NOTHING, Listing
from importwise.workspace.ignore import NOTHING_IGNORED, Ignore, ignore_at, is_environment

CHECKED_ENDINGS = (".py", ".pyi", ".ipynb")


class Identity(NamedTuple):
    """What a path leads to: two that are equal lead to the same, or nowhere for the same reason."""

    device: int
    number: int
    kind: int
    error: int = 0

    @property
    def is_there(self) -> bool:
        """Whether it leads anywhere."""
        return not self.error


class Folder(NamedTuple):
    """What the walk found in one folder."""

    path: str
    """Absolute, with forward slashes."""
    listing: Listing
    """All folders, and all files with a wanted ending: also those that are ignored, since Python can import them."""
    checked: tuple[str, ...]
    """Names of the Python files in it that are not ignored, in order."""
    problem: str | None = None
    """Why the folder can't be read, if so."""
    unreadable: tuple[tuple[str, str], ...] = ()
    """Entries named like Python files, not ignored, that are none, and why: FIFOs, links that lead nowhere."""
    ignore: Ignore = NOTHING_IGNORED
    """What is ignored in it."""
    below: tuple[str, ...] = ()
    """Names of the folders in it that are not ignored, in falling order."""
    linked: tuple[str, ...] = ()
    """Names of the links to folders in it that are not ignored."""
    linked_files: tuple[str, ...] = ()
    """Names of the links to files in it."""
    dangling: tuple[str, ...] = ()
    """Names of the links that lead nowhere: what they name may come to be."""


def walk(directory: str, exclude: Sequence[str], endings: tuple[str, ...]) -> Iterator[Folder]:
    """The folders of a project, those that are ignored left out; in an order that depends on their names alone.

    ``directory`` is absolute, with forward slashes. ``endings`` are those of files that the listings hold, or whole
    names. Links to files count as files. Links to folders are followed after all else, once, and only to what has not
    been walked and does not hold the project. FIFOs, sockets and devices are in no listing: to open one may never end.
    What vanishes meanwhile is left out.
    """
    directory = directory.rstrip("/") or "/"
    walked: list[str] = []
    links: list[tuple[str, Ignore]] = []
    yield from _walk(directory, ignore_at(directory, exclude), endings, walked, links)
    if links:
        seen = {identity_of(path) for path in walked}
        above = directory
        while above != os.path.dirname(above):
            above = os.path.dirname(above)
            seen.add(identity_of(above))
        while links:
            links.sort(key=lambda link: link[0])
            path, ignore = links.pop(0)
            identity = identity_of(path)
            if not identity.is_there or identity in seen or _holds(os.path.realpath(path), os.path.realpath(directory)):
                continue
            walked.clear()
            yield from _walk(path, ignore, endings, walked, links, seen)
            seen.update(identity_of(path) for path in walked)


def _walk(
    top: str,
    ignore: Ignore,
    endings: tuple[str, ...],
    walked: list[str],
    links: list[tuple[str, Ignore]],
    seen: Set[Identity] = frozenset(),
) -> Iterator[Folder]:
    """The folders below ``top`` without following links; notes those in ``links``, and in ``walked`` where it went."""
    waiting = [(top, ignore)]
    while waiting:
        path, above = waiting.pop()
        if seen and path != top and identity_of(path) in seen:
            continue
        walked.append(path)
        folder = look(path, above, endings, is_top=path == top)
        if folder is None:
            continue
        yield folder
        waiting += [(f"{path}/{name}", folder.ignore) for name in folder.below]
        links += [(f"{path}/{name}", folder.ignore) for name in folder.linked]


def walk_below(path: str, above: Ignore, endings: tuple[str, ...]) -> Iterator[Folder]:
    """The folders below one that appeared in a walked folder, itself included; links to folders are not followed.

    ``above`` is what the folder it appeared in ignores.
    """
    return _walk(path, above, endings, [], [])


def look(path: str, above: Ignore, endings: tuple[str, ...], is_top: bool = False) -> Folder | None:
    """What lies in one folder; None if it is gone, or is a Python environment (the top of a walk may be one)."""
    files: list[str] = []
    folders: list[str] = []
    linked: list[str] = []
    linked_files: list[str] = []
    dangling: list[str] = []
    strange: list[str] = []
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                try:
                    if entry.is_file(follow_symlinks=False):
                        files.append(entry.name)
                    elif entry.is_dir(follow_symlinks=False):
                        folders.append(entry.name)
                    elif entry.is_symlink():
                        if entry.is_file():
                            files.append(entry.name)
                            linked_files.append(entry.name)
                        elif entry.is_dir():
                            linked.append(entry.name)
                        else:
                            strange.append(entry.name)
                            # Emacs marks files that are being edited with links to nowhere.
                            if not entry.name.startswith(".#"):
                                dangling.append(entry.name)
                    else:
                        strange.append(entry.name)
                except OSError:
                    strange.append(entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return Folder(path, NOTHING, (), error.strerror or str(error), ignore=above)
    names = {*files, *folders, *linked}
    if not is_top and is_environment(names):
        return None
    here = above.enter(path, names)
    kept = frozenset([name for name in files if name.endswith(endings)])
    listing = Listing(kept, frozenset(folders + linked))
    checked = here.kept_files(path, sorted([name for name in kept if name.endswith(CHECKED_ENDINGS)]))
    unreadable: list[tuple[str, str]] = []
    if strange:
        named = sorted([name for name in strange if name.endswith(CHECKED_ENDINGS)])
        kept_names = [name for name in here.kept_files(path, named) if not name.startswith(".#")]
        unreadable = [(name, reason) for name in kept_names if (reason := _strangeness(f"{path}/{name}"))]
    folders.sort(reverse=True)
    return Folder(
        path,
        listing,
        tuple(checked),
        None,
        tuple(unreadable),
        here,
        tuple(here.kept_folders(path, folders, names)),
        tuple(here.kept_folders(path, linked, names)) if linked else (),
        tuple(linked_files),
        tuple(dangling),
    )


def _strangeness(path: str) -> str | None:
    """What an entry is that is neither a file nor a folder; None if it is gone, or has become one."""
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return "it is a link that leads nowhere" if os.path.islink(path) else None
    except OSError as error:
        return error.strerror or str(error)
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return None
    kind = "a FIFO" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
    return f"it is {kind}, no regular file"


def identity_of(path: str) -> Identity:
    """What ``path`` leads to."""
    try:
        status = os.stat(path)
    except OSError as error:
        return Identity(0, 0, 0, error.errno or -1)
    return Identity(status.st_dev, status.st_ino, stat.S_IFMT(status.st_mode))


def _holds(outer: str, inner: str) -> bool:
    return inner == outer or inner.startswith(outer.rstrip(os.sep) + os.sep)
