"""Whether a guard holds for the target: what can be decided of `if` tests, and which of them ask for a module's availability."""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from importwise.searchpath import Environment

UNKNOWN: Any = object()
"""The value of an expression that can't be known."""

AVAILABILITY_NAME = re.compile(
    r"(?i)(^|_)(has|have|found)_?[a-z0-9]*_|^_*(has|have)_|"
    r"(^|_)(un)?(available|installed|importable|imported|missing)(_|$)|(available|installed|importable)$"
)
"""Names that say that they tell whether something can be imported: HAS_X, X_AVAILABLE, is_x_available, _have_x."""

NEGATED_NAME = re.compile(r"(?i)unavailable|missing|not_(available|installed|found)|(^|_)no_")

PYTHON_2 = re.compile(r"(?i)^_*(is_?|on_?|running_?|in_?)?(py|python)_?2$")
PYTHON_3 = re.compile(r"(?i)^_*(is_?|on_?|running_?|in_?)?(py|python)_?3k?$")

DECIDABLE = re.compile(
    r"(?i)sys|version|platform|os\.name|type_checking|py|debug|true|false|implementation|\A(?:not )?none\Z|\A[\d'\"(\[{]|\b(?:not|and|or)\s+\d"
)
"""What a test has in it that can be decided without knowing the file's constants; to parse the others would be in vain."""

WORD = re.compile(r"[^\W\d]\w*")

OPERATORS: Mapping[type[ast.cmpop], Any] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}

SYSTEMS = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}
SPEC_FINDERS = ("find_spec", "find_loader", "find_module", "get_loader")


class Facts(NamedTuple):
    """What a test may depend on."""

    environment: Environment
    constants: Mapping[str, str]
    """Names bound once at module level, with the source of their values."""
    flags: frozenset[str]
    """Names bound in a `try` that catches ImportError."""
    type_checking: bool
    """The value of TYPE_CHECKING."""
    origins: Mapping[str, str] = {}
    """Names that the file's imports bind, with what they stand for: "sys.platform" for ``from sys import platform as p``."""
    elsewhere: Callable[[str], tuple[str, Facts] | None] | None = None
    """For a dotted name of another module: the source of the constant, and the facts it is to be judged with."""


@lru_cache(maxsize=4096)
def parse(test: str) -> ast.expr | None:
    """The expression, or None if the running Python can't parse it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(f"({test}\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@lru_cache(maxsize=4096)
def words_of(test: str) -> frozenset[str]:
    """All that could be names in the source of an expression."""
    return frozenset(WORD.findall(test))


@lru_cache(maxsize=4096)
def is_decidable(test: str) -> bool:
    """Whether the test may be decided without knowing what its names mean in the file."""
    return DECIDABLE.search(test) is not None


def truth_of(test: str, facts: Facts) -> bool | None:
    """Whether ``test`` is true for the target; None if that can't be decided."""
    expression = parse(test)
    if expression is None:
        return None
    try:
        value = _value(expression, facts, ())
    except (RecursionError, TypeError, ValueError, AttributeError, ArithmeticError, LookupError):
        return None
    return None if value is UNKNOWN else bool(value)


def asks_for_availability(test: str, truth: bool, facts: Facts) -> bool:
    """Whether ``test`` being ``truth`` means that something was found to be importable."""
    expression = parse(test)
    if expression is None:
        return False
    try:
        return _asks(expression, truth, facts, ())
    except RecursionError:
        return False


class VersionInfo(tuple[int, ...]):
    """``sys.version_info`` of which only major and minor are known; compares with tuples as far as that decides."""

    __slots__ = ()


def _compare_version(compare: type[ast.cmpop], version: tuple[int, ...], other: tuple[int, ...]) -> Any:
    """``sys.version_info <compare> other``: the real one has five items, of which the first two are known."""
    if not all(isinstance(item, int) for item in other[:2]):
        return UNKNOWN
    if len(other) > 2 and tuple(other[:2]) == tuple(version):
        return UNKNOWN
    if compare in (ast.Eq, ast.NotEq):
        return compare is ast.NotEq
    longer = (*version, 0)
    return OPERATORS[compare](longer, tuple(other)) if compare in OPERATORS else UNKNOWN


