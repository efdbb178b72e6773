"""Whether what can't be resolved is the beginning of something that exists: whoever types it is most likely not done."""

from __future__ import annotations

from importwise.checks.finding import Finding
from importwise.checks.suggestions import names_in, submodules, top_level_modules
from importwise.resolver.resolution import Found
from importwise.workspace.project import Project

ABOUT_NAMES = ("unresolved-import", "unresolved-name")
"""The rules whose findings end where the missing name does."""


def is_begun(project: Project, finding: Finding) -> bool:
    """Whether something begins with the last part of the dotted name, or with the name, that ``finding`` says is missing.

    All that the completion offers there, but for what takes long to find out.
    """
    judge = project.judge
    if finding.rule not in ABOUT_NAMES or finding.module is None:
        return False
    base = judge.resolver.foreign_base(finding.path)
    if finding.name is not None:
        whole, word = finding.module, finding.name
    else:
        whole, _, word = finding.module.rpartition(".")
    if whole:
        found = judge.resolver.find(whole, base)
        if not isinstance(found, Found):
            return False
        names = submodules(judge, found.module) if finding.name is None else names_in(judge, found.module)
    else:
        names = top_level_modules(judge, base)
    return any(name.startswith(word) and name != word for name in names)
