"""The review in a real house: silence, stand-ins, typography, notices, matrix, to-do list, trial."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from approvals import events as ev
from approvals import policy, todo, trial
from approvals.circuits import AtDeadline
from approvals.dossier import Dossier
from approvals.handlers import delegation
from approvals.names import PersonId
from approvals.register import HOUSE
from approvals.standing import State, StepStatus
from documents.meaning import folded, meanings
from documents.signoff import signoff
from flows import cli, signoff_facts, telling, trying, waiving
from flows import todo as lists
from flows.clock import SystemClock
from flows.house import House
from flows.signoff_paper import Said, signoff_paper
from tests.flows import houses, rounds
from tests.flows.rounds import FIRST, FRENCH, NAME, SECOND, Watch, decide, who

Ask = Callable[..., Any]


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[tuple[House, Watch]]:
    house, watch = rounds.started(tmp_path / "house")
    yield house, watch
    house.close()


@pytest.fixture
def house(begun: tuple[House, Watch]) -> House:
    return begun[0]


@pytest.fixture
def watch(begun: tuple[House, Watch]) -> Watch:
    return begun[1]


@pytest.fixture
def ask(
    house: House,
    watch: Watch,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Ask:
    """Run one command on the house in this process, at its present, and give its answer."""
    monkeypatch.setattr(SystemClock, "now", lambda self: watch.now())

    def run(*words: str, by: str | None = None, code: int = 0) -> Any:
        person = ["--as", by] if by else []
        capsys.readouterr()
        given = cli.run(["--home", str(house.home), "--json", "--no-run", *person, *words])
        printed = capsys.readouterr().out
        assert given == code, printed
        return json.loads(printed)

    return run


def state(house: House) -> Dossier:
    return house.dossier(NAME)


def quiet(at_deadline: AtDeadline, **more: Any) -> Any:
    """The sample's circuit with another word for silence in its first step."""
    own = rounds.circuit()
    first = replace(own.steps[0], at_deadline=at_deadline, **more)
    return replace(own, steps=(first, *own.steps[1:]))


def test_the_house_records_silence_by_itself_and_asks_the_next(house: House, watch: Watch) -> None:
    rounds.submit(house, FIRST, SECOND)
    rounds.translate(house, FRENCH)
    rounds.open_review(house, quiet(AtDeadline.NO_OPINION, escalate_to=()))
    houses.carry_out(house, NAME)
    assert state(house).lapsed == {}
    watch.later(days=8)
    houses.carry_out(house, NAME)
    houses.carry_out(house, NAME)
    dossier = state(house)
    assert dossier.status("legal") is StepStatus.NO_OPINION
    assert dossier.lapsed["legal"].silent == (who(house, "vasseur"),)
    assert dossier.status("schools") is StepStatus.OPEN
    told = [(one.kind.value, one.to) for one in telling.notices(house, dossier=NAME)]
    asked = (who(house, "kerlann"),)
    assert ("asked", asked) in told
    everybody = tuple(who(house, one) for one in ("vasseur", "delmas", "castagnet"))
    assert ("no-opinion", everybody) in told


def test_an_escalation_reaches_the_person_named(house: House, watch: Watch, ask: Ask) -> None:
    rounds.in_review(house)
    watch.later(days=8)
    houses.carry_out(house, NAME)
    boss = who(house, "marsaudon")
    dossier = state(house)
    assert dossier.lapsed["legal"].to == (boss,)
    [task] = lists.of(house, boss)
    assert (task.act, task.step) == ("decide", "legal")
    kinds = [one["kind"] for one in ask("notices", "marsaudon")["notices"]]
    assert kinds == ["asked"]
    decide(house, "marsaudon")
    assert state(house).status("legal") is StepStatus.APPROVED


