"""From the bytes of a source file to its text, as CPython's tokenizer reads it (PEP 263, ``Parser/tokenizer.c``)."""

from __future__ import annotations

import codecs
import re

from importwise.syntax.summary import Problem

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_LINE = re.compile(rb"[^\r\n]*")
_LINE_END = re.compile(rb"\r\n?|\n")


def decode(data: bytes) -> tuple[str, Problem | None]:
    """The text of a source file, with ``\\n`` for every line end, and why Python would refuse to read it, if so.

    Total: what can't be decoded becomes U+FFFD, so that the imports in the rest of the file are still found.
    """
    problem: Problem | None = None
    if data.startswith(codecs.BOM_UTF8):
        data = data[3:]
        bom = True
    else:
        bom = False
    # A cookie must hold the word "coding" within the first two lines, so nearly all files need no closer look.
    cookie, line = _cookie(data) if b"coding" in data[:400] or b"#" in data[:2] else (None, 0)
    codec = "utf-8"
    if cookie is not None:
        codec = _canonical(cookie)
        if bom and codec != "utf-8":
            problem = Problem(line, 0, 1, f"encoding problem: {cookie} with BOM", False)
            codec = "utf-8"
    if codec == "utf-8":
        text, invalid = _utf8(data)
    else:
        text, invalid = _other(data, codec, cookie or codec, line)
    problem = problem or invalid
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if problem is None and "\0" in text:
        before = text[: text.index("\0")]
        column = len(before) - before.rfind("\n") - 1
        problem = Problem(before.count("\n"), column, column + 1, "source code cannot contain null bytes", False)
    return text, problem


def _cookie(data: bytes) -> tuple[str | None, int]:
    """The encoding that a comment in the first two lines names, and its line from 0.

    The second line counts only if the first is blank or a comment.
    """
    position = 0
    for line in (0, 1):
        match = _LINE.match(data, position)
        content = match[0] if match else b""
        found = _COOKIE.match(content)
        if found:
            return found[1].decode("ascii", "replace"), line
        end = _LINE_END.match(data, position + len(content))
        if not end or not _BLANK.match(content):
            return None, 0
        position = end.end()
    return None, 0


def _canonical(cookie: str) -> str:
    """CPython's ``get_normal_name``: the spellings of UTF-8 and Latin-1 that need no codec."""
    name = cookie[:12].lower().replace("_", "-")
    if name == "utf-8" or name.startswith("utf-8-"):
        return "utf-8"
    if name in ("latin-1", "iso-8859-1", "iso-latin-1") or name.startswith(("latin-1-", "iso-8859-1-", "iso-latin-1-")):
        return "iso-8859-1"
    return cookie


def _utf8(data: bytes) -> tuple[str, Problem | None]:
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = len(_LINE_END.findall(before))
        start = max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
        column = len(before[start:].decode("utf-8", "replace"))
        message = f"(unicode error) 'utf-8' codec can't decode byte 0x{data[error.start]:02x} in position {error.start}: {error.reason}"
        text = data.decode("utf-8", "replace")
        if _only_in_comments(text):
            return text, None
        return text, Problem(line, column, column + 1, message, False)


def _only_in_comments(text: str) -> bool:
    """Whether all that could not be decoded stands in comments: CPython's tokenizer never looks at those."""
    return (
        all(
            "\ufffd" not in line
            or not set("\"'") & set(line.partition("#")[0])
            and "\ufffd" not in line.partition("#")[0]
            for line in text.splitlines()
        )
        and '"""' not in text
        and "'''" not in text
    )


def _other(data: bytes, codec: str, cookie: str, line: int) -> tuple[str, Problem | None]:
    """Decodes with a codec that a cookie names. A codec that is unknown, or no text encoding, is a problem of its line."""
    try:
        return data.decode(codec), None
    except UnicodeDecodeError as error:
        bad = data.count(b"\n", 0, error.start)
        problem = Problem(
            bad, 0, 1, f"(unicode error) '{codec}' codec can't decode byte 0x{data[error.start]:02x}", False
        )
        return data.decode(codec, "replace"), problem
    except Exception as error:  # noqa: BLE001 - LookupError, or whatever a codec that is no text encoding raises
        message = f"unknown encoding: {cookie}" if isinstance(error, LookupError) else f"encoding problem: {cookie}"
        return data.decode("utf-8", "replace"), Problem(line, 0, 1, message, False)
