"""What a vote, an amendment and a certificate need around their handlers: receipts, bytes, papers.

The guards are the handlers' alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final

from approvals import events as ev
from approvals.errors import N_, GuardError
from approvals.handlers import board as handlers
from approvals.handlers.board import box
from approvals.ledger import Entry
from approvals.names import FRENCH, Digest, Language, PersonId
from approvals.standing import Target
from flows import acts, turning
from flows.house import House

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_receipt() -> str:
    """Make a receipt for a secret vote: 60 random bits that nobody else keeps with a name."""
    code = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return "-".join((code[:4], code[4:8], code[8:]))


def vote(
    house: House,
    dossier_id: str,
    seat: str,
    choice: ev.Choice,
    *,
    by: PersonId,
    key: str,
    signoff: Digest | None = None,
) -> tuple[Entry, str | None]:
    """Cast a vote as the ballot takes it; give its entry and, of a secret one, the receipt.

    A vote that was cast before under this key has no receipt any more.
    """
    ballot = house.dossier(dossier_id).ballot
    if ballot is None or not ballot.opened.secret:
        open_vote = handlers.Vote(
            dossier=dossier_id, by=by, key=key, seat=seat, choice=choice, signoff=signoff
        )
        return handlers.vote(open_vote, house.office), None
    receipt = new_receipt()
    dropped = handlers.DropVote(
        dossier=dossier_id,
        by=by,
        key=key,
        seat=seat,
        choice=choice,
        receipt=receipt,
        signoff=signoff,
    )
    entry = handlers.drop_vote(dropped, house.office)
    with house.store.read() as reader:
        text = reader.read_note(box.note_id(ballot.opened.ballot))
    return entry, receipt if text and receipt in text else None


def receipts(house: House, dossier_id: str) -> Mapping[str, ev.Choice]:
    """Give the published votes of a secret ballot by receipt; raise while it is not closed."""
    dossier = house.dossier(dossier_id)
    secret = dossier.ballot is not None and dossier.ballot.opened.secret
    if dossier.result is None or not secret or not dossier.result.box:
        raise GuardError(
            "receipts:none",
            N_("No secret ballot was counted in {dossier}, so there are no receipts to show."),
            dossier=dossier_id,
        )
    return {one.receipt: one.choice for one in dossier.result.box}


def amend(
    house: House,
    dossier_id: str,
    data: bytes,
    name: str,
    *,
    by: PersonId,
    language: Language | None = None,
    seat: str | None = None,
    key: str | None = None,
) -> acts.Submission:
    """Bring the text as the board amends it, through the same intake as any upload.

    In the language in which it is drafted where none is given. Raises ``acts.IntakeRefusedError``
    before anything is stored, and what the handler raises.
    """
    dossier = house.dossier(dossier_id)
    drafted = dossier.draft.language if dossier.draft else FRENCH
    before = dossier.standing(language or drafted)
    taken = acts.take_in(house, data, name, before.version if before else None)
    entry = handlers.amend(
        handlers.Amend(
            dossier=dossier_id,
            by=by,
            key=key or acts.new_key(),
            language=language or drafted,
            turned=turning.turned(house, dossier) if isinstance(before, Target) else (),
            upload=Digest(house.vault.put(data)),
            version=Digest(house.vault.put(taken.stamped)),
            text=taken.text,
            paragraphs=taken.paragraphs,
            untranslatable=taken.untranslatable,
            seat=seat,
        ),
        house.office,
    )
    return acts.Submission(dossier_id, entry, taken.report)
