"""Founds a house: folders and keys, the first ledger entries, people, rules, memory, glossary."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from approvals import board, circuits
from approvals.errors import N_, ApprovalError
from approvals.handlers import people as handlers
from approvals.names import Bilingual, PersonId, Role
from approvals.ports import Clock, Contact, Ids
from approvals.register import HOUSE
from flows import settings, weighing
from flows.clock import RandomIds, SystemClock
from flows.house import House, lay_out, open_house


class PeopleFileError(ApprovalError):
    """A file of people cannot be used."""


@dataclass(frozen=True, slots=True)
class Papers:
    """The files that a house may be founded with."""

    people: Path | None = None
    circuit: Path | None = None
    board: Path | None = None
    glossary: Path | None = None
    memory: Path | None = None

    def overlaid(self, other: Papers) -> Papers:
        """Give these papers with those of ``other`` in their place where it has any."""
        names = [field.name for field in fields(self)]
        return Papers(**{name: getattr(other, name) or getattr(self, name) for name in names})


def sample_folder() -> Path:
    """Give where the sample lies: beside the sources, or inside the installed package."""
    here = Path(__file__).resolve().parent
    places = (here.parent / "samples" / "imt", here / "samples" / "imt")
    return next(place for place in places if place.is_dir())


def sample_papers() -> Papers:
    """Give the sample's papers."""
    folder = sample_folder()
    return Papers(
        people=folder / "people.toml",
        circuit=folder / "circuit.toml",
        board=folder / "board.toml",
        glossary=folder / "glossary.csv",
        memory=folder / "memory.tmx",
    )


def found(
    home: Path,
    papers: Papers,
    institution: Bilingual | None = None,
    *,
    engine: str | None = None,
    clock: Clock | None = None,
    ids: Ids | None = None,
) -> House:
    """Found a house; every file is read and checked before anything is made.

    ``engine`` is written into its settings as the one to ask where the memory has nothing.

    Raises ``HouseExistsError`` and what is wrong with the files.
    """
    persons = _read_people(papers.people) if papers.people else [_lone_administrator()]
    if papers.circuit:
        weighing.require(circuits.load(papers.circuit.read_text(encoding="utf-8")))
    seats = board.load(papers.board.read_text(encoding="utf-8")) if papers.board else None
    name = institution or (seats.rules.institution if seats else Bilingual("Énoncé", "Énoncé"))
    lay_out(home, (clock or SystemClock()).now())
    for source, folder in ((papers.circuit, "circuits"), (papers.board, "boards")):
        if source:
            shutil.copyfile(source, home / folder / source.name)
    if papers.glossary:
        shutil.copyfile(papers.glossary, home / "glossary.csv")
    for leftover in (
        *home.glob("enonce.sqlite3*"),
        *home.glob("memory.sqlite3*"),
        *home.glob("answers.sqlite3*"),
    ):
        leftover.unlink()
    house = open_house(home, clock=clock, ids=ids, founding=True)
    if papers.memory:
        house.memory.import_tmx(papers.memory)
    first = PersonId(persons[0][0].id)
    handlers.found_house(
        handlers.FoundHouse(
            dossier=HOUSE,
            by=first,
            key="found",
            institution=name,
            head_key=house.head_key.key_id,
        ),
        house.office,
    )
    _enrol(house, persons, by=first)
    file = home / settings.FILE
    temporary = file.with_suffix(".new")
    temporary.write_text(_SETTINGS + _engine_line(engine), encoding="utf-8")
    temporary.replace(file)
    return house


def enrol(house: House, path: Path, *, by: PersonId) -> None:
    """Enrol everybody in a people file; who is enrolled already keeps their id."""
    known = {who.handle: who.id for who in house.contacts().values()}
    persons = [
        (Contact(known.get(who.handle, who.id), who.handle, who.name, who.mail, who.language), held)
        for who, held in _read_people(path)
    ]
    _enrol(house, persons, by=by)


def _enrol(house: House, persons: list[tuple[Contact, tuple[Role, ...]]], *, by: PersonId) -> None:
    for contact, roles in persons:
        handlers.enrol_person(
            handlers.EnrolPerson(
                dossier=HOUSE,
                by=by,
                key=house.ids.new("enrol"),
                contact=contact,
                roles=roles,
            ),
            house.office,
        )


def _read_people(path: Path) -> list[tuple[Contact, tuple[Role, ...]]]:
    ids = RandomIds()
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))["person"]
        persons = [
            (
                Contact(
                    id=ids.new("p"),
                    handle=one["handle"],
                    name=one["name"],
                    mail=one["mail"],
                    language=one["language"],
                ),
                tuple(map(Role, one["roles"])),
            )
            for one in tables
        ]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as fault:
        raise PeopleFileError(
            N_(
                "{file} is not a file of people: {fault}. Each [[person]] has handle, name, mail, "
                "language and roles."
            ),
            file=str(path),
            fault=str(fault),
        ) from fault
    first = [one for one in persons if Role.ADMINISTRATOR in one[1]]
    return [*first, *(one for one in persons if one not in first)]


def _lone_administrator() -> tuple[Contact, tuple[Role, ...]]:
    contact = Contact(RandomIds().new("p"), "admin", "Administrator", "", "en")
    return contact, (Role.ADMINISTRATOR,)


_SETTINGS = """\
# The settings of this house; docs/settings.md explains each of them.
mode = "demonstration"
# key_file = "seal.p12"            # the institution's own sealing key (PKCS#12)
# key_passphrase_file = "seal.pass"
# anchors = ["authority.pem"]      # what a seal has to go back to
# engine_consent = { deepl = ["public", "internal"] }  # whose texts an engine may be sent
"""


def _engine_line(engine: str | None) -> str:
    line = f'engine = "{engine or "apertium"}"'
    said = "# asked where the memory has nothing; Apertium sends nothing"
    return f"{line if engine else f'# {line}':<35}{said}\n"
