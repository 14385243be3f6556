"""The table styles of the house: rules, places for signatures, two texts facing each other.

A part of ``house_style``, which puts them into an empty document.

Source: ECMA-376 Part 1, 17.7.6 (table styles).
"""

from __future__ import annotations

_HAIR = "A6A6A6"

BAR_MARGIN = 113
"""What a cell of a chart leaves free on its right, in twentieths of a point."""


def rule(side: str, width: int = 4, space: int = 1, colour: str = _HAIR) -> str:
    """A border: ``width`` in eighths of a point, ``space`` in points."""
    return f'<w:{side} w:val="single" w:sz="{width}" w:space="{space}" w:color="{colour}"/>'


TABLE_STYLES = (
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
    '<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="0" w:type="dxa"/>'
    '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    "</w:style>"
    '<w:style w:type="table" w:customStyle="1" w:styleId="HouseRules"><w:name w:val="House Rules"/>'
    '<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>'
    f"{rule('top', 8, 0, '404040')}{rule('bottom', 8, 0, '404040')}{rule('insideH', 2, 0)}"
    '</w:tblBorders><w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/>'
    '</w:tblCellMar></w:tblPr><w:tblStylePr w:type="firstRow"><w:tblPr/><w:tcPr><w:tcBorders>'
    f'{rule("bottom", 6, 0, "404040")}</w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr>'
    '</w:tblStylePr><w:tblStylePr w:type="lastRow"><w:rPr><w:b/><w:bCs/></w:rPr><w:tblPr/><w:tcPr>'
    f"<w:tcBorders>{rule('top', 6, 0, '404040')}</w:tcBorders></w:tcPr></w:tblStylePr></w:style>"
    '<w:style w:type="table" w:customStyle="1" w:styleId="HousePlaces">'
    '<w:name w:val="House Places"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblCellMar>'
    '<w:left w:w="0" w:type="dxa"/><w:right w:w="567" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    "</w:style>"
    '<w:style w:type="table" w:customStyle="1" w:styleId="HouseBars"><w:name w:val="House Bars"/>'
    '<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblCellMar>'
    f'<w:left w:w="0" w:type="dxa"/><w:right w:w="{BAR_MARGIN}" w:type="dxa"/></w:tblCellMar>'
    "</w:tblPr></w:style>"
    '<w:style w:type="table" w:customStyle="1" w:styleId="HouseFacing">'
    '<w:name w:val="House Facing"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>'
    f"{rule('insideV', 2, 0)}</w:tblBorders><w:tblCellMar>"
    '<w:left w:w="170" w:type="dxa"/><w:right w:w="170" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    '<w:tblStylePr w:type="firstRow"><w:tblPr/><w:tcPr><w:tcBorders>'
    f'{rule("bottom", 6, 0, "404040")}</w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr>'
    "</w:tblStylePr></w:style>"
)
"""Their XML, for ``styles.xml``."""
