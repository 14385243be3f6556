"""The board's session at the desk: every act by its page, and who is turned away from which."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from approvals import policy, workdays
from approvals.board import Outcome
from approvals.standing import State
from approvals.store.mails import Bounce
from flows import demo_desk, founding
from flows.house import House
from tests.desk.forms import fields

Visit = Callable[..., TestClient]
AT = "/dossiers/ethics/session"
DAY = date.today() + timedelta(days=100)
HOUR = datetime.combine(DAY, time(14), ZoneInfo("Europe/Paris"))


@pytest.fixture
def voters(house: House) -> dict[str, str]:
    """Seats of the open ballot that have a vote, with who votes for each."""
    dossier = house.dossier("ethics")
    assert dossier.meeting is not None
    holders = {seat.id: seat.holder for seat in dossier.meeting.called.seats}
    contacts = house.contacts()
    return {
        seat: contacts[holders[dossier.meeting.places[seat].proxy_to or seat]].handle
        for seat in policy.entitled(dossier)
    }


def cast(visit: Visit, handle: str, choice: str = "for", **more: str) -> str:
    """Vote for every seat that the page offers, and give the answer."""
    tab = visit(handle)
    form = fields(tab.get(AT).text, f"{AT}/vote")
    chosen = {name: choice for name in form if name.startswith("seat-")}
    answer = tab.post(f"{AT}/vote", data={**form, **chosen, **more})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_nothing_is_chosen_on_a_ballot_and_both_digests_are_beside_the_button(
    visit: Visit, house: House
) -> None:
    page = visit("aubrac").get(AT).text
    form = page[page.index(f'action="{AT}/vote"') : page.index("</form>", page.index("/vote"))]
    assert "checked" not in form
    dossier = house.dossier("ethics")
    assert dossier.draft is not None
    assert dossier.target is not None
    for text in (dossier.draft.text, dossier.target.text):
        assert " ".join(text[at : at + 4] for at in (0, 4, 8)) in form


def test_a_member_votes_once_with_a_receipt_however_often_the_form_is_sent(
    visit: Visit, house: House
) -> None:
    tab = visit("aubrac")
    form = fields(tab.get(AT).text, f"{AT}/vote")
    [seat] = [name for name in form if name.startswith("seat-")]
    first = tab.post(f"{AT}/vote", data={**form, seat: "for"})
    entry = house.dossier("ethics").version
    again = tab.post(f"{AT}/vote", data={**form, seat: "for"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert house.dossier("ethics").version == entry
    [found] = [one for one in house.store.entries() if one.type == "VoteCast"][-1:]
    assert found.stream == "ethics"
    assert f"{found.hash[:4]} {found.hash[4:8]} {found.hash[8:12]}" in first.text
    assert f"{AT}/vote" not in tab.get(AT).text


def test_whoever_holds_a_proxy_votes_for_both_seats(visit: Visit, voters: dict[str, str]) -> None:
    [holder] = {who for who in voters.values() if list(voters.values()).count(who) == 2}
    page = visit(holder).get(AT).text
    assert len(set(re.findall(r'name="(seat-[^"]+)"', page))) == 2
    told = cast(visit, holder, "against")
    assert "Your 2 votes are cast" in told


def test_a_vote_for_a_seat_that_is_not_ones_own_is_not_taken(
    visit: Visit, house: House, voters: dict[str, str]
) -> None:
    before = house.dossier("ethics").version
    [foreign] = [seat for seat, who in voters.items() if who != "aubrac"][:1]
    tab = visit("aubrac")
    form = fields(tab.get(AT).text, f"{AT}/vote")
    form = {name: value for name, value in form.items() if not name.startswith("seat-")}
    answer = tab.post(f"{AT}/vote", data={**form, f"seat-{foreign}": "for"})
    assert answer.status_code == 422
    assert house.dossier("ethics").version == before


def test_a_vote_on_another_text_than_the_one_shown_is_not_taken(visit: Visit, house: House) -> None:
    tab = visit("aubrac")
    form = fields(tab.get(AT).text, f"{AT}/vote")
    [seat] = [name for name in form if name.startswith("seat-")]
    answer = tab.post(f"{AT}/vote", data={**form, seat: "for", "pair": "ab" * 32})
    assert answer.status_code == 422
    assert "has changed since this page was opened" in answer.text
    dossier = house.dossier("ethics")
    assert dossier.ballot is not None
    assert not dossier.ballot.voters


@pytest.mark.parametrize("handle", ["delmas", "vasseur", "carrel", "castagnet"])
def test_whoever_holds_no_seat_is_offered_no_vote(visit: Visit, handle: str) -> None:
    page = visit(handle).get(AT)
    assert page.status_code == 200
    assert f"{AT}/vote" not in page.text
    answer = visit(handle).post(f"{AT}/vote", data={"key": "k", "seat-Q1": "for"})
    assert answer.status_code in (403, 422)


def test_before_the_proclamation_nobody_sees_what_was_voted_and_then_everybody_does(
    visit: Visit, house: House, voters: dict[str, str]
) -> None:
    for handle in dict.fromkeys(voters.values()):
        cast(visit, handle)
    for handle in ("castagnet", "delmas"):
        page = visit(handle).get(AT).text
        assert "Who voted what" not in page
    secretary = visit("castagnet")
    form = fields(secretary.get(AT).text, f"{AT}/close-ballot")
    assert secretary.post(f"{AT}/close-ballot", data=form).status_code == 200
    dossier = house.dossier("ethics")
    assert dossier.result is not None
    assert dossier.result.outcome is Outcome.ADOPTED
    page = visit("delmas").get(AT).text
    assert "The board adopted the text" in page
    assert page.count("<td>In favour</td>") == len(voters)
    for language in ("fr", "en"):
        paper = visit("delmas").get(f"{AT}/papers/minutes-{language}")
        assert paper.content[:2] == b"PK"


def test_an_extract_is_certified_by_the_secretary_and_handed_out(
    visit: Visit, house: House, voters: dict[str, str]
) -> None:
    for handle in dict.fromkeys(voters.values()):
        cast(visit, handle)
    secretary = visit("castagnet")
    secretary.post(f"{AT}/close-ballot", data=fields(secretary.get(AT).text, f"{AT}/close-ballot"))
    demo_desk.Direct(house).settle("ethics")
    assert visit("delmas").get(f"{AT}/papers/extract-fr").status_code == 404
    form = fields(secretary.get(AT).text, f"{AT}/extract")
    assert secretary.post(f"{AT}/extract", data=form).status_code == 200
    assert visit("delmas").get(f"{AT}/papers/extract-fr").content[:2] == b"PK"
    assert visit("delmas").post(f"{AT}/extract", data={"key": "x"}).status_code == 403


def test_amending_voids_the_ballot_and_its_votes(visit: Visit, house: House) -> None:
    cast(visit, "aubrac")
    secretary = visit("castagnet")
    page = secretary.get(AT).text
    form = fields(page, f"{AT}/amend")
    choice = re.search(r'<select name="paragraph">(.*?)</select>', page)
    assert choice
    assert "Odile Gauthier" in choice[1]
    assert "{" not in choice[1]
    paragraph, words = re.findall(r'data-paragraph="fr:([^"]+)">([^<]+)<', page)[1]
    del form["file"]
    same = secretary.post(f"{AT}/amend", data={**form, "paragraph": paragraph, "words": words})
    assert same.status_code == 422
    assert "says what the one before says" in same.text
    told = {**form, "paragraph": paragraph, "words": f"{words} Amended."}
    assert secretary.post(f"{AT}/amend", data=told).status_code == 200
    dossier = house.dossier("ethics")
    assert dossier.state is State.AMENDING
    assert dossier.meeting is not None
    assert len(dossier.meeting.voided) == 1
    assert "The text was amended; the board votes anew" in secretary.get(AT).text
    assert "Amended." in visit("aubrac").get(AT).text


def test_the_decision_is_put_off_with_a_reason_only(visit: Visit, house: House) -> None:
    secretary = visit("castagnet")
    form = fields(secretary.get(AT).text, f"{AT}/defer")
    assert secretary.post(f"{AT}/defer", data={**form, "reason": ""}).status_code == 422
    told = {**form, "reason": "The State asks for a delay."}
    assert secretary.post(f"{AT}/defer", data=told).status_code == 200
    assert house.dossier("ethics").state is State.DEFERRED


class Convened:
    """A text that is ready for the board, and the secretary who convenes it."""

    def __init__(self, visit: Visit, house: House) -> None:
        for handle in ("vasseur", "kerlann", "marsaudon", "tahiri"):
            tab = visit(handle)
            page = tab.get("/dossiers/charter/step").text
            if "/dossiers/charter/step" not in re.findall(r'action="([^"]+)"', page):
                continue
            form = fields(page, "/dossiers/charter/step")
            form = {name: value for name, value in form.items() if name != "about"}
            told = {**form, "decision": "approve", "reason": ""}
            assert tab.post("/dossiers/charter/step", data=told).status_code == 200
        assert house.dossier("charter").state is State.BOARD_READY
        self.house, self.at, self.tab = house, "/dossiers/charter/session", visit("castagnet")

    def convene(self, **told: str) -> TestClient:
        form = fields(self.tab.get(self.at).text, f"{self.at}/convene")
        form.pop("urgent", None)
        form.pop("papers", None)
        form.pop("mode", None)
        today = workdays.local(self.house.now())
        given = {"day": f"{today:%Y-%m-%d}", "hour": "23:59", "place": "Palaiseau", **told}
        return self.tab.post(  # type: ignore[return-value]
            f"{self.at}/convene", data={**form, "board": "0", "mode": "session", **given}
        )


@pytest.fixture
def charter(visit: Visit, house: House) -> Convened:
    return Convened(visit, house)


def test_a_session_that_is_too_soon_is_refused_with_the_rule_and_the_words_kept(
    charter: Convened,
) -> None:
    answer = charter.convene(place="Salle du conseil")
    assert answer.status_code == 422
    assert "The session is too soon" in answer.text
    assert 'value="Salle du conseil"' in answer.text
    assert charter.house.dossier("charter").state is State.BOARD_READY


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"day": "soon"}, "A day or an hour is missing"),
        ({"hour": ""}, "A day or an hour is missing"),
        ({"board": "9"}, "Choose the board"),
        ({"urgent": "yes", "urgency": ""}, "reason"),
    ],
)
def test_what_is_missing_of_a_convocation_is_said(
    charter: Convened, told: dict[str, str], sentence: str
) -> None:
    answer = charter.convene(**told)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_session_is_convened_and_taken_back(charter: Convened) -> None:
    assert charter.convene(day=str(DAY), hour="14:00").status_code == 200
    meeting = charter.house.dossier("charter").meeting
    assert meeting is not None
    assert meeting.called.when == HOUR
    page = charter.tab.get(charter.at).text
    assert "The board is convened" in page
    form = fields(page, f"{charter.at}/recall")
    answer = charter.tab.post(f"{charter.at}/recall", data={**form, "reason": "Strike."})
    assert answer.status_code == 200
    assert charter.house.dossier("charter").state is State.BOARD_READY


def test_who_will_be_told_is_shown_before_anybody_is(charter: Convened) -> None:
    page = charter.tab.get(charter.at).text
    assert "Who is told: 25 people" in page
    assert "takes no mail" not in page
    who = charter.house.person("aubrac")
    with charter.house.store.begin() as work:
        work.mail.bounce(Bounce(who.id, who.mail, "550", charter.house.now()))
        work.commit()
    page = charter.tab.get(charter.at).text
    assert re.search(f'{who.name}[^/]*{who.mail}</span>[^<]*<span class="st stop"', page)
    assert "Mail does not reach one person." in page


class Then:
    """A clock that stands at the hour of a session."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def begun(charter: Convened) -> Convened:
    """The board is convened and the hour has come."""
    assert charter.convene(day=str(DAY), hour="14:00").status_code == 200
    charter.house.clock = Then(HOUR + timedelta(minutes=5))
    del charter.house.office  # made once, with the clock before
    return charter


