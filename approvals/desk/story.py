"""What happened in a dossier and what is expected, in words: one line an event, newest first.

The line begins with a mark where the event settles, stops or asks something; the rest is a sentence
with people's names. An event without a sentence of its own is called as the ledger calls it. Votes
and attendance that were recorded one after the other are told together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from approvals import codec, terms, voiding
from approvals import events as ev
from approvals.desk import resting, texts
from approvals.desk.seen import Seen
from approvals.dossier import Dossier, read
from approvals.errors import N_
from approvals.ledger import Entry
from approvals.names import ParagraphId


@dataclass(frozen=True, slots=True)
class Line:
    """One event: when, the mark before it (kind, icon, words), and the sentence."""

    at: datetime
    sequence: int
    mark: tuple[str, str, str] | None
    text: str
    more: tuple[str, ...] = ()
    events: int = 1


@dataclass(frozen=True, slots=True)
class _Telling:
    seen: Seen
    numbers: Mapping[ParagraphId, int]
    steps: Mapping[str, str]

    def step(self, id: str) -> str:
        return self.steps.get(id, id)

    def about(self, paragraphs: tuple[ParagraphId, ...]) -> str:
        found = sorted({self.numbers[one] for one in paragraphs if one in self.numbers})
        if not found:
            return self.seen.tr("the whole text")
        return f"§\N{NO-BREAK SPACE}{texts.spans(found)}"


Mark = tuple[str, str, str]
Told = tuple[Mark | None, str]

_DECIDED: Final[Mapping[ev.Decision, Mark]] = {
    ev.Decision.APPROVE: ("ok", "ok", N_("Approved")),
    ev.Decision.REQUEST_CHANGES: ("warn", "chg", N_("Changes requested")),
    ev.Decision.REJECT: ("stop", "no", N_("Refused")),
    ev.Decision.ABSTAIN: ("mute", "abst", N_("Abstained")),
}


def of(seen: Seen, dossier: Dossier, last: int | None = None) -> list[Line]:
    """Tell a dossier's events, newest first; only the ``last`` lines where that is given."""
    telling = _telling(seen, dossier)
    lines: list[Line] = []
    for type_, group in groupby(reversed(seen.books.entries(dossier.id)), lambda one: one.type):
        if len(lines) == last:
            break
        if type_ in _TOGETHER:
            lines.append(_together(telling, list(group)))
        else:
            lines += [_line(telling, entry) for entry in group]
    return lines[:last]


def one(seen: Seen, dossier: Dossier, sequence: int) -> Line:
    """Tell one event by its place in the ledger."""
    [entry] = [one for one in seen.books.entries(dossier.id) if one.sequence == sequence]
    return _line(_telling(seen, dossier), entry)


def expected(seen: Seen, dossier: Dossier) -> str:
    """Say whom the dossier waits for, with the titles of the steps."""
    waiting = resting.waiting_on(seen, dossier)
    data: dict[str, Any] = dict(waiting.data)
    steps = _telling(seen, dossier).steps
    if "step" in data:
        data["step"] = steps.get(data["step"], data["step"])
    if "steps" in data:
        told = (one.partition(" ") for one in data["steps"])
        data["steps"] = tuple(f"{steps.get(id, id)} {given}" for id, _, given in told)
    return seen.tr(waiting.message, **data)


def _telling(seen: Seen, dossier: Dossier) -> _Telling:
    steps = dossier.circuit.steps if dossier.circuit else ()
    titles = {step.id: step.title.in_(seen.language) for step in steps}
    return _Telling(seen, texts.numbers(dossier), titles)


def _together(telling: _Telling, group: list[Entry]) -> Line:
    newest = _line(telling, group[0])
    if len(group) == 1:
        return newest
    told = _TOGETHER[group[0].type]
    return replace(newest, text=told(telling.seen, len(group)), events=len(group))


def _line(telling: _Telling, entry: Entry) -> Line:
    event: Any = codec.decode(entry.type, read(entry.payload))
    mark, text = _TOLD.get(type(event), _plain)(telling, event)
    seen = telling.seen
    said = (mark[0], mark[1], seen.tr(mark[2])) if mark else None
    more = tuple(_fallen(telling, event)) if isinstance(event, ev.PairAligned) else ()
    return Line(entry.time, entry.sequence, said, text, more)


def _fallen(telling: _Telling, event: ev.PairAligned) -> Iterator[str]:
    for one in voiding.explain(event.fell, event.stood):
        message, data = one.sentence(telling.numbers)
        yield telling.seen.tr(message, **data)


def _plain(telling: _Telling, event: Any) -> Told:
    seen = telling.seen
    what = seen.tr(terms.EVENT_NAMES.get(type(event).__name__, type(event).__name__))
    if event.by == ev.SYSTEM:
        return None, seen.tr("{what}.", what=what)
    return None, seen.tr("{what}, by {person}.", what=what, person=seen.name(event.by))


def _submitted(telling: _Telling, event: ev.DraftSubmitted) -> Told:
    seen = telling.seen
    return None, seen.plural(
        "{person} submitted a draft of one paragraph.",
        "{person} submitted a draft of {n} paragraphs.",
        len(event.paragraphs),
        person=seen.name(event.by),
    )


