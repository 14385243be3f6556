"""The board's acts; ``approvals.board`` counts.

``meeting``: convocation, papers, attendance. ``ballot``: opening, votes, proclamation.
``amending``: what a board changes in session, and the conformity that follows. ``extracts``: the
certified extract. ``box``: the choices of a secret ballot, until it closes.
"""

from __future__ import annotations

from approvals.handlers.board.amending import Amend, Conform, amend, certify_conformity
from approvals.handlers.board.ballot import (
    CloseBallot,
    DropVote,
    OpenBallot,
    Vote,
    close_ballot,
    defer,
    drop_vote,
    open_ballot,
    vote,
)
from approvals.handlers.board.extracts import CertifyExtract, certify_extract
from approvals.handlers.board.meeting import (
    Attend,
    Convene,
    Object,
    attend,
    convene,
    declare_no_quorum,
    object_to_writing,
    recall,
    send_papers,
)

__all__ = [
    "Amend",
    "Attend",
    "CertifyExtract",
    "CloseBallot",
    "Conform",
    "Convene",
    "DropVote",
    "Object",
    "OpenBallot",
    "Vote",
    "amend",
    "attend",
    "certify_conformity",
    "certify_extract",
    "close_ballot",
    "convene",
    "declare_no_quorum",
    "defer",
    "drop_vote",
    "object_to_writing",
    "open_ballot",
    "recall",
    "send_papers",
    "vote",
]
