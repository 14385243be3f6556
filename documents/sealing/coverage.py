"""Asks whether a signature covers everything, and whether any byte of the file is left free.

``check`` answers for one signature. Every program may say «intact» of a file to which somebody
added a part; this is where such a file stops. Whether what is covered is unaltered is
``manifest``'s.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from documents.errors import N_
from documents.sealing import names, shell
from documents.sealing import package as packages
from documents.sealing import relationships as rels
from documents.sealing.c14n import canonical, parse
from documents.sealing.envelope import Envelope, tokens_of
from documents.sealing.package import Package
from documents.sealing.verdict import PASSED, Check, SubIndication
from documents.sealing.xades import PREFIXES

_METADATA_FOLDER = "docProps/"
# SignedInfo, SignatureValue, KeyInfo, and the package's, Office's and XAdES' objects.
_CHILDREN = 6


def check(package: Package, envelope: Envelope, free: str | None) -> Check:
    """Answer for one signature; ``free`` is what ``free_bytes`` says of the whole file.

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
    found = package.origin
    if found != shell.origin(one for one in package.root if one != found):
        return names.ROOT_RELATIONSHIPS_PART
    count = len(package.signatures)
    if package.relationships[names.ORIGIN_RELATIONSHIPS_PART] != shell.listing(count):
        return names.ORIGIN_RELATIONSHIPS_PART
    for number, part in enumerate(package.signatures, 1):
        content = package.entries[part].content
        if shell_of(content, part, number) != content:
            return part
    return None


def shell_of(
    data: bytes, part: str, number: int, tokens: Sequence[bytes] | None = None
) -> bytes | None:
    """Write a signature part again around its signed elements; None if it cannot be one of ours.

    ``number`` is the signature's place in the package, from 1; ``tokens`` replace its own.
    """
    root = parse(data, part)
    properties = root.find("ds:Object/xd:QualifyingProperties/xd:SignedProperties", PREFIXES)
    certificates = [node.text or "" for node in root.iterfind("ds:KeyInfo/ds:X509Data/*", PREFIXES)]
    if len(root) != _CHILDREN or properties is None:
        return None
    try:
        shown = [base64.b64decode(one, validate=True) for one in certificates]
        value = base64.b64decode(root[1].text or "", validate=True)
    except ValueError:
        return None
    if not _is_chain(shown):
        return None
    signed = [canonical(root[at]).decode() for at in (0, 3, 4)]
    stamps = tokens_of(root, part) if tokens is None else tokens
    return shell.assemble(
        number, signed[0], value, shown, signed[1:], canonical(properties).decode(), stamps
    )


def _is_chain(certificates: Iterable[bytes]) -> bool:
    """Ask that every further certificate issued the one before, and that none is a root."""
    try:
        chain = [x509.load_der_x509_certificate(one) for one in certificates]
        for one, issuer in pairwise(chain):
            one.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return all(one.subject != one.issuer for one in chain[1:])


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
