"""Laying documents beside a text: the axes it began with, its explanation, what was presented."""

from __future__ import annotations

from dataclasses import dataclass

from approvals import events as ev
from approvals.errors import N_, GuardError
from approvals.handlers.base import Command, Office, Scene, carry_out, require
from approvals.ledger import Entry
from approvals.names import Bilingual, Digest, Language, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDocument(Command):
    """A document, kept in the vault already, under the name that it is given out with."""

    kind: ev.LinkKind
    title: Bilingual
    language: Language | None
    name: str
    document: Digest


def link_document(command: LinkDocument, office: Office) -> Entry:
    """Link a document; it never replaces another, and changes nothing that was decided."""

    def decide(scene: Scene) -> ev.Event:
        require(scene, command.by, "link", Role.DRAFTER, Role.SECRETARY, Role.COMMUNICATIONS)
        for one in scene.dossier.links:
            if (one.document, one.kind) == (command.document, command.kind):
                raise GuardError(
                    "link:twice",
                    N_(
                        "This very file lies beside {dossier} already, as {name}. "
                        "It is linked once."
                    ),
                    dossier=command.dossier,
                    name=one.name,
                )
            if one.name == command.name:
                raise GuardError(
                    "link:name",
                    N_(
                        "Another file called {name} lies beside {dossier}, and stays there. "
                        "Give this one another name."
                    ),
                    dossier=command.dossier,
                    name=command.name,
                )
        return ev.DocumentLinked(
            command.by,
            command.kind,
            command.title,
            command.language,
            command.name,
            command.document,
        )

    return carry_out(command, office, ev.DocumentLinked, decide, chosen=("kind", "document"))
