"""What the client can do, asked once when it introduces itself."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from lsprotocol import types

from importwise.lsp.positions import Encoding

WATCH_WELL = (
    "visual studio code",
    "code-server",
    "code - oss",
    "vscodium",
    "cursor",
    "windsurf",
    "positron",
)
"""How the names begin of VS Code and its kin, whose file watching was tried."""


class Client(NamedTuple):
    """The abilities of a client that make a difference here."""

    name: str = ""
    encoding: Encoding = "utf-16"
    pulls: bool = False
    """It asks for diagnostics, and can be told to ask again.

    One that can't be told (`workspace.diagnostics.refreshSupport`) would never learn that an edit elsewhere broke an import
    in a file that it has asked about: diagnostics are pushed to it.
    """
    related_documents: bool = False
    versions: bool = False
    related_information: bool = False
    code_description: bool = False
    tags: frozenset[int] = frozenset()
    data: bool = False
    configuration: bool = False
    watches: bool = False
    """It takes registrations of file watchers."""
    watches_well: bool = False
    """What it watches may be relied on: Neovim 0.11 passes nothing on about folders, Eglot 1.9 no renames."""
    relative_patterns: bool = False
    progress: bool = False
    folders: bool = False
    explaining: str = ""
    """What its users know the command by that explains the import at the cursor; "" if it has not said that there is one."""


def client_of(params: types.InitializeParams, encoding: str | None) -> Client:
    """The client that sent ``params``, with the encoding agreed upon (LSP 3.17 "initialize")."""
    has = params.capabilities
    name = params.client_info.name if params.client_info else ""
    pull = _get(has, "text_document.diagnostic")
    refreshes = bool(_get(has, "workspace.diagnostics.refresh_support"))
    pulls = pull is not None and refreshes
    push = _get(has, "text_document.publish_diagnostics")
    # The 3.18 draft gives the pull capability the fields that the push one has always had.
    says = pull if pulls and getattr(pull, "related_information", None) is not None else push
    tags = _get(says, "tag_support.value_set") or ()
    return Client(
        name=name,
        encoding=cast(Encoding, str(getattr(encoding, "value", encoding) or "utf-16")),
        pulls=pulls,
        related_documents=bool(_get(pull, "related_document_support")),
        versions=bool(_get(push, "version_support")),
        related_information=bool(_get(says, "related_information")),
        code_description=bool(_get(says, "code_description_support")),
        tags=frozenset(int(tag) for tag in tags),
        data=bool(_get(says, "data_support")),
        configuration=bool(_get(has, "workspace.configuration")),
        watches=bool(_get(has, "workspace.did_change_watched_files.dynamic_registration")),
        watches_well=name.lower().startswith(WATCH_WELL),
        relative_patterns=bool(_get(has, "workspace.did_change_watched_files.relative_pattern_support")),
        progress=bool(_get(has, "window.work_done_progress")),
        folders=bool(_get(has, "workspace.workspace_folders")),
        explaining=_explaining(params.initialization_options),
    )


def _explaining(options: Any) -> str:
    """`initializationOptions.explainCommand`: there may be no `importwise` on the PATH of those who have an extension."""
    said = options.get("explainCommand") if isinstance(options, dict) else None
    return said if isinstance(said, str) else ""


def _get(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = getattr(value, name, None)
        if value is None:
            return None
    return value
