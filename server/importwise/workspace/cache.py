"""Summaries of earlier runs, so that a tree in which nothing changed is not read again.

One file for each project, in the user's cache folder. A summary is kept under the digest of the text it was made from, so
that a fresh checkout, or a file that moved, finds it too; a file whose inode, size and times are what they were is not even
opened. Beside the summaries stand facts about files that few ask for. Nothing depends on the cache: what is missing, damaged
or of another version is read from the source.
"""

from __future__ import annotations

import marshal
import os
import re
import sys
import time
import zlib
from collections.abc import Callable, Iterable
from typing import Any

from importwise import syntax
from importwise.syntax.summary import Summary
from importwise.workspace.packing import unpack

FORMAT = 2
"""Raised whenever the reader, the summary or this file's own layout changes."""

LARGEST_FOLDER = 256 * 1024 * 1024
"""Bytes that all projects' caches may take; the longest unused go first."""

RACY = 2_000_000_000
"""Nanoseconds before now in which a time stamp is too young to be trusted: the file may change again within the same tick."""

DIGEST = 16
"""Bytes of a digest."""

STUB = b"i"
NOTEBOOK = b"n"
"""Behind the digests of stubs and notebooks, which are read differently."""

Signature = tuple[int, int, int, int, int]
"""Device, inode, size, modification and change time in nanoseconds. The change time can't be set by a program."""


def cache_folder() -> str:
    """The folder of all caches of this format: the platform's, or that which XDG_CACHE_HOME names."""
    if sys.platform != "linux":
        import platformdirs

        return os.path.join(platformdirs.user_cache_dir("importwise", appauthor=False), "summaries")
    # The same by the XDG Base Directory Specification, without the five milliseconds of that import.
    caches = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(caches):
        caches = os.path.expanduser("~/.cache")
    return os.path.join(caches, "importwise", "summaries")


def digest_of(data: bytes) -> bytes:
    """What a file's content is known by."""
    # Loading OpenSSL takes some milliseconds: not where every file is known by its signature.
    import hashlib

    return hashlib.sha256(data, usedforsecurity=False).digest()[:DIGEST]


def signature_of(path: str) -> Signature | None:
    """What tells whether a file is still the same without opening it; None where the system can't promise that."""
    if os.name != "posix":
        return None
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


ROOM = 500
"""Summaries that are kept in any case while a server runs."""


class Cache:
    """The cache of one project, open for one run."""

    def __init__(self, folder: str, directory: str) -> None:
        """``folder`` holds the caches, ``directory`` is the project's."""
        self.directory = directory
        self.path = cache_file(folder, directory, "cache")
        self.files: dict[str, tuple[Signature | None, bytes]] = {}
        """What each file had for signature and digest when it was last read."""
        self.summaries: dict[bytes, bytes] = {}
        """Packed, by the digest of the text."""
        self.facts: dict[str, dict[bytes, Any]] = {}
        """Of each kind, by the digest of the text."""
        self._fresh: dict[str, tuple[Signature | None, bytes]] = {}
        """As ``files``, of those that were asked for in this run."""
        self._changed = False
        self._load()
        self._enough = 2 * len(self.summaries) + ROOM
        """With how many summaries it is time to give up those of texts that are long gone."""

    def _load(self) -> None:
        known = read_values(self.path)
        if known is not None and known[0] == self.directory:
            _, self.files, self.summaries, self.facts = known

    def by_signature(self, path: str, signature: Signature | None) -> Summary | None:
        """The summary of ``path`` if the file has not changed since it was made."""
        known = self.files.get(path)
        if known is None or signature is None or known[0] != signature:
            return None
        summary = self._summary(path, known[1])
        if summary is not None:
            self._fresh[path] = known
        return summary

    def by_content(self, path: str, signature: Signature | None, data: bytes) -> Summary | None:
        """The summary of a file with the content ``data``."""
        digest = digest_of(data)
        summary = self._summary(path, digest) if self.summaries else None
        if summary is not None:
            self._fresh[path] = (signature, digest)
            self._changed = True
        return summary

    def _summary(self, path: str, digest: bytes) -> Summary | None:
        packed = self.summaries.get(_key(path, digest))
        if packed is None:
            return None
        try:
            return unpack(packed)
        except (ValueError, EOFError, TypeError):
            return None

    def keep(self, path: str, signature: Signature | None, digest: bytes, packed: bytes) -> None:
        """Take a new summary in."""
        self.summaries[_key(path, digest)] = packed
        self._fresh[path] = (signature, digest)
        self._changed = True
        if len(self.summaries) > self._enough:
            self._give_up()

    def _give_up(self) -> None:
        """Keep what is used, and as much of the rest as `save` would: a server lives long. Copies, since two threads may be here."""
        used = {digest for _, digest in list(self._fresh.values())}
        self.summaries = _with_older(dict(self.summaries), _keys(used))
        kept = used.union([key[:DIGEST] for key in list(self.summaries)])
        for kind, facts in list(self.facts.items()):
            self.facts[kind] = {digest: fact for digest, fact in dict(facts).items() if digest in kept}
        self._enough = len(self.summaries) * 5 // 4 + ROOM

    def fact(self, kind: str, path: str, read_file: Callable[[str], bytes], find: Callable[[bytes], Any]) -> Any:
        """What ``find`` says of the content of ``path``; neither that nor ``read_file`` is called where the cache knows it.

        ``kind`` tells the facts of several such functions apart. What they return is made of tuples, dictionaries, sets,
        strings, numbers and the like. ``read_file`` may raise OSError, and so does this then.
        """
        signature = signature_of(path)
        known = self._fresh.get(path) or self.files.get(path)
        facts = self.facts.setdefault(kind, {})
        if known is not None and signature is not None and known[0] == signature and known[1] in facts:
            self._fresh[path] = known
            return facts[known[1]]
        data = read_file(path)
        digest = digest_of(data)
        if digest not in facts:
            facts[digest] = find(data)
        self._fresh[path] = (signature, digest)
        self._changed = True
        return facts[digest]

    def save(self) -> None:
        """Write the cache, if it changed, in one step that other processes see wholly or not at all. Failing is no harm."""
        if not self._changed:
            return
        now = time.time_ns()
        fresh = {path: (_trusted(signature, now), digest) for path, (signature, digest) in self._fresh.items()}
        used = {digest for _, digest in fresh.values()}
        summaries = _with_older(self.summaries, _keys(used))
        kept = {key[:DIGEST] for key in summaries}
        # What another run asked for (a check of one file, another branch) is kept too, as long as its summary is.
        files = {path: known for path, known in self.files.items() if path not in fresh and known[1] in kept}
        facts = {
            kind: {digest: fact for digest, fact in known.items() if digest in kept or digest in used}
            for kind, known in self.facts.items()
        }
        write_values(self.path, (self.directory, {**files, **fresh}, summaries, facts))

    def signatures(self, paths: Iterable[str]) -> dict[str, Signature] | None:
        """The signatures that files had when this run read them, or knew them; None if one of them can't be trusted."""
        now = time.time_ns()
        found: dict[str, Signature] = {}
        for path in paths:
            signature = _trusted(self._fresh[path][0], now) if path in self._fresh else None
            if signature is None:
                return None
            found[path] = signature
        return found


