"""Translation engines: what each sends to whom, and the consent that an administrator gives.

Consent is given to a provider by name and for levels of confidentiality, on a page of its own that
says what will leave the house; it is taken back in the same place.
"""

from __future__ import annotations

import secrets
from typing import Final

from starlette.responses import Response

from approvals.desk.care_ports import Engine
from approvals.desk.pages.admin import ADMINISTRATOR, show
from approvals.desk.routes import REFUSALS, page, refused, status
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError
from approvals.events import Confidentiality
from approvals.policy import BEFORE_BOARD
from approvals.sight import may_see
from approvals.standing import State


def engines(seen: Seen) -> Response:
    """Show who may be sent texts, and who said so."""
    return show(seen, "admin_engines.html", engines=seen.desk.care.engines())


def engine(seen: Seen) -> Response:
    """Show one engine, to consent or to take the consent back."""
    one = _engine(seen)
    if one is None:
        return refused(seen, 404, N_("There is no such page."))
    return _page(seen, one, one.levels)


def _engine(seen: Seen) -> Engine | None:
    found = (one for one in seen.desk.care.engines() if one.name == seen.path("engine"))
    return next((one for one in found if one.sends_text_to), None)


def _page(
    seen: Seen,
    one: Engine,
    levels: tuple[Confidentiality, ...],
    *,
    code: int = 200,
    refusal: str = "",
    asked: bool = False,
) -> Response:
    new = [level for level in levels if level not in one.levels]
    concerned = [text for text in seen.books.dossiers() if _waits(text, new)]
    known = [text for text in concerned if may_see(text, seen.me, seen.register)]
    return show(
        seen,
        "admin_engine.html",
        code,
        it=one,
        all_levels=list(Confidentiality),
        levels=levels,
        given=new,
        taken=[level for level in one.levels if level not in levels],
        known=known,
        others=len(concerned) - len(known),
        asked=asked,
        refusal=refusal,
        key=secrets.token_hex(8),
    )


def _waits(text: Dossier, levels: list[Confidentiality]) -> bool:
    """Say whether a text of one of these levels is still on its way to the board."""
    opened = text.opened
    return (
        opened is not None
        and opened.confidentiality in levels
        and text.state in BEFORE_BOARD | {State.NEW}
    )


def consent(seen: Seen) -> Response:
    """Ask once more what is meant, then give the consent or take it back."""
    one = _engine(seen)
    if one is None:
        return refused(seen, 404, N_("There is no such page."))
    chosen = set(seen.chosen("levels"))
    levels = tuple(level for level in Confidentiality if level.value in chosen)
    try:
        if levels == one.levels:
            raise GuardError("consent:same", N_("This holds already. Choose other levels."))
        if seen.said("act") != "agree" and set(levels) - set(one.levels):
            return _page(seen, one, levels, asked=True)
        care, said = seen.desk.care, seen.said("provider")
        care.allow(one.name, levels, said, by=seen.me, key=seen.key)
    except REFUSALS as refusal:
        said = seen.tr(refusal.message, **refusal.data)
        return _page(seen, one, levels, code=status(refusal), refusal=said)
    return seen.go("/admin/engines", done="consent")


ROUTES: Final = [
    page("/admin/engines", engines, ADMINISTRATOR),
    page("/admin/engines/{engine}", engine, ADMINISTRATOR),
    page("/admin/engines/{engine}", consent, ADMINISTRATOR, ["POST"]),
]
