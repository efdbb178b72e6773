"""Writes `requirements.txt`: what the server needs under any Python from 3.10 on, with versions and hashes.

Run it with Python 3.10: pip decides by the Python that runs it which backports are needed, and the oldest needs the most.
Newer ones ignore the backports that come along.
"""

from __future__ import annotations

import json
import subprocess
import sys

from bundle import ANY_SYSTEM, CLIENT, REQUIREMENTS

HEAD = "# Written by build/lock.py: the server's dependencies, all pure Python, for any Python from 3.10 on.\n"


def locked() -> list[str]:
    """``name==version --hash=…`` for each package that importwise needs, in alphabetical order."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    resolve = ["--ignore-installed", "--dry-run", "--report", "-", "--target", "unused"]
    command = [*pip, *ANY_SYSTEM, *resolve, str(CLIENT.parent)]
    report = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return sorted(
        f"{item['metadata']['name'].lower()}=={item['metadata']['version']}"
        f" --hash=sha256:{item['download_info']['archive_info']['hashes']['sha256']}"
        for item in json.loads(report)["install"]
        if item["metadata"]["name"] != "importwise"
    )


if __name__ == "__main__":
    if sys.version_info[:2] != (3, 10):
        sys.exit("build/lock.py: run it with Python 3.10")
    REQUIREMENTS.write_text(HEAD + "\n".join(locked()) + "\n", encoding="utf-8")
