"""What a consultation in a house promises: letters, rights, one count, nothing added or left out."""

from __future__ import annotations

import contextlib
import csv
import email
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import Message
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from approvals.consultation import generator, questionnaire, responding
from approvals.consultation.responses import Response, quoted, unquoted
from approvals.errors import GuardError, NotEntitledError, WrongStateError
from approvals.names import PersonId
from documents.vault import VaultTamperedError
from flows import cli, consulting, founding, letters, responses_file, telling
from flows.files import FileError
from flows.house import House, open_house

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "imt" / "questionnaire.toml"
ASKED = questionnaire.load(SAMPLE.read_text("utf-8"))
UNTIL = date.today() + timedelta(days=30)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    founding.found(tmp_path / "house", founding.sample_papers()).close()
    made = open_house(tmp_path / "house")
    by = person(made, "castagnet")
    consulting.plan(made, "imt", SAMPLE, by=by, key="plan")
    consulting.open_(made, "imt", UNTIL, ("students",), by=by, key="open")
    yield made
    made.close()


def person(house: House, handle: str) -> PersonId:
    return PersonId(house.person(handle).id)


def filled(house: House, tmp_path: Path, count: int = 60) -> None:
    file = tmp_path / "r.csv"
    made = generator.generate(ASKED, count, 7)
    file.write_text(responses_file.written(ASKED, made), "utf-8")
    consulting.take(house, "imt", file, by=person(house, "castagnet"), key="import")


def invited(house: House, tmp_path: Path, *lines: str) -> list[consulting.Invited]:
    people = tmp_path / "people.csv"
    people.write_text("address,public,language\n" + "\n".join(lines) + "\n", "utf-8")
    return consulting.invite(house, "imt", people, by=person(house, "castagnet"), key="invite")


def written(house: House, people: list[consulting.Invited], folder: Path) -> list[Message]:
    own = consulting.find(house, "imt")
    titles = {one.id: one.title for one in consulting.form(house, own).publics}
    letters.write(house, own, people, folder, sender=house.person("castagnet"), publics=titles)
    return [
        email.message_from_bytes(one.read_bytes()) for one in sorted((folder / "new").iterdir())
    ]


def words(letter: Message) -> str:
    body = letter.get_payload(decode=True)
    assert isinstance(body, bytes)
    return body.decode("utf-8")


def test_a_letter_has_both_languages_the_own_first_and_the_link_that_serves(
    house: House, tmp_path: Path
) -> None:
    people = invited(house, tmp_path, "a@example.org,staff,fr", "b@example.org,alumni,en")
    found = {one["To"]: one for one in written(house, people, tmp_path / "mail")}
    for one in people:
        text_ = words(found[one.address])
        assert text_.count(letters.link(house, "imt", one.token)) == 2
        assert ASKED.purpose.fr in text_
        assert ASKED.purpose.en in text_
        own = ASKED.purpose.fr if one.language == "fr" else ASKED.purpose.en
        other = ASKED.purpose.en if one.language == "fr" else ASKED.purpose.fr
        assert text_.index(own) < text_.index(other)
        assert "365" in text_
    assert (tmp_path / "mail").stat().st_mode & 0o777 == 0o700
    assert list((tmp_path / "mail" / "tmp").iterdir()) == []
    responding.send(
        house.office, "imt", Response("", "fr", {}, {"wish": "x"}), token=people[0].token
    )
    with pytest.raises(FileError):
        letters.write(
            house,
            consulting.find(house, "imt"),
            people,
            SAMPLE,
            sender=house.person("castagnet"),
            publics={},
        )


def test_a_reminder_goes_to_who_has_not_answered_and_a_used_key_gives_none(
    house: House, tmp_path: Path
) -> None:
    by = person(house, "castagnet")
    people = invited(house, tmp_path, *(f"{name}@example.org,staff,fr" for name in "abc"))
    given_ = Response("", "fr", {}, {"wish": "x"})
    responding.send(house.office, "imt", given_, token=people[0].token)
    assert consulting.leave_alone(house, "imt", "b@example.org", by=by)
    assert not consulting.leave_alone(house, "imt", "z@example.org", by=by)
    [one] = consulting.remind(house, "imt", by=by, key="remind")
    assert one.address == "c@example.org"
    assert consulting.remind(house, "imt", by=by, key="remind") == []
    with pytest.raises(GuardError):
        responding.send(house.office, "imt", given_, token=people[2].token)
    responding.send(house.office, "imt", given_, token=one.token)
    assert [one.said["wish"] for _, one in consulting.responses(house, "imt")] == ["x", "x"]


