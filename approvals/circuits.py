"""Review circuits: who has to agree, in what order, and what silence means.

A circuit is a versioned TOML file; the one that a review starts with is pinned in the ledger,
whole. What a circuit makes of the decisions taken is ``approvals.policy``'s.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from approvals.errors import N_, ApprovalError, Value
from approvals.names import Bilingual, Digest, Role
from approvals.workdays import Calendar


class AtDeadline(StrEnum):
    """What happens to a decider who has said nothing at the deadline; never silent approval."""

    ESCALATE = "escalate"
    NO_OPINION = "no-opinion"
    BLOCK = "block"


class Weight(StrEnum):
    """What a circuit makes of a translation check's findings."""

    BLOCKING = "blocking"
    WARNING = "warning"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class CheckRule:
    """What becomes of one check's findings; ``check`` is its id, which only ``flows`` knows."""

    check: str
    weight: Weight


_ROLE = "role:"


class CircuitError(ApprovalError):
    """A circuit file cannot be used."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``required`` of ``deciders`` have to approve.

    A decider is a person's handle or ``role:`` and a role; ``after`` names the steps that come
    first. ``working_days`` counts from the day on which the step opens. ``escalate_to`` are further
    deciders, named alike, who may decide from the deadline on.
    """

    id: str
    title: Bilingual
    deciders: tuple[str, ...]
    required: int
    after: tuple[str, ...]
    working_days: int
    at_deadline: AtDeadline
    escalate_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Circuit:
    """Steps in order; ``calendar`` says whose public holidays a deadline leaves out."""

    id: str
    version: int
    title: Bilingual
    steps: tuple[Step, ...] = field(default=())
    checks: tuple[CheckRule, ...] = ()
    """Translation checks that weigh otherwise here than by themselves, by id."""
    calendar: Calendar = Calendar.METROPOLE

    @property
    def rule(self) -> str:
        """Give the short name by which people know this rule."""
        return f"{self.id} v{self.version}"

    def step(self, id: str) -> Step | None:
        """Give the step called ``id``."""
        return next((step for step in self.steps if step.id == id), None)


def rule_digest(text: Mapping[str, object]) -> Digest:
    """Digest a rule's content, whatever the layout of the file that it came from."""
    canonical = json.dumps(text, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return Digest(hashlib.sha256(canonical.encode()).hexdigest())


def load(text: str) -> Circuit:
    """Read a circuit from TOML.

    Raises ``CircuitError`` with the place and what to write there.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise CircuitError(
            N_("The circuit is not valid TOML ({fault}). Correct the file and try again."),
            fault=str(fault),
        ) from fault
    try:
        circuit = Circuit(
            id=str(raw["id"]),
            version=int(raw["version"]),
            title=bilingual(raw["title"]),
            steps=tuple(_steps(raw["step"])),
            checks=tuple(_checks(raw.get("checks", {}))),
            calendar=Calendar(str(raw.get("calendar", Calendar.METROPOLE))),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise CircuitError(
            N_("The circuit lacks or misspells {fault}. Compare it with the sample circuit."),
            fault=str(fault),
        ) from fault
    _check(circuit)
    return circuit


def bilingual(raw: Mapping[str, str]) -> Bilingual:
    """Read a pair of ``fr`` and ``en`` from a TOML table."""
    return Bilingual(fr=str(raw["fr"]), en=str(raw["en"]))


def _checks(raw: Mapping[str, object]) -> Iterator[CheckRule]:
    for check, weight in sorted(raw.items()):
        if weight not in [*Weight]:
            raise CircuitError(
                N_("The table [checks] says {weight} of {check}. Write one of {known}."),
                weight=str(weight),
                check=check,
                known=tuple(Weight),
            )
        yield CheckRule(check, Weight(str(weight)))


def _steps(raw: list[dict[str, object]]) -> Iterator[Step]:
    for table in raw:
        title, deciders, after = table["title"], table["deciders"], table.get("after", [])
        further = table.get("escalate_to", [])
        lists = deciders, after, further
        if not isinstance(title, dict) or not all(isinstance(one, list) for one in lists):
            raise TypeError("step.title, step.deciders, step.after, step.escalate_to")
        yield Step(
            id=str(table["id"]),
            title=bilingual(title),
            deciders=_names(deciders),
            required=int(str(table["required"])),
            after=_names(after),
            working_days=int(str(table["working_days"])),
            at_deadline=AtDeadline(str(table["at_deadline"])),
            escalate_to=_names(further),
        )


def _names(raw: object) -> tuple[str, ...]:
    return tuple(map(str, raw)) if isinstance(raw, list) else ()


def _check(circuit: Circuit) -> None:
    known: set[str] = set()
    for step in circuit.steps:
        if step.id in known:
            raise CircuitError(
                N_("The circuit names the step {step} twice. Give each step its own id."),
                step=step.id,
            )
        missing = [name for name in step.after if name not in known]
        if missing:
            raise CircuitError(
                N_(
                    "Step {step} comes after {missing}, which does not stand before it. "
                    "List the steps in the order in which they open."
                ),
                step=step.id,
                missing=", ".join(missing),
            )
        everybody = (*step.deciders, *step.escalate_to)
        roles = [name.removeprefix(_ROLE) for name in everybody if name.startswith(_ROLE)]
        strange = [role for role in roles if role not in Role.__members__.values()]
        if strange:
            raise CircuitError(
                N_("Step {step} names the role {role}, which does not exist. Use one of {roles}."),
                step=step.id,
                role=strange[0],
                roles=tuple(role.value for role in Role),
            )
        if step.working_days < 1:
            raise CircuitError(
                N_("Step {step} gives no time to decide. Write at least one working day."),
                step=step.id,
            )
        named = [name for name in step.deciders if not name.startswith(_ROLE)]
        if step.required < 1 or (len(named) == len(step.deciders) < step.required):
            raise CircuitError(
                N_(
                    "Step {step} asks for {required} approvals of {deciders} deciders. "
                    "Ask for at least one and at most as many as there are deciders."
                ),
                step=step.id,
                required=step.required,
                deciders=len(step.deciders),
            )
        if step.escalate_to and step.at_deadline is not AtDeadline.ESCALATE:
            raise CircuitError(
                N_(
                    "Step {step} names whom to escalate to and does not escalate. "
                    "Write at_deadline = “escalate”, or leave escalate_to out."
                ),
                step=step.id,
            )
        known.add(step.id)
    if not circuit.steps:
        raise CircuitError(N_("The circuit has no step. Add at least one [[step]]."))
    if all(step.at_deadline is AtDeadline.NO_OPINION for step in circuit.steps):
        raise CircuitError(
            N_(
                "Every step of the circuit may end without an opinion, so silence alone would "
                "carry a text to the board. Let at least one step escalate or block."
            )
        )


def remarks(circuit: Circuit) -> Iterator[tuple[str, dict[str, Value]]]:
    """Say, as sentences with their fields, what is allowed in a circuit and seldom meant."""
    for step in circuit.steps:
        if step.at_deadline is AtDeadline.ESCALATE and not step.escalate_to:
            yield (
                N_(
                    "Step {step} escalates to nobody: after its deadline it stays open for the "
                    "deciders it has. Name others in escalate_to."
                ),
                {"step": step.id},
            )
        twice = sorted(set(step.deciders) & set(step.escalate_to))
        if twice:
            yield (
                N_("Step {step} escalates to {people}, who decide in it already."),
                {"step": step.id, "people": tuple(twice)},
            )
