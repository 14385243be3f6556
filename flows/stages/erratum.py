"""The erratum stage: seal a certified correction, read it back, lay it beside what it corrects."""

from __future__ import annotations

from approvals import events as ev
from approvals import policy
from approvals.handlers import life
from approvals.names import Digest
from documents.digest import text_digest
from documents.sealing.sign import seal
from documents.sealing.verify import verify
from flows.house import House
from flows.stages.publish import erratum_name, write
from flows.stages.seal import DEMONSTRATION
from locales.catalog import say
from locales.errors import N_

COMMENT = N_("Corrected edition {number} of {title}, {resolution}")


def run(house: House, dossier_id: str) -> str:
    """Seal and publish each certified correction; the edition that it corrects stays as it is."""
    dossier = house.dossier(dossier_id)
    opened, identity = dossier.opened, house.identity
    certified = policy.certified_errata(dossier)
    for erratum in certified if opened else ():
        told = erratum.proposed
        comments = say(
            COMMENT,
            told.language,
            number=told.number,
            title=opened.title.in_(told.language) if opened else dossier_id,
            resolution=dossier.result.number if dossier.result else "",
        )
        if identity.demonstration:
            comments = f"{DEMONSTRATION} {comments}"
        sealed = seal(
            house.vault.get(told.version),
            identity.signer,
            signed_at=house.now().replace(microsecond=0),
            comments=comments[:255],
            role=None,
        )
        verdict = verify(sealed, identity.anchors, at=house.now())
        kept = Digest(house.vault.put(sealed))
        write(house.published / dossier_id / erratum_name(dossier_id, told), sealed)
        life.record_erratum(
            life.RecordErratum(
                dossier=dossier_id,
                by=ev.SYSTEM,
                key=f"{dossier_id}:erratum:{told.erratum}",
                erratum=told.erratum,
                edition=ev.Edition(
                    ev.EditionKind.ERRATUM,
                    told.language,
                    told.version,
                    kept,
                    verdict.overall.value,
                ),
                text=Digest(text_digest(sealed).document),
            ),
            house.office,
        )
    return f"{len(certified)} corrections published"
