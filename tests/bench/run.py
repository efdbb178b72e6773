"""Measure `importwise check`, and the tools people know beside it.

    python tests/bench/run.py                                   # torch, homeassistant and made trees; fetches what it needs
    python tests/bench/run.py --tree PATH --python ENVIRONMENT  # your own tree
    python tests/bench/run.py --quick --markdown
    python tests/bench/run.py --readme                          # writes the figures into the README

The tools take turns, the table gives the median of the rounds, and every ratio is between figures of the same run: on another
machine, or a busy one, seconds differ and ratios hold. Peers are measured where they are installed (`pip install -e ".[bench]"`).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from figures import Row, write_readme
from made_trees import make_tree
from measure import Cost, middle, peak_memory, run
from trees import default_folder, fetch


class Contestant(NamedTuple):
    """A command to measure."""

    name: str
    command: tuple[str, ...]
    empty_cache: bool = False
    """Whether its cache folder is emptied before each run."""
    forget_report: bool = False
    """Whether the last report is forgotten before each run: then all is judged anew, as after a change of one file."""


def tool(name: str) -> str | None:
    """The path of an installed command, looked for beside this Python first."""
    return shutil.which(name, path=sysconfig.get_path("scripts")) or shutil.which(name)


def importwise(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "importwise", *arguments)


def peers(tree: Path, python: Path, slow: bool) -> list[Contestant]:
    """Other tools with their rules about imports alone, as far as they can be told so."""
    found: list[Contestant] = []
    if ruff := tool("ruff"):
        found.append(Contestant("ruff analyze graph", (ruff, "analyze", "graph", "--isolated", str(tree))))
    if (ty := tool("ty")) and slow:
        flags = ("--ignore", "all", "--error", "unresolved-import", "--exit-zero", "--no-progress")
        found.append(Contestant("ty check", (ty, "check", *flags, "--python", str(python), str(tree))))
    if (pyrefly := tool("pyrefly")) and slow:
        flags = ("--preset", "off", "--error", "missing-import", "--progress-bar", "no", "--output-format", "min-text")
        where = ("--python-interpreter-path", str(interpreter(python)), "--search-path", str(tree))
        found.append(Contestant("pyrefly check", (pyrefly, "check", *flags, *where, str(tree))))
    return found


def interpreter(python: Path) -> Path:
    """The interpreter of an environment, which may be given as its folder."""
    return python if python.is_file() else python / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def take_turns(
    contestants: Sequence[Contestant], folder: Path, rounds: int, memory: bool = True, slow_rounds: int | None = None
) -> list[Cost]:
    """Measure commands in turns. ``slow_rounds`` bounds the rounds of those that take longer than five seconds."""
    costs: list[list[Cost]] = [[] for _ in contestants]
    with tempfile.TemporaryDirectory(prefix="importwise-bench-") as scratch:
        caches = [Path(scratch, str(number)) for number in range(len(contestants))]
        variables = [{**os.environ, "XDG_CACHE_HOME": str(cache)} for cache in caches]
        for _ in range(rounds + 1):
            for index, contestant in enumerate(contestants):
                done = costs[index]
                if slow_rounds and len(done) > slow_rounds and done[-1].wall > 5:
                    continue
                make_ready(contestant, caches[index])
                done.append(run(contestant.command, folder, variables[index]))
        for index, contestant in enumerate(contestants if memory else ()):
            make_ready(contestant, caches[index])
            peak = peak_memory(contestant.command, folder, variables[index])
            costs[index][-1] = costs[index][-1]._replace(memory=peak)
    # The first round fills the file system's cache, and the caches of the tools that keep one.
    return [middle(done[1:]) for done in costs]


def make_ready(contestant: Contestant, cache: Path) -> None:
    """Take from a command's cache folder what it shall not know."""
    if contestant.empty_cache:
        shutil.rmtree(cache, ignore_errors=True)
    if contestant.forget_report:
        for report in cache.rglob("*.report"):
            report.unlink()


def measure_tree(tree: Path, python: Path, rounds: int, slow: bool) -> list[Row]:
    """Rows for one tree: the peers, then importwise with an empty cache, with a full one, and without."""
    check = importwise("check", str(tree), "--python", str(python))
    contestants = [
        *peers(tree, python, slow),
        Contestant("importwise, cold", check, empty_cache=True),
        Contestant("importwise, changed", check, forget_report=True),
        Contestant("importwise, warm", check),
        Contestant("importwise --no-cache", (*check, "--no-cache")),
    ]
    costs = take_turns(contestants, tree, rounds, slow_rounds=1)
    return [
        Row(tree.name, contestant.name, cost, cost.cpu / costs[0].cpu)
        for contestant, cost in zip(contestants, costs, strict=True)
    ]


