"""Comments that silence findings on their line."""

from __future__ import annotations

from importwise.syntax.summary import Ignore, Import, Summary

IMPORT_RULES = ("unresolved-import", "relative-import-beyond-top-level")
NAME_RULES = ("unresolved-name", "invalid-all")
FOREIGN_CODES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "type": (("import", "import-not-found", "import-untyped", "misc"), ("attr-defined", "import")),
    "mypy": (("import", "import-not-found", "import-untyped", "misc"), ("attr-defined", "import")),
    "pyright": (
        ("reportMissingImports", "reportMissingModuleSource", "reportMissingTypeStubs"),
        (
            "reportAttributeAccessIssue",
            "reportUnknownVariableType",
            "reportMissingImports",
            "reportUnsupportedDunderAll",
        ),
    ),
    "ty": (("unresolved-import",), ("unresolved-import", "unresolved-attribute", "possibly-missing-import")),
    "pyrefly": (
        ("missing-import", "import-error", "missing-source", "untyped-import"),
        ("missing-module-attribute", "missing-import", "import-error", "missing-attribute"),
    ),
    "pylint": (("import-error", "E0401", "all"), ("no-name-in-module", "import-error", "E0611", "E0401", "all")),
    "noqa": (("F401", "F403"), ("F401", "F403", "F822")),
}
"""For each tool the codes that speak of a missing module, and those that speak of a missing name."""


def silencer(rule: str, line: int, item: Import | None, summary: Summary, foreign: bool) -> Ignore | None:
    """The comment that silences a finding of ``rule`` on ``line`` (from 0): on that line, or on the first or last of its statement.

    Comments of other tools count if ``foreign`` is set, and only for imports.
    """
    if not summary.ignores:
        return None
    lines = {line}
    if item is not None:
        lines |= {item.line, item.line + item.text.count("\n")}
    for ignore in summary.ignores:
        if ignore.line not in lines:
            continue
        if ignore.tool == "importwise":
            if not ignore.codes or rule in ignore.codes:
                return ignore
        elif foreign and item is not None and _speaks_of(ignore, rule):
            return ignore
    return None


def _speaks_of(ignore: Ignore, rule: str) -> bool:
    if rule not in IMPORT_RULES and rule not in NAME_RULES:
        return False
    if not ignore.codes:
        return True
    for_modules, for_names = FOREIGN_CODES.get(ignore.tool, ((), ()))
    known = for_names if rule in NAME_RULES else for_modules
    return any(code.strip() in known for code in ignore.codes)
