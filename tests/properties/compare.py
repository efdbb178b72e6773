"""Holds the reader against the oracle, file by file."""

from __future__ import annotations

import ast
import warnings
from pathlib import Path

import ast_reader

from importwise.syntax.decode import decode
from importwise.syntax.imports import alias_spans, module_span
from importwise.syntax.reader import summarize
from importwise.syntax.summary import UNREAD, Import, Summary

MARKS = {"!", "~"}


def differences(text: str, stub: bool = False) -> list[str] | None:
    """What the reader and the oracle disagree on, a line each; None if ``ast`` rejects the text."""
    try:
        expected = ast_reader.read(text, stub)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found = summarize(text, stub)
    return [*_differences(_plain(found), expected), *_spans(text, found), *shortened(text, stub, found)]


def differences_in_file(path: Path) -> list[str] | None:
    """The same for a file; None also if Python would not decode it."""
    text, problem = decode(path.read_bytes())
    return None if problem else differences(text, path.suffix == ".pyi")


class Everything:
    """Holds whatever one asks for."""

    def __contains__(self, _: object) -> bool:
        return True


def shortened(text: str, stub: bool, whole: Summary) -> list[str]:
    """Where a summary that leaves out what imports in functions depend on differs from the ``whole`` in anything else."""
    short = summarize(text, stub, Everything())
    told = [
        f"{field} differ in short"
        for field in ("exports", "ignores", "problems")
        if getattr(short, field) != getattr(whole, field)
    ]
    if len(short.imports) != len(whole.imports):
        return [*told, f"{len(short.imports)} imports in short, {len(whole.imports)} in all"]
    for ours, theirs in zip(short.imports, whole.imports):
        guard, outside = _told_apart(theirs.guard), ()
        if ours.guard[-1:] == (UNREAD,):
            outside = _told_apart(ours.guard[:-1])
            guard = tuple(one for one in guard if one[0] != "try")[: len(outside)]
        elif ours.guard:
            outside = _told_apart(ours.guard)
        if ours._replace(guard=()) != theirs._replace(guard=()) or (ours.guard and outside != guard):
            told.append(f"{ours} in short, {theirs} in all")
    return told[:3]


def _told_apart(guard: tuple) -> tuple:
    """The guard without the numbers of its ``try`` statements: fewer are counted where not all is read."""
    return tuple((one[0], *one[2:]) if one[0] == "try" else one for one in guard)


def _differences(found: Summary, expected: Summary) -> list[str]:
    told: list[str] = []
    if found.problems:
        told.append(f"problems: {found.problems[:2]}")
    for field in ("imports", "ignores"):
        ours, theirs = getattr(found, field), getattr(expected, field)
        if ours != theirs:
            told += [f"{field}: only the reader has {one}" for one in ours if one not in theirs][:2]
            told += [f"{field}: only the oracle has {one}" for one in theirs if one not in ours][:2]
            told.append(f"{field} differ")
    for field in ("constants", "flags"):
        if getattr(found, field) != getattr(expected, field):
            told.append(f"{field}: {getattr(found, field)} instead of {getattr(expected, field)}")
    for field in expected.exports._fields:
        ours, theirs = getattr(found.exports, field), getattr(expected.exports, field)
        if field == "registered":
            # Marks, not keys: tests/cases has them.
            ours, theirs = sorted({*ours} - MARKS), sorted({*theirs} - MARKS)
        elif field == "open":
            ours, theirs = sorted(ours), sorted(theirs)
        if ours == theirs:
            continue
        if isinstance(ours, dict):
            for key in sorted(ours.keys() | theirs.keys()):
                if ours.get(key) != theirs.get(key):
                    told.append(f"{field}[{key}]: {ours.get(key)} instead of {theirs.get(key)}")
        else:
            told.append(f"{field}: {ours} instead of {theirs}")
    return told[:12]


def _plain(summary: Summary) -> Summary:
    """The same with every test as ``ast.unparse`` writes it."""
    known: dict[str, str] = {}

    def test(source: str) -> str:
        if source not in known:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    known[source] = ast.unparse(ast.parse(f"({source}\n)", mode="eval"))
            except (SyntaxError, ValueError):
                known[source] = f"not an expression: {source}"
        return known[source]

    def guard(conditions: tuple) -> tuple:
        return tuple(("if", test(one[1]), one[2]) if one[0] == "if" else one for one in conditions)

    exports = summary.exports
    return summary._replace(
        imports=tuple(imp._replace(guard=guard(imp.guard)) if imp.guard else imp for imp in summary.imports),
        constants={name: test(value) for name, value in summary.constants.items()},
        exports=exports._replace(
            conditional={
                name: tuple((kind, guard(conditions), line) for kind, conditions, line in told)
                for name, told in exports.conditional.items()
            },
            dunder_all=exports.dunder_all and tuple((a, b, guard(c), line) for a, b, c, line in exports.dunder_all),
        ),
    )


def _spans(text: str, summary: Summary) -> list[str]:
    """Whether the spans of every import cut the right piece out of the text."""
    lines = text.split("\n")
    told: list[str] = []
    for imp in summary.imports:
        try:
            for span, (name, _) in zip(alias_spans(imp), imp.aliases, strict=True):
                told += _cut(lines, span, name, imp) if imp.kind != "call" else []
            if imp.kind == "from":
                told += _cut(lines, module_span(imp), imp.module or "." * imp.level, imp)
        except ValueError as error:
            told.append(f"spans of {imp}: {error}")
    return told


def _cut(lines: list[str], span: tuple, name: str, imp: Import) -> list[str]:
    (first, start), (last, end) = span
    if first == last:
        piece = lines[first][start:end]
        if piece == name or not piece.isascii():
            return []
    else:
        piece = "\n".join([lines[first][start:], *lines[first + 1 : last], lines[last][:end]])
    if "".join(piece.replace("\\\n", "").split()) == name or "#" in piece:
        return []
    return [f"span {span} of {name} in {imp} holds {piece!r}"]
