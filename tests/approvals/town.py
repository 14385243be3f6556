"""A small town for the handlers' tests: its people, one dossier, and the way down the road.

``Paper`` is the store on paper, in memory: it keeps the promises of ``approvals.ports`` and nothing
more. ``Town`` brings commands to the real handlers; ``Town.reach`` walks to any state.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from types import TracebackType
from typing import Any, Self

from approvals import codec, policy
from approvals import events as ev
from approvals.board import (
    Attendance,
    Board,
    BoardRules,
    MajorityBasis,
    Mode,
    Seat,
)
from approvals.canon import canonical
from approvals.circuits import AtDeadline, Circuit, Step
from approvals.dossier import Dossier
from approvals.errors import ApprovalError, KeyReusedError, StaleVersionError
from approvals.handlers import board as session
from approvals.handlers import (
    deadlines,
    delegation,
    drafts,
    findings,
    life,
    links,
    people,
    press,
    publication,
    remarks,
    review,
    waiver,
)
from approvals.handlers.base import Command, Office, WithReason, refusal
from approvals.ledger import START, Entry, entry_hash
from approvals.names import ENGLISH, FRENCH, Bilingual, Digest, ParagraphId, PersonId, Role
from approvals.ports import Contact, Json, Note, NoteId
from approvals.register import HOUSE, Register
from approvals.standing import State

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ID = "statement"
CONSULTATION = "consultation:summer"
"""A consultation of the town, of which two things were found."""
WORDS = Bilingual(fr="Raison d’être", en="Mission statement")


def digest(text: str) -> Digest:
    return Digest(hashlib.sha256(text.encode()).hexdigest())


@dataclass
class Paper:
    """The store on paper."""

    entries: list[Entry] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    people: list[Contact] = field(default_factory=list)
    outbox: list[tuple[str, int]] = field(default_factory=list)

    def begin(self) -> PaperWork:
        return PaperWork(self)

    def snapshot(self) -> tuple[object, ...]:
        return tuple(self.entries), dict(self.notes), tuple(self.people), tuple(self.outbox)


class PaperWork:
    """One transaction: works on a copy, which ``commit`` makes the original."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper

    def __enter__(self) -> Self:
        paper = self.paper
        self.copy = Paper([*paper.entries], {**paper.notes}, [*paper.people], [*paper.outbox])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del self.copy

    def history(self, stream: str) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.copy.entries if entry.stream == stream)

    def streams(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(entry.stream for entry in self.copy.entries))

    def find(self, key: str) -> Entry | None:
        return next((entry for entry in self.copy.entries if entry.key == key), None)

    def read_note(self, note: NoteId) -> str | None:
        return self.copy.notes.get(note)

    def contacts(self) -> tuple[Contact, ...]:
        return tuple(self.copy.people)

    def append(
        self,
        stream: str,
        *,
        expected: int,
        type: str,
        payload: Mapping[str, Json],
        key: str,
        at: datetime,
        wake: bool = True,
    ) -> Entry:
        if self.find(key) is not None:
            raise KeyReusedError("The key {key} was used.", key=key)
        found = len(self.history(stream))
        if found != expected:
            raise StaleVersionError("{expected}, not {found}", expected=expected, found=found)
        fields: dict[str, Any] = {
            "sequence": len(self.copy.entries) + 1,
            "stream": stream,
            "version": expected + 1,
            "type": type,
            "payload": canonical(payload),
            "time": at,
            "key": key,
            "previous": self.copy.entries[-1].hash if self.copy.entries else START,
        }
        entry = Entry(**fields, hash=entry_hash(**fields))
        self.copy.entries.append(entry)
        if wake:
            self.copy.outbox.append((stream, entry.sequence))
        return entry

    def write_note(self, note: NoteId, text: str) -> Note:
        self.copy.notes[note] = text
        return Note(note, digest(f"salt {text}"))

    def erase_note(self, note: NoteId) -> bool:
        return self.copy.notes.pop(note, None) is not None

    def put_contact(self, contact: Contact) -> None:
        self.copy.people = [one for one in self.copy.people if one.id != contact.id] + [contact]

    def commit(self) -> None:
        kept = self.copy
        self.paper.entries, self.paper.notes = kept.entries, kept.notes
        self.paper.people, self.paper.outbox = kept.people, kept.outbox


@dataclass
class Watch:
    """A clock that stands still until it is put forward."""

    at: datetime = MONDAY

    def now(self) -> datetime:
        return self.at


@dataclass
class Counter:
    """Identifiers that count."""

    count: int = 0

    def new(self, kind: str) -> str:
        self.count += 1
        return f"{kind}-{self.count}"


