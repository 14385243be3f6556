"""How an administrator lets people in: links, closed accounts, lost passkeys; all on record."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import insert
from starlette.testclient import TestClient

from approvals import events as ev
from approvals import notices
from approvals.desk.auth.passwords import Passwords
from approvals.desk.auth.people import Directory
from approvals.desk.auth.reception import Reception
from approvals.desk.auth.sessions import How
from approvals.desk.auth.site import Site
from approvals.desk.look import open_desk
from approvals.names import PersonId
from approvals.register import HOUSE
from approvals.store.desk_tables import PASSKEYS
from flows import desk as wiring
from flows.house import House
from tests.flows.commands import environment

SITE = Site("http://localhost")
GOOD = "quatre mots pris ensemble"
SAME_SITE = {"sec-fetch-site": "same-origin"}


class Ahead:
    """The house's clock, put forward."""

    by = timedelta()

    def __init__(self, house: House) -> None:
        self._house = house

    def now(self) -> datetime:
        return self._house.now() + self.by


@pytest.fixture
def clock(house: House) -> Ahead:
    return Ahead(house)


@pytest.fixture
def reception(house: House, clock: Ahead) -> Reception:
    return Reception.over(house.store, clock, SITE, passwords=Passwords(Argon2Hasher(1, 1024, 1)))


@pytest.fixture
def come(house: House, reception: Reception) -> Iterator[Callable[..., TestClient]]:
    app = open_desk(wiring.desk(house), reception)
    opened: list[TestClient] = []

    def as_(handle: str | None = None) -> TestClient:
        client = TestClient(app, SITE.origin, headers=SAME_SITE)
        client.cookies.set("enonce_lang", "en")
        if handle is not None:
            person = Directory(house.store).named(handle)
            assert person is not None
            reception.accounts.open(person.id)
            client.cookies.set(SITE.cookie, reception.sessions.begin(person, How.PASSWORD))
        opened.append(client)
        return client

    yield as_
    for one in opened:
        one.close()


def at(house: House, handle: str, act: str = "") -> str:
    return f"/admin/people/{house.person(handle).id}/account{act}"


def recorded(house: House) -> list[ev.AccountAct]:
    with house.store.read() as reader:
        entries = [one for one in reader.history(HOUSE) if one.type == "AccountChanged"]
    return [ev.AccountAct(json.loads(one.payload)["act"]) for one in entries]


def link_in(page: str) -> str:
    found = re.search(r"http://localhost(/welcome/[\w-]+)", page)
    assert found, page
    return found[1]


def test_a_link_lets_somebody_in_once_and_choose_a_password(house, come):
    office = come("carrel")
    assert "no account yet" in office.get(at(house, "vasseur")).text
    shown = office.post(at(house, "vasseur", "/link"))
    assert shown.status_code == 200
    way = link_in(shown.text)
    assert "/welcome/" not in office.get(at(house, "vasseur")).text

    stranger = come()
    assert stranger.get(way).status_code == 200
    entered = stranger.post(way, data={"new": GOOD, "again": GOOD})
    assert entered.status_code == 200
    assert str(entered.url) == "http://localhost/"
    assert come().get(way).status_code == 410
    assert "with a password" in office.get(at(house, "vasseur")).text
    assert recorded(house) == [ev.AccountAct.LINK]


def test_a_new_link_ends_the_one_before(house, come):
    office = come("carrel")
    first = link_in(office.post(at(house, "vasseur", "/link")).text)
    second = link_in(office.post(at(house, "vasseur", "/link")).text)
    assert come().get(first).status_code == 410
    assert come().get(second).status_code == 200


def test_a_closed_account_opens_nothing_until_it_is_opened_again(house, come):
    office, hers = come("carrel"), come("vasseur")
    assert hers.get("/dossiers").status_code == 200
    assert "The account is closed" in office.post(at(house, "vasseur", "/close")).text
    assert str(hers.get("/dossiers").url).startswith("http://localhost/sign-in")
    assert "The account is open again" in office.post(at(house, "vasseur", "/open")).text
    way = link_in(office.post(at(house, "vasseur", "/link")).text)
    assert come().get(way).status_code == 200
    assert recorded(house) == [ev.AccountAct.CLOSED, ev.AccountAct.OPENED, ev.AccountAct.LINK]


