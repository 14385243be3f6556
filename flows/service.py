"""What the commands share: reading files, finding rules, saying results, and going on after an act.

After an act that leaves a stage due, a command carries the stage out itself unless ``enonce serve``
is running, which then does. Either way the act is in the ledger before anything else happens.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from approvals import board as boards
from approvals import circuits, policy, terms
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError
from approvals.ledger import Entry
from approvals.names import Digest, PersonId
from approvals.waiting import waiting_on
from documents import intake
from flows import acts, console, uploads, weighing
from flows.console import tell, tr
from flows.files import FileError, read_file, read_text
from flows.house import House
from locales.markup import plain
from locales.units import State, TranslationUnit


def read_upload(path: Path, *, checked: bool = False) -> bytes:
    """Read a Word file; with ``checked`` it has to pass intake first."""
    data = read_file(path)
    if checked:
        report = uploads.judge(data, path.name)
        if not report.accepted:
            raise acts.IntakeRefusedError(path.name, report)
    return data


def read_answers(path: Path) -> dict[str, str]:
    """Read ``[[answer]]`` tables of ``source`` and ``target`` sentences."""
    try:
        tables = tomllib.loads(read_file(path).decode()).get("answer", [])
        return {plain(one["source"]): one["target"] for one in tables}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as fault:
        raise FileError(
            N_("{file} is not a file of answers: {fault}. Each [[answer]] has source and target."),
            file=str(path),
            fault=str(fault),
        ) from fault


def translator(
    given: Mapping[str, str], *, accept: bool, said: str | None = None, sentence: int = 1
) -> acts.Translate:
    """Make the function that answers units: from a file, from the command line, or as prefilled."""

    def translate(unit: TranslationUnit) -> str | None:
        if said is not None:
            return said if unit.index == sentence - 1 else unit.target
        answer = given.get(plain(unit.source))
        if answer is not None:
            return answer
        if accept or (unit.target is not None and unit.state is not State.INITIAL):
            return unit.target
        return None

    return translate


def circuit(house: House, dossier_id: str, path: Path | None) -> circuits.Circuit:
    """Give the circuit of a review: named, pinned already, or the only one in the house."""
    if path is not None:
        return circuits.load(read_text(path))
    pinned = house.dossier(dossier_id).circuit
    return pinned or circuits.load(read_text(_one(house.home / "circuits", "--circuit")))


def check_rules(house: House, dossier_id: str, path: Path | None) -> tuple[circuits.CheckRule, ...]:
    """Give what a circuit makes of the checks: named, pinned, or the only one; else nothing."""
    one = len(list((house.home / "circuits").glob("*.toml"))) == 1
    if path is None and house.dossier(dossier_id).circuit is None and not one:
        return ()
    return weighing.require(circuit(house, dossier_id, path)).checks


def board(house: House, path: Path | None) -> boards.Board:
    """Give the board: named, or the only one in the house."""
    return boards.load(read_text(path or _one(house.home / "boards", "--board")))


def _one(folder: Path, option: str) -> Path:
    files = sorted(folder.glob("*.toml"))
    if len(files) != 1:
        raise GuardError(
            "file:choose",
            N_("{folder} holds {count} files; name the one to use with {option}."),
            folder=str(folder),
            count=len(files),
            option=option,
        )
    return files[0]


def moment(text: str) -> datetime:
    """Read a date and time; local time unless it says."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as fault:
        raise GuardError(
            "time:format", N_("{text} is no date and time. Write 2027-03-12T14:00."), text=text
        ) from fault
    return read.astimezone(UTC)


def pair(dossier: Dossier, beginning: str | None) -> Digest:
    """Give the pair that a person means: the current one, or the one whose digest they name.

    For a text that is amended in session it is the digest of that text alone.
    """
    current = acts.require_pair(dossier) if dossier.pair else policy.votable(dossier)
    if current is None:
        current = acts.require_pair(dossier)
    if beginning is None:
        return current
    return current if len(beginning) >= 8 and current.startswith(beginning) else Digest(beginning)


def session(house: House, dossier_id: str) -> datetime | None:
    """Give when the convened session begins."""
    meeting = house.dossier(dossier_id).meeting
    return meeting.called.when if meeting else None


def own_seat(house: House, dossier_id: str, person: PersonId) -> str:
    """Give the seat that a person holds in the convened board."""
    meeting = house.dossier(dossier_id).meeting
    seats = [seat.id for seat in meeting.called.seats if seat.holder == person] if meeting else []
    if not seats:
        raise GuardError("vote:seat", N_("You hold no seat in this session."))
    return seats[0]


def show_quorum(house: House, dossier_id: str) -> None:
    """Say how many count and how many have to."""
    quorum = policy.count(house.dossier(dossier_id))
    tell(
        "Quorum: {counted} of {required} needed ({seats} seats).",
        counted=quorum.counted,
        required=quorum.required,
        seats=quorum.seats,
    )


def show_result(house: House, dossier_id: str) -> None:
    """Say what the board decided."""
    result = house.dossier(dossier_id).result
    if result is None:
        return
    tally = result.tally
    tell(
        "For {for_}, against {against}, abstaining {abstentions}, not voting {silent}.",
        for_=tally.in_favour,
        against=tally.against,
        abstentions=tally.abstentions,
        silent=tally.not_voting,
    )
    if result.outcome is boards.Outcome.DEFERRED:
        tell("The decision is put off.")
    elif result.number is not None:
        tell("Adopted under number {number} on {day}.", number=result.number, day=result.on)
    else:
        tell("Not adopted.")


def after_act(
    house: House,
    dossier_id: str,
    entry: Entry | None,
    report: intake.Report | None = None,
    more: Mapping[str, console.Json] | None = None,
) -> None:
    """Carry out what the act made due, then say where the dossier stands."""
    catch_up(house)
    dossier = house.dossier(dossier_id)
    waiting = waiting_on(dossier)
    tell(
        "{dossier}: {state}. {waiting}",
        dossier=dossier_id,
        state=tr(terms.STATE_NAMES[dossier.state]),
        waiting=tr(waiting.message, **waiting.data),
    )
    console.answer(
        {
            "dossier": dossier_id,
            "state": dossier.state.value,
            "version": dossier.version,
            "pair": dossier.pair,
            "waiting": waiting.message.format_map(waiting.data),
            "next": waiting.act,
            "entry": None if entry is None else {"sequence": entry.sequence, "hash": entry.hash},
            "warnings": [tr(one.message, **one.data) for one in report.warnings] if report else [],
            **(more or {}),
        }
    )


def catch_up(house: House) -> None:
    """Carry out whatever is due, unless the service does or the person said not to."""
    from flows import dispatch

    due = [one.id for one in house.dossiers() if policy.due(one, house.now())]
    if not due:
        return
    if dispatch.is_running(house.home):
        tell("The service goes on with {dossiers}.", dossiers=tuple(due))
    elif console.GLOBALS.no_run:
        tell("Due: {dossiers}. “enonce run” or “enonce serve” goes on.", dossiers=tuple(due))
    else:
        advance(house)


def advance(house: House) -> int:
    """Carry out everything that is due in this process, and give the number of stages run."""
    from flows import embedded

    return embedded.drain(house, progress=lambda line, data: tell(line, **data))
