"""Compare every verdict of importwise on installed packages, or on the standard library, with what CPython does.

    python tests/oracle/packages.py --install --environment DIR      # makes the environment (about 1.5 GB), then compares
    python tests/oracle/packages.py --environment DIR                # an environment that is there
    python tests/oracle/packages.py --stdlib PYTHON                  # the standard library of an interpreter

Each file of site-packages is checked as if it were the project's own (root: site-packages). CPython is asked by
`import_truth.py`; its answers are kept, so that a second comparison takes seconds.

What is compared, import by import (``from m import a, b`` counts as two):

- A **false alarm** is an import that importwise calls unresolved and that works in CPython.
- A **missed** one is called resolved, and CPython's import statement itself fails.
- **Undecided** is what CPython can't tell: a module that has to be imported first breaks for a reason of its own.

What importwise calls open, optional or unreachable makes no claim, and is only counted; so are imports for type checkers alone. CPython answers for a fresh process in
which nothing but the import in question has happened; for a script, a file that lies in no package, its own folder is on the path
as well.

Of the other rules, each name that is said to be missing in an ``__all__`` is asked for like an import, and each file that is
said to have a syntax error is compiled.

Besides, the quick way of `check`, which reads what an import depends on only where a verdict needs it, has to come to the same
as the full judgement of each file: where they differ, that is printed as **two ways**.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import venv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from importwise.checks.finding import Finding
    from importwise.resolver.judge import Judgement
    from importwise.workspace.project import Project

PACKAGES = """
    aiohttp attrs boltons boto3 botocore celery click cryptography dask django docutils fastapi filelock flask fsspec
    google-api-core google-cloud-storage hypothesis ipython jinja2 jsonschema lazy_loader lxml matplotlib networkx nltk numpy pandas
    paramiko pip pluggy protobuf pydantic pygments pytest requests rich scikit-image scikit-learn scipy setuptools six sphinx
    sqlalchemy sympy tornado transformers twisted typing-extensions xarray zope.component zope.event zope.interface
""".split()

OWN_DISTUTILS = {"SETUPTOOLS_USE_DISTUTILS": "stdlib"}
"""For both sides: an installed setuptools shall not stand in for the standard library's distutils."""

JUDGING = ("unresolved-import", "unresolved-name", "relative-import-beyond-top-level")
"""The rules about imports; the others speak of something else."""

JUDGED = ("resolved", "unresolved")
COLUMNS = (
    "imports",
    "resolved",
    "open",
    "optional",
    "unreachable",
    "unresolved",
    "undecided",
    "false alarms",
    "missed",
)


class Question(NamedTuple):
    """What CPython is asked: ``import module``, or ``from module import name``."""

    context: str
    """Folder to put first on the path, or ""."""
    module: str
    name: str
    """"" where the module itself is meant."""


class Answer(NamedTuple):
    """See `import_truth.py`."""

    answer: str
    detail: str


class Claim(NamedTuple):
    """A verdict of importwise on one import statement's part."""

    path: str
    """Relative to the root."""
    line: int
    """From 1."""
    question: Question
    verdict: str
    typing: bool
    count: int
    """How many imports it speaks of."""
    beyond: bool
    """Whether it is about a relative import with too many dots."""
    all_is_invalid: bool
    """Whether importwise reports names that are missing in the ``__all__`` of the module of a star import."""


class Disagreement(NamedTuple):
    """Where importwise and CPython differ, or CPython doesn't know what importwise claims to know."""

    kind: str
    """"false alarm", "missed" or "undecided"."""
    package: str
    claim: Claim
    detail: str


# Environments


