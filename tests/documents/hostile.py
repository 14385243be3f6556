"""Files that mean harm or break promises, made in code: one sentence, one file, one expected code.

Not a test module: ``conftest`` hands the table to any test that asks for ``hostile``.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_R = b"http://purl.oclc.org/ooxml/officeDocument/relationships"
STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MEGABYTE = 1024 * 1024

Parts = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Hostile:
    """One hostile file: what it is, the refusal it must meet, and how it is made."""

    sentence: str
    code: str
    make: Callable[[], bytes]


def paragraph(text: str = "Bonjour") -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def body(content: str = "", namespace: str = W) -> bytes:
    return (
        f'{HEAD}<w:document xmlns:w="{namespace}" xmlns:r="{R}" xmlns:v="urn:schemas-microsoft-com:vml"'
        f' xmlns:o="urn:schemas-microsoft-com:office:office">'
        f"<w:body>{content or paragraph()}</w:body></w:document>"
    ).encode()


def relationship(number: int, kind: str, target: str, mode: str = "") -> str:
    how = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="rId{number}" Type="{R}/{kind}" Target="{target}"{how}/>'


def relationships(*items: str) -> bytes:
    return (
        f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{''.join(items)}</Relationships>"
    ).encode()


def types(*items: str, main: str = MAIN_TYPE) -> bytes:
    return (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="png" ContentType="image/png"/>'
        '<Default Extension="bin" ContentType="application/octet-stream"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/>{"".join(items)}</Types>'
    ).encode()


def ordinary(content: str = "", links: tuple[str, ...] = ()) -> Parts:
    """The parts of a sound file, its body's relationships among them if there are any."""
    parts = {
        "[Content_Types].xml": types(),
        "_rels/.rels": relationships(relationship(1, "officeDocument", "word/document.xml")),
        "word/document.xml": body(content),
    }
    if links:
        parts["word/_rels/document.xml.rels"] = relationships(*links)
    return parts


def pack(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def pack_pairs(pairs: list[tuple[str, bytes]]) -> bytes:
    """Names exactly as given, twice if given twice."""
    local, central = b"", b""
    for name, data in pairs:
        machine = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = machine.compress(data) + machine.flush()
        raw = name.encode()
        sizes = (zlib.crc32(data), len(packed), len(data), len(raw), 0)
        central += struct.pack(
            "<4sHHHHHHIIIHHHHHII",
            b"PK\1\2",
            20,
            20,
            0x800,
            8,
            0,
            33,
            *sizes,
            0,
            0,
            0,
            0,
            len(local),
        )
        central += raw
        local += struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0x800, 8, 0, 33, *sizes) + raw + packed
    end = struct.pack(
        "<4sHHHHIIH", b"PK\5\6", 0, 0, len(pairs), len(pairs), len(central), len(local), 0
    )
    return local + central + end


def with_name(name: str) -> Callable[[], bytes]:
    return lambda: pack_pairs([*ordinary().items(), (name, b"x")])


def with_content(content: str) -> Callable[[], bytes]:
    return lambda: pack(ordinary(content))


def with_link(kind: str, target: str, mode: str = "External") -> Callable[[], bytes]:
    return lambda: pack(ordinary("", (relationship(1, kind, target, mode),)))


def with_type(kind: str, name: str = "word/thing.bin") -> Callable[[], bytes]:
    declared = f'<Override PartName="/{name}" ContentType="{kind}"/>'
    return lambda: pack({**ordinary(), "[Content_Types].xml": types(declared), name: b"thing"})


def with_main(kind: str) -> Callable[[], bytes]:
    return lambda: pack({**ordinary(), "[Content_Types].xml": types(main=kind)})


def with_part(name: str, data: bytes) -> Callable[[], bytes]:
    return lambda: pack({**ordinary(), name: data})


def field(*codes: str, result: str = "?", close: bool = True) -> str:
    """A complex field whose code is cut into as many runs as are given."""
    runs = "".join(f'<w:r><w:instrText xml:space="preserve">{c}</w:instrText></w:r>' for c in codes)
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>' if close else ""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{result}</w:t></w:r>{end}'
    )


def in_paragraph(runs: str) -> str:
    return f"<w:p>{runs}</w:p>"


def with_field(*codes: str) -> Callable[[], bytes]:
    return with_content(in_paragraph(field(*codes)))


