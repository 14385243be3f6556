"""A consultation from plan to erasure: who may do what, and when.

Each consultation is a stream of its own. Answering is no act of the ledger: it is anonymous, and
``approvals.consultation.responding`` takes it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from approvals import events as ev
from approvals import workdays
from approvals.consultation.life import (
    PREFIX,
    Consultation,
    Stage,
    answer_digest,
    set_digest,
)
from approvals.errors import N_, GuardError, WrongStateError
from approvals.handlers.base import Command, Office, Scene, carry_out
from approvals.ledger import Entry
from approvals.names import Bilingual, Digest, PersonId, Role
from approvals.ports import Invitation, Kept, Reader
from approvals.register import HOUSE, Register

MANAGE: Final = (Role.DRAFTER, Role.SECRETARY, Role.COMMUNICATIONS)
"""Who may run a consultation, and read the single answers."""

PROTECT: Final = (*MANAGE, Role.ADMINISTRATOR)
"""Who may say what is held about a person, and erase it."""

ALLOWED: Final = {
    "plan": frozenset({Stage.NEW, Stage.PLANNED}),
    "open": frozenset({Stage.PLANNED}),
    "invite": frozenset({Stage.PLANNED, Stage.OPEN}),
    "remind": frozenset({Stage.OPEN}),
    "forget": frozenset({Stage.PLANNED, Stage.OPEN, Stage.CLOSED, Stage.SYNTHESISED}),
    "import": frozenset({Stage.OPEN}),
    "close": frozenset({Stage.OPEN}),
    "code": frozenset({Stage.CLOSED, Stage.SYNTHESISED}),
    "interview": frozenset(Stage) - {Stage.NEW},
    "find": frozenset({Stage.CLOSED, Stage.SYNTHESISED}),
    "synthesise": frozenset({Stage.CLOSED, Stage.SYNTHESISED}),
    "erase": frozenset({Stage.CLOSED, Stage.SYNTHESISED}),
}
"""In which stages each act is possible."""

STAGES: Final = {
    Stage.NEW: N_("not planned"),
    Stage.PLANNED: N_("planned"),
    Stage.OPEN: N_("open"),
    Stage.CLOSED: N_("over"),
    Stage.SYNTHESISED: N_("synthesised"),
}


def consultation(scene: Scene, by: PersonId, act: str, *more: Role) -> Consultation:
    """Check the right and the stage, and give the consultation as it stands.

    Raises ``GuardError`` where there is none, ``WrongStateError`` where it stands elsewhere.
    """
    scene.register.require(by, f"consult {act}", *MANAGE, *more)
    own = Consultation.replay(scene.dossier.id, scene.history)
    if own.stage is Stage.NEW and act != "plan":
        raise GuardError(
            "consultation:none",
            N_(
                "There is no consultation {consultation}. The list of consultations names those "
                "that there are."
            ),
            consultation=own.id,
        )
    if act == "plan" and own.opened is not None:
        raise WrongStateError(
            "consultation:plan",
            N_(
                "The form of {consultation} is frozen since it opened: people answered exactly "
                "this one. Plan another consultation with the changed file."
            ),
            consultation=own.id,
        )
    if own.stage not in ALLOWED[act]:
        raise WrongStateError(
            f"consultation:{act}",
            N_(
                "The consultation {consultation} is {stage}, and this act needs {allowed}. Look at "
                "what comes next."
            ),
            consultation=own.id,
            stage=STAGES[own.stage],
            allowed=tuple(STAGES[one] for one in Stage if one in ALLOWED[act]),
        )
    return own


def require(reader: Reader, by: PersonId, act: str, *roles: Role) -> None:
    """Check a right to look, which leaves nothing in the ledger."""
    Register.replay(reader.history(HOUSE)).require(by, f"consult {act}", *roles)


def counted(publics: Iterable[str]) -> tuple[ev.PublicCount, ...]:
    """Count people by public, in the order of the publics' names."""
    return tuple(ev.PublicCount(*one) for one in sorted(Counter(publics).items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Command):
    """A questionnaire in the vault under ``form``, already checked."""

    title: Bilingual
    purpose: Bilingual
    form: Digest
    keep_days: int
    publics: tuple[str, ...]


def plan(command: Plan, office: Office) -> Entry:
    """Plan a consultation, or plan it anew while it is not open."""

    def decide(scene: Scene) -> ev.Event:
        consultation(scene, command.by, "plan")
        name = command.dossier.removeprefix(PREFIX)
        if command.dossier == name or not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name):
            raise GuardError(
                "consultation:id",
                N_(
                    "“{id}” cannot name a consultation. Take small letters without accents, "
                    "digits and hyphens, at most 40 of them."
                ),
                id=name[:80],
            )
        return ev.ConsultationPlanned(
            command.by,
            command.title,
            command.purpose,
            command.form,
            command.keep_days,
            command.publics,
        )

    return carry_out(command, office, ev.ConsultationPlanned, decide, chosen=("form",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Open(Command):
    """Until when people may answer, and which publics do so without an invitation."""

    until: date
    open_to: tuple[str, ...] = ()


def open_consultation(command: Open, office: Office) -> Entry:
    """Open it: from now on the form is frozen."""

    def decide(scene: Scene) -> ev.Event:
        own = consultation(scene, command.by, "open")
        if own.planned is None or command.until < workdays.day(scene.now):
            raise GuardError(
                "open:until",
                N_("Nobody could answer until {until}, which is past. Give a later day."),
                until=command.until,
            )
        _known(own, command.open_to)
        return ev.ConsultationOpened(
            command.by, own.planned.form, command.until, tuple(sorted(set(command.open_to)))
        )

    return carry_out(command, office, ev.ConsultationOpened, decide, chosen=("until",))


def _known(own: Consultation, publics: Iterable[str]) -> None:
    asked = own.planned.publics if own.planned else ()
    for public in publics:
        if public not in asked:
            raise GuardError(
                "consultation:public",
                N_("“{public}” is no public of this consultation. It asks {publics}."),
                public=public,
                publics=asked,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite(Command):
    """People to invite, each with the hash of a token of their own."""

    people: tuple[Invitation, ...]


def invite(command: Invite, office: Office) -> Entry:
    """Invite people; nobody twice."""

    def decide(scene: Scene) -> ev.Event:
        own = consultation(scene, command.by, "invite")
        _known(own, (one.public for one in command.people))
        invited = {one.address for one in scene.work.answers.invitations(own.id)}
        twice = next((one.address for one in command.people if one.address in invited), None)
        if not command.people:
            raise GuardError("invite:nobody", N_("The file names nobody to invite. Fill it in."))
        if twice is not None:
            raise GuardError(
                "invite:twice",
                N_("{address} is invited already. Take the line out, and those like it."),
                address=twice,
            )
        scene.work.answers.invite(own.id, command.people)
        return ev.InvitationsMade(command.by, counted(one.public for one in command.people))

    return carry_out(command, office, ev.InvitationsMade, decide)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remind(Command):
    """The hash of a new token for each invitation, by its id, of those who are to be reminded."""

    tokens: Mapping[str, str]


def to_remind(invited: Iterable[Invitation]) -> list[Invitation]:
    """Give those who have not answered and did not ask to be left alone."""
    return [one for one in invited if not one.used and not one.unsubscribed]


def remind(command: Remind, office: Office) -> Entry:
    """Give those who have not answered a new link in the place of the old one."""

    def decide(scene: Scene) -> ev.Event:
        own = consultation(scene, command.by, "remind")
        waiting = {one.id: one for one in to_remind(scene.work.answers.invitations(own.id))}
        tokens = {id: token for id, token in command.tokens.items() if id in waiting}
        if not tokens:
            raise GuardError(
                "remind:nobody",
                N_("There is nobody to remind: all have answered or want no reminder."),
            )
        scene.work.answers.renew(own.id, tokens)
        return ev.RemindersMade(command.by, counted(waiting[id].public for id in tokens))

    return carry_out(command, office, ev.RemindersMade, decide)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget(Command):
    """Whose invitation to erase, by the address."""

    address: str


def forget(command: Forget, office: Office) -> Entry:
    """Erase one invitation. What the person answered, if anything, is nobody's any more."""

    def decide(scene: Scene) -> ev.Event:
        own = consultation(scene, command.by, "forget", Role.ADMINISTRATOR)
        public = scene.work.answers.erase_address(own.id, command.address)
        if public is None:
            raise GuardError(
                "forget:none",
                N_("Nothing is held about {address}. Check how the address is written."),
                address=command.address,
            )
        return ev.InvitationErased(command.by, public)

    return carry_out(command, office, ev.InvitationErased, decide)


@dataclass(frozen=True, slots=True, kw_only=True)
class Import(Command):
    """The responses of a whole file, by the file's digest."""

    file: Digest
    responses: tuple[Kept, ...]


def import_responses(command: Import, office: Office) -> Entry:
    """Take a file of responses in, whole and once."""

    def decide(scene: Scene) -> ev.Event:
        own = consultation(scene, command.by, "import")
        if command.file in own.imported:
            raise GuardError(
                "import:twice",
                N_("This very file was taken in already; its responses would count twice."),
            )
        if not command.responses:
            raise GuardError(
                "import:empty",
                N_("The file holds no response that was sent. Check that it is the right one."),
            )
        _known(own, {one.public for one in command.responses})
        scene.work.answers.add(own.id, command.responses)
        return ev.ResponsesImported(
            command.by, command.file, counted(one.public for one in command.responses)
        )

    return carry_out(command, office, ev.ResponsesImported, decide, chosen=("file",))


Count = Callable[[Sequence[Kept], Sequence[str]], Digest]
"""Counts all responses, keeps the count and the list of their digests, and gives the count's."""


def close(command: Command, office: Office, count: Count | None = None) -> Entry:
    """Close it: count what came, digest the whole set, erase what was never sent.

    ``count`` is called inside the transaction, so that what it counts is what is closed.
    """

    def decide(scene: Scene) -> ev.Event:
        own = consultation(scene, command.by, "close")
        answers = scene.work.answers
        kept = list(answers.responses(own.id))
        digests = [answer_digest(one.salt, one.answers) for one in kept]
        tally = count(kept, digests) if count else None
        answers.forget_aside(own.id)
        answers.settle(own.id)
        publics = counted(one.public for one in kept)
        return ev.ConsultationClosed(command.by, publics, set_digest(digests), tally)

    return carry_out(command, office, ev.ConsultationClosed, decide)


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesise(Command):
    """What it came to, in the vault: the figures as data, and the papers."""

    data: Digest
    papers: tuple[Digest, ...]


def synthesise(command: Synthesise, office: Office) -> Entry:
    """Record the synthesis; a later one takes its place."""

    def decide(scene: Scene) -> ev.Event:
        consultation(scene, command.by, "synthesise")
        return ev.ConsultationSynthesised(command.by, command.data, command.papers)

    return carry_out(command, office, ev.ConsultationSynthesised, decide, chosen=("data",))


def erase(command: Command, office: Office) -> Entry:
    """Erase single answers and invitations: once the synthesis stands, or their days are over."""

    def decide(scene: Scene) -> ev.Event:
        own = consultation(scene, command.by, "erase", Role.ADMINISTRATOR)
        due = own.erasable_from
        if own.stage is Stage.CLOSED and due is not None and workdays.day(scene.now) < due:
            raise GuardError(
                "erase:early",
                N_(
                    "There is no synthesis yet, and the answers are kept until {due}. "
                    "Write the synthesis first, or wait."
                ),
                due=due,
            )
        if own.erased is not None:
            raise GuardError(
                "erase:twice", N_("The answers are erased already. Nothing more of them is kept.")
            )
        responses, invitations = scene.work.answers.erase(own.id)
        return ev.AnswersErased(command.by, responses, invitations)

    return carry_out(command, office, ev.AnswersErased, decide)
