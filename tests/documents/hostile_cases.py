"""The hostile files: one sentence, one file, one expected code; and those that are only cautioned.

Not a test module: ``conftest`` hands the tables to any test that asks for ``hostile`` or ``odd``.
"""

from __future__ import annotations

import zipfile

from tests.documents.hostile import (
    HEAD,
    LAUGHS,
    MEGABYTE,
    STRICT_R,
    STRICT_W,
    Hostile,
    R,
    W,
    body,
    bzip2,
    commented,
    dense,
    doctype,
    encrypted,
    fewer_entries,
    field,
    folder_with_content,
    in_paragraph,
    lie_about_size,
    lie_in_the_directory_only,
    list_elsewhere,
    lzma,
    more_entries,
    nested,
    noise,
    odt,
    ordinary,
    other_local_name,
    other_method,
    other_volume,
    overlap,
    pack,
    pack_pairs,
    paragraph,
    part_elsewhere,
    patched,
    prefixed,
    relationship,
    relationships,
    same_bytes_twice,
    second_end,
    stream_cut,
    strongly_encrypted,
    two_bodies,
    two_types,
    types,
    with_content,
    with_field,
    with_link,
    with_main,
    with_name,
    with_part,
    with_story,
    with_type,
    wrong_checksum,
    zeros,
)

CELL = '<w:tbl><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc><w:tcPr><w:{0} w:val="{1}"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>'
MACRO_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"
MACRO_TEMPLATE = "application/vnd.ms-word.template.macroEnabledTemplate.main+xml"
TEMPLATE_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
SHEET_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
INNER = "".join((
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
    '<w:r><w:instrText>QUOTE 68 68 69</w:instrText></w:r>',
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>DDE</w:t></w:r>',
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
))  # fmt: skip
BROKEN = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>D</w:instrText></w:r>'
    "{0}<w:r><w:{1}>X</w:{1}></w:r>{2}<w:r><w:instrText>DE cmd</w:instrText></w:r>"
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
NESTED = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF 1=1 "</w:instrText></w:r>'
    f'{field(" DDE cmd ")}<w:r><w:instrText>"</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
COMPUTED = (
    f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{INNER}'
    '<w:r><w:instrText> "cmd" "/c calc"</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink">'
    '<image x:href="https://tracker.example/pixel.png"/></svg>'
)
SVG_TYPE = '<Default Extension="svg" ContentType="image/svg+xml"/>'

