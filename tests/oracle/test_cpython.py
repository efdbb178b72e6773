"""The marks of all cases agree with what each CPython on the machine does when it executes the files.

A statement that ImportError leaves must be marked, one that works must not be. Nothing is asked of statements that never
run, of imports that a case lists as open, of lines with an ignore comment, and, where there is an allowlist, of statements
that are not marked. A case whose truth running can't tell says so in its prose: ``(not decided by running: why)``.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from casefile import Case, Expected, Step, read_cases
from world import ENVIRONMENT, PLACES, tomllib

pytestmark = pytest.mark.slow

CASES = Path(__file__).parent.parent / "cases"
RUNNER = Path(__file__).with_name("run_cases.py")
RULES = {"unresolved-import", "unresolved-name", "relative-import-beyond-top-level", "invalid-all"}
IGNORE = re.compile(r"#.*\b(importwise|type|pyright|ty|pyrefly|mypy): ?ignore|#.*\bnoqa\b", re.IGNORECASE)
LOWEST = (3, 10)


@lru_cache(maxsize=1)
def pythons() -> dict[str, str]:
    """Version → interpreter, for every CPython from 3.10 on that pyenv, uv or PATH has."""
    candidates = [*sorted(Path.home().glob(".pyenv/versions/*/bin/python"))]
    candidates += sorted(Path.home().glob(".local/share/uv/python/cpython-*/bin/python3"))
    candidates += [Path(folder, f"python3.{minor}") for folder in os.get_exec_path() for minor in range(10, 20)]
    found: dict[str, str] = {}
    for candidate in [Path(sys.executable), *candidates]:
        if not candidate.is_file():
            continue
        ask = "import sys; print(sys.implementation.name, '%d.%d' % sys.version_info[:2])"
        answer = subprocess.run([str(candidate), "-S", "-I", "-c", ask], capture_output=True, text=True, check=False)
        name, _, version = answer.stdout.strip().partition(" ")
        if name == "cpython" and tuple(map(int, version.split("."))) >= LOWEST:
            found.setdefault(version, str(candidate))
    return dict(sorted(found.items(), key=lambda item: int(item[0].partition(".")[2])))


def settings(files: dict[str, bytes]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The project's settings as a table, and those of pytest."""
    if "importwise.toml" in files:
        return tomllib.loads(files["importwise.toml"].decode()), {}
    tool = tomllib.loads(files.get("pyproject.toml", b"").decode()).get("tool", {})
    return tool.get("importwise", {}), tool.get("pytest", {}).get("ini_options", {})


def roots(files: dict[str, bytes], table: dict[str, Any], pytest_table: dict[str, Any]) -> list[str]:
    """The project's roots, relative to it, in order, as semantics has them."""
    if "roots" in table:
        return [root.strip("/").removeprefix("./") if root not in (".", "./") else "" for root in table["roots"]]
    found = ["", "src"]
    for path in sorted(files):
        folder, _, name = path.rpartition("/")
        if name in ("pyproject.toml", "setup.py", "setup.cfg") and f"{folder}/__init__.py" not in files:
            found += [folder, f"{folder}/src".lstrip("/")]
    found += [entry.strip("/").removeprefix("./") for entry in pytest_table.get("pythonpath", [])]
    folders = {str(parent) for path in files for parent in PurePosixPath(path).parents} | {""}
    return list(dict.fromkeys(root for root in found if root in folders))


def revisions(case: Case) -> Iterator[tuple[Step, dict[str, bytes], set[str], set[str]]]:
    """Each step with all files, folders and unreadable files as they are then."""
    files: dict[str, bytes] = {}
    folders: set[str] = set()
    unreadable: set[str] = set()
    for step in case.steps:
        for path in step.gone:
            for old in [old for old in files if old == path or old.startswith(path.rstrip("/") + "/")]:
                del files[old]
            folders.discard(path.rstrip("/"))
        files.update(step.written)
        folders.update(step.folders)
        unreadable.update(step.unreadable)
        yield step, dict(files), set(folders), set(unreadable)


def job(folder: Path, step: Step, files: dict[str, bytes], folders: set[str]) -> dict[str, Any]:
    """Write one revision of a project into ``folder``; the job for `run_cases`."""
    folder.mkdir(parents=True)
    project = folder / "project"

    def place(path: str) -> Path:
        return folder / path if path.partition("/")[0] in PLACES else project / path

    for path in ("project", "site-packages", "elsewhere"):
        (folder / path).mkdir(exist_ok=True)
    for path in folders:
        place(path).mkdir(parents=True, exist_ok=True)
    for path, data in files.items():
        archive = re.match(r"(.*?\.(?:zip|egg))/(.*)", path)
        if archive:
            place(archive[1]).parent.mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(place(archive[1]), "a") as file:
                file.writestr(archive[2], data)
            continue
        if path.startswith("site-packages/"):
            data = data.replace(f"{ENVIRONMENT}/".encode(), f"{folder}/".encode())
        place(path).parent.mkdir(parents=True, exist_ok=True)
        place(path).write_bytes(data)
    table, pytest_table = settings(files)
    found = roots(files, table, pytest_table)
    world = tomllib.loads(step.environment or "")
    entries = world.get("site-packages", ["site-packages"])
    sites = [
        str(place(entry))
        for entry in entries
        if entry.startswith("site-packages") and not entry.endswith((".zip", ".egg"))
    ]
    after = [str(project / extra) for extra in table.get("extra-paths", [])]
    rest = [str(place(entry)) for entry in entries if str(place(entry)) not in sites]
    judged: list[list[str]] = []
    for path in sorted(files):
        if path.partition("/")[0] in PLACES or not path.endswith(".py"):
            continue
        base = str(PurePosixPath(path).parent)
        while f"{base}/__init__.py" in files:
            base = str(PurePosixPath(base).parent)
        base = "" if base == "." else base
        parts = path.removeprefix(naming_root(path, found, base)).strip("/").removesuffix(".py").split("/")
        if parts[-1] == "__init__":
            parts = parts[:-1]
        is_module = all(part.isidentifier() for part in parts)
        judged.append([str(place(path)), ".".join(parts) if is_module else "", str(project / base)])
    before = [str(project / root) for root in found]
    return {"folder": f"{folder}/", "path": [before, after, sites, rest], "files": judged}


