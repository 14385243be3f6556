"""Intake refuses what means harm, in one sentence, in time; and takes what people really write."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import string
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents import intake
from documents.intake import (
    SENTENCES,
    Confinement,
    Finding,
    Limits,
    Report,
    inspect,
    inspect_here,
)

MEBIBYTE = 1024 * 1024


class Hostile(Protocol):
    sentence: str
    code: str
    make: Callable[[], bytes]


def codes(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.code for finding in findings}


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.CompletedProcess[bytes]]:
    """The inspecting processes of a test as they end, each with its memory's story on stderr."""
    ended: list[subprocess.CompletedProcess[bytes]] = []
    real = intake._child

    def watched(
        data: bytes, limits: Limits, confinement: Confinement
    ) -> subprocess.CompletedProcess[bytes]:
        ended.append(real(data, limits, confinement))
        return ended[-1]

    saying = "; print(open('/proc/self/status').read(), file=sys.stderr)"
    monkeypatch.setattr(intake, "_START", intake._START + saying)
    monkeypatch.setattr(intake, "_child", watched)
    return ended


def processor_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_a_hostile_file_is_refused_in_time_in_little_room_and_in_sentences(
    hostile: Hostile, children: list[subprocess.CompletedProcess[bytes]]
) -> None:
    data = hostile.make()
    began = processor_time()
    report = inspect(data, name="projet.docx", confinement=Confinement(cpu=1.6))
    # Processor time, because a machine with other work to do would blame the clock on intake.
    assert processor_time() - began < 2
    assert hostile.code in codes(report.refusals)
    assert not report.accepted
    for child in children:
        peaks = re.findall(r"VmHWM:\s+(\d+) kB", child.stderr.decode())
        # A child that was stopped says nothing more; its address space was capped all the same.
        assert child.returncode == -signal.SIGPROF or int(peaks[0]) < 80 * 1024
    for finding in report.refusals:
        text = str(finding)
        assert text.endswith(".")
        assert "{" not in text
        assert "!" not in text
        wanted = {name for _, name, _, _ in string.Formatter().parse(finding.message) if name}
        assert wanted <= set(finding.data)
    assert Report.from_json(json.loads(json.dumps(report.to_json()))) == report


def test_the_hostile_files_are_many_and_all_different(tables: ModuleType) -> None:
    sentences = [case.sentence for case in tables.CASES + tables.ODD]
    assert len(set(sentences)) == len(sentences)
    assert len(tables.CASES) >= 190


def test_an_odd_file_is_taken_with_the_warning_that_it_calls_for(odd: Hostile) -> None:
    report = inspect(odd.make(), name="projet.docx")
    assert report.accepted
    assert codes(report.warnings) == {odd.code}
    assert all(str(one).endswith(".") and "{" not in str(one) for one in report.warnings)


NAMED = {
    "file:///C:/Users/a.dupont/Pictures/logo.png": "logo.png",
    "file:///c:/mes%20images/en%20t%C3%AAte.jpg": "en tête.jpg",
    "https://tracker.example/p.png?who=1": "p.png",
    "\\\\198.51.100.1\\share\\plan.emf": "plan.emf",
    "https://tracker.example/": "tracker.example",
    "logo.png": "logo.png",
    "?": "?",
}


@pytest.mark.parametrize("target", NAMED)
def test_a_picture_elsewhere_is_named_by_its_file(target: str, making: ModuleType) -> None:
    links = (making.relationship(1, "image", target, "External"),)
    (finding,) = inspect_here(making.pack(making.ordinary("", links)), name="x").refusals
    assert finding.data == {"target": NAMED[target]}
    assert str(finding).startswith(f"The picture {NAMED[target]} is not in the file")


ORDINARY = {
    "one paragraph": "",
    "a table of 63 columns": '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="63"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>',
    "a page field": '<w:p><w:fldSimple w:instr=" PAGE \\* MERGEFORMAT "/></w:p>',
    "a link field to the web": '<w:p><w:fldSimple w:instr=" HYPERLINK &quot;https://www.imt.fr&quot; "/></w:p>',
    "a link field to a bookmark": '<w:p><w:fldSimple w:instr=" HYPERLINK \\l &quot;_Toc1&quot; "/></w:p>',
    "text that speaks of DDE": "<w:p><w:r><w:t>DDE INCLUDEPICTURE</w:t></w:r></w:p>",
    "words in CDATA that look like a DOCTYPE": "<w:p><w:r><w:t><![CDATA[<!DOCTYPE a>]]></w:t></w:r></w:p>",
    "a hidden paragraph mark": "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>vu</w:t></w:r></w:p>",
    "text that is no longer hidden": '<w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>vu</w:t></w:r></w:p>',
    "a soft hyphen and a no-break space": "<w:p><w:r><w:t>innova\u00adtion\u00a0: l’été\u202f!</w:t></w:r></w:p>",
    "emoji and accents": "<w:p><w:r><w:t>Énoncé 🎓 naïve</w:t></w:r></w:p>",
}


