"""Code in ``.pth`` files: hooks that no backend of today writes any more, broken ones, unknown ones, and harmless ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_environment_sys_path import outside

from importwise.environment import literals
from importwise.environment.discover import discover
from importwise.environment.editable import read_hook
from importwise.searchpath import Environment

SUFFIXES = (".cpython-311-x86_64-linux-gnu.so", ".abi3.so", ".so")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """``venv`` with an empty site-packages, ``site`` as a shorter way to that, and sources to be mapped to."""
    root = tmp_path.resolve()
    site = root / "venv/lib/python3.11/site-packages"
    site.mkdir(parents=True)
    (root / "venv/bin").mkdir()
    (root / "venv/pyvenv.cfg").write_text(
        f"home = {root}/base/bin\nversion = 3.11.1\ninclude-system-site-packages = false\n"
    )
    (root / "base/lib/python3.11").mkdir(parents=True)
    (root / "base/lib/python3.11/os.py").touch()
    (root / "site").symlink_to(site)
    for name in ("shop/__init__.py", "shop/cart.py", "single.py", "plain/x.py", "fast.abi3.so"):
        file = root / "src" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return root


pytestmark = pytest.mark.skipif(os.name == "nt", reason="links and paths of POSIX")


def look(root: Path, **variables: str) -> Environment:
    return discover(str(root), python=str(root / "venv"), variables=variables, home=str(root))


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        file = root / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("@", str(root)))


def distribution(root: Path, name: str, record: str, editable: bool = False, top_level: str = "") -> None:
    write(
        root,
        {
            f"{name}-1.0.dist-info/RECORD": record,
            f"{name}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n\nText\n",
        },
    )
    if editable:
        write(
            root,
            {
                f"{name}-1.0.dist-info/direct_url.json": json.dumps(
                    {"dir_info": {"editable": True}, "url": f"file://{root}/src"}
                )
            },
        )
    if top_level:
        write(root, {f"{name}-1.0.dist-info/top_level.txt": top_level})


def finder(mapping: str, namespaces: str = "NAMESPACES: dict[str, list[str]] = {}") -> dict[str, str]:
    name = "__editable___shop_1_0_finder"
    return {
        "__editable__.shop-1.0.pth": f"import {name}; {name}.install()",
        f"{name}.py": f"import sys\n\n{mapping}\n{namespaces}\nPATH_PLACEHOLDER = 'x'\n",
    }


@pytest.mark.parametrize(
    "text",
    [
        "MAPPING: dict[str, str] = {'shop': '@/src/shop', 'single': '@/src/single', 'fast': '@/src/fast', 'plain': '@/src/plain', 'gone': '@/gone'}",
        "MAPPING = {'shop': '@/src/shop', 'single': '@/src/single', 'fast': '@/src/fast', 'plain': '@/src/plain'}",
        'MAPPING: "dict[str, str]" = {\n    "shop": "@/src/shop",\n    "single": "@/src/single",\n    "fast": "@/src/fast",  # x\n    "plain": "@/src/plain",\n}',
    ],
)
def test_finder_of_setuptools(root: Path, text: str) -> None:
    write(root, finder(text, "NAMESPACES: dict[str, list[str]] = {'ns': ['/a', '/b'], 'empty': []}"))
    environment = look(root)
    src = str(root / "src")
    assert environment.mapping == {"shop": f"{src}/shop", "single": f"{src}/single.py", "fast": f"{src}/fast.abi3.so"}
    assert environment.namespaces == {"ns": ("/a", "/b"), "empty": (), "plain": (f"{src}/plain",)}
    assert environment.unknown == {}


def test_finder_of_setuptools_is_asked_last(root: Path) -> None:
    """What lies in a site folder under the same name, CPython finds first."""
    write(
        root,
        {
            **finder("MAPPING = {'shop': '@/src/shop', 'single': '@/src/single', 'ns.x': '@/src/shop'}"),
            "shop/__init__.py": "",
            "ns/y.py": "",
        },
    )
    assert sorted(look(root).mapping) == ["ns.x", "single"]


def test_finder_without_namespaces(root: Path) -> None:
    """A finder without ``NAMESPACES`` is none that is known, so the distribution's names are open."""
    write(root, finder("MAPPING = {'shop': '@/src/shop'}", ""))
    distribution(root, "shop", "__editable__.shop-1.0.pth,,\n", editable=True, top_level="shop\n")
    assert look(root).mapping == {}
    assert look(root).unknown == {"shop": "import hook of shop in __editable__.shop-1.0.pth, line 1"}


