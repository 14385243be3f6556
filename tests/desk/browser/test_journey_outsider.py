"""An outsider holds three copies up to the desk: a genuine one, an altered one, a replaced one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from flows.house import House
from locales import catalog
from tests.desk.browser.conftest import Served
from tests.desk.browser.walk import Walk, title
from tests.desk.test_verify import altered, copies
from tests.flows import rounds

OUT = "raison-d-etre"


@pytest.fixture(params=["fr", "en without JavaScript"])
def walk(request: pytest.FixtureRequest, served: Served, enter: Callable[..., Page]) -> Walk:
    lang, _, without = request.param.partition(" ")
    return Walk(served, enter, lang, java_script_enabled=not without)


def checked(walk: Walk, file: Path) -> str:
    """Send a copy for the full check, and give the verdict's title."""
    tab = walk.at(None, "/verify")
    tab.set_input_files("[name=file]", file)
    walk.press(tab, "#check button.btn-2" if walk.scripts else "#go")
    return title(tab)


def written(house: House, dossier: str, folder: Path) -> Path:
    file = folder / f"{dossier}.docx"
    file.write_bytes(house.vault.get(copies(house, dossier)["statement", "fr"]))
    return file


def test_an_outsider_is_told_what_each_copy_is_worth(walk: Walk, tmp_path: Path) -> None:
    say = lambda words: catalog.say(words, walk.lang)  # noqa: E731
    genuine = written(walk.house, OUT, tmp_path)
    assert checked(walk, genuine) == say("Genuine, and current")
    forged = tmp_path / "forged.docx"
    forged.write_bytes(
        altered(
            genuine.read_bytes(), "word/document.xml", lambda old: old.replace(b"avenir", b"passe")
        )
    )
    assert checked(walk, forged) == say("Altered since it was sealed")
    rounds.sealed(walk.house, "second", succeeds=OUT)
    rounds.publish(walk.house, "second")
    assert checked(walk, genuine) == say("Genuine, and replaced since")
    tab = walk.tab(None)
    tab.locator("a[href='/published/second']").first.click()
    tab.wait_for_url("**/published/second")
    assert checked(walk, written(walk.house, "second", tmp_path)) == say("Genuine, and current")
