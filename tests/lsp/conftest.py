"""Conversations with a real server process."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conversation import SERVER, Conversation, Talk

ON_EVERY_PYTHON = (
    "test_documents",
    "test_features_asking",
    "test_features_fixing",
    "test_inside",
    "test_late_classes",
    "test_never_in_the_way",
    "test_pausing",
    "test_pygls_defects",
)
"""Between them they touch all that could depend on the Python that runs the server; the others try what it does with it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Most conversations are held under one Python only: a server is started for each of hundreds of them."""
    here = Path(__file__).parent
    for item in items:
        if item.path.parent == here:
            editor = getattr(item, "callspec", None)
            others = editor is not None and not {"nvim", "eglot"}.isdisjoint(map(str, editor.params.values()))
            if others or item.path.stem not in ON_EVERY_PYTHON:
                item.add_marker("slow")


HIDES_WATCHFILES = """
import sys

class Hiding:
    def find_spec(self, name, path=None, target=None):
        if name == "watchfiles":
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Hiding())
"""


@pytest.fixture
def talk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    """Starts servers, and sees to it that none is left."""
    begun: list[Conversation] = []
    home = tmp_path_factory.mktemp("home")
    # Neither the user's cache nor the variables of this process reach the server.
    env = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "CONDA_PREFIX")}
    env |= {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}

    hiding = home / "hiding"
    hiding.mkdir()
    (hiding / "sitecustomize.py").write_text(HIDES_WATCHFILES)

    def start(*arguments: str, watchfiles: bool = False, **variables: str) -> Conversation:
        """Without ``watchfiles`` the server does not find that package, and what it sees is what the test says."""
        path = str(SERVER) if watchfiles else f"{hiding}{os.pathsep}{SERVER}"
        conversation = Conversation(*arguments, cwd=home, env={**env, "PYTHONPATH": path, **variables})
        begun.append(conversation)
        return conversation

    yield start
    for conversation in begun:
        conversation.kill()
    for conversation in begun:
        assert b"Traceback" not in conversation.stderr, conversation.stderr.decode()


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty folder with an environment in which nothing is installed."""
    folder = tmp_path / "workspace"
    site = folder / ".venv" / "lib" / "python3.11" / "site-packages"
    site.mkdir(parents=True)
    (folder / ".venv" / "pyvenv.cfg").write_text(
        f"home = {Path(sys.base_prefix) / 'bin'}\nversion = 3.11.0\ninclude-system-site-packages = false\n"
    )
    return folder
