"""The life of a published text: superseded, withdrawn, corrected. Nothing is ever deleted."""

from __future__ import annotations

from dataclasses import dataclass

from approvals import events as ev
from approvals import policy
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError, NotEntitledError, StalePairError
from approvals.handlers.base import (
    Command,
    Office,
    Scene,
    by_the_house,
    carry_out,
    only_the_house,
    require,
)
from approvals.ledger import Entry
from approvals.names import Digest, Language, Role
from approvals.standing import Erratum, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Supersede(Command):
    """The dossier that was published in this one's place."""

    successor: str


def supersede(command: Supersede, office: Office) -> Entry:
    """Record in the earlier dossier that its successor is out."""

    def decide(scene: Scene) -> ev.Event:
        only_the_house(scene, command.by)
        successor = Dossier.replay(command.successor, scene.work.history(command.successor))
        opened = successor.opened
        if (
            scene.dossier.state is not State.PUBLISHED
            or successor.state is not State.PUBLISHED
            or opened is None
            or opened.succeeds != scene.dossier.id
        ):
            raise GuardError(
                "supersede:successor",
                N_(
                    "{successor} was not published in the place of {dossier}. "
                    "The house looks again at what is due."
                ),
                successor=command.successor,
                dossier=scene.dossier.id,
            )
        return ev.Superseded(command.by, command.successor)

    return carry_out(command, office, ev.Superseded, decide, chosen=("successor",))


def settle_succession(command: Command, office: Office) -> Entry:
    """Record in the later dossier that the earlier one was dealt with."""

    def decide(scene: Scene) -> ev.Event:
        by_the_house(scene, command.by, policy.Stage.SUCCESSION)
        predecessor = policy.succeeds(scene.dossier) or ""
        known = Dossier.replay(predecessor, scene.work.history(predecessor))
        if known.state is State.PUBLISHED:
            raise GuardError(
                "succession:predecessor",
                N_(
                    "{predecessor} still stands as published. "
                    "The house supersedes it first and then looks again."
                ),
                predecessor=predecessor,
            )
        return ev.SuccessionSettled(command.by, predecessor)

    return carry_out(command, office, ev.SuccessionSettled, decide)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Command):
    """On what the withdrawal rests, and why, for everybody to read."""

    ground: ev.Ground
    reference: str
    reason: str | None = None


def withdraw(command: Withdraw, office: Office) -> Entry:
    """Order the withdrawal; it holds when the chair has confirmed it."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "withdraw", Role.SECRETARY)
        if not command.reference.strip():
            raise GuardError(
                "withdraw:reference",
                N_("A withdrawal rests on a resolution or a judgment. Name one of the two."),
            )
        note = scene.reason("withdraw:reason", command.reason)
        return ev.WithdrawalOrdered(command.by, command.ground, command.reference.strip(), note)

    return carry_out(command, office, ev.WithdrawalOrdered, decide, chosen=("ground", "reference"))


def confirm_withdrawal(command: Command, office: Office) -> Entry:
    """Confirm as the chair what the secretary ordered; the files stay where they are."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "confirm-withdrawal", Role.CHAIR)
        ordered = scene.dossier.withdrawal
        if ordered is None:
            raise GuardError(
                "withdraw:ordered",
                N_(
                    "No withdrawal was ordered. The secretary orders it, and then the chair "
                    "confirms it."
                ),
                dossier=scene.dossier.id,
            )
        if ordered.by == command.by:
            raise NotEntitledError(
                "withdraw:second",
                N_("You ordered the withdrawal yourself. Another person has to confirm it."),
            )
        return ev.Withdrawn(command.by)

    return carry_out(command, office, ev.Withdrawn, decide)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeErratum(Command):
    """A corrected edition in one language, in the vault under ``version``."""

    language: Language
    version: Digest
    text: Digest
    reason: str | None = None


