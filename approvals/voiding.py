"""Says which approvals fell, by a change of what, and how many stand: the explained voiding.

Sentences with their fields, for status, notices and mail; the facts are ``PairAligned``'s and the
dossier's. Nothing here decides what falls (``approvals.policy.fallen``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from approvals import events as ev
from approvals.dossier import Dossier
from approvals.errors import N_, Value
from approvals.names import ORDER, Language, ParagraphId, PersonId


@dataclass(frozen=True, slots=True)
class Voiding:
    """One changed paragraph: in which languages, whose approvals fell, how many stood before."""

    paragraph: ParagraphId
    languages: tuple[Language, ...]
    people: tuple[PersonId, ...]
    fell: int
    stood: int

    def sentence(self, numbers: Mapping[ParagraphId, int]) -> tuple[str, dict[str, Value]]:
        """Give the sentence and its fields; ``numbers`` counts the paragraphs from 1."""
        where = {"languages": " + ".join(one.upper() for one in self.languages)}
        figures: dict[str, Value] = {"fell": self.fell, "stood": self.stood, **where}
        known = self.stood > 0
        if self.paragraph == ORDER:
            if known:
                return N_("Order of paragraphs changed: {fell} of {stood} approvals fell"), figures
            return N_("Order of paragraphs changed: {fell} approvals fell"), figures
        figures["number"] = numbers.get(self.paragraph, 0)
        if known:
            return N_("§ {number} {languages} changed: {fell} of {stood} approvals fell"), figures
        return N_("§ {number} {languages} changed: {fell} approvals fell"), figures


def explain(fell: Iterable[ev.Fallen], stood: int) -> tuple[Voiding, ...]:
    """Group what fell by paragraph, in the order in which it was recorded."""
    found: dict[ParagraphId, list[ev.Fallen]] = {}
    for one in fell:
        found.setdefault(one.paragraph, []).append(one)
    return tuple(_voiding(paragraph, group, stood) for paragraph, group in found.items())


def _voiding(paragraph: ParagraphId, group: list[ev.Fallen], stood: int) -> Voiding:
    languages: dict[Language, None] = {}
    for one in group:
        languages.update(dict.fromkeys(one.languages))
    people = tuple(dict.fromkeys(one.person for one in group))
    return Voiding(paragraph, tuple(sorted(languages)), people, len(group), stood)


def of(dossier: Dossier) -> tuple[Voiding, ...]:
    """Explain what fell since people last looked."""
    return explain(dossier.fell, dossier.stood)


def sentences(dossier: Dossier) -> Iterator[tuple[str, dict[str, Value]]]:
    """Give a sentence for each paragraph whose approvals fell since people last looked."""
    draft = dossier.draft
    numbers = {one.id: at for at, one in enumerate(draft.paragraphs if draft else (), 1)}
    for voiding in of(dossier):
        yield voiding.sentence(numbers)
