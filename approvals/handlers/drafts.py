"""From the first draft to a certified pair, and giving a text up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from approvals import events as ev
from approvals import policy
from approvals.dossier import paired
from approvals.errors import N_, GuardError, NotEntitledError, StalePairError
from approvals.handlers.base import (
    Command,
    Office,
    Scene,
    WithReason,
    by_the_house,
    carry_out,
    require,
)
from approvals.ledger import Entry
from approvals.names import Bilingual, Digest, Language, ParagraphId, Role, pair_digest
from approvals.register import HOUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDossier(Command):
    """Begin a text; ``source`` is the language in which it is drafted."""

    title: Bilingual
    source: Language
    target: Language
    authoritative: Language
    confidentiality: ev.Confidentiality


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
        return ev.DossierOpened(
            command.by,
            command.title,
            command.source,
            command.target,
            command.authoritative,
            command.confidentiality,
        )

    return carry_out(command, office, decide)


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
    """Take a new draft; every blocking point has to be answered with it."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "submit", Role.DRAFTER)
        draft = scene.dossier.draft
        if draft is not None and draft.text == command.text:
            raise GuardError(
                "submit:unchanged",
                N_("This draft says the same as the one before, so nothing was taken in."),
            )
        given = {point: text for point, text in command.answers if text.strip()}
        left = [point for point in scene.dossier.open_points if point.sequence not in given]
        if left:
            raise GuardError(
                "submit:answers",
                N_(
                    "Answer every blocking point first: {points} of them have no answer. "
                    "Give each one with --answer NUMBER=TEXT; «enonce status» lists the numbers."
                ),
                points=len(left),
                numbers=tuple(str(point.sequence) for point in left),
            )
        known = {point.sequence for point in scene.dossier.open_points}
        unknown = sorted(set(given) - known)
        if unknown:
            raise GuardError(
                "submit:point",
                N_("There is no open point {number}. «enonce status» lists them."),
                number=unknown[0],
            )
        return ev.DraftSubmitted(
            command.by,
            command.upload,
            command.version,
            command.text,
            command.paragraphs,
            command.untranslatable,
            tuple(ev.Answer(point, scene.note(text)) for point, text in sorted(given.items())),
        )

    return carry_out(command, office, decide)


def request_translation(command: Command, office: Office) -> Entry:
    """Hand the draft over to translation."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "translate", Role.DRAFTER)
        draft = scene.dossier.draft
        if draft is None or not scene.dossier.pairs:
            raise GuardError("translate:draft", N_("Submit a draft first."))
        return ev.TranslationRequested(command.by, draft.text)

    return carry_out(command, office, decide)


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
        return ev.TranslationPrepared(command.by, command.text, command.paragraphs, command.counts)

    return carry_out(command, office, decide)


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
                paragraph=pair.id,
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
            raise GuardError("revise:nothing", N_("There is nothing to propose."))
        _same_sources(scene, command.paragraphs)
        return ev.TranslationProposed(command.by, command.paragraphs)

    return carry_out(command, office, decide)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certify(Command):
    """A reviser's certificate; ``units`` are the very texts that were read.

    ``blocking`` are the paragraphs on which a blocking check fails.
    """

    paragraphs: tuple[ev.PairText, ...]
    blocking: tuple[ParagraphId, ...] = ()


def certify_pairs(command: Certify, office: Office) -> Entry:
    """Certify paragraphs that somebody else translated and whose blocking checks pass."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "certify", Role.REVISER)
        if not command.paragraphs:
            raise GuardError("certify:nothing", N_("There is nothing to certify."))
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
                    paragraph=pair.id,
                )
            if known.proposed_by is None:
                raise GuardError(
                    "certify:proposed",
                    N_("No translator has proposed paragraph {paragraph} yet."),
                    paragraph=pair.id,
                )
            if known.proposed_by == command.by:
                raise NotEntitledError(
                    "certify:self",
                    N_(
                        "You translated paragraph {paragraph} yourself. "
                        "Another person has to certify it."
                    ),
                    paragraph=pair.id,
                )
        if command.blocking:
            raise GuardError(
                "certify:checks",
                N_(
                    "Blocking checks fail in {count} paragraphs ({paragraphs}). "
                    "Have the translation corrected first."
                ),
                count=len(command.blocking),
                paragraphs=command.blocking,
            )
        return ev.PairsCertified(command.by, command.paragraphs)

    return carry_out(command, office, decide)


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
            raise GuardError("translate:draft", N_("Submit a draft first."))
        texts = {opened.source: draft.text, opened.target: command.text}
        return ev.PairAligned(
            by=command.by,
            draft=command.draft,
            version=command.version,
            text=command.text,
            paragraphs=command.paragraphs,
            pair=pair_digest(texts[Language("fr")], texts[Language("en")]),
            fell=policy.fallen(scene.dossier, paired(draft.paragraphs, command.paragraphs)),
        )

    return carry_out(command, office, decide)


def abandon(command: WithReason, office: Office) -> Entry:
    """Give the text up; nothing is deleted."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "abandon", Role.DRAFTER, Role.SECRETARY)
        return ev.Abandoned(command.by, scene.reason("abandon:reason", command.reason))

    return carry_out(command, office, decide)
