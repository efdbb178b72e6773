"""Case files: small projects in Markdown, with what importwise must say of them.

One topic a file, one ``##`` a case, prose first, then fenced blocks, in any order:

- A file: the first line of the block is a comment with its path (``# shop/cart.py``). That line and the marks are not part
  of the file, so line 1 is the one below the path. The language of the block is for the reader alone, except for
  ``bytes``, whose lines are Python literals (``b"\\xff"``) that are joined.
- ``tree``: paths of empty files, one a line; with a slash at the end, of an empty folder.
- ``findings``: ``path:line:column rule words``, for what can't be marked in the text.
- ``open``: ``path:line:column words``, each import that can't be judged. No block: there is none.
- ``verdicts``: ``optional 1``, how many imports got each verdict, those with none left out. No block: they are not looked at.
- ``allowed``: ``torch._C.** 3``, how many imports each entry of the allowlist allowed. No block: they are not looked at.
- ``why``: the first line is what ``importwise why`` is asked, ``shop.cart`` or ``shop.cart --from main.py``; each further line,
  ``probe words``, is the kind of a step and words that it contains; the steps come in that order, others may lie between.
- ``environment``: a TOML table that replaces fields of the environment (see `world`).
- ``unreadable``: paths of files that can't be read.
- ``gone``: paths of files that are deleted in this step.

A mark stands under the line it speaks of: ``#    ^^^^ rule (severity): words``. The carets lie under the exact span (a
span that goes on in the next line is marked to the end of the first), the words are in the finding's message or help, and
"…" between words stands for anything. A mark that would begin where the ``#`` is, is written without ``#``. The severity
is left out where it is the rule's own. ``(wrong: why)`` after the words marks a result that is known to be wrong.

``### Then …`` is the next revision of the same project: shown files replace, and all that must still be found in others
stands in ``findings``. ``(not decided by running: why)`` in the prose keeps a case from the oracle.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import NamedTuple

SEVERITIES = {"unused-allow": "warning", "unused-ignore": "warning"}
"""The rules' own severities, where they are not "error"."""

MARK = re.compile(
    r"^(?:#(?P<space> *))?(?P<carets>\^+) (?P<rule>[a-z-]+)(?: \((?P<severity>error|warning|info)\))?(?:: (?P<words>.*))?$"
)
FINDING = re.compile(
    r"^(?P<path>[^:]+):(?P<line>\d+):(?P<column>\d+) (?P<rule>[a-z-]+)(?: \((?P<severity>error|warning|info)\))?(?:: (?P<words>.*))?$"
)
OPEN = re.compile(r"^(?P<path>[^:]+):(?P<line>\d+):(?P<column>\d+)(?: (?P<words>.*))?$")
PATH_LINE = re.compile(r"^# (?P<path>[^\s:]+)$")
NOT_DECIDED = re.compile(r"\(not decided by running: ([^)]+)\)")
WRONG = re.compile(r"\s*\(wrong: [^)]+\)$")


class Expected(NamedTuple):
    """A finding that must be made, or an open import (rule "open"); lines and columns from 1."""

    path: str
    line: int
    column: int
    width: int | None
    """Code points on the first line, or None where it does not matter."""
    rule: str
    severity: str
    words: str

    @property
    def wrong(self) -> bool:
        """Whether the case itself says that the result is wrong."""
        return bool(WRONG.search(self.words))

    @property
    def fragments(self) -> list[str]:
        """The words that the message must contain, in order."""
        return [part.strip() for part in WRONG.sub("", self.words).split("…") if part.strip()]


class Block(NamedTuple):
    """A fenced block. ``first`` and ``last`` are the lines of its fences in the Markdown, from 0."""

    language: str
    path: str | None
    first: int
    last: int
    lines: tuple[str, ...]
    """Without the path line and the marks."""
    marks: tuple[Expected, ...]

    @property
    def data(self) -> bytes:
        """The content of the file."""
        if self.language == "bytes":
            return b"".join(ast.literal_eval(line) for line in self.lines)
        return "".join(line + "\n" for line in self.lines).encode()


class Step(NamedTuple):
    """One revision of the project."""

    heading: str
    blocks: tuple[Block, ...]
    written: dict[str, bytes]
    folders: tuple[str, ...]
    gone: tuple[str, ...]
    unreadable: tuple[str, ...]
    findings: tuple[Expected, ...]
    open: tuple[Expected, ...]
    verdicts: dict[str, int] | None
    allowed: dict[str, int] | None
    why: tuple[tuple[str, ...], ...]
    environment: str | None
    last: int
    """The last line of the step in the Markdown, from 0."""


