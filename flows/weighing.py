"""What the checks make of a dossier under the rules that are pinned in it, and what was let pass.

A circuit's ``[checks]`` names checks by id and says what becomes of their findings. ``approvals``
keeps the table and who let what pass; which checks there are is ``locales``' business, so the two
meet here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from approvals import events as ev
from approvals import policy
from approvals.circuits import CheckRule, Circuit, CircuitError, Weight
from approvals.dossier import Dossier
from approvals.errors import GuardError
from approvals.names import ParagraphId
from approvals.standing import PairText
from flows.house import House
from flows.keeping import units
from locales import checks
from locales.checks import Finding, Severity
from locales.errors import N_
from locales.units import TranslationUnit

_SEVERITIES: Final = {
    Weight.BLOCKING: Severity.BLOCKING,
    Weight.WARNING: Severity.WARNING,
    Weight.OFF: None,
}


def severities(rules: Iterable[CheckRule]) -> checks.Severities:
    """Give what rules make of the checks."""
    return {rule.check: _SEVERITIES[rule.weight] for rule in rules}


def require(circuit: Circuit) -> Circuit:
    """Give the circuit back; raise ``CircuitError`` where its checks cannot be weighed so."""
    for rule in circuit.checks:
        check = checks.EVERY.get(rule.check)
        if check is None:
            raise CircuitError(
                N_(
                    "The table [checks] names {check}, and there is no such check. "
                    "docs/translation/checks.md lists them."
                ),
                check=rule.check,
            )
        if check.fixed and rule.weight is not Weight.BLOCKING:
            raise CircuitError(
                N_(
                    "The table [checks] says {weight} of {check}, which always blocks: without it "
                    "the translated file would be broken. Take the line out."
                ),
                check=rule.check,
                weight=rule.weight.value,
            )
    return circuit


def findings(
    house: House,
    dossier: Dossier,
    pairs: Mapping[ParagraphId, PairText],
    *,
    rules: Sequence[CheckRule] | None = None,
) -> tuple[Finding, ...]:
    """Say what the checks find in these paragraphs, each finding let pass with its reason.

    ``rules`` are those pinned in the dossier unless others are given. Some checks hold these
    paragraphs to the rest of the dossier.
    """
    opened = dossier.opened
    if opened is None:
        return ()
    every = {**policy.translatable(dossier), **pairs}
    return checks.run_document(
        [
            waived(house, unit, pair.waived)
            for pair in every.values()
            for unit in units(house.vault, pair.units)
        ],
        opened.source,
        opened.target,
        glossary=house.glossary,
        profile=house.settings.typography,
        severities=severities(dossier.checks if rules is None else rules),
        only=pairs,
    )


def waived(house: House, unit: TranslationUnit, waivers: Iterable[ev.Waiver]) -> TranslationUnit:
    """Give a sentence with what its certificate lets pass, each with its reason."""
    for one in waivers:
        if (one.paragraph, one.sentence) == (unit.paragraph, unit.index + 1):
            unit = unit.waive(one.check, house.note(one.note) or N_("(the reason was erased)"))
    return unit


def blocking(found: Iterable[Finding]) -> tuple[ParagraphId, ...]:
    """The paragraphs that cannot be certified."""
    return tuple(dict.fromkeys(ParagraphId(one.paragraph) for one in found if one.blocking))


def let_pass(
    found: Sequence[Finding], ignored: Iterable[str]
) -> tuple[tuple[ParagraphId, int, str], ...]:
    """The findings of the named checks, as (paragraph, sentence from 1, check).

    Raises ``GuardError`` for a check that finds nothing here, or that nobody may let pass.
    """
    given: dict[tuple[ParagraphId, int, str], None] = {}
    for name in ignored:
        check = checks.EVERY.get(name)
        if check is not None and check.fixed:
            raise GuardError(
                "certify:fixed",
                N_(
                    "{check} cannot be let pass: the translated file would be broken. "
                    "Have the translation corrected."
                ),
                check=name,
            )
        here = [one for one in found if one.check == name]
        if not here:
            raise GuardError(
                "certify:ignore",
                N_(
                    "{check} finds nothing in these paragraphs. Let pass only what the checks find "
                    "there."
                ),
                check=name,
            )
        given.update({(ParagraphId(one.paragraph), one.index + 1, name): None for one in here})
    return tuple(given)