PEOPLE: Mapping[str, tuple[Role, ...]] = {
    "admin": (Role.ADMINISTRATOR,),
    "drafter": (Role.DRAFTER,),
    "translator": (Role.TRANSLATOR,),
    "second-translator": (Role.TRANSLATOR, Role.REVISER),
    "reviser": (Role.REVISER,),
    "legal": (Role.REVIEWER,),
    "schools": (Role.REVIEWER,),
    "one": (Role.REVIEWER,),
    "two": (Role.REVIEWER,),
    "three": (Role.REVIEWER,),
    "outsider": (Role.REVIEWER,),
    "jack": (Role.DRAFTER, Role.TRANSLATOR, Role.REVISER, Role.REVIEWER),
    "secretary": (Role.SECRETARY,),
    "chair": (Role.CHAIR, Role.MEMBER),
    "m2": (Role.MEMBER,),
    "m3": (Role.MEMBER,),
    "m4": (Role.MEMBER,),
    "m5": (Role.MEMBER,),
    "press": (Role.COMMUNICATIONS,),
    "nobody": (),
}


def step(id: str, deciders: Iterable[str], required: int = 1, **more: Any) -> Step:
    values: dict[str, Any] = {
        "after": (),
        "working_days": 5,
        "at_deadline": AtDeadline.BLOCK,
        **more,
    }
    return Step(id, WORDS, tuple(deciders), required, **values)


CIRCUIT = Circuit(
    "circuit",
    1,
    WORDS,
    (
        step("legal", ["legal"]),
        step("schools", ["schools"]),
        step("executive", ["one", "two", "three"], 2, after=("legal", "schools")),
    ),
)
"""Two steps in parallel, then two of three."""

RULES = BoardRules(
    id="board",
    version=1,
    title=WORDS,
    institution=WORDS,
    in_force_from=date(2020, 1, 1),
    notice_days=10,
    urgent_notice_days=1,
    quorum_share="1/2",
    quorum_counts=(Attendance.PRESENT, Attendance.REMOTE, Attendance.REPRESENTED),
    second_call_notice_days=5,
    second_call_quorum_share="0",
    proxies_per_person=1,
    majority_share="1/2",
    majority_basis=MajorityBasis.VOTES_CAST,
    casting_vote=True,
    colleges=(),
    citations=(),
)

BOARD = Board(
    RULES,
    tuple(
        Seat(f"S{n}", "c", holder, date(2026, 1, 1), date(2027, 12, 31), holder == "chair")
        for n, holder in enumerate(("chair", "m2", "m3", "m4", "m5"), 1)
    ),
)

WRITING = replace(
    BOARD,
    rules=replace(
        RULES,
        modes=(Mode.SESSION, Mode.CONFERENCE, Mode.WRITTEN),
        written_days=3,
        written_objections=2,
    ),
)
"""The same board where it may also decide in writing; two objections force a session."""

TEXT = {
    "00000001": "We build.",
    "00000002": "With all.",
    "00000003": "For long.",
    "00000004": "* * *",
}
"""A text of four paragraphs; the last has no words to translate."""
PLAIN = (ParagraphId("00000004"),)


def paragraphs(text: Mapping[str, str]) -> tuple[ev.ParagraphText, ...]:
    return tuple(ev.ParagraphText(ParagraphId(id), digest(words)) for id, words in text.items())


def whole(text: Mapping[str, str]) -> Digest:
    return digest("\n".join(text.values()))


