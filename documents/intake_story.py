"""Intake's reader of text: one part as a stream of elements, judged as it passes.

Sees fields (whose codes Word cuts over runs), tables, links in VML, hidden text, invisible
characters, tracked changes and comments. Builds nothing: the document's reader is ``reader``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from documents.container import Limits
from documents.intake_words import Notes, is_allowed_link

_W = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main ",
    "http://purl.oclc.org/ooxml/wordprocessingml/main ",
)
_VML = "urn:schemas-microsoft-com:vml "
_OLE = "urn:schemas-microsoft-com:office:office OLEObject"
_FALSE = ("0", "false", "off")
_REVISIONS = (
    "ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "numberingChange",
    "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "trPrChange",
    "tcPrChange", "tblGridChange",
)  # fmt: skip
_REFUSED_FIELDS = re.compile(
    r"DDE|DDEAUTO|INCLUDE\w*|IMPORT|LINK|DATABASE|RD|EMBED|CONTROL|HTMLACTIVEX"
)
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ZERO_WIDTH = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2064\u206a-\u206f\u3164\ufeff"
    "\uffa0\U000e0000-\U000e0fff]"
)
_TOKEN = re.compile(r'"([^"]*)"?|(\S+)')
_SHOWN_TEXT = 400

Start = Callable[[Sequence[str]], None]
"""Called when an element begins, with its attributes' names and values in turn."""


def _value(attributes: Sequence[str], name: str) -> str | None:
    """An attribute by its local name, in any WordprocessingML namespace."""
    for key, value in zip(attributes[::2], attributes[1::2], strict=True):
        if key.rpartition(" ")[2] == name:
            return value
    return None


def _on(attributes: Sequence[str]) -> bool:
    return (_value(attributes, "val") or "true").strip().lower() not in _FALSE


class _Paragraph:
    """What is known of the paragraph that is being read; text boxes nest them."""

    __slots__ = ("noted", "number", "run_hidden", "style_hidden", "text")

    def __init__(self, number: int) -> None:
        self.number = number
        self.text = ""
        self.noted = False
        self.style_hidden = False
        self.run_hidden = False


class _Field:
    """A complex field: its code until ``separate``, joined over runs (17.16.18)."""

    __slots__ = ("code", "computed", "in_code")

    def __init__(self) -> None:
        self.code = ""
        self.in_code = True
        self.computed = False


