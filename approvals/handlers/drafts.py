"""From the first draft to a certified pair, and giving a text up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from approvals import events as ev
from approvals import policy
from approvals.circuits import CheckRule, Step
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError, NotEntitledError, StalePairError
from approvals.handlers.base import (
    Command,
    Office,
    Scene,
    WithReason,
    by_the_house,
    carry_out,
    place,
    require,
)
from approvals.handlers.findings import require_settled
from approvals.ledger import Entry
from approvals.names import (
    ENGLISH,
    FRENCH,
    Bilingual,
    Digest,
    Language,
    ParagraphId,
    Role,
    pair_digest,
)
from approvals.register import HOUSE
from approvals.standing import State, StepStatus, paired

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDossier(Command):
    """Begin a text; ``source`` is the language in which it is drafted."""

    title: Bilingual
    source: Language
    target: Language
    authoritative: Language
    confidentiality: ev.Confidentiality
    succeeds: str | None = None


def open_dossier(command: OpenDossier, office: Office) -> Entry:
    """Open a dossier under a new id."""

    def decide(scene: Scene) -> ev.Event:
        scene.register.require(command.by, "submit", Role.DRAFTER)
        if scene.dossier.opened is not None or command.dossier == HOUSE:
            raise GuardError(
                "dossier:exists",
                N_("There is a dossier {dossier} already. Choose another id."),
                dossier=command.dossier,
            )
        if not _ID.fullmatch(command.dossier):
            raise GuardError(
                "dossier:id",
                N_(
                    "“{dossier}” cannot be a dossier's id. Take small letters without accents, "
                    "digits and hyphens, at most 100 of them."
                ),
                dossier=command.dossier,
            )
        languages = {command.source, command.target}
        if languages != {FRENCH, ENGLISH} or command.authoritative not in languages:
            raise GuardError(
                "dossier:languages",
                N_(
                    "A text is drafted in French or English and translated into the other; "
                    "one of the two is authoritative. Correct the languages."
                ),
            )
        if command.succeeds is not None:
            _in_force(scene, command.succeeds)
        return ev.DossierOpened(
            command.by,
            command.title,
            command.source,
            command.target,
            command.authoritative,
            command.confidentiality,
            command.succeeds,
        )

    return carry_out(command, office, ev.DossierOpened, decide)


def _in_force(scene: Scene, predecessor: str) -> None:
    known = Dossier.replay(predecessor, scene.work.history(predecessor))
    if known.state is not State.PUBLISHED:
        raise GuardError(
            "dossier:succeeds",
            N_(
                "{predecessor} is not a published text in force, so nothing can succeed it. Name "
                "one that is."
            ),
            predecessor=predecessor,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitDraft(Command):
    """Bring a draft that passed intake; ``answers`` maps blocking points to what was done."""

    upload: Digest
    version: Digest
    text: Digest
    paragraphs: tuple[ev.ParagraphText, ...]
    untranslatable: tuple[ParagraphId, ...]
    answers: tuple[tuple[int, str], ...] = ()


def submit_draft(command: SubmitDraft, office: Office) -> Entry:
    """Take a new draft; every blocking point has to be answered with it.

    The same text again is refused, except where it is brought with answers (a refusal may be about
    the translation alone), for a new cycle, or because the review cannot go on without anew.
    """

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "submit", Role.DRAFTER)
        draft = scene.dossier.draft
        if draft is not None and draft.text == command.text and not _may_repeat(scene):
            raise GuardError(
                "submit:unchanged",
                N_(
                    "This draft says the same as the one before, so nothing was taken in. "
                    "Change its text, or go on with the one before."
                ),
            )
        given = {point: text for point, text in command.answers if text.strip()}
        left = [point for point in scene.dossier.open_points if point.sequence not in given]
        if left:
            raise GuardError(
                "submit:answers",
                N_(
                    "Answer every blocking point first: {points} of them have no answer. "
                    "Their numbers are {numbers}."
                ),
                points=len(left),
                numbers=tuple(str(point.sequence) for point in left),
            )
        known = {point.sequence for point in scene.dossier.open_points}
        unknown = sorted(set(given) - known)
        if unknown:
            raise GuardError(
                "submit:point",
                N_("There is no open point {number}. The list of open points numbers them."),
                number=unknown[0],
            )
        return ev.DraftSubmitted(
            command.by,
            command.upload,
            command.version,
            command.text,
            command.paragraphs,
            command.untranslatable,
            tuple(
                ev.Answer(point, scene.note(text.strip())) for point, text in sorted(given.items())
            ),
        )

    return carry_out(command, office, ev.DraftSubmitted, decide, chosen=("upload",))


def _may_repeat(scene: Scene) -> bool:
    dossier = scene.dossier
    if dossier.open_points or dossier.state in (State.REJECTED, State.DEFERRED):
        return True
    steps = dossier.circuit.steps if dossier.circuit and dossier.state is State.IN_REVIEW else ()
    statuses = dossier.statuses()
    return any(
        statuses[step.id] is StepStatus.OPEN and _stuck(scene, dossier, step) for step in steps
    ) or bool(steps and set(statuses.values()) == {StepStatus.NO_OPINION})


def _stuck(scene: Scene, dossier: Dossier, step: Step) -> bool:
    """Say whether a step can no longer be approved by those whom the circuit names."""
    able = [
        person
        for person in dossier.deciders(step)
        if Role.REVIEWER in scene.register.roles.get(person, ())
        and dossier.abstained.get((step.id, person)) != dossier.pair
    ]
    return len(able) < step.required or policy.too_late(dossier, step, scene.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTranslation(Command):
    """Hand a draft over; ``checks`` are the circuit's rules for translation checks."""

    checks: tuple[CheckRule, ...] = ()


