"""Every option, with its default and one line of documentation.

The README's table, the validation of settings files and the editors' settings are made from these types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple

Severity = Literal["error", "warning", "info", "off"]
AllowKind = Literal["extension", "generated", "internal", "optional"]
RULE_IDS = (
    "unresolved-import",
    "unresolved-name",
    "relative-import-beyond-top-level",
    "invalid-all",
    "syntax-error",
    "unreadable-file",
    "unused-allow",
    "unused-ignore",
    "invalid-configuration",
)
"""Every rule that can be set; `checks.run` has the same, a test compares them."""


class Form(NamedTuple):
    """What the strings of an option look like."""

    pattern: str
    """A regular expression for the whole string, of the kind that JSON schemas know too."""
    words: str
    """The same for people: "a version, such as `3.12`"."""


_NAME = r"[^\W\d]\w*"
VERSION_FORM = Form(r"^3\.\d{1,2}$", "a version, such as `3.12`")
MODULE_FORM = Form(rf"^{_NAME}(\.{_NAME})*$", "an absolute dotted module name")
MODULE_PATTERN_FORM = Form(
    rf"^(\*\*?|{_NAME})(\.(\*\*?|{_NAME}))*$", "a dotted name whose parts are names, `*` (any part) or `**` (any parts)"
)
TEXT_FORM = Form(r"\S", "more than white space")


def option(
    documentation: str,
    default: Any,
    example: str = "",
    default_text: str = "",
    form: Form | None = None,
    keys: tuple[str, ...] = (),
) -> Any:
    """A field that a settings file may set.

    ``example`` is a value as TOML spells it. ``default_text`` is the default in words, where `default` alone says too little.
    ``form`` is that of the string, or of each string in the array; ``keys`` are those that a table may have.
    """
    metadata = {
        "documentation": documentation,
        "example": example,
        "default_text": default_text,
        "form": form,
        "keys": keys,
    }
    if default is dict:
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


def required(documentation: str, example: str, form: Form | None = None) -> Any:
    """A field that a settings file must set."""
    return field(
        metadata={"documentation": documentation, "example": example, "default_text": "", "form": form, "keys": ()}
    )


@dataclass(frozen=True)
class Allow:
    """One entry of the allowlist: modules that can't exist in a checkout, and why."""

    module: str = required(
        "Dotted pattern: `*` stands for one part, `**` for any number of parts, none included.",
        '"torch._C.**"',
        MODULE_PATTERN_FORM,
    )
    kind: AllowKind = required("What makes the module absent.", '"extension"')
    reason: str = required("Why it is absent, for people.", '"built by setup.py from torch/csrc"', TEXT_FORM)
    evidence: str | None = option(
        "File or folder, relative to the project, that must exist for the entry to hold.", None, '"setup.py"'
    )
    expires: date | None = option("The last day on which the entry holds.", None, "2027-01-31")
    line: int = 0
    """Line of the entry in the settings file, from 0. Not an option: it has no documentation."""


@dataclass(frozen=True)
class Settings:
    """The settings of one project: ``[tool.importwise]`` of pyproject.toml, or importwise.toml. In files, ``_`` is written ``-``."""

    roots: tuple[str, ...] | None = option(
        "Folders, relative to the project, in which top-level modules lie.",
        None,
        '["src", "tools"]',
        "the project, `src`, folders with a `pyproject.toml`, `setup.py` or `setup.cfg`, and pytest's `pythonpath`",
    )
    extra_paths: tuple[str, ...] = option(
        "More folders to look for modules in, after the standard library and before site-packages.", (), '["vendor"]'
    )
    exclude: tuple[str, ...] = option(
        "gitignore patterns of files and folders that are not checked.", (), '["/examples/broken/"]'
    )
    python: str | None = option(
        "Interpreter or environment folder to look for installed packages in. It is read, never started.",
        None,
        '".venv"',
        "found: the active environment, `.venv` or `venv`, pyenv's choice, `python3` on the PATH",
    )
    python_version: str | None = option(
        "Python version of the target.",
        None,
        '"3.12"',
        "the environment's, else the lower bound of `requires-python`, else the running one",
        VERSION_FORM,
    )
    platform: Literal["linux", "darwin", "win32"] | None = option(
        "Platform of the target.", None, '"linux"', "the running one"
    )
    targets: tuple[str, ...] = option(
        "Check only these modules and what they import, transitively, inside the project.",
        (),
        '["shop.main"]',
        "every file",
        MODULE_FORM,
    )
    rules: Mapping[str, Severity] = option(
        "Severity of rules: `error`, `warning`, `info` or `off`.",
        dict,
        '{ unused-allow = "error" }',
        "each rule's own",
        keys=RULE_IDS,
    )
    respect_foreign_ignores: bool = option(
        "Whether `# type: ignore`, `# noqa` and other tools' comments about imports silence findings.", True, "false"
    )
    allow: tuple[Allow, ...] = option(
        "Modules that can't exist in a checkout, each with a kind and a reason.",
        (),
        '[{ module = "shop._speed", kind = "extension", reason = "built from src/speed.c" }]',
    )
