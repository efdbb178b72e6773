"""The world of a case: a disk made of a dictionary, a small standard library, an environment.

Where the paths of a case lie: ``site-packages/…`` is what is installed, ``stdlib/…`` and ``typeshed/…`` are put into the
standard library, ``elsewhere/…`` is outside of everything (for editable installs), and all else is in the project. A folder
whose name ends in ``.zip`` or ``.egg`` is an archive.

An ``environment`` block of a case may set ``version`` and ``platform`` (better done in the settings), ``found``,
``builtins`` (added to the usual ones), ``site-packages`` (the folders, in order), ``mapping``, ``namespaces``, ``unknown``.
"""

from __future__ import annotations

import sys
from typing import Any

from importwise.index.tree import NOTHING, Listing
from importwise.searchpath import Environment, Platform, SearchPath, Version
from importwise.workspace.disk import Disk

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT = "/project"
ENVIRONMENT = "/environment"
ELSEWHERE = f"{ENVIRONMENT}/elsewhere"
PLACES = {name: f"{ENVIRONMENT}/{name}" for name in ("site-packages", "stdlib", "typeshed")} | {"elsewhere": ELSEWHERE}

VERSION: Version = (3, 12)
"""The target's version, where a case does not say otherwise."""
PLATFORM: Platform = "linux"

BUILTINS = """
_abc _ast _bisect _codecs _collections _collections_abc _frozen_importlib _frozen_importlib_external _functools _imp _io
_operator _sitebuiltins _sre _stat _string _thread _warnings _weakref abc atexit builtins codecs errno faulthandler gc
genericpath importlib.machinery importlib.util io itertools marshal ntpath os os.path posixpath runpy site stat sys time
zipimport
""".split()
"""Compiled into CPython 3.12 or frozen."""
PLATFORM_BUILTINS = {
    "linux": ["posix", "pwd"],
    "darwin": ["posix", "pwd"],
    "win32": ["nt", "winreg", "msvcrt", "_winapi"],
}

SUFFIXES = {
    "linux": (".cpython-{}-x86_64-linux-gnu.so", ".abi3.so", ".so"),
    "darwin": (".cpython-{}-darwin.so", ".abi3.so", ".so"),
    "win32": (".cp{}-win_amd64.pyd", ".pyd"),
}