@pytest.mark.parametrize(
    "text", ["MAPPING = make()", "MAPPING = {'shop': PATH}", "MAPPING = {'shop': 1}", "MAPPING = [", "MAPPING = {**x}"]
)
def test_finder_of_setuptools_that_cannot_be_read(root: Path, text: str) -> None:
    write(root, finder(text))
    distribution(
        root,
        "shop",
        "__editable__.shop-1.0.pth,,\nshop_tool.py,,\nshop_tools/x.py,,\n__pycache__/x.pyc,,\n",
        editable=True,
    )
    environment = look(root)
    assert environment.mapping == {}
    assert set(environment.unknown) == {"shop_tool", "shop_tools"}


def test_finder_that_is_not_there(root: Path) -> None:
    write(
        root,
        {"__editable__.shop-1.0.pth": "import __editable___shop_1_0_finder; __editable___shop_1_0_finder.install()"},
    )
    assert look(root).unknown == {}
    distribution(root, "Shop.Tools", "__editable__.shop-1.0.pth,,\n", editable=True)
    assert look(root).unknown == {"Shop_Tools": "import hook of Shop.Tools in __editable__.shop-1.0.pth, line 1"}


def test_old_scikit_build_core(root: Path) -> None:
    """Before 0.11 the third argument was the build folder."""
    text = (
        "from __future__ import annotations\n\ndef install(known_source_files, known_wheel_files, path, rebuild=False): ...\n\n\n"
        "install({'shop': '@/src/shop/__init__.py', 'shop.cart': '@/src/shop/cart.py', 'single': '@/src/single.py'}, "
        "{'shop._fast': 'shop/_fast.cpython-311-x86_64-linux-gnu.so', 'shop.sub._f': 'shop/sub/_f.so'}, None, False, True, [], [])\n"
    )
    write(root, {"_shop_editable.pth": "import _shop_editable\n", "_shop_editable.py": text})
    environment = look(root)
    site = str(root / "venv/lib/python3.11/site-packages")
    assert environment.mapping == {
        "shop": f"{root}/src/shop",
        "single": f"{root}/src/single.py",
        "shop._fast": f"{site}/shop/_fast.cpython-311-x86_64-linux-gnu.so",
        "shop.sub._f": f"{site}/shop/sub/_f.so",
    }
    assert environment.namespaces == {"shop.sub": ()}


@pytest.mark.parametrize(
    "call", ["install(load())", "install({'shop': X}, {})", "install({'shop': 1}, {})", "install({}, {}", "install(*x)"]
)
def test_scikit_build_core_that_cannot_be_read(root: Path, call: str) -> None:
    write(
        root,
        {"_shop_editable.pth": "import _shop_editable\n", "_shop_editable.py": f"known_source_files = 1\n\n\n{call}\n"},
    )
    distribution(root, "shop", "_shop_editable.pth,,\n", editable=True)
    assert list(look(root).unknown) == ["shop"]


MESON = "class MesonpyMetaFinder: ...\n\ndef install(*a):\n    sys.meta_path.insert(0, MesonpyMetaFinder(*a))\n\n\ninstall(\n    'shop',\n    {'shop', 'single'},\n    '@/build',\n    ['ninja'],\n    False,\n)\n"


