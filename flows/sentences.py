"""Lists the sentences of a dossier: source, translation, where it comes from, what is wrong.

What the memory offers beside a sentence is shown with the words in which the two sources differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from approvals import policy
from flows import acts, console, vouching, weighing
from flows.console import tell, tr
from flows.house import House
from locales.checks import Finding
from locales.errors import N_
from locales.markup import plain, readable
from locales.matching import difference
from locales.normal import normal
from locales.units import ORIGIN_NAMES, Offer, Origin, OriginKind, State, TranslationUnit

STATES: Mapping[State, str] = {
    State.INITIAL: N_("open"),
    State.TRANSLATED: N_("proposed"),
    State.REVIEWED: N_("certified"),
    State.FINAL: N_("final"),
}
"""What people read for the state of a translation."""

STALE = N_("the source has changed")


def show(house: House, dossier_id: str, paragraph: str | None) -> None:
    """List the sentences, or those of one paragraph."""
    dossier = house.dossier(dossier_id)
    pairs = policy.translatable(dossier)
    if paragraph is not None:
        only = acts.paragraph(dossier, paragraph)
        pairs = {id: pair for id, pair in pairs.items() if id == only}
    numbers = acts.paragraph_numbers(dossier)
    found: dict[tuple[str, int], list[Finding]] = defaultdict(list)
    for finding in weighing.findings(house, dossier, pairs):
        found[finding.paragraph, finding.index].append(finding)
    rows: list[tuple[str, ...]] = []
    offered: list[tuple[str, ...]] = []
    remarked: list[tuple[str, ...]] = []
    told: list[Mapping[str, console.Json]] = []
    for id, pair in pairs.items():
        of = acts.units(house.vault, pair.units)
        state, stale = vouching.state_of(dossier, pair), vouching.stale(pair, of)
        for unit in of:
            number = f"{numbers[id]}.{unit.index + 1}"
            remarks = found[unit.paragraph, unit.index] if unit.target is not None else []
            rows.append(
                (
                    number,
                    readable(unit.source),
                    readable(unit.target or ""),
                    f"{tr(STALE) if stale else tr(STATES[state])}\n{origin(unit.origin)}",
                )
            )
            remarked += [(number, _remark(one)) for one in remarks]
            offered += [
                (
                    number,
                    f"{offer.score}\u00a0%",
                    changed(offer.source, unit.source),
                    plain(offer.target),
                )
                for offer in unit.offers
                if state is State.INITIAL
            ]
            told.append(
                {
                    "paragraph": numbers[id],
                    "id": id,
                    "sentence": unit.index + 1,
                    "source": unit.source,
                    "target": unit.target,
                    "origin": str(unit.origin),
                    "machine": unit.origin.engine,
                    "state": STATES[state],
                    "stage": state.value,
                    "stale": stale,
                    "offers": [_offer(offer, unit) for offer in unit.offers],
                    "findings": [_finding(one) for one in remarks],
                }
            )
    console.table([tr("§"), tr("Source"), tr("Translation"), tr("State")], rows)
    if remarked:
        console.table([tr("§"), tr("Remark")], remarked, title=tr("What the checks find"))
    if offered:
        console.table(
            [tr("§"), tr("Likeness"), tr("What differs"), tr("Its translation")],
            offered,
            title=tr("Similar sentences of the memory"),
        )
    _say_machines(told)
    console.answer({"dossier": dossier_id, "sentences": told})


def _say_machines(told: Sequence[Mapping[str, console.Json]]) -> None:
    count = sum(bool(one["machine"]) for one in told)
    if count:
        tell("Sentences that a machine drafted: {count}.", count=count)


def origin(of: Origin) -> str:
    """Say where a translation comes from, a machine's part always named."""
    said = tr(ORIGIN_NAMES[of.kind])
    if of.kind is OriginKind.FUZZY and of.score is not None:
        said = tr("{origin}, {score} %", origin=said, score=of.score)
    elif of.detail and of.kind in (OriginKind.MACHINE, OriginKind.PERSON):
        said = f"{said} ({of.detail})"
    if of.drafted:
        said += "\n" + tr("drafted by a machine ({engine})", engine=of.drafted)
    return said


def changed(known: str, asked: str) -> str:
    """Show in what a known source differs from this one: ``[-before-]`` and ``{+now+}``."""
    shown = []
    for part in difference(normal(plain(known)), normal(plain(asked))):
        if part.same:
            shown.append(part.new)
            continue
        shown += [f"[-{part.old}-]"] if part.old else []
        shown += [f"{{+{part.new}+}}"] if part.new else []
    return " ".join(shown)


def _offer(offer: Offer, unit: TranslationUnit) -> Mapping[str, console.Json]:
    return {
        "score": offer.score,
        "source": offer.source,
        "target": offer.target,
        "detail": offer.detail,
        "difference": changed(offer.source, unit.source),
    }


def _remark(finding: Finding) -> str:
    said = tr(finding.message, **finding.data)
    if finding.waived:
        return tr("{remark} ({check}, let pass: {reason})", **_named(finding, said))
    if finding.blocking:
        return tr("{remark} ({check}, blocking)", **_named(finding, said))
    return f"{said} ({finding.check})"


def _named(finding: Finding, said: str) -> dict[str, str]:
    return {"remark": said, "check": finding.check, "reason": finding.waived}


def _finding(finding: Finding) -> Mapping[str, console.Json]:
    return {
        "check": finding.check,
        "severity": finding.severity.value,
        "message": tr(finding.message, **finding.data),
        "waived": finding.waived,
    }
