"""The same form sent again and again, at once and later: one effect, and the same answer."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode

import pytest

from approvals import workdays
from flows import consulting
from flows.house import House, open_house
from tests.desk.forms import fields
from tests.desk.town import Town, gathered
from tests.desk.wire import Answer, ask
from tests.flows import rounds

TIMES = 25
"""How often each of the eight forms is sent: two hundred in all."""


@pytest.fixture(scope="module")
def town(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    home = tmp_path_factory.mktemp("twice") / "house"
    shutil.copytree(furnished, home)
    house = open_house(home)
    yield gathered(house)
    house.close()


@dataclass
class Form:
    """One form: who sends it, from which page, where to, and what is filled in."""

    who: str | None
    page: str
    action: str
    entry: str
    """The kind of entry of which there is to be one more; empty where it is none of the ledger."""
    said: dict[str, str] = field(default_factory=dict)


FORMS = {
    "a decision": Form("vasseur", "/dossiers/charter/step", "/dossiers/charter/step",
                       "DecisionMade", {"decision": "approve"}),
    "a remark": Form("vasseur", "/dossiers/charter/step", "/dossiers/charter/remarks",
                     "RemarkMade", {"words": "", "remark": "Why?"}),
    "a hand-over": Form("delmas", "/dossiers/rules", "/dossiers/rules/translate",
                        "TranslationRequested"),
    "a delegation": Form("vasseur", "/me", "/me/delegations", "DelegationGiven",
                         {"scope": "circuit:imt-statement"}),
    "an enrolment": Form("carrel", "/admin/people", "/admin/people", "PersonEnrolled",
                         {"handle": "twice", "name": "Twice", "mail": "twice@example.org",
                          "roles": "reviewer", "language": "en"}),
    "a vote": Form("aubrac", "/dossiers/ethics/session", "/dossiers/ethics/session/vote", "VoteCast"),
    "a response": Form(None, "/c/imt-2026", "/c/imt-2026", "",
                       {"public": "students", "useful": "science", "act": "send"}),
    "a consultation that closes": Form("castagnet", "/consultations/imt-2026",
                                       "/consultations/imt-2026/close", "ConsultationClosed"),
}  # fmt: skip


def counted(house: House) -> Counter[str]:
    kinds = Counter(one.type for one in house.store.entries())
    kinds[""] = len(consulting.responses(house, "imt-2026"))
    return kinds


def filled(town: Town, form: Form) -> dict[str, str]:
    """Fill a form in as its page gives it, but for what somebody writes or ticks."""
    page = ask(town.app, form.page, town.browser(form.who)).text
    given = {name: value for name, value in fields(page, form.action).items() if name != "distinct"}
    given |= form.said
    if form.entry == "VoteCast":
        given |= {name: "for" for name in given if name.startswith("seat-")}
    if form.entry == "DelegationGiven":
        day = workdays.day(town.house.now()).isoformat()
        given |= {"to": rounds.who(town.house, "kerlann"), "first": day, "last": day}
    if form.entry == "RemarkMade":
        draft = town.house.dossier("charter").draft
        assert draft is not None
        given["paragraph"] = draft.paragraphs[0].id
    return given


def send(town: Town, form: Form, said: dict[str, str]) -> Answer:
    headers = {
        **town.browser(form.who), "content-type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    return ask(town.app, form.action, headers, method="POST", body=urlencode(said).encode())


@pytest.mark.parametrize("name", FORMS)
def test_a_form_sent_many_times_at_once_has_one_effect(name: str, town: Town) -> None:
    form = FORMS[name]
    said, before = filled(town, form), counted(town.house)
    gate = Barrier(TIMES)

    def one(_: int) -> Answer:
        gate.wait(60)
        return send(town, form, said)

    with ThreadPoolExecutor(TIMES) as crowd:
        answers = list(crowd.map(one, range(TIMES)))
    answers.append(send(town, form, said))
    more = counted(town.house) - before
    seats = sum(one.startswith("seat-") for one in said)
    assert more == {form.entry: seats or 1}
    [(status, _)] = {(one.status, one.header("location")) for one in answers}
    assert status in (200, 303)


def test_a_copy_asked_for_twice_in_one_second_is_one_copy(town: Town) -> None:
    form = Form("carrel", "/admin/ledger", "/admin/ledger/backup", "")
    said = filled(town, form)
    answers = [send(town, form, said) for _ in range(3)]
    assert {one.status for one in answers} == {303}
    assert 1 <= len(list((town.house.home / "backups").iterdir())) <= 3


def test_an_invited_person_who_sends_twice_is_shown_their_receipt_twice(
    town: Town, tmp_path: Path
) -> None:
    """The invitation is used up by the first; the second is the same response and no refusal."""
    house, by = town.house, rounds.who(town.house, "castagnet")
    form_file = tmp_path / "questionnaire.toml"
    form_file.write_bytes(house.vault.get(consulting.find(house, "imt-2026").planned.form))
    consulting.plan(house, "twice", form_file, by=by, key="plan")
    until = workdays.day(house.now())
    consulting.open_(house, "twice", until, (), by=by, key="open")
    people = tmp_path / "people.csv"
    people.write_text("address,public,language\nada@example.org,students,en\n", "utf-8")
    [invited] = consulting.invite(house, "twice", people, by=by, key="invite")
    form = Form(None, f"/c/twice?t={invited.token}", "/c/twice", "", {"useful": "science"})
    said = filled(town, form) | {"act": "send"}
    answers = [send(town, form, said) for _ in range(3)]
    assert {one.status for one in answers} == {200}
    assert len({one.text for one in answers}) == 1
    assert said["receipt"] in answers[0].text
    other = send(town, form, {**said, "useful": "industry"})
    assert other.status == 410
    assert len(consulting.responses(house, "twice")) == 1
