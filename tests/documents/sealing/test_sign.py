"""Sealing: what is in the sealed file, and that foreign programs call it signed."""

from __future__ import annotations

import hashlib
import subprocess
import zipfile
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from documents.sealing import container, names
from documents.sealing.errors import (
    DigestMismatchError,
    KeyUnusableError,
    SealingError,
    SealRefusedError,
)
from documents.sealing.package import Package
from documents.sealing.sign import seal
from documents.sealing.verdict import Indication


def test_a_sealed_file_passes_every_check(sample, signer, judge, now):
    verdict = judge(seal(sample, signer, signed_at=now, comments="Adopted.", role="Secretary"))
    assert {name: check.indication for name, check in verdict.checks.items()} == dict.fromkeys(
        verdict.checks, Indication.PASSED
    )
    assert verdict.overall is Indication.PASSED
    assert verdict.reasons == ()


def test_the_verdict_repeats_what_was_signed(sample, p256_signer, judge, now):
    comments, role = 'Séance du 23 <novembre> & "suite" 🖋', "Présidente  du conseil"
    verdict = judge(seal(sample, p256_signer, signed_at=now, comments=comments, role=role))
    (report,) = verdict.signatures
    certificate = p256_signer.chain[0]
    assert report.comments == comments
    assert report.role == role
    assert report.signing_time == now
    assert report.timestamp is None
    assert report.algorithm == "ecdsa-sha256"
    assert report.signer == certificate.subject.rfc4514_string()
    assert (
        report.certificate_digest
        == hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()
    )
    assert report.demonstration
    assert verdict.demonstration


def test_everything_but_the_machinery_is_signed_and_metadata_is_gone(sealed):
    package = Package.read(sealed)
    assert not [name for name in package.entries if name.casefold().startswith("docprops")]
    assert set(package.entries) - set(package.signable()) == {
        names.CONTENT_TYPES_PART,
        names.ORIGIN_PART,
        names.ORIGIN_RELATIONSHIPS_PART,
        "_xmlsignatures/sig1.xml",
    }
    root_types = {one.type for one in package.root}
    assert root_types == {names.ORIGIN_RELATIONSHIP, *root_types & names.DOCUMENT_RELATIONSHIPS}


def test_no_part_but_metadata_and_machinery_changes(sample, sealed):
    before, after = ({e.name: e for e in container.read(d).entries} for d in (sample, sealed))
    kept = [name for name in before if name in after and not name.endswith(".rels")]
    kept.remove(names.CONTENT_TYPES_PART)
    assert len(kept) >= 10
    assert {name: after[name].content for name in kept} == {
        name: before[name].content for name in kept
    }
    # Copied, not deflated again.
    assert {name: after[name].stored for name in kept} == {
        name: before[name].stored for name in kept
    }


def test_the_same_seal_gives_the_same_bytes(sample, signer, now):
    first, second = (seal(sample, signer, signed_at=now, comments="x") for _ in range(2))
    assert first == second


def test_the_zip_has_one_date_and_no_white_space_between_relationships(sealed):
    with zipfile.ZipFile(BytesIO(sealed)) as file:
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert file.testzip() is None
        for name in file.namelist():
            if name.endswith(".rels"):
                assert b">\n" not in file.read(name).partition(b"?>\n")[2]


def test_co_signatures_stand_side_by_side(sample, rsa_signer, p256_signer, judge, now):
    data = sample
    for number, by in enumerate((rsa_signer, p256_signer, rsa_signer, p256_signer), 1):
        when = now - timedelta(minutes=10 - number)
        data = seal(data, by, signed_at=when, comments=f"No. {number}")
        verdict = judge(data)
        assert verdict.overall is Indication.PASSED
        assert [one.comments for one in verdict.signatures] == [
            f"No. {n}" for n in range(1, number + 1)
        ]


