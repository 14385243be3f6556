"""For anybody with a copy: what its digest, its code or the file itself tells.

The browser hashes the file first (``static/verify.js``) and asks for its digest alone. The file
goes to the house when the person asks for the full check, or where there is no script; it is judged
in a process of its own and not kept.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

from starlette.responses import Response

from approvals import editions
from approvals import events as ev
from approvals.desk import judging, reading
from approvals.desk.auth.guards.body import UPLOAD
from approvals.desk.pages import public
from approvals.desk.routes import page
from approvals.desk.rules import ANYBODY
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.editions import Answer
from approvals.errors import N_
from approvals.sight import may_see
from documents.sealing.verdict import Verdict

_REFUSED: Final = (
    N_(
        "Write at least 12 signs of a digest, or all 64: the figures 0 to 9 and the letters a to f."
    ),
    N_("Choose a file, or write a digest."),
    N_("The file has more than {size} MB. No published file is that large."),
)


def asked(seen: Seen) -> Response:
    """Ask for a copy, or answer for a digest."""
    given = judging.clean(seen.query("hash"))
    if not given:
        return _page(seen)
    return _by_digest(seen, given)


def scanned(seen: Seen) -> Response:
    """Answer for a digest that a code led to."""
    return _by_digest(seen, judging.clean(seen.path("digest")))


def _by_digest(seen: Seen, given: str) -> Response:
    if not judging.is_digest(given):
        return _page(seen, 422, fault=seen.tr(_REFUSED[0]), given=given)
    found = _answer(seen, given)
    return _page(
        seen, head=judging.by_digest(found, given), given=given, **_about(seen, found, None)
    )


def checked(seen: Seen) -> Response:
    """Judge a file that was sent, or answer for the digest that came in its place."""
    sent = seen.upload("file")
    if sent is None:
        given = judging.clean(seen.said("hash"))
        return _by_digest(seen, given) if given else _page(seen, 422, fault=seen.tr(_REFUSED[1]))
    largest = seen.desk.public.largest
    data = sent.file.read(largest + 1)
    if len(data) > largest:
        return _page(seen, 413, fault=seen.tr(_REFUSED[2], size=largest // 1024 // 1024))
    digest = hashlib.sha256(data).hexdigest()
    verdict = seen.desk.public.verify(data)
    found = _answer(seen, digest)
    return _page(
        seen,
        head=judging.by_verdict(verdict, found),
        given=digest,
        name=sent.filename or "",
        verdict=verdict,
        questions=judging.questions(seen, verdict),
        **_about(seen, found, verdict),
    )


def _answer(seen: Seen, digest: str) -> Answer:
    """Say what became of a copy, as far as whoever asks may know of it."""
    known = list(seen.books.dossiers())
    found = editions.answer(known, digest, seen.desk.house.note)
    own = seen.books.dossier(found.dossier) if found.dossier else None
    if own is not None and seen.person is not None and may_see(own, seen.me, seen.register):
        return found
    return editions.for_anybody(found, known)


def _about(seen: Seen, found: Answer, verdict: Verdict | None) -> dict[str, Any]:
    """Say of the text to which the copy belongs what its published page says."""
    it = seen.books.dossier(found.dossier) if found.dossier else None
    if it is None or found.edition is None or it.opened is None:
        return {"found": found, "it": it}
    statement = found.edition.kind is not ev.EditionKind.RESOLUTION
    newest = editions.newest(it, found.edition)
    return {
        "found": found,
        "it": it,
        "edition": found.edition,
        "statement": statement,
        "newest": newest if newest is not found.edition else None,
        "others": _others(it, found.edition),
        "fate": public.fate(seen, it),
        "mark": public.mark(it),
        "vote": seen.desk.public.vote(it, seen.language),
        "adopted": public.adopted(it),
        "road": public.drawn(seen, it) if reading.is_out(it) else None,
        "out": reading.is_out(it),
        "html": reading.text(seen, found.edition.sealed, found.edition.language)
        if statement and reading.is_out(it)
        else None,
    }


def _others(it: Dossier, edition: ev.Edition) -> list[ev.Edition]:
    """Give the same paper in the other language."""
    kind = edition.kind
    if kind is ev.EditionKind.RESOLUTION:
        sealed = it.sealed.editions if it.sealed else ()
        return [one for one in sealed if one.kind is kind and one.language != edition.language]
    return [now for language, _, now in reading.statements(it) if language != edition.language]


def _page(seen: Seen, status: int = 200, **more: Any) -> Response:
    context: dict[str, Any] = {
        "head": None,
        "fault": "",
        "given": "",
        "name": "",
        "verdict": None,
        "questions": (),
        "found": None,
        "it": None,
        "edition": None,
        "html": None,
        "out": False,
        "largest": seen.desk.public.largest // 1024 // 1024,
        **more,
    }
    return seen.render("verify.html", status, nav="verify", **context)


ROUTES: Final = [
    page("/verify", asked, ANYBODY),
    page("/verify", checked, ANYBODY, ["POST"], UPLOAD),
    page("/v/{digest}", scanned, ANYBODY),
]
