"""What mails say: language, one link, confidentiality, receipts, the calendar; and what cannot get in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from html.parser import HTMLParser
from typing import Any

import icalendar
import pytest

from approvals import events as ev
from approvals.desk.acts import ACTS
from approvals.desk.mail import collect, compose, letters, safe, wording
from approvals.desk.mail.calendar import Party, Session, fold, write
from approvals.desk.mail.compose import Composer, From
from approvals.desk.mail.sender import Composed, Unsendable
from approvals.errors import N_
from approvals.names import Bilingual, PersonId
from approvals.notices import Kind, Notice
from approvals.ports import Contact
from approvals.store.mails import Mail
from flows.house import House
from locales import catalog, po
from tests.desk.mail.conftest import NOW

DESK = From("desk@enonce.example", "https://desk.example")

EVIL = {
    "a line break": "Ada\r\nBcc: evil@x.example\r\n\r\n<b>body</b>",
    "a script": "<script>alert(1)</script>",
    "an attribute": '" onmouseover="alert(1)',
    "marks that turn text": "\u202egpj.exe\u2066x\u2069",
    "a template": "{{ 7*7 }}{dossier}{% raw %}",
    "a separator": "one\u2028two\u2029three\x85four\x0bfive",
    "an encoded word": "=?utf-8?q?=0d=0aBcc:_evil@x.example?=",
    "an encoded word cut by a hidden sign": "=\u200b?utf-8?b?DQpCY2M6IGV2aWxAeC5leGFtcGxl?=",
    "nothing but controls": "\x00\x1b[31m\x07",
    "a very long name": "A" * 5000,
    "angle brackets": "Ada <evil@x.example>, other@x.example",
}


@pytest.fixture
def composer(house: House) -> Composer:
    return Composer(house, DESK)


def rows(house: House) -> list[Mail]:
    collect.collect(house.store, house.now(), DESK.domain)
    with house.store.read() as reader:
        return list(reader.mail.mails())


def row(kind: Kind, message: str, dossier: str = "ethics", **data: Any) -> Mail:
    """A row that tells one notice, whatever the ledger says."""
    one = Notice(
        "1", dossier, 1, NOW, kind, (PersonId("p"),), message, {"dossier": dossier, **data}
    )
    return Mail(
        1, "1", "p", dossier, 1, kind.value, collect.pack([one]), NOW, "<1@enonce.example>",
        "waiting", NOW, False, None, 0, "", None, None,
    )  # fmt: skip


def someone(name: str = "Ada Vasseur", language: str = "en") -> Contact:
    return Contact("p", "ada", name, "ada@enonce.example", language)


def parsed(message: EmailMessage) -> EmailMessage:
    made = BytesParser(policy=policy.default).parsebytes(message.as_bytes())
    assert isinstance(made, EmailMessage)
    return made


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))  # type: ignore[arg-type]
    assert part is not None
    return str(part.get_content())


def test_every_mail_of_a_furnished_house_can_be_written_in_both_languages(
    house: House, composer: Composer
) -> None:
    found = rows(house)
    assert len(found) > 100
    seen = set()
    for one in found:
        made = composer(one, ())
        assert isinstance(made, Composed), one
        who = house.contacts()[PersonId(one.person)]
        other = replace(who, language="fr" if who.language == "en" else "en")
        for contact in (who, other):
            letter = composer.letter(one, (), contact, made.address)
            text = letters.text(letter)
            assert "{" not in text.replace("{+", "")
            assert letter.link.startswith("https://desk.example/dossiers/")
            assert text.count("http") == 1
            assert letters.html(letter).count("href=") == 1
        seen.add(one.kind)
    assert {"asked", "voided", "receipt", "convened", "ballot", "result", "released"} <= seen


def test_the_headers_say_that_a_machine_wrote_and_nothing_tracks(
    house: House, composer: Composer
) -> None:
    for one in rows(house)[:20]:
        made = composer(one, ())
        assert isinstance(made, Composed)
        message = parsed(made.message)
        assert message["Message-ID"] == one.message_id
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["List-Id"] == "<enonce.enonce.example>"
        assert message["Content-Language"] in ("fr", "en")
        html = body(message, "html")
        assert not re.search(r"<(img|script|link|iframe|form|object)\b|url\(|@import", html)
        assert re.findall(r"(?:src|href)=\"([^\"]*)", html) == re.findall(
            r"https://desk\.example[^\s\"]*", body(message, "plain")
        )
        assert max(map(len, made.message.as_bytes().splitlines())) <= 998


@pytest.mark.parametrize("word", EVIL.values(), ids=EVIL.keys())
def test_no_word_of_a_person_becomes_a_header_or_markup(
    word: str, composer: Composer, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = composer.scene("ethics")
    assert scene.dossier
    assert scene.dossier.opened
    title = Bilingual(f"Titre {word}", f"Title {word}")
    scene.dossier.opened = replace(scene.dossier.opened, title=title)
    told = row(Kind.CONVENED, N_("{dossier}: the board is convened, {when}, {place}."),
               when=NOW, place=f"Hall {word}", person=f"Name {word}")  # fmt: skip
    made = composer.message(told, (), someone(f"Ada {word}"), "ada@enonce.example")
    wanted = {
        "From", "To", "Subject", "Date", "Message-ID", "References", "List-Id", "Auto-Submitted",
        "X-Auto-Response-Suppress", "Content-Language", "MIME-Version", "Content-Type",
    }  # fmt: skip
    message = parsed(made)
    assert set(message.keys()) <= wanted
    assert [one.addr_spec for one in message["To"].addresses] == ["ada@enonce.example"]
    assert "\n" not in str(message["Subject"])
    assert not set(str(message["Subject"])) & set("\u202e\u2066\u2069\x1b\x00")
    html = body(message, "html")

    tags: list[tuple[str, list[tuple[str, str | None]]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append((tag, attrs))

    Reader().feed(html)
    assert {tag for tag, _ in tags} <= {
        "html", "head", "meta", "title", "style", "body", "div", "p", "h1", "a", "bdi",
    }  # fmt: skip
    assert not any(name.startswith("on") for _, attrs in tags for name, _ in attrs)
    assert "49" not in html.replace("&#34;", "").split("Title", 1)[1][:40]


@pytest.mark.parametrize("word", EVIL.values(), ids=EVIL.keys())
def test_no_word_of_a_person_becomes_a_line_of_a_calendar(word: str) -> None:
    session = Session(
        "m@enonce", 0, NOW, NOW, None, f"T {word}", f"P {word}", f"D {word}", "", Party("H", "h@x.example"),
        Party(f"Ada {word}", "ada@x.example"),
    )  # fmt: skip
    text = write(session)
    plain = write(
        replace(
            session, title="T", place="P", description="D", attendee=Party("Ada", "ada@x.example")
        )
    )
    unfolded = text.replace("\r\n ", "")
    names = [re.split("[:;]", one)[0] for one in unfolded.split("\r\n")]
    assert names == [re.split("[:;]", one)[0] for one in plain.replace("\r\n ", "").split("\r\n")]
    assert all(len(one.encode()) <= 75 for one in text.split("\r\n"))


def test_a_confidential_text_travels_with_title_and_number_alone(
    house: House, composer: Composer
) -> None:
    [told] = [one for one in rows(house) if one.kind == "voided"][:1]
    who = house.contacts()[PersonId(told.person)]
    open_ = composer.letter(told, (), who, "a@enonce.example")
    assert any(part.changes for part in open_.parts)
    shown = letters.text(open_)
    assert "[-" in shown
    scene = composer.scene(told.stream)
    scene.history = tuple(
        replace(one, payload=one.payload.replace('"confidentiality":"internal"', '"confidentiality":"confidential"'))
        for one in scene.history
    )  # fmt: skip
    closed = letters.text(composer.letter(told, (), who, "a@enonce.example"))
    assert "[-" not in closed
    assert "§" in closed
    for change in open_.parts[0].changes:
        assert not any(one.text.strip() in closed for one in change.pieces if len(one.text) > 12)


def test_what_fell_is_shown_word_by_word_in_both_languages(
    house: House, composer: Composer
) -> None:
    [told] = [one for one in rows(house) if one.kind == "voided"][:1]
    who = house.contacts()[PersonId(told.person)]
    [part] = composer.letter(told, (), who, "a@enonce.example").parts
    assert {one.language for one in part.changes} == {"fr", "en"}
    html = letters.html(composer.letter(told, (), who, "a@enonce.example"))
    assert "<del" in html
    assert "<ins" in html


def test_a_receipt_names_choice_both_texts_entry_and_hash(house: House, composer: Composer) -> None:
    with house.store.read() as reader:
        entries = {one.sequence: one for one in reader.entries()}
    receipts = [one for one in rows(house) if one.kind == "receipt"]
    assert receipts
    for one in receipts:
        who = house.contacts()[PersonId(one.person)]
        [part] = composer.letter(one, (), who, "a@enonce.example").parts
        values = [value for _, value in part.facts]
        assert str(one.sequence) in values
        assert entries[one.sequence].hash in values
        assert (
            sum(bool(re.fullmatch(r"[0-9a-f]{4}( [0-9a-f]{4}){2}", value)) for value in values) == 2
        )


def test_french_is_set_as_french(
    house: House, composer: Composer, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {**catalog._catalog("fr")}
    for file in sorted((catalog.FOLDER / "fr" / "pending").glob("*.po")):
        known |= po.read(file)
    monkeypatch.setattr(catalog, "_catalog", lambda language: known)
    for one in rows(house):
        who = replace(house.contacts()[PersonId(one.person)], language="fr")
        text = letters.text(composer.letter(one, (), who, "a@enonce.example"))
        said = re.sub(r"https?://\S+|^ {4}.*$", "", text, flags=re.MULTILINE)
        assert not re.search(r"(?<![\u00a0\d])[:»]|«(?!\u00a0)|[^\u202f][;!?]|'", said), said


def test_a_convocation_and_its_recall_carry_the_calendar_with_one_uid_and_a_higher_sequence(
    house: House, composer: Composer
) -> None:
    convened = next(one for one in rows(house) if one.kind == "convened")
    who = house.contacts()[PersonId(convened.person)]
    made = parsed(composer.message(convened, (), who, "a@enonce.example"))
    [part] = [one for one in made.walk() if one.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST"
    [attached] = list(made.iter_attachments())
    assert (attached.get_content_type(), attached.get_filename()) == (
        "application/ics",
        "convocation.ics",
    )
    first = composer.letter(convened, (), who, "a@enonce.example").calendars[0].data
    scene = composer.scene(convened.stream)
    called = next(one for one in scene.history if one.sequence == convened.sequence)
    meeting = re.search(r'"meeting":"([^"]+)"', called.payload)
    assert meeting
    recall = replace(
        called,
        sequence=called.sequence + 1000,
        type="MeetingRecalled",
        payload=f'{{"by":"x","meeting":"{meeting[1]}","note":{{"digest":"d","id":"n"}}}}',
    )
    scene.history = (*scene.history, recall)
    told = row(
        Kind.RECALLED, N_("{dossier}: the session of {when} does not take place."), convened.stream,
        when=NOW, meeting=meeting[1],
    )  # fmt: skip
    told = replace(told, sequence=recall.sequence)
    [second] = composer.letter(told, (), who, "a@enonce.example").calendars
    assert second.method == "CANCEL"
    uid = re.search(r"UID:\S+", first.replace("\r\n ", ""))
    assert uid
    assert uid[0] in second.data.replace("\r\n ", "")
    assert "SEQUENCE:0\r\n" in first
    assert "SEQUENCE:1\r\n" in second.data
    assert "STATUS:CANCELLED\r\n" in second.data


def test_a_foreign_reader_takes_the_calendar_with_its_hours_in_paris() -> None:
    for month, hours in ((1, 1), (7, 2)):
        begins = datetime(2027, month, 15, 13, 0, tzinfo=UTC)
        text = write(
            Session(
                "m@enonce", 3, NOW, begins, None, "Énoncé, de ; la \\ mission" * 5, "Palaiseau", "Deux\nlignes",
                "https://desk.example/x", Party("Institut", "h@x.example"), Party('Ada "A" É', "a@x.example"),
            )
        )  # fmt: skip
        [event] = icalendar.Calendar.from_ical(text).walk("VEVENT")
        assert event["SUMMARY"] == "Énoncé, de ; la \\ mission" * 5
        assert event["DESCRIPTION"] == "Deux\nlignes"
        assert event["DTSTART"].dt == begins
        assert event["DTSTART"].dt.utcoffset() == timedelta(hours=hours)
        assert int(event["SEQUENCE"]) == 3


def test_folding_never_cuts_a_character_and_comes_undone() -> None:
    line = "SUMMARY:" + "é€𝄞x" * 60
    folded = fold(line)
    assert all(len(one.encode()) <= 75 for one in folded.split("\r\n"))
    assert folded.replace("\r\n ", "") == line


ADDRESSES: dict[str, str | None] = {
    "ada@example.org": "ada@example.org",
    " ada@example.org ": "ada@example.org",
    "ada@münchen.example": "ada@xn--mnchen-3ya.example",
    "ada": None,
    "": None,
    "ada@example.org\r\nRCPT TO:<x@y.example>": None,
    "ada@example.org, b@example.org": None,
    "<ada@example.org>": None,
    "ada@-example.org": None,
    "a" * 250 + "@example.org": None,
}


@pytest.mark.parametrize(("given", "taken"), ADDRESSES.items())
def test_only_one_plain_address_is_one(given: str, taken: str | None) -> None:
    assert safe.address(given) == taken


def test_nobody_and_no_address_are_said_and_an_address_that_bounced_is_not_written_to_again(
    house: House, composer: Composer, visit: Callable[..., Any]
) -> None:
    from approvals.store.mails import Bounce

    assert composer(row(Kind.ASKED, "x"), ()) == Unsendable(compose.NOBODY)
    one = rows(house)[0]
    made = composer(one, ())
    assert isinstance(made, Composed)
    with house.store.begin() as work:
        work.mail.bounce(Bounce(one.person, made.address, "550", NOW))
        work.commit()
    assert composer(one, ()) == Unsendable(compose.BOUNCED_BEFORE)


def test_without_a_desk_a_mail_names_one_command_and_no_link(house: House) -> None:
    composer = Composer(house, From("desk@enonce.example"))
    for one in rows(house)[:60]:
        letter = composer.letter(one, (), someone(), "ada@enonce.example")
        assert letter.link == ""
        assert letter.command.startswith("enonce ")
        assert "http" not in letters.text(letter)


def test_a_digest_tells_everything_in_one_mail_with_one_link(
    house: House, composer: Composer
) -> None:
    found = [one for one in rows(house) if one.kind in ("asked", "voided", "released")][:4]
    letter = composer.letter(found[0], tuple(found[1:]), someone(), "ada@enonce.example")
    assert len(letter.parts) == 4
    assert "4" in letter.subject
    assert letter.link == "https://desk.example/"


def test_every_kind_of_notice_has_its_words() -> None:
    assert set(wording.WORDS) == set(Kind)
    assert {one.act for one in wording.WORDS.values()} - {""} <= {*ACTS, *wording.COMMANDS}
    assert isinstance(ev.SYSTEM, str)


def test_every_link_leads_to_a_page_that_its_reader_may_see(
    house: House, composer: Composer, visit: Callable[..., Any]
) -> None:
    tried: set[tuple[str, str]] = set()
    for one in rows(house):
        who = house.contacts()[PersonId(one.person)]
        link = composer.letter(one, (), who, "a@enonce.example").link
        path = link.removeprefix("https://desk.example")
        if (one.kind, path) in tried:
            continue
        tried.add((one.kind, path))
        assert visit(who.handle).get(path).status_code == 200, (one.kind, who.handle, path)
    assert len(tried) > 20
