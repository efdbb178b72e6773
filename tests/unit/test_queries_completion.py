"""What is offered while an import is typed."""

from __future__ import annotations

import pytest
from query_world import ask

from importwise.queries.completion import complete

SHOP = {
    "shop/__init__.py": "from .cart import Cart\nimport os\n__version__ = '1'\n__all__ = ['Cart']\n",
    "shop/cart.py": "import os\nfrom .prices import price\nclass Cart: ...\ndef total(): ...\nLIMIT = 3\nnames = []\n_hidden = 1\n",
    "shop/prices.py": "__all__ = ['price']\ndef price(): ...\ndef _round(): ...\n",
    "shop/_speed.py": "",
    "shop/inner/__init__.py": "",
    "shop/inner/deep.py": "A = 1\n",
    "shop/pictures/logo.png": "",
    "every.py": "from shop.prices import *\nfrom shop.cart import *\nOWN = 1\n",
    "site-packages/requests/__init__.py": "def get(): ...\n",
    "site-packages/numpy/__init__.py": "",
    "site-packages/numpy/core.cpython-312-x86_64-linux-gnu.so": "",
}


OF_SHOP = ["Cart", "cart", "inner", "prices", "os", "_speed", "__version__"]


def offered(text: str, path: str = "main.py") -> list[str] | None:
    """The names that are offered at the ``|``, the likeliest first."""
    asked = ask({**SHOP, path: text})
    found = complete(*asked)
    return (
        None
        if found is None
        else [offer.name for offer in sorted(found.offers, key=lambda offer: (offer.rank, offer.name))]
    )


@pytest.mark.parametrize(
    "text",
    ["import shop.|", "import shop.c|", "import os, shop.|", "import json; import shop.|", "if True: import shop.|"]
    + [
        "from shop.|",
        "from shop.ca| import Cart",
        "from shop.|\nimport os",
        "lazy import shop.|",
        "    import shop.|cart as c",
    ],
)
def test_modules_below_a_package(text: str) -> None:
    assert offered(text) == ["cart", "inner", "prices", "_speed"]


@pytest.mark.parametrize("text", ["import |", "from |", "import js|", "import shop.cart, |", "import as|", "from i|"])
def test_modules_at_the_top(text: str) -> None:
    """The project's own come first; private ones last; what the statement has already is left out."""
    names = offered(text) or []
    assert {"shop", "every", "json", "requests", "numpy", "sys", "math"} <= set(names)
    assert names.index("every") < names.index("json")
    assert names.index("json") < names.index("_thread")
    assert "collections.abc" not in names
    assert "main" not in names, "the file itself"
    assert "asynchat" not in names, "removed in 3.12"
    assert "winreg" not in names, "of another platform"


@pytest.mark.parametrize(
    "text",
    [
        "from shop.cart import |",
        "from shop.cart import t|",
        "from shop.cart import (|",
        "from shop.cart import (\n    |\n)",
    ]
    + ["from shop.cart import (  # all\n  |", "from shop.cart import \\\n  |", "from shop.cart import |\nx = 1"],
)
def test_names_of_a_module(text: str) -> None:
    """What the module defines, then what it imports itself, then private names."""
    assert offered(text) == ["Cart", "LIMIT", "names", "total", "os", "price", "_hidden"]


def test_kinds() -> None:
    found = complete(*ask({**SHOP, "main.py": "from shop.cart import |"}))
    assert found is not None
    kinds = {offer.name: offer.kind for offer in found.offers}
    assert (kinds["Cart"], kinds["total"], kinds["LIMIT"], kinds["names"]) == (
        "class",
        "function",
        "constant",
        "variable",
    )
    found = complete(*ask({**SHOP, "main.py": "from shop import |"}))
    assert found is not None
    assert {offer.name: offer.kind for offer in found.offers}["prices"] == "module"


def test_what_is_imported_already_is_left_out() -> None:
    assert offered("from shop.cart import Cart, |, total") == ["LIMIT", "names", "os", "price", "_hidden"]
    assert offered("from shop.cart import (Cart as C,\n  to|,\n  LIMIT)") == [
        "names",
        "total",
        "os",
        "price",
        "_hidden",
    ]
    assert "json" not in (offered("import json, |") or [])


