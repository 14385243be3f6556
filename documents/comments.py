"""Reviewers' comments as real Word comments, and back.

``read`` gives every comment of a file with its words, its thread and the paragraph it hangs on;
``write`` adds comments to a file that may have some already. The text is not touched: the canonical
digest of the file is the same before and after. A file that a reviewer sends back is read as a
whole, comments and changes, by ``returned``.

Source: ECMA-376 part 1, clause 17.13.4; the parts are in ``comments_parts``, the places in
``comments_anchor``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from documents import comments_anchor, comments_parts, identity, inline
from documents.additions import Additions
from documents.comments_anchor import END, REFERENCE, START, Anchor, Place
from documents.errors import N_, DocumentError
from documents.wml import ID, Element, Located, ParagraphId
from documents.wordfile import WordFile


class CommentPlaceError(DocumentError):
    """A comment names a place that the file does not have."""


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment.

    ``paragraph`` and ``span`` say where: characters of the paragraph's text as ``reader`` gives it,
    None for the whole paragraph when written. ``through`` is the paragraph where the words end when
    they go over several; ``span`` then runs from its start in the first to its end in the last.
    ``quoted`` are those words. A comment that hangs nowhere has no ``paragraph``. ``parent`` is the
    id of the comment that it answers. Dates are in UTC.
    """

    id: str
    paragraph: ParagraphId | None
    text: str
    author: str
    initials: str = ""
    date: datetime | None = None
    span: tuple[int, int] | None = None
    parent: str | None = None
    resolved: bool = False
    quoted: str = ""
    through: ParagraphId | None = None


def read(data: bytes, previous: bytes | None = None) -> tuple[Comment, ...]:
    """The comments of a Word file, in the order in which the file keeps them.

    With ``previous``, the stamped version before, paragraphs that lost their ids have the ids of
    the paragraphs that they match. Raises ``DocumentError`` for what is no Word file.
    """
    word = WordFile(data)
    ids = identity.assign(word, WordFile(previous) if previous is not None else None)
    return read_from(word, ids)


def read_from(word: WordFile, ids: Mapping[Element, ParagraphId]) -> tuple[Comment, ...]:
    """The comments of an opened file, its paragraphs under those ids."""
    located = word.paragraphs()
    texts = [inline.plain_text(inline.parse(one.element)) for one in located]
    places = comments_anchor.anchors(word, texts)
    found = []
    for said in comments_parts.read(word):
        comment = Comment(
            said.id,
            None,
            said.text,
            said.author,
            said.initials,
            said.date,
            None,
            said.parent,
            said.resolved,
        )
        ends = _ends(places.get(said.id, Anchor()))
        if ends is not None:
            start, end = ends
            comment = replace(
                comment,
                paragraph=ids[located[start.paragraph].element],
                span=(start.offset, end.offset),
                quoted=_quoted(texts, start, end),
                through=ids[located[end.paragraph].element]
                if end.paragraph != start.paragraph
                else None,
            )
        found.append(comment)
    return tuple(found)


def _ends(anchor: Anchor) -> tuple[Place, Place] | None:
    start = anchor.start or anchor.reference or anchor.end
    end = anchor.end or anchor.reference or anchor.start
    if start is None or end is None:
        return None
    if (end.paragraph, end.offset) < (start.paragraph, start.offset):
        end = start
    return start, end


def _quoted(texts: Sequence[str], start: Place, end: Place) -> str:
    if start.paragraph == end.paragraph:
        return texts[start.paragraph][start.offset : end.offset]
    between = texts[start.paragraph + 1 : end.paragraph]
    first, last = texts[start.paragraph][start.offset :], texts[end.paragraph][: end.offset]
    return "\n".join((first, *between, last))


