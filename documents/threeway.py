"""Merge two drafters' versions of a Word file against the version that both began with.

Theirs' changes are brought into mine, paragraph by paragraph. What only one side changed is taken,
what both changed alike is taken once, and what does not go together is a ``Conflict``: one text
stands, with a comment that holds the other, and both are in the report. No text is ever dropped in
silence. Tracked changes that the files still carry count as accepted.

The order is decided in ``threeway_order``, blocks are merged in ``threeway_blocks``, words in
``threeway_words``. A comparison of two versions is ``redline``; what a reviewer sends back is
``returned``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from lxml import etree

from documents import comments, identity, reader
from documents.comments import Comment
from documents.errors import N_, Value
from documents.redline_changes import properties
from documents.threeway_blocks import Blocks, Conflict, ConflictKind, Joined, Side
from documents.threeway_bring import Bring
from documents.threeway_version import Version, program, text_of
from documents.wml import ID, PARA_ID, Element, P, ParagraphId, Story, w
from documents.wordfile import WordFile

__all__ = [
    "Conflict",
    "ConflictKind",
    "Joined",
    "Left",
    "Merged",
    "Side",
    "describe",
    "merge",
]

AUTHOR = "Énoncé"
_SECTION = w("sectPr")


@dataclass(frozen=True, slots=True)
class Left:
    """Something that theirs changed and the merge does not bring: a sentence and its fields."""

    message: str
    data: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged file and what has to be looked at.

    ``conflicts`` need a decision, ``joined`` need a second reading, ``left`` need to be done by
    hand. ``taken`` is the number of changes of theirs that were brought.
    """

    data: bytes
    conflicts: tuple[Conflict, ...]
    joined: tuple[Joined, ...]
    left: tuple[Left, ...]
    taken: int


def merge(
    base: bytes,
    mine: bytes,
    theirs: bytes,
    *,
    when: datetime,
    prefer: Side = Side.MINE,
    say: Callable[[str, dict[str, Value]], str] = lambda message, data: message.format_map(data),
    mark: bool = True,
) -> Merged:
    """Bring into ``mine`` what ``theirs`` changed since ``base``.

    Where both changed the same words the text of ``prefer`` stands. With ``mark``, each conflict is
    a comment of ``AUTHOR`` dated ``when`` in the result; ``say`` puts its sentence into the
    language of the reader. Paragraphs have the ids of base. When only one side changed anything,
    its file is given back byte for byte.

    Raises ``DocumentError`` for what is no Word file.
    """
    if mine in (base, theirs):
        WordFile(theirs)
        return Merged(
            theirs, (), (), (), 0 if mine == theirs else len(identity.changes(base, theirs))
        )
    run = _Merge(base, mine, theirs, prefer, lambda _: True)
    merged = run.run()
    if not mark or not merged.conflicts:
        return merged
    data = run.stamped(merged.data)
    there = {block.id for block in reader.read(data).blocks}
    notes = [_comment(conflict, there, when, say) for conflict in merged.conflicts]
    return replace(merged, data=comments.write(data, notes))


def merge_chosen(
    base: bytes, mine: bytes, theirs: bytes, wanted: Callable[[ParagraphId], bool]
) -> Merged:
    """As ``merge``, unmarked, with what theirs did to wanted paragraphs; without its comments."""
    return _Merge(base, mine, theirs, Side.MINE, wanted).run(remarks=False)


