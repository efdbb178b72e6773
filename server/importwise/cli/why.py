"""``importwise why``: the search for a module, step by step."""

from __future__ import annotations

import os
from argparse import Namespace

from importwise.cli.console import Console
from importwise.cli.failure import UsageError, during
from importwise.cli.setting_up import absolute, set_up
from importwise.names import ModuleName
from importwise.queries.explanation import search_for
from importwise.workspace.disk import DISK
from importwise.workspace.project import Project

MARKS = {
    "probe": ("-", "dim"),
    "found": ("+", "bold green"),
    "shadowed": ("~", "yellow"),
    "allowed": ("+", "green"),
    "note": (" ", "bold"),
    "missing": ("x", "bold red"),
}
"""The sign and the style of each kind of step."""


def why(arguments: Namespace, console: Console) -> int:
    """Print the search for a module. The exit status is 1 if it ends without one."""
    name = arguments.module
    if ModuleName.parse(name.lstrip(".")) is None:
        raise UsageError(f"`{name}` is no dotted module name")
    if name.startswith(".") and arguments.from_file is None:
        raise UsageError(f"`{name}` is relative: say with --from which file imports it")
    from_file = None
    if arguments.from_file is not None:
        if not os.path.isfile(arguments.from_file):
            raise UsageError(f"--from: there is no file {arguments.from_file}")
        from_file = absolute(arguments.from_file)
    config, environment = set_up(arguments, [from_file] if from_file else [], console)
    project = Project(config, environment, DISK, [from_file] if from_file and config.file is None else [])
    with during(f"reading the files of {config.directory}"):
        # Without a settings file nothing says how far the project reaches: it is not walked.
        project.load(walk=config.file is not None, read=False)
    with during(f"looking for {name}"):
        steps = search_for(project, name, from_file)
    for step in steps:
        sign, style = MARKS[step.kind]
        console.out.write(f"{console.paint(f'{sign} {step.text}', style)}\n")
    return 1 if any(step.kind == "missing" for step in steps) else 0