def write(data: bytes, comments: Sequence[Comment]) -> bytes:
    """The file with those comments added; the same bytes when there are none.

    The ids of the comments are only names: the file gets numbers that it does not use yet. A
    ``parent`` is the id of an earlier comment of the row, else of one in the file; a reply hangs
    where its parent hangs. A comment on a text box, a note, a header, a footer or the title
    hangs on the paragraph that holds the box, at the number of the note or at the beginning of the
    body, and begins with the words that it is about. Empty initials are made from the author's
    name.

    Raises ``CommentPlaceError`` for a paragraph, characters or a parent that is not there, and
    ``DocumentError`` for what is no Word file.
    """
    if not comments:
        return data
    word = WordFile(data)
    additions = Additions(word)
    ids = identity.assign(word)
    located: dict[ParagraphId, Located] = {}
    for one in word.paragraphs():
        located.setdefault(ids[one.element], one)
    known = {said.id for said in comments_parts.read(word)}
    writer = comments_parts.Writer(word, additions)
    named: dict[str, str] = {}
    changed: set[str] = set()
    for comment in comments:
        parent = comment.parent
        if parent is not None:
            parent = named.get(parent, parent if parent in known else None)
            if parent is None:
                raise _no_parent(comment)
        number = _write_one(word, located, writer, comment, parent, changed)
        named[comment.id] = number
    return additions.save(changed | writer.changed)


def _write_one(
    word: WordFile,
    located: Mapping[ParagraphId, Located],
    writer: comments_parts.Writer,
    comment: Comment,
    parent: str | None,
    changed: set[str],
) -> str:
    anchor = _anchor_of(word, parent) if parent is not None else None
    text = comment.text
    hung: Element | None = None
    span = comment.span
    if anchor is None:
        place = located.get(comment.paragraph) if comment.paragraph is not None else None
        if comment.paragraph == identity.TITLE_ID:
            hook, whole = comments_anchor.first(word), ""
        elif place is None:
            raise _no_paragraph(comment)
        else:
            whole = inline.plain_text(inline.parse(place.element))
            if span is not None and not 0 <= span[0] <= span[1] <= len(whole):
                raise _no_words(comment, whole)
            hook = comments_anchor.hook(word, place)
        if hook is None:
            raise _no_paragraph(comment)
        hung = hook.paragraph
        if not hook.own:
            about = whole[span[0] : span[1]] if span is not None else whole
            text = f"“{about}”\n{text}" if about.strip() else text
            span = hook.span
    number = writer.add(
        comments_parts.Said(
            "", comment.author, comment.initials, comment.date, text, parent, comment.resolved
        )
    )
    if anchor is not None:
        comments_anchor.join(*anchor, comment=number)
        changed.update(part for part, root in word.story_roots() if root in _tops(anchor[2]))
    elif hung is not None:
        comments_anchor.hang(hung, span, number)
        changed.update(part for part, root in word.story_roots() if root in _tops(hung))
    return number


def _tops(element: Element) -> list[Element]:
    return list(element.iterancestors())[-1:]


def _anchor_of(
    word: WordFile, comment: str
) -> tuple[Element | None, Element | None, Element] | None:
    found: dict[str, Element] = {}
    for _, root in word.story_roots():
        for one in root.iter(START, END, REFERENCE):
            if one.get(ID) == comment:
                found.setdefault(str(one.tag), one)
    if REFERENCE not in found:
        return None
    return found.get(START), found.get(END), found[REFERENCE]


def _no_paragraph(comment: Comment) -> CommentPlaceError:
    return CommentPlaceError(
        N_(
            "The comment of {author} is about a paragraph that the file does not have. Compare the "
            "file with the version that was commented."
        ),
        author=comment.author,
        paragraph=str(comment.paragraph),
    )


def _no_words(comment: Comment, text: str) -> CommentPlaceError:
    start, end = comment.span or (0, 0)
    return CommentPlaceError(
        N_(
            "The comment of {author} is about characters {start} to {end} of a paragraph that has "
            "{length}. Compare the file with the version that was commented."
        ),
        author=comment.author,
        start=start,
        end=end,
        length=len(text),
    )


def _no_parent(comment: Comment) -> CommentPlaceError:
    return CommentPlaceError(
        N_("The comment of {author} answers a comment that is not there."), author=comment.author
    )
