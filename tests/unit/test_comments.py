"""Comments that silence findings: which they are, for whom they are meant, and what they name."""

from __future__ import annotations

import pytest

from importwise.checks.suppress import silencer
from importwise.syntax.comments import ignores_in
from importwise.syntax.reader import summarize


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# importwise: ignore", [("importwise", ())]),
        (
            "# importwise: ignore[unresolved-import, unresolved-name]",
            [("importwise", ("unresolved-import", "unresolved-name"))],
        ),
        ("# importwise: ignore[]", [("importwise", ("",))]),
        ("# importwise: ignore[ , ]", [("importwise", ("",))]),
        ("# importwise: ignored", []),
        ("# type: ignore[]", [("type", ())]),
        ("# pylint: disable=import-error", [("pylint", ("import-error",))]),
        ("#pylint:disable = import-error , no-name-in-module", [("pylint", ("import-error", "no-name-in-module"))]),
        ("# pylint: disable=E0401,E0611 why", [("pylint", ("E0401", "E0611"))]),
        ("# pylint: disable", []),
        ("# pylint: enable=import-error", []),
        ("# noqa: F401  # pylint: disable=all", [("noqa", ("F401",)), ("pylint", ("all",))]),
    ],
)
def test_silencing_comments(comment: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [(ignore.tool, ignore.codes) for ignore in ignores_in(comment, 0, 0)] == expected


@pytest.mark.parametrize(
    ("comment", "modules", "names"),
    [
        ("importwise: ignore", True, True),
        ("importwise: ignore[unresolved-import]", True, False),
        ("importwise: ignore[]", False, False),
        ("pylint: disable=import-error", True, True),
        ("pylint: disable=no-name-in-module", False, True),
        ("pylint: disable=E0401", True, True),
        ("pylint: disable=E0611", False, True),
        ("pylint: disable=all", True, True),
        ("pylint: disable=unused-import", False, False),
    ],
)
def test_what_they_silence(comment: str, modules: bool, names: bool) -> None:
    summary = summarize(f"import a\nfrom a import b  # {comment}\n")
    item = summary.imports[1]
    found = [silencer(rule, 1, item, summary, True) is not None for rule in ("unresolved-import", "unresolved-name")]
    assert found == [modules, names]
    foreign = [silencer(rule, 1, item, summary, False) is not None for rule in ("unresolved-import", "unresolved-name")]
    assert foreign == (found if "importwise" in comment else [False, False])
