"""The client introduces itself, says what is set and which folders are open, and leaves."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import Any

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder
from pygls.exceptions import JsonRpcException

from importwise.lsp import diagnostics
from importwise.lsp.client import client_of
from importwise.lsp.client_settings import SECTION, read_settings
from importwise.lsp.convert import to_path, to_uri
from importwise.lsp.loading import Loader
from importwise.lsp.server import ImportwiseServer
from importwise.lsp.streams import process_exists
from importwise.lsp.watching import Watcher

logger = logging.getLogger(__name__)

SETTINGS_WAIT = 2.0
"""Seconds in which the client should say what its settings are; after that the start goes on without them."""
PARENT_CHECKS = 2.0
"""Seconds between two looks whether the editor's process is still there."""


def register(server: ImportwiseServer, loader: Loader, watcher: Watcher) -> None:
    """Add the handlers."""

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        encoding = ServerCapabilitiesBuilder.choose_position_encoding(params.capabilities)
        server.client = client_of(params, encoding)
        server.folders = _folders(params)
        options = params.initialization_options
        if isinstance(options, dict):
            said = options.get("settings", options)
            _set_wishes(server, dict.fromkeys(("", *server.folders), said), ours="settings" in options)
        diagnostics.register(server)
        if params.process_id is not None:
            if process_exists(params.process_id):
                server.spawn(_watch_parent(server, params.process_id))
            else:
                # From within a container: that it is not there says nothing.
                logger.warning("the editor's process %d can't be seen from here: not watched", params.process_id)
        logger.info("client: %s; folders: %s", server.client.name or "unnamed", ", ".join(server.folders) or "none")

    @server.feature(types.INITIALIZED)
    async def initialized(_: types.InitializedParams) -> None:
        watcher.start()
        if server.client.configuration:
            try:
                pulled = asyncio.ensure_future(_pull_settings(server, loader))
                await asyncio.wait_for(asyncio.shield(pulled), SETTINGS_WAIT)
            except asyncio.TimeoutError:
                logger.warning("the client has not said yet what its settings are")
        server.doubts.begin()
        used = dict(server.wishes)
        await loader.start()
        if server.wishes != used:  # The client has said it late, while the projects were made.
            await loader.look_again(server.projects.all())
        watcher.watch()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(params: types.DidChangeConfigurationParams) -> None:
        if server.client.configuration:
            await _pull_settings(server, loader)
        elif params.settings is not None:
            _set_wishes(server, dict.fromkeys(("", *server.folders), params.settings), ours=False)
            await _go_on(server, loader)
        watcher.watch()

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def did_change_workspace_folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        added = [path for folder in params.event.added if (path := to_path(folder.uri)) is not None]
        removed = [path for folder in params.event.removed if (path := to_path(folder.uri)) is not None]
        await server.until_ready()
        await loader.change_folders(added, removed)
        if added and server.client.configuration:
            await _pull_settings(server, loader)
        watcher.watch()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(params: types.DidChangeWatchedFilesParams) -> None:
        watcher.events(params)

    @server.feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)
    def cancel_progress(params: types.WorkDoneProgressCancelParams) -> None:
        progress = server.progresses.get(params.token) if isinstance(params.token, (str, int)) else None
        if progress is not None:
            progress.cancelled = True


async def _watch_parent(server: ImportwiseServer, number: int) -> None:
    """End when the editor's process is gone (LSP 3.17 "initialize", `processId`)."""
    while process_exists(number):
        await asyncio.sleep(PARENT_CHECKS)
    logger.warning("the editor's process %d is gone", number)
    server.end(1)


def _folders(params: types.InitializeParams) -> tuple[str, ...]:
    if params.workspace_folders is not None:
        uris = [folder.uri for folder in params.workspace_folders]
    elif params.root_uri is not None:
        uris = [params.root_uri]
    else:
        uris = [to_uri(params.root_path.replace(os.sep, "/"))] if params.root_path else []
    return tuple(dict.fromkeys(path for uri in uris if (path := to_path(uri)) is not None))


async def _pull_settings(server: ImportwiseServer, loader: Loader) -> None:
    """Ask the client for its settings, and go on with them if they are others than before."""
    folders = server.folders
    items: list[dict[str, str]] = [{"section": SECTION, "scopeUri": to_uri(folder)} for folder in folders]
    items.append({"section": SECTION})
    try:
        values = await asyncio.wrap_future(server.protocol.ask(types.WORKSPACE_CONFIGURATION, {"items": items}))
    except JsonRpcException as error:
        logger.warning("the client does not say what its settings are: %s", error)
        return
    if not isinstance(values, list):
        return
    if len(values) == len(items) and any(value is not None for value in values):
        if _set_wishes(server, dict(zip((*folders, ""), values))):
            await _go_on(server, loader)


def _set_wishes(server: ImportwiseServer, values: dict[str, Any], ours: bool = True) -> bool:
    """Note the client's settings, by folder; returns whether they are others than before. ``ours``: see `read_settings`."""
    before = dict(server.wishes)
    anywhere = server.folders[0] if server.folders else os.getcwd()
    troubles: dict[str, tuple[str, ...]] = {}
    for folder, value in values.items():
        server.wishes[folder], found = read_settings(value, folder or anywhere, ours)
        troubles.update(dict.fromkeys(found, ()))
    server.doubts.note("values", troubles)
    return server.wishes != before


async def _go_on(server: ImportwiseServer, loader: Loader) -> None:
    if server.ready:
        await loader.look_again(server.projects.all())
