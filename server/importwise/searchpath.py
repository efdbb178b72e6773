"""Where modules are looked for."""

from __future__ import annotations

from typing import Literal, NamedTuple

SearchPathKind = Literal["project", "extra", "standard library", "typeshed", "site-packages", "pth", "editable"]
Platform = Literal["linux", "darwin", "win32"]
Version = tuple[int, int]


ROOTS = "`roots` in the settings"
EXTRA_PATHS = "`extra-paths` in the settings"
PYTEST_PATHS = "pytest's `pythonpath`"
NAMED = (ROOTS, EXTRA_PATHS, PYTEST_PATHS)
"""The origins of places that a person names: those may not be there."""


class SearchPath(NamedTuple):
    """One entry of the path on which modules are looked for.

    ``path`` is absolute, with forward slashes on every system: a folder, or a zip file or egg.
    ``origin`` says in a few words where the entry comes from ("`roots` in pyproject.toml", "easy-install.pth line 3").
    """

    path: str
    kind: SearchPathKind
    origin: str = ""


class Environment(NamedTuple):
    """What importwise knows of the Python that the project targets. Read from files; no interpreter is ever started."""

    version: Version
    """Major and minor version of the target."""

    platform: Platform
    """``sys.platform`` of the target."""

    builtins: frozenset[str]
    """Modules that are compiled into the interpreter or frozen: nothing on the path shadows them.

    Frozen ones, such as ``os``, have a file in the standard library all the same; some names are dotted (``os.path``).
    """

    suffixes: tuple[str, ...]
    """Endings of extension modules, in the order of ``importlib.machinery.EXTENSION_SUFFIXES``: ``(".cpython-311-x86_64-linux-gnu.so", ".abi3.so", ".so")``."""

    standard_library: tuple[SearchPath, ...]
    """The standard library's folders and, last, typeshed's ``stdlib`` (kind "typeshed"), in which a ``.pyi`` stands for a module."""

    site_packages: tuple[SearchPath, ...]
    """site-packages folders, each followed by the folders its ``.pth`` files add, in the order of ``sys.path``."""

    mapping: dict[str, str]
    """Top-level or dotted names that editable installs map to a folder (a package) or a file (a module), by absolute path.

    Some of these finders are asked before the path, others after it: what a site folder would give first is left out here.
    """

    namespaces: dict[str, tuple[str, ...]]
    """Namespace packages of editable installs, with the folders of their portions; the path may have further portions.

    There may be no folder at all: then the modules in the namespace stand in ``mapping``.
    """

    unknown: dict[str, str]
    """Top-level names that exist but can't be found without running code, each with the reason ("import hook of foo in foo.pth")."""

    stdlib_versions: dict[str, tuple[Version, Version | None]]
    """From typeshed's ``VERSIONS``: module, first version, last version or None."""

    found: bool
    """Whether an environment was found. If not, absolute imports from outside the project and the standard library are open."""

    origin: str
    """How the environment was found, for people: "`.venv` in the project"."""

    neighbours: tuple[str, ...] = ()
    """Where only typeshed describes the target's standard library: the folders of another version's. What its source has is not said to be missing."""

    notices: tuple[str, ...] = ()
    """What a person should be told: no environment found, a `.pth` file that can't be read."""
