"""Which names a module offers, from what was recorded while it was read."""

from __future__ import annotations

from operator import itemgetter

from importwise.syntax import namespace
from importwise.syntax.bindings import parse_piece
from importwise.syntax.blocks import Conditions
from importwise.syntax.imports import KEYWORDS
from importwise.syntax.record import DELETED, Candidate, Record
from importwise.syntax.summary import Exports, Guard

_NAME_AND_LINE = itemgetter(0, 1)
_PLACE = itemgetter(2)
_DECIDED = ("if", "never")


def exports_of(record: Record, conditions: Conditions, speaks_of_itself: namespace.Self) -> Exports:
    """The names of the module at the end of its execution."""
    names, conditional = _names(record, conditions)
    if not (record.candidates or record.operations or record.reasons):
        return Exports(names, conditional, None, (), record.path, ())
    reasons = list(record.reasons)
    registered: list[str] = []
    for candidate in record.candidates:
        tree = parse_piece(candidate.source)
        if isinstance(tree, SyntaxError):
            continue
        changes = namespace.changes(tree, candidate.at_module_level, speaks_of_itself)
        reasons += [(reason, candidate.line + line) for reason, line in changes.open]
        registered += (
            changes.registered
            if not candidate.in_function
            else [key if key in ("!", "~") else f"{key}?" for key in changes.registered]
        )
        if candidate.at_module_level and "attach" in candidate.source:
            attached = namespace.lazy_names(tree)
            if attached is not None:
                reasons.append(("lazy_loader", candidate.line))
                _add(names, conditional, attached, candidate.line)
    if any(reason == "_LazyModule" for reason, _ in reasons):
        for candidate in record.candidates:
            if candidate.at_module_level and "_import_structure" in candidate.source:
                _add(names, conditional, _structured(candidate), candidate.line)
    dunder_all = _dunder_all(record, conditions)
    if dunder_all and record.altered:
        # What a function adds to `__all__` may have any name.
        line = min(record.altered)
        reasons.append(("__all__", line))
        dunder_all = (*dunder_all, ("open", "", (), line))
    reasons.sort(key=lambda reason: reason[1])
    return Exports(
        names,
        conditional,
        dunder_all,
        tuple(dict.fromkeys(reasons)),
        record.path,
        tuple(dict.fromkeys(registered)),
    )


def _names(
    record: Record, conditions: Conditions
) -> tuple[dict[str, int], dict[str, tuple[tuple[str, Guard, int], ...]]]:
    if not record.decided:
        return dict(map(_NAME_AND_LINE, record.events)), {}
    # Events under the same guard mostly come together.
    last: Guard = ()
    decided: Guard = ()
    depends: set[str] = set()
    for event in [event for event in record.events if event[3]]:
        guard = event[3]
        if guard is not last:
            last, decided = guard, tuple([one for one in guard if one[0] in _DECIDED])
        if decided:
            depends.add(event[0])
    if not depends and DELETED not in map(_PLACE, record.events):
        return dict(map(_NAME_AND_LINE, record.events)), {}
    names: dict[str, int] = {}
    events: dict[str, list[tuple[str, Guard, int]]] = {}
    last = decided = ()
    for name, line, place, guard in record.events:
        if name in depends:
            if guard is not last:
                last, decided = guard, conditions.without_attempts(guard)
            telling = ("del" if place == DELETED else "bind", decided, line)
            told = events.setdefault(name, [])
            if not told or told[-1] != telling:
                told.append(telling)
        elif place != DELETED:
            names[name] = line
        else:
            names.pop(name, None)
    return names, {name: tuple(told) for name, told in events.items()}


def _dunder_all(record: Record, conditions: Conditions) -> tuple[tuple, ...] | None:
    if not record.operations:
        # `__all__` may be bound in a way that says nothing of its value: as another name of an import, say.
        return None
    return tuple(
        (operation[0], operation[1], conditions.without_attempts(guard), line)
        for operation, guard, line in record.operations
    )


def _add(names: dict[str, int], conditional: dict[str, tuple], found: list[str], line: int) -> None:
    for name in found:
        if name.isidentifier() and name not in KEYWORDS:
            names.setdefault(name, line)
            conditional.pop(name, None)  # For type checkers it is often imported too.


def _structured(candidate: Candidate) -> list[str]:
    tree = parse_piece(candidate.source)
    return [] if isinstance(tree, SyntaxError) else namespace.structure_names(tree)
