"""Accept or reject every tracked change of a story.

``redline`` accepts what its two inputs still carry before it compares them. Nothing is chosen one
by one here.

Source: ECMA-376 part 1, clause 17.13.5 (revisions).
"""

from __future__ import annotations

from documents.wml import PPR, RPR, TBL, TC, TR, Element, P, T, w

_INSERTED = frozenset({w("ins"), w("moveTo")})
_DELETED = frozenset({w("del"), w("moveFrom")})
_RANGES = frozenset(
    w(f"{name}Range{end}") for name in ("moveFrom", "moveTo") for end in ("Start", "End")
) | frozenset(
    w(f"customXml{name}Range{end}")
    for name in ("Ins", "Del", "MoveFrom", "MoveTo")
    for end in ("Start", "End")
)
_CHANGES = frozenset(
    w(f"{name}Change") for name in ("rPr", "pPr", "sectPr", "tblPr", "tblPrEx", "tcPr", "trPr")
) | {w("tblGridChange"), w("numberingChange")}
_MARKS = _INSERTED | _DELETED
# What a change of properties does not cover, and of it what stands after the properties.
_STAYS = {
    PPR: frozenset({RPR, w("sectPr")}),
    RPR: _MARKS,
    w("trPr"): _MARKS,
    w("tcPr"): frozenset({w("cellIns"), w("cellDel"), w("cellMerge")}),
    w("sectPr"): frozenset({w("headerReference"), w("footerReference")}),
}
_LAST = frozenset({RPR, w("sectPr"), w("cellIns"), w("cellDel"), w("cellMerge")})
_WRAPS = frozenset(
    w(name) for name in ("hyperlink", "smartTag", "customXml", "sdt", "sdtContent", "dir", "bdo")
)
_LABELS = frozenset(w(name) for name in ("sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr"))
_ANCHORS = frozenset(
    w(f"{name}{end}") for name in ("bookmark", "commentRange") for end in ("Start", "End")
) | {w("proofErr"), w("permStart"), w("permEnd")}
_HOLDERS = frozenset({RPR, w("trPr"), w("numPr"), PPR})


def accept_all(root: Element) -> None:
    """Make every tracked change under ``root`` final."""
    _resolve(root, kept=_INSERTED, dropped=_DELETED, restore=False)


def reject_all(root: Element) -> None:
    """Undo every tracked change under ``root``."""
    _resolve(root, kept=_DELETED, dropped=_INSERTED, restore=True)


def _resolve(
    root: Element, kept: frozenset[str], dropped: frozenset[str], *, restore: bool
) -> None:
    if next(root.iter(*_CHANGES, *_MARKS, *_RANGES), None) is None:
        return
    for change in list(root.iter(*_CHANGES)):
        _settle(change, restore)
    for row in list(root.iter(TR)):
        properties = row.find(w("trPr"))
        if properties is not None and any(child.tag in dropped for child in properties):
            _remove(row)
    for table in list(root.iter(TBL)):
        if next(table.iter(TR), None) is None:
            _remove(table)
    joined = [p for p in root.iter(P) if _mark_is(p, dropped)]
    around: list[Element] = []
    for element in list(root.iter(*kept, *dropped, *_RANGES)):
        parent = element.getparent()
        if parent is None:
            continue
        if element.tag in kept and parent.tag not in _HOLDERS:
            _unwrap(element)
        else:
            around.append(parent)
            _remove(element)
    if restore:
        for name, plain in (("delText", T), ("delInstrText", w("instrText"))):
            for element in root.iter(w(name)):
                element.tag = plain
    for element in around:
        _remove_emptied(element)
    for paragraph in joined:
        parent = paragraph.getparent()
        _join_next(paragraph)
        if parent is not None:
            _remove_emptied(parent)


def _remove_emptied(element: Element) -> None:
    """Take away a link or control that held nothing but what is gone, and those around it."""
    while element.tag in _WRAPS and not any(child.tag not in _LABELS for child in element):
        parent = element.getparent()
        if parent is None:
            return
        parent.remove(element)
        element = parent


def _mark_is(paragraph: Element, tags: frozenset[str]) -> bool:
    ppr = paragraph.find(PPR)
    rpr = ppr.find(RPR) if ppr is not None else None
    return rpr is not None and any(child.tag in tags for child in rpr)


def _settle(change: Element, restore: bool) -> None:
    """Drop a property change, after putting the properties before it back where asked."""
    holder = change.getparent()
    if holder is None:
        return
    holder.remove(change)
    before = change[0] if len(change) else None
    if not restore or before is None or before.tag != holder.tag:
        return
    own = [child for child in holder if child.tag in _STAYS.get(str(holder.tag), ())]
    for child in list(holder):
        holder.remove(child)
    marks = [child for child in own if child.tag not in _LAST]
    holder.extend([*marks, *before, *(child for child in own if child.tag in _LAST)])


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap(element: Element) -> None:
    for child in list(element):
        element.addprevious(child)
    _remove(element)


def _join_next(paragraph: Element) -> None:
    """A paragraph whose mark is gone flows into the next one, which keeps its own properties."""
    following = paragraph.getnext()
    while following is not None and following.tag not in (P, TBL, w("sectPr"), w("sdt")):
        following = following.getnext()
    content = [child for child in paragraph if child.tag != PPR]
    if following is not None and following.tag == P:
        place = 1 if len(following) and following[0].tag == PPR else 0
        following[place:place] = content
        _remove(paragraph)
        return
    parent = paragraph.getparent()
    alone = parent is not None and parent.tag == TC and following is None
    if not alone and all(child.tag in _ANCHORS for child in content):
        _remove(paragraph)
