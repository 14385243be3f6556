"""A reviewer's page: what changed first, then the decision on exactly that pair."""

from __future__ import annotations

import re

from approvals import workdays
from approvals.names import PersonId

STEP = "/dossiers/charter/step"


def form(page):
    """The hidden fields of the decision's form."""
    inside = page[page.index('<form action="/dossiers/charter/step"') :]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', inside)[:4])


def test_what_changed_comes_first_and_the_rest_stands(visit):
    page = visit("vasseur").get(STEP).text
    assert "One paragraph changed since you approved" in page
    assert "<del>shape</del><ins>build</ins>" in page
    assert "<del>façonner</del><ins>construire</ins>" in page
    assert page.index("What changed") < page.index("What did not change")


def test_nothing_is_chosen_before_the_person_chooses(visit):
    assert " checked" not in visit("vasseur").get(STEP).text


def test_an_approval_is_recorded_once_with_a_receipt(visit, house):
    client = visit("vasseur")
    said = form(client.get(STEP).text) | {"decision": "approve"}
    first = client.post(STEP, data=said)
    assert "Your decision is in the ledger" in first.text
    version = house.dossier("charter").version
    again = client.post(STEP, data=said)
    assert again.url == first.url
    assert house.dossier("charter").version == version
    assert house.dossier("charter").approved("legal", PersonId(house.person("vasseur").id))


def test_a_refusal_without_a_reason_is_told_beside_what_was_typed(visit, house):
    client = visit("vasseur")
    before = house.store.head()
    said = form(client.get(STEP).text) | {"decision": "request-changes"}
    answer = client.post(STEP, data=said)
    assert answer.status_code == 422
    assert "needs a reason" in answer.text
    assert re.search(r'value="request-changes" required checked', answer.text)
    assert house.store.head() == before


def test_a_decision_on_an_earlier_text_is_refused(visit):
    client = visit("vasseur")
    said = form(client.get(STEP).text) | {"decision": "approve", "pair": "0" * 64}
    answer = client.post(STEP, data=said)
    assert answer.status_code == 422
    assert "You decided on an earlier text" in answer.text
    assert "checked" not in answer.text


def test_a_receipt_is_shown_to_whoever_decided_and_to_nobody_else(visit):
    client = visit("vasseur")
    answer = client.post(STEP, data=form(client.get(STEP).text) | {"decision": "approve"})
    assert visit("kerlann").get(answer.url.path).status_code == 404


def test_whoever_is_not_asked_is_told_so(visit):
    page = visit("delmas", "fr").get(STEP).text
    assert "Rien à décider ici pour vous" in page


def test_a_step_is_handed_to_somebody_for_some_days(visit, house):
    client = visit("vasseur")
    to = house.person("kerlann").id
    today = workdays.day(house.now()).isoformat()
    said = {"step": "legal", "to": to, "first": today, "last": today, "key": "d"}
    assert client.post(f"{STEP}/delegate", data=said).status_code == 200
    page = visit("kerlann").get(STEP).text
    assert "In the place of Hélène Vasseur" in page
