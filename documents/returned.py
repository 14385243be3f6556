"""A file that a reviewer sends back, read as proposals that are taken one by one.

A proposal is a comment, a tracked change, or a change made without tracking, which is found by
comparing with the draft that was sent and is said to be untracked. Each is about a paragraph of
that draft, also when the program that saved the file dropped the paragraphs' ids. ``take`` writes
the draft with the chosen proposals and no others; what it takes from the file goes through
``threeway``, so the draft keeps its styles and layout whatever program the reviewer used.

Source: ECMA-376 part 1, clause 17.13.5 (revisions).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from documents import comments, identity, reader, threeway
from documents.comments import Comment
from documents.errors import N_, DocumentError
from documents.identity import Change
from documents.reader import Block
from documents.returned_changes import Kind, Revision, finish, revisions, settle
from documents.revisions import reject_all
from documents.threeway import ConflictKind
from documents.wml import Element, P, ParagraphId
from documents.wordfile import WordFile

__all__ = ["Kind", "Proposal", "ProposalConflictError", "read", "take"]

_UNTRACKED = {
    Change.ADDED: Kind.PARAGRAPH_INSERTED,
    Change.REMOVED: Kind.PARAGRAPH_DELETED,
    Change.CHANGED: Kind.REPLACEMENT,
    Change.MOVED: Kind.MOVE,
}


class ProposalConflictError(DocumentError):
    """A chosen proposal rests on an untracked change that was not chosen."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing that the reviewer proposes.

    ``paragraph`` is the paragraph of the draft that it is about; for a paragraph that came, the one
    that it follows (None at the beginning). ``before`` and ``after`` are the words that go and
    come, or whole paragraphs; equal ones mean that the formatting changes. An untracked change has
    no author and no date. ``id`` is a name among the proposals of one returned file.
    """

    id: str
    kind: Kind
    paragraph: ParagraphId | None
    before: str
    after: str
    author: str
    date: datetime | None
    tracked: bool = True
    comment: Comment | None = None


def read(base: bytes, returned: bytes) -> tuple[Proposal, ...]:
    """What the reviewer proposes: tracked changes in order, untracked ones, then comments.

    ``base`` is the draft that was sent. Raises ``DocumentError`` for what is no Word file.
    """
    return tuple(_Returned(base, returned).proposals())


def take(base: bytes, returned: bytes, chosen: Collection[str]) -> bytes:
    """The draft with the proposals of those ids, tracked changes made final, and no others.

    Chosen comments become comments of the draft. The same bytes when nothing is chosen. Raises
    ``ProposalConflictError`` when a chosen change rests on an untracked one that was not chosen.
    """
    return _Returned(base, returned).take(frozenset(chosen))


class _Returned:
    def __init__(self, base: bytes, returned: bytes) -> None:
        self._base = identity.stamp(base)
        self._returned = returned
        self._word = WordFile(returned)
        known = WordFile(self._base)
        before = WordFile(returned)
        pairs = [
            (raw, own)
            for (_, first), (_, second) in zip(
                self._word.story_roots(), before.story_roots(), strict=True
            )
            for raw, own in zip(first.iter(P), second.iter(P), strict=True)
        ]
        for _, root in before.story_roots():
            reject_all(root)
        ids = identity.assign(before, known)
        live = {one for _, root in before.story_roots() for one in root.iter(P)}
        self._ids = {raw: ids[own] for raw, own in pairs if own in live and own in ids}
        parts = [part for part, _ in before.story_roots()]
        self._rejected = identity.stamp(before.save(parts), self._base)
        self._known = {one.id for one in _blocks(self._base)}
        self._now = [one.id for one in _blocks(self._rejected)]

    def _revisions(self) -> list[tuple[str, Revision]]:
        found = [one for _, root in self._word.story_roots() for one in revisions(root)]
        return [(f"{number}", revision) for number, revision in enumerate(found, 1)]

    def proposals(self) -> Iterator[Proposal]:
        order = self._order()
        for name, revision in self._revisions():
            yield Proposal(
                name,
                revision.kind,
                self._place(revision, order),
                revision.before,
                revision.after,
                revision.author,
                revision.date,
            )
        for name, change in self._untracked():
            kind = _UNTRACKED[change.kind]
            if change.kind is Change.CHANGED and change.old_text == change.new_text:
                kind = Kind.FORMATTING
            place: ParagraphId | None = change.id
            if change.kind is Change.ADDED:
                place = self._before(change.id)
            yield Proposal(name, kind, place, change.old_text, change.new_text, "", None, False)
        for comment in self._comments():
            yield Proposal(
                f"c{comment.id}",
                Kind.COMMENT,
                comment.paragraph,
                comment.quoted,
                comment.text,
                comment.author,
                comment.date,
                True,
                comment,
            )

    def _order(self) -> list[Element]:
        return [one for _, root in self._word.story_roots() for one in root.iter(P)]

    def _place(self, revision: Revision, order: Sequence[Element]) -> ParagraphId | None:
        paragraph = revision.paragraph
        if paragraph is None:
            return None
        own = self._ids.get(paragraph)
        if own in self._known:
            return own
        at = next(index for index, one in enumerate(order) if one is paragraph)
        # Without the change it was one with the next paragraph; what came follows one before.
        near = order[:at][::-1] if revision.kind is Kind.PARAGRAPH_INSERTED else order[at:]
        return next((self._ids[one] for one in near if self._ids.get(one) in self._known), None)

    def _before(self, paragraph: ParagraphId) -> ParagraphId | None:
        last: ParagraphId | None = None
        for one in self._now:
            if one == paragraph:
                return last
            if one in self._known:
                last = one
        return last

    def _untracked(self) -> list[tuple[str, identity.ParagraphChange]]:
        found = identity.changes(self._base, self._rejected)
        return [(f"u{number}", change) for number, change in enumerate(found, 1)]

    def _comments(self) -> list[Comment]:
        base = {(one.author, one.text, one.date) for one in comments.read(self._base)}
        ids = dict(identity.assign(self._word, WordFile(self._base)))
        ids.update(self._ids)
        return [
            one
            for one in comments.read_from(self._word, ids)
            if (one.author, one.text, one.date) not in base
        ]

    def take(self, chosen: frozenset[str]) -> bytes:
        data = self._base
        remarks = [one for one in self._comments() if f"c{one.id}" in chosen]
        untracked = {change.id for name, change in self._untracked() if name in chosen}
        if untracked:
            data = threeway.merge_chosen(
                self._base, data, self._rejected, lambda one: one in untracked
            ).data
        settled = False
        for name, revision in self._revisions():
            settle(revision, accepted=name in chosen)
            settled = settled or name in chosen
        for _, root in self._word.story_roots():
            finish(root)
        if settled:
            data = self._merged(data)
        return self._with_comments(data, remarks)

    def _merged(self, data: bytes) -> bytes:
        parts = [part for part, _ in self._word.story_roots()]
        theirs = identity.stamp(self._word.save(parts), self._rejected)
        done = threeway.merge_chosen(self._rejected, data, theirs, lambda _: True)
        for conflict in done.conflicts:
            if conflict.kind in (ConflictKind.LOOK, ConflictKind.ADDED, ConflictKind.MOVED):
                continue
            raise ProposalConflictError(
                N_(
                    "A chosen change rests on words that the reviewer changed without tracking: "
                    "“{text}”. Choose that change too, or neither."
                ),
                text=conflict.theirs or conflict.mine,
                paragraph=str(conflict.paragraph),
            )
        return done.data

    @staticmethod
    def _with_comments(data: bytes, wanted: Sequence[Comment]) -> bytes:
        names = {one.id for one in wanted}
        texts = {block.id: block.text for block in _blocks(data)}
        placed = []
        for one in wanted:
            place, span = one.paragraph, None
            if place is None or place not in texts:
                place = identity.TITLE_ID
            elif one.quoted and "\n" not in one.quoted:
                start = texts[place].find(one.quoted)
                if one.span is not None and texts[place][slice(*one.span)] == one.quoted:
                    start = one.span[0]
                span = (start, start + len(one.quoted)) if start >= 0 else None
            parent = f"returned {one.parent}" if one.parent in names else None
            placed.append(
                replace(one, id=f"returned {one.id}", paragraph=place, span=span, parent=parent)
            )
        return comments.write(data, placed)


def _blocks(data: bytes) -> tuple[Block, ...]:
    return reader.read(data).blocks
