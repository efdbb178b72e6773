"""The disk, as functions that can be replaced: tests give importwise a disk made of a dictionary."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from importwise.index.tree import NOTHING, Listing
from importwise.workspace.walk import Folder, walk

LARGEST = 256 * 1024 * 1024
"""Bytes of the largest file that is read."""


def unknown_signature(_: str) -> None:
    """No promise is made."""


YOUNG = 2_000_000_000
"""Nanoseconds."""


class Disk(NamedTuple):
    """The ways in which importwise reads the world. Paths are absolute, with forward slashes."""

    list_folder: Callable[[str], Listing]
    """The entries of a folder (or of a zip file, or a folder inside one); empty if there is none or it can't be read."""
    read_file: Callable[[str], bytes]
    """The content of a file; raises OSError."""
    walk: Callable[[str, Sequence[str], tuple[str, ...]], Iterable[Folder]] | None = None
    """`workspace.walk.walk`; without it a project is walked with ``list_folder``, and nothing is ignored."""
    signature: Callable[[str], int | None] = unknown_signature
    """A number that is another once the file's content is another; None where that can't be promised."""


def list_folder(path: str) -> Listing:
    """The entries of a folder on the disk, or in a zip file. Links are followed; special files are left out."""
    files: list[str] = []
    folders: list[str] = []
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                try:
                    if entry.is_dir():
                        folders.append(entry.name)
                    elif entry.is_file():
                        files.append(entry.name)
                except OSError:
                    continue
    except NotADirectoryError:
        return _list_zip(path)
    except (OSError, ValueError):
        return _list_zip(path) if _zip_in(path) else NOTHING
    return Listing(frozenset(files), frozenset(folders))


def read_file(path: str) -> bytes:
    """The content of a regular file, also of one in a zip file; raises OSError."""
    try:
        # Nothing is opened that may block for ever, and whatever the name leads to is asked again once it is open.
        descriptor = os.open(
            path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
        )
    except (OSError, ValueError) as error:
        archive = _zip_in(path)
        if archive is None:
            raise error if isinstance(error, OSError) else OSError(str(error)) from None
        import zipfile

        try:
            with zipfile.ZipFile(archive) as opened:
                return opened.read(path[len(archive) + 1 :])
        except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError) as broken:
            raise OSError(f"can't be read from {archive}: {broken}") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError("it is not a regular file")
        if status.st_size > LARGEST:
            raise OSError(f"it has {status.st_size:,} bytes, more than {LARGEST:,}")
        size = status.st_size + 1
        content = os.read(descriptor, size)
        if len(content) < size - 1 or len(content) == size:
            chunks = [content]
            while chunk := os.read(descriptor, 1 << 20):
                chunks.append(chunk)
            content = b"".join(chunks)
        return content
    finally:
        os.close(descriptor)


def _zip_in(path: str) -> str | None:
    """The zip file or egg that ``path`` leads into."""
    while path and path != os.path.dirname(path):
        if path.endswith((".zip", ".egg", ".whl", ".pyz")) and os.path.isfile(path):
            return path
        path = os.path.dirname(path)
    return None


def _list_zip(path: str) -> Listing:
    archive = _zip_in(path)
    if archive is None:
        return NOTHING
    import zipfile

    prefix = f"{path[len(archive) + 1 :]}/" if len(path) > len(archive) else ""
    try:
        with zipfile.ZipFile(archive) as opened:
            names = [name[len(prefix) :] for name in opened.namelist() if name.startswith(prefix)]
    except (OSError, zipfile.BadZipFile):
        return NOTHING
    files = {name for name in names if name and "/" not in name}
    return Listing(frozenset(files), frozenset(name.partition("/")[0] for name in names if "/" in name))


def signature(path: str) -> int | None:
    """What tells whether a file is still the same; None while it is so young that it may change within the same tick of the clock."""
    if os.name != "posix":
        return None
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    if time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) < YOUNG:
        return None
    # The change time can't be set by a program.
    return hash((status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns))


DISK = Disk(list_folder, read_file, walk, signature)
"""The real one."""
