"""Who answers for each paragraph of a translation, and which of them a machine drafted.

Facts from the ledger and the vault as plain values, and the words in which the board's papers, the
list of sentences and the evidence tell them. A text counts as a machine's draft even where a person
edited it, and where it came out of the memory, which knows what a machine wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Final

from approvals import policy
from approvals.dossier import Dossier
from approvals.standing import PairText
from approvals.standing import State as DossierState
from documents.papers import Column, Origins, Table
from documents.wml import ParagraphId
from flows import console
from flows.house import House
from flows.keeping import units
from locales.catalog import say
from locales.errors import N_
from locales.markup import plain
from locales.units import OriginKind, State, TranslationUnit

_ADOPTED: Final = policy.AFTER_BOARD - {DossierState.CONFORMITY}


def state_of(dossier: Dossier, pair: PairText) -> State:
    """How far a paragraph's translation is: final only where the board has adopted it."""
    if pair.certified_by is not None:
        return State.FINAL if dossier.state in _ADOPTED else State.REVIEWED
    return State.TRANSLATED if pair.proposed_by is not None else State.INITIAL


def stale(pair: PairText, of: Sequence[TranslationUnit]) -> bool:
    """Whether the source said something else before: new typography alone is no such change."""
    return (
        pair.before is not None and pair.proposed_by is None and any(not unit.kept for unit in of)
    )


@dataclass(frozen=True, slots=True)
class LetPass:
    """A finding that a reviser let pass; ``sentence`` counts from 1."""

    sentence: int
    check: str
    reason: str


@dataclass(frozen=True, slots=True)
class Vouched:
    """One paragraph: its number, how its source begins, where its words come from, and who answers.

    ``engines`` drafted sentences of it; ``edited`` says that a person changed each of those.
    Names are empty where nobody has proposed or certified it yet.
    """

    number: int
    begins: str
    state: State
    origins: tuple[str, ...]
    engines: tuple[str, ...] = ()
    edited: bool = False
    translator: str = ""
    reviser: str = ""
    passed: tuple[LetPass, ...] = ()
    id: str = ""
    """The identity of the paragraph."""


def vouched(house: House, dossier: Dossier) -> tuple[Vouched, ...]:
    """Say of every paragraph that is translated who answers for it."""
    names = {id: who.name for id, who in house.contacts().items()}
    draft = dossier.draft
    numbers = {one.id: at for at, one in enumerate(draft.paragraphs if draft else (), 1)}
    found = []
    for id, pair in policy.translatable(dossier).items():
        of = units(house.vault, pair.units)
        drafted = [unit for unit in of if unit.target is not None and unit.origin.engine]
        found.append(
            Vouched(
                numbers.get(id, 0),
                shorten(" ".join(plain(unit.source) for unit in of), 60, placeholder="…"),
                state_of(dossier, pair),
                tuple(str(unit.origin) for unit in of),
                tuple(dict.fromkeys(unit.origin.engine for unit in drafted)),
                all(unit.origin.kind is OriginKind.PERSON for unit in drafted),
                names.get(pair.proposed_by, "") if pair.proposed_by else "",
                names.get(pair.certified_by, "") if pair.certified_by else "",
                tuple(
                    LetPass(one.sentence, one.check, house.note(one.note)) for one in pair.waived
                ),
                id,
            )
        )
    return tuple(found)


def plain_values(one: Vouched) -> dict[str, console.Json]:
    """Give what is known of a paragraph as plain values, for machines."""
    return {
        "number": one.number,
        "begins": one.begins,
        "state": one.state.value,
        "origins": list(one.origins),
        "machine": list(one.engines),
        "edited": one.edited,
        "proposed_by": one.translator,
        "certified_by": one.reviser,
        "waived": [
            {"sentence": passed.sentence, "check": passed.check, "reason": passed.reason}
            for passed in one.passed
        ],
    }


def marks(texts: Sequence[Vouched], language: str) -> dict[ParagraphId, str]:
    """Say before each paragraph that a machine drafted who did, and who answers for it."""
    return {
        ParagraphId(one.id): say(
            N_("{drafted}; certified by {name}"),
            language,
            drafted=drafted_by(one.engines, one.edited, language),
            name=one.reviser,
        )
        if one.reviser
        else drafted_by(one.engines, one.edited, language)
        for one in texts
        if one.engines
    }


def drafted_by(engines: Sequence[str], edited: bool, language: str) -> str:
    """Say who drafted a text: which machine, and whether a person edited it since."""
    if not engines:
        return say(N_("people and memory"), language)
    message = N_("machine ({engines}), edited") if edited else N_("machine ({engines})")
    return say(message, language, engines=", ".join(engines))


def origins(texts: Sequence[Vouched], language: str) -> Origins | None:
    """Word it for a paper in one language; None where nothing was translated."""
    if not texts:
        return None

    def tell(message: str, **data: object) -> str:
        return say(message, language, **data)

    return Origins(
        tell("Who answers for the translation"),
        tuple(_summary(texts, language)),
        Table(
            tell("Paragraphs of the translation"),
            (
                Column("§"),
                Column(tell("Begins"), weight=5),
                Column(tell("Drafted by"), weight=3),
                Column(tell("Proposed by"), weight=3),
                Column(tell("Certified by"), weight=3),
            ),
            tuple(
                (
                    f"§\u00a0{one.number}",
                    one.begins,
                    drafted_by(one.engines, one.edited, language),
                    one.translator or "–",
                    one.reviser or "–",
                )
                for one in texts
            ),
            tell("For each paragraph: who or what drafted it, who proposed it, who certified it."),
            row_heads=True,
        ),
    )


def _summary(texts: Sequence[Vouched], language: str) -> Iterator[str]:
    drafted = [one for one in texts if one.engines]
    if not drafted:
        yield say(N_("No machine drafted any paragraph of the translation."), language)
    else:
        yield say(
            N_("Paragraphs of the translation that a machine drafted: {count} of {all}."),
            language,
            count=len(drafted),
            all=len(texts),
        )
    lacking = sum(not one.reviser for one in texts)
    if lacking:
        yield say(N_("Paragraphs that nobody has certified yet: {count}."), language, count=lacking)
    else:
        yield say(
            N_("Two people answer for each paragraph: who proposed it, and who certified it."),
            language,
        )
    for one in texts:
        for passed in one.passed:
            yield say(
                N_("§ {number}: the check “{check}” was let pass by {name}: {reason}"),
                language,
                number=one.number,
                check=passed.check,
                name=one.reviser or "–",
                reason=passed.reason or say(N_("(the reason was erased)"), language),
            )
