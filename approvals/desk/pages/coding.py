"""Coding open answers: dealt to two people, coded page by page or in a sheet, settled by a third.

What somebody has ticked is kept as they go and seen by nobody else; it counts once it is brought,
whole. Nobody sees here who gave an answer, nor a coder what the other one ticked.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Final

from starlette.responses import Response

from approvals.consultation.codebook import NOTHING
from approvals.consultation.coding import Agreement, Codes
from approvals.consultation.life import Consultation
from approvals.consultation.responses import BadRow
from approvals.desk import unfinished
from approvals.desk.auth.guards.body import UPLOAD
from approvals.desk.coding_ports import Part, Work
from approvals.desk.figures import whole
from approvals.desk.pages.files import attached
from approvals.desk.routes import REFUSALS, page, refused, status
from approvals.desk.rules import SIGNED_IN, has
from approvals.desk.seen import Seen
from approvals.errors import N_, GuardError
from approvals.evaluation import Coding
from approvals.handlers.consultation import MANAGE
from approvals.names import Digest, ParagraphId, PersonId

MANAGES: Final = has(*MANAGE)
PAGE: Final = 20
"""Answers that one page shows."""
_SHOWN: Final = 20
"""Faults of a file that are listed."""
_PLACE: Final = ParagraphId("codes")


def overview(seen: Seen, refusal: str = "", code: int = 200) -> Response:
    """Show every open question: how many answered, who codes, how far the two agree."""
    own = _own(seen)
    if own is None or own.closed is None:
        return refused(seen, 404, N_("There is no such page."))
    works = seen.desk.coding
    found = works.asked(own)
    people = sorted(((id, seen.name(id)) for id, held in seen.register.roles.items() if held),
                    key=lambda one: one[1])  # fmt: skip
    return seen.render(
        "coding.html",
        code,
        nav="consultations",
        own=own,
        found=[(one, _agreement(seen, own, one.coding)) for one in found],
        people=people,
        refusal=refusal,
        key=secrets.token_hex(8),
    )


def _own(seen: Seen) -> Consultation | None:
    return seen.desk.consulting.find(seen.path("consultation"))


def _agreement(seen: Seen, own: Consultation, held: Coding | None) -> Agreement | None:
    if held is None or len(held.sheets) < len(held.coders):
        return None
    return seen.desk.coding.agreement(own, held.opened.question)


def deal(seen: Seen) -> Response:
    """Freeze a codebook and deal the answers to two people."""
    own = _own(seen)
    if own is None:
        return refused(seen, 404, N_("There is no such page."))
    upload, share = seen.upload("file"), seen.said("share")
    try:
        if upload is None:
            raise GuardError("coding:codebook", N_("Choose a codebook file."))
        percent = whole(share)
        if share and (percent is None or not 1 <= percent <= 100):
            raise GuardError(
                "coding:share", N_("Give the share that both code in percent, from 1 to 100.")
            )
        coders = PersonId(seen.said("first")), PersonId(seen.said("second"))
        if not all(coders):
            raise GuardError("coding:who", N_("Choose the two people who code."))
        seen.desk.coding.deal(
            own,
            seen.said("question"),
            upload.file.read(),
            coders,
            percent,
            by=seen.me,
            key=seen.key,
        )
    except REFUSALS as fault:
        return overview(seen, seen.tr(fault.message, **fault.data), status(fault))
    return seen.go(f"/consultations/{own.id}/coding", done="coding-dealt")


def _part(seen: Seen, held: Coding) -> Part | None:
    """Say what the person does here; None where it is nothing."""
    if seen.me in held.coders:
        return Part.SHEET
    return Part.SETTLE if seen.roles & set(MANAGE) else None


def code(seen: Seen, refusal: str = "", code: int = 200, faults: Sequence[BadRow] = ()) -> Response:
    """Show one page of the answers that the person codes, ticked as they left them."""
    found = _mine(seen)
    if found is None:
        return refused(seen, 404, N_("There is no such page."))
    own, held, work = found
    kept = _kept(seen, own, held)
    ids = [one.id for one in work.answers]
    pages = max(1, -(-len(ids) // PAGE))
    at = _number(seen, pages, next((n for n, id in enumerate(ids) if id not in kept), 0) // PAGE)
    asked = seen.desk.consulting.form(own)
    question = next(one for one in asked.questions if one.id == held.opened.question)
    return seen.render(
        "coding_sheet.html",
        code,
        nav="consultations",
        own=own,
        held=held,
        work=work,
        question=question,
        themes=work.book.themes,
        nothing=NOTHING,
        answers=work.answers[at * PAGE : (at + 1) * PAGE],
        kept=kept,
        coded=sum(id in kept for id in ids),
        page_number=at + 1,
        first=at * PAGE,
        pages=pages,
        brought=held.sheets.get(seen.me),
        settled=held.settled is not None,
        faults=faults[:_SHOWN],
        more=max(0, len(faults) - _SHOWN),
        refusal=refusal,
        key=secrets.token_hex(8),
    )


def _mine(seen: Seen) -> tuple[Consultation, Coding, Work] | None:
    own = _own(seen)
    held = seen.desk.coding.find(own, seen.path("question")) if own is not None else None
    part = _part(seen, held) if held is not None else None
    if own is None or held is None or part is None or own.erased is not None:
        return None
    return own, held, seen.desk.coding.work(own, held.opened.question, seen.me, part)


def _number(seen: Seen, pages: int, otherwise: int) -> int:
    told = whole(seen.query("page"))
    return min(max(otherwise if told is None else told - 1, 0), pages - 1)


def _store_name(own: Consultation, held: Coding) -> str:
    return f"consultation:{own.id}/{held.opened.question}"


def _kept(seen: Seen, own: Consultation, held: Coding) -> dict[str, Codes]:
    """Give what the person has ticked so far, by answer."""
    rows = unfinished.typed(seen.desk.house.store, _store_name(own, held))
    mine = rows.get((seen.me, _PLACE))
    pairs = (text.partition("=") for text in (mine.texts if mine else ()))
    return {id: frozenset(filter(None, codes.split("|"))) for id, _, codes in pairs}


def _keep(seen: Seen, own: Consultation, held: Coding, codes: Mapping[str, Codes]) -> None:
    unfinished.save(
        seen.desk.house.store,
        seen.me,
        _store_name(own, held),
        _PLACE,
        Digest(held.opened.book),
        [f"{id}={'|'.join(sorted(mine))}" for id, mine in codes.items()],
        seen.now,
    )


def save(seen: Seen) -> Response:
    """Keep what was ticked on a page, and go on; or bring the whole."""
    found = _mine(seen)
    if found is None:
        return refused(seen, 404, N_("There is no such page."))
    own, held, work = found
    kept = _kept(seen, own, held) | _ticked(seen, work)
    _keep(seen, own, held, kept)
    where = f"/consultations/{own.id}/coding/{held.opened.question}"
    if seen.said("act") != "bring":
        return seen.go(where, page=seen.said("next") or "1", done="saved-codes")
    missing = [one for one in work.answers if one.id not in kept]
    if missing:
        sentence = seen.plural(
            "One answer has no theme yet. Tick one, or “about none”.",
            "{n} answers have no theme yet. Tick one for each, or “about none”.",
            len(missing),
        )
        return code(seen, sentence, 422)
    codes = {one.id: kept[one.id] for one in work.answers}
    return _bring(seen, own, held, work, codes)


def _bring(
    seen: Seen, own: Consultation, held: Coding, work: Work, codes: Mapping[str, Codes]
) -> Response:
    question = held.opened.question
    try:
        seen.desk.coding.bring(own, question, work.part, codes, by=seen.me, key=seen.key)
    except REFUSALS as fault:
        return code(seen, seen.tr(fault.message, **fault.data), status(fault))
    if work.part is Part.SETTLE:
        return seen.go(f"/consultations/{own.id}/coding", done="coding-settled")
    return seen.go(f"/consultations/{own.id}/coding/{question}", done="coding-brought")


def _ticked(seen: Seen, work: Work) -> dict[str, Codes]:
    """Read one page's boxes; an answer without any is not coded yet."""
    known = {*work.book.codes}
    found: dict[str, Codes] = {}
    for one in work.answers:
        boxes = set(seen.chosen(f"a-{one.id}"))
        if themes := boxes & known:
            found[one.id] = frozenset(themes)
        elif NOTHING in boxes:
            found[one.id] = frozenset()
    return found


