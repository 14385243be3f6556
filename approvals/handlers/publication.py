"""From adoption to publication: the resolution, the seal, the release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from approvals import events as ev
from approvals import policy
from approvals.errors import N_, GuardError, StalePairError
from approvals.handlers.base import Command, Office, Scene, by_the_house, carry_out, require
from approvals.ledger import Entry
from approvals.names import Digest, Language, Role, pair_digest


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

    return carry_out(command, office, decide)


def order_seal(command: Command, office: Office) -> Entry:
    """Order the seal on the adopted pair; the resolution has to be complete."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "seal", Role.SECRETARY)
        if scene.dossier.resolution is None or scene.dossier.pair is None:
            raise GuardError(
                "seal:resolution",
                N_("The resolution is not written yet. The house writes it after adoption."),
            )
        result = scene.dossier.result
        if result is None or result.pair != scene.dossier.pair:
            raise StalePairError(
                "seal:pair",
                N_("The text is not the one that the board adopted. Nothing is sealed."),
            )
        return ev.SealingOrdered(command.by, scene.dossier.pair)

    return carry_out(command, office, decide)


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
        texts = dict(command.texts)
        carried = pair_digest(texts[Language("fr")], texts[Language("en")])
        if scene.dossier.result is None or carried != scene.dossier.result.pair:
            raise StalePairError(
                "seal:text",
                N_("The sealed files do not carry the text that the board adopted."),
            )
        failed = [one for one in command.editions if one.verdict != "TOTAL-PASSED"]
        if failed:
            raise GuardError(
                "seal:verdict",
                N_("The verifier refuses the sealed {kind} ({language}): {verdict}."),
                kind=failed[0].kind.value,
                language=failed[0].language,
                verdict=failed[0].verdict,
            )
        return ev.EditionsSealed(
            command.by, command.editions, command.certificate, command.demonstration
        )

    return carry_out(command, office, decide)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPublication(Command):
    """Release the editions now, or at the end of an embargo."""

    not_before: datetime | None = None


def order_publication(command: OrderPublication, office: Office) -> Entry:
    """Release both languages for publication."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "publish", Role.COMMUNICATIONS)
        return ev.PublicationOrdered(command.by, command.not_before or scene.now)

    return carry_out(command, office, decide)


def record_publication(command: Command, office: Office) -> Entry:
    """Record that the sealed editions are out, all of them."""

    def decide(scene: Scene) -> ev.Event:
        by_the_house(scene, command.by, policy.Stage.PUBLISH)
        sealed = scene.dossier.sealed
        if sealed is None:
            raise GuardError("publish:sealed", N_("Nothing is sealed, so nothing is published."))
        return ev.Published(command.by, sealed.editions)

    return carry_out(command, office, decide)
