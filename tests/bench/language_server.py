"""Measures language servers over raw stdio on one tree, in one run: `python tests/bench/language_server.py TREE [--rounds N]`.

TREE is a folder with torch in it (``pip install --target TREE torch``). It is copied first: files are deleted and rewritten.
ty, pyrefly and pyright are measured beside importwise where they are installed (extra ``bench``), and a server on pygls that
does nothing, which tells what the machine itself takes. The result is a table in Markdown with the bars that importwise is held to.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from measure import proportional_set_size
from server_table import Figures, table

SERVER = Path(__file__).parents[2] / "server"
TYPED_IN = "torch/nn/modules/conv.py"
PATIENCE = 120.0
"""Seconds after which a server has failed."""


class Peer(NamedTuple):
    """A language server."""

    name: str
    command: tuple[str, ...]


class Client:
    """Speaks with one server. Every message is stamped when it arrives."""

    def __init__(self, command: Sequence[str], folder: Path, cache: Path) -> None:
        self.folder = folder
        variables = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "CONDA_PREFIX")}
        variables |= {"XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(SERVER), "PYTHONDONTWRITEBYTECODE": ""}
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            command, cwd=folder, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.incoming: queue.Queue[tuple[float, dict[str, Any]]] = queue.Queue()
        self.number = 0
        self.version = 0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        source = self.process.stdout
        assert source is not None
        while True:
            length = 0
            while line := source.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                return
            body = source.read(length)
            self.incoming.put((time.perf_counter(), json.loads(body)))

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def notify(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def request(self, method: str, params: Any) -> tuple[float, Any]:
        """The result, and when it arrived."""
        self.number += 1
        number = self.number
        self.send({"id": number, "method": method, "params": params})
        when, message = self.wait(lambda message: "method" not in message and message.get("id") == number)
        return when, message.get("result")

    def wait(self, wanted: Callable[[dict[str, Any]], bool]) -> tuple[float, dict[str, Any]]:
        """The next message that is ``wanted``; what the server asks meanwhile is answered."""
        while True:
            when, message = self.incoming.get(timeout=PATIENCE)
            if "method" in message and "id" in message:
                items = (message.get("params") or {}).get("items", ())
                result = [None for _ in items] if message["method"] == "workspace/configuration" else None
                self.send({"id": message["id"], "result": result})
            if wanted(message):
                return when, message

    def diagnostics(self, uri: str, words: str) -> float:
        """When the diagnostics of ``uri`` came that contain ``words``."""

        def are_it(message: dict[str, Any]) -> bool:
            if message.get("method") != "textDocument/publishDiagnostics" or message["params"]["uri"] != uri:
                return False
            return any(words in item["message"] for item in message["params"]["diagnostics"])

        return self.wait(are_it)[0]

    def initialize(self) -> None:
        """Introduce an editor that gets its diagnostics pushed, watches files and knows progress."""
        uri = self.folder.as_uri()
        capabilities = {
            "textDocument": {"publishDiagnostics": {"versionSupport": True}, "synchronization": {"didSave": True}},
            "workspace": {
                "workspaceFolders": True,
                "didChangeWatchedFiles": {"dynamicRegistration": True, "relativePatternSupport": True},
            },
        }
        folders = [{"uri": uri, "name": "tree"}]
        params = {"processId": os.getpid(), "rootUri": uri, "workspaceFolders": folders, "capabilities": capabilities}
        # importwise relies on editors to watch of which it knows that they do.
        self.request("initialize", {**params, "clientInfo": {"name": "Visual Studio Code"}})
        self.notify("initialized", {})

    def open(self, path: Path, text: str) -> str:
        self.version += 1
        item = {"uri": path.as_uri(), "languageId": "python", "version": self.version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return path.as_uri()

    def replace_line(self, uri: str, line: int, text: str) -> float:
        """Type a line anew; returns when."""
        self.version += 1
        span = {"start": {"line": line, "character": 0}, "end": {"line": line + 1, "character": 0}}
        change = {"range": span, "text": text + "\n"}
        document = {"uri": uri, "version": self.version}
        when = time.perf_counter()
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        return when

    def events(self, paths: Sequence[Path], kind: int) -> float:
        changes = [{"uri": path.as_uri(), "type": kind} for path in paths]
        when = time.perf_counter()
        self.notify("workspace/didChangeWatchedFiles", {"changes": changes})
        return when

    def settled(self) -> tuple[float, int]:
        """When importwise had nothing left to do, and of how many files it has told something meanwhile."""
        self.number += 1
        number = self.number
        self.send({"id": number, "method": "importwise/status", "params": {"settled": True}})
        told: set[str] = set()
        last = 0.0

        def is_it(message: dict[str, Any]) -> bool:
            if message.get("method") == "textDocument/publishDiagnostics":
                told.add(message["params"]["uri"])
            return "method" not in message and message.get("id") == number

        last, _ = self.wait(is_it)
        return last, len(told)

    def cpu(self) -> float:
        """Seconds of CPU that the server's own threads have had, and its children that ended; 0 where the system doesn't say."""
        process = Path(f"/proc/{self.process.pid}")
        try:
            own = sum(int((task / "schedstat").read_text().split()[0]) for task in (process / "task").iterdir())
            children = sum(map(int, (process / "stat").read_text().rpartition(")")[2].split()[13:15]))
        except OSError:
            return 0.0
        return own / 1e9 + children / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Bytes of the server and its children."""
        return proportional_set_size(self.process.pid)

    def end(self) -> None:
        """Let the server end as an editor does; some keep what they have learnt only then."""
        try:
            self.request("shutdown", None)
            self.notify("exit", None)
            self.process.wait(10)
        except Exception:  # noqa: BLE001 - whatever goes wrong, it ends
            pass
        finally:
            self.process.kill()
            self.process.wait()