def test_a_refusal_is_told_to_drafter_earlier_approvers_and_secretary(
    house: House, ask: Ask
) -> None:
    rounds.in_review(house)
    decide(house, "vasseur")
    decide(house, "kerlann", ev.Decision.REQUEST_CHANGES, reason="Too long.")
    found = ask("notices")["notices"]
    [refusal] = [one for one in found if one["kind"] == "refused"]
    assert refusal["to"] == ["delmas", "vasseur", "castagnet"]
    assert "Mathieu Kerlann" in refusal["message"]
    assert "Too long" not in json.dumps(found)
    assert ask("notices") == ask("notices")


def test_a_stand_in_finds_the_task_and_both_names_are_shown(house: House, ask: Ask) -> None:
    rounds.in_review(house)
    words = ("delegation", "give", "holloway", "--from", "2026-11-23", "--until", "2026-11-30")
    ask(*words, "--circuit", "imt-statement", by="vasseur")
    [given] = ask("delegation", "list")["delegations"]
    assert (given["of"], given["to"], given["circuit"]) == ("vasseur", "holloway", "imt-statement")
    [task] = ask("status", "--mine", by="holloway")["tasks"]
    assert (task["act"], task["step"], task["for"]) == ("decide", "legal", "vasseur")
    ask("decide", NAME, "approve", "--for", "vasseur", by="holloway")
    assert ask("status", "--mine", by="holloway")["tasks"] == []
    cells = [row["cells"][0] for row in ask("matrix", NAME)["paragraphs"]]
    assert {one["person"] for one in cells} == {"vasseur"}
    assert {one["by"] for one in cells} == {"James Holloway"}
    [told] = [one for one in ask("notices", "vasseur")["notices"] if one["kind"] == "instead"]
    assert "James Holloway" in told["message"]
    ask("delegation", "withdraw", given["delegation"], by="holloway")
    assert ask("delegation", "list")["delegations"] == []


def changed(house: House, *, to: str) -> None:
    """All approved; then the first paragraph's English and French change."""
    rounds.ready(house)
    rounds.submit(house, to, SECOND)
    french = {to: FRENCH[FIRST].replace("« ", "«\u00a0").replace(" »", "\u00a0»")}
    rounds.translate(house, french)


def test_typography_keeps_approvals_when_two_persons_say_so(house: House, ask: Ask) -> None:
    changed(house, to='We teach "engineers" everywhere.')
    before = state(house)
    assert before.status("legal") is StepStatus.VOIDED
    assert "§ 1" in ask("status", NAME)["fell"][0]
    number = ("waive", NAME, "--paragraph", "1")
    ask(*number, by="holloway")
    refused = ask(*number, by="holloway", code=4)
    assert refused["error"]["guard"] == "waive:second"
    refused = ask(*number, by="roumier", code=4)
    assert refused["error"]["guard"] == "waive:author"
    ask(*number, by="castagnet")
    dossier = state(house)
    assert dossier.missing("legal", who(house, "vasseur")) == ()
    rounds.open_review(house)
    assert state(house).state is State.BOARD_READY


def test_another_word_cannot_be_waived(house: House, ask: Ask) -> None:
    changed(house, to="We train “engineers” everywhere.")
    refused = ask("waive", NAME, "--paragraph", "1", by="holloway", code=4)
    assert refused["error"]["guard"] == "waive:meaning"
    assert waiving.changes(house, state(house), ()) == ()


SAME = {
    "no-break spaces": ("a : b ; c !", "a\u00a0: b\u202f; c\u202f!"),
    "spaces before French punctuation": ("Quoi ?", "Quoi?"),
    "guillemets and their spaces": ("« mot »", "“mot”"),
    "apostrophes": ("l'école", "l’école"),
    "dashes": ("1990-2000", "1990–2000"),
    "the ellipsis": ("etc…", "etc..."),
    "two spaces": ("a  b", "a b"),
}

