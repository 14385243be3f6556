"""RFC 3161 timestamps on a seal: attach a token, and say what a token proves.

A token in the XAdES property SignatureTimeStamp (XAdES-T) proves that the signature value existed
at its time. Where tokens come from is a ``TimestampSource``: nothing here opens a connection, and
there is no demonstration source, since a time that anybody can make up proves nothing.

Sources: RFC 3161; ETSI TS 101 903 V1.3.2, 7.3; verification by rfc3161-client.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from documents.errors import N_
from documents.sealing import container
from documents.sealing.container import Entry
from documents.sealing.coverage import shell_of
from documents.sealing.envelope import open_
from documents.sealing.errors import TimestampError
from documents.sealing.package import Package
from documents.sealing.verdict import PASSED, Check, SubIndication

_DIGESTS = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_LONG = 0x80


class TimestampSource(Protocol):
    """A timestamping authority, however it is reached."""

    def respond(self, request: bytes) -> bytes:
        """Answer a DER-encoded TimeStampReq with a DER-encoded TimeStampResp."""
        ...


@dataclass(frozen=True, slots=True)
class Stamp:
    """What one token proves: a moment, or why not."""

    check: Check
    moment: datetime | None = None


def attach(data: bytes, source: TimestampSource, anchors: Sequence[x509.Certificate]) -> bytes:
    """Give the sealed file with a token on its last signature.

    Raises ``TimestampError`` where the file has no signature or has a token there already, or
    where the answer is not a token of an authority that goes back to ``anchors``.
    """
    package = Package.read(data)
    if not package.signatures:
        raise TimestampError(N_("The file carries no signature to timestamp. Seal it first."))
    part = package.signatures[-1]
    content = package.entries[part].content
    envelope = open_(content, part)
    if envelope.tokens:
        raise TimestampError(N_("The last signature of the file carries a timestamp already."))
    request = (
        TimestampRequestBuilder().data(envelope.value).hash_algorithm(HashAlgorithm.SHA256).build()
    )
    try:
        response = decode_timestamp_response(source.respond(request.as_bytes()))
        token = response.time_stamp_token()
        nonce = response.tst_info.nonce
    except ValueError as error:
        raise _useless() from error
    if nonce != request.nonce or not judge(token, envelope.value, anchors).check.passed:
        raise _useless()
    number = len(package.signatures)
    if shell_of(content, part, number) != content:
        raise TimestampError(
            N_("The last signature of the file was not made here, so it is not timestamped here.")
        )
    stamped = shell_of(content, part, number, (token,)) or content
    entry = Entry.make(part, stamped)
    return container.write({**package.entries, part: entry}.values())


def judge(token: bytes, value: bytes, anchors: Sequence[x509.Certificate]) -> Stamp:
    """Say what a token (DER ContentInfo) proves about a canonical SignatureValue element."""
    try:
        response = _response(token)
        info = response.tst_info
        imprint, algorithm = info.message_imprint.message, info.message_imprint.hash_algorithm
        moment = info.gen_time
    except ValueError:
        return Stamp(
            Check.unsure(
                SubIndication.NO_POE,
                N_("The timestamp is not written as the standard demands, so it proves no time."),
            )
        )
    name = _DIGESTS.get(algorithm.dotted_string, "")
    if not name or imprint != hashlib.new(name, value, usedforsecurity=name != "sha1").digest():
        return Stamp(
            Check.failed(
                SubIndication.HASH_FAILURE, N_("The timestamp belongs to another signature.")
            )
        )
    if name == "sha1":
        return Stamp(
            Check.unsure(
                SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
                N_("The timestamp rests on SHA-1, which is no longer safe, so it proves no time."),
            )
        )
    try:
        if anchors:
            # Only roots: the client trusts whatever it is given, intermediates included.
            verifier = VerifierBuilder(roots=list(anchors)).build()
            verifier.verify(response, imprint)
            return Stamp(PASSED, moment)
    except (VerificationError, ValueError):
        pass
    return Stamp(
        Check.unsure(
            SubIndication.NO_POE,
            N_("The timestamp does not go back to a trusted authority, so it proves no time."),
        )
    )


def _response(token: bytes) -> TimeStampResponse:
    """Put a token into a TimeStampResp with the status granted, as the client reads only those."""
    granted = bytes.fromhex("3003020100")
    return decode_timestamp_response(b"\x30" + _length(len(granted + token)) + granted + token)


def _length(size: int) -> bytes:
    """Write a DER length."""
    if size < _LONG:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([_LONG | len(octets)]) + octets


def _useless() -> TimestampError:
    return TimestampError(
        N_(
            "The answer is no timestamp of a trusted authority for this seal. Check the "
            "authority's certificate and try again."
        )
    )
