"""A sealed file that was altered: every part, every kind of alteration, every known attack."""

from __future__ import annotations

import base64
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from documents.sealing import authority, c14n, names
from documents.sealing.sign import seal
from documents.sealing.verdict import Indication

SAMPLE = Path(__file__).parents[3] / "samples" / "imt" / "statement.en.docx"
SIG = "_xmlsignatures/sig1.xml"
TYPES = names.CONTENT_TYPES_PART
ROOT = names.ROOT_RELATIONSHIPS_PART
DOCUMENT = "word/document.xml"
DOCUMENT_RELS = "word/_rels/document.xml.rels"


def _parts() -> list[str]:
    with zipfile.ZipFile(SAMPLE) as file:
        kept = [name for name in file.namelist() if not name.startswith("docProps/")]
    return [*kept, names.ORIGIN_PART, names.ORIGIN_RELATIONSHIPS_PART, SIG]


def _flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] if data else b"\x01"


def _insert(data: bytes, at: int) -> bytes:
    return data[:at] + b" " + data[at:]


def _truncate(data: bytes, at: int) -> bytes:
    return data[:at] if data else b"x"


def _delete(data: bytes, at: int) -> bytes:
    return data[:at] + data[at + 1 :] if data else b"x"


def _swap(data: bytes, at: int) -> bytes:
    while at + 1 < len(data) and data[at] == data[at + 1]:
        at += 1
    return data[:at] + data[at : at + 2][::-1] + data[at + 2 :] if data else b"xy"


BYTE_CLASSES: dict[str, Callable[[bytes, int], bytes]] = {
    "a bit flipped": _flip,
    "a byte inserted": _insert,
    "the end cut off": _truncate,
    "a byte deleted": _delete,
    "two bytes swapped": _swap,
}


@pytest.mark.parametrize("kind", BYTE_CLASSES)
@pytest.mark.parametrize("part", _parts())
@pytest.mark.parametrize("place", [0.0, 0.5, 0.98])
def test_a_part_altered_anywhere_is_refused(sealed, forge, judge, part, kind, place):
    forged = forge(sealed)
    before = forged.parts[part]
    forged.parts[part] = BYTE_CLASSES[kind](before, int(len(before) * place))
    assert forged.parts[part] != before
    assert judge(forged.write()).overall is not Indication.PASSED


@pytest.mark.parametrize("part", _parts())
def test_a_part_left_out_is_refused(sealed, forge, judge, part):
    forged = forge(sealed)
    del forged.parts[part]
    assert judge(forged.write()).overall is Indication.FAILED


@pytest.mark.parametrize("part", [one for one in _parts() if one not in (TYPES, SIG)])
def test_a_part_of_which_the_manifest_says_nothing_more_is_refused(sealed, forge, judge, part):
    forged = forge(sealed)
    start = forged.parts[SIG].find(f'<Reference URI="/{part}?'.encode())
    if start < 0:
        assert part.startswith(names.SIGNATURE_FOLDER)
        return
    end = forged.parts[SIG].index(b"</Reference>", start) + len(b"</Reference>")
    forged.parts[SIG] = forged.parts[SIG][:start] + forged.parts[SIG][end:]
    assert judge(forged.write()).integrity.indication is Indication.FAILED


def _add_relationship(part: str, text: str) -> Callable[..., None]:
    return lambda forged: forged.replace(part, "</Relationships>", text + "</Relationships>")


def _add_typed(name: str, content: bytes, kind: str) -> Callable[..., None]:
    def act(forged):
        forged.parts[name] = content
        forged.replace(
            TYPES, "</Types>", f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
        )

    return act


def _edit(part: str, old: str, new: str) -> Callable[..., None]:
    return lambda forged: forged.replace(part, old, new)


def _rename_by_case(forged):
    forged.parts["word/Document.xml"] = forged.parts.pop(DOCUMENT)


def _wrap_signature(forged):
    """Legacy wrapping: the genuine signature inside another element of the same part."""
    head, _, body = forged.parts[SIG].partition(b"?>\n")
    outer = b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">'
    forged.parts[SIG] = head + b"?>\n" + outer + body + b"</Signature>"


def _nest_signature(forged):
    """The genuine signature kept in an Object of a forged one."""
    head, _, body = forged.parts[SIG].partition(b"?>\n")
    at = body.rindex(b"</Signature>")
    forged.parts[SIG] = head + b"?>\n" + body[:at] + b"<Object>" + body + b"</Object></Signature>"


def _move_object(forged):
    """The signed package object moved away, an unsigned one with another manifest in its place."""
    text = forged.parts[SIG]
    start = text.index(b"<Object ")
    end = text.index(b"</Object>", start) + len(b"</Object>")
    original = text[start:end]
    forged_object = original.replace(b'Id="idPackageObject"', b'Id="idForged"')
    holder = b"<Object>" + original + b"</Object>"
    forged.parts[SIG] = (
        text[:start] + forged_object + text[end:].replace(b"</Signature>", holder + b"</Signature>")
    )


