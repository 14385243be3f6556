"""From the outbox to runs: one of a dossier at a time, none forgotten, nobody held up by another.

The runs here carry out the real stages without Prefect; ``test_statement`` runs the flow.
"""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from approvals.errors import ApprovalError
from approvals.ledger import LedgerTamperedError
from approvals.ports import Errand
from approvals.standing import State
from approvals.store import progress
from approvals.store.progress import Progress
from flows import dispatch
from flows.dispatch import Dispatcher, DispatcherRunningError, HouseLock, LeftBehindError
from flows.house import House, open_house
from tests.flows.houses import carry_out, due, hand_over, types

Dispatch = Callable[..., Dispatcher]


class Runs:
    """Carries the stages out, and notes who ran when; a gate holds a dossier's run up."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.begun: list[str] = []
        self.now: dict[str, int] = defaultdict(int)
        self.most: dict[str, int] = defaultdict(int)
        self.together = 0
        self.faults: dict[str, list[Exception]] = {}
        self.times: dict[str, list[float]] = defaultdict(list)
        self.gates: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    def __call__(self, dossier: str, errands: Sequence[Errand]) -> None:
        with self._lock:
            self.begun.append(dossier)
            self.times[dossier].append(time.monotonic())
            self.now[dossier] += 1
            self.most[dossier] = max(self.most[dossier], self.now[dossier])
            self.together = max(self.together, sum(self.now.values()))
        try:
            if gate := self.gates.get(dossier):
                assert gate.wait(20)
            if faults := self.faults.get(dossier):
                raise faults.pop(0)
            carry_out(self.house, dossier)
        finally:
            with self._lock:
                self.now[dossier] -= 1


@pytest.fixture
def runs(house: House) -> Runs:
    return Runs(house)


@pytest.fixture
def start(house: House) -> Iterator[Dispatch]:
    """Start dispatchers that are stopped at the end."""
    started: list[Dispatcher] = []

    def begin(start_run: dispatch.StartRun, **options: int) -> Dispatcher:
        started.append(Dispatcher(house, start_run, **options))
        started[-1].start()
        return started[-1]

    yield begin
    for one in started:
        one.stop()


def test_a_handed_over_dossier_is_carried_to_its_gate_and_its_errand_settled(house, runs, start):
    dispatcher = start(runs)
    hand_over(house, "a")
    dispatcher.settle("a")
    assert types(house, "a")[-1] == "TranslationPrepared"
    assert house.store.pending() == ()


def test_a_dossier_is_run_once_at_a_time_and_others_meanwhile(house, runs, start, eventually):
    runs.gates = {"a": threading.Event(), "b": threading.Event()}
    dispatcher = start(runs)
    hand_over(house, "a")
    hand_over(house, "b")
    eventually(lambda: runs.now["a"] == runs.now["b"] == 1)
    for _ in range(5):
        dispatcher.sweep()
        hand_over(house, "c", key="the same act again")
        dispatcher.settle("c")
    for gate in runs.gates.values():
        gate.set()
    dispatcher.settle("a")
    dispatcher.settle("b")
    assert max(runs.most.values()) == 1
    assert runs.together >= 3
    assert types(house, "a").count("TranslationPrepared") == 1


def test_none_is_forgotten_when_acts_come_from_everywhere_at_once(house, runs, start, eventually):
    dispatcher = start(runs, threads=3)
    threads = [threading.Thread(target=hand_over, args=(house, name)) for name in "abcdef"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in "abcdef":
        dispatcher.settle(name)
        assert not due(house, name)
    assert house.store.pending() == ()
    assert max(runs.most.values()) == 1


def test_what_is_due_without_an_errand_is_found_by_the_sweep(house, runs, start):
    hand_over(house, "a")
    house.store.settle(*(errand.id for errand in house.store.pending()))
    dispatcher = start(runs)
    dispatcher.settle("a")
    assert not due(house, "a")


def test_an_act_in_another_process_needs_no_hint(home, house, runs, start, eventually):
    """Another store on the same file tells this one nothing: the outbox is looked at."""
    dispatcher = start(runs)
    elsewhere = open_house(home)
    dispatcher.settle("a")
    hand_over(elsewhere, "a")
    committed = time.monotonic()
    elsewhere.close()
    eventually(lambda: runs.times["a"])
    assert runs.times["a"][0] - committed < 2
    dispatcher.settle("a")
    assert house.dossier("a").state is State.TRANSLATING


def eventually_told(house: House, dossier: str, eventually: Callable[..., None]) -> Progress:
    found: list[Progress] = []
    eventually(lambda: found.extend(filter(None, [progress.look(house.store, dossier)])) or found)
    return found[0]


def test_what_a_killed_house_told_of_its_work_is_forgotten(house, runs, start):
    with progress.telling(house.store, house.clock, "a", "translate") as tell:
        tell(1, 2)
        start(runs)
        assert progress.look(house.store, "a") is None


def test_a_failing_dossier_is_tried_again_at_growing_intervals(
    house, runs, start, monkeypatch, eventually
):
    monkeypatch.setattr(dispatch, "BACKOFF", (0.1, 0.3, 0.6))
    runs.faults = {"a": [RuntimeError(str(number)) for number in range(3)]}
    dispatcher = start(runs)
    hand_over(house, "a")
    hand_over(house, "b")
    dispatcher.settle("b")
    failing = eventually_told(house, "a", eventually)
    assert failing.work == "translate"
    assert 1 <= failing.failures <= 3
    eventually(lambda: not due(house, "a"))
    eventually(lambda: progress.look(house.store, "a") is None)
    first, second, third, fourth = runs.times["a"]
    assert second - first >= 0.1
    assert third - second >= 0.3
    assert fourth - third >= 0.6
    eventually(lambda: house.store.pending() == ())


def test_a_fault_is_told_when_it_has_come_again_and_again(house, runs, start, monkeypatch):
    monkeypatch.setattr(dispatch, "BACKOFF", (0.01,))
    runs.faults = {"a": [OSError(f"fault {number}") for number in range(20)]}
    dispatcher = start(runs)
    hand_over(house, "a")
    with pytest.raises(OSError, match="fault"):
        dispatcher.settle("a")
    assert len(runs.times["a"]) >= dispatch.PATIENCE
    assert [errand.stream for errand in house.store.pending()] == ["a"]


def test_a_refusal_is_told_at_once(house, runs, start):
    runs.faults = {"a": [ApprovalError("There is a reason.")]}
    dispatcher = start(runs)
    hand_over(house, "a")
    with pytest.raises(ApprovalError, match="There is a reason"):
        dispatcher.settle("a")
    assert len(runs.times["a"]) == 1


def test_a_tampered_dossier_stops_itself_and_no_other(home, house, runs, start):
    with closing(sqlite3.connect(home / "enonce.sqlite3")) as raw:
        raw.execute("DROP TRIGGER ledger_no_update")
        changed = raw.execute(
            "UPDATE ledger SET payload = replace(payload, 'internal', 'public') WHERE stream = 'a'"
        )
        assert changed.rowcount
        raw.commit()
    dispatcher = start(runs)
    hand_over(house, "b")
    dispatcher.settle("b")
    assert not due(house, "b")
    dispatcher.sweep()
    with pytest.raises(LedgerTamperedError):
        dispatcher.settle("a")
    assert "a" not in runs.begun


def test_a_run_left_behind_leaves_its_errand_and_is_no_failure(house, start, eventually):
    left = threading.Event()

    def leave(dossier: str, errands: Sequence[Errand]) -> None:
        if errands:
            left.set()
            raise LeftBehindError(dossier)

    dispatcher = start(leave)
    hand_over(house, "a")
    assert left.wait(10)
    dispatcher.stop()
    assert [errand.stream for errand in house.store.pending()] == ["a"]


def test_stopping_ends_the_run_under_way_and_begins_no_other(house, runs, start, eventually):
    runs.gates = {"a": threading.Event()}
    before = set(threading.enumerate())
    dispatcher = start(runs, threads=1)
    hand_over(house, "a")
    eventually(lambda: runs.now["a"])
    [asked] = house.store.pending()
    hand_over(house, "b")
    stopping = threading.Thread(target=dispatcher.stop)
    stopping.start()
    runs.gates["a"].set()
    stopping.join(20)
    assert not set(threading.enumerate()) - before - {stopping}
    assert "b" not in runs.begun
    assert not due(house, "a")
    left = house.store.pending()
    assert asked not in left
    assert left[0].stream == "b"


def test_stopping_does_not_wait_for_a_run_that_does_not_end(house, runs, start, eventually):
    runs.gates = {"a": threading.Event()}
    dispatcher = start(runs)
    hand_over(house, "a")
    eventually(lambda: runs.now["a"])
    began = time.monotonic()
    dispatcher.stop(seconds=0.2)
    assert time.monotonic() - began < 5
    runs.gates["a"].set()


def test_the_outbox_s_errands_of_the_house_itself_are_settled(house, runs, start, eventually):
    register = open_house(house.home)
    from flows import founding

    founding.enrol(register, founding.sample_papers().people, by=_administrator(register))
    register.close()
    assert house.store.pending()
    start(runs)
    eventually(lambda: house.store.pending() == ())
    assert runs.begun == []


def _administrator(house: House) -> str:
    roles = house.register().roles
    return next(id for id, held in roles.items() if "administrator" in {one.value for one in held})


def test_hooks_are_called_and_a_failing_one_stops_nothing(house, runs, eventually):
    called = count()
    times: list[int] = []

    def hook(_house: House) -> None:
        times.append(next(called))
        raise ValueError("a hook's own fault")

    dispatcher = Dispatcher(house, runs, hooks=[hook])
    dispatcher.start()
    eventually(lambda: times)
    hand_over(house, "a")
    dispatcher.settle("a")
    dispatcher.stop()
    assert not due(house, "a")


HOLDING = """
import os, pathlib, signal
from flows.dispatch import HouseLock
lock = HouseLock(pathlib.Path(os.environ["ENONCE_HOME"]))
print("held", flush=True)
signal.pause()
"""


def test_a_second_dispatcher_is_refused_and_the_lock_goes_with_a_killed_one(
    child: Callable[[str], subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = child(HOLDING)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    assert dispatch.is_running(tmp_path)
    with pytest.raises(DispatcherRunningError, match="is running already"):
        HouseLock(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not dispatch.is_running(tmp_path)
    HouseLock(tmp_path).release()