def interpreter(environment: Path) -> Path:
    """The interpreter of an environment's folder."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(environment: Path) -> None:
    """Make a virtual environment of the running Python with `PACKAGES`."""
    venv.create(environment, with_pip=True)
    subprocess.run([interpreter(environment), "-m", "pip", "install", "-q", *PACKAGES], check=True)


def folder_of(python: Path, scheme: str) -> Path:
    """A folder of an interpreter by its name in `sysconfig`: "purelib" or "stdlib"."""
    code = f"import sysconfig; print(sysconfig.get_path({scheme!r}))"
    return Path(subprocess.run([python, "-I", "-c", code], check=True, capture_output=True, text=True).stdout.strip())


def owners(site_packages: Path) -> dict[str, str]:
    """Which distribution each file of site-packages belongs to, from the RECORD files."""
    found: dict[str, str] = {}
    for record in site_packages.glob("*.dist-info/RECORD"):
        name = record.parent.name.partition("-")[0].lower().replace("_", "-")
        with record.open(encoding="utf-8", newline="") as lines:
            found.update({row[0]: name for row in csv.reader(lines) if row})
    return found


# importwise's side


def claims(root: Path, python: Path, variables: dict[str, str], differences: list[str]) -> Iterator[Claim]:
    """Everything that importwise says about the imports below a root; `check` and `judgements` go different ways, so that
    what they do not agree on goes into ``differences``."""
    from importwise.environment.discover import discover
    from importwise.resolver.judge import Beyond
    from importwise.settings import Settings
    from importwise.workspace.config import Config
    from importwise.workspace.disk import DISK
    from importwise.workspace.project import Project

    folder = root.as_posix()
    exclude = ("/site-packages/", "/lib-dynload/")
    settings = Settings(roots=(".",), exclude=exclude, respect_foreign_ignores=False)
    config = Config(folder, None, settings, (), None, ())
    project = Project(config, discover(folder, python=str(python), variables=variables), DISK)
    project.load()
    report = project.check()
    differences += no_syntax_errors(
        python, [one for one in report.findings if one.rule == "syntax-error"], len(folder) + 1
    )
    invalid = {finding.path for finding in report.findings if finding.rule == "invalid-all"}
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in report.findings:
        found[finding.path].append(finding)

    for path in project.snapshot.files:
        relative = path[len(folder) + 1 :]
        context = base_folder(root, path)
        judgements = project.judgements(path)
        differences += [f"{relative}:{text}" for text in two_ways(project, path, judgements, found[path])]
        for finding in found[path]:
            if finding.rule == "invalid-all" and finding.module and finding.name:
                question = Question(context, finding.module, finding.name)
                yield Claim(relative, finding.span.start.line + 1, question, "unresolved", False, 0, False, False)
        for judgement in judgements:
            item = judgement.item
            module, name = judgement.module, judgement.name or ""
            if not item.level:
                module = item.module if item.kind == "from" else item.aliases[judgement.alias or 0][0]
            question = Question("" if item.level else context, module, name)
            module_path = getattr(judgement.outcome, "path", "")
            yield Claim(
                relative,
                item.line + 1,
                question,
                judgement.verdict,
                judgement.typing,
                judgement.weight,
                isinstance(judgement.outcome, Beyond),
                name == "*" and module_path in invalid,
            )


def no_syntax_errors(python: Path, findings: list[Finding], start: int) -> Iterator[str]:
    """Those of the findings about files that the interpreter compiles."""
    code = """
import json, sys, warnings
warnings.simplefilter("ignore")
for path in json.load(sys.stdin):
    try:
        compile(open(path, "rb").read(), path, "exec", dont_inherit=True)
        print(path)
    except Exception:
        pass
