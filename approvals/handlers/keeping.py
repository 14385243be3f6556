"""What is kept in the house for everybody: rule files, engines' consent, glossary, memory.

The ledger says who changed what and when; the files themselves are the caller's to write. Nothing
here decides on a text: a review and a session keep the rules that they were opened under.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from approvals import board as boards
from approvals import circuits
from approvals import events as ev
from approvals.board import Board
from approvals.circuits import Circuit
from approvals.errors import N_, ApprovalError, GuardError
from approvals.handlers.base import Command, Office, Scene, carry_out
from approvals.ledger import Entry
from approvals.names import Digest, PersonId, Role
from approvals.register import HOUSE, Register

WORDS = (Role.ADMINISTRATOR, Role.REVISER)
"""Who keeps glossary and memory: whoever certifies translations, and the house's keeper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptRule(Command):
    """Have the text of a circuit or board file hold from now on, in the place of ``present``."""

    kind: ev.RuleKind
    text: str
    present: str | None = None


def adopt_rule(command: AdoptRule, office: Office) -> Entry:
    """Adopt a rule file; an administrator does.

    Raises ``CircuitError`` and ``BoardFileError`` for a file that cannot be used.
    """

    def decide(scene: Scene) -> ev.Event:
        scene.register.require(command.by, "adopt", Role.ADMINISTRATOR)
        if command.present is not None and command.text == command.present:
            raise GuardError(
                "adopt:same", N_("This is the file that holds already. Change it, then adopt it.")
            )
        id, rule = _rule(command)
        _people(command, scene)
        return ev.RuleAdopted(command.by, command.kind, id, rule, file_digest(command.text))

    return carry_out(
        replace(command, dossier=HOUSE), office, ev.RuleAdopted, decide, chosen=("kind",)
    )


def file_digest(text: str) -> Digest:
    """Digest the bytes of a rule file."""
    return Digest(hashlib.sha256(text.encode()).hexdigest())


def _read(kind: ev.RuleKind, text: str) -> Circuit | Board:
    return circuits.load(text) if kind is ev.RuleKind.CIRCUIT else boards.load(text)


def _rule(command: AdoptRule) -> tuple[str, str]:
    """Give the id and the short name; refuse other rules under a name that is taken."""
    new = _read(command.kind, command.text)
    rules = new.rules if isinstance(new, Board) else new
    try:
        old = _read(command.kind, command.present) if command.present is not None else None
    except ApprovalError:
        old = None  # what cannot be used holds for nothing
    before = old.rules if isinstance(old, Board) else old
    if before is not None and before.id != rules.id:
        raise GuardError(
            "adopt:id",
            N_("The file has the id {id}, and takes the place of {before}. Keep the id."),
            id=rules.id,
            before=before.id,
        )
    if before is not None and before != rules and rules.version <= before.version:
        raise GuardError(
            "adopt:version",
            N_(
                "Other rules hold already as {rule}, and what was decided names them so. "
                "Write version = {next} into the changed file."
            ),
            rule=before.rule,
            next=before.version + 1,
        )
    return rules.id, rules.rule


def _people(command: AdoptRule, scene: Scene) -> None:
    """Refuse a file that names somebody whom nobody enrolled."""
    known = {name for who in scene.work.contacts() for name in (who.handle, who.id)}
    for name in _named(_read(command.kind, command.text)):
        if not name.startswith("role:") and name not in known:
            raise GuardError(
                "adopt:person",
                N_(
                    "The file names {person}, and nobody is enrolled under that handle. "
                    "Correct the handle, or have that person enrolled first."
                ),
                person=name,
            )


def _named(rule: Circuit | Board) -> Iterable[str]:
    if isinstance(rule, Board):
        return [seat.holder for seat in rule.seats if not seat.vacant]
    return [name for step in rule.steps for name in (*step.deciders, *step.escalate_to)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowEngine(Command):
    """Say of which levels an engine may be sent texts; no level takes the consent back.

    ``sends_to`` is who gets the texts, empty for an engine that sends none; ``provider`` is the
    name that whoever consents was shown.
    """

    engine: str
    sends_to: str
    provider: str
    levels: tuple[ev.Confidentiality, ...]


def allow_engine(command: AllowEngine, office: Office) -> Entry:
    """Give or withdraw the consent to send texts to a provider; an administrator does, by name."""

    def decide(scene: Scene) -> ev.Event:
        scene.register.require(command.by, "consent", Role.ADMINISTRATOR)
        if not command.sends_to:
            raise GuardError(
                "consent:local",
                N_(
                    "{engine} sends texts to nobody, so that there is nothing to consent to. "
                    "Name an engine that sends them."
                ),
                engine=command.engine,
            )
        if command.provider != command.sends_to:
            raise GuardError(
                "consent:provider",
                N_("{engine} sends texts to {provider}. Consent to that name, or to none."),
                engine=command.engine,
                provider=command.sends_to,
            )
        levels = tuple(level for level in ev.Confidentiality if level in command.levels)
        return ev.EngineAllowed(command.by, command.engine, command.provider, levels)

    return carry_out(
        replace(command, dossier=HOUSE),
        office,
        ev.EngineAllowed,
        decide,
        chosen=("engine", "levels"),
    )


def require_words(register: Register, by: PersonId, act: str) -> None:
    """Refuse whoever may not keep glossary and memory; before anything is made of a change."""
    register.require(by, act, *WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeGlossary(Command):
    """Have the terms of a file be the house's."""

    file: Digest
    terms: int


def change_glossary(command: ChangeGlossary, office: Office) -> Entry:
    """Record a change of the house's terms; a reviser or an administrator makes it."""

    def decide(scene: Scene) -> ev.Event:
        require_words(scene.register, command.by, "glossary")
        return ev.GlossaryChanged(command.by, command.file, command.terms)

    return carry_out(replace(command, dossier=HOUSE), office, ev.GlossaryChanged, decide)


@dataclass(frozen=True, slots=True, kw_only=True)
class TendMemory(Command):
    """Take units into the memory or out of use."""

    act: ev.MemoryAct
    what: str


def tend_memory(command: TendMemory, office: Office) -> Entry:
    """Record that the memory is put in order; a reviser or an administrator does that."""

    def decide(scene: Scene) -> ev.Event:
        require_words(scene.register, command.by, "memory")
        if not command.what:
            raise GuardError(
                "memory:units", N_("No unit of the memory is named. Say which ones are meant.")
            )
        return ev.MemoryTended(command.by, command.act, command.what)

    return carry_out(
        replace(command, dossier=HOUSE), office, ev.MemoryTended, decide, chosen=("act", "what")
    )
