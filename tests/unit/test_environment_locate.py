"""Which environment is taken: the places, in order."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from importwise.environment.discover import PythonNotFound, discover
from importwise.searchpath import Environment

if os.name == "nt":
    pytest.skip("links and names of POSIX", allow_module_level=True)

BASH_SHIM = '#!/usr/bin/env bash\nset -e\nexec "/home/pyenv/libexec/pyenv" exec "${0##*/}" "$@"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A home with a project in a repository; nothing is installed yet."""
    root = tmp_path.resolve()
    (root / "home/work/repository/.git").mkdir(parents=True)
    (root / "home/work/repository/packages/app").mkdir(parents=True)
    return root


def install(folder: Path, version: str = "3.11") -> Path:
    """An installation with an interpreter, made of empty files."""
    library = folder / "lib" / f"python{version}"
    (library / "site-packages").mkdir(parents=True)
    (library / "os.py").touch()
    (folder / "bin").mkdir()
    real = folder / "bin" / f"python{version}"
    real.touch(0o755)
    for name in ("python3", "python"):
        (folder / "bin" / name).symlink_to(real.name)
    return folder


def create(folder: Path, base: Path, version: str = "3.11") -> Path:
    """A virtual environment."""
    (folder / "lib" / f"python{version}" / "site-packages").mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(base / "bin" / f"python{version}")
    (folder / "pyvenv.cfg").write_text(
        f"home = {base}/bin\ninclude-system-site-packages = false\nversion = {version}.1\n"
    )
    return folder


def look(
    root: Path, python: str | None = None, project: str = "home/work/repository/packages/app", **variables: str | Path
) -> Environment:
    spelled = {name: str(value) for name, value in variables.items()}
    return discover(str(root / project), python=python, variables={"HOME": str(root / "home"), **spelled})


def site(environment: Environment, root: Path) -> str:
    return os.path.relpath(environment.site_packages[0].path, root).partition("/lib/")[0] if environment.found else ""


def test_order(root: Path) -> None:
    base = install(root / "usr")
    pyenv = root / "home/.pyenv"
    install(pyenv / "versions/3.9.1", "3.9")
    repository = root / "home/work/repository"
    (repository / ".python-version").write_text("3.9.1\n")
    places = [
        create(root / "given", base),
        create(root / "active", base),
        install(root / "conda"),
        create(repository / "packages/app/.venv", base),
        create(repository / "packages/app/venv", base),
        create(repository / ".venv", base),
        create(repository / "venv", base),
    ]
    variables = {"VIRTUAL_ENV": places[1], "CONDA_PREFIX": places[2], "PATH": base / "bin"}
    assert site(look(root, str(places[0]), **variables), root) == "given"
    environment = look(root, **variables)
    assert (site(environment, root), environment.origin) == ("active", f"`VIRTUAL_ENV` ({places[1]})")
    del variables["VIRTUAL_ENV"]
    environment = look(root, **variables)
    assert (site(environment, root), environment.origin) == ("conda", f"`CONDA_PREFIX` ({places[2]})")
    del variables["CONDA_PREFIX"]
    for place, origin in zip(
        places[3:],
        ["`.venv` in the project", "`venv` in the project", f"`.venv` in {repository}", f"`venv` in {repository}"],
        strict=True,
    ):
        environment = look(root, **variables)
        assert (root / site(environment, root), environment.origin) == (place, origin)
        place.rename(place.with_name("gone" + place.name))
    environment = look(root, **variables)
    assert (site(environment, root), environment.origin) == (
        "home/.pyenv/versions/3.9.1",
        "`.python-version` of pyenv (3.9.1)",
    )
    (repository / ".python-version").unlink()
    environment = look(root, **variables)
    assert (site(environment, root), environment.origin) == ("usr", f"`python3` on PATH ({base}/bin/python3)")
    assert not environment.notices
    assert not look(root).found


def test_not_above_the_repository(root: Path) -> None:
    create(root / "home/work/.venv", install(root / "usr"))
    assert not look(root).found
    # Without a repository the project's own folder alone counts.
    (root / "home/work/other/sub").mkdir(parents=True)
    create(root / "home/work/other/.venv", root / "usr")
    assert look(root, project="home/work/other").found
    assert not look(root, project="home/work/other/sub").found


def test_repository_of_a_worktree(root: Path) -> None:
    """There ``.git`` is a file."""
    (root / "home/work/tree/sub").mkdir(parents=True)
    (root / "home/work/tree/.git").write_text("gitdir: elsewhere\n")
    create(root / "home/work/tree/.venv", install(root / "usr"))
    assert look(root, project="home/work/tree/sub").found


