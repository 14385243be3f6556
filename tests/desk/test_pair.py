"""The pair, paragraph by paragraph: type, look, propose, certify."""

from __future__ import annotations

import io
import re

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.desk import typed, unfinished
from approvals.desk.changes import mirrored
from approvals.handlers import drafts
from approvals.names import PersonId
from documents.worddiff import Op
from flows import acts, keeping
from flows.demo_desk import Direct
from locales.tmx import Entry

PAIR = "/dossiers/strategy/pair"


def fields(page, form="hand"):
    """The fields of a form of the page, as a browser would send them."""
    inside = re.search(rf'<form[^>]*id="{form}".*?</form>', page, re.S)
    assert inside, "no such form"
    text = inside.group()
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text))
    for name, value in re.findall(
        r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', text, re.S
    ):
        found[name] = value.replace("&lt;", "<").replace("&#39;", "'").replace("&amp;", "&")
    return found


def propose(visit, number, who="fontanel", **changed):
    client = visit(who)
    said = fields(client.get(f"{PAIR}?p={number}").text) | changed
    return client.post(PAIR, data={**said, "act": "propose"})


def all_proposed(visit, house):
    """Propose every paragraph as it is prefilled."""
    client = visit("fontanel")
    for _ in range(40):
        page = client.get(PAIR).text
        if 'id="hand"' not in page:
            break
        said = fields(page)
        said = {name: value or "Voilà." for name, value in said.items()}
        answer = client.post(PAIR, data={**said, "act": "propose"})
        assert answer.status_code == 200, answer.text
    return house.dossier("strategy")


def test_a_translator_is_given_the_first_paragraph_that_waits(visit):
    page = visit("fontanel").get(PAIR).text
    assert "23 paragraphs wait for a translation" in page
    assert 'class="par now" id="p1"' in page
    assert 'name="t0"' in page


def test_a_paragraph_is_proposed_once_however_often_it_is_sent(visit, house):
    client = visit("fontanel")
    said = fields(client.get(PAIR).text) | {"act": "propose"}
    assert "Your translation was proposed" in client.post(PAIR, data=said).text
    version = house.dossier("strategy").version
    assert client.post(PAIR, data=said).status_code == 200
    assert house.dossier("strategy").version == version


def test_what_is_typed_is_saved_and_found_again_and_is_nothing_formal(visit, house):
    client = visit("fontanel")
    before = house.store.head()
    said = fields(client.get(PAIR).text) | {"t0": "Une autre phrase"}
    answer = client.post(f"{PAIR}/typed", data=said)
    assert "Saved at" in answer.text
    assert house.store.head() == before
    assert "Une autre phrase</textarea>" in client.get(PAIR).text
    assert "Aurélie Fontanel is writing here" in visit("roumier").get(PAIR).text
    assert "Une autre phrase" not in visit("roumier").get(PAIR).text


def test_what_was_typed_is_forgotten_when_it_is_proposed(visit, house):
    propose(visit, 1, t0="L’Institut adopte sa raison d’être")
    assert not unfinished.typed(house.store, "strategy")
    pair = next(iter(house.dossier("strategy").pairs.values()))
    assert pair.proposed_by == house.person("fontanel").id


def test_what_a_page_sends_once_more_after_it_was_proposed_is_nobody_s_unfinished_work(
    visit, house
):
    said = "L’Institut adopte sa raison d’être"
    propose(visit, 1, t0=said)
    client = visit("fontanel")
    again = fields(client.get(f"{PAIR}?p=1").text) | {"t0": said}
    assert client.post(f"{PAIR}/typed", data=again).status_code == 200
    assert not unfinished.typed(house.store, "strategy")
    assert "is writing here" not in visit("roumier").get(PAIR).text


def test_an_empty_sentence_is_told_and_the_rest_is_kept(visit, house):
    before = house.store.head()
    answer = propose(visit, 1, t0="")
    assert answer.status_code == 422
    assert "Sentence 1 has no translation yet" in answer.text
    assert house.store.head() == before


