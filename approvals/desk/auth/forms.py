"""Reads what a form holds, whatever else a request says that it is."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from approvals.errors import N_

_FILES = _FIELDS = 1000


async def read_form(
    request: Request, *, max_files: int = _FILES, max_fields: int = _FIELDS
) -> FormData:
    """Read the form of a request; refuse one whose alphabet is none (``charset=undefined``)."""
    try:
        return await request.form(max_files=max_files, max_fields=max_fields)
    except UnicodeError as fault:
        said = N_("What was sent cannot be read, and nothing was done. Go back and try again.")
        raise HTTPException(400, said) from fault


def without_nul(text: str) -> str:
    """Put the sign for what cannot be shown in the place of NUL, which PostgreSQL keeps in no text.

    HTML reads it so, too.
    """
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
