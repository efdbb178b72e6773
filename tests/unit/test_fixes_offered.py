"""Quick fixes: what is offered, and what the files are afterwards."""

from __future__ import annotations

import pytest
from query_world import after, ask

from importwise.index.change import Edited
from importwise.queries.allowing import allow
from importwise.queries.fixes import Fix, everywhere, findings_at, fix_all, fixes, mended_everywhere
from importwise.refactoring.edit import Changes, Edit, applied, end_of_line
from importwise.spans import Position, Span
from world import shown

SHOP = {
    "shop/__init__.py": "",
    "shop/cart.py": "class Cart: ...\ndef total(): ...\n",
    "shop/prices.py": "def price(): ...\n",
    "shop/inner/__init__.py": "",
    "shop/inner/rates.py": "RATE = 1\n",
}


def offered(text: str, path: str = "main.py") -> dict[str, str]:
    """The fixes of the findings at the ``|``: the file's text after each, by title; preferred ones with a star."""
    asked = ask({**SHOP, path: text})
    found: dict[str, str] = {}
    for finding in findings_at(asked.project, asked.path, Span(asked.position, asked.position)):
        for fix in fixes(asked.project, finding):
            found[f"{fix.title}{'*' if fix.preferred else ''}"] = after(asked.project, fix.changes)[path]
    return found


def ignored(text: str, path: str = "main.py") -> str | None:
    """The text after its finding at the ``|`` is ignored; the finding is gone then, and nothing is found that was not before."""
    asked = ask({**SHOP, path: text})
    (finding,) = findings_at(asked.project, asked.path, Span(asked.position, asked.position))
    fix: Fix | None = next((fix for fix in fixes(asked.project, finding) if fix.kind == "ignore"), None)
    if fix is None:
        return None
    new = after(asked.project, fix.changes)[path]
    before = asked.project.findings(asked.path)
    asked.project.apply([Edited(asked.path, new)])
    left = [(one.rule, one.message) for one in asked.project.findings(asked.path)]
    assert (finding.rule, finding.message) not in left
    assert set(left) <= {(one.rule, one.message) for one in before}
    return new


def test_a_misspelled_module() -> None:
    found = offered("import shop.prci|es\n")
    assert found["Change to `shop.prices`*"] == "import shop.prices\n"


def test_a_module_that_is_most_likely_not_installed() -> None:
    found = offered("import ujs|on\nujson.loads\n")
    assert found["Change to `json`"] == "import json as ujson\nujson.loads\n"
    asked = ask({**SHOP, "main.py": "import ujson|\n", "other.py": "import ujson\n"})
    (finding,) = asked.project.findings(asked.path)
    assert fix_all(asked.project, asked.path) is None
    assert everywhere(asked.project, finding) is None
    assert offered("import ujs|on\nujson.faster(1)\n").keys() == {"Ignore unresolved-import on this line"}
    slip = offered("import jso|n, JS|ON\n".replace("|", "", 1))
    assert slip["Change to `json`*"] == "import json, json\n"


def test_what_the_code_calls_a_dotted_module_follows_it() -> None:
    text = (
        "import shop.old.prices\nimport shop.cart\n"
        'print(shop.old.prices.price(), "shop.old.prices", f"{shop.old.prices.price()}")  # shop.old.prices\n'
        "shop.old.prices2, x.shop.old.prices\n"
    )
    found = offered(text.replace("prices", "pri|ces", 1))
    assert found["Change to `shop.prices`*"] == (
        "import shop.prices\nimport shop.cart\n"
        'print(shop.prices.price(), "shop.old.prices", f"{shop.prices.price()}")  # shop.old.prices\n'
        "shop.old.prices2, x.shop.old.prices\n"
    )