def test_the_marks_of_a_sentence_are_typed_and_a_missing_one_is_told(visit):
    client = visit("fontanel")
    page = client.get(f"{PAIR}?p=6").text
    assert "{1}corporate connections{/1}" in page
    assert "{1}liens avec les entreprises{/1}" in page
    said = fields(page)
    said["t0"] = said["t0"].replace("{1}", "").replace("{/1}", "")
    answer = client.post(f"{PAIR}/typed", data=said).text
    assert "Blocking" in answer
    said["t0"] = said["t0"].replace("{2}", "")
    refused = client.post(PAIR, data={**said, "act": "propose"})
    assert refused.status_code == 422
    assert "closes nothing here" in refused.text
    assert said["t0"].split("{3}")[0].split("’")[-1] in refused.text


def test_a_word_that_the_glossary_forbids_blocks_and_is_named(visit):
    client = visit("fontanel")
    said = fields(client.get(PAIR).text) | {"t0": "L’Institut adopte son énoncé de mission"}
    answer = client.post(f"{PAIR}/typed", data=said).text
    assert "forbidden-term" in answer
    assert "Not found in your text" in answer


def test_a_check_mends_where_that_is_safe(visit):
    client = visit("fontanel")
    said = fields(client.get(PAIR).text) | {"t0": "L’Institut  adopte sa raison d’être"}
    assert 'value="fix 0 double-spaces"' in client.post(f"{PAIR}/typed", data=said).text
    page = client.post(PAIR, data={**said, "act": "fix 0 double-spaces"}).text
    assert "L’Institut adopte sa raison d’être</textarea>" in page


def test_a_suggestion_is_inserted_without_a_script(visit):
    client = visit("fontanel")
    said = fields(client.get(PAIR).text) | {"t0": "Autre chose"}
    live = client.post(f"{PAIR}/typed", data=said).text
    button = re.search(r'value="(insert 0 \d+)"[^>]*data-text="([^"]+)"', live)
    assert button
    page = client.post(PAIR, data={**said, "act": button[1]}).text
    assert f"{button[2].replace('&#39;', chr(39))}</textarea>" in page


def test_a_paragraph_that_somebody_else_changed_is_not_overwritten(visit, house):
    client = visit("fontanel")
    said = fields(client.get(PAIR).text) | {"t0": "Ma phrase", "units": "0" * 64}
    answer = client.post(PAIR, data={**said, "act": "propose"})
    assert answer.status_code == 422
    assert "Somebody else changed § 1" in answer.text
    assert "Ma phrase</textarea>" in answer.text


def test_who_cannot_certify_is_told_why_beside_the_button(visit):
    propose(visit, 1)
    page = visit("roumier").get(f"{PAIR}?p=1").text
    assert re.search(r'value="certify" data-key="c">Certify', page)
    assert "No translation is proposed yet of" in page
    assert "A reviser certifies what is proposed" in visit("fontanel").get(f"{PAIR}?p=1").text


def test_a_reviser_certifies_one_paragraph_and_then_the_rest(visit, house):
    all_proposed(visit, house)
    client = visit("roumier")
    said = fields(client.get(f"{PAIR}?p=2").text, "certify")
    assert "was certified" in client.post(PAIR, data={**said, "act": "certify"}).text
    page = client.get(PAIR).text
    bar = page[page.index('class="bar"') :]
    read = re.findall(r'name="read" value="([^"]+)"', bar)
    assert read
    answer = client.post(PAIR, data={"key": "rest", "read": read, "act": "certify"})
    assert answer.status_code == 200
    done = [one for one in house.dossier("strategy").pairs.values() if one.certified_by]
    assert len(done) == 1 + len(read)


def test_what_was_changed_since_it_was_read_is_not_certified(visit, house):
    propose(visit, 1)
    client = visit("roumier")
    said = fields(client.get(f"{PAIR}?p=1").text, "certify")
    propose(visit, 1, t0="L’Institut a adopté sa raison d’être")
    answer = client.post(PAIR, data={**said, "act": "certify"})
    assert answer.status_code == 422
    assert "has changed since you read it" in answer.text
    assert not any(one.certified_by for one in house.dossier("strategy").pairs.values())


