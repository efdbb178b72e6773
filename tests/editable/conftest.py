"""What the tests of editable installs share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# Under `--import-mode=importlib` pytest does not put the folder of a test on the path.
sys.path.insert(0, str(Path(__file__).parent))
from editable_installing import Installed, install_all


@pytest.fixture(scope="session")
def installed() -> Installed:
    """The virtual environment with all samples in it."""
    return install_all()
