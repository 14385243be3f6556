"""The translation memory: sentences and their translations, looked up in either direction.

One database, one writer at a time, readers as many as like. A look-up goes from sure to less sure:
the same sentence with the same neighbours (ICE), the same sentence, the same but for its numbers,
and similar ones of 75 per cent or more. Similar ones are found through the rarest words:
``posting`` holds, per word and class of length, the units that have it, because a sentence of
another length cannot be similar enough. Nothing found here is accepted here. ``locales.tmx`` is the
way in and out, ``locales.memory_store`` the database, ``locales.memory_care`` keeps order.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from math import log
from pathlib import Path

from rapidfuzz import fuzz, process

from locales import markup, tmx
from locales.engines import gist
from locales.markup import TaggedText
from locales.matching import THRESHOLD, Match, Query, Row, compared, exact, similar
from locales.memory_store import (
    Database,
    MemoryFileError,
    PostgresDatabase,
    SqliteDatabase,
    units_of,
)
from locales.normal import key, mask_key, normal, words
from locales.tmx import Entry
from locales.units import Origin, OriginKind, TranslationUnit

__all__ = ["Memory", "MemoryFileError", "Stats"]

_RARE_WORDS = 8
_BUDGET = 4_000
"""Postings that one look-up reads at most beyond the two rarest words."""
_CANDIDATES = 120
_NEAR = 0.4
"""A unit that shares less than this part of what the nearest one shares is not compared."""
_STEP = log(1.3)
_REACH = 2
"""Classes of length to either side: 1.3² > (2 - 0.75) / 0.75, the widest that a match can be."""
_CHUNK = 50_000


@dataclass(frozen=True, slots=True)
class Stats:
    """A memory in figures: its units, how many came with each origin, how many are retired."""

    units: int
    origins: tuple[tuple[str, int], ...]
    retired: int = 0


_BY_KEY = """
SELECT unit, source, target, before, after, origin, author, at, dossier FROM pair
WHERE target_language = ? AND source_language = ? AND key = ? ORDER BY unit DESC LIMIT 50
"""
_BY_MASK = """
SELECT unit, source, target, before, after, origin, author, at, dossier FROM pair
WHERE target_language = ? AND source_language = ? AND mask = ? ORDER BY unit DESC LIMIT 50
"""
_BY_UNIT = """
SELECT unit, source, target, before, after, origin, author, at, dossier FROM pair
WHERE target_language = ? AND source_language = ? AND unit IN {some} ORDER BY unit DESC
"""


Postings = dict[tuple[str, str, int], "array[int]"]
"""Units by language, word and class of length."""

Side = tuple[str, TaggedText, tuple[int, int] | None, int]
"""Language, text, keys of the neighbours, 1 for the side that was the source."""


class Memory:
    """A translation memory; safe to use from several threads and processes."""

    def __init__(self, database: Database, penalties: Mapping[str, int] | None = None) -> None:
        self.database = database
        self._penalties = dict(penalties or {})

    @classmethod
    def open(cls, where: Path | str, penalties: Mapping[str, int] | None = None) -> Memory:
        """Open the memory in a file, which is made where there is none, or in a database (URL).

        ``penalties`` are points taken off a match's score for its unit's origin.
        Raises ``MemoryFileError``.
        """
        if isinstance(where, str) and "://" in where:
            return cls(PostgresDatabase(where), penalties)
        return cls(SqliteDatabase(Path(where)), penalties)

    def close(self) -> None:
        """Let the database go, in every thread."""
        self.database.close()

    def add(self, entries: Iterable[Entry]) -> int:
        """Take entries in and give the number of new ones; a known one gets the newer date.

        Long imports go in pieces, each whole or not at all; doing one again adds what is missing.
        """
        added = 0
        stream = iter(entries)
        while chunk := list(islice(stream, _CHUNK)):
            added += self._add(chunk)
        return added

    def _add(self, entries: Sequence[Entry]) -> int:
        postings: Postings = defaultdict(lambda: array("I"))
        added = 0
        with self.database.writing():
            for entry in entries:
                added += _insert(self.database, entry, postings)
            for place, units in sorted(postings.items()):
                _post(self.database, place, units)
        return added

    def learn(
        self,
        units: Iterable[TranslationUnit],
        source_language: str,
        target_language: str,
        *,
        dossier: str,
        at: datetime,
    ) -> int:
        """Take certified units in, in the order of their document, each with its neighbours.

        That they are certified is for the caller to know. What a gist engine wrote and nobody
        changed is left out. Gives the number of new ones.
        """
        known = [unit for unit in units if unit.target is not None and _has_words(unit.source)]
        keys = [0, *(key(normal(markup.plain(unit.source))) for unit in known), 0]
        target_keys = [0, *(key(normal(markup.plain(unit.target or ""))) for unit in known), 0]
        return self.add(
            Entry(
                unit.source,
                unit.target or "",
                source_language,
                target_language,
                origin=_source_of(unit.origin),
                author=_author_of(unit.origin),
                at=at,
                dossier=dossier,
                context=(keys[place], keys[place + 2]),
                target_context=(target_keys[place], target_keys[place + 2]),
            )
            for place, unit in enumerate(known)
            if not (unit.origin.machine and gist(unit.origin.detail))
        )

    def import_tmx(self, path: Path) -> int:
        """Take a TMX file in and give the number of new units. Raises ``tmx.TmxError``."""
        return self.add(tmx.read(path))

    def export_tmx(self, path: Path, source_language: str = "fr") -> int:
        """Write the whole memory as TMX and give the number of its units."""
        return tmx.write(path, self.entries(source_language), source_language)

    def entries(self, source_language: str = "fr") -> Iterator[Entry]:
        """Every unit in use, oldest first, seen from one language."""
        target_language = "en" if source_language == "fr" else "fr"
        for row in self.database.execute(
            """
            SELECT s.text, t.text, u.origin, u.author, u.at, u.dossier,
                s.before, s.after, t.before, t.after
            FROM unit u
            JOIN segment s ON s.unit = u.id AND s.language = ?
            JOIN segment t ON t.unit = u.id AND t.language = ?
            WHERE u.retired = 0 ORDER BY u.id
            """,
            (source_language, target_language),
        ):
            source, target, origin, author, at, dossier, *contexts = row
            yield Entry(
                source,
                target,
                source_language,
                target_language,
                origin,
                author,
                datetime.fromisoformat(at) if at else None,
                dossier,
                None if contexts[0] is None else (contexts[0], contexts[1]),
                None if contexts[2] is None else (contexts[2], contexts[3]),
            )

    def stats(self) -> Stats:
        """The memory in figures."""
        origins = tuple(
            self.database.execute(
                "SELECT origin, count(*) FROM unit WHERE retired = 0"
                " GROUP BY origin ORDER BY origin"
            )
        )
        (retired,) = self.database.execute("SELECT count(*) FROM unit WHERE retired = 1").fetchone()
        return Stats(sum(count for _, count in origins), origins, int(retired))

    def lookup(
        self,
        source: TaggedText,
        source_language: str,
        target_language: str,
        before: TaggedText | None = None,
        after: TaggedText | None = None,
        limit: int = 5,
    ) -> tuple[Match, ...]:
        """What is known of a sentence, best first: exact ones, else those of 75 per cent or more.

        ``before`` and ``after`` are the neighbouring sentences, "" at either end of the document,
        None where they are not known. Matches with the same translation are given once.
        """
        text = markup.plain(source)
        query = Query(source, text, normal(text), source_language, target_language)
        if not query.normal:
            return ()
        context = tuple(
            None if one is None else key(normal(markup.plain(one))) if one else 0
            for one in (before, after)
        )
        found = [
            exact(query, row, context) for row in self._rows(_BY_KEY, query, key(query.normal))
        ]
        if not found:
            masked = mask_key(query.normal, source_language)
            found = [similar(query, row) for row in self._rows(_BY_MASK, query, masked)]
        if not found:
            found = [similar(query, row) for row in self._fuzzy(query, limit)]
        if self._penalties:
            found = [self._penalised(match) for match in found]
        found = [match for match in found if match.score >= THRESHOLD]
        found.sort(key=lambda match: (match.kind is OriginKind.ICE, match.score, match.at))
        best: dict[str, Match] = {}
        for match in reversed(found):
            best.setdefault(normal(match.target), match)
        return tuple(compared(query, match) for match in islice(best.values(), limit))

    def _penalised(self, match: Match) -> Match:
        """Take the points off that its origin costs; it is exact no longer then."""
        points = self._penalties.get(match.origin, 0)
        if not points:
            return match
        return replace(match, kind=OriginKind.FUZZY, score=max(0, match.score - points))

    def _rows(self, statement: str, query: Query, value: int | str) -> list[Row]:
        rows: list[Row] = self.database.execute(
            statement, (query.target, query.source, value)
        ).fetchall()
        return rows

    def _fuzzy(self, query: Query, limit: int) -> list[Row]:
        units = self._candidates(query)
        texts = self.database.execute(
            "SELECT unit, text FROM segment WHERE language = ? AND unit IN {some}",
            (query.source, self.database.some(units)),
        )
        # Typography is evened out later, for the few that are left.
        near = process.extract(
            query.plain,
            {unit: markup.plain(text) for unit, text in texts},
            scorer=fuzz.ratio,
            score_cutoff=THRESHOLD - 10,
            limit=3 * limit,
        )
        chosen = self.database.some([unit for _, _, unit in near])
        return self._rows(_BY_UNIT, query, chosen)

    def _candidates(self, query: Query) -> list[int]:
        """The units that share the most of the sentence's rarest words, at most about a hundred."""
        length = _class(query.normal)
        reach = (length - _REACH, length + _REACH)
        asked = sorted(words(query.normal))
        sizes = self.database.execute(
            "SELECT sum(length(units)) / 4 AS size, word FROM posting"
            " WHERE language = ? AND word IN {some}"
            " AND length BETWEEN ? AND ? GROUP BY word ORDER BY size, word LIMIT ?",
            (query.source, self.database.some(asked), *reach, _RARE_WORDS),
        ).fetchall()
        shared: Counter[int] = Counter()
        read = 0
        for place, (size, word) in enumerate(sizes):
            read += size
            if place >= 2 and read > _BUDGET:
                break
            for (blob,) in self.database.execute(
                "SELECT units FROM posting"
                " WHERE language = ? AND word = ? AND length BETWEEN ? AND ?",
                (query.source, word, *reach),
            ):
                shared.update(units_of(blob))
        if not shared:
            return []
        # Among units that share as many, those with the rarest words were counted first; the sort
        # keeps them there.
        enough = max(2, _NEAR * max(shared.values()))
        several = [unit for unit, count in shared.items() if count >= enough]
        found = sorted(several, key=shared.__getitem__, reverse=True)[:_CANDIDATES]
        if enough == 2 and len(found) < _CANDIDATES:
            once = (unit for unit, count in shared.items() if count == 1)
            found += islice(once, _CANDIDATES - len(found))
        return found