def naming_root(path: str, found: list[str], base: str) -> str:
    """The root that gives a file its name: the innermost, or the file's base directory where none holds it."""
    holding = [root for root in found if not root or path.startswith(root + "/")]
    return max(holding, key=len) if holding else base


def decided(case: Case) -> bool:
    """Whether the oracle looks at the case."""
    return case.not_decided is None


def must_say_why(case: Case) -> str | None:
    """Why the case can't be decided by running, though it does not say so."""
    for step, files, _, unreadable in revisions(case):
        world = tomllib.loads(step.environment or "")
        if any(path.startswith(("stdlib/", "typeshed/")) for path in files):
            return "it changes the standard library"
        if unreadable:
            return "it has files that can't be read"
        if world.get("found") is False or (
            ("mapping" in world or "namespaces" in world or "unknown" in world)
            and not any(path.endswith(".pth") for path in files)
        ):
            return "it makes up an environment"
    return None


def disagreements(step: Step, files: dict[str, bytes], path: str, answers: list[list[Any]]) -> Iterator[str]:
    """Where the marks of one file and CPython differ."""
    table, _ = settings(files)
    severities = table.get("rules", {})
    # A mark that is weaker than its rule is about an import for type checkers.
    marks = [
        e for e in step.findings if e.path == path and e.rule in RULES and e.severity == severities.get(e.rule, "error")
    ]
    opens = [e for e in step.open if e.path == path]
    silent = table.get("allow") or "off" in severities.values()
    lines = re.split(r"\r\n|\r|\n", files[path].decode("utf-8", "replace"))

    def about(e: Expected, answer: list[Any]) -> bool:
        name, begin, names, _, _, _ = answer
        return [e.line, e.column] == name or begin <= [e.line, e.column] < names

    for answer in answers:
        (line, column), (begin, _), _, last, what, detail = answer
        place = f"{path}:{line}:{column}"
        if what == "problem":
            yield f"{path}: {detail}"
            continue
        mine = [e for e in marks if about(e, answer)]
        if any(e.wrong for e in mine) or any(about(e, answer) for e in opens):
            continue
        if (
            what == "failed"
            and not mine
            and not silent
            and not any(IGNORE.search(text) for text in lines[begin - 1 : last])
        ):
            yield f"{place} raises ImportError, and is not marked"
        elif what == "worked" and mine:
            yield f"{place} works, and is marked {mine[0].rule}"
        elif what == "never ran" and mine:
            yield f"{place} never runs, and is marked {mine[0].rule}"


def versions_of(case: Case) -> set[str] | None:
    """The Pythons that the case speaks of, or None for all; one that there is not, where the platform is another."""
    versions: set[str] = set()
    for _, files, _, _ in revisions(case):
        table, _ = settings(files)
        if table.get("platform", sys.platform) != sys.platform:
            return {"none"}
        if "python-version" in table:
            versions.add(table["python-version"])
    return versions or None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.parametrize("file", sorted(CASES.glob("*.md")), ids=lambda file: file.stem)
def test_marks_agree(file: Path, tmp_path: Path) -> None:
    """All cases of a file under all Pythons, side by side."""
    asked: list[tuple[Case, Step, dict[str, bytes], dict[str, Any]]] = []
    for case in read_cases(file):
        if decided(case):
            for step, files, folders, _ in revisions(case):
                asked.append((case, step, files, job(tmp_path / str(len(asked)), step, files, folders)))
    running: list[tuple[str, list[int], subprocess.Popen[str]]] = []
    for version, python in pythons().items():
        chosen = [number for number, (case, *_) in enumerate(asked) if version in (versions_of(case) or {version})]
        process = subprocess.Popen(
            [python, "-S", "-I", str(RUNNER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps([asked[number][3] for number in chosen]))
        process.stdin.close()
        process.stdin = None
        running.append((version, chosen, process))
    wrong: dict[str, list[str]] = {}
    for version, chosen, process in running:
        output, errors = process.communicate()
        if process.returncode:
            pytest.fail(f"Python {version}: {errors}", pytrace=False)
        for number, answers in zip(chosen, json.loads(output)):
            case, step, files, made = asked[number]
            for path, answer in answers.items():
                relative = path.removeprefix(f"{made['folder']}project/")
                for difference in disagreements(step, files, relative, answer):
                    wrong.setdefault(f"{file.name}:{case.line + 1} {step.heading}: {difference}", []).append(version)
    if wrong:
        pytest.fail("\n".join(f"{line} ({', '.join(versions)})" for line, versions in wrong.items()), pytrace=False)


@pytest.mark.parametrize("file", sorted(CASES.glob("*.md")), ids=lambda file: file.stem)
def test_reasons(file: Path) -> None:
    """A case that running can't decide says why."""
    for case in read_cases(file):
        reason = must_say_why(case)
        assert reason is None or not decided(case), (
            f"{file.name}:{case.line + 1}: say `(not decided by running: …)`: {reason}"
        )
