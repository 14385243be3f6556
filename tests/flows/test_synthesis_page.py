"""The summary as one page: nothing in it runs or is fetched, and it says what the figures say."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import html5lib
import pytest

from flows.evaluating import as_json
from flows.synthesis_page import synthesis_page
from flows.synthesis_words import HIDDEN, Wording
from tests.flows.consulted import summed_up

PAGE = synthesis_page(summed_up()).decode()
TREE = html5lib.parse(PAGE, namespaceHTMLElements=False)


def test_the_page_is_well_formed_and_in_both_languages() -> None:
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(PAGE)
    editions = {main.get("lang"): "".join(main.itertext()) for main in TREE.iter("main")}
    assert set(editions) == {"fr", "en"}
    assert "Consultation sur la raison d’être" in editions["fr"]
    assert "Consultation on the mission statement" in editions["en"]


def test_nothing_on_the_page_runs_or_comes_from_elsewhere() -> None:
    assert {one.tag for one in TREE.iter()}.isdisjoint(
        {"script", "link", "img", "iframe", "form", "object", "embed", "base"}
    )
    for element in TREE.iter():
        for name, value in element.attrib.items():
            assert name != "style"
            assert not name.startswith("on")
            if name in ("href", "src"):
                assert value.startswith("#")


def test_the_policy_lets_in_exactly_the_style_that_is_there() -> None:
    [style] = TREE.iter("style")
    [policy] = [
        one.get("content")
        for one in TREE.iter("meta")
        if one.get("http-equiv") == "Content-Security-Policy"
    ]
    digest = base64.b64encode(hashlib.sha256((style.text or "").encode()).digest()).decode()
    assert "default-src 'none'" in policy
    assert f"style-src 'sha256-{digest}'" in policy


def test_every_chart_says_what_it_shows_and_has_its_table() -> None:
    figures = list(TREE.iter("figure"))
    assert len(figures) == 2 * (1 + 3 + 1)
    for figure in figures:
        [chart] = [one for one in figure.iter() if str(one.tag).endswith("svg")]
        assert chart.get("role") == "img"
        assert len(chart.get("aria-label") or "") > 40
        [table] = figure.iter("table")
        assert table.find("caption") is not None
        assert all(
            cell.get("scope") == "col" for cell in table.iter("th") if cell.get("scope") != "row"
        )


def test_what_people_wrote_is_text_and_never_markup() -> None:
    assert "Representative of &lt;the&gt; ministry" in PAGE
    assert "Stay &amp; hold." in PAGE


def test_ids_are_unique() -> None:
    ids = [one.get("id") for one in TREE.iter() if one.get("id")]
    assert len(ids) == len(set(ids))


def test_a_hidden_number_is_a_dot_on_the_page_and_null_in_the_data() -> None:
    own = summed_up(60)
    told = json.loads(as_json(own))
    hidden = [
        number
        for figure in (*told["questions"], *told["themes"])
        for line in figure["lines"]
        for number in line["by_public"]
        if number is None
    ]
    assert hidden
    cells = re.findall(rf"<td class=\"r\">{HIDDEN}</td>", synthesis_page(own, ("en",)).decode())
    assert len(cells) == len(hidden) + sum(
        line["total"] is None for line in told["participation"]["lines"]
    ) * (2 + len(told["questions"]))


def test_the_data_are_the_figures_of_the_page() -> None:
    own = summed_up()
    told = json.loads(as_json(own))
    assert told["responses"] == own.total == 400
    [useful] = [one for one in told["questions"] if one["id"] == "useful"]
    assert sum(line["total"] for line in useful["lines"]) == 400
    assert told["themes"][0]["agreement"]["double"] == own.themes[0].double
    assert told["notice"]["en"] == "Invented responses."
    assert as_json(own) == as_json(own)


@pytest.mark.parametrize(
    ("language", "share"), [("fr", "12,5\N{NARROW NO-BREAK SPACE}%"), ("en", "12.5%")]
)
def test_a_share_is_written_as_the_language_does(language: str, share: str) -> None:
    from fractions import Fraction

    assert Wording(summed_up(), language).percent(Fraction(1, 8)) == share


def test_a_finding_groups_what_it_rests_on_by_question() -> None:
    words = Wording(summed_up(), "en")
    assert words.evidence(summed_up().findings[0]) == (
        "Rests on “Its ties with companies” (123) and “Its schools’ local roots” (99), asked "
        "“What sets the institute apart?”; an interview (Representative of <the> ministry)."
    )


def test_who_was_invited_stands_beside_who_responded_and_a_rate_only_where_it_says_something() -> (
    None
):
    own = summed_up(by_link=True)
    table = Wording(own, "en").figure(own.participation).table
    assert table.heads[-2:] == ("Invited", "Responded of those invited")
    staff, students, alumni = table.rows[:3]
    responded = own.participation.lines[0].total
    assert responded is not None
    assert staff[-2:] == ("500", f"{responded / 5:.1f}%")
    assert students[-2:] == ("1", "–")
    assert alumni[-2:] == ("–", "–")
    plain = Wording(summed_up(), "en").figure(summed_up().participation).table
    assert len(plain.heads) == 3
