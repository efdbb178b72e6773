"""Really import what the files of small projects import. `test_cpython` runs this file as a script, ``python -S -I run_cases.py``,
under the Python in question; it needs the standard library alone, and a system with `os.fork`.

In, on stdin: JSON, a list of jobs ``{"folder": …, "path": [before, after, sites, rest], "files": [[path, module, base], …]}``.
``folder`` is where the files lie; ``before`` and ``after`` are the entries of ``sys.path`` in front of and behind the standard
library, ``sites`` folders whose ``.pth`` files count, ``rest`` what follows if no ``.pth`` file added it; ``files`` are the ones to judge: absolute path, name of the module and
the folder that comes first on ``sys.path`` while it runs. A file without a name is a script.

Out, on stdout: JSON, for each job ``{path: [[place, begin, names, last, what, detail], …]}``, one item for each name that an
import statement of the file imports: where the name stands, where the statement begins, where its names begin (line and
column from 1, columns in code points), the last line of the statement, and what happened:

"failed"
    ImportError left the statement, and no handler stopped it; or AttributeError left ``from m import *``.
"worked"
    It ran, and whatever it raised was handled.
"never ran"
    The file was executed and its functions were called, but the statement was not reached.

Each file is executed in a process of its own, as CPython would, until the first failure; then again without the statement that failed,
and so on: so a failure hides no other, whichever file it is in. The statement that failed is found by its line in the traceback:
each statement that imports gets a line number of its own before the file is compiled.
"""

import site  # as at an ordinary start; everything imported later is hidden from the files
import sys

AT_START = frozenset(sys.modules)

import _frozen_importlib as bootstrap  # noqa: E402
import _frozen_importlib_external as machinery  # noqa: E402
import ast  # noqa: E402
import functools  # noqa: E402
import gc  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import tokenize  # noqa: E402
import types  # noqa: E402

FIRST_LINE = 1_000_000
"""Line numbers from here on are those of statements that import."""
SECONDS = 100
"""After which a file that does not come to an end is given up."""
RUNS = 100
OPEN_MODULE = "def __getattr__(name):\n    if name[:2] == '__': raise AttributeError(name)\n    return __anything__\n"
"""Stands for modules that have every name: extension modules, compiled files, text that does not parse."""