STANDARD_LIBRARY = {
    "__future__.py": "annotations = division = print_function = absolute_import = None\n",
    "abc.py": "class ABC: ...\nclass ABCMeta(type): ...\ndef abstractmethod(f): ...\n",
    "ast.py": "class AST: ...\ndef parse(source): ...\ndef literal_eval(text): ...\n",
    "asyncio/__init__.py": "from .base_events import *\nfrom .tasks import *\n",
    "asyncio/base_events.py": "__all__ = ('BaseEventLoop',)\nclass BaseEventLoop: ...\n",
    "asyncio/tasks.py": "__all__ = ('sleep', 'gather')\nasync def sleep(delay): ...\nasync def gather(*all): ...\n",
    "calendar.py": "def isleap(year): ...\n",
    "codecs.py": "def lookup(name): ...\n",
    "collections/__init__.py": "import _collections_abc\nfrom _collections import deque, defaultdict\n"
    "class OrderedDict(dict): ...\nclass Counter(dict): ...\nclass ChainMap: ...\ndef namedtuple(name, fields): ...\n",
    "collections/abc.py": "from _collections_abc import Mapping, Sequence, Iterable, Callable\n",
    "concurrent/__init__.py": "",
    "concurrent/futures/__init__.py": "def __getattr__(name): ...\n",
    "concurrent/futures/thread.py": "class ThreadPoolExecutor: ...\n",
    "configparser.py": "class ConfigParser: ...\n",
    "contextlib.py": "class suppress: ...\nclass ExitStack: ...\ndef contextmanager(function): ...\n",
    "copy.py": "def copy(x): ...\ndef deepcopy(x): ...\n",
    "curses/__init__.py": "from _curses import *\ndef wrapper(function): ...\n",
    "dataclasses.py": "def dataclass(cls): ...\ndef field(): ...\n",
    "datetime.py": "class date: ...\nclass datetime: ...\nclass timedelta: ...\n",
    "email/__init__.py": "def message_from_string(text): ...\n",
    "email/message.py": "class Message: ...\nclass EmailMessage: ...\n",
    "email/mime/__init__.py": "",
    "email/mime/text.py": "class MIMEText: ...\n",
    "encodings/__init__.py": "",
    "encodings/utf_8.py": "",
    "enum.py": "class Enum: ...\nclass Flag: ...\n",
    "functools.py": "def wraps(f): ...\ndef partial(f): ...\ndef lru_cache(f): ...\ndef cached_property(f): ...\n",
    "getpass.py": "def getpass(): ...\n",
    "gettext.py": "def gettext(text): ...\ndef ngettext(one, many, number): ...\n",
    "heapq.py": "def heappush(heap, item): ...\n",
    "importlib/__init__.py": "def import_module(name, package=None): ...\ndef reload(module): ...\n",
    "importlib/abc.py": "class Loader: ...\n",
    "importlib/machinery.py": "class ModuleSpec: ...\n",
    "importlib/metadata/__init__.py": "def version(name): ...\nclass PackageNotFoundError(ModuleNotFoundError): ...\n",
    "importlib/resources/__init__.py": "def files(package): ...\n",
    "importlib/util.py": "def find_spec(name, package=None): ...\nclass LazyLoader: ...\n",
    "inspect.py": "def signature(f): ...\n",
    "io.py": "class StringIO: ...\nclass BytesIO: ...\n",
    "json/__init__.py": "__all__ = ['dump', 'dumps', 'load', 'loads', 'JSONDecoder', 'JSONDecodeError', 'JSONEncoder']\n"
    "from .decoder import JSONDecoder, JSONDecodeError\nfrom .encoder import JSONEncoder\n"
    "def dump(): ...\ndef dumps(): ...\ndef load(): ...\ndef loads(): ...\n",
    "json/decoder.py": "class JSONDecoder: ...\nclass JSONDecodeError(ValueError): ...\n",
    "json/encoder.py": "class JSONEncoder: ...\n",
    "logging/__init__.py": "def getLogger(name): ...\nclass Handler: ...\n",
    "logging/config.py": "def dictConfig(config): ...\n",
    "logging/handlers.py": "class RotatingFileHandler: ...\n",
    "multiprocessing/__init__.py": "globals().update()\n",
    "operator.py": "def itemgetter(item): ...\n",
    "optparse.py": "class OptionParser: ...\n",
    "os.py": "import sys\nimport posixpath as path\nsys.modules['os.path'] = path\nname = 'posix'\nsep = '/'\nenviron = {}\n"
    "def getcwd(): ...\nclass PathLike: ...\ndef fspath(path): ...\n",
    "pathlib.py": "class PurePath: ...\nclass Path(PurePath): ...\n",
    "pickle.py": "def dumps(x): ...\n",
    "pkgutil.py": "def extend_path(path, name): ...\ndef iter_modules(path): ...\n",
    "platform.py": "def system(): ...\n",
    "posixpath.py": "def join(*parts): ...\ndef exists(path): ...\ndef dirname(path): ...\n",
    "queue.py": "class Queue: ...\n",
    "random.py": "def choice(items): ...\ndef randint(a, b): ...\n",
    "re/__init__.py": "def compile(pattern): ...\ndef match(pattern, text): ...\n",
    "select.py": "",
    "socket.py": "from _socket import *\nclass SocketKind: ...\n",
    "sqlite3/__init__.py": "from sqlite3.dbapi2 import *\n",
    "sqlite3/dbapi2.py": "from _sqlite3 import *\nparamstyle = 'qmark'\n",
    "string.py": "ascii_letters = 'abc'\nclass Template: ...\n",
    "subprocess.py": "def run(command): ...\nclass Popen: ...\n",
    "tempfile.py": "def mkdtemp(): ...\n",
    "threading.py": "class Thread: ...\ndef Lock(): ...\n",
    "tkinter/__init__.py": "class Tk: ...\n",
    "tomllib/__init__.py": "__all__ = ('loads', 'load')\ndef loads(text): ...\ndef load(file): ...\n",
    "traceback.py": "def print_exc(): ...\n",
    "types.py": "class ModuleType: ...\nclass SimpleNamespace: ...\n",
    "typing.py": "TYPE_CHECKING = False\nAny = Optional = Union = Literal = None\nclass NamedTuple: ...\nclass Protocol: ...\ndef cast(t, x): ...\n",
    "unittest/__init__.py": "class TestCase: ...\n",
    "unittest/mock.py": "class Mock: ...\ndef patch(target): ...\n",
    "urllib/__init__.py": "",
    "urllib/error.py": "class URLError(OSError): ...\n",
    "urllib/parse.py": "def urlparse(url): ...\ndef quote(text): ...\ndef urljoin(base, url): ...\n",
    "urllib/request.py": "def urlopen(url): ...\n",
    "uuid.py": "def uuid4(): ...\n",
    "warnings.py": "def warn(message): ...\n",
    "xml/__init__.py": "",
    "xml/etree/__init__.py": "",
    "xml/etree/ElementTree.py": "def parse(source): ...\nclass Element: ...\n",
    "zoneinfo/__init__.py": "class ZoneInfo: ...\n",
}
"""Pure Python modules of the standard library, each with a few of the names that it has in all of Python 3.10 to 3.13."""