def test_a_blocking_check_is_let_pass_with_a_reason_only(visit, house):
    propose(visit, 1, t0="L’Institut Mines-Télécom adopte son énoncé de mission")
    client = visit("roumier")
    page = client.get(f"{PAIR}?p=1").text
    said = fields(page, "certify")
    assert 'name="ignore" value="forbidden-term"' in page
    assert client.post(PAIR, data={**said, "act": "certify"}).status_code == 422
    said |= {"ignore": "forbidden-term"}
    assert client.post(PAIR, data={**said, "key": "b", "act": "certify"}).status_code == 422
    said |= {"reason": "A quotation.", "key": "c"}
    assert client.post(PAIR, data={**said, "act": "certify"}).status_code == 200
    assert "A quotation." in client.get(f"{PAIR}?p=1").text
    assert next(iter(house.dossier("strategy").pairs.values())).waived


def test_a_paragraph_goes_back_to_its_translator_with_words(visit):
    propose(visit, 1)
    said = {"key": "r", "p": "1", "remark": "“adopte” ou “a adopté” ?", "act": "return"}
    assert visit("roumier").post(PAIR, data=said).status_code == 200
    page = visit("fontanel").get(f"{PAIR}?p=1").text
    assert "“adopte” ou “a adopté” ?" in page


def test_somebody_without_the_role_reads_and_proposes_nothing(visit, house):
    client = visit("vasseur")
    page = client.get(f"{PAIR}?p=1").text
    assert 'id="hand"' not in page
    before = house.store.head()
    said = {"key": "x", "p": "1", "t0": "Non", "act": "propose"}
    assert client.post(PAIR, data=said).status_code == 422
    assert house.store.head() == before


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("dossier", ["charter", "ethics", "raison-d-etre", "rules", "strategy"])
@pytest.mark.parametrize("who", ["fontanel", "roumier", "delmas"])
def test_the_pair_opens_wherever_the_text_stands(visit, who, dossier, lang):
    page = visit(who, lang).get(f"/dossiers/{dossier}/pair")
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text


def test_another_person_does_not_see_what_somebody_typed(house):
    person, other = PersonId("a"), PersonId("b")
    units, paragraph = "0" * 64, "0000000A"
    unfinished.save(house.store, person, "d", paragraph, units, ["x", "y"], house.now())
    unfinished.save(house.store, other, "d", paragraph, units, ["z"], house.now())
    unfinished.save(house.store, person, "d", paragraph, units, ["w"], house.now())
    found = unfinished.typed(house.store, "d")
    assert {who: one.texts for (who, _), one in found.items()} == {person: ("w",), other: ("z",)}
    unfinished.forget(house.store, person, "d", paragraph)
    assert set(unfinished.typed(house.store, "d")) == {(other, paragraph)}


TAGGED = st.recursive(
    st.text("ab{}/1 é&<>", max_size=6).map(typed.markup.escape),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(st.integers(1, 99), inner).map(lambda one: f'<g id="{one[0]}">{one[1]}</g>'),
        st.integers(1, 99).map(lambda one: f'<x id="{one}"/>'),
    ),
    max_leaves=6,
)


@given(TAGGED)
def test_what_is_shown_reads_back_as_it_was(text):
    assert typed.read(f"a{typed.shown(text)}b") == f"a{text}b"


PAIRS = {
    "each change of the source has its own in the translation": (
        ("It acts as an engine to build a society.", "It acts as a force to shape a society."),
        ("Il agit en moteur pour bâtir une société.", "Il agit en force pour modeler une société."),
        ([1, 2], [1, 2]),
    ),
    "a clause that only the source has keeps its number to itself": (
        ("A vision and knowledge.", "A vision and knowledge, and debate."),
        ("Une vision et un savoir.", "Une vision et un savoir."),
        ([1], []),
    ),
    "changes far apart are two": (
        ("One two three four five six seven.", "Un two three four five six seven."),
        ("Un deux trois quatre cinq six sept.", "Un deux trois quatre cinq six huit."),
        ([1], [2]),
    ),
}