def test_looking_at_people_and_at_answers_asks_for_a_right(house: House, tmp_path: Path) -> None:
    invited(house, tmp_path, "a@example.org,staff,fr")
    outsider = person(house, "vasseur")
    for look in (
        lambda: consulting.exported(house, "imt", by=outsider),
        lambda: consulting.about(house, "imt", "a@example.org", by=outsider),
        lambda: consulting.leave_alone(house, "imt", "a@example.org", by=outsider),
        lambda: consulting.forget(house, "imt", "a@example.org", by=outsider, key="f"),
    ):
        with pytest.raises(NotEntitledError):
            look()
    administrator = person(house, "carrel")
    [held] = consulting.about(house, "imt", "a@example.org", by=administrator)
    assert not held.used
    with pytest.raises(NotEntitledError):
        consulting.exported(house, "imt", by=administrator)
    consulting.forget(house, "imt", "a@example.org", by=administrator, key="forget")
    assert consulting.about(house, "imt", "a@example.org", by=administrator) == []
    assert house.store.check().ok


def test_a_house_counts_once_and_the_count_outlives_the_answers(
    house: House, tmp_path: Path
) -> None:
    by = person(house, "castagnet")
    filled(house, tmp_path)
    with pytest.raises(GuardError) as early:
        consulting.tally(house, "imt")
    assert early.value.guard == "tally:closed"
    consulting.close(house, "imt", by=by, key="close", threshold=4)
    first = consulting.tally(house, "imt")
    assert (first.total, first.threshold) == (60, 4)
    assert list(first.responded) == [one.id for one in ASKED.publics]
    with pytest.raises(GuardError) as lower:
        consulting.tally(house, "imt", 1)
    assert lower.value.guard == "tally:threshold"
    assert consulting.tally(house, "imt", 8).threshold == 8
    after = datetime.now(UTC) + timedelta(days=400)
    house.clock = type("Later", (), {"now": lambda self: after})()
    house.__dict__.pop("office", None)
    consulting.erase(house, "imt", by=by, key="erase")
    assert consulting.responses(house, "imt") == []
    assert consulting.tally(house, "imt") == first
    with pytest.raises(GuardError):
        consulting.tally(house, "imt", 8)
    assert consulting.verify(house, "imt").ok
    assert house.store.check().ok


ALTERED = {
    "nothing": ("SELECT 1", (0, 0)),
    "an answer": (
        "UPDATE consultation_responses SET answers = replace(answers, 'chosen', 'chosem') "
        "WHERE id = (SELECT min(id) FROM consultation_responses)",
        (1, 1),
    ),
    "a response taken out": (
        "DELETE FROM consultation_responses WHERE id = (SELECT max(id) FROM consultation_responses)",
        (0, 1),
    ),
    "a response put in": (
        "INSERT INTO consultation_responses SELECT 'z', consultation, public, language, answers, "
        "'salt', receipt FROM consultation_responses LIMIT 1",
        (1, 0),
    ),
    "a response put in twice": (
        "INSERT INTO consultation_responses SELECT 'z', consultation, public, language, answers, "
        "salt, receipt FROM consultation_responses LIMIT 1",
        (1, 0),
    ),
}


@pytest.mark.parametrize("what", ALTERED)
def test_what_is_held_is_what_the_close_bound(what: str, house: House, tmp_path: Path) -> None:
    by = person(house, "castagnet")
    filled(house, tmp_path, 20)
    receipt = responding.send(house.office, "imt", Response("students", "fr", {}, {"wish": "x"}))
    with pytest.raises(GuardError):
        consulting.verify(house, "imt")
    consulting.close(house, "imt", by=by, key="close")
    responding.take_back(house.office, "imt", receipt)
    statement, wanted = ALTERED[what]
    with house.store.connected() as connection:
        connection.execute(text(statement))
        connection.commit()
    found = consulting.verify(house, "imt")
    assert (found.strange, found.missing) == wanted
    assert (found.ok, found.listed, found.taken_back) == (wanted == (0, 0), 21, 1)


def test_a_list_that_was_changed_is_found_out(house: House, tmp_path: Path) -> None:
    filled(house, tmp_path, 20)
    consulting.close(house, "imt", by=person(house, "castagnet"), key="close")
    closed = consulting.find(house, "imt").closed
    assert closed is not None
    [blob] = [one for one in (house.home / "vault").rglob("*") if one.name.endswith(closed.digest)]
    blob.chmod(0o600)
    kept = blob.read_bytes()
    blob.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    with pytest.raises(VaultTamperedError):
        consulting.verify(house, "imt")


