"""What the preview of one file knows and shares: sentences, languages, changes, notes, anchors.

``make_ready`` prepares the trees of a file; ``Scene`` is what its paragraphs share while
``preview_inline`` writes them and ``preview`` puts them in their places.

Source: ECMA-376 part 1, clauses 17.13.5 (revisions) and 17.3.2.20 (languages).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from lxml import etree

from documents.canonical import Reader
from documents.errors import N_
from documents.html import Html, element
from documents.wml import RPR, VAL, Element, ParagraphId, T, w
from documents.wordfile import WordFile

LANGUAGE = "{urn:enonce:preview}language"
"""Stands for ``w:lang`` in a tree made ready, so that runs of two languages stay two."""

_TONGUE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_MOVED = frozenset({w("moveFrom"), w("moveTo")})


class Say(Protocol):
    """Says one of our sentences in the person's language; its fields are plain values."""

    def __call__(self, message: str, /, **data: object) -> str:
        """The sentence with its fields."""


class ChangeKind(StrEnum):
    """What a tracked change does to words."""

    INSERTED = "inserted"
    DELETED = "deleted"
    MOVED_FROM = "moved from"
    MOVED_TO = "moved to"
    FORMATTED = "formatted"


CHANGE_NAMES = {
    ChangeKind.INSERTED: N_("Inserted by {author}"),
    ChangeKind.DELETED: N_("Deleted by {author}"),
    ChangeKind.MOVED_FROM: N_("Moved away by {author}"),
    ChangeKind.MOVED_TO: N_("Moved here by {author}"),
    ChangeKind.FORMATTED: N_("Formatting changed by {author}"),
}


@dataclass(frozen=True, slots=True)
class Anchor:
    """The words that a comment is about: ``start`` to ``end`` in the paragraph's text as read.

    An empty span is a place between two characters. One comment may have several anchors.
    """

    paragraph: ParagraphId
    start: int
    end: int
    number: int


@dataclass(frozen=True, slots=True)
class Change:
    """One tracked change: neighbouring words that one author took out, put in or moved."""

    number: int
    paragraph: ParagraphId
    kinds: tuple[ChangeKind, ...]
    author: str
    date: datetime | None
    removed: str
    added: str
    move: int = 0
    """The number of the move that it is one end of; 0 for none."""


def in_english(message: str, /, **data: object) -> str:
    """Say a sentence as it is written here: the interface of who brings none."""
    return message.format_map(data)


@dataclass(slots=True)
class Scene:
    """What paragraphs of one file share while they are written; filled as they are."""

    word: WordFile
    say: Say
    prefix: str
    language: str
    ids: Mapping[Element, ParagraphId]
    anchors: Mapping[ParagraphId, Sequence[Anchor]]
    own_language: str | None
    """The language of ``say``, where it is known."""
    looks: Reader = field(init=False)
    changes: list[Change] = field(default_factory=list)
    notes: dict[tuple[str, str], str] = field(default_factory=dict)
    """The label of each note that is referred to, by kind and id."""
    referred: set[tuple[str, str]] = field(default_factory=set)
    bookmarks: dict[str, ParagraphId] = field(default_factory=dict)
    moves: dict[Element, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.looks = Reader(self.word)

    def refer(self, kind: str, label: str) -> bool:
        """Whether this is the first reference to a note: the one that its back link leads to."""
        first = (kind, label) not in self.referred
        self.referred.add((kind, label))
        return first

    def said(self, name: str, kind: str, *content: Html | str, **more: str | None) -> Html:
        """Something that we say and the document does not."""
        return element(name, {"class": f"said {kind}", "lang": self.own_language, **more}, *content)


def make_ready(word: WordFile) -> dict[str, int]:
    """Prepare the trees of a file for this module; gives how many characters each language has.

    Deleted text becomes text (it stays inside its deletion), and language marks become properties
    that count. The trees no longer say what the file says: never save them.
    """
    weights: dict[str, int] = {}
    seen = set()
    for story in word.stories():
        root = story.root.getroottree().getroot()
        if root in seen:
            continue
        seen.add(root)
        for run in root.iter(w("r")):
            language = _ready_run(run)
            size = sum(len(one.text or "") for one in run.iter(T, w("delText")))
            weights[language] = weights.get(language, 0) + size
        for name, plain in (("delText", T), ("delInstrText", w("instrText"))):
            for one in root.iter(w(name)):
                one.tag = plain
    return weights


def _ready_run(run: Element) -> str:
    rpr = run.find(RPR)
    said = rpr.find(w("lang")) if rpr is not None else None
    if rpr is None or said is None:
        return ""
    rpr.remove(said)
    language = tongue(said.get(VAL))
    if language:
        etree.SubElement(rpr, LANGUAGE).set(VAL, language)
    return language


def tongue(tag: str | None) -> str:
    """A language tag without its region (``fr`` for ``fr-FR``); empty for what is none."""
    return tag.split("-")[0].lower() if tag and _TONGUE.fullmatch(tag) else ""


def number_moves(word: WordFile) -> dict[Element, int]:
    """The number of the move that each moved run belongs to, the same at both its ends."""
    numbers: dict[str, int] = {}
    moves: dict[Element, int] = {}
    for story in word.stories():
        here: dict[str, str] = {}
        for one in story.root.iter():
            if one.tag in (w("moveFromRangeStart"), w("moveToRangeStart")):
                here["From" if one.tag == w("moveFromRangeStart") else "To"] = one.get(
                    w("name"), ""
                )
            elif one.tag in _MOVED:
                name = here.get("From" if one.tag == w("moveFrom") else "To", "")
                if name:
                    moves[one] = numbers.setdefault(name, len(numbers) + 1)
    return moves


def told(say: Say, kind: ChangeKind, author: str, date: datetime | None) -> str:
    """A change in words: what, who, and the day where the file says one."""
    who = author or say(N_("somebody unnamed"))
    said = say(CHANGE_NAMES[kind], author=who)
    if date is None:
        return said
    return say(N_("{what} on {day}"), what=said, day=date.date())


def when(text: str | None) -> datetime | None:
    """The moment that a revision names; None for what is no moment."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
