"""What changes on the disk and in the settings while the server runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from conversation import EDITORS, Conversation, ServerError, Talk, events, write

from amounts import amount

CREATED, CHANGED, DELETED = 1, 2, 3
SITE = ".venv/lib/python3.11/site-packages"


def nothing(texts: list[str]) -> bool:
    return not texts


def status(client: Conversation, state: str = "ready") -> dict[str, Any]:
    """The next status that says ``state``."""
    told: dict[str, Any] = client.notification("importwise/status", lambda params: params["state"] == state)
    return told


def changed(client: Conversation, *paths: Path, kind: int = CHANGED) -> None:
    client.notify("workspace/didChangeWatchedFiles", events(*paths, kind=kind))


# Watching


def test_watchers_are_registered(talk: Talk, workspace: Path) -> None:
    """The editor is asked to watch the folders, and the environment where it lies elsewhere."""
    outside = workspace.parent / "environment"
    (workspace / ".venv").rename(outside)
    write(workspace, {"importwise.toml": 'python = "../environment"\n'})
    client = talk()
    client.introduce("vscode", workspace)
    [folders] = client.notification("client/registerCapability")["registrations"]
    assert folders["method"] == "workspace/didChangeWatchedFiles"
    patterns = [
        (w["globPattern"]["baseUri"], w["globPattern"]["pattern"]) for w in folders["registerOptions"]["watchers"]
    ]
    assert (workspace.as_uri(), "**/*") in patterns
    [environment] = client.notification("client/registerCapability")["registrations"]
    site = (outside / "lib/python3.11/site-packages").as_uri()
    assert [w["globPattern"] for w in environment["registerOptions"]["watchers"]] == [
        {"baseUri": site, "pattern": "*"},
        {"baseUri": site, "pattern": "*.pth"},
    ]


def test_clients_that_know_plain_patterns_only(talk: Talk, workspace: Path) -> None:
    client = talk()
    client.introduce("eglot", workspace)
    [folders] = client.notification("client/registerCapability")["registrations"]
    assert f"{workspace}/**/*" in [w["globPattern"] for w in folders["registerOptions"]["watchers"]]


@pytest.mark.parametrize("editor", EDITORS)
def test_a_folder_event_means_all_below(talk: Talk, workspace: Path, editor: str) -> None:
    write(workspace, {"pkg/__init__.py": "", "pkg/sub/mod.py": "", "app.py": "import pkg.sub.mod\n"})
    app = (workspace / "app.py").as_uri()
    client = talk()
    client.introduce(editor, workspace)
    status(client)
    (workspace / "pkg").rename(workspace / "away")
    changed(client, workspace / "pkg", kind=DELETED)
    client.shown(app)
    (workspace / "away").rename(workspace / "pkg")
    changed(client, workspace / "pkg", kind=CREATED)
    client.shown(app, nothing)


def test_clients_that_watch_but_not_well(talk: Talk, workspace: Path) -> None:
    """Where `watchfiles` is installed the server does not rely on them: a folder is moved, and nothing is said."""
    pytest.importorskip("watchfiles")
    write(workspace, {"pkg/mod.py": "", "app.py": "import pkg.mod\n"})
    client = talk(watchfiles=True)
    client.introduce("eglot", workspace)
    status(client)
    (workspace / "pkg").rename(workspace / "away")
    client.published((workspace / "app.py").as_uri())
    client.end()
    assert not any(message.get("method") == "client/registerCapability" for message in client.said)


def test_a_folder_with_settings_moves(talk: Talk, workspace: Path) -> None:
    write(workspace, {"inner/importwise.toml": 'extra-paths = ["vendor"]\n', "inner/vendor/thing.py": "", "app.py": ""})
    write(workspace, {"inner/app.py": "import thing\n"})
    client = talk()
    client.introduce("vscode", workspace)
    status(client)
    (workspace / "inner").rename(workspace / "moved")
    (workspace / "moved/vendor/thing.py").unlink()
    changed(client, workspace / "inner", kind=DELETED)
    changed(client, workspace / "moved", kind=CREATED)
    client.shown((workspace / "moved/app.py").as_uri())
    write(workspace, {"moved/vendor/thing.py": ""})
    changed(client, workspace / "moved/vendor/thing.py", kind=CREATED)
    client.shown((workspace / "moved/app.py").as_uri(), nothing)


def test_events_are_hints(talk: Talk, workspace: Path) -> None:
    """What they say does not count: a file that is said to be deleted is there, one that is said to be new is not."""
    write(workspace, {"app.py": "import a, b\n", "a.py": ""})
    client = talk()
    client.introduce("eglot", workspace)
    app = (workspace / "app.py").as_uri()
    assert len(client.published(app)) == 1
    changed(client, workspace / "a.py", kind=DELETED)
    changed(client, workspace / "b.py", kind=CREATED)
    write(workspace, {"b.py": ""})
    changed(client, workspace / "b.py", kind=DELETED)
    client.published(app, nothing)


def test_extension_modules_and_gitignore(talk: Talk, workspace: Path) -> None:
    write(workspace, {"app.py": "import fast\n", "built/app.py": "import nope\n", ".git/HEAD": ""})
    app, built = (workspace / "app.py").as_uri(), (workspace / "built/app.py").as_uri()
    client = talk()
    client.introduce("eglot", workspace)
    client.published(app)
    client.published(built)
    write(workspace, {"fast.cpython-311-x86_64-linux-gnu.so": ""})
    changed(client, workspace / "fast.cpython-311-x86_64-linux-gnu.so", kind=CREATED)
    client.published(app, nothing)
    write(workspace, {".gitignore": "built/\n"})
    changed(client, workspace / ".gitignore", kind=CREATED)
    client.published(built, nothing)


def test_what_is_installed(talk: Talk, workspace: Path) -> None:
    """Packages that come and go in site-packages, and a `.pth` file that leads elsewhere."""
    write(workspace, {"app.py": "import thing\n", "other.py": "import far\n"})
    app, other = (workspace / "app.py").as_uri(), (workspace / "other.py").as_uri()
    client = talk()
    client.introduce("eglot", workspace)
    client.published(app)
    client.published(other)
    write(workspace / SITE, {"thing/__init__.py": ""})
    changed(client, workspace / SITE / "thing", kind=CREATED)
    client.published(app, nothing)
    write(workspace.parent, {"elsewhere/far.py": ""})
    write(workspace / SITE, {"far.pth": f"{workspace.parent}/elsewhere\n"})
    changed(client, workspace / SITE / "far.pth", kind=CREATED)
    client.published(other, nothing)
    (workspace / SITE / "thing/__init__.py").unlink()
    (workspace / SITE / "thing").rmdir()
    changed(client, workspace / SITE / "thing", kind=DELETED)
    assert len(client.published(app)) == 1


def test_an_environment_that_is_made_later(talk: Talk, workspace: Path) -> None:
    (workspace / ".venv").rename(workspace.parent / "hidden")
    write(workspace.parent / "hidden/lib/python3.11/site-packages", {"thing.py": ""})
    write(workspace, {"app.py": "import thing\n"})
    app = (workspace / "app.py").as_uri()
    client = talk(PATH="/nowhere")
    client.introduce("eglot", workspace)
    status(client)
    (workspace.parent / "hidden").rename(workspace / ".venv")
    changed(client, workspace / ".venv", kind=CREATED)
    client.open(app, "import thing, nope\n")
    [item] = client.published(app, lambda texts: any("nope" in text for text in texts))
    assert item["range"]["start"]["character"] == 14


@pytest.mark.parametrize("count", [300, pytest.param(amount(5000), marks=pytest.mark.slow)])
def test_only_those_are_checked_again_who_asked(talk: Talk, workspace: Path, count: int) -> None:
    """One new file among thousands of modules: who looked for it in vain is checked, nobody else."""
    names = [f"m{number}" for number in range(count)]
    write(workspace, {f"{name}.py": f"import os, {names[index - 1]}\n" for index, name in enumerate(names)})
    write(workspace, {f"wants{number}.py": "import fresh\n" for number in range(3)})
    client = talk()
    client.introduce("vscode", workspace)
    before = status(client)
    assert (before["files"], before["unresolved"]) == (count + 3, 3)
    write(workspace, {"fresh.py": "import os\n"})
    changed(client, workspace / "fresh.py", kind=CREATED)
    after = client.notification("importwise/status", lambda params: params["unresolved"] == 0)
    assert after["recheckedInAll"] - before["recheckedInAll"] == 4


def test_a_burst_is_one_change(talk: Talk, workspace: Path) -> None:
    """Hundreds of files change at once, as when a branch is switched, while one of them is open."""
    count = 400
    write(workspace, {f"pkg/m{number}.py": "X = 1\n" for number in range(count)})
    write(workspace, {"pkg/__init__.py": "", **{f"use{n}.py": f"from pkg.m{n} import X\n" for n in range(count)}})
    client = talk()
    client.introduce("eglot", workspace)
    status(client)
    open_uri = (workspace / "pkg/m0.py").as_uri()
    client.open(open_uri, "X = 1\n")
    write(workspace, {f"pkg/m{number}.py": "Y = 1\n" for number in range(count)})
    changed(client, *(workspace / f"pkg/m{number}.py" for number in range(count)))
    # The open file still defines X, whatever the disk says.
    told = client.notification("importwise/status", lambda params: params["unresolved"] == count - 1)
    assert told["rechecked"] <= 2 * count
    client.close(open_uri)
    client.published((workspace / "use0.py").as_uri())


@pytest.mark.parametrize("watchfiles", [True, False])
def test_the_server_watches_for_those_who_do_not(talk: Talk, workspace: Path, watchfiles: bool) -> None:
    """Neovim does not: with the package `watchfiles` nothing need be done, without it saving is a good moment to look."""
    if watchfiles:
        pytest.importorskip("watchfiles")
    write(workspace, {"app.py": "import fresh\n", "open.py": ""})
    client = talk("--log-level", "info", watchfiles=watchfiles)
    client.introduce("nvim", workspace)
    app = (workspace / "app.py").as_uri()
    client.published(app)
    client.open((workspace / "open.py").as_uri(), "")
    client.notification("importwise/status", lambda params: params["state"] == "ready")
    if watchfiles:
        client.request("importwise/status")
        write(workspace, {"fresh.py": ""})
    else:
        # The first look is what later ones are compared with.
        client.notify("textDocument/didSave", {"textDocument": {"uri": (workspace / "open.py").as_uri()}})
        client.request("workspace/executeCommand", {"command": "importwise.debugInformation"})
        write(workspace, {"fresh.py": ""})
        client.notify("textDocument/didSave", {"textDocument": {"uri": (workspace / "open.py").as_uri()}})
    client.published(app, nothing)
    assert client.end() == 0
    kind = b"with watchfiles" if watchfiles else b"by looking on save"
    assert b"files are watched by the server, " + kind in client.stderr


# Starting


def test_progress(talk: Talk, workspace: Path) -> None:
    write(workspace, {f"m{number}.py": "" for number in range(150)})
    client = talk()
    client.introduce("vscode", workspace)
    token = client.notification("window/workDoneProgress/create")["token"]
    values = [client.notification("$/progress", lambda params: params["token"] == token)["value"]]
    while values[-1]["kind"] != "end":
        values.append(client.notification("$/progress", lambda params: params["token"] == token)["value"])
    assert values[0]["kind"] == "begin"
    assert values[0]["cancellable"]
    assert all(value["kind"] == "report" and "of 150 files" in value["message"] for value in values[1:-1])


def test_opened_files_come_first(talk: Talk, workspace: Path) -> None:
    """Their diagnostics are there before the rest has been read."""
    write(workspace, {f"m{number:03}.py": "import nope\n" for number in range(300)})
    client = talk()
    client.introduce("eglot", workspace)
    uri = (workspace / "m299.py").as_uri()
    client.open(uri, "import nope\n")
    status(client)
    told = [m["params"]["uri"] for m in client.said if m.get("method") == "textDocument/publishDiagnostics"]
    assert told[0] == uri
    assert len(set(told)) == 300


# Settings


def test_settings_files(talk: Talk, workspace: Path) -> None:
    """They apply when they are saved; while one is broken, the last good settings stay."""
    write(workspace, {"app.py": "import nope\n", "vendor/nope.py": ""})
    file = workspace / "importwise.toml"
    app, settings = (workspace / "app.py").as_uri(), file.as_uri()
    client = talk()
    client.introduce("eglot", workspace)
    status(client)
    client.kept.clear()  # What was said before everything was read may have been said twice.
    file.write_text('extra-paths = ["vendor"]\n')
    changed(client, file, kind=CREATED)
    client.published(app, nothing)
    file.write_text("extra-paths = [\n")
    changed(client, file)
    [item] = client.published(settings)
    assert item["code"] == "invalid-configuration"
    # It is the end of the line that is wrong, and nothing lies behind that.
    assert item["range"] == {"start": {"line": 0, "character": 15}, "end": {"line": 0, "character": 15}}
    # The last good settings are in force: a file that needs them is clean.
    client.open((workspace / "new.py").as_uri(), "import nope, nope2\n")
    assert len(client.published((workspace / "new.py").as_uri())) == 1
    file.write_text('[rules]\nunresolved-import = "warning"\n')
    changed(client, file)
    client.published(settings, nothing)
    [item] = client.published(app)
    assert item["severity"] == 2
    file.unlink()
    changed(client, file, kind=DELETED)
    [item] = client.published(app)
    assert item["severity"] == 1


def test_settings_of_the_client_that_are_asked_for(talk: Talk, workspace: Path) -> None:
    write(workspace, {"app.py": "import nope\n", "vendor/nope.py": ""})
    values: list[Any] = [{"extraPaths": []}]
    app = (workspace / "app.py").as_uri()
    client = talk()
    client.answers["workspace/configuration"] = lambda params: values * len(params["items"])
    client.introduce("vscode", workspace)
    client.shown(app)
    values[0] = {"extraPaths": ["vendor"], "unknown": 1, "pythonVersion": None}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.shown(app, nothing)
    values[0] = {"diagnosticMode": "nonsense", "extraPaths": 7}
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    client.shown(app)
    assert client.end() == 0
    assert b"settings of the editor" in client.stderr


def test_a_client_that_does_not_say_what_it_sets(talk: Talk, workspace: Path) -> None:
    """It can be asked, but refuses: the settings from the start stay in force."""

    def refuse(_: Any) -> None:
        raise ServerError({"code": -32601, "message": "no"})

    write(workspace, {"app.py": "import nope\n"})
    client = talk()
    client.answers["workspace/configuration"] = refuse
    client.introduce("eglot", workspace, initializationOptions={"settings": {"rules": {"unresolved-import": "info"}}})
    [item] = client.published((workspace / "app.py").as_uri())
    assert item["severity"] == 3
    client.notify("workspace/didChangeConfiguration", {"settings": None})
    for _ in range(2):
        client.notification("workspace/configuration")
    client.request("importwise/status")
    assert client.end() == 0
    assert client.stderr.count(b"does not say what its settings are") == 2


def test_settings_of_the_client_that_are_sent(talk: Talk, workspace: Path) -> None:
    """As clients do that can't be asked; at the start in the initialization options."""
    write(workspace, {"app.py": "import nope\n", "vendor/nope.py": ""})
    app = (workspace / "app.py").as_uri()
    client = talk()
    client.initialize({}, [workspace], initializationOptions={"settings": {"rules": {"unresolved-import": "info"}}})
    [item] = client.published(app)
    assert item["severity"] == 3
    status(client)
    client.notify("workspace/didChangeConfiguration", {"settings": {"importwise": {"extraPaths": ["vendor"]}}})
    client.published(app, nothing)


