"""A text that the board amended: translated anew, and its conformity certified by two people."""

from __future__ import annotations

import io
import re

import docx
import pytest

from approvals import events as ev
from approvals import policy
from approvals.handlers import board as session
from approvals.standing import State
from flows import acts, ballots
from flows.demo import Script
from flows.demo_desk import Direct

PAIR = "/dossiers/ethics/pair"


@pytest.fixture
def amended(house):
    """The house, where the board amended one word of a text and adopted it so."""
    told = Script.load().data
    secretary = house.person(told["meeting"]["by"]).id
    document = docx.Document(io.BytesIO(house.vault.get(house.dossier("ethics").draft.version)))
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            if "Over 5,000" in run.text:
                run.text = run.text.replace("Over 5,000", "Nearly 5,000")
    out = io.BytesIO()
    document.save(out)
    ballots.amend(house, "ethics", out.getvalue(), "amended.docx", by=secretary)
    pair = policy.votable(house.dossier("ethics"))
    session.open_ballot(
        session.OpenBallot(dossier="ethics", by=secretary, key="open", pair=pair), house.office
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
    session.close_ballot(
        session.CloseBallot(dossier="ethics", by=secretary, key="close"), house.office
    )
    Direct(house).settle("ethics")
    assert house.dossier("ethics").state is State.CONFORMITY
    return house


def hidden(page, form):
    """The hidden fields of the form that holds this text."""
    forms = re.findall(r"<form.*?</form>", page, re.S)
    inside = next(one for one in forms if form in one)
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', inside)), inside


def translate(visit, house):
    """Translate and certify what was amended."""
    client = visit("fontanel")
    said, inside = hidden(client.get(PAIR).text, 'name="t0"')
    texts = dict(re.findall(r'<textarea[^>]* name="(t\d+)"[^>]*>(.*?)</textarea>', inside, re.S))
    texts = {name: text.replace("Plus de 5", "Près de 5") for name, text in texts.items()}
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
    secretary = Script.load().data["meeting"]["by"]
    refused = visit("fontanel").get(PAIR).text
    assert "The reviser and the secretary certify it, one each." in refused
    assert re.search(r'value="conform" disabled', refused)
    for who in ("roumier", secretary):
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
