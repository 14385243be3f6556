"""The manifest of a package signature: one reference for each part, with its content type.

``build`` covers everything; ``read`` gives what a signature covers, and ``check`` compares it with
the package. Whether that is *everything* is ``coverage``'s question.

Source: ECMA-376 Part 2, 10.4 (Manifest, Reference with ``?ContentType=``, relationship reference).
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from documents.errors import N_
from documents.sealing import algorithms, names
from documents.sealing import relationships as rels
from documents.sealing.c14n import tag
from documents.sealing.errors import DigestMismatchError, SignatureFormatError
from documents.sealing.package import Package

_QUERY = "?ContentType="


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference: a part, the type it is signed as, its digest."""

    part: str
    content_type: str
    algorithm: str
    digest: bytes
    ids: frozenset[str] | None
    """Ids of the signed relationships; None for a part that is digested as it is."""


def build(package: Package) -> str:
    """Write the ``Manifest`` that covers every part and every relationship of ``package``."""
    plain = [part for part in package.signable() if part not in package.relationships]
    listed = [part for part in package.signable() if part in package.relationships]
    lines = ["<Manifest>"]
    lines += [_reference(package, part, "", package.entries[part].content) for part in plain]
    for part in listed:
        ids = sorted(package.signable_relationships(part))
        signed = "".join(f"<mdssi:RelationshipReference SourceId={quoteattr(one)}/>" for one in ids)
        transforms = (
            f'<Transforms><Transform Algorithm="{names.RELATIONSHIP_TRANSFORM}">{signed}'
            f'</Transform><Transform Algorithm="{names.C14N}"/></Transforms>'
        )
        content = rels.transform(package.relationships[part], ids)
        lines.append(_reference(package, part, transforms, content))
    return "".join([*lines, "</Manifest>"])


def read(manifest: etree._Element, part: str) -> tuple[Reference, ...]:
    """Read a ``Manifest``; raise ``SignatureFormatError`` where a reference is not plain."""
    references = []
    for node in manifest:
        if node.tag != tag(names.DS, "Reference") or set(node.attrib) - {"URI", "Type", "Id"}:
            raise _odd(part)
        path, query, kind = node.get("URI", "").partition(_QUERY)
        if not query or not path.startswith("/") or not kind:
            raise _odd(part)
        algorithm, digest = read_digest(node, part)
        ids = _signed_ids(node, part)
        references.append(Reference(path[1:], kind, algorithm, digest, ids))
    if not references or len({one.part for one in references}) != len(references):
        raise _odd(part)
    return tuple(references)


def check(references: tuple[Reference, ...], package: Package) -> None:
    """Compare every reference with the package; raise ``DigestMismatchError`` at the first."""
    for one in references:
        entry = package.entries.get(one.part)
        if entry is None:
            raise DigestMismatchError(
                N_("The part {part} was signed and is missing. The document was altered."),
                part=one.part,
            )
        if package.types.get(one.part) != one.content_type:
            raise DigestMismatchError(
                N_(
                    "The part {part} has another content type than the one that was signed. "
                    "The document was altered."
                ),
                part=one.part,
            )
        content = entry.content
        if one.ids is not None:
            relationships = package.relationships.get(one.part, ())
            if not one.ids <= {relationship.id for relationship in relationships}:
                raise _altered(one.part)
            content = rels.transform(relationships, one.ids)
        if not hmac.compare_digest(algorithms.digest(one.algorithm, content), one.digest):
            raise _altered(one.part)


def read_digest(reference: etree._Element, part: str) -> tuple[str, bytes]:
    """Read algorithm and value of a ``Reference`` or ``CertDigest``."""
    methods = reference.findall(tag(names.DS, "DigestMethod"))
    values = reference.findall(tag(names.DS, "DigestValue"))
    if len(methods) != 1 or len(values) != 1 or len(values[0]):
        raise _odd(part)
    algorithm = methods[0].get("Algorithm", "")
    if algorithm not in algorithms.DIGESTS:
        raise _odd(part)
    return algorithm, decode(values[0].text or "", part)


def decode(text: str, part: str) -> bytes:
    """Decode base64 with white space; raise ``SignatureFormatError`` for anything else in it."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _odd(part) from error


def _reference(package: Package, part: str, transforms: str, content: bytes) -> str:
    uri = escape(f"/{part}{_QUERY}{package.types[part]}", {'"': "&quot;"})
    value = base64.b64encode(algorithms.digest(names.SHA256, content)).decode()
    return (
        f'<Reference URI="{uri}">{transforms}<DigestMethod Algorithm="{names.SHA256}"/>'
        f"<DigestValue>{value}</DigestValue></Reference>"
    )


def _signed_ids(reference: etree._Element, part: str) -> frozenset[str] | None:
    """Read the transforms: none, or the relationships transform followed by C14N."""
    transforms = [
        transform for group in reference.findall(tag(names.DS, "Transforms")) for transform in group
    ]
    used = [transform.get("Algorithm") for transform in transforms]
    if not used:
        return None
    if used != [names.RELATIONSHIP_TRANSFORM, names.C14N] or len(transforms[1]):
        raise _odd(part)
    ids = []
    for node in transforms[0]:
        if node.tag != tag(names.MDSSI, "RelationshipReference") or set(node.attrib) != {
            "SourceId"
        }:
            raise _odd(part)
        ids.append(node.attrib["SourceId"])
    if not ids:
        raise _odd(part)
    return frozenset(ids)


def _odd(part: str) -> SignatureFormatError:
    return SignatureFormatError(
        N_("The list of signed parts in {part} is not in order. Do not trust this file."),
        part=part,
    )


def _altered(part: str) -> DigestMismatchError:
    return DigestMismatchError(N_("The part {part} was altered after it was signed."), part=part)