def test_the_client_chooses_the_interpreter(talk: Talk, workspace: Path) -> None:
    other = workspace.parent / "other"
    write(other / "lib/python3.11/site-packages", {"thing.py": ""})
    (other / "pyvenv.cfg").write_text((workspace / ".venv/pyvenv.cfg").read_text())
    write(other, {"bin/python": ""})
    write(workspace, {"app.py": "import thing\n"})
    app = (workspace / "app.py").as_uri()
    client = talk()
    client.initialize({}, [workspace])
    client.published(app)
    client.notify("workspace/didChangeConfiguration", {"settings": {"importwise": {"python": str(other)}}})
    client.published(app, nothing)
    client.notify("workspace/didChangeConfiguration", {"settings": {"importwise": {"python": "/nowhere/python"}}})
    assert len(client.published(app)) == 1
    assert client.end() == 0
    assert b"/nowhere/python" in client.stderr


def test_the_mode_changes(talk: Talk, workspace: Path) -> None:
    write(workspace, {"app.py": "import nope\n"})
    app = (workspace / "app.py").as_uri()
    client = talk()
    client.initialize({}, [workspace])
    client.published(app)
    client.notify("workspace/didChangeConfiguration", {"settings": {"diagnosticMode": "open-files"}})
    client.published(app, nothing)
    client.notify("workspace/didChangeConfiguration", {"settings": {"diagnosticMode": "workspace"}})
    assert len(client.published(app)) == 1


