"""What the board's acts share: the meeting, its ballot, who holds a seat, the rules' digest."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from approvals import codec
from approvals.board import BoardRules, Mode
from approvals.circuits import rule_digest
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError
from approvals.handlers.base import Scene
from approvals.names import Digest
from approvals.ports import Json
from approvals.standing import Ballot, Meeting


def rule_of(rules: BoardRules) -> Digest:
    """Digest the rules as they are meant.

    What stands at its default is left out, so that a rule that a later version of the house adds
    does not change the digest of those that were pinned before.
    """
    told = {
        field.name: codec.encode(getattr(rules, field.name))
        for field in dataclasses.fields(rules)
        if field.default is dataclasses.MISSING or getattr(rules, field.name) != field.default
    }
    value: dict[str, Json] = told
    return rule_digest(value)


def meeting_of(dossier: Dossier) -> Meeting:
    """Give the meeting; raise where the board is not convened."""
    if dossier.meeting is None:
        raise GuardError(
            "meeting:none",
            N_("The board is not convened. The secretary convenes it."),
            dossier=dossier.id,
        )
    return dossier.meeting


def ballot_of(dossier: Dossier) -> Ballot:
    """Give the open ballot; raise where there is none."""
    if dossier.ballot is None:
        raise GuardError(
            "ballot:none",
            N_("No ballot is open. The secretary opens it."),
            dossier=dossier.id,
        )
    return dossier.ballot


def holder_of(meeting: Meeting, seat: str) -> str:
    """Give who holds a seat of this board; raise where there is no such seat."""
    holder = next((one.holder for one in meeting.called.seats if one.id == seat), None)
    if holder is None:
        raise GuardError(
            "attend:seat",
            N_("The board has no seat {seat}. Its seats are {seats}."),
            seat=seat,
            seats=tuple(one.id for one in meeting.called.seats),
        )
    return holder


def begun(scene: Scene, meeting: Meeting) -> None:
    """Raise before the session begins."""
    if scene.now < meeting.called.when:
        raise GuardError(
            "attend:day",
            N_("The session begins on {when}; attendance is recorded from then on."),
            when=meeting.called.when,
        )


def in_writing(meeting: Meeting) -> bool:
    """Say whether the board decides in writing."""
    return meeting.called.mode is Mode.WRITTEN


def closes(meeting: Meeting) -> datetime:
    """Give the end of a written consultation."""
    return meeting.called.closes or meeting.called.when
