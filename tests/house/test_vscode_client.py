"""What the VS Code client has of the server's settings is as the server has it. ``pytest tests/house --accept`` writes it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from importwise import __version__
from importwise.lsp.client_settings import OF_CLIENTS, read_settings
from importwise.settings import Allow, Settings
from importwise.workspace.conform import options

CLIENT = Path(__file__).parents[2] / "vscode-client"
sys.path.insert(0, str(CLIENT / "build"))

import generate  # noqa: E402

OWN_SETTINGS = ("interpreter", "importStrategy", "logLevel", "trace.server")


@pytest.mark.parametrize(
    ("path", "write"),
    [
        (generate.PACKAGE, generate.package),
        (generate.SCHEMA, generate.schema),
        (generate.PYPROJECT_SCHEMA, generate.pyproject_schema),
    ],
    ids=["package", "schema", "pyproject schema"],
)
def test_generated_files_are_fresh(path: Path, write: Callable[[], str], request: pytest.FixtureRequest) -> None:
    wanted = write()
    if request.config.getoption("--accept"):
        path.write_text(wanted, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == wanted, "stale: run `pytest tests/house --accept`"


def test_every_setting_is_either_the_servers_or_the_clients() -> None:
    """`src/settings.ts` hands to the server whatever it does not list as its own."""
    sections = json.loads(generate.PACKAGE.read_text(encoding="utf-8"))["contributes"]["configuration"]
    keys = [key for section in sections for key in section["properties"]]
    assert sorted(keys) == sorted({*generate.editor_settings(), *(f"importwise.{key}" for key in OWN_SETTINGS)})
    listed = re.search(r"OWN_KEYS = new Set\(\[(.*?)\]\)", (CLIENT / "src" / "settings.ts").read_text(encoding="utf-8"))
    assert listed
    own = [key.partition(".")[0] for key in OWN_SETTINGS]
    assert re.findall(r"'(\w+)'", listed[1]) == own
    assert list(OF_CLIENTS) == own


def test_the_schemas_know_every_option_of_a_file() -> None:
    """Neither underlines what importwise accepts."""
    whole = json.loads(generate.schema())
    section = json.loads(generate.pyproject_schema())["properties"]["tool"]["properties"]["importwise"]
    for schema in (whole, section):
        assert list(schema["properties"]) == list(options(Settings))
        assert list(schema["properties"]["allow"]["items"]["properties"]) == list(options(Allow))


def test_variables_are_told_of_paths() -> None:
    """Of exactly those options in which they make sense, and as the server understands them."""
    settings = generate.editor_settings()
    told = {key for key, setting in settings.items() if generate.VARIABLES in setting["markdownDescription"]}
    assert told == {"importwise.roots", "importwise.extraPaths", "importwise.python"}
    names = re.findall(r"\$\{[^}]+\}", generate.VARIABLES)
    wished = read_settings({"extraPaths": names}, "/ws").wishes["extra_paths"]
    assert len(wished) == len(names) == 3
    assert not any("$" in path for path in wished)


def test_restricted_settings_exist() -> None:
    """VS Code says nothing of a name in `restrictedConfigurations` that no setting has."""
    manifest = json.loads(generate.PACKAGE.read_text(encoding="utf-8"))
    restricted = manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    keys = {key for section in manifest["contributes"]["configuration"] for key in section["properties"]}
    assert set(restricted) <= keys


def test_commands_are_registered() -> None:
    """A command in package.json that no code registers fails only when somebody calls it."""
    manifest = json.loads(generate.PACKAGE.read_text(encoding="utf-8"))
    declared = {command["command"] for command in manifest["contributes"]["commands"]}
    source = (CLIENT / "src" / "commands.ts").read_text(encoding="utf-8")
    assert declared == set(re.findall(r"registerCommand\(\s*'([\w.]+)'", source))


def test_the_command_that_messages_name_exists() -> None:
    """The server is told what to call it (`initializationOptions.explainCommand`)."""
    manifest = json.loads(generate.PACKAGE.read_text(encoding="utf-8"))
    titles = {command["command"]: command["title"] for command in manifest["contributes"]["commands"]}
    source = (CLIENT / "src" / "client.ts").read_text(encoding="utf-8")
    assert f"EXPLAIN_COMMAND = '{titles['importwise.explainThisImport']}'" in source


def test_the_version_is_the_servers() -> None:
    assert json.loads(generate.PACKAGE.read_text(encoding="utf-8"))["version"] == __version__