def test_what_lies_below_another_follows_its_own_import() -> None:
    text = "|import shop.innre\nimport shop.innre.rates\nshop.innre, shop.innre.rates.RATE\n"
    asked = ask({**SHOP, "main.py": text})
    changes = fix_all(asked.project, asked.path)
    assert changes is not None
    assert after(asked.project, changes)["main.py"] == (
        "import shop.inner\nimport shop.inner.rates\nshop.inner, shop.inner.rates.RATE\n"
    )


def sure(files: dict[str, str]) -> str | None:
    """The file with the ``|`` after all that is sure has been mended; None if nothing is."""
    asked = ask(files)
    changes = fix_all(asked.project, asked.path)
    return after(asked.project, changes)[shown(asked.path)] if changes is not None else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("|import pkg.tools; pkg.tools.hammer()\n", "import pkg.core.tools; pkg.core.tools.hammer()\n"),
        ("|import pkg.tools\ndef f(): import os; return pkg . tools.hammer\n", "import pkg.core.tools\ndef f(): import os; return pkg.core.tools.hammer\n"),
        ("|import pkg.tools\nf'pkg.tools {pkg.tools.hammer} {{pkg.tools}}'\n", "import pkg.core.tools\nf'pkg.tools {pkg.core.tools.hammer} {{pkg.tools}}'\n"),
        ("|import pkg.tools\ndef g(pkg): return pkg.tools.hammer()\nh = lambda pkg: pkg.tools\n", "import pkg.core.tools\ndef g(pkg): return pkg.tools.hammer()\nh = lambda pkg: pkg.tools\n"),
        ("def g():\n    |import pkg.tools\n    pkg.tools.hammer\ndef h(): return pkg.tools.hammer\n", "def g():\n    import pkg.core.tools\n    pkg.core.tools.hammer\ndef h(): return pkg.tools.hammer\n"),
        ("|import pkg.tools\npkg.X\n", "import pkg.core.tools\npkg.X\n"),
        ("|import josn; josn.dumps(1)\n", "import json as josn; josn.dumps(1)\n"),
        ("|from pkg.core import toosl; toosl.hammer()\n", "from pkg.core import tools as toosl; toosl.hammer()\n"),
        # What the file uses is not there, or the first part is needed for more: not unasked.
        ("|import pkg.tools\npkg.tools.saw()\n", None),
        ("|import pkg.tools as t\nt.saw()\n", None),
        ("from pkg import too|sl\ntoosl.saw()\n", None),
        ("from pkg.core import tools, too|sl\ntoosl.saw()\n", None),
        ("|import pkg.tools\npkg = 1\npkg.tools\n", None),
        ("|import pkg.tools\nimport other as pkg\npkg.tools.hammer\n", None),
        ("|import pkg.tools\ndef pkg(): ...\npkg.tools.hammer\n", None),
        ("|import pkg.lost.leaf\nprint(pkg.X)\npkg.lost.leaf.f()\n", None),
        ("|from pkg.tools import *\nhammer()\n", None),
        ("|from pkg.core import main\n", None),
    ],
)  # fmt: skip
def test_what_is_done_unasked_is_right(text: str, expected: str | None) -> None:
    files = {
        "pkg/__init__.py": "X = 1\n",
        "pkg/core/__init__.py": "",
        "pkg/core/tools.py": "def hammer(): ...\n",
        "other/lost/leaf.py": "def f(): ...\n",
        "tests/test_x.py": "def main(): ...\n",
    }
    assert sure({**files, "main.py": text}) == expected


def test_an_exact_namesake_is_as_likely_as_a_misspelling() -> None:
    files = {"pkg/__init__.py": "", "pkg/model.py": "", "pkg/core/models.py": "", "main.py": "|import pkg.models\n"}
    assert sure(files) is None


def test_a_name_that_the_file_uses_keeps_its_name() -> None:
    assert offered("from shop.cart import tot|l\n")["Change to `total`*"] == "from shop.cart import total\n"
    used = offered("from shop.cart import tot|l\nprint(totl())\n")
    assert used["Change to `total`*"] == "from shop.cart import total as totl\nprint(totl())\n"
    renamed = offered("from shop.cart import tot|l as t\nprint(totl())\n")
    assert renamed["Change to `total`*"] == "from shop.cart import total as t\nprint(totl())\n"