@dataclass
class Town:
    """People, a clock, paper, and one dossier on its road."""

    paper: Paper = field(default_factory=Paper)
    clock: Watch = field(default_factory=Watch)
    ids: Counter = field(default_factory=Counter)
    text: dict[str, str] = field(default_factory=lambda: {**TEXT})
    french: dict[str, str] = field(default_factory=dict)
    keys: int = 0

    @classmethod
    def founded(cls) -> Town:
        town = cls()
        town.bring(people.found_house, people.FoundHouse, "admin", institution=WORDS, head_key="k")
        for handle, roles in PEOPLE.items():
            town.enrol(handle, *roles)
        drafter, form = PersonId("drafter"), digest("form")
        for event in (
            ev.ConsultationPlanned(drafter, WORDS, WORDS, form, 365, ("staff",)),
            ev.ConsultationOpened(drafter, form, MONDAY.date(), ()),
            ev.ConsultationClosed(drafter, (ev.PublicCount("staff", 1234),), digest("all")),
        ):
            town.inject(event, CONSULTATION)
        for finding in ("C1", "C2"):
            proof = ev.Evidence(ev.EvidenceKind.ANSWER, "useful", "training", 1234)
            found = ev.FindingRegistered(drafter, finding, WORDS, (proof,))
            town.inject(found, CONSULTATION)
        return town

    @classmethod
    def at(cls, state: State) -> Town:
        """A town of its own in ``state``; the way there is walked once."""
        return _walked(state).another()

    def another(self) -> Town:
        """A copy that goes its own way."""
        paper = self.paper
        return Town(
            Paper([*paper.entries], {**paper.notes}, [*paper.people], [*paper.outbox]),
            Watch(self.clock.at),
            Counter(self.ids.count),
            {**self.text},
            {**self.french},
            self.keys,
        )

    @property
    def office(self) -> Office:
        return Office(self.paper.begin, self.clock, self.ids)

    @property
    def history(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.paper.entries if entry.stream == ID)

    @property
    def dossier(self) -> Dossier:
        return Dossier.replay(ID, self.history)

    @property
    def state(self) -> State:
        return self.dossier.state

    @property
    def pair(self) -> Digest:
        pair = self.dossier.pair
        assert pair is not None
        return pair

    @property
    def register(self) -> Register:
        return Register.replay(entry for entry in self.paper.entries if entry.stream == HOUSE)

    def bring(
        self,
        handler: Callable[[Any, Office], Entry],
        command: type[Command],
        by: str,
        **fields: Any,
    ) -> Entry:
        self.keys += 1
        given = {"dossier": ID, "by": PersonId(by), "key": f"key-{self.keys}", **fields}
        return handler(command(**given), self.office)

    def inject(self, event: ev.Event, dossier: str = ID) -> None:
        """Write what no handler would: a ledger that came from elsewhere."""
        with self.paper.begin() as work:
            work.append(
                dossier,
                expected=len(work.history(dossier)),
                type=type(event).__name__,
                payload=codec.payload(event),
                key=self.ids.new("injected"),
                at=self.clock.at,
            )
            work.commit()

    def later(self, **by: float) -> None:
        self.clock.at += timedelta(**by)

    def enrol(self, handle: str, *roles: Role, by: str = "admin", **more: Any) -> Entry:
        contact = Contact(handle, handle, handle.title(), f"{handle}@example.org", "fr")
        fields = {"contact": contact, "roles": roles, "dossier": HOUSE, **more}
        return self.bring(people.enrol_person, people.EnrolPerson, by, **fields)

    def account(self, who: str, act: ev.AccountAct, by: str = "admin", **more: Any) -> Entry:
        fields = {"person": PersonId(who), "act": act, "dossier": HOUSE, **more}
        return self.bring(people.change_account, people.ChangeAccount, by, **fields)

    def open(self, by: str = "drafter", **more: Any) -> Entry:
        fields: dict[str, Any] = {
            "title": WORDS,
            "source": ENGLISH,
            "target": FRENCH,
            "authoritative": FRENCH,
            "confidentiality": ev.Confidentiality.INTERNAL,
            **more,
        }
        return self.bring(drafts.open_dossier, drafts.OpenDossier, by, **fields)

    def submit(self, by: str = "drafter", *, answer: bool = True, **more: Any) -> Entry:
        answers = tuple((point.sequence, "Done.") for point in self.dossier.open_points)
        fields: dict[str, Any] = {
            "upload": digest(f"upload {whole(self.text)}"),
            "version": digest(f"version {whole(self.text)}"),
            "text": whole(self.text),
            "paragraphs": paragraphs(self.text),
            "untranslatable": PLAIN,
            "answers": answers if answer else (),
            **more,
        }
        return self.bring(drafts.submit_draft, drafts.SubmitDraft, by, **fields)

    def translate(self, by: str = "drafter", **more: Any) -> Entry:
        return self.bring(drafts.request_translation, Command, by, **more)

    def prepare(self, by: str = ev.SYSTEM, **more: Any) -> Entry:
        found = [self.pair_text(id, f"machine {self.text[id]}") for id in self.untranslated]
        fields: dict[str, Any] = {
            "text": whole(self.text),
            "paragraphs": tuple(found),
            "counts": ev.Counts(0, 0, len(found), 0, 0),
            **more,
        }
        return self.bring(drafts.record_translation, drafts.RecordTranslation, by, **fields)

    @property
    def untranslated(self) -> tuple[ParagraphId, ...]:
        return policy.untranslated(self.dossier)

    def pair_text(self, id: str, units: str) -> ev.PairText:
        return ev.PairText(ParagraphId(id), digest(self.text[id]), digest(units))

    def propose(
        self, by: str = "translator", only: Iterable[str] | None = None, word: str = "", **more: Any
    ) -> Entry:
        open_ = [
            id for id, one in policy.translatable(self.dossier).items() if one.proposed_by is None
        ]
        chosen = open_ if only is None else list(only)
        for id in chosen:
            self.french[id] = f"{word}{self.text[id]}"
        found = tuple(self.pair_text(id, f"{self.french[id]} by {by}") for id in chosen)
        fields = {"paragraphs": found, **more}
        return self.bring(drafts.propose_translation, drafts.Propose, by, **fields)

    def certify(self, by: str = "reviser", only: Iterable[str] | None = None, **more: Any) -> Entry:
        pairs = self.dossier.pairs
        chosen = policy.uncertified(self.dossier) if only is None else only
        found = tuple(
            ev.PairText(ParagraphId(id), pairs[ParagraphId(id)].source, units)
            for id in chosen
            if (units := pairs[ParagraphId(id)].units) is not None
        )
        fields = {"paragraphs": found, **more}
        return self.bring(drafts.certify_pairs, drafts.Certify, by, **fields)

    def edition(self) -> dict[str, str]:
        return {id: f"fr {self.french.get(id, words)}" for id, words in self.text.items()}

    def align(self, by: str = ev.SYSTEM, **more: Any) -> Entry:
        edition = self.edition()
        fields: dict[str, Any] = {
            "draft": whole(self.text),
            "version": digest(f"version {whole(edition)}"),
            "text": whole(edition),
            "paragraphs": paragraphs(edition),
            **more,
        }
        return self.bring(drafts.record_pair, drafts.RecordPair, by, **fields)

    def review(self, by: str = "drafter", circuit: Circuit = CIRCUIT, **more: Any) -> Entry:
        fields = {"circuit": circuit, **more}
        return self.bring(review.open_review, review.OpenReview, by, **fields)

    def decide(self, by: str, decision: ev.Decision = ev.Decision.APPROVE, **more: Any) -> Entry:
        refusing = decision in (ev.Decision.REJECT, ev.Decision.REQUEST_CHANGES)
        fields: dict[str, Any] = {
            "step": None,
            "decision": decision,
            "pair": self.dossier.pair or digest("none"),
            "reason": "Because." if refusing else None,
            **more,
        }
        return self.bring(review.decide, review.MakeDecision, by, **fields)

    def refuse(self, by: str, *only: str, **more: Any) -> Entry:
        where = tuple(map(ParagraphId, only))
        return self.decide(by, ev.Decision.REQUEST_CHANGES, paragraphs=where, **more)

    def pass_deadline(self, step: str = "legal", by: str = ev.SYSTEM, **more: Any) -> Entry:
        fields = {"step": step, **more}
        return self.bring(deadlines.pass_deadline, deadlines.PassDeadline, by, **fields)

    def expire(self) -> None:
        """Let the deadlines of the open steps go by."""
        self.later(days=14)

    def delegate(self, by: str, to: str, **more: Any) -> Entry:
        today = self.clock.at.date()
        fields: dict[str, Any] = {
            "to": PersonId(to),
            "first": today,
            "last": today + timedelta(days=20),
            "within": ID,
            **more,
        }
        return self.bring(delegation.give_delegation, delegation.GiveDelegation, by, **fields)

    def withdraw(self, by: str, id: str) -> Entry:
        return self.bring(
            delegation.withdraw_delegation,
            delegation.WithdrawDelegation,
            by,
            delegation=ev.DelegationId(id),
        )

    def respell(self, id: str = "00000002") -> None:
        """Change one paragraph of the French in its typography alone, and join the pair anew."""
        self.propose(only=[id], word="typographic ")
        self.certify()
        self.align()

    def typography(self, *ids: str) -> tuple[ev.TypographicChange, ...]:
        """The proofs for what fell in these paragraphs."""
        dossier = self.dossier
        assert dossier.opened
        languages = dossier.opened.source, dossier.opened.target
        found = {
            ev.TypographicChange(id, language, old, new, digest(f"meaning {id}"))
            for lost in dossier.lost.values()
            for id, one in lost.items()
            if id in ids and id in dossier.pair_paragraphs
            for language, old, new in zip(
                languages,
                (one.approval.source, one.approval.target),
                dossier.pair_paragraphs[id],
                strict=True,
            )
            if old != new
        }
        return tuple(sorted(found, key=lambda one: (one.paragraph, one.language, one.before)))

    def vouch(self, by: str = "outsider", *ids: str, **more: Any) -> Entry:
        return self._waiver(waiver.vouch_typography, by, ids, more)

    def waive(self, by: str = "three", *ids: str, **more: Any) -> Entry:
        return self._waiver(waiver.waive_typography, by, ids, more)

    def _waiver(
        self, handler: Callable[..., Entry], by: str, ids: tuple[str, ...], more: dict[str, Any]
    ) -> Entry:
        fields = {
            "pair": self.dossier.pair or digest("none"),
            "changes": self.typography(*(ids or ("00000002",))),
            **more,
        }
        return self.bring(handler, waiver.Waive, by, **fields)

    def convene(self, by: str = "secretary", **more: Any) -> Entry:
        fields: dict[str, Any] = {
            "board": BOARD,
            "when": self.clock.at + timedelta(days=10),
            "place": "Palaiseau",
            **more,
        }
        return self.bring(session.convene, session.Convene, by, **fields)

    def convene_in_writing(self, **more: Any) -> Entry:
        """A written consultation of five days that begins after the notice."""
        begins = self.clock.at + timedelta(days=10)
        fields = {"when": begins, "closes": begins + timedelta(days=5), **more}
        return self.convene(board=WRITING, mode=Mode.WRITTEN, **fields)

    def send_papers(self, by: str = "secretary") -> Entry:
        return self.bring(session.send_papers, Command, by)

    def object(self, by: str, seat: str, reason: str | None = "We have to talk.") -> Entry:
        return self.bring(session.object_to_writing, session.Object, by, seat=seat, reason=reason)

    def recall(self, by: str = "secretary", reason: str | None = "Postponed.") -> Entry:
        return self.bring(session.recall, WithReason, by, reason=reason)

    def begin(self) -> None:
        """Let time go by until the session begins."""
        meeting = self.dossier.meeting
        assert meeting
        self.clock.at = max(self.clock.at, meeting.called.when)

    def attend(
        self,
        seat: str,
        attendance: Attendance = Attendance.PRESENT,
        by: str = "secretary",
        **more: Any,
    ) -> Entry:
        fields = {"seat": seat, "attendance": attendance, **more}
        return self.bring(session.attend, session.Attend, by, **fields)

    def represent(self, seat: str, by: str) -> Entry:
        return self.attend(seat, Attendance.REPRESENTED, proxy_to=by)

    def no_quorum(self, by: str = "secretary") -> Entry:
        return self.bring(session.declare_no_quorum, Command, by)

    def open_ballot(self, by: str = "secretary", **more: Any) -> Entry:
        fields = {"pair": policy.votable(self.dossier), **more}
        return self.bring(session.open_ballot, session.OpenBallot, by, **fields)

    def vote(self, by: str, seat: str, choice: ev.Choice = ev.Choice.FOR, **more: Any) -> Entry:
        fields = {"seat": seat, "choice": choice, **more}
        return self.bring(session.vote, session.Vote, by, **fields)

    def drop_vote(
        self, by: str, seat: str, choice: ev.Choice = ev.Choice.FOR, **more: Any
    ) -> Entry:
        fields = {"seat": seat, "choice": choice, "receipt": receipt(by, seat), **more}
        return self.bring(session.drop_vote, session.DropVote, by, **fields)

    def amend(self, by: str = "secretary", word: str = "Amended.", **more: Any) -> Entry:
        text = {**self.text, "00000002": f"{self.text['00000002']} {word}"}
        opened = self.dossier.opened
        fields: dict[str, Any] = {
            "language": opened.source if opened else ENGLISH,
            "upload": digest(f"upload {whole(text)}"),
            "version": digest(f"version {whole(text)}"),
            "text": whole(text),
            "paragraphs": paragraphs(text),
            "untranslatable": PLAIN,
            **more,
        }
        entry = self.bring(session.amend, session.Amend, by, **fields)
        self.text = text
        return entry

    def defer(self, by: str = "secretary", reason: str | None = "More work.") -> Entry:
        return self.bring(session.defer, WithReason, by, reason=reason)

    def conform(self, by: str = "reviser", **more: Any) -> Entry:
        fields = {"pair": self.dossier.pair or digest("none"), **more}
        return self.bring(session.certify_conformity, session.Conform, by, **fields)

    def translate_amendment(self) -> None:
        """From an adopted amendment to a pair again."""
        self.prepare()
        self.propose()
        self.certify()
        self.align()

    def extract(self, by: str = "secretary") -> Entry:
        fields = {"fr": digest("extract fr"), "en": digest("extract en")}
        return self.bring(session.certify_extract, session.CertifyExtract, by, **fields)

    def close_ballot(self, by: str = "secretary", **more: Any) -> Entry:
        return self.bring(session.close_ballot, session.CloseBallot, by, **more)

    def write_resolution(self, by: str = ev.SYSTEM) -> Entry:
        fields = {"fr": digest("resolution fr"), "en": digest("resolution en")}
        return self.bring(publication.record_resolution, publication.RecordResolution, by, **fields)

    def order_seal(self, by: str = "secretary") -> Entry:
        return self.bring(publication.order_seal, Command, by)

    def editions(self) -> tuple[ev.Edition, ...]:
        dossier = self.dossier
        assert dossier.draft
        assert dossier.target
        assert dossier.resolution
        files = (
            (ev.EditionKind.STATEMENT, ENGLISH, dossier.draft.version),
            (ev.EditionKind.STATEMENT, FRENCH, dossier.target.version),
            (ev.EditionKind.RESOLUTION, FRENCH, dossier.resolution.fr),
            (ev.EditionKind.RESOLUTION, ENGLISH, dossier.resolution.en),
        )
        return tuple(
            ev.Edition(kind, language, file, digest(f"sealed {file}"), "TOTAL-PASSED")
            for kind, language, file in files
        )

    def seal(self, by: str = ev.SYSTEM, **more: Any) -> Entry:
        dossier = self.dossier
        fields: dict[str, Any] = {
            "editions": more.pop("editions") if "editions" in more else self.editions(),
            "texts": (
                (ENGLISH, dossier.draft and dossier.draft.text),
                (FRENCH, dossier.target and dossier.target.text),
            ),
            "certificate": digest("certificate"),
            "demonstration": True,
            **more,
        }
        return self.bring(publication.record_seal, publication.RecordSeal, by, **fields)

    def release(self, by: str = "press", **more: Any) -> Entry:
        return self.bring(publication.order_publication, publication.OrderPublication, by, **more)

    def publish(self, by: str = ev.SYSTEM) -> Entry:
        return self.bring(publication.record_publication, Command, by)

    def successor(self, dossier: str = "successor", succeeds: str | None = ID) -> None:
        """Another dossier, published in the place of this one."""
        opened = ev.DossierOpened(
            PersonId("drafter"),
            WORDS,
            ENGLISH,
            FRENCH,
            FRENCH,
            ev.Confidentiality.INTERNAL,
            succeeds,
        )
        self.inject(opened, dossier)
        self.inject(ev.Published(ev.SYSTEM, ()), dossier)

    def supersede(self, by: str = ev.SYSTEM, successor: str = "successor") -> Entry:
        return self.bring(life.supersede, life.Supersede, by, successor=successor)

    def settle(self, by: str = ev.SYSTEM) -> Entry:
        return self.bring(life.settle_succession, Command, by)

    def withdraw_text(self, by: str = "secretary", **more: Any) -> Entry:
        fields: dict[str, Any] = {
            "ground": ev.Ground.RESOLUTION,
            "reference": "2027-04",
            "reason": "Replaced.",
            **more,
        }
        return self.bring(life.withdraw, life.Withdraw, by, **fields)

    def confirm_withdrawal(self, by: str = "chair") -> Entry:
        return self.bring(life.confirm_withdrawal, Command, by)

    def correct(self, by: str = "translator", word: str = "corrected", **more: Any) -> Entry:
        fields: dict[str, Any] = {
            "language": ENGLISH,
            "version": digest(f"version {word}"),
            "text": digest(word),
            "reason": "A slip.",
            **more,
        }
        return self.bring(life.propose_erratum, life.ProposeErratum, by, **fields)

    def certify_correction(self, by: str = "reviser") -> Entry:
        return self.bring(life.certify_erratum, Command, by)

    def publish_correction(self, by: str = ev.SYSTEM, **more: Any) -> Entry:
        errata = [one.proposed for one in self.dossier.errata.values()]
        told = errata[-1]
        edition = ev.Edition(
            ev.EditionKind.ERRATUM,
            told.language,
            told.version,
            digest(f"sealed {told.version}"),
            "TOTAL-PASSED",
        )
        fields = {"erratum": told.erratum, "edition": edition, "text": told.text, **more}
        return self.bring(life.record_erratum, life.RecordErratum, by, **fields)

    def quote(self, by: str = "press", speaker: str = "chair", **more: Any) -> Entry:
        fields: dict[str, Any] = {
            "quote": ev.QuoteId("chair"),
            "speaker": PersonId(speaker),
            "fr": "Nous bâtissons.",
            "en": "We build.",
            **more,
        }
        return self.bring(press.add_quote, press.AddQuote, by, **fields)

    def approve_quote(self, by: str = "chair", language: str = FRENCH, **more: Any) -> Entry:
        quote = self.dossier.quotes.get(ev.QuoteId("chair"))
        fields: dict[str, Any] = {
            "quote": ev.QuoteId("chair"),
            "language": language,
            "text": quote.text(language).digest if quote else digest("none"),
            **more,
        }
        return self.bring(press.approve_quote, press.ApproveQuote, by, **fields)

    def drop_quote(self, by: str = "press", **more: Any) -> Entry:
        fields = {"quote": ev.QuoteId("chair"), **more}
        return self.bring(press.drop_quote, press.DropQuote, by, **fields)

    def press_release(self, by: str = "press", **more: Any) -> Entry:
        fields = {"fr": digest("release fr"), "en": digest("release en"), **more}
        return self.bring(press.keep_press_release, press.KeepPressRelease, by, **fields)

    def abandon(self, by: str = "drafter", reason: str | None = "Given up.") -> Entry:
        return self.bring(drafts.abandon, WithReason, by, reason=reason)

    def link(self, by: str = "drafter", **more: Any) -> Entry:
        number = len(self.dossier.links) + 1
        fields = {
            "kind": ev.LinkKind.EXPLANATION,
            "title": WORDS,
            "language": None,
            "name": f"explanation {number}.docx",
            "document": digest(f"explanation {number}"),
            **more,
        }
        return self.bring(links.link_document, links.LinkDocument, by, **fields)

    def attach(self, by: str = "drafter", **more: Any) -> Entry:
        fields = {"consultation": CONSULTATION, **more}
        return self.bring(findings.attach_consultation, findings.AttachConsultation, by, **fields)

    def lay(self, by: str = "drafter", *paragraphs: str, **more: Any) -> Entry:
        fields = {
            "consultation": CONSULTATION,
            "finding": "C1",
            "paragraphs": tuple(map(ParagraphId, paragraphs or ("00000001",))),
            **more,
        }
        return self.bring(findings.link_finding, findings.LinkFinding, by, **fields)

    def waive_finding(self, by: str = "drafter", **more: Any) -> Entry:
        fields = {"consultation": CONSULTATION, "finding": "C2", "reason": "Too narrow.", **more}
        return self.bring(findings.waive_finding, findings.WaiveFinding, by, **fields)

    def remark(self, by: str = "legal", **more: Any) -> Entry:
        draft = self.dossier.draft
        first = draft.paragraphs[0] if draft else ev.ParagraphText(ParagraphId(""), Digest(""))
        fields = {
            "language": self.dossier.opened.source if self.dossier.opened else ENGLISH,
            "paragraph": first.id,
            "text": first.digest,
            "words": "Is this right?",
            **more,
        }
        return self.bring(remarks.make_remark, remarks.MakeRemark, by, **fields)

    def first_remark(self) -> ev.RemarkId:
        return next(iter(self.dossier.remarks), ev.RemarkId("remark-0"))

    def answer_remark(self, by: str = "drafter", **more: Any) -> Entry:
        fields = {"remark": self.first_remark(), "words": "It is.", **more}
        return self.bring(remarks.answer_remark, remarks.AnswerRemark, by, **fields)

    def close_remark(self, by: str = "legal", **more: Any) -> Entry:
        fields = {"remark": self.first_remark(), **more}
        return self.bring(remarks.close_remark, remarks.CloseRemark, by, **fields)

    def certified(self) -> None:
        """From a draft in hand to a pair."""
        self.translate()
        if self.untranslated:
            self.prepare()
            self.propose()
            self.certify()
        self.align()

    def approved(self) -> None:
        for who in ("legal", "schools", "one", "two"):
            if self.dossier.state is State.IN_REVIEW:
                self.decide(who)

    def reach(self, state: State) -> Town:
        """Walk from nothing to ``state``."""
        _WAYS[state](self)
        assert self.state is state
        return self


