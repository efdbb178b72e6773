"""Draws the README's picture of a terminal from what `importwise check` really prints: ``python tests/house/picture.py``."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / ".github" / "check.svg"
FILES = {
    "pyproject.toml": "[tool.importwise]\npython-version = '3.13'\n",
    "shop/__init__.py": "",
    "shop/cart.py": "class Cart: ...\n",
    "shop/pricing/__init__.py": "",
    "shop/pricing/taxes.py": "RATE = 0.2\n",
    "shop/till.py": (
        "from shop.cart import Cart, Discount\n"
        "from shop.taxes import RATE\n"
        "import distutils.version\n"
        "\n"
        "try:\n"
        "    import orjson as json\n"
        "except ImportError:\n"
        "    import json\n"
    ),
}
"""A small shop in which `taxes` has just moved."""


def output() -> str:
    """What the command prints on a terminal with colours, in the little project."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in FILES.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "importwise", "check", "--no-cache", "--color", "always"]
        environment = {"PYTHONPATH": str(ROOT / "server"), "PATH": "", "HOME": folder, "PYTHONUTF8": "1"}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return re.sub(r"/\S*/site-packages", "site-packages", done.stdout)


def draw() -> str:
    """The picture, as SVG; fonts are those of whoever looks at it."""
    console = Console(file=io.StringIO(), record=True, width=112, force_terminal=True, color_system="truecolor")
    console.print(Text("$ importwise check", style="bold"))
    console.print(Text.from_ansi(output().rstrip()), soft_wrap=False)
    svg = console.export_svg(title="importwise check", unique_id="importwise")
    return re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
    print(f"wrote {PICTURE.relative_to(ROOT)}")
