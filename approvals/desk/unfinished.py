"""What a person has typed or uploaded and not brought yet, so that nothing of their work is lost.

Nothing here is formal and nobody decides on it: a row goes when the act is done. Texts are kept for
90 days, files for one. Only whoever typed or uploaded something sees it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Delete, delete, func, insert, select, update

from approvals.canon import stamp, unstamp
from approvals.names import Digest, ParagraphId, PersonId
from approvals.store import Store
from approvals.store.engines import begin_writing
from approvals.store.unfinished_tables import HELD, SENT, TYPED
from documents.findings import Report

TEXTS: Final = timedelta(days=90)
FILES: Final = timedelta(days=1)
MOST: Final = 3
"""Files that are held for one person; an older one goes when another comes."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed of a paragraph, sentence by sentence, over which units, and when."""

    units: Digest
    texts: tuple[str, ...]
    saved: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A file that passed intake and waits for its sender's word.

    ``base`` is the version that it began with (empty for a first one), ``said`` what was typed
    beside it. ``data`` is gone once it was taken in.
    """

    id: str
    dossier: str
    name: str
    base: Digest
    report: Report
    said: Mapping[str, str]
    data: bytes | None
    saved: datetime


@contextmanager
def _writing(store: Store) -> Iterator[Connection]:
    with store.writers(), store.connected() as connection, store.faults():
        begin_writing(connection)
        yield connection
        connection.commit()


def save(
    store: Store,
    person: PersonId,
    dossier: str,
    paragraph: ParagraphId,
    units: Digest,
    texts: Sequence[str],
    now: datetime,
) -> None:
    """Keep what a person typed of a paragraph, in the place of what they typed before."""
    place = {"person": person, "dossier": dossier, "paragraph": paragraph}
    row = {"units": units, "texts": json.dumps(list(texts), ensure_ascii=False)}
    with _writing(store) as connection:
        connection.execute(delete(TYPED).where(TYPED.c.saved < stamp(now - TEXTS)))
        connection.execute(_mine(person, dossier, paragraph))
        connection.execute(insert(TYPED), {**place, **row, "saved": stamp(now)})


def forget(store: Store, person: PersonId, dossier: str, paragraph: ParagraphId) -> None:
    """Let go what a person typed of a paragraph."""
    with _writing(store) as connection:
        connection.execute(_mine(person, dossier, paragraph))


def _mine(person: PersonId, dossier: str, paragraph: ParagraphId) -> Delete:
    return delete(TYPED).where(
        TYPED.c.person == person, TYPED.c.dossier == dossier, TYPED.c.paragraph == paragraph
    )


def typed(store: Store, dossier: str) -> Mapping[tuple[PersonId, ParagraphId], Typed]:
    """Give what people have typed in a dossier, by person and paragraph."""
    with store.connected() as connection, store.faults():
        rows = connection.execute(select(TYPED).where(TYPED.c.dossier == dossier)).all()
    return {
        (PersonId(row.person), ParagraphId(row.paragraph)): Typed(
            Digest(row.units), tuple(map(str, json.loads(row.texts))), unstamp(row.saved)
        )
        for row in rows
    }


def hold(store: Store, person: PersonId, held: Held, now: datetime) -> None:
    """Hold a file for whoever sent it; one of the same id gives way to it."""
    row = {
        "id": held.id,
        "person": person,
        "dossier": held.dossier,
        "name": held.name,
        "base": held.base,
        "report": json.dumps(held.report.to_json(), ensure_ascii=False),
        "said": json.dumps(dict(held.said), ensure_ascii=False),
        "data": held.data,
        "saved": stamp(held.saved),
    }
    with _writing(store) as connection:
        connection.execute(delete(HELD).where(HELD.c.saved < stamp(now - FILES)))
        connection.execute(delete(HELD).where(HELD.c.id == held.id))
        others = select(HELD.c.id).where(HELD.c.person == person).order_by(HELD.c.saved.desc())
        old = list(connection.execute(others.offset(MOST - 1)).scalars())
        connection.execute(delete(HELD).where(HELD.c.id.in_(old)))
        connection.execute(insert(HELD), row)


def held(store: Store, person: PersonId, id: str) -> Held | None:
    """Give a file that is held for a person; None where there is none, or it is another's."""
    with store.connected() as connection, store.faults():
        row = connection.execute(
            select(HELD).where(HELD.c.id == id, HELD.c.person == person)
        ).first()
    if row is None:
        return None
    return Held(
        row.id,
        row.dossier,
        row.name,
        Digest(row.base),
        Report.from_json(json.loads(row.report)),
        json.loads(row.said),
        row.data,
        unstamp(row.saved),
    )


def settle(store: Store, id: str, dossier: str) -> None:
    """Let the bytes of a file go that was taken in; that it was stays known for a day."""
    with _writing(store) as connection:
        connection.execute(update(HELD).where(HELD.c.id == id).values(data=None, dossier=dossier))


def drop(store: Store, person: PersonId, id: str) -> None:
    """Let a file go that its sender does not want taken in."""
    with _writing(store) as connection:
        connection.execute(delete(HELD).where(HELD.c.id == id, HELD.c.person == person))


def count(store: Store) -> int:
    """Count the files that are held."""
    with store.connected() as connection, store.faults():
        return int(connection.execute(select(func.count()).select_from(HELD)).scalar_one())


def send(store: Store, person: PersonId, digest: str, now: datetime) -> None:
    """Keep that a person sent a file to the interface, whose bytes are in the vault."""
    mine = delete(SENT).where(SENT.c.person == person, SENT.c.digest == digest)
    with _writing(store) as connection:
        connection.execute(delete(SENT).where(SENT.c.sent < stamp(now - FILES)))
        connection.execute(mine)
        connection.execute(insert(SENT), {"person": person, "digest": digest, "sent": stamp(now)})


def sent(store: Store, person: PersonId, digest: str, now: datetime) -> bool:
    """Say whether a person sent a file of this digest within the last day."""
    found = select(SENT.c.digest).where(
        SENT.c.person == person, SENT.c.digest == digest, SENT.c.sent >= stamp(now - FILES)
    )
    with store.connected() as connection, store.faults():
        return connection.execute(found).first() is not None
