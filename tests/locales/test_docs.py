from __future__ import annotations

from pathlib import Path

import pytest

from locales import checks, engines
from locales.glossary import COLUMNS, Status
from locales.pipeline import TAGS_ALIGNED, TAGS_TO_PLACE
from locales.typography import PROFILES

DOCS = Path(__file__).parents[2] / "docs" / "translation"


def test_the_documentation_s_table_of_checks_comes_from_the_checks() -> None:
    text = (DOCS / "checks.md").read_text("utf-8")
    assert checks.table() in text
    assert f"`{TAGS_TO_PLACE}`" in text
    assert f"`{TAGS_ALIGNED}`" in text


@pytest.mark.parametrize("name", sorted(engines.ENGINES))
def test_every_engine_and_its_variables_are_in_the_documentation(name: str) -> None:
    text = (DOCS / "engines.md").read_text("utf-8")
    kind = engines.create(name, {}).translator
    (row,) = [line for line in text.splitlines() if line.startswith(f"| `{name}` |")]
    assert kind.sends_text_to.partition(" ")[0] in row
    for variable in kind.variables:
        assert f"`ENONCE_{name.upper()}_{variable}`" in text


def test_every_engine_is_named_with_its_setting() -> None:
    text = (DOCS.parent / "settings.md").read_text("utf-8")
    (row,) = [line for line in text.splitlines() if line.startswith("| `engine` |")]
    assert all(f"`{name}`" in row for name in engines.ENGINES)


@pytest.mark.parametrize("word", [*COLUMNS, *(status.value for status in Status)])
def test_the_glossary_s_columns_and_statuses_are_in_the_documentation(word: str) -> None:
    assert f"`{word}`" in (DOCS / "glossary.md").read_text("utf-8")


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_every_profile_is_in_the_documentation(profile: str) -> None:
    assert f"`{profile}`" in (DOCS / "typography.md").read_text("utf-8")
