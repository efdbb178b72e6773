"""The verdict on every import of a file: guard, module, names.

An import is unresolved if, and only if, the target's Python would raise ImportError for it where it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from importwise.index.module import Module
from importwise.index.snapshot import Snapshot
from importwise.resolver.members import Members, plain_place
from importwise.resolver.resolution import Found, Member, Missing, Partial, Resolution, Unknown
from importwise.resolver.resolve import Answers, Resolver
from importwise.resolver.targets import below, target
from importwise.syntax.summary import MODULE, NAME, UNREAD, Guard, Import, Summary


class Beyond(NamedTuple):
    """A relative import with more dots than packages."""

    packages: int
    """How many packages the file is in."""


Outcome = Partial | Missing | Beyond | Unknown | Member | Module


class Judgement(NamedTuple):
    """What becomes of one imported module or name."""

    item: Import
    alias: int | None
    """Index in ``item.aliases``; None if the module of a ``from`` import is meant."""
    module: str
    """Absolute."""
    name: str | None
    """The imported name, where the module exists and the name is in question."""
    verdict: str
    """"resolved", "open", "optional", "unreachable" or "unresolved"."""
    outcome: Outcome
    """Why."""
    typing: bool = False
    """Whether it is imported for type checkers only."""
    weight: int = 1
    """How many of the file's imports this is about: a missing module takes all its names along."""


class Standing(NamedTuple):
    """What the guard says about an import."""

    state: str
    """"runs", "typing", "unreachable" or "perhaps" (it can't be known whether it runs)."""
    catches: int
    """Errors that are caught or asked for beforehand: a bit mask of MODULE and NAME."""
    skips: tuple[str, ...]
    """Modules that ``importorskip`` asked for."""
    asks: tuple[tuple[str, bool, Summary], ...] = ()
    """Tests that can't be decided, and may ask for availability: source, truth and the file they stand in."""


class Body(NamedTuple):
    """What is known of the body of a ``try``."""

    fails: int
    """The errors that its imports raise: a bit mask of MODULE and NAME."""
    open: bool
    """Whether it may fail besides: an import in it is open, or it has none."""


RUNS = Standing("runs", 0, ())


def _is_unread(item: Import) -> bool:
    return bool(item.guard) and item.guard[-1] == UNREAD


