"""How much tests do: as much as suits every day, or with ``--long N`` N times as much."""

from __future__ import annotations

import os

LONG = "IMPORTWISE_LONG"
"""The variable in which `conftest.py` hands on what ``--long`` says."""


def amount(usual: int) -> int:
    """How many of something there are to be, where ``usual`` will do every day."""
    return usual * int(os.environ.get(LONG, "1"))
