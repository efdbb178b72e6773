"""What a summary leaves out, since few ask for it: how a module acts on others. Read only when a verdict depends on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_NOT_READ = (
    r"(?!\s*(?:=(?!=)|:[^=\n]{1,200}=(?!=)|\.\s*(?:get|copy|items|keys|values)\b"
    r"|\[[^\[\]\n]{0,200}\](?!\s*(?:[-+*/%&|^@<>]{0,3}=(?!=)|,|:[^=\n]{1,200}=(?!=)))))"
)
"""What follows a dictionary unless it is only read, or its name bound anew. Brackets within brackets are not looked into."""
_USES_GLOBALS = re.compile(rf"(?:(?<!\w)(\w+)|([)\]]))\s*\.\s*f_globals\b{_NOT_READ}")
"""A use of a frame's globals other than reading them, with the end of what the frame is."""
_FRAME = re.compile(
    r"\b_getframe\b|inspect\.stack\b|\b(?:walk_stack|getinnerframes|getouterframes)\b|\bf_back\b|\btb_frame\b|\bimport\b[^\n]{0,400}\bstack\b"
)
_FRAMES = re.compile(
    r"\b(\w+)\s*(?::[^=\n]{1,200})?(?::=|=(?!=))[^\n]{0,400}(?:\b_getframe\(\s*(?!0?\s*\))|\bf_back\b)"
)
"""Names that stand for a frame of a caller. Without `f_back`, what `currentframe` gives is the file's own."""
_ANY_FRAME = re.compile(
    r"inspect\.stack\b|\b(?:walk_stack|getinnerframes|getouterframes)\b|\bimport\b[^\n]{0,400}\bstack\b|\b_getframe\b(?!\s*\()"
    r"|[(,=]\s*(?:\w+\s*\.\s*)?(?:_getframe\(\s*(?!0?\s*\))[^)\n]{0,200}\)|currentframe\(\)\.f_back|_getframe\(\)\.f_back)"
    r"(?:\.f_back)*\s*[,)]"
)
"""Frames of callers in a loop, by another name for who gives them, or handed to a function: then anything may be one."""
_EXIT = re.compile(r"def __a?exit__\b")
"""A traceback holds the frame of a function that the file calls; only here that of the caller."""
_KEPT = re.compile(r"[ \t]*(\w+)[ \t]*(?::[^=\n]{1,200})?=[ \t]*[\w.()]*\.[ \t]*f_globals[ \t]*(?:#[^\n]*)?")
"""The globals of a frame get a name, and nothing else happens on the line."""
_NOT_ONLY_READ = re.compile(rf"(?<![\w.])(?<!\bin )(\w+)\b{_NOT_READ}")
"""Names that are used in other ways than a dictionary that is read."""
_SETS_IN = re.compile(r"setattr\(\s*(?:(\w+)\s*\.\s*)?(\w+)\[(?!\s*__name__\s*\])")
"""Attributes set on what a table holds, with the table's name."""
_CALLED_MODULES = re.compile(
    r"\bfrom\s+sys\s+import\b[^)\n]{0,400}\bmodules\b(?:\s+as\s+(\w+))?|\bfrom\s+sys\s+import\s*\([^)]{0,400}\bmodules\b(?:\s+as\s+(\w+))?"
    r"|(?<!\w)(\w+)\s*(?::[^=\n]{1,100})?=\s*\w*sys\.modules\b(?!\s*[\[.])"
)
"""Another name for ``sys.modules``."""
_OF_CLASS = re.compile(r"modules\[(?<!\wmodules\[)[^\]\n]{0,200}__module__[^\]\n]{0,200}\](\s*\.\s*__dict__\b)?")
"""The module in which a class was made, or its dictionary."""
_NAMED = re.compile(r"[ \t]*(\w+)[ \t]*(?::[^=\n]{1,200})?=[ \t]*\w*\.?")
"""The line up to that, if it does nothing but give it a name."""
_READ_AFTER = re.compile(
    r"\s*(?:\.\s*(?:get|copy|items|keys|values)\b|\[[^\[\]\n]{0,200}\](?!\s*(?:[-+*/%&|^@<>]{0,3}=(?!=)|,)))"
)
"""How a dictionary that is only read goes on."""
_NOTHING_MORE = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
"""The rest of a line on which nothing else happens."""
_SETS_ON = re.compile(
    r"setattr\(\s*(\w+)\s*,|(?<![\w.])(\w+)\.__dict__\s*(?:\[|\.\s*(?:update|setdefault|__setitem__)\b)"
)
"""Objects on which names are set."""
_MAKES_NAMES = re.compile(
    r"""(?<![.\w])__name__\s*(?:\+|\)?\s*[,}])|(?:\+|%\s*\(?)\s*__name__|\{__name__|["'][^\W\d][\w.]*\.["']"""
)
"""The file's own name in an expression, or a literal that ends like the name of a package."""

