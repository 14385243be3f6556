"""The translation memory: sentences and their translations, looked up in either direction.

One SQLite file, one writer at a time, readers as many as like. A look-up goes from sure to less
sure: the same sentence with the same neighbours (ICE), the same sentence, the same but for its
numbers, and similar ones of 75 per cent or more. Similar ones are found through the rarest words:
``posting`` holds, per word and class of length, the units that have it, because a sentence of
another length cannot be similar enough. Nothing found here is accepted here; ``locales.tmx`` is the
way in and out.
"""

from __future__ import annotations

import json
import threading
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from math import log
from pathlib import Path

from rapidfuzz import fuzz, process

from locales import markup, sqlite, tmx
from locales.errors import N_, LocaleError
from locales.markup import TaggedText
from locales.matching import THRESHOLD, Match, Query, Row, exact, similar
from locales.normal import key, mask_key, normal, words
from locales.tmx import Entry
from locales.units import OriginKind, TranslationUnit

_RARE_WORDS = 8
_BUDGET = 12_000
"""Postings that one look-up reads at most beyond the two rarest words."""
_CANDIDATES = 100
_STEP = log(1.3)
_REACH = 2
"""Classes of length to either side: 1.3² > (2 - 0.75) / 0.75, the widest that a match can be."""
_CHUNK = 50_000
_VERSION = 1

_SCHEMA = """
CREATE TABLE unit (
    id INTEGER PRIMARY KEY,
    fingerprint INTEGER NOT NULL UNIQUE,
    origin TEXT NOT NULL,
    author TEXT NOT NULL,
    at TEXT NOT NULL,
    dossier TEXT NOT NULL
);
CREATE TABLE segment (
    unit INTEGER NOT NULL REFERENCES unit (id),
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    key INTEGER NOT NULL,
    mask INTEGER NOT NULL,
    before INTEGER,
    after INTEGER,
    source INTEGER NOT NULL,
    PRIMARY KEY (unit, language)
) WITHOUT ROWID;
CREATE INDEX segment_key ON segment (language, key);
CREATE INDEX segment_mask ON segment (language, mask);
CREATE TABLE posting (
    language TEXT NOT NULL,
    word TEXT NOT NULL,
    length INTEGER NOT NULL,
    units BLOB NOT NULL,
    PRIMARY KEY (language, word, length)
);
CREATE VIEW pair AS
SELECT s.unit AS unit, s.language AS source_language, t.language AS target_language,
    s.text AS source, t.text AS target, s.key AS key, s.mask AS mask,
    s.before AS before, s.after AS after,
    u.origin AS origin, u.author AS author, u.at AS at, u.dossier AS dossier
FROM segment s JOIN segment t ON t.unit = s.unit JOIN unit u ON u.id = s.unit;
"""


class MemoryFileError(LocaleError):
    """The memory's file is no memory, or is in use."""


@dataclass(frozen=True, slots=True)
class Stats:
    """A memory in figures: its units, and how many came with each origin."""

    units: int
    origins: tuple[tuple[str, int], ...]


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
WHERE target_language = ? AND source_language = ?
    AND unit IN (SELECT value FROM json_each(?)) ORDER BY unit DESC
