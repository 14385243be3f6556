"""A consultation in the store: its stages, its rights, its two stores that nothing joins."""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from approvals import events as ev
from approvals.consultation import form as forms
from approvals.consultation import questionnaire, responding
from approvals.consultation.life import PREFIX, Consultation, Stage, answer_digest, set_digest
from approvals.consultation.responses import Response
from approvals.errors import ApprovalError, GuardError
from approvals.handlers import consultation as acts
from approvals.handlers import people
from approvals.handlers.base import Command, Office, refusal
from approvals.names import Bilingual, Digest, PersonId, Role
from approvals.ports import Contact, Invitation
from approvals.store import Store
from approvals.store.consultation_tables import INVITATIONS, RESPONSES, UNFINISHED

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


@pytest.fixture
def setting(store: Store) -> Setting:
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


WAYS: Mapping[Stage, tuple[Callable[[Setting], object], ...]] = {
    Stage.NEW: (),
    Stage.PLANNED: (Setting.plan,),
    Stage.OPEN: (Setting.plan, Setting.open),
    Stage.CLOSED: (Setting.plan, Setting.open, Setting.close),
    Stage.SYNTHESISED: (Setting.plan, Setting.open, Setting.close, Setting.synthesise),
}

RUN = (Role.DRAFTER, Role.SECRETARY, Role.COMMUNICATIONS)
S = Stage
TABLE: Mapping[str, tuple[Callable[..., object], tuple[Role, ...], Mapping[Stage, Stage]]] = {
    "plan": (Setting.plan, RUN, {S.NEW: S.PLANNED, S.PLANNED: S.PLANNED}),
    "open": (Setting.open, RUN, {S.PLANNED: S.OPEN}),
    "invite": (Setting.invite, RUN, {S.PLANNED: S.PLANNED, S.OPEN: S.OPEN}),
    "import": (Setting.take, RUN, {S.OPEN: S.OPEN}),
    "close": (Setting.close, RUN, {S.OPEN: S.CLOSED}),
    "synthesise": (
        Setting.synthesise,
        RUN,
        {S.CLOSED: S.SYNTHESISED, S.SYNTHESISED: S.SYNTHESISED},
    ),
    "erase": (Setting.erase, (*RUN, Role.ADMINISTRATOR), {S.SYNTHESISED: S.SYNTHESISED}),
}


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("act", TABLE)
def test_every_act_has_its_roles_its_stages_and_no_others(
    act: str, stage: Stage, setting: Setting
) -> None:
    bring, roles, leads = TABLE[act]
    for step in WAYS[stage]:
        step(setting)
    for role in Role:
        setting.enrol("actor", role)
        before = setting.store.head()
        guard: str | None = None
        try:
            bring(setting, "actor")
        except ApprovalError as error:
            guard = refusal(error)
        if role not in roles:
            assert guard == f"role:consult {act}"
        elif stage not in leads:
            assert guard in ("consultation:none", f"consultation:{act}", "erase:early")
        else:
            assert guard in (None, "erase:twice"), (role, guard)
            assert setting.own.stage is leads[stage]
            if leads[stage] is not stage:
                return
        assert (guard is None) == (setting.store.head() != before)


def test_a_form_is_frozen_when_it_opens(setting: Setting) -> None:
    setting.plan()
    setting.open()
    with pytest.raises(GuardError) as refused:
        setting.plan()
    assert refused.value.guard == "consultation:plan"


def test_the_close_binds_every_response_and_no_order(setting: Setting) -> None:
    setting.plan()
    setting.open()
    for number in range(5):
        setting.answer(f"wish {number}")
    setting.close()
    with setting.store.read() as reader:
        kept = list(reader.answers.responses("imt"))
    digests = [answer_digest(one.salt, one.answers) for one in kept]
    closed = setting.own.closed
    assert closed is not None
    assert closed.digest == set_digest(digests) == set_digest(reversed(digests))
    assert closed.digest != set_digest(digests[1:])
    assert closed.responses == (ev.PublicCount("students", 5),)


def test_no_column_joins_who_answered_to_what_was_answered() -> None:
    shared = {one.name for one in INVITATIONS.columns} & {one.name for one in RESPONSES.columns}
    assert shared == {"id", "consultation", "public", "language"}  # ids are random on both sides
    for table in (INVITATIONS, RESPONSES, UNFINISHED):
        assert not table.foreign_keys
        assert not [one for one in table.columns if re.search("time|date|at$|created", one.name)]
    assert RESPONSES.dialect_options["sqlite"]["with_rowid"] is False


def test_what_is_kept_says_nothing_of_the_order_in_which_it_came(setting: Setting) -> None:
    setting.plan()
    setting.open()
    words = [f"wish {number}" for number in range(12)]
    for one in words:
        setting.answer(one)
    with setting.store.read() as reader:
        kept = [responding.response(one).said["wish"] for one in reader.answers.responses("imt")]
    assert sorted(kept) == sorted(words)
    assert kept != words