def test_only_what_mends() -> None:
    """A fix that would lead to the next finding is none."""
    found = offered("from shop.prci|es import Basket\n")
    assert [title for title in found if title.startswith("Change")] == []


def test_several_suggestions_are_not_preferred() -> None:
    found = offered("from ..rat|es import RATE\n", "shop/inner/deep/__init__.py")
    assert all(not title.endswith("*") for title in found if "Ignore" in title)


def test_fewer_dots() -> None:
    found = offered("from |..prices import price\n", "shop/new.py")
    assert found["Change to `.prices`*"] == "from .prices import price\n" or "Change to `.prices`" in found


def after_fix(files: dict[str, str], title: str) -> str:
    """The text of the file with the ``|`` after the fix of that title, which may be preferred."""
    asked = ask(files)
    for finding in findings_at(asked.project, asked.path, Span(asked.position, asked.position)):
        for fix in fixes(asked.project, finding):
            if fix.title == title:
                return after(asked.project, fix.changes)[shown(asked.path)]
    raise AssertionError(title)


MOVED = {
    "shop/__init__.py": "",
    "shop/cart.py": "class Cart: ...\nclass Basket: ...\n",
    "shop/levies.py": "def rate(): ...\ndef fee(): ...\n",
    "shop/deep/__init__.py": "",
    "shop/deep/drawer.py": "OPEN = 1\n",
    "taxes.py": "RATE = 3\n",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from shop.cart import ra|te\n", "from shop.levies import rate\n"),
        ("from shop.cart import Cart, ra|te\nx\n", "from shop.cart import Cart\nfrom shop.levies import rate\nx\n"),
        ("from shop.cart import Cart, ra|te as r, Basket\n", "from shop.cart import Cart, Basket\nfrom shop.levies import rate as r\n"),
        ("from shop.cart import Cart, ra|te \\\n   as r", "from shop.cart import Cart\nfrom shop.levies import rate as r"),
        ("from shop.cart import ra|te, Cart  # why\n", "from shop.cart import Cart  # why\nfrom shop.levies import rate\n"),
        ("if x:\n\tfrom shop.cart import Cart, ra|te\n", "if x:\n\tfrom shop.cart import Cart\n\tfrom shop.levies import rate\n"),
        ("if x: from shop.cart import Cart, ra|te; y\n", "if x: from shop.cart import Cart; from shop.levies import rate; y\n"),
        (
            "from shop.cart import (\n    Cart,  # the class\n    ra|te,\n)\n",
            "from shop.cart import (\n    Cart,  # the class\n)\nfrom shop.levies import rate\n",
        ),
        (
            "from shop.cart import (\n    Cart,\n    ra|te,  # gone\n    Basket\n)\n",
            "from shop.cart import (\n    Cart,\n    Basket\n)\nfrom shop.levies import rate\n",
        ),
        (
            "from shop.cart import (\n    Cart,  # the class\n    ra|te as r\n)\n",
            "from shop.cart import (\n    Cart,  # the class\n)\nfrom shop.levies import rate as r\n",
        ),
        (
            "from shop.cart import (Cart,  # note\n                       ra|te)\n",
            "from shop.cart import (Cart,  # note\n                       )\nfrom shop.levies import rate\n",
        ),
        (
            "from shop.cart import (\n    # first\n    ra|te,  # gone\n    # second\n    Cart\n)\n",
            "from shop.cart import (\n    # first\n    # second\n    Cart\n)\nfrom shop.levies import rate\n",
        ),
        (
            "from shop.cart import (\n    Cart,  # stays\n    ra|te,  # gone\n)\n",
            "from shop.cart import (\n    Cart,  # stays\n)\nfrom shop.levies import rate\n",
        ),
        ("from shop.cart import (Cart\n  , ra|te)\n", "from shop.cart import (Cart)\nfrom shop.levies import rate\n"),
        ("if True: \\\n  from shop.cart import Cart, ra|te\n", "if True: \\\n  from shop.cart import Cart; from shop.levies import rate\n"),
    ],
)  # fmt: skip
def test_a_name_that_moved(text: str, expected: str) -> None:
    assert after_fix({**MOVED, "main.py": text}, "Import it from `shop.levies`") == expected