def sheet(seen: Seen) -> Response:
    """Hand out the sheet as a CSV file."""
    found = _mine(seen)
    if found is None:
        return refused(seen, 404, N_("There is no such page."))
    own, held, work = found
    name = f"{own.id}.{held.opened.question}.{work.part.value}.csv"
    data = seen.desk.coding.sheet(own, work, seen.language)
    return attached(data, name, "text/csv; charset=utf-8")


def take(seen: Seen) -> Response:
    """Take a sheet that was filled in elsewhere, whole or not at all."""
    found = _mine(seen)
    if found is None:
        return refused(seen, 404, N_("There is no such page."))
    own, held, work = found
    upload = seen.upload("file")
    try:
        if upload is None:
            raise GuardError("coding:sheet", N_("Choose the sheet that you filled in."))
        name = upload.filename or "sheet.csv"
        codes, faults = seen.desk.coding.read(work, upload.file.read(), name)
    except REFUSALS as fault:
        return code(seen, seen.tr(fault.message, **fault.data), status(fault))
    if faults:
        sentence = seen.plural(
            "One cell of {file} is faulty. Nothing was taken.",
            "{n} cells of {file} are faulty. Nothing was taken.",
            len(faults),
            file=name,
        )
        return code(seen, sentence, 422, faults)
    _keep(seen, own, held, codes)
    return _bring(seen, own, held, work, codes)


_AT: Final = "/consultations/{consultation}/coding"

ROUTES: Final = [
    page(_AT, overview, MANAGES),
    page(_AT, deal, MANAGES, ["POST"], UPLOAD),
    page(f"{_AT}/{{question}}", code, SIGNED_IN),
    page(f"{_AT}/{{question}}", save, SIGNED_IN, ["POST"]),
    page(f"{_AT}/{{question}}/sheet", sheet, SIGNED_IN),
    page(f"{_AT}/{{question}}/sheet", take, SIGNED_IN, ["POST"], UPLOAD),
]
