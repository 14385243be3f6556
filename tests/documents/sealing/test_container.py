"""The zip container: what is refused before anything in it is read."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.sealing import container
from documents.sealing.container import Entry
from documents.sealing.errors import ContainerError
from documents.sealing.verdict import Indication, SubIndication

PARTS = {
    "[Content_Types].xml": b"<Types/>",
    "_rels/.rels": b"<r/>" * 40,
    "word/a.xml": b"aaaa" * 99,
}


def pack(parts: dict[str, bytes] | None = None) -> bytes:
    return container.write(Entry.make(*one) for one in (parts or PARTS).items())


def with_zipfile(*names: str, **wishes: object) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            info = zipfile.ZipInfo(name)
            for key, value in wishes.items():
                setattr(info, key, value)
            made.writestr(info, b"content")
    return file.getvalue()


def patch_central(data: bytes, offset: int, form: str, value: int) -> bytes:
    """Overwrite a field of the last directory record, counted from its start."""
    at = data.rindex(b"PK\x01\x02") + offset
    return data[:at] + struct.pack(form, value) + data[at + struct.calcsize(form) :]


def patch_both(data: bytes, central: int, local: int, form: str, value: int) -> bytes:
    data = patch_central(data, central, form, value)
    at = data.rindex(b"PK\x03\x04") + local
    return data[:at] + struct.pack(form, value) + data[at + struct.calcsize(form) :]


def duplicate() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate"):
        return with_zipfile("word/a.xml", "word/a.xml")


def shift(data: bytes, prefix: bytes) -> bytes:
    """Put bytes before the first entry and correct every offset, as a careful attacker does."""
    end = data.rindex(b"PK\x05\x06")
    start = struct.unpack_from("<I", data, end + 16)[0]
    directory = bytearray(data[start:end])
    at = 0
    while at < len(directory):
        name, extra, comment = struct.unpack_from("<3H", directory, at + 28)
        offset = struct.unpack_from("<I", directory, at + 42)[0]
        struct.pack_into("<I", directory, at + 42, offset + len(prefix))
        at += 46 + name + extra + comment
    tail = bytearray(data[end:])
    struct.pack_into("<I", tail, 16, start + len(prefix))
    return prefix + data[:start] + bytes(directory) + bytes(tail)


def overlapping() -> bytes:
    """Two directory records for one local entry."""
    data = pack({"[Content_Types].xml": b"x", "word/a.xml": b"y"})
    return patch_central(data, 42, "<I", 0)


def hidden_between() -> bytes:
    """An entry that stands in the file but not in its directory."""
    data = pack()
    end = data.rindex(b"PK\x05\x06")
    start, size = (struct.unpack_from("<I", data, end + at)[0] for at in (16, 12))
    last = data.rindex(b"PK\x01\x02")
    tail = bytearray(data[end:])
    struct.pack_into("<2H", tail, 8, 2, 2)
    struct.pack_into("<I", tail, 12, size - (end - last))
    return data[:start] + data[start:last] + bytes(tail)


REFUSED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no zip file": lambda: b"%PDF-1.7" * 20,
    "an empty zip file": lambda: b"PK\x05\x06" + bytes(18),
    "a zip file cut short": lambda: pack()[:-1],
    "bytes after the end": lambda: pack() + b"\0",
    "a comment at the end": lambda: pack()[:-2] + b"\x01\x00x",
    "bytes before the first entry": lambda: b"#!/bin/sh\n" + pack(),
    "bytes before the first entry, offsets corrected": lambda: shift(pack(), b"#!/bin/sh\n"),
    "an entry that the directory hides": hidden_between,
    "two records for one entry": overlapping,
    "two parts of one name": duplicate,
    "two parts that differ in case": lambda: with_zipfile("word/a.xml", "word/A.xml"),
    "a folder": lambda: with_zipfile("word/", "word/a.xml"),
    "a part that lies in a part": lambda: with_zipfile("word/a.xml", "word/a.xml/b.xml"),
    "a path that climbs": lambda: with_zipfile("word/../../etc/passwd"),
    "a path that stays": lambda: with_zipfile("word/./a.xml"),
    "an absolute path": lambda: with_zipfile("/word/a.xml"),
    "an empty segment": lambda: with_zipfile("word//a.xml"),
    "a backslash": lambda: pack({"word/a.xml": b""}).replace(b"word/a.xml", b"word\\a.xml"),
    "an escaped slash": lambda: with_zipfile("word%2Fa.xml"),
    "an escaped letter": lambda: with_zipfile("word/%61.xml"),
    "a name that ends in a dot": lambda: with_zipfile("word/a.xml."),
    "a name beyond ASCII": lambda: with_zipfile("word/é.xml"),
    "a piece of a part": lambda: with_zipfile("word/a.xml/[0].piece"),
    "an overlong name": lambda: with_zipfile("word/" + "a" * 300),
    "a comment on a part": lambda: with_zipfile("word/a.xml", comment=b"x"),
    "an encrypted part": lambda: patch_both(pack(), 8, 6, "<H", 1),
    "a strongly encrypted part": lambda: patch_both(pack(), 8, 6, "<H", 0x41),
    "a masked directory": lambda: patch_both(pack(), 8, 6, "<H", 0x2000),
    "a method that Word does not know": lambda: patch_both(pack(), 10, 8, "<H", 12),
    "another method in the local header": lambda: patch_central(pack(), 10, "<H", 0),
    "another size in the directory": lambda: patch_central(pack(), 24, "<I", 3),
    "a false size in both": lambda: patch_both(pack(), 24, 22, "<I", 395),
    "a false checksum in both": lambda: patch_both(pack(), 16, 14, "<I", 7),
    "a part on another disk": lambda: patch_central(pack(), 34, "<H", 1),
    "another name in the local header": lambda: pack().replace(b"word/a.xml", b"word/b.xml", 1),
    "a second name in an extra field": lambda: with_zipfile(
        "word/a.xml", extra=struct.pack("<HH", 0x7075, 4) + b"evil"
    ),
    "zip64": lambda: with_zipfile("word/a.xml", extra=struct.pack("<HH", 1, 8) + bytes(8)),
    "an extra field that runs over": lambda: with_zipfile("word/a.xml", extra=b"\x99\x99\xff\xff"),
    "a bomb": lambda: pack({"word/a.xml": bytes(container.MAX_RATIO * 60_000)}),
    "too many parts": lambda: pack({f"word/{n}": b"" for n in range(container.MAX_ENTRIES + 1)}),
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_container_refuses(what, judge):
    data = REFUSED[what]()
    with pytest.raises(ContainerError) as caught:
        container.read(data)
    assert str(caught.value)
    verdict = judge(data)
    assert verdict.container.sub_indication is SubIndication.FORMAT_FAILURE
    assert verdict.overall is Indication.FAILED


def test_the_size_of_the_file_has_a_limit():
    with pytest.raises(ContainerError, match="64 MB"):
        container.read(bytes(container.MAX_SIZE + 1))


def test_what_word_and_others_write_is_read_all_the_same():
    """Descriptors, growth hints in the local header only, other dates: read, but not canonical."""
    streamed = io.BytesIO()

    class Pipe(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data) -> int:
            return streamed.write(data)

    with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/a.xml", b"content")
    for data in (streamed.getvalue(), with_zipfile("word/a.xml", extra=b"\x20\xa2\x02\x00\0\0")):
        box = container.read(data)
        assert [(one.name, one.content) for one in box.entries] == [("word/a.xml", b"content")]
        assert not box.canonical


def test_folders_are_left_out_where_that_is_asked_for():
    data = with_zipfile("word/a.xml")
    file = io.BytesIO(data)
    with zipfile.ZipFile(file, "a") as made:
        made.writestr(zipfile.ZipInfo("word/"), b"")
    box = container.read(file.getvalue(), folders=True)
    assert [entry.name for entry in box.entries] == ["word/a.xml"]


PART_NAMES = st.from_regex(r"(word|media)/[a-z]{1,8}\.(xml|png)", fullmatch=True)


@settings(deadline=None)
@given(parts=st.dictionaries(PART_NAMES, st.binary(max_size=2000), min_size=1))
def test_what_is_written_is_read_back_and_is_canonical(parts):
    data = pack(parts)
    box = container.read(data)
    assert {entry.name: entry.content for entry in box.entries} == parts
    assert box.canonical
    assert container.write(reversed(box.entries)) == data
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert {name: file.read(name) for name in file.namelist()} == parts


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=400))
def test_noise_is_refused_and_never_crashes(data):
    with pytest.raises(ContainerError):
        container.read(data)
