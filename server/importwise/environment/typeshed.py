"""typeshed, as the ``typeshed-client`` distribution brings it: where it lies, and which versions have which modules."""

from __future__ import annotations

import os
import sys

from importwise.environment.files import posix, text_of
from importwise.environment.versions import parse_version
from importwise.searchpath import Version


def find_typeshed() -> str | None:
    """typeshed's ``stdlib`` folder, from the ``typeshed-client`` distribution, which is not imported; None if absent."""
    for entry in sys.path:
        folder = os.path.join(entry or os.curdir, "typeshed_client", "typeshed")
        if os.path.isfile(os.path.join(folder, "VERSIONS")):
            return posix(os.path.abspath(folder))
    # Only an import hook can still know it: an editable install of typeshed-client.
    from importlib.util import find_spec

    spec = find_spec("typeshed_client")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = os.path.join(place, "typeshed")
        if os.path.isfile(os.path.join(folder, "VERSIONS")):
            return posix(os.path.abspath(folder))
    return None


def stdlib_versions(typeshed: str) -> dict[str, tuple[Version, Version | None]]:
    """typeshed's ``VERSIONS``: module, first version, last version or None. A submodule not listed lives as its parent does.

    ``typeshed`` is the folder that holds the file; empty if it can't be read. Lines of a form not known are passed over.
    """
    versions: dict[str, tuple[Version, Version | None]] = {}
    spans: dict[str, tuple[Version, Version | None]] = {}
    for line in (text_of(typeshed + "/VERSIONS") or "").splitlines():
        name, colon, span = line.partition("#")[0].partition(":")
        if not colon:
            continue
        if span not in spans:
            first, _, last = span.partition("-")
            lower = parse_version(first)
            if lower is None:
                continue
            spans[span] = (lower, parse_version(last))
        versions[name.strip()] = spans[span]
    return versions
