"""From the ledger to rows: each once, none lost, whoever dies in between; digests and their limits."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from approvals import events as ev
from approvals.desk.mail import collect, preview, timing
from approvals.names import PersonId
from approvals.notices import Kind, Notice
from approvals.ports import Contact
from approvals.standing import State
from approvals.store import Store
from approvals.store.mails import ALL, Mail, Preference
from tests.approvals.town import ID, Town
from tests.desk.mail.conftest import new

DOMAIN = "enonce.example"


def take_over(town: Town, store: Store) -> None:
    """Write a town's ledger into a real store, as far as it is not there."""
    have = store.size()
    with store.begin() as work:
        for entry in town.paper.entries[have:]:
            work.append(
                entry.stream,
                expected=entry.version - 1,
                type=entry.type,
                payload=json.loads(entry.payload),
                key=entry.key,
                at=entry.time,
            )
        for one in town.paper.people:
            work.put_contact(Contact(one.id, one.handle, one.name, one.mail, one.language))
        work.commit()


def rows(store: Store) -> list[Mail]:
    with store.read() as reader:
        return list(reader.mail.mails())


def gather(store: Store, town: Town, **more: Any) -> int:
    return collect.collect(store, town.clock.at, DOMAIN, **more)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    where = (
        tmp_path / "house.sqlite3"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres")()
    )
    opened = Store(where)
    yield opened
    opened.close()


def test_one_event_is_one_mail_a_person_however_often_it_is_looked_for(any_store: Store) -> None:
    town = Town.at(State.PUBLISHED)
    take_over(town, any_store)
    made = gather(any_store, town)
    found = rows(any_store)
    assert made == len(found)
    assert gather(any_store, town) == 0
    assert Counter(Counter((one.letter, one.person) for one in found).values()) == {1: made}
    assert len({one.message_id for one in found}) == made
    with any_store.read() as reader:
        assert reader.mail.cursors() == {ALL: len(town.paper.entries)}


def test_rows_come_out_the_same_whether_made_at_once_or_entry_by_entry(
    tmp_path: Path, store: Store
) -> None:
    town = Town.at(State.PUBLISHED)
    take_over(town, store)
    gather(store, town)
    other = Store(tmp_path / "other.sqlite3")
    step = Town(paper=replace(town.paper, entries=[]), clock=town.clock)
    for count in range(len(town.paper.entries)):
        step.paper.entries = town.paper.entries[: count + 1]
        take_over(step, other)
        gather(other, town)

    def shape(of: Store) -> list[tuple[str, str, str, str]]:
        return sorted((one.letter, one.person, one.kind, one.body) for one in rows(of))

    assert shape(other) == shape(store)
    other.close()