class Case(NamedTuple):
    """One ``##`` of a case file."""

    file: Path
    heading: str
    line: int
    steps: tuple[Step, ...]
    not_decided: str | None
    """Why running can't decide the case, or None."""

    @property
    def id(self) -> str:
        """``relative-more-dots-than-packages``, for ``pytest -k``."""
        return re.sub(r"[^a-z0-9]+", "-", f"{self.file.stem} {self.heading}".lower()).strip("-")


class MalformedCase(Exception):
    """A case file that does not keep to the form, with its place."""


def read_cases(file: Path) -> list[Case]:
    """All cases of a Markdown file; raises MalformedCase."""
    lines = file.read_text(encoding="utf-8").split("\n")
    cases: list[Case] = []
    starts = [
        number for number, line in enumerate(lines) if line.startswith("## ") and not _inside_fence(lines, number)
    ]
    for start, end in zip(starts, starts[1:] + [len(lines)]):
        cases.append(_read_case(file, lines, start, end))
    headings = [case.heading for case in cases]
    for heading in headings:
        if headings.count(heading) > 1:
            raise MalformedCase(f"{file.name}: two cases are called {heading!r}")
    return cases


def _inside_fence(lines: list[str], number: int) -> bool:
    return sum(line.startswith("```") for line in lines[:number]) % 2 == 1


def _read_case(file: Path, lines: list[str], start: int, end: int) -> Case:
    headings = [
        number for number in range(start, end) if re.match("##+ ", lines[number]) and not _inside_fence(lines, number)
    ]
    steps = [_read_step(file, lines, first, last - 1) for first, last in zip(headings, headings[1:] + [end])]
    prose = " ".join(lines[start:end])
    reason = NOT_DECIDED.search(prose)
    return Case(file, lines[start][3:].strip(), start, tuple(steps), reason[1] if reason else None)


def _read_step(file: Path, lines: list[str], first: int, last: int) -> Step:
    blocks: list[Block] = []
    number = first + 1
    while number <= last:
        if lines[number].startswith("```"):
            close = number + 1
            while close <= last and lines[close] != "```":
                close += 1
            if close > last:
                raise MalformedCase(f"{file.name}:{number + 1}: the block does not end")
            blocks.append(_read_block(file, lines, number, close))
            number = close
        number += 1
    written: dict[str, bytes] = {}
    folders: list[str] = []
    listed: dict[str, list[str]] = {
        "gone": [],
        "unreadable": [],
        "findings": [],
        "open": [],
        "verdicts": [],
        "allowed": [],
    }
    why: list[tuple[str, ...]] = []
    environment = None
    findings: list[Expected] = []
    for block in blocks:
        if block.path is not None:
            if block.path in written:
                raise MalformedCase(f"{file.name}:{block.first + 1}: {block.path} is written twice")
            written[block.path] = block.data
            findings += block.marks
        elif block.language == "tree":
            for line in block.lines:
                if line.endswith("/"):
                    folders.append(line.rstrip("/"))
                elif line:
                    written[line] = b""
        elif block.language == "why":
            why.append(block.lines)
        elif block.language == "environment":
            environment = "\n".join(block.lines)
        else:
            listed[block.language] += [line for line in block.lines if line.strip()]
    where = f"{file.name}:{first + 1}"
    findings += [_expected(where, FINDING, line) for line in listed["findings"]]
    opens = [_expected(where, OPEN, line) for line in listed["open"]]

    def counts(language: str) -> dict[str, int] | None:
        if not any(block.language == language for block in blocks):
            return None
        return {line.split()[0]: int(line.split()[1]) for line in listed[language]}

    return Step(
        lines[first].lstrip("#").strip(),
        tuple(blocks),
        written,
        tuple(folders),
        tuple(listed["gone"]),
        tuple(listed["unreadable"]),
        tuple(findings),
        tuple(opens),
        counts("verdicts"),
        counts("allowed"),
        tuple(why),
        environment,
        last,
    )


def _expected(where: str, form: re.Pattern[str], line: str) -> Expected:
    match = form.match(line.strip())
    if match is None:
        raise MalformedCase(f"{where}: not understood: {line}")
    fields = match.groupdict()
    rule = fields.get("rule") or "open"
    severity = fields.get("severity") or SEVERITIES.get(rule, "error")
    return Expected(
        fields["path"], int(fields["line"]), int(fields["column"]), None, rule, severity, fields["words"] or ""
    )


