"""The ledger checked and the database copied, by an administrator and at once."""

from __future__ import annotations

import secrets
from typing import Final

from starlette.responses import Response

from approvals.desk.pages.admin import ADMINISTRATOR, show
from approvals.desk.routes import REFUSALS, page, status
from approvals.desk.seen import Seen

REFRESH: Final = "2"
"""Seconds after which a page with a check under way is read again."""


def ledger(seen: Seen) -> Response:
    """Show the last check and the copies."""
    return _page(seen)


def _page(seen: Seen, code: int = 200, fault: str = "") -> Response:
    size, head = seen.desk.house.store.head()
    found = seen.desk.care.inspection()
    response = show(
        seen,
        "admin_ledger.html",
        code,
        found=found,
        size=size,
        head_=head,
        backups=seen.desk.care.backups(),
        folder=str(seen.desk.care.folder()),
        home=str(seen.desk.house.home),
        fault=fault,
        key=secrets.token_hex(8),
    )
    if found is not None and found.ended is None:
        response.headers["Refresh"] = REFRESH
    return response


def check(seen: Seen) -> Response:
    """Begin to check the whole ledger and every kept file."""
    seen.desk.care.inspect(seen.me)
    return seen.go("/admin/ledger")


def back_up(seen: Seen) -> Response:
    """Write a copy of the database."""
    try:
        seen.desk.care.back_up()
    except REFUSALS as refusal:
        return _page(seen, status(refusal), seen.tr(refusal.message, **refusal.data))
    return seen.go("/admin/ledger", done="copied")


ROUTES: Final = [
    page("/admin/ledger", ledger, ADMINISTRATOR),
    page("/admin/ledger/check", check, ADMINISTRATOR, ["POST"]),
    page("/admin/ledger/backup", back_up, ADMINISTRATOR, ["POST"]),
]