def doctype(declaration: str, encoding: str = "utf-8") -> bytes:
    named = "UTF-16" if encoding.startswith("utf-16") else "UTF-8"
    text = f'<?xml version="1.0" encoding="{named}"?>{declaration}' + body().decode()[len(HEAD) :]
    return text.encode(encoding)


LAUGHS = "<!DOCTYPE lol [" + '<!ENTITY a0 "lol">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
) + "]>"  # fmt: skip


def patched(change: Callable[[bytearray], None]) -> Callable[[], bytes]:
    def make() -> bytes:
        data = bytearray(pack(ordinary()))
        change(data)
        return bytes(data)

    return make


def _central(data: bytearray, number: int) -> int:
    at = -1
    for _ in range(number + 1):
        at = data.index(b"PK\1\2", at + 1)
    return at


def _lie_about_size(data: bytearray) -> None:
    at = _central(data, 2)
    local = struct.unpack_from("<I", data, at + 42)[0]
    struct.pack_into("<I", data, at + 24, 10)
    struct.pack_into("<I", data, local + 22, 10)


def _lie_in_the_directory_only(data: bytearray) -> None:
    struct.pack_into("<I", data, _central(data, 2) + 24, 10)


def _wrong_checksum(data: bytearray) -> None:
    at = _central(data, 2)
    local = struct.unpack_from("<I", data, at + 42)[0]
    for place in (at + 16, local + 14):
        struct.pack_into("<I", data, place, 12345)


def _encrypted(data: bytearray) -> None:
    at = _central(data, 2)
    local = struct.unpack_from("<I", data, at + 42)[0]
    data[at + 8] |= 1
    data[local + 6] |= 1


def _other_local_name(data: bytearray) -> None:
    at = data.index(b"word/document.xml")
    data[at : at + 4] = b"wxyz"


def _other_method(data: bytearray) -> None:
    struct.pack_into("<H", data, _central(data, 2) + 10, 0)


def _lzma(data: bytearray) -> None:
    at = _central(data, 2)
    local = struct.unpack_from("<I", data, at + 42)[0]
    struct.pack_into("<H", data, at + 10, 14)
    struct.pack_into("<H", data, local + 8, 14)


def _same_bytes_twice(data: bytearray) -> None:
    first = struct.unpack_from("<I", data, _central(data, 0) + 42)[0]
    name = struct.unpack_from("<H", data, _central(data, 1) + 28)[0]
    assert name
    struct.pack_into("<I", data, _central(data, 1) + 42, first)


def _fewer_entries(data: bytearray) -> None:
    at = data.rindex(b"PK\5\6")
    struct.pack_into("<HH", data, at + 8, 2, 2)


def _more_entries(data: bytearray) -> None:
    at = data.rindex(b"PK\5\6")
    struct.pack_into("<HH", data, at + 8, 60_000, 60_000)


def _second_end(data: bytearray) -> None:
    at = data.rindex(b"PK\5\6")
    end = bytes(data[at:])
    struct.pack_into("<H", data, at + 20, len(end))
    data += end


def _overlap() -> bytes:
    """Many names for one compressed kernel, after David Fifield's better zip bomb (2019)."""
    kernel = b"\0" * (8 * MEGABYTE)
    data = pack_pairs([*ordinary().items(), ("word/media/a.bin", kernel)])
    directory = data.index(b"PK\1\2")
    end = data.rindex(b"PK\5\6")
    last = data.rindex(b"PK\1\2")
    lines = b""
    for n in range(100):
        line = bytearray(data[last:end])
        line[46 : 46 + 16] = f"word/media/b{n:02}.b".encode()
        lines += bytes(line)
    central = data[directory:end] + lines
    count = 104
    return (
        data[:directory]
        + central
        + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(central), directory, 0)
    )


def _prefixed(prefix: bytes, adjust: bool) -> Callable[[], bytes]:
    """A file before the file; with its offsets moved (valid for forgiving readers) or not."""

    def make() -> bytes:
        data = bytearray(pack(ordinary()))
        if adjust:
            shift = len(prefix)
            for number in range(3):
                at = _central(data, number)
                struct.pack_into(
                    "<I", data, at + 42, struct.unpack_from("<I", data, at + 42)[0] + shift
                )
            end = data.rindex(b"PK\5\6")
            struct.pack_into(
                "<I", data, end + 16, struct.unpack_from("<I", data, end + 16)[0] + shift
            )
        return prefix + bytes(data)

    return make


