"""What is made from the code, parts of the README and the rules' pages: a test finds it stale, ``pytest --accept`` writes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from importwise.checks.rule import Rule
from importwise.checks.run import RULES
from importwise.cli.explain import first_sentence
from importwise.settings import Allow, Settings
from importwise.workspace.conform import Field, expected, options


def settings_table() -> str:
    """The settings as a Markdown table, then the keys of an entry of the allowlist as another."""
    return f"{_table(Settings)}\nAn entry of `allow`:\n\n{_table(Allow)}"


def rules_table() -> str:
    """The rules as a Markdown table."""
    rows = [(f"`{rule.id}`", rule.severity, first_sentence(rule.documentation)) for rule in RULES]
    return _markdown(("rule", "severity", "what it reports"), rows)


def rule_page(rule: Rule) -> str:
    """What `importwise explain` prints of a rule as a page of its own, to which editors link: `checks/pages/RULE.md`."""
    return f"# {rule.id}\n\nSeverity: {rule.severity}, unless the settings say otherwise.\n\n{rule.documentation.strip()}\n"


PARTS: dict[str, Callable[[], str]] = {"settings": settings_table, "rules": rules_table}
"""What stands between ``<!-- NAME -->`` and ``<!-- /NAME -->``."""


def _table(options_type: type[Any]) -> str:
    rows = [
        (
            f"`{key}`",
            _cell(
                f"{field.option.documentation}{_choices(field.hint)}{' In editors only.' * field.option.editor_only}"
            ),
            _cell(_default(field)),
            _cell(f"`{field.option.example}`"),
        )
        for key, field in options(options_type).items()
    ]
    return _markdown(("key", "what it means", "default", "example"), rows)


def _choices(hint: Any) -> str:
    words = expected(hint)
    return f" O{words[1:]}." if words.startswith("one of ") else ""


def _default(field: Field) -> str:
    if field.option.default_text:
        return field.option.default_text
    if field.required:
        return "(required)"
    if field.default is None or field.default == ():
        return "none"
    return f"`{str(field.default).lower()}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _markdown(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
