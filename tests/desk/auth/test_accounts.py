"""Accounts, passwords and one-time links."""

from __future__ import annotations

import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select

from approvals.desk.auth.accounts import Accounts
from approvals.desk.auth.errors import (
    CodeWrongError,
    LinkSpentError,
    WeakPasswordError,
    WrongCredentialsError,
)
from approvals.desk.auth.links import Purpose
from approvals.desk.auth.passwords import Passwords, judge
from approvals.desk.auth.sessions import How
from approvals.names import Role
from approvals.store.desk_tables import ACCOUNTS, LINKS
from tests.desk.auth.conftest import GOOD, Hall

OBVIOUS = {
    "eleven characters": "onze lettre",
    "one letter over and over": "aaaaaaaaaaaaaaaa",
    "the digits in their order": "123456789012",
    "the digits the other way round": "210987654321",
    "the first row of a French keyboard": "azertyuiopqsdf",
    "the first row of an English keyboard": "qwertyuiopas",
    "keys side by side and a year": "azertyuiop2026",
    "the word itself and a year": "password2026!",
    "the French word itself and a year": "motdepasse2026",
    "two words that everybody takes": "azertysoleil1",
    "one's own name and a year": "Claire Carrel 2026",
    "one's own address": "carrel@imt.example",
    "the name of the software": "Énoncé-enonce-1",
}


@pytest.mark.parametrize("password", OBVIOUS.values(), ids=OBVIOUS.keys())
def test_a_password_among_the_first_guesses_is_refused(password: str) -> None:
    with pytest.raises(WeakPasswordError):
        judge(password, ("Claire Carrel", "carrel", "carrel@imt.example"))


@pytest.mark.parametrize(
    "password", [GOOD, "831947265094", "Xk7$pQ2!vLz9", "cheval pile agrafe", "ééé-àçù-œuvre-12"]
)
def test_a_password_that_nobody_guesses_is_taken(password: str) -> None:
    judge(password, ("Claire Carrel", "carrel", "carrel@imt.example"))


def test_a_person_signs_in_by_handle_or_address_in_any_case(any_hall: Hall) -> None:
    any_hall.member_of_the_house("drafter")
    for name in ("drafter", "DRAFTER", "drafter@imt.example", " Drafter@IMT.example "):
        person, account = any_hall.accounts.check(name, GOOD)
        assert (person.handle, account.must_change) == ("drafter", False)


def test_the_same_accents_from_another_keyboard_are_the_same_password(hall: Hall) -> None:
    hall.member_of_the_house("drafter", "déjà vu à Orléans")
    hall.accounts.check("drafter", "de\u0301ja\u0300 vu a\u0300 Orle\u0301ans")


REFUSED = {
    "a wrong password": ("drafter", GOOD + "."),
    "an empty one": ("drafter", ""),
    "somebody unknown": ("nobody", GOOD),
    "no name at all": ("", GOOD),
    "somebody who holds no role any more": ("gone", GOOD),
    "a person without an account": ("member", GOOD),
    "an address that two people share": ("shared@imt.example", GOOD),
    "a password of a megabyte": ("drafter", GOOD * 40_000),
}


@pytest.mark.parametrize(("name", "password"), REFUSED.values(), ids=REFUSED.keys())
def test_everybody_else_hears_one_and_the_same_sentence(
    hall: Hall, name: str, password: str
) -> None:
    hall.member_of_the_house("drafter")
    hall.enrol("twin1", Role.DRAFTER, mail="shared@imt.example")
    hall.enrol("twin2", Role.DRAFTER, mail="shared@imt.example")
    hall.member_of_the_house("twin1")
    with pytest.raises(WrongCredentialsError) as caught:
        hall.accounts.check(name, password)
    assert str(caught.value) == str(WrongCredentialsError())


def test_a_closed_account_opens_nothing_and_loses_its_sessions(hall: Hall) -> None:
    person = hall.member_of_the_house("drafter")
    cookie = hall.sessions.begin(person, How.PASSWORD)
    hall.accounts.disable(person.id)
    assert hall.sessions.find(cookie) is None
    with pytest.raises(WrongCredentialsError):
        hall.accounts.check("drafter", GOOD)
    hall.accounts.enable(person.id)
    hall.accounts.check("drafter", GOOD)


def test_a_hash_made_cheaper_is_made_anew_at_sign_in(hall: Hall) -> None:
    hall.member_of_the_house("drafter")
    dearer = Accounts(hall.rows, hall.people, Passwords(Argon2Hasher(2, 2048, 1)))
    dearer.check("drafter", GOOD)
    with hall.rows.reading() as connection:
        kept = connection.execute(select(ACCOUNTS.c.hash)).scalar()
    assert str(kept).startswith("$argon2id$v=19$m=2048,t=2,p=1$")
    dearer.check("drafter", GOOD)


