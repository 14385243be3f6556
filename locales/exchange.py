"""What leaves for another translator's tools and what comes back, whatever the file's format.

A ``Sheet`` is the sentences of one dossier, each under an id that says its paragraph and place,
with the digest of the source it was written for. ``compare`` holds a sheet that came back to the
units as they are now and says, sentence by sentence, what can be taken and why the rest cannot. It
changes nothing. ``locales.xliff`` writes and reads the files; ``flows`` brings what is taken to the
act by which a person proposes a translation.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from locales import checks, markup, typography
from locales.checks import Finding
from locales.errors import N_, LocaleError
from locales.glossary import Glossary
from locales.markup import TaggedText
from locales.normal import normal
from locales.units import Offer, Origin, State, TranslationUnit

HOUSE = "enonce"
"""Whose notes and metadata are ours; every other note is a translator's."""

NOWHERE = Origin()
"""The origin of a sentence without a translation."""

_ID = re.compile(r"(?P<paragraph>.+)\.(?P<number>[1-9]\d{0,5})", re.DOTALL)


class ExchangeError(LocaleError):
    """A file that came back cannot be read at all, or belongs to something else."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note on a sentence: what it says and who wrote it (``HOUSE`` for our own)."""

    text: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence: ``digest`` is that of the source for which the file was written.

    ``name`` is what people call it ("4.2", the second sentence of the fourth paragraph).
    """

    paragraph: str
    index: int
    source: TaggedText
    target: TaggedText | None = None
    state: State = State.INITIAL
    origin: Origin = NOWHERE
    digest: str = ""
    name: str = ""
    notes: tuple[Note, ...] = ()
    offers: tuple[Offer, ...] = ()

    @property
    def id(self) -> str:
        """The id in a file: the paragraph's, a point, the sentence's number from 1."""
        return f"{self.paragraph}.{self.index + 1}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Sentences of a dossier in two languages, in the order of the document.

    ``strange`` holds the ids in a file that came back which are none of ours.
    """

    dossier: str
    source_language: str
    target_language: str
    rows: tuple[Row, ...]
    strange: tuple[str, ...] = ()


def place(id: str) -> tuple[str, int] | None:
    """The paragraph and the index (from 0) that an id names; None where it is none of ours."""
    match = _ID.fullmatch(id)
    return (match["paragraph"], int(match["number"]) - 1) if match else None


def source_digest(source: TaggedText) -> str:
    """The SHA-256 of a source, in hexadecimal: its words without their typography, and its tags."""
    words, tags = even(source)
    return sha256("\x00".join((words, *tags)).encode("utf-8", "surrogatepass")).hexdigest()


def language(code: str) -> str:
    """The language of a code that a tool may have written out: ``fr-FR``, ``EN_gb``."""
    return code.replace("_", "-").partition("-")[0].lower()


def row(unit: TranslationUnit, *, name: str = "", notes: Iterable[str] = ()) -> Row:
    """A unit as it leaves, with our own notes."""
    return Row(
        unit.paragraph,
        unit.index,
        unit.source,
        unit.target,
        unit.state,
        unit.origin,
        source_digest(unit.source),
        name,
        tuple(Note(text, HOUSE) for text in notes),
        unit.offers,
    )


class Outcome(StrEnum):
    """What becomes of a sentence that came back."""

    TAKEN = "taken"
    CONFIRMED = "confirmed"
    """What was prefilled stands unchanged, and the file says that a person translated it."""
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    STALE = "stale"
    ALTERED = "altered"
    BROKEN = "broken"
    REPEATED = "repeated"
    UNKNOWN = "unknown"
    MISSING = "missing"


OUTCOME_NAMES: Mapping[Outcome, str] = {
    Outcome.TAKEN: N_("new translation"),
    Outcome.CONFIRMED: N_("prefilled translation confirmed"),
    Outcome.UNCHANGED: N_("unchanged"),
    Outcome.EMPTY: N_("no translation in the file"),
    Outcome.STALE: N_("the source has changed since the file was written"),
    Outcome.ALTERED: N_("the source was changed in the file"),
    Outcome.BROKEN: N_("the tags are not those of the source"),
    Outcome.REPEATED: N_("twice in the file"),
    Outcome.UNKNOWN: N_("not in this draft"),
    Outcome.MISSING: N_("not in the file"),
}
"""What people read for an outcome."""

