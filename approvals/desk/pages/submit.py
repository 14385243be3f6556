"""Submit a draft: the file, what intake says of it, what it changes, then the person's word.

A file that intake refuses is not stored. One that passes is held for its sender alone, for a day,
until they submit it or let it go.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from starlette.responses import Response

from approvals import events as ev
from approvals import policy
from approvals.desk import road, unfinished, uploaded
from approvals.desk.pages.dossier import said
from approvals.desk.pages.files import attached
from approvals.desk.pair_ports import Joining
from approvals.desk.routes import REFUSALS, page, refused, status
from approvals.desk.rules import DOSSIER, has
from approvals.desk.seen import Seen
from approvals.desk.unfinished import Held
from approvals.desk.uploaded import MARKS, Chart, Fault
from approvals.dossier import Dossier
from approvals.errors import N_, ApprovalError, GuardError, StaleVersionError
from approvals.names import Bilingual, Digest, Role
from approvals.standing import Point
from documents.container import CEILING, MIB
from documents.findings import Report
from documents.threeway import Side
from documents.wml import ParagraphId
from documents.worddiff import DiffPiece, word_diff

BESIDE: Final = ("title_fr", "title_en", "source", "confidentiality")
"""What is said of a new text beside its file."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A blocking point that waits for an answer."""

    point: Point
    said: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A paragraph that two people changed: each one's words against what both began with."""

    paragraph: str
    mine: tuple[DiffPiece, ...]
    theirs: tuple[DiffPiece, ...]


def form(seen: Seen, refusal: str = "", code: int = 200, report: Report | None = None) -> Response:
    """Ask for the file; say what is wrong with the one that was just sent."""
    it = _dossier(seen)
    return seen.render(
        "submit.html",
        code,
        nav="dossiers",
        road=road.of(it, said(seen, it)) if it else None,
        it=it,
        report=report,
        faults=_faults(seen, report),
        size=_size(seen),
        refusal=refusal or (_why_not(seen, it) if it else ""),
        may=not it or not _why_not(seen, it),
        largest=seen.desk.works.largest(),
        key=secrets.token_hex(8),
    )


def _dossier(seen: Seen) -> Dossier | None:
    return seen.dossier if "dossier" in seen.request.path_params else None


def _why_not(seen: Seen, it: Dossier) -> str:
    try:
        _require(seen, it)
    except ApprovalError as fault:
        return seen.tr(fault.message, **fault.data)
    return ""


def _require(seen: Seen, it: Dossier | None) -> None:
    seen.register.require(seen.me, "submit", Role.DRAFTER)
    if it is not None:
        policy.require(it, "submit")


def _size(seen: Seen) -> int:
    upload = seen.upload("file")
    return (upload.size or 0) if upload else 0


def _faults(seen: Seen, report: Report | None) -> list[Fault]:
    if report is None:
        return []
    return [
        uploaded.fault(one, seen.tr(one.message, **one.data), blocking=blocking)
        for blocking, some in ((True, report.refusals), (False, report.warnings))
        for one in some
    ]


def send(seen: Seen) -> Response:
    """Judge a file; hold it where it passes."""
    it = _dossier(seen)
    try:
        _require(seen, it)
        upload = seen.upload("file")
        if upload is None:
            raise GuardError("submit:file", N_("Choose the Word file first."))
        beside = {} if it else {name: seen.said(name) for name in BESIDE}
        if it is None:
            _complete(beside)
    except REFUSALS as fault:
        return form(seen, seen.tr(fault.message, **fault.data), status(fault))
    name = upload.filename or "file.docx"
    data = upload.file.read(CEILING.size + 1)
    report = _true_size(seen.desk.works.judge(data, name), upload.size or len(data))
    if not report.accepted:
        return form(seen, code=422, report=report)
    held = Held(
        secrets.token_hex(16),
        it.id if it else seen.desk.works.new_id(beside["title_en"]),
        name,
        Digest(seen.said("base")) if it and it.draft else Digest(""),
        report,
        beside,
        data,
        seen.now,
    )
    unfinished.hold(seen.desk.house.store, seen.me, held, seen.now)
    return seen.go(_place(it, held.id))