def test_a_token_serves_once_however_many_come_with_it(setting: Setting) -> None:
    setting.plan()
    setting.open()
    token = setting.invite()
    start, done = threading.Barrier(20), []

    def come() -> None:
        start.wait()
        try:
            setting.answer(token=token)
            done.append("sent")
        except GuardError as error:
            done.append(error.guard)

    threads = [threading.Thread(target=come) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(done) == ["respond:token"] * 19 + ["sent"]
    with setting.store.read() as reader:
        assert len(list(reader.answers.responses("imt"))) == 1


def test_a_response_that_fails_on_its_way_leaves_the_invitation_unused(setting: Setting) -> None:
    setting.plan()
    setting.open()
    token = setting.invite()

    with setting.office.begin() as work:  # what a machine that dies leaves: no commit
        assert work.answers.use("imt", responding.hashed(token)) == "staff"
    setting.answer(token=token)


def test_nobody_answers_after_the_last_day_or_after_the_close(setting: Setting) -> None:
    setting.plan()
    with pytest.raises(GuardError):
        setting.answer()
    setting.open()
    setting.answer()
    setting.at += timedelta(days=31)
    with pytest.raises(GuardError) as late:
        setting.answer()
    assert late.value.guard == "respond:open"


def named(setting: Setting) -> None:
    command = acts.Plan(
        **{**setting.fields("secretary"), "dossier": f"{PREFIX}été 2026"},
        title=Bilingual("", ""),
        purpose=Bilingual("", ""),
        form=Digest("f" * 64),
        keep_days=1,
        publics=(),
    )
    acts.plan(command, setting.office)


def past(setting: Setting) -> None:
    command = acts.Open(**setting.fields("secretary"), until=TODAY - timedelta(days=1))
    acts.open_consultation(command, setting.office)


def stranger(setting: Setting) -> None:
    command = acts.Open(**setting.fields("secretary"), until=TODAY, open_to=("dogs",))
    acts.open_consultation(command, setting.office)


def nobody(setting: Setting) -> None:
    acts.invite(acts.Invite(**setting.fields("secretary"), people=()), setting.office)


def nothing(setting: Setting) -> None:
    command = acts.Import(**setting.fields("secretary"), file=Digest("0" * 64), responses=())
    acts.import_responses(command, setting.office)


def same(setting: Setting) -> None:
    given = (responding.kept(Response("alumni", "fr", {}, {})),)
    for _ in range(2):
        command = acts.Import(**setting.fields("secretary"), file=Digest("1" * 64), responses=given)
        acts.import_responses(command, setting.office)
        given = (responding.kept(Response("alumni", "fr", {}, {})),)


def again(setting: Setting) -> None:
    setting.erase()
    setting.erase()


REFUSED: Mapping[str, tuple[Stage, Callable[[Setting], None]]] = {
    "consultation:id": (Stage.NEW, named),
    "consultation:none": (Stage.NEW, Setting.open),
    "consultation:public": (Stage.PLANNED, stranger),
    "open:until": (Stage.PLANNED, past),
    "invite:twice": (Stage.PLANNED, nobody),
    "import:empty": (Stage.OPEN, nothing),
    "import:twice": (Stage.OPEN, same),
    "erase:early": (Stage.CLOSED, Setting.erase),
    "erase:twice": (Stage.SYNTHESISED, again),
}


@pytest.mark.parametrize("guard", REFUSED)
def test_every_guard_refuses_in_words(guard: str, setting: Setting) -> None:
    stage, act = REFUSED[guard]
    for step in WAYS[stage]:
        step(setting)
    with pytest.raises(GuardError) as refused:
        act(setting)
    assert refused.value.guard == guard
    assert "{" not in str(refused.value)


FAULTS: Mapping[str, tuple[dict[str, list[str]], list[str]]] = {
    "nothing at all": ({}, []),
    "a code that is none": ({"useful": ["fame"]}, ["useful"]),
    "two where one may be": ({"useful": ["science", "training"]}, ["useful"]),
    "more than may be": (
        {"distinct": ["companies", "territories", "disciplines", "research"]},
        ["distinct"],
    ),
    "an answer as long as a book": ({"wish": ["x" * 10_001]}, ["wish"]),
    "all of it": ({"useful": ["science"], "wish": ["More."]}, []),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_form_is_read_with_every_fault_at_its_question(case: str) -> None:
    values, wanted = FAULTS[case]
    given, faults = forms.read(FORM, "staff", "fr", values)
    assert [one.question for one in faults] == wanted
    assert not set(wanted) & {*given.chosen, *given.said}
