"""The board's rules and arithmetic: seats, quorum, majority, casting vote. Pure, recomputable.

Rules are dated, cited configuration (``rules``, read by ``files``; ``presets`` ship with the
product), never constants. ``count`` counts, ``case`` counts a case that belongs to no house. Who
may call, attend or vote is ``approvals.policy``'s and ``approvals.handlers``'.
"""

from __future__ import annotations

from approvals.board.count import (
    Place,
    Quorum,
    Tally,
    quorum,
    takes_part,
    tally,
    tally_box,
    total_seats,
    written_quorum,
)
from approvals.board.files import load, load_rules
from approvals.board.rules import (
    INSIDE,
    Attendance,
    Board,
    BoardFileError,
    BoardRules,
    Citation,
    College,
    MajorityBasis,
    Mode,
    Outcome,
    Presiding,
    ProxyScope,
    Reached,
    Seat,
    SecretBallot,
)

__all__ = [
    "INSIDE",
    "Attendance",
    "Board",
    "BoardFileError",
    "BoardRules",
    "Citation",
    "College",
    "MajorityBasis",
    "Mode",
    "Outcome",
    "Place",
    "Presiding",
    "ProxyScope",
    "Quorum",
    "Reached",
    "Seat",
    "SecretBallot",
    "Tally",
    "load",
    "load_rules",
    "quorum",
    "takes_part",
    "tally",
    "tally_box",
    "total_seats",
    "written_quorum",
]
