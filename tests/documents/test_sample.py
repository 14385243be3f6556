"""The sample: Word files as Word writes them, with a memory and answers for every sentence."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from lxml import etree
from rapidfuzz import fuzz
from translate.storage.tmx import tmxfile

from approvals import board, circuits
from documents import identity
from documents.intake import inspect
from documents.segments import Kind, extract, merge
from locales import checks, tmx
from locales.glossary import Glossary, Status
from locales.memory import Memory
from locales.segmentation import cutter
from locales.units import TranslationUnit

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "imt"
DRAFT, SECOND, REFUSED = "statement.en.docx", "statement.v2.en.docx", "statement.refused.docx"
WORD_FILES = (DRAFT, SECOND, REFUSED)
STATEMENT = "Ensemble pour imaginer et construire un avenir durable et former ses acteurs."

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"


def data(name: str) -> bytes:
    return (SAMPLE / name).read_bytes()


def toml(name: str) -> dict[str, Any]:
    return tomllib.loads((SAMPLE / name).read_text(encoding="utf-8"))


def parts(word_file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(word_file)) as package:
        return {name: package.read(name) for name in package.namelist()}


def memory() -> dict[str, str]:
    """The memory's pairs as tagged text."""
    found = {}
    for unit in etree.fromstring(data("memory.tmx")).iter("tu"):
        source, target = (_tagged(segment) for segment in unit.iter("seg"))
        found[source] = target
    return found


def _tagged(segment: etree._Element) -> str:
    said = segment.text or ""
    for mark in segment:
        tag = {
            "bpt": f'<g id="{mark.get("x")}">',
            "ept": "</g>",
            "ph": f'<x id="{mark.get("x")}"/>',
        }
        said += tag[mark.tag] + (mark.tail or "")
    return said


def answers() -> dict[str, str]:
    return {one["source"]: one["target"] for one in toml("answers.fr.toml")["answer"]}


def sentences(name: str) -> list[str]:
    return [said for one in extract(data(name), cutter("en")) for said in one.segments]


def bare(tagged: str) -> str:
    return re.sub("<[^>]*>", "", tagged)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """What the script writes, twice."""
    folders = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    for folder in folders:
        subprocess.run([sys.executable, str(SAMPLE / "make.py"), str(folder)], check=True)
    return folders


def test_the_script_writes_the_same_bytes_twice(made: tuple[Path, Path]) -> None:
    first, second = ({file.name: file.read_bytes() for file in one.iterdir()} for one in made)
    assert first == second
    assert set(WORD_FILES) < set(first)


def test_the_files_that_lie_here_are_those_that_the_script_writes(made: tuple[Path, Path]) -> None:
    for file in made[0].iterdir():
        if file.suffix == ".docx":
            assert parts(file.read_bytes()) == parts(data(file.name)), file.name
        else:
            assert file.read_bytes() == data(file.name), file.name


SCHEMAS = {
    "[Content_Types].xml": "opc-contentTypes.xsd",
    "_rels/.rels": "opc-relationships.xsd",
    "word/_rels/document.xml.rels": "opc-relationships.xsd",
    "word/_rels/header1.xml.rels": "opc-relationships.xsd",
    "word/theme/theme1.xml": "dml-main.xsd",
    "docProps/core.xml": "opc-coreProperties.xsd",
    "docProps/app.xml": "shared-documentPropertiesExtended.xsd",
}


@pytest.mark.parametrize("name", WORD_FILES)
def test_every_part_is_valid_by_the_transitional_schemas(name: str, corpus: Path) -> None:
    for part, content in parts(data(name)).items():
        schema = etree.XMLSchema(etree.parse(corpus / "xsd" / SCHEMAS.get(part, "wml.xsd")))
        schema.assertValid(_without_ignorable(etree.fromstring(content)))


def _without_ignorable(root: etree._Element) -> etree._Element:
    ignored = {root.nsmap[prefix] for prefix in root.attrib.pop(f"{MC}Ignorable", "").split()}
    for element in list(root.iter(etree.Element)):
        for name in [key for key in element.attrib if etree.QName(key).namespace in ignored]:
            del element.attrib[name]
        parent = element.getparent()
        if parent is not None and etree.QName(element).namespace in ignored:
            parent.remove(element)
    return root


def test_another_reader_finds_title_styles_and_list() -> None:
    found = docx.Document(io.BytesIO(data(DRAFT)))
    styles = [paragraph.style.name for paragraph in found.paragraphs if paragraph.style]
    assert found.core_properties.title == "Institut Mines-Télécom adopts its Mission Statement"
    assert styles[:3] == ["Title", "Subtitle", "Lead"]
    assert styles.count("List Bullet") == 4
    assert [
        styles.count(name) for name in ("Heading 1", "Heading 2", "Intense Quote", "Quote")
    ] == [
        2,
        1,
        1,
        2,
    ]
    header = found.sections[0].header.paragraphs[0].text
    assert header == "Institut Mines-Télécom\tPress release"


