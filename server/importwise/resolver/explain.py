"""The search for a module, step by step, for people: `importwise why`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from importwise.index.module import Module
from importwise.resolver.judge import Judge
from importwise.resolver.resolution import Found, Missing, Partial, Unknown
from importwise.searchpath import SearchPath


class Step(NamedTuple):
    """One line of the explanation."""

    text: str
    kind: Literal["probe", "found", "shadowed", "missing", "note", "allowed"]


def explain(judge: Judge, name: str, from_file: str | None, directory: str) -> tuple[Step, ...]:
    """How ``name``, a dotted module or a module with a name in it, is looked for by the file ``from_file`` (absolute).

    A relative name (``..x``) is looked for in the packages around ``from_file``.
    """
    return tuple(_Explanation(judge, from_file, directory).steps(name))


class _Explanation:
    def __init__(self, judge: Judge, from_file: str | None, directory: str) -> None:
        self.judge = judge
        self.resolver = judge.resolver
        self.from_file = from_file
        self.directory = directory
        self.base = self.resolver.foreign_base(from_file) if from_file else ""

    def steps(self, name: str) -> Iterator[Step]:
        if name.startswith("."):
            level = len(name) - len(name.lstrip("."))
            anchor = self.resolver.anchor(self.from_file, level) if self.from_file else None
            if anchor is None:
                what = (
                    f"{level} dots lead out of the packages of {self._show(self.from_file)}"
                    if self.from_file
                    else "a relative name needs the file that imports it"
                )
                yield Step(what, "missing")
                return
            yield Step(f"{'.' * level} is `{anchor.name}` ({self._place(anchor)})", "note")
            name = f"{anchor.name}.{name[level:]}".rstrip(".")
        parts = name.split(".")
        yield from self._head_steps(parts[0])
        found = self.resolver.find(parts[0], self.base)
        for size in range(2, len(parts) + 1):
            if type(found) is not Found:
                break
            parent = found.module
            yield from self._child_steps(parent, parts[size - 1])
            found = self.resolver.find(".".join(parts[:size]), self.base)
            if type(found) is Partial:
                yield from self._name_steps(parent, parts[size - 1], is_last=size == len(parts))
                return
        yield self._outcome(name, found)

    def _head_steps(self, head: str) -> Iterator[Step]:
        environment = self.judge.environment
        version = ".".join(map(str, environment.version))
        yield Step(f"Python {version} on {environment.platform}; {environment.origin}", "note")
        if head in environment.builtins:
            yield Step(f"`{head}` is built into the interpreter: nothing shadows it", "found")
            return
        yield Step(f"`{head}` is not built into the interpreter", "probe")
        winner = self.resolver.find(head, self.base)
        place = winner.module if type(winner) is Found else None
        decided = False
        for search_path in self.resolver.paths(self.base):
            where = f"{self._show(search_path.path)} ({self._kind(search_path)})"
            found = self.resolver.look_in(search_path.path, head, head, search_path)
            if found is None:
                yield Step(f"{where}: no `{head}`", "probe")
            elif place is not None and not decided and self._same(found, place):
                decided = found.kind != "namespace"
                yield Step(f"{where}: {self._a_kind(found)}, {self._place(found)}", "found")
            elif found.kind == "namespace":
                yield Step(
                    f"{where}: a folder without __init__, used only if nothing else is found: {self._place(found)}",
                    "shadowed",
                )
            elif decided:
                yield Step(
                    f"{where}: {self._a_kind(found)}, {self._place(found)}, shadowed by the one found before",
                    "shadowed",
                )
            else:
                yield Step(f"{where}: {self._a_kind(found)}, {self._place(found)}", "shadowed")
        if head in environment.mapping:
            yield Step(
                f"an editable install maps `{head}` to {self._show(environment.mapping[head])}",
                "shadowed" if decided else "found",
            )
        if head in environment.namespaces:
            yield Step(
                f"an editable install makes `{head}` a namespace of {', '.join(map(self._show, environment.namespaces[head]))}",
                "found",
            )
        if head in environment.unknown:
            yield Step(environment.unknown[head], "note")

    def _child_steps(self, parent: Module, part: str) -> Iterator[Step]:
        if not parent.portions:
            yield Step(f"`{parent.name}` is {self._a_kind(parent)}, not a package", "probe")
        winner = self.resolver.child(parent, part)
        for folder in parent.portions:
            found = self.resolver.look_in(folder, part, f"{parent.name}.{part}", parent.search_path)
            if found is None:
                stub = f"{part}.pyi" in self.resolver.tree[folder].files
                yield Step(
                    f"{self._show(folder)}: no `{part}`" + (f", only a stub, {part}.pyi" if stub else ""), "probe"
                )
            elif isinstance(winner, Module) and self._same(found, winner):
                yield Step(f"{self._show(folder)}: {self._a_kind(found)}, {self._place(found)}", "found")
            else:
                yield Step(f"{self._show(folder)}: {self._a_kind(found)}, {self._place(found)}", "shadowed")
        if isinstance(winner, Module) and winner.kind == "registered":
            yield Step(f"{self._place(winner)} puts `{winner.name}` into sys.modules", "found")

    def _name_steps(self, parent: Module, part: str, is_last: bool) -> Iterator[Step]:
        """``a.b.c`` may be meant as the name ``c`` of the module ``a.b``."""
        member = self.judge.members.attribute(parent, part)
        if is_last and member.state == "bound":
            yield Step(
                f"`{part}` is a name in `{parent.name}` ({self._place(parent)}): `from {parent.name} import {part}` works",
                "found",
            )
        elif is_last and member.state == "open":
            yield Step(f"whether `{parent.name}` has a name `{part}` can't be known: {member.reason}", "note")
        else:
            yield Step(f"`{parent.name}` exists ({self._place(parent)}), it has no `{part}`", "missing")

    def _outcome(self, name: str, found: object) -> Step:
        if type(found) is Found:
            return Step(f"`{name}` is {self._a_kind(found.module)}: {self._place(found.module)}", "found")
        if type(found) is Unknown:
            return Step(f"it can't be known whether `{name}` exists: {found.reason}", "note")
        if type(found) is Missing:
            return Step(f"`{name}` is not found: nothing is called `{found.head}`", "missing")
        return Step(f"`{name}` is not found", "missing")

    def _same(self, one: Module, other: Module) -> bool:
        if one.kind == "namespace" and other.kind == "namespace":
            return set(one.portions) <= set(other.portions)
        return one.path == other.path and one.kind == other.kind

    def _a_kind(self, module: Module) -> str:
        words = {
            "extension": "an extension module",
            "built-in": "a built-in module",
            "namespace": "a namespace package",
            "bytecode": "a compiled module",
        }
        return words.get(module.kind, f"a {module.kind}")

    def _place(self, module: Module) -> str:
        return ", ".join(map(self._show, (module.path,) if module.path else module.portions)) or "built in"

    def _kind(self, search_path: SearchPath) -> str:
        return f"{search_path.kind}{f': {search_path.origin}' if search_path.origin else ''}"

    def _show(self, path: str | None) -> str:
        if path is None:
            return ""
        return path[len(self.directory) + 1 :] if path.startswith(f"{self.directory}/") else path
