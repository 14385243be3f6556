"""The one form of what a signature does not reach: the shell around the signed elements.

Signed elements cannot change; the elements around them, and the relationships that lead to the
signature, can. So the shell is a function of what is signed: ``sign`` writes it from here, and
``coverage`` writes it again and compares.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence

from lxml import etree

from documents.sealing import names
from documents.sealing.c14n import canonical_root
from documents.sealing.relationships import XML_DECLARATION, Relationship


def suffix(number: int) -> str:
    """Give what the Ids of the ``number``-th signature end in (from 1).

    LibreOffice confuses the objects of a third signature with those of the first where they share
    their Ids; Word's own files with two signatures share them.
    """
    return "" if number < 3 else f"_{number}"


def assemble(
    number: int,
    info: str,
    value: bytes,
    certificates: Iterable[bytes],
    objects: Iterable[str],
    properties: str,
    tokens: Sequence[bytes] = (),
) -> bytes:
    """Write a signature part from its signed elements, its value, certificates and tokens.

    ``info``, ``objects`` and ``properties`` are XML that declares its own namespaces.
    """
    shown = "".join(f"<X509Certificate>{_base64(one)}</X509Certificate>" for one in certificates)
    stamps = "".join(
        f'<xd:SignatureTimeStamp><CanonicalizationMethod Algorithm="{names.C14N}"/>'
        f"<xd:EncapsulatedTimeStamp>{_base64(token)}</xd:EncapsulatedTimeStamp>"
        "</xd:SignatureTimeStamp>"
        for token in tokens
    )
    unsigned = (
        "<xd:UnsignedProperties><xd:UnsignedSignatureProperties>"
        f"{stamps}</xd:UnsignedSignatureProperties></xd:UnsignedProperties>"
        if tokens
        else ""
    )
    id = f"idPackageSignature{suffix(number)}"
    text = (
        f'<Signature xmlns="{names.DS}" Id="{id}">{info}'
        f"<SignatureValue>{_base64(value)}</SignatureValue>"
        f"<KeyInfo><X509Data>{shown}</X509Data></KeyInfo>{''.join(objects)}"
        f'<Object><xd:QualifyingProperties xmlns:xd="{names.XADES}" Target="#{id}">'
        f"{properties}{unsigned}</xd:QualifyingProperties></Object></Signature>"
    )
    return XML_DECLARATION + canonical_root(etree.fromstring(text))


def origin(others: Iterable[Relationship]) -> Relationship:
    """Give the package's relationship to the origin beside its other relationships."""
    taken = {one.id for one in others}
    id = next(id for n in range(1, len(taken) + 2) if (id := f"rId{n}") not in taken)
    return Relationship(id, names.ORIGIN_RELATIONSHIP, names.ORIGIN_PART, None)


def listing(count: int) -> tuple[Relationship, ...]:
    """Give the origin's relationships to ``count`` signatures."""
    return tuple(
        Relationship(f"rId{number}", names.SIGNATURE_RELATIONSHIP, f"sig{number}.xml", None)
        for number in range(1, count + 1)
    )


def part(number: int) -> str:
    """Give the name of the ``number``-th signature part (from 1)."""
    return f"{names.SIGNATURE_FOLDER}sig{number}.xml"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
