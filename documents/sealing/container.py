"""The zip container of a sealed file: read by its bytes without forgiving, written one way only.

``read`` refuses whatever two programs may read differently. ``write`` gives the canonical
container: the same entries always give the same bytes, and compressed entries are copied, not
compressed again. What the parts mean is ``package``'s.

Sources: PKWARE APPNOTE 6.3.3; ECMA-376 Part 2, 6.2.2 (part names) and 7.3 with Annex B (zip).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from documents.errors import N_
from documents.sealing.errors import ContainerError
from documents.sealing.names import CONTENT_TYPES_PART

MIB = 1024 * 1024
MAX_SIZE = 64 * MIB
MAX_ENTRIES = 4096
MAX_INFLATED = 256 * MIB
MAX_RATIO = 200
_RATIO_FLOOR = MIB
_MAX_NAME = 255

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_LOCAL_MAGIC, _CENTRAL_MAGIC, _END_MAGIC = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_DESCRIPTOR_MAGIC = b"PK\x07\x08"

_DESCRIPTOR = 0x0008
_UTF8 = 0x0800
_ALLOWED_FLAGS = 0x0002 | 0x0004 | _DESCRIPTOR | _UTF8
_STORED, _DEFLATED = 0, 8
# Zip64, strong encryption, AES, and the two that give an entry a second name or comment.
_FORBIDDEN_EXTRA = frozenset({0x0001, 0x0017, 0x9901, 0x7075, 0x6375})

_VERSION = 20
# 1980-01-01 00:00:00, the earliest moment that a zip can say.
_DATE, _TIME = 0x0021, 0

_SEGMENT = re.compile(r"(?:[A-Za-z0-9\-_~!$&'()*+,;=:@.]|%[0-9A-F]{2})+")
_NEEDLESS_ESCAPE = re.compile(r"%(?:2[DEF]|5[CF]|7E|3[0-9]|[46][1-9A-F]|[57][0-9A]|[01][0-9A-F])")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: a part of the package, inflated, with the bytes it was stored as."""

    name: str
    content: bytes
    method: int
    """0 stored, 8 deflated."""
    stored: bytes
    """What stands in the file: ``content`` itself or its deflate stream."""
    crc: int
    canonical: bool
    """Its headers are those that ``write`` would write."""

    @classmethod
    def make(cls, name: str, content: bytes) -> Entry:
        """Make an entry from the content of a part, deflated where that is shorter."""
        packer = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed = packer.compress(content) + packer.flush()
        crc = zlib.crc32(content)
        if len(packed) < len(content):
            return cls(name, content, _DEFLATED, packed, crc, True)
        return cls(name, content, _STORED, content, crc, True)


@dataclass(frozen=True, slots=True)
class Container:
    """The entries of a zip file in the order of its directory."""

    entries: tuple[Entry, ...]
    canonical: bool
    """No byte of it outside the deflate streams could be other than it is (see ``write``)."""


@dataclass(frozen=True, slots=True)
class _Record:
    fields: tuple[int, ...]
    """Version needed, flags, method, time, date, CRC, packed and plain size."""
    name: str
    raw_name: bytes
    offset: int
    canonical: bool


def read(data: bytes, *, folders: bool = False) -> Container:
    """Read a zip file that every program must read in the same way; else ``ContainerError``.

    With ``folders``, empty entries for folders are left out; a sealed file has none.

    Refused: anything before the first entry, between entries, or after the directory; local
    headers that differ from the directory; duplicate or case-equivalent names; names that are no
    part names; encryption, zip64, directories, comments; sizes or checksums that lie; bombs.
    """
    if len(data) > MAX_SIZE:
        raise ContainerError(
            N_("The file is larger than {limit} MB. Make its pictures smaller."),
            limit=MAX_SIZE // MIB,
        )
    records, start = _directory(data)
    _check_names([one.name for one in records if not (folders and one.name.endswith("/"))])
    entries: list[Entry | None] = [None] * len(records)
    cursor, budget = 0, MAX_INFLATED
    for index in sorted(range(len(records)), key=lambda n: records[n].offset):
        record = records[index]
        if record.offset != cursor:
            raise ContainerError(
                N_(
                    "The file holds bytes that belong to no part, or parts that overlap "
                    "(at byte {offset}). Ask the sender for the file as Word saved it."
                ),
                offset=cursor,
            )
        entry, cursor = _entry(data, record, start, budget)
        budget -= len(entry.content)
        if not record.name.endswith("/"):
            entries[index] = entry
        elif entry.content:
            raise _bad_name(record.name)
    if cursor != start:
        raise ContainerError(
            N_(
                "The file holds bytes that belong to no part, or parts that overlap "
                "(at byte {offset}). Ask the sender for the file as Word saved it."
            ),
            offset=cursor,
        )
    found = tuple(entry for entry in entries if entry is not None)
    names = [entry.name for entry in found]
    ordered = [record.offset for record in records]
    return Container(
        found,
        all(entry.canonical for entry in found)
        and names == sorted(names, key=order)
        and ordered == sorted(ordered),
    )


