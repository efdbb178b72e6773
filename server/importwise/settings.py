"""Every option, with its default and one line of documentation.

The README's table, the validation of settings files and the editors' settings are made from these types.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Literal, NamedTuple

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
PATH_FORM = Form(r"\S", "a path")


class Option(NamedTuple):
    """What a field that a settings file may set has beside its type and its default, in the field's annotation."""

    documentation: str
    """One line, in Markdown."""
    example: str
    """A value as TOML spells it."""
    default_text: str = ""
    """The default in words, where the value alone says too little."""
    form: Form | None = None
    """That of the string, or of each string in the array."""
    keys: tuple[str, ...] = ()
    """Those that a table may have."""
    editor_only: bool = False
    """Whether it means something to editors alone."""


NO_LINE = -1


class Allow(NamedTuple):
    """One entry of the allowlist: modules that can't exist in a checkout, and why."""

    module: Annotated[
        str,
        Option(
            "Dotted pattern: `*` stands for one part, `**` for any number of parts, none included.",
            '"torch._C.**"',
            form=MODULE_PATTERN_FORM,
        ),
    ]
    kind: Annotated[AllowKind, Option("What makes the module absent.", '"extension"')]
    reason: Annotated[
        str, Option("Why it is absent, for people.", '"built by setup.py from torch/csrc"', form=TEXT_FORM)
    ]
    evidence: Annotated[
        str | None,
        Option("File or folder, relative to the project, that must exist for the entry to hold.", '"setup.py"'),
    ] = None
    expires: Annotated[date | None, Option("The last day on which the entry holds.", "2027-01-31")] = None
    line: int = 0
    """Line of the entry in the settings file, from 0; `NO_LINE` if it is not from there. Not an option: it has no documentation."""


class Settings(NamedTuple):
    """The settings of one project: ``[tool.importwise]`` of pyproject.toml, or importwise.toml. In files, ``_`` is written ``-``."""

    roots: Annotated[
        tuple[str, ...] | None,
        Option(
            "Folders, relative to the project, in which top-level modules lie.",
            '["src", "tools"]',
            "the project, `src`, folders with a `pyproject.toml`, `setup.py` or `setup.cfg`, and pytest's `pythonpath`",
        ),
    ] = None
    extra_paths: Annotated[
        tuple[str, ...],
        Option(
            "More folders to look for modules in, after the standard library and before site-packages.", '["vendor"]'
        ),
    ] = ()
    exclude: Annotated[
        tuple[str, ...],
        Option(
            "gitignore patterns of files and folders that are not checked, even if they are open in an editor.",
            '["/examples/broken/"]',
        ),
    ] = ()
    python: Annotated[
        str | None,
        Option(
            "Interpreter or environment folder to look for installed packages in. It is read, never started.",
            '".venv"',
            "found: the active environment, `.venv` or `venv`, pyenv's choice, `python3` on the PATH",
            PATH_FORM,
        ),
    ] = None
    python_version: Annotated[
        str | None,
        Option(
            "Python version of the target.",
            '"3.12"',
            "the environment's, else the lower bound of `requires-python`, else the running one",
            VERSION_FORM,
        ),
    ] = None
    platform: Annotated[
        Literal["linux", "darwin", "win32"] | None, Option("Platform of the target.", '"linux"', "the running one")
    ] = None
    targets: Annotated[
        tuple[str, ...],
        Option(
            "Check only these modules and what they import, transitively, inside the project.",
            '["shop.main"]',
            "every file",
            MODULE_FORM,
        ),
    ] = ()
    rules: Annotated[
        Mapping[str, Severity],
        Option(
            "Severity of rules: `error`, `warning`, `info` or `off`.",
            '{ unused-allow = "error" }',
            "each rule's own",
            keys=RULE_IDS,
        ),
    ] = MappingProxyType({})
    respect_foreign_ignores: Annotated[
        bool,
        Option("Whether `# type: ignore`, `# noqa` and other tools' comments about imports silence findings.", "false"),
    ] = True
    diagnostic_mode: Annotated[
        Literal["workspace", "open-files"],
        Option("Whether closed files are checked too.", '"open-files"', editor_only=True),
    ] = "workspace"
    syntax_errors: Annotated[
        bool,
        Option(
            "Whether syntax errors are shown, in open files those that Python's own parser finds; other tools for Python do that.",
            "true",
            editor_only=True,
        ),
    ] = False
    allow: Annotated[
        tuple[Allow, ...],
        Option(
            "Modules that can't exist in a checkout, each with a kind and a reason. An editor's are added to the file's, and need not match anything.",
            '[{ module = "shop._speed", kind = "extension", reason = "built from src/speed.c" }]',
        ),
    ] = ()
