"""A later version of a real Word file: seeded edits such as authors make, in every kind of place."""

from __future__ import annotations

import copy
import io
import random
import re
import zipfile
from collections.abc import Callable

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
WORDS = ["nous", "formons", "les écoles", "et l’avenir", "ici", "2030", "ensemble"]
_STORY = re.compile(r"(?:document|header|footer|footnotes|endnotes)\d*\.xml$")
_NOT_HERE = {f"{W}ins", f"{W}del", f"{W}moveFrom", f"{W}moveTo", f"{W}txbxContent"}


def edited(data: bytes, seed: int, edits: int = 6) -> bytes:
    """The file after some edits; the same seed makes the same ones."""
    chance = random.Random(f"{seed} {len(data)}")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {one.filename: archive.read(one) for one in archive.infolist()}
    stories = [name for name in parts if _STORY.search(name)]
    roots = {name: etree.fromstring(parts[name]) for name in stories}
    for _ in range(edits):
        name = "word/document.xml" if chance.random() < 0.7 else chance.choice(stories)
        if name not in roots:
            name = stories[0]
        chance.choice(EDITS)(roots[name], chance)
    for name, root in roots.items():
        parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in parts.items():
            archive.writestr(zipfile.ZipInfo(name), held)
    return out.getvalue()


def _paragraphs(root: etree._Element) -> list[etree._Element]:
    return [
        one
        for one in root.iter(f"{W}p")
        if not any(x.tag in _NOT_HERE for x in one.iterancestors())
        and one.getparent().get(f"{W}type") in (None, "normal")
    ]


def _some(root: etree._Element, chance: random.Random) -> etree._Element | None:
    found = _paragraphs(root)
    return chance.choice(found) if found else None


def _run(text: str, look: str = "") -> etree._Element:
    run = etree.Element(f"{W}r")
    if look:
        etree.SubElement(etree.SubElement(run, f"{W}rPr"), f"{W}{look}")
    made = etree.SubElement(run, f"{W}t")
    made.text = text
    made.set(XML_SPACE, "preserve")
    return run


def _add_words(root: etree._Element, chance: random.Random) -> None:
    paragraph = _some(root, chance)
    if paragraph is not None:
        words = " ".join(chance.sample(WORDS, 3)) + " "
        paragraph.append(_run(words, chance.choice(["", "b", "i"])))


def _change_words(root: etree._Element, chance: random.Random) -> None:
    texts = [one for one in root.iter(f"{W}t") if one.text]
    if texts:
        chosen = chance.choice(texts)
        words = chosen.text.split(" ")
        words[chance.randrange(len(words))] = chance.choice(WORDS)
        chosen.text = " ".join(words)


def _drop_run(root: etree._Element, chance: random.Random) -> None:
    runs = [one for one in root.iter(f"{W}r") if one.find(f".//{W}fldChar") is None]
    if runs:
        chosen = chance.choice(runs)
        chosen.getparent().remove(chosen)


def _look(root: etree._Element, chance: random.Random) -> None:
    runs = list(root.iter(f"{W}r"))
    if not runs:
        return
    run = chance.choice(runs)
    rpr = run.find(f"{W}rPr")
    if rpr is None:
        rpr = etree.Element(f"{W}rPr")
        run.insert(0, rpr)
    name = chance.choice(["b", "i", "strike"])
    found = rpr.find(f"{W}{name}")
    if found is not None:
        rpr.remove(found)
    else:
        rpr.append(etree.Element(f"{W}{name}"))


def _align(root: etree._Element, chance: random.Random) -> None:
    paragraph = _some(root, chance)
    if paragraph is None:
        return
    ppr = paragraph.find(f"{W}pPr")
    if ppr is None:
        ppr = etree.Element(f"{W}pPr")
        paragraph.insert(0, ppr)
    for old in ppr.findall(f"{W}jc"):
        ppr.remove(old)
    made = etree.Element(f"{W}jc")
    made.set(f"{W}val", chance.choice(["center", "right"]))
    later = [f"{W}{name}" for name in ("outlineLvl", "rPr", "sectPr", "pPrChange", "cnfStyle")]
    place = next((n for n, one in enumerate(ppr) if one.tag in later), len(ppr))
    ppr.insert(place, made)


