"""What happened in a dossier, in words: one line an event, newest first.

The line begins with a mark where the event settles, stops or asks something; the rest is a sentence
with people's names. An event without a sentence of its own is called as the ledger calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from approvals import codec, terms, voiding
from approvals import events as ev
from approvals.desk import texts
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


@dataclass(frozen=True, slots=True)
class _Telling:
    seen: Seen
    numbers: Mapping[ParagraphId, int]

    def about(self, paragraphs: tuple[ParagraphId, ...]) -> str:
        found = sorted({self.numbers[one] for one in paragraphs if one in self.numbers})
        if not found:
            return self.seen.tr("the whole text")
        return "§\N{NO-BREAK SPACE}" + ", ".join(map(str, found))


Mark = tuple[str, str, str]
Told = tuple[Mark | None, str]

_DECIDED: Final[Mapping[ev.Decision, Mark]] = {
    ev.Decision.APPROVE: ("ok", "ok", N_("Approved")),
    ev.Decision.REQUEST_CHANGES: ("warn", "chg", N_("Changes requested")),
    ev.Decision.REJECT: ("stop", "no", N_("Refused")),
    ev.Decision.ABSTAIN: ("mute", "abst", N_("Abstained")),
}


def of(seen: Seen, dossier: Dossier, last: int | None = None) -> list[Line]:
    """Tell a dossier's events, newest first; only the ``last`` of them where that is given."""
    entries = seen.books.entries(dossier.id)
    chosen = entries[-last:] if last else entries
    telling = _Telling(seen, texts.numbers(dossier))
    return [_line(telling, entry) for entry in reversed(chosen)]


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
    return None, seen.tr(
        "{person} submitted a draft of {count} paragraphs.",
        person=seen.name(event.by),
        count=len(event.paragraphs),
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
    return None, seen.tr(
        "{person} opened the review under {rule}: {steps} steps.",
        person=seen.name(event.by),
        rule=event.circuit.rule,
        steps=len(event.circuit.steps),
    )


def _decision(telling: _Telling, event: ev.DecisionMade) -> Told:
    seen = telling.seen
    where = telling.about(event.paragraphs)
    if event.behalf is not None:
        return _DECIDED[event.decision], seen.tr(
            "by {person} for {absent}, about {where} (step {step}).",
            person=seen.name(event.by),
            absent=seen.name(event.behalf),
            where=where,
            step=event.step,
        )
    return _DECIDED[event.decision], seen.tr(
        "by {person}, about {where} (step {step}).",
        person=seen.name(event.by),
        where=where,
        step=event.step,
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
