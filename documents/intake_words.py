"""The sentences of intake by their codes, and the notebook in which its rules write.

Every sentence says what is wrong and what to do in Word. Which rule writes which is in
``intake_rules`` and ``intake_story``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote

from documents.errors import N_
from documents.findings import Finding, Plain

_PER_CODE = 20
_NEAR = 60
_LINK = re.compile(r"(https?://|mailto:)[^\s\x00-\x1f]+", re.IGNORECASE)

SENTENCES: Mapping[str, str] = {
    "not-word": N_("This is not a Word file. Open it in Word and save it as .docx."),
    "template-file": N_("This is a Word template. Open it in Word and save it as .docx."),
    "bad-xml": N_(
        "Part {part} of the file cannot be read. Open the file in Word, let Word repair it, and "
        "save it again as .docx."
    ),
    "dtd": N_(
        "Part {part} declares a document type, which Word never does. Open the file in Word and "
        "save it under a new name as .docx."
    ),
    "depth": N_(
        "Part {part} nests more than {limit} levels. In Word, take tables and text boxes out of "
        "one another and save again."
    ),
    "part-too-large": N_(
        "Part {part} is more than {limit} MB unpacked. In Word, split the document or copy the "
        "text into a new one."
    ),
    "two-types": N_(
        "Part {part} is declared twice, differently. Open the file in Word and save it under a "
        "new name as .docx."
    ),
    "two-relationships": N_(
        "Part {part} has two links with one name. Open the file in Word and save it under a new "
        "name as .docx."
    ),
    "two-bodies": N_(
        "The file holds two documents. Open it in Word and save it under a new name as .docx."
    ),
    "macros": N_(
        "The file contains macros. In Word, save it as a Word Document (.docx), not as a "
        "macro-enabled one."
    ),
    "active-content": N_(
        "The file contains a control or an add-in that runs. In Word, delete it (Developer, "
        "Design Mode) and save again."
    ),
    "alt-chunk": N_(
        "The file contains another document that Word merges in when it opens. Open it in Word "
        "and save it again; the text becomes part of it."
    ),
    "sub-document": N_(
        "This is a master document with subdocuments. In the Outline view of Word, show and "
        "unlink the subdocuments, and save again."
    ),
    "embedded-object": N_(
        "The file contains an embedded or linked object. In Word, replace it with a picture "
        "(Paste Special, Picture) and save again."
    ),
    "frame": N_(
        "The file contains a frame that shows another page. In Word, copy the text into a new "
        "document and save that."
    ),
    "external-link": N_(
        "The link to {target} leads neither to a web page nor to a mail address. In Word, "
        "right-click it and choose Edit Hyperlink or Remove Hyperlink."
    ),
    "external-image": N_(
        "The picture {target} is not in the file but fetched from elsewhere. In Word, insert it "
        "as a picture (Insert, Pictures, This Device) and save again."
    ),
    "external-template": N_(
        "The file is attached to the template {target}. In Word, open File, Options, Add-ins, "
        "Manage: Templates, set the document template to Normal, and save again."
    ),
    "external-part": N_(
        "The file fetches {target} when it opens. In Word, remove what is linked from there, or "
        "copy the text into a new document, and save again."
    ),
    "mail-merge": N_(
        "The file is bound to a mail-merge data source. In Word, choose Mailings, Start Mail "
        "Merge, Normal Word Document, and save again."
    ),
    "field": N_(
        "The field {field} fetches content or runs a program. In Word, click it, press "
        "Ctrl+Shift+F9 to turn it into text, and save again."
    ),
    "field-computed": N_(
        "A field has a name that another field computes. In Word, click it, press Ctrl+Shift+F9 "
        "to turn it into text, and save again."
    ),
    "grid-span": N_(
        "A table cell spans {span} columns; Word allows {limit}. In Word, split or rebuild the "
        "table and save again."
    ),
    "too-complex": N_(
        "The file takes too much memory or time to check. In Word, copy the text into a new "
        "document and save that."
    ),
    "unreadable": N_(
        "The file could not be checked to the end. Open it in Word, let Word repair it, and save "
        "it again as .docx."
    ),
    "tracked-changes": N_(
        "Tracked changes are still in the draft: {count}. In Word, accept or reject them (Review, "
        "Accept) before it is translated."
    ),
    "comments": N_(
        "Comments are still in the draft: {count}. In Word, settle and delete them (Review, "
        "Delete) before it is translated."
    ),
    "hidden-text": N_(
        "The draft has hidden text (characters: {count}). In Word, press Ctrl+Shift+8 to see it, "
        "and delete it or clear Font, Hidden."
    ),
    "bidi-characters": N_(
        "The draft has invisible characters that turn the direction of text: {count}. In Word, "
        "delete them or type the words again."
    ),
    "zero-width-characters": N_(
        "The draft has characters of no width: {count}. In Word, delete them or type the words "
        "again."
    ),
    "chart-workbook": N_(
        "A chart carries its figures in a workbook. In Word, paste it as a picture if they are "
        "not for everybody."
    ),
    "signed": N_(
        "The file carries a digital signature, which does not outlive the next change. Send the "
        "unsigned file if there is one."
    ),
}


class Notes:
    """Findings as the rules meet them: refusals once per target, warnings counted per code."""

    def __init__(self) -> None:
        self._refusals: dict[tuple[str, tuple[tuple[str, Plain], ...]], Finding] = {}
        self._warnings: dict[str, Finding] = {}
        self._counts: dict[str, int] = {}

    def refuse(
        self,
        code: str,
        data: Mapping[str, Plain] | None = None,
        part: str = "",
        paragraph: int | None = None,
    ) -> None:
        """Note a refusal; the same one again, or the 21st of a code, changes nothing."""
        self.refuse_with(Finding(code, SENTENCES[code], data or {}, part, paragraph))

    def refuse_with(self, finding: Finding) -> None:
        """Note a refusal that brings its own sentence."""
        if self._counts.get(finding.code, 0) < _PER_CODE:
            key = (finding.code, tuple(sorted(finding.data.items())))
            if key not in self._refusals:
                self._refusals[key] = finding
                self._counts[finding.code] = self._counts.get(finding.code, 0) + 1

    def caution(
        self,
        code: str,
        data: Mapping[str, Plain] | None = None,
        part: str = "",
        paragraph: int | None = None,
        count: int = 1,
    ) -> None:
        """Note a warning at its first place and count it."""
        self._counts[code] = self._counts.get(code, 0) + count
        if code not in self._warnings:
            self._warnings[code] = Finding(code, SENTENCES[code], data or {}, part, paragraph)

    def settle(self, part: str, paragraph: int, text: str) -> None:
        """Give the paragraph's beginning to what was found in it, once its text is known."""
        near = " ".join(text.split())[:_NEAR]
        for key, finding in self._refusals.items():
            if _is_at(finding, part, paragraph):
                self._refusals[key] = replace(finding, near=near)
        for code, finding in self._warnings.items():
            if _is_at(finding, part, paragraph):
                self._warnings[code] = replace(finding, near=near)

    def has(self, code: str) -> bool:
        """Whether a refusal with this code was noted."""
        return any(finding.code == code for finding in self._refusals.values())

    def refusals(self) -> tuple[Finding, ...]:
        """The refusals in the order they were met."""
        return tuple(self._refusals.values())

    def warnings(self) -> tuple[Finding, ...]:
        """The warnings in the order they were met, each with how many there were."""
        return tuple(
            replace(finding, data={**finding.data, "count": self._counts[finding.code]})
            for finding in self._warnings.values()
        )


def _is_at(finding: Finding, part: str, paragraph: int) -> bool:
    return finding.paragraph == paragraph and finding.part == part and not finding.near


def is_allowed_link(target: str) -> bool:
    """Whether a link leads to a web page, a mail address or a place in the document itself."""
    target = target.strip()
    return not target or target.startswith("#") or _LINK.fullmatch(target) is not None


def file_name(target: str) -> str:
    """The file that an address ends in, as a person knows it: ``logo.png`` of ``file:///C:/logo.png``.

    An address that ends in no file is given by its host, one of another shape by its beginning.
    """
    path = unquote(re.split(r"[?#]", target.strip(), maxsplit=1)[0]).replace("\\", "/")
    if path.lower().startswith("data:"):
        return "data:"
    parts = [part for part in path.split("/") if part]
    shown = parts[-1] if parts else target
    return " ".join(shown.split())[:_NEAR]