def _add_paragraph(root: etree._Element, chance: random.Random) -> None:
    paragraph = _some(root, chance)
    if paragraph is not None:
        made = etree.Element(f"{W}p")
        made.append(_run(" ".join(chance.sample(WORDS, 5))))
        (paragraph.addnext if chance.random() < 0.5 else paragraph.addprevious)(made)


def _alone(paragraph: etree._Element) -> bool:
    """Whether its container needs it: the last one of a cell, a note, a header."""
    following = paragraph.getnext()
    while following is not None and following.tag in (f"{W}bookmarkEnd", f"{W}bookmarkStart"):
        following = following.getnext()
    return (
        following is None
        or following.tag in (f"{W}tbl", f"{W}sectPr")
        or sum(1 for one in paragraph.getparent() if one.tag == f"{W}p") < 2
    )


def _drop_paragraph(root: etree._Element, chance: random.Random) -> None:
    paragraph = _some(root, chance)
    if paragraph is not None and not _alone(paragraph):
        paragraph.getparent().remove(paragraph)


def _move_paragraph(root: etree._Element, chance: random.Random) -> None:
    paragraph, other = _some(root, chance), _some(root, chance)
    if paragraph is None or other is None or paragraph is other or _alone(paragraph):
        return
    if paragraph.getparent() is other.getparent():
        other.addprevious(paragraph)


def _drop_row(root: etree._Element, chance: random.Random) -> None:
    rows = [row for row in root.iter(f"{W}tr") if row.getnext() is not None]
    if rows:
        row = chance.choice(rows)
        row.getparent().remove(row)


def _double_row(root: etree._Element, chance: random.Random) -> None:
    rows = list(root.iter(f"{W}tr"))
    if rows:
        row = chance.choice(rows)
        row.addnext(copy.deepcopy(row))


def _drop_column(root: etree._Element, chance: random.Random) -> None:
    tables = list(root.iter(f"{W}tbl"))
    if not tables:
        return
    table = chance.choice(tables)
    for row in table.findall(f"{W}tr"):
        cells = row.findall(f"{W}tc")
        if len(cells) > 1:
            row.remove(cells[-1])
    columns = table.findall(f"{W}tblGrid/{W}gridCol")
    if len(columns) > 1:
        columns[-1].getparent().remove(columns[-1])


def _drop_table(root: etree._Element, chance: random.Random) -> None:
    tables = [one for one in root.iter(f"{W}tbl") if one.getnext() is not None]
    tables = [one for one in tables if one.getnext().tag == f"{W}p"]
    if tables:
        table = chance.choice(tables)
        table.getparent().remove(table)


def _margins(root: etree._Element, chance: random.Random) -> None:
    pages = list(root.iter(f"{W}pgMar"))
    if pages:
        chance.choice(pages).set(f"{W}left", str(chance.randrange(800, 2000)))


def _drop_header(root: etree._Element, chance: random.Random) -> None:
    references = list(root.iter(f"{W}headerReference", f"{W}footerReference"))
    if references:
        chosen = chance.choice(references)
        chosen.getparent().remove(chosen)


def _drop_section(root: etree._Element, chance: random.Random) -> None:
    sections = [one for one in root.iter(f"{W}sectPr") if one.getparent().tag == f"{W}pPr"]
    if sections:
        chosen = chance.choice(sections)
        chosen.getparent().remove(chosen)


def _swap(root: etree._Element, chance: random.Random) -> None:
    runs = list(root.iter(f"{W}drawing", f"{W}pict", f"{W}footnoteReference"))
    if runs:
        chosen = chance.choice(runs)
        chosen.getparent().remove(chosen)


EDITS: list[Callable[[etree._Element, random.Random], None]] = [
    *([_add_words, _change_words, _change_words, _drop_run, _look, _align]),
    *([_add_paragraph, _drop_paragraph, _move_paragraph, _move_paragraph]),
    *([_drop_row, _double_row, _drop_column, _drop_table, _margins]),
    *([_drop_header, _drop_section, _swap]),
]
