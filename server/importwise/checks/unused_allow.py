"""An entry of the allowlist that does not hold.

It matched no missing import, its last day (`expires`) has passed, its `evidence` is gone, or it covers a module that does
exist. An entry that has expired or lost its evidence allows nothing any more. For modules that a build makes (`extension`,
`generated`), existing is what is expected after the build; that is reported as information only.

```toml
[[tool.importwise.allow]]
module = "shop._speedups"   # unused-allow: nothing imports it any more
kind = "extension"
reason = "built by setup.py"
```

To mend it: take the entry out, or renew it.
"""

from __future__ import annotations

from importwise.checks.rule import Rule

RULE = "unused-allow"

rule = Rule(RULE, "warning", __doc__ or "")
