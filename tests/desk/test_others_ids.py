"""Other people's ids at every place of every address: answered as if there were no such thing.

The places are made from the router: one that has no case here fails. Beside them stand the ids that
forms carry, and every page on which the name of a hidden text could slip out.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from approvals import events as ev
from approvals import workdays
from approvals.desk import unfinished
from approvals.handlers import delegation, people, remarks
from approvals.names import Bilingual, PersonId, Role
from approvals.ports import Contact
from approvals.register import HOUSE
from flows import acts, coding, evaluating, mailing
from flows.founding import sample_folder
from flows.house import House, open_house
from tests.desk.test_access import PLACES
from tests.desk.town import Town, gathered, routes
from tests.desk.wire import Answer, ask
from tests.flows import houses, rounds

HIDDEN, TITLE = "quarz", "Quarzfunkeln"
"""A confidential text under review, and the word of its title that nobody else may read."""
OUTSIDE = ("carrel", "peyrolles", "ferrand")
"""An administrator, a member before the convocation, a reviewer who is not asked."""
PUBLISHED = "raison-d-etre"
NOBODY_S = "zyklon"
"""An id that nothing has, and a word that no page has either."""


@dataclass
class Case:
    """An id that is somebody's, one that is nobody's, and who must not tell them apart."""

    owner: str
    real: str
    none: str
    others: tuple[str | None, ...]
    more: Mapping[str, str] = field(default_factory=dict)
    """What stands in the other places of the address."""
    opens: bool = True
    """Whether its owner reads a page there: shows that the id is one."""


@dataclass
class Things:
    """The town, and whose what is."""

    town: Town
    cases: dict[str, Case]


def enrol(house: House, handle: str, *roles: Role) -> PersonId:
    person = house.office.ids.new("person")
    people.enrol_person(
        people.EnrolPerson(
            dossier=HOUSE,
            by=PersonId(house.person("carrel").id),
            key=f"enrol-{handle}",
            contact=Contact(person, handle, handle.title(), f"{handle}@example.org", "en"),
            roles=roles,
        ),
        house.office,
    )
    return PersonId(person)


def hide_a_text(house: House) -> None:
    """Bring a confidential text under review, with a remark on it."""
    acts.submit(
        house, rounds.word_file(rounds.FIRST, rounds.SECOND), f"{TITLE}.docx",
        by=rounds.who(house, "delmas"), dossier=HIDDEN, title=Bilingual(TITLE, TITLE),
        source="en", confidentiality=ev.Confidentiality.CONFIDENTIAL, answers=(), key="hidden",
    )  # fmt: skip
    houses.hand_over(house, HIDDEN)
    houses.carry_out(house, HIDDEN)
    rounds.translate(house, rounds.FRENCH, HIDDEN)
    rounds.open_review(house, dossier=HIDDEN)
    draft = house.dossier(HIDDEN).draft
    assert draft is not None
    remarks.make_remark(
        remarks.MakeRemark(
            dossier=HIDDEN, by=rounds.who(house, "vasseur"), key="remark", language="en",
            paragraph=draft.paragraphs[0].id, text=draft.paragraphs[0].digest, words="Why?",
        ),
        house.office,
    )  # fmt: skip


def deal(house: House) -> None:
    source = evaluating.source(house, "imt-2020")
    by, first, second = (rounds.who(house, one) for one in ("castagnet", "peyrolles", "tahiri"))
    book = (sample_folder() / "codebook.toml").read_text("utf-8")
    coding.deal(
        house, source.stream, "wish", book, source.answers("wish"), by=by,
        coders=(first, second), seed=1, share=20, key="deal",
    )  # fmt: skip


def hold(house: House, handle: str) -> str:
    """Have somebody's file wait for their word; give its id."""
    town = gathered(house, [handle])
    boundary = "b0undary"
    draft = house.dossier("rules").draft
    assert draft is not None
    body = b"".join(
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="base"\r\n\r\n'.encode(),
            draft.version.encode(),
            f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="file"; '
            'filename="mine.docx"\r\n\r\n'.encode(),
            house.vault.get(draft.version),
            f"\r\n--{boundary}--\r\n".encode(),
        )
    )
    headers = {
        **town.browser(handle),
        "content-type": f"multipart/form-data; boundary={boundary}",
    }
    answer = ask(town.app, "/dossiers/rules/submit", headers, method="POST", body=body)
    return answer.header("location").rpartition("/")[2]


