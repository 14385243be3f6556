"""From adoption to publication: the resolution, the seal, the release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from approvals import events as ev
from approvals import policy
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError, StalePairError
from approvals.handlers.base import Command, Office, Scene, Signed, by_the_house, carry_out, require
from approvals.ledger import Entry
from approvals.names import ENGLISH, FRENCH, Digest, Language, Role, pair_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordResolution(Command):
    """The resolution as it was written in both languages."""

    fr: Digest
    en: Digest


def record_resolution(command: RecordResolution, office: Office) -> Entry:
    """Record that the resolution exists."""

    def decide(scene: Scene) -> ev.Event:
        by_the_house(scene, command.by, policy.Stage.RESOLUTION)
        return ev.ResolutionWritten(command.by, command.fr, command.en)

    return carry_out(command, office, ev.ResolutionWritten, decide)


def order_seal(command: Command, office: Office) -> Entry:
    """Order the seal on the adopted pair; the resolution has to be complete.

    A ``Signed`` command brings the evidence of a signature.
    """
    signoff = command.signoff if isinstance(command, Signed) else None

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "seal", Role.SECRETARY)
        if scene.dossier.amended and not policy.conformed(scene.dossier):
            raise GuardError(
                "seal:conformity",
                N_(
                    "The text was amended in session and nothing is sealed before its translation "
                    "conforms. Reviser and secretary certify that it does."
                ),
                dossier=scene.dossier.id,
            )
        if scene.dossier.resolution is None or scene.dossier.pair is None:
            raise GuardError(
                "seal:resolution",
                N_("The resolution is not written yet. The house writes it after adoption."),
            )
        if policy.adopted_pair(scene.dossier) != scene.dossier.pair:
            raise StalePairError(
                "seal:pair",
                N_(
                    "The text is not the one that the board adopted, so nothing is sealed. Have an "
                    "administrator check the ledger."
                ),
            )
        return ev.SealingOrdered(command.by, scene.dossier.pair, signoff)

    return carry_out(command, office, ev.SealingOrdered, decide)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSeal(Command):
    """The sealed editions; ``texts`` are the digests read back from the sealed statements."""

    editions: tuple[ev.Edition, ...]
    texts: tuple[tuple[Language, Digest], ...]
    certificate: Digest
    demonstration: bool


def record_seal(command: RecordSeal, office: Office) -> Entry:
    """Record the seal: the bytes carry the adopted pair and every edition passed the verifier."""

    def decide(scene: Scene) -> ev.Event:
        by_the_house(scene, command.by, policy.Stage.SEAL)
        if _made(command.editions) != _wanted(scene.dossier):
            raise GuardError(
                "seal:editions",
                N_(
                    "The seal is for the statement and the resolution as they are kept, each once "
                    "in both languages. Nothing was recorded; the house seals them again."
                ),
            )
        nothing = Digest("")
        texts = dict(command.texts)
        carried = pair_digest(texts.get(FRENCH, nothing), texts.get(ENGLISH, nothing))
        if carried != policy.adopted_pair(scene.dossier):
            raise StalePairError(
                "seal:text",
                N_(
                    "The sealed files do not carry the text that the board adopted, so nothing was "
                    "recorded. Have an administrator check the ledger."
                ),
            )
        failed = [one for one in command.editions if one.verdict != "TOTAL-PASSED"]
        if failed:
            raise GuardError(
                "seal:verdict",
                N_(
                    "The verifier refuses the sealed {kind} ({language}): {verdict}. Nothing was "
                    "recorded; have an administrator look at the sealing key and its authority."
                ),
                kind=failed[0].kind,
                language=failed[0].language,
                verdict=failed[0].verdict,
            )
        return ev.EditionsSealed(
            command.by, command.editions, command.certificate, command.demonstration
        )

    return carry_out(command, office, ev.EditionsSealed, decide)


def _made(editions: tuple[ev.Edition, ...]) -> list[tuple[str, str, str]]:
    return sorted((one.kind.value, one.language, one.unsealed) for one in editions)


def _wanted(dossier: Dossier) -> list[tuple[str, str, str]]:
    """List the files that the seal is for: both languages of the text and of its resolution."""
    opened, draft, target, paper = dossier.opened, dossier.draft, dossier.target, dossier.resolution
    if opened is None or draft is None or target is None or paper is None:
        return []
    return sorted(
        (
            (ev.EditionKind.STATEMENT.value, opened.source, draft.version),
            (ev.EditionKind.STATEMENT.value, opened.target, target.version),
            (ev.EditionKind.RESOLUTION.value, FRENCH, paper.fr),
            (ev.EditionKind.RESOLUTION.value, ENGLISH, paper.en),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPublication(Command):
    """Release the editions now, or at the end of an embargo."""

    not_before: datetime | None = None


def order_publication(command: OrderPublication, office: Office) -> Entry:
    """Release both languages for publication."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "publish", Role.COMMUNICATIONS)
        both_languages(scene.dossier)
        _press(scene.dossier)
        return ev.PublicationOrdered(command.by, command.not_before or scene.now)

    return carry_out(command, office, ev.PublicationOrdered, decide)


def both_languages(dossier: Dossier) -> None:
    """Refuse where the statement is not sealed in both languages."""
    editions = dossier.sealed.editions if dossier.sealed else ()
    found = {one.language for one in editions if one.kind is ev.EditionKind.STATEMENT}
    if found != {FRENCH, ENGLISH}:
        raise GuardError(
            "publish:languages",
            N_(
                "The statement is not sealed in both languages, so it is not published. Have an "
                "administrator check the ledger."
            ),
        )


def _press(dossier: Dossier) -> None:
    """Refuse while a quote is not approved by its speaker, or has no press release to stand in."""
    open_ = policy.unapproved(dossier)
    if open_:
        raise GuardError(
            "publish:quotes",
            N_(
                "{quotes} quotes are not approved by their speakers in both languages: {names}. "
                "Have them approved, or drop them."
            ),
            quotes=len(open_),
            names=tuple(one.added.quote for one in open_),
        )
    if dossier.quotes and dossier.press_release is None:
        raise GuardError(
            "publish:release",
            N_(
                "There are quotes and no press release. Keep one in both languages, or drop the "
                "quotes."
            ),
        )


def record_publication(command: Command, office: Office) -> Entry:
    """Record that the sealed editions are out, all of them."""

    def decide(scene: Scene) -> ev.Event:
        by_the_house(scene, command.by, policy.Stage.PUBLISH)
        sealed = scene.dossier.sealed
        if sealed is None:
            raise GuardError(
                "publish:sealed",
                N_("Nothing is sealed, so nothing is published. The secretary orders the seal."),
            )
        both_languages(scene.dossier)
        return ev.Published(command.by, sealed.editions)

    return carry_out(command, office, ev.Published, decide)
