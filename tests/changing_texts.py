"""Texts of Python files and of settings, made at random: from few names, so that what one offers another often asks for."""

from __future__ import annotations

from random import Random

TOPS = ("alpha", "beta", "gamma", "one", "two", "dist", "part", "scripts", "main", "linked", "json", "nowhere", "Alpha")
PARTS = ("one", "two", "three", "inner", "inner.deep", "inner.one", "gamma", "inner.deep.two", "linked", "virtual")
NAMES = ("a", "b", "c", "price", "prise", "_e", "one", "two", "inner", "three", "gamma")


def dotted(random: Random) -> str:
    """The name of a module that may exist."""
    top = random.choice(TOPS)
    return top if random.random() < 0.3 else f"{top}.{random.choice(PARTS)}"


def names(random: Random) -> str:
    """What stands behind ``import`` in a ``from`` statement."""
    if random.random() < 0.2:
        return "*"
    chosen = random.sample(NAMES, random.choice((1, 1, 2, 3)))
    return ", ".join(name + (f" as {random.choice(NAMES)}" if random.random() < 0.15 else "") for name in chosen)


def import_text(random: Random) -> str:
    """An import statement."""
    kind = random.randrange(8)
    if kind < 2:
        return f"import {dotted(random)}" + random.choice(("", "", f" as {random.choice(NAMES)}"))
    if kind == 2:
        dots = "." * random.choice((1, 1, 1, 2, 3))
        return f"from {dots} import {names(random)}"
    if kind == 3:
        dots = "." * random.choice((1, 1, 1, 2))
        return f"from {dots}{random.choice((*PARTS, 'alpha'))} import {names(random)}"
    return f"from {dotted(random)} import {names(random)}"


COMMENTS = (
    "",
    "",
    "",
    "",
    "  # importwise: ignore",
    "  # importwise: ignore[unresolved-import]",
    "  # importwise: ignore[unresolved-name]",
    "  # type: ignore",
    "  # type: ignore[import-not-found]",
    "  # noqa",
    "  # pylint: disable=import-error",
)


def bound_text(random: Random) -> str:
    """A statement that binds a name at module level, or takes one away."""
    name = random.choice(NAMES)
    return random.choice(
        (
            f"{name} = 1",
            f"def {name}(): ...",
            f"class {name}: ...",
            f"{name}: int",
            f"{name} = 1; del {name}",
            f"import json as {name}",
            f"for {name} in (1, 2): pass",
            f"{name} = sys.version_info >= (3, 9)",
            f"{name} = False",
        )
    )


def idiom_text(random: Random) -> str:
    """One of the things that real modules do with imports."""
    name, other, module = random.choice(NAMES), random.choice(NAMES), dotted(random)
    part = random.choice(PARTS)
    return random.choice(
        (
            f'sys.modules["{module}"] = object()',
            f'sys.modules[__name__ + ".{part}"] = object()',
            f'sys.modules.setdefault("{module}", sys)',
            f'importlib.import_module("{module}")',
            f'importlib.import_module(".{part}", __package__)',
            f'__import__("{module}")',
            "def __getattr__(name): ...",
            "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)",
            f'import lazy_loader\n__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, ["{part}"], {{"{part}": ["{name}"]}})',
            f'_import_structure = {{"{part}": ["{name}"]}}\nsys.modules[__name__] = _LazyModule(__name__, _import_structure)',
            "globals().update(vars())",
            f'def install():\n    sys._getframe(1).f_globals["{name}"] = 1',
            f"import {module} as _it\n_it.{name} = 1",
            f"from {module} import install\ninstall()",
            f"from {module} import {name}\nif {name}:\n    from {module} import {other}",
            f'__all__ = ["{name}", "{other}"]',
            f'__all__ = ["{name}"]\n__all__ += {random.choice(TOPS)}.__all__',
            f'from {module} import *\nfrom {module} import __all__ as _all\n__all__ = ["{name}"] + _all',
            f"try:\n    import {module}\nexcept ImportError:\n    {random.choice(('pass', 'raise', f'import {dotted(random)}'))}",
            f"try:\n    from {module} import {name}\nexcept ImportError:\n    {name} = None",
            f"try:\n    import {module}\n    {name} = True\nexcept ModuleNotFoundError:\n    {name} = False\nif {name}:\n    {import_text(random).replace('*', 'a')}",
            f"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    {import_text(random)}",
            f"if sys.platform == 'win32':\n    {import_text(random)}\nelse:\n    {bound_text(random)}",
            f"if sys.version_info >= (3, 9):\n    {import_text(random)}",
            f"def _f():\n    {import_text(random).replace('*', 'b')}",
            f"class _C:\n    {import_text(random).replace('*', 'b')}",
            f"with suppress(ImportError):\n    {import_text(random)}",
            f"pytest.importorskip('{module}')",
            f"import {module}\n{module}.{name}",
            "def (:",
            "from ",
            "import ",
            f"from {module} import ",
            f"from {module}.",
            '"""',
            "# importwise: ignore-file",
            "# mypy: ignore-errors",
        )
    )


def python_text(random: Random, path: str = "") -> str:
    """The text of a Python file; of a notebook if ``path`` is that of one."""
    lines = ["import sys, importlib"] if random.random() < 0.8 else []
    for _ in range(random.choice((0, 1, 2, 3, 4, 6))):
        kind = random.random()
        if kind < 0.45:
            lines.append(import_text(random) + random.choice(COMMENTS))
        elif kind < 0.75:
            lines.append(bound_text(random))
        else:
            lines.append(idiom_text(random))
    text = random.choice(("\n", "\n", "\n", "\r\n")).join([*lines, ""])
    if path.endswith(".ipynb"):
        import json

        cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": line} for line in lines]
        return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    return text


def gitignore_text(random: Random) -> str:
    """Lines of a ``.gitignore``."""
    patterns = ("one.py", "/alpha", "inner/", "*.pyi", "!one.py", "beta/inner", "src/*", "linked", "deep/", "# no")
    return "\n".join(random.sample(patterns, random.choice((0, 1, 2)))) + "\n"


def settings_text(random: Random) -> str:
    """An ``importwise.toml``, now and then a broken one."""
    lines = random.sample(
        (
            'roots = ["src", "."]',
            'roots = ["lib/part"]',
            'exclude = ["beta"]',
            'exclude = ["*/inner"]',
            'extra-paths = ["../elsewhere"]',
            "respect-foreign-ignores = false",
            'python-version = "3.11"',
            "nonsense = 1",
            "roots = [",
            'rules = {unresolved-name = "off"}',
            'rules = {unresolved-import = "warning", invalid-all = "info"}',
        ),
        random.choice((0, 1, 1, 2)),
    )
    for _ in range(random.choice((0, 0, 1, 2))):
        module = random.choice((dotted(random), f"{random.choice(TOPS)}.**", "nowhere.*"))
        kind = random.choice(("extension", "generated", "optional"))
        evidence = random.choice(("", 'evidence = "alpha/one.py"\n', 'evidence = "scripts"\n'))
        lines.append(f'[[allow]]\nmodule = "{module}"\nkind = "{kind}"\nreason = "so it is"\n{evidence}')
    return "\n".join([*lines, ""])
