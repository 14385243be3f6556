"""What is published, for anybody: the list, each text with its act, its files and their proof."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import segno
from starlette.responses import Response

from approvals import board, workdays
from approvals import events as ev
from approvals.desk import reading, road
from approvals.desk.pages.dossier import said
from approvals.desk.pages.files import WORD, attached
from approvals.desk.routes import page, refused
from approvals.desk.rules import ANYBODY, Entrance, Rule
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.errors import N_
from approvals.sight import may_see
from approvals.standing import State


def _out(seen: Seen) -> Entrance:
    found = seen.books.dossier(seen.path("dossier"))
    return Entrance.OPEN if reading.is_out(found) else Entrance.UNKNOWN


PUBLISHED: Final = Rule("anybody, once it is published", _out)

ZIP: Final = "application/zip"
SVG: Final = "image/svg+xml"


@dataclass(frozen=True, slots=True)
class File:
    """One sealed file as the page lists it."""

    title: str
    language: str
    edition: ev.Edition
    size: int
    old: bool
    """Whether a correction is read in its place."""


def listed(seen: Seen) -> Response:
    """List what is published, the newest first."""
    found = [one for one in seen.books.dossiers() if reading.is_out(one)]
    found.sort(key=lambda one: str(one.published_at), reverse=True)
    return seen.render(
        "published.html",
        nav="published",
        rows=[(one, [language for language, _, _ in reading.statements(one)]) for one in found],
        current=sum(one.state is State.PUBLISHED for one in found),
        mark=mark,
    )


def mark(it: Dossier) -> tuple[str, str, str]:
    """Give the mark of what became of a published text."""
    if not reading.is_out(it):
        return ("mute", "wait", N_("Not published"))
    if it.state is State.SUPERSEDED:
        return ("warn", "dlg", N_("Superseded"))
    if it.state is State.WITHDRAWN:
        return ("stop", "no", N_("Withdrawn"))
    if any(one.edition for one in it.errata.values()):
        return ("ok", "here", N_("Current, corrected"))
    return ("ok", "here", N_("Current"))


def shown(seen: Seen) -> Response:
    """Show one published text."""
    it = seen.dossier
    statements = reading.statements(it)
    return seen.render(
        "publication.html",
        nav="published",
        road=drawn(seen, it),
        it=it,
        opened=it.opened,
        mark=mark(it),
        fate=fate(seen, it),
        vote=seen.desk.public.vote(it, seen.language),
        secret=it.ballot is not None and it.ballot.opened.secret,
        texts=[
            (language, reading.text(seen, now.sealed, language)) for language, _, now in statements
        ],
        files=_files(seen, it),
        codes=[(language, now.sealed) for language, _, now in statements],
        corrections=_corrections(seen, it),
        adopted=adopted(it),
        inside=seen.person is not None and may_see(it, seen.me, seen.register),
    )


def drawn(seen: Seen, it: Dossier) -> road.Road:
    """Draw the road: with its ways for whoever may go them, bare for anybody else."""
    if seen.person is not None and may_see(it, seen.me, seen.register):
        return road.of(it, said(seen, it))
    return road.for_anybody(it)


def fate(seen: Seen, it: Dossier) -> dict[str, Any] | None:
    """Say of a text that is no longer in force since when, why, and what came in its place."""
    day = workdays.day(it.since) if it.since else None
    if it.state is State.SUPERSEDED:
        successor = _last(seen, it)
        return {
            "day": day,
            "successor": successor,
            "reason": "",
            "reference": "",
            "court": False,
        }
    if it.state is State.WITHDRAWN and it.withdrawal is not None:
        return {
            "day": day,
            "successor": None,
            "reason": seen.desk.house.note(it.withdrawal.note),
            "reference": it.withdrawal.reference,
            "court": it.withdrawal.ground is ev.Ground.COURT,
        }
    return None


def _last(seen: Seen, it: Dossier) -> Dossier | None:
    """Follow the successors to the one that is in force."""
    been, at = {it.id}, it
    while at.superseded_by is not None and at.superseded_by not in been:
        been.add(at.superseded_by)
        following = seen.books.dossier(at.superseded_by)
        if following is None:
            break
        at = following
    return at if at is not it else None


def adopted(it: Dossier) -> date | None:
    """Give the day on which the board adopted it."""
    adopted_ = it.result is not None and it.result.outcome is board.Outcome.ADOPTED
    return it.result.on if it.result is not None and adopted_ else None


_TITLES: Final = {
    ev.EditionKind.STATEMENT: N_("The text"),
    ev.EditionKind.RESOLUTION: N_("The resolution"),
    ev.EditionKind.ERRATUM: N_("The text, corrected"),
}


def _files(seen: Seen, it: Dossier) -> list[File]:
    editions = [*(it.sealed.editions if it.sealed else ())]
    editions += [one.edition for one in it.errata.values() if one.edition is not None]
    read = {now.sealed for _, _, now in reading.statements(it)}
    kinds = list(_TITLES)
    found = [
        File(
            seen.tr(_TITLES[one.kind]),
            one.language,
            one,
            len(seen.desk.house.vault.get(one.sealed)),
            one.kind is not ev.EditionKind.RESOLUTION and one.sealed not in read,
        )
        for one in editions
    ]
    return sorted(
        found, key=lambda one: (one.old, kinds.index(one.edition.kind), one.language != "fr")
    )


def _corrections(seen: Seen, it: Dossier) -> list[dict[str, Any]]:
    return [
        {
            "number": one.proposed.number,
            "language": one.proposed.language,
            "day": workdays.day(one.published_at) if one.published_at else None,
            "reason": seen.desk.house.note(one.proposed.note),
            "digest": one.edition.sealed,
            "corrects": one.proposed.corrects,
        }
        for one in it.errata.values()
        if one.edition is not None
    ]


def file(seen: Seen) -> Response:
    """Hand out a sealed file, by its digest."""
    asked = seen.path("digest")
    name = seen.desk.public.names(seen.dossier).get(asked)
    if name is None:
        return refused(seen, 404, N_("There is no such file in this dossier."))
    return attached(seen.desk.house.vault.get(asked), name, WORD)


def evidence(seen: Seen) -> Response:
    """Hand out the files, the ledger's entries with their proof, and the certificates."""
    it = seen.dossier
    return attached(seen.desk.public.evidence(it), f"{it.id}.evidence.zip", ZIP)


def inside(seen: Seen) -> Response:
    """Lead from a dossier's own address to its published page."""
    return seen.go(f"/published/{seen.path('dossier')}")


def code(seen: Seen) -> Response:
    """Draw the code that leads to what became of a copy (ISO/IEC 18004), with its quiet zone."""
    asked = seen.path("digest")
    known = {
        digest
        for one in seen.books.dossiers()
        if reading.is_out(one)
        for digest in seen.desk.public.names(one)
    }
    found = next((one for one in known if asked == one), None)
    if found is None:
        return refused(seen, 404, N_("This house has published no such file."))
    drawn_ = io.BytesIO()
    segno.make_qr(address(seen, found), error="m").save(
        drawn_, kind="svg", border=4, light="white", dark="black", svgclass=None, lineclass=None
    )
    return Response(
        drawn_.getvalue(), media_type=SVG, headers={"Cache-Control": "public, max-age=86400"}
    )


def address(seen: Seen, digest: str) -> str:
    """Give the short address of a copy: it fits a code that a telephone reads from paper."""
    origin = seen.desk.public.origin or str(seen.request.base_url)
    return f"{origin.rstrip('/')}/v/{digest[:12]}"


ROUTES: Final = [
    page("/published", listed, ANYBODY),
    page("/published/{dossier}", shown, PUBLISHED),
    page("/published/{dossier}/files/{digest}", file, PUBLISHED),
    page("/published/{dossier}/evidence", evidence, PUBLISHED),
    page("/dossiers/{dossier}/published", inside, PUBLISHED),
    page("/v/{digest}/code.svg", code, ANYBODY),
]
