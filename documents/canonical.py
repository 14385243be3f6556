"""What a paragraph says, in a form that does not depend on how Word or LibreOffice wrote it.

The form is the NFC text in spans with the structure that carries meaning: bold and italic against
the paragraph's style (in a table cell only where part of a paragraph has it), struck-through,
raised, lowered and hidden text, links with their target, note references, heading level, list
level. It leaves out run splits, ``rsid``, proofing and language marks, fonts, colours, sizes, soft
hyphens, page breaks, pictures, bookmarks, white space at the edges of a paragraph, and the last
results of fields that layout or the clock fill in (``PAGE``, ``DATE``).

``digest`` hashes it for approval, ``identity`` aligns paragraphs by it.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from documents import inline
from documents.inline import Group, Mark, Node, Role, Text, Wrap
from documents.wml import VAL, Element, Kind, Located, Style, on, w
from documents.wordfile import Link, WordFile, target_of

VOLATILE = frozenset(
    {
        "PAGE",
        "NUMPAGES",
        "SECTIONPAGES",
        "SECTION",
        "PAGEREF",
        "DATE",
        "TIME",
        "CREATEDATE",
        "SAVEDATE",
        "PRINTDATE",
        "EDITTIME",
        "FILENAME",
        "FILESIZE",
        "NUMWORDS",
        "NUMCHARS",
        "REVNUM",
        "LASTSAVEDBY",
        "USERNAME",
        "USERINITIALS",
    }
)
"""Fields whose results come from layout, the clock or the file, not from an author."""

_LINK = re.compile(r'\s*HYPERLINK\s+(?:\\l\s+"([^"]*)"|"([^"]*)"|(\S+))(?:.*?\\l\s+"([^"]*)")?')


_HOST = re.compile(r"(\w+://[^/?#]*)/?")
_EMPHASIS = frozenset({"bold", "italic"})


class Span(NamedTuple):
    """Text of one meaning: ``marks`` in alphabetical order, ``link`` empty where there is none."""

    text: str
    marks: tuple[str, ...]
    link: str


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A paragraph's canonical digest (lower-case hexadecimal SHA-256) and its canonical text."""

    digest: str
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a paragraph says: its role, its spans, and the digest over both."""

    role: str
    spans: list[Span]
    digest: str

    @property
    def text(self) -> str:
        """The canonical text."""
        return "".join(span.text for span in self.spans)


class Reader:
    """Fingerprints the paragraphs of one file."""

    def __init__(self, word: WordFile) -> None:
        self._word = word

    def fingerprint(self, located: Located) -> Fingerprint:
        """The fingerprint of a paragraph; of an empty text for one that says nothing."""
        said = self.said(located)
        return Fingerprint(said.digest, said.text)

    def said(self, located: Located) -> Said:
        """What a paragraph says, span by span."""
        nodes = inline.parse(located.element)
        style = self._word.styles.of(located.element)
        spans = _tidy(list(self._spans(nodes, style, self._word.links(located.part), "")))
        kind, level = self._word.styles.role(located.element, located.in_cell)
        if located.in_cell:
            spans = _plain_cell(spans)
        role = f"{kind}:{level}" if kind in (Kind.HEADING, Kind.LIST) else "text"
        said = json.dumps(["enonce paragraph 1", role, spans], ensure_ascii=False)
        return Said(role, spans, hashlib.sha256(said.encode()).hexdigest())

    def _spans(
        self, nodes: Sequence[Node], style: Style, links: Mapping[str, Link], link: str
    ) -> Iterator[Span]:
        for node in nodes:
            if isinstance(node, Text):
                yield Span(node.text, self.marks(node.rpr, style), link)
            elif isinstance(node, Mark):
                yield from self._object(node, style, link)
            else:
                yield from self._spans(node.nodes, style, links, _target(node, links) or link)

    def _object(self, mark: Mark, style: Style, link: str) -> Iterator[Span]:
        if mark.role is Role.NOTE:
            yield Span("", ("note",), "")
        elif mark.role is Role.FIELD and inline.field_name(mark.code) in VOLATILE:
            yield Span("", ("field",), "")
        elif mark.role is Role.BREAK:
            element = mark.pieces[0].element
            if element.get(w("type"), "textWrapping") == "textWrapping":
                yield Span("\n", (), "")
        elif mark.plain:
            piece = next((piece for piece in mark.pieces if piece.in_run), None)
            yield Span(mark.plain, self.marks(piece.rpr if piece else None, style), link)

    def marks(self, rpr: Element | None, style: Style) -> tuple[str, ...]:
        """What sets a run of these properties apart from its paragraph's style, in order."""
        if rpr is None or not len(rpr):
            return ()
        named = rpr.find(w("rStyle"))
        character = self._word.styles.get(named.get(VAL) if named is not None else None)
        marks = []
        if _differs(on(rpr.find(w("b"))), character.bold, style.bold):
            marks.append("bold")
        if _differs(on(rpr.find(w("i"))), character.italic, style.italic):
            marks.append("italic")
        if on(rpr.find(w("strike"))) or on(rpr.find(w("dstrike"))):
            marks.append("struck")
        if on(rpr.find(w("vanish"))):
            marks.append("hidden")
        raised = rpr.find(w("vertAlign"))
        if raised is not None and raised.get(VAL) in ("superscript", "subscript"):
            marks.append(str(raised.get(VAL)))
        return tuple(sorted(marks))


