"""What the tests of editors share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import Desk, left_over, set_out


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk at which no process is left when the test is over."""
    desk = set_out(tmp_path)
    yield desk
    assert left_over(desk) == []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The editors are not ours, and may hiccup: what fails is tried once more, and the report says so."""
    if not config.pluginmanager.hasplugin("rerunfailures"):
        return
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))
