"""Who approved what: the page says what the paper says, and reads out what it shows."""

from __future__ import annotations

import io

import docx
import pytest
from lxml import etree

from approvals.desk import texts
from approvals.desk.pages import matrix
from flows import signoff_facts


@pytest.fixture
def table(visit):
    page = etree.HTML(visit("vasseur").get("/dossiers/charter/matrix").text)
    return page.xpath('//table[contains(@class, "matrix")]')[0]


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("dossier", ["charter", "raison-d-etre", "ethics"])
def test_the_matrix_opens_in_both_languages(dossier, lang, visit):
    page = visit("vasseur", lang).get(f"/dossiers/{dossier}/matrix")
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text
    assert 'class="wide-print"' in page.text


def test_each_reviewer_has_two_cells_a_paragraph_as_in_the_paper(table, house):
    facts = signoff_facts.review(house, house.dossier("charter"), "en")
    rows = table.xpath(".//tbody/tr")
    assert len(rows) == len(facts.signers)
    for at, row in enumerate(rows):
        cells = row.xpath("./td")
        assert len(cells) == 2 * len(facts.paragraphs)
        assert facts.signers[at].person in "".join(row.xpath("./th")[0].itertext())
        for number, decisions in enumerate(facts.decisions):
            told = cells[2 * number].xpath('./span[@class="vh"]/text()')[0]
            word = {"approved": "Approved", "fell": "Fell", "not asked": "Not asked yet"}
            assert told.startswith(word[decisions[at].said.value])


def test_what_is_seen_is_hidden_from_those_who_listen_and_said_in_full(table):
    for cell in table.xpath(".//tbody/tr/td"):
        seen, told = cell.xpath("./span")
        assert seen.get("aria-hidden") == "true"
        assert len(told.text) >= len(seen.text)


def test_the_region_that_scrolls_can_be_reached_and_has_a_name(visit):
    page = etree.HTML(visit("vasseur").get("/dossiers/charter/matrix").text)
    [region] = page.xpath('//*[@class="scroll"]')
    assert (region.get("tabindex"), region.get("role")) == ("0", "region")
    assert page.xpath(f'//*[@id="{region.get("aria-labelledby")}"]')


def test_an_approval_that_fell_says_in_which_language_words_changed(visit):
    page = visit("vasseur").get("/dossiers/charter/matrix").text
    assert "Fell: these words changed" in page
    assert "Approvals bind the pair, so they fell in both languages." in page


def test_only_one_language_s_change_is_told_apart():
    from approvals.desk.public_ports import Cell

    class Asked:
        language = "en"

        @staticmethod
        def tr(message, **data):
            return message.format(**data)

    used: dict[str, None] = {}
    cell = Cell("fell", changed=("en",))
    french, english = (matrix._mark(Asked, cell, one, used) for one in ("fr", "en"))
    assert (french.icon, english.icon) == ("half", "fell")
    assert list(used) == ["with", "fell"]


def test_the_key_explains_what_is_in_the_table_and_nothing_else(visit, table):
    page = etree.HTML(visit("vasseur").get("/dossiers/charter/matrix").text)
    icons = set(table.xpath(".//tbody//use/@href"))
    assert set(page.xpath('//*[@class="key-list"]//use/@href')) == icons


def test_it_comes_as_a_word_file(visit):
    answer = visit("vasseur").get("/dossiers/charter/matrix.docx")
    assert "charter.matrix.en.docx" in answer.headers["content-disposition"]
    assert docx.Document(io.BytesIO(answer.content)).tables


def test_without_a_review_there_is_nothing_to_show_and_it_says_so(visit):
    answer = visit("vasseur").get("/dossiers/strategy/matrix")
    assert answer.status_code == 422
    assert "No review was opened in strategy" in answer.text


def test_nobody_sees_it_from_outside(visit):
    client = visit()
    client.follow_redirects = False
    assert client.get("/dossiers/charter/matrix").status_code == 303


@pytest.mark.parametrize(
    ("numbers", "said"),
    [([], ""), ([4], "4"), ([1, 2], "1, 2"), ([1, 2, 3, 5], "1–3, 5"), ([1, 3, 4, 5], "1, 3–5")],
)
def test_paragraphs_are_named_in_short(numbers, said):
    assert texts.spans(numbers) == said