def _value(node: ast.expr, facts: Facts, seen: tuple[str, ...]) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        items = tuple(_value(item, facts, seen) for item in node.elts)
        return UNKNOWN if any(item is UNKNOWN for item in items) else items
    if isinstance(node, ast.BoolOp):
        return _boolean(node, facts, seen)
    if isinstance(node, ast.UnaryOp):
        operand = _value(node.operand, facts, seen)
        if operand is UNKNOWN:
            return UNKNOWN
        if isinstance(node.op, ast.Not):
            return not operand
        return -operand if isinstance(node.op, ast.USub) else UNKNOWN
    if isinstance(node, ast.Compare):
        return _comparison(node, facts, seen)
    if isinstance(node, ast.NamedExpr):
        return _value(node.value, facts, seen)
    if isinstance(node, ast.Name):
        return _name(node.id, facts, seen)
    if isinstance(node, ast.Attribute):
        return _attribute(node, facts, seen)
    if isinstance(node, ast.Subscript):
        return _subscript(node, facts, seen)
    if isinstance(node, ast.Call):
        return _call(node, facts, seen)
    if isinstance(node, ast.IfExp):
        test = _value(node.test, facts, seen)
        return UNKNOWN if test is UNKNOWN else _value(node.body if test else node.orelse, facts, seen)
    return UNKNOWN


def _boolean(node: ast.BoolOp, facts: Facts, seen: tuple[str, ...]) -> Any:
    decisive = isinstance(node.op, ast.Or)
    known = True
    value: Any = not decisive
    for item in node.values:
        value = _value(item, facts, seen)
        if value is UNKNOWN:
            known = False
        elif bool(value) is decisive:
            return value
    return value if known else UNKNOWN


def _comparison(node: ast.Compare, facts: Facts, seen: tuple[str, ...]) -> Any:
    left = _value(node.left, facts, seen)
    for compare, right_node in zip(node.ops, node.comparators):
        right = _value(right_node, facts, seen)
        if left is UNKNOWN or right is UNKNOWN:
            return UNKNOWN
        if isinstance(left, VersionInfo) and isinstance(right, tuple):
            holds = _compare_version(type(compare), left, right)
        elif isinstance(right, VersionInfo) and isinstance(left, tuple):
            mirrored = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}
            holds = _compare_version(mirrored.get(type(compare), type(compare)), right, left)
        else:
            holds = OPERATORS[type(compare)](left, right)
        if holds is UNKNOWN:
            return UNKNOWN
        if not holds:
            return False
        left = right
    return True


def _name(name: str, facts: Facts, seen: tuple[str, ...]) -> Any:
    if name == "TYPE_CHECKING":
        return facts.type_checking
    if name == "__debug__":
        return True
    if name in facts.constants and name not in seen:
        expression = parse(facts.constants[name])
        # A list that is empty at first is there to be filled.
        to_be_filled = isinstance(expression, ast.List) and not expression.elts
        return UNKNOWN if expression is None or to_be_filled else _value(expression, facts, (*seen, name))
    if name in facts.origins:
        return _dotted(facts.origins[name], facts, seen)
    return _says_python(name)


def _dotted(name: str, facts: Facts, seen: tuple[str, ...]) -> Any:
    """The value of a name of another module, ``sys.platform`` or ``shop.compat.PY2``."""
    environment = facts.environment
    known = {
        "sys.version_info": VersionInfo(environment.version),
        "sys.version": "{}.{}".format(*environment.version),
        "sys.platform": environment.platform,
        "sys.builtin_module_names": tuple(sorted(environment.builtins)),
        "sys.implementation.name": "cpython",
        "os.name": "nt" if environment.platform == "win32" else "posix",
    }
    if name in known:
        return known[name]
    if name.endswith(".TYPE_CHECKING"):
        return facts.type_checking
    if facts.elsewhere is not None and name not in seen and len(seen) < 20:
        constant = facts.elsewhere(name)
        if constant is not None:
            expression = parse(constant[0])
            value = UNKNOWN if expression is None else _value(expression, constant[1], (*seen, name))
            if value is not UNKNOWN:
                return value
    return _says_python(name.rpartition(".")[2])


def _says_python(name: str) -> Any:
    """``PY2`` and ``PY3`` by whatever module they come from (six, a compat module): their name is their value."""
    if PYTHON_2.match(name):
        return False
    if PYTHON_3.match(name):
        return True
    return UNKNOWN


def _attribute(node: ast.Attribute, facts: Facts, seen: tuple[str, ...]) -> Any:
    if node.attr == "TYPE_CHECKING":
        return facts.type_checking
    if node.attr in ("major", "minor"):
        value = _value(node.value, facts, seen)
        if isinstance(value, VersionInfo):
            return value[0 if node.attr == "major" else 1]
    written = ast.unparse(node)
    head, _, rest = written.partition(".")
    return _dotted(f"{facts.origins.get(head, head.lstrip('_'))}.{rest}", facts, seen)


