"""What is made of a consultation: coding, interviews, findings, the synthesis."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import console
from flows.commands.faults import fault_of, tell_faults
from flows.console import Exit, Json, tell, tr
from locales.errors import N_

if TYPE_CHECKING:
    from approvals.consultation.coding import Agreement
    from approvals.consultation.synthesis import Synthesis
    from flows.evaluating import Source
    from flows.house import House

Consultation = Annotated[str, typer.Argument(help=tr("The consultation."))]
Question = Annotated[str, typer.Argument(help=tr("The open question, by its id."))]


def add_to(consult: typer.Typer) -> None:
    """Put these commands under ``enonce consult``."""
    code = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    code.command("sheet", help=tr("Deal the open answers to two coders and write their sheets."))(
        sheet
    )
    code.command("take", help=tr("Take your sheet back, whole or not at all."))(take)
    code.command("agree", help=tr("Say how far two coders agree, and settle where they do not."))(
        agree
    )
    consult.add_typer(code, name="code", help=tr("Code open answers by theme."))
    interview = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    interview.command("add", help=tr("Register the interviews of a file (TOML)."))(interview_add)
    interview.command("list", help=tr("List who was heard, and what may be quoted."))(
        interview_list
    )
    interview.command("withdraw", help=tr("Take a consent back: name and words are erased."))(
        interview_withdraw
    )
    consult.add_typer(interview, name="interview", help=tr("People who were heard."))
    finding = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    finding.command("add", help=tr("Register the findings of a file (TOML)."))(finding_add)
    finding.command("list", help=tr("List what was found, and what it rests on."))(finding_list)
    consult.add_typer(finding, name="finding", help=tr("What was found."))
    consult.command(
        "synthesis", help=tr("Write the synthesis: Word files, a page, and the figures as JSON.")
    )(synthesis)


def _source(house: House, consultation: str) -> Source:
    from flows import evaluating

    return evaluating.source(house, consultation)


def sheet(
    consultation: Consultation,
    question: Question,
    first: Annotated[str, typer.Option(help=tr("Who codes, by handle."))],
    second: Annotated[str, typer.Option(help=tr("Who codes too, by handle."))],
    codebook: Annotated[Path, typer.Option(help=tr("The codebook (TOML)."))],
    out: Annotated[Path, typer.Option("--out", "-o", help=tr("The folder for the sheets."))],
    share: Annotated[
        int | None,
        typer.Option(min=1, max=100, help=tr("Percent of the answers that both code.")),
    ] = None,
    seed: Annotated[int, typer.Option(help=tr("From which the sample is drawn."))] = 1,
) -> None:
    from approvals.names import PersonId
    from flows import coding
    from flows.files import read_text

    house = console.house()
    source = _source(house, consultation)
    answers = source.answers(question)
    names = (first, second)
    one, other = (PersonId(house.person(name).id) for name in names)
    held = coding.evaluation(house, source.stream).codings.get(question)
    if held is None or held.coders != (one, other):
        coding.deal(
            house,
            source.stream,
            question,
            read_text(codebook),
            answers,
            by=console.acting(house),
            coders=(one, other),
            seed=seed,
            share=share or house.settings.coding_share,
            key=console.key(),
        )
        held = coding.evaluation(house, source.stream).codings[question]
    paths = coding.give_sheets(house, held, answers, names, out, console.GLOBALS.lang)
    opened = held.opened
    tell(
        "{answers} answers are dealt, {sample} of them to both. The sheets are {files}; each "
        "coder brings theirs back with “enonce consult code take”.",
        answers=opened.answers,
        sample=opened.sample,
        files=tuple(str(path) for path in paths),
    )
    console.answer(
        {
            "consultation": consultation,
            "question": question,
            "answers": opened.answers,
            "sample": opened.sample,
            "codebook": opened.book,
            "files": [str(path) for path in paths],
        }
    )


def take(
    consultation: Consultation,
    question: Question,
    file: Annotated[Path, typer.Argument(help=tr("The sheet, filled in (CSV or XLSX)."))],
) -> None:
    from flows import coding

    house = console.house()
    stream = _source(house, consultation).stream
    taken = coding.take(house, stream, question, file, by=console.acting(house), key=console.key())
    if taken.faults:
        tell_faults(taken.faults)
        tell("Nothing was taken: {bad} faults to correct first.", bad=len(taken.faults))
        console.answer({"ok": False, "faults": [fault_of(one) for one in taken.faults]})
        raise typer.Exit(int(Exit.REFUSED))
    tell("{coded} answers are coded.", coded=taken.coded)
    console.answer({"consultation": consultation, "question": question, "coded": taken.coded})


def agree(
    consultation: Consultation,
    question: Question,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help=tr("A CSV file for where the two differ.")),
    ] = None,
    settled: Annotated[
        Path | None,
        typer.Option(help=tr("That file, filled in by a third person: settles the coding.")),
    ] = None,
) -> None:
    from approvals.consultation import coding as pure
    from flows import coding, sheets
    from flows.stages.publish import write

    house = console.house()
    source = _source(house, consultation)
    agreement = coding.compare(house, source.stream, question)
    _show(house, source.stream, question, agreement)
    left = len(agreement.disagreements)
    done = False
    if settled is not None or not left:
        decided, faults = (
            coding.read_settled(house, source.stream, question, settled) if settled else ({}, ())
        )
        if faults:
            tell_faults(faults)
            tell("Nothing was settled: {bad} faults to correct first.", bad=len(faults))
            console.answer({"ok": False, "faults": [fault_of(one) for one in faults]})
            raise typer.Exit(int(Exit.REFUSED))
        coding.settle(
            house,
            source.stream,
            question,
            decided,
            by=console.acting(house),
            key=console.key(),
        )
        done = True
        tell("The coding is settled.")
    elif out is not None:
        rows = pure.compared(source.answers(question), agreement.disagreements)
        write(out, sheets.written(pure.COMPARED, rows, console.GLOBALS.lang))
        tell(
            "The {count} answers on which they differ are in {file}, for a third person.",
            count=left,
            file=str(out),
        )
    else:
        tell("They differ on {count} answers; --out writes them for a third person.", count=left)
    console.answer(_agreement(agreement) | {"settled": done})


def _show(house: House, stream: str, question: str, found: Agreement) -> None:
    from flows import coding

    held = coding.evaluation(house, stream).codings[question]
    titles = {
        theme.code: theme.title.in_(console.GLOBALS.lang)
        for theme in coding.book_of(house, held).themes
    }
    console.table(
        [tr("Theme"), tr("Both"), tr("First"), tr("Second"), tr("Neither"), tr("Kappa")],
        [
            (
                titles[one.theme],
                str(one.both),
                str(one.first),
                str(one.second),
                str(one.neither),
                "–" if one.kappa is None else f"{float(one.kappa):.2f}",
            )
            for one in found.themes
        ],
    )
    tell(
        "Both coded {double} answers and agreed on all themes of {agreed}. Cohen’s kappa: {kappa}.",
        double=found.double,
        agreed=found.agreed,
        kappa="–" if found.kappa is None else f"{float(found.kappa):.2f}",
    )


def _agreement(found: Agreement) -> dict[str, Json]:
    from approvals.consultation.synthesis import decimal

    return {
        "double": found.double,
        "agreed": found.agreed,
        "kappa": decimal(found.kappa, 3),
        "themes": [
            {
                "theme": one.theme,
                "both": one.both,
                "first": one.first,
                "second": one.second,
                "neither": one.neither,
                "kappa": decimal(one.kappa, 3),
            }
            for one in found.themes
        ],
    }


def interview_add(
    consultation: Consultation,
    file: Annotated[Path, typer.Argument(help=tr("A file of [[interview]] (TOML)."))],
) -> None:
    from flows import evaluating
    from flows.files import read_text

    house = console.house()
    interviews = evaluating.read_interviews(read_text(file))
    evaluating.register_interviews(
        house,
        _source(house, consultation).stream,
        interviews,
        by=console.acting(house),
        key=console.key(),
    )
    tell("{count} interviews are registered.", count=len(interviews))
    console.answer({"interviews": [one.id for one in interviews]})


def interview_list(consultation: Consultation) -> None:
    from flows import coding

    house = console.house()
    own = coding.evaluation(house, _source(house, consultation).stream)
    rows, told = [], []
    for id, one in own.interviews.items():
        registered = one.registered
        name = house.note(registered.name)
        scope = tr("withdrawn") if one.withdrawn else tr(_SCOPES[registered.scope.value])
        rows.append(
            (
                id,
                registered.capacity.in_(console.GLOBALS.lang),
                name or "–",
                registered.on.isoformat(),
                scope,
            )
        )
        told.append(
            {
                "interview": id,
                "capacity": {"fr": registered.capacity.fr, "en": registered.capacity.en},
                "name": name or None,
                "on": registered.on.isoformat(),
                "consented": registered.consented.isoformat(),
                "scope": registered.scope.value,
                "withdrawn": one.withdrawn,
                "points": [
                    {"fr": house.note(point.fr), "en": house.note(point.en)}
                    for point in registered.points
                    if not one.withdrawn
                ],
            }
        )
    console.table(
        [tr("Interview"), tr("Capacity"), tr("Name"), tr("Day"), tr("What may be done with it")],
        rows,
    )
    console.answer({"interviews": told})


_SCOPES = {
    "attributable": N_("quoted under the name"),
    "capacity": N_("quoted under the capacity"),
    "not-quotable": N_("not quoted"),
}


def interview_withdraw(
    consultation: Consultation,
    interview: Annotated[str, typer.Argument(help=tr("The interview’s id."))],
) -> None:
    from approvals.handlers import evaluation as handlers

    house = console.house()
    handlers.withdraw_consent(
        handlers.WithdrawConsent(
            dossier=_source(house, consultation).stream,
            by=console.acting(house),
            key=console.key(),
            interview=interview,
        ),
        house.office,
    )
    tell("The name and the words of {interview} are erased.", interview=interview)
    console.answer({"interview": interview, "withdrawn": True})


def finding_add(
    consultation: Consultation,
    file: Annotated[Path, typer.Argument(help=tr("A file of [[finding]] (TOML)."))],
) -> None:
    from flows import evaluating
    from flows.files import read_text

    house = console.house()
    source = _source(house, consultation)
    found = evaluating.read_findings(house, source, read_text(file))
    evaluating.register_findings(
        house, source.stream, found, by=console.acting(house), key=console.key()
    )
    tell("{count} findings are registered.", count=len(found))
    console.answer({"findings": [one.id for one in found]})


def finding_list(consultation: Consultation) -> None:
    from flows import evaluating
    from flows.synthesis_words import Wording

    house = console.house()
    own = evaluating.synthesis_of(house, _source(house, consultation))
    words = Wording(own, console.GLOBALS.lang)
    console.table(
        [tr("Finding"), tr("In a sentence"), tr("Evidence")],
        [(one.id, one.text.in_(console.GLOBALS.lang), words.evidence(one)) for one in own.findings],
    )
    console.answer({"findings": _findings(own)})


def _findings(own: Synthesis) -> Json:
    from approvals.consultation.synthesis import to_json

    return to_json(own)["findings"]


def synthesis(
    consultation: Consultation,
    out: Annotated[Path, typer.Option("--out", "-o", help=tr("The folder to write to."))],
) -> None:
    from flows import evaluating

    house = console.house()
    source = _source(house, consultation)
    own = evaluating.synthesis_of(house, source)
    files = evaluating.synthesis_files(own, house.now())
    entry = evaluating.record_synthesis(
        house, consultation, files, by=console.acting(house), key=console.key()
    )
    paths = evaluating.write_files(files, out)
    tell(
        "The synthesis of {count} responses is in {folder}: {files}.",
        count=own.total,
        folder=str(out),
        files=tuple(path.name for path in paths),
    )
    console.answer(
        {
            "consultation": consultation,
            "responses": own.total,
            "files": [str(path) for path in paths],
            "entry": {"sequence": entry.sequence, "hash": entry.hash},
        }
    )
