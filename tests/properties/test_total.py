"""The reader takes any text at all, and its time grows with the length of the text and nothing else."""

from __future__ import annotations

import ast
import time
from pathlib import Path
from random import Random

import programs
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from amounts import amount
from importwise.syntax.decode import decode
from importwise.syntax.imports import alias_spans, module_span
from importwise.syntax.reader import summarize

pytestmark = pytest.mark.slow

SETTINGS = settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
ALPHABET = st.sampled_from(list(" \t\n\f\\\"'#()[]{}:;=,.@*abf_é\0\ud800") + ["import ", "from ", "def ", "class ", "if ", "try:", "except ",
                            "else:", "\n    ", '"""', "'''", "global ", "__all__", "sys.modules", "lazy ", "match ", "case "])  # fmt: skip
REAL = sorted(Path(ast.__file__).parent.glob("*.py"))
LARGE = amount(500_000)
"""Characters of a large text."""


def read(text: str) -> None:
    """Reads a text, and asks for every span."""
    for imp in summarize(text).imports:
        module_span(imp)
        assert len(alias_spans(imp)) == len(imp.aliases)


@SETTINGS
@given(st.lists(ALPHABET, max_size=60).map("".join))
@example("(" * 100_000)
@example("x = " + "(" * 100_000 + "\nimport a")
@example("\\\n" * 1000)
@example('f"' + "{" * 100_000)
def test_any_text(text: str) -> None:
    """Nothing raises."""
    read(text)


@SETTINGS
@given(st.text(max_size=200))
def test_any_characters(text: str) -> None:
    """Nor on any Unicode."""
    read(text)


