"""Sentences out to other tools and back into a dossier, by the same guards as every other door."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from approvals import policy
from approvals.errors import ApprovalError
from approvals.events import PairText
from approvals.handlers import drafts
from approvals.handlers.base import Command
from approvals.names import PersonId
from documents import worktable
from documents.worktable import Worktable
from flows import acts, cli, exchanges, founding, service
from flows.exchanges import Format
from flows.house import House
from flows.stages import align, translate
from locales import markup, xliff
from locales.exchange import Note, Outcome, Sheet
from locales.units import Origin, OriginKind, State, TranslationUnit
from locales.xliff import Version
from tests.locales import omegat

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "imt"
FORMATS = list(Format)
ANSWERS = service.read_answers(SAMPLE / "answers.fr.toml")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A founded house with a draft whose translation is prepared."""
    folder = tmp_path_factory.mktemp("exchange") / "house"
    house = founding.found(folder, founding.sample_papers())
    by = person(house, "delmas")
    acts.submit(house, (SAMPLE / "statement.en.docx").read_bytes(), "s.docx", by=by, dossier="d")
    drafts.request_translation(Command(dossier="d", by=by, key="t"), house.office)
    translate.run(house, "d")
    house.close()
    return folder


@pytest.fixture
def house(home: Path, tmp_path: Path):
    """The same house, copied, so that each test may change it."""
    import shutil

    from flows.house import open_house

    copy = tmp_path / "house"
    shutil.copytree(home, copy)
    opened = open_house(copy)
    yield opened
    opened.close()


def person(house: House, handle: str) -> PersonId:
    return PersonId(house.person(handle).id)


def answered(house: House, format: Format = Format.XLIFF2, **targets: str) -> bytes:
    """The dossier's file as a translator brings it back: every open sentence answered.

    ``targets`` are by number with an underscore: ``_3_5``.
    """
    data = exchanges.export(house, "d", format, "en")
    if format is Format.DOCX:
        came = worktable.read(data)
        rows = tuple(
            replace(
                row,
                target=targets.get(f"_{row.number.split()[0].replace('.', '_')}")
                or row.target
                or answer(row.source),
            )
            for row in came.rows
        )
        return worktable.write(
            Worktable(came.reference, "t", (), ("§", "a", "b", "c"), "en", "en", "fr", rows)
        )
    sheet = xliff.read(data, "d.xlf")
    rows = tuple(
        replace(
            row,
            target=targets.get(f"_{row.name.replace('.', '_')}")
            or row.target
            or answer(row.source),
            state=State.TRANSLATED,
        )
        for row in sheet.rows
    )
    version = Version.V2 if format is Format.XLIFF2 else Version.V1
    return xliff.write(replace(sheet, rows=rows), version)


def answer(source: str) -> str:
    """What the sample's translator writes."""
    return ANSWERS[markup.plain(source)]


def bring(house: House, data: bytes, handle: str = "fontanel", **options: bool):
    return exchanges.bring(
        house, exchanges.read(data, "came.xlf"), by=person(house, handle), **options
    )


def units(house: House) -> list[TranslationUnit]:
    """Every sentence of the dossier as it stands."""
    return [
        unit
        for pair in policy.translatable(house.dossier("d")).values()
        for unit in acts.units(house.vault, pair.units)
    ]


def waiting(house: House) -> int:
    """How many sentences the memory had nothing for."""
    return sum(unit.target is None for unit in units(house))


def proposed(house: House) -> set[str]:
    dossier = house.dossier("d")
    return {id for id, pair in policy.translatable(dossier).items() if pair.proposed_by}


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_exported_comes_back_unchanged_and_proposes_nothing(
    house: House, format: Format
) -> None:
    data = exchanges.export(house, "d", format, "fr")
    brought = bring(house, data)
    assert brought.proposal is None
    assert set(brought.report.counts) <= {Outcome.UNCHANGED, Outcome.EMPTY}
    assert brought.report.clean
    assert len(brought.report.lines) == len(units(house))
    assert not proposed(house)


