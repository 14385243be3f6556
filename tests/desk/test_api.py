"""The interface for programs: the same acts, handlers and guards, as JSON."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from approvals import policy, workdays
from approvals.desk.api.acts import ACTS
from flows.founding import sample_folder

SCOPES = "read,submit,translate,decide,board,publish,admin"


@pytest.fixture
def program(visit, house):
    """A client with a token of somebody's."""

    def as_(handle, scopes=SCOPES):
        client = visit()
        client.headers["Authorization"] = f"Bearer {house.person(handle).id}/{scopes}"
        return client

    return as_


def act(client, dossier, name, key="key-00000001", **body):
    return client.post(
        f"/api/v1/dossiers/{dossier}/acts/{name}", json=body, headers={"Idempotency-Key": key}
    )


def test_a_program_reads_what_its_person_may_see(program):
    client = program("vasseur")
    assert {one["dossier"] for one in client.get("/api/v1/dossiers").json()["dossiers"]} == {
        *("ethics", "raison-d-etre", "charter", "strategy", "rules", "vision")
    }
    assert client.get("/api/v1/tasks").json()["tasks"][0]["dossier"] == "charter"
    assert client.get("/api/v1/dossiers/charter").json()["state"] == "in-review"
    events = client.get("/api/v1/dossiers/charter/events?after=2").json()["events"]
    assert [one["version"] for one in events][:2] == [3, 4]


def test_without_a_token_nothing_is_said(visit):
    answer = visit("vasseur").get("/api/v1/dossiers")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (
        401,
        'Bearer realm="enonce"',
    )


def test_a_scope_takes_away_what_the_person_may(program):
    answer = act(program("delmas", "read"), "rules", "translate")
    assert (answer.status_code, answer.json()["error"]["guard"]) == (403, "scope")


def test_an_act_happens_once_under_its_key(program, house):
    client = program("delmas")
    first, second = (act(client, "rules", "translate") for _ in range(2))
    assert first.status_code == 200, first.text
    assert first.json() == second.json()
    assert house.dossier("rules").state == "translating"


def test_a_decision_through_the_interface_is_the_same_decision(program, house):
    it = house.dossier("charter")
    answer = act(
        program("vasseur"), "charter", "decide", step="legal", decision="approve", pair=it.pair
    )
    assert answer.json()["type"] == "DecisionMade"
    assert house.dossier("charter").approved("legal", house.person("vasseur").id)


