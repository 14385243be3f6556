"""The checks of a translation: what a person should see before they vouch for it.

``run`` looks at one unit, ``run_document`` at all of them and at what is wrong between them. A
blocking finding forbids to certify; a warning is for the reviser to weigh. Each check is a small
class in this folder, registered by one line in ``defaults``.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace

from locales import typography
from locales.checks.base import Check, DocumentCheck, Finding, Pair, Severity
from locales.checks.defaults import CHECKS, DOCUMENT_CHECKS
from locales.glossary import Glossary
from locales.units import TranslationUnit

__all__ = [
    "CHECKS",
    "DOCUMENT_CHECKS",
    "EVERY",
    "Check",
    "DocumentCheck",
    "Finding",
    "Pair",
    "Severity",
    "run",
    "run_between",
    "run_document",
    "table",
]

EVERY: Mapping[str, Check | DocumentCheck] = {
    **{check.id: check for check in CHECKS},
    **{check.id: check for check in DOCUMENT_CHECKS},
}
"""Every check by its id."""

Severities = Mapping[str, Severity | None]
"""What a circuit makes of a check: blocking, a warning, or (None) nothing."""


def run(
    unit: TranslationUnit,
    source_lang: str,
    target_lang: str,
    *,
    glossary: Glossary | None = None,
    profile: str = typography.DEFAULT,
    checks: Sequence[Check] = CHECKS,
    severities: Severities | None = None,
) -> tuple[Finding, ...]:
    """What the checks find in a unit, those that block first. A unit without target is empty."""
    pair = Pair(
        unit.source,
        unit.target or "",
        source_lang,
        target_lang,
        glossary or Glossary(()),
        profile,
        unit,
    )
    found = [
        replace(finding, paragraph=unit.paragraph, index=unit.index)
        for check in checks
        for finding in check.look(pair)
    ]
    return _weighed(found, {(unit.paragraph, unit.index): unit}, severities or {})


def run_document(
    units: Sequence[TranslationUnit],
    source_lang: str,
    target_lang: str,
    *,
    glossary: Glossary | None = None,
    profile: str = typography.DEFAULT,
    severities: Severities | None = None,
    only: Container[str] | None = None,
) -> tuple[Finding, ...]:
    """What the checks find in a document, in the order of its segments, those that block first.

    ``only`` are the paragraphs that are asked about, where it is not all of them.
    """
    glossary = glossary or Glossary(())
    found: list[Finding] = []
    for unit in units:
        if only is not None and unit.paragraph not in only:
            continue
        found += run(
            unit,
            source_lang,
            target_lang,
            glossary=glossary,
            profile=profile,
            severities=severities,
        )
    found += run_between(units, severities=severities, only=only)
    order = {(unit.paragraph, unit.index): number for number, unit in enumerate(units)}
    found.sort(key=lambda one: (not one.blocking, order[one.paragraph, one.index]))
    return tuple(found)


def run_between(
    units: Sequence[TranslationUnit],
    *,
    severities: Severities | None = None,
    only: Container[str] | None = None,
) -> tuple[Finding, ...]:
    """What is wrong between the sentences of a document, and nothing of what is in each of them."""
    by_place = {(unit.paragraph, unit.index): unit for unit in units}
    between = [finding for check in DOCUMENT_CHECKS for finding in check.look(units)]
    if only is not None:
        between = [finding for finding in between if finding.paragraph in only]
    return _weighed(between, by_place, severities or {})


def table() -> str:
    """The checks as a Markdown table, from their classes: what docs/translation/checks.md shows."""
    rows = ["| check | finds | severity |", "|---|---|---|"]
    for check in EVERY.values():
        finds = " ".join((type(check).__doc__ or "").split("\n\n")[0].split())
        finds = finds.replace("``", "`")
        severity = check.sometimes or check.severity.value
        if check.fixed:
            severity += ", always"
        rows.append(f"| `{check.id}` | {finds} | {severity} |")
    return "\n".join(rows)


def _weighed(
    found: Sequence[Finding],
    units: Mapping[tuple[str, int], TranslationUnit],
    severities: Severities,
) -> tuple[Finding, ...]:
    """The findings with the severity that the circuit gives them and what people waived."""

    def weigh() -> Iterator[Finding]:
        for finding in found:
            severity = severities.get(finding.check, finding.severity)
            if severity is None:
                continue
            unit = units[finding.paragraph, finding.index]
            waived = dict(unit.waived).get(finding.check, "")
            yield replace(finding, severity=severity, waived=waived)

    return tuple(sorted(weigh(), key=lambda finding: not finding.blocking))
