"""Compares the reader with ``ast.parse`` and a lean visitor, in CPU time of one process.

Run by hand: ``python tests/bench/reader.py FOLDER``. It reads as `importwise check` does at first, where what imports in
functions depend on is left out as long as the module is most likely there, and in full.
"""

from __future__ import annotations

import argparse
import ast
import gc
import sys
import time
import warnings
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "server"))

from importwise.syntax.decode import decode
from importwise.syntax.reader import summarize


class Lean(ast.NodeVisitor):
    """The least that a reader built on ``ast`` would do: imports with their places, and names at module level."""

    def __init__(self) -> None:
        self.imports: list[tuple[int, int, str]] = []
        self.names: dict[str, int] = {}

    def visit_Import(self, node: ast.Import) -> None:
        """Notes ``import a.b``."""
        for alias in node.names:
            self.imports.append((node.lineno, node.col_offset, alias.name))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Notes ``from a import b``."""
        for alias in node.names:
            self.imports.append((node.lineno, node.col_offset, f"{'.' * node.level}{node.module or ''}.{alias.name}"))

    def visit_Expr(self, node: ast.Expr) -> None:
        """Expressions hold no imports."""

    visit_Return = visit_Assign = visit_AugAssign = visit_Assert = visit_Raise = visit_Expr


def with_ast(sources: list[bytes]) -> float:
    """CPU seconds for ``ast.parse`` and `Lean` over all sources."""
    start = time.process_time()
    for source in sources:
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            continue
        visitor = Lean()
        visitor.visit(tree)
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
                visitor.names[node.name] = node.lineno
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        visitor.names[target.id] = node.lineno
    return time.process_time() - start


def with_reader(sources: list[bytes], known: frozenset[str] | None = None) -> float:
    """CPU seconds for `decode` and `summarize` over all sources; for ``known`` see there."""
    start = time.process_time()
    for source in sources:
        summarize(decode(source)[0], known=known)
    return time.process_time() - start


def modules_at_hand(folder: Path) -> frozenset[str]:
    """The first parts of names of modules in the folder, and that the running Python has."""
    folders = [folder, *(Path(path) for path in sys.path if path)]
    names = {path.name.partition(".")[0] for root in folders if root.is_dir() for path in root.iterdir()}
    return frozenset(names.union(sys.builtin_module_names))


def main() -> None:
    """Prints a line for each way of reading."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--no-ast", action="store_true", help="only the reader")
    arguments = parser.parse_args()
    sources = [path.read_bytes() for path in sorted(arguments.folder.rglob("*.py")) if path.is_file()]
    warnings.simplefilter("ignore")
    gc.disable()
    known = modules_at_hand(arguments.folder)
    rows: dict[str, list[float]] = {"ast": [], "reader": [], "reader, in full": []}
    for _ in range(arguments.runs):
        if not arguments.no_ast:
            rows["ast"].append(with_ast(sources))
        rows["reader"].append(with_reader(sources, known))
        rows["reader, in full"].append(with_reader(sources))
    megabytes = sum(map(len, sources)) / 1e6
    print(f"{len(sources)} files, {megabytes:.1f} MB, medians of {arguments.runs} runs")
    for name, seconds in rows.items():
        if seconds:
            took = median(seconds)
            ratio = f", {median(rows['ast']) / took:.1f} times the speed of ast" if rows["ast"] else ""
            print(f"{name}: {took:.2f} CPU s ({megabytes / took:.0f} MB/s){ratio}")


if __name__ == "__main__":
    main()
