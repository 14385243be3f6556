"""Answers for any copy: a digest is the current text, superseded, corrected, withdrawn, or a draft.

Works from replayed dossiers alone. Whether a file is genuine is the strict verifier's to say
(``documents.sealing``); this says what has become of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from approvals import events as ev
from approvals.dossier import Dossier
from approvals.errors import N_
from approvals.names import Digest
from approvals.standing import State

OUT: Final = frozenset({State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN})
"""The states of a text that is out, or was."""

Read = Callable[[ev.NoteRef | None], str]
"""Reads a note; empty where it was erased."""


class Standing(StrEnum):
    """What has become of a copy."""

    CURRENT = "current"
    CORRECTED = "corrected"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    SEALED = "sealed"
    DRAFT = "draft"
    PRESS = "press"
    UNKNOWN = "unknown"


_SENTENCES: Mapping[Standing, str] = {
    Standing.CURRENT: N_("Current: {what} of {dossier}, in force since {day}."),
    Standing.CORRECTED: N_(
        "Corrected: {what} of {dossier} has a newer edition in this language ({digest})."
    ),
    Standing.SUPERSEDED: N_("Superseded: {dossier} was replaced by {successor} on {day}."),
    Standing.SEALED: N_("Sealed and not published: {what} of {dossier}."),
    Standing.DRAFT: N_("A draft of {dossier}: it was never published."),
    Standing.PRESS: N_("The press release of {dossier}."),
    Standing.UNKNOWN: N_("Unknown: this house has never kept such a file."),
}

_WITHDRAWN: Mapping[ev.Ground, str] = {
    ev.Ground.RESOLUTION: N_(
        "Withdrawn: {dossier} on {day}, by the resolution {reference}, because: {reason}"
    ),
    ev.Ground.COURT: N_(
        "Withdrawn: {dossier} on {day}, by the judgment {reference}, because: {reason}"
    ),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What has become of the copy with this digest, as a sentence with its fields."""

    digest: str
    standing: Standing
    message: str
    data: Mapping[str, object]
    chain: tuple[str, ...] = field(default=())
    """The dossiers that followed it, the one in force last."""

    dossier: str = ""
    """The dossier that the copy belongs to."""
    edition: ev.Edition | None = None
    """Which of its sealed files this is."""
    erratum: ev.ErratumId | None = None
    """Which correction it came with."""


def answer(dossiers: Iterable[Dossier], digest: str, read: Read) -> Answer:
    """Say what has become of the copy with a digest; its beginning will do from 12 digits on."""
    known = {one.id: one for one in dossiers}
    for dossier in known.values():
        for found, edition, erratum in _sealed(dossier):
            if _is(found, digest):
                return replace(
                    _edition(known, dossier, found, edition, read),
                    dossier=dossier.id,
                    edition=edition,
                    erratum=erratum,
                )
        release = dossier.press_release
        if release is not None and any(_is(one, digest) for one in (release.fr, release.en)):
            return _said(Standing.PRESS, digest, dossier=dossier.id)
        if any(_is(one, digest) for one in _drafts(dossier)):
            return _said(Standing.DRAFT, digest, dossier=dossier.id)
    return _said(Standing.UNKNOWN, digest)


def _is(digest: Digest, asked: str) -> bool:
    return digest == asked or (len(asked) >= 12 and digest.startswith(asked))


def for_anybody(found: Answer, dossiers: Iterable[Dossier]) -> Answer:
    """Give an answer as somebody outside may have it: of what is not out, nothing is known."""
    if found.standing not in (Standing.SEALED, Standing.DRAFT, Standing.PRESS):
        return found
    if any(one.id == found.dossier and one.state in OUT for one in dossiers):
        return found
    return _said(Standing.UNKNOWN, found.digest)


def _sealed(dossier: Dossier) -> Iterator[tuple[Digest, ev.Edition, ev.ErratumId | None]]:
    for edition in dossier.sealed.editions if dossier.sealed else ():
        yield edition.sealed, edition, None
    for id, erratum in dossier.errata.items():
        if erratum.edition is not None:
            yield erratum.edition.sealed, erratum.edition, id


def _drafts(dossier: Dossier) -> Iterator[Digest]:
    for draft in dossier.drafts:
        yield from (draft.upload, draft.version)
    for target in dossier.targets:
        yield target.version
    for erratum in dossier.errata.values():
        yield erratum.proposed.version
    for edition in dossier.sealed.editions if dossier.sealed else ():
        yield edition.unsealed


def _said(standing: Standing, digest: str, **data: object) -> Answer:
    of = str(data.get("dossier", ""))
    return Answer(digest, standing, _SENTENCES[standing], data, dossier=of)


def _edition(
    known: Mapping[str, Dossier], dossier: Dossier, digest: Digest, edition: ev.Edition, read: Read
) -> Answer:
    since = dossier.since.date() if dossier.since else None
    data: dict[str, object] = {
        "dossier": dossier.id,
        "what": edition.kind,
        "language": edition.language,
        "day": dossier.published_at.date() if dossier.published_at else since,
        "number": dossier.result.number if dossier.result else "",
    }
    if dossier.state is State.WITHDRAWN and dossier.withdrawal is not None:
        order = dossier.withdrawal
        data |= {
            "day": since,
            "reference": order.reference,
            "reason": read(order.note),
        }
        return Answer(digest, Standing.WITHDRAWN, _WITHDRAWN[order.ground], data)
    if dossier.state is State.SUPERSEDED:
        chain = tuple(_followers(known, dossier))
        data |= {
            "day": since,
            "successor": chain[-1] if chain else dossier.superseded_by,
        }
        message = _SENTENCES[Standing.SUPERSEDED]
        return Answer(digest, Standing.SUPERSEDED, message, data, chain)
    if dossier.published is None:
        return Answer(digest, Standing.SEALED, _SENTENCES[Standing.SEALED], data)
    newer = _newer(dossier, digest)
    if newer is not None:
        data["digest"] = newer[:12]
        return Answer(digest, Standing.CORRECTED, _SENTENCES[Standing.CORRECTED], data)
    return Answer(digest, Standing.CURRENT, _SENTENCES[Standing.CURRENT], data)


def newest(dossier: Dossier, edition: ev.Edition) -> ev.Edition:
    """Give the edition that is read today in the place of one that was sealed first."""
    found = _newer(dossier, edition.sealed)
    corrected = (one.edition for one in dossier.errata.values() if one.edition is not None)
    return next((one for one in corrected if one.sealed == found), edition)


def _newer(dossier: Dossier, digest: Digest) -> Digest | None:
    """Give the newest correction of an edition, correction after correction."""
    newest: Digest | None = None
    for erratum in dossier.errata.values():
        if erratum.edition is not None and erratum.proposed.corrects == (newest or digest):
            newest = erratum.edition.sealed
    return newest


def _followers(known: Mapping[str, Dossier], dossier: Dossier) -> Iterator[str]:
    seen = {dossier.id}
    follower = dossier.superseded_by
    while follower is not None and follower not in seen:
        seen.add(follower)
        yield follower
        follower = known[follower].superseded_by if follower in known else None
