"""What becomes of a published text in a real house, and what each copy of it is answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from approvals import events as ev
from approvals.standing import State
from documents.digest import byte_digest, text_digest
from documents.sealing.verify import verify
from flows import cli, editions
from flows.editions import Standing
from flows.house import House
from flows.stages.publish import erratum_name
from tests.flows import houses, rounds
from tests.flows.rounds import FIRST, NAME, SECOND

Ask = Callable[..., Any]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened, _ = rounds.started(tmp_path / "house")
    yield opened
    opened.close()


@pytest.fixture
def ask(house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run one command on the house in this process, under its clock, and give its answer."""
    monkeypatch.setattr("flows.house.SystemClock", lambda: house.clock)

    def run(*words: str, by: str | None = None, code: int = 0) -> Any:
        person = ["--as", by] if by else []
        capsys.readouterr()
        given = cli.run(["--home", str(house.home), "--json", "--no-run", *person, *words])
        printed = capsys.readouterr().out
        assert given == code, printed
        return json.loads(printed)

    return run


def copies(house: House, dossier: str = NAME) -> dict[tuple[str, str], str]:
    sealed = house.dossier(dossier).sealed
    return {(one.kind.value, one.language): one.sealed for one in sealed.editions} if sealed else {}


def standing(house: House, digest: str) -> Standing:
    return editions.answer(house, digest).standing


def test_a_text_and_its_successor_answer_for_every_copy(house: House, ask: Ask) -> None:
    rounds.sealed(house)
    first = copies(house)
    assert {standing(house, one) for one in first.values()} == {Standing.SEALED}
    rounds.publish(house)
    assert {standing(house, one) for one in first.values()} == {Standing.CURRENT}
    draft = house.dossier(NAME).draft
    assert draft is not None
    assert standing(house, draft.upload) is Standing.DRAFT
    assert standing(house, "ab" * 32) is Standing.UNKNOWN

    rounds.sealed(house, "second", succeeds=NAME)
    assert standing(house, first["statement", "fr"]) is Standing.CURRENT
    rounds.publish(house, "second")
    assert house.dossier(NAME).state is State.SUPERSEDED
    assert house.dossier("second").settled
    told = ask("status", "--hash", first["statement", "fr"])
    assert (told["standing"], told["chain"]) == ("superseded", ["second"])
    assert "second" in told["message"]
    second = copies(house, "second")
    assert standing(house, second["statement", "fr"][:16]) is Standing.CURRENT
    for file in (house.published / NAME).iterdir():
        assert byte_digest(file.read_bytes()) in first.values()

    rounds.sealed(house, "third", succeeds="second")
    rounds.publish(house, "third")
    found = editions.answer(house, first["statement", "en"])
    assert found.chain == ("second", "third")
    assert found.data["successor"] == "third"


def test_a_withdrawn_text_says_why_and_stays(house: House, ask: Ask) -> None:
    rounds.sealed(house)
    rounds.publish(house)
    copy = house.published / NAME / f"{NAME}.statement.fr.docx"
    words = ("withdraw", NAME, "--court", "TA Paris 2600123", "--reason", "Vice de forme.")
    ask(*words, by="castagnet")
    assert ask("status", "--hash", str(copy))["standing"] == "current"
    refused = ask("confirm-withdrawal", NAME, by="castagnet", code=4)
    assert refused["error"]["guard"] == "role:confirm-withdrawal"
    ask("confirm-withdrawal", NAME, by="aubrac")
    told = ask("status", "--hash", str(copy))
    assert told["standing"] == "withdrawn"
    assert "TA Paris 2600123" in told["message"]
    assert "Vice de forme." in told["message"]
    assert copy.exists()
    assert house.dossier(NAME).state is State.WITHDRAWN


def test_a_withdrawal_needs_one_ground(house: House, ask: Ask) -> None:
    both = ("withdraw", NAME, "--court", "a", "--resolution", "b")
    assert ask(*both, by="castagnet", code=2)["error"]["guard"] == "usage"