def there(charter: Convened, **told: str) -> TestClient:
    """Record who is there: by seat how, and to whom its proxy goes."""
    action = f"{charter.at}/attend"
    form = fields(charter.tab.get(charter.at).text, action)
    form = {name: value for name, value in form.items() if not name.startswith("recused-")}
    return charter.tab.post(action, data={**form, **told})  # type: ignore[return-value]


def test_who_is_there_is_counted_and_only_what_changed_is_recorded(begun: Convened) -> None:
    before = begun.house.dossier("charter").version
    told = {"how-Q1": "present", "how-Q2": "remote", "how-E1": "represented", "to-E1": "Q2"}
    answer = there(begun, **told)
    assert answer.status_code == 200, re.findall("alert.*", answer.text)
    assert begun.house.dossier("charter").version == before + 3
    assert there(begun).status_code == 200
    assert begun.house.dossier("charter").version == before + 3
    page = begun.tab.get(begun.at).text
    assert '<p class="count" role="status">3<small>' in page
    assert "No quorum yet" in page
    assert f"{begun.at}/open-ballot" not in page
    part = begun.tab.get(f"{begun.at}/quorum").text
    assert 'id="quorum"' in part
    assert "<html" not in part


def test_a_member_declares_an_interest_before_the_session_and_the_list_keeps_it(
    charter: Convened, visit: Visit
) -> None:
    assert charter.convene(day=str(DAY), hour="14:00").status_code == 200
    meeting = charter.house.dossier("charter").meeting
    assert meeting is not None
    [seat] = [
        one.id for one in meeting.called.seats if one.holder == charter.house.person("peyrolles").id
    ]
    before = fields(charter.tab.get(charter.at).text, f"{charter.at}/attend")
    before = {name: value for name, value in before.items() if not name.startswith("recused-")}
    member = visit("peyrolles")
    form = fields(member.get(charter.at).text, f"{charter.at}/declare")
    for _ in range(2):
        answer = member.post(f"{charter.at}/declare", data=form)
        assert answer.status_code == 200, answer.text
    assert "You are recused from this item" in answer.text
    assert f"{charter.at}/declare" not in member.get(charter.at).text
    assert charter.house.dossier("charter").meeting.places[seat].recused  # type: ignore[union-attr]

    charter.house.clock = Then(HOUR + timedelta(minutes=5))
    del charter.house.office
    answer = charter.tab.post(f"{charter.at}/attend", data={**before, f"how-{seat}": "present"})
    assert answer.status_code == 200, answer.text
    places = charter.house.dossier("charter").meeting.places  # type: ignore[union-attr]
    assert (places[seat].attendance, places[seat].recused) == ("present", True)
    assert there(charter).status_code == 200
    assert not charter.house.dossier("charter").meeting.places[seat].recused  # type: ignore[union-attr]


