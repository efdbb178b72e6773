"""Starts importwise's language server, or tells what Python this is.

    launch.py --probe                           one line of JSON: executable, version, importwise
    launch.py useBundled server ...             with the importwise that the extension carries
    launch.py fromEnvironment server ...        with the one that is installed beside this Python

Any Python from 2.7 on must be able to read this file, so that one that is too old can say so.
"""

import json
import os
import sys

EXTENSION = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUNDLED = os.path.join(EXTENSION, "bundled", "libs")


def installed():
    """The version of importwise that is installed beside this Python, or None if there is none, or nobody wants it (-S)."""
    if sys.flags.no_site:
        return None
    try:
        from importlib.metadata import version

        return version("importwise")
    except Exception:  # noqa: BLE001 - whatever is the matter with that environment, the answer is no
        return None


def probe():
    """What this Python is, for `src/interpreter.ts`."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    print(json.dumps({"executable": sys.executable, "version": version, "importwise": installed()}))


def serve(strategy, words):
    """Run `importwise` with ``words``. Nothing of the workspace is on the path: see `src/session.ts`."""
    if strategy == "useBundled":
        sys.path.insert(0, BUNDLED)
    sys.argv = ["importwise"] + words
    from importwise.__main__ import main

    main()


# The processes that read many files at once import this file again, under another name.
if __name__ == "__main__":
    if sys.argv[1:] == ["--probe"]:
        probe()
    else:
        serve(sys.argv[1], sys.argv[2:])
