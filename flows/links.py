"""Documents beside a text: taken in like any upload, given out with the editions.

A Word file passes the same intake as a draft. A PDF is kept and never opened here; that it begins
like one is all that is looked at.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from approvals.dossier import Dossier
from approvals.errors import N_, GuardError
from approvals.events import LinkKind
from approvals.handlers import links
from approvals.ledger import Entry
from approvals.names import Bilingual, Digest, Language, PersonId
from documents.container import MIB
from flows import acts, uploads
from flows.house import House

FOLDER = "linked"
"""Where ``export`` writes them."""

_NAME = re.compile(r"[\w][\w .,()’'–+-]{0,119}")
_PDF = b"%PDF-"


def link(
    house: House,
    dossier: str,
    data: bytes,
    name: str,
    *,
    by: PersonId,
    kind: LinkKind,
    title: Bilingual | None = None,
    language: Language | None = None,
    key: str | None = None,
) -> Entry:
    """Lay a Word file or a PDF beside a text.

    Raises ``IntakeRefusedError`` before anything is stored, and what the handler raises.
    """
    _check_name(name)
    if name.lower().endswith(".docx"):
        report = uploads.judge(data, name, house.settings)
        if not report.accepted:
            raise acts.IntakeRefusedError(name, report)
    else:
        _check_pdf(house, data, name)
    fallback = Path(name).stem
    return links.link_document(
        links.LinkDocument(
            dossier=dossier,
            by=by,
            key=key or secrets.token_hex(16),
            kind=kind,
            title=title or Bilingual(fallback, fallback),
            language=language,
            name=name,
            document=Digest(house.vault.put(data)),
        ),
        house.office,
    )


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise GuardError(
            "link:filename",
            N_(
                "A linked document is given out under its file name, and {name} cannot be one "
                "everywhere. Use letters, digits, spaces and hyphens, at most 120."
            ),
            name=name,
        )


def _check_pdf(house: House, data: bytes, name: str) -> None:
    if not (name.lower().endswith(".pdf") and data.startswith(_PDF)):
        raise GuardError(
            "link:format",
            N_("{name} is neither a Word file (.docx) nor a PDF. Save it as one of them."),
            name=name,
        )
    limit = house.settings.intake_size_mb
    if len(data) > limit * MIB:
        raise GuardError(
            "link:size",
            N_("{name} has {size} MB; at most {limit} MB are taken. Save it with less in it."),
            name=name,
            size=-(-len(data) // MIB),
            limit=limit,
        )


def files(house: House, dossier: Dossier) -> dict[str, bytes]:
    """Every linked document under the name that it is given out with."""
    return {f"{FOLDER}/{one.name}": house.vault.get(one.document) for one in dossier.links}
