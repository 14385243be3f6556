"""Gives the page of the pair what memory, glossary and checks say, and writes it for others.

Sentences and what the checks find in them are kept by digest: a page of two hundred paragraphs
looks at what changed, not at everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property, lru_cache

from approvals import policy
from approvals.desk.pair_ports import Suggestion, TermUse
from approvals.dossier import Dossier
from approvals.errors import N_, GuardError
from approvals.events import Waiver
from approvals.ledger import Entry
from approvals.names import Digest, ParagraphId, PersonId
from documents.bilingual import bilingual
from flows import acts, bilingual_paper, exchanges, keeping, vouching, weighing
from flows.house import House
from flows.keeping import keep_units as keep_units
from locales import checks
from locales.checks import Finding, Severity
from locales.glossary import Status, wanted
from locales.markup import plain
from locales.matching import Match
from locales.normal import normal
from locales.units import OriginKind, TranslationUnit

_Rules = tuple[tuple[str, Severity | None], ...]


class Pairs:
    """What ``approvals.desk.pair_ports`` asks for of memory, glossary and checks."""

    _house: House

    @cached_property
    def _kept(self) -> _Kept:
        return _Kept(self._house)

    def units(self, digest: Digest) -> Sequence[TranslationUnit]:
        """Give a paragraph's sentences."""
        return self._kept.units(digest)

    def suggestions(
        self, dossier: Dossier, units: Sequence[TranslationUnit]
    ) -> Sequence[Sequence[Suggestion]]:
        """Look each sentence up between its neighbours."""
        return [
            _suggestions(unit, self._matches(dossier, units, place))
            for place, unit in enumerate(units)
        ]

    def _matches(
        self, dossier: Dossier, units: Sequence[TranslationUnit], place: int
    ) -> Sequence[Match]:
        opened = dossier.opened
        if opened is None:
            return ()
        return self._house.memory.lookup(
            units[place].source,
            opened.source,
            opened.target,
            before=units[place - 1].source if place else None,
            after=units[place + 1].source if place + 1 < len(units) else None,
        )

    def terms(self, dossier: Dossier, source: str, target: str) -> Sequence[TermUse]:
        """Hold the terms of a source to its translation."""
        opened = dossier.opened
        if opened is None:
            return ()
        glossary = self._house.glossary
        hits = glossary.hits(source, opened.source)
        given = {
            hit.term.in_(opened.target).lower() for hit in glossary.hits(target, opened.target)
        }
        found: dict[str, TermUse] = {}
        for text, terms in wanted(hits):
            ordered = sorted(terms, key=lambda term: term.status is not Status.PREFERRED)
            names = [name for term in ordered if (name := term.in_(opened.target))]
            kept = ordered[0].status is Status.DO_NOT_TRANSLATE
            forbidden = [
                hit.term.in_(opened.target)
                for hit in hits
                if hit.text == text and hit.term.status is Status.FORBIDDEN
            ]
            rendering = names[0] if names else text
            used = any(name.lower() in given for name in names) or rendering in target
            found.setdefault(
                rendering,
                TermUse(
                    text,
                    rendering,
                    tuple(dict.fromkeys(filter(None, forbidden))),
                    used,
                    kept,
                    ordered[0].note,
                ),
            )
        return tuple(found.values())

    def findings(
        self, dossier: Dossier, paragraph: ParagraphId, units: Sequence[TranslationUnit]
    ) -> Sequence[Finding]:
        """Run the checks over a paragraph as it is typed."""
        opened, pair = dossier.opened, dossier.pairs.get(paragraph)
        if opened is None or pair is None:
            return ()
        severities = weighing.severities(dossier.checks)
        found = [
            finding
            for unit in units
            if unit.target
            for finding in checks.run(
                self._kept.waived(unit, pair.waived),
                opened.source,
                opened.target,
                glossary=self._house.glossary,
                profile=self._house.settings.typography,
                severities=severities,
            )
        ]
        pairs = policy.translatable(dossier)
        if not pair.waived and tuple(units) == self._kept.units(pair.units):
            digests = tuple(one.units for one in pairs.values() if one.units)
            between = self._kept.between(digests, tuple(severities.items()))
            found += between.get(paragraph, ())
        else:
            mine = tuple(self._kept.waived(unit, pair.waived) for unit in units)
            every = tuple(mine if id == paragraph else other.units for id, other in pairs.items())
            found += self._kept.around(every, paragraph, tuple(severities.items()))
        return sorted(found, key=lambda one: (not one.blocking, one.index))

    def blocked(self, dossier: Dossier, paragraphs: Iterable[ParagraphId]) -> Mapping[str, int]:
        """Count what blocks, paragraph by paragraph, from what is kept."""
        opened = dossier.opened
        if opened is None:
            return {}
        severities = weighing.severities(dossier.checks)
        rules: _Rules = tuple(severities.items())
        chosen = {id: dossier.pairs[id] for id in paragraphs}
        found: Counter[str] = Counter()
        for id, pair in chosen.items():
            if pair.units is not None:
                found[id] += self._kept.blocking(
                    pair.units, pair.waived, opened.source, opened.target, rules
                )
        between = self._kept.between(
            tuple(pair.units for pair in policy.translatable(dossier).values() if pair.units), rules
        )
        for place, some in between.items():
            known = chosen.get(ParagraphId(place))
            if known is not None and not known.waived:
                found[place] += sum(one.blocking for one in some)
        return {id: count for id, count in found.items() if count}

    def fixed_checks(self) -> frozenset[str]:
        """Give the checks that nobody may let pass."""
        return frozenset(id for id, check in checks.EVERY.items() if check.fixed)

    def checks(self) -> int:
        """Count the checks."""
        return len(checks.EVERY)

    def propose(
        self,
        dossier: Dossier,
        paragraph: ParagraphId,
        targets: Sequence[str],
        *,
        by: PersonId,
        key: str,
    ) -> Entry | None:
        """Propose one paragraph's sentences; what a machine wrote stays known as such."""
        policy.require(dossier, "revise")
        paragraph = acts.paragraph(dossier, paragraph)
        pair = dossier.pairs.get(paragraph)
        units = self._kept.units(pair.units) if pair is not None and pair.units else ()
        if len(targets) != len(units):
            raise GuardError(
                "propose:sentences",
                N_(
                    "This paragraph has {found} sentences, and {given} were given. Give one for "
                    "each, in their order; an empty one is left open."
                ),
                found=len(units),
                given=len(targets),
            )
        done = acts.propose(
            self._house,
            dossier.id,
            by=by,
            translate=lambda unit: targets[unit.index] or None,
            only=[paragraph],
            key=key,
            drafted=lambda unit, target: self._machine(dossier, units, unit.index, target),
        )
        return done.entry

    def _machine(
        self, dossier: Dossier, units: Sequence[TranslationUnit], place: int, target: str
    ) -> str:
        """Give the engine of the suggestion that was taken as it stands, if it was one's."""
        even = normal(plain(target))
        offered = _suggestions(units[place], self._matches(dossier, units, place))
        return next((one.machine for one in offered if normal(plain(one.target)) == even), "")

    def certify_read(
        self,
        dossier: Dossier,
        read: Mapping[ParagraphId, Digest],
        *,
        by: PersonId,
        key: str,
        ignore: Iterable[str] = (),
        reason: str | None = None,
    ) -> Entry:
        """Certify what was read."""
        return acts.certify(
            self._house,
            dossier.id,
            by=by,
            only=read,
            ignore=ignore,
            reason=reason,
            key=key,
            read=read,
        )

    def exported(self, dossier: Dossier, format: str, language: str) -> bytes:
        """Write the sentences for another tool."""
        return exchanges.export(self._house, dossier.id, exchanges.Format(format), language)

    def bilingual(self, dossier: Dossier, language: str) -> bytes | None:
        """Write the bilingual edition of an adopted text."""
        draft, target, opened = dossier.draft, dossier.target, dossier.opened
        if opened is None or draft is None or target is None or not dossier.aligned:
            return None
        if dossier.meeting is None or dossier.result is None:
            return None
        editions = {
            str(opened.source): self._house.vault.get(draft.version),
            str(opened.target): self._house.vault.get(target.version),
        }
        texts = vouching.vouched(self._house, dossier)
        told = bilingual_paper.adopted(dossier, language, texts)
        return bilingual(bilingual_paper.bilingual_paper(told, editions, language))


