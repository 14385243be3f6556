"""From consultation to sentence: what a text rests on, and where each finding went.

A text names the consultations that it rests on. Before it is handed over for translation, each of
their findings leads to a paragraph of the draft, or to a reason why it leads nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from approvals import events as ev
from approvals.consultation.life import PREFIX
from approvals.errors import N_, GuardError
from approvals.evaluation import Evaluation, Place, orphans
from approvals.handlers.base import Command, Office, Scene, carry_out, require
from approvals.ledger import Entry
from approvals.names import ParagraphId, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachConsultation(Command):
    """A consultation, by its stream."""

    consultation: str


def attach_consultation(command: AttachConsultation, office: Office) -> Entry:
    """Name a consultation that the text rests on; it stays named."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "attach", Role.DRAFTER)
        if command.consultation in scene.dossier.consultations:
            raise GuardError(
                "attach:twice",
                N_("{dossier} rests on {consultation} already. It is attached once."),
                dossier=command.dossier,
                consultation=command.consultation.removeprefix(PREFIX),
            )
        known = command.consultation.startswith(PREFIX)
        if not known or not scene.work.history(command.consultation):
            raise GuardError(
                "attach:none",
                N_(
                    "There is no consultation {consultation}. The list of consultations names "
                    "those that there are."
                ),
                consultation=command.consultation.removeprefix(PREFIX),
            )
        return ev.ConsultationAttached(command.by, command.consultation)

    return carry_out(command, office, ev.ConsultationAttached, decide, chosen=("consultation",))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFinding(Command):
    """A finding and the paragraphs that it shaped."""

    consultation: str
    finding: str
    paragraphs: tuple[ParagraphId, ...]


def link_finding(command: LinkFinding, office: Office) -> Entry:
    """Lay a finding to paragraphs of the draft, instead of what was said of it before."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "link-finding", Role.DRAFTER)
        _known(scene, command.consultation, command.finding)
        draft = scene.dossier.draft
        present = {one.id for one in draft.paragraphs} if draft else set()
        unknown = [one for one in command.paragraphs if one not in present]
        if unknown or not command.paragraphs:
            raise GuardError(
                "link-finding:paragraph",
                N_(
                    "A finding is linked to paragraphs of the draft as it stands. Name one that "
                    "the draft has."
                ),
                dossier=command.dossier,
            )
        laid = scene.dossier.laid.get((command.consultation, command.finding))
        if laid is not None and laid.paragraphs == command.paragraphs:
            raise GuardError(
                "link-finding:twice",
                N_(
                    "{finding} is linked to just these paragraphs already. Name "
                    "others, or leave it."
                ),
                finding=command.finding,
            )
        return ev.FindingLinked(
            command.by, command.consultation, command.finding, command.paragraphs
        )

    return carry_out(command, office, ev.FindingLinked, decide, chosen=("consultation", "finding"))


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveFinding(Command):
    """A finding that shaped no paragraph, and why."""

    consultation: str
    finding: str
    reason: str | None = None


def waive_finding(command: WaiveFinding, office: Office) -> Entry:
    """Say why a finding leads to no paragraph, instead of what was said of it before."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "waive-finding", Role.DRAFTER)
        _known(scene, command.consultation, command.finding)
        return ev.FindingWaived(
            command.by,
            command.consultation,
            command.finding,
            scene.reason("waive-finding:reason", command.reason),
        )

    return carry_out(command, office, ev.FindingWaived, decide, chosen=("consultation", "finding"))


def _known(scene: Scene, consultation: str, finding: str) -> None:
    if consultation not in scene.dossier.consultations:
        raise GuardError(
            "finding:consultation",
            N_("{dossier} does not rest on {consultation}. Attach the consultation first."),
            dossier=scene.dossier.id,
            consultation=consultation.removeprefix(PREFIX),
        )
    own = Evaluation.replay(consultation, scene.work.history(consultation))
    if finding not in own.findings:
        raise GuardError(
            "finding:none",
            N_(
                "{consultation} has no finding {finding}. The list of findings names those that "
                "there are."
            ),
            dossier=scene.dossier.id,
            consultation=consultation.removeprefix(PREFIX),
            finding=finding,
        )


def orphaned(scene: Scene) -> tuple[Place, ...]:
    """Give the findings of everything that the text rests on that lead nowhere."""
    return tuple(
        orphan
        for stream in scene.dossier.consultations
        for orphan in orphans(scene.dossier, Evaluation.replay(stream, scene.work.history(stream)))
    )


def require_settled(scene: Scene) -> None:
    """Raise ``GuardError`` naming the findings that have neither a paragraph nor a reason."""
    left = orphaned(scene)
    if left:
        raise GuardError(
            "translate:findings",
            N_(
                "These findings lead to no paragraph of the draft, and nobody has said why: "
                "{findings}. Link each to a paragraph, or say why it shaped none."
            ),
            dossier=scene.dossier.id,
            findings=tuple(
                f"{one.finding.finding} ({one.consultation.removeprefix(PREFIX)})" for one in left
            ),
        )
