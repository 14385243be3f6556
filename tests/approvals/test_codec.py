from __future__ import annotations

import json
import typing
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approvals import codec
from approvals import events as ev
from approvals.canon import canonical
from approvals.names import Bilingual, Digest, PersonId, Role

KINDS = typing.get_args(ev.Event)

st.register_type_strategy(int, st.integers(-(2**53) + 1, 2**53 - 1))
st.register_type_strategy(
    datetime, st.datetimes(datetime(1900, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC))
)


def round_trip(event: ev.Event) -> ev.Event:
    written = canonical(codec.payload(event))
    return codec.decode(type(event).__name__, json.loads(written))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_event_comes_back_from_the_ledger_as_it_was(
    kind: type[ev.Event], data: st.DataObject
) -> None:
    event = data.draw(st.from_type(kind))
    again = round_trip(event)
    assert again == event
    assert canonical(codec.payload(again)) == canonical(codec.payload(event))
    assert plain(again)


def plain(value: object) -> bool:
    """Every enumeration came back as one, and every tuple as a tuple."""
    if is_dataclass(value) and not isinstance(value, type):
        hints = typing.get_type_hints(type(value))
        return all(
            plain(getattr(value, field.name))
            and (
                not (isinstance(hints[field.name], type) and issubclass(hints[field.name], StrEnum))
                or isinstance(getattr(value, field.name), hints[field.name])
            )
            for field in fields(value)
        )
    if isinstance(value, tuple | codec.Later):
        return all(map(plain, value))
    return isinstance(value, str | int | date | None.__class__)


def test_every_event_says_who_did_it() -> None:
    assert [kind.__name__ for kind in KINDS if "by" not in {one.name for one in fields(kind)}] == []


def test_no_event_holds_personal_text() -> None:
    """Names, reasons and mail are notes and contacts; what an event holds in words is public."""
    words = {
        (kind.__name__, one.name)
        for kind in KINDS
        for one in fields(kind)
        if typing.get_type_hints(kind)[one.name] in (str, str | None)
    }
    assert words == {
        ("HouseFounded", "head_key"),
        ("RuleAdopted", "id"),
        ("RuleAdopted", "rule"),
        ("EngineAllowed", "engine"),
        ("EngineAllowed", "provider"),
        ("MemoryTended", "what"),
        ("InvitationErased", "public"),
        ("MeetingConvened", "place"),
        ("AttendanceRecorded", "seat"),
        ("AttendanceRecorded", "proxy_to"),
        ("DecisionMade", "step"),
        ("DeadlinePassed", "step"),
        ("DelegationGiven", "dossier"),
        ("DelegationGiven", "circuit"),
        ("DelegationGiven", "step"),
        ("ObjectionRaised", "seat"),
        ("BallotOpened", "presiding"),
        ("DocumentLinked", "name"),
        ("CodingOpened", "question"),
        ("SheetTaken", "question"),
        ("CodingSettled", "question"),
        ("CodingSettled", "kappa"),
        ("InterviewRegistered", "interview"),
        ("ConsentWithdrawn", "interview"),
        ("FindingRegistered", "finding"),
        ("ConsultationAttached", "consultation"),
        ("FindingLinked", "consultation"),
        ("FindingLinked", "finding"),
        ("FindingWaived", "consultation"),
        ("FindingWaived", "finding"),
        ("VoteCast", "seat"),
        ("VoteDropped", "seat"),
        ("TextAmended", "seat"),
        ("ResultProclaimed", "number"),
        ("DossierOpened", "succeeds"),
        ("Superseded", "successor"),
        ("SuccessionSettled", "predecessor"),
        ("WithdrawalOrdered", "reference"),
    }


def test_the_same_moment_is_written_the_same_way_from_every_time_zone() -> None:
    here = datetime(2027, 3, 12, 14, 0, tzinfo=timezone(timedelta(hours=1)))
    ordered = ev.PublicationOrdered(PersonId("p"), here)
    assert codec.payload(ordered)["not_before"] == "2027-03-12T13:00:00+00:00"
    assert codec.payload(ordered) == codec.payload(
        replace(ordered, not_before=here.astimezone(UTC))
    )
    assert round_trip(ordered) == ordered


