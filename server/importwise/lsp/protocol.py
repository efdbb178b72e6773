"""pygls' protocol, with what it lacks: an order of life, messages that make no sense, and an end.

The numbers in this file's comments are those of tests/lsp/test_pygls_defects.py.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from cattrs import Converter
from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.json_rpc import JsonRPCNotification, JsonRPCProtocol, JsonRPCRequestMessage
from pygls.protocol.language_server import lsp_method

if TYPE_CHECKING:
    from importwise.lsp.server import ImportwiseServer

logger = logging.getLogger(__name__)

OWN = (
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    types.NOTEBOOK_DOCUMENT_DID_OPEN,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE,
    types.NOTEBOOK_DOCUMENT_DID_CLOSE,
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS,
    types.WINDOW_WORK_DONE_PROGRESS_CANCEL,
)
"""What pygls would handle by itself; see documents.py."""


CANCEL = b"cancelRequest"


ABILITIES = frozenset(
    (
        "codeAction",
        "completion",
        "declaration",
        "definition",
        "diagnostic",
        "documentLink",
        "hover",
        "publishDiagnostics",
        "references",
        "synchronization",
    )
)
"""Of what the client can do with text documents, that which is asked for here."""


def quick_converter() -> Converter:
    """A converter that says less of what is wrong with a message, and takes half the time for one that is right."""
    converter = get_converter(Converter(detailed_validation=False))
    version = JsonRPCProtocol.VERSION
    converter.register_structure_hook(
        JsonRPCRequestMessage,
        lambda value, _: JsonRPCRequestMessage(value["id"], value["method"], version, value.get("params")),
    )
    converter.register_structure_hook(
        JsonRPCNotification, lambda value, _: JsonRPCNotification(value["method"], version, value.get("params"))
    )
    return converter


def _prune(params: Any) -> None:
    """Leave out of the introduction what nobody here asks for: a class is made for each part that is structured."""
    try:
        documents = params["capabilities"]["textDocument"]
        params["capabilities"]["textDocument"] = {key: documents[key] for key in ABILITIES & documents.keys()}
    except (KeyError, TypeError, AttributeError):
        pass  # Whatever is wrong with it will be said.


_encode = json.JSONEncoder(separators=(",", ":")).encode


class Plain(dict[str, Any]):
    """A result that consists of plain JSON values already: sent as it is, which is many times quicker."""


class PlainList(list[Any]):
    """The same for a list."""


class Protocol(LanguageServerProtocol):
    """The protocol of one connection."""

    _server: ImportwiseServer

    def __init__(self, server: ImportwiseServer, converter: Any) -> None:
        super().__init__(server, converter)
        for method in OWN:
            del self.fm.builtin_features[method]
        self._introduced = False
        self._asked = 0
        self.arrived: deque[bytes] = deque()
        """Messages that were read and not handled yet. The reading thread appends, the event loop takes."""

    def receive_next(self) -> None:
        """Handle the first message that has arrived."""
        self.receive(self.arrived.popleft())

    def _cancelled_already(self, number: str | int) -> bool:
        """(4) Whether a cancellation of the request ``number`` is among the messages that wait."""
        for body in list(self.arrived):  # More may arrive meanwhile.
            if CANCEL in body:
                try:
                    message = json.loads(body)
                    if message["method"] == types.CANCEL_REQUEST and message["params"]["id"] == number:
                        return True
                except (ValueError, RecursionError, TypeError, KeyError):
                    continue
        return False

    def receive(self, body: bytes) -> None:
        """Handle one message, whatever it is. Never raises."""
        try:
            data = json.loads(body)
        except (ValueError, RecursionError) as error:
            logger.warning("a message is not JSON: %s", error)
            self.send_error(None, types.ErrorCodes.ParseError, f"not JSON: {error}")
            return
        if not isinstance(data, dict) or data.get("jsonrpc") != self.VERSION:
            logger.warning("a message is not JSON-RPC 2.0")
            self.send_error(None, types.ErrorCodes.InvalidRequest, "not a JSON-RPC 2.0 message")
            return
        method, number = data.get("method"), data.get("id")
        if "method" in data and not isinstance(method, str):
            self.send_error(number, types.ErrorCodes.InvalidRequest, "`method` is no string")
            return
        if isinstance(number, bool) or not isinstance(number, (str, int, type(None))):
            self.send_error(None, types.ErrorCodes.InvalidRequest, "`id` is neither a string nor an integer")
            return
        if isinstance(method, str) and not self._in_order(method, number):
            return
        if method is None:
            self._take_answer(number, data)
            return
        if not self._known(method):
            if number is not None:
                self.send_error(number, types.ErrorCodes.MethodNotFound, f"{method} is not known here")
            return
        if number is not None and self.arrived and self._cancelled_already(number):
            self.send_error(number, types.LSPErrorCodes.RequestCancelled, "cancelled")
            return
        data.setdefault("params", None)
        try:
            message = self._structured(method, number is not None, data)
        except Exception as error:  # noqa: BLE001 - there is no end of what may be wrong with a message
            logger.warning("%s is not as specified: %s", method, error)
            if number is not None:
                self.send_error(number, types.ErrorCodes.InvalidParams, f"`params` of {method} are not as specified")
            return
        # pygls' `handle_message` would ask three times whether the message has the attributes of a request, which takes its time.
        context = contextvars.copy_context()
        try:
            if number is None:
                context.run(self._handle_notification, method, message.params)
            else:
                context.run(self._handle_request, number, method, message.params)
        except Exception as error:  # noqa: BLE001 - whatever a message does, the next one is heard
            self._server.report_server_error(error, JsonRpcException)

    def _in_order(self, method: str, number: str | int | None) -> bool:
        """Whether ``method`` may come now (LSP 3.17 "Server lifecycle"); if not, that has been said."""
        if method == types.EXIT:
            return True
        if self._shutdown:
            if number is not None:
                self.send_error(number, types.ErrorCodes.InvalidRequest, "the server has been shut down")
            return False
        if method == types.INITIALIZE:
            if self._introduced:
                self.send_error(number, types.ErrorCodes.InvalidRequest, "`initialize` may be sent once only")
                return False
            self._introduced = True
            return True
        if not self._introduced:
            if number is not None:
                self.send_error(number, types.ErrorCodes.ServerNotInitialized, "`initialize` comes first")
            return False
        return True

    def _structured(self, method: str, is_request: bool, data: dict[str, Any]) -> Any:
        """The message as lsprotocol's classes have it."""
        if method == types.INITIALIZE:
            _prune(data["params"])
        kind = self.get_message_type(method) or (JsonRPCRequestMessage if is_request else JsonRPCNotification)
        return self._converter.structure(data, kind)

    def _known(self, method: str) -> bool:
        return method in self.fm.features or method in self.fm.builtin_features or method == types.CANCEL_REQUEST

    def send_error(self, number: str | int | None, code: int, message: str) -> None:
        """Answer with an error; ``number`` is None where the request can't be made out."""
        error = {"code": int(code), "message": message}
        self._send_data({"jsonrpc": self.VERSION, "id": number, "error": error})

    def send_raw(self, method: str, params: Any) -> None:
        """Send a notification whose parameters are plain JSON values already."""
        body = _encode({"jsonrpc": self.VERSION, "method": method, "params": params}).encode("ascii")
        if self.writer is not None:
            self.writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        try:
            result = yield from super().lsp_initialize(params)
        except BaseException:
            self._introduced = False  # The client may try again.
            raise
        return result

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *_: Any) -> Generator[Any, Any, None]:
        """The client wants no more answers. What is still asked is cancelled."""
        if (handler := self.fm.features.get(types.SHUTDOWN)) is not None:
            yield handler, (None,), None
        own = self.msg_id
        # (6) Over a copy: cancelling calls back, and callbacks change the dictionary.
        for number, future in list(self._request_futures.items()):
            if number != own and not future.done():
                future.cancel()
        self._shutdown = True

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_: Any) -> None:  # type: ignore[override]
        """The client is gone. (5) The exit status is 1 unless it had asked for the shutdown."""
        self._server.end(0 if self._shutdown else 1)

    def _send_response(self, msg_id: str | int, result: Any = None, error: types.ResponseError | None = None) -> None:
        if isinstance(result, (Plain, PlainList)) and error is None:
            self._result_types.pop(msg_id, None)
            self._send_data({"jsonrpc": self.VERSION, "id": msg_id, "result": result})
        else:
            super()._send_response(msg_id, result, error)

    # Answers of the client: plain JSON values, whatever the client made of them.

    def ask(self, method: str, params: Any) -> Future[Any]:
        """Send a request with plain JSON values; the result is one too. After `shutdown` nothing is asked any more."""
        if self._shutdown:
            never: Future[Any] = Future()
            never.cancel()
            return never
        self._asked += 1
        number = f"importwise-{self._asked}"
        future: Future[Any] = Future()
        self._request_futures[number] = future
        self._send_data({"jsonrpc": self.VERSION, "id": number, "method": method, "params": params})
        return future

    def _take_answer(self, number: str | int | None, data: dict[str, Any]) -> None:
        future = self._request_futures.pop(number, None) if number is not None else None
        # (7) Whoever waited for it may have been cancelled meanwhile.
        if future is None or future.done():
            logger.debug("a response that nobody waits for: %s", number)
        elif "error" in data:
            error = data["error"] if isinstance(data["error"], dict) else {}
            future.set_exception(JsonRpcException(message=str(error.get("message")), code=error.get("code")))
        else:
            future.set_result(data.get("result"))

    def _handle_cancel_notification(self, msg_id: str | int) -> None:
        # Most requests are answered before the client loses its interest: nothing to warn of.
        if isinstance(msg_id, (str, int)) and msg_id in self._request_futures:
            super()._handle_cancel_notification(msg_id)

    # Handlers, and what they leave behind

    def _execute_handler(
        self,
        msg_id: str | int,
        handler: Callable[..., Any],
        callback: Callable[[Any], Any],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        """(9) What an asynchronous handler gives is sent at once.

        pygls lets messages be handled between the end of a handler and its answer, which would then be of an older state
        than what the client has heard before it.
        """
        if not asyncio.iscoroutinefunction(handler):
            super()._execute_handler(msg_id, handler, callback, args, kwargs)
            return

        async def act() -> None:
            outcome: Future[Any] = Future()
            try:
                outcome.set_result(await handler(*(args or ()), **(kwargs or {})))
            except Exception as error:  # noqa: BLE001 - the callback says what it was
                outcome.set_exception(error)
            callback(outcome)

        def done(task: asyncio.Task[None]) -> None:
            if task.cancelled():
                callback(task)
            self._request_futures.pop(msg_id, None)

        task: Any = asyncio.get_running_loop().create_task(act())
        self._request_futures[msg_id] = task
        task.add_done_callback(done)

    def _run_generator(
        self, future: Future[Any] | None, *, gen: Generator[Any, Any, Any], result_future: Future[Any]
    ) -> None:
        """(10) A handler that is cancelled, as all are at the end, has not failed: whoever waits for it is cancelled too."""
        if future is not None and future.cancelled():
            gen.close()
            result_future.cancel()
        else:
            super()._run_generator(future, gen=gen, result_future=result_future)

    def _check_handler_result(self, future: Future[Any]) -> None:
        if not future.cancelled() and (error := future.exception()) is not None:
            self._server.failed("handling a notification", error)

    def _send_handler_result(self, future: Future[Any], *, msg_id: str | int) -> None:
        self._request_futures.pop(msg_id, None)
        if future.cancelled():
            self.send_error(msg_id, types.LSPErrorCodes.RequestCancelled, "cancelled")
        elif (error := future.exception()) is None:
            self._send_response(msg_id, future.result())
        elif isinstance(error, JsonRpcException):
            self.send_error(msg_id, error.code, error.message)
        else:
            self._server.failed("handling a request", error)
            self.send_error(msg_id, types.ErrorCodes.InternalError, f"{type(error).__name__}: {error}")