def test_a_name_that_moved_of_a_relative_import() -> None:
    text = "from .cart import Cart, ra|te\n"
    expected = "from .cart import Cart\nfrom .levies import rate\n"
    assert after_fix({**MOVED, "shop/till.py": text}, "Import it from `.levies`") == expected
    text = "from .drawer import OPEN, ra|te\n"
    expected = "from .drawer import OPEN\nfrom ..levies import rate\n"
    assert after_fix({**MOVED, "shop/deep/till.py": text}, "Import it from `..levies`") == expected
    text = "from . import cart, dra|wer\n"
    expected = "from . import cart\nfrom .deep import drawer\n"
    assert after_fix({**MOVED, "shop/till.py": text}, "Import it from `.deep`") == expected
    text = "from . import dra|wer as d\n"
    assert after_fix({**MOVED, "shop/till.py": text}, "Import it from `.deep`") == "from .deep import drawer as d\n"


def test_several_names_that_moved_at_once() -> None:
    files = {**MOVED, "main.py": "|from shop.cart import Cart, rate, fee, OPEN as o\nfrom shop.cart import rate, fee\n"}
    asked = ask(files)
    changes = fix_all(asked.project, asked.path)
    assert changes is not None
    assert after(asked.project, changes) == {
        "main.py": "from shop.cart import Cart\nfrom shop.levies import rate, fee\n"
        "from shop.deep.drawer import OPEN as o\nfrom shop.levies import rate, fee\n"
    }


def test_a_name_that_moved_everywhere() -> None:
    files = {
        **MOVED,
        "main.py": "from shop.cart import ra|te\n",
        "other.py": "from shop.cart import Cart, rate\n",
        "shop/till.py": "from .cart import rate as r, Cart\n",
    }
    asked = ask(files)
    (finding,) = findings_at(asked.project, asked.path, Span(asked.position, asked.position))
    offer = everywhere(asked.project, finding)
    assert offer is not None
    assert offer.title == "Import it from `shop.levies` in all 3 places that have `rate`"
    assert after(asked.project, mended_everywhere(asked.project, offer)) == {
        "main.py": "from shop.levies import rate\n",
        "other.py": "from shop.cart import Cart\nfrom shop.levies import rate\n",
        "shop/till.py": "from .cart import Cart\nfrom .levies import rate as r\n",
    }


def test_modules_that_moved() -> None:
    def fixed(text: str, title: str, path: str = "main.py") -> str:
        return after_fix({**MOVED, path: text}, title)

    assert fixed("from shop.tax|es import rate\n", "Change to `shop.levies`") == "from shop.levies import rate\n"
    assert fixed("from .tax|es import fee\n", "Change to `.levies`", "shop/till.py") == "from .levies import fee\n"
    assert fixed("from shop.tax|es import RATE\n", "Change to `taxes`") == "from taxes import RATE\n"
    assert fixed("import dra|wer\ndrawer.OPEN\n", "Change to `shop.deep.drawer`") == (
        "import shop.deep.drawer as drawer\ndrawer.OPEN\n"
    )
    assert fixed("import dra|wer as d\n", "Change to `from . import drawer as d`", "shop/deep/till.py") == (
        "from . import drawer as d\n"
    )
    assert fixed("from importlib import import_module\nimport_module('shop.lev|ise')\n", "Change to `shop.levies`") == (
        "from importlib import import_module\nimport_module('shop.levies')\n"
    )


