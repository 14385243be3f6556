"""A dossier on its road in a real house, without Prefect: two paragraphs, the sample's people."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import docx

from approvals import board as boards
from approvals import circuits
from approvals import events as ev
from approvals.board import Attendance, Seat
from approvals.circuits import Circuit
from approvals.handlers import board, publication, review
from approvals.handlers.base import Command
from approvals.names import Bilingual, PersonId
from flows import acts, founding
from flows.house import House
from tests.flows import houses

NAME = "statement"
FIRST, SECOND = "We teach “engineers” everywhere.", "We serve society."
FRENCH = {FIRST: "Nous formons des « ingénieurs » partout.", SECOND: "Nous servons la société."}


class Watch:
    """A clock that stands still until it is put forward."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)


def started(home: Path) -> tuple[House, Watch]:
    """Found a house with the sample's people and rules, under a clock of its own."""
    watch = Watch()
    return founding.found(home, founding.sample_papers(), clock=watch), watch


def word_file(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def who(house: House, handle: str) -> PersonId:
    return PersonId(house.person(handle).id)


def command(house: House, handle: str, dossier: str = NAME) -> Command:
    return Command(dossier=dossier, by=who(house, handle), key=acts.new_key())


def submit(
    house: House, *paragraphs: str, dossier: str = NAME, succeeds: str | None = None
) -> None:
    """Bring a draft and have it translated, certified and joined."""
    known = [one.id for one in house.dossiers()]
    points = house.dossier(dossier).open_points if dossier in known else ()
    acts.submit(
        house,
        word_file(*paragraphs),
        "statement.docx",
        by=who(house, "delmas"),
        dossier=dossier,
        title=Bilingual("Énoncé", "Statement"),
        answers=[(point.sequence, "Done.") for point in points],
        succeeds=succeeds,
    )
    houses.hand_over(house, dossier)
    houses.carry_out(house, dossier)


def translate(house: House, french: dict[str, str], dossier: str = NAME) -> None:
    acts.propose(
        house,
        dossier,
        by=who(house, "fontanel"),
        translate=lambda unit: french.get(unit.source, unit.target),
    )
    acts.certify(house, dossier, by=who(house, "roumier"))
    houses.carry_out(house, dossier)


def circuit(**more: object) -> Circuit:
    text = (founding.sample_folder() / "circuit.toml").read_text(encoding="utf-8")
    return replace(circuits.load(text), **more)  # type: ignore[arg-type]


def open_review(house: House, under: Circuit | None = None, dossier: str = NAME) -> None:
    told = command(house, "delmas", dossier)
    review.open_review(
        review.OpenReview(dossier=dossier, by=told.by, key=told.key, circuit=under or circuit()),
        house.office,
    )


def decide(
    house: House,
    handle: str,
    decision: ev.Decision = ev.Decision.APPROVE,
    *,
    dossier: str = NAME,
    behalf: str | None = None,
    reason: str | None = None,
) -> None:
    told = command(house, handle, dossier)
    review.decide(
        review.MakeDecision(
            dossier=dossier,
            by=told.by,
            key=told.key,
            step=None,
            decision=decision,
            pair=acts.require_pair(house.dossier(dossier)),
            reason=reason,
            behalf=who(house, behalf) if behalf else None,
        ),
        house.office,
    )


def in_review(house: House, dossier: str = NAME, succeeds: str | None = None) -> None:
    submit(house, FIRST, SECOND, dossier=dossier, succeeds=succeeds)
    translate(house, FRENCH, dossier)
    open_review(house, dossier=dossier)


def ready(house: House, dossier: str = NAME, succeeds: str | None = None) -> None:
    in_review(house, dossier, succeeds)
    for handle in ("vasseur", "kerlann", "marsaudon", "tahiri"):
        decide(house, handle, dossier=dossier)


def convened(
    house: House,
    dossier: str = NAME,
    come: int = 14,
    place: str = "Palaiseau",
    why: str = "Urgent.",
) -> tuple[Seat, ...]:
    """Convene the board at once, for urgency; give the seats whose holders come."""
    text = (founding.sample_folder() / "board.toml").read_text(encoding="utf-8")
    called = boards.load(text)
    told = command(house, "castagnet", dossier)
    board.convene(
        board.Convene(
            dossier=dossier,
            by=told.by,
            key=told.key,
            board=called,
            when=None,
            place=place,
            urgency=why,
        ),
        house.office,
    )
    seats = tuple(called.seats[:come])
    for seat in seats:
        told = command(house, "castagnet", dossier)
        board.attend(
            board.Attend(
                dossier=dossier,
                by=told.by,
                key=told.key,
                seat=seat.id,
                attendance=Attendance.PRESENT,
            ),
            house.office,
        )
    return seats


def adopted(
    house: House, seats: Iterable[Seat], dossier: str = NAME, number: str | None = None
) -> None:
    """Have these seats adopt the text, and the house seal it."""
    told = command(house, "castagnet", dossier)
    pair = acts.require_pair(house.dossier(dossier))
    board.open_ballot(
        board.OpenBallot(dossier=dossier, by=told.by, key=told.key, pair=pair), house.office
    )
    for seat in seats:
        told = command(house, seat.holder, dossier)
        board.vote(
            board.Vote(
                dossier=dossier, by=told.by, key=told.key, seat=seat.id, choice=ev.Choice.FOR
            ),
            house.office,
        )
    told = command(house, "castagnet", dossier)
    proclaimed = board.CloseBallot(dossier=dossier, by=told.by, key=told.key, number=number)
    board.close_ballot(proclaimed, house.office)
    houses.carry_out(house, dossier)
    publication.order_seal(command(house, "castagnet", dossier), house.office)
    houses.carry_out(house, dossier)


def sealed(house: House, dossier: str = NAME, succeeds: str | None = None) -> None:
    """Have the board adopt at once, for urgency, and the house seal."""
    ready(house, dossier, succeeds)
    adopted(house, convened(house, dossier), dossier)


def publish(house: House, dossier: str = NAME) -> None:
    told = command(house, "lemoal", dossier)
    publication.order_publication(
        publication.OrderPublication(dossier=dossier, by=told.by, key=told.key), house.office
    )
    houses.carry_out(house, dossier)