def test_old_meson_python(root: Path) -> None:
    """Before 0.18 there was no ``init``. The plan is that of meson's introspection."""
    write(root, {"shop-editable.pth": "import _shop_editable_loader", "_shop_editable_loader.py": MESON})
    unread = look(root).unknown
    assert set(unread) == {"shop", "single"}
    plan = {
        "python": {
            f"{root}/src/shop/__init__.py": {"destination": "{py_purelib}/shop/__init__.py"},
            f"{root}/src/shop/cart.py": {"destination": "{py_purelib}/shop/cart.py"},
            f"{root}/src/single.py": {"destination": "{py_platlib}/single.py"},
            f"{root}/src/other.py": {"destination": "{py_platlib}/other.py"},
            f"{root}/src/tool": {"destination": "{bindir}/tool"},
            f"{root}/src/data.txt": {"destination": "{py_platlib}/shop/data.txt"},
        },
        "targets": {
            f"{root}/build/_fast.cpython-311-x86_64-linux-gnu.so": {
                "destination": "{py_platlib}/shop/_fast.cpython-311-x86_64-linux-gnu.so"
            }
        },
        "install_subdirs": {
            f"{root}/src/plain": {
                "destination": "{py_platlib}/shop/plain",
                "exclude_files": ["y.py"],
                "exclude_dirs": ["no"],
            }
        },
    }
    for name in ("no/z.py", "y.py", "in/w.py"):
        file = root / "src/plain" / name
        file.parent.mkdir(exist_ok=True)
        file.touch()
    info = root / "build/meson-info"
    info.mkdir(parents=True)
    (info / "intro-install_plan.json").write_text(json.dumps(plan))
    environment = look(root)
    assert environment.unknown == {}
    assert environment.mapping == {
        "shop": f"{root}/src/shop",
        "single": f"{root}/src/single.py",
        "shop._fast": f"{root}/build/_fast.cpython-311-x86_64-linux-gnu.so",
        "shop.plain.x": f"{root}/src/plain/x.py",
        "shop.plain.in.w": f"{root}/src/plain/in/w.py",
    }
    assert environment.namespaces == {"shop.plain": (), "shop.plain.in": ()}
    for broken in ("[]", "{", '{"python": {"a": {}}}', '{"python": 1}', "{}"):
        (info / "intro-install_plan.json").write_text(broken)
        assert set(look(root).unknown) == {"shop", "single"}


def test_meson_python_that_cannot_be_read(root: Path) -> None:
    write(
        root,
        {
            "shop-editable.pth": "import _shop_editable_loader",
            "_shop_editable_loader.py": "MesonpyMetaFinder(x)\n\ninstall(a, b, c)\ninstall(\n",
        },
    )
    distribution(root, "shop", "shop-editable.pth,,\n", editable=True, top_level="shop\n_shop\n")
    assert set(look(root).unknown) == {"shop", "_shop"}


def test_editables(root: Path) -> None:
    text = "from editables.redirector import RedirectingFinder as F\nF.install()\nF.map_module('shop', '@/src/shop/__init__.py')\nF.map_module('single', '@/src/single.py')"
    write(root, {"_shop.pth": "import _editable_impl_shop\n", "_editable_impl_shop.py": text})
    assert look(root).mapping == {"shop": f"{root}/src/shop", "single": f"{root}/src/single.py"}
    write(root, {"_editable_impl_shop.py": "F.map_module('shop', HERE)"})
    distribution(root, "shop", "_shop.pth,,\n", editable=True)
    assert set(look(root).unknown) == {"shop"}


def test_unknown_hook(root: Path) -> None:
    """Names that a distribution has and that lie in no site folder are open; the others need no hook."""
    write(
        root,
        {
            "magic.pth": "import magic_hook; magic_hook.go()\n",
            "magic_hook.py": "def go(): ...\n",
            "magic/__init__.py": "",
        },
    )
    assert look(root).unknown == {}
    distribution(
        root,
        "wizardry",
        "magic.pth,sha256=x,3\nmagic_hook.py,,\nmagic/__init__.py,,\n",
        top_level="magic\nspell\nmagic_hook\n",
    )
    assert look(root).unknown == {"spell": "import hook of wizardry in magic.pth, line 1"}


