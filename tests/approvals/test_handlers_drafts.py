from __future__ import annotations

import pytest

from approvals import events as ev
from approvals.errors import GuardError, StalePairError
from approvals.names import ENGLISH, FRENCH, Language, ParagraphId
from approvals.standing import State
from tests.approvals.town import PLAIN, TEXT, Act, Town, about_to, digest, paragraphs, tried, whole


def another(town: Town, id: str, words: str) -> Town:
    """Change one paragraph of the text."""
    town.text[id] = words
    return town


def raced(town: Town) -> Town:
    """The translation stage is at work on a draft of five paragraphs, two of them new."""
    another(town, "00000005", "And more.").submit()
    town.translate()
    return town


CASES: dict[str, tuple[Act, Act, str, Act]] = {
    "opening a dossier a second time": (
        lambda town: town.open(),
        Town.open,
        "dossier:exists",
        lambda town: town.open(dossier="another"),
    ),
    "opening a dossier under the house's own name": (
        lambda town: None,
        lambda town: town.open(dossier="house"),
        "dossier:exists",
        Town.open,
    ),
    "opening a dossier whose id would leave its folder": (
        lambda town: None,
        lambda town: town.open(dossier="../../etc"),
        "dossier:id",
        Town.open,
    ),
    "opening a dossier whose id would not fit a command line": (
        lambda town: None,
        lambda town: town.open(dossier="Raison d’être"),
        "dossier:id",
        lambda town: town.open(dossier="raison-d-etre"),
    ),
    "opening a dossier in one language": (
        lambda town: None,
        lambda town: town.open(target=ENGLISH),
        "dossier:languages",
        Town.open,
    ),
    "opening a dossier in a language that the house does not speak": (
        lambda town: None,
        lambda town: town.open(target=Language("de")),
        "dossier:languages",
        lambda town: town.open(source=FRENCH, target=ENGLISH),
    ),
    "opening a dossier that is authoritative in a third language": (
        lambda town: None,
        lambda town: town.open(authoritative=Language("la")),
        "dossier:languages",
        lambda town: town.open(authoritative=ENGLISH),
    ),
    "opening a dossier without being a drafter": (
        lambda town: None,
        lambda town: town.open("translator"),
        "role:submit",
        Town.open,
    ),
    "submitting to a dossier that there is not": (
        lambda town: None,
        Town.submit,
        "UnknownDossierError",
        lambda town: (town.open(), town.submit()),
    ),
    "submitting the same text again": (
        lambda town: town.reach(State.DRAFT),
        lambda town: town.submit(upload=digest("re-saved"), version=digest("re-saved")),
        "submit:unchanged",
        lambda town: another(town, "00000001", "We grow.").submit(),
    ),
    "submitting the same text again in the middle of a review": (
        lambda town: town.reach(State.IN_REVIEW),
        Town.submit,
        "submit:unchanged",
        lambda town: another(town, "00000001", "We grow.").submit(),
    ),
    "submitting without an answer to the blocking point": (
        lambda town: another(town.reach(State.CHANGES_REQUESTED), "00000002", "With you."),
        lambda town: town.submit(answer=False),
        "submit:answers",
        Town.submit,
    ),
    "submitting with an empty answer": (
        lambda town: another(town.reach(State.CHANGES_REQUESTED), "00000002", "With you."),
        lambda town: town.submit(answers=((town.dossier.open_points[0].sequence, "  "),)),
        "submit:answers",
        Town.submit,
    ),
    "submitting an answer to a point that nobody made": (
        lambda town: another(town.reach(State.DRAFT), "00000002", "With you."),
        lambda town: town.submit(answers=((7, "Done."),)),
        "submit:point",
        Town.submit,
    ),
    "submitting a secret answer beside the open point": (
        lambda town: another(town.reach(State.CHANGES_REQUESTED), "00000002", "With you."),
        lambda town: town.submit(
            answers=((town.dossier.open_points[0].sequence, "Done."), (1, "Secret."))
        ),
        "submit:point",
        Town.submit,
    ),
    "handing over an empty draft": (
        lambda town: (town.open(), town.submit(paragraphs=(), untranslatable=())),
        Town.translate,
        "translate:draft",
        lambda town: (another(town, "00000001", "We grow.").submit(), town.translate()),
    ),
    "a person recording what the translation stage made": (
        lambda town: (town.reach(State.DRAFT), town.translate()),
        lambda town: town.prepare("translator"),
        "role:system",
        Town.prepare,
    ),
    "the translation stage when it is not due": (
        lambda town: town.reach(State.TRANSLATING),
        Town.prepare,
        "due:translate",
        lambda town: (raced(town), town.prepare()),
    ),
    "the translation stage with an earlier draft": (
        lambda town: (town.reach(State.DRAFT), town.translate()),
        lambda town: town.prepare(text=digest("earlier")),
        "pair:draft",
        Town.prepare,
    ),
    "the translation stage with another source": (
        lambda town: (town.reach(State.DRAFT), town.translate()),
        lambda town: town.prepare(
            paragraphs=(ev.PairText(ParagraphId("00000001"), digest("x"), digest("y")),)
        ),
        "pair:source",
        Town.prepare,
    ),
    "the translation stage overwriting what a translator proposed meanwhile": (
        lambda town: (town.reach(State.DRAFT), town.translate()),
        lambda town: (
            held := tuple(town.pair_text(id, "machine") for id in town.untranslated),
            town.propose(only=["00000001"]),
            about_to(town),
            town.prepare(paragraphs=held),
        ),
        "translate:paragraphs",
        Town.prepare,
    ),
    "the translation stage leaving a paragraph out": (
        lambda town: (town.reach(State.DRAFT), town.translate()),
        lambda town: town.prepare(paragraphs=(town.pair_text("00000001", "machine"),)),
        "translate:paragraphs",
        Town.prepare,
    ),
    "proposing nothing": (
        lambda town: town.reach(State.TRANSLATING),
        lambda town: town.propose(only=[]),
        "revise:nothing",
        Town.propose,
    ),
    "proposing a paragraph whose source has changed": (
        lambda town: town.reach(State.TRANSLATING),
        lambda town: town.propose(
            paragraphs=(ev.PairText(ParagraphId("00000001"), digest("earlier"), digest("x")),)
        ),
        "pair:source",
        Town.propose,
    ),
    "proposing a paragraph that there is not": (
        lambda town: town.reach(State.TRANSLATING),
        lambda town: town.propose(
            paragraphs=(ev.PairText(ParagraphId("0000000F"), digest("x"), digest("x")),)
        ),
        "pair:source",
        Town.propose,
    ),
    "proposing another's very words as one's own, so that they may certify them": (
        lambda town: (town.reach(State.TRANSLATING), town.propose("second-translator")),
        lambda town: town.propose(
            "translator",
            paragraphs=(town.pair_text("00000001", "We build. by second-translator"),),
        ),
        "revise:unchanged",
        lambda town: town.propose("translator", only=["00000001"], word="new "),
    ),
    "certifying nothing": (
        lambda town: (town.reach(State.TRANSLATING), town.propose()),
        lambda town: town.certify(only=[]),
        "certify:nothing",
        Town.certify,
    ),
    "certifying what nobody proposed": (
        lambda town: town.reach(State.TRANSLATING),
        Town.certify,
        "certify:proposed",
        lambda town: (town.propose(), town.certify()),
    ),
    "certifying one's own translation": (
        lambda town: (town.reach(State.TRANSLATING), town.propose("second-translator")),
        lambda town: town.certify("second-translator"),
        "certify:self",
        Town.certify,
    ),
    "certifying one's own paragraph among those of others": (
        lambda town: (
            town.reach(State.TRANSLATING),
            town.propose("second-translator", only=["00000002"]),
            town.propose(),
        ),
        lambda town: town.certify("second-translator"),
        "certify:self",
        lambda town: (
            town.certify("second-translator", only=["00000001", "00000003"]),
            town.certify(),
        ),
    ),
    "certifying a translation that has changed since it was read": (
        lambda town: (town.reach(State.TRANSLATING), town.propose()),
        lambda town: town.certify(paragraphs=(town.pair_text("00000001", "as it was"),)),
        "certify:units",
        Town.certify,
    ),
    "certifying a paragraph whose source has changed": (
        lambda town: (town.reach(State.TRANSLATING), town.propose()),
        lambda town: town.certify(
            paragraphs=(ev.PairText(ParagraphId("00000001"), digest("earlier"), digest("x")),)
        ),
        "pair:source",
        Town.certify,
    ),
    "certifying what fails a blocking check": (
        lambda town: (town.reach(State.TRANSLATING), town.propose()),
        lambda town: town.certify(blocking=(ParagraphId("00000003"),)),
        "certify:checks",
        Town.certify,
    ),
    "letting a finding pass without a reason": (
        lambda town: (town.reach(State.TRANSLATING), town.propose()),
        lambda town: town.certify(waived=((ParagraphId("00000003"), 1, "numbers"),)),
        "certify:reason",
        lambda town: town.certify(
            waived=((ParagraphId("00000003"), 1, "numbers"),), reason="The source counts twice."
        ),
    ),
    "letting a finding pass in a paragraph that is not certified": (
        lambda town: (town.reach(State.TRANSLATING), town.propose()),
        lambda town: town.certify(
            only=["00000001"], waived=((ParagraphId("00000003"), 1, "numbers"),), reason="Why not."
        ),
        "certify:waived",
        Town.certify,
    ),
    "a reviser recording the pair": (
        lambda town: (town.reach(State.TRANSLATING), town.propose(), town.certify()),
        lambda town: town.align("reviser"),
        "role:system",
        Town.align,
    ),
    "joining both languages before everything is certified": (
        lambda town: (
            town.reach(State.TRANSLATING),
            town.propose(),
            town.certify(only=[*TEXT][:2]),
        ),
        Town.align,
        "due:align",
        lambda town: (town.certify(), town.align()),
    ),
    "joining an earlier draft": (
        lambda town: (town.reach(State.TRANSLATING), town.propose(), town.certify()),
        lambda town: town.align(draft=digest("earlier")),
        "pair:draft",
        Town.align,
    ),
    "joining an edition that was made before a change": (
        lambda town: (town.reach(State.TRANSLATING), town.propose(), town.certify()),
        lambda town: town.align(expected=town.dossier.version - 1),
        "StaleVersionError",
        lambda town: town.align(expected=town.dossier.version),
    ),
    "giving a text up without a reason": (
        lambda town: town.reach(State.IN_REVIEW),
        lambda town: town.abandon(reason=" "),
        "abandon:reason",
        Town.abandon,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_guard_refuses_writes_nothing_and_can_be_satisfied(case: str) -> None:
    tried(*CASES[case])


def test_a_refusal_about_the_translation_is_answered_without_a_change_of_the_draft() -> None:
    town = Town.at(State.IN_REVIEW)
    town.refuse("legal", "00000002")
    town.submit()
    assert town.dossier.open_points == ()
    town.translate()
    town.align()
    town.propose(only=["00000002"], word="better ")
    town.certify()
    town.align()
    town.review()
    town.approved()
    assert town.state is State.BOARD_READY


@pytest.mark.parametrize("state", [State.REJECTED, State.DEFERRED])
def test_a_text_that_the_board_did_not_adopt_comes_back_in_a_new_cycle(state: State) -> None:
    town = Town.at(state)
    assert town.dossier.cycle == 1
    town.submit()
    assert (town.state, town.dossier.cycle, town.dossier.result) == (State.DRAFT, 2, None)
    town.certified()
    town.review()
    assert town.state is State.BOARD_READY


def test_a_second_draft_keeps_what_is_certified_where_the_source_is_the_same() -> None:
    town = Town.at(State.ALIGNED)
    another(town, "00000002", "With you.").submit()
    pairs = town.dossier.pairs
    assert pairs[ParagraphId("00000001")].certified_by == "reviser"
    assert pairs[ParagraphId("00000002")].units is None
    assert pairs[ParagraphId("00000002")].before == digest("With all. by translator")
    town.translate()
    town.prepare()
    assert pairs[ParagraphId("00000002")].before is not None
    town.propose()
    assert town.dossier.pairs[ParagraphId("00000001")].certified_by == "reviser"
    assert town.dossier.pairs[ParagraphId("00000002")].certified_by is None


def test_a_new_proposal_takes_the_certificate_away() -> None:
    town = Town.at(State.ALIGNED)
    town.propose(only=["00000002"], word="new ")
    pairs = town.dossier.pairs
    assert town.state is State.TRANSLATING
    assert pairs[ParagraphId("00000002")].certified_by is None
    assert pairs[ParagraphId("00000001")].certified_by == "reviser"


def test_a_dossier_without_words_to_translate_is_joined_at_once() -> None:
    town = Town.founded()
    town.open()
    town.text = {"00000004": "* * *"}
    town.submit(untranslatable=PLAIN)
    town.translate()
    town.align()
    assert town.state is State.ALIGNED


def test_drafter_translator_and_reviser_are_authors_and_the_house_is_not() -> None:
    town = Town.at(State.ALIGNED)
    assert town.dossier.authors == {"drafter", "translator", "reviser"}


def test_a_stage_that_comes_again_under_its_key_gives_what_it_wrote() -> None:
    town = Town.founded()
    town.reach(State.DRAFT)
    town.translate()
    first = town.prepare(key="statement:translate:3")
    before = town.paper.snapshot()
    again = town.prepare(key="statement:translate:3", paragraphs=())
    assert again == first
    assert town.paper.snapshot() == before


def test_a_stale_edition_is_told_from_a_stale_draft() -> None:
    town = Town.at(State.TRANSLATING)
    town.propose()
    town.certify()
    with pytest.raises(StalePairError, match="newer draft"):
        town.align(draft=digest("earlier"))


def test_the_paragraph_is_told_by_the_number_that_people_use() -> None:
    town = Town.at(State.TRANSLATING)
    with pytest.raises(GuardError) as refused:
        town.certify(only=["00000003"])
    assert "paragraph 3 " in str(refused.value)


def test_another_drafter_may_go_on_with_a_text() -> None:
    town = Town.at(State.DRAFT)
    another(town, "00000001", "We grow.").submit("jack")
    assert town.dossier.authors == {"drafter", "jack"}


def test_what_a_draft_says_is_told_by_its_digests_alone() -> None:
    town = Town.at(State.NEW)
    entry = town.submit()
    assert "We build" not in entry.payload
    assert whole(TEXT) in entry.payload
    assert paragraphs(TEXT)[0].digest in entry.payload


def test_giving_up_deletes_nothing() -> None:
    town = Town.at(State.BOARD_READY)
    before = town.history
    town.abandon("secretary")
    assert town.history[:-1] == before
    assert town.state is State.ABANDONED
