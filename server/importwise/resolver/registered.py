"""Modules that files put into ``sys.modules`` (`Exports.registered`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from importwise.index.module import Module
from importwise.resolver.resolution import Unknown
from importwise.searchpath import SearchPath
from importwise.syntax.summary import Summary


def absolute_keys(keys: tuple[str, ...], name: str, path: str) -> Iterator[str]:
    """Keys of ``sys.modules`` as `Exports.registered` spells them, made absolute for the module ``name``.

    A wholly unknown key may be that of a submodule: of one that the module's own execution puts there, or of a module
    which is no package, since that gets submodules in no other way. They end with one star where the module's own execution sets them, else (in a function, or by a finder
    on ``sys.meta_path``) with two.
    """
    is_package = path.endswith("/__init__.py")
    for key in keys:
        if key == "!":
            yield f"{name}.**"
            if not is_package and "." in name:
                yield f"{name.rpartition('.')[0]}.**"
        elif key == "*":
            yield f"{name}.*"
        elif key == "*?":
            if not is_package:
                yield f"{name}.**"
        elif key != "~":
            yield f"{name}{key}" if key.startswith(".") else key


def registered_by(keys: Mapping[str, str], name: str, least: str = "") -> Module | Unknown | None:
    """The module ``name`` if one of ``keys`` is that name; unknown if one may be. The values are the files that set them.

    With ``least``, only the keys count that are known to begin with that.
    """
    if name in keys:
        return Module(name, "registered", keys[name], (), None)
    if f"{name}?" in keys:
        return Unknown(f"a function in {keys[f'{name}?'].rpartition('/')[2]} puts `{name}` into sys.modules")
    for key, path in keys.items():
        pattern = key.rstrip("?")
        prefix = pattern.rstrip("*")
        if prefix != pattern and name.startswith(prefix) and len(name) > len(prefix):
            if not least or (prefix.startswith(least) and not pattern.endswith("**")):
                return Unknown(
                    f"{path.rpartition('/')[2]} puts modules whose names begin with `{prefix}` into sys.modules"
                )
    return None


def imported_siblings(
    summaries: Mapping[str, Summary | None],
    look_in: Callable[[str, str, str, SearchPath | None], Module | None],
    package: Module,
) -> Iterator[Module]:
    """The submodules that a package's ``__init__`` imports: what they put into ``sys.modules`` may be the package's."""
    summary = summaries[package.path] if package.kind == "package" else None
    seen: set[str] = set()
    for item in summary.imports if summary is not None else ():
        if item.scope == "function" or item.level > 1 or item.kind == "call":
            continue
        if item.kind == "from":
            whole = f"{package.name}.{item.module}" if item.level and item.module else item.module or package.name
            names = [whole, *(f"{whole}.{name}" for name, _ in item.aliases)]
        else:
            names = [name for name, _ in item.aliases]
        for name in names:
            part = name[len(package.name) + 1 :].partition(".")[0]
            if name.startswith(f"{package.name}.") and part and part not in seen:
                seen.add(part)
                for folder in package.portions:
                    found = look_in(folder, part, f"{package.name}.{part}", package.search_path)
                    if found is not None and found.path.endswith(".py"):
                        yield found


def summaries_upwards(
    summaries: Mapping[str, Summary | None], is_package_folder: Callable[[str], bool], module: Module
) -> Iterator[tuple[Summary, str]]:
    """The summaries of the module and of the packages around it, which are imported before, with their names."""
    path, name = module.path, module.name
    while path.endswith(".py"):
        summary = summaries[path]
        if summary is not None:
            yield summary, name
        folder = path.rpartition("/")[0]
        if path.endswith("/__init__.py"):
            folder = folder.rpartition("/")[0]
        name = name.rpartition(".")[0]
        path = f"{folder}/__init__.py"
        if not name or not is_package_folder(folder):
            return
