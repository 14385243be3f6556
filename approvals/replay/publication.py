"""The seal, the press, and the life of what is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from approvals import events as ev
from approvals.replay.base import Change, moves_to
from approvals.standing import Erratum, Quote, State

if TYPE_CHECKING:
    from approvals.dossier import Dossier


def _sealed(dossier: Dossier, event: ev.EditionsSealed, at: datetime, sequence: int) -> None:
    dossier.sealed = event
    dossier.state = State.SEALED


def _ordered(dossier: Dossier, event: ev.PublicationOrdered, at: datetime, sequence: int) -> None:
    dossier.ordered = event
    dossier.state = State.EMBARGOED


def _published(dossier: Dossier, event: ev.Published, at: datetime, sequence: int) -> None:
    dossier.published, dossier.published_at = event, at
    dossier.state = State.PUBLISHED


def _quoted(dossier: Dossier, event: ev.QuoteAdded, at: datetime, sequence: int) -> None:
    dossier.quotes[event.quote] = Quote(event)


def _approved(dossier: Dossier, event: ev.QuoteApproved, at: datetime, sequence: int) -> None:
    quote = dossier.quotes[event.quote]
    dossier.quotes[event.quote] = replace(quote, approved=quote.approved | {event.language})


def _dropped(dossier: Dossier, event: ev.QuoteDropped, at: datetime, sequence: int) -> None:
    dossier.quotes.pop(event.quote, None)


def _released(dossier: Dossier, event: ev.PressReleaseKept, at: datetime, sequence: int) -> None:
    dossier.press_release = event


def _superseded(dossier: Dossier, event: ev.Superseded, at: datetime, sequence: int) -> None:
    dossier.superseded_by = event.successor
    dossier.state = State.SUPERSEDED


def _settled(dossier: Dossier, event: ev.SuccessionSettled, at: datetime, sequence: int) -> None:
    dossier.settled = True


def _ordering(dossier: Dossier, event: ev.WithdrawalOrdered, at: datetime, sequence: int) -> None:
    dossier.withdrawal = event


def _proposed(dossier: Dossier, event: ev.ErratumProposed, at: datetime, sequence: int) -> None:
    dossier.errata[event.erratum] = Erratum(event)


def _certified(dossier: Dossier, event: ev.ErratumCertified, at: datetime, sequence: int) -> None:
    known = dossier.errata[event.erratum]
    dossier.errata[event.erratum] = replace(known, certified_by=event.by)


def _corrected(dossier: Dossier, event: ev.ErratumPublished, at: datetime, sequence: int) -> None:
    known = dossier.errata[event.erratum]
    out = replace(known, edition=event.edition, published_at=at)
    dossier.errata[event.erratum] = out


CHANGES: Final[Mapping[type, Change]] = {
    ev.SealingOrdered: moves_to(State.SEALING),
    ev.EditionsSealed: _sealed,
    ev.PublicationOrdered: _ordered,
    ev.Published: _published,
    ev.QuoteAdded: _quoted,
    ev.QuoteApproved: _approved,
    ev.QuoteDropped: _dropped,
    ev.PressReleaseKept: _released,
    ev.Superseded: _superseded,
    ev.SuccessionSettled: _settled,
    ev.WithdrawalOrdered: _ordering,
    ev.Withdrawn: moves_to(State.WITHDRAWN),
    ev.ErratumProposed: _proposed,
    ev.ErratumCertified: _certified,
    ev.ErratumPublished: _corrected,
}
