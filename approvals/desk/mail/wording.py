"""The words of mails that are not the notices' own: subjects, what to do, where to go.

One line a kind of notice; ``PRESSING`` says which kind gives a mail its subject where it tells
several. Where a desk is, a mail has one link to it; else it names one command.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from approvals.errors import N_
from approvals.notices import Kind


@dataclass(frozen=True, slots=True)
class Words:
    """A kind's subject, what its reader is asked to do, and the act or page that it leads to.

    Without a subject the notice's own sentence is it.
    """

    subject: str
    doing: str = ""
    act: str = ""


NOTHING: Final = N_("Nothing is asked of you.")

WORDS: Final[Mapping[Kind, Words]] = {
    Kind.CONVENED: Words(
        N_("{title}: the board is convened"),
        N_("Keep the date; the calendar file is attached. Say in time whether you come."),
        "attend",
    ),
    Kind.RECALLED: Words(
        N_("{title}: the session does not take place"),
        N_("The attached file takes the session out of your calendar."),
        "attend",
    ),
    Kind.BALLOT: Words(
        N_("{title}: the ballot is open"),
        N_("Read both languages, then vote. You get a receipt."),
        "vote",
    ),
    Kind.ASKED: Words(
        N_("{title}: your decision is asked"),
        N_("Read both languages and decide: approve, request changes, refuse or abstain."),
        "decide",
    ),
    Kind.NEAR: Words(
        N_("{title}: the last day for your decision is near"),
        N_("Read both languages and decide: approve, request changes, refuse or abstain."),
        "decide",
    ),
    Kind.QUOTE: Words(
        N_("{title}: your words for the press wait for you"),
        N_("Read them in each language and approve them; else they are not published."),
        "approve-quote",
    ),
    Kind.TURN: Words(""),
    Kind.VOIDED: Words(
        N_("{title}: approvals fell"),
        N_("Once the review is open again, you decide on what changed alone."),
    ),
    Kind.REFUSED: Words(
        N_("{title}: the text was refused"),
        N_("The drafter answers each point with a new draft."),
    ),
    Kind.RESULT: Words(N_("{title}: the board’s decision"), NOTHING, "attend"),
    Kind.NO_QUORUM: Words(N_("{title}: no quorum"), N_("A second convocation follows."), "attend"),
    Kind.RECEIPT: Words(
        N_("{title}: your receipt"),
        N_("Keep this mail. Anybody who is given the ledger finds your act there by this hash."),
    ),
    Kind.AMENDED: Words(N_("{title}: amended in session"), NOTHING),
    Kind.PAPERS: Words(
        N_("{title}: the papers are ready"), N_("Read them before the session."), "attend"
    ),
    Kind.OBJECTION: Words(N_("{title}: an objection"), NOTHING, "attend"),
    Kind.REMARK: Words(N_("{title}: a remark"), N_("Answer it beside the words that it is about.")),
    Kind.MINUTES: Words(N_("{title}: resolution and minutes"), NOTHING),
    Kind.EXTRACT: Words(N_("{title}: certified extract"), NOTHING),
    Kind.RELEASED: Words(N_("{title}: published"), NOTHING),
    Kind.ERRATUM: Words(N_("{title}: corrected edition"), NOTHING),
    Kind.SUPERSEDED: Words(N_("{title}: superseded"), NOTHING),
    Kind.WITHDRAWAL: Words(N_("{title}: withdrawal"), N_("The reasons stand in the dossier.")),
    Kind.ABANDONED: Words(N_("{title}: given up"), NOTHING),
    Kind.ESCALATED: Words(N_("{title}: others are asked now"), NOTHING),
    Kind.BLOCKED: Words(
        N_("{title}: a step is closed without a decision"),
        N_("The drafter submits the draft again to open it anew."),
    ),
    Kind.NO_OPINION: Words(N_("{title}: a step ended without an opinion"), NOTHING),
    Kind.WAIVED: Words(N_("{title}: approvals stand"), NOTHING),
    Kind.INSTEAD: Words(
        N_("{title}: somebody acted for you"), N_("If this is wrong, tell the secretary.")
    ),
    Kind.DELEGATED: Words(
        N_("You stand in for somebody"),
        N_("What waits for them now waits for you too."),
    ),
    Kind.ACCOUNT: Words(N_("Your account"), N_("If you did not ask for this, tell the secretary.")),
    Kind.RETURNED: Words(
        N_("A mail came back"), N_("Look at the address and have it corrected."), "mail"
    ),
    Kind.CERTIFICATE: Words(
        N_("The seal’s certificate ends"),
        N_("Have it renewed in good time. What was sealed before stays valid."),
        "certificate",
    ),
}

PRESSING: Final = tuple(WORDS)
"""Kinds in the order in which they give a mail its subject."""

COMMANDS: Final[Mapping[str, str]] = {
    "submit": "enonce submit FILE --dossier {dossier}",
    "revise": "enonce revise {dossier}",
    "certify": "enonce certify {dossier}",
    "review": "enonce review {dossier}",
    "convene": "enonce convene {dossier}",
    "conform": "enonce conform {dossier}",
    "seal": "enonce seal {dossier}",
    "publish": "enonce publish {dossier}",
    "certify-erratum": "enonce erratum certify {dossier}",
    "mail": "enonce mail list",
    "certificate": "enonce doctor",
}
"""By act, the command where there is no desk; ``enonce status`` for all else."""

HOUSE_PAGES: Final[Mapping[str, str]] = {"mail": "admin/mail", "certificate": "admin/seal"}
"""By act, where on the desk something of the house is seen to; else on the first page."""