"""
    paths = json.dumps(sorted({one.path for one in findings}))
    done = subprocess.run([python, "-I", "-c", code], input=paths, check=True, capture_output=True, text=True)
    fine = set(done.stdout.splitlines())
    for one in findings:
        if one.path in fine:
            yield f"{one.path[start:]}:{one.span.start.line + 1}: false alarm: {one.message}"


def two_ways(project: Project, path: str, judgements: list[Judgement], findings: list[Finding]) -> Iterator[str]:
    """Where the quick verdicts on a file, or what `check` reports of it, are others than the full judgement."""

    def described(some: Iterable[Judgement]) -> Counter[tuple[int, str]]:
        return Counter(
            (
                one.item.line + 1,
                f"{one.verdict} {one.alias} {one.module} {one.name} {one.outcome} {one.typing} {one.weight}",
            )
            for one in some
            # An import that is found may be known to never run by the full judgement alone.
            if one.verdict not in ("resolved", "unreachable")
        )

    resolved, doubts = project.judge.doubts(path)
    quick, full = described(doubts), described(judgements)
    for name, more in (("quickly", quick - full), ("in full", full - quick)):
        for line, text in sorted(more):
            yield f"{line}: two ways: only {name}: {text}"
    weight = sum(one.weight for one in judgements)
    if resolved + sum(one.weight for one in doubts) != weight:
        yield f"1: two ways: {weight} imports in full, {resolved} + {len(doubts)} quickly"
    unreachable = {one.item.line for one in judgements if one.verdict == "unreachable"}
    for one in doubts:
        if one.verdict == "unreachable" and one.item.line not in unreachable:
            yield f"{one.item.line + 1}: two ways: unreachable only quickly: {one.module}"
    reported = Counter((one.module, one.name) for one in findings if one.rule in JUDGING)
    unresolved = Counter(
        (one.module, one.name) for one in judgements if one.verdict == "unresolved" and one.name != "*"
    )
    for module, name in (reported - unresolved) + (unresolved - reported):
        yield f"1: two ways: reported or unresolved, not both: {module} {name or ''}"


def base_folder(root: Path, path: str) -> str:
    """What Python would put on the path for a file that is run as a script; "" where that is the root."""
    folder = Path(path).parent
    while (folder / "__init__.py").exists():
        folder = folder.parent
    return "" if folder == root or root not in folder.parents else str(folder)


# CPython's side


class Truths:
    """CPython's answers. They are kept in a file, a line each."""

    def __init__(self, python: Path, file: Path, variables: dict[str, str]) -> None:
        self.python = python
        self.variables = variables
        self.file = file
        self.known: dict[Question, Answer] = {}
        if file.exists():
            with file.open(encoding="utf-8") as lines:
                for line in lines:
                    context, module, name, answer, detail = json.loads(line)
                    self.known[Question(context, module, name)] = Answer(answer, detail)

    def learn(self, questions: Iterable[Question]) -> None:
        """Ask CPython what isn't known yet."""
        new = sorted(set(questions) - self.known.keys())
        if not new:
            return
        print(f"asking {self.python} {len(new):,} questions", file=sys.stderr)
        asked: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for question in new:
            asked[question.context][question.module].append(question.name)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a", encoding="utf-8") as file:
            for line in ask(self.python, list(asked.items()), self.variables):
                context, module, name, answer, detail = json.loads(line)
                self.known[Question(context, module, name)] = Answer(answer, detail)
                file.write(line)
            for question in new:
                if question not in self.known:
                    self.known[question] = Answer("undecided", "crashed, or took too long")
                    file.write(json.dumps([*question, *self.known[question]]) + "\n")

    def of(self, question: Question) -> Answer:
        """The answer: what works without the importing file's own folder works with it."""
        plain = self.known[question._replace(context="")]
        return self.known.get(question, plain) if plain.answer == "missing" else plain

    def learn_all(self, questions: set[Question]) -> None:
        """Ask first without the folders of scripts; with them only what fails otherwise."""
        self.learn(question._replace(context="") for question in questions)
        self.learn(q for q in questions if q.context and self.known[q._replace(context="")].answer == "missing")


def ask(python: Path, asked: list[tuple[str, dict[str, list[str]]]], extra: dict[str, str]) -> list[str]:
    """Run `import_truth.py`, away from the user's files and display."""
    script = Path(__file__).resolve().with_name("import_truth.py")
    with tempfile.TemporaryDirectory(prefix="importwise-oracle-") as home:
        variables = {
            "HOME": home,
            "LANG": "C.UTF-8",
            "PATH": os.defpath,
            "TMPDIR": home,
            "MPLBACKEND": "Agg",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            **extra,
        }
        done = subprocess.run(
            [python, "-I", "-B", script],
            check=True,
            input=json.dumps(asked),
            stdout=subprocess.PIPE,
            text=True,
            cwd=home,
            env=variables,
        )
    return done.stdout.splitlines(keepends=True)


def fingerprint(python: Path, root: Path) -> str:
    """Changes when something is installed or removed."""
    names = sorted(path.name for path in root.iterdir())
    return hashlib.sha256(json.dumps([str(python), str(root), names]).encode()).hexdigest()[:16]


# The comparison


def truth_of(claim: Claim, truths: Truths) -> Answer:
    """What CPython says of an import."""
    if claim.beyond:
        return Answer("missing", "")  # `base_folder` and the root leave no doubt: there is no such package.
    answer = truths.of(claim.question)
    if claim.all_is_invalid and answer.answer == "missing":
        return Answer("works", "its failure is reported where `__all__` is")
    return answer