def request_translation(command: Command, office: Office) -> Entry:
    """Hand the draft over to translation."""
    rules = command.checks if isinstance(command, RequestTranslation) else ()

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "translate", Role.DRAFTER)
        draft = scene.dossier.draft
        if draft is None or not scene.dossier.pairs:
            raise GuardError("translate:draft", N_("There is no draft yet. Submit one first."))
        require_settled(scene)
        return ev.TranslationRequested(command.by, draft.text, rules)

    return carry_out(command, office, ev.TranslationRequested, decide)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTranslation(Command):
    """What the translation stage found in memory, glossary and engines."""

    text: Digest
    paragraphs: tuple[ev.PairText, ...]
    counts: ev.Counts


def record_translation(command: RecordTranslation, office: Office) -> Entry:
    """Record the prepared translation; nothing in it is accepted yet."""

    def decide(scene: Scene) -> ev.Event:
        by_the_house(scene, command.by, policy.Stage.TRANSLATE)
        _current_draft(scene, command.text)
        _same_sources(scene, command.paragraphs)
        if {pair.id for pair in command.paragraphs} != {*policy.untranslated(scene.dossier)}:
            raise StalePairError(
                "translate:paragraphs",
                N_("The paragraphs without a translation are others now; the work starts over."),
            )
        return ev.TranslationPrepared(command.by, command.text, command.paragraphs, command.counts)

    return carry_out(command, office, ev.TranslationPrepared, decide)


def _current_draft(scene: Scene, text: Digest) -> None:
    draft = scene.dossier.draft
    if draft is None or draft.text != text:
        raise StalePairError(
            "pair:draft", N_("A newer draft was submitted meanwhile; the work starts over on it.")
        )


