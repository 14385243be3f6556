"""Intake's reader of text: one part as a stream of elements, judged as it passes.

Sees fields (whose codes Word cuts over runs), tables, links in VML, hidden text, invisible
characters, tracked changes and comments. Builds nothing: the document's reader is ``reader``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from documents.container import Limits
from documents.intake_words import Notes, file_name, is_allowed_link

_W = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main ",
    "http://purl.oclc.org/ooxml/wordprocessingml/main ",
)
_VML = "urn:schemas-microsoft-com:vml "
_WEB_VIDEO = "http://schemas.microsoft.com/office/word/2012/wordprocessingDrawing webVideoPr"
_VML_SHAPES = (
    "arc", "background", "curve", "fill", "group", "image", "imagedata", "line", "oval",
    "polyline", "rect", "roundrect", "shape", "shapetype", "stroke",
)  # fmt: skip
_OFFICE = "urn:schemas-microsoft-com:office:office "
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|\\\\|//")
_SOURCES = ("dataSource", "headerSource", "connectString", "query")
_FALSE = ("0", "false", "off")
_REVISIONS = (
    "ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "numberingChange",
    "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "trPrChange",
    "tcPrChange", "tblGridChange",
)  # fmt: skip
_REFUSED_FIELDS = re.compile(
    r"DDE|DDEAUTO|INCLUDE\w*|IMPORT|LINK|DATABASE|RD|EMBED|PRINT|CONTROL|HTMLACTIVEX"
)
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ZERO_WIDTH = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2060-\u2064\u206a-\u206f\u3164\ufeff"
    "\uffa0\U000e0000-\U000e0fff]"
)
_TOKEN = re.compile(r'"([^"]*)"?|(\S+)')
_QUOTES = str.maketrans("“”„", '"""')
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

    def __init__(self, number: int, hidden: bool) -> None:
        self.number = number
        self.text = ""
        self.noted = False
        self.style_hidden = hidden
        self.run_hidden = hidden