_KNOWN = frozenset({OriginKind.ICE, OriginKind.EXACT, OriginKind.FUZZY})


def _source_of(origin: Origin) -> str:
    """What a unit's origin is called: a machine's text stays one until a person edits it."""
    if origin.kind in _KNOWN and origin.drafted:
        return OriginKind.MACHINE.value
    return origin.kind.value


def _author_of(origin: Origin) -> str:
    return origin.detail if origin.kind is OriginKind.PERSON else origin.engine


def _has_words(text: TaggedText) -> bool:
    return bool(words(markup.plain(text)))


def _class(text: str) -> int:
    return int(log(len(text) + 1) / _STEP)


def _insert(database: Database, entry: Entry, postings: Postings) -> bool:
    """Insert a unit and note its words; False where it is known already."""
    sides = _renumbered(
        (entry.source_language, entry.source, entry.context, 1),
        (entry.target_language, entry.target, entry.target_context, 0),
    )
    fingerprint = key("\x00".join(str(part) for side in sides for part in side[:3]))
    at = "" if entry.at is None else entry.at.isoformat()
    row = database.execute(
        "INSERT INTO unit (fingerprint, origin, author, at, dossier) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (fingerprint) DO NOTHING RETURNING id",
        (fingerprint, entry.origin, entry.author, at, entry.dossier),
    ).fetchone()
    if row is None:
        # What came out of this memory and was certified again says nothing new of who wrote it.
        if entry.origin in _KNOWN:
            database.execute(
                "UPDATE unit SET at = ?, dossier = ? WHERE fingerprint = ? AND at < ?",
                (at, entry.dossier, fingerprint, at),
            )
        else:
            database.execute(
                "UPDATE unit SET origin = ?, author = ?, at = ?, dossier = ?"
                " WHERE fingerprint = ? AND at < ?",
                (entry.origin, entry.author, at, entry.dossier, fingerprint, at),
            )
        return False
    unit = int(row[0])
    for language, text, context, is_source in sides:
        even = normal(markup.plain(text))
        before, after = context or (None, None)
        database.execute(
            "INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (unit, language, text, key(even), mask_key(even, language), before, after, is_source),
        )
        length = _class(even)
        for word in words(even):
            postings[language, word, length].append(unit)
    return True


def _post(database: Database, place: tuple[str, str, int], units: array[int]) -> None:
    row = database.execute(
        "SELECT units FROM posting WHERE language = ? AND word = ? AND length = ?", place
    ).fetchone()
    if row is None:
        database.execute("INSERT INTO posting VALUES (?, ?, ?, ?)", (*place, units.tobytes()))
    else:
        database.execute(
            "UPDATE posting SET units = ? WHERE language = ? AND word = ? AND length = ?",
            (bytes(row[0]) + units.tobytes(), *place),
        )


def _renumbered(*sides: Side) -> list[Side]:
    """Both sides in the order of their languages, the tags numbered in the order of the first."""
    ordered = sorted(sides, key=lambda side: side[0])
    if not any("<" in text for _, text, *_ in ordered):
        return ordered
    numbers: dict[str, str] = {}
    for _, text, *_ in ordered:
        for opened, _, alone in markup.TAG.findall(text):
            if opened or alone:
                numbers.setdefault(opened or alone, str(len(numbers) + 1))
    return [
        (language, markup.renumber(text, numbers), context, is_source)
        for language, text, context, is_source in ordered
    ]
