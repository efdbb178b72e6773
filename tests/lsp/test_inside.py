"""What conversations can't reach: failures, cancelled work, slices of time."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from conversation import write
from inside import Hands, Sink, within
from lsprotocol import types

from importwise.index.change import Edited
from importwise.lsp import loading
from importwise.lsp.diagnostics import Puller
from importwise.lsp.loading import Loader
from importwise.lsp.own_watching import OwnWatching
from importwise.lsp.progress import Cancelled, Progress
from importwise.lsp.publisher import CLEAN, Publisher, Report, report_of
from importwise.lsp.serve import build
from importwise.lsp.server import ImportwiseServer
from importwise.workspace.contents import Contents
from importwise.workspace.project import Project


def report(text: str) -> Report:
    return report_of([{"message": text}])


def test_the_index_is_rebuilt_if_in_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A change that can't be taken in: everything is read anew, and the next change finds the server alive."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "workspace"
    write(folder, {"a.py": "X = 1\n", "b.py": "from a import X\n"})
    apply = Project.apply

    def fail_once(project: Project, *arguments: Any) -> frozenset[str]:
        monkeypatch.setattr(Project, "apply", apply)
        raise ZeroDivisionError("in doubt")

    async def script() -> None:
        server = build()
        sink = Sink(server)
        server.folders = (str(folder),)
        await Loader(server, 1).start()
        await server.until_settled()
        assert sink.told == {}
        write(folder, {"a.py": "Y = 1\n"})
        monkeypatch.setattr(Project, "apply", fail_once)
        server.apply([Edited(f"{folder}/c.py", "")])
        await server.until_settled()
        assert sink.told == {"b.py": ["unresolved-name"]}
        server.apply([Edited(f"{folder}/a.py", "X = 1\n")])
        await server.until_settled()
        assert sink.told == {"b.py": []}

    with caplog.at_level(logging.ERROR):
        within(script())
    assert caplog.text.count("ZeroDivisionError: in doubt") == 1


def test_settings_that_go_while_they_are_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The project above answers for an open file then, and hears of its text, which was never saved."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "workspace"
    write(folder, {"importwise.toml": "", "inner/importwise.toml": "", "inner/a.py": ""})
    find_nested = Loader._find_nested

    async def too_early(loader: Loader) -> None:
        await find_nested(loader)
        (folder / "inner/importwise.toml").unlink()

    async def script() -> None:
        server = build()
        sink = Sink(server)
        server.folders = (str(folder),)
        loader = Loader(server, 1)
        await loader.start()
        Hands(server).open(folder / "inner/new.py", "import nope\n")
        await server.until_settled()
        monkeypatch.setattr(Loader, "_find_nested", too_early)
        await loader.look_again(server.projects.all())
        await server.until_settled()
        assert list(server.projects.by_directory) == [str(folder)]
        assert sink.told == {"new.py": ["unresolved-import"]}

    within(script())


def test_a_file_that_can_not_be_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its trouble stays its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "workspace"
    write(folder, {"a.py": "import nope\n", "b.py": "import nope\n"})
    findings = Project.findings

    def fail(project: Project, path: str, *others: Any) -> Any:
        if path.endswith("a.py"):
            raise ZeroDivisionError
        return findings(project, path, *others)

    monkeypatch.setattr(Project, "findings", fail)

    async def script() -> None:
        server = build()
        sink = Sink(server)
        server.folders = (str(folder),)
        await Loader(server, 1).start()
        await server.until_settled()
        assert sink.told == {"b.py": ["unresolved-import"]}

    within(script())


@pytest.mark.parametrize("moment", range(7))
def test_typing_while_the_projects_are_made(moment: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is opened, changed and closed meanwhile counts: here after each piece of the worker's work in turn."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder, beside = tmp_path / "workspace", tmp_path / "beside"
    inner = folder / "inner"
    write(folder, {"importwise.toml": "", "closed.py": "import os\n", "inner/importwise.toml": ""})
    write(beside, {"importwise.toml": "", "early.py": "import os\n"})
    work = Loader._work
    moments = iter(range(100))
    typed: list[int] = []

    async def script() -> None:
        server = build()
        sink, hands = Sink(server), Hands(server)

        async def work_and_type(loader: Loader, *arguments: Any) -> Any:
            done = await work(loader, *arguments)
            if next(moments) == moment:
                typed.append(moment)
                hands.open(folder / "opened.py", "import nope\n")
                hands.change(folder / "changed.py", "import nope\n")
                hands.close(folder / "closed.py")
                hands.change(inner / "within.py", "import nope\n")
                hands.close(beside / "early.py")
                hands.open(tmp_path / "late" / "stray.py", "import nope\n")
            return done

        monkeypatch.setattr(Loader, "_work", work_and_type)
        server.folders = (str(folder),)
        hands.open(folder / "changed.py", "import os\n")
        hands.open(folder / "closed.py", "import nope\n")
        hands.open(inner / "within.py", "import os\n")
        hands.open(beside / "early.py", "import nope\n")
        await Loader(server, 1).start()
        await server.until_settled()
        assert typed == [moment]
        wrong = ("opened.py", "changed.py", "within.py", "stray.py")
        assert sink.told == {name: ["unresolved-import"] for name in wrong}
        assert {path for project in server.projects.all() for path in project.buffers} == server.sources.keys()

    within(script())


def test_reading_can_be_cancelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is open stays checked; the closed files are left alone."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "workspace"
    write(folder, {"a.py": "import nope\n", "b.py": "import nope\n"})
    read = loading.load_files

    async def script() -> None:
        server = build()
        sink = Sink(server)
        server.folders = (str(folder),)
        started: list[Progress] = []
        enter = Progress.__aenter__

        async def cancelled_from_the_start(progress: Progress) -> Progress:
            started.append(progress)
            progress.cancelled = True
            return await enter(progress)

        monkeypatch.setattr(Progress, "__aenter__", cancelled_from_the_start)
        await Loader(server, 1).start()
        while server.reading:
            await asyncio.sleep(0)
        assert len(started) == 1
        assert sink.told == {}
        with pytest.raises(Cancelled):
            started[0].done(1)
        server.apply([Edited(f"{folder}/a.py", "import nope\n")], now=[f"{folder}/a.py"])
        assert list(sink.told) == ["a.py"]

    within(script())
    assert loading.load_files is read


def test_settings_change_while_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file is read once, and by the worker."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "workspace"
    write(folder, {"importwise.toml": "", "a.py": "import nope\n", "b.py": "import vendored\n", "x/vendored.py": ""})
    read: list[str] = []
    load, summary = loading.load_files, Contents.summary

    def load_files(paths: list[str], *arguments: Any) -> Any:
        read.extend(paths)
        return load(paths, *arguments)

    def read_now(contents: Contents, path: str) -> Any:
        if path.startswith(str(folder)):
            read.append(f"{path}, on the event loop")
        return summary(contents, path)

    monkeypatch.setattr(loading, "load_files", load_files)
    monkeypatch.setattr(Contents, "summary", read_now)

    async def script() -> None:
        server = build()
        sink = Sink(server)
        server.folders = (str(folder),)
        loader = Loader(server, 1)
        await loader.start()
        write(folder, {"importwise.toml": 'extra-paths = ["x"]\n'})
        await loader.look_again(server.projects.all())
        await server.until_settled()
        assert sink.told == {"a.py": ["unresolved-import"]}

    within(script())
    assert sorted(read) == [f"{folder}/{name}" for name in ("a.py", "b.py", "x/vendored.py")]


def publisher(
    made: dict[str, Report], clock: Callable[[], float] = lambda: 0.0, events: list[str] | None = None
) -> Publisher:
    events = events if events is not None else []
    return Publisher(
        lambda path: {path: made[path]} if path in made else {},
        lambda uri, report: events.append(f"{uri}: {[item['message'] for item in report.items]}"),
        lambda: events.append("slice"),
        lambda: events.append("drained"),
        clock,
        slice_seconds=3,
    )


def test_only_what_differs_is_told() -> None:
    made = {"a": report("one"), "b": CLEAN}
    events: list[str] = []
    keeper = publisher(made, events=events)
    for path in ("a", "a", "b"):
        keeper.check(path)
    made["a"] = report("two")
    keeper.check("a")
    del made["a"]
    keeper.check("a")
    keeper.check("a")
    assert events == ["a: ['one']", "a: ['two']", "a: []"]
    assert keeper.known() == {"b"}


def test_checking_goes_in_slices() -> None:
    """The clock moves by a second with each look at it: three files to a slice; what is urgent comes first."""
    seconds = iter(range(1000))
    events: list[str] = []
    made = {name: report(name) for name in "abcdefg"}
    keeper = publisher(made, lambda: float(next(seconds)), events)

    async def script() -> None:
        keeper.mark("abcdefg", first=["e"])
        assert not keeper.settled
        keeper.drain_soon(0, asyncio.get_running_loop())
        while not keeper.settled:
            await asyncio.sleep(0)
        await asyncio.sleep(0)

    within(script())
    assert [event[0] for event in events] == list("ea") + ["s"] + list("bc") + ["s"] + list("df") + ["s"] + [
        "g",
        "s",
        "d",
    ]


def test_a_pause_is_not_made_longer_by_what_comes_in_it() -> None:
    """And it ends at once when something comes that should not wait."""

    class Later:
        def __init__(self) -> None:
            self.calls: list[tuple[float, Callable[..., None], tuple[Any, ...]]] = []

        def call_later(self, seconds: float, call: Callable[..., None], *arguments: Any) -> Any:
            self.calls.append((seconds, call, arguments))
            return asyncio.TimerHandle(0, lambda: None, (), asyncio.get_running_loop())

        def create_task(self, work: Any) -> Any:
            return asyncio.get_running_loop().create_task(work)

    events: list[str] = []
    keeper = publisher({"a": CLEAN, "b": CLEAN}, lambda: 0.0, events)

    async def script() -> None:
        later: Any = Later()
        keeper.mark("a")
        keeper.drain_soon(0.5, later)
        keeper.mark("b")
        keeper.drain_soon(0.5, later)
        assert [seconds for seconds, _, _ in later.calls] == [0.5]
        keeper.drain_soon(0, later)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert keeper.settled
        assert len(later.calls) == 1

    within(script())


def test_the_system_allows_no_more_watches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Then the server looks by itself."""
    write(tmp_path, {"workspace/a.py": ""})
    refusing: Any = ModuleType("watchfiles")

    def awatch(*_: Any, **__: Any) -> Any:
        async def refuse() -> Any:
            raise OSError("OS file watch limit reached")
            yield

        return refuse()

    refusing.awatch = awatch
    refusing.__spec__ = ModuleSpec("watchfiles", None)
    monkeypatch.setitem(sys.modules, "watchfiles", refusing)
    looked: list[Any] = []

    async def script() -> None:
        server = build()
        monkeypatch.setattr(
            server.worker, "submit", lambda *work: looked.append(work) or server.thread_pool.submit(*work)
        )
        watching = OwnWatching(server, lambda paths: None)
        assert watching.sees_all
        watching.start()
        watching.watch((str(tmp_path / "workspace"),), ())
        server.now_ready()
        while not looked:
            await asyncio.sleep(0)
        assert not watching.sees_all

    with caplog.at_level(logging.WARNING):
        within(script())
    assert "OS file watch limit reached" in caplog.text