GOOD = frozenset({Outcome.TAKEN, Outcome.CONFIRMED})
BAD = frozenset({Outcome.STALE, Outcome.ALTERED, Outcome.BROKEN, Outcome.REPEATED})


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of the report; ``notes`` are the translator's own."""

    paragraph: str
    index: int
    outcome: Outcome
    source: TaggedText = ""
    target: TaggedText | None = None
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What a file holds against the units as they are; ``strange`` are ids none of ours."""

    lines: tuple[Line, ...]
    strange: tuple[str, ...] = ()

    def of(self, *outcomes: Outcome) -> tuple[Line, ...]:
        """The lines with one of these outcomes."""
        return tuple(line for line in self.lines if line.outcome in outcomes)

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many sentences have each outcome, those without any left out."""
        found = Counter(line.outcome for line in self.lines)
        return {outcome: found[outcome] for outcome in Outcome if found[outcome]}

    @property
    def clean(self) -> bool:
        """Whether everything in the file could be held against the draft."""
        return not self.strange and not self.of(*BAD, Outcome.UNKNOWN)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The paragraphs in which something is good and nothing is bad; halves are not taken."""
        good = dict.fromkeys(line.paragraph for line in self.of(*GOOD))
        bad = {line.paragraph for line in self.of(*BAD)}
        return tuple(one for one in good if one not in bad)

    @property
    def targets(self) -> Mapping[tuple[str, int], TaggedText]:
        """The texts to take over, by paragraph and index, of those paragraphs."""
        wanted = set(self.paragraphs)
        return {
            (line.paragraph, line.index): line.target
            for line in self.of(*GOOD)
            if line.paragraph in wanted and line.target is not None
        }


def compare(
    units: Sequence[TranslationUnit],
    sheet: Sheet,
    source_language: str,
    target_language: str,
    *,
    glossary: Glossary | None = None,
    profile: str = typography.DEFAULT,
    severities: checks.Severities | None = None,
) -> Report:
    """Hold a sheet that came back to the units as they are now.

    Raises ``ExchangeError`` where it is in other languages.
    """
    if (sheet.source_language, sheet.target_language) != (source_language, target_language):
        raise ExchangeError(
            N_(
                "The file goes from {source} to {target}; this dossier goes from {own} to "
                "{other}. Export it again."
            ),
            source=sheet.source_language or "–",
            target=sheet.target_language or "–",
            own=source_language,
            other=target_language,
        )
    known = {(unit.paragraph, unit.index): unit for unit in units}
    times = Counter((row.paragraph, row.index) for row in sheet.rows)
    lines = []
    for row in sheet.rows:
        unit = known.get((row.paragraph, row.index))
        outcome, findings = _outcome(row, unit, times[row.paragraph, row.index])
        if unit is not None and outcome in GOOD:
            found = checks.run(
                unit.with_target(row.target, State.TRANSLATED, row.origin),
                source_language,
                target_language,
                glossary=glossary,
                profile=profile,
                severities=severities,
            )
            findings = tuple(found)
            if any(one.check == "tags" and one.blocking for one in findings):
                outcome = Outcome.BROKEN
        lines.append(
            Line(
                row.paragraph,
                row.index,
                outcome,
                row.source,
                None if row.target is None else _joined(row.target),
                findings,
                tuple(note.text for note in row.notes if note.by != HOUSE),
            )
        )
    lines += [
        Line(unit.paragraph, unit.index, Outcome.MISSING, unit.source)
        for at, unit in known.items()
        if at not in times
    ]
    order = {at: number for number, at in enumerate(known)}
    lines.sort(key=lambda line: order.get((line.paragraph, line.index), len(order)))
    return Report(tuple(lines), sheet.strange)


def _outcome(
    row: Row, unit: TranslationUnit | None, times: int
) -> tuple[Outcome, tuple[Finding, ...]]:
    if unit is None:
        return Outcome.UNKNOWN, ()
    if times > 1:
        return Outcome.REPEATED, ()
    same = even(row.source) == even(unit.source)
    if row.digest:
        if not source_digest(unit.source).startswith(row.digest):
            return Outcome.STALE, ()
        if not same:
            return Outcome.ALTERED, ()
    elif not same:
        return Outcome.STALE, ()
    if row.target is None or not (markup.plain(row.target).strip() or "<" in row.target):
        return Outcome.EMPTY, ()
    if unit.target is None or _joined(row.target) != _joined(unit.target):
        return Outcome.TAKEN, ()
    if row.state is not State.INITIAL and unit.state is State.INITIAL:
        return Outcome.CONFIRMED, ()
    return Outcome.UNCHANGED, ()


def even(text: TaggedText) -> tuple[str, tuple[str, ...]]:
    """A text without what typography and a tool's white space change, and its tags in order."""
    return normal(markup.plain(text)), tuple(match.group() for match in markup.TAG.finditer(text))


def _joined(text: TaggedText) -> TaggedText:
    """The text with its tags and entities written in our one way, where it is well formed."""
    return markup.split(text).join() if markup.well_formed(text) else text
