"""What is wrong with pygls 2.1.1, as far as it was found out, and is guarded against; the numbers are those in the code.

1. It cuts lines where `str.splitlines` does: `test_documents.py` and `test_diagnostics.py::test_positions`.
8. It changes documents in place: those here are values.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any

import pytest
from conversation import PATIENCE, Talk

from importwise.lsp.serve import build, converse
from importwise.lsp.server import ImportwiseServer
from importwise.lsp.streams import Channel

Script = Callable[[ImportwiseServer, "Sink"], Awaitable[None]]


class Sink:
    """In the place of stdout."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def write(self, data: bytes) -> None:
        self.messages.append(json.loads(data.partition(b"\r\n\r\n")[2]))

    def close(self) -> None:
        pass

    def answer(self, number: int) -> dict[str, Any]:
        [message] = [message for message in self.messages if message.get("id") == number]
        return message


def body(method: str, number: int | None = None, params: Any = None) -> bytes:
    message = {"jsonrpc": "2.0", "method": method, "params": params}
    return json.dumps(message if number is None else {**message, "id": number}).encode()


INITIALIZE = body("initialize", 0, {"processId": None, "rootUri": None, "capabilities": {}})


def play(script: Script) -> None:
    """Let ``script`` go on in an event loop, with a server that has been introduced."""

    async def act() -> None:
        server, sink = build(), Sink()
        server.ended = asyncio.get_running_loop().create_future()
        server.protocol.set_writer(sink)
        server.protocol.receive(INITIALIZE)
        await script(server, sink)

    asyncio.run(asyncio.wait_for(act(), PATIENCE))


def test_2_errors_are_logged_and_never_sent(caplog: pytest.LogCaptureFixture) -> None:
    """An error would be told to the client, and if that fails, that too, and so on without end."""

    async def script(server: ImportwiseServer, sink: Sink) -> None:
        @server.feature("importwise/failing")
        def fail(_: Any) -> None:
            raise ZeroDivisionError("once")

        told = len(sink.messages)
        for _ in range(2):
            server.protocol.receive(body("importwise/failing"))
        server.report_server_error(ValueError("from pygls"), ValueError)
        assert len(sink.messages) == told
        server.protocol.receive(body("importwise/failing", 1))
        assert sink.answer(1)["error"]["code"] == -32603

    with caplog.at_level(logging.ERROR, "importwise"):
        play(script)
    # In full the first time only.
    assert caplog.text.count("Traceback") == 1
    assert caplog.text.count("as before") == 2


def test_3_reading_waits_for_nobody() -> None:
    """stdin is not read on a pool that may be busy."""
    from_client, to_server = os.pipe()
    from_server, to_client = os.pipe()
    hold = threading.Event()
    server = build()
    try:
        for _ in range(64):
            server.thread_pool.submit(hold.wait, PATIENCE)
        server.worker.submit(hold.wait, PATIENCE)
        with os.fdopen(to_server, "wb", buffering=0) as mouth, os.fdopen(from_server, "rb") as ear:
            for message in (INITIALIZE, body("shutdown", 1), body("exit")):
                mouth.write(b"Content-Length: %d\r\n\r\n" % len(message) + message)
            channel = Channel(os.fdopen(from_client, "rb"), os.fdopen(to_client, "wb", buffering=0))
            assert asyncio.run(asyncio.wait_for(converse(server, channel), PATIENCE)) == 0
            channel.sink.close()
            assert ear.read().count(b'"id": 1') == 1
    finally:
        hold.set()


def test_4_what_is_cancelled_before_its_turn_is_not_done() -> None:
    async def script(server: ImportwiseServer, sink: Sink) -> None:
        done: list[int] = []

        @server.feature("importwise/work")
        def work(_: Any) -> int:
            done.append(1)
            return len(done)

        protocol = server.protocol
        protocol.arrived.extend(
            [body("importwise/work", 1), body("importwise/work", 2), body("$/cancelRequest", None, {"id": 1})]
        )
        while protocol.arrived:
            protocol.receive_next()
        assert sink.answer(1)["error"]["code"] == -32800
        assert sink.answer(2)["result"] == 1

    play(script)


