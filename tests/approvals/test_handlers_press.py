from __future__ import annotations

from datetime import timedelta

import pytest

from approvals import events as ev
from approvals.names import ENGLISH, FRENCH
from approvals.standing import State
from approvals.waiting import waiting_on
from tests.approvals.town import Act, Town, digest, tried


def sealed(town: Town) -> Town:
    return town.reach(State.SEALED)


def quoted(town: Town) -> Town:
    sealed(town).quote()
    return town


def approved(town: Town) -> Town:
    quoted(town)
    for language in (FRENCH, ENGLISH):
        town.approve_quote(language=language)
    return town


CASES: dict[str, tuple[Act, Act, str, Act]] = {
    "quoting without being in communications": (
        sealed,
        lambda town: town.quote("secretary"),
        "role:quote",
        Town.quote,
    ),
    "a quote of somebody who is not enrolled": (
        sealed,
        lambda town: town.quote(speaker="ghost"),
        "UnknownPersonError",
        Town.quote,
    ),
    "a quote in one language": (
        sealed,
        lambda town: town.quote(en=" "),
        "quote:languages",
        Town.quote,
    ),
    "a quote whose name cannot stand on a command line": (
        sealed,
        lambda town: town.quote(quote=ev.QuoteId("The Chair")),
        "quote:id",
        Town.quote,
    ),
    "approving somebody else's words": (
        quoted,
        lambda town: town.approve_quote("press"),
        "quote:speaker",
        Town.approve_quote,
    ),
    "approving a quote that is not there": (
        sealed,
        Town.approve_quote,
        "quote:none",
        lambda town: (town.quote(), town.approve_quote()),
    ),
    "approving twice": (
        lambda town: (quoted(town), town.approve_quote()),
        Town.approve_quote,
        "quote:approved",
        lambda town: town.approve_quote(language=ENGLISH),
    ),
    "approving other words than those that stand": (
        quoted,
        lambda town: town.approve_quote(text=digest("other words")),
        "quote:text",
        Town.approve_quote,
    ),
    "dropping a quote that is not there": (
        sealed,
        Town.drop_quote,
        "quote:none",
        lambda town: (town.quote(), town.drop_quote()),
    ),
    "a press release in one language": (
        sealed,
        lambda town: town.press_release(en=digest("release fr")),
        "press:languages",
        Town.press_release,
    ),
    "publishing with a quote that nobody approved": (
        lambda town: (quoted(town), town.press_release()),
        Town.release,
        "publish:quotes",
        lambda town: (
            town.approve_quote(),
            town.approve_quote(language=ENGLISH),
            town.release(),
        ),
    ),
    "publishing with a quote that is approved in one language": (
        lambda town: (quoted(town), town.press_release(), town.approve_quote()),
        Town.release,
        "publish:quotes",
        lambda town: (town.approve_quote(language=ENGLISH), town.release()),
    ),
    "publishing with a quote whose words changed after their approval": (
        lambda town: (approved(town), town.press_release(), town.quote(en="We grow.")),
        Town.release,
        "publish:quotes",
        lambda town: (town.drop_quote(), town.release()),
    ),
    "publishing quotes without a press release": (
        approved,
        Town.release,
        "publish:release",
        lambda town: (town.press_release(), town.release()),
    ),
    "publishing what was sealed in one language": (
        lambda town: (
            town.reach(State.SEALING),
            town.inject(ev.EditionsSealed(ev.SYSTEM, town.editions()[:1], digest("c"), True)),
        ),
        Town.release,
        "publish:languages",
        lambda town: (
            town.inject(ev.EditionsSealed(ev.SYSTEM, town.editions(), digest("c"), True)),
            town.release(),
        ),
    ),
    "quoting after the release": (
        lambda town: town.reach(State.EMBARGOED),
        Town.quote,
        "state:quote",
        Town.publish,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_guard_refuses_writes_nothing_and_can_be_satisfied(case: str) -> None:
    tried(*CASES[case])


def test_the_words_are_kept_outside_the_ledger() -> None:
    town = quoted(Town.founded())
    assert {"Nous bâtissons.", "We build."} <= set(town.paper.notes.values())
    assert "bâtissons" not in "".join(entry.payload for entry in town.history)


def test_a_text_that_waits_for_a_speaker_says_so() -> None:
    town = quoted(Town.founded())
    waiting = waiting_on(town.dossier)
    assert (waiting.people, waiting.act) == (("chair",), "approve-quote")
    for language in (FRENCH, ENGLISH):
        town.approve_quote(language=language)
    assert waiting_on(town.dossier).act == "publish"


def test_an_embargo_holds_quotes_and_all_until_its_end() -> None:
    town = approved(Town.founded())
    town.press_release()
    town.release(not_before=town.clock.at + timedelta(days=2))
    assert town.state is State.EMBARGOED
    town.later(days=2)
    town.publish()
    dossier = town.dossier
    assert dossier.press_release is not None
    assert [quote.missing for quote in dossier.quotes.values()] == [()]
