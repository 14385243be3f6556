"""Writes everything that somebody outside needs to check a dossier: editions, redline, evidence.

The evidence folder holds the dossier's ledger entries, a signed head of the whole ledger with the
proofs that tie the entries to it, and the certificates that the seal goes back to.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from approvals import ledger
from approvals.dossier import Dossier, read
from approvals.errors import N_, ApprovalError
from approvals.heads import SignedHead, load_public_key, verify_head
from approvals.names import ENGLISH, FRENCH
from documents.redline import redline
from documents.sealing.verify import verify
from flows import links, vouching
from flows.files import read_file
from flows.house import House
from flows.stages.publish import erratum_name, names, write


def export(house: House, dossier_id: str, out: Path) -> list[Path]:
    """Write the folder and give its files; the ledger is checked before its head is signed.

    Raises ``LedgerTamperedError``: then nothing is written.
    """
    dossier = house.dossier(dossier_id)
    files = {
        **published_files(house, dossier),
        **_redlines(house, dossier),
        **links.files(house, dossier),
        "evidence/translation.json": _translation(house, dossier),
    }
    for name, data in files.items():
        write(out / name, data)
    return [out / name for name in files]


def published_files(house: House, dossier: Dossier) -> dict[str, bytes]:
    """Give by name what anybody may have of a published dossier: its editions and their proof.

    What lies beside the text, earlier drafts and who proposed which sentence are not in it.
    Raises ``LedgerTamperedError``.
    """
    files = {name: house.vault.get(one.sealed) for name, one in names(dossier).items()}
    for erratum in dossier.errata.values():
        if erratum.edition is not None:
            name = erratum_name(dossier.id, erratum.proposed)
            files[name] = house.vault.get(erratum.edition.sealed)
    files["evidence/ledger.json"] = _extract(house, dossier.id)
    for digest in _signoffs(house, dossier.id):
        files[f"evidence/signoffs/{digest}.json"] = house.vault.get(digest)
    files["evidence/ledger-key.pem"] = house.head_key.public_pem()
    for number, certificate in enumerate(house.identity.signer.chain):
        files[f"evidence/certificate-{number}.pem"] = _pem(certificate)
    for number, anchor in enumerate(house.identity.anchors):
        files[f"evidence/anchor-{number}.pem"] = _pem(anchor)
    return files


def _signoffs(house: House, dossier_id: str) -> list[str]:
    """Give the digests of the signatures by passkey that the dossier's events name."""
    with house.store.read() as reader:
        payloads = [read(entry.payload) for entry in reader.history(dossier_id)]
    return [str(one["signoff"]) for one in payloads if one.get("signoff")]


def _redlines(house: House, dossier: Dossier) -> dict[str, bytes]:
    """Compare the first draft that was reviewed with the adopted one, in both languages."""
    redlines = {}
    institution = house.register().founded
    author = institution.institution.in_(FRENCH) if institution else "Énoncé"
    when = dossier.since or house.now()
    for language in (FRENCH, ENGLISH):
        versions = [one.version for one in dossier.editions(language)]
        if len(versions) > 1 and versions[0] != versions[-1]:
            redlines[f"{dossier.id}.redline.{language}.docx"] = redline(
                house.vault.get(versions[0]),
                house.vault.get(versions[-1]),
                author=author,
                when=when,
            )
    return redlines


def _extract(house: House, dossier_id: str) -> bytes:
    house.store.check().require()
    entries = list(house.store.entries())
    head = ledger.sign_head(entries, house.head_key, house.now())
    extract = ledger.extract(entries, head, stream=dossier_id)
    return json.dumps(extract, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _translation(house: House, dossier: Dossier) -> bytes:
    """Who or what drafted each paragraph, who answers for it, and what was let pass."""
    told = {
        "dossier": dossier.id,
        "checks": {rule.check: rule.weight.value for rule in dossier.checks},
        "paragraphs": [vouching.plain_values(one) for one in vouching.vouched(house, dossier)],
    }
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()


class HeadFileError(ApprovalError):
    """A file holds no head that this ledger's key signed."""


def published_head(house: House, file: Path) -> SignedHead:
    """Read the signed head out of an evidence folder's ``ledger.json`` and verify it.

    The key is the one that lies beside the file, as it was given out, else the house's.
    Raises ``HeadFileError``.
    """
    beside = file.with_name("ledger-key.pem")
    try:
        told = json.loads(read_file(file))
        head = SignedHead.from_json(told["head"])
    except (ValueError, KeyError, TypeError) as fault:
        raise HeadFileError(
            N_("{file} holds no signed head. Name the ledger.json of an evidence folder."),
            file=str(file),
        ) from fault
    key = load_public_key(beside) if beside.exists() else house.head_key.public
    if not verify_head(head, key):
        raise HeadFileError(
            N_("The head in {file} is not signed by the key beside it. Take another copy."),
            file=str(file),
        )
    return head


def _pem(certificate: object) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    if not isinstance(certificate, x509.Certificate):
        raise TypeError("a certificate")
    return certificate.public_bytes(Encoding.PEM)


@dataclass(frozen=True, slots=True)
class Published:
    """One published file, verified where it lies."""

    file: str
    language: str
    digest: str
    verdict: str

    def to_json(self) -> dict[str, str]:
        """Give plain values."""
        return {
            "file": self.file,
            "language": self.language,
            "digest": self.digest,
            "verdict": self.verdict,
        }


def published(house: House, dossier: Dossier, folder: Path) -> list[Published]:
    """Verify what was published, from the files in ``folder``."""
    anchors = house.identity.anchors
    rows = []
    for name, edition in names(dossier).items():
        verdict = verify((folder / name).read_bytes(), anchors, at=house.now())
        rows.append(Published(name, edition.language, edition.sealed, verdict.overall.value))
    return rows
