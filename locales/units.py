"""Translation units: a sentence of a paragraph, its translation, its state and where it came from.

States have the names of XLIFF 2.1 (OASIS, 2018, clause 4.3.1.31); the word "unit" is TMX's. A unit
is a plain value: ``flows`` keeps a paragraph's units in the vault, ``approvals`` decides who may
move a state forward. Nothing here does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from locales.errors import N_, LocaleError
from locales.markup import TaggedText

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


class UnitFormError(LocaleError):
    """Stored data is no translation unit."""

    def __init__(self, reason: str) -> None:
        super().__init__(N_("A stored translation cannot be read: {reason}."), reason=reason)


class State(StrEnum):
    """How far a translation is; only people move it beyond ``initial``."""

    INITIAL = "initial"
    TRANSLATED = "translated"
    REVIEWED = "reviewed"
    FINAL = "final"


class OriginKind(StrEnum):
    """Where a target came from."""

    NONE = "none"
    ICE = "ice"
    """The memory, with the same sentence before and behind it (in-context exact)."""
    EXACT = "exact"
    FUZZY = "fuzzy"
    MACHINE = "machine"
    PERSON = "person"


ORIGIN_NAMES: Mapping[OriginKind, str] = {
    OriginKind.NONE: N_("no translation"),
    OriginKind.ICE: N_("memory, in context"),
    OriginKind.EXACT: N_("memory"),
    OriginKind.FUZZY: N_("memory, similar sentence"),
    OriginKind.MACHINE: N_("machine draft, to be revised"),
    OriginKind.PERSON: N_("person"),
}
"""What people read for an origin; a machine's text is named as such everywhere."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a target came from: ``score`` in per cent for memory, ``detail`` who or what.

    ``drafted`` names the engine whose words a person edited, or that the memory has from it.
    """

    kind: OriginKind = OriginKind.NONE
    score: int | None = None
    detail: str = ""
    drafted: str = ""

    @property
    def machine(self) -> bool:
        """Whether the words are a machine's as it wrote them."""
        return self.kind is OriginKind.MACHINE

    @property
    def engine(self) -> str:
        """The machine that drafted the words, whoever edited them since; empty where none did."""
        if self.machine:
            return self.detail or OriginKind.MACHINE.value
        return self.drafted

    def __str__(self) -> str:
        score = "" if self.score is None else f" {self.score}"
        drafted = f", drafted by {self.drafted}" if self.drafted else ""
        return f"{self.kind}{score}{f' ({self.detail})' if self.detail else ''}{drafted}"

    def to_json(self) -> dict[str, Json]:
        """Give a plain dict."""
        data: dict[str, Json] = {
            "kind": self.kind.value,
            "score": self.score,
            "detail": self.detail,
        }
        if self.drafted:
            data["drafted"] = self.drafted
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Origin:
        """Read what ``to_json`` gave."""
        score = data.get("score")
        return cls(
            OriginKind(str(data.get("kind", "none"))),
            score if isinstance(score, int) else None,
            str(data.get("detail", "")),
            str(data.get("drafted", "")),
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """A translation that the memory has of a similar sentence, for a person to work from."""

    source: TaggedText
    target: TaggedText
    score: int
    detail: str = ""

    def to_json(self) -> dict[str, Json]:
        """Give a plain dict."""
        return {
            "source": self.source,
            "target": self.target,
            "score": self.score,
            "detail": self.detail,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Offer:
        """Read what ``to_json`` gave."""
        score = data["score"]
        return cls(
            str(data["source"]),
            str(data["target"]),
            score if isinstance(score, int) else 0,
            str(data.get("detail", "")),
        )


@dataclass(frozen=True, slots=True)
class TranslationUnit:
    """One segment of a paragraph: ``index`` counts from 0 within it.

    ``findings`` holds the ids of the checks that found something when the target was prefilled;
    ``kept`` says that the target was taken over from the draft before because its source is the
    same. ``waived`` holds checks that a person let pass for this target, each with the reason.
    """

    paragraph: str
    index: int
    source: TaggedText
    target: TaggedText | None = None
    state: State = State.INITIAL
    origin: Origin = Origin()
    offers: tuple[Offer, ...] = ()
    findings: tuple[str, ...] = ()
    kept: bool = False
    waived: tuple[tuple[str, str], ...] = ()

    def with_target(
        self, target: TaggedText | None, state: State, origin: Origin
    ) -> TranslationUnit:
        """Give the unit with another target; what was said of the old one goes."""
        return replace(
            self, target=target, state=state, origin=origin, findings=(), kept=False, waived=()
        )

    def waive(self, check: str, reason: str) -> TranslationUnit:
        """Give the unit with a check let pass; the reason is what readers are told."""
        others = tuple(one for one in self.waived if one[0] != check)
        return replace(self, waived=(*others, (check, reason)))

    def to_json(self) -> dict[str, Json]:
        """Give a plain dict; what is empty is left out, so that equal units give equal bytes."""
        data: dict[str, Json] = {
            "paragraph": self.paragraph,
            "index": self.index,
            "source": self.source,
            "target": self.target,
            "state": self.state.value,
            "origin": self.origin.to_json(),
        }
        if self.offers:
            data["offers"] = [offer.to_json() for offer in self.offers]
        if self.findings:
            data["findings"] = list(self.findings)
        if self.kept:
            data["kept"] = True
        if self.waived:
            data["waived"] = dict(self.waived)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> TranslationUnit:
        """Read what ``to_json`` gave. Raises ``UnitFormError``."""
        try:
            index, target, origin = data["index"], data["target"], data["origin"]
            if not isinstance(index, int) or not isinstance(origin, Mapping):
                raise UnitFormError("index, origin")
            return cls(
                paragraph=str(data["paragraph"]),
                index=index,
                source=str(data["source"]),
                target=None if target is None else str(target),
                state=State(str(data["state"])),
                origin=Origin.from_json(origin),
                offers=tuple(
                    Offer.from_json(one)
                    for one in _list(data.get("offers"))
                    if isinstance(one, Mapping)
                ),
                findings=tuple(str(one) for one in _list(data.get("findings"))),
                kept=data.get("kept") is True,
                waived=tuple(
                    (check, str(reason)) for check, reason in _table(data.get("waived")).items()
                ),
            )
        except (KeyError, ValueError) as fault:
            raise UnitFormError(str(fault)) from fault


def _list(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list | tuple) else ()


def _table(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}
