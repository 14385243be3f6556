"""What the consultation's pages need of the house; ``flows.desk_consultation`` gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from approvals.consultation.life import Consultation
from approvals.consultation.questionnaire import Questionnaire
from approvals.consultation.responses import Reading
from approvals.ledger import Entry
from approvals.names import PersonId


class Consulting(Protocol):
    """Consultations of one house."""

    def every(self) -> Sequence[Consultation]:
        """Give every consultation, oldest first."""
        ...

    def find(self, id: str) -> Consultation | None:
        """Give one; None where there is none."""
        ...

    def form(self, own: Consultation) -> Questionnaire:
        """Give the questionnaire that counts."""
        ...

    def came(self, own: Consultation) -> Mapping[str, int]:
        """Count who has responded, by public."""
        ...

    def plan(self, id: str, data: bytes, *, by: PersonId, key: str) -> Entry:
        """Plan one with a questionnaire; raise ``QuestionnaireError`` with the place."""
        ...

    def open(
        self, id: str, until: date, open_to: Sequence[str], *, by: PersonId, key: str
    ) -> Entry:
        """Open it until a day."""
        ...

    def invite(self, id: str, data: bytes, *, by: PersonId, key: str) -> bytes:
        """Invite the people of a CSV file; give their links as one, empty where they were given."""
        ...

    def remind(self, id: str, *, by: PersonId, key: str) -> bytes:
        """Give those who have not answered a new link, as a CSV file."""
        ...

    def take(
        self, id: str, data: bytes, name: str, *, by: PersonId, key: str
    ) -> tuple[Entry | None, Reading]:
        """Take a file of responses in, whole or not at all."""
        ...

    def close(self, id: str, *, by: PersonId, key: str) -> Entry:
        """Close and count it."""
        ...

    def erase(self, id: str, *, by: PersonId, key: str) -> Entry:
        """Erase single answers and invitations."""
        ...

    def forget(self, id: str, address: str, *, by: PersonId, key: str) -> Entry:
        """Erase one invitation, by its address."""
        ...

    def results(self, own: Consultation, language: str) -> Mapping[str, Any] | None:
        """Give what may be shown of a closed one, figure by figure; None before the close."""
        ...

    def synthesis(self, own: Consultation, *, by: PersonId, key: str) -> Mapping[str, bytes]:
        """Write the synthesis, record its digests, and give its files by name."""
        ...