EXTENSIONS = ["_curses", "_json", "_socket", "_sqlite3", "_struct", "math"]
"""Extension modules of the standard library: files in ``lib-dynload``."""

STUBS = {
    "_json.pyi": "class make_encoder: ...\n",
    "_socket.pyi": "class socket: ...\n",
    "_thread.pyi": "def allocate_lock(): ...\n",
    "_winapi.pyi": "import sys\nif sys.platform == 'win32':\n    def CloseHandle(handle): ...\n",
    "asynchat.pyi": "class async_chat: ...\n",
    "builtins.pyi": "class int: ...\nclass str: ...\nclass object: ...\ndef print(*values): ...\ndef open(file): ...\n",
    "cgi.pyi": "def parse(): ...\nclass FieldStorage: ...\n",
    "distutils/__init__.pyi": "",
    "distutils/core.pyi": "def setup(): ...\n",
    "distutils/version.pyi": "class LooseVersion: ...\nclass StrictVersion: ...\n",
    "errno.pyi": "EPERM: int\nENOENT: int\n",
    "imp.pyi": "def load_source(name, path): ...\n",
    "itertools.pyi": "class chain: ...\nclass count: ...\n",
    "marshal.pyi": "def dumps(x): ...\n",
    "math.pyi": "pi: float\ndef sqrt(x): ...\ndef floor(x): ...\n",
    "msvcrt.pyi": "import sys\nif sys.platform == 'win32':\n    def getch(): ...\n",
    "os/__init__.pyi": "from . import path as _path\nimport sys\nname: str\nsep: str\nenviron: dict[str, str]\n"
    "def getcwd(): ...\nclass PathLike: ...\ndef fspath(path): ...\nif sys.platform == 'win32':\n    def startfile(path): ...\n",
    "os/path.pyi": "def join(*parts): ...\ndef exists(path): ...\ndef dirname(path): ...\n",
    "posix.pyi": "import sys\nif sys.platform != 'win32':\n    def fork(): ...\n",
    "pwd.pyi": "import sys\nif sys.platform != 'win32':\n    def getpwuid(uid): ...\n",
    "sys/__init__.pyi": "platform: str\nversion_info: tuple[int, ...]\nmodules: dict[str, object]\nargv: list[str]\npath: list[str]\ndef exit(status): ...\n",
    "time.pyi": "def time(): ...\ndef sleep(seconds): ...\n",
    "winreg.pyi": "import sys\nif sys.platform == 'win32':\n    def OpenKey(key, name): ...\n    HKEY_CURRENT_USER: int\n",
}
"""Stubs of typeshed that do not follow from STANDARD_LIBRARY."""

LAST_3_11: tuple[Version, Version] = ((3, 0), (3, 11))
STDLIB_VERSIONS: dict[str, tuple[Version, Version | None]] = {
    "asynchat": LAST_3_11,
    "cgi": ((3, 0), (3, 12)),
    "distutils": LAST_3_11,
    "imp": LAST_3_11,
    "importlib.metadata": ((3, 8), None),
    "importlib.resources": ((3, 7), None),
    "tomllib": ((3, 11), None),
    "unittest.mock": ((3, 3), None),
    "zoneinfo": ((3, 9), None),
}


def absolute(path: str) -> str:
    """Where a path of a case lies: ``shop/cart.py`` → ``/project/shop/cart.py``."""
    head, slash, tail = path.partition("/")
    return PLACES[head] + slash + tail if head in PLACES else f"{PROJECT}/{path}"


def shown(path: str) -> str:
    """The other way round; other paths stay as they are."""
    for name, place in PLACES.items():
        if path.startswith(place + "/"):
            return name + path[len(place) :]
    return path[len(PROJECT) + 1 :] if path.startswith(PROJECT + "/") else path