def test_a_package_that_was_renamed() -> None:
    """All importers can be mended at once, but not unasked: `shop` may be a library that is not installed."""
    files = {
        "store/__init__.py": "",
        "store/cart.py": "class Cart: ...\n",
        "main.py": "from shop.ca|rt import Cart\n",
        "other.py": "from shop.cart import Cart as C\n",
    }
    asked = ask(files)
    (finding,) = findings_at(asked.project, asked.path, Span(asked.position, asked.position))
    assert fix_all(asked.project, asked.path) is None
    offer = everywhere(asked.project, finding)
    assert offer is not None
    assert offer.title == "Change to `store.cart` in all 2 places that have `shop.cart`"


def test_an_unused_comment_is_taken_out() -> None:
    title = "Take the comment out*"
    assert offered("import json  # importwise: ign|ore\n")[title] == "import json\n"
    assert offered("import json  # why  # importwise: ign|ore\n")[title] == "import json  # why\n"
    assert offered("import json  # importwise: ign|ore[unresolved-import] # noqa\n")[title] == "import json  # noqa\n"
    assert offered("# importwise: ign|ore\nimport json\n")[title] == "import json\n"
    assert offered("import json\n# importwise: ign|ore")[title] == "import json\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import nowh|ere\n", "import nowhere  # importwise: ignore[unresolved-import]\n"),
        ("import nowh|ere", "import nowhere  # importwise: ignore[unresolved-import]"),
        ("import nowh|ere   \n", "import nowhere  # importwise: ignore[unresolved-import]\n"),
        ("import nowh|ere\r\nx = 1\r\n", "import nowhere  # importwise: ignore[unresolved-import]\r\nx = 1\r\n"),
        ("import nowh|ere  # why not\n", "import nowhere  # why not  # importwise: ignore[unresolved-import]\n"),
        ("import nowh|ere  # noqa: E501\n", "import nowhere  # noqa: E501  # importwise: ignore[unresolved-import]\n"),
        (
            "import nowh|ere  # importwise: ignore[unresolved-name]\n",
            "import nowhere  # importwise: ignore[unresolved-name, unresolved-import]\n",
        ),
        (
            "import nowh|ere  # importwise: ignore[ unresolved-name ] because\n",
            "import nowhere  # importwise: ignore[ unresolved-name, unresolved-import ] because\n",
        ),
        (
            "from shop.cart import (\n    Cart,\n    Bask|et,\n)\n",
            "from shop.cart import (\n    Cart,\n    Basket,  # importwise: ignore[unresolved-name]\n)\n",
        ),
        (
            "from nowh|ere import (\n    Cart,\n)\n",
            "from nowhere import (  # importwise: ignore[unresolved-import]\n    Cart,\n)\n",
        ),
        (
            "from nowh|ere import (\n    Cart,\n)  # importwise: ignore[unresolved-name]\n",
            "from nowhere import (\n    Cart,\n)  # importwise: ignore[unresolved-name, unresolved-import]\n",
        ),
        ("from nowh|ere import a, \\\n    b\n", "from nowhere import a, \\\n    b  # importwise: ignore[unresolved-import]\n"),
        ("import json; import nowh|ere; x = '#'\n", "import json; import nowhere; x = '#'  # importwise: ignore[unresolved-import]\n"),
        ("x = 'é\N{PILE OF POO}'; import nowh|ere\n", "x = 'é\N{PILE OF POO}'; import nowhere  # importwise: ignore[unresolved-import]\n"),
        ("import nowh|ere; x = '''\ntext\n'''\n", None),
        ("import nowh|ere; x = 'a \\\nb'\n", None),
        ("'''\ntext\n'''; import nowh|ere\n", "'''\ntext\n'''; import nowhere  # importwise: ignore[unresolved-import]\n"),
        (
            "from importlib import import_module\nimport_module(\n    'nowh|ere',\n)\n",
            "from importlib import import_module\nimport_module(\n    'nowhere',  # importwise: ignore[unresolved-import]\n)\n",
        ),
        ("__all__ = ['a', 'noth|ing']\na = 1\n", "__all__ = ['a', 'nothing']  # importwise: ignore[invalid-all]\na = 1\n"),
    ],
)  # fmt: skip
def test_ignoring(text: str, expected: str | None) -> None:
    assert ignored(text) == expected


