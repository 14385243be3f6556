"""The whole road with either language as source: what is said of each text on the way and after."""

from __future__ import annotations

import io
import json
import shutil
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import docx
import pytest

from approvals import policy
from documents.bilingual import bilingual
from flows import cli, founding, vouching
from flows.bilingual_paper import Adopted, bilingual_paper
from flows.house import open_house
from flows.minutes_paper import minutes_paper
from flows.signoff_paper import signoff_paper
from flows.stages import RUNS
from locales import pipeline
from locales.units import Origin, OriginKind, State, TranslationUnit
from tests.flows.minutes_and_matrix import meeting, review

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "imt"
SCRIPT = tomllib.loads((SAMPLE / "sample.toml").read_text(encoding="utf-8"))
SEATS = tomllib.loads((SAMPLE / "board.toml").read_text(encoding="utf-8"))["seat"]
DELMAS, FONTANEL, ROUMIER = "delmas", "fontanel", "roumier"

KNOWN = {
    "en": "IMT is recognized for its research.",
    "fr": "L’IMT est reconnu pour sa recherche.",
}
OPEN = {
    "en": "We also teach crystallography to lighthouse keepers.",
    "fr": "Nous enseignons aussi la cristallographie aux gardiens de phare.",
}
GIST = {
    "en": "We teach too the crystallography to the keepers of lighthouse.",
    "fr": "Nous aussi enseignons cristallographie aux gardiens phares.",
}
OTHER = {"en": "fr", "fr": "en"}


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house whose memory knows one of the sentences, in both directions."""
    home = tmp_path_factory.mktemp("both") / "house"
    house = founding.found(home, founding.sample_papers())
    pair = TranslationUnit("1", 0, KNOWN["en"], KNOWN["fr"], State.TRANSLATED)
    house.memory.learn([pair], "en", "fr", dossier="before", at=house.now())
    house.close()
    return home


@dataclass
class Town:
    """A house to which people bring acts by the command line; its stages run when it says so."""

    home: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, *line: object, by: str = "", code: int = 0) -> dict[str, object]:
        self.capsys.readouterr()
        person = ["--as", by] if by else []
        done = cli.run(["--home", str(self.home), "--json", "--no-run", *map(str, line), *person])
        out = self.capsys.readouterr().out
        assert done == code, out
        told = json.loads(out)
        assert isinstance(told, dict)
        return told

    def said(self, *line: object, lang: str = "en") -> str:
        self.capsys.readouterr()
        assert cli.run(["--home", str(self.home), "--lang", lang, *map(str, line)]) == 0
        return " ".join(self.capsys.readouterr().out.split())

    def go_on(self) -> None:
        house = open_house(self.home)
        while stage := policy.due(house.dossier("d"), house.now()):
            RUNS[stage](house, "d")
        house.close()

    def submit(self, source: str, *paragraphs: str) -> None:
        file = self.home.parent / "draft.docx"
        file.write_bytes(word(*paragraphs))
        first = not self._there()
        begin = ["--source", source, "--title-en", "Statement", "--title-fr", "Énoncé"]
        self.run("submit", file, "--dossier", "d", *(begin if first else ()), by=DELMAS)

    def _there(self) -> bool:
        house = open_house(self.home)
        found = any(one.id == "d" for one in house.dossiers())
        house.close()
        return found

    def sentences(self) -> list[dict[str, object]]:
        return self.run("revise", "d")["sentences"]  # type: ignore[return-value]


@pytest.fixture
def town(founded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Town:
    return Town(Path(shutil.copytree(founded, tmp_path / "house")), capsys)


def machine_drafts(home: Path, texts: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a machine answer what the memory does not have, without any provider."""
    real = pipeline.translate

    def drafted(*words: object, **named: object) -> tuple[TranslationUnit, ...]:
        return tuple(
            replace(
                unit, target=texts[unit.source], origin=Origin(OriginKind.MACHINE, None, "gist")
            )
            if unit.target is None and unit.source in texts
            else unit
            for unit in real(*words, **named)  # type: ignore[arg-type]
        )

    monkeypatch.setattr(pipeline, "translate", drafted)


