"""Definitions, declarations, links, references and symbols."""

from __future__ import annotations

import pytest
from query_world import ask, place, project_of, targets

from importwise.queries.definition import declaration, definition, links
from importwise.queries.references import declaration_of, references, subject_at
from importwise.queries.symbols import module_symbols
from world import absolute

SHOP = {
    "shop/__init__.py": "from .cart import Cart\nfrom . import prices\nfrom shop.cart import total as sum_up\n",
    "shop/cart.py": "import os\n\n@decorated\nclass Cart:\n    pass\n\ndef total(Cart): ...\n",
    "shop/prices.py": "from .inner.rates import *\nif 1:\n    PRICE = 1\ntry:\n    from .cart import total\nexcept ImportError:\n    total = None\n",
    "shop/inner/__init__.py": "",
    "shop/inner/rates.py": "RATE = 2\n_HIDDEN = 3\n",
    "shop/inner/rates.pyi": "RATE: int\nONLY_HERE: int\n",
    "shop/_speed.cpython-312-x86_64-linux-gnu.so": "",
    "shop/_speed.pyi": "def fast() -> None: ...\n",
    "shop/lazy.py": "import x\ndef __getattr__(name): ...\n",
    "shop/table.py": "def __getattr__(name):\n    if name == 'Cart':\n        return 1\n    raise AttributeError\n",
    "space/part.py": "",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import sh|op.cart", ["shop/__init__.py:1:1-1"]),
        ("import shop.ca|rt", ["shop/cart.py:1:1-1"]),
        ("import shop.cart|", ["shop/cart.py:1:1-1"]),
        ("import shop.cart as c|c", ["shop/cart.py:1:1-1"]),
        ("import |shop", ["shop/__init__.py:1:1-1"]),
        ("from shop.in|ner.rates import RATE", ["shop/inner/__init__.py:1:1-1"]),
        ("from shop.inner.rates import RA|TE", ["shop/inner/rates.py:1:1-5", "shop/inner/rates.pyi:1:1-5"]),
        ("from shop import Ca|rt", ["shop/cart.py:4:7-11"]),
        ("from shop import Cart as C|", ["shop/cart.py:4:7-11"]),
        ("from shop import sum|_up", ["shop/cart.py:7:5-10"]),
        ("from shop import pri|ces", ["shop/prices.py:1:1-1"]),
        ("from shop import inn|er", ["shop/inner/__init__.py:1:1-1"]),
        ("from shop.prices import RA|TE", ["shop/inner/rates.py:1:1-5", "shop/inner/rates.pyi:1:1-5"]),
        ("from shop.prices import PR|ICE", ["shop/prices.py:3:5-10"]),
        ("from shop.prices import to|tal", ["shop/cart.py:7:5-10"]),
        ("from shop.cart import o|s", ["stdlib/os.py:1:1-1", "typeshed/os/__init__.pyi:1:1-1"]),
        ("from shop._speed import fa|st", ["shop/_speed.pyi:1:5-9"]),
        ("import shop._sp|eed", ["shop/_speed.pyi:1:1-1"]),
        ("from shop.lazy import some|thing", ["shop/lazy.py:2:1-1"]),
        ("from shop.table import Ca|rt", ["shop/table.py:1:1-1"]),
        ("from shop.cart import |*", ["shop/cart.py:1:1-1"]),
        ("from json import dum|ps", ["stdlib/json/__init__.py:5:5-10", "typeshed/json/__init__.pyi:5:5-10"]),
        ("from math import sq|rt", ["typeshed/math.pyi:2:5-9"]),
        ("import sy|s", ["typeshed/sys/__init__.pyi:1:1-1"]),
        ("from sys import ex|it", ["typeshed/sys/__init__.pyi:6:5-9"]),
        ("import importlib\nx = importlib.import_module('shop.ca|rt')", ["shop/cart.py:1:1-1"]),
        ("import importlib\nx = importlib.import_module('sh|op.cart')", ["shop/__init__.py:1:1-1"]),
        ("from shop import (\n  prices,\n  Ca|rt,\n)", ["shop/cart.py:4:7-11"]),
        ("import shop.ca|rt.", ["shop/cart.py:1:1-1"]),
        ("import sh|op.", ["shop/__init__.py:1:1-1"]),
        ("from shop.ca|rt imp", ["shop/cart.py:1:1-1"]),
        ("from shop import (Ca|rt, ", ["shop/cart.py:4:7-11"]),
        ("import spa|ce", []),
        ("import space.pa|rt", ["space/part.py:1:1-1"]),
        ("import shop.no|thing", []),
        ("from shop import no|thing", []),
        ("import now|here", []),
        ("x = sh|op", []),
        ("import shop as| s", []),
    ],
)  # fmt: skip
def test_definition(text: str, expected: list[str]) -> None:
    assert targets(definition(*ask({**SHOP, "main.py": text}))) == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("shop/a.py", "from |. import cart", ["shop/__init__.py:1:1-1"]),
        ("shop/inner/a.py", "from .|.cart import Cart", ["shop/__init__.py:1:1-1"]),
        ("shop/inner/a.py", "from ..ca|rt import Cart", ["shop/cart.py:1:1-1"]),
        ("shop/inner/a.py", "from .. import ca|rt", ["shop/cart.py:1:1-1"]),
        ("shop/inner/a.py", "from .. import Ca|rt", ["shop/cart.py:4:7-11"]),
        ("shop/inner/a.py", "from |... import cart", []),
    ],
)
def test_relative_definition(path: str, text: str, expected: list[str]) -> None:
    assert targets(definition(*ask({**SHOP, path: text}))) == expected