def test_file_that_names_the_environment(root: Path) -> None:
    """pipenv and others allow ``.venv`` to be a file."""
    made = create(root / "home/environments/app", install(root / "usr"))
    file = root / "home/work/repository/packages/app/.venv"
    file.write_text(f"{made}\n")
    assert site(look(root), root) == "home/environments/app"
    file.write_text("../../../../environments/app\n")
    assert look(root).found
    for text in ("", "\n", "nowhere", "\0"):
        file.write_text(text)
        assert not look(root).found


def test_folder_of_that_name_that_is_none(root: Path) -> None:
    create(root / "home/work/repository/.venv", install(root / "usr"))
    (root / "home/work/repository/packages/app/venv").mkdir()
    assert look(root).origin == f"`.venv` in {root}/home/work/repository"


def test_variable_that_leads_nowhere(root: Path) -> None:
    create(root / "home/work/repository/.venv", install(root / "usr"))
    environment = look(root, VIRTUAL_ENV=root / "deleted", CONDA_PREFIX="")
    assert environment.found
    assert environment.notices == (f"`VIRTUAL_ENV` names {root}/deleted, which is not a Python environment.",)


def test_given(root: Path) -> None:
    base = install(root / "usr")
    made = create(root / "home/work/repository/packages/app/env", base)
    for python in ("env", "./env/", "env/bin/python", str(made), str(made / "bin"), str(made / "bin/python")):
        environment = look(root, python)
        assert site(environment, root) == "home/work/repository/packages/app/env"
        assert environment.origin == f"given as {python}"
    create(root / "home/env", base)
    assert site(look(root, "~/env"), root) == "home/env"


def test_given_by_name(root: Path) -> None:
    install(root / "usr", "3.12")
    assert site(look(root, "python3.12", PATH=f"{root}/nowhere::{root}/usr/bin"), root) == "usr"
    install(root / "home/.pyenv/versions/3.10.4", "3.10")
    environment = look(root, "python3.10", PATH=root / "usr/bin")
    assert (environment.version, environment.origin) == ((3, 10), "pyenv (python3.10)")


def test_given_but_not_there(root: Path) -> None:
    for python in ("nowhere", "python3.99", "/nowhere/bin/python", "~/nowhere"):
        with pytest.raises(PythonNotFound, match="does not exist") as raised:
            look(root, python)
        assert f"`{python}`" in str(raised.value)


def test_given_but_no_python(root: Path) -> None:
    """It exists, so that is a notice; nothing else is taken instead."""
    create(root / "home/work/repository/.venv", install(root / "usr"))
    (root / "folder").mkdir()
    (root / "usr/share").mkdir()
    (root / "usr/share/file.txt").write_text("text")
    (root / "usr/share/python3").write_text("#!/bin/sh\n")
    for python in ("folder", "usr/share/file.txt", "usr/share/python3"):
        environment = look(root, str(root / python))
        assert not environment.found
        assert environment.notices[0] == f"{root / python} is neither a Python interpreter nor an environment's folder."


def shim(root: Path) -> Path:
    folder = root / "home/.pyenv/shims"
    folder.mkdir(parents=True)
    for name in ("python", "python3", "python3.11"):
        (folder / name).write_text(BASH_SHIM)
        (folder / name).chmod(0o755)
    return folder


def test_shims_of_pyenv(root: Path) -> None:
    pyenv = root / "home/.pyenv"
    install(root / "usr", "3.8")
    for version in ("3.9.18", "3.10.2", "3.10.13", "3.11.7"):
        install(pyenv / "versions" / version, version.rpartition(".")[0])
    path = f"{shim(root)}:{root}/usr/bin"
    # Nothing is chosen: the shim falls through to the system's.
    assert look(root, PATH=path).version == (3, 8)
    (pyenv / "version").write_text("3.11.7\n3.9.18\n")
    environment = look(root, PATH=path)
    assert (environment.version, environment.origin) == ((3, 11), "`python3` on PATH, by pyenv (3.11.7)")
    (pyenv / "version").write_text("system\n")
    assert look(root, PATH=path).version == (3, 8)
    assert look(root, PATH=path, PYENV_VERSION="3.9.18").version == (3, 9)
    assert look(root, PATH=path, PYENV_VERSION="3.10.2:3.9.18").version == (3, 10)
    file = root / "home/work/.python-version"
    file.write_text("# ours\n3.10   # the newest\n")
    environment = look(root, PATH=path)
    assert site(environment, root) == "home/.pyenv/versions/3.10.13"
    file.write_text("system\n3.9.18\n")
    assert look(root, PATH=path).version == (3, 8)
    file.write_text("3.7.1\n")
    environment = look(root, PATH=path)
    assert environment.version == (3, 8)
    assert environment.notices == ("`.python-version` names 3.7.1, which pyenv has not installed.",)
    file.write_text("")
    assert not look(root, PATH=path).notices


