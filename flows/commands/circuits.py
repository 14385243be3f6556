"""Circuits, delegations, notices, waivers, and the sign-off matrix."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import console
from flows.console import Exit, tell, tr

if TYPE_CHECKING:
    from approvals.names import PersonId
    from approvals.ports import Contact
    from flows.house import House

Dossier = Annotated[str, typer.Argument(help=tr("The dossier."))]
File = Annotated[Path, typer.Argument(help=tr("The circuit file."))]


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    circuit = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    circuit.command("check", help=tr("Read a circuit file and say what is odd in it."))(check)
    circuit.command("try", help=tr("Say what a circuit would have made of a dossier."))(attempt)
    app.add_typer(circuit, name="circuit", help=tr("Check a review circuit, or try it."))
    delegation = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    delegation.command("give", help=tr("Have somebody decide for you, for some days."))(give)
    delegation.command("withdraw", help=tr("End a delegation that you gave or hold."))(withdraw)
    delegation.command("list", help=tr("List who stands in for whom."))(listed)
    app.add_typer(delegation, name="delegation", help=tr("Stand in for an absent reviewer."))
    app.command(help=tr("Say that a change is typographic, so that approvals stand."))(waive)
    app.command(help=tr("List what people are to be told."))(notices)
    app.command(help=tr("Show who decided what on which paragraph."))(matrix)


def check(file: File) -> None:
    from approvals import circuits
    from flows.files import read_file

    circuit = circuits.load(read_file(file).decode())
    remarks = [tr(message, **data) for message, data in circuits.remarks(circuit)]
    tell("{rule}: {steps} steps, calendar {calendar}.", rule=circuit.rule,
         steps=len(circuit.steps), calendar=circuit.calendar.value)  # fmt: skip
    for line in remarks:
        tell("{line}", line=line)
    console.table(
        [tr("Step"), tr("Deciders"), tr("Approvals"), tr("After"), tr("Days"), tr("In silence")],
        [
            (
                step.id,
                ", ".join(step.deciders),
                str(step.required),
                ", ".join(step.after) or "–",
                str(step.working_days),
                step.at_deadline.value
                + (f" → {', '.join(step.escalate_to)}" if step.escalate_to else ""),
            )
            for step in circuit.steps
        ],
    )
    console.answer({"rule": circuit.rule, "steps": len(circuit.steps), "remarks": remarks})
    if remarks:
        raise typer.Exit(int(Exit.WARNINGS))


def attempt(file: File, dossier: Dossier) -> None:
    from approvals import circuits, trial
    from flows import trying
    from flows.files import read_file

    house = console.house()
    circuit = trying.named(house, circuits.load(read_file(file).decode()), dossier)
    with house.store.read() as reader:
        found = trial.run(circuit, dossier, reader.history(dossier))
    names = {id: who.name for id, who in house.contacts().items()}
    tell("{tried} on the decisions taken under {rule}:", tried=found.tried, rule=found.rule or "–")
    lines = [
        (one.at.date().isoformat(), tr(one.message, **named(one.data, names)))
        for one in found.differences
    ]
    for day, line in lines:
        tell("{line}", line=f"{day}  {line}")
    left = [step.id for step in trial.missing(found, circuit)]
    if not lines and not left:
        tell("Nothing would have been otherwise.")
    if found.complete:
        tell("These decisions would have been enough.")
    if left:
        tell("These decisions would not have been enough: {steps}.", steps=tuple(left))
    console.answer(
        {
            "dossier": dossier,
            "rule": found.rule,
            "tried": found.tried,
            "ready": found.ready_at.isoformat() if found.ready_at else None,
            "would_be_ready": (
                found.would_be_ready_at.isoformat() if found.would_be_ready_at else None
            ),
            "complete": found.complete,
            "missing": left,
            "counted": found.counted,
            "steps": {id: status.value for id, status in found.statuses.items()},
            "differences": [{"day": day, "message": line} for day, line in lines],
        }
    )


def named(data: Mapping[str, object], names: Mapping[PersonId, str]) -> dict[str, object]:
    """Put names in the place of people's ids."""
    known: Mapping[str, str] = {str(id): name for id, name in names.items()}
    return {
        key: known.get(value, value) if isinstance(value, str) else value
        for key, value in data.items()
    }


def give(
    person: Annotated[str, typer.Argument(help=tr("Who decides for you, by handle."))],
    first: Annotated[str, typer.Option("--from", help=tr("First day: 2027-03-12."))],
    last: Annotated[str, typer.Option("--until", help=tr("Last day: 2027-03-26."))],
    dossier: Annotated[str | None, typer.Option(help=tr("Only in this dossier."))] = None,
    circuit: Annotated[str | None, typer.Option(help=tr("Only in this circuit, by id."))] = None,
    step: Annotated[str | None, typer.Option(help=tr("Only in this step."))] = None,
) -> None:
    from approvals.handlers import delegation
    from approvals.names import PersonId
    from approvals.register import HOUSE

    house = console.house()
    entry = delegation.give_delegation(
        delegation.GiveDelegation(
            dossier=HOUSE,
            by=console.acting(house),
            key=console.key(),
            to=PersonId(house.person(person).id),
            first=_day(first, "--from"),
            last=_day(last, "--until"),
            within=dossier,
            circuit=circuit,
            step=step,
        ),
        house.office,
    )
    tell("{person} decides for you from {first} to {last}.", person=person, first=first, last=last)
    console.answer({"entry": {"sequence": entry.sequence, "hash": entry.hash}})


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            tr("“{text}” is no day. Write 2027-03-12.", text=text), param_hint=option
        ) from None


