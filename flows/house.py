"""One house, opened: the only place where store, vault, memory, glossary, keys and clock meet.

``open_house`` builds everything once; commands, flows and the status page all work on what it
gives. ``found`` makes a new house. What is expensive to load is loaded at first use.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from approvals import events as ev
from approvals.dossier import Dossier
from approvals.errors import N_, ApprovalError, UnknownDossierError, UnknownPersonError
from approvals.handlers.base import Office
from approvals.names import PersonId
from approvals.ports import Clock, Contact, Ids, Reader
from approvals.register import HOUSE, Register, is_dossier
from approvals.store import Store
from documents.vault import Vault
from flows import settings as settings_
from flows.clock import RandomIds, SystemClock

if TYPE_CHECKING:
    from cryptography import x509

    from approvals.ledger import HeadKey
    from documents.sealing.signers import Signer
    from locales.engines.store import Answers
    from locales.glossary import Glossary
    from locales.memory import Memory


class NoHouseError(ApprovalError):
    """There is no house where one was looked for."""


class HouseExistsError(ApprovalError):
    """There is a house already where one was to be founded."""


class ProductionKeyError(ApprovalError):
    """A house in production mode has no sealing key of its own."""


@dataclass(slots=True)
class Identity:
    """The institution's sealing key: who signs, which authorities count, and whether it is real."""

    signer: Signer
    anchors: tuple[x509.Certificate, ...]
    demonstration: bool


@dataclass(frozen=True, slots=True)
class Consented:
    """Of which levels an engine may be sent texts; ``by`` is None where the settings say it."""

    levels: tuple[ev.Confidentiality, ...]
    by: PersonId | None = None
    at: datetime | None = None


@dataclass
class House:
    """Everything that acts on one institution's dossiers."""

    settings: settings_.Settings
    store: Store
    vault: Vault
    clock: Clock = field(default_factory=SystemClock)
    ids: Ids = field(default_factory=RandomIds)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _glossary: tuple[tuple[int, int, int], Glossary] | None = field(default=None, repr=False)

    @property
    def home(self) -> Path:
        """The folder that holds everything of this house."""
        return self.settings.home

    @cached_property
    def office(self) -> Office:
        """Where commands are brought."""
        return Office(self.store.begin, self.clock, self.ids)

    def now(self) -> datetime:
        """Give the present, as the house's clock says it."""
        return self.clock.now()

    def dossier(self, id: str) -> Dossier:
        """Rebuild a dossier; raise ``UnknownDossierError`` where there is none."""
        with self.store.read() as reader:
            entries = reader.history(id)
        if not entries or not is_dossier(id):
            raise UnknownDossierError(
                N_(
                    "There is no dossier {dossier}. The list of dossiers names those that there "
                    "are."
                ),
                dossier=id,
            )
        return Dossier.replay(id, entries)

    def dossiers(self) -> Iterator[Dossier]:
        """Rebuild every dossier, oldest first."""
        with self.store.read() as reader:
            names = [name for name in reader.streams() if is_dossier(name)]
            for name in names:
                yield Dossier.replay(name, reader.history(name))

    def register(self) -> Register:
        """Rebuild who may act."""
        with self.store.read() as reader:
            return Register.replay(reader.history(HOUSE))

    def contacts(self) -> Mapping[PersonId, Contact]:
        """Give everybody by their id."""
        with self.store.read() as reader:
            return {PersonId(who.id): who for who in reader.contacts()}

    def person(self, name: str) -> Contact:
        """Find somebody by handle or id; raise ``UnknownPersonError`` where there is nobody."""
        with self.store.read() as reader:
            found = next((who for who in reader.contacts() if name in (who.handle, who.id)), None)
        if found is None:
            raise UnknownPersonError(
                N_("Nobody is enrolled under {person}. The list of people names everybody."),
                person=name,
            )
        return found

    def note(self, ref: ev.NoteRef | None) -> str:
        """Give a note's text; empty where there is none or it was erased."""
        if ref is None:
            return ""
        with self.store.read() as reader:
            return _note(reader, ref)

    @cached_property
    def memory(self) -> Memory:
        """The house's translation memory."""
        from locales.memory import Memory

        return Memory.open(
            self.settings.memory_url or self.home / "memory.sqlite3",
            self.settings.memory_penalties,
        )

    @cached_property
    def answers(self) -> Answers:
        """What engines answered to this house, so that nothing is paid for twice."""
        from locales.engines.store import Answers

        return Answers(self.home / "answers.sqlite3")

    @property
    def glossary(self) -> Glossary:
        """The house's terms as the file says them now; empty where there is none."""
        from locales.glossary import Glossary

        file = self.home / "glossary.csv"
        try:
            found = file.stat()
        except FileNotFoundError:
            return Glossary(())
        state = (found.st_mtime_ns, found.st_size, found.st_ino)
        known = self._glossary
        if known is None or known[0] != state:
            known = self._glossary = (state, Glossary.load(file))
        return known[1]

    def consent(self) -> Mapping[str, Consented]:
        """Say by engine of which levels it may be sent texts, and who said so.

        What an administrator said last of an engine holds; of the others, the settings.
        """
        found = {
            engine: Consented(tuple(levels))
            for engine, levels in self.settings.engine_consent.items()
        }
        for engine, one in self.register().consents.items():
            found[engine] = Consented(one.said.levels, one.said.by, one.at)
        return found

    def allowed(self, level: ev.Confidentiality) -> frozenset[str]:
        """Give the engines to which the texts of a dossier of this level may be sent."""
        return frozenset(name for name, one in self.consent().items() if level in one.levels)

    @cached_property
    def head_key(self) -> HeadKey:
        """The key that signs the ledger's heads."""
        from approvals.ledger import HeadKey

        return HeadKey.load(self.home / "keys" / "ledger.pem")

    @cached_property
    def identity(self) -> Identity:
        """The institution's sealing key, or the demonstration's."""
        return _identity(self.settings)

    @property
    def published(self) -> Path:
        """Where published editions lie."""
        return self.home / "published"

    def close(self) -> None:
        """Let the database go."""
        self.store.close()
        if "memory" in self.__dict__:
            self.memory.close()
        if "answers" in self.__dict__:
            self.answers.close()