def after(state: State, *acts: Callable[[Town], object]) -> Callable[[Town], None]:
    def walk(town: Town) -> None:
        town.reach(state)
        for act in acts:
            act(town)

    return walk


def gather(town: Town) -> None:
    town.begin()
    for seat in ("S1", "S2", "S3"):
        town.attend(seat)


def voted(*choices: str) -> Callable[[Town], None]:
    def cast(town: Town) -> None:
        for n, choice in enumerate(choices):
            town.vote(("chair", "m2", "m3")[n], f"S{n + 1}", ev.Choice(choice))

    return cast


def receipt(*words: str) -> str:
    """A receipt for a secret vote, the same for the same words."""
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    code = "".join(letters[byte % 32] for byte in hashlib.sha256(" ".join(words).encode()).digest())
    return "-".join((code[:4], code[4:8], code[8:12]))


@cache
def _walked(state: State) -> Town:
    return Town.founded().reach(state)


_WAYS: Mapping[State, Callable[[Town], object]] = {
    State.NEW: lambda town: town.open(),
    State.DRAFT: after(State.NEW, Town.submit),
    State.TRANSLATING: after(State.DRAFT, Town.translate, Town.prepare),
    State.ALIGNED: after(State.TRANSLATING, Town.propose, Town.certify, Town.align),
    State.IN_REVIEW: after(State.ALIGNED, Town.review),
    State.CHANGES_REQUESTED: after(State.IN_REVIEW, lambda town: town.refuse("legal", "00000002")),
    State.BOARD_READY: after(State.IN_REVIEW, Town.approved),
    State.CONVENED: after(State.BOARD_READY, Town.convene),
    State.NO_QUORUM: after(State.CONVENED, Town.begin, Town.no_quorum),
    State.VOTING: after(State.CONVENED, gather, Town.open_ballot),
    State.ADOPTED: after(State.VOTING, voted("for", "for", "against"), Town.close_ballot),
    State.REJECTED: after(State.VOTING, voted("against", "for", "against"), Town.close_ballot),
    State.AMENDING: after(State.VOTING, Town.amend),
    State.DEFERRED: after(State.VOTING, Town.defer),
    State.CONFORMITY: after(
        State.AMENDING, Town.open_ballot, voted("for", "for"), Town.close_ballot
    ),
    State.SEALING: after(State.ADOPTED, Town.write_resolution, Town.order_seal),
    State.SEALED: after(State.SEALING, Town.seal),
    State.EMBARGOED: after(State.SEALED, Town.release),
    State.PUBLISHED: after(State.EMBARGOED, Town.publish),
    State.SUPERSEDED: after(State.PUBLISHED, Town.successor, Town.supersede),
    State.WITHDRAWN: after(State.PUBLISHED, Town.withdraw_text, Town.confirm_withdrawal),
    State.ABANDONED: after(State.DRAFT, Town.abandon),
}

