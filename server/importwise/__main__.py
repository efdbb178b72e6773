"""The command ``importwise``."""

from __future__ import annotations

import os
import sys

from importwise import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def main(words: list[str] | None = None) -> int:
    """Run the command line ``words`` and return the exit status.

    Without ``words`` it is the program's own command line, and the process ends here.
    """
    if words is None:
        try:
            status = main(sys.argv[1:])
        except KeyboardInterrupt:
            status = 130
        _end(status)
    if words in (["--version"], ["-V"]):
        # Answered before anything else is imported: editors and scripts ask often.
        print(f"importwise {__version__}")
        return 0
    from importwise.cli.run import run

    return run(words, _serve)


def _serve(log_level: str, log_file: str | None) -> int:
    """Answer an editor. It stands here because the command line and the server do not know each other."""
    from importwise.lsp.serve import serve

    return serve(log_level, log_file)


def _end(status: int) -> NoReturn:
    """End the process without taking apart what it holds: of a large tree that would take a tenth of a second or two."""
    if processes := sys.modules.get("multiprocessing"):
        for child in processes.active_children():  # After an interruption some may still be at work.
            child.terminate()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            pass
    os._exit(status)


if __name__ == "__main__":
    # `python -m` puts the current directory first, and there what is checked may lie: none of it is to be imported.
    try:
        here = os.getcwd()
    except OSError:  # It is gone.
        here = ""
    if sys.path[:1] in ([here], [""]):
        del sys.path[0]
    main()
