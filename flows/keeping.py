"""Keeps a paragraph's translation units in the vault and reads them again."""

from __future__ import annotations

import json
from collections.abc import Sequence

from approvals.names import Digest
from documents.vault import Vault
from locales.units import TranslationUnit


def units(vault: Vault, blob: Digest | None) -> tuple[TranslationUnit, ...]:
    """Read one paragraph's units from the vault; empty where there are none yet."""
    if blob is None:
        return ()
    return tuple(TranslationUnit.from_json(one) for one in json.loads(vault.get(blob)))


def keep_units(vault: Vault, paragraph: Sequence[TranslationUnit]) -> Digest:
    """Keep one paragraph's units in the vault."""
    text = json.dumps(
        [one.to_json() for one in paragraph],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return Digest(vault.put(text.encode()))