def _duplicate_object(forged):
    text = forged.parts[SIG]
    start = text.index(b"<Object ")
    end = text.index(b"</Object>", start) + len(b"</Object>")
    forged.parts[SIG] = text[:start] + text[start:end] + text[start:]


def _drop_reference_to_package(forged):
    text = forged.parts[SIG]
    start = text.index(b"<Reference ")
    end = text.index(b"</Reference>", start) + len(b"</Reference>")
    forged.parts[SIG] = text[:start] + text[end:]


ATTACKS: dict[str, Callable[..., None]] = {
    "a part was added and linked": lambda f: (
        _add_typed("word/footer9.xml", b"<x/>", "application/xml")(f),
        _add_relationship(
            DOCUMENT_RELS, '<Relationship Id="rId99" Type="urn:x" Target="footer9.xml"/>'
        )(f),
    ),
    "a part was added and nothing links to it": _add_typed(
        "word/spare.xml", b"<x/>", "application/xml"
    ),
    "a part was added under a type that the file has": _add_typed(
        "word/x.rels.xml", b"<x/>", "application/xml"
    ),
    "document properties were added": lambda f: (
        _add_typed("docProps/core.xml", b"<x/>", names.CORE_PROPERTIES_TYPE)(f),
        _add_relationship(
            ROOT,
            f'<Relationship Id="rId77" Type="{names.RELATIONSHIPS}/metadata/core-properties" '
            'Target="docProps/core.xml"/>',
        )(f),
    ),
    "a relationship was added to the document": _add_relationship(
        DOCUMENT_RELS,
        '<Relationship Id="rId99" Type="urn:x" Target="http://example.org/" TargetMode="External"/>',
    ),
    "a relationship was added to the package": _add_relationship(
        ROOT, '<Relationship Id="rId99" Type="urn:x" Target="word/styles.xml"/>'
    ),
    "a relationships part was added": lambda f: f.parts.__setitem__(
        "word/_rels/styles.xml.rels",
        f'<Relationships xmlns="{names.RELATIONSHIPS}"/>'.encode(),
    ),
    "a relationship leads elsewhere": _edit(
        DOCUMENT_RELS, 'Target="styles.xml"', 'Target="numbering.xml"'
    ),
    "a relationship became external": _edit(
        DOCUMENT_RELS, 'Target="styles.xml"', 'Target="styles.xml" TargetMode="External"'
    ),
    "a relationship says Internal, which means the same": _edit(
        DOCUMENT_RELS, 'Target="styles.xml"', 'Target="styles.xml" TargetMode="Internal"'
    ),
    "the origin's relationship has another Id": _edit(
        ROOT,
        f'" Type="{names.ORIGIN_RELATIONSHIP}"',
        f'0" Type="{names.ORIGIN_RELATIONSHIP}"',
    ),
    "the signature part has another name": lambda f: (
        f.parts.__setitem__("_xmlsignatures/sig7.xml", f.parts.pop(SIG)),
        f.replace(TYPES, "sig1.xml", "sig7.xml"),
        f.replace(names.ORIGIN_RELATIONSHIPS_PART, "sig1.xml", "sig7.xml"),
    ),
    "the signature has another Id": _edit(
        SIG, 'Id="idPackageSignature">', 'Id="idPackageSignature_9">'
    ),
    "a text stands in KeyInfo": _edit(SIG, "<KeyInfo>", "<KeyInfo>By order of the board"),
    "a relationship lost its reference in the signature": _edit(
        SIG, '<mdssi:RelationshipReference SourceId="rId1"></mdssi:RelationshipReference>', ""
    ),
    "white space was put between relationships": _edit(
        DOCUMENT_RELS, "/><Relationship", "/>\n<Relationship"
    ),
    "a second main document was linked": _add_relationship(
        ROOT,
        f'<Relationship Id="rId99" Type="{names.OFFICE_RELATIONSHIPS}/officeDocument" '
        'Target="word/styles.xml"/>',
    ),
    "the main document is another part": _edit(ROOT, "word/document.xml", "word/styles.xml"),
    "the origin is named twice": _add_relationship(
        ROOT,
        f'<Relationship Id="rId99" Type="{names.ORIGIN_RELATIONSHIP}" '
        f'Target="{names.ORIGIN_PART}"/>',
    ),
    "a content type changed": _edit(
        TYPES,
        "wordprocessingml.styles+xml",
        "wordprocessingml.numbering+xml",
    ),
    "a content type was named twice": _edit(
        TYPES,
        "</Types>",
        '<Override PartName="/WORD/styles.xml" ContentType="application/xml"/></Types>',
    ),
    "a spare content type was added": _edit(
        TYPES, "</Types>", '<Override PartName="/word/none.xml" ContentType="text/xml"/></Types>'
    ),
    "a part was renamed by case": _rename_by_case,
    "a stray part lies in the signature folder": _add_typed(
        "_xmlsignatures/notes.xml", b"<x/>", "application/xml"
    ),
    "a signature part is not listed": _add_typed(
        "_xmlsignatures/sig2.xml", b"<x/>", names.SIGNATURE_TYPE
    ),
    "the signature was wrapped": _wrap_signature,
    "a signature was nested": _nest_signature,
    "the signed object was moved": _move_object,
    "an object was duplicated with its Id": _duplicate_object,
    "the package object is no longer referenced": _drop_reference_to_package,
    "an unsigned object was added": _edit(
        SIG, "</Signature>", "<Object><note>hello</note></Object></Signature>"
    ),
    "an xml:base was set": _edit(SIG, "<Signature ", '<Signature xml:base="http://example.org/" '),
    "a transform that selects was put in": _edit(
        SIG,
        f'<Transform Algorithm="{names.C14N}"></Transform>',
        '<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"></Transform>',
    ),
    "a reference leads out of the file": _edit(
        SIG, 'URI="#idOfficeObject"', 'URI="http://example.org/x"'
    ),
    "the signing time was altered": _edit(SIG, "SigningTime>2026", "SigningTime>2025"),
    "the package's signature time was altered": _edit(SIG, "Value>2026", "Value>2025"),
    "the comments were altered": _edit(SIG, "Adopted.", "Rejected"),
    "the role was altered": _edit(SIG, "Secretary", "Chair"),
    "an XML comment was put into the signature": _edit(SIG, "Adopted.", "Adop<!-- -->ted."),
    "the signature's white space was altered": _edit(SIG, "<KeyInfo>", "<KeyInfo\n>"),
    "the value was broken over lines": _edit(SIG, "<SignatureValue>", "<SignatureValue>\n"),
    "a key was shown beside the certificate": _edit(
        SIG, "<KeyInfo>", "<KeyInfo><KeyName>Somebody else</KeyName>"
    ),
    "an unsigned property was added": _edit(
        SIG,
        "</xd:SignedProperties>",
        "</xd:SignedProperties><xd:UnsignedProperties><xd:UnsignedSignatureProperties>"
        "<xd:CounterSignature></xd:CounterSignature>"
        "</xd:UnsignedSignatureProperties></xd:UnsignedProperties>",
    ),
    "an entity was declared in the signature": _edit(
        SIG, "<Signature ", '<!DOCTYPE Signature [<!ENTITY x "y">]>\n<Signature '
    ),
    "a document type was declared in the document": _edit(
        DOCUMENT, "<w:document", '<!DOCTYPE w:document SYSTEM "http://example.org/">\n<w:document'
    ),
    "an external entity was declared in the relationships": _edit(
        ROOT,
        "<Relationships",
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n<Relationships',
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_sealed_file_is_refused_when(sealed, forge, judge, attack):
    forged = forge(sealed)
    before = dict(forged.parts)
    ATTACKS[attack](forged)
    assert forged.parts != before
    assert judge(forged.write()).overall is not Indication.PASSED


def _shell_changes(sig: bytes) -> list[tuple[str, bytes]]:
    """The signature with a text, an attribute or a namespace put in at each of its elements."""
    changes = []
    for number in range(sum(1 for _ in etree.fromstring(sig).iter())):
        for what in ("text", "tail", "attribute", "namespace"):
            root = etree.fromstring(sig)
            node = list(root.iter())[number]
            if what == "tail" and node is root:
                continue
            if what == "text":
                node.text = (node.text or "") + " "
            elif what == "tail":
                node.tail = "x"
            elif what == "attribute":
                node.set("Encoding", "x")
            else:
                node.append(etree.fromstring("<x/>"))
            written = etree.tostring(root, method="c14n")
            if what == "namespace":
                name = etree.QName(node).localname
                written = etree.tostring(root, method="c14n").replace(b'<x xmlns=""></x>', b"")
                prefix = f"{node.prefix}:" if node.prefix else ""
                opening = f"<{prefix}{name}".encode()
                before = [n for n in list(root.iter())[:number] if n.tag == node.tag]
                pieces = re.split(re.escape(opening) + rb"(?=[ >])", written)
                at = len(before) + 1
                written = opening.join(pieces[:at]) + opening + b' xmlns:zz="urn:z"'
                written += opening.join(pieces[at:])
            changes.append(
                (f"{what} at {node.tag} ({number})", sig[: sig.index(b"<Sig")] + written)
            )
    return changes


def test_nothing_can_be_put_anywhere_into_the_signature_part(sealed, forge, judge):
    forged = forge(sealed)
    genuine = forged.parts[SIG]
    passed = []
    for what, content in _shell_changes(genuine):
        assert content != genuine, what
        forged.parts[SIG] = content
        if judge(forged.write()).overall is Indication.PASSED:
            passed.append(what)
    assert passed == []


@pytest.mark.parametrize(
    ("attack", "check"),
    [
        ("a part was added and linked", "coverage"),
        ("a part was added and nothing links to it", "coverage"),
        ("document properties were added", "coverage"),
        ("a relationship was added to the document", "coverage"),
        ("a relationships part was added", "coverage"),
        ("white space was put between relationships", "coverage"),
        ("a spare content type was added", "coverage"),
        ("a relationship leads elsewhere", "integrity"),
        ("a content type changed", "integrity"),
        ("the comments were altered", "integrity"),
        ("the signature was wrapped", "integrity"),
        ("a signature was nested", "integrity"),
        ("an object was duplicated with its Id", "integrity"),
        ("a stray part lies in the signature folder", "package"),
        ("a part was renamed by case", "package"),
        ("an entity was declared in the signature", "package"),
    ],
)
def test_the_right_question_finds_it(sealed, forge, judge, attack, check):
    forged = forge(sealed)
    ATTACKS[attack](forged)
    verdict = judge(forged.write())
    first = next(name for name, one in verdict.checks.items() if not one.passed)
    assert first == check


def test_a_look_alike_with_the_same_name_is_not_trusted(sample, judge, now, tmp_path, house):
    """Everybody else calls this file signed by the institution: only the pinned root tells."""
    authority.create(tmp_path / "twin", "Institut de la mer", now)
    twin = authority.load(tmp_path / "twin").signer
    genuine = authority.load(house).signer
    assert twin.chain[0].subject == genuine.chain[0].subject
    verdict = judge(seal(sample, twin, signed_at=now, comments="Adopted."))
    assert verdict.integrity.passed
    assert verdict.coverage.passed
    assert verdict.trust.sub_indication == "NO_CERTIFICATE_CHAIN_FOUND"
    assert verdict.overall is Indication.INDETERMINATE


def test_another_certificate_shown_for_the_same_signature_is_refused(
    sealed, forge, judge, p256_signer, root
):
    forged = forge(sealed)
    text = forged.parts[SIG]
    start = text.index(b"<X509Certificate>") + len(b"<X509Certificate>")
    end = text.index(b"</X509Certificate>")
    other = base64.b64encode(p256_signer.chain[0].public_bytes(Encoding.DER))
    forged.parts[SIG] = text[:start] + other + text[end:]
    assert judge(forged.write()).integrity.indication is Indication.FAILED
    for spare in (p256_signer.chain[0], root):
        shown = base64.b64encode(spare.public_bytes(Encoding.DER))
        forged.parts[SIG] = text[:end] + b"</X509Certificate><X509Certificate>" + shown + text[end:]
        assert judge(forged.write()).coverage.indication is Indication.INDETERMINATE


def test_a_signature_of_another_document_is_refused(sealed, sample, forge, rsa_signer, judge, now):
    changed = forge(sample).replace(DOCUMENT, "the", "teh").write()
    other = forge(seal(changed, rsa_signer, signed_at=now, comments="Adopted.", role="Secretary"))
    forged = forge(sealed)
    forged.parts[SIG] = other.parts[SIG]
    assert judge(forged.write()).integrity.sub_indication == "HASH_FAILURE"


def test_an_oversized_steering_part_is_refused_before_it_is_parsed(sealed, forge, judge):
    forged = forge(sealed)
    forged.parts[SIG] += random.Random(7).randbytes(c14n.MAX_STEERING // 2).hex().encode()
    (report,) = judge(forged.write()).signatures
    assert "more than is allowed" in str(report.integrity.reasons[0])


def test_a_crowd_of_signatures_is_refused_before_they_are_read(sealed, forge, judge):
    forged = forge(sealed)
    for number in range(2, 40):
        forged.parts[f"_xmlsignatures/sig{number}.xml"] = forged.parts[SIG]
        _add_relationship(
            names.ORIGIN_RELATIONSHIPS_PART,
            f'<Relationship Id="rId{number}" Type="{names.SIGNATURE_RELATIONSHIP}" '
            f'Target="sig{number}.xml"/>',
        )(forged)
        forged.replace(
            TYPES,
            "</Types>",
            f'<Override PartName="/_xmlsignatures/sig{number}.xml" '
            f'ContentType="{names.SIGNATURE_TYPE}"/></Types>',
        )
    verdict = judge(forged.write())
    assert "39 signatures" in str(verdict.package.reasons[0])
