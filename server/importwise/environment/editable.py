"""Import hooks of editable installs, and other code in ``.pth`` files, read instead of run.

What the known build backends write, in the order in which `read_hook` tries them:

- setuptools: ``__editable___NAME_finder.py`` with the literals ``MAPPING`` and ``NAMESPACES`` (setuptools/command/editable_wheel.py);
- scikit-build-core: ``_NAME_editable.py``, which ends in ``install({module: file}, {module: file in site-packages}, …)``;
- meson-python: ``_NAME_editable_loader.py``, whose finder reads meson's install plan from the build folder;
- ``editables`` (hatchling and pdm-backend in their exact modes): calls of ``map_module(name, file)``.

Plain paths (flit, poetry-core, uv_build, hatchling, pdm-backend, setuptools with ``src`` or strict mode) are the business of pth.py.
"""

from __future__ import annotations

import _ast
import os
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from importwise.environment import literals
from importwise.environment.files import bytes_of, posix, text_of

# Also the form of a .start file, "module:function" (PEP 829).
_IMPORTED = re.compile(
    r"\bimport\s+([A-Za-z_]\w*)|__import__\(\s*['\"]([A-Za-z_]\w*)['\"]|^\s*([A-Za-z_]\w*)[\w.]*\s*:"
)
_NAMESPACE_LINE = re.compile(r"\['sitedir'\],\s*\*\(([^)]*)\)")
_ADDED = re.compile(r"(?:addsitedir\(|sys\.path\.append\(|sys\.path\.insert\(\s*\d+\s*,)\s*r?(['\"])(.+?)\1\s*\)")
_SETUPTOOLS = re.compile(r"^(MAPPING|NAMESPACES)\b[^=\n]*=(.*)$", re.MULTILINE)

# Code that changes nothing about which modules exist: measuring coverage, mending the environment, patching at import.
_HARMLESS = re.compile(
    r"coverage|_virtualenv|pytest_cov|pywin32_bootstrap|sys\.__plen|ddtrace|sitecustomize|usercustomize|_cuda_bindings_redirector"
)


class Hook(NamedTuple):
    """What a line of code in a ``.pth`` file does to imports. Paths are absolute, with forward slashes."""

    mapping: Mapping[str, str] = MappingProxyType({})
    """Module to the folder of a package, or to a file."""
    namespaces: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """Namespace package to its portions; none if its modules stand in ``mapping`` alone."""
    paths: tuple[str, ...] = ()
    """Folders that are put on ``sys.path``."""
    names: tuple[str, ...] = ()
    """Top-level names that the hook is known to answer for, where it can't be read further."""
    before: bool = False
    """Whether the hook is asked before the folders of ``sys.path``; setuptools' is asked after them."""
    read: bool = True
    """Whether this is all that the line does. If not, the names of its distribution are unknown."""


def read_hook(folder: str, names: Sequence[str], code: str, suffixes: Sequence[str], distutils: str) -> Hook:
    """What the line ``code`` of a ``.pth`` file in the site folder ``folder``, which holds ``names``, does to imports.

    ``suffixes`` are the endings of extension modules, ``distutils`` is the value of ``SETUPTOOLS_USE_DISTUTILS``.
    """
    if "sitedir" in code and ("ModuleType" in code or "module_from_spec" in code):
        return _old_namespace(folder, code)
    if "_distutils_hack" in code:
        # setuptools answers for `distutils`, in every version, with the copy it brings (_distutils_hack/__init__.py).
        copy = os.path.join(folder, "setuptools", "_distutils")
        used = distutils == "local" and os.path.isdir(copy)
        return Hook(mapping={"distutils": posix(copy)} if used else {}, before=True)
    if _HARMLESS.search(code):
        return Hook()
    for match in _IMPORTED.finditer(code):
        module = match[1] or match[2] or match[3]
        hook = _read_finder(folder, os.path.join(folder, module + ".py"), suffixes) if module + ".py" in names else None
        if hook is not None:
            return hook
    added = [os.path.abspath(os.path.join(folder, path)) for _, path in _ADDED.findall(code)]
    if added:
        return Hook(paths=tuple(posix(path) for path in added if os.path.exists(path)))
    return Hook(read=False)


