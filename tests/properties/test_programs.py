"""The reader agrees with the oracle on generated programs."""

from __future__ import annotations

import compare
import programs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from amounts import amount
from importwise.syntax.reader import summarize

pytestmark = pytest.mark.slow

SETTINGS = settings(
    max_examples=amount(400),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
SEEDS = st.integers(0, 2**48)


@SETTINGS
@given(SEEDS, st.booleans())
def test_programs(seed: int, stub: bool) -> None:
    """Imports, names, guards and all the rest are the same, in modules and in stubs."""
    text = programs.program(seed)
    assume(programs.accepted(text))
    assert compare.differences(text, stub) == [], text


@SETTINGS
@given(SEEDS, st.sampled_from(["\r", "\r\n"]))
def test_line_ends(seed: int, end: str) -> None:
    """Line ends of any kind are read alike."""
    text = programs.program(seed)
    assert summarize(text.replace("\n", end)) == summarize(text)