def peers() -> Iterator[Peer]:
    """importwise, a server that does nothing, and those of the others that are installed."""
    yield Peer("importwise", (sys.executable, "-m", "importwise", "server"))
    yield Peer("bare pygls", (sys.executable, str(Path(__file__).with_name("bare_server.py"))))
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    for name, program, *arguments in (
        ("ty", "ty", "server"),
        ("pyrefly", "pyrefly", "lsp"),
        ("pyright", "pyright-langserver", "--stdio"),
    ):
        found = shutil.which(program, path=path)
        if found:
            yield Peer(name, (found, *arguments))


@contextmanager
def client(peer: Peer, folder: Path, cache: Path) -> Iterator[Client]:
    one = Client(peer.command, folder, cache)
    try:
        one.initialize()
        yield one
    finally:
        one.end()


def measure(peer: Peer, folder: Path, scratch: Path, rounds: int, figures: Figures) -> None:
    """All that can be asked of ``peer``."""

    def note(row: str, value: float, cpu: float = 0.0) -> None:
        figures.setdefault(row, {}).setdefault(peer.name, []).append((value, cpu))

    typed = folder / TYPED_IN
    text = typed.read_text(encoding="utf-8")
    broken = f"import importwise_nowhere_0\n{text}"
    ours = peer.name == "importwise"
    for number in range(rounds):
        cache = scratch / f"{peer.name}-{number}"
        with client(peer, folder, cache) as one:
            uri = one.open(typed, broken)
            note("start", one.diagnostics(uri, "importwise_nowhere_0") - one.began, one.cpu())
            if ours:
                note("all, cold", one.settled()[0] - one.began, one.cpu())
        if ours:
            with client(peer, folder, cache) as one:
                note("all, warm", one.settled()[0] - one.began, one.cpu())
    with client(peer, folder, scratch / f"{peer.name}-0") as one:
        uri = one.open(typed, broken)
        one.diagnostics(uri, "importwise_nowhere_0")
        if ours:
            one.settled()
        for number in range(1, 20 + rounds * 40):
            cpu = one.cpu()
            began = one.replace_line(uri, 0, f"import importwise_nowhere_{number}")
            taken = one.diagnostics(uri, f"importwise_nowhere_{number}") - began
            if number >= 20:
                note("keystroke in an import", taken, one.cpu() - cpu)
        if ours:
            _typing_in_a_body(one, uri, broken, rounds, note)
            note("memory", one.memory())
            _deletions(one, folder, typed, rounds, note)
            _switch(one, folder, note)
            note("memory after all that", one.memory())
        else:
            note("memory", one.memory())


