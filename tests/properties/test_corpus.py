"""The reader agrees with the oracle on every file of the running Python's standard library and of the test environment."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

import compare
import pytest

SHARDS = 12
"""Parts of each corpus, so that several processes can share the work."""

SAMPLE = int(os.environ.get("IMPORTWISE_SAMPLE", "1"))
"""Only every so many-th file."""

CORPORA = {"standard library": sysconfig.get_path("stdlib"), "site-packages": sysconfig.get_path("purelib")}


def files(corpus: str) -> list[Path]:
    """The modules and stubs of a corpus, in order."""
    top = Path(CORPORA[corpus])
    found = (path for path in top.rglob("*.py*") if path.suffix in (".py", ".pyi") and path.is_file())
    return sorted(path for path in found if "site-packages" not in path.relative_to(top).parts)[::SAMPLE]


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("corpus", CORPORA)
def test_files(corpus: str, shard: int) -> None:
    """Zero differences; what ``ast`` itself rejects can't be compared."""
    wrong: list[str] = []
    for path in files(corpus)[shard::SHARDS]:
        wrong += [f"{path}: {difference}" for difference in compare.differences_in_file(path) or ()]
    assert not wrong, "\n".join(wrong[:20])