@pytest.mark.parametrize("format", [Format.XLIFF2, Format.XLIFF1])
def test_a_translator_s_file_proposes_every_paragraph_and_certifies_none(
    house: House, format: Format
) -> None:
    waited, total = waiting(house), len(units(house))
    assert 0 < waited < total
    brought = bring(house, answered(house, format))
    assert brought.report.counts == {Outcome.TAKEN: waited, Outcome.CONFIRMED: total - waited}
    assert brought.proposal is not None
    dossier = house.dossier("d")
    assert set(brought.proposal.proposed) == set(policy.translatable(dossier))
    assert {pair.proposed_by for pair in policy.translatable(dossier).values()} == {
        person(house, "fontanel")
    }
    assert set(policy.uncertified(dossier)) == set(policy.translatable(dossier))
    assert {unit.state for unit in units(house)} == {State.TRANSLATED}
    assert sum(str(unit.origin) == "person (fontanel)" for unit in units(house)) == waited


@pytest.mark.parametrize("format", [Format.DOCX, Format.OMEGAT])
def test_what_was_prefilled_is_taken_from_a_file_without_states_only_when_told(
    house: House, format: Format
) -> None:
    if format is Format.DOCX:
        data = answered(house, format)
    else:
        sheet = xliff.read(exchanges.export(house, "d", format, "en"), "d.xlf")
        current = {(unit.paragraph, unit.index): unit.target for unit in units(house)}
        rows = tuple(
            replace(row, target=current[row.paragraph, row.index] or answer(row.source))
            for row in sheet.rows
        )
        data = xliff.write(replace(sheet, rows=rows), Version.V1)
    waited, total = waiting(house), len(units(house))
    brought = bring(house, data)
    assert brought.report.counts == {Outcome.TAKEN: waited, Outcome.UNCHANGED: total - waited}
    alone = set(brought.proposal.proposed)
    assert 0 < len(alone) < 10
    assert brought.proposal.open
    brought = bring(house, data, accept=True)
    assert proposed(house) == set(policy.translatable(house.dossier("d")))
    assert alone.isdisjoint(brought.proposal.proposed)


def test_a_paragraph_with_one_sentence_still_open_waits(house: House) -> None:
    sheet = exchanges.read(answered(house), "came.xlf")
    rows = tuple(replace(row, target=None) if row.name == "3.5" else row for row in sheet.rows)
    brought = exchanges.bring(house, replace(sheet, rows=rows), by=person(house, "fontanel"))
    assert len(brought.proposal.proposed) == len(policy.translatable(house.dossier("d"))) - 1
    assert [unit.index for unit in brought.proposal.open] == [4]


def test_broken_tags_hold_their_paragraph_back_and_strict_takes_nothing(house: House) -> None:
    sheet = exchanges.read(answered(house), "came.xlf")
    tagged = next(row for row in sheet.rows if "<" in row.source)
    rows = tuple(
        replace(row, target="Sans balise.") if row == tagged else row for row in sheet.rows
    )
    broken = replace(sheet, rows=rows)
    with pytest.raises(exchanges.IncompleteImportError, match="taken: 1"):
        exchanges.bring(house, broken, by=person(house, "fontanel"), strict=True)
    assert not proposed(house)
    brought = exchanges.bring(house, broken, by=person(house, "fontanel"))
    assert [line.paragraph for line in brought.report.of(Outcome.BROKEN)] == [tagged.paragraph]
    assert proposed(house) == set(policy.translatable(house.dossier("d"))) - {tagged.paragraph}


def test_sentences_whose_source_changed_meanwhile_are_stale_and_the_rest_is_taken(
    house: House,
) -> None:
    data = answered(house)
    by = person(house, "delmas")
    second = (SAMPLE / "statement.v2.en.docx").read_bytes()
    acts.submit(house, second, "s.docx", by=by, dossier="d")
    drafts.request_translation(Command(dossier="d", by=by, key="t2"), house.office)
    translate.run(house, "d")
    brought = bring(house, data)
    stale = brought.report.of(Outcome.STALE)
    assert stale
    assert not brought.report.clean
    assert proposed(house)
    assert proposed(house).isdisjoint(line.paragraph for line in stale)


