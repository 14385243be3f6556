"""The press before publication: quotes and the press release."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from flows import console
from flows.console import tell, tr

Dossier = Annotated[str, typer.Argument(help=tr("The dossier."))]
Name = Annotated[str, typer.Argument(help=tr("The quote’s short name."))]


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    quote = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    quote.command("add", help=tr("Propose a quote, or other words for one."))(add)
    quote.command("approve", help=tr("Approve your own words."))(approve)
    quote.command("drop", help=tr("Leave a quote out."))(drop)
    quote.command("release", help=tr("Keep the press release in both languages."))(release)
    quote.command("list", help=tr("List the quotes and who has approved them."))(listed)
    app.add_typer(quote, name="quote", help=tr("Quotes and press release, before publication."))


def add(
    dossier: Dossier,
    name: Name,
    speaker: Annotated[str, typer.Option(help=tr("Whose words they are, by handle."))],
    fr: Annotated[str, typer.Option(help=tr("The words in French."))],
    en: Annotated[str, typer.Option(help=tr("The words in English."))],
) -> None:
    from approvals.events import QuoteId
    from approvals.handlers import press
    from approvals.names import PersonId
    from flows import service

    house = console.house()
    command = press.AddQuote(
        dossier=dossier,
        by=console.acting(house),
        key=console.key(),
        quote=QuoteId(name),
        speaker=PersonId(house.person(speaker).id),
        fr=fr,
        en=en,
    )
    entry = press.add_quote(command, house.office)
    tell("The quote waits for its speaker.")
    service.after_act(house, dossier, entry)


def approve(
    dossier: Dossier,
    name: Name,
    language: Annotated[
        str | None, typer.Option(help=tr("Only in this language: fr or en."))
    ] = None,
) -> None:
    from approvals.events import QuoteId
    from approvals.handlers import press
    from approvals.names import Digest, Language
    from flows import acts, service

    house = console.house()
    by = console.acting(house)
    quote = house.dossier(dossier).quotes.get(QuoteId(name))
    wanted = [language] if language else list(quote.missing if quote else acts.OTHER)
    key = console.key()
    entry = None
    for one in map(Language, wanted or acts.OTHER):
        command = press.ApproveQuote(
            dossier=dossier,
            by=by,
            key=f"{key}:{one}",
            quote=QuoteId(name),
            language=one,
            text=quote.text(one).digest if quote else Digest(""),
        )
        entry = press.approve_quote(command, house.office)
    tell("Approved.")
    service.after_act(house, dossier, entry)


def drop(dossier: Dossier, name: Name) -> None:
    from approvals.events import QuoteId
    from approvals.handlers import press
    from flows import service

    house = console.house()
    command = press.DropQuote(
        dossier=dossier, by=console.acting(house), key=console.key(), quote=QuoteId(name)
    )
    entry = press.drop_quote(command, house.office)
    tell("The quote is left out.")
    service.after_act(house, dossier, entry)


def release(
    dossier: Dossier,
    fr: Annotated[Path, typer.Option(help=tr("The file in French."))],
    en: Annotated[Path, typer.Option(help=tr("The file in English."))],
) -> None:
    from approvals.handlers import press
    from approvals.names import Digest
    from flows import service
    from flows.files import read_file

    house = console.house()
    by = console.acting(house)
    files = [Digest(house.vault.put(read_file(one))) for one in (fr, en)]
    command = press.KeepPressRelease(
        dossier=dossier, by=by, key=console.key(), fr=files[0], en=files[1]
    )
    entry = press.keep_press_release(command, house.office)
    tell("The press release is kept in both languages.")
    service.after_act(house, dossier, entry)


def listed(dossier: Dossier) -> None:
    from approvals.names import Language

    house = console.house()
    state = house.dossier(dossier)
    handles = {id: who.handle for id, who in house.contacts().items()}
    rows: list[tuple[str, ...]] = []
    told: list[Mapping[str, console.Json]] = []
    for name, quote in state.quotes.items():
        speaker = handles.get(quote.added.speaker, quote.added.speaker)
        words = {one: house.note(quote.text(Language(one))) for one in ("fr", "en")}
        rows.extend(
            (name, speaker, one, text, tr("approved") if one in quote.approved else tr("waiting"))
            for one, text in words.items()
        )
        told.append(
            {"quote": name, "speaker": speaker, **words, "approved": sorted(quote.approved)}
        )
    if rows:
        console.table([tr("Quote"), tr("Of"), tr("Language"), tr("Words"), tr("State")], rows)
    else:
        tell("There are no quotes.")
    release = state.press_release
    console.answer(
        {
            "quotes": told,
            "release": {"fr": release.fr, "en": release.en} if release is not None else None,
        }
    )
