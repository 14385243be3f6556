"""A text that the board amended: translated anew, and its conformity certified by two people."""

from __future__ import annotations

import io
import re

import docx
import pytest

from approvals import events as ev
from approvals import policy
from approvals.errors import GuardError
from approvals.handlers import board as session
from approvals.handlers import publication
from approvals.handlers.base import Command
from approvals.names import Language, amended_digest
from approvals.standing import State
from documents.digest import text_digest
from flows import acts, ballots
from flows.demo import Script
from flows.demo_desk import Direct

PAIR = "/dossiers/ethics/pair"


def reworded(data, old, new):
    """A Word file with other words in it."""
    document = docx.Document(io.BytesIO(data))
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            if old in run.text:
                run.text = run.text.replace(old, new)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def secretary(house):
    return house.person(Script.load().data["meeting"]["by"]).id


def adopt(house):
    """Vote on the text as it was amended, and adopt it."""
    told, by = Script.load().data, secretary(house)
    pair = policy.votable(house.dossier("ethics"))
    session.open_ballot(
        session.OpenBallot(dossier="ethics", by=by, key="open", pair=pair), house.office
    )
    meeting = house.dossier("ethics").meeting
    holders = {seat.id: seat.holder for seat in meeting.called.seats}
    for choice in ev.Choice:
        for seat in told["ballot"][choice.value]:
            voter = meeting.places[seat].proxy_to or seat
            session.vote(
                session.Vote(
                    dossier="ethics",
                    by=holders[voter],
                    key=acts.new_key(),
                    seat=seat,
                    choice=choice,
                ),
                house.office,
            )
    session.close_ballot(session.CloseBallot(dossier="ethics", by=by, key="close"), house.office)
    Direct(house).settle("ethics")
    assert house.dossier("ethics").state is State.CONFORMITY


@pytest.fixture
def amended(house):
    """The house, where the board amended one word of a text and adopted it so."""
    data = reworded(
        house.vault.get(house.dossier("ethics").draft.version), "Over 5,000", "Nearly 5,000"
    )
    ballots.amend(house, "ethics", data, "amended.docx", by=secretary(house))
    adopt(house)
    return house


def hidden(page, form):
    """The hidden fields of the form that holds this text."""
    forms = re.findall(r"<form.*?</form>", page, re.S)
    inside = next(one for one in forms if form in one)
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', inside)), inside


def translate(visit, house, old="Plus de 5", new="Près de 5"):
    """Translate and certify what was amended."""
    client = visit("fontanel")
    said, inside = hidden(client.get(PAIR).text, 'name="t0"')
    texts = dict(re.findall(r'<textarea[^>]* name="(t\d+)"[^>]*>(.*?)</textarea>', inside, re.S))
    texts = {name: text.replace(old, new) for name, text in texts.items()}
    answer = client.post(PAIR, data={**said, **texts, "act": "propose"})
    assert answer.status_code == 200, answer.text
    reviser = visit("roumier")
    said, _ = hidden(reviser.get(PAIR).text, 'id="certify"')
    assert reviser.post(PAIR, data={**said, "act": "certify"}).status_code == 200
    Direct(house).settle("ethics")


def test_what_was_amended_is_the_only_paragraph_that_waits(visit, amended):
    page = visit("fontanel").get(PAIR).text
    assert "One paragraph waits for a translation" in page
    assert "<del>Over</del><ins>Nearly</ins>" in page
    assert "Certify the conformity" not in page


def test_two_people_certify_the_conformity_and_neither_translated(visit, amended):
    translate(visit, amended)
    refused = visit("fontanel").get(PAIR).text
    assert "The reviser and the secretary certify it, one each." in refused
    assert re.search(r'value="conform" disabled', refused)
    for who in ("roumier", "castagnet"):
        client = visit(who)
        page = client.get(PAIR).text
        assert "Does the translation say what the board adopted?" in page
        said, _ = hidden(page, 'value="conform"')
        for _ in range(2):
            answer = client.post(PAIR, data={**said, "act": "conform"})
            assert answer.status_code == 200, answer.text
    assert len(amended.dossier("ethics").conformity) == 2