def test_a_changed_file_is_refused_once_the_form_is_frozen(house: House, tmp_path: Path) -> None:
    changed = tmp_path / "q.toml"
    changed.write_text(SAMPLE.read_text("utf-8").replace("version = 1", "version = 2"), "utf-8")
    with pytest.raises(WrongStateError) as frozen:
        consulting.plan(house, "imt", changed, by=person(house, "castagnet"), key="again")
    assert "frozen" in str(frozen.value)
    assert consulting.form(house, consulting.find(house, "imt")).version == 1


def test_a_form_says_itself_who_answers_without_an_invitation(house: House, tmp_path: Path) -> None:
    by = person(house, "castagnet")
    form = tmp_path / "q.toml"
    words_ = SAMPLE.read_text("utf-8").replace('id = "alumni"', 'id = "alumni"\nopen = true')
    form.write_text(words_, "utf-8")
    consulting.plan(house, "open", form, by=by, key="plan-open")
    consulting.open_(house, "open", UNTIL, ("staff",), by=by, key="open-open")
    for public in ("alumni", "staff"):
        responding.send(house.office, "open", Response(public, "fr", {}, {"wish": "x"}))
    with pytest.raises(GuardError) as uninvited:
        responding.send(house.office, "open", Response("students", "fr", {}, {"wish": "x"}))
    assert uninvited.value.guard == "respond:invited"


def test_a_consultation_is_no_dossier_anywhere(house: House) -> None:
    assert all("consultation" not in one.id for one in house.dossiers())
    assert list(telling.notices(house, dossier="consultation:imt")) == []
    for words_ in (["status"], ["todo"], ["notices"], ["run"]):
        assert "consultation:imt" not in run(house, *words_), words_


def run(house: House, *arguments: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        cli.run(["--home", str(house.home), "--as", "castagnet", *arguments])
    return out.getvalue()


@given(st.text(max_size=30))
def test_what_a_sheet_would_run_is_quoted_and_comes_back(said: str) -> None:
    assert unquoted(quoted(said)) == said
    assert quoted(said)[:1] not in ("=", "+", "-", "@", "\t", "\r")


def test_an_export_comes_back_as_it_was(house: House, tmp_path: Path) -> None:
    answers = ['=HYPERLINK("http://example.org")', "'=1", "-- more\n-- time", "plain"]
    for one in answers:
        responding.send(house.office, "imt", Response("students", "fr", {}, {"wish": one}))
    given_ = consulting.exported(house, "imt", by=person(house, "castagnet"))
    file = tmp_path / "out.csv"
    file.write_text(responses_file.written(ASKED, given_), "utf-8")
    cells = [
        row["wish"] for row in csv.DictReader(io.StringIO(file.read_text("utf-8"), newline=""))
    ]
    assert not [one for one in cells if one[0] in "=+-@"]
    reading = responses_file.read(ASKED, file)
    assert reading.faults == ()
    assert sorted(one.said["wish"] for one in reading.responses) == sorted(answers)


def test_the_commands_give_json_and_the_right_exit_codes(house: House, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("address,public,language\na@example.org,staff,en\n", "utf-8")
    told = json.loads(run(house, "consult", "invite", "imt", str(people), "--json"))
    assert told["letters"] == str(house.home / "letters" / "imt")
    [letter] = (house.home / "letters" / "imt" / "new").iterdir()
    assert "a@example.org" in letter.read_text("utf-8")
    out = tmp_path / "links.csv"
    told = json.loads(run(house, "consult", "remind", "imt", "-o", str(out), "--json"))
    assert (told["reminded"], told["letters"], told["file"]) == (1, None, str(out))
    assert out.stat().st_mode & 0o777 == 0o600
    [row] = csv.DictReader(io.StringIO(out.read_text("utf-8")))
    assert row["link"].endswith(f"/c/imt?t={row['token']}")
    receipt = responding.send(
        house.office, "imt", Response("", "en", {"useful": ("science",)}), token=row["token"]
    )
    told = json.loads(run(house, "consult", "export", "imt", "--receipt", receipt, "--json"))
    assert (told["public"], told["answers"]) == ("staff", {"useful": ["science"]})
    run(house, "consult", "close", "imt")
    told = json.loads(run(house, "consult", "verify", "imt", "--json"))
    assert (told["ok"], told["listed"]) == (True, 1)
    run(house, "consult", "erase", "imt", "--receipt", receipt)
    assert consulting.responses(house, "imt") == []
    with house.store.connected() as connection:
        connection.execute(
            text(
                "INSERT INTO consultation_responses (id, consultation, public, language, answers, "
                "salt) VALUES ('z', 'imt', 'staff', 'fr', '{}', 's')"
            )
        )
        connection.commit()
    assert cli.run(["--home", str(house.home), "consult", "verify", "imt"]) == 5
