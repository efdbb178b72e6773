"""Reading the disk without ever raising: what can't be read is a sentence in a list of notices."""

from __future__ import annotations

import os


def posix(path: str) -> str:
    """``path`` with forward slashes, as `SearchPath` and the index spell it."""
    return path.replace("\\", "/") if os.sep == "\\" else path


def names_in(folder: str, notices: list[str] | None = None) -> list[str]:
    """The names of a folder's entries, sorted; none if it isn't there or can't be read (the latter is a notice)."""
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, ValueError) as error:
        if notices is not None:
            notices.append(f"Can't list the folder {posix(folder)}: {_reason(error)}.")
        return []


def text_of(path: str, notices: list[str] | None = None) -> str | None:
    """A file's text, None if it isn't there or can't be read. Bytes that are not UTF-8 become U+FFFD."""
    data = bytes_of(path, notices)
    return None if data is None else data.decode("utf-8-sig", "replace")


def bytes_of(path: str, notices: list[str] | None = None) -> bytes | None:
    """A regular file's bytes, None if it isn't there or can't be read (the latter is a notice)."""
    try:
        # A FIFO named foo.pth would block the reader for ever.
        if not os.path.isfile(path):
            return None
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError) as error:
        if notices is not None:
            notices.append(f"Can't read {posix(path)}: {_reason(error)}.")
        return None


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error)).lower()
