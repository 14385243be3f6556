from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from locales import tmx
from locales.memory import Memory
from locales.tmx import Entry, TmxError

ENTRIES = [
    Entry(
        'Le conseil & moi <g id="1">siégeons</g>'.replace("&", "&amp;"),
        'The board &amp; I <g id="1">sit</g>',
        "fr",
        "en",
        "person",
        "p3",
        datetime(2021, 3, 12, 9, tzinfo=UTC),
        "mission-2021",
        (5, -7),
        (1, 2),
    ),
    Entry(
        'A<x id="2"/>b<g id="3"><g id="4">c</g></g>',
        '<g id="3"><g id="4">C</g></g>a<x id="2"/>',
        "en",
        "fr",
    ),
]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    assert tmx.write(tmp_path / "m.tmx", ENTRIES) == 2
    assert list(tmx.read(tmp_path / "m.tmx")) == ENTRIES


def test_another_program_reads_the_same(tmp_path: Path) -> None:
    from translate.storage.tmx import tmxfile

    tmx.write(tmp_path / "m.tmx", ENTRIES)
    store = tmxfile.parsefile(str(tmp_path / "m.tmx"))
    assert len(store.units) == 2
    assert "Le conseil & moi" in store.units[0].source
    assert store.units[0].getid() is not None
    assert (
        (tmp_path / "m.tmx")
        .read_bytes()
        .startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<!DOCTYPE tmx SYSTEM")
    )


def file(
    tmp_path: Path,
    body: str,
    doctype: str = '<!DOCTYPE tmx SYSTEM "tmx14.dtd">',
    encoding: str = "utf-8",
) -> Path:
    path = tmp_path / "m.tmx"
    text = f'<?xml version="1.0" encoding="{encoding}"?>{doctype}<tmx version="1.4"><header srclang="en"/><body>{body}</body></tmx>'
    path.write_bytes(text.encode(encoding))
    return path


PAIR = '<tu><tuv xml:lang="EN-GB"><seg>{en}</seg></tuv><tuv xml:lang="fr_CA"><seg>{fr}</seg></tuv></tu>'


@pytest.mark.parametrize(
    ("en", "text"),
    [
        ("a <bpt i='1'>&lt;b></bpt>b<ept i='1'>&lt;/b></ept>", 'a <g id="1">b</g>'),
        ("a <ph x='3'>{tab}</ph>b", 'a <x id="3"/>b'),
        ("a <hi>b</hi>c", "a bc"),
        ("a <ph>no number</ph>b", "a b"),
        ("<bpt i='1'/>a<bpt i='2'/>b<ept i='1'/>c<ept i='2'/>", '<g id="1">a<g id="2">b</g>c</g>'),
        ("<bpt i='1'/>never closed", "never closed"),
        ("<!-- note -->a", "a"),
    ],
)
def test_inline_tags_of_other_programs_are_read(tmp_path: Path, en: str, text: str) -> None:
    (entry,) = tmx.read(file(tmp_path, PAIR.format(en=en, fr="x")))
    assert (entry.source, entry.source_language, entry.target_language) == (text, "en", "fr")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_may_be_in_utf_16(tmp_path: Path, encoding: str) -> None:
    (entry,) = tmx.read(file(tmp_path, PAIR.format(en="a", fr="é"), encoding=encoding))
    assert entry.target == "é"


def test_units_without_both_languages_are_passed_over(tmp_path: Path) -> None:
    body = '<tu><tuv xml:lang="en"><seg>a</seg></tuv><tuv xml:lang="de"><seg>b</seg></tuv></tu>'
    body += PAIR.format(en=" ", fr="x") + PAIR.format(en="a", fr="x")
    assert len(list(tmx.read(file(tmp_path, body)))) == 1


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE tmx [<!ENTITY a "b">]>',
        '<!DOCTYPE tmx SYSTEM "tmx14.dtd" [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE tmx [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]>',
        "<!DOCTYPE tmx []>",
    ],
)
def test_a_file_that_declares_anything_is_refused(tmp_path: Path, doctype: str) -> None:
    with pytest.raises(TmxError, match="declares entities"):
        list(tmx.read(file(tmp_path, PAIR.format(en="a", fr="b"), doctype)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no xml",
        b"<html/>",
        b"<tmx><body><tu>",
        b'<?xml version="1.0"?><tmx><body><tu>&unknown;</tu></body></tmx>',
    ],
)
def test_what_is_no_tmx_file_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "m.tmx"
    path.write_bytes(data)
    with pytest.raises(TmxError, match="no TMX file"):
        list(tmx.read(path))


def test_a_cut_compressed_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.tmx.gz"
    path.write_bytes(gzip.compress(b"<tmx><body>" + PAIR.encode() * 100)[:-20])
    with pytest.raises(TmxError, match="no TMX file"):
        list(tmx.read(path))


def test_a_memory_goes_out_and_comes_back(tmp_path: Path) -> None:
    first, second = Memory.open(tmp_path / "a.sqlite3"), Memory.open(tmp_path / "b.sqlite3")
    first.add(ENTRIES)
    assert first.export_tmx(tmp_path / "m.tmx") == 2
    assert second.import_tmx(tmp_path / "m.tmx") == 2
    assert list(second.entries()) == list(first.entries())
    first.close()
    second.close()


PLAIN = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(PLAIN, PLAIN)
def test_any_text_can_be_written(tmp_path: Path, source: str, target: str) -> None:
    from locales import markup

    tmx.write(tmp_path / "m.tmx", [Entry(markup.escape(source), markup.escape(target), "fr", "en")])
    for entry in tmx.read(tmp_path / "m.tmx"):
        assert (
            markup.plain(entry.source).split()
            == "".join(c for c in source if tmx._UNWRITABLE.match(c) is None).split()
        )


def test_real_units_are_read() -> None:
    corpus = os.environ.get("ENONCE_CORPUS")
    if corpus is None:
        if os.environ.get("ENONCE_REQUIRE_ALL"):
            pytest.fail("ENONCE_CORPUS is not set")
        pytest.skip("ENONCE_CORPUS is not set")
    entries = list(tmx.read(Path(corpus) / "tm" / "laws20k.tmx.gz"))
    assert len(entries) > 19_900
    assert {entry.source_language for entry in entries} == {"fr"}
