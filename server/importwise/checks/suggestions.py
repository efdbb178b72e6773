"""What could have been meant, and where a name lives now."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from importwise.index.module import Module
from importwise.index.snapshot import Snapshot
from importwise.resolver.judge import Judge

MOST = 3
"""How many places are named at most."""


class Definitions:
    """Where the project defines a name, which of its modules end in a name, and what a misspelling was meant to be.

    Gathered when first asked for.
    """

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self._top_level: dict[str, set[str]] = {}
        self._guesses: dict[tuple[str, str], str | None] = {}
        self._names: dict[str, list[str]] | None = None
        self._modules: dict[str, list[str]] = {}

    def _gather(self, snapshot: Snapshot) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        for path in snapshot.files:
            summary = snapshot.summaries[path]
            own = self.judge.resolver.names_of(path)
            if summary is None or not own or not path.endswith(".py"):
                continue
            self._modules.setdefault(own[0].rpartition(".")[2], []).append(own[0])
            imported = {
                alias or name.partition(".")[0]
                for item in summary.imports
                if item.scope == "module"
                for name, alias in item.aliases
            }
            for name in summary.exports.names:
                if name not in imported:
                    names.setdefault(name, []).append(own[0])
        return names

    def of_name(self, name: str) -> list[str]:
        """The project's modules that define ``name`` themselves, in order of path."""
        if self._names is None:
            self._names = self._gather(self.judge.snapshot)
        return self._names.get(name, [])

    def nearest_head(self, word: str, base: str) -> str | None:
        """The top-level module that ``word`` is most likely a misspelling of, for a file with that base directory."""
        if (word, base) not in self._guesses:
            if base not in self._top_level:
                self._top_level[base] = top_level_modules(self.judge, base)
            self._guesses[word, base] = nearest(word, self._top_level[base])
        return self._guesses[word, base]

    def of_module(self, tail: str) -> list[str]:
        """The project's modules whose last part is ``tail``."""
        self.of_name("")
        return self._modules.get(tail, [])


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that ``word`` is most likely a misspelling of; one that differs only in case comes first."""
    names = sorted(name for name in set(candidates) - {word} if word.startswith("_") or not name.startswith("_"))
    folded = [name for name in names if name.lower() == word.lower()]
    if folded:
        return folded[0]
    if len(word) < 3:
        return None
    size, slack = len(word), max(2, len(word) // 3)
    likely = [name for name in names if abs(len(name) - size) <= slack]
    return next(iter(get_close_matches(word, likely, n=1, cutoff=0.8)), None)


def submodules(judge: Judge, module: Module) -> set[str]:
    """The names of the submodules and subpackages of ``module``."""
    names: set[str] = set()
    for folder in module.portions:
        names |= modules_in(judge, folder)
    return names


def modules_in(judge: Judge, folder: str) -> set[str]:
    """The names of the modules and packages that lie in ``folder``."""
    listing = judge.resolver.tree[folder]
    names = {name for name in listing.folders if name.isidentifier() and name != "__pycache__"}
    for file in listing.files:
        stem, _, suffix = file.partition(".")
        if suffix == "py" or f".{suffix}" in judge.environment.suffixes:
            names.add(stem)
    return {name for name in names if name.isidentifier()} - {"__init__"}


def top_level_modules(judge: Judge, base: str) -> set[str]:
    """All modules that a plain ``import`` in a file with that base directory can find."""
    names = set(judge.environment.builtins) | set(judge.environment.mapping)
    for search_path in judge.resolver.paths(base):
        names |= modules_in(judge, search_path.path)
    return {name for name in names if name.isidentifier()}


def names_in(judge: Judge, module: Module) -> set[str]:
    """The names that a message may offer for ``module``: what its source binds, and its submodules."""
    names = submodules(judge, module)
    summary = judge.snapshot.summaries[module.path] if module.path.endswith((".py", ".pyi")) else None
    if summary is not None:
        names |= {name for name in (*summary.exports.names, *summary.exports.conditional) if not name.startswith("__")}
        everything = judge.members.all_names(module)
        if everything is not None:
            names |= everything.possible
    return names
