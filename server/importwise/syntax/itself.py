"""The names by which a file speaks of ``sys``, of ``sys.modules``, and of itself."""

from __future__ import annotations

import ast

from importwise.syntax.bindings import parse_piece
from importwise.syntax.namespace import NOBODY, Self, changes
from importwise.syntax.record import Record


def speaks_of_itself(record: Record) -> Self:
    """Those names, from a file that has been read."""
    of_sys = {"sys"}
    of_modules: set[str] = set()
    for imp in [imp for imp in record.imports if "sys" in imp.text]:
        if imp.kind == "import":
            of_sys.update(asname for name, asname in imp.aliases if name == "sys" and asname)
        elif imp.kind == "from" and imp.module == "sys" and not imp.level:
            of_modules.update(asname or name for name, asname in imp.aliases if name == "modules")
    names = NOBODY
    if of_modules or len(of_sys) > 1:
        names = Self(frozenset(of_sys), frozenset(of_modules), frozenset())
    itself: set[str] = set()
    for candidate in record.candidates:
        if "__name__" in candidate.source and any([name in candidate.source for name in ("modules", *of_modules)]):
            tree = parse_piece(candidate.source)
            if isinstance(tree, ast.Module):
                itself.update(changes(tree, candidate.at_module_level, names).itself)
    return names._replace(itself=frozenset(itself)) if itself else names


def words_of(names: Self) -> tuple[str, ...]:
    """Words that are special because of these names, as `special.NEEDLES` are in every file."""
    if names is NOBODY:
        return ()
    found = [f"{name}.modules" for name in sorted(names.sys) if not name.endswith("sys")]
    found += sorted(names.modules)
    for name in sorted(names.itself):
        found += [f"{name}.", f"setattr({name}", f"vars({name}"]
    return tuple(found)
