"""Work-done progress that the person can cancel (LSP 3.17 "Server Initiated Progress")."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import TYPE_CHECKING, Any

from lsprotocol import types

if TYPE_CHECKING:
    from importwise.lsp.server import ImportwiseServer

WORTH_SHOWING = 100
"""Files below which the work is done before anyone has read what it is."""


class Cancelled(Exception):
    """The person does not want to wait."""


class Progress:
    """One piece of work over a number of files."""

    def __init__(self, server: ImportwiseServer, title: str, doing: str, total: int) -> None:
        self.server = server
        self.title = title
        self.doing = doing
        self.total = total
        self.cancelled = False
        self._loop = asyncio.get_running_loop()
        self._token: str | None = None
        self._begun = False
        self._shown = 0

    async def __aenter__(self) -> Progress:
        if self.server.client.progress and self.total >= WORTH_SHOWING:
            self._token = f"importwise-{id(self)}"
            self.server.progresses[self._token] = self
            # The work does not wait for the answer.
            self.server.ask(types.WINDOW_WORK_DONE_PROGRESS_CREATE, {"token": self._token}, self._created)
        return self

    def _created(self, _: Any) -> None:
        if self._token in self.server.progresses:
            self._begun = True
            self._send(
                {"kind": "begin", "title": self.title, "message": self.doing, "percentage": 0, "cancellable": True}
            )

    def done(self, count: int) -> None:
        """So many files are done; called on the worker. Raises `Cancelled` if the work is to end."""
        if self.cancelled:
            raise Cancelled
        percentage = 100 * count // self.total
        if self._token is not None and percentage >= self._shown + 5:
            self._shown = percentage
            message = f"{count:,} of {self.total:,} files"
            value = {"kind": "report", "message": message, "percentage": percentage, "cancellable": True}
            self._loop.call_soon_threadsafe(self._send, value)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._token is not None:
            self._send({"kind": "end"})
            del self.server.progresses[self._token]

    def _send(self, value: dict[str, Any]) -> None:
        if self._begun:
            self.server.protocol.send_raw("$/progress", {"token": self._token, "value": value})
