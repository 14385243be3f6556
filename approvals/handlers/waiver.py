"""The typographic waiver: two persons let approvals outlive a change that says nothing else.

That a change is typographic is proven by digests (``documents.meaning``), which the caller computes
from the files; that it is harmless here is said by two persons who did not work on the text.
"""

from __future__ import annotations

from dataclasses import dataclass

from approvals import events as ev
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError, NotEntitledError, StalePairError
from approvals.handlers.base import Command, Office, Scene, carry_out, place, require
from approvals.ledger import Entry
from approvals.names import Digest, Language, ParagraphId, Role

WHO = (Role.REVISER, Role.REVIEWER, Role.SECRETARY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waive(Command):
    """The changes of which a person says, on exactly ``pair``, that they are typographic."""

    pair: Digest
    changes: tuple[ev.TypographicChange, ...]


def vouch_typography(command: Waive, office: Office) -> Entry:
    """Say as the first person that these changes are typographic."""

    def decide(scene: Scene) -> ev.Event:
        _proven(command, scene, "vouch")
        if any(_same(one, command) for one in scene.dossier.vouched):
            raise GuardError(
                "waive:vouched",
                N_(
                    "Somebody has said so of these changes already. A second person, who did not "
                    "work on the text, has to say so too."
                ),
                dossier=scene.dossier.id,
            )
        return ev.TypographyVouched(command.by, command.pair, command.changes)

    return carry_out(command, office, ev.TypographyVouched, decide, chosen=("pair", "changes"))


def waive_typography(command: Waive, office: Office) -> Entry:
    """Say so as the second person: the approvals that fell by these changes stand again."""

    def decide(scene: Scene) -> ev.Event:
        _proven(command, scene, "waive")
        said = [one for one in scene.dossier.vouched if _same(one, command)]
        if not said:
            raise GuardError(
                "waive:first",
                N_("Nobody has said so of these changes before you. Two persons have to."),
            )
        first = next((one.by for one in said if one.by != command.by), None)
        if first is None:
            raise NotEntitledError(
                "waive:second",
                N_("You said so yourself already. The second person has to be another one."),
            )
        return ev.TypographyWaived(command.by, first, command.pair, command.changes)

    return carry_out(command, office, ev.TypographyWaived, decide, chosen=("pair", "changes"))


def _same(said: ev.TypographyVouched, command: Waive) -> bool:
    return said.pair == command.pair and set(said.changes) == set(command.changes)


def _proven(command: Waive, scene: Scene, act: str) -> None:
    dossier = scene.dossier
    require(scene, command.by, act, *WHO)
    if command.by in dossier.authors:
        raise NotEntitledError(
            "waive:author",
            N_(
                "You worked on this text, so you cannot say that a change of it is harmless. "
                "Two other persons have to."
            ),
        )
    if command.pair != dossier.pair:
        raise StalePairError(
            "waive:pair",
            N_("The text has changed since you looked at it. Look at it again."),
        )
    paragraphs = {change.paragraph for change in command.changes}
    if not paragraphs or any(not _fallen(dossier, id) for id in paragraphs):
        raise GuardError(
            "waive:nothing",
            N_(
                "No approval fell in that paragraph, so there is nothing to keep. Look at where "
                "approvals fell."
            ),
            dossier=dossier.id,
        )
    proofs = {(one.paragraph, one.language, one.before, one.after) for one in command.changes}
    for id in paragraphs:
        if not _steps(dossier, id) <= proofs:
            raise GuardError(
                "waive:meaning",
                N_(
                    "The change of § {paragraph} is more than typography, so its approvals "
                    "cannot be kept. The reviewers decide on it anew."
                ),
                paragraph=place(scene, id),
            )


def _fallen(dossier: Dossier, id: ParagraphId) -> bool:
    return id in dossier.pair_paragraphs and any(id in lost for lost in dossier.lost.values())


def _steps(dossier: Dossier, id: ParagraphId) -> set[tuple[ParagraphId, Language, Digest, Digest]]:
    """List every change between what was approved and what stands, language by language."""
    opened, now = dossier.opened, dossier.pair_paragraphs[id]
    if opened is None:
        return set()
    before = [lost[id].approval for lost in dossier.lost.values() if id in lost]
    sides = ((opened.source, 0), (opened.target, 1))
    return {
        (id, language, own, now[side])
        for approval in before
        for language, side in sides
        if (own := (approval.source, approval.target)[side]) != now[side]
    }
