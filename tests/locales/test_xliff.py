from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from locales import exchange, markup, xliff
from locales.exchange import ExchangeError, Outcome, Sheet, compare, row
from locales.units import Offer, Origin, OriginKind, State, TranslationUnit
from locales.xliff import Version, XliffError
from tests.conftest import missing
from tests.locales import omegat

VERSIONS = list(Version)

UNITS = (
    TranslationUnit(
        "0A0B0C0D",
        0,
        'Le <g id="1">conseil</g><x id="2"/> &amp; moi siégeons.',
        'The <g id="1">board</g><x id="2"/> &amp; I sit.',
        State.INITIAL,
        Origin(OriginKind.FUZZY, 96, "mission-2021"),
        (Offer("Le conseil siège.", "The board sits.", 80, "mission-2021"),),
    ),
    TranslationUnit("0A0B0C0D", 1, "Il décide.", None),
    TranslationUnit(
        "0A0B0C0E",
        0,
        "Une phrase.",
        "A sentence.",
        State.TRANSLATED,
        Origin(OriginKind.PERSON, detail="fontanel"),
    ),
    TranslationUnit(
        "0A0B0C0F",
        0,
        "Une autre.",
        "Another one.",
        State.FINAL,
        Origin(OriginKind.MACHINE, detail="deepl"),
    ),
)


def sheet(units: tuple[TranslationUnit, ...] = UNITS) -> Sheet:
    rows = [
        row(unit, name=f"{number}.1", notes=["Heading."]) for number, unit in enumerate(units, 1)
    ]
    return Sheet("raison", "fr", "en", tuple(rows))


