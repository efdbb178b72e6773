"""The commands and their arguments."""

from __future__ import annotations

import argparse

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


def parser() -> argparse.ArgumentParser:
    """The parser of the command line. `command` of its result is "check", "why", "explain" or None."""
    top = argparse.ArgumentParser(
        prog="importwise",
        description="Finds Python imports that cannot be resolved, as CPython would, without running your code.",
        epilog="Start with `importwise check` in a project's directory. Each command has its own --help.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("-V", "--version", action="version", version=f"importwise {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    check = _command(commands, "check", "check the imports of a project, or of some files and folders", CHECK_EXAMPLES)
    check.add_argument(
        "paths", nargs="*", metavar="PATH", help="files and folders to check (default: the whole project)"
    )
    _add_settings(check)
    check.add_argument(
        "--target",
        action="append",
        default=[],
        dest="targets",
        metavar="MODULE",
        help="check only this module and what it imports, transitively, inside the project (may be repeated)",
    )
    check.add_argument(
        "--output-format", choices=("text", "json"), default="text", help="form of the report (default: text)"
    )
    check.add_argument("--syntax", action="store_true", help="also parse every file in full (slower; uses all cores)")
    check.add_argument(
        "--show-open", action="store_true", help="also list the imports that can't be judged, with the reasons"
    )
    check.add_argument(
        "--statistics", action="store_true", help="also show counts by rule and by module, times and memory"
    )
    check.add_argument("--no-cache", action="store_true", help="neither read nor write the cache of earlier checks")
    check.add_argument(
        "--jobs", type=_positive, metavar="N", help="processes to use at most (default: as many as there are cores)"
    )
    check.add_argument(
        "-q", "--quiet", action="store_true", help="show findings only: no summary, no notices, no progress"
    )
    _add_output(check)

    why = _command(commands, "why", "show the search for a module, step by step", WHY_EXAMPLES)
    why.add_argument("module", metavar="MODULE", help="absolute dotted name, such as numpy.linalg")
    why.add_argument(
        "--from", dest="from_file", metavar="FILE", help="the file that imports it (its own folder counts too)"
    )
    _add_settings(why)
    _add_output(why)

    explain = _command(commands, "explain", "show what a rule reports, and how to mend it", EXPLAIN_EXAMPLES)
    explain.add_argument("rule", nargs="?", metavar="RULE", help="such as unresolved-import (default: list all rules)")
    _add_output(explain)
    return top


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, what: str, examples: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=what,
        description=f"{what[0].upper()}{what[1:]}.",
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
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
