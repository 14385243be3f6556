"""Looks over the installation and the house: what runs, what is missing, what would go wrong."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from flows import console
from flows.console import tr
from locales.errors import N_

if TYPE_CHECKING:
    from flows.house import House

SQLITE_FIXED = (3, 51, 3)
"""The first SQLite without the fault by which a reset of the write-ahead log could lose rows."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: a mark (``ok``, ``note``, ``fault``), what it is, and what to do."""

    mark: str
    what: str
    says: str


def examine(home: Path | None) -> bool:
    """Say everything found; give False where something has to be mended."""
    findings = [
        finding
        for look in (_installation, _tools, lambda: _house(home))
        for finding in _safely(look)
    ]
    marks = {"ok": "✓", "note": "·", "fault": "✗"}
    console.table(
        ["", tr("What"), tr("Found")], [(marks[one.mark], one.what, one.says) for one in findings]
    )
    sound = all(one.mark != "fault" for one in findings)
    console.answer(
        {
            "sound": sound,
            "findings": [
                {"mark": one.mark, "what": one.what, "says": one.says} for one in findings
            ],
        }
    )
    return sound


def _safely(look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    from approvals.errors import ApprovalError
    from documents.errors import DocumentError

    try:
        yield from look()
    except (ApprovalError, DocumentError) as fault:
        yield Finding("fault", tr("House"), tr(fault.message, **fault.data))
    except OSError as fault:
        yield Finding("fault", str(fault.filename or ""), fault.strerror or str(fault))


def _installation() -> Iterator[Finding]:
    yield Finding("ok", "enonce", version("enonce"))
    yield Finding("ok", "Python", f"{platform.python_version()} ({sys.executable})")
    yield Finding("ok", "Prefect", version("prefect"))
    from approvals.store import sqlite_version

    found = sqlite_version()
    if tuple(int(part) for part in found.split(".")) >= SQLITE_FIXED:
        yield Finding("ok", "SQLite", found)
    else:
        yield Finding(
            "note",
            "SQLite",
            tr(
                "{version}: older than 3.51.3, which mends a fault in the write-ahead log. "
                "Install the package pysqlite3 where there is one for this machine.",
                version=found,
            ),
        )


_JUDGES = (
    ("soffice", N_("LibreOffice draws and judges documents in the tests; the product needs none.")),
    ("apertium", N_("Apertium gives gist translations offline where it is installed.")),
)


def _tools() -> Iterator[Finding]:
    for name, use in _JUDGES:
        path = shutil.which(name)
        yield Finding("ok" if path else "note", name, path or tr(use))


def _engine(house: House) -> Iterator[Finding]:
    """Say whose texts the engine may be sent; nothing is sent to find out."""
    from locales import engines

    settings = house.settings
    if not settings.engine:
        return
    name = f"{tr('Engine')}: {settings.engine}"
    try:
        provider = engines.create(settings.engine).translator.sends_text_to
    except engines.EngineError as fault:
        yield Finding("fault", name, tr(fault.message, **fault.data))
        return
    said = house.consent().get(settings.engine)
    levels = tuple(one.value for one in said.levels) if said else ()
    if not provider:
        yield Finding("ok", name, tr("It runs on this machine and sends nothing."))
    elif levels:
        told = tr("It sends texts to {provider}: {levels}.", provider=provider, levels=levels)
        yield Finding("ok", name, told)
    else:
        yield Finding(
            "note",
            name,
            tr("It would send texts to {provider}, which no level allows.", provider=provider),
        )


def _ending(house: House) -> Iterator[Finding]:
    """Say which certificates of the seal end soon, or have ended."""
    from approvals.desk import alarms
    from flows import certificates

    for one in certificates.alarms(house, house.now()):
        message, data = alarms.sentence(one.certificate, one.level)
        kind = "fault" if one.level == alarms.ENDED else "note"
        yield Finding(kind, tr("Seal"), tr(message, **data))


def _mail(house: House) -> Iterator[Finding]:
    """Say where mails go, whether they can go there now, and what did not arrive."""
    from approvals.desk.mail.outcomes import Sent
    from approvals.store.mails import BOUNCED, FAILED, WAITING
    from flows.mailing import Post

    post = Post(house)
    where = house.settings.smtp_host or str(post.maildir.folder)
    said = post.probe()
    if not isinstance(said, Sent):
        told = tr("{where} takes no mail: {reason}", where=where, reason=said.said)
        yield Finding("fault", tr("Mail"), told)
    elif post.local:
        told = tr("No mail server is set; mails lie in {folder}.", folder=where)
        yield Finding("note", tr("Mail"), told)
    else:
        yield Finding("ok", tr("Mail"), tr("{where} answers.", where=where))
    with house.store.read() as reader:
        counts, bounces = reader.mail.counts(), reader.mail.bounces()
    lost = counts.get(BOUNCED, 0) + counts.get(FAILED, 0)
    if lost or bounces:
        told = tr(
            "{count} did not arrive, {addresses} addresses take none. See “enonce mail list”.",
            count=lost,
            addresses=len(bounces),
        )
        yield Finding("note", tr("Mail"), told)
    if waiting := counts.get(WAITING, 0):
        yield Finding("ok", tr("Mail"), tr("{count} wait to be sent.", count=waiting))


def _house(home: Path | None) -> Iterator[Finding]:
    from flows import dispatch
    from flows.house import exists, open_house
    from flows.settings import default_home

    where = (home or default_home()).expanduser().absolute()
    if not exists(where):
        yield Finding("note", tr("House"), tr("None in {home} yet.", home=str(where)))
        return
    house = open_house(where)
    console.AT_END.callback(house.close)
    yield Finding("ok", tr("House"), str(where))
    for private in (where / "keys", where):
        mode = private.stat().st_mode & 0o077
        if mode:
            yield Finding(
                "fault",
                str(private),
                tr("Others may look into this folder. Close it: chmod 700."),
            )
    report = house.store.check()
    yield Finding(
        "ok" if report.ok else "fault",
        tr("Ledger"),
        tr("{size} entries, whole.", size=report.size)
        if report.ok
        else tr("Tampered with from entry {row} on.", row=report.first_bad or 0),
    )
    faults = list(house.vault.check())
    yield Finding(
        "fault" if faults else "ok",
        tr("Vault"),
        str(faults[0]) if faults else tr("Every file is what its name says."),
    )
    if house.identity.demonstration:
        yield Finding(
            "note",
            tr("Seal"),
            tr("Demonstration: it proves nothing outside this installation."),
        )
    else:
        yield Finding("ok", tr("Seal"), house.identity.signer.chain[0].subject.rfc4514_string())
    yield from _ending(house)
    yield from _engine(house)
    yield from _mail(house)
    running = dispatch.is_running(where)
    yield Finding(
        "ok" if running else "note",
        tr("Service"),
        tr("Running.") if running else tr("Not running; “enonce serve” starts it."),
    )