def test_root_of_pyenv_elsewhere(root: Path) -> None:
    install(root / "opt/pyenv/versions/3.12.1", "3.12")
    assert look(root, PYENV_ROOT=root / "opt/pyenv", PYENV_VERSION="3.12.1").version == (3, 12)
    assert not look(root, PYENV_VERSION="3.12.1").found


def test_virtual_environment_of_pyenv(root: Path) -> None:
    pyenv = root / "home/.pyenv"
    base = install(pyenv / "versions/3.11.7")
    create(base / "envs/work", base)
    (pyenv / "versions/work").symlink_to(base / "envs/work")
    (root / "home/work/repository/.python-version").write_text("work\n")
    assert site(look(root), root) == "home/.pyenv/versions/work"


def test_given_shim(root: Path) -> None:
    install(root / "home/.pyenv/versions/3.11.7")
    install(root / "home/.pyenv/versions/3.9.18", "3.9")
    folder = shim(root)
    (root / "home/.pyenv/version").write_text("3.9.18\n")
    assert look(root, str(folder / "python3")).version == (3, 9)
    assert look(root, str(folder / "python3"), PYENV_VERSION="3.11.7").version == (3, 11)
    (root / "home/.pyenv/version").write_text("system\n")
    install(root / "usr", "3.8")
    assert look(root, str(folder / "python3"), PATH=f"{folder}:{root}/usr/bin").version == (3, 8)


def test_path(root: Path) -> None:
    """Scripts, folders, files that may not be run and interpreters without a library are passed over."""
    install(root / "usr", "3.12")
    for name, text, mode in (("script", "#!/bin/sh\n", 0o755), ("plain", "", 0o644), ("alone", "", 0o755)):
        (root / name / "bin").mkdir(parents=True)
        (root / name / "bin/python3").write_text(text)
        (root / name / "bin/python3").chmod(mode)
    (root / "odd/bin/python3").mkdir(parents=True)
    path = ":".join(str(root / name / "bin") for name in ("script", "plain", "alone", "odd", "absent", "usr"))
    assert look(root, PATH=path).origin == f"`python3` on PATH ({root}/usr/bin/python3)"
    (root / "usr/bin/python3").unlink()
    assert look(root, PATH=path).origin == f"`python` on PATH ({root}/usr/bin/python)"


def test_store_of_windows_is_passed_over(root: Path) -> None:
    install(root / "AppData/Local/Microsoft/WindowsApps")
    (root / "WindowsApps").mkdir()
    folder = root / "AppData/Local/Microsoft/WindowsApps"
    (folder / "python3").symlink_to(folder / "bin/python3.11")
    assert not look(root, PATH=folder).found


def test_interpreter_through_links(root: Path) -> None:
    install(root / "opt/python", "3.12")
    (root / "usr/bin").mkdir(parents=True)
    (root / "etc").mkdir()
    (root / "etc/python3").symlink_to(root / "opt/python/bin/python3")
    (root / "usr/bin/python3").symlink_to(root / "etc/python3")
    assert site(look(root, PATH=root / "usr/bin"), root) == "opt/python"


def test_real_pyenv_agrees(root: Path) -> None:
    """The shims of this machine's pyenv, looked through, lead to what they start."""
    pyenv = Path(os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv")))
    versions = sorted(path.name for path in (pyenv / "versions").glob("3.1*"))
    if not versions or not (pyenv / "shims" / "python3").exists():
        pytest.skip("there is no pyenv on this machine")
    project = root / "home/work/repository/packages/app"
    path = f"{pyenv}/shims:{pyenv}/bin:/usr/bin:/bin"
    for text in (*versions, versions[-1].rpartition(".")[0]):
        (project / ".python-version").write_text(text)
        variables = {"PATH": path, "PYENV_ROOT": str(pyenv), "HOME": str(root)}
        started = subprocess.run(
            ["python3", "-c", "import sys; print(sys.prefix)"],
            cwd=project,
            env=variables,
            capture_output=True,
            text=True,
        )
        environment = discover(str(project), variables=variables)
        assert started.returncode == 0, started.stderr
        assert environment.site_packages[0].path.startswith(started.stdout.strip())
