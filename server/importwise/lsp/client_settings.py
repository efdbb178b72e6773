"""What the client sets: the options of `Settings` in camelCase, from three sources that look alike.

Those are `initializationOptions.settings`, the answers to `workspace/configuration` for the section `importwise`, and
`workspace/didChangeConfiguration`, in which some clients send everything and others nothing.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from importwise.settings import Settings
from importwise.workspace.conform import INVALID, conform, options

logger = logging.getLogger(__name__)

SECTION = "importwise"

_VARIABLE = re.compile(r"\$\{env:(\w+)\}")


def read_settings(value: Any, folder: str) -> dict[str, Any]:
    """The values that a JSON value gives to fields of `Settings`; they beat those of the file.

    Relative paths are relative to ``folder``. What makes no sense is logged and left out; what is null is not set; what
    `Settings` doesn't know is the client's own business.
    """
    if isinstance(value, Mapping) and isinstance(value.get(SECTION), Mapping):
        value = value[SECTION]
    if not isinstance(value, Mapping):
        return {}
    known = options(Settings)
    spelled = {_dashed(key): item for key, item in value.items() if isinstance(key, str) and item is not None}
    wishes: dict[str, Any] = {}
    for key, item in spelled.items():
        if key not in known:
            continue
        field = known[key]
        wished, troubles = conform(field.hint, _meant(item, folder), (key,), lambda _: 0, field.option)
        for trouble in troubles:
            logger.warning("settings of the editor: %s", trouble.message)
        if wished is not INVALID:
            wishes[field.name] = wished
    if wishes.get("python"):
        wishes["python"] = _path(wishes["python"], folder)
    return wishes


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


def _path(path: str, folder: str) -> str:
    path = os.path.abspath(os.path.join(folder, os.path.expanduser(path)))
    return path.replace(os.sep, "/") if os.sep != "/" else path