def test_nobody_declares_the_interest_of_another_seat(charter: Convened, visit: Visit) -> None:
    charter.convene(day=str(DAY), hour="14:00")
    answer = visit("delmas").post(f"{charter.at}/declare", data={"csrf": "x"})
    assert answer.status_code in (403, 422)
    assert not charter.house.dossier("charter").meeting.places  # type: ignore[union-attr]


def test_a_proxy_needs_its_holder_in_the_session(begun: Convened) -> None:
    answer = there(begun, **{"how-Q1": "represented", "to-Q1": "Q2"})
    assert answer.status_code == 422
    assert "is not in the session, so it cannot hold a proxy" in answer.text


def test_too_few_came_and_the_board_is_convened_a_second_time(begun: Convened) -> None:
    there(begun, **{"how-Q1": "present"})
    form = fields(begun.tab.get(begun.at).text, f"{begun.at}/no-quorum")
    assert begun.tab.post(f"{begun.at}/no-quorum", data=form).status_code == 200
    assert begun.house.dossier("charter").state is State.NO_QUORUM
    assert "Too few came: a second convocation follows" in begun.tab.get(begun.at).text
    assert begun.tab.get(f"{begun.at}/papers/minutes-en").content[:2] == b"PK"
    assert begun.convene(day=str(DAY + timedelta(days=21)), hour="10:00").status_code == 200
    meeting = begun.house.dossier("charter").meeting
    assert meeting is not None
    assert meeting.called.second_call


