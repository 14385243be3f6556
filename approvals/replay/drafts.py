"""A text from its first draft to a certified pair, or to its end before the board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from approvals import events as ev
from approvals.replay.base import Change, moves_to
from approvals.standing import Draft, Lost, PairText, State, Target, paired

if TYPE_CHECKING:
    from approvals.dossier import Dossier


def _opened(dossier: Dossier, event: ev.DossierOpened, at: datetime, sequence: int) -> None:
    dossier.opened = event


def take_draft(dossier: Dossier, event: ev.DraftSubmitted | ev.TextAmended) -> None:
    """Take a new text, keeping the translation of every paragraph that did not change."""
    dossier.drafts.append(
        Draft(event.by, event.upload, event.version, event.text, event.paragraphs)
    )
    dossier.untranslatable = frozenset(event.untranslatable)
    dossier.pairs = {one.id: _carried(dossier, one) for one in event.paragraphs}
    dossier.aligned = False


def _drafted(dossier: Dossier, event: ev.DraftSubmitted, at: datetime, sequence: int) -> None:
    dossier.authors.add(event.by)
    take_draft(dossier, event)
    answered = {answer.point for answer in event.answers}
    dossier.points = [
        replace(point, answered=point.answered or point.sequence in answered)
        for point in dossier.points
    ]
    dossier.meeting = dossier.ballot = dossier.result = None
    dossier.amended = False
    dossier.cycle += dossier.state in (State.REJECTED, State.DEFERRED)
    dossier.state = State.DRAFT


def _carried(dossier: Dossier, paragraph: ev.ParagraphText) -> PairText:
    known = dossier.pairs.get(paragraph.id)
    if known is None:
        return PairText(paragraph.digest)
    if known.source == paragraph.digest:
        return known
    return PairText(paragraph.digest, before=known.units or known.before)


def _requested(
    dossier: Dossier, event: ev.TranslationRequested, at: datetime, sequence: int
) -> None:
    dossier.checks = event.checks
    dossier.state = State.TRANSLATING


def _prepared(dossier: Dossier, event: ev.TranslationPrepared, at: datetime, sequence: int) -> None:
    dossier.counts = event.counts
    for pair in event.paragraphs:
        before = dossier.pairs[pair.id].before
        dossier.pairs[pair.id] = PairText(pair.source, pair.units, before=before)


def _proposed(dossier: Dossier, event: ev.TranslationProposed, at: datetime, sequence: int) -> None:
    dossier.authors.add(event.by)
    dossier.aligned = False
    for pair in event.paragraphs:
        dossier.pairs[pair.id] = PairText(pair.source, pair.units, event.by)
    if dossier.state is State.CONFORMITY:
        dossier.resolution = None
        dossier.conformity.clear()
    else:
        dossier.state = State.TRANSLATING


def _certified(dossier: Dossier, event: ev.PairsCertified, at: datetime, sequence: int) -> None:
    dossier.authors.add(event.by)
    for pair in event.paragraphs:
        proposed = dossier.pairs[pair.id].proposed_by
        waived = tuple(one for one in event.waived if one.paragraph == pair.id)
        dossier.pairs[pair.id] = PairText(
            pair.source, pair.units, proposed, event.by, waived=waived
        )


def _joined(dossier: Dossier, event: ev.PairAligned, at: datetime, sequence: int) -> None:
    """Take the pair; what fell is gone for good, even if the earlier wording comes back.

    Every approval is of the text as it was in the last pair, so only the paragraphs that differ
    from it have to be looked at.
    """
    dossier.targets.append(Target(event.version, event.text, event.paragraphs))
    dossier.aligned = True
    before = dossier.paired
    now = paired(dossier.draft.paragraphs if dossier.draft else (), event.paragraphs)
    dossier.paired = now
    dossier.fell = event.fell if dossier.looked else (*dossier.fell, *event.fell)
    dossier.stood = event.stood if dossier.looked else max(dossier.stood, event.stood)
    dossier.looked = False
    dossier.vouched = ()
    changed = [id for id, pair in before.items() if now.get(id) != pair]
    for place, given in dossier.approvals.items():
        gone = [id for id in changed if id in given]
        if gone:
            lost = dossier.lost.setdefault(place, {})
            make = Lost._make
            lost.update({id: make((given.pop(id), at, now.get(id))) for id in gone})
    if dossier.state is not State.CONFORMITY:
        dossier.state = State.ALIGNED


CHANGES: Final[Mapping[type, Change]] = {
    ev.DossierOpened: _opened,
    ev.DraftSubmitted: _drafted,
    ev.TranslationRequested: _requested,
    ev.TranslationPrepared: _prepared,
    ev.TranslationProposed: _proposed,
    ev.PairsCertified: _certified,
    ev.PairAligned: _joined,
    ev.Abandoned: moves_to(State.ABANDONED),
}