# Folders and projects


def test_folders_come_and_go(talk: Talk, workspace: Path) -> None:
    first, second = workspace / "first", workspace / "second"
    write(workspace, {"first/app.py": "import nope\n", "second/app.py": "import nope\n"})
    client = talk()
    client.introduce("eglot", first)
    client.published((first / "app.py").as_uri())
    added = [{"uri": second.as_uri(), "name": "second"}]
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": added, "removed": []}})
    client.published((second / "app.py").as_uri())
    removed = [{"uri": first.as_uri(), "name": "first"}]
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": removed}})
    client.published((first / "app.py").as_uri(), nothing)


def test_projects_in_projects(talk: Talk, workspace: Path) -> None:
    """A folder with settings of its own is a project of its own, whatever Windows puts before them."""
    write(
        workspace,
        {
            "pyproject.toml": '[tool.importwise.rules]\nunresolved-import = "info"\n',
            "app.py": "import nope\n",
            "inner/pyproject.toml": '\ufeff[tool.importwise]\nextra-paths = ["vendor"]\n',
            "inner/app.py": "import nope, other\n",
            "inner/vendor/nope.py": "",
            "part/pyproject.toml": '[project]\nname = "part"\n',
            "part/app.py": "import nope\n",
        },
    )
    client = talk()
    client.introduce("eglot", workspace)
    severities = {
        name: [item["severity"] for item in client.published((workspace / name).as_uri())]
        for name in ("app.py", "inner/app.py", "part/app.py")
    }
    assert severities == {"app.py": [3], "inner/app.py": [1], "part/app.py": [3]}
    # It ceases to be one.
    (workspace / "inner/pyproject.toml").write_text("")
    changed(client, workspace / "inner/pyproject.toml")
    severities = []
    while severities != [3, 3]:
        found = client.published((workspace / "inner/app.py").as_uri())
        severities = [item["severity"] for item in found]


