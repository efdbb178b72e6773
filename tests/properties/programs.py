"""Generated programs: every statement the reader has an opinion on, in layouts nobody would write."""

from __future__ import annotations

import ast
import symtable
import sys
import warnings
from functools import lru_cache
from random import Random

NAMES = [
    "a",
    "b2",
    "_c",
    "TYPE_CHECKING",
    "__all__",
    "__getattr__",
    "__path__",
    "match",
    "case",
    "type",
    "lazy",
    "é",
    "ﬁx",
    "𝒳",
    "sys",
]
# White space that may stand between two tokens of a logical line, and inside brackets.
GAPS = [" "] * 12 + ["  ", "\t", " \f ", " \\\n", " \\\n   ", "\\\n"]
INNER_GAPS = [" "] * 8 + ["\n", "\n  ", " # import nothing (\n", "\n# ' \" [\n   ", " \\\n", "\n\n"]
TAILS = [""] * 8 + ["  # note", " # type: ignore[import]", "  # noqa: F401", " # import x \\", " # ( \" '''", "  "]
NESTED = [
    'f"{a["x"]}"',
    "f'{f'{a}'}'",
    'f"{\na\n}"',
    'f"{a # " comment\n}"',
    "f\"{'''x'''} {\"y\"}\"",
    "f'''{a['''x''' if 0 else 1]}'''",
]
STRINGS = [
    '"s"', "'t'", 'r"\\d"', '"import x"', "'from a import b'", '"a" \'b\'', '"#"', "'('", '"\\"\'"', "b'x'", "''", '""',
    '"""import x\nimport y\n"""', "'''\ndef f():\n    import z\n'''", '"""\\""" \'\'\'"""', 'f"{a}"', "f'{b2!r:>{a}}'",
    'f"""{\na\n}"""', "rf'{a}\\d'", 'f"{{"', "f'}}{a}{{'", '"\\\nimport q"', "f'{a:%H:%M}'", 'f"{a[\'x\']}"', "'''it's'''",
    '"""\n# not a comment"""', "'\\\\'", 'u"x"', "f\"{'}'}\"", '"\\\n\'\'\'\\\nx = 1"',
    *(NESTED if sys.version_info >= (3, 12) else []),
]  # fmt: skip
SIMPLE = [
    "pass", "sys.exit()", "exit (1)", "raise a", "os._exit(0)", "quit(), 1", "sys.exit", "foo(\n  sys.exit(1)\n)",
    "__all__ = ['a', \"b2\"]", "__all__ += ['c']", "__all__.append('d')", "__all__ = a.__all__ + ['e']",
    "__all__ = [*a.b2.__all__, 'é']", "__all__ = (\n  'a', # 'z',\n  'b2'\n)", "__all__.extend(x)", "__all__ = 'a',",
    "globals()['x'] = 1", "globals().update(a)", "sys.modules[__name__] = a", "sys.modules['a.b'] = c",
    "sys.modules[__name__ + '.x'] = y", "sys.modules.setdefault(f'{__name__}.q', 1)",
    "sys.modules.update({'k': 1, 'a.' + b: 2})", "this = sys.modules[__name__]", "setattr(this, 'a', 1)",
    "__path__ = extend_path(__path__, __name__)", "__path__.append(a)", "x = pytest.importorskip('m')",
    "importorskip('n.o')", "g = globals", "print(vars())", "__path__ += [a]", "continue", "break", "return",
    "a, b2 = 1, 2", "x = (1\n)", "x = [\n    1,\n]", "x = foo(\n    ')',\nb2 = 1,\n)", 'foo(\na,\nb2 = """\nx = 1\n"""\n)',
    "x = {\n    'a': \")\",\n    # (\n}", "__all__ = [\n    'a',\n    \"b2\",  # c\n]", "x = '''\ndef y(): pass\n'''",
]  # fmt: skip
HANDLED = [
    "ImportError", "ModuleNotFoundError", "(ValueError, ImportError)", "Exception as é", "a.ImportError", "ValueError",
    "(\n  # ImportError\n KeyError, b2.Exception,) as x", "(ImportError) as y", "foo(ImportError)", "BaseException",
]  # fmt: skip
PARAMETERS = [
    "",
    "x",
    "x, *, y: int = {1: 2}",
    "\n  x,\n  y=(u := 1),\n",
    "x=[\nif_ for if_ in ()\n]",
    "self, *a, **k",
    "x: 'import y' = ')'",
]
BASES = ["", "(a)", "(\n)", "(a, metaclass=b2)"]
ITEMS = [
    "suppress(ImportError)", "contextlib.suppress(KeyError, Exception)", "a as b2", "a() as (x, y), b2 as c",
    "(a as x, b2 as y)", "open('import x') as f", "a as b2.c", "suppress(\nModuleNotFoundError\n)",
]  # fmt: skip
PATTERNS = [
    "_",
    "x",
    "[x, *y]",
    "{'k': v, **rest}",
    "A(x, y=z) as w",
    "1 | 2",
    "'import x'",
    "(x) if x",
    "a.b2",
    "[(x), {'a': y}]",
]
SUBJECTS = ["a", "(a)", "[a]", "-a", "a, b2", "match", "(\na)"]
DECORATORS = ["", "", "", "@a\n", "@a.b2(\n  1,\n)  # x\n", "@(q := a)\n", "@a('import x')\n", "@a(\nb2\n)\n"]


