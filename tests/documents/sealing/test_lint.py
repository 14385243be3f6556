"""What may not be sealed, each with what to do in Word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from documents.sealing import lint
from documents.sealing.errors import PackageError, SealRefusedError
from documents.sealing.sign import seal

DOCUMENT = "word/document.xml"
RELS = "word/_rels/document.xml.rels"
TYPES = "[Content_Types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BODY_END = "<w:sectPr"


def body(xml: str) -> Callable[..., None]:
    """Put XML before the last section's properties."""

    def act(forged):
        text = forged.parts[DOCUMENT].decode()
        at = text.rindex(BODY_END)
        forged.parts[DOCUMENT] = (text[:at] + xml + text[at:]).encode()

    return act


def run(xml: str, properties: str = "") -> Callable[..., None]:
    return body(f"<w:p><w:r><w:rPr>{properties}</w:rPr>{xml}</w:r></w:p>")


def complex_field(*instructions: str) -> Callable[..., None]:
    """A field whose instruction stands in several runs, as Word writes it after editing."""
    pieces = "".join(f"<w:r><w:instrText>{one}</w:instrText></w:r>" for one in instructions)
    return body(
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'{pieces}<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>x</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def link(kind: str, target: str, mode: str = "External", part: str = RELS) -> Callable[..., None]:
    return lambda forged: forged.replace(
        part,
        "</Relationships>",
        f'<Relationship Id="rId900" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
        "</Relationships>",
    )


def part(name: str, kind: str, content: bytes = b"x") -> Callable[..., None]:
    def act(forged):
        forged.parts[name] = content
        forged.replace(
            TYPES, "</Types>", f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
        )

    return act


def settings_rels(forged):
    part(
        "word/_rels/settings.xml.rels",
        "application/vnd.openxmlformats-package.relationships+xml",
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b"</Relationships>",
    )(forged)
    link("attachedTemplate", "file:///C:/x.dotx", part="word/_rels/settings.xml.rels")(forged)


def hiding_style(forged):
    forged.replace(
        "word/styles.xml",
        "</w:styles>",
        '<w:style w:type="character" w:styleId="Ghost"><w:name w:val="Ghost"/>'
        "<w:rPr><w:vanish/></w:rPr></w:style>"
        '<w:style w:type="character" w:styleId="GhostChild"><w:name w:val="GhostChild"/>'
        '<w:basedOn w:val="Ghost"/></w:style></w:styles>',
    )
    run("<w:t>nobody sees this</w:t>", '<w:rStyle w:val="GhostChild"/>')(forged)


NESTED = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> QUOTE INCLUDE '
    '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    '<w:r><w:instrText>TEXT "a"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
)
WML = "application/vnd.openxmlformats-officedocument.wordprocessingml"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

