"""Hands out the files of a dossier: drafts, translations, what lies beside, resolutions, seals."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from approvals.desk.routes import page, refused
from approvals.desk.rules import DOSSIER
from approvals.desk.seen import Seen
from approvals.dossier import Dossier
from approvals.errors import N_
from approvals.names import Digest

WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_UNQUOTED: Final = re.compile(r"[^ !#-\[\]-~]")
"""What a quoted string of a header cannot hold as it is."""


def file(seen: Seen) -> Response:
    """Hand one out, as it lies in the vault."""
    name = seen.path("name")
    found = _files(seen.dossier).get(name)
    if found is None:
        return refused(seen, 404, N_("There is no such file in this dossier."))
    digest, called = found
    return attached(seen.desk.house.vault.get(digest), called)


def attached(data: bytes, name: str, kind: str = WORD) -> Response:
    """Give bytes as a file to keep, under a name that any browser can read (RFC 6266)."""
    plain = _UNQUOTED.sub("", name) or "file"
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(data, media_type=kind, headers={"Content-Disposition": disposition})


def _files(it: Dossier) -> dict[str, tuple[Digest, str]]:
    """Give the files of a dossier by the name that its page has for them."""
    found: dict[str, tuple[Digest, str]] = {}
    if it.opened is None:
        return found
    for number, draft in enumerate(it.drafts, 1):
        called = f"{it.id}.v{number}.{draft.language}.docx"
        found[f"draft-{number}"] = (draft.version, called)
    for number, target in enumerate(it.targets, 1):
        called = f"{it.id}.v{number}.{target.language}.docx"
        found[f"target-{number}"] = (target.version, called)
    for number, one in enumerate(it.links, 1):
        found[f"link-{number}"] = (one.document, one.name)
    if it.resolution is not None:
        for language, digest in (("fr", it.resolution.fr), ("en", it.resolution.en)):
            found[f"resolution-{language}"] = (digest, f"{it.id}.resolution.{language}.docx")
    for edition in it.sealed.editions if it.sealed else ():
        name = f"{edition.kind.value}-{edition.language}-sealed"
        found[name] = (edition.sealed, f"{it.id}.{edition.kind.value}.{edition.language}.docx")
    return found


ROUTES: Final = [page("/dossiers/{dossier}/files/{name}", file, DOSSIER)]
