"""What is shown for the part of an import under the cursor."""

from __future__ import annotations

import pytest
from query_world import ask

from importwise.queries.explanation import explanation
from importwise.queries.hover import hover

SHOP = {
    "shop/__init__.py": "from .cart import Cart\n",
    "shop/cart.py": "import os\n\nclass Cart(Base):\n    pass\nif TYPE_CHECKING:\n    Only = 1\n",
    "shop/open.py": "def __getattr__(name): ...\n",
    "shop/stub.pyi": "x: int\n",
    "shop/_speed.cpython-312-x86_64-linux-gnu.so": "",
    "space/part.py": "",
    "a.py": "import shop.cart\n",
    "shop/b.py": "from . import cart\n",
    "site-packages/requests/__init__.py": "def get(url):\n    ...\n",
}


def shown(text: str, path: str = "main.py") -> str:
    """The Markdown, links as `text -> path:line`."""
    found = hover(*ask({**SHOP, path: text}), lambda path, line, text: f"{text} -> {path}:{line + 1}")
    assert found is not None
    return found.markdown


def test_a_module_of_the_project() -> None:
    assert shown("import shop.ca|rt").split("\n\n") == [
        "**`shop.cart`** · module",
        "`shop/cart.py` -> /project/shop/cart.py:1",
        "this project · imported by 4 files",
    ]
    assert shown("import sh|op.cart").startswith("**`shop`** · package")
    assert (
        shown("import spa|ce.part")
        == "**`space`** · namespace package\n\n`space/`\n\nthis project · imported by 1 file"
    )
    assert shown("import shop.op|en", "shop/open.py").endswith("imported by no file")
    assert shown("import shop._sp|eed").startswith("**`shop._speed`** · extension module")


def test_each_part_counts() -> None:
    assert shown("from .ca|rt import Cart", "shop/c.py").startswith("**`shop.cart`** · module")
    assert shown("from |.cart import Cart", "shop/c.py").startswith("**`shop`** · package")
    assert shown("from . import ca|rt", "shop/c.py").startswith("**`shop.cart`** · module")
    assert shown("import shop.cart as c|").startswith("**`shop.cart`** · module")
    assert shown("from shop.cart import |*").startswith("**`shop.cart`** · module")


def test_a_name() -> None:
    expected = (
        "**`Cart`** · from `shop`\n\n```python\nclass Cart(Base):\n```\n\n`shop/cart.py:3` -> /project/shop/cart.py:3"
    )
    assert shown("from shop import Ca|rt") == expected
    assert "It exists only for type checkers." in shown("from shop.cart import On|ly")
    assert "a module-level `__getattr__` may supply any name" in shown("from shop.open import any|thing")


def test_others() -> None:
    assert shown("import sy|s") == "**`sys`** · built-in module\n\nstandard library of Python 3.12"
    assert shown("from json import dum|ps").endswith("standard library of Python 3.12")
    assert "def get(url):" in shown("from requests import ge|t")
    typing = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import shop.st|ub"
    assert shown(typing).startswith("**`shop.stub`** · stub only")
    assert "only a stub, which does not exist when the program runs: `shop/stub.pyi`" in shown("import shop.st|ub")


def test_a_failed_search() -> None:
    assert shown("import shop.cra|t.x") == "**`shop.crat`** · not found\n\n- `shop/` has no `crat`"
    assert shown("import now|here").split("\n") == [
        "**`nowhere`** · not found",
        "",
        "Searched in vain:",
        "",
        "- `/project` · project",
        "- `/environment/stdlib` · standard library",
        "- `/environment/stdlib/lib-dynload` · standard library",
        "- `/environment/site-packages` · site-packages",
    ]
    assert "`distutils` was removed in 3.12 from the standard library." in shown("import distu|tils")
    assert "is a module (`shop/cart.py`): it has no modules below it" in shown("import shop.cart.low|er")
    assert shown("from shop.cart import no|thing").endswith("- `shop/cart.py`: no such name")
    assert "leads out of the packages" in shown("from ..|. import x", "shop/c.py")


def test_verdicts() -> None:
    assert shown("try:\n    import no|where\nexcept ImportError:\n    pass").endswith("this import is optional.")
    assert shown("import sys\nif sys.platform == 'win32':\n    import js|on").endswith("never runs for the target.")


@pytest.mark.parametrize("text", ["x = sh|op", "# import sh|op", "imp|ort shop", "import shop | as c"])
def test_nothing_elsewhere(text: str) -> None:
    assert hover(*ask({**SHOP, "main.py": text}), lambda path, line, text: text) is None


def test_the_explanation() -> None:
    """The whole search, with paths as code: `__init__` would be bold."""
    text = explanation(*ask({**SHOP, "main.py": "import shop.ta|xes"}))
    assert text is not None
    lines = text.split("\n")
    assert lines[:2] == ["# The search for `shop.taxes`", ""]
    assert lines[2] == "1. Python 3.12 on linux; the environment of the case"
    assert "3. **found** · `/project` (project: the project's directory): a package, `shop/__init__.py`" in lines
    assert lines[-2].endswith("**missing** · `shop` exists (`shop/__init__.py`), it has no `taxes`")
    assert explanation(*ask({**SHOP, "main.py": "x = sh|op"})) is None
    relative = explanation(*ask({**SHOP, "shop/new.py": "from .ta|xes import x"}))
    assert relative is not None
    assert ". is `shop` (`shop/__init__.py`)" in relative


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("fr|om shop.taxes import RATE", "shop.taxes"),
        ("from shop.cart imp|ort Cart", "shop.cart.Cart"),
        ("imp|ort shop.taxes, json", "shop.taxes"),
        ("import shop.taxes a|s taxes, json", "shop.taxes"),
        ("import shop.taxes, | json", "json"),
        ("from shop.cart import (Cart) |", "shop.cart.Cart"),
        ("fr|om . import cart", "."),
    ],
)
def test_the_explanation_beside_a_part(text: str, target: str) -> None:
    """One need not aim: what comes next is meant."""
    answer = explanation(*ask({**SHOP, "main.py": text}))
    assert answer is not None
    assert answer.startswith(f"# The search for `{target}`\n")
