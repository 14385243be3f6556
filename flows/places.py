"""Where the findings of a text’s consultations went: for lists, and for one paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

from approvals import evaluation
from approvals.consultation.life import PREFIX
from approvals.dossier import Dossier
from approvals.errors import GuardError
from approvals.names import Bilingual, ParagraphId
from documents.digest import text_digest
from flows import acts, coding, console
from flows.house import House
from locales.catalog import say
from locales.errors import N_

BEGINS = 60
"""Letters by which a paragraph is known in a list."""


@dataclass(frozen=True, slots=True)
class Place:
    """One finding of one consultation, and where it went."""

    consultation: str
    finding: str
    text: Bilingual
    people: int
    """The most people that any of its evidence speaks of."""
    paragraphs: tuple[ParagraphId, ...]
    """Those that are in the draft."""
    numbers: tuple[int, ...]
    reason: str
    orphan: bool
    gone: bool
    """An orphan that was linked to paragraphs which are not there any more."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """One paragraph and the findings that shaped it."""

    number: int
    id: ParagraphId
    begins: str
    findings: tuple[str, ...]


def of(house: House, dossier: Dossier) -> tuple[Place, ...]:
    """Say of every finding where it went, in the order in which they were registered."""
    numbers = acts.paragraph_numbers(dossier)
    return tuple(
        Place(
            stream.removeprefix(PREFIX),
            one.finding.finding,
            one.finding.text,
            max((proof.count for proof in one.finding.evidence), default=0),
            one.paragraphs,
            tuple(numbers[paragraph] for paragraph in one.paragraphs),
            house.note(one.laid.reason) if one.laid else "",
            one.orphan,
            one.gone,
        )
        for stream in dossier.consultations
        for one in evaluation.places(dossier, coding.evaluation(house, stream))
    )


def told(one: Place, language: str) -> str:
    """Say where a finding went."""
    if one.gone:
        return say(N_("nowhere: its paragraphs are gone"), language)
    if one.orphan:
        return say(N_("nowhere yet"), language)
    if one.numbers:
        return say(N_("§ {numbers}"), language, numbers=tuple(map(str, one.numbers)))
    return say(N_("waived: {reason}"), language, reason=one.reason or say(N_("(erased)"), language))


def paragraphs(house: House, dossier: Dossier, found: Sequence[Place]) -> tuple[Shaped, ...]:
    """Say of every paragraph with words which findings shaped it."""
    draft = dossier.draft
    if draft is None:
        return ()
    digest = text_digest(house.vault.get(draft.version))
    texts = {str(one.id): one.text for one in digest.paragraphs}
    return tuple(
        Shaped(
            number,
            id,
            shorten(texts.get(str(id), ""), BEGINS, placeholder="…"),
            tuple(one.finding for one in found if id in one.paragraphs),
        )
        for id, number in acts.paragraph_numbers(dossier).items()
        if id not in dossier.untranslatable
    )


def stream_of(dossier: Dossier, consultation: str | None) -> str:
    """Give the stream of a consultation, which need not be named where there is only one."""
    if consultation is not None:
        return f"{PREFIX}{consultation}"
    if len(dossier.consultations) == 1:
        return dossier.consultations[0]
    raise GuardError(
        "finding:which",
        N_("{dossier} rests on {count} consultations. Say which one is meant."),
        dossier=dossier.id,
        count=len(dossier.consultations),
    )


def to_json(one: Place) -> dict[str, console.Json]:
    """Give a finding and where it went for a machine."""
    return {
        "consultation": one.consultation,
        "finding": one.finding,
        "text": {"fr": one.text.fr, "en": one.text.en},
        "people": one.people,
        "paragraphs": list(one.paragraphs),
        "numbers": list(one.numbers),
        "reason": one.reason or None,
        "orphan": one.orphan,
    }
