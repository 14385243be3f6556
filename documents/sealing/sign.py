"""Seals a Word file: strips what cannot be covered, signs all that is left, writes it one way.

A second ``seal`` on a sealed file adds a parallel signature. What may not be sealed is ``lint``'s,
keys are ``signers``', and whether the outcome holds is ``verify``'s.

Sources: ECMA-376 Part 2, clause 10; MS-OFFCRYPTO 2.5.2; docs/documents/sealing.md.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from documents.errors import N_
from documents.sealing import algorithms, container, lint, manifest, names, shell, xades
from documents.sealing import package as packages
from documents.sealing import relationships as rels
from documents.sealing.c14n import canonical_root
from documents.sealing.container import Entry
from documents.sealing.coverage import free_bytes
from documents.sealing.envelope import open_
from documents.sealing.errors import KeyUnusableError, SealRefusedError
from documents.sealing.package import Package
from documents.sealing.signers import Signer, algorithm_of

MAX_COMMENTS = 255
"""Characters that Office keeps of a signature's comments (MS-OFFCRYPTO 2.5.2.5)."""

_METADATA_FOLDER = "docprops/"
_METADATA_RELATIONSHIPS = (
    names.RELATIONSHIPS + "/metadata/",
    names.OFFICE_RELATIONSHIPS + "/extended-properties",
    names.OFFICE_RELATIONSHIPS + "/custom-properties",
    names.OFFICE_RELATIONSHIPS + "/metadata/",
    names.STRICT_RELATIONSHIPS + "/extendedProperties",
    names.STRICT_RELATIONSHIPS + "/customProperties",
)


def seal(
    data: bytes, signer: Signer, *, signed_at: datetime, comments: str, role: str | None = None
) -> bytes:
    """Give the file with a signature that covers every part and relationship of it.

    ``signed_at`` needs a time zone; ``comments`` (at most 255 characters) and ``role`` are signed
    and shown by Word. Document properties and the thumbnail are stripped at the first seal. With
    an RSA key, and with P-256 where the platform allows, the same call gives the same bytes.

    Raises ``SealRefusedError`` (with ``findings``), ``KeyUnusableError``, and what
    ``Package.read`` raises on a damaged file.
    """
    if len(comments) > MAX_COMMENTS:
        raise SealRefusedError(
            N_(
                "The comments of a seal have {length} characters; Word keeps {limit}. Shorten them."
            ),
            length=len(comments),
            limit=MAX_COMMENTS,
        )
    package = Package.of(container.read(data, folders=True))
    lint.refuse(package)
    if package.signatures:
        _check_cosignable(package)
    else:
        package = _prepared(package)
    number = len(package.signatures) + 1
    signature = _signature(package, signer, signed_at, comments, role, number)
    return container.write(_with_signature(package, signature, number).values())


def _prepared(package: Package) -> Package:
    """Strip metadata, write the relationships in their one form, add the origin."""
    relationships = {}
    for part, listed in package.relationships.items():
        folder = part.rpartition("_rels/")[0]
        kept = tuple(
            one
            for one in listed
            if not one.type.startswith(_METADATA_RELATIONSHIPS)
            and (one.external or not _is_metadata(packages.target(folder, one)))
        )
        if kept and not _is_metadata(part):
            relationships[part] = kept
    stripped = {
        packages.target("", one)
        for one in package.root
        if one.type.startswith(_METADATA_RELATIONSHIPS) and not one.external
    }
    root = relationships[names.ROOT_RELATIONSHIPS_PART]
    relationships[names.ROOT_RELATIONSHIPS_PART] = (*root, shell.origin(root))
    entries = {
        name: entry
        for name, entry in package.entries.items()
        if name not in package.relationships and name not in stripped and not _is_metadata(name)
    }
    for part, listed in relationships.items():
        entries[part] = Entry.make(part, rels.write(listed))
    types = {name: package.types[name] for name in entries if name in package.types}
    return Package(entries, types, relationships, canonical=True)


def _with_signature(package: Package, signature: bytes, number: int) -> Mapping[str, Entry]:
    """Put the signature, its relationships and the content types into the package."""
    entries = dict(package.entries)
    part = shell.part(number)
    parts = [*package.signatures, part]
    for name, content in (
        (part, signature),
        (names.ORIGIN_PART, b""),
        (names.ORIGIN_RELATIONSHIPS_PART, rels.write(shell.listing(number))),
    ):
        entries[name] = Entry.make(name, content)
    types = {
        **package.types,
        **dict.fromkeys(parts, names.SIGNATURE_TYPE),
        names.ORIGIN_PART: names.ORIGIN_TYPE,
        names.ORIGIN_RELATIONSHIPS_PART: names.RELATIONSHIPS_TYPE,
    }
    entries[names.CONTENT_TYPES_PART] = Entry.make(
        names.CONTENT_TYPES_PART, packages.write_types(types)
    )
    return entries