def _commented(comment: bytes) -> bytes:
    data = bytearray(pack(ordinary()))
    struct.pack_into("<H", data, len(data) - 2, len(comment))
    return bytes(data) + comment


def _two_types() -> bytes:
    twice = f'<Override PartName="/WORD/document.xml" ContentType="{MAIN_TYPE}2"/>'
    return pack({**ordinary(), "[Content_Types].xml": types(twice)})


def _two_bodies() -> bytes:
    links = relationships(
        relationship(1, "officeDocument", "word/document.xml"),
        relationship(2, "officeDocument", "word/other.xml"),
    )
    return pack({**ordinary(), "_rels/.rels": links, "word/other.xml": body(paragraph("Autre"))})


def _odt() -> bytes:
    return pack(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": b"<office:document-content xmlns:office='urn:x'/>",
        }
    )


def _nested(levels: int, open_tag: str, close_tag: str) -> Callable[[], bytes]:
    return with_content(open_tag * levels + paragraph() + close_tag * levels)


def _dense(count: int) -> Callable[[], bytes]:
    """Elements that each differ, so that they pass as text and not as a bomb."""

    def make() -> bytes:
        noise = _noise(2 * count).hex()
        return pack(
            ordinary("".join(f'<w:p w:x="{noise[n * 4 : n * 4 + 4]}"/>' for n in range(count)))
        )

    return make


def _noise(size: int) -> bytes:
    return os.urandom(size)


def _zeros(count: int, size: int) -> Callable[[], bytes]:
    """Media that unpack to more than the whole may be, each within the ratio."""
    chunk = _noise(12_000) + b"\0" * (size - 12_000)

    def make() -> bytes:
        media = {f"word/media/image{n}.png": chunk for n in range(count)}
        return pack({**ordinary(), **media})

    return make


CELL = '<w:tbl><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc><w:tcPr><w:{0} w:val="{1}"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>'
MACRO_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"
MACRO_TEMPLATE = "application/vnd.ms-word.template.macroEnabledTemplate.main+xml"
TEMPLATE_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
SHEET_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
INNER = "".join((
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
    '<w:r><w:instrText>QUOTE 68 68 69</w:instrText></w:r>',
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>DDE</w:t></w:r>',
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
))  # fmt: skip
BROKEN = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>D</w:instrText></w:r>'
    "{0}<w:r><w:{1}>X</w:{1}></w:r>{2}<w:r><w:instrText>DE cmd</w:instrText></w:r>"
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
NESTED = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF 1=1 "</w:instrText></w:r>'
    f'{field(" DDE cmd ")}<w:r><w:instrText>"</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
COMPUTED = (
    f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{INNER}'
    '<w:r><w:instrText> "cmd" "/c calc"</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink">'
    '<image x:href="https://tracker.example/pixel.png"/></svg>'
)
SVG_TYPE = '<Default Extension="svg" ContentType="image/svg+xml"/>'

