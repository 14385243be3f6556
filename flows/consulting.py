"""Runs a consultation in a house: its form, invitations, files of responses, the count."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from approvals.consultation import questionnaire as forms
from approvals.consultation import responding
from approvals.consultation import tally as counting
from approvals.consultation.life import PREFIX, Consultation, Stage
from approvals.consultation.questionnaire import Questionnaire
from approvals.consultation.responses import Reading, Response
from approvals.consultation.tally import Tally
from approvals.errors import GuardError
from approvals.handlers import consultation as handlers
from approvals.handlers.base import Command
from approvals.ledger import Entry
from approvals.names import Digest, PersonId
from approvals.ports import Invitation
from documents.digest import byte_digest
from flows import responses_file
from flows.files import FileError, read_file
from flows.house import House
from locales.errors import N_

_COLUMNS = ("address", "public", "language")


def stream(id: str) -> str:
    """Give the stream of a consultation."""
    return id if id.startswith(PREFIX) else PREFIX + id


def find(house: House, id: str) -> Consultation:
    """Rebuild a consultation; raise ``GuardError`` where there is none."""
    with house.store.read() as reader:
        own = Consultation.replay(stream(id), reader.history(stream(id)))
    if own.stage is Stage.NEW:
        raise GuardError(
            "consultation:none",
            N_("There is no consultation {consultation}. “enonce consult list” lists them."),
            consultation=own.id,
        )
    return own


def every(house: House) -> Iterator[Consultation]:
    """Rebuild every consultation, oldest first."""
    with house.store.read() as reader:
        for name in reader.streams():
            if name.startswith(PREFIX):
                yield Consultation.replay(name, reader.history(name))


def form(house: House, own: Consultation) -> Questionnaire:
    """Give the questionnaire that counts: the frozen one, else the planned one."""
    return forms.load(house.vault.get(str(own.form)).decode())


def plan(house: House, id: str, path: Path, *, by: PersonId, key: str) -> Entry:
    """Plan a consultation with a questionnaire file."""
    data = read_file(path)
    asked = forms.load(data.decode("utf-8", errors="replace"))
    return handlers.plan(
        handlers.Plan(
            dossier=stream(id),
            by=by,
            key=key,
            title=asked.title,
            purpose=asked.purpose,
            form=Digest(house.vault.put(data)),
            keep_days=asked.keep_days,
            publics=tuple(one.id for one in asked.publics),
        ),
        house.office,
    )


def open_(
    house: House, id: str, until: date, open_to: Sequence[str], *, by: PersonId, key: str
) -> Entry:
    """Open it until a day."""
    command = handlers.Open(dossier=stream(id), by=by, key=key, until=until, open_to=tuple(open_to))
    return handlers.open_consultation(command, house.office)


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who was invited, with the token that only their letter has."""

    address: str
    public: str
    language: str
    token: str


def invite(house: House, id: str, path: Path, *, by: PersonId, key: str) -> list[Invited]:
    """Invite the people of a CSV file (address, public, language).

    Raises ``FileError`` with the row where one cannot be read; nobody is invited then. A key that
    was used before invites nobody again and gives no token: tokens are not kept.
    """
    people = list(_people(path))
    with house.store.read() as reader:
        before = reader.find(key)
    handlers.invite(
        handlers.Invite(
            dossier=stream(id),
            by=by,
            key=key,
            people=tuple(
                Invitation(
                    secrets.token_hex(16),
                    one.public,
                    one.address,
                    one.language,
                    responding.hashed(one.token),
                )
                for one in people
            ),
        ),
        house.office,
    )
    return [] if before else people


def _people(path: Path) -> Iterator[Invited]:
    text = read_file(path).decode("utf-8-sig", errors="replace")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    missing = [one for one in _COLUMNS if one not in (rows.fieldnames or ())]
    if missing:
        raise FileError(
            N_("{file} has no column {columns}. It needs address, public and language."),
            file=str(path),
            columns=tuple(missing),
        )
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        address, public, language = ((row.get(one) or "").strip() for one in _COLUMNS)
        fine = "@" in address and not any(sign in address for sign in "\r\n <>,;")
        if not fine or language not in ("fr", "en") or address in seen:
            raise FileError(
                N_(
                    "{file}, row {row}: write one mail address, its public, and fr or en; each "
                    "address once. Nobody was invited."
                ),
                file=str(path),
                row=number,
            )
        seen.add(address)
        yield Invited(address, public, language, responding.code())


def take(
    house: House, id: str, path: Path, *, by: PersonId, key: str
) -> tuple[Entry | None, Reading]:
    """Take a file of responses in, whole; where a row is faulty nothing is, and all are told."""
    own = find(house, id)
    reading = responses_file.read(form(house, own), path)
    if reading.faults:
        return None, reading
    entry = handlers.import_responses(
        handlers.Import(
            dossier=stream(id),
            by=by,
            key=key,
            file=Digest(byte_digest(read_file(path))),
            responses=tuple(map(responding.kept, reading.responses)),
        ),
        house.office,
    )
    return entry, reading


def close(house: House, id: str, *, by: PersonId, key: str) -> Entry:
    """Close it."""
    return handlers.close(Command(dossier=stream(id), by=by, key=key), house.office)


def erase(house: House, id: str, *, by: PersonId, key: str) -> Entry:
    """Erase single answers and invitations."""
    return handlers.erase(Command(dossier=stream(id), by=by, key=key), house.office)


def responses(house: House, id: str) -> list[tuple[str, Response]]:
    """Give every response with its random id, in the order of the ids."""
    with house.store.read() as reader:
        found = reader.answers.responses(id.removeprefix(PREFIX))
        return [(one.id, responding.response(one)) for one in found]


def tally(house: House, id: str, threshold: int = counting.THRESHOLD) -> Tally:
    """Count it by public, small numbers hidden."""
    own = find(house, id)
    if own.erased is not None:
        raise GuardError(
            "tally:erased",
            N_("The answers are erased. The synthesis has what they came to."),
        )
    return counting.tally(form(house, own), (one for _, one in responses(house, id)), threshold)


def about(house: House, id: str, address: str) -> list[Invitation]:
    """Give what is held about one address: the invitation, and nothing of any answer."""
    with house.store.read() as reader:
        found = reader.answers.invitations(find(house, id).id)
        return [one for one in found if one.address == address]


def forget(house: House, id: str, address: str) -> bool:
    """Erase an invitation; False where there was none."""
    own = find(house, id)
    with house.office.begin() as work:
        gone = work.answers.erase_address(own.id, address)
        work.commit()
    return gone
