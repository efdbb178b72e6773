"""How a module acts on others."""

from __future__ import annotations

import time

import pytest

from importwise.syntax.executed import execution_of
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
        "setattr(modules[a] = sys.modules ",
        "class A:\n    def f(): f\n",
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
    execution_of(text)
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


def test_names_in_use() -> None:
    """What is looked up while a module is executed: functions and classes count if they are spoken of there."""
    text = (
        "import a, b\n@a.wrap\ndef f(x: int = b.LIMIT) -> str:\n    return later\n"
        "class C(Base, metaclass=Meta):\n    size = measured\n    def m(self):\n        return inner\n"
        "def g():\n    return reached()\ndef reached():\n    return deep\nvalue = g()\nkey = lambda: handed\n"
    )
    in_use = execution_of(text).in_use
    assert in_use is not None
    assert {"a", "b", "int", "str", "Base", "Meta", "measured", "g", "reached", "deep", "handed"} <= in_use
    assert in_use.isdisjoint({"later", "inner", "C", "f"})
    assert execution_of("C()\n" + text).in_use == in_use | {"C", "inner"}
    assert execution_of("import (\n").in_use is None


def test_what_is_harmless() -> None:
    """A function counts with all that it may call; what else binds its name may give it anything."""
    text = (
        "import sys\nfrom c import fast\ndef wrap(f):\n    sys._getframe(1).f_globals['x'] = f\n"
        "def by_way_of(f):\n    return wrap(f)\nclass Tracer:\n    def run(self):\n        return self.modules()\n"
        "class Registry:\n    def put(self):\n        sys.modules['x'] = self\nif sys:\n    def plain(): ...\n"
        "def fast(): ...\ndef made(): ...\nmade = wrap(made)\n"
    )
    assert execution_of(text).harmless == {"Tracer", "plain"}
    assert execution_of("def plain(): ...\n").harmless == frozenset(), "nobody asks"
