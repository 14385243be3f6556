"""The whole road through the pages, up to a publication that verifies; and a board that amends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from approvals.standing import State
from documents.sealing.verify import verify
from flows.founding import sample_folder
from tests.desk.browser.conftest import Served
from tests.desk.browser.walk import Walk, title, word_file

TEXT = {
    "We educate engineers.": "Nous formons des ingénieurs.",
    "We act for the transition.": "Nous agissons pour la transition.",
}
AMENDED = "Nous agissons pour les transitions."

SAID = {
    "fr": {"adopted": "Le conseil a adopté le texte", "published": "Le texte est publié"},
    "en": {"adopted": "The board adopted the text", "published": "The text is published"},
}


@pytest.fixture(params=["fr", "en without JavaScript"])
def walk(request: pytest.FixtureRequest, served: Served, enter: Callable[..., Page]) -> Walk:
    lang, _, without = request.param.partition(" ")
    return Walk(served, enter, lang, java_script_enabled=not without)


def reviewed(walk: Walk, dossier: str) -> None:
    walk.review("delmas", dossier)
    for handle in ("vasseur", "kerlann", "marsaudon", "tahiri"):
        walk.decide(handle, dossier)
    assert walk.house.dossier(dossier).state is State.BOARD_READY


def seats(walk: Walk, dossier: str, count: int) -> dict[str, str]:
    """The first seats, the chair's among them, with who holds them by handle."""
    meeting = walk.house.dossier(dossier).meeting
    assert meeting is not None
    ordered = sorted(meeting.called.seats, key=lambda one: not one.chair)[:count]
    contacts = walk.house.contacts()
    return {seat.id: contacts[seat.holder].handle for seat in ordered}


def adopt(walk: Walk, dossier: str, there: dict[str, str], voting: int) -> None:
    """Open the ballot, let some vote by their pages, and proclaim."""
    walk.lead("castagnet", dossier, "open-ballot")
    for handle in list(there.values())[:voting]:
        walk.vote(handle, dossier)
    walk.lead("castagnet", dossier, "close-ballot")
    walk.served.catch_up(dossier)
    assert title(walk.at("delmas", f"/dossiers/{dossier}/session")) == SAID[walk.lang]["adopted"]


def seal(walk: Walk, dossier: str) -> None:
    path = f"/dossiers/{dossier}/seal"
    walk.press(walk.at("castagnet", path), f"form[action='{path}'] button")
    walk.served.catch_up(dossier)
    assert (
        walk.at("castagnet", path).locator("td:has(.st.ok)", has_text="TOTAL-PASSED").count() == 4
    )


def test_the_statement_goes_from_an_upload_to_a_published_pair(walk: Walk) -> None:
    file = sample_folder() / "statement.v2.en.docx"
    titles = ("Raison d’être, nouvelle édition", "Mission statement, new edition")
    dossier = walk.submit("delmas", file, titles, source="en")
    walk.hand_over("delmas", dossier)
    walk.translate("fontanel", dossier, {})
    walk.certify("roumier", dossier)
    reviewed(walk, dossier)
    walk.convene("castagnet", dossier, walk.clock.at + timedelta(days=12))
    there = seats(walk, dossier, 13)
    walk.attend("castagnet", dossier, there)
    adopt(walk, dossier, there, 9)
    seal(walk, dossier)

    tab = walk.at("lemoal", f"/dossiers/{dossier}/publish")
    tab.check("[name=when][value=now]")
    walk.press(tab, "form[action$='/publish/publish'] button")
    walk.served.catch_up(dossier)
    tab = walk.at("lemoal", f"/dossiers/{dossier}/publish")
    assert title(tab) == SAID[walk.lang]["published"]
    published = sorted((walk.house.published / dossier).glob("*.docx"))
    assert len(published) == 4
    for one in published:
        verdict = verify(one.read_bytes(), walk.house.identity.anchors, at=walk.clock.at)
        assert verdict.overall.value == "TOTAL-PASSED", one.name
    stranger = walk.at(None, f"/published/{dossier}")
    assert titles[walk.lang == "en"] in stranger.locator("main").inner_text()


def test_no_quorum_then_a_second_convocation_an_amendment_and_its_conformity(
    walk: Walk, tmp_path: Path
) -> None:
    file = word_file(tmp_path / "text.docx", *TEXT)
    dossier = walk.submit("delmas", file, ("Nos engagements", "Our commitments"), source="en")
    walk.hand_over("delmas", dossier)
    walk.translate("fontanel", dossier, TEXT)
    walk.certify("roumier", dossier)
    reviewed(walk, dossier)

    walk.convene("castagnet", dossier, walk.clock.at + timedelta(days=12))
    walk.attend("castagnet", dossier, seats(walk, dossier, 3))
    walk.lead("castagnet", dossier, "no-quorum")
    assert walk.house.dossier(dossier).state is State.NO_QUORUM
    walk.convene("castagnet", dossier, walk.clock.at + timedelta(days=6))
    there = seats(walk, dossier, 9)
    walk.attend("castagnet", dossier, there)
    walk.lead("castagnet", dossier, "open-ballot")
    first, *_ = there.values()
    walk.vote(first, dossier, "against")
    second = list(walk.house.dossier(dossier).pair_paragraphs)[1]
    told = {"language": "fr", "paragraph": second, "words": AMENDED}
    walk.lead("castagnet", dossier, "amend", **told)
    assert walk.house.dossier(dossier).state is State.AMENDING
    adopt(walk, dossier, there, 9)
    assert walk.house.dossier(dossier).state is State.CONFORMITY

    walk.translate("fontanel", dossier, {AMENDED: "We act for the transitions."})
    walk.certify("roumier", dossier)
    for handle in ("roumier", "castagnet"):
        walk.press(walk.at(handle, f"/dossiers/{dossier}/pair"), "button[value=conform]")
    walk.served.catch_up(dossier)
    seal(walk, dossier)