def test_the_house_finds_kinds_and_levels() -> None:
    kinds = [(one.kind, one.level) for one in extract(data(DRAFT))]
    assert kinds.count((Kind.LIST, 1)) == 4
    assert kinds.count((Kind.HEADING, 1)) == 2
    assert kinds.count((Kind.QUOTE, 0)) == 3


def test_the_file_has_what_word_makes_of_a_text() -> None:
    found = parts(data(DRAFT))
    main = etree.fromstring(found["word/document.xml"])
    settings = etree.fromstring(found["word/settings.xml"])
    notes = etree.fromstring(found["word/footnotes.xml"])
    codes = "".join(etree.fromstring(found["word/footer1.xml"]).itertext(f"{W}instrText")).split()
    assert codes == ["PAGE", "NUMPAGES"]
    assert [note.get(f"{W}type", "note") for note in notes] == [
        "separator",
        "continuationSeparator",
        "note",
    ]
    assert len(list(main.iter(f"{W}footnoteReference"))) == 1
    assert len(list(main.iter(f"{W}hyperlink"))) == 1
    assert b'Target="http://www.imt.fr/"' in found["word/_rels/document.xml.rels"]
    assert {mark.get(f"{W}type") for mark in main.iter(f"{W}proofErr")} == {
        "spellStart",
        "spellEnd",
        "gramStart",
        "gramEnd",
    }
    texts = [text.text or "" for text in main.iter(f"{W}t")]
    assert "multi" in texts
    assert "multidisciplinary" in main.xpath("string()")
    listed = {one.get(f"{W}val") for one in settings.find(f"{W}rsids")}
    used = {
        value
        for element in main.iter(etree.Element)
        for name, value in element.attrib.items()
        if name.startswith(f"{W}rsid")
    }
    assert len(used) > 5
    assert used <= listed


@pytest.mark.parametrize("name", WORD_FILES)
def test_every_paragraph_has_its_own_id_already(name: str) -> None:
    ids = [
        paragraph.get(f"{W14}paraId")
        for part, content in parts(data(name)).items()
        if part.startswith("word/") and part.endswith(".xml")
        for paragraph in etree.fromstring(content).iter(f"{W}p")
    ]
    assert all(re.fullmatch("[0-7][0-9A-F]{7}", id or "") for id in ids)
    assert len(set(ids)) == len(ids)
    assert identity.stamp(data(name)) == data(name)


@pytest.mark.parametrize("name", [DRAFT, SECOND])
def test_intake_takes_the_drafts_without_a_word(name: str) -> None:
    report = inspect(data(name), name=name)
    assert report.accepted
    assert report.warnings == ()


def test_intake_refuses_the_linked_logo_and_nothing_else() -> None:
    report = inspect(data(REFUSED), name=REFUSED)
    assert [finding.code for finding in report.refusals] == ["external-image"]
    assert "imt-entete.png" in str(report.refusals[0])
    assert report.refusals[0].part == "/word/header1.xml"


def test_one_paragraph_of_the_second_draft_has_changed() -> None:
    [change] = identity.changes(data(DRAFT), data(SECOND))
    script = toml("sample.toml")
    assert change.new_text.startswith(script["answer"]["paragraph"])
    assert any(
        change.new_text.startswith(act.get("paragraph", "\n")) for act in script["review"]["first"]
    )
    [new] = set(sentences(SECOND)) - set(sentences(DRAFT))
    assert new == toml("revision.toml")["new"]
    assert answers()[new] == toml("revision.toml")["target"]


def test_every_sentence_has_a_match_or_an_answer(tmp_path: Path) -> None:
    given = answers()
    memory_of_the_house = Memory.open(tmp_path / "memory.sqlite3")
    memory_of_the_house.import_tmx(SAMPLE / "memory.tmx")
    best = {
        said: next((match.score for match in memory_of_the_house.lookup(said, "en", "fr")), 0)
        for said in sentences(DRAFT)
    }
    memory_of_the_house.close()
    exact = [said for said in sentences(DRAFT) if best[said] == 100]
    asked = [said for said in sentences(DRAFT) if best[said] < 100]
    assert all(said in given for said in asked)
    assert 0.7 < len(exact) / len(sentences(DRAFT)) < 0.8
    assert sum(75 <= best[said] < 100 for said in asked) == 4
    assert sum(best[said] == 0 for said in asked) == 9
    assert set(given) == {*asked, toml("revision.toml")["new"]}


