"""From consultation to sentence: which findings a text rests on, and where each went."""

from __future__ import annotations

from typing import Annotated

import typer

from flows import console
from flows.console import tell, tr

Dossier = Annotated[str, typer.Argument(help=tr("The dossier."))]
Finding = Annotated[str, typer.Argument(help=tr("The finding, by its id."))]
From = Annotated[
    str | None,
    typer.Option("--of", help=tr("Its consultation, where the text rests on several.")),
]


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    finding = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    finding.command("attach", help=tr("Name a consultation that the text rests on."))(attach)
    finding.command("link", help=tr("Link a finding to the paragraphs that it shaped."))(link)
    finding.command("waive", help=tr("Say why a finding shaped no paragraph."))(waive)
    finding.command("list", help=tr("Where each finding went, and what shaped each paragraph."))(
        listed
    )
    app.add_typer(finding, name="finding", help=tr("Findings of consultations, and their places."))


def attach(
    dossier: Dossier,
    consultation: Annotated[str, typer.Argument(help=tr("The consultation."))],
) -> None:
    from approvals.consultation.life import PREFIX
    from approvals.handlers import findings
    from flows import service

    house = console.house()
    entry = findings.attach_consultation(
        findings.AttachConsultation(
            dossier=dossier,
            by=console.acting(house),
            key=console.key(),
            consultation=f"{PREFIX}{consultation}",
        ),
        house.office,
    )
    tell("{dossier} rests on {consultation} now.", dossier=dossier, consultation=consultation)
    service.after_act(house, dossier, entry)


def link(
    dossier: Dossier,
    finding: Finding,
    paragraph: Annotated[
        list[str], typer.Option("--paragraph", "-p", help=tr("A paragraph’s number (repeatable)."))
    ],
    of: From = None,
) -> None:
    from approvals.handlers import findings
    from flows import acts, places, service

    house = console.house()
    held = house.dossier(dossier)
    entry = findings.link_finding(
        findings.LinkFinding(
            dossier=dossier,
            by=console.acting(house),
            key=console.key(),
            consultation=places.stream_of(held, of),
            finding=finding,
            paragraphs=tuple(acts.paragraph(held, one) for one in paragraph),
        ),
        house.office,
    )
    tell(
        "{finding} is linked to § {paragraphs}.",
        finding=finding,
        paragraphs=tuple(paragraph),
    )
    service.after_act(house, dossier, entry)


def waive(
    dossier: Dossier,
    finding: Finding,
    reason: Annotated[str, typer.Option(help=tr("Why it shaped no paragraph."))] = "",
    of: From = None,
) -> None:
    from approvals.handlers import findings
    from flows import places, service

    house = console.house()
    entry = findings.waive_finding(
        findings.WaiveFinding(
            dossier=dossier,
            by=console.acting(house),
            key=console.key(),
            consultation=places.stream_of(house.dossier(dossier), of),
            finding=finding,
            reason=reason,
        ),
        house.office,
    )
    tell("{finding} shapes no paragraph, for a reason that is kept.", finding=finding)
    service.after_act(house, dossier, entry)


def listed(
    dossier: Dossier,
    paragraph: Annotated[
        str | None, typer.Option("--paragraph", "-p", help=tr("Only what shaped this paragraph."))
    ] = None,
) -> None:
    from flows import acts, places

    house = console.house()
    held = house.dossier(dossier)
    only = acts.paragraph(held, paragraph) if paragraph else None
    found = places.of(house, held)
    language = console.GLOBALS.lang
    shown = [one for one in found if only is None or only in one.paragraphs]
    console.table(
        [tr("Finding"), tr("In a sentence"), tr("People"), tr("Where it went")],
        [
            (
                one.finding,
                one.text.in_(language),
                str(one.people) if one.people else "–",
                places.told(one, language),
            )
            for one in shown
        ],
    )
    lines = places.paragraphs(house, held, found)
    if only is None:
        console.table(
            ["§", tr("Paragraph"), tr("Shaped by")],
            [(str(line.number), line.begins, ", ".join(line.findings)) for line in lines],
        )
    left = [one.finding for one in found if one.orphan]
    if left:
        tell("Leading nowhere so far: {findings}.", findings=tuple(left))
    console.answer(
        {
            "dossier": dossier,
            "findings": [places.to_json(one) for one in shown],
            "paragraphs": [
                {"number": line.number, "id": line.id, "findings": list(line.findings)}
                for line in lines
            ],
            "orphans": left,
        }
    )
