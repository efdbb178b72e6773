"""The README's figures about speed, from what was measured."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from measure import Cost


class Row(NamedTuple):
    """A line of the table."""

    what: str
    tool: str
    cost: Cost
    to_first: float
    """CPU seconds in relation to the first contestant's."""


LABELS = {
    "ruff analyze graph": "`ruff analyze graph` (Rust; resolves modules, no names)",
    "importwise, cold": "**`importwise check`, cold**",
    "importwise, changed": "**`importwise check`, one file changed since**",
    "importwise, warm": "**`importwise check`, nothing changed since**",
    "pyrefly check": "`pyrefly check`, import rules alone",
    "ty check": "`ty check`, import rules alone",
}
"""The lines of the README's table."""

SHORT = {
    "importwise, cold": "importwise cold",
    "importwise, changed": "after one change",
    "importwise, warm": "unchanged",
}
"""The same in a sentence."""

README = Path(__file__).parents[2] / "README.md"


def write_readme(rows: Sequence[Row], sizes: dict[str, tuple[int, int]]) -> None:
    """Put the figures between ``<!-- speed -->`` and ``<!-- /speed -->``; ``sizes`` are files and imports of each tree."""
    text = README.read_text(encoding="utf-8")
    head, _, rest = text.partition("<!-- speed -->\n")
    _, end, tail = rest.partition("<!-- /speed -->")
    if not end:
        raise SystemExit("README.md has no <!-- speed --> … <!-- /speed -->")
    README.write_text(f"{head}<!-- speed -->\n\n{speed(rows, sizes)}\n{end}{tail}", encoding="utf-8")


def speed(rows: Sequence[Row], sizes: dict[str, tuple[int, int]]) -> str:
    """The figures as the README has them."""
    by_tool = {(row.what, row.tool): row for row in rows}
    files, imports = sizes["torch"]
    version = ".".join(map(str, sys.version_info[:2]))
    lines = [
        (
            f"`python tests/bench/run.py --readme`, torch 2.13.0 ({files:,} files, {imports:,} imports), Python {version}, "
            f"{os.cpu_count()} cores; CPU seconds of all processes, ratios within the run:"
        ),
        "",
        "| | CPU s | to the first | wall s | peak MB |",
        "|---|---:|---:|---:|---:|",
    ]
    for tool_name, label in LABELS.items():
        if row := by_tool.get(("torch", tool_name)):
            cost = row.cost
            lines.append(
                f"| {label} | {cost.cpu:.2f} | {row.to_first:.2f} | {cost.wall:.2f} | {cost.memory / 1e6:.0f} |"
            )
    files, imports = sizes["homeassistant"]
    others = [
        f"{SHORT.get(tool_name, tool_name)} {row.cost.cpu:.2f} ({row.cost.memory / 1e6:.0f} MB)"
        for tool_name in LABELS
        if (row := by_tool.get(("homeassistant", tool_name)))
    ]
    growth = [row for row in rows if row.what == "growth"]
    start = by_tool["start", "importwise --version"].to_first
    lines += [
        "",
        (
            f"Home Assistant ({files:,} files, {imports:,} imports), CPU seconds: {', '.join(others)}. "
            f"Made trees of {', '.join(row.tool.removesuffix(' modules') for row in growth)} modules: the time for a module is "
            f"{', '.join(f'{row.to_first:.2f}' for row in growth)} of that in the smallest. "
            f"`importwise --version` takes {start:.1f} times as long as `python -c pass`."
        ),
        "",
    ]
    return "\n".join(lines)
