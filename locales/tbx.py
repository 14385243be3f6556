"""Glossaries as TBX-Basic: out to other tools (ISO 30042:2008) and back in (2008 and 2019).

The older form is written because every tool reads it. One concept is one line of the glossary: its
French and its English term, each with its other forms as further terms of the same status. The
statuses are TBX-Basic's own (``administrativeStatus``); that a name is not translated is said by an
``admin`` type of ours, since TBX-Basic has none. ``locales.glossary`` reads and writes CSV.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from locales.errors import N_
from locales.glossary import Glossary, GlossaryFileError, Status, Term

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_KEPT = "x-enonce-do-not-translate"
_STATUS = {
    Status.PREFERRED: "preferredTerm-admn-sts",
    Status.ADMITTED: "admittedTerm-admn-sts",
    Status.FORBIDDEN: "deprecatedTerm-admn-sts",
    Status.DO_NOT_TRANSLATE: "preferredTerm-admn-sts",
}
_READ = {
    "preferredTerm-admn-sts": Status.PREFERRED,
    "admittedTerm-admn-sts": Status.ADMITTED,
    "deprecatedTerm-admn-sts": Status.FORBIDDEN,
    "supersededTerm-admn-sts": Status.FORBIDDEN,
}
_TERMS = ("termSec", "tig", "ntig")
"""The element around a term: that of 2019, and both of 2008."""


def write(path: Path, glossary: Glossary) -> int:
    """Write a glossary and give the number of its concepts."""
    root = etree.Element("martif", {"type": "TBX-Basic", _LANG: "fr"})
    header = etree.SubElement(root, "martifHeader")
    source = etree.SubElement(etree.SubElement(header, "fileDesc"), "sourceDesc")
    etree.SubElement(source, "p").text = "Énoncé"
    rules = etree.SubElement(etree.SubElement(header, "encodingDesc"), "p", type="XCSURI")
    rules.text = "TBXBasicXCSV02.xcs"
    body = etree.SubElement(etree.SubElement(root, "text"), "body")
    for number, term in enumerate(glossary.terms, 1):
        entry = etree.SubElement(body, "termEntry", id=f"c{number}")
        if term.note:
            etree.SubElement(entry, "descrip", type="definition").text = term.note
        if term.status is Status.DO_NOT_TRANSLATE:
            etree.SubElement(entry, "admin", type=_KEPT).text = "yes"
        for language in ("fr", "en"):
            forms = term.forms(language)
            if forms:
                section = etree.SubElement(entry, "langSet", {_LANG: language})
                for form in forms:
                    holder = etree.SubElement(section, "tig")
                    etree.SubElement(holder, "term").text = form
                    said = etree.SubElement(holder, "termNote", type="administrativeStatus")
                    said.text = _STATUS[term.status]
    etree.ElementTree(root).write(path, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return len(glossary.terms)


def read(path: Path) -> Glossary:
    """Read a TBX file, of this version or the one before; other languages are passed over.

    Raises ``GlossaryFileError``: no XML, no TBX, or a document type with entities in it.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        tree = etree.parse(path, parser)
    except etree.XMLSyntaxError as fault:
        raise GlossaryFileError(
            N_("{file} is no TBX file: {reason}."), file=path.name, reason=fault.msg or ""
        ) from fault
    declared = tree.docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise GlossaryFileError(
            N_("{file} is no TBX file: {reason}."), file=path.name, reason="ENTITY"
        )
    root = tree.getroot()
    if _name(root) not in ("tbx", "martif"):
        raise GlossaryFileError(
            N_("{file} is no TBX file: {reason}."), file=path.name, reason=_name(root)
        )
    return Glossary(
        term
        for entry in root.iter()
        if _name(entry) in ("conceptEntry", "termEntry")
        for term in _concept(entry)
    )


def _concept(entry: etree._Element) -> Iterator[Term]:
    """One line for each status that a concept's terms have, so that forbidden ones stand apart."""
    note = next((_text(one) for one in entry if _name(one) in ("descrip", "note")), "")
    kept = any(one.get("type") == _KEPT for one in entry)
    found: dict[Status, dict[str, list[str]]] = {}
    for section in entry:
        language = (section.get(_LANG) or section.get("lang") or "").lower()[:2]
        if _name(section) not in ("langSec", "langSet") or language not in ("fr", "en"):
            continue
        for holder in section:
            if _name(holder) in _TERMS:
                status, term = _term(holder)
                if kept:
                    status = Status.DO_NOT_TRANSLATE
                if term:
                    found.setdefault(status, {}).setdefault(language, []).append(term)
    for status, terms in found.items():
        french, english = terms.get("fr", [""]), terms.get("en", [""])
        if status is Status.FORBIDDEN:
            # What is forbidden in one language is a fault beside the other language's own term.
            french = french if french[0] else _preferred(found, "fr")
            english = english if english[0] else _preferred(found, "en")
        yield Term(french[0], english[0], status, tuple(french[1:]), tuple(english[1:]), note)


def _preferred(found: dict[Status, dict[str, list[str]]], language: str) -> list[str]:
    for status in (Status.PREFERRED, Status.ADMITTED):
        terms = found.get(status, {}).get(language)
        if terms:
            return terms[:1]
    return [""]


def _term(holder: etree._Element) -> tuple[Status, str]:
    status, term = Status.PREFERRED, ""
    for one in holder.iter():
        if _name(one) == "term":
            term = _text(one)
        elif _name(one) == "termNote" and one.get("type") in (
            "administrativeStatus",
            "normativeAuthorization",
        ):
            said = _text(one)
            status = _READ.get(said, _READ.get(f"{said}-admn-sts", Status.PREFERRED))
    return status, term


def _text(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
