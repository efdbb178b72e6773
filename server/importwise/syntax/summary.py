"""What importwise keeps of a file: a Summary. The text itself is not kept.

Guards, conditions and events are plain tuples, so that a summary is quick to make, to compare and to store.
"""

from __future__ import annotations

from typing import NamedTuple

# What an ``except`` clause, or all clauses of a ``try`` together, catch and do not raise again: a bit mask.
MODULE = 1
"""ModuleNotFoundError: the module does not exist."""
NAME = 2
"""ImportError that is not a ModuleNotFoundError: the module exists, the name in it does not."""

Condition = tuple
"""One thing on which it depends whether a statement runs. Its first item says which:

``("if", test, truth)``
    Only where the expression ``test`` (its source, white space folded) is true, or false where ``truth`` is False.
    Made by ``if``/``elif``/``else``, ``while``; also for all statements that follow, in the same block, one of
    ``if TEST: … return|raise|continue|break|sys.exit()`` (truth False; further ``elif`` arms as long as each arm before exits),
    ``if TEST: … else: … exit`` (truth True) and ``assert TEST`` (truth True).
``("never",)``
    Never: a ``return``, ``raise``, ``continue``, ``break``, ``sys.exit()``, ``exit()``, ``quit()`` or ``os._exit()`` stands before it in its block.
``("try", number, part, catches)``
    In a part of a ``try`` that has a handler which catches ImportError or ModuleNotFoundError (other ``try`` statements
    are no condition; neither is ``finally``). ``number`` counts such statements of the file from 0, in the order of their
    ``try`` keywords. ``part`` is "body", "handler" or "else". ``catches`` is a bit mask: for "body" and "else" what the
    handlers catch together and do not raise again; for "handler" what this one catches. Handlers are asked in order, each
    kind of error goes to the first that catches it: bare, ``Exception``, ``BaseException``, ``ImportError`` both kinds,
    ``ModuleNotFoundError`` only MODULE; dotted spellings by their last part; tuples any of theirs. A handler raises again
    if a ``raise`` is one of its own (not nested) statements. An import in a handler that catches nothing of the kind has
    no condition from this ``try``.
``("suppress", catches)``
    In a ``with`` of ``contextlib.suppress(…)`` or ``suppress(…)``; also where a test expects the error: ``pytest.raises(…)``,
    ``self.assertRaises(…)``, ``assertRaisesRegex(…)``.
``("skip", module)``
    ``importorskip("module")`` (a call statement, or an assignment of one) stands before it in its block.
"""

Guard = tuple[Condition, ...]
"""All conditions, outermost first; within one block in the order of the text. Conditions of the module's blocks count in
functions and classes too. A function's body starts its own blocks: ``try`` and ``with`` outside of the function do not
guard what is inside (it runs later); "if", "never" and "skip" do."""


UNREAD: Condition = ("unread",)
"""Last in the guard of an import in a function whose body was not read: what it depends on further in is not known; see
`reader.summarize`."""


class Import(NamedTuple):
    """One import statement, or one call that imports a module by a literal name."""

    kind: str
    """"import", "from" or "call" (``importlib.import_module("a.b")``, ``import_module("a.b")``, ``__import__("a.b")``;
    relative literals only with ``__name__``, ``__package__`` or a literal as package: then ``level`` > 0)."""

    level: int
    """Number of leading dots."""

    module: str
    """Dotted name after the dots, NFKC-normalised; "" for ``from . import x`` and for kind "import"."""

    aliases: tuple[tuple[str, str | None], ...]
    """(name, name after ``as`` or None). For "import" the dotted modules, for "from" the names or ``(("*", None),)``; for "call" the one module."""

    line: int
    """Line of the statement's first keyword, from 0."""

    column: int
    """Column of the same, from 0, in code points."""

    text: str
    """The statement as written, from its first keyword to its last token (brackets and comments between included, line ends as ``\\n``).
    For "call" just the string literal. ``syntax.imports.module_span`` and ``alias_spans`` find the parts in it."""

    scope: str
    """"module", "class" (directly in a class body at module level, also nested classes) or "function"."""

    guard: Guard
    """What it depends on whether the import runs; may end with `UNREAD`."""

    lazy: bool
    """``lazy import`` or ``lazy from`` (PEP 810)."""


