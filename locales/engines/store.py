"""Keeps what engines answered, so that nothing that was paid for is asked twice.

One SQLite file, written answer by answer as they come: a run that is killed finds them when it
starts again, and so does the next draft. An answer is named by the engine, the two languages, the
glossary that went along, and the sentence. Nothing here is vouched for by anybody: the memory of
certified sentences is ``locales.memory``.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from locales import sqlite
from locales.engines.ladder import Answer, Tags
from locales.markup import TaggedText

_TABLE = """
CREATE TABLE IF NOT EXISTS answers (
  engine TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL, terms TEXT NOT NULL,
  text TEXT NOT NULL, answer TEXT NOT NULL, tags TEXT NOT NULL,
  PRIMARY KEY (engine, source, target, terms, text)
) WITHOUT ROWID
"""


class Answers:
    """The answers of one house, or of one file that is being translated."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._connection = sqlite.connect(path)
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute(_TABLE)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def read(
        self, engine: str, source: str, target: str, terms: str, texts: Sequence[TaggedText]
    ) -> dict[TaggedText, Answer]:
        """The answers that are known of some sentences."""
        found: dict[TaggedText, Answer] = {}
        with self._lock:
            for text in texts:
                row = self._connection.execute(
                    "SELECT answer, tags FROM answers WHERE engine = ? AND source = ? "
                    "AND target = ? AND terms = ? AND text = ?",
                    (engine, source, target, terms, text),
                ).fetchone()
                if row is not None:
                    found[text] = Answer(row[0], Tags(row[1]))
        return found

    def write(
        self,
        engine: str,
        source: str,
        target: str,
        terms: str,
        answers: Mapping[TaggedText, Answer],
    ) -> None:
        """Keep answers; one without text is not kept, because it may come another time."""
        rows = [
            (engine, source, target, terms, text, answer.text, answer.tags.value)
            for text, answer in answers.items()
            if answer.text
        ]
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)", rows
            )
            self._connection.execute("COMMIT")