def test_declaration() -> None:
    """The stub declares what the source defines."""
    asked = ask({**SHOP, "main.py": "from shop.inner.rates import RA|TE"})
    assert targets(declaration(*asked)) == ["shop/inner/rates.pyi:1:1-5", "shop/inner/rates.py:1:1-5"]
    found = definition(*asked)
    assert found is not None
    assert place(asked.path, found.span) == "main.py:1:30-34"


def test_a_cycle_of_re_exports_ends() -> None:
    files = {"a.py": "from b import x\n", "b.py": "from a import x\n", "main.py": "from a import |x\n"}
    assert targets(definition(*ask(files))) == ["b.py:1:15-16"]
    stars = {"a.py": "from b import *\n", "b.py": "from a import *\nx = 1\n", "main.py": "from a import |x\n"}
    assert targets(definition(*ask(stars))) == ["b.py:2:1-2"]


def test_links() -> None:
    """Every part that leads somewhere has a link of its own."""
    text = "import shop.cart as c, sys, nowhere\nfrom shop.prices import PRICE, nothing, RATE as R\nfrom math import sqrt\n"
    project = project_of({**SHOP, "main.py": text})
    assert [place("", span) for span in links(project, absolute("main.py"))] == [
        ":1:8-12", ":1:13-17", ":1:21-22", ":1:24-27",
        ":2:6-10", ":2:11-17", ":2:25-30", ":2:41-45", ":2:49-50",
        ":3:6-10", ":3:18-22",
    ]  # fmt: skip


IMPORTERS = {
    "one.py": "import shop.cart\nimport shop.cart as c\n",
    "two.py": "from shop.cart import Cart, total\n",
    "three.py": "from shop import cart\nfrom shop import Cart\n",
    "shop/four.py": "from . import cart\nfrom .cart import Cart as C\n",
    "shop/inner/five.py": "from ..cart import Cart\n",
    "six.py": "from five import Cart\nfrom seven import Cart\n",
    "seven.py": "from shop.cart import *\n",
    "eight.py": "def f():\n    from shop.cart import (\n        total,\n        Cart,\n    )\n",
    "nine.py": "from importlib import import_module\nimport_module('shop.cart')\n",
    "shop/ten.py": "from four import C\nfrom .four import C\n",
    "other/cart.py": "class Cart: ...\n",
    "eleven.py": "from other.cart import Cart\nimport other.cart\nimport space.part\n",
}


