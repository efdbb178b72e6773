"""Standard input and output as a channel for LSP messages, and for nothing else.

pygls reads stdin on the pool of its thread handlers: while they are busy it would read nothing, not even a cancellation.
Here one thread does nothing but read.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
from collections.abc import Callable
from typing import BinaryIO, NamedTuple

logger = logging.getLogger(__name__)

LARGEST_MESSAGE = 512 * 1024 * 1024
"""Bytes of the largest message that is taken in."""

_ESCAPE = re.compile(rb"\\(?:ud[89ab]..\\ud[c-f]..|(ud[89a-f]..)|.)")
"""An escape in JSON that is ASCII alone, a pair of surrogates as one; the group is one without its other half."""


class Channel(NamedTuple):
    """The two streams of the conversation."""

    source: BinaryIO
    sink: BinaryIO


def take_standard_streams() -> Channel:
    """Keep stdin and stdout for the conversation.

    Whatever else writes to stdout lands on stderr, and whatever else reads stdin finds it empty: also processes that are
    started later.
    """
    sys.stdout.flush()
    source = os.fdopen(os.dup(0), "rb", buffering=1 << 16)
    sink = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    if sys.platform == "win32":
        import msvcrt

        for stream in (source, sink):
            msvcrt.setmode(stream.fileno(), os.O_BINARY)
    return Channel(source, sink)


def read_message(source: BinaryIO) -> bytes | None:
    """The body of the next message; None at the end of the stream (LSP 3.17 "Base Protocol").

    Header fields may come in any case and order. Lines that are no header are skipped: the next `Content-Length` begins anew.
    """
    length = 0
    while True:
        line = source.readline(1 << 16)
        if not line:
            return None
        name, colon, value = line.partition(b":")
        if colon and name.strip().lower() == b"content-length":
            digits = value.strip()
            length = int(digits) if digits.isdigit() and len(digits) < 12 else 0
        elif not line.strip() and length:
            break
    if length > LARGEST_MESSAGE:
        logger.error("a message of %d bytes is skipped", length)
        while length > 0:
            skipped = source.read(min(length, 1 << 20))
            if not skipped:
                return None
            length -= len(skipped)
        return b""
    body = source.read(length)
    return body if len(body) == length else None


def start_reading(source: BinaryIO, take: Callable[[bytes], None], ended: Callable[[], None]) -> None:
    """Read on a thread of its own: ``take`` gets each message, ``ended`` is called at the end, both on that thread."""

    def read() -> None:
        try:
            while (body := read_message(source)) is not None:
                take(body)
        except (OSError, ValueError) as error:
            logger.warning("stdin can't be read any more: %s", error)
        except RuntimeError:
            return  # The loop, to which the messages go, has ended first.
        try:
            ended()
        except RuntimeError:
            pass

    threading.Thread(target=read, name="reader", daemon=True).start()


def without_lone_surrogates(message: bytes) -> bytes:
    """The message with U+FFFD, which takes as many bytes, for what is no character: strict readers of JSON would refuse it.

    Python has half a pair of surrogates for each byte of a file's name that is not UTF-8. ``message`` is ASCII alone.
    """
    if b"\\ud" not in message:
        return message
    return _ESCAPE.sub(lambda escape: rb"\ufffd" if escape[1] else escape[0], message)


class Writer:
    """Where pygls writes its messages. Touched on the event loop only."""

    def __init__(
        self, sink: BinaryIO, failed: Callable[[], None], soon: Callable[[Callable[[], None]], object]
    ) -> None:
        """``failed`` is called once, when the client reads no more. ``soon`` has a function called after what is done now.

        Until then messages are gathered: each writing may wake the client, which takes longer than to make a message.
        """
        self._sink = sink
        self._failed = failed
        self._soon = soon
        self._waiting: list[bytes] = []
        self._closed = False

    def write(self, data: bytes) -> None:
        """Write a message as a whole, soon, behind those before it."""
        if self._closed:
            return
        self._waiting.append(without_lone_surrogates(data))
        if len(self._waiting) == 1:
            self._soon(self.flush)

    def flush(self) -> None:
        """Write what waits."""
        view = memoryview(b"".join(self._waiting))
        self._waiting.clear()
        try:
            while view:
                view = view[self._sink.write(view) or 0 :]
        except (OSError, ValueError) as error:
            self._closed = True
            logger.warning("stdout can't be written any more: %s", error)
            self._failed()

    def close(self) -> None:
        """Say no more than what was said already."""
        self.flush()
        self._closed = True


def process_exists(number: int) -> bool:
    """Whether there is a process with that number."""
    if sys.platform == "win32":
        import ctypes

        query_limited_information, still_active = 0x1000, 259
        handle = ctypes.windll.kernel32.OpenProcess(query_limited_information, False, number)
        if not handle:
            return False
        code = ctypes.c_ulong()
        known = ctypes.windll.kernel32.GetExitCodeProcess(handle, ctypes.byref(code))
        ctypes.windll.kernel32.CloseHandle(handle)
        return not known or code.value == still_active
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
