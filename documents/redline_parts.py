"""What the old version has in other parts and the new one lacks, brought into the new package.

Pictures, headers, notes, addresses of links, list definitions and styles that only deleted or
changed-away content needs: a redline must hold them, or rejecting could not bring the old version
back. What is compared, and where it goes, is ``redline_compare``'s matter.

Source: ECMA-376 part 2 (parts, relationships, content types); part 1, clauses 17.7 and 17.9.
"""

from __future__ import annotations

import copy
import hashlib
import posixpath

from lxml import etree

from documents.package import (
    CONTENT_TYPES,
    Package,
    Relationship,
    parse_xml,
    relationships_part,
)
from documents.wml import MC, PARA_ID, VAL, W14, Element, P, R, w
from documents.wordfile import WordFile

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_RELATED = f"{{{R}}}"
_DOC_PR = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_STYLE_NAMES = tuple(w(name) for name in ("pStyle", "rStyle", "tblStyle"))
_OWN_NUMBERS = frozenset({w("nsid"), w("tmpl")})


class Parts:
    """The new package while the redline is made: what is added to it and to its relationships."""

    def __init__(self, old: WordFile, new: WordFile) -> None:
        self._old, self._new = old, new
        self._added: dict[str, bytes] = {}
        self._trees: dict[str, Element] = {}
        self._types: dict[str, str] = {}
        self._relations: dict[str, Element] = {}
        self._brought: dict[str, str] = {}
        self._same: dict[str, str] | None = None
        self._drawings = 900_000_000
        self._ids: set[str] | None = None

    def localise(self, element: Element, old_part: str, new_part: str) -> Element:
        """Make a copied element of the old version lead where it led, from a part of the new one.

        Its paragraphs lose their ids, because the new version has paragraphs of those ids.
        """
        for one in element.iter():
            one.attrib.pop(PARA_ID, None)
            if one.tag == _DOC_PR:
                self._drawings += 1
                one.set("id", str(self._drawings))
            for name in [name for name in one.attrib if str(name).startswith(_RELATED)]:
                found = self._follow(one.get(name, ""), old_part, new_part)
                if found is None:
                    del one.attrib[name]
                else:
                    one.set(name, found)
        return element

    def free_id(self, part: str, one: str) -> bool:
        """Take a paragraph id of the old version, if no paragraph has it and its root knows ids."""
        if self._ids is None:
            self._ids = {
                p.get(PARA_ID, "") for _, root in self._new.story_roots() for p in root.iter(P)
            }
        root = self._trees[part] if part in self._trees else self._new.tree(part)
        if one in self._ids or root is None or not _declares_ids(root):
            return False
        self._ids.add(one)
        return True

    def _follow(self, relationship: str, old_part: str, new_part: str) -> str | None:
        for known in self._old.package.relationships(old_part):
            if known.id == relationship:
                return self._again(known, new_part)
        return None

    def _again(self, known: Relationship, new_part: str) -> str | None:
        if known.mode == "External":
            return self.relate(new_part, known.type, known.target, external=True)
        if known.part is None:
            return None
        return self.relate(new_part, known.type, self.bring(known.part))

    def relate(self, part: str, type_: str, target: str, *, external: bool = False) -> str:
        """A relationship of a part to that target, made where there is none; its id."""
        if not external and _STRICT in type_:
            type_ = type_.replace(_STRICT, _OFFICE)
        root = self._relations_of(part)
        taken = set()
        for one in root:
            taken.add(one.get("Id", ""))
            if one.get("Type") == type_ and one.get("Target") == target:
                return str(one.get("Id"))
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        made = etree.SubElement(root, f"{{{_RELS}}}Relationship")
        made.set("Id", f"rId{number}")
        made.set("Type", type_)
        made.set("Target", target)
        if external:
            made.set("TargetMode", "External")
        return f"rId{number}"

    def _relations_of(self, part: str) -> Element:
        if part not in self._relations:
            name = relationships_part(part)
            data = self._new.package.parts.get(name)
            self._relations[part] = (
                parse_xml(data, name)
                if data is not None
                else etree.Element(f"{{{_RELS}}}Relationships", nsmap={None: _RELS})
            )
        return self._relations[part]

    def bring(self, part: str) -> str:
        """Copy a part of the old package with everything it leads to; its name in the new one."""
        known = self._brought.get(part)
        if known is not None:
            return known
        package = self._old.package
        leads = package.relationships(part)
        if not leads:
            same = self._twin(package.parts[part])
            if same is not None:
                self._brought[part] = same
                return same
        name = self.free_name(part)
        self._brought[part] = name
        self._added[name] = package.parts[part]
        self._types[name] = package.content_type(part) or "application/octet-stream"
        for lead in leads:
            self._copy_lead(lead, name)
        return name

    def _copy_lead(self, lead: Relationship, name: str) -> None:
        root = self._relations_of(name)
        if lead.mode != "External" and lead.part is None:
            return
        made = etree.SubElement(root, f"{{{_RELS}}}Relationship")
        made.set("Id", lead.id)
        made.set("Type", lead.type)
        made.set("Target", lead.target if lead.part is None else self.bring(lead.part))
        if lead.mode == "External":
            made.set("TargetMode", "External")

    def _twin(self, data: bytes) -> str | None:
        """The part of the new package that has just these bytes."""
        if self._same is None:
            self._same = {
                hashlib.sha256(held).hexdigest(): name
                for name, held in self._new.package.parts.items()
                if not name.endswith((".rels", ".xml"))
            }
        return self._same.get(hashlib.sha256(data).hexdigest())

    def free_name(self, part: str) -> str:
        """A name like that one that no part of the new package has."""
        stem, extension = posixpath.splitext(part)
        taken = {name.casefold() for name in (*self._new.package.parts, *self._added)}
        number = 0
        name = part
        while name.casefold() in taken:
            number += 1
            name = f"{stem}_before{number}{extension}"
        return name

    def add_tree(self, name: str, root: Element, content_type: str) -> None:
        """Add a part that is still worked on."""
        self._added[name] = b""
        self._trees[name] = root
        self._types[name] = content_type

    def clone(self, part: str, root: Element) -> str:
        """Add another root in the likeness of a part of the new package; its name."""
        name = self.free_name(part)
        self.add_tree(name, root, self._new.package.content_type(part) or "")
        self._relations[name] = copy.deepcopy(self._relations_of(part))
        return name

    def tree_of(self, name: str) -> Element:
        """A part that was brought, as a tree that may be changed."""
        if name not in self._trees:
            self._trees[name] = parse_xml(self._added[name], name)
        return self._trees[name]

    def is_new(self, name: str) -> bool:
        """Whether the part was added here."""
        return name in self._added

    @property
    def trees(self) -> tuple[tuple[str, Element], ...]:
        """The added parts that are still worked on."""
        return tuple(self._trees.items())

    def save(self, changed: set[str]) -> bytes:
        """The new package with those of its parts written anew, and with what was added."""
        data = self._new.save(sorted(changed))
        if not self._added and not self._relations:
            return data
        package = Package.read(data)
        parts: dict[str, bytes] = {}
        for name, held in self._added.items():
            tree = self._trees.get(name)
            parts[name] = _written(tree) if tree is not None else held
        for part, root in self._relations.items():
            if len(root):
                parts[relationships_part(part)] = _written(root)
        types = parse_xml(package.parts[CONTENT_TYPES], CONTENT_TYPES)
        for name, kind in self._types.items():
            made = etree.SubElement(types, f"{{{_TYPES}}}Override")
            made.set("PartName", name)
            made.set("ContentType", kind)
        rels = f"{{{_TYPES}}}Default"
        if not any(one.get("Extension") == "rels" for one in types.iter(rels)):
            made = etree.Element(rels)
            made.set("Extension", "rels")
            made.set("ContentType", "application/vnd.openxmlformats-package.relationships+xml")
            types.insert(0, made)
        parts[CONTENT_TYPES] = _written(types)
        return package.with_parts(parts).write()


