"""Drafts and their translation: submit, translate, revise, certify."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows import console
from flows.console import tell, tr


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command(help=tr("Submit a Word draft, or a new draft of a dossier."))(submit)
    app.command(help=tr("Hand the draft over to translation."))(translate)
    app.command(help=tr("List what waits for a translator, or propose translations."))(revise)
    app.command(help=tr("Certify translations that somebody else proposed."))(certify)
    app.command(help=tr("Give a text up before it is adopted."))(abandon)


def submit(
    file: Annotated[Path, typer.Argument(help=tr("The draft, a .docx file."))],
    dossier: Annotated[
        str | None, typer.Option(help=tr("The dossier that this is a new draft of."))
    ] = None,
    title_fr: Annotated[
        str | None, typer.Option(help=tr("Title of a new dossier, French."))
    ] = None,
    title_en: Annotated[
        str | None, typer.Option(help=tr("Title of a new dossier, English."))
    ] = None,
    source: Annotated[str, typer.Option(help=tr("Language of the draft: fr or en."))] = "en",
    confidentiality: Annotated[
        str, typer.Option(help=tr("public, internal or confidential."))
    ] = "internal",
    answer: Annotated[
        list[str] | None,
        typer.Option(help=tr("What was done about a blocking point: NUMBER=TEXT. Repeatable.")),
    ] = None,
    succeeds: Annotated[
        str | None,
        typer.Option(help=tr("The published dossier in whose place this one is to come.")),
    ] = None,
) -> None:
    from approvals.events import Confidentiality
    from approvals.names import Bilingual
    from flows import acts, service

    if source not in acts.OTHER:
        raise typer.BadParameter(tr("The language is fr or en."), param_hint="--source")
    try:
        level = Confidentiality(confidentiality)
    except ValueError:
        raise typer.BadParameter(
            tr("It is public, internal or confidential."), param_hint="--confidentiality"
        ) from None
    house = console.house()
    by = console.acting(house)
    fallback = title_en or title_fr or file.stem
    taken = acts.submit(
        house,
        service.read_upload(file),
        file.name,
        by=by,
        dossier=dossier,
        title=Bilingual(fr=title_fr or fallback, en=title_en or fallback),
        source=source,
        confidentiality=level,
        answers=[_answer(text) for text in answer or ()],
        succeeds=succeeds,
        key=console.GLOBALS.key,
    )
    for line in console.findings(taken.report):
        tell("Warning: {line}", line=line)
    tell("{file} was taken in: dossier {dossier}.", file=file.name, dossier=taken.dossier)
    service.after_act(house, taken.dossier, taken.entry, report=taken.report)


def _answer(text: str) -> tuple[int, str]:
    number, equals, said = text.partition("=")
    if not equals or not number.strip().isdigit():
        raise typer.BadParameter(tr("Write NUMBER=TEXT."), param_hint="--answer")
    return int(number), said


def translate(
    dossier: Annotated[str, typer.Argument(help=tr("The dossier."))],
    circuit: Annotated[
        Path | None,
        typer.Option(help=tr("The circuit whose checks count; else the pinned or the only one.")),
    ] = None,
) -> None:
    from approvals.handlers import drafts
    from flows import service

    house = console.house()
    command = drafts.RequestTranslation(
        dossier=dossier,
        by=console.acting(house),
        key=console.key(),
        checks=service.check_rules(house, dossier, circuit),
    )
    entry = drafts.request_translation(command, house.office)
    tell("{dossier} was handed over to translation.", dossier=dossier)
    service.after_act(house, dossier, entry)


def revise(
    dossier: Annotated[str, typer.Argument(help=tr("The dossier."))],
    paragraph: Annotated[
        str | None, typer.Option(help=tr("Only this paragraph (its number)."))
    ] = None,
    sentence: Annotated[int, typer.Option(help=tr("Sentence of the paragraph, from 1."))] = 1,
    text: Annotated[
        str | None, typer.Option(help=tr("The translation of that sentence; - reads it."))
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option(
            "--from", help=tr("A TOML file of [[answer]] source and target, for many at once.")
        ),
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help=tr("Take what memory and engines prefilled."))
    ] = False,
) -> None:
    from flows import acts, service

    house = console.house()
    if text is None and answers is None and not accept:
        from flows import sentences

        sentences.show(house, dossier, paragraph)
        return
    by = console.acting(house)
    state = house.dossier(dossier)
    given = service.read_answers(answers) if answers else {}
    said = sys.stdin.read().rstrip("\n") if text == "-" else text
    if said is not None and paragraph is None:
        raise typer.BadParameter(tr("Name the paragraph with --paragraph."), param_hint="--text")
    only = None if paragraph is None else [acts.paragraph(state, paragraph)]
    proposal = acts.propose(
        house,
        dossier,
        by=by,
        translate=service.translator(given, accept=accept, said=said, sentence=sentence),
        only=only,
        key=console.GLOBALS.key,
    )
    tell(
        "{count} paragraphs proposed; {open} sentences still without a translation.",
        count=len(proposal.proposed),
        open=len(proposal.open),
    )
    service.after_act(house, dossier, proposal.entry)


def certify(
    dossier: Annotated[str, typer.Argument(help=tr("The dossier."))],
    paragraph: Annotated[
        list[str] | None, typer.Option(help=tr("Only this paragraph (its number). Repeatable."))
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(help=tr("A check whose findings you let pass, by name. Repeatable.")),
    ] = None,
    reason: Annotated[str | None, typer.Option(help=tr("Why you let them pass."))] = None,
) -> None:
    from flows import acts, service

    house = console.house()
    by = console.acting(house)
    state = house.dossier(dossier)
    only = [acts.paragraph(state, name) for name in paragraph] if paragraph else None
    entry = acts.certify(
        house,
        dossier,
        by=by,
        only=only,
        ignore=ignore or (),
        reason=reason,
        key=console.GLOBALS.key,
    )
    tell("Certified.")
    service.after_act(house, dossier, entry)


def abandon(
    dossier: Annotated[str, typer.Argument(help=tr("The dossier."))],
    reason: Annotated[str | None, typer.Option(help=tr("Why."))] = None,
) -> None:
    from approvals.handlers import drafts
    from approvals.handlers.base import WithReason
    from flows import service

    house = console.house()
    command = WithReason(
        dossier=dossier, by=console.acting(house), key=console.key(), reason=reason
    )
    entry = drafts.abandon(command, house.office)
    tell("{dossier} was abandoned.", dossier=dossier)
    service.after_act(house, dossier, entry)
