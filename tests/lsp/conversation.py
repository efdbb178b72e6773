"""A small LSP client over stdio that waits for messages, never for time."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

SERVER = Path(__file__).parents[2] / "server"
CAPABILITIES = Path(__file__).parent / "capabilities"
EDITORS = ("vscode", "nvim", "eglot")

PATIENCE = 180.0
"""Seconds after which a message that has not come is missing, however busy the machine is."""


class Missing(AssertionError):
    """What was waited for did not come."""


class ServerError(Exception):
    """The server answered with an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code = error["code"]


class Conversation:
    """One server process, and what has been said."""

    def __init__(self, *arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "importwise", "server", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env=env,
        )
        self.incoming: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.kept: list[dict[str, Any]] = []
        """Messages that came before they were asked for."""
        self.said: list[dict[str, Any]] = []
        """Everything that came, in order."""
        self.stderr = b""
        self.answers: dict[str, Callable[[Any], Any]] = {}
        """What to answer to the server's requests, by method; None is the answer to all others."""
        self.pulls = False
        """Whether the server offers diagnostics to those who ask."""
        self.opened: set[str] = set()
        self.workspace_ids: dict[str, str] = {}
        self.workspace_items: dict[str, list[dict[str, Any]]] = {}
        """What `workspace/diagnostic` answered last, by URI."""
        self._number = 0
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._read, self._read_errors)]
        for thread in self._threads:
            thread.start()

    # The wire

    def _read(self) -> None:
        source = self.process.stdout
        assert source is not None
        try:
            while True:
                length = 0
                while line := source.readline().strip():
                    name, _, value = line.partition(b":")
                    if name.lower() == b"content-length":
                        length = int(value)
                if not length:
                    break
                self.incoming.put(json.loads(source.read(length)))
        except ValueError:
            pass
        self.incoming.put(None)

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        try:
            for line in self.process.stderr:
                self.stderr += line
        except ValueError:
            pass  # It was closed.

    def send_bytes(self, data: bytes) -> None:
        """Send anything at all."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send_body(self, body: bytes) -> None:
        """Send a message with any body."""
        self.send_bytes(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def send(self, message: dict[str, Any]) -> None:
        """Send a message."""
        self.send_body(json.dumps({"jsonrpc": "2.0", **message}).encode())

    # Speaking

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification."""
        self.send({"method": method, "params": params})

    def ask(self, method: str, params: Any = None) -> int:
        """Send a request; returns its number."""
        self._number += 1
        message = {"id": self._number, "method": method}
        if params is not None:
            message["params"] = params
        self.send(message)
        return self._number

    def request(self, method: str, params: Any = None) -> Any:
        """Send a request and return the result."""
        return self.answer(self.ask(method, params))

    def answer(self, number: int | None) -> Any:
        """The result of the request ``number``, once it is there."""
        message = self.wait(lambda message: "method" not in message and message.get("id") == number, f"answer {number}")
        if "error" in message:
            raise ServerError(message["error"])
        return message["result"]

    # Hearing

    def wait(self, wanted: Callable[[dict[str, Any]], bool], what: str = "a message") -> dict[str, Any]:
        """The first message that is ``wanted``, among those kept or still to come."""
        for index, message in enumerate(self.kept):
            if wanted(message):
                return self.kept.pop(index)
        while True:
            message = self.next(what)
            if wanted(message):
                return message
            self.kept.append(message)

    def next(self, what: str = "a message") -> dict[str, Any]:
        """The next message; requests of the server are answered on the way."""
        try:
            message = self.incoming.get(timeout=PATIENCE)
        except queue.Empty:
            raise Missing(f"{what} did not come\n{self.stderr.decode()}\n{self.said[-5:]}") from None
        if message is None:
            raise Missing(f"the server ended before {what} came\n{self.stderr.decode()}")
        self.said.append(message)
        method = message.get("method")
        if method is not None and "id" in message:
            try:
                answer = {"result": self.answers.get(method, lambda _: None)(message.get("params"))}
            except ServerError as error:
                answer = {"error": {"code": error.code, "message": str(error)}}
            self.send({"id": message["id"], **answer})
        return message

    def notification(self, method: str, about: Callable[[Any], bool] = lambda _: True) -> Any:
        """The parameters of the next notification or request of that name."""
        return self.wait(lambda message: message.get("method") == method and about(message.get("params")), method)[
            "params"
        ]

    def published(self, uri: str, until: Callable[[list[str]], bool] = lambda _: True) -> list[dict[str, Any]]:
        """The next pushed diagnostics of ``uri`` whose texts make ``until`` true."""

        def about(params: dict[str, Any]) -> bool:
            return params["uri"] == uri and until([item["message"] for item in params["diagnostics"]])

        return self.notification("textDocument/publishDiagnostics", about)["diagnostics"]

    def pulled(self, uri: str) -> list[dict[str, Any]]:
        """The diagnostics of an open document, asked for."""
        items: list[dict[str, Any]] = self.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})["items"]
        return items

    def pull_workspace(self) -> dict[str, list[dict[str, Any]]]:
        """The next news of the workspace; waits until there are some."""
        known = [{"uri": uri, "value": value} for uri, value in self.workspace_ids.items()]
        news = {}
        for item in self.request("workspace/diagnostic", {"previousResultIds": known})["items"]:
            self.workspace_ids[item["uri"]] = item["resultId"]
            news[item["uri"]] = self.workspace_items[item["uri"]] = item["items"]
        return news

    def shown(self, uri: str, until: Callable[[list[str]], bool] = bool) -> list[dict[str, Any]]:
        """The diagnostics of a file as the editor comes to show them, once their texts make ``until`` true."""
        if not self.pulls:
            return self.published(uri, until)
        while True:
            items = self.pulled(uri) if uri in self.opened else self.workspace_items.get(uri, [])
            if until([item["message"] for item in items]):
                return items
            if uri in self.opened:
                self.notification("workspace/diagnostic/refresh")
            else:
                self.pull_workspace()

    # Life

    def introduce(self, editor: str, *folders: Path, **others: Any) -> Any:
        """Introduce the client as ``editor`` does; returns the server's capabilities."""
        said = json.loads((CAPABILITIES / f"{editor}.json").read_text(encoding="utf-8"))
        return self.initialize(said["capabilities"], list(folders), clientInfo=said["clientInfo"], **others)

    def initialize(self, capabilities: dict[str, Any], folders: list[Path] = [], **others: Any) -> Any:  # noqa: B006
        """Introduce the client; returns the server's capabilities."""
        result = self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": folders[0].as_uri() if folders else None,
                "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name} for folder in folders],
                "capabilities": capabilities,
                **others,
            },
        )
        self.notify("initialized", {})
        self.pulls = "diagnosticProvider" in result["capabilities"]
        return result["capabilities"]

    def open(self, uri: str, text: str, version: int = 1, language: str = "python") -> None:
        """Open a document."""
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.opened.add(uri)
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, version: int, *changes: dict[str, Any]) -> None:
        """Change a document."""
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})

    def close(self, uri: str) -> None:
        """Close a document."""
        self.opened.discard(uri)
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def end(self) -> int:
        """Shut the server down properly; returns its exit status."""
        self.request("shutdown")
        self.notify("exit")
        status = self.process.wait(PATIENCE)
        for thread in self._threads:
            thread.join(PATIENCE)
        return status

    def kill(self) -> None:
        """See to it that nothing is left."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                stream.close()  # type: ignore[union-attr]
            except OSError:
                pass


Talk = Callable[..., Conversation]
"""Starts a server with command line arguments and variables; see conftest.py."""


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files by their paths relative to ``folder``."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def events(*paths: Path, kind: int = 2) -> dict[str, Any]:
    """The parameters of `workspace/didChangeWatchedFiles`; 1: created, 2: changed, 3: deleted."""
    return {"changes": [{"uri": path.as_uri(), "type": kind} for path in paths]}


def edit(line: int, start: int, end: int, text: str, last: int | None = None) -> dict[str, Any]:
    """An incremental change on one line, or from ``line`` to ``last``."""
    return {
        "range": {
            "start": {"line": line, "character": start},
            "end": {"line": line if last is None else last, "character": end},
        },
        "text": text,
    }