def test_another_reader_takes_in_the_memory() -> None:
    found = {(unit.source, unit.target) for unit in tmxfile.parsestring(data("memory.tmx")).units}
    plain = {(bare(source), bare(target)) for source, target in memory().items()}
    assert len(found) == 39
    assert found == plain


def test_the_second_drafts_sentence_is_near_what_will_have_been_certified() -> None:
    change = toml("revision.toml")
    assert 75 <= fuzz.ratio(change["old"], change["new"]) < 100


def test_some_of_the_answers_carry_tags() -> None:
    tagged = [source for source in answers() if "<" in source]
    assert any(source.count("<g") == 3 for source in tagged)
    assert len(tagged) >= 2


@pytest.mark.parametrize("name", [DRAFT, SECOND])
def test_the_french_edition_is_whole_and_reads_back_sentence_by_sentence(name: str) -> None:
    french = memory() | answers()
    source = extract(data(name), cutter("en"))
    targets = {
        (one.id, index): french[said] for one in source for index, said in enumerate(one.segments)
    }
    edition = extract(merge(data(name), targets, "fr", cut=cutter("en")), cutter("fr"))
    assert [one.id for one in edition] == [one.id for one in source]
    assert [said for one in edition for said in one.segments] == list(targets.values())


def french() -> Iterator[tuple[str, str]]:
    for name in ("statement.fr.txt", "answers.fr.toml"):
        for number, line in enumerate((SAMPLE / name).read_text("utf-8").splitlines(), 1):
            if not line.startswith("source"):
                yield f"{name}:{number}", line
    yield from memory().items()
    for name in ("sample.toml", "circuit.toml", "board.toml", "revision.toml"):
        for number, line in enumerate((SAMPLE / name).read_text("utf-8").splitlines(), 1):
            if re.match(r"([\w.]+\.)?(fr|target) =", line):
                yield f"{name}:{number}", line.split("=", 1)[1].strip(' "')


