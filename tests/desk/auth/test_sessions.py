"""Sessions, their cookies, and the throttle before them."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from approvals.desk.auth.errors import InsecureOriginError, ThrottledError
from approvals.desk.auth.rows import Rows
from approvals.desk.auth.sessions import How, clear_cookie, set_cookie
from approvals.desk.auth.site import Site
from approvals.desk.auth.throttle import Throttle, network
from approvals.store import Store
from approvals.store.desk_tables import SESSIONS
from tests.desk.auth.conftest import Hall, Watch


def test_a_session_is_found_by_its_cookie_until_it_is_ended(any_hall: Hall) -> None:
    person = any_hall.person("drafter")
    cookie = any_hall.sessions.begin(person, How.PASSWORD, "Firefox")
    found = any_hall.sessions.find(cookie)
    assert found is not None
    assert (found.person, found.how, found.agent) == (person.id, How.PASSWORD, "Firefox")
    any_hall.sessions.end(cookie)
    assert any_hall.sessions.find(cookie) is None


@pytest.mark.parametrize("cookie", ["", "x", "' OR 1=1 --", "\udcff", "a" * 10_000])
def test_a_made_up_cookie_opens_nothing(hall: Hall, cookie: str) -> None:
    hall.sessions.begin(hall.person("drafter"), How.PASSWORD)
    assert hall.sessions.find(cookie) is None


AGENTS = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox – Linux",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0": "Edge – Windows",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Safari/604": "Safari – iPhone",
    "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36": "Chrome – Android",
    "curl/8.1": "",
    "": "",
}


@pytest.mark.parametrize(("agent", "said"), AGENTS.items())
def test_a_browser_is_called_as_people_call_it(hall: Hall, agent: str, said: str) -> None:
    found = hall.sessions.find(hall.sessions.begin(hall.person("drafter"), How.PASSWORD, agent))
    assert found is not None
    assert found.browser == said


def test_the_row_does_not_hold_the_cookie(hall: Hall) -> None:
    cookie = hall.sessions.begin(hall.person("drafter"), How.PASSWORD)
    with hall.rows.reading() as connection:
        row = connection.execute(select(SESSIONS)).one()
    assert cookie not in str(row)
    assert hall.sessions.find(row.id) is None
    assert len(cookie) >= 43


def test_signing_in_again_ends_the_session_that_the_browser_brought(hall: Hall) -> None:
    person = hall.person("drafter")
    old = hall.sessions.begin(person, How.PASSWORD)
    new = hall.sessions.begin(person, How.PASSWORD, old=old)
    assert new != old
    assert hall.sessions.find(old) is None
    assert hall.sessions.find(new) is not None


def test_a_cookie_given_by_somebody_else_is_never_taken_over(hall: Hall) -> None:
    planted = "A" * 43
    cookie = hall.sessions.begin(hall.person("drafter"), How.PASSWORD, old=planted)
    assert cookie != planted
    assert hall.sessions.find(planted) is None


def test_an_unused_session_ends_after_eight_hours_and_a_used_one_after_twelve(
    any_hall: Hall,
) -> None:
    person, sessions = any_hall.person("drafter"), any_hall.sessions
    unused, used = (sessions.begin(person, How.PASSWORD) for _ in range(2))
    for _ in range(7):
        any_hall.watch.turn(hours=1)
        assert sessions.find(used) is not None
    any_hall.watch.turn(hours=1)
    assert sessions.find(unused) is None
    assert sessions.find(used) is not None
    any_hall.watch.turn(hours=3, minutes=59)
    assert sessions.find(used) is not None
    any_hall.watch.turn(minutes=1)
    assert sessions.find(used) is None
    assert sessions.of(person.id) == ()


def test_looking_at_pages_writes_at_most_once_a_minute(hall: Hall) -> None:
    cookie = hall.sessions.begin(hall.person("drafter"), How.PASSWORD)
    with hall.store.begin():
        hall.watch.turn(seconds=59)
        assert hall.sessions.find(cookie) is not None  # waits for no writer


def test_a_changed_right_changes_the_cookie_and_the_old_one_is_dead(hall: Hall) -> None:
    person = hall.person("drafter")
    old = hall.sessions.begin(person, How.PASSWORD)
    new = hall.sessions.renew(old, person)
    assert new is not None
    assert hall.sessions.find(old) is None
    assert hall.sessions.find(new) is not None
    assert hall.sessions.renew(old, person) is None


def test_a_session_is_fresh_for_ten_minutes_and_again_once_proved(hall: Hall) -> None:
    cookie = hall.sessions.begin(hall.person("drafter"), How.PASSWORD)

    def fresh() -> bool:
        found = hall.sessions.find(cookie)
        return found is not None and found.fresh(hall.watch.now())

    assert fresh()
    hall.watch.turn(minutes=11)
    assert not fresh()
    hall.sessions.prove(cookie)
    assert fresh()


def test_a_person_sees_and_ends_their_own_sessions_only(hall: Hall) -> None:
    mine, other = hall.person("drafter"), hall.person("member")
    here = hall.sessions.begin(mine, How.PASSWORD, "here")
    there = hall.sessions.begin(mine, How.PASSKEY, "there")
    theirs = hall.sessions.begin(other, How.PASSWORD)
    found = hall.sessions.find(theirs)
    assert found is not None
    assert not hall.sessions.end_one(mine.id, found.handle)
    assert hall.sessions.find(theirs) is not None
    assert {one.agent for one in hall.sessions.of(mine.id)} == {"here", "there"}
    assert hall.sessions.end_all(mine.id, but=here) == 1
    assert hall.sessions.find(there) is None
    assert hall.sessions.find(here) is not None
    assert hall.sessions.end_one(mine.id, hall.sessions.of(mine.id)[0].handle)
    assert hall.sessions.of(mine.id) == ()


def test_the_cookie_is_bound_to_the_host_behind_tls_and_plain_on_this_machine() -> None:
    behind = set_cookie(Site("https://desk.example.org"), "x")
    assert behind == "__Host-enonce=x; Path=/; HttpOnly; SameSite=Lax; Secure"
    here = set_cookie(Site("http://localhost:8000"), "x")
    assert here == "enonce=x; Path=/; HttpOnly; SameSite=Lax"
    assert "Max-Age=0" in clear_cookie(Site("https://desk.example.org"))


@pytest.mark.parametrize("origin", ["http://desk.example.org", "http://10.0.0.1:8000"])
def test_a_desk_without_tls_is_refused_outside_this_machine(origin: str) -> None:
    with pytest.raises(InsecureOriginError):
        Site(origin)


@pytest.mark.parametrize("origin", ["desk", "ftp://desk", "https://", "https://desk/path"])
def test_an_address_that_is_no_origin_is_refused(origin: str) -> None:
    with pytest.raises(ValueError, match="not an origin"):
        Site(origin)


def fail(throttle: Throttle, name: str, address: str) -> None:
    with pytest.raises(LookupError), throttle.attempt(name, address):
        raise LookupError


def test_after_ten_failures_a_name_waits_a_quarter_of_an_hour(any_hall: Hall) -> None:
    throttle = any_hall.throttle
    for place in range(10):
        fail(throttle, "Drafter", f"192.0.2.{place}")
    for place in range(90):
        with (
            pytest.raises(ThrottledError) as caught,
            throttle.attempt("drafter ", f"198.51.100.{place}"),
        ):
            raise LookupError
    assert 0 < caught.value.seconds <= 900
    with throttle.attempt("somebody else", "198.51.100.1"):
        pass
    any_hall.watch.turn(minutes=15)
    with throttle.attempt("drafter", "192.0.2.1"):
        pass


def test_after_ten_failures_an_address_waits_whatever_names_it_tries(hall: Hall) -> None:
    for place in range(10):
        fail(hall.throttle, f"name{place}", "2001:db8:0:1::1")
    with pytest.raises(ThrottledError), hall.throttle.attempt("other", "2001:db8:0:1:ffff::2"):
        pass
    with hall.throttle.attempt("other", "2001:db8:0:2::1"):
        pass


def test_who_signs_in_gives_their_try_back(hall: Hall) -> None:
    for _ in range(9):
        fail(hall.throttle, "drafter", "192.0.2.1")
    for _ in range(30):
        with hall.throttle.attempt("drafter", "192.0.2.7"):
            pass
    for _ in range(10):
        fail(hall.throttle, "drafter", "192.0.2.8")
    with pytest.raises(ThrottledError), hall.throttle.attempt("drafter", "192.0.2.9"):
        pass


def test_a_crowd_of_tries_at_once_gets_ten(any_hall: Hall) -> None:
    def guess(place: int) -> bool:
        try:
            with any_hall.throttle.attempt("drafter", f"192.0.2.{place}"):
                raise LookupError
        except LookupError:
            return True
        except ThrottledError:
            return False

    with ThreadPoolExecutor(20) as crowd:
        assert sum(crowd.map(guess, range(60))) == 10


def guesses(where: str, times: int, out: multiprocessing.SimpleQueue[int]) -> None:
    store, looked_at = Store(where), 0
    throttle = Throttle(Rows(store, Watch()))
    for _ in range(times):
        try:
            with throttle.attempt("drafter", "192.0.2.1"):
                looked_at += 1
                raise LookupError
        except (LookupError, ThrottledError):
            pass
    store.close()
    out.put(looked_at)


def test_processes_share_the_count(hall: Hall) -> None:
    context = multiprocessing.get_context("spawn")
    out: multiprocessing.SimpleQueue[int] = context.SimpleQueue()
    crowd = [context.Process(target=guesses, args=(hall.store.name, 25, out)) for _ in range(4)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(60)
        assert one.exitcode == 0
    assert sum(out.get() for _ in crowd) == 10


ADDRESSES = {
    "192.0.2.1": "192.0.2.1",
    "::ffff:192.0.2.1": "192.0.2.1",
    "2001:db8::1": "2001:db8::/64",
    "fe80::1%eth0": "fe80::/64",
    "testclient": "testclient",
}


@pytest.mark.parametrize(("address", "counted"), ADDRESSES.items())
def test_a_line_counts_as_one_address(address: str, counted: str) -> None:
    assert network(address) == counted


def test_opening_the_house_again_keeps_sessions(tmp_path: Path, hall: Hall) -> None:
    cookie = hall.sessions.begin(hall.person("drafter"), How.PASSWORD)
    again = Store(hall.store.name)
    assert type(hall.sessions)(Rows(again, hall.watch)).find(cookie) is not None
    again.close()