def _written(root: Element) -> bytes:
    done: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return done


class Numbering:
    """The old version's lists in the new version's numbers.

    A list that both define alike under one number keeps it; one that the new version defines under
    another number gets that; any other is added.
    """

    def __init__(self, old: WordFile, new: WordFile, parts: Parts) -> None:
        self._old, self._new, self._parts = old, new, parts
        self._was, self._now = _numbering(old), _numbering(new)
        olds, news = _lists(self._was), _lists(self._now)
        self._olds, self._news = olds, news
        self._map = {one: one for one, said in olds.items() if news.get(one) == said}
        self.changed: set[str] = set()

    def settle(self, root: Element) -> None:
        """Give the list paragraphs under an old root the new version's numbers."""
        for element in root.iter(w("numId")):
            number = element.get(VAL, "")
            found = self._number(number)
            if found != number:
                element.set(VAL, found)

    def _number(self, number: str) -> str:
        if number == "0" or number not in self._olds:
            return number
        if number not in self._map:
            claimed = set(self._map.values())
            said = self._olds[number]
            twin = next(
                (one for one, other in self._news.items() if other == said and one not in claimed),
                None,
            )
            self._map[number] = twin if twin is not None else self._add(number)
        return self._map[number]

    def _add(self, number: str) -> str:
        part, root = self._target()
        if root is None or self._was is None:
            return number
        num = next(one for one in self._was.findall(w("num")) if one.get(w("numId")) == number)
        abstract = _abstract(self._was, num)
        if abstract is None:
            return number
        made = copy.deepcopy(abstract)
        for child in [one for one in made if one.tag in _OWN_NUMBERS]:
            made.remove(child)
        for bullet in made.iter(w("lvlPicBulletId")):
            bullet.set(VAL, self._picture(bullet.get(VAL, ""), part, root))
        key = _next_number(root, "abstractNum", "abstractNumId")
        made.set(w("abstractNumId"), key)
        first = root.find(w("num"))
        if first is not None:
            first.addprevious(made)
        else:
            root.append(made)
        again = copy.deepcopy(num)
        own = _next_number(root, "num", "numId")
        again.set(w("numId"), own)
        link = again.find(w("abstractNumId"))
        if link is not None:
            link.set(VAL, key)
        last = root.findall(w("num"))
        if last:
            last[-1].addnext(again)
        else:
            made.addnext(again)
        if part is not None:
            self.changed.add(part)
        self._news[own] = self._olds[number]
        return own

    def _picture(self, number: str, part: str | None, root: Element) -> str:
        """Bring the picture of a bullet; its number in the new version's numbering."""
        source = self._old.related("numbering")
        held = self._was.findall(w("numPicBullet")) if self._was is not None else []
        found = next((one for one in held if one.get(w("numPicBulletId")) == number), None)
        if found is None or source is None:
            return number
        made = copy.deepcopy(found)
        target = part if part is not None else self._parts.bring(source)
        self._parts.localise(made, source, target)
        own = _next_number(root, "numPicBullet", "numPicBulletId")
        made.set(w("numPicBulletId"), own)
        root.insert(0, made)
        return own

    def _target(self) -> tuple[str | None, Element | None]:
        if self._now is not None:
            return self._new.related("numbering"), self._now
        source = self._old.related("numbering")
        if source is None:
            return None, None
        name = self._parts.bring(source)
        self._parts.relate(self._new.main, f"{_OFFICE}/numbering", name)
        self._now = self._parts.tree_of(name)
        for child in list(self._now):
            self._now.remove(child)
        return None, self._now