def test_a_new_file_in_a_project_that_ceases_to_be_one(talk: Talk, workspace: Path) -> None:
    """What is open there, and was never saved, the project above has not heard of."""
    write(workspace, {"importwise.toml": "", "inner/importwise.toml": "[rules]\nunresolved-import = 'info'\n"})
    new = (workspace / "inner/new.py").as_uri()
    client = talk()
    client.introduce("eglot", workspace)
    status(client)
    client.open(new, "import nope\n")
    assert [item["severity"] for item in client.published(new)] == [3]
    (workspace / "inner/importwise.toml").unlink()
    changed(client, workspace / "inner/importwise.toml", kind=DELETED)
    assert [item["severity"] for item in client.published(new)] == [1]


def test_no_folder_at_all(talk: Talk, workspace: Path) -> None:
    """A file that is opened by itself has its own folder for a project."""
    write(workspace, {"beside.py": "", "app.py": "import beside, nope\n"})
    app = (workspace / "app.py").as_uri()
    client = talk()
    client.introduce("eglot")
    client.open(app, "import beside, nope\n")
    [item] = client.published(app)
    assert item["range"]["start"]["character"] == 15


def test_broken_settings_of_a_folder_that_leaves(talk: Talk, workspace: Path) -> None:
    write(workspace, {"importwise.toml": "nonsense = 1\n", "app.py": ""})
    settings = (workspace / "importwise.toml").as_uri()
    client = talk()
    client.introduce("eglot", workspace)
    assert client.published(settings)
    client.request("workspace/executeCommand", {"command": "importwise.checkWorkspace"})
    folder = {"uri": workspace.as_uri(), "name": "workspace"}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [folder]}})
    client.published(settings, nothing)
    told = [m for m in client.said if m.get("params", {}) and m["params"].get("uri") == settings]
    assert len(told) == 2


