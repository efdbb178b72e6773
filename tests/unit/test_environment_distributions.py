"""Whose file it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from importwise.environment.distributions import (
    Distribution,
    distribution_of,
    distributions_in,
    editable_source,
    name_and_version,
    owner_of,
    owns,
    top_level_names,
)


@pytest.fixture
def site(tmp_path: Path) -> str:
    """Distributions of several kinds."""
    files = {
        "Zoo_Keeper-2.1.dist-info/METADATA": "Metadata-Version: 2.1\nName: Zoo.Keeper\nVersion: 2.1\n\nVersion: no\n",
        "Zoo_Keeper-2.1.dist-info/RECORD": 'zoo/__init__.py,sha256=x,1\nzoo/cage.py,,\n"zoo/od,d.py",,\n../../bin/zoo,,\nzoo_keeper.pth,,\n',
        "zoo_extras-0.1.dist-info/RECORD": "zoo/extras/__init__.py,,\nextra.cpython-311-x86_64-linux-gnu.so,,\n",
        "old-1.5.egg-info/PKG-INFO": "Metadata-Version: 1.1\nName: old\nVersion: 1.5\n",
        "old-1.5.egg-info/installed-files.txt": "../older/__init__.py\n../older/x.py\nPKG-INFO\n",
        "eggy-1.0-py3.11.egg-info/top_level.txt": "eggy\n_eggy\n",
        "single-3.0.egg-info": "Metadata-Version: 1.0\nName: single\nVersion: 3.0\n",
        "work-1.0.dist-info/direct_url.json": json.dumps(
            {"dir_info": {"editable": True}, "url": "file:///home/me/my%20work"}
        ),
        "inner-1.0.dist-info/direct_url.json": json.dumps(
            {"dir_info": {"editable": True}, "url": "file:///home/me/my%20work/inner/"}
        ),
        "wheel-1.0.dist-info/direct_url.json": json.dumps({"dir_info": {}, "url": "file:///home/me/editable"}),
        "broken-1.0.dist-info/direct_url.json": "{editable",
        "odd-1.0.dist-info/direct_url.json": '"editable"',
        "drive-1.0.dist-info/direct_url.json": json.dumps({"dir_info": {"editable": True}, "url": "file:///C:/shop"}),
        "git-1.0.dist-info/direct_url.json": json.dumps({"dir_info": {"editable": True}, "url": "https://host/x"}),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path.as_posix()


def test_file_of_a_distribution(site: str) -> None:
    assert distribution_of(f"{site}/zoo/cage.py", [site]) == ("Zoo.Keeper", "2.1")
    assert distribution_of(f"{site}/zoo/od,d.py", [site]) == ("Zoo.Keeper", "2.1")
    assert distribution_of(f"{site}/zoo/extras", [site]) == ("zoo_extras", "0.1")
    assert distribution_of(f"{site}/extra.cpython-311-x86_64-linux-gnu.so", ["/elsewhere", site]) == (
        "zoo_extras",
        "0.1",
    )
    assert distribution_of(f"{site}/older/x.py", [site]) == ("old", "1.5")
    assert distribution_of(f"{site}/older", [site]) == ("old", "1.5")
    assert distribution_of(f"{site}/eggy/deep/x.py", [site]) == ("eggy", "1.0-py3.11")
    assert distribution_of(f"{site}/_eggy.py", [site]) == ("eggy", "1.0-py3.11")
    assert distribution_of(f"{site}/nobody.py", [site]) is None
    assert distribution_of(f"{site}/zoo/cag", [site]) is None


def test_file_of_an_editable_install(site: str) -> None:
    assert distribution_of("/home/me/my work/src/x.py", [site]) == ("work", "1.0")
    assert distribution_of("/home/me/my work/inner/x.py", [site]) == ("inner", "1.0")
    assert distribution_of("/home/me/my workshop/x.py", [site]) is None
    assert distribution_of("/home/me/editable/x.py", [site]) is None
    assert distribution_of("C:/shop/x.py", [site]) == ("drive", "1.0")
    assert distribution_of("/home/me/my work/x.py", []) is None


def test_sources(site: str) -> None:
    sources = {
        entry.entry.partition("-")[0]: editable_source(entry)
        for entry in distributions_in(site, [path.name for path in Path(site).iterdir()])
    }
    assert {name: source for name, source in sources.items() if source} == {
        "work": "/home/me/my work",
        "inner": "/home/me/my work/inner",
        "drive": "C:/shop",
    }


def test_name_and_version(site: str) -> None:
    assert name_and_version(Distribution(site, "single-3.0.egg-info")) == ("single", "3.0")
    assert name_and_version(Distribution(site, "zoo_extras-0.1.dist-info")) == ("zoo_extras", "0.1")
    assert name_and_version(Distribution(site, "absent.egg-info")) == ("absent", "")


def test_owner_of_a_pth_file(site: str) -> None:
    names = [path.name for path in Path(site).iterdir()]
    owner = owner_of("zoo_keeper.pth", site, names)
    assert owner is not None
    assert owner.entry == "Zoo_Keeper-2.1.dist-info"
    assert owner_of("other.pth", site, names) is None


def test_top_level_names(site: str) -> None:
    assert top_level_names(Distribution(site, "eggy-1.0-py3.11.egg-info")) == ("_eggy", "eggy")
    assert top_level_names(Distribution(site, "Zoo_Keeper-2.1.dist-info")) == ("zoo",)
    assert top_level_names(Distribution(site, "zoo_extras-0.1.dist-info")) == ("extra", "zoo")
    assert top_level_names(Distribution(site, "work-1.0.dist-info")) == ("work",)


def test_owns_names_that_are_not_utf8(site: str) -> None:
    assert not owns(Distribution(site, "Zoo_Keeper-2.1.dist-info"), "zoo/\udce9.py")