@pytest.mark.parametrize("case", PAIRS)
def test_changes_have_the_same_number_in_both_languages(case):
    source, target, wanted = PAIRS[case]
    mirror = mirrored(source, target)
    numbers = [
        [one.number for one in side if one.number] for side in (mirror.source, mirror.target)
    ]
    assert (numbers[0], numbers[1]) == wanted


@given(*(st.text("ab c.", max_size=20) for _ in range(4)))
def test_numbers_never_change_what_is_said(old, new, was, now):
    mirror = mirrored((old, new), (was, now), 7)
    for side, text in ((mirror.source, new), (mirror.target, now)):
        assert "".join(one.text for one in side if one.op is not Op.DELETE) == text
    given_ = sorted({one.number for side in (mirror.source, mirror.target) for one in side} - {0})
    assert given_ == list(range(8, mirror.last + 1))


def test_the_memory_is_asked_for_the_paragraph_in_hand_alone(visit, house, monkeypatch):
    client = visit("fontanel")
    client.get(PAIR)
    asked = []
    look = house.memory.lookup

    def counted(source, *rest, **more):
        asked.append(source)
        return look(source, *rest, **more)

    monkeypatch.setattr(house.memory, "lookup", counted)
    assert client.get(f"{PAIR}?p=3").status_code == 200
    assert len(asked) == 7


def test_a_machines_words_stay_known_as_such_when_they_are_inserted(visit, house):
    unit = keeping.units(house.vault, next(iter(house.dossier("strategy").pairs.values())).units)[0]
    words = "L’Institut adopte une raison d’être"
    house.memory.add([Entry(unit.source, words, "en", "fr", origin="machine", author="apertium")])
    client = visit("fontanel")
    page = client.get(f"{PAIR}?p=1").text
    assert "drafted by a machine (apertium)" in page
    said = fields(page)
    button = re.search(rf'value="(insert 0 \d+)"[^>]*data-text="{words}"', page)
    said = fields(client.post(PAIR, data={**said, "act": button[1]}).text)
    assert said["t0"] == words
    client.post(PAIR, data={**said, "act": "propose"})
    pair = next(iter(house.dossier("strategy").pairs.values()))
    origin = keeping.units(house.vault, pair.units)[0].origin
    assert (origin.kind, origin.drafted) == ("person", "apertium")
    assert "machine draft (apertium)" in visit("roumier").get(PAIR).text


def test_a_stale_paragraph_keeps_its_certified_words_until_somebody_changes_them(visit, house):
    reviser = visit("roumier")
    all_proposed(visit, house)
    page = reviser.get(PAIR).text
    bar = page[page.index('class="bar"') :]
    read = re.findall(r'name="read" value="([^"]+)"', bar)
    reviser.post(PAIR, data={"key": "all", "read": read, "act": "certify"})
    before = texts_of(house)
    document = docx.Document(io.BytesIO(house.vault.get(house.dossier("strategy").draft.version)))
    heading = next(one for one in document.paragraphs if one.text == "A large-scale consultation")
    heading.runs[0].text = "A broad consultation"
    out = io.BytesIO()
    document.save(out)
    by = house.person("delmas").id
    acts.submit(house, out.getvalue(), "v2.docx", by=by, dossier="strategy", key="v2")
    command = drafts.RequestTranslation(dossier="strategy", by=by, key="t2")
    drafts.request_translation(command, house.office)
    Direct(house).settle("strategy")
    client = visit("fontanel")
    page = client.get(f"{PAIR}?p=4").text
    assert "Stale" in page
    assert '<del>large-scale</del><ins>broad</ins><span class="chg">1</span>' in page
    assert "as it was certified, before the source changed" in page
    assert "Change 1 has no counterpart in the translation yet." in page
    assert fields(page)["t0"] == before[4] == "Une large consultation"
    propose(visit, 4, t0="Une consultation étendue")
    assert visit("roumier").get(PAIR).text.count('<span class="chg">1</span>') == 2


def texts_of(house):
    """The translation of each paragraph by its number."""
    dossier = house.dossier("strategy")
    numbers = acts.paragraph_numbers(dossier)
    return {
        numbers[id]: " ".join(one.target or "" for one in keeping.units(house.vault, pair.units))
        for id, pair in dossier.pairs.items()
    }
