"""Gives the consultation's pages what they ask of the house, as the commands do it."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from approvals.consultation.life import Consultation
from approvals.consultation.questionnaire import Questionnaire
from approvals.consultation.responses import Reading
from approvals.errors import GuardError
from approvals.ledger import Entry
from approvals.names import PersonId
from flows import consulting, evaluating, letters
from flows.consulting import Invited
from flows.house import House
from flows.synthesis_page import edition


class Consultations:
    """Consultations of one house; see ``approvals.desk.consultation_ports.Consulting``."""

    def __init__(self, house: House) -> None:
        self._house = house

    def every(self) -> Sequence[Consultation]:
        """Give every consultation."""
        return list(consulting.every(self._house))

    def find(self, id: str) -> Consultation | None:
        """Give one."""
        try:
            return consulting.find(self._house, id)
        except GuardError:
            return None

    def form(self, own: Consultation) -> Questionnaire:
        """Give its questionnaire."""
        return consulting.form(self._house, own)

    def came(self, own: Consultation) -> Mapping[str, int]:
        """Count who has responded."""
        return consulting.came(self._house, own)

    def plan(self, id: str, data: bytes, *, by: PersonId, key: str) -> Entry:
        """Plan one."""
        with _laid(data, "questionnaire.toml") as file:
            return consulting.plan(self._house, id, file, by=by, key=key)

    def open(
        self, id: str, until: date, open_to: Sequence[str], *, by: PersonId, key: str
    ) -> Entry:
        """Open it."""
        return consulting.open_(self._house, id, until, open_to, by=by, key=key)

    def invite(self, id: str, data: bytes, *, by: PersonId, key: str) -> bytes:
        """Invite people and give their links."""
        with _laid(data, "people.csv") as file:
            return self._links(id, consulting.invite(self._house, id, file, by=by, key=key))

    def remind(self, id: str, *, by: PersonId, key: str) -> bytes:
        """Give new links."""
        return self._links(id, consulting.remind(self._house, id, by=by, key=key))

    def _links(self, id: str, people: Sequence[Invited]) -> bytes:
        if not people:
            return b""
        text = io.StringIO(newline="")
        file = csv.writer(text)
        file.writerow(["address", "public", "language", "link"])
        file.writerows(
            (one.address, one.public, one.language, letters.link(self._house, id, one.token))
            for one in people
        )
        return text.getvalue().encode()

    def take(
        self, id: str, data: bytes, name: str, *, by: PersonId, key: str
    ) -> tuple[Entry | None, Reading]:
        """Take responses in."""
        with _laid(data, Path(name).name or "responses.csv") as file:
            return consulting.take(self._house, id, file, by=by, key=key)

    def close(self, id: str, *, by: PersonId, key: str) -> Entry:
        """Close it."""
        return consulting.close(self._house, id, by=by, key=key)

    def erase(self, id: str, *, by: PersonId, key: str) -> Entry:
        """Erase single answers."""
        return consulting.erase(self._house, id, by=by, key=key)

    def forget(self, id: str, address: str, *, by: PersonId, key: str) -> Entry:
        """Erase one invitation."""
        return consulting.forget(self._house, id, address, by=by, key=key)

    def results(self, own: Consultation, language: str) -> Mapping[str, Any] | None:
        """Give what may be shown of it."""
        if own.closed is None or own.erased is not None:
            return None
        source = evaluating.source(self._house, own.id)
        return edition(evaluating.synthesis_of(self._house, source), language)

    def synthesis(self, own: Consultation, *, by: PersonId, key: str) -> Mapping[str, bytes]:
        """Write the synthesis."""
        made = evaluating.synthesis_of(self._house, evaluating.source(self._house, own.id))
        files = evaluating.synthesis_files(made, self._house.now())
        evaluating.record_synthesis(self._house, own.id, files, by=by, key=key)
        return files


@contextmanager
def _laid(data: bytes, name: str) -> Iterator[Path]:
    """Lay bytes out as a file in a folder of its own, for readers that want a path."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        yield path
