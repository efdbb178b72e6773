"""From what ``tomllib`` reads to a typed value, driven by the type hints of a named tuple alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from importwise.settings import Form, Option
from importwise.workspace.toml_places import Path


class Trouble(NamedTuple):
    """One thing wrong with a document."""

    path: Path
    """Where: keys and indexes from the document's top."""
    at: Literal["key", "value"]
    """Which of the two is wrong."""
    message: str
    help: tuple[str, ...] = ()
    toml_help: tuple[str, ...] = ()
    """More help, for those who write TOML."""


class Field(NamedTuple):
    """A field of a table that a settings file may set."""

    name: str
    """As Python spells it."""
    hint: Any
    """Its type."""
    option: Option
    required: bool
    default: Any
    """None if it is required."""


INVALID: Any = object()
"""In place of a value that can't be used."""


def conform(
    hint: Any, value: Any, path: Path, line_of: Callable[[Path], int], option: Option | None = None
) -> tuple[Any, list[Trouble]]:
    """``value`` as ``hint`` wants it, and all that is wrong with it; `INVALID` where nothing of it can be used.

    Knows ``str``, ``bool``, ``date``, ``Literal``, ``X | None``, ``tuple[X, ...]``, ``Mapping[str, X]`` and
    named tuples of these, and what the field's ``option`` says of strings (``form``) and of a table's keys (``keys``).
    Of arrays and tables the sound items are kept. A field ``line`` that is no option is set to ``line_of(path)``.
    """
    if _is_table(hint):
        return _conform_table(hint, value, path, line_of)
    origin = get_origin(hint)
    if origin is Literal:
        if isinstance(value, str) and value in get_args(hint):
            return value, []
        nearest = nearest_help(value, get_args(hint)) if isinstance(value, str) else ()
        return INVALID, [_unexpected(hint, value, path, nearest)]
    if _is_union(hint):
        return conform(_without_none(hint), value, path, line_of, option)
    if origin is tuple:
        return _conform_array(hint, value, path, line_of, option)
    if origin is not None and issubclass(origin, Mapping):
        return _conform_mapping(hint, value, path, line_of, option)
    if hint is date and isinstance(value, date) and not isinstance(value, datetime):
        return value, []
    if hint in (str, bool) and isinstance(value, hint):
        form: Form | None = option.form if option is not None else None
        if form is None or re.search(form.pattern, value):
            return value, []
        message = f"{_name(path)} must be {form.words}, not {_described(value)}"
        is_unset = option is not None and option.default_text and not value.strip()
        return INVALID, [Trouble(path, "value", message, ("leave it out to have the default",) if is_unset else ())]
    trouble = _unexpected(hint, value, path, _quotes_help(hint, value))
    if hint is date and isinstance(value, str):
        trouble = trouble._replace(toml_help=("dates have no quotes in TOML",))
    return INVALID, [trouble]


def options(table: Any) -> dict[str, Field]:
    """The options of a named tuple by the key that a file spells: ``extra-paths``."""
    found: dict[str, Field] = {}
    for name, hint in get_type_hints(table, include_extras=True).items():
        if get_origin(hint) is Annotated:
            bare, option = get_args(hint)
            required = name not in table._field_defaults
            found[name.replace("_", "-")] = Field(name, bare, option, required, table._field_defaults.get(name))
    return found


def expected(hint: Any, *, plural: bool = False) -> str:
    """What ``hint`` wants, in words: "an array of strings"."""
    if _is_table(hint):
        return "tables" if plural else "a table"
    if _is_union(hint):
        return expected(_without_none(hint), plural=plural)
    origin = get_origin(hint)
    if origin is Literal:
        return "one of " + ", ".join(f"`{choice}`" for choice in get_args(hint))
    if origin is tuple:
        return f"an array of {expected(get_args(hint)[0], plural=True)}"
    if origin is not None and issubclass(origin, Mapping):
        return f"a table with values that are {expected(get_args(hint)[1])}"
    words = {str: ("a string", "strings"), bool: ("true or false",) * 2, date: ("a date, such as 2027-01-31", "dates")}
    return words[hint][plural]


def nearest_help(word: str, choices: Iterable[str]) -> tuple[str, ...]:
    """``("did you mean `extra-paths`?",)``, or nothing if no choice is like ``word``."""
    from difflib import get_close_matches

    known = {_folded(choice): choice for choice in choices}
    close = get_close_matches(_folded(word), known, n=1, cutoff=0.6)
    return (f"did you mean `{known[close[0]]}`?",) if close else ()