@SETTINGS
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Nor on any bytes."""
    read(decode(data)[0])


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**48))
def test_mutations(seed: int) -> None:
    """Nor on real files with pieces cut out, doubled or swapped, or on generated programs treated so."""
    random = Random(seed)
    text = random.choice(REAL).read_text("utf-8", "replace") if random.random() < 0.5 else programs.program(seed)
    for _ in range(random.randrange(1, 6)):
        a, b = sorted((random.randrange(len(text) + 1), random.randrange(len(text) + 1)))
        b = min(b, a + random.choice([1, 3, 40, 2000]))
        text = random.choice(
            [text[:a] + text[b:], text[:b] + text[a:], text[:a] + random.choice("()[]{}\"'#\\\n:;") + text[a:]]
        )
    read(text)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**48))
def test_truncated(seed: int) -> None:
    """A file of which the end is missing keeps the imports that stand before."""
    random = Random(seed)
    text, problem = decode(random.choice(REAL).read_bytes())
    lines = text.split("\n")
    cut = random.randrange(len(lines) + 1)
    whole = summarize(text).imports
    found = summarize("\n".join(lines[:cut])).imports
    expected = [imp for imp in whole if imp.line + imp.text.count("\n") < cut and imp.kind != "call"]
    places = {(imp.line, imp.column, imp.text) for imp in found}
    assert problem is None
    assert [imp for imp in expected if (imp.line, imp.column, imp.text) not in places] == []


# Each makes a text whose length is in proportion to n.
PATHOLOGICAL = {
    "imports": lambda n: "import a.b as c\n" * n,
    "imports on one line": lambda n: "import a; " * n + "pass",
    "imports on one line, ignored": lambda n: "import a; from b import c; " * n + "pass  # noqa",
    "imports on one line of a function": lambda n: "def f():\n    " + "import a; " * n + "pass",
    "names": lambda n: "from a import " + ", ".join(["b"] * n),
    "names in brackets": lambda n: "from a import (\n" + "  b, # c\n" * n + ")",
    "brackets": lambda n: "x = " + "(" * n + ")" * n,
    "open brackets": lambda n: "x = (\n" * n,
    "open brackets in a function": lambda n: "def f():\n" + "    x = (\nimport a\n" * n,
    "tests and returns": lambda n: "def f():\n" + "    if a:\n        return\n    import b\n" * n,
    "tests": lambda n: "if a:\n    import b\nel" * n + "se: pass",
    "module-level exits": lambda n: "if a: raise b\nimport c\n" * n,
    "attempts": lambda n: "try:\n    import a\nexcept ImportError:\n    a = None\n" * n + "if a: import b",
    "attempts in a function": lambda n: "def f():\n" + "    try:\n        import a\n    except ImportError:\n        a = None\n" * n + "    if a: import b",
    "one long string": lambda n: "x = '" + "a\\'" * n + "'",
    "strings": lambda n: "x = '''a''' " * n,
    "quotes": lambda n: '"' * n,
    "strings in brackets": lambda n: "x = [\n" + "'a', \"b\",\n" * n + "]",
    "f-strings": lambda n: "x = " + "f'{a['b']}' " * n,
    "nested f-strings": lambda n: "f'{" * n,
    "lambdas": lambda n: "if " + "lambda: " * n + "a: import b",
    "backslashes": lambda n: "x = \\\n" * n + "1",
    "semicolons": lambda n: "x = 1;" * n,
    "semicolons in a function": lambda n: "def f():\n    import a" + "; return b" * n,
    "assignments": lambda n: "a = " * n + "1",
    "sums": lambda n: "__all__ = " + "['a'] + " * n + "[]",
    "registered": lambda n: "sys.modules['a'] = b\n" * n,
    "globals": lambda n: "def f():\n    global a\n" + "    a = 1\n" * n,
    "many globals": lambda n: "def f():\n    global a\n    a = 1\n" * n,
    "methods": lambda n: "class A:\n" + "    def f(self):\n        import a\n" * n,
    "alterations": lambda n: "__all__ = []\ndef f():\n" + "    __all__.append(a)\n" * n,
    "alterations in a class": lambda n: "__all__ = []\nclass A:\n" + "    __all__.append(a)\n" * n,
    "ignores": lambda n: "import a # type: ignore # importwise: ignore\n" * n,
    "comments": lambda n: "# type: ignore\n" * n + "#" * n,
    "blank lines": lambda n: "def f():\n    x\n" + "\n" * n + "    import a\n" + "\n \n" * n + "y = 1",
    "column 0 in brackets": lambda n: "def f():\n    return [\n" + "a,\n" * n + "]\nx = 1",
    "column 0 after comments": lambda n: "def f(): pass\n" + "# (\n" * 20 + "x = 1\n" * n,
    "functions on one line": lambda n: "def f(a): ...\n" * n,
    "functions on two lines": lambda n: "def f(a,\n b): ...\n" * n,
    "decorators": lambda n: "@a\n" * n + "def f(): pass",
    "all items": lambda n: "__all__ = [\n" + "  'a',\n" * n + "]",
    "indentation": lambda n: "".join(" " * min(i, 90) + "if a:\n" for i in range(n)),
    "tabs": lambda n: "\t" * n + "import a",
    "form feeds": lambda n: "\f" * n + "import a\n" + "\f import b\n" * n,
    "Python 2": lambda n: "print 'a'\n" * n,
    "calls": lambda n: "importlib.import_module('a')\n" * n,
    "calls on a line": lambda n: "def f():\n    x = [" + "import_module('a'), " * n + "]",
    "words": lambda n: "def f():\n" + "    x = 'import'\n" * n,
    "constants": lambda n: "".join(f"a{i} = a{i + 1}\n" for i in range(n)) + "if a0: import b",
    "tests of many names": lambda n: "".join(f"if a{i}: import b\n" for i in range(n)) + "def f():\n    try: pass\n    except ImportError: x = 1\n" * n,
    "long test": lambda n: "if " + "a and " * n + "b: import c",
    "matches": lambda n: "match a:\n" + "    case 1: import b\n" * n,
}  # fmt: skip


ROUNDS = 6
"""How often it is measured whether the time grows too quickly, before that is believed: the machine has other things to do."""


def seconds(text: str) -> float:
    """CPU seconds to read a text."""
    start = time.process_time()
    summarize(text)
    return time.process_time() - start


def check_growth(small: str, large: str) -> None:
    """Eight times the text takes at most about eight times the time: more than three times that is another law."""
    few = many = float("inf")
    for _ in range(ROUNDS):
        few, many = min(few, seconds(small)), min(many, seconds(large))
        if many < 24 * max(few, 0.002):
            return
    pytest.fail(f"{few:.4f} s for {len(small)} characters, {many:.4f} s for {len(large)}")


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_linear(name: str) -> None:
    """Of many things, eight times as many."""
    make = PATHOLOGICAL[name]
    check_growth(make(1500), make(12_000))


@pytest.mark.parametrize("unit", ["x", "(", "'", '"', "a,", "import a;", "#", "\\\n", "if a:\n", "{", "f'{"])
def test_large(unit: str) -> None:
    """Of one thing without an end, eight times as much."""
    count = LARGE // len(unit)
    check_growth(unit * (count // 8), unit * count)
