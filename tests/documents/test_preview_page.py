"""Two editions stand side by side by identity, and a page of its own fetches and runs nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
from lxml import etree
from lxml import html as parser

from documents.identity import stamp
from documents.preview import Preview, language_of, preview
from documents.preview_page import page
from documents.preview_pair import Pair, Side, side_by_side
from documents.segments import extract, merge
from documents.tags import TaggedText
from flows import cli
from tests.documents.docx_make import docx, note_reference, para, run, table

A, B, C, D = (f"0000000{letter}" for letter in "ABCD")
INSERTED = '<w:ins w:id="1" w:author="Anne &lt;b&gt;" w:date="2026-03-12T10:00:00Z">{0}</w:ins>'


def pair(left: bytes, right: bytes) -> Pair:
    return side_by_side(Side(left, "fr", "Français"), Side(right, "en", "English"))


def columns(seen: Pair) -> list[tuple[str, list[str]]]:
    root = parser.fragment_fromstring(str(seen.html))
    return [
        (
            str(row.findtext(".//h2")),
            ["".join(one.itertext()) for one in row.iterfind(".//*[@data-paragraph]")],
        )
        for row in root.iter("section", "div")
        if row.get("class") == "par"
    ]


ORDERS = {
    "the same paragraphs stand beside each other": (
        (A, B),
        (A, B),
        [("§\u00a01", [A, A]), ("§\u00a02", [B, B])],
    ),
    "what the target lacks stands alone": ((A, B), (B,), [("§\u00a01", [A]), ("§\u00a02", [B, B])]),
    "what the source lacks stands where the target has it": (
        (A, B),
        (A, C, D, B),
        [("§\u00a01", [A, A]), ("Not numbered", [C]), ("Not numbered", [D]), ("§\u00a02", [B, B])],
    ),
    "another order is that of the source": (
        (A, B),
        (B, A),
        [("§\u00a01", [A, A]), ("§\u00a02", [B, B])],
    ),
    "the target may begin alone": ((B,), (A, B), [("Not numbered", [A]), ("§\u00a01", [B, B])]),
}


@pytest.mark.parametrize(("left", "right", "rows"), ORDERS.values(), ids=ORDERS.keys())
def test_editions_are_aligned_by_identity(
    left: tuple[str, ...], right: tuple[str, ...], rows: list[tuple[str, list[str]]]
) -> None:
    def made(names: tuple[str, ...]) -> bytes:
        return docx(*(para(name, id=name) for name in names))

    assert columns(pair(made(left), made(right))) == rows


def test_a_translation_keeps_its_source_beside_it() -> None:
    body = (para("Titre", style="Titre1"), table(("un", "deux")), para("Fin", note_reference(1)))
    source = stamp(docx(*body, footnotes={1: "Une note."}))
    targets = {
        (one.id, 0): TaggedText(f"EN {one.segments[0]}") for one in extract(source) if one.segments
    }
    seen = pair(source, merge(source, targets, "en"))
    texts = [texts for _, texts in columns(seen)]
    assert len(texts) == 5
    assert all(right == f"EN {left}" for left, right in texts)
    root = parser.fragment_fromstring(str(seen.html))
    ids = [one.get("id") for one in root.iterfind(".//*[@id]")]
    assert len(ids) == len(set(ids))
    places = [str(one.get("href"))[1:] for one in root.iter("a")]
    assert set(places) <= set(ids)
    assert len(places) == 4


def test_headings_of_the_text_stand_one_below_those_of_the_rows_whatever_their_level() -> None:
    deep = '<w:outlineLvl w:val="4"/>'
    data = stamp(
        docx(para("A", style="Titre"), para("B", style="Titre1"), para("C", properties=deep))
    )
    root = parser.fragment_fromstring(str(pair(data, data).html))
    levels = [one.tag for one in root.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels == ["h2", "h3", "h3"] * 3
    looks = [str(one.get("class")) for one in root.iter("h3")]
    assert [look.split()[-1] for look in looks[::2]] == ["level-0", "level-1", "level-5"]


def test_each_side_says_its_language() -> None:
    root = parser.fragment_fromstring(
        str(pair(docx(para("Un", id=A)), docx(para("One", id=A))).html)
    )
    assert [one.get("lang") for one in root.iter("div") if one.get("class") == "side"] == [
        "fr",
        "en",
    ]


def test_the_language_of_a_file_is_that_of_most_of_its_words() -> None:
    french, english = '<w:lang w:val="fr-FR"/>', '<w:lang w:val="en-US"/>'
    assert language_of(docx(para(run("Beaucoup de mots", french), run("few", english)))) == "fr"
    assert language_of(docx("Sans langue")) == ""


def test_a_page_lets_its_own_stylesheet_in_and_nothing_else() -> None:
    made = page(preview(docx("Un"), top=2), name="x.docx", language="en")
    style = re.search("<style>(.*)</style>", made, re.S)
    policy = re.search('Content-Security-Policy" content="([^"]*)"', made)
    assert style
    assert policy
    digest = base64.b64encode(hashlib.sha256(style.group(1).encode()).digest()).decode()
    assert policy.group(1).split("; ")[:2] == ["default-src 'none'", f"style-src 'sha256-{digest}'"]
    assert not re.search(r"url\(|@import|<script|<link|<img| style=| on\w+=", made)


@pytest.mark.parametrize("name", ["<b>.docx", '"><script>alert(1)</script>.docx', "</title>.docx"])
def test_the_name_of_a_file_is_text(name: str) -> None:
    made = page(preview(docx("Un"), top=2), name=name, language="en")
    root = parser.document_fromstring(made)
    assert root.findtext(".//title") == name
    assert root.findtext(".//h1") == f"Preview of {name}"
    assert not list(root.iter("script", "b"))


def test_the_changes_are_listed_with_who_made_them() -> None:
    data = docx(para("Nous ", INSERTED.format(run("formons"))))
    made = page(preview(data, top=2), name="x.docx", language="en")
    root: etree._Element = parser.document_fromstring(made)
    (item,) = root.findall(".//section/ol/li")
    assert "".join(item.itertext()) == "1formonsInserted by Anne <b> on 2026-03-12"
    assert root.get_element_by_id(str(item.find("a").get("href"))[1:]) is not None


def test_a_page_of_a_pair_lists_the_changes_of_both() -> None:
    left = docx(para("Nous ", INSERTED.format(run("formons")), id=A))
    right = docx(para("We ", INSERTED.format(run("train")), id=A))
    root = parser.document_fromstring(page(pair(left, right), name="x.docx", language="en"))
    goals = [str(one.get("href")) for one in root.findall(".//section/ol/li/a")]
    assert goals == ["#s-change-1", "#t-change-1"]


def test_the_command_writes_the_page_beside_the_file_or_where_it_is_told(tmp_path: Path) -> None:
    file = tmp_path / "énoncé.docx"
    file.write_bytes(docx(para("Un", id=A)))
    assert cli.run(["preview", str(file)]) == 0
    assert (
        cli.run(["preview", str(file), "--beside", str(file), "-o", str(tmp_path / "p.html")]) == 0
    )
    alone = parser.document_fromstring((tmp_path / "énoncé.html").read_bytes())
    both = parser.document_fromstring((tmp_path / "p.html").read_bytes())
    assert len(alone.findall(".//p[@data-paragraph]")) == 1
    assert len(both.findall(".//p[@data-paragraph]")) == 2


def test_a_preview_is_one_article(tmp_path: Path) -> None:
    seen: Preview = preview(docx("Un", title="Énoncé de mission"))
    assert seen.title == "Énoncé de mission"
    assert parser.fragment_fromstring(str(seen.html)).tag == "article"