class _Merge:
    def __init__(
        self,
        base: bytes,
        mine: bytes,
        theirs: bytes,
        prefer: Side,
        wanted: Callable[[ParagraphId], bool],
    ) -> None:
        exact = len({program(WordFile(data)) for data in (base, mine, theirs)}) == 1
        self._mine_data = mine
        self._base = Version(identity.stamp(base), None, exact=exact)
        self._mine = Version(mine, self._base, exact=exact)
        self._theirs = Version(theirs, self._base, exact=exact)
        self._bring = Bring(self._mine, self._theirs)
        self._prefer = prefer
        self._base_comments = _remarks(self._base)
        self._mine_comments = _remarks(self._mine)
        self._blocks = Blocks(
            (self._base, self._mine, self._theirs),
            self._bring,
            prefer,
            wanted,
            frozenset(
                one.id for key, one in self._mine_comments.items() if key not in self._base_comments
            ),
        )
        self._left: list[Left] = []
        self.titles: Conflict | None = None

    def run(self, *, remarks: bool = True) -> Merged:
        changed: set[str] = set()
        before = {part: etree.tostring(root) for part, root in self._mine.word.story_roots()}
        for three, parts in self._stories():
            self._blocks.container(three, parts)
        self._sections()
        changed |= self._styles() | self._title()
        touched = {
            part
            for part, root in self._mine.word.story_roots()
            if etree.tostring(root) != before[part]
        }
        conflicts = (*self._blocks.conflicts, *([self.titles] if self.titles else ()))
        data = self._mine_data
        if touched or changed or self._bring.parts.trees:
            data = self._save(changed | touched)
        if remarks:
            data = self._with_comments(data)
        return Merged(
            data, conflicts, tuple(self._blocks.joined), tuple(self._left), self._blocks.taken
        )

    def _stories(self) -> Iterator[tuple[tuple[Element, Element, Element], tuple[str, str, str]]]:
        """Body, headers and footers of the same place, notes of the same identity."""
        sides = [
            {
                (story.story, story.place): story
                for story in version.word.stories()
                if story.story in (Story.BODY, Story.HEADER, Story.FOOTER)
            }
            for version in (self._base, self._mine, self._theirs)
        ]
        if sides[0].keys() != sides[2].keys():
            self._leave(
                N_(
                    "The other version added or removed a header or a footer. Do the same in the "
                    "merged file."
                )
            )
        notes = [
            {
                version.note_key(w(f"{kind}Reference"), one): note
                for (kind, one), note in version.notes.items()
            }
            for version in (self._base, self._mine, self._theirs)
        ]
        for place, base in sides[0].items():
            mine, theirs = sides[1].get(place), sides[2].get(place)
            if mine is not None and theirs is not None:
                yield (
                    (base.root, mine.root, theirs.root),
                    (base.part, mine.part, theirs.part),
                )
        for key, note in notes[0].items():
            own, other = notes[1].get(key), notes[2].get(key)
            if own is not None and other is not None:
                yield (
                    (note.element, own.element, other.element),
                    (note.part, own.part, other.part),
                )

    def _leave(self, message: str, **data: Value) -> None:
        self._left.append(Left(message, data))

    def _sections(self) -> None:
        """Page sizes, margins and columns that only theirs changed, section by section."""
        sides = [
            list(root.iter(_SECTION)) if root is not None else []
            for root in (
                version.word.tree(version.word.main)
                for version in (self._base, self._mine, self._theirs)
            )
        ]
        said = [[properties(one, "sectPr") for one in side] for side in sides]
        if not self._base.exact:
            self._leave(
                N_(
                    "The versions were saved by different programs, so fonts, spacing and page "
                    "layout of the other version were not compared. Words, emphasis, links, "
                    "headings and lists were."
                )
            )
            return
        if said[2] in (said[0], said[1]) and not self._bring.sections:
            return
        if len(said[0]) == len(said[1]) == len(said[2]) and said[0] == said[1]:
            for own, other in zip(sides[1], sides[2], strict=True):
                kept = [one for one in own if one.tag in _REFERENCES]
                for child in list(own):
                    own.remove(child)
                own.extend(kept)
                own.extend(
                    [
                        etree.fromstring(etree.tostring(one))
                        for one in other
                        if one.tag not in _REFERENCES
                    ]
                )
            return
        self._leave(
            N_(
                "The other version changed the page layout or the section breaks. Make that "
                "change in the merged file."
            )
        )

    def _styles(self) -> set[str]:
        """Styles that only theirs defined anew; the parts that changed."""
        if not self._base.exact:
            return set()
        parts = [
            version.word.related("styles") for version in (self._base, self._mine, self._theirs)
        ]
        roots = [
            version.word.tree(part) if part is not None else None
            for version, part in zip((self._base, self._mine, self._theirs), parts, strict=True)
        ]
        if parts[1] is None or any(root is None for root in roots):
            return set()
        base, mine, theirs = ({} if root is None else _definitions(root) for root in roots)
        changed = False
        for key, style in theirs.items():
            known, own = base.get(key), mine.get(key)
            if known is None or own is None:
                continue
            said = [_said(one) for one in (known, own, style)]
            if said[2] in (said[0], said[1]):
                continue
            if said[1] != said[0]:
                self._leave(
                    N_(
                        "Both versions changed the style {style}. Yours was kept; look whether it "
                        "is the one you want."
                    ),
                    style=_style_name(style),
                )
                continue
            parent = own.getparent()
            if parent is not None:
                parent.replace(own, self._bring.look(style))  # type: ignore[arg-type]
                changed = True
        return {parts[1]} if changed else set()

    def _title(self) -> set[str]:
        found = [version.word.title_element() for version in (self._base, self._mine, self._theirs)]
        texts = [(one[1].text or "").strip() if one is not None else "" for one in found]
        base, mine, theirs = texts
        if theirs in (base, mine):
            return set()
        if mine != base:
            self.titles = Conflict(
                ConflictKind.TITLE, identity.TITLE_ID, base, mine, theirs, self._prefer
            )
            if self._prefer is Side.MINE:
                return set()
        own = found[1]
        if own is None:
            self._leave(
                N_("The other version has the title “{title}”. Give it to the merged file."),
                title=theirs,
            )
            return set()
        own[1].text = theirs
        return {own[0]}

    def _save(self, changed: set[str]) -> bytes:
        word = self._mine.word
        seen: set[ParagraphId] = set()
        twins: set[Element] = {
            mirror for located in word.paragraphs() for mirror in located.mirrors
        }
        for part, root in list(word.story_roots()):
            for paragraph in root.iter(P):
                one = self._mine.ids.get(paragraph)
                if one is not None and (paragraph in twins or one not in seen):
                    paragraph.set(PARA_ID, one)
                    seen.add(one)
                else:
                    paragraph.attrib.pop(PARA_ID, None)
            _paired(root)
            word.replace(part, identity.with_ids_declared(root))
            changed.add(part)
        return identity.stamp(self._bring.save(changed))

    def stamped(self, data: bytes) -> bytes:
        """The result with the ids of base, also where nothing of it changed."""
        return data if data is not self._mine_data else self._save(set())

    def _with_comments(self, data: bytes) -> bytes:
        """Theirs' new comments, hung where their words are now."""
        fresh = [
            one
            for key, one in _remarks(self._theirs).items()
            if key not in self._base_comments and key not in self._mine_comments
        ]
        if not fresh:
            return data
        data = self.stamped(data)
        known = {_key(one): one.id for one in comments.read(data)}
        texts = {block.id: block.text for block in reader.read(data).blocks}
        theirs = {
            self._theirs.ids[located.element]: text_of(located.element)
            for located in self._theirs.word.paragraphs()
        }
        parents = {one.id: key for key, one in _remarks(self._theirs).items()}
        placed = []
        for one in fresh:
            parent = one.parent
            if parent is not None and parents.get(parent) in known:
                parent = known[parents[parent]]
            elif parent is not None and parent not in {other.id for other in fresh}:
                parent = None
            placed.append(
                _replaced(replace(one, id=f"theirs {one.id}"), parent, fresh, theirs, texts)
            )
        return comments.write(data, placed)