@pytest.fixture(scope="module")
def things(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Things]:
    home = tmp_path_factory.mktemp("ids") / "house"
    shutil.copytree(furnished, home)
    house = open_house(home)
    for handle, role in (("ferrand", Role.REVIEWER), ("second", Role.DRAFTER)):
        enrol(house, handle, role)
    hide_a_text(house)
    deal(house)
    mailing.Post(house).round()
    held = hold(house, "delmas")
    mine = rounds.who(house, "vasseur")
    with house.store.read() as reader:
        mail = next(iter(reader.mail.mails(person=mine)))
        decided = next(
            one
            for one in reader.history(PUBLISHED)
            if one.type == "DecisionMade" and mine in one.payload
        )
    dossier = house.dossier(HIDDEN)
    assert dossier.draft is not None
    remark = next(iter(dossier.remarks))
    file = dossier.draft.version
    rules, out, nobody = {"dossier": "rules"}, {"dossier": PUBLISHED}, NOBODY_S
    cases = {
        "dossier": Case("delmas", HIDDEN, nobody, OUTSIDE),
        "/dossiers/{dossier}/submit/{held}": Case(
            "delmas", held, "0" * 32, ("second", "vasseur", "carrel"), rules
        ),
        "/submit/{held}": Case(
            "delmas", held, "0" * 32, ("second", "vasseur", "carrel"), opens=False
        ),
        "sequence": Case(
            "vasseur", str(decided.sequence), "999999", ("kerlann", "delmas", "carrel"), out
        ),
        "remark": Case("vasseur", remark, "remark-0", ("vasseur", "kerlann", "delmas"), rules,
                       opens=False),
        "number": Case("vasseur", str(mail.id), "999999", ("kerlann", "delmas", "carrel")),
        "person": Case("carrel", mine, nobody, ("vasseur", "delmas", "castagnet")),
        "/published/{dossier}/files/{digest}": Case(
            "delmas", file, "0" * 64, (None, *OUTSIDE), out, opens=False
        ),
        "/v/{digest}": Case("delmas", file, "f" * 64, (None, *OUTSIDE)),
        "/v/{digest}/code.svg": Case("delmas", file, "f" * 64, (None, *OUTSIDE), opens=False),
        "/consultations/{consultation}": Case(
            "castagnet", "imt-2026", nobody, ("vasseur", "fontanel", "roumier")
        ),
        "interview": Case(
            "castagnet", "ministry", "nobody-1", ("vasseur", "fontanel", "roumier"),
            {"consultation": "imt-2020"}, opens=False,
        ),
        "question": Case(
            "peyrolles", "wish", nobody, ("vasseur", "carrel", "aubrac"),
            {"consultation": "imt-2020"},
        ),
    }  # fmt: skip
    everybody = {one for case in cases.values() for one in (case.owner, *case.others) if one}
    yield Things(gathered(house, sorted(everybody)), cases)
    house.close()


OPEN = {
    "language": "one of two, of a dossier that has its own case",
    "name": "a file of a dossier that has its own case",
    "secret": "a one-time link: whoever has it is who it is for; guesses are counted in test_strays",
    "file": "a file of rules: the house's own, one for everybody who comes in there",
    "seat": "a seat of such a file",
    "engine": "an engine of the house",
    "kind": "a format of its glossary",
    "term": "a term of its glossary",
    "/dossiers/{dossier}/findings/": "findings that a dossier rests on, which has its own case",
    "/api/v1/consultations/": "whoever is enrolled may read of consultations",
    "/c/{consultation}": "the public form: a consultation is announced to everybody",
}
"""Places that are nobody's own."""


def case_of(things: Things, path: str, name: str) -> Case | None:
    """Find the case of one place of an address: by how the address begins, else by name."""
    prefixes = [one for one in things.cases if one.startswith("/") and path.startswith(one)]
    own = [one for one in prefixes if one.rpartition("{")[2].partition("}")[0] == name]
    return things.cases.get(max(own, key=len) if own else name)


def places(things: Things) -> list[tuple[str, str, str]]:
    """Give every place of every address: the method, the address, the place's name."""
    return [
        (method, path, name)
        for method, path in routes(things.town.app)
        for name in re.findall(r"{([^}]+)}", path)
    ]


def test_every_place_of_every_address_has_its_case(things: Things) -> None:
    without = [
        f"{path}: {name}"
        for _, path, name in places(things)
        if name not in OPEN
        and case_of(things, path, name) is None
        and not any(path.startswith(one) for one in OPEN)
    ]
    assert not without, "Say in test_others_ids.py whose these are:\n" + "\n".join(without)


def same(answer: Answer, id: str) -> tuple[int, str, list[tuple[bytes, bytes]]]:
    """Give an answer without the id that was asked for, and without what differs each time."""
    text = re.sub(rf"(?<=[/\"]){re.escape(id)}(?=[/?\"])", "ID", answer.text)
    text = text.replace(id, "ID") if len(id) > 4 else text
    for one in re.findall(r'name="key" value="([^"]*)"', text):
        text = text.replace(one, "KEY")
    digest = " ".join(id[at : at + 4] for at in (0, 4, 8))
    varying = (b"x-request-id", b"content-length")
    headers = [one for one in answer.headers if one[0] not in varying]
    return (
        answer.status,
        text.replace(digest, "ID"),
        [(name, value.replace(id.encode(), b"ID")) for name, value in headers],
    )


def sent(things: Things, method: str, path: str, name: str, id: str, who: str | None) -> Answer:
    town, case = things.town, case_of(things, path, name)
    assert case is not None
    filled = {**PLACES, "person": "x", "dossier": "rules", **case.more, name: id}
    target = re.sub(r"{([^}]+)}", lambda one: filled[one[1]], path)
    headers = dict(town.browser(who))
    body = b""
    if path.startswith("/api/"):
        headers |= town.tokens.get(who or "", {})
        headers |= {"idempotency-key": "others-0001", "content-type": "application/json"}
        body = b"{}" if method == "POST" else b""
    elif method == "POST":
        headers["content-type"] = "application/x-www-form-urlencoded"
        body = urlencode({"key": "k", "act": "drop"}).encode()
    return ask(town.app, target, headers, method=method, body=body)


