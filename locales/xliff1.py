"""XLIFF 1.2 (OASIS, 2008): a trans-unit per sentence, a group per paragraph.

What XLIFF has no place for (the digest of the source, origin, score) stands in a context group as
``x-enonce-…``, which the strict schema allows and tools keep. Version 1.2 has other states than we;
``_STATES`` says which stands for which.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from lxml import etree

from locales.exchange import Note, Row, Sheet, even, language, place
from locales.units import Offer, Origin, OriginKind, State
from locales.xliff_inline import Dialect, Element, clean, fill, tagged

NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
_XML = "{http://www.w3.org/XML/1998/namespace}"

DIALECT = Dialect(
    NAMESPACE,
    pair="g",
    alone="x",
    attributes={},
    pairs=frozenset({"g"}),
    stands=frozenset({"x", "ph", "it"}),
    opens=frozenset({"bx", "bpt"}),
    closes=frozenset({"ex", "ept"}),
    references=("rid", "id"),
    around=frozenset({"mrk"}),
)

_STATES: Mapping[State, str] = {
    State.INITIAL: "needs-review-translation",
    State.TRANSLATED: "translated",
    State.REVIEWED: "signed-off",
    State.FINAL: "final",
}
"""What a target's state is called (clause 3.2.4); any other value is ``initial`` with us."""

_COPIED = "new"
"""The state of a target that is a copy of its source, for tools that translate targets."""

_QUALIFIERS: Mapping[OriginKind, str] = {
    OriginKind.ICE: "exact-match",
    OriginKind.EXACT: "exact-match",
    OriginKind.FUZZY: "fuzzy-match",
    OriginKind.MACHINE: "leveraged-mt",
}
"""What tools are told of an origin; our own word for it is in the context group."""


def write(sheet: Sheet, *, copied: bool = False) -> Element:
    """The whole file as a tree; ``copied`` puts the source into every target."""
    root = etree.Element(_x("xliff"), {"version": "1.2"}, nsmap={None: NAMESPACE})
    file = etree.SubElement(
        root,
        _x("file"),
        {
            "original": clean(sheet.dossier),
            "source-language": sheet.source_language,
            "target-language": sheet.target_language,
            "datatype": "x-docx",
        },
    )
    body = etree.SubElement(file, _x("body"))
    for paragraph, rows in groupby(sheet.rows, key=lambda row: row.paragraph):
        group = etree.SubElement(body, _x("group"), id=f"p-{paragraph}")
        for row in rows:
            _write_unit(group, _copied(row) if copied else row, copied)
    return root


def _x(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _copied(row: Row) -> Row:
    """The row with its source as its target; a translation that it has becomes an offer."""
    if row.target is None:
        return replace(row, target=row.source)
    score = 100 if row.origin.score is None else row.origin.score
    offer = Offer(row.source, row.target, score, row.origin.detail)
    return replace(row, target=row.source, state=State.INITIAL, offers=(offer, *row.offers))


def _write_unit(group: Element, row: Row, copied: bool) -> None:
    unit = etree.SubElement(group, _x("trans-unit"), {"id": row.id, f"{_XML}space": "preserve"})
    if row.name:
        unit.set("resname", clean(row.name))
    fill(etree.SubElement(unit, _x("source")), row.source, DIALECT)
    if row.target is not None:
        if row.state in (State.REVIEWED, State.FINAL):
            unit.set("approved", "yes")
        state = _COPIED if copied else _STATES[row.state]
        target = etree.SubElement(unit, _x("target"), state=state)
        if not copied and row.origin.kind in _QUALIFIERS:
            target.set("state-qualifier", _QUALIFIERS[row.origin.kind])
        fill(target, row.target, DIALECT)
    values = {
        "x-enonce-source-digest": row.digest,
        "x-enonce-origin": "" if row.origin.kind is OriginKind.NONE else row.origin.kind.value,
        "x-enonce-score": "" if row.origin.score is None else str(row.origin.score),
        "x-enonce-detail": row.origin.detail,
        "x-enonce-drafted": row.origin.drafted,
    }
    if any(values.values()):
        context = etree.SubElement(unit, _x("context-group"), purpose="match")
        for name, value in values.items():
            if value:
                said = etree.SubElement(context, _x("context"), {"context-type": name})
                said.text = clean(value)
    for note in row.notes:
        said = etree.SubElement(unit, _x("note"))
        said.text = clean(note.text)
        if note.by:
            said.set("from", clean(note.by))
    for offer in row.offers:
        other = etree.SubElement(unit, _x("alt-trans"), {"match-quality": f"{offer.score}%"})
        if offer.detail:
            other.set("origin", clean(offer.detail))
        fill(etree.SubElement(other, _x("source")), offer.source, DIALECT)
        fill(etree.SubElement(other, _x("target")), offer.target, DIALECT)


def read(root: Element) -> Sheet:
    """Read a tree; ids that are none of ours are only listed."""
    rows: list[Row] = []
    strange: list[str] = []
    files = root.findall(_x("file"))
    for file in files:
        for unit in file.iter(_x("trans-unit")):
            at = place(unit.get("id", ""))
            if at is None:
                strange.append(unit.get("id", ""))
            else:
                rows.append(_row(unit, *at))
    first = files[0] if files else root
    return Sheet(
        first.get("original", ""),
        language(first.get("source-language", "")),
        language(first.get("target-language", "")),
        tuple(rows),
        tuple(strange),
    )


def _row(unit: Element, paragraph: str, index: int) -> Row:
    source, target = unit.find(_x("source")), unit.find(_x("target"))
    values = dict(_context(unit))
    said = "" if source is None else tagged(source, DIALECT)
    given = None if target is None else tagged(target, DIALECT)
    if target is not None and target.get("state") == _COPIED and even(given or "") == even(said):
        given = target = None
    return Row(
        paragraph,
        index,
        said,
        given,
        State.INITIAL if target is None else _state(unit, target),
        _origin(values),
        values.get("x-enonce-source-digest", ""),
        unit.get("resname", ""),
        tuple(
            Note("".join(map(str, note.itertext())), note.get("from", ""))
            for note in unit.iterfind(_x("note"))
        ),
        tuple(_offers(unit)),
    )


def _state(unit: Element, target: Element) -> State:
    said = target.get("state")
    if said is None:
        # A tool that knows no states says only whether a person approved the translation.
        return State.TRANSLATED if unit.get("approved") == "yes" else State.INITIAL
    return next((state for state, name in _STATES.items() if name == said), State.INITIAL)


def _context(unit: Element) -> Iterator[tuple[str, str]]:
    for context in unit.iterfind(f"{_x('context-group')}/{_x('context')}"):
        yield context.get("context-type", ""), context.text or ""


def _origin(values: Mapping[str, str]) -> Origin:
    kind, score = values.get("x-enonce-origin", ""), values.get("x-enonce-score", "")
    if kind not in [*OriginKind]:
        return Origin()
    number = int(score) if score.isdigit() and len(score) < 4 else None
    return Origin(
        OriginKind(kind),
        number,
        values.get("x-enonce-detail", ""),
        values.get("x-enonce-drafted", ""),
    )


def _offers(unit: Element) -> Iterator[Offer]:
    for other in unit.iterfind(_x("alt-trans")):
        source, target = other.find(_x("source")), other.find(_x("target"))
        quality = other.get("match-quality", "").rstrip("%").partition(".")[0]
        if source is not None and target is not None:
            score = int(quality) if quality.isdigit() and len(quality) < 4 else 0
            yield Offer(
                tagged(source, DIALECT), tagged(target, DIALECT), score, other.get("origin", "")
            )
