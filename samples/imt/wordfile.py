"""Writes a Word file of the sample part by part, as Word itself writes them.

Words are split between runs, with proofing marks, languages and revision ids; every paragraph has
its id; notes, fields, link and list are real. What never differs lies ready in ``parts/``; the
words come from ``text.py``.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from text import Block, Look, Mark, Token, plain

HERE = Path(__file__).resolve().parent

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
NAMES = {"w": W, "r": R, "w14": W14, "mc": MC}

LINK_ID = "rId7"
ADDRESS = "http://www.imt.fr/"
SHARE = "file:///\\\\srv-communication\\partage\\logos\\imt-entete.png"

STYLES = {
    "header": "Header",
    "footer": "Footer",
    "footnote": "FootnoteText",
    "title": "Title",
    "subtitle": "Subtitle",
    "lead": "Lead",
    "heading 1": "Heading1",
    "heading 2": "Heading2",
    "body": "BodyText",
    "body next": "BodyText",
    "bullet": "ListBullet",
    "statement": "IntenseQuote",
    "explanation": "Explanation",
    "quote": "Quote",
    "about": "About",
}

RSIDS = ("001A4C7E", "00336B12", "004F09D3", "0062E8A5", "007B15C9", "009D4E20", "00B83F61")
RSID_ROOT = "001A4C7E"
RSID_SECOND_DRAFT = "00C52A97"

NOISE = (
    ("commitment", 4, "rsid"),
    ("elaboration", 6, "rsid"),
    ("constitutive", 8, "rsid"),
    ("questionnaire", 8, "language:fr-FR"),
    ("works councils", 5, "grammar"),
    ("multidisciplinary", 5, "spelling"),
    ("characterized", 9, "language:en-US"),
    ("top-tier", 4, "rsid"),
    ("driving", 3, "rsid"),
    ("interdisciplinary", 5, "spelling"),
    ("usage-driven", 6, "grammar"),
    ("disseminate", 3, "rsid"),
    ("Formalizing", 8, "language:en-US"),
    ("orientations", 6, "rsid"),
    ("subsidiaries", 10, "rsid"),
    ("incubators", 3, "spelling"),
)
"""Words that Word has split: where, and by what (an edit, the proofing tools, a language)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What one Word file is made of."""

    blocks: Sequence[Block]
    changed: frozenset[int]
    """The blocks that the second draft has touched, by index."""
    revision: int
    modified: str
    linked_logo: bool = False


def w(name: str) -> str:
    """Give the Clark name of a WordprocessingML name."""
    return f"{{{W}}}{name}"


def child(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    """Append a WordprocessingML element; attributes are in the same namespace."""
    return etree.SubElement(parent, w(name), {w(key): text for key, text in attributes.items()})


def number(*key: object) -> int:
    """Give a number that depends on the key alone."""
    said = " ".join(map(str, key)).encode()
    return int.from_bytes(hashlib.sha256(said).digest()[:4])


def identity(*key: object) -> str:
    """Give a paragraph id as Word has them: eight hexadecimal digits below 80000000."""
    return f"{number('paragraph', *key) % 0x7FFFFFFE + 1:08X}"


class Paragraph:
    """Writes one block as a ``w:p``."""

    def __init__(self, parent: etree._Element, block: Block, place: int, *, changed: bool) -> None:
        rsid = RSIDS[number("block", place) % len(RSIDS)]
        self._rsid = RSID_SECOND_DRAFT if changed else None
        self.element = child(parent, "p")
        self.element.set(f"{{{W14}}}paraId", identity(block.kind, place))
        text_id = f"{number('text', place) % 0x7FFFFFFE + 1:08X}" if changed else "77777777"
        self.element.set(f"{{{W14}}}textId", text_id)
        self.element.set(w("rsidR"), rsid)
        self.element.set(w("rsidRDefault"), RSIDS[number("default", place) % len(RSIDS)])
        self.element.set(w("rsidP"), rsid)
        properties = child(self.element, "pPr")
        child(properties, "pStyle", val=STYLES[block.kind])
        if block.kind == "body next":
            child(properties, "keepNext")
        self._parent = self.element
        if block.kind == "footnote":
            child(self.run(Look.NOTE), "footnoteRef")
            self.text(" ", Look.PLAIN, None)
        self._write(block, place)

    def _write(self, block: Block, place: int) -> None:
        look = Look.PLAIN
        for index, sentence in enumerate(block.sentences):
            edit = number("edit", place, index) % 3 == 0
            rsid = RSIDS[number("run", place, index) % len(RSIDS)] if edit else None
            tokens: list[Token] = [" ", *sentence] if index else list(sentence)
            for token in tokens:
                if isinstance(token, str):
                    self.text(token, look, rsid)
                elif token.name in ("b", "i", "strong", "link"):
                    look = Look.PLAIN if token.closing else Look(token.name)
                    if token.name == "link":
                        self._link(closing=token.closing)
                elif token.name == "tab":
                    child(self.run(look), "tab")
                elif token.name == "note":
                    child(self.run(Look.NOTE), "footnoteReference", id="1")
                else:
                    self._field(token)

    def _link(self, *, closing: bool) -> None:
        if closing:
            self._parent = self.element
            return
        self._parent = child(self.element, "hyperlink", history="1")
        self._parent.set(f"{{{R}}}id", LINK_ID)

    def run(
        self, look: Look, rsid: str | None = None, language: str | None = None
    ) -> etree._Element:
        """Append a run with this look."""
        run = child(self._parent, "r")
        if self._rsid or rsid:
            run.set(w("rsidR"), self._rsid or rsid or "")
        properties = etree.Element(w("rPr"))
        style = {Look.STRONG: "Strong", Look.LINK: "Hyperlink", Look.NOTE: "FootnoteReference"}
        if look in style:
            child(properties, "rStyle", val=style[look])
        if look is Look.BOLD:
            child(properties, "b")
            child(properties, "bCs")
        if look is Look.ITALIC:
            child(properties, "i")
            child(properties, "iCs")
        if look is Look.STRONG:
            child(properties, "i", val="0")
            child(properties, "iCs", val="0")
        if look is Look.FIELD:
            child(properties, "noProof")
        if language is not None:
            child(properties, "lang", val=language)
        if len(properties):
            run.append(properties)
        return run

    def text(self, text: str, look: Look, rsid: str | None) -> None:
        """Append text, split as Word splits it."""
        found = sorted((text.find(word), word, at, why) for word, at, why in NOISE if word in text)
        done = 0
        for start, word, at, why in found:
            self._plain(text[done:start], look, rsid)
            self._split(word, at, why, look, rsid)
            done = start + len(word)
        self._plain(text[done:], look, rsid)

    def _plain(self, text: str, look: Look, rsid: str | None, language: str | None = None) -> None:
        if not text:
            return
        if text == "Technische Universität München":
            language = "de-DE"
        element = child(self.run(look, rsid, language), "t")
        element.text = text
        if text != text.strip():
            element.set(XML_SPACE, "preserve")

    def _split(self, word: str, at: int, why: str, look: Look, rsid: str | None) -> None:
        other = RSIDS[number("split", word) % len(RSIDS)]
        kind, _, language = why.partition(":")
        proof = {"spelling": "spell", "grammar": "gram"}.get(kind)
        if proof:
            child(self._parent, "proofErr", type=f"{proof}Start")
        self._plain(word[:at], look, rsid)
        self._plain(word[at:], look, other, language or None)
        if proof:
            child(self._parent, "proofErr", type=f"{proof}End")

    def _field(self, mark: Mark) -> None:
        code, result = {"page": (" PAGE ", "1"), "pages": (" NUMPAGES ", "2")}[mark.name]
        child(self.run(Look.PLAIN), "fldChar", fldCharType="begin")
        instruction = child(self.run(Look.PLAIN), "instrText")
        instruction.text = code
        instruction.set(XML_SPACE, "preserve")
        child(self.run(Look.PLAIN), "fldChar", fldCharType="separate")
        child(self.run(Look.FIELD), "t").text = result
        child(self.run(Look.PLAIN), "fldChar", fldCharType="end")


def root(name: str) -> etree._Element:
    """Give the root of a part that holds paragraphs."""
    element = etree.Element(w(name), nsmap=NAMES)
    element.set(f"{{{MC}}}Ignorable", "w14")
    return element


def story(name: str, draft: Draft, kind: str) -> etree._Element:
    """Write the blocks of one kind as a header or a footer."""
    element = root(name)
    for place, block in enumerate(draft.blocks):
        if block.kind == kind:
            paragraph = Paragraph(element, block, place, changed=place in draft.changed)
            if kind == "header" and draft.linked_logo:
                link_logo(paragraph.element)
    return element


def document(draft: Draft) -> etree._Element:
    """Write the main part."""
    element = root("document")
    body = child(element, "body")
    for place, block in enumerate(draft.blocks):
        if block.kind not in ("header", "footer", "footnote"):
            Paragraph(body, block, place, changed=place in draft.changed)
    section = child(body, "sectPr", rsidR=RSID_ROOT, rsidSect=RSID_ROOT)
    for name, target in (("headerReference", "rId8"), ("footerReference", "rId9")):
        child(section, name, type="default").set(f"{{{R}}}id", target)
    child(section, "pgSz", w="11906", h="16838")
    child(
        section,
        "pgMar",
        top="1701",
        right="1276",
        bottom="1304",
        left="1276",
        header="737",
        footer="624",
        gutter="0",
    )
    child(section, "cols", space="708")
    child(section, "docGrid", linePitch="360")
    return element


def notes(name: str, draft: Draft) -> etree._Element:
    """Write footnotes or endnotes: Word's two separators, and the notes of the text."""
    element = root(f"{name}s")
    for id_, kind, mark in (
        ("-1", "separator", "separator"),
        ("0", "continuationSeparator", "continuationSeparator"),
    ):
        note = child(element, name, type=kind, id=id_)
        paragraph = child(note, "p")
        paragraph.set(f"{{{W14}}}paraId", identity(name, kind))
        paragraph.set(f"{{{W14}}}textId", "77777777")
        for rsid in ("rsidR", "rsidRDefault", "rsidP"):
            paragraph.set(w(rsid), RSID_ROOT)
        child(child(paragraph, "pPr"), "spacing", after="0", line="240", lineRule="auto")
        child(child(paragraph, "r"), mark)
    if name == "footnote":
        for place, block in enumerate(draft.blocks):
            if block.kind == "footnote":
                note = child(element, name, id="1")
                Paragraph(note, block, place, changed=place in draft.changed)
    return element