def _signature(
    package: Package,
    signer: Signer,
    signed_at: datetime,
    comments: str,
    role: str | None,
    number: int,
) -> bytes:
    suffix = shell.suffix(number)
    certificate = signer.chain[0]
    moment = xades.write_time(signed_at)
    package_object = (
        f'<Object xmlns="{names.DS}" xmlns:mdssi="{names.MDSSI}" Id="idPackageObject{suffix}">'
        f"{manifest.build(package)}<SignatureProperties>"
        f'<SignatureProperty Id="idSignatureTime{suffix}" Target="#idPackageSignature{suffix}">'
        f"<mdssi:SignatureTime><mdssi:Format>{names.TIME_FORMAT}</mdssi:Format>"
        f"<mdssi:Value>{moment}</mdssi:Value></mdssi:SignatureTime>"
        "</SignatureProperty></SignatureProperties></Object>"
    )
    office_object = (
        f'<Object xmlns="{names.DS}" Id="idOfficeObject{suffix}"><SignatureProperties>'
        f'<SignatureProperty Id="idOfficeV1Details{suffix}" Target="#idPackageSignature{suffix}">'
        f"{_office_details(comments)}</SignatureProperty></SignatureProperties></Object>"
    )
    properties = xades.build(certificate, signed_at, role, f"idSignedProperties{suffix}")
    referenced = (
        (f"#idPackageObject{suffix}", names.OBJECT_TYPE, "", package_object),
        (f"#idOfficeObject{suffix}", names.OBJECT_TYPE, "", office_object),
        (
            f"#idSignedProperties{suffix}",
            names.SIGNED_PROPERTIES_TYPE,
            f'<Transforms><Transform Algorithm="{names.C14N}"/></Transforms>',
            properties,
        ),
    )
    references = "".join(
        f'<Reference Type="{kind}" URI="{uri}">{transforms}'
        f'<DigestMethod Algorithm="{names.SHA256}"/>'
        f"<DigestValue>{_digest(text)}</DigestValue></Reference>"
        for uri, kind, transforms, text in referenced
    )
    info = (
        f'<SignedInfo xmlns="{names.DS}"><CanonicalizationMethod Algorithm="{names.C14N}"/>'
        f'<SignatureMethod Algorithm="{algorithm_of(certificate)}"/>{references}</SignedInfo>'
    )
    canonical_info = canonical_root(etree.fromstring(info))
    value = signer.sign(hashlib.sha256(canonical_info).digest())
    if not algorithms.verifies(
        certificate.public_key(), algorithm_of(certificate), value, canonical_info
    ):
        raise KeyUnusableError(
            N_("The key does not belong to the certificate of {subject}. Export them again."),
            subject=certificate.subject.rfc4514_string(),
        )
    # The root says nothing that a trusting party has to fetch: it pins its own.
    shown = [one for one in signer.chain if one is certificate or one.subject != one.issuer]
    certificates = [one.public_bytes(Encoding.DER) for one in shown]
    return shell.assemble(
        number, info, value, certificates, (package_object, office_object), properties
    )


def _office_details(comments: str) -> str:
    """Write SignatureInfoV1: every element that MS-OFFCRYPTO 2.5.2.5 demands, in its order."""
    values = (
        ("SetupID", ""),
        ("SignatureText", ""),
        ("SignatureImage", ""),
        ("SignatureComments", comments),
        ("WindowsVersion", "10.0"),
        ("OfficeVersion", "16.0"),
        ("ApplicationVersion", "16.0"),
        ("Monitors", "1"),
        ("HorizontalResolution", "1920"),
        ("VerticalResolution", "1080"),
        ("ColorDepth", "32"),
        ("SignatureProviderId", "{00000000-0000-0000-0000-000000000000}"),
        ("SignatureProviderUrl", ""),
        ("SignatureProviderDetails", "9"),
        ("SignatureType", "1"),
    )
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values)
    return f'<SignatureInfoV1 xmlns="{names.DIGSIG}">{inner}</SignatureInfoV1>'


def _check_cosignable(package: Package) -> None:
    """Co-sign only what was sealed here and is unaltered: stripping would break another's seal."""
    if len(package.signatures) >= packages.MAX_SIGNATURES:
        raise SealRefusedError(
            N_("The file carries {count} signatures already; more are not written."),
            count=len(package.signatures),
        )
    if free_bytes(package) is not None:
        raise SealRefusedError(
            N_(
                "The file carries a signature of another program. Seal the document as it was "
                "before that signature."
            )
        )
    for part in package.signatures:
        manifest.check(open_(package.entries[part].content, part).references, package)


def _is_metadata(part: str) -> bool:
    return part.casefold().startswith(_METADATA_FOLDER)


def _digest(text: str) -> str:
    content = canonical_root(etree.fromstring(text))
    return base64.b64encode(algorithms.digest(names.SHA256, content)).decode()
