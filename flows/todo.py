"""The to-do list of one person, over all dossiers, from summaries that follow the ledger.

What has grown since the last look is summarised anew, the rest is read as it is kept. Where
nothing can be kept (a disk that is full, a database that is read only), everything is summarised.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace

import structlog

from approvals import codec, evaluation, todo, workdays
from approvals.dossier import Dossier
from approvals.errors import ApprovalError
from approvals.names import PersonId
from approvals.register import HOUSE, Register, is_dossier
from approvals.store.cache import Kept
from approvals.store.errors import DatabaseError
from flows import coding
from flows.house import House

log = structlog.get_logger("enonce.todo")


def of(house: House, person: PersonId) -> tuple[todo.Task, ...]:
    """Give what a person has to do today, what ends first before the rest."""
    kept = current(house)
    today = workdays.day(house.now())
    if HOUSE not in kept:
        return ()
    roll = codec.rebuild(todo.Roll, json.loads(kept[HOUSE].body))
    asked = todo.names(roll, person, today)
    summaries = [
        codec.rebuild(todo.Summary, json.loads(one.body))
        for one in kept.values()
        if is_dossier(one.stream) and asked & one.asked
    ]
    return tuple(_first(house, one) for one in todo.mine(summaries, roll, person, today))


def _first(house: House, task: todo.Task) -> todo.Task:
    """Say that findings are placed first, where a draft cannot be handed over for want of that."""
    if task.act != "translate":
        return task
    try:
        dossier = house.dossier(task.summary.dossier)
        held = any(
            evaluation.orphans(dossier, coding.evaluation(house, stream))
            for stream in dossier.consultations
        )
    except ApprovalError as fault:  # tampered since it was summarised: it stops no other task
        log.error("dossier", dossier=task.summary.dossier, exc_info=fault)
        return task
    return replace(task, act="place-findings") if held else task


def current(house: House) -> dict[str, Kept]:
    """Give every stream's summary as the ledger stands; keep those that had to be made."""
    seen = house.store.summaries()
    kept = dict(seen.kept)
    grown = [stream for stream, version in seen.news.items() if _grown(kept, stream, version)]
    made = list(_made(house, grown))
    kept.update((one.stream, one) for one in made)
    if made:
        whole = len(made) == len(grown)  # else what could not be read is looked at again
        try:
            house.store.keep_summaries(made, seen.tip if whole else 0)
        except DatabaseError as fault:
            log.warning("summaries", exc_info=fault)
    return kept


def _grown(kept: dict[str, Kept], stream: str, version: int) -> bool:
    return stream not in kept or kept[stream].version < version


def _made(house: House, streams: Iterable[str]) -> Iterator[Kept]:
    for stream in streams:
        try:
            yield _summary(house, stream)
        except ApprovalError as fault:  # a tampered stream hides itself and no other
            log.error("dossier", dossier=stream, exc_info=fault)


def _summary(house: House, stream: str) -> Kept:
    with house.store.read() as reader:
        entries = reader.history(stream)
    version = entries[-1].version if entries else 0
    if stream == HOUSE:
        roll = todo.enrolled(Register.replay(entries))
        return Kept(stream, version, frozenset(), json.dumps(codec.encode(roll)))
    summary = todo.summarise(Dossier.replay(stream, entries))
    return Kept(stream, version, frozenset(summary.asked), json.dumps(codec.encode(summary)))
