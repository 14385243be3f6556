"""The acts that may wait for somebody: what the to-do list says of each, and where it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from approvals.errors import N_


@dataclass(frozen=True, slots=True)
class Act:
    """The title of the task, why it is asked, the word on its button, and the page.

    Without a page of its own an act is brought from the dossier's page.
    """

    title: str
    why: str
    button: str
    page: str


ACTS: Final[Mapping[str, Act]] = {
    "submit": Act(
        N_("Submit a draft"),
        N_("The text waits for a Word file: a first one, or one that answers what was asked."),
        N_("Submit a file"),
        "submit",
    ),
    "translate": Act(
        N_("Hand the draft over to translation"),
        N_("The draft was taken in. Once it is handed over, the translators see it."),
        N_("Look at the draft"),
        "",
    ),
    "place-findings": Act(
        N_("Say where the findings lead"),
        N_(
            "The text rests on a consultation. Each finding leads to a paragraph, or to a reason "
            "why it leads nowhere; until then the draft is not handed over."
        ),
        N_("Place the findings"),
        "findings",
    ),
    "revise": Act(
        N_("Translate"),
        N_("Paragraphs wait for a translation. Memory and glossary were looked up already."),
        N_("Open the pair"),
        "pair",
    ),
    "certify": Act(
        N_("Certify the translation"),
        N_("Somebody else proposed it; you say whether it says the same."),
        N_("Read and certify"),
        "pair",
    ),
    "review": Act(
        N_("Open the review"),
        N_("Both languages are certified. Opening the review names everybody who decides."),
        N_("Open the review"),
        "",
    ),
    "decide": Act(
        N_("Decide on the pair"),
        N_("Your decision binds both languages as they stand. What changed comes first."),
        N_("Read and decide"),
        "step",
    ),
    "convene": Act(
        N_("Convene the board"),
        N_("All required approvals stand on the current pair."),
        N_("Prepare the session"),
        "session",
    ),
    "attend": Act(
        N_("Record who is there"),
        N_("The quorum is counted as people come in."),
        N_("Open the session"),
        "session",
    ),
    "open-ballot": Act(
        N_("Open the ballot"),
        N_("The quorum is met and the pair is shown to everybody."),
        N_("Open the session"),
        "session",
    ),
    "vote": Act(
        N_("Vote"),
        N_("The ballot is open. You get a receipt."),
        N_("Go to the ballot"),
        "session",
    ),
    "close-ballot": Act(
        N_("Proclaim the result"),
        N_("Every vote is cast. The result follows from them by the rules of the board."),
        N_("Open the session"),
        "session",
    ),
    "conform": Act(
        N_("Certify that the translation conforms"),
        N_("The board amended the text; the translation has to say what it adopted."),
        N_("Compare both languages"),
        "pair",
    ),
    "seal": Act(
        N_("Order the seal"),
        N_("The resolution is written; both languages can be sealed."),
        N_("See what will be sealed"),
        "seal",
    ),
    "approve-quote": Act(
        N_("Approve your words for the press"),
        N_("Nothing is published in your name that you have not approved, in each language."),
        N_("Read your words"),
        "publish",
    ),
    "publish": Act(
        N_("Publish"),
        N_("Both languages are sealed and pass the strict check."),
        N_("Prepare the publication"),
        "publish",
    ),
    "confirm-withdrawal": Act(
        N_("Confirm the withdrawal"),
        N_("The secretary ordered it. The files stay and the page says why."),
        N_("Read why"),
        "publish",
    ),
    "certify-erratum": Act(
        N_("Certify a corrected edition"),
        N_("Somebody else proposed the correction."),
        N_("Read the correction"),
        "publish",
    ),
}
"""By the name that ``approvals.waiting`` gives an act."""
