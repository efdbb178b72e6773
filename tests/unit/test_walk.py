"""The walk: links, special files, what vanishes, what can't be read."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from importwise.index.tree import Listing
from importwise.workspace import walk as module
from importwise.workspace.walk import Folder, walk

ENDINGS = (".py", ".pyi", ".pyc", ".so", "setup.py")
posix = pytest.mark.skipif(os.name != "posix", reason="needs what POSIX has")


def make(folder: Path, *files: str) -> None:
    for file in files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).touch()


def walked(folder: Path, *exclude: str) -> dict[str, Folder]:
    """What a walk finds, by path relative to ``folder``."""
    return {found.path[len(folder.as_posix()) + 1 :]: found for found in walk(folder.as_posix(), exclude, ENDINGS)}


def test_listings_hold_what_is_ignored_too(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "_version.py", "a.so", "notes.txt", "gone/b.py", "kept/c.pyi")
    (tmp_path / ".gitignore").write_text("_version.py\ngone/\n")
    found = walked(tmp_path)
    assert list(found) == ["", "kept"]
    assert found[""].listing == Listing(frozenset({"a.py", "_version.py", "a.so"}), frozenset({"gone", "kept"}))
    assert found[""].checked == ("a.py",)
    assert found["kept"].checked == ("c.pyi",)


def test_the_order_is_that_of_the_names(tmp_path: Path) -> None:
    make(tmp_path, "b/z.py", "b/a.py", "a/x.py", "c.py", "a/deep/y.py")
    assert list(walked(tmp_path)) == ["", "a", "a/deep", "b"]
    assert walked(tmp_path)["b"].checked == ("a.py", "z.py")


@posix
def test_links_to_folders_are_followed_once(tmp_path: Path) -> None:
    make(tmp_path, "project/real/a.py", "outside/b.py", "outside/deep/c.py")
    project = tmp_path / "project"
    (project / "circle").symlink_to(project)
    (project / "again").symlink_to(project / "real")
    (project / "first").symlink_to(tmp_path / "outside")
    (project / "second").symlink_to(tmp_path / "outside")
    (project / "above").symlink_to(tmp_path)
    (project / "nowhere").symlink_to(tmp_path / "missing")
    (tmp_path / "outside" / "back").symlink_to(project)
    found = walked(project)
    assert list(found) == ["", "real", "first", "first/deep"]
    assert found[""].listing.folders == {"real", "circle", "again", "first", "second", "above"}


@posix
def test_links_to_files_are_files(tmp_path: Path) -> None:
    make(tmp_path, "a.py")
    (tmp_path / "b.py").symlink_to("a.py")
    (tmp_path / "c.py").symlink_to("c.py")
    (tmp_path / "d.py").symlink_to("missing")
    (tmp_path / ".#a.py").symlink_to("someone@somewhere.1234")
    found = walked(tmp_path)[""]
    assert found.checked == ("a.py", "b.py")
    assert found.unreadable == (
        ("c.py", "Too many levels of symbolic links"),
        ("d.py", "it is a link that leads nowhere"),
    )


@posix
def test_special_files_are_left_out(tmp_path: Path) -> None:
    make(tmp_path, "a.py")
    os.mkfifo(tmp_path / "fifo.py")
    (tmp_path / "link.py").symlink_to("fifo.py")
    here = Path.cwd()
    os.chdir(tmp_path)  # The path of a socket has to be short.
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("socket.py")
            found = walked(tmp_path)
    finally:
        os.chdir(here)
    assert found[""].listing.files == {"a.py"}
    assert found[""].unreadable == (
        ("fifo.py", "it is a FIFO, no regular file"),
        ("link.py", "it is a FIFO, no regular file"),
        ("socket.py", "it is a socket, no regular file"),
    )


@pytest.mark.skipif(sys.platform != "linux", reason="other systems want their file names to be text")
def test_names_that_are_no_text(tmp_path: Path) -> None:
    make(tmp_path, "a.py")
    with open(os.path.join(os.fsencode(tmp_path), b"b\xff.py"), "w"):
        pass
    assert walked(tmp_path)[""].checked == ("a.py", "b\udcff.py")


def test_what_can_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a/a.py", "b/b.py", "c/c.py")
    scandir = os.scandir

    def refuse(path: str):  # type: ignore[no-untyped-def]
        if path.endswith("/a"):
            raise PermissionError(13, "Permission denied")
        if path.endswith("/b"):
            raise FileNotFoundError(2, "No such file or directory")
        return scandir(path)

    monkeypatch.setattr(module.os, "scandir", refuse)
    found = walked(tmp_path)
    assert list(found) == ["", "a", "c"]
    assert found["a"].problem == "Permission denied"
    assert found["a"].listing == Listing(frozenset(), frozenset())


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert walked(tmp_path / "missing") == {}
