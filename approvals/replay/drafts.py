"""A text from its first draft to a certified pair, or to its end before the board."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from approvals import events as ev
from approvals.names import ENGLISH, FRENCH
from approvals.replay.base import Change, moves_to
from approvals.standing import Approval, Draft, Lost, PairText, State, Target, paired

if TYPE_CHECKING:
    from approvals.dossier import Dossier


def _opened(dossier: Dossier, event: ev.DossierOpened, at: datetime, sequence: int) -> None:
    dossier.opened = event


def take_draft(dossier: Dossier, event: ev.DraftSubmitted | ev.TextAmended, sequence: int) -> None:
    """Take a new text, keeping the translation of every paragraph that did not change."""
    language = dossier.opened.source if dossier.opened else FRENCH
    dossier.drafts.append(
        Draft(
            event.by,
            event.upload,
            event.version,
            event.text,
            event.paragraphs,
            language,
            sequence,
        )
    )
    dossier.untranslatable = frozenset(event.untranslatable)
    dossier.pairs = {one.id: _carried(dossier, one) for one in event.paragraphs}
    dossier.aligned = False


def _drafted(dossier: Dossier, event: ev.DraftSubmitted, at: datetime, sequence: int) -> None:
    dossier.authors.add(event.by)
    take_draft(dossier, event, sequence)
    answered = {answer.point for answer in event.answers}
    dossier.points = [
        replace(point, answered=point.answered or point.sequence in answered)
        for point in dossier.points
    ]
    dossier.meeting = dossier.ballot = dossier.result = None
    dossier.amended = False
    dossier.cycle += dossier.state in (State.REJECTED, State.DEFERRED)
    dossier.state = State.DRAFT


def turn(dossier: Dossier, turned: Iterable[ev.PairText]) -> None:
    """Let the translation be the source from here on; what was certified stays certified.

    A paragraph that cannot be turned round is translated anew. Approvals keep to the texts that
    they are of.
    """
    if dossier.opened is None or dossier.target is None:
        return
    was = dossier.opened
    dossier.opened = replace(was, source=was.target, target=was.source)
    units = {one.id: one for one in turned}
    for paragraph in dossier.target.paragraphs:
        known, found = dossier.pairs.get(paragraph.id), units.get(paragraph.id)
        if known is None or found is None:
            dossier.pairs[paragraph.id] = PairText(paragraph.digest)
        else:
            dossier.pairs[paragraph.id] = known._replace(
                source=found.source, units=found.units, before=None
            )
    dossier.paired = {id: (right, left) for id, (left, right) in dossier.paired.items()}
    for given in dossier.approvals.values():
        given.update({id: _turned(one) for id, one in given.items()})
    for lost in dossier.lost.values():
        lost.update(
            {
                id: one._replace(
                    approval=_turned(one.approval), now=one.now and (one.now[1], one.now[0])
                )
                for id, one in lost.items()
            }
        )


def _turned(approval: Approval) -> Approval:
    return approval._replace(source=approval.target, target=approval.source)


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
    language = dossier.opened.target if dossier.opened else ENGLISH
    dossier.targets.append(Target(event.version, event.text, event.paragraphs, language, sequence))
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
