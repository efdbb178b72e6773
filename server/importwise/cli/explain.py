"""``importwise explain``: the documentation of the rules."""

from __future__ import annotations

from argparse import Namespace

from importwise.checks.run import RULES
from importwise.cli.console import Console
from importwise.cli.failure import UsageError


def explain(arguments: Namespace, console: Console) -> int:
    """Print the documentation of one rule, or a line on each."""
    rules = {rule.id: rule for rule in RULES}
    if arguments.rule is None:
        width = max(map(len, rules))
        for name, rule in rules.items():
            console.out.write(f"{console.paint(name.ljust(width), 'bold')}  {first_sentence(rule.documentation)}\n")
        return 0
    if arguments.rule not in rules:
        from difflib import get_close_matches

        nearest = get_close_matches(arguments.rule, rules, n=1, cutoff=0.5)
        hint = f"did you mean `{nearest[0]}`?" if nearest else f"the rules are {', '.join(rules)}"
        raise UsageError(f"there is no rule `{arguments.rule}`: {hint}")
    rule = rules[arguments.rule]
    title = console.paint(rule.id, "bold")
    console.out.write(f"{title} (severity: {rule.severity})\n\n{rule.documentation.strip()}\n")
    return 0


def first_sentence(documentation: str) -> str:
    """The first paragraph of a rule's documentation, on one line."""
    return " ".join(documentation.strip().split("\n\n")[0].split())
