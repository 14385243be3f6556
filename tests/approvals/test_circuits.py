from __future__ import annotations

from pathlib import Path

import pytest

from approvals import circuits, codec
from approvals.circuits import AtDeadline, Circuit, CircuitError, Weight

SAMPLE = (Path(__file__).parents[2] / "samples" / "imt" / "circuit.toml").read_text("utf-8")


def test_the_sample_circuit_has_three_steps_in_sequence() -> None:
    circuit = circuits.load(SAMPLE)
    assert circuit.rule == "imt-statement v1"
    assert [(step.id, step.required, len(step.deciders), step.after) for step in circuit.steps] == [
        ("legal", 1, 1, ()),
        ("schools", 1, 1, ("legal",)),
        ("executive", 2, 3, ("schools",)),
    ]
    assert {step.at_deadline for step in circuit.steps} == {AtDeadline.ESCALATE}
    assert circuit.step("legal") == circuit.steps[0]
    assert circuit.step("weather") is None


def test_a_circuit_comes_back_from_the_ledger_as_it_was() -> None:
    circuit = circuits.load(SAMPLE)
    value = codec.encode(circuit)
    assert isinstance(value, dict)
    assert codec.rebuild(Circuit, value) == circuit


def digest(text: str) -> str:
    value = codec.encode(circuits.load(text))
    assert isinstance(value, dict)
    return circuits.rule_digest(value)


def test_the_layout_of_the_file_does_not_change_the_rule() -> None:
    assert digest(SAMPLE) == digest(f"# A remark\n\n{SAMPLE}\n\n# Another\n")


