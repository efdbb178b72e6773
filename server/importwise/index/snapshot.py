"""The state of the world at one moment, from which everything else is computed."""

from __future__ import annotations

from typing import Any, NamedTuple

from importwise.index.filled import Filled
from importwise.index.recording import Recorder
from importwise.index.tree import Listing
from importwise.searchpath import Environment, SearchPath
from importwise.syntax.conduct import Conduct
from importwise.syntax.summary import Summary
from importwise.syntax.traits import Functions, Sets, Traits


class Snapshot(NamedTuple):
    """The dictionaries are filled in when first asked for a folder or a file; what changes in them, `Project.apply` changes."""

    revision: int
    environment: Environment
    roots: tuple[SearchPath, ...]
    """The project's roots, in order."""
    naming: tuple[str, ...]
    """The folders of the roots in the order in which they give a file its name."""
    guessed: frozenset[str]
    """Roots that were found below the project, of whose presence on the path a file outside of them can't be sure."""
    extra_paths: tuple[SearchPath, ...]
    files: tuple[str, ...]
    """The project's files that are checked, sorted."""
    tree: Filled[Listing]
    """By folder."""
    summaries: Filled[Summary | None]
    """By file; None for a file that can't be read. What imports in functions depend on is left out (`UNREAD`)."""
    details: Filled[Summary | None]
    """By file: the same with all guards. Read only where a verdict depends on one."""
    functions: Filled[Functions]
    """By file: what its functions may do. Read only where a verdict depends on it."""
    traits: Filled[Traits]
    """By file. Read only where a verdict depends on them."""
    sets: Filled[Sets]
    """By file: what it sets on others. Read only where a verdict depends on it."""
    conducts: Filled[Conduct]
    """By file: what its functions do, as its tree tells. Read only where a verdict depends on it."""
    constants: Filled[dict[str, str]]
    """By file: its module-level constants with their source. Read only where a guard elsewhere depends on one."""
    recorder: Recorder | None = None
    """Collects what answers depend on; None if nobody will ask."""
    incomplete: bool = False
    """Whether files of the project are still to be read: what all of them say together is not asked for then."""

    @property
    def facts(self) -> tuple[Filled[Any], ...]:
        """The tables by file of what is read only where a verdict depends on it."""
        return (self.details, self.functions, self.traits, self.sets, self.conducts, self.constants)
