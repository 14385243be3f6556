"""The notices of a whole house, in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from approvals import notices as core
from approvals.names import PersonId
from approvals.ports import Contact
from approvals.register import HOUSE, Register, is_dossier
from flows.house import House
from locales.catalog import say


def notices(
    house: House, *, person: str | None = None, dossier: str | None = None
) -> Iterator[core.Notice]:
    """Give the notices in the order of the ledger; of one person or one dossier, where named."""
    with house.store.read() as reader:
        register = Register.replay(reader.history(HOUSE))
        streams = [
            one
            for one in reader.streams()
            if dossier in (None, one) and (one == HOUSE or is_dossier(one))
        ]
        found = [
            notice
            for stream in streams
            for notice in (
                core.of_house(reader.history(stream))
                if stream == HOUSE
                else core.of(stream, reader.history(stream), register)
            )
        ]
    for notice in sorted(found, key=lambda one: one.sequence):
        if person is None or person in notice.to:
            yield notice


def sentence(notice: core.Notice, contacts: Mapping[PersonId, Contact], language: str) -> str:
    """Say a notice, with people's names in the place of their ids."""
    names = {str(id): who.name for id, who in contacts.items()}
    data = {
        key: names.get(value, value) if isinstance(value, str) else value
        for key, value in notice.data.items()
    }
    return say(notice.message, language, **data)
