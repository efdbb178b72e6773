"""The case files' own form."""

from __future__ import annotations

from pathlib import Path

import pytest

from casefile import Expected, MalformedCase, read_cases, rewrite

SHOP = """# Shop

## A sibling

Words.

```tree
shop/__init__.py
empty/
```

```python
# shop/cart.py
from . import taxes
#             ^^^^^ unresolved-name: `shop`…taxes
import nowhere
#      ^^^^^^^ unresolved-import (warning)
x = 1  # importwise: ignore
#      ^^^^^^^^^^^^^^^^^^^^ unused-ignore
```

```open
shop/cart.py:2:8 reason
```

### Then it is there

```gone
shop/__init__.py
```

```findings
shop/cart.py:2:8 unresolved-import (warning): words (wrong: for a reason)
```

## Another
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A case file."""
    made = tmp_path / "shop.md"
    made.write_text(SHOP, encoding="utf-8")
    return made


def test_parts(file: Path) -> None:
    """Blocks, marks, steps."""
    first, second = read_cases(file)
    assert (first.heading, second.heading, first.id) == ("A sibling", "Another", "shop-a-sibling")
    one, two = first.steps
    assert one.written["shop/__init__.py"] == b""
    assert one.folders == ("empty",)
    assert one.written["shop/cart.py"] == b"from . import taxes\nimport nowhere\nx = 1  # importwise: ignore\n"
    assert one.findings == (
        Expected("shop/cart.py", 1, 15, 5, "unresolved-name", "error", "`shop`…taxes"),
        Expected("shop/cart.py", 2, 8, 7, "unresolved-import", "warning", ""),
        Expected("shop/cart.py", 3, 8, 20, "unused-ignore", "warning", ""),
    )
    assert one.findings[0].fragments == ["`shop`", "taxes"]
    assert one.open == (Expected("shop/cart.py", 2, 8, None, "open", "error", "reason"),)
    assert two.gone == ("shop/__init__.py",)
    assert two.findings[0].wrong
    assert two.findings[0].fragments == ["words"]


def test_rewriting_what_is_there_changes_nothing(file: Path) -> None:
    """``--accept`` keeps a file in which all is right."""
    first = read_cases(file)[0]
    steps = {(first.line, number): ([*step.findings], [*step.open]) for number, step in enumerate(first.steps)}
    rewrite(file, steps)
    assert file.read_text(encoding="utf-8") == SHOP


def test_rewriting(file: Path) -> None:
    """``--accept`` takes old marks away, sets new ones, and makes or removes blocks."""
    first = read_cases(file)[0]
    found = Expected("shop/cart.py", 1, 1, 4, "syntax-error", "error", "")
    elsewhere = Expected("main.py", 3, 8, 4, "unresolved-import", "error", "")
    rewrite(file, {(first.line, 0): ([found, elsewhere], []), (first.line, 1): ([], [])})
    text = file.read_text(encoding="utf-8")
    assert "from . import taxes\n^^^^ syntax-error\nimport nowhere\nx = 1" in text
    assert "```findings\nmain.py:3:8 unresolved-import\n```" in text
    assert "```open" not in text
    first = read_cases(file)[0]
    assert first.steps[0].findings == (found, elsewhere._replace(width=None))
    assert first.steps[1].findings == ()


@pytest.mark.parametrize("text", ["```python\nimport a\n```", "```tree\na.py", "```findings\na.py unresolved\n```"])
def test_malformed(tmp_path: Path, text: str) -> None:
    """A block without a path, one without an end, a finding without a place."""
    made = tmp_path / "bad.md"
    made.write_text(f"# Bad\n\n## Case\n\n{text}\n", encoding="utf-8")
    with pytest.raises(MalformedCase):
        read_cases(made)
