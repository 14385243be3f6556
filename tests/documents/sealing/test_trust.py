"""Whose certificate, and when: chains, dates, algorithms, in the standard's words."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from documents.sealing import algorithms, envelope, sign, trust
from documents.sealing.package import Package
from documents.sealing.sign import seal
from documents.sealing.signers import FileSigner
from documents.sealing.verdict import Indication, SubIndication
from documents.sealing.verify import verify


@pytest.fixture(scope="module")
def anchor(new_issuer):
    return new_issuer("Ministry Root")


def test_without_anchors_trust_stays_open(sealed, now):
    verdict = verify(sealed, [], at=now)
    assert verdict.overall is Indication.INDETERMINATE
    assert verdict.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    assert verdict.integrity.passed
    assert verdict.coverage.passed


def test_an_anchor_of_somebody_else_is_no_help(sealed, anchor, now):
    verdict = verify(sealed, [anchor.certificate], at=now)
    assert verdict.trust.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND


def test_one_untrusted_co_signature_keeps_the_whole_from_passing(sealed, anchor, root, now):
    data = seal(sealed, anchor.issue("Ministry"), signed_at=now, comments="")
    verdict = verify(data, [root], at=now)
    assert verdict.overall is Indication.INDETERMINATE
    assert [one.trust.passed for one in verdict.signatures] == [True, False]
    assert verify(data, [root, anchor.certificate], at=now).overall is Indication.PASSED


@pytest.mark.needs_libreoffice
def test_libreoffice_reads_a_chain_as_we_do(sample, anchor, now, office):
    middle = anchor.issue_authority("Ministry Sealing", path_length=0)
    data = seal(sample, middle.issue("Ministry"), signed_at=now, comments="")
    assert [one["valid"] for one in office.signatures(data)] == [True]


def test_a_chain_over_an_intermediate_is_found_in_the_file(sample, anchor, now):
    middle = anchor.issue_authority("Ministry Sealing", path_length=0)
    data = seal(sample, middle.issue("Ministry"), signed_at=now, comments="")
    assert verify(data, [anchor.certificate], at=now).overall is Indication.PASSED


def test_an_authority_that_may_not_have_another_below_it_is_held_to_that(sample, new_issuer, now):
    strict = new_issuer("Strict Root", path_length=0)
    data = seal(sample, strict.issue_authority("Below").issue("Leaf"), signed_at=now, comments="")
    verdict = verify(data, [strict.certificate], at=now)
    assert verdict.trust.sub_indication is SubIndication.CHAIN_CONSTRAINTS_FAILURE


def test_a_leaf_is_no_authority(sample, anchor, now):
    leaf = anchor.issue("Leaf that plays authority")
    impostor = type(anchor)(leaf.chain[0].subject, leaf._key, leaf.chain[0])
    data = seal(sample, impostor.issue("Forged"), signed_at=now, comments="")
    verdict = verify(data, [anchor.certificate], at=now)
    assert verdict.trust.indication is Indication.INDETERMINATE


@pytest.mark.parametrize(
    ("sentence", "wishes"),
    [
        ("a server's certificate", {"purposes": (ExtendedKeyUsageOID.SERVER_AUTH,)}),
        ("a certificate for encryption only", {"signs": False}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_certificate_for_something_else_is_not_trusted(sample, anchor, now, sentence, wishes):
    data = seal(sample, anchor.issue(sentence, **wishes), signed_at=now, comments="")
    verdict = verify(data, [anchor.certificate], at=now)
    assert verdict.trust.sub_indication is SubIndication.CHAIN_CONSTRAINTS_FAILURE


@pytest.fixture(scope="module")
def dated(sample, anchor, now):
    """Sealed with a certificate valid from 30 days before ``now`` to 300 days after."""
    return seal(sample, anchor.issue("Ministry"), signed_at=now, comments="")


class TestDates:
    def test_a_certificate_that_is_valid_now_passes(self, dated, anchor, now):
        assert verify(dated, [anchor.certificate], at=now).time.passed

    def test_an_expired_certificate_proves_nothing_without_a_timestamp(self, dated, anchor, now):
        verdict = verify(dated, [anchor.certificate], at=now + timedelta(days=301))
        assert verdict.overall is Indication.INDETERMINATE
        assert verdict.time.sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE
        assert verdict.trust.passed

    def test_a_verdict_before_the_certificate_fails(self, dated, anchor, now):
        verdict = verify(dated, [anchor.certificate], at=now - timedelta(days=31))
        assert verdict.time.indication is Indication.FAILED
        assert verdict.time.sub_indication is SubIndication.NOT_YET_VALID

    def test_a_signing_time_in_the_future_is_not_believed(self, dated, anchor, now):
        verdict = verify(dated, [anchor.certificate], at=now - timedelta(days=1))
        assert verdict.time.sub_indication is SubIndication.TIMESTAMP_ORDER_FAILURE

    def test_a_clock_a_few_minutes_ahead_is_no_matter(self, dated, anchor, now):
        assert verify(dated, [anchor.certificate], at=now - timedelta(minutes=4)).time.passed

    def test_a_signature_that_says_it_was_made_after_expiry_fails(self, sample, anchor, now):
        when = now + timedelta(days=301)
        data = seal(sample, anchor.issue("Late"), signed_at=when, comments="")
        verdict = verify(data, [anchor.certificate], at=when)
        assert verdict.time.indication is Indication.FAILED
        assert verdict.time.sub_indication is SubIndication.EXPIRED

    def test_a_signature_that_says_it_was_made_before_its_certificate_is_doubtful(
        self, sample, anchor, now
    ):
        data = seal(sample, anchor.issue("Early"), signed_at=now - timedelta(days=40), comments="")
        verdict = verify(data, [anchor.certificate], at=now)
        assert verdict.time.sub_indication is SubIndication.TIMESTAMP_ORDER_FAILURE

    def test_an_authority_that_expired_before_its_leaf_is_said(self, sample, new_issuer, now):
        old = new_issuer("Old Root", end=now + timedelta(days=10))
        middle = old.issue_authority("Middle", end=now + timedelta(days=10))
        data = seal(sample, middle.issue("Leaf"), signed_at=now, comments="")
        verdict = verify(data, [old.certificate], at=now + timedelta(days=20))
        assert verdict.time.passed
        assert verdict.trust.sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE


@pytest.mark.parametrize("oid", ["2.5.29.15", "2.5.29.37", "2.5.29.35", "2.5.29.17"])
def test_a_certificate_that_breaks_its_own_format_is_no_reason_to_fall_over(sample, now, oid):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Odd")])
    odd = x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), b"\x30\x7fgarbage")
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(odd, critical=True)
        .sign(key, hashes.SHA256())
    )
    data = seal(sample, FileSigner(key, (certificate,)), signed_at=now, comments="")
    for anchors in ([], [certificate]):
        verdict = verify(data, anchors, at=now)
        assert verdict.integrity.passed
        assert verdict.trust.indication is Indication.INDETERMINATE


class ShortSigner:
    """RSA of 1024 bits, as no signer of ours would be."""

    def __init__(self, now) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Short")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(7)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .sign(self._key, hashes.SHA256())
        )
        self.chain = (certificate,)

    def sign(self, digest: bytes) -> bytes:
        return self._key.sign(digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))


def test_short_keys_carry_no_trust(sample, now, monkeypatch):
    """Signing with one is refused too; this file comes from somebody who did not refuse."""
    monkeypatch.setattr(sign, "algorithm_of", lambda certificate: sign.names.RSA_SHA256)
    short = ShortSigner(now)
    data = seal(sample, short, signed_at=now, comments="")
    verdict = verify(data, [short.chain[0]], at=now)
    assert verdict.integrity.passed
    assert verdict.trust.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE
    assert "RSA 1024" in str(verdict.trust.reasons[0])


def test_a_certificate_that_sha_1_signed_carries_no_trust(corpus, now):
    data = (corpus / "docx/apache+poi/test-data__xmldsign__ms-office-2010-signed.docx").read_bytes()
    package = Package.read(data)
    opened = envelope.open_(package.entries[package.signatures[0]].content, "x")
    check = trust.check(opened, [], opened.certificate.not_valid_after_utc)
    assert check.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE


def test_path_validation_works_inside_an_event_loop(sealed, root, now):
    import asyncio

    async def ask():
        return verify(sealed, [root], at=now)

    assert asyncio.run(ask()).overall is Indication.PASSED


@pytest.mark.parametrize("size", [0, 32, 63, 65, 72])
def test_an_ecdsa_value_of_another_length_is_refused(p256_signer, size):
    key = p256_signer.chain[0].public_key()
    value = p256_signer.sign(hashlib.sha256(b"data").digest())
    assert len(value) == 64
    assert algorithms.verifies(key, sign.names.ECDSA_SHA256, value, b"data")
    assert not algorithms.verifies(key, sign.names.ECDSA_SHA256, (value + value)[:size], b"data")


def test_a_value_is_not_taken_for_another_kind_of_key(p256_signer, rsa_signer):
    digest = hashlib.sha256(b"data").digest()
    rsa_key = rsa_signer.chain[0].public_key()
    assert algorithms.verifies(rsa_key, sign.names.RSA_SHA256, rsa_signer.sign(digest), b"data")
    assert not algorithms.verifies(
        rsa_key, sign.names.ECDSA_SHA256, rsa_signer.sign(digest), b"data"
    )
    assert not algorithms.verifies(
        p256_signer.chain[0].public_key(), sign.names.RSA_SHA256, rsa_signer.sign(digest), b"data"
    )


def test_the_verdict_is_plain_values(sealed, judge, now):
    import json

    verdict = judge(sealed)
    plain = json.loads(json.dumps(verdict.to_json()))
    assert plain["overall"] == "TOTAL-PASSED"
    assert plain["at"] == "2026-11-23T09:00:00Z"
    assert plain["signatures"][0]["signing_time"] == "2026-11-23T09:00:00Z"
    assert plain["trust"] == {"indication": "TOTAL-PASSED", "sub_indication": None, "reasons": []}


def test_a_verdict_needs_a_moment_with_a_zone(sealed, now):
    with pytest.raises(ValueError, match="time zone"):
        verify(sealed, [], at=now.replace(tzinfo=None))
