"""A file or folder that can't be read, so that nothing can be said of it.

Its permissions may forbid it, a link may lead nowhere, or it vanished while the tree was being read. The rest of the tree
is checked.

To mend it: make it readable, or leave it out with `exclude`.
"""

from __future__ import annotations

from importwise.checks.rule import Rule

RULE = "unreadable-file"

rule = Rule(RULE, "error", __doc__ or "")