@pytest.mark.parametrize("what", ORDINARY)
def test_an_ordinary_file_is_taken_without_a_word(what: str, making: ModuleType) -> None:
    report = inspect(making.pack(making.ordinary(ORDINARY[what])), name="projet.docx")
    assert report == Report("projet.docx")
    assert report.accepted


LINKS = ["https://www.imt.fr/", "HTTP://example.org/a?b=c#d", "mailto:ca@imt.fr", "#section", ""]


@pytest.mark.parametrize("target", LINKS)
def test_links_to_pages_addresses_and_the_document_itself_are_taken(
    target: str, making: ModuleType
) -> None:
    links = (making.relationship(1, "hyperlink", target, "External"),)
    assert inspect_here(making.pack(making.ordinary("", links)), name="x").accepted


def test_a_strict_file_and_a_dangling_relationship_are_taken(making: ModuleType) -> None:
    parts = making.ordinary("", (making.relationship(1, "styles", "nowhere.xml"),))
    parts["word/document.xml"] = making.body("", making.STRICT_W)
    assert inspect_here(making.pack(parts), name="x").accepted


def test_a_folder_entry_and_a_line_end_after_the_file_are_taken(making: ModuleType) -> None:
    data = making.pack({"word/": b"", **making.ordinary()})
    assert inspect_here(data + b"\n", name="x").accepted


WARNINGS = {
    "tracked-changes": ('<w:p><w:ins w:id="1" w:author="A"><w:r><w:t>neuf</w:t></w:r></w:ins></w:p>', 1),
    "hidden-text": ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r></w:p>", 6),
    "bidi-characters": ("<w:p><w:r><w:t>\u202etxet\u202c</w:t></w:r></w:p>", 2),
    "zero-width-characters": ("<w:p><w:r><w:t>mot\u200bmot\ufeff</w:t></w:r></w:p>", 2),
}  # fmt: skip


@pytest.mark.parametrize("code", WARNINGS)
def test_what_the_drafter_should_see_is_a_warning_with_its_place(
    code: str, making: ModuleType
) -> None:
    content, count = WARNINGS[code]
    report = inspect(making.pack(making.ordinary(making.paragraph() + content)), name="x")
    assert report.accepted
    (finding,) = report.warnings
    assert (finding.code, finding.data["count"]) == (code, count)
    assert (finding.part, finding.paragraph) == ("/word/document.xml", 2)
    assert finding.near


def test_comments_are_counted(making: ModuleType) -> None:
    comments = (
        f'<w:comments xmlns:w="{making.W}"><w:comment w:id="1"/><w:comment w:id="2"/></w:comments>'
    )
    data = making.pack({**making.ordinary(), "word/comments.xml": comments.encode()})
    (finding,) = inspect_here(data, name="x").warnings
    assert str(finding).startswith("Comments are still in the draft: 2.")


HIDING = {
    "a style that rests on another": (
        '<w:style w:type="character" w:styleId="A"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="B"><w:basedOn w:val="A"/></w:style>',
        '<w:r><w:rPr><w:rStyle w:val="B"/></w:rPr><w:t>caché</w:t></w:r>',
    ),
    "the style of its paragraph": (
        '<w:style w:type="paragraph" w:styleId="A"><w:rPr><w:vanish/></w:rPr></w:style>',
        '<w:pPr><w:pStyle w:val="A"/></w:pPr><w:r><w:t>caché</w:t></w:r>',
    ),
    "the style of all paragraphs": (
        '<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:rPr><w:vanish/></w:rPr></w:style>',
        "<w:r><w:t>caché</w:t></w:r>",
    ),
    "the document's defaults": (
        "<w:docDefaults><w:rPrDefault><w:rPr><w:vanish/></w:rPr></w:rPrDefault></w:docDefaults>",
        "<w:r><w:t>caché</w:t></w:r>",
    ),
}


@pytest.mark.parametrize("how", HIDING)
def test_text_hidden_by_a_style_is_found(how: str, making: ModuleType) -> None:
    styles, content = HIDING[how]
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"
    parts = making.ordinary(f"<w:p>{content}</w:p>")
    parts["[Content_Types].xml"] = making.types(
        f'<Override PartName="/word/styles.xml" ContentType="{kind}"/>'
    )
    # The styles come last in the file and are read first.
    parts["word/styles.xml"] = f'<w:styles xmlns:w="{making.W}">{styles}</w:styles>'.encode()
    (finding,) = inspect_here(making.pack(parts), name="x").warnings
    assert (finding.code, finding.data["count"]) == ("hidden-text", 5)


