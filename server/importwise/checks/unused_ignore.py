"""An `# importwise: ignore` comment that silences nothing.

```python
import json  # importwise: ignore
#              ^ unused-ignore
```

To mend it: take the comment out.
"""

from __future__ import annotations

from importwise.checks.rule import Rule

RULE = "unused-ignore"

rule = Rule(RULE, "warning", __doc__ or "")