def _old_namespace(folder: str, code: str) -> Hook:
    """The line that setuptools wrote into ``NAME-nspkg.pth`` for ``namespace_packages`` (setuptools/namespaces.py)."""
    match = _NAMESPACE_LINE.search(code)
    try:
        parts = literals.expression(f"({match[1]})") if match else ()
    except literals.NotLiteral:
        return Hook()
    if not isinstance(parts, tuple) or not parts or not all(isinstance(part, str) for part in parts):
        return Hook()
    portion = os.path.join(folder, *parts)
    return Hook(namespaces={".".join(parts): (posix(portion),)} if os.path.isdir(portion) else {})


def _read_finder(folder: str, path: str, suffixes: Sequence[str]) -> Hook | None:
    """What the module at ``path``, which a ``.pth`` file imports, installs; None if it is none of the known ones."""
    text = text_of(path) or ""
    if "MAPPING" in text and "NAMESPACES" in text:
        return _setuptools(text, suffixes)
    if "known_source_files" in text and "\ninstall(" in text:
        return _scikit_build(folder, text)
    if "MesonpyMetaFinder(" in text:
        return _meson(text, suffixes)
    if "map_module(" in text:
        return _editables(text)
    if "ScikitBuildInplaceFinder" in text:
        # It asks the same folders as `sys.path` does, for the sake of rebuilding.
        return Hook()
    return None


def _setuptools(text: str, suffixes: Sequence[str]) -> Hook | None:
    found: dict[str, Any] = {}
    try:
        found = {name: literals.expression(value) for name, value in _SETUPTOOLS.findall(text)}
    except literals.NotLiteral:
        # Not on one line: a formatter has been at it.
        for statement in literals.module(text):
            if not isinstance(statement, (_ast.AnnAssign, _ast.Assign)):
                continue
            target = statement.target if isinstance(statement, _ast.AnnAssign) else statement.targets[0]
            if isinstance(target, _ast.Name) and target.id in ("MAPPING", "NAMESPACES"):
                try:
                    found[target.id] = literals.value(statement.value)
                except literals.NotLiteral:
                    return None
    mapping, namespaces = found.get("MAPPING"), found.get("NAMESPACES", {})
    if mapping is None or not (_is_strings(mapping) and isinstance(namespaces, dict)):
        return None
    targets: dict[str, str] = {}
    portions = {str(name): tuple(posix(str(path)) for path in paths) for name, paths in namespaces.items()}
    for name, path in mapping.items():
        # `_EditableFinder._find_spec`: the package's __init__.py, else the path with each ending, else a namespace.
        if os.path.isfile(os.path.join(path, "__init__.py")):
            targets[name] = posix(path)
            continue
        for suffix in (*suffixes, ".py", ".pyc"):
            if os.path.isfile(path + suffix):
                targets[name] = posix(path + suffix)
                break
        else:
            if os.path.isdir(path) and not portions.get(name):
                portions[name] = (posix(path),)
    return Hook(targets, portions)


def _scikit_build(folder: str, text: str) -> Hook | None:
    body = literals.module(text[text.rindex("\ninstall(") + 1 :])
    call = body[0].value if body and isinstance(body[0], _ast.Expr) else None
    if not isinstance(call, _ast.Call) or len(call.args) < 2:
        return None
    try:
        sources, installed = literals.value(call.args[0]), literals.value(call.args[1])
        folders = literals.value(call.args[2]) if len(call.args) > 2 and isinstance(call.args[2], _ast.Dict) else {}
    except literals.NotLiteral:
        return None
    if not (_is_strings(sources) and _is_strings(installed) and isinstance(folders, dict)):
        return None
    files = {**sources, **{name: os.path.join(folder, path) for name, path in installed.items()}}
    # A folder that both trees may hold, without an __init__, is a namespace package; what was installed comes first.
    portions = {
        name: tuple(
            posix(path)
            for path in sorted((os.path.join(folder, place) for place in places), key=lambda path: path in places)
        )
        for name, places in folders.items()
        if name not in files
    }
    hook = _from_files(files)
    return hook._replace(namespaces={**hook.namespaces, **portions})