def test_a_certified_paragraph_that_comes_back_changed_has_to_be_certified_again(
    house: House,
) -> None:
    bring(house, answered(house))
    acts.certify(house, "d", by=person(house, "roumier"))
    assert not policy.uncertified(house.dossier("d"))
    align.run(house, "d")
    pair = house.dossier("d").pair
    assert pair is not None
    brought = bring(house, answered(house, _2_1="Autrement dit, tout le monde."))
    assert brought.report.counts == {
        Outcome.TAKEN: 1,
        Outcome.UNCHANGED: len(units(house)) - 1,
    }
    assert brought.lost == brought.proposal.proposed
    assert policy.uncertified(house.dossier("d")) == brought.lost
    assert house.dossier("d").pair != pair


def test_the_same_guards_stand_at_this_door(house: House) -> None:
    with pytest.raises(ApprovalError) as refused:
        bring(house, answered(house), handle="delmas")
    assert refused.value.data
    assert not proposed(house)


def test_a_file_of_an_unknown_dossier_is_refused(house: House) -> None:
    sheet = replace(exchanges.read(answered(house), "came.xlf"), dossier="elsewhere")
    with pytest.raises(ApprovalError, match="no dossier elsewhere"):
        exchanges.bring(house, sheet, by=person(house, "fontanel"))


def test_a_draft_that_is_not_handed_over_has_nothing_to_export(house: House) -> None:
    by = person(house, "delmas")
    acts.submit(house, (SAMPLE / "statement.en.docx").read_bytes(), "s.docx", by=by, dossier="new")
    with pytest.raises(ApprovalError, match="no sentence to export"):
        exchanges.export(house, "new", Format.XLIFF2, "en")


def test_remarks_beside_the_sentences_are_in_the_language_of_the_command(house: House) -> None:
    sheet = exchanges.read(exchanges.export(house, "d", Format.XLIFF2, "en"), "d.xlf")
    notes = {row.name: [note.text for note in row.notes] for row in sheet.rows}
    assert "Heading" in notes["1.1"]
    assert all(note.by == "enonce" for row in sheet.rows for note in row.notes)


def test_a_translator_s_notes_in_the_table_come_back(house: House) -> None:
    came = worktable.read(exchanges.export(house, "d", Format.DOCX, "en"))
    rows = (replace(came.rows[0], note="Sure of “adopte”?"), *came.rows[1:])
    data = worktable.write(
        Worktable(came.reference, "t", (), ("§", "a", "b", "c"), "en", "en", "fr", rows)
    )
    report = exchanges.compare(house, exchanges.read(data, "came.docx"))
    assert [line.notes for line in report.lines if line.notes] == [("Sure of “adopte”?",)]


def test_every_format_says_which_text_a_machine_wrote(house: House) -> None:
    dossier = house.dossier("d")
    id, pair = next(iter(policy.translatable(dossier).items()))
    (unit,) = acts.units(house.vault, pair.units)
    machine = unit.with_target(unit.target, State.TRANSLATED, Origin(OriginKind.MACHINE))
    drafts.propose_translation(
        drafts.Propose(
            dossier="d",
            by=person(house, "fontanel"),
            key="m",
            paragraphs=(PairText(id, pair.source, acts.keep_units(house.vault, [machine])),),
        ),
        house.office,
    )
    for format in (Format.XLIFF2, Format.XLIFF1):
        row = exchanges.read(exchanges.export(house, "d", format, "en"), "d.xlf").rows[0]
        assert row.origin.machine
        assert "machine draft, to be revised" in [note.text for note in row.notes]
    omegat = exchanges.read(exchanges.export(house, "d", Format.OMEGAT, "en"), "d.xlf").rows[0]
    assert "machine draft, to be revised" in [note.text for note in omegat.notes]
    table = worktable.read(exchanges.export(house, "d", Format.DOCX, "en"))
    assert table.rows[0].number.splitlines() == ["1.1", "Heading", "machine draft, to be revised"]


