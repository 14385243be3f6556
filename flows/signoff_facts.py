"""The sign-off matrix of a dossier as facts and as page data, from the ledger and the vault.

``flows.signoff_paper`` words the facts, ``documents.signoff`` lays them out; the page data are the
same facts with digests and ids, for machines and for the desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from approvals import events as ev
from approvals import voiding
from approvals.circuits import AtDeadline, Step
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError
from approvals.names import ParagraphId, PersonId
from approvals.standing import Lost, StepStatus
from documents.digest import text_digest
from documents.reader import on_one_line
from flows import acts
from flows.console import Json
from flows.house import House
from flows.signoff_paper import Decision, Paragraph, Review, Said, Signer
from locales.catalog import say

Places = tuple[tuple[Step, PersonId], ...]

_UNSAID = {StepStatus.WAITING: Said.NOT_ASKED, StepStatus.APPROVED: Said.NOT_NEEDED}

_REFUSALS = {ev.Decision.REQUEST_CHANGES: Said.CHANGES, ev.Decision.REJECT: Said.REJECTED}


def review(house: House, dossier: Dossier, language: str) -> Review:
    """Gather the facts of the matrix in one language.

    Raises ``GuardError`` where no review was ever opened.
    """
    opened, circuit = dossier.opened, dossier.circuit
    if opened is None or circuit is None:
        raise GuardError(
            "matrix:review",
            N_(
                "No review was opened in {dossier}, so there is nothing to show. The drafter opens "
                "it."
            ),
            dossier=dossier.id,
        )
    names = {id: who.name for id, who in house.contacts().items()}
    founded = house.register().founded
    texts = _texts(house, dossier, language)
    numbers = acts.paragraph_numbers(dossier)
    places = _places(dossier)
    cells = _Cells(dossier, names, language, _times(house, dossier))
    return Review(
        dossier=dossier.id,
        institution=founded.institution.in_(language) if founded else "",
        body=circuit.title.in_(language),
        title=opened.title.in_(language),
        day=house.now().date(),
        circuit=circuit.rule,
        paragraphs=tuple(
            Paragraph(number, on_one_line(texts.get(id, ""))) for id, number in numbers.items()
        ),
        signers=tuple(
            Signer(step.title.in_(language), names.get(person, person)) for step, person in places
        ),
        decisions=tuple(
            tuple(cells.said(step, person, id) for step, person in places) for id in numbers
        ),
        digests=tuple(_digests(dossier, language)),
    )


def page(house: House, dossier: Dossier, language: str) -> Mapping[str, Json]:
    """Give the matrix as data: steps, people and paragraphs, and a cell for each of them."""
    facts = review(house, dossier, language)
    numbers = acts.paragraph_numbers(dossier)
    handles = {id: who.handle for id, who in house.contacts().items()}
    places = _places(dossier)
    pairs = dossier.pair_paragraphs
    opened = dossier.opened
    sides = (opened.source, opened.target) if opened else ("", "")
    rows: list[Json] = []
    for id, paragraph, decisions in zip(numbers, facts.paragraphs, facts.decisions, strict=True):
        digests = dict(zip(sides, pairs.get(id, ("", "")), strict=True))
        cells: list[Json] = [
            {
                "step": step.id,
                "person": handles.get(person, person),
                "said": one.said.value,
                "on": one.on.isoformat() if one.on else None,
                "by": one.by or None,
                "fell": one.fell.isoformat() if one.fell else None,
                "why": one.why or None,
            }
            for (step, person), one in zip(places, decisions, strict=True)
        ]
        rows.append(
            {
                "number": paragraph.number,
                "id": id,
                "text": paragraph.text,
                "digests": digests,
                "cells": cells,
            }
        )
    statuses = dossier.statuses()
    return {
        "dossier": dossier.id,
        "language": language,
        "circuit": facts.circuit,
        "rule": dossier.rule,
        "pair": dossier.pair,
        "day": facts.day.isoformat(),
        "steps": [
            {
                "step": step.id,
                "title": step.title.in_(language),
                "status": statuses[step.id].value,
                "required": step.required,
                "deciders": [handles.get(one, one) for one in dossier.deciders(step)],
            }
            for step in (dossier.circuit.steps if dossier.circuit else ())
        ],
        "fell": [say(message, language, **data) for message, data in voiding.sentences(dossier)],
        "paragraphs": rows,
    }


def _places(dossier: Dossier) -> Places:
    steps = dossier.circuit.steps if dossier.circuit else ()
    return tuple((step, person) for step in steps for person in dossier.deciders(step))


def _texts(house: House, dossier: Dossier, language: str) -> dict[ParagraphId, str]:
    opened, draft, target = dossier.opened, dossier.draft, dossier.target
    if opened is None or draft is None:
        return {}
    version = draft.version
    if target is not None and language == opened.target:
        version = target.version
    read = text_digest(house.vault.get(version)).paragraphs
    return {ParagraphId(one.id): one.text for one in read}


def _times(house: House, dossier: Dossier) -> Mapping[int, datetime]:
    """Give when each refusal was written, by its sequence."""
    with house.store.read() as reader:
        return {entry.sequence: entry.time for entry in reader.history(dossier.id)}


@dataclass(frozen=True, slots=True)
class _Cells:
    """What each decider said on each paragraph, as it stands."""

    dossier: Dossier
    names: Mapping[PersonId, str]
    language: str
    since: Mapping[int, datetime]

    def said(self, step: Step, person: PersonId, id: ParagraphId) -> Decision:
        dossier, place = self.dossier, (step.id, person)
        for point in dossier.open_points:
            if (point.step, point.by) == place and (not point.paragraphs or id in point.paragraphs):
                by = self._other(point.spoken_by, person)
                on = _day(self.since.get(point.sequence))
                return Decision(_REFUSALS[point.decision], on, by=by)
        approval = dossier.approvals.get(place, {}).get(id)
        if approval is not None:
            by = self._other(approval.by, person)
            return Decision(Said.APPROVED, _day(approval.at), by=by)
        lost = dossier.lost.get(place, {}).get(id)
        if lost is not None:
            on, fell = _day(lost.approval.at), _day(lost.at)
            changed = self._changed(lost)
            why = self._why(changed, id)
            return Decision(Said.FELL, on, fell=fell, why=why, changed=changed)
        if dossier.abstained.get(place) is not None:
            return Decision(Said.ABSTAINED)
        lapsed = dossier.lapsed.get(step.id)
        silent = lapsed is not None and person in lapsed.silent
        if lapsed is not None and silent and lapsed.policy is AtDeadline.NO_OPINION:
            return Decision(Said.NO_OPINION, lapsed.last)
        return Decision(_UNSAID.get(dossier.status(step.id), Said.WAITING))

    def _other(self, by: PersonId | None, person: PersonId) -> str:
        return "" if by in (None, person) else self.names.get(PersonId(str(by)), str(by))

    def _changed(self, lost: Lost) -> tuple[str, ...]:
        """Give the languages whose words changed; none where the paragraph is gone."""
        opened = self.dossier.opened
        if opened is None or lost.now is None:
            return ()
        before = lost.approval.source, lost.approval.target
        sides = zip((opened.source, opened.target), before, lost.now, strict=True)
        return tuple(sorted(side for side, old, new in sides if old != new))

    def _why(self, changed: tuple[str, ...], id: ParagraphId) -> str:
        if not changed:
            return say(N_("The paragraph is gone."), self.language)
        number = acts.paragraph_numbers(self.dossier).get(id, 0)
        languages = " + ".join(side.upper() for side in changed)
        sentence = N_("§ {number} {languages} changed.")
        return say(sentence, self.language, number=number, languages=languages)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _digests(dossier: Dossier, language: str) -> list[tuple[str, str]]:
    opened, draft, target = dossier.opened, dossier.draft, dossier.target
    if opened is None or draft is None:
        return []
    words = {"fr": N_("French text"), "en": N_("English text")}
    rows = [(say(words[opened.source], language), str(draft.text))]
    if target is not None:
        rows.append((say(words[opened.target], language), str(target.text)))
    if dossier.pair is not None:
        rows.append((say(N_("Pair of both texts"), language), str(dossier.pair)))
    if dossier.rule is not None:
        rows.append((say(N_("Rule of the circuit"), language), str(dossier.rule)))
    return rows
