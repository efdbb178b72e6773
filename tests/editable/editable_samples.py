"""The packages that are installed as editable: one for each build backend, mode and layout."""

from __future__ import annotations

from typing import NamedTuple

TOOLS = (
    "setuptools>=64",
    "wheel",
    "hatchling",
    "editables",
    "flit-core",
    "pdm-backend",
    "poetry-core",
    "uv-build",
    "meson-python",
    "meson",
    "ninja",
    "scikit-build-core",
    "cmake",
)
"""What pip has to get; the packages themselves are then installed without build isolation, so that nothing is fetched twice."""


class Sample(NamedTuple):
    """A small project and what Python can import once it is installed."""

    files: dict[str, str]
    modules: tuple[str, ...]
    """Modules that the installed project offers."""
    settings: tuple[str, ...] = ()
    """Options of ``pip install``."""
    absent: tuple[str, ...] = ()
    """Modules that it doesn't offer, apart from the obvious ones that the test makes up."""
    needs: tuple[str, ...] = ()
    """Programs without which it can't be built."""


def files_of(name: str, folder: str = "") -> dict[str, str]:
    """A package with a module and a subpackage, below ``folder`` ("src/")."""
    path = folder + name.replace(".", "/")
    return {
        f"{path}/{file}": f"VALUE = {file!r}\n"
        for file in ("__init__.py", "cart.py", "inner/__init__.py", "inner/deep.py")
    }


def modules_of(name: str) -> tuple[str, ...]:
    """The modules of `files_of`."""
    return (name, f"{name}.cart", f"{name}.inner", f"{name}.inner.deep")


def pyproject(name: str, requires: str, backend: str, more: str = "") -> dict[str, str]:
    """The project's own file."""
    return {
        "pyproject.toml": (
            f'[build-system]\nrequires = ["{requires}"]\nbuild-backend = "{backend}"\n\n'
            f'[project]\nname = "{name}"\nversion = "1.0"\ndescription = "a sample"\n\n{more}\n'
        )
    }


def setuptools(name: str, more: str = "") -> dict[str, str]:
    return pyproject(name, "setuptools", "setuptools.build_meta", more)


FLAT = '[tool.setuptools]\npackages = ["{0}", "{0}.inner"]\npy-modules = ["{0}_single"]\n'
STRICT = ("--config-settings", "editable_mode=strict")
COMPAT = ("--config-settings", "editable_mode=compat")

MESON = """
project('loom', version: '1.0')
python = import('python').find_installation(pure: false)
python.install_sources('src/loom/__init__.py', 'src/loom/cart.py', subdir: 'loom')
install_subdir('src/loom/inner', install_dir: python.get_install_dir() / 'loom', exclude_files: ['hidden.py'])
configure_file(
  input: 'made.py.in', output: 'made.py', configuration: {'X': 1},
  install: true, install_dir: python.get_install_dir() / 'loom')
python.install_sources('data/leaf.py', subdir: 'loom/twig')
"""
MESON_EXTENSION = """
project('loomc', 'c', version: '1.0')
python = import('python').find_installation(pure: false)
python.install_sources('loomc/__init__.py', subdir: 'loomc')
python.extension_module('_speed', 'speed.c', subdir: 'loomc', install: true)
python.extension_module('loomc_top', 'top.c', install: true)
"""
EXTENSION = (
    '#include <Python.h>\nstatic struct PyModuleDef definition = {{PyModuleDef_HEAD_INIT, "{0}", 0, 0, 0}};\n'
    "PyMODINIT_FUNC PyInit_{0}(void) {{ return PyModule_Create(&definition); }}\n"
)
CMAKE = """
cmake_minimum_required(VERSION 3.15...3.27)
project(kiln LANGUAGES NONE)
file(WRITE ${CMAKE_BINARY_DIR}/made.py "X = 1\\n")
install(FILES ${CMAKE_BINARY_DIR}/made.py DESTINATION kiln)
install(FILES ${CMAKE_BINARY_DIR}/made.py DESTINATION kiln/glaze)
"""

