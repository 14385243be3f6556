"""The words for states, roles, statuses, stages and kinds, as sentences carry them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from approvals import events as ev
from approvals.circuits import AtDeadline
from approvals.errors import N_
from approvals.events import EditionKind, LinkKind
from approvals.names import Role
from approvals.policy import Stage
from approvals.standing import State, StepStatus
from approvals.workdays import Calendar

STATE_NAMES: Final[Mapping[State, str]] = {
    State.NEW: N_("new"),
    State.DRAFT: N_("draft"),
    State.TRANSLATING: N_("being translated"),
    State.ALIGNED: N_("both languages certified"),
    State.IN_REVIEW: N_("in review"),
    State.CHANGES_REQUESTED: N_("changes requested"),
    State.BOARD_READY: N_("ready for the board"),
    State.CONVENED: N_("board convened"),
    State.NO_QUORUM: N_("no quorum"),
    State.VOTING: N_("voting"),
    State.AMENDING: N_("being amended in session"),
    State.ADOPTED: N_("adopted"),
    State.REJECTED: N_("rejected"),
    State.DEFERRED: N_("deferred"),
    State.CONFORMITY: N_("adopted subject to conformity"),
    State.SEALING: N_("being sealed"),
    State.SEALED: N_("sealed"),
    State.EMBARGOED: N_("released for publication"),
    State.PUBLISHED: N_("published"),
    State.SUPERSEDED: N_("superseded"),
    State.WITHDRAWN: N_("withdrawn"),
    State.ABANDONED: N_("abandoned"),
}

TERMS: Final[Mapping[StrEnum, str]] = {
    Role.ADMINISTRATOR: N_("administrator"),
    Role.DRAFTER: N_("drafter"),
    Role.TRANSLATOR: N_("translator"),
    Role.REVISER: N_("reviser"),
    Role.REVIEWER: N_("reviewer"),
    Role.SECRETARY: N_("secretary"),
    Role.CHAIR: N_("chair"),
    Role.MEMBER: N_("member"),
    Role.COMMUNICATIONS: N_("communications"),
    StepStatus.WAITING: N_("waiting"),
    StepStatus.OPEN: N_("open"),
    StepStatus.APPROVED: N_("approved"),
    StepStatus.REFUSED: N_("refused"),
    StepStatus.NO_OPINION: N_("no opinion"),
    StepStatus.DELEGATED: N_("delegated"),
    StepStatus.VOIDED: N_("voided by a change"),
    Calendar.METROPOLE: N_("mainland France"),
    Calendar.ALSACE_MOSELLE: N_("Alsace and Moselle"),
    Calendar.GUADELOUPE: N_("Guadeloupe"),
    Calendar.GUYANE: N_("French Guiana"),
    Calendar.MARTINIQUE: N_("Martinique"),
    Calendar.MAYOTTE: N_("Mayotte"),
    Calendar.REUNION: N_("Réunion"),
    Calendar.SAINT_BARTHELEMY: N_("Saint Barthélemy"),
    Calendar.SAINT_MARTIN: N_("Saint Martin"),
    AtDeadline.ESCALATE: N_("asks others as well"),
    AtDeadline.BLOCK: N_("stays open"),
    ev.Confidentiality.PUBLIC: N_("public"),
    ev.Confidentiality.INTERNAL: N_("internal"),
    ev.Confidentiality.CONFIDENTIAL: N_("confidential"),
    ev.Decision.APPROVE: N_("approval"),
    ev.Decision.REQUEST_CHANGES: N_("changes requested"),
    ev.Decision.REJECT: N_("refusal"),
    ev.Decision.ABSTAIN: N_("abstention"),
    Stage.TRANSLATE: N_("translation"),
    Stage.ALIGN: N_("joining both languages"),
    Stage.DEADLINE: N_("recording a deadline that has passed"),
    Stage.RESOLUTION: N_("writing the resolution"),
    Stage.SEAL: N_("sealing"),
    Stage.PUBLISH: N_("publication"),
    Stage.SUCCESSION: N_("taking the earlier text’s place"),
    Stage.ERRATUM: N_("publishing a correction"),
    EditionKind.STATEMENT: N_("statement"),
    EditionKind.RESOLUTION: N_("resolution"),
    EditionKind.ERRATUM: N_("corrected edition"),
    LinkKind.AXES: N_("axes"),
    LinkKind.SYNTHESIS: N_("synthesis of the consultation"),
    LinkKind.PRESENTATION: N_("presentation"),
    LinkKind.EXPLANATION: N_("explanation"),
    LinkKind.OTHER: N_("linked document"),
}


DECISIONS: Final[Mapping[ev.Decision, str]] = {
    ev.Decision.APPROVE: N_("Approved"),
    ev.Decision.REQUEST_CHANGES: N_("Changes requested"),
    ev.Decision.REJECT: N_("Refused"),
    ev.Decision.ABSTAIN: N_("Abstained"),
}

EVENT_NAMES: Final[Mapping[str, str]] = {
    ev.HouseFounded.__name__: N_("House founded"),
    ev.PersonEnrolled.__name__: N_("Person enrolled"),
    ev.AccountChanged.__name__: N_("Account changed by an administrator"),
    ev.DossierOpened.__name__: N_("Dossier opened"),
    ev.DraftSubmitted.__name__: N_("Draft submitted"),
    ev.TranslationRequested.__name__: N_("Handed over to translation"),
    ev.TranslationPrepared.__name__: N_("Looked up in memory and glossary"),
    ev.TranslationProposed.__name__: N_("Translation proposed"),
    ev.PairsCertified.__name__: N_("Translation certified"),
    ev.PairAligned.__name__: N_("Both languages joined into a pair"),
    ev.ReviewOpened.__name__: N_("Review opened"),
    ev.DecisionMade.__name__: N_("Decision"),
    ev.RemarkMade.__name__: N_("Remark"),
    ev.RemarkAnswered.__name__: N_("Remark answered"),
    ev.RemarkClosed.__name__: N_("Remark closed"),
    ev.DeadlinePassed.__name__: N_("Deadline passed"),
    ev.TypographyVouched.__name__: N_("Change called typographic"),
    ev.TypographyWaived.__name__: N_("Approvals kept over typography"),
    ev.DelegationGiven.__name__: N_("Delegation given"),
    ev.DelegationWithdrawn.__name__: N_("Delegation withdrawn"),
    ev.MeetingConvened.__name__: N_("Board convened"),
    ev.MeetingRecalled.__name__: N_("Convocation taken back"),
    ev.AttendanceRecorded.__name__: N_("Attendance recorded"),
    ev.QuorumMissed.__name__: N_("No quorum"),
    ev.PapersSent.__name__: N_("Papers sent"),
    ev.ObjectionRaised.__name__: N_("Objection to deciding in writing"),
    ev.BallotOpened.__name__: N_("Ballot opened"),
    ev.VoteCast.__name__: N_("Vote cast"),
    ev.VoteDropped.__name__: N_("Vote put in the box"),
    ev.TextAmended.__name__: N_("Text amended in session"),
    ev.ResultProclaimed.__name__: N_("Result proclaimed"),
    ev.ConformityCertified.__name__: N_("Conformity of the translation certified"),
    ev.ResolutionWritten.__name__: N_("Resolution written"),
    ev.ExtractCertified.__name__: N_("Extract certified"),
    ev.SealingOrdered.__name__: N_("Seal ordered"),
    ev.EditionsSealed.__name__: N_("Editions sealed"),
    ev.PublicationOrdered.__name__: N_("Publication released"),
    ev.Published.__name__: N_("Published"),
    ev.QuoteAdded.__name__: N_("Quote proposed"),
    ev.QuoteApproved.__name__: N_("Quote approved"),
    ev.QuoteDropped.__name__: N_("Quote dropped"),
    ev.PressReleaseKept.__name__: N_("Press release kept"),
    ev.Superseded.__name__: N_("Superseded"),
    ev.SuccessionSettled.__name__: N_("Took the earlier text’s place"),
    ev.WithdrawalOrdered.__name__: N_("Withdrawal ordered"),
    ev.Withdrawn.__name__: N_("Withdrawn"),
    ev.ErratumProposed.__name__: N_("Correction proposed"),
    ev.ErratumCertified.__name__: N_("Correction certified"),
    ev.ErratumPublished.__name__: N_("Correction published"),
    ev.Abandoned.__name__: N_("Abandoned"),
    ev.ConsultationPlanned.__name__: N_("Consultation planned"),
    ev.ConsultationOpened.__name__: N_("Consultation opened"),
    ev.InvitationsMade.__name__: N_("Invitations made"),
    ev.RemindersMade.__name__: N_("Reminders made"),
    ev.InvitationErased.__name__: N_("Invitation erased"),
    ev.ResponsesImported.__name__: N_("Responses imported"),
    ev.ConsultationClosed.__name__: N_("Consultation closed"),
    ev.ResponseTakenBack.__name__: N_("Response taken back"),
    ev.ConsultationSynthesised.__name__: N_("Synthesis written"),
    ev.AnswersErased.__name__: N_("Answers erased"),
    ev.CodingOpened.__name__: N_("Coding dealt"),
    ev.SheetTaken.__name__: N_("Coding sheet taken"),
    ev.CodingSettled.__name__: N_("Coding settled"),
    ev.InterviewRegistered.__name__: N_("Interview registered"),
    ev.ConsentWithdrawn.__name__: N_("Consent withdrawn"),
    ev.FindingRegistered.__name__: N_("Finding registered"),
    ev.ConsultationAttached.__name__: N_("Consultation attached"),
    ev.FindingLinked.__name__: N_("Finding linked"),
    ev.FindingWaived.__name__: N_("Finding waived"),
}
"""What happened, by kind of event."""


def term(value: object) -> str | None:
    """Give the sentence-ready word for a state, role, status, stage or kind; None for all else.

    Errors carry these as they are, so that whoever shows a sentence can translate them.
    """
    if isinstance(value, State):
        return STATE_NAMES[value]
    return TERMS.get(value) if isinstance(value, StrEnum) else None
