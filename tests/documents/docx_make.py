"""Makes small Word files out of XML, so that a test says what stands in them and nothing else."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" mc:Ignorable="w14"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Titre1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>
 <w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Sous"><w:name w:val="House heading"/><w:basedOn w:val="Titre1"/></w:style>
<w:style w:type="paragraph" w:styleId="Titre"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="Citation"><w:name w:val="Quote"/><w:rPr><w:i/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Puce"><w:name w:val="List Bullet"/>
 <w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:type="character" w:styleId="Fort"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>
"""

_LEVELS = "".join(
    f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl>'
    for n in range(9)
)
NUMBERING = f'<w:abstractNum w:abstractNumId="0">{_LEVELS}</w:abstractNum>' + "".join(
    f'<w:num w:numId="{n}"><w:abstractNumId w:val="0"/></w:num>' for n in (1, 3)
)


def run(text: str, look: str = "", attributes: str = "") -> str:
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r {attributes}>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def para(*content: str, style: str = "", properties: str = "", id: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    whole = f"<w:pPr>{named}{properties}</w:pPr>" if named or properties else ""
    own = f' w14:paraId="{id}"' if id else ""
    inside = "".join(one if one.startswith("<") else run(one) for one in content)
    return f"<w:p{own}>{whole}{inside}</w:p>"


def table(*rows: tuple[str, ...]) -> str:
    def cell(inside: str) -> str:
        return f"<w:tc>{inside if inside.startswith('<') else para(inside)}</w:tc>"

    made = "".join(f"<w:tr>{''.join(cell(one) for one in row)}</w:tr>" for row in rows)
    return f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid/>{made}</w:tbl>'


def field(code: str, result: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{escape(code)}</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{run(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def note_reference(number: int, kind: str = "footnote") -> str:
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def docx(
    *body: str,
    header: str = "",
    footnotes: dict[int, str] | None = None,
    links: dict[str, str] | None = None,
    title: str = "",
    strict: bool = False,
) -> bytes:
    """A package with that body; ``links`` are external addresses by relationship id."""
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="hdr"/></w:sectPr>' if header else ""
    )
    inside = "".join(one if one.startswith("<") else para(one) for one in body)
    parts = {
        "word/document.xml": f"<w:document {NAMES}><w:body>{inside}{section}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {NAMES}>{STYLES}</w:styles>",
        "word/numbering.xml": f"<w:numbering {NAMES}>{NUMBERING}</w:numbering>",
        "word/_rels/document.xml.rels": _relationships(header, footnotes, links or {}),
        "_rels/.rels": _package_relationships(),
        "[Content_Types].xml": _content_types(),
    }
    if header:
        parts["word/header1.xml"] = f"<w:hdr {NAMES}>{para(header)}</w:hdr>"
    if footnotes is not None:
        separator = '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        notes = "".join(
            f'<w:footnote w:id="{number}">{para("<w:r><w:footnoteRef/></w:r>", text)}</w:footnote>'
            for number, text in footnotes.items()
        )
        parts["word/footnotes.xml"] = f"<w:footnotes {NAMES}>{separator}{notes}</w:footnotes>"
    if title:
        parts["docProps/core.xml"] = (
            '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
            'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>{escape(title)}</dc:title></cp:coreProperties>"
        )
    if strict:
        parts = {name: _as_strict(text) for name, text in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in reversed(parts.items()):
            archive.writestr(zipfile.ZipInfo(name), f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return out.getvalue()


def _as_strict(text: str) -> str:
    return text.replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    ).replace(_OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships")


def _relationships(header: str, footnotes: dict[int, str] | None, links: dict[str, str]) -> str:
    made = [f'<Relationship Id="sty" Type="{_OFFICE}/styles" Target="styles.xml"/>']
    made.append(f'<Relationship Id="num" Type="{_OFFICE}/numbering" Target="numbering.xml"/>')
    made.append(f'<Relationship Id="lost" Type="{_OFFICE}/header" Target="header99.xml"/>')
    if header:
        made.append(f'<Relationship Id="hdr" Type="{_OFFICE}/header" Target="header1.xml"/>')
    if footnotes is not None:
        made.append(f'<Relationship Id="fn" Type="{_OFFICE}/footnotes" Target="footnotes.xml"/>')
    made.extend(
        f'<Relationship Id="{one}" Type="{_OFFICE}/hyperlink" Target="{escape(target)}" TargetMode="External"/>'
        for one, target in links.items()
    )
    return _wrapped(made)


def _package_relationships() -> str:
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    return _wrapped(
        [
            f'<Relationship Id="doc" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>',
            f'<Relationship Id="core" Type="{core}" Target="docProps/core.xml"/>',
        ]
    )


def _wrapped(made: list[str]) -> str:
    names = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    return f"<Relationships {names}>{''.join(made)}</Relationships>"


def _content_types() -> str:
    kinds = {
        "document": "document.main",
        "styles": "styles",
        "header1": "header",
        "footnotes": "footnotes",
    }
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
        for name, kind in kinds.items()
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
