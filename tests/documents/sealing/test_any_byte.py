"""Laws of a sealed file: whatever is altered, wherever, it is refused, or it says the same."""

from __future__ import annotations

import io
import struct
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from documents.sealing import container, names
from documents.sealing.verdict import Indication

SIG = "_xmlsignatures/sig1.xml"
STEERING = (
    SIG,
    names.CONTENT_TYPES_PART,
    names.ROOT_RELATIONSHIPS_PART,
    names.ORIGIN_RELATIONSHIPS_PART,
)


def _deflated_spans(data: bytes) -> list[range]:
    """Where in the file the deflate streams lie."""
    spans = []
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for info in file.infolist():
            name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
            start = info.header_offset + 30 + name + extra
            if info.compress_type == zipfile.ZIP_DEFLATED:
                spans.append(range(start, start + info.compress_size))
    return spans


@settings(max_examples=400, deadline=None)
@given(draw=st.data())
def test_any_byte_altered_anywhere_is_refused_or_alters_nothing(sealed, judge, draw):
    """The law: outside the deflate streams no byte may change; inside, no content may.

    One content has many deflate streams, and which of them a file uses says nothing.
    """
    at = draw.draw(st.integers(0, len(sealed) - 1))
    byte = draw.draw(st.integers(1, 255))
    altered = sealed[:at] + bytes([sealed[at] ^ byte]) + sealed[at + 1 :]
    if judge(altered).overall is Indication.PASSED:
        assert any(at in span for span in _deflated_spans(sealed))
        before, after = (
            [(entry.name, entry.content) for entry in container.read(data).entries]
            for data in (sealed, altered)
        )
        assert after == before


def test_no_byte_outside_the_deflate_streams_is_free(sealed, judge):
    """The same law for the headers, every byte of them."""
    inside = {at for span in _deflated_spans(sealed) for at in span}
    outside = [at for at in range(len(sealed)) if at not in inside]
    free = []
    for at in outside:
        altered = bytearray(sealed)
        altered[at] ^= 0x01 if at % 2 else 0x80
        if judge(bytes(altered)).overall is Indication.PASSED:
            free.append(at)
    assert free == []


@settings(max_examples=100, deadline=None)
@given(draw=st.data())
def test_bytes_put_in_or_taken_out_anywhere_are_refused(sealed, judge, draw):
    at = draw.draw(st.integers(0, len(sealed)))
    gone = draw.draw(st.integers(0, 64))
    extra = draw.draw(st.binary(min_size=0 if gone else 1, max_size=64))
    altered = sealed[:at] + extra + sealed[at + gone :]
    if altered != sealed:
        assert judge(altered).overall is not Indication.PASSED


@st.composite
def _scrambled(draw, genuine: bytes) -> bytes:
    """An XML part with elements dropped, doubled, moved or renamed, attributes and texts swapped."""
    root = etree.fromstring(genuine)
    for _ in range(draw(st.integers(1, 4))):
        nodes = list(root.iter())
        node, other = (nodes[draw(st.integers(0, len(nodes) - 1))] for _ in range(2))
        act = draw(st.sampled_from(["drop", "double", "move", "rename", "attributes", "text"]))
        above = node.getparent()
        if act == "drop" and above is not None:
            above.remove(node)
        elif act == "double" and above is not None:
            above.append(etree.fromstring(etree.tostring(node, with_tail=False)))
        elif act == "move" and above is not None and node not in other.iterancestors():
            if other is not node:
                other.append(node)
        elif act == "rename":
            node.tag = other.tag
        elif act == "attributes":
            node.attrib.update(other.attrib)
        elif act == "text":
            node.text = draw(st.sampled_from(["", "x", "AAAA", other.text or "", "\u00e9" * 9]))
    return etree.tostring(root)


@settings(max_examples=300, deadline=None)
@given(draw=st.data())
def test_scrambled_steering_parts_never_pass_and_never_crash(sealed, forge, judge, draw):
    forged = forge(sealed)
    part = draw.draw(st.sampled_from(STEERING))
    genuine = forged.parts[part]
    forged.parts[part] = draw.draw(_scrambled(genuine))
    assert forged.parts[part] != genuine
    assert judge(forged.write()).overall is not Indication.PASSED
