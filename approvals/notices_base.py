"""What notices are made of: their kinds, their scene, and whom an event concerns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from approvals.dossier import Dossier
from approvals.errors import Value
from approvals.ledger import Entry
from approvals.names import ENGLISH, FRENCH, PersonId
from approvals.register import Register
from approvals.standing import Meeting
from approvals.waiting import Waiting


class Kind(StrEnum):
    """Why somebody is told."""

    ASKED = "asked"
    REFUSED = "refused"
    VOIDED = "voided"
    WAIVED = "waived"
    ESCALATED = "escalated"
    NO_OPINION = "no-opinion"
    BLOCKED = "blocked"
    INSTEAD = "instead"
    DELEGATED = "delegated"
    QUOTE = "quote"
    REMARK = "remark"
    RELEASED = "released"
    WITHDRAWAL = "withdrawal"
    TURN = "turn"
    RECEIPT = "receipt"
    CONVENED = "convened"
    RECALLED = "recalled"
    PAPERS = "papers"
    OBJECTION = "objection"
    NO_QUORUM = "no-quorum"
    BALLOT = "ballot"
    AMENDED = "amended"
    RESULT = "result"
    MINUTES = "minutes"
    EXTRACT = "extract"
    ERRATUM = "erratum"
    SUPERSEDED = "superseded"
    ABANDONED = "abandoned"
    NEAR = "near"
    RETURNED = "returned"
    ACCOUNT = "account"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Notice:
    """What to tell whom; people in ``data`` are ids, to be named where the notice is shown."""

    id: str
    dossier: str
    sequence: int
    at: datetime
    kind: Kind
    to: tuple[PersonId, ...]
    message: str
    data: Mapping[str, Value]


Draft = tuple[Kind, Iterable[PersonId], str, dict[str, Value]]


@dataclass(frozen=True, slots=True)
class Scene:
    """The dossier after the event, what was there before it, and who holds which role.

    ``meeting`` is the one that the event is about, even where it ended it.
    """

    dossier: Dossier
    entry: Entry
    opened: frozenset[str]
    meeting: Meeting | None
    before: Waiting
    register: Register


def drafters(dossier: Dossier) -> Iterator[PersonId]:
    """Give who submitted the newest draft and who opened the dossier."""
    yield from (draft.by for draft in reversed(dossier.drafts[-1:]))
    if dossier.opened is not None:
        yield dossier.opened.by


def members(scene: Scene) -> Iterator[PersonId]:
    """Give the holders of the seats that are convened, or were last."""
    if scene.meeting is not None:
        yield from (PersonId(seat.holder) for seat in scene.meeting.called.seats if seat.holder)


def receipt(scene: Scene, **more: Value) -> dict[str, Value]:
    """Give what proves an act to whoever did it: the texts' digests and the entry's place."""
    dossier, entry = scene.dossier, scene.entry
    data: dict[str, Value] = {"entry": str(entry.sequence), "hash": entry.hash, **more}
    if dossier.opened is None or dossier.draft is None:
        return data
    texts = {dossier.opened.source: dossier.draft.text}
    if dossier.target is not None:
        texts[dossier.opened.target] = dossier.target.text
    data.update({f"digest_{one}": texts[one] for one in (FRENCH, ENGLISH) if one in texts})
    if dossier.pair is not None:
        data["pair"] = dossier.pair
    return data
