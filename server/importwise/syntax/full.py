"""The whole file through the running Python's own parser, for ``--syntax``."""

from __future__ import annotations

import warnings

from importwise.syntax.summary import Problem


def full_problems(text: str) -> tuple[Problem, ...]:
    """What the compiler says against a text: nothing, or one problem with its place (lines and columns from 0).

    ``newer_grammar`` is always true: the running Python's grammar may be older than the one the text is written in.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "<file>", "exec", dont_inherit=True)  # compiled, never run
        except SyntaxError as error:
            line = max((error.lineno or 1) - 1, 0)
            column = max((error.offset or 1) - 1, 0)
            end = (error.end_offset or 0) - 1
            if error.end_lineno != error.lineno or end <= column:
                end = column + 1
            return (Problem(line, column, end, error.msg or "invalid syntax", True),)
        except RecursionError:
            return (Problem(0, 0, 1, "too deeply nested for the parser", True),)
        except MemoryError:
            return (Problem(0, 0, 1, "too complex for the parser", True),)
        except ValueError as error:  # NUL bytes before 3.12, lone surrogates.
            return (Problem(0, 0, 1, str(error), False),)
    return ()
