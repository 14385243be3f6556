"""What anybody may see: the list, a published text, its files and their proof, and nothing else."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import etree

from approvals import events as ev
from approvals.handlers import life
from approvals.heads import load_public_key
from approvals.ledger import check_extract
from approvals.names import PersonId
from documents.sealing.verify import verify
from tests.flows.test_publication_life import copies

OUT = "raison-d-etre"


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    "path", ["/published", f"/published/{OUT}", "/verify", "/accessibility", "/personal-data"]
)
def test_a_public_page_opens_for_anybody_in_both_languages(path, lang, visit):
    page = visit(None, lang).get(path)
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text
    assert "/dossiers" not in page.text


def test_the_list_has_what_is_out_and_nothing_else(visit):
    page = visit().get("/published").text
    assert f'href="/published/{OUT}"' in page
    assert "One text is in force" in page
    for hidden in ("ethics", "charter", "strategy", "rules"):
        assert hidden not in page


@pytest.mark.parametrize("path", ["", "/evidence", "/files/00"])
@pytest.mark.parametrize("dossier", ["ethics", "charter", "nothing", "house"])
def test_what_is_not_out_answers_like_what_is_not_there(dossier, path, visit):
    assert visit().get(f"/published/{dossier}{path}").status_code == 404


def test_a_dossier_leads_to_its_published_page(visit):
    answer = visit().get(f"/dossiers/{OUT}/published")
    assert answer.url.path == f"/published/{OUT}"
    assert visit("vasseur").get("/dossiers/charter/published").status_code == 404


def test_the_page_has_both_texts_as_sealed_with_their_languages(visit):
    page = etree.HTML(visit().get(f"/published/{OUT}").text)
    french, english = page.xpath('//article[@class="preview"]')
    assert (french.get("lang"), english.get("lang")) == ("fr", "en")
    assert "Ensemble pour imaginer" in "".join(french.itertext())
    assert "All together to imagine" in "".join(english.itertext())
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_the_vote_is_counted_anew_and_shown(visit):
    page = visit().get(f"/published/{OUT}").text
    assert "counted just now, give the result that was proclaimed" in page
    assert "14 for, 1 against, 1 abstaining" in page
    assert "the quorum is 13" in page


def test_a_result_that_the_votes_do_not_give_is_said(visit, house, monkeypatch):
    from flows import desk_public

    monkeypatch.setattr(desk_public.policy, "count_ballot", lambda dossier: None)
    page = visit().get(f"/published/{OUT}").text
    assert "do not give the result that was proclaimed" in page


def test_every_listed_file_is_the_sealed_one(visit, house):
    client = visit()
    page = etree.HTML(client.get(f"/published/{OUT}").text)
    links = {one for one in page.xpath("//@href") if "/files/" in one}
    assert len(links) == 4
    for link in links:
        answer = client.get(link)
        assert answer.headers["content-type"].startswith("application/vnd.openxml")
        verdict = verify(answer.content, house.identity.anchors, at=house.now())
        assert verdict.overall == "TOTAL-PASSED"


def test_a_draft_is_handed_out_under_no_digest(visit, house):
    draft = house.dossier(OUT).draft
    assert visit().get(f"/published/{OUT}/files/{draft.version}").status_code == 404


def test_the_evidence_proves_itself_and_holds_no_draft(visit, house):
    answer = visit().get(f"/published/{OUT}/evidence")
    assert answer.headers["content-type"] == "application/zip"
    box = zipfile.ZipFile(io.BytesIO(answer.content))
    names = box.namelist()
    assert f"{OUT}.statement.fr.docx" in names
    assert not [one for one in names if "redline" in one or "translation" in one]
    house.vault.put(b"unrelated")
    key = house.home / "key.pem"
    key.write_bytes(box.read("evidence/ledger-key.pem"))
    entries = check_extract(json.loads(box.read("evidence/ledger.json")), load_public_key(key))
    assert entries[-1].stream == OUT


def test_the_evidence_is_made_once_for_a_version(visit, house, monkeypatch):
    from flows import evidence

    calls: list[str] = []
    real = evidence.published_files

    def counting(house_: Any, dossier: Any) -> Mapping[str, bytes]:
        calls.append(dossier.id)
        return real(house_, dossier)

    monkeypatch.setattr(evidence, "published_files", counting)
    client = visit()
    first, second = (client.get(f"/published/{OUT}/evidence").content for _ in range(2))
    assert first == second
    assert calls == [OUT]


def test_the_code_leads_to_the_copy_it_stands_beside(visit, house):
    digest = copies(house, OUT)["statement", "en"]
    client = visit()
    drawn = client.get(f"/v/{digest}/code.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert b"style" not in drawn.content
    page = client.get(f"/v/{digest[:12]}").text
    assert "The current edition" in page
    assert client.get(f"/v/{'0' * 64}/code.svg").status_code == 404


def test_the_code_says_its_address():
    import segno

    from approvals.desk.pages import public

    asked = SimpleNamespace(
        desk=SimpleNamespace(public=SimpleNamespace(origin="https://enonce.example.org"))
    )
    address = public.address(asked, "ab" * 32)
    assert address == "https://enonce.example.org/v/abababababab"
    assert segno.make_qr(address, error="m").version <= 4


def withdraw(house: Any) -> None:
    """Withdraw the published text by a resolution."""
    secretary = next(id for id, roles in house.register().roles.items() if "secretary" in roles)
    chair = next(id for id, roles in house.register().roles.items() if "chair" in roles)
    life.withdraw(
        life.Withdraw(
            dossier=OUT,
            by=PersonId(secretary),
            key="order",
            ground=ev.Ground.RESOLUTION,
            reference="2026-09",
            reason="<b>Its object</b> is gone.",
        ),
        house.office,
    )
    life.confirm_withdrawal(
        life.Command(dossier=OUT, by=PersonId(chair), key="confirm"), house.office
    )


def test_a_withdrawn_text_says_since_when_and_why(visit, house):
    withdraw(house)
    page = visit().get(f"/published/{OUT}").text
    assert "by the resolution 2026-09" in page
    assert "&lt;b&gt;Its object&lt;/b&gt; is gone." in page
    assert "Nothing supersedes it" not in page
    assert "Withdrawn" in visit().get("/published").text


def test_health_is_said_as_json(visit, house):
    size, head = house.store.head()
    answer = visit().get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "ledger": {"size": size, "head": head}}


def test_health_is_bad_where_a_program_beside_the_house_is_down(house):
    from starlette.testclient import TestClient

    from approvals.desk.app import build
    from flows import desk as wiring

    with TestClient(build(wiring.desk(house, lambda: {"prefect": False}))) as client:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["ok"], answer.json()["prefect"]) == (
        503,
        False,
        False,
    )
