"""The road by hand: every act a command, one service running, the same guards as everywhere."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "imt"
SCRIPT = tomllib.loads((SAMPLE / "sample.toml").read_text(encoding="utf-8"))

pytestmark = [pytest.mark.needs_prefect, pytest.mark.slow]


def people_of(house):
    return {one["handle"]: one for one in house.json("people")["people"]}


def holder(seat):
    seats = tomllib.loads((SAMPLE / "board.toml").read_text(encoding="utf-8"))["seat"]
    return next(one["holder"] for one in seats if one["id"] == seat)


def test_every_act_by_hand_from_a_word_file_to_a_verified_publication(house, serve, tmp_path):
    service = serve(house)
    d = "raison"
    house.json("submit", SAMPLE / "statement.en.docx", "--dossier", d, "--as", "delmas")
    house.refused("review", d, "--as", "delmas", guard="state:review")
    house.json("translate", d, "--as", "delmas")
    house.until(d, "translating")
    wait_for(house, d, lambda one: one["next"] == "revise")
    open_ = [one for one in house.json("revise", d)["sentences"] if one["target"] is None]
    assert 5 <= len(open_) <= 20
    house.refused("certify", d, "--as", "roumier", guard="certify:nothing")
    answers = SAMPLE / "answers.fr.toml"
    house.json("revise", d, "--accept", "--from", answers, "--as", "fontanel")
    house.refused("certify", d, "--as", "fontanel", guard="role:certify")
    house.json("certify", d, "--as", "roumier")
    house.until(d, "aligned")

    house.json("review", d, "--as", "delmas")
    pair = house.json("status", d)["pair"]
    house.refused("decide", d, "approve", "--as", "delmas", guard="role:decide")
    house.refused("decide", d, "approve", "--as", "kerlann", guard="decide:step")
    house.refused(
        "decide", d, "approve", "--pair", "0" * 64, "--as", "vasseur", guard="decide:pair"
    )
    house.json("decide", d, "approve", "--pair", pair[:12], "--as", "vasseur", "--key", "once")
    again = house.json(
        "decide", d, "approve", "--pair", pair[:12], "--as", "vasseur", "--key", "once"
    )
    assert again["ok"]
    house.refused("decide", d, "reject", "--as", "kerlann", guard="decide:reason")
    house.json(
        "decide",
        d,
        "request-changes",
        "--as",
        "kerlann",
        "--paragraph",
        "15",
        "--reason",
        "Soften.",
    )
    assert house.state(d) == "changes-requested"
    [point] = house.json("status", d)["points"]
    assert (point["paragraphs"], point["reason"]) == ([15], "Soften.")
    second = SAMPLE / "statement.v2.en.docx"
    house.refused("submit", second, "--dossier", d, "--as", "delmas", guard="submit:answers")
    answer = f"{point['point']}=Softened."
    house.json("submit", second, "--dossier", d, "--answer", answer, "--as", "delmas")
    house.json("translate", d, "--as", "delmas")
    wait_for(house, d, lambda one: one["next"] == "revise")
    house.json("revise", d, "--accept", "--from", answers, "--as", "fontanel")
    house.json("certify", d, "--as", "roumier")
    house.until(d, "aligned")
    house.json("review", d, "--as", "delmas")
    for reviewer in ("vasseur", "kerlann", "marsaudon", "holloway"):
        house.json("decide", d, "approve", "--as", reviewer)
    assert house.state(d) == "board-ready"

    secretary = ("--as", "castagnet")
    house.refused("convene", d, "--at", "now", *secretary, guard="convene:notice")
    house.json("convene", d, "--at", "now", "--urgent", "The ministry waits.", *secretary)
    house.refused("open-ballot", d, *secretary, guard="ballot:quorum")
    meeting = SCRIPT["meeting"]
    house.json("attend", d, *meeting["present"], *secretary)
    house.json("attend", d, *meeting["remote"], "--how", "remote", *secretary)
    house.json("attend", d, "Q4", "--how", "represented", "--proxy-to", "Q2", *secretary)
    house.refused(
        "attend", d, "Q6", "--how", "represented", "--proxy-to", "Q2", *secretary,
        guard="attend:proxy-cap",
    )  # fmt: skip
    house.json("open-ballot", d, *secretary)
    house.refused("vote", d, "for", "--as", holder("Q6"), guard="vote:entitled")
    for choice in ("for", "against", "abstain"):
        for seat in SCRIPT["ballot"][choice]:
            voter = holder("Q2" if seat == "Q4" else seat)
            house.json("vote", d, choice, "--seat", seat, "--as", voter)
    house.refused("vote", d, "for", "--as", holder("Q2"), guard="vote:twice")
    house.json("close-ballot", d, *secretary)
    wait_for(house, d, lambda one: one["next"] == "seal")
    house.json("seal", d, *secretary)
    house.until(d, "sealed")
    house.json("publish", d, "--as", "lemoal")
    house.until(d, "published")

    files = house.json("export", d, "-o", tmp_path / "out")["files"]
    sealed = [Path(name) for name in files if "statement" in name and name.endswith(".docx")]
    assert len(sealed) == 2
    anchor = tmp_path / "out" / "evidence" / "anchor-0.pem"
    for file in sealed:
        assert house.json("verify", file, "--anchor", anchor)["overall"] == "TOTAL-PASSED"
        assert house.run("verify", file).returncode == 6
    assert service.stop() == 0
    assert house.run("log", "--check").returncode == 0


def wait_for(house, dossier, holds, seconds=60):
    import time

    last = time.monotonic() + seconds
    while not holds(answer := house.json("--no-run", "status", dossier)):
        assert time.monotonic() < last, answer
        time.sleep(0.1)
