"""Whether the guards of one file hold: the link between `conditions`, which knows tests, and the other files' constants."""

from __future__ import annotations

from importwise.index.recording import table
from importwise.resolver.conditions import Facts, asks_for_availability, is_decidable, truth_of, words_of
from importwise.resolver.resolution import Found
from importwise.resolver.resolve import Resolver
from importwise.syntax.summary import Guard, Summary

NO_FLAGS: frozenset[str] = frozenset()

MOST_KNOWN = 256
"""Of how many files it is remembered what their names stand for."""


class Guards:
    """Answers questions about guards. It holds nothing but the resolver and the answers given so far."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.environment = resolver.environment
        self.summaries = resolver.summaries
        self._truths = table(self._truth, resolver.recorder)
        self._known_origins: dict[int, tuple[Summary, dict[str, str]]] = {}

    def facts(self, summary: Summary, type_checking: bool) -> Facts:
        """What the tests of the file with that summary may depend on."""
        return Facts(
            self.environment, summary.constants, summary.flags, type_checking, self.origins(summary), self._elsewhere
        )

    def origins(self, summary: Summary) -> dict[str, str]:
        """What the names stand for that absolute imports bind in the file, whatever they are called there."""
        known = self._known_origins.get(id(summary))
        if known is None or known[0] is not summary:
            origins: dict[str, str] = {}
            for item in summary.imports:
                if item.level or item.kind == "call":
                    continue
                for name, alias in item.aliases:
                    if item.kind == "from" and name != "*":
                        origins[alias or name] = f"{item.module}.{name}"
                    elif item.kind == "import":
                        origins[alias or name.partition(".")[0]] = name if alias else name.partition(".")[0]
            if len(self._known_origins) == MOST_KNOWN:
                # Summaries come and go while a server runs, and here they would be kept.
                self._known_origins.clear()
            known = self._known_origins[id(summary)] = (summary, origins)
        return known[1]

    def has_own_import_module(self, summary: Summary) -> bool:
        """Whether the file binds ``import_module`` to something else than importlib's."""
        exports = summary.exports
        bound = "import_module" in exports.names or "import_module" in exports.conditional
        return bound and not self.origins(summary).get("import_module", "").endswith("importlib.import_module")

    def _elsewhere(self, name: str) -> tuple[str, Facts] | None:
        """The source of a constant of another module, with what it may depend on in its turn."""
        module_name, _, constant = name.rpartition(".")
        found = self.resolver.find(module_name) if module_name else None
        if not isinstance(found, Found) or found.module.kind not in ("package", "module"):
            return None
        path = found.module.path
        summary = self.summaries[path]
        if summary is None or constant not in summary.exports.names:
            return None
        constants = self.resolver.snapshot.constants[path]
        if constant not in constants:
            return None
        facts = self.facts(summary, type_checking=False)
        return constants[constant], facts._replace(constants={**constants, **summary.constants})

    def guard_truth(self, guard: Guard, summary: Summary, type_checking: bool) -> bool | None:
        """Whether the "if" and "never" conditions of ``guard`` hold: True if all do, False if one doesn't, else None."""
        known = True
        for condition in guard:
            if condition[0] == "if":
                truth = self.test_truth(condition[1], summary, type_checking)
                if truth is None:
                    known = False
                elif truth is not condition[2]:
                    return False
            elif condition[0] == "never":
                return False
        return True if known else None

    def test_truth(self, test: str, summary: Summary, type_checking: bool) -> bool | None:
        """Whether ``test`` is true in the file of ``summary``."""
        words = words_of(test)
        origins = self.origins(summary)
        constants: tuple[tuple[str, str], ...] = ()
        flags: frozenset[str] = NO_FLAGS
        if summary.constants:
            words, constants = _closure(words, summary.constants)
        if summary.flags:
            flags = summary.flags & words
        names = tuple([(word, origins[word]) for word in words if word in origins])
        if not (constants or flags or names) and not is_decidable(test):
            return None
        return self._truths[test, type_checking, constants, flags, names]

    def _truth(
        self, key: tuple[str, bool, tuple[tuple[str, str], ...], frozenset[str], tuple[tuple[str, str], ...]]
    ) -> bool | None:
        """Whether a test is true where these constants, flags and origins are all that its words can mean: the same in many files."""
        test, type_checking, constants, flags, names = key
        return truth_of(
            test, Facts(self.environment, dict(constants), flags, type_checking, dict(names), self._elsewhere)
        )

    def availability(self, test: str, truth: bool, summary: Summary) -> bool:
        """Whether ``test`` being ``truth`` says that something can be imported."""
        return asks_for_availability(test, truth, self.facts(summary, False))


def _closure(words: frozenset[str], constants: dict[str, str]) -> tuple[frozenset[str], tuple[tuple[str, str], ...]]:
    """``words`` with those of the constants among them, and so on; and these constants, in order."""
    found: dict[str, str] = {}
    waiting = [word for word in words if word in constants]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = constants[name]
            more = words_of(constants[name])
            words |= more
            waiting += [word for word in more if word in constants]
    return words, tuple(sorted(found.items()))
