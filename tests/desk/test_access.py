"""Every route of the desk, asked by every kind of person, of a dossier in every state.

The routes come from the program; what is expected comes from the table in ``access.py``, which is
written by hand. A route that the table does not know fails here with the line that is missing.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient

from approvals import events as ev
from approvals.desk.api.document import described
from approvals.names import Bilingual, PersonId
from flows import acts
from flows.house import House, open_house
from tests.desk.access import ROLES, WORK_ON_EVERYTHING, Row, interface, may, pages
from tests.desk.town import SITE, Town, gathered, routes

EVERYBODY = (None, *ROLES)
STATES = {
    "rules": "draft",
    "strategy": "translating",
    "charter": "in-review",
    "ethics": "voting",
    "raison-d-etre": "published",
    "secret": "draft",
}
"""The dossiers of the furnished house, and one more that is confidential."""
PUBLISHED, SECRET = "raison-d-etre", "secret"
PLACES = {
    "consultation": "imt-2026",
    "digest": "0" * 64,
    "finding": "none",
    "engine": "deepl",
    "file": "board.toml",
    "held": "none",
    "interview": "none",
    "kind": "csv",
    "language": "fr",
    "name": "none",
    "number": "1",
    "question": "wish",
    "remark": "none",
    "seat": "none",
    "secret": "none",
    "sequence": "1",
    "term": "new",
}
WHOLE = os.environ.get("ENONCE_ACCESS") == "all"
"""Whether every person is asked about every dossier; else those that are alike take turns."""
NOTHING_CHANGED = {"/dossiers/{dossier}/session/attend"}
"""Acts whose empty form says that nothing changed, so that nothing is brought before a handler."""
NOT_OF_THE_HOUSE = {"/first-run", "/welcome/{secret}", "/sign-in/institution"}
"""Pages that answer with something else than themselves where they have nothing to do."""


@pytest.fixture(scope="module")
def town(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    home = tmp_path_factory.mktemp("access") / "house"
    shutil.copytree(furnished, home)
    house = open_house(home)
    acts.submit(
        house, house.vault.get(house.dossier("rules").draft.version), "secret.docx",
        by=PersonId(house.person("delmas").id), dossier=SECRET, title=Bilingual("Secret", "Secret"),
        source="fr", confidentiality=ev.Confidentiality.CONFIDENTIAL, answers=(), key="secret",
    )  # fmt: skip
    yield gathered(house)
    house.close()


@pytest.fixture(scope="module")
def client(town: Town) -> Iterator[TestClient]:
    with TestClient(
        town.app, base_url=SITE.origin, follow_redirects=False, headers={"accept-language": "en"}
    ) as opened:
        yield opened


def filled(path: str, dossier: str, house: House) -> str:
    """Put something into every place of an address."""
    places = {**PLACES, "dossier": dossier, "person": house.person("delmas").id}
    unknown = [name for name in re.findall(r"{([^}]+)}", path) if name not in places]
    assert not unknown, f"PLACES in test_access.py needs something for {unknown} of {path}."
    return re.sub(r"{([^}]+)}", lambda found: places[found[1]], path)


def knows(handle: str | None, dossier: str) -> bool:
    """Say whether somebody may know of a dossier, as approvals.md says it."""
    if handle is None:
        return False
    return dossier != SECRET or bool(WORK_ON_EVERYTHING.intersection(ROLES[handle].split()))


def people(dossier: str, path: str) -> tuple[str | None, ...]:
    """Say who asks about a dossier: everybody, or on the road between draft and seal a third.

    Who is left out of one state is asked in another; ``ENONCE_ACCESS=all`` leaves nobody out.
    """
    if WHOLE or "{dossier}" not in path or dossier in (SECRET, PUBLISHED):
        return EVERYBODY
    turn = list(STATES).index(dossier)
    return tuple(one for place, one in enumerate(EVERYBODY) if (place + turn) % 3 == 0)


def door(handle: str | None, row: Row, dossier: str) -> int:
    """Give what the door answers: 200 where it opens."""
    if row.enter == {"all"}:
        return 200
    if row.enter == {"public"}:
        return 200 if dossier == PUBLISHED else 404
    if handle is None:
        return 303
    if row.enter == {"reader"}:
        return 200 if knows(handle, dossier) else 404
    return 200 if row.enter == {"enrolled"} or may(handle, row.enter) else 403


def test_every_route_has_its_line_in_the_table_and_every_line_its_route(town):
    known, acts_known = pages(), interface()
    missing = []
    for method, path in routes(town.app):
        if path.startswith("/api/v1/"):
            if _name(path) not in acts_known:
                missing.append(f"API in access.py: {_name(path)} <scope> <roles that may act>")
        elif (method, path) not in known:
            missing.append(f"TABLE in access.py: {method} {path} <who comes in> <who may act>")
    assert not missing, "These lines are to be added:\n" + "\n".join(missing)
    there = set(routes(town.app))
    assert [key for key in known if key not in there] == []
    assert set(acts_known) == {_name(path) for _, path in there if path.startswith("/api/v1/")}


def test_every_page_opens_for_whom_it_is_and_for_nobody_else(town, client):
    wrong = []
    for (method, path), row in pages().items():
        if method == "GET":
            for dossier, handle, answer in _everybody(town, client, method, path):
                said = door(handle, row, dossier)
                if not _fits(answer, said, path, row):
                    wrong.append(f"{path} {dossier} {handle}: {answer.status_code}, not {said}")
    assert not wrong, "\n".join(wrong)


def test_an_act_is_refused_to_whom_it_is_not_given_and_leaves_no_trace(town, client):
    """Forms come empty, so that only the door and the handler's own guards speak."""
    wrong = []
    before = town.house.store.size()
    for (method, path), row in pages().items():
        if method == "POST" and "-" not in row.act:
            for dossier, handle, answer in _everybody(town, client, method, path, row):
                said = door(handle, row, dossier)
                allowed = (
                    answer.status_code in (403, 404, 409, 422)
                    if said == 200
                    else (answer.status_code == said)
                )
                allowed |= answer.status_code == 303 and path in NOTHING_CHANGED
                if not allowed or town.house.store.size() != before:
                    wrong.append(f"{path} {dossier} {handle}: {answer.status_code}")
                    before = town.house.store.size()
    assert not wrong, "\n".join(wrong)