def test_a_pair_that_is_not_the_one_that_was_read_is_not_certified(visit, amended):
    translate(visit, amended)
    client = visit("roumier")
    said, _ = hidden(client.get(PAIR).text, 'value="conform"')
    answer = client.post(PAIR, data={**said, "pair": "0" * 64, "act": "conform"})
    assert answer.status_code == 422
    assert "has changed since you read it" in answer.text
    assert not amended.dossier("ethics").conformity


@pytest.fixture
def before(house):
    return house.dossier("ethics")


@pytest.fixture
def french(house, before):
    """The house, where the board amended the French of a text that was drafted in English."""
    data = reworded(house.vault.get(before.target.version), "Plus de 5", "Près de 5")
    ballots.amend(
        house, "ethics", data, "amended.docx", by=secretary(house), language=Language("fr")
    )
    return house


def test_a_board_that_amends_the_translation_makes_it_the_source(french, before):
    now = french.dossier("ethics")
    assert (before.opened.source, now.opened.source, now.opened.target) == ("en", "fr", "en")
    assert policy.votable(now) == amended_digest(Language("fr"), now.draft.text)
    [waits] = policy.untranslated(now)
    assert now.pairs[waits].before is not None
    others = {id: pair for id, pair in now.pairs.items() if id != waits and pair.units}
    assert len(others) > 5
    assert {id: (one.proposed_by, one.certified_by) for id, one in others.items()} == {
        id: (before.pairs[id].proposed_by, before.pairs[id].certified_by) for id in others
    }
    assert [one.version for one in now.editions("fr")] == [
        *(one.version for one in before.targets),
        now.draft.version,
    ]
    assert now.approvals.keys() == before.approvals.keys()


def test_the_other_language_cannot_be_amended_until_it_follows(french, visit):
    now = french.dossier("ethics")
    with pytest.raises(GuardError) as refused:
        ballots.amend(
            french,
            "ethics",
            french.vault.get(now.targets[-1].version),
            "amended.docx",
            by=secretary(french),
            language=Language("en"),
        )
    assert refused.value.guard == "amend:language"
    page = visit("castagnet").get("/dossiers/ethics/session").text
    assert '<input type="hidden" name="language" value="fr">' in page


def test_the_english_follows_the_french_that_was_amended_and_is_sealed(french, before, visit):
    adopt(french)
    page = visit("fontanel").get(PAIR).text
    assert "<del>Plus</del><ins>Près</ins>" in page
    translate(visit, french, "Over 5", "Nearly 5")
    for who in ("roumier", "castagnet"):
        client = visit(who)
        said, _ = hidden(client.get(PAIR).text, 'value="conform"')
        assert client.post(PAIR, data={**said, "act": "conform"}).status_code == 200
    Direct(french).settle("ethics")
    now = french.dossier("ethics")
    old, new = (
        {one.id: one.text for one in text_digest(french.vault.get(version)).paragraphs}
        for version in (before.draft.version, now.target.version)
    )
    changed = [id for id in old if old[id] != new.get(id)]
    assert old.keys() == new.keys()
    assert [new[id] for id in changed] == [
        old[id].replace("Over 5,000", "Nearly 5,000") for id in changed
    ]
    assert len(changed) == 1
    kept = {place: given for place, given in now.approvals.items() if given}
    assert {len(before.approvals[place]) - len(given) for place, given in kept.items()} == {1}
    minutes = visit("castagnet").get("/dossiers/ethics/session/papers/minutes-fr").content
    assert any("amende le texte français" in one.text for one in text_digest(minutes).paragraphs)
    for path in ("", "/matrix", "/session", "/seal"):
        assert visit("castagnet").get(f"/dossiers/ethics{path}").status_code == 200
    page = visit("castagnet").get("/dossiers/ethics").text
    for link in re.findall(r'href="(/dossiers/ethics/(?:exports/changes|files/)[^"]+)"', page):
        assert visit("castagnet").get(link).status_code == 200, link
    by = secretary(french)
    publication.order_seal(Command(dossier="ethics", by=by, key="seal"), french.office)
    Direct(french).settle("ethics")
    sealed = french.dossier("ethics").sealed
    languages = {
        one.language: one.unsealed for one in sealed.editions if one.kind.value == "statement"
    }
    assert languages == {"fr": now.draft.version, "en": now.target.version}