def test_a_secret_ballot_leaves_no_choice_on_any_page(begun: Convened, visit: Visit) -> None:
    meeting = begun.house.dossier("charter").meeting
    assert meeting is not None
    there(begun, **{f"how-{seat.id}": "present" for seat in meeting.called.seats})
    action = f"{begun.at}/open-ballot"
    form = fields(begun.tab.get(begun.at).text, action)
    assert begun.tab.post(action, data={**form, "secret": "yes"}).status_code == 200
    tab = visit("aubrac")
    form = fields(tab.get(begun.at).text, f"{begun.at}/vote")
    [seat] = [name for name in form if name.startswith("seat-")]
    told = tab.post(f"{begun.at}/vote", data={**form, seat: "against"}).text
    [receipt] = re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", told)
    assert "Opposed" not in told
    again = tab.post(f"{begun.at}/vote", data={**form, seat: "against"}).text
    assert receipt not in again
    assert "its receipt was shown then" in again
    page = tab.get(begun.at).text
    assert "Opposed" not in page
    begun.tab.post(
        f"{begun.at}/close-ballot",
        data=fields(begun.tab.get(begun.at).text, f"{begun.at}/close-ballot"),
    )
    page = visit("delmas").get(begun.at).text
    assert receipt in page
    assert "Who voted what" not in page