def cache_file(folder: str, directory: str, kind: str) -> str:
    """The file in ``folder`` that keeps what is of that kind for the project in ``directory``, by this version."""
    reader = sources_version([os.path.dirname(syntax.__file__)])
    version = ".".join(map(str, (FORMAT, *sys.version_info[:3], reader)))
    return os.path.join(folder, f"{_file_name(directory)}-{version}.{kind}")


def read_values(path: str) -> Any:
    """What `write_values` wrote into a file; None if it is not there, or damaged."""
    try:
        with open(path, "rb") as file:
            content = memoryview(file.read())
        if zlib.crc32(content[4:]).to_bytes(4, "big") == content[:4]:
            return marshal.loads(content[4:])
    except (OSError, ValueError, EOFError, TypeError):
        pass
    return None


def write_values(path: str, values: Any) -> None:
    """Write values that ``marshal`` knows, in one step that other processes see wholly or not at all. Failing is no harm."""
    import tempfile

    content = marshal.dumps(values)
    folder = os.path.dirname(path)
    temporary = None
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix="new-", delete=False) as file:
            temporary = file.name
            file.write(zlib.crc32(content).to_bytes(4, "big"))
            file.write(content)
        os.replace(temporary, path)
        _prune(folder, path)
    except OSError:
        if temporary is not None:
            try:
                os.unlink(temporary)
            except OSError:
                pass


def _trusted(signature: Signature | None, now: int) -> Signature | None:
    """The signature, unless it is too young at ``now``."""
    return None if signature is None or max(signature[3], signature[4]) > now - RACY else signature


def _file_name(directory: str) -> str:
    """The beginning of the name of a project's cache. Two projects that share it take turns: the file says whose it is."""
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", directory.rstrip("/").rpartition("/")[2])[:40]
    return f"{name or 'root'}-{zlib.crc32(os.fsencode(directory)):08x}"


def sources_version(folders: Iterable[str]) -> int:
    """A number that changes when importwise's own files in ``folders`` do, as they do for whoever works on it."""
    states: list[tuple[str, int, int]] = []
    for folder in folders:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    status = entry.stat()
                    states.append((entry.path, status.st_size, status.st_mtime_ns))
    return zlib.crc32(repr(sorted(states)).encode())


def _key(path: str, digest: bytes) -> bytes:
    """What a summary is kept under."""
    return digest + (STUB if path.endswith(".pyi") else NOTEBOOK if path.endswith(".ipynb") else b"")


def _keys(digests: set[bytes]) -> set[bytes]:
    """All keys that there may be for texts."""
    return {digest + mark for digest in digests for mark in (b"", STUB, NOTEBOOK)}


def _with_older(summaries: dict[bytes, bytes], used: set[bytes]) -> dict[bytes, bytes]:
    """The summaries that are used, and before them those that are not, the oldest left out, as long as they take no more room."""
    if summaries.keys() <= used:
        return summaries
    room = sum(len(summaries[key]) for key in used if key in summaries)
    older: list[bytes] = []
    for key in reversed(summaries):
        if key not in used:
            room -= len(summaries[key])
            if room < 0:
                break
            older.append(key)
    return {key: summaries[key] for key in (*reversed(older), *(key for key in summaries if key in used))}


def _prune(folder: str, keep: str) -> None:
    """Delete the oldest caches while all together are too large."""
    caches: list[tuple[float, int, str]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            status = entry.stat()
            caches.append((status.st_mtime, status.st_size, entry.path))
    total = sum(size for _, size, _ in caches)
    for _, size, path in sorted(caches):
        if total <= LARGEST_FOLDER:
            return
        if path != keep:
            os.unlink(path)
            total -= size