def write(entries: Iterable[Entry]) -> bytes:
    """Write the canonical container: one order, one date, no optional field, nothing between.

    Entries that were read keep their deflate streams, so nothing is compressed twice.
    """
    body: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for entry in sorted(entries, key=lambda entry: order(entry.name)):
        name = entry.name.encode("ascii")
        sizes = (entry.crc, len(entry.stored), len(entry.content))
        head = (_VERSION, 0, entry.method, _TIME, _DATE, *sizes, len(name))
        tail = (0, 0, 0, 0, 0, offset)
        directory += (_CENTRAL.pack(_CENTRAL_MAGIC, _VERSION, *head, *tail), name)
        body += (_LOCAL.pack(_LOCAL_MAGIC, *head, 0), name, entry.stored)
        offset += _LOCAL.size + len(name) + len(entry.stored)
    count, size = len(directory) // 2, sum(map(len, directory))
    end = _END.pack(_END_MAGIC, 0, 0, count, count, size, offset, 0)
    return b"".join((*body, *directory, end))


def order(name: str) -> tuple[int, str]:
    """Give the sort key of the canonical order: content types, root relationships, the rest."""
    if name == CONTENT_TYPES_PART:
        return 0, name
    if name.startswith("_rels/"):
        return 1, name
    return (3 if name.startswith("_xmlsignatures/") else 2), name


def _directory(data: bytes) -> tuple[list[_Record], int]:
    end = len(data) - _END.size
    if end < 0 or data[end : end + 4] != _END_MAGIC:
        raise ContainerError(
            N_(
                "The file is not a complete zip file, or something follows its end. "
                "Ask the sender for the file as Word saved it."
            )
        )
    _, disk, first_disk, here, count, size, start, comment = _END.unpack_from(data, end)
    if disk or first_disk or comment or here != count or start + size != end:
        raise _inconsistent("")
    if not 0 < count <= MAX_ENTRIES:
        raise ContainerError(
            N_("The file holds {count} parts; at most {limit} are allowed."),
            count=count,
            limit=MAX_ENTRIES,
        )
    records = []
    cursor = start
    for _ in range(count):
        if cursor + _CENTRAL.size > end or data[cursor : cursor + 4] != _CENTRAL_MAGIC:
            raise _inconsistent("")
        fields = _CENTRAL.unpack_from(data, cursor)
        made, shared, (name_size, extra_size, comment_size) = fields[1], fields[2:10], fields[10:13]
        on_disk, internal, external, offset = fields[13:17]
        raw = data[cursor + _CENTRAL.size : cursor + _CENTRAL.size + name_size]
        name = _decode(raw)
        cursor += _CENTRAL.size + name_size
        _check_extra(data[cursor : cursor + extra_size], name)
        cursor += extra_size
        if comment_size or on_disk or cursor > end:
            raise _inconsistent(name)
        plain = made == _VERSION and not internal and not external and not extra_size
        records.append(_Record(shared, name, raw, offset, plain))
    if cursor != end:
        raise _inconsistent("")
    return records, start