def test_unknown_hook_of_an_egg(root: Path) -> None:
    """Only ``RECORD`` tells whose a file is."""
    write(root, {"magic.pth": "import magic_hook", "magic.egg-info/top_level.txt": "spell\n"})
    assert look(root).unknown == {}


@pytest.mark.parametrize(
    "line",
    [
        "import coverage; coverage.process_startup()",
        "import _virtualenv",
        "import os, sys;exec('if os.environ.get(\"COV_CORE_SOURCE\"): from pytest_cov.embed import init; init()')",
        "import sys; sys.__plen = len(sys.path)",
        "import pywin32_bootstrap",
        "import ddtrace.auto",
    ],
)
def test_harmless_code(root: Path, line: str) -> None:
    write(root, {"harmless.pth": line + "\n", "_virtualenv.py": "x", "coverage/__init__.py": ""})
    distribution(root, "tool", "harmless.pth,,\n", editable=True)
    assert look(root).unknown == {}


def test_code_that_adds_folders(root: Path) -> None:
    lines = (
        "import site; site.addsitedir('@/src')\n"
        'import sys; sys.path.insert(0, r"@/src/plain")\n'
        "import sys; sys.path.append('../../nearby'); sys.path.append('/nowhere')\n"
    )
    write(root, {"added.pth": lines})
    (root / "venv/lib/nearby").mkdir()
    assert [entry.path for entry in look(root).site_packages[1:]] == [
        f"{root}/src",
        f"{root}/src/plain",
        f"{root}/venv/lib/nearby",
    ]
    assert look(root).site_packages[2].origin == "added.pth, line 2"


def test_distutils_of_setuptools(root: Path) -> None:
    line = (
        "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; "
        "enabled and __import__('_distutils_hack').add_shim(); "
    )
    write(root, {"distutils-precedence.pth": line})
    assert look(root).mapping == {}
    write(root, {"setuptools/_distutils/__init__.py": ""})
    assert look(root).mapping == {"distutils": f"{root}/venv/lib/python3.11/site-packages/setuptools/_distutils"}
    assert look(root, SETUPTOOLS_USE_DISTUTILS="stdlib").mapping == {}


NSPKG = (
    "import sys, types, os;has_mfs = sys.version_info > (3, 5);p = os.path.join(sys._getframe(1).f_locals['sitedir'], *({0}));"
    "importlib = has_mfs and __import__('importlib.util');has_mfs and __import__('importlib.machinery');"
    "m = has_mfs and sys.modules.setdefault('{1}', importlib.util.module_from_spec("
    "importlib.machinery.PathFinder.find_spec('{1}', [os.path.dirname(p)])));"
    "m = m or sys.modules.setdefault('{1}', types.ModuleType('{1}'));"
    "mp = (m or []) and m.__dict__.setdefault('__path__',[]);(p not in mp) and mp.append(p)"
)


def test_old_namespaces(root: Path) -> None:
    lines = "\n".join([NSPKG.format("'zoo',", "zoo"), NSPKG.format("'zoo', 'sea'", "zoo.sea")])
    write(
        root,
        {
            "zoo.sea-1.0-nspkg.pth": lines,
            "zoo/sea/fish.py": "",
            "absent-nspkg.pth": NSPKG.format("'absent',", "absent"),
        },
    )
    site = f"{root}/venv/lib/python3.11/site-packages"
    assert look(root).namespaces == {"zoo": (f"{site}/zoo",), "zoo.sea": (f"{site}/zoo/sea",)}
    write(
        root,
        {
            "zoo.sea-1.0-nspkg.pth": NSPKG.format("make(),", "zoo"),
            "x-nspkg.pth": "import types, sys; m = types.ModuleType(sitedir)",
        },
    )
    environment = look(root)
    assert environment.namespaces == {}
    assert environment.unknown == {}


