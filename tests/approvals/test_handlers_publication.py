from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from approvals import events as ev
from approvals import policy
from approvals.board import Outcome
from approvals.names import ENGLISH, FRENCH
from approvals.standing import State
from approvals.waiting import waiting_on
from tests.approvals.town import Act, Town, digest, tried


def adopted(town: Town) -> Town:
    return town.reach(State.ADOPTED)


def written(town: Town) -> Town:
    adopted(town).write_resolution()
    return town


def sealing(town: Town) -> Town:
    return town.reach(State.SEALING)


def another_result(town: Town) -> None:
    """A ledger from elsewhere proclaims another text."""
    result = town.dossier.result
    assert result is not None
    town.inject(replace(result, pair=digest("another"), outcome=Outcome.ADOPTED))


def changed(town: Town, n: int, **more: object) -> tuple[ev.Edition, ...]:
    editions = list(town.editions())
    editions[n] = replace(editions[n], **more)  # type: ignore[arg-type]
    return tuple(editions)


CASES: dict[str, tuple[Act, Act, str, Act]] = {
    "a secretary recording the resolution": (
        adopted,
        lambda town: town.write_resolution("secretary"),
        "role:system",
        Town.write_resolution,
    ),
    "recording the resolution twice": (
        written,
        Town.write_resolution,
        "due:resolution",
        Town.order_seal,
    ),
    "ordering the seal before the resolution is written": (
        adopted,
        Town.order_seal,
        "seal:resolution",
        lambda town: (town.write_resolution(), town.order_seal()),
    ),
    "ordering the seal on another text than the one adopted": (
        lambda town: (written(town), another_result(town)),
        Town.order_seal,
        "seal:pair",
        lambda town: town.inject(replace(town.dossier.result, pair=town.pair)),  # type: ignore[type-var]
    ),
    "ordering the seal without being secretary": (
        written,
        lambda town: town.order_seal("chair"),
        "role:seal",
        Town.order_seal,
    ),
    "a person recording the seal": (
        sealing,
        lambda town: town.seal("secretary"),
        "role:system",
        Town.seal,
    ),
    "recording a seal that nobody ordered": (
        written,
        Town.seal,
        "due:seal",
        lambda town: (town.order_seal(), town.seal()),
    ),
    "sealing nothing": (
        sealing,
        lambda town: town.seal(editions=()),
        "seal:editions",
        Town.seal,
    ),
    "sealing one language": (
        sealing,
        lambda town: town.seal(editions=town.editions()[:1]),
        "seal:editions",
        Town.seal,
    ),
    "sealing the statement without its resolution": (
        sealing,
        lambda town: town.seal(editions=town.editions()[:2]),
        "seal:editions",
        Town.seal,
    ),
    "sealing one language twice": (
        sealing,
        lambda town: town.seal(editions=changed(town, 1, language=ENGLISH)),
        "seal:editions",
        Town.seal,
    ),
    "sealing other bytes than those kept": (
        sealing,
        lambda town: town.seal(editions=changed(town, 0, unsealed=digest("swapped"))),
        "seal:editions",
        Town.seal,
    ),
    "sealed files that carry another text": (
        sealing,
        lambda town: town.seal(texts=((ENGLISH, digest("x")), (FRENCH, digest("y")))),
        "seal:text",
        Town.seal,
    ),
    "sealed files whose text was read in one language only": (
        sealing,
        lambda town: town.seal(texts=((ENGLISH, town.dossier.draft.text),)),  # type: ignore[union-attr]
        "seal:text",
        Town.seal,
    ),
    "a sealed file that the verifier refuses": (
        sealing,
        lambda town: town.seal(editions=changed(town, 3, verdict="INDETERMINATE")),
        "seal:verdict",
        Town.seal,
    ),
    "publishing without being in communications": (
        lambda town: town.reach(State.SEALED),
        lambda town: town.release("secretary"),
        "role:publish",
        Town.release,
    ),
    "a person recording the publication": (
        lambda town: town.reach(State.EMBARGOED),
        lambda town: town.publish("press"),
        "role:system",
        Town.publish,
    ),
    "publishing before the end of the embargo": (
        lambda town: (
            town.reach(State.SEALED),
            town.release(not_before=town.clock.at + timedelta(days=2)),
            town.later(days=1, hours=23),
        ),
        Town.publish,
        "due:publish",
        lambda town: (town.later(hours=1), town.publish()),
    ),
    "publishing twice": (
        lambda town: town.reach(State.PUBLISHED),
        Town.publish,
        "due:publish",
        lambda town: town.enrol("late"),
    ),
    "publishing what is not sealed": (
        lambda town: (
            written(town),
            town.inject(ev.PublicationOrdered(ev.SYSTEM, town.clock.at)),
        ),
        Town.publish,
        "publish:sealed",
        lambda town: town.enrol("late"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_guard_refuses_writes_nothing_and_can_be_satisfied(case: str) -> None:
    tried(*CASES[case])


def test_what_is_published_is_what_was_sealed() -> None:
    town = Town.at(State.PUBLISHED)
    dossier = town.dossier
    assert dossier.sealed is not None
    assert dossier.published is not None
    assert dossier.published.editions == dossier.sealed.editions
    assert dossier.published_at == town.clock.at
    assert {(one.kind.value, one.language) for one in dossier.published.editions} == {
        (kind, language) for kind in ("statement", "resolution") for language in (FRENCH, ENGLISH)
    }


def test_nothing_is_left_to_do_at_the_end() -> None:
    town = Town.at(State.PUBLISHED)
    assert policy.due(town.dossier, town.clock.at) is None
    assert str(waiting_on(town.dossier).message) == "Nothing more to do."