def test_only_the_secretary_convenes(charter: Convened, visit: Visit) -> None:
    for handle in ("aubrac", "delmas", "carrel"):
        tab = visit(handle)
        assert f"{charter.at}/convene" not in tab.get(charter.at).text
        told = {"board": "0", "day": str(DAY), "hour": "14:00", "mode": "session", "key": "k"}
        assert tab.post(f"{charter.at}/convene", data=told).status_code == 403
    assert charter.house.dossier("charter").meeting is None


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("dossier", ["ethics", "raison-d-etre", "charter", "strategy", "rules"])
@pytest.mark.parametrize("handle", ["castagnet", "aubrac", "delmas"])
def test_the_page_opens_wherever_the_text_stands(
    visit: Visit, handle: str, dossier: str, lang: str
) -> None:
    assert visit(handle, lang).get(f"/dossiers/{dossier}/session").status_code == 200
    assert visit(handle, lang).get("/sessions").status_code == 200


def test_the_sample_board_is_what_the_page_offers(charter: Convened) -> None:
    assert founding.sample_folder().joinpath("board.toml").exists()
    assert "imt-board v1" in charter.tab.get(charter.at).text


def test_the_secretary_is_asked_to_proclaim_when_every_vote_is_cast(
    visit: Visit, voters: dict[str, str]
) -> None:
    assert "Proclaim the result" not in visit("castagnet").get("/").text
    for handle in dict.fromkeys(voters.values()):
        cast(visit, handle)
    assert "Proclaim the result" in visit("castagnet").get("/").text
    assert "Every vote is cast" in visit("delmas").get("/dossiers").text
