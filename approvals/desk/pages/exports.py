"""A dossier's texts for other eyes and tools: with tracked changes, side by side, as XLIFF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from approvals import policy
from approvals.desk import tracked
from approvals.desk.figures import whole
from approvals.desk.pages.files import WORD, attached
from approvals.desk.routes import page, refused
from approvals.desk.rules import DOSSIER
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.errors import N_
from approvals.standing import Draft, Target

XLIFF: Final = "application/xliff+xml"
FORMATS: Final = {
    "xliff2": (XLIFF, "xlf", N_("XLIFF 2.1, for a translator’s own tool")),
    "xliff1": (XLIFF, "1.2.xlf", N_("XLIFF 1.2, for older tools")),
    "docx": (WORD, "table.docx", N_("Word table, for whoever translates in Word")),
}


def export(seen: Seen) -> Response:
    """Write one and hand it out."""
    it, name = seen.dossier, seen.path("name")
    kind, _, rest = name.partition("-")
    if kind in FORMATS and not rest and exchangeable(it):
        media, ending, _title = FORMATS[kind]
        data = seen.desk.works.exported(it, kind, seen.language)
        return attached(data, f"{it.id}.{ending}", media)
    if kind == "bilingual" and rest in ("fr", "en"):
        made = seen.desk.works.bilingual(it, rest)
        if made is not None:
            return attached(made, f"{it.id}.bilingual.{rest}.docx")
    side, _, number = rest.partition("-")
    wanted = whole(number)
    if kind == "changes" and side in ("source", "target") and wanted is not None:
        answer = _changes(seen, it, side, wanted)
        if answer is not None:
            return answer
    return refused(seen, 404, N_("There is no such file in this dossier."))


def _changes(seen: Seen, it: Dossier, side: str, number: int) -> Response | None:
    """Write a version with what it changed against the one before as tracked changes."""
    versions: Sequence[Draft | Target] = it.drafts if side == "source" else it.targets
    if not 0 < number <= len(versions):
        return None
    new = versions[number - 1]
    made = tracked.of(seen, it, new)
    if made is None:
        return None
    return attached(made.write(), f"{it.id}.v{number - 1}-v{number}.{new.language}.docx")


def exchangeable(it: Dossier) -> bool:
    """Say whether there are sentences to hand to another tool."""
    return any(pair.units is not None for pair in policy.translatable(it).values())


def offered(it: Dossier) -> list[tuple[str, str]]:
    """Give what may be exported of the pair as a whole: the name in the address and a sentence."""
    found: list[tuple[str, str]] = []
    if it.aligned and it.meeting is not None and it.result is not None:
        found += [
            ("bilingual-fr", N_("Both languages side by side, in French")),
            ("bilingual-en", N_("Both languages side by side, in English")),
        ]
    if exchangeable(it):
        found += [(name, title) for name, (_, _, title) in FORMATS.items()]
    return found


ROUTES: Final = [page("/dossiers/{dossier}/exports/{name}", export, DOSSIER)]
