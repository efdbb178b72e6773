"""Take modules and definitions of a real tree away, and see which of the imports that this breaks are reported.

    python tests/oracle/mutations.py TREE                            # 300 definitions and 100 modules, in a linked copy
    python tests/oracle/mutations.py TREE --python DIR --seed 7

What `packages.py` can't show: there nearly every import works. Here each one that is counted is broken, since what it asks for
is gone, and nothing else in the module's text binds the name. One that is not reported is a **silent** miss: importwise calls
it open (it can't be known, and why), or resolved. Those that it calls optional or unreachable are counted apart.

The changes are made one after the other to a project that is live, as in an editor, and taken back.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from importwise.index.module import Module
    from importwise.resolver.judge import Judgement
    from importwise.syntax.summary import Import
    from importwise.workspace.project import Project


class Place(NamedTuple):
    """One imported module or name of a statement."""

    path: str
    line: int
    column: int
    alias: int | None
    """None for the module of a ``from`` import."""


class Silent(NamedTuple):
    """An import that is broken, and not reported."""

    taken: str
    place: Place
    why: str


class Outcome(NamedTuple):
    """What became of the imports."""

    verdicts: Counter[str]
    silent: list[Silent]


def project_of(tree: Path, python: str | None) -> Project:
    """A live project of everything below ``tree``."""
    from importwise.workspace.disk import DISK
    from importwise.workspace.project import Project
    from importwise.workspace.projects import set_up

    built = set_up(tree.as_posix(), {"python": python} if python else {}, {})
    project = Project(built.config, built.environment, DISK, live=True)
    project.load()
    return project


def imports_of(project: Project) -> tuple[dict[str, list[Place]], dict[tuple[str, str], list[Place]]]:
    """Who imports each module, and who each name from a module: by absolute names."""
    modules: dict[str, list[Place]] = defaultdict(list)
    names: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for path in project.snapshot.files:
        summary = project.snapshot.summaries[path]
        for item in summary.imports if summary is not None else ():
            at = (path, item.line, item.column)
            if item.kind == "import":
                for alias, (name, _) in enumerate(item.aliases):
                    modules[name].append(Place(*at, alias))
                continue
            module = absolute(project, path, item) if item.kind == "from" else None
            if module is not None:
                modules[module].append(Place(*at, None))
                for alias, (name, _) in enumerate(item.aliases):
                    names[module, name].append(Place(*at, alias))
    return modules, names


def absolute(project: Project, path: str, item: Import) -> str | None:
    """The module of a ``from`` import; None if its dots lead nowhere."""
    if not item.level:
        return item.module
    anchor = project.judge.resolver.anchor(path, item.level)
    return None if anchor is None else f"{anchor.name}.{item.module}" if item.module else anchor.name


def judgement_of(project: Project, place: Place) -> Judgement | None:
    """What is said of a place. A missing module speaks for all the names that are imported from it."""
    said = [
        one for one in project.judge.judge(place.path) if (one.item.line, one.item.column) == (place.line, place.column)
    ]
    return next((one for one in said if place.alias is None or one.alias in (None, place.alias)), None)


def own_module(project: Project, name: str) -> Module | None:
    """The module ``name``, if it is a file of the project, and no package."""
    from importwise.resolver.resolution import Found

    found = project.judge.resolver.find(name)
    if not isinstance(found, Found) or found.module.path not in project.checked:
        return None
    return None if found.module.portions or not found.module.path.endswith(".py") else found.module


def without_definition(text: str, name: str) -> str | None:
    """``text`` with the function or class ``name`` under another name; None if it may have the name from elsewhere too."""
    word = re.escape(name)
    changed = re.sub(rf"^((?:async )?(?:def|class) ){word}\b", rf"\g<1>{name}_is_gone", text, flags=re.MULTILINE)
    also_bound = rf"^{word}\s*[:=]|import\b[^)]*\b{word}\b|^\s+(def|class) {word}\b|global .*\b{word}\b|as {word}\b"
    return None if changed == text or re.search(also_bound, changed, re.MULTILINE) else changed


def take_away(
    project: Project, taken: str, places: Iterable[Place], gone: Callable[[], None], back: Callable[[], None]
) -> Iterator[tuple[str, Silent | None]]:
    """The verdict on each place that was resolved before ``gone`` was called; ``back`` is called at the end."""
    before = [place for place in places if (said := judgement_of(project, place)) and said.verdict == "resolved"]
    gone()
    for place in before:
        said = judgement_of(project, place)
        verdict = said.verdict if said is not None else "resolved"
        silent = verdict in ("open", "resolved")
        yield verdict, Silent(taken, place, str(said.outcome) if said is not None else "") if silent else None
    back()


def mutate(project: Project, definitions: int, modules: int, random: Random) -> Outcome:
    """Take so many of each away, one at a time."""
    from importwise.index.change import Closed, Edited, Touched

    by_module, by_name = imports_of(project)
    outcome = Outcome(Counter(), [])

    def count(results: Iterable[tuple[str, Silent | None]]) -> None:
        for verdict, silent in results:
            outcome.verdicts[verdict] += 1
            outcome.silent.extend([] if silent is None else [silent])

    for module_name, name in random.sample(sorted(by_name), len(by_name)):
        module = own_module(project, module_name) if definitions else None
        text = project.text(module.path) if module is not None else None
        changed = without_definition(text, name) if text is not None else None
        if module is None or text is None or changed is None:
            continue
        definitions -= 1
        path = module.path
        places = [place for place in by_name[module_name, name] if place.path != path]

        def rename(path: str = path, changed: str = changed) -> None:
            project.apply([Edited(path, changed)])

        def restore(path: str = path) -> None:
            project.apply([Closed(path)])

        count(take_away(project, f"{module_name}.{name}", places, rename, restore))

    for module_name in random.sample(sorted(by_module), len(by_module)):
        module = own_module(project, module_name) if modules else None
        if module is None:
            continue
        modules -= 1
        parent, _, tail = module_name.rpartition(".")
        path = module.path
        places = [place for place in (*by_module[module_name], *by_name[parent, tail]) if place.path != path]

        def remove(path: str = path) -> None:
            os.rename(path, f"{path}.gone")
            project.apply([Touched(path)])

        def put_back(path: str = path) -> None:
            os.rename(f"{path}.gone", path)
            project.apply([Touched(path)])

        count(take_away(project, module_name, places, remove, put_back))
    return outcome


def linked(tree: Path, folder: Path) -> Path:
    """A copy of ``tree`` that costs nothing: files may be renamed in it, and none is written to."""
    copy = folder / tree.name
    try:
        shutil.copytree(tree, copy, copy_function=os.link, symlinks=True)
    except shutil.Error:  # Another file system.
        shutil.rmtree(copy)
        shutil.copytree(tree, copy, symlinks=True)
    return copy


def described(outcome: Outcome) -> str:
    """The figures, and the silent ones by their cause."""
    counts = outcome.verdicts
    excused = counts["optional"] + counts["unreachable"]
    total = counts.total() - excused
    share = len(outcome.silent) / max(total, 1)
    silent_ones = f"{len(outcome.silent):,} silent ({share:.1%})"
    lines = [
        f"{total:,} broken imports: {counts['unresolved']:,} reported, {silent_ones}; {excused:,} optional or unreachable besides"
    ]
    causes: dict[str, list[Silent]] = defaultdict(list)
    for silent in outcome.silent:
        causes[silent.why].append(silent)
    for why, group in sorted(causes.items(), key=lambda pair: -len(pair[1])):
        place = group[0].place
        lines.append(f"{len(group):5} {why or 'resolved'}: {group[0].taken} in {place.path}:{place.line + 1}")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path, metavar="TREE", help="a folder with a project")
    parser.add_argument("--python", metavar="PATH", help="the environment with what it needs")
    parser.add_argument(
        "--definitions", type=int, default=300, metavar="N", help="functions and classes (default: 300)"
    )
    parser.add_argument("--modules", type=int, default=100, metavar="N", help="modules (default: 100)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="which ones")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = project_of(linked(options.tree.resolve(), Path(folder).resolve()), options.python)
        print(described(mutate(project, options.definitions, options.modules, Random(options.seed))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
