"""What the house says of itself to anybody: accessibility, personal data, and whether it stands."""

from __future__ import annotations

from typing import Final

from starlette.responses import JSONResponse, Response

from approvals.desk.routes import page
from approvals.desk.rules import ANYBODY
from approvals.desk.seen import Seen


def accessibility(seen: Seen) -> Response:
    """Say what was tested and what is not accessible."""
    return seen.render("accessibility.html", nav="accessibility")


def personal_data(seen: Seen) -> Response:
    """Say what is kept of whom, why, how long, and what cannot be erased."""
    return seen.render(
        "personal_data.html",
        nav="personal-data",
        engines=[one for one in seen.desk.care.engines() if one.sends_text_to and one.levels],
    )


def health(seen: Seen) -> Response:
    """Say whether the house and what belongs to it stand: 200, or 503."""
    beside = seen.desk.public.healthy()
    size, head = seen.desk.house.store.head()
    sound = all(beside.values())
    return JSONResponse(
        {"ok": sound, **beside, "ledger": {"size": size, "head": head}},
        status_code=200 if sound else 503,
        headers={"Cache-Control": "no-store"},
    )


ROUTES: Final = [
    page("/accessibility", accessibility, ANYBODY),
    page("/personal-data", personal_data, ANYBODY),
    page("/healthz", health, ANYBODY),
]
