"""Endings of extension modules: ``importlib.machinery.EXTENSION_SUFFIXES`` of the target."""

from __future__ import annotations

import re
from collections.abc import Iterable

from importwise.searchpath import Platform, Version

_SOABI = re.compile(r"\.((?:cpython-|pypy|graalpy)(3)(\d+)[\w-]*)\.so")
_MULTIARCH = re.compile(r"_sysconfigdata_([a-z]*)_(linux|darwin)_?([\w-]*)\.py")
_WINDOWS = re.compile(r"\.cp(3)(\d+)(t?)-(win\w+)\.pyd")

# The triplets of PEP 11's Linux platforms and of Debian's and manylinux's other architectures (PEP 600, PEP 656).
_MACHINES = ("x86_64", "aarch64", "i386", "powerpc64le", "s390x", "riscv64")
_LINUX_TRIPLETS = (
    *(f"{machine}-linux-gnu" for machine in _MACHINES),
    *(f"{machine}-linux-musl" for machine in _MACHINES),
    "arm-linux-gnueabihf",
    "arm-linux-musleabihf",
)


def extension_suffixes(version: Version, platform: Platform, names: Iterable[str], abi: str = "") -> tuple[str, ...]:
    """The endings that the target accepts, best first; they include the dot.

    ``names`` are names of files of the target's standard library, then of its site-packages: the first that bears a tag of
    this version tells the machine. If none does, the tags of all machines are accepted. ``abi`` is "t" for a free-threaded
    build. See PEP 3149, and ``_PyImport_DynLoadFiletab`` in Python/dynload_shlib.c and Python/dynload_win.c.
    """
    number = f"{version[0]}{version[1]}"
    stable = (".abi3.so", ".abi3t.so") if version >= (3, 15) else (".abi3.so",)
    if platform == "win32":
        for name in names:
            match = _WINDOWS.search(name)
            if match and match[1] + match[2] == number and match[3] == abi:
                return (match[0], ".pyd")
        return (*(f".cp{number}{abi}-{machine}.pyd" for machine in ("win_amd64", "win32", "win_arm64")), ".pyd")
    for name in names:
        match = _SOABI.search(name)
        if match and match[2] + match[3] == number and (platform == "darwin") == match[1].endswith("-darwin"):
            return (match[0], *(stable if "cpython" in match[1] else ()), ".so")
        match = _MULTIARCH.fullmatch(name)
        if match and match[2] == platform:
            machine = "darwin" if platform == "darwin" else match[3]
            if machine:
                return (f".cpython-{number}{match[1]}-{machine}.so", *stable, ".so")
    machines = ("darwin",) if platform == "darwin" else _LINUX_TRIPLETS
    return (*(f".cpython-{number}{abi}-{machine}.so" for machine in machines), *stable, ".so")