class MemoryDisk:
    """A disk made of a dictionary: absolute path → content. Change `files` and call `refresh`."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.library: dict[str, bytes] = {}
        """Files of the standard library; `files` hide them."""
        self.folders: set[str] = set()
        self.unreadable: set[str] = set()
        self.listings: dict[str, Listing] = {}

    def refresh(self) -> None:
        """List all folders anew."""
        files: dict[str, set[str]] = {}
        folders: dict[str, set[str]] = {}

        def add_folder(path: str) -> None:
            if path in files or not path:
                return
            files[path], folders[path] = set(), set()
            parent, _, name = path.rpartition("/")
            add_folder(parent)
            if parent:
                (files if name.endswith((".zip", ".egg")) else folders)[parent].add(name)

        for folder in self.folders:
            add_folder(folder)
        for path in {**self.library, **self.files}:
            parent, _, name = path.rpartition("/")
            add_folder(parent)
            files[parent].add(name)
        self.listings = {path: Listing(frozenset(files[path]), frozenset(folders[path])) for path in files}

    def list_folder(self, path: str) -> Listing:
        """See `Disk`."""
        return self.listings.get(path.rstrip("/"), NOTHING)

    def read_file(self, path: str) -> bytes:
        """See `Disk`."""
        if path in self.unreadable:
            raise PermissionError(13, "Permission denied", path)
        for files in (self.files, self.library):
            if path in files:
                return files[path]
        raise FileNotFoundError(2, "No such file or directory", path)

    def disk(self) -> Disk:
        """The two functions."""
        return Disk(self.list_folder, self.read_file)


def standard_library(version: Version, platform: Platform) -> dict[str, bytes]:
    """The files of the standard library and of typeshed, by absolute path."""
    files: dict[str, str] = {}
    for path, text in STANDARD_LIBRARY.items():
        first, last = STDLIB_VERSIONS.get(path.partition(".")[0].partition("/")[0], (version, None))
        if first <= version and (last is None or version <= last):
            files[f"{ENVIRONMENT}/stdlib/{path}"] = text
        if not path.startswith(("os.", "typeshed")):
            files[f"{ENVIRONMENT}/typeshed/{path}i"] = text.replace("globals().update()", "def __getattr__(name): ...")
    for name in EXTENSIONS:
        files[f"{ENVIRONMENT}/stdlib/lib-dynload/{name}{suffixes(version, platform)[0]}"] = ""
    for path, text in STUBS.items():
        files[f"{ENVIRONMENT}/typeshed/{path}"] = text
    return {path: text.encode() for path, text in files.items()}


def suffixes(version: Version, platform: Platform) -> tuple[str, ...]:
    """Endings of extension modules."""
    return tuple(suffix.format(f"{version[0]}{version[1]}") for suffix in SUFFIXES[platform])


def environment(version: Version, platform: Platform, changes: str | None) -> Environment:
    """The environment of a case; ``changes`` is the text of its ``environment`` block.

    The standard library's source is there for the usual version and platform only: for others there is typeshed.
    """
    table: dict[str, Any] = tomllib.loads(changes or "")
    library = [SearchPath(f"{ENVIRONMENT}/typeshed", "typeshed", "typeshed")]
    if (version, platform) == (VERSION, PLATFORM):
        origin = f"the standard library of Python {version[0]}.{version[1]}"
        library[:0] = [
            SearchPath(f"{ENVIRONMENT}/stdlib", "standard library", origin),
            SearchPath(f"{ENVIRONMENT}/stdlib/lib-dynload", "standard library", origin),
        ]
    folders = table.pop("site-packages", ["site-packages"])
    site_packages = [
        SearchPath(
            absolute(folder),
            "site-packages" if folder.startswith("site-packages") else "pth",
            "the environment of the case",
        )
        for folder in folders
    ]
    made = Environment(
        version=version,
        platform=platform,
        builtins=frozenset([*BUILTINS, *PLATFORM_BUILTINS[platform], *table.pop("builtins", [])]),
        suffixes=suffixes(version, platform),
        standard_library=tuple(library),
        site_packages=tuple(site_packages),
        mapping={name: absolute(path) for name, path in table.pop("mapping", {}).items()},
        namespaces={name: tuple(map(absolute, paths)) for name, paths in table.pop("namespaces", {}).items()},
        unknown=table.pop("unknown", {}),
        stdlib_versions=stdlib_versions(),
        found=table.pop("found", True),
        origin="the environment of the case",
    )
    if table:
        raise ValueError(f"unknown keys in an environment block: {', '.join(table)}")
    return made


def stdlib_versions() -> dict[str, tuple[Version, Version | None]]:
    """What typeshed's ``VERSIONS`` says of the modules above."""
    names = {path.partition(".")[0].partition("/")[0] for path in (*STANDARD_LIBRARY, *STUBS)}
    return dict.fromkeys(sorted(names), ((3, 0), None)) | STDLIB_VERSIONS
