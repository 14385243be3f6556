"""The certified extract of a resolution."""

from __future__ import annotations

from dataclasses import dataclass

from approvals import events as ev
from approvals.errors import N_, GuardError
from approvals.handlers.base import Command, Office, Scene, carry_out, require
from approvals.ledger import Entry
from approvals.names import Digest, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class CertifyExtract(Command):
    """The extract as it was written in both languages, by the digests of its files."""

    fr: Digest
    en: Digest


def certify_extract(command: CertifyExtract, office: Office) -> Entry:
    """Record that the secretary certified an extract of the resolution."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "extract", Role.SECRETARY)
        if scene.dossier.resolution is None:
            raise GuardError(
                "extract:resolution",
                N_(
                    "The resolution is not written yet, so there is nothing to extract from. "
                    "The house writes it after adoption."
                ),
            )
        return ev.ExtractCertified(command.by, command.fr, command.en)

    return carry_out(command, office, ev.ExtractCertified, decide, chosen=("fr", "en"))
