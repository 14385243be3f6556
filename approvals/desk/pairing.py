"""What the page of the pair shows of a paragraph: its state, both texts, what changed in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from approvals import policy
from approvals.desk import texts, typed, unfinished
from approvals.desk.changes import Piece, mirrored
from approvals.desk.seen import Seen
from approvals.dossier import Dossier, read
from approvals.errors import N_
from approvals.names import Digest, ParagraphId, PersonId, Role
from approvals.standing import PairText, Remark, State
from documents.worddiff import Op
from locales import markup
from locales.markup import readable
from locales.units import TranslationUnit


class Standing(StrEnum):
    """How far a paragraph's translation is."""

    CERTIFIED = "certified"
    PROPOSED = "proposed"
    STALE = "stale"
    OPEN = "open"
    COMING = "coming"
    """The house is still looking memory and glossary up."""


MARKS: Final[Mapping[Standing, tuple[str, str, str]]] = {
    Standing.CERTIFIED: ("ok", "ok", N_("Certified")),
    Standing.PROPOSED: ("mute", "wait", N_("Proposed")),
    Standing.STALE: ("warn", "half", N_("Stale")),
    Standing.OPEN: ("mute", "sqe", N_("Open")),
    Standing.COMING: ("mute", "wait", N_("Being looked up")),
}
"""Each state's colour, shape and word."""

_CERTIFIED: Final = {"PairsCertified": "paragraphs", "TextAmended": "turned"}
"""Events with certified paragraphs, by the field that has them."""

CAN_TRANSLATE: Final = policy.ALLOWED["revise"]
CAN_CERTIFY: Final = policy.ALLOWED["certify"]


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph pair as the page shows it."""

    id: ParagraphId
    number: int
    standing: Standing
    source: tuple[Piece, ...]
    target: tuple[Piece, ...]
    alone: tuple[int, ...]
    """Changes of the source that the translation does not answer yet."""
    units: Digest
    proposed_by: PersonId | None
    certified_by: PersonId | None
    engines: tuple[str, ...]
    remarks: tuple[Remark, ...]
    typing: tuple[PersonId, ...]
    """Other people who have typed something here and not proposed it."""
    before: tuple[str, ...]
    """The certified translation of each sentence before the source changed; empty where the
    sentences are others."""
    mine: datetime | None
    """When the person's own unproposed text was saved."""
    empty: bool
    """Whether a sentence has no translation yet."""


def rows(seen: Seen, it: Dossier) -> list[Row]:
    """Give every paragraph that has words, in the order of the draft."""
    before = _certified_before(seen, it)
    numbers = texts.numbers(it)
    typing = unfinished.typed(seen.desk.house.store, it.id)
    remarks: dict[ParagraphId, list[Remark]] = {}
    for remark in it.remarks.values():
        if remark.closed_by is None:
            remarks.setdefault(remark.made.paragraph, []).append(remark)
    source = texts.of(seen, it.draft.version if it.draft else None)
    found: list[Row] = []
    last = 0
    for id, pair in policy.translatable(it).items():
        units = seen.desk.works.units(pair.units) if pair.units else ()
        mine = typing.get((seen.me, id))
        own: Sequence[str] | None = mine.texts if mine and len(mine.texts) == len(units) else None
        standing = _standing(it, pair, units)
        was = before.get(id)
        earlier = _earlier(standing, units, was)
        if own is None and earlier:
            own = [
                typed.shown(unit.target or markup.escape(old))
                for unit, old in zip(units, earlier, strict=True)
            ]
        now = (_source(units) or source.get(id, ""), _target(units, own))
        if standing is Standing.CERTIFIED:
            was = _said(units) if own is not None else None
        old = tuple(map(_joined, zip(*was, strict=True))) if was else now
        mirror = mirrored((old[0], now[0]), (old[1], now[1]), last)
        last = mirror.last
        found.append(
            Row(
                id,
                numbers.get(id, 0),
                standing,
                mirror.source,
                mirror.target,
                mirror.source_only,
                pair.units or Digest(""),
                pair.proposed_by,
                pair.certified_by,
                tuple(
                    dict.fromkeys(u.origin.engine for u in units if u.target and u.origin.engine)
                ),
                tuple(remarks.get(id, ())),
                tuple(person for person, place in typing if place == id and person != seen.me),
                earlier,
                mine.saved if mine else None,
                any(not unit.target for unit in units),
            )
        )
    return found


