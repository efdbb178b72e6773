"""Summaries of earlier runs, so that a tree in which nothing changed is not read again.

One file for each project, in the user's cache folder. A summary is kept under the digest of the text it was made from, so
that a fresh checkout, or a file that moved, finds it too; a file whose inode, size and times are what they were is not even
opened. Nothing depends on the cache: what is missing, damaged or of another version is read from the source.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
import time
import zlib

from importwise import syntax
from importwise.syntax.summary import Summary
from importwise.workspace.packing import unpack

FORMAT = 1
"""Raised whenever the reader or the summary changes."""

LARGEST_FOLDER = 256 * 1024 * 1024
"""Bytes that all projects' caches may take; the longest unused go first."""

RACY = 2_000_000_000
"""Nanoseconds before now in which a time stamp is too young to be trusted: the file may change again within the same tick."""

Signature = tuple[int, int, int, int, int]
"""Device, inode, size, modification and change time in nanoseconds. The change time can't be set by a program."""


def cache_folder() -> str:
    """The folder of all caches of this format: the platform's, or that which XDG_CACHE_HOME names."""
    import platformdirs

    return os.path.join(platformdirs.user_cache_dir("importwise", appauthor=False), "summaries")


def digest_of(data: bytes) -> bytes:
    """What a file's content is known by."""
    return hashlib.sha256(data, usedforsecurity=False).digest()[:16]


def signature_of(path: str) -> Signature | None:
    """What tells whether a file is still the same without opening it; None where the system can't promise that."""
    if os.name != "posix":
        return None
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


class Cache:
    """The cache of one project, open for one run."""

    def __init__(self, folder: str, directory: str) -> None:
        """``folder`` holds the caches, ``directory`` is the project's."""
        name = hashlib.sha256(os.fsencode(directory), usedforsecurity=False).hexdigest()[:24]
        version = ".".join(map(str, (FORMAT, *sys.version_info[:3], _reader_version())))
        self.path = os.path.join(folder, f"{name}-{version}.cache")
        self.files: dict[str, tuple[Signature | None, bytes]] = {}
        self.summaries: dict[bytes, bytes] = {}
        self._fresh: dict[str, tuple[Signature | None, bytes]] = {}
        self._changed = False
        self._load()

    def _load(self) -> None:
        try:
            with open(self.path, "rb") as file:
                content = file.read()
            if zlib.crc32(content[4:]).to_bytes(4, "big") == content[:4]:
                self.files, self.summaries = marshal.loads(content[4:])
        except (OSError, ValueError, EOFError, TypeError):
            self.files, self.summaries = {}, {}

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

    def save(self) -> None:
        """Write the cache, if it changed, in one step that other processes see wholly or not at all. Failing is no harm."""
        if not self._changed and len(self._fresh) == len(self.files):
            return
        now = time.time_ns()
        files = {
            path: (None if signature is None or max(signature[3], signature[4]) > now - RACY else signature, digest)
            for path, (signature, digest) in self._fresh.items()
        }
        used = {_key(path, digest) for path, (_, digest) in files.items()}
        content = marshal.dumps((files, {key: packed for key, packed in self.summaries.items() if key in used}))
        import tempfile

        folder = os.path.dirname(self.path)
        temporary = None
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=folder, prefix="new-", delete=False) as file:
                temporary = file.name
                file.write(zlib.crc32(content).to_bytes(4, "big") + content)
            os.replace(temporary, self.path)
            _prune(folder, self.path)
        except OSError:
            if temporary is not None:
                try:
                    os.unlink(temporary)
                except OSError:
                    pass


def _reader_version() -> int:
    """A number that changes when the reader's own files do, as they do for whoever works on it."""
    with os.scandir(os.path.dirname(syntax.__file__)) as entries:
        states = [
            (entry.name, entry.stat().st_size, entry.stat().st_mtime_ns)
            for entry in entries
            if entry.name.endswith(".py")
        ]
    return zlib.crc32(repr(sorted(states)).encode())


def _key(path: str, digest: bytes) -> bytes:
    """What a summary is kept under: a stub is read differently."""
    return digest + b"i" if path.endswith(".pyi") else digest


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
