"""Coming in and going out through the desk's own pages, in a browser that runs no script."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.testclient import TestClient

from approvals.desk.auth.links import Purpose
from approvals.desk.auth.oidc import Provider
from approvals.desk.auth.passwords import Passwords
from approvals.desk.auth.people import Person
from approvals.desk.auth.reception import Reception
from approvals.desk.auth.rules import check_rules
from approvals.desk.auth.sessions import How
from approvals.desk.auth.site import Site
from approvals.desk.auth.tokens import Scope
from approvals.desk.look import open_desk
from flows import desk as wiring
from flows import founding, logs
from flows.house import House
from tests.desk.auth.authenticator import Authenticator
from tests.desk.auth.conftest import GOOD, Watch
from tests.desk.auth.provider import OwnProvider

ORIGIN = "https://desk.example.org"
OTHER = "quatre autres mots pris ensemble"
FETCH = {"sec-fetch-site": "same-origin"}


@dataclass
class Lobby:
    """The whole desk over a furnished house, and the clock by which people come in."""

    house: House
    reception: Reception
    watch: Watch

    def browser(self, **headers: str) -> TestClient:
        desk = open_desk(wiring.desk(self.house), self.reception)
        client = TestClient(
            desk, base_url=ORIGIN, follow_redirects=False, headers={**FETCH, **headers}
        )
        client.cookies.set("enonce_lang", "en", domain="desk.example.org")
        return client

    def person(self, handle: str) -> Person:
        found = self.reception.people.named(handle)
        assert found is not None
        return found

    def account(self, handle: str) -> Person:
        person = self.person(handle)
        self.reception.accounts.set_password(person, GOOD)
        return person

    def signed_in(self, handle: str, how: How = How.PASSWORD) -> TestClient:
        person, browser = self.account(handle), self.browser()
        cookie = self.reception.sessions.begin(person, how)
        browser.cookies.set("__Host-enonce", cookie, domain="desk.example.org")
        return browser


def lobby_of(house: House, watch: Watch, provider: Provider | None = None) -> Lobby:
    passwords = Passwords(Argon2Hasher(1, 1024, 1))
    reception = Reception.over(
        house.store, watch, Site(ORIGIN), provider=provider, passwords=passwords
    )
    return Lobby(house, reception, watch)


@pytest.fixture
def lobby(house: House, watch: Watch) -> Lobby:
    return lobby_of(house, watch)


def sign_in(
    browser: TestClient, name: str = "vasseur", password: str = GOOD, **more: str
) -> object:
    return browser.post("/sign-in", data={"name": name, "password": password, **more})


def test_a_person_signs_in_acts_and_signs_out_and_the_old_cookie_is_dead(lobby: Lobby) -> None:
    lobby.account("vasseur")
    browser = lobby.browser()
    door = browser.get("/dossiers/charter")
    assert door.headers["location"] == "/sign-in?next=%2Fdossiers%2Fcharter"
    page = browser.get(door.headers["location"])
    assert page.status_code == 200
    assert 'value="/dossiers/charter"' in page.text
    inside = sign_in(browser, next="/dossiers/charter")
    assert (inside.status_code, inside.headers["location"]) == (303, "/dossiers/charter")
    cookie = inside.headers["set-cookie"]
    assert cookie.startswith("__Host-enonce=")
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert browser.get("/dossiers/charter").status_code == 200
    kept = browser.cookies["__Host-enonce"]
    out = browser.post("/sign-out")
    assert out.headers["location"] == "/sign-in?done=signed-out"
    assert "You are signed out." in browser.get(out.headers["location"]).text
    thief = lobby.browser()
    thief.cookies.set("__Host-enonce", kept, domain="desk.example.org")
    assert thief.get("/dossiers/charter").status_code == 303


def test_signing_in_takes_no_cookie_over(lobby: Lobby) -> None:
    lobby.account("vasseur")
    browser = lobby.browser()
    browser.cookies.set("__Host-enonce", "planted", domain="desk.example.org")
    sign_in(browser)
    first = browser.cookies["__Host-enonce"]
    assert first != "planted"
    sign_in(browser)
    assert browser.cookies["__Host-enonce"] != first
    thief = lobby.browser()
    thief.cookies.set("__Host-enonce", first, domain="desk.example.org")
    assert thief.get("/").status_code == 303


@pytest.mark.parametrize(
    "next_", ["https://evil.example", "//evil.example", "/\\evil.example", "x"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(lobby: Lobby, next_: str) -> None:
    lobby.account("vasseur")
    browser = lobby.browser()
    assert 'name="next" value="/"' in browser.get("/sign-in", params={"next": next_}).text
    assert sign_in(browser, next=next_).headers["location"] == "/"
    again = browser.get("/sign-in", params={"next": next_})
    assert (again.status_code, again.headers["location"]) == (303, "/")


def test_a_wrong_password_is_said_in_words_and_the_name_is_kept(lobby: Lobby) -> None:
    lobby.account("vasseur")
    for name in ("vasseur", "nobody"):
        answer = sign_in(lobby.browser(), name, "not the password")
        assert answer.status_code == 401
        assert "do not go together" in answer.text
        assert f'value="{name}"' in answer.text
        assert "set-cookie" not in answer.headers
    browser = lobby.browser()
    browser.cookies.delete("enonce_lang")
    browser.headers["accept-language"] = "fr"
    french = sign_in(browser, "nobody", "x")
    assert '<html lang="fr">' in french.text


def test_a_name_full_of_markup_is_text(lobby: Lobby) -> None:
    answer = sign_in(lobby.browser(), '"><script>alert(1)</script>', "x")
    assert "<script>alert" not in answer.text


def test_ten_failures_pause_sign_in_for_a_quarter_of_an_hour(lobby: Lobby) -> None:
    lobby.account("vasseur")
    answers = [sign_in(lobby.browser(), password="wrong").status_code for _ in range(12)]
    assert answers == [401] * 10 + [429] * 2
    paused = sign_in(lobby.browser())
    assert paused.status_code == 429
    assert 0 < int(paused.headers["retry-after"]) <= 900
    assert "try again in 15 min" in paused.text
    lobby.watch.turn(minutes=15)
    assert sign_in(lobby.browser()).status_code == 303


def test_a_form_from_another_site_is_refused_as_a_page_of_the_desk(lobby: Lobby) -> None:
    answer = lobby.browser(**{"sec-fetch-site": "cross-site"}).post("/sign-in", data={"name": "x"})
    assert answer.status_code == 403
    assert "came from another site" in answer.text
    assert '<html lang="en">' in answer.text


def test_a_form_of_a_megabyte_is_refused_as_a_page_of_the_desk(lobby: Lobby) -> None:
    answer = lobby.browser().post("/sign-in", data={"name": "x" * 2**21})
    assert answer.status_code == 413
    assert '<html lang="en">' in answer.text


def test_the_first_run_gives_the_first_account_to_an_administrator_only(lobby: Lobby) -> None:
    code = lobby.reception.first_run_code()
    assert code is not None
    browser = lobby.browser()
    assert browser.get("/sign-in").headers["location"] == "/first-run"
    assert browser.get("/first-run").status_code == 200
    (chief,) = [one for one in lobby.reception.people.everybody() if "administrator" in one.roles]
    fine = {"code": code, "name": chief.handle, "new": GOOD, "again": GOOD}
    for change, status in (
        ({"code": "0" * 20}, 403),
        ({"name": "vasseur"}, 403),
        ({"name": "nobody"}, 403),
        ({"again": "x"}, 422),
        ({"new": "short", "again": "short"}, 422),
    ):
        answer = browser.post("/first-run", data={**fine, **change})
        assert answer.status_code == status, answer.text
        assert lobby.reception.accounts.none()
    assert browser.post("/first-run", data=fine).headers["location"] == "/"
    assert browser.get("/").status_code == 200
    assert lobby.reception.first_run_code() is None
    for answer in (browser.get("/first-run"), browser.post("/first-run", data=fine)):
        assert answer.status_code == 404
    assert sign_in(lobby.browser(), chief.handle).status_code == 303


def test_the_first_run_asks_who_the_administrator_is_where_nobody_has_said_it(
    tmp_path: Path, watch: Watch
) -> None:
    house = founding.found(tmp_path / "house", founding.Papers())
    lobby = lobby_of(house, watch)
    browser = lobby.browser()
    assert 'name="name"' not in browser.get("/first-run").text
    fine = {
        "code": lobby.reception.first_run_code(),
        "own": "  Ada   Carrel ",
        "mail": "ada@example.org",
        "new": GOOD,
        "again": GOOD,
    }
    for missing in ("own", "mail"):
        answer = browser.post("/first-run", data={**fine, missing: " "})
        assert answer.status_code == 422
        assert "Give your name" in answer.text
        assert lobby.reception.accounts.none()
    assert browser.post("/first-run", data=fine).headers["location"] == "/"
    assert "Ada Carrel" in browser.get("/").text
    assert sign_in(lobby.browser(), "ada@example.org").status_code == 303
    house.close()


def test_the_first_run_is_shut_after_ten_wrong_codes(lobby: Lobby) -> None:
    lobby.reception.first_run_code()
    fine = {"name": "admin", "new": GOOD, "again": GOOD}
    answers = [
        lobby.browser().post("/first-run", data={**fine, "code": "1" * 20}).status_code
        for _ in range(11)
    ]
    assert answers == [403] * 10 + [429]


def test_a_one_time_link_sets_a_password_and_ends_other_sessions(lobby: Lobby) -> None:
    person = lobby.person("vasseur")
    elsewhere = lobby.signed_in("vasseur")
    secret = lobby.reception.links.issue(person.id, Purpose.RESET)
    browser = lobby.browser()
    for _ in range(2):
        assert browser.get(f"/welcome/{secret}").status_code == 200
    weak = browser.post(f"/welcome/{secret}", data={"new": "azertyuiop12", "again": "azertyuiop12"})
    assert weak.status_code == 422
    come = browser.post(f"/welcome/{secret}", data={"new": OTHER, "again": OTHER})
    assert (come.status_code, come.headers["location"]) == (303, "/")
    assert browser.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 303
    assert sign_in(lobby.browser(), password=OTHER).status_code == 303
    spent = lobby.browser().get(f"/welcome/{secret}")
    assert spent.status_code == 410
    assert "leads nowhere any more" in spent.text


def test_a_changed_password_ends_the_other_sessions_and_changes_this_ones_cookie(
    lobby: Lobby,
) -> None:
    browser, elsewhere = lobby.signed_in("vasseur"), lobby.signed_in("vasseur")
    before = browser.cookies["__Host-enonce"]
    wrong = browser.post("/me/password", data={"old": "x", "new": OTHER, "again": OTHER})
    assert wrong.status_code == 401
    fine = browser.post("/me/password", data={"old": GOOD, "new": OTHER, "again": OTHER})
    assert fine.headers["location"] == "/me/sessions?done=password"
    assert browser.cookies["__Host-enonce"] != before
    assert "Your password was changed" in browser.get(fine.headers["location"]).text
    assert elsewhere.get("/").status_code == 303


def test_guessing_the_old_password_from_a_stolen_session_is_paused_too(lobby: Lobby) -> None:
    browser = lobby.signed_in("vasseur")
    form = {"old": "x", "new": OTHER, "again": OTHER}
    answers = [browser.post("/me/password", data=form).status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]


def test_who_has_to_change_the_password_comes_to_no_other_page(lobby: Lobby) -> None:
    person = lobby.account("vasseur")
    lobby.reception.accounts.must_change(person.id)
    browser = lobby.browser()
    assert sign_in(browser).headers["location"] == "/me/password"
    assert browser.get("/me/sessions").headers["location"] == "/me/password"
    browser.post("/me/password", data={"old": GOOD, "new": OTHER, "again": OTHER})
    assert browser.get("/me/sessions").status_code == 200


def test_a_person_ends_one_session_and_all_others_but_nobody_elses(lobby: Lobby) -> None:
    browser, second, third = (lobby.signed_in("vasseur") for _ in range(3))
    stranger = lobby.signed_in("delmas")
    theirs = lobby.reception.sessions.of(lobby.person("delmas").id)[0].handle
    page = browser.get("/me/sessions").text
    handles = re.findall(r'name="handle" value="(\w+)"', page)
    assert len(handles) == 2
    assert theirs not in handles
    assert browser.post("/me/sessions/end", data={"handle": theirs}).status_code == 404
    assert stranger.get("/").status_code == 200
    assert browser.post("/me/sessions/end", data={"handle": handles[0]}).status_code == 303
    assert sorted(one.get("/").status_code for one in (second, third)) == [200, 303]
    assert browser.post("/me/sessions/end", data={"others": "1"}).status_code == 303
    assert [one.get("/").status_code for one in (browser, second, third)] == [200, 303, 303]


def said_by(answer: object) -> str:
    return str(answer.json()["detail"])  # type: ignore[attr-defined]


def add_passkey(browser: TestClient, device: Authenticator) -> object:
    begun = browser.post("/me/passkeys/begin", json={})
    if begun.status_code != 200:
        return begun
    answer = json.loads(device.create(begun.text))
    return browser.post("/me/passkeys/finish", json={"answer": answer, "name": "Phone"})


def by_passkey(browser: TestClient, device: Authenticator, next_: str = "/") -> object:
    options = browser.post("/sign-in/passkey/begin", json={}).text
    answer = json.loads(device.get(options))
    return browser.post("/sign-in/passkey/finish", json={"answer": answer, "next": next_})


def test_a_passkey_is_added_and_signs_in(lobby: Lobby) -> None:
    browser, device = lobby.signed_in("vasseur"), Authenticator()
    assert "You have no passkey yet" in browser.get("/me/passkeys").text
    assert add_passkey(browser, device).json() == {"next": "/me/passkeys?done=passkey"}
    page = browser.get("/me/passkeys?done=passkey").text
    assert "You hold one passkey" in page
    assert "Phone" in page
    fresh = lobby.browser()
    assert by_passkey(fresh, device, "/dossiers").json() == {"next": "/dossiers"}
    assert fresh.get("/dossiers").status_code == 200
    assert by_passkey(lobby.browser(), device, "//evil.example").json() == {"next": "/"}


def test_a_second_passkey_asks_for_the_first(lobby: Lobby) -> None:
    browser, device = lobby.signed_in("vasseur"), Authenticator()
    add_passkey(browser, device)
    refused = add_passkey(browser, Authenticator())
    assert refused.status_code == 403
    assert "Sign in with it" in said_by(refused)
    held = lobby.reception.passkeys.of(lobby.person("vasseur").id)[0].id
    assert browser.post("/me/passkeys/remove", data={"id": held}).status_code == 403
    link = lobby.reception.links.issue(lobby.person("vasseur").id, Purpose.RESET)
    thief = lobby.browser()
    thief.post(f"/welcome/{link}", data={"new": OTHER, "again": OTHER})
    assert add_passkey(thief, Authenticator()).status_code == 403
    keyed = lobby.browser()
    by_passkey(keyed, device)
    assert add_passkey(keyed, Authenticator()).status_code == 200
    assert keyed.post("/me/passkeys/remove", data={"id": held}).status_code == 303


def test_a_passkey_is_added_within_ten_minutes_of_signing_in(lobby: Lobby) -> None:
    browser = lobby.signed_in("vasseur")
    lobby.watch.turn(minutes=11)
    refused = add_passkey(browser, Authenticator())
    assert refused.status_code == 403
    assert "more than ten minutes" in said_by(refused)
    assert browser.get("/sign-in?again=1&next=/me/passkeys").status_code == 200


def test_a_passkey_of_a_closed_account_opens_nothing(lobby: Lobby) -> None:
    browser, device = lobby.signed_in("vasseur"), Authenticator()
    add_passkey(browser, device)
    lobby.reception.accounts.disable(lobby.person("vasseur").id)
    assert by_passkey(lobby.browser(), device).status_code == 403


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"answer": 7}', b"[" * 100_000, b'{"answer": {"id": []}}']
)
def test_a_script_that_says_nonsense_is_refused(lobby: Lobby, body: bytes) -> None:
    kind = {"content-type": "application/json"}
    answer = lobby.browser().post("/sign-in/passkey/finish", content=body, headers=kind)
    assert answer.status_code in (400, 403)
    plain = lobby.browser().post("/sign-in/passkey/finish", data={"answer": "x"})
    assert plain.status_code == 415


def test_challenges_are_not_given_without_end(lobby: Lobby) -> None:
    browser = lobby.browser()
    answers = [browser.post("/sign-in/passkey/begin", json={}).status_code for _ in range(101)]
    assert answers == [200] * 100 + [429]


def test_a_token_is_made_shown_once_and_revoked(lobby: Lobby) -> None:
    browser = lobby.signed_in("delmas")
    made = browser.post(
        "/me/tokens", data={"name": "nightly", "scope": ["read", "submit"], "days": "30"}
    )
    secret = re.findall(r"enonce_[\w-]{43}", made.text)
    assert made.status_code == 200
    assert len(secret) == 1
    page = browser.get("/me/tokens").text
    assert secret[0] not in page
    assert "nightly" in page
    token = lobby.reception.tokens.find(secret[0])
    assert token is not None
    assert token.scopes == {Scope.READ, Scope.SUBMIT}
    for wrong in ({"scope": "board"}, {"scope": "x"}, {}, {"scope": "read", "days": "9999"}):
        assert (
            browser.post("/me/tokens", data={"name": "x", "days": "30", **wrong}).status_code == 422
        )
    assert browser.post("/me/tokens/revoke", data={"handle": "x"}).status_code == 404
    assert browser.post("/me/tokens/revoke", data={"handle": token.handle}).status_code == 303
    assert lobby.reception.tokens.find(secret[0]) is None


@pytest.fixture
def institution(house: House, watch: Watch) -> Iterator[tuple[Lobby, OwnProvider]]:
    own = OwnProvider(now=lambda: watch.now().timestamp())
    with own.listening():
        provider = Provider(own.issuer, own.client_id, own.client_secret, "IMT")
        yield lobby_of(house, watch, provider), own


def test_the_institutions_account_opens_the_desk_in_the_browser_that_asked(
    institution: tuple[Lobby, OwnProvider],
) -> None:
    lobby, own = institution
    lobby.account("delmas")
    own.mail = lobby.person("vasseur").mail
    browser = lobby.browser()
    assert "Use the account of IMT" in browser.get("/sign-in").text
    away = browser.get("/sign-in/institution?next=/dossiers")
    assert away.headers["location"].startswith(own.issuer)
    assert "SameSite=Lax" in away.headers["set-cookie"]
    query = own.approve(away.headers["location"])
    other = lobby.browser()
    back = {"sec-fetch-site": "cross-site"}
    assert other.get("/sign-in/institution/back", params=query, headers=back).status_code == 403
    away = browser.get("/sign-in/institution?next=/dossiers")
    query = own.approve(away.headers["location"])
    inside = browser.get("/sign-in/institution/back", params=query, headers=back)
    assert (inside.status_code, inside.headers["location"]) == (303, "/dossiers")
    assert browser.get("/dossiers").status_code == 200
    stranger = lobby.browser()
    own.mail, own.subject = "stranger@imt.example", "s-2"
    query = own.approve(stranger.get("/sign-in/institution").headers["location"])
    refused = stranger.get("/sign-in/institution/back", params=query)
    assert refused.status_code == 403
    assert "Ask an administrator to enrol you" in html.unescape(refused.text)


def test_without_an_institution_its_door_is_not_there(lobby: Lobby) -> None:
    for path in ("/sign-in/institution", "/sign-in/institution/back"):
        assert lobby.browser().get(path).status_code == 404


FOREIGN = {
    "another site": {"sec-fetch-site": "cross-site"},
    "another host of the same institution": {"sec-fetch-site": "same-site"},
    "a value that nobody knows": {"sec-fetch-site": "friendly"},
    "an empty value and another origin": {"sec-fetch-site": "", "origin": "https://evil.example"},
    "our origin, but sent across sites": {"sec-fetch-site": "cross-site", "origin": ORIGIN},
    "another origin": {"origin": "https://evil.example"},
    "another port": {"origin": f"{ORIGIN}:8443"},
    "an origin that begins like ours": {"origin": f"{ORIGIN}.evil.example"},
    "an opaque origin": {"origin": "null"},
    "an origin that is none": {"origin": "desk"},
    "neither header": {},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
def test_no_door_of_the_desk_takes_a_form_from(lobby: Lobby, headers: dict[str, str]) -> None:
    browser = lobby.signed_in("vasseur")
    del browser.headers["sec-fetch-site"]
    before = lobby.house.store.head()
    asked = 0
    for route in open_desk(wiring.desk(lobby.house), lobby.reception).routes:
        for method in getattr(route, "methods", None) or ():
            if method not in ("GET", "HEAD"):
                path = re.sub(r"\{[^}]*\}", "x", route.path)  # type: ignore[attr-defined]
                answer = browser.request(method, path, headers=headers)
                # Under the API the cookie that came along is nobody's.
                assert answer.status_code == (401 if "/api/" in path else 403), (method, path)
                asked += 1
    assert asked > 15
    assert lobby.house.store.head() == before
    assert len(lobby.reception.sessions.of(lobby.person("vasseur").id)) == 1


def test_a_program_uses_the_api_with_its_token_alone(lobby: Lobby) -> None:
    lobby.account("delmas")
    person = lobby.person("delmas")
    reads = lobby.reception.tokens.issue(person, "x", [Scope.READ])
    submits = lobby.reception.tokens.issue(person, "x", [Scope.SUBMIT])
    program = TestClient(lobby.browser().app, base_url=ORIGIN)

    def ask(method: str, path: str, secret: str, **more: object) -> int:
        headers = {"authorization": f"Bearer {secret}"}
        return program.request(method, path, headers=headers, **more).status_code  # type: ignore[arg-type]

    assert ask("GET", "/api/v1/tasks", reads) == 200
    assert ask("GET", "/api/v1/tasks", submits) == 403
    assert ask("GET", "/api/v1/tasks", "x") == 401
    assert ask("GET", "/api/v1/dossiers/nothing", reads) == 404
    assert ask("POST", "/api/v1/files", submits, content=b"x" * 2**21) == 422
    assert ask("POST", "/api/v1/files", submits, content=b"x" * (65 * 2**20)) == 413
    assert ask("POST", "/api/v1/files", "x", content=b"x" * 2**21) == 401
    assert ask("POST", "/api/v1/dossiers", reads, content=b"x" * 2**21) in (404, 405, 413)
    browser = lobby.signed_in("delmas")
    assert browser.get("/api/v1/tasks").status_code == 401


def test_who_has_to_change_the_password_opens_no_dossier_either(lobby: Lobby) -> None:
    browser = lobby.signed_in("vasseur")
    lobby.reception.accounts.must_change(lobby.person("vasseur").id)
    assert browser.get("/dossiers/charter").headers["location"] == "/me/password"


def test_a_strangers_upload_is_turned_away_before_it_is_read(lobby: Lobby) -> None:
    form = {"content-type": "multipart/form-data; boundary=x"}
    answer = lobby.browser().post(
        "/dossiers/charter/review-copy", content=b"no form at all" * 2**17, headers=form
    )
    assert answer.headers["location"].startswith("/sign-in")
    inside = lobby.signed_in("vasseur").post(
        "/dossiers/charter/review-copy", content=b"no form at all" * 2**17, headers=form
    )
    assert inside.status_code == 400


@pytest.mark.parametrize("handle", ["delmas", "carrel", "kerlann"])
def test_other_peoples_ids_are_answered_as_if_they_were_not_there(
    lobby: Lobby, handle: str
) -> None:
    owner = lobby.signed_in("vasseur")
    device = Authenticator()
    add_passkey(owner, device)
    person = lobby.person("vasseur")
    lobby.reception.tokens.issue(person, "x", [Scope.READ])
    theirs = {
        "/me/sessions/end": {"handle": lobby.reception.sessions.of(person.id)[0].handle},
        "/me/passkeys/remove": {"id": lobby.reception.passkeys.of(person.id)[0].id},
        "/me/tokens/revoke": {"handle": lobby.reception.tokens.of(person.id)[0].handle},
    }
    other = lobby.signed_in(handle)
    for path, form in theirs.items():
        answer = other.post(path, data=form)
        nothing = other.post(path, data=dict.fromkeys(form, "nothing"))
        assert (answer.status_code, answer.text) == (404, nothing.text)
    assert owner.get("/").status_code == 200
    assert len(lobby.reception.passkeys.of(person.id)) == 1
    assert len(lobby.reception.tokens.of(person.id)) == 1


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[None]:
    """Let what is logged go to a folder of the test."""
    logs.begin(tmp_path)
    yield
    structlog.reset_defaults()


def test_a_fault_of_the_desk_is_said_as_such_bears_the_headers_and_is_found_in_the_log(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, logged: None
) -> None:
    browser = lobby.signed_in("vasseur")
    client = TestClient(
        browser.app, base_url=ORIGIN, cookies=browser.cookies, raise_server_exceptions=False
    )
    monkeypatch.setattr(type(lobby.reception.sessions), "of", lambda *_: 1 / 0)
    answer = client.get("/me/sessions")
    assert answer.status_code == 500
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "division" not in answer.text
    line = json.loads(logs.path(tmp_path).read_text("utf-8"))
    assert (line["event"], line["request"]) == ("fault", answer.headers["x-request-id"])
    assert "division by zero" in line["exception"]


def test_a_browser_that_names_itself_in_markup_is_shown_as_text(lobby: Lobby) -> None:
    lobby.account("vasseur")
    browser = lobby.browser(**{"user-agent": "<img src=x onerror=alert(1)>"})
    sign_in(browser)
    page = browser.get("/me/sessions").text
    assert "<img" not in page
    assert "&lt;img src=x" in page


PAGES = ("/me", "/me/password", "/me/passkeys", "/me/sessions", "/me/tokens", "/sign-in?again=1")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_page_about_oneself_opens_in_both_languages(lobby: Lobby, path: str, lang: str) -> None:
    browser = lobby.signed_in("vasseur")
    browser.cookies.set("enonce_lang", lang, domain="desk.example.org")
    page = browser.get(path, follow_redirects=True)
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text
    assert not re.search(r"<script(?! src=)|\son\w+=|\sstyle=|<style", page.text)


def test_every_door_of_the_desk_has_a_rule_of_its_own(lobby: Lobby) -> None:
    routes = open_desk(wiring.desk(lobby.house), lobby.reception).routes
    ours: list[Callable[..., object]] = [one for one in routes if type(one).__name__ == "Page"]  # type: ignore[misc]
    named = {door.path: repr(door.rule) for door in check_rules(ours)}  # type: ignore[arg-type]
    assert named["/me/passkeys"].startswith("SignedIn")
    assert named["/sign-in"] == "Anybody()"
    assert len(named) == 17
