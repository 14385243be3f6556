"""The zip container of a Word file, read by its bytes and nothing else.

Reads the central directory itself and inflates by counting, because declared sizes lie and because
every reader that forgives (bytes before the first part, two parts of one name, parts that overlap)
lets two programs see two documents in one file. Only the standard library: the intake child starts
with this module. Parts as a package are ``package``'s; what the parts may say is ``intake``'s.

Sources: PKWARE APPNOTE 6.3.3; ECMA-376 Part 2 (Open Packaging Conventions), 7.3 and Annex B.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from documents.errors import N_, DocumentError, Value

MIB = 1024 * 1024
_BLOCK = 256 * 1024
# Below this size a part may shrink as far as it likes: a blank bitmap is not a bomb.
_RATIO_FLOOR = MIB

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_END64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR64 = struct.Struct("<4sIQI")
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_DESCRIPTOR = 0x8
_UTF8 = 0x800
_MAX32 = 0xFFFFFFFF
_MAX16 = 0xFFFF
# A data descriptor with its signature and 64-bit sizes.
_DESCRIPTOR_ROOM = 24
_PADDING = 16

# Characters that need no coding, and slashes: coded, they make two names of one part.
_CODED = re.compile(
    r"%(2[def5]|3[0-9a]|4[1-9a-f]|5[0-9acf]|6[1-9a-f]|7[0-9ae]|[01].)", re.IGNORECASE
)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a package may be at most. Sizes in bytes."""

    size: int = 20 * MIB
    """The file itself."""
    entries: int = 2000
    """Parts in the file."""
    inflated: int = 200 * MIB
    """All parts together, counted while they are inflated."""
    xml_part: int = 50 * MIB
    """One XML part, inflated."""
    ratio: int = 200
    """Inflated bytes per stored byte of one part (parts under 1 MiB are not measured)."""
    depth: int = 256
    """Elements inside elements in one XML part."""
    grid_span: int = 63
    """Columns that one table cell may span; Word itself stops at 63."""


CEILING = Limits(size=64 * MIB, entries=10_000, inflated=800 * MIB, xml_part=200 * MIB, ratio=1000)
"""As far as an operator may open intake, and as far as what passed it is read."""


class PackageError(DocumentError):
    """The bytes are not a package that we read. ``code`` names the fault for programs."""

    def __init__(self, code: str, message: str, **data: Value) -> None:
        self.code = code
        super().__init__(message, **data)


class NotADocxError(PackageError):
    """The file is something else than a Word document in OOXML."""


class PackageDamagedError(PackageError):
    """The zip container is cut, inconsistent, encrypted or ambiguous."""


class PackageLimitError(PackageError):
    """The package is larger than the limits allow; ``code`` says which."""


class PackageNameError(PackageError):
    """A part's name is not allowed, or two parts share one."""


class PackageXmlError(PackageError):
    """An XML part is not well formed, or declares a document type or a foreign encoding."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One part as the central directory lists it."""

    name: str
    """The part name with its leading ``/``."""
    method: int
    crc: int
    stored: int
    declared: int
    start: int
    """Where its stored bytes begin."""


def _damaged(detail: str) -> PackageDamagedError:
    """``detail`` is for logs and programs; the sentence is the same for every damage."""
    return PackageDamagedError(
        "damaged",
        N_(
            "The file is damaged or incomplete. Open it in Word, let Word repair it, and save it "
            "again as .docx."
        ),
        detail=detail,
    )


def _ambiguous(detail: str) -> PackageDamagedError:
    return PackageDamagedError(
        "ambiguous",
        N_(
            "The file is packed so that two programs could read it differently. Open it in Word "
            "and save it under a new name as .docx."
        ),
        detail=detail,
    )


