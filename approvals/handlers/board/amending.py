"""Amending in session, and the conformity of the translation with what was adopted."""

from __future__ import annotations

from dataclasses import dataclass

from approvals import events as ev
from approvals.board import takes_part
from approvals.errors import N_, GuardError, NotEntitledError, StalePairError
from approvals.handlers.base import Command, Office, Scene, carry_out, require
from approvals.handlers.board import box
from approvals.handlers.board.common import holder_of, in_writing, meeting_of
from approvals.ledger import Entry
from approvals.names import Digest, Language, ParagraphId, PersonId, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend(Command):
    """The text as the board amends it, in either language.

    It passed the same intake as any upload. ``seat`` is the member who moved the amendment.
    ``turned`` is what is certified, the other way round, where ``language`` is the translation's.
    """

    language: Language
    upload: Digest
    version: Digest
    text: Digest
    paragraphs: tuple[ev.ParagraphText, ...]
    untranslatable: tuple[ParagraphId, ...]
    turned: tuple[ev.PairText, ...] = ()
    seat: str | None = None


def amend(command: Amend, office: Office) -> Entry:
    """Take the amended text; the ballot that was open is void and never counted."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "amend", Role.SECRETARY)
        dossier = scene.dossier
        meeting = meeting_of(dossier)
        if in_writing(meeting):
            raise GuardError(
                "amend:written",
                N_("Nothing is amended in writing. Put the decision off, and convene a session."),
            )
        if command.seat is not None:
            holder_of(meeting, command.seat)
            if not takes_part(command.seat, meeting.places):
                raise GuardError(
                    "amend:seat",
                    N_(
                        "Seat {seat} takes no part in this item, so it moves no amendment. "
                        "Name the seat of somebody who does."
                    ),
                    seat=command.seat,
                )
        standing = dossier.standing(command.language)
        if standing is None:
            raise GuardError(
                "amend:language",
                N_(
                    "There is no text in this language ({language}) that says what the board has "
                    "before it. Amend the language that it amended first."
                ),
                language=command.language,
            )
        if standing.text == command.text:
            raise GuardError(
                "amend:unchanged",
                N_("This text says what the one before says. Give the text as it is amended."),
            )
        if dossier.ballot is not None:
            box.burn(scene.work, dossier.ballot.opened.ballot)
        return ev.TextAmended(
            by=command.by,
            meeting=meeting.called.meeting,
            ballot=dossier.ballot.opened.ballot if dossier.ballot else None,
            seat=command.seat,
            upload=command.upload,
            version=command.version,
            text=command.text,
            paragraphs=command.paragraphs,
            untranslatable=command.untranslatable,
            language=command.language,
            turned=command.turned,
        )

    chosen = ("language", "upload", "seat")
    return carry_out(command, office, ev.TextAmended, decide, chosen=chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conform(Command):
    """Certify that the translation says what the board adopted; ``pair`` is what was read."""

    pair: Digest


def certify_conformity(command: Conform, office: Office) -> Entry:
    """Certify the translation against the adopted text, as reviser or as secretary.

    It takes both, and they are two persons; neither of them translated.
    """

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "conform", Role.REVISER, Role.SECRETARY)
        dossier = scene.dossier
        if dossier.pair is None:
            raise GuardError(
                "conform:papers",
                N_(
                    "The translation is not there yet. What was amended is translated and "
                    "certified first."
                ),
                dossier=dossier.id,
            )
        if command.pair != dossier.pair:
            raise StalePairError(
                "conform:pair",
                N_("The translation has changed since you read it ({current}). Read it again."),
                current=dossier.pair[:12],
            )
        if command.by in dossier.conformity.values():
            raise GuardError(
                "conform:twice",
                N_("You have certified the conformity already. It takes another person as well."),
            )
        if any(pair.proposed_by == command.by for pair in dossier.pairs.values()):
            raise NotEntitledError(
                "conform:self",
                N_("You translated this text yourself. Another person certifies its conformity."),
            )
        return ev.ConformityCertified(command.by, _capacity(scene, command.by), dossier.pair)

    return carry_out(command, office, ev.ConformityCertified, decide, chosen=("pair",))


def _capacity(scene: Scene, person: PersonId) -> Role:
    """Give the capacity in which a person certifies: the one that is still missing."""
    held = scene.register.roles.get(person, frozenset())
    open_ = [
        role
        for role in (Role.REVISER, Role.SECRETARY)
        if role in held and role not in scene.dossier.conformity
    ]
    if not open_:
        raise GuardError(
            "conform:capacity",
            N_(
                "Somebody has certified the conformity in your capacity already. "
                "It takes the reviser and the secretary, one each."
            ),
        )
    return open_[0]