def _declares_ids(root: Element) -> bool:
    """Whether readers that do not know paragraph ids are told that they may pass them over."""
    prefix = next((name for name, uri in root.nsmap.items() if uri == W14 and name), None)
    return prefix is not None and prefix in root.get(f"{{{MC}}}Ignorable", "").split()


def _numbering(word: WordFile) -> Element | None:
    part = word.related("numbering")
    return word.tree(part) if part is not None else None


def _abstract(root: Element, num: Element) -> Element | None:
    link = num.find(w("abstractNumId"))
    wanted = link.get(VAL) if link is not None else None
    return next(
        (one for one in root.findall(w("abstractNum")) if one.get(w("abstractNumId")) == wanted),
        None,
    )


def _lists(root: Element | None) -> dict[str, tuple[bytes, ...]]:
    """What each list looks like, by its number."""
    found: dict[str, tuple[bytes, ...]] = {}
    looks: dict[str, tuple[bytes, ...]] = {}
    if root is None:
        return found
    for one in root.findall(w("abstractNum")):
        looks[one.get(w("abstractNumId"), "")] = tuple(
            etree.tostring(child, method="c14n", exclusive=True)
            for child in one
            if child.tag not in _OWN_NUMBERS
        )
    for num in root.findall(w("num")):
        link = num.find(w("abstractNumId"))
        said = looks.get(link.get(VAL, ""), ()) if link is not None else ()
        overrides = tuple(
            etree.tostring(child, method="c14n", exclusive=True)
            for child in num
            if child.tag == w("lvlOverride")
        )
        found[num.get(w("numId"), "")] = (*said, b"|", *overrides)
    return found


def _next_number(root: Element, tag: str, attribute: str) -> str:
    taken = [one.get(w(attribute), "") for one in root.findall(w(tag))]
    return str(max([0, *(int(one) for one in taken if one.isdecimal())]) + 1)


def bring_styles(old: WordFile, new: WordFile, parts: Parts, numbering: Numbering) -> set[str]:
    """Copy the styles that only the old content needs; the parts of the new file that changed."""
    source_part, target_part = old.related("styles"), new.related("styles")
    source = old.tree(source_part) if source_part is not None else None
    target = new.tree(target_part) if target_part is not None else None
    if source is None or target is None or target_part is None:
        return set()
    known = {one.get(w("styleId"), "") for one in target.findall(w("style"))}
    spare = {one.get(w("styleId"), ""): one for one in source.findall(w("style"))}
    roots = [root for _, root in new.story_roots()] + [root for _, root in parts.trees]
    wanted = list({str(one.get(VAL)) for root in roots for one in root.iter(*_STYLE_NAMES)})
    brought = False
    while wanted:
        style = wanted.pop()
        if style in known or style not in spare:
            continue
        known.add(style)
        copied = copy.deepcopy(spare[style])
        copied.attrib.pop(w("default"), None)
        numbering.settle(copied)
        target.append(copied)
        brought = True
        wanted.extend(str(one.get(VAL)) for one in copied.iter(w("basedOn"), w("link")))
    return {target_part} if brought else set()
