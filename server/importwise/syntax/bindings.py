"""Which names a statement binds or unbinds in its own scope."""

from __future__ import annotations

import ast
import re
import warnings
from typing import NamedTuple
from unicodedata import is_normalized, normalize

from importwise.syntax.imports import KEYWORDS, WORD
from importwise.syntax.lexing import skeleton

NAME = rf"(?![0-9]){WORD}+"
_NAME = re.compile(rf"{NAME}\Z")
_ASSIGNED = re.compile(rf"({NAME})[ \t]*=(?!=)[ \t]*")
_ANNOTATED = re.compile(rf"\s*({NAME})\s*:(?!=)([^=]*)(=?)")
_EQUALS = re.compile(r"(?<![=!<>:+\-*/%&|^@])=(?!=)")
_AUGMENTED = re.compile(r"(?:\*\*|//|>>|<<|[+\-*/%&|^@])=")
_TARGET_WITHOUT_NAME = re.compile(rf"""(?:{NAME}|\(\)|\[\]|"")[^,=*]*(?:\.\s*{NAME}|\[\])\Z""")
_DELETED = re.compile(rf"del\s+({NAME}(?:\s*,\s*{NAME})*)\s*,?\s*\Z")
_TYPE_ALIAS = re.compile(rf"type\s+({NAME})\s*(?:\[\])?\s*=(?!=)")
_FOR = re.compile(rf"for\s+({NAME}(?:\s*,\s*{NAME})*)\s*,?\s+in\b")
_AS = re.compile(rf"\bas\s+({NAME})\s*(?=,|\Z)")
_WITH_AS = re.compile(r"\bas\b")

LARGEST = 1_000_000
"""Pieces of more code points are not given to ``ast``, which needs hundreds of bytes of memory for each."""


class Bindings(NamedTuple):
    """What a statement does to the names of its scope."""

    bound: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    plain: bool = False
    """Whether it is ``name = value`` or ``name: annotation = value``, with one plain name."""
    refused: SyntaxError | None = None
    """Why ``ast`` refused the statement, if it was asked."""


NOTHING = Bindings()


def parse_piece(source: str) -> ast.Module | SyntaxError:
    """The tree of a piece of source, or the error: never an exception, never a warning."""
    if len(source) > LARGEST:
        return SyntaxError("too long")
    try:
        if "\\" not in source:
            return ast.parse(source)
        # Only escapes make the parser warn.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError) as error:
        return SyntaxError(str(error) or "too complex for the parser")


def simple_statement(text: str, start: int, end: int, stub: bool) -> Bindings:
    """The names of a simple statement that is no import: ``text[start:end]``, without its semicolon."""
    piece = text[start:end]
    walrus = ":=" in piece
    if not walrus:
        plain = _ASSIGNED.match(piece)
        if plain and "=" not in piece[plain.end() :]:
            name = normal(plain[1])
            if plain[1] not in KEYWORDS:
                return Bindings((name,), (), True)
            return _ask(piece, stub)
        if "=" not in piece and ":" not in piece and not piece.startswith("del"):
            return NOTHING
    outline = skeleton(text, start, end).strip()
    if walrus:
        return _ask(piece, stub)
    if outline.startswith("del") and not outline[3:4].isalnum() and outline[3:4] != "_":
        deleted = _DELETED.match(outline)
        if deleted:
            return Bindings((), _names(deleted[1]))
        return _ask(piece, stub)
    if outline.startswith("type") and (alias := _TYPE_ALIAS.match(outline)):
        return Bindings((normal(alias[1]),))
    annotated = _ANNOTATED.match(outline)
    if annotated and annotated[1] not in KEYWORDS:
        if not annotated[3] and not stub:
            return NOTHING
        return Bindings((normal(annotated[1]),), (), bool(annotated[3]))
    parts = _EQUALS.split(outline)
    if _AUGMENTED.search(parts[0]):
        target = _AUGMENTED.split(parts[0], maxsplit=1)[0].strip()
        if _NAME.match(target):
            return Bindings((normal(target),))
        return NOTHING if _TARGET_WITHOUT_NAME.match(target) else _ask(piece, stub)
    if len(parts) == 1:
        return NOTHING
    if ":" in parts[0]:
        # An annotated attribute, or something odd: a lambda, a name in brackets.
        return NOTHING if "lambda" not in parts[0] and outline[0] not in "([" else _ask(piece, stub)
    bound: list[str] = []
    for part in parts[:-1]:
        if not part.strip():
            return _ask(piece, stub)
        for target in part.split(","):
            target = target.strip().lstrip("*").strip()
            if _NAME.match(target) and target not in KEYWORDS:
                bound.append(normal(target))
            elif target and not _TARGET_WITHOUT_NAME.match(target):
                return _ask(piece, stub)
    return Bindings(tuple(dict.fromkeys(bound)), (), len(parts) == 2 and bool(_NAME.match(parts[0].strip())))


