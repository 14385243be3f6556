"""Namespaces, part names, content types and algorithm URIs of package signatures.

Sources: ECMA-376 Part 2 (5th ed.), clause 10 and Annex G; XML-Signature Syntax and Processing;
RFC 4051 and 6931 (algorithm URIs); ETSI TS 101 903 V1.3.2 (XAdES); MS-OFFCRYPTO 2.5.2.
"""

from __future__ import annotations

from typing import Final

DS: Final = "http://www.w3.org/2000/09/xmldsig#"
MDSSI: Final = "http://schemas.openxmlformats.org/package/2006/digital-signature"
DIGSIG: Final = "http://schemas.microsoft.com/office/2006/digsig"
XADES: Final = "http://uri.etsi.org/01903/v1.3.2#"
XADES141: Final = "http://uri.etsi.org/01903/v1.4.1#"
RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
XML: Final = "http://www.w3.org/XML/1998/namespace"

C14N: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
RELATIONSHIP_TRANSFORM: Final = (
    "http://schemas.openxmlformats.org/package/2006/RelationshipTransform"
)
OBJECT_TYPE: Final = DS + "Object"
SIGNED_PROPERTIES_TYPE: Final = "http://uri.etsi.org/01903#SignedProperties"

RSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
ECDSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
SHA1: Final = DS + "sha1"
SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"

CONTENT_TYPES_PART: Final = "[Content_Types].xml"
ROOT_RELATIONSHIPS_PART: Final = "_rels/.rels"
SIGNATURE_FOLDER: Final = "_xmlsignatures/"
ORIGIN_PART: Final = "_xmlsignatures/origin.sigs"
ORIGIN_RELATIONSHIPS_PART: Final = "_xmlsignatures/_rels/origin.sigs.rels"

_PACKAGE: Final = "application/vnd.openxmlformats-package."
RELATIONSHIPS_TYPE: Final = _PACKAGE + "relationships+xml"
ORIGIN_TYPE: Final = _PACKAGE + "digital-signature-origin"
SIGNATURE_TYPE: Final = _PACKAGE + "digital-signature-xmlsignature+xml"
MAIN_TYPE: Final = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
)

ORIGIN_RELATIONSHIP: Final = RELATIONSHIPS + "/digital-signature/origin"
SIGNATURE_RELATIONSHIP: Final = RELATIONSHIPS + "/digital-signature/signature"
OFFICE_RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONSHIPS: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
DOCUMENT_RELATIONSHIPS: Final = frozenset(
    {OFFICE_RELATIONSHIPS + "/officeDocument", STRICT_RELATIONSHIPS + "/officeDocument"}
)
CORE_PROPERTIES_TYPE: Final = _PACKAGE + "core-properties+xml"

TIME_FORMAT: Final = "YYYY-MM-DDThh:mm:ssTZD"
W3C_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