def compare(
    found: Iterable[Claim], truths: Truths, owner: dict[str, str]
) -> tuple[dict[str, Counter[str]], list[Disagreement]]:
    """Counts for each package, and each disagreement."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    disagreements: list[Disagreement] = []
    for claim in found:
        package = owner.get(claim.path) or claim.path.partition("/")[0]
        count = counts[package]
        count["imports"] += claim.count
        count[claim.verdict] += claim.count
        if claim.verdict not in JUDGED or claim.typing:
            continue
        answer, detail = truth_of(claim, truths)
        kind = ""
        if answer == "undecided":
            kind = "undecided"
        elif claim.verdict == "unresolved" and answer == "works":
            kind = "false alarm"
        elif claim.verdict == "resolved" and answer == "missing":
            kind = "missed"
        if kind:
            count["false alarms" if kind == "false alarm" else kind] += claim.count
            if kind != "undecided" or claim.verdict == "unresolved":
                disagreements.append(Disagreement(kind, package, claim, detail))
    return counts, disagreements


def table(counts: dict[str, Counter[str]]) -> str:
    """The counts as text, a line for each package and one for all."""
    total: Counter[str] = sum(counts.values(), Counter())
    rows = [("package", *COLUMNS)]
    for package, count in [*sorted(counts.items()), ("all", total)]:
        rows.append((package, *(f"{count[column]:,}" for column in COLUMNS)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def rates(counts: dict[str, Counter[str]]) -> str:
    """The figures for the README, in words."""
    total: Counter[str] = sum(counts.values(), Counter())
    failing = total["missed"] + total["unresolved"] - total["false alarms"]
    resolved = total["resolved"]
    return (
        f"{len(counts)} packages, {total['imports']:,} imports: {total['false alarms']:,} false alarms; "
        f"{total['missed']:,} missed ({100 * total['missed'] / max(resolved, 1):.3f}% of the resolved, "
        f"{100 * total['missed'] / max(failing, 1):.1f}% of those that fail)"
    )


def describe(one: Disagreement) -> str:
    question = one.claim.question
    statement = f"from {question.module} import {question.name}" if question.name else f"import {question.module}"
    return f"{one.claim.path}:{one.claim.line}: {one.kind}: {statement}  ({one.claim.verdict}; CPython: {one.detail or 'works'})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environment", type=Path, metavar="DIR", help="a virtual environment")
    parser.add_argument("--install", action="store_true", help="make the environment first")
    parser.add_argument(
        "--stdlib", type=Path, metavar="PYTHON", help="compare on the standard library of this interpreter"
    )
    parser.add_argument(
        "--answers", type=Path, metavar="DIR", help="where CPython's answers are kept (default: a cache folder)"
    )
    parser.add_argument("--json", action="store_true", help="write everything as JSON")
    options = parser.parse_args()
    if (options.environment is None) == (options.stdlib is None):
        parser.error("give either --environment or --stdlib")

    if options.stdlib:
        python = options.stdlib.absolute()
        root = folder_of(python, "stdlib")
        owner: dict[str, str] = {}
        variables = OWN_DISTUTILS
    else:
        environment = options.environment.absolute()
        if options.install:
            install(environment)
        python = interpreter(environment)
        root = folder_of(python, "purelib")
        owner = owners(root)
        variables = {}

    differences: list[str] = []
    found = list(claims(root, python, variables, differences))
    cache = options.answers or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "importwise-oracle")
    truths = Truths(python, cache / f"{fingerprint(python, root)}.jsonl", variables)
    judged = {claim.question for claim in found if claim.verdict in JUDGED and not claim.beyond}
    truths.learn_all(judged)
    counts, disagreements = compare(found, truths, owner)

    if options.json:
        everything = {
            "packages": counts,
            "disagreements": [
                {"kind": one.kind, "package": one.package, "detail": one.detail, **one.claim._asdict()}
                for one in disagreements
            ],
            "two ways": differences,
        }
        print(json.dumps(everything, indent=1))
    else:
        for one in sorted(disagreements, key=lambda one: (one.kind, one.claim.path, one.claim.line)):
            print(describe(one))
        print(*differences, sep="\n")
        print(f"\n{table(counts)}\n\n{rates(counts)}")
    return 1 if differences or any(one.kind == "false alarm" for one in disagreements) else 0


if __name__ == "__main__":
    sys.exit(main())