_NAMES_CALLER = re.compile(r"f_globals(?:\[|\.get\()\s*[\"']__name__[\"']")
_SETS_MODULES = re.compile(r"modules\[[^\]\n]{1,200}\]\s*=[^=]")
_REGISTERS = re.compile(
    r"modules(?:\[\s*(?![\"']|__name__\s*\])[^\]\n]{1,200}\]\s*=[^=]|\.(?:setdefault|__setitem__)\(\s*(?![\"']))"
)
_FILLS = re.compile(r"setattr\(\s*([^\W\d][\w.]*)\s*,\s*(?![\"'])")
_LOOKS_UP = re.compile(r"\n[ \t]*([^\W\d]\w*)[ \t]*=[ \t]*sys\.modules\[[ \t]*[^\W\d]\w*[ \t]*\]")
_DOTTED = re.compile(r"[\"']([^\W\d]\w*(?:\.\w+)+)[\"']")
_CALLS = re.compile(
    r"\n([^\W\d]\w*[ \t]*=[ \t]*)?([^\W\d][\w.]*)\((?:[ \t\n]*[\"']([^\W\d]\w*(?:\.[^\W\d]\w*)+)[\"'])?"
)
"""A call, whether its value is kept, and a dotted name that is its first argument.

With a line end in front, which is found many times faster than the beginning of a line.
"""
_SETS = re.compile(r"\n([^\W\d]\w*\.\w+)[ \t]*(?::[^=\n]*)?=(?!=)")
_ITSELF = re.compile(
    r"(?:find|get)_(?:current|calling|this)_module\(\)|getmodule\(\s*(?:inspect\.)?currentframe\(\)\s*\)"
)
_STANDS = re.compile(r"modules\[__name__\][ \t]*=[^\n]*\([^\n]*[\"'][^\W\d]\w*(?:\.\w+)+[\"']")
_STATEMENT = re.compile(r"\n(?=[^\s)\]}#])")
_GETATTR = re.compile(r"\ndef __getattr__\((\w+)")


class Functions(NamedTuple):
    """What the functions of a file may do: asked of all files that a module takes names from."""

    write_to_callers: bool
    """Whether they may bind names in the modules that call them, or use them as decorators."""
    register: bool
    """Whether one sets ``sys.modules[key]``, where the key is not known."""


class Traits(NamedTuple):
    """What else there is to know of a file."""

    calls: frozenset[str]
    """The dotted names of functions that it calls in statements of their own, in column 0: "deprecated", "apipkg.initpkg"."""
    hands_over: frozenset[str]
    """Those of the calls that have ``__name__`` among their arguments."""
    hands_names: frozenset[tuple[str, str]]
    """Functions that it calls in column 0, the value kept or not, each with a dotted name that is the first argument."""
    asks_for_itself: bool
    """Whether it asks a function for itself as an object: whoever is handed that may set attributes on it."""
    delegates: bool
    """Whether its ``__getattr__`` refuses no name, but gives what another object has."""
    stands_for_another: bool
    """Whether it puts something into its own place that is made from the dotted name of another module."""
    makes_names: bool
    """Whether it may make names of modules below its own, from that or from a literal."""


class Sets(NamedTuple):
    """What a file sets on others: asked of all files beside a module."""

    names: frozenset[str]
    """Attributes of other objects, at module level: "type_api.NULLTYPE"."""
    fills: frozenset[str]
    """Objects on which it sets attributes whose names are not known: "shop" for ``setattr(shop, name, value)``.

    Where it takes the object from ``sys.modules``, every module whose name it has in a string may be meant.
    """


NO_FUNCTIONS = Functions(False, False)
NO_TRAITS = Traits(frozenset(), frozenset(), frozenset(), False, False, False, False)
SETS_NOTHING = Sets(frozenset(), frozenset())


# A word is found in a text many times faster than a pattern, and most texts have none of these.


def functions_of(text: str) -> Functions:
    """What the functions of a module with that text may do."""
    return Functions(_write_to_callers(text), "modules" in text and _REGISTERS.search(text) is not None)


