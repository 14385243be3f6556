"""Who may come in: rules, roles, tokens, and what is answered to whom."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from approvals.desk.auth.errors import AnswerKeyError, AnswerPendingError, TokenRefusedError
from approvals.desk.auth.idempotency import Answer, Answers, Begun
from approvals.desk.auth.identify import Identify
from approvals.desk.auth.rules import (
    AllOf,
    Anybody,
    Decides,
    Has,
    Oneself,
    PartOf,
    PublicFiles,
    RouteWithoutRuleError,
    SignedIn,
    Within,
    check_rules,
    page,
)
from approvals.desk.auth.sessions import How
from approvals.desk.auth.tokens import Scope
from approvals.names import PersonId, Role
from tests.desk.auth.conftest import TOWN, Hall

PEOPLE = [None, *(handle for handle, roles in TOWN.items() if roles)]
CONCERNED = {("p-drafter", "d1"), ("p-reviewer", "d1"), ("p-carrel", "d1"), ("p-both", "d1")}


def concerned(person: PersonId, id: str) -> bool:
    return (person, id) in CONCERNED


async def who(request: Request) -> Response:
    return PlainTextResponse(str(request.state.person))


def desk(hall: Hall) -> Starlette:
    part = PartOf("dossier", concerned)
    routes = [
        page("/open", who, rule=Anybody()),
        page("/mine", who, rule=SignedIn()),
        page("/me/password", who, rule=SignedIn(in_haste=True)),
        page("/admin", who, rule=Has(Role.ADMINISTRATOR)),
        page("/board", who, rule=Decides(Role.MEMBER, Role.CHAIR)),
        page("/dossiers/{dossier}", who, rule=part),
        page(
            "/dossiers/{dossier}/decide", who, methods=("POST",),
            rule=AllOf(Decides(Role.REVIEWER), part),
        ),
        page("/people/{id}", who, rule=Oneself("id")),
        page("/api/v1/dossiers", who, rule=Within(Scope.READ, SignedIn())),
        page("/api/v1/decide", who, rule=Within(Scope.DECIDE, Decides(Role.REVIEWER))),
        page("/api/v1/dossiers/{dossier}", who, rule=Within(Scope.READ, part)),
    ]  # fmt: skip
    identify = Middleware(
        Identify,
        site=hall.site,
        people=hall.people,
        accounts=hall.accounts,
        sessions=hall.sessions,
        tokens=hall.tokens,
    )
    return Starlette(routes=routes, middleware=[identify])


def browser(hall: Hall, handle: str | None = None) -> TestClient:
    client = TestClient(desk(hall), base_url=hall.site.origin, follow_redirects=False)
    if handle is not None:
        person = hall.person(handle)
        hall.accounts.open(person.id)
        client.cookies.set(
            hall.site.cookie, hall.sessions.begin(person, How.PASSWORD), domain="desk.example.org"
        )
    return client


ALL = set(PEOPLE)
SIGNED = ALL - {None}
MATRIX: dict[str, tuple[str, set[str | None], int]] = {
    "/open": ("GET", ALL, 0),
    "/mine": ("GET", SIGNED, 403),
    "/admin": ("GET", {"carrel", "both"}, 403),
    "/board": ("GET", {"member"}, 403),
    "/dossiers/d1": ("GET", {"carrel", "drafter", "reviewer", "both"}, 404),
    "/dossiers/d2": ("GET", set(), 404),
    "/people/p-member": ("GET", {"member"}, 404),
}


@pytest.mark.parametrize("handle", PEOPLE)
@pytest.mark.parametrize("path", MATRIX)
def test_each_door_lets_in_whom_its_rule_names(hall: Hall, path: str, handle: str | None) -> None:
    method, welcome, otherwise = MATRIX[path]
    answer = browser(hall, handle).request(method, path)
    if handle in welcome:
        assert (answer.status_code, answer.text) == (200, f"p-{handle}" if handle else "None")
    elif handle is None:
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/sign-in?next={path}"
    else:
        assert answer.status_code == otherwise


@pytest.mark.parametrize("handle", PEOPLE)
def test_only_a_reviewer_with_part_in_it_decides_and_an_administrator_never_does(
    hall: Hall, handle: str | None
) -> None:
    answers = {
        dossier: browser(hall, handle).post(f"/dossiers/{dossier}/decide").status_code
        for dossier in ("d1", "d2", "nothing")
    }
    part = handle in ("carrel", "drafter", "reviewer", "both")
    mine = 401 if handle is None else 200 if handle == "reviewer" else 403 if part else 404
    other = 401 if handle is None else 404
    assert answers == {"d1": mine, "d2": other, "nothing": other}


def test_a_hidden_thing_and_a_missing_one_are_answered_alike(hall: Hall) -> None:
    member = browser(hall, "member")
    hidden, missing = member.get("/dossiers/d1"), member.get("/dossiers/nothing")
    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)
    assert hidden.headers == missing.headers


def test_the_way_back_after_signing_in_keeps_the_question(hall: Hall) -> None:
    answer = browser(hall).get("/mine?tab=2&x=é//evil")
    assert answer.headers["location"] == "/sign-in?next=/mine%3Ftab%3D2%26x%3D%25C3%25A9//evil"


def test_who_must_choose_a_password_does_that_first(hall: Hall) -> None:
    client = browser(hall, "drafter")
    hall.accounts.must_change(hall.person("drafter").id)
    answer = client.get("/mine")
    assert (answer.status_code, answer.headers["location"]) == (303, "/me/password")
    assert client.get("/me/password").status_code == 200
    assert client.get("/open").status_code == 200


def test_who_loses_every_role_is_out_at_once(hall: Hall) -> None:
    client = browser(hall, "drafter")
    assert client.get("/mine").status_code == 200
    hall.enrol("drafter")
    answer = client.get("/mine")
    assert answer.status_code == 303
    assert "Max-Age=0" in answer.headers["set-cookie"]
    hall.enrol("drafter", Role.DRAFTER)
    assert client.get("/mine").status_code == 303


def test_who_gains_a_role_gets_another_cookie_and_the_old_one_is_dead(hall: Hall) -> None:
    client = browser(hall, "drafter")
    old = client.cookies[hall.site.cookie]
    hall.enrol("drafter", Role.DRAFTER, Role.MEMBER)
    answer = client.get("/board")
    assert answer.status_code == 200
    assert "Secure" in answer.headers["set-cookie"]
    assert client.cookies[hall.site.cookie] != old
    assert client.get("/board").status_code == 200
    thief = browser(hall)
    thief.cookies.set(hall.site.cookie, old, domain="desk.example.org")
    assert thief.get("/mine").status_code == 303


def test_a_cookie_under_the_plain_name_is_not_read_behind_tls(hall: Hall) -> None:
    client = browser(hall)
    secret = hall.sessions.begin(hall.person("drafter"), How.PASSWORD)
    client.cookies.set("enonce", secret, domain="desk.example.org")
    assert client.get("/mine").status_code == 303


def program(hall: Hall, handle: str, *scopes: Scope) -> dict[str, str]:
    hall.accounts.open(hall.person(handle).id)
    secret = hall.tokens.issue(hall.person(handle), "a program", scopes)
    return {"authorization": f"Bearer {secret}"}


def test_a_token_opens_what_its_scopes_and_its_owner_open(hall: Hall) -> None:
    client = browser(hall)
    reads, decides = (
        program(hall, "reviewer", Scope.READ),
        program(hall, "reviewer", Scope.DECIDE),
    )
    asked = {
        path: (
            client.get(path, headers=reads).status_code,
            client.get(path, headers=decides).status_code,
            client.get(path).status_code,
        )
        for path in (
            "/api/v1/dossiers",
            "/api/v1/decide",
            "/api/v1/dossiers/d1",
            "/api/v1/dossiers/d2",
        )
    }
    assert asked == {
        "/api/v1/dossiers": (200, 403, 401),
        "/api/v1/decide": (403, 200, 401),
        "/api/v1/dossiers/d1": (200, 403, 401),
        "/api/v1/dossiers/d2": (404, 404, 401),
    }


def test_a_token_opens_no_page_and_a_cookie_no_api(hall: Hall) -> None:
    assert (
        browser(hall).get("/mine", headers=program(hall, "drafter", Scope.READ)).status_code == 303
    )
    assert browser(hall, "drafter").get("/api/v1/dossiers").status_code == 401


WITHOUT = {
    "nothing": "",
    "no kind": "enonce_x",
    "another kind": "Basic eDp5",
    "a wrong one": "Bearer enonce_x",
}


@pytest.mark.parametrize("header", WITHOUT.values(), ids=WITHOUT.keys())
def test_without_a_token_the_api_says_so(hall: Hall, header: str) -> None:
    answer = browser(hall).get("/api/v1/dossiers", headers={"authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_token_ends_with_its_time_its_owner_or_its_account(hall: Hall) -> None:
    client = browser(hall)

    def status(headers: dict[str, str]) -> int:
        return client.get("/api/v1/dossiers", headers=headers).status_code

    late, revoked = program(hall, "drafter", Scope.READ), program(hall, "member", Scope.READ)
    member = hall.person("member")
    (token,) = hall.tokens.of(member.id)
    assert not hall.tokens.revoke(hall.person("drafter").id, token.handle)
    assert status(revoked) == 200
    assert hall.tokens.revoke(member.id, token.handle)
    assert status(revoked) == 401
    closed = program(hall, "reviewer", Scope.READ)
    hall.accounts.disable(hall.person("reviewer").id)
    assert status(closed) == 401
    hall.watch.turn(days=90)
    assert status(late) == 401


def test_an_administrators_token_never_decides(hall: Hall) -> None:
    for scope in (Scope.DECIDE, Scope.BOARD):
        with pytest.raises(TokenRefusedError, match="do not include"):
            hall.tokens.issue(hall.person("both"), "a program", [scope])


BEYOND: dict[str, Callable[[Hall], object]] = {
    "no scope": lambda hall: hall.tokens.issue(hall.person("drafter"), "x", []),
    "another role's scope": lambda hall: hall.tokens.issue(
        hall.person("drafter"), "x", [Scope.BOARD]
    ),
    "for two years": lambda hall: hall.tokens.issue(
        hall.person("drafter"), "x", [Scope.READ], timedelta(days=730)
    ),
    "for no time": lambda hall: hall.tokens.issue(
        hall.person("drafter"), "x", [Scope.READ], timedelta()
    ),
}


@pytest.mark.parametrize("ask", BEYOND.values(), ids=BEYOND.keys())
def test_a_token_is_not_given_for_more_than_it_may(
    hall: Hall, ask: Callable[[Hall], object]
) -> None:
    with pytest.raises(TokenRefusedError):
        ask(hall)


def test_a_token_is_shown_once_and_kept_as_a_digest(any_hall: Hall) -> None:
    secret = any_hall.tokens.issue(any_hall.person("drafter"), "nightly", [Scope.READ])
    (kept,) = any_hall.tokens.of(any_hall.person("drafter").id)
    assert (kept.name, kept.scopes, kept.used) == ("nightly", {Scope.READ}, None)
    assert secret not in repr(kept)
    assert any_hall.tokens.find(secret) == kept


BARE = {
    "a plain route": Route("/bare", lambda request: JSONResponse({})),
    "one in a folder": Mount("/under", routes=[Route("/bare", lambda request: JSONResponse({}))]),
    "files that nobody spoke of": Mount("/files", StaticFiles(directory=".")),
    "a web socket": WebSocketRoute("/live", who),
    "an API page that a cookie would open": page("/api/v1/x", who, rule=SignedIn()),
}


@pytest.mark.parametrize("route", BARE.values(), ids=BARE.keys())
def test_a_desk_with_a_door_that_nobody_watches_is_not_built(route: Route) -> None:
    with pytest.raises(RouteWithoutRuleError):
        check_rules([page("/open", who, rule=Anybody()), route])


def test_the_doors_are_listed_with_their_rules(hall: Hall) -> None:
    files = PublicFiles("/static", StaticFiles(directory="."))
    doors = check_rules(
        [*desk(hall).routes, Mount("/more", routes=[page("/a", who, rule=Anybody())]), files]
    )
    named = {door.path: repr(door.rule) for door in doors}
    assert named["/board"] == "Decides(chair, member)"
    assert named["/dossiers/{dossier}"] == "PartOf(dossier)"
    assert {"/more/a", "/static"} <= named.keys()


def test_the_same_request_is_answered_the_same_and_acts_once(any_hall: Hall) -> None:
    answers, me = Answers(any_hall.rows), PersonId("p-drafter")
    begun = answers.begin("k1", me, "POST /api/v1/drafts", b"body")
    assert isinstance(begun, Begun)
    with pytest.raises(AnswerPendingError):
        answers.begin("k1", me, "POST /api/v1/drafts", b"body")
    answers.finish(begun, 201, b'{"id":"d1"}', "/api/v1/dossiers/d1")
    again = answers.begin("k1", me, "POST /api/v1/drafts", b"body")
    assert isinstance(again, Answer)
    assert (again.status, again.body, again.location) == (201, '{"id":"d1"}', "/api/v1/dossiers/d1")
    with pytest.raises(AnswerKeyError):
        answers.begin("k1", me, "POST /api/v1/drafts", b"another body")
    for other in (
        ("k2", me, "POST /api/v1/drafts"),
        ("k1", PersonId("p-x"), "POST /api/v1/drafts"),
        ("k1", me, "POST /x"),
    ):
        assert isinstance(answers.begin(*other, b"body"), Begun)
    any_hall.watch.turn(hours=24)
    assert isinstance(answers.begin("k1", me, "POST /api/v1/drafts", b"body"), Begun)


def test_a_request_that_failed_for_now_or_was_killed_may_be_sent_again(hall: Hall) -> None:
    answers, me = Answers(hall.rows), PersonId("p-drafter")
    begun = answers.begin("k", me, "r", b"")
    assert isinstance(begun, Begun)
    answers.finish(begun, 503, b"")
    assert isinstance(answers.begin("k", me, "r", b""), Begun)
    hall.watch.turn(minutes=2)
    assert isinstance(answers.begin("k", me, "r", b""), Begun)


def test_of_twenty_equal_requests_at_once_one_begins(any_hall: Hall) -> None:
    answers = Answers(any_hall.rows)

    def begin(_: int) -> bool:
        try:
            return isinstance(answers.begin("k", PersonId("p"), "r", b""), Begun)
        except AnswerPendingError:
            return False

    with ThreadPoolExecutor(20) as crowd:
        assert sum(crowd.map(begin, range(20))) == 1