CASES: tuple[Hostile, ...] = tuple(
    Hostile(sentence, code, make)
    for sentence, code, make in (
        # Not a Word file at all.
        ("an empty file", "empty", lambda: b""),
        ("a text file", "not-zip", lambda: b"Bonjour"),
        ("a PDF file", "pdf", lambda: b"%PDF-1.7\n%%EOF"),
        ("an RTF file", "rtf", lambda: b"{\\rtf1 Bonjour}"),
        ("an HTML file", "not-zip", lambda: b"<html><body>Bonjour</body></html>"),
        ("an old or encrypted .doc file", "ole", lambda: OLE_HEAD + b"\0" * 504),
        ("an OpenDocument file", "opendocument", odt),
        ("a zip of something else", "not-word", lambda: pack({"a.txt": b"a"})),
        ("a zip without parts", "not-zip", lambda: pack({})),
        ("a workbook", "not-word", with_main(SHEET_MAIN)),
        ("a template", "template-file", with_main(TEMPLATE_MAIN)),
        ("a body that no relationship leads to", "not-word", lambda: pack({**ordinary(), "_rels/.rels": relationships()})),
        # The container.
        ("a file over 20 MB", "too-large", lambda: pack({**ordinary(), "word/media/i.png": noise(21 * MEGABYTE)}, zipfile.ZIP_STORED)),
        ("a file cut in the middle", "damaged", lambda: pack(ordinary())[:-300]),
        ("a file cut by its last byte", "damaged", lambda: pack(ordinary())[:-1]),
        ("a file of one local header", "damaged", lambda: pack(ordinary())[:40]),
        ("2,001 parts", "too-many-parts", lambda: pack({**ordinary(), **{f"word/m{n}.bin": b"" for n in range(1_998)}})),
        ("60,000 parts announced, three there", "too-many-parts", patched(more_entries)),
        ("a part that the list leaves out", "ambiguous", patched(fewer_entries)),
        ("two ends of the list of parts", "ambiguous", patched(second_end)),
        ("a declared size that lies in both headers", "damaged", patched(lie_about_size)),
        ("a declared size that lies in one header", "ambiguous", patched(lie_in_the_directory_only)),
        ("a checksum that is wrong", "damaged", patched(wrong_checksum)),
        ("an encrypted part", "encrypted", patched(encrypted)),
        ("a part with another name in its own header", "ambiguous", patched(other_local_name)),
        ("a part stored in one header and deflated in the other", "ambiguous", patched(other_method)),
        ("a part packed with LZMA", "damaged", patched(lzma)),
        ("two names for the same bytes", "ambiguous", patched(same_bytes_twice)),
        ("a hundred names for one bomb", "ambiguous", overlap),
        ("a script before the zip", "not-zip", prefixed(b"#!/bin/sh\nexit\n", True)),
        ("a PDF before the zip", "pdf", prefixed(b"%PDF-1.7\n", True)),
        ("a zip before the zip", "ambiguous", prefixed(pack({"a": b"a"}), False)),
        ("a zip before the zip, offsets moved", "ambiguous", prefixed(pack({"a": b"a"}), True)),
        ("a page after the zip", "damaged", lambda: pack(ordinary()) + b"<script>alert(1)</script>"),
        # Names.
        ("a name that climbs out", "part-name", with_name("../../etc/cron.d/x")),
        ("a name that climbs out in the middle", "part-name", with_name("word/../../x")),
        ("a name with a backslash", "part-name", with_name("word\\..\\x.bin")),
        ("an absolute name", "part-name", with_name("/etc/passwd")),
        ("a name with a drive", "part-name", with_name("C:/x.bin")),
        ("a name with a NUL", "part-name", with_name("word/x\0.bin")),
        ("a name with a line end", "part-name", with_name("word/x\n.bin")),
        ("a name with a coded slash", "part-name", with_name("word/%2F..%2Fx")),
        ("an empty name", "part-name", with_name("")),
        ("a name of 2,000 letters", "part-name", with_name("w" * 2_000)),
        ("two parts of one name", "duplicate-part", lambda: pack_pairs([*ordinary().items(), ("word/document.xml", body())])),
        ("two parts whose names differ by case", "duplicate-part", lambda: pack_pairs([*ordinary().items(), ("Word/Document.XML", body())])),
        # Bombs.
        ("a part that grows a thousandfold", "ratio", with_part("word/media/i.png", b"\0" * (20 * MEGABYTE))),
        ("an XML part of white space", "ratio", with_part("word/footnotes.xml", body() + b" " * (30 * MEGABYTE))),
        ("a part of more than 50 MB of XML", "part-too-large", lambda: pack({**ordinary(), "word/notes.xml": b"<a>" + (noise(9_000).hex().encode() * 3_000) + b"</a>"})),
        ("more than 200 MB of pictures", "inflates", zeros(90, 1_200_000 * 2)),
        ("two million empty paragraphs", "too-complex", dense(2_000_000)),
        # XML.
        ("a billion laughs", "dtd", with_part("word/document.xml", doctype(LAUGHS))),
        ("a DOCTYPE alone", "dtd", with_part("word/document.xml", doctype("<!DOCTYPE w>"))),
        ("an external entity", "dtd", with_part("word/document.xml", doctype('<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]>'))),
        ("an external DTD", "dtd", with_part("word/document.xml", doctype('<!DOCTYPE w SYSTEM "http://198.51.100.1/x.dtd">'))),
        ("a DTD in UTF-16 with a mark", "dtd", with_part("word/document.xml", doctype("<!DOCTYPE w>", "utf-16"))),
        ("a DTD in UTF-16 the other way round", "dtd", with_part("word/document.xml", b"\xfe\xff" + doctype("<!DOCTYPE w>", "utf-16-be"))),
        ("a DTD after a comment", "dtd", with_part("word/document.xml", doctype("<!-- <a> --><!DOCTYPE w>"))),
        ("a DTD in the relationships", "dtd", with_part("_rels/.rels", b"<!DOCTYPE a>" + relationships()[len(HEAD) :])),
        ("a DTD in the content types", "dtd", with_part("[Content_Types].xml", b"<!DOCTYPE a>" + types()[len(HEAD) :])),
        ("a DTD in a custom part", "dtd", with_part("customXml/item1.xml", b"<!DOCTYPE a><a/>")),
        ("a DTD in a part that is not called XML", "dtd", with_part("word/notes.bin", doctype("<!DOCTYPE w>"))),
        ("a DTD behind blanks in a part that is not called XML", "dtd", with_part("word/notes.bin", b"\n  <!DOCTYPE a><a/>")),
        ("a body in UTF-7", "bad-xml", with_part("word/document.xml", b'<?xml version="1.0" encoding="UTF-7"?>' + body()[len(HEAD) :])),
        ("a body in EBCDIC", "bad-xml", with_part("word/document.xml", body().decode().encode("cp500"))),
        ("a body that is not closed", "bad-xml", with_part("word/document.xml", body()[:-10])),
        ("a body that is no XML", "bad-xml", with_part("word/document.xml", b"Bonjour")),
        ("an empty body part", "bad-xml", with_part("word/document.xml", b"")),
        ("an entity nobody declared", "bad-xml", with_content(paragraph("&evil;"))),
        ("tables in tables, 100 deep", "depth", nested(100, "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>")),
        ("100,000 elements deep", "depth", nested(100_000, "<w:sdt>", "</w:sdt>")),
        # Tables that spin.
        ("a cell over 200,000,000 columns", "grid-span", with_content(CELL.format("gridSpan", 200_000_000))),
        ("a cell over 64 columns", "grid-span", with_content(CELL.format("gridSpan", 64))),
        ("a cell over minus one column", "grid-span", with_content(CELL.format("gridSpan", -1))),
        ("a row that begins 200,000,000 columns in", "grid-span", with_content(CELL.format("gridBefore", 200_000_000))),
        ("a wide cell in a Strict file", "grid-span", with_part("word/document.xml", body(CELL.format("gridSpan", 999), STRICT_W))),
        # What runs.
        ("a macro-enabled body", "macros", with_main(MACRO_MAIN)),
        ("a macro-enabled template", "macros", with_main(MACRO_TEMPLATE)),
        ("a VBA project by its relationship", "macros", with_link("vbaProject", "vbaProject.bin", "")),
        ("a VBA project by its type", "macros", with_type("application/vnd.ms-office.vbaProject", "word/x.bin")),
        ("a VBA project by its name", "macros", with_part("word/VbaProject.bin", b"x")),
        ("an ActiveX control", "active-content", with_type("application/vnd.ms-office.activeX+xml", "word/activeX/activeX1.xml")),
        ("an ActiveX control by its relationship", "active-content", with_link("control", "activeX/activeX1.xml", "")),
        ("a control in a run", "active-content", with_content(in_paragraph('<w:r><w:object><w:control r:id="rId9"/></w:object></w:r>'))),
        ("buttons of its own", "active-content", with_link("extensibility", "customUI.xml", "")),
        ("an add-in that opens a pane", "active-content", with_link("webextensiontaskpanes", "taskpanes.xml", "")),
        # What is drawn in.
        ("an altChunk", "alt-chunk", with_content('<w:altChunk r:id="rId1"/>')),
        ("an altChunk by its relationship", "alt-chunk", with_link("aFChunk", "chunk.html", "")),
        ("a subdocument", "sub-document", with_content('<w:p><w:subDoc r:id="rId1"/></w:p>')),
        ("a subdocument by its relationship", "sub-document", with_link("subDocument", "file:///a.docx")),
        ("an OLE object", "embedded-object", with_content(in_paragraph('<w:r><w:object><o:OLEObject Type="Embed" ProgID="Package"/></w:object></w:r>'))),
        ("an OLE object by its relationship", "embedded-object", with_link("oleObject", "embeddings/o.bin", "")),
        ("an OLE object elsewhere", "embedded-object", with_link("oleObject", "file:///x.xls")),
        ("a packed file by its relationship", "embedded-object", with_link("package", "embeddings/setup.exe", "")),
        ("a frame", "frame", with_link("frame", "https://example.org/f.htm")),
        ("a picture elsewhere", "external-image", with_link("image", "https://tracker.example/p.png")),
        ("a picture on a share", "external-image", with_link("image", "\\\\198.51.100.1\\share\\p.png")),
        ("a VML picture elsewhere", "external-image", with_content(in_paragraph('<w:r><w:pict><v:shape><v:imagedata src="http://198.51.100.1/p.png"/></v:shape></w:pict></w:r>'))),
        ("a VML filling on a share", "external-image", with_content(in_paragraph('<w:r><w:pict><v:rect><v:fill src="\\\\198.51.100.1\\p.png"/></v:rect></w:pict></w:r>'))),
        ("a drawing that fetches a picture", "external-image", lambda: pack({**ordinary(), "[Content_Types].xml": types(SVG_TYPE), "word/media/i.svg": SVG.encode()})),
        ("a template elsewhere", "external-template", with_link("attachedTemplate", "https://example.org/t.dotm")),
        ("a header elsewhere", "external-part", with_link("header", "https://example.org/h.xml")),
        ("a part elsewhere that says it is inside", "external-part", with_link("header", "https://example.org/h.xml", "")),
        ("a part elsewhere with a mode of its own", "external-part", with_link("header", "h.xml", "Elsewhere")),
        ("a data source for mail merge", "external-part", with_link("mailMergeSource", "file:///c:/list.mdb")),
        ("a connection to a database", "mail-merge", with_part("word/settings.xml", f'<w:settings xmlns:w="{W}"><w:mailMerge><w:connectString w:val="DSN=x"/></w:mailMerge></w:settings>'.encode())),
        # Links.
        ("a link that runs a script", "external-link", with_link("hyperlink", "javascript:alert(1)")),
        ("a link to a file", "external-link", with_link("hyperlink", "file:///c:/windows/system32/calc.exe")),
        ("a link to a share", "external-link", with_link("hyperlink", "\\\\198.51.100.1\\share\\x.lnk")),
        ("a link to data", "external-link", with_link("hyperlink", "data:text/html,hello")),
        ("a link to a search protocol", "external-link", with_link("hyperlink", "ms-msdt:/id PCWDiagnostic")),
        ("a link hidden behind a line end", "external-link", with_link("hyperlink", "java&#10;script:alert(1)")),
        ("a link field to a file", "external-link", with_field(' HYPERLINK "file:///c:/x.exe" ')),
        ("a link field to a share, after its switches", "external-link", with_field(' HYPERLINK \\o "tip" \\l "mark" "\\\\198.51.100.1\\x" ')),
        # Fields.
        ("a DDE field", "field", with_field(' DDE "cmd" "/c calc" ')),
        ("a DDEAUTO field", "field", with_field(' DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc.exe" ')),
        ("a DDE field cut over five runs", "field", with_field(" D", "D", "E", "AU", 'TO "cmd" ')),
        ("a DDE field cut over two paragraphs", "field", with_content('<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DD</w:instrText></w:r></w:p><w:p><w:r><w:instrText>E "cmd"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>')),
        ("a DDE field in small letters", "field", with_field(' ddeAuto "cmd" ')),
        ("a DDE field in wide letters", "field", with_field(' ＤＤＥ "cmd" ')),
        ("a DDE field with invisible letters", "field", with_field(' D\u200bD\u200dE "cmd" ')),
        ("a DDE field without end", "field", with_content(in_paragraph(field(' DDE "cmd" ', close=False)))),
        ("a DDE field in one attribute", "field", with_content('<w:p><w:fldSimple w:instr=" DDEAUTO &quot;cmd&quot; "/></w:p>')),
        ("a DDE field in deleted text", "field", with_content(in_paragraph(field(' DDE "cmd" ').replace("instrText", "delInstrText")))),
        ("a DDE field in a header", "field", with_part("word/header1.xml", body(in_paragraph(field(' DDE "cmd" '))))),
        ("a DDE field in a Strict file", "field", with_part("word/document.xml", body(in_paragraph(field(' DDE "cmd" ')), STRICT_W))),
        ("a DDE field whose name a field computes", "field-computed", with_content(in_paragraph(COMPUTED))),
        ("an INCLUDEPICTURE field", "field", with_field(' INCLUDEPICTURE "https://tracker.example/p.png" \\d ')),
        ("an INCLUDETEXT field", "field", with_field(' INCLUDETEXT "\\\\\\\\198.51.100.1\\\\x.docx" ')),
        ("an old INCLUDE field", "field", with_field(' INCLUDE "c:\\\\x.doc" ')),
        ("an IMPORT field", "field", with_field(' IMPORT "c:\\\\x.png" ')),
        ("a LINK field", "field", with_field(' LINK Excel.Sheet.8 "c:\\\\x.xls" "A1" ')),
        ("a DATABASE field", "field", with_field(' DATABASE \\d "c:\\\\x.mdb" ')),
        ("a DDE field with a deleted letter in its name", "field", with_content(in_paragraph(BROKEN.format("<w:del>", "delInstrText", "</w:del>")))),
        ("a DDE field with a letter deleted in another way", "field", with_content(in_paragraph(BROKEN.format("<w:del>", "instrText", "</w:del>")))),
        ("a DDE field that comes back when an insertion is rejected", "field", with_content(in_paragraph(BROKEN.format("<w:ins>", "instrText", "</w:ins>")))),
        ("a DDE field inside the words of another field", "field", with_content(in_paragraph(NESTED))),
        ("a DDE field in a footnote", "field", with_part("word/footnotes.xml", f'<w:footnotes xmlns:w="{W}"><w:footnote><w:p>{field(" DDE ")}</w:p></w:footnote></w:footnotes>'.encode())),
        ("a PRINT field", "field", with_field(' PRINT "\\e&amp;l1O" ')),
        ("a link field to a share without quotes", "external-link", with_field(" HYPERLINK \\\\\\\\198.51.100.1\\\\x ")),
        ("a link field with curved quotes", "external-link", with_field(" HYPERLINK “file:///c:/x.exe” ")),
        ("a link on a VML shape", "external-link", with_content(in_paragraph('<w:r><w:pict><v:shape href="file:///c:/x.exe"/></w:pict></w:r>'))),
        ("a VML picture that Office fetches", "external-image", with_content(in_paragraph('<w:r><w:pict><v:shape><v:imagedata o:href="https://tracker.example/p.png"/></v:shape></w:pict></w:r>'))),
        ("an online video", "active-content", with_content('<w:p><w:r><wp15:webVideoPr xmlns:wp15="http://schemas.microsoft.com/office/word/2012/wordprocessingDrawing" embeddedHtml="&lt;iframe/&gt;"/></w:r></w:p>')),
        ("an OLE object whose kind is in capitals", "embedded-object", with_link("OLEOBJECT", "embeddings/o.bin", "")),
        ("an OLE object in a Strict file", "embedded-object", lambda: pack({**ordinary(), "word/_rels/document.xml.rels": relationships(relationship(1, "oleObject", "o.bin")).replace(R.encode(), STRICT_R)})),
        ("relationships in a part named in capitals", "external-image", with_part("word/_rels/document.xml.RELS", relationships(relationship(1, "image", "https://tracker.example/p.png", "External")))),
        ("a name with coded letters", "part-name", with_name("word/docu%6Dent.xml")),
        ("a name with coded dots", "part-name", with_name("word/%2e%2e/x")),
        ("a file in the comment of the zip", "ambiguous", lambda: commented(b"<html><script>alert(1)</script></html>")),
        ("a link to an anchor of a file", "external-link", with_link("hyperlink", "other.docx#mark")),
        ("a query for mail merge", "mail-merge", with_part("word/settings.xml", f'<w:settings xmlns:w="{W}"><w:mailMerge><w:query w:val="SELECT"/></w:mailMerge></w:settings>'.encode())),
        ("a chart linked to a workbook elsewhere", "embedded-object", lambda: pack({**ordinary(), "word/charts/_rels/chart1.xml.rels": relationships(relationship(1, "oleObject", "file:///x.xlsx", "External"))})),
        ("a chart with a program in it", "embedded-object", lambda: pack({**ordinary(), "word/charts/_rels/chart1.xml.rels": relationships(relationship(1, "package", "../embeddings/x.exe"))})),
        # The package's own books.
        ("a part with two content types", "two-types", two_types),
        ("two bodies", "two-bodies", two_bodies),
        ("two relationships of one name", "two-relationships", lambda: pack(ordinary("", (relationship(1, "styles", "a.xml"), relationship(1, "styles", "b.xml"))))),
        # The container, once more.
        ("a part packed with bzip2", "damaged", patched(bzip2)),
        ("a part whose packed bytes are none", "damaged", patched(stream_cut)),
        ("a part beyond the end of the file", "damaged", patched(part_elsewhere)),
        ("a list of parts on another volume", "damaged", patched(other_volume)),
        ("a list of parts four bytes on", "ambiguous", patched(list_elsewhere)),
        ("a part under strong encryption", "encrypted", patched(strongly_encrypted)),
        ("a folder with content", "ambiguous", folder_with_content),
        ("a name of dots alone", "part-name", with_name("word/./document2.xml")),
        ("a name with an empty step", "part-name", with_name("word//document2.xml")),
        ("an image of a disk", "not-zip", lambda: b"\0" * 4096),
        ("a file of another archive", "not-zip", lambda: b"7z\xbc\xaf\x27\x1c" + b"\0" * 100),
        # XML, once more.
        ("a DTD in the styles", "dtd", with_part("word/styles.xml", b"<!DOCTYPE a><a/>")),
        ("a DTD in the theme", "dtd", with_part("word/theme/theme1.xml", b"<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://198.51.100.1/'>%p;]><a/>")),
        ("relationships that are no XML", "bad-xml", with_part("word/_rels/document.xml.rels", b"none")),
        ("content types cut in the middle", "bad-xml", lambda: pack({**ordinary(), "[Content_Types].xml": types()[:-30]})),
        ("a name space nobody declared", "bad-xml", with_content("<evil:p/>")),
        ("an attribute that stands twice", "bad-xml", with_content('<w:p w:a="1" w:a="2"/>')),
        ("a control character in the text", "bad-xml", with_content(paragraph("&#1;"))),
        ("half a character in the text", "bad-xml", with_part("word/document.xml", body(paragraph("X")).replace(b"X", b"\xc3"))),
        ("text boxes in text boxes, 200 deep", "depth", nested(200, "<w:p><w:r><w:pict><w:txbxContent>", "</w:txbxContent></w:pict></w:r></w:p>")),
        # Fields and links in every story.
        ("a DDE field in an endnote", "field", with_story("endnotes", "endnotes", f"<w:endnote>{in_paragraph(field(' DDE x '))}</w:endnote>")),
        ("a DDE field in a comment", "field", with_story("comments", "comments", f"<w:comment>{in_paragraph(field(' DDE x '))}</w:comment>")),
        ("a DDE field among the building blocks", "field", with_story("glossary/document", "glossaryDocument", in_paragraph(field(" DDE x ")))),
        ("a DDE field in a text box", "field", with_content(in_paragraph(f"<w:r><w:pict><w:txbxContent>{in_paragraph(field(' DDE x '))}</w:txbxContent></w:pict></w:r>"))),
        ("a DDE field in a table", "field", with_content(f"<w:tbl><w:tr><w:tc>{in_paragraph(field(' DDE x '))}</w:tc></w:tr></w:tbl>")),
        ("a DDE field in a content control", "field", with_content(f"<w:sdt><w:sdtContent>{in_paragraph(field(' DDE x '))}</w:sdtContent></w:sdt>")),
        ("a DDE field in the fallback of a choice", "field", with_content('<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="wps"/><mc:Fallback>' + in_paragraph(field(" DDE x ")) + "</mc:Fallback></mc:AlternateContent>")),
        ("an RD field", "field", with_field(' RD "c:\\\\x.doc" ')),
        ("an EMBED field", "field", with_field(" EMBED Package ")),
        ("a CONTROL field", "field", with_field(" CONTROL Forms.CommandButton.1 \\s ")),
        ("an INCLUDEPICTURE field after a line end", "field", with_field("\nINCLUDEPICTURE\n", '"https://tracker.example/p.png"')),
        ("a link of a header to a script", "external-link", with_part("word/_rels/header1.xml.rels", relationships(relationship(1, "hyperlink", "vbscript:x", "External")))),
        ("a link of a footnote to a file", "external-link", with_part("word/_rels/footnotes.xml.rels", relationships(relationship(1, "hyperlink", "file://198.51.100.1/x", "External")))),
        ("a picture of a header elsewhere", "external-image", with_part("word/_rels/header1.xml.rels", relationships(relationship(1, "image", "file:///c:/logo.png", "External")))),
        ("a style sheet that transforms on saving", "external-part", with_part("word/_rels/settings.xml.rels", relationships(relationship(1, "transform", "file:///c:/x.xsl", "External")))),
        ("a font elsewhere", "external-part", with_part("word/_rels/fontTable.xml.rels", relationships(relationship(1, "font", "https://example.org/f.odttf", "External")))),
        ("recipients of mail merge elsewhere", "external-part", with_part("word/_rels/settings.xml.rels", relationships(relationship(1, "recipientData", "\\\\198.51.100.1\\r.xml", "External")))),
    )
)  # fmt: skip