CASES: tuple[Hostile, ...] = tuple(
    Hostile(sentence, code, make)
    for sentence, code, make in (
        # Not a Word file at all.
        ("an empty file", "empty", lambda: b""),
        ("a text file", "not-zip", lambda: b"Bonjour"),
        ("a PDF file", "pdf", lambda: b"%PDF-1.7\n%%EOF"),
        ("an RTF file", "rtf", lambda: b"{\\rtf1 Bonjour}"),
        ("an HTML file", "not-zip", lambda: b"<html><body>Bonjour</body></html>"),
        ("an old or encrypted .doc file", "ole", lambda: OLE_HEAD + b"\0" * 504),
        ("an OpenDocument file", "opendocument", _odt),
        ("a zip of something else", "not-word", lambda: pack({"a.txt": b"a"})),
        ("a zip without parts", "not-zip", lambda: pack({})),
        ("a workbook", "not-word", with_main(SHEET_MAIN)),
        ("a template", "template-file", with_main(TEMPLATE_MAIN)),
        ("a body that no relationship leads to", "not-word", lambda: pack({**ordinary(), "_rels/.rels": relationships()})),
        # The container.
        ("a file over 20 MB", "too-large", lambda: pack({**ordinary(), "word/media/i.png": _noise(21 * MEGABYTE)}, zipfile.ZIP_STORED)),
        ("a file cut in the middle", "damaged", lambda: pack(ordinary())[:-300]),
        ("a file cut by its last byte", "damaged", lambda: pack(ordinary())[:-1]),
        ("a file of one local header", "damaged", lambda: pack(ordinary())[:40]),
        ("2,001 parts", "too-many-parts", lambda: pack({**ordinary(), **{f"word/m{n}.bin": b"" for n in range(1_998)}})),
        ("60,000 parts announced, three there", "too-many-parts", patched(_more_entries)),
        ("a part that the list leaves out", "ambiguous", patched(_fewer_entries)),
        ("two ends of the list of parts", "ambiguous", patched(_second_end)),
        ("a declared size that lies in both headers", "damaged", patched(_lie_about_size)),
        ("a declared size that lies in one header", "ambiguous", patched(_lie_in_the_directory_only)),
        ("a checksum that is wrong", "damaged", patched(_wrong_checksum)),
        ("an encrypted part", "encrypted", patched(_encrypted)),
        ("a part with another name in its own header", "ambiguous", patched(_other_local_name)),
        ("a part stored in one header and deflated in the other", "ambiguous", patched(_other_method)),
        ("a part packed with LZMA", "damaged", patched(_lzma)),
        ("two names for the same bytes", "ambiguous", patched(_same_bytes_twice)),
        ("a hundred names for one bomb", "ambiguous", _overlap),
        ("a script before the zip", "not-zip", _prefixed(b"#!/bin/sh\nexit\n", True)),
        ("a PDF before the zip", "pdf", _prefixed(b"%PDF-1.7\n", True)),
        ("a zip before the zip", "ambiguous", _prefixed(pack({"a": b"a"}), False)),
        ("a zip before the zip, offsets moved", "ambiguous", _prefixed(pack({"a": b"a"}), True)),
        ("a page after the zip", "damaged", lambda: pack(ordinary()) + b"<script>alert(1)</script>"),
        # Names.
        ("a name that climbs out", "part-name", with_name("../../etc/cron.d/x")),
        ("a name that climbs out in the middle", "part-name", with_name("word/../../x")),
        ("a name with a backslash", "part-name", with_name("word\\..\\x.bin")),
        ("an absolute name", "part-name", with_name("/etc/passwd")),
        ("a name with a drive", "part-name", with_name("C:/x.bin")),
        ("a name with a NUL", "part-name", with_name("word/x\0.bin")),
        ("a name with a line end", "part-name", with_name("word/x\n.bin")),
        ("a name with a coded slash", "part-name", with_name("word/%2F..%2Fx")),
        ("an empty name", "part-name", with_name("")),
        ("a name of 2,000 letters", "part-name", with_name("w" * 2_000)),
        ("two parts of one name", "duplicate-part", lambda: pack_pairs([*ordinary().items(), ("word/document.xml", body())])),
        ("two parts whose names differ by case", "duplicate-part", lambda: pack_pairs([*ordinary().items(), ("Word/Document.XML", body())])),
        # Bombs.
        ("a part that grows a thousandfold", "ratio", with_part("word/media/i.png", b"\0" * (20 * MEGABYTE))),
        ("an XML part of white space", "ratio", with_part("word/footnotes.xml", body() + b" " * (30 * MEGABYTE))),
        ("a part of more than 50 MB of XML", "part-too-large", lambda: pack({**ordinary(), "word/notes.xml": b"<a>" + (_noise(9_000).hex().encode() * 3_000) + b"</a>"})),
        ("more than 200 MB of pictures", "inflates", _zeros(90, 1_200_000 * 2)),
        ("two million empty paragraphs", "too-complex", _dense(2_000_000)),
        # XML.
        ("a billion laughs", "dtd", with_part("word/document.xml", doctype(LAUGHS))),
        ("a DOCTYPE alone", "dtd", with_part("word/document.xml", doctype("<!DOCTYPE w>"))),
        ("an external entity", "dtd", with_part("word/document.xml", doctype('<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]>'))),
        ("an external DTD", "dtd", with_part("word/document.xml", doctype('<!DOCTYPE w SYSTEM "http://198.51.100.1/x.dtd">'))),
        ("a DTD in UTF-16 with a mark", "dtd", with_part("word/document.xml", doctype("<!DOCTYPE w>", "utf-16"))),
        ("a DTD in UTF-16 the other way round", "dtd", with_part("word/document.xml", b"\xfe\xff" + doctype("<!DOCTYPE w>", "utf-16-be"))),
        ("a DTD after a comment", "dtd", with_part("word/document.xml", doctype("<!-- <a> --><!DOCTYPE w>"))),
        ("a DTD in the relationships", "dtd", with_part("_rels/.rels", b"<!DOCTYPE a>" + relationships()[len(HEAD) :])),
        ("a DTD in the content types", "dtd", with_part("[Content_Types].xml", b"<!DOCTYPE a>" + types()[len(HEAD) :])),
        ("a DTD in a custom part", "dtd", with_part("customXml/item1.xml", b"<!DOCTYPE a><a/>")),
        ("a DTD in a part that is not called XML", "dtd", with_part("word/notes.bin", doctype("<!DOCTYPE w>"))),
        ("a DTD behind blanks in a part that is not called XML", "dtd", with_part("word/notes.bin", b"\n  <!DOCTYPE a><a/>")),
        ("a body in UTF-7", "bad-xml", with_part("word/document.xml", b'<?xml version="1.0" encoding="UTF-7"?>' + body()[len(HEAD) :])),
        ("a body in EBCDIC", "bad-xml", with_part("word/document.xml", body().decode().encode("cp500"))),
        ("a body that is not closed", "bad-xml", with_part("word/document.xml", body()[:-10])),
        ("a body that is no XML", "bad-xml", with_part("word/document.xml", b"Bonjour")),
        ("an empty body part", "bad-xml", with_part("word/document.xml", b"")),
        ("an entity nobody declared", "bad-xml", with_content(paragraph("&evil;"))),
        ("tables in tables, 100 deep", "depth", _nested(100, "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>")),
        ("100,000 elements deep", "depth", _nested(100_000, "<w:sdt>", "</w:sdt>")),
        # Tables that spin.
        ("a cell over 200,000,000 columns", "grid-span", with_content(CELL.format("gridSpan", 200_000_000))),
        ("a cell over 64 columns", "grid-span", with_content(CELL.format("gridSpan", 64))),
        ("a cell over minus one column", "grid-span", with_content(CELL.format("gridSpan", -1))),
        ("a row that begins 200,000,000 columns in", "grid-span", with_content(CELL.format("gridBefore", 200_000_000))),
        ("a wide cell in a Strict file", "grid-span", with_part("word/document.xml", body(CELL.format("gridSpan", 999), STRICT_W))),
        # What runs.
        ("a macro-enabled body", "macros", with_main(MACRO_MAIN)),
        ("a macro-enabled template", "macros", with_main(MACRO_TEMPLATE)),
        ("a VBA project by its relationship", "macros", with_link("vbaProject", "vbaProject.bin", "")),
        ("a VBA project by its type", "macros", with_type("application/vnd.ms-office.vbaProject", "word/x.bin")),
        ("a VBA project by its name", "macros", with_part("word/VbaProject.bin", b"x")),
        ("an ActiveX control", "active-content", with_type("application/vnd.ms-office.activeX+xml", "word/activeX/activeX1.xml")),
        ("an ActiveX control by its relationship", "active-content", with_link("control", "activeX/activeX1.xml", "")),
        ("a control in a run", "active-content", with_content(in_paragraph('<w:r><w:object><w:control r:id="rId9"/></w:object></w:r>'))),
        ("buttons of its own", "active-content", with_link("extensibility", "customUI.xml", "")),
        ("an add-in that opens a pane", "active-content", with_link("webextensiontaskpanes", "taskpanes.xml", "")),
        # What is drawn in.
        ("an altChunk", "alt-chunk", with_content('<w:altChunk r:id="rId1"/>')),
        ("an altChunk by its relationship", "alt-chunk", with_link("aFChunk", "chunk.html", "")),
        ("a subdocument", "sub-document", with_content('<w:p><w:subDoc r:id="rId1"/></w:p>')),
        ("a subdocument by its relationship", "sub-document", with_link("subDocument", "file:///a.docx")),
        ("an OLE object", "embedded-object", with_content(in_paragraph('<w:r><w:object><o:OLEObject Type="Embed" ProgID="Package"/></w:object></w:r>'))),
        ("an OLE object by its relationship", "embedded-object", with_link("oleObject", "embeddings/o.bin", "")),
        ("an OLE object elsewhere", "embedded-object", with_link("oleObject", "file:///x.xls")),
        ("a packed file by its relationship", "embedded-object", with_link("package", "embeddings/setup.exe", "")),
        ("a frame", "frame", with_link("frame", "https://example.org/f.htm")),
        ("a picture elsewhere", "external-image", with_link("image", "https://tracker.example/p.png")),
        ("a picture on a share", "external-image", with_link("image", "\\\\198.51.100.1\\share\\p.png")),
        ("a VML picture elsewhere", "external-image", with_content(in_paragraph('<w:r><w:pict><v:shape><v:imagedata src="http://198.51.100.1/p.png"/></v:shape></w:pict></w:r>'))),
        ("a VML filling on a share", "external-image", with_content(in_paragraph('<w:r><w:pict><v:rect><v:fill src="\\\\198.51.100.1\\p.png"/></v:rect></w:pict></w:r>'))),
        ("a drawing that fetches a picture", "external-image", lambda: pack({**ordinary(), "[Content_Types].xml": types(SVG_TYPE), "word/media/i.svg": SVG.encode()})),
        ("a template elsewhere", "external-template", with_link("attachedTemplate", "https://example.org/t.dotm")),
        ("a header elsewhere", "external-part", with_link("header", "https://example.org/h.xml")),
        ("a part elsewhere that says it is inside", "external-part", with_link("header", "https://example.org/h.xml", "")),
        ("a part elsewhere with a mode of its own", "external-part", with_link("header", "h.xml", "Elsewhere")),
        ("a data source for mail merge", "external-part", with_link("mailMergeSource", "file:///c:/list.mdb")),
        ("a connection to a database", "mail-merge", with_part("word/settings.xml", f'<w:settings xmlns:w="{W}"><w:mailMerge><w:connectString w:val="DSN=x"/></w:mailMerge></w:settings>'.encode())),
        # Links.
        ("a link that runs a script", "external-link", with_link("hyperlink", "javascript:alert(1)")),
        ("a link to a file", "external-link", with_link("hyperlink", "file:///c:/windows/system32/calc.exe")),
        ("a link to a share", "external-link", with_link("hyperlink", "\\\\198.51.100.1\\share\\x.lnk")),
        ("a link to data", "external-link", with_link("hyperlink", "data:text/html,hello")),
        ("a link to a search protocol", "external-link", with_link("hyperlink", "ms-msdt:/id PCWDiagnostic")),
        ("a link hidden behind a line end", "external-link", with_link("hyperlink", "java&#10;script:alert(1)")),
        ("a link field to a file", "external-link", with_field(' HYPERLINK "file:///c:/x.exe" ')),
        ("a link field to a share, after its switches", "external-link", with_field(' HYPERLINK \\o "tip" \\l "mark" "\\\\198.51.100.1\\x" ')),
        # Fields.
        ("a DDE field", "field", with_field(' DDE "cmd" "/c calc" ')),
        ("a DDEAUTO field", "field", with_field(' DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc.exe" ')),
        ("a DDE field cut over five runs", "field", with_field(" D", "D", "E", "AU", 'TO "cmd" ')),
        ("a DDE field cut over two paragraphs", "field", with_content('<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DD</w:instrText></w:r></w:p><w:p><w:r><w:instrText>E "cmd"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>')),
        ("a DDE field in small letters", "field", with_field(' ddeAuto "cmd" ')),
        ("a DDE field in wide letters", "field", with_field(' ＤＤＥ "cmd" ')),
        ("a DDE field with invisible letters", "field", with_field(' D\u200bD\u200dE "cmd" ')),
        ("a DDE field without end", "field", with_content(in_paragraph(field(' DDE "cmd" ', close=False)))),
        ("a DDE field in one attribute", "field", with_content('<w:p><w:fldSimple w:instr=" DDEAUTO &quot;cmd&quot; "/></w:p>')),
        ("a DDE field in deleted text", "field", with_content(in_paragraph(field(' DDE "cmd" ').replace("instrText", "delInstrText")))),
        ("a DDE field in a header", "field", with_part("word/header1.xml", body(in_paragraph(field(' DDE "cmd" '))))),
        ("a DDE field in a Strict file", "field", with_part("word/document.xml", body(in_paragraph(field(' DDE "cmd" ')), STRICT_W))),
        ("a DDE field whose name a field computes", "field-computed", with_content(in_paragraph(COMPUTED))),
        ("an INCLUDEPICTURE field", "field", with_field(' INCLUDEPICTURE "https://tracker.example/p.png" \\d ')),
        ("an INCLUDETEXT field", "field", with_field(' INCLUDETEXT "\\\\\\\\198.51.100.1\\\\x.docx" ')),
        ("an old INCLUDE field", "field", with_field(' INCLUDE "c:\\\\x.doc" ')),
        ("an IMPORT field", "field", with_field(' IMPORT "c:\\\\x.png" ')),
        ("a LINK field", "field", with_field(' LINK Excel.Sheet.8 "c:\\\\x.xls" "A1" ')),
        ("a DATABASE field", "field", with_field(' DATABASE \\d "c:\\\\x.mdb" ')),
        ("a DDE field with a deleted letter in its name", "field", with_content(in_paragraph(BROKEN.format("<w:del>", "delInstrText", "</w:del>")))),
        ("a DDE field with a letter deleted in another way", "field", with_content(in_paragraph(BROKEN.format("<w:del>", "instrText", "</w:del>")))),
        ("a DDE field that comes back when an insertion is rejected", "field", with_content(in_paragraph(BROKEN.format("<w:ins>", "instrText", "</w:ins>")))),
        ("a DDE field inside the words of another field", "field", with_content(in_paragraph(NESTED))),
        ("a DDE field in a footnote", "field", with_part("word/footnotes.xml", f'<w:footnotes xmlns:w="{W}"><w:footnote><w:p>{field(" DDE ")}</w:p></w:footnote></w:footnotes>'.encode())),
        ("a PRINT field", "field", with_field(' PRINT "\\e&amp;l1O" ')),
        ("a link field to a share without quotes", "external-link", with_field(" HYPERLINK \\\\\\\\198.51.100.1\\\\x ")),
        ("a link field with curved quotes", "external-link", with_field(" HYPERLINK “file:///c:/x.exe” ")),
        ("a link on a VML shape", "external-link", with_content(in_paragraph('<w:r><w:pict><v:shape href="file:///c:/x.exe"/></w:pict></w:r>'))),
        ("a VML picture that Office fetches", "external-image", with_content(in_paragraph('<w:r><w:pict><v:shape><v:imagedata o:href="https://tracker.example/p.png"/></v:shape></w:pict></w:r>'))),
        ("an online video", "active-content", with_content('<w:p><w:r><wp15:webVideoPr xmlns:wp15="http://schemas.microsoft.com/office/word/2012/wordprocessingDrawing" embeddedHtml="&lt;iframe/&gt;"/></w:r></w:p>')),
        ("an OLE object whose kind is in capitals", "embedded-object", with_link("OLEOBJECT", "embeddings/o.bin", "")),
        ("an OLE object in a Strict file", "embedded-object", lambda: pack({**ordinary(), "word/_rels/document.xml.rels": relationships(relationship(1, "oleObject", "o.bin")).replace(R.encode(), STRICT_R)})),
        ("relationships in a part named in capitals", "external-image", with_part("word/_rels/document.xml.RELS", relationships(relationship(1, "image", "https://tracker.example/p.png", "External")))),
        ("a name with coded letters", "part-name", with_name("word/docu%6Dent.xml")),
        ("a name with coded dots", "part-name", with_name("word/%2e%2e/x")),
        ("a file in the comment of the zip", "ambiguous", lambda: _commented(b"<html><script>alert(1)</script></html>")),
        ("a link to an anchor of a file", "external-link", with_link("hyperlink", "other.docx#mark")),
        ("a query for mail merge", "mail-merge", with_part("word/settings.xml", f'<w:settings xmlns:w="{W}"><w:mailMerge><w:query w:val="SELECT"/></w:mailMerge></w:settings>'.encode())),
        ("a chart linked to a workbook elsewhere", "embedded-object", lambda: pack({**ordinary(), "word/charts/_rels/chart1.xml.rels": relationships(relationship(1, "oleObject", "file:///x.xlsx", "External"))})),
        ("a chart with a program in it", "embedded-object", lambda: pack({**ordinary(), "word/charts/_rels/chart1.xml.rels": relationships(relationship(1, "package", "../embeddings/x.exe"))})),
        # The package's own books.
        ("a part with two content types", "two-types", _two_types),
        ("two bodies", "two-bodies", _two_bodies),
        ("two relationships of one name", "two-relationships", lambda: pack(ordinary("", (relationship(1, "styles", "a.xml"), relationship(1, "styles", "b.xml"))))),
    )
)  # fmt: skip