def test_a_co_signature_changes_no_byte_of_the_first(sealed, p256_signer, now):
    twice = seal(sealed, p256_signer, signed_at=now, comments="")
    before, after = (
        {e.name: e.content for e in container.read(d).entries} for d in (sealed, twice)
    )
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {
        names.CONTENT_TYPES_PART,
        names.ORIGIN_RELATIONSHIPS_PART,
        "_xmlsignatures/sig2.xml",
    }


def test_a_file_altered_since_its_seal_is_not_co_signed(sealed, forge, p256_signer, now):
    altered = forge(sealed).replace("word/document.xml", "the", "teh").write()
    with pytest.raises(DigestMismatchError, match="altered after it was signed"):
        seal(altered, p256_signer, signed_at=now, comments="")


def test_comments_longer_than_office_keeps_are_refused(sample, rsa_signer, now):
    seal(sample, rsa_signer, signed_at=now, comments="é" * 255)
    with pytest.raises(SealRefusedError, match="255"):
        seal(sample, rsa_signer, signed_at=now, comments="é" * 256)


def test_a_signing_time_without_a_zone_is_a_mistake_of_the_caller(sample, rsa_signer):
    with pytest.raises(ValueError, match="time zone"):
        seal(sample, rsa_signer, signed_at=datetime(2026, 11, 23), comments="")


def test_a_signer_whose_value_is_not_its_certificates_is_caught(
    sample, rsa_signer, p256_signer, now
):
    class Confused:
        chain = rsa_signer.chain

        def sign(self, digest: bytes) -> bytes:
            return p256_signer.sign(digest)

    with pytest.raises(KeyUnusableError, match="does not belong"):
        seal(sample, Confused(), signed_at=now, comments="")


@pytest.mark.needs_libreoffice
@pytest.mark.parametrize("count", [1, 2, 3])
def test_libreoffice_calls_every_signature_valid(sample, signer, office, now, count):
    data = sample
    for number in range(count):
        data = seal(data, signer, signed_at=now, comments=f"No. {number}")
    assert [one["valid"] for one in office.signatures(data)] == [True] * count


@pytest.mark.needs_libreoffice
def test_libreoffice_calls_mixed_co_signatures_valid(sample, rsa_signer, p256_signer, office, now):
    data = sample
    for by in (rsa_signer, p256_signer, rsa_signer):
        data = seal(data, by, signed_at=now, comments="")
    assert [one["valid"] for one in office.signatures(data)] == [True] * 3


@pytest.mark.needs_libreoffice
def test_libreoffice_calls_an_altered_part_invalid(sealed, forge, office):
    """The judge can say no."""
    altered = forge(sealed).replace("word/document.xml", "the", "teh").write()
    assert [one["valid"] for one in office.signatures(altered)] == [False]


@pytest.mark.needs_libreoffice
def test_libreoffice_agrees_on_real_files_that_we_seal(corpus_docx, signer, judge, office, now):
    checked = 0
    for path in corpus_docx[::6]:
        try:
            data = seal(path.read_bytes(), signer, signed_at=now, comments="x")
        except SealingError:
            continue
        assert judge(data).overall is Indication.PASSED, path
        assert [one["valid"] for one in office.signatures(data)] == [True], path
        checked += 1
    assert checked > 20


def test_xmlsec_verifies_what_is_signed(sealed, root, tmp_path, xmlsec1):
    """The value, the three references and the trust; xmlsec cannot look into the package."""
    anchor = tmp_path / "root.pem"
    anchor.write_bytes(root.public_bytes(Encoding.PEM))
    good = Package.read(sealed).entries["_xmlsignatures/sig1.xml"].content
    ids = ["--id-attr:Id", "Object"]
    ids += ["--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties"]
    for content, expected in (
        (good, True),
        (good.replace(b"Adopted.", b"Rejected"), False),
        (good.replace(b"Secretary", b"Chairman!"), False),
    ):
        path = tmp_path / "signature.xml"
        path.write_bytes(content)
        asked = [xmlsec1, "--verify", "--ignore-manifests", "--trusted-pem", str(anchor)]
        done = subprocess.run([*asked, *ids, str(path)], capture_output=True, check=False)
        assert (done.returncode == 0) is expected, done.stderr
