"""Files that Word, POI and a Belgian portal signed: known answers, and LibreOffice beside us."""

from __future__ import annotations

from pathlib import Path

import pytest

from documents.sealing.verdict import Indication, SubIndication
from documents.sealing.verify import verify

_PREFIX = "apache+poi/test-data__xmldsign__"
_WEAK = SubIndication.CRYPTO_CONSTRAINTS_FAILURE
_UNNAMED = SubIndication.SIG_CONSTRAINTS_FAILURE

# Name, signatures, coverage, sub-indication of trust.
FOREIGN = [
    ("hello-world-signed", 1, Indication.INDETERMINATE, _UNNAMED),
    ("hello-world-signed-twice", 2, Indication.INDETERMINATE, _UNNAMED),
    ("hello-world-office-2010-technical-preview", 1, Indication.FAILED, _UNNAMED),
    ("ms-office-2010-signed", 1, Indication.INDETERMINATE, _WEAK),
    ("hyperlink-example-signed", 1, Indication.INDETERMINATE, _WEAK),
    ("Office2010-SP1-XAdES-X-L", 1, Indication.INDETERMINATE, _WEAK),
    ("signed", 1, Indication.FAILED, _WEAK),
]


def read(corpus: Path, name: str) -> bytes:
    return (corpus / "docx" / f"{_PREFIX}{name}.docx").read_bytes()


@pytest.mark.parametrize(
    ("name", "count", "coverage", "trust"), FOREIGN, ids=[f[0] for f in FOREIGN]
)
def test_a_file_that_office_signed_is_intact_but_neither_covered_nor_trusted(
    corpus, name, count, coverage, trust, root, now
):
    verdict = verify(read(corpus, name), [root], at=now)
    assert len(verdict.signatures) == count
    assert verdict.container.passed
    assert verdict.package.passed
    assert verdict.integrity.passed
    assert verdict.coverage.indication is coverage
    assert verdict.trust.sub_indication is trust
    outdated = {SubIndication.OUT_OF_BOUNDS_NO_POE, SubIndication.NO_POE, _WEAK}
    assert verdict.time.sub_indication in outdated
    assert verdict.overall is not Indication.PASSED
    assert not verdict.demonstration


def test_what_office_leaves_out_is_named(corpus, now):
    verdict = verify(read(corpus, "ms-office-2010-signed"), [], at=now)
    (reason,) = verdict.coverage.reasons
    assert set(reason.data["parts"]) == {
        "_rels/.rels#rId2",
        "_rels/.rels#rId3",
        "docProps/app.xml",
        "docProps/core.xml",
    }


def test_who_signed_and_when_is_told_even_without_trust(corpus, now):
    (report,) = verify(read(corpus, "ms-office-2010-signed"), [], at=now).signatures
    assert "Frank Cornelis" in report.signer
    assert report.comments == "Test"
    assert report.signing_time is not None
    assert report.signing_time.isoformat() == "2010-09-27T14:52:14+00:00"
    assert report.algorithm == "rsa-sha1"


@pytest.mark.parametrize("name", ["hyperlink-example-signed", "Office2010-SP1-XAdES-X-L"])
def test_the_imprint_of_words_own_timestamps_is_the_one_we_compute(corpus, name, now):
    """A token of another signature is TOTAL-FAILED; these are only too weak to prove a time."""
    verdict = verify(read(corpus, name), [], at=now)
    assert verdict.time.sub_indication is _WEAK
    assert "The timestamp rests on SHA-1" in str(verdict.time.reasons[0])


def test_a_digest_info_that_leaves_out_its_parameters_is_no_signature(corpus, now):
    """One file's RSA value says SHA-1 without the NULL that PKCS #1 v1.5 demands of a signer."""
    verdict = verify(read(corpus, "office2007prettyPrintedRels"), [], at=now)
    assert verdict.integrity.sub_indication is SubIndication.SIG_CRYPTO_FAILURE


@pytest.mark.parametrize("name", ["hello-world-unsigned"])
def test_an_unsigned_file_has_its_own_answer(corpus, name, now):
    verdict = verify(read(corpus, name), [], at=now)
    assert verdict.overall is Indication.FAILED
    assert verdict.signatures == ()
    assert str(verdict.integrity.reasons[0]) == "The file carries no signature. It was not sealed."


@pytest.mark.parametrize("name", [f[0] for f in FOREIGN])
def test_one_letter_in_a_foreign_document_ends_its_integrity(corpus, name, forge, now):
    forged = forge(read(corpus, name))
    forged.parts["word/document.xml"] = forged.parts["word/document.xml"].replace(b"e", b"3", 1)
    verdict = verify(forged.write(), [], at=now)
    assert verdict.integrity.indication is Indication.FAILED


@pytest.mark.needs_libreoffice
@pytest.mark.parametrize("name", [*(f[0] for f in FOREIGN), "office2007prettyPrintedRels"])
def test_libreoffice_judges_foreign_integrity_as_we_do(corpus, name, office, now):
    data = read(corpus, name)
    ours = [one.integrity.passed for one in verify(data, [], at=now).signatures]
    assert [one["valid"] for one in office.signatures(data)] == ours


def test_no_real_file_makes_the_verifier_raise(corpus_docx, now):
    for path in corpus_docx:
        assert verify(path.read_bytes(), [], at=now).overall is not Indication.PASSED, path