def _differs(direct: bool | None, character: bool | None, base: bool | None) -> bool:
    """Whether a toggle property (clause 17.7.3) makes a run unlike its paragraph's style."""
    if direct is not None:
        return direct != bool(base)
    return bool(character)


def _target(group: Group, links: Mapping[str, Link]) -> str:
    return _same_address(written_target(group, links))


def _same_address(address: str) -> str:
    """An address whose only path is ``/`` without it: programs add that slash as they like."""
    match = _HOST.fullmatch(address)
    return match.group(1).lower() if match is not None else address


def written_target(group: Group, links: Mapping[str, Link]) -> str:
    """Where a link or a HYPERLINK field leads, as written; empty for any other group."""
    if group.wrap is Wrap.LINK:
        return target_of(links, group.element)
    if group.wrap is Wrap.FIELD:
        match = _LINK.match(group.code)
        if match is not None:
            local, quoted, bare, anchor = match.groups()
            if local is not None:
                return f"#{local}"
            return (quoted or bare or "") + (f"#{anchor}" if anchor else "")
    return ""


def _plain_cell(spans: list[Span]) -> list[Span]:
    """Emphasis of the whole paragraph left out: in a cell it is the table's look, not a stress."""
    marks = [set(span.marks) for span in spans if span.text]
    shared = set.intersection(*marks) & _EMPHASIS if marks else set()
    return [
        span._replace(marks=tuple(mark for mark in span.marks if mark not in shared))
        for span in spans
    ]


def _tidy(spans: list[Span]) -> list[Span]:
    """Spans merged and in NFC.

    White space takes the look that both its neighbours share; at the edges of a paragraph it says
    nothing.
    """
    pieces: list[Span] = []
    for span in spans:
        text = span.text.replace("\u00ad", "")
        if not text and span.marks[:1] not in (("note",), ("field",)):
            continue
        parts = re.findall(r"\s+|\S+", text) or [""]
        pieces.extend(Span(part, span.marks, span.link) for part in parts)
    words = [index for index, piece in enumerate(pieces) if not piece.text.isspace()]
    merged: list[Span] = []
    following = iter([*words, -1])
    before, after = -1, next(following)
    for index, piece in enumerate(pieces):
        if index == after:
            before, after = after, next(following)
            said = piece
        else:
            said = _space(piece.text, pieces, before, after)
        last = merged[-1] if merged else None
        if last is not None and said.text and last.text and last[1:] == said[1:]:
            merged[-1] = last._replace(text=last.text + said.text)
        else:
            merged.append(said)
    while merged and merged[0].text.isspace():
        merged.pop(0)
    while merged and merged[-1].text.isspace():
        merged.pop()
    return [span._replace(text=unicodedata.normalize("NFC", span.text)) for span in merged]


def _space(text: str, pieces: Sequence[Span], before: int, after: int) -> Span:
    if before >= 0 and after >= 0 and pieces[before].text and pieces[after].text:
        left, right = pieces[before], pieces[after]
        if left[1:] == right[1:]:
            return Span(text, left.marks, left.link)
    return Span(text, (), "")
