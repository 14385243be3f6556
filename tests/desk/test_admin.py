"""The house as its administrator keeps it, and one's own page."""

from __future__ import annotations

import re
import sqlite3
import time
from datetime import timedelta

import pytest

from approvals import workdays
from approvals.names import Role
from approvals.store import Store
from flows.settings import Settings

PATHS = (
    "/admin",
    "/admin/people",
    "/admin/circuits",
    "/admin/circuits/file",
    "/admin/seats",
    "/admin/seats/file",
    "/admin/seats/board.toml/Q9",
    "/admin/delegations",
    "/admin/engines",
    "/admin/engines/deepl",
    "/admin/glossary",
    "/admin/glossary/new",
    "/admin/memory",
    "/admin/seal",
    "/admin/ledger",
    "/admin/mail",
    "/admin/settings",
)


def key(page: str) -> str:
    found = re.search(r'name="key" value="(\w+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_of_the_house_opens_in_both_languages(path, lang, visit):
    page = visit("carrel", lang).get(path)
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text
    part = "/".join(path.split("/")[:3])
    assert f'href="{part}" aria-current="page"' in page.text


@pytest.mark.parametrize("handle", ["vasseur", "delmas", "lemoal"])
def test_whoever_keeps_nothing_of_the_house_is_kept_out(handle, visit):
    client = visit(handle)
    assert {path: client.get(path).status_code for path in PATHS} == dict.fromkeys(PATHS, 403)


def test_somebody_is_enrolled_once_and_may_act(visit, house):
    client = visit("carrel")
    form = {
        "key": key(client.get("/admin/people").text),
        "name": "Ada <b>Lovelace</b>",
        "handle": "lovelace",
        "mail": "ada@example.org",
        "language": "en",
        "roles": ["translator", "reviewer"],
    }
    for _ in range(2):
        answer = client.post("/admin/people", data=form)
        assert answer.status_code == 200
    assert "The person was enrolled." in answer.text
    assert "Ada &lt;b&gt;Lovelace&lt;/b&gt;" in answer.text
    who = house.person("lovelace")
    assert house.register().roles[who.id] == {Role.TRANSLATOR, Role.REVIEWER}
    assert sum(one.handle == "lovelace" for one in house.contacts().values()) == 1


def test_a_refusal_keeps_what_was_typed(visit, house):
    client = visit("carrel")
    form = {"name": "Another", "handle": "vasseur", "mail": "a@example.org", "roles": "reviewer"}
    answer = client.post("/admin/people", data={**form, "key": "one"})
    assert answer.status_code == 422
    assert "The handle vasseur is taken" in answer.text
    assert 'value="Another"' in answer.text
    assert 'value="reviewer" checked' in answer.text


def test_roles_are_changed_and_the_last_administrator_stays(visit, house):
    client = visit("carrel")
    who = house.person("vasseur")
    form = {"name": who.name, "handle": who.handle, "mail": who.mail, "language": "fr", "key": "k"}
    assert client.post(f"/admin/people/{who.id}", data=form).status_code == 200
    assert house.register().roles[who.id] == frozenset()
    me = house.person("carrel")
    own = {"name": me.name, "handle": me.handle, "mail": me.mail, "language": "fr", "key": "l"}
    answer = client.post(f"/admin/people/{me.id}", data=own)
    assert answer.status_code == 422
    assert "only administrator" in answer.text
    assert client.get("/admin/people/person-0").status_code == 404


def test_an_administrator_decides_nothing(visit, house):
    before = house.store.head()
    client = visit("carrel")
    for path in ("/dossiers/rules/translate", "/dossiers/rules/abandon"):
        answer = client.post(path, data={"key": "k", "reason": "no"})
        assert answer.status_code in (403, 404, 422)
    assert house.store.head() == before


def test_a_circuit_is_tried_on_a_finished_text_and_nothing_is_written(visit, house):
    before = house.store.head()
    page = visit("carrel").get(
        "/admin/circuits", params={"circuit": "circuit.toml", "dossier": "raison-d-etre"}
    )
    assert "These decisions would have been enough." in page.text
    assert "Nothing would have been otherwise." in page.text
    assert house.store.head() == before


def test_a_trial_says_who_would_not_have_been_heard(visit, house):
    file = house.home / "circuits" / "circuit.toml"
    other = file.read_text().replace("vasseur", "kerlann", 1)
    (file.parent / "other.toml").write_text(other)
    page = (
        visit("carrel")
        .get("/admin/circuits", params={"circuit": "other.toml", "dossier": "raison-d-etre"})
        .text
    )
    assert "Hélène Vasseur’s decision (approval) would not count" in page


@pytest.mark.parametrize("asked", ["../enonce.toml", "nothing.toml"])
def test_only_circuits_of_the_house_are_tried(asked, visit):
    page = visit("carrel").get(
        "/admin/circuits", params={"circuit": asked, "dossier": "raison-d-etre"}
    )
    assert page.status_code == 200
    assert f"There is no file {asked} in the house." in page.text


def test_a_file_that_cannot_be_used_calls_for_the_administrator(visit, house):
    (house.home / "circuits" / "broken.toml").write_text("title = 1")
    client = visit("carrel")
    assert "The circuit broken.toml cannot be used" in client.get("/admin").text
    assert "Cannot be used" in client.get("/admin/circuits").text


@pytest.mark.parametrize(
    ("left", "kind"), [(91, None), (90, "warn"), (30, "warn"), (7, "stop"), (-1, "stop")]
)
def test_a_certificate_s_alarm_is_raised_90_30_and_7_days_before(left, kind, visit, house):
    [certificate, *_] = house.identity.signer.chain
    end = certificate.not_valid_after_utc

    class Then:
        def now(self):
            return end - timedelta(days=left)

    house.clock = Then()
    page = visit("carrel").get("/admin").text
    line = re.search(r'st (\w+)"[^\n]*?(?:ends|ended) on', page)
    assert (line and line[1]) == kind
    assert visit("carrel").get("/admin/seal").status_code == 200


def test_the_glossary_is_searched(visit, house):
    term = house.glossary.terms[0]
    page = visit("carrel").get("/admin/glossary", params={"q": term.fr.upper()}).text
    assert term.en.replace("'", "&#39;") in page
    nothing = visit("carrel").get("/admin/glossary", params={"q": "<zzz>"}).text
    assert "No term has “&lt;zzz&gt;” in it." in nothing


def test_engines_say_where_texts_go(visit, house):
    page = visit("carrel").get("/admin/engines").text
    assert "No text leaves the house" in page
    assert "nobody: it runs on this machine" in page


def test_every_setting_is_shown_and_no_password(visit, house):
    house.settings.memory_url = "postgresql://enonce:sesame@db/memory"
    page = visit("carrel").get("/admin/settings").text
    for name in Settings.model_fields:
        assert f"<code>{name}</code>" in page
    assert "sesame" not in page
    assert "postgresql://enonce:…@db/memory" in page


def checked(client) -> str:
    client.post("/admin/ledger/check", data={"key": "k"})
    for _ in range(200):
        answer = client.get("/admin/ledger")
        if "Refresh" not in answer.headers:
            return answer.text
        time.sleep(0.05)
    raise AssertionError("the check does not end")


def test_the_chain_check_says_yes_in_words(visit, house):
    client = visit("carrel")
    assert "It was not checked since the desk was opened." in client.get("/admin/ledger").text
    page = checked(client)
    assert "Yes, the ledger is whole" in page
    assert f"Yes: {house.store.size()} entries are as they were written" in page
    assert "Inès Carrel" in page


def test_a_tampered_file_is_named(visit, house):
    blob = next(one for one in (house.home / "vault").rglob("*") if one.is_file())
    blob.chmod(0o600)
    blob.write_bytes(b"other")
    client = visit("carrel")
    assert "No, something is wrong" in checked(client)
    assert "The last check found a fault." in client.get("/admin").text


def test_a_tampered_entry_is_named(visit, house):
    client = visit("carrel")
    client.get("/admin/ledger")
    with sqlite3.connect(house.home / "enonce.sqlite3") as base:
        names = [
            row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
        ]
        for name in names:
            base.execute(f"DROP TRIGGER {name}")
        base.execute("UPDATE ledger SET payload = replace(payload, 'p-', 'q-') WHERE sequence = 7")
    base.close()
    assert "from entry 7 on the ledger is not as it was written" in checked(client)


def test_a_copy_is_written_now_and_opens(visit, house):
    client = visit("carrel")
    assert "There is no copy of the database" in client.get("/admin").text
    page = client.post("/admin/ledger/backup", data={"key": "k"}).text
    assert "The database was copied." in page
    [copy] = (house.home / "backups").iterdir()
    assert copy.name in page
    assert copy.stat().st_mode & 0o077 == 0
    opened = Store(copy)
    assert opened.head() == house.store.head()
    opened.close()


def test_a_copy_that_cannot_be_written_is_refused_in_place(visit, house):
    (house.home / "backups").write_text("no folder")
    answer = visit("carrel").post("/admin/ledger/backup", data={"key": "k"})
    assert answer.status_code == 422
    assert "cannot be made" in answer.text


def test_a_delegation_is_given_shown_and_withdrawn(visit, house):
    client = visit("vasseur")
    page = client.get("/me").text
    to = house.person("kerlann")
    today = workdays.day(house.now())
    form = {
        "key": key(page),
        "to": to.id,
        "first": today.isoformat(),
        "last": (today + timedelta(days=5)).isoformat(),
        "scope": "dossier:charter",
    }
    assert "Your delegation was recorded." in client.post("/me/delegations", data=form).text
    [given] = house.register().delegations.values()
    assert (given.by, given.to, given.dossier) == (house.person("vasseur").id, to.id, "charter")
    assert "Mathieu Kerlann decides for you" in client.get("/me").text
    assert "You decide for Hélène Vasseur" in visit("kerlann").get("/me").text
    assert "holds today" in visit("carrel").get("/admin/delegations").text
    other = {"key": "w", "delegation": given.delegation}
    assert visit("marsaudon").post("/me/delegations/withdraw", data=other).status_code == 422
    client.post("/me/delegations/withdraw", data=other)
    assert not house.register().delegations


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"to": "", "scope": "circuit:x"}, "Choose who decides in your place."),
        ({"scope": ""}, "Choose the text or the circuit it is for."),
        ({"first": "soon"}, "“soon” is no day."),
        ({"last": "2020-01-01"}, "would never hold"),
    ],
)
def test_a_delegation_that_cannot_be_given_keeps_what_was_typed(form, said, visit, house):
    whole = {
        "key": "k",
        "to": house.person("kerlann").id,
        "first": "2026-11-24",
        "last": "2026-11-30",
        "scope": "dossier:charter",
        **form,
    }
    answer = visit("vasseur").post("/me/delegations", data=whole)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'name="last" required value="{whole["last"]}"' in answer.text


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("handle", ["vasseur", "delmas", "carrel"])
def test_everybody_has_a_page_of_their_own(handle, lang, visit):
    page = visit(handle, lang).get("/me")
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text


def test_what_calls_for_the_administrator_waits_on_their_own_list(visit):
    page = visit("carrel").get("/").text
    assert "One act waits for you" in page
    assert "There is no copy of the database of the last seven days here." in page
    assert "See to the house" not in visit("castagnet").get("/").text
