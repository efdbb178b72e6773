"""What typeshed's ``VERSIONS`` does not say of the standard library: modules without a file, and modules of one platform.

typeshed knows the public modules. The tables below add the private modules that are written in C, and tell which exist on some
platforms only; ``tests/unit/test_environment_stdlib.py`` holds them against typeshed's stubs and every Python on the machine.
Nothing here touches the disk.
"""

from __future__ import annotations

from collections.abc import Iterable

from importwise.searchpath import Platform, Version

PLATFORMS: tuple[Platform, ...] = ("linux", "darwin", "win32")

STUB_ONLY = frozenset({"_typeshed"})
"""In typeshed's ``VERSIONS``, but in no Python: modules for type checkers alone."""

# Words are names of modules; "name:12" came with 3.12, "name:-12" was last in 3.12, "name:11-12" in both only.

_CORE = """
_abc _ast _codecs _collections _frozen_importlib _frozen_importlib_external _functools _imp _io _locale _operator
_signal _sre _stat _string _suggestions:13 _symtable _sysconfig:13 _thread _tokenize:11 _tracemalloc _types:14 _warnings
_weakref atexit builtins errno faulthandler gc itertools marshal sys time zipimport __main__
"""
"""In the binary of every build: Modules/config.c.in, PC/config.c and the frozen import system (Python/frozen.c)."""

_EXTENSIONS = """
_asyncio _bisect _blake2 _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _contextvars _csv
_datetime _decimal _elementtree _heapq _hmac:14 _interpchannels:13 _interpqueues:13 _interpreters:13 _json _lsprof _md5
_multibytecodec _multiprocessing _opcode _pickle _queue _random _remote_debugging:14 _sha1 _sha2:12 _sha256:-11 _sha3
_sha512:-11 _socket _statistics _struct _typing:11 _xxinterpchannels:12-12 _xxsubinterpreters:-12 _zoneinfo array
audioop:-12 binascii cmath math mmap pyexpat select unicodedata xxsubtype zlib
"""
"""Always built, as a file or into the binary: distributors differ (Debian has ``math`` in the binary, python.org not)."""

_OPTIONAL = """
_bz2 _ctypes _hashlib _lzma _sqlite3 _ssl _tkinter _uuid _zstd:14
"""
"""Built only if a library was there (Modules/Setup.stdlib.in)."""

_POSIX_CORE = "posix pwd"
_POSIX_EXTENSIONS = "_posixshmem _posixsubprocess fcntl grp resource syslog termios"
_POSIX_OPTIONAL = "_crypt:-12 _curses _curses_panel _dbm _gdbm nis:-12 readline"
_LINUX_EXTENSIONS = "spwd:-12"
_LINUX_OPTIONAL = "ossaudiodev:-12"
_DARWIN_EXTENSIONS = "_scproxy"
_WINDOWS_CORE = "_winapi msvcrt nt winreg"
_WINDOWS_EXTENSIONS = "_msi:-12 _overlapped _wmi:12 winsound"

_WINDOWS_ONLY = frozenset(["_msi", "_overlapped", "_winapi", "_wmi", "msilib", "msvcrt", "nt", "winreg", "winsound"])
_POSIX_ONLY = frozenset(
    [
        "_crypt",
        "_dbm",
        "_gdbm",
        "_posixshmem",
        "_posixsubprocess",
        "crypt",
        "fcntl",
        "grp",
        "nis",
        "posix",
        "pty",
        "pwd",
        "readline",
        "resource",
        "spwd",
        "syslog",
        "termios",
        "tty",
    ]
)
# typeshed also has these two for Windows, for the sake of the windows-curses distribution, which installs them.
_POSIX_STANDARD = frozenset({"_curses", "_curses_panel"})

_FROZEN = """
__hello__ __phello__ _collections_abc _sitebuiltins abc codecs genericpath importlib.machinery:11 importlib.util:11 io
ntpath:11 os os.path posixpath:11 runpy:11 site stat
"""
"""Frozen (Python/frozen.c, 3.11 on), or imported before the first line of any program runs: nothing shadows them."""

_SOURCE = """
__hello__ __phello__ _aix_support _android_support:13 _apple_support:13 _ast_unparse:14 _bootsubprocess:-11 _colorize:13
_ios_support:13 _opcode_metadata:13 _py_warnings:14 _pydatetime:12 _pyio _pylong:12 _pyrepl:13 _strptime idlelib test
turtledemo
_ctypes_test _testbuffer _testcapi _testclinic _testimportmultiple _testinternalcapi _testmultiphase xxlimited
xxlimited_35
"""
"""Modules of which typeshed says nothing, and which have a file where the standard library is installed."""


def platforms_of(module: str) -> tuple[Platform, ...]:
    """The platforms whose standard library has ``module`` (dotted or not); all three for most, and for unknown modules."""
    head = module.partition(".")[0]
    if head in _WINDOWS_ONLY:
        return ("win32",)
    if head == "ossaudiodev":
        return ("linux",)
    if head == "_scproxy":
        return ("darwin",)
    if head in _POSIX_ONLY or head in _POSIX_STANDARD:
        return ("linux", "darwin")
    return PLATFORMS


def frozen_modules(version: Version, platform: Platform) -> frozenset[str]:
    """Modules that are frozen, or imported at start-up, in CPython of that version: nothing on the path shadows them."""
    always = ("_frozen_importlib", "_frozen_importlib_external", "zipimport", "__main__")
    return frozenset((*_of_version(_FROZEN, version), *always, "ntpath" if platform == "win32" else "posixpath"))


def builtin_modules(version: Version, platform: Platform, present: Iterable[str] | None) -> frozenset[str]:
    """Modules of the target that have no file: compiled in, or frozen.

    ``present`` are the names that have a file in the target's standard library, None if it isn't at hand: then all modules
    written in C count, those that need a library too.
    """
    core, extensions, optional = _CORE, _EXTENSIONS, _OPTIONAL
    if platform == "win32":
        core, extensions = core + _WINDOWS_CORE, extensions + _WINDOWS_EXTENSIONS
    else:
        core, extensions, optional = core + _POSIX_CORE, extensions + _POSIX_EXTENSIONS, optional + _POSIX_OPTIONAL
        if platform == "darwin":
            extensions = f"{extensions} {_DARWIN_EXTENSIONS}"
        else:
            extensions, optional = f"{extensions} {_LINUX_EXTENSIONS}", f"{optional} {_LINUX_OPTIONAL}"
    names = set(_of_version(core, version)) | frozen_modules(version, platform)
    have = frozenset(present or ())
    names.update(name for name in _of_version(extensions, version) if name not in have)
    # python-build-standalone links nearly everything into the binary. Where these are files, what is not there wasn't built.
    if len(have & {"_bz2", "_ctypes", "_hashlib", "_lzma", "_sqlite3", "_ssl"}) < 2:
        names.update(name for name in _of_version(optional, version) if name not in have)
    return frozenset(names)


def unlisted_modules(version: Version) -> list[str]:
    """Modules of the standard library, public or private, of which typeshed has no stub and which aren't compiled in."""
    return _of_version(_SOURCE, version)


def _of_version(table: str, version: Version) -> list[str]:
    """The names of a table that exist in ``version``."""
    names: list[str] = []
    for word in table.split():
        name, _, span = word.partition(":")
        first, _, last = span.partition("-")
        if (first and version < (3, int(first))) or (last and version > (3, int(last))):
            continue
        names.append(name)
    return names
