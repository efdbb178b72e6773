"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from amounts import LONG

# The same examples in every run, so that what fails has been changed; `IMPORTWISE_RANDOM=1` looks for new ones.
settings.register_profile("the same", derandomize=True, deadline=None)
settings.register_profile("random", deadline=None, print_blob=True)
settings.load_profile("random" if os.environ.get("IMPORTWISE_RANDOM") else "the same")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept",
        action="store_true",
        help="write what is found where tests expect something else: generated parts, marks",
    )
    parser.addoption(
        "--long",
        type=int,
        metavar="N",
        help="N times as many steps, examples and files as usual, where a test has no natural end",
    )


def pytest_configure(config: pytest.Config) -> None:
    """The test modules, which are read after this, find in the variable how long they are to take."""
    if config.option.long is not None:
        os.environ[LONG] = str(config.option.long)
    # A process that has nothing left to do takes over from one that has.
    if getattr(config.option, "dist", "no") == "load":
        config.option.dist = "worksteal"


BEGIN_WITH = ("editors/test_vscode.py", "editable/")
"""What takes longest in one piece: while it goes on, other processes do the rest."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest first; else the order stays."""

    def rank(item: pytest.Item) -> int:
        path = item.path.relative_to(Path(__file__).parent).as_posix()
        return next((number for number, prefix in enumerate(BEGIN_WITH) if path.startswith(prefix)), len(BEGIN_WITH))

    items.sort(key=rank)