def found_from(text: str, path: str = "main.py", files: dict[str, str] | None = None) -> list[str]:
    """The references to what the ``|`` is at, those in the file itself left out."""
    asked = ask({**SHOP, **IMPORTERS, **(files or {}), path: text})
    subject = subject_at(*asked)
    assert subject is not None
    found = references(asked.project, subject)
    return [place(reference.path, reference.span) for reference in found if reference.path != asked.path]


OF_CART = [
    "eight.py:2:15-19", "nine.py:2:21-25", "one.py:1:13-17", "one.py:2:13-17", "seven.py:1:11-15",
    "shop/__init__.py:1:7-11", "shop/__init__.py:3:11-15", "shop/four.py:1:15-19", "shop/four.py:2:7-11",
    "shop/inner/five.py:1:8-12", "shop/prices.py:5:11-15", "three.py:1:18-22", "two.py:1:11-15",
]  # fmt: skip
OF_CLASS = [
    "eight.py:4:9-13", "seven.py", "shop/__init__.py:1:19-23", "shop/four.py:2:19-23", "shop/inner/five.py:1:20-24",
    "shop/ten.py:2:19-20", "six.py:2:19-23", "three.py:2:18-22", "two.py:1:23-27",
]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["import shop.ca|rt", "from shop import ca|rt", "from shop.ca|rt import Cart", "import shop.ca|rt."]
)
def test_references_to_a_module(text: str) -> None:
    assert found_from(text) == sorted(OF_CART)


@pytest.mark.parametrize("text", ["from shop.cart import Ca|rt", "from shop import Ca|rt", "from seven import Ca|rt"])
def test_references_to_a_name(text: str) -> None:
    assert found_from(text) == sorted(one for one in OF_CLASS if one != "seven.py")


def test_references_from_the_definition() -> None:
    text = SHOP["shop/cart.py"]
    assert found_from(text.replace("class Cart", "class Ca|rt"), "shop/cart.py") == sorted(OF_CLASS[:1] + OF_CLASS[2:])
    assert found_from("#| first line\n" + text, "shop/cart.py") == sorted(OF_CART)
    asked = ask({**SHOP, "shop/cart.py": text.replace("(Cart)", "(Ca|rt)")})
    assert subject_at(*asked) is None, "a parameter, not what the module binds"


def test_references_to_a_package() -> None:
    """By its name, or by dots."""
    files = {"shop/a.py": "from . import cart\n", "b.py": "import shop\nimport shop.cart\nfrom shop import prices\n"}
    found = found_from("import sh|op", files=files)
    assert {"shop/a.py:1:6-7", "b.py:1:8-12", "b.py:2:8-12", "b.py:3:6-10", "shop/inner/five.py:1:6-8"} <= set(found)
    assert "eleven.py:3:8-13" in found_from("import spa|ce")


def test_the_declaration_belongs_to_references() -> None:
    asked = ask({**SHOP, "main.py": "from shop import Ca|rt"})
    subject = subject_at(*asked)
    assert subject is not None
    declared = declaration_of(asked.project, subject)
    assert declared is not None
    assert place(declared.path, declared.span) == "shop/cart.py:4:7-11"


def test_symbols() -> None:
    project = project_of({**SHOP, **IMPORTERS})

    def names(query: str, most: int = 200) -> list[str]:
        return [symbol.name for symbol in module_symbols(project, query, most)]

    assert names("cart") == ["shop.cart", "other.cart", "space.part"]
    assert names("CART") == names("cart")
    assert names("shop.i") == ["shop.inner", "shop.inner.five", "shop.inner.rates", "shop.prices"]
    assert names("shrat") == ["shop.inner.rates"]
    assert names("p")[:3] == ["space.part", "shop.prices", "shop"]
    assert names("xyz") == []
    assert len(names("")) == 20
    assert names("", 3) == ["one", "six", "two"]
    assert [symbol.is_package for symbol in module_symbols(project, "shop.inner")][:1] == [True]
