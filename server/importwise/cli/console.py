"""Where output goes: the report to stdout, all else to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple, TextIO

Paint = Callable[[str, str], str]
"""A text in a style: one or more words of `STYLES`, separated by spaces."""

STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}


class Console(NamedTuple):
    """The program's outputs."""

    out: TextIO
    err: TextIO
    paint: Paint
    """For ``out``."""
    paint_error: Paint
    """For ``err``."""
    quiet: bool
    verbose: bool

    def notice(self, text: str, style: str = "yellow", label: str = "note") -> None:
        """Tell the person something that is no part of the report."""
        if not self.quiet:
            self.err.write(f"{self.paint_error(f'importwise: {label}:', f'bold {style}')} {text}\n")

    def detail(self, text: str) -> None:
        """The same, with ``-v`` alone."""
        if self.verbose:
            self.err.write(f"{self.paint_error('importwise:', 'dim')} {text}\n")


def open_console(color: str, quiet: bool, verbose: bool, variables: Mapping[str, str]) -> Console:
    """The console on stdout and stderr. What their encodings lack, and bytes of file names that are no text, is written as escapes."""
    # Without these two (`>&-`) there is nobody to tell anything.
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")
    return Console(
        sys.stdout,
        sys.stderr,
        _painter(wants_colour(color, sys.stdout, variables)),
        _painter(wants_colour(color, sys.stderr, variables)),
        quiet,
        verbose,
    )


def wants_colour(color: str, stream: TextIO, variables: Mapping[str, str]) -> bool:
    """Whether to colour ``stream``: ``--color``, then NO_COLOR (no-color.org), then FORCE_COLOR, then whether it is a terminal."""
    if color != "auto":
        return color == "always"
    if variables.get("NO_COLOR"):
        return False
    if variables.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream.isatty() and variables.get("TERM") != "dumb"


def _painter(colour: bool) -> Paint:
    return _coloured if colour else plain


def plain(text: str, style: str) -> str:
    """The text as it is."""
    del style
    return text


def _coloured(text: str, style: str) -> str:
    codes = ";".join(STYLES[word] for word in style.split())
    return f"\x1b[{codes}m{text}\x1b[0m" if text else text