def _entry(data: bytes, record: _Record, limit: int, budget: int) -> tuple[Entry, int]:
    """Read one entry and give it with the offset of its first foreign byte."""
    offset, name = record.offset, record.name
    if offset + _LOCAL.size > limit or data[offset : offset + 4] != _LOCAL_MAGIC:
        raise _inconsistent(name)
    *local, name_size, extra_size = _LOCAL.unpack_from(data, offset)[1:]
    version, flags, method, time, date, crc, packed, plain = record.fields
    if flags & ~_ALLOWED_FLAGS or method not in (_STORED, _DEFLATED):
        raise ContainerError(
            N_(
                "The part {part} is encrypted or packed in a way that Word does not use. "
                "Ask the sender for the file as Word saved it."
            ),
            part=name,
        )
    described = bool(flags & _DESCRIPTOR)
    sizes = [0, 0, 0] if described and local[5:] != [crc, packed, plain] else [crc, packed, plain]
    if local != [version, flags, method, time, date, *sizes]:
        raise _inconsistent(name)
    cursor = offset + _LOCAL.size
    if data[cursor : cursor + name_size] != record.raw_name:
        raise _inconsistent(name)
    cursor += name_size
    _check_extra(data[cursor : cursor + extra_size], name)
    cursor += extra_size
    stored = data[cursor : cursor + packed]
    if cursor + packed > limit:
        raise _inconsistent(name)
    cursor += packed
    content = _inflate(stored, method, plain, budget, name)
    if zlib.crc32(content) != crc:
        raise _inconsistent(name)
    if described:
        cursor = _after_descriptor(data, cursor, (crc, packed, plain), name)
    canonical = record.canonical and not extra_size
    canonical = canonical and record.fields[:5] == (_VERSION, 0, method, _TIME, _DATE)
    return Entry(name, content, method, stored, crc, canonical), cursor


def _inflate(stored: bytes, method: int, size: int, budget: int, name: str) -> bytes:
    allowed = min(budget, max(_RATIO_FLOOR, MAX_RATIO * len(stored)))
    if size > allowed:
        raise ContainerError(
            N_("The part {part} is {size} bytes when unpacked, more than is allowed."),
            part=name,
            size=size,
        )
    if method == _STORED:
        content = stored
    else:
        inflater = zlib.decompressobj(-15)
        try:
            content = inflater.decompress(stored, size + 1)
        except zlib.error as error:
            raise _inconsistent(name) from error
        if not inflater.eof or inflater.unused_data or inflater.unconsumed_tail:
            raise _inconsistent(name)
    if len(content) != size:
        raise _inconsistent(name)
    return content


def _after_descriptor(data: bytes, cursor: int, values: tuple[int, int, int], name: str) -> int:
    plain = struct.pack("<3I", *values)
    for written in (_DESCRIPTOR_MAGIC + plain, plain):
        if data[cursor : cursor + len(written)] == written:
            return cursor + len(written)
    raise _inconsistent(name)


def _check_extra(extra: bytes, name: str) -> None:
    cursor = 0
    while cursor < len(extra):
        if cursor + 4 > len(extra):
            raise _inconsistent(name)
        kind, size = struct.unpack_from("<HH", extra, cursor)
        cursor += 4 + size
        if kind in _FORBIDDEN_EXTRA or cursor > len(extra):
            raise _inconsistent(name)


def _decode(raw: bytes) -> str:
    try:
        return raw.decode("ascii")
    except UnicodeDecodeError as error:
        raise _bad_name(raw.decode("utf-8", "replace")) from error


def _check_names(names: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in names:
        folded = name.casefold()
        if folded in seen:
            raise ContainerError(
                N_(
                    "The file holds the part {part} twice, so two programs may read two documents "
                    "in it. Ask the sender for the file as Word saved it."
                ),
                part=name,
            )
        seen.add(folded)
        if name == CONTENT_TYPES_PART:
            continue
        segments = name.split("/")
        if (
            len(name) > _MAX_NAME
            or _NEEDLESS_ESCAPE.search(name)
            or not all(_SEGMENT.fullmatch(s) and not s.endswith(".") for s in segments)
        ):
            raise _bad_name(name)
    for name in seen:
        parents = name.split("/")[:-1]
        for depth in range(1, len(parents) + 1):
            if "/".join(parents[:depth]) in seen:
                raise _bad_name(name)


def _bad_name(name: str) -> ContainerError:
    return ContainerError(
        N_(
            "{part} is not a name that a part of a Word file can have. "
            "Ask the sender for the file as Word saved it."
        ),
        part=name,
    )


def _inconsistent(name: str) -> ContainerError:
    if not name:
        return ContainerError(
            N_(
                "The directory of the zip file contradicts itself. "
                "Ask the sender for the file as Word saved it."
            )
        )
    return ContainerError(
        N_(
            "What the zip file says about the part {part} is not what it holds. "
            "Ask the sender for the file as Word saved it."
        ),
        part=name,
    )
