"""What is taken away is missed by whoever imports it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

from mutations import described, linked, mutate, project_of

FILES = {
    "shop/__init__.py": "",
    "shop/cart.py": "class Cart: ...\ndef total(): ...\ndef kept(): ...\nkept = kept\n",
    "shop/lazy.py": "def __getattr__(name): ...\ndef maybe(): ...\n",
    "shop/stall.py": "from .cart import Cart, total\nfrom shop import cart\nimport shop.cart\nfrom .cart import kept\n",
    "main.py": "from shop.lazy import maybe\ntry:\n    from shop.cart import Cart\nexcept ImportError:\n    pass\n",
}


def test_what_is_counted(tmp_path: Path) -> None:
    for name, text in FILES.items():
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    copy = linked(tmp_path / "tree", tmp_path / "copy")
    project = project_of(copy, None)

    outcome = mutate(project, 100, 0, Random(1))
    assert outcome.verdicts == Counter(unresolved=2, optional=1, open=1)
    assert [(silent.taken, silent.place.line) for silent in outcome.silent] == [("shop.lazy.maybe", 0)]
    assert described(outcome).startswith("3 broken imports: 2 reported, 1 silent (33.3%); 1 optional or unreachable")

    outcome = mutate(project, 0, 100, Random(1))
    assert set(outcome.verdicts) == {"unresolved", "optional"}
    assert not outcome.silent
    assert {path.read_text() for path in copy.rglob("*.py")} == set(FILES.values())
