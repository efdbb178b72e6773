"""Where a module is found. The order of the search:

1. Modules built into the target's interpreter; nothing shadows them.
2. The project's roots, in order.
3. For the importing file alone, its base directory: its nearest ancestor without ``__init__.py``.
4. The standard library of the target.
5. ``extra-paths`` of the settings.
6. site-packages, each folder followed by what its ``.pth`` files add.
7. Editable installs that map names to places.
8. Modules that someone sets in ``sys.modules``.

Within one folder: package, extension module, ``.py``, ``.pyc`` (`look_in`). A folder without ``__init__`` is a portion of
a namespace package, and is used only if nothing else is found on the whole path (PEP 420).
The reference is CPython's ``importlib._bootstrap_external`` (``PathFinder``, ``FileFinder.find_spec``).
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from functools import partial
from typing import TypeVar, Union

from importwise.environment.stdlib import STUB_ONLY, platforms_of
from importwise.index.filled import Filled
from importwise.index.module import Module, ModuleKind
from importwise.index.recording import Recorded, table
from importwise.index.snapshot import Snapshot
from importwise.index.tree import Listing
from importwise.resolver.outside import Outside
from importwise.resolver.registered import absolute_keys, imported_siblings, registered_by, summaries_upwards
from importwise.resolver.resolution import Found, Missing, Partial, Resolution, Unknown
from importwise.searchpath import SearchPath

Value = TypeVar("Value")
Answers = Union[Filled[Value], Recorded[Value]]  # noqa: UP007
"""A table of answers. Indexed, it finds out what it does not know; `get` tells what it knows."""

BUILT_IN_PACKAGES = ("pyexpat", "sys")
"""Built-in modules that put submodules into ``sys.modules`` (``pyexpat.errors``, ``sys.monitoring``)."""


class Resolver:
    """Answers questions about one snapshot. It holds nothing but the snapshot and the answers given so far.

    With a recorder in the snapshot, each answer knows the places that it depends on.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        environment = snapshot.environment
        self.snapshot = snapshot
        self.environment = environment
        self.tree = snapshot.tree
        self.summaries = snapshot.summaries
        real = tuple(path for path in environment.standard_library if path.kind != "typeshed")
        self.typeshed = next((path.path for path in environment.standard_library if path.kind == "typeshed"), None)
        self.before_base = snapshot.roots
        self.after_base = (*(real or environment.standard_library), *snapshot.extra_paths, *environment.site_packages)
        self.root_folders = {root.path for root in snapshot.roots}
        self.recorder = snapshot.recorder
        self._answers: dict[tuple[str, bool], Answers[Resolution]] = {}
        self._bases = table(self._base_of, self.recorder)
        self._anchors = table(self._anchor, self.recorder)
        self.outside = Outside(snapshot, self.answers("").__getitem__)
        self._registering = table(self._registering_siblings, self.recorder)
        self._registered: dict[str, str] | None = None
        self._naming = tuple(f"{folder}/" for folder in snapshot.naming)
        self._parts: dict[str, tuple[Listing, Set[str]]] = {}
        """The modules that may be in a folder, with the listing that says so."""

    def move_to(self, snapshot: Snapshot) -> None:
        """Answer from now on about a snapshot that shares all dictionaries with the last one, and its roots."""
        self.snapshot = snapshot

    def forget_registered(self) -> None:
        """What files put into ``sys.modules`` is something else now, or under another name."""
        self._registered = None

    def look_at(self, folder: str, part: str = "") -> None:
        """What is being answered depends on the entries of ``folder`` that could be the module ``part``; on all if it is ""."""
        if self.recorder is not None:
            self.recorder.note(f"{folder}/{part}")

    def listing(self, folder: str) -> Listing:
        """All entries of a folder."""
        self.look_at(folder)
        return self.tree[folder]

    def beside(self, module: Module) -> list[str]:
        """All files in the folder of a module's own, in order."""
        folder = module.path.rpartition("/")[0]
        return [f"{folder}/{file}" for file in sorted(self.listing(folder).files)]

    def holds(self, folder: str, part: str, ending: str) -> bool:
        """Whether the folder has a file of that name and ending."""
        self.look_at(folder, part)
        return part + ending in self.tree[folder].files

    def is_package_folder(self, folder: str) -> bool:
        """Whether the folder has an ``__init__.py``."""
        return self.holds(folder, "__init__", ".py")

    # Questions

    def find(self, name: str, base: str = "", stubs: bool = False) -> Resolution:
        """What ``import name`` finds.

        ``base`` is the importing file's base directory, or "" if that is one of the roots. With ``stubs``, modules that
        have only a ``.pyi`` count too.
        """
        found = self.answers(base, stubs)[name]
        if type(found) is not Partial:
            return found
        return self.outside.put_there(found.existing, f"{found.existing.name}.{found.missing}") or found

    def answers(self, base: str, stubs: bool = False) -> Answers[Resolution]:
        """The answers of `find`, by name, before it is asked whom a package hands its name: that may need these answers."""
        answers = self._answers.get((base, stubs))
        if answers is None:
            answers = self._answers[base, stubs] = table(partial(self._search, base, stubs), self.recorder)
        return answers

    def _search(self, base: str, stubs: bool, name: str) -> Resolution:
        answer = self._find(name, self.paths(base), stubs)
        # Where none of the folders has the first part, their order makes no difference.
        if not isinstance(answer, (Found, Missing)):
            found = (self._find(name, paths, stubs) for paths in self.other_orders(base))
            answer = next((other for other in found if isinstance(other, Found)), answer)
        return answer

    def other_orders(self, base: str) -> Iterator[tuple[SearchPath, ...]]:
        """Other search paths that the program may run with; what any of them finds can be imported.

        As a script, or under pytest, the base directory comes first; as a part of a namespace package the module runs without
        it; and a root below the project may not be on the path.
        """
        if base:
            yield self.paths(base, script=True)
            yield self.paths()
        if self.snapshot.guessed:
            yield tuple(path for path in self.paths(base) if path.path not in self.snapshot.guessed)

    def others(self, name: str, base: str) -> Iterator[Module]:
        """The modules that ``import name`` finds with the other search paths."""
        for paths in self.other_orders(base):
            found = self._find(name, paths, stubs=False)
            if isinstance(found, Found):
                yield found.module

    def paths(self, base: str = "", script: bool = False) -> tuple[SearchPath, ...]:
        """The search paths in order; with ``script`` the base directory comes first."""
        if not base:
            return (*self.before_base, *self.after_base)
        own = SearchPath(base, "project", "folder of the importing file")
        return (own, *self.before_base, *self.after_base) if script else (*self.before_base, own, *self.after_base)

    def child(self, module: Module, part: str, stubs: bool = False) -> Module | Unknown | None:
        """The submodule ``part`` of ``module``; None if there is none."""
        full_name = f"{module.name}.{part}"
        for folder in module.portions:
            found = self.look_in(folder, part, full_name, module.search_path, stubs)
            if found is not None and found.kind != "namespace":
                if found.kind == "stub" and not stubs and not self._exists_at_run_time(full_name):
                    return None
                return found
        mapped = self._mapped(full_name)
        if mapped is not None:
            return mapped
        if module.portions:
            portions = tuple(f"{folder}/{part}" for folder in module.portions if part in self.tree[folder].folders)
            if portions:
                return Module(full_name, "namespace", "", portions, module.search_path)
        return self._unusual_child(module, part, full_name, stubs)

    def look_in(
        self, folder: str, part: str, full_name: str, search_path: SearchPath | None, stubs: bool = False
    ) -> Module | None:
        """What ``part`` is in ``folder``; a namespace if it is a folder without ``__init__`` (``FileFinder.find_spec``)."""
        listing = self.tree[folder]
        if self.recorder is not None:
            self.recorder.note(f"{folder}/{part}")
        known = self._parts.get(folder)
        if known is None or known[0] is not listing:
            parts = {name.partition(".")[0] for name in listing.files} | listing.folders
            known = self._parts[folder] = (listing, parts)
        if part not in known[1]:
            return None
        files = listing.files
        is_folder = part in listing.folders
        typeshed = search_path is not None and search_path.kind == "typeshed"
        if is_folder:
            place = f"{folder}/{part}"
            inside = self.tree[place].files
            if "__init__.py" in inside and not any(
                f"__init__{suffix}" in inside for suffix in self.environment.suffixes
            ):
                return Module(full_name, "package", f"{place}/__init__.py", (place,), search_path)
            for suffix in self.environment.suffixes:
                if f"__init__{suffix}" in inside:
                    return Module(full_name, "extension", f"{place}/__init__{suffix}", (place,), search_path)
            if "__init__.pyc" in inside:
                return Module(full_name, "bytecode", f"{place}/__init__.pyc", (place,), search_path)
            if (stubs or typeshed) and "__init__.pyi" in inside:
                return Module(full_name, "stub", f"{place}/__init__.pyi", (place,), search_path)
        for suffix in self.environment.suffixes:
            if part + suffix in files:
                return Module(full_name, "extension", f"{folder}/{part}{suffix}", (), search_path)
        if part + ".py" in files:
            return Module(full_name, "module", f"{folder}/{part}.py", (), search_path)
        if part + ".pyc" in files:
            return Module(full_name, "bytecode", f"{folder}/{part}.pyc", (), search_path)
        if (stubs or typeshed) and part + ".pyi" in files:
            return Module(full_name, "stub", f"{folder}/{part}.pyi", (), search_path)
        if is_folder and not typeshed:
            return Module(full_name, "namespace", "", (f"{folder}/{part}",), search_path)
        return None

    def base_directory(self, path: str) -> str:
        """The nearest ancestor of ``path`` without ``__init__.py``: ``sys.path[0]`` of a script, and what pytest inserts.

        For a notebook its own folder: Jupyter runs it there.
        """
        folder = path.rpartition("/")[0]
        return folder if path.endswith(".ipynb") else self._bases[folder]

    def _base_of(self, folder: str) -> str:
        while self.is_package_folder(folder) and "/" in folder.rstrip("/"):
            folder = folder.rpartition("/")[0]
        return folder

    def foreign_base(self, path: str) -> str:
        """The base directory of ``path``, or "" if it is one of the roots anyway."""
        base = self.base_directory(path)
        return "" if base in self.root_folders else base

    def names_of(self, path: str) -> tuple[str, ...]:
        """The dotted names under which ``path`` can be imported, the one that counts first; relative to its base directory if no root holds it.

        A notebook has none.
        """
        return tuple(dict.fromkeys(self._names(path)))

    def name_of(self, path: str) -> str:
        """The first of `names_of`; "" if there is none."""
        return next(self._names(path), "")

    def _names(self, path: str) -> Iterator[str]:
        if path.endswith(".ipynb"):
            return
        stem = path.rpartition(".")[0].removesuffix("/__init__")
        for root in self._naming:
            if stem.startswith(root):
                yield stem[len(root) :].replace("/", ".")
        base = self.base_directory(path)
        if stem.startswith(f"{base}/"):
            yield stem[len(base) + 1 :].replace("/", ".")

    def anchor(self, path: str, level: int) -> Module | None:
        """The package that ``level`` dots mean in the file ``path``; None if there are more dots than packages (PEP 328), as in a notebook."""
        if path.endswith(".ipynb"):
            return None
        folder, _, file = path.rpartition("/")
        is_package = file.startswith("__init__.")
        return self._anchors[folder, is_package, level]

    def _anchor(self, key: tuple[str, bool, int]) -> Module | None:
        folder, is_package, level = key
        # Which file of the folder it is makes no difference, but for `__init__` itself.
        path = f"{folder}/{'__init__' if is_package else '-'}.py"
        for _ in range(level - 1):
            folder = folder.rpartition("/")[0]
        for name in self.names_of(path):
            package = name.split(".") if is_package else name.split(".")[:-1]
            if len(package) < level:
                continue
            anchor_name = ".".join(package[: len(package) - level + 1])
            found = self.find(anchor_name, self.foreign_base(path))
            if isinstance(found, Found) and folder in found.module.portions:
                return found.module
            parent, _, part = folder.rpartition("/")
            return self.look_in(parent, part, anchor_name, None, stubs=True)
        return None

    def registered(self, name: str, only_below: bool = False) -> Module | Unknown | None:
        """The module ``name`` if some file of the project sets ``sys.modules[name]``; unknown if the key is literal only in part.

        With ``only_below``, keys count only if they are known to begin with the name of what lies above ``name``.
        """
        if self.recorder is not None:
            self.recorder.note("registered:")
        return registered_by(self.registered_keys(), name, f"{name.rpartition('.')[0]}." if only_below else "")

    def put_there(self, package: Module, name: str) -> Module | Unknown | None:
        """The same for a module that is to be in ``package``, whose own text may let others put it there."""
        return self.registered(name) or self.outside.put_there(package, name)

    def registered_keys(self) -> dict[str, str]:
        """The keys under which files of the project put modules into ``sys.modules``, with the file; patterns as in `Exports.registered`."""
        if self._registered is None:
            self._registered = {}
            for path in self.snapshot.files:
                summary = (
                    self.summaries.get(path) if self.snapshot.incomplete else dict.__getitem__(self.summaries, path)
                )
                if summary is not None and summary.exports.registered:
                    for own in self.names_of(path):
                        for key in absolute_keys(summary.exports.registered, own, path):
                            self._registered.setdefault(key, path)
        return self._registered

    # The search

    def _find(self, name: str, paths: tuple[SearchPath, ...], stubs: bool) -> Resolution:
        parts = name.split(".")
        head = self._head(parts[0], paths, stubs)
        if head is None:
            return self._no_head(name, parts[0])
        if isinstance(head, Unknown):
            return head
        module = head
        for part in parts[1:]:
            child = self.child(module, part, stubs)
            if child is None:
                registered = self.registered(name)
                if isinstance(registered, Module):
                    return Found(registered)
                return registered or Partial(module, part)
            if isinstance(child, Unknown):
                return child
            module = child
        return Found(module)

    def _head(self, head: str, paths: tuple[SearchPath, ...], stubs: bool) -> Module | Unknown | None:
        if head in self.environment.builtins:
            return self._built_in(head)
        if head in self.environment.mapping and head in self.environment.stdlib_versions:
            # setuptools' distutils: its finder comes before all others.
            replaced = self._mapped(head)
            if replaced is not None:
                return replaced
        portions: list[str] = []
        first: SearchPath | None = None
        for search_path in paths:
            found = self.look_in(search_path.path, head, head, search_path)
            if found is None or (search_path.kind == "typeshed" and not self._exists_at_run_time(head)):
                continue
            if found.kind != "namespace":
                return found
            portions.extend(found.portions)
            first = first or search_path
        mapped = self._mapped(head)
        if mapped is not None and mapped.kind == "namespace":
            portions.extend(mapped.portions)
            first = first or mapped.search_path
        elif mapped is not None:
            return mapped
        if stubs:
            for search_path in (*paths, *self.environment.standard_library):
                found = self.look_in(search_path.path, head, head, search_path, stubs=True) or self.look_in(
                    search_path.path, f"{head}-stubs", head, search_path, stubs=True
                )
                if found is not None and found.kind != "namespace":
                    return found
        if portions or mapped is not None:
            return Module(head, "namespace", "", tuple(dict.fromkeys(portions)), first)
        if head in self.environment.unknown:
            return Unknown(self.environment.unknown[head])
        return None

    def _built_in(self, head: str) -> Module:
        """A module that nothing shadows; a frozen one has its source in the standard library."""
        for search_path in self.environment.standard_library:
            if search_path.kind != "typeshed":
                found = self.look_in(search_path.path, head, head, search_path)
                if found is not None and found.kind != "namespace":
                    return found
        return Module(head, "built-in", "", (), None)

    def _exists_at_run_time(self, name: str) -> bool:
        """Whether the target has the module that a stub of typeshed describes."""
        return self._in_version(name) and name not in STUB_ONLY and self.environment.platform in platforms_of(name)

    def _in_version(self, name: str) -> bool:
        """Whether the standard library of the target version has ``name`` (typeshed's VERSIONS; a submodule is as old as its parent at least)."""
        first, last = self.environment.stdlib_versions.get(name, ((0, 0), None))
        version = self.environment.version
        return first <= version and (last is None or version <= last)

    def _no_head(self, name: str, head: str) -> Resolution:
        registered = self.registered(name)
        if registered is not None:
            return Found(registered) if isinstance(registered, Module) else registered
        if not self.environment.found and head not in self.environment.stdlib_versions:
            return Unknown("no Python environment was found in which it could be installed")
        return Missing(head)

    def _mapped(self, name: str) -> Module | None:
        """The module that an editable install's finder maps ``name`` to."""
        place = self.environment.mapping.get(name)
        if place is not None:
            search_path = SearchPath(place, "editable", "editable install")
            parent, _, part = place.rpartition("/")
            if part.endswith((".py", ".pyc", *self.environment.suffixes)):
                kind: ModuleKind = (
                    "module" if part.endswith(".py") else "bytecode" if part.endswith(".pyc") else "extension"
                )
                is_package = part.startswith("__init__.")
                return Module(name, "package" if is_package and kind == "module" else kind, place, (parent,) if is_package else (), search_path)  # fmt: skip
            found = self.look_in(parent, part, name, search_path)
            if found is not None and found.kind != "namespace":
                return found
            for suffix in (".py", *self.environment.suffixes, ".pyc"):
                if part + suffix in self.tree[parent].files:
                    return Module(name, "module" if suffix == ".py" else "extension", place + suffix, (), search_path)
            if found is not None:
                return found
        portions = self.environment.namespaces.get(name)
        if portions is not None:
            return Module(name, "namespace", "", portions, SearchPath("", "editable", "editable install"))
        prefix = f"{name}."
        if any(key.startswith(prefix) for key in self.environment.mapping):
            return Module(name, "namespace", "", (), SearchPath("", "editable", "editable install"))
        return None

    def _unusual_child(self, module: Module, part: str, full_name: str, stubs: bool) -> Module | Unknown | None:
        """A submodule that is in none of the package's folders, and yet may exist."""
        if full_name in self.environment.builtins:
            return Module(full_name, "built-in", "", (), None)
        if module.kind == "extension" and not module.portions:
            return Unknown(f"`{module.name}` is an extension module, which may contain `{part}`")
        if module.kind == "registered":
            return Unknown(f"`{module.name}` is put into sys.modules by code")
        if module.kind == "built-in":
            return (
                Unknown(f"`{module.name}` is built into the interpreter") if module.name in BUILT_IN_PACKAGES else None
            )
        if (
            module.kind == "stub"
            and not stubs
            and module.search_path is not None
            and module.search_path.kind == "typeshed"
        ):
            return None
        for summary, name in summaries_upwards(self.summaries, self.is_package_folder, module):
            keys = absolute_keys(summary.exports.registered, name, module.path)
            registered = registered_by(dict.fromkeys(keys, module.path), full_name)
            if registered is not None:
                return registered
        for sibling in self._registering[module]:
            own_summary = self.summaries[sibling.path]
            if own_summary is not None:
                keys = absolute_keys(own_summary.exports.registered, sibling.name, sibling.path)
                registered = registered_by(dict.fromkeys(keys, sibling.path), full_name)
                if registered is not None:
                    return registered
        if module.kind == "bytecode" and module.portions:
            return Unknown(f"`{module.name}` has only bytecode")
        own = self.summaries[module.path] if module.kind in ("package", "module") else None
        if own is None or not own.exports.path:
            # `import a.b` asks for `a.__path__`, wherever that comes from.
            reasons = {why for why, _ in own.exports.open} if own is not None else set()
            if module.kind == "module" and "__getattr__" in reasons and self.snapshot.traits[module.path].delegates:
                return Unknown(f"the `__getattr__` of `{module.name}` may supply a `__path__`")
            if "sys.modules[__name__]" in reasons and self.snapshot.traits[module.path].stands_for_another:
                return Unknown(f"what `{module.name}` puts in its own place may have the `__path__` of another package")
            return None
        if own.exports.path == "open":
            return Unknown(f"`{module.name}` changes its `__path__`")
        for portion in self._extended(module):
            found = self.look_in(portion, part, full_name, module.search_path, stubs)
            if found is not None:
                return found
        return None

    def _registering_siblings(self, package: Module) -> tuple[Module, ...]:
        """Those of `imported_siblings` that put anything into ``sys.modules``."""
        return tuple(
            sibling
            for sibling in imported_siblings(self.summaries, self.look_in, package)
            if (summary := self.summaries[sibling.path]) is not None and summary.exports.registered
        )

    def _extended(self, module: Module) -> Iterator[str]:
        """The folders that ``pkgutil.extend_path`` adds: those of the same name on the whole path."""
        parent, _, part = module.name.rpartition(".")
        if parent:
            found = self.answers("")[parent]
            folders = found.module.portions if isinstance(found, Found) else ()
            if isinstance(found, Found) and found.module.path:
                folders = (*folders, *(self._extended(found.module) if self._extends(found.module) else ()))
        else:
            folders = tuple(search_path.path for search_path in self.paths())
        for folder in folders:
            self.look_at(folder, part)
            if part in self.tree[folder].folders and f"{folder}/{part}" not in module.portions:
                yield f"{folder}/{part}"

    def _extends(self, module: Module) -> bool:
        summary = self.summaries[module.path] if module.kind in ("package", "module") else None
        return summary is not None and summary.exports.path == "extend"