_REFERENCES = frozenset({w("headerReference"), w("footerReference")})


def _key(one: Comment) -> tuple[str, str, str]:
    return one.author, str(one.date), one.text


def _remarks(version: Version) -> dict[tuple[str, str, str], Comment]:
    return {_key(one): one for one in comments.read_from(version.word, version.ids)}


def _replaced(
    one: Comment,
    parent: str | None,
    fresh: list[Comment],
    theirs: dict[ParagraphId, str],
    texts: dict[ParagraphId, str],
) -> Comment:
    """A comment of theirs with its place in the result."""
    if parent is not None and parent in {other.id for other in fresh}:
        parent = f"theirs {parent}"
    place, span = one.paragraph, one.span
    if place is None or place not in texts:
        return replace(one, parent=parent, paragraph=identity.TITLE_ID, span=None)
    if theirs.get(place) != texts[place] or one.through is not None:
        start = texts[place].find(one.quoted) if one.quoted else -1
        span = (start, start + len(one.quoted)) if start >= 0 else None
    return replace(one, parent=parent, span=span)


def _definitions(root: Element) -> dict[tuple[str, str], Element]:
    return {
        (one.get(w("type"), ""), one.get(w("styleId"), "")): one for one in root.findall(w("style"))
    }


def _said(style: Element) -> bytes:
    again = etree.fromstring(etree.tostring(style))
    for one in list(again.iter(w("rsid"))):
        again.remove(one)
    data: bytes = etree.tostring(again, method="c14n", exclusive=True)
    return data