def _subscript(node: ast.Subscript, facts: Facts, seen: tuple[str, ...]) -> Any:
    value = _value(node.value, facts, seen)
    if value is UNKNOWN:
        return UNKNOWN
    if isinstance(node.slice, ast.Slice):
        bounds = [0 if part is None else _value(part, facts, seen) for part in (node.slice.lower,)]
        upper = None if node.slice.upper is None else _value(node.slice.upper, facts, seen)
        if node.slice.step is not None or UNKNOWN in (*bounds, upper):
            return UNKNOWN
        if isinstance(value, VersionInfo) and (upper is None or not 0 <= upper <= 2):
            return UNKNOWN if bounds[0] or upper is not None else value
        return tuple(value[bounds[0] : upper]) if isinstance(value, tuple) else value[bounds[0] : upper]
    index = _value(node.slice, facts, seen)
    if index is UNKNOWN or (isinstance(value, VersionInfo) and index not in (0, 1)):
        return UNKNOWN
    return value[index]


def _call(node: ast.Call, facts: Facts, seen: tuple[str, ...]) -> Any:
    environment = facts.environment
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    called = ast.unparse(node.func)
    if called in ("platform.system", "system") and not node.args:
        return SYSTEMS[environment.platform]
    if called in ("platform.python_implementation", "python_implementation"):
        return "CPython"
    if (
        called == "hasattr"
        and len(node.args) == 2
        and ast.unparse(node.args[1]) in ("'pypy_version_info'", "'pypy_translation_info'")
    ):
        return False
    arguments = [_value(argument, facts, seen) for argument in node.args]
    if node.keywords or any(argument is UNKNOWN for argument in arguments):
        return UNKNOWN
    if called in ("bool", "tuple", "len") and len(arguments) == 1 and not isinstance(arguments[0], VersionInfo):
        return arguments[0] if called == "tuple" else bool(arguments[0]) if called == "bool" else len(arguments[0])
    if isinstance(node.func, ast.Attribute) and name in ("startswith", "endswith", "lower", "upper"):
        text = _value(node.func.value, facts, seen)
        return getattr(text, name)(*arguments) if isinstance(text, str) else UNKNOWN
    return UNKNOWN


def _asks(node: ast.expr, truth: bool, facts: Facts, seen: tuple[str, ...]) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _asks(node.operand, not truth, facts, seen)
    if isinstance(node, ast.BoolOp):
        return any(_asks(item, truth, facts, seen) for item in node.values)
    if isinstance(node, ast.NamedExpr):
        return _asks(node.value, truth, facts, seen) or _asks(node.target, truth, facts, seen)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _compared(node, truth, facts, seen)
    if isinstance(node, ast.Name):
        if node.id in facts.flags:
            return truth
        if node.id in facts.constants and node.id not in seen:
            expression = parse(facts.constants[node.id])
            if expression is not None and _asks(expression, truth, facts, (*seen, node.id)):
                return True
        return _says(node.id, truth)
    if isinstance(node, ast.Attribute):
        return _says(node.attr, truth)
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in SPEC_FINDERS:
            return truth
        if name in ("bool", "all", "any") and len(node.args) == 1:
            return _asks(node.args[0], truth, facts, seen)
        return _says(name, truth)
    if isinstance(node, (ast.List, ast.Tuple)):
        return any(_asks(item, truth, facts, seen) for item in node.elts)
    if isinstance(node, ast.IfExp):
        return _asks(node.body, truth, facts, seen)
    return False


def _compared(node: ast.Compare, truth: bool, facts: Facts, seen: tuple[str, ...]) -> bool:
    """``x is not None``, ``x != None``, ``HAS_X == True`` and ``"x" in sys.modules``."""
    compare, right = node.ops[0], node.comparators[0]
    if isinstance(right, ast.Constant) and (right.value is None or right.value is False):
        return _asks(node.left, truth is isinstance(compare, (ast.IsNot, ast.NotEq)), facts, seen)
    if isinstance(right, ast.Constant) and right.value is True:
        return _asks(node.left, truth is isinstance(compare, (ast.Is, ast.Eq)), facts, seen)
    if isinstance(compare, (ast.In, ast.NotIn)) and ast.unparse(right).endswith("sys.modules"):
        return truth is isinstance(compare, ast.In)
    return False


def _says(name: str, truth: bool) -> bool:
    if not AVAILABILITY_NAME.search(name):
        return False
    return truth is not bool(NEGATED_NAME.search(name))