def _complete(beside: Mapping[str, str]) -> None:
    if not beside["title_fr"] or not beside["title_en"]:
        raise GuardError("submit:title", N_("Give the text a title in both languages."))
    levels = {one.value for one in ev.Confidentiality}
    if beside["source"] not in ("fr", "en") or beside["confidentiality"] not in levels:
        raise GuardError(
            "submit:beside",
            N_("Say in which language the text is written and how far it may travel."),
        )


def _true_size(report: Report, size: int) -> Report:
    """Say the size of a file of which only the beginning was read."""
    if size <= CEILING.size:
        return report
    return replace(
        report,
        refusals=tuple(
            replace(one, data={**one.data, "size": -(-size // MIB)}) if "size" in one.data else one
            for one in report.refusals
        ),
    )


def _place(it: Dossier | None, held: str) -> str:
    return f"/dossiers/{it.id}/submit/{held}" if it else f"/submit/{held}"


def _held(seen: Seen) -> Held | None:
    """Give the file of the address, where it is held for this person and for this text."""
    held, it = unfinished.held(seen.desk.house.store, seen.me, seen.path("held")), _dossier(seen)
    if held is None or (it.id != held.dossier or held.said if it else not held.said):
        return None
    return held


def report(seen: Seen, refusal: str = "", code: int = 200, found: Held | None = None) -> Response:
    """Show what a held file is before it is submitted."""
    held, it = found or _held(seen), _dossier(seen)
    if held is None:
        return refused(
            seen, 404, N_("This file is not held any more. Nothing was taken in; send it again.")
        )
    if held.data is None:
        return seen.go(f"/dossiers/{held.dossier}")
    joining = _joining(seen, it, held)
    shown = joining.data if joining else held.data
    chart = _chart(seen, it, shown, [one.paragraph for one in joining.conflicts] if joining else [])
    return seen.render(
        "submit_report.html",
        code,
        nav="dossiers",
        road=road.of(it, said(seen, it)) if it else None,
        it=it,
        held=held,
        kilobytes=-(-len(held.data) // 1000),
        faults=_faults(seen, held.report),
        chart=chart,
        marks=MARKS,
        joining=joining,
        meanwhile=_meanwhile(seen, it, held) if it and joining else [],
        choices=[
            Choice(one.paragraph, word_diff(one.base, one.mine), word_diff(one.base, one.theirs))
            for one in (joining.conflicts if joining else ())
            if one.mine or one.theirs
        ],
        asks=[Ask(one, seen.said(f"answer-{one.sequence}")) for one in _points(it)],
        numbers=_numbers(it),
        place=_place(it, held.id),
        largest=seen.desk.works.largest(),
        excerpted=uploaded.excerpted,
        refusal=refusal,
        key=secrets.token_hex(8),
    )


def _points(it: Dossier | None) -> tuple[Point, ...]:
    return tuple(it.open_points) if it else ()


def _numbers(it: Dossier | None) -> Mapping[str, int]:
    draft = it.draft if it else None
    return {one.id: number for number, one in enumerate(draft.paragraphs if draft else (), 1)}


def _chart(seen: Seen, it: Dossier | None, data: bytes, conflicts: list[ParagraphId]) -> Chart:
    draft = it.draft if it else None
    before = seen.desk.house.vault.get(draft.version) if draft else None
    return uploaded.chart(it, before, data, conflicts)


def _newer(it: Dossier | None, held: Held) -> bool:
    """Say whether somebody submitted another version since the sender opened the form."""
    return bool(it and it.draft and held.base and it.draft.version != held.base)


def _joining(seen: Seen, it: Dossier | None, held: Held) -> Joining | None:
    known = {draft.version for draft in it.drafts} if it else set()
    if it is None or held.data is None or not _newer(it, held) or held.base not in known:
        return None
    return seen.desk.works.joined(it, held.base, held.data, {}, seen.language)


def _meanwhile(seen: Seen, it: Dossier, held: Held) -> list[str]:
    """Name who submitted since then."""
    versions = [draft.version for draft in it.drafts]
    since = it.drafts[versions.index(held.base) + 1 :]
    return list(dict.fromkeys(seen.name(draft.by) for draft in since))


def act(seen: Seen) -> Response:
    """Submit the held file, make it one with somebody else's, or let it go."""
    held, it = _held(seen), _dossier(seen)
    if held is None:
        return report(seen)
    if held.data is None:
        return seen.go(f"/dossiers/{held.dossier}", done="submitted")
    what = seen.said("act")
    try:
        if what == "drop":
            unfinished.drop(seen.desk.house.store, seen.me, held.id)
            back = f"/dossiers/{it.id}" if it else "/dossiers"
            return seen.go(back, done="dropped")
        if what == "join":
            return _join(seen, it, held)
        return _submit(seen, it, held)
    except REFUSALS as fault:
        return report(seen, seen.tr(fault.message, **fault.data), status(fault), held)


def _submit(seen: Seen, it: Dossier | None, held: Held) -> Response:
    if _newer(it, held):
        raise StaleVersionError(
            N_("Somebody submitted another version meanwhile. Choose what becomes of both first.")
        )
    answers = [(one.sequence, seen.said(f"answer-{one.sequence}")) for one in _points(it)]
    beside = held.said
    taken = seen.desk.works.submit(
        held.data or b"",
        held.name,
        by=seen.me,
        key=f"desk:{seen.me}:{held.id}",
        dossier=held.dossier,
        title=None if it else Bilingual(beside["title_fr"], beside["title_en"]),
        source=it.opened.source if it and it.opened else beside["source"],
        confidentiality=ev.Confidentiality(beside.get("confidentiality", "internal")),
        answers=[(number, text) for number, text in answers if text],
        expected=it.version if it else None,
    )
    unfinished.settle(seen.desk.house.store, held.id, taken.dossier)
    return seen.go(f"/dossiers/{taken.dossier}", done="submitted")


def _join(seen: Seen, it: Dossier | None, held: Held) -> Response:
    """Make both files one, as it was chosen, and hold that in the place of the sender's."""
    if it is None or it.draft is None or held.data is None or not _newer(it, held):
        raise GuardError("submit:join", N_("There is nothing to make one of."))
    conflicts = _joining(seen, it, held)
    choices: dict[str, Side] = {}
    for one in conflicts.conflicts if conflicts else ():
        if not (one.mine or one.theirs):
            continue
        chosen = seen.said(f"choice-{one.paragraph}")
        if chosen not in {side.value for side in Side}:
            raise GuardError("submit:choice", N_("Choose for each paragraph whose words stand."))
        choices[one.paragraph] = Side(chosen)
    made = seen.desk.works.joined(it, held.base, held.data, choices, seen.language)
    judged = seen.desk.works.judge(made.data, held.name)
    if not judged.accepted:
        raise GuardError(
            "submit:joined",
            N_("The file made of both would not pass. Put them together in Word and send that."),
        )
    fresh = replace(held, data=made.data, base=it.draft.version, report=judged, saved=seen.now)
    unfinished.hold(seen.desk.house.store, seen.me, fresh, seen.now)
    return seen.go(_place(it, held.id), done="joined")


def file(seen: Seen) -> Response:
    """Hand the held file out."""
    held = _held(seen)
    if held is None or held.data is None:
        return refused(seen, 404, N_("This file is not held any more."))
    return attached(held.data, held.name)


ROUTES: Final = [
    page("/submit", form, has(Role.DRAFTER)),
    page("/submit", send, has(Role.DRAFTER), ["POST"]),
    page("/submit/{held}", report, has(Role.DRAFTER)),
    page("/submit/{held}", act, has(Role.DRAFTER), ["POST"]),
    page("/submit/{held}/file", file, has(Role.DRAFTER)),
    page("/dossiers/{dossier}/submit", form, DOSSIER),
    page("/dossiers/{dossier}/submit", send, DOSSIER, ["POST"]),
    page("/dossiers/{dossier}/submit/{held}", report, DOSSIER),
    page("/dossiers/{dossier}/submit/{held}", act, DOSSIER, ["POST"]),
    page("/dossiers/{dossier}/submit/{held}/file", file, DOSSIER),
]