def _meson(text: str, suffixes: Sequence[str]) -> Hook | None:
    calls = [
        node
        for statement in literals.module(text[max(text.rfind("\ndef init("), text.rfind("\ninstall("), 0) :])
        for node in _calls(statement)
    ]
    for call in calls:
        try:
            arguments = [literals.value(argument) for argument in call.args[:3]]
        except literals.NotLiteral:
            continue
        if len(arguments) == 3 and isinstance(arguments[1], (set, list, tuple)) and isinstance(arguments[2], str):
            heads = tuple(sorted(str(name) for name in arguments[1]))
            files = _meson_files(arguments[2], suffixes)
            if not files:
                return Hook(names=heads, before=True, read=False)
            return _from_files({name: path for name, path in files.items() if name.partition(".")[0] in heads})
    return None


def _calls(statement: _ast.stmt) -> list[_ast.Call]:
    """The calls whose value a top-level statement, or a statement of a function's body, uses."""
    if isinstance(statement, _ast.FunctionDef):
        return [call for inner in statement.body for call in _calls(inner)]
    if isinstance(statement, (_ast.Expr, _ast.Assign)) and isinstance(statement.value, _ast.Call):
        call = statement.value
        return [call, *(argument for argument in call.args if isinstance(argument, _ast.Call))]
    return []


def _meson_files(build: str, suffixes: Sequence[str]) -> dict[str, str]:
    """Module to file, from the install plan in meson's build folder, as meson-python's ``collect`` reads it."""
    import json

    files: dict[str, str] = {}
    try:
        plan = json.loads(bytes_of(os.path.join(build, "meson-info", "intro-install_plan.json")) or b"{}")
        for key, data in plan.items():
            for source, target in data.items():
                root, _, place = target["destination"].partition("/")
                if root not in ("{py_platlib}", "{py_purelib}"):
                    continue
                if key == "install_subdirs" or (key == "targets" and os.path.isdir(source)):
                    without = {os.path.normpath(path) for path in target.get("exclude_files", [])}
                    hidden = {os.path.normpath(path) for path in target.get("exclude_dirs", [])}
                    for path in _walk(source, without, hidden):
                        _add_module(files, f"{place}/{path}", f"{source}/{path}", suffixes)
                else:
                    _add_module(files, place, source, suffixes)
    except (ValueError, KeyError, AttributeError, TypeError):
        return {}
    return files


def _walk(folder: str, files: set[str], folders: set[str]) -> list[str]:
    found: list[str] = []
    for root, inner, names in os.walk(folder):
        relative = os.path.relpath(root, folder)
        inner[:] = sorted(name for name in inner if os.path.normpath(os.path.join(relative, name)) not in folders)
        paths = (os.path.normpath(os.path.join(relative, name)) for name in sorted(names))
        found += [posix(path) for path in paths if path not in files]
    return found


def _add_module(files: dict[str, str], place: str, source: str, suffixes: Sequence[str]) -> None:
    """Add the file that is to be installed at ``place`` ("shop/cart.py"), if it is a module."""
    for suffix in (*suffixes, ".py", ".pyc"):
        if place.endswith(suffix):
            name = place[: -len(suffix)].replace("/", ".")
            files.setdefault(name.removesuffix(".__init__"), source)
            return


def _editables(text: str) -> Hook | None:
    files: dict[str, str] = {}
    for statement in literals.module(text):
        for call in _calls(statement):
            if isinstance(call.func, _ast.Attribute) and call.func.attr == "map_module" and len(call.args) == 2:
                try:
                    name, path = literals.value(call.args[0]), literals.value(call.args[1])
                except literals.NotLiteral:
                    return None
                files[str(name)] = str(path)
    return _from_files(files, before=False)


def _from_files(files: dict[str, str], before: bool = True) -> Hook:
    """The hook that answers for these modules, given the file of each. What a package's folder shows anyway is left out."""
    mapping: dict[str, str] = {}
    namespaces: dict[str, tuple[str, ...]] = {}
    places: dict[str, str] = {}
    for name in sorted(files, key=lambda name: name.count(".")):
        path = posix(files[name])
        folder, _, last = path.rpartition("/")
        parent, _, tail = name.rpartition(".")
        package = last.startswith("__init__.")
        places[name] = folder if package else path
        above = places.get(parent)
        if above is None or (
            places[name] != f"{above}/{tail}" and (package or folder != above or last.partition(".")[0] != tail)
        ):
            mapping[name] = places[name]
        while parent and parent not in files:
            namespaces.setdefault(parent, ())
            parent = parent.rpartition(".")[0]
    return Hook(mapping, namespaces, before=before)


def _is_strings(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(key, str) and isinstance(item, str) for key, item in value.items()
    )
