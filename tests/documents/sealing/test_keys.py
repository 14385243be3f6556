"""Keys: the demonstration's authority on disk, and signers from files."""

from __future__ import annotations

import hashlib
import os
import stat
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

from documents.sealing import algorithms, authority, names
from documents.sealing.errors import KeyUnusableError
from documents.sealing.signers import FileSigner, algorithm_of


def test_the_files_are_for_their_owner_only(house):
    assert stat.S_IMODE(house.stat().st_mode) == 0o700
    files = sorted(path.name for path in house.iterdir())
    assert files == ["demo-p256.p12", "demo-passphrase", "demo-root.pem", "demo-rsa.p12"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in house.iterdir()} == {0o600}


def test_a_wide_umask_does_not_widen_them(tmp_path, now):
    before = os.umask(0)
    try:
        authority.create(tmp_path / "keys", "House", now)
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()}
    assert modes == {0o600}


def test_an_authority_is_never_overwritten(house, now):
    before = (house / authority.ROOT_FILE).read_bytes()
    with pytest.raises(KeyUnusableError, match="already"):
        authority.create(house, "House", now)
    assert (house / authority.ROOT_FILE).read_bytes() == before


def test_a_creation_that_was_cut_short_can_be_done_again(tmp_path, now):
    authority.create(tmp_path, "House", now)
    (tmp_path / authority.ROOT_FILE).unlink()
    authority.create(tmp_path, "House", now)
    assert authority.load(tmp_path).root


def test_two_installations_share_no_key(house, tmp_path, now):
    authority.create(tmp_path / "other", "Institut de la mer", now)
    ours, theirs = authority.load(house), authority.load(tmp_path / "other")
    assert ours.root.public_key() != theirs.root.public_key()
    assert (house / "demo-passphrase").read_text() != (
        tmp_path / "other" / "demo-passphrase"
    ).read_text()


def test_where_there_is_no_authority_that_is_said(tmp_path):
    with pytest.raises(KeyUnusableError, match="no demonstration authority"):
        authority.load(tmp_path)


def test_the_certificates_say_that_they_are_a_demonstration(house):
    root, leaf = authority.load(house).root, authority.load(house).signer.chain[0]
    for certificate in (root, leaf):
        subject = certificate.subject.rfc4514_string()
        assert "DEMO" in subject
        assert "NOT TRUSTED" in subject
        assert authority.is_demonstration(certificate)


def test_the_root_may_sign_leaves_and_nothing_else(root, now):
    assert root.public_key().key_size == 3072
    constraints = root.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert constraints.value == x509.BasicConstraints(ca=True, path_length=0)
    usage = root.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.key_cert_sign
    assert usage.value.crl_sign
    assert not usage.value.digital_signature


def test_the_leaves_may_sign_documents_for_825_days(signer, root, now):
    leaf = signer.chain[0]
    leaf.verify_directly_issued_by(root)
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert not usage.value.key_cert_sign
    purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [ExtendedKeyUsageOID.EMAIL_PROTECTION, authority.DOCUMENT_SIGNING]
    assert leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    identifiers = (
        leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier,
        root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest,
    )
    assert identifiers[0] == identifiers[1]
    assert leaf.not_valid_after_utc == now + timedelta(days=825)
    assert leaf.not_valid_before_utc <= now


def test_the_roots_key_is_not_kept(house):
    root = authority.load(house).root
    passphrase = (house / authority.PASSPHRASE_FILE).read_bytes()
    for path in house.glob("*.p12"):
        key, _, _ = pkcs12.load_key_and_certificates(path.read_bytes(), passphrase)
        assert key.public_key() != root.public_key()


def test_certificates_are_read_from_pem_and_der(root):
    assert authority.certificates(root.public_bytes(Encoding.PEM) * 2) == (root, root)
    assert authority.certificates(root.public_bytes(Encoding.DER)) == (root,)
    for junk in (b"", b"-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----", b"\x30\x00"):
        with pytest.raises(KeyUnusableError, match="PEM or DER"):
            authority.certificates(junk)


def test_a_signer_signs_a_digest(signer):
    data = b"to be sealed"
    value = signer.sign(hashlib.sha256(data).digest())
    certificate = signer.chain[0]
    assert algorithms.verifies(certificate.public_key(), algorithm_of(certificate), value, data)
    assert not algorithms.verifies(
        certificate.public_key(), algorithm_of(certificate), value, data + b"."
    )


def pack(path, key, leaf, others=(), passphrase=b"secret"):
    encryption = serialization.BestAvailableEncryption(passphrase)
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"seal", key, leaf, list(others), encryption)
    )
    return path


def test_a_chain_is_put_in_order_and_strangers_are_left_out(new_issuer, tmp_path):
    root, stranger = new_issuer("Root"), new_issuer("Stranger")
    middle = root.issue_authority("Middle")
    leaf = middle.issue("Leaf")
    others = [stranger.certificate, root.certificate, middle.certificate]
    path = pack(tmp_path / "seal.p12", leaf._key, leaf.chain[0], others)
    chain = FileSigner.load(path, "secret").chain
    assert chain == (leaf.chain[0], middle.certificate, root.certificate)


@pytest.mark.parametrize("passphrase", [None, "", "wrong"])
def test_a_wrong_passphrase_is_said(new_issuer, tmp_path, passphrase):
    leaf = new_issuer("Root").issue("Leaf")
    path = pack(tmp_path / "seal.p12", leaf._key, leaf.chain[0])
    with pytest.raises(KeyUnusableError, match=r"seal\.p12 cannot be opened"):
        FileSigner.load(path, passphrase)


def test_a_file_that_is_not_there_or_no_key_file_is_said(tmp_path):
    (tmp_path / "note.p12").write_text("not a key")
    for name in ("absent.p12", "note.p12"):
        with pytest.raises(KeyUnusableError, match="cannot be opened"):
            FileSigner.load(tmp_path / name, "x")


def test_a_file_without_its_certificate_is_said(tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    path = pack(tmp_path / "seal.p12", key, None)
    with pytest.raises(KeyUnusableError, match="holds no key with its certificate"):
        FileSigner.load(path, "secret")


def test_a_key_of_another_certificate_is_refused(p256_signer):
    with pytest.raises(KeyUnusableError, match="does not belong"):
        FileSigner(ec.generate_private_key(ec.SECP256R1()), p256_signer.chain)


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(lambda: ec.generate_private_key(ec.SECP384R1()), id="P-384"),
        pytest.param(lambda: rsa.generate_private_key(65537, 1024), id="RSA 1024"),
    ],
)
def test_keys_that_office_or_safety_rule_out_are_refused(key, now):
    made = key()
    name = x509.Name([])
    certificate = (
        x509.CertificateBuilder(name, name, made.public_key(), 7, now, now + timedelta(days=1))
    ).sign(made, hashes.SHA256())
    with pytest.raises(KeyUnusableError, match="2048 bits or more, or the curve P-256"):
        FileSigner(made, (certificate,))


def test_algorithms_are_named_for_the_key(rsa_signer, p256_signer):
    assert algorithm_of(rsa_signer.chain[0]) == names.RSA_SHA256
    assert algorithm_of(p256_signer.chain[0]) == names.ECDSA_SHA256
