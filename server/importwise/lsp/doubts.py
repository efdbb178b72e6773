"""What is wrong with the editor's own settings: no file shows it, so that the person is told in a message."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

logger = logging.getLogger(__name__)

REMEDY = "Correct it in the editor's settings, or take it out."


class Doubts:
    """Tells each doubt once, and again only if it comes back after it was gone."""

    def __init__(self, show: Callable[[str], None]) -> None:
        """``show`` shows a warning to the person."""
        self._show = show
        self._by_source: dict[str, Mapping[str, Sequence[str]]] = {}
        self._told: frozenset[str] = frozenset()
        self._begun = False

    def begin(self) -> None:
        """Tell what there is, and from now on what comes: what the client has said first it may not have meant to the last."""
        self._begun = True
        self._tell()

    def note(self, source: str, doubts: Mapping[str, Sequence[str]]) -> None:
        """All that is doubtful by now of what comes from ``source``, each with the folders for which it is."""
        self._by_source[source] = doubts
        if self._begun:
            self._tell()

    def _tell(self) -> None:
        now = {text: folders for doubts in self._by_source.values() for text, folders in doubts.items()}
        for text, folders in now.items():
            if text not in self._told:
                where = f" ({folders[0]}{f' and {len(folders) - 1} more' if folders[1:] else ''})" if folders else ""
                logger.warning("settings of the editor: %s%s", text, where)
                self._show(f"{text}{where}. {REMEDY}")
        self._told = frozenset(now)