DIFFERENT = {
    "a word": ("We teach.", "We train."),
    "an accent": ("achevé", "acheve"),
    "a capital": ("État", "état"),
    "a figure": ("5 000", "5 001"),
    "a comma": ("a, b", "a b"),
    "a ligature": ("cœur", "coeur"),
    "single and double quotes": ("‘a’", "“a”"),
    "a full stop": ("a.", "a"),
    "words run together": ("a b", "ab"),
}


@pytest.mark.parametrize("case", SAME)
def test_typography_is_folded(case: str) -> None:
    left, right = SAME[case]
    assert folded(left) == folded(right)
    one, other = (
        {item.meaning for item in meanings(rounds.word_file(text)).values()}
        for text in (left, right)
    )
    assert one == other


@pytest.mark.parametrize("case", DIFFERENT)
def test_what_is_more_than_typography_is_not(case: str) -> None:
    left, right = DIFFERENT[case]
    one, other = (
        {item.meaning for item in meanings(rounds.word_file(text)).values()}
        for text in (left, right)
    )
    assert one != other


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_matrix_shows_what_fell_and_why(house: House, language: str) -> None:
    changed(house, to="We train “engineers” everywhere.")
    rounds.open_review(house)
    facts = signoff_facts.review(house, state(house), language)
    assert [one.number for one in facts.paragraphs] == [1, 2]
    assert facts.paragraphs[1].text == (SECOND if language == "en" else FRENCH[SECOND])
    first, second = (row[0] for row in facts.decisions)
    assert (first.said, second.said) == (Said.FELL, Said.APPROVED)
    assert first.on == first.fell == date(2026, 11, 23)
    assert "§ 1 EN + FR" in first.why.replace("\u00a0", " ")
    assert signoff(signoff_paper(facts, language)).startswith(b"PK")


def test_whoever_was_not_needed_is_not_shown_as_waiting(house: House) -> None:
    rounds.ready(house)
    facts = signoff_facts.review(house, state(house), "en")
    said = {
        one.person: row.said for one, row in zip(facts.signers, facts.decisions[0], strict=True)
    }
    assert said["James Holloway"] is Said.NOT_NEEDED
    assert said["Yasmina Tahiri"] is Said.APPROVED


def test_a_matrix_before_any_review_says_what_comes_first(house: House, ask: Ask) -> None:
    rounds.submit(house, FIRST, SECOND)
    assert ask("matrix", NAME, code=4)["error"]["guard"] == "matrix:review"


def test_the_matrix_is_written_as_a_word_file(house: House, ask: Ask, tmp_path: Path) -> None:
    rounds.ready(house)
    told = ask("matrix", NAME, "-o", str(tmp_path / "m.docx"))
    assert (tmp_path / "m.docx").read_bytes().startswith(b"PK")
    assert told["paragraphs"][0]["digests"].keys() == {"fr", "en"}


def test_the_list_follows_the_ledger_and_can_be_made_anew(house: House) -> None:
    rounds.in_review(house)
    legal = who(house, "vasseur")

    def both() -> tuple[Any, Any]:
        kept = lists.of(house, legal)
        house.store.forget_summaries()
        return kept, lists.of(house, legal)

    first, anew = both()
    assert first == anew
    assert [one.step for one in first] == ["legal"]
    decide(house, "vasseur")
    first, anew = both()
    assert first == anew == ()
    assert [one.step for one in lists.of(house, who(house, "kerlann"))] == ["schools"]


def test_what_a_summary_says_is_what_the_dossier_says(house: House) -> None:
    rounds.in_review(house)
    kept = lists.current(house)
    from approvals import codec

    again = codec.rebuild(todo.Summary, json.loads(kept[NAME].body))
    assert again == todo.summarise(state(house))
    assert kept[NAME].version == state(house).version
    assert HOUSE in kept


def test_the_drafter_and_the_reviser_find_their_own_work(house: House) -> None:
    rounds.submit(house, FIRST, SECOND)
    assert [one.act for one in lists.of(house, who(house, "fontanel"))] == ["revise"]
    rounds.translate(house, FRENCH)
    assert [one.act for one in lists.of(house, who(house, "delmas"))] == ["review"]


