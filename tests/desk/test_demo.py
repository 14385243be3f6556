"""The demonstration's door: everybody of the cast, and only where it was asked for."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from approvals.desk import demo
from approvals.desk.auth.reception import Reception
from approvals.desk.auth.site import Site
from approvals.desk.look import open_desk
from flows import desk as wiring
from flows import serve
from flows.clock import SystemClock

ORIGIN = "http://localhost:8300"


@pytest.fixture
def open_door(house):
    def client(*, furnished):
        reception = Reception.over(house.store, SystemClock(), Site(ORIGIN))
        more = demo.routes(reception) if furnished else []
        browser = TestClient(open_desk(wiring.desk(house), reception, more), base_url=ORIGIN)
        browser.cookies.set("enonce_lang", "en")
        return browser

    return client


def test_anybody_of_the_cast_is_entered_as_and_left_again(open_door, house):
    browser = open_door(furnished=True)
    page = browser.get("/demo").text
    assert "This is a demonstration" in page
    person = re.search(
        r'value="(p-\w+)"><button class="btn-2">Enter<span class="vh"> as Hélène Vasseur', page
    )
    entered = browser.post("/demo/enter", data={"person": person[1]}, headers={"Origin": ORIGIN})
    assert "One act waits for you" in entered.text
    browser.post("/sign-out", headers={"Origin": ORIGIN})
    assert browser.get("/").url.path == "/sign-in"


def test_the_door_is_not_there_where_nobody_asked_for_it(open_door, house):
    browser = open_door(furnished=False)
    assert browser.get("/demo").status_code == 404
    entered = browser.post(
        "/demo/enter",
        data={"person": house.person("vasseur").id},
        headers={"Origin": ORIGIN},
    )
    assert entered.status_code == 404


def test_a_folder_of_something_else_is_left_alone(tmp_path, capsys):
    (tmp_path / "thesis.docx").write_bytes(b"years of work")
    assert serve.demonstration(tmp_path) is None
    assert "something else" in capsys.readouterr().err
    assert (tmp_path / "thesis.docx").read_bytes() == b"years of work"


def test_no_hour_of_the_demonstration_is_before_the_one_that_it_follows(house):
    """What was sealed would be of the future otherwise, and no genuine copy be proven."""
    with house.store.read() as reader:
        hours = [entry.time for entry in reader.entries(0)]
    assert hours == sorted(hours)
    assert hours[-1] <= house.now()
