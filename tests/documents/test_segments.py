"""Sentences out of a Word file and back into it: nothing but the text may change."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from documents.errors import DocumentError
from documents.identity import stamp
from documents.segments import (
    TITLE_ID,
    Paragraph,
    Sitting,
    StaleSegmentError,
    TagMismatchError,
    UnknownSegmentError,
    extract,
    merge,
)
from documents.tags import TaggedText, TaggedTextError
from documents.wml import Kind, Story
from tests.documents.docx_make import docx, field, note_reference, para, run, table

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BOLD, ITALIC = "<w:b/>", "<w:i/>"
LINK = '<w:hyperlink r:id="l1">{}</w:hyperlink>'


def cut(text: str) -> list[int]:
    return [match.end() for match in re.finditer(r"[.!?]\s+(?=\w)", text)]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name[-1] != "/"}


def body(data: bytes) -> etree._Element:
    return etree.fromstring(parts(data)["word/document.xml"])


def first(*content: str, **more: str) -> Paragraph:
    return extract(docx(para(*content, **more)), cut)[0]


TAGGED = {
    "plain text has no tags": (("Une mission.",), ["Une mission."]),
    "markup characters are escaped": (("R&D < 3 > 2",), ["R&amp;D &lt; 3 &gt; 2"]),
    "runs that differ by noise alone are one": (
        (
            run("l’innov", '<w:lang w:val="fr-FR"/>', 'w:rsidR="00AA"'),
            '<w:proofErr w:type="spellStart"/>',
            run("ation", "<w:noProof/>"),
        ),
        ["l’innovation"],
    ),
    "own formatting is a pair of tags": (
        ("Nous formons ", run("ensemble", BOLD), " ici"),
        ['Nous formons <g id="1">ensemble</g> ici'],
    ),
    "a paragraph in one look needs no tag": ((run("Tout gras", BOLD),), ["Tout gras"]),
    "a link is a pair of tags": (
        ("Voir ", LINK.format(run("le site", '<w:rStyle w:val="Fort"/>')), "."),
        ['Voir <g id="1">le site</g>.'],
    ),
    "formatting inside a link is inside its tags": (
        ("Voir ", LINK.format(run("le ") + run("grand", BOLD) + run(" site"))),
        ['Voir <g id="1">le <g id="2">grand</g> site</g>'],
    ),
    "a field is one object": (
        ("Page ", field(" PAGE ", "3"), " sur dix"),
        ['Page <x id="1"/> sur dix'],
    ),
    "a link made by a field is a pair of tags": (
        ("Voir ", field(' HYPERLINK "https://imt.fr" ', "le site"), " ici"),
        ['Voir <g id="1">le site</g> ici'],
    ),
    "a note reference is offered even at the end": (
        ("Une mission.", note_reference(1)),
        ['Une mission.<x id="1"/>'],
    ),
    "tabs, breaks and bookmarks at the edges are not offered": (
        (
            '<w:bookmarkStart w:id="0" w:name="a"/>',
            "<w:r><w:tab/></w:r>",
            "Une mission",
            '<w:bookmarkEnd w:id="0"/>',
            "<w:r><w:br/></w:r>",
        ),
        ["Une mission"],
    ),
    "a tab inside is": (("a", "<w:r><w:tab/></w:r>", "b"), ['a<x id="1"/>b']),
    "inserted text is between tags and deleted text is an object": (
        (
            "Nous ",
            f'<w:ins w:id="1" w:author="A">{run("formons")}</w:ins>',
            '<w:del w:id="2" w:author="A"><w:r><w:delText>non</w:delText></w:r></w:del>',
            " tous",
        ),
        ['Nous <g id="1">formons</g><x id="2"/> tous'],
    ),
    "sentences are cut and the white space between them is not offered": (
        ("Une phrase.  Deux phrases. Trois",),
        ["Une phrase.", "Deux phrases.", "Trois"],
    ),
    "formatting over two sentences is opened again in the second": (
        ("Un ", run("mot. Deux", BOLD), " mots d’ici"),
        ['Un <g id="1">mot.</g>', '<g id="2">Deux</g> mots d’ici'],
    ),
    "a content control is never cut in two": (
        (
            "Un ",
            f"<w:sdt><w:sdtPr/><w:sdtContent>{run('mot. Deux')}</w:sdtContent></w:sdt>",
            " mots",
        ),
        ['Un <g id="1">mot. Deux</g> mots'],
    ),
    "hyphens that Word has elements for are characters": (
        ("<w:r><w:t>aujourd</w:t><w:noBreakHyphen/><w:t>hui</w:t></w:r>",),
        ["aujourd\u2011hui"],
    ),
    "an empty paragraph has no segment": ((), []),
}


@pytest.mark.parametrize(("content", "segments"), TAGGED.values(), ids=TAGGED.keys())
def test_a_segment_shows(content: tuple[str, ...], segments: list[str]) -> None:
    data = docx(para(*content), links={"l1": "https://imt.fr"}, footnotes={1: "Note"})
    assert list(extract(data, cut)[0].segments) == segments


TRANSLATABLE = {
    "a word": ("mission", True),
    "a number": ("12,5 % – 2026", False),
    "nothing": ("", False),
    "a number and a letter": ("3 m", True),
}


@pytest.mark.parametrize(("text", "wanted"), TRANSLATABLE.values(), ids=TRANSLATABLE.keys())
def test_only_what_has_a_letter_needs_translation(text: str, wanted: bool) -> None:
    assert first(text).translatable is wanted


def test_a_field_alone_needs_no_translation() -> None:
    assert first(field(" PAGE ", "iii")).translatable is False


def test_paragraphs_say_their_story_kind_level_and_text() -> None:
    data = docx(
        para("Raison d’être", style="Titre1", id="00000001"),
        table((para("Case", id="00000002"),)),
        title="Énoncé",
    )
    found = [(one.id, one.story, one.kind, one.level, one.text) for one in extract(data)]
    assert found == [
        ("00000001", Story.BODY, Kind.HEADING, 1, "Raison d’être"),
        ("00000002", Story.BODY, Kind.CELL, 0, "Case"),
        (TITLE_ID, Story.TITLE, Kind.HEADING, 0, "Énoncé"),
    ]


MERGED = {
    "plain text": (("All together",), "Tous ensemble", ["Tous ensemble"]),
    "text in tags keeps its look": (
        ("We train ", run("together", BOLD)),
        'Nous formons <g id="1">ensemble</g>',
        ["Nous formons ", "b:ensemble"],
    ),
    "tags in another order": (
        (run("One", BOLD), " and then, after all, ", run("two", ITALIC)),
        '<g id="2">Deux</g> puis <g id="1">un</g>',
        ["i:Deux", " puis ", "b:un"],
    ),
    "an object that moved": (
        ("One", note_reference(1), " two"),
        'Deux un<x id="1"/>',
        ["Deux un", "footnoteReference"],
    ),
    "special characters": (
        ("one",),
        "a\u2011b\u00adc\td\ne",
        ["a", "noBreakHyphen", "b", "softHyphen", "c", "tab", "d", "br", "e"],
    ),
    "escaped characters": (("R and D",), "R&amp;D &lt;3", ["R&D <3"]),
}


def written(paragraph: etree._Element) -> list[str]:
    found = []
    for one in paragraph.iter(f"{W}r"):
        look = "".join(mark for mark in "bi" if one.find(f"{W}rPr/{W}{mark}") is not None)
        for child in one:
            name = etree.QName(child).localname
            if name == "t":
                found.append(f"{look}:{child.text}" if look else child.text or "")
            elif name != "rPr":
                found.append(name)
    return found


@pytest.mark.parametrize(("content", "target", "runs"), MERGED.values(), ids=MERGED.keys())
def test_a_target_is_written_as(content: tuple[str, ...], target: str, runs: list[str]) -> None:
    data = stamp(docx(para(*content), footnotes={1: "Note"}))
    paragraph = extract(data)[0]
    done = merge(data, {(paragraph.id, 0): TaggedText(target)}, "fr")
    assert written(body(done)) == runs
    languages = {one.get(f"{W}val") for one in body(done).iter(f"{W}lang")}
    assert languages == {"fr-FR"}
    assert etree.tostring(body(done)).count(b'w14:paraId="' + paragraph.id.encode()) == 1


def test_segments_without_a_target_stay_as_they_are() -> None:
    data = stamp(docx(para("One sentence.  Another ", run("one", BOLD), "."), para("Untouched")))
    paragraph = extract(data, cut)[0]
    done = merge(data, {(paragraph.id, 0): TaggedText("Une phrase.")}, "fr", cut=cut)
    assert [one.text for one in extract(done)] == ["Une phrase.  Another one.", "Untouched"]
    marked = [one.getparent().getparent() for one in body(done).iter(f"{W}lang")]
    assert [one.findtext(f"{W}t") for one in marked] == ["Une phrase."]


def test_english_is_marked_as_british() -> None:
    data = docx(para("Tous"))
    done = merge(data, {(extract(data)[0].id, 0): TaggedText("All")}, "en")
    assert [one.get(f"{W}val") for one in body(done).iter(f"{W}lang")] == ["en-GB"]


def test_language_stands_where_the_schema_wants_it() -> None:
    look = '<w:b/><w:sz w:val="24"/><w:eastAsianLayout w:id="1"/><w:specVanish/>'
    data = docx(para(run("Tous", look)))
    done = merge(data, {(extract(data)[0].id, 0): TaggedText("All")}, "en")
    names = [etree.QName(one).localname for one in next(body(done).iter(f"{W}rPr"))]
    assert names == ["b", "sz", "lang", "eastAsianLayout", "specVanish"]


def test_both_copies_of_a_text_box_are_translated() -> None:
    inside = para("In the box")
    box = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
        f"<w:txbxContent>{inside}</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback>"
        f"<w:pict><v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r>"
    )
    data = docx(para("Before ", box))
    boxed = next(one for one in extract(data) if one.story is Story.TEXT_BOX)
    done = merge(data, {(boxed.id, 0): TaggedText("Dans la boîte")}, "fr")
    assert [one.text for one in body(done).iter(f"{W}t")].count("Dans la boîte") == 2


def test_the_title_is_translated() -> None:
    data = docx(para("x"), title="Mission")
    done = merge(data, {(TITLE_ID, 0): TaggedText("Raison d’être")}, "fr")
    assert extract(done)[-1].segments == ("Raison d’être",)


def test_a_link_over_two_sentences_stays_one_link() -> None:
    data = docx(para("A ", LINK.format(run("word. Two")), " words"), links={"l1": "https://imt.fr"})
    paragraph = extract(data, cut)[0]
    assert paragraph.segments == ('A <g id="1">word. </g>', '<g id="2">Two</g> words')
    targets = {
        (paragraph.id, i): TaggedText(one.upper().replace("G ID", "g id").replace("/G", "/g"))
        for i, one in enumerate(paragraph.segments)
    }
    done = merge(data, targets, "fr", cut=cut)
    assert len(list(body(done).iter(f"{W}hyperlink"))) == 1
    assert extract(done)[0].text == "A WORD. TWO WORDS"


WRONG = {
    "a tag is missing": ("Deux", ("<g 1>", "<x 2>"), (), ()),
    "a tag is there twice": ('<g id="1">a</g><g id="1">b</g><x id="2"/>', (), ("<g 1>",), ()),
    "a tag is foreign": ('<g id="1">a</g><x id="2"/><x id="9"/>', (), ("<x 9>",), ()),
    "a pair became an object": ('<x id="1"/>a<x id="2"/>', (), ("<x 1>",), ()),
}


@pytest.mark.parametrize(
    ("target", "missing", "unexpected", "moved"), WRONG.values(), ids=WRONG.keys()
)
def test_a_target_is_refused_when(
    target: str, missing: tuple[str, ...], unexpected: tuple[str, ...], moved: tuple[str, ...]
) -> None:
    data = docx(
        para("One long sentence with ", run("two", BOLD), note_reference(1)), footnotes={1: "N"}
    )
    paragraph = extract(data)[0]
    with pytest.raises(TagMismatchError, match="One long sentence") as refusal:
        merge(data, {(paragraph.id, 0): TaggedText(target)}, "fr")
    assert refusal.value.paragraph == paragraph.id
    assert (refusal.value.missing, refusal.value.unexpected, refusal.value.moved) == (
        missing,
        unexpected,
        moved,
    )


def test_a_pair_that_left_its_link_is_refused() -> None:
    data = docx(
        para("See ", LINK.format(run("the ") + run("big", BOLD) + run(" site"))),
        links={"l1": "https://imt.fr"},
    )
    target = TaggedText('Voir <g id="1">le site</g> <g id="2">grand</g>')
    with pytest.raises(TagMismatchError) as refusal:
        merge(data, {(extract(data)[0].id, 0): target}, "fr")
    assert refusal.value.moved == ("<g 2>",)


@pytest.mark.parametrize("target", ['<g id="1">a', "a</g>", "a < b", "<b>a</b>", "a\x01b", "&#0;"])
def test_a_target_that_is_no_tagged_text_is_refused(target: str) -> None:
    data = docx(para("One"))
    with pytest.raises(TaggedTextError):
        merge(data, {(extract(data)[0].id, 0): TaggedText(target)}, "fr")


def test_a_target_for_a_segment_that_is_not_there_is_refused() -> None:
    data = docx(para("One"))
    paragraph = extract(data)[0].id
    for key in ((paragraph, 1), ("12345678", 0)):
        with pytest.raises(UnknownSegmentError):
            merge(data, {key: TaggedText("Un")}, "fr")


STRAYS = {
    "properties of a run outside a run": para("un ", "<w:rPr><w:b/></w:rPr>", "deux"),
    "properties of a paragraph in a link": para(
        LINK.format(run("un") + "<w:pPr><w:keepNext/></w:pPr>")
    ),
    "a drawing inside a text": para("un ", "<w:r><w:t>deux<w:drawing/></w:t></w:r>", " trois"),
    "a second set of properties in a run": para(
        "<w:r><w:rPr><w:b/></w:rPr><w:t>un</w:t><w:rPr><w:i/></w:rPr></w:r>"
    ),
}


@pytest.mark.parametrize("what", STRAYS)
def test_what_stands_where_the_schema_has_no_place_for_it_is_kept(what: str) -> None:
    data = docx(STRAYS[what], links={"l1": "https://imt.fr"})
    found = extract(data)
    targets = {(one.id, i): text for one in found for i, text in enumerate(one.segments)}
    done = merge(data, targets, "fr")
    assert {"keepNext", "drawing", "b", "i"} & names(data) == {
        "keepNext",
        "drawing",
        "b",
        "i",
    } & names(done)
    assert [one.text for one in extract(done)] == [one.text for one in found]


def names(data: bytes) -> set[str]:
    return {etree.QName(one).localname for one in body(data).iter() if isinstance(one.tag, str)}


def test_a_target_for_another_source_is_refused() -> None:
    data = docx(para("One"))
    key = (extract(data)[0].id, 0)
    with pytest.raises(StaleSegmentError, match="One"):
        merge(data, {key: TaggedText("Un")}, "fr", sources={key: TaggedText("Two")})


LOOKS = st.sampled_from(
    ["", BOLD, ITALIC, BOLD + ITALIC, '<w:color w:val="FF0000"/>', '<w:lang w:val="en-US"/>']
)
TEXTS = st.text(st.sampled_from("abé .!?&<\u00a0\u2011\u00ad"), min_size=1, max_size=12)
RUNS = st.builds(run, TEXTS, LOOKS)
OBJECTS = st.sampled_from(
    [
        "<w:r><w:tab/></w:r>",
        "<w:r><w:rPr><w:b/></w:rPr><w:br/></w:r>",
        '<w:bookmarkStart w:id="7" w:name="m"/>',
        '<w:proofErr w:type="gramStart"/>',
        field(" PAGE ", "4"),
        field(' HYPERLINK "https://a.fr" ', "lien. Ici"),
        '<w:del w:id="3" w:author="A"><w:r><w:delText>gone</w:delText></w:r></w:del>',
    ]
)
HELD = st.lists(RUNS, min_size=1, max_size=3).map("".join)
CONTAINERS = st.one_of(
    HELD.map(LINK.format),
    HELD.map(lambda inside: f"<w:sdt><w:sdtPr/><w:sdtContent>{inside}</w:sdtContent></w:sdt>"),
    HELD.map(lambda inside: f'<w:ins w:id="4" w:author="A">{inside}</w:ins>'),
)
PARAGRAPHS = st.lists(st.one_of(RUNS, OBJECTS, CONTAINERS), max_size=8)
NOISE = {"proofErr", "t", "r", "rPr", "b", "i", "color", "lang", "noBreakHyphen", "softHyphen"}
NOISE |= {"hyperlink"}  # One that goes over two sentences may be two when they are moved apart.


def objects(data: bytes) -> Counter[str]:
    """Every element that is neither text, nor a run, nor a run's look."""
    names = (etree.QName(one).localname for one in body(data).iter() if isinstance(one.tag, str))
    split = {"hyperlink"}
    return Counter(
        name for name in names if name not in NOISE | split | {"noBreakHyphen", "softHyphen"}
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PARAGRAPHS, min_size=1, max_size=3))
def test_what_goes_out_comes_back(paragraphs: list[list[str]]) -> None:
    data = stamp(docx(*(para(*one) for one in paragraphs), links={"l1": "https://imt.fr"}))
    found = extract(data, cut)
    targets = {(one.id, i): text for one in found for i, text in enumerate(one.segments)}
    assert merge(data, {}, None) == data
    assert merge(data, targets, None, cut=cut, sources=targets) == data
    done = merge(data, targets, "fr", cut=cut)
    sitting = Sitting(data, cut)
    assert sitting.paragraphs == found
    assert sitting.merge(targets, "fr") == done
    assert extract(done, cut) == found
    assert objects(done) == objects(data)
    assert {k: v for k, v in parts(done).items() if k != "word/document.xml"} == {
        k: v for k, v in parts(data).items() if k != "word/document.xml"
    }


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PARAGRAPHS, st.randoms())
def test_tags_may_be_put_in_any_order(content: list[str], chance: object) -> None:
    data = stamp(docx(para(*content), links={"l1": "https://imt.fr"}))
    (paragraph,) = extract(data)
    if not paragraph.segments:
        return
    (source,) = paragraph.segments
    pieces = re.findall(
        r'<x id="\d+"/>|[^<>]+|<g id="\d+">(?:[^<]|<x[^>]*>|<g[^>]*>(?:[^<]|<x[^>]*>)*</g>)*</g>',
        source,
    )
    assert "".join(pieces) == source
    chance.shuffle(pieces)  # type: ignore[attr-defined]
    done = merge(data, {(paragraph.id, 0): TaggedText("".join(pieces))}, "fr")
    assert objects(done) == objects(data)
    plain = Counter(re.sub(r"<[^>]*>", "", source))
    assert Counter(re.sub(r"<[^>]*>", "", "".join(extract(done)[0].segments))) <= plain


def canonical(data: bytes) -> bytes:
    return etree.tostring(etree.fromstring(data), method="c14n")


def test_real_files_go_out_and_come_back(corpus_docx: tuple[Path, ...]) -> None:
    done = 0
    for path in corpus_docx:
        data = path.read_bytes()
        if len(data) > 150_000:
            continue
        try:
            found = extract(data, cut)
        except DocumentError:
            continue
        done += 1
        targets = {(one.id, i): text for one in found for i, text in enumerate(one.segments)}
        assert merge(data, targets, None, cut=cut, sources=targets) == data, path.name
        if len(data) > 40_000:
            continue
        french = merge(data, targets, "fr", cut=cut)
        again = extract(french, cut)
        assert [one.segments for one in again] == [one.segments for one in found], path.name
        before, after = parts(data), parts(french)
        assert before.keys() == after.keys(), path.name
        for name in before:
            if not any(
                text.encode() in before[name]
                for text in ("wordprocessingml/main", "2006/main", "core-properties")
            ):
                assert before[name] == after[name], (path.name, name)
    assert done > 200