def link_logo(paragraph: etree._Element) -> None:
    """Put a picture before the header's text that is linked and not embedded."""
    xml = f"""
    <w:r xmlns:w="{W}" xmlns:r="{R}" xmlns:wp="{WP}" xmlns:a="{A}" xmlns:pic="{PIC}">
      <w:rPr><w:noProof/></w:rPr>
      <w:drawing>
        <wp:inline distT="0" distB="0" distL="0" distR="0">
          <wp:extent cx="540000" cy="216000"/>
          <wp:docPr id="1" name="Picture 1" descr="Logo of the institution"/>
          <a:graphic><a:graphicData uri="{PIC}">
            <pic:pic>
              <pic:nvPicPr><pic:cNvPr id="1" name="imt-entete.png"/><pic:cNvPicPr/></pic:nvPicPr>
              <pic:blipFill>
                <a:blip r:link="rId1"/><a:stretch><a:fillRect/></a:stretch>
              </pic:blipFill>
              <pic:spPr>
                <a:xfrm><a:off x="0" y="0"/><a:ext cx="540000" cy="216000"/></a:xfrm>
                <a:prstGeom prst="rect"><a:avLst/></a:prstGeom>
              </pic:spPr>
            </pic:pic>
          </a:graphicData></a:graphic>
        </wp:inline>
      </w:drawing>
    </w:r>"""
    paragraph.insert(1, etree.fromstring(xml, etree.XMLParser(remove_blank_text=True)))


