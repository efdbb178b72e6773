"""Every editable install: what CPython imports, importwise finds, and nothing else."""

from __future__ import annotations

import os

import pytest
from editable_installing import Installed, asked
from editable_samples import SAMPLES

from importwise.environment.discover import discover
from importwise.environment.distributions import distribution_of
from importwise.index.snapshot import Filled, Snapshot
from importwise.resolver.resolution import Found
from importwise.resolver.resolve import Resolver
from importwise.searchpath import Environment
from importwise.syntax.conduct import NOTHING_KNOWN
from importwise.syntax.traits import NO_FUNCTIONS, NO_TRAITS, SETS_NOTHING
from importwise.workspace.disk import list_folder

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def environment(installed: Installed) -> Environment:
    if "tools" in installed.failures:
        pytest.skip(f"pip can't get the build backends: {installed.failures['tools'][-300:]}")
    return discover(str(installed.folder), python=installed.python, variables={}, home=str(installed.folder))


@pytest.mark.parametrize("name", SAMPLES)
def test_agrees_with_cpython(name: str, installed: Installed, environment: Environment) -> None:
    problem = installed.failures.get(name, "")
    if problem.startswith("skip: ") or "was not properly installed" in problem:
        # uv-build's package without the program, on machines for which there is no wheel.
        pytest.skip(problem)
    assert not problem, problem
    sample = SAMPLES[name]
    imported = installed.truth[name]
    assert set(sample.modules) <= set(imported), "the sample itself is wrong"
    assert not set(sample.absent) & set(imported), "the sample itself is wrong"
    found = [module for module in asked(sample) if exists(environment, module)]
    # A package's folder shows its files, whether meson lists them or not.
    assert found == imported


@pytest.mark.parametrize("name", SAMPLES)
def test_resolver_agrees(name: str, installed: Installed, environment: Environment) -> None:
    """The same, asked of the resolver."""
    if name in installed.failures:
        pytest.skip(installed.failures[name])
    tree: Filled = Filled(list_folder)
    resolver = Resolver(
        Snapshot(
            0,
            environment,
            (),
            (),
            frozenset(),
            (),
            (),
            tree,
            summaries=Filled(lambda path: None),
            details=Filled(lambda path: None),
            functions=Filled(lambda path: NO_FUNCTIONS),
            traits=Filled(lambda path: NO_TRAITS),
            sets=Filled(lambda path: SETS_NOTHING),
            conducts=Filled(lambda path: NOTHING_KNOWN),
            constants=Filled(lambda path: {}),
        )
    )
    found = [module for module in asked(SAMPLES[name]) if isinstance(resolver.find(module), Found)]
    assert found == installed.truth[name]


def test_nothing_is_unknown(environment: Environment) -> None:
    """Every hook of these was read."""
    assert environment.unknown == {}
    assert environment.notices == ()


def test_kinds(environment: Environment) -> None:
    added = environment.site_packages[1:]
    assert added
    assert {entry.kind for entry in added} == {"editable"}


def test_distribution(installed: Installed, environment: Environment) -> None:
    """Files of the projects lead back to the distributions."""
    folders = [entry.path for entry in environment.site_packages if entry.kind == "site-packages"]
    root = installed.folder.as_posix()
    assert distribution_of(f"{root}/setuptools-flat/st_flat/cart.py", folders) == ("st-flat", "1.0")
    assert distribution_of(f"{root}/hatchling-src/src/ha_src/inner", folders) == ("ha-src", "1.0")
    assert distribution_of(f"{root}/nowhere/x.py", folders) is None
    assert distribution_of(f"{folders[0]}/hatchling/__init__.py", folders)[0] == "hatchling"  # type: ignore[index]


# The least that shows what the Environment says, without the resolver.


def exists(environment: Environment, name: str) -> bool:
    """Whether the module ``name`` exists, by `Environment` and the disk alone."""
    return places(environment, name) is not None


def places(environment: Environment, name: str) -> list[str] | None:
    """The ``__path__`` of a module, empty if it is no package, None if there is no such module."""
    parent, _, tail = name.rpartition(".")
    folders = places(environment, parent) if parent else [entry.path for entry in environment.site_packages]
    if folders is None:
        return None
    portions = []
    for folder in folders:
        path = f"{folder}/{tail}"
        if any(os.path.isfile(f"{path}/__init__{suffix}") for suffix in (*environment.suffixes, ".py")):
            return [path]
        if any(os.path.isfile(path + suffix) for suffix in (*environment.suffixes, ".py")):
            return []
        if os.path.isdir(path):
            portions.append(path)
    place = environment.mapping.get(name)
    if place is not None:
        return [place] if os.path.isdir(place) else []
    if name in environment.namespaces or any(other.startswith(f"{name}.") for other in environment.mapping):
        return [*portions, *environment.namespaces.get(name, ())]
    return portions or None
