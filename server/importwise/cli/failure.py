"""Errors that end a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class UsageError(Exception):
    """The command line asks for something that does not exist or makes no sense."""


class Failure(Exception):
    """importwise itself failed, for the exception that is this one's cause."""

    def __init__(self, doing: str) -> None:
        super().__init__(doing)
        self.doing = doing


@contextmanager
def during(doing: str) -> Iterator[None]:
    """Remember what was being done, should it fail: "reading the settings"."""
    try:
        yield
    except (UsageError, Failure):
        raise
    except Exception as error:
        raise Failure(doing) from error
