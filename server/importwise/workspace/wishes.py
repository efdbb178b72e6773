"""What an editor sets: it beats what the settings file says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from importwise.checks.run import lapsed
from importwise.settings import NO_LINE
from importwise.workspace.config import Config, doubtful
from importwise.workspace.disk import DISK
from importwise.workspace.scope import scope_of


class Doubt(NamedTuple):
    """What can't be meant so, of what an editor has set."""

    option: str
    """As a settings file spells it."""
    message: str


def with_wishes(config: Config, wishes: Mapping[str, Any]) -> Config:
    """The settings with an editor's ``wishes``, by the names of `Settings`' fields.

    They take the place of what the file says; but the entries of the allowlist are added to the file's.
    """
    own = tuple(entry for entry in config.settings.allow if entry.line != NO_LINE)
    settings = config.settings._replace(**{**wishes, "allow": (*own, *wishes.get("allow", ()))})
    return config._replace(settings=settings, wished=frozenset(wishes))


def doubts_about(config: Config, wishes: Mapping[str, Any]) -> Iterator[Doubt]:
    """What can't be meant so among ``wishes``, as far as folders tell; ``config`` has them already."""
    table = {name.replace("_", "-"): list(value) for name, value in wishes.items() if isinstance(value, tuple)}
    for (option, *_), _, message in doubtful(table, config.directory):
        yield Doubt(str(option), message)
    if "allow" in wishes:
        scope = scope_of(config, DISK)
        for entry in wishes["allow"]:
            if (reason := lapsed(entry, scope)) is not None:
                yield Doubt("allow", reason[0])
