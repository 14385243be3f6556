"""The pages that everybody sees: what waits, the dossiers, one dossier."""

from __future__ import annotations

import sqlite3

import pytest

from flows import todo

PATHS = ("/", "/dossiers", "/dossiers/charter", "/dossiers/raison-d-etre", "/dossiers/ethics")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_page_opens_in_both_languages(path, lang, visit):
    page = visit("vasseur", lang).get(path)
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text


def test_nobody_is_shown_the_door(visit):
    client = visit()
    client.follow_redirects = False
    answer = client.get("/dossiers/charter")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/sign-in?next=%2Fdossiers%2Fcharter",
    )


def test_a_dossier_that_is_not_there_is_told_as_such(visit):
    assert visit("vasseur").get("/dossiers/nothing").status_code == 404


def test_what_waits_for_a_reviewer_leads_to_the_decision(visit):
    page = visit("vasseur").get("/").text
    assert "One act waits for you" in page
    assert 'href="/dossiers/charter/step?step=legal"' in page


def test_steps_are_called_by_their_titles_and_votes_are_told_together(visit):
    page = visit("delmas").get("/dossiers/raison-d-etre").text
    assert "16 votes were cast." in page
    assert "step “Executive committee”" in page
    assert "step legal" not in visit("delmas").get("/dossiers/charter").text
    assert "Waiting for review: Legal affairs, 0 of 1." in visit("delmas").get("/dossiers").text


def test_a_drafter_hands_a_draft_over_once(visit, house):
    client = visit("delmas")
    for _ in range(2):
        answer = client.post("/dossiers/rules/translate", data={"key": "one"})
        assert answer.status_code == 200, answer.text
    with house.store.read() as reader:
        types = [one.type for one in reader.history("rules")]
    assert types.count("TranslationRequested") == 1


def test_whoever_may_not_is_refused_in_words_and_nothing_happens(visit, house):
    before = house.store.head()
    answer = visit("vasseur").post("/dossiers/rules/translate", data={"key": "one"})
    assert answer.status_code == 403
    assert "reserved to drafter" in answer.text
    assert house.store.head() == before


def tampered(house, dossier):
    with sqlite3.connect(house.home / "enonce.sqlite3") as base:
        for (name,) in base.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger'"
        ).fetchall():
            base.execute(f"DROP TRIGGER {name}")
        base.execute("UPDATE ledger SET hash = previous WHERE stream = ?", (dossier,))
    base.close()


def test_a_dossier_that_was_tampered_with_hides_itself_and_no_other(visit, house):
    tampered(house, "charter")
    client = visit("delmas")
    assert client.get("/dossiers/charter").status_code == 404
    assert client.get("/dossiers/rules").status_code == 200
    assert client.get("/").status_code == 200


def test_a_draft_tampered_with_since_it_was_listed_takes_no_task_away(visit, house):
    """Whether findings hold it back cannot be read any more; the list was kept from before."""
    drafter = house.person("delmas").id
    listed = [one.summary.dossier for one in todo.of(house, drafter)]
    assert "rules" in listed
    tampered(house, "rules")
    assert [one.summary.dossier for one in todo.of(house, drafter)] == listed
    assert visit("delmas").get("/").status_code == 200


def test_what_answers_to_an_act_leads_to_a_page_in_the_other_language(visit):
    """The address of the act itself opens nothing."""
    client = visit("castagnet")
    for path, page in (
        ("/dossiers/ethics/session/amend", "/dossiers/ethics/session"),
        ("/dossiers/ethics/session/defer", "/dossiers/ethics/session"),
    ):
        refused = client.post(path, data={"key": "x"})
        assert refused.status_code == 422
        assert f'href="{page}?lang=fr"' in refused.text
        assert client.get(f"{page}?lang=fr").status_code == 200
