"""An `# importwise: ignore` comment that silences nothing.

```python
import json  # importwise: ignore
#              ^ unused-ignore
```

Empty brackets, `# importwise: ignore[]`, name no rule and so silence nothing either.

To mend it: take the comment out.
"""

from __future__ import annotations

from importwise.checks.rule import Rule

RULE = "unused-ignore"

EMPTY_BRACKETS = "This `importwise: ignore[]` silences nothing: its brackets are empty"
EMPTY_HELP = "name a rule in the brackets, or take them out to silence all"

rule = Rule(RULE, "warning", __doc__ or "")
