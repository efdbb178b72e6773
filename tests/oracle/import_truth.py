"""Ask the running Python which imports work. `packages.py` runs this file as a script, ``python -I import_truth.py``,
under the interpreter in question; it needs the standard library alone, and Linux or macOS (`os.fork`).

In, on stdin: JSON, a list of ``[context, {module: [name, …]}]``: ``context`` is a folder to put first on ``sys.path``, or "";
for each module the names that someone imports from it ("*" among them), and "" where the module itself is imported.

Out, on stdout: one JSON line for each answer, ``[context, module, name, answer, detail]``. The answers:

"works"
    The statement ran, or its target exists and broke while it was executed (``detail`` says how).
"missing"
    The statement itself raised: ModuleNotFoundError for the module, ImportError for the name.
"undecided"
    It can't be known, because a module that the statement needs first breaks for a reason of its own.

A question without an answer belongs to a process that crashed, called `os._exit` or took too long.

Each module is imported as in a fresh process: importing ``a.b.c`` always begins with ``a`` and then ``a.b``, so a process that
has imported ``a`` forks for each of its modules, that child forks for each of theirs, and no sibling sees another's traces.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import warnings
from collections.abc import Callable
from types import TracebackType

SECONDS_PER_IMPORT = 60
MEMORY_BYTES = 6 << 30
MARK = "<the question>"

Answer = tuple[str, str]
Record = Callable[[str, str, str, str], None]


class Place:
    """A module somebody asks about, or the parent of one."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.below: dict[str, Place] = {}


def plant(questions: dict[str, list[str]]) -> Place:
    """The questions as a tree, by the parts of the module names."""
    root = Place()
    for module, names in questions.items():
        place = root
        for part in module.split("."):
            place = place.below.setdefault(part, Place())
        place.names = names
    return root


def came_from_inside(traceback: TracebackType | None) -> bool:
    """Whether an exception was raised by the code of some module, not by the import statement that asked for it."""
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if file not in (MARK, __file__) and not file.startswith("<frozen importlib"):
            return True
        traceback = traceback.tb_next
    return False


def describe(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def attempt(statement: str) -> BaseException | None:
    """Run an import statement. Returns what it raised."""
    try:
        exec(compile(statement, MARK, "exec"), {"__name__": "question"})
    except BaseException as error:  # noqa: BLE001 - a module may raise anything, SystemExit and KeyboardInterrupt too.
        return error
    return None


def ask_module(module: str) -> tuple[Answer, bool]:
    """Whether ``import module`` finds it, its parent being imported already; and whether it can be used afterwards."""
    error = attempt(f"import {module}")
    if error is None:
        return ("works", ""), module in sys.modules
    if isinstance(error, ModuleNotFoundError) and not came_from_inside(error.__traceback__):
        return ("missing", describe(error)), False
    return ("works", "breaks: " + describe(error)), False


def ask_name(module: str, name: str) -> Answer:
    """Whether ``from module import name`` works, where ``module`` is imported already."""
    error = attempt(f"from {module} import {name}")
    if error is None:
        return "works", ""
    own = not came_from_inside(error.__traceback__)
    if isinstance(error, ImportError) and own and "cannot import name" in str(error):
        return "missing", describe(error)
    if isinstance(error, SyntaxError) and error.filename == MARK:  # from __future__ import braces
        return "missing", describe(error)
    if name == "*" and isinstance(error, AttributeError) and own:
        return "missing", describe(error)
    if f"{module}.{name}" in sys.modules or spec_exists(f"{module}.{name}"):
        return "works", "breaks: " + describe(error)
    return "undecided", describe(error)


def spec_exists(module: str) -> bool:
    """Whether there is a file for a module whose execution failed."""
    from importlib.util import find_spec

    try:
        return find_spec(module) is not None
    except BaseException:  # noqa: BLE001
        return False


def is_settled(module: str, place: Place) -> bool:
    """Whether the answers about a module can be read off without executing anything: it's there, with all its names."""
    value = sys.modules.get(module)
    return value is not None and not place.below and all(not name or name in vars(value) for name in place.names)


def in_a_child(work: Callable[[], None]) -> None:
    """Do something in a forked process and wait for its end, however it ends."""
    process = os.fork()
    if process:
        os.waitpid(process, 0)
        return
    try:
        work()
    finally:
        os._exit(0)


def answer_all(module: str, place: Place, answer: Answer, record: Record) -> None:
    """Give one answer for everything at and below a place."""
    for name in place.names:
        record(module, name, *answer)
    for part, below in place.below.items():
        answer_all(f"{module}.{part}", below, answer, record)


def explore(module: str, place: Place, record: Record) -> None:
    """Import a module whose parent is imported, answer the questions about it, and fork for the modules below it."""
    signal.alarm(SECONDS_PER_IMPORT)
    answer, usable = ask_module(module)
    signal.alarm(0)
    if "" in place.names:
        record(module, "", *answer)
    if not usable:
        rest: Answer = answer if answer[0] == "missing" else ("undecided", f"{module} {answer[1]}")
        for name in filter(None, place.names):
            record(module, name, *rest)
        for part, below in place.below.items():
            answer_all(f"{module}.{part}", below, rest, record)
        return

    there = vars(sys.modules[module])
    for name in place.names:
        if name and name in there:
            record(module, name, "works", "")
        elif name:
            in_a_child(lambda name=name: on_the_clock(lambda: record(module, name, *ask_name(module, name))))
    explore_below(module + ".", place, record)


def explore_below(prefix: str, place: Place, record: Record) -> None:
    for part, below in place.below.items():
        module = prefix + part
        if is_settled(module, below):
            answer_all(module, below, ("works", ""), record)
        else:
            in_a_child(lambda module=module, below=below: explore(module, below, record))


def on_the_clock(work: Callable[[], None]) -> None:
    signal.alarm(SECONDS_PER_IMPORT)
    work()


def main() -> None:
    asked = json.load(sys.stdin)
    output = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    gc.disable()

    for context, questions in asked:

        def record(module: str, name: str, answer: str, detail: str, context: str = context) -> None:
            os.write(output, (json.dumps([context, module, name, answer, detail]) + "\n").encode())

        def one_context(context: str = context, questions: dict[str, list[str]] = questions) -> None:
            if context:
                sys.path.insert(0, context)
            explore_below("", plant(questions), record)

        in_a_child(one_context)


if __name__ == "__main__":
    main()