def test_everything_that_is_sure() -> None:
    text = "|import shop.prcies, josn\nfrom shop.cart import totl, Cart\nfrom nowhere import x\n"
    asked = ask({**SHOP, "main.py": text})
    changes = fix_all(asked.project, asked.path)
    assert changes is not None
    expected = "import shop.prices, json\nfrom shop.cart import total, Cart\nfrom nowhere import x\n"
    assert after(asked.project, changes) == {"main.py": expected}
    asked.project.apply([Edited(asked.path, expected)])
    assert fix_all(asked.project, asked.path) is None


def test_the_same_mistake_everywhere() -> None:
    files = {
        **SHOP,
        "main.py": "import shop.prci|es\n",
        "a.py": "from shop.prcies import price\nimport shop.prcies as c\n",
        "shop/b.py": "from shop import prcies\nimport shop.pricey\n",
        "c.py": "from shop.prcies import Nothing\n",
    }
    asked = ask(files)
    (finding,) = findings_at(asked.project, asked.path, Span(asked.position, asked.position))
    offer = everywhere(asked.project, finding)
    assert offer is not None
    assert offer.title == "Change to `shop.prices` in all 3 places that have `shop.prcies`"
    assert after(asked.project, mended_everywhere(asked.project, offer)) == {
        "a.py": "from shop.prices import price\nimport shop.prices as c\n",
        "main.py": "import shop.prices\n",
    }


def test_a_mistake_in_very_many_files_is_not_counted() -> None:
    files = {f"part/module{number}.py": "import shop.prcies\n" for number in range(60)}
    asked = ask({**SHOP, **files, "main.py": "import shop.prci|es\n"})
    (finding,) = findings_at(asked.project, asked.path, Span(asked.position, asked.position))
    offer = everywhere(asked.project, finding)
    assert offer is not None
    assert offer.title == "Change to `shop.prices` in all places that have `shop.prcies`"
    assert len(mended_everywhere(asked.project, offer).edits) == 61


def test_a_lonely_mistake_is_no_mistake_everywhere() -> None:
    asked = ask({**SHOP, "main.py": "import shop.prci|es\n"})
    (finding,) = findings_at(asked.project, asked.path, Span(asked.position, asked.position))
    assert everywhere(asked.project, finding) is None


ENTRY = '[[allow]]\nmodule = "shop.prcies"\nkind = "generated"\nreason = "TODO: why it can\'t be in a checkout"\n'
IN_PYPROJECT = ENTRY.replace("[[allow]]", "[[tool.importwise.allow]]")


