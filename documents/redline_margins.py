"""Headers and footers of a redline, section by section.

A section without a header of its own shows that of the section before it. So what is compared is
what is shown: for each pair of sections and each kind of page, the header that stood there with the
one that stands there. Where one shown header had two predecessors it becomes two parts; where there
was none, or there is none any more, an empty one is the other side.

Source: ECMA-376 part 1, clause 17.10 (headers and footers).
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import NamedTuple

from lxml import etree

from documents.redline_parts import Parts
from documents.wml import PPR, R_ID, Element, P, w
from documents.wordfile import WordFile

_SECTION = w("sectPr")
_REFERENCES = {w("headerReference"): "header", w("footerReference"): "footer"}
_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_ROOTS = {"header": w("hdr"), "footer": w("ftr")}

Compare = Callable[[tuple[str, Element], tuple[str, Element]], None]
"""Compares two headers or footers, each with the name of its part."""


class _Kind(NamedTuple):
    """For which pages: ``tag`` of the reference, ``pages`` default, first or even."""

    tag: str
    pages: str


_Shown = dict[_Kind, str]


class Margins:
    """Knows which headers and footers stood where."""

    def __init__(self, old: WordFile, new: WordFile, parts: Parts, compare: Compare) -> None:
        self._old, self._new = old, new
        self._parts = parts
        self._compare = compare
        self._was: dict[Element, _Shown] = {}
        self._now: dict[Element, _Shown] = {}
        self._pairs: list[tuple[Element | None, Element]] = []
        self._taken: set[str] = set()

    def begin(self) -> None:
        """Look at the sections before anything changes."""
        self._was, self._now = _shown(self._old), _shown(self._new)

    def pair(self, old: Element | None, new: Element) -> None:
        """Say that a section of the new version is that one of the old."""
        self._pairs.append((old, new))

    def bring(self, paragraph: Element, copied: Element) -> None:
        """Give the copy of a section's last paragraph that section, with what it showed."""
        section = paragraph.find(f"{PPR}/{_SECTION}")
        if section is None:
            return
        again = copy.deepcopy(section)
        for child in list(again):
            if child.tag in _REFERENCES or child.tag in (w("printerSettings"), w("sectPrChange")):
                again.remove(child)
        for kind, part in self._was.get(section, {}).items():
            self._refer(again, kind, self._parts.bring(part))
        ppr = copied.find(PPR)
        if ppr is None:
            ppr = etree.Element(PPR)
            copied.insert(0, ppr)
        ppr.append(again)

    def settle(self) -> None:
        """Compare what is shown, once for each pair of parts."""
        one_by_one = len(self._pairs) == len(self._was) == len(self._now)
        wanted: dict[tuple[str | None, str | None, str], str] = {}
        pristine = self._copies()
        before: _Shown = {}
        for old, new in self._pairs:
            was = self._was.get(old, {}) if old is not None else {}
            now = self._now.get(new, {})
            for kind in sorted({*was, *now}):
                key = (was.get(kind), now.get(kind), kind.tag)
                if key not in wanted:
                    wanted[key] = self._part(kind, key[0], key[1], pristine)
                part = wanted[key]
                own = _own(new, kind)
                if own is not None:
                    if part != key[1]:
                        new.remove(own)
                        self._refer(new, kind, part)
                elif not one_by_one or before.get(kind) != part:
                    self._refer(new, kind, part)
                before[kind] = part

    def _copies(self) -> dict[str, Element]:
        """The headers that had several predecessors, as they are before they are compared."""
        seen: dict[str, set[str | None]] = {}
        for old, new in self._pairs:
            was = self._was.get(old, {}) if old is not None else {}
            for kind, part in self._now.get(new, {}).items():
                seen.setdefault(part, set()).add(was.get(kind))
        found = {}
        for part, olds in seen.items():
            root = self._new.tree(part)
            if len(olds) > 1 and root is not None:
                found[part] = copy.deepcopy(root)
        return found

    def _part(
        self, kind: _Kind, old: str | None, new: str | None, pristine: dict[str, Element]
    ) -> str:
        name = _REFERENCES[kind.tag]
        before = self._old.tree(old) if old is not None else _empty(name)
        if new is None:
            assert old is not None
            new = self._parts.free_name(old)
            root = _empty(name)
            self._parts.add_tree(new, root, f"{_CONTENT}.{name}+xml")
        else:
            found = self._new.tree(new)
            assert found is not None
            root = found
            if new in self._taken:
                root = copy.deepcopy(pristine[new])
                new = self._parts.clone(new, root)
            self._taken.add(new)
        if before is not None:
            self._compare((old or self._old.main, before), (new, root))
        return new

    def _refer(self, section: Element, kind: _Kind, part: str) -> None:
        number = self._parts.relate(self._new.main, f"{_TYPE}/{_REFERENCES[kind.tag]}", part)
        made = etree.Element(kind.tag)
        made.set(w("type"), kind.pages)
        made.set(R_ID, number)
        section.insert(0, made)


def _own(section: Element, kind: _Kind) -> Element | None:
    return next(
        (one for one in section.iter(kind.tag) if one.get(w("type"), "default") == kind.pages),
        None,
    )


def _empty(name: str) -> Element:
    root = etree.Element(
        _ROOTS[name], nsmap={"w": w("").strip("{}"), "r": R_ID[1:].partition("}")[0]}
    )
    etree.SubElement(root, P)
    return root


def _shown(word: WordFile) -> dict[Element, _Shown]:
    """What each section shows, in order, its own or that of the section before it."""
    found: dict[Element, _Shown] = {}
    root = word.tree(word.main)
    body = root.find(w("body")) if root is not None else None
    if body is None:
        return found
    links = word.links(word.main)
    shown: _Shown = {}
    for section in body.iter(_SECTION):
        for reference in section.iter(*_REFERENCES):
            link = links.get(reference.get(R_ID, ""))
            if link is None or link.external or word.tree(link.target) is None:
                continue
            kind = _Kind(str(reference.tag), reference.get(w("type"), "default"))
            shown = {**shown, kind: link.target}
        found[section] = shown
    return found