def _suggestions(unit: TranslationUnit, matches: Sequence[Match]) -> Sequence[Suggestion]:
    found: dict[str, Suggestion] = {}
    for match in matches:
        machine = match.author if match.origin == OriginKind.MACHINE else ""
        if match.origin == OriginKind.MACHINE:
            machine = machine or match.origin
        at = datetime.fromisoformat(match.at) if match.at else None
        found.setdefault(
            normal(match.target),
            Suggestion(match.target, match.score, match.difference, match.dossier, at, machine),
        )
    for offer in unit.offers:
        glossary = offer.detail == "glossary"
        found.setdefault(
            normal(offer.target),
            Suggestion(
                offer.target,
                None if glossary else offer.score,
                machine=unit.origin.engine if glossary else "",
                glossary=glossary,
            ),
        )
    if unit.target is not None and unit.origin.machine:
        found.setdefault(
            normal(unit.target), Suggestion(unit.target, None, machine=unit.origin.engine)
        )
    return tuple(found.values())


class _Kept:
    """What never changes for a digest, kept."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._units = lru_cache(maxsize=20_000)(self._read)
        self.blocking = lru_cache(maxsize=20_000)(self._blocking)
        self.between = lru_cache(maxsize=64)(self._between)
        self.around = lru_cache(maxsize=64)(self._around)

    def units(self, digest: Digest | None) -> tuple[TranslationUnit, ...]:
        return self._units(digest) if digest else ()

    def _read(self, digest: Digest) -> tuple[TranslationUnit, ...]:
        return keeping.units(self._house.vault, digest)

    def waived(self, unit: TranslationUnit, waivers: Sequence[Waiver]) -> TranslationUnit:
        return weighing.waived(self._house, unit, waivers) if waivers else unit

    def _blocking(
        self, digest: Digest, waivers: tuple[Waiver, ...], source: str, target: str, rules: _Rules
    ) -> int:
        return sum(
            finding.blocking
            for unit in self._units(digest)
            if unit.target
            for finding in checks.run(
                self.waived(unit, waivers),
                source,
                target,
                glossary=self._house.glossary,
                profile=self._house.settings.typography,
                severities=dict(rules),
            )
        )

    def _between(
        self, digests: tuple[Digest, ...], rules: _Rules
    ) -> Mapping[str, tuple[Finding, ...]]:
        units = [unit for digest in digests for unit in self._units(digest)]
        found: dict[str, tuple[Finding, ...]] = {}
        for one in checks.run_between(units, severities=dict(rules)):
            found[one.paragraph] = (*found.get(one.paragraph, ()), one)
        return found

    def _around(
        self,
        every: tuple[Digest | tuple[TranslationUnit, ...] | None, ...],
        paragraph: ParagraphId,
        rules: _Rules,
    ) -> tuple[Finding, ...]:
        """What is wrong between a paragraph as it is typed and the others as they stand."""
        units = [
            unit for one in every for unit in (one if isinstance(one, tuple) else self.units(one))
        ]
        return checks.run_between(units, severities=dict(rules), only={paragraph})
