"""The form: read by the rules of an import, and the same in both languages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from approvals.canon import canonical
from approvals.consultation import form as forms
from approvals.consultation import responding, responses
from approvals.consultation.questionnaire import Kind
from tests.approvals.asking import FORM

OPEN = [one.id for one in FORM.questions if one.kind is Kind.OPEN]
CODES = sorted({code for one in FORM.questions for code in one.codes})
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="'=+-@\t\r"), max_size=40)


@st.composite
def posted(draw: st.DrawFn) -> dict[str, list[str]]:
    """What a browser might post: codes of this question or of another, words, or nothing."""
    values: dict[str, list[str]] = {}
    for one in FORM.questions:
        if one.kind is Kind.OPEN:
            values[one.id] = draw(st.lists(WORDS, max_size=1))
        else:
            own = st.sampled_from(sorted(one.codes))
            values[one.id] = draw(st.lists(own | st.sampled_from([*CODES, "none"]), max_size=4))
    return values


@given(posted())
def test_a_form_is_read_as_a_row_of_a_file_is(values: dict[str, list[str]]) -> None:
    heads = ["public", "language", *(one.id for one in FORM.questions)]
    row = ["staff", "fr", *("|".join(values[one.id]) for one in FORM.questions)]
    reading = responses.read(FORM, heads, [row])
    given_, faults = forms.read(FORM, "staff", "fr", values)
    assert {one.question for one in faults} == {one.column for one in reading.faults}
    if not faults:
        assert reading.responses == (given_,)


@given(st.text(), st.lists(st.text(), max_size=3))
def test_what_is_kept_is_canonical_json(said: str, chosen: list[str]) -> None:
    whole = {"chosen": {"useful": chosen, "distinct": []}, "said": {"wish": said}}
    assert responding.written(whole) == canonical(whole)


@given(posted())
def test_another_language_loses_nothing_that_was_typed(values: dict[str, list[str]]) -> None:
    _, faults = forms.read(FORM, "staff", "fr", values)
    french, english = (forms.sheet(FORM, one, values, faults=faults) for one in ("fr", "en"))
    assert french.title != english.title
    for first, second in zip(french.fields, english.fields, strict=True):
        assert (first.id, first.words, first.faults) == (second.id, second.words, second.faults)
        assert [(one.code, one.chosen) for one in first.choices] == [
            (one.code, one.chosen) for one in second.choices
        ]
    for one in french.fields:
        typed = {code for code in values[one.id] if code in {c.code for c in one.choices}}
        assert typed == {choice.code for choice in one.choices if choice.chosen}


@given(posted())
def test_what_is_put_aside_comes_back_even_where_it_is_at_fault(
    values: dict[str, list[str]],
) -> None:
    aside = forms.unfinished(FORM, "staff", "fr", values)
    again = forms.sheet(FORM, "fr", forms.values(aside))
    before = forms.sheet(FORM, "fr", values)
    for first, second in zip(before.fields, again.fields, strict=True):
        assert first.choices == second.choices
        assert first.words.strip() == second.words


def test_a_form_says_at_its_head_for_what_it_asks_and_who_may_choose_a_public() -> None:
    found = forms.sheet(
        FORM, "en", {"wish": ["More."]}, publics=("alumni", "staff"), public="staff"
    )
    assert found.purpose == FORM.purpose.en
    assert found.keep_days == 365
    assert [(one.code, one.chosen) for one in found.publics] == [("staff", True), ("alumni", False)]
    assert found.answered == 1
    assert [one.id for one in found.fields if one.answered] == OPEN[:1] == ["wish"]


def test_words_beyond_the_limit_stay_on_the_form_and_are_told() -> None:
    values = {"wish": ["x" * (responses.LONGEST + 1)]}
    _, [fault] = forms.read(FORM, "staff", "fr", values)
    [field] = [one for one in forms.sheet(FORM, "fr", values, faults=[fault]).fields if one.faults]
    assert len(field.words) == responses.LONGEST + 1
    assert forms.unfinished(FORM, "staff", "fr", values).said["wish"] == field.words