def traits_of(text: str) -> Traits:
    """The traits of a module with that text."""
    text = f"\n{text}"
    calls = _CALLS.findall(text)
    return Traits(
        frozenset(name for kept, name, _ in calls if not kept),
        frozenset(_handing_over(text)) if calls and "__name__" in text else frozenset(),
        frozenset((name, argument) for _, name, argument in calls if argument),
        "module(" in text and ("_module()" in text or "getmodule(" in text) and _ITSELF.search(text) is not None,
        "\ndef __getattr__(" in text and _delegates(text),
        "modules[__name__]" in text and _STANDS.search(text) is not None,
        _MAKES_NAMES.search(text) is not None,
    )


def sets_of(text: str) -> Sets:
    """What a module with that text sets on others."""
    text = f"\n{text}"
    fills = set(_FILLS.findall(text)) if "setattr(" in text else set()
    if fills and "sys.modules[" in text and not fills.isdisjoint(_LOOKS_UP.findall(text)):
        fills.update(_DOTTED.findall(text))
    return Sets(frozenset(_SETS.findall(text)), frozenset(fills))


def _write_to_callers(text: str) -> bool:
    asks = "f_globals" in text
    if asks and _FRAME.search(text) and _uses_globals(text):
        return True
    if asks and "modules[" in text and _NAMES_CALLER.search(text) and _SETS_MODULES.search(text):
        return True
    if "setattr(" in text and "modules" in text and _sets_in_modules(text):
        return True
    return "__module__" in text and "modules[" in text and _writes_where_class_is(text)


def _uses_globals(text: str) -> bool:
    """Whether the globals of a caller's frame are used other than reading them; not those of a frame that is somebody else's."""
    frames = {"f_back", *_FRAMES.findall(text)}
    if _EXIT.search(text):
        frames.add("tb_frame")
    anything = _ANY_FRAME.search(text) is not None
    kept: set[str] = set()
    for match in _USES_GLOBALS.finditer(text):
        if anything or match[2] or match[1] in frames:
            name = _kept_as(text, match)
            if name is None:
                return True
            kept.add(name)
    return _are_written(text, kept)


def _kept_as(text: str, match: re.Match[str]) -> str | None:
    """The name that a line gives to a frame's globals if it does nothing else."""
    start, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
    kept = _KEPT.fullmatch(text, start, end if end >= 0 else len(text)) if match.end() - start < 200 else None
    return kept[1] if kept is not None else None


def _are_written(text: str, names: set[str]) -> bool:
    """Whether one of the dictionaries that ``names`` stand for is used in other ways than reading it."""
    return bool(names) and not names.isdisjoint(_NOT_ONLY_READ.findall(text))


def _writes_where_class_is(text: str) -> bool:
    """Whether the module in which a class was made has its dictionary written to, or names set on it."""
    dictionaries: set[str] = set()
    modules: set[str] = set()
    for match in _OF_CLASS.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        named = _NAMED.fullmatch(text, start, match.start()) if match.start() - start < 200 else None
        if match[1] is not None:
            if _READ_AFTER.match(text, match.end()):
                continue
            if named is None or not _NOTHING_MORE.match(text, match.end()):
                return True
            dictionaries.add(named[1])
        elif named is not None and _NOTHING_MORE.match(text, match.end()):
            modules.add(named[1])
    if modules and any(one in modules or other in modules for one, other in _SETS_ON.findall(text)):
        return True
    return _are_written(text, dictionaries)


def _sets_in_modules(text: str) -> bool:
    """Whether names are set in a module that is taken from ``sys.modules``, and is not the file's own."""
    other_names: set[str] | None = None
    for prefix, name in _SETS_IN.findall(text):
        if prefix:
            if name == "modules" and (prefix.endswith("sys") or f"sys as {prefix}" in text):
                return True
            continue
        if other_names is None:
            other_names = {next(filter(None, names), "modules") for names in _CALLED_MODULES.findall(text)}
        if name in other_names:
            return True
    return False


def _handing_over(text: str) -> Iterator[str]:
    """The calls in column 0 that have ``__name__`` among their arguments."""
    for match in _CALLS.finditer(text):
        kept, name, _ = match.groups()
        if kept:
            continue
        following = _STATEMENT.search(text, match.end(2))
        if "__name__" in text[match.end(2) : following.start() if following else len(text)]:
            yield name


def _delegates(text: str) -> bool:
    """Whether the module's ``__getattr__`` refuses no name, but gives what another object has."""
    header = _GETATTR.search(text)
    if header is None:
        return False
    following = _STATEMENT.search(text, header.end())
    function = text[header.end() : following.start() if following else len(text)]
    return (
        re.search(rf"return getattr\([\w.]+, *{header[1]}\)", function) is not None and "AttributeError" not in function
    )


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