PLAIN = frozenset({"tree", "findings", "open", "verdicts", "allowed", "why", "environment", "unreadable", "gone"})
"""Languages of the blocks that are not files."""


def _read_block(file: Path, lines: list[str], first: int, last: int) -> Block:
    language = lines[first][3:].strip()
    body = lines[first + 1 : last]
    if language in PLAIN:
        return Block(language, None, first, last, tuple(body), ())
    path_line = PATH_LINE.match(body[0]) if body else None
    if path_line is None:
        raise MalformedCase(f"{file.name}:{first + 2}: the block must begin with a comment that says its path")
    path = path_line["path"]
    kept: list[str] = []
    marks: list[Expected] = []
    for line in body[1:]:
        mark = MARK.match(line)
        if mark is None:
            if re.match(r"^#? *\^\^", line):
                raise MalformedCase(f"{file.name}: a mark that is not understood: {line}")
            kept.append(line)
            continue
        column = 0 if mark["space"] is None else 1 + len(mark["space"])
        severity = mark["severity"] or SEVERITIES.get(mark["rule"], "error")
        width = len(mark["carets"])
        marks.append(Expected(path, len(kept), column + 1, width, mark["rule"], severity, mark["words"] or ""))
    return Block(language, path, first, last, tuple(kept), tuple(marks))


def mark_line(found: Expected, indent_from: int = 1) -> str:
    """The mark for a finding: ``#     ^^^^ rule: words``."""
    carets = "^" * max(found.width or 1, 1)
    lead = "" if found.column == 1 else "#" + " " * (found.column - 2)
    return f"{lead}{carets} {_label(found)}"


def finding_line(found: Expected) -> str:
    """The line of a ``findings`` or ``open`` block."""
    place = f"{found.path}:{found.line}:{found.column}"
    if found.rule == "open":
        return f"{place} {found.words}".rstrip()
    return f"{place} {_label(found)}"


def _label(found: Expected) -> str:
    severity = "" if found.severity == SEVERITIES.get(found.rule, "error") else f" ({found.severity})"
    return f"{found.rule}{severity}" + (f": {found.words}" if found.words else "")


def rewrite(file: Path, accepted: dict[tuple[int, int], tuple[list[Expected], list[Expected]]]) -> None:
    """Write what was really found into the case file.

    ``accepted`` maps (line of the case, number of the step) to the findings and the open imports of that step. Words that
    were there stay, where a finding of the same rule still is in the same line.
    """
    lines = file.read_text(encoding="utf-8").split("\n")
    for case in sorted(read_cases(file), key=lambda case: -case.line):
        for number in range(len(case.steps) - 1, -1, -1):
            if (case.line, number) in accepted:
                _rewrite_step(lines, case.steps[number], *accepted[case.line, number])
    file.write_text("\n".join(lines), encoding="utf-8")


def _rewrite_step(lines: list[str], step: Step, findings: list[Expected], opens: list[Expected]) -> None:
    old = {(e.path, e.line, e.rule): e.words for e in (*step.findings, *step.open)}
    findings = [e._replace(words=old.get((e.path, e.line, e.rule), "")) for e in findings]
    opens = [e._replace(words=old.get((e.path, e.line, "open"), e.words)) for e in opens]
    shown = {block.path for block in step.blocks if block.path is not None and block.language != "bytes"}
    blocks = list(step.blocks)
    plain = {
        "findings": [finding_line(e) for e in findings if e.path not in shown],
        "open": [finding_line(e) for e in opens],
    }
    end = blocks[-1].last + 1 if blocks else step.last
    for language, wanted in reversed(plain.items()):
        if wanted and not any(block.language == language for block in blocks):
            lines[end:end] = ["", f"```{language}", *wanted, "```"]
    for block in sorted(blocks, key=lambda block: -block.first):
        if block.language in plain:
            wanted = plain[block.language]
            if wanted:
                lines[block.first + 1 : block.last] = wanted
            else:
                lines[block.first : block.last + 1] = []
        elif block.path in shown:
            body = [lines[block.first + 1]]
            for number, line in enumerate(block.lines, 1):
                body.append(line)
                body += [mark_line(e) for e in findings if e.path == block.path and e.line == number]
            lines[block.first + 1 : block.last] = body
