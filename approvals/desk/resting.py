"""What a text rests on: findings of consultations, where each led, and whether one holds it back.

``approvals.waiting`` and the to-do list look at one dossier's stream; where its findings went is
only known with the consultations', so that it is said here, before a page says whom a draft awaits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from approvals import evaluation, waiting
from approvals.consultation.life import PREFIX, Consultation
from approvals.desk import texts
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.errors import N_
from approvals.evaluation import Place
from approvals.events import FindingRegistered
from approvals.sight import may_see
from approvals.standing import State
from approvals.waiting import Waiting

ACT: Final = "place-findings"
"""What is asked in the place of handing over, while a finding leads nowhere."""


@dataclass(frozen=True, slots=True)
class Led:
    """Where a finding led in one text; ``reason`` is empty where there is none or it was erased."""

    dossier: Dossier
    place: Place
    numbers: tuple[int, ...]
    """Of the paragraphs that it shaped."""
    reason: str

    @property
    def href(self) -> str:
        """Where it is said where the finding leads."""
        consultation = self.place.consultation.removeprefix(PREFIX)
        return f"/dossiers/{self.dossier.id}/findings/{consultation}/{self.place.finding.finding}"


def led(seen: Seen, it: Dossier, consultation: str | None = None) -> list[Led]:
    """Say where the findings behind a text led; of one of its consultations, by its stream."""
    numbers, note = texts.numbers(it), seen.desk.house.note
    return [
        Led(
            it,
            place,
            tuple(numbers[one] for one in place.paragraphs),
            note(place.laid.reason) if place.laid else "",
        )
        for stream in ([consultation] if consultation else it.consultations)
        for place in evaluation.places(it, seen.books.evaluation(stream))
    ]


@dataclass(frozen=True, slots=True)
class Found:
    """One finding, what it rests on, and where it led in every text that rests on it."""

    finding: FindingRegistered
    evidence: str
    led: Sequence[Led]

    @property
    def orphan(self) -> bool:
        """Whether it leads nowhere in one of the texts."""
        return any(one.place.orphan for one in self.led)


def found_in(seen: Seen, own: Consultation) -> list[Found]:
    """Give a consultation's findings, those that lead nowhere first."""
    held = seen.books.evaluation(PREFIX + own.id)
    if not held.findings:
        return []
    evidence = seen.desk.findings.evidence(own, seen.language)
    places: dict[str, list[Led]] = {id: [] for id in held.findings}
    for it in resting_on(seen, own):
        for one in led(seen, it, held.stream):
            places[one.place.finding.finding].append(one)
    found = [Found(told, evidence[id], places[id]) for id, told in held.findings.items()]
    return sorted(found, key=lambda one: not one.orphan)


def resting_on(seen: Seen, own: Consultation) -> list[Dossier]:
    """Give the texts that rest on a consultation and that the person may know of."""
    stream = PREFIX + own.id
    return [
        one
        for one in seen.books.dossiers()
        if stream in one.consultations and may_see(one, seen.me, seen.register)
    ]


def left(seen: Seen, it: Dossier) -> int:
    """Count the findings for which a draft cannot be handed over."""
    if it.state is not State.DRAFT:
        return 0
    return sum(
        place.orphan
        for stream in it.consultations
        for place in evaluation.places(it, seen.books.evaluation(stream))
    )


def waiting_on(seen: Seen, it: Dossier) -> Waiting:
    """Say whom a dossier waits for; first for its findings, where they hold the draft back."""
    found, count = waiting.waiting_on(it), left(seen, it)
    if not count:
        return found
    if count == 1:
        message = N_("Waiting for the drafter to say where one finding leads.")
        return replace(found, message=message, act=ACT)
    message = N_("Waiting for the drafter to say where {findings} findings lead.")
    return replace(found, message=message, data={"findings": count}, act=ACT)