def propose_erratum(command: ProposeErratum, office: Office) -> Entry:
    """Propose a corrected edition in the language that is not authoritative."""

    def decide(scene: Scene) -> ev.Event:
        opened = require(scene, command.by, "erratum", Role.TRANSLATOR)
        if command.language == opened.authoritative:
            raise GuardError(
                "erratum:authoritative",
                N_(
                    "The board adopted the text in this language, so only the board changes it. "
                    "Submit a new text that takes its place."
                ),
                dossier=scene.dossier.id,
            )
        if policy.open_errata(scene.dossier) or policy.certified_errata(scene.dossier):
            raise GuardError(
                "erratum:open",
                N_("Another corrected edition is on its way. A reviser certifies it first."),
                dossier=scene.dossier.id,
            )
        current = in_language(scene.dossier, command.language)
        if current is None or command.text == _text(scene.dossier, command.language):
            raise GuardError(
                "erratum:unchanged",
                N_("This edition says the same as the published one. Correct its text first."),
            )
        return ev.ErratumProposed(
            command.by,
            ev.ErratumId(scene.ids.new("erratum")),
            len(scene.dossier.errata) + 1,
            command.language,
            command.version,
            command.text,
            current.sealed,
            scene.reason("erratum:reason", command.reason),
        )

    return carry_out(command, office, ev.ErratumProposed, decide, chosen=("language", "version"))


def in_language(dossier: Dossier, language: Language) -> ev.Edition | None:
    """Give the statement's newest published edition in a language: the last correction, or it."""
    corrected = [
        one.edition
        for one in dossier.errata.values()
        if one.edition is not None and one.edition.language == language
    ]
    if corrected:
        return corrected[-1]
    editions = dossier.published.editions if dossier.published else ()
    found = (
        one for one in editions if one.kind is ev.EditionKind.STATEMENT and one.language == language
    )
    return next(found, None)


def _text(dossier: Dossier, language: Language) -> Digest | None:
    """Give the canonical digest of what that edition says."""
    for erratum in reversed(dossier.errata.values()):
        if erratum.edition is not None and erratum.proposed.language == language:
            return erratum.proposed.text
    opened, draft, target = dossier.opened, dossier.draft, dossier.target
    if opened is None or draft is None or target is None:
        return None
    return draft.text if language == opened.source else target.text


def certify_erratum(command: Command, office: Office) -> Entry:
    """Certify as a reviser what another person corrected; the house then seals and publishes it."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "certify-erratum", Role.REVISER)
        erratum = _open(scene)
        if erratum.proposed.by == command.by:
            raise NotEntitledError(
                "erratum:self",
                N_("You corrected this edition yourself. Another person has to certify it."),
            )
        return ev.ErratumCertified(command.by, erratum.proposed.erratum)

    return carry_out(command, office, ev.ErratumCertified, decide)


def _open(scene: Scene) -> Erratum:
    found = policy.open_errata(scene.dossier)
    if not found:
        raise GuardError(
            "erratum:none",
            N_("No corrected edition waits for a certificate. A translator proposes one first."),
            dossier=scene.dossier.id,
        )
    return found[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordErratum(Command):
    """The sealed correction; ``text`` is the digest read back from the sealed file."""

    erratum: ev.ErratumId
    edition: ev.Edition
    text: Digest


def record_erratum(command: RecordErratum, office: Office) -> Entry:
    """Record that the corrected edition is sealed, verified and out."""

    def decide(scene: Scene) -> ev.Event:
        by_the_house(scene, command.by, policy.Stage.ERRATUM)
        proposed = next(
            (
                one.proposed
                for one in policy.certified_errata(scene.dossier)
                if one.proposed.erratum == command.erratum
            ),
            None,
        )
        edition = command.edition
        if (
            proposed is None
            or edition.kind is not ev.EditionKind.ERRATUM
            or (edition.language, edition.unsealed, command.text)
            != (proposed.language, proposed.version, proposed.text)
        ):
            raise StalePairError(
                "erratum:text",
                N_(
                    "The sealed file does not carry the correction that was certified, so nothing "
                    "was recorded. Have an administrator check the ledger."
                ),
            )
        if edition.verdict != "TOTAL-PASSED":
            raise GuardError(
                "erratum:verdict",
                N_(
                    "The verifier refuses the sealed correction: {verdict}. Nothing was "
                    "recorded; have an administrator look at the sealing key and its authority."
                ),
                verdict=edition.verdict,
            )
        return ev.ErratumPublished(command.by, command.erratum, edition)

    return carry_out(command, office, ev.ErratumPublished, decide, chosen=("erratum",))