def test_a_correction_stands_beside_what_it_corrects_and_is_sealed(
    house: House, ask: Ask, tmp_path: Path
) -> None:
    rounds.sealed(house)
    rounds.publish(house)
    first = copies(house)["statement", "en"]
    file = tmp_path / "corrected.docx"
    file.write_bytes(rounds.word_file(FIRST, "We serve society at large."))
    words = ("erratum", "propose", NAME, str(file), "--reason", "A word was missing.")
    refused = ask(*words, "--language", "fr", by="fontanel", code=4)
    assert refused["error"]["guard"] == "erratum:authoritative"
    ask(*words, "--language", "en", by="fontanel")
    ask("erratum", "certify", NAME, by="roumier")
    houses.carry_out(house, NAME)
    [erratum] = house.dossier(NAME).errata.values()
    assert erratum.edition is not None
    assert erratum.proposed.corrects == first
    path = house.published / NAME / erratum_name(NAME, erratum.proposed)
    data = path.read_bytes()
    assert byte_digest(data) == erratum.edition.sealed
    assert text_digest(data).document == erratum.proposed.text
    assert verify(data, house.identity.anchors, at=house.now()).overall.value == "TOTAL-PASSED"
    assert standing(house, first) is Standing.CORRECTED
    assert standing(house, erratum.edition.sealed) is Standing.CURRENT
    assert standing(house, copies(house)["statement", "fr"]) is Standing.CURRENT
    assert (house.published / NAME / f"{NAME}.statement.en.docx").exists()
    houses.carry_out(house, NAME)


def test_nothing_is_released_before_the_speakers_have_approved(
    house: House, ask: Ask, tmp_path: Path
) -> None:
    rounds.sealed(house)
    quote = ("quote", "add", NAME, "chair", "--speaker", "aubrac")
    ask(*quote, "--fr", "Nous servons.", "--en", "We serve.", by="lemoal")
    assert [one["kind"] for one in ask("notices", "aubrac")["notices"]][-1] == "quote"
    [task] = ask("status", "--mine", by="aubrac")["tasks"]
    assert task["act"] == "approve-quote"
    assert ask("publish", NAME, by="lemoal", code=4)["error"]["guard"] == "publish:quotes"
    refused = ask("quote", "approve", NAME, "chair", by="lemoal", code=4)
    assert refused["error"]["guard"] == "quote:speaker"
    ask("quote", "approve", NAME, "chair", "--language", "fr", by="aubrac")
    ask("quote", "approve", NAME, "chair", by="aubrac")
    assert ask("publish", NAME, by="lemoal", code=4)["error"]["guard"] == "publish:release"
    files = []
    for language in ("fr", "en"):
        file = tmp_path / f"{language}.docx"
        file.write_bytes(rounds.word_file(f"Release {language}"))
        files += [f"--{language}", str(file)]
    ask("quote", "release", NAME, *files, by="lemoal")
    told = ask("quote", "list", NAME)
    assert told["quotes"][0]["approved"] == ["en", "fr"]
    assert standing(house, told["release"]["fr"]) is Standing.PRESS
    ask("publish", NAME, by="lemoal")
    house.clock.later(days=1)
    houses.carry_out(house, NAME)
    assert house.dossier(NAME).state is State.PUBLISHED


def test_a_dossier_is_submitted_to_succeed_a_text_in_force(
    house: House, ask: Ask, tmp_path: Path
) -> None:
    file = tmp_path / "statement.docx"
    file.write_bytes(rounds.word_file(FIRST, SECOND))
    words = ("submit", str(file), "--dossier", "second", "--succeeds", NAME)
    assert ask(*words, by="delmas", code=4)["error"]["guard"] == "dossier:succeeds"
    rounds.sealed(house)
    rounds.publish(house)
    ask(*words, by="delmas")
    opened = house.dossier("second").opened
    assert opened is not None
    assert opened.succeeds == NAME


def test_verify_says_what_has_become_of_the_copy_where_a_house_is_named(
    house: House, ask: Ask, tmp_path: Path
) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding

    rounds.sealed(house)
    rounds.publish(house)
    anchor = tmp_path / "anchor.pem"
    anchor.write_bytes(house.identity.anchors[0].public_bytes(Encoding.PEM))
    copy = house.published / NAME / f"{NAME}.statement.en.docx"
    told = ask("verify", str(copy), "--anchor", str(anchor))
    assert told["standing"]["standing"] == "current"
    assert ev.EditionKind.STATEMENT.value in told["standing"]["what"]