"""


Postings = dict[tuple[str, str, int], "array[int]"]
"""Units by language, word and class of length."""

Side = tuple[str, TaggedText, tuple[int, int] | None, int]
"""Language, text, keys of the neighbours, 1 for the side that was the source."""


class Memory:
    """A translation memory; safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._opened: list[sqlite.Connection] = []
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path) -> Memory:
        """Open the memory in a file, which is made where there is none.

        Raises ``MemoryFileError``.
        """
        memory = cls(path)
        try:
            connection = memory._connection()
            if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                memory._found(connection)
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        except sqlite.Error as fault:
            memory.close()
            raise _unusable(path, str(fault)) from fault
        if version != _VERSION:
            memory.close()
            raise _unusable(path, f"version {version}")
        return memory

    def _found(self, connection: sqlite.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
            for statement in _SCHEMA.split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        connection.execute("COMMIT")

    def _connection(self) -> sqlite.Connection:
        connection: sqlite.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite.connect(self.path)
            self._local.connection = connection
            with self._lock:
                self._opened.append(connection)
        return connection

    def close(self) -> None:
        """Let the file go, in every thread."""
        with self._lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
        self._local = threading.local()

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
        connection = self._connection()
        postings: Postings = defaultdict(lambda: array("I"))
        added = 0
        connection.execute("BEGIN IMMEDIATE")
        try:
            for entry in entries:
                added += _insert(connection, entry, postings)
            for place, units in sorted(postings.items()):
                _post(connection, place, units)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
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

        That they are certified is for the caller to know. Gives the number of new ones.
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
                origin=unit.origin.kind.value,
                author=unit.origin.detail if unit.origin.kind is OriginKind.PERSON else "",
                at=at,
                dossier=dossier,
                context=(keys[place], keys[place + 2]),
                target_context=(target_keys[place], target_keys[place + 2]),
            )
            for place, unit in enumerate(known)
        )

    def import_tmx(self, path: Path) -> int:
        """Take a TMX file in and give the number of new units. Raises ``tmx.TmxError``."""
        return self.add(tmx.read(path))

    def export_tmx(self, path: Path, source_language: str = "fr") -> int:
        """Write the whole memory as TMX and give the number of its units."""
        return tmx.write(path, self.entries(source_language), source_language)

    def entries(self, source_language: str = "fr") -> Iterator[Entry]:
        """Every unit, oldest first, seen from one language."""
        target_language = "en" if source_language == "fr" else "fr"
        for row in self._connection().execute(
            """
            SELECT s.text, t.text, u.origin, u.author, u.at, u.dossier,
                s.before, s.after, t.before, t.after
            FROM unit u
            JOIN segment s ON s.unit = u.id AND s.language = ?
            JOIN segment t ON t.unit = u.id AND t.language = ?
            ORDER BY u.id
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
            self._connection().execute(
                "SELECT origin, count(*) FROM unit GROUP BY origin ORDER BY origin"
            )
        )
        return Stats(sum(count for _, count in origins), origins)

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
        found = [match for match in found if match.score >= THRESHOLD]
        found.sort(key=lambda match: (match.kind is OriginKind.ICE, match.score, match.at))
        best: dict[str, Match] = {}
        for match in reversed(found):
            best.setdefault(normal(match.target), match)
        return tuple(islice(best.values(), limit))

    def _rows(self, statement: str, query: Query, value: int | str) -> list[Row]:
        return self._connection().execute(statement, (query.target, query.source, value)).fetchall()

    def _fuzzy(self, query: Query, limit: int) -> list[Row]:
        units = self._candidates(query)
        texts = self._connection().execute(
            "SELECT unit, text FROM segment"
            " WHERE language = ? AND unit IN (SELECT value FROM json_each(?))",
            (query.source, json.dumps(units)),
        )
        # Typography is evened out later, for the few that are left.
        near = process.extract(
            query.plain,
            {unit: markup.plain(text) for unit, text in texts},
            scorer=fuzz.ratio,
            score_cutoff=THRESHOLD - 10,
            limit=3 * limit,
        )
        chosen = json.dumps([unit for _, _, unit in near])
        return self._rows(_BY_UNIT, query, chosen)

    def _candidates(self, query: Query) -> list[int]:
        """The units that share the most of the sentence's rarest words, at most about a hundred."""
        length = _class(query.normal)
        reach = (length - _REACH, length + _REACH)
        connection = self._connection()
        asked = sorted(words(query.normal))
        sizes = connection.execute(
            "SELECT sum(length(units)) / 4 AS size, word FROM posting"
            " WHERE language = ? AND word IN (SELECT value FROM json_each(?))"
            " AND length BETWEEN ? AND ? GROUP BY word ORDER BY size, word LIMIT ?",
            (query.source, json.dumps(asked), *reach, _RARE_WORDS),
        ).fetchall()
        shared: Counter[int] = Counter()
        read = 0
        for place, (size, word) in enumerate(sizes):
            read += size
            if place >= 2 and read > _BUDGET:
                break
            for (blob,) in connection.execute(
                "SELECT units FROM posting"
                " WHERE language = ? AND word = ? AND length BETWEEN ? AND ?",
                (query.source, word, *reach),
            ):
                units = array("I")
                units.frombytes(blob)
                shared.update(units)
        # Among units that share as many, those with the rarest words were counted first; the sort
        # keeps them there.
        several = [unit for unit, count in shared.items() if count > 1]
        found = sorted(several, key=shared.__getitem__, reverse=True)[:_CANDIDATES]
        if len(found) < _CANDIDATES:
            once = (unit for unit, count in shared.items() if count == 1)
            found += islice(once, _CANDIDATES - len(found))
        return found


def _unusable(path: Path, reason: str) -> MemoryFileError:
    return MemoryFileError(
        N_("The translation memory {file} cannot be opened: {reason}."),
        file=path.name,
        reason=reason,
    )


def _has_words(text: TaggedText) -> bool:
    return bool(words(markup.plain(text)))


def _class(text: str) -> int:
    return int(log(len(text) + 1) / _STEP)


def _insert(connection: sqlite.Connection, entry: Entry, postings: Postings) -> bool:
    """Insert a unit and note its words; False where it is known already."""
    sides = _renumbered(
        (entry.source_language, entry.source, entry.context, 1),
        (entry.target_language, entry.target, entry.target_context, 0),
    )
    fingerprint = key("\x00".join(str(part) for side in sides for part in side[:3]))
    at = "" if entry.at is None else entry.at.isoformat()
    row = connection.execute(
        "INSERT INTO unit (fingerprint, origin, author, at, dossier) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (fingerprint) DO NOTHING RETURNING id",
        (fingerprint, entry.origin, entry.author, at, entry.dossier),
    ).fetchone()
    if row is None:
        connection.execute(
            "UPDATE unit SET origin = ?, author = ?, at = ?, dossier = ?"
            " WHERE fingerprint = ? AND at < ?",
            (entry.origin, entry.author, at, entry.dossier, fingerprint, at),
        )
        return False
    unit = int(row[0])
    for language, text, context, is_source in sides:
        even = normal(markup.plain(text))
        before, after = context or (None, None)
        connection.execute(
            "INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (unit, language, text, key(even), mask_key(even, language), before, after, is_source),
        )
        length = _class(even)
        for word in words(even):
            postings[language, word, length].append(unit)
    return True


def _post(connection: sqlite.Connection, place: tuple[str, str, int], units: array[int]) -> None:
    row = connection.execute(
        "SELECT rowid, units FROM posting WHERE language = ? AND word = ? AND length = ?", place
    ).fetchone()
    if row is None:
        connection.execute("INSERT INTO posting VALUES (?, ?, ?, ?)", (*place, units.tobytes()))
    else:
        connection.execute(
            "UPDATE posting SET units = ? WHERE rowid = ?", (row[1] + units.tobytes(), row[0])
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
