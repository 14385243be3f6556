from __future__ import annotations

from dataclasses import replace

import pytest

from approvals import events as ev
from approvals import policy
from approvals.handlers import life
from approvals.names import ENGLISH, FRENCH, Role
from approvals.policy import Stage
from approvals.standing import State
from approvals.waiting import waiting_on
from tests.approvals.town import ID, Act, Town, digest, tried


def published(town: Town) -> Town:
    return town.reach(State.PUBLISHED)


def corrected(town: Town) -> Town:
    published(town).correct()
    return town


def certified(town: Town) -> Town:
    corrected(town).certify_correction()
    return town


def sealed_correction(town: Town, **more: object) -> ev.Edition:
    told = [one.proposed for one in town.dossier.errata.values()][-1]
    edition = ev.Edition(
        ev.EditionKind.ERRATUM, told.language, told.version, digest("s"), "TOTAL-PASSED"
    )
    return replace(edition, **more)  # type: ignore[arg-type]


def succeeding(town: Town) -> None:
    """The dossier itself succeeds another, which still stands."""
    town.reach(State.SEALED)
    town.successor("earlier", succeeds=None)
    opened = town.dossier.opened
    assert opened is not None
    town.inject(replace(opened, succeeds="earlier"))
    town.release()
    town.publish()


