""".pth files, read by the rules of ``site.addpackage`` (Lib/site.py); their ``import`` lines are never run."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from importwise.environment.files import bytes_of, posix
from importwise.searchpath import Version

_LINE_END = re.compile("\r\n|\r|\n")
_UF_HIDDEN = 0x8000
_FILE_ATTRIBUTE_HIDDEN = 2


class PthLine(NamedTuple):
    """A line of a ``.pth`` file that does something."""

    file: str
    """Name of the file, without its folder."""
    number: int
    """From 1."""
    text: str
    """The code of a line that would be run, or the path that the line names, absolute and in the system's own spelling."""
    runs: bool


def pth_files(folder: str, names: list[str], version: Version, site_source: str) -> list[str]:
    """The names of the ``.pth`` files that count, in the order in which they are read.

    Hidden files do not count in Python 3.13 and in the later patches of older versions, which ``site_source`` tells: the
    text of the target's ``site.py``, empty if it isn't at hand. In 3.15 a ``.start`` file (PEP 829) counts as lines to run.
    """
    found = sorted(name for name in names if name.endswith(".pth") or (name.endswith(".start") and version >= (3, 15)))
    if not any(name.startswith(".") for name in found) and os.name == "posix" and not hasattr(os, "chflags"):
        return found
    skips = version >= (3, 13) or 'startswith(".")' in site_source
    return [
        name for name in found if not (skips and (name.startswith(".") or _has_hidden_flag(os.path.join(folder, name))))
    ]


def pth_lines(folder: str, name: str, version: Version, notices: list[str]) -> list[PthLine]:
    """What the file ``name`` of the site folder ``folder`` does. Paths that don't exist are left out, as ``site`` does."""
    data = bytes_of(os.path.join(folder, name), notices)
    if not data:
        return []
    try:
        # 3.13 reads UTF-8, with or without a mark; before, it was the locale's encoding, which is UTF-8 nearly everywhere.
        text = data.decode("utf-8-sig" if version >= (3, 13) else "utf-8")
    except UnicodeDecodeError:
        notices.append(f"{posix(os.path.join(folder, name))} is not UTF-8.")
        text = data.decode("utf-8", "surrogateescape")
    found: list[PthLine] = []
    for number, line in enumerate(text.splitlines() if version >= (3, 13) else _LINE_END.split(text), 1):
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith(("import ", "import\t")) or name.endswith(".start"):
            found.append(PthLine(name, number, line.rstrip(), True))
            continue
        path = os.path.abspath(os.path.join(folder, line.rstrip()))
        if os.path.exists(path):
            found.append(PthLine(name, number, path, False))
    return found


def _has_hidden_flag(path: str) -> bool:
    try:
        status = os.lstat(path)
    except OSError:
        return True
    return bool(
        getattr(status, "st_flags", 0) & _UF_HIDDEN or getattr(status, "st_file_attributes", 0) & _FILE_ATTRIBUTE_HIDDEN
    )
