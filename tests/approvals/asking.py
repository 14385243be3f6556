"""A store with people in it and one consultation, for tests."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from approvals.consultation import questionnaire, responding
from approvals.consultation.life import PREFIX, Consultation
from approvals.consultation.responses import Response
from approvals.handlers import consultation as acts
from approvals.handlers import people
from approvals.handlers.base import Command, Office
from approvals.names import Bilingual, Digest, PersonId, Role
from approvals.ports import Contact, Invitation
from approvals.store import Store

FORM = questionnaire.load(
    (Path(__file__).resolve().parents[2] / "samples" / "imt" / "questionnaire.toml").read_text(
        "utf-8"
    )
)
ID = f"{PREFIX}imt"
TODAY = date(2026, 3, 2)


@dataclass
class Setting:
    """A store with people in it, and acts on one consultation."""

    store: Store
    at: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)
    count: int = 0
    ids: dict[str, int] = field(default_factory=dict)

    @property
    def office(self) -> Office:
        return Office(self.store.begin, self, self)

    def now(self) -> datetime:
        return self.at

    def new(self, kind: str) -> str:
        self.count += 1
        return f"{kind}-{self.count}"

    def enrol(self, handle: str, *roles: Role) -> None:
        contact = Contact(handle, handle, handle.title(), f"{handle}@example.org", "fr")
        command = people.EnrolPerson(
            dossier="", by=PersonId("admin"), key=self.new("key"), contact=contact, roles=roles
        )
        people.enrol_person(command, self.office)

    def fields(self, by: str) -> dict[str, object]:
        return {"dossier": ID, "by": PersonId(by), "key": self.new("key")}

    @property
    def own(self) -> Consultation:
        with self.store.read() as reader:
            return Consultation.replay(ID, reader.history(ID))

    def plan(self, by: str = "secretary") -> None:
        acts.plan(
            acts.Plan(
                **self.fields(by),
                title=Bilingual("Titre", "Title"),
                purpose=Bilingual("But", "Purpose"),
                form=Digest("f" * 64),
                keep_days=365,
                publics=tuple(one.id for one in FORM.publics),
            ),
            self.office,
        )

    def open(self, by: str = "secretary") -> None:
        command = acts.Open(
            **self.fields(by), until=TODAY + timedelta(days=30), open_to=("students",)
        )
        acts.open_consultation(command, self.office)

    def invite(self, by: str = "secretary") -> str:
        token = responding.code()
        one = Invitation(
            secrets.token_hex(8),
            "staff",
            f"{token}@example.org",
            "fr",
            responding.hashed(token),
        )
        acts.invite(acts.Invite(**self.fields(by), people=(one,)), self.office)
        return token

    def put(self) -> Invitation:
        """Write an invitation past the handlers."""
        token = responding.hashed(responding.code())
        one = Invitation(self.new("i"), "staff", f"{token}@example.org", "fr", token)
        with self.store.begin() as work:
            work.answers.invite("imt", [one])
            work.commit()
        return one

    def remind(self, by: str = "secretary") -> None:
        tokens = {self.put().id: responding.hashed(responding.code())}
        acts.remind(acts.Remind(**self.fields(by), tokens=tokens), self.office)

    def forget(self, by: str = "secretary") -> None:
        acts.forget(acts.Forget(**self.fields(by), address=self.put().address), self.office)

    def take(self, by: str = "secretary") -> None:
        given = (responding.kept(Response("alumni", "fr", {"useful": ("science",)}, {})),)
        file = Digest(secrets.token_hex(32))
        acts.import_responses(
            acts.Import(**self.fields(by), file=file, responses=given), self.office
        )

    def close(self, by: str = "secretary") -> None:
        acts.close(Command(**self.fields(by)), self.office)

    def synthesise(self, by: str = "secretary") -> None:
        command = acts.Synthesise(**self.fields(by), data=Digest("d" * 64), papers=())
        acts.synthesise(command, self.office)

    def erase(self, by: str = "secretary") -> None:
        acts.erase(Command(**self.fields(by)), self.office)

    def answer(self, wish: str = "", **more: str | None) -> str:
        said = {"wish": wish} if wish else {}
        return responding.send(self.office, "imt", Response("students", "fr", {}, said), **more)


def founded(store: Store) -> Setting:
    """Found a house with an administrator and a secretary."""
    made = Setting(store)
    found = people.FoundHouse(
        dossier="",
        by=PersonId("admin"),
        key=made.new("key"),
        institution=Bilingual("Institut", "Institute"),
        head_key="0" * 64,
    )
    people.found_house(found, made.office)
    made.enrol("admin", Role.ADMINISTRATOR)
    made.enrol("secretary", Role.SECRETARY)
    return made
