"""Where the tests sit down to edit: a project, a home of its own for the editor, an eye on what it leaves behind."""

from __future__ import annotations

import os
import select
import shutil
import sys
import uuid
from pathlib import Path
from typing import NamedTuple, NoReturn

import pytest

EDITORS = Path(__file__).parent
SERVER = EDITORS.parents[1] / "server"

PATIENCE = 240.0
"""Seconds after which an editor that has not come to an end hangs; the scenarios themselves give up much earlier."""

SHOP = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.10"\n',
    "shop/__init__.py": "",
    "shop/cart.py": "class Cart:\n    items = []\n\n\nclass Voucher: ...\n",
    "shop/pricing/__init__.py": "",
    "shop/pricing/taxes.py": "RATE = 0.2\n",
    "shop/till.py": "import json\nfrom shop.cart import Cart\nfrom shop.taxes import RATE\n\nprint(json, Cart, RATE)\n",
    "shop/invoice.py": "from shop.cart import Cart, Coupon\nfrom shop.pricing import taxes\n\nprint(Cart, Coupon, taxes)\n",
    "shop/report.py": "from shop import till\nfrom shop.pricing.taxes import RATE\n\nprint(till, RATE)\n",
    ".venv/pyvenv.cfg": f"home = {Path(sys.base_prefix) / 'bin'}\nversion = 3.11.0\n",
    ".venv/lib/python3.11/site-packages/plain.py": "",
}
"""A small shop, in which somebody has just moved `taxes` into `pricing`, and nobody has written `Coupon` yet.

Its environment lies inside, so that nothing of this machine is looked at, nor watched.
"""

MARK = "IMPORTWISE_DESK"
"""The variable that marks all processes begun at a desk."""

LEAVE = 90.0
"""Seconds in which a process should have ended by itself, however busy the machine is."""


class Desk(NamedTuple):
    """Where somebody sits down to edit."""

    home: Path
    project: Path
    variables: dict[str, str]
    """The environment variables; with `importwise` on the PATH."""


def set_out(folder: Path) -> Desk:
    """A new desk in an empty ``folder``."""
    home, project, programs = folder / "home", folder / "project", folder / "bin"
    for one in (home, programs):
        one.mkdir()
    for name, text in SHOP.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    command = programs / "importwise"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m importwise "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    variables = {
        "LC_ALL": "C.UTF-8",
        "HOME": str(home),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(SERVER),
        "TERM": "dumb",
        MARK: uuid.uuid4().hex,
    }
    return Desk(home, project, variables)


def left_over(desk: Desk) -> list[str]:
    """The command lines of processes begun at a desk that do not end by themselves; they are ended then.

    Where there is no `/proc`, nothing is found.
    """
    mark = f"{MARK}={desk.variables[MARK]}".encode()
    stubborn = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark not in (folder / "environ").read_bytes():
                continue
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            handle = os.pidfd_open(int(folder.name))
        except OSError:
            continue
        ended, _, _ = select.select([handle], [], [], LEAVE)
        if not ended:
            stubborn.append(line)
            os.kill(int(folder.name), 9)
        os.close(handle)
    return stubborn


def editor(program: str, advice: str) -> str:
    """The path of an editor's ``program``. The test is skipped if it is missing; it fails if it must not be."""
    found = shutil.which(program, path=os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))
    if found is None:
        missing(f"{program} is not installed ({advice})")
    return found


def missing(what: str) -> NoReturn:
    """End the test: something that it needs is missing."""
    if os.environ.get("IMPORTWISE_REQUIRE_EDITORS") == "1":
        pytest.fail(f"{what}, and IMPORTWISE_REQUIRE_EDITORS is set", pytrace=False)
    pytest.skip(what)
