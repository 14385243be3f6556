"""Measure the core of approvals: ``python bench/bench_approvals.py``.

Replays a dossier of 5,000 events (a text of 60 paragraphs that goes round after round: a third of
it is reworded, translated, certified and decided on by the five reviewers of a circuit like the
sample's, until a board of 25 votes) and counts a ballot. Then asks for one person's to-do list
among 500 dossiers under review on SQLite: with the summaries kept, after one of the dossiers has
grown, and with nothing kept. Medians of processor time, and of time passed for the to-do list;
``--repeat N`` for more runs, ``--events N`` and ``--dossiers N`` for other sizes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

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
    Role,
    pair_digest,
)
from approvals.policy import fallen
from approvals.register import HOUSE
from approvals.standing import paired
from approvals.store import Store
from flows import todo

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


class House:
    """As much of a house as a to-do list needs."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def now(self) -> datetime:
        return START + timedelta(days=1)


def settled(store: Store, dossiers: int) -> None:
    """Write reviewers and dossiers under review; each waits for one reviewer of sixty."""
    people = [PersonId(f"reviewer-{n}") for n in range(60)]
    enrolled = [ev.PersonEnrolled(ev.SYSTEM, one, (Role.REVIEWER,)) for one in people]
    append(store, HOUSE, enrolled)
    for n in range(dossiers):
        own = replace(circuit().steps[0], deciders=(people[n % len(people)],))
        events = []
        for event in rounds(Dossier("d")):
            if isinstance(event, ev.ReviewOpened):
                events.append(replace(event, circuit=replace(circuit(), steps=(own,))))
                break
            events.append(event)
        append(store, f"dossier-{n}", events)


def append(store: Store, stream: str, events: Sequence[ev.Event], before: int = 0) -> None:
    with store.begin() as work:
        for number, event in enumerate(events, before + 1):
            work.append(
                stream,
                expected=number - 1,
                type=type(event).__name__,
                payload=codec.payload(event),
                key=f"{stream}-{number}",
                at=START + timedelta(seconds=number),
                wake=False,
            )
        work.commit()


def lists(dossiers: int, repeat: int) -> Iterator[tuple[str, float]]:
    """Measure the to-do list of one reviewer."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "ledger.sqlite3")
        settled(store, dossiers)
        house: Any = House(store)
        person = PersonId("reviewer-7")
        begun = time.perf_counter()
        found = todo.of(house, person)
        first = (time.perf_counter() - begun) * 1000
        yield (
            f"to-do list, {len(found)} of {dossiers}",
            passed(repeat, lambda: todo.of(house, person)),
        )
        grown = []
        for n in range(repeat):
            with store.read() as reader:
                size = len(reader.history(f"dossier-{n}"))
            note = ev.TranslationRequested(ev.SYSTEM, digest("again"))
            append(store, f"dossier-{n}", [note], size)
            begun = time.perf_counter()
            todo.of(house, person)
            grown.append(time.perf_counter() - begun)
        yield "  after one has grown", statistics.median(grown) * 1000
        yield "  with nothing kept", first
        store.close()


def passed(repeat: int, work: Callable[[], object]) -> float:
    taken = []
    for _ in range(repeat):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * 1000


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
    parser.add_argument("--dossiers", type=int, default=500)
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
    for name, taken in lists(given.dossiers, given.repeat):
        print(f"{name:24}{taken:8.1f} ms")


if __name__ == "__main__":
    main()