def test_a_dossier_goes_through_omegat_and_is_proposed_by_the_person_who_brings_it_back(
    house: House, tmp_path: Path
) -> None:
    open_ = [unit for unit in units(house) if unit.target is None]
    known = {
        plain: ANSWERS[plain]
        for unit in open_
        if "<" not in unit.source and (plain := markup.plain(unit.source)) in ANSWERS
    }
    assert len(known) > 5
    data = exchanges.export(house, "d", Format.OMEGAT, "en")
    came = omegat.translate(tmp_path / "omegat", data, known, ("EN-GB", "FR-FR"))
    brought = bring(house, came, accept=True)
    assert brought.report.clean
    assert {line.target for line in brought.report.of(Outcome.TAKEN)} == {
        markup.escape(one) for one in known.values()
    }
    assert brought.proposal is not None
    assert proposed(house) == set(brought.proposal.proposed)
    assert set(policy.uncertified(house.dossier("d"))) >= proposed(house)


def run(house: House, capsys: pytest.CaptureFixture[str], *words: object, code: int = 0) -> dict:
    capsys.readouterr()
    line = ["--home", str(house.home), "--json", "--no-run", *map(str, words)]
    assert cli.run(line) == code, capsys.readouterr()
    told = json.loads(capsys.readouterr().out)
    assert isinstance(told, dict)
    return told


@pytest.mark.parametrize("format", FORMATS)
def test_the_commands_carry_a_file_out_and_back(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str], format: Format
) -> None:
    file = tmp_path / "out"
    run(house, capsys, "exchange", "export", "d", "--format", format.value, "-o", file)
    assert file.read_bytes() == exchanges.export(house, "d", format, "en")
    told = run(house, capsys, "exchange", "import", file, "--check")
    assert (told["clean"], told["proposed"]) == (True, [])
    assert len(told["sentences"]) == len(units(house))


def test_the_command_says_what_it_took_and_what_it_did_not(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "came.xlf"
    sheet: Sheet = exchanges.read(answered(house), "came.xlf")
    noted = replace(sheet.rows[1], notes=(Note("Why so long?", "translator"),))
    away = replace(sheet.rows[0], paragraph="7ABCDEF0")
    rows = (away, noted, *sheet.rows[2:])
    file.write_bytes(xliff.write(replace(sheet, rows=rows)))
    refused = run(house, capsys, "exchange", "import", file, "--strict", "--as", "fontanel", code=4)
    assert refused["error"]["guard"] == "exchange:strict"
    waited, total = waiting(house), len(units(house))
    told = run(house, capsys, "exchange", "import", file, "--as", "fontanel", code=3)
    confirmed = total - waited - 1
    assert told["counts"] == {"taken": waited, "confirmed": confirmed, "unknown": 1, "missing": 1}
    assert len(told["proposed"]) == len(policy.translatable(house.dossier("d"))) - 1
    assert "Why so long?" in [note for one in told["sentences"] for note in one["notes"]]
    capsys.readouterr()
    line = ["--home", str(house.home), "--no-run", "exchange", "import", str(file), "--check"]
    assert cli.run(line) == 3
    said = capsys.readouterr().out
    assert "not in this draft" in said
    assert "Why so long?" in re.sub(r"\s+", " ", said)


@pytest.mark.parametrize(
    "data",
    [b"", b"<html/>", b"PK\x03\x04 no", b"<!DOCTYPE x [<!ENTITY a 'b'>]><xliff/>"],
    ids=["empty", "another format", "no Word file", "entities"],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    file = tmp_path / "came"
    file.write_bytes(data)
    told = run(house, capsys, "exchange", "import", file, "--as", "fontanel", code=4)
    assert told["error"]["message"]
    assert "Traceback" not in told["error"]["message"]


def test_an_import_needs_a_person(
    house: House,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("ENONCE_AS", raising=False)
    file = tmp_path / "came.xlf"
    file.write_bytes(answered(house))
    told = run(house, capsys, "exchange", "import", file, code=2)
    assert told["error"]["guard"] == "person"


def test_an_unknown_format_is_a_wrong_use(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(house, capsys, "exchange", "export", "d", "--format", "pdf", "-o", tmp_path / "o", code=2)
