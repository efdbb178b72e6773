"""Which installed distribution a file belongs to. Nothing here is read until someone asks."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from importwise.environment.files import bytes_of, names_in, posix, text_of

_SEPARATORS = re.compile(r"[-_.]+")


class Distribution(NamedTuple):
    """A ``.dist-info`` or ``.egg-info`` of a site folder."""

    folder: str
    """The site folder, with forward slashes."""
    entry: str
    """``requests-2.31.0.dist-info``; a folder, or a file for the ``.egg-info`` of distutils."""


def distributions_in(folder: str, names: Iterable[str]) -> list[Distribution]:
    """The distributions of the site folder ``folder``, which holds ``names``."""
    return [Distribution(folder, name) for name in sorted(names) if name.endswith((".dist-info", ".egg-info"))]


def distribution_of(path: str, site_packages: Sequence[str]) -> tuple[str, str] | None:
    """Name and version of the distribution that installed the file or folder ``path``, or None.

    ``path`` is absolute, with forward slashes; ``site_packages`` are the site folders. A file outside them can belong to an
    editable install: then the distribution is that whose ``direct_url.json`` names the nearest folder above it.
    """
    for folder in site_packages:
        if path.startswith(folder + "/"):
            relative = path[len(folder) + 1 :]
            head = relative.partition("/")[0]
            # The distribution named as the package first: most often it is the one, and the others need not be read.
            wanted = _normal(head.partition(".")[0])
            for distribution in sorted(
                distributions_in(folder, names_in(folder)), key=lambda item: not _starts(item, wanted)
            ):
                if owns(distribution, relative):
                    return name_and_version(distribution)
            return None
    best: tuple[int, Distribution] | None = None
    for folder in site_packages:
        for distribution in distributions_in(folder, names_in(folder)):
            source = editable_source(distribution)
            if source and (path == source or path.startswith(source + "/")) and (best is None or len(source) > best[0]):
                best = len(source), distribution
    return name_and_version(best[1]) if best else None


def name_and_version(distribution: Distribution) -> tuple[str, str]:
    """As the metadata spell them; what they don't say is taken from the folder's name."""
    stem = distribution.entry.rpartition(".")[0]
    name, _, version = stem.partition("-")
    place = os.path.join(distribution.folder, distribution.entry)
    for file in (os.path.join(place, "METADATA"), os.path.join(place, "PKG-INFO"), place):
        for line in (text_of(file) or "").splitlines():
            if not line:
                break
            if line.startswith("Name:"):
                name = line[5:].strip()
            elif line.startswith("Version:"):
                version = line[8:].strip()
    return name, version


def owns(distribution: Distribution, relative: str) -> bool:
    """Whether the distribution's ``RECORD`` (or what older installers wrote) lists a path of its site folder, or one below it."""
    place = os.path.join(distribution.folder, distribution.entry)
    record = bytes_of(os.path.join(place, "RECORD"))
    wanted = relative.encode("utf-8", "surrogateescape")
    if record is not None:
        record = b"\n" + record.replace(b'"', b"")
        return any(b"\n" + wanted + end in record for end in (b",", b"/"))
    # .egg-info: pip's list is relative to the folder itself, distutils has only top-level names.
    listed = text_of(os.path.join(place, "installed-files.txt"))
    if listed is not None:
        paths = {posix(os.path.normpath(line)) for line in listed.splitlines()}
        return any(path == f"../{relative}" or path.startswith(f"../{relative}/") for path in paths)
    heads = (text_of(os.path.join(place, "top_level.txt")) or "").split()
    return relative.partition("/")[0].partition(".")[0] in heads


def editable_source(distribution: Distribution) -> str | None:
    """The project folder of an editable install (PEP 610), with forward slashes; None for any other distribution."""
    data = bytes_of(os.path.join(distribution.folder, distribution.entry, "direct_url.json"))
    if data is None or b"editable" not in data:
        return None
    import json
    from urllib.parse import unquote, urlsplit

    try:
        record = json.loads(data)
        url = urlsplit(record["url"])
        if not record.get("dir_info", {}).get("editable") or url.scheme != "file":
            return None
    except (ValueError, KeyError, AttributeError, TypeError):
        return None
    path = unquote(url.path)
    # file:///C:/src
    return (path[1:] if re.match(r"/[A-Za-z]:", path) else path).rstrip("/")


def owner_of(file: str, folder: str, names: Sequence[str]) -> Distribution | None:
    """The distribution whose ``RECORD`` lists ``file``, a name in the site folder ``folder``, which holds ``names``."""
    wanted = _normal(re.sub(r"^_*(editable_*)?(impl_|skbc_)?_*|[-_.]*editable.*$|\.(pth|start)$", "", file))
    for distribution in sorted(distributions_in(folder, names), key=lambda item: not _starts(item, wanted)):
        if distribution.entry.endswith(".dist-info") and owns(distribution, file):
            return distribution
    return None


def top_level_names(distribution: Distribution) -> tuple[str, ...]:
    """The names that a distribution offers: by ``top_level.txt``, else by ``RECORD``, else the distribution's own name."""
    place = os.path.join(distribution.folder, distribution.entry)
    names = (text_of(os.path.join(place, "top_level.txt")) or "").split()
    if names:
        return tuple(sorted(names))
    found: set[str] = set()
    for line in (text_of(os.path.join(place, "RECORD")) or "").splitlines():
        path = line.partition(",")[0]
        head, slash, _ = path.partition("/")
        stem = head if slash else head.partition(".")[0]
        if stem.isidentifier() and not stem.startswith("__") and (slash or head.endswith((".py", ".so", ".pyd"))):
            found.add(stem)
    # What an editable install puts there is its own machinery.
    found = {name for name in found if "editable" not in name}
    return tuple(sorted(found)) or (_SEPARATORS.sub("_", name_and_version(distribution)[0]),)


def _normal(name: str) -> str:
    """PEP 503, with underscores."""
    return _SEPARATORS.sub("_", name).lower()


def _starts(distribution: Distribution, wanted: str) -> bool:
    return _normal(distribution.entry.partition("-")[0]) == wanted
