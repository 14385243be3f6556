"""Who approved what: reviewer × paragraph × language, from the same facts as the paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from approvals import policy, voiding, workdays
from approvals.desk import road, texts
from approvals.desk.pages.dossier import said
from approvals.desk.pages.files import attached
from approvals.desk.public_ports import Cell, Matrix
from approvals.desk.routes import page
from approvals.desk.rules import DOSSIER
from approvals.desk.seen import Seen
from approvals.errors import N_
from approvals.standing import StepStatus
from locales.catalog import short_day


@dataclass(frozen=True, slots=True)
class Mark:
    """One language of one cell: kind, icon, the word that is seen, the words that are read out."""

    kind: str
    icon: str
    word: str
    told: str


_KEY: Final = {
    "approved": ("ok", "ok", N_("Approved")),
    "delegate": ("ok", "dlg", N_("Approved by delegate")),
    "fell": ("warn", "fell", N_("Fell: these words changed")),
    "with": ("warn", "half", N_("Fell with its pair")),
    "changes requested": ("warn", "chg", N_("Changes requested")),
    "rejected": ("stop", "no", N_("Refused")),
    "abstained": ("mute", "abst", N_("Abstained")),
    "waiting": ("mute", "wait", N_("Waiting")),
    "not asked": ("mute", "sqe", N_("Not asked yet")),
    "not needed": ("mute", "sqo", N_("Not needed: the step has its approvals")),
    "no opinion": ("mute", "sqh", N_("No opinion by the deadline")),
}
"""What a cell may say: the mark, and the words of the list that explains it."""

_WORDS: Final[Mapping[str, str]] = {
    "changes requested": N_("changes"),
    "abstained": N_("abstained"),
    "waiting": N_("waiting"),
    "not asked": N_("later"),
    "not needed": N_("not needed"),
    "no opinion": N_("no opinion"),
}


def matrix(seen: Seen) -> Response:
    """Show it."""
    it = seen.dossier
    told = seen.desk.public.matrix(it, seen.language)
    used: dict[str, None] = {}
    rows = []
    for row in told.rows:
        cells = [(_mark(seen, one, "fr", used), _mark(seen, one, "en", used)) for one in row.cells]
        rows.append((row, cells))
    lacking = _lacking(told)
    numbers = [number for number, _, _ in told.paragraphs]
    entries = seen.books.entries(it.id)
    return seen.render(
        "matrix.html",
        nav="dossiers",
        road=road.of(it, said(seen, it)),
        it=it,
        opened=it.opened,
        told=told,
        rows=rows,
        key_=[_KEY[name] for name in _KEY if name in used],
        reviewers=len({row.person for row in told.rows}),
        open_=texts.spans(sorted(lacking)),
        first=min(lacking) if lacking else None,
        complete=texts.spans([one for one in numbers if one not in lacking]),
        fell=[seen.tr(message, **data) for message, data in voiding.sentences(it)],
        whys=_whys(told),
        today=workdays.day(seen.now),
        event=entries[-1].sequence if entries else 0,
        deadline=[
            (step.title.in_(seen.language), policy.deadline(it, step))
            for step in (it.circuit.steps if it.circuit else ())
            if it.status(step.id) is StepStatus.OPEN
        ],
    )


def _mark(seen: Seen, cell: Cell, language: str, used: dict[str, None]) -> Mark:
    name, word = cell.said, ""
    day = short_day(cell.on, seen.language) if cell.on else ""
    if name == "fell":
        mine = language in cell.changed or not cell.changed
        name = "fell" if mine else "with"
        word = seen.tr(N_("fell")) if mine else seen.tr(N_("with its pair"))
    elif name == "approved":
        name = "delegate" if cell.by else "approved"
        word = seen.tr(N_("by {name}"), name=initials(cell.by)) if cell.by else day
    used[name] = None
    kind, icon, meaning = _KEY[name]
    told = [seen.tr(meaning)]
    if cell.by:
        told.append(seen.tr(N_("by {name}"), name=cell.by))
    if cell.fell:
        told.append(short_day(cell.fell, seen.language))
    elif day:
        told.append(day)
    return Mark(kind, icon, word or seen.tr(_WORDS.get(name, meaning)), ", ".join(told))


def initials(name: str) -> str:
    """Shorten a name to what a narrow column has room for: "H. Vasseur"."""
    first, _, rest = name.partition(" ")
    return f"{first[:1]}. {rest}" if rest else name


def _lacking(told: Matrix) -> set[int]:
    """Give the paragraphs that a step still waits for."""
    settled = (StepStatus.APPROVED, StepStatus.NO_OPINION)
    return {
        told.paragraphs[at][0]
        for step in told.steps
        if step.status not in settled
        for at, count in enumerate(step.counts)
        if count < step.required
    }


def _whys(told: Matrix) -> Sequence[str]:
    found: dict[str, None] = {}
    for row in told.rows:
        found.update((cell.why, None) for cell in row.cells if cell.why)
    return tuple(found)


def paper(seen: Seen) -> Response:
    """Hand the matrix out as a Word file in the language of the page."""
    it = seen.dossier
    data = seen.desk.public.matrix_paper(it, seen.language)
    return attached(data, f"{it.id}.matrix.{seen.language}.docx")


ROUTES: Final = [
    page("/dossiers/{dossier}/matrix", matrix, DOSSIER),
    page("/dossiers/{dossier}/matrix.docx", paper, DOSSIER),
]
