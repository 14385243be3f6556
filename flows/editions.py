"""Answers for any copy: a digest is the current text, superseded, corrected, withdrawn, or a draft.

Works from the ledger alone. Whether a file is genuine is the strict verifier's to say
(``documents.sealing``); this says what has become of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from approvals import events as ev
from approvals.dossier import Dossier
from approvals.names import Digest
from approvals.standing import State
from flows.console import Json
from flows.house import House
from locales.errors import N_


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

    def to_json(self) -> dict[str, Json]:
        """Give plain values."""
        plain = {name: str(value) for name, value in self.data.items()}
        return {
            "digest": self.digest,
            "standing": self.standing.value,
            "chain": list(self.chain),
            **plain,
        }


def answer(house: House, digest: str) -> Answer:
    """Say what has become of the copy with a digest; its beginning will do from 12 digits on."""
    for dossier in house.dossiers():
        for found, edition in _sealed(dossier):
            if _is(found, digest):
                return _edition(house, dossier, found, edition)
        release = dossier.press_release
        if release is not None and any(_is(one, digest) for one in (release.fr, release.en)):
            return _said(Standing.PRESS, digest, dossier=dossier.id)
        if any(_is(one, digest) for one in _drafts(dossier)):
            return _said(Standing.DRAFT, digest, dossier=dossier.id)
    return _said(Standing.UNKNOWN, digest)


def _is(digest: Digest, asked: str) -> bool:
    return digest == asked or (len(asked) >= 12 and digest.startswith(asked))


def _sealed(dossier: Dossier) -> Iterator[tuple[Digest, ev.Edition]]:
    for edition in dossier.sealed.editions if dossier.sealed else ():
        yield edition.sealed, edition
    for erratum in dossier.errata.values():
        if erratum.edition is not None:
            yield erratum.edition.sealed, erratum.edition


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
    return Answer(digest, standing, _SENTENCES[standing], data)


def _edition(house: House, dossier: Dossier, digest: Digest, edition: ev.Edition) -> Answer:
    data: dict[str, object] = {
        "dossier": dossier.id,
        "what": edition.kind,
        "language": edition.language,
        "day": (dossier.published_at or house.now()).date(),
        "number": dossier.result.number if dossier.result else "",
    }
    if dossier.state is State.WITHDRAWN and dossier.withdrawal is not None:
        order = dossier.withdrawal
        data |= {
            "day": (dossier.since or house.now()).date(),
            "reference": order.reference,
            "reason": house.note(order.note),
        }
        return Answer(digest, Standing.WITHDRAWN, _WITHDRAWN[order.ground], data)
    if dossier.state is State.SUPERSEDED:
        chain = tuple(_followers(house, dossier))
        data |= {
            "day": (dossier.since or house.now()).date(),
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


def _newer(dossier: Dossier, digest: Digest) -> Digest | None:
    """Give the newest correction of an edition, correction after correction."""
    newest: Digest | None = None
    for erratum in dossier.errata.values():
        if erratum.edition is not None and erratum.proposed.corrects == (newest or digest):
            newest = erratum.edition.sealed
    return newest


def _followers(house: House, dossier: Dossier) -> Iterator[str]:
    seen = {dossier.id}
    follower = dossier.superseded_by
    while follower is not None and follower not in seen:
        seen.add(follower)
        yield follower
        follower = house.dossier(follower).superseded_by
