"""The house itself: init, people, status, log, doctor, run, serve, demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows import console
from flows.console import Exit, tell, tr


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command(help=tr("Found a house: its folder, keys, people and rules."))(init)
    app.command(help=tr("List who is enrolled, or enrol people from a file."))(people)
    app.command(help=tr("Say where every dossier stands, or one in full."))(status)
    app.command(help=tr("Show the ledger, or check all of it."))(log)
    app.command(help=tr("Look over the installation and the house."))(doctor)
    app.command(help=tr("Carry out what is due and come back."))(run)
    app.command(help=tr("Open the desk: pages, dispatcher and Prefect’s server."))(serve)
    app.command(help=tr("Carry the sample statement through the whole road."))(demo)


def init(
    sample: Annotated[
        bool, typer.Option("--sample", help=tr("With the sample's people, circuit and board."))
    ] = False,
    people: Annotated[Path | None, typer.Option(help=tr("A people.toml file."))] = None,
    circuit: Annotated[Path | None, typer.Option(help=tr("A review circuit."))] = None,
    board: Annotated[Path | None, typer.Option(help=tr("A board file."))] = None,
    glossary: Annotated[Path | None, typer.Option(help=tr("A glossary (CSV)."))] = None,
    memory: Annotated[Path | None, typer.Option(help=tr("A translation memory (TMX)."))] = None,
    name_fr: Annotated[str | None, typer.Option(help=tr("The institution, in French."))] = None,
    name_en: Annotated[str | None, typer.Option(help=tr("The institution, in English."))] = None,
) -> None:
    from approvals.names import Bilingual
    from flows import founding
    from flows.settings import FILE, default_home
    from locales.engines import apertium

    home = (console.GLOBALS.home or default_home()).expanduser().absolute()
    papers = founding.Papers(people, circuit, board, glossary, memory)
    if sample:
        papers = founding.sample_papers().overlaid(papers)
    fallback = name_fr or name_en
    name = Bilingual(name_fr or fallback or "", name_en or fallback or "") if fallback else None
    engine = apertium.Apertium.id if apertium.installed() else None
    house = founding.found(home, papers, name, engine=engine)
    console.AT_END.callback(house.close)
    tell("The house is founded in {home}.", home=str(home))
    tell("Its seal is a demonstration: it proves nothing outside this installation.")
    if engine:
        tell(
            "Apertium is installed: it drafts what the memory does not know, on this machine, to "
            "be revised. “engine” in {file} changes that.",
            file=str(house.home / FILE),
        )
    enrolled = house.contacts()
    if len(enrolled) == 1:
        tell("“enonce serve” opens the desk; its first page makes you the administrator.")
    else:
        tell("{count} people are enrolled; “enonce people” lists them.", count=len(enrolled))
    console.answer({"home": str(home), "people": len(enrolled)})


def people(
    add: Annotated[
        Path | None, typer.Option("--add", help=tr("A people.toml file to enrol (administrator)."))
    ] = None,
    link: Annotated[
        str | None,
        typer.Option(help=tr("Make a one-time link to the desk for this person (administrator).")),
    ] = None,
) -> None:
    from flows import accounts, founding

    house = console.house()
    if link is not None:
        here = f"http://localhost:{house.settings.desk_port}"
        made = accounts.new_link(house, link, here, by=console.acting(house), key=console.key())
        tell(
            "Whoever opens this link within 24 hours chooses the password of {handle}: {link}",
            handle=link,
            link=made,
        )
        console.answer({"link": made})
        return
    if add is not None:
        founding.enrol(house, add, by=console.acting(house))
    roles = house.register().roles
    rows = [
        (who, sorted(role.value for role in roles.get(id, ())))
        for id, who in house.contacts().items()
    ]
    console.table(
        [tr("Handle"), tr("Name"), tr("Roles")],
        [[who.handle, who.name, ", ".join(held)] for who, held in rows],
    )
    console.answer(
        {"people": [{"handle": who.handle, "name": who.name, "roles": held} for who, held in rows]}
    )


def status(
    dossier: Annotated[str | None, typer.Argument(help=tr("One dossier, in full."))] = None,
    mine: Annotated[
        bool, typer.Option("--mine", help=tr("Only what waits for the person who acts."))
    ] = False,
    copy: Annotated[
        str | None,
        typer.Option("--hash", help=tr("What has become of a copy: its SHA-256, or the file.")),
    ] = None,
) -> None:
    from flows import service, showing, showing_copies

    house = console.house()
    if copy is not None:
        showing_copies.copy(house, copy)
        return
    if mine:
        showing_copies.tasks(house, console.acting(house))
        return
    service.catch_up(house)
    if dossier is None:
        showing.all_dossiers(house)
    else:
        showing.one_dossier(house, dossier)


def log(
    dossier: Annotated[str | None, typer.Argument(help=tr("Only this dossier."))] = None,
    check: Annotated[
        bool, typer.Option("--check", help=tr("Check the chain, the vault and the streams."))
    ] = False,
    head: Annotated[
        list[Path] | None,
        typer.Option(help=tr("A ledger.json given out earlier, to check against. Repeatable.")),
    ] = None,
) -> None:
    from flows import evidence, showing

    house = console.house()
    if check or head:
        heads = [evidence.published_head(house, file) for file in head or ()]
        if not showing.check(house, heads):
            raise typer.Exit(int(Exit.TAMPERED))
    else:
        showing.log(house, dossier)


def doctor() -> None:
    from flows import doctor as examination

    if not examination.examine(console.GLOBALS.home):
        raise typer.Exit(int(Exit.FAULT))


def run() -> None:
    from flows import service

    house = console.house()
    count = service.advance(house)
    tell("{count} stages were carried out.", count=count)
    console.answer({"stages": count})


def serve(
    port: Annotated[int | None, typer.Option(help=tr("Port of the desk."))] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help=tr("In a house of invented people and texts."))
    ] = False,
) -> None:
    from flows import serve as serving

    if demo:
        furnished = serving.demonstration((console.GLOBALS.home or Path("out/desk")).absolute())
        if furnished is None:
            raise typer.Exit(int(Exit.USAGE))
        console.AT_END.callback(furnished.close)
        house = furnished
    else:
        house = console.house()
    code = serving.serve(house, house.settings.desk_port if port is None else port, demo=demo)
    raise typer.Exit(code)


def demo(
    out: Annotated[
        Path, typer.Option("--out", "-o", help=tr("The folder to write the results to."))
    ] = Path("out"),
    full: Annotated[
        bool,
        typer.Option(
            "--full", help=tr("The whole process: axes, consultation, interviews, press too.")
        ),
    ] = False,
) -> None:
    from flows import demo as demonstration

    kind = None
    if full:
        from flows.demo_full import FullDemonstration

        kind = FullDemonstration
    code = demonstration.run(out, console.GLOBALS.home, kind)
    if code is not Exit.OK:
        raise typer.Exit(int(code))