SAMPLES: dict[str, Sample] = {
    "setuptools-flat": Sample(
        {
            **setuptools("st-flat", FLAT.format("st_flat")),
            **files_of("st_flat"),
            "st_flat_single.py": "",
            "st_flat_other.py": "",
        },
        (*modules_of("st_flat"), "st_flat_single"),
        absent=("st_flat_other",),
    ),
    "setuptools-src": Sample(
        {**setuptools("st-src"), **files_of("st_src", "src/")},
        modules_of("st_src"),
    ),
    "setuptools-strict": Sample(
        {
            **setuptools("st-strict", FLAT.format("st_strict")),
            **files_of("st_strict"),
            "st_strict_single.py": "",
            "st_strict_other.py": "",
        },
        (*modules_of("st_strict"), "st_strict_single"),
        STRICT,
        ("st_strict_other",),
    ),
    "setuptools-strict-src": Sample(
        {**setuptools("st-strict-src"), **files_of("st_strict_src", "src/")},
        modules_of("st_strict_src"),
        STRICT,
    ),
    "setuptools-compat": Sample(
        {
            **setuptools("st-compat", FLAT.format("st_compat")),
            **files_of("st_compat"),
            "st_compat_single.py": "",
            "st_compat_other.py": "",
        },
        # The project's folder is on the path, with all that lies in it.
        (*modules_of("st_compat"), "st_compat_single", "st_compat_other"),
        COMPAT,
    ),
    "setuptools-namespace": Sample(
        {
            **setuptools("st-namespace", '[tool.setuptools.packages.find]\ninclude = ["bazaar*"]\nnamespaces = true\n'),
            **files_of("bazaar.stall"),
        },
        ("bazaar", *modules_of("bazaar.stall")),
    ),
    "setuptools-namespace-src": Sample(
        {**setuptools("st-namespace-src"), **files_of("bazaar.booth", "src/")},
        ("bazaar", *modules_of("bazaar.booth")),
    ),
    "setuptools-namespace-strict": Sample(
        {
            **setuptools(
                "st-namespace-strict", '[tool.setuptools.packages.find]\ninclude = ["bazaar*"]\nnamespaces = true\n'
            ),
            **files_of("bazaar.stand"),
        },
        ("bazaar", *modules_of("bazaar.stand")),
        STRICT,
    ),
    "setuptools-renamed": Sample(
        {
            **setuptools(
                "st-renamed",
                '[tool.setuptools]\npackages = ["st_renamed", "st_renamed.inner"]\n[tool.setuptools.package-dir]\nst_renamed = "lib/source"\n',
            ),
            **files_of("source", "lib/"),
        },
        modules_of("st_renamed"),
        absent=("source",),
    ),
    "setuptools-two-places": Sample(
        {
            **setuptools(
                "st-places",
                '[tool.setuptools]\npackages = ["st_places", "st_places.far"]\n[tool.setuptools.package-dir]\n"st_places" = "a"\n"st_places.far" = "b"\n',
            ),
            "a/__init__.py": "",
            "a/near.py": "",
            "b/__init__.py": "",
            "b/deep.py": "",
        },
        ("st_places", "st_places.near", "st_places.far", "st_places.far.deep"),
        absent=("st_places.deep", "a", "b"),
    ),
    "setuptools-folder-without-init": Sample(
        {
            **setuptools("st-folder", '[tool.setuptools]\npackages = ["st_folder"]\n'),
            "st_folder/only.py": "",
            "st_folder/more/x.py": "",
        },
        ("st_folder", "st_folder.only", "st_folder.more", "st_folder.more.x"),
    ),
    "hatchling-flat": Sample(
        {**pyproject("ha-flat", "hatchling", "hatchling.build"), **files_of("ha_flat")},
        modules_of("ha_flat"),
    ),
    "hatchling-src": Sample(
        {**pyproject("ha-src", "hatchling", "hatchling.build"), **files_of("ha_src", "src/")},
        modules_of("ha_src"),
    ),
    "hatchling-exact": Sample(
        {
            **pyproject("ha-exact", "hatchling", "hatchling.build", "[tool.hatch.build]\ndev-mode-exact = true\n"),
            **files_of("ha_exact", "src/"),
            "src/ha_other.py": "",
        },
        modules_of("ha_exact"),
        absent=("ha_other",),
    ),
    "hatchling-namespace": Sample(
        {
            **pyproject(
                "ha-namespace",
                "hatchling",
                "hatchling.build",
                '[tool.hatch.build.targets.wheel]\npackages = ["src/bazaar"]\n',
            ),
            **files_of("bazaar.kiosk", "src/"),
        },
        ("bazaar", *modules_of("bazaar.kiosk")),
    ),
    "flit": Sample(
        {
            **pyproject("fl-flat", "flit_core", "flit_core.buildapi", '[tool.flit.module]\nname = "fl_flat"\n'),
            **files_of("fl_flat"),
        },
        modules_of("fl_flat"),
    ),
    "flit-src": Sample(
        {
            **pyproject("fl-src", "flit_core", "flit_core.buildapi", '[tool.flit.module]\nname = "fl_src"\n'),
            **files_of("fl_src", "src/"),
        },
        modules_of("fl_src"),
    ),
    "pdm-backend": Sample(
        {**pyproject("pd-src", "pdm-backend", "pdm.backend"), **files_of("pd_src", "src/")},
        modules_of("pd_src"),
    ),
    "pdm-backend-editables": Sample(
        {
            **pyproject("pd-exact", "pdm-backend", "pdm.backend", '[tool.pdm.build]\neditable-backend = "editables"\n'),
            **files_of("pd_exact", "src/"),
            "src/pd_other.txt": "",
        },
        modules_of("pd_exact"),
    ),
    "poetry-core": Sample(
        {**pyproject("po-src", "poetry-core", "poetry.core.masonry.api"), **files_of("po_src", "src/")},
        modules_of("po_src"),
    ),
    "poetry-core-flat": Sample(
        {**pyproject("po-flat", "poetry-core", "poetry.core.masonry.api"), **files_of("po_flat")},
        modules_of("po_flat"),
    ),
    "uv-build": Sample(
        {**pyproject("uv-src", "uv_build", "uv_build"), **files_of("uv_src", "src/")},
        modules_of("uv_src"),
    ),
    "meson-python": Sample(
        {
            **pyproject("loom", "meson-python", "mesonpy"),
            **files_of("loom", "src/"),
            "src/loom/inner/hidden.py": "",
            "meson.build": MESON,
            "made.py.in": "X = @X@\n",
            "data/leaf.py": "",
        },
        (*modules_of("loom"), "loom.made", "loom.twig", "loom.twig.leaf"),
    ),
    "meson-python-extension": Sample(
        {
            **pyproject("loomc", "meson-python", "mesonpy"),
            "loomc/__init__.py": "",
            "meson.build": MESON_EXTENSION,
            "speed.c": EXTENSION.format("_speed"),
            "top.c": EXTENSION.format("loomc_top"),
        },
        ("loomc", "loomc._speed", "loomc_top"),
        needs=("cc",),
    ),
    "scikit-build-core": Sample(
        {
            **pyproject(
                "kiln",
                "scikit-build-core",
                "scikit_build_core.build",
                '[tool.scikit-build]\nwheel.packages = ["src/kiln"]\n',
            ),
            **files_of("kiln", "src/"),
            "CMakeLists.txt": CMAKE,
        },
        (*modules_of("kiln"), "kiln.made", "kiln.glaze", "kiln.glaze.made"),
    ),
    "scikit-build-core-inplace": Sample(
        {
            **pyproject(
                "kiln-inplace",
                "scikit-build-core",
                "scikit_build_core.build",
                '[tool.scikit-build]\nwheel.packages = ["src/kiln_inplace"]\neditable.mode = "inplace"\n',
            ),
            **files_of("kiln_inplace", "src/"),
            "CMakeLists.txt": "cmake_minimum_required(VERSION 3.15...3.27)\nproject(kiln LANGUAGES NONE)\n",
        },
        modules_of("kiln_inplace"),
    ),
}