def header(text: str, start: int, end: int, keyword: str) -> Bindings:
    """The names that the header of a compound statement binds: ``text[start:end]`` with its colon.

    ``keyword`` is its first word. The names of ``def`` and ``class`` are the caller's; ``except … as x`` binds nothing.
    """
    piece = text[start:end]
    if ":=" not in piece:
        if keyword == "for":
            simple = _FOR.match(piece)
            if simple:
                return Bindings(_names(simple[1]))
        elif keyword == "with":
            if not _WITH_AS.search(piece):
                return NOTHING
            outline = skeleton(text, start, end - 1).rstrip()
            names = _AS.findall(outline)
            if len(names) == len(_WITH_AS.findall(piece)) == len(_WITH_AS.findall(outline)):
                return Bindings(tuple(normal(name) for name in names))
        elif keyword != "case":
            return NOTHING
    return _ask(header_source(piece, keyword), False)


def header_source(piece: str, keyword: str) -> str:
    """A header made into a statement that ``ast`` accepts; one more line stands before it for ``except`` and ``case``."""
    if keyword == "elif":
        return piece[2:] + " pass"
    if keyword == "except":
        return "try: pass\n" + piece + " pass"
    if keyword == "case":
        return "match _:\n " + piece + " pass"
    if keyword in ("else", "finally", "try"):
        return "pass"
    if keyword == "match":
        return piece + "\n case _: pass"
    return piece + " pass"


def _ask(piece: str, stub: bool) -> Bindings:
    tree = parse_piece(piece)
    if isinstance(tree, SyntaxError):
        return Bindings(refused=tree)
    bound: list[str] = []
    deleted: list[str] = []
    for statement in tree.body:
        _collect(statement, bound, deleted, stub)
    one = tree.body[0] if len(tree.body) == 1 else None
    plain = (
        isinstance(one, ast.Assign)
        and len(one.targets) == 1
        and isinstance(one.targets[0], ast.Name)
        or isinstance(one, ast.AnnAssign)
        and bool(one.simple and one.value)
    )
    if plain:
        # Only the name itself is bound to the value, not what the value binds.
        plain = len(bound) == 1
    return Bindings(tuple(dict.fromkeys(bound)), tuple(dict.fromkeys(deleted)), plain)


def _collect(node: ast.AST, bound: list[str], deleted: list[str], stub: bool) -> None:
    """All names stored or deleted in a statement and its expressions, but not in lambdas and comprehensions' targets."""
    pending: list[tuple[ast.AST, bool]] = [(node, True)]
    while pending:
        node, targets = pending.pop()
        if isinstance(node, ast.Lambda):
            pending.extend((default, targets) for default in (*node.args.defaults, *node.args.kw_defaults) if default)
            continue
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            # Only the header: its body is "pass".
            children: list[ast.AST] = [*node.decorator_list]
            if isinstance(node, ast.ClassDef):
                children += [*node.bases, *(keyword.value for keyword in node.keywords)]
            else:
                children.append(node.args)
                if node.returns:
                    children.append(node.returns)
            pending.extend((child, targets) for child in children)
            continue
        if isinstance(node, ast.NamedExpr):
            bound.append(node.target.id)
            pending.append((node.value, targets))
            continue
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Store) and targets:
                bound.append(node.id)
            elif isinstance(node.ctx, ast.Del):
                deleted.append(node.id)
            continue
        if isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            bound.append(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            bound.append(node.rest)
        elif isinstance(node, ast.AnnAssign) and node.value is None and isinstance(node.target, ast.Name) and not stub:
            pending.append((node.annotation, targets))
            continue
        inside = targets and not isinstance(node, ast.comprehension)
        pending.extend((child, inside) for child in ast.iter_child_nodes(node))


def _names(listed: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normal(name.strip()) for name in listed.split(",")))


def normal(name: str) -> str:
    """An identifier as Python stores it (PEP 3131)."""
    return name if name.isascii() else normalize("NFKC", name)


def unusual(source: str) -> bool:
    """Whether identifiers in a text may be other than they look (PEP 3131): then names can't be searched for in it."""
    return not source.isascii() and not is_normalized("NFKC", source)
