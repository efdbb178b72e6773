"""The forms of a report, as golden texts."""

from __future__ import annotations

import json

from importwise.checks.finding import Finding, OpenImport, Report, Suggestion
from importwise.cli.console import wants_colour
from importwise.cli.report import FORMATS, Presentation, Statistics, render_json, render_text
from importwise.settings import Allow
from importwise.spans import Position, Span

TEXTS = {
    "/project/shop/cart.py": "from . import prices\r\nfrom . import taxes\nimport torch.utils.dta\n",
    "/elsewhere/x.py": "\timport 漢字.gone\n",
}

FINDINGS = (
    Finding(
        "/elsewhere/x.py",
        "unresolved-import",
        "warning",
        Span.on_line(0, 8, 7),
        "Cannot find module `漢字.gone`",
        (),
        "漢字.gone",
    ),
    Finding(
        "/project/gone.py",
        "unreadable-file",
        "error",
        Span.on_line(0, 0, 0),
        "This file can't be read: Permission denied",
        ("make it readable",),
    ),
    Finding(
        "/project/shop/cart.py",
        "unresolved-name",
        "error",
        Span.on_line(1, 14, 5),
        "`shop` has no `taxes`",
        ("did you mean `taxis`?", "or write it"),
        "shop",
        "taxes",
        (Suggestion("Change to `taxis`", Span.on_line(1, 14, 5), "taxis"),),
    ),
    Finding(
        "/project/shop/cart.py",
        "unresolved-import",
        "info",
        Span(Position(2, 7), Position(3, 0)),
        "Cannot find\x1b[0m it",
    ),
)

REPORT = Report(
    FINDINGS,
    (
        OpenImport(
            "/project/shop/cart.py", Span.on_line(0, 14, 6), "torch._C", "x", "`torch._C` is an extension module"
        ),
    ),
    1234,
    4,
    {"resolved": 1, "open": 1, "unresolved": 2, "unreachable": 0, "ignored": 0},
    ((Allow("shop._speed.**", "extension", "built"), 3), (Allow("shop.unused", "generated", "made"), 0)),
)


def presentation(**more: object) -> Presentation:
    return Presentation("/project", "/project", TEXTS.get, 0.5, **more)  # type: ignore[arg-type]


def test_text() -> None:
    assert (
        render_text(REPORT, presentation())
        == """\
warning[unresolved-import]: Cannot find module `漢字.gone`
 --> /elsewhere/x.py:1:9
  |
1 |     import 漢字.gone
  |            ^^^^^^^^^

error[unreadable-file]: This file can't be read: Permission denied
 --> gone.py:1:1
  = help: make it readable

error[unresolved-name]: `shop` has no `taxes`
 --> shop/cart.py:2:15
  |
2 | from . import taxes
  |               ^^^^^
  = help: did you mean `taxis`?
  = help: or write it

info[unresolved-import]: Cannot find\\x1b[0m it
 --> shop/cart.py:3:8
  |
3 | import torch.utils.dta
  |        ^^^^^^^^^^^^^^^

2 errors, 1 warning, 1 info in 1,234 files, 4 imports: 1 resolved, 1 open, 0 optional, 0 allowed, 2 unresolved
Allowed:
        3  `shop._speed.**` (extension)
"""
    )


def test_text_without_findings() -> None:
    report = Report((), (), 1, 1, {"resolved": 1, "unreachable": 2}, ())
    assert render_text(report, presentation()) == (
        "No problems in 1 file, 1 import: 1 resolved, 0 open, 0 optional, 0 allowed, 2 unreachable, 0 unresolved\n"
    )
    assert render_text(report, presentation(quiet=True)) == ""


