"""Real files turned into wrong ones: parts lost, swapped and cut, elements moved, repeated, renamed.

Not a test module: ``test_fuzz`` draws the turns, and a longer run draws more of them. Nothing here
knows what the readers look for, so that what it finds was not written with them in mind.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Sequence

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ODD_VALUES = ("", "-1", "0", "999999999999", "\u202e", "rId1", "../../x", "true", "é" * 50, " ")
NAMES = (
    "p", "r", "t", "tbl", "tr", "tc", "sdt", "sdtContent", "hyperlink", "ins", "del", "moveFrom",
    "fldChar", "instrText", "fldSimple", "footnoteReference", "sectPr", "txbxContent", "pPr", "rPr",
    "footnote", "body", "numPr", "gridSpan", "style", "basedOn",
)  # fmt: skip

Parts = dict[str, bytes]
Turn = Callable[[Parts, random.Random], None]


def unpack(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(parts: Parts) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()


def _pick(parts: Parts, chance: random.Random, ending: str = "") -> str:
    names = [name for name in parts if name.endswith(ending)] or list(parts)
    return chance.choice(names)


def lose(parts: Parts, chance: random.Random) -> None:
    """A part goes."""
    if len(parts) > 1:
        del parts[_pick(parts, chance)]


def swap(parts: Parts, chance: random.Random) -> None:
    """Two parts change places."""
    one, other = _pick(parts, chance), _pick(parts, chance)
    parts[one], parts[other] = parts[other], parts[one]


def rename(parts: Parts, chance: random.Random) -> None:
    """A part gets another name."""
    name = _pick(parts, chance)
    parts[chance.choice((name.upper(), name + "x", "word/" + name, "x/" + name))] = parts.pop(name)


def cut(parts: Parts, chance: random.Random) -> None:
    """A part ends early."""
    name = _pick(parts, chance)
    parts[name] = parts[name][: chance.randrange(len(parts[name]) + 1)]


def scratch(parts: Parts, chance: random.Random) -> None:
    """Bytes of a part are others."""
    name = _pick(parts, chance)
    data = bytearray(parts[name])
    for _ in range(chance.randint(1, 8)):
        if data:
            data[chance.randrange(len(data))] = chance.randrange(256)
    parts[name] = bytes(data)


def text_swap(parts: Parts, chance: random.Random) -> None:
    """A piece of one XML part stands in another, or in its own place twice."""
    name, other = _pick(parts, chance, ".xml"), _pick(parts, chance, ".xml")
    source = parts[other]
    at = chance.randrange(len(source) + 1)
    piece = source[at : at + chance.randint(1, 200)]
    place = chance.randrange(len(parts[name]) + 1)
    parts[name] = parts[name][:place] + piece + parts[name][place:]


def _in_tree(change: Callable[[list[etree._Element], random.Random], None]) -> Turn:
    """A turn of one part's elements; a part that is no XML stays as it is."""

    def turn(parts: Parts, chance: random.Random) -> None:
        name = _pick(parts, chance, chance.choice((".xml", "document.xml", ".rels")))
        try:
            root = etree.fromstring(parts[name])
        except etree.XMLSyntaxError:
            return
        elements = [one for one in root.iter() if isinstance(one.tag, str)]
        for _ in range(chance.randint(1, 6)):
            change(elements, chance)
        parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8")

    turn.__doc__ = change.__doc__
    turn.__name__ = change.__name__
    return turn


def _element_goes(elements: list[etree._Element], chance: random.Random) -> None:
    """Elements go."""
    one = chance.choice(elements)
    parent = one.getparent()
    if parent is not None:
        parent.remove(one)


def _element_moves(elements: list[etree._Element], chance: random.Random) -> None:
    """Elements stand inside others, wherever that is."""
    one, other = chance.choice(elements), chance.choice(elements)
    if one.getparent() is not None and other not in one.iter():
        other.insert(chance.randrange(len(other) + 1), one)


def _element_twice(elements: list[etree._Element], chance: random.Random) -> None:
    """Elements stand twice."""
    one = chance.choice(elements)
    parent = one.getparent()
    if parent is not None and sum(1 for _ in one.iter()) < 500:
        parent.insert(
            chance.randrange(len(parent) + 1),
            etree.fromstring(etree.tostring(one, with_tail=False)),
        )


def _element_renamed(elements: list[etree._Element], chance: random.Random) -> None:
    """Elements are called otherwise."""
    chance.choice(elements).tag = W + chance.choice(NAMES)


def _element_new(elements: list[etree._Element], chance: random.Random) -> None:
    """Elements of Word stand where none were."""
    other = chance.choice(elements)
    other.insert(chance.randrange(len(other) + 1), etree.Element(W + chance.choice(NAMES)))


def _attribute_odd(elements: list[etree._Element], chance: random.Random) -> None:
    """Attributes have odd values, or go."""
    one = chance.choice(elements)
    if one.attrib:
        name = chance.choice(list(one.attrib))
        if chance.random() < 0.3:
            del one.attrib[name]
        else:
            one.set(name, chance.choice(ODD_VALUES))


def _text_odd(elements: list[etree._Element], chance: random.Random) -> None:
    """Texts are odd, or stand beside elements that have none."""
    one = chance.choice(elements)
    if chance.random() < 0.5:
        one.text = chance.choice((*ODD_VALUES, "<&>", " ", "\n", "\u00ad\u2011"))
    else:
        one.tail = chance.choice(ODD_VALUES)


def _comment_new(elements: list[etree._Element], chance: random.Random) -> None:
    """Comments and instructions stand between elements."""
    other = chance.choice(elements)
    node = etree.Comment("x") if chance.random() < 0.5 else etree.ProcessingInstruction("x", "y")
    other.insert(chance.randrange(len(other) + 1), node)


TURNS: Sequence[Turn] = (
    lose, swap, rename, cut, scratch, text_swap,
    *(_in_tree(one) for one in (
        _element_goes, _element_moves, _element_twice, _element_renamed, _element_new,
        _attribute_odd, _text_odd, _comment_new,
    )),
)  # fmt: skip


def turned(data: bytes, turns: Sequence[Turn], seed: int) -> bytes:
    """The file after those turns, then, one time in four, with bytes of the zip itself turned."""
    chance = random.Random(seed)
    parts = unpack(data)
    for turn in turns:
        turn(parts, chance)
    done = bytearray(pack(parts))
    if chance.random() < 0.25:
        for _ in range(chance.randint(1, 4)):
            done[chance.randrange(len(done))] = chance.randrange(256)
    return bytes(done)
