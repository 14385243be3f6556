"""A Word file as safe HTML with numbered paragraphs, change marks and comment anchors.

Made from the package's own reading, so that every paragraph of ``reader`` stands there once, in
that order, under the number by which people cite it. Nothing in it runs, loads or is styled in
place: pages bring the stylesheet (``preview_page``). Two languages side by side are
``preview_pair``'s; the words inside a paragraph ``preview_inline``'s; what may be written at all
is decided in ``html``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from documents import identity
from documents.canonical import Reader
from documents.errors import N_
from documents.html import Html, element, join
from documents.preview_blocks import WIDEST, Block, Blocks, Para, Row, Table
from documents.preview_inline import words
from documents.preview_lists import DEEPEST
from documents.preview_scene import (
    Anchor,
    Change,
    ChangeKind,
    Say,
    Scene,
    in_english,
    make_ready,
    number_moves,
    told,
    tongue,
    when,
)
from documents.wml import (
    ID,
    PPR,
    RPR,
    VAL,
    Element,
    Kind,
    ParagraphId,
    Story,
    StoryPart,
    on,
    w,
)
from documents.wordfile import WordFile

__all__ = ["Anchor", "Change", "Entry", "Preview", "Say", "in_english", "language_of", "preview"]

_STORY_NAMES = {
    Story.HEADER: N_("Header"),
    Story.FOOTER: N_("Footer"),
    Story.FOOTNOTE: N_("Notes"),
    Story.ENDNOTE: N_("Endnotes"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A paragraph of the preview: ``number`` is None where nothing of it is cited."""

    id: ParagraphId
    number: int | None
    kind: Kind
    html: Html
    """The paragraph alone: for a page that arranges paragraphs itself."""
    mark: str = ""
    """A bullet or number that a list would write and ``html`` does not."""
    note: str = ""
    """``fn-1`` for the paragraph that begins footnote 1, ``en-1`` for an endnote."""
    referred: bool = False
    """Whether the text refers to that note."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A file made ready to be looked at; ``html`` is the whole as one ``article``."""

    title: str
    language: str
    html: Html
    entries: tuple[Entry, ...]
    changes: tuple[Change, ...]


def preview(
    data: bytes,
    *,
    say: Say = in_english,
    language: str | None = None,
    interface: str | None = None,
    anchors: Sequence[Anchor] = (),
    numbers: Mapping[ParagraphId, int] | None = None,
    prefix: str = "",
    top: int = 1,
    flat: bool = False,
) -> Preview:
    """The preview of a file.

    ``language`` is that of the document where the caller knows it, ``interface`` that of ``say``.
    ``numbers`` are the paragraphs' numbers, by default those that ``digest.text_digest`` counts;
    an edition takes the numbers of its source. ``prefix`` keeps the ids of two previews on one page
    apart; ``top`` is the level of the highest heading, 1 to 6, with ``flat`` of every heading: for
    a page whose own headings stand between them.

    Raises ``DocumentError`` for what is no Word file.
    """
    word = WordFile(data)
    ids = identity.assign(word)
    counted = _count(word, ids) if numbers is None else numbers
    title = word.title_element()
    said_most = _language(word)
    placed: dict[ParagraphId, list[Anchor]] = {}
    for anchor in anchors:
        placed.setdefault(anchor.paragraph, []).append(anchor)
    scene = Scene(
        word,
        say,
        prefix,
        said_most,
        ids,
        placed,
        interface,
        notes=_note_labels(word),
        moves=number_moves(word),
    )
    writer = _Writer(scene, counted, top, flat)
    body = writer.document()
    tongue_of_all = tongue(language) or said_most
    return Preview(
        " ".join((title[1].text or "").split()) if title is not None else "",
        tongue_of_all,
        element("article", {"class": "preview", "lang": tongue_of_all or None}, body),
        tuple(writer.entries),
        tuple(scene.changes),
    )


def language_of(data: bytes) -> str:
    """The language that most of a file's words are marked with (``fr``); empty for none.

    Raises ``DocumentError`` for what is no Word file.
    """
    return _language(WordFile(data))


def _language(word: WordFile) -> str:
    weights = make_ready(word)
    own = _default_language(word)
    weights[own] = weights.get(own, 0) + weights.pop("", 0)
    return max(sorted(weights), key=lambda one: weights[one]) or own


def _count(word: WordFile, ids: Mapping[Element, ParagraphId]) -> dict[ParagraphId, int]:
    """Numbers as ``digest.text_digest`` lists the paragraphs: shown and not silent."""
    reader = Reader(word)
    counted: dict[ParagraphId, int] = {}
    for located in word.paragraphs():
        if located.shown and reader.fingerprint(located).text.strip():
            counted[ids[located.element]] = len(counted) + 1
    return counted


def _default_language(word: WordFile) -> str:
    part = word.related("styles")
    root = word.tree(part) if part is not None else None
    defaults = root.find(w("docDefaults")) if root is not None else None
    said = next(defaults.iter(w("lang")), None) if defaults is not None else None
    return tongue(said.get(VAL)) if said is not None else ""


