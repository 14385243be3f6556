"""What a dossier's texts are handed out as."""

from __future__ import annotations

import io

import docx
import pytest
from lxml import etree

from documents.revisions import accept_all


def test_the_changes_of_a_version_are_tracked_in_a_word_file(visit, house):
    page = visit("vasseur").get("/dossiers/charter").text
    assert "/dossiers/charter/exports/changes-source-2" in page
    for side in ("source", "target"):
        answer = visit("vasseur").get(f"/dossiers/charter/exports/changes-{side}-2")
        assert answer.status_code == 200
        body = docx.Document(io.BytesIO(answer.content)).element.body
        tracked = etree.tostring(body).decode()
        assert "<w:ins " in tracked
        assert "<w:del " in tracked
        accept_all(body)
        target = side == "target"
        version = (house.dossier("charter").targets if target else house.dossier("charter").drafts)[
            1
        ]
        wanted = docx.Document(io.BytesIO(house.vault.get(version.version)))
        texts = ["".join(one.itertext("{*}t")) for one in body.iter("{*}p")]
        assert [one.text for one in wanted.paragraphs][:4] == texts[:4]


def test_the_pair_goes_to_other_tools(visit):
    client = visit("fontanel")
    page = client.get("/dossiers/strategy").text
    for name, begins in (("xliff2", b"<?xml"), ("xliff1", b"<?xml"), ("docx", b"PK")):
        assert f"/dossiers/strategy/exports/{name}" in page
        assert client.get(f"/dossiers/strategy/exports/{name}").content.startswith(begins)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_both_languages_stand_side_by_side_once_they_are_adopted(visit, lang):
    client = visit("vasseur")
    path = f"/dossiers/raison-d-etre/exports/bilingual-{lang}"
    assert path in client.get("/dossiers/raison-d-etre").text
    assert client.get(path).content.startswith(b"PK")
    assert client.get(f"/dossiers/charter/exports/bilingual-{lang}").status_code == 404


@pytest.mark.parametrize(
    "name", ["changes-source-1", "changes-source-9", "changes-x-2", "omegat", "xliff2-2", "x"]
)
def test_what_is_not_there_is_told_as_such(visit, name):
    assert visit("vasseur").get(f"/dossiers/charter/exports/{name}").status_code == 404
