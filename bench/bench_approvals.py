"""Measure the core of approvals: ``python bench/bench_approvals.py``.

Replays a dossier of 5,000 events (a text of 60 paragraphs that goes round after round: a third of
it is reworded, translated, certified and decided on by the five reviewers of a circuit like the
sample's, until a board of 25 votes) and counts a ballot. Medians of processor time; ``--repeat N``
for more runs, ``--events N`` for another size.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from approvals import board, codec
from approvals import events as ev
from approvals.circuits import AtDeadline, Circuit, Step
from approvals.dossier import Dossier
from approvals.ledger import Entry
from approvals.names import (
    ENGLISH,
    FRENCH,
    Bilingual,
    Digest,
    ParagraphId,
    PersonId,
    pair_digest,
)
from approvals.policy import fallen
from approvals.standing import paired

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
WORDS = Bilingual(fr="Raison d’être", en="Mission statement")
PARAGRAPHS = [ParagraphId(f"{n:08X}") for n in range(1, 61)]
REVIEWERS = [PersonId(f"reviewer-{n}") for n in range(5)]
SEATS = [f"S{n}" for n in range(1, 26)]
BOARD_EVENTS = 1 + len(SEATS) + 1 + len(SEATS) + 1


def digest(text: str) -> Digest:
    return Digest(hashlib.sha256(text.encode()).hexdigest())


def circuit() -> Circuit:
    deciders = tuple(map(str, REVIEWERS))
    steps = (
        Step("legal", WORDS, deciders[:1], 1, (), 5, AtDeadline.BLOCK),
        Step("schools", WORDS, deciders[1:2], 1, ("legal",), 5, AtDeadline.BLOCK),
        Step("executive", WORDS, deciders[2:], 3, ("schools",), 5, AtDeadline.BLOCK),
    )
    return Circuit("circuit", 1, WORDS, steps)


def texts(state: dict[ParagraphId, int], language: str) -> tuple[ev.ParagraphText, ...]:
    return tuple(ev.ParagraphText(id, digest(f"{language} {id} {n}")) for id, n in state.items())


def rounds(dossier: Dossier) -> Iterator[ev.Event]:
    drafter, translator, reviser = (PersonId(p) for p in ("drafter", "translator", "reviser"))
    yield ev.DossierOpened(drafter, WORDS, ENGLISH, FRENCH, FRENCH, ev.Confidentiality.INTERNAL)
    state = dict.fromkeys(PARAGRAPHS, 0)
    for turn in count():
        changed = PARAGRAPHS if turn == 0 else PARAGRAPHS[turn % 3 :: 3]
        state = {id: turn if id in changed else n for id, n in state.items()}
        source, target = texts(state, "en"), texts(state, "fr")
        text = digest(f"en {turn}")
        yield ev.DraftSubmitted(drafter, text, text, text, source, (), ())
        yield ev.TranslationRequested(drafter, text)
        units = [
            ev.PairText(id, digest(f"en {id} {turn}"), digest(f"units {turn}")) for id in changed
        ]
        yield ev.TranslationPrepared(ev.SYSTEM, text, tuple(units), ev.Counts(0, 0, 0, 0, 0))
        for unit in units:
            yield ev.TranslationProposed(translator, (unit,))
            yield ev.PairsCertified(reviser, (unit,))
        french = digest(f"fr {turn}")
        pair = pair_digest(french, text)
        fell = fallen(dossier, paired(source, target))
        yield ev.PairAligned(ev.SYSTEM, text, french, french, target, pair, fell)
        rule = digest("rule")
        yield ev.ReviewOpened(drafter, circuit(), rule, pair)
        for n, person in enumerate(REVIEWERS):
            step = ("legal", "schools", "executive")[min(n, 2)]
            said = ev.Decision.APPROVE
            yield ev.DecisionMade(person, step, said, pair, rule, (), None)


def session(pair: Digest) -> Iterator[ev.Event]:
    secretary, meeting = PersonId("secretary"), ev.MeetingId("meeting-1")
    everybody = tuple(board.Attendance)[:3]
    basis = board.MajorityBasis.VOTES_CAST
    shares = ("1/2", everybody, 5, "0", 1, "1/2", basis, True, (), ())
    rules = board.BoardRules("b", 1, WORDS, WORDS, date(2020, 1, 1), 10, 1, *shares)
    term = date(2020, 1, 1), date(2030, 1, 1)
    seats = tuple(board.Seat(id, "c", f"holder-{id}", *term, id == "S1") for id in SEATS)
    rule, ballot = digest("rules"), ev.BallotId("ballot-1")
    yield ev.MeetingConvened(
        secretary, meeting, START, "Palaiseau", rules, rule, seats, False, None, pair
    )
    for id in SEATS:
        yield ev.AttendanceRecorded(secretary, meeting, id, board.Attendance.PRESENT, None, False)
    yield ev.BallotOpened(secretary, meeting, ballot, pair, 25, 13)
    votes = dict.fromkeys(SEATS, ev.Choice.FOR)
    for id, choice in votes.items():
        yield ev.VoteCast(PersonId(f"holder-{id}"), ballot, id, choice)
    figures, outcome = board.tally(rules, votes=votes, entitled=SEATS, chair="S1")
    yield ev.ResultProclaimed(
        secretary, ballot, pair, rule, figures, outcome, "2026-01", date(2026, 1, 6)
    )


def history(size: int) -> list[Entry]:
    dossier, entries = Dossier("statement"), []

    def take(event: ev.Event) -> None:
        number = len(entries) + 1
        at = START + timedelta(minutes=number)
        text = json.dumps(codec.payload(event), sort_keys=True, separators=(",", ":"))
        kind = type(event).__name__
        entry = Entry(number, "statement", number, kind, text, at, f"key-{number}", "", "")
        dossier.apply(codec.decode(kind, json.loads(text)), at, number)
        entries.append(entry)

    going = rounds(dossier)
    while len(entries) < size - BOARD_EVENTS or dossier.pair is None:
        take(next(going))
    for event in session(dossier.pair):
        take(event)
    return entries


def median(repeat: int, work: Callable[[], object]) -> float:
    taken = []
    for _ in range(repeat):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return statistics.median(taken) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=5000)
    parser.add_argument("--repeat", type=int, default=9)
    given = parser.parse_args()
    entries = history(given.events)
    size = sum(len(entry.payload) for entry in entries)
    payloads = [(entry.type, entry.payload) for entry in entries]
    values = [(kind, json.loads(payload)) for kind, payload in payloads]
    parts = {
        "replay": lambda: Dossier.replay("statement", entries),
        "  of which JSON": lambda: [json.loads(payload) for _, payload in payloads],
        "  of which decoding": lambda: [codec.decode(*one) for one in values],
    }
    print(f"{len(entries)} events, {size / 1e6:.1f} MB of payload, {len(PARAGRAPHS)} paragraphs")
    for name, work in parts.items():
        print(f"{name:24}{median(given.repeat, work):8.1f} ms")
    rules = next(
        event.rules
        for event in (codec.decode(*one) for one in values)
        if isinstance(event, ev.MeetingConvened)
    )
    votes = {id: ("for", "against", "abstain")[n % 3] for n, id in enumerate(SEATS)}

    def counted() -> object:
        return [board.tally(rules, votes=votes, entitled=SEATS, chair="S1") for _ in range(1000)]

    print(f"{'1,000 ballots of 25':24}{median(given.repeat, counted):8.1f} ms")


if __name__ == "__main__":
    main()