def allowed(
    settings: str | None, name: str | None = "importwise.toml", text: str = "import shop.prci|es\n"
) -> str | None:
    """The settings file after the finding at the ``|`` is allowed; the place of its reason is right."""
    asked = ask({**SHOP, "main.py": text, **({name: settings} if name and settings is not None else {})}, name)
    (finding,) = findings_at(asked.project, asked.path, Span(asked.position, asked.position))
    fix = allow(asked.project, finding)
    if fix is None:
        return None
    (new,) = after(asked.project, fix.changes).values()
    lines = new.replace("\r\n", "\n").split("\n")
    assert lines[fix.reason.start.line][fix.reason.start.column : fix.reason.end.column].startswith("TODO: ")
    assert lines[fix.reason.start.line][fix.reason.start.column - 1] == '"'
    assert fix.changes.creates == (() if settings is not None and name else (fix.path,))
    return new


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("", ENTRY),
        ('roots = ["src"]\n', f'roots = ["src"]\n\n{ENTRY}'),
        ('roots = ["src"]', f'roots = ["src"]\n\n{ENTRY}'),
        ('roots = ["src"]\r\n', f'roots = ["src"]\n\n{ENTRY}'.replace("\n", "\r\n")),
        ("# nothing yet\n", f"# nothing yet\n\n{ENTRY}"),
        (
            '[[allow]] # one\nmodule = "a"\nkind = "internal"\nreason = "r" # why\n\n# rules\n[rules]\nunused-allow = "off"\n',
            f'[[allow]] # one\nmodule = "a"\nkind = "internal"\nreason = "r" # why\n\n{ENTRY}\n# rules\n[rules]\nunused-allow = "off"\n',
        ),
        (
            '[[allow]]\nmodule = "a"\nkind = "internal"\nreason = """\nlong\n"""\n[rules]\nunused-allow = "off"\n',
            f'[[allow]]\nmodule = "a"\nkind = "internal"\nreason = """\nlong\n"""\n\n{ENTRY}\n[rules]\nunused-allow = "off"\n',
        ),
        (
            '[[allow]]\nmodule = "a"\nkind = "internal"\nreason = "r"',
            f'[[allow]]\nmodule = "a"\nkind = "internal"\nreason = "r"\n\n{ENTRY}',
        ),
    ],
)
def test_an_entry_of_the_allowlist(settings: str, expected: str) -> None:
    assert allowed(settings) == expected


def test_a_settings_file_is_made() -> None:
    assert allowed(None, None) == ENTRY


def test_an_entry_in_pyproject() -> None:
    assert allowed("", "pyproject.toml") == IN_PYPROJECT
    project = '[project]\nname = "shop"\n'
    assert allowed(project, "pyproject.toml") == f"{project}\n{IN_PYPROJECT}"
    settings = '[tool.importwise]\nroots = ["."]\n\n[tool.other]\nx = 1\n'
    expected = f'[tool.importwise]\nroots = ["."]\n\n{IN_PYPROJECT}\n[tool.other]\nx = 1\n'
    assert allowed(settings, "pyproject.toml") == expected


ITEM = '{ module = "shop.prcies", kind = "generated", reason = "TODO: why it can\'t be in a checkout" }'
OTHER = '{ module = "a", kind = "internal", reason = "r" }'


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("allow = []\nroots = []\n", f"allow = [{ITEM}]\nroots = []\n"),
        (f"allow = [{OTHER}]\n", f"allow = [{OTHER}, {ITEM}]\n"),
        (f"allow = [\n  {OTHER}, # why\n]\n", f"allow = [\n  {OTHER},\n  {ITEM}, # why\n]\n"),
        (f"allow = [\n  {OTHER}\n]\n", f"allow = [\n  {OTHER},\n  {ITEM}\n]\n"),
    ],
)
def test_an_item_of_the_allowlist(settings: str, expected: str) -> None:
    assert allowed(settings) == expected


def test_no_entry_in_a_broken_file() -> None:
    assert allowed("roots = [\n") is None
    assert allowed("allow = 3\n") is None


def test_an_entry_for_a_name_and_for_an_extension() -> None:
    new = allowed("", text="from shop.cart import _sp|eed\n") or ""
    assert 'module = "shop.cart._speed"\nkind = "extension"\n' in new
    assert allowed("", text="import json  # importwise: ign|ore\n") is None


def test_the_edits_of_one_file() -> None:
    edits = [
        Edit("", Span.on_line(1, 0, 1), "B"),
        Edit("", Span.on_line(0, 1, 0), "!"),
        Edit("", Span.on_line(9, 0, 0), "end"),
    ]
    assert applied("a\r\nb\rc", edits) == "a!\r\nB\rcend"
    assert [end_of_line(text) for text in ("a", "a\r\nb\n", "a\rb", "\n")] == ["\n", "\r\n", "\r", "\n"]
    assert Changes(tuple(edits)).creates == ()
    assert Position(0, 0) == edits[1].span.start._replace(column=0)
