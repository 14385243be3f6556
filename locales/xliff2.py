"""XLIFF 2.1 (OASIS, 2018): a unit with one segment per sentence, a group per paragraph.

What XLIFF has no place for (the digest of the source, origin, score) stands in the metadata module,
in the group ``enonce``; similar sentences in the module of translation candidates. A tool that has
cut a unit into several segments is read all the same: they are joined in the order of the target.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from lxml import etree

from locales.exchange import HOUSE, Note, Row, Sheet, language, place
from locales.markup import TaggedText
from locales.units import Offer, Origin, OriginKind, State
from locales.xliff_inline import Dialect, Element, clean, fill, tagged

NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"
METADATA = "urn:oasis:names:tc:xliff:metadata:2.0"
MATCHES = "urn:oasis:names:tc:xliff:matches:2.0"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

DIALECT = Dialect(
    NAMESPACE,
    pair="pc",
    alone="ph",
    attributes={"canCopy": "no", "canDelete": "no"},
    pairs=frozenset({"pc"}),
    stands=frozenset({"ph"}),
    opens=frozenset({"sc"}),
    closes=frozenset({"ec"}),
    references=("startRef", "id"),
    around=frozenset({"mrk"}),
)

_STATES = tuple(State)


def write(sheet: Sheet) -> Element:
    """The whole file as a tree."""
    root = etree.Element(
        _x("xliff"),
        {"version": "2.1", "srcLang": sheet.source_language, "trgLang": sheet.target_language},
        nsmap={None: NAMESPACE, "mda": METADATA, "mtc": MATCHES},
    )
    root.set(_SPACE, "preserve")
    file = etree.SubElement(root, _x("file"), id="f1", original=clean(sheet.dossier))
    for paragraph, rows in groupby(sheet.rows, key=lambda row: row.paragraph):
        group = etree.SubElement(file, _x("group"), id=f"p-{paragraph}")
        for row in rows:
            _write_unit(group, row)
    return root


def _x(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _write_unit(group: Element, row: Row) -> None:
    unit = etree.SubElement(group, _x("unit"), id=row.id, canResegment="no")
    if row.name:
        unit.set("name", clean(row.name))
    _write_metadata(unit, row)
    _write_offers(unit, row.offers)
    if row.notes:
        notes = etree.SubElement(unit, _x("notes"))
        for note in row.notes:
            said = etree.SubElement(notes, _x("note"))
            said.text = clean(note.text)
            if note.by:
                said.set("category", clean(note.by))
    # A segment without a target is initial, whatever was said of it (clause 4.3.1.31).
    state = State.INITIAL if row.target is None else row.state
    segment = etree.SubElement(unit, _x("segment"), id="s1", state=state.value)
    if row.origin.kind is not OriginKind.NONE:
        segment.set("subState", f"{HOUSE}:{row.origin.kind.value}")
    fill(etree.SubElement(segment, _x("source")), row.source, DIALECT)
    if row.target is not None:
        fill(etree.SubElement(segment, _x("target")), row.target, DIALECT)


def _write_metadata(unit: Element, row: Row) -> None:
    values = {
        "source-digest": row.digest,
        "score": "" if row.origin.score is None else str(row.origin.score),
        "detail": row.origin.detail,
        "drafted": row.origin.drafted,
    }
    holder = etree.SubElement(unit, f"{{{METADATA}}}metadata")
    group = etree.SubElement(holder, f"{{{METADATA}}}metaGroup", category=HOUSE)
    for name, value in values.items():
        if value:
            etree.SubElement(group, f"{{{METADATA}}}meta", type=name).text = clean(value)
    if not len(group):
        unit.remove(holder)


def _write_offers(unit: Element, offers: Sequence[Offer]) -> None:
    if not offers:
        return
    matches = etree.SubElement(unit, f"{{{MATCHES}}}matches")
    for offer in offers:
        match = etree.SubElement(
            matches,
            f"{{{MATCHES}}}match",
            ref="#s1",
            similarity=str(offer.score),
            type="tm",
        )
        if offer.detail:
            match.set("origin", clean(offer.detail))
        fill(etree.SubElement(match, _x("source")), offer.source, DIALECT)
        fill(etree.SubElement(match, _x("target")), offer.target, DIALECT)


def read(root: Element) -> Sheet:
    """Read a tree; ids that are none of ours are only listed."""
    rows: list[Row] = []
    strange: list[str] = []
    files = root.findall(_x("file"))
    for file in files:
        for unit in file.iter(_x("unit")):
            at = place(unit.get("id", ""))
            if at is None:
                strange.append(unit.get("id", ""))
            else:
                rows.append(_row(unit, *at))
    return Sheet(
        files[0].get("original", "") if files else "",
        language(root.get("srcLang", "")),
        language(root.get("trgLang", "")),
        tuple(rows),
        tuple(strange),
    )


def _row(unit: Element, paragraph: str, index: int) -> Row:
    pieces = [*unit.iterchildren(_x("segment"), _x("ignorable"))]
    sources = [_text(piece, "source") for piece in pieces]
    segments = [piece for piece in pieces if piece.tag == _x("segment")]
    values = dict(_metadata(unit))
    sub_states = {segment.get("subState", "") for segment in segments}
    return Row(
        paragraph,
        index,
        "".join(source or "" for source in sources),
        _target(pieces),
        min((_state(segment) for segment in segments), key=_STATES.index, default=State.INITIAL),
        _origin(sub_states, values),
        values.get("source-digest", ""),
        unit.get("name", ""),
        tuple(
            Note("".join(map(str, note.itertext())), note.get("category", ""))
            for note in unit.iterfind(f"{_x('notes')}/{_x('note')}")
        ),
        tuple(_offers(unit)),
    )


def _target(pieces: Sequence[Element]) -> TaggedText | None:
    """The targets joined in their own order; None where a segment has none yet."""
    texts: list[tuple[int, TaggedText]] = []
    for number, piece in enumerate(pieces, 1):
        target = piece.find(_x("target"))
        if target is not None:
            order = target.get("order", "")
            at = int(order) if order.isdigit() and len(order) < 7 else number
            texts.append((at, tagged(target, DIALECT)))
        elif piece.tag == _x("segment"):
            return None
        else:
            texts.append((number, _text(piece, "source") or ""))
    return "".join(text for _, text in sorted(texts, key=lambda one: one[0])) if texts else None


def _text(piece: Element, name: str) -> TaggedText | None:
    element = piece.find(_x(name))
    return None if element is None else tagged(element, DIALECT)


def _state(segment: Element) -> State:
    try:
        return State(segment.get("state", "initial"))
    except ValueError:
        return State.INITIAL


def _metadata(unit: Element) -> Iterator[tuple[str, str]]:
    for group in unit.iterfind(f"{{{METADATA}}}metadata/{{{METADATA}}}metaGroup"):
        if group.get("category") == HOUSE:
            for meta in group.iterfind(f"{{{METADATA}}}meta"):
                yield meta.get("type", ""), meta.text or ""


def _origin(sub_states: set[str], values: dict[str, str]) -> Origin:
    house, _, kind = (sub_states.pop() if len(sub_states) == 1 else "").partition(":")
    if house != HOUSE or kind not in [*OriginKind]:
        return Origin()
    score = values.get("score", "")
    number = int(score) if score.isdigit() and len(score) < 4 else None
    return Origin(OriginKind(kind), number, values.get("detail", ""), values.get("drafted", ""))


def _offers(unit: Element) -> Iterator[Offer]:
    for match in unit.iterfind(f"{{{MATCHES}}}matches/{{{MATCHES}}}match"):
        source, target = _text(match, "source"), _text(match, "target")
        similarity = match.get("similarity", "").partition(".")[0]
        if source is not None and target is not None:
            score = int(similarity) if similarity.isdigit() and len(similarity) < 4 else 0
            yield Offer(source, target, score, match.get("origin", ""))