def test_names_and_submodules_of_a_package() -> None:
    """A package offers what its ``__init__`` imports from below, then its modules; private names and those with two underscores last."""
    assert offered("from shop import |") == OF_SHOP


def test_dunder_all_and_stars() -> None:
    assert offered("from shop.prices import |") == ["price", "_round"]
    assert offered("from every import |") == ["Cart", "LIMIT", "OWN", "names", "price", "total", "os"]


def test_what_getattr_gives() -> None:
    text = "_PLACES = {'Cart': '.cart'}\ndef __getattr__(name):\n    return _PLACES[name]\n"
    asked = ask({"shop.py": text, "main.py": "from shop import |"})
    found = complete(*asked)
    assert found is not None
    assert [offer.name for offer in found.offers] == ["_PLACES", "__getattr__", "Cart"]


def test_relative() -> None:
    inside = "shop/inner/new.py"
    assert offered("from .|", inside) == ["deep"]
    assert offered("from . import |", inside) == ["deep"]
    assert offered("from .. import |", inside) == OF_SHOP
    assert offered("from ..|", inside) == ["cart", "inner", "prices", "_speed"]
    assert offered("from ..cart import |", inside) == ["Cart", "LIMIT", "names", "total", "os", "price", "_hidden"]
    assert offered("from .. |", inside) == ["import", "cart", "inner", "prices", "_speed"]
    assert offered("from ...|", inside) == []
    assert offered("from . import |", "shop/other.py") == OF_SHOP


def test_the_keyword() -> None:
    assert offered("from shop.cart |") == ["import"]
    assert offered("from shop.cart imp|") == ["import"]


def test_the_standard_library_and_installed_packages() -> None:
    assert offered("import json.|") == ["decoder", "encoder"]
    assert (offered("from json import |") or [])[:3] == ["JSONDecodeError", "JSONDecoder", "JSONEncoder"]
    assert "sqrt" in (offered("from math import |") or []), "an extension module is known by its stub"
    assert {"platform", "exit"} <= set(offered("from sys import |") or [])
    assert offered("import numpy.|") == ["core"]
    assert offered("from requests import |") == ["get"]
    assert "path" in (offered("import os.|") or [])


@pytest.mark.parametrize(
    "text",
    [
        "x = imp|",
        "'import shop.|'",
        '"""\nimport shop.|\n"""',
        "# import shop.|",
        "import shop  # s|",
        "import shop.cart as |",
    ]
    + [
        "import shop |",
        "from shop import cart as |",
        "from shop import *|",
        "shop.|",
        "x = 'a; import shop.|",
        "import|",
    ]
    + [
        "raise ValueError() \\\n  from shop.|",
        "from shop import (cart)|",
        "from shop import cart |",
        "important|",
        "fromage |",
    ]
    + ["x = {\n  'a': 1,\n  |", "def f(a,\n  |", "from shop import (\n  cart\n)\nx = |", "from shop import cart, \\|"],
)
def test_nothing_elsewhere(text: str) -> None:
    assert offered(text) is None


def test_of_nothing() -> None:
    """Where the module does not exist there is nothing to offer."""
    assert offered("from nowhere import |") == []
    assert offered("import nowhere.|") == []
    assert offered("import json.decoder.|") == []


def test_the_word_is_what_stands_before_the_cursor() -> None:
    found = complete(*ask({**SHOP, "main.py": "\tfrom shop.cart import (Cart,\n\t\tto|tal)"}))
    assert found is not None
    assert tuple(found.span) == ((1, 2), (1, 4))


def test_line_ends() -> None:
    """Lines end as LSP has it: a form feed ends none."""
    assert offered("x = 1\r\nimport shop.|\r\n") == ["cart", "inner", "prices", "_speed"]
    assert offered("x = 1\x0cy = 2\nimport shop.|") == ["cart", "inner", "prices", "_speed"]
    assert offered("x = 1\rimport shop.|") == ["cart", "inner", "prices", "_speed"]


def test_a_bracket_that_was_never_closed() -> None:
    """What follows is no part of the import."""
    assert offered("from shop.cart import (|\n\ndef total(): ...\n") == [
        "Cart",
        "LIMIT",
        "names",
        "total",
        "os",
        "price",
        "_hidden",
    ]
    assert offered("from shop.cart import (Cart,\n\nclass X:\n    x = |") is None
