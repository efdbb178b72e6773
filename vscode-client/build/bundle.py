"""Puts the server and what it needs into `bundled/libs`, from where the extension starts it.

Everything is pure Python, so that one package of the extension serves every system and every Python from 3.10 on:
pip is told to take wheels for "any" platform alone, and fails where there is none. Versions and hashes are in
`requirements.txt`; `python build/lock.py` writes it anew.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

CLIENT = Path(__file__).resolve().parents[1]
SERVER = CLIENT.parent / "server" / "importwise"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
LIBS = CLIENT / "bundled" / "libs"
ANY_SYSTEM = ("--only-binary=:all:", "--implementation=py", "--abi=none", "--platform=any", "--python-version=3.10")


def install_dependencies() -> None:
    """Unpack the locked wheels into `LIBS`, unless they are there from the time before."""
    stamp = LIBS.with_name(REQUIREMENTS.name)
    if stamp.is_file() and stamp.read_bytes() == REQUIREMENTS.read_bytes():
        return
    shutil.rmtree(LIBS.parent, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    locked = ["--no-deps", "--require-hashes", "-r", str(REQUIREMENTS)]
    subprocess.run([*pip, *ANY_SYSTEM, *locked, "--no-compile", "--target", str(LIBS)], check=True)
    # Console scripts: nobody starts them here.
    shutil.rmtree(LIBS / "bin", ignore_errors=True)
    shutil.copyfile(REQUIREMENTS, stamp)


def copy_server() -> None:
    """Put this repository's own package beside them, without what Pythons have compiled."""
    target = LIBS / "importwise"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(SERVER, target, ignore=shutil.ignore_patterns("__pycache__"))


def remove_compiled() -> None:
    """Take out what Pythons that ran here have left: it would be packaged."""
    for folder in list(LIBS.rglob("__pycache__")):
        shutil.rmtree(folder)


def refuse_binaries() -> None:
    """Fail if anything came along that only one system or one Python can load."""
    native = [path for path in LIBS.rglob("*") if path.suffix in (".so", ".pyd", ".dylib", ".dll")]
    if native:
        sys.exit(f"not universal: {', '.join(str(path.relative_to(LIBS)) for path in native)}")


if __name__ == "__main__":
    install_dependencies()
    copy_server()
    remove_compiled()
    refuse_binaries()
