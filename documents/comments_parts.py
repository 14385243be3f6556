"""The parts that hold Word's comments: what is said, threads, times, people.

``comments.xml`` alone is enough to read a comment. Word keeps replies and the resolved state in
``commentsExtended.xml``, lasting ids in ``commentsIds.xml``, the time in UTC in
``commentsExtensible.xml`` (the date in ``comments.xml`` is the writer's wall clock) and the authors
in ``people.xml``. All hang together by the ``w14:paraId`` of a comment's last paragraph. Where a
comment hangs in the text is ``comments_anchor``'s matter.

Source: ECMA-376 part 1, clause 17.13.4 (annotations, comments); [MS-DOCX] 2.5.1 (w15:commentEx,
w15:people), 2.5.3 (w16cid:commentsIds), 2.5.4 (w16cex:commentsExtensible).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from documents import identity, inline
from documents.additions import OFFICE, Additions
from documents.wml import ID, PARA_ID, PPR, R_, RPR, VAL, W14, Element, P, W, w
from documents.wordfile import WordFile

_W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
_CID = "http://schemas.microsoft.com/office/word/2016/wordml/cid"
_CEX = "http://schemas.microsoft.com/office/word/2018/wordml/cex"
_MS = "http://schemas.microsoft.com/office"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_COMMENT = w("comment")
_EX, _PARENT, _DONE = f"{{{_W15}}}commentEx", f"{{{_W15}}}paraIdParent", f"{{{_W15}}}done"
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Said:
    """One comment as its parts have it; ``parent`` is the id of the comment that it answers."""

    id: str
    author: str
    initials: str
    date: datetime | None
    text: str
    parent: str | None
    resolved: bool


def read(word: WordFile) -> Iterator[Said]:
    """The comments of a file in the order of ``comments.xml``."""
    root = _root(word, "comments")
    if root is None:
        return
    by_paragraph = {
        p.get(PARA_ID, "").upper(): comment.get(ID, "")
        for comment in root.findall(_COMMENT)
        for p in comment.iter(P)
        if p.get(PARA_ID)
    }
    threads: dict[str, tuple[str | None, bool]] = {}
    for one in _children(word, "commentsExtended", _EX):
        number = by_paragraph.get(one.get(f"{{{_W15}}}paraId", "").upper())
        if number is not None:
            parent = by_paragraph.get(one.get(_PARENT, "").upper())
            done = one.get(_DONE, "0") in ("1", "true", "on")
            threads[number] = (parent if parent != number else None, done)
    times = _times(word, by_paragraph)
    for comment in root.findall(_COMMENT):
        number = comment.get(ID, "")
        parent, done = threads.get(number, (None, False))
        yield Said(
            number,
            comment.get(w("author"), ""),
            comment.get(w("initials"), ""),
            times.get(number) or moment(comment.get(w("date"))),
            "\n".join(inline.plain_text(inline.parse(p)) for p in comment.iter(P)),
            parent,
            done,
        )


def _times(word: WordFile, by_paragraph: dict[str, str]) -> dict[str, datetime]:
    durable = {
        one.get(f"{{{_CID}}}durableId", "").upper(): one.get(f"{{{_CID}}}paraId", "").upper()
        for one in _children(word, "commentsIds", f"{{{_CID}}}commentId")
    }
    found: dict[str, datetime] = {}
    for one in _children(word, "commentsExtensible", f"{{{_CEX}}}commentExtensible"):
        paragraph = durable.get(one.get(f"{{{_CEX}}}durableId", "").upper(), "")
        when = moment(one.get(f"{{{_CEX}}}dateUtc"))
        if paragraph in by_paragraph and when is not None:
            found[by_paragraph[paragraph]] = when
    return found


def _root(word: WordFile, kind: str) -> Element | None:
    part = word.related(kind)
    return word.tree(part) if part is not None else None


def _children(word: WordFile, kind: str, tag: str) -> list[Element]:
    root = _root(word, kind)
    return root.findall(tag) if root is not None else []


def moment(text: str | None) -> datetime | None:
    """A date of WordprocessingML in UTC; one without a zone is taken as UTC, a bad one as none."""
    try:
        when = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def written(when: datetime) -> str:
    """A date as WordprocessingML has it: in UTC, to the second; a naive one is taken as UTC."""
    aware = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return aware.strftime("%Y-%m-%dT%H:%M:%SZ")


def writable(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _UNWRITABLE.sub("", text)


class Writer:
    """Adds comments to the parts of one file, making the parts that are missing."""

    def __init__(self, word: WordFile, additions: Additions) -> None:
        self._word = word
        self.changed: set[str] = set()
        names = {"w": W, "w14": W14}
        name, root = additions.part(
            f"{OFFICE}/comments",
            "comments.xml",
            f"{_TYPE}.comments+xml",
            identity.with_ids_declared(etree.Element(w("comments"), None, names)),
        )
        declared = identity.with_ids_declared(root)
        if declared is not root:
            word.replace(name, declared)
        self._comments = declared
        self._part, self._additions = name, additions
        self._extended = self._beside("commentsExtended", "2011", "w15", _W15, "commentsEx")
        self._ids = self._beside("commentsIds", "2016/09", "w16cid", _CID, "commentsIds")
        self._times = self._beside("commentsExtensible", "2018/08", "w16cex", _CEX)
        self._people = self._beside("people", "2011", "w15", _W15)
        self.changed.add(name)
        self._taken = {
            one.get(PARA_ID, "").upper()
            for top in [root for _, root in word.story_roots()] + [declared]
            for one in top.iter(P)
        }
        numbers = [int(one) for one in self._known_ids() if re.fullmatch(r"\d{1,9}", one)]
        self._next = max([-1, *numbers]) + 1
        looks = {
            style.find(w("name")).get(VAL, "").casefold(): style.get(w("styleId"), "")  # type: ignore[union-attr]
            for style in _children(word, "styles", w("style"))
            if style.find(w("name")) is not None
        }
        self._style = looks.get("annotation text", "")
        self._reference = looks.get("annotation reference", "")

    def _beside(self, kind: str, year: str, prefix: str, names: str, tag: str = "") -> Element:
        content = f"{_TYPE}.{kind}+xml"
        root = etree.Element(f"{{{names}}}{tag or kind}", None, {prefix: names})
        part, found = self._additions.part(
            f"{_MS}/{year}/relationships/{kind}", f"{kind}.xml", content, root
        )
        self.changed.add(part)
        return found

    def _known_ids(self) -> Iterator[str]:
        """The ids in use, those of anchors whose comment is gone too."""
        yield from (one.get(ID, "") for one in self._comments.findall(_COMMENT))
        for _, root in self._word.story_roots():
            names = ("commentRangeStart", "commentRangeEnd", "commentReference")
            yield from (one.get(ID, "") for one in root.iter(*map(w, names)))

    def add(self, said: Said) -> str:
        """Add one comment; its id in the file. ``said.parent`` is an id of the file."""
        number, self._next = str(self._next), self._next + 1
        comment = etree.SubElement(self._comments, _COMMENT, {ID: number})
        comment.set(w("author"), writable(said.author))
        if said.date is not None:
            comment.set(w("date"), written(said.date))
        comment.set(w("initials"), writable(said.initials) or initials(said.author))
        for index, line in enumerate(re.split(r"\r\n|\r|\n", writable(said.text))):
            self._paragraph(comment, line, number, first=index == 0)
        paragraph = comment[-1].get(PARA_ID, "")
        self._thread(paragraph, said.parent, done=said.resolved)
        self._lasting(paragraph, said.date)
        self._person(writable(said.author))
        return number

    def _paragraph(self, comment: Element, line: str, number: str, *, first: bool) -> None:
        paragraph = etree.SubElement(comment, P)
        paragraph.set(PARA_ID, self._fresh(f"{number} {len(comment)} {line}"))
        if self._style:
            look = etree.SubElement(paragraph, PPR)
            etree.SubElement(look, w("pStyle"), {VAL: self._style})
        if first:
            run = etree.SubElement(paragraph, R_)
            if self._reference:
                look = etree.SubElement(run, RPR)
                etree.SubElement(look, w("rStyle"), {VAL: self._reference})
            etree.SubElement(run, w("annotationRef"))
        if line:
            run = etree.SubElement(paragraph, R_)
            run.extend(piece.element for piece in inline.text_pieces(line, None, ()))

    def _thread(self, paragraph: str, parent: str | None, *, done: bool) -> None:
        above = self._last_paragraph(parent) if parent is not None else ""
        if above and not any(
            one.get(f"{{{_W15}}}paraId", "").upper() == above for one in self._extended
        ):
            made = etree.SubElement(self._extended, _EX, {f"{{{_W15}}}paraId": above})
            made.set(_DONE, "0")
        made = etree.SubElement(self._extended, _EX, {f"{{{_W15}}}paraId": paragraph})
        if above:
            made.set(_PARENT, above)
        made.set(_DONE, "1" if done else "0")

    def _last_paragraph(self, comment: str) -> str:
        """The id of the last paragraph of a comment, given where it has none."""
        for one in self._comments.findall(_COMMENT):
            if one.get(ID) == comment:
                last = list(one.iter(P))[-1:]
                if not last:
                    last = [etree.SubElement(one, P)]
                if not last[0].get(PARA_ID):
                    last[0].set(PARA_ID, self._fresh(f"{comment} parent"))
                return last[0].get(PARA_ID, "").upper()
        return ""

    def _lasting(self, paragraph: str, when: datetime | None) -> None:
        made = etree.SubElement(self._ids, f"{{{_CID}}}commentId", {f"{{{_CID}}}paraId": paragraph})
        durable = self._fresh(f"durable {paragraph}")
        made.set(f"{{{_CID}}}durableId", durable)
        if when is not None:
            time = etree.SubElement(self._times, f"{{{_CEX}}}commentExtensible")
            time.set(f"{{{_CEX}}}durableId", durable)
            time.set(f"{{{_CEX}}}dateUtc", written(when))

    def _person(self, author: str) -> None:
        name = f"{{{_W15}}}author"
        if any(one.get(name) == author for one in self._people):
            return
        person = etree.SubElement(self._people, f"{{{_W15}}}person", {name: author})
        presence = etree.SubElement(person, f"{{{_W15}}}presenceInfo")
        presence.set(f"{{{_W15}}}providerId", "None")
        presence.set(f"{{{_W15}}}userId", author)

    def _fresh(self, said: str) -> str:
        attempt = 0
        while True:
            digest = hashlib.sha256(f"enonce comment {said} {attempt}".encode()).digest()
            number = int.from_bytes(digest[:4]) & 0x7FFFFFFF
            found = f"{number:08X}"
            if 0 < number < 0x7FFFFFFF and found not in self._taken:
                self._taken.add(found)
                return found
            attempt += 1


def initials(author: str) -> str:
    """The first letters of the first three words of a name, in capitals."""
    return "".join(word[0] for word in re.findall(r"\w+", author)[:3]).upper()