def test_open_imports_and_statistics() -> None:
    text = render_text(
        REPORT._replace(findings=FINDINGS[:1]),
        presentation(show_open=True, statistics=Statistics({"reading": 0.25}, 12_000_000)),
    )
    assert (
        text.split("\n\n", 1)[1]
        == """\
Imports that can't be judged without running code:
  shop/cart.py:1:15: torch._C.x: `torch._C` is an extension module

Findings by rule
        1  unresolved-import
Findings by module
        1  漢字.gone
Time
    0.250  s reading
    0.500  s in all
Memory
       12  MB at the peak

1 warning in 1,234 files, 4 imports: 1 resolved, 1 open, 0 optional, 0 allowed, 2 unresolved
Allowed:
        3  `shop._speed.**` (extension)
"""
    )


def test_colour_changes_nothing_but_colour() -> None:
    import re

    from importwise.cli.console import _coloured

    coloured = render_text(REPORT, presentation(paint=_coloured))
    assert "\x1b[1;31merror[unresolved-name]\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == render_text(REPORT, presentation())


def test_json() -> None:
    value = json.loads(render_json(REPORT, presentation(show_open=True, statistics=Statistics({}, 1))))
    assert list(value) == ["schema", "summary", "findings", "open", "statistics"]
    assert value["schema"] == 1
    assert value["summary"] == {
        "files": 1234,
        "imports": 4,
        "errors": 2,
        "warnings": 1,
        "infos": 1,
        "seconds": 0.5,
        "resolved": 1,
        "open": 1,
        "optional": 0,
        "allowed": 0,
        "ignored": 0,
        "unreachable": 0,
        "unresolved": 2,
        "allow": [
            {"module": "shop._speed.**", "kind": "extension", "reason": "built", "imports": 3},
            {"module": "shop.unused", "kind": "generated", "reason": "made", "imports": 0},
        ],
    }
    assert value["findings"][2] == {
        "path": "shop/cart.py",
        "code": "unresolved-name",
        "severity": "error",
        "range": {"start": {"line": 2, "column": 15}, "end": {"line": 2, "column": 20}},
        "module": "shop",
        "name": "taxes",
        "message": "`shop` has no `taxes`",
        "help": ["did you mean `taxis`?", "or write it"],
        "suggestions": [
            {
                "title": "Change to `taxis`",
                "range": {"start": {"line": 2, "column": 15}, "end": {"line": 2, "column": 20}},
                "replacement": "taxis",
            }
        ],
    }
    assert value["findings"][0]["path"] == "/elsewhere/x.py"
    assert value["open"] == [
        {
            "path": "shop/cart.py",
            "range": {"start": {"line": 1, "column": 15}, "end": {"line": 1, "column": 21}},
            "module": "torch._C",
            "name": "x",
            "reason": "`torch._C` is an extension module",
        }
    ]
    assert value["statistics"]["rules"] == {"unresolved-import": 2, "unreadable-file": 1, "unresolved-name": 1}


def test_json_is_ascii_whatever_a_path_holds() -> None:
    finding = FINDINGS[0]._replace(path="/project/b\udcff.py")
    text = render_json(REPORT._replace(findings=(finding,)), presentation())
    assert text.isascii()
    assert json.loads(text)["findings"][0]["path"] == "b\udcff.py"


def test_forms() -> None:
    assert list(FORMATS) == ["text", "json"]


class Terminal:
    def isatty(self) -> bool:
        return True


class File:
    def isatty(self) -> bool:
        return False


def test_colour() -> None:
    def wanted(color: str, stream: object, **variables: str) -> bool:
        return wants_colour(color, stream, variables)  # type: ignore[arg-type]

    assert wanted("auto", Terminal())
    assert not wanted("auto", File())
    assert not wanted("auto", Terminal(), NO_COLOR="1")
    assert wanted("auto", Terminal(), NO_COLOR="")
    assert not wanted("auto", Terminal(), TERM="dumb")
    assert wanted("auto", File(), FORCE_COLOR="1")
    assert not wanted("auto", File(), FORCE_COLOR="0")
    assert not wanted("auto", File(), FORCE_COLOR="1", NO_COLOR="1")
    assert wanted("always", File(), NO_COLOR="1")
    assert not wanted("never", Terminal(), FORCE_COLOR="1")