def test_whoever_dies_before_the_commit_leaves_everything_to_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town.at(State.BOARD_READY)
    take_over(town, store)
    from approvals.store.mails import SqlMails

    def power_cut(self: SqlMails, cursors: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(SqlMails, "move", power_cut)
        with pytest.raises(KeyboardInterrupt):
            gather(store, town)
    assert rows(store) == []
    assert gather(store, town) > 0


def test_a_cursor_moved_by_another_makes_nothing_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town.at(State.BOARD_READY)
    take_over(town, store)
    look = collect.look
    calls: list[int] = []

    def slow(*words: Any) -> collect.Found:
        found = look(*words)
        calls.append(1)
        if len(calls) == 1:
            monkeypatch.setattr(collect, "look", look)
            gather(store, town)
            monkeypatch.setattr(collect, "look", slow)
        return found

    monkeypatch.setattr(collect, "look", slow)
    assert gather(store, town) == 0
    assert len(calls) == 2
    assert Counter(Counter((one.letter, one.person) for one in rows(store)).values()).keys() == {1}


def test_a_stream_that_cannot_be_read_stays_behind_and_stops_no_other(store: Store) -> None:
    town = Town.at(State.IN_REVIEW)
    take_over(town, store)
    with store.begin() as work:
        work.append(
            "broken", expected=0, type="NobodyKnowsThis", payload={}, key="b", at=town.clock.at
        )
        work.commit()
    assert gather(store, town) > 0
    with store.read() as reader:
        cursors = reader.mail.cursors()
    assert cursors[ALL] == len(town.paper.entries) + 1
    assert cursors["broken"] == 0
    before = len(rows(store))
    assert gather(store, town) == 0
    town.decide("legal")
    fresh = town.paper.entries[-1]
    with store.begin() as work:
        payload = json.loads(fresh.payload)
        told = {"type": fresh.type, "payload": payload, "key": fresh.key, "at": fresh.time}
        work.append(ID, expected=fresh.version - 1, **told)
        work.commit()
    assert gather(store, town) == 1
    assert len(rows(store)) == before + 1


def test_an_older_house_tells_nothing_of_what_was_before(tmp_path: Path) -> None:
    from approvals.store import schema

    path = tmp_path / "old.sqlite3"
    older = schema.KNOWN[: schema.KNOWN.index("0003")]
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import text

    from approvals.store.engines import begin_writing, sqlite_engine

    engine = sqlite_engine(path)
    with engine.connect() as connection:
        begin_writing(connection)
        config = Config()
        config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, older[-1])
        connection.execute(
            text(
                "INSERT INTO ledger VALUES (7, 'x', 1, 'T', '{}', "
                "'2026-11-23T09:00:00.000000Z', 'k', 'p', 'h')"
            )
        )
        connection.commit()
    engine.dispose()
    opened = Store(path)
    with opened.read() as reader:
        assert reader.mail.cursors() == {ALL: 7}
    opened.close()


def test_notices_keep_every_kind_of_value_on_their_way_through_a_row() -> None:
    at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    data = {"a": "x", "b": 3, "c": date(2026, 12, 1), "d": at, "e": ("p", "q")}
    one = Notice("1-0-asked", ID, 1, at, Kind.ASKED, (PersonId("p"),), "{a}", data)
    assert collect.unpack(collect.pack([one]), ID, 1, at, "p") == (one,)


def test_a_message_id_hangs_on_house_notice_and_person_alone() -> None:
    made = {
        collect.message_id(house, notice, person, DOMAIN)
        for house in ("h", "i")
        for notice in ("1", "2")
        for person in ("p", "q")
    }
    assert len(made) == 8
    assert collect.message_id("h", "1", "p", DOMAIN) in made


MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Ten in the morning in Paris."""


def asked(last: date | None = None, kind: Kind = Kind.ASKED) -> list[Notice]:
    data: dict[str, Any] = {} if last is None else {"last": last}
    return [Notice("1", ID, 1, MONDAY, kind, (PersonId("p"),), "", data)]


TIMES: dict[str, tuple[Preference, list[Notice], datetime, bool]] = {
    "now is now": (Preference("p"), asked(), MONDAY, False),
    "daily at eight is tomorrow once eight is past": (
        Preference("p", "daily", 8),
        asked(),
        datetime(2026, 11, 24, 7, 0, tzinfo=UTC),
        True,
    ),
    "daily at eighteen is this evening": (
        Preference("p", "daily", 18),
        asked(),
        datetime(2026, 11, 23, 17, 0, tzinfo=UTC),
        True,
    ),
    "an act whose last day comes before the next round goes at once": (
        Preference("p", "daily", 8),
        asked(date(2026, 11, 24)),
        MONDAY,
        False,
    ),
    "an act with time left waits for the round": (
        Preference("p", "daily", 8),
        asked(date(2026, 11, 25)),
        datetime(2026, 11, 24, 7, 0, tzinfo=UTC),
        True,
    ),
    "a pause lasts until the morning of its day": (
        Preference("p", "paused", 8, date(2026, 12, 7)),
        asked(),
        datetime(2026, 12, 7, 7, 0, tzinfo=UTC),
        True,
    ),
    "no pause holds an act back past its last day": (
        Preference("p", "paused", 8, date(2026, 12, 7)),
        asked(date(2026, 12, 4)),
        MONDAY,
        False,
    ),
    "a pause that is over is none": (
        Preference("p", "paused", 8, date(2026, 11, 23)),
        asked(),
        MONDAY,
        True,
    ),
    "a convocation waits for nobody's pause": (
        Preference("p", "paused", 8, date(2026, 12, 7)),
        asked(kind=Kind.CONVENED),
        MONDAY,
        False,
    ),
    "summer time is kept": (
        Preference("p", "paused", 8, date(2027, 7, 1)),
        asked(),
        datetime(2027, 7, 1, 6, 0, tzinfo=UTC),
        True,
    ),
}


@pytest.mark.parametrize(
    ("preference", "notices", "due", "folds"), TIMES.values(), ids=TIMES.keys()
)
def test_when_a_mail_goes(
    preference: Preference, notices: list[Notice], due: datetime, folds: bool
) -> None:
    assert timing.when(notices, preference, MONDAY) == timing.When(due, folds)


def test_a_preference_is_kept_and_what_waits_can_be_hurried(
    store: Store, rows: Callable[..., None]
) -> None:
    later = MONDAY + timedelta(days=3)
    rows(2, folds=True, due=later)
    kept = Preference("p1", "paused", 9, date(2026, 12, 1))
    with store.begin() as work:
        work.mail.prefer(replace(kept, mode="daily", until=None))
        work.mail.prefer(kept)
        work.mail.hurry("p1", MONDAY)
        work.commit()
    with store.read() as reader:
        assert reader.mail.preference("p1") == kept
        assert reader.mail.preference("p2") == Preference("p2")
        assert {one.person: one.due for one in reader.mail.mails()} == {"p1": MONDAY, "p2": later}


def test_who_would_be_told_is_said_before_anything_happens(store: Store) -> None:
    town = Town.at(State.BOARD_READY)
    take_over(town, store)
    before = town.paper.snapshot()
    called = Town.at(State.CONVENED).dossier.meeting
    assert called
    found = preview.of_event(store, ID, called.called, town.clock.at)
    assert {"chair", "m2", "m3", "m4", "m5"} <= {one.person for one in found}
    assert isinstance(called.called, ev.MeetingConvened)
    assert {notice.kind for one in found for notice in one.notices} == {Kind.CONVENED}
    assert town.paper.snapshot() == before
    assert rows(store) == []
    new = preview.of_new(store, town.clock.at)
    assert len(new) == gather(store, town)


def test_claims_folds_and_settlements_hold_on_either_database(any_store: Store) -> None:
    until = MONDAY + timedelta(minutes=1)
    with any_store.begin() as work:
        work.mail.add(new(number, person="p", due=MONDAY, folds=True) for number in (1, 2, 3))
        assert work.mail.add([new(1, person="p")]) == 0
        work.commit()
    with any_store.begin() as work:
        head = work.mail.claim(MONDAY, until, "a")
        assert head
        assert [one.letter for one in work.mail.fold(head, MONDAY)] == ["2", "3"]
        assert work.mail.claim(MONDAY, until, "b") is None
        work.commit()
    with any_store.read() as reader:
        assert reader.mail.next_due() == until
    with any_store.begin() as work:
        assert work.mail.settle(head.id, "a", "sent", now=MONDAY, said="250", address="p@x.example")
        work.commit()
    with any_store.read() as reader:
        assert reader.mail.counts() == {"sent": 3}
        assert reader.mail.next_due() is None
    with any_store.begin() as work:
        work.mail.announce([("h", 1, "{}"), ("h", 1, "{}"), ("i", 1, "{}")], MONDAY)
        first = work.mail.claim_delivery(MONDAY, until, "a")
        assert first
        assert work.mail.settle_delivery(first.id, "a", "waiting", now=MONDAY, said="x", due=until)
        assert len(list(work.mail.deliveries())) == 2
        work.commit()
