"""What every handler shares: the office, the command, and the one way to carry an act out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from approvals import codec, policy
from approvals import events as ev
from approvals.dossier import Dossier
from approvals.errors import (
    N_,
    ApprovalError,
    GuardError,
    KeyReusedError,
    NotEntitledError,
    StaleVersionError,
    UnknownDossierError,
)
from approvals.ledger import Entry
from approvals.names import Digest, ParagraphId, PersonId, Role
from approvals.ports import Clock, Ids, NoteId, UnitOfWork
from approvals.register import HOUSE, Register, is_dossier


@dataclass(frozen=True, slots=True)
class Office:
    """Where commands are brought: the store, the clock and the source of ids, passed in."""

    begin: Callable[[], UnitOfWork]
    clock: Clock
    ids: Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What every act carries.

    ``key`` makes the act happen once however often it is brought; ``expected`` is the version of
    the dossier that the person saw, where it matters that nothing changed since.
    """

    dossier: str
    by: PersonId
    key: str
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What a guard may look at: the dossier, who may act, the time, and the open transaction.

    ``history`` is the stream as it stands. For a stream that is no dossier's (a consultation's),
    the handler rebuilds from it what it is; ``dossier`` is an empty one then.
    """

    dossier: Dossier
    register: Register
    now: datetime
    work: UnitOfWork
    ids: Ids
    history: tuple[Entry, ...]

    def note(self, text: str) -> ev.NoteRef:
        """Keep personal text outside the ledger."""
        note = self.work.write_note(NoteId(self.ids.new("note")), text)
        return ev.NoteRef(note.id, Digest(note.digest))

    def reason(self, guard: str, text: str | None) -> ev.NoteRef:
        """Keep a reason; refuse where it is missing."""
        if not text or not text.strip():
            raise GuardError(guard, N_("This act needs a reason. Give one."))
        return self.note(text.strip())

    def remark(self, text: str | None) -> ev.NoteRef | None:
        """Keep what somebody said without having to; nothing where they said nothing."""
        return self.note(text.strip()) if text and text.strip() else None


Decide = Callable[[Scene], ev.Event]


def carry_out(
    command: Command,
    office: Office,
    kind: type[ev.Event],
    decide: Decide,
    *,
    chosen: tuple[str, ...] = (),
) -> Entry:
    """Let ``decide`` look at the scene and append the one event that it gives, or raise.

    ``kind`` is the event's class. A key that was used before gives the entry of that time, provided
    that the same person brings the same act to the same dossier again; ``chosen`` names what else
    of the command has to be the same.
    """
    with office.begin() as work:
        before = work.find(command.key)
        if before is not None:
            if not _same(command, before, kind, chosen):
                raise KeyReusedError(
                    N_("The key {key} was used for another act. Use a new key for a new act."),
                    key=command.key,
                )
            return before
        now = office.clock.now()
        history = work.history(command.dossier)
        version = history[-1].version if history else 0
        if command.expected is not None and command.expected != version:
            raise StaleVersionError(
                N_(
                    "{dossier} has moved on: you saw version {expected}, and it is now version "
                    "{found}. Look at it again and decide anew."
                ),
                dossier=command.dossier,
                expected=command.expected,
                found=version,
            )
        dossier = Dossier.replay(command.dossier, history if is_dossier(command.dossier) else ())
        register = Register.replay(work.history(HOUSE))
        event = decide(Scene(dossier, register, now, work, office.ids, history))
        if not isinstance(event, kind):
            raise TypeError(f"{type(event).__name__} instead of {kind.__name__}")
        entry = work.append(
            command.dossier,
            expected=version,
            type=type(event).__name__,
            payload=codec.payload(event),
            key=command.key,
            at=now,
        )
        work.commit()
        return entry


def _same(command: Command, before: Entry, kind: type[ev.Event], chosen: tuple[str, ...]) -> bool:
    if (before.stream, before.type) != (command.dossier, kind.__name__):
        return False
    payload = json.loads(before.payload)
    said = {name: getattr(command, name) for name in chosen}
    return bool(payload["by"] == command.by) and all(
        value is None or codec.encode(value) == payload.get(name) for name, value in said.items()
    )


def existing(scene: Scene) -> ev.DossierOpened:
    """Give how the dossier was opened; raise ``UnknownDossierError`` where it never was."""
    opened = scene.dossier.opened
    if opened is None:
        raise UnknownDossierError(
            N_("There is no dossier {dossier}. The list of dossiers names those that there are."),
            dossier=scene.dossier.id,
        )
    return opened


def require(scene: Scene, by: PersonId, act: str, *roles: Role) -> ev.DossierOpened:
    """Check the three things that every act needs: a dossier, a right, a state that allows it."""
    opened = existing(scene)
    scene.register.require(by, act, *roles)
    policy.require(scene.dossier, act)
    return opened


def no_administrator(scene: Scene, by: PersonId, act: str) -> None:
    """Refuse an administrator, who gives out roles and links and so could decide for anybody."""
    if Role.ADMINISTRATOR in scene.register.roles.get(by, ()):
        raise NotEntitledError(
            f"{act}:administrator",
            N_(
                "An administrator gives out roles, and so decides nothing and votes on nothing. "
                "Have another person hold one of the two roles."
            ),
        )


def place(scene: Scene, paragraph: ParagraphId) -> str:
    """Number a paragraph as people speak of it (§ 4), from 1; its id where the draft has it not."""
    draft = scene.dossier.draft
    ids = [one.id for one in draft.paragraphs] if draft else []
    return str(ids.index(paragraph) + 1) if paragraph in ids else paragraph


def only_the_house(scene: Scene, by: PersonId) -> None:
    """Let only the house itself through."""
    existing(scene)
    if by != ev.SYSTEM:
        raise NotEntitledError(
            "role:system",
            N_(
                "Only the house itself records what its stages made. It carries out by itself what "
                "is due."
            ),
        )


def by_the_house(scene: Scene, by: PersonId, stage: policy.Stage) -> None:
    """Let only the house itself through, and only while the stage is due."""
    only_the_house(scene, by)
    if policy.due(scene.dossier, scene.now) is not stage:
        raise GuardError(
            f"due:{stage.value}",
            N_(
                "The stage {stage} is not due in {dossier}: somebody acted in the meantime. "
                "The house looks again at what is due."
            ),
            stage=stage,
            dossier=scene.dossier.id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed(Command):
    """An act that may be signed with a passkey; ``signoff`` is where the evidence lies."""

    signoff: Digest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithReason(Command):
    """An act that needs a reason and nothing else."""

    reason: str | None = None


def refusal(error: ApprovalError) -> str:
    """Give the name of the guard that refused, for machines."""
    return error.guard if isinstance(error, GuardError) else type(error).__name__
