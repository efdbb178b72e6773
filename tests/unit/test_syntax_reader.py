"""What the properties can't reach: half-typed text, older and newer grammar, and where the parts of an import stand."""

from __future__ import annotations

import pytest

from importwise.syntax.full import full_problems
from importwise.syntax.imports import alias_spans, module_span
from importwise.syntax.reader import summarize


def modules(text: str) -> list[str]:
    """The modules a text imports."""
    return [
        name
        for imp in summarize(text).imports
        for name in ([imp.module] if imp.module else [a for a, _ in imp.aliases])
    ]


HALF_TYPED = {
    "unclosed bracket": ("import a\nx = foo(\nimport b\n", ["a", "b"]),
    "unclosed bracket in a function": ("def f():\n    x = [1,\n    import b\nimport c\n", ["b", "c"]),
    "unclosed import": ("from a import (b,\nimport c\n", ["a", "c"]),
    "nothing imported": ("import a\nfrom b import\nimport c\n", ["a", "c"]),
    "no module": ("import a\nimport\nfrom\nimport c\n", ["a", "c"]),
    "trailing dot": ("import a.\nimport b\n", ["b"]),
    "trailing comma": ("from a import b,\nimport c\n", ["a", "c"]),
    "unterminated string": ("x = 'abc\nimport a\n", ["a"]),
    "unterminated triple": ("import a\n'''\nimport b\n", ["a", "b"]),
    "no colon": ("if x\n    import a\ndef f(\n    import b\nclass C\n    import c\n", ["a", "b", "c"]),
    "indented": ("x = 1\n    import a\nimport b\n", ["a", "b"]),
    "conflict": ("<<<<<<< HEAD\nimport a\n=======\nimport b\n>>>>>>> x\n", ["a", "b"]),
    "prose": ("This is not Python. It's text\nimport a\n", ["a"]),
}


@pytest.mark.parametrize("name", HALF_TYPED)
def test_half_typed(name: str) -> None:
    """The other imports are kept."""
    text, expected = HALF_TYPED[name]
    assert modules(text) == expected


def test_python_2() -> None:
    """Imports of Python 2 code, with the old ``except``."""
    text = "print 'a'\nexec 'b' in c\ntry:\n    import a\nexcept ImportError, e:\n    import b\nraise X, 'y'\n"
    assert [imp.guard for imp in summarize(text).imports] == [(("try", 0, "body", 3),), (("try", 0, "handler", 3),)]


NEWER = {
    "nested quotes": "x = f'{a['b']}'\nimport c\n",
    "nested f-strings": 'x = f"{f"{f"{1}"}"}"\nimport c\n',
    "template": "x = t'{a['''b''']}'\nimport c\n",
    "newline in a field": 'x = f\'{\na\n} """\'\nimport c\n',
    "except without brackets": "try:\n    import c\nexcept ImportError, KeyError:\n    pass\n",
    "type alias": "type X[T] = list[T]\nimport c\n",
    "match": "match a:\n    case {'x': [b, *_]}:\n        import c\n",
    "type parameters": "def f[T: (int, str)](x: T) -> T:\n    import c\n",
    "except star": "try:\n    import c\nexcept* ImportError:\n    pass\n",
}


@pytest.mark.parametrize("name", NEWER)
def test_newer_grammar(name: str) -> None:
    """Grammar that the running Python may not know."""
    assert modules(NEWER[name]) == ["c"]


def test_lazy() -> None:
    """PEP 810."""
    found = summarize("lazy import a.b as c\nlazy from .d import e\nlazy = 1\nlazy(2)\ndef f():\n    lazy import g\n")
    assert [(imp.kind, imp.lazy) for imp in found.imports] == [("import", True), ("from", True), ("import", True)]
    assert found.exports.names == {"c": 0, "e": 1, "lazy": 2, "f": 4}


def test_problems() -> None:
    """Each with its place."""
    found = [(one.line, one.message) for one in summarize("import a.\nx = (\nimport b\ny = 'c\n").problems]
    assert found == [(0, "invalid syntax"), (1, "'(' was never closed"), (3, "unterminated string literal")]


def test_open_for_what_is_refused() -> None:
    """No one accuses the importers of a module that can't be read."""
    found = summarize("x, = = 1\n")
    assert found.exports.open == (("syntax", 0),)
    assert found.problems[0].newer_grammar


def cut(text: str, span: object) -> str:
    """The text of a span on one line."""
    (line, start), (_, end) = span  # pyright: ignore
    return text.split("\n")[line][start:end]


SPANS = {
    "import": ("import a.b as c, 𝒳.é", "a.b", ["a.b", "𝒳.é"]),
    "from": ("if x:\n    from ..a.b import (c as d,  # e, f\n        g)", "a.b", ["c", "g"]),
    "dots": ("from .. import a", "..", ["a"]),
    "spaced dots": ("from . . a . b import c", "a . b", ["c"]),
    "continued": ("from a \\\n  import b, \\\n  c as d", "a", ["b", "c"]),
    "star": ("x = '𝒳'; from a import *", "a", ["*"]),
    "call": ("x = [importlib.import_module(r'a.b')]", "a.b", ["a.b"]),
    "call in three quotes": ("__import__('''a''')", "a", ["a"]),
}


@pytest.mark.parametrize("name", SPANS)
def test_spans(name: str) -> None:
    """The module's and the names', exactly."""
    text, module, names = SPANS[name]
    (imp,) = summarize(text).imports
    assert cut(text, module_span(imp)) == module
    assert [cut(text, span) for span in alias_spans(imp)] == names


def test_ignores() -> None:
    """importwise's everywhere, those of others on imports."""
    text = (
        "import a  # type: ignore[import-untyped, x] # noqa: F401,E402 # ty: ignore\n"
        "x = 1  # type: ignore # importwise: ignore[unresolved-name]\n"
        "from b import (\n    c,  # pyright: ignore[reportMissingImports]\n)\ny = '# importwise: ignore'\n# type: ignore-errors\n"
    )
    assert [(one.line, one.column, one.tool, one.codes) for one in summarize(text).ignores] == [
        (0, 10, "type", ("import-untyped", "x")),
        (0, 44, "noqa", ("F401", "E402")),
        (0, 62, "ty", ()),
        (1, 22, "importwise", ("unresolved-name",)),
        (3, 8, "pyright", ("reportMissingImports",)),
    ]


def test_stub() -> None:
    """An annotation is a name in a stub only."""
    assert summarize("x: int\n").exports.names == {}
    assert summarize("x: int\n", stub=True).exports.names == {"x": 0}


def test_full_problems() -> None:
    """Whatever the parser says, as values."""
    assert full_problems("import a\n") == ()
    assert [(one.line, one.newer_grammar) for one in full_problems("x = 1\ndef f(:\n")] == [(1, True)]
    assert len(full_problems("(" * 100_000)) == 1
    assert len(full_problems("x = '\0'\n")) == 1
    assert len(full_problems("-" * 200_000 + "1")) == 1