def withdraw(
    id: Annotated[str, typer.Argument(help=tr("The delegation, as “delegation list” names it."))],
) -> None:
    from approvals.events import DelegationId
    from approvals.handlers import delegation
    from approvals.register import HOUSE

    house = console.house()
    command = delegation.WithdrawDelegation(
        dossier=HOUSE, by=console.acting(house), key=console.key(), delegation=DelegationId(id)
    )
    entry = delegation.withdraw_delegation(command, house.office)
    tell("The delegation has ended.")
    console.answer({"entry": {"sequence": entry.sequence, "hash": entry.hash}})


def listed() -> None:
    house = console.house()
    handles = {id: who.handle for id, who in house.contacts().items()}
    given = list(house.register().delegations.values())
    if not given:
        tell("Nobody stands in for anybody.")
    else:
        console.table(
            [tr("Delegation"), tr("Of"), tr("To"), tr("From"), tr("Until"), tr("Where")],
            [
                (
                    one.delegation,
                    handles.get(one.by, one.by),
                    handles.get(one.to, one.to),
                    one.first.isoformat(),
                    one.last.isoformat(),
                    " · ".join(part for part in (one.dossier, one.circuit, one.step) if part),
                )
                for one in given
            ],
        )
    console.answer(
        {
            "delegations": [
                {
                    "delegation": one.delegation,
                    "of": handles.get(one.by, one.by),
                    "to": handles.get(one.to, one.to),
                    "from": one.first.isoformat(),
                    "until": one.last.isoformat(),
                    "dossier": one.dossier,
                    "circuit": one.circuit,
                    "step": one.step,
                }
                for one in given
            ]
        }
    )


def waive(
    dossier: Dossier,
    paragraph: Annotated[
        list[str], typer.Option(help=tr("The paragraph whose change is typographic. Repeatable."))
    ],
) -> None:
    from approvals.handlers import waiver
    from flows import acts, service, waiving

    house = console.house()
    by = console.acting(house)
    state = house.dossier(dossier)
    chosen = [acts.paragraph(state, name) for name in paragraph]
    command = waiver.Waive(
        dossier=dossier,
        by=by,
        key=console.key(),
        pair=acts.require_pair(state),
        changes=waiving.changes(house, state, chosen),
    )
    said = any(set(one.changes) == set(command.changes) for one in state.vouched)
    if said:
        entry = waiver.waive_typography(command, house.office)
        tell("Two persons have said so: the approvals stand.")
    else:
        entry = waiver.vouch_typography(command, house.office)
        tell("Recorded. A second person, who did not work on the text, has to say so too.")
    service.after_act(house, dossier, entry)


def notices(
    person: Annotated[
        str | None, typer.Argument(help=tr("Only what this person is to be told, by handle."))
    ] = None,
    dossier: Annotated[str | None, typer.Option(help=tr("Only about this dossier."))] = None,
) -> None:
    from flows import telling

    house = console.house()
    only = house.person(person).id if person is not None else None
    contacts = house.contacts()
    found = list(telling.notices(house, person=only, dossier=dossier))
    rows: list[tuple[str, ...]] = []
    told: list[Mapping[str, console.Json]] = []
    for one in found:
        sentence = telling.sentence(one, contacts, console.GLOBALS.lang)
        to = [_handle(contacts, id) for id in one.to]
        when = f"{one.at.astimezone():%Y-%m-%d %H:%M}"
        rows.append((when, one.dossier, ", ".join(to), sentence))
        told.append(
            {
                "id": one.id,
                "dossier": one.dossier,
                "sequence": one.sequence,
                "at": one.at.isoformat(),
                "kind": one.kind.value,
                "to": to,
                "message": sentence,
            }
        )
    if rows:
        console.table([tr("Time"), tr("Dossier"), tr("To"), tr("What")], rows)
    else:
        tell("Nobody is to be told anything.")
    console.answer({"notices": told})


def _handle(contacts: Mapping[PersonId, Contact], id: PersonId) -> str:
    return contacts[id].handle if id in contacts else id


def matrix(
    dossier: Dossier,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help=tr("The Word file to write."))
    ] = None,
) -> None:
    from flows import signoff_facts
    from flows.signoff_paper import signoff_paper

    house: House = console.house()
    state = house.dossier(dossier)
    language = console.GLOBALS.lang
    facts = signoff_facts.review(house, state, language)
    if out is not None:
        from documents.signoff import signoff
        from flows.stages.publish import write

        write(out, signoff(signoff_paper(facts, language)))
        tell("The sign-off matrix is in {file}.", file=str(out))
    else:
        _show(facts)
    console.answer(
        {**signoff_facts.page(house, state, language), "file": str(out) if out else None}
    )


def _show(facts: object) -> None:
    from flows.signoff_paper import Review

    if not isinstance(facts, Review):
        raise TypeError("the facts of a matrix")
    console.table(
        ["§", *(f"{one.step}\n{one.person}" for one in facts.signers)],
        [
            (
                str(paragraph.number),
                *(tr(one.said.value) + (f" ({one.by})" if one.by else "") for one in row),
            )
            for paragraph, row in zip(facts.paragraphs, facts.decisions, strict=True)
        ],
        title=tr("Review ({rule})", rule=facts.circuit),
    )
