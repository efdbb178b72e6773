"""From importwise's values to LSP's, and back. The client's own way of counting appears here and in positions.py only."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from lsprotocol import types

from importwise import checks
from importwise.checks.finding import SEARCH_SHOWN, Finding
from importwise.lsp.client import Client
from importwise.lsp.positions import Encoding, from_units, mark_size, to_units, without_end
from importwise.spans import Position, Span

SOURCE = "importwise"

SEVERITIES = {"error": 1, "warning": 2, "info": 3}
"""LSP 3.17 "DiagnosticSeverity"."""

UNNECESSARY = frozenset(("unused-ignore", "unused-allow"))
UNNECESSARY_TAG = 1
"""LSP 3.17 "DiagnosticTag": shown faded."""

_DRIVE = re.compile(r"/([A-Za-z]):")
_SEARCH = re.compile(re.escape(SEARCH_SHOWN).replace(re.escape("{}"), "[^`]+"))


def to_uri(path: str) -> str:
    """The ``file:`` URI of an absolute path with forward slashes (RFC 8089)."""
    quoted = quote(os.fsencode(path), safe="/~")
    if path.startswith("//"):
        return f"file:{quoted}"
    return f"file://{quoted}" if path.startswith("/") else f"file:///{quoted}"


def to_path(uri: str) -> str | None:
    """The absolute path, with forward slashes, that a ``file:`` URI names; None if it is of another kind, or makes no sense."""
    scheme, colon, rest = uri.partition(":")
    if not colon or scheme.lower() != "file":
        return None
    rest = rest.partition("#")[0].partition("?")[0]
    host = ""
    if rest.startswith("//"):
        host, slash, rest = rest[2:].partition("/")
        rest = slash + rest
    path = os.fsdecode(unquote_to_bytes(rest.encode("utf-8", "surrogatepass")))
    if not path.startswith("/") or "\0" in path:
        return None
    if host and host != "localhost":
        path = f"//{host}{path}"
    if os.name == "nt":
        path = path.replace("\\", "/")
        if match := _DRIVE.match(path):
            path = f"{match[1].lower()}{path[2:]}"
    return _normal(path)


def _normal(path: str) -> str:
    """Without `.`, `..`, doubled and trailing slashes: one file, one path."""
    if "//" not in path[1:] and "/." not in path and not path.endswith("/"):
        return path
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            parts[-1:] = []
        elif part not in ("", "."):
            parts.append(part)
    lead = "//" if path.startswith("//") else "/" if path.startswith("/") else ""
    return lead + "/".join(parts)


def to_position(position: Position, lines: Sequence[str], encoding: Encoding) -> types.Position:
    """A position in the client's units; ``lines`` are those of `positions.split_lines`.

    Of a line that is not among them, it is taken for granted that all units count the same.
    """
    return types.Position(*_counted(position, lines, encoding))


def _counted(position: Position, lines: Sequence[str], encoding: Encoding) -> tuple[int, int]:
    line, column = position
    if line < len(lines):
        text = lines[line]
        column += mark_size(lines, line)
        if column >= len(text):
            # What is missing at the end of a line is not on the next one.
            column = min(column, len(without_end(text)))
        column = to_units(text, column, encoding)
    return line, column


def to_range(span: Span, lines: Sequence[str], encoding: Encoding) -> types.Range:
    """A span in the client's units."""
    return types.Range(to_position(span.start, lines, encoding), to_position(span.end, lines, encoding))


def from_position(position: types.Position, lines: Sequence[str], encoding: Encoding) -> Position:
    """A position of the client; one beyond the text is the text's end."""
    if position.line >= len(lines):
        line, column = len(lines) - 1, len(lines[-1])
    else:
        line, column = position.line, from_units(lines[position.line], position.character, encoding)
    return Position(line, max(0, column - mark_size(lines, line)))


def from_range(where: types.Range, lines: Sequence[str], encoding: Encoding) -> Span:
    """A range of the client."""
    return Span(from_position(where.start, lines, encoding), from_position(where.end, lines, encoding))


def to_diagnostic(finding: Finding, client: Client, lines_of: Callable[[str], Sequence[str]]) -> dict[str, Any]:
    """A finding as the client shows it, as plain JSON values; ``lines_of`` gives the lines of a file, as `plain_range` needs them."""

    def place(span: Span, path: str) -> dict[str, Any]:
        # At the beginning of a line all units count the same: whatever else is in it.
        lines = lines_of(path) if span.start.column or span.end.column else ()
        return plain_range(span, lines, client.encoding)

    diagnostic: dict[str, Any] = {
        "range": place(finding.span, finding.path),
        "severity": SEVERITIES[finding.severity],
        "code": finding.rule,
        "source": SOURCE,
        "message": "\n".join((finding.message, *_help(finding, client))),
    }
    if client.code_description:
        diagnostic["codeDescription"] = {"href": documentation_uri(finding.rule)}
    if finding.rule in UNNECESSARY and UNNECESSARY_TAG in client.tags:
        diagnostic["tags"] = [UNNECESSARY_TAG]
    if client.related_information and finding.related:
        diagnostic["relatedInformation"] = [
            {
                "location": {
                    "uri": to_uri(related.path),
                    "range": place(related.span, related.path),
                },
                "message": related.message,
            }
            for related in finding.related
        ]
    return diagnostic


def _help(finding: Finding, client: Client) -> Iterator[str]:
    """The help lines; a client's own command stands where the command line's would, which its users may not have."""
    for line in finding.help:
        if not client.explaining:
            yield line
        elif not _SEARCH.fullmatch(line):  # The whole line: it stands in a settings file, with no import at the cursor.
            yield _SEARCH.sub(lambda _: f"the command `{client.explaining}` shows the search", line)


def plain_range(span: Span, lines: Sequence[str], encoding: Encoding) -> dict[str, Any]:
    """`to_range` as plain JSON values."""
    start, start_column = _counted(span.start, lines, encoding)
    end, end_column = _counted(span.end, lines, encoding)
    return {
        "start": {"line": start, "character": start_column},
        "end": {"line": end, "character": end_column},
    }


def documentation_uri(rule: str) -> str:
    """The rule's page, a file of the package: it can be read without a network, and no editor takes it for a part of a project."""
    file = os.path.join(os.path.dirname(checks.__file__), "pages", f"{rule}.md")
    return to_uri(file.replace(os.sep, "/"))
