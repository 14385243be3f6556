"""RFC 3161 timestamps, made by a local ``openssl ts`` authority."""

from __future__ import annotations

import base64
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from documents.sealing import timestamps
from documents.sealing.errors import TimestampError
from documents.sealing.sign import seal
from documents.sealing.verdict import Indication, SubIndication
from documents.sealing.verify import verify

# The openssl command knows no other clock than the machine's. Tests are collected long before they
# run, so what is compared with a token's moment is read when the test runs, see ``soon``.
TODAY = datetime.now(UTC).replace(microsecond=0)
SIG = "_xmlsignatures/sig1.xml"


def soon():
    """A moment after every token that was made so far."""
    return datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)


class OpenSsl:
    """A timestamping authority on this machine."""

    def __init__(self, folder: Path, issuer, digest: str = "sha256", **wishes: object) -> None:
        self.folder = folder
        signer = issuer.issue(
            "Timestamps",
            purposes=(ExtendedKeyUsageOID.TIME_STAMPING,),
            start=TODAY - timedelta(days=1),
            end=TODAY + timedelta(days=3000),
            **{"critical_purposes": True, **wishes},
        )
        (folder / "tsa.pem").write_bytes(signer.chain[0].public_bytes(serialization.Encoding.PEM))
        (folder / "key.pem").write_bytes(
            signer._key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        (folder / "serial").write_text("01")
        (folder / "ts.cnf").write_text(
            "[tsa]\n"
            f"serial = {folder}/serial\ncrypto_device = builtin\n"
            f"signer_cert = {folder}/tsa.pem\nsigner_key = {folder}/key.pem\n"
            f"signer_digest = {digest}\ndefault_policy = 1.2.3.4.1\n"
            "digests = sha1, sha256, sha384, sha512\nordering = no\ntsa_name = no\n"
            "ess_cert_id_chain = no\ness_cert_id_alg = sha256\n"
        )

    def respond(self, request: bytes) -> bytes:
        (self.folder / "q.tsq").write_bytes(request)
        subprocess.run(
            [
                "openssl",
                "ts",
                "-reply",
                "-config",
                "ts.cnf",
                "-section",
                "tsa",
                "-queryfile",
                "q.tsq",
                "-out",
                "r.tsr",
            ],
            cwd=self.folder,
            check=True,
            capture_output=True,
        )
        return (self.folder / "r.tsr").read_bytes()


@pytest.fixture(scope="module")
def issuer(new_issuer):
    return new_issuer("Root", start=TODAY - timedelta(days=30), end=TODAY + timedelta(days=3650))


@pytest.fixture(scope="module")
def source(issuer, tmp_path_factory, openssl):
    return OpenSsl(tmp_path_factory.mktemp("tsa"), issuer)


@pytest.fixture(scope="module")
def anchors(issuer):
    return [issuer.certificate]


@pytest.fixture(scope="module")
def sealed(sample, issuer):
    leaf = issuer.issue("Seal", start=TODAY - timedelta(days=2), end=TODAY + timedelta(days=300))
    return seal(sample, leaf, signed_at=TODAY, comments="Adopted.")


@pytest.fixture(scope="module")
def stamped(sealed, source, anchors):
    return timestamps.attach(sealed, source, anchors)


def test_a_timestamp_proves_when_the_seal_was_there(stamped, anchors):
    verdict = verify(stamped, anchors, at=soon())
    assert verdict.overall is Indication.PASSED
    moment = verdict.signatures[0].timestamp
    assert moment is not None
    assert TODAY <= moment < soon()


def test_a_timestamped_seal_outlives_its_certificate(sealed, stamped, anchors):
    later = TODAY + timedelta(days=301)
    assert verify(sealed, anchors, at=later).time.sub_indication == "OUT_OF_BOUNDS_NO_POE"
    assert verify(stamped, anchors, at=later).overall is Indication.PASSED


@pytest.mark.needs_libreoffice
def test_libreoffice_calls_a_timestamped_seal_valid(stamped, office):
    assert [one["valid"] for one in office.signatures(stamped)] == [True]


def test_a_timestamped_seal_can_be_co_signed_and_stamped_again(stamped, issuer, source, anchors):
    data = seal(
        stamped,
        issuer.issue("Second", start=TODAY - timedelta(days=1)),
        signed_at=TODAY,
        comments="",
    )
    data = timestamps.attach(data, source, anchors)
    verdict = verify(data, anchors, at=soon())
    assert verdict.overall is Indication.PASSED
    assert all(one.timestamp for one in verdict.signatures)


def test_a_token_of_another_seal_fails(stamped, sealed, sample, issuer, forge, anchors):
    leaf = issuer.issue("Other", start=TODAY - timedelta(days=1))
    other = forge(seal(sample, leaf, signed_at=TODAY, comments="Another."))
    text = forge(stamped).parts[SIG]
    start = text.index(b"<xd:UnsignedProperties>")
    end = text.index(b"</xd:UnsignedProperties>") + len(b"</xd:UnsignedProperties>")
    other.parts[SIG] = other.parts[SIG].replace(
        b"</xd:QualifyingProperties>", text[start:end] + b"</xd:QualifyingProperties>"
    )
    verdict = verify(other.write(), anchors, at=soon())
    assert verdict.integrity.passed
    assert verdict.time.indication is Indication.FAILED
    assert verdict.time.sub_indication is SubIndication.HASH_FAILURE


def test_a_token_of_an_unknown_authority_proves_nothing(
    sealed, source, anchors, new_issuer, tmp_path
):
    stranger = new_issuer("Stranger", start=TODAY - timedelta(days=1))
    foreign = timestamps.attach(sealed, OpenSsl(tmp_path, stranger), [stranger.certificate])
    verdict = verify(foreign, anchors, at=soon())
    assert verdict.time.sub_indication is SubIndication.NO_POE
    assert verdict.signatures[0].timestamp is None
    assert verdict.overall is Indication.INDETERMINATE
    with pytest.raises(TimestampError, match="no timestamp of a trusted authority"):
        timestamps.attach(sealed, OpenSsl(tmp_path, stranger), anchors)


def test_a_certificate_that_is_not_for_timestamps_makes_none(sealed, issuer, anchors, tmp_path):
    """openssl itself refuses to stamp with it, so the answer is no answer."""
    wrong = OpenSsl(tmp_path, issuer, critical_purposes=False)
    with pytest.raises((TimestampError, subprocess.CalledProcessError)):
        timestamps.attach(sealed, wrong, anchors)


@pytest.mark.parametrize(
    "answer", [b"", b"nonsense", b"\x30\x03\x02\x01\x02"], ids=["nothing", "nonsense", "a refusal"]
)
def test_an_answer_that_is_no_token_is_said(sealed, anchors, answer):
    class Broken:
        def respond(self, request: bytes) -> bytes:
            return answer

    with pytest.raises(TimestampError, match="no timestamp"):
        timestamps.attach(sealed, Broken(), anchors)


def test_an_answer_to_an_earlier_question_is_refused(sealed, source, anchors):
    class Replay:
        def __init__(self) -> None:
            self.answers: list[bytes] = []

        def respond(self, request: bytes) -> bytes:
            self.answers.append(source.respond(request))
            return self.answers[0]

    replay = Replay()
    timestamps.attach(sealed, replay, anchors)
    with pytest.raises(TimestampError, match="no timestamp"):
        timestamps.attach(sealed, replay, anchors)


def test_an_altered_token_proves_no_other_time(stamped, forge, anchors):
    """CMS leaves a few labels of a token unsigned; whatever is done to them, no time changes."""
    text = forge(stamped).parts[SIG]
    mark = b"<xd:EncapsulatedTimeStamp>"
    start = text.index(mark) + len(mark)
    end = text.index(b"<", start)
    token = base64.b64decode(text[start:end])
    at = soon()
    moment = verify(stamped, anchors, at=at).signatures[0].timestamp
    passed = 0
    places = range(0, len(token), 5)
    for place in places:
        altered = token[:place] + bytes([token[place] ^ 0x04]) + token[place + 1 :]
        forged = forge(stamped)
        forged.parts[SIG] = text[:start] + base64.b64encode(altered) + text[end:]
        verdict = verify(forged.write(), anchors, at=at)
        if verdict.overall is Indication.PASSED:
            passed += 1
            assert verdict.signatures[0].timestamp == moment
    assert passed < len(places) / 20


def test_an_unsigned_file_cannot_be_stamped(sample, source, anchors):
    with pytest.raises(TimestampError, match="no signature"):
        timestamps.attach(sample, source, anchors)


def test_a_signature_is_stamped_once(stamped, source, anchors):
    with pytest.raises(TimestampError, match="already"):
        timestamps.attach(stamped, source, anchors)
