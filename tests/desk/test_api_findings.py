"""A consultation evaluated by programs: coded, heard, found, and led to sentences; and who acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from httpx import Response
from starlette.testclient import TestClient

from approvals import workdays
from flows import coding
from flows.founding import sample_folder
from flows.house import House

CONSULTATION = {"consultation": "imt-2020"}
ALL = "read,submit,translate,decide,board,publish,admin"

Program = Callable[..., TestClient]


@pytest.fixture
def program(visit: Callable[..., TestClient], house: House) -> Program:
    """Give a client with a token of somebody's."""

    def as_(handle: str, scopes: str = ALL) -> TestClient:
        client = visit()
        client.headers["Authorization"] = f"Bearer {house.person(handle).id}/{scopes}"
        return client

    return as_


def ask(client: TestClient, name: str, number: int, /, **body: Any) -> Response:
    headers = {"Idempotency-Key": f"{name}-{number:08}"}
    return client.post(f"/api/v1/acts/{name}", json=body, headers=headers)


def guard(answer: Response) -> str:
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["error"]["guard"])


def kind(answer: Response) -> str:
    assert answer.status_code == 200, answer.text
    return str(answer.json()["type"])


def test_open_answers_are_dealt_coded_and_settled_by_programs(
    program: Program, house: House
) -> None:
    office, first, second = program("castagnet"), program("vasseur"), program("fontanel")
    book = (sample_folder() / "codebook.toml").read_text("utf-8")
    coders = {"first": house.person("vasseur").id, "second": house.person("fontanel").id}
    body = {**CONSULTATION, "question": "wish", "codebook": book, **coders}
    assert guard(ask(office, "open-coding", 1, **body, share=0)) == "coding:share"
    assert kind(ask(office, "open-coding", 2, **body, share=20)) == "CodingOpened"
    where = "/api/v1/consultations/imt-2020/coding/wish"
    for client, theme in ((first, "education"), (second, "openness")):
        mine = client.get(where).json()
        assert mine["part"] == "sheet"
        codes = {one["answer"]: [theme] for one in mine["answers"]}
        body = {**CONSULTATION, "question": "wish"}
        some = dict(list(codes.items())[1:])
        assert guard(ask(client, "take-sheet", 1, **body, codes=some)) == "coding:whole"
        fame = {one: ["fame"] for one in codes}
        assert guard(ask(client, "take-sheet", 2, **body, codes=fame)) == "coding:theme"
        assert kind(ask(client, "take-sheet", 3, **body, codes=codes)) == "SheetTaken"
    left = office.get(where).json()
    assert left["part"] == "settle"
    assert all(one["coded"] == [["education"], ["openness"]] for one in left["answers"])
    codes = {one["answer"]: ["education"] for one in left["answers"]}
    settled = ask(office, "settle-coding", 1, **CONSULTATION, question="wish", codes=codes)
    assert kind(settled) == "CodingSettled"
    told = office.get("/api/v1/consultations/imt-2020").json()["codings"]
    assert [(one["question"], one["settled"]) for one in told] == [("wish", True)]
    finding = {"finding": "C6", "text": {"fr": "Apprendre.", "en": "To learn."}}
    rests = [{"question": "wish", "theme": "education", "publics": ["students", "alumni"]}]
    found = ask(office, "register-finding", 1, **CONSULTATION, **finding, evidence=rests)
    assert kind(found) == "FindingRegistered"
    assert program("peyrolles").get(where).status_code == 404


def test_an_interview_and_a_finding_are_registered_and_the_house_counts(
    program: Program, house: House
) -> None:
    office, today = program("castagnet"), str(workdays.day(house.now()))
    heard = {
        "interview": "mayor", "capacity": {"fr": "maire", "en": "mayor"}, "on": today,
        "consented": today, "scope": "capacity", "name": "Ida Lavigne",
        "points": [{"fr": "Des ateliers.", "en": "Workshops."}],
    }  # fmt: skip
    nothing = {**heard, "consented": None}
    refused = ask(office, "register-interview", 1, **CONSULTATION, **nothing)
    assert guard(refused) == "interview:consent"
    registered = ask(office, "register-interview", 2, **CONSULTATION, **heard)
    assert kind(registered) == "InterviewRegistered"
    finding = {"finding": "C6", "text": {"fr": "Des lieux.", "en": "Places."}}
    for number, proof in enumerate((
        {},
        {"question": "useful"},
        {"interview": "mayor", "answer": "training"},
        {"question": "useful", "answer": "training", "theme": "education"},
    )):  # fmt: skip
        answer = ask(
            office, "register-finding", number, **CONSULTATION, **finding, evidence=[proof]
        )
        assert guard(answer) == "finding:ticked"
    typed = [{"question": "useful", "answer": "training", "count": 9_999}]
    answer = ask(office, "register-finding", 7, **CONSULTATION, **finding, evidence=typed)
    assert guard(answer) == "body"
    rests = [{"question": "useful", "answer": "training"}, {"interview": "mayor"}]
    answer = ask(office, "register-finding", 8, **CONSULTATION, **finding, evidence=rests)
    assert kind(answer) == "FindingRegistered"
    assert 0 < answer.json()["payload"]["evidence"][0]["count"] < 400
    gone = ask(office, "withdraw-consent", 1, **CONSULTATION, interview="mayor")
    assert kind(gone) == "ConsentWithdrawn"
    held = coding.evaluation(house, "consultation:imt-2020").interviews["mayor"]
    assert house.note(held.registered.points[0].fr) == ""
    unknown = ask(office, "withdraw-consent", 2, consultation="none", interview="mayor")
    assert guard(unknown) == "consultation:unknown"