REFUSED = {
    "no key": ({"key": ""}, 422, "key"),
    "a key with a space": ({"key": "key 0000 01"}, 422, "key"),
    "an unknown field": ({"sudo": True}, 422, "body"),
    "a stale version": ({"expected": 1}, 409, "StaleVersionError"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_said_with_its_guard(case, program):
    more, status, guard = REFUSED[case]
    answer = act(program("vasseur"), "charter", "abandon", reason="No.", **more)
    if case == "a stale version":
        answer = act(program("delmas"), "charter", "abandon", reason="No.", **more)
    assert (answer.status_code, answer.json()["error"]["guard"]) == (status, guard)


BODIES = {
    "no JSON": (b"{", "application/json", 400),
    "a list": (b"[]", "application/json", 400),
    "a form": (b"a=b", "application/x-www-form-urlencoded", 415),
    "a deep one": (b"[" * 50_000, "application/json", 400),
    "nothing": (b"", "application/json", 400),
}


@pytest.mark.parametrize("case", BODIES)
def test_a_body_that_is_none_is_told(case, program):
    data, kind, status = BODIES[case]
    answer = program("delmas").post(
        "/api/v1/dossiers/rules/acts/translate",
        content=data,
        headers={"Content-Type": kind, "Idempotency-Key": "key-00000001"},
    )
    assert answer.status_code == status


def test_a_guard_refuses_a_program_as_it_refuses_a_person(program):
    answer = act(program("vasseur"), "rules", "translate")
    assert (answer.status_code, answer.json()["error"]["guard"]) == (403, "role:translate")


def test_every_act_of_a_person_has_its_place(program):
    names = {"revise": "propose"}
    wanted = {names.get(one, one) for one in policy.ALLOWED} - {"link"}
    assert wanted <= set(ACTS)


def test_the_description_describes_every_route(program, visit):
    paths = program("vasseur").get("/api/v1/openapi.json").json()["paths"]
    routes = {
        route.path
        for route in visit().app.routes
        if getattr(route, "path", "").startswith("/api/v1/") and "openapi" not in route.path
    }
    assert set(paths) == routes


def test_a_text_is_begun_by_a_program_with_a_file_that_passes_intake(program, house):
    client = program("delmas")
    refused = client.post("/api/v1/files", content=b"%PDF-1.7")
    assert (refused.status_code, refused.json()["error"]["guard"]) == (422, "intake")
    draft = house.vault.get(house.dossier("rules").draft.version)
    file = client.post("/api/v1/files", content=draft).json()["file"]
    body = {"file": file, "title": {"fr": "Neuf", "en": "New"}, "source": "en"}
    begun = client.post(
        "/api/v1/acts/begin", json=body, headers={"Idempotency-Key": "key-00000009"}
    )
    assert (begun.status_code, begun.json()["dossier"]) == (200, "new"), begun.text
    absent = client.post(
        "/api/v1/acts/begin",
        json={**body, "file": "0" * 64},
        headers={"Idempotency-Key": "key-00000010"},
    )
    assert absent.json()["error"]["guard"] == "file"


def test_a_file_is_named_by_who_sent_it_alone(program, house):
    theirs = house.dossier("ethics").draft.version
    secretary = program("castagnet")
    assert take(program("delmas"), house.vault.get(theirs)) == theirs
    refused = act(secretary, "ethics", "amend", file=theirs)
    assert refused.json()["error"]["guard"] == "file"
    assert take(secretary, house.vault.get(theirs)) == theirs
    known = act(secretary, "ethics", "amend", "key-00000013", file=theirs)
    assert known.json()["error"]["guard"] == "amend:unchanged"


def take(client, data):
    return client.post("/api/v1/files", content=data).json()["file"]


def test_a_board_is_convened_and_amends_by_programs(program, house):
    secretary = program("castagnet")
    it = house.dossier("ethics")
    second = list(it.pair_paragraphs)[1]
    nothing = act(secretary, "ethics", "amend", "key-00000011")
    assert nothing.json()["error"]["guard"] == "amend:what"
    body = {"paragraph": second, "words": "Nous agissons pour les transitions."}
    amended = act(secretary, "ethics", "amend", "key-00000012", **body)
    assert amended.json()["type"] == "TextAmended", amended.text
    assert house.dossier("ethics").state == "amending"


def test_an_extract_is_certified_by_a_program(program):
    extract = act(program("castagnet"), "raison-d-etre", "extract")
    assert extract.json()["type"] == "ExtractCertified", extract.text


def test_a_press_release_and_a_correction_name_files_that_were_sent(program, house):
    it = house.dossier("raison-d-etre")
    assert it.draft
    assert it.target
    fr, en = (house.vault.get(one.version) for one in (it.draft, it.target))
    press, translator = program("lemoal"), program("fontanel")
    body = {"fr": take(press, fr), "en": take(press, en)}
    kept = act(press, "ethics", "press-release", **body)
    assert kept.json()["type"] == "PressReleaseKept", kept.text
    unknown = act(translator, "raison-d-etre", "erratum", language="en", file="0" * 64)
    assert unknown.json()["error"]["guard"] == "file"
    body = {"language": "fr", "file": take(translator, fr), "reason": "An s."}
    refused = act(translator, "raison-d-etre", "erratum", **body)
    assert refused.json()["error"]["guard"] == "erratum:authoritative"


def ask(client, name, key, **body):
    return client.post(f"/api/v1/acts/{name}", json=body, headers={"Idempotency-Key": key})


def test_a_consultation_goes_from_plan_to_erasure_by_programs(program, house):
    office = program("castagnet")
    form = (sample_folder() / "questionnaire.toml").read_text("utf-8")
    own = {"consultation": "by-program"}
    bad = ask(office, "plan-consultation", "key-00000020", questionnaire="id = 1", **own)
    assert bad.status_code == 422
    unknown = ask(office, "open-consultation", "key-00000021", until="2027-01-01", **own)
    assert unknown.json()["error"]["guard"] == "consultation:unknown"
    planned = ask(office, "plan-consultation", "key-00000022", questionnaire=form, **own)
    assert planned.json()["type"] == "ConsultationPlanned", planned.text
    until = str(workdays.day(house.now()) + timedelta(days=9))
    assert ask(office, "open-consultation", "key-00000023", until=until, **own).status_code == 200
    people = "address,public,language\nada@example.org,students,fr\n"
    given = ask(office, "invite", "key-00000024", people=people, **own).json()["links"]
    assert "/c/by-program" in given
    assert ask(office, "invite", "key-00000024", people=people, **own).json()["links"] == ""
    assert "/c/by-program" in ask(office, "remind", "key-00000025", **own).json()["links"]
    head = "public,language,distinct,useful,ecology,wish\n"
    faulty = ask(
        office,
        "import-responses",
        "key-00000026",
        responses=f"{head}students,fr,,nonsense,,\n",
        **own,
    )
    assert faulty.status_code == 422
    assert set(faulty.json()["error"]["data"]) == {"1.useful"}
    row = "students,fr,campus,training,3,\n"
    taken = ask(office, "import-responses", "key-00000027", responses=head + row * 12, **own)
    assert taken.json()["type"] == "ResponsesImported", taken.text
    assert ask(office, "close-consultation", "key-00000028", **own).status_code == 200
    files = ask(office, "synthesise", "key-00000029", **own).json()["files"]
    assert base64.b64decode(files["by-program.synthesis.fr.docx"])[:2] == b"PK", sorted(files)
    refused = ask(program("aubrac"), "erase-consultation", "key-00000030", **own)
    assert refused.status_code == 403
    erased = ask(program("carrel", "admin"), "erase-consultation", "key-00000031", **own)
    assert erased.json()["type"] == "AnswersErased", erased.text