TRIED: dict[str, tuple[dict[str, Any], bool, str]] = {
    "the same circuit": ({}, True, ""),
    "three of three": ({"executive": {"required": 3}}, False, ""),
    "another lawyer": ({"legal": {"deciders": ("holloway",)}}, False, "no step names them"),
    "everything in parallel": (
        {"schools": {"after": ()}, "executive": {"after": ()}},
        True,
        "",
    ),
}


@pytest.mark.parametrize("case", TRIED)
def test_a_circuit_is_tried_on_what_was_decided(house: House, case: str) -> None:
    changes, complete, word = TRIED[case]
    rounds.ready(house)
    own = rounds.circuit()
    steps = tuple(replace(one, **changes.get(one.id, {})) for one in own.steps)
    tried = trying.named(house, replace(own, version=2, steps=steps), NAME)
    before = house.store.head()
    with house.store.read() as reader:
        found = trial.run(tried, NAME, reader.history(NAME))
    assert house.store.head() == before
    assert found.complete is complete
    assert (found.rule, found.tried) == ("imt-statement v1", "imt-statement v2")
    assert found.ready_at is not None
    said = " ".join(one.message for one in found.differences)
    assert word in said
    assert bool(word) == bool(found.differences)


def test_a_trial_says_which_deadlines_would_have_passed(house: House, watch: Watch) -> None:
    rounds.in_review(house)
    watch.later(days=4)
    for handle in ("vasseur", "kerlann", "marsaudon", "tahiri"):
        decide(house, handle)
    own = rounds.circuit()
    short = replace(own.steps[0], working_days=1, at_deadline=AtDeadline.NO_OPINION, escalate_to=())
    tried = trying.named(house, replace(own, steps=(short, *own.steps[1:])), NAME)
    with house.store.read() as reader:
        found = trial.run(tried, NAME, reader.history(NAME))
    assert found.statuses["legal"] is StepStatus.NO_OPINION
    assert found.complete
    assert [one.data["step"] for one in found.differences] == ["legal", "legal"]


def test_circuit_commands_check_and_try(house: House, ask: Ask, tmp_path: Path) -> None:
    rounds.ready(house)
    file = tmp_path / "circuit.toml"
    text = (house.home / "circuits" / "circuit.toml").read_text(encoding="utf-8")
    file.write_text(text.replace('escalate_to = ["marsaudon"]\n', "", 1), encoding="utf-8")
    assert len(ask("circuit", "check", str(file), code=3)["remarks"]) == 2
    told = ask("circuit", "try", str(file), NAME)
    assert (told["complete"], told["missing"]) == (True, [])
    file.write_text("id = 1", encoding="utf-8")
    assert ask("circuit", "check", str(file), code=4)["error"]["kind"] == "CircuitError"


def test_nobody_is_reminded_of_a_step_that_is_over(house: House, watch: Watch) -> None:
    rounds.in_review(house)
    watch.later(days=30)
    assert policy.due(state(house), watch.now()) is policy.Stage.DEADLINE
    houses.carry_out(house, NAME)
    assert policy.due(state(house), watch.now()) is None


def test_a_delegation_in_the_house_is_told_to_whoever_holds_it(house: House) -> None:
    rounds.in_review(house)
    given = delegation.GiveDelegation(
        dossier=HOUSE,
        by=who(house, "vasseur"),
        key="k",
        to=who(house, "holloway"),
        first=date(2026, 11, 23),
        last=date(2026, 11, 24),
        within=NAME,
    )
    delegation.give_delegation(given, house.office)
    [told] = telling.notices(house, dossier=HOUSE)
    assert told.to == (PersonId(who(house, "holloway")),)
    assert "Hélène Vasseur" in telling.sentence(told, house.contacts(), "fr")