def test_start_files(root: Path) -> None:
    """PEP 829: from 3.15 on a ``.start`` file names functions that are called; before, it is no file of interest."""
    text = "MAPPING = {'shop': '@/src/shop'}\nNAMESPACES = {}\n"
    write(root, {"shop.start": "# the hook\n_shop_finder:install\n", "_shop_finder.py": text})
    assert look(root).mapping == {}
    new = root / "venv/lib/python3.15"
    (root / "venv/lib/python3.11").rename(new)
    (root / "venv/pyvenv.cfg").write_text(
        "home = /nowhere/bin\nversion = 3.15.0\ninclude-system-site-packages = false\n"
    )
    assert look(root).mapping == {"shop": f"{root}/src/shop"}


def test_zip_files_and_eggs(root: Path) -> None:
    write(
        root,
        {
            "easy-install.pth": "./egg-1.0-py3.11.egg\nzipped-1.0-py3.11.egg\n./gone.egg\n",
            "zipped-1.0-py3.11.egg": "PK",
            "egg-1.0-py3.11.egg/x.py": "",
        },
    )
    write(root, {"linked.egg-link": "@/src\n.\n"})
    site = f"{root}/venv/lib/python3.11/site-packages"
    assert [entry[:2] for entry in look(root).site_packages[1:]] == [
        (f"{site}/egg-1.0-py3.11.egg", "pth"),
        (f"{site}/zipped-1.0-py3.11.egg", "pth"),
    ]


def test_kind_of_path_entries(root: Path) -> None:
    write(
        root,
        {
            name: "@/src/" + folder
            for name, folder in {"shop_tools.pth": "shop", "_plain.pth": "plain", "mine.pth": ""}.items()
        },
    )
    distribution(root, "Shop_Tools", "", editable=True)
    distribution(root, "plain", "")
    assert {Path(entry.path).name: entry.kind for entry in look(root).site_packages[1:]} == {
        "shop": "editable",
        "plain": "pth",
        "src": "pth",
    }


def test_line_that_imports_nothing(root: Path) -> None:
    assert not read_hook(str(root), [], "import os; os.getcwd()", SUFFIXES, "local").read


@pytest.mark.parametrize("text", ["f()", "{**x}", "[x]", "1 +", "x", "{'a': b}", "(" * 500 + ")" * 500, "set(x)", "\0"])
def test_not_literal(text: str) -> None:
    with pytest.raises(literals.NotLiteral):
        literals.expression(text)


@pytest.mark.parametrize("text", ["{'a': [1, ('x',), {2}], 'b': None}", " set()", "dict()", "'\\xe9'", "[]", "True"])
def test_literal(text: str) -> None:
    assert literals.expression(text) == eval(text)


def test_nothing_heavy_is_imported(root: Path) -> None:
    """The command line shows its version, and the editor its first findings, without waiting for these."""
    write(
        root,
        {
            **finder("MAPPING = {'shop': '@/src/shop'}"),
            "requests-1.0.dist-info/RECORD": "requests/x.py,,\n",
            "x.pth": "@/src\n",
        },
    )
    program = (
        "import sys; before = set(sys.modules)\n"
        "from importwise.environment.discover import discover\n"
        "found = discover(sys.argv[1], python=sys.argv[1] + '/venv', requires_python='>=3.10', variables={})\n"
        "assert found.mapping\n"
        "print(sorted({'ast', 'packaging', 'importlib.metadata', 'pathlib', 'json', 'typeshed_client', 'subprocess', 'zipfile'} & (set(sys.modules) - before)))"
    )
    variables = {**outside(str(root)), "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run([sys.executable, "-c", program, str(root)], env=variables, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
