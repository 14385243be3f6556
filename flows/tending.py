"""What administrators and revisers keep: rule files, consent, glossary, memory; for desk and line.

Every change is in the ledger before the file says so. The bytes of rule files and glossaries are
kept in the vault under the digest that the ledger names, so that none of them is ever lost.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from approvals import board as boards
from approvals import circuits
from approvals import events as ev
from approvals.desk.care_ports import Change
from approvals.errors import N_, ApprovalError, GuardError
from approvals.handlers import keeping
from approvals.ledger import Entry
from approvals.names import Digest, PersonId
from approvals.register import HOUSE
from documents.digest import byte_digest
from flows.files import read_text
from flows.house import House
from flows.stages.publish import write
from locales import engines, tbx, tmx
from locales.glossary import Glossary, Term

try:
    import fcntl
except ImportError:  # a system without flock is trusted to have one keeper at a time
    fcntl = None  # type: ignore[assignment]

FOLDERS = {ev.RuleKind.CIRCUIT: "circuits", ev.RuleKind.BOARD: "boards"}


def rule_file(house: House, kind: ev.RuleKind, name: str) -> Path | None:
    """Find a rule file of the house by its name; None where there is no such file."""
    found = sorted((house.home / FOLDERS[kind]).glob("*.toml"))
    return next((one for one in found if one.name == name), None)


def adopt(
    house: House, kind: ev.RuleKind, text: str, name: str, *, by: PersonId, key: str
) -> Entry:
    """Adopt the text of a circuit or board in the place of the file ``name``; "" for a new one."""
    with _alone(house):
        before = _brought(house, key)
        present = rule_file(house, kind, name) if name else None
        if name and present is None:
            raise GuardError("adopt:file", N_("There is no file {file} in the house."), file=name)
        if not name and before is None:
            _is_new(house, kind, text)
        entry = keeping.adopt_rule(
            keeping.AdoptRule(
                dossier=HOUSE,
                by=by,
                key=key,
                kind=kind,
                text=text,
                present=read_text(present) if present else None,
            ),
            house.office,
        )
        id = _id(kind, text)
        if house.register().adopted[kind, id].said.file == keeping.file_digest(text):
            house.vault.put(text.encode())
            write(present or house.home / FOLDERS[kind] / f"{id}.toml", text.encode())
    return entry


def _id(kind: ev.RuleKind, text: str) -> str:
    rule = circuits.load(text) if kind is ev.RuleKind.CIRCUIT else boards.load_rules(text)
    return rule.id


def _is_new(house: House, kind: ev.RuleKind, text: str) -> None:
    """Refuse a new file whose id another file has, or that would not be a file's name."""
    id = _id(kind, text)
    if not id or len(id) > 60 or not all(sign.isalnum() or sign in "-_" for sign in id):
        raise GuardError(
            "adopt:name",
            N_("“{id}” cannot name a file. Take letters, digits and hyphens for the id."),
            id=id,
        )
    for file in sorted((house.home / FOLDERS[kind]).glob("*.toml")):
        if id in _names(kind, file):
            raise GuardError(
                "adopt:taken",
                N_("{file} has the id {id} already. Change that file."),
                file=file.name,
                id=id,
            )


def _names(kind: ev.RuleKind, file: Path) -> Iterator[str]:
    """Give what a file is known by: its name, and its id where it can be read."""
    yield file.stem
    with contextlib.suppress(ApprovalError):
        yield _id(kind, read_text(file))


def allow(
    house: House,
    engine: str,
    levels: Iterable[ev.Confidentiality],
    provider: str,
    *,
    by: PersonId,
    key: str,
) -> Entry:
    """Say of which levels an engine may be sent texts."""
    return keeping.allow_engine(
        keeping.AllowEngine(
            dossier=HOUSE,
            by=by,
            key=key,
            engine=engine,
            sends_to=engines.create(engine, {}).translator.sends_text_to,
            provider=provider,
            levels=tuple(level for level in ev.Confidentiality if level in set(levels)),
        ),
        house.office,
    )


def change_glossary(
    house: House, change: Callable[[Glossary], Glossary], *, by: PersonId, key: str
) -> tuple[Entry, Change]:
    """Put what ``change`` makes of the house's glossary in its place.

    Brought again under the same key it changes nothing, whatever the glossary says by then.
    """
    keeping.require_words(house.register(), by, "glossary")
    with _alone(house):
        before = house.glossary
        again = _brought(house, key) is not None
        after = before if again else change(before)
        data = after.text().encode()
        entry = keeping.change_glossary(
            keeping.ChangeGlossary(
                dossier=HOUSE,
                by=by,
                key=key,
                file=Digest(byte_digest(data)),
                terms=len(after.terms),
            ),
            house.office,
        )
        if not again:
            house.vault.put(data)
            write(house.home / "glossary.csv", data)
    return entry, _compared(before, after)


