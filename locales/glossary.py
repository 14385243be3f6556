"""The institution's terms in French and English, and where they stand in a text.

A glossary is a CSV file with the columns ``term_fr``, ``term_en``, ``status`` (preferred, admitted,
forbidden, do-not-translate), and if wanted ``forms_fr``, ``forms_en`` (other forms, with ``|``
between them) and ``note``. Words are compared through their dictionary form (simplemma) and their
stem (Snowball): either alone misses too many; capitals and acronyms as they are written. What a
translation has to do about a term is said in ``locales.checks.terms``.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from pathlib import Path

from locales.errors import N_, LocaleError

COLUMNS = ("term_fr", "term_en", "status", "forms_fr", "forms_en", "note")
_REQUIRED = frozenset({"term_fr", "term_en", "status"})
_TOKEN = re.compile(r"[^\W_]+")
_SNOWBALL = {"fr": "french", "en": "english"}


class GlossaryFileError(LocaleError):
    """A file is no glossary, or one of its lines is not right."""


class Status(StrEnum):
    """What a glossary says of a term."""

    PREFERRED = "preferred"
    ADMITTED = "admitted"
    FORBIDDEN = "forbidden"
    DO_NOT_TRANSLATE = "do-not-translate"


@dataclass(frozen=True, slots=True)
class Term:
    """A line of the glossary; ``forms`` are other forms of the term that count as the same."""

    fr: str
    en: str
    status: Status
    forms_fr: tuple[str, ...] = ()
    forms_en: tuple[str, ...] = ()
    note: str = ""

    def in_(self, language: str) -> str:
        """The term in a language; "" where the glossary has none."""
        return self.fr if language == "fr" else self.en

    def forms(self, language: str) -> tuple[str, ...]:
        """The term and its other forms in a language."""
        term = self.in_(language)
        others = self.forms_fr if language == "fr" else self.forms_en
        return (term, *others) if term else others

    @property
    def row(self) -> tuple[str, ...]:
        """The line as the file has it, in the order of ``COLUMNS``."""
        forms = ("|".join(self.forms_fr), "|".join(self.forms_en))
        return (self.fr, self.en, self.status.value, *forms, self.note)

    @property
    def name(self) -> str:
        """Name the line by what it says: a line that was changed has another name."""
        return hashlib.sha256("\x00".join(self.row).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class TermHit:
    """A place in a plain text where a term stands."""

    term: Term
    start: int
    end: int
    text: str


Entry = tuple[tuple[frozenset[str], ...], Term]
"""The keys of each word of a form, and its term."""


class Glossary:
    """The terms of an institution."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)

    @classmethod
    def load(cls, path: Path) -> Glossary:
        """Read a CSV file (UTF-8, comma or semicolon). Raises ``GlossaryFileError``."""
        try:
            text = path.read_text("utf-8-sig")
        except UnicodeDecodeError as fault:
            raise GlossaryFileError(
                N_("{file} is not in UTF-8. Save the glossary as CSV UTF-8."), file=path.name
            ) from fault
        heading = text.partition("\n")[0]
        delimiter = ";" if heading.count(";") > heading.count(",") else ","
        rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
        missing = _REQUIRED - set(rows.fieldnames or ())
        if missing:
            raise GlossaryFileError(
                N_("{file} is no glossary: the columns {columns} are missing."),
                file=path.name,
                columns=tuple(sorted(missing)),
            )
        return cls(_term(row, path.name, rows.line_num) for row in rows)

    def text(self) -> str:
        """Give the glossary as a CSV file with every column."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(term.row for term in self.terms)
        return out.getvalue()

    def save(self, path: Path) -> None:
        """Write the glossary as a CSV file with every column."""
        path.write_text(self.text(), encoding="utf-8", newline="")

    def hits(self, source_text: str, source_lang: str) -> tuple[TermHit, ...]:
        """Where terms stand in a plain text, in order; of two that overlap the longer one."""
        index = self._indexes[source_lang]
        if not index:
            return ()
        tokens = [
            (match.start(), match.end(), _word(match.group(), source_lang))
            for match in _TOKEN.finditer(source_text)
        ]
        found: dict[tuple[int, int], list[Term]] = {}
        for place, (start, _, keys) in enumerate(tokens):
            for form, term in {
                id(entry): entry for key in keys for entry in index.get(key, ())
            }.values():
                end = place + len(form)
                if end <= len(tokens) and not any(
                    wanted.isdisjoint(keys)
                    for wanted, (_, _, keys) in zip(form, tokens[place:end], strict=True)
                ):
                    terms = found.setdefault((start, tokens[end - 1][1]), [])
                    if term not in terms:
                        terms.append(term)
        return tuple(
            TermHit(term, *span, source_text[span[0] : span[1]])
            for span in sorted(found)
            if not any(_covers(other, span) for other in found)
            for term in found[span]
        )

    @cached_property
    def _indexes(self) -> Mapping[str, Mapping[str, Sequence[Entry]]]:
        """Every form of every term by the keys of its first word, by language."""
        indexes: dict[str, dict[str, list[Entry]]] = {}
        for language in _SNOWBALL:
            index = indexes[language] = defaultdict(list)
            for term in self.terms:
                for form in term.forms(language):
                    words = tuple(_word(one, language, True) for one in _TOKEN.findall(form))
                    entry = (words, term)
                    for key in words[0] if words else ():
                        index[key].append(entry)
        return indexes


def _term(row: Mapping[str, str | None], file: str, line: int) -> Term:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if not cells["term_fr"] and not cells["term_en"]:
        raise GlossaryFileError(N_("{file}, line {line}: there is no term."), file=file, line=line)
    try:
        status = Status(cells["status"].lower())
    except ValueError as fault:
        raise GlossaryFileError(
            N_("{file}, line {line}: “{status}” is no status. Write one of {known}."),
            file=file,
            line=line,
            status=cells["status"],
            known=tuple(one.value for one in Status),
        ) from fault
    return Term(
        cells["term_fr"],
        cells["term_en"],
        status,
        _forms(cells["forms_fr"]),
        _forms(cells["forms_en"]),
        cells["note"],
    )


def _forms(cell: str) -> tuple[str, ...]:
    return tuple(form.strip() for form in cell.split("|") if form.strip())


def _covers(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one != other and one[0] <= other[0] and other[1] <= one[1]


@lru_cache(maxsize=50_000)
def _word(text: str, language: str, of_term: bool = False) -> frozenset[str]:
    """A word with its keys. A glossary's acronym is only found where a text has it in capitals."""
    keys: set[str] = set()
    if len(text) > 1 and text.isupper():
        keys.add(text)
    elif len(text) > 2 and text[:-1].isupper() and text[-1] == "s":
        keys.add(text[:-1])
    if not keys or not of_term:
        small = text.lower()
        keys |= {small, _lemma(small, language), _stemmer(language)(small)}
    return frozenset(keys)


def load_dictionaries() -> None:
    """Load both languages' word forms now (about a second), not at the first look for a term."""
    for language in ("fr", "en"):
        _lemma("mission", language)


def _lemma(word: str, language: str) -> str:
    import simplemma

    return str(simplemma.lemmatize(word, lang=language)).lower()


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    import snowballstemmer

    stem = snowballstemmer.stemmer(_SNOWBALL[language]).stemWord

    def prefixed(word: str) -> str:
        # A stem is kept apart from words: the stem of one word may be another word.
        return f"~{stem(word)}"

    return prefixed


def wanted(hits: Iterable[TermHit]) -> Iterator[tuple[str, tuple[Term, ...]]]:
    """The terms that a translation has to render, by their text, forbidden ones left out."""
    groups: dict[tuple[int, int, str], list[Term]] = {}
    for hit in hits:
        if hit.term.status is not Status.FORBIDDEN:
            groups.setdefault((hit.start, hit.end, hit.text), []).append(hit.term)
    for (_, _, text), terms in groups.items():
        yield text, tuple(terms)
