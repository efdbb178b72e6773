"""Runs a command, and sees to it that whatever happens ends in one of the exit statuses and without a traceback.

0: no finding of severity error. 1: there are some. 2: bad usage, bad configuration, or importwise itself failed.
(130: interrupted from the keyboard, as shells have it.)
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from types import TracebackType

from importwise.cli.arguments import parser
from importwise.cli.console import Console, open_console
from importwise.cli.failure import Failure, UsageError

FAILED = 2
INTERRUPTED = 130


def run(words: list[str], serve: Callable[[str, str | None], int]) -> int:
    """Run the command line ``words`` and return the exit status. ``serve`` is what `server` does with log level and log file."""
    top = parser(words)
    try:
        arguments = top.parse_args(words)
    except SystemExit as stop:  # argparse has said all: help and the version end with 0, bad usage with 2.
        return _flushed(stop.code if isinstance(stop.code, int) else FAILED)
    if arguments.command is None:
        top.print_help(sys.stderr)
        return FAILED
    if arguments.command == "server":
        return serve(arguments.log_level, arguments.log_file)
    console = open_console(arguments.color, getattr(arguments, "quiet", False), arguments.verbose, os.environ)
    try:
        return _flushed(_command(arguments.command)(arguments, console))
    except KeyboardInterrupt:
        console.err.write("importwise: interrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        return _reader_gone()
    except UsageError as error:
        _say_error(console, str(error))
        return FAILED
    except Exception as error:  # noqa: BLE001 - the last resort: no traceback ever
        if isinstance(error.__cause__, BrokenPipeError):
            return _reader_gone()
        _say_failure(console, error)
        return FAILED


def _command(name: str) -> Callable[[Namespace, Console], int]:
    # One import each: `explain` needs nothing of what `check` does.
    if name == "check":
        from importwise.cli.check import check

        return check
    if name == "why":
        from importwise.cli.why import why

        return why
    from importwise.cli.explain import explain

    return explain


def _flushed(status: int) -> int:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _reader_gone()
    except (OSError, ValueError):
        return FAILED
    return status


def _reader_gone() -> int:
    """Whoever read stdout (``| head``) has seen enough. Python would complain once more when it flushes at its end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        pass
    return FAILED


def _say_error(console: Console, text: str) -> None:
    console.err.write(f"{console.paint_error('importwise: error:', 'bold red')} {text}\n")


def _say_failure(console: Console, error: Exception) -> None:
    """What importwise was doing, to which file, and what went wrong."""
    doing = "running"
    while isinstance(error, Failure) and isinstance(error.__cause__, Exception):
        doing, error = error.doing, error.__cause__
    file = _file_at_hand(error.__traceback__)
    reason = str(error) or type(error).__name__
    _say_error(console, f"failed while {doing}{f' ({file})' if file else ''}: {type(error).__name__}: {reason}")
    if console.verbose:
        import traceback

        console.err.write("".join(traceback.format_exception(type(error), error, error.__traceback__)))
    elif not isinstance(error, OSError):
        console.err.write("This should not happen. `-v` shows the traceback, for a report.\n")


def _file_at_hand(trace: TracebackType | None) -> str | None:
    """The file that the innermost function which had one was about."""
    found = None
    while trace is not None:
        value = trace.tb_frame.f_locals.get("path")
        if isinstance(value, str) and os.path.isabs(value):
            found = value
        trace = trace.tb_next
    return found