def test_a_program_may_what_its_token_and_its_person_may(town, client):
    wrong = []
    before = town.house.store.size()
    table = interface()
    for method, path in routes(town.app):
        if not path.startswith("/api/v1/"):
            continue
        row = table[_name(path)]
        for dossier in STATES if "{dossier}" in path else ("rules",):
            for handle in people(dossier, path):
                if method == "POST" and (may(handle, row.act) or row.act == {"-"}):
                    continue
                answer = _ask_api(town, client, method, path, dossier, handle)
                said = _api_door(
                    town, method, handle, row, dossier if "{dossier}" in path else "rules"
                )
                if said == 200 and method == "POST":
                    fits = answer.status_code in (403, 409, 422)
                elif said == 200 and "{question}" in path:  # nobody's to code, so nobody's to see
                    fits = answer.status_code == 404
                else:
                    fits = answer.status_code == said
                if not fits or town.house.store.size() != before:
                    wrong.append(
                        f"{path} {dossier} {handle}: {answer.status_code}, not {said}: {answer.text[:90]}"
                    )
                    before = town.house.store.size()
    assert not wrong, "\n".join(wrong)


DECISIONS = {
    "decide", "certify", "vote", "drop-vote", "open-ballot", "close-ballot", "conform", "seal",
    "publish", "withdraw", "confirm-withdrawal", "certify-erratum", "waive", "vouch", "abandon",
}  # fmt: skip


def test_an_administrator_can_decide_nothing(town, client):
    given = {name: row.act for name, row in interface().items()}
    assert not [name for name in DECISIONS if "administrator" in given[name]]
    assert not town.scopes["carrel"] & {"decide", "board"}
    assert not [
        path for (_, path), row in pages().items() if "/dossiers/" in path
        and "administrator" in row.act
    ]  # fmt: skip


def _name(path: str) -> str:
    return path.partition("/acts/")[2] or path.removeprefix("/api/v1/")


def _everybody(
    town: Town, client: TestClient, method: str, path: str, row: Row | None = None
) -> Iterator[tuple[str, str | None, Any]]:
    """Ask as everybody about every dossier; where a row is given, only as those it leaves out."""
    for dossier in STATES if "{dossier}" in path else ("rules",):
        for handle in people(dossier, path):
            if row is not None and may(handle, row.act):
                continue
            # Whoever is told to be somebody else by a page must not lose their session by it.
            headers = {**town.cookies[handle], "sec-fetch-site": "same-origin"}
            yield (
                dossier,
                handle,
                client.request(method, filled(path, dossier, town.house), headers=headers),
            )
            client.cookies.clear()


def _fits(answer: Response, said: int, path: str, row: Row) -> bool:
    if said != 200:
        to_the_door = answer.headers.get("location", "").startswith("/sign-in?")
        return answer.status_code == said and (said != 303 or to_the_door)
    if answer.status_code == 200:
        return True
    # What is not there, not yet or no longer is not there for anybody who comes in.
    leaf = re.search(r"{(?!dossier)[^}]+}", path) is not None
    later = path.endswith(("/matrix", "/matrix.docx", "/quorum"))
    if leaf or later or path in NOT_OF_THE_HOUSE or path == "/sign-in/institution/back":
        return answer.status_code in (303, 404, 410, 422)
    return path in {"/sign-in", "/dossiers/{dossier}/published"} and answer.status_code == 303


def _ask_api(
    town: Town, client: TestClient, method: str, path: str, dossier: str, handle: str | None
) -> Any:
    headers = {"idempotency-key": "matrix-0001", **town.tokens.get(handle or "", {})}
    where = filled(path, dossier, town.house)
    if method == "GET":
        return client.get(where, headers=headers)
    operation = described()["paths"][path]["post"]
    kinds = operation["requestBody"]["content"]
    if "application/json" not in kinds:
        return client.post(where, content=b"none", headers=headers)
    return client.post(where, json=example(kinds["application/json"]["schema"]), headers=headers)


def _api_door(town: Town, method: str, handle: str | None, row: Row, dossier: str) -> int:
    if row.scope == "all":
        return 200
    if handle is None or handle not in town.tokens:
        return 401
    if not knows(handle, dossier):
        return 404
    if not town.scopes[handle].intersection(row.scope.split("|")):
        return 403
    return 200 if method == "POST" or not row.act or may(handle, row.act) else 403


def example(schema: dict[str, Any]) -> Any:
    """Give the smallest value that a schema of the description allows."""
    if "$ref" in schema:
        return example(described()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "const" in schema or "enum" in schema:
        return schema.get("const") or schema["enum"][0]
    if "anyOf" in schema:
        return example(schema["anyOf"][0])
    match schema.get("type"):
        case "object":
            wanted = schema.get("required", ())
            return {name: example(schema["properties"][name]) for name in wanted}
        case "array":
            return [example(one) for one in schema.get("prefixItems", ())]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
    dates = {"date": "2026-12-01", "date-time": "2026-12-01T10:00:00Z"}
    return dates.get(schema.get("format", ""), "x")