def measure_start(rounds: int) -> list[Row]:
    """Rows for what it takes to start at all."""
    contestants = [
        Contestant("python -c pass", (sys.executable, "-c", "pass")),
        Contestant("importwise --version", importwise("--version")),
    ]
    costs = take_turns(contestants, Path.cwd(), rounds * 5, memory=False)
    return [Row("start", one.name, cost, cost.cpu / costs[0].cpu) for one, cost in zip(contestants, costs, strict=True)]


def measure_growth(sizes: Sequence[int], rounds: int) -> list[Row]:
    """Rows for made trees; the ratio is that of the time per module to the first one's."""
    rows: list[Row] = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="importwise-made-") as folder:
            make_tree(Path(folder), size)
            check = importwise("check", folder, "--no-cache")
            cost = take_turns([Contestant("", check)], Path(folder), rounds)[0]
        first = rows[0].cost.cpu / sizes[0] if rows else cost.cpu / size
        rows.append(Row("growth", f"{size:,} modules", cost, cost.cpu / size / first))
    return rows


def table(rows: Sequence[Row], markdown: bool) -> str:
    """The rows as text, or as a Markdown table."""
    head = ("what", "tool", "CPU s", "ratio", "wall s", "peak MB", "exit")
    lines = [
        (
            row.what,
            row.tool,
            f"{row.cost.cpu:.2f}",
            f"{row.to_first:.2f}",
            f"{row.cost.wall:.2f}",
            f"{row.cost.memory / 1e6:.0f}" if row.cost.memory else "",
            str(row.cost.status),
        )
        for row in rows
    ]
    widths = [max(len(line[column]) for line in (head, *lines)) for column in range(len(head))]

    def padded(line: Sequence[str]) -> list[str]:
        return [
            cell.ljust(width) if i < 2 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]

    if not markdown:
        return "\n".join("  ".join(padded(line)).rstrip() for line in (head, *lines))
    rule = ["-" * width if i < 2 else "-" * (width - 1) + ":" for i, width in enumerate(widths)]
    return "\n".join("| " + " | ".join(line) + " |" for line in (padded(head), rule, *map(padded, lines)))


def size(tree: Path, python: Path) -> tuple[int, int]:
    """Files and imports of a tree, as importwise counts them."""
    command = importwise("check", str(tree), "--python", str(python), "--output-format", "json")
    summary = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)["summary"]
    return summary["files"], summary["imports"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--tree", type=Path, action="append", help="a tree to check (repeatable; default: torch, homeassistant)"
    )
    parser.add_argument(
        "--python", type=Path, default=Path(sys.prefix), help="environment of the trees (default: this one)"
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each tool runs (default: %(default)s)")
    parser.add_argument(
        "--quick", action="store_true", help="two rounds, without the slow peers and the largest made tree"
    )
    parser.add_argument(
        "--only", choices=["trees", "start", "growth"], action="append", help="only this part (repeatable)"
    )
    parser.add_argument("--readme", action="store_true", help="write the figures of the default trees into the README")
    parser.add_argument("--markdown", action="store_true", help="write a Markdown table")
    options = parser.parse_args()
    if options.readme and (options.tree or options.only):
        parser.error("--readme is for the default trees, and for all parts")
    rounds = 2 if options.quick else options.rounds
    parts = options.only or ["start", "trees", "growth"]

    rows: list[Row] = []
    if "start" in parts:
        rows += measure_start(rounds)
    if "trees" in parts:
        trees = options.tree or [fetch(name, default_folder()) for name in ("torch", "homeassistant")]
        for tree in trees:
            rows += measure_tree(tree.resolve(), options.python.absolute(), rounds, slow=not options.quick)
    if "growth" in parts:
        rows += measure_growth((1_000, 10_000) if options.quick else (1_000, 10_000, 50_000), min(rounds, 3))
    print(table(rows, options.markdown))
    if options.readme:
        python = options.python.absolute()
        write_readme(rows, {tree.name: size(tree.resolve(), python) for tree in trees})
    print(f"\nPython {sys.version.split()[0]}, {os.cpu_count()} CPUs; CPU s is user + system of all processes")


if __name__ == "__main__":
    main()