@pytest.mark.parametrize("source", ["en", "fr"])
def test_the_whole_road(
    source: str, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = OTHER[source]
    machine_drafts(town.home, {OPEN[source]: GIST[target]}, monkeypatch)
    town.submit(source, KNOWN[source], OPEN[source])
    town.run("translate", "d", by=DELMAS)
    town.go_on()
    known, drafted = town.sentences()
    assert (known["target"], known["origin"], known["stage"]) == (
        KNOWN[target], "exact 100 (before)", "initial",
    )  # fmt: skip
    assert (drafted["target"], drafted["machine"]) == (GIST[target], "gist")
    assert "machine" in town.said("revise", "d")
    assert "machine (gist)" in town.said("status", "d")
    assert "machine (gist)" in town.said("status", "d", lang="fr")

    town.run("certify", "d", by=ROUMIER, code=4)
    town.run("revise", "d", "--accept", by=FONTANEL)
    assert [one["stage"] for one in town.sentences()] == ["translated"] * 2
    town.run("revise", "d", "--paragraph", "2", "--text", OPEN[target], by=FONTANEL)
    assert town.sentences()[1]["origin"] == "person (fontanel), drafted by gist"
    town.run("certify", "d", by=FONTANEL, code=4)
    town.run("certify", "d", by=ROUMIER)
    town.go_on()
    assert [one["stage"] for one in town.sentences()] == ["reviewed"] * 2
    looked = town.run("tm", "lookup", OPEN[source], "--from", source, "--to", target)
    assert [one["target"] for one in looked["matches"]] == [OPEN[target]]  # type: ignore[attr-defined]
    back = town.run("tm", "lookup", OPEN[target], "--from", target, "--to", source)
    assert [one["target"] for one in back["matches"]] == [OPEN[source]]  # type: ignore[attr-defined]

    town.run("review", "d", by=DELMAS)
    for reviewer in ("vasseur", "kerlann", "marsaudon", "holloway"):
        town.run("decide", "d", "approve", by=reviewer)
    town.run("convene", "d", "--at", "now", "--urgent", "Haste.", by="castagnet")
    everybody = [seat["id"] for seat in SEATS]
    town.run("attend", "d", *everybody, by="castagnet")
    town.run("open-ballot", "d", by="castagnet")
    for seat in SEATS:
        if seat.get("votes", True):
            town.run("vote", "d", "for", "--seat", seat["id"], by=seat["holder"])
    town.run("close-ballot", "d", by="castagnet")
    town.go_on()
    assert [one["stage"] for one in town.sentences()] == ["final"] * 2
    town.run("seal", "d", by="castagnet")
    town.go_on()
    town.run("publish", "d", by="lemoal")
    town.go_on()
    assert town.run("status", "d")["state"] == "published"
    files = [Path(one) for one in town.run("export", "d", "-o", tmp_path / "out")["files"]]  # type: ignore[attr-defined]
    evidence = next(json.loads(one.read_text()) for one in files if one.name == "translation.json")
    assert [one["machine"] for one in evidence["paragraphs"]] == [[], ["gist"]]
    assert {one["state"] for one in evidence["paragraphs"]} == {"final"}
    first, second = (
        next(one for one in files if one.name == f"d.statement.{language}.docx")
        for language in (source, target)
    )
    page = tmp_path / "page.html"
    town.run("preview", first, "--beside", second, "--dossier", "d", "-o", page)
    shown = page.read_text(encoding="utf-8")
    assert shown.count("machine (gist)") == 1
    for language in ("fr", "en"):
        [file] = [one for one in files if one.name == f"d.resolution.{language}.docx"]
        told = paper_text(file.read_bytes())
        assert "machine (gist)" in told
        assert "Bastien Roumier" in told


def translated(town: Town, *targets: str) -> None:
    """Carry a dossier to its first certificate."""
    town.run("translate", "d", by=DELMAS)
    town.go_on()
    for number, target in enumerate(targets, 1):
        town.run("revise", "d", "--paragraph", number, "--text", target, by=FONTANEL)


def test_new_typography_keeps_a_target_and_new_meaning_makes_it_stale(town: Town) -> None:
    first = "L'IMT « forme » des ingénieurs. Il cherche aussi."
    town.submit("fr", first, OPEN["fr"])
    given = {
        "L'IMT « forme » des ingénieurs.": "IMT “trains” engineers.",
        "Il cherche aussi.": "It also does research.",
        OPEN["fr"]: OPEN["en"],
    }
    translated(town)
    town.run("revise", "d", "--from", answers(town, given), by=FONTANEL)
    town.run("certify", "d", by=ROUMIER)
    town.go_on()
    before = [one["target"] for one in town.sentences()]
    set_anew = "L’IMT «\u00a0forme\u00a0» des ingénieurs. Il cherche aussi."
    town.submit("fr", set_anew, "Nous enseignons aussi la cristallographie aux capitaines.")
    town.run("translate", "d", by=DELMAS)
    town.go_on()
    one, two, three = town.sentences()
    assert None not in before
    assert [one["target"], two["target"]] == before[:2]
    assert (one["stale"], two["stale"]) == (False, False)
    assert (three["stale"], three["target"], three["stage"]) == (True, None, "initial")
    assert [offer["source"] for offer in three["offers"]] == [OPEN["fr"]]  # type: ignore[attr-defined]
    assert "{+capitaines.+}" in three["offers"][0]["difference"]  # type: ignore[index]
    assert "the source has changed" in town.said("status", "d")
    assert "[-gardiens" in (said := town.said("revise", "d"))
    assert "{+capitaines.+}" in said


def answers(town: Town, given: dict[str, str]) -> Path:
    file = town.home.parent / "answers.toml"
    tables = (
        f"[[answer]]\nsource = {json.dumps(source)}\ntarget = {json.dumps(target)}\n"
        for source, target in given.items()
    )
    file.write_text("".join(tables), encoding="utf-8")
    return file


def test_numbers_are_brought_up_to_date_and_what_is_similar_is_offered_only(town: Town) -> None:
    house = open_house(town.home)
    pair = TranslationUnit(
        "1", 0, "Le budget de 2021 est de 5 000 €.", "The 2021 budget is €5,000."
    )
    house.memory.learn([pair], "fr", "en", dossier="before", at=house.now())
    house.close()
    town.submit(
        "fr", "Le budget de 2026 est de 7 000 €.", "Le grand budget de 2026 est de 7 000 €."
    )
    town.run("translate", "d", by=DELMAS)
    town.go_on()
    one, two = town.sentences()
    assert (one["target"], one["origin"]) == ("The 2026 budget is €7,000.", "fuzzy 98 (before)")
    assert two["target"] is None
    assert [offer["target"] for offer in two["offers"]] == ["The 2026 budget is €7,000."]  # type: ignore[attr-defined]
    assert "{+grand+}" in two["offers"][0]["difference"]  # type: ignore[index]
    left = town.run("revise", "d", "--accept", by=FONTANEL)
    assert left["state"] == "translating"
    assert [one["stage"] for one in town.sentences()] == ["translated", "initial"]


def test_a_machine_s_text_stays_one_when_it_comes_out_of_the_memory(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine_drafts(town.home, {OPEN["en"]: OPEN["fr"]}, monkeypatch)
    town.submit("en", OPEN["en"])
    translated(town)
    town.run("revise", "d", "--accept", by=FONTANEL)
    town.run("certify", "d", by=ROUMIER)
    town.go_on()
    house = open_house(town.home)
    [match] = house.memory.lookup(OPEN["en"], "en", "fr")
    assert (match.origin, match.author) == ("machine", "gist")
    other = "Another sentence stands before it, and nobody has translated that one."
    file = town.home.parent / "other.docx"
    file.write_bytes(word(other, OPEN["en"]))
    house.close()
    town.run("submit", file, "--dossier", "e", by=DELMAS)
    town.run("translate", "e", by=DELMAS)
    house = open_house(town.home)
    RUNS[policy.due(house.dossier("e"), house.now())](house, "e")  # type: ignore[index]
    house.close()
    told = town.run("revise", "e")["sentences"]
    assert told[1]["origin"] == "exact 100 (d), drafted by gist"  # type: ignore[index]
    assert told[1]["machine"] == "gist"  # type: ignore[index]


def test_what_a_reviser_lets_pass_stands_with_the_reason_wherever_it_is_asked(
    town: Town, tmp_path: Path
) -> None:
    town.submit("en", "We have 12 keepers.", OPEN["en"])
    translated(town, "Nous avons 13 gardiens.", OPEN["fr"])
    refused = town.run("certify", "d", by=ROUMIER, code=4)
    assert refused["error"]["guard"] == "certify:checks"  # type: ignore[index]
    assert "numbers, blocking" in town.said("revise", "d")
    certify = ("certify", "d", "--ignore", "numbers")
    for more, guard in (
        ((), "certify:reason"),
        (("--ignore", "tags", "--reason", "Why not."), "certify:fixed"),
        (("--ignore", "quotes", "--reason", "Why not."), "certify:ignore"),
    ):
        refused = town.run(*certify, *more, by=ROUMIER, code=4)
        assert refused["error"]["guard"] == guard  # type: ignore[index]
    town.run(*certify, "--reason", "The thirteenth began in June.", by=ROUMIER)
    town.go_on()
    house = open_house(town.home)
    [one, _] = vouching.vouched(house, house.dossier("d"))
    assert [(item.sentence, item.check, item.reason) for item in one.passed] == [
        (1, "numbers", "The thirteenth began in June.")
    ]
    kept = [entry.payload for entry in house.store.entries() if entry.type == "PairsCertified"]
    assert all(b"thirteenth" not in str(payload).encode() for payload in kept)
    paper = vouching.origins([one], "en")
    assert paper is not None
    assert any("thirteenth began in June" in str(line) for line in paper.intro)
    house.close()
    assert "let pass: numbers (The thirteenth began in June.)" in town.said("status", "d")
    waived = town.run("status", "d")["paragraphs"][0]["waived"]  # type: ignore[index]
    assert waived[0]["check"] == "numbers"
    told = town.run("revise", "d")["sentences"][0]["findings"]  # type: ignore[index]
    assert told[0]["waived"] == "The thirteenth began in June."
    town.run("revise", "d", "--paragraph", 1, "--text", "Nous avons 14 gardiens.", by=FONTANEL)
    assert town.run("certify", "d", by=ROUMIER, code=4)["error"]["guard"] == "certify:checks"  # type: ignore[index]


def circuit(town: Town, table: str) -> Path:
    file = town.home.parent / "circuit.toml"
    text = (SAMPLE / "circuit.toml").read_text(encoding="utf-8")
    file.write_text(text.replace("[[step]]", f"[checks]\n{table}\n\n[[step]]", 1), encoding="utf-8")
    return file


def test_a_circuit_says_which_checks_block_and_which_are_not_looked_at(town: Town) -> None:
    rules = circuit(town, 'end-punctuation = "blocking"\nnumbers = "off"')
    town.submit("en", "We have 12 keepers.", OPEN["en"])
    town.run("translate", "d", "--circuit", rules, by=DELMAS)
    town.go_on()
    town.run("revise", "d", "--paragraph", 1, "--text", "Nous avons 13 gardiens", by=FONTANEL)
    town.run("revise", "d", "--paragraph", 2, "--text", OPEN["fr"], by=FONTANEL)
    found = town.run("revise", "d")["sentences"][0]["findings"]  # type: ignore[index]
    assert [(one["check"], one["severity"]) for one in found] == [("end-punctuation", "blocking")]
    assert town.run("certify", "d", by=ROUMIER, code=4)["error"]["guard"] == "certify:checks"  # type: ignore[index]
    town.run("revise", "d", "--paragraph", 1, "--text", "Nous avons 13 gardiens.", by=FONTANEL)
    town.run("certify", "d", by=ROUMIER)
    town.go_on()
    assert "end-punctuation = blocking" in town.said("status", "d")
    # The review pins another circuit, under which the numbers count again.
    refused = town.run("review", "d", by=DELMAS, code=4)
    assert refused["error"]["guard"] == "review:checks"  # type: ignore[index]
    town.run("review", "d", "--circuit", rules, by=DELMAS)


REFUSED = {
    "a check that always blocks": ('tags = "warning"', "tags, which always blocks"),
    "no such check": ('spelling = "blocking"', "spelling, and there is no such check"),
    "no such severity": ('numbers = "loud"', "says loud of numbers"),
}


@pytest.mark.parametrize(("table", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_a_circuit_with_impossible_checks_is_refused_in_a_sentence(
    table: str, sentence: str, town: Town
) -> None:
    town.submit("en", OPEN["en"])
    refused = town.run("translate", "d", "--circuit", circuit(town, table), by=DELMAS, code=4)
    assert sentence in refused["error"]["message"]  # type: ignore[index]


TEXTS = (
    vouching.Vouched(1, "It teaches.", State.REVIEWED, ("machine (gist)",), ("gist",), False,
                     "Aurélie Fontanel", "Bastien Roumier"),
    vouching.Vouched(2, "It seeks.", State.TRANSLATED, ("exact 100",), (), False,
                     "Aurélie Fontanel"),
)  # fmt: skip


def test_every_paper_says_which_paragraph_a_machine_drafted_and_who_certified_it() -> None:
    papers = (
        minutes_paper(replace(meeting("en"), texts=TEXTS), "en"),
        signoff_paper(replace(review("en"), texts=TEXTS), "en"),
    )
    for paper in papers:
        assert paper.origins is not None
        assert paper.origins.intro == (
            "Paragraphs of the translation that a machine drafted: 1 of 2.",
            "Paragraphs that nobody has certified yet: 1.",
        )
        assert paper.origins.table is not None
        assert paper.origins.table.rows == (
            ("§\u00a01", "It teaches.", "machine (gist)", "Aurélie Fontanel", "Bastien Roumier"),
            ("§\u00a02", "It seeks.", "people and memory", "Aurélie Fontanel", "–"),
        )


def test_the_bilingual_edition_says_it_below_the_texts() -> None:
    editions = {language: word(OPEN[language]) for language in ("fr", "en")}
    text = Adopted("Statement", "IMT", "Board", "fr", texts=TEXTS)
    told = paper_text(bilingual(bilingual_paper(text, editions, "en")))
    assert "Who answers for the translation" in told
    assert "machine (gist)" in told


def test_a_paper_on_which_nothing_was_translated_says_nothing_of_it() -> None:
    assert vouching.origins((), "fr") is None


def paper_text(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])
