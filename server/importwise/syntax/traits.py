"""What a summary leaves out, since few ask for it: how a module acts on others. Read only when a verdict depends on it."""

from __future__ import annotations

import re
from typing import NamedTuple

_TO_CALLERS = (
    re.compile(
        r"f_globals(?<!\wf_globals)\b"
        r"(?!\s*(?:\.\s*(?:get|copy|items|keys|values)\b|\[[^\]\n]*\](?!\s*=[^=])))"
    ),
    re.compile(r"setattr\(\s*\w*\.?modules\["),
    re.compile(r"modules\[(?<!\wmodules\[)[^\]\n]*__module__[^\]\n]*\]\s*\.\s*__dict__"),
)
"""A use of the globals of the calling frame other than reading them, or of the module that a class was made in.

Each begins with a word, which is found many times faster than a choice.
"""

_SETS = re.compile(r"\n(\w+)\.(\w+)[ \t]*(?::[^=\n]*)?=[^=]")
"""With a line end in front, which is found many times faster than the beginning of a line."""


class Traits(NamedTuple):
    """What else there is to know of a file."""

    writes_to_callers: bool
    """Whether it may bind names in the modules that call its functions, or use its decorators."""
    sets: frozenset[str]
    """Attributes that it sets on other objects at module level: "type_api.NULLTYPE"."""


NO_TRAITS = Traits(False, frozenset())


def traits_of(text: str) -> Traits:
    """The traits of a module with that text."""
    sets = frozenset(f"{match[1]}.{match[2]}" for match in _SETS.finditer(f"\n{text}"))
    return Traits(any(pattern.search(text) for pattern in _TO_CALLERS), sets)


_CONSTANT = re.compile(
    r"\n(\w+)[ \t]*(?::[^=\n]+)?=[ \t]*([^\n#\"']*"
    r"(?:version_info|platform|os\.name|implementation|TYPE_CHECKING|True|False)\b[^\n#]*)"
)
"""A plain assignment on one line at module level, of something that a target may decide."""


def constants_of_text(text: str) -> dict[str, str]:
    """Names that are bound exactly once in ``text``, by an unguarded ``name = expression`` at module level which a target may
    decide (``PY2 = sys.version_info[0] == 2``), with the source of the expression."""
    found = {match[1]: match[2].strip() for match in _CONSTANT.finditer(f"\n{text}")}
    return {name: source for name, source in found.items() if _is_bound_once(name, text)}


_BINDS = re.compile(r"[ \t]*(?::[^=\n,)]+)?(?::|[-+*/%&|^@]|//|\*\*|<<|>>)?=(?!=)")
_BOUND_BY_WORD = re.compile(r"\b(?:global|def|class|del|as|for|import)[ \t][^\n]*\Z")


def _is_bound_once(name: str, text: str) -> bool:
    """Whether nothing else in ``text`` looks as if it bound ``name``, in whatever scope."""
    times = 0
    at = text.find(name)
    while at >= 0 and times < 2:
        end = at + len(name)
        if not (
            text[at - 1 : at].isidentifier() or text[at - 1 : at] in (".", '"', "'") or text[end : end + 1].isalnum()
        ):
            line = text.rfind("\n", 0, at) + 1
            times += bool(_BINDS.match(text, end)) or bool(_BOUND_BY_WORD.search(text[line:at]))
        at = text.find(name, end)
    return times == 1
