"""The publication stage: lay the sealed editions out where the public finds them, once."""

from __future__ import annotations

import os
from pathlib import Path

from approvals import events as ev
from approvals.dossier import Dossier
from approvals.handlers import publication
from approvals.handlers.base import Command
from flows.house import House


def run(house: House, dossier_id: str) -> str:
    """Write every sealed edition to the publication folder, then record that they are out."""
    dossier = house.dossier(dossier_id)
    if dossier.sealed is None:
        return "nothing sealed"
    folder = house.published / dossier_id
    for name, edition in names(dossier).items():
        write(folder / name, house.vault.get(edition.sealed))
    publication.record_publication(
        Command(dossier=dossier_id, by=ev.SYSTEM, key=f"{dossier_id}:publish:{dossier.version}"),
        house.office,
    )
    return f"{len(dossier.sealed.editions)} files in {folder}"


def names(dossier: Dossier) -> dict[str, ev.Edition]:
    """Name each sealed edition's file: the dossier, what it is, its language."""
    editions = dossier.sealed.editions if dossier.sealed else ()
    return {f"{dossier.id}.{one.kind.value}.{one.language}.docx": one for one in editions}


def erratum_name(dossier_id: str, erratum: ev.ErratumProposed) -> str:
    """Name a corrected edition's file: as the statement's, with the correction's number."""
    kind = f"{ev.EditionKind.STATEMENT.value}.{ev.EditionKind.ERRATUM.value}-{erratum.number}"
    return f"{dossier_id}.{kind}.{erratum.language}.docx"


def write(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file whole or not at all; writing the same again changes nothing.

    A ``private`` one can never be read by other users of the machine.
    """
    if path.exists() and path.read_bytes() == data:
        if private:
            path.chmod(0o600)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    mode = 0o600 if private else 0o666
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
