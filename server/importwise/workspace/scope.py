"""What the settings say around all files that are checked."""

from __future__ import annotations

from datetime import date

from importwise.checks.allowlist import watched
from importwise.checks.run import Scope
from importwise.spans import Span
from importwise.workspace.config import Config
from importwise.workspace.disk import Disk
from importwise.workspace.layout import absolute


def scope_of(config: Config, disk: Disk) -> Scope:
    """The scope of the settings ``config``; which files of evidence are gone, the disk tells."""
    allow = config.settings.allow
    gone: set[str] = set()
    spans: dict[int, Span] = {}
    for index, entry in enumerate(allow):
        if entry.evidence is not None:
            folder, _, name = absolute(config.directory, entry.evidence).rpartition("/")
            listing = disk.list_folder(folder)
            if name not in listing.files and name not in listing.folders:
                gone.add(entry.evidence)
        span = config.spans.get(("allow", index, "module"))
        if span is not None:
            spans[index] = span
    return Scope(
        config.settings, config.directory, config.file, date.today(), frozenset(gone), spans, watched=watched(allow)
    )