def back(units: tuple[TranslationUnit, ...], **targets: str | None) -> Sheet:
    """What came back: the sheet with other targets, by the id with an underscore."""
    made = sheet(units)
    return replace(
        made,
        rows=tuple(
            replace(one, target=targets.get(f"_{one.id.replace('.', '_')}", one.target))
            for one in made.rows
        ),
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_written_is_read_again(version: Version) -> None:
    assert xliff.read(xliff.write(sheet(), version), "a.xlf") == sheet()


@pytest.mark.parametrize("version", VERSIONS)
def test_the_same_sheet_gives_the_same_bytes(version: Version) -> None:
    assert xliff.write(sheet(), version) == xliff.write(sheet(), version)


def tagged_texts() -> st.SearchStrategy[str]:
    """Well-formed tagged text with any character that a Word file can hold."""
    words = st.text(
        st.characters(codec="utf-8").filter(
            lambda one: not re.match("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", one)
        ),
        max_size=8,
    )

    def build(parts: list[tuple[str, str]]) -> str:
        out, opened = [], 0
        for number, (word, kind) in enumerate(parts, 1):
            if kind == "g":
                out.append(f'<g id="{number}">')
                opened += 1
            elif kind == "x":
                out.append(f'<x id="{number}"/>')
            elif kind == "/" and opened:
                out.append("</g>")
                opened -= 1
            out.append(markup.escape(word))
        return "".join(out) + "</g>" * opened

    return st.lists(st.tuples(words, st.sampled_from("gx/ ")), max_size=8).map(build)


ORIGINS = st.builds(
    Origin,
    st.sampled_from([kind for kind in OriginKind if kind is not OriginKind.NONE]),
    st.none() | st.integers(0, 100),
    st.text("abcé &<", max_size=5),
)


@given(
    st.sampled_from(VERSIONS),
    tagged_texts(),
    tagged_texts(),
    st.sampled_from(State),
    ORIGINS,
    st.lists(st.text("aé <&\n", min_size=1), max_size=2),
)
def test_any_tagged_text_goes_out_and_comes_back(
    version: Version, source: str, target: str, state: State, origin: Origin, notes: list[str]
) -> None:
    unit = TranslationUnit("0A0B0C0D", 7, source, target, state, origin)
    made = Sheet("d", "fr", "en", (row(unit, notes=notes),))
    assert xliff.read(xliff.write(made, version), "a.xlf") == made


@given(st.sampled_from(VERSIONS), tagged_texts(), st.text(max_size=10))
def test_any_text_at_all_can_be_written(version: Version, source: str, target: str) -> None:
    made = Sheet("d", "fr", "en", (row(TranslationUnit("0A0B0C0D", 0, source, target)),))
    (one,) = xliff.read(xliff.write(made, version), "a.xlf").rows
    assert one.source == source
    assert one.target is not None


def test_a_sheet_without_sentences_is_refused() -> None:
    with pytest.raises(XliffError, match="no sentence to export"):
        xliff.write(sheet(()))


XLIFF1 = (
    '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file original="d" '
    'source-language="fr" target-language="en" datatype="plaintext"><body>'
    '<trans-unit id="0A0B0C0D.1"><source>{0}</source><target>{1}</target></trans-unit>'
    "</body></file></xliff>"
)
XLIFF2 = (
    '<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="fr" trgLang="en">'
    '<file id="f" original="d"><unit id="0A0B0C0D.1"><segment><source>{0}</source>'
    "<target>{1}</target></segment></unit></file></xliff>"
)


@pytest.mark.parametrize(
    ("form", "content", "text"),
    [
        (XLIFF1, '<bpt id="1">&lt;b></bpt>a<ept id="1">&lt;/b></ept>', '<g id="1">a</g>'),
        (XLIFF1, '<bx id="5" rid="1"/>a<ex id="6" rid="1"/>', '<g id="1">a</g>'),
        (XLIFF1, '<ph id="2">{tab}</ph>a', '<x id="2"/>a'),
        (XLIFF1, '<it id="2" pos="open">&lt;b></it>a', '<x id="2"/>a'),
        (XLIFF1, '<mrk mtype="seg" mid="1">a</mrk> <mrk mtype="seg" mid="2">b</mrk>', "a b"),
        (XLIFF1, "<!-- of a tool -->a", "a"),
        (XLIFF1, "<![CDATA[a<b]]>", "a&lt;b"),
        (XLIFF2, '<sc id="1"/>a<ec startRef="1"/>', '<g id="1">a</g>'),
        (
            XLIFF2,
            '<sc id="1"/><pc id="2">a</pc><ec startRef="1"/>',
            '<g id="1"><g id="2">a</g></g>',
        ),
        (XLIFF2, '<mrk id="m1" type="term">a</mrk><sm id="m2" type="comment"/>', None),
        (XLIFF2, '<mrk id="m1" type="term">a</mrk>b', "ab"),
        (XLIFF2, 'a<cp hex="001F"/>b<cp hex="00e9"/>', "abé"),
    ],
)
def test_inline_tags_of_other_tools_are_read(form: str, content: str, text: str | None) -> None:
    (one,) = xliff.read(form.format(content, content).encode(), "a.xlf").rows
    assert one.target is not None
    if text is None:
        assert not markup.well_formed(one.target)
    else:
        assert (one.source, one.target) == (text, text)


@pytest.mark.parametrize(
    ("form", "content"),
    [
        (XLIFF1, '<bx id="1"/>a'),
        (XLIFF1, '<bx id="1"/><bx id="2"/>a<ex id="1"/><ex id="2"/>'),
        (XLIFF1, '<x id="tab"/>'),
        (XLIFF1, '<g id="b">a</g>'),
        (XLIFF2, '<ec startRef="1"/>a'),
        (XLIFF2, '<pc id="1"><sc id="2"/></pc><ec startRef="2"/>'),
        (XLIFF2, '<ph id="1.1"/>'),
        (XLIFF2, '<cp hex="what"/>'),
    ],
)
def test_tags_that_are_none_of_ours_are_found_broken(form: str, content: str) -> None:
    (one,) = xliff.read(form.format("a", content).encode(), "a.xlf").rows
    assert one.target is not None
    assert not markup.well_formed(one.target)


def test_a_unit_that_a_tool_cut_into_segments_is_joined_in_the_order_of_the_target() -> None:
    data = (
        '<xliff version="2.1" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="fr" trgLang="en">'
        '<file id="f" original="d"><unit id="0A0B0C0D.3">'
        '<segment state="final"><source>A, </source><target order="2">b.</target></segment>'
        "<ignorable><source> </source></ignorable>"
        '<segment state="translated"><source>b.</source><target order="1">A, </target></segment>'
        "</unit></file></xliff>"
    )
    (one,) = xliff.read(data.encode(), "a.xlf").rows
    assert (one.index, one.source, one.target) == (2, "A,  b.", "A, b. ")
    assert one.state is State.TRANSLATED


def test_segments_of_which_one_waits_have_no_target() -> None:
    data = XLIFF2.format("a", "b").replace(
        "</segment>", "</segment><segment><source>c</source></segment>"
    )
    (one,) = xliff.read(data.encode(), "a.xlf").rows
    assert (one.source, one.target) == ("ac", None)


@pytest.mark.parametrize(
    ("state", "read"),
    [
        ("needs-review-translation", State.INITIAL),
        ("needs-adaptation", State.INITIAL),
        ("x-of-a-tool", State.INITIAL),
        ("translated", State.TRANSLATED),
        ("signed-off", State.REVIEWED),
        ("final", State.FINAL),
    ],
)
def test_states_of_xliff_1_are_read(state: str, read: State) -> None:
    data = XLIFF1.format("a", "b").replace("<target>", f'<target state="{state}">')
    (one,) = xliff.read(data.encode(), "a.xlf").rows
    assert one.state is read


def test_a_tool_without_states_says_approved() -> None:
    data = XLIFF1.format("a", "b").replace('.1">', '.1" approved="yes">')
    assert xliff.read(data.encode(), "a.xlf").rows[0].state is State.TRANSLATED
    data = XLIFF1.format("a", "b")
    assert xliff.read(data.encode(), "a.xlf").rows[0].state is State.INITIAL


REFUSED = {
    "empty": (b"", "no XLIFF"),
    "no XML": (b"PK\x03\x04", "no XLIFF"),
    "white space": (b"   ", "no XLIFF"),
    "another format": (b"<tmx/>", "no XLIFF"),
    "another version": (b'<xliff xmlns="urn:oasis:names:tc:xliff:document:2.2"/>', "no XLIFF"),
    "cut": (xliff.write(sheet())[:-40], "no XLIFF"),
    "cut in the prolog": (b"<?xml version='1.0'?><xli", "no XLIFF"),
    "an unknown entity": (XLIFF1.format("a", "&b;").encode(), "no XLIFF"),
    "a document type": (b"<!DOCTYPE xliff SYSTEM 'x.dtd'>" + xliff.write(sheet())[39:], "declares"),
    "an entity": (
        b"<!DOCTYPE xliff [<!ENTITY b SYSTEM 'file:///etc/hostname'>]>"
        + XLIFF1.format("a", "&b;").encode(),
        "declares",
    ),
    "a bomb": (
        b"<!DOCTYPE xliff [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]>"
        + XLIFF1.format("a", "&b;").encode(),
        "declares",
    ),
    "a document type in UTF-16": (
        "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE xliff [<!ENTITY b 'c'>]><xliff/>".encode(
            "utf-16"
        ),
        "declares",
    ),
    "nested without end": (
        XLIFF1.format("a", '<g id="1">' * 5000 + "</g>" * 5000).encode(),
        "no XLIFF",
    ),
    "no sentence of ours": (
        XLIFF1.format("a", "b").replace("0A0B0C0D.1", "hello").encode(),
        "no sentence of ours",
    ),
}


@pytest.mark.parametrize(("data", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_trusted_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(XliffError, match=why):
        xliff.read(data, "a.xlf")


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xliff, "LARGEST", 100)
    with pytest.raises(XliffError, match="larger than"):
        xliff.read(xliff.write(sheet()), "a.xlf")
    monkeypatch.undo()
    monkeypatch.setattr(xliff, "MOST", 3)
    with pytest.raises(XliffError, match="more than 3 sentences"):
        xliff.read(xliff.write(sheet()), "a.xlf")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_may_come_back_in_another_encoding(encoding: str) -> None:
    text = xliff.write(sheet()).decode().replace("UTF-8", encoding.removesuffix("-sig"))
    assert xliff.read(text.encode(encoding), "a.xlf") == sheet()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_tool_may_write_the_languages_out(version: Version) -> None:
    text = xliff.write(sheet(), version).decode()
    for code, written in (('"fr"', '"fr-FR"'), ('"en"', '"EN_GB"')):
        assert code in text
        text = text.replace(code, written)
    assert xliff.read(text.encode(), "a.xlf") == sheet()


def outcomes(units: tuple[TranslationUnit, ...], came: Sheet) -> dict[str, Outcome]:
    report = compare(units, came, "fr", "en")
    return {f"{line.paragraph}.{line.index + 1}": line.outcome for line in report.lines}


def test_what_came_back_unchanged_takes_nothing() -> None:
    report = compare(UNITS, sheet(), "fr", "en")
    assert report.counts == {Outcome.UNCHANGED: 3, Outcome.EMPTY: 1}
    assert report.clean
    assert not report.paragraphs


def test_a_new_translation_is_taken_with_what_the_checks_find() -> None:
    report = compare(UNITS, back(UNITS, _0A0B0C0D_2="It  decides."), "fr", "en")
    (line,) = report.of(Outcome.TAKEN)
    assert (line.paragraph, line.index, line.target) == ("0A0B0C0D", 1, "It  decides.")
    assert [finding.check for finding in line.findings]
    assert report.targets == {("0A0B0C0D", 1): "It  decides."}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_prefilled_translation_is_confirmed_by_its_state_alone(version: Version) -> None:
    came = xliff.read(xliff.write(sheet(), version), "a.xlf")
    came = replace(came, rows=(replace(came.rows[0], state=State.TRANSLATED), *came.rows[1:]))
    report = compare(UNITS, came, "fr", "en")
    assert [line.paragraph for line in report.of(Outcome.CONFIRMED)] == ["0A0B0C0D"]


BROKEN = {
    "a tag is missing": "The board & I sit.",
    "a tag too many": 'The <g id="1">board</g><x id="2"/><x id="3"/>',
    "another nesting": 'The <g id="1">board<x id="2"/></g>',
    "no tag of ours": "The <?>board",
}


@pytest.mark.parametrize("target", BROKEN.values(), ids=BROKEN.keys())
def test_broken_tags_are_reported_and_hold_their_whole_paragraph_back(target: str) -> None:
    report = compare(UNITS, back(UNITS, _0A0B0C0D_1=target, _0A0B0C0D_2="It decides."), "fr", "en")
    assert report.counts[Outcome.BROKEN] == 1
    assert report.counts[Outcome.TAKEN] == 1
    assert not report.clean
    assert report.paragraphs == ()
    assert report.targets == {}


def test_a_source_that_changed_meanwhile_makes_its_sentence_stale() -> None:
    now = (*UNITS[:2], replace(UNITS[2], source="Une phrase nouvelle."), UNITS[3])
    came = back(UNITS, _0A0B0C0E_1="One sentence.", _0A0B0C0F_1="Yet another.")
    assert outcomes(now, came) == {
        "0A0B0C0D.1": Outcome.UNCHANGED,
        "0A0B0C0D.2": Outcome.EMPTY,
        "0A0B0C0E.1": Outcome.STALE,
        "0A0B0C0F.1": Outcome.TAKEN,
    }
    assert compare(now, came, "fr", "en").paragraphs == ("0A0B0C0F",)


def test_a_source_that_only_its_tags_changed_is_stale_too() -> None:
    now = (replace(UNITS[1], source='<g id="1">Il</g> décide.'),)
    assert outcomes(now, sheet(UNITS[1:2]))["0A0B0C0D.2"] is Outcome.STALE


def test_a_source_whose_typography_alone_changed_is_not_stale() -> None:
    now = (replace(UNITS[1], source="Il\u00a0décide."),)
    assert outcomes(now, back(UNITS[1:2], _0A0B0C0D_2="It decides.")) == {
        "0A0B0C0D.2": Outcome.TAKEN
    }


def test_a_source_that_was_changed_in_the_file_is_not_believed() -> None:
    came = sheet(UNITS[2:3])
    came = replace(came, rows=(replace(came.rows[0], source="Deux phrases.", target="Two."),))
    assert outcomes(UNITS[2:3], came) == {"0A0B0C0E.1": Outcome.ALTERED}


def test_without_a_digest_the_source_itself_is_compared() -> None:
    bare = replace(sheet(UNITS[2:3]).rows[0], digest="", target="One.")
    came = replace(sheet(UNITS[2:3]), rows=(bare,))
    assert outcomes(UNITS[2:3], came) == {"0A0B0C0E.1": Outcome.TAKEN}
    came = replace(came, rows=(replace(bare, source="Deux."),))
    assert outcomes(UNITS[2:3], came) == {"0A0B0C0E.1": Outcome.STALE}


def test_white_space_that_a_tool_changed_in_the_source_does_not_count() -> None:
    came = sheet(UNITS[2:3])
    came = replace(came, rows=(replace(came.rows[0], source="Une\n  phrase.", target="One."),))
    assert outcomes(UNITS[2:3], came) == {"0A0B0C0E.1": Outcome.TAKEN}


def test_unknown_missing_and_repeated_sentences_are_said() -> None:
    came = sheet(UNITS[1:])
    came = replace(came, rows=(*came.rows, came.rows[-1], *sheet((elsewhere(),)).rows))
    assert outcomes(UNITS, came) == {
        "0A0B0C0D.1": Outcome.MISSING,
        "0A0B0C0D.2": Outcome.EMPTY,
        "0A0B0C0E.1": Outcome.UNCHANGED,
        "0A0B0C0F.1": Outcome.REPEATED,
        "7777.1": Outcome.UNKNOWN,
    }


def elsewhere() -> TranslationUnit:
    return TranslationUnit("7777", 0, "Ailleurs.", "Elsewhere.")


def test_notes_of_the_translator_come_back_and_ours_do_not() -> None:
    came = sheet(UNITS[2:3])
    notes = (*came.rows[0].notes, exchange.Note("Is this the new name?", "translator"))
    came = replace(came, rows=(replace(came.rows[0], notes=notes),))
    for version in VERSIONS:
        read = xliff.read(xliff.write(came, version), "a.xlf")
        (line,) = compare(UNITS[2:3], read, "fr", "en").lines
        assert line.notes == ("Is this the new name?",)


def test_a_file_in_other_languages_is_refused() -> None:
    with pytest.raises(ExchangeError, match="goes from en to fr"):
        compare(UNITS, replace(sheet(), source_language="en", target_language="fr"), "fr", "en")


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_a_name(outcome: Outcome) -> None:
    assert exchange.OUTCOME_NAMES[outcome]


def test_a_copied_source_is_no_translation() -> None:
    read = xliff.read(xliff.write(sheet(), Version.V1, copied=True), "a.xlf")
    assert [one.target for one in read.rows] == [None] * 4
    assert read.rows[2].offers == (Offer("Une phrase.", "A sentence.", 100, "fontanel"),)


@pytest.mark.parametrize("version", VERSIONS)
def test_another_program_reads_and_writes_the_same(version: Version) -> None:
    from translate.storage import xliff as first
    from translate.storage import xliff2 as second

    kind = first.xlifffile if version is Version.V1 else second.Xliff2File
    store = kind.parsestring(xliff.write(sheet(), version))
    assert [str(unit.source) for unit in store.units] == [markup.plain(one.source) for one in UNITS]
    assert [str(unit.target) for unit in store.units if unit.target] == [
        markup.plain(one.target) for one in UNITS if one.target
    ]
    next(unit for unit in store.units if not unit.target).target = "It decides."
    came = xliff.read(bytes(store), "a.xlf")
    assert outcomes(UNITS, came) == {
        "0A0B0C0D.1": Outcome.UNCHANGED,
        "0A0B0C0D.2": Outcome.TAKEN,
        "0A0B0C0E.1": Outcome.UNCHANGED,
        "0A0B0C0F.1": Outcome.UNCHANGED,
    }


@given(
    st.sampled_from(VERSIONS),
    st.integers(0, 4000),
    st.integers(0, 40),
    st.text('<>/&;"= abgx12.', max_size=12),
)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(
    version: Version, at: int, size: int, by: str
) -> None:
    data = xliff.write(sheet(), version).decode()
    at = at % len(data)
    try:
        came = xliff.read((data[:at] + by + data[at + size :]).encode(), "a.xlf")
        compare(UNITS, came, "fr", "en")
    except ExchangeError:
        pass


@given(st.text('<>/&;"= abgx12.«\u00a0 é:!0,', max_size=40))
def test_whatever_stands_in_a_target_is_taken_or_found_broken(target: str) -> None:
    for unit in UNITS[:2]:
        came = sheet((replace(unit, target=target),))
        (line,) = compare((unit,), came, "fr", "en").lines
        if line.outcome is Outcome.TAKEN:
            assert markup.well_formed(target)
            assert markup.counts(target) == markup.counts(unit.source)


SCHEMAS = Path(
    os.environ.get("ENONCE_XLIFF_SCHEMAS")
    or "/usr/share/php/Symfony/Component/Translation/Resources/schemas"
)


@pytest.mark.parametrize(
    ("version", "name", "copied"),
    [
        (Version.V1, "xliff-core-1.2-strict.xsd", False),
        (Version.V1, "xliff-core-1.2-strict.xsd", True),
        (Version.V2, "xliff-core-2.0.xsd", False),
    ],
)
def test_the_schemas_of_the_standard_accept_what_is_written(
    version: Version, name: str, copied: bool
) -> None:
    if not (SCHEMAS / name).is_file():
        missing(f"{name} of OASIS (Debian: php-symfony-translation) is not in {SCHEMAS}")

    class Beside(etree.Resolver):
        def resolve(self, url: str, _: object, context: object) -> object:
            return self.resolve_filename(str(SCHEMAS / Path(url).name), context)

    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Beside())
    schema = etree.XMLSchema(etree.parse(str(SCHEMAS / name), parser))
    made = etree.fromstring(xliff.write(sheet(), version, copied=copied))
    schema.assertValid(made)


def test_omegat_translates_what_is_written_and_its_tags_come_back(tmp_path: Path) -> None:
    known = {
        "Le <g0>conseil</g0><x1/> & moi siégeons.": "<x1/>The <g0>council</g0> & I are sitting.",
        "Il décide.": "It decides.",
    }
    data = xliff.write(sheet(), Version.V1, copied=True)
    came = xliff.read(omegat.translate(tmp_path, data, known, ("FR-FR", "EN-GB")), "a.xlf")
    report = compare(UNITS, came, "fr", "en")
    assert [line.target for line in report.of(Outcome.TAKEN)] == [
        '<x id="2"/>The <g id="1">council</g> &amp; I are sitting.',
        "It decides.",
    ]
    assert report.counts == {Outcome.TAKEN: 2, Outcome.EMPTY: 2}
    assert report.paragraphs == ("0A0B0C0D",)
