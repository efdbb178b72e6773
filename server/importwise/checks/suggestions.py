"""What could have been meant, and where a name lives now."""

from __future__ import annotations

from collections.abc import Iterable, Set
from difflib import get_close_matches
from typing import NamedTuple

from importwise.checks.finding import Related
from importwise.index.module import Module
from importwise.index.recording import table
from importwise.resolver.judge import Judge
from importwise.resolver.resolution import Found
from importwise.spans import Position, Span
from importwise.syntax.summary import Summary

CUTOFF = 0.8
"""The likeness, as difflib counts it, from which on a name is taken for what a misspelling meant."""

MOST = 3
"""How many places are named at most."""


class Definitions:
    """Where the project defines a name, which of its modules end in a name, and what a misspelling was meant to be.

    Gathered when first asked for, and kept up to date from then on.
    """

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.recorder = judge.snapshot.recorder
        self._top_level = table(lambda base: by_length(top_level_modules(judge, base)), self.recorder)
        self._guesses = table(self._guess, self.recorder)
        self._submodules = table(self._guess_submodule, self.recorder)
        self._members = table(self._guess_name, self.recorder)
        self._called = table(self._modules_called, self.recorder)
        self._like = table(self._modules_like, self.recorder)
        self._folders = table(self._folders_above, self.recorder)
        self._names: dict[str, list[str]] | None = None
        """The files that define a name."""
        self._modules: dict[str, list[str]] = {}
        """The files whose module ends in a name."""

    def of_name(self, name: str) -> list[str]:
        """The project's modules that define ``name`` themselves, in order of path."""
        if self.recorder is not None:
            self.recorder.note(f"name:{name}")
        return self._names_of(self._gathered().get(name, ()))

    def of_module(self, tail: str) -> list[str]:
        """The project's modules whose last part is ``tail``, in order of path."""
        return self._called[tail]

    def like(self, module: str) -> Likes:
        """The project's modules that may be what ``module``, which is missing, was meant to be: their last part is the same."""
        return self._like[module]

    def folders_above(self, module: str) -> list[str]:
        """Folders of the project that hold ``module``, but are no roots."""
        return self._folders[module]

    def nearest_head(self, word: str, base: str) -> str | None:
        """The top-level module that ``word`` is most likely a misspelling of, for a file with that base directory."""
        return self._guesses[word, base]

    def nearest_submodule(self, module: Module, word: str) -> str | None:
        """The submodule of ``module`` that ``word`` is most likely a misspelling of."""
        return self._submodules[module, word]

    def nearest_name(self, module: Module, word: str) -> str | None:
        """The name in ``module`` that ``word`` is most likely a misspelling of."""
        return self._members[module, word]

    def replace(self, path: str, old: Summary | None, new: Summary | None) -> set[str]:
        """The summary of a file of the project is another now; returns the places that this changes."""
        if self._names is None:
            return set()
        before, after = self._defined(path, old), self._defined(path, new)
        if before == after:
            return set()
        places: set[str] = set()
        for name in before.names ^ after.names:
            _alter(self._names, name, path, name in after.names)
            places.add(f"name:{name}")
        for tail in before.tail ^ after.tail:
            _alter(self._modules, tail, path, tail in after.tail)
            places.add(f"module:{tail}")
        return places

    def _gathered(self) -> dict[str, list[str]]:
        if self._names is not None:
            return self._names
        snapshot = self.judge.snapshot
        if snapshot.incomplete:
            return {}
        self._names = {}
        for path in snapshot.files:
            defined = self._defined(path, dict.__getitem__(snapshot.summaries, path))
            for name in defined.names:
                self._names.setdefault(name, []).append(path)
            for tail in defined.tail:
                self._modules.setdefault(tail, []).append(path)
        return self._names

    def _modules_called(self, tail: str) -> list[str]:
        if self.recorder is not None:
            self.recorder.note(f"module:{tail}")
        self._gathered()
        return self._names_of(self._modules.get(tail, ()))

    def _modules_like(self, module: str) -> Likes:
        parts = module.split(".")
        head, ending = f"{parts[0]}.", f".{'.'.join(parts[-2:])}"
        near: list[str] = []
        far: list[str] = []
        for place in self.of_module(parts[-1]):
            if place == module or (place.endswith(f".{module}") and self._folder_above(place, module) is not None):
                continue
            is_near = len(parts) > 1 and (place.startswith(head) or f".{place}".endswith(ending))
            (near if is_near else far).append(place)
        return Likes(sorted(near, key=lambda place: (-_shared(place, module), place)), far)

    def _folders_above(self, module: str) -> list[str]:
        places = [place for place in self.of_module(module.rpartition(".")[2]) if place.endswith(f".{module}")]
        folders = (self._folder_above(place, module) for place in places)
        return [folder for folder in folders if folder is not None][:MOST]

    def _folder_above(self, place: str, module: str) -> str | None:
        """The folder that holds ``module``, whose full name is ``place``; None if that is a package, or there is no file."""
        resolver = self.judge.resolver
        found = resolver.find(place)
        if not isinstance(found, Found) or not found.module.path:
            return None
        file = found.module.path.removesuffix("/__init__.py").removesuffix(".py")
        folder = file[: -len(module) - 1]
        return None if resolver.is_package_folder(folder) else folder

    def _names_of(self, paths: Iterable[str]) -> list[str]:
        called = [self.judge.resolver.name_of(path) for path in sorted(paths)]
        return [name for name in called if name]

    def _defined(self, path: str, summary: Summary | None) -> Defined:
        """What the text and the path say, whatever the module is called: that depends on other files."""
        if summary is None or not path.endswith(".py"):
            return NOTHING_DEFINED
        tail = path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]
        imported = {
            alias or name.partition(".")[0]
            for item in summary.imports
            if item.scope == "module"
            for name, alias in item.aliases
        }
        return Defined(summary.exports.names.keys() - imported, {tail.rpartition(".")[2]})

    def _guess(self, key: tuple[str, str]) -> str | None:
        word, base = key
        known = self._top_level[base]
        slack = slack_of(word)
        return nearest(
            word, [name for size in range(len(word) - slack, len(word) + slack + 1) for name in known.get(size, ())]
        )

    def _guess_submodule(self, key: tuple[Module, str]) -> str | None:
        module, word = key
        return nearest(word, submodules(self.judge, module))

    def _guess_name(self, key: tuple[Module, str]) -> str | None:
        module, word = key
        return nearest(word, names_in(self.judge, module) - {word})