FAULTS = {
    "a narrow space stands before ; ! ?": "(?<!\u202f)[;!?](?!/)",
    "a no-break space stands before a colon that ends a word": "(?<!\u00a0):(?=\\s|$)",
    "no-break spaces stand inside the quotation marks": "«(?!\u00a0)|(?<!\u00a0)»",
    "the apostrophe is curly": r"(?<=\w)'(?=\w)",
    "thousands have a narrow space": r"\d [0-9]{3}\b",
    "raison d’être is not called otherwise": "(?i)énoncé de mission",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_french_is_set_as_french_is(fault: str) -> None:
    wrong = [(place, line) for place, line in french() if re.search(FAULTS[fault], line)]
    assert wrong == []


def test_the_statement_has_its_official_wording_and_the_rest_is_marked_as_our_own() -> None:
    assert list(memory().values()).count(STATEMENT) == 1
    for name in ("statement.fr.txt", "answers.fr.toml"):
        assert "écrit pour ce projet" in (SAMPLE / name).read_text("utf-8")
    origins = {entry.source: entry.origin for entry in tmx.read(SAMPLE / "memory.tmx")}
    official = [source for source, origin in origins.items() if origin.endswith("official wording")]
    assert [memory()[source] for source in official] == [STATEMENT]
    assert sum("rendering of the Énoncé project" in origin for origin in origins.values()) > 30
    note = etree.fromstring(data("memory.tmx")).findtext("header/note") or ""
    assert "not the institute’s" in note
    assert "écrit pour ce projet" in toml("sample.toml")["notice"]["fr"]


def test_nobody_decides_on_their_own_work() -> None:
    people = {one["handle"]: set(one["roles"]) for one in toml("people.toml")["person"]}
    working = ("drafter", "translator", "reviser", "secretary", "communications", "administrator")
    for role in working:
        assert [held for held in people.values() if role in held] == [{role}]
    reviewers = {who for who, held in people.items() if "reviewer" in held}
    circuit = circuits.load((SAMPLE / "circuit.toml").read_text("utf-8"))
    assert {who for step in circuit.steps for who in step.deciders} == reviewers
    assert all(people[who] == {"reviewer"} for who in reviewers)


def test_the_boards_seats_are_held_by_its_members() -> None:
    sits = board.load((SAMPLE / "board.toml").read_text("utf-8"))
    people = {one["handle"]: one["roles"] for one in toml("people.toml")["person"]}
    assert {seat.holder for seat in sits.seats} == {
        who for who, held in people.items() if "member" in held
    }
    assert len(sits.seats) == len({seat.holder for seat in sits.seats}) == 25
    chair = next(seat.holder for seat in sits.seats if seat.chair)
    assert people[chair] == ["chair", "member"]
    for college in sits.rules.colleges:
        assert sum(seat.college == college.id for seat in sits.seats) == college.seats


def test_every_rule_on_meetings_says_that_it_has_to_be_confirmed() -> None:
    rules = toml("board.toml")["rules"]
    sits = board.load((SAMPLE / "board.toml").read_text("utf-8"))
    for field in rules:
        cited = sits.rules.cited(field)
        assert cited is not None, field
        assert cited.status == "to-be-confirmed"
        assert "à confirmer par l’établissement" in cited.source.fr
        assert "to be confirmed by the institution" in cited.source.en


def test_the_script_of_the_session_adds_up() -> None:
    script = toml("sample.toml")
    sits = board.load((SAMPLE / "board.toml").read_text("utf-8"))
    meeting, ballot, expected = script["meeting"], script["ballot"], script["expected"]
    places = {
        **{seat: board.Place(board.Attendance.PRESENT) for seat in meeting["present"]},
        **{seat: board.Place(board.Attendance.REMOTE) for seat in meeting["remote"]},
        **{
            one["seat"]: board.Place(board.Attendance.REPRESENTED, one["to"])
            for one in meeting["proxy"]
        },
    }
    assert {*places, *meeting["absent"]} == {seat.id for seat in sits.seats}
    quorum = board.quorum(sits.rules, sits.seats, places)
    assert (quorum.counted, quorum.required, quorum.seats) == (
        expected["counted"],
        expected["quorum"],
        expected["seats"],
    )
    votes = {seat: choice for choice in ("for", "against", "abstain") for seat in ballot[choice]}
    chair = next(seat.id for seat in sits.seats if seat.chair)
    counted, outcome = board.tally(sits.rules, votes=votes, entitled=places, chair=chair)
    assert outcome.value == expected["outcome"]
    assert (counted.in_favour, counted.against, counted.abstentions, counted.not_voting) == (
        expected["in_favour"],
        expected["against"],
        expected["abstentions"],
        expected["not_voting"],
    )
    assert chair in meeting["present"]


def test_the_script_names_people_steps_and_files_that_there_are() -> None:
    script = toml("sample.toml")
    people = {one["handle"]: one["roles"] for one in toml("people.toml")["person"]}
    steps = {one["id"]: one["deciders"] for one in toml("circuit.toml")["step"]}
    for role, who in script["cast"].items():
        assert role in people[who]
    for act in (*script["review"]["first"], *script["review"]["second"]):
        assert act["by"] in steps[act["step"]]
    for name in script["files"].values():
        assert (SAMPLE / name).is_file()


def test_the_glossary_has_both_sides_of_every_term_and_each_of_its_kinds() -> None:
    terms = Glossary.load(SAMPLE / "glossary.csv").terms
    statuses = {term.status for term in terms}
    assert statuses == {Status.PREFERRED, Status.FORBIDDEN, Status.DO_NOT_TRANSLATE}
    assert all(term.fr and term.en for term in terms)
    assert all(term.fr == term.en for term in terms if term.status is Status.DO_NOT_TRANSLATE)
    [chosen] = [term for term in terms if term.fr == "raison d’être"]
    assert (chosen.en, chosen.status) == ("mission statement", Status.PREFERRED)


def test_the_french_keeps_to_the_glossary_and_every_term_is_met() -> None:
    glossary, met = Glossary.load(SAMPLE / "glossary.csv"), set()
    for source, target in (memory() | answers()).items():
        french_terms = {hit.term for hit in glossary.hits(bare(target), "fr")}
        assert not [term for term in french_terms if term.status is Status.FORBIDDEN], target
        for hit in glossary.hits(bare(source), "en"):
            if hit.term.status is not Status.FORBIDDEN:
                met.add(hit.term)
                assert hit.term in french_terms, (hit.term.en, target)
    assert met == {term for term in glossary.terms if term.status is not Status.FORBIDDEN}


def test_no_check_finds_anything_in_the_french() -> None:
    glossary = Glossary.load(SAMPLE / "glossary.csv")
    for source, target in (memory() | answers()).items():
        unit = TranslationUnit("00000001", 0, source, target)
        found = checks.run(unit, "en", "fr", glossary=glossary)
        # The items of a French list begin with a small letter, those of an English one do not.
        assert [one for one in found if one.check != "capitals"] == [], target


@pytest.mark.needs_libreoffice
def test_libreoffice_opens_every_draft_and_lays_it_out_on_two_pages(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        if os.environ.get("ENONCE_REQUIRE_ALL") == "1":
            pytest.fail("LibreOffice (soffice) is not installed")
        pytest.skip("LibreOffice (soffice) is not installed")
    subprocess.run(
        [
            office,
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(tmp_path),
            *(str(SAMPLE / name) for name in WORD_FILES),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    for name in WORD_FILES:
        pdf = (tmp_path / name).with_suffix(".pdf").read_bytes()
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2, name
