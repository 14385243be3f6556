"""Whatever a file says, its preview is words: nothing escapes, nothing runs, nothing is repaired."""

from __future__ import annotations

import importlib
import re
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as parser

from documents import html
from documents.html import UnsafeMarkupError, element, safe_address
from documents.preview import preview
from tests.documents.conftest import missing
from tests.documents.docx_make import docx, field, note_reference, para, run, table
from tests.documents.html_views import INSERTED, assert_whole, outline, written

LINKS = {
    "https://enonce.example/a?b=c&d": True,
    "HTTP://ENONCE.EXAMPLE": True,
    "mailto:conseil@enonce.example": True,
    " https://enonce.example/deux mots ": True,
    "javascript:alert(1)": False,
    "java\tscript:alert(1)": False,
    "JaVaScRiPt:alert(1)//http://": False,
    "data:text/html,<script>alert(1)</script>": False,
    "vbscript:x": False,
    "file:///C:/secret": False,
    "//enonce.example": False,
    "ftp://enonce.example": False,
    "https:\\\\enonce.example": False,
}


@pytest.mark.parametrize(("address", "kept"), LINKS.items(), ids=LINKS.keys())
def test_a_link_is_a_link_only_where_it_leads_somewhere_safe(address: str, kept: bool) -> None:
    link = f'<w:hyperlink r:id="l">{run("mot")}</w:hyperlink>'
    old_field = field(f' HYPERLINK "{address}" ', "mot")
    root = assert_whole(docx(para(link), para(old_field), links={"l": address}))
    words = [one for one in root.iter("a") if one.get("rel")]
    assert [one.text for one in words] == (["mot", "mot"] if kept else [])
    assert (safe_address(address) is not None) == kept


def test_markup_outside_the_vocabulary_cannot_be_made() -> None:
    with pytest.raises(UnsafeMarkupError):
        element("script")
    with pytest.raises(UnsafeMarkupError):
        element("p", {"style": "x"})
    with pytest.raises(UnsafeMarkupError):
        element("a", {"href": "javascript:alert(1)"})
    with pytest.raises(UnsafeMarkupError):
        element("a", {"href": "#x onclick"})


HOSTILE = st.one_of(
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "</p></div><img src=x onerror=alert(1)>",
            '"><svg/onload=alert(1)>',
            "' onmouseover='alert(1)",
            "<!--",
            "]]>",
            "&lt;b&gt;&#x3c;",
            "<plaintext>",
            "</title></style><noscript>",
            "\u202e\u2066gpj.exe",
            "\u2028\u0085\u00a0",
        ]
    ),
    st.text(
        st.characters(
            codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"
        ),
        max_size=20,
    ),
)


@st.composite
def hostile_files(draw: st.DrawFn) -> bytes:
    """A file whose texts, authors, links and title try to be markup."""
    words = draw(st.lists(HOSTILE, min_size=1, max_size=4))
    author = etree.tostring(etree.Element("x", a=draw(HOSTILE)), encoding="unicode")
    quoted = re.search('a="(.*)"', author, re.S)
    assert quoted
    link = f'<w:hyperlink r:id="l">{run(words[0])}</w:hyperlink>'
    body = [para(run(words[0], "<w:b/>"), *(run(one) for one in words[1:]))]
    body.append(para(INSERTED.format(1, quoted.group(1), run(words[0])), note_reference(1)))
    body.append(para(link, style="Puce"))
    body.append(table(tuple(para(run(one)) for one in words)))
    return docx(
        *body,
        title=draw(HOSTILE),
        footnotes={1: run(words[-1])},
        links={"l": draw(st.sampled_from([*LINKS])).replace('"', "")},
    )


@settings(max_examples=150, deadline=None)
@given(data=hostile_files())
def test_no_words_escape_from_their_paragraph(data: bytes) -> None:
    assert_whole(data)


@pytest.fixture(scope="module")
def html5() -> ModuleType:
    """An HTML5 parser that nobody here wrote."""
    try:
        return importlib.import_module("html5lib")
    except ImportError:
        missing("html5lib is not installed")
        raise


@pytest.fixture(scope="module")
def sanitizer() -> ModuleType:
    """A sanitizer that nobody here wrote."""
    try:
        return importlib.import_module("nh3")
    except ImportError:
        missing("nh3 is not installed")
        raise


@settings(max_examples=100, deadline=None)
@given(data=hostile_files())
def test_an_html5_parser_finds_what_was_written_and_repairs_nothing(
    html5: ModuleType, data: bytes
) -> None:
    markup = str(preview(data).html)
    (root,) = html5.parseFragment(markup, treebuilder="lxml", namespaceHTMLElements=False)
    assert outline(root) == outline(written(markup))


@settings(max_examples=100, deadline=None)
@given(data=hostile_files())
def test_a_sanitizer_finds_nothing_to_take_out(sanitizer: ModuleType, data: bytes) -> None:
    markup = str(preview(data).html)
    cleaned = sanitizer.clean(
        markup,
        tags=set(html.ELEMENTS),
        attributes={"*": set(html.ATTRIBUTES) - {"rel"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    kept, own = parser.fragment_fromstring(cleaned), parser.fragment_fromstring(markup)
    assert outline(kept) == outline(own)
    for one, other in zip(kept.iter(), own.iter(), strict=True):
        assert {**one.attrib, "rel": ""} == {**other.attrib, "rel": ""}
