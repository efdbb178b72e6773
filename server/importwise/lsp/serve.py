"""``importwise server``: the process around the server."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys

from importwise.lsp import (
    code_actions,
    completion,
    hover,
    lifecycle,
    navigation,
    notebooks,
    status,
    symbols,
    synchronization,
)
from importwise.lsp.loading import Loader
from importwise.lsp.server import ImportwiseServer
from importwise.lsp.streams import Channel, Writer, start_reading, take_standard_streams
from importwise.lsp.watching import Watcher

logger = logging.getLogger(__name__)

QUESTIONS = (hover, navigation, completion, code_actions, symbols)
"""What registers the answers to what a person can ask."""


def serve(log_level: str = "warning", log_file: str | None = None) -> int:
    """Speak LSP on stdin and stdout until the client leaves; returns the exit status (LSP 3.17 "exit")."""
    # Nothing of what the start makes is garbage to speak of; `loading` enables the collector again.
    gc.disable()
    # While files are read on the worker's thread, a key that is typed shall not wait five milliseconds for its turn.
    sys.setswitchinterval(0.001)
    channel = take_standard_streams()
    _set_up_logging(log_level, log_file)
    server = build()
    return asyncio.run(converse(server, channel))


def build() -> ImportwiseServer:
    """A server with everything it can do."""
    server = ImportwiseServer()
    loader = Loader(server, _cores())
    watcher = Watcher(server, loader)
    for part in (lifecycle, synchronization, notebooks, status):
        part.register(server, loader, watcher)
    for questions in QUESTIONS:
        questions.register(server)
    return server


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


async def converse(server: ImportwiseServer, channel: Channel) -> int:
    """Answer what comes in until the end; returns the exit status."""
    loop = asyncio.get_running_loop()
    server.ended = loop.create_future()
    # A client that is gone without `exit` has not ended the conversation by the specification.
    protocol = server.protocol
    writer = Writer(channel.sink, lambda: server.end(1), loop.call_soon)
    protocol.set_writer(writer)

    def take(body: bytes) -> None:
        protocol.arrived.append(body)
        loop.call_soon_threadsafe(protocol.receive_next)

    def ended() -> None:
        loop.call_soon_threadsafe(server.end, 1)

    start_reading(channel.source, take, ended)
    status = await server.ended
    writer.close()
    return status


def _set_up_logging(level: str, file: str | None) -> None:
    """Log to stderr or to ``file``; of pygls, which says much, only what went wrong."""
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    handler: logging.Handler = logging.StreamHandler(sys.stderr)
    if file is not None:
        handler = logging.FileHandler(file, encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(logging.Formatter(form))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("importwise").setLevel(level.upper())
