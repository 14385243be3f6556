"""The seal: what is sealed, with which certificate, what would stop it; then every verdict."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from approvals import policy
from approvals.desk import alarms, judging, road, signing, working
from approvals.desk.pages.dossier import said
from approvals.desk.routes import REFUSALS, page, status
from approvals.desk.rules import DOSSIER
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.events import EditionKind
from approvals.handlers import publication
from approvals.handlers.base import Signed
from approvals.names import Digest, Role
from approvals.standing import State
from documents.sealing import lint
from documents.sealing.errors import SealingError


@dataclass(frozen=True, slots=True)
class Piece:
    """One file: what it is, the digest of its bytes, and what stands against sealing it."""

    kind: EditionKind
    language: str
    digest: Digest
    faults: tuple[str, ...]
    sealed: Digest | None = None
    verdict: str = ""


def seal(seen: Seen, refusal: str = "", code: int = 200) -> Response:
    """Show what will be sealed, or what was."""
    it = seen.dossier
    certificates = list(seen.desk.care.certificates())
    ready = it.resolution is not None and (
        it.state is State.ADOPTED or (it.state is State.CONFORMITY and policy.conformed(it))
    )
    return seen.render(
        "seal.html",
        code,
        nav="dossiers",
        road=road.of(it, said(seen, it)),
        working=working.of(seen, it),
        it=it,
        opened=it.opened,
        pieces=pieces(seen, it),
        certificates=[
            (one, alarms.days(one, seen.now), alarms.mark(alarms.level(one, seen.now)))
            for one in certificates
        ],
        demonstration=any(one.demonstration for one in certificates),
        name=judging.common_name,
        may=Role.SECRETARY in seen.roles and ready,
        ready=ready,
        signs=signing.offered(seen),
        must_sign=signing.required(seen),
        refusal=refusal,
        key=secrets.token_hex(8),
    )


def pieces(seen: Seen, it: Dossier) -> list[Piece]:
    """List the four files: the statement and the resolution, in both languages."""
    if it.sealed is not None:
        first = {EditionKind.STATEMENT: 0}
        editions = sorted(
            it.sealed.editions, key=lambda one: (first.get(one.kind, 1), one.language != "fr")
        )
        return [
            Piece(one.kind, one.language, one.unsealed, (), one.sealed, one.verdict)
            for one in editions
        ]
    found: list[tuple[EditionKind, str, Digest]] = []
    if it.opened is not None and it.draft is not None and it.target is not None:
        texts = {it.opened.source: it.draft.version, it.opened.target: it.target.version}
        found += [(EditionKind.STATEMENT, one, texts[one]) for one in sorted(texts, reverse=True)]
    if it.resolution is not None:
        found += [
            (EditionKind.RESOLUTION, "fr", it.resolution.fr),
            (EditionKind.RESOLUTION, "en", it.resolution.en),
        ]
    return [Piece(kind, language, one, _faults(seen, one)) for kind, language, one in found]


def _faults(seen: Seen, digest: Digest) -> tuple[str, ...]:
    """Say what may not be sealed in a file, before anybody orders it."""
    try:
        found = lint.findings(seen.desk.house.vault.get(digest))
    except SealingError as fault:
        return (seen.tr(fault.message, **fault.data),)
    return tuple(seen.tr(one.message, **one.data) for one in found)


def order(seen: Seen) -> Response:
    """Order the seal; a refusal is said on the same page."""
    it = seen.dossier
    try:
        ordered = it.state not in (State.ADOPTED, State.CONFORMITY)
        signoff = None if ordered else signing.taken(seen, "seal", "")
        command = Signed(dossier=it.id, by=seen.me, key=seen.key, signoff=signoff)
        publication.order_seal(command, seen.desk.house.office)
    except REFUSALS as fault:
        return seal(seen, seen.tr(fault.message, **fault.data), status(fault))
    return seen.go(f"/dossiers/{it.id}/seal", done="seal")


ROUTES: Final = [
    page("/dossiers/{dossier}/seal", seal, DOSSIER),
    page("/dossiers/{dossier}/seal", order, DOSSIER, ["POST"]),
    page(
        "/dossiers/{dossier}/seal/sign",
        signing.page_of("seal", lambda seen: ""),
        DOSSIER,
        ["POST"],
    ),
]
