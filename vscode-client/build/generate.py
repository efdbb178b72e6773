"""What is written from the server's `Settings`: a section of package.json, and the schemas of the settings files.

`tests/house/test_vscode_client.py` finds them stale; ``pytest tests/house --accept`` writes them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from importwise.settings import Option, Settings
from importwise.workspace.conform import options

CLIENT = Path(__file__).resolve().parents[1]
PACKAGE = CLIENT / "package.json"
SCHEMA = CLIENT / "schemas" / "importwise.schema.json"
PYPROJECT_SCHEMA = CLIENT / "schemas" / "pyproject.schema.json"
CHECKING = "Checking"
"""Title of the section of package.json that is written; what stands in the others is the extension's own."""
OF_THE_MACHINE = ("python",)
"""Options that differ from machine to machine, so that VS Code does not synchronize them."""
PATHS = ("roots", "extra-paths", "python")
"""Options in which people look for variables. (`client_settings` on the server's side replaces them in all.)"""
VARIABLES = "`${workspaceFolder}`, `${userHome}` and `${env:NAME}` are replaced."
DRAFT = "http://json-schema.org/draft-07/schema#"

JsonObject = dict[str, Any]


def package() -> str:
    """package.json with its section `CHECKING` written anew."""
    manifest = json.loads(PACKAGE.read_text(encoding="utf-8"))
    [section] = [part for part in manifest["contributes"]["configuration"] if part["title"] == CHECKING]
    section["properties"] = editor_settings()
    return _written(manifest)


def schema() -> str:
    """The JSON schema of importwise.toml."""
    return _written({"$schema": DRAFT, **_settings()})


def pyproject_schema() -> str:
    """That of a pyproject.toml, of which it knows ``[tool.importwise]`` alone.

    All is in one file: a path that leads from one to the other is not understood everywhere.
    """
    tool = {"type": "object", "properties": {"importwise": _settings()}}
    return _written({"$schema": DRAFT, "type": "object", "properties": {"tool": tool}})


def _settings() -> JsonObject:
    head = {
        "title": "importwise",
        "description": "Settings of importwise: importwise.toml, or [tool.importwise] of pyproject.toml.",
    }
    return {**head, **_table(Settings, key_of=lambda key: key, for_editors=False)}


def editor_settings() -> JsonObject:
    """Each option as VS Code wants it: the name in camel case, and a default that its settings editor can show."""
    properties = {}
    with_paths = {_camel(key) for key in PATHS}
    for key, described in _table(Settings, key_of=_camel, for_editors=True)["properties"].items():
        scope = "machine-overridable" if key in OF_THE_MACHINE else "resource"
        text = described.pop("description")
        if key in with_paths:
            text = f"{text} {VARIABLES}"
        value = described if "default" in described else {**described, **_unset(described)}
        properties[f"importwise.{key}"] = {"scope": scope, **value, "markdownDescription": text}
    return properties


def _table(table: type[Any], key_of: Callable[[str], str], *, for_editors: bool) -> JsonObject:
    """A named tuple of options as a schema; ``key_of`` says how its keys are spelt."""
    fields = options(table)
    required = [key_of(key) for key, field in fields.items() if field.required]
    return {
        "type": "object",
        "properties": {
            key_of(key): {
                **_value(field.hint, field.option, key_of, for_editors=for_editors),
                "description": _description(field.option, for_editors=for_editors),
                **_default(field.default),
            }
            for key, field in fields.items()
        },
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _value(hint: Any, option: Option | None, key_of: Callable[[str], str], *, for_editors: bool) -> JsonObject:
    """The schema of what ``hint`` admits; the kinds of hints are those of `workspace/conform.py`."""
    origin, arguments = get_origin(hint), get_args(hint)
    if type(None) in arguments:
        [hint] = [argument for argument in arguments if argument is not type(None)]
        return _value(hint, option, key_of, for_editors=for_editors)
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin is tuple:
        return {"type": "array", "items": _value(arguments[0], option, key_of, for_editors=for_editors)}
    if origin is not None and issubclass(origin, Mapping):
        item = _value(arguments[1], None, key_of, for_editors=for_editors)
        if option and option.keys:
            return {"type": "object", "properties": dict.fromkeys(option.keys, item), "additionalProperties": False}
        return {"type": "object", "additionalProperties": item}
    if hint is str:
        return {"type": "string", **_form(option, for_editors=for_editors)}
    simple = {bool: {"type": "boolean"}, int: {"type": "integer"}, date: {"type": "string", "format": "date"}}
    return dict(simple[hint]) if hint in simple else _table(hint, key_of, for_editors=for_editors)


def _form(option: Option | None, *, for_editors: bool) -> JsonObject:
    if option is None or option.form is None:
        return {}
    # A word of VS Code's own: a strict validator would not know it.
    words = {"patternErrorMessage": f"Must be {option.form.words}."} if for_editors else {}
    return {"pattern": option.form.pattern, **words}


def _description(option: Option, *, for_editors: bool) -> str:
    default = f" Default: {option.default_text}." if option.default_text else ""
    # An editor's own settings need not say so.
    whom = " In editors only." if option.editor_only and not for_editors else ""
    return f"{option.documentation}{default}{whom}"


def _default(default: Any) -> JsonObject:
    """``{"default": …}`` if there is one that JSON can say and that means something by itself."""
    if default is None:
        return {}
    if isinstance(default, (str, bool)):
        return {"default": default}
    return {"default": list(default) if isinstance(default, tuple) else dict(default)}


def _unset(described: JsonObject) -> JsonObject:
    """What an option looks like that nobody has set, where the default is to find out; the client does not send it."""
    if described["type"] == "array":
        return {"default": []}
    if "enum" in described:
        return {"enum": [*described["enum"], ""], "enumItemLabels": [*described["enum"], "(default)"], "default": ""}
    if "pattern" in described:
        return {"pattern": f"^$|{described['pattern']}", "default": ""}
    return {"default": ""}


def _camel(key: str) -> str:
    return re.sub(r"-(\w)", lambda found: found[1].upper(), key)


def _written(value: JsonObject) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
