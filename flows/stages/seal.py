"""The sealing stage: seal editions and resolutions, read them back, verify them strictly."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from approvals import events as ev
from approvals import workdays
from approvals.errors import GuardError
from approvals.handlers import publication
from approvals.names import Digest, Language
from approvals.policy import Stage
from approvals.store.progress import telling
from documents.digest import byte_digest, text_digest
from documents.sealing.sign import seal
from documents.sealing.verify import verify
from flows.house import House
from locales.errors import N_

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

DEMONSTRATION = N_("Demonstration seal: this authority proves nothing outside this installation.")


def run(house: House, dossier_id: str) -> str:
    """Seal what the board adopted; the handler refuses bytes that say anything else."""
    dossier = house.dossier(dossier_id)
    opened, draft, target = dossier.opened, dossier.draft, dossier.target
    resolution = dossier.resolution
    if opened is None or draft is None or target is None or resolution is None:
        return "nothing to seal"
    sources = (
        (ev.EditionKind.STATEMENT, opened.source, draft.version),
        (ev.EditionKind.STATEMENT, opened.target, target.version),
        (ev.EditionKind.RESOLUTION, Language("fr"), resolution.fr),
        (ev.EditionKind.RESOLUTION, Language("en"), resolution.en),
    )
    from cryptography.hazmat.primitives.serialization import Encoding

    identity = house.identity
    leaf = identity.signer.chain[0]
    _require_in_force(leaf, house.now())
    # The order's own time, so that a second try gives the same bytes; a certificate that was put
    # in place since then signs nothing from before it was.
    signed_at = max(dossier.since or house.now(), leaf.not_valid_before_utc)
    editions, texts = [], []
    with telling(house.store, house.clock, dossier_id, Stage.SEAL) as tell:
        for number, (kind, language, unsealed) in enumerate(sources):
            tell(number, len(sources))
            comments = (
                f"{opened.title.in_(language)} · {dossier.result.number if dossier.result else ''}"
            )
            if identity.demonstration:
                comments = f"{DEMONSTRATION} {comments}"
            sealed = seal(
                house.vault.get(unsealed),
                identity.signer,
                signed_at=signed_at,
                comments=comments[:255],
                role=None,
            )
            verdict = verify(sealed, identity.anchors, at=house.now())
            if kind is ev.EditionKind.STATEMENT:
                texts.append((language, Digest(text_digest(sealed).document)))
            editions.append(
                ev.Edition(
                    kind, language, unsealed, Digest(house.vault.put(sealed)), verdict.overall.value
                )
            )
    publication.record_seal(
        publication.RecordSeal(
            dossier=dossier_id,
            by=ev.SYSTEM,
            key=f"{dossier_id}:seal:{dossier.version}",
            editions=tuple(editions),
            texts=tuple(texts),
            certificate=Digest(byte_digest(leaf.public_bytes(Encoding.DER))),
            demonstration=identity.demonstration,
        ),
        house.office,
    )
    return f"{len(editions)} editions sealed"


def _require_in_force(leaf: Certificate, now: datetime) -> None:
    """Refuse to seal with a certificate that has ended or not begun; no reader would believe it."""
    first, last = leaf.not_valid_before_utc, leaf.not_valid_after_utc
    if not first <= now <= last:
        raise GuardError(
            "seal:certificate",
            N_(
                "The certificate of the seal is valid from {first} to {last} and cannot seal on "
                "{today}. Have an administrator put another in its place and open the house "
                "again, which then seals by itself."
            ),
            first=workdays.day(first),
            last=workdays.day(last),
            today=workdays.day(now),
        )