def test_what_is_made_for_people_costs_what_the_standard_says() -> None:
    assert Passwords().hash(GOOD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_password_is_changed_by_whoever_knows_the_old_one(hall: Hall) -> None:
    person = hall.member_of_the_house("drafter")
    hall.accounts.must_change(person.id)
    assert hall.accounts.check("drafter", GOOD)[1].must_change
    with pytest.raises(WrongCredentialsError):
        hall.accounts.change_password(person, "not the old one", "une autre suite de mots")
    hall.accounts.change_password(person, GOOD, "une autre suite de mots")
    assert not hall.accounts.check("drafter", "une autre suite de mots")[1].must_change
    with pytest.raises(WrongCredentialsError):
        hall.accounts.check("drafter", GOOD)


def test_unknown_names_take_as_long_as_known_ones(hall: Hall) -> None:
    """In full with ENONCE_TIMING=200; the cost is lowered, which makes differences show more."""
    accounts = Accounts(hall.rows, hall.people, Passwords(Argon2Hasher(3, 8192, 1)))
    accounts.set_password(hall.person("drafter"), GOOD)
    rounds = int(os.environ.get("ENONCE_TIMING", "40"))

    def took(name: str) -> float:
        begun = time.process_time()
        with pytest.raises(WrongCredentialsError):
            accounts.check(name, "not the password")
        return time.process_time() - begun

    for name in ("drafter", "nobody"):
        took(name)
    measurements = 5
    for _ in range(measurements):
        pairs = [(took("drafter"), took("nobody"), took("member")) for _ in range(rounds)]
        known, unknown, without = (statistics.median(one) for one in zip(*pairs, strict=True))
        print(f"known {known:.5f} s, unknown {unknown:.5f} s, no account {without:.5f} s")
        if abs(known - unknown) < 0.05 * known and abs(known - without) < 0.05 * known:
            return
    pytest.fail(f"medians differ by more than 5 % in {measurements} measurements")


def test_a_link_sets_a_password_once_and_for_a_day(any_hall: Hall) -> None:
    person = any_hall.person("drafter")
    secret = any_hall.links.issue(person.id, Purpose.FIRST)
    for _ in range(3):
        assert any_hall.links.look(secret).person == person.id
    assert any_hall.links.spend(secret).purpose is Purpose.FIRST
    for act in (any_hall.links.look, any_hall.links.spend):
        with pytest.raises(LinkSpentError):
            act(secret)
    late = any_hall.links.issue(person.id, Purpose.RESET)
    any_hall.watch.turn(hours=24)
    with pytest.raises(LinkSpentError):
        any_hall.links.spend(late)


def test_a_newer_link_ends_the_one_before(hall: Hall) -> None:
    person, other = hall.person("drafter"), hall.person("member")
    first, kept = (
        hall.links.issue(person.id, Purpose.RESET),
        hall.links.issue(other.id, Purpose.RESET),
    )
    hall.links.issue(person.id, Purpose.RESET)
    with pytest.raises(LinkSpentError):
        hall.links.spend(first)
    hall.links.spend(kept)


def test_of_twenty_who_spend_a_link_at_once_one_does(any_hall: Hall) -> None:
    secret = any_hall.links.issue(any_hall.person("drafter").id, Purpose.FIRST)

    def spend(_: int) -> bool:
        try:
            any_hall.links.spend(secret)
        except LinkSpentError:
            return False
        return True

    with ThreadPoolExecutor(20) as crowd:
        assert sum(crowd.map(spend, range(20))) == 1


def test_the_code_of_the_first_run_is_typed_as_people_type(hall: Hall) -> None:
    code = hall.links.first_run_code()
    assert len(code) == 23
    hall.links.check_first_run(code.lower().replace("-", " ").replace("0", "o").replace("1", "l"))
    with pytest.raises(CodeWrongError):
        hall.links.check_first_run("0" * 20)
    hall.links.spend_first_run(code)
    with pytest.raises(CodeWrongError):
        hall.links.spend_first_run(code)
    assert not hall.links.first_run_open()


def test_the_code_of_the_first_run_ends_after_an_hour_or_with_the_next_one(hall: Hall) -> None:
    first = hall.links.first_run_code()
    second = hall.links.first_run_code()
    with pytest.raises(CodeWrongError):
        hall.links.check_first_run(first)
    hall.watch.turn(hours=1)
    with pytest.raises(CodeWrongError):
        hall.links.check_first_run(second)


def test_a_code_is_no_link_and_a_link_is_no_code(hall: Hall) -> None:
    code = hall.links.first_run_code()
    with pytest.raises(LinkSpentError):
        hall.links.look(code.replace("-", ""))
    link = hall.links.issue(hall.person("drafter").id, Purpose.FIRST)
    with pytest.raises(CodeWrongError):
        hall.links.check_first_run(link)


def test_nothing_in_the_database_lets_its_reader_in(hall: Hall) -> None:
    person = hall.member_of_the_house("drafter")
    secrets = [
        hall.links.issue(person.id, Purpose.RESET),
        hall.sessions.begin(person, How.PASSWORD),
        hall.links.first_run_code().replace("-", ""),
        GOOD,
    ]
    with hall.rows.reading() as connection:
        assert len(connection.execute(select(LINKS)).all()) == 2
    hall.store.close()
    data = Path(hall.store.name).read_bytes()
    assert person.id.encode() in data
    assert not [secret for secret in secrets if secret.encode() in data]


def test_what_has_run_out_is_swept(hall: Hall) -> None:
    person = hall.member_of_the_house("drafter")
    hall.links.issue(person.id, Purpose.RESET)
    hall.sessions.begin(person, How.PASSWORD)
    assert hall.rows.sweep() == 0
    hall.watch.turn(hours=24)
    assert hall.rows.sweep() == 2


def test_who_is_forgotten_leaves_nothing(hall: Hall) -> None:
    person = hall.member_of_the_house("drafter")
    hall.sessions.begin(person, How.PASSWORD)
    hall.accounts.forget(person.id)
    assert hall.accounts.none()
    assert hall.sessions.of(person.id) == ()