class _Field:
    """A complex field: its code until ``separate``, joined over runs (17.16.18)."""

    __slots__ = ("before", "code", "computed", "in_code")

    def __init__(self) -> None:
        self.code = ""
        self.before = ""
        """The code without its tracked insertions and with its tracked deletions."""
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
        self._inserted = 0
        self._deleted = 0
        self._count = 0
        self._outside = _Paragraph(0, "" in hidden)
        self._paragraphs: list[_Paragraph] = []
        self._fields: list[_Field] = []
        self._reads = ""
        starts: dict[str, Start] = {
            "p": self._p,
            "r": self._r,
            "t": lambda _: self._read("text"),
            "delText": lambda _: self._read("deleted text"),
            "instrText": lambda _: self._read("code"),
            "delInstrText": lambda _: self._read("deleted code"),
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
            **dict.fromkeys(_SOURCES, lambda _: self._refuse("mail-merge")),
            "comment": lambda _: self._warn("comments"),
            **dict.fromkeys(_REVISIONS, lambda _: self._warn("tracked-changes")),
            "pPr": self._step_aside,
            "rPrChange": self._old_properties,
            "ins": self._insertion,
            "moveTo": self._insertion,
            "del": self._deletion,
            "moveFrom": self._deletion,
        }
        self.starts = {w + name: handler for w in _W for name, handler in starts.items()}
        self.starts[_OFFICE + "OLEObject"] = lambda _: self._refuse("embedded-object")
        self.starts[_WEB_VIDEO] = lambda _: self._refuse("active-content")
        self.starts |= dict.fromkeys((_VML + name for name in _VML_SHAPES), self._vml)
        ends: dict[str, Callable[[], None]] = {
            "p": self._end_p,
            "t": self._end_text,
            "delText": self._end_text,
            "instrText": self._end_text,
            "delInstrText": self._end_text,
            "pPr": self._step_back,
            "rPrChange": self._step_back,
            "ins": self._end_insertion,
            "moveTo": self._end_insertion,
            "del": self._end_deletion,
            "moveFrom": self._end_deletion,
        }
        self.ends = {w + name: handler for w in _W for name, handler in ends.items()}

    def text(self, text: str) -> None:
        """Characters, of which only those of text and field codes count."""
        if not self._reads:
            return
        if self._fields and self._fields[-1].in_code:
            self._say(self._fields[-1], text)
        elif len(self._fields) > 1 and self._fields[-2].in_code:
            # What an inner field shows is part of the outer field's code.
            self._say(self._fields[-2], text)
        if self._reads.endswith("code"):
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

    def _say(self, field: _Field, text: str) -> None:
        if not self._deleted and not self._reads.startswith("deleted"):
            field.code += text
        if not self._inserted:
            field.before += text

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
        self._notes.caution(code, None, self._part, self._here.number or None, count)

    def _p(self, _: Sequence[str]) -> None:
        self._count += 1
        self._paragraphs.append(_Paragraph(self._count, "" in self._hidden))

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

    def _read(self, what: str) -> None:
        self._reads = what

    def _insertion(self, _: Sequence[str]) -> None:
        self._warn("tracked-changes")
        self._inserted += 1

    def _end_insertion(self) -> None:
        self._inserted -= 1

    def _deletion(self, _: Sequence[str]) -> None:
        self._warn("tracked-changes")
        self._deleted += 1

    def _end_deletion(self) -> None:
        self._deleted -= 1

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
        field.code = field.before = _value(attributes, "instr") or ""
        self._judge(field)

    def _judge(self, field: _Field) -> None:
        if field.computed:
            self._refuse("field-computed")
        for code in {field.code, field.before}:
            self._judge_code(code)

    def _judge_code(self, code: str) -> None:
        code = unicodedata.normalize("NFKC", code)
        code = "".join(ch for ch in code if unicodedata.category(ch) != "Cf").strip()
        word = re.match(r"\w+", code)
        name = word[0].upper() if word else ""
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
        for name, value in zip(attributes[::2], attributes[1::2], strict=True):
            # ``src`` and Office's own ``o:href`` fetch a picture, plain ``href`` is a link.
            if name in ("src", _OFFICE + "href") and _ADDRESS.match(value.strip()):
                self._refuse("external-image", target=file_name(value))
            elif name == "href" and not is_allowed_link(value):
                self._refuse("external-link", target=value[:200])


def _hyperlink_target(arguments: str) -> str:
    r"""The address of a HYPERLINK field: the first argument that belongs to no switch.

    ``\l``, ``\o`` and ``\t`` take an argument of their own (17.16.5.25).
    """
    skip = False
    for quoted, bare in _TOKEN.findall(arguments.translate(_QUOTES)):
        if bare.startswith("\\") and not bare.startswith("\\\\"):
            skip = len(bare) == 2 and bare[1].lower() in "lots"
        elif skip:
            skip = False
        else:
            return str(quoted or bare)
    return ""


class StyleNames:
    """Which styles hide their text, by their own word or by that of the style they rest on."""

    def __init__(self) -> None:
        self._style = ""
        self._default = ""
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
        if (_value(attributes, "default"), _value(attributes, "type")) == ("1", "paragraph"):
            self._default = self._style

    def _base(self, attributes: Sequence[str]) -> None:
        self._based[self._style] = _value(attributes, "val") or ""

    def _hide(self, attributes: Sequence[str]) -> None:
        self._vanish[self._style] = _on(attributes)

    def result(self) -> frozenset[str]:
        """The ids of the styles that hide; the empty one when text without a style is hidden."""
        found = {style for style in {*self._based, *self._vanish} if self._hides(style)}
        return frozenset(found | {""} if self._default in found else found)

    def _hides(self, style: str) -> bool:
        seen: set[str] = set()
        while style not in seen:
            if style in self._vanish:
                return self._vanish[style]
            seen.add(style)
            # What a style does not say, the document's defaults say.
            style = self._based.get(style, "")
        return False
