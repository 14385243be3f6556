"""From what was heard and counted to a sentence: interviews, findings, and where each led."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from httpx import Response
from starlette.testclient import TestClient

from approvals import events as ev
from approvals import workdays
from approvals.evaluation import Evaluation, orphans
from approvals.handlers import findings as handlers
from approvals.names import Bilingual, PersonId
from flows import acts, coding
from flows.house import House
from tests.desk.forms import fields

Visit = Callable[..., TestClient]
STREAM = "consultation:imt-2020"
AT = "/consultations/imt-2020"
HEARD = f"{AT}/interviews"
NEW = f"{AT}/findings/new"
TEXT = "/dossiers/vision/findings"
ORPHAN = f"{TEXT}/imt-2020/C5"
WORDS = "Nous voulons des <b>ateliers</b> ouverts."
REASON = "Un autre plan en parle."


def evaluation(house: House) -> Evaluation:
    return coding.evaluation(house, STREAM)


def interview(house: House, **more: object) -> dict[str, object]:
    today = workdays.day(house.now()).isoformat()
    said = {
        "key": "heard", "id": "I1", "capacity_fr": "maire d’une commune", "capacity_en": "a mayor",
        "on": today, "consented": today, "scope": "attributable", "name": "Ida Lavigne",
        "point_fr": [WORDS, ""], "point_en": ["We want open workshops.", ""], "act": "register",
    }  # fmt: skip
    return {**said, **more}


def finding(**more: object) -> dict[str, object]:
    said = {
        "key": "found", "id": "C6", "text_fr": "Les campus comptent.", "text_en": "Campuses count.",
        "rests": ["answer:distinct:campus:", "answer:distinct:campus:students",
                  "answer:distinct:campus:companies", "interview:staff"],
    }  # fmt: skip
    return {**said, **more}


def refused(answer: Response, sentence: str, *kept: str) -> None:
    """Hold a refusal to its words and to what was typed."""
    assert answer.status_code == 422, answer.text
    assert sentence in answer.text
    for one in kept:
        assert one in answer.text, (sentence, one)


def test_somebody_is_heard_quoted_as_they_consented_and_erased_when_they_take_it_back(
    visit: Visit, house: House
) -> None:
    office = visit("castagnet")
    assert "4 people were heard" in office.get(HEARD).text
    more = office.post(
        HEARD, data=interview(house, act="more", point_fr=["a", "b"], point_en=["c", "d"])
    )
    assert more.text.count('name="point_fr"') == 3
    done = office.post(HEARD, data=interview(house))
    assert "The interview is registered" in done.text
    assert "Nous voulons des &lt;b&gt;ateliers" in done.text
    assert "Ida Lavigne" in done.text
    assert len(evaluation(house).interviews["I1"].registered.points) == 1
    taken_back = office.post(f"{HEARD}/I1/withdraw", data={"key": "back"})
    assert "the name and the words are erased" in taken_back.text
    assert "Ida Lavigne" not in taken_back.text
    assert "ateliers" not in taken_back.text
    again = office.post(f"{HEARD}/I1/withdraw", data={"key": "again"})
    refused(again, "was taken back already")
    refused(office.post(f"{HEARD}/nobody/withdraw", data={"key": "none"}), "no interview nobody")


def test_an_interview_without_consent_day_or_words_in_both_languages_is_refused_in_words(
    visit: Visit, house: House
) -> None:
    office, before = visit("castagnet"), house.store.size()
    later = (workdays.day(house.now()) + timedelta(days=3)).isoformat()
    for more, sentence in (
        ({"capacity_en": ""}, "Say in which capacity"),
        ({"on": ""}, "Choose the day of the interview."),
        ({"consented": ""}, "without their consent"),
        ({"consented": later}, "once they were given, not before"),
        ({"scope": ""}, "Choose what the person lets be done"),
        ({"name": " "}, "needs the name"),
        ({"point_en": ["", ""]}, "missing in one language"),
        ({"id": "staff"}, "There is an interview staff already"),
        ({"id": "née"}, "cannot be an id here"),
    ):
        answer = office.post(HEARD, data=interview(house, **more))
        refused(answer, sentence, "maire d’une commune", "Nous voulons des &lt;b&gt;ateliers")
    assert house.store.size() == before


def test_a_finding_is_ticked_among_the_numbers_and_counted_by_the_house(
    visit: Visit, house: House
) -> None:
    office = visit("castagnet")
    form = fields(office.get(NEW).text, NEW)
    assert form["id"] == "C6"
    done = office.post(NEW, data=finding())
    assert "The finding is registered" in done.text
    evidence = evaluation(house).findings["C6"].evidence
    answers = {one.publics: one for one in evidence if one.kind is ev.EvidenceKind.ANSWER}
    everybody, two = answers[()], answers["students", "companies"]
    assert 0 < two.count < everybody.count
    assert [one.about for one in evidence if one.kind is ev.EvidenceKind.INTERVIEW] == ["staff"]
    assert "among Students and Companies" in done.text


def test_a_finding_that_rests_on_nothing_or_on_what_is_hidden_is_refused_and_stays_typed(
    visit: Visit, house: House
) -> None:
    office, before = visit("castagnet"), house.store.size()
    for more, sentence in (
        ({"rests": []}, "A finding rests on something"),
        ({"text_en": " "}, "missing in one language"),
        ({"id": "C1"}, "There is a finding C1 already"),
        ({"id": "C 6"}, "cannot be an id here"),
        ({"rests": ["answer:distinct:campus:alumni"]}, "hidden, because they are few"),
        ({"rests": ["answer:distinct:fame:"]}, "cannot rest on distinct fame"),
        ({"rests": ["answer:distinct::"]}, "cannot rest on distinct"),
        ({"rests": ["answer:distinct:campus:martians"]}, "cannot rest on distinct campus"),
        ({"rests": ["answer:wish:campus:"]}, "answered in own words"),
        ({"rests": ["theme:wish:ecology:"]}, "are not coded yet"),
        ({"rests": ["answer:nothing:campus:"]}, "There is no question nothing."),
        ({"rests": ["interview:nobody"]}, "cannot rest on nobody"),
        ({"rests": ["gossip"]}, "not among the answers that were counted"),
    ):
        answer = office.post(NEW, data=finding(**more))
        refused(answer, sentence, "Les campus comptent.")
    kept = office.post(NEW, data=finding(text_en=""))
    assert kept.text.count(" checked") == 4
    assert house.store.size() == before


def test_no_finding_is_registered_before_the_close_nor_once_the_answers_are_erased(
    visit: Visit, house: House
) -> None:
    office = visit("castagnet")
    early = office.get("/consultations/imt-2026/findings/new")
    assert early.status_code == 422
    assert "once the consultation is closed" in early.text
    assert office.post("/consultations/imt-2026/findings/new", data=finding()).status_code == 422
    form = fields(office.get(AT).text, f"{AT}/synthesis")
    office.post(f"{AT}/synthesis", data={**form, "file": ".json"})
    assert visit("carrel").post(f"{AT}/erase", data={"key": "k"}).status_code == 200
    page = office.get(f"{AT}/findings").text
    assert "The answers are erased" in page
    assert "among Students" in page
    assert office.get(NEW).status_code == 422
    assert visit("delmas").get(TEXT).status_code == 200


def test_a_draft_waits_for_its_findings_until_each_has_a_paragraph_or_a_reason(
    visit: Visit, house: House
) -> None:
    drafter = visit("delmas")
    todo = drafter.get("/").text
    assert "Say where the findings lead" in todo
    assert f'href="{TEXT}"' in todo
    dossier = drafter.get("/dossiers/vision").text
    assert "Waiting for the drafter to say where one finding leads." in dossier
    assert "/dossiers/vision/translate" not in dossier
    held_back = drafter.post("/dossiers/vision/translate", data={"key": "early"})
    refused(held_back, "C5 (imt-2020)")
    listed = drafter.get(TEXT).text
    assert "One finding leads nowhere yet" in listed
    assert listed.index("Some of the students") < listed.index("The institute is set apart")
    assert f'href="{ORPHAN}"' in listed

    refused(drafter.post(f"{ORPHAN}/link", data={"key": "1"}), "Tick at least one paragraph")
    moved = drafter.post(f"{ORPHAN}/link", data={"key": "2", "paragraph": ["gone"]})
    refused(moved, "not in the draft any more")
    refused(drafter.post(f"{ORPHAN}/waive", data={"key": "3", "reason": " "}), "Write why")
    draft = house.dossier("vision").draft
    assert draft
    ids = [one.id for one in draft.paragraphs][1:3]
    linked = drafter.post(f"{ORPHAN}/link", data={"key": "4", "paragraph": ids[::-1]})
    assert "The finding is linked" in linked.text
    assert "Every finding has led somewhere" in linked.text
    assert house.dossier("vision").laid[STREAM, "C5"].paragraphs == tuple(ids)
    assert drafter.get(ORPHAN).text.count(" checked") == 2
    twice = drafter.post(f"{ORPHAN}/link", data={"key": "5", "paragraph": ids})
    refused(twice, "just these paragraphs already")
    assert "Hand the draft over" in drafter.get("/").text
    assert "linked finding C5 to §\N{NO-BREAK SPACE}2, 3" in drafter.get("/dossiers/vision").text

    waived = drafter.post(f"{ORPHAN}/waive", data={"key": "6", "reason": REASON})
    assert REASON in waived.text
    assert REASON in visit("peyrolles").get(f"{AT}/findings").text
    over = drafter.post("/dossiers/vision/translate", data={"key": "over"})
    assert over.status_code == 200
    assert house.dossier("vision").state == "translating"


def test_a_consultation_is_attached_once_and_each_of_its_findings_then_counts(
    visit: Visit, house: House
) -> None:
    drafter, at = visit("delmas"), "/dossiers/rules/findings"
    assert "This text rests on no consultation" in drafter.get(at).text
    refused(drafter.post(at, data={"key": "a"}), "Choose the consultation")
    refused(drafter.post(at, data={"key": "b", "consultation": "none"}), "no consultation none")
    attached = drafter.post(at, data={"key": "c", "consultation": "imt-2020"})
    assert "5 findings lead nowhere yet" in attached.text
    assert "rests on imt-2020 already" in drafter.post(
        at, data={"key": "d", "consultation": "imt-2020"}
    ).text  # fmt: skip
    assert len(orphans(house.dossier("rules"), evaluation(house))) == 5
    assert "to say where 5 findings lead" in visit("vasseur").get("/").text


def test_everybody_who_knows_the_text_sees_where_findings_went_and_only_drafters_say_it(
    visit: Visit, house: House
) -> None:
    before = house.store.size()
    for handle in ("vasseur", "castagnet", "peyrolles", "carrel"):
        tab = visit(handle)
        page = tab.get(TEXT).text
        assert "Some of the students expect" in page
        assert "Say where it leads" not in page
        assert "<form" not in tab.get(ORPHAN).text.partition("<main")[2]
        ids = [one.id for one in house.dossier("vision").draft.paragraphs]  # type: ignore[union-attr]
        for act, more in {"link": {"paragraph": ids[:1]}, "waive": {"reason": REASON}}.items():
            answer = tab.post(f"{ORPHAN}/{act}", data={"key": act, **more})
            assert answer.status_code == 403
            assert "reserved to drafter" in answer.text
    assert house.store.size() == before
    assert visit("delmas").get(f"{TEXT}/imt-2020/C9").status_code == 404


def test_who_does_not_run_a_consultation_sees_findings_but_nobody_who_was_heard(
    visit: Visit,
) -> None:
    member = visit("peyrolles")
    page = member.get(f"{AT}/findings").text
    assert "Some of the students expect" in page
    assert "Register a finding" not in page
    assert "Julien Mercadier" not in page
    for path in (HEARD, NEW):
        assert member.get(path).status_code == 403
    assert visit("vasseur").get(f"{AT}/findings").status_code == 403


def test_a_confidential_text_is_not_told_by_the_findings_that_it_rests_on(
    visit: Visit, house: House
) -> None:
    by = PersonId(house.person("delmas").id)
    draft = house.vault.get(house.dossier("rules").draft.version)  # type: ignore[union-attr]
    acts.submit(
        house, draft, "secret.docx", by=by, dossier="secret", title=Bilingual("Tu", "Hushed"),
        source="fr", confidentiality=ev.Confidentiality.CONFIDENTIAL, key="secret",
    )  # fmt: skip
    command = handlers.AttachConsultation(dossier="secret", by=by, key="s", consultation=STREAM)
    handlers.attach_consultation(command, house.office)
    for path in (AT, f"{AT}/findings"):
        assert "Hushed" in visit("delmas").get(path).text
        assert "Hushed" not in visit("peyrolles").get(path).text
    assert visit("peyrolles").get("/dossiers/secret/findings").status_code == 404


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_pages_open_in_both_languages(visit: Visit, lang: str) -> None:
    office, drafter = visit("castagnet", lang), visit("delmas", lang)
    for path in (HEARD, NEW, f"{AT}/findings", "/consultations/imt-2026/findings"):
        assert f'<html lang="{lang}">' in office.get(path).text
    for path in (TEXT, ORPHAN, "/dossiers/rules/findings", "/dossiers/charter/findings"):
        assert f'<html lang="{lang}">' in drafter.get(path).text
    for path in ("/consultations/none/findings", "/consultations/none/findings/new"):
        assert office.get(path).status_code == 404