def _note_labels(word: WordFile) -> dict[tuple[str, str], str]:
    labels: dict[tuple[str, str], str] = {}
    counts = {Story.FOOTNOTE: 0, Story.ENDNOTE: 0}
    for story in word.stories():
        if story.story in counts:
            counts[story.story] += 1
            kind = "fn" if story.story is Story.FOOTNOTE else "en"
            labels[kind, story.root.get(ID, "")] = str(counts[story.story])
    return labels


class _Writer:
    """Writes the stories of one file, block by block."""

    def __init__(
        self, scene: Scene, numbers: Mapping[ParagraphId, int], top: int, flat: bool
    ) -> None:
        self._scene = scene
        self._numbers = numbers
        self._blocks = Blocks(scene.word)
        self._flat = top if flat else None
        self._raise = top - min(self._blocks.heading_levels, default=1)
        self._find_bookmarks()
        self._tables = 0
        self.entries: list[Entry] = []

    def _find_bookmarks(self) -> None:
        for located in self._scene.word.paragraphs():
            one = located.element
            for mark in one.iter(w("bookmarkStart")):
                self._scene.bookmarks.setdefault(mark.get(w("name"), ""), self._scene.ids[one])

    def document(self) -> Html:
        """Every story, each kind of note as one list."""
        parts: list[Html] = []
        for kind, group in groupby(self._scene.word.stories(), key=lambda story: story.story):
            stories = list(group)
            if kind is Story.BODY:
                parts.extend(self._flow(self._blocks.under(stories[0].root)))
            elif kind in (Story.FOOTNOTE, Story.ENDNOTE):
                parts.append(self._notes(kind, stories))
            else:
                parts.extend(self._margin(kind, story) for story in stories)
        return join(parts)

    def _margin(self, kind: Story, story: StoryPart) -> Html:
        inside = join(self._flow(self._blocks.under(story.root)))
        if not inside:
            return inside
        label = self._scene.say(_STORY_NAMES[kind])
        if not story.shown:
            label = self._scene.say(N_("{what} that no page shows"), what=label)
        return element(
            "div",
            {"class": "margin", "role": "group", "aria-label": label},
            self._scene.said("p", "label", label, **{"aria-hidden": "true"}),
            inside,
        )

    def _notes(self, kind: Story, stories: Sequence[StoryPart]) -> Html:
        short = "fn" if kind is Story.FOOTNOTE else "en"
        items = []
        for number, story in enumerate(stories, start=1):
            at = len(self.entries)
            inside = self._flow(self._blocks.under(story.root))
            content = [*inside, self._back(short, str(number))]
            place = f"{self._scene.prefix}{short}-{number}"
            items.append(element("li", {"id": place, "value": number}, *content))
            self.entries[at:] = [
                replace(
                    one,
                    note=f"{short}-{number}" if later == 0 else "",
                    referred=(short, str(number)) in self._scene.referred,
                )
                for later, one in enumerate(self.entries[at:])
            ]
        label = self._scene.say(_STORY_NAMES[kind])
        return element(
            "section",
            {"class": "notes", "role": "doc-endnotes", "aria-label": label},
            self._scene.said("p", "label", label, **{"aria-hidden": "true"}),
            element("ol", {}, *items),
        )

    def _back(self, short: str, number: str) -> Html | str:
        if (short, number) not in self._scene.referred:
            return ""
        return element(
            "a",
            {
                "class": "said back",
                "href": f"#{self._scene.prefix}{short}ref-{number}",
                "role": "doc-backlink",
                "aria-label": self._scene.say(
                    N_("Back to the place of note {number}"), number=number
                ),
            },
            "↩",
        )

    def _flow(self, blocks: Sequence[Block]) -> Iterator[Html]:
        """Blocks in order, neighbouring list items in lists, quotations in one."""

        def manner(block: Block) -> Kind | None:
            if isinstance(block, Table):
                return None
            listed = block.kind is Kind.LIST and block.marker is not None
            if block.kind is Kind.QUOTE:
                return Kind.QUOTE
            return Kind.LIST if listed else Kind.BODY

        for kind, group in groupby(blocks, key=manner):
            if kind is Kind.LIST:
                items = [one for one in group if isinstance(one, Para)]
                yield from self._lists([(one, self._paragraph(one)) for one in items])
            elif kind is Kind.QUOTE:
                inside = [self._paragraph(one) for one in group if isinstance(one, Para)]
                if any(inside):
                    yield element("blockquote", {}, *inside)
            else:
                for one in group:
                    yield self._written(one) if isinstance(one, Table) else self._paragraph(one)

    def _lists(self, items: Sequence[tuple[Para, Html]]) -> Iterator[Html]:
        said = [(one, html) for one, html in items if html]
        at = 0
        while at < len(said):
            first = said[at][0]
            lines = []
            while at < len(said) and _same_list(said[at][0], first):
                one, html = said[at]
                start = at = at + 1
                while at < len(said) and _depth(said[at][0]) > _depth(first):
                    at += 1
                value = one.marker.value if one.marker is not None and one.marker.kind else None
                inside = list(self._lists(said[start:at]))
                lines.append(element("li", {"value": value}, html, *inside))
            marker = first.marker
            if marker is None or not marker.kind:
                yield element("ul", {}, *lines)
            else:
                style = None if marker.plain else "labelled"
                yield element("ol", {"type": marker.kind, "class": style}, *lines)

    def _written(self, table: Table) -> Html:
        head = 0
        while head < len(table.rows) and table.rows[head].head:
            head += 1
        if head == len(table.rows):
            head = 0
        parts = []
        if head:
            parts.append(element("thead", {}, *(self._row(row, True) for row in table.rows[:head])))
        body = [self._row(row, False) for row in table.rows[head:]]
        parts.append(element("tbody", {}, *body))
        self._tables += 1
        label = self._scene.say(N_("Table {number}"), number=self._tables)
        return element(
            "div",
            {"class": "scroll", "role": "region", "tabindex": 0, "aria-label": label},
            element("table", {}, *parts),
        )

    def _row(self, row: Row, head: bool) -> Html:
        cells = []
        if row.before:
            cells.append(element("td", {"colspan": min(row.before, WIDEST)}))
        for cell in row.cells:
            if not cell.rows:
                continue
            size: dict[str, str | int | None] = {
                "colspan": min(cell.span, WIDEST) if cell.span > 1 else None,
                "rowspan": cell.rows if cell.rows > 1 else None,
                "scope": "col" if head else None,
            }
            cells.append(element("th" if head else "td", size, *self._flow(cell.blocks)))
        return element("tr", {"class": row.change or None}, *cells)

    def _paragraph(self, para: Para) -> Html:
        """A paragraph with its number and its text boxes; nothing for one that says nothing."""
        located = para.located
        name = self._scene.ids[located.element]
        inside = words(self._scene, located)
        place = f"{self._scene.prefix}p-{name}"
        number = self._numbers.get(name)
        own: list[Html | str] = []
        if inside.text.strip():
            text = self._text(para, name, inside)
            self.entries.append(Entry(name, number, para.kind, text, _mark(para)))
            if number is not None:
                cited = {"class": "said no", "href": f"#{place}"}
                own.append(element("a", cited, f"§\u00a0{number}"))
            own.append(text)
        boxes = join(self._flow(para.boxes))
        if boxes:
            label = self._scene.say(N_("Text box"))
            boxes = element("div", {"class": "box", "role": "group", "aria-label": label}, boxes)
        return element("div", {"class": "block", "id": place}, *own, boxes) if own else boxes

    def _text(self, para: Para, name: ParagraphId, inside: Html) -> Html:
        ppr = para.located.element.find(PPR)
        attributes: dict[str, str | int | None] = {
            "class": " ".join(["text", *_paragraph_changes(ppr)]),
            "dir": "rtl" if ppr is not None and on(ppr.find(w("bidi"))) else None,
            "title": self._restyled(ppr),
            "data-paragraph": name,
        }
        label: Html | str = ""
        marker = para.marker
        if marker is not None and marker.label and (para.kind is not Kind.LIST or not marker.plain):
            label = self._scene.said("span", "label", f"{marker.label}\u00a0")
        if para.kind is Kind.HEADING:
            attributes["class"] = f"{attributes['class']} level-{para.level}"
            level = self._flat or max(1, para.level + self._raise)
            if level > 6:
                attributes |= {"role": "heading", "aria-level": level}
                return element("p", attributes, label, inside)
            return element(f"h{level}", attributes, label, inside)
        return element("p", attributes, label, inside)

    def _restyled(self, ppr: Element | None) -> str | None:
        change = ppr.find(w("pPrChange")) if ppr is not None else None
        if change is None:
            return None
        moment = when(change.get(w("date")))
        return told(self._scene.say, ChangeKind.FORMATTED, change.get(w("author"), ""), moment)


def _mark(para: Para) -> str:
    if para.kind is not Kind.LIST or para.marker is None or not para.marker.plain:
        return ""
    return para.marker.label or "•"


def _depth(para: Para) -> int:
    return min(para.level, DEEPEST)


def _same_list(para: Para, first: Para) -> bool:
    one, other = para.marker, first.marker
    if _depth(para) != _depth(first) or one is None or other is None or one.kind != other.kind:
        return False
    return not one.kind or (one.list == other.list and one.plain == other.plain)


def _paragraph_changes(ppr: Element | None) -> list[str]:
    if ppr is None:
        return []
    found = ["restyled"] if ppr.find(w("pPrChange")) is not None else []
    mark = ppr.find(RPR)
    for child in mark if mark is not None else ():
        if child.tag in (w("ins"), w("moveTo")):
            found.append("end-inserted")
        elif child.tag in (w("del"), w("moveFrom")):
            found.append("end-deleted")
    return found
