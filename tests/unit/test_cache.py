"""The cache of summaries: what it knows again, what it forgets, and that nothing depends on it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from importwise.syntax.reader import summarize
from importwise.syntax.summary import Summary
from importwise.workspace import cache as module
from importwise.workspace.cache import Cache, cache_folder, digest_of, signature_of
from importwise.workspace.packing import pack

posix = pytest.mark.skipif(os.name != "posix", reason="elsewhere files are known by their content alone")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def open_cache(project: Path) -> Cache:
    return Cache((project.parent / "caches").as_posix(), project.as_posix())


def write(project: Path, name: str, text: str) -> str:
    """A file that is old enough for its time stamps to be trusted, as far as they can be set."""
    path = project / name
    path.write_text(text)
    return path.as_posix()


def learn(cache: Cache, path: str) -> Summary:
    data = Path(path).read_bytes()
    summary = summarize(data.decode(), stub=path.endswith(".pyi"))
    cache.keep(path, signature_of(path), digest_of(data), pack(summary))
    return summary


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stamps of this very moment count as old."""
    monkeypatch.setattr(module, "RACY", -3600 * 10**9)


@posix
@pytest.mark.usefixtures("trusting")
def test_a_file_is_known_again(project: Path) -> None:
    path = write(project, "a.py", "import b\n")
    cache = open_cache(project)
    summary = learn(cache, path)
    cache.save()
    assert open_cache(project).by_signature(path, signature_of(path)) == summary
    write(project, "a.py", "import c, d\n")
    assert open_cache(project).by_signature(path, signature_of(path)) is None


@posix
def test_a_young_file_is_read_again(project: Path) -> None:
    path = write(project, "a.py", "import b\n")
    cache = open_cache(project)
    summary = learn(cache, path)
    cache.save()
    again = open_cache(project)
    assert again.by_signature(path, signature_of(path)) is None
    assert again.by_content(path, signature_of(path), b"import b\n") == summary


def test_the_same_text_elsewhere_is_known_but_not_as_a_file_of_another_kind(project: Path) -> None:
    cache = open_cache(project)
    summary = learn(cache, write(project, "a.py", "import b\n"))
    cache.save()
    again = open_cache(project)
    assert again.by_content("/elsewhere/c.py", None, b"import b\n") == summary
    assert again.by_content("/elsewhere/c.pyi", None, b"import b\n") is None
    assert again.by_content("/elsewhere/c.ipynb", None, b"import b\n") is None


def test_what_a_run_did_not_ask_for_is_kept_within_bounds(project: Path) -> None:
    paths = [write(project, f"m{number}.py", f"import b{number:04}\n") for number in range(5)]
    cache = open_cache(project)
    for path in paths:
        learn(cache, path)
    cache.save()
    # The next run asks for one file, with another text: of the others those stay that take no more room than it, the last first.
    again = open_cache(project)
    learn(again, write(project, "m4.py", "import c9999\n"))
    again.save()
    last = open_cache(project)
    texts = [b"import c9999\n", *(b"import b%04d\n" % number for number in range(5))]
    known = [text for text in texts if last.by_content("/x/a.py", None, text) is not None]
    assert known == [b"import c9999\n", b"import b0004\n"]


def test_nothing_new_is_not_written(project: Path) -> None:
    path = write(project, "a.py", "import b\n")
    cache = open_cache(project)
    learn(cache, path)
    cache.save()
    before = Path(cache.path).stat()
    again = open_cache(project)
    again.by_signature(path, signature_of(path))
    again.save()
    assert Path(cache.path).stat() == before


@posix
@pytest.mark.usefixtures("trusting")
def test_facts_are_asked_once_for_each_text(project: Path) -> None:
    path = write(project, "a.py", "x = 1\n")
    asked: list[bytes] = []

    def find(data: bytes) -> int:
        asked.append(data)
        return len(data)

    def read(path: str) -> bytes:
        return Path(path).read_bytes()

    cache = open_cache(project)
    assert [cache.fact("length", path, read, find) for _ in range(2)] == [6, 6]
    cache.save()
    again = open_cache(project)
    assert again.fact("length", path, read, find) == 6
    assert asked == [b"x = 1\n"]
    assert again.fact("other", path, read, lambda data: data[:1].decode()) == "x"
    write(project, "a.py", "xyz = 1\n")
    assert again.fact("length", path, read, find) == 8
    again.save()
    assert open_cache(project).fact("length", path, read, find) == 8
    assert asked == [b"x = 1\n", b"xyz = 1\n"]
    with pytest.raises(FileNotFoundError):
        again.fact("length", path + "x", read, find)


def test_two_projects_that_share_a_file_name(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_file_name", lambda _: "same")
    cache = open_cache(project)
    learn(cache, write(project, "a.py", "import b\n"))
    cache.save()
    assert open_cache(project).summaries
    other = Cache((project.parent / "caches").as_posix(), "/another/project")
    assert other.path == cache.path
    assert (other.files, other.summaries, other.facts) == ({}, {}, {})


@pytest.mark.parametrize("damage", [b"", b"\0" * 40, b"\xff" * 3])
def test_damage(damage: bytes, project: Path) -> None:
    cache = open_cache(project)
    learn(cache, write(project, "a.py", "import b\n"))
    cache.save()
    file = Path(cache.path)
    file.write_bytes(file.read_bytes()[:10] + damage)
    assert open_cache(project).summaries == {}


def test_the_longest_unused_projects_go_first(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project.parent / "caches"
    folder.mkdir()
    for age, name in enumerate(["new.cache", "old.cache", "oldest.cache"]):
        (folder / name).write_bytes(b"x" * 1000)
        os.utime(folder / name, (time.time() - age * 1000,) * 2)
    monkeypatch.setattr(module, "LARGEST_FOLDER", 2500)
    cache = open_cache(project)
    learn(cache, write(project, "a.py", "import b\n"))
    cache.save()
    assert sorted(path.name for path in folder.iterdir()) == sorted(["new.cache", "old.cache", Path(cache.path).name])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs itself is asked")
@pytest.mark.parametrize("value", [None, "", "/caches", "relative"])
def test_the_folder_is_the_platforms(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    import platformdirs

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    expected = None if value == "relative" else value
    if value is not None:
        monkeypatch.setenv("XDG_CACHE_HOME", value)
    found = cache_folder()
    if value == "relative":
        monkeypatch.delenv("XDG_CACHE_HOME")
    assert found == os.path.join(platformdirs.user_cache_dir("importwise", appauthor=False), "summaries")
    assert expected != "/caches" or found.startswith("/caches/")


def test_a_long_life(tmp_path: Path) -> None:
    """Of texts that are long gone only so much is kept; what is used stays."""
    cache = Cache(str(tmp_path), "/project")
    cache.keep("/project/used.py", None, digest_of(b"used"), b"-" * 100)
    for number in range(5000):
        cache.keep("/project/a.py", None, digest_of(b"%d" % number), b"-" * 100)
    assert len(cache.summaries) < 1000
    assert {digest_of(b"used"), digest_of(b"4999")} <= cache.summaries.keys()