def test_the_place_of_a_refusal_is_its_paragraph_and_its_words(making: ModuleType) -> None:
    content = (
        making.paragraph("Un") + making.paragraph("Deux") + "<w:p><w:r><w:t>Chiffres : </w:t></w:r>"
    )
    content += making.field(' DDE "cmd" ', result="42") + "</w:p>"
    (finding,) = inspect(making.pack(making.ordinary(content)), name="x").refusals
    assert (finding.paragraph, finding.near) == (3, "Chiffres : 42")
    assert str(finding).startswith("The field DDE ")


def test_a_flood_of_refusals_stays_readable(making: ModuleType) -> None:
    links = [making.relationship(n, "hyperlink", f"file:///{n}", "External") for n in range(5_000)]
    report = inspect(making.pack(making.ordinary("", tuple(links))), name="x")
    assert len(report.refusals) == 20


def test_the_limits_are_settings(making: ModuleType) -> None:
    data = making.pack(making.ordinary(WARNINGS["tracked-changes"][0]))
    assert inspect(data, name="x").accepted
    for limits, code in (
        (Limits(size=100), "too-large"),
        (Limits(entries=2), "too-many-parts"),
        (Limits(inflated=500), "inflates"),
        (Limits(xml_part=100), "part-too-large"),
        (Limits(depth=3), "depth"),
    ):
        assert codes(inspect(data, name="x", limits=limits).refusals) == {code}


@pytest.mark.parametrize(
    "confinement",
    [
        pytest.param(Confinement(memory=30 * MEBIBYTE), id="of memory"),
        pytest.param(Confinement(cpu=0.2), id="of processor time"),
        pytest.param(Confinement(wall=0.05), id="of time"),
    ],
)
def test_a_file_that_uses_up_its_share_is_refused(
    confinement: Confinement, making: ModuleType
) -> None:
    heavy = making.pack(making.ordinary('<w:p w:a="1" w:b="2"/>' * 400_000), zipfile.ZIP_STORED)
    noise = making.pack({**making.ordinary(), "word/media/i.png": os.urandom(19 * MEBIBYTE)})
    data = noise if confinement.memory < 100 * MEBIBYTE else heavy
    report = inspect(data, name="x", confinement=confinement)
    assert codes(report.refusals) == {"too-complex"}


def test_a_child_that_answers_nonsense_is_a_refusal(
    making: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_START", "print('[1, 2]')")
    report = inspect(making.pack(making.ordinary()), name="x")
    assert codes(report.refusals) == {"unreadable"}


def test_the_child_loads_no_third_party_code(making: ModuleType, tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.append(sys.argv[1]); import documents.intake_child; "
        "print(sorted(n for n in sys.modules if n.split('.')[0] in "
        "('lxml', 'docx', 'fsspec', 'cryptography', 'locales', 'approvals', 'flows')))"
    )
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, root], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_an_ordinary_file_is_judged_quickly(making: ModuleType) -> None:
    data = making.pack(making.ordinary(making.paragraph("mot " * 60) * 500))
    times = []
    for _ in range(5):
        began = time.perf_counter()
        assert inspect(data, name="x").accepted
        times.append(time.perf_counter() - began)
    assert sorted(times)[2] < 0.35


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_says_what_to_do(code: str) -> None:
    words = (
        "Open it in Word",
        "In Word",
        "save it again",
        "Send the",
        "Open the file in Word",
        "of Word",
    )
    assert any(word in SENTENCES[code] for word in words)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 5_000), value=st.integers(0, 255), cut=st.integers(0, 5_000))
def test_a_byte_turned_or_a_tail_cut_never_breaks_the_reader(
    place: int, value: int, cut: int, making: ModuleType
) -> None:
    data = bytearray(making.pack(making.ordinary()))
    data[place % len(data)] = value
    inspect_here(bytes(data), name="x")
    inspect_here(bytes(data[: cut % len(data)]), name="x")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.text(alphabet="<>/w:prtfld CharInstText\"'=&;\u200b\u202e", max_size=200))
def test_any_text_in_the_place_of_the_body_gets_a_verdict(content: str, making: ModuleType) -> None:
    inspect_here(making.pack(making.ordinary(content)), name="x")


@pytest.mark.slow
def test_every_real_file_gets_a_verdict(corpus_docx: tuple[Path, ...]) -> None:
    taken = 0
    for path in corpus_docx:
        report = inspect(path.read_bytes(), name=path.name)
        assert "unreadable" not in codes(report.refusals), path.name
        taken += report.accepted
    assert taken >= 0.8 * len(corpus_docx)


def test_every_code_is_in_the_documentation(tables: ModuleType) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "documents" / "intake.md"
    told = set(re.findall(r"`([a-z-]+)`", page.read_text(encoding="utf-8")))
    assert {*SENTENCES, *(case.code for case in tables.CASES + tables.ODD)} <= told
