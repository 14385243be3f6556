"""Remarks at the desk: on words, answered, closed; out to Word and back."""

from __future__ import annotations

import io

import docx

from documents import comments
from documents.digest import text_digest
from documents.revisions import accept_all, reject_all
from documents.wordfile import WordFile

STEP = "/dossiers/charter/step"
WORDS = "a driving force"


def remark(client, **more):
    said = {"words": WORDS, "remark": "Is it?", "key": "r", **more}
    return client.post("/dossiers/charter/remarks", data=said)


def annotated(data):
    """The file as a reviewer's Word saves it, with a comment more."""
    document = docx.Document(io.BytesIO(data))
    paragraph = next(one for one in document.paragraphs if WORDS in one.text)
    document.add_comment(paragraph.runs, text="Which force?", author="H. V.", initials="HV")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_remark_holds_on_to_its_words_and_is_answered_and_closed(visit, house):
    reviewer, drafter = visit("vasseur"), visit("delmas")
    page = remark(reviewer)
    assert page.status_code == 200
    assert f"<mark>{WORDS}</mark>" in page.text
    [id] = house.dossier("charter").remarks
    told = drafter.post(f"/dossiers/charter/remarks/{id}/answer", data={"answer": "Yes."})
    assert "Yes." in told.text
    assert "Close this remark" not in told.text
    closed = reviewer.post(f"/dossiers/charter/remarks/{id}/close", data={})
    assert "One closed remark" in closed.text


def test_words_that_are_nowhere_are_told_and_nothing_is_kept(visit, house):
    answer = remark(visit("vasseur"), words="no such words")
    assert answer.status_code == 422
    assert "in neither language" in answer.text
    assert ">Is it?</textarea>" in answer.text
    assert 'value="no such words"' in answer.text
    assert not house.dossier("charter").remarks


def test_the_copy_for_word_has_the_remarks_as_comments(visit):
    client = visit("vasseur")
    remark(client)
    data = client.get("/dossiers/charter/review-copy/en").content
    [said] = comments.read(data)
    assert (said.text, said.author, said.quoted) == ("Is it?", "Hélène Vasseur", WORDS)


def test_an_annotated_file_comes_back_as_remarks_once(visit, house):
    client = visit("vasseur")
    data = client.get("/dossiers/charter/review-copy/en").content
    files = {"file": ("back.docx", annotated(data))}
    taken = client.post(
        "/dossiers/charter/review-copy", data={"language": "en", "key": "t"}, files=files
    )
    assert taken.status_code == 200, taken.text
    assert "Which force?" in taken.text
    again = client.post(
        "/dossiers/charter/review-copy", data={"language": "en", "key": "u"}, files=files
    )
    assert again.status_code == 422
    assert "nothing that is not known already" in again.text
    assert len(house.dossier("charter").remarks) == 1


def test_what_is_no_word_file_is_told(visit):
    files = {"file": ("back.docx", b"%PDF-1.7")}
    answer = visit("vasseur").post(
        "/dossiers/charter/review-copy", data={"language": "en", "key": "t"}, files=files
    )
    assert answer.status_code == 422
    assert "was not taken in" in answer.text


def words(data):
    return [one.text for one in text_digest(data).paragraphs if one.text]


def settled(data, resolve):
    word = WordFile(data)
    for _, root in word.story_roots():
        resolve(root)
    return words(word.save([part for part, _ in word.story_roots()]))


def test_the_copy_for_word_shows_what_changed_as_tracked_changes(visit, house):
    client = visit("vasseur")
    remark(client)
    it = house.dossier("charter")
    data = client.get("/dossiers/charter/review-copy/en").content
    old, new = (house.vault.get(one.version) for one in it.editions("en"))
    assert words(old) != words(new)
    assert settled(data, accept_all) == words(new)
    assert settled(data, reject_all) == words(old)
    [said] = comments.read(data)
    assert said.quoted == WORDS


def test_what_the_house_tracked_comes_back_as_nobodys_proposal(visit, house):
    client = visit("vasseur")
    data = client.get("/dossiers/charter/review-copy/en").content
    new = house.vault.get(house.dossier("charter").editions("en")[-1].version)
    for sent, refused in ((data, True), (new, True), (annotated(data), False)):
        files = {"file": ("back.docx", sent)}
        answer = client.post(
            "/dossiers/charter/review-copy", data={"language": "en", "key": "t"}, files=files
        )
        assert ("proposes nothing" in answer.text) is refused
    found = house.dossier("charter").remarks.values()
    assert [house.note(one.made.note) for one in found] == ["Which force?"]