class Anything(types.ModuleType):
    """Stands for what a statement that was left out would have bound."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *arguments, **named):
        return self


class Statement:
    """One name that one statement imports: its places, and the line number it was given."""

    def __init__(self, number, place, begin, names, last):
        self.number, self.place, self.begin, self.names, self.last = number, place, begin, names, last


class Split(ast.NodeTransformer):
    """Makes each imported name a statement of its own with a line number of its own, and leaves out some of them."""

    def __init__(self, text, left_out):
        self.lines = text.encode().replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self.left_out = left_out
        self.statements = []

    def place(self, node):
        return node.lineno, len(self.lines[node.lineno - 1][: node.col_offset].decode()) + 1

    def visit_Import(self, node):
        return self.visit_import(node)

    def visit_ImportFrom(self, node):
        return node if node.module == "__future__" else self.visit_import(node)

    def visit_import(self, node):
        made = []
        begin, names = self.place(node), self.place(node.names[0])
        for alias in node.names:
            if isinstance(node, ast.Import):
                one = ast.Import([alias])
            else:
                one = ast.ImportFrom(node.module, [alias], node.level)
            made += self.track(one, self.place(alias), begin, names, node.end_lineno)
        return made

    def visit_Expr(self, node):
        return self.visit_simple(node)

    visit_Assign = visit_AnnAssign = visit_Return = visit_Expr

    def visit_simple(self, node):
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant):
                name = getattr(call.func, "attr", getattr(call.func, "id", ""))
                if name in ("import_module", "__import__"):
                    literal = self.place(call.args[0])
                    end = literal[0], literal[1] + call.args[0].end_col_offset - call.args[0].col_offset
                    return self.track(node, literal, literal, end, node.end_lineno)
        return node

    def track(self, node, place, begin, names, last):
        number = len(self.statements)
        self.statements.append(Statement(number, place, begin, names, last))
        if number in self.left_out:
            made = ast.parse(without(node)).body
        else:
            made = [node]
        place = FIRST_LINE + number
        for statement in made:
            for part in ast.walk(statement):
                if "lineno" in part._attributes:
                    part.lineno = part.end_lineno = place
                    part.col_offset = part.end_col_offset = 0
        said = ast.parse(f"__ran__(__file__, {number})").body[0]
        return [said, *made]


def without(node):
    """The text of what stands in for a statement that was left out."""
    if isinstance(node, ast.Import):
        alias = node.names[0]
        head = alias.name.partition(".")[0]
        if alias.asname or head == alias.name:
            return f"{alias.asname or head} = __anything__"
        return f"try:\n    import {head}\nexcept ImportError:\n    {head} = __anything__"
    if isinstance(node, ast.ImportFrom):
        alias = node.names[0]
        if alias.name == "*":
            return f"__star__({node.module or ''!r}, globals(), {node.level})"
        return f"{alias.asname or alias.name} = __anything__"
    if isinstance(node, ast.Assign):
        return " = ".join([*(ast.unparse(target) for target in node.targets), "__anything__"])
    if isinstance(node, ast.AnnAssign):
        return f"{ast.unparse(node.target)} = __anything__"
    return "return __anything__" if isinstance(node, ast.Return) else "pass"


def bind_star(module, namespace, level):
    """What ``from module import *`` would bind, without the names in ``__all__`` that are missing."""
    try:
        module = __import__(module, namespace, {}, ["*"], level)
    except ImportError:
        return
    public = getattr(module, "__all__", [name for name in vars(module) if name[:1] != "_"])
    namespace.update({name: getattr(module, name) for name in public if hasattr(module, name)})


@functools.lru_cache(maxsize=2000)
def compile_file(path, left_out):
    """The code of a file, and its statements; an open module where the text does not parse."""
    try:
        with tokenize.open(path) as file:
            text = file.read()
        tree = compile(text, path, "exec", ast.PyCF_ONLY_AST)
        split = Split(text, left_out)
        tree = ast.fix_missing_locations(split.visit(tree))
        return compile(tree, path, "exec", dont_inherit=True), split.statements
    except (SyntaxError, ValueError, UnicodeError):
        return compile(OPEN_MODULE, path, "exec"), []


def run_file(job, path, module, base, left_out):
    """Execute one file, in this process. Returns the statements that ran, the one that failed or None, and what else went wrong."""
    folder = job["folder"]
    ran = []
    builtins = sys.modules["builtins"]
    builtins.__ran__ = lambda file, number: ran.append((file, number))
    builtins.__star__ = bind_star
    builtins.__anything__ = Anything("anything")

    source_loader = machinery.SourceFileLoader
    usual_get_code, usual_load = source_loader.get_code, machinery.SourcelessFileLoader.get_code

    def get_code(loader, name):
        file = loader.get_filename(name)
        if file.startswith(folder):
            return compile_file(file, tuple(left_out.get(file, ())))[0]
        return usual_get_code(loader, name)

    def get_compiled(loader, name):
        file = loader.get_filename(name)
        return compile(OPEN_MODULE, file, "exec") if file.startswith(folder) else usual_load(loader, name)

    source_loader.get_code = get_code
    machinery.SourcelessFileLoader.get_code = get_compiled
    extension_loader = machinery.ExtensionFileLoader
    usual_create, usual_exec = extension_loader.create_module, extension_loader.exec_module
    extension_loader.create_module = lambda loader, spec: (
        types.ModuleType(spec.name) if loader.path.startswith(folder) else usual_create(loader, spec)
    )
    extension_loader.exec_module = lambda loader, made: (
        exec(OPEN_MODULE, made.__dict__) if loader.path.startswith(folder) else usual_exec(loader, made)
    )

    before, after, sites, rest = job["path"]
    library = [entry for entry in sys.path if entry != os.path.dirname(os.path.abspath(__file__))]
    sys.path[:] = [base, *(entry for entry in before if entry != base), *library, *after]
    sys.path_importer_cache.clear()
    for name in set(sys.modules) - AT_START:
        del sys.modules[name]
    for entry in sites:
        site.addsitedir(entry)
    sys.path += [entry for entry in rest if entry not in sys.path]

    try:
        namespace = execute(path, module, left_out)
    except BaseException as error:  # noqa: BLE001 - the file may raise anything
        failed = blame(error, folder)
        return ran, failed, "" if failed else describe(error, path)
    for function in functions_of(namespace):
        try:
            call(function)
        except BaseException as error:  # noqa: BLE001
            failed = blame(error, folder)
            if failed:
                return ran, failed, ""
    return ran, None, ""


def execute(path, module, left_out):
    """Execute a file as the module of that name, or as a script. Returns its namespace."""
    parent, _, _tail = module.rpartition(".")
    if not module:
        namespace = {"__name__": "__main__", "__file__": path, "__package__": None}
        exec(compile_file(path, tuple(left_out.get(path, ())))[0], namespace)
        return namespace
    if parent:
        __import__(parent)
    if module not in sys.modules or getattr(sys.modules[module], "__file__", None) != path:
        folders = [os.path.dirname(path)] if os.path.basename(path).startswith("__init__.") else None
        spec = machinery.spec_from_file_location(module, path, submodule_search_locations=folders)
        made = bootstrap.module_from_spec(spec)
        sys.modules[module] = made
        spec.loader.exec_module(made)
        return made.__dict__
    return sys.modules[module].__dict__


def functions_of(namespace):
    """The functions of a module and of its classes, but not its ``__getattr__``, without their decorators."""
    file = namespace.get("__file__")
    for value in [*namespace.values()]:
        members = [*vars(value).values()] if isinstance(value, type) else [value]
        for member in members:
            member = getattr(member, "__func__", member)
            while hasattr(member, "__wrapped__"):
                member = member.__wrapped__
            if (
                isinstance(member, types.FunctionType)
                and member.__code__.co_filename == file
                and member.__name__ != "__getattr__"
            ):
                yield member


def call(function):
    """Call a function with something for each argument that has no default; run a coroutine or generator to its first pause."""
    code = function.__code__
    names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    named = {name: Anything("argument") for name in names if name not in (function.__kwdefaults__ or {})}
    needed = code.co_argcount - len(function.__defaults__ or ())
    result = function(*[Anything("argument")] * needed, **named)
    if hasattr(result, "send"):
        try:
            result.send(None)
        except StopIteration:
            pass


def blame(error, folder):
    """(path, number) of the innermost statement that an ImportError left, also if a handler turned it into another error; or None."""
    while error is not None:
        if isinstance(error, (ImportError, AttributeError)):
            found = innermost(error, folder)
            if found:
                return found
        error = error.__cause__ or error.__context__
    return None


def innermost(error, folder):
    """The innermost statement that imports, in the traceback of an error."""
    trace, found, is_last = error.__traceback__, None, False
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(folder):
            is_last = trace.tb_lineno >= FIRST_LINE
            if is_last:
                found = file, trace.tb_lineno - FIRST_LINE
        trace = trace.tb_next
    # An AttributeError counts only where the statement itself raised it: ``from m import *``.
    return found if is_last or isinstance(error, ImportError) else None


def describe(error, path):
    """What stopped the file, if it is a mistake of the case rather than meant."""
    if isinstance(error, (SystemExit, AssertionError, RuntimeError)) or type(error).__name__ == "Skipped":
        return ""
    return f"{os.path.basename(path)} stopped: {type(error).__name__}: {error}"


def in_child(job, path, module, base, left_out):
    """`run_file` in a process of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.close(reader)
            signal.alarm(SECONDS)
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            answer = run_file(job, path, module, base, left_out)
            os.write(writer, json.dumps(answer).encode())
            status = 0
        except BaseException as error:  # noqa: BLE001
            os.write(writer, json.dumps([[], None, f"the oracle broke: {error!r}"]).encode())
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return (
        json.loads(answer) if answer else [[], None, f"{os.path.basename(path)}: the process ended without an answer"]
    )


