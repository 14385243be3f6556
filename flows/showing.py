"""Shows dossiers and the ledger in the terminal, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from approvals import board, parts, policy, terms, voiding
from approvals.dossier import Dossier
from approvals.names import PersonId
from approvals.standing import State, StepStatus
from approvals.waiting import waiting_on
from flows import acts, console, sentences, vouching
from flows.console import tell, tr
from flows.house import House
from locales.errors import N_

if TYPE_CHECKING:
    from approvals.heads import SignedHead

ROAD: Final = (
    (N_("Draft"), frozenset({State.NEW, State.DRAFT, State.CHANGES_REQUESTED})),
    (N_("Translation"), frozenset({State.TRANSLATING})),
    (N_("Review"), frozenset({State.ALIGNED, State.IN_REVIEW})),
    (
        N_("Board"),
        frozenset({State.BOARD_READY, State.CONVENED, State.NO_QUORUM, State.VOTING})
        | {State.AMENDING, State.REJECTED, State.DEFERRED},
    ),
    (N_("Seal"), frozenset({State.ADOPTED, State.CONFORMITY, State.SEALING})),
    (N_("Publication"), frozenset({State.SEALED, State.EMBARGOED})),
    (N_("Published"), frozenset({State.PUBLISHED, State.SUPERSEDED, State.WITHDRAWN})),
)
"""The stations of the road, and the states that stand at each."""


def station(state: State) -> int:
    """Give the place of a state on the road, from 0; an abandoned text has none (-1)."""
    return next((place for place, (_, states) in enumerate(ROAD) if state in states), -1)


def road(state: State, language: str) -> str:
    """Draw the road in one line, the present place marked."""
    from locales.catalog import say

    here = station(state)
    marks = []
    for place, (name, _) in enumerate(ROAD):
        arrived = here == len(ROAD) - 1
        mark = "●" if place < here or arrived else "◆" if place == here else "○"
        marks.append(f"{mark} {say(name, language)}")
    return " ─ ".join(marks)


def all_dossiers(house: House) -> None:
    """List every dossier with its state and whom it waits for."""
    rows, told = [], []
    for dossier in house.dossiers():
        waiting = waiting_on(dossier)
        title = dossier.opened.title.in_(console.GLOBALS.lang) if dossier.opened else ""
        rows.append(
            (
                dossier.id,
                title,
                tr(terms.STATE_NAMES[dossier.state]),
                tr(waiting.message, **waiting.data),
            )
        )
        told.append({"dossier": dossier.id, "title": title, **_place(dossier)})
    if not rows:
        tell("There is no dossier yet. “enonce submit FILE --as PERSON” begins one.")
    else:
        console.table([tr("Dossier"), tr("Title"), tr("State"), tr("Next")], rows)
    console.answer({"dossiers": told})


def _place(dossier: Dossier) -> dict[str, str | int | None]:
    waiting = waiting_on(dossier)
    return {
        "state": dossier.state.value,
        "version": dossier.version,
        "since": dossier.since.isoformat() if dossier.since else None,
        "pair": dossier.pair,
        "waiting": waiting.message.format_map(waiting.data),
        "next": waiting.act,
    }


def one_dossier(house: House, dossier_id: str) -> None:
    """Show one dossier in full: road, next act, paragraphs, steps, points, session."""
    dossier = house.dossier(dossier_id)
    names = {id: who.name for id, who in house.contacts().items()}
    handles = {id: who.handle for id, who in house.contacts().items()}
    waiting = waiting_on(dossier)
    opened = dossier.opened
    if not console.GLOBALS.json and opened is not None:
        print(opened.title.in_(console.GLOBALS.lang))
        print(road(dossier.state, console.GLOBALS.lang))
        print(tr(waiting.message, **waiting.data))
        if dossier.pair:
            print(tr("Pair {pair}", pair=dossier.pair[:12]))
        print()
    paragraphs = _paragraphs(house, dossier, names)
    fell = [tr(message, **data) for message, data in voiding.sentences(dossier)]
    for line in fell:
        tell("{line}", line=line)
    steps = _steps(house, dossier, handles)
    points = _points(house, dossier, handles)
    session = _session(dossier, handles)
    beside = _links(house, dossier)
    console.answer(
        {
            "dossier": dossier_id,
            **_place(dossier),
            "paragraphs": paragraphs,
            "steps": steps,
            "fell": fell,
            "points": points,
            "session": session,
            "links": beside,
            "number": dossier.result.number if dossier.result else None,
        }
    )


def links(house: House, dossier_id: str) -> None:
    """List the documents beside a text, oldest first."""
    console.answer({"dossier": dossier_id, "links": _links(house, house.dossier(dossier_id))})


def _links(house: House, dossier: Dossier) -> list[Mapping[str, console.Json]]:
    names = {id: who.name for id, who in house.contacts().items()}
    rows: list[tuple[str, ...]] = []
    told: list[Mapping[str, console.Json]] = []
    for one in dossier.links:
        kind = tr(terms.term(one.kind) or one.kind.value)
        title = one.title.in_(console.GLOBALS.lang)
        rows.append(
            (
                kind,
                title,
                one.language or "fr, en",
                one.name,
                names.get(one.by, one.by),
                one.at.date().isoformat(),
            )
        )
        told.append(
            {
                "kind": one.kind.value,
                "title": {"fr": one.title.fr, "en": one.title.en},
                "language": one.language,
                "name": one.name,
                "digest": one.document,
                "at": one.at.isoformat(),
            }
        )
    if rows:
        console.table(
            [tr("Kind"), tr("Title"), tr("Language"), tr("File"), tr("By"), tr("On")],
            rows,
            title=tr("Linked documents"),
        )
    return told


def _paragraphs(
    house: House, dossier: Dossier, names: Mapping[PersonId, str]
) -> list[Mapping[str, console.Json]]:
    from documents.digest import text_digest
    from documents.reader import on_one_line

    draft = dossier.draft
    if draft is None:
        return []
    texts: dict[str, str] = {
        one.id: one.text for one in text_digest(house.vault.get(draft.version)).paragraphs
    }
    vouched = {one.number: one for one in vouching.vouched(house, dossier)}
    rows: list[tuple[str, str, str]] = []
    told: list[Mapping[str, console.Json]] = []
    for id, number in acts.paragraph_numbers(dossier).items():
        pair, who = dossier.pairs.get(id), vouched.get(number)
        state = N_("nothing to translate")
        if who is not None and pair is not None:
            state = sentences.STATES[who.state] if pair.units else N_("not looked up")
            if vouching.stale(pair, acts.units(house.vault, pair.units)):
                state = sentences.STALE
        text = on_one_line(texts.get(id, ""))
        said = [tr(state), *(_vouched(who) if who is not None else ())]
        rows.append((f"§ {number}", text[:72] + ("…" if len(text) > 72 else ""), "\n".join(said)))
        told.append(
            {
                "number": number,
                "id": id,
                "text": text,
                "translation": state,
                **({} if who is None else _answered(who)),
            }
        )
    console.table([tr("§"), tr("Text"), tr("Translation")], rows)
    if dossier.checks:
        tell(
            "Checks under the circuit: {checks}.",
            checks=tuple(f"{rule.check} = {rule.weight.value}" for rule in dossier.checks),
        )
    return told


def _vouched(who: vouching.Vouched) -> Iterator[str]:
    if who.engines:
        yield vouching.drafted_by(who.engines, who.edited, console.GLOBALS.lang)
    for passed in who.passed:
        yield tr("let pass: {check} ({reason})", check=passed.check, reason=passed.reason)


def _answered(who: vouching.Vouched) -> dict[str, console.Json]:
    plain = vouching.plain_values(who)
    return {name: plain[name] for name in ("machine", "proposed_by", "certified_by", "waived")}


def _steps(
    house: House, dossier: Dossier, handles: Mapping[PersonId, str]
) -> list[Mapping[str, console.Json]]:
    if dossier.circuit is None:
        return []
    stands = parts.parts(dossier, house.register(), house.now())
    rows: list[tuple[str, ...]] = []
    told: list[Mapping[str, console.Json]] = []
    for step in dossier.circuit.steps:
        people = dossier.deciders(step)
        given = [handles.get(one, one) for one in people if dossier.approved(step.id, one)]
        asked = [
            handles.get(one.person, one.person)
            + (f" → {handles.get(one.by, one.by)}" if one.by else "")
            for one in stands
            if one.step == step.id and one.status is not StepStatus.APPROVED
        ]
        last = policy.deadline(dossier, step)
        status = dossier.status(step.id)
        rows.append(
            (
                step.id,
                step.title.in_(console.GLOBALS.lang),
                tr(terms.term(status) or status.value),
                f"{len(given)}/{step.required}",
                ", ".join(given) or "–",
                ", ".join(asked) or "–",
                last.isoformat() if last else "–",
            )
        )
        told.append(
            {
                "step": step.id,
                "status": status.value,
                "required": step.required,
                "approved": given,
                "asked": asked,
                "parts": [
                    {
                        "person": handles.get(one.person, one.person),
                        "status": one.status.value,
                        "by": handles.get(one.by, one.by) if one.by else None,
                    }
                    for one in stands
                    if one.step == step.id
                ],
                "deadline": last.isoformat() if last else None,
            }
        )
    console.table(
        [
            tr("Step"),
            tr("Title"),
            tr("State"),
            tr("Approvals"),
            tr("Approved by"),
            tr("Asked"),
            tr("Deadline"),
        ],
        rows,
        title=tr("Review ({rule})", rule=dossier.circuit.rule),
    )
    return told


def _points(
    house: House, dossier: Dossier, handles: Mapping[PersonId, str]
) -> list[Mapping[str, console.Json]]:
    numbers = acts.paragraph_numbers(dossier)
    rows: list[tuple[str, ...]] = []
    told: list[Mapping[str, console.Json]] = []
    for point in dossier.open_points:
        places = [numbers.get(id, 0) for id in policy.said_paragraphs(point.paragraphs)]
        reason = house.note(point.note)
        rows.append(
            (
                str(point.sequence),
                handles.get(point.by, point.by),
                ", ".join(f"§ {place}" for place in places),
                reason,
            )
        )
        told.append({"point": point.sequence, "paragraphs": places, "reason": reason})
    if rows:
        console.table(
            [tr("Point"), tr("By"), tr("About"), tr("Reason")], rows, title=tr("To be answered")
        )
    return told


def _session(
    dossier: Dossier, handles: Mapping[PersonId, str]
) -> Mapping[str, console.Json] | None:
    if dossier.meeting is None:
        return None
    called = dossier.meeting.called
    quorum = policy.count(dossier)
    rows = []
    for seat in called.seats:
        place = dossier.meeting.places.get(seat.id, board.Place())
        voted = _voted(dossier, seat.id)
        rows.append(
            (
                seat.id,
                handles.get(PersonId(seat.holder), seat.holder),
                tr(_ATTENDANCES[place.attendance.value])
                + (f" → {place.proxy_to}" if place.proxy_to else ""),
                tr(voted) if voted else "–",
            )
        )
    console.table(
        [tr("Seat"), tr("Held by"), tr("Attendance"), tr("Vote")],
        rows,
        title=tr(
            "Session of {when}: quorum {counted} of {required}",
            when=called.when,
            counted=quorum.counted,
            required=quorum.required,
        ),
    )
    return {
        "when": called.when.isoformat(),
        "counted": quorum.counted,
        "required": quorum.required,
        "met": quorum.met,
        "mode": called.mode.value,
        "closes": called.closes.isoformat() if called.closes else None,
        "secret": bool(dossier.ballot and dossier.ballot.opened.secret),
        "presiding": policy.presiding(dossier),
        "voted": len(dossier.ballot.voters) if dossier.ballot else 0,
    }


def _voted(dossier: Dossier, seat: str) -> str | None:
    """Say what a seat voted, or of a secret ballot only that it did."""
    if dossier.ballot is None or seat not in dossier.ballot.voters:
        return None
    choice = dossier.ballot.votes.get(seat)
    return CHOICES[choice.value] if choice else N_("voted")


_ATTENDANCES: Final = {
    "present": N_("present"),
    "remote": N_("remote"),
    "represented": N_("represented"),
    "absent": N_("absent"),
}

CHOICES: Final = {"for": N_("for"), "against": N_("against"), "abstain": N_("abstention")}


def log(house: House, dossier_id: str | None) -> None:
    """Show the ledger, or one dossier's part of it."""
    handles = {id: who.handle for id, who in house.contacts().items()}
    if dossier_id is not None:
        house.dossier(dossier_id)
    rows, told = [], []
    for entry in house.store.entries():
        if dossier_id is not None and entry.stream != dossier_id:
            continue
        event = json.loads(entry.payload)
        by = handles.get(event["by"], event["by"])
        said = event.get("decision") or event.get("choice") or event.get("outcome") or ""
        rows.append(
            (
                str(entry.sequence),
                f"{entry.time.astimezone():%Y-%m-%d %H:%M:%S}",
                entry.stream,
                f"{tr(terms.EVENT_NAMES[entry.type])} {said}".strip(),
                by,
                entry.hash[:12],
            )
        )
        told.append(
            {
                "sequence": entry.sequence,
                "stream": entry.stream,
                "version": entry.version,
                "type": entry.type,
                "time": entry.time.isoformat(),
                "event": event,
                "previous": entry.previous,
                "hash": entry.hash,
            }
        )
    console.table([tr("No."), tr("Time"), tr("Dossier"), tr("What"), tr("By"), tr("Hash")], rows)
    console.answer({"entries": told})


def check(house: House, heads: Sequence[SignedHead] = ()) -> bool:
    """Check the whole chain and every file that the house keeps; say what is wrong, and where.

    ``heads`` are heads that others kept and whose signatures are verified.
    """
    report = house.store.check(heads)
    faults = [str(fault) for fault in house.vault.check()]
    if report.ok:
        tell(
            "The ledger is whole: {size} entries, head {head}.",
            size=report.size,
            head=report.head[:12],
        )
        if heads:
            tell("It has grown out of every head that was given: {count}.", count=len(heads))
    elif report.first_bad is None:
        tell("The ledger was tampered with: {reason}.", reason=tr(report.reason or ""))
    else:
        tell(
            "The ledger was tampered with: entry {row} does not fit the one before ({reason}).",
            row=report.first_bad,
            reason=tr(report.reason or ""),
        )
    if faults:
        for fault in faults:
            tell("{line}", line=fault)
    else:
        tell("Every file in the vault is what its name says.")
    console.answer(
        {
            "ledger": {
                "ok": report.ok,
                "size": report.size,
                "head": report.head,
                "first_bad": report.first_bad,
            },
            "vault": {"ok": not faults, "faults": faults},
        }
    )
    return report.ok and not faults