def test_a_program_reads_where_findings_led_and_what_a_draft_waits_for(program: Program) -> None:
    drafter = program("delmas")
    found = drafter.get("/api/v1/dossiers/vision/findings").json()["findings"]
    assert [one["finding"] for one in found if one["orphan"]] == ["C5"]
    assert all(one["paragraphs"] for one in found if not one["orphan"])
    waits = drafter.get("/api/v1/tasks").json()["tasks"]
    assert {one["dossier"]: one["act"] for one in waits}["vision"] == "place-findings"
    assert drafter.get("/api/v1/dossiers/vision").json()["next"] == "place-findings"
    listed = program("aubrac").get("/api/v1/consultations").json()["consultations"]
    assert [one["stage"] for one in listed] == ["closed", "open"]
    one = program("aubrac").get("/api/v1/consultations/imt-2020").json()
    assert one["findings"][0]["led"][0]["dossier"] == "vision"
    assert "interviews" not in one
    assert len(drafter.get("/api/v1/consultations/imt-2020").json()["interviews"]) == 4
    assert drafter.get("/api/v1/consultations/none").status_code == 404
    assert program("vasseur").get("/api/v1/consultations").status_code == 403


def test_an_administrator_enrols_and_changes_people_by_program(
    program: Program, house: House
) -> None:
    desk = program("carrel", "admin")
    person = {"handle": "lavigne", "name": "Ida Lavigne", "roles": ["reviewer"]}
    assert guard(ask(desk, "enrol", 1, **person, mail="nowhere")) == "enrol:contact"
    enrolled = ask(desk, "enrol", 2, **person, mail="ida@example.org")
    assert kind(enrolled) == "PersonEnrolled"
    id = house.person("lavigne").id
    changed = {**person, "roles": ["reviewer", "member"], "mail": "ida@example.org"}
    assert kind(ask(desk, "enrol", 3, **changed, person=id)) == "PersonEnrolled"
    assert {one.value for one in house.register().roles[id]} == {"reviewer", "member"}  # type: ignore[index]
    nobody = ask(desk, "enrol", 4, **changed, person="nobody")
    assert guard(nobody) == "enrol:unknown"
    assert ask(program("castagnet"), "enrol", 5, **changed, person=id).status_code == 403


def test_a_document_is_laid_beside_a_text_and_an_invitation_erased_by_programs(
    program: Program, house: House
) -> None:
    drafter, office = program("delmas"), program("castagnet")
    draft = house.vault.get(house.dossier("rules").draft.version)  # type: ignore[union-attr]
    file = drafter.post("/api/v1/files", content=draft).json()["file"]
    where = "/api/v1/dossiers/rules/acts/link-document"
    body = {"file": file, "name": "axes.docx", "kind": "axes", "language": "fr"}
    for number, (name, expected) in enumerate(
        {"axes.docx": "", "../axes": "link:filename"}.items()
    ):
        key = {"Idempotency-Key": f"link-{number:08}"}
        answer = drafter.post(where, json={**body, "name": name}, headers=key)
        assert (guard(answer) if expected else kind(answer)) == (expected or "DocumentLinked")
    assert [one.name for one in house.dossier("rules").links] == ["axes.docx"]
    own = {"consultation": "imt-2026"}
    people = "address,public,language\nada@example.org,students,fr\n"
    assert ask(office, "invite", 1, **own, people=people).status_code == 200
    gone = ask(office, "erase-invitation", 1, **own, address="ada@example.org")
    assert kind(gone) == "InvitationErased"
    again = ask(office, "erase-invitation", 2, **own, address="ada@example.org")
    assert guard(again) == "forget:none"
