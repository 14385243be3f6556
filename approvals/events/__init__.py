"""The facts: everything that was ever decided or made, as frozen events.

An event says what happened and by whom; when it happened and what came before it is the ledger's
(``approvals.ledger``). Personal text is never in an event, only a note's id and salted digest.
Bytes and texts are named by their SHA-256 digest; the vault holds them. ``approvals.dossier`` turns
events into state, ``approvals.codec`` into canonical JSON and back.

One module an area; a new kind of event is a class there and a name in its union.
"""

from __future__ import annotations

from approvals.events.base import SYSTEM, NoteRef, ParagraphText
from approvals.events.board import (
    AttendanceRecorded,
    BallotId,
    BallotOpened,
    BoardEvent,
    BoxVote,
    Choice,
    ConformityCertified,
    ExtractCertified,
    MeetingConvened,
    MeetingId,
    MeetingRecalled,
    ObjectionRaised,
    PapersSent,
    QuorumMissed,
    ResolutionWritten,
    ResultProclaimed,
    TextAmended,
    VoteCast,
    VoteDropped,
)
from approvals.events.drafts import (
    Abandoned,
    Answer,
    Confidentiality,
    Counts,
    DossierOpened,
    DraftEvent,
    DraftSubmitted,
    Fallen,
    PairAligned,
    PairsCertified,
    PairText,
    TranslationPrepared,
    TranslationProposed,
    TranslationRequested,
    Waiver,
)
from approvals.events.house import HouseEvent, HouseFounded, PersonEnrolled
from approvals.events.links import DocumentLinked, LinkEvent, LinkKind
from approvals.events.publication import (
    Edition,
    EditionKind,
    EditionsSealed,
    PublicationEvent,
    PublicationOrdered,
    Published,
    SealingOrdered,
)
from approvals.events.review import Decision, DecisionMade, ReviewEvent, ReviewOpened

DossierEvent = DraftEvent | LinkEvent | ReviewEvent | BoardEvent | PublicationEvent

Event = HouseEvent | DossierEvent

__all__ = [
    "SYSTEM",
    "Abandoned",
    "Answer",
    "AttendanceRecorded",
    "BallotId",
    "BallotOpened",
    "BoardEvent",
    "BoxVote",
    "Choice",
    "Confidentiality",
    "ConformityCertified",
    "Counts",
    "Decision",
    "DecisionMade",
    "DocumentLinked",
    "DossierEvent",
    "DossierOpened",
    "DraftEvent",
    "DraftSubmitted",
    "Edition",
    "EditionKind",
    "EditionsSealed",
    "Event",
    "ExtractCertified",
    "Fallen",
    "HouseEvent",
    "HouseFounded",
    "LinkEvent",
    "LinkKind",
    "MeetingConvened",
    "MeetingId",
    "MeetingRecalled",
    "NoteRef",
    "ObjectionRaised",
    "PairAligned",
    "PairText",
    "PairsCertified",
    "PapersSent",
    "ParagraphText",
    "PersonEnrolled",
    "PublicationEvent",
    "PublicationOrdered",
    "Published",
    "QuorumMissed",
    "ResolutionWritten",
    "ResultProclaimed",
    "ReviewEvent",
    "ReviewOpened",
    "SealingOrdered",
    "TextAmended",
    "TranslationPrepared",
    "TranslationProposed",
    "TranslationRequested",
    "VoteCast",
    "VoteDropped",
    "Waiver",
]
