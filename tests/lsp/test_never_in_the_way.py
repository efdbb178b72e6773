"""Whatever arrives, the server answers by the specification and lives on; and it ends when it should."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conversation import PATIENCE, ServerError, Talk, edit, write

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
NOT_INITIALIZED = -32002


def error_code(talk: Talk, method: str, params: object = None) -> int:
    client = talk()
    client.initialize({})
    with pytest.raises(ServerError) as caught:
        client.request(method, params)
    return int(caught.value.code)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{nonsense", PARSE_ERROR),
        (b"\xff\xfe", PARSE_ERROR),
        (b"[" * 100_000, PARSE_ERROR),
        (b"", None),
        (b"[]", INVALID_REQUEST),
        (b'"word"', INVALID_REQUEST),
        (b'{"jsonrpc": "1.0", "id": 1, "method": "shutdown"}', INVALID_REQUEST),
        (b'{"jsonrpc": "2.0", "id": 1, "method": 7}', INVALID_REQUEST),
        (b'{"jsonrpc": "2.0", "id": {}, "method": "shutdown"}', INVALID_REQUEST),
        (b'{"jsonrpc": "2.0", "id": "nobody asked", "result": 1}', None),
        (b'{"jsonrpc": "2.0", "id": "nobody asked", "error": 1}', None),
    ],
)
def test_messages_that_are_none(talk: Talk, body: bytes, code: int | None) -> None:
    client = talk()
    client.initialize({})
    client.send_body(body)
    if code is not None:
        assert client.wait(lambda message: "error" in message)["error"]["code"] == code
    assert client.request("importwise/status")["state"] in ("indexing", "ready")
    assert client.end() == 0


def test_headers_of_all_kinds(talk: Talk) -> None:
    client = talk()
    client.initialize({})
    body = json.dumps({"jsonrpc": "2.0", "id": "x", "method": "importwise/status"}).encode()
    length = str(len(body)).encode()
    client.send_bytes(b"nonsense\r\n\r\n")
    client.send_bytes(b"content-type: utf-8\r\nCONTENT-LENGTH:" + length + b"\r\n\r\n" + body)
    assert client.wait(lambda message: message.get("id") == "x")["result"]
    client.send_bytes(b"Content-Length: many\r\n\r\nContent-Length: " + length + b"\n\n" + body)
    assert client.wait(lambda message: message.get("id") == "x")["result"]
    assert client.end() == 0


def test_unknown_methods(talk: Talk) -> None:
    assert error_code(talk, "textDocument/brew", {}) == METHOD_NOT_FOUND
    assert error_code(talk, "$/brew", {}) == METHOD_NOT_FOUND


def test_unknown_commands(talk: Talk) -> None:
    assert error_code(talk, "workspace/executeCommand", {"command": "brew"}) == INVALID_PARAMS


def test_params_that_are_not_as_specified(talk: Talk) -> None:
    assert error_code(talk, "textDocument/hover", {"textDocument": 7}) == INVALID_PARAMS
    assert error_code(talk, "textDocument/hover") == INVALID_PARAMS


def test_what_comes_back_may_be_anything(talk: Talk, workspace: Path) -> None:
    """What is to be resolved, and arguments of commands."""
    write(workspace, {"app.py": "import nope\n"})
    client = talk()
    client.introduce("vscode", workspace)
    app = (workspace / "app.py").as_uri()
    client.open(app, "import nope\n")
    place = {"start": {"line": 0, "character": 7}, "end": {"line": 0, "character": 11}}
    for data in ({"uri": app}, {"uri": app, "line": None, "column": []}, {"uri": {}, "line": 0, "column": 7}):
        assert "edit" not in client.request("codeAction/resolve", {"title": "mend", "data": data})
        assert "target" not in client.request("documentLink/resolve", {"range": place, "data": data})
    for command in ("importwise.explain", "importwise.showReason"):
        assert client.request("workspace/executeCommand", {"command": command}) is None
    client.notify("$/cancelRequest", {"id": []})
    client.notify("window/workDoneProgress/cancel", {"token": {}})
    assert client.end() == 0


def test_before_initialize_and_after_shutdown(talk: Talk, workspace: Path) -> None:
    client = talk()
    client.open("file:///a.py", "import nope\n")  # Notifications are dropped.
    for method in ("textDocument/hover", "shutdown", "brew"):
        with pytest.raises(ServerError) as caught:
            client.request(method, {})
        assert caught.value.code == NOT_INITIALIZED
    client.initialize({}, [workspace])
    with pytest.raises(ServerError) as caught:
        client.request("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
    assert caught.value.code == INVALID_REQUEST
    client.request("shutdown")
    for method in ("textDocument/hover", "shutdown", "initialize"):
        with pytest.raises(ServerError) as caught:
            client.request(method, {})
        assert caught.value.code == INVALID_REQUEST
    client.open("file:///a.py", "import nope\n")
    client.notify("exit")
    assert client.process.wait(PATIENCE) == 0


WRONG_URIS = [
    "",
    "nonsense",
    "file:",
    "file://",
    "file:///",
    "file:///a%00b.py",
    "file:///%ff.py",
    "file:///%zz.py",
    "file://host/share/a.py",
    "http://example.org/a.py",
    "untitled:",
    "untitled:///../../a",
    "vscode-notebook-cell:/a.ipynb#x",
    "file:///nowhere/at/all.py",
    "file:///dev/null",
    "file:///" + "a" * 5000 + ".py",
    "file:///\ud800.py",
]


def test_wrong_uris(talk: Talk, workspace: Path) -> None:
    client = talk()
    client.initialize({}, [workspace])
    for uri in WRONG_URIS:
        client.open(uri, "import nope\n")
        client.change(uri, 2, {"text": "import nope, nope2\n"})
        client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 3}]})
        where = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 8}}
        client.request("textDocument/hover", where)
        client.close(uri)
        client.close(uri)
    good = (workspace / "app.py").as_uri()
    client.open(good, "import nope\n")
    assert len(client.published(good)) == 1
    assert client.end() == 0


def test_edits_out_of_range(talk: Talk, workspace: Path) -> None:
    """Beyond a line's end is its end, beyond the text its end; an end before the start is an insertion."""
    client = talk()
    client.initialize({}, [workspace])
    uri = (workspace / "app.py").as_uri()
    client.open(uri, "import os")
    client.change(uri, 2, edit(99, 99, 99, "\nimport nope"))
    [item] = client.published(uri)
    assert item["range"]["start"] == {"line": 1, "character": 7}
    client.change(uri, 3, edit(0, 99, 99, ".path"), edit(1, 11, 7, "2"))
    [item] = client.published(uri)
    assert item["range"]["end"] == {"line": 1, "character": 12}
    client.change(uri, 4, edit(1, 11, 99, ""), {"text": "import nope3"})
    assert len(client.published(uri)) == 1
    # A range that no editor should send.
    client.change(uri, 5, edit(-1, -1, 0, ""))
    client.change(uri, 6, {"text": "import nope2, nope3"})
    assert len(client.published(uri)) == 2