class Story:
    """The rules for one part: ``starts`` and ``ends`` by element name, ``text``, then ``close``."""

    def __init__(self, part: str, limits: Limits, notes: Notes, hidden: frozenset[str]) -> None:
        self._part = part
        self._limits = limits
        self._notes = notes
        self._hidden = hidden
        self._aside = 0
        self._count = 0
        self._outside = _Paragraph(0)
        self._paragraphs: list[_Paragraph] = []
        self._fields: list[_Field] = []
        self._reads = ""
        starts: dict[str, Start] = {
            "p": self._p,
            "r": self._r,
            "t": self._t,
            "delText": self._t,
            "instrText": self._instr_text,
            "delInstrText": self._instr_text,
            "fldChar": self._fld_char,
            "fldSimple": self._fld_simple,
            "vanish": self._vanish,
            "rStyle": self._r_style,
            "pStyle": self._p_style,
            "gridSpan": self._grid_span,
            "gridBefore": self._grid_span,
            "gridAfter": self._grid_span,
            "altChunk": lambda _: self._refuse("alt-chunk"),
            "subDoc": lambda _: self._refuse("sub-document"),
            "control": lambda _: self._refuse("active-content"),
            "objectEmbed": lambda _: self._refuse("embedded-object"),
            "objectLink": lambda _: self._refuse("embedded-object"),
            "dataSource": lambda _: self._refuse("mail-merge"),
            "connectString": lambda _: self._refuse("mail-merge"),
            "comment": lambda _: self._warn("comments"),
            **dict.fromkeys(_REVISIONS, lambda _: self._warn("tracked-changes")),
            "pPr": self._step_aside,
            "rPrChange": self._old_properties,
        }
        self.starts = {w + name: handler for w in _W for name, handler in starts.items()}
        self.starts[_OLE] = lambda _: self._refuse("embedded-object")
        for name in ("imagedata", "fill", "stroke"):
            self.starts[_VML + name] = self._vml
        ends: dict[str, Callable[[], None]] = {
            "p": self._end_p,
            "t": self._end_text,
            "delText": self._end_text,
            "instrText": self._end_text,
            "delInstrText": self._end_text,
            "pPr": self._step_back,
            "rPrChange": self._step_back,
        }
        self.ends = {w + name: handler for w in _W for name, handler in ends.items()}

    def text(self, text: str) -> None:
        """Characters, of which only those of text and field codes count."""
        if not self._reads:
            return
        if self._fields and self._fields[-1].in_code:
            self._fields[-1].code += text
        elif len(self._fields) > 1 and self._fields[-2].in_code:
            # What an inner field shows is part of the outer field's code.
            self._fields[-2].code += text
        if self._reads == "code":
            return
        paragraph = self._here
        if len(paragraph.text) < _SHOWN_TEXT:
            paragraph.text += text
        if paragraph.run_hidden and not text.isspace():
            self._warn("hidden-text", len(text))
        if not text.isascii():
            for code, pattern in (
                ("bidi-characters", _BIDI),
                ("zero-width-characters", _ZERO_WIDTH),
            ):
                found = len(pattern.findall(text))
                if found:
                    self._warn(code, found)

    def close(self) -> None:
        """The part has ended, or its reading was given up; fields left open are judged too."""
        while self._fields:
            self._judge(self._fields.pop())
        while self._paragraphs:
            self._end_p()

    @property
    def _here(self) -> _Paragraph:
        return self._paragraphs[-1] if self._paragraphs else self._outside

    def _refuse(self, code: str, **data: str | int) -> None:
        self._here.noted = True
        self._notes.refuse(code, data, self._part, self._here.number or None)

    def _warn(self, code: str, count: int = 1) -> None:
        self._here.noted = True
        self._notes.warn(code, None, self._part, self._here.number or None, count)

    def _p(self, _: Sequence[str]) -> None:
        self._count += 1
        self._paragraphs.append(_Paragraph(self._count))

    def _end_p(self) -> None:
        paragraph = self._paragraphs.pop()
        if paragraph.noted:
            self._notes.settle(self._part, paragraph.number, paragraph.text)

    def _r(self, _: Sequence[str]) -> None:
        self._here.run_hidden = self._here.style_hidden

    def _step_aside(self, _: Sequence[str]) -> None:
        # The properties of a paragraph's mark, and those before a change, are no run's.
        self._aside += 1

    def _old_properties(self, _: Sequence[str]) -> None:
        self._warn("tracked-changes")
        self._aside += 1

    def _step_back(self) -> None:
        self._aside -= 1

    def _vanish(self, attributes: Sequence[str]) -> None:
        if not self._aside:
            self._here.run_hidden = _on(attributes)

    def _r_style(self, attributes: Sequence[str]) -> None:
        if not self._aside and _value(attributes, "val") in self._hidden:
            self._here.run_hidden = True

    def _p_style(self, attributes: Sequence[str]) -> None:
        self._here.style_hidden = _value(attributes, "val") in self._hidden

    def _t(self, _: Sequence[str]) -> None:
        self._reads = "text"

    def _instr_text(self, _: Sequence[str]) -> None:
        self._reads = "code"

    def _end_text(self) -> None:
        self._reads = ""

    def _fld_char(self, attributes: Sequence[str]) -> None:
        kind = _value(attributes, "fldCharType")
        if kind == "begin":
            outer = self._fields[-1] if self._fields else None
            if outer is not None and outer.in_code and not outer.code.strip():
                outer.computed = True
            self._fields.append(_Field())
        elif self._fields and kind == "separate":
            self._fields[-1].in_code = False
        elif self._fields and kind == "end":
            self._judge(self._fields.pop())

    def _fld_simple(self, attributes: Sequence[str]) -> None:
        field = _Field()
        field.code = _value(attributes, "instr") or ""
        self._judge(field)

    def _judge(self, field: _Field) -> None:
        code = unicodedata.normalize("NFKC", field.code)
        code = "".join(ch for ch in code if unicodedata.category(ch) != "Cf").strip()
        word = re.match(r"\w+", code)
        name = word[0].upper() if word else ""
        if field.computed:
            self._refuse("field-computed")
        if _REFUSED_FIELDS.fullmatch(name):
            self._refuse("field", field=name)
        elif name == "HYPERLINK":
            target = _hyperlink_target(code[len(name) :])
            if not is_allowed_link(target):
                self._refuse("external-link", target=target[:200])

    def _grid_span(self, attributes: Sequence[str]) -> None:
        value = (_value(attributes, "val") or "1").strip()
        limit = self._limits.grid_span
        if not (value.isascii() and value.isdigit() and len(value) < 4 and int(value) <= limit):
            self._refuse("grid-span", span=value[:20], limit=limit)

    def _vml(self, attributes: Sequence[str]) -> None:
        source = _value(attributes, "src")
        if source and re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|\\\\|//", source.strip()):
            self._refuse("external-image", target=source[:200])


def _hyperlink_target(arguments: str) -> str:
    r"""The address of a HYPERLINK field: the first argument that belongs to no switch.

    ``\l``, ``\o`` and ``\t`` take an argument of their own (17.16.5.25).
    """
    skip = False
    for quoted, bare in _TOKEN.findall(arguments):
        if bare.startswith("\\"):
            skip = bare[1:2].lower() in ("l", "o", "t", "s")
        elif skip:
            skip = False
        else:
            return str(quoted or bare)
    return ""


class StyleNames:
    """Which styles hide their text, by their own word or by that of the style they rest on."""

    def __init__(self) -> None:
        self._style = ""
        self._based: dict[str, str] = {}
        self._vanish: dict[str, bool] = {}
        starts: dict[str, Start] = {
            "style": self._begin,
            "basedOn": self._base,
            "vanish": self._hide,
        }
        self.starts = {w + name: handler for w in _W for name, handler in starts.items()}

    def _begin(self, attributes: Sequence[str]) -> None:
        self._style = _value(attributes, "styleId") or ""

    def _base(self, attributes: Sequence[str]) -> None:
        self._based[self._style] = _value(attributes, "val") or ""

    def _hide(self, attributes: Sequence[str]) -> None:
        if self._style:
            self._vanish[self._style] = _on(attributes)

    def result(self) -> frozenset[str]:
        """The ids of the styles that hide."""
        return frozenset(style for style in {*self._based, *self._vanish} if self._hides(style))

    def _hides(self, style: str) -> bool:
        seen: set[str] = set()
        while style not in seen:
            if style in self._vanish:
                return self._vanish[style]
            seen.add(style)
            style = self._based.get(style, style)
        return False