class Judge:
    """Judges imports. It holds nothing but the snapshot and the answers given so far."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.resolver = Resolver(snapshot)
        self.members = Members(self.resolver)
        self.environment = snapshot.environment
        self._summary: Summary | None = None
        """Of the file at hand."""

    def move_to(self, snapshot: Snapshot) -> None:
        """Judge from now on by a snapshot that shares all dictionaries with the last one, and its roots."""
        self.snapshot = snapshot
        self.resolver.move_to(snapshot)

    def judge(self, path: str) -> list[Judgement]:
        """The verdicts on all imports of the file ``path``, in the order of the text."""
        summary = self.snapshot.summaries[path]
        if summary is not None and any([_is_unread(item) for item in summary.imports]):
            summary = self.snapshot.details[path]
        if summary is None:
            return []
        self._summary = summary
        judgements: list[Judgement] = []
        base = self.resolver.foreign_base(path)
        bodies: dict[int, Body] = {}
        for item in summary.imports:
            standing = self._standing(item.guard, summary, path, base, bodies) if item.guard else RUNS
            self._judge_import(item, standing, path, base, judgements)
        return judgements

    def doubts(self, path: str, watched: Callable[[str], bool] | None = None) -> tuple[int, list[Judgement]]:
        """How many of the file's imports are resolved, and the verdicts on the others; much quicker than `judge`.

        An import that is resolved counts as such, whether it runs or not. Those of modules that are ``watched`` are among
        the verdicts in any case.
        """
        summary = self.snapshot.summaries[path]
        if summary is None:
            return 0, []
        judgements = self._doubts(path, summary, watched)
        if judgements is None:
            summary = self.snapshot.details[path]
            judgements = self._doubts(path, summary, watched) if summary is not None else None
            if summary is None or judgements is None:
                return 0, []
        weight = sum([judgement.weight for judgement in judgements])
        return sum([len(item.aliases) for item in summary.imports]) - weight, judgements

    def _doubts(self, path: str, summary: Summary, watched: Callable[[str], bool] | None) -> list[Judgement] | None:
        """The verdicts that `doubts` lists; None if they depend on guards that were not read."""
        base = self.resolver.foreign_base(path)
        doubtful: Iterable[Import] = summary.imports
        if not path.endswith(".pyi"):
            answers = self.resolver.answers(base)
            is_resolved = self._is_resolved
            doubtful = [item for item in doubtful if not is_resolved(item, path, answers, watched)]
        self._summary = summary
        judgements: list[Judgement] = []
        bodies: dict[int, Body] = {}
        for item in doubtful:
            found: list[Judgement] = []
            self._judge_import(item, RUNS, path, base, found)
            if item.guard and any([judgement.verdict != "resolved" for judgement in found]):
                # Only now it matters what it depends on.
                if _is_unread(item):
                    return None
                found.clear()
                self._judge_import(item, self._standing(item.guard, summary, path, base, bodies), path, base, found)
            for judgement in found:
                if judgement.verdict != "resolved" or (watched is not None and watched(judgement.module)):
                    judgements.append(judgement)
        return judgements

    def _is_resolved(
        self, item: Import, path: str, answers: Answers[Resolution], watched: Callable[[str], bool] | None
    ) -> bool:
        """Whether an import is resolved in all its parts, and none of a ``watched`` module: the usual case, in the shortest way."""
        if item.kind != "from":
            if item.level:
                return False
            for name, _ in item.aliases:
                if type(answers[name]) is not Found or (watched is not None and watched(name)):
                    return False
            return True
        name = item.module
        if item.level:
            anchor = self.resolver.anchor(path, item.level)
            if anchor is None or anchor.search_path is None:
                return False
            name = f"{anchor.name}.{name}" if name else anchor.name
        elif name == "__future__":
            return False
        found = answers[name]
        if type(found) is not Found or (watched is not None and watched(name)):
            return False
        names = self.members.plain_names(found.module)
        members = self.members.answers(found.module)
        recorder = self.resolver.recorder
        for name, _ in item.aliases:
            if name in names:
                if recorder is not None:
                    recorder.note(plain_place(found.module.path, name))
                continue
            if name == "*" or members[name].state not in ("bound", "submodule"):
                return False
        return True

    def own_module(self, path: str) -> Module:
        """The module that the project's file ``path`` is."""
        name = self.resolver.name_of(path)
        is_package = path.endswith("/__init__.py")
        folder = path.rpartition("/")[0]
        return Module(
            name or "__init__",
            "package" if is_package else "module",
            path,
            (folder,) if is_package else (),
            None,
        )

    def module_of(self, path: str, item: Import, typing: bool = False) -> Module | None:
        """The module that the ``from`` import ``item`` of the file ``path`` takes names from; for type checkers a stub may be it."""
        found = target(self.resolver, path, item, typing)
        return found.module if isinstance(found, Found) else None

    def _judge_import(
        self, item: Import, standing: Standing, path: str, base: str, judgements: list[Judgement]
    ) -> None:
        if standing.state == "unreachable":
            module = item.module if item.kind == "from" else item.aliases[0][0]
            judgements.append(
                Judgement(item, None, module, None, "unreachable", Unknown("never runs"), weight=len(item.aliases))
            )
            return
        typing = standing.state == "typing" or path.endswith(".pyi")
        if item.kind == "from":
            self._judge_from(item, standing, path, base, typing, judgements)
            return
        for index, (name, _) in enumerate(item.aliases):
            if item.level:
                anchor = self.resolver.anchor(path, item.level)
                if anchor is None:
                    outcome: Resolution | Beyond = Beyond(self._depth(path))
                else:
                    outcome = self._below(anchor, name, base, typing)
                    name = f"{anchor.name}.{name}"
            else:
                outcome = self.resolver.find(name, base, typing)
            judgements.append(self._judgement(item, index, name, outcome, standing, typing, 1))

    def _judge_from(
        self, item: Import, standing: Standing, path: str, base: str, typing: bool, judgements: list[Judgement]
    ) -> None:
        module_name = item.module
        if item.level:
            anchor = self.resolver.anchor(path, item.level)
            if anchor is None:
                outcome: Resolution | Beyond = Beyond(self._depth(path))
            else:
                outcome = self._below(anchor, item.module, base, typing)
                module_name = f"{anchor.name}.{module_name}" if module_name else anchor.name
        elif module_name == "__future__":
            outcome = self.resolver.find(module_name, "", typing)
        else:
            outcome = self.resolver.find(module_name, base, typing)
        if not isinstance(outcome, Found):
            judgements.append(self._judgement(item, None, module_name, outcome, standing, typing, len(item.aliases)))
            return
        module = outcome.module
        answers = self.members.answers(module)
        for index, (name, _) in enumerate(item.aliases):
            if name == "*":
                fails = module.path.endswith(".py") and self.members.missing_in_all(module)
                verdict = self._missing(standing, NAME, module.name) if fails else "resolved"
                judgements.append(Judgement(item, index, module.name, name, verdict, module, typing))
                continue
            member = answers[name]
            if member.state == "absent" and not item.level:
                member = self._elsewhere(item.module, base, name) or member
            verdict = "resolved"
            if member.state == "open":
                verdict = "open"
            elif member.state == "absent" or (member.state == "typing" and not typing):
                if typing and self.in_stub(module, name):
                    verdict = "resolved"
                else:
                    verdict = self._missing(standing, NAME, f"{module.name}.{name}")
            judgements.append(Judgement(item, index, module.name, name, verdict, member, typing))

    def _judgement(
        self,
        item: Import,
        alias: int | None,
        module: str,
        outcome: Resolution | Beyond,
        standing: Standing,
        typing: bool,
        weight: int,
    ) -> Judgement:
        if isinstance(outcome, Found):
            return Judgement(item, alias, outcome.module.name, None, "resolved", outcome.module, typing, weight)
        summary = self._summary
        if item.kind == "call" and summary is not None and self.members.guards.has_own_import_module(summary):
            outcome = Unknown("the file has an `import_module` of its own")
        elif isinstance(outcome, Missing) and summary is not None and "~" in summary.exports.registered:
            outcome = Unknown("the file changes `sys.path` (a folder that is always on it belongs into `extra-paths`)")
        if isinstance(outcome, Unknown):
            return Judgement(item, alias, module, None, "open", outcome, typing, weight)
        error = NAME if type(outcome) is Beyond else MODULE
        return Judgement(item, alias, module, None, self._missing(standing, error, module), outcome, typing, weight)

    def _missing(self, standing: Standing, error: int, target: str) -> str:
        if standing.catches & error or any(target == name or target.startswith(f"{name}.") for name in standing.skips):
            return "optional"
        if any(self.members.guards.availability(test, truth, summary) for test, truth, summary in standing.asks):
            return "optional"
        return "open" if standing.state == "perhaps" else "unresolved"

    def _below(self, anchor: Module, dotted: str, base: str, stubs: bool) -> Resolution:
        """What a relative import finds below its package."""
        if anchor.search_path is not None:
            # The anchor was found by its name, so the whole can be, and the answer is shared with absolute imports.
            return self.resolver.find(f"{anchor.name}.{dotted}" if dotted else anchor.name, base, stubs)
        return below(self.resolver, anchor, dotted, stubs)

    def _elsewhere(self, module_name: str, base: str, name: str) -> Member | None:
        """The name in another module called ``module_name``, where the program may run with another search path."""
        for module in self.resolver.others(module_name, base):
            member = self.members.member(module, name)
            if member.state != "absent":
                return member
        return None

    def in_stub(self, module: Module, name: str) -> bool:
        """Whether a stub beside the module, or a submodule's, has the name."""
        if module.portions and self.resolver.child(module, name, stubs=True) is not None:
            return True
        folder, _, file = module.path.rpartition("/")
        stem = file.removesuffix(".py")
        if module.kind not in ("package", "module") or not self.resolver.holds(folder, stem, ".pyi"):
            return False
        return self.members.attribute(module._replace(kind="stub", path=f"{folder}/{stem}.pyi"), name).state == "bound"

    def _depth(self, path: str) -> int:
        name = self.resolver.name_of(path)
        is_package = path.rpartition("/")[2].startswith("__init__.")
        return (name.count(".") + is_package) if name else 0

    # Guards

    def _standing(self, guard: Guard, summary: Summary, path: str, base: str, bodies: dict[int, Body]) -> Standing:
        state, catches = "runs", 0
        skips: list[str] = []
        asks: list[tuple[str, bool, Summary]] = []
        for condition in guard:
            kind = condition[0]
            if kind == "if":
                test, expected = condition[1], condition[2]
                truth = self.members.guards.test_truth(test, summary, type_checking=False)
                if truth is None:
                    asks.append((test, expected, summary))
                elif truth is not expected:
                    if self.members.guards.test_truth(test, summary, type_checking=True) is expected:
                        state = "typing" if state != "perhaps" else state
                    else:
                        return Standing("unreachable", 0, ())
            elif kind == "never":
                return Standing("unreachable", 0, ())
            elif kind == "suppress":
                catches |= condition[1]
            elif kind == "skip":
                skips.append(condition[1])
            elif kind == "try":
                _, number, part, mask = condition
                if part == "body":
                    catches |= mask
                    continue
                if number not in bodies:
                    bodies[number] = Body(0, True)  # a cycle ends here
                    bodies[number] = self._body(number, summary, path, base, bodies)
                body = bodies[number]
                if part == "handler" and not body.fails & mask and not body.open:
                    return Standing("unreachable", 0, ())
                if part == "else" and body.fails:
                    return Standing("unreachable", 0, ())
                if body.open and not body.fails & mask:
                    state = "perhaps"
        return Standing(state, catches, tuple(skips), tuple(asks))

    def _body(self, number: int, summary: Summary, path: str, base: str, bodies: dict[int, Body]) -> Body:
        """What becomes of the body of the ``try`` with that number."""
        fails = 0
        verdicts: set[str] = set()
        for item in summary.imports:
            place = next(
                (i for i, c in enumerate(item.guard) if c[0] == "try" and c[1] == number and c[2] == "body"), None
            )
            if place is None:
                continue
            # Only what stands further in than the `try` decides whether the import runs once the body does.
            standing = self._standing(item.guard[place + 1 :], summary, path, base, bodies)
            found: list[Judgement] = []
            self._judge_import(item, standing, path, base, found)
            for judgement in found:
                verdicts.add(judgement.verdict)
                if judgement.verdict == "unresolved":
                    fails |= MODULE if isinstance(judgement.outcome, (Missing, Partial)) else NAME
        return Body(fails, "open" in verdicts or not verdicts - {"unreachable"})
