"""A package comes in proved and goes out the same, byte for byte."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.errors import DocumentError
from documents.package import (
    Limits,
    NotADocxError,
    Package,
    PackageDamagedError,
    PackageLimitError,
    PackageNameError,
    PackageXmlError,
    Relationship,
    has_doctype,
    parse_xml,
)

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
CONTAINER_FAULTS = {
    "empty": NotADocxError,
    "not-zip": NotADocxError,
    "pdf": NotADocxError,
    "rtf": NotADocxError,
    "ole": NotADocxError,
    "damaged": PackageDamagedError,
    "ambiguous": PackageDamagedError,
    "encrypted": PackageDamagedError,
    "too-large": PackageLimitError,
    "too-many-parts": PackageLimitError,
    "ratio": PackageLimitError,
    "inflates": PackageLimitError,
    "part-too-large": PackageLimitError,
    "part-name": PackageNameError,
    "duplicate-part": PackageNameError,
}


class Hostile(Protocol):
    sentence: str
    code: str
    make: Callable[[], bytes]


def test_a_container_that_breaks_its_promises_is_not_read(hostile: Hostile) -> None:
    expected = CONTAINER_FAULTS.get(hostile.code)
    if expected is None:
        # What the parts say is intake's matter; here they may be read or refused.
        with suppress(DocumentError):
            Package.read(hostile.make())
        return
    with pytest.raises(expected) as caught:
        Package.read(hostile.make())
    assert caught.value.code == hostile.code
    assert str(caught.value).endswith(".")


def test_parts_are_in_file_order_and_have_a_leading_slash(making: ModuleType) -> None:
    package = Package.read(making.pack(making.ordinary()))
    assert list(package.parts) == ["/[Content_Types].xml", "/_rels/.rels", "/word/document.xml"]
    assert package.main_part == "/word/document.xml"
    assert package.content_type("/word/document.xml") == making.MAIN_TYPE
    assert package.content_type("/WORD/Document.xml") == making.MAIN_TYPE
    assert package.content_type("/word/media/a.PNG") == "image/png"
    assert package.content_type("/word/media/a.unknown") is None


def test_a_package_cannot_be_changed_only_remade(making: ModuleType) -> None:
    package = Package.read(making.pack(making.ordinary()))
    with pytest.raises(TypeError):
        package.parts["/x"] = b""  # type: ignore[index]
    other = package.with_parts(
        {"/word/document.xml": b"<a/>", "/new.bin": b"1", "/_rels/.rels": None}
    )
    assert list(other.parts) == ["/[Content_Types].xml", "/word/document.xml", "/new.bin"]
    assert package.parts["/word/document.xml"] != b"<a/>"
    with pytest.raises(PackageNameError):
        package.with_parts({"/../x": b""})


def test_writing_puts_the_content_types_first_and_stops_the_clock(making: ModuleType) -> None:
    parts = {"word/document.xml": making.body(), "word/i.png": b"PNG" * 99, **making.ordinary()}
    written = Package.read(making.pack(parts)).write()
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert archive.namelist() == [
            "[Content_Types].xml",
            "_rels/.rels",
            "word/document.xml",
            "word/i.png",
        ]
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.getinfo("word/i.png").compress_type == zipfile.ZIP_STORED
        assert archive.testzip() is None


names = st.text("abcdef./-_éÉ ", min_size=1, max_size=12)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.dictionaries(names, st.binary(max_size=300), max_size=6))
def test_what_is_written_reads_back_equal(parts: dict[str, bytes], making: ModuleType) -> None:
    package = Package.read(making.pack(making.ordinary()))
    try:
        changed = package.with_parts({f"/extra/{name}.bin": data for name, data in parts.items()})
        folded = [name.casefold() for name in changed.parts]
        again = Package.read(changed.write())
    except PackageNameError:
        return
    assert len(set(folded)) == len(folded)
    assert dict(again.parts) == dict(changed.parts)
    assert again.write() == changed.write()


def test_relationships_say_where_they_lead(making: ModuleType) -> None:
    links = (
        making.relationship(1, "styles", "styles.xml"),
        making.relationship(2, "hyperlink", "https://www.imt.fr", "External"),
        making.relationship(3, "header", "/word/Header1.xml"),
        making.relationship(4, "footer", "gone.xml"),
        making.relationship(5, "image", "../media/a%20b.png"),
    )
    parts = making.ordinary("", links)
    parts |= {"word/styles.xml": b"<a/>", "word/header1.xml": b"<a/>", "media/a b.png": b""}
    package = Package.read(making.pack(parts))
    assert package.relationships("/word/document.xml") == (
        Relationship("rId1", f"{OFFICE}/styles", "styles.xml", "Internal", "/word/styles.xml"),
        Relationship("rId2", f"{OFFICE}/hyperlink", "https://www.imt.fr", "External", None),
        Relationship(
            "rId3", f"{OFFICE}/header", "/word/Header1.xml", "Internal", "/word/header1.xml"
        ),
        Relationship("rId4", f"{OFFICE}/footer", "gone.xml", "Internal", None),
        Relationship("rId5", f"{OFFICE}/image", "../media/a%20b.png", "Internal", "/media/a b.png"),
    )
    assert package.relationships("/word/styles.xml") == ()


def test_a_strict_file_finds_its_main_part(making: ModuleType) -> None:
    parts = making.ordinary()
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(OFFICE.encode(), STRICT.encode())
    package = Package.read(making.pack(parts))
    assert package.main_part == "/word/document.xml"
    assert package.relationships("/")[0].kind == "officeDocument"


def test_a_package_without_a_body_is_no_word_file(making: ModuleType) -> None:
    package = Package.read(making.pack(making.ordinary())).with_parts({"/_rels/.rels": None})
    with pytest.raises(NotADocxError):
        _ = package.main_part


DOCTYPES = {
    "alone": b"<!DOCTYPE a><a/>",
    "after a declaration": b'<?xml version="1.0"?><!DOCTYPE a><a/>',
    "after a comment that holds a tag": b"<!-- <a> --><!DOCTYPE a><a/>",
    "after an instruction that holds a tag": b"<?x <a>?><!DOCTYPE a><a/>",
    "in UTF-16": "<!DOCTYPE a><a/>".encode("utf-16"),
    "in UTF-16 big-endian": b"\xfe\xff" + "<!DOCTYPE a><a/>".encode("utf-16-be"),
    "in UTF-16 without a mark": "<!DOCTYPE a><a/>".encode("utf-16-le"),
    "in UTF-8 with a mark": b"\xef\xbb\xbf<!DOCTYPE a><a/>",
    "with an entity in an attribute": b'<!DOCTYPE a [<!ENTITY e "x">]><a b="&e;"/>',
}


@pytest.mark.parametrize("where", DOCTYPES)
def test_a_document_type_is_refused_wherever_it_hides(where: str) -> None:
    assert has_doctype(DOCTYPES[where])
    with pytest.raises(PackageXmlError) as caught:
        parse_xml(DOCTYPES[where], "/x.xml")
    assert caught.value.code == "dtd"
    assert "/x.xml" in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        b"<a><![CDATA[<!DOCTYPE a>]]></a>",
        b"<a><!-- <!DOCTYPE a> --></a>",
        b"<a b='&lt;!DOCTYPE'/>",
        b"<!-- <!DOCTYPE a> --><a/>",
        "<a>é</a>".encode("utf-16"),
    ],
)
def test_words_that_look_like_a_document_type_are_read(data: bytes) -> None:
    assert parse_xml(data).tag == "a"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no",
        b"<a>",
        b"<a>&e;</a>",
        b'<?xml version="1.0" encoding="UTF-7"?><a/>',
        "<a/>".encode("cp500"),
        b"<a>" * 300 + b"</a>" * 300,
    ],
)
def test_what_is_no_sound_xml_is_refused_with_its_name(data: bytes) -> None:
    with pytest.raises(PackageXmlError) as caught:
        parse_xml(data, "/x.xml")
    assert caught.value.data["part"] == "/x.xml"


def test_limits_hold_while_inflating_not_by_what_is_declared(making: ModuleType) -> None:
    data = making.pack({**making.ordinary(), "word/a.bin": b"ab" * 50_000})
    assert "/word/a.bin" in Package.read(data).parts
    with pytest.raises(PackageLimitError):
        Package.read(data, Limits(inflated=50_000))


def test_zips_with_64_bit_sizes_are_read(making: ModuleType) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in making.ordinary().items():
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as part:
                part.write(data)
    assert Package.read(out.getvalue()).main_part == "/word/document.xml"


def test_real_files_come_out_part_for_part_as_they_went_in(corpus_docx: tuple[Path, ...]) -> None:
    read = 0
    for path in corpus_docx:
        try:
            package = Package.read(path.read_bytes())
        except DocumentError:
            continue
        read += 1
        written = package.write()
        again = Package.read(written)
        assert dict(again.parts) == dict(package.parts)
        assert again.write() == written
        for part in package.parts:
            package.relationships(part)
    assert read >= 0.9 * len(corpus_docx)