ACTS: Mapping[str, Callable[[Town], object]] = {
    "submit": Town.submit,
    "translate": Town.translate,
    "revise": Town.propose,
    "certify": Town.certify,
    "review": Town.review,
    "decide": lambda town: town.decide("legal"),
    "vouch": Town.vouch,
    "waive": Town.waive,
    "convene": Town.convene,
    "recall": Town.recall,
    "papers": Town.send_papers,
    "attend": lambda town: town.attend("S1"),
    "no-quorum": Town.no_quorum,
    "object": lambda town: town.object("chair", "S1"),
    "open-ballot": Town.open_ballot,
    "vote": lambda town: town.vote("chair", "S1"),
    "amend": Town.amend,
    "defer": Town.defer,
    "close-ballot": Town.close_ballot,
    "conform": Town.conform,
    "seal": Town.order_seal,
    "quote": Town.quote,
    "approve-quote": Town.approve_quote,
    "drop-quote": Town.drop_quote,
    "press-release": Town.press_release,
    "extract": Town.extract,
    "publish": Town.release,
    "withdraw": Town.withdraw_text,
    "confirm-withdrawal": Town.confirm_withdrawal,
    "erratum": Town.correct,
    "certify-erratum": Town.certify_correction,
    "abandon": Town.abandon,
    "link": Town.link,
    "attach": Town.attach,
    "link-finding": Town.lay,
    "waive-finding": Town.waive_finding,
    "remark": Town.remark,
    "answer-remark": Town.answer_remark,
    "close-remark": Town.close_remark,
}
"""Every act, by somebody who has the right to it."""


Act = Callable[[Town], Any]

_SEEN: dict[int, tuple[object, ...]] = {}


def about_to(town: Town) -> None:
    """Take the picture now: what follows is the act that has to be refused."""
    _SEEN[id(town)] = town.paper.snapshot()


def tried(prepare: Act, act: Act, guard: str, satisfied: Act) -> None:
    """Hold an act to its guard: refused under its name, nothing left behind, then satisfied."""
    town = Town.founded()
    prepare(town)
    about_to(town)
    refused: ApprovalError | None = None
    try:
        act(town)
    except ApprovalError as error:
        refused = error
    assert refused is not None, "nothing was refused"
    assert refusal(refused) == guard
    assert "{" not in str(refused)
    assert town.paper.snapshot() == _SEEN.pop(id(town))
    written = len(town.paper.entries)
    satisfied(town)
    assert len(town.paper.entries) > written


def seats_held(board: Board, **holders: str) -> Board:
    """The same board with other holders."""
    return replace(
        board,
        seats=tuple(
            replace(seat, holder=holders.get(seat.id, seat.holder)) for seat in board.seats
        ),
    )
