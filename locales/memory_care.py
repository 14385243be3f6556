"""Keeps a memory in order: finds units, takes out twins, retires what is out of date.

A retired unit is kept and offered no more; it can be brought back. ``locales.memory`` looks up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from locales import markup
from locales.memory import Memory
from locales.memory_store import units_of
from locales.normal import normal, words


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as people look for it: ``name`` is the same for as long as it says the same."""

    name: str
    fr: str
    en: str
    origin: str
    author: str
    at: str
    dossier: str
    retired: bool


_FOUND = """
SELECT u.fingerprint, f.text, e.text, u.origin, u.author, u.at, u.dossier, u.retired FROM unit u
JOIN segment f ON f.unit = u.id AND f.language = 'fr'
JOIN segment e ON e.unit = u.id AND e.language = 'en'
WHERE u.id IN {some} ORDER BY u.retired, u.id DESC
"""


def search(memory: Memory, text: str, most: int) -> tuple[Unit, ...]:
    """Find units with every one of these whole words in one of their languages, newest first.

    Retired ones come last.
    """
    asked = words(normal(text))
    if not asked:
        return ()
    found: set[int] = set()
    for language in ("fr", "en"):
        having = [_having(memory, language, word) for word in asked]
        found |= set.intersection(*having)
    newest = sorted(found, reverse=True)
    database = memory.database
    rows = database.execute(_FOUND, (database.some(newest[: 20 * most]),)).fetchmany(most)
    return tuple(
        Unit(
            str(name),
            markup.plain(fr),
            markup.plain(en),
            origin,
            author,
            at,
            dossier,
            bool(retired),
        )
        for name, fr, en, origin, author, at, dossier, retired in rows
    )


def _having(memory: Memory, language: str, word: str) -> set[int]:
    """Give the units that have a word; some of them may be gone."""
    rows = memory.database.execute(
        "SELECT units FROM posting WHERE language = ? AND word = ?", (language, word)
    ).fetchall()
    return {unit for (blob,) in rows for unit in units_of(blob)}


def offer(memory: Memory, name: str, *, again: bool) -> int:
    """Offer a single unit no more, or again; give 1, or 0 where that was so already."""
    if not name.lstrip("-").isdecimal() or len(name) > 20:
        return 0
    with memory.database.writing():
        done = memory.database.execute(
            "UPDATE unit SET retired = ? WHERE fingerprint = ? AND retired = ?",
            (int(not again), int(name), int(again)),
        )
        return int(done.rowcount)


_TWINS = """
SELECT id FROM (
    SELECT u.id AS id, row_number() OVER (
        PARTITION BY f.key, e.key, f.before, f.after, e.before, e.after
        ORDER BY u.at DESC, u.id DESC
    ) AS place
    FROM unit u
    JOIN segment f ON f.unit = u.id AND f.language = 'fr'
    JOIN segment e ON e.unit = u.id AND e.language = 'en'
    WHERE u.retired = 0
) AS ranked WHERE place > 1
UNION
SELECT u.id FROM unit u
JOIN segment f ON f.unit = u.id AND f.language = 'fr'
JOIN segment e ON e.unit = u.id AND e.language = 'en'
WHERE u.retired = 0 AND f.before IS NULL AND EXISTS (
    SELECT 1 FROM segment g JOIN segment d ON d.unit = g.unit AND d.language = 'en'
    JOIN unit v ON v.id = g.unit AND v.retired = 0
    WHERE g.language = 'fr' AND g.key = f.key AND d.key = e.key AND g.before IS NOT NULL
)
"""
"""Units that differ from a newer one in typography alone, or know less of their neighbours."""


def deduplicate(memory: Memory) -> int:
    """Take out units that say what another one says, and give their number; the newest stays."""
    database = memory.database
    with database.writing():
        twins = [row[0] for row in database.execute(_TWINS).fetchall()]
        _delete(memory, twins)
    return len(twins)


def retire(
    memory: Memory, *, dossier: str = "", origin: str = "", before: datetime | None = None
) -> int:
    """Offer units no more that have all of what is given, and give their number.

    Raises ``ValueError`` where nothing is given: a whole memory is retired by using another.
    """
    return _mark(memory, 1, dossier, origin, before)


def revive(memory: Memory, *, dossier: str = "", origin: str = "") -> int:
    """Offer retired units again, and give their number."""
    return _mark(memory, 0, dossier, origin, None)


def purge(memory: Memory) -> int:
    """Take the retired units out for good, and give their number."""
    database = memory.database
    with database.writing():
        gone = [
            row[0] for row in database.execute("SELECT id FROM unit WHERE retired = 1").fetchall()
        ]
        _delete(memory, gone)
    return len(gone)


def _mark(memory: Memory, retired: int, dossier: str, origin: str, before: datetime | None) -> int:
    wanted = {"dossier = ?": dossier, "origin = ?": origin}
    if before is not None:
        wanted["at < ?"] = before.isoformat()
    asked = {term: value for term, value in wanted.items() if value}
    if not asked:
        raise ValueError("nothing says which units")
    with memory.database.writing():
        done = memory.database.execute(
            f"UPDATE unit SET retired = ? WHERE retired = ? AND {' AND '.join(asked)}",  # noqa: S608
            (retired, 1 - retired, *asked.values()),
        )
        return int(done.rowcount)


def _delete(memory: Memory, units: list[int]) -> None:
    """Delete units; what ``posting`` still has of them is passed by at each look-up."""
    some = memory.database.some(units)
    memory.database.execute("DELETE FROM segment WHERE unit IN {some}", (some,))
    memory.database.execute("DELETE FROM unit WHERE id IN {some}", (some,))