def _earlier(
    standing: Standing,
    units: Sequence[TranslationUnit],
    was: Sequence[tuple[str, str]] | None,
) -> tuple[str, ...]:
    if standing is not Standing.STALE or was is None or len(was) != len(units):
        return ()
    return tuple(target for _, target in was)


def _joined(parts: Sequence[str]) -> str:
    return " ".join(part for part in parts if part)


def _source(units: Sequence[TranslationUnit]) -> str:
    return _joined([readable(unit.source) for unit in units])


def _target(units: Sequence[TranslationUnit], own: Sequence[str] | None) -> str:
    if own is not None:
        return _joined([readable(lenient(text)) for text in own])
    return _joined([readable(unit.target or "") for unit in units])


def lenient(text: str) -> str:
    """Read what was typed; where its tags are not right yet, the words alone."""
    try:
        return typed.read(text)
    except typed.TypedTagError:
        return typed.bare(text)


def _standing(it: Dossier, pair: PairText, units: Sequence[TranslationUnit]) -> Standing:
    if pair.certified_by is not None:
        return Standing.CERTIFIED
    if pair.proposed_by is not None:
        return Standing.PROPOSED
    if pair.before is not None and (not units or any(not unit.kept for unit in units)):
        return Standing.STALE
    coming = not units and it.state in (State.TRANSLATING, State.CONFORMITY)
    return Standing.COMING if coming else Standing.OPEN


def _certified_before(seen: Seen, it: Dossier) -> Mapping[ParagraphId, tuple[tuple[str, str], ...]]:
    """Give of each paragraph the sentences that were certified last, source and translation."""
    last: dict[ParagraphId, Digest] = {}
    for entry in seen.books.entries(it.id):
        if entry.type in _CERTIFIED:
            for one in read(entry.payload).get(_CERTIFIED[entry.type], ()):
                last[ParagraphId(one["id"])] = Digest(one["units"])
    return {
        id: _said(seen.desk.works.units(digest))
        for id, digest in last.items()
        if id in it.pairs and it.pairs[id].certified_by is None
    }


def _said(units: Sequence[TranslationUnit]) -> tuple[tuple[str, str], ...]:
    return tuple((readable(unit.source), readable(unit.target or "")) for unit in units)


def changed(row: Row) -> bool:
    """Say whether the source is another one than the one that was certified."""
    return any(piece.op is not Op.EQUAL for piece in row.source)


def may_translate(seen: Seen, it: Dossier) -> bool:
    """Say whether the person may propose a translation now."""
    return Role.TRANSLATOR in seen.roles and it.state in CAN_TRANSLATE


def why_not_certify(seen: Seen, it: Dossier, row: Row, blocked: Mapping[str, int]) -> str:
    """Say why the person cannot certify a paragraph; empty where they can."""
    if Role.REVISER not in seen.roles:
        return N_("A reviser certifies it.")
    if it.state not in CAN_CERTIFY:
        return N_("Nothing is certified where the text stands now.")
    if row.standing is Standing.CERTIFIED:
        return N_("It is certified.")
    if row.standing is not Standing.PROPOSED:
        return N_("Nobody has proposed a translation of it yet.")
    if row.proposed_by == seen.me:
        return N_("You translated it yourself. Another person has to certify it.")
    if blocked.get(row.id):
        return N_("A blocking check fails.")
    return ""