CHANGES = {
    "another number of approvals": ("required = 2", "required = 3"),
    "another decider": ('"holloway"', '"lemoal"'),
    "another deadline": ("working_days = 5", "working_days = 6"),
    "another word for silence": ('"escalate"\n\n', '"block"\n\n'),
    "another person to escalate to": ('["marsaudon"]\n\n', '["tahiri"]\n\n'),
    "another calendar": ("version = 1", 'version = 1\ncalendar = "reunion"'),
    "another order": ('after = ["legal"]', "after = []"),
    "another title": ("Legal affairs", "Lawyers"),
    "another version": ("version = 1", "version = 2"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_every_word_of_a_circuit_is_in_its_digest(case: str) -> None:
    old, new = CHANGES[case]
    assert old in SAMPLE
    assert digest(SAMPLE.replace(old, new, 1)) != digest(SAMPLE)


FILES = {
    "it is not TOML": (("[title]", "[title"), "not valid TOML"),
    "it has no version": (("version = 1\n", ""), "version"),
    "its title is in one language": (('en = "Review of the mission statement"', ""), "en"),
    "a title is a plain word": (('[title]\nfr = "Relecture', 'title = "x"\n[t]\nfr = "R'), "str"),
    "a step lacks its deciders": (('deciders = ["vasseur"]\n', ""), "deciders"),
    "the deciders are one word": (('deciders = ["vasseur"]', 'deciders = "vasseur"'), "deciders"),
    "silence is approval": (('at_deadline = "escalate"', 'at_deadline = "approve"'), "approve"),
    "a number is a word": (("required = 2", 'required = "two"'), "two"),
    "a step stands there twice": (('id = "schools"', 'id = "legal"'), "step legal twice"),
    "a step comes after one that is not there": (
        ('after = ["schools"]', 'after = ["senate"]'),
        "after senate",
    ),
    "a step comes after itself": (('after = ["schools"]', 'after = ["executive"]'), "after exec"),
    "a step comes after a later one": (
        ('after = ["legal"]', 'after = ["executive"]'),
        "after executive",
    ),
    "more approvals than deciders": (("required = 2", "required = 4"), "4 approvals of 3"),
    "no approval at all": (("required = 2", "required = 0"), "0 approvals"),
    "a role that does not exist": (('["vasseur"]', '["role:bishop"]'), "role bishop"),
    "a check weighs what there is no word for": (
        ("[[step]]", '[checks]\nnumbers = "loud"\n\n[[step]]'),
        "says loud of numbers",
    ),
    "whom to escalate to where nothing escalates": (
        ('"escalate"\nescalate_to', '"block"\nescalate_to'),
        "does not escalate",
    ),
    "a role to escalate to that does not exist": (
        ('escalate_to = ["marsaudon"]', 'escalate_to = ["role:bishop"]'),
        "role bishop",
    ),
    "whom to escalate to is one word": (
        ('escalate_to = ["marsaudon"]', 'escalate_to = "marsaudon"'),
        "escalate_to",
    ),
    "a calendar of nowhere": (("version = 1", 'version = 1\ncalendar = "bretagne"'), "bretagne"),
    "no time to decide": (("working_days = 5", "working_days = 0"), "one working day"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_circuit_file_is_refused_and_says_what_is_wrong(case: str) -> None:
    (old, new), told = FILES[case]
    assert old in SAMPLE
    with pytest.raises(CircuitError) as refused:
        circuits.load(SAMPLE.replace(old, new, 1))
    assert told in str(refused.value)


def test_a_circuit_may_weigh_checks_and_they_come_back_from_the_ledger() -> None:
    table = '[checks]\nquotes = "blocking"\nnumbers = "off"\n\n[[step]]'
    circuit = circuits.load(SAMPLE.replace("[[step]]", table, 1))
    assert [(rule.check, rule.weight) for rule in circuit.checks] == [
        ("numbers", Weight.OFF),
        ("quotes", Weight.BLOCKING),
    ]
    encoded = codec.encode(circuit)
    assert isinstance(encoded, dict)
    assert codec.rebuild(Circuit, encoded) == circuit
    before = {name: value for name, value in encoded.items() if name != "checks"}
    assert codec.rebuild(Circuit, before).checks == ()


def test_a_circuit_without_a_step_is_refused() -> None:
    text = 'id = "x"\nversion = 1\nstep = []\n[title]\nfr = "x"\nen = "x"\n'
    with pytest.raises(CircuitError, match="no step"):
        circuits.load(text)


def test_a_role_may_stand_for_any_number_of_deciders() -> None:
    text = SAMPLE.replace('["vasseur"]', '["role:reviewer"]').replace(
        "required = 1", "required = 9", 1
    )
    assert circuits.load(text).steps[0].deciders == ("role:reviewer",)


def test_a_circuit_in_which_silence_alone_leads_to_the_board_is_refused() -> None:
    text = SAMPLE.replace('escalate_to = ["marsaudon"]\n', "").replace("escalate", "no-opinion")
    with pytest.raises(CircuitError, match="silence alone"):
        circuits.load(text)
    circuits.load(text.replace('"no-opinion"', '"block"', 1))


def test_what_is_odd_in_a_circuit_is_remarked() -> None:
    [(message, data)] = circuits.remarks(circuits.load(SAMPLE))
    assert message.format_map(data).startswith("Step executive escalates to nobody")
    twice = SAMPLE.replace('escalate_to = ["marsaudon"]', 'escalate_to = ["vasseur"]', 1)
    said = [message.format_map(data) for message, data in circuits.remarks(circuits.load(twice))]
    assert any("decide in it already" in line for line in said)


def test_a_circuit_that_uses_nothing_new_keeps_the_digest_that_older_ledgers_have() -> None:
    """Else opening a review again under the same circuit would take every approval with it."""
    circuit = circuits.load(SAMPLE.replace('escalate_to = ["marsaudon"]\n', ""))
    value = codec.encode(circuit)
    assert isinstance(value, dict)
    for later in ("calendar", "checks"):
        value.pop(later)
    for step in value["steps"]:  # type: ignore[union-attr]
        step.pop("escalate_to")  # type: ignore[union-attr, arg-type, call-arg]
    assert circuits.rule_digest(codec.sparing(circuit)) == circuits.rule_digest(value)
    assert codec.rebuild(Circuit, value) == circuit
