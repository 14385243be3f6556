"""What a page says behind an act that was done: a word in the address stands for a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from approvals.errors import N_

DONE: Final[Mapping[str, str]] = {
    "submitted": N_("Your draft was taken in."),
    "translating": N_("The draft was handed over to the translators."),
    "proposed": N_("Your translation was proposed."),
    "certified": N_("The translation was certified."),
    "saved": N_("What you typed was saved; it is not proposed yet."),
    "discarded": N_("What you typed was taken back."),
    "returned": N_("Your remark went to the translators; the paragraph is not certified."),
    "conformed": N_("Your certificate of conformity was recorded."),
    "dropped": N_("The file was let go. Nothing was taken in."),
    "joined": N_("Both files were made into one. Look at it before you submit it."),
    "review": N_("The review is open."),
    "decided": N_("Your decision was recorded."),
    "remarked": N_("Your remark was recorded."),
    "answered": N_("Your answer was recorded."),
    "closed": N_("The remark is closed."),
    "taken": N_("The remarks of your file were recorded."),
    "convene": N_("The board is convened; its members are told."),
    "recall": N_("The convocation was taken back; the members are told."),
    "papers": N_("It is recorded that the members have the papers."),
    "attend": N_("Who is there was recorded."),
    "no-quorum": N_("It is recorded that too few came. The board may be convened a second time."),
    "open-ballot": N_("The ballot is open."),
    "object": N_("Your objection was recorded."),
    "amend": N_("The text was amended. The ballot before is void; the board votes anew."),
    "defer": N_("The decision was put off."),
    "close-ballot": N_("The ballot is closed and its result proclaimed."),
    "seal": N_("The seal is ordered. The house seals both languages and verifies what it sealed."),
    "quote": N_("The words wait for their speaker."),
    "approve-quote": N_("Your approval of these words was recorded."),
    "drop-quote": N_("The words are left out."),
    "press-release": N_("The press release is kept in both languages."),
    "publish": N_("The publication is released."),
    "withdraw": N_("The withdrawal is ordered; the chair confirms it."),
    "confirm-withdrawal": N_("The text is withdrawn. Its files stay, and the page says why."),
    "erratum": N_("The correction is proposed; a reviser certifies it."),
    "certify-erratum": N_("The correction is certified; the house seals and publishes it."),
    "extract": N_("The extract was written and certified."),
    "planned": N_("The consultation is planned. Open it when the form is right."),
    "consultation-open": N_("The consultation is open."),
    "consultation-import": N_("The responses were taken in."),
    "consultation-close": N_("The consultation is closed and counted."),
    "consultation-erase": N_("Single answers are erased; the figures and every digest stay."),
    "coding-dealt": N_("The answers are dealt; both coders find theirs under “To do”."),
    "saved-codes": N_("What you ticked is kept."),
    "coding-brought": N_("Your sheet was brought."),
    "coding-settled": N_("The coding is settled."),
    "abandoned": N_("The text was given up."),
    "delegated": N_("Your delegation was recorded."),
    "enrolled": N_("The person was enrolled."),
    "changed": N_("The change holds from now on."),
    "account-closed": N_("The account is closed; its sessions and tokens have ended."),
    "account-opened": N_("The account is open again."),
    "account-signed-out": N_("All sessions of this person have ended."),
    "account-passkey-removed": N_("The passkey is removed."),
    "copied": N_("The database was copied."),
    "withdrawn": N_("Your delegation was withdrawn."),
    "mail": N_("From now on your mail comes as you chose."),
    "signed-out": N_("You are signed out."),
    "password": N_("Your password was changed, and your other sessions have ended."),
    "ended": N_("The session has ended."),
    "passkey": N_("Your passkey was added."),
    "passkey-removed": N_("The passkey was removed."),
    "token-revoked": N_("The token was revoked."),
}


def sentence(code: str) -> str:
    """Give the sentence for a word; empty for any other."""
    return DONE.get(code, "")