def judge_file(job, path, module, base):
    """What happened to each statement of one file."""
    left_out, failed, ran, problem = {}, {}, set(), ""
    sources = [
        os.path.join(folder, name)
        for folder, _, names in os.walk(job["folder"])
        for name in names
        if name.endswith(".py")
    ]
    for _ in range(RUNS):
        for source in sources:
            compile_file(source, tuple(left_out.get(source, ())))  # once, here, not in each child
        said, culprit, problem = in_child(job, path, module, base, left_out)
        ran |= {number for file, number in said if file == path}
        if culprit is None:
            break
        file, number = culprit
        if number in left_out.setdefault(file, []):
            problem = f"{os.path.basename(file)}: statement {number} fails though it was left out"
            break
        left_out[file].append(number)
        if file == path:
            failed[number] = True
    answers = []
    for statement in compile_file(path, ())[1]:
        what = "failed" if statement.number in failed else "worked" if statement.number in ran else "never ran"
        answers.append([statement.place, statement.begin, statement.names, statement.last, what, ""])
    if problem:
        answers.append([(0, 0), (0, 0), (0, 0), 0, "problem", problem])
    return answers


def main():
    """Judge all jobs."""
    sys.dont_write_bytecode = True
    gc.disable()  # a collection in a child would copy all pages of the parent
    for_all = []
    for job in json.load(sys.stdin):
        for_all.append({path: judge_file(job, path, module, base) for path, module, base in job["files"]})
    json.dump(for_all, sys.stdout)


main()
