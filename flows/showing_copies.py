"""Shows one person's to-do list, and what has become of a copy."""

from __future__ import annotations

from pathlib import Path

from approvals.names import PersonId
from documents.digest import byte_digest
from flows import console, editions, todo
from flows.console import tell, tr
from flows.files import read_file
from flows.house import House


def tasks(house: House, person: PersonId) -> None:
    """List what waits for a person, what ends first before the rest."""
    found = todo.of(house, person)
    handles = {id: who.handle for id, who in house.contacts().items()}
    if not found:
        tell("Nothing waits for you.")
    else:
        console.table(
            [tr("Dossier"), tr("Title"), tr("Act"), tr("Step"), tr("Until"), tr("For")],
            [
                (
                    one.summary.dossier,
                    one.summary.title.in_(console.GLOBALS.lang),
                    one.act,
                    one.step or "–",
                    one.last.isoformat() if one.last else "–",
                    handles.get(one.behalf, one.behalf) if one.behalf else "–",
                )
                for one in found
            ],
        )
    console.answer(
        {
            "tasks": [
                {
                    "dossier": one.summary.dossier,
                    "version": one.summary.version,
                    "act": one.act,
                    "step": one.step,
                    "until": one.last.isoformat() if one.last else None,
                    "for": handles.get(one.behalf, one.behalf) if one.behalf else None,
                }
                for one in found
            ]
        }
    )


def copy(house: House, named: str) -> None:
    """Say what has become of a copy, named by its digest or by its file."""
    path = Path(named)
    digest = byte_digest(read_file(path)) if path.is_file() else named.lower()
    found = editions.answer(house, digest)
    tell(found.message, **found.data)
    told = editions.plain_values(found)
    told["message"] = tr(found.message, **found.data)
    console.answer(told)
