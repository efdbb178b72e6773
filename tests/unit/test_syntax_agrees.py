"""The reader's shortcuts, one by one: each text is read as the oracle reads it from a whole tree."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "properties"))

import compare
import programs

# Imports in functions and classes, and what decides whether they run.
BODIES = {
    "plain": "def f():\n    import a\n    from b import c as d\n",
    "async": "async def f():\n    async with x:\n        import a\n    async for y in z:\n        import b\n",
    "one line": "def f(): import a\nclass A: import b\nif x: import c\nelse: import d\n",
    "method": "class A:\n    x = 1\n    def f(self):\n        import a\n    def g(self):\n        return\n    def h(self):\n        import b\n",
    "class with a test": "class A:\n    if x:\n        def f(self):\n            import a\n    def g(self):\n        import b\n",
    "class with an exit": "class A:\n    raise B\n    def f(self):\n        import a\n",
    "class in two columns": "class A:\n  def f(self):\n    import a\n",
    "nested class": "class A:\n    class B:\n        import a\n        def f(self):\n            import b\n",
    "tests": "def f():\n    if a:\n        return\n    elif b:\n        raise c\n    else:\n        import d\n    import e\n",
    "all arms leave": "def f():\n    if a:\n        return\n    else:\n        return\n    import b\n",
    "assert": "def f():\n    assert a, 'b'\n    import c\n",
    "exits": "def f():\n    if a:\n        sys.exit(1)\n    import b\n    if c: exit ()\n    import d\n    quit()\n    import e\n",
    "no exit": "def f():\n    x = [\n        exit()]\n    exit().y\n    import a\n",
    "loops": "def f():\n    for a in b:\n        import c\n        continue\n    else:\n        import d\n    while e:\n        break\n        import g\n",
    "attempts": "def f():\n    try:\n        import a\n    except ImportError:\n        import b\n        raise\n    else:\n        import c\n    finally:\n        import d\n",
    "handlers": "def f():\n    try:\n        import a\n    except (ModuleNotFoundError, KeyError) as e:\n        pass\n    except Exception:\n        import b\n",
    "suppressed": "def f():\n    with suppress(ImportError):\n        import a\n    with open(b) as c:\n        import d\n",
    "comprehension": "def f():\n    x = [a\n        for a in b\n        if c]\n    import d\n",
    "conditional expression": "def f():\n    x = (a\n        if b else\n        c)\n    y = (a\n        if b\n        else c)\n    import d\n",
    "header on lines": "def f():\n    if (a and\n            b):\n        import c\n    for x in [\n        1]:\n        import d\n",
    "generator": "def f():\n    x = (yield\n        from a)\n    yield from b\n    from c import d\n",
    "strings": "def f():\n    x = '''\n    import a\n    return\n    '''\n    y = 'b \\\n    import c'\n    import d\n",
    "comments": "def f():\n    # import a\n    # if b: \\\n    import c  # import d\n",
    "match": "def f():\n    match a:\n        case 1:\n            import b\n        case _:\n            return\n    match = 1\n    import c\n",
    "semicolons": "def f():\n    x = 1; import a; return; import b\n",
    "semicolons after an import": "def f():\n    from a import b; import c; from d import e\nif x:\n    def g():\n        from a import b; from c import d\n",
    "backslash": "def f():\n    if a:\\\n        import b\n    import \\\n        c\n    \\\n    import d\n",
    "skipped": "def f():\n    pytest.importorskip('a')\n    import b\n",
    "tabs": "def f():\n\tif a:\n\t\timport b\n\telse:\n\t\timport c\n\timport d\n",
    "form feed": "import a\n\f\ndef f():\n    import b\n    \f\n    import c\n",
    "calls": "def f():\n    x = importlib.import_module('a')\n    y = [__import__('b'),\n         import_module('.c', __name__)]\n    z = a.import_module('d')\n",
    "call in a header": "def f(x=__import__('a')):\n    pass\ndef g(\n    x=__import__('b'),\n):\n    import c\n",
    "call after a continued line": "def f():\n    x[(a\n        if b else c)] = __import__('d'); y = __import__('e')\n    z = __import__('g')\n",
    "exit before a semicolon": "def f(\n):\n    if a:\n        exit (1);\n    import b\n    sys.exit() ; \n    import c\n",
    "odd exits": "def f():\n    if a: sys . exit(1)\n    import b\n    if c:\n        exit\\\n            (1)\n    import d\n    os\\\n        ._exit (1)\n    import e\n",
    "words": "def f():\n    imported = reimport = important = 1\n    x.imports()\n    'import a'\n    lazy = 1\n",
    "column 0": "def f():\n    return [\n1,\n]\nx = 1\ndef g():\n    return (\na)\nimport b\n",
    "column 0 after a comment": "def f():\n    return a  # it's\n# (\nx = 1\n",
    "column 0 after a name": "def f():\n    return (a +\nb)\nc = 1\n",
    "decorators": "def f():\n    return a\n@b\ndef g(): pass\n@c(\n    d)\n@e\nclass A: pass\n",
    "matrix product": "def f():\n    return (a\n@ b)\nc = 1\n",
    "unusual": "def f():\n    global 𝒳\n    X = 1\n",
}
GLOBALS = {
    "global": "def f():\n    global a, b  # c\n    a = 1\n    x = 2\n    b, c = 3\n",
    "global in a nested function": "def f():\n    def g():\n        global a\n        for a in b: pass\n    a = 2\n",
    "global in a class": "class A:\n    global a\n    a = 1\n    def f(self):\n        global b\n        import b\n",
    "global import": "def f():\n    global a\n    if x:\n        import a\n        import b\n",
    "global on lines": "def f():\n    global a, \\\n        b\n    a = b = 1\n",
    "global, many statements": "def f():\n    global a\n    x = (1,\n         2)\n    if x: y = [\n        3]\n    with z as a: pass\n    def a(): pass\n",
    "globals": "def f():\n    globals()['a'] = 1\n    x = globals().get('a')\n",
    "modules": "def f():\n    if a:\n        sys.modules['b'] = 1\n    x = foo(\n        sys.modules.setdefault('c', 2))\n",
    "modules after an import": "def f():\n    import sys; sys.modules['b'] = 1\n    import a; x = 1\n",
    "path": "def f():\n    sys.path.insert(0, 'a')\n    sys.meta_path.append(b)\n",
    "header": "def f():\n    if sys.modules.setdefault('a', b):\n        return\n    import c\n",
    "another name": "import sys as s\ns.modules['a'] = 1\ndef f():\n    s.modules['b'] = 1\n",
    "the table itself": "from sys import modules as m\nm['a'] = 1\ndef f():\n    m['b'] = 1\n",
    "itself": "import sys\nthis = sys.modules[__name__]\ndef f():\n    setattr(this, 'a', 1)\nthis.b = 1\nthis.__dict__.update(d)\n",
    "itself, read only": "import sys\nthis = sys.modules[__name__]\nx = this.a\ny = this.__class__\n",
}
COLUMN_0 = {
    "assignments": "a = 1\nb: int = 2\nc: 'int' = f(x, [1, {'a': 2}], (3, 4))  # d\ne = x == 2\nf = lambda x: 1\n",
    "walrus": "a = (b := 1)\nc = f(d := 2)\ndef g(x=(h := 3)): pass\nclass A(i := B): pass\nj = [k := 1,\n  2]\n",
    "walrus in a long header": "def f(\n    a=(b := 1),\n    c: int = 2,\n): pass\n",
    "walrus in other headers": "def f(a, b={1:\n  2}, c=(d := 3)): pass\ndef g(a: int) -> \\\n    (h := 4): ...\nclass A(B, c=[\n  i := 5]): pass\ndef j(a=[')'], b=(k := 6)): ...\n",
    "table": "a = [\n    1,\n]\nb = {\n    'c': (\n        1),\n}  # d\ne = f(\n)\ng(\n    1\n)\n",
    "table at the end": "a = [\n    1,\n]",
    "table with a string": "a = [\n'''\nb = 1\n''',\n    ';',\n    # ; c = [\n]\nd = 1\n",
    "table in two statements": "a = [\n    1]; b = [\n    2\n]\n",
    "table with more in it": "a = [\n    1\n] + [\n    2\n]\nb = (\n    1\n)\n@c\ndef d(): pass\n",
    "table with a walrus": "a = [\n    (b := 1),\n]\n",
    "table with an import": "a = [\n    __import__('b'),\n]\n",
    "table with special words": "a = [\n    vars(),\n    x._convert_b,\n    y.modules,\n    sys.platform,\n    z.__dict__,\n]\nb = f(\n    globals()\n)\n",
    "nested brackets": "a = (\n    f(\n)\n)\nb = 1\n",
    "nested brackets on a line": "a = f({g(h): i(j, [k])})\nb: c[d] = e[[f], ((1))]\nl = lambda: (((m)))\nn = o[[p[q]]] = r\ns = f(((t := 1)))\nu = [[[vars()]]]\n",
    "format strings": "a = f'{b}c'\nd = F\"{e.f}\"\ng = rf'{h}' f'{i!r}'\nj = f'{k}' if f\"l\" else'{'\nm = f('n', f'{o}', f'{(p := 1)}')\n",
    "type statements": "type a = b[c]\ntype d = e[f[g], [h]] | None\ntype i[j] = k\ntype = f([(l, [m])])\n",
    "strings": "'''a'''\nb = '''\nc = 1\n'''\n__doc__ = 'd'\ne = r'f'\ng = f'{h}'\n\"i\"; j = 1\n",
    "calls": "f(1)\ng('a').h(2)\nsys.exit()\nimport a\n",
    "exit": "if a:\n    sys.exit()\nimport b\nraise c\nimport d\n",
    "all": "__all__ = ['a', \"b\"]\n__all__ += [\n    'c',  # d\n]\n__all__.append('e')\n",
    "all, odd": "__all__ = ('a')\n__all__ = [x for x in y]\n__all__ = [\n    'a'\n] + b.__all__\n",
    "all altered": "__all__ = []\ndef f():\n    __all__.append('a')\nclass A:\n    __all__[0] = 'b'\nx = 1\n",
    "path": "__path__ = [\n    'a'\n]\n__path__ = '''a'''\n__path__.append(b)\n",
    "getattr": "def __getattr__(name): pass\nfrom a import __all__, __path__\n",
    "imports": "import a.b, c as d\nfrom . import e\nfrom ..f import (  # g\n    h,\n    i as j,  # noqa\n)\nfrom k import *\n",
    "comments of imports": "import a  # type: ignore\nfrom b import c # importwise: ignore\nfrom d import (e,  # pyright: ignore\n f)\n",
    "odd imports": "import  a ; import b\nfrom\\\n c import d\nfrom . . e import f\nfrom g import(h)\n",
    "wide": "ä = 1\ndef ö(): pass\nimport ü\nfrom ß import 𝒳 as ｙ\nｚ: 'é' = 2\n",
    "exports": "a = 1\ndel a\nif b:\n    c = 1\n    def d():\n        import e\n    class F:\n        import g\ntry:\n    import h\nexcept ImportError:\n    h = None\n",
    "function under a test": "if a:\n    def f():\n        return [\n    1]\n    def g():\n        global h\n        h = 1\n    x = 1\n",
    "function under a test, at the end": "if a:\n    def f():\n        sys.modules['b'] = 1",
    "function under a test with tabs": "if a:\n    def f():\n\t\timport b\n    c = 1\n",
    "altered under a test": "__all__ = []\nif a:\n    def f():\n        __all__.append('b')\n",
    "clause after brackets": "if a:\n    def f():\n        x = (\n    1)\nelse:\n    y = 1\n",
    "exec": "exec('a')\nif b:\n    exec (c)\nvars()['d'] = 1\nlocals().update(e)\n",
    "lazy": "__getattr__, __dir__, __all__ = lazy.attach(__name__, ['a'], {'b': ['c']})\n",
    "enum": "@global_enum\nclass A: pass\nIntEnum._convert_('B', __name__, c)\n",
}
FLAGS = {
    "constants": "A = B\nB = sys.version_info > (3,)\nif A:\n    import c\n",
    "constant bound twice": "A = 1\nA = 2\nif A:\n    import b\n",
    "flag": "try:\n    import a\n    B = True\nexcept ImportError:\n    B = False\nif B:\n    import c\n",
    "flag in a function": "def f():\n    try:\n        import a\n        B = True\n    except ImportError:\n        B = False\n    if B:\n        import c\n",
    "flag on lines": "def f():\n    try:\n        (x,  # y\n         B) = 1, 2\n    except ImportError:\n        pass\n    if B:\n        import c\n",
    "flag after a backslash": "def f():\n    try:\n        B = 1\n    \\\n    except ImportError:\n        pass\n    if B:\n        import c\n",
    "many names": "if "
    + " or ".join(f"a{i}" for i in range(20))
    + ":\n    import b\ndef f():\n    try:\n        a7 = 1\n    except ImportError: pass\n",
    "unusual flag": "def f():\n    try:\n        𝒳 = 1\n    except ImportError:\n        pass\n    if X:\n        import c\n",
    "class in a try": "try:\n    class A:\n        B = 1\nexcept ImportError:\n    pass\nif B:\n    import c\n",
}
SPACED = {
    "globals": "a = f(\n    globals ()\n)\n",
    "setattr": "this = sys.modules[__name__]\nsetattr( this, 'c', 2)\nsetattr (this, 'd', 2)\n",
}
TEXTS = {
    f"{kind}: {name}": text
    for kind, texts in {"bodies": BODIES, "globals": GLOBALS, "column 0": COLUMN_0, "flags": FLAGS}.items()
    for name, text in texts.items()
}


@pytest.mark.parametrize("name", TEXTS)
def test_agrees(name: str) -> None:
    """Imports with their guards, names, and all the rest."""
    assert compare.differences(TEXTS[name]) in ([], None)


@pytest.mark.parametrize("name", TEXTS)
def test_agrees_in_a_block(name: str) -> None:
    """The same statements in a block at module level, and in a function."""
    inner = "".join(f"    {line}\n" if line else "\n" for line in TEXTS[name].split("\n"))
    assert compare.differences(f"if a:\n{inner}    pass\nx = 1\n") in ([], None)
    assert compare.differences(f"def f():\n{inner}    pass\nx = 1\n") in ([], None)


@pytest.mark.parametrize("name", TEXTS)
def test_agrees_in_a_stub(name: str) -> None:
    """And in a stub."""
    assert compare.differences(TEXTS[name], True) in ([], None)


@pytest.mark.parametrize("name", SPACED)
def test_agrees_on_white_space(name: str) -> None:
    """White space before and in brackets, which at module level makes no difference."""
    assert compare.differences(SPACED[name]) == []


@pytest.mark.parametrize("seed", range(80))
def test_agrees_on_programs(seed: int) -> None:
    """A sample of what the properties try by the thousand: odd, but valid."""
    text = programs.program(seed)
    assert compare.differences(text, seed % 5 == 0) in ([], None)
