"""A person's own mail on the desk: what was sent, read here, put off; never another's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from starlette.testclient import TestClient

from approvals.store.mails import Bounce, Preference
from flows import mailing
from flows.house import House
from tests.desk.mail.conftest import NOW

Visit = Callable[..., TestClient]


@pytest.fixture
def post(house: House) -> mailing.Post:
    """Everything that the furnished house has to tell, laid into its folder."""
    made = mailing.Post(house)
    made.round()
    return made


def test_the_list_shows_ones_own_mails_and_each_can_be_read(
    house: House, post: mailing.Post, visit: Visit
) -> None:
    me = house.person("vasseur")
    with house.store.read() as reader:
        mine = list(reader.mail.mails(person=me.id))
        others = [one for one in reader.mail.mails() if one.person != me.id]
    for lang in ("fr", "en"):
        page = visit("vasseur", lang).get("/me/mail")
        assert page.status_code == 200
        assert page.text.count('href="/me/mail/') == len(mine)
    read = visit("vasseur").get(f"/me/mail/{mine[0].id}")
    assert read.status_code == 200
    assert "<iframe" not in read.text
    assert visit("vasseur").get(f"/me/mail/{others[0].id}").status_code == 404
    assert visit("vasseur").get("/me/mail/999999").status_code == 404
    assert visit().get("/me/mail").url.path == "/sign-in"


def test_a_choice_is_kept_and_one_that_lacks_its_day_is_refused_in_place(
    house: House, visit: Visit
) -> None:
    me = house.person("vasseur").id
    client = visit("vasseur")
    assert client.post("/me/mail", data={"mode": "daily", "hour": "18"}).status_code == 200

    def kept() -> Preference:
        with house.store.read() as reader:
            return reader.mail.preference(me)

    assert kept() == Preference(me, "daily", 18, None)
    assert client.post("/me/mail", data={"mode": "paused"}).status_code == 422
    assert client.post("/me/mail", data={"mode": "never"}).status_code == 422
    assert kept().mode == "daily"
    client.post("/me/mail", data={"mode": "paused", "until": "2099-01-02", "hour": "99"})
    assert kept() == Preference(me, "paused", 8, date(2099, 1, 2))


def test_whose_address_takes_no_mail_is_told_so(house: House, visit: Visit) -> None:
    me = house.person("vasseur")
    with house.store.begin() as work:
        work.mail.bounce(Bounce(me.id, me.mail, "550", NOW))
        work.commit()
    assert me.mail in visit("vasseur").get("/me/mail").text
