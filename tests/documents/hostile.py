"""Makes files that mean harm or break promises, part by part and byte by byte.

Not a test module: ``conftest`` hands it over as ``making``; the table of files is in
``hostile_cases``.
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


def lie_about_size(data: bytearray) -> None:
    at = _central(data, 2)
    local = struct.unpack_from("<I", data, at + 42)[0]
    struct.pack_into("<I", data, at + 24, 10)
    struct.pack_into("<I", data, local + 22, 10)


def lie_in_the_directory_only(data: bytearray) -> None:
    struct.pack_into("<I", data, _central(data, 2) + 24, 10)


def wrong_checksum(data: bytearray) -> None:
    at = _central(data, 2)
    local = struct.unpack_from("<I", data, at + 42)[0]
    for place in (at + 16, local + 14):
        struct.pack_into("<I", data, place, 12345)


def encrypted(data: bytearray) -> None:
    at = _central(data, 2)
    local = struct.unpack_from("<I", data, at + 42)[0]
    data[at + 8] |= 1
    data[local + 6] |= 1


def other_local_name(data: bytearray) -> None:
    at = data.index(b"word/document.xml")
    data[at : at + 4] = b"wxyz"


def other_method(data: bytearray) -> None:
    struct.pack_into("<H", data, _central(data, 2) + 10, 0)


def lzma(data: bytearray) -> None:
    at = _central(data, 2)
    local = struct.unpack_from("<I", data, at + 42)[0]
    struct.pack_into("<H", data, at + 10, 14)
    struct.pack_into("<H", data, local + 8, 14)


def same_bytes_twice(data: bytearray) -> None:
    first = struct.unpack_from("<I", data, _central(data, 0) + 42)[0]
    name = struct.unpack_from("<H", data, _central(data, 1) + 28)[0]
    assert name
    struct.pack_into("<I", data, _central(data, 1) + 42, first)


def fewer_entries(data: bytearray) -> None:
    at = data.rindex(b"PK\5\6")
    struct.pack_into("<HH", data, at + 8, 2, 2)


def more_entries(data: bytearray) -> None:
    at = data.rindex(b"PK\5\6")
    struct.pack_into("<HH", data, at + 8, 60_000, 60_000)


def second_end(data: bytearray) -> None:
    at = data.rindex(b"PK\5\6")
    end = bytes(data[at:])
    struct.pack_into("<H", data, at + 20, len(end))
    data += end


def overlap() -> bytes:
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


def prefixed(prefix: bytes, adjust: bool) -> Callable[[], bytes]:
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


def commented(comment: bytes) -> bytes:
    data = bytearray(pack(ordinary()))
    struct.pack_into("<H", data, len(data) - 2, len(comment))
    return bytes(data) + comment


def two_types() -> bytes:
    twice = f'<Override PartName="/WORD/document.xml" ContentType="{MAIN_TYPE}2"/>'
    return pack({**ordinary(), "[Content_Types].xml": types(twice)})


def two_bodies() -> bytes:
    links = relationships(
        relationship(1, "officeDocument", "word/document.xml"),
        relationship(2, "officeDocument", "word/other.xml"),
    )
    return pack({**ordinary(), "_rels/.rels": links, "word/other.xml": body(paragraph("Autre"))})


def odt() -> bytes:
    return pack(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": b"<office:document-content xmlns:office='urn:x'/>",
        }
    )


def nested(levels: int, open_tag: str, close_tag: str) -> Callable[[], bytes]:
    return with_content(open_tag * levels + paragraph() + close_tag * levels)


def dense(count: int) -> Callable[[], bytes]:
    """Elements that each differ, so that they pass as text and not as a bomb."""

    def make() -> bytes:
        letters = noise(2 * count).hex()
        return pack(
            ordinary("".join(f'<w:p w:x="{letters[n * 4 : n * 4 + 4]}"/>' for n in range(count)))
        )

    return make


def noise(size: int) -> bytes:
    return os.urandom(size)


def zeros(count: int, size: int) -> Callable[[], bytes]:
    """Media that unpack to more than the whole may be, each within the ratio."""
    chunk = noise(12_000) + b"\0" * (size - 12_000)

    def make() -> bytes:
        media = {f"word/media/image{n}.png": chunk for n in range(count)}
        return pack({**ordinary(), **media})

    return make


def bzip2(data: bytearray) -> None:
    """The body said to be packed with bzip2, in both headers."""
    at = _central(data, 2)
    local = struct.unpack_from("<I", data, at + 42)[0]
    struct.pack_into("<H", data, at + 10, 12)
    struct.pack_into("<H", data, local + 8, 12)


def other_volume(data: bytearray) -> None:
    """The list of parts said to begin on another volume."""
    struct.pack_into("<HH", data, data.rindex(b"PK\5\6") + 4, 1, 1)


def list_elsewhere(data: bytearray) -> None:
    """The list of parts said to begin four bytes on."""
    at = data.rindex(b"PK\5\6") + 16
    struct.pack_into("<I", data, at, struct.unpack_from("<I", data, at)[0] + 4)


def part_elsewhere(data: bytearray) -> None:
    """The body said to stand beyond the end of the file."""
    struct.pack_into("<I", data, _central(data, 2) + 42, len(data) + 1000)


def strongly_encrypted(data: bytearray) -> None:
    """The body said to be under strong encryption, in both headers."""
    at = _central(data, 2)
    local = struct.unpack_from("<I", data, at + 42)[0]
    data[at + 8] |= 0x40
    data[local + 6] |= 0x40


def stream_cut(data: bytearray) -> None:
    """The packed bytes of the body turned into something that does not unpack."""
    at = data.index(b"word/document.xml") + len("word/document.xml")
    data[at : at + 4] = b"\xff\xff\xff\xff"


def folder_with_content() -> bytes:
    """A part whose name ends as a folder's."""
    return pack_pairs([*ordinary().items(), ("word/hidden/", b"content")])


def with_story(name: str, root: str, content: str) -> Callable[[], bytes]:
    """A sound file with one more story part of that root element."""
    text = f'{HEAD}<w:{root} xmlns:w="{W}">{content}</w:{root}>'
    return with_part(f"word/{name}.xml", text.encode())