def test_a_folder_within_a_project(talk: Talk, workspace: Path) -> None:
    """The settings upwards count; what lies outside of the folder is not shown."""
    write(
        workspace,
        {
            "importwise.toml": '[rules]\nunresolved-import = "warning"\n',
            "src/app.py": "import nope\n",
            "tests/test_app.py": "import nope\n",
        },
    )
    client = talk()
    client.introduce("eglot", workspace / "src")
    [item] = client.published((workspace / "src/app.py").as_uri())
    assert item["severity"] == 2
    status(client)
    told = {m["params"]["uri"] for m in client.said if m.get("method") == "textDocument/publishDiagnostics"}
    assert told == {(workspace / "src/app.py").as_uri()}


# What people ask of the server itself


def test_commands(talk: Talk, workspace: Path) -> None:
    write(workspace, {"app.py": "import nope.inner\n"})
    app = (workspace / "app.py").as_uri()
    client = talk()
    client.introduce("eglot", workspace)
    client.open(app, "import nope.inner\n\n")
    client.published(app)
    place = {"line": 0, "character": 8}
    told = client.request("workspace/executeCommand", {"command": "importwise.explain", "arguments": [app, place]})
    assert told.startswith("# The search for `nope`\n\n1. ")
    nowhere = {"command": "importwise.explain", "arguments": [app, {"line": 1, "character": 0}]}
    assert client.request("workspace/executeCommand", nowhere) is None
    about = client.request("workspace/executeCommand", {"command": "importwise.debugInformation"})
    assert f"({sys.executable})" in about
    assert f"## {workspace}" in about
    # No event came, but the disk is read anew when that is asked for.
    write(workspace, {"nope/__init__.py": "", "nope/inner.py": ""})
    assert client.request("workspace/executeCommand", {"command": "importwise.checkWorkspace"}) is None
    client.published(app, nothing)


