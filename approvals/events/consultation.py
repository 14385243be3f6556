"""The life of a consultation. No answer and no address is in an event: counts and digests only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from approvals.names import Bilingual, Digest, PersonId


@dataclass(frozen=True, slots=True)
class PublicCount:
    """How many of one public."""

    public: str
    count: int


@dataclass(frozen=True, slots=True)
class ConsultationPlanned:
    """A consultation is prepared; ``form`` is its questionnaire, a TOML file in the vault.

    ``keep_days`` is how long single answers are kept after the close.
    """

    by: PersonId
    title: Bilingual
    purpose: Bilingual
    form: Digest
    keep_days: int
    publics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConsultationOpened:
    """People may answer exactly this form, until and including a day.

    ``open_to`` are the publics that answer without an invitation.
    """

    by: PersonId
    form: Digest
    until: date
    open_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InvitationsMade:
    """So many people of each public were invited; who they are stands elsewhere, erasable."""

    by: PersonId
    invited: tuple[PublicCount, ...]


@dataclass(frozen=True, slots=True)
class RemindersMade:
    """So many people who had not answered were given a new link; the old ones serve no more."""

    by: PersonId
    reminded: tuple[PublicCount, ...]


@dataclass(frozen=True, slots=True)
class InvitationErased:
    """One invitation was erased because the person asked for it; nobody is named."""

    by: PersonId
    public: str


@dataclass(frozen=True, slots=True)
class ResponsesImported:
    """A file of responses was taken in, whole."""

    by: PersonId
    file: Digest
    responses: tuple[PublicCount, ...]


@dataclass(frozen=True, slots=True)
class ConsultationClosed:
    """Nobody answers any more.

    ``digest`` is SHA-256 over the sorted salted digests of all responses, one a line, so that
    whoever holds them can show later that none was added, changed or left out. The vault keeps that
    list under the same digest, and under ``tally`` the count by public with small numbers hidden:
    both stay when single answers are erased.
    """

    by: PersonId
    responses: tuple[PublicCount, ...]
    digest: Digest
    tally: Digest | None = None


@dataclass(frozen=True, slots=True)
class ResponseTakenBack:
    """After the close, a respondent had their answer erased by its receipt.

    ``digest`` is the salted digest that the list of the close has of it; nothing can be learnt
    from it once the salt is gone.
    """

    by: PersonId
    digest: Digest


@dataclass(frozen=True, slots=True)
class ConsultationSynthesised:
    """What it came to is written: the figures as data, and the papers in both languages."""

    by: PersonId
    data: Digest
    papers: tuple[Digest, ...]


@dataclass(frozen=True, slots=True)
class AnswersErased:
    """Single answers and invitations were erased; the tally and every digest stay."""

    by: PersonId
    responses: int
    invitations: int


ConsultationEvent = (
    ConsultationPlanned
    | ConsultationOpened
    | InvitationsMade
    | RemindersMade
    | InvitationErased
    | ResponsesImported
    | ConsultationClosed
    | ResponseTakenBack
    | ConsultationSynthesised
    | AnswersErased
)
