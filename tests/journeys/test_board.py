"""The board by hand: rules, a written consultation, an amendment, a secret ballot, the papers."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import docx
import pytest

from approvals import ledger, policy
from approvals.dossier import Dossier
from approvals.heads import load_public_key

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "imt"
SECRETARY = ("--as", "castagnet")
D = "raison"

pytestmark = [pytest.mark.needs_prefect, pytest.mark.slow]


def holders() -> dict[str, str]:
    seats = tomllib.loads((SAMPLE / "board.toml").read_text(encoding="utf-8"))["seat"]
    return {one["id"]: one["holder"] for one in seats}


def reviewed(house) -> None:
    """From a Word file to a text that is ready for the board."""
    house.json("submit", SAMPLE / "statement.v2.en.docx", "--dossier", D, "--as", "delmas")
    house.json("translate", D, "--as", "delmas")
    house.json("revise", D, "--accept", "--from", SAMPLE / "answers.fr.toml", "--as", "fontanel")
    house.json("certify", D, "--as", "roumier")
    house.json("review", D, "--as", "delmas")
    for reviewer in ("vasseur", "kerlann", "marsaudon", "holloway"):
        house.json("decide", D, "approve", "--as", reviewer)
    assert house.state(D) == "board-ready"


def amended(path: Path) -> Path:
    document = docx.Document(str(SAMPLE / "statement.v2.en.docx"))
    paragraph = [one for one in document.paragraphs if one.text.strip()][6]
    paragraph.runs[-1].text = (
        "IMT is most useful in contributing to the excellence of training for engineers, "
        "managers and doctors,"
    )
    document.save(str(path))
    return path


def words(path: Path) -> str:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def test_a_board_objects_meets_amends_votes_secretly_and_gets_its_papers(house, tmp_path):
    reviewed(house)
    seats = holders()
    urgent = ("--at", "now", "--urgent", "The ministry waits.")
    house.refused("convene", D, *urgent, "--mode", "written", *SECRETARY, guard="convene:closes")
    house.json(
        "convene", D, *urgent, "--mode", "written", "--closes", "2099-01-01T12:00", *SECRETARY
    )
    house.json("open-ballot", D, *SECRETARY)
    house.json("vote", D, "for", "--as", seats["E1"])
    house.json("object", D, "--reason", "We have to talk.", "--as", seats["S1"])
    assert house.state(D) == "board-ready"

    house.json("convene", D, *urgent, "--place", "Palaiseau", "--papers-later", *SECRETARY)
    there = ["E1", "E2", "E3", "Q2", "Q3", "Q5", "P1", "P2", "P3", "S1", "S2", "S3"]
    house.json("attend", D, *there, *SECRETARY)
    house.json("attend", D, "Q6", "Q7", "--how", "remote", *SECRETARY)
    house.json("attend", D, "Q4", "--how", "represented", "--proxy-to", "Q2", *SECRETARY)
    house.json("attend", D, "E3", "--recused", *SECRETARY)
    house.refused("open-ballot", D, *SECRETARY, guard="ballot:papers")
    house.json("recall", D, "--reason", "The papers.", *SECRETARY)
    house.json("convene", D, *urgent, "--place", "Palaiseau", *SECRETARY)
    house.json("attend", D, *there, *SECRETARY)
    house.json("attend", D, "Q6", "Q7", "--how", "remote", *SECRETARY)
    house.json("attend", D, "Q4", "--how", "represented", "--proxy-to", "Q2", *SECRETARY)
    house.json("attend", D, "E3", "--recused", *SECRETARY)
    house.refused("open-ballot", D, *SECRETARY, guard="ballot:presiding")
    house.json("open-ballot", D, "--presided-by", "Q3", *SECRETARY)
    house.json("vote", D, "against", "--as", seats["E1"])

    house.json("amend", D, amended(tmp_path / "amended.docx"), "--moved-by", "P1", *SECRETARY)
    assert house.state(D) == "amending"
    house.refused("minutes", D, "-o", tmp_path, guard="minutes:none")
    house.json("open-ballot", D, "--presided-by", "Q3", "--secret", *SECRETARY)
    choices = {seat: "for" for seat in there if seat != "E3"} | {"P3": "against", "Q4": "abstain"}
    kept = {}
    for seat, choice in choices.items():
        voter = seats["Q2" if seat == "Q4" else seat]
        kept[seat] = house.json("vote", D, choice, "--seat", seat, "--as", voter)["receipt"]
    log = json.dumps(house.json("log", D)["entries"])
    assert not any(receipt in log for receipt in kept.values())
    house.refused("receipts", D, guard="receipts:none")
    house.json("close-ballot", D, *SECRETARY)
    assert house.state(D) == "conformity"
    for seat, choice in choices.items():
        [vote] = house.json("receipts", D, kept[seat])["votes"]
        assert vote == {"receipt": kept[seat], "choice": choice}
    assert house.json("receipts", D, "0000-0000-0000", code=4)["found"] is False

    house.refused("conform", D, *SECRETARY, guard="conform:papers")
    house.refused("seal", D, *SECRETARY, guard="seal:conformity")
    french = (
        "l’IMT est le plus utile lorsqu’il contribue à l’excellence de la formation des "
        "ingénieurs, des managers et des docteurs ;"
    )
    house.json("revise", D, "--paragraph", "7", "--text", french, "--as", "fontanel")
    house.json("certify", D, "--as", "roumier")
    house.json("conform", D, "--as", "roumier")
    house.refused("conform", D, "--as", "fontanel", guard="role:conform")
    house.json("conform", D, *SECRETARY)
    house.json("minutes", D, "-o", tmp_path)
    house.refused("extract", D, "-o", tmp_path, "--as", "roumier", guard="role:extract")
    house.json("extract", D, "-o", tmp_path, *SECRETARY)
    house.json("seal", D, *SECRETARY)
    assert house.state(D) == "sealed"

    for language, said in {
        "en": ("Julien Mercadier", "Recused: Agathe Thirion", "One vote is given by proxy", "11"),
        "fr": ("Julien Mercadier", "Grace Okafor", "scrutin", "11"),
    }.items():
        minutes = words(tmp_path / f"{D}.minutes.{language}.docx")
        assert all(one in minutes for one in said), minutes
    assert "managers and doctors" in words(tmp_path / f"{D}.extract.en.docx")
    assert french in words(tmp_path / f"{D}.extract.fr.docx")
    house.json("export", D, "-o", tmp_path / "out")
    assert "subject to conformity" in words(tmp_path / "out" / f"{D}.resolution.en.docx")
    evidence = tmp_path / "out" / "evidence"
    entries = ledger.check_extract(
        json.loads((evidence / "ledger.json").read_text(encoding="utf-8")),
        load_public_key(evidence / "ledger-key.pem"),
    )
    told = Dossier.replay(D, entries)
    assert told.result is not None
    assert len(told.result.box) == len(choices)
    assert policy.count_ballot(told) == (told.result.tally, told.result.outcome)


def test_any_ballot_is_counted_without_a_house(enonce, tmp_path):
    ballot = tmp_path / "ballot.json"
    seats = [
        {"id": "A", "chair": True, "attendance": "present", "vote": "for"},
        {"id": "B", "attendance": "remote", "vote": "against"},
    ]
    ballot.write_text(json.dumps({"seats": seats}), encoding="utf-8")
    rules = tmp_path / "rules.toml"
    rules.write_text(enonce.run("board", "template").stdout, encoding="utf-8")
    for named in ("imt-type", rules):
        told = enonce.json("board", "tally", "--rules", named, "--ballot", ballot)
        assert (told["outcome"], told["casting_vote"], told["needed"]) == ("adopted", True, 2)
    assert [one["name"] for one in enonce.json("board", "presets")["presets"]] == [
        "decret-2006-672",
        "imt-type",
        "roberts-rules",
    ]
    assert enonce.json("board", "check", SAMPLE / "board.toml", code=3)["seats"] == 25
    ballot.write_text('{"seats": [{"id": "A", "attendance": "here"}]}', encoding="utf-8")
    sentence = enonce.refused(
        "board", "tally", "--rules", "imt-type", "--ballot", ballot, guard="BallotFileError"
    )
    assert "seats[1].attendance" in sentence
    ballot.write_bytes(b"\xff\xfe\x00")
    enonce.refused("board", "tally", "--rules", "imt-type", "--ballot", ballot, guard="FileError")
    enonce.refused("board", "presets", "roberts", guard="UnknownPresetError")
