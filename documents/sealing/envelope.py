"""Opens one signature part: its shape, its references, its value; gives only what was signed.

Every rule of shape is one function in ``RULES``. What is handed out is parsed from the canonical
bytes that were digested, so that the node that was verified is the node that is used. The parts
that a manifest names are ``manifest``'s; certificates are ``trust``'s.

The rules answer the attacks of Rohlmann, Mainka, Mladenov, Schwenk, "Every Signature is Broken:
On the Insecurity of Microsoft Office's OOXML Signatures" (USENIX Security 2023).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from lxml import etree

from documents.errors import N_
from documents.sealing import algorithms, manifest, names, xades
from documents.sealing.c14n import canonical, has_xml_attributes, parse, tag
from documents.sealing.errors import (
    DigestMismatchError,
    SignatureFormatError,
    SignatureValueError,
)
from documents.sealing.xades import PREFIXES

_CHILDREN = ("SignedInfo", "SignatureValue", "KeyInfo", "Object")
_NAMESPACES = frozenset({names.DS, names.MDSSI, names.DIGSIG, names.XADES, names.XADES141})
_MAX_REFERENCES = 32


@dataclass(frozen=True, slots=True)
class Envelope:
    """One signature that is sound in itself: what it says, all of it signed but ``tokens``."""

    part: str
    algorithm: str
    digests: frozenset[str]
    """URIs of all digest algorithms it rests on."""
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    """Further certificates of KeyInfo and XAdES, not signed."""
    references: tuple[manifest.Reference, ...]
    properties: xades.SignedProperties
    package_time: datetime | None
    comments: str
    value: bytes
    """The canonical SignatureValue element: what a timestamp covers."""
    tokens: tuple[bytes, ...]
    """SignatureTimeStamp tokens (DER), not signed."""


def open_(data: bytes, part: str) -> Envelope:
    """Open a signature part and check everything in it that needs no package.

    Raises ``XmlError``, ``SignatureFormatError``, ``DigestMismatchError``,
    ``SignatureValueError``.
    """
    root = parse(data, part)
    for rule in RULES:
        if not rule(root):
            raise _odd(part)
    info = root[0]
    method = info.find(tag(names.DS, "SignatureMethod"))
    algorithm = method.get("Algorithm", "") if method is not None else ""
    if algorithm not in algorithms.SIGNATURES:
        raise _odd(part)
    certificates = _certificates(root, part)
    value = manifest.decode(root[1].text or "", part)
    signed, digests = _resolve(root, part)
    if not algorithms.verifies(certificates[0].public_key(), algorithm, value, canonical(info)):
        raise SignatureValueError(
            N_(
                "The signature in {part} does not belong to the certificate that it shows. "
                "Do not trust this file."
            ),
            part=part,
        )
    package = _package_object(signed, part)
    references = manifest.read(package[0], part)
    properties = next(
        (node for node in signed if node.tag == tag(names.XADES, "SignedProperties")), None
    )
    comments = [
        node.text or ""
        for one in signed
        for node in one.iterfind(".//o:SignatureInfoV1/o:SignatureComments", PREFIXES)
    ]
    return Envelope(
        part,
        algorithm,
        digests | {reference.algorithm for reference in references},
        certificates[0],
        tuple(certificates[1:]),
        references,
        xades.SignedProperties(None, None, None)
        if properties is None
        else xades.read(properties, part),
        xades.read_time(package.findtext(".//m:SignatureTime/m:Value", None, PREFIXES)),
        comments[0] if comments else "",
        canonical(root[1]),
        tokens_of(root, part),
    )


def _is_signature(root: etree._Element) -> bool:
    """Ask that the root is a Signature: elsewhere it could be wrapped (legacy wrapping)."""
    return root.tag == tag(names.DS, "Signature") and root.getparent() is None


def _has_no_other_signature(root: etree._Element) -> bool:
    """Ask that nothing that a signature has once stands twice, at any depth."""
    once = ("Signature", "SignedInfo", "SignatureValue", "KeyInfo", "Manifest")
    at_most = ("QualifyingProperties", "SignedProperties")
    return all(sum(1 for _ in root.iter(tag(names.DS, name))) == 1 for name in once) and all(
        sum(1 for _ in root.iter(tag(names.XADES, name))) <= 1 for name in at_most
    )


def _has_known_children(root: etree._Element) -> bool:
    """Ask for SignedInfo, SignatureValue, one KeyInfo, then Objects, and nothing else."""
    found = [node.tag for node in root]
    wanted = [tag(names.DS, name) for name in _CHILDREN]
    return (
        found[:3] == wanted[:3]
        and len(found) > 3
        and set(found[3:]) == {wanted[3]}
        and not len(root[1])
        and set(root.attrib) <= {"Id"}
    )


def _has_plain_nodes(root: etree._Element) -> bool:
    """Ask for elements only: comments and instructions are not digested and hide text."""
    return all(isinstance(node.tag, str) for node in root.iter()) and (
        root.getprevious() is None and root.getnext() is None
    )


def _has_known_namespaces(root: etree._Element) -> bool:
    """Ask for the namespaces of the standards; unsigned properties may hold others."""
    unsigned = {
        node for top in root.iter(tag(names.XADES, "UnsignedProperties")) for node in top.iter()
    }
    return all(
        str(node.tag)[1:].partition("}")[0] in _NAMESPACES
        for node in root.iter()
        if node not in unsigned
    )


def _has_no_xml_attributes(root: etree._Element) -> bool:
    """Ask for no ``xml:*`` attribute: canonicalisation would inherit it into what is signed."""
    return not has_xml_attributes(root)


def _has_unique_ids(root: etree._Element) -> bool:
    """Ask that no two elements share an Id, however it is spelt, and no foreign one is an id."""
    found = [
        value
        for node in root.iter()
        for name, value in node.attrib.items()
        if str(name).rpartition("}")[2].lower() == "id"
    ]
    return len(found) == len({value.casefold() for value in found})


def _has_plain_signed_info(root: etree._Element) -> bool:
    """Ask for C14N 1.0, a SignatureMethod without parameters, and references."""
    info = root[0]
    found = [node.tag for node in info]
    wanted = [tag(names.DS, name) for name in ("CanonicalizationMethod", "SignatureMethod")]
    return (
        found[:2] == wanted
        and info[0].get("Algorithm") == names.C14N
        and not len(info[0])
        and not len(info[1])
        and 0 < len(found[2:]) <= _MAX_REFERENCES
        and set(found[2:]) == {tag(names.DS, "Reference")}
    )


RULES: tuple[Callable[[etree._Element], bool], ...] = (
    _is_signature,
    _has_plain_nodes,
    _has_known_children,
    _has_no_other_signature,
    _has_known_namespaces,
    _has_no_xml_attributes,
    _has_unique_ids,
    _has_plain_signed_info,
)


def _resolve(root: etree._Element, part: str) -> tuple[list[etree._Element], frozenset[str]]:
    """Digest every reference of SignedInfo; give the signed elements as they were digested.

    A reference points at a direct child (Object, KeyInfo) or at the SignedProperties in their
    one place; every Object is referenced or is the XAdES object.
    """
    places = {node.get("Id"): node for node in root if node.get("Id")}
    for node in root.iterfind("ds:Object/xd:QualifyingProperties/xd:SignedProperties", PREFIXES):
        places[node.get("Id")] = node
    signed: list[etree._Element] = []
    seen: set[str] = set()
    digests: set[str] = set()
    for reference in root[0][2:]:
        uri = reference.get("URI", "")
        target = places.get(uri[1:]) if uri.startswith("#") and len(uri) > 1 else None
        used = [
            t.get("Algorithm") for t in reference.iterfind("ds:Transforms/ds:Transform", PREFIXES)
        ]
        if target is None or uri in seen or used not in ([], [names.C14N]):
            raise _odd(part)
        seen.add(uri)
        algorithm, wanted = manifest.read_digest(reference, part)
        digests.add(algorithm)
        content = canonical(target)
        if not hmac.compare_digest(algorithms.digest(algorithm, content), wanted):
            raise DigestMismatchError(
                N_("What the signature in {part} says about itself was altered."), part=part
            )
        signed.append(parse(content, part))
    for node in root[3:]:
        if "#" + node.get("Id", "") not in seen and not _is_xades(node, seen):
            raise _odd(part)
    return signed, frozenset(digests)


def _is_xades(node: etree._Element, seen: set[str]) -> bool:
    """Say whether an Object holds one QualifyingProperties whose signed half is referenced."""
    if len(node) != 1 or node[0].tag != tag(names.XADES, "QualifyingProperties"):
        return False
    halves = [child.tag for child in node[0]]
    return (
        halves[:1] == [tag(names.XADES, "SignedProperties")]
        and halves[1:] in ([], [tag(names.XADES, "UnsignedProperties")])
        and "#" + node[0][0].get("Id", "") in seen
        and not (node.text or "").strip()
    )


def _package_object(signed: list[etree._Element], part: str) -> etree._Element:
    """Give the one signed Object whose first child is the Manifest."""
    found = [
        node
        for node in signed
        if node.tag == tag(names.DS, "Object")
        and len(node)
        and node[0].tag == tag(names.DS, "Manifest")
    ]
    if len(found) != 1:
        raise _odd(part)
    return found[0]


def _certificates(root: etree._Element, part: str) -> list[x509.Certificate]:
    found = root.findall("ds:KeyInfo/ds:X509Data/ds:X509Certificate", PREFIXES)
    found += root.findall(".//xd:CertificateValues/xd:EncapsulatedX509Certificate", PREFIXES)
    try:
        certificates = [
            x509.load_der_x509_certificate(manifest.decode(node.text or "", part))
            for node in found[:_MAX_REFERENCES]
        ]
        for certificate in certificates[:1]:
            certificate.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _odd(part) from error
    if not certificates:
        raise _odd(part)
    return certificates


def tokens_of(root: etree._Element, part: str) -> tuple[bytes, ...]:
    """Give the SignatureTimeStamp tokens (DER) of a signature, in their order."""
    path = (
        "ds:Object/xd:QualifyingProperties/xd:UnsignedProperties/xd:UnsignedSignatureProperties/"
        "xd:SignatureTimeStamp/xd:EncapsulatedTimeStamp"
    )
    return tuple(manifest.decode(node.text or "", part) for node in root.iterfind(path, PREFIXES))


def _odd(part: str) -> SignatureFormatError:
    return SignatureFormatError(
        N_(
            "The signature in {part} does not have the form that the standard gives it, so parts "
            "of it may be forged. Do not trust this file."
        ),
        part=part,
    )
