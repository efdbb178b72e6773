"""Real source trees to measure on, fetched from PyPI; and torch's as it is before anything is built.

    python tests/bench/trees.py torch homeassistant django      # prints the folders
    python tests/bench/trees.py --unbuilt                       # torch without what a build makes

Of a wheel only ``.py`` and ``.pyi`` files are unpacked. For extension modules there are empty files of the same name: no tool
looks into them, and torch's weigh gigabytes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

WHEELS = {
    "torch": ("torch==2.13.0", "3.11"),
    "homeassistant": ("homeassistant==2026.2.3", "3.14"),
    "django": ("django==6.1.*", "3.13"),
}
"""What pip is asked for, and the Python version of the wheel (that of the file's tag, not the one it will be run with)."""

BUILT = (
    "torch/version.py",
    "torch/_C",
    "torch/_VF.pyi",
    "torch/return_types.pyi",
    "torch/nn/functional.pyi",
    "torch/utils/data/datapipes/datapipe.pyi",
    "torch/testing/_internal/generated/annotated_fn_args.py",
    "torch/_inductor/kernel/vendored_templates/cutedsl/kernels",
    "torchgen/packaged",
)
"""What torch's setup.py and CMake write into the tree, besides extension modules: files and folders.

Of the folder ``torch/_C`` a checkout holds some stubs. They are left out all the same, so that what the example shows does
not depend on which ones.
"""


EVIDENCE = ("setup.py", "torch/csrc/Module.cpp", "tools/generate_torch_version.py")

EXAMPLE = Path(__file__).parents[1] / "examples" / "torch-importwise.toml"
"""The allowlist of the example."""


def default_folder() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "importwise-bench"


def is_extension(name: str) -> bool:
    return name.endswith((".so", ".pyd"))


def download(name: str, folder: Path) -> Path:
    """Have pip fetch a wheel into a folder. Returns its path."""
    requirement, version = WHEELS[name]
    python = f"--python-version={version}"
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", python]
    subprocess.run([*command, "--dest", str(folder), requirement], check=True)
    return next(folder.glob(f"{name}-*.whl"))


def unpack(wheel: Path, into: Path) -> None:
    """Write a wheel's Python files and stubs, and empty files for its extension modules."""
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            if member.endswith((".py", ".pyi", "/METADATA", "/RECORD")):
                archive.extract(member, into)
            elif is_extension(member):
                (into / member).parent.mkdir(parents=True, exist_ok=True)
                (into / member).touch()


def fetch(name: str, folder: Path) -> Path:
    """The folder of an unpacked wheel; it is downloaded if it isn't there."""
    tree = folder / name
    if not tree.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as work:
            unpacked = Path(work) / name
            unpack(download(name, Path(work)), unpacked)
            unpacked.rename(tree)
    return tree


def unbuild(torch: Path, into: Path) -> Path:
    """Copy torch's tree without extension modules and without anything else that a build makes; with the example's settings."""
    built = {torch / relative for relative in BUILT}

    def left_out(folder: str, names: list[str]) -> set[str]:
        return {
            name for name in names if is_extension(name) or Path(folder, name) in built or name.endswith(".dist-info")
        }

    shutil.copytree(torch, into, ignore=left_out)
    # The allowlist names, as evidence, files that are in a checkout and not in the wheel.
    for evidence in EVIDENCE:
        (into / evidence).parent.mkdir(parents=True, exist_ok=True)
        (into / evidence).touch()
    shutil.copyfile(EXAMPLE, into / "importwise.toml")
    return into


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="trees to fetch: " + ", ".join(WHEELS))
    parser.add_argument(
        "--folder", type=Path, default=default_folder(), help="where they are kept (default: %(default)s)"
    )
    parser.add_argument(
        "--unbuilt", action="store_true", help="also make torch-unbuilt, anew, with the allowlist of tests/examples"
    )
    options = parser.parse_args()
    for name in options.names:
        print(fetch(name, options.folder))
    if options.unbuilt:
        into = options.folder / "torch-unbuilt"
        shutil.rmtree(into, ignore_errors=True)
        print(unbuild(fetch("torch", options.folder), into))


if __name__ == "__main__":
    main()