def test_all_sessions_are_ended(house, come):
    office, hers = come("carrel"), come("vasseur")
    assert "One session" in office.get(at(house, "vasseur")).text
    office.post(at(house, "vasseur", "/sign-out"))
    assert str(hers.get("/dossiers").url).startswith("http://localhost/sign-in")


def test_a_lost_passkey_is_removed_by_its_name(house, come, reception):
    person = PersonId(house.person("vasseur").id)
    now = reception.rows.now()
    with reception.rows.writing() as connection:
        connection.execute(
            insert(PASSKEYS).values(
                id="lost", person=person, public_key=b"k", sign_count=0, backed_up=0,
                name="téléphone", created=now,
            )
        )  # fmt: skip
    office = come("carrel")
    assert "téléphone" in office.get(at(house, "vasseur")).text
    wrong = office.post(at(house, "vasseur", "/remove-passkey"), data={"id": "other"})
    assert wrong.status_code == 422
    assert "not there any more" in wrong.text
    office.post(at(house, "vasseur", "/remove-passkey"), data={"id": "lost"})
    assert reception.passkeys.of(person) == ()
    assert recorded(house) == [ev.AccountAct.PASSKEY_REMOVED]


def test_nobody_closes_their_own_account(house, come):
    office = come("carrel")
    assert "/close" not in office.get(at(house, "carrel")).text
    refused = office.post(at(house, "carrel", "/close"))
    assert refused.status_code == 422
    assert "Ask another administrator" in refused.text
    assert office.get("/admin").status_code == 200


def test_who_holds_no_role_is_given_no_link(house, come):
    office = come("carrel")
    page = office.get(f"/admin/people/{house.person('peyrolles').id}").text
    fields = {
        name: found[1]
        for name in ("handle", "name", "mail")
        if (found := re.search(rf'name="{name}"[^>]* value="([^"]*)"', page))
    }
    where = f"/admin/people/{house.person('peyrolles').id}"
    assert office.post(where, data={**fields, "language": "fr"}).status_code == 200
    refused = office.post(at(house, "peyrolles", "/link"))
    assert refused.status_code == 422
    assert "Give them a role first" in refused.text


def test_after_ten_minutes_one_shows_again_who_one_is(house, come, clock):
    office = come("carrel")
    clock.by = timedelta(minutes=11)
    refused = office.post(at(house, "vasseur", "/link"))
    assert refused.status_code == 422
    assert "Sign in again" in refused.text
    assert recorded(house) == []


def test_the_person_is_told(house, come):
    come("carrel").post(at(house, "vasseur", "/link"))
    with house.store.read() as reader:
        *_, told = notices.of_house(reader.history(HOUSE))
    assert told.kind is notices.Kind.ACCOUNT
    assert told.to == (house.person("vasseur").id,)
    assert "/welcome/" not in str(told)


@pytest.mark.parametrize("handle", ["castagnet", "vasseur"])
def test_nobody_else_may(house, come, handle):
    client = come(handle)
    assert client.get(at(house, "delmas")).status_code == 403
    assert client.post(at(house, "delmas", "/link")).status_code == 403
    assert recorded(house) == []


def enonce(house: House, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flows", "--home", str(house.home), *words],
        env=environment(house.home), capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_link_is_made_at_the_terminal_too(house, come):
    made = enonce(house, "--as", "carrel", "people", "--link", "vasseur")
    assert made.returncode == 0, made.stderr
    found = re.search(r"/welcome/[\w-]+", made.stdout)
    assert found
    assert come().get(found[0]).status_code == 200
    refused = enonce(house, "--as", "vasseur", "people", "--link", "carrel")
    assert refused.returncode == 4
    assert "reserved to administrator" in refused.stderr
    assert recorded(house) == [ev.AccountAct.LINK]
