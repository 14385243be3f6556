"""The house style of generated papers: an empty A4 document with every style they use.

Serif text, one accent of grey, rules instead of boxes; all of it in styles, so that a reader's own
settings and a screen reader can follow. ``writer`` fills this document; nothing here knows what a
resolution is.

Source: ECMA-376 Part 1, 17.7 (styles), 17.9 (numbering), 17.15 (settings).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from documents.house_tables import TABLE_STYLES, rule
from documents.package import Package

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# Regional tags for w:lang, where a bare language leaves Word without a dictionary.
LANGUAGE_TAGS = MappingProxyType({"fr": "fr-FR", "en": "en-GB"})

PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838
MARGIN_SIDE, MARGIN_TOP, MARGIN_BOTTOM = 1531, 1644, 1474
TEXT_WIDTH = PAGE_WIDTH - 2 * MARGIN_SIDE
"""The width of a line in twentieths of a point."""
WIDE_SIDE = 1134
WIDE_WIDTH = PAGE_HEIGHT - 2 * WIDE_SIDE
"""The width of a line where the sheet lies on its side."""

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_SERIF = "Times New Roman"
_MONO = "Courier New"
_GREY = "595959"
_BAR = "7A7A7A"


@dataclass(frozen=True, slots=True)
class _Style:
    """One paragraph or character style, in the order in which the schema wants its properties."""

    id: str
    name: str
    base: str = "Normal"
    next: str = ""
    paragraph: str = ""
    run: str = ""
    kind: str = "paragraph"

    def xml(self) -> str:
        own = ' w:customStyle="1"' if self.name.startswith("House ") else ""
        base = f'<w:basedOn w:val="{self.base}"/>' if self.base else ""
        following = f'<w:next w:val="{self.next}"/>' if self.next else ""
        ppr = f"<w:pPr>{self.paragraph}</w:pPr>" if self.paragraph else ""
        rpr = f"<w:rPr>{self.run}</w:rPr>" if self.run else ""
        return (
            f'<w:style w:type="{self.kind}"{own} w:styleId="{self.id}">'
            f'<w:name w:val="{self.name}"/>{base}{following}<w:qFormat/>{ppr}{rpr}</w:style>'
        )


def _size(points: float) -> str:
    half = round(points * 2)
    return f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def _space(before: int = 0, after: int = 0, line: int = 0) -> str:
    height = f' w:line="{line}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before}" w:after="{after}"{height}/>'


def _indent(left: int = 0, right: int = 0, hanging: int = 0) -> str:
    return f'<w:ind w:left="{left}" w:right="{right}" w:hanging="{hanging}"/>'


_KEEP = "<w:keepNext/><w:keepLines/>"
_CENTRE = '<w:jc w:val="center"/>'
_BOLD = "<w:b/><w:bCs/>"
_ITALIC = "<w:i/><w:iCs/>"
_CAPITALS = '<w:smallCaps/><w:spacing w:val="16"/>'
_TABS = f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH}"/></w:tabs>'
_WIDE_TABS = f'<w:tabs><w:tab w:val="right" w:pos="{WIDE_WIDTH}"/></w:tabs>'
_MONOSPACE = f'<w:rFonts w:ascii="{_MONO}" w:hAnsi="{_MONO}" w:cs="{_MONO}"/><w:noProof/>'
_LETTERHEAD_RULE = f"<w:pBdr>{rule('bottom', 6, 9, '404040')}</w:pBdr>"
_QUOTED = _indent(567, 340)

_STYLES: tuple[_Style, ...] = (
    _Style("BodyText", "Body Text", paragraph=_space(after=130)),
    # What announces a list stays with it.
    _Style("HouseLead", "House Lead", "BodyText", "ListBullet", "<w:keepNext/>"),
    _Style("HouseCertification", "House Certification", "BodyText", paragraph=_KEEP),
    _Style(
        "Header",
        "header",
        paragraph=f"<w:pBdr>{rule('bottom', space=5)}</w:pBdr>{_TABS}{_space(line=240)}",
        run=f'<w:color w:val="{_GREY}"/>{_size(9.5)}',
    ),
    _Style(
        "Footer",
        "footer",
        paragraph=f"<w:pBdr>{rule('top', space=5)}</w:pBdr>{_space(line=240)}{_CENTRE}",
        run=f'<w:color w:val="{_GREY}"/>{_size(9.5)}',
    ),
    _Style(
        "HouseLetterhead",
        "House Letterhead",
        paragraph=_space(line=240) + _CENTRE,
        run='<w:smallCaps/><w:spacing w:val="24"/>' + _size(17),
    ),
    _Style(
        "HouseLetterheadBody",
        "House Letterhead Body",
        paragraph=_LETTERHEAD_RULE + _space(20, 0, 240) + _CENTRE,
        run=_ITALIC + _size(12),
    ),
    _Style(
        "HouseNumber",
        "House Number",
        next="Title",
        paragraph=_KEEP + _space(320, 120) + _CENTRE,
        run=_CAPITALS + _size(13),
    ),
    _Style(
        "Title",
        "Title",
        next="Subtitle",
        paragraph=_KEEP + _space(0, 120, 264) + _CENTRE,
        run=_size(19),
    ),
    _Style(
        "Subtitle",
        "Subtitle",
        next="BodyText",
        paragraph=_space(0, 400) + _CENTRE,
        run=_ITALIC + _size(12),
    ),
    _Style(
        "Heading1",
        "heading 1",
        next="BodyText",
        paragraph=_KEEP + _space(340, 110) + '<w:outlineLvl w:val="0"/>',
        run=_BOLD + _size(12.5),
    ),
    _Style(
        "Heading2",
        "heading 2",
        next="BodyText",
        paragraph=_KEEP + _space(220, 80) + '<w:outlineLvl w:val="1"/>',
        run=_BOLD + _ITALIC + _size(11.5),
    ),
    _Style(
        "Heading3",
        "heading 3",
        next="BodyText",
        paragraph=_KEEP + _space(180, 60) + '<w:outlineLvl w:val="2"/>',
        run=_ITALIC + _size(11.5),
    ),
    _Style("HouseAnnex", "House Annex", "Heading1", "BodyText", "<w:pageBreakBefore/>"),
    _Style(
        "HouseOpening",
        "House Opening",
        "BodyText",
        "HouseVisa",
        "<w:keepNext/>" + _space(0, 160),
    ),
    _Style(
        "HouseVisa",
        "House Visa",
        "BodyText",
        paragraph="<w:keepLines/>" + _space(0, 90) + _indent(425, 0, 425),
    ),
    _Style("HouseRecital", "House Recital", "HouseVisa"),
    _Style(
        "HouseDecision",
        "House Decision",
        "BodyText",
        "Heading1",
        _KEEP + _space(260, 60),
        _size(12.5),
    ),
    _Style(
        "Quote",
        "Quote",
        "BodyText",
        paragraph=_space(0, 130) + _QUOTED,
    ),
    _Style("HouseQuoteLead", "House Quote Lead", "Quote", "HouseQuoteList", "<w:keepNext/>"),
    _Style(
        "HouseMotto",
        "House Motto",
        "Quote",
        paragraph="<w:keepLines/>" + _space(0, 130, 276) + _indent(567),
        run=_ITALIC + _size(13),
    ),
    _Style(
        "HouseQuoteHeading1",
        "House Quote Heading 1",
        "Heading2",
        "Quote",
        _space(120, 100) + _QUOTED,
    ),
    _Style(
        "HouseQuoteHeading2",
        "House Quote Heading 2",
        "Heading3",
        "Quote",
        _space(120, 80) + _QUOTED,
    ),
    _Style(
        "HouseQuoteList",
        "House Quote List",
        "Quote",
        paragraph='<w:numPr><w:numId w:val="2"/></w:numPr>' + _space(0, 70),
    ),
    _Style(
        "ListBullet",
        "List Bullet",
        "BodyText",
        paragraph='<w:numPr><w:numId w:val="1"/></w:numPr>' + _space(0, 70),
    ),
    _Style(
        "Caption",
        "caption",
        next="HouseTable",
        paragraph=_KEEP + _space(200, 90),
        run=_ITALIC + _size(11),
    ),
    _Style("HouseTable", "House Table", paragraph=_space(50, 50, 252), run=_size(10.5)),
    _Style("HouseFigure", "House Figure", "HouseTable", paragraph='<w:jc w:val="right"/>'),
    # The rows of a short table hold on to one another; the last row does not.
    _Style("HouseTableKept", "House Table Kept", "HouseTable", paragraph="<w:keepNext/>"),
    _Style("HouseFigureKept", "House Figure Kept", "HouseFigure", paragraph="<w:keepNext/>"),
    _Style(
        "HouseTableHead", "House Table Head", "HouseTable", paragraph="<w:keepNext/>", run=_BOLD
    ),
    _Style(
        "HouseFigureHead",
        "House Figure Head",
        "HouseTableHead",
        paragraph='<w:jc w:val="right"/>',
    ),
    _Style(
        "HouseAfterTable",
        "House After Table",
        "BodyText",
        paragraph=_space(140, 130),
    ),
    _Style(
        "HouseSource",
        "House Source",
        "BodyText",
        paragraph=_space(0, 130, 252) + _indent(425, 0),
        run=f'<w:color w:val="{_GREY}"/>{_size(10.5)}',
    ),
    # A bar is a paragraph with a ground: its indent says how far it goes.
    _Style(
        "HouseBar",
        "House Bar",
        "HouseBarNone",
        paragraph=f'<w:shd w:val="clear" w:color="auto" w:fill="{_BAR}"/>',
    ),
    _Style(
        "HouseBarNone",
        "House Bar None",
        paragraph='<w:spacing w:before="0" w:after="0" w:line="220" w:lineRule="exact"/>',
        run=_size(8),
    ),
    _Style("HouseMatrix", "House Matrix", paragraph=_space(40, 40, 240), run=_size(9)),
    _Style("HouseMatrixKept", "House Matrix Kept", "HouseMatrix", paragraph="<w:keepNext/>"),
    _Style(
        "HouseMatrixFigure",
        "House Matrix Figure",
        "HouseMatrix",
        paragraph='<w:jc w:val="right"/>',
    ),
    _Style(
        "HouseMatrixFigureKept",
        "House Matrix Figure Kept",
        "HouseMatrixFigure",
        paragraph="<w:keepNext/>",
    ),
    _Style(
        "HouseMatrixFigureHead",
        "House Matrix Figure Head",
        "HouseMatrixHead",
        paragraph='<w:jc w:val="right"/>',
    ),
    _Style(
        "HouseNumbered",
        "House Numbered",
        "ListBullet",
        paragraph='<w:numPr><w:numId w:val="4"/></w:numPr>',
    ),
    _Style("HouseNumberedKept", "House Numbered Kept", "HouseNumbered", "", "<w:keepNext/>"),
    _Style("HouseEntry", "House Entry", "HouseVisa"),
    _Style("HouseEntryKept", "House Entry Kept", "HouseEntry", "", "<w:keepNext/>"),
    _Style(
        "HouseMatrixHead", "House Matrix Head", "HouseMatrix", paragraph="<w:keepNext/>", run=_BOLD
    ),
    _Style("HouseSide", "House Side", paragraph=_space(70, 70, 264), run=_size(11)),
    _Style(
        "HouseSideHead",
        "House Side Head",
        "HouseSide",
        paragraph="<w:keepNext/>" + _space(40, 50, 240),
        run=f'<w:smallCaps/><w:color w:val="{_GREY}"/><w:spacing w:val="16"/>' + _size(10.5),
    ),
    _Style("HouseSideQuote", "House Side Quote", "HouseSide", paragraph=_indent(227), run=_ITALIC),
    _Style(
        "HouseSideList",
        "House Side List",
        "HouseSide",
        paragraph='<w:numPr><w:numId w:val="3"/></w:numPr>' + _space(40, 40, 264),
    ),
    _Style("HouseDone", "House Done", "BodyText", paragraph=_KEEP + _space(300, 200)),
    _Style(
        "HouseSignature",
        "House Signature",
        paragraph=_KEEP + _space(0, 20, 252),
        run=_size(11),
    ),
    _Style("HouseSignatory", "House Signatory", "HouseSignature", run=_BOLD),
    _Style(
        "HouseSignatureLine",
        "House Signature Line",
        "HouseSignature",
        paragraph=f'<w:keepNext w:val="0"/><w:pBdr>{rule("bottom", 4, 1, "7F7F7F")}</w:pBdr>'
        + _space(1100, 0, 252),
        run=f'<w:color w:val="{_GREY}"/>{_size(9)}',
    ),
    _Style(
        "HouseDigestLabel",
        "House Digest Label",
        "BodyText",
        "HouseDigest",
        _KEEP + _space(120, 20),
        _size(10.5),
    ),
    _Style(
        "HouseDigest",
        "House Digest",
        "BodyText",
        paragraph="<w:keepLines/><w:suppressAutoHyphens/>" + _space(0, 120, 252),
        run=_MONOSPACE + _size(10),
    ),
    _Style("HousePicture", "House Picture", "BodyText", paragraph=_space(160, 160) + _CENTRE),
    _Style("HouseNote", "House Note", "BodyText", paragraph=_space(0, 100, 252), run=_size(10)),
    _Style("Strong", "Strong", "", run=_BOLD, kind="character"),
    _Style("Emphasis", "Emphasis", "", run=_ITALIC, kind="character"),
    _Style(
        "HouseOrdinal",
        "House Ordinal",
        "",
        run='<w:vertAlign w:val="superscript"/>',
        kind="character",
    ),
    _Style(
        "HouseSecondLanguage",
        "House Second Language",
        "",
        run=f'<w:color w:val="{_GREY}"/>',
        kind="character",
    ),
    _Style("HouseCapitals", "House Capitals", "", run=_CAPITALS, kind="character"),
    _Style(
        "HouseCode",
        "House Code",
        "",
        run=_MONOSPACE + _size(9.5),
        kind="character",
    ),
)


def _styles(tag: str, wide: bool) -> str:
    styles = "".join(style.xml() for style in _STYLES)
    if wide:
        styles = styles.replace(_TABS, _WIDE_TABS)
    return (
        f'{_HEAD}<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>'
        f'<w:rFonts w:ascii="{_SERIF}" w:hAnsi="{_SERIF}" w:eastAsia="{_SERIF}" w:cs="{_SERIF}"/>'
        f'{_size(11.5)}<w:lang w:val="{tag}" w:eastAsia="{tag}" w:bidi="ar-SA"/></w:rPr>'
        f"</w:rPrDefault><w:pPrDefault><w:pPr><w:widowControl/>{_space(0, 0, 283)}</w:pPr>"
        "</w:pPrDefault></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        "<w:qFormat/></w:style>"
        f"{styles}{TABLE_STYLES}</w:styles>"
    )


def _numbering() -> str:
    def level(number: int, left: int, how: str = "bullet", mark: str = "–") -> str:
        return (
            f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="singleLevel"/>'
            f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{how}"/>'
            f'<w:lvlText w:val="{mark}"/>'
            f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{left}" w:hanging="284"/></w:pPr>'
            "</w:lvl></w:abstractNum>"
        )

    numbers = "".join(
        f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (1, 2, 3, 4)
    )
    return (
        f'{_HEAD}<w:numbering xmlns:w="{W}">{level(1, 425)}{level(2, 851)}'
        f"{level(3, 284)}{level(4, 425, 'decimal', '%1.')}{numbers}</w:numbering>"
    )


def _settings(tag: str) -> str:
    compat = "".join(
        f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" '
        f'w:val="{value}"/>'
        for name, value in (
            ("compatibilityMode", 15),
            ("overrideTableStyleFontSizeAndJustification", 1),
            ("enableOpenTypeFeatures", 1),
            ("doNotFlipMirrorIndents", 1),
        )
    )
    decimal, separator = (",", ";") if tag.startswith("fr") else (".", ",")
    return (
        f'{_HEAD}<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/>'
        '<w:defaultTabStop w:val="567"/><w:characterSpacingControl w:val="doNotCompress"/>'
        f'<w:compat>{compat}</w:compat><w:themeFontLang w:val="{tag}"/>'
        f'<w:decimalSymbol w:val="{decimal}"/><w:listSeparator w:val="{separator}"/></w:settings>'
    )


def _document(wide: bool) -> str:
    width, height = (PAGE_HEIGHT, PAGE_WIDTH) if wide else (PAGE_WIDTH, PAGE_HEIGHT)
    lying = ' w:orient="landscape"' if wide else ""
    side, top, bottom = (
        (WIDE_SIDE, MARGIN_BOTTOM, 1247) if wide else (MARGIN_SIDE, MARGIN_TOP, MARGIN_BOTTOM)
    )
    return (
        f'{_HEAD}<w:document xmlns:w="{W}" xmlns:r="{_OFFICE}"><w:body><w:sectPr>'
        f'<w:pgSz w:w="{width}" w:h="{height}"{lying}/><w:pgMar w:top="{top}" '
        f'w:right="{side}" w:bottom="{bottom}" w:left="{side}" '
        'w:header="794" w:footer="680" w:gutter="0"/></w:sectPr></w:body></w:document>'
    )


def _core() -> str:
    return (
        f"{_HEAD}<cp:coreProperties "
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>'
    )


def _fonts() -> str:
    def font(name: str, alternative: str, family: str, pitch: str) -> str:
        return (
            f'<w:font w:name="{name}"><w:altName w:val="{alternative}"/>'
            f'<w:family w:val="{family}"/><w:pitch w:val="{pitch}"/></w:font>'
        )

    return (
        f'{_HEAD}<w:fonts xmlns:w="{W}">{font(_SERIF, "Liberation Serif", "roman", "variable")}'
        f"{font(_MONO, 'Liberation Mono', 'modern', 'fixed')}</w:fonts>"
    )


@cache
def empty_document(language: str, *, landscape: bool = False) -> bytes:
    """An empty document in the house style whose default language is ``language``."""
    tag = LANGUAGE_TAGS.get(language, language)
    parts = {
        "word/styles.xml": ("styles", _styles(tag, landscape)),
        "word/settings.xml": ("settings", _settings(tag)),
        "word/numbering.xml": ("numbering", _numbering()),
        "word/fontTable.xml": ("fontTable", _fonts()),
    }
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{_TYPES}.{kind}+xml"/>'
        for name, (kind, _) in parts.items()
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{name.removeprefix("word/")}"/>'
        for n, (name, (kind, _)) in enumerate(parts.items(), start=1)
    )
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    types = (
        f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/>'
        f'{overrides}<Override PartName="/docProps/core.xml" ContentType="{core}"/></Types>'
    )
    root = (
        f'{_HEAD}<Relationships xmlns="{_RELS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" '
        f'Type="{_RELS}/metadata/core-properties" Target="docProps/core.xml"/></Relationships>'
    )
    texts = {
        "/[Content_Types].xml": types,
        "/_rels/.rels": root,
        "/word/document.xml": _document(landscape),
        "/word/_rels/document.xml.rels": f'{_HEAD}<Relationships xmlns="{_RELS}">{links}'
        "</Relationships>",
        **{f"/{name}": text for name, (_, text) in parts.items()},
        "/docProps/core.xml": _core(),
    }
    return Package({name: text.encode() for name, text in texts.items()}).write()
