"""Editable installs, really made: once for each Python and each state of `samples`, then kept in the system's temporary folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from editable_samples import SAMPLES, TOOLS, Sample


class Installed(NamedTuple):
    """A virtual environment with the samples in it."""

    folder: Path
    python: str
    failures: dict[str, str]
    """By sample, the end of what pip said where it failed; by "tools" if there is no package index."""
    truth: dict[str, list[str]]
    """By sample, those of `asked` that this Python imports."""


def install_all() -> Installed:
    """The environment, made anew if it isn't there yet. Takes a minute then, and needs a package index for pip."""
    key = hashlib.sha256(repr((sys.version, sys.base_prefix, TOOLS, SAMPLES, MAKER)).encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()).resolve() / f"importwise-editable-{key}"
    with locked(folder.with_suffix(".lock")):
        record = folder / "record.json"
        if not record.is_file():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            made = make(folder)
            if "tools" in made[0]:
                # Without an index today there may be one tomorrow.
                return Installed(folder, python_in(folder), *made)
            record.write_text(json.dumps(made))
        return Installed(folder, python_in(folder), *json.loads(record.read_text()))


def asked(sample: Sample) -> list[str]:
    """The modules that are asked for: those that are there, and made-up ones beside and below them."""
    head = sample.modules[-1].partition(".")[0]
    invented = [f"{head}_nothing", *(f"{module}.nothing" for module in sample.modules)]
    return [*sample.modules, *sample.absent, *invented]


def python_in(folder: Path) -> str:
    return str(folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def make(folder: Path) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Install everything below ``folder``; failures and truths as in `Installed`."""
    base = os.path.join(
        sys.base_prefix, "python.exe" if os.name == "nt" else f"bin/python{sys.version_info[0]}.{sys.version_info[1]}"
    )
    run(base, "-m", "venv", str(folder / "venv"))
    python = python_in(folder)
    problem = run(python, "-m", "pip", "install", "--quiet", *TOOLS)
    if problem:
        return {"tools": problem}, {}
    failures: dict[str, str] = {}
    together: dict[tuple[str, ...], list[str]] = {}
    for name, sample in SAMPLES.items():
        if not all(shutil.which(program) for program in sample.needs):
            failures[name] = f"skip: there is no {' or '.join(sample.needs)}"
            continue
        for path, text in sample.files.items():
            file = folder / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        together.setdefault(sample.settings, []).append(name)
    for settings, names in together.items():
        # One pip for many takes half the time; if it fails, who is to blame?
        if install(python, folder, settings, names):
            for name in names:
                if problem := install(python, folder, settings, [name]):
                    failures[name] = problem
    return failures, {name: truth(python, asked(sample)) for name, sample in SAMPLES.items() if name not in failures}


MAKER = "3"
"""To be changed with `make`."""


def install(python: str, folder: Path, settings: tuple[str, ...], names: list[str]) -> str:
    """Install samples as editable; empty if that worked, else what pip said."""
    wanted = [word for name in names for word in ("-e", str(folder / name))]
    return run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", *settings, *wanted)


def truth(python: str, names: list[str]) -> list[str]:
    """The modules that ``python`` imports, in a folder where there is nothing to import."""
    program = (
        "import sys, importlib, json\n"
        "found = []\n"
        "for name in sys.argv[1:]:\n"
        "    try: importlib.import_module(name)\n"
        "    except ImportError: continue\n"
        "    found.append(name)\n"
        "print(json.dumps(found))"
    )
    done = subprocess.run(
        [python, "-c", program, *names], cwd="/", env=variables(python), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def run(*command: str) -> str:
    """Empty if the command worked, else the end of what it said."""
    done = subprocess.run(command, env=variables(command[0]), capture_output=True, text=True)
    return "" if done.returncode == 0 else (done.stdout + done.stderr)[-2000:] or "it failed without a word"


def variables(python: str) -> dict[str, str]:
    """The process's variables, with the programs of the environment (meson, ninja) first on PATH."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "COV_"))}
    return {**kept, "PATH": os.pathsep.join([os.path.dirname(python), os.environ.get("PATH", "")])}


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Only one process at a time makes the environment: the others wait for it."""
    with open(path, "w") as file:
        if os.name != "nt":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield
