"""Glossary and memory: searched by whoever translates, kept by revisers and administrators."""

from __future__ import annotations

import secrets
from typing import Final

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from approvals.desk.auth.guards.body import UPLOAD
from approvals.desk.pages.admin import WORDS, show
from approvals.desk.pages.admin_care import REFRESH
from approvals.desk.routes import REFUSALS, page, refused, status
from approvals.desk.seen import Seen
from approvals.errors import N_, GuardError
from approvals.handlers import keeping
from locales.glossary import Status, Term
from locales.units import ORIGIN_NAMES

STATUSES: Final = {
    Status.PREFERRED: N_("preferred"),
    Status.ADMITTED: N_("admitted"),
    Status.FORBIDDEN: N_("forbidden"),
    Status.DO_NOT_TRANSLATE: N_("stays as it is"),
}
LONGEST: Final = 300
"""Signs that one cell of the glossary may have."""

KINDS: Final = {"csv": "text/csv; charset=utf-8", "tbx": "application/x-tbx"}


def _may(seen: Seen) -> bool:
    return bool(seen.roles & set(keeping.WORDS))


def glossary(seen: Seen) -> Response:
    """Show the terms, searched, and the ways to change them."""
    return _glossary(seen)


def _glossary(seen: Seen, code: int = 200, refusal: str = "") -> Response:
    words = seen.query("q").strip()
    found, count = seen.desk.care.terms(words)
    return show(
        seen,
        "admin_glossary.html",
        code,
        terms=found,
        count=count,
        q=words,
        statuses=STATUSES,
        may=_may(seen),
        typed=Term("", "", Status.PREFERRED),
        refusal=refusal,
        figures=[_figure(seen, name) for name in ("added", "changed", "gone")],
        key=secrets.token_hex(8),
    )


def _figure(seen: Seen, name: str) -> int | None:
    """Give a figure that the page was left with after an import."""
    said = seen.query(name)
    return int(said) if said.isascii() and said.isdigit() and len(said) < 8 else None


def term(seen: Seen) -> Response:
    """Show one line of the glossary, to be changed or taken out; an empty one to be added."""
    name = seen.path("term")
    if name == "new":
        return _term(seen, name, Term("", "", Status.PREFERRED))
    found = _line(seen, name)
    if found is None:
        return refused(seen, 404, N_("There is no such line in the glossary any more."))
    return _term(seen, name, found)


def _line(seen: Seen, name: str) -> Term | None:
    known, _ = seen.desk.care.terms("", every=True)
    return next((one for one in known if one.name == name), None)


def _term(seen: Seen, name: str, typed: Term, code: int = 200, refusal: str = "") -> Response:
    return show(
        seen,
        "admin_term.html",
        code,
        name=name,
        typed=typed,
        statuses=STATUSES,
        may=_may(seen),
        refusal=refusal,
        key=secrets.token_hex(8),
    )


def change_term(seen: Seen) -> Response:
    """Add a term, change one, or take one out."""
    name, typed = seen.path("term"), _typed(seen)
    care = seen.desk.care
    try:
        if seen.said("act") == "drop":
            care.drop_term(name, by=seen.me, key=seen.key)
            return seen.go("/admin/glossary", done="term-gone")
        if any(len(cell) > LONGEST for cell in typed.row):
            raise GuardError("glossary:long", N_("This is too long for a line of the glossary."))
        care.change_term(typed, "" if name == "new" else name, by=seen.me, key=seen.key)
    except REFUSALS as refusal:
        said = seen.tr(refusal.message, **refusal.data)
        return _term(seen, name, typed, status(refusal), said)
    return seen.go("/admin/glossary", done="term", q=typed.fr or typed.en)


def _typed(seen: Seen) -> Term:
    said = seen.said("status")
    return Term(
        _cell(seen, "fr"),
        _cell(seen, "en"),
        Status(said) if said in STATUSES else Status.PREFERRED,
        _forms(seen, "forms_fr"),
        _forms(seen, "forms_en"),
        _cell(seen, "note"),
    )


def _cell(seen: Seen, name: str) -> str:
    return " ".join(seen.said(name).split())


def _forms(seen: Seen, name: str) -> tuple[str, ...]:
    lines = seen.said(name).replace("|", "\n").splitlines()
    return tuple(dict.fromkeys(" ".join(one.split()) for one in lines if one.strip()))


def take_glossary(seen: Seen) -> Response:
    """Take a CSV or TBX file in."""
    upload, how = seen.upload("file"), seen.said("how")
    try:
        if upload is None:
            raise GuardError("glossary:file", N_("Choose a file first: CSV or TBX."))
        if how not in ("join", "replace"):
            raise GuardError("glossary:how", N_("Say whether the lines are added or replace all."))
        _, change = seen.desk.care.take_glossary(
            upload.file.read(),
            upload.filename or "",
            join=how == "join",
            by=seen.me,
            key=seen.key,
        )
    except REFUSALS as refusal:
        return _glossary(seen, status(refusal), seen.tr(refusal.message, **refusal.data))
    return seen.go(
        "/admin/glossary",
        added=str(change.added),
        changed=str(change.changed),
        gone=str(change.gone),
    )


def glossary_file(seen: Seen) -> Response:
    """Give the glossary as a file."""
    kind = seen.path("kind")
    if kind not in KINDS:
        return refused(seen, 404, N_("There is no such page."))
    return Response(
        seen.desk.care.glossary_file(kind),
        media_type=KINDS[kind],
        headers={"Content-Disposition": f'attachment; filename="glossary.{kind}"'},
    )


def memory(seen: Seen) -> Response:
    """Show the memory in figures, and the units that were looked for."""
    return _memory(seen)


def _memory(seen: Seen, code: int = 200, refusal: str = "") -> Response:
    words = seen.query("q").strip() or seen.said("q")
    taken = seen.desk.care.memory_import()
    response = show(
        seen,
        "admin_memory.html",
        code,
        memory=seen.desk.care.memory(),
        units=seen.desk.care.units(words) if words else (),
        q=words,
        may=_may(seen),
        taken=taken,
        come_from={str(kind): seen.tr(name) for kind, name in ORIGIN_NAMES.items()},
        refusal=refusal,
        key=secrets.token_hex(8),
    )
    if taken is not None and taken.ended is None:
        response.headers["Refresh"] = REFRESH
    return response


def offer_unit(seen: Seen) -> Response:
    """Offer a unit no more, or again."""
    again = seen.said("act") == "revive"
    try:
        seen.desk.care.offer_unit(seen.said("unit"), again=again, by=seen.me, key=seen.key)
    except REFUSALS as refusal:
        return _memory(seen, status(refusal), seen.tr(refusal.message, **refusal.data))
    return seen.go("/admin/memory", done="revived" if again else "retired", q=seen.said("q"))


def take_memory(seen: Seen) -> Response:
    """Begin to take a TMX file in."""
    upload = seen.upload("file")
    try:
        if upload is None:
            raise GuardError("memory:file", N_("Choose a file first: TMX."))
        data = upload.file.read()
        seen.desk.care.take_memory(data, upload.filename or "", by=seen.me, key=seen.key)
    except REFUSALS as refusal:
        return _memory(seen, status(refusal), seen.tr(refusal.message, **refusal.data))
    return seen.go("/admin/memory")


def memory_file(seen: Seen) -> Response:
    """Give the whole memory as TMX."""
    place = seen.desk.care.memory_file()
    return FileResponse(
        place,
        media_type="application/x-tmx+xml",
        filename="memory.tmx",
        background=BackgroundTask(place.unlink),
    )


ROUTES: Final = [
    page("/admin/glossary", glossary, WORDS),
    page("/admin/glossary", take_glossary, WORDS, ["POST"], UPLOAD),
    page("/admin/glossary.{kind}", glossary_file, WORDS),
    page("/admin/glossary/{term}", term, WORDS),
    page("/admin/glossary/{term}", change_term, WORDS, ["POST"]),
    page("/admin/memory", memory, WORDS),
    page("/admin/memory", take_memory, WORDS, ["POST"], UPLOAD),
    page("/admin/memory/units", offer_unit, WORDS, ["POST"]),
    page("/admin/memory.tmx", memory_file, WORDS),
]
