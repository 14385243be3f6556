"""What each kind of event changes in a dossier: one function a kind, one module an area.

A change never refuses and looks at nothing but the dossier, the event, its time and its sequence.
An event without a change here says nothing about the state.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from approvals.replay import board, drafts, findings, links, publication, remarks, review
from approvals.replay.base import Change

CHANGES: Final[Mapping[type, Change]] = {
    **drafts.CHANGES,
    **links.CHANGES,
    **findings.CHANGES,
    **remarks.CHANGES,
    **review.CHANGES,
    **board.CHANGES,
    **publication.CHANGES,
}
