"""What is written from the code is as the code has it. ``pytest tests/house --accept`` writes it anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from importwise.checks.rule import Rule
from importwise.checks.run import RULES
from importwise.cli.documentation import PARTS, rule_page
from importwise.settings import RULE_IDS, Allow, Settings
from importwise.workspace.conform import options

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
RULE_FOLDER = ROOT / "server" / "importwise" / "checks"
PAGES = RULE_FOLDER / "pages"
CASES = ROOT / "tests" / "cases"


def torch_example() -> str:
    """The example for a repository that needs a build, as it is tried out."""
    text = (ROOT / "tests" / "examples" / "torch-importwise.toml").read_text(encoding="utf-8")
    settings = text[text.index("roots =") :].rstrip()
    return f"<details>\n<summary>importwise.toml, 19 entries</summary>\n\n```toml\n{settings}\n```\n\n</details>"


WRITTEN = {**PARTS, "torch-example": torch_example}


@pytest.mark.parametrize("part", WRITTEN)
def test_readme_is_fresh(part: str, request: pytest.FixtureRequest) -> None:
    text = README.read_text(encoding="utf-8")
    marked = re.compile(rf"(<!-- {part} -->\n)(.*?)(<!-- /{part} -->)", re.DOTALL)
    found = marked.search(text)
    assert found, f"README.md has no <!-- {part} --> … <!-- /{part} -->"
    wanted = f"\n{WRITTEN[part]()}\n"
    if found[2] != wanted and request.config.getoption("--accept"):
        README.write_text(text[: found.end(1)] + wanted + text[found.start(3) :], encoding="utf-8")
        return
    assert found[2] == wanted, "stale: run `pytest tests/house --accept`"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_has_a_fresh_page(rule: Rule, request: pytest.FixtureRequest) -> None:
    page = PAGES / f"{rule.id}.md"
    if request.config.getoption("--accept"):
        page.write_text(rule_page(rule), encoding="utf-8", newline="\n")
    assert page.read_text(encoding="utf-8") == rule_page(rule), "stale: run `pytest tests/house --accept`"


def test_only_rules_have_pages() -> None:
    assert {page.name for page in PAGES.iterdir()} == {f"{rule.id}.md" for rule in RULES}


def test_settings_know_every_rule() -> None:
    assert tuple(rule.id for rule in RULES) == RULE_IDS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_a_file_with_a_docstring_and_a_case(rule: object) -> None:
    identifier: str = rule.id  # type: ignore[attr-defined]
    file = RULE_FOLDER / f"{identifier.replace('-', '_')}.py"
    assert file.is_file()
    documentation: str = rule.documentation  # type: ignore[attr-defined]
    assert documentation.strip(), f"{file} has no docstring"
    if identifier != "unreadable-file":
        assert "```" in documentation, f"the docstring of {file} has no example"
    if identifier not in ("unreadable-file", "invalid-configuration"):
        # Those two have no place in a text that a mark could point to: see tests/cli.
        marks = [path.name for path in CASES.glob("*.md") if identifier in path.read_text(encoding="utf-8")]
        assert marks, f"no case in tests/cases marks a finding of {identifier}"


@pytest.mark.parametrize("table", [Settings, Allow])
def test_options_are_documented(table: type) -> None:
    for key, field in options(table).items():
        documentation = field.option.documentation
        assert documentation.endswith("."), key
        assert "\n" not in documentation, key
        assert field.option.example, key


def test_the_picture_is_fresh(request: pytest.FixtureRequest) -> None:
    """The README's picture shows what the command prints."""
    from picture import PICTURE, draw

    if request.config.getoption("--accept"):
        PICTURE.write_text(draw(), encoding="utf-8")
    shown = re.sub(r"\s+|&#160;", "", re.sub(r"<[^>]*>", "", PICTURE.read_text(encoding="utf-8")))
    drawn = re.sub(r"\s+|&#160;", "", re.sub(r"<[^>]*>", "", draw()))
    assert shown == drawn, "stale: run `pytest tests/house --accept`"
