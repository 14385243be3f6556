"""Asks whether a signature covers everything, and whether any byte of the file is left free.

``check`` answers for one signature. Every program may say «intact» of a file to which somebody
added a part; this is where such a file stops. Whether what is covered is unaltered is
``manifest``'s.
"""

from __future__ import annotations

import base64
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from lxml import etree

from documents.errors import N_
from documents.sealing import names
from documents.sealing import package as packages
from documents.sealing import relationships as rels
from documents.sealing.c14n import canonical_root, parse, tag
from documents.sealing.envelope import Envelope
from documents.sealing.package import Package
from documents.sealing.relationships import XML_DECLARATION
from documents.sealing.verdict import PASSED, Check, SubIndication
from documents.sealing.xades import PREFIXES

_METADATA_FOLDER = "docProps/"


def check(package: Package, envelope: Envelope) -> Check:
    """Answer for one signature.

    TOTAL-FAILED where something that a reader may see or follow is not signed; INDETERMINATE
    where it is only what Word itself never signs (document properties, the thumbnail) or the file
    has bytes that could be otherwise.
    """
    covered = {one.part: one.ids for one in envelope.references}
    serious: list[str] = []
    metadata: list[str] = []
    for part in package.signable():
        if part not in covered:
            (metadata if _is_metadata(package, part) else serious).append(part)
            continue
        signed = covered[part]
        if part not in package.relationships or signed is None:
            continue
        unsigned = package.signable_relationships(part) - signed
        for one in package.relationships[part] if unsigned else ():
            if one.id in unsigned:
                leads = _leads_to_metadata(package, part, one)
                (metadata if leads else serious).append(f"{part}#{one.id}")
    if serious:
        return Check.failed(
            SubIndication.SIG_CONSTRAINTS_FAILURE,
            N_(
                "The signature does not cover everything that the file holds, first of all {part}. "
                "Somebody may have added it."
            ),
            part=serious[0],
            parts=tuple(serious),
        )
    if metadata:
        return Check.unsure(
            SubIndication.SIG_CONSTRAINTS_FAILURE,
            N_(
                "The signature does not cover the document properties ({part}), as Word's own "
                "never does."
            ),
            part=metadata[0],
            parts=tuple(metadata),
        )
    free = free_bytes(package)
    if free is not None:
        return Check.unsure(
            SubIndication.SIG_CONSTRAINTS_FAILURE,
            N_(
                "All parts are signed, but {part} is not written in the one form of a sealed "
                "file, so bytes that carry no meaning may have been changed."
            ),
            part=free,
        )
    return PASSED


def free_bytes(package: Package) -> str | None:
    """Name the first place that is not in the one form that ``sign`` writes, None if all is.

    The zip headers, the content types and the relationships are functions of what is signed; the
    signature part is its own canonical form. What is left free is how a part is deflated.
    """
    if not package.canonical:
        return "zip"
    types = package.entries[names.CONTENT_TYPES_PART].content
    if types != packages.write_types(package.types):
        return names.CONTENT_TYPES_PART
    for part, listed in package.relationships.items():
        if package.entries[part].content != rels.write(listed):
            return part
    for part in package.signatures:
        if not _is_canonical_signature(package.entries[part].content, part):
            return part
    return None


def _is_canonical_signature(data: bytes, part: str) -> bool:
    root = parse(data, part)
    encoded = [
        node
        for node in root.iter(
            tag(names.DS, "SignatureValue"),
            tag(names.DS, "X509Certificate"),
            tag(names.DS, "DigestValue"),
            tag(names.XADES, "EncapsulatedTimeStamp"),
        )
        if not _is_plain_base64(node.text or "")
    ]
    info = root.findall("ds:KeyInfo/*", PREFIXES)
    return (
        not encoded
        and data == XML_DECLARATION + canonical_root(root)
        and [node.tag for node in info] == [tag(names.DS, "X509Data")]
        and _is_chain(info[0])
        and _has_only_timestamps(root)
    )


def _is_chain(data: etree._Element) -> bool:
    """Ask that every further certificate issued the one before, and that none is a root."""
    if {node.tag for node in data} != {tag(names.DS, "X509Certificate")}:
        return False
    try:
        chain = [x509.load_der_x509_certificate(base64.b64decode(node.text or "")) for node in data]
        for one, issuer in pairwise(chain):
            one.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return all(one.subject != one.issuer for one in chain[1:])


def _has_only_timestamps(root: etree._Element) -> bool:
    """Ask that the one thing that may stand there unsigned is a timestamp of ours."""
    base = "ds:Object/xd:QualifyingProperties/xd:UnsignedProperties"
    stamp = base + "/xd:UnsignedSignatureProperties/xd:SignatureTimeStamp"
    inside = [node for top in root.iterfind(base, PREFIXES) for node in top.iter()]
    wanted = [
        *root.iterfind(base, PREFIXES),
        *root.iterfind(base + "/xd:UnsignedSignatureProperties", PREFIXES),
        *root.iterfind(stamp, PREFIXES),
        *root.iterfind(stamp + "/ds:CanonicalizationMethod", PREFIXES),
        *root.iterfind(stamp + "/xd:EncapsulatedTimeStamp", PREFIXES),
    ]
    return len(inside) == len(wanted)


def _is_plain_base64(text: str) -> bool:
    try:
        return base64.b64encode(base64.b64decode(text, validate=True)).decode() == text
    except ValueError:
        return False


def _leads_to_metadata(package: Package, part: str, relationship: rels.Relationship) -> bool:
    return (
        part == names.ROOT_RELATIONSHIPS_PART
        and not relationship.external
        and _is_metadata(package, packages.target("", relationship))
    )


def _is_metadata(package: Package, part: str) -> bool:
    """Say whether a part lies in docProps and nothing but the package's root leads there."""
    if not part.startswith(_METADATA_FOLDER):
        return False
    return not any(
        packages.target(listing.rpartition("_rels/")[0], one) == part
        for listing, listed in package.relationships.items()
        if listing != names.ROOT_RELATIONSHIPS_PART
        for one in listed
        if not one.external
    )
