"""Runs a consultation in a house: its form, invitations, files of responses, the count."""

from __future__ import annotations

import csv
import io
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from approvals.canon import canonical
from approvals.consultation import life, responding
from approvals.consultation import questionnaire as forms
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
from approvals.ports import Invitation, Kept
from approvals.store.progress import telling
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
            N_(
                "There is no consultation {consultation}. The list of consultations names those "
                "that there are."
            ),
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
    """Open it until a day, without invitations for ``open_to`` and whom the form itself names."""
    named = [one.id for one in form(house, find(house, id)).publics if one.open]
    publics = tuple(dict.fromkeys((*named, *open_to)))
    command = handlers.Open(dossier=stream(id), by=by, key=key, until=until, open_to=publics)
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


def remind(house: House, id: str, *, by: PersonId, key: str) -> list[Invited]:
    """Give those who have not answered a new token; a key that was used before gives none.

    Those of the invitations are not kept, so they cannot be sent again: the new ones replace them.
    """
    own = find(house, id)
    with house.store.read() as reader:
        if reader.find(key):
            return []
        waiting = handlers.to_remind(reader.answers.invitations(own.id))
    tokens = {one.id: responding.code() for one in waiting}
    hashes = {id: responding.hashed(token) for id, token in tokens.items()}
    command = handlers.Remind(dossier=stream(id), by=by, key=key, tokens=hashes)
    handlers.remind(command, house.office)
    with house.store.read() as reader:
        held = {one.id: one.token for one in reader.answers.invitations(own.id)}
    return [
        Invited(one.address, one.public, one.language, tokens[one.id])
        for one in waiting
        if held.get(one.id) == hashes[one.id]
    ]


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
    with telling(house.store, house.clock, stream(id), "import") as tell:
        reading = responses_file.read(form(house, own), path, tell)
        if reading.faults:
            return None, reading
        tell(len(reading.responses), len(reading.responses))
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


def close(
    house: House, id: str, *, by: PersonId, key: str, threshold: int = counting.THRESHOLD
) -> Entry:
    """Close it: the count, small numbers hidden, and the list of digests stay in the vault."""
    asked = form(house, find(house, id))

    def count(kept: Sequence[Kept], digests: Sequence[str]) -> Digest:
        house.vault.put(life.listed(digests))
        found = counting.tally(asked, map(responding.response, kept), threshold)
        return Digest(house.vault.put(canonical(counting.plain(found)).encode()))

    return handlers.close(Command(dossier=stream(id), by=by, key=key), house.office, count)


def erase(house: House, id: str, *, by: PersonId, key: str) -> Entry:
    """Erase single answers and invitations."""
    return handlers.erase(Command(dossier=stream(id), by=by, key=key), house.office)


def responses(house: House, id: str) -> list[tuple[str, Response]]:
    """Give every response with its random id, in the order of the ids."""
    with house.store.read() as reader:
        found = reader.answers.responses(id.removeprefix(PREFIX))
        return [(one.id, responding.response(one)) for one in found]


def exported(house: House, id: str, *, by: PersonId) -> list[Response]:
    """Give every response to somebody who may read them; raise ``NotEntitledError``."""
    own = find(house, id)
    with house.store.read() as reader:
        handlers.require(reader, by, "export", *handlers.MANAGE)
    return [one for _, one in responses(house, own.id)]


def came(house: House, own: Consultation) -> Mapping[str, int]:
    """Count who has responded, by public: now, or as it was at the close."""
    if own.closed is not None:
        return own.responded
    with house.store.read() as reader:
        return reader.answers.count(own.id)


def tally(house: House, id: str, threshold: int | None = None) -> Tally:
    """Give the count by public, small numbers hidden: the one of the close, which never changes.

    A higher threshold hides more. Raises ``GuardError`` before the close, because two counts at two
    moments tell what came between them, and for a lower threshold.
    """
    own = find(house, id)
    if own.closed is None:
        raise GuardError(
            "tally:closed",
            N_(
                "{consultation} is counted when it is closed: two counts at two moments would show "
                "what single people answered."
            ),
            consultation=own.id,
        )
    asked = form(house, own)
    if own.closed.tally is None:
        given = (one for _, one in responses(house, id))
        return counting.tally(asked, given, threshold or counting.THRESHOLD)
    kept = counting.rebuilt(asked, house.vault.get(own.closed.tally).decode())
    if threshold is None or threshold == kept.threshold:
        return kept
    if threshold < kept.threshold or own.erased is not None:
        raise GuardError(
            "tally:threshold",
            N_(
                "{consultation} was counted with the threshold {threshold}, and that count stays. "
                "Only a higher one can be taken, as long as single answers are kept."
            ),
            consultation=own.id,
            threshold=kept.threshold,
        )
    return counting.tally(asked, (one for _, one in responses(house, id)), threshold)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What comparing the responses with the list of the close came to.

    ``strange`` are responses that were not counted or are changed, ``missing`` those that are gone
    without being taken back. Both are 0 where all is well.
    """

    listed: int
    held: int
    taken_back: int
    strange: int
    missing: int
    erased: bool

    @property
    def ok(self) -> bool:
        """Say whether nothing was added, changed or left out."""
        return not (self.strange or self.missing)


def verify(house: House, id: str) -> Verdict:
    """Hold the responses to the list that the ledger bound at the close.

    Raises ``VaultTamperedError`` where the list itself was changed, ``GuardError`` before a close.
    """
    own = find(house, id)
    if own.closed is None:
        raise GuardError(
            "verify:closed",
            N_("{consultation} is not closed: there is nothing yet that its answers have to be."),
            consultation=own.id,
        )
    listed = Counter(life.unlisted(house.vault.get(own.closed.digest)))
    with house.store.read() as reader:
        held = Counter(
            life.answer_digest(one.salt, one.answers) for one in reader.answers.responses(own.id)
        )
    gone = Counter(map(str, own.taken_back))
    due = Counter() if own.erased is not None else listed - gone
    return Verdict(
        listed.total(),
        held.total(),
        len(own.taken_back),
        (held - due).total(),
        (due - held).total(),
        own.erased is not None,
    )


def about(house: House, id: str, address: str, *, by: PersonId) -> list[Invitation]:
    """Give what is held about one address: the invitation, and nothing of any answer."""
    own = find(house, id)
    with house.store.read() as reader:
        handlers.require(reader, by, "export", *handlers.PROTECT)
        return [one for one in reader.answers.invitations(own.id) if one.address == address]


def forget(house: House, id: str, address: str, *, by: PersonId, key: str) -> Entry:
    """Erase an invitation; raise ``GuardError`` where nothing is held about the address."""
    command = handlers.Forget(dossier=stream(id), by=by, key=key, address=address)
    return handlers.forget(command, house.office)


def leave_alone(house: House, id: str, address: str, *, by: PersonId) -> bool:
    """Send no more reminders to an address; False where it was not invited."""
    own = find(house, id)
    with house.office.begin() as work:
        handlers.require(work, by, "unsubscribe", *handlers.PROTECT)
        found = work.answers.unsubscribe(own.id, address=address)
        work.commit()
    return found