def _typing_in_a_body(one: Client, uri: str, text: str, rounds: int, note: Callable[..., None]) -> None:
    line = next(number for number, line in enumerate(text.split("\n")) if line.startswith("        super().__init__"))
    for number in range(rounds * 40):
        cpu = one.cpu()
        began = one.replace_line(uri, line, f"        self.typed = {number}")
        # Nothing is to be told: the answer to what is asked behind it shows that the change has been dealt with.
        note("keystroke in a function body", one.request("importwise/status", {})[0] - began, one.cpu() - cpu)


def _deletions(one: Client, folder: Path, typed: Path, rounds: int, note: Callable[..., None]) -> None:
    made = folder / "made_importers"
    made.mkdir()
    hub = made / "hub.py"
    hub.write_text("value = 1\n")
    for number in range(1000):
        (made / f"importer{number}.py").write_text("import os\n\nfrom made_importers.hub import value\n")
    one.events([made], 1)
    one.settled()
    # Where the package `torch` itself goes, all its modules are others than before.
    for row, path in (
        ("deleted, 50 importers", _imported_by(folder, 50, typed)),
        ("deleted, 1,000 importers", hub),
        ("deleted, torch itself", folder / "torch" / "__init__.py"),
    ):
        content = path.read_bytes()
        for _ in range(rounds * 2):
            path.unlink()
            cpu = one.cpu()
            began = one.events([path], 3)
            ended, told = one.settled()
            note(row, ended - began, one.cpu() - cpu)
            note(f"{row}: files", told)
            path.write_bytes(content)
            one.events([path], 1)
            one.settled()


def _imported_by(folder: Path, wanted: int, typed: Path) -> Path:
    """The module of torch that about so many files import by its full name; of packages the ``__init__``."""
    importers: dict[str, int] = {}
    for path in folder.rglob("*.py"):
        names = re.findall(r"^\s*(?:from|import) +(torch[\w.]*)", path.read_text("utf-8", "replace"), re.MULTILINE)
        for name in set(names):
            importers[name] = importers.get(name, 0) + 1
    for name in sorted(importers, key=lambda name: abs(importers[name] - wanted)):
        stem = folder.joinpath(*name.split("."))
        for path in (stem.with_suffix(".py"), stem / "__init__.py"):
            if path.is_file() and path != typed:
                return path
    raise SystemExit("no such module")


def _switch(one: Client, folder: Path, note: Callable[..., None]) -> None:
    files = sorted(folder.rglob("*.py"))
    for number in range(max(0, 3000 - len(files))):
        path = folder / "switched" / f"module{number}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"from switched.module{number // 2} import value\nvalue = 1\n")
        files.append(path)
    for path in files[: 3000 - 600]:
        with path.open("ab") as file:
            file.write(b"\nswitched = True\n")
    cpu = one.cpu()
    began = one.events(files, 2)
    note("switch of 3,000 files", one.settled()[0] - began, one.cpu() - cpu)


def copied(tree: Path, folder: Path) -> Path:
    """The tree's Python files; extension modules as empty files."""
    for path in tree.rglob("*"):
        if path.is_dir() or "__pycache__" in path.parts:
            continue
        target = folder / path.relative_to(tree)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix in (".py", ".pyi", ".toml") or path.parent.suffix == ".dist-info":
            shutil.copyfile(path, target)
        elif path.suffix in (".so", ".pyd"):
            target.touch()
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures language servers over raw stdio.")
    parser.add_argument("tree", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", action="append", help="measure this server only; may be repeated")
    arguments = parser.parse_args()
    figures: Figures = {}
    names: list[str] = []
    for peer in peers():
        if arguments.only and peer.name not in arguments.only:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            base = Path(scratch).resolve()
            folder = copied(arguments.tree.resolve(), base / "tree")
            print(f"{peer.name} …", file=sys.stderr)
            try:
                measure(peer, folder, base / "cache", arguments.rounds, figures)
            except queue.Empty:
                print(f"{peer.name}: no answer within {PATIENCE:g} s", file=sys.stderr)
            names.append(peer.name)
    print(table(figures, names))
    for row, by_name in figures.items():
        if row.endswith(": files") or row == "memory after all that":
            print(f"{row}: {median(value for value, _ in by_name['importwise']):,.0f}", file=sys.stderr)


if __name__ == "__main__":
    main()