def test_what_the_worker_can_not_read_is_read_when_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "workspace"
    write(folder, {"a.py": "import nope\n"})

    def fail(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(loading, "load_files", fail)

    async def script() -> None:
        server = build()
        sink = Sink(server)
        server.folders = (str(folder),)
        await Loader(server, 1).start()
        await server.until_settled()
        assert sink.told == {"a.py": ["unresolved-import"]}

    within(script())


def test_a_client_that_takes_parts_is_to_ask_again_when_no_more_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that has nothing to hear is left waiting."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write(tmp_path / "workspace", {"a.py": "import nope\n"})

    async def script() -> None:
        server = ImportwiseServer(quiet=0)
        monkeypatch.setattr(server.protocol, "send_raw", lambda method, params: None)
        puller = Puller(server)
        server.folders = (str(tmp_path / "workspace"),)
        await Loader(server, 1).start()
        await puller.workspace(types.WorkspaceDiagnosticParams([], partial_result_token="part"))
        known = [types.PreviousResultId(uri, report.id) for uri, report in server.publisher.reports.items()]
        waiting = asyncio.ensure_future(
            puller.workspace(types.WorkspaceDiagnosticParams(known, partial_result_token=""))
        )
        await asyncio.sleep(0)
        [held] = puller.held
        assert held.ending is None
        waiting.cancel()

    within(script())