def test_4_messages_arrive_while_it_is_found_out_what_is_cancelled() -> None:
    async def script(server: ImportwiseServer, sink: Sink) -> None:
        protocol = server.protocol

        class Slow(bytes):
            def __contains__(self, _: object) -> bool:
                protocol.arrived.append(b"")
                return False

        protocol.arrived.append(Slow())
        protocol.receive(body("importwise/status", 1, {}))
        protocol.receive(body("workspace/symbol", 2, {"query": "x"}))
        while not any(message.get("id") == 1 for message in sink.messages):
            await asyncio.sleep(0)
        assert "result" in sink.answer(2)

    play(script)


def test_5_exit_without_shutdown(talk: Talk) -> None:
    client = talk()
    client.initialize({})
    client.notify("exit")
    assert client.process.wait(PATIENCE) == 1


def test_6_shutdown_while_requests_are_on_their_way() -> None:
    """Cancelling one calls back, and that changes the table of all."""

    async def script(server: ImportwiseServer, sink: Sink) -> None:
        table = server.protocol._request_futures
        for number in range(10, 20):
            future: Future[Any] = Future()
            table[number] = future
            future.add_done_callback(lambda _, number=number: table.pop(number))
        server.protocol.receive(body("shutdown", 1))
        assert sink.answer(1)["result"] is None
        assert not table

    play(script)


def test_7_an_answer_that_nobody_waits_for_any_more() -> None:
    async def script(server: ImportwiseServer, sink: Sink) -> None:
        asked = server.protocol.ask("workspace/configuration", {"items": []})
        number = sink.messages[-1]["id"]
        asked.cancel()
        answer = json.dumps({"jsonrpc": "2.0", "id": number, "result": []}).encode()
        server.protocol.receive(answer)
        server.protocol.receive(answer)

    play(script)


def test_9_nothing_comes_between_the_end_of_a_handler_and_its_answer() -> None:
    """The client would hear of a later state before it hears of the earlier one."""

    async def script(server: ImportwiseServer, sink: Sink) -> None:
        free = asyncio.Event()

        @server.feature("importwise/wait")
        async def wait(params: Any) -> int:
            await free.wait()
            if params == "fail":
                raise ZeroDivisionError
            return 7

        protocol = server.protocol
        for number, params in ((1, ""), (2, "fail"), (3, ""), (4, "")):
            protocol.receive(body("importwise/wait", number, params))
        protocol.receive(body("$/cancelRequest", None, {"id": 4}))  # It has not begun yet.
        await asyncio.sleep(0)
        protocol.receive(body("$/cancelRequest", None, {"id": 3}))
        free.set()
        await asyncio.sleep(0)
        protocol.receive(body("importwise/unknown", 5))
        assert sink.answer(1)["result"] == 7
        assert sink.answer(2)["error"]["code"] == -32603
        assert sink.messages.index(sink.answer(1)) < sink.messages.index(sink.answer(5))
        while not {3, 4} <= {message.get("id") for message in sink.messages}:
            await asyncio.sleep(0)
        assert not protocol._request_futures
        assert sink.answer(3)["error"]["code"] == sink.answer(4)["error"]["code"] == -32800

    play(script)


@pytest.mark.parametrize("how", ["the end of stdin", "exit", "shutdown and exit"])
def test_10_the_end_while_the_client_is_asked(talk: Talk, how: str) -> None:
    """Its settings, which it never says: what waits for them is cancelled, and that is no failure."""
    client = talk()
    client.request(
        "initialize",
        {"processId": None, "rootUri": None, "capabilities": {"workspace": {"configuration": True}}},
    )
    client.notify("initialized", {})
    # Not to be answered, as `next` would.
    while (message := client.incoming.get(timeout=PATIENCE)) and message.get("method") != "workspace/configuration":
        pass
    if how == "the end of stdin":
        assert client.process.stdin is not None
        client.process.stdin.close()
    else:
        if how == "shutdown and exit":
            client.request("shutdown")
        client.notify("exit")
    assert client.process.wait(PATIENCE) == (0 if how == "shutdown and exit" else 1)
    for thread in client._threads:
        thread.join(PATIENCE)
    assert client.stderr == b""
