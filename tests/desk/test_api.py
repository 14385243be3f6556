"""The interface for programs: the same acts, handlers and guards, as JSON."""

from __future__ import annotations

import pytest

from approvals import policy
from approvals.desk.api.acts import ACTS

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
        *("ethics", "raison-d-etre", "charter", "strategy", "rules")
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
    """Acts whose bytes come as a file are brought through the desk's own upload."""
    files = {"link", "amend", "press-release", "erratum"}
    names = {"revise": "propose", "attend": "attend"}
    wanted = {names.get(one, one) for one in policy.ALLOWED} - files - {"convene", "extract"}
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
