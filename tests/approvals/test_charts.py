"""Bar charts as SVG: what they say, and that nothing in them can run or fetch."""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree

from approvals.desk.charts import Bar, Reference, bars

ROWS = [
    Bar("Staff", Fraction(1, 2), "50 %", "1,486 responses"),
    Bar("Students <b>", Fraction(1, 20), "5 %"),
    Bar("Authorities", None, "hidden"),
    Bar("Alumni", Fraction(0), "0 %"),
]
SVG = "{http://www.w3.org/2000/svg}"


def drawn(**more: Reference) -> ElementTree.Element:
    markup = bars(ROWS, label="Shares: “a & b”", **more)
    return ElementTree.fromstring(
        str(markup).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    )


def test_a_chart_is_an_image_that_says_what_it_shows() -> None:
    chart = drawn()
    assert chart.get("role") == "img"
    assert chart.get("aria-label") == "Shares: “a & b”"
    assert "Students <b>" in "".join(chart.itertext())


def test_widths_are_percentages_and_heights_pixels_so_that_letters_keep_their_size() -> None:
    chart = drawn()
    assert chart.get("viewBox") is None
    assert chart.get("height") == str(54 * len(ROWS))
    widths = [rect.get("width") for rect in chart.iter(f"{SVG}rect")]
    assert widths == ["88.00%", "8.80%", "0.00%"]


def test_a_figure_stands_inside_its_bar_where_there_is_room() -> None:
    figures = {text.text: text for text in drawn().iter(f"{SVG}text")}
    assert figures["50 %"].get("class") == "v"
    assert figures["5 %"].get("x") == "8.80%"
    assert figures["hidden"].get("class") == "n"


def test_a_reference_line_crosses_all_bars() -> None:
    chart = drawn(reference=Reference(Fraction(1, 4), "all 25 %"))
    lines = [(line.get("class"), line.get("x1")) for line in chart.iter(f"{SVG}line")]
    assert lines == [("case", "44.00%"), ("ref", "44.00%")]
    assert "all 25 %" in "".join(chart.itertext())


def test_a_chart_has_neither_style_nor_script_nor_address() -> None:
    allowed = {"class", "x", "y", "dx", "width", "height", "role", "aria-label"}
    allowed |= {"x1", "x2", "y1", "y2", "text-anchor"}
    for element in drawn(reference=Reference(Fraction(3, 4), "all")).iter():
        assert set(element.keys()) <= allowed
        assert element.tag.removeprefix(SVG) in {"svg", "text", "tspan", "rect", "line"}
