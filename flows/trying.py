"""Names a circuit's deciders for a trial: as a review would, without refusing what is odd."""

from __future__ import annotations

from dataclasses import replace

from approvals.circuits import Circuit
from approvals.names import PersonId, Role
from flows.house import House


def named(house: House, circuit: Circuit, dossier_id: str) -> Circuit:
    """Put people in the place of handles and roles; a role leaves out who worked on the text.

    Raises ``UnknownPersonError`` for a handle that nobody has.
    """
    authors = house.dossier(dossier_id).authors
    register = house.register()

    def people(names: tuple[str, ...]) -> tuple[str, ...]:
        found: dict[PersonId, None] = {}
        for name in names:
            if name.startswith("role:"):
                holders = register.holders(Role(name.removeprefix("role:")))
                found.update((one, None) for one in holders if one not in authors)
            else:
                found[PersonId(house.person(name).id)] = None
        return tuple(found)

    steps = tuple(
        replace(step, deciders=people(step.deciders), escalate_to=people(step.escalate_to))
        for step in circuit.steps
    )
    return replace(circuit, steps=steps)
