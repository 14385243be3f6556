"""Comments are right when they hang on their words, and nothing else in the file has changed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import docx as python_docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from documents import comments, identity, reader
from documents.comments import Comment, CommentPlaceError
from documents.comments_anchor import slots
from documents.digest import text_digest
from documents.errors import DocumentError
from documents.inline import parse, plain_text
from documents.redline import redline
from documents.wml import P
from documents.wordfile import WordFile
from tests.documents.docx_annotations import annotations, converted
from tests.documents.docx_make import docx, field, note_reference, para, run, table

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WHEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples/imt/statement.en.docx"
LINK = '<w:hyperlink r:id="l1">{}</w:hyperlink>'
INSERTED = '<w:ins w:id="9" w:author="A">{}</w:ins>'
CONTROL = "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"
MISSION = "Nous formons ensemble."


def one(paragraph: str, span: tuple[int, int] | None, **more: object) -> Comment:
    """Comment the first paragraph of a file made of it and read the comment back."""
    data = identity.stamp(docx(paragraph, links={"l1": "https://imt.fr"}))
    place = reader.read(data).blocks[0].id
    made = Comment("a", place, "Pourquoi ?", "Claire Dubois", date=WHEN, span=span, **more)  # type: ignore[arg-type]
    done = comments.write(data, [made])
    assert text_digest(done) == text_digest(data)
    (found,) = comments.read(done)
    assert found.paragraph == place
    return found


WORDS: dict[str, tuple[str, str]] = {
    "a word of a run is commented": (para(MISSION), "formons"),
    "the beginning is commented": (para(MISSION), "Nous"),
    "the end is commented": (para(MISSION), "ensemble."),
    "part of a word is commented": (para(MISSION), "form"),
    "words of several looks are commented": (
        para("Nous ", run("formons", "<w:b/>"), " ensemble."),
        "us formons en",
    ),
    "part of a link is commented": (para("Voir ", LINK.format(run("le site web"))), "site"),
    "a link and what follows it are commented": (
        para("Voir ", LINK.format(run("le site")), " du jour"),
        "site du",
    ),
    "a link's last word is commented": (para("Voir ", LINK.format(run("le site")), "."), "site"),
    "inserted words are commented": (para("Nous ", INSERTED.format(run("formons bien"))), "bien"),
    "a content control is commented": (
        para("Nous ", CONTROL.format(run("formons")), " ici"),
        "formons",
    ),
    "words around a tab and a break are commented": (
        para("a", "<w:r><w:t>b</w:t><w:tab/><w:t>c</w:t><w:br/><w:t>d</w:t></w:r>"),
        "b\tc\nd",
    ),
    "words before a tab in their run are commented": (
        para("<w:r><w:t>ab</w:t><w:tab/><w:t>cd</w:t></w:r>"),
        "ab",
    ),
    "a tab is commented": (para("<w:r><w:t>ab</w:t><w:tab/><w:t>cd</w:t></w:r>"), "\t"),
    "words after deleted ones are commented": (
        para(
            "Nous ",
            '<w:del w:id="1" w:author="A"><w:r><w:delText>in</w:delText></w:r></w:del>',
            "formons",
        ),
        "formons",
    ),
    "a field is commented whole": (para("page ", field(" PAGE ", "12"), " ici"), "12"),
    "words around a field are commented": (
        para("la page ", field(" PAGE ", "12"), " ici"),
        "page 12 i",
    ),
    "words of a text without kept white space are commented": (
        para("<w:r><w:t>  Nous formons  </w:t></w:r>"),
        "formons",
    ),
}


@pytest.mark.parametrize(("paragraph", "words"), WORDS.values(), ids=WORDS.keys())
def test_a_comment_hangs_on_its_words_when(paragraph: str, words: str) -> None:
    text = reader.read(docx(paragraph, links={"l1": "https://imt.fr"})).blocks[0].text
    start = text.index(words)
    found = one(paragraph, (start, start + len(words)))
    assert found.quoted == words
    assert found.span == (start, start + len(words))


def test_part_of_a_field_is_commented_with_all_of_it() -> None:
    assert one(para("page ", field(" PAGE ", "1234"), " ici"), (6, 8)).quoted == "1234"


def test_a_whole_paragraph_a_point_and_an_empty_paragraph_are_commented() -> None:
    assert one(para(MISSION), None).quoted == MISSION
    assert one(para(MISSION), (5, 5)).span == (5, 5)
    assert one(para(MISSION), (len(MISSION), len(MISSION))).span == (len(MISSION), len(MISSION))
    assert one(para(), None).span == (0, 0)


def test_everything_that_a_comment_says_comes_back() -> None:
    found = one(para(MISSION), (5, 12), resolved=True)
    expected = Comment(
        "0", found.paragraph, "Pourquoi ?", "Claire Dubois", "CD", WHEN, (5, 12), None, True
    )
    assert found == replace(expected, quoted="formons")


def commented(*made: Comment, data: bytes | None = None) -> tuple[Comment, ...]:
    return comments.read(comments.write(data if data is not None else simple(), made))


def simple() -> bytes:
    return identity.stamp(docx(para(MISSION), para("Deux."), table(("a", "b"))))


def place(number: int, data: bytes | None = None) -> comments.ParagraphId:
    return reader.read(data if data is not None else simple()).blocks[number].id


def test_replies_hang_where_their_comment_hangs_and_know_it() -> None:
    first, second, third = commented(
        Comment("a", place(0), "Oui ?", "A", date=WHEN, span=(5, 12), resolved=True),
        Comment("b", None, "Oui.", "B", date=WHEN, parent="a"),
        Comment("c", None, "Bien.", "A", date=WHEN, parent="b"),
    )
    assert (first.resolved, second.resolved) == (True, False)
    assert (second.parent, third.parent) == (first.id, second.id)
    assert {one.quoted for one in (first, second, third)} == {"formons"}


def test_a_file_that_has_comments_takes_more() -> None:
    data = comments.write(simple(), [Comment("a", place(0), "Un", "A", date=WHEN, span=(0, 4))])
    more = comments.write(
        data,
        [
            Comment("0", place(1), "Deux", "B", date=WHEN),
            Comment("x", None, "Trois", "A", date=WHEN, parent="0"),
        ],
    )
    first, second, third = comments.read(more)
    assert [one.id for one in (first, second, third)] == ["0", "1", "2"]
    assert comments.read(data) == (first,)
    assert third.parent == second.id, "a name of the same row goes before an id of the file"
    answer = comments.write(more, [Comment("y", None, "Quatre", "B", date=WHEN, parent="0")])
    assert comments.read(answer)[3].parent == "0"
    assert comments.read(answer)[3].quoted == "Nous"
    people = part(answer, "word/people.xml")
    assert [one.values()[0] for one in people] == ["A", "B"]


def part(data: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_only_the_body_and_the_parts_of_comments_change() -> None:
    data = simple()
    done = comments.write(data, [Comment("a", place(0), "Un", "A", date=WHEN)])
    before, after = parts(data), parts(done)
    assert {name for name in before if before[name] != after[name]} == {
        "word/document.xml",
        "word/_rels/document.xml.rels",
        "[Content_Types].xml",
    }
    assert set(after) - set(before) == {
        f"word/{name}.xml"
        for name in (
            "comments",
            "commentsExtended",
            "commentsIds",
            "commentsExtensible",
            "people",
        )
    }
    assert comments.write(data, []) == data
    assert comments.write(data, [Comment("a", place(0), "Un", "A", date=WHEN)]) == done


ELSEWHERE: dict[str, tuple[bytes, str, str, str]] = {
    "of a header hangs at the beginning": (
        docx(para(MISSION), header="En tête"),
        "header",
        MISSION,
        "“En tête”\nIci",
    ),
    "of a note hangs at its number": (
        docx(para("Zéro"), para("Voir", note_reference(1), " là"), footnotes={1: "La note."}),
        "footnote",
        "Voir là",
        "“La note.”\nIci",
    ),
    "of a text box hangs on its paragraph": (
        docx(
            para("Zéro"),
            para(
                "Avec boîte",
                f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{para('Dedans')}"
                "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>",
            ),
        ),
        "text box",
        "Avec boîte",
        "“Dedans”\nIci",
    ),
}


@pytest.mark.parametrize(
    ("data", "story", "text", "said"), ELSEWHERE.values(), ids=ELSEWHERE.keys()
)
def test_a_comment_on_the_words(data: bytes, story: str, text: str, said: str) -> None:
    data = identity.stamp(data)
    blocks = reader.read(data).blocks
    there = next(one.id for one in blocks if one.story == story)
    (found,) = commented(Comment("a", there, "Ici", "A", date=WHEN), data=data)
    assert found.text == said
    assert found.paragraph == next(one.id for one in blocks if one.text == text)


def test_a_comment_on_the_title_hangs_at_the_beginning() -> None:
    data = identity.stamp(docx(para(MISSION), title="Mission"))
    (found,) = commented(Comment("a", identity.TITLE_ID, "Ici", "A", date=WHEN), data=data)
    assert (found.span, found.text) == ((0, 0), "Ici")


REFUSED: dict[str, tuple[Comment, str]] = {
    "its paragraph is not there": (
        Comment("a", comments.ParagraphId("0BADBAD0"), "x", "Claire"),
        "The comment of Claire is about a paragraph that the file does not have.",
    ),
    "its words are not there": (
        Comment("a", place(0), "x", "Claire", span=(3, 99)),
        "The comment of Claire is about characters 3 to 99 of a paragraph that has 22.",
    ),
    "what it answers is not there": (
        Comment("a", place(0), "x", "Claire", parent="7"),
        "The comment of Claire answers a comment that is not there.",
    ),
}


@pytest.mark.parametrize(("comment", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_a_comment_is_refused_when(comment: Comment, sentence: str) -> None:
    with pytest.raises(CommentPlaceError) as caught:
        comments.write(simple(), [comment])
    assert str(caught.value).startswith(sentence)


def bare(*body: str, said: dict[str, str], extended: str = "") -> bytes:
    """A file whose comments are written by hand, without paragraph ids."""
    data = parts(docx(*body))
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    inside = "".join(
        f'<w:comment w:id="{number}" w:author="A B" w:date="2026-01-02T03:04:05Z">{para(text)}</w:comment>'
        for number, text in said.items()
    )
    data["word/comments.xml"] = f"<w:comments {names}>{inside}</w:comments>".encode()
    relation = (
        b'<Relationship Id="c1" Target="comments.xml" Type="http://schemas.openxmlformats.org/'
        b'officeDocument/2006/relationships/comments"/></Relationships>'
    )
    name = "word/_rels/document.xml.rels"
    data[name] = data[name].replace(b"</Relationships>", relation)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in data.items():
            archive.writestr(name, content)
    return out.getvalue()


START, END = '<w:commentRangeStart w:id="{0}"/>', '<w:commentRangeEnd w:id="{0}"/>'
REFER = '<w:r><w:commentReference w:id="{0}"/></w:r>'


def test_comments_of_old_files_over_several_paragraphs_and_at_a_point_are_read() -> None:
    data = bare(
        para("Un ", START.format(3), "deux"),
        para("trois"),
        para("quatre", END.format(3), REFER.format(3), " cinq"),
        START.format(4),
        para("six"),
        END.format(4),
        para("sept", REFER.format(5)),
        said={"3": "long", "4": "entre", "5": "point", "6": "perdu"},
    )
    long, between, point, lost = comments.read(data)
    assert (long.quoted, long.span, long.initials) == ("deux\ntrois\nquatre", (3, 6), "")
    assert long.through == place(2, data)
    assert (between.quoted, between.paragraph) == ("six", place(3, data))
    assert (point.quoted, point.span) == ("", (4, 4))
    assert (lost.paragraph, lost.span, lost.text) == (None, None, "perdu")
    assert long.date == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    answered = comments.write(data, [Comment("a", None, "Bien.", "B", date=WHEN, parent="3")])
    assert comments.read(answered)[4].parent == "3"
    assert comments.read(answered)[4].quoted == long.quoted


def test_the_numbers_of_anchors_without_a_comment_are_not_given_again() -> None:
    data = bare(para("Un", START.format(8), "deux", END.format(8), REFER.format(8)), said={})
    (found,) = commented(Comment("a", place(0, data), "x", "A"), data=data)
    assert found.id == "9"


def test_a_strict_file_is_commented_in_its_own_names() -> None:
    data = identity.stamp(docx(para(MISSION), strict=True))
    done = comments.write(data, [Comment("a", place(0, data), "x", "A", span=(0, 4), date=WHEN)])
    assert part(done, "word/comments.xml").tag.startswith("{http://purl.oclc.org/ooxml/")
    assert comments.read(done)[0].quoted == "Nous"


def test_python_docx_reads_what_is_written() -> None:
    data = identity.stamp(SAMPLE.read_bytes())
    blocks = [one for one in reader.read(data).blocks if one.text]
    made = [
        Comment("a", blocks[2].id, "Un\nDeux\tà", "Claire Dubois", date=WHEN, span=(0, 3)),
        Comment("b", blocks[3].id, "Non & <oui>", "Élise", "É", WHEN),
    ]
    found = list(python_docx.Document(io.BytesIO(comments.write(data, made))).comments)
    assert [(one.author, one.initials, one.text) for one in found] == [
        ("Claire Dubois", "CD", "Un\nDeux\tà"),
        ("Élise", "É", "Non & <oui>"),
    ]
    assert {one.timestamp for one in found} == {WHEN}


@pytest.mark.needs_libreoffice
def test_libreoffice_shows_each_comment_on_its_words(soffice: str, tmp_path: Path) -> None:
    data = identity.stamp(
        docx(
            para("Nous ", run("formons", "<w:b/>"), " ensemble.", note_reference(1)),
            para("Voir ", LINK.format(run("le site web")), "."),
            table(("une case", "b")),
            footnotes={1: "La note."},
            links={"l1": "https://imt.fr"},
        )
    )
    at = {block.text: block.id for block in reader.read(data).blocks}
    made = [
        Comment("a", at["Nous formons ensemble."], "Un", "Claire", "C", WHEN, (5, 12), None, True),
        Comment("b", None, "Réponse", "Max", "M", WHEN, parent="a"),
        Comment("c", at["Voir le site web."], "Deux", "Max", "M", WHEN, (8, 12)),
        Comment("d", at["une case"], "Trois", "Max", "M", WHEN),
        Comment("e", at["La note."], "Quatre", "Max", "M", WHEN),
    ]
    file = tmp_path / "commented.docx"
    file.write_bytes(comments.write(data, made))
    shown = annotations(soffice, file)
    assert sorted(shown) == [
        ("Claire", "C", "2026-11-23T09:30:00", "Un", True, "formons"),
        ("Max", "M", "2026-11-23T09:30:00", "Deux", False, "site"),
        ("Max", "M", "2026-11-23T09:30:00", "Réponse", False, "formons"),
        ("Max", "M", "2026-11-23T09:30:00", "Trois", False, "une case"),
        ("Max", "M", "2026-11-23T09:30:00", "“La note.”\nQuatre", False, ""),
    ]
    back = converted(soffice, file, "docx")
    again = comments.read(back, data)
    expected = [
        (one.author, one.text, one.paragraph, one.quoted)
        for one in comments.read(file.read_bytes())
    ]
    assert sorted(
        (one.author, one.text, str(one.paragraph), one.quoted) for one in again
    ) == sorted(
        (author, text, str(paragraph), quoted) for author, text, paragraph, quoted in expected
    )
    assert {one.text for one in again if one.resolved} == {"Un"}


def stripped(root: etree._Element) -> etree._Element:
    """What a transitional reader sees: without what the part allows to be ignored."""
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    for node in root.iter():
        for key in [key for key in node.attrib if "openxmlformats" not in key and key[0] == "{"]:
            if not key.startswith("{http://www.w3.org"):
                del node.attrib[key]
        node.attrib.pop(
            "{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable", None
        )
    assert root.tag.startswith(f"{{{w}}}")
    return root


def test_what_is_written_is_valid_against_the_schema(corpus: Path) -> None:
    schema = etree.XMLSchema(etree.parse(str(corpus / "xsd/wml.xsd")))
    data = identity.stamp(
        docx(*(paragraph for paragraph, _ in WORDS.values()), links={"l1": "x:y"})
    )
    made = []
    for block, (_, words) in zip(reader.read(data).blocks, WORDS.values(), strict=True):
        start = block.text.index(words)
        made.append(
            Comment(
                str(len(made)),
                block.id,
                "Un\nDeux",
                "A",
                date=WHEN,
                span=(start, start + len(words)),
            )
        )
        made.append(Comment(str(len(made)), None, "Réponse", "B", date=WHEN, parent=made[-1].id))
    done = comments.write(data, made)
    for name in ("comments", "document"):
        root = stripped(part(done, f"word/{name}.xml"))
        before = part(data, "word/document.xml") if name == "document" else None
        faults = {} if before is None else told(schema, stripped(before))
        assert told(schema, root).keys() <= faults.keys(), name


def told(schema: etree.XMLSchema, root: etree._Element) -> dict[str, None]:
    schema.validate(root)
    return {re.sub(r"\d+", "", fault.message): None for fault in schema.error_log}


def each_real(corpus_docx: tuple[Path, ...], largest: int) -> list[tuple[Path, bytes]]:
    return [(path, path.read_bytes()) for path in corpus_docx if path.stat().st_size <= largest]


def test_the_slots_of_real_paragraphs_are_as_long_as_their_texts(
    corpus_docx: tuple[Path, ...],
) -> None:
    seen = 0
    for path, data in each_real(corpus_docx, 60_000):
        try:
            word = WordFile(data)
            located = word.paragraphs()
        except DocumentError:
            continue
        for paragraph in located:
            text = plain_text(parse(paragraph.element))
            at = 0
            for slot in slots(paragraph.element):
                assert slot.start == at, path.name
                at += slot.length
            assert at == len(text), path.name
            seen += 1
    assert seen > 3000


def test_real_comments_are_read(corpus_docx: tuple[Path, ...]) -> None:
    known = {path.name: path.read_bytes() for path in corpus_docx}
    found = {
        name: comments.read(known[name])
        for name in (
            "test-data__document__testComment.docx",
            "test-data__document__WordWithAttachments.docx",
            "features__steps__test_files__comments-rich-para.docx",
            "packages__markitdown__tests__test_files__test_with_comment.docx",
            "test__test-data__comments.docx",
        )
    }
    (first,) = found["test-data__document__testComment.docx"]
    assert first.text.startswith("comment content")
    assert (first.author, first.quoted) == ("poi", "comment ")
    assert first.date == datetime(2021, 5, 20, 2, 57, tzinfo=UTC), "not the writer's wall clock"
    for name, several in found.items():
        assert all(one.paragraph is not None for one in several), name
        assert all(one.text.strip() for one in several), name


def test_real_files_are_commented_and_say_the_same(corpus_docx: tuple[Path, ...]) -> None:
    done = 0
    for path, data in each_real(corpus_docx, 30_000)[::2]:
        try:
            blocks = [one for one in reader.read(data).blocks if len(one.text) > 8]
            before = comments.read(data)
        except DocumentError:
            continue
        if not blocks:
            continue
        made = [
            Comment(f"n{number}", one.id, "Ici", "A", date=WHEN, span=(2, len(one.text) - 2))
            for number, one in enumerate(blocks[:4])
        ]
        written = comments.write(data, made)
        assert text_digest(written) == text_digest(data), path.name
        found = comments.read(written)
        assert found[: len(before)] == before, path.name
        for block, comment in zip(blocks, found[len(before) :], strict=False):
            if block.story == "body":
                assert comment.paragraph == block.id, path.name
                assert block.text[2:-2] in comment.quoted, path.name
        done += 1
    assert done > 40


TEXTS = st.text(st.sampled_from("abé \t\n-"), max_size=8)
RUNS = st.lists(st.tuples(TEXTS, st.sampled_from(["", "<w:b/>", "<w:i/>"])), max_size=5)
WRAPS: list[Callable[[str], str]] = [str, LINK.format, CONTROL.format, INSERTED.format]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    pieces=st.lists(st.tuples(RUNS, st.sampled_from(WRAPS)), min_size=1, max_size=3),
    chance=st.randoms(use_true_random=False),
)
def test_any_comments_keep_the_text_and_come_back(pieces: list, chance: object) -> None:
    content = [
        wrap("".join(run(text, look) for text, look in runs)) for runs, wrap in pieces if runs
    ]
    data = identity.stamp(docx(para(*content), para("fin"), links={"l1": "https://imt.fr"}))
    block = reader.read(data).blocks[0]
    made = []
    for number in range(3):
        ends = sorted(chance.randint(0, len(block.text)) for _ in range(2))  # type: ignore[attr-defined]
        made.append(Comment(str(number), block.id, "x", "A", date=WHEN, span=(ends[0], ends[1])))
    done = comments.write(data, made)
    assert text_digest(done) == text_digest(data)
    assert reader.read(done) == reader.read(data)
    found = comments.read(done)
    assert [one.span for one in found] == [one.span for one in made]
    assert len(list(part(done, "word/document.xml").iter(P))) == 2


@pytest.mark.needs_libreoffice
def test_libreoffice_shows_a_comment_on_words_that_came_as_tracked_changes(
    soffice: str, tmp_path: Path
) -> None:
    old = identity.stamp(docx(para("Nous formons ensemble."), para("Et nous agissons.")))
    new = identity.stamp(
        docx(para("Nous formons les ingénieurs ensemble."), para("Nous agissons.")), old
    )
    changed = redline(old, new, author="Anne", when=WHEN)
    at = {block.text: block.id for block in reader.read(new).blocks}
    made = [
        Comment(
            "a", at["Nous formons les ingénieurs ensemble."], "Qui ?", "Max", "M", WHEN, (17, 27)
        ),
        Comment("b", at["Nous agissons."], "Pour quoi ?", "Max", "M", WHEN, (5, 13)),
    ]
    file = tmp_path / "commented.docx"
    file.write_bytes(comments.write(changed, made))
    assert [(text, quoted) for *_, text, _, quoted in annotations(soffice, file)] == [
        ("Qui ?", "ingénieurs"),
        ("Pour quoi ?", "agissons"),
    ]
