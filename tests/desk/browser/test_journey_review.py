"""A refusal and a late word, walked through the pages: only what changed is asked for again."""

from __future__ import annotations

import mailbox
from collections import Counter
from collections.abc import Callable
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from playwright.sync_api import Page

from approvals.desk.mail.maildir import FOLDER
from approvals.names import PersonId
from approvals.standing import State
from flows import mailing
from locales import catalog
from tests.desk.browser.conftest import Served
from tests.desk.browser.walk import Walk, title, word_file

TITLE = {"fr": "Nos engagements", "en": "Our commitments"}
TEXT = {
    "Nous formons des ingénieurs.": "We educate engineers.",
    "Nous cherchons avec les entreprises.": "We do research with companies.",
    "Nous ouvrons nos écoles à quelques-uns.": "We open our schools to a few.",
    "Nous agissons pour la transition.": "We act for the transition.",
}
AGAIN = "Nous ouvrons nos écoles à tous."

SAID = {
    "fr": {
        "new": "Deux textes à décider comme une seule paire",
        "changed": "Un paragraphe a changé depuis votre visa",
        "holds": "Votre visa tient.",
    },
    "en": {
        "new": "Two texts to decide on as one pair",
        "changed": "One paragraph changed since you approved",
        "holds": "Your approval holds.",
    },
}


@pytest.fixture(params=["fr", "en without JavaScript"])
def walk(request: pytest.FixtureRequest, served: Served, enter: Callable[..., Page]) -> Walk:
    lang, _, without = request.param.partition(" ")
    return Walk(served, enter, lang, java_script_enabled=not without)


def mails(walk: Walk) -> dict[str, tuple[str, str]]:
    """Send what is due, and give by Message-ID whom it went to and what it is about."""
    mailing.Post(walk.house).round()
    folder = mailbox.Maildir(walk.house.home / FOLDER, factory=None, create=False)
    read = (BytesParser(policy=policy.default).parsebytes(one.as_bytes()) for one in folder)
    return {
        one["Message-ID"]: (str(one["To"].addresses[0].addr_spec), one["Subject"]) for one in read
    }


def under_review(walk: Walk, folder: Path, *approving: str) -> str:
    """Bring a text of four paragraphs to its review and have some people approve it."""
    file = word_file(folder / "texte.docx", *TEXT)
    dossier = walk.submit("delmas", file, (TITLE["fr"], TITLE["en"]))
    walk.hand_over("delmas", dossier)
    walk.translate("fontanel", dossier, TEXT)
    walk.certify("roumier", dossier)
    walk.review("delmas", dossier)
    for handle in approving:
        assert title(walk.at(handle, f"/dossiers/{dossier}/step")) == SAID[walk.lang]["new"]
        walk.decide(handle, dossier)
    return dossier


def fallen(walk: Walk, dossier: str) -> Counter[str]:
    """Count in the matrix the cells of each paragraph that fell."""
    tab = walk.at("castagnet", f"/dossiers/{dossier}/matrix")
    found: Counter[str] = Counter()
    for row in tab.locator("table.matrix tbody tr").all():
        for place, cell in enumerate(row.locator("td").all()):
            if "fell" in (cell.get_attribute("class") or "").split():
                found[f"§ {place // 2 + 1}"] += 1
    return found


def asked_anew(walk: Walk, handle: str, dossier: str) -> list[str]:
    """Look at what somebody is shown as changed; the rest must be said to stand."""
    tab = walk.at(handle, f"/dossiers/{dossier}/step")
    assert title(tab) == SAID[walk.lang]["changed"]
    assert SAID[walk.lang]["holds"] in tab.locator("main").inner_text()
    inserted = tab.locator("section[aria-labelledby=c] .two ins").all()
    return [one.inner_text().strip() for one in inserted]


def test_a_refused_paragraph_is_the_only_one_that_is_decided_anew(
    walk: Walk, tmp_path: Path
) -> None:
    dossier = under_review(walk, tmp_path, "vasseur", "kerlann", "marsaudon")
    walk.decide("tahiri", dossier, "request-changes", "À tous, et non à quelques-uns.", [3])
    assert walk.house.dossier(dossier).state is State.CHANGES_REQUESTED
    assert fallen(walk, dossier) == {}

    changed = [AGAIN if "quelques-uns" in text else text for text in TEXT]
    file = word_file(tmp_path / "texte2.docx", *changed)
    walk.submit("delmas", file, dossier=dossier, answers="À tous.")
    walk.hand_over("delmas", dossier)
    walk.translate("fontanel", dossier, {**TEXT, AGAIN: "We open our schools to all."})
    walk.certify("roumier", dossier)
    walk.review("delmas", dossier)

    assert set(fallen(walk, dossier)) == {"§ 3"}
    for handle in ("vasseur", "kerlann", "marsaudon"):
        assert "tous" in " ".join(asked_anew(walk, handle, dossier))
        walk.decide(handle, dossier)
    assert title(walk.at("tahiri", f"/dossiers/{dossier}/step")) == SAID[walk.lang]["new"]
    walk.decide("tahiri", dossier)
    assert walk.house.dossier(dossier).state is State.BOARD_READY
    assert fallen(walk, dossier) == {}


def test_one_new_english_word_asks_everybody_again_about_its_paragraph(
    walk: Walk, tmp_path: Path
) -> None:
    dossier = under_review(walk, tmp_path, "vasseur", "kerlann")
    before = mails(walk)
    tab = walk.at("fontanel", f"/dossiers/{dossier}/pair?p=2")
    tab.fill("#hand textarea", "We do applied research with companies.")
    walk.press(tab, "button[value=propose]")
    walk.certify("roumier", dossier)
    walk.review("delmas", dossier)

    assert fallen(walk, dossier) == {"§ 2": 4}, "two people, both languages"
    for handle in ("vasseur", "kerlann"):
        assert asked_anew(walk, handle, dossier) == ["applied"]
        walk.decide(handle, dossier)
    new = [told for id, told in mails(walk).items() if id not in before]
    for handle in ("vasseur", "kerlann"):
        who = walk.house.contacts()[PersonId(walk.house.person(handle).id)]
        subject = catalog.say("{title}: approvals fell", who.language, title=TITLE[who.language])
        assert new.count((who.mail, subject)) == 1, new