def test_a_moment_without_a_time_zone_is_not_written() -> None:
    with pytest.raises(ValueError, match="time zone"):
        codec.payload(ev.PublicationOrdered(PersonId("p"), datetime(2027, 3, 12, 14, 0)))


ENROLLED = codec.payload(ev.PersonEnrolled(PersonId("a"), PersonId("b"), (Role.DRAFTER,)))

STRANGE = {
    "a kind of a newer version": ("Beatified", ENROLLED),
    "a word of a newer version": ("PersonEnrolled", {**ENROLLED, "roles": ["bishop"]}),
    "a missing field": ("PersonEnrolled", {"by": "a"}),
    "a value of another shape": ("PersonEnrolled", {**ENROLLED, "roles": 7}),
}


@pytest.mark.parametrize("case", STRANGE)
def test_an_entry_that_this_version_cannot_read_is_named(case: str) -> None:
    kind, value = STRANGE[case]
    with pytest.raises(codec.UnknownEventError) as refused:
        codec.decode(kind, value)
    assert kind in str(refused.value)


def test_a_field_of_a_newer_version_stops_nothing() -> None:
    read = codec.decode("PersonEnrolled", {**ENROLLED, "since": "2027-01-01"})
    assert read == ev.PersonEnrolled(PersonId("a"), PersonId("b"), (Role.DRAFTER,))


def test_an_entry_older_than_a_field_is_read_with_its_default() -> None:
    @dataclass(frozen=True, slots=True)
    class Grown:
        by: PersonId
        since: date = date(2026, 1, 1)

    assert codec.rebuild(Grown, {"by": "ada"}) == Grown(PersonId("ada"))
    assert codec.rebuild(Grown, {"by": "ada", "since": "2027-02-03"}).since == date(2027, 2, 3)
    assert codec.rebuild(Grown, {"by": "ada", "later": 1}) == Grown(PersonId("ada"))
    with pytest.raises(KeyError):
        codec.rebuild(Grown, {"since": "2027-02-03"})


def test_what_is_not_in_the_vocabulary_is_not_written() -> None:
    for value in (1.5, {"a": 1}, [1], b"bytes", object()):
        with pytest.raises(TypeError, match="vocabulary"):
            codec.encode(value)


def test_what_is_not_in_the_vocabulary_is_not_read() -> None:
    @dataclass(frozen=True)
    class Strange:
        weight: float

    with pytest.raises(TypeError, match="vocabulary"):
        codec.rebuild(Strange, {"weight": 1.5})


def test_any_record_of_the_vocabulary_can_be_rebuilt() -> None:
    words = Bilingual(fr="« été »", en="“summer”")
    value = codec.encode(words)
    assert isinstance(value, dict)
    assert codec.rebuild(Bilingual, value) == words
    assert codec.encode(Digest("ab")) == "ab"


OLDER = {
    "DecisionMade": ("behalf", "delegation"),
    "PairAligned": ("stood",),
    "DossierOpened": ("succeeds",),
}


@pytest.mark.parametrize("kind", OLDER)
@given(data=st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_entries_of_older_ledgers_are_read_without_what_came_later(
    kind: str, data: st.DataObject
) -> None:
    event = data.draw(st.from_type(getattr(ev, kind)))
    value = codec.payload(event)
    for name in OLDER[kind]:
        value.pop(name)
    read = codec.decode(kind, value)
    assert all(not getattr(read, name) for name in OLDER[kind])
    assert {**codec.payload(read), **value} == codec.payload(read)


def test_records_that_are_made_later_are_the_same_records() -> None:
    fallen = ev.Fallen("s", PersonId("p"), ev.ParagraphText.__name__, ())  # type: ignore[arg-type]
    event = ev.PairAligned(
        PersonId("p"), Digest("d"), Digest("v"), Digest("t"), (), Digest("p"), ()
    )
    event = replace(event, fell=(fallen, fallen))
    read = round_trip(event)
    assert isinstance(read, ev.PairAligned)
    assert isinstance(read.fell, codec.Later)
    assert len(read.fell) == 2
    assert read.fell == event.fell == tuple(read.fell)
    assert event.fell == read.fell
    assert read.fell[0] == fallen
    assert hash(read) == hash(event)
    assert repr(read) == repr(event)
    assert len(read.fell) == 2
    with pytest.raises(codec.UnknownEventError):
        codec.decode("PairAligned", {**codec.payload(event), "fell": 3})
