"""Settings that can't be understood: an unknown key, a value of the wrong type, broken TOML, an allowlist entry without a reason.

```toml
[tool.importwise]
root = ["src"]   # invalid-configuration: did you mean `roots`?
```

On the command line this ends with exit status 2, since a check with other settings than those meant would mislead.
"""

from __future__ import annotations

from importwise.checks.rule import Rule

RULE = "invalid-configuration"

rule = Rule(RULE, "error", __doc__ or "")