def test_nobody_learns_of_what_is_another_s_at_any_place_of_any_address(things: Things) -> None:
    """Three others each; the owner reads it before and after, where it can be read."""
    told_apart, read, asked = [], set[int](), 0
    before = things.town.house.store.size()
    for method, path, name in places(things):
        case = case_of(things, path, name)
        if case is None or name in OPEN:
            continue
        for other in case.others:
            real, none = (
                sent(things, method, path, name, one, other) for one in (case.real, case.none)
            )
            if same(real, case.real) != same(none, case.none):
                told_apart.append(
                    f"{method} {path} {name} as {other}: {real.status}, {none.status}"
                )
            asked += 1
        if method == "GET" and case.opens and path.count("{") == 1 + len(case.more):
            own = sent(things, method, path, name, case.real, case.owner)
            read |= {id(case)} if own.status in (200, 303) else set()
    assert told_apart == []
    assert [one for one in things.cases.values() if one.opens and id(one) not in read] == []
    assert asked > 300
    assert things.town.house.store.size() == before
    mine = rounds.who(things.town.house, "delmas")
    held = things.cases["/submit/{held}"].real
    assert unfinished.held(things.town.house.store, mine, held) is not None


def test_the_name_of_a_hidden_text_is_on_no_page_of_anybody_else(things: Things) -> None:
    """Every page and list that they may open, the API's too; its own people do find it there."""
    town, found = things.town, []
    for method, path in routes(town.app):
        if method != "GET" or path in ("/sign-in/institution", "/sign-in/institution/back"):
            continue
        known = {**PLACES, "dossier": PUBLISHED, "person": rounds.who(town.house, "vasseur")}
        target = re.sub(r"{([^}]+)}", lambda one, known=known: known[one[1]], path)
        for who in (None, *OUTSIDE):
            headers = dict(town.browser(who))
            if path.startswith("/api/"):
                headers |= town.tokens.get(who or "", {})
            for query in ("", f"?q={TITLE[:4]}&all=1"):
                page = ask(town.app, target + query, headers)
                if TITLE in page.text or f"/{HIDDEN}" in page.text:
                    found.append(f"{target} as {who}")
    assert found == []
    seen = [who for who in ("delmas", "vasseur") if TITLE in _front(town, who)]
    assert seen == ["delmas", "vasseur"]


def _front(town: Town, who: str) -> str:
    return ask(town.app, "/dossiers", town.browser(who)).text


FORMS: dict[str, tuple[str, str, Callable[[Things, str], dict[str, str]]]] = {
    "a circuit tried on it": (
        "carrel", "GET /admin/circuits", lambda things, id: {"circuit": "circuit.toml", "dossier": id},
    ),
    "a delegation within it": (
        "ferrand", "POST /me/delegations",
        lambda things, id: {
            "to": things.town.house.person("kerlann").id, "first": "2030-01-07",
            "last": "2030-01-08", "scope": f"dossier:{id}",
        },
    ),
}  # fmt: skip
"""Forms that name a text, and who fills them in without knowing of it."""


@pytest.mark.parametrize("form", FORMS)
def test_no_form_tells_whether_a_hidden_text_is_there(things: Things, form: str) -> None:
    who, route, fill = FORMS[form]
    method, _, path = route.partition(" ")
    answers = []
    for id in (HIDDEN, NOBODY_S):
        said = fill(things, id)
        if method == "GET":
            answer = ask(things.town.app, f"{path}?{urlencode(said)}", things.town.browser(who))
        else:
            answer = posted(things, who, path, **{**said, "key": id})
        answers.append(same(answer, id))
    assert answers[0][:2] == answers[1][:2]
    assert TITLE not in answers[0][1]


def test_a_delegation_of_others_is_none(things: Things) -> None:
    house = things.town.house
    giver, today = rounds.who(house, "vasseur"), workdays.day(house.now())
    delegation.give_delegation(
        delegation.GiveDelegation(
            dossier=HOUSE, by=giver, key="give", to=rounds.who(house, "kerlann"),
            first=today, last=today, circuit="imt",
        ),
        house.office,
    )  # fmt: skip
    [given] = [one for one in house.register().delegations.values() if one.by == giver]
    for other in ("delmas", "carrel", "ferrand"):
        real, none = (
            same(posted(things, other, "/me/delegations/withdraw", delegation=id), id)
            for id in (given.delegation, "delegation-0")
        )
        assert real == none, other
    assert given.delegation in house.register().delegations


def posted(things: Things, who: str, path: str, **said: str) -> Answer:
    headers = {**things.town.browser(who), "content-type": "application/x-www-form-urlencoded"}
    return ask(
        things.town.app, path, headers, method="POST", body=urlencode({"key": "w", **said}).encode()
    )