def test_a_huge_document(talk: Talk, workspace: Path) -> None:
    client = talk()
    client.initialize({}, [workspace])
    uri = (workspace / "app.py").as_uri()
    client.open(uri, "x = [\n" + "    'text',\n" * 300_000 + "]\nimport nope\n")
    assert len(client.published(uri)) == 1
    client.change(uri, 2, edit(300_002, 7, 11, "os"))
    assert client.published(uri) == []


def test_exit_without_shutdown(talk: Talk) -> None:
    client = talk()
    client.initialize({})
    client.notify("exit")
    assert client.process.wait(PATIENCE) == 1


def test_exit_before_anything(talk: Talk) -> None:
    client = talk()
    client.notify("exit")
    assert client.process.wait(PATIENCE) == 1


def test_the_end_of_stdin(talk: Talk) -> None:
    client = talk()
    client.initialize({})
    assert client.process.stdin is not None
    client.process.stdin.close()
    assert client.process.wait(PATIENCE) == 1


def test_the_end_of_the_parent(talk: Talk) -> None:
    """The editor's process dies without a word, and stdin stays open."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as parent:
        client = talk()
        client.request("initialize", {"processId": parent.pid, "rootUri": None, "capabilities": {}})
        parent.kill()
    assert client.process.wait(PATIENCE) == 1


def test_a_parent_that_can_not_be_seen(talk: Talk) -> None:
    """The editor runs on the other side of a container's wall."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    client = talk()
    client.request("initialize", {"processId": gone.pid, "rootUri": None, "capabilities": {}})
    assert client.request("importwise/status")
    assert client.end() == 0


def test_the_log(talk: Talk, workspace: Path, tmp_path: Path) -> None:
    write(workspace, {"app.py": "import nope\n"})
    log = tmp_path / "importwise.log"
    client = talk("--log-file", str(log), "--log-level", "info", "--stdio")
    client.introduce("eglot", workspace)
    client.published((workspace / "app.py").as_uri())
    client.end()
    text = log.read_text()
    assert "client: Emacs" in text
    assert f"project {workspace} (no settings file)" in text
    assert "environment: Python 3.11" in text
    assert "files are watched by the editor and the server, by looking on save" in text
    assert client.stderr == b""


def test_nothing_but_messages_on_stdout() -> None:
    """Neither what is printed, nor what a process that is started writes; and stdin is not theirs to read."""
    program = """
import os, subprocess, sys
from importwise.lsp.streams import take_standard_streams
channel = take_standard_streams()
print("noise")
sys.stdout.flush()
os.write(1, b"noise")
subprocess.run([sys.executable, "-c", "import sys; print('noise', sys.stdin.read())"])
channel.sink.write(channel.source.read())
"""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "server")}
    done = subprocess.run([sys.executable, "-c", program], input=b"\r\n\x1a clean", capture_output=True, env=env)
    assert done.stdout == b"\r\n\x1a clean", done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs here")
def test_strange_files(talk: Talk, workspace: Path) -> None:
    """FIFOs, links in circles and links out of the workspace: the rest is checked all the same."""
    write(workspace, {"app.py": "import nope\n", "pkg/__init__.py": ""})
    os.mkfifo(workspace / "pipe.py")
    os.symlink(workspace, workspace / "pkg/again")
    os.symlink("/dev/zero", workspace / "zero.py")
    os.symlink(workspace / "loop.py", workspace / "loop.py")
    client = talk()
    client.introduce("eglot", workspace)
    client.published((workspace / "app.py").as_uri())
    assert client.end() == 0


@pytest.mark.parametrize("words", [["--version"], ["check", "."], ["explain"]])
def test_other_commands_do_without_the_server(words: list[str], workspace: Path) -> None:
    """What the server needs takes a third of a second to import."""
    program = f"""
import os, sys
from importwise import __main__
end = os._exit
os._exit = lambda status: end(any(name in sys.modules for name in ("pygls", "lsprotocol", "asyncio")))
sys.argv[1:] = {words}
__main__.main()
"""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "server"), "XDG_CACHE_HOME": str(workspace)}
    done = subprocess.run([sys.executable, "-c", program], env=env, cwd=workspace, capture_output=True)
    assert done.returncode == 0, done.stderr