def _folded(word: str) -> str:
    return word.lower().replace("_", "-").replace(" ", "-")


def _conform_table(hint: Any, value: Any, path: Path, line_of: Callable[[Path], int]) -> tuple[Any, list[Trouble]]:
    if not isinstance(value, dict):
        return INVALID, [_unexpected(hint, value, path)]
    known = options(hint)
    troubles: list[Trouble] = []
    found: dict[str, Any] = {}
    for key, item in value.items():
        if key not in known:
            others = [name for name in known if name not in value]
            message = f"unknown key `{key}`"
            help_lines = nearest_help(key, others) or (f"the keys are {_listed(known)}",)
            troubles.append(Trouble((*path, key), "key", message, help_lines))
            continue
        field = known[key]
        found[field.name], more = conform(field.hint, item, (*path, key), line_of, field.option)
        troubles += more
    required = [key for key, field in known.items() if field.required]
    for key in required:
        if key not in value:
            option = known[key].option
            help_line = f"add {key} = {option.example} or the like: {option.documentation}"
            troubles.append(Trouble(path, "key", f"{_name(path)} has no `{key}`", toml_help=(help_line,)))
    sound = {name: item for name, item in found.items() if item is not INVALID}
    if any(known[key].name not in sound for key in required):
        return INVALID, troubles
    if "line" in hint._fields and "line" not in known:
        sound["line"] = line_of(path)
    return hint(**sound), troubles


def _conform_array(
    hint: Any, value: Any, path: Path, line_of: Callable[[Path], int], option: Option | None
) -> tuple[Any, list[Trouble]]:
    item_hint = get_args(hint)[0]
    if not isinstance(value, list):
        trouble = _unexpected(hint, value, path)
        if isinstance(value, dict) and _is_table(item_hint):
            help_line = f"write `[[{'.'.join(map(str, path))}]]`, with two brackets"
            trouble = trouble._replace(toml_help=(help_line,))
        elif isinstance(value, str) and item_hint is str:
            trouble = trouble._replace(help=(f'write ["{value}"]',))
        return INVALID, [trouble]
    items, troubles = [], []
    for index, item in enumerate(value):
        conformed, more = conform(item_hint, item, (*path, index), line_of, option)
        troubles += more
        if conformed is not INVALID:
            items.append(conformed)
    return tuple(items), troubles


def _conform_mapping(
    hint: Any, value: Any, path: Path, line_of: Callable[[Path], int], option: Option | None
) -> tuple[Any, list[Trouble]]:
    if not isinstance(value, dict):
        return INVALID, [_unexpected(hint, value, path)]
    item_hint = get_args(hint)[1]
    choices = option.keys if option is not None else ()
    found, troubles = {}, []
    for key, item in value.items():
        if choices and key not in choices:
            help_lines = nearest_help(key, choices) or (f"the keys are {_listed(choices)}",)
            troubles.append(Trouble((*path, key), "key", f"unknown key `{key}`", help_lines))
            continue
        conformed, more = conform(item_hint, item, (*path, key), line_of)
        troubles += more
        if conformed is not INVALID:
            found[key] = conformed
    return found, troubles


def _unexpected(hint: Any, value: Any, path: Path, help_lines: tuple[str, ...] = ()) -> Trouble:
    return Trouble(path, "value", f"{_name(path)} must be {expected(hint)}, not {_described(value)}", help_lines)


def _quotes_help(hint: Any, value: Any) -> tuple[str, ...]:
    if hint is bool and isinstance(value, str) and value.lower() in ("true", "false"):
        return (f"write {value.lower()}, without quotes",)
    if hint is str and isinstance(value, (int, float)) and not isinstance(value, bool):
        return (f'write "{value}", with quotes',)
    return ()


def _name(path: Path) -> str:
    """What stands at ``path``, in words."""
    if not path:
        return "the document"
    return f"`{path[-1]}`" if isinstance(path[-1], str) else f"an item of `{path[-2]}`"


def _described(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value if len(value) <= 40 else value[:40] + "…"}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, datetime):
        return "a date with a time"
    if isinstance(value, date):
        return f"the date {value}"
    return "a table" if isinstance(value, dict) else "an array" if isinstance(value, list) else "a time"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _is_table(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, tuple) and hasattr(hint, "_fields")


def _is_union(hint: Any) -> bool:
    # ``X | None`` is a types.UnionType from 3.10 on and typing.Union again from 3.14 on.
    return get_origin(hint) is Union or type(hint).__name__ == "UnionType"


def _without_none(hint: Any) -> Any:
    [only] = [part for part in get_args(hint) if part is not type(None)]
    return only