def check_start(data: bytes) -> None:
    """Refuse what does not begin as a zip file, and say what it is. Raises NotADocxError."""
    if data.startswith(b"PK\x03\x04"):
        return
    if data.startswith(_OLE):
        raise NotADocxError(
            "ole",
            N_(
                "This is an encrypted or an old .doc file. Open it in Word, remove the password, "
                "and save it as .docx."
            ),
        )
    if not data:
        raise NotADocxError("empty", N_("The file is empty. Save it again in Word as .docx."))
    if data.startswith(b"%PDF-"):
        raise NotADocxError(
            "pdf", N_("This is a PDF file. Send the Word file that it was made of.")
        )
    if data.lstrip(b"\xef\xbb\xbf").startswith(b"{\\rtf"):
        raise NotADocxError("rtf", N_("This is an RTF file. Open it in Word and save it as .docx."))
    raise NotADocxError(
        "not-zip", N_("This is not a Word file. Open it in Word and save it as .docx.")
    )


def entries(data: bytes, limits: Limits) -> tuple[Entry, ...]:
    """The parts of a package in file order, each proved against its local header.

    Raises NotADocxError, PackageDamagedError, PackageLimitError or PackageNameError.
    """
    if len(data) > limits.size:
        raise PackageLimitError(
            "too-large",
            N_(
                "The file is {size} MB; at most {limit} MB are taken. In Word, compress the "
                "pictures (Picture Format, Compress Pictures) and save again."
            ),
            size=-(-len(data) // MIB),
            limit=limits.size // MIB,
        )
    check_start(data)
    count, directory, end = _directory(data)
    offset = directory
    if count > limits.entries:
        raise PackageLimitError(
            "too-many-parts",
            N_(
                "The file has {count} parts; at most {limit} are taken. In Word, copy the text "
                "into a new document and save that."
            ),
            count=count,
            limit=limits.entries,
        )
    found: list[Entry] = []
    spans: list[tuple[int, int, str]] = []
    seen: set[str] = set()
    for _ in range(count):
        if offset + _CENTRAL.size > end:
            raise _damaged("its list of parts is cut")
        entry, local, offset = _central(data, offset)
        spans.append((local, entry.start + entry.stored, entry.name))
        check_name(entry.name)
        folded = entry.name.casefold()
        if folded in seen:
            raise PackageNameError(
                "duplicate-part",
                N_(
                    "The file holds two parts named {part}. Open it in Word and save it under a "
                    "new name as .docx."
                ),
                part=entry.name,
            )
        seen.add(folded)
        if not entry.name.endswith("/"):
            found.append(entry)
        elif entry.declared:
            raise _ambiguous("a folder with content")
    if offset != end:
        raise _ambiguous("bytes that belong to no part")
    _check_spans(spans, directory)
    return tuple(found)


def _check_spans(spans: list[tuple[int, int, str]], directory: int) -> None:
    """Parts follow one another from offset 0 without overlap or room for something else."""
    at, slack = 0, 0
    for start, stop, _name in sorted(spans):
        if start < at:
            raise _ambiguous("parts that overlap")
        if start - at > slack:
            raise _ambiguous("bytes that belong to no part")
        at, slack = stop, _DESCRIPTOR_ROOM
    if at > directory:
        raise _ambiguous("parts that overlap")
    if directory - at > slack:
        raise _ambiguous("bytes that belong to no part")


def _directory(data: bytes) -> tuple[int, int, int]:
    """Number of entries, where the central directory begins and where it ends."""
    ends = [
        at
        for at in _occurrences(data, b"PK\x05\x06", max(0, len(data) - _END.size - _MAX16))
        if at + _END.size + int.from_bytes(data[at + 20 : at + 22], "little") <= len(data)
        and _is_padding(data[at + _END.size + int.from_bytes(data[at + 20 : at + 22], "little") :])
    ]
    if not ends:
        raise _damaged("its end is missing or something follows it")
    if len(ends) > 1:
        raise _ambiguous("two lists of parts")
    at = ends[0]
    _, disk, first_disk, here, count, size, offset, comment = _END.unpack_from(data, at)
    end = at
    if _MAX16 in (here, count) or _MAX32 in (size, offset):
        count, size, offset, end = _directory64(data, at)
    elif disk or first_disk or here != count:
        raise _damaged("it is one volume of several")
    if offset + size != end:
        raise _ambiguous("its list of parts is not where it should be")
    if comment:
        raise _ambiguous("a comment, in which another file can hide")
    return count, offset, end


def _is_padding(tail: bytes) -> bool:
    """Whether nothing follows, or only the line end or zeros that mail and transfers add."""
    return len(tail) <= _PADDING and not tail.strip(b"\r\n\0")


def _directory64(data: bytes, at: int) -> tuple[int, int, int, int]:
    locator = at - _LOCATOR64.size
    if locator < 0 or data[locator : locator + 4] != b"PK\x06\x07":
        raise _damaged("its list of parts is cut")
    _, _, record, _ = _LOCATOR64.unpack_from(data, locator)
    if record + _END64.size != locator or data[record : record + 4] != b"PK\x06\x06":
        raise _damaged("its list of parts is cut")
    _, _, _, _, _, _, _, count, size, offset = _END64.unpack_from(data, record)
    return count, size, offset, record


def _occurrences(data: bytes, needle: bytes, start: int) -> Iterator[int]:
    at = data.find(needle, start)
    while at >= 0:
        yield at
        at = data.find(needle, at + 1)


def _central(data: bytes, offset: int) -> tuple[Entry, int, int]:
    """One line of the central directory: the entry, its local header, the next line."""
    (
        signature, _, _, flags, method, _, _, crc, stored, declared,
        name_size, extra_size, comment_size, disk, _, _, local,
    ) = _CENTRAL.unpack_from(data, offset)  # fmt: skip
    if signature != b"PK\x01\x02":
        raise _damaged("its list of parts is cut")
    start = offset + _CENTRAL.size
    raw = data[start : start + name_size]
    extra = data[start + name_size : start + name_size + extra_size]
    if _MAX32 in (stored, declared, local):
        declared, stored, local = _extra64(extra, declared, stored, local)
    try:
        name = raw.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError:
        raise _damaged("a part's name cannot be read") from None
    if flags & _ENCRYPTED:
        raise PackageDamagedError(
            "encrypted",
            N_(
                "Part {part} is encrypted. Open the file in Word, remove the password, and save "
                "it as .docx."
            ),
            part="/" + name,
        )
    if method not in (0, 8):
        raise _damaged("a part is packed in a way that Word does not use")
    begin = _check_local(data, local, raw, flags, method, stored, declared)
    if begin + stored > len(data) or (method == 0 and stored != declared) or disk:
        raise _damaged("a part is cut")
    entry = Entry("/" + name, method, crc, stored, declared, begin)
    return entry, local, start + name_size + extra_size + comment_size


def _extra64(extra: bytes, declared: int, stored: int, local: int) -> tuple[int, int, int]:
    """The 64-bit values of APPNOTE 4.5.3, which stand only for the fields that are full."""
    at = 0
    while at + 4 <= len(extra):
        tag, size = struct.unpack_from("<HH", extra, at)
        if tag == 1:
            values = iter(struct.unpack_from(f"<{size // 8}Q", extra, at + 4))
            try:
                declared = next(values) if declared == _MAX32 else declared
                stored = next(values) if stored == _MAX32 else stored
                local = next(values) if local == _MAX32 else local
            except StopIteration:
                break
            return declared, stored, local
        at += 4 + size
    raise _damaged("a part is cut")


def _check_local(
    data: bytes, at: int, name: bytes, flags: int, method: int, stored: int, declared: int
) -> int:
    """Where the stored bytes begin, once the local header says what the directory says."""
    if at + _LOCAL.size > len(data) or data[at : at + 4] != b"PK\x03\x04":
        raise _damaged("a part is not where the list says")
    _, _, own_flags, own_method, _, _, _, own_stored, own_declared, n, m = _LOCAL.unpack_from(
        data, at
    )
    begin: int = at + _LOCAL.size
    if data[begin : begin + n] != name:
        raise _ambiguous("a part has two names")
    if own_method != method or (own_flags ^ flags) & _ENCRYPTED:
        raise _ambiguous("a part is described twice, differently")
    if not own_flags & _DESCRIPTOR and (
        (own_stored not in (stored, _MAX32)) or (own_declared not in (declared, _MAX32))
    ):
        raise _ambiguous("a part is described twice, differently")
    begin += n + m
    return begin


def check_name(name: str) -> None:
    r"""Refuse names that could leave the package: ``..``, ``\``, a second leading ``/``, NUL."""
    segments = name.removesuffix("/").split("/")[1:]
    bad = (
        not name.startswith("/")
        or name == "/"
        or any(part in ("", ".", "..") for part in segments)
        or any(ch in "\\:" or ord(ch) < 32 or ch == "\x7f" for ch in name)
        or _CODED.search(name) is not None
        or len(name) > 1024
    )
    if bad:
        raise PackageNameError(
            "part-name",
            N_(
                "The file holds a part with a forbidden name ({part}). Open it in Word and save "
                "it under a new name as .docx."
            ),
            part=name.encode("ascii", "backslashreplace").decode()[:200],
        )


class Inflater:
    """Inflates the parts of one file and counts what comes out, over all of them."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._data = memoryview(data)
        self._limits = limits
        self._total = 0

    def blocks(self, entry: Entry, limit: int | None = None) -> Iterator[bytes]:
        """The part's bytes, a block at a time; ``limit`` caps this part.

        Raises PackageLimitError at the first byte too many, PackageDamagedError at the end when
        length or checksum are not those declared.
        """
        stored = self._data[entry.start : entry.start + entry.stored]
        size, crc = 0, 0
        for block in _stored(stored) if entry.method == 0 else _deflated(stored):
            size += len(block)
            self._total += len(block)
            self._count(entry, size, limit)
            crc = zlib.crc32(block, crc)
            yield block
        if size != entry.declared or crc != entry.crc:
            raise _damaged("a part is not what its checksum says")

    def read(self, entry: Entry, limit: int | None = None) -> bytes:
        """The whole part. Raises as ``blocks`` does."""
        return b"".join(self.blocks(entry, limit))

    def _count(self, entry: Entry, size: int, limit: int | None) -> None:
        if self._total > self._limits.inflated:
            raise PackageLimitError(
                "inflates",
                N_(
                    "Unpacked, the file is more than {limit} MB. In Word, compress or remove "
                    "pictures and save again."
                ),
                limit=self._limits.inflated // MIB,
            )
        if limit is not None and size > limit:
            raise PackageLimitError(
                "part-too-large",
                N_(
                    "Part {part} is more than {limit} MB unpacked. In Word, split the document "
                    "or copy the text into a new one."
                ),
                part=entry.name,
                limit=limit // MIB,
            )
        if size > _RATIO_FLOOR and size > self._limits.ratio * max(entry.stored, 1):
            raise PackageLimitError(
                "ratio",
                N_(
                    "Part {part} grows more than {limit} times when unpacked. In Word, copy the "
                    "text into a new document and save that."
                ),
                part=entry.name,
                limit=self._limits.ratio,
            )


def _stored(data: memoryview) -> Iterator[bytes]:
    for at in range(0, len(data), _BLOCK):
        yield bytes(data[at : at + _BLOCK])


def _deflated(data: memoryview) -> Iterator[bytes]:
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        # Fed in slices: what zlib has not consumed is copied at every call.
        for piece in _stored(data):
            pending = piece
            while pending and not machine.eof:
                block = machine.decompress(pending, _BLOCK)
                pending = machine.unconsumed_tail
                if block:
                    yield block
            if machine.eof:
                break
        yield machine.flush()
    except zlib.error:
        raise _damaged("a part cannot be unpacked") from None
    if not machine.eof or machine.unused_data:
        raise _damaged("a part cannot be unpacked")
