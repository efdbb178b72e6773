"""How a module acts on others."""

from __future__ import annotations

import time

import pytest

from importwise.syntax.conduct import conduct_of
from importwise.syntax.traits import functions_of, sets_of, traits_of


@pytest.mark.parametrize(
    "piece",
    [
        "\n",
        " ",
        "setattr(",
        "setattr(a, b",
        "a = sys.modules[b]\nsetattr(a, b, c) 'a.b",
        "modules[",
        "\nf(",
        "\nf(__name__",
        "\na = f(\n",
        "\na.a",
        "f_globals[",
        "a = x.f_back.f_globals\n",
        "a = f_globals _getframe f_back ",
        "f_globals(_getframe(a",
        "setattr(modules[a] = sys.modules ",
        "class A:\n    def f(): f\n",
        "modules[a.__module__].__dict__ ",
        "modules[__module__]" + "a" * 300,
        "f_globals _getframe" + "a" * 300,
        "if a:\n    f_globals\nelse:\n    pass\n",
        "def __getattr__(name):\n    if name in __all__: return 1\n__all__ = __all__ + __all__\n",
        "\ndef __getattr__(name):\n        \n",
        "\ndef __getattr__(name):\n" + "    if name:\n        pass\n" * 40,
    ],
)
def test_time_is_linear(piece: str) -> None:
    """A hundred thousand code points take far less than a second, whatever they are."""
    text = piece * (100_000 // len(piece))
    before = time.process_time()
    traits_of(text)
    sets_of(text)
    functions_of(text)
    conduct_of(text)
    assert time.process_time() - before < 5


def test_getattr_that_delegates() -> None:
    text = "def __getattr__(name):\n    import goods\n{}    return getattr(goods, name)\nx = 1\n"
    assert traits_of(text.format("")).delegates
    assert not traits_of(text.format("    if name[0] == '_':\n        raise AttributeError(name)\n")).delegates
    assert not traits_of("def __getattr__(name):\n    return 1\n").delegates


def test_calls() -> None:
    traits = traits_of(
        "import logging, tools\nlog = logging.getLogger(__name__)\ntools.move(\n    1,\n    __name__,\n)\nrun()\nclass A:\n    f()\n"
    )
    assert traits.calls == {"tools.move", "run"}
    assert traits.hands_over == {"tools.move"}


def test_names_handed_over() -> None:
    traits = traits_of("made = make('shop.made')\ntools.move(\n    'shop.moved', 1)\nrun('shop')\n    f('shop.not')\n")
    assert traits.hands_names == {("make", "shop.made"), ("tools.move", "shop.moved")}


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("    if name == 'a':\n        return 1\n", {"a"}),
        ("    if name in T:\n        return 1\n", {"b", "c"}),
        ("    return T[name]\n", {"b", "c"}),
        ("    if name == 'b':\n        raise AttributeError\n    return T[name]\n", {"c"}),
        ("    if name == 'a' and sys.version_info < (3, 7):\n        return 1\n", set()),
        ("    if HAVE:\n        if name == 'a':\n            return 1\n", set()),
        ("    name = '_' + name\n    if name in T:\n        return 1\n", set()),
        ("    found = T.get(name, 1)\n    if found:\n        return found\n", set()),
        (
            "    found = T.get(name, None)\n    if found is None:\n        raise AttributeError\n    return found\n",
            {"b", "c"},
        ),
        (
            "    match name:\n        case 'a' if HAVE:\n            return 1\n        case 'd':\n            return 1\n",
            {"d"},
        ),
        ("    if name in LESS:\n        return 1\n", {"s"}),
        ("    if name in SHRUNK or name in TWICE:\n        return 1\n    if name in LOOP:\n        return 1\n", set()),
        ("    if name in PAIRS or name in LETTERS or name in SELF:\n        return 1\n", set()),
        ("    return getattr(other, name)\n", set()),
        ("    return 1\n", set()),
    ],
)
def test_what_getattr_gives(body: str, names: set[str]) -> None:
    """As far as literals tell, and nothing else decides."""
    text = (
        f"T = {{'b': 1, 'c': 2}}\ndef __getattr__(name):\n{body}    raise AttributeError\n"
        "LESS = {'n': None, 's': 's'}\nSHRUNK = ['p']\nSHRUNK.remove('p')\nTWICE = ['t']\nTWICE = ['u']\n"
        "for LOOP in ['v']: pass\nPAIRS = dict([('x', 'y')])\nLETTERS = tuple('abc')\nSELF = [*SELF, *SELF, *SELF]\n"
    )
    assert conduct_of(text).supplied == names


def test_long_chains() -> None:
    """A branch in a branch: each `elif` is one level deeper. Nothing is known then, or all."""
    chain = "".join(f"    elif name == 'n{number}':\n        return {number}\n" for number in range(3000))
    text = f"def __getattr__(name):\n    if name == 'a':\n        return 1\n{chain}"
    assert len(conduct_of(text).supplied) in (0, 3001)
    chain = "".join(f"elif a == {number}:\n    def f{number}(): ...\n" for number in range(3000))
    assert len(conduct_of(f"f_globals\nif a:\n    pass\n{chain}").harmless) in (0, 3000)


def test_what_is_harmless() -> None:
    """A function counts with all that it may call; what else binds its name may give it anything."""
    text = (
        "import sys\nfrom c import fast\ndef wrap(f):\n    sys._getframe(1).f_globals['x'] = f\n"
        "def by_way_of(f):\n    return wrap(f)\nclass Tracer:\n    def run(self):\n        return self.modules()\n"
        "class Registry:\n    def put(self):\n        sys.modules['x'] = self\nif sys:\n    def plain(): ...\n"
        "def fast(): ...\ndef made(): ...\nmade = wrap(made)\n"
    )
    assert conduct_of(text).harmless == {"Tracer", "plain"}
    assert conduct_of(f"{text}Tracer.run = wrap\n").harmless == {"plain"}
    assert conduct_of(f"{text}_put = Registry()\ndef put():\n    _put.put()\n").harmless == {"Tracer", "plain"}
    assert conduct_of(f"{text}def any():\n    globals()['wrap']()\n").harmless == {"Tracer", "plain"}
    assert conduct_of("def plain(): ...\n").harmless == frozenset(), "nobody asks"