def _compared(before: Glossary, after: Glossary) -> Change:
    old, new = set(before.terms), set(after.terms)
    added, gone = new - old, old - new
    both = {_concept(one) for one in added} & {_concept(one) for one in gone}
    return Change(len(added) - len(both), len(both), len(gone) - len(both))


def _concept(term: Term) -> tuple[str, str]:
    return term.fr.casefold(), term.en.casefold()


def with_term(glossary: Glossary, term: Term, before: str = "") -> Glossary:
    """Add a term, or put it in the place of the line called ``before`` (``Term.name``).

    Raises ``GuardError`` where the term says nothing, is there already, or the line is gone.
    """
    if not term.fr and not term.en:
        raise GuardError("glossary:term", N_("Give the term in French, in English, or in both."))
    others = [one for one in glossary.terms if one.name != before]
    if before and len(others) == len(glossary.terms):
        raise _gone()
    said = (_concept(term), term.status)
    if any((_concept(one), one.status) == said for one in others):
        raise GuardError(
            "glossary:twice", N_("The glossary says this already. Change that line, or this one.")
        )
    if not before:
        return Glossary((*glossary.terms, term))
    return Glossary(term if one.name == before else one for one in glossary.terms)


def without_term(glossary: Glossary, name: str) -> Glossary:
    """Take a line out; raise ``GuardError`` where it is gone or was changed meanwhile."""
    left = [one for one in glossary.terms if one.name != name]
    if len(left) == len(glossary.terms):
        raise _gone()
    return Glossary(left)


def _gone() -> GuardError:
    return GuardError(
        "glossary:gone",
        N_("Somebody changed or took out this line meanwhile. Look at the glossary again."),
    )


def joined(glossary: Glossary, other: Glossary) -> Glossary:
    """Take another glossary's lines in: a pair of words that is known takes what the other says."""
    found = {_concept(one): one for one in glossary.terms}
    found.update((_concept(one), one) for one in other.terms)
    return Glossary(found.values())


def read_glossary(data: bytes, name: str) -> Glossary:
    """Read an uploaded glossary, CSV or TBX by its name; raise ``GlossaryFileError``."""
    with laid(data, name) as file:
        return tbx.read(file) if file.suffix.lower() == ".tbx" else Glossary.load(file)


@contextlib.contextmanager
def laid(data: bytes, name: str) -> Iterator[Path]:
    """Lay an upload into a folder of its own under the name that it came with."""
    with tempfile.TemporaryDirectory(prefix="enonce-") as folder:
        file = Path(folder) / (Path(name.replace("\\", "/")).name[-100:] or "file")
        file.write_bytes(data)
        yield file


def take_memory(
    house: House,
    file: Path,
    *,
    by: PersonId,
    key: str,
    told: Callable[[int], None] = lambda units: None,
) -> int:
    """Take a TMX file into the memory and give how many units were new.

    The act is in the ledger first; a file that was taken halfway is taken again under another key,
    which adds what is missing.
    """
    if _tend(house, ev.MemoryAct.IMPORTED, byte_digest(file.read_bytes()), by=by, key=key) is None:
        return 0

    def counted() -> Iterator[tmx.Entry]:
        for number, entry in enumerate(tmx.read(file), 1):
            if number % 500 == 0:
                told(number)
            yield entry

    return house.memory.add(counted())


def tend(
    house: House,
    act: ev.MemoryAct,
    what: str,
    do: Callable[[], int],
    *,
    by: PersonId,
    key: str,
) -> int:
    """Do something to the memory that the ledger has to know; 0 where it was done before."""
    return 0 if _tend(house, act, what, by=by, key=key) is None else do()


def _tend(house: House, act: ev.MemoryAct, what: str, *, by: PersonId, key: str) -> Entry | None:
    before = _brought(house, key)
    entry = keeping.tend_memory(
        keeping.TendMemory(dossier=HOUSE, by=by, key=key, act=act, what=what), house.office
    )
    return entry if before is None else None


def _brought(house: House, key: str) -> Entry | None:
    """Give what was brought under a key before."""
    with house.store.read() as reader:
        return reader.find(key)


@contextlib.contextmanager
def _alone(house: House) -> Iterator[None]:
    """Keep every other keeper of this house waiting, in this process and in others."""
    file = os.open(house.home / ".keeping", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)