def _same_sources(scene: Scene, paragraphs: Iterable[ev.PairText]) -> None:
    for pair in paragraphs:
        known = scene.dossier.pairs.get(pair.id)
        if known is None or known.source != pair.source:
            raise StalePairError(
                "pair:source",
                N_(
                    "The source of paragraph {paragraph} has changed since you looked at it. "
                    "Look at it again."
                ),
                paragraph=place(scene, pair.id),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose(Command):
    """A translator's text for these paragraphs, in the vault under ``units``."""

    paragraphs: tuple[ev.PairText, ...]


def propose_translation(command: Propose, office: Office) -> Entry:
    """Propose a translation; the paragraphs lose any earlier certificate."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "revise", Role.TRANSLATOR)
        if not command.paragraphs:
            raise GuardError(
                "revise:nothing",
                N_(
                    "There is nothing to propose. Translate what waits for it; name a paragraph to "
                    "change one that was proposed."
                ),
                dossier=scene.dossier.id,
            )
        _same_sources(scene, command.paragraphs)
        for pair in command.paragraphs:
            known = scene.dossier.pairs[pair.id]
            if known.proposed_by is not None and known.units == pair.units:
                raise GuardError(
                    "revise:unchanged",
                    N_(
                        "This very translation of paragraph {paragraph} is proposed already. "
                        "Change it, or have it certified."
                    ),
                    paragraph=place(scene, pair.id),
                )
        return ev.TranslationProposed(command.by, command.paragraphs)

    return carry_out(command, office, ev.TranslationProposed, decide)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certify(Command):
    """A reviser's certificate; ``units`` are the very texts that were read.

    ``blocking`` are the paragraphs on which a blocking check fails, those that are ``waived``
    left out: findings by paragraph, sentence (from 1) and check, all for the one ``reason``.
    """

    paragraphs: tuple[ev.PairText, ...]
    blocking: tuple[ParagraphId, ...] = ()
    waived: tuple[tuple[ParagraphId, int, str], ...] = ()
    reason: str | None = None


def certify_pairs(command: Certify, office: Office) -> Entry:
    """Certify paragraphs that somebody else translated and whose blocking checks pass."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "certify", Role.REVISER)
        if not command.paragraphs:
            raise GuardError(
                "certify:nothing",
                N_("There is nothing to certify. Look at what the text waits for."),
                dossier=scene.dossier.id,
            )
        _same_sources(scene, command.paragraphs)
        for pair in command.paragraphs:
            known = scene.dossier.pairs[pair.id]
            if known.units != pair.units:
                raise StalePairError(
                    "certify:units",
                    N_(
                        "The translation of paragraph {paragraph} has changed since you read it. "
                        "Read it again."
                    ),
                    paragraph=place(scene, pair.id),
                )
            if known.proposed_by is None:
                raise GuardError(
                    "certify:proposed",
                    N_(
                        "No translator has proposed paragraph {paragraph} yet. A translator does "
                        "so first."
                    ),
                    paragraph=place(scene, pair.id),
                    dossier=scene.dossier.id,
                )
            if known.proposed_by == command.by:
                raise NotEntitledError(
                    "certify:self",
                    N_(
                        "You translated paragraph {paragraph} yourself. "
                        "Another person has to certify it."
                    ),
                    paragraph=place(scene, pair.id),
                )
        if command.blocking:
            raise GuardError(
                "certify:checks",
                N_(
                    "Blocking checks fail in these paragraphs: {paragraphs}. "
                    "Have the translation corrected first."
                ),
                paragraphs=tuple(place(scene, id) for id in command.blocking),
            )
        return ev.PairsCertified(command.by, command.paragraphs, tuple(_waivers(scene, command)))

    return carry_out(command, office, ev.PairsCertified, decide)


def _waivers(scene: Scene, command: Certify) -> Iterator[ev.Waiver]:
    if not command.waived:
        return
    note = scene.reason("certify:reason", command.reason)
    certified = {pair.id for pair in command.paragraphs}
    for paragraph, sentence, check in command.waived:
        if paragraph not in certified:
            raise GuardError(
                "certify:waived",
                N_(
                    "Paragraph {paragraph} is not among those that are certified here. "
                    "What is let pass is let pass with a certificate."
                ),
                paragraph=place(scene, paragraph),
            )
        yield ev.Waiver(paragraph, sentence, check, note)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPair(Command):
    """The translated edition that was made from the certified paragraphs."""

    draft: Digest
    version: Digest
    text: Digest
    paragraphs: tuple[ev.ParagraphText, ...]


def record_pair(command: RecordPair, office: Office) -> Entry:
    """Join both languages into one pair and say which approvals fell by it, and why."""

    def decide(scene: Scene) -> ev.Event:
        by_the_house(scene, command.by, policy.Stage.ALIGN)
        _current_draft(scene, command.draft)
        opened, draft = scene.dossier.opened, scene.dossier.draft
        if opened is None or draft is None:
            raise GuardError("translate:draft", N_("There is no draft yet. Submit one first."))
        texts = {opened.source: draft.text, opened.target: command.text}
        return ev.PairAligned(
            by=command.by,
            draft=command.draft,
            version=command.version,
            text=command.text,
            paragraphs=command.paragraphs,
            pair=pair_digest(texts[Language("fr")], texts[Language("en")]),
            fell=policy.fallen(scene.dossier, paired(draft.paragraphs, command.paragraphs)),
            stood=sum(map(len, scene.dossier.approvals.values())),
        )

    return carry_out(command, office, ev.PairAligned, decide)


def abandon(command: WithReason, office: Office) -> Entry:
    """Give the text up; nothing is deleted."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "abandon", Role.DRAFTER, Role.SECRETARY)
        return ev.Abandoned(command.by, scene.reason("abandon:reason", command.reason))

    return carry_out(command, office, ev.Abandoned, decide)
