"""One Word file into the other language without a house."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import docx
import pytest

from documents.segments import extract
from flows import cli
from locales import pipeline, tmx
from locales.glossary import Glossary
from locales.memory import Memory
from locales.segmentation import cutter
from locales.tmx import Entry

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "imt"
DRAFT = SAMPLE / "statement.en.docx"


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many of the draft's sentences the sample's memory has nothing for."""
    file = tmp_path_factory.mktemp("memory") / "memory.sqlite3"
    memory = Memory.open(file)
    memory.import_tmx(SAMPLE / "memory.tmx")
    paragraphs = [
        pipeline.SourceParagraph(one.id, one.segments)
        for one in extract(DRAFT.read_bytes(), cutter("en"))
        if one.translatable
    ]
    units = pipeline.translate(paragraphs, "en", "fr", memory=memory, glossary=Glossary(()))
    memory.close()
    return pipeline.tally(units).missing


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.docx"


def run(
    capsys: pytest.CaptureFixture[str], out: Path, *words: object, code: int, file: Path = DRAFT
) -> dict:
    capsys.readouterr()
    line = ["translate-file", file, "--from", "en", "--to", "fr", "-o", out, *words, "--json"]
    assert cli.run([*map(str, line)]) == code, capsys.readouterr()
    told = json.loads(capsys.readouterr().out)
    assert isinstance(told, dict)
    return told


def sentences(file: Path, language: str) -> list[str]:
    return [
        sentence
        for paragraph in extract(file.read_bytes(), cutter(language))
        for sentence in paragraph.segments
    ]


def test_what_the_memory_has_is_written_and_the_rest_stays_and_is_listed(
    out: Path, waiting: int, capsys: pytest.CaptureFixture[str]
) -> None:
    told = run(
        capsys,
        out,
        "--memory",
        SAMPLE / "memory.tmx",
        "--glossary",
        SAMPLE / "glossary.csv",
        code=3,
    )
    counts = told["counts"]
    assert sum(counts.values()) == len(told["sentences"])
    assert (counts["machine"], counts["missing"]) == (0, waiting)
    assert counts["exact"] + counts["ice"] > 30
    text = "\n".join(sentences(out, "fr"))
    for one in told["sentences"]:
        assert (one["target"] if one["written"] else one["source"]) in text
    assert [one["source"] for one in told["sentences"] if not one["written"]]
    assert "adopte sa raison d’être" in text