REFUSED: dict[str, tuple[str, Callable[..., object]]] = {
    "an INCLUDETEXT field": ("field", complex_field(' INCLUDETEXT "C:\\\\x.docx" ')),
    "an INCLUDEPICTURE field cut into runs": ("field", complex_field(" INCLUDE", "PICTURE x")),
    "a simple DDEAUTO field": (
        "field",
        body('<w:p><w:fldSimple w:instr=" ddeauto cmd.exe "><w:r/></w:fldSimple></w:p>'),
    ),
    "a DDE field in lower case": ("field", complex_field("dde x y")),
    "a LINK field": ("field", complex_field(" LINK Excel.Sheet.8 x")),
    "a field in a field's name": ("field-computed", body(NESTED)),
    "a picture from elsewhere": ("external-image", link("image", "http://example.org/a.png")),
    "a template from elsewhere": ("external-template", settings_rels),
    "a frame from elsewhere": ("external-part", link("frame", "http://example.org/")),
    "an object linked from elsewhere": ("external-part", link("oleObject", "file:///x.xls")),
    "a chunk of another format": ("alt-chunk", body('<w:altChunk xmlns:r="urn:x" r:id="a"/>')),
    "a chunk by its relationship": ("alt-chunk", link("aFChunk", "afchunk.htm", "Internal")),
    "a macro project": (
        "macros",
        part("word/vbaProject.bin", "application/vnd.ms-office.vbaProject"),
    ),
    "a macro project under a false type": (
        "macros",
        link("vbaProject", "vba.bin", "Internal"),
    ),
    "an embedded workbook": ("embedded-object", link("package", "a.xlsx", "Internal")),
    "an OLE object": (
        "embedded-object",
        part("word/embeddings/a.bin", "application/vnd.openxmlformats-officedocument.oleObject"),
    ),
    "an object in the text": ("embedded-object", run("<w:object/>")),
    "an insertion": (
        "tracked-changes",
        body('<w:p><w:ins w:id="1" w:author="a"><w:r><w:t>new</w:t></w:r></w:ins></w:p>'),
    ),
    "a deletion": (
        "tracked-changes",
        body('<w:p><w:del w:id="1" w:author="a"><w:r><w:delText>x</w:delText></w:r></w:del></w:p>'),
    ),
    "a formatting change": (
        "tracked-changes",
        run("<w:t>x</w:t>", '<w:rPrChange w:id="1" w:author="a"><w:rPr/></w:rPrChange>'),
    ),
    "a comment": (
        "comments",
        part(
            "word/comments.xml",
            f"{WML}.comments+xml",
            f'<w:comments {W}><w:comment w:id="0"><w:p/></w:comment></w:comments>'.encode(),
        ),
    ),
    "hidden text": ("hidden-text", run("<w:t>nobody sees this</w:t>", "<w:vanish/>")),
    "text hidden by a style": ("hidden-text", hiding_style),
    "a control bound to a document property": (
        "bound-property",
        body(
            '<w:sdt><w:sdtPr><w:dataBinding w:xpath="/ns1:coreProperties[1]/ns0:title[1]" '
            "w:prefixMappings=\"xmlns:ns1='http://schemas.openxmlformats.org/package/2006/metadata/"
            'core-properties\'" w:storeItemID="{6C3C8BC8-F283-45AE-878A-BAB7291924A1}"/></w:sdtPr>'
            "<w:sdtContent><w:p/></w:sdtContent></w:sdt>"
        ),
    ),
}

ALLOWED: dict[str, Callable[..., object]] = {
    "a page number": complex_field(" PAGE "),
    "a table of contents": complex_field(' TOC \\o "1-3" '),
    "a link to a web page": link("hyperlink", "https://example.org/"),
    "a field whose name only begins alike": complex_field(" LINKED "),
    "visible text that says so": run("<w:t>seen</w:t>", '<w:vanish w:val="0"/>'),
    "a hidden run without text": run("", "<w:vanish/>"),
    "text hidden from the web view only": run("<w:t>seen</w:t>", "<w:webHidden/>"),
    "an empty comments part": part(
        "word/comments.xml", f"{WML}.comments+xml", f"<w:comments {W}/>".encode()
    ),
    "a control bound to data in the file": body(
        '<w:sdt><w:sdtPr><w:dataBinding w:xpath="/a" w:storeItemID="{0}"/></w:sdtPr>'
        "<w:sdtContent><w:p/></w:sdtContent></w:sdt>"
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_not_sealed(sample, forge, rsa_signer, now, what):
    code, act = REFUSED[what]
    forged = forge(sample)
    act(forged)
    data = forged.write()
    found = lint.findings(data)
    assert {one.code for one in found} == {code}
    assert "In Word" in str(found[0]) or "in Word" in str(found[0])
    with pytest.raises(SealRefusedError) as caught:
        seal(data, rsa_signer, signed_at=now, comments="")
    assert caught.value.findings == found
    assert str(caught.value) == str(found[0])


@pytest.mark.parametrize("what", ALLOWED)
def test_it_is_sealed(sample, forge, rsa_signer, judge, now, what):
    forged = forge(sample)
    ALLOWED[what](forged)
    data = forged.write()
    assert lint.findings(data) == ()
    assert judge(seal(data, rsa_signer, signed_at=now, comments="")).overall == "TOTAL-PASSED"


def test_everything_that_is_wrong_is_listed_once(sample, forge):
    forged = forge(sample)
    for act in (REFUSED["hidden text"][1], REFUSED["an insertion"][1], REFUSED["an insertion"][1]):
        act(forged)
    found = lint.findings(forged.write())
    assert [one.code for one in found] == ["hidden-text", "tracked-changes"]
    assert found[1].data["count"] == 2


def test_a_macro_enabled_main_document_is_no_docx(sample, forge):
    forged = forge(sample).replace(
        TYPES,
        f"{WML}.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    with pytest.raises(PackageError, match="macros"):
        lint.findings(forged.write())
