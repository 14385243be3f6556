from __future__ import annotations

import pytest

from approvals import events as ev
from approvals.errors import KeyReusedError
from approvals.handlers import people
from approvals.names import Bilingual, PersonId, Role
from approvals.ports import Contact
from approvals.register import HOUSE
from tests.approvals.town import CONSULTATION, Act, Town, tried


def found(town: Town, by: str = "admin") -> object:
    name = Bilingual(fr="Institut", en="Institute")
    return town.bring(people.found_house, people.FoundHouse, by, institution=name, head_key="k")


def bare() -> Town:
    """A house with nobody in it."""
    town = Town()
    found(town)
    return town


CASES: dict[str, tuple[Act, Act, str, Act]] = {
    "founding a house twice": (
        lambda town: None,
        found,
        "house:founded",
        lambda town: town.enrol("new"),
    ),
    "founding a house again in a dossier's name": (
        lambda town: None,
        lambda town: town.bring(
            people.found_house,
            people.FoundHouse,
            "jack",
            institution=Bilingual(fr="x", en="x"),
            head_key="k",
            dossier="elsewhere",
        ),
        "house:founded",
        lambda town: town.enrol("new"),
    ),
    "enrolling without being administrator": (
        lambda town: None,
        lambda town: town.enrol("friend", Role.SECRETARY, by="secretary"),
        "role:enrol",
        lambda town: town.enrol("friend", Role.SECRETARY),
    ),
    "giving oneself a role": (
        lambda town: None,
        lambda town: town.enrol("drafter", Role.DRAFTER, Role.REVIEWER, by="drafter"),
        "role:enrol",
        lambda town: town.enrol("drafter", Role.DRAFTER, Role.REVIEWER),
    ),
    "enrolling by somebody whom nobody knows": (
        lambda town: None,
        lambda town: town.enrol("friend", by="ghost"),
        "role:unknown",
        lambda town: town.enrol("friend"),
    ),
    "enrolling by somebody who holds no role any more": (
        lambda town: None,
        lambda town: town.enrol("friend", by="nobody"),
        "role:enrol",
        lambda town: town.enrol("friend"),
    ),
    "enrolling by the house itself": (
        lambda town: None,
        lambda town: town.enrol("friend", by="system"),
        "role:unknown",
        lambda town: town.enrol("friend"),
    ),
    "a handle that is taken": (
        lambda town: None,
        lambda town: town.enrol("x", contact=Contact("x", "drafter", "Double", "d@x.org", "fr")),
        "enrol:handle",
        lambda town: town.enrol("x", contact=Contact("x", "drafter-2", "Double", "d@x.org", "fr")),
    ),
    "a handle that is another's id": (
        lambda town: town.enrol("x", contact=Contact("p-1", "x", "Ex", "x@x.org", "fr")),
        lambda town: town.enrol("y", contact=Contact("p-2", "p-1", "Why", "y@x.org", "fr")),
        "enrol:handle",
        lambda town: town.enrol("y", contact=Contact("p-2", "y", "Why", "y@x.org", "fr")),
    ),
    "a person who would be the house itself": (
        lambda town: None,
        lambda town: town.enrol("system", Role.SECRETARY),
        "enrol:name",
        lambda town: town.enrol("systematic", Role.SECRETARY),
    ),
    "a handle that a circuit would take for a role": (
        lambda town: None,
        lambda town: town.enrol("role:reviewer", Role.REVIEWER),
        "enrol:name",
        lambda town: town.enrol("reviewer", Role.REVIEWER),
    ),
    "an empty handle": (
        lambda town: None,
        lambda town: town.enrol(""),
        "enrol:name",
        lambda town: town.enrol("élodie.castagnet"),
    ),
    "the only administrator giving the role up": (
        lambda town: None,
        lambda town: town.enrol("admin", Role.DRAFTER),
        "enrol:administrator",
        lambda town: (
            town.enrol("second", Role.ADMINISTRATOR),
            town.enrol("admin", Role.DRAFTER),
        ),
    ),
    "a link made by somebody who is no administrator": (
        lambda town: None,
        lambda town: town.account("drafter", ev.AccountAct.LINK, by="secretary"),
        "role:people",
        lambda town: town.account("drafter", ev.AccountAct.LINK),
    ),
    "a link for somebody who holds no role": (
        lambda town: None,
        lambda town: town.account("nobody", ev.AccountAct.LINK),
        "account:nobody",
        lambda town: town.account("drafter", ev.AccountAct.LINK),
    ),
    "closing one's own account": (
        lambda town: None,
        lambda town: town.account("admin", ev.AccountAct.CLOSED),
        "account:own",
        lambda town: (
            town.enrol("second", Role.ADMINISTRATOR),
            town.account("admin", ev.AccountAct.CLOSED, by="second"),
        ),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_guard_refuses_writes_nothing_and_can_be_satisfied(case: str) -> None:
    tried(*CASES[case])


def test_nobody_is_enrolled_before_the_house_is_founded() -> None:
    town = Town()
    with pytest.raises(people.GuardError) as refused:
        town.enrol("admin", Role.ADMINISTRATOR)
    assert refused.value.guard == "enrol:founded"
    assert town.paper.snapshot() == Town().paper.snapshot()


def test_only_the_founder_enrols_while_there_is_no_administrator() -> None:
    town = bare()
    with pytest.raises(people.GuardError) as refused:
        town.enrol("jack", Role.ADMINISTRATOR, by="jack")
    assert refused.value.guard == "role:unknown"
    town.enrol("drafter", Role.DRAFTER)
    town.enrol("admin", Role.ADMINISTRATOR)
    assert town.register.holders(Role.ADMINISTRATOR) == ("admin",)


def test_everything_about_people_goes_to_the_houses_own_stream() -> None:
    town = Town.founded()
    town.enrol("new", Role.DRAFTER, dossier="elsewhere")
    streams = [entry.stream for entry in town.paper.entries]
    assert {*streams} - {CONSULTATION} == {HOUSE}
    assert streams[-1] == HOUSE
    assert town.register.roles[PersonId("new")] == {Role.DRAFTER}


def test_the_ledger_knows_no_name_and_no_address() -> None:
    town = Town.founded()
    written = " ".join(entry.payload for entry in town.paper.entries)
    assert "@" not in written
    assert "Drafter" not in written


def test_a_passkey_s_name_is_personal_and_stays_outside() -> None:
    town = Town.founded()
    removed = town.account("drafter", ev.AccountAct.PASSKEY_REMOVED, passkey="Paul’s phone")
    assert "Paul" not in removed.payload
    assert "Paul’s phone" in town.paper.notes.values()


def test_a_key_does_not_close_an_account_that_it_opened() -> None:
    town = Town.founded()
    town.account("drafter", ev.AccountAct.OPENED, key="once")
    with pytest.raises(KeyReusedError):
        town.account("drafter", ev.AccountAct.CLOSED, key="once")
    with pytest.raises(KeyReusedError):
        town.account("secretary", ev.AccountAct.OPENED, key="once")


def test_a_person_is_renamed_and_keeps_id_and_place() -> None:
    town = Town.founded()
    town.enrol("x", Role.MEMBER, contact=Contact("m2", "m2-new", "Renamed", "r@x.org", "fr"))
    [known] = [one for one in town.paper.people if one.id == "m2"]
    assert (known.handle, known.name) == ("m2-new", "Renamed")
    assert town.register.roles[PersonId("m2")] == {Role.MEMBER}
