"""The checks of a translation: what a person should see before they vouch for it.

``run`` looks at one unit. A blocking finding forbids to certify; a warning is for the reviser to
weigh. Each check is a small class in this folder, registered by one line in ``defaults``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from locales import typography
from locales.checks.base import Check, Finding, Pair, Severity
from locales.checks.defaults import CHECKS
from locales.glossary import Glossary
from locales.units import TranslationUnit

__all__ = ["CHECKS", "Check", "Finding", "Pair", "Severity", "run"]


def run(
    unit: TranslationUnit,
    source_lang: str,
    target_lang: str,
    *,
    glossary: Glossary | None = None,
    profile: str = typography.DEFAULT,
    checks: Sequence[Check] = CHECKS,
) -> tuple[Finding, ...]:
    """What the checks find in a unit, those that block first. A unit without target is empty."""
    pair = Pair(
        unit.source,
        unit.target or "",
        source_lang,
        target_lang,
        glossary or Glossary(()),
        profile,
    )
    found = [
        replace(finding, paragraph=unit.paragraph, index=unit.index)
        for check in checks
        for finding in check.look(pair)
    ]
    return tuple(sorted(found, key=lambda finding: not finding.blocking))
