"""A consultation's file and figures without a house: check, generate, tally."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import console
from flows.commands import consultation, evaluation
from flows.commands.faults import fault_of, tell_faults
from flows.console import Exit, Json, tell, tr

if TYPE_CHECKING:
    from approvals.consultation.questionnaire import Questionnaire
    from approvals.consultation.tally import QuestionTally, Tally

File = Annotated[Path, typer.Argument(help=tr("The questionnaire (TOML)."))]


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    consult = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    consult.command(help=tr("Check a questionnaire, or a file of responses against one."))(check)
    consult.command(help=tr("Write responses that nobody gave, to try things with."))(generate)
    consult.command(help=tr("Count responses by public, small numbers hidden."))(tally)
    consultation.add_to(consult)
    evaluation.add_to(consult)
    app.add_typer(consult, name="consult", help=tr("Consultations, and what is made of them."))


def check(
    questionnaire: File,
    responses: Annotated[
        Path | None, typer.Argument(help=tr("A file of responses (CSV, or from LimeSurvey)."))
    ] = None,
) -> None:
    asked = _questionnaire(questionnaire)
    told: dict[str, Json] = {
        "questionnaire": asked.id,
        "version": asked.version,
        "publics": [one.id for one in asked.publics],
        "questions": [one.id for one in asked.questions],
    }
    if responses is None:
        tell(
            "{title}: {publics} publics, {questions} questions, in both languages.",
            title=asked.title.in_(console.GLOBALS.lang),
            publics=len(asked.publics),
            questions=len(asked.questions),
        )
        console.answer(told)
        return
    from flows import responses_file

    reading = responses_file.read(asked, responses)
    if reading.sheet:
        tell("Read from the sheet “{sheet}”.", sheet=reading.sheet)
    tell_faults(reading.faults)
    tell(
        "{file}: {good} responses can be taken, {bad} faults, {unfinished} never sent.",
        file=responses.name,
        good=len(reading.responses),
        bad=len(reading.faults),
        unfinished=reading.unfinished,
    )
    console.answer(
        {
            **told,
            "ok": not reading.faults,
            "responses": len(reading.responses),
            "unfinished": reading.unfinished,
            "faults": [fault_of(one) for one in reading.faults],
        }
    )
    if reading.faults:
        raise typer.Exit(int(Exit.REFUSED))


def generate(
    questionnaire: File,
    out: Annotated[Path, typer.Option("--out", "-o", help=tr("The CSV file to write."))],
    count: Annotated[int, typer.Option(min=1, max=200_000, help=tr("How many responses."))] = 5000,
    seed: Annotated[int, typer.Option(help=tr("The same seed gives the same responses."))] = 2020,
) -> None:
    from approvals.consultation import generator
    from flows import responses_file
    from flows.stages.publish import write

    asked = _questionnaire(questionnaire)
    made = generator.generate(asked, count, seed)
    write(out, responses_file.written(asked, made).encode())
    tell("{count} invented responses are in {file}.", count=count, file=str(out))
    console.answer({"file": str(out), "responses": count, "seed": seed, "invented": True})


def tally(
    questionnaire: Annotated[
        Path,
        typer.Argument(
            metavar="QUESTIONNAIRE", help=tr("The questionnaire, or a consultation of the house.")
        ),
    ],
    responses: Annotated[
        Path | None, typer.Argument(help=tr("A file of responses (CSV, or from LimeSurvey)."))
    ] = None,
    threshold: Annotated[
        int | None, typer.Option(min=1, help=tr("Numbers of people below it are hidden."))
    ] = None,
) -> None:
    from approvals.consultation import tally as counting

    if responses is None:
        from flows import consulting

        house = console.house()
        own = consulting.find(house, str(questionnaire))
        _counted(consulting.form(house, own), consulting.tally(house, own.id, threshold))
        return
    from flows import responses_file

    asked = _questionnaire(questionnaire)
    reading = responses_file.read(asked, responses)
    if reading.sheet:
        tell("Read from the sheet “{sheet}”.", sheet=reading.sheet)
    if reading.faults:
        tell_faults(reading.faults)
        tell("Nothing was counted: {bad} faults to correct first.", bad=len(reading.faults))
        console.answer({"ok": False, "faults": [fault_of(one) for one in reading.faults]})
        raise typer.Exit(int(Exit.REFUSED))
    _counted(asked, counting.tally(asked, reading.responses, threshold or counting.THRESHOLD))


def _counted(asked: Questionnaire, found: Tally) -> None:
    from approvals.consultation import tally as counting

    language = console.GLOBALS.lang
    heads = [public.title.in_(language) for public in asked.publics]
    for one in found.questions:
        _table(one, heads, language)
    tell(
        "{total} responses. {hidden} stands for a number that is hidden: fewer than {threshold} "
        "people, or what would give such a number away.",
        total=found.total,
        hidden=_HIDDEN,
        threshold=found.threshold,
    )
    console.answer({"ok": True, "questionnaire": asked.id, **counting.plain(found)})


_HIDDEN = "•"


def _questionnaire(path: Path) -> Questionnaire:
    from approvals.consultation import questionnaire as files
    from flows.files import read_file

    return files.load(read_file(path).decode("utf-8", errors="replace"))


def _table(one: QuestionTally, heads: list[str], language: str) -> None:
    titles = {option.code: option.title.in_(language) for option in one.question.options}
    rows = [
        (
            titles.get(row.code, tr("no answer")),
            *(_HIDDEN if count is None else str(count) for count in row.by_public.values()),
            str(row.total),
        )
        for row in one.rows
    ]
    console.table([tr("Answer"), *heads, tr("All")], rows, title=one.question.title.in_(language))