class Likes(NamedTuple):
    """Modules with the same last part as one that is missing."""

    near: list[str]
    """They lie in the same top-level package or share more than the last part. The likest first."""
    far: list[str]
    """The others, in order of path."""


class Defined(NamedTuple):
    """What one file adds to `Definitions`."""

    names: Set[str]
    tail: Set[str]
    """The last part of the module's name, if it has one."""


NOTHING_DEFINED = Defined(frozenset(), frozenset())


def _alter(files: dict[str, list[str]], key: str, path: str, there: bool) -> None:
    rest = [other for other in files.pop(key, ()) if other != path]
    if there:
        rest.append(path)
    if rest:
        files[key] = rest


def place_of(judge: Judge, module: Module | str, name: str | None, message: str) -> tuple[Related, ...]:
    """The file of a module, or the line in it that binds ``name``; nothing if it has no source."""
    if isinstance(module, str):
        found = judge.resolver.find(module)
        if not isinstance(found, Found):
            return ()
        module = found.module
    if not module.path.endswith((".py", ".pyi")):
        return ()
    summary = judge.resolver.summaries[module.path] if name is not None else None
    line = summary.exports.names.get(name or "", 0) if summary is not None else 0
    return (Related(module.path, Span(Position(line, 0), Position(line, 0)), message),)


def by_length(names: Iterable[str]) -> dict[int, list[str]]:
    """The names by the number of their code points."""
    found: dict[int, list[str]] = {}
    for name in sorted(names):
        found.setdefault(len(name), []).append(name)
    return found


def slack_of(word: str) -> int:
    """How many code points a candidate may have more, or less, than the ``word`` that may be a misspelling of it."""
    return max(2, len(word) // 3)


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that ``word`` is most likely a misspelling of; one that differs only in case comes first."""
    size, slack = len(word), slack_of(word)
    names = [
        name
        for name in candidates
        if abs(len(name) - size) <= slack and name != word and (name[0] != "_" or word[0] == "_")
    ]
    lower = word.lower()
    folded = [name for name in names if name.lower() == lower]
    if folded:
        return min(folded)
    if size < 3:
        return None
    swapped = [name for name in names if len(name) == size and _two_letters_swapped(name, word)]
    if swapped:
        return min(swapped)
    # Each letter that the word lacks counts against the likeness: most candidates need no closer look.
    letters = dict.fromkeys(map(ord, word))
    likely = [name for name in names if len(name) - len(name.translate(letters)) >= CUTOFF / 2 * (len(name) + size)]
    return next(iter(get_close_matches(word, likely, n=1, cutoff=CUTOFF)), None)


def _shared(one: str, other: str) -> int:
    """How many last parts two dotted names share."""
    shared = 0
    for mine, theirs in zip(reversed(one.split(".")), reversed(other.split("."))):
        if mine != theirs:
            break
        shared += 1
    return shared


def is_slip(word: str, name: str) -> bool:
    """Whether ``word`` is ``name`` but for its case or two letters: hardly any two modules differ by so little."""
    return word.lower() == name.lower() or (len(word) == len(name) and _two_letters_swapped(name, word))


def _two_letters_swapped(one: str, other: str) -> bool:
    """``crat`` for ``cart``, of the same length: the likeliest slip in a short word, which difflib rates low."""
    places = [place for place in range(len(one)) if one[place] != other[place]]
    return (
        len(places) == 2
        and places[1] == places[0] + 1
        and one[places[0]] == other[places[1]]
        and one[places[1]] == other[places[0]]
    )


def submodules(judge: Judge, module: Module) -> set[str]:
    """The names of the submodules and subpackages of ``module``."""
    names: set[str] = set()
    for folder in module.portions:
        names |= modules_in(judge, folder)
    return names


def modules_in(judge: Judge, folder: str) -> set[str]:
    """The names of the modules and packages that lie in ``folder``."""
    listing = judge.resolver.listing(folder)
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
    """The names that a message may offer for ``module``: what its source and its star imports bind, and its submodules."""
    names = submodules(judge, module)
    sources = [module]
    seen: set[str] = set()
    for source in sources:
        if source.path in seen:
            continue
        seen.add(source.path)
        if source.kind != "stub" and judge.members.is_standard(source):
            # Some modules of the standard library bind their names in loops, or are written in C: the stub knows them.
            stub = judge.members.stub_of(source.name)
            sources += [] if stub is None else [stub]
        summary = judge.snapshot.summaries[source.path] if source.path.endswith((".py", ".pyi")) else None
        if summary is None:
            continue
        bound = (*summary.exports.names, *summary.exports.conditional)
        if source is module or source.path.endswith(".pyi"):
            names |= {name for name in bound if not name.startswith("__")}
        else:
            names |= {name for name in bound if not name.startswith("_")}
        everything = judge.members.dunder_all.of(source)
        names |= everything.possible if everything is not None else set()
        sources += judge.members.star_targets(source)
    return names
