"""A consultation in the store: its stages, its rights, its two stores that nothing joins."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from approvals import events as ev
from approvals.consultation import form as forms
from approvals.consultation import responding
from approvals.consultation.life import PREFIX, Stage, answer_digest, set_digest
from approvals.consultation.responses import Response
from approvals.errors import ApprovalError, GuardError
from approvals.handlers import consultation as acts
from approvals.handlers.base import refusal
from approvals.names import Bilingual, Digest, Role
from approvals.store import Store
from approvals.store.consultation_tables import INVITATIONS, RESPONSES, TOKENS, UNFINISHED
from tests.approvals.asking import FORM, TODAY, Setting, founded


@pytest.fixture
def setting(store: Store) -> Setting:
    return founded(store)


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
    "remind": (Setting.remind, RUN, {S.OPEN: S.OPEN}),
    "forget": (
        Setting.forget,
        (*RUN, Role.ADMINISTRATOR),
        {one: one for one in S if one is not S.NEW},
    ),
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
    joined = {one.name for one in TOKENS.columns} & {one.name for one in RESPONSES.columns}
    assert joined == {"consultation"}
    for table in (INVITATIONS, TOKENS, RESPONSES, UNFINISHED):
        assert not table.foreign_keys
        assert not [one for one in table.columns if re.search("time|date|at$|created", one.name)]
    assert RESPONSES.dialect_options["sqlite"]["with_rowid"] is False


def test_what_is_kept_says_nothing_of_the_order_in_which_it_came(setting: Setting) -> None:
    setting.plan()
    setting.open()
    words = [f"wish {number:02}" for number in range(60)]
    for one in words:
        setting.answer(one)
    with setting.store.read() as reader:
        kept = [responding.response(one).said["wish"] for one in reader.answers.responses("imt")]
    assert sorted(kept) == sorted(words)
    apart = sum((words.index(one) - place) ** 2 for place, one in enumerate(kept))
    assert abs(1 - 6 * apart / (60 * (60**2 - 1))) < 0.6  # Spearman; chance gives this in 10^-6


def test_a_token_serves_once_however_many_come_with_it(setting: Setting) -> None:
    setting.plan()
    setting.open()
    token = setting.invite()
    start, done = threading.Barrier(50), []

    def come() -> None:
        start.wait()
        try:
            setting.answer(token=token)
            done.append("sent")
        except GuardError as error:
            done.append(error.guard)

    threads = [threading.Thread(target=come) for _ in range(50)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(done) == ["respond:token"] * 49 + ["sent"]
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


def twice(setting: Setting) -> None:
    one = setting.put()
    acts.invite(acts.Invite(**setting.fields("secretary"), people=(one,)), setting.office)


def unreminded(setting: Setting) -> None:
    acts.remind(acts.Remind(**setting.fields("secretary"), tokens={}), setting.office)


def unknown(setting: Setting) -> None:
    command = acts.Forget(**setting.fields("secretary"), address="nobody@example.org")
    acts.forget(command, setting.office)


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
    "consultation:plan": (Stage.OPEN, Setting.plan),
    "invite:nobody": (Stage.PLANNED, nobody),
    "invite:twice": (Stage.PLANNED, twice),
    "remind:nobody": (Stage.OPEN, unreminded),
    "forget:none": (Stage.CLOSED, unknown),
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
