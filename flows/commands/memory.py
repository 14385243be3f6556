"""Commands for the translation memory: take in, write out, look up, count, keep in order."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows import console
from flows.console import tell, tr

if TYPE_CHECKING:
    from locales.matching import Match
    from locales.memory import Memory

Where = Annotated[
    str | None,
    typer.Option("--memory", help=tr("A memory’s file or PostgreSQL URL; else that of the house.")),
]


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    tm = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    tm.command("import", help=tr("Take a TMX file in."))(take_in)
    tm.command("export", help=tr("Write the memory as TMX 1.4b."))(write_out)
    tm.command("lookup", help=tr("Look a sentence up, or each line of standard input."))(lookup)
    tm.command("stats", help=tr("Count what the memory holds."))(stats)
    tm.command("tidy", help=tr("Take out twins; retire, bring back or purge units."))(tidy)
    app.add_typer(tm, name="tm", help=tr("The translation memory."))


def _memory(where: str | None) -> Memory:
    from locales.memory import Memory

    if where is None:
        return console.house().memory
    memory = Memory.open(where if "://" in where else Path(where))
    console.AT_END.callback(memory.close)
    return memory


def take_in(
    file: Annotated[Path, typer.Argument(help=tr("A .tmx or .tmx.gz file."))],
    memory: Where = None,
) -> None:
    if memory is None:
        from flows import tending

        house = console.house()
        added = tending.take_memory(house, file, by=console.acting(house), key=console.key())
    else:
        added = _memory(memory).import_tmx(file)
    tell("New units: {count}.", count=added)
    console.answer({"added": added})


def write_out(
    out: Annotated[Path, typer.Option("--out", "-o", help=tr("The file to write."))],
    source: Annotated[str, typer.Option("--from", help=tr("Language of the source: fr or en."))] = (
        "fr"
    ),
    memory: Where = None,
) -> None:
    count = _memory(memory).export_tmx(out, _language("--from", source))
    tell("Units written to {file}: {count}.", file=str(out), count=count)
    console.answer({"file": str(out), "units": count})


def lookup(
    source: Annotated[str, typer.Option("--from", help=tr("Language of the source: fr or en."))],
    target: Annotated[str, typer.Option("--to", help=tr("Language of the translation."))],
    sentence: Annotated[
        str | None, typer.Argument(help=tr("The sentence; without one, standard input."))
    ] = None,
    limit: Annotated[int, typer.Option(help=tr("Matches at most."), min=1)] = 5,
    memory: Where = None,
) -> None:
    _language("--from", source)
    _language("--to", target)
    known = _memory(memory)
    if sentence is None:
        for line in sys.stdin:
            found = _look(known, line.rstrip("\r\n"), source, target, limit)
            print(json.dumps({"matches": _plain(found)}, ensure_ascii=False), flush=True)
        return
    found = _look(known, sentence, source, target, limit)
    for match in found:
        tell(
            "{score} %  {target}  ({origin})",
            score=match.score,
            target=_text(match.target),
            origin=match.origin or match.kind.value,
        )
    if not found:
        tell("Nothing alike is known.")
    console.answer({"matches": _plain(found)})


def _look(memory: Memory, sentence: str, source: str, target: str, limit: int) -> tuple[Match, ...]:
    from locales import markup

    text = sentence if markup.well_formed(sentence) else markup.escape(sentence)
    return memory.lookup(text, source, target, limit=limit)


def _plain(found: tuple[Match, ...]) -> list[console.Json]:
    return [
        {
            "score": match.score,
            "kind": match.kind.value,
            "source": match.source,
            "target": match.target,
            "origin": match.origin,
            "author": match.author,
            "at": match.at,
            "dossier": match.dossier,
            "difference": [
                {"old": part.old, "new": part.new} for part in match.difference if not part.same
            ],
        }
        for match in found
    ]


def _text(tagged: str) -> str:
    from locales import markup

    return markup.readable(tagged)


def stats(memory: Where = None) -> None:
    counted = _memory(memory).stats()
    tell("Units: {units}; retired: {retired}.", units=counted.units, retired=counted.retired)
    if counted.origins:
        rows = [(origin or "–", count) for origin, count in counted.origins]
        if not console.GLOBALS.json:
            console.table([tr("Origin"), tr("Units")], [(one, str(count)) for one, count in rows])
    console.answer(
        {"units": counted.units, "retired": counted.retired, "origins": dict(counted.origins)}
    )


def tidy(
    twins: Annotated[
        bool, typer.Option("--twins", help=tr("Take out units that say what a newer one says."))
    ] = False,
    retire: Annotated[
        bool, typer.Option("--retire", help=tr("Offer the units named below no more."))
    ] = False,
    revive: Annotated[
        bool, typer.Option("--revive", help=tr("Offer the units named below again."))
    ] = False,
    purge: Annotated[
        bool, typer.Option("--purge", help=tr("Take retired units out for good."))
    ] = False,
    dossier: Annotated[str, typer.Option(help=tr("Units of this dossier."))] = "",
    origin: Annotated[str, typer.Option(help=tr("Units of this origin."))] = "",
    before: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help=tr("Units older than this day."))
    ] = None,
    memory: Where = None,
) -> None:
    from locales import memory_care

    if sum((twins, retire, revive, purge)) != 1:
        raise typer.BadParameter(
            tr("name one of the four"), param_hint="--twins, --retire, --revive, --purge"
        )
    if (retire or revive) and not (dossier or origin or (retire and before)):
        raise typer.BadParameter(tr("name the units"), param_hint="--dossier, --origin, --before")
    known = _memory(memory)
    when = before.replace(tzinfo=UTC) if before else None

    def do() -> int:
        if twins:
            return memory_care.deduplicate(known)
        if retire:
            return memory_care.retire(known, dossier=dossier, origin=origin, before=when)
        if revive:
            return memory_care.revive(known, dossier=dossier, origin=origin)
        return memory_care.purge(known)

    if memory is None:
        acts = zip((twins, retire, revive, purge), _ACTS, strict=True)
        asked = {"dossier": dossier, "origin": origin, "before": before and f"{before:%Y-%m-%d}"}
        # An origin is a file's own word for where a unit came from, and may name somebody.
        what = " ".join(
            name if name == "origin" else f"{name} {value}"
            for name, value in asked.items()
            if value
        )
        count = _tended(next(act for chosen, act in acts if chosen), what or "all", do)
    else:
        count = do()
    tell("Units concerned: {count}.", count=count)
    console.answer({"units": count})


_ACTS = ("tidied", "retired", "revived", "purged")


def _tended(act: str, what: str, do: Callable[[], int]) -> int:
    """Do something to the house's own memory, in somebody's name."""
    from approvals.events import MemoryAct
    from flows import tending

    house = console.house()
    by, key = console.acting(house), console.key()
    return tending.tend(house, MemoryAct(act), what, do, by=by, key=key)


def _language(option: str, language: str) -> str:
    if language not in console.LANGUAGES:
        raise typer.BadParameter(tr("fr or en"), param_hint=option)
    return language
