"""Whatever happens, at each quiet point the editor shows what a check from nothing says.

The real server is driven over stdio: random edits, saves, renames, deletions, moves of folders, links, installations, settings,
told in storms of events (twice, in another order, of a folder only). A run that is longer than usual is random.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from conversation import CAPABILITIES, SERVER, Conversation, ServerError
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from amounts import amount
from changing_world import ChangingWorld, storm
from importwise.checks.finding import Finding
from importwise.checks.unreadable_file import RULE as UNREADABLE
from importwise.index.change import Closed, Edited, Touched
from importwise.lsp.half_typed import without_half_typed
from importwise.lsp.notebook_cells import by_number
from importwise.lsp.parsing import problems_of
from importwise.lsp.positions import split_lines
from importwise.workspace.disk import DISK
from importwise.workspace.ignore import is_excluded
from importwise.workspace.notebook import is_notebook
from importwise.workspace.notebook_places import notebook_file
from importwise.workspace.project import Project
from importwise.workspace.projects import SetUp, set_up

USUAL = 500
STEPS = amount(USUAL)
STEPS_OF_ONE = 50
SHRINK = bool(os.environ.get("IMPORTWISE_SHRINK"))

Shown = tuple[tuple[int, int], tuple[int, int], str, int, str]
"""A diagnostic: start, end, rule, severity, first line of the message."""

SYNTAX = {"syntaxErrors": True, "pythonVersion": "3.10"}
"""(What is newer than the running Python may be written in another grammar.)"""

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")

SEVERITIES = {"error": 1, "warning": 2, "info": 3}


class Editor:
    """An editor that shows what the server says, and knows what is true."""

    def __init__(self, world: ChangingWorld, pulls: bool, syntax: bool = False) -> None:
        """With ``pulls`` the editor asks for diagnostics; with ``syntax`` its user wants to see syntax errors too."""
        self.world = world
        self.syntax = syntax
        variables = {key: value for key, value in os.environ.items() if key != "CONDA_PREFIX"}
        variables |= {**world.variables, "XDG_CACHE_HOME": f"{world.folder}/cache", "PYTHONPATH": str(SERVER)}
        self.client = Conversation(cwd=Path(world.folder), env=variables)
        self.client.answers["workspace/configuration"] = lambda params: (
            [SYNTAX if syntax else None] * len(params["items"])
        )
        said = json.loads((CAPABILITIES / "vscode.json").read_text(encoding="utf-8"))
        if not pulls:
            del said["capabilities"]["textDocument"]["diagnostic"]
        self.client.initialize(said["capabilities"], [Path(world.project)], clientInfo=said["clientInfo"])
        assert self.client.pulls is pulls
        self.pushed: dict[str, list[dict[str, Any]]] = {}
        self.versions: dict[str, int] = {}
        """The last version of each document that was ever open."""
        self.texts: dict[str, str] = {}
        """What is open."""
        self.begin: SetUp | None = None
        self._checks = self._counted = 0
        self.settle()

    def settle(self) -> None:
        """Wait until the server has nothing left to do."""
        told = self.client.request("importwise/status", {"settled": True})
        assert told["state"] == "ready"
        self._checks = told["recheckedInAll"]
        self._take_in()

    def rechecked(self) -> int:
        """How many files were checked since this was asked last."""
        before, self._counted = self._counted, self._checks
        return self._checks - before

    def heard(self, path: str, words: str) -> None:
        """Wait until a diagnostic of an open file has these words."""
        uri = Path(path).as_uri()
        if self.client.pulls:
            assert any(words in item["message"] for item in self.client.pulled(uri))
            return
        while not any(words in item["message"] for item in self.pushed.get(uri, ())):
            self.client.kept.append(self.client.next(f"diagnostics of {path}"))
            self._take_in()

    def _take_in(self) -> None:
        kept = self.client.kept
        for message in kept:
            if message.get("method") == "textDocument/publishDiagnostics":
                params = message["params"]
                if "version" in params:
                    path = _path(params["uri"])
                    assert params["version"] <= self.versions[path], "diagnostics of a text that is not there yet"
                self.pushed[params["uri"]] = params["diagnostics"]
        kept[:] = [message for message in kept if "method" not in message]

    def tell(self, changes: Iterable[Edited | Closed | Touched]) -> None:
        """Tell the server what an editor would: texts, and what it sees of the disk."""
        events: list[dict[str, Any]] = []
        for change in changes:
            uri = Path(change.path).as_uri()
            if isinstance(change, Closed):
                del self.texts[change.path]
                self.client.close(uri)
            elif isinstance(change, Touched):
                events.append({"uri": Path(self._watched(change.path)).as_uri(), "type": self._kind(change.path)})
            elif change.path in self.texts:
                self.versions[change.path] += 1
                self.client.change(uri, self.versions[change.path], edit_of(self.texts[change.path], change.text))
                self.texts[change.path] = change.text
            else:
                self.versions[change.path] = self.versions.get(change.path, 0) + 1
                self.texts[change.path] = change.text
                self.client.open(uri, change.text, self.versions[change.path])
        if events:
            self.client.notify("workspace/didChangeWatchedFiles", {"changes": events})

    def _watched(self, path: str) -> str:
        """Of what is installed, and of folders beside the project, only the first level is watched."""
        for folder in (self.world.site, self.world.elsewhere):
            if path.startswith(f"{folder}/"):
                return f"{folder}/{path[len(folder) + 1 :].partition('/')[0]}"
        return path

    def _kind(self, path: str) -> int:
        """Whether it seems created or changed (one of the two, who knows), or deleted."""
        return 3 if not os.path.lexists(path) else 1 if len(path) % 2 else 2

    def shown(self) -> dict[str, list[Shown]]:
        """What the editor shows of each file, where there is anything to show."""
        if not self.client.pulls:
            items = self.pushed
        else:
            # An answer holds what is new at its moment: the last of it has to be known before.
            self.settle()
            number = self.client.ask(
                "workspace/diagnostic",
                {"previousResultIds": [{"uri": uri, "value": at} for uri, at in self.client.workspace_ids.items()]},
            )
            self.settle()
            self.client.notify("$/cancelRequest", {"id": number})
            try:
                news = self.client.answer(number)["items"]
            except ServerError:
                news = []  # there were none: it would have waited for them
            for item in news:
                self.client.workspace_ids[item["uri"]] = item["resultId"]
                self.client.workspace_items[item["uri"]] = item["items"]
            pulled = {uri: self.client.pulled(uri) for uri in sorted(Path(path).as_uri() for path in self.texts)}
            items = {**self.client.workspace_items, **pulled}
        return {_path(uri): sorted(map(_shown, found)) for uri, found in items.items() if found}

    def wanted(self) -> dict[str, list[Shown]]:
        """What a check from nothing says of the disk and of the texts in the editor."""
        world = self.world
        wishes = {"syntax_errors": True, "python_version": SYNTAX["pythonVersion"]} if self.syntax else {}
        self.begin = set_up(world.project, wishes, world.variables, self.begin and self.begin.config.settings)
        project = Project(self.begin.config, self.begin.environment, DISK)
        project.load()
        project.apply([Edited(path, text) for path, text in world.buffers.items()])
        found: dict[str, list[Finding]] = {}
        settings = self.begin.config.settings
        for path in project.checked | project.buffers.keys():
            if is_excluded(path, world.project, settings.exclude):
                continue  # Though it is open.
            parsed = problems_of(project.buffers[path]) if self.syntax and path in project.buffers else ()
            findings: Iterable[Finding] = [
                item for item in project.findings(path, parsed) if self.syntax or item.rule != "syntax-error"
            ]
            if path in project.buffers:
                lines = split_lines(project.buffers[path])
                findings = without_half_typed(project.snapshot.summaries[path], lines, tuple(findings))
            elif is_notebook(path) and any(item.rule != UNREADABLE for item in findings):
                findings = by_number(notebook_file(DISK.read_file(path)), findings)
            found.setdefault(path, []).extend(findings)
        # Only now it is known which entries of the allowlist match anything.
        for finding in project.settings_findings():
            found.setdefault(finding.path, []).append(finding)
        return {path: sorted(_of(project, item) for item in items) for path, items in found.items() if items}


def edit_of(old: str, new: str) -> dict[str, Any]:
    """The lines that differ, as one incremental change (LSP 3.17 "TextDocumentContentChangeEvent")."""
    before, after = LINE.findall(old), LINE.findall(new)
    first = next((number for number, (a, b) in enumerate(zip(before, after)) if a != b), min(len(before), len(after)))
    if first == len(before):
        # The end of the last line, or the beginning of the one behind it.
        ended = not before or before[-1].endswith(("\n", "\r"))
        last = len(before) if ended else len(before) - 1
        column = 0 if ended else len(before[-1].encode("utf-16-le", "surrogatepass")) // 2
        place = {"line": last, "character": column}
        return {"range": {"start": place, "end": place}, "text": "".join(after[first:])}
    start, end = {"line": first, "character": 0}, {"line": len(before), "character": 0}
    return {"range": {"start": start, "end": end}, "text": "".join(after[first:])}


def _path(uri: str) -> str:
    assert uri.startswith("file://")
    return uri[len("file://") :]


def _shown(item: dict[str, Any]) -> Shown:
    start, end = item["range"]["start"], item["range"]["end"]
    message = item["message"].partition("\n")[0]
    return (
        (start["line"], start["character"]),
        (end["line"], end["character"]),
        item["code"],
        item["severity"],
        message,
    )


def _of(project: Project, finding: Finding) -> Shown:
    if finding.rule == UNREADABLE:
        text = ""
    elif is_notebook(finding.path) and finding.path not in project.buffers:
        text = notebook_file(DISK.read_file(finding.path)).text
    else:
        text = project.text(finding.path) or ""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def place(line: int, column: int) -> tuple[int, int]:
        text = lines[line] if line < len(lines) else ""
        return line, len(text[:column].encode("utf-16-le", "surrogatepass")) // 2

    return (
        place(*finding.span.start),
        place(*finding.span.end),
        finding.rule,
        SEVERITIES[finding.severity],
        finding.message,
    )


class Machine(RuleBasedStateMachine):
    """One life of a server."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.editor: Editor | None = None

    @initialize(pulls=st.booleans(), syntax=st.booleans(), random=st.randoms(use_true_random=False))
    def start(self, pulls: bool, syntax: bool, random: Random) -> None:
        """A world, and an editor in it."""
        world = ChangingWorld(Path(self.folder.name).resolve())
        world.begin(random, 8)
        self.editor = Editor(world, pulls, syntax)
        self.compare("at the start")

    @rule(random=st.randoms(use_true_random=False), count=st.sampled_from((1, 1, 1, 2, 4)))
    def happen(self, random: Random, count: int) -> None:
        """Some things happen at once."""
        editor = self.editor
        assert editor is not None
        actions = []
        changes = []
        for _ in range(count):
            action = editor.world.draw(random, unreadable=False)
            if action.kind == "edit" and not action.path.endswith((".py", ".pyi")):
                continue
            actions.append(action)
            changes += editor.world.perform(action)
        told = storm(random, changes, editor.world.project)
        editor.tell(told)
        editor.settle()
        self.compare(f"after {actions}, told as {told}")

    def compare(self, when: str) -> None:
        """What is shown is what is true."""
        editor = self.editor
        assert editor is not None
        shown, wanted = editor.shown(), editor.wanted()
        if shown != wanted:
            lines = [when]
            for path in sorted({*shown, *wanted}):
                mine, its = shown.get(path, []), wanted.get(path, [])
                lines += [f"{path}: shown, not true: {item}" for item in mine if item not in its]
                lines += [f"{path}: true, not shown: {item}" for item in its if item not in mine]
                if sorted(set(mine)) == sorted(set(its)) and mine != its:
                    lines.append(f"{path}: not as often: {mine}, {its}")
            raise AssertionError("\n".join([*lines, editor.client.stderr.decode()]))

    def teardown(self) -> None:
        """No server stays, and none has failed."""
        if self.editor is not None:
            self.editor.client.kill()
            stderr = self.editor.client.stderr.decode()
            self.folder.cleanup()
            assert "Traceback" not in stderr, stderr


@pytest.mark.slow
def test_what_is_shown_is_what_is_true() -> None:
    """At each quiet point."""
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=max(1, STEPS // STEPS_OF_ONE),
            stateful_step_count=STEPS_OF_ONE,
            deadline=None,
            derandomize=STEPS == USUAL,
            database=None,
            # Each attempt to make an example smaller takes a server: a person who looks for the cause asks for it.
            phases=(Phase.generate, Phase.shrink) if SHRINK else (Phase.generate,),
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