def _style_name(style: Element) -> str:
    name = style.find(w("name"))
    return name.get(w("val"), "") if name is not None else style.get(w("styleId"), "")


def _paired(root: Element) -> None:
    """Take out the bookmarks that lost their other end."""
    names = {w("bookmarkStart"), w("bookmarkEnd")}
    found: dict[str, set[str]] = {}
    for mark in root.iter(*names):
        found.setdefault(mark.get(ID, ""), set()).add(str(mark.tag))
    for mark in list(root.iter(*names)):
        parent = mark.getparent()
        if parent is not None and len(found[mark.get(ID, "")]) < 2:
            parent.remove(mark)


_SENTENCES: dict[tuple[ConflictKind, Side], str] = {
    (ConflictKind.WORDS, Side.MINE): N_(
        "Both versions changed these words. Yours stand here. The other version has: {theirs}"
    ),
    (ConflictKind.WORDS, Side.THEIRS): N_(
        "Both versions changed these words. Those of the other version stand here. Yours has: "
        "{mine}"
    ),
    (ConflictKind.DELETED, Side.MINE): N_(
        "You changed this text and the other version deleted it. It was kept; delete it if it "
        "should go."
    ),
    (ConflictKind.DELETED, Side.THEIRS): N_(
        "You deleted this text and the other version changed it. It was kept; delete it if it "
        "should go."
    ),
    (ConflictKind.ADDED, Side.BOTH): N_(
        "Both versions added text at this place. Both additions stand here, yours first; look at "
        "their order."
    ),
    (ConflictKind.MOVED, Side.MINE): N_(
        "Both versions moved text here, to different places. The order is yours."
    ),
    (ConflictKind.LOOK, Side.MINE): N_(
        "Both versions changed the formatting here. Yours was kept."
    ),
    (ConflictKind.TABLE, Side.MINE): N_(
        "Both versions changed this table, and its columns no longer match. Yours stands here. The "
        "other version has: {theirs}"
    ),
    (ConflictKind.TABLE, Side.THEIRS): N_(
        "Both versions changed this table, and its columns no longer match. That of the other "
        "version stands here. Yours has: {mine}"
    ),
    (ConflictKind.TITLE, Side.MINE): N_(
        "Both versions changed the title of the document. Yours was kept. The other version has: "
        "{theirs}"
    ),
    (ConflictKind.TITLE, Side.THEIRS): N_(
        "Both versions changed the title of the document. That of the other version was taken. "
        "Yours has: {mine}"
    ),
}


def describe(conflict: Conflict) -> tuple[str, dict[str, Value]]:
    """The sentence about a conflict, before it is translated, and its fields."""
    message = _SENTENCES[conflict.kind, conflict.kept]
    return message, {"mine": conflict.mine, "theirs": conflict.theirs}


def _comment(
    conflict: Conflict,
    there: set[ParagraphId],
    when: datetime,
    say: Callable[[str, dict[str, Value]], str],
) -> Comment:
    place = conflict.paragraph if conflict.paragraph in there else identity.TITLE_ID
    return Comment("", place, say(*describe(conflict)), AUTHOR, "É", when)