def _proposed(telling: _Telling, event: ev.TranslationProposed) -> Told:
    seen = telling.seen
    where = telling.about(tuple(one.id for one in event.paragraphs))
    return None, seen.tr(
        "{person} proposed the translation of {where}.", person=seen.name(event.by), where=where
    )


def _certified(telling: _Telling, event: ev.PairsCertified) -> Told:
    seen = telling.seen
    where = telling.about(tuple(one.id for one in event.paragraphs))
    return None, seen.tr(
        "{person} certified the translation of {where}.", person=seen.name(event.by), where=where
    )


def _aligned(telling: _Telling, event: ev.PairAligned) -> Told:
    mark = ("ok", "ok", N_("Both languages joined"))
    if event.fell:
        mark = ("warn", "fell", N_("Approvals fell"))
    return mark, telling.seen.tr("Every paragraph is certified; the pair is whole.")


def _review(telling: _Telling, event: ev.ReviewOpened) -> Told:
    seen = telling.seen
    return None, seen.plural(
        "{person} opened the review under the circuit “{circuit}”, in one step.",
        "{person} opened the review under the circuit “{circuit}”, in {n} steps.",
        len(event.circuit.steps),
        person=seen.name(event.by),
        circuit=event.circuit.title,
    )


def _decision(telling: _Telling, event: ev.DecisionMade) -> Told:
    seen = telling.seen
    where = telling.about(event.paragraphs)
    if event.behalf is not None:
        return _DECIDED[event.decision], seen.tr(
            "by {person} for {absent}, about {where} (step “{step}”).",
            person=seen.name(event.by),
            absent=seen.name(event.behalf),
            where=where,
            step=telling.step(event.step),
        )
    return _DECIDED[event.decision], seen.tr(
        "by {person}, about {where} (step “{step}”).",
        person=seen.name(event.by),
        where=where,
        step=telling.step(event.step),
    )


def _attached(telling: _Telling, event: ev.ConsultationAttached) -> Told:
    seen = telling.seen
    own = seen.desk.consulting.find(event.consultation)
    title = own.planned.title if own is not None and own.planned is not None else ""
    return None, seen.tr(
        "{person} attached the consultation “{title}”, on which the text rests.",
        person=seen.name(event.by),
        title=title,
    )


def _laid(telling: _Telling, event: ev.FindingLinked) -> Told:
    seen = telling.seen
    there = any(one in telling.numbers for one in event.paragraphs)
    return None, seen.tr(
        "{person} linked finding {finding} to {where}.",
        person=seen.name(event.by),
        finding=event.finding,
        where=telling.about(event.paragraphs)
        if there
        else seen.tr("paragraphs that are gone since"),
    )


def _led_nowhere(telling: _Telling, event: ev.FindingWaived) -> Told:
    seen = telling.seen
    return None, seen.tr(
        "{person} said why finding {finding} shaped no paragraph.",
        person=seen.name(event.by),
        finding=event.finding,
    )


def _convened(telling: _Telling, event: ev.MeetingConvened) -> Told:
    seen = telling.seen
    return None, seen.tr(
        "{person} convened the board for {when}.", person=seen.name(event.by), when=event.when
    )


def _result(telling: _Telling, event: ev.ResultProclaimed) -> Told:
    outcome = str(event.outcome.value)
    mark = {
        "adopted": ("ok", "ok", N_("Adopted")),
        "rejected": ("stop", "no", N_("Rejected")),
        "deferred": ("warn", "chg", N_("Deferred")),
    }.get(outcome)
    return mark, telling.seen.tr(
        "{person} proclaimed the result.", person=telling.seen.name(event.by)
    )


def _published(telling: _Telling, event: ev.Published) -> Told:
    return ("ok", "here", N_("Published")), telling.seen.tr("Both languages are out.")


def _votes(seen: Seen, n: int) -> str:
    return seen.plural("One vote was cast.", "{n} votes were cast.", n)


def _attendance(seen: Seen, n: int) -> str:
    return seen.plural(
        "The attendance of one seat was recorded.", "The attendance of {n} seats was recorded.", n
    )


_TOGETHER: Final[Mapping[str, Callable[[Seen, int], str]]] = {
    ev.VoteCast.__name__: _votes,
    ev.AttendanceRecorded.__name__: _attendance,
}
"""What is told together where it was recorded one after the other."""

_TOLD: Final[Mapping[type, Callable[[_Telling, Any], Told]]] = {
    ev.DraftSubmitted: _submitted,
    ev.TranslationProposed: _proposed,
    ev.PairsCertified: _certified,
    ev.PairAligned: _aligned,
    ev.ReviewOpened: _review,
    ev.DecisionMade: _decision,
    ev.ConsultationAttached: _attached,
    ev.FindingLinked: _laid,
    ev.FindingWaived: _led_nowhere,
    ev.MeetingConvened: _convened,
    ev.ResultProclaimed: _result,
    ev.Published: _published,
}