ODD: tuple[Hostile, ...] = tuple(
    Hostile(sentence, code, make)
    for sentence, code, make in (
        ("a tracked insertion", "tracked-changes", with_content(in_paragraph("<w:ins><w:r><w:t>neuf</w:t></w:r></w:ins>"))),
        ("a tracked deletion in a header", "tracked-changes", with_story("header1", "hdr", in_paragraph("<w:del><w:r><w:delText>vieux</w:delText></w:r></w:del>"))),
        ("a tracked change of formatting", "tracked-changes", with_content(in_paragraph("<w:r><w:rPr><w:b/><w:rPrChange><w:rPr/></w:rPrChange></w:rPr><w:t>gras</w:t></w:r>"))),
        ("a tracked cell", "tracked-changes", with_content("<w:tbl><w:tr><w:tc><w:tcPr><w:cellIns/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>")),
        ("a comment", "comments", with_story("comments", "comments", "<w:comment><w:p/></w:comment>")),
        ("hidden text in a footnote", "hidden-text", with_story("footnotes", "footnotes", "<w:footnote>" + in_paragraph("<w:r><w:rPr><w:vanish/></w:rPr><w:t>caché</w:t></w:r>") + "</w:footnote>")),
        ("text that is turned round", "bidi-characters", with_content(paragraph("exe.\u202etxt"))),
        ("text with isolating marks", "bidi-characters", with_content(paragraph("\u2066mot\u2069"))),
        ("text with zero-width spaces", "zero-width-characters", with_content(paragraph("mo\u200bt"))),
        ("text with tag characters", "zero-width-characters", with_content(paragraph("mot\U000e0041\U000e0042"))),
        ("text with a Hangul filler", "zero-width-characters", with_content(paragraph("mot\u3164"))),
        ("a chart with its workbook", "chart-workbook", lambda: pack({**ordinary(), "[Content_Types].xml": types('<Override PartName="/word/charts/chart1.xml" ContentType="application/vnd.openxmlformats-officedocument.drawingml.chart+xml"/>'), "word/charts/chart1.xml": b"<c/>", "word/charts/_rels/chart1.xml.rels": relationships(relationship(1, "package", "../embeddings/x.xlsx"))})),
        ("a digital signature", "signed", lambda: pack({**ordinary(), "_rels/.rels": relationships(relationship(1, "officeDocument", "word/document.xml"), relationship(2, "digital-signature/origin", "_xmlsignatures/origin.sigs")), "_xmlsignatures/origin.sigs": b""})),
    )
)  # fmt: skip
"""Files that are taken, each with the warning that it must bring."""