CASES: dict[str, tuple[Act, Act, str, Act]] = {
    "opening a dossier to succeed one that is not published": (
        lambda town: town.reach(State.SEALED),
        lambda town: town.open(dossier="second", succeeds=ID),
        "dossier:succeeds",
        lambda town: town.open(dossier="second"),
    ),
    "opening a dossier to succeed one that is not there": (
        published,
        lambda town: town.open(dossier="second", succeeds="ghost"),
        "dossier:succeeds",
        lambda town: town.open(dossier="second", succeeds=ID),
    ),
    "a person superseding a text": (
        lambda town: (published(town), town.successor()),
        lambda town: town.supersede("secretary"),
        "role:system",
        Town.supersede,
    ),
    "superseding by a text that is not out": (
        published,
        Town.supersede,
        "supersede:successor",
        lambda town: (town.successor(), town.supersede()),
    ),
    "superseding by a text that succeeds another": (
        lambda town: (published(town), town.successor(succeeds="other")),
        Town.supersede,
        "supersede:successor",
        lambda town: (town.successor("right"), town.supersede(successor="right")),
    ),
    "superseding twice": (
        lambda town: (town.reach(State.SUPERSEDED), town.successor("second")),
        lambda town: town.supersede(successor="second"),
        "supersede:successor",
        lambda town: town.enrol("late"),
    ),
    "settling a succession while the earlier text stands": (
        succeeding,
        Town.settle,
        "succession:predecessor",
        lambda town: (
            town.inject(ev.Superseded(ev.SYSTEM, ID), "earlier"),
            town.settle(),
        ),
    ),
    "a person settling a succession": (
        succeeding,
        lambda town: town.settle("secretary"),
        "role:system",
        lambda town: (
            town.inject(ev.Withdrawn(ev.SYSTEM), "earlier"),
            town.settle(),
        ),
    ),
    "withdrawing without being secretary": (
        published,
        lambda town: town.withdraw_text("chair"),
        "role:withdraw",
        Town.withdraw_text,
    ),
    "withdrawing without a resolution or a judgment": (
        published,
        lambda town: town.withdraw_text(reference=" "),
        "withdraw:reference",
        Town.withdraw_text,
    ),
    "withdrawing without a reason": (
        published,
        lambda town: town.withdraw_text(reason=None),
        "withdraw:reason",
        Town.withdraw_text,
    ),
    "confirming what nobody ordered": (
        published,
        Town.confirm_withdrawal,
        "withdraw:ordered",
        lambda town: (town.withdraw_text(), town.confirm_withdrawal()),
    ),
    "confirming one's own order": (
        lambda town: (
            published(town),
            town.enrol("chair", Role.CHAIR, Role.MEMBER, Role.SECRETARY),
            town.withdraw_text("chair"),
        ),
        Town.confirm_withdrawal,
        "withdraw:second",
        lambda town: (town.withdraw_text("secretary"), town.confirm_withdrawal()),
    ),
    "confirming without being the chair": (
        lambda town: (published(town), town.withdraw_text()),
        lambda town: town.confirm_withdrawal("secretary"),
        "role:confirm-withdrawal",
        Town.confirm_withdrawal,
    ),
    "withdrawing what was never published": (
        lambda town: town.reach(State.SEALED),
        Town.withdraw_text,
        "state:withdraw",
        Town.release,
    ),
    "correcting the authoritative language": (
        published,
        lambda town: town.correct(language=FRENCH),
        "erratum:authoritative",
        Town.correct,
    ),
    "a correction that corrects nothing": (
        published,
        lambda town: town.correct(text=town.dossier.draft.text),  # type: ignore[union-attr]
        "erratum:unchanged",
        Town.correct,
    ),
    "the same correction again": (
        lambda town: (certified(town), town.publish_correction()),
        Town.correct,
        "erratum:unchanged",
        lambda town: town.correct(word="corrected better"),
    ),
    "a correction without a reason": (
        published,
        lambda town: town.correct(reason=None),
        "erratum:reason",
        Town.correct,
    ),
    "a second correction while one is on its way": (
        corrected,
        lambda town: town.correct(word="other"),
        "erratum:open",
        Town.certify_correction,
    ),
    "certifying a correction that nobody proposed": (
        published,
        Town.certify_correction,
        "erratum:none",
        lambda town: (town.correct(), town.certify_correction()),
    ),
    "certifying one's own correction": (
        lambda town: (published(town), town.correct("second-translator")),
        lambda town: town.certify_correction("second-translator"),
        "erratum:self",
        Town.certify_correction,
    ),
    "a person recording a correction": (
        certified,
        lambda town: town.publish_correction("press"),
        "role:system",
        Town.publish_correction,
    ),
    "recording a correction that nobody certified": (
        corrected,
        Town.publish_correction,
        "due:correction",
        lambda town: (town.certify_correction(), town.publish_correction()),
    ),
    "a sealed correction that says something else": (
        certified,
        lambda town: town.publish_correction(text=digest("else")),
        "erratum:text",
        Town.publish_correction,
    ),
    "a sealed correction of other bytes": (
        certified,
        lambda town: town.publish_correction(
            edition=sealed_correction(town, unsealed=digest("else"))
        ),
        "erratum:text",
        Town.publish_correction,
    ),
    "a sealed correction that the verifier refuses": (
        certified,
        lambda town: town.publish_correction(
            edition=sealed_correction(town, verdict="TOTAL-FAILED")
        ),
        "erratum:verdict",
        Town.publish_correction,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_guard_refuses_writes_nothing_and_can_be_satisfied(case: str) -> None:
    tried(*CASES[case])


def test_a_successor_takes_the_place_of_a_published_text() -> None:
    town = Town.at(State.SUPERSEDED)
    dossier = town.dossier
    assert dossier.superseded_by == "successor"
    assert dossier.published is not None
    assert "successor" in str(waiting_on(dossier).data.values())


def test_the_succession_is_due_until_it_is_settled() -> None:
    town = Town.founded()
    succeeding(town)
    assert policy.due(town.dossier, town.clock.at) is Stage.SUCCESSION
    town.inject(ev.Superseded(ev.SYSTEM, ID), "earlier")
    town.settle()
    assert policy.due(town.dossier, town.clock.at) is None


def test_a_withdrawal_takes_two_persons_and_leaves_everything_where_it_is() -> None:
    town = Town.at(State.PUBLISHED)
    before = town.dossier.published
    town.withdraw_text()
    assert town.state is State.PUBLISHED
    assert waiting_on(town.dossier).act == "confirm-withdrawal"
    town.confirm_withdrawal()
    dossier = town.dossier
    assert dossier.state is State.WITHDRAWN
    assert dossier.published == before
    assert dossier.withdrawal is not None
    assert dossier.withdrawal.reference == "2027-04"


def test_a_correction_stands_beside_what_it_corrects() -> None:
    town = certified(Town.founded())
    before = town.dossier.published
    assert policy.due(town.dossier, town.clock.at) is Stage.ERRATUM
    town.publish_correction()
    dossier = town.dossier
    assert dossier.state is State.PUBLISHED
    assert dossier.published == before
    [erratum] = dossier.errata.values()
    assert erratum.proposed.number == 1
    assert erratum.edition is not None
    first = life.in_language(replace_errata(town), ENGLISH)
    assert first is not None
    assert erratum.proposed.corrects == first.sealed
    newest = life.in_language(dossier, ENGLISH)
    assert newest == erratum.edition
    assert life.in_language(dossier, FRENCH) == next(
        one
        for one in before.editions  # type: ignore[union-attr]
        if (one.kind, one.language) == (ev.EditionKind.STATEMENT, FRENCH)
    )


def replace_errata(town: Town):  # type: ignore[no-untyped-def]
    dossier = town.dossier
    dossier.errata = {}
    return dossier


def test_corrections_follow_one_another() -> None:
    town = certified(Town.founded())
    town.publish_correction()
    town.correct(word="corrected better")
    town.certify_correction()
    town.publish_correction()
    first, second = town.dossier.errata.values()
    assert (first.proposed.number, second.proposed.number) == (1, 2)
    assert first.edition is not None
    assert second.proposed.corrects == first.edition.sealed
