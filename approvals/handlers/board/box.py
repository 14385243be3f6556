"""The box of a secret ballot: choices under receipts, without voters, order or time.

The box is one note (``approvals.ports``), rewritten whole with every vote and sorted by receipt, so
that no row, row number, transaction number or time of the database belongs to one vote. Closing the
ballot moves its content into the ledger, still sorted by receipt, and erases the note. What this
protects against and what not is in docs/approvals/board.md.
"""

from __future__ import annotations

import json
import re
from typing import Final

from approvals import events as ev
from approvals.errors import N_, GuardError
from approvals.ports import NoteId, UnitOfWork

RECEIPT: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}")
"""Twelve letters and digits of Crockford's base 32: 60 random bits, which the door makes."""


def read(work: UnitOfWork, ballot: ev.BallotId) -> tuple[ev.BoxVote, ...]:
    """Give the choices in the order of their receipts."""
    text = work.read_note(note_id(ballot))
    kept = json.loads(text) if text else {}
    return tuple(ev.BoxVote(receipt, ev.Choice(kept[receipt])) for receipt in sorted(kept))


def drop(work: UnitOfWork, ballot: ev.BallotId, receipt: str, choice: ev.Choice) -> None:
    """Put a choice in; raise where the receipt is none, or is another's."""
    if not RECEIPT.fullmatch(receipt):
        raise GuardError(
            "vote:receipt",
            N_("A receipt is twelve letters and digits, as in 7K2Q-9MXF-3TWB. Take a new one."),
        )
    kept = {one.receipt: one.choice.value for one in read(work, ballot)}
    if receipt in kept:
        raise GuardError("vote:receipt", N_("This receipt is another vote’s. Take a new one."))
    burn(work, ballot)
    kept[receipt] = choice.value
    work.write_note(note_id(ballot), json.dumps(dict(sorted(kept.items()))))


def burn(work: UnitOfWork, ballot: ev.BallotId) -> None:
    """Take the box away."""
    work.erase_note(note_id(ballot))


def note_id(ballot: ev.BallotId) -> NoteId:
    """Name the note that is a ballot’s box."""
    return NoteId(f"box-{ballot}")
