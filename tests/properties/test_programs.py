"""The reader agrees with the oracle on generated programs, and reads line ends of any kind alike."""

from __future__ import annotations

import os
from random import Random

import compare
import programs
import pytest

from amounts import amount
from importwise.syntax.reader import summarize

pytestmark = pytest.mark.slow

SHARDS = 4
"""Parts of the work, so that several processes can share it."""
PROGRAMS = amount(80)
"""In each of them."""


@pytest.mark.parametrize("shard", range(SHARDS))
def test_programs(shard: int) -> None:
    """Imports, names, guards and all the rest are the same, in modules and in stubs."""
    random = Random() if os.environ.get("IMPORTWISE_RANDOM") else Random(shard)
    compared = 0
    for _ in range(PROGRAMS):
        seed, stub = random.randrange(2**48), random.random() < 0.5
        text = programs.program(seed)
        end = random.choice(("\r", "\r\n"))
        assert summarize(text.replace("\n", end), stub) == summarize(text, stub), f"seed {seed}, {end!r}:\n{text}"
        if programs.accepted(text):
            assert compare.differences(text, stub) == [], f"seed {seed}, stub: {stub}:\n{text}"
            compared += 1
    assert compared > PROGRAMS // 2