def _note(reader: Reader, ref: ev.NoteRef) -> str:
    from approvals.ports import NoteId

    return reader.read_note(NoteId(ref.id)) or ""


def _identity(settings: settings_.Settings) -> Identity:
    from documents.sealing import authority, signers

    if settings.key_file is not None:
        passphrase = settings.key_passphrase_file
        secret = passphrase.read_text().strip() if passphrase else None
        return Identity(
            signers.FileSigner.load(settings.key_file, secret),
            tuple(
                certificate
                for path in settings.anchors
                for certificate in authority.certificates(path.read_bytes())
            ),
            demonstration=False,
        )
    if settings.mode is settings_.Mode.PRODUCTION:
        raise ProductionKeyError(
            N_(
                "This house is in production mode and has no sealing key of its own. "
                "Set key_file and anchors in {file}."
            ),
            file=str(settings.home / settings_.FILE),
        )
    demo = authority.load(settings.home / "keys")
    return Identity(demo.signer, (demo.root,), demonstration=True)


def exists(home: Path) -> bool:
    """Say whether a house was founded in ``home``."""
    return (home / settings_.FILE).exists()


def open_house(
    home: Path | None = None,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    founding: bool = False,
) -> House:
    """Open the house in ``home``; raise ``NoHouseError`` where there is none.

    ``founding`` opens one that is only being made.
    """
    where = (home or settings_.default_home()).expanduser().absolute()
    if not founding and not exists(where):
        raise NoHouseError(
            N_("There is no house in {home}. “enonce init” founds one; --home names another."),
            home=str(where),
        )
    settings = settings_.load(where)
    return House(
        settings=settings,
        store=Store(settings.database_url or where / "enonce.sqlite3"),
        vault=Vault(settings.vault_url or where / "vault"),
        clock=clock or SystemClock(),
        ids=ids or RandomIds(),
    )


def lay_out(home: Path, now: datetime) -> None:
    """Make the folders and keys of a new house.

    Raises ``HouseExistsError``. Whoever calls this writes the settings file last of all: a house
    that was being founded when the power went is not one yet, and can be founded again.
    """
    from approvals.ledger import HeadKey
    from documents.sealing import authority

    if exists(home):
        raise HouseExistsError(
            N_("There is a house in {home} already. Choose another folder with --home."),
            home=str(home),
        )
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.chmod(0o700)  # it may have been there, open to others
    keys = home / "keys"
    shutil.rmtree(keys, ignore_errors=True)
    keys.mkdir(mode=0o700)
    HeadKey.create(keys / "ledger.pem")
    authority.create(keys, "Énoncé", now)
    for name in ("circuits", "boards", "published"):
        (home / name).mkdir(exist_ok=True)
