"""What the client sets: the options of `Settings` in camelCase, from three sources that look alike.

Those are `initializationOptions.settings`, the answers to `workspace/configuration` for the section `importwise`, and
`workspace/didChangeConfiguration`, in which some clients send everything and others nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple, get_origin

from importwise.settings import NO_LINE, Settings
from importwise.workspace.conform import INVALID, Trouble, conform, nearest_help, options

SECTION = "importwise"
OF_CLIENTS = ("interpreter", "importStrategy", "logLevel", "trace")
"""Keys of the section that clients keep for themselves, as VS Code's extension does."""

_VARIABLE = re.compile(r"\$\{env:(\w+)\}")


class Read(NamedTuple):
    """What a client's value comes to."""

    wishes: dict[str, Any]
    """Values for fields of `Settings`."""
    troubles: tuple[str, ...] = ()
    """What makes no sense, for people; it is left out."""


def read_settings(value: Any, folder: str, ours: bool = True) -> Read:
    """The values that a JSON value gives to fields of `Settings`.

    Relative paths are relative to ``folder``. What is null is not set, nor is an empty string, which is what settings editors
    leave behind, where not to be set is the default. Unless the value is surely ``ours``, it may as well be the settings of
    everything, and its unknown keys and tables are for others.
    """
    if isinstance(value, Mapping) and isinstance(value.get(SECTION), Mapping):
        value, ours = value[SECTION], True
    if not isinstance(value, Mapping):
        return Read({})
    known = options(Settings)
    wishes: dict[str, Any] = {}
    troubles: list[str] = []
    for key, item in value.items():
        if not isinstance(key, str) or item is None:
            continue
        field = known.get(_dashed(key))
        if field is None:
            if ours and key not in OF_CLIENTS:
                troubles.append(_unknown(key, known))
            continue
        if not ours and isinstance(item, Mapping) and get_origin(field.hint) is not Mapping:
            continue
        name, meant = setting(_dashed(key)), _meant(item, folder)
        if meant == "" and field.default is None and not field.required:
            continue
        wished, wrong = conform(field.hint, meant, (name,), lambda _: NO_LINE, field.option)
        troubles += [_told(trouble, name) for trouble in wrong]
        if wished is not INVALID:
            wishes[field.name] = wished
    if wishes.get("python"):
        wishes["python"] = _path(wishes["python"], folder)
    return Read(wishes, tuple(troubles))


def setting(key: str) -> str:
    """The name by which the client's user knows the option ``key``: "importwise.extraPaths"."""
    return f"{SECTION}.{_camel(key)}"


def _unknown(key: str, known: Iterable[str]) -> str:
    names = [_camel(option) for option in known]  # What they have in common would make all of them alike.
    help_lines = nearest_help(key, names) or (f"the settings are {', '.join(names)}",)
    return f"there is no setting `{SECTION}.{key}`; {help_lines[0]}"


def _told(trouble: Trouble, name: str) -> str:
    """A trouble with the setting ``name`` for people."""
    message = "; ".join((trouble.message, *trouble.help))
    if f"`{name}`" in message:
        return message
    entry = f", entry {trouble.path[1] + 1}" if isinstance(trouble.path[1], int) else ""
    return f"`{name}`{entry}: {message}"


def _meant(value: Any, folder: str) -> Any:
    """A JSON value with the folder's and the user's paths in place of VS Code's variables, and dates, which JSON has not."""
    if isinstance(value, str):
        value = value.replace("${workspaceFolder}", folder).replace("${userHome}", os.path.expanduser("~"))
        return _VARIABLE.sub(lambda name: os.environ.get(name[1], ""), value)
    if isinstance(value, list):
        return [_meant(item, folder) for item in value]
    if isinstance(value, Mapping):
        return {key: _date(item) if key == "expires" else _meant(item, folder) for key, item in value.items()}
    return value


def _date(value: Any) -> Any:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return value


def _dashed(key: str) -> str:
    return re.sub(r"[A-Z]", lambda match: f"-{match[0].lower()}", key).replace("_", "-")


def _camel(key: str) -> str:
    return re.sub(r"-([a-z])", lambda match: match[1].upper(), key)


def _path(path: str, folder: str) -> str:
    path = os.path.abspath(os.path.join(folder, os.path.expanduser(path)))
    return path.replace(os.sep, "/") if os.sep != "/" else path