def static(name: str) -> etree._Element:
    """Read one of the parts that lie ready."""
    return etree.parse(HERE / "parts" / name, etree.XMLParser(remove_blank_text=True)).getroot()


def settings(draft: Draft) -> etree._Element:
    """Give the settings with the list of all revision ids."""
    element = static("settings.xml")
    rsids = element.find(w("rsids"))
    if rsids is None:
        raise ValueError("parts/settings.xml has no w:rsids")
    child(rsids, "rsidRoot", val=RSID_ROOT)
    for rsid in (*RSIDS, *((RSID_SECOND_DRAFT,) if draft.changed else ())):
        child(rsids, "rsid", val=rsid)
    return element


def core(draft: Draft) -> bytes:
    """Write the document's properties (Dublin Core)."""
    title = next(plain(block.sentences[0]) for block in draft.blocks if block.kind == "title")
    return f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\
<dc:title>{title}</dc:title><dc:subject>Mission Statement</dc:subject>\
<dc:creator>Camille Delmas</dc:creator>\
<dc:description>Sample of the Énoncé project: see its README.</dc:description>\
<cp:lastModifiedBy>Camille Delmas</cp:lastModifiedBy>\
<cp:revision>{draft.revision}</cp:revision>\
<dcterms:created xsi:type="dcterms:W3CDTF">2026-09-14T07:30:00Z</dcterms:created>\
<dcterms:modified xsi:type="dcterms:W3CDTF">{draft.modified}</dcterms:modified>\
<dc:language>en-GB</dc:language></cp:coreProperties>""".encode()


APP = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Properties xmlns="{OFFICE}/extended-properties"><Template>Normal.dotm</Template><Pages>2</Pages>\
<DocSecurity>0</DocSecurity><ScaleCrop>false</ScaleCrop><Company>Institut Mines-Télécom</Company>\
<LinksUpToDate>false</LinksUpToDate><SharedDoc>false</SharedDoc>\
<HyperlinksChanged>false</HyperlinksChanged><AppVersion>16.0000</AppVersion>\
</Properties>""".encode()