def test_targets(talk: Talk, workspace: Path) -> None:
    """With targets only what they import is checked, and that changes as it is typed."""
    write(
        workspace,
        {
            "importwise.toml": 'targets = ["main"]\n',
            "main.py": "import used\n",
            "used.py": "import nope\n",
            "other.py": "import nope\n",
        },
    )
    main, used, other = ((workspace / f"{name}.py").as_uri() for name in ("main", "used", "other"))
    client = talk()
    client.introduce("eglot", workspace)
    client.published(used)
    client.open(main, "import other\n")
    client.published(other)
    client.published(used, nothing)


def test_settings_that_name_what_is_not_there(talk: Talk, workspace: Path) -> None:
    """An empty list of problems would look as if all were well."""
    write(workspace, {"importwise.toml": 'targets = ["main"]\npython = "nothing/here"\n', "other.py": "import nope\n"})
    settings = (workspace / "importwise.toml").as_uri()
    client = talk()
    client.introduce("eglot", workspace)
    target, python = client.published(settings, lambda items: len(items) == 2)
    assert "there is no module `main`" in target["message"]
    assert target["range"] == {"start": {"line": 0, "character": 11}, "end": {"line": 0, "character": 17}}
    assert "nothing/here" in python["message"]
    write(workspace, {"main.py": "import other\n"})
    changed(client, workspace / "main.py", kind=CREATED)
    [left] = client.published(settings, lambda items: len(items) == 1)
    assert left == python