def test_without_a_memory_nothing_is_translated_and_the_file_is_as_it_was(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = run(capsys, out, code=3)
    assert told["counts"]["missing"] == len(told["sentences"]) - told["counts"]["exact"]
    assert sentences(out, "en") == sentences(DRAFT, "en")


def test_a_memory_s_file_serves_as_a_tmx_file_does(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    memory = Memory.open(tmp_path / "memory.sqlite3")
    memory.import_tmx(SAMPLE / "memory.tmx")
    memory.close()
    first = run(capsys, out, "--memory", tmp_path / "memory.sqlite3", code=3)
    second = run(capsys, tmp_path / "2.docx", "--memory", SAMPLE / "memory.tmx", code=3)
    assert first["digest"] == second["digest"]
    assert first["counts"] == second["counts"]


def test_two_tmx_files_are_one_memory(
    out: Path, waiting: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_ = next(
        one["source"]
        for one in run(capsys, out, "--memory", SAMPLE / "memory.tmx", code=3)["sentences"]
        if not one["written"] and "<" not in one["source"]
    )
    tmx.write(tmp_path / "more.tmx", [Entry(open_, "Une phrase de plus.", "en", "fr")], "en")
    more = ("--memory", SAMPLE / "memory.tmx", "--memory", tmp_path / "more.tmx")
    assert run(capsys, out, *more, code=3)["counts"]["missing"] == waiting - 1
    assert "Une phrase de plus." in sentences(out, "fr")


def test_a_translation_with_broken_tags_stays_in_the_source_language(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tagged = next(one for one in sentences(DRAFT, "en") if "<g" in one)
    tmx.write(tmp_path / "m.tmx", [Entry(tagged, "Sans aucune balise.", "en", "fr")], "en")
    told = run(capsys, out, "--memory", tmp_path / "m.tmx", code=3)
    (one,) = [one for one in told["sentences"] if one["source"] == tagged]
    assert not one["written"]
    assert tagged in sentences(out, "en")


@dataclass
class Provider:
    url: str
    asked: list[str] = field(default_factory=list)
    broken: bool = False


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """A LibreTranslate server on this machine that answers in capitals."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            texts = body["q"] if isinstance(body["q"], list) else [body["q"]]
            made.asked += texts
            reply = {"translatedText": [f"machine {text}" for text in texts]}
            payload = b"no JSON" if made.broken else json.dumps(reply).encode()
            self.send_response(403 if made.broken else 200)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Provider(f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("ENONCE_LIBRETRANSLATE_URL", made.url)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


ENGINE = ("--memory", SAMPLE / "memory.tmx", "--engine", "libretranslate")


def test_without_consent_nothing_is_sent_and_what_would_leave_is_said(
    provider: Provider, out: Path, waiting: int, capsys: pytest.CaptureFixture[str]
) -> None:
    for consent in ((), ("--consent", "deepl")):
        told = run(capsys, out, *ENGINE, *consent, code=4)
        assert f"sentences: {waiting}," in told["error"]["message"]
        assert "--consent libretranslate" in told["error"]["message"]
    assert provider.asked == []
    assert not out.exists()


def test_with_consent_only_what_the_memory_lacks_is_sent_and_it_is_said(
    provider: Provider, out: Path, waiting: int, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    words = ["translate-file", DRAFT, "--from", "en", "--to", "fr", "-o", out, *ENGINE]
    code = cli.run([*map(str, words), "--consent", "libretranslate", "--json"])
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert "Sentences that leave for LibreTranslate" in said.err
    assert f": {waiting} (" in said.err
    assert told["counts"]["machine"] == waiting
    assert told["counts"]["missing"] == 0
    assert code == (3 if any(one["blocking"] for one in told["findings"]) else 0)
    known = {one["source"] for one in told["sentences"] if one["origin"] != "machine"}
    assert len(provider.asked) >= waiting
    assert known.isdisjoint(provider.asked)
    assert any("machine" in one for one in sentences(out, "fr"))


def test_the_report_names_a_machine_s_sentences_and_has_one_row_for_each(
    provider: Provider, out: Path, waiting: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.docx"
    words = ["translate-file", DRAFT, "--from", "en", "--to", "fr", "-o", out, *ENGINE]
    more = ["--consent", "libretranslate", "--report", report, "--json"]
    assert cli.run([str(one) for one in (*words, *more)]) in (0, 3)
    told = json.loads(capsys.readouterr().out)
    [table] = docx.Document(str(report)).tables
    rows = [[cell.text for cell in row.cells] for row in table.rows][1:]
    assert len(rows) == len(told["sentences"])
    assert sum("machine (libretranslate)" in row[3] for row in rows) == waiting
    assert {row[3] for row in rows} > {"memory"}


def test_an_engine_that_gives_up_leaves_the_sentences_as_they_are(
    provider: Provider, out: Path, waiting: int, capsys: pytest.CaptureFixture[str]
) -> None:
    provider.broken = True
    told = run(capsys, out, *ENGINE, "--consent", "libretranslate", code=3)
    assert told["fault"]
    assert told["counts"]["missing"] == waiting
    assert out.exists()


def test_an_engine_is_not_asked_where_the_memory_has_everything(
    provider: Provider, tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    everything = [Entry(one, one, "en", "fr") for one in sentences(DRAFT, "en")]
    tmx.write(tmp_path / "m.tmx", everything, "en")
    words = ("--memory", tmp_path / "m.tmx", "--engine", "libretranslate")
    told = run(capsys, out, *words, code=3)
    assert told["counts"]["missing"] == 0
    assert provider.asked == []


WRONG = {
    "no such file": (["--memory", "none.tmx"], 4),
    "no such glossary": (["--glossary", "none.csv"], 4),
    "no such memory": (["--memory", "none.sqlite3"], 4),
    "two memories": (["--memory", "a.sqlite3", "--memory", str(SAMPLE / "memory.tmx")], 4),
    "no such engine": (["--engine", "nobody"], 4),
    "the same language twice": (["--to", "en"], 2),
    "another language": (["--from", "de"], 2),
    "onto itself": (["-o", str(DRAFT)], 2),
}


@pytest.mark.parametrize(("words", "code"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    out: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int
) -> None:
    told = run(capsys, out, *words, code=code)
    assert told["error"]["message"]
    assert not out.exists()


def test_a_file_that_intake_refuses_is_refused(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = run(capsys, out, code=4, file=SAMPLE / "statement.refused.docx")
    assert told["error"]["findings"]
    assert not out.exists()


def test_a_person_reads_where_the_sentences_came_from(
    out: Path, waiting: int, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["translate-file", DRAFT, "--from", "en", "--to", "fr", "-o", out]
    assert cli.run([*map(str, words), "--memory", str(SAMPLE / "memory.tmx")]) == 3
    said = capsys.readouterr().out
    assert f"not translated {waiting}" in said
    assert said.count("Not translated: ") == waiting
    assert "have it revised" in said