class Ignore(NamedTuple):
    """A comment that silences findings on its line."""

    line: int
    column: int
    """Where the ``#`` stands."""
    length: int
    """Code points of the comment from its ``#`` up to the next ``#`` or the end of the line."""
    tool: str
    """"importwise", "type", "pyright", "ty", "pyrefly", "mypy", "pylint" or "noqa"."""
    codes: tuple[str, ...]
    """The codes in brackets, or after ``noqa:`` and ``pylint: disable=``; empty if there are none. `("",)` for the empty brackets of
    ``importwise: ignore[]``, which name nothing and so silence nothing."""


class Problem(NamedTuple):
    """Why importing the file would fail, as far as the reader saw it."""

    line: int
    column: int
    end_column: int
    message: str
    newer_grammar: bool
    """Whether a newer Python's grammar might accept it: the text was refused by the running Python's parser alone."""


class Exports(NamedTuple):
    """Which names the module has at the end of its execution."""

    names: dict[str, int]
    """Names that are surely bound, or bound under conditions other than ``if`` (a ``try``, a loop, a ``with``), with the line of
    their last binding, from 0. Names bound by import statements are among them."""

    conditional: dict[str, tuple[tuple[str, Guard, int], ...]]
    """For each name of which some binding or ``del`` stands under an "if" or "never" condition: all its events in order,
    ("bind" | "del", guard, line). A ``del`` in a handler, a loop, a ``case`` or a loop's or ``try``'s ``else`` is no event. Such names are not in ``names``. "try", "suppress" and "skip" conditions are left out of these guards."""

    dunder_all: tuple[tuple, ...] | None
    """None without ``__all__``; else the operations in order, each ``(operation, value, guard, line)``: "set", "extend" with a tuple of
    ``(name, line, column)`` (place of the string's opening quote or prefix); "remove" likewise; "set from", "extend from" with the dotted
    expression before ``.__all__``; "open" with "" where the value can't be known."""

    open: tuple[tuple[str, int], ...]
    """Why every name may exist, with the line: ("__getattr__", 12), ("globals()", 3), ("vars()", …), ("exec", …), ("setattr", …),
    ("sys.modules[__name__]", …), ("syntax", …) for text that can't be parsed, ("lazy_loader", …), ("_LazyModule", …)."""

    path: str
    """"" if ``__path__`` is not changed, "extend" for ``pkgutil.extend_path`` and ``declare_namespace``, "open" for any other change."""

    registered: tuple[str, ...]
    """Keys under which ``sys.modules`` is set: "a.b"; ".x" for ``__name__ + ".x"``; a trailing "*" for an unknown rest ("a.b.*", ".*");
    "*" for a wholly unknown key; "!" where something is put into ``sys.meta_path``, so that any submodule may come from anywhere; "~" where ``sys.path`` is changed (append, insert, extend, assigned).
    A key that is set inside a function, which may never run, has a "?" behind it ("a.b?")."""


class Summary(NamedTuple):
    """Everything importwise knows of a file."""

    imports: tuple[Import, ...]
    """In the order of the text."""
    exports: Exports
    ignores: tuple[Ignore, ...]
    """All ``importwise: ignore`` comments of the file; of other tools those on lines that an import statement covers."""
    problems: tuple[Problem, ...]
    constants: dict[str, str]
    """Names that some guard's test mentions (or, in turn, the text of another constant) and that are bound exactly once, by an unguarded ``name = expression`` at
    module level: the expression's source, white space folded."""
    flags: frozenset[str]
    """Names that some guard's test (or a constant) mentions and that are bound in a part of a ``try`` which catches ImportError or ModuleNotFoundError, in any scope."""
