"""What the server says of itself: the status line's figures, and the commands of the editor's palette."""

from __future__ import annotations

import os
import platform
import sys
from typing import Any

from lsprotocol import types

from importwise import __version__
from importwise.index.change import Touched
from importwise.lsp.loading import Loader
from importwise.lsp.questions import asked
from importwise.lsp.server import ImportwiseServer
from importwise.lsp.watching import Watcher
from importwise.queries.explanation import explanation
from importwise.workspace.project import Project

STATUS = "importwise/status"


def register(server: ImportwiseServer, loader: Loader, watcher: Watcher) -> None:
    """Add the status and the commands."""
    last: dict[str, Any] = {}
    rechecked_before = 0

    @server.feature(STATUS)
    async def status(params: Any) -> dict[str, Any]:
        """With ``{"settled": true}`` the answer comes once nothing is left to do."""
        if isinstance(params, dict) and params.get("settled"):
            await server.until_settled()
        return _status(server, rechecked_before)

    def tell() -> None:
        nonlocal last, rechecked_before
        now = _status(server, rechecked_before)
        rechecked_before = server.publisher.rechecked
        if {**now, "rechecked": 0} != {**last, "rechecked": 0}:
            server.protocol.send_raw(STATUS, now)
        last = now

    server.on_drained.append(tell)

    @server.command("importwise.checkWorkspace")
    async def check_workspace() -> None:
        """Read everything anew from the disk."""
        await server.until_ready()
        await loader.look_again(server.projects.all())
        server.apply([Touched(top) for project in server.projects.all() for top in project.tops])
        server.mark_all()
        await server.until_settled()

    @server.command("importwise.explain")
    def explain(uri: str = "", position: types.Position | None = None) -> str | None:
        """The search for what the import at a place names, in Markdown; None if there is no import."""
        about = asked(server, uri)
        return (
            None
            if about is None or position is None
            else explanation(about.project, about.path, about.position(position))
        )

    @server.command("importwise.debugInformation")
    def debug_information() -> str:
        """All that helps to understand what the server does, in Markdown."""
        lines = [
            "## Server",
            "",
            f"- importwise {__version__}, Python {platform.python_version()} ({sys.executable}), process {os.getpid()}",
            f"- client: {server.client.name or 'unnamed'}, positions in {server.client.encoding}",
            f"- diagnostics are {'pulled' if server.client.pulls else 'pushed'}; files are watched by {watcher.kind}",
            f"- {server.publisher.unresolved} unresolved imports, as underlined; {server.publisher.rechecked} files checked since the start",
        ]
        for project in server.projects.all():
            lines += ["", *_about(project)]
        return "\n".join(lines)


def _status(server: ImportwiseServer, rechecked_before: int) -> dict[str, Any]:
    """The status as the client gets it."""
    return {
        "state": "ready" if server.settled else "indexing",
        "files": len(set().union(*(project.checked for project in server.projects.all()))),
        "unresolved": server.publisher.unresolved,
        "rechecked": server.publisher.rechecked - rechecked_before,
        "recheckedInAll": server.publisher.rechecked,
    }


def _about(project: Project) -> list[str]:
    environment = project.environment
    version = ".".join(map(str, environment.version))
    return [
        f"## {project.config.directory}",
        "",
        f"- settings: {project.config.file or 'no file'}",
        f"- files: {len(project.checked)}, not read yet: {len(project.unread())}",
        *(f"- root: {root.path} ({root.origin})" for root in project.snapshot.roots),
        f"- environment: Python {version} on {environment.platform}: {environment.origin}",
        *(f"- {place.kind}: {place.path}" for place in (*environment.standard_library, *environment.site_packages)),
    ]