class Writer:
    """Writes programs; all its choices come from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.pick = self.random.choice
        self.odd = self.random.random() < 0.5
        """Whether white space is odd at all: without it programs look as people write them."""

    def flag(self, share: float = 0.5) -> bool:
        return self.random.random() < share

    def gap(self) -> str:
        return self.pick(GAPS) if self.odd else " "

    def inner(self) -> str:
        return self.pick(INNER_GAPS) if self.odd or self.flag(0.2) else " "

    def name(self) -> str:
        return self.pick(NAMES)

    def module(self) -> str:
        return ".".join(self.name() for _ in range(self.pick([1, 1, 2, 3])))

    def tail(self) -> str:
        return self.pick(TAILS) if self.odd else ""

    def expression(self, depth: int = 2) -> str:
        """An expression on one logical line, or over several within brackets."""
        if depth <= 0 or self.flag(0.3):
            return self.pick([self.name(), self.pick(STRINGS), "0", "1.5", "None", "..."])
        gap, inner = self.inner(), self.inner()
        one, two = self.expression(depth - 1), self.expression(depth - 1)
        text = self.pick(
            [
                one,
                f"({gap}{one}{inner}if{gap} {two}{inner}else{gap} 0{gap})",
                f"[{gap}x{inner} for x{gap} in{gap} {one}{inner} if{gap} {two}]",
                f"a({gap}{one},{inner}b2={two}{gap})",
                f"{{{gap}{one}:{gap}{two},{inner}}}",
                f"({gap}w{gap}:={gap}{one})",
                f"[(v := {one}) for y in ({two})]",
                f"(lambda{gap} z={one}:{inner}{two})",
                f"lambda: {one}",
                f"a.b2[{gap}{one}:{inner}{two}]",
                f"not{self.gap()} {one}",
                f"a{self.gap()} .b2",
                "a.import_module('x.y')",
                f"importlib.import_module({gap}'x.y'{gap})",
                f"__import__('m',{gap}{one})",
                "import_module('.rel', __name__)",
                f"globals(){self.pick(['', '[a]', '.get(a)', '.update(a)'])}",
                self.pick(
                    ["sys.modules[__name__]", "sys.modules", "vars()", "locals()", "exec(a)", "exec(a, globals())"]
                ),
                f"({gap}yield{gap} {one})",
                f"({gap}*{one},{inner} {two})",
                f"-{one}",
                f"{one}{self.gap()} or{self.gap()} {two}",
                f"({one}{inner}+{inner}{two}\nif a else b2)",
                f"({gap}await{gap} a)",
            ]
        )
        return text if accepted(text) else "a"

    def an_import(self) -> str:
        """An import statement."""
        gap = self.gap

        def alias(name: str) -> str:
            return name + (f"{gap()} as{gap()} {self.name()}" if self.flag(0.3) else "")

        if self.flag(0.4):
            spaced = f"a{gap()} .{gap()}b2"
            listed = [alias(self.pick([self.module(), self.module(), spaced])) for _ in range(self.pick([1, 1, 2, 3]))]
            return f"import{gap()} " + f"{gap()},{gap()}".join(listed)
        dots = self.pick(["", "", "", ".", "..", "....", ". ."])
        module = self.module() if not dots or self.flag() else ""
        start = f"from{gap()} {dots}{gap() if dots else ''}{module}{gap()} import"
        if self.flag(0.1):
            return f"{start}{gap()}*"
        listed = [alias(self.name()) for _ in range(self.pick([1, 1, 2, 3]))]
        if self.flag():
            return f"{start}{gap()} " + f"{gap()},{gap()}".join(listed)
        comma = self.pick(["", ","])
        body = f"{self.inner()},{self.inner()}".join(listed)
        return f"{start}{gap()}({self.inner()}{body}{self.inner()}{comma}{self.inner()})"

    def simple(self) -> str:
        """A simple statement without its line end."""
        if self.flag(0.3):
            return self.an_import()
        gap, name, other, expression = self.gap(), self.name(), self.name(), self.expression()
        text = self.pick(
            [
                f"{name}{gap}={gap}{expression}",
                f"{name}{gap}={gap}{expression}",
                f"{name}{gap},{gap}*{other}{gap}={gap}{expression}",
                f"({name},{gap}[{other}, a.x]) = b2 ={gap}{expression}",
                f"{name}{gap}:{gap}int{gap}={gap}{expression}",
                f"{name}{gap}:{gap}dict[\nstr, a]{gap}={gap}{expression}",
                f"{name}{gap}:{gap}{self.pick(STRINGS)}",
                f"({name}): int = {expression}",
                f"{name}{gap}+={gap}{expression}",
                f"a.{other}[{expression}]{gap}={gap}{self.expression()}",
                f"del{gap} {name},{gap}{other}",
                f"del{gap} ({name},{gap}a.b), {other}",
                f"assert{gap} {expression},{gap} {self.expression()}",
                expression,
                *SIMPLE,
                f"return{gap} {expression}",
                f"type{gap} {name}{gap}={gap}{expression}",
                f"type{gap} {name}[T: int]{gap}={gap}{expression}",
                f"match{gap}={gap}1",
                f"print{gap}({expression})",
            ]
        )
        return text if accepted(text) else "pass"

    def line(self) -> str:
        """One or more simple statements on a line."""
        parts = [self.simple() for _ in range(self.pick([1, 1, 1, 1, 2, 3]))]
        semicolon = self.pick([";", "; ", " ; ", " ;\\\n"])
        return semicolon.join(parts) + self.pick(["", "", "", "", ";", " ; "]) + self.tail() + "\n"

    def block(self, indent: str, depth: int) -> str:
        """One or more statements with this indentation."""
        lines: list[str] = []
        for _ in range(self.pick([1, 1, 2, 3, 4])):
            if self.flag(0.12):
                lines.append(self.pick(["\n", "   \n", "# import x\n", "\t# if a:\n", "\f\n", "#\\\n", " # '''\n"]))
            start = "\\\n" if self.odd and self.flag(0.02) else ""
            lines.append(self.statement(indent, depth, start))
        return "".join(lines)

    def suite(self, indent: str, depth: int) -> str:
        """What follows a header's colon."""
        if self.flag(0.25):
            return self.gap() + self.line()
        unit = self.pick(["    ", "    ", "    ", " ", "\t", "  "])
        return self.tail() + "\n" + self.block(indent + unit, depth - 1)

    def statement(self, indent: str, depth: int, start: str) -> str:
        """A statement, simple or compound, whose lines have this indentation."""
        if depth <= 0 or self.flag(0.4):
            return indent + start + self.line()
        gap, name, expression = self.gap(), self.name(), self.expression(1)

        def suite() -> str:
            return self.suite(indent, depth)

        first = indent + start
        kind = self.pick(["if"] * 4 + ["try"] * 3 + ["def"] * 3 + ["class", "with", "for", "while", "match"])
        if kind == "if":
            text = f"{first}if{gap} {expression}:{suite()}"
            for _ in range(self.pick([0, 0, 1, 2])):
                text += f"{indent}elif{gap} {self.expression(1)}:{suite()}"
            return text + (f"{indent}else{self.gap()}:{suite()}" if self.flag() else "")
        if kind == "try":
            text = f"{first}try{gap}:{suite()}"
            for _ in range(self.pick([1, 1, 2, 3])):
                text += f"{indent}except{self.gap()} {self.pick(HANDLED)}{self.gap()}:{suite()}"
            text += f"{indent}else:{suite()}" if self.flag(0.3) else ""
            return text + (f"{indent}finally{self.gap()}:{suite()}" if self.flag(0.3) else "")
        if kind == "def":
            prefix = self.pick(["", "", f"async{self.gap()} "])
            returns = self.pick(["", "", " -> int", " -> 'import x'", " -> a[\nb2]"])
            declared = f"global{gap} b2,{gap}{self.name()}"
            header = f"{prefix}def{gap} {name}({self.pick(PARAMETERS)}){returns}{self.gap()}"
            body = suite()
            if self.flag(0.3):
                # A declaration must stand before the names' first use.
                body = f"\n{indent} {declared}\n{indent} if a: {self.line()}{self.block(indent + ' ', depth - 1)}"
            return f"{self.decorators(indent)}{first}{header}:{body}"
        if kind == "class":
            return f"{self.decorators(indent)}{first}class{gap} {name}{self.pick(BASES)}:{suite()}"
        if kind == "with":
            return f"{first}with{gap} {self.pick(ITEMS)}:{suite()}"
        tail = f"{indent}else:{suite()}" if self.flag(0.3) and kind != "match" else ""
        if kind == "for":
            target = self.pick(["x", "x, y", "(x, [y, *z])", "a.b2", "x,", "é", "a[0]"])
            return f"{first}for{gap} {target} in{self.gap()} {expression}:{suite()}{tail}"
        if kind == "while":
            return f"{first}while{gap} {expression}:{suite()}{tail}"
        text = f"{first}match{gap} {self.pick(SUBJECTS)}{self.gap()}:{self.tail()}\n"
        for _ in range(self.pick([1, 2])):
            text += f"{indent} case{self.gap()} {self.pick(PATTERNS)}{self.gap()}:{self.suite(indent + ' ', depth)}"
        return text

    def decorators(self, indent: str) -> str:
        """No decorator, or one."""
        shown = self.pick(DECORATORS)
        return f"{indent}{shown}" if shown else ""

    def program(self) -> str:
        """A whole text. Nearly all are accepted by ``ast``."""
        start = self.pick(["", "", "", "\n", "# c\n", '"""doc\nimport x\n"""\n', "\f", "\\\n"])
        text = start + self.block("", 4) + self.block("", 3)
        return text.rstrip("\n") if self.flag(0.1) else text


def program(seed: int) -> str:
    """The program of a seed."""
    return Writer(seed).program()


@lru_cache(maxsize=20_000)
def accepted(text: str) -> bool:
    """Whether ``ast`` accepts a text."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
            symtable.symtable(text, "generated", "exec")
    except SyntaxError as error:
        # Errors of later passes don't matter, but for this one: the reader takes `global` to come first, as it must.
        return "global declaration" not in str(error) and _parsed(text)
    except (ValueError, MemoryError, RecursionError):
        return False
    return True


def _parsed(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True