PARTS = (
    ("numbering", "numbering.xml", "numbering", "rId1"),
    ("styles", "styles.xml", "styles", "rId2"),
    ("settings", "settings.xml", "settings", "rId3"),
    ("webSettings", "webSettings.xml", "webSettings", "rId4"),
    ("footnotes", "footnotes.xml", "footnotes", "rId5"),
    ("endnotes", "endnotes.xml", "endnotes", "rId6"),
    ("header", "header1.xml", "header", "rId8"),
    ("footer", "footer1.xml", "footer", "rId9"),
    ("fontTable", "fontTable.xml", "fontTable", "rId10"),
    ("theme", "theme/theme1.xml", "theme", "rId11"),
)
"""Relationship type, file under ``word/``, word of the content type, relationship id."""


def content_types() -> bytes:
    """Write [Content_Types].xml."""
    main = "application/vnd.openxmlformats-officedocument"
    overrides = [("/word/document.xml", f"{main}.wordprocessingml.document.main+xml")]
    for _, file, kind, _ in PARTS:
        family = main if kind == "theme" else f"{main}.wordprocessingml"
        overrides.append((f"/word/{file}", f"{family}.{kind}+xml"))
    overrides.append(
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml")
    )
    overrides.append(("/docProps/app.xml", f"{main}.extended-properties+xml"))
    element = etree.Element(
        f"{{{PACKAGE}/content-types}}Types", nsmap={None: f"{PACKAGE}/content-types"}
    )
    for extension, kind in (
        ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
        ("xml", "application/xml"),
    ):
        etree.SubElement(
            element,
            f"{{{PACKAGE}/content-types}}Default",
            {"Extension": extension, "ContentType": kind},
        )
    for part, kind in overrides:
        etree.SubElement(
            element,
            f"{{{PACKAGE}/content-types}}Override",
            {"PartName": part, "ContentType": kind},
        )
    return serialise(element)


def relationships(*links: tuple[str, str, str]) -> bytes:
    """Write a part's relationships: id, type, target; an address is external."""
    space = f"{PACKAGE}/relationships"
    element = etree.Element(f"{{{space}}}Relationships", nsmap={None: space})
    for id_, kind, target in links:
        attributes = {"Id": id_, "Type": kind, "Target": target}
        if ":" in target:
            attributes["TargetMode"] = "External"
        etree.SubElement(element, f"{{{space}}}Relationship", attributes)
    return serialise(element)


def serialise(element: etree._Element) -> bytes:
    """Give a part's bytes."""
    data: bytes = etree.tostring(element, xml_declaration=True, encoding="UTF-8", standalone=True)
    return data


def word_file(draft: Draft) -> bytes:
    """Write a Word file."""
    written = {
        "footnotes": notes("footnote", draft),
        "endnotes": notes("endnote", draft),
        "header": story("hdr", draft, "header"),
        "footer": story("ftr", draft, "footer"),
        "settings": settings(draft),
        "theme": static("theme1.xml"),
    }
    parts = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relationships(
            ("rId1", f"{OFFICE}/relationships/officeDocument", "word/document.xml"),
            ("rId2", f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            ("rId3", f"{OFFICE}/relationships/extended-properties", "docProps/app.xml"),
        ),
        "word/document.xml": serialise(document(draft)),
        "word/_rels/document.xml.rels": relationships(
            *((id_, f"{OFFICE}/relationships/{kind}", file) for kind, file, _, id_ in PARTS),
            (LINK_ID, f"{OFFICE}/relationships/hyperlink", ADDRESS),
        ),
    }
    for kind, file, _, _ in PARTS:
        element = written[kind] if kind in written else static(file)
        parts[f"word/{file}"] = serialise(element)
    if draft.linked_logo:
        parts["word/_rels/header1.xml.rels"] = relationships(
            ("rId1", f"{OFFICE}/relationships/image", SHARE)
        )
    parts["docProps/core.xml"] = core(draft)
    parts["docProps/app.xml"] = APP
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, data)
    return out.getvalue()
