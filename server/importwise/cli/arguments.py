"""The commands and their arguments."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Collection

from importwise import __version__

CHECK_EXAMPLES = """\
examples:
  importwise check                                  the project in the current directory
  importwise check src/shop tests/test_cart.py      only these
  importwise check --python .venv                   with the packages of that environment
  importwise check --target shop.main               only what `shop.main` needs
  importwise check --output-format json > report.json

exit status:
  0  no finding of severity error
  1  there are some
  2  bad usage, bad configuration, or importwise itself failed
"""

WHY_EXAMPLES = """\
examples:
  importwise why numpy.linalg
  importwise why shop.prices --from src/shop/cart.py
"""

EXPLAIN_EXAMPLES = """\
examples:
  importwise explain                                all rules, a line each
  importwise explain unresolved-import
"""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal. argparse makes one for every argument that it learns, and would import `shutil` for it."""

    def __init__(self, prog: str) -> None:
        columns = os.environ.get("COLUMNS", "")
        try:
            width = int(columns) if columns.isdecimal() else os.get_terminal_size().columns
        except OSError:
            width = 80
        super().__init__(prog, width=(width or 80) - 2)


def parser(words: Collection[str]) -> argparse.ArgumentParser:
    """The parser for the command line ``words``. `command` of its result is "check", "why", "explain", "server" or None.

    Only the commands that are among the words learn their arguments: that takes some milliseconds for all.
    """
    top = argparse.ArgumentParser(
        prog="importwise",
        description="Finds Python imports that cannot be resolved, as CPython would, without running your code.",
        epilog="Start with `importwise check` in a project's directory. Each command has its own --help.",
        formatter_class=_Help,
    )
    top.add_argument("-V", "--version", action="version", version=f"importwise {__version__}")
    # Without `prog`, argparse would lay out a usage line to find it.
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands", prog="importwise")
    for name, (what, examples, add_arguments) in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=what,
            description=f"{what[0].upper()}{what[1:]}.",
            epilog=examples,
            formatter_class=_Help,
        )
        if name in words:
            add_arguments(command)
    return top


def _add_check(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "paths", nargs="*", metavar="PATH", help="files and folders to check (default: the whole project)"
    )
    _add_settings(command)
    command.add_argument(
        "--target",
        action="append",
        default=[],
        dest="targets",
        metavar="MODULE",
        help="check only this module and what it imports, transitively, inside the project (may be repeated)",
    )
    command.add_argument(
        "--output-format", choices=("text", "json"), default="text", help="form of the report (default: text)"
    )
    command.add_argument("--syntax", action="store_true", help="also parse every file in full (slower; uses all cores)")
    command.add_argument(
        "--show-open", action="store_true", help="also list the imports that can't be judged, with the reasons"
    )
    command.add_argument(
        "--statistics", action="store_true", help="also show counts by rule and by module, times and memory"
    )
    command.add_argument("--no-cache", action="store_true", help="neither read nor write the cache of earlier checks")
    command.add_argument(
        "--jobs", type=_positive, metavar="N", help="processes to use at most (default: as many as there are cores)"
    )
    command.add_argument(
        "-q", "--quiet", action="store_true", help="show errors and warnings only: no summary, no notices, no progress"
    )
    _add_output(command)


def _add_why(command: argparse.ArgumentParser) -> None:
    command.add_argument("module", metavar="MODULE", help="absolute dotted name, such as numpy.linalg")
    command.add_argument(
        "--from", dest="from_file", metavar="FILE", help="the file that imports it (its own folder counts too)"
    )
    _add_settings(command)
    _add_output(command)


def _add_explain(command: argparse.ArgumentParser) -> None:
    command.add_argument("rule", nargs="?", metavar="RULE", help="such as unresolved-import (default: list all rules)")
    _add_output(command)


def _add_server(command: argparse.ArgumentParser) -> None:
    command.add_argument("--stdio", action="store_true", help="accepted for editors that add it; there is no other way")
    command.add_argument("--log-file", metavar="FILE", help="file to write the log to (default: stderr)")
    command.add_argument(
        "--log-level",
        choices=("error", "warning", "info", "debug"),
        default="warning",
        help="how much to log (default: warning)",
    )


def _add_settings(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("settings", "These beat the settings file.")
    group.add_argument(
        "--config", metavar="FILE", help="pyproject.toml or importwise.toml (default: the nearest upwards)"
    )
    group.add_argument(
        "--python",
        metavar="PATH",
        help="interpreter or environment folder to look for packages in; read, never started",
    )
    group.add_argument(
        "--python-version",
        type=_version,
        metavar="3.12",
        help="version of the target (default: the environment's, else the lower bound of requires-python, else the running one)",
    )
    group.add_argument(
        "--platform", choices=("linux", "darwin", "win32"), help="platform of the target (default: this one)"
    )


def _add_output(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colour the output (default: on a terminal; NO_COLOR and FORCE_COLOR are respected)",
    )
    command.add_argument(
        "-v", "--verbose", action="store_true", help="say more on stderr, with tracebacks where importwise fails"
    )


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 1 on, not {text!r}")
    return number


def _version(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    if major != "3" or not minor.isdecimal() or not minor.isascii():
        raise argparse.ArgumentTypeError(f"expected a version such as 3.12, not {text!r}")
    return 3, int(minor)


COMMANDS: dict[str, tuple[str, str, Callable[[argparse.ArgumentParser], None]]] = {
    "check": ("check the imports of a project, or of some files and folders", CHECK_EXAMPLES, _add_check),
    "why": ("show the search for a module, step by step", WHY_EXAMPLES, _add_why),
    "explain": ("show what a rule reports, and how to mend it", EXPLAIN_EXAMPLES, _add_explain),
    "server": ("answer an editor: the Language Server Protocol on stdin and stdout", "", _add_server),
}
"""Each command with what it does, examples, and what adds its arguments."""
